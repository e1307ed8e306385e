"""The desk thread: the only writer. Owns the opened station and the desk, and does what its mailbox says."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from station import assembly, diagnostics
from station.assembly import Station
from station.desk import Desk
from station.facts import Event, Override, Record
from station.mailbox import Letter, Mailbox
from station.trouble import Trouble

TICK = 1.0
"""Seconds between two looks at the clock when nothing comes."""


@dataclass(slots=True)
class Owned:
    """What only the desk thread touches."""

    station: Station
    desk: Desk | None = None

    def at_desk(self) -> Desk:
        """The open desk. Raises ``Trouble('no_event')`` where no event was chosen."""
        if self.desk is None:
            raise Trouble("no_event")
        return self.desk

    def open(self, event: Event, override: Override | None = None) -> None:
        """Open another event at this desk; the one before is closed and signed. Raises ``Trouble`` as
        ``Station.open_desk`` does; then the one before stays open."""
        fresh = self.station.open_desk(event, override)
        if self.desk is not None:
            self.desk.close()
        self.desk = fresh


class DeskThread:
    """``told`` gets every record once it is on disk; ``tick`` is called each second; ``failed`` gets the exception that
    ended the thread. All three on this thread, and all must return at once."""

    def __init__(
        self,
        home: Path,
        key: bytes,
        *,
        opened: Callable[[Station], None],
        told: Callable[[Record], None],
        tick: Callable[[Owned], None],
        failed: Callable[[BaseException], None],
    ) -> None:
        self.mailbox: Mailbox[Owned] = Mailbox()
        self._home = home
        self._key = key
        self._opened = opened
        self._told = told
        self._tick = tick
        self._failed = failed
        self._thread = threading.Thread(target=self._live, name="desk")

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Do what is posted already, sign and close. Returns when everything is on disk."""
        self.mailbox.close()
        if self._thread.ident is not None:
            self._thread.join()

    def _live(self) -> None:
        try:
            with assembly.unlocked(self._home, self._key, write="station") as station:
                diagnostics.start(self._home)
                station.picture.told = self._told
                owned = Owned(station)
                self._opened(station)
                try:
                    self._serve(owned)
                finally:
                    if owned.desk is not None:
                        owned.desk.close()
        except Exception as error:
            self.mailbox.abandon(error)
            if not isinstance(error, Trouble):
                diagnostics.bug(error)
            self._failed(error)

    def _serve(self, owned: Owned) -> None:
        while not self.mailbox.closed:
            letter = self.mailbox.take(TICK)
            if letter is not None:
                self._do(letter, owned)
            self._tick(owned)

    def _do(self, letter: Letter[Owned], owned: Owned) -> None:
        try:
            letter.do(owned)
        except Trouble as trouble:
            # The world's fault goes to whoever posted; only a desk that cannot write must stop.
            if trouble.code in CANNOT_WRITE:
                raise


CANNOT_WRITE = frozenset({"disk_full", "disk_failed", "read_only", "database_broken"})
