"""Words fitted into a box: as large as they go, wrapped between words, broken within one only where they must be."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

Measure = Callable[[str, float], float]
"""The width of a text at a font size."""


def fitted(text: str, measure: Measure, sizes: Sequence[float], room: float, lines: int) -> tuple[float, list[str]]:
    """The largest of ``sizes`` (largest first) at which ``text`` fits ``lines`` lines of width ``room``; and the lines.

    What does not even fit at the smallest is cut off and ends with “…”.
    """
    parts = re.findall(r"[^\s-]+-?|-", text)
    glued = [not after for after in _spaces(text, parts)]
    for size in sizes:
        fits = _fits(measure, size, room)
        if all(fits(part) for part in parts) and len(wrapped := _wrapped(parts, glued, fits)) <= lines:
            return size, wrapped
    fits = _fits(measure, sizes[-1], room)
    wrapped = _wrapped(*_broken(parts, glued, fits), fits)
    if len(wrapped) > lines:
        last = wrapped[lines - 1]
        while last and not fits(last + "…"):
            last = last[:-1]
        wrapped = [*wrapped[: lines - 1], last.rstrip() + "…"]
    return sizes[-1], wrapped


def _fits(measure: Measure, size: float, room: float) -> Callable[[str], bool]:
    return lambda line: measure(line, size) <= room


def _spaces(text: str, parts: Sequence[str]) -> list[bool]:
    """Whether a space follows each part; after a hyphen there is mostly none."""
    after, at = [], 0
    for part in parts:
        at = text.index(part, at) + len(part)
        after.append(at >= len(text) or text[at].isspace())
    return after


def _broken(parts: Sequence[str], glued: Sequence[bool], fits: Callable[[str], bool]) -> tuple[list[str], list[bool]]:
    """Parts that are too long for a line, each as pieces that are not."""
    pieces, joins = [], []
    for part, glue in zip(parts, glued, strict=True):
        rest = part
        while len(rest) > 1 and not fits(rest):
            end = next((end for end in range(len(rest) - 1, 1, -1) if fits(rest[:end])), 1)
            pieces.append(rest[:end])
            joins.append(True)
            rest = rest[end:]
        pieces.append(rest)
        joins.append(glue)
    return pieces, joins


def _wrapped(parts: Sequence[str], glued: Sequence[bool], fits: Callable[[str], bool]) -> list[str]:
    lines: list[str] = []
    join = ""
    for part, glue in zip(parts, glued, strict=True):
        if lines and fits(lines[-1] + join + part):
            lines[-1] += join + part
        else:
            lines.append(part)
        join = "" if glue else " "
    return lines
