"""Several competencies decided at once, by one adaptive test each."""

import json

import numpy as np
import pytest

from mastery_exam.psychometrics import (
    AdaptiveBank,
    AdaptivePlan,
    AdaptiveTest,
    CompetencyDelivery,
    CompetencyTests,
    ItemParameters,
    probability,
    simulate,
)

RNG = np.random.default_rng(6)
ITEMS = ItemParameters.rasch(RNG.normal(0, 1, 120))
CUTS = {"a": 0.0, "b": -0.5, "c": 0.3}


def make_tests(**extra):
    made = {}
    for number, (name, cut) in enumerate(CUTS.items()):
        own = np.arange(number, 120, 3)
        bank = AdaptiveBank(tuple(int(i) for i in own), ITEMS.take(own), (name,) * 40)
        made[name] = AdaptiveTest(bank, AdaptivePlan(cut=cut, min_items=4, max_items=15, **extra))
    return CompetencyTests(made)


TESTS = make_tests()


def run(theta, seed, **extra):
    rng = np.random.default_rng(seed)
    sitting = TESTS.begin(seed=seed, **extra)
    while sitting.passed is None:
        sitting.record(
            bool(rng.random() < probability(theta.get(sitting.choose().competency, 0), ITEMS)[sitting.choose().key])
        )
    return sitting


def test_sitting_passes_only_who_is_able_in_every_competency():
    assert run({"a": 4, "b": 4, "c": 4}, 1).passed is True
    partly = run({"a": 4, "b": -4, "c": 4}, 1)
    assert (partly.passed, partly.missed) == (False, ("b",))


def test_sitting_takes_turns_and_decides_each_on_its_own():
    sitting = run({"a": 3, "b": 0, "c": -3}, 2)
    lengths = {name: len(part.given) for name, part in sitting.sittings.items()}
    assert all(4 <= length <= 15 for length in lengths.values())
    fresh = TESTS.begin(seed=2)
    order = []
    for _ in range(6):
        order.append(fresh.choose().competency)
        fresh.record(True)
    assert order == ["a", "b", "c", "a", "b", "c"]
    with pytest.raises(ValueError, match="over"):
        sitting.choose()


def test_sitting_honours_excluded_and_eligible_and_replays():
    excluded, eligible = set(range(12)), set(range(90))
    sitting = run({"a": 0.2, "b": 0.2, "c": 0.2}, 3, excluded=excluded, eligible=eligible)
    evidence = json.loads(json.dumps(sitting.evidence()))
    steps = [step["key"] for part in evidence["competencies"].values() for step in part["steps"]]
    assert not set(steps) & excluded and set(steps) <= eligible
    record = []
    again = TESTS.begin(seed=3, excluded=excluded, eligible=eligible)
    answers = {step["key"]: step["right"] for part in evidence["competencies"].values() for step in part["steps"]}
    while again.passed is None:
        key = again.choose().key
        record.append((key, answers[key]))
        again.record(answers[key])
    replayed = TESTS.replay(record, seed=3, excluded=excluded, eligible=eligible)
    assert replayed.evidence() == sitting.evidence()
    with pytest.raises(ValueError, match="of the record"):
        TESTS.replay(record[1:], seed=3, excluded=excluded, eligible=eligible)


def test_p_wrong_is_the_chance_about_all_of_them_together():
    sitting = run({"a": 4, "b": 4, "c": 4}, 4)
    able = np.prod([part.p_above for part in sitting.sittings.values()])
    assert sitting.p_wrong == pytest.approx(1 - able)


def test_item_in_two_competencies_is_refused():
    one = TESTS.tests["a"]
    with pytest.raises(ValueError, match="two of them"):
        CompetencyTests({"a": one, "b": one})


def test_simulate_several_competencies_fails_more_than_one_overall():
    report = simulate(CompetencyDelivery(TESTS, {i: i for i in range(120)}), ITEMS, n_candidates=300, n_borderline=20)
    assert report.wrong_fails_per_100 > report.wrong_passes_per_100
    assert 12 <= report.mean_items <= 45
