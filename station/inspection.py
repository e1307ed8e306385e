"""Checks of readiness on a thread of their own, told one by one; a request during a run makes one more run."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

from station import diagnostics
from station.clock import wall
from station.trouble import Trouble
from station.views import Check, Readiness


class Inspection:
    """``checks`` makes the checks one after the other; ``told`` gets all of this run, ``failed`` what is a bug of ours.
    Both are called on the inspection's thread."""

    def __init__(
        self,
        checks: Callable[[], Iterator[Check]],
        told: Callable[[Readiness], None],
        failed: Callable[[Exception], None],
    ) -> None:
        self._checks, self._told, self._failed = checks, told, failed
        self._turn = threading.Lock()
        self._wanted = False
        self._ended = False
        self._thread: threading.Thread | None = None

    def ask(self) -> None:
        """Run the checks soon; while they run, once more afterwards."""
        with self._turn:
            if self._ended or self._wanted:
                return
            self._wanted = True
            if self._thread is None:
                self._thread = threading.Thread(target=self._live, name="inspection")
                self._thread.start()

    def stop(self) -> None:
        """No more checks; returns when the one being made has ended."""
        with self._turn:
            self._ended = True
            thread = self._thread
        if thread is not None:
            thread.join()

    def _live(self) -> None:
        while True:
            with self._turn:
                if self._ended or not self._wanted:
                    self._thread = None
                    return
                self._wanted = False
            self._run()

    def _run(self) -> None:
        made: list[Check] = []
        self._told(Readiness())
        try:
            for check in self._checks():
                if self._ended:
                    return
                made.append(check)
                self._told(Readiness(tuple(made)))
        except Exception as error:  # the top of a thread
            if not isinstance(error, Trouble):
                diagnostics.bug(error)
            self._failed(error)
        self._told(Readiness(tuple(made), wall()))
