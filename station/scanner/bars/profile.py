"""One line of light across the bars: evened out, and with the camera's blur taken back."""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

from station.scanner.opencv import cv2

Line = NDArray[np.float32]
Lines = NDArray[np.float32]

COARSE: Final = 3
"""Samples taken together where only the lightest and darkest are looked for."""
ROUNDS: Final = 12
"""Steps of deblurring: more sharpens noise."""


def even(lines: Lines) -> Lines:
    """Lines (N x samples) with light at 1 and ink at 0 wherever they are lit, judged over the widths of bars."""
    return judged(lines)[0]


def judged(lines: Lines) -> tuple[Lines, Lines]:
    """The lines evened out, and how much each is to be trusted at each sample: where glare covers bars, little."""
    across = lines.shape[1]
    small = cv2.resize(lines, (max(8, across // COARSE), len(lines)), interpolation=cv2.INTER_AREA)
    coarse = np.asarray(small, np.float32)
    window = max(3, coarse.shape[1] // 8)
    for _ in range(2):
        low, high = _envelope(coarse, window)
        middle = coarse > (low + high) / 2
        bars = max(2.0, float(np.median((middle[:, 1:] != middle[:, :-1]).sum(axis=1))))
        # Bars and spaces are two modules wide on average; ten of them hold wide ones of both.
        window = int(min(coarse.shape[1] // 4, max(3, 10 * coarse.shape[1] / bars)))
    low, high = _envelope(coarse, window)
    near_low, near_high = _envelope(coarse, max(3, window // 3))
    apart = np.maximum(high - low, 0.15 * (high - low).max(axis=1, keepdims=True) + 1.0)
    size = (across, len(lines))
    gain, dark, trust = (
        np.asarray(cv2.resize(part, size), np.float32) for part in (1 / apart, low / apart, (near_high - near_low) ** 3)
    )
    return np.clip(lines * gain - dark, -0.25, 1.25), trust + np.float32(1e-3)


def merged(flat: Lines, trust: Lines) -> Line:
    """One line out of several of the same bars, evened out, each as far as it is to be trusted; 0 to 100."""
    return np.asarray(100 * (flat * trust).sum(axis=0) / trust.sum(axis=0), np.float32)


def _envelope(lines: Lines, window: int) -> tuple[Lines, Lines]:
    """The darkest and lightest around each sample, without steps."""
    around = np.ones((1, window), np.uint8)
    low, high = cv2.erode(lines, around), cv2.dilate(lines, around)
    return (
        np.asarray(cv2.blur(low, (window, 1)), np.float32),
        np.asarray(cv2.blur(high, (window, 1)), np.float32),
    )


def blur_of(line: Line) -> float:
    """The blur (standard deviation, samples) that the steepest edges of an evened line can have had at most."""
    slopes = np.abs(np.diff(line))
    peaks = slopes[1:-1][(slopes[1:-1] >= slopes[:-2]) & (slopes[1:-1] > slopes[2:])]
    if not len(peaks):
        return 1.0
    # The steepest are whole edges from ink to light; the rest are cut short by their neighbours.
    steep = float(np.sort(peaks)[-max(1, len(peaks) // 10)])
    return 1.0 / (max(steep, 0.01) * math.sqrt(2 * math.pi))


def sharpened(lines: Lines, blur: float) -> Lines:
    """The lines (N x samples) of ink (0) and light (1) that, blurred by ``blur`` samples, give these most nearly."""
    wide = max(3, 2 * math.ceil(3 * blur) + 1)
    guess, last = lines, lines
    for at in range(ROUNDS):
        ahead = guess + np.float32(at / (at + 3)) * (guess - last)
        wrong = lines - cv2.GaussianBlur(ahead, (wide, 1), blur)
        step = np.asarray(cv2.GaussianBlur(wrong, (wide, 1), blur), np.float32)
        last, guess = guess, np.clip(ahead + np.float32(1.6) * step, 0, 1)
    return guess
