"""Who may come: import, identify, search; and the other erasable texts (staff names, notes).

Numbers are kept only as HMACs under the institution's key, with their last four characters for the eye.
"""

from __future__ import annotations

import json
import secrets
import unicodedata
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert

from station import codes, columns, database, keys
from station.clock import wall
from station.columns import Columns
from station.facts import Code, Identity, Known, Malformed, OutOfDate, Person, RefusedKind, Unknown
from station.freshness import Age
from station.rosterfile import BadRow, Row
from station.rosterplan import Chunk, Held, PersonRow, Plan, Planner
from station.search import Index

_TOLD = 4096
"""Rows written between two words of progress of an import in one transaction."""


class Roster:
    def __init__(self, connection: sa.Connection, home: Path, institution_key: bytes) -> None:
        self._connection = connection
        self._home = home
        self._key = institution_key

    # --- who is it ---

    def identify(self, code: Code | Malformed | RefusedKind, at: int) -> Identity:
        """Whom a code names at an instant (µs UTC)."""
        if not isinstance(code, Code):
            return code
        mac = keys.identifier_mac(self._key, code.text)
        rows = self._all(_HOLDERS, mac)
        for row in rows:
            if (row.since is None or row.since <= at) and (row.until is None or at < row.until):
                return Known(_person(row))
        if not rows:
            return Unknown(mac)
        # The latest that is over; of none that is, the first to come.
        over = [row.until for row in rows if row.until is not None and row.until <= at]
        return OutOfDate(mac, until=max(over)) if over else OutOfDate(mac, since=min(row.since for row in rows))

    def person(self, named: str) -> Person | None:
        """Somebody by person id, student id, e-mail or any code of theirs."""
        row = self._one(sa.select(database.person).where(database.person.c.id == named))
        if row is not None:
            return _person(row)
        parsed = codes.parse(named)
        if not isinstance(parsed, Code):
            return None
        # Also by a number that is over: whoever asks so does not stand at a desk.
        rows = self._all(_HOLDERS, keys.identifier_mac(self._key, parsed.text))
        return _person(rows[0]) if rows else None

    def people(self, ids: Iterable[str] | None = None) -> dict[str, Person]:
        """People by id: all, or those asked for who are on the roster."""
        table = database.person
        if ids is None:
            return {row.id: _person(row) for row in self._all(sa.select(table))}
        wanted = list(ids)
        found: dict[str, Person] = {}
        for start in range(0, len(wanted), 500):
            part = wanted[start : start + 500]
            found |= {row.id: _person(row) for row in self._all(sa.select(table).where(table.c.id.in_(part)))}
        return found

    def count(self) -> int:
        row = self._one(sa.select(sa.func.count()).select_from(database.person))
        return int(row[0]) if row else 0

    def index(self) -> Index:
        """Everybody, for searching, as of now."""
        table = database.person
        rows = self._all(sa.select(table.c.id, table.c.name, table.c.folded))
        return Index((row.id, row.name, f" {row.folded}") for row in rows)

    def search(
        self, text: str, limit: int = 20, *, here: Collection[str] = (), before: Collection[str] = ()
    ) -> list[Person]:
        """People by parts of their name, e-mail or numbers' last four; see ``Index.find``."""
        return self.named(self.index().find(text, limit, here=here, before=before))

    def named(self, ids: Sequence[str]) -> list[Person]:
        """The people of these ids, in their order; without those who are not there any more."""
        found = self.people(ids)
        return [found[name] for name in ids if name in found]

    # --- import ---

    def plan(
        self,
        rows: Sequence[Row],
        rejected: Sequence[BadRow],
        told: Callable[[int, int], None] = lambda _done, _all: None,
    ) -> Plan:
        """What an import of these rows would do now; see ``rosterplan``."""
        with database.troubles(self._home), self._connection.begin():
            people = {row[0]: PersonRow._make(row) for row in self._plain(_PEOPLE)}
            identifiers = self._plain(_IDENTIFIERS)
        key = self._key
        planner = Planner(
            Held(people, identifiers),
            lambda text: keys.identifier_mac(key, text),
            lambda text: keys.person_id(key, text),
        )
        return planner.plan(rows, rejected, told)

    def _plain(self, sql: str) -> list[Any]:
        """All rows as the driver gives them: plain tuples, several times faster where there are very many."""
        cursor = self._connection.exec_driver_sql(sql).cursor
        return list(cursor.fetchall()) if cursor is not None else []

    def write(self, chunk: Chunk) -> None:
        """A part of an import, in one transaction. The parts of a plan come in its order and are harmless twice."""
        with database.troubles(self._home), self._connection.begin():
            self._write(chunk)

    def finish(self, plan: Plan, *, file: str = "", who: str = "", chosen: Columns | None = None) -> None:
        """Note that an import came to its end: from now on the roster is as old as this."""
        with database.troubles(self._home), self._connection.begin():
            self._finish(plan, file, who, chosen)

    def take(
        self,
        rows: Sequence[Row],
        rejected: Sequence[BadRow],
        *,
        dry_run: bool = False,
        file: str = "",
        who: str = "",
        chosen: Columns | None = None,
        told: Callable[[int, int], None] = lambda _done, _all: None,
    ) -> Plan:
        """Put rows in by upsert, in one transaction: importing twice changes nothing, nobody is removed.

        A number that is somebody else's already is rejected, naming both; the rest of its row goes in. ``told`` hears
        how far the writing is. A file without a good row is no import.
        """
        plan = self.plan(rows, rejected)
        if dry_run or not plan.taken:
            return plan
        total, done = len(plan.identifiers) + len(plan.people), 0
        with database.troubles(self._home), self._connection.begin():
            for chunk in plan.chunks(_TOLD):
                told(done, total)
                self._write(chunk)
                done += len(chunk.identifiers) + len(chunk.people)
            self._finish(plan, file, who, chosen)
        told(total, total)
        return plan

    def _write(self, chunk: Chunk) -> None:
        for sql, rows in ((_FORGET, chunk.forgotten), (_NUMBER, chunk.identifiers), (_NAME, chunk.people)):
            if rows:
                self._connection.exec_driver_sql(sql, list(rows))

    def _finish(self, plan: Plan, file: str, who: str, chosen: Columns | None) -> None:
        counts = {"added": plan.added, "changed": plan.changed, "unchanged": plan.unchanged}
        values = {"at": wall(), "who": who, "file": file, "rejected": len(plan.rejected)} | counts
        self._connection.execute(sa.insert(database.roster_import), [values])
        if chosen is not None and chosen.headed:
            fields = json.dumps(columns.memory(chosen), sort_keys=True)
            kept = insert(database.roster_columns).values(headings=columns.signature(chosen), fields=fields)
            upsert = kept.on_conflict_do_update(index_elements=["headings"], set_={"fields": kept.excluded.fields})
            self._connection.execute(upsert)

    def remembered(self) -> Mapping[str, Mapping[str, str]]:
        """The choices of columns so far, for ``columns.guess``."""
        return {row.headings: json.loads(row.fields) for row in self._all(sa.select(database.roster_columns))}

    def age(self) -> Age:
        """How large the roster is, and when it was last brought up to date."""
        at = self._one(sa.select(sa.func.max(database.roster_import.c.at)))
        return Age(self.count(), at[0] if at else None)

    # --- the other erasable texts ---

    def staff(self, name: str) -> str:
        """The id under which a named person acts; the name is remembered in the erasable table."""
        plain = " ".join(unicodedata.normalize("NFC", name).split())
        actor = keys.staff_id(self._key, plain)
        with database.troubles(self._home), self._connection.begin():
            self._connection.execute(insert(database.staff).values(id=actor, name=plain).on_conflict_do_nothing())
        return actor

    def staff_names(self) -> dict[str, str]:
        return {row.id: row.name for row in self._all(sa.select(database.staff))}

    def note(self, texts: Sequence[str]) -> list[str]:
        """Keep free texts erasably; returns the ids that records may hold."""
        rows = [{"id": secrets.token_hex(16), "text": text} for text in texts]
        if rows:
            with database.troubles(self._home), self._connection.begin():
                self._connection.execute(sa.insert(database.note), rows)
        return [str(row["id"]) for row in rows]

    def notes(self) -> dict[str, str]:
        return {row.id: row.text for row in self._all(sa.select(database.note))}

    def _one(self, query: sa.Executable) -> sa.Row[Any] | None:
        with database.troubles(self._home), self._connection.begin():
            return self._connection.execute(query).first()

    def _all(self, query: sa.Executable, mac: str = "") -> list[sa.Row[Any]]:
        with database.troubles(self._home), self._connection.begin():
            return list(self._connection.execute(query, {"mac": mac} if mac else None))


_HOLDERS = (
    sa.select(database.person, database.identifier.c.since, database.identifier.c.until)
    .join(database.identifier, database.identifier.c.person == database.person.c.id)
    .where(database.identifier.c.mac == sa.bindparam("mac"))
    .order_by(database.identifier.c.person)
)
_PEOPLE = "SELECT id, name, email, last4, folded FROM person"
_IDENTIFIERS = "SELECT mac, person, last4, since, until FROM identifier"
_FORGET = "DELETE FROM identifier WHERE mac = ? AND person = ?"
_NUMBER = (
    "INSERT INTO identifier (mac, person, last4, since, until) VALUES (?, ?, ?, ?, ?) ON CONFLICT (mac, person) "
    "DO UPDATE SET last4 = excluded.last4, since = excluded.since, until = excluded.until"
)
_NAME = (
    "INSERT INTO person (id, name, email, last4, folded) VALUES (?, ?, ?, ?, ?) ON CONFLICT (id) "
    "DO UPDATE SET name = excluded.name, email = excluded.email, last4 = excluded.last4, folded = excluded.folded"
)


def _person(row: sa.Row[Any]) -> Person:
    return Person(row.id, row.name, row.email, row.last4)
