"""Finds the patch of a frame that looks most like a code, read or not, and measures it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import Final

import numpy as np

from station.scanner.guidance.likeness import BLIND, DIM, blurred_bars, looks_coded, smeared
from station.scanner.guidance.patches import Box, Patch, patches
from station.scanner.guidance.texture import WINDOW, Gray, Texture, middle, texture
from station.scanner.opencv import cv2

SHRUNK: Final = 3
"""How many times smaller a code that is larger than the frame is looked at: a window would see too little of
it, and its modules lose nothing."""
LOOKED_AT: Final = 2
"""Patches of a frame that are looked at closely: it bounds the time."""


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


def measure(gray: Gray) -> Measured | None:
    """The likeliest code in a frame (uint8, H x W), or None where nothing looks like one."""
    if min(gray.shape) < 64:
        return None
    noise = _noise(gray)
    if float(gray[::16, ::16].mean()) < DIM:
        # In the dark the differences are the noise's; what is left of them after this are the code's.
        gray, noise = np.asarray(cv2.GaussianBlur(gray, (5, 5), 0), np.uint8), noise / 3
    for patch in islice(patches(gray), LOOKED_AT):
        x, y, wide, high = patch.box
        part = gray[y : y + high, x : x + wide]
        shrunk = SHRUNK if patch.fills else 1
        part = middle(part, WINDOW * shrunk)
        if shrunk > 1:
            high, wide = part.shape[0] // shrunk, part.shape[1] // shrunk
            whole = part[: high * shrunk, : wide * shrunk]  # a whole number of times smaller: many times faster
            part = np.asarray(cv2.resize(whole, (wide, high), interpolation=cv2.INTER_AREA), np.uint8)
        seen = texture(part, noise)
        if looks_coded(patch, seen, noise):
            return _measured(patch, seen, gray, shrunk)
    return None


def _measured(patch: Patch, seen: Texture, gray: Gray, shrunk: int) -> Measured:
    linear = (seen.linear and not smeared(patch, seen)) or blurred_bars(patch, seen)
    # A Code 128 bar is 1.9 modules wide on average. Of squares, both ways together, there is an edge a module; what
    # is not busy is the margin.
    module_px = shrunk * (seen.run_px / 1.9 if seen.linear else seen.run_px * seen.busy)
    if not patch.cut:
        # No code has fewer than 21 modules a side, no bar code of use here fewer than 60.
        module_px = min(module_px, patch.long / 60 if linear else patch.short / 21)
    return Measured(
        patch.box, linear, module_px, seen.contrast, seen.light, shrunk * (seen.blur_px if linear else seen.smear_px),
        _glare(gray, patch.box, seen.split), patch.cut, patch.fills,
    )  # fmt: skip


def _noise(gray: Gray) -> float:
    """The deviation of the sensor's noise: what neighbours differ by in most of a frame."""
    rows = gray[::24]
    apart = cv2.absdiff(rows[:, 1:], rows[:, :-1])
    return float(np.bincount(apart.ravel(), minlength=256).cumsum().searchsorted(apart.size / 2)) / 0.954


def _glare(gray: Gray, box: Box, paper: int) -> float:
    """The share of a box that a reflection blinds: white spots larger than any white in a code. ``paper`` is
    the grey level from which on a pixel is not ink."""
    x, y, wide, high = box
    more = max(wide, high) // 4  # a spot at a code's side makes its box smaller
    around = gray[max(0, y - more) : y + high + more, max(0, x - more) : x + wide + more]
    step = max(1, round(max(around.shape) / 160))
    around = around[::step, ::step]
    blind = (around >= BLIND).astype(np.uint8)
    if np.count_nonzero(blind) < 2 * np.count_nonzero((around > paper) & (around < BLIND)):
        return _spots(blind, min(wide, high) // (12 * step))
    # All paper is white: a telephone's screen, or a broad reflection. Only a hole in the code itself counts.
    inside = (gray[y : y + high : step, x : x + wide : step] >= BLIND).astype(np.uint8)
    return _spots(inside, min(wide, high) // (6 * step))


def _spots(blind: Gray, least: int) -> float:
    """The share of white that is in spots of at least that width."""
    spot = max(5, least)
    return float(np.asarray(cv2.morphologyEx(blind, cv2.MORPH_OPEN, np.ones((spot, spot), np.uint8))).mean())
