"""Where in a picture a code may be: patches full of edges, and which way the edges run."""

from __future__ import annotations

import math
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from station.scanner.opencv import cv2

Gray = NDArray[np.uint8]
Grid = NDArray[np.float32]
Box = tuple[int, int, int, int]

ACROSS: Final = 160
"""Cells along the longest side: eight pixels each at 720p, twelve at 1080p."""
SMALLEST: Final = 3
"""Cells a region must have each way: 24 pixels at 720p, and no code is read from fewer."""
FLAT: Final = 0.02
"""Edge energy, as a share of the brightness around, below which a patch counts as empty."""
SHARES: Final = (0.5, 0.3)
"""Of the busiest patch's energy: what a patch needs to belong to a region. The second finds faint codes."""
ONE_WAY: Final = 0.45
"""Coherence from which on edges run one way: 0 for a checkerboard, 1 for perfect bars."""
SAME_WAY: Final = 12.0
"""Degrees between the directions of two patches of one code's bars."""
LOOKED_AT: Final = 8
"""Patches that are measured, the largest first: a wall of tiles has hundreds."""


class Region(NamedTuple):
    """A part of a picture that looks like a code.

    ``box`` is x, y, width, height in pixels; ``angle_deg`` the direction across the edges (0: the edges stand
    upright, positive turns clockwise), of use where ``linear``; ``energy`` ranks regions within one picture.
    """

    box: Box
    linear: bool
    angle_deg: float
    energy: float


def regions(gray: Gray, most: int = 4) -> list[Region]:
    """At most ``most`` regions of a picture (uint8, H x W), the likeliest first; none where nothing stands out."""
    height, width = gray.shape
    cell = max(2, math.ceil(max(height, width) / ACROSS))
    rows, columns = (height - 2) // cell, (width - 2) // cell  # two pixels go into the differences
    if rows < SMALLEST or columns < SMALLEST:
        return []
    edges = _edges(gray, cell, rows, columns)
    light = cv2.resize(gray[: rows * cell, : columns * cell], (columns, rows), interpolation=cv2.INTER_AREA)
    # By the light that falls there: a code in the shade has small differences and is as busy as one in the sun.
    busy = cv2.blur(edges[0] + edges[1], (3, 3)) / (np.asarray(light, np.float32) + 24.0)
    top = float(np.partition(busy.ravel(), -9)[-9])
    found: list[Region] = []
    for share in SHARES:
        for region in _patches(busy, max(FLAT, share * top), edges, cell):
            found = _with(found, region)
    return sorted(found, key=lambda one: -one.energy)[:most]


def padded(box: Box, shape: tuple[int, ...], share: float = 0.3, least: int = 16) -> Box:
    """The box grown on every side by ``share`` of its longer side, within a picture of ``shape``."""
    x, y, wide, high = box
    more = round(share * max(wide, high)) + least
    left, top = max(0, x - more), max(0, y - more)
    return left, top, min(shape[1], x + wide + more) - left, min(shape[0], y + high + more) - top


def _edges(gray: Gray, cell: int, rows: int, columns: int) -> tuple[Grid, Grid, Grid, Grid]:
    """Mean difference of neighbours in each cell: left-right, up-down and along both diagonals, noise taken off.

    Neighbours are compared at full size: modules of two pixels are gone in a smaller picture.
    """
    smooth = cv2.blur(gray, (3, 3))
    here, right, below, across = smooth[:-2, :-2], smooth[:-2, 2:], smooth[2:, :-2], smooth[2:, 2:]
    grids = []
    noise = 0.0
    for one, other in ((here, right), (here, below), (here, across), (below, right)):
        difference = cv2.absdiff(one, other)[: rows * cell, : columns * cell]
        grid = cv2.resize(difference, (columns, rows), interpolation=cv2.INTER_AREA).astype(np.float32)
        # The calmest fifth of the first direction is what noise looks like; it is the same in the others.
        noise = noise or float(np.partition(grid.ravel(), grid.size // 5)[grid.size // 5])
        grids.append(np.maximum(grid - np.float32(noise), np.float32(0)))
    return grids[0], grids[1], grids[2], grids[3]


def _patches(busy: Grid, limit: float, edges: tuple[Grid, Grid, Grid, Grid], cell: int) -> list[Region]:
    """Connected cells above the limit."""
    above = cv2.morphologyEx((busy > limit).astype(np.uint8), cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8))
    _, labels, stats, _ = cv2.connectedComponentsWithStats(above, connectivity=4)
    found = []
    for label in (1 + np.argsort(-stats[1:, cv2.CC_STAT_AREA], kind="stable"))[:LOOKED_AT]:
        x, y, wide, high, area = (int(value) for value in stats[label])
        if wide < SMALLEST or high < SMALLEST:
            continue
        inside = slice(y, y + high), slice(x, x + wide)
        mask = labels[inside] == label
        upright, level, falling, rising = (float(grid[inside][mask].mean()) for grid in edges)
        # Differences in four directions are the double angle's cosine and sine.
        cosine, sine = upright - level, falling - rising
        coherence = math.hypot(cosine, sine) / (upright + level + 1e-6)
        energy = float(busy[inside][mask].mean()) * math.sqrt(area) * min(1.0, 0.3 + area / (wide * high))
        box = (x * cell, y * cell, wide * cell, high * cell)
        found.append(Region(box, coherence > ONE_WAY, math.degrees(0.5 * math.atan2(sine, cosine)), energy))
    return found


def _with(found: list[Region], one: Region) -> list[Region]:
    """The regions and one more: joined to those whose bars it carries on, left out where it lies in another."""
    for at, other in enumerate(found):
        if _one_row(one, other):
            return _with(found[:at] + found[at + 1 :], _joined(one, other))
    return found if any(_inside(one.box, other.box) for other in found) else [*found, one]


def _one_row(one: Region, other: Region) -> bool:
    """Whether two patches may be parts of one code that fell apart between its wide bars."""
    if not (one.linear and other.linear) or abs((one.angle_deg - other.angle_deg + 90) % 180 - 90) > SAME_WAY:
        return False
    (x, y, wide, high), (u, v, broad, tall) = one.box, other.box
    gap = max(x - u - broad, u - x - wide, y - v - tall, v - y - high)
    across, down = u + broad / 2 - x - wide / 2, v + tall / 2 - y - high / 2
    way = math.radians(one.angle_deg if one.energy > other.energy else other.angle_deg)
    aside = abs(down * math.cos(way) - across * math.sin(way))
    reach = min(max(wide, high), max(broad, tall))
    return gap <= reach / 2 and aside <= reach / 4


def _joined(one: Region, other: Region) -> Region:
    (x, y, wide, high), (u, v, broad, tall) = one.box, other.box
    left, top = min(x, u), min(y, v)
    box = (left, top, max(x + wide, u + broad) - left, max(y + high, v + tall) - top)
    surer = max(one, other, key=lambda region: region.energy)
    energy = surer.energy if _inside(one.box, other.box) else math.hypot(one.energy, other.energy)
    return Region(box, True, surer.angle_deg, energy)


def _inside(box: Box, other: Box) -> bool:
    """Whether most of the smaller of two boxes is in the other."""
    wide = min(box[0] + box[2], other[0] + other[2]) - max(box[0], other[0])
    high = min(box[1] + box[3], other[1] + other[3]) - max(box[1], other[1])
    return wide > 0 and high > 0 and wide * high > 0.7 * min(box[2] * box[3], other[2] * other[3])
