"""What each block shows: to visitors, to learners in every state, to the course team, to native apps, to search."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.utils import timezone
from formless_exams import classification, make_formless
from mastery_sittings import decided, registered, sat, started
from studio_blocks import CASES, SHIPPED, every_block, load, shown

from credit_transfer import api as transfers
from mastery_exam import api as exams
from mastery_exam.models import Exam
from micromasters_pathway import api as pathways
from paid_certificate import api as certificates
from paid_certificate.data import AchievementData
from paid_certificate.models import Credential

EXAM, CERTIFICATE, PATHWAY, TRANSFER = CASES
Place = Callable[..., Any]


@every_block
@pytest.mark.parametrize("view", ["student_view", "public_view"])
def test_visitor_sees_what_the_block_is_about(place: Place, case: Any, view: str) -> None:
    html = shown(place(case), view=view)
    assert case.shown in html
    assert html.count("<h3>") == 1


@every_block
def test_block_without_a_key_says_so_and_does_not_break(place: Place, learner: User, case: Any) -> None:
    row = place(case, display_name="Mine")
    for user in (None, learner):
        html = shown(row, user)
        assert case.unlinked in html and "<h3>Mine</h3>" in html
        assert "href" not in html


@every_block
def test_block_whose_key_is_gone_says_so_and_does_not_break(place: Place, team: User, case: Any) -> None:
    row = place(case, **{case.field: "no-such"})
    assert case.unlinked in shown(row)
    assert "no-such" in shown(row, team, "author_view", "preview")


def test_launcher_of_an_exam_without_going_back_says_so_without_a_score(place: Place, staff: User) -> None:
    version = make_formless(staff, **classification())
    html = shown(place(EXAM, exam_key=version.exam.key))
    assert "4 to 10 questions" in html and "Not possible once you have pressed Next" in html
    assert "without a score" in html and "None" not in html
    assert "Going back" not in shown(place(EXAM, "two"))


@every_block
def test_every_link_opens_a_new_tab_and_says_so(place: Place, learner: User, case: Any) -> None:
    for link in re.findall(r"<a\b.*?</a>", shown(place(case), learner), re.DOTALL):
        assert 'target="_blank" rel="noopener"' in link and "opens a new tab" in link
        assert re.search(r'href="(/|https://mastery.example.org/)[^"]+"', link)


@every_block
@pytest.mark.parametrize("view", ["student_view", "public_view", "author_view"])
def test_html_holds_no_script_no_style_and_no_personal_data(place: Place, make_user: Any, case: Any, view: str) -> None:
    person = make_user("wanda_w", first_name="Wanda", last_name="Wonder")
    row = place(case)
    html = shown(row, person, view, "preview" if view == "author_view" else "lms")
    assert "<script" not in html and "style=" not in html and "onclick" not in html
    for word in ("wanda", "wonder", "@example.org"):
        assert word not in html.lower()


@every_block
def test_text_of_an_author_is_escaped(place: Place, case: Any) -> None:
    html = shown(place(case, **{case.field: case.key, "display_name": "<script>alert(1)</script>"}))
    assert "<script>" not in html and "&lt;script&gt;" in html


@every_block
def test_author_view_shows_no_message_once_all_is_done(place: Place, team: User, case: Any) -> None:
    row = place(case)
    if case is EXAM:
        exams.link_placement(str(row.usage_key), exam_key=case.key)
    assert "For the course team" not in shown(row, team, "author_view", "preview")


@every_block
def test_author_view_shows_the_team_what_keeps_the_block_from_working(place: Place, team: User, case: Any) -> None:
    row = place(case, display_name="x")
    html = shown(row, team, "author_view", "preview")
    assert "For the course team:" in html
    assert "is chosen. Edit the block and choose one." in html


@every_block
def test_author_view_is_not_about_the_author(place: Place, learner: User, exam: Exam, case: Any) -> None:
    decided(learner, exam, right=4)
    assert "You passed" not in shown(place(case), learner, "author_view", "preview")


def test_exam_block_says_each_state_of_a_learner(place: Place, make_user: Any, exam: Exam) -> None:
    row = place(EXAM)
    expected = {
        "ready": (lambda user: registered(user, exam), "You are registered and can start.", "/check-in/"),
        "sitting": (lambda user: started(user, exam), "The clock stops on ", "/mastery/attempts/"),
        "waiting": (lambda user: sat(user, exam, right=4), "The result is not released yet.", "/result/"),
        "passed": (lambda user: decided(user, exam, right=4), "You passed.", "/result/"),
        "failed": (lambda user: decided(user, exam, right=0), "You have not passed yet.", "/result/"),
    }
    for name, (go, words, address) in expected.items():
        user = make_user(name)
        assert "You can take this exam whenever you are ready" in shown(row, user)
        go(user)
        html = shown(row, user)
        assert words in html, name
        assert address in html, name


def test_exam_block_names_the_moment_and_its_zone(place: Place, learner: User, make_exam: Any) -> None:
    decided(learner, make_exam("later", release_policy="after_check", release_hours=48), right=4)
    html = shown(place(EXAM, exam_key="later"), learner)
    assert re.search(r"Your result will be here by \d+ \w+ 20\d\d, \d\d:\d\d \(UTC\)\.", html)


def test_exam_block_of_a_paid_exam_waits_for_the_payment(place: Place, learner: User, make_exam: Any) -> None:
    paid = make_exam("paid", fee_policy="sitting", required_grants=["payment"])
    registered(learner, paid)
    html = shown(place(EXAM, exam_key="paid"), learner)
    assert "The payment is still awaited." in html


def test_exam_block_of_a_voided_sitting_blames_the_sitting_and_not_the_exam(
    place: Place, learner: User, operator: User, exam: Exam
) -> None:
    attempt = started(learner, exam)
    exams.void_attempt(attempt.uuid, actor_id=operator.pk, reason="Power cut", our_fault=False)
    html = shown(place(EXAM), learner)
    assert "This exam is withdrawn" not in html


def test_exam_block_says_that_a_demonstration_carries_no_credit(place: Place, make_exam: Any) -> None:
    make_exam("demo", is_demonstration=True)
    assert "it carries no credit" in shown(place(EXAM, exam_key="demo"))


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("awaiting_payment", "is issued when the fee is paid"),
        ("ready", "is being signed"),
        ("signing", "is being signed"),
        ("failed", "We have been told and will retry."),
        ("issued", "Your credential is valid."),
        ("suspended", "is on hold"),
        ("revoked", "was revoked"),
        ("superseded", "was replaced"),
        ("expired", "how to renew it"),
        ("cancelled", "No credential is issued"),
    ],
)
def test_certificate_block_says_each_state_of_a_credential(
    place: Place, learner: User, exam: Exam, pass_exam: Any, state: str, words: str
) -> None:
    row = place(CERTIFICATE)
    assert "Still missing: a pass in the exam." in shown(row, learner)
    awarded = certificates.award_for_decision(pass_exam(learner, exam).uuid)
    Credential.objects.filter(uuid=awarded.uuid).update(state=state)
    html = shown(row, learner)
    assert words in html
    assert str(awarded.uuid) in html
    assert html.count("msb-state") == 1


def test_certificate_block_calls_a_statement_by_its_name(
    place: Place, learner: User, exam: Exam, pass_exam: Any
) -> None:
    row = place(CERTIFICATE)
    awarded = certificates.award_for_decision(pass_exam(learner, exam).uuid)
    Credential.objects.filter(uuid=awarded.uuid).update(state="issued", form="statement")
    html = shown(row, learner)
    assert "You hold a statement of accomplishment." in html
    assert "Your credential is valid." not in html


def test_certificate_block_shows_the_price_to_the_one_who_asks(
    place: Place, exam: Exam, operator: User, learner: User
) -> None:
    row = place(CERTIFICATE)
    assert "<dd>free</dd>" in shown(row, learner)


def test_pathway_block_counts_for_members_and_shows_the_parts_to_all(
    place: Place, learner: User, exam: Exam, pass_exam: Any
) -> None:
    row = place(PATHWAY)
    assert "Statistics part: <strong>open</strong>" in shown(row, learner)
    pathways.join_programme(learner.pk, programme_key=PATHWAY.key)
    assert "Done: 0 / 1" in shown(row, learner)
    pass_exam(learner, exam)
    pathways.refresh_progress(learner.pk, programme_key=PATHWAY.key)
    assert "You have completed this programme." in shown(row, learner)
    assert "Parts of this programme: 1" in shown(row)


def test_transfer_block_keeps_agreed_and_recommended_apart(
    place: Place, learner: User, operator: User, exam: Exam
) -> None:
    row = place(TRANSFER)
    assert "No university has agreed to accept this yet." in shown(row, learner)
    achievement: AchievementData = certificates.find_achievement(exam_key=exam.key)
    transfers.create_credit_value(
        achievement_uuid=achievement.uuid,
        amount=Decimal(6),
        unit="ECTS",
        recommender="Council A",
        evidence="Review",
        evidence_url="https://council.example.org/report",
        levels=[("EQF", "6")],
        isced_f="0542",
        hours=150,
        valid_from=timezone.now() - timedelta(days=1),
        actor_id=operator.pk,
    )
    html = shown(row, learner)
    assert "No university has agreed to accept this yet." in html
    assert "Recommended:" in html and "Council A" in html


@every_block
def test_native_apps_get_the_key_the_title_and_the_address_only(
    place: Place, learner: User, exam: Exam, case: Any
) -> None:
    decided(learner, exam, right=4)
    row = place(case)
    data = load(row, learner).student_view_data()
    assert set(data) == {case.field, "title", "url"}
    assert data == load(row).student_view_data()
    assert data[case.field] == case.key and re.match("/|https://mastery.example.org/", data["url"])
    assert json.loads(json.dumps(data)) == data


@every_block
def test_search_finds_the_title_and_nothing_else(place: Place, case: Any) -> None:
    index = load(place(case, display_name="Find me", **{case.field: case.key})).index_dictionary()
    assert index["content"]["display_name"] == "Find me"
    assert index["content_type"]


@every_block
def test_only_the_exam_is_scored(place: Place, case: Any) -> None:
    block = load(place(case))
    assert block.has_score is (case is EXAM)
    assert not hasattr(block, "set_score")
    if case is EXAM:
        assert (block.max_score(), block.weight) == (100.0, 1.0)
    else:
        assert block.completion_mode == "excluded"


@every_block
def test_block_supports_telephones_and_has_no_children(place: Place, case: Any) -> None:
    block = load(place(case))
    assert block.has_support(block.student_view, "multi_device") and block.has_support(
        block.public_view, "multi_device"
    )
    assert not block.has_children and block.has_author_view


@every_block
def test_style_is_ours_small_and_without_fixed_boxes(place: Place, case: Any) -> None:
    block = load(place(case))
    styles = [item.data for item in block.student_view({}).resources if item.mimetype == "text/css"]
    assert len(styles) == 1 and len(styles[0].encode()) < 6_000
    assert styles[0] == (SHIPPED / "public" / "block.css").read_text()
    assert not re.search(r"position:\s*(fixed|absolute)|100vh|transition", styles[0])
    assert all(item.mimetype == "text/css" for item in block.student_view({}).resources)
