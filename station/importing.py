"""Importing a roster beside an open desk: read and planned on a thread of its own, written by the desk in small parts.

The parts go through the desk's bulk lane, so a scan waits for one part at most. Numbers come before the people they
name, and each person's row comes whole: whoever looks sees somebody as before or as imported, never by halves. An
import that is killed leaves some people as before; importing the file again brings it to its end.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from queue import SimpleQueue

from station import diagnostics, intake, personal_code
from station.codes import Kind
from station.deskthread import Owned
from station.headings import Field
from station.intake import Listed
from station.lookup import beside
from station.mailbox import MailboxClosed
from station.reports.whole_file import write_whole
from station.roster import Roster
from station.rosterplan import Chunk, Plan
from station.rosterview import Counted, Failed, Opened, RosterStep, Saved, Working
from station.trouble import Trouble

ROWS = 200
"""Rows of one part: about 5 ms of the writer's time, commit included."""
SAMPLE, REASONS = 5, 100
"""Rows and sentences that are shown."""
_BREATH = 0.0005
"""Seconds to let the other threads have the interpreter, after each few hundred rows."""


@dataclass(frozen=True, slots=True)
class _Open:
    path: Path
    sheet: str | None


@dataclass(frozen=True, slots=True)
class _Try:
    fields: tuple[Field | None, ...]


@dataclass(frozen=True, slots=True)
class _Take:
    pass


@dataclass(frozen=True, slots=True)
class _Save:
    path: Path


@dataclass(frozen=True, slots=True)
class _Close:
    pass


_Wish = _Open | _Try | _Take | _Save | _Close


class _Superseded(Exception):
    """Somebody wishes something else meanwhile."""


class Importer:
    """``tell`` hears every step, on the importer's thread; ``post`` is the desk's bulk lane; ``imported`` is called on
    the desk's thread when an import has come to its end. The thread begins with the first file and ends by ``stop``."""

    def __init__(
        self,
        home: Path,
        key: bytes,
        *,
        tell: Callable[[RosterStep], None],
        post: Callable[[Callable[[Owned], None]], Future[None]],
        imported: Callable[[Owned, Counted], None],
    ) -> None:
        self.kinds: Sequence[Kind] = ()
        """The institution's kinds of code; told before the first file is opened."""
        self._home = home
        self._key = key
        self._tell = tell
        self._post = post
        self._imported = imported
        self._wishes: SimpleQueue[_Wish | None] = SimpleQueue()
        self._thread: threading.Thread | None = None
        self._ending = False
        self._listed: Listed | None = None
        self._plan: Plan | None = None

    # --- from the UI thread ---

    def open(self, path: Path, sheet: str | None) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._live, name="roster")
            self._thread.start()
        self._wishes.put(_Open(path, sheet))

    def try_columns(self, fields: tuple[Field | None, ...]) -> None:
        self._wishes.put(_Try(fields))

    def take(self) -> None:
        self._wishes.put(_Take())

    def save_rejected(self, path: Path) -> None:
        self._wishes.put(_Save(path))

    def close(self) -> None:
        """Let go of the file; what is being written is written to its end."""
        self._wishes.put(_Close())

    def stop(self) -> None:
        """End after the part that is being written. Returns when the thread has ended."""
        self._ending = True
        self._wishes.put(None)
        if self._thread is not None:
            self._thread.join()

    # --- on the importer's thread ---

    def _live(self) -> None:
        try:
            with beside(self._home, self._key, self.kinds) as roster:
                while (wish := self._wishes.get()) is not None and not self._ending:
                    self._do(wish, roster)
        except Exception as error:  # the top of a thread
            self._failed(error)

    def _do(self, wish: _Wish, roster: Roster) -> None:
        try:
            match wish:
                case _Open(path, sheet):
                    self._plan = None
                    self._listed = listed = intake.opened(path, sheet, roster.remembered())
                    self._tell(opened_step(listed))
                    self._try(roster, listed)
                case _Try(fields) if self._listed is not None:
                    self._plan = None
                    self._listed = replace(
                        self._listed, columns=replace(self._listed.columns, fields=fields, sure=True)
                    )
                    self._try(roster, self._listed)
                case _Take() if self._listed is not None and self._plan is not None:
                    self._take(self._listed, self._plan)
                case _Save(path) if self._listed is not None and self._plan is not None:
                    write_whole(path, intake.rejects(self._listed, self._plan.rejected))
                    self._tell(Saved(path.name))
                case _Close():
                    self._listed = self._plan = None
                case _:
                    pass
        except (_Superseded, MailboxClosed):
            pass
        except Exception as error:  # the top of what a person wished: the next wish may do better
            self._failed(error)

    def _failed(self, error: Exception) -> None:
        if not isinstance(error, Trouble):
            diagnostics.bug(error)
            error = Trouble("bug", kind=type(error).__name__)
        self._tell(Failed(error))

    def _try(self, roster: Roster, listed: Listed) -> None:
        def told(done: int, total: int) -> None:
            if self._ending or not self._wishes.empty():
                raise _Superseded
            self._tell(Working(done, total, writing=False))
            time.sleep(_BREATH)

        good, bad = listed.people(told)
        plan = roster.plan(good, bad, told)
        if not plan.taken:
            raise Trouble("roster_no_rows", file=listed.name)
        self._plan = plan
        self._tell(counted_step(listed, plan))

    def _take(self, listed: Listed, plan: Plan) -> None:
        total, done = len(plan.identifiers) + len(plan.people), 0
        for chunk in plan.chunks(ROWS):
            if self._ending:
                return
            self._tell(Working(done, total, writing=True))
            self._post(partial(_write, chunk)).result()
            done += len(chunk.identifiers) + len(chunk.people)

        report = replace(counted_step(listed, plan), written=True)

        def finish(owned: Owned) -> None:
            owned.station.roster.finish(plan, file=listed.name, chosen=listed.columns)
            self._imported(owned, report)

        self._post(finish).result()
        self._tell(report)


def _write(chunk: Chunk, owned: Owned) -> None:
    owned.station.roster.write(chunk)


def opened_step(listed: Listed) -> Opened:
    """What to show of an opened file."""
    below = listed.table.lines[listed.columns.first :]
    sample = tuple(tuple(map(_shown, line.cells)) for line in below[:SAMPLE] if line.cells is not None)
    table = listed.table
    return Opened(listed.name, table.sheet, table.sheets, listed.columns, sample, len(below))


def _shown(cell: str) -> str:
    # Not even in a preview.
    return "…" if personal_code.holds(cell) else cell


def counted_step(listed: Listed, plan: Plan) -> Counted:
    """What an import would do, in numbers and sentences."""
    reasons = tuple(intake.reason(listed.name, row) for row in plan.rejected[:REASONS])
    return Counted(plan.added, plan.changed, plan.unchanged, len(plan.rejected), reasons)
