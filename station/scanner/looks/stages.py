"""Second looks at a picture that could not be read: sharper, turned, more contrast; each maps back."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from station.scanner.engines.zxing import Corners
from station.scanner.opencv import cv2

Gray = NDArray[np.uint8]
Affine = tuple[tuple[float, float, float], tuple[float, float, float]]

SAME: Affine = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0))
MOST_TURNED: Final = 50_000_000
"""Pixels of the largest turned picture: a thin strip would need a canvas thousands of times its size."""
MOST_GROWN: Final = 1_500_000
"""Pixels of the largest enlarged picture; reading one takes some 15 ms."""
BRISK: Final = 600_000
"""The same for a part of a live frame: it has a few milliseconds."""
MOST_GROWTH: Final = 3.0
"""Beyond this nothing more is read: measured on frames of codes of 1.4 to 3 pixels a module."""


class View(NamedTuple):
    """A changed picture, and the affine map from its pixels to those of the picture it was made from."""

    gray: Gray
    back: Affine = SAME


class Stage(NamedTuple):
    name: str
    look: Callable[[Gray], View]


def map_back(corners: Corners, back: Affine) -> Corners:
    """Corners found in a view, in the pixels of the picture it was made from."""
    if back is SAME:
        return corners
    (a, b, c), (d, e, f) = back
    first, second, third, fourth = ((round(a * x + b * y + c), round(d * x + e * y + f)) for x, y in corners)
    return first, second, third, fourth


def part(view: View, box: tuple[int, int, int, int]) -> View:
    """The box (x, y, width, height) of a view as a view of the same picture; its pixels are not copied."""
    x, y, wide, high = box
    (a, b, c), (d, e, f) = view.back
    return View(view.gray[y : y + high, x : x + wide], ((a, b, a * x + b * y + c), (d, e, d * x + e * y + f)))


def seen_through(stage: Stage, view: View) -> View:
    """The view as the stage shows it, mapping back to what the view itself was made from."""
    changed = stage.look(view.gray)
    (a, b, c), (d, e, f) = view.back
    (p, q, r), (s, t, u) = changed.back
    return View(
        changed.gray,
        (
            (a * p + b * s, a * q + b * t, a * r + b * u + c),
            (d * p + e * s, d * q + e * t, d * r + e * u + f),
        ),
    )


def scaled(gray: Gray, scale: float, interpolation: int) -> View:
    """The picture resized by ``scale``."""
    height, width = gray.shape
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    grown = np.asarray(cv2.resize(gray, size, interpolation=interpolation), np.uint8)
    x, y = width / size[0], height / size[1]
    # Pixel centres, not pixel corners, are what the two pictures share.
    return View(grown, ((x, 0.0, x / 2 - 0.5), (0.0, y, y / 2 - 0.5)))


def grown(gray: Gray, most: int = MOST_GROWN) -> View:
    """Enlarged to at most ``most`` pixels and by ``MOST_GROWTH``; left alone where that is next to nothing."""
    growth = min(MOST_GROWTH, math.sqrt(most / max(1, gray.size)))
    return scaled(gray, growth, cv2.INTER_CUBIC) if growth > 1.2 else View(gray)


def sharp(gray: Gray, most: int = MOST_GROWN) -> View:
    """Unsharp mask, then enlarged: small and slightly blurred codes."""
    blurred = cv2.GaussianBlur(gray, (0, 0), 1.5)
    return grown(np.asarray(cv2.addWeighted(gray, 2.0, blurred, -1.0, 0), np.uint8), most)


def smooth(gray: Gray, most: int = MOST_GROWN) -> View:
    """Noise taken off, enlarged, then sharpened: small codes in the dark."""
    view = grown(np.asarray(cv2.GaussianBlur(gray, (0, 0), 0.8), np.uint8), most)
    blurred = cv2.GaussianBlur(view.gray, (0, 0), 3.0)
    return View(np.asarray(cv2.addWeighted(view.gray, 2.5, blurred, -1.5, 0), np.uint8), view.back)


def stretched(gray: Gray) -> View:
    """The darkest and lightest parts drawn apart, sharpened and enlarged: faint codes."""
    low, high = (float(value) for value in np.percentile(gray[::2, ::2], (2, 98)))
    wide = np.clip((np.arange(256) - low) * (255.0 / max(1.0, high - low)), 0, 255).astype(np.uint8)
    return sharp(np.asarray(cv2.LUT(gray, wide), np.uint8))


def plain(gray: Gray) -> View:
    """Enlarged without sharpening: noisy codes, halftone print."""
    return grown(gray)


def rot45(gray: Gray) -> View:
    """Turned by 45 degrees: no engine reads a 1-D code between 30 and 60 degrees."""
    return turned(gray, 45.0)


def turned(gray: Gray, angle_deg: float) -> View:
    """Turned anticlockwise by ``angle_deg`` into a picture that holds all of it; not if that would be huge."""
    height, width = gray.shape
    cosine, sine = math.cos(math.radians(angle_deg)), math.sin(math.radians(angle_deg))
    wide = math.ceil(width * abs(cosine) + height * abs(sine))
    high = math.ceil(width * abs(sine) + height * abs(cosine))
    if wide * high > MOST_TURNED:
        return View(gray)
    turn = np.array([[cosine, sine, 0.0], [-sine, cosine, 0.0]])
    turn[:, 2] = np.array([wide - 1, high - 1]) / 2 - turn[:, :2] @ np.array([width - 1, height - 1]) / 2
    picture = cv2.warpAffine(gray, turn, (wide, high), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    back = cv2.invertAffineTransform(turn)
    first, second = ((float(row[0]), float(row[1]), float(row[2])) for row in back)
    return View(np.asarray(picture, np.uint8), (first, second))


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


def softer(gray: Gray) -> View:
    """Blurred and made smaller: large codes with strong noise, moire or dots for modules."""
    small = scaled(gray, 0.5, cv2.INTER_AREA)
    return View(np.asarray(cv2.GaussianBlur(small.gray, (0, 0), 1.0), np.uint8), small.back)


SHARP, TURNED, EVENED = Stage("sharp", sharp), Stage("rot45", rot45), Stage("clahe", clahe)
BRISK_SHARP = Stage("sharp", lambda gray: sharp(gray, BRISK))
BRISK_SMOOTH = Stage("smooth", lambda gray: smooth(gray, BRISK))
BRISK_GROWN = Stage("grown", lambda gray: grown(gray, BRISK))
SMOOTH, STRETCHED, SOFT = Stage("smooth", smooth), Stage("stretched", stretched), Stage("soft", soft)

BLACK_WHITE = Stage("threshold", threshold)
PATIENT = (
    *(SHARP, TURNED, EVENED, SMOOTH, SOFT),
    *(Stage("rot22", lambda gray: turned(gray, 22.5)), BLACK_WHITE, Stage("grown", plain)),
)
"""The looks a still picture gets as a whole, each of them."""

FOR_ZBAR = (SOFT, TURNED, BLACK_WHITE, EVENED)
"""Those of them in which the second engine reads what the first does not, for the time it takes."""

CLOSE = (SHARP, STRETCHED, SMOOTH, EVENED, Stage("softer", softer))
"""The looks each likely part of a still picture gets."""
