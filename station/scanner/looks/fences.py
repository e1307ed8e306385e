"""Where in a picture bars stand side by side, and which way: parts to be read as 1-D codes."""

from __future__ import annotations

import math
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from station.scanner.bars.strip import Gray
from station.scanner.opencv import cv2

Grid = NDArray[np.float32]
Box = tuple[int, int, int, int]

CELLS: Final = 128
"""Cells along the longest side."""
WIDE: Final = (9, 19)
"""Cells looked at together: wide bars of a large code leave cells of nothing between them."""
ALIKE: Final = 0.3
"""Share of the strongest place that still belongs to it."""
ONE_WAY: Final = 0.5
"""How much of the edges must run one way: 0 none, 1 all."""


class Fence(NamedTuple):
    """``box`` is x, y, width, height in pixels; ``angle_deg`` the direction across the bars."""

    box: Box
    angle_deg: float


def fences(gray: Gray, most: int = 4) -> list[Fence]:
    """At most ``most`` parts of a picture (H x W) with bars, the strongest first. They may overlap."""
    cell = max(2, math.ceil(max(gray.shape) / CELLS))
    rows, columns = gray.shape[0] // cell, gray.shape[1] // cell
    if rows < 3 or columns < 3:
        return []
    energy, cosine, sine = _tensor(gray, (columns, rows))
    found: list[tuple[float, Fence]] = []
    for wide in WIDE:
        size = (min(wide, columns), min(wide, rows))
        whole, even, odd = (np.asarray(cv2.blur(part, size), np.float32) for part in (energy, cosine, sine))
        along = np.hypot(even, odd)
        along[along < ONE_WAY * whole] = 0
        for _ in range(2):
            y, x = divmod(int(along.argmax()), columns)
            top = float(along[y, x])
            if top <= 1.0:
                break
            # Cells whose edges run within about 15 degrees of the strongest place's.
            same = even * (even[y, x] / top) + odd * (odd[y, x] / top) > 0.87 * np.hypot(even, odd)
            mask = (same & (along > ALIKE * top)).astype(np.uint8)
            labels = cv2.connectedComponents(mask, connectivity=4)[1]
            mine = labels == labels[y, x]
            angle = math.degrees(math.atan2(float(odd[mine].sum()), float(even[mine].sum()))) / 2
            found.append((top * math.sqrt(int(mine.sum())), Fence(_box(mine, wide // 2, cell, gray.shape), angle)))
            along[mine] = 0
    return [fence for _, fence in sorted(found, key=lambda pair: -pair[0])[:most]]


def _tensor(gray: Gray, size: tuple[int, int]) -> tuple[Grid, Grid, Grid]:
    """Energy of the edges in each cell, and the cosine and sine of twice their direction, weighed by it."""
    soft = cv2.blur(gray, (3, 3))
    right = np.asarray(cv2.Sobel(soft, cv2.CV_32F, 1, 0), np.float32)
    down = np.asarray(cv2.Sobel(soft, cv2.CV_32F, 0, 1), np.float32)
    squares = (right * right + down * down, right * right - down * down, 2 * right * down)
    # A card's edge is stronger than its bars; the root keeps it from hiding them.
    root = np.sqrt(squares[0]) + np.float32(8)
    first, second, third = (
        np.asarray(cv2.resize(part / root, size, interpolation=cv2.INTER_AREA), np.float32) for part in squares
    )
    return first, second, third


def _box(mask: NDArray[np.bool_], more: int, cell: int, shape: tuple[int, ...]) -> Box:
    """The pixels around the cells, with ``more`` cells of margin."""
    down, across = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    left, top = max(0, int(across[0]) - more) * cell, max(0, int(down[0]) - more) * cell
    right, bottom = (int(across[-1]) + more + 1) * cell, (int(down[-1]) + more + 1) * cell
    return left, top, min(shape[1], right) - left, min(shape[0], bottom) - top
