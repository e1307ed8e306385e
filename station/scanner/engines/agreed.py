"""What several looks at one still picture agree on: doubtful symbologies need two looks, and overlapping codes one."""

from __future__ import annotations

import numpy as np

from station.facts import Found
from station.scanner.engines.symbologies import PROVEN, SHORT
from station.scanner.engines.zxing import Corners
from station.scanner.opencv import cv2


class Agreed:
    """Collects what each look found. The first look is the untouched picture and is believed alone; bars that were
    read by themselves have been compared with themselves already. A single ``line`` of them gives way to anything."""

    def __init__(self) -> None:
        self._first: dict[tuple[str, str], Found] = {}
        self._looks: dict[tuple[str, str], set[str]] = {}

    def add(self, found: list[Found]) -> None:
        for one in found:
            key = one.text, one.symbology
            self._first.setdefault(key, one)
            self._looks.setdefault(key, set()).add(one.stage)

    def told(self) -> list[Found]:
        """The codes to be believed, in the order in which they were first read."""
        sure = [one for key, one in self._first.items() if self._believed(key)]
        return [one for one in sure if not any(self._outdone(one, other) for other in sure)]

    def _believed(self, key: tuple[str, str]) -> bool:
        looks = self._looks[key]
        if not looks.isdisjoint(("plain", "bars", "line")):
            return True
        return key[1] in PROVEN or (len(looks) > 1 and key[1] not in SHORT)

    def _outdone(self, one: Found, other: Found) -> bool:
        """Whether the first engine as it is, or more looks, read something else in the same place."""
        return self._weight(other) > self._weight(one) and (
            _inside(one.corners, other.corners) or _inside(other.corners, one.corners)
        )

    def _weight(self, one: Found) -> tuple[bool, int]:
        looks = self._looks[one.text, one.symbology]
        return "plain" in looks, len(looks - {"line"})


def _inside(corners: Corners, others: Corners) -> bool:
    """Whether the middle of a code lies within another."""
    middle = sum(x for x, _ in corners) / 4, sum(y for _, y in corners) / 4
    return cv2.pointPolygonTest(np.array(others, np.float32), middle, False) >= 0
