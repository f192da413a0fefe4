"""One adaptive step - choose the next item, take the answer, update the posterior - on a 1,000-item 3PL bank.

Beside it, in the same run and on the same bank and people, catsim's step: most informative item, then a new ability
estimate. Run: python tests/benchmarks/bench_selection.py

The last line is JSON: median_ms (ours with information at theta, as catsim has it), median_ms_at_cut (the shipped
default), p95_ms, catsim_ms, ratio_catsim (catsim_ms / median_ms), ratio_catsim_at_cut, n_items, n_steps, test_length,
load (of the machine, over one minute). catsim figures are null where it cannot be installed.
"""

import json
import os
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import peers

from mastery_exam.psychometrics import (
    AdaptiveBank,
    AdaptivePlan,
    AdaptiveTest,
    Criterion,
    ItemParameters,
    Quota,
    probability,
)

N_ITEMS, N_PEOPLE, N_PEOPLE_CATSIM, LENGTH = 1000, 100, 10, 40
AREAS = "abcd"

CATSIM = """
import json, sys, time
import numpy as np
from catsim.estimation import NumericalSearchEstimator
from catsim.item_bank import ItemBank
from catsim.selection import MaxInfoSelector
data = np.load(sys.argv[1])
bank = ItemBank(np.column_stack([data["a"], data["b"], data["c"], np.ones(len(data["a"]))]))
selector, estimator, times = MaxInfoSelector(), NumericalSearchEstimator(), []
for row in data["luck"][: int(sys.argv[2])] < data["chances"][: int(sys.argv[2])]:
    given, answers, theta = [], [], 0.0
    for _ in range(int(sys.argv[3])):
        start = time.perf_counter()
        item = selector.select(item_bank=bank, administered_items=given, est_theta=theta)
        given = given + [int(item)]
        answers = answers + [bool(row[item])]
        theta = estimator.estimate(
            item_bank=bank, administered_items=given, response_vector=answers, est_theta=theta
        )
        times.append(time.perf_counter() - start)
print(json.dumps({"ms": 1000 * float(np.median(times))}))
"""


def bank_and_people() -> tuple[AdaptiveBank, dict[str, np.ndarray]]:
    """Return a seeded 3PL bank and, per person and item, the chance of being right and the luck."""
    rng = np.random.default_rng(20)
    items = ItemParameters(rng.lognormal(0, 0.3, N_ITEMS), rng.normal(0, 1, N_ITEMS), rng.uniform(0.1, 0.3, N_ITEMS))
    bank = AdaptiveBank(tuple(range(N_ITEMS)), items, tuple(AREAS[i % len(AREAS)] for i in range(N_ITEMS)))
    chances = probability(rng.normal(0, 1, N_PEOPLE), items)
    people = {"chances": chances, "luck": rng.random(chances.shape)}
    return bank, {"a": items.a, "b": items.b, "c": items.c, **people}


def our_steps(bank: AdaptiveBank, data: dict[str, np.ndarray], criterion: Criterion) -> np.ndarray:
    """Return the seconds of every step of every sitting."""
    quotas = {area: Quota(2, 20) for area in AREAS}
    plan = AdaptivePlan(min_items=LENGTH, max_items=LENGTH, quotas=quotas, criterion=criterion)
    test = AdaptiveTest(bank, plan)
    times = []
    for seed, row in enumerate(data["luck"] < data["chances"]):
        sitting = test.begin(seed=seed)
        while sitting.decision is None:
            start = time.perf_counter()
            choice = sitting.choose()
            sitting.record(bool(row[choice.index]))
            times.append(time.perf_counter() - start)
    return np.array(times)


def catsim_ms(data: dict[str, np.ndarray]) -> float | None:
    """Return catsim's median milliseconds per step, or None where it cannot be had."""
    try:
        executable = peers.python("psychometrics", ("catsim==0.21.0", "girth==0.8.0"))
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "bank.npz"
            np.savez(path, **data)  # type: ignore[arg-type]
            return float(peers.run(executable, CATSIM, str(path), str(N_PEOPLE_CATSIM), str(LENGTH))["ms"])
    except RuntimeError as error:
        print(f"catsim left out: {error}")
        return None


def main() -> None:
    """Print the table and the JSON line."""
    bank, data = bank_and_people()
    at_theta, at_cut = (1000 * our_steps(bank, data, criterion) for criterion in (Criterion.THETA, Criterion.CUT))
    theirs = catsim_ms(data)
    result = {
        "median_ms": round(float(np.median(at_theta)), 4),
        "median_ms_at_cut": round(float(np.median(at_cut)), 4),
        "p95_ms": round(float(np.quantile(at_theta, 0.95)), 4),
        "catsim_ms": theirs and round(theirs, 4),
        "ratio_catsim": theirs and round(theirs / float(np.median(at_theta)), 1),
        "ratio_catsim_at_cut": theirs and round(theirs / float(np.median(at_cut)), 1),
        "n_items": N_ITEMS,
        "n_steps": len(at_theta),
        "test_length": LENGTH,
        "load": round(os.getloadavg()[0], 2),
    }
    print(f"{'step on 1,000 items':34}{'median ms':>12}{'times ours':>12}")
    print(f"{'ours, information at theta':34}{result['median_ms']:>12}{1.0:>12}")
    print(f"{'ours, information at the cut':34}{result['median_ms_at_cut']:>12}")
    print(f"{'catsim 0.21 (max. info, bounded)':34}{result['catsim_ms']!s:>12}{result['ratio_catsim']!s:>12}")
    print(json.dumps(result))


if __name__ == "__main__":
    main()
