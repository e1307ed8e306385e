"""One line of light across the bars: evened out, and with the camera's blur taken back."""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

from station.scanner.opencv import cv2

Line = NDArray[np.float32]
Lines = NDArray[np.float32]

ROUNDS: Final = 12
"""Steps of deblurring: more sharpens noise."""


def even(lines: Lines) -> Lines:
    """Lines (N x samples) with light at 1 and ink at 0 wherever they are lit, judged over the widths of bars."""
    return _judged(lines)[0]


def merged(lines: Lines) -> Line:
    """One line out of several of the same bars: each counts where it shows them, not where glare covers them."""
    flat, window = _judged(lines)
    low, high = _envelope(lines, max(5, window // 3))
    trust = (high - low) ** 3 + 1e-3
    mean = (flat * trust).sum(axis=0, keepdims=True) / trust.sum(axis=0)
    return even(np.asarray(mean * 100, np.float32))[0]


def _judged(lines: Lines) -> tuple[Lines, int]:
    """The lines evened out, and over how many samples light and ink were looked for."""
    soft = np.asarray(cv2.GaussianBlur(lines, (0, 0), sigmaX=1.0, sigmaY=0.01), np.float32)
    across = lines.shape[1]
    window = max(9, across // 8)
    for _ in range(2):
        low, high = _envelope(soft, window)
        middle = soft > (low + high) / 2
        bars = max(2.0, float(np.median((middle[:, 1:] != middle[:, :-1]).sum(axis=1))))
        # Bars and spaces are two modules wide on average; ten of them hold wide ones of both.
        window = int(min(across // 4, max(9, 10 * across / bars)))
    low, high = _envelope(soft, window)
    spread = np.maximum(high - low, 0.15 * (high - low).max(axis=1, keepdims=True) + 1.0)
    return np.asarray(np.clip((lines - low) / spread, -0.25, 1.25), np.float32), window


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


def sharpened(line: Line, blur: float) -> Line:
    """The line of ink (0) and light (1) that, blurred by ``blur`` samples, gives this one most nearly."""
    wide = max(3, 2 * math.ceil(3 * blur) + 1)
    guess, last = line.copy(), line
    for at in range(ROUNDS):
        ahead = guess + np.float32(at / (at + 3)) * (guess - last)
        seen = cv2.GaussianBlur(ahead[None, :], (wide, 1), blur)
        wrong = cv2.GaussianBlur(line[None, :] - seen, (wide, 1), blur)
        last, guess = guess, np.clip(ahead + np.float32(1.6) * np.asarray(wrong, np.float32)[0], 0, 1)
    return guess
