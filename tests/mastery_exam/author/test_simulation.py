"""Simulating an exam's forms: the report, the author's limits, progress, cancelling, and what publishing keeps."""

from __future__ import annotations

import pytest
from small_bank import build_bank, build_exam, keys, rate

from mastery_exam import api
from mastery_exam.errors import InvalidInput, PublishRefused, SimulationNotFound, WrongState
from mastery_exam.models import ExamVersion, Form, SimulationRun
from mastery_exam.services import simulating
from mastery_exam.services.simulated_forms import people_to_simulate
from mastery_exam.services.simulating import SimulationCancelled, run_simulation

pytestmark = [pytest.mark.django_db, pytest.mark.thousand]
State = SimulationRun.State


@pytest.fixture
def simulate(exam_key, exam_author):
    def run(**options):
        return api.simulate_exam(exam_key, actor_id=exam_author.pk, **{"seed": 5, "n_candidates": 300, **options})

    return run


def test_simulate_exam_reports_both_errors_and_they_add_up_to_the_accuracy(simulate):
    found = simulate()
    report = found.report
    assert found.state == State.DONE and found.is_current and found.done == found.total == people_to_simulate(300)
    wrong = report["wrong_passes_per_100"] + report["wrong_fails_per_100"]
    assert report["accuracy"] * 100 == pytest.approx(100 - wrong)
    assert sum(row["n"] for row in report["by_theta"]) == 300
    assert all(row["low"] is None or row["low"] >= -3 for row in report["by_theta"])
    assert len(report["form_pass_rates"]) == 2
    assert report["borderline_pass_all"] >= report["borderline_pass"] > 0


def test_simulate_exam_with_the_same_seed_gives_the_same_report(simulate):
    assert simulate().report == simulate().report
    assert simulate().report != simulate(seed=6).report


def test_simulate_exam_with_able_candidates_fails_fewer_and_says_what_it_assumed(simulate):
    able, weak = simulate(mean=1.5), simulate(mean=-1.5)
    assert able.assumptions.mean == 1.5 and able.report["pass_rate"] > weak.report["pass_rate"]
    assert [row["mean"] for row in able.report["other_means"]] == [1.0, 2.0]


def test_simulate_exam_with_a_try_per_form_gives_a_borderline_person_more_chances(simulate, exam_key, exam_author):
    once = _tries(exam_key, exam_author, 1, simulate)
    twice = _tries(exam_key, exam_author, 2, simulate)
    assert once["borderline_pass_all"] == once["borderline_pass"]
    assert twice["borderline_pass_all"] > once["borderline_pass_all"] + 0.1


def test_simulate_exam_never_gives_a_borderline_person_more_tries_than_forms(simulate, exam_key):
    assert api.get_draft(exam_key).settings["max_attempts"] == 3
    found = simulate()
    assert found.assumptions.max_attempts == 2 and found.report["repeated_items"] == 0
    assert "fewer_forms_than_tries" in {note.code for note in api.check_exam(exam_key).notes}


def _tries(key, author, tries, simulate):
    api.update_exam(key, actor_id=author.pk, max_attempts=tries)
    return simulate().report


def test_publish_exam_stores_a_simulation_of_the_frozen_forms_with_the_version(exam_key, exam_author):
    api.publish_exam(exam_key, actor_id=exam_author.pk)
    run = SimulationRun.objects.get()
    assert run.exam_version == ExamVersion.objects.get() and run.state == State.DONE and run.n_candidates == 1000
    frozen = set(Form.objects.values_list("items__version_item__item_version__item__key", flat=True))
    assert set(run.report["exposure"]) == frozen
    assert api.find_simulation(exam_key, version_num=1).version_num == 1


def test_publish_exam_after_a_simulation_freezes_the_simulated_forms(exam_key, exam_author, simulate):
    seen = simulate(n_candidates=1000, mean=0.3)
    api.publish_exam(exam_key, actor_id=exam_author.pk)
    run = SimulationRun.objects.get()
    assert run.uuid == seen.uuid and run.exam_version.seed == 5 and run.assumptions["mean"] == 0.3


def test_publish_exam_after_the_draft_changed_simulates_again(exam_key, exam_author, simulate):
    seen = simulate(n_candidates=1000)
    api.update_exam(exam_key, actor_id=exam_author.pk, max_attempts=2)
    assert not api.get_simulation(seen.uuid).is_current
    api.publish_exam(exam_key, actor_id=exam_author.pk)
    assert SimulationRun.objects.get(exam_version__isnull=False).uuid != seen.uuid


@pytest.mark.parametrize("name", ["max_wrong_passes", "max_wrong_fails"])
def test_publish_exam_above_the_authors_limit_is_refused_and_the_report_kept(exam_key, exam_author, name):
    api.update_exam(exam_key, actor_id=exam_author.pk, **{name: "0.5"})
    with pytest.raises(PublishRefused) as refused:
        api.publish_exam(exam_key, actor_id=exam_author.pk)
    code = f"too_many_{name.removeprefix('max_')}"
    assert [refusal.code for refusal in refused.value.refusals] == [code]
    assert "0.5" in refused.value.refusals[0].message and not ExamVersion.objects.exists()
    assert [refusal.code for refusal in api.find_simulation(exam_key).refusals] == [code]
    api.update_exam(exam_key, actor_id=exam_author.pk, **{name: "100"})
    assert api.publish_exam(exam_key, actor_id=exam_author.pk).version_num == 1


def test_own_cut_floor_without_a_limit_for_wrong_fails_is_refused(exam_key, exam_author):
    api.update_exam(exam_key, actor_id=exam_author.pk, floor_rules={"adding": "own_cut"})
    assert [refusal.code for refusal in api.check_exam(exam_key).refusals] == ["own_cut_without_limit"]
    api.update_exam(exam_key, actor_id=exam_author.pk, max_wrong_fails="60")
    assert not api.check_exam(exam_key).refusals


def test_own_cut_floor_asks_for_the_areas_cut_and_fails_more(exam_author, tmp_path):
    bank = build_bank(tmp_path, exam_author.pk, per_area=10)
    rate(bank, exam_author.pk, {key: "0.62" for members in keys(10).values() for key in members})
    key = build_exam(bank, exam_author.pk, blueprint={"adding": 5, "times": 5}, max_wrong_fails="60")
    default = api.simulate_exam(key, actor_id=exam_author.pk, seed=2).report
    api.update_exam(key, actor_id=exam_author.pk, floor_rules={"adding": "own_cut", "times": "own_cut"})
    strict = api.simulate_exam(key, actor_id=exam_author.pk, seed=2).report
    assert strict["wrong_fails_per_100"] > default["wrong_fails_per_100"]
    api.publish_exam(key, actor_id=exam_author.pk)
    assert ExamVersion.objects.get().floors == {"adding": 4, "times": 4}  # 5 x .62 = 3.1 marks


def test_simulate_exam_that_cannot_be_drawn_is_refused_and_writes_no_run(exam_key, exam_author):
    api.update_exam(exam_key, actor_id=exam_author.pk, n_forms=5)
    with pytest.raises(PublishRefused):
        api.simulate_exam(exam_key, actor_id=exam_author.pk)
    assert not SimulationRun.objects.exists()


@pytest.mark.parametrize(
    ("option", "value"), [("n_candidates", 0), ("n_candidates", 20_001), ("sd", 0), ("mean", 9), ("judges_error", -1)]
)
def test_simulate_exam_beyond_its_limits_names_the_field(simulate, option, value):
    with pytest.raises(InvalidInput) as wrong:
        simulate(**{option: value})
    assert list(wrong.value.fields) == [option]


def test_start_simulation_waits_for_the_commit_and_a_second_one_is_refused(
    exam_key, exam_author, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        run = api.start_simulation(exam_key, actor_id=exam_author.pk, n_candidates=50)
        assert run.state == State.QUEUED
        with pytest.raises(WrongState):
            api.start_simulation(exam_key, actor_id=exam_author.pk)
    assert api.get_simulation(run.uuid).state == State.DONE


def test_cancel_simulation_that_waits_leaves_nothing_for_the_worker(exam_key, exam_author):
    run = api.start_simulation(exam_key, actor_id=exam_author.pk)
    assert api.cancel_simulation(run.uuid, actor_id=exam_author.pk).state == State.CANCELLED
    run_simulation(run.uuid)
    assert api.get_simulation(run.uuid).state == State.CANCELLED


def test_cancel_simulation_that_runs_stops_it_at_its_next_word(exam_key, exam_author, monkeypatch):
    monkeypatch.setattr(simulating, "SECONDS_BETWEEN_WRITES", 0)
    run = api.start_simulation(exam_key, actor_id=exam_author.pk)
    row = SimulationRun.objects.get(uuid=run.uuid)
    SimulationRun.objects.filter(pk=row.pk).update(state=State.RUNNING)
    tell = simulating._progress_of(row)
    tell(340)
    assert api.get_simulation(run.uuid).done == 340
    api.cancel_simulation(run.uuid, actor_id=exam_author.pk)
    with pytest.raises(SimulationCancelled):
        tell(341)
    assert api.get_simulation(run.uuid).done == 340


def test_run_simulation_cancelled_meanwhile_stores_no_report(exam_key, exam_author, monkeypatch):
    run = api.start_simulation(exam_key, actor_id=exam_author.pk)
    real = simulating.draw_delivery

    def cancelled_while_drawing(plan, *, seed):
        api.cancel_simulation(run.uuid, actor_id=exam_author.pk)
        return real(plan, seed=seed)

    monkeypatch.setattr(simulating, "draw_delivery", cancelled_while_drawing)
    run_simulation(run.uuid)
    found = api.get_simulation(run.uuid)
    assert found.state == State.CANCELLED and found.report == {}


def test_run_simulation_whose_draft_became_impossible_says_why(exam_key, exam_author):
    run = api.start_simulation(exam_key, actor_id=exam_author.pk)
    api.update_exam(exam_key, actor_id=exam_author.pk, minutes=None)
    run_simulation(run.uuid)
    found = api.get_simulation(run.uuid)
    assert found.state == State.FAILED and [refusal.code for refusal in found.refusals] == ["minutes_missing"]


def test_simulation_that_is_over_cannot_change_its_state():
    for state in (State.DONE, State.CANCELLED, State.FAILED):
        with pytest.raises(ValueError, match="cannot go"):
            simulating._move(SimulationRun(), state, State.RUNNING)


def test_get_simulation_unknown_raises():
    with pytest.raises(SimulationNotFound):
        api.get_simulation("00000000-0000-4000-8000-000000000000")
