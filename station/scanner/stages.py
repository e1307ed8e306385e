"""Second looks at a picture that could not be read: sharper, turned, more contrast; each maps back."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from station.scanner.opencv import cv2

Gray = NDArray[np.uint8]
Corners = tuple[tuple[int, int], tuple[int, int], tuple[int, int], tuple[int, int]]
Affine = tuple[tuple[float, float, float], tuple[float, float, float]]

SAME: Affine = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0))
MOST_TURNED = 50_000_000
"""Pixels of the largest turned picture: a thin strip would need a canvas thousands of times its size."""


class View(NamedTuple):
    """A changed picture, and the affine map from its pixels to those of the picture it was made from."""

    gray: Gray
    back: Affine = SAME


class Stage(NamedTuple):
    name: str
    look: Callable[[Gray], View]


def map_back(corners: Corners, back: Affine) -> Corners:
    """Corners found in a view, in the pixels of the picture it was made from."""
    (a, b, c), (d, e, f) = back
    first, second, third, fourth = ((round(a * x + b * y + c), round(d * x + e * y + f)) for x, y in corners)
    return first, second, third, fourth


def scaled(gray: Gray, scale: float, interpolation: int) -> View:
    """The picture resized by ``scale``."""
    height, width = gray.shape
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    grown = np.asarray(cv2.resize(gray, size, interpolation=interpolation), np.uint8)
    x, y = width / size[0], height / size[1]
    # Pixel centres, not pixel corners, are what the two pictures share.
    return View(grown, ((x, 0.0, x / 2 - 0.5), (0.0, y, y / 2 - 0.5)))


def _growth(gray: Gray) -> float:
    """How much to enlarge: twice up to 720p; less above it, where twice costs more than a frame's time."""
    pixels = gray.size
    return 2.0 if pixels <= 1_000_000 else 1.5 if pixels <= 2_200_000 else 1.0


def usup2(gray: Gray) -> View:
    """Unsharp mask, then enlarged: small and slightly blurred codes."""
    soft = cv2.GaussianBlur(gray, (0, 0), 1.5)
    sharp = np.asarray(cv2.addWeighted(gray, 2.0, soft, -1.0, 0), np.uint8)
    growth = _growth(gray)
    return scaled(sharp, growth, cv2.INTER_CUBIC) if growth > 1 else View(sharp)


def up2(gray: Gray) -> View:
    """Enlarged without sharpening: small and noisy codes."""
    growth = _growth(gray)
    return scaled(gray, growth, cv2.INTER_CUBIC) if growth > 1 else View(gray)


def rot45(gray: Gray) -> View:
    """Turned by 45 degrees: no engine reads a 1-D code between 30 and 60 degrees."""
    height, width = gray.shape
    half = math.sqrt(0.5)
    side = (math.ceil((width + height) * half),) * 2
    if side[0] * side[1] > MOST_TURNED:
        return View(gray)
    turn = np.array([[half, half, 0.0], [-half, half, 0.0]])
    middle = np.array([width / 2 - 0.5, height / 2 - 0.5])
    turn[:, 2] = np.array([side[0] / 2 - 0.5, side[1] / 2 - 0.5]) - turn[:, :2] @ middle
    turned = cv2.warpAffine(gray, turn, side, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    back = cv2.invertAffineTransform(turn)
    first, second = ((float(row[0]), float(row[1]), float(row[2])) for row in back)
    return View(np.asarray(turned, np.uint8), (first, second))


def clahe(gray: Gray) -> View:
    """Contrast evened out tile by tile: glare, shadow, a dim screen."""
    # Made anew each time: an OpenCV object of this kind must not be shared between threads.
    return View(np.asarray(cv2.createCLAHE(clipLimit=2.0, tileGridSize=(8, 8)).apply(gray), np.uint8))


def threshold(gray: Gray) -> View:
    """Black and white by the neighbourhood's mean: uneven light on a flat code."""
    black_white = cv2.adaptiveThreshold(gray, 255, cv2.ADAPTIVE_THRESH_GAUSSIAN_C, cv2.THRESH_BINARY, 31, 5)
    return View(np.asarray(black_white, np.uint8))


def soft(gray: Gray) -> View:
    """Blurred a little: noise, moire and halftone dots."""
    return View(np.asarray(cv2.GaussianBlur(gray, (0, 0), 1.2), np.uint8))


LIVE = (Stage("usup2", usup2), Stage("rot45", rot45), Stage("clahe", clahe))
"""The extra looks a live frame gets, one by turns."""

PATIENT = (*LIVE, Stage("up2", up2), Stage("soft", soft), Stage("threshold", threshold))
"""The extra looks a still picture gets, in this order, until one finds a code."""
