"""Judges who rate for themselves: invitations, rounds, who may rate what and when, freezing and release."""

from __future__ import annotations

from decimal import Decimal

import pytest
from panels import begin, newest, rate_all
from small_bank import JUDGES, build_exam, rate

from mastery_exam import api
from mastery_exam.errors import ImportRefused, InvalidInput, ItemNotFound, PanelNotFound, WrongState
from mastery_exam.models import AuditEntry, BankAuthor, Item, JudgeLimits, PanelJudge, PanelRound, Rating
from mastery_exam.services.privacy import retire_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def judges(make_user):
    return [make_user(f"judge_{num}") for num in (1, 2, 3)]


@pytest.fixture
def panel(bank, exam_author, judges):
    return begin(bank, exam_author, judges)


@pytest.fixture
def item():
    return Item.objects.get(key="adding_1")


def save(judge, panel, item, percent):
    return api.rate_item(judge.pk, panel_uuid=panel.uuid, item_uuid=item.uuid, percent=percent)


def test_invite_judge_numbers_each_role_and_is_audited(panel, exam_author):
    assert [judge.label for judge in panel.invited.all()] == ["Lecturer 1", "Lecturer 2", "Lecturer 3"]
    assert AuditEntry.objects.filter(action="invite_judge", actor_id=exam_author.pk).count() == 3


def test_invite_judge_wrong_people_are_refused_with_the_reason(bank, exam_author, panel, judges, learner, make_user):
    def refusal(username, role="Lecturer"):
        with pytest.raises(InvalidInput) as caught:
            api.invite_judge(bank.uuid, username=username, role=role, actor_id=exam_author.pk)
        return caught.value.user_message

    key = build_exam(bank, exam_author.pk)
    rate(bank, exam_author.pk, {row.key: "0.6" for row in Item.objects.filter(is_practice=False)})
    api.publish_exam(key, actor_id=exam_author.pk)
    api.close_round(bank.uuid, actor_id=exam_author.pk)
    begin(bank, exam_author, judges[:1])
    api.register(learner.pk, exam_key=key, legal_name="A Learner", terms_version="2026-11")
    assert "nobody with this username" in refusal("no_such_person")
    assert "author of the bank" in refusal(exam_author.username)
    assert "already" in refusal(judges[0].username)
    assert "registered for an exam" in refusal(learner.username)
    assert "role" in refusal(judges[1].username, role=" ")
    assert newest(bank).invited.count() == 1


def test_rate_item_keeps_what_was_typed_and_the_last_one_counts(panel, judges, item):
    assert save(judges[0], panel, item, "62,5").percent == Decimal("62.5")
    save(judges[0], panel, item, "70.25")
    row = Rating.objects.get(panel=panel, item=item, judge_role="Lecturer 1")
    assert row.value == Decimal("0.7025") and row.panel_round == 1
    history = AuditEntry.objects.filter(action="rate", object_uuid=panel.uuid, actor_id=judges[0].pk)
    assert [entry.detail["rating"] for entry in history] == ["0.6250", "0.7025"]


@pytest.mark.parametrize("text", ["", "abc", "-1", "100.01", "50.123", "NaN", "1e9", "Infinity"])
def test_rate_item_what_is_no_percentage_is_refused_and_nothing_is_kept(panel, judges, item, text):
    with pytest.raises(InvalidInput, match="percentage"):
        save(judges[0], panel, item, text)
    assert not panel.ratings.exists()


def test_rate_item_only_the_panels_own_judges_and_items(bank, panel, judges, exam_author, learner, item, tmp_path):
    for stranger in (learner, exam_author):
        with pytest.raises(PanelNotFound):
            save(stranger, panel, item, "50")
    practice = Item.objects.get(is_practice=True)
    with pytest.raises(ItemNotFound):
        save(judges[0], panel, practice, "50")
    judges[0].is_active = False
    judges[0].save()
    with pytest.raises(PanelNotFound):
        save(judges[0], panel, item, "50")
    assert not panel.ratings.exists()


def test_rate_item_a_judge_writes_under_no_other_label(panel, judges, item):
    save(judges[0], panel, item, "10")
    save(judges[1], panel, item, "90")
    values = dict(panel.ratings.values_list("judge_role", "value"))
    assert values == {"Lecturer 1": Decimal("0.1"), "Lecturer 2": Decimal("0.9")}


def test_closed_round_takes_no_rating_from_judge_or_file(bank, panel, judges, exam_author, item):
    save(judges[0], panel, item, "10")
    api.close_round(bank.uuid, actor_id=exam_author.pk)
    with pytest.raises(WrongState, match="No round is open"):
        save(judges[0], panel, item, "20")
    with pytest.raises(ImportRefused) as refused:
        api.import_ratings(bank.uuid, source="item,judge,rating\nadding_1,Paper judge,0.5", actor_id=exam_author.pk)
    assert "Round 1 is closed" in refused.value.problems[0].message
    assert panel.ratings.get().value == Decimal("0.1")


def test_import_ratings_lands_in_the_same_panel_but_never_under_an_invited_judge(
    bank, panel, exam_author, judges, item
):
    save(judges[0], panel, item, "10")
    api.import_ratings(bank.uuid, source="item,judge,rating\nadding_1,Paper judge,0.5", actor_id=exam_author.pk)
    with pytest.raises(ImportRefused) as refused:
        api.import_ratings(bank.uuid, source="item,judge,rating\nadding_1,Lecturer 1,0.9", actor_id=exam_author.pk)
    assert "page of his or her own" in refused.value.problems[0].message
    with pytest.raises(InvalidInput, match="page of his or her own"):
        api.record_rating(bank.uuid, item_key="adding_1", judge_role="Lecturer 1", value="0.9", actor_id=exam_author.pk)
    values = dict(newest(bank).ratings.values_list("judge_role", "value"))
    assert values == {"Lecturer 1": Decimal("0.1"), "Paper judge": Decimal("0.5")}


def test_first_round_shows_no_spread_and_the_second_shows_all_values_without_names(
    bank, panel, judges, exam_author, item
):
    for judge, percent in zip(judges, ("80", "20", "50"), strict=True):
        save(judge, panel, item, percent)
    spread = {"panel_uuid": panel.uuid, "item_uuid": item.uuid}
    assert api.find_spread(judges[0].pk, **spread) is None
    api.close_round(bank.uuid, actor_id=exam_author.pk)
    api.open_round(bank.uuid, actor_id=exam_author.pk)
    found = api.find_spread(judges[0].pk, **spread)
    assert found.values == (20.0, 50.0, 80.0) and found.mean == 50 and found.p is None
    # What another judge changes now is not shown before the next round.
    save(judges[1], panel, item, "99")
    assert api.find_spread(judges[0].pk, **spread).values == (20.0, 50.0, 80.0)
    with pytest.raises(PanelNotFound):
        api.find_spread(exam_author.pk, **spread)


def test_second_round_begins_from_the_first_and_counts_what_was_looked_at_again(bank, panel, judges, exam_author, item):
    rate_all(panel, judges[0], "60")
    assert api.get_judge_panel(judges[0].pk, panel_uuid=panel.uuid).rated == 8
    api.close_round(bank.uuid, actor_id=exam_author.pk)
    api.open_round(bank.uuid, actor_id=exam_author.pk)
    own = api.get_judge_panel(judges[0].pk, panel_uuid=panel.uuid)
    assert own.open_round == 2 and own.rated == 0 and own.n_items == 8
    first = api.list_judge_items(judges[0].pk, panel_uuid=panel.uuid)[0]
    assert first.percent == 60 and not first.rated_now
    save(judges[0], panel, item, "70")
    assert api.get_judge_panel(judges[0].pk, panel_uuid=panel.uuid).rated == 1
    kept = Rating.objects.filter(panel=panel, item=item).order_by("panel_round").values_list("value", flat=True)
    assert list(kept) == [Decimal("0.6"), Decimal("0.7")]


def test_rounds_open_one_at_a_time_and_say_who_and_when(bank, panel, exam_author, operator):
    with pytest.raises(WrongState, match="Close it first"):
        api.open_round(bank.uuid, actor_id=exam_author.pk)
    with pytest.raises(WrongState, match="Close round 1 of panel 2 first"):
        api.open_panel(bank.uuid, actor_id=exam_author.pk)
    api.close_round(bank.uuid, actor_id=operator.pk)
    row = PanelRound.objects.get(panel=panel)
    assert row.opened_by == exam_author and row.closed_by == operator and row.closed_at > row.opened_at
    with pytest.raises(WrongState, match="No round is open"):
        api.close_round(bank.uuid, actor_id=exam_author.pk)


def test_round_without_judges_cannot_be_opened(bank, exam_author):
    api.open_panel(bank.uuid, actor_id=exam_author.pk)
    with pytest.raises(WrongState, match="Invite the judges first"):
        api.open_round(bank.uuid, actor_id=exam_author.pk)


def test_newer_panel_ends_the_older_one_for_its_judges(bank, panel, judges, exam_author, item):
    api.close_round(bank.uuid, actor_id=exam_author.pk)
    begin(bank, exam_author, judges[1:])
    with pytest.raises(WrongState):
        save(judges[0], panel, item, "10")
    assert len(api.list_judge_panels(judges[1].pk)) == 2 and len(api.list_judge_panels(judges[0].pk)) == 1


def test_remove_judge_before_rating_only(bank, panel, judges, exam_author, item):
    save(judges[0], panel, item, "10")
    first, second, _third = panel.invited.all()
    with pytest.raises(WrongState, match="stays on the record"):
        api.remove_judge(bank.uuid, judge_uuid=first.uuid, actor_id=exam_author.pk)
    api.remove_judge(bank.uuid, judge_uuid=second.uuid, actor_id=exam_author.pk)
    with pytest.raises(PanelNotFound):
        save(judges[1], panel, item, "10")


def test_ratings_behind_a_published_version_are_frozen(bank, exam_key, exam_author):
    """Never released, and all the same nothing of it changes any more: a change needs a new panel."""
    api.publish_exam(exam_key, actor_id=exam_author.pk)
    before = list(Rating.objects.order_by("pk").values_list("pk", "value"))
    assert api.find_panel(bank.uuid).is_frozen
    changes = [
        lambda: rate(bank, exam_author.pk, {"adding_1": "0.1"}),
        lambda: rate(bank, exam_author.pk, {"adding_1": "0.1"}, judges=("New judge",)),
        lambda: api.record_rating(
            bank.uuid, item_key="adding_1", judge_role=JUDGES[0], value="0.1", actor_id=exam_author.pk
        ),
        lambda: api.open_round(bank.uuid, actor_id=exam_author.pk),
        lambda: api.invite_judge(bank.uuid, username="operator", role="Late", actor_id=exam_author.pk),
    ]
    for change in changes:
        with pytest.raises((WrongState, InvalidInput)):
            change()
    assert list(Rating.objects.order_by("pk").values_list("pk", "value")) == before
    api.open_panel(bank.uuid, actor_id=exam_author.pk)
    rate(bank, exam_author.pk, {"adding_1": "0.1"})
    assert Rating.objects.filter(pk__in=[pk for pk, _value in before]).count() == len(before)


def test_new_panel_may_begin_with_the_judges_and_ratings_of_the_one_before(bank, panel, judges, exam_author, item):
    for judge in judges:
        rate_all(panel, judge, "60")
    api.close_round(bank.uuid, actor_id=exam_author.pk)
    api.publish_exam(build_exam(bank, exam_author.pk), actor_id=exam_author.pk)
    before = set(Rating.objects.filter(panel=panel).values_list("item_id", "judge_role", "value"))
    kept = api.open_panel(bank.uuid, actor_id=exam_author.pk, keep_ratings=True)
    new = newest(bank)
    assert set(Rating.objects.filter(panel=new).values_list("item_id", "judge_role", "value")) == before
    assert (kept.judges, kept.released_at) == (tuple(panel.__class__.objects.get(pk=panel.pk).judges), None)
    api.open_round(bank.uuid, actor_id=exam_author.pk)
    save(judges[0], new, item, "10")
    assert Rating.objects.filter(panel=panel, item=item, value=Decimal("0.1")).count() == 0
    assert Rating.objects.filter(panel=new, item=item, value=Decimal("0.1")).count() == 1


def test_new_panel_leaves_out_the_ratings_of_who_may_judge_no_longer(bank, panel, judges, exam_author):
    for judge in judges:
        rate_all(panel, judge, "60")
    api.close_round(bank.uuid, actor_id=exam_author.pk)
    BankAuthor.objects.create(bank=panel.bank, user=judges[0])
    api.open_panel(bank.uuid, actor_id=exam_author.pk, keep_ratings=True)
    new = newest(bank)
    assert [judge.user for judge in new.invited.all()] == list(judges[1:])
    assert set(Rating.objects.filter(panel=new).values_list("judge_role", flat=True)) == set(new.judges)
    assert len(new.judges) == len(judges) - 1


def test_bookmark_panel_keeps_no_ratings(bank, exam_author):
    with pytest.raises(InvalidInput, match="placed anew"):
        api.open_panel(bank.uuid, actor_id=exam_author.pk, method="bookmark", keep_ratings=True)


def test_frozen_round_takes_no_rating_of_an_invited_judge(bank, panel, judges, exam_author, item):
    for judge in judges:
        rate_all(panel, judge, "60")
    key = build_exam(bank, exam_author.pk)
    api.publish_exam(key, actor_id=exam_author.pk)
    with pytest.raises(WrongState, match="published version"):
        save(judges[0], panel, item, "10")
    with pytest.raises(WrongState, match="published version"):
        api.set_limits(
            judges[0].pk,
            panel_uuid=panel.uuid,
            limits={"least_cut": "40", "most_cut": "60", "least_fail": "10", "most_fail": "40"},
        )
    # The round itself can still be closed, so that the pass mark can be released.
    api.close_round(bank.uuid, actor_id=exam_author.pk)
    api.release_panel(bank.uuid, actor_id=exam_author.pk)


def test_frozen_panel_of_one_bank_leaves_others_alone(bank, exam_key, exam_author, tmp_path):
    from small_bank import build_bank

    other = build_bank(tmp_path / "other", exam_author.pk)
    api.publish_exam(exam_key, actor_id=exam_author.pk)
    rate(other, exam_author.pk, {"adding_1": "0.3"})
    assert not api.find_panel(other.uuid).is_frozen


def test_release_panel_stores_what_is_released_and_needs_two_who_are_no_judges(
    bank, panel, judges, exam_author, operator, second_author
):
    for judge, percent in zip(judges, ("50", "60", "70"), strict=True):
        rate_all(panel, judge, percent)
    with pytest.raises(WrongState, match="Round 1 is open"):
        api.release_panel(bank.uuid, actor_id=exam_author.pk)
    api.close_round(bank.uuid, actor_id=exam_author.pk)
    api.release_panel(bank.uuid, actor_id=exam_author.pk)
    for person, words in ((exam_author, "second person"), (judges[0], "one of its judges")):
        with pytest.raises(WrongState, match=words):
            api.release_panel(bank.uuid, actor_id=person.pk)
    assert api.release_panel(bank.uuid, actor_id=second_author.pk).released_at
    row = newest(bank)
    assert row.released_record["cut"] == "4.8000" and row.released_record["percent"] == "60.0000"
    assert row.released_record["se"] == "0.4619"  # sd .8 of the judges' cuts 4, 4.8, 5.6 over the root of three
    assert row.released_record["judges"] == ["Lecturer 1", "Lecturer 2", "Lecturer 3"]
    entries = AuditEntry.objects.filter(action="release", object_uuid=row.uuid)
    assert [entry.actor_id for entry in entries] == [exam_author.pk, second_author.pk]
    assert all(entry.detail["cut"] == "4.8000" for entry in entries)


def test_release_panel_names_judges_who_have_not_finished(bank, panel, judges, exam_author, item):
    rate_all(panel, judges[0], "50")
    save(judges[1], panel, item, "50")
    api.close_round(bank.uuid, actor_id=exam_author.pk)
    with pytest.raises(WrongState, match="Missing: Lecturer 2"):
        api.release_panel(bank.uuid, actor_id=exam_author.pk)


def test_new_round_undoes_the_first_release(bank, panel, judges, exam_author):
    for judge in judges:
        rate_all(panel, judge, "60")
    api.close_round(bank.uuid, actor_id=exam_author.pk)
    api.release_panel(bank.uuid, actor_id=exam_author.pk)
    api.open_round(bank.uuid, actor_id=exam_author.pk)
    row = newest(bank)
    assert row.released_by_first is None and row.first_released_at is None and row.released_record == {}


def test_released_panel_reaches_the_versions_pass_mark_record(bank, panel, judges, exam_author, second_author):
    for judge in judges:
        rate_all(panel, judge, "60")
    api.close_round(bank.uuid, actor_id=exam_author.pk)
    for person in (exam_author, second_author):
        api.release_panel(bank.uuid, actor_id=person.pk)
    record = api.publish_exam(build_exam(bank, exam_author.pk), actor_id=exam_author.pk).pass_mark
    assert record.judges == ("Lecturer 1", "Lecturer 2", "Lecturer 3") and record.releases == 2
    assert not record.provisional


@pytest.mark.parametrize(
    ("limits", "field"),
    [
        ({"least_cut": "70", "most_cut": "60", "least_fail": "10", "most_fail": "40"}, "least_cut"),
        ({"least_cut": "40", "most_cut": "60", "least_fail": "10", "most_fail": "101"}, "most_fail"),
        ({"least_cut": "40", "most_cut": "60", "least_fail": "x", "most_fail": "40"}, "least_fail"),
        ({"least_cut": "40", "most_cut": "60", "least_fail": "10"}, "most_fail"),
    ],
)
def test_set_limits_names_the_field_that_is_wrong(panel, judges, limits, field):
    with pytest.raises(InvalidInput) as caught:
        api.set_limits(judges[0].pk, panel_uuid=panel.uuid, limits=limits)
    assert list(caught.value.fields) == [field] and not JudgeLimits.objects.exists()


def test_judge_who_is_retired_leaves_role_and_ratings_and_no_trace_of_the_person(panel, judges, item):
    save(judges[0], panel, item, "10")
    retire_user(judges[0].pk)
    retire_user(judges[0].pk)
    assert not PanelJudge.objects.filter(user=judges[0]).exists()
    assert panel.ratings.get().judge_role == "Lecturer 1"
    with pytest.raises(PanelNotFound):
        save(judges[0], panel, item, "20")


def test_judge_cannot_register_for_an_exam_of_the_bank(bank, panel, judges, exam_author, learner):
    from mastery_exam.errors import JudgesCannotSit

    for judge in judges:
        rate_all(panel, judge, "60")
    key = build_exam(bank, exam_author.pk)
    api.publish_exam(key, actor_id=exam_author.pk)
    with pytest.raises(JudgesCannotSit):
        api.register(judges[0].pk, exam_key=key, legal_name="A Judge", terms_version="2026-11")
    api.register(learner.pk, exam_key=key, legal_name="A Learner", terms_version="2026-11")


def test_judge_cannot_become_an_author_of_the_bank(bank, panel, judges, exam_author, learner):
    with pytest.raises(InvalidInput, match="judges the bank's questions"):
        api.add_bank_author(bank.uuid, user_id=judges[0].pk, actor_id=exam_author.pk)
    api.add_bank_author(bank.uuid, user_id=learner.pk, actor_id=exam_author.pk)
