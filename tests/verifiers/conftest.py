"""Lets the tests of strangers' verifiers use the samples of the proofs and the environments of peers."""

from __future__ import annotations

import sys
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
for folder in (TESTS / "paid_certificate" / "proofs", TESTS / "benchmarks", TESTS / "verifiers"):
    sys.path.insert(0, str(folder))
