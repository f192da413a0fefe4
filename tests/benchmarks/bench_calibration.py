"""2PL calibration of 5,000 people x 50 items beside girth (and R's mirt where R has it), and how it grows.

Run: python tests/benchmarks/bench_calibration.py

The reference is another road to the same estimates: the marginal likelihood with our priors on 61 nodes over [-6, 6],
maximised by L-BFGS on its gradient until nothing moves. The second part calibrates 200 items with 80 % of the answers
missing, for 5,000 and for 50,000 people, each in a process of its own.

The last line is JSON: seconds (median of several runs, without standard errors, as girth gives none), seconds_with_se,
n_iterations, max_error (largest difference of a, d or b from the reference), girth_seconds, ratio_girth, mirt_seconds,
ratio_mirt (null where there is no mirt), and large: persons, items, missing, seconds, seconds_small, time_growth,
peak_mb, peak_mb_small, memory_growth (all that the calibration allocates, beyond the answers themselves), process_mb
(the largest resident size of the whole process); load.
"""

import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
import tracemalloc
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import minimize

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import peers

from mastery_exam.psychometrics import Calibration, Priors, calibrate

N_PERSONS, N_ITEMS, RUNS = 5000, 50, 7
LARGE_ITEMS, MISSING, LARGE_PERSONS = 200, 0.8, (5000, 50000)

GIRTH = """
import json, sys, time
import numpy as np
from girth import twopl_mml
data = np.load(sys.argv[1]).astype(int).T
start = time.perf_counter()
found = twopl_mml(data)
print(json.dumps({"seconds": time.perf_counter() - start}))
"""

MIRT = """
suppressMessages(library(mirt))
data <- as.data.frame(read.csv(commandArgs(TRUE)[1], header = FALSE))
seconds <- system.time(mirt(data, 1, itemtype = "2PL", verbose = FALSE, quadpts = 61))[["elapsed"]]
cat(sprintf('{"seconds": %f}', seconds))
"""


def responses(n_persons: int, n_items: int, missing: float = 0.0) -> np.ndarray:
    """Return seeded 2PL responses as bytes, (persons, items), -1 where missing."""
    rng = np.random.default_rng(50)
    a, b = rng.lognormal(0, 0.3, n_items), rng.normal(0, 1, n_items)
    table = np.empty((n_persons, n_items), dtype=np.int8)
    for first in range(0, n_persons, 5000):
        theta = rng.normal(0, 1, (min(5000, n_persons - first), 1))
        answers = rng.random((len(theta), n_items)) < 1 / (1 + np.exp(-a * (theta - b)))
        table[first : first + len(theta)] = np.where(rng.random(answers.shape) < missing, -1, answers)
    return table


def reference(table: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return (a, d) that maximise the penalised marginal likelihood on 61 nodes, by a general optimiser."""
    nodes = np.linspace(-6, 6, 61)
    log_weights = -0.5 * nodes**2 - np.log(np.exp(-0.5 * nodes**2).sum())
    right, n_items, priors = table.astype(float), table.shape[1], Priors()

    def loss(point: np.ndarray) -> tuple[float, np.ndarray]:
        log_a, d = point[:n_items], point[n_items:]
        z = np.outer(nodes, np.exp(log_a)) + d
        logs = right @ z.T - np.logaddexp(0, z).sum(axis=1) + log_weights
        top = logs.max(axis=1, keepdims=True)
        weights = np.exp(logs - top)
        totals = weights.sum(axis=1, keepdims=True)
        weights /= totals
        residual = weights.T @ right - weights.sum(axis=0)[:, None] / (1 + np.exp(-z))
        height = float((top + np.log(totals)).sum()) - float(log_a.sum())
        height -= 0.5 * float(((log_a / priors.log_a_sd) ** 2).sum() + ((d / priors.d_sd) ** 2).sum())
        slope_a = np.exp(log_a) * (nodes @ residual) - 1 - log_a / priors.log_a_sd**2
        return -height, -np.concatenate([slope_a, residual.sum(axis=0) - d / priors.d_sd**2])

    start = np.concatenate([np.zeros(n_items), np.log(right.mean(axis=0) / (1 - right.mean(axis=0)))])
    limits = {"maxiter": 2000, "maxfun": 4000, "ftol": 1e-16, "gtol": 1e-6, "maxcor": 50}
    best = minimize(loss, start, jac=True, method="L-BFGS-B", options=limits).x
    return np.exp(best[:n_items]), best[n_items:]


def ours(table: np.ndarray) -> tuple[Calibration, float, float]:
    """Return our calibration, the median seconds without and with standard errors."""
    times: dict[bool, list[float]] = {False: [], True: []}
    for errors in (False, True):
        for _ in range(RUNS):
            start = time.perf_counter()
            found = calibrate(table, standard_errors=errors)
            times[errors].append(time.perf_counter() - start)
    return found, float(np.median(times[False])), float(np.median(times[True]))


def girth_seconds(table: np.ndarray) -> float | None:
    """Return girth's seconds for the same table, or None where it cannot be had."""
    try:
        executable = peers.python("psychometrics", ("catsim==0.21.0", "girth==0.8.0"))
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "responses.npy"
            np.save(path, table)
            return float(peers.run(executable, GIRTH, str(path))["seconds"])
    except RuntimeError as error:
        print(f"girth left out: {error}")
        return None


def mirt_seconds(table: np.ndarray) -> float | None:
    """Return R mirt's seconds with 61 nodes, or None where R or mirt is not there."""
    if (rscript := shutil.which("Rscript")) is None:
        print("mirt left out: there is no R")
        return None
    with tempfile.TemporaryDirectory() as folder:
        path, script = Path(folder) / "responses.csv", Path(folder) / "mirt.R"
        np.savetxt(path, table, fmt="%d", delimiter=",")
        script.write_text(MIRT)
        done = subprocess.run([rscript, str(script), str(path)], capture_output=True, text=True, check=False)
    if done.returncode:
        print(f"mirt left out: {done.stderr.strip()[-200:]}")
        return None
    return float(json.loads(done.stdout.strip().splitlines()[-1])["seconds"])


def measure_large(n_persons: int) -> None:
    """Calibrate the sparse table in this process and print its seconds and peak memory as JSON."""
    table = responses(n_persons, LARGE_ITEMS, MISSING)
    start = time.perf_counter()
    found = calibrate(table, standard_errors=False)
    seconds = time.perf_counter() - start
    tracemalloc.start()
    calibrate(table, standard_errors=False, max_iterations=4)
    peak = tracemalloc.get_traced_memory()[1] / 2**20
    process = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    figures = {"seconds": seconds, "peak_mb": peak, "process_mb": process, "iterations": found.n_iterations}
    print(json.dumps(figures))


def large() -> dict[str, Any]:
    """Return time and memory of the sparse calibration, small and large."""
    found = []
    for n_persons in LARGE_PERSONS:
        command = [sys.executable, str(Path(__file__).resolve()), "--large", str(n_persons)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        found.append(json.loads(done.stdout.strip().splitlines()[-1]))
    small, big = found
    return {
        "persons": LARGE_PERSONS[1],
        "items": LARGE_ITEMS,
        "missing": MISSING,
        "seconds": round(big["seconds"], 2),
        "seconds_small": round(small["seconds"], 2),
        "time_growth": round(big["seconds"] / small["seconds"], 1),
        "peak_mb": round(big["peak_mb"], 1),
        "peak_mb_small": round(small["peak_mb"], 1),
        "memory_growth": round(big["peak_mb"] / small["peak_mb"], 1),
        "process_mb": round(big["process_mb"], 1),
        "iterations": big["iterations"],
    }


def main() -> None:
    """Print the table and the JSON line."""
    table = responses(N_PERSONS, N_ITEMS)
    found, seconds, with_se = ours(table)
    a, d = reference(table)
    gaps = [found.items.a - a, found.d - d, found.items.b + d / a]
    girth, mirt = girth_seconds(table), mirt_seconds(table)
    result = {
        "seconds": round(seconds, 4),
        "seconds_with_se": round(with_se, 4),
        "n_iterations": found.n_iterations,
        "max_error": float(f"{max(float(np.abs(gap).max()) for gap in gaps):.2e}"),
        "girth_seconds": girth and round(girth, 3),
        "ratio_girth": girth and round(girth / seconds, 1),
        "mirt_seconds": mirt and round(mirt, 3),
        "ratio_mirt": mirt and round(mirt / seconds, 1),
        "large": large(),
        "load": round(os.getloadavg()[0], 2),
    }
    print(f"{'2PL, 5,000 x 50':34}{'seconds':>10}{'times ours':>12}")
    print(f"{'ours':34}{result['seconds']:>10}{1.0:>12}")
    print(f"{'ours with standard errors':34}{result['seconds_with_se']:>10}")
    print(f"{'girth 0.8 twopl_mml':34}{result['girth_seconds']!s:>10}{result['ratio_girth']!s:>12}")
    print(f"{'R mirt, 61 nodes':34}{result['mirt_seconds']!s:>10}{result['ratio_mirt']!s:>12}")
    print(f"largest error against the reference: {result['max_error']:.1e}")
    print(f"200 items, 80 % missing: {json.dumps(result['large'])}")
    print(json.dumps(result))


if __name__ == "__main__":
    if "--large" in sys.argv:
        measure_large(int(sys.argv[-1]))
    else:
        main()
