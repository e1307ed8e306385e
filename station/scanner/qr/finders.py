"""The three large squares of a QR code, found by nested outlines, also blurred, inverted, bent or uneven in light."""

from __future__ import annotations

from itertools import combinations, permutations
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from station.scanner.looks.stages import Gray
from station.scanner.opencv import cv2

Points = NDArray[np.float64]

PATIENT: Final = ((15,), (15, 41), (15, 41))
"""Sizes in pixels of the neighbourhoods that make black and white, at full, half and quarter size of the picture."""
HASTY: Final = ((25,), (15,))
SMALLEST: Final = 21
DIFFERENCE: Final = 1
"""Grey levels below its neighbourhood from which a pixel is black."""
MOST_OUTLINES: Final = (200, 1_500)
"""Nested outlines looked at in one black-and-white picture, in a frame's part and in a still."""
MOST_NESTED: Final = 80
"""Finders taken from one of them, the largest first."""
MOST_POINTS: Final = 100
"""Points kept of one outline."""
MOST_FINDERS: Final = (8, 14)
MOST_MEASURED: Final = 24
"""Threes that are measured closely, of those whose middles lie as a code's may."""
MOST_TRIPLES: Final = 6
WORST: Final = 1.1
"""Triples less like a code's corners than this are none."""


class Finder(NamedTuple):
    middle: tuple[float, float]
    module_px: float
    dark: bool
    """Whether it is dark on light, as printed; a screen in dark mode shows the opposite."""
    ring: Points
    """Points of the outline of its inner light square, 5 x 5 modules: count x 2, in pixels."""
    votes: int = 1


class Triple(NamedTuple):
    """Three finders that may belong to one code: its top left, top right and bottom left."""

    corners: tuple[Finder, Finder, Finder]
    misfit: float

    @property
    def modules(self) -> float:
        """About how many modules lie between the middles of two finders: a code's size less seven."""
        first, second, third = self.corners
        legs = [(first, second), (first, third)]
        spans = [
            np.hypot(a.middle[0] - b.middle[0], a.middle[1] - b.middle[1])
            / np.mean([_along(one, a, b) for one in (a, b)])
            for a, b in legs
        ]
        return float(np.mean(spans))


def finders(gray: Gray, *, patient: bool) -> list[Finder]:
    """What looks like a finder, most often seen first; at most ``MOST_FINDERS``."""
    found: list[Finder] = []
    scale = 1.0
    for sizes in PATIENT if patient else HASTY:
        if min(gray.shape) < SMALLEST:
            break
        for size in sizes:
            found += _nested(_black_white(gray, size), scale, MOST_OUTLINES[patient])
        gray = np.asarray(cv2.resize(gray, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA), np.uint8)
        scale *= 2.0
    return _distinct(found)[: MOST_FINDERS[patient]]


def triples(found: list[Finder]) -> list[Triple]:
    """Threes of finders that lie as a code's do, best first; at most ``MOST_TRIPLES``."""
    orders = []
    for three in combinations(found, 3):
        sizes = [one.module_px for one in three]
        if max(sizes) > 2.2 * min(sizes) or len({one.dark for one in three}) > 1:
            continue
        # Of each corner as the top left, the order that turns clockwise; a mirrored code is no code here.
        orders += [(_skew(order), order) for order in permutations(three) if _clockwise(order)]
    nearest = sorted((one for one in orders if one[0] < WORST), key=lambda one: one[0])[:MOST_MEASURED]
    best: dict[frozenset[tuple[float, float]], Triple] = {}
    for skew, order in nearest:
        one = Triple((order[0], order[1], order[2]), skew + _unevenness(order))
        three_of = frozenset(finder.middle for finder in order)
        if one.misfit < WORST and (three_of not in best or one.misfit < best[three_of].misfit):
            best[three_of] = one
    return sorted(best.values(), key=lambda one: one.misfit)[:MOST_TRIPLES]


def square(finder: Finder, along: Points, down: Points) -> Points:
    """The ring's four corners, clockwise from the one at the code's top left: 4 x 2, in pixels."""
    shape = _in_axes(finder, along, down)
    low, high = shape.min(axis=0), shape.max(axis=0)
    spread = np.maximum(high - low, 1e-9)
    unit = (shape - low) / spread * 2 - 1
    sides = []
    for axis, sign in ((1, -1), (0, 1), (1, 1), (0, -1)):  # top, right, bottom, left
        near = (sign * unit[:, axis] > 0.4) & (np.abs(unit[:, 1 - axis]) < 0.75)
        if near.sum() < 3:
            sides.append((float(sign), 0.0))
            continue
        across, away = unit[near, 1 - axis], unit[near, axis]
        slope = float(((across - across.mean()) * (away - away.mean())).sum() / max(1e-9, across.var() * len(across)))
        sides.append((float(away.mean() - slope * across.mean()), slope))
    ends = []
    for (base, rise), (over, lean) in (
        (sides[0], sides[3]),
        (sides[0], sides[1]),
        (sides[2], sides[1]),
        (sides[2], sides[3]),
    ):
        # Where y = base + rise x of a level side meets x = over + lean y of an upright one.
        x = (over + lean * base) / (1 - lean * rise) if abs(lean * rise) < 0.9 else over
        ends.append((x, base + rise * x))
    return np.asarray(finder.middle + (((np.array(ends) + 1) / 2 * spread + low) @ np.stack([along, down])))


def _black_white(gray: Gray, size: int) -> Gray:
    """White where brighter than the neighbourhood: with a small one, blurred rings come apart again."""
    smooth = cv2.GaussianBlur(gray, (0, 0), 1.0)
    return np.asarray(
        cv2.adaptiveThreshold(smooth, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY, size, DIFFERENCE), np.uint8
    )


def _nested(black_white: Gray, scale: float, most: int) -> list[Finder]:
    """Outlines with an outline inside, of the sizes and places that a finder's ring and core have."""
    outlines, tree = cv2.findContours(black_white, cv2.RETR_TREE, cv2.CHAIN_APPROX_NONE)
    if not outlines:
        return []
    links = tree[0]
    lengths = np.fromiter(map(len, outlines), np.int64, len(outlines))
    child, parent = links[:, 2], links[:, 3]
    ring = np.flatnonzero((child >= 0) & (parent >= 0) & (lengths >= 12))
    # The largest of the outlines inside is the core; others are specks.
    ratio = lengths[ring] / np.maximum(1, lengths[child[ring]])
    likely = ring[(ratio > 1.15) & (links[child[ring], 0] < 0) | (links[child[ring], 0] >= 0)]
    found = []
    for at in likely[np.argsort(-lengths[likely])][:most]:
        inside, largest = child[at], child[at]
        while inside >= 0:
            largest = inside if lengths[inside] > lengths[largest] else largest
            inside = links[inside, 0]
        one = _finder(outlines[at], outlines[largest], scale)
        if one is not None:
            found.append(one)
        if len(found) == MOST_NESTED:
            break
    return found


def _finder(ring: NDArray[np.int32], core: NDArray[np.int32], scale: float) -> Finder | None:
    """A finder from the outlines of its ring and core if their sizes and places are right."""
    outer, inner = cv2.moments(ring), cv2.moments(core)
    if inner["m00"] < 1 or outer["m00"] < 9:
        return None
    # Outlines of white run one way round on its own pixels; those of holes the other way, also on the white ones.
    dark = bool(cv2.contourArea(ring, oriented=True) < 0)
    border = 1.0 if dark else -1.0
    side, part = np.sqrt(outer["m00"]) + border, np.sqrt(inner["m00"]) - border
    if not 0.33 < part / side < 0.68:  # 3 / 5; that of the dark square around is 5 / 7
        return None
    middle = np.array([outer["m10"], outer["m01"]]) / outer["m00"]
    core_middle = np.array([inner["m10"], inner["m01"]]) / inner["m00"]
    if np.abs(middle - core_middle).max() > 0.14 * side:
        return None
    _, (wide, high), _ = cv2.minAreaRect(ring)
    if wide * high > 1.75 * outer["m00"] or max(wide, high) > 3.5 * min(wide, high):
        return None
    points = ring[:: 1 + len(ring) // MOST_POINTS, 0].astype(np.float64)
    points += (points - middle) * (border / side)
    # Outlines run along pixel middles; the pictures are related by pixel corners.
    place = ((middle + core_middle) / 2 + 0.5) * scale - 0.5
    return Finder((float(place[0]), float(place[1])), float(side * scale / 5), dark, (points + 0.5) * scale - 0.5)


def _distinct(found: list[Finder]) -> list[Finder]:
    """Each finder once, with the number of times it was seen; most votes first."""
    kept: list[Finder] = []
    for one in found:
        for at, other in enumerate(kept):
            near = 1.5 * min(one.module_px, other.module_px)
            alike = one.dark == other.dark and 0.7 < one.module_px / other.module_px < 1.43
            if alike and max(abs(a - b) for a, b in zip(one.middle, other.middle, strict=True)) < near:
                kept[at] = other._replace(votes=other.votes + 1)
                break
        else:
            kept.append(one)
    return sorted(kept, key=lambda one: -one.votes)


def _clockwise(order: tuple[Finder, ...]) -> bool:
    along, down = _legs(order)
    return bool(along[0] * down[1] - along[1] * down[0] > 0)


def _legs(order: tuple[Finder, ...]) -> tuple[Points, Points]:
    first, second, third = (np.array(one.middle) for one in order)
    return second - first, third - first


def _skew(order: tuple[Finder, ...]) -> float:
    """How far three middles are from the corner of a square: 0 for a code seen straight on."""
    along, down = _legs(order)
    wide, high = np.hypot(*along), np.hypot(*down)
    sine = (along[0] * down[1] - along[1] * down[0]) / max(1e-9, wide * high)
    return float(1 - sine + 0.5 * abs(np.log(wide / high))) if sine >= 0.35 else WORST


def _unevenness(order: tuple[Finder, ...]) -> float:
    """How far three squares are from being of one size and lying along the legs."""
    along, down = _legs(order)
    fill = 0.0
    for one in order:
        across = _in_axes(one, along, down)
        box = np.ptp(across, axis=0)
        area = (one.module_px * 5) ** 2 / abs(along[0] * down[1] - along[1] * down[0])
        fill += abs(1 - area / max(1e-9, box[0] * box[1]))
        if not 8 < 5 / box.max() < 220 or box.max() > 3 * box.min():
            return WORST
    return fill / 3


def _in_axes(finder: Finder, along: Points, down: Points) -> Points:
    """The ring's points from its middle, in units of the two legs."""
    return np.asarray(np.linalg.solve(np.stack([along, down], axis=1), (finder.ring - finder.middle).T).T)


def _along(finder: Finder, a: Finder, b: Finder) -> float:
    """The finder's module in pixels, measured in the direction from a to b."""
    way = np.array([b.middle[0] - a.middle[0], b.middle[1] - a.middle[1]])
    away = (finder.ring - finder.middle) @ (way / np.hypot(*way))
    return float(np.ptp(away) / 5)
