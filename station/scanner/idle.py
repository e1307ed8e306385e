"""Which frames need no decoding: nothing moved since one that showed nothing, or not a bit differs from the last."""

from __future__ import annotations

from enum import Enum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from station.scanner.opencv import cv2

THUMBNAIL: Final = (64, 36)
ROWS: Final = 360
"""Rows of a frame that are looked at: averaging all of a 1080p frame would take as long as decoding it."""
MOVED: Final = 8
"""Grey levels one cell must change by. A cell averages some 200 pixels: sensor noise moves it by one or two, a code
coming into view by tens. The largest change counts: a small code moves no mean."""
AGAIN_S: Final = 0.3
"""Nothing is skipped for longer while a bit of it changes: a lens finding its focus changes no thumbnail."""


class Need(Enum):
    """What a frame needs: decoding; nothing, for it shows nothing; or only what the last decoded one gave, again."""

    DECODE = "decode"
    REST = "rest"
    REPEAT = "repeat"


class Idle:
    """Remembers the last decoded frame. ``looks`` is how many frames without a code it takes in a row until every
    second look of the decoder had its turn; only then is a scene that does not move left alone."""

    def __init__(self, looks: int) -> None:
        self._looks = looks
        self._misses = 0
        self._found = False
        self._frame: NDArray[np.uint8] | None = None
        self._before = np.zeros((0, 0), np.int16)
        self._decoded_s = 0.0

    def need(self, pixels: NDArray[np.uint8], now_s: float) -> Need:
        """What to do with a frame of ``now_s`` seconds of a monotonic clock; after DECODE, ``told`` must follow."""
        small = _thumbnail(pixels)
        same = self._frame is not None and self._frame.shape == pixels.shape
        change = int(np.abs(small - self._before).max()) if same else 255
        if change > MOVED:
            self._misses = 0
        identical = change == 0 and _identical(self._frame, pixels)
        if identical and self._found:
            return Need.REPEAT
        if self._misses >= self._looks and (identical or now_s - self._decoded_s < AGAIN_S):
            return Need.REST
        self._frame, self._before, self._decoded_s = pixels, small, now_s
        return Need.DECODE

    def told(self, *, found: bool) -> None:
        """What decoding the frame brought."""
        self._found = found
        self._misses = 0 if found else self._misses + 1


def _thumbnail(pixels: NDArray[np.uint8]) -> NDArray[np.int16]:
    small = cv2.resize(pixels[:: max(1, pixels.shape[0] // ROWS)], THUMBNAIL, interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.cvtColor(small, cv2.COLOR_BGR2GRAY) if small.ndim == 3 else small, np.int16)


def _identical(one: NDArray[np.uint8] | None, other: NDArray[np.uint8]) -> bool:
    return one is not None and cv2.norm(one, other, cv2.NORM_INF) == 0
