"""Where in a blurred line a code may begin and end, and which explanation of it is to be believed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

import numpy as np

from station.scanner.bars.fitting import Fit, Start, fitted, started
from station.scanner.bars.patterns import Bits, Layout, code128, ean
from station.scanner.bars.profile import Line, blur_of, sharpened

QUIET: Final = 4.0
"""Modules of light that must lie on either side of a code; the standards ask for 7 to 11."""
PAIRS: Final = 3
"""Pairs of light stretches that are looked at."""
LIGHT: Final = 0.7
"""What counts as light, where 0 is ink and 1 paper."""
TRIES: Final = 6
"""Explanations that are worked out, the likeliest first."""
ROUNDS: Final = 4
"""Times that a code and its place are worked out from one another."""
CLEAR: Final = {"EAN13": ((0.08, 0.1), (0.12, 0.2)), "Code128": ((0.12, 0.2),), "EAN8": ((0.12, 0.2),)}
"""What is believed: at most so much of the line unexplained, with at least such a margin. Over two thousand pictures
without a code the margin stayed below 0.07 for EAN-13, and below 0.1 for the others."""


class Told(NamedTuple):
    """A believed code: its ``ink`` by modules, from sample ``ends[0]`` to ``ends[1]`` (which may be the lesser)."""

    symbology: str
    ink: Bits
    ends: tuple[float, float]


def told(line: Line, formats: Sequence[str]) -> Told | None:
    """The one code that a line (light 1, ink 0) shows through its blur; None where there is any doubt."""
    blur = blur_of(line)
    crossings = np.flatnonzero(np.diff((sharpened(line[None, :], blur)[0] > 0.5).astype(np.int8)))
    starts: list[Start] = []
    for first, last in _ends(line):
        inside = int(((crossings > first) & (crossings < last)).sum())
        for layout in _layouts(formats, inside):
            spread = float(np.clip(blur * layout.modules / (last - first), 0.3, 1.2))
            starts += [started(line, (first, last), layout, spread, backwards=way) for way in (False, True)]
    # The more blur is assumed, the more fits anything.
    starts.sort(key=lambda one: one.loss * (1 + one.blur))
    for start in _in_turn(starts)[:TRIES]:
        fit = fitted(start, ROUNDS)
        if fit is not None and _clear(fit, start.layout.symbology):
            return Told(start.layout.symbology, fit.ink, fit.ends)
    return None


def _clear(fit: Fit, symbology: str) -> bool:
    return any(fit.miss < miss and fit.margin > margin for miss, margin in CLEAR[symbology])


def _in_turn(starts: list[Start]) -> list[Start]:
    """The best of each symbology, then the next of each: their losses cannot be compared with one another's."""
    ranks: Counter[str] = Counter()
    ranked = []
    for start in starts:
        ranks[start.layout.symbology] += 1
        ranked.append((ranks[start.layout.symbology], start))
    return [start for _, start in sorted(ranked, key=lambda pair: pair[0])]


def _ends(line: Line) -> list[tuple[float, float]]:
    """Pairs of samples (from, to) that have light outside them, the widest codes first."""
    edges = np.diff(np.concatenate(([0], (line > LIGHT).astype(np.int8), [0])))
    starts, stops = np.flatnonzero(edges > 0), np.flatnonzero(edges < 0)
    pairs = []
    for before in range(len(starts)):
        for after in range(before + 1, len(starts)):
            start, end = float(stops[before]), float(starts[after])
            need = QUIET * (end - start) / 95
            quiet = min(stops[before] - starts[before], stops[after] - starts[after])
            if end - start > len(line) / 3 and quiet >= need:
                pairs.append((start, end))
    return sorted(pairs, key=lambda pair: pair[0] - pair[1])[:PAIRS]


def _layouts(formats: Sequence[str], crossings: int) -> Iterator[Layout]:
    """What could lie between two ends with so many edges, of which blur may hide some."""
    if "EAN13" in formats or "UPCA" in formats:
        yield ean(12)
    if "EAN8" in formats and crossings <= 44:
        yield ean(8)
    if "Code128" in formats:
        fewest = max(4, round((crossings - 7) / 6))
        for characters in range(fewest, min(fewest + 3, 30)):
            yield code128(characters)
