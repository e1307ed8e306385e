"""What a patch of a picture looks like close up: two tones or many, which way its edges run, how fine, how sharp."""

from __future__ import annotations

import cmath
import math
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from station.scanner.opencv import cv2

Gray = NDArray[np.uint8]

WINDOW: Final = 224
"""Pixels of a patch's side that are looked at; of a larger one its middle."""
SPAN: Final = 31
"""Pixels across the neighbourhood that says what is dark and what is light."""
ONE_WAY: Final = 0.45
"""From this share on the edges of a patch are taken for bars: 0 is a checkerboard, 1 perfect bars."""
SIDE: Final = 64
"""Pixels of the side of the small picture that is compared with itself."""
FARTHEST: Final = 36
"""How far it is shifted at most."""

_DOWN, _RIGHT = np.mgrid[-FARTHEST:1, -FARTHEST : FARTHEST + 1]
OVERLAP: Final = (1 - abs(_DOWN) / SIDE) * (1 - abs(_RIGHT) / SIDE)
AWAY: Final = np.hypot(_DOWN, _RIGHT) > 7


class Texture(NamedTuple):
    """Of one patch. Lengths in pixels, tones in grey levels, shares from 0 to 1.

    ``contrast`` is from the dark end (5 %) to the light end (95 %, ``light``); ``two_tone`` how much of the
    variance two levels explain (0.64 for a bell curve, 1 for ink on paper), ``split`` the level between them
    and ``ink`` the darker one's share. ``one_way`` is how far the edges run one way, ``four_way`` how far in
    two ways at right angles; ``busy`` the share of pixels that differ clearly from their neighbourhood;
    ``repeats`` how like the patch is to itself shifted; ``edges`` how many there are on the lines looked at,
    ``run_px`` the mean way from one to the next and
    ``uneven`` its deviation over its mean; ``blur_px`` the deviation of the blur of the sharpest,
    ``smear_px`` of the sharpest at right angles to those (of bars there are none).
    """

    contrast: float
    light: float
    two_tone: float
    split: int
    ink: float
    one_way: float
    four_way: float
    busy: float
    repeats: float
    edges: int
    run_px: float
    uneven: float
    blur_px: float
    smear_px: float

    @property
    def linear(self) -> bool:
        """Whether the edges run one way."""
        return self.one_way > ONE_WAY


def middle(patch: Gray, side: int = WINDOW) -> Gray:
    """The part of a patch that is looked at: at most ``side`` pixels each way."""
    top, left = max(0, (patch.shape[0] - side) // 2), max(0, (patch.shape[1] - side) // 2)
    return patch[top : top + side, left : left + side]


def texture(patch: Gray, noise: float) -> Texture:
    """Of a patch (uint8, at least 12 pixels each way, and at most ``WINDOW`` for a bounded cost). ``noise`` is the
    deviation of its noise in grey levels."""
    soft = np.asarray(cv2.GaussianBlur(patch, (3, 3), 0), np.uint8)
    low, high, two_tone, split, ink = _tones(soft)
    right, down = (cv2.Sobel(soft, cv2.CV_32F, *way, scale=1 / 8) for way in ((1, 0), (0, 1)))
    squares, products = cv2.multiply(right, right), cv2.multiply(down, down)
    strength = cv2.add(squares, products)
    total = float(cv2.sumElems(strength)[0]) + 1e-6
    # Angles are doubled, so that both sides of a stroke count as one direction, and doubled again for corners.
    cosine, sine = cv2.subtract(squares, products), cv2.multiply(right, down, scale=2)
    twice = complex(cv2.sumElems(cosine)[0], cv2.sumElems(sine)[0]) / total
    weight = cv2.add(strength, 1e-3)  # type: ignore[call-overload]
    even = cv2.divide(cv2.subtract(cv2.multiply(cosine, cosine), cv2.multiply(sine, sine)), weight)
    odd = cv2.divide(cv2.multiply(cosine, sine, scale=2), weight)
    again = complex(cv2.sumElems(even)[0], cv2.sumElems(odd)[0]) / total
    contrast = float(high - low)
    if abs(twice) > ONE_WAY:
        angle = cmath.phase(twice) / 2
        busy, repeats, edges, run_px, uneven = _bars(patch, angle, noise)
    else:
        angle = cmath.phase(again) / 4
        busy, repeats, edges, run_px, uneven = _squares(soft, angle, max(4.0, 1.5 * noise, 0.1 * contrast))
    axes = (
        cv2.addWeighted(right, along, down, beside, 0)
        for along, beside in ((math.cos(angle), math.sin(angle)), (-math.sin(angle), math.cos(angle)))
    )
    sharp, smeared = sorted(_blur(np.asarray(axis, np.float32), contrast) for axis in axes)
    return Texture(
        contrast,
        float(high),
        two_tone,
        split,
        ink,
        abs(twice),
        abs(again),
        busy,
        repeats,
        edges,
        run_px,
        uneven,
        sharp,
        smeared,
    )


def _blur(slopes: NDArray[np.float32], contrast: float) -> float:
    """The deviation of the blur of the steepest edges along one axis. Of a step through a Gaussian blur the
    slope is the height over the deviation times the root of two pi."""
    steep = np.abs(slopes).ravel()[::3]
    few = max(3, steep.size // 80)
    return contrast / (2.507 * max(0.2, float(np.partition(steep, -few)[-few])))


def _tones(soft: Gray) -> tuple[int, int, float, int, float]:
    """The dark and the light end, what two levels explain, the level between them, the darker one's share."""
    counts = cv2.calcHist([soft], [0], None, [256], [0, 256]).ravel() / soft.size
    below, levels = np.cumsum(counts), np.arange(256)
    mean = float((counts * levels).sum())
    variance = float((counts * (levels - mean) ** 2).sum()) + 1e-6
    between = (mean * below - np.cumsum(counts * levels)) ** 2 / np.maximum(1e-9, below * (1 - below))
    split = int(between.argmax())
    low, high = (int(np.searchsorted(below, share)) for share in (0.05, 0.95))
    return low, high, float(between[split]) / variance, split, float(below[split])


def _squares(soft: Gray, angle: float, clear: float) -> tuple[float, float, int, float, float]:
    """Of modules: along every third row and column."""
    apart = cv2.subtract(soft, cv2.blur(soft, (SPAN, SPAN)), dtype=cv2.CV_16S)
    sign = np.subtract(apart > clear, apart < -clear, dtype=np.int8)
    rows, columns = sign[::3], np.ascontiguousarray(sign[:, ::3].T)
    (across, uneven), (down, other) = _runs(rows), _runs(columns)
    rate = across / rows.size + down / columns.size
    # A line at a slant crosses more edges than one along the modules' rows.
    run_px = (abs(math.cos(angle)) + abs(math.sin(angle))) / max(rate, 1e-3)
    return float(np.count_nonzero(sign)) / sign.size, _repeats(soft), across + down, run_px, min(uneven, other)


def _runs(sign: NDArray[np.int8]) -> tuple[int, float]:
    """How often lines go from dark to light or back (what is neither does not count), and how uneven the ways
    between are: their deviation over their mean."""
    at = np.flatnonzero(sign)
    told = sign.ravel()[at]
    turns = at[1:][told[1:] != told[:-1]]
    if turns.size < 3:
        return turns.size, 0.0
    ways = np.diff(turns)
    return turns.size, float(ways.std() / ways.mean())


def _repeats(soft: Gray) -> float:
    """The highest peak of the patch's correlation with itself, away from its middle."""
    small = np.asarray(cv2.resize(soft, (SIDE, SIDE), interpolation=cv2.INTER_AREA), np.float32)
    small -= cv2.blur(small, (25, 25))
    whole = np.zeros((2 * SIDE, 2 * SIDE), np.float32)
    whole[:SIDE, :SIDE] = small
    seen = cv2.dft(whole, flags=cv2.DFT_COMPLEX_OUTPUT)
    power = cv2.mulSpectrums(seen, seen, 0, conjB=True)
    alike = np.asarray(cv2.idft(power, flags=cv2.DFT_REAL_OUTPUT | cv2.DFT_SCALE))
    near = np.roll(alike, (FARTHEST, FARTHEST), (0, 1))[: FARTHEST + 1, : 2 * FARTHEST + 1]
    return float((near / OVERLAP)[AWAY].max() / (alike[0, 0] + 1e-3))


def _bars(patch: Gray, angle: float, noise: float) -> tuple[float, float, int, float, float]:
    """Of bars: on one line across them, averaged along them."""
    height, width = patch.shape
    cosine, sine = math.cos(angle), math.sin(angle)
    long, thick = int(abs(width * cosine) + abs(height * sine)), max(4, min(24, min(width, height) // 3))
    turn = np.array(
        [
            [cosine, -sine, width / 2 - cosine * long / 2 + sine * thick / 2],
            [sine, cosine, height / 2 - sine * long / 2 - cosine * thick / 2],
        ]
    )
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    strip = cv2.warpAffine(patch, turn, (long, thick), flags=flags, borderMode=cv2.BORDER_REPLICATE)
    line = np.asarray(strip).mean(axis=0, dtype=np.float32)[None]
    apart = (line - cv2.blur(line, (SPAN, 1)))[0]
    clear = max(2.0, noise / 2, 0.3 * float(np.abs(apart).mean()))
    sign = np.subtract(apart > clear, apart < -clear, dtype=np.int8)
    edges, uneven = _runs(sign)
    alike = np.correlate(apart, apart, "full")[long - 1 :]
    shifts = np.arange(8, max(9, min(long - 8, long * 2 // 3)))
    repeats = float((alike[shifts] * long / (long - shifts)).max() / (alike[0] + 1e-3))
    return float(np.count_nonzero(sign)) / long, repeats, edges, long / max(1, edges), uneven
