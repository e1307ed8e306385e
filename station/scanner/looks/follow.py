"""Codes that were read and are still in view although this frame does not show them well enough to be read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from station.facts import Found
from station.scanner.looks.regions import Box, padded
from station.scanner.opencv import cv2

Gray = NDArray[np.uint8]

SIDE: Final = 40
"""Pixels of the longer side of what is remembered of a code: coarse enough for blur not to matter."""
ALIKE: Final = 0.75
"""Correlation from which the same thing is still there: two different QR codes of one size reach about 0.5."""
LOST: Final = 90
"""Missed frames (3 s) after which a code is no longer followed: nobody holds a card blurred for longer."""
REACH: Final = 0.4
"""How far, in the code's longer side, it may have moved since the last frame."""


@dataclass
class _Followed:
    """``taken`` is the code as it was read, ``look`` how it is remembered: made when it is first missed, so that
    frames that are read pay nothing for it."""

    taken: Gray
    box: Box
    missed: int = 0

    @cached_property
    def look(self) -> Gray:
        return _small(self.taken, _scale(self.box))


class Follower:
    """Remembers how each code looked where it was last read, and looks for it nearby on frames without it."""

    def __init__(self) -> None:
        self._codes: dict[str, _Followed] = {}
        self._shape: tuple[int, ...] = ()

    def seen(self, gray: Gray, found: Sequence[Found]) -> frozenset[str]:
        """A frame (uint8, H x W) and what was read in it; the texts that are there unread."""
        if gray.shape != self._shape:  # another camera, or another file
            self._codes.clear()
            self._shape = gray.shape
        read = {one.text for one in found}
        for text in [text for text in self._codes if text not in read]:
            followed = self._codes[text]
            if any(_overlap(followed.box, _around(one)) for one in found) or not self._still(gray, followed):
                del self._codes[text]
        for one in found:
            box = _within(_around(one), gray.shape)
            if min(box[2], box[3]) >= 8:
                self._codes[one.text] = _Followed(_cut(gray, box).copy(), box)
        return frozenset(self._codes) - read

    def _still(self, gray: Gray, followed: _Followed) -> bool:
        followed.missed += 1
        scale = _scale(followed.box)
        area = padded(followed.box, gray.shape, share=REACH, least=4)
        here = _small(_cut(gray, area), scale)
        if followed.missed > LOST or here.shape[0] < followed.look.shape[0] or here.shape[1] < followed.look.shape[1]:
            return False
        _, likeness, _, at = cv2.minMaxLoc(cv2.matchTemplate(here, followed.look, cv2.TM_CCOEFF_NORMED))
        x, y = area[0] + round(at[0] / scale), area[1] + round(at[1] / scale)
        followed.box = (x, y, *followed.box[2:])
        return likeness >= ALIKE


def _around(one: Found) -> Box:
    """The upright box around a code; bars whose engine tells one line only get some height."""
    xs, ys = [x for x, _ in one.corners], [y for _, y in one.corners]
    wide, high = max(xs) - min(xs), max(ys) - min(ys)
    more = max(0, max(wide, high) // 6 - min(wide, high)) // 2
    x, y = (min(xs), min(ys) - more) if high < wide else (min(xs) - more, min(ys))
    return (x, y, wide, high + 2 * more) if high < wide else (x, y, wide + 2 * more, high)


def _within(box: Box, shape: tuple[int, ...]) -> Box:
    left, top = max(0, box[0]), max(0, box[1])
    return left, top, min(shape[1], box[0] + box[2]) - left, min(shape[0], box[1] + box[3]) - top


def _scale(box: Box) -> float:
    return min(1.0, SIDE / max(box[2], box[3]))


def _cut(gray: Gray, box: Box) -> Gray:
    x, y, wide, high = box
    return gray[y : y + high, x : x + wide]


def _small(gray: Gray, scale: float) -> Gray:
    size = max(1, round(gray.shape[1] * scale)), max(1, round(gray.shape[0] * scale))
    return np.asarray(cv2.resize(gray, size, interpolation=cv2.INTER_AREA), np.uint8)


def _overlap(box: Box, other: Box) -> bool:
    return all(max(box[at], other[at]) < min(box[at] + box[at + 2], other[at] + other[at + 2]) for at in (0, 1))
