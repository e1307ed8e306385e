"""Several frames of a code that no single one shows, laid over one another: noise averages out, glare wanders off."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from station.scanner.looks.regions import Box, padded
from station.scanner.looks.stages import View
from station.scanner.opencv import cv2

Gray = NDArray[np.uint8]
Plane = NDArray[np.float32]

DUE: Final = (5, 8, 12, 16, 21, 26, 32, 38)
"""Frames in a sum that shows enough more than the one before it."""
MOST: Final = 45
"""Frames (1.5 s) after which it begins anew: a hand has turned the card by then."""
MEMORY: Final = 12
"""Frames the mean is made of, about; older ones fade."""
ALIKE: Final = 0.06
"""Response of the phase correlation below which two windows do not show the same thing."""
ASTRAY: Final = 3
"""Frames in which nothing is proposed in the window, after which another place is followed."""
LARGEST: Final = 300_000
"""Pixels of the largest window; what fills more of a frame than that is not small and dark."""


class Fusion:
    """Follows one place through missed frames by its shift from frame to frame."""

    def __init__(self) -> None:
        self.count = 0
        self._window: Box = (0, 0, 0, 0)
        self._core: Box = self._window
        self._astray = 0
        self._place = (0.0, 0.0)
        self._mean: Plane = np.zeros((0, 0), np.float32)
        self._darkest: Gray = np.zeros((0, 0), np.uint8)
        self._taper: Plane = self._mean

    def clear(self) -> None:
        self.count = 0

    def add(self, gray: Gray, boxes: Sequence[Box]) -> None:
        """One more frame (uint8, H x W) in which something at ``boxes``, the likeliest first, could not be read."""
        near = [box for box in boxes if _overlap(self._window, box)] if self.count else []
        self._astray = 0 if near else self._astray + 1
        if self.count >= MOST or self._astray > ASTRAY:
            self.count = 0
        window = self._cut(gray) if self.count else None
        if window is None:
            self._begin(gray, boxes[0])
            return
        # It tapers what it is given, in place, where a side is one that its transform likes.
        shift, response = cv2.phaseCorrelate(self._mean.copy(), window.astype(np.float32), self._taper)
        if response < ALIKE or max(map(abs, shift)) > min(window.shape) / 3:
            self._begin(gray, boxes[0])
            return
        if wider := self._beside(near):
            # Glare had cut the code: the rest of it shows now.
            self._begin(gray, wider)
            return
        self._place = shift[0] % 1, shift[1] % 1
        whole = int(shift[0] // 1), int(shift[1] // 1)
        self._window = (self._window[0] + whole[0], self._window[1] + whole[1], *self._window[2:])
        laid = np.asarray(
            cv2.warpAffine(
                window,
                np.array([[1, 0, -shift[0]], [0, 1, -shift[1]]], np.float64),
                (window.shape[1], window.shape[0]),
                flags=cv2.INTER_CUBIC,
                borderMode=cv2.BORDER_REPLICATE,
            ),
            np.uint8,
        )
        self.count += 1
        cv2.accumulateWeighted(laid, self._mean, 1 / min(self.count, MEMORY))
        # Glare only ever adds light; a little blur keeps the darkest of many from being the noisiest.
        self._darkest = np.asarray(cv2.min(self._darkest, cv2.blur(laid, (3, 3))), np.uint8)

    @property
    def due(self) -> bool:
        """Whether so many frames more than at the last time are together that they are worth a look."""
        return self.count in DUE

    def view(self) -> View:
        """The frames as one, mapped to the newest: by turns the darkest that each place was, without what shone on
        it for a while, and their mean."""
        if DUE.index(self.count) % 2 == 0:
            return View(self._darkest, self._back())
        return View(np.clip(self._mean + 0.5, 0, 255).astype(np.uint8), self._back())

    def _back(self) -> tuple[tuple[float, float, float], tuple[float, float, float]]:
        x, y = self._window[0] + self._place[0], self._window[1] + self._place[1]
        return (1.0, 0.0, x), (0.0, 1.0, y)

    def _beside(self, near: Sequence[Box]) -> Box | None:
        """What is followed and what lies partly beside it, as one; None where the window has it all."""
        outside = [box for box in near if _overlap(self._window, box) < 0.8 * box[2] * box[3]]
        if not outside:
            return None
        whole = [self._core, *outside]
        left, top = min(box[0] for box in whole), min(box[1] for box in whole)
        right, foot = max(box[0] + box[2] for box in whole), max(box[1] + box[3] for box in whole)
        return left, top, right - left, foot - top

    def _cut(self, gray: Gray) -> Gray | None:
        """The window in this frame, where it was in the last one; None if it has left the frame."""
        x, y, wide, high = self._window
        if x < 0 or y < 0 or x + wide > gray.shape[1] or y + high > gray.shape[0]:
            return None
        return gray[y : y + high, x : x + wide]

    def _begin(self, gray: Gray, box: Box) -> None:
        self._window, self._core, self._astray = padded(box, gray.shape, share=0.3), box, 0
        window = self._cut(gray)
        if window is None or not 32 * 32 <= window.size <= LARGEST:
            self.count = 0
            return
        self.count, self._place = 1, (0.0, 0.0)
        self._mean = window.astype(np.float32)
        self._darkest = np.asarray(cv2.blur(window, (3, 3)), np.uint8)
        self._taper = np.asarray(cv2.createHanningWindow((window.shape[1], window.shape[0]), cv2.CV_32F), np.float32)


def _overlap(one: Box, other: Box) -> int:
    """Pixels that two boxes share."""
    across = min(one[0] + one[2], other[0] + other[2]) - max(one[0], other[0])
    down = min(one[1] + one[3], other[1] + other[3]) - max(one[1], other[1])
    return max(0, across) * max(0, down)
