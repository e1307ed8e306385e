"""The camera's picture as the screen needs it: cut to the box's shape, scaled to its pixels, 32 bits a pixel."""

from __future__ import annotations

import time
from collections.abc import Sequence
from threading import Lock
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from station.facts import Found
from station.scanner.opencv import cv2
from station.views import Corners, Hint, Mark, Outline, Preview

OUTLINE_S: Final = 0.4
"""How long an outline stays after the code was last read: steady to look at, gone with the card."""
LARGEST: Final = 4096
"""Pixels of a box's side; more is no screen's."""


class Shown(NamedTuple):
    """``pixels``: uint8, H x W x 4 (BGRA, opaque). A point of the frame is at (point - corner) * scale in it."""

    pixels: NDArray[np.uint8]
    left: float
    top: float
    scale: float

    def place(self, corners: Corners) -> Corners:
        """Where four corners of the frame are in the picture; they may lie outside it."""
        first, second, third, fourth = (
            (round((x - self.left) * self.scale), round((y - self.top) * self.scale)) for x, y in corners
        )
        return first, second, third, fourth


def shown(frame: NDArray[np.uint8], box: tuple[int, int]) -> Shown:
    """The middle of a BGR or gray frame, as much as fills ``box`` (width, height in pixels, at least 1 each)."""
    wide, high = (max(1, min(LARGEST, side)) for side in box)
    height, width = frame.shape[:2]
    scale = max(wide / width, high / height)
    cut_wide, cut_high = max(1, min(width, round(wide / scale))), max(1, min(height, round(high / scale)))
    left, top = (width - cut_wide) // 2, (height - cut_high) // 2
    part = frame[top : top + cut_high, left : left + cut_wide]
    if scale > 0.5:
        small = cv2.resize(part, (wide, high), interpolation=cv2.INTER_LINEAR)
    else:
        # Averaging every pixel of a large frame takes ten milliseconds, four samples for each of the screen's one.
        samples = cv2.resize(part, (2 * wide, 2 * high), interpolation=cv2.INTER_NEAREST)
        small = cv2.resize(samples, (wide, high), interpolation=cv2.INTER_AREA)
    colours = cv2.COLOR_GRAY2BGRA if frame.ndim == 2 else cv2.COLOR_BGR2BGRA
    return Shown(np.asarray(cv2.cvtColor(small, colours), np.uint8), left, top, scale)


class _Seen(NamedTuple):
    """The codes of the last frame that had any, and when that was."""

    marks: tuple[tuple[Found, Mark], ...] = ()
    at_s: float = 0.0


class Screen:
    """What the window shows of a source; every method may be called from any thread."""

    def __init__(self) -> None:
        self._turn = Lock()
        self._box = (0, 0)
        self._shown: Shown | None = None
        self._seen = _Seen()
        self._hint: Hint | None = None
        self._preview: tuple[object, Preview] | None = None

    def show_at(self, width: int, height: int) -> None:
        """Make pictures for a box of so many of the screen's pixels; none for (0, 0), as at first."""
        with self._turn:
            self._box = (width, height) if width > 0 and height > 0 else (0, 0)
            if self._box == (0, 0):
                self._shown = None

    def put(self, frame: NDArray[np.uint8]) -> None:
        """A newer frame, BGR or gray."""
        box = self._box
        if box == (0, 0) or not frame.size:
            return
        picture = shown(frame, box)
        with self._turn:
            if self._box == box:
                self._shown = picture

    def saw(self, marks: Sequence[tuple[Found, Mark]]) -> None:
        """The codes of a frame, in its own pixels, and what became of them."""
        with self._turn:
            self._seen = _Seen(tuple(marks), time.monotonic())

    def advise(self, hint: Hint | None) -> None:
        """Why a code in view cannot be read, from now on."""
        with self._turn:
            self._hint = hint

    def latest(self) -> Preview | None:
        """The newest picture with the codes in it; the same object until there is something new."""
        with self._turn:
            picture, ready = self._shown, self._preview
            if picture is None:
                return None
            seen = self._seen if time.monotonic() - self._seen.at_s <= OUTLINE_S else _Seen()
            state = (id(picture.pixels), seen.marks, self._hint)
            if ready is None or ready[0] != state:
                high, wide = picture.pixels.shape[:2]
                outlines = tuple(Outline(picture.place(code.corners), mark) for code, mark in seen.marks)
                data = picture.pixels.data.cast("B")
                # The preview keeps the array alive, so that its id is not another's while it is the newest.
                ready = self._preview = (state, Preview(data, wide, high, wide * 4, outlines, self._hint))
        return ready[1]
