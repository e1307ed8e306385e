"""Synthetic camera frames: codes held up before a desk, seen by a camera. For practice, tests and benchmarks."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from station.scanner.drawn.held import QUIET, Held, Medium, Pose, Symbol, drawn, lay, shining
from station.scanner.drawn.light import Glare, Light, Pixels, through

__all__ = ["QUIET", "Glare", "Held", "Light", "Medium", "Pose", "Symbol", "drawn", "picture", "scene", "through"]

DESK = 120


def scene(
    symbols: Sequence[Symbol],
    *,
    size: tuple[int, int] = (1280, 720),
    angle_deg: float = 0.0,
    tilt_deg: float = 0.0,
    light: Light | None = None,
    seed: int = 0,
) -> Pixels:
    """A BGR frame of ``size`` (width, height): the bare symbols side by side before a gray desk.

    ``angle_deg`` turns each in the picture's plane, clockwise; ``tilt_deg`` turns it about its vertical
    axis, away from the camera. The same arguments give the same frame.
    """
    width, height = size
    frame = np.full((height, width, 3), DESK, np.uint8)
    for place, symbol in enumerate(symbols):
        pose = Pose((2 * place + 1) / (2 * len(symbols)), 0.5, angle_deg, tilt_deg)
        largest = max(drawn(symbol.text, symbol.symbology).shape) * symbol.module_px
        lay(frame, Held(symbol, pose, Medium.BARE), distance_px=1.5 * largest)
    return through(frame, light or Light(), seed)


def picture(held: Sequence[Held], *, before: Pixels, light: Light | None = None, seed: int = 0) -> Pixels:
    """A BGR frame of what is held ``before`` a background (BGR, left as it is), the last one in front."""
    frame = before.copy()
    maps = [(one, lay(frame, one)) for one in held]
    height, width = frame.shape[:2]
    if any(one.medium in (Medium.PHONE, Medium.DARK) for one in held):
        own, beat = shining(maps, (width, height))
        return through(frame, light or Light(), seed, own, beat)
    return through(frame, light or Light(), seed)
