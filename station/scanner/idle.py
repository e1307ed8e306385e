"""Which frames need no decoding because nothing moved since one that showed nothing. Saves the battery."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from station.scanner.opencv import cv2

THUMBNAIL: Final = (64, 36)
MOVED: Final = 8
"""Grey levels one cell must change by. A cell averages some 400 pixels of a 720p frame: sensor noise moves it
by one or two, a code coming into view by tens. The largest change counts: a small code moves no mean."""
AGAIN_S: Final = 0.3
"""Nothing is skipped for longer: a lens finding its focus changes no thumbnail."""


class Idle:
    """Remembers the last frames without a code. ``looks`` is how many such frames in a row it takes until
    every second look of the decoder had its turn; only then is a scene that does not move left alone."""

    def __init__(self, looks: int) -> None:
        self._looks = looks
        self._misses = 0
        self._before: NDArray[np.int16] | None = None
        self._decoded_s = 0.0

    def skip(self, pixels: NDArray[np.uint8], now_s: float) -> bool:
        """Whether the frame may be left undecoded. ``now_s`` is seconds of a monotonic clock."""
        small = np.asarray(cv2.resize(pixels, THUMBNAIL, interpolation=cv2.INTER_AREA), np.int16)
        before = self._before
        moved = before is None or before.shape != small.shape or int(np.abs(small - before).max()) > MOVED
        if moved:
            self._misses = 0
        elif self._misses >= self._looks and now_s - self._decoded_s < AGAIN_S:
            return True
        self._before, self._decoded_s = small, now_s
        return False

    def told(self, *, found: bool) -> None:
        """What decoding the frame brought."""
        self._misses = 0 if found else self._misses + 1
