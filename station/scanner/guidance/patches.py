"""Where in a frame edges are dense: patches that may be codes, also such as no decoder would find."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from station.scanner.guidance.texture import Gray
from station.scanner.opencv import cv2

Grid = NDArray[np.float32]
Box = tuple[int, int, int, int]

ACROSS: Final = 160
"""Cells along the longest side: eight pixels each at 720p, twelve at 1080p."""
COARSE: Final = 4
"""Cells to a coarse one: modules of a code that is too close are larger than a cell, and empty inside."""
FAINT: Final = 1.5
"""Grey levels that neighbours must differ by on average, beyond noise, for a patch to stand out."""
ALIKE: Final = 6
"""More small patches than these are keys, tiles or figures in a table, not a code far away."""
SMALL: Final = 170
"""Pixels of the longer side up to which a patch is small."""
LARGEST: Final = 0.5
"""Of the frame's longer side: a larger patch that does not fill the frame is a wall or a page, not a code."""


class Patch(NamedTuple):
    """Where edges are dense. ``solid`` is the share that its busy cells fill of the smallest rectangle around
    them, upright or turned, of sides ``long`` and ``short`` (pixels); ``share`` is the long one's of the
    frame's longer side. ``cut`` says that it goes to the frame's edge, ``fills`` that it goes to opposite
    edges or is most of the frame."""

    box: Box
    solid: float
    long: float
    short: float
    share: float
    cut: bool
    fills: bool


def patches(gray: Gray) -> Iterator[Patch]:
    """Where edges are dense, the largest and densest first: small cells, then coarse ones."""
    height, width = gray.shape
    cell = max(2, math.ceil(max(height, width) / ACROSS / 2) * 2)
    rows, columns = (height - 2) // cell, (width - 2) // cell
    if min(rows, columns) < 2 * COARSE:
        return
    lines = np.ascontiguousarray(gray[: rows * cell + 2 : 2])
    here = lines[:-1, : columns * cell]
    apart = cv2.add(
        cv2.absdiff(here, lines[:-1, 2 : columns * cell + 2]), cv2.absdiff(here, lines[1:, : columns * cell])
    )
    # Whole cells: to shrink by a whole number is many times faster.
    busy = cv2.resize(apart[: rows * cell // 2], (columns, rows), interpolation=cv2.INTER_AREA).astype(np.float32)
    busy = np.asarray(cv2.blur(busy, (3, 3)), np.float32)
    calm = float(np.partition(busy.ravel(), busy.size // 5)[busy.size // 5])
    busy -= calm
    yield from filter(shaped, _joined(busy, cell, (width, height)))
    size = (columns // COARSE, rows // COARSE)
    whole = busy[: size[1] * COARSE, : size[0] * COARSE]
    coarse = np.asarray(cv2.resize(whole, size, interpolation=cv2.INTER_AREA), np.float32)
    yield from (patch for patch in _joined(coarse, cell * COARSE, (width, height)) if patch.fills and shaped(patch))


def shaped(patch: Patch) -> bool:
    """Whether a code can be of that shape, in whatever perspective."""
    if patch.fills:
        return patch.short > 300
    slim, least = (4.5, 48) if patch.cut else (4.0, 36)
    return patch.short > least and patch.long < slim * patch.short and patch.share < LARGEST


def _joined(busy: Grid, cell: int, size: tuple[int, int]) -> Iterator[Patch]:
    """The three largest connected groups of cells that are nearly as busy as the busiest."""
    few = max(3, busy.size // 700)
    top = float(np.partition(busy.ravel(), -few)[-few])
    above = (busy > max(FAINT, 0.35 * top)).astype(np.uint8)
    above = np.asarray(cv2.morphologyEx(above, cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8)), np.uint8)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(above, connectivity=4)
    sides = stats[1:, 2:4]
    fit = (sides.min(axis=1) >= 3) & (stats[1:, 4] >= 9)
    small = fit & (sides.max(axis=1) * cell < SMALL)
    if np.count_nonzero(small) > ALIKE:
        fit &= ~small
    order = np.argsort(-stats[1:, 4], kind="stable")
    for label in [int(at) + 1 for at in order if fit[at]][:3]:
        yield _patch(np.asarray(labels, np.int32), label, stats[label], cell, size)


def _patch(labels: NDArray[np.int32], label: int, stat: NDArray[np.int32], cell: int, size: tuple[int, int]) -> Patch:
    x, y, wide, high, area = (int(value) for value in stat)
    down, across = np.nonzero(labels[y : y + high, x : x + wide] == label)
    _, (one, other), _ = cv2.minAreaRect(np.stack([across, down], axis=1).astype(np.int32))
    one, other = one + 1, other + 1
    left, top = x <= 0, y <= 0
    right, bottom = (x + wide + 1) * cell >= size[0] - 2, (y + high + 1) * cell >= size[1] - 2
    cut = left or right or top or bottom
    large = cut and wide * cell > 0.6 * size[0] and high * cell > 0.6 * size[1]
    fills = large or (left and right) or (top and bottom)
    return Patch(
        (x * cell, y * cell, wide * cell, high * cell), area / (one * other), max(one, other) * cell,
        min(one, other) * cell, max(one, other) * cell / max(size), cut, fills,
    )  # fmt: skip
