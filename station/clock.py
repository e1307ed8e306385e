"""UTC now, and noticing when the wall clock jumps against a clock that only counts.

The steady clock (CLOCK_BOOTTIME where there is one, so that suspend counts) only detects jumps: it never counts hours.
"""

from __future__ import annotations

import time
from collections.abc import Callable

JUMP = 2_000_000
"""A wall clock that moved this many µs further or less than the steady one has jumped."""


def wall() -> int:
    """Microseconds since the epoch, UTC, as this computer's clock says."""
    return time.time_ns() // 1000


def steady() -> int:
    """Microseconds on a clock that nobody sets."""
    if hasattr(time, "CLOCK_BOOTTIME"):
        return time.clock_gettime_ns(time.CLOCK_BOOTTIME) // 1000
    return time.monotonic_ns() // 1000


class Clock:
    """The program's clock. ``read`` gives the instant and how far the wall clock jumped since the last look."""

    def __init__(self, wall: Callable[[], int] = wall, steady: Callable[[], int] = steady) -> None:
        self._wall = wall
        self._steady = steady
        self._last = (wall(), steady())

    def now(self) -> int:
        return self._wall()

    def read(self) -> tuple[int, int]:
        """The instant (µs UTC) and the jump (µs, signed) since the last ``read``; 0 when there was none."""
        at, count = self._wall(), self._steady()
        last_at, last_count = self._last
        self._last = (at, count)
        jump = (at - last_at) - (count - last_count)
        return at, jump if abs(jump) > JUMP else 0
