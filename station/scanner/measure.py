"""Finds the patch of a frame that looks most like a code, read or not, and measures it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from station.scanner.opencv import cv2
from station.scanner.texture import Gray, Texture, texture

Grid = NDArray[np.float32]
Box = tuple[int, int, int, int]

ACROSS: Final = 160
"""Cells along the longest side: eight pixels each at 720p, twelve at 1080p."""
COARSE: Final = 4
"""Cells to a coarse one: modules of a code that is too close are larger than a cell, and empty inside."""
FAINT: Final = 1.5
"""Grey levels that neighbours must differ by on average, beyond noise, for a patch to stand out."""
DIM: Final = 60.0
"""A patch whose light end is below this grey level is in the dark."""
BLIND: Final = 250
"""From this grey level on a pixel may have got any amount of light."""
ALIKE: Final = 6
"""More small patches than these are keys, tiles or figures in a table, not a code far away."""
SMALL: Final = 170
"""Pixels of the longer side up to which a patch is small."""
MOST: Final = 520
"""Pixels of the longer side from which on a patch that is no bar code is no code that is whole."""
SHRUNK: Final = 3


@dataclass(frozen=True, slots=True)
class Measured:
    """A code-like patch. ``box`` is x, y, width, height in the frame's pixels.

    ``module_px`` is the estimated size of its smallest square or bar, ``blur_px`` the deviation of the blur
    of its sharpest edges, both in pixels; ``contrast`` and ``light`` (its light end) are grey levels;
    ``glare`` the share of it that a reflection blinds. ``touches_edge`` says that it is cut by the frame's
    edge, ``fills`` that it goes from edge to edge.
    """

    box: Box
    linear: bool
    module_px: float
    contrast: float
    light: float
    blur_px: float
    glare: float
    touches_edge: bool
    fills: bool


class Patch(NamedTuple):
    """Where edges are dense. ``solid`` is the share that its busy cells fill of the smallest rectangle around
    them, upright or turned, of sides ``long`` and ``short`` (pixels)."""

    box: Box
    solid: float
    long: float
    short: float
    cut: bool
    fills: bool


def measure(gray: Gray) -> Measured | None:
    """The likeliest code in a frame (uint8, H x W), or None where nothing looks like one."""
    if min(gray.shape) < 64:
        return None
    noise = _noise(gray)
    if float(gray[::16, ::16].mean()) < DIM:
        # In the dark the differences are the noise's; what is left of them after this are the code's.
        gray, noise = np.asarray(cv2.GaussianBlur(gray, (5, 5), 0), np.uint8), noise / 3
    for patch in islice(filter(_shaped, _patches(gray)), 2):
        x, y, wide, high = patch.box
        part = gray[y : y + high, x : x + wide]
        # Of a code that is larger than the frame a window sees too little; nothing of it is lost in less detail.
        shrunk = SHRUNK if patch.fills else 1
        if shrunk > 1:
            part = np.asarray(
                cv2.resize(part, (wide // shrunk, high // shrunk), interpolation=cv2.INTER_AREA), np.uint8
            )
        seen = texture(part, noise)
        if looks_coded(patch, seen, noise):
            return _measured(patch, seen, gray, shrunk)
    return None


def _measured(patch: Patch, seen: Texture, gray: Gray, shrunk: int) -> Measured:
    linear = (seen.linear and not _smeared(patch, seen)) or _blurred_bars(patch, seen)
    module_px = shrunk * seen.run_px / (1.9 if linear else 1.6)
    if not patch.cut:
        # No code has fewer than 21 modules a side, no bar code of use here fewer than 60.
        module_px = min(module_px, patch.long / 60 if linear else patch.short / 21)
    return Measured(
        patch.box, linear, module_px, seen.contrast, seen.light, shrunk * (seen.blur_px if linear else seen.smear_px),
        glare(gray, patch.box, seen.split), patch.cut, patch.fills,
    )  # fmt: skip


def _shaped(patch: Patch) -> bool:
    """Whether a code can be of that shape, in whatever perspective."""
    if patch.fills:
        return patch.short > 300
    if patch.cut:
        return patch.short >= 40 and patch.long < 4.5 * patch.short and patch.long < MOST
    return patch.short >= 36 and patch.long < 4.0 * patch.short and patch.long < MOST


def _noise(gray: Gray) -> float:
    """The deviation of the sensor's noise: what neighbours differ by in most of a frame."""
    rows = gray[::24]
    apart = cv2.absdiff(rows[:, 1:], rows[:, :-1])
    return float(np.bincount(apart.ravel(), minlength=256).cumsum().searchsorted(apart.size / 2)) / 0.954


def _patches(gray: Gray) -> Iterator[Patch]:
    """Where edges are dense, the largest and densest first: small cells, then coarse ones."""
    height, width = gray.shape
    cell = max(2, math.ceil(max(height, width) / ACROSS / 2) * 2)
    rows, columns = (height - 2) // cell, (width - 2) // cell
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
    yield from _joined(busy, cell, (width, height))
    size = (columns // COARSE, rows // COARSE)
    whole = busy[: size[1] * COARSE, : size[0] * COARSE]
    coarse = np.asarray(cv2.resize(whole, size, interpolation=cv2.INTER_AREA), np.float32)
    yield from (patch for patch in _joined(coarse, cell * COARSE, (width, height)) if patch.fills)


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
        min(one, other) * cell, cut, fills,
    )  # fmt: skip


def looks_coded(patch: Patch, seen: Texture, noise: float) -> bool:
    """Whether it may be a code. The limits are where generated codes, fine or spoilt in each of the ways a hint
    knows, and generated backgrounds lie apart: print has less ink, cloth, tiles and blinds repeat
    themselves, faces and furniture have few edges, books few and coarse ones."""
    dark, blind = seen.light < DIM, seen.light >= BLIND
    if seen.contrast < (9 if dark else 50) or seen.contrast < 2.2 * noise or seen.two_tone < (0.58 if blind else 0.62):
        return False
    if patch.fills:
        if seen.linear:
            return seen.one_way > 0.9 and seen.two_tone > 0.85 and seen.repeats < 0.6 and 0.4 < seen.uneven < 0.6
        # One module, two or three: the ways between the edges of a code have a pattern of their own.
        return seen.two_tone > 0.8 and seen.ink > 0.35 and seen.repeats < 0.42 and 0.6 < seen.uneven < 0.85
    if patch.long < 22 * seen.blur_px:
        return False
    if _smeared(patch, seen):
        return seen.busy > 0.5 and seen.repeats < 0.66 and seen.two_tone < 0.86 and seen.run_px < 18
    if seen.linear:
        if patch.cut:
            enough = seen.edges >= 8 and seen.two_tone > 0.84 and seen.run_px < 11
        else:
            enough = seen.edges >= 18 and seen.run_px < 16
        return enough and seen.repeats < 0.66 and seen.busy > 0.45
    if _blurred_bars(patch, seen):
        return seen.repeats < 0.76 and seen.busy > 0.45
    if patch.long > 1.75 * patch.short and not patch.cut:
        return False
    if seen.blur_px > 2.4 and not dark and patch.long > SMALL and not patch.cut:
        return _blurred_squares(patch, seen)
    if not dark and seen.uneven < 0.62 and (patch.cut or patch.long > SMALL):
        return False
    if dark and (patch.short < 100 or patch.solid < 0.45):
        return False
    return (
        0.17 < seen.ink < 0.76
        and seen.repeats < (0.76 if patch.long < SMALL else 0.62)
        and (dark or (seen.busy > (0.3 if blind else 0.36) and seen.run_px < 30))
        and patch.solid > (0.42 if dark or blind else 0.5)
        and (dark or seen.four_way > (0.18 if seen.run_px > 9 else 0.1))
    )


def _blurred_squares(patch: Patch, seen: Texture) -> bool:
    """Whether it is a matrix code so blurred that its edges run every way."""
    if not 0.33 < seen.ink < 0.75 or patch.solid < 0.42:
        return False
    fine = seen.edges > 1000 and seen.busy > 0.45 and seen.repeats < 0.62
    return fine or (seen.four_way > 0.15 and seen.edges > 600 and seen.busy > 0.35 and seen.repeats < 0.73)


def _blurred_bars(patch: Patch, seen: Texture) -> bool:
    """Whether it is a bar code so blurred that the ends of its bars are its clearest edges."""
    wide = 1.6 * patch.short < patch.long < 3 * patch.short
    return wide and not patch.cut and seen.four_way > 0.65 and seen.one_way > 0.2 and seen.blur_px > 1.45


def _smeared(patch: Patch, seen: Texture) -> bool:
    """Whether it is a matrix code that motion has turned into something like bars."""
    return seen.linear and seen.one_way < 0.85 and patch.long < 1.6 * patch.short and not patch.cut


def glare(gray: Gray, box: Box, paper: int) -> float:
    """The share of a box that a reflection blinds: white spots larger than any white in a code. ``paper`` is
    the grey level from which on a pixel is not ink."""
    x, y, wide, high = box
    more = max(wide, high) // 4  # a spot at a code's side makes its box smaller
    part = gray[max(0, y - more) : y + high + more, max(0, x - more) : x + wide + more]
    step = max(1, round(max(part.shape) / 160))
    part = part[::step, ::step]
    blind = (part >= BLIND).astype(np.uint8)
    if not blind.any():
        return 0.0
    inside = part[(part > paper) & (part < BLIND)].size
    if np.count_nonzero(blind) < 2 * inside:
        return _spots(blind, min(wide, high) // (12 * step))
    # All paper is white: a telephone's screen, or a broad reflection. Only a hole in the code itself counts.
    blind = (gray[y : y + high : step, x : x + wide : step] >= BLIND).astype(np.uint8)
    return _spots(blind, min(wide, high) // (6 * step))


def _spots(blind: Gray, least: int) -> float:
    """The share of white that is in spots of at least that width."""
    spot = max(5, least)
    return float(np.asarray(cv2.morphologyEx(blind, cv2.MORPH_OPEN, np.ones((spot, spot), np.uint8))).mean())
