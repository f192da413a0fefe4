"""The adaptive test: quotas, stopping, reproducibility, enemies, exposure, refusal."""

import json
from dataclasses import asdict

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mastery_exam.psychometrics import (
    AdaptiveBank,
    AdaptivePlan,
    AdaptiveTest,
    Criterion,
    GeneralisedLikelihoodRatio,
    Grid,
    IntervalRule,
    ItemParameters,
    PosteriorRule,
    Quota,
    QuotaError,
    SequentialProbabilityRatio,
    ShadowLimits,
    best_shadow_test,
    draw_eligible,
    draw_index,
    eap,
    eligibility_probabilities,
    exposure_rates,
    information,
    overlap_rate,
    plan_from_dict,
    plan_to_dict,
    probability,
    standing,
)

AREAS = ("a", "b", "c")


def bank(n_items=90, seed=1, **extra):
    rng = np.random.default_rng(seed)
    items = ItemParameters(rng.lognormal(0, 0.3, n_items), rng.normal(0, 1, n_items), 0.1)
    return AdaptiveBank(
        tuple(f"k{i}" for i in range(n_items)), items, tuple(AREAS[i % 3] for i in range(n_items)), **extra
    )


def plan(**extra):
    return AdaptivePlan(**{"min_items": 6, "max_items": 18, "quotas": {a: Quota(2, 7) for a in AREAS}, **extra})


def run(test, theta, seed, **extra):
    rng = np.random.default_rng(seed)
    sitting = test.begin(seed=seed, **extra)
    while sitting.decision is None:
        chance = probability(theta, test.bank.items)[sitting.choose().index]
        sitting.record(bool(rng.random() < chance))
    return sitting


TEST = AdaptiveTest(bank(), plan())


@settings(max_examples=40, deadline=None)
@given(st.floats(-3, 3), st.integers(0, 2**63))
def test_sitting_keeps_length_quotas_and_never_repeats(theta, seed):
    sitting = run(TEST, theta, seed)
    assert 6 <= len(sitting.given) <= 18
    assert len(set(sitting.given)) == len(sitting.given)
    assert all(2 <= count <= 7 for count in sitting.counts.values())
    assert max(sitting.counts.values()) - min(sitting.counts.values()) <= 1
    p = sitting.p_above
    stopped = p >= 0.95 or p <= 0.05
    assert sitting.decision.by_rule == stopped
    assert stopped or len(sitting.given) == 18
    assert sitting.decision.passed == (p >= 0.5)


@settings(max_examples=20, deadline=None)
@given(st.floats(-2, 2), st.integers(0, 2**63))
def test_replay_of_a_record_gives_the_same_items_evidence_and_decision(theta, seed):
    eligible = draw_eligible(np.full(90, 0.7), seed=seed)
    sitting = run(TEST, theta, seed, eligible=eligible, excluded=["k3", "k4"])
    record = [(TEST.bank.keys[i], right) for i, right in zip(sitting.given, sitting.answers, strict=True)]
    again = AdaptiveTest(bank(), plan()).replay(record, seed=seed, eligible=eligible, excluded=["k3", "k4"])
    assert again.decision == sitting.decision
    assert again.given == sitting.given
    if len(record) > 1:
        with pytest.raises(ValueError, match="of the record"):
            TEST.replay([record[1], record[0]], seed=seed, eligible=eligible, excluded=["k3", "k4"])


def test_sitting_posterior_and_theta_are_those_of_the_answers_alone():
    sitting = run(TEST, 0.3, 5)
    pattern = np.full(90, -1.0)
    pattern[sitting.given] = sitting.answers
    assert sitting.p_above == pytest.approx(standing(pattern, TEST.bank.items, Grid.around(0.0)).p_above)
    assert sitting.theta == pytest.approx(eap(pattern, TEST.bank.items).theta[0], abs=1e-6)


def test_sitting_goes_on_until_every_minimum_is_met():
    shares = {"a": Quota(1, share=0.9), "b": Quota(3, share=0.05), "c": Quota(3, share=0.05)}
    test = AdaptiveTest(bank(), plan(min_items=1, quotas=shares, rule=PosteriorRule(0.6)))
    for theta in (-3, 3):
        sitting = run(test, theta, 1)
        assert sitting.counts["b"] >= 3 and sitting.counts["c"] >= 3


def test_evidence_survives_json_and_its_record_replays():
    sitting = run(TEST, 0.2, 12)
    evidence = json.loads(json.dumps(sitting.evidence()))
    test = AdaptiveTest(bank(), plan_from_dict(evidence["plan"]))
    record = [(step["key"], step["right"]) for step in evidence["steps"]]
    again = test.replay(record, seed=evidence["seed"])
    assert asdict(again.decision) == evidence["decision"]
    assert again.evidence() == sitting.evidence()
    assert all(step["information"] > 0 and step["drawn_from"] <= 5 for step in evidence["steps"])


@pytest.mark.parametrize(
    "rule", [PosteriorRule(0.9), SequentialProbabilityRatio(0.2), GeneralisedLikelihoodRatio(), IntervalRule(0.8)]
)
def test_plan_to_dict_and_back_keeps_everything(rule):
    whole = plan(rule=rule, shadow=True, max_seconds=900.0, criterion=Criterion.THETA, loss_ratio=2.5)
    again = plan_from_dict(json.loads(json.dumps(plan_to_dict(whole))))
    assert vars(again) == vars(whole)
    with pytest.raises(ValueError, match="no stopping rule"):
        plan_from_dict({**plan_to_dict(whole), "rule": {"name": "coin"}})


def test_choose_draws_among_the_most_informative_of_the_area_and_says_so():
    test = AdaptiveTest(bank(), plan(randomesque=4))
    seen = set()
    for seed in range(60):
        choice = test.begin(seed=seed).choose()
        members = test.members[choice.competency]
        worth = information(0.0, test.bank.items)[members]
        assert choice.index in members[np.argsort(worth)[-4:]]
        assert choice.information == pytest.approx(information(0.0, test.bank.items)[choice.index])
        assert (choice.drawn_from, choice.eligibility_relaxed, choice.position) == (4, False, 0)
        seen.add(choice.index)
    assert len(seen) == 4


def test_choose_at_theta_follows_the_person():
    test = AdaptiveTest(bank(300), plan(criterion=Criterion.THETA, min_items=18, randomesque=1))
    high, low = run(test, 2.5, 1), run(test, -2.5, 1)
    assert np.mean(test.bank.items.b[high.given[8:]]) > 0.5 > -0.5 > np.mean(test.bank.items.b[low.given[8:]])


def test_choose_repeats_itself_until_answered_and_refuses_after_the_decision():
    sitting = TEST.begin(seed=1)
    assert sitting.choose() is sitting.choose()
    while sitting.decision is None:
        sitting.record(True)
    with pytest.raises(ValueError, match="over"):
        sitting.choose()


def test_enemies_never_meet_with_and_without_shadow_tests():
    rivals = frozenset(frozenset((f"k{i}", f"k{i + 1}")) for i in range(0, 88, 2))
    for shadow in (False, True):
        test = AdaptiveTest(bank(enemies=rivals), plan(shadow=shadow, rule=PosteriorRule(0.9999)))
        for seed in range(2):
            given = set(run(test, 0.0, seed).given)
            assert not any(i in given and i + 1 in given for i in range(0, 88, 2))


def test_shadow_test_keeps_time_and_quotas_to_the_end():
    seconds = np.random.default_rng(2).uniform(30, 120, 90)
    limited = plan(shadow=True, max_seconds=900.0, rule=PosteriorRule(0.9999))
    sitting = run(AdaptiveTest(bank(seconds=seconds), limited), 0.0, 3)
    assert seconds[sitting.given].sum() <= 900
    assert all(2 <= count <= 7 for count in sitting.counts.values())


def test_best_shadow_test_is_the_best_of_all_small_tests():
    from itertools import combinations

    value = np.array([5.0, 4.0, 3.0, 2.0, 1.0, 6.0])
    limits = ShadowLimits(
        length=3,
        members={"a": np.array([0, 1, 2]), "b": np.array([3, 4, 5])},
        bounds={"a": (1, 2), "b": (1, 2)},
        enemies=((0, 5),),
    )
    found = best_shadow_test(value, limits, given=[4], allowed=np.ones(6, dtype=bool))
    legal = [
        test
        for test in combinations(range(6), 3)
        if 4 in test and not {0, 5} <= set(test) and 1 <= sum(i < 3 for i in test) <= 2
    ]
    assert value[found].sum() == max(value[list(test)].sum() for test in legal)
    with pytest.raises(QuotaError):
        best_shadow_test(value, limits, given=[0, 5], allowed=np.ones(6, dtype=bool))


def test_begin_refuses_what_the_bank_cannot_give():
    with pytest.raises(QuotaError, match="a needs 2 items and 1 may be given"):
        TEST.begin(seed=1, excluded=[f"k{i}" for i in range(0, 87, 3)])
    with pytest.raises(QuotaError, match="18 items and the blueprint allows 15"):
        AdaptiveTest(bank(), plan(quotas={a: Quota(2, 5) for a in AREAS})).begin(seed=1)
    with pytest.raises(QuotaError, match="no item of z"):
        AdaptiveTest(bank(), plan(quotas={"z": Quota(1)}))
    with pytest.raises(QuotaError, match="minimums"):
        AdaptiveTest(bank(), plan(quotas={a: Quota(7) for a in AREAS}))


def test_ineligible_area_gives_way_to_the_blueprint_and_the_choice_says_so():
    eligible = np.ones(90, dtype=bool)
    eligible[::3] = False
    sitting = TEST.begin(seed=1, eligible=eligible)
    relaxed = {}
    while sitting.decision is None:
        choice = sitting.choose()
        relaxed.setdefault(choice.competency, set()).add(choice.eligibility_relaxed)
        sitting.record(choice.position % 2 == 0)
    assert relaxed == {"a": {True}, "b": {False}, "c": {False}}


def test_loss_ratio_moves_only_decisions_at_the_maximum():
    lenient, strict = (AdaptiveTest(bank(), plan(loss_ratio=ratio)) for ratio in (0.2, 5.0))
    passes = {name: 0 for name in ("lenient", "strict")}
    for seed in range(40):
        one, other = run(lenient, 0.0, seed), run(strict, 0.0, seed)
        passes["lenient"] += one.decision.passed
        passes["strict"] += other.decision.passed
        assert one.given == other.given
        assert one.decision.by_rule == other.decision.by_rule
        assert not one.decision.by_rule or one.decision == other.decision
    assert passes["lenient"] > passes["strict"]


def test_missed_floors_are_one_sem_under_the_marks_expected_at_the_cut():
    given = list(range(18))
    right = [True] * 18
    assert TEST.missed_floors(given, right) == ()
    all_wrong_in_b = [TEST.bank.competencies[i] != "b" for i in given]
    assert TEST.missed_floors(given, all_wrong_in_b) == ("b",)


def test_eligibility_probabilities_lower_only_overexposed_items():
    found = eligibility_probabilities([100, 100, 100, 0], [50, 20, 0, 0], cap=0.2)
    assert found == pytest.approx([0.4, 1, 1, 1])
    with pytest.raises(ValueError, match="cap"):
        eligibility_probabilities([1], [1], cap=0)


def test_exposure_cap_holds_over_many_sittings():
    test = AdaptiveTest(bank(150), plan(rule=PosteriorRule(0.99)))
    eligible_counts, given_counts = np.zeros(150), np.zeros(150)
    rng = np.random.default_rng(7)
    sittings = []
    for seed in range(600):
        chances = eligibility_probabilities(eligible_counts, given_counts, cap=0.25)
        eligible = draw_eligible(chances, seed=seed)
        sitting = run(test, rng.normal(), seed, eligible=eligible)
        eligible_counts += eligible
        given_counts[sitting.given] += 1
        sittings.append(sitting.given)
    assert exposure_rates(given_counts, 600).max() < 0.30
    free = [run(test, 0.0, seed).given for seed in range(100)]
    assert np.bincount(np.concatenate(free)).max() / 100 > 0.5
    assert overlap_rate(sittings) < overlap_rate(free)


def test_overlap_rate_counts_common_items_of_pairs():
    assert overlap_rate([[0, 1], [1, 2], [3, 4]]) == pytest.approx((0.5 + 0 + 0) / 3)
    assert np.isnan(overlap_rate([[0, 1]]))


def test_draws_depend_on_seed_and_position_only():
    assert draw_index(5, 3, 7) == draw_index(5, 3, 7)
    counts = np.bincount([draw_index(seed, 2, 5) for seed in range(5000)], minlength=5)
    assert counts.min() > 850
    assert (draw_eligible([0.5] * 20, seed=9) == draw_eligible([0.5] * 20, seed=9)).all()


@pytest.mark.parametrize(
    "bad", [{"min_items": 0}, {"min_items": 19}, {"randomesque": 0}, {"loss_ratio": -1}, {"max_seconds": 60.0}]
)
def test_plan_that_makes_no_sense_is_refused(bad):
    with pytest.raises(ValueError, match="."):
        plan(**bad)


def test_begin_counts_one_of_enemies_so_that_no_sitting_runs_out():
    clones = frozenset(frozenset((f"k{i}", f"k{j}")) for i in (0, 3, 6, 9) for j in (0, 3, 6, 9) if i < j)
    short = plan(min_items=2, max_items=4, quotas={"a": Quota(2)})
    keys = [f"k{i}" for i in range(90)]
    test = AdaptiveTest(bank(enemies=clones), short)

    # k0, k3, k6, k9 are of the same area and keep each other out, so that with k12 two of it can be given.
    allowed = {"k0", "k3", "k6", "k9", "k12", "k1", "k4"}
    for seed in range(20):
        assert run(test, 0.0, seed, excluded=[key for key in keys if key not in allowed]).counts["a"] >= 2
    with pytest.raises(QuotaError, match="a needs 2 items and 1 may be given"):
        test.begin(seed=1, excluded=[key for key in keys if key not in allowed - {"k12"}])
    with pytest.raises(QuotaError, match="may take 4 items and the blueprint allows 3"):
        test.begin(seed=1, excluded=[key for key in keys if key not in allowed - {"k1"}])
    ahead = AdaptiveTest(bank(enemies=clones), plan(shadow=True, min_items=2, max_items=4, quotas={"a": Quota(2)}))
    ahead.begin(seed=1, excluded=[key for key in keys if key not in allowed])


PAIRS = st.sets(st.tuples(st.integers(0, 17), st.integers(0, 17)).filter(lambda pair: pair[0] < pair[1]), max_size=12)
HUBS = st.sets(st.tuples(st.integers(0, 17), st.sampled_from(range(3))), max_size=4)
QUOTAS = st.fixed_dictionaries(
    {area: st.builds(Quota, st.integers(0, 3), st.none() | st.integers(3, 6)) for area in AREAS}
)


@settings(max_examples=300, deadline=None)
@given(pairs=PAIRS, hubs=HUBS, quotas=QUOTAS, length=st.integers(2, 10), seed=st.integers(0, 99))
def test_sitting_that_begins_never_runs_out_whatever_enemies_keep_out(pairs, hubs, quotas, length, seed):
    """Within and across areas, a hub being the enemy of a whole area: refused at the beginning, or sat to the end."""
    far = {(hub, other) for hub, area in hubs for other in range(area, 18, 3) if other != hub}
    rivals = frozenset(frozenset((f"k{one}", f"k{other}")) for one, other in pairs | far)
    least = max(1, min(length, sum(quota.minimum for quota in quotas.values())))
    long = plan(quotas=quotas, min_items=least, max_items=length, randomesque=3, rule=PosteriorRule(0.9999))
    try:
        test = AdaptiveTest(bank(18, enemies=rivals), long)
        sitting = test.begin(seed=seed, eligible=np.arange(18) >= seed % 9)
    except QuotaError:
        return
    answers = np.random.default_rng(seed)
    while sitting.decision is None:
        sitting.record(bool(answers.random() < 0.5))
    assert all(sitting.counts[area] >= quota.minimum for area, quota in quotas.items())


def test_begin_refuses_a_bank_whose_areas_can_keep_each_other_out_and_says_so():
    """Each of two items of a keeps out every item of b; a keeps enough either way."""
    b_items = [f"k{i}" for i in range(1, 90, 3)]
    rivals = frozenset(frozenset((one, other)) for one in ("k0", "k3") for other in b_items)
    test = AdaptiveTest(bank(enemies=rivals), plan())
    with pytest.raises(QuotaError, match="b needs 2 items, and items of other competencies can exclude all but 0"):
        test.begin(seed=1)
    assert run(test, 0.0, 1, excluded=["k0", "k3"]).counts["b"] >= 2
    assert test.resume((), seed=1).decision is None


def test_resumed_sitting_goes_on_as_the_first_would_and_takes_other_marks():
    first = run(TEST, 0.1, 4)
    half = list(zip(first.choices, first.answers, strict=True))[: len(first.choices) // 2]
    again = TEST.resume(half, seed=4)
    assert not again.is_too_short or len(again.given) < TEST.plan.min_items
    while again.decision is None:
        number = len(again.given)
        assert again.choose() == first.choices[number]
        again.record(first.answers[number])
    assert again.evidence() == first.evidence()

    revised = TEST.resume([(choice, True) for choice in first.choices], seed=4)
    assert revised.given == first.given and revised.p_above >= first.p_above
