"""What the scanner costs beside the bare engine, in one run: ``python tests/benchmarks/scanner.py``."""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import zxingcpp

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from station.scanner.decode import Decoder
from station.scanner.demo import Card, DemoSource
from station.scanner.frames import Symbol, scene
from station.scanner.idle import Idle, Need
from station.scanner.opencv import cv2

WANTED = zxingcpp.BarcodeFormats(
    [zxingcpp.BarcodeFormat.QRCode, zxingcpp.BarcodeFormat.Code128, zxingcpp.BarcodeFormat.Code39]
)


def bare(frame: np.ndarray[tuple[int, ...], np.dtype[np.uint8]]) -> object:
    """What anybody would write: gray, then zxing-cpp."""
    gray = cv2.cvtColor(frame, cv2.COLOR_BGR2GRAY)
    return zxingcpp.read_barcodes(gray, formats=WANTED, text_mode=zxingcpp.TextMode.Plain)


def beside(acts: dict[str, Callable[[int], object]], times: int) -> dict[str, float]:
    """Median CPU milliseconds of each act, all taken by turns so that a busy moment falls on all alike."""
    spent: dict[str, list[float]] = {name: [] for name in acts}
    for number in range(times):
        for name, act in acts.items():
            start = time.process_time()
            act(number)
            spent[name].append((time.process_time() - start) * 1000)
    return {name: statistics.median(figures) for name, figures in spent.items()}


def mean_ms(act: Callable[[int], object], times: int) -> float:
    """Mean CPU time of one call, milliseconds: for what costs more at some calls than at others."""
    start = time.process_time()
    for number in range(times):
        act(number)
    return (time.process_time() - start) * 1000 / times


def measured(times: int = 60) -> dict[str, float]:
    """All figures; 1280x720 unless said otherwise. ``_ms`` are CPU milliseconds, the rest are ratios."""
    decoder = Decoder()
    shown = [scene([Symbol("BENCHMARK-1")], seed=seed) for seed in range(4)]
    empty = [scene([], seed=seed) for seed in range(4)]
    large = [scene([Symbol("BENCHMARK-1")], size=(1920, 1080), seed=seed) for seed in range(2)]
    idle = Idle(decoder.turns)

    def watching(number: int) -> None:
        if idle.need(empty[number % 4], number / 30) is Need.DECODE:
            idle.told(found=bool(decoder.scan(empty[number % 4])))

    cost = beside(
        {
            "bare_hit": lambda n: bare(shown[n % 4]),
            "live_hit": lambda n: decoder.scan(shown[n % 4]),
            "live_hit_1080p": lambda n: decoder.scan(large[n % 2]),
            "bare_empty": lambda n: bare(empty[n % 4]),
        },
        times,
    )
    idle_frame = mean_ms(watching, 300)
    with DemoSource([Card("BENCHMARK-1", "Benchmark")], realtime=False) as demo:
        drawing = mean_ms(demo.picture, 90)
    return {
        **{f"{name}_ms": figure for name, figure in cost.items()},
        "live_hit_to_bare": cost["live_hit"] / cost["bare_hit"],
        "live_miss_ms": mean_ms(lambda n: decoder.scan(empty[n % 4]), times),
        "idle_frame_ms": idle_frame,
        "idle_frame_to_bare": idle_frame / cost["bare_empty"],
        "idle_share_of_a_core_at_30": idle_frame * 30 / 1000,
        "demo_frame_ms": drawing,
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps({name: round(value, 3) for name, value in measured().items()}) + "\n")
