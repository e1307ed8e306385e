"""Sets the bars of a 1-D code upright: their direction and lean in a picture, where they begin and end."""

from __future__ import annotations

import math
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from station.scanner.opencv import cv2

Gray = NDArray[np.uint8]
Plane = NDArray[np.float64]
Lines = NDArray[np.float32]

FINE: Final = 4
"""Samples a pixel in the upright strip: rows that lean sample the bars between the pixels."""
LONGEST: Final = 900
"""Pixels a strip is long at most; a longer code is sampled coarser, since it has pixels to spare."""
SAMPLES: Final = 1400
"""Samples across the upright strip at most."""
ROWS: Final = 48
"""Rows of the upright strip at most: more would only cost time."""
STRAY: Final = 12.0
"""Degrees that an estimate of the direction may be wrong."""
GROUPS: Final = 16


Lean = tuple[float, float, float]
"""How much bars slant, how they converge (a code that is tilted away), and how much the code climbs along them."""


class Strip(NamedTuple):
    """The bars, upright: ``rows`` is uint8, ``FINE`` samples or fewer a pixel across. ``back`` is the 3 x 3
    projective map from (sample, row) to the picture's (x, y)."""

    rows: Gray
    back: Plane


def upright(gray: Gray, angle_deg: float) -> Strip | None:
    """The part of the picture (H x W) that has bars across ``angle_deg``, sampled along their own direction.

    None where there is nothing with bars.
    """
    height, width = gray.shape
    if min(height, width) < 8 or max(height, width) > 30 * LONGEST:
        return None
    turn = math.radians(_direction(gray, angle_deg))
    long = abs(width * math.cos(turn)) + abs(height * math.sin(turn))
    high = abs(width * math.sin(turn)) + abs(height * math.cos(turn))
    scale = max(1.0, long / LONGEST, high / LONGEST)
    size = (math.ceil(long / scale), math.ceil(high / scale))
    rotation = _from_middle(turn, scale, (width / 2 - 0.5, height / 2 - 0.5))
    flat = np.asarray(
        cv2.warpAffine(
            gray,
            (rotation @ _shift(-size[0] / 2 + 0.5, -size[1] / 2 + 0.5))[:2],
            size,
            flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
            borderMode=cv2.BORDER_REPLICATE,
        ),
        np.uint8,
    )
    flat = _leveled(flat)
    bands, pitch = _bands(flat)
    slant, turn = _lean(flat, bands, pitch)
    rise = _rise(_leaned(bands, (slant, turn, 0.0), pitch)) * pitch
    lean = (slant, turn, rise)
    rows = _where(_leaned(bands, lean, pitch))
    if rows is None:
        return None
    (left, right), (top, bottom) = rows
    top, bottom = top * pitch, bottom * pitch
    return _sampled(gray, np.asarray(rotation @ _shift(0, 0, lean)), size, (left, right, top, bottom), scale)


def _sampled(
    gray: Gray, plane: Plane, size: tuple[int, int], part: tuple[float, float, float, float], scale: float
) -> Strip | None:
    left, right, top, bottom = part
    fine = min(float(FINE), max(1.0, SAMPLES / (right - left)))
    across, down = math.ceil((right - left) * fine), min(ROWS, math.ceil((bottom - top) * scale))
    if across < 40 or down < 2:
        return None
    pitch = (bottom - top) / down
    grid = np.array(
        [[1 / fine, 0, left + 0.5 / fine - size[0] / 2], [0, pitch, top + pitch / 2 - size[1] / 2], [0, 0, 1]]
    )
    back = plane @ grid
    flags = cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP
    rows = cv2.warpPerspective(gray, back, (across, down), flags=flags, borderMode=cv2.BORDER_REPLICATE)
    return Strip(np.asarray(rows, np.uint8), back)


def _direction(gray: Gray, angle_deg: float) -> float:
    """The direction in which the picture changes most among those near ``angle_deg``, by the structure tensor."""
    right, down = _edges(gray)
    turn = math.radians(angle_deg)
    for reach in (2 * STRAY, STRAY):
        cos, sin = np.float32(math.cos(turn)), np.float32(math.sin(turn))
        strong, off = right * cos + down * sin, down * cos - right * sin
        near = np.abs(off) < np.float32(math.tan(math.radians(reach))) * np.abs(strong)
        power, along = _sum(strong * strong * near), _sum(off * off * near)
        if power <= along:
            break
        turn += math.atan(2 * _sum(strong * off * near) / (power - along)) / 2
    return math.degrees(turn)


def _edges(gray: Gray) -> tuple[Lines, Lines]:
    """The slopes of the light to the right and down, on a picture made small enough to be quick."""
    small = gray
    while small.size > 50_000 and min(small.shape) > 80:
        small = np.asarray(
            cv2.resize(small, (small.shape[1] // 2, small.shape[0] // 2), interpolation=cv2.INTER_AREA), np.uint8
        )
    soft = cv2.GaussianBlur(small, (0, 0), 1.0)
    return np.asarray(cv2.Sobel(soft, cv2.CV_32F, 1, 0), np.float32), np.asarray(
        cv2.Sobel(soft, cv2.CV_32F, 0, 1), np.float32
    )


def _sum(values: Lines) -> float:
    """Not by ``@``: that wakes as many threads as there are cores, for a sum of a few thousand."""
    return float(values.sum(dtype=np.float64))


def _from_middle(turn: float, scale: float, middle: tuple[float, float]) -> Plane:
    """From upright coordinates around the strip's middle to the picture's pixels."""
    cos, sin = scale * math.cos(turn), scale * math.sin(turn)
    return np.array([[cos, -sin, middle[0]], [sin, cos, middle[1]], [0.0, 0.0, 1.0]])


def _shift(x: float, y: float, lean: Lean = (0.0, 0.0, 0.0)) -> Plane:
    """A shift, after a lean."""
    slant, turn, rise = lean
    return np.array([[1.0 + slant * rise, slant, x], [rise, 1.0, y], [turn * rise, turn, 1.0]])


def _leveled(flat: Gray) -> Gray:
    """Without slow changes of light and with the strongest edges cut down: glare and shadow are not bars."""
    wide = max(3, flat.shape[1] // 20)
    slow = cv2.blur(flat, (wide, wide))
    _, spread = cv2.meanStdDev(cv2.subtract(flat, slow, dtype=cv2.CV_16S))
    gain = 90 / max(3.0, float(spread[0, 0]))
    return np.asarray(cv2.addWeighted(flat, gain, slow, -gain, 128), np.uint8)


def _bands(flat: Gray) -> tuple[Lines, float]:
    """The upright picture in at most ``GROUPS`` averaged rows, and how many pixels high each is."""
    high = flat.shape[0]
    count = max(2, min(GROUPS, high // 3))
    bands = cv2.resize(flat, (flat.shape[1], count), interpolation=cv2.INTER_AREA)
    return np.asarray(bands, np.float32), high / count


def _leaned(bands: Lines, lean: Lean, pitch: float) -> Lines:
    """The bands with their lean undone."""
    count, across = bands.shape
    down = np.array([[1, 0, 0], [0, 1 / pitch, 0], [0, 0, 1.0]])
    inner = _shift(across / 2 - 0.5, count / 2 - 0.5) @ down
    plane = inner @ _shift(0, 0, lean) @ np.linalg.inv(inner)
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    moved = cv2.warpPerspective(bands, plane, (across, count), flags=flags, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(moved, np.float32)


def _lean(flat: Gray, bands: Lines, pitch: float) -> tuple[float, float]:
    """The slant and convergence at which the averaged bands have the sharpest edges."""
    best = _slopes(flat)
    reach, half = bands.shape[0] * pitch / 2, bands.shape[1] / 2
    for step in (0.8, 0.3):
        for way in ((1 / reach, 0.0), (0.0, 1.5 / reach / half)):
            tried = [(best[0] + k * step * way[0], best[1] + k * step * way[1]) for k in (-1, 0, 1)]
            best = max(tried, key=lambda lean: _sharpness(bands, (*lean, 0.0), pitch))
    return best


def _slopes(flat: Gray) -> tuple[float, float]:
    """Slant and convergence of the bars from the slopes of their edges: a straight line fitted over the columns."""
    right, down = _edges(flat)
    half = flat.shape[1] / 2
    column = np.linspace(-1, 1, right.shape[1], dtype=np.float32)
    slant, turn = 0.0, 0.0
    for reach in (0.5, 0.3):
        # Edges that run along a bar: how far their slope is off, weighed by their strength.
        off = down + right * (np.float32(slant) - np.float32(turn) * column)
        near = np.abs(off) < np.float32(reach) * np.abs(right)
        weight, moment = (right * right * near).sum(axis=0), (right * off * near).sum(axis=0)
        zeroth, first, second = _sum(weight), _sum(weight * column), _sum(weight * column * column)
        even, odd = _sum(moment), _sum(moment * column)
        scale = zeroth * second - first * first
        if scale <= 1e-6 * zeroth * second:
            break
        slant -= (even * second - odd * first) / scale
        turn += (odd * zeroth - even * first) / scale
    turn /= half
    most = 0.8 / half
    return float(np.clip(slant, -0.7, 0.7)), float(np.clip(turn, -most, most))


def _sharpness(bands: Lines, lean: Lean, pitch: float) -> float:
    edges = np.diff(_leaned(bands, lean, pitch).mean(axis=0))
    return _sum(edges * edges)


def _rise(bands: Lines) -> float:
    """By how many bands a code climbs a column, once its bars are upright: a straight line through its edges."""
    power = np.diff(bands, axis=1) ** 2
    power = np.maximum(power - np.median(power) * 4, 0)
    column = np.linspace(-1, 1, power.shape[1], dtype=np.float32)
    band = np.arange(len(power), dtype=np.float32)
    weight, height = power.sum(axis=0), (power * band[:, None]).sum(axis=0)
    zeroth, first, second = _sum(weight), _sum(weight * column), _sum(weight * column * column)
    scale = zeroth * second - first * first
    if scale <= 1e-3 * zeroth * second:
        return 0.0
    climb = (_sum(height * column) * zeroth - _sum(height) * first) / scale
    return float(climb / (power.shape[1] / 2))


def _where(bands: Lines) -> tuple[tuple[float, float], tuple[float, float]] | None:
    """Columns and bands (each from, to) where the bands agree on edges; None where no two do."""
    edges = np.diff(np.asarray(cv2.GaussianBlur(bands, (0, 0), sigmaX=1.0, sigmaY=0.01), np.float32), axis=1)
    count, across = edges.shape
    chosen = np.ones(count, bool)
    for _ in range(2):
        total = edges[chosen].sum(axis=0)
        others = total - edges * chosen[:, None]  # a band must not vouch for itself
        alike = (edges * others).sum(axis=1)
        alike /= np.sqrt((edges**2).sum(axis=1) * (others**2).sum(axis=1)) + 1e-6
        chosen = _longest(alike > max(0.15, 0.4 * float(alike.max())))
        if chosen.sum() < min(2, count):
            return None
    # Text and frames do not survive averaging along the bars; what does is the code.
    mean = edges[chosen].mean(axis=0)
    window = max(9, across // 10) | 1
    power = np.asarray(cv2.blur((mean**2)[None, :], (window, 1), borderType=cv2.BORDER_CONSTANT), np.float32)[0]
    inside = np.flatnonzero(power > 0.06 * float(power.max()))
    picked = np.flatnonzero(chosen)
    left, right = max(0, int(inside[0]) - window // 2), min(across + 1, int(inside[-1]) + 1 + window // 2)
    # The first and the last band may be filled in part.
    filled = (edges[picked] * mean).sum(axis=1)
    filled = np.clip(filled / max(1e-6, float(np.quantile(filled, 0.75))), 0.1, 1.0)
    return (float(left), float(right)), (float(picked[0] + 1 - filled[0]), float(picked[-1] + filled[-1]))


def _longest(good: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Only the longest run of true values; gaps of one are bridged, since a scratch crosses a band."""
    bridged = good.copy()
    bridged[1:-1] |= good[:-2] & good[2:]
    ends = np.flatnonzero(np.diff(np.concatenate(([0], bridged.astype(np.int8), [0]))))
    longest = np.zeros_like(good)
    if len(ends):
        at = int(np.argmax(ends[1::2] - ends[::2]))
        longest[ends[2 * at] : ends[2 * at + 1]] = True
    return longest
