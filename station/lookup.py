"""Looks people up beside the writer: an own connection that only reads, so that nobody waits for anybody."""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa

from station import codes, database, diagnostics, institution
from station.catalogue import Catalogue
from station.clock import wall
from station.facts import Known, Person, Unknown
from station.links import Links
from station.people import People
from station.roster import Roster
from station.search import Index
from station.settings import Settings
from station.trouble import Trouble
from station.whose import whose

if TYPE_CHECKING:
    from station.scanner.acceptance import Acceptance


class Lookup:
    """Opened when first asked, on whichever thread asks; several may, one after the other. ``close`` it at the end.

    ``links`` are the writer's own: looking into them waits for nobody.
    """

    def __init__(self, home: Path, key: bytes, kinds: Sequence[codes.Kind]) -> None:
        """``kinds`` of code are the institution's; who only searches by name needs none."""
        self.links = Links()
        self._home = home
        self._key = key
        self._kinds = kinds
        self._turn = threading.Lock()
        self._learning = threading.Lock()
        self._connection: sa.Connection | None = None
        self._roster: Roster | None = None
        self._index: Index | None = None
        self._closed = False

    def learn(self) -> None:
        """Read who there is, for searching; takes a moment. Others may go on asking meanwhile: they are answered by
        what was known before. Raises the database's ``Trouble``."""
        # One after the other, so that the newest reading is the last.
        with self._learning, beside(self._home, self._key, self._kinds) as roster:
            index = roster.index()
            if not self._closed:
                self._index = index

    @property
    def learned(self) -> bool:
        return self._index is not None

    def search(
        self, text: str, limit: int = 8, *, here: Collection[str] = (), before: Collection[str] = ()
    ) -> Sequence[Person]:
        """People by parts of what is known of them, as ``Index.find``, each once under whichever id it found them.
        Raises the database's ``Trouble``."""
        if self._index is None and not self._closed:
            self.learn()
        if self._index is None:
            return ()
        ids = self._index.find(text, limit, here=here, before=before)
        with self._turn:
            roster = self._opened()
            return People(roster, self.links).merged(roster.named(ids)) if roster is not None else ()

    def whose(self, text: str) -> str | None:
        """The id of the person whose code this is; None for nobody's, and where it cannot be told.
        A pass need not be valid for that: the desk judges it."""
        try:
            with self._turn:
                roster = self._opened()
                now = wall()
                identity = whose(roster, codes.parse(text, self._kinds), now) if roster is not None else None
        except Trouble as trouble:
            # The desk says what is wrong with the data; a code must still reach it.
            diagnostics.bug(trouble)
            return None
        match identity:
            case Known(person=person):
                return self.links.of(person.id)
            case Unknown(mac=mac):
                return self.links.whose(mac)
            case _:
                return None

    def close(self) -> None:
        """Nobody is known any more."""
        with self._turn:
            self._closed = True
            if self._connection is not None:
                database.close(self._connection)
            self._connection = self._roster = self._index = None

    def _opened(self) -> Roster | None:
        if self._roster is None and not self._closed:
            self._connection = database.connect(self._home, self._key, write=False, shared=True)
            institution_key = institution.load(self._connection, self._home).key
            self._roster = Roster(self._connection, self._home, institution_key, self._kinds)
        return self._roster


@contextmanager
def beside(home: Path, key: bytes, kinds: Sequence[codes.Kind]) -> Iterator[Roster]:
    """The roster as it is on disk, by a connection of its own that only reads."""
    connection = database.connect(home, key, write=False)
    try:
        yield Roster(connection, home, institution.load(connection, home).key, kinds)
    finally:
        database.close(connection)


def acceptance(chosen: Settings, programme: Catalogue, people: Lookup) -> Acceptance:
    """What this laptop's desk accepts from a camera: its settings, the institution's numbers, the roster's people."""
    from station.scanner.acceptance import Acceptance

    return Acceptance(chosen.formats, chosen.hold_off_s, programme.is_id, people.whose)
