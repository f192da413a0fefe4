"""The authors' pages for the delivery rules: the editor's fields, publishing through the simulation, its report."""

from __future__ import annotations

import pytest
from rule_drafts import Stage, build_wide_bank

from mastery_exam import api
from mastery_exam.models import ExamVersion, SimulationRun

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

EDITOR = "/mastery/author/exams/rules/"
TEST = {"min_items": "5", "max_items": "8", "confidence": "0.9", "exposure_cap": "0.4"}


@pytest.fixture
def browser(client_of, exam_author):
    return client_of(exam_author)


@pytest.fixture
def draft(exam_author, tmp_path) -> str:
    bank = build_wide_bank(tmp_path, exam_author.pk)
    return Stage.of(bank, exam_author.pk, "rules", max_attempts=2).key


def text_of(response) -> str:
    return " ".join(response.content.decode().split())


def settings_of(key: str) -> dict:
    return api.get_draft(key).settings


def save(browser, **form):
    return browser.post(EDITOR, {"action": "settings", **form}, follow=True)


def simulated(browser, capture) -> str:
    with capture(execute=True):
        browser.post(EDITOR, {"action": "publish"})
    return text_of(browser.get(f"{EDITOR}simulation/"))


def accept(browser) -> str:
    form = {"action": "publish", "run": SimulationRun.objects.latest("id").uuid}
    return text_of(browser.post(f"{EDITOR}simulation/", form, follow=True))


def test_editor_saves_the_chosen_rules_fields_and_leaves_the_others_as_they_were(browser, draft):
    done = save(browser, delivery_rule="classification", n_forms="nonsense", **TEST)
    assert done.status_code == 200
    saved = settings_of(draft)
    assert (saved["delivery_rule"], saved["min_items"], saved["confidence"]) == ("classification", 5, "0.9")
    assert saved["n_forms"] == 2
    save(browser, delivery_rule="fixed", min_items="7", n_forms="3")
    assert (settings_of(draft)["min_items"], settings_of(draft)["n_forms"]) == (5, 3)


def test_editor_wrong_value_of_the_chosen_rule_is_kept_and_named(browser, draft):
    page = save(browser, delivery_rule="classification", **(TEST | {"exposure_cap": "2"}))
    assert page.status_code == 400 and '<a href="#exposure_cap">' in text_of(page) and 'value="2"' in text_of(page)
    assert settings_of(draft)["delivery_rule"] == "fixed"


def test_editor_unknown_rule_is_named(browser, draft):
    assert '<a href="#delivery_rule">' in text_of(save(browser, delivery_rule="shadow"))


def test_editor_offers_the_banks_calibrations_and_keeps_an_empty_choice(browser, draft):
    page = text_of(browser.get(EDITOR))
    assert "From the judges&#x27; ratings" in page and "From calibration" not in page
    save(browser, delivery_rule="classification", calibration_num="")
    assert settings_of(draft)["calibration_num"] is None


def test_publishing_a_test_shows_length_exposure_and_repeats_and_publishes_with_one_click(
    browser, draft, django_capture_on_commit_callbacks
):
    save(browser, delivery_rule="classification", **TEST)
    report = simulated(browser, django_capture_on_commit_callbacks)
    told = [
        "Length, questions: mean",
        "Mean number of questions by true ability",
        "one of all 2 tries",
        "(limit 40",
        "two sittings have in common",
        "Questions, mean",
        "seen before in another try",
    ]
    for words in told:
        assert words in report, words
    assert "A borderline person reaches the marks needed" not in report and "Accept and publish" in report
    assert "come up more often than your limit" not in report
    done = accept(browser)
    assert "Version 1 is published" in done
    editor = text_of(browser.get(EDITOR))
    assert "5 to 8 questions" in editor and "0.00 logits" in editor and "Least questions" in editor
    assert "<dd>0.9</dd>" in editor and "about 40 %" in editor and "marks on all its items" in editor
    assert "draws no forms beforehand" in editor


def test_report_says_where_the_limit_of_exposure_cannot_hold(browser, draft, django_capture_on_commit_callbacks):
    save(browser, delivery_rule="classification", **(TEST | {"exposure_cap": "0.1"}))
    report = simulated(browser, django_capture_on_commit_callbacks)
    assert "come up more often than your limit" in report and "(limit 10" in report
    assert "exposure_cap_strained" in {note.code for note in api.check_exam(draft).notes}


def test_publishing_forms_on_the_fly_tells_their_marks(browser, draft, django_capture_on_commit_callbacks):
    save(browser, delivery_rule="linear_on_the_fly")
    report = simulated(browser, django_capture_on_commit_callbacks)
    assert "two sittings have in common" in report and "Mean number of questions" not in report
    accept(browser)
    version = ExamVersion.objects.get()
    assert version.simulation.report["length_quantiles"] == [4, 4, 4]
    assert "<dt>Marks needed</dt><dd>3</dd>" in text_of(browser.get(EDITOR))


@pytest.mark.thousand
def test_publishing_with_too_few_simulated_candidates_simulates_a_thousand_first(
    browser, draft, exam_author, django_capture_on_commit_callbacks
):
    api.simulate_exam(draft, actor_id=exam_author.pk, n_candidates=50)
    with django_capture_on_commit_callbacks(execute=True):
        page = accept(browser)
    assert "1000 candidates first" in page and not ExamVersion.objects.exists()
    assert SimulationRun.objects.get(n_candidates=1000).state == "done"


def test_publishing_while_a_simulation_runs_leads_to_its_progress(browser, draft, exam_author):
    run = api.start_simulation(draft, actor_id=exam_author.pk)
    page = browser.post(EDITOR, {"action": "publish"}, follow=True)
    assert page.redirect_chain[-1][0] == f"{EDITOR}simulation/" and str(run.uuid) in text_of(page)
    assert SimulationRun.objects.count() == 1


def test_publishing_what_is_not_ready_is_refused_before_any_simulation(browser, draft, exam_author):
    api.update_exam(draft, actor_id=exam_author.pk, minutes=None)
    refused = browser.post(EDITOR, {"action": "publish"})
    assert refused.status_code == 409 and not SimulationRun.objects.exists()
