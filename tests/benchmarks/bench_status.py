"""Status lists encoded per second on one core.

A full list has 131,072 entries, every one of them given out. How many are revoked decides how much there is to pack, so
the rate is shown for several; the figure `per_second` is that of one in a thousand. Each list is read back first.
"""

from __future__ import annotations

import base64
import gzip
import json
import os
import random
import time
from collections.abc import Callable

from paid_certificate.proofs.status_list import MINIMUM_BITS, StatusBits, encode_status_list

REVOKED = (0, 131, 1_311, 10_000, MINIMUM_BITS // 2, MINIMUM_BITS)
HEADLINE = 131
ROUNDS, PER_ROUND = 9, 400


def make_bits(revoked: int) -> StatusBits:
    bits = StatusBits()
    bits.set_all(random.Random(revoked).sample(range(MINIMUM_BITS), revoked))
    return bits


def best_rate(action: Callable[[], object]) -> float:
    """Return calls per second of processor time in the least disturbed round."""
    best = 0.0
    for _ in range(ROUNDS):
        started = time.process_time()
        for _ in range(PER_ROUND):
            action()
        best = max(best, PER_ROUND / (time.process_time() - started))
    return best


def main() -> None:
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    rates, sizes = {}, {}
    for revoked in REVOKED:
        bits = make_bits(revoked)
        encoded = encode_status_list(bits)
        assert gzip.decompress(base64.urlsafe_b64decode(encoded[1:] + "==")) == bytes(bits.data)
        rates[revoked] = best_rate(lambda bits=bits: encode_status_list(bits))
        sizes[revoked] = len(encoded)
    print(f"{'revoked of 131,072':>20} {'encodes/s':>12} {'characters':>12}")
    for revoked in REVOKED:
        print(f"{revoked:>20,} {rates[revoked]:>12,.0f} {sizes[revoked]:>12,}")
    figures = {f"per_second_{revoked}_revoked": round(rate) for revoked, rate in rates.items()}
    print(json.dumps({"benchmark": "status", "per_second": round(rates[HEADLINE]), "bits": MINIMUM_BITS} | figures))


if __name__ == "__main__":
    main()
