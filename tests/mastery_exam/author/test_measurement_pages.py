"""The simulation report, the measurement and the technical report: who sees them, what stands on them, over REST."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from small_bank import build_exam

from mastery_exam import api
from mastery_exam.errors import WrongState
from mastery_exam.models import Attempt, ExamVersion, SimulationRun
from mastery_exam.services.delivery import render_attempt_item

pytestmark = pytest.mark.django_db
SIMULATION = "/mastery/author/exams/arithmetic/simulation/"
MEASUREMENT = "/mastery/author/exams/arithmetic/measurement/"
REPORT = "/mastery/author/exams/arithmetic/report/"
REST = "/api/mastery_exam/v1/author/exams/arithmetic"
WISH = {"n_candidates": "100", "mean": "0,5", "sd": "1", "judges_error": "0.4"}


def text_of(response) -> str:
    return " ".join(response.content.decode().split())


@pytest.fixture
def browser(client_of, exam_author):
    return client_of(exam_author)


def accept() -> dict[str, str]:
    """What "Accept and publish" sends under the newest report."""
    return {"action": "publish", "run": str(SimulationRun.objects.latest("id").uuid)}


@pytest.fixture
def published(exam_key, exam_author) -> str:
    api.publish_exam(exam_key, actor_id=exam_author.pk)
    return exam_key


def sit(user, key: str, right: list[bool]) -> None:
    """The person sits the exam, answers as listed, and is decided."""
    terms = api.get_exam(key).terms_version
    registration = api.register(user.pk, exam_key=key, legal_name="A Candidate", terms_version=terms)
    attempt = api.start_attempt(user.pk, registration_uuid=registration.uuid, device_token="device")
    row = Attempt.objects.get(uuid=attempt.uuid)
    for position, is_right in enumerate(right, start=1):
        item = row.items.get(position=position)
        item.attempt = row
        (field,) = render_attempt_item(item, answers={}, files_url=lambda sha256, name: name).inputs
        value = next(value for value, text in field.choices if (text == "yes") == is_right)
        api.save_answer(
            user.pk, attempt_uuid=attempt.uuid, position=position, client_seq=1, answers={field.name: value},
            device_token="device",
        )  # fmt: skip
    api.submit_attempt(user.pk, attempt_uuid=attempt.uuid)
    api.decide_attempt(attempt.uuid)


@pytest.fixture
def answered(published, make_user) -> str:
    """Eight people: on both forms the first two items are right for all, the third for half, the fourth for nobody."""
    for num in range(8):
        sit(make_user(f"person_{num}"), published, [True, True, num % 4 < 2, False])
    return published


def test_simulation_page_goes_from_not_run_to_published_with_forms_alone(
    browser, exam_key, django_capture_on_commit_callbacks
):
    assert "Not run for this version." in text_of(browser.get(SIMULATION))
    with django_capture_on_commit_callbacks(execute=True):
        wish = WISH | {"n_candidates": "1000"}
        browser.post(SIMULATION, {"action": "run", **wish})
    shown = text_of(browser.get(SIMULATION))
    order = [
        "It can be published.", "Wrong passes, people per 100", "Wrong fails", "one of all 2 tries", "Length",
        "Spread between forms", "Largest exposure", "<svg", "Assumptions", "mean 0.50", "Accept and publish",
    ]  # fmt: skip
    assert [shown.index(words) for words in order] == sorted(shown.index(words) for words in order)
    done = text_of(browser.post(SIMULATION, accept(), follow=True))
    assert "Version 1 is published" in done and "Stored with version 1" in done and "Accept and publish" not in done
    assert SimulationRun.objects.get().assumptions["mean"] == 0.5


@pytest.mark.thousand
def test_simulation_page_while_it_runs_shows_progress_and_cancels(browser, exam_key, exam_author):
    run = api.start_simulation(exam_key, actor_id=exam_author.pk)
    SimulationRun.objects.update(state="running", done=340)
    shown = text_of(browser.get(SIMULATION))
    assert "<span data-done>340</span> of 3200 candidates" in shown and "Run the simulation" not in shown
    assert f"{REST}/simulations/{run.uuid}/" in shown
    assert "was cancelled" in text_of(browser.post(SIMULATION, {"action": "cancel", "run": run.uuid}, follow=True))
    assert api.get_simulation(run.uuid).state == "cancelled"


def test_simulation_page_above_a_limit_names_it_and_offers_no_publishing(browser, exam_key, exam_author):
    api.update_exam(exam_key, actor_id=exam_author.pk, max_wrong_fails="0.1")
    api.simulate_exam(exam_key, actor_id=exam_author.pk, seed=1)
    shown = text_of(browser.get(SIMULATION))
    assert "above the limit" in shown and "your limit of 0.1" in shown and "Accept and publish" not in shown
    refused = browser.post(SIMULATION, accept())
    assert refused.status_code == 409 and "your limit of 0.1" in text_of(refused)


def test_report_that_another_author_has_replaced_is_not_accepted_before_it_was_seen(browser, exam_key, exam_author):
    api.simulate_exam(exam_key, actor_id=exam_author.pk, seed=1)
    seen = accept()
    assert seen["run"] in text_of(browser.get(SIMULATION))
    api.simulate_exam(exam_key, actor_id=exam_author.pk, seed=2)
    refused = browser.post(SIMULATION, seen)
    assert refused.status_code == 409 and "simulated this draft again" in text_of(refused)
    assert accept()["run"] in text_of(refused) and not ExamVersion.objects.exists()
    browser.post(SIMULATION, accept())
    assert ExamVersion.objects.get().seed == 2
    assert browser.post(SIMULATION, {"action": "publish", "run": "none"}).status_code == 404


def test_report_of_a_draft_that_changed_since_is_simulated_again_and_not_published(
    browser, exam_key, exam_author, django_capture_on_commit_callbacks
):
    api.simulate_exam(exam_key, actor_id=exam_author.pk, seed=1)
    seen = accept()
    api.update_exam(exam_key, actor_id=exam_author.pk, minutes=77)
    with django_capture_on_commit_callbacks(execute=True):
        browser.post(SIMULATION, seen)
    assert not ExamVersion.objects.exists() and accept() != seen


def test_simulation_page_wrong_number_names_the_field_and_keeps_what_was_typed(browser, exam_key):
    response = browser.post(SIMULATION, {"action": "run", **WISH, "sd": "wide"})
    assert response.status_code == 400 and "Write a number." in text_of(response)
    assert 'value="wide"' in text_of(response)
    assert not SimulationRun.objects.exists()


def test_measurement_page_before_publishing_says_so(browser, exam_key):
    assert "Not published yet." in text_of(browser.get(MEASUREMENT))
    with pytest.raises(WrongState):
        api.measure_exam(exam_key)


def test_measure_exam_counts_answers_and_options_as_people_gave_them(answered):
    found = api.measure_exam(answered)
    assert found.n_results == 8 and found.dif_groups == (8, 0)
    for form in (1, 2):
        rows = [row for row in found.items if row.form_num == form]
        n = rows[0].n
        assert n == rows[0].exposure and n > 0
        assert [row.p for row in rows[:2]] == [1.0, 1.0] and rows[3].p == 0.0
        assert {row.dif for row in rows} == {"not enough data"} and rows[0].point_biserial is None
    assert sum(row.p * row.n for row in found.items) == 8 * 2 + 4
    # Chance gives people their form; options are told of a form that more than one was given.
    right_for_all = {row.key for row in found.items if row.p == 1.0}
    never = [row for row in found.options if row.option == "no" and row.item_key in right_for_all]
    assert never and {(row.n, row.is_key) for row in never} == {(0, False)}
    wrong_for_all = {row.key for row in found.items if row.p == 0.0}
    last = {(row.option, row.share) for row in found.options if row.item_key in wrong_for_all}
    assert last == {("yes", 0.0), ("no", 1.0)}


def test_measure_exam_leaves_voided_sittings_out_but_counts_their_exposure(answered, exam_author):
    voided = Attempt.objects.first()
    api.void_attempt(voided.uuid, actor_id=exam_author.pk, reason="A fault", our_fault=True)
    found = api.measure_exam(answered)
    assert found.n_results == 7 and sum(row.exposure for row in found.items) == 8 * 4


def test_measure_exam_summarises_the_judges_of_the_version(published):
    (first, second) = api.measure_exam(published).cuts
    assert first.cut == pytest.approx(2.4) and first.sd == pytest.approx(0) and first.marks_needed == 3
    assert [judge[0] for judge in first.judges] == ["Lecturer", "Practitioner", "Teacher"]
    assert [step for step, _cut, _rate in second.impact] == [-2, -1, 0, 1, 2] and second.n_results == 0


def test_measure_exam_information_has_its_largest_value_at_the_items_difficulties(published):
    curve = api.measure_exam(published).information[0]
    peak = curve.theta[max(range(len(curve.theta)), key=lambda n: curve.information[n])]
    assert peak == pytest.approx(-0.4, abs=0.06)  # -logit(.6)
    assert max(curve.information) == pytest.approx(4 * 0.25, abs=0.01)


def test_measurement_page_shows_plots_tables_and_the_download(browser, answered):
    shown = text_of(browser.get(MEASUREMENT))
    for words in (
        "Test information of each form", "standard error (logits)", "Corrected point-biserial",
        "So far there is not enough data for it",
        "Distractors", "People and items on one scale", "ICC(2,k)", f"{REPORT}?version=1",
    ):  # fmt: skip
        assert words in shown
    assert '<th scope="col">DIF</th>' not in shown  # before there is any letter
    assert shown.count("<svg") == 3 and "person_" not in shown and "A Candidate" not in shown


def test_report_is_one_file_that_loads_nothing_and_names_nobody(browser, answered, tmp_path: Path):
    response = browser.get(REPORT)
    text = response.content.decode()
    assert "attachment" in response["Content-Disposition"] and text.count("<svg") == 6
    assert not any(words in text for words in ("<link", "<script", "src=", "url(", "person_", "A Candidate"))
    assert "Modified Angoff: cut" in text_of(response) and "(UTC); version published" in text_of(response)
    assert text.count("<h1") == 1 and "Wrong passes" in text and "Lecturer, Practitioner, Teacher" in text
    call_command("exam_report", answered, "--out", str(tmp_path / "report.html"))
    assert "Technical report: Arithmetic, version 1" in (tmp_path / "report.html").read_text()


def test_report_of_a_demonstration_says_that_nobody_set_a_standard(bank, exam_author, client_of):
    api.publish_demonstration(bank.uuid, key="demo", title="Demo", actor_id=exam_author.pk)
    shown = text_of(client_of(exam_author).get("/mastery/author/exams/demo/report/"))
    assert "A plain" in shown and "None is stored" in shown and "no standard setting" in shown


@pytest.mark.parametrize("page", [SIMULATION, MEASUREMENT, REPORT, f"{REST}/simulations/", f"{REST}/measurement/"])
def test_another_author_and_a_learner_see_nothing_of_it(page, published, second_author, learner, client_of, client):
    for person in (second_author, learner):
        assert client_of(person).get(page).status_code == 403
    assert client.get(page).status_code in (302, 401, 403)
    for action in ("run", "cancel", "publish"):
        assert client_of(second_author).post(SIMULATION, {"action": action, **WISH}).status_code == 403


def test_cancel_of_another_exams_simulation_is_not_found(browser, bank, exam_key, exam_author):
    other = build_exam(bank, exam_author.pk, key="other")
    run = api.start_simulation(other, actor_id=exam_author.pk)
    response = browser.post(SIMULATION, {"action": "cancel", "run": run.uuid})
    assert response.status_code == 404 and api.get_simulation(run.uuid).state == "queued"
    assert browser.post(f"{REST}/simulations/{run.uuid}/cancel/").status_code == 404


def test_rest_starts_follows_and_cancels_a_simulation(browser, exam_key, django_capture_on_commit_callbacks):
    address = f"{REST}/simulations/"
    assert browser.get(address).status_code == 404
    started = browser.post(address, {"mean": 0.2}, content_type="application/json")
    assert started.status_code == 202 and started.json()["state"] == "queued"
    one = f"{address}{started.json()['uuid']}/"
    assert browser.post(f"{one}cancel/").json()["state"] == "cancelled"
    with django_capture_on_commit_callbacks(execute=True):
        browser.post(address, {"n_candidates": 100}, content_type="application/json")
    found = browser.get(address).json()
    assert found["state"] == "done" and found["report"]["n_candidates"] == 100 and found["is_current"]
    assert browser.post(address, {"sd": 99}, content_type="application/json").status_code == 400


def test_rest_measurement_has_the_items_and_no_people(browser, answered):
    found = browser.get(f"{REST}/measurement/").json()
    assert len(found["items"]) == 8 and found["items"][0]["rating"] and "person_0" not in str(found)
    assert browser.get(f"{REST}/measurement/?version=9").status_code == 409


def test_command_simulate_exam_prints_the_errors_and_refuses_with_remedies(exam_key, exam_author, capsys):
    call_command("simulate_exam", exam_key, "--by", exam_author.username, "--candidates", "100", "--seed", "3")
    assert "Wrong fails per 100:" in capsys.readouterr().out
    api.update_exam(exam_key, actor_id=exam_author.pk, minutes=None)
    with pytest.raises(CommandError, match="Set the minutes"):
        call_command("simulate_exam", exam_key, "--by", exam_author.username)
    with pytest.raises(CommandError, match="nobody"):
        call_command("simulate_exam", exam_key, "--by", "no_such_person")


def test_editor_saves_limits_and_own_cut_floors(browser, exam_key):
    page = "/mastery/author/exams/arithmetic/"
    form = {"action": "settings", "max_wrong_passes": "7,5", "max_wrong_fails": "10", "blueprint-adding": "2",
            "blueprint-times": "2", "floor-adding": "own_cut", "floor-times": "default"}  # fmt: skip
    browser.post(page, form)
    settings = api.get_draft(exam_key).settings
    assert settings["max_wrong_passes"] == "7.5" and settings["floor_rules"]["adding"] == "own_cut"
    assert "Its own cut" in text_of(browser.get(page))
    assert "from 0 to 100" in text_of(browser.post(page, {"action": "settings", "max_wrong_passes": "lots"}))
