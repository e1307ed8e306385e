"""How often the right hint is told, on generated frames, and what it costs: ``python tests/benchmarks/guidance.py``."""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import numpy as np
import zxingcpp
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from station.scanner.decode import Decoder
from station.scanner.drawn.clutter import KINDS
from station.scanner.guidance.hints import why
from station.scanner.guidance.measure import measure
from station.views import Hint
from tests.causes import CODES, empty, spoilt

WANTED = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat[name] for name in ("QRCode", "Code128", "Code39")])


def said(gray: NDArray[np.uint8]) -> str:
    measured = measure(gray)
    hint = why(measured) if measured is not None else None
    return hint.value if hint is not None else "nothing"


def confusion(seeds: range) -> dict[str, dict[str, int]]:
    """What single frames that the decoder cannot read are said to be, by cause and code; and empty ones."""
    decoder, table = Decoder(zbar_turn="off"), dict[str, dict[str, int]]()
    for cause in Hint:
        for code in CODES:
            told = Counter[str]()
            for seed in seeds:
                gray, _ = spoilt(cause, code, seed)
                if not decoder.scan(gray):
                    told[said(gray)] += 1
            table[f"{cause.value} {code}"] = dict(told)
    for kind in KINDS:
        table[f"empty {kind}"] = dict(Counter(said(empty(kind, seed)) for seed in seeds))
    return table


def cost(size: tuple[int, int]) -> dict[str, float]:
    """CPU milliseconds of one look, and beside it those of one plain zxing-cpp pass over the same frames."""
    frames = [empty(kind, seed, size) for kind in KINDS for seed in (1, 2, 4)]
    frames += [spoilt(cause, "v4", seed, size)[0] for cause in Hint for seed in (1, 2, 3)]

    def spent(act: Callable[[NDArray[np.uint8]], object]) -> list[float]:
        figures = []
        for gray in frames:
            start = time.process_time()
            act(gray)
            figures.append((time.process_time() - start) * 1000)
        return figures

    spent(measure)
    looks, passes = spent(measure), spent(lambda gray: zxingcpp.read_barcodes(gray, formats=WANTED))
    return {
        "median_ms": round(statistics.median(looks), 2),
        "most_ms": round(max(looks), 2),
        "to_bare_pass": round(statistics.mean(looks) / statistics.mean(passes), 3),
    }


if __name__ == "__main__":
    first, count = (int(argument) for argument in (sys.argv[1:3] or ("5000", "50")))
    table = confusion(range(first, first + count))
    for name, told in table.items():
        sys.stdout.write(f"{name}: {told}\n")
    right = sum(told.get(name.split()[0], 0) for name, told in table.items() if not name.startswith("empty"))
    whole = sum(sum(told.values()) for name, told in table.items() if not name.startswith("empty"))
    quiet = sum(told.get("nothing", 0) for name, told in table.items() if name.startswith("empty"))
    sys.stdout.write(json.dumps({
        "right": round(right / whole, 3), "of": whole, "quiet_on_empty": round(quiet / (count * len(KINDS)), 3),
        "720p": cost((1280, 720)), "1080p": cost((1920, 1080)),
    }) + "\n")  # fmt: skip
