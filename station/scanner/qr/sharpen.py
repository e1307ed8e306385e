"""Undoing of blur in a flattened code: out of focus by a disc, moved by a line, each in sizes of the module."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from station.scanner.opencv import cv2
from station.scanner.qr.mesh import FINE, Plane

Spectrum = NDArray[np.complex64]

DISCS: Final = (0.6, 0.85, 1.1)
"""Radii in modules. Less is read without help; more leaves nothing of the modules."""
LINES: Final = (1.3, 2.1)
"""Lengths in modules."""
WAYS: Final = 8
NOISE: Final = 0.006
"""Power of the noise against that of the picture: what keeps lost frequencies from being made up."""
COUNT: Final = len(DISCS) + len(LINES) * WAYS


def sharpened(flat: Plane, blur: int) -> Plane:
    """The flattened picture with the ``blur``-th of ``COUNT`` kinds of blur undone."""
    side = flat.shape[0]
    room = 4 * FINE
    whole = cv2.getOptimalDFTSize(side + 2 * room)
    far = whole - side - room
    # Mirrored at the edges, or the jump from one to the opposite one would ring through the code.
    framed = cv2.copyMakeBorder(flat, room, far, room, far, cv2.BORDER_REFLECT_101)
    middle = float(flat.mean())
    clear = np.fft.irfft2(np.fft.rfft2(framed - middle) * _filters(whole)[blur], s=framed.shape) + middle
    return np.asarray(clear[room : room + side, room : room + side], np.float32)


@lru_cache(maxsize=8)
def _filters(side: int) -> tuple[Spectrum, ...]:
    """Wiener's filter for each kind of blur, on a square of so many pixels."""
    points = [_disc(radius) for radius in DISCS]
    points += [_line(length, math.pi * way / WAYS) for length in LINES for way in range(WAYS)]
    made = []
    for across, down in points:
        spread = np.zeros((side, side))
        # Each point is shared out among the four pixels around it.
        left, top = np.floor(across).astype(int), np.floor(down).astype(int)
        for x, y in ((0, 0), (1, 0), (0, 1), (1, 1)):
            share = (1 - np.abs(across - left - x)) * (1 - np.abs(down - top - y))
            np.add.at(spread, ((top + y) % side, (left + x) % side), share / len(across))
        seen = np.fft.rfft2(spread)
        made.append((np.conj(seen) / (np.abs(seen) ** 2 + NOISE) * (1 + NOISE)).astype(np.complex64))
    return tuple(made)


def _disc(radius: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    steps = np.linspace(-radius, radius, 25) * FINE
    across, down = (axis.ravel() for axis in np.meshgrid(steps, steps))
    inside = np.hypot(across, down) <= radius * FINE
    return across[inside], down[inside]


def _line(length: float, angle: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    steps = np.linspace(-length / 2, length / 2, 41) * FINE
    return steps * math.cos(angle), steps * math.sin(angle)
