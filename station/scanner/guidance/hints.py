"""Why a code in view cannot be read, told once it is sure and for as long as it holds. Pure: time is given."""

from __future__ import annotations

from collections import deque
from typing import Final

from station.scanner.guidance.likeness import DIM
from station.scanner.guidance.measure import Measured, measure
from station.scanner.guidance.texture import Gray
from station.views import Hint

SURE_S: Final = 0.3
"""How long evidence gathers before a hint is told."""
SURE_SHARE: Final = 0.6
"""More than this share of the looks since the first of them must say the same."""
GONE_S: Final = 0.5
"""How long a hint stays after the last evidence of it."""
STALE_S: Final = 10.0
"""A hint about something that has not moved for so long helps nobody: it is a poster or somebody's shirt."""
MOVED: Final = 0.02
"""By how much of the frame's width a thing must move to be in somebody's hand."""

GLARED: Final = 0.01
"""Share of a code that is blinded, from which on the glare is what is wrong."""
SMALL_PX: Final = 170
"""A code of at most this longer side may have modules that are too small (a version 10 code of 3 pixels a module
is as large); one that is sharp and not read has."""
BLURRED_PX: Final = 1.4
"""Deviation of the blur of the sharpest edges: 1.1 is what a lens in focus leaves of them here."""
MERGED_PX: Final = 2.3
"""The same where modules are too small: they run into one another before any lens blurs them."""


def why(measured: Measured) -> Hint | None:
    """What keeps it from being read, the first to be put right first; None where nothing of it shows."""
    if measured.fills:
        return Hint.TOO_CLOSE
    if measured.touches_edge:
        return Hint.EDGE
    if measured.light < DIM:
        return Hint.DARK
    if measured.glare > GLARED:
        return Hint.GLARE
    if max(measured.box[2:]) < SMALL_PX and measured.blur_px < MERGED_PX:
        return Hint.TOO_FAR
    if measured.blur_px > BLURRED_PX:
        return Hint.BLURRED
    return None


class Guide:
    """Looks at the frames of one camera and says what would help. One guide belongs to one thread."""

    def __init__(self) -> None:
        self._steady = Steady()
        self._still = _Still()

    def see(self, gray: Gray, found: bool, at_s: float) -> Hint | None:
        """The hint after a frame (uint8, H x W) at ``at_s``, seconds of a monotonic clock that never goes
        back. ``found`` says that the decoder read something in it: then the frame is not looked at, and there
        is nothing to tell. Few frames a second (eight, say) are enough."""
        if found:
            self._steady = Steady()
            return None
        measured = measure(gray)
        if measured is None or self._still.stale(measured, gray.shape[1], at_s):
            return self._steady.told(None, at_s)
        return self._steady.told(why(measured), at_s)


class Steady:
    """Makes one steady hint of what single frames say, right or wrong as each may be."""

    def __init__(self) -> None:
        self._seen: deque[tuple[float, Hint | None]] = deque()
        self._hint: Hint | None = None
        self._last_s = 0.0

    def told(self, hint: Hint | None, at_s: float) -> Hint | None:
        """What is to be shown after a frame at ``at_s`` that says ``hint``."""
        self._seen.append((at_s, hint))
        while self._seen[0][0] < at_s - GONE_S:
            self._seen.popleft()
        if hint is not None and hint is not self._hint and self._sure(hint, at_s):
            self._hint = hint
        if hint is not None and hint is self._hint:
            self._last_s = at_s
        elif self._hint is not None and at_s - self._last_s >= GONE_S:
            self._hint = None
        return self._hint

    def _sure(self, hint: Hint, at_s: float) -> bool:
        first = min(at for at, said in self._seen if said is hint)
        since = [said for at, said in self._seen if at >= first]
        # A float's width of grace: nine frames of a thirtieth of a second are three tenths.
        return at_s - first >= SURE_S - 1e-6 and since.count(hint) > max(2, SURE_SHARE * len(since))


class _Still:
    """Notices what has looked like a code for long and never moved."""

    def __init__(self) -> None:
        self._place = (0.0, 0.0)
        self._since_s = 0.0
        self._last_s: float | None = None

    def stale(self, measured: Measured, width: int, at_s: float) -> bool:
        x, y, wide, high = measured.box
        place = (x + wide / 2, y + high / 2)
        apart = max(abs(one - other) for one, other in zip(place, self._place, strict=True))
        gone = self._last_s is None or at_s - self._last_s > STALE_S
        if gone or apart > MOVED * width:
            self._place, self._since_s = place, at_s
        self._last_s = at_s
        return at_s - self._since_s > STALE_S
