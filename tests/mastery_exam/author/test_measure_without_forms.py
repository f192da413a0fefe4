"""Measuring, reporting and calibrating versions whose sittings have questions of their own, from real sittings."""

from __future__ import annotations

from io import StringIO
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from django.core.management import call_command
from rule_drafts import LINEAR, TEST, Stage, build_wide_bank, sit

from mastery_exam import api
from mastery_exam.models import AttemptItem, Decision, ItemVersion
from mastery_exam.psychometrics import eap, plan_from_dict, posterior_accuracy, rudner
from mastery_exam.services import calibrating
from mastery_exam.services.item_evidence import responses_of
from mastery_exam.services.version_scale import parameters_of, scale_of

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
ABILITIES = (0.35, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7, 0.9)


@pytest.fixture
def world(request, exam_author, tmp_path, make_user):
    """Eight people's sittings of an exam that tries out one question, by the rule that the test asks for."""
    bank = build_wide_bank(tmp_path, exam_author.pk)
    stage = Stage.of(bank, exam_author.pk, "formless", pilot_items=1, **request.param)
    stage.pilots("adding_14")
    version = stage.publish()
    for num, ability in enumerate(ABILITIES):
        sit(make_user(f"person_{num}"), stage.key, ability)
    return SimpleNamespace(stage=stage, key=stage.key, version=version, author=exam_author)


adaptive_world = pytest.mark.parametrize("world", [TEST], indirect=True, ids=["classification"])
linear_world = pytest.mark.parametrize("world", [LINEAR], indirect=True, ids=["linear"])
both_worlds = pytest.mark.parametrize("world", [TEST, LINEAR], indirect=True, ids=["classification", "linear"])


@both_worlds
def test_item_rows_count_what_was_given_and_answered(world):
    found = api.measure_exam(world.key)
    assert found.n_results == found.n_sittings == 8 and found.alphas == ()
    given = AttemptItem.objects.filter(attempt__exam_version=world.version, version_item__use="scored").count()
    scored = [row for row in found.items if row.use == "scored"]
    assert sum(row.exposure for row in scored) == sum(row.n for row in scored) == given and len(scored) == 27
    assert all(row.exposure_share == row.exposure / 8 and row.form_num is None and row.dif == "" for row in scored)
    right = [item["correct"] for d in Decision.objects.all() for item in d.evidence["items"] if item["use"] == "scored"]
    assert sum(row.p * row.n for row in scored if row.n) == pytest.approx(sum(right))
    assert 0 < found.overlap <= 1


@both_worlds
def test_item_that_is_tried_out_has_its_row_and_counts_for_nobody(world):
    (row,) = [row for row in api.measure_exam(world.key).items if row.use == "pilot"]
    # It is rated .79 in the judges' eyes: everybody but the last is right on it.
    assert (row.key, row.n, row.exposure_share, row.rating) == ("adding_14", 8, 1.0, None) and row.p == 7 / 8
    assert all("adding_14" not in {key.key for key in group.items} for group in [*_scored_keys(world.version)])


def _scored_keys(version):
    for group in responses_of(version):
        yield SimpleNamespace(items=[item.item_version.item for item in group.items])


@both_worlds
def test_quality_is_the_mean_posterior_of_the_stored_decisions_and_rudners_on_the_frozen_parameters(world):
    quality = api.measure_exam(world.key).quality
    posteriors = [(d.evidence.get("posterior") or d.evidence)["p_above"] for d in Decision.objects.all()]
    assert quality.n == 8 and quality.posterior_accuracy == pytest.approx(posterior_accuracy(posteriors))
    assert quality.posterior_accuracy == pytest.approx(np.mean([max(p, 1 - p) for p in posteriors]))
    (group,) = responses_of(world.version)
    estimates = eap(group.correct, parameters_of(group.items, scale_of(world.version)))
    assert quality.accuracy == pytest.approx(rudner(estimates.theta, estimates.se, [0.0]).accuracy)


@linear_world
def test_quality_of_decisions_that_kept_no_posterior_is_rudners_alone(world):
    for decision in Decision.objects.all():
        del decision.evidence["posterior"]
        decision.save()
    quality = api.measure_exam(world.key).quality
    assert quality.posterior_accuracy is None and 0.5 < quality.accuracy <= 1 and 0 < quality.consistency <= 1


@adaptive_world
def test_information_is_that_of_a_mean_sitting_around_the_frozen_cut(world):
    (curve,) = api.measure_exam(world.key).information
    given = AttemptItem.objects.filter(attempt__exam_version=world.version, version_item__use="scored").count() / 8
    assert curve.form_num is None and 0 < max(curve.information) <= 0.25 * given + 1e-9
    peak = curve.theta[int(np.argmax(curve.information))]
    assert abs(peak) < 1.0 and plan_from_dict(world.version.delivery_plan["plan"]).cut == 0.0


def test_information_before_any_sitting_is_that_of_the_simulation(exam_author, tmp_path):
    stage = Stage.of(build_wide_bank(tmp_path, exam_author.pk), exam_author.pk, "formless", **TEST)
    version = stage.publish()
    found = api.measure_exam(stage.key)
    (curve,) = found.information
    mean_items = version.simulation.report["mean_items"]
    assert 0.15 * mean_items < max(curve.information) <= 0.25 * mean_items + 1e-9
    assert found.quality is None and found.overlap is None and found.n_sittings == 0


@both_worlds
def test_pages_and_report_say_that_alpha_does_not_apply(world, client_of, tmp_path: Path):
    browser = client_of(world.author)
    shown = " ".join(browser.get(f"/mastery/author/exams/{world.key}/measurement/").content.decode().split())
    for words in ("Alpha does not apply", "Accuracy by Rudner", "Mean sitting", "How often items come up",
                  "(tried out)", "All items of the version", "Distractors"):  # fmt: skip
        assert words in shown, words
    assert "person_" not in shown and "Who would pass at other cuts" not in shown
    call_command("exam_report", world.key, "--out", str(tmp_path / "report.html"), stdout=StringIO())
    report = (tmp_path / "report.html").read_text()
    assert "Alpha does not apply" in report and "person_" not in report and "None" not in report.split("<h2>")[1]
    if world.version.delivery_rule == "classification":
        assert "expected share decided rightly" in shown.lower() and "Adaptive classification" in report
        assert "5 to 8 questions" in report or "6 to 9 questions" in report


@both_worlds
def test_options_are_counted_among_those_who_were_asked(world):
    found = api.measure_exam(world.key)
    answered = {row.key: row.n for row in found.items if row.use == "scored"}
    for key, n in answered.items():
        chosen = [row.n for row in found.options if row.item_key == key]
        assert sum(chosen) == (n if n > 1 else 0)


@both_worlds
def test_calibration_takes_answers_by_item_and_names_what_was_tried_out(world, monkeypatch):
    responses = calibrating.first_responses(world.version.exam)
    pilot = str(ItemVersion.objects.get(item__key="adding_14").uuid)
    assert responses.pilots == {pilot} and len(responses.table) == 8
    given = AttemptItem.objects.filter(attempt__exam_version=world.version).count()
    assert int((~np.isnan(responses.table)).sum()) == given
    monkeypatch.setattr(calibrating, "enough_responses", lambda n, model: np.asarray(n) > 0)
    out = StringIO()
    call_command("calibrate_exam", world.key, "--by", world.author.username, stdout=out, stderr=StringIO())
    found = api.find_calibration(world.stage.bank.uuid)
    by_key = {item.key: item for item in found.items}
    assert by_key["adding_14"].use == "pilot" and {i.use for k, i in by_key.items() if k != "adding_14"} == {"scored"}
    assert "tried out" in out.getvalue()


@adaptive_world
def test_simulate_exam_command_tells_length_and_exposure(world):
    out = StringIO()
    call_command("simulate_exam", world.key, "--by", world.author.username, "--candidates", "60", stdout=out)
    assert "Questions: mean" in out.getvalue() and "Largest exposure" in out.getvalue()
    assert "Spread between forms" not in out.getvalue()
