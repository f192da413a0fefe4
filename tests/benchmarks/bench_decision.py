"""How right, and how long: fixed forms, the classification test and day one, from the code that the exam runs.

A bank of 300 items in four areas, 20,000 candidates from N(0, 1), cut 0. Three ways to decide, for Rasch and for 2PL
items: a fixed parallel form of 40; the classification test (posterior .95, 10 to 40 items, area quotas, exposure cap
.2); and day one, the same test on the 2PL items known only by their Angoff ratings: no slopes, and judges 0.4 logit
off.
No floors, so that the figures are those of the rule alone. Run: python tests/benchmarks/bench_decision.py [candidates]

It shows what the rules do with one dimension, a true model and no guessing. It does not show what they do with people:
real banks have more than one dimension, and those near the cut, who take the whole test, save little.

The last line is JSON: candidates, seconds, and for each of fixed_rasch, fixed_2pl, classification_rasch,
classification_2pl, day_one an object with accuracy, mean_items, wrong_passes_per_100, wrong_fails_per_100,
max_exposure; accuracy and mean_items at the top level are those of classification_2pl.
"""

import json
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from mastery_exam.psychometrics import (
    AdaptiveBank,
    AdaptiveDelivery,
    AdaptivePlan,
    AdaptiveTest,
    Assumptions,
    Delivery,
    FixedForms,
    ItemParameters,
    Quota,
    RatedItem,
    assemble_forms,
    probability,
    simulate,
)

N_ITEMS, N_CANDIDATES, LENGTH, JUDGE_ERROR = 300, 20_000, 40, 0.4
AREAS = tuple("abcd"[number % 4] for number in range(N_ITEMS))


def banks() -> dict[str, ItemParameters]:
    """Return the seeded Rasch and 2PL banks, of the same difficulties."""
    rng = np.random.default_rng(300)
    b = rng.normal(0, 1, N_ITEMS)
    return {"rasch": ItemParameters.rasch(b), "2pl": ItemParameters(rng.lognormal(0, 0.3, N_ITEMS), b)}


def fixed(items: ItemParameters) -> FixedForms:
    """Return three parallel forms of 40, assembled from the chance of a person at the cut."""
    rated = [RatedItem(i, AREAS[i], float(p)) for i, p in enumerate(probability(0.0, items))]
    forms = assemble_forms(rated, blueprint=dict.fromkeys("abcd", LENGTH // 4), n_forms=3)
    return FixedForms(forms, {i: i for i in range(N_ITEMS)}, AREAS, floors=False)


def adaptive(items: ItemParameters) -> AdaptiveDelivery:
    """Return the classification test on what is believed about the items."""
    quotas = {area: Quota(minimum=2, maximum=12) for area in "abcd"}
    plan = AdaptivePlan(cut=0.0, min_items=10, max_items=LENGTH, quotas=quotas)
    test = AdaptiveTest(AdaptiveBank(tuple(range(N_ITEMS)), items, AREAS), plan)
    return AdaptiveDelivery(test, exposure_cap=0.2, floors=False)


def figures(delivery: Delivery, items: ItemParameters, n_candidates: int, error: float = 0.0) -> dict[str, Any]:
    """Return the figures of one way to decide."""
    report = simulate(
        delivery, items, assumptions=Assumptions(parameter_error=error), n_candidates=n_candidates, n_borderline=0
    )
    return {
        "accuracy": round(100 * report.accuracy, 2),
        "mean_items": round(report.mean_items, 2),
        "wrong_passes_per_100": round(report.wrong_passes_per_100, 2),
        "wrong_fails_per_100": round(report.wrong_fails_per_100, 2),
        "max_exposure": round(report.max_exposure, 3),
    }


def main() -> None:
    """Print the table and the JSON line."""
    n_candidates = int(sys.argv[1]) if len(sys.argv) > 1 else N_CANDIDATES
    start = time.perf_counter()
    items = banks()
    rows = {f"fixed_{name}": figures(fixed(bank), bank, n_candidates) for name, bank in items.items()}
    rows |= {f"classification_{name}": figures(adaptive(bank), bank, n_candidates) for name, bank in items.items()}
    rated = ItemParameters.from_ratings(probability(0.0, items["2pl"]))
    rows["day_one"] = figures(adaptive(rated), items["2pl"], n_candidates, JUDGE_ERROR)
    print(f"{'':24}{'right %':>9}{'items':>8}{'wrong pass':>12}{'wrong fail':>12}{'exposure':>10}")
    for name, row in rows.items():
        print(
            f"{name:24}"
            + "".join(f"{value:>{width}}" for value, width in zip(row.values(), (9, 8, 12, 12, 10), strict=True))
        )
    head = {key: rows["classification_2pl"][key] for key in ("accuracy", "mean_items")}
    seconds = round(time.perf_counter() - start, 1)
    print(json.dumps({"candidates": n_candidates, "seconds": seconds, **head, **rows}))


if __name__ == "__main__":
    main()
