"""UTC now, and noticing when the wall clock jumps against a clock that only counts.

The steady clock (CLOCK_BOOTTIME where there is one, so that suspend counts) only detects jumps: it never counts hours.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import NamedTuple

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


class Instant(NamedTuple):
    """One look at both clocks, µs: what the wall clock said (UTC), and the count of the one that nobody sets."""

    at: int
    steady: int

    def jump_since(self, earlier: Instant) -> int:
        """How far the wall clock jumped (µs, signed) between two looks; 0 when it did not."""
        jump = (self.at - earlier.at) - (self.steady - earlier.steady)
        return jump if abs(jump) > JUMP else 0


class Clock:
    """The program's two clocks."""

    def __init__(self, wall: Callable[[], int] = wall, steady: Callable[[], int] = steady) -> None:
        self._wall = wall
        self._steady = steady

    def now(self) -> int:
        """Microseconds since the epoch, UTC."""
        return self._wall()

    def look(self) -> Instant:
        return Instant(self._wall(), self._steady())
