"""Decision accuracy and consistency, the posterior that is kept and never shown, fit, the calibrated map, groups."""

from __future__ import annotations

import math
import random
from pathlib import Path

import numpy as np
import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from small_bank import build_bank, build_exam

from mastery_exam import api
from mastery_exam.errors import ImportRefused
from mastery_exam.models import (
    Attempt,
    AttemptItem,
    Authorisation,
    BankCalibration,
    CalibratedItem,
    Decision,
    ExamVersion,
    Registration,
)
from mastery_exam.psychometrics import alpha as alpha_of
from mastery_exam.psychometrics import beta_binomial_evidence, hanson_brennan, huynh, subkoviak
from mastery_exam.services.deciding import write_decision
from mastery_exam.services.group_dif import read_groups
from mastery_exam.services.measure_quality import measure_quality
from mastery_exam.services.panel_report import get_panel_report

pytestmark = pytest.mark.django_db
PAGE = "/mastery/author/exams/arithmetic/"


def text_of(response) -> str:
    return " ".join(response.content.decode().split())


@pytest.fixture
def big_bank(tmp_path, exam_author):
    """Sixteen items in two areas."""
    return build_bank(tmp_path, exam_author.pk, per_area=8)


@pytest.fixture
def version(big_bank, exam_author) -> ExamVersion:
    """One form of twelve items, published."""
    build_exam(big_bank, exam_author.pk, n_forms=1, blueprint={"adding": 6, "times": 6}, max_attempts=1)
    api.publish_exam("arithmetic", actor_id=exam_author.pk)
    return ExamVersion.objects.get()


def seat(version: ExamVersion, user, right: list[bool]) -> Decision:
    """A decided sitting with these answers, written as deciding writes it, without the engine in between."""
    now, form = timezone.now(), version.forms.get()
    registration = Registration.objects.create(
        user=user,
        exam=version.exam,
        exam_version=version,
        legal_name="A Candidate",
        terms_version="2026-11",
        terms_accepted_at=now,
    )
    authorisation = Authorisation.objects.create(registration=registration)
    attempt = Attempt.objects.create(
        registration=registration, authorisation=authorisation, user=user, exam=version.exam, exam_version=version,
        form=form, num=1, seed=1, state=Attempt.State.SUBMITTED, started_at=now, ends_at=now,
        submitted_at=now, device_hash="d",
    )  # fmt: skip
    evidence = []
    rows = form.items.order_by("position").select_related("version_item__item_version__item")
    for row, is_right in zip(rows, right, strict=True):
        frozen = row.version_item
        AttemptItem.objects.create(attempt=attempt, version_item=frozen, position=row.position, seed=1)
        evidence.append(
            {
                "position": row.position, "item": frozen.item_version.item.key, "use": "scored", "parts": [],
                "item_version": str(frozen.item_version.uuid), "competency": frozen.competency_key,
                "rating": str(frozen.rating), "correct": is_right,
            }
        )  # fmt: skip
    return write_decision(attempt, evidence)


@pytest.fixture
def cohort(version, make_user) -> np.ndarray:
    """Forty people of differing ability; returns their answers."""
    draw = random.Random(3)
    table = []
    for num in range(40):
        ability = draw.gauss(0.4, 1.2)
        right = [draw.random() < 1 / (1 + math.exp(-(ability - 0.15 * place + 0.9))) for place in range(12)]
        seat(version, make_user(f"person_{num}"), right)
        table.append(right)
    return np.array(table, dtype=float)


def calibrated(version: ExamVersion, author) -> BankCalibration:
    """A calibration of the form's items with known parameters."""
    row = BankCalibration.objects.create(
        bank=version.exam.bank, exam=version.exam, num=1, model="rasch", n_persons=40, population_sd=1.2,
        log_likelihood=0, converged=True, created_by=author,
    )  # fmt: skip
    for place, item in enumerate(version.forms.get().items.order_by("position")):
        CalibratedItem.objects.create(
            calibration=row, item_version=item.version_item.item_version, state="calibrated", n=40, a=1.0,
            b=-1.0 + 0.1 * place, infit=1.0 if place else 1.45, outfit=1.0,
        )  # fmt: skip
    return row


def test_decision_by_marks_keeps_its_posterior_prior_and_the_error_of_the_cut(version, learner):
    decision = seat(version, learner, [True] * 9 + [False] * 3)
    kept = decision.evidence["posterior"]
    error = float(version.pass_mark_record["generalised_error"])
    expected = beta_binomial_evidence(9, 12, cut=7.2, cut_se=error)
    assert kept["p_above"] == pytest.approx(expected.p_above, abs=1e-9) and 0.5 < kept["p_above"] < 1
    assert kept["prior"] == [1.0, 1.0] and kept["cut"] == pytest.approx(7.2) and kept["cut_se"] == error
    assert kept["model"] == "beta-binomial" and kept["n_items"] == 12


def test_posterior_grows_with_the_marks(version, make_user):
    chances = [
        seat(version, make_user(f"with_{n}"), [place < n for place in range(12)]).evidence["posterior"]["p_above"]
        for n in (0, 4, 8, 12)
    ]
    assert chances == sorted(chances) and chances[0] < 0.01 and chances[-1] > 0.97


def test_forms_quality_says_nothing_of_few_decisions(version, learner):
    seat(version, learner, [True] * 12)
    (row,) = measure_quality("arithmetic").forms_quality
    assert row.n == 1 and row.posterior_accuracy is None and row.methods == ()


def test_forms_quality_after_the_first_cohort_has_every_method(version, cohort):
    found = measure_quality("arithmetic")
    (row,) = found.forms_quality
    methods = {method.method: method for method in row.methods}
    assert list(methods) == ["Livingston-Lewis", "Hanson-Brennan", "Huynh", "Subkoviak"]
    marks, needed = cohort.sum(axis=1), row.marks_needed
    counts = np.bincount(marks.astype(int), minlength=13)
    assert methods["Hanson-Brennan"].accuracy == pytest.approx(hanson_brennan(counts, cuts=[needed]).accuracy)
    expected = huynh(marks.mean(), marks.var(ddof=1), 12, needed)
    assert (methods["Huynh"].consistency, methods["Huynh"].kappa) == pytest.approx(expected)
    expected = subkoviak(counts, cut=needed, reliability=alpha_of(cohort))
    assert (methods["Subkoviak"].consistency, methods["Subkoviak"].kappa) == pytest.approx(expected)
    stored = [row.evidence["posterior"]["p_above"] for row in Decision.objects.all()]
    assert row.posterior_accuracy == pytest.approx(np.mean([max(p, 1 - p) for p in stored]))


def test_report_and_page_show_decision_consistency(version, cohort, client_of, exam_author):
    browser = client_of(exam_author)
    for address in (f"{PAGE}measurement/", f"{PAGE}report/"):
        shown = text_of(browser.get(address))
        for words in ("Decision accuracy and consistency", "Hanson-Brennan", "Subkoviak", "Beta(1, 1)", "7.20 ±"):
            assert words in shown, (address, words)
        assert "person_" not in shown


def test_fit_comes_from_the_newest_calibration_and_flags_what_lies_outside(version, cohort, exam_author, client_of):
    calibrated(version, exam_author)
    fit = measure_quality("arithmetic").fit
    assert [row.look for row in fit] == [True] + [False] * 11
    assert fit[0].infit == 1.45 and fit[0].s_x2 is None  # forty people are too few for S-X2
    shown = text_of(client_of(exam_author).get(f"{PAGE}measurement/"))
    assert shown.count("look at it") == 1 and shown.count("as expected") == 11 and "S-X2 (p)" in shown


def test_s_x2_flags_the_item_that_does_not_follow_the_model(version, exam_author, monkeypatch):
    from mastery_exam.services import calibrated_measures, item_evidence

    row = calibrated(version, exam_author)
    group = item_evidence.responses_of(version)[0]
    draw = np.random.default_rng(5)
    theta = draw.normal(0, 1.2, 2000)
    b = -1.0 + 0.1 * np.arange(12)
    table = (draw.random((2000, 12)) < 1 / (1 + np.exp(-(theta[:, None] - b)))).astype(float)
    table[:, 5] = draw.random(2000) < 0.5  # answered by chance, whatever the ability
    from attrs import evolve

    fit = calibrated_measures.item_fit(row, [evolve(group, correct=table)])
    assert fit[5].s_x2_p < 1e-6 and fit[5].look
    assert sum(item.s_x2_p < 0.01 for num, item in enumerate(fit) if num != 5) <= 2


def test_calibrated_map_puts_the_cut_where_the_expected_marks_equal_the_ratings(version, cohort, exam_author):
    calibrated(version, exam_author)
    found = measure_quality("arithmetic").calibrated_map
    b = -1.0 + 0.1 * np.arange(12)
    assert (1 / (1 + np.exp(-(found.cut - b)))).sum() == pytest.approx(12 * 0.6, abs=1e-6)
    assert len(found.abilities) == 40
    assert [value for _key, value in found.difficulties] == pytest.approx(b - found.cut)


def test_page_shows_the_calibrated_map_with_its_table(version, cohort, exam_author, client_of):
    calibrated(version, exam_author)
    shown = text_of(client_of(exam_author).get(f"{PAGE}measurement/"))
    assert "Items from the hardest to the easiest" in shown and shown.count("<svg") == 4


def test_group_dif_under_200_of_a_group_is_not_enough_data(version, cohort):
    groups = {f"person_{num}": "north" if num < 25 else "south" for num in range(40)} | {"nobody": "north"}
    rows = measure_quality("arithmetic", groups=groups).group_dif
    assert len(rows) == 12 and {row.letter for row in rows} == {"not enough data"}
    assert (rows[0].reference, rows[0].focal, rows[0].n_reference, rows[0].n_focal) == ("north", "south", 25, 15)
    assert rows[0].delta is None


def test_group_dif_with_enough_people_gives_letters(version, cohort, monkeypatch):
    from mastery_exam.services import group_dif

    monkeypatch.setattr(group_dif, "LEAST_GROUP", 10)
    groups = {f"person_{num}": "north" if num < 25 else "south" for num in range(40)}
    rows = measure_quality("arithmetic", groups=groups).group_dif
    assert {row.letter for row in rows} <= {"A", "B", "C", "not enough data"} and "A" in {row.letter for row in rows}


@pytest.mark.parametrize(
    ("text", "words"),
    [("user\nanna", "Missing: group"), ("user,group\nanna,x\nanna,y", "two lines"), ("user,group\nanna,", "empty")],
)
def test_read_groups_names_what_is_wrong(text, words):
    with pytest.raises(ImportRefused) as refused:
        read_groups(text)
    assert words in " ".join([refused.value.user_message, *(p.message for p in refused.value.problems)])


def test_command_exam_report_takes_groups_and_keeps_nothing(version, cohort, tmp_path: Path):
    names = "".join(f"person_{num},{'north' if num % 2 else 'south'}\n" for num in range(40))
    (tmp_path / "groups.csv").write_text(f"user,group\n{names}")
    out = tmp_path / "report.html"
    call_command("exam_report", "arithmetic", "--out", str(out), "--groups", str(tmp_path / "groups.csv"))
    text = out.read_text()
    assert "DIF between groups" in text and "person_" not in text
    (tmp_path / "wrong.csv").write_text("user,group\nanna,x\nanna,y\n")
    with pytest.raises(CommandError, match="two lines"):
        call_command("exam_report", "arithmetic", "--out", str(out), "--groups", str(tmp_path / "wrong.csv"))
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("exam_report", "arithmetic", "--out", str(out), "--groups", str(tmp_path / "none.csv"))


def test_panel_report_impact_and_theta_from_the_cohort(version, cohort, big_bank, exam_author):
    calibrated(version, exam_author)
    found = get_panel_report(big_bank.uuid, num=1)
    assert found.n_sittings == 40 and [row.steps for row in found.impact] == [-2, -1, 0, 1, 2]
    # Everybody against the cut of the same twelve questions, 7.2 marks, so 8 of them; the judges agree without error.
    assert found.impact[2].pass_rate == pytest.approx((cohort.sum(axis=1) >= 8).mean())
    assert found.impact[2].percent == pytest.approx(60)
    b = -1.0 + 0.1 * np.arange(12)
    assert found.theta.n_items == 12 and found.theta.calibration_num == 1
    assert (1 / (1 + np.exp(-(found.theta.theta - b)))).sum() == pytest.approx(7.2, abs=1e-6)
