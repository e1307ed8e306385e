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

from station import codes, columns, database, keys, personal_code
from station.bearers import Bearers
from station.clock import wall
from station.columns import Columns
from station.facts import Code, Identity, Known, Malformed, OutOfDate, Person, RefusedKind, Unfit, Unknown
from station.freshness import Age
from station.rosterfile import BadRow, Row
from station.rosterplan import Chunk, Held, PersonRow, Plan, Planner
from station.search import Index, words_of
from station.trouble import Trouble

_PASS = "pass\x00"
"""Before a subject, where it stands as an identifier: no code that is shown or imported can have this sign."""

_TOLD = 4096
"""Rows written between two words of progress of an import in one transaction."""


class Roster:
    def __init__(
        self, connection: sa.Connection, home: Path, institution_key: bytes, kinds: Sequence[codes.Kind]
    ) -> None:
        """``kinds`` of code are the institution's: a text must be read alike when it is listed and when it is shown."""
        self._connection = connection
        self._home = home
        self._key = institution_key
        self.kinds = kinds
        self._bearers = Bearers(institution_key, self._ids)

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

    def bearer(self, subject: str, withdrawn: Mapping[str, int]) -> Identity:
        """Whom on the roster the subject of a student pass (16 hex digits) names. ``withdrawn`` says how many passes of
        each person were."""
        person = self._bearers.of(subject, withdrawn)
        row = self._one(sa.select(database.person).where(database.person.c.id == person)) if person else None
        return Unknown(self.pass_mac(subject)) if row is None else Known(_person(row))

    def expect_passes(self, withdrawn: Mapping[str, int]) -> None:
        """Get ready for ``bearer``, so that the first pass is answered as quickly as the next."""
        self._bearers.prepare(withdrawn)

    def pass_mac(self, subject: str) -> str:
        """What a record may hold of a pass's subject: its HMAC under the institution's key, 64 hex digits."""
        return keys.identifier_mac(self._key, _PASS + subject)

    def pass_subject(self, person: str, serial: int) -> str:
        """The subject (16 hex digits) of the pass number ``serial``, from 0, of a person by id."""
        return self._bearers.subject(person, serial)

    def _ids(self) -> list[str]:
        with database.troubles(self._home), self._connection.begin():
            return list(self._connection.scalars(sa.select(database.person.c.id)))

    def person(self, named: str) -> Person | None:
        """Somebody by person id, student id, e-mail or any code of theirs."""
        row = self._one(sa.select(database.person).where(database.person.c.id == named))
        if row is not None:
            return _person(row)
        parsed = codes.parse(named, self.kinds)
        if parsed == RefusedKind(Unfit.OTHER_EMAIL):
            # Nobody checks in by it, but whoever looks somebody up may know only this.
            parsed = Code(codes.normal(named))
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

    def identity(self, text: str) -> Identity:
        """Whom a code's text names now."""
        return self.identify(codes.parse(text, self.kinds), wall())

    def count(self) -> int:
        """How many people are on the roster; walk-ins are not."""
        table = database.person
        row = self._one(sa.select(sa.func.count()).select_from(table).where(table.c.walk_in.is_(False)))
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
            lambda text: codes.parse(text, self.kinds),
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

    # --- walk-ins and links ---

    def add_walk_in(self, person: Person) -> None:
        """Keep a walk-in's name, which no record holds; an import never comes upon its random id."""
        row = {"id": person.id, "name": person.name, "email": None, "last4": person.last4, "walk_in": True}
        with database.troubles(self._home), self._connection.begin():
            self._connection.execute(sa.insert(database.person), [row | {"folded": words_of(person.name).strip()}])

    def owners(self, macs: Iterable[str]) -> dict[str, str]:
        """Whose codes these are on the roster: person ids by the codes' HMACs, for those that are anybody's."""
        wanted, table = list(macs), database.identifier
        found: dict[str, str] = {}
        for start in range(0, len(wanted), 500):
            part = wanted[start : start + 500]
            found |= {row.mac: row.person for row in self._all(sa.select(table).where(table.c.mac.in_(part)))}
        return found

    def last_fours(self, ids: Iterable[str]) -> list[str]:
        """The last four characters of each identifier that these people have on the roster."""
        table = database.identifier
        query = sa.select(table.c.last4).where(table.c.person.in_(list(ids))).order_by(table.c.last4)
        return [row.last4 for row in self._all(query)]

    # --- the other erasable texts ---

    def staff(self, name: str) -> str:
        """The id under which a named person acts; the name is remembered in the erasable table. Raises as ``note``."""
        plain = " ".join(unicodedata.normalize("NFC", name).split())
        _refuse_personal_code(plain)
        actor = keys.staff_id(self._key, plain)
        with database.troubles(self._home), self._connection.begin():
            self._connection.execute(insert(database.staff).values(id=actor, name=plain).on_conflict_do_nothing())
        return actor

    def staff_names(self) -> dict[str, str]:
        return {row.id: row.name for row in self._all(sa.select(database.staff))}

    def note(self, texts: Sequence[str]) -> list[str]:
        """Keep free texts erasably; returns the ids that records may hold. Raises ``Trouble('personal_code_given')``
        for one with a personal code in it, which is never kept."""
        for text in texts:
            _refuse_personal_code(text)
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


def _refuse_personal_code(text: str) -> None:
    if personal_code.holds(text):
        raise Trouble("personal_code_given")


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
    "INSERT INTO person (id, name, email, last4, folded, walk_in) VALUES (?, ?, ?, ?, ?, 0) ON CONFLICT (id) "
    "DO UPDATE SET name = excluded.name, email = excluded.email, last4 = excluded.last4, folded = excluded.folded"
)


def _person(row: sa.Row[Any]) -> Person:
    return Person(row.id, row.name, row.email, row.last4, row.walk_in)
