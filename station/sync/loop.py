"""The background thread that runs the courier's passes: when woken, when due, and every so often."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Protocol

from station import diagnostics
from station.facts import SECOND
from station.sync.courier import Pass

JOIN_SECONDS = 2.0
SHORTEST_REST = 1.0
"""Seconds between passes at least, whatever comes due: a wake that repeats itself must not become a
flood."""


class Passes(Protocol):
    """What the loop runs; a ``Courier`` is one."""

    def run(self, *, eager: bool = False, stopping: Callable[[], bool] = ...) -> Pass: ...

    def hang_up(self) -> None: ...

    def close(self) -> None: ...


class SyncLoop:
    """Owns the sync thread. ``report`` is called on that thread with each finished pass, or the exception
    it died of; it must not raise and must not block."""

    def __init__(
        self,
        courier: Passes,
        report: Callable[[Pass | Exception], None],
        clock: Callable[[], int],
        interval: float = 60.0,
    ) -> None:
        self._courier = courier
        self._report = report
        self._clock = clock
        self._interval = interval
        self._woken = threading.Event()
        self._stopping = threading.Event()
        self._eager = False
        self._thread = threading.Thread(target=self._live, name="sync", daemon=True)

    def start(self) -> None:
        """Begin, with a pass at once."""
        self._woken.set()
        self._thread.start()

    def wake(self, *, eager: bool = False) -> None:
        """Run a pass soon; ``eager`` when a person asked, so that our own back-off does not count."""
        self._eager = self._eager or eager
        self._woken.set()

    def stop(self) -> bool:
        """End the thread; the request under way is cut off and its award stays UNKNOWN. False if it has not
        ended after two seconds (it then ends with its time-out; it holds nothing that needs closing)."""
        self._stopping.set()
        self._woken.set()
        self._courier.hang_up()
        if self._thread.ident is not None:
            self._thread.join(JOIN_SECONDS)
        return not self._thread.is_alive()

    def _live(self) -> None:
        try:
            self._passes()
        finally:
            self._courier.close()

    def _passes(self) -> None:
        rest = 0.0
        while not self._stopping.is_set():
            self._woken.wait(rest)
            self._woken.clear()
            if self._stopping.is_set():
                return
            eager, self._eager = self._eager, False
            began = time.monotonic()
            try:
                done = self._courier.run(eager=eager, stopping=self._stopping.is_set)
            except Exception as error:  # the top of a thread: log, report, go on
                diagnostics.bug(error)
                self._report(error)
                rest = self._interval
            else:
                self._report(done)
                rest = self._rest(done)
            self._stopping.wait(max(0.0, SHORTEST_REST - (time.monotonic() - began)))

    def _rest(self, done: Pass) -> float:
        if done.next_at is None:
            return self._interval
        return min(self._interval, max(0.0, (done.next_at - self._clock()) / SECOND))
