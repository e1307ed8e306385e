"""What scanning costs: empty frames, easy codes, and a long run's memory and rate. CPU time, beside peers."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from station.scanner.decode import DEFAULT_FORMATS, Decoder, fitted
from station.scanner.drawn.clutter import KINDS, clutter
from station.scanner.drawn.film import RATE, Story, film
from station.scanner.drawn.frames import Held, Light, Pose, Symbol, picture, scene, through
from station.scanner.engines import zxing
from station.scanner.idle import Idle, Need
from station.scanner.watch import Watch
from tests.benchmarks.peers import Goal, Pixels, Spent, pyzbar, zxing_of
from tests.benchmarks.recall import symbology, text_of

DESK_LIKE: Final = ("desk", "room", "crowd")
EACH: Final = 3
"""Of so many frames the peers get one: theirs cost the same on each."""
LIGHT: Final = Light(noise=3, shot=0.1, brightness=0.85, gradient=0.3, vignette=0.25, defocus_px=0.6, jpeg=82)
VISIT_S: Final = 5


def sequence(kind: str, seed: int, count: int) -> Iterator[Pixels]:
    """What a camera sees while nobody is there: one background, fresh noise."""
    sheet = clutter(kind, seed)
    for number in range(count):
        yield through(sheet, LIGHT, seed * count + number)


def empty(kinds: Sequence[str], seeds: range, count: int) -> dict[str, float]:
    """Means of CPU milliseconds a frame without a code, and the decoder's p95; 1280x720."""
    wanted, plain, zbar = zxing.asked(DEFAULT_FORMATS), zxing_of(DEFAULT_FORMATS), pyzbar()

    def base(frame: Pixels) -> None:
        view = fitted(frame)
        assert view is not None
        zxing.read(view.gray, wanted)

    live, first, bare, bar = Spent(), Spent(), Spent(), Spent()
    for kind in kinds:
        for seed in seeds:
            decoder = Decoder()
            for number, frame in enumerate(sequence(kind, seed, count)):
                live.on(decoder.scan, frame)
                if number % EACH == 0:
                    for spent, act in ((bare, plain), (first, base)) if number % 2 else ((first, base), (bare, plain)):
                        spent.on(act, frame)
                    if zbar is not None:
                        bar.on(zbar, frame)
    told = {"scan_ms": live.mean, "p95_ms": live.p95, "median_ms": statistics.median(live.figures)}
    told |= {"base_to_zxing": statistics.median(a / b for a, b in zip(first.figures, bare.figures, strict=True))}
    told |= {"zxing_ms": bare.mean, "scan_to_zxing": live.mean / bare.mean, "frames": float(len(live.figures))}
    return told | ({"pyzbar_ms": bar.mean, "scan_to_pyzbar": live.mean / bar.mean} if zbar is not None else {})


def empty_goals(seeds: range, count: int) -> dict[str, Goal]:
    goals = {}
    for name, kinds in (("desk, room, crowd", DESK_LIKE), ("all kinds of clutter", tuple(KINDS))):
        told = empty(kinds, seeds if kinds is DESK_LIKE else seeds[:1], count)
        goals[f"empty frame, {name}: base pass to zxing-cpp"] = _at_most(
            told, "base_to_zxing", 1.3, "zxing_ms", "scan_to_zxing"
        )
        goals[f"empty frame, {name}: p95 ms"] = _at_most(told, "p95_ms", 60, "median_ms", "frames")
        if "scan_to_pyzbar" in told:
            against = _at_most(told, "scan_to_pyzbar", 0.45, "scan_ms", "pyzbar_ms")
            goals[f"empty frame, {name}: mean with turns to pyzbar"] = against
    return goals


def _at_most(told: dict[str, float], figure: str, bound: float, *beside: str) -> Goal:
    return Goal(told[figure], bound, True, {key: told[key] for key in beside})


def easy(times: int) -> dict[str, Goal]:
    """A readable code scanned by a decoder that has seen nothing yet, to plain zxing-cpp: alone, and in a room."""
    plain, goals = zxing_of(DEFAULT_FORMATS), {}
    for place in ("alone", "in a room"):
        live, bare = Spent(), Spent()
        for code in ("QR v4", "Code128"):
            for seed in range(4):
                frame = easy_frame(code, seed, alone=place == "alone")
                for number in range(times):
                    turn = [(live, Decoder().scan), (bare, plain)]
                    for spent, act in turn if number % 2 else turn[::-1]:
                        spent.on(act, frame)
        ratios = [a / b for a, b in zip(live.figures, bare.figures, strict=True)]
        beside = {"scan_ms": live.mean, "zxing_ms": bare.mean, "reads": float(len(ratios))}
        goals[f"first read of an easy code, {place}, to zxing-cpp"] = Goal(
            statistics.median(ratios), 1.05, True, beside
        )
    return goals


def easy_frame(code: str, seed: int, *, alone: bool) -> Pixels:
    symbol = Symbol(text_of(code, seed), symbology(code))
    if alone:
        return scene([symbol], seed=seed, angle_deg=4 * seed)
    return picture([Held(symbol, Pose(turn_deg=4 * seed))], before=clutter("room", seed), light=LIGHT, seed=seed)


def visits(minutes: float) -> Iterator[tuple[Pixels, float, str]]:
    """Frames of a desk to which somebody comes every ``VISIT_S`` seconds: when, and whose card is about."""
    for visit in range(max(2, round(minutes * 60 / VISIT_S))):
        text, began = text_of("Code128", visit), visit * VISIT_S
        count = 0
        for frame in film(text, "Code128", Story.PLAIN, seed=visit, held_s=0.4):
            yield frame.pixels, began + frame.at, text
            count += 1
        for number, pixels in enumerate(sequence("room", visit, VISIT_S * RATE - count)):
            yield pixels, began + (count + number) / RATE, text


def memory_mb() -> float:
    """What the process holds in memory now; 0 where the system does not tell so."""
    told = Path("/proc/self/statm")
    return int(told.read_text("ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20 if told.exists() else 0.0


def long_run(minutes: float) -> dict[str, float]:
    """Generated frames through Idle, Decoder and Watch as the scanner thread does it. Memory is told after a quarter
    and at the end; the rate is that of scanning alone, drawing not counted."""
    decoder, watch = Decoder(), Watch()
    idle = Idle(decoder.turns)
    frames = decoded = spent = 0.0
    told, shown, start = list[str](), set[str](), 0.0
    for pixels, at, text in visits(minutes):
        frames += 1
        shown.add(text)
        began = time.process_time()
        if idle.need(pixels, at) is Need.DECODE:
            found = decoder.scan(pixels)
            idle.told(found=bool(found))
            decoded += 1
            sight = watch.see(found, at, decoder.present)
            told += [sight.new.text] if sight.new is not None else []
        spent += time.process_time() - began
        if not start and at > minutes * 15:
            start = memory_mb()
    return {
        "frames": frames,
        "decoded": decoded,
        "visits": float(len(shown)),
        "visits read": float(len(shown & set(told))),
        "read more than once": float(len(told) - len(set(told))),
        "never shown": float(len(set(told) - shown)),
        "memory_mb at a quarter": start,
        "memory_mb at the end": memory_mb(),
        "frames a CPU second": frames / spent,
    }


def bare_desk(times: int) -> dict[str, float]:
    """``scan`` of a desk on which nothing looks like a code: what looking for such places adds to the base pass."""
    decoder, plain, live, bare = Decoder(), zxing_of(DEFAULT_FORMATS), Spent(), Spent()
    for frame in sequence("desk", 3, times):
        live.on(decoder.scan, frame)
        bare.on(plain, frame)
    return {"scan_to_zxing": statistics.median(a / b for a, b in zip(live.figures, bare.figures, strict=True))}
