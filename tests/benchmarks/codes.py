"""What a text's parse costs against one HMAC of it, and how cost grows with length and with hostile patterns; JSON.

Run: python tests/benchmarks/codes.py
"""

from __future__ import annotations

import json
import random
import sys
import time
from collections.abc import Callable
from functools import partial

from station import catalogue, codes, keys
from station.kinds import Pattern, compiled

KEY = bytes(32)
CATASTROPHIC = ("(a+)+$", "(a|aa)+$", "(a|a?)+$", "(.*a){20}", "((a*)*)*b")
"""What a backtracking matcher needs time for that grows by a power of the text, or worse."""


def cheapest(do: Callable[[], object], count: int = 30) -> float:
    """Seconds of the quickest of ``count`` calls."""
    times = []
    for _ in range(count):
        began = time.process_time()
        do()
        times.append(time.process_time() - began)
    return min(times)


def hostile(size: int) -> list[str]:
    """Texts of ``size`` signs that make most work for their length."""
    chosen = random.Random(size)
    parts = ("1 ", "1-", " ", "]Q1", "a:", "\uff11 ", "\u0390", "http://esc.gg/", "@", "\\000026")
    texts = [(part * size)[:size] for part in parts]
    return texts + ["".join(chosen.choices("01 -:/@]Qx\u0390", k=size)) for _ in range(20)]


def measure() -> dict[str, object]:
    programme = catalogue.parse(catalogue.bundled(), "catalogue")
    kinds = programme.kinds()
    samples = [sample for entry in programme.code_entries for sample in entry.valid]
    parsed = cheapest(lambda: [codes.parse(sample, kinds) for sample in samples])
    hashed = cheapest(lambda: [keys.identifier_mac(KEY, sample) for sample in samples])
    slow = {size: max(cheapest(partial(codes.parse, text, kinds), 5) for text in hostile(size)) for size in (512, 4096)}
    patterns = {}
    for pattern in CATASTROPHIC:
        own = Pattern("own", compiled(pattern))
        short, long = (cheapest(partial(own.match, "A" * size + "!")) for size in (250, 1000))
        patterns[pattern] = round(long / short, 1)
    return {
        "parse_us": round(parsed / len(samples) * 1e6, 1),
        "parse_to_hmac": round(parsed / hashed, 1),
        "slowest_512_us": round(slow[512] * 1e6),
        "slowest_4096_us": round(slow[4096] * 1e6),
        "slowest_growth_for_8_times_the_text": round(slow[4096] / slow[512], 1),
        "pattern_growth_for_4_times_the_text": patterns,
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(measure(), indent=1) + "\n")
