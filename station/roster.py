"""Who may come: import, identify, search; and the other erasable texts (staff names, notes).

Numbers are kept only as HMACs under the institution's key, with their last four characters for the eye.
"""

from __future__ import annotations

import secrets
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert

from station import codes, database, keys
from station.bearers import Bearers
from station.facts import Code, Identity, Known, Malformed, Person, RefusedKind, Unknown
from station.rosterfile import BadRow, Row

_PASS = "pass\x00"
"""Before a subject, where it stands as an identifier: no code that is shown or imported can have this sign."""

_LOOKED_AT = 500
"""Matches that are ranked; a text that fits more people than this is too short to rank."""


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did, or would do. ``rejected`` rows are named by line; all others went in."""

    added: int
    changed: int
    unchanged: int
    rejected: tuple[BadRow, ...]


def folded(text: str) -> str:
    """Text for searching: lower case, no diacritics (``Žukauskas`` -> ``zukauskas``)."""
    plain = unicodedata.normalize("NFD", text.casefold())
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


class Roster:
    def __init__(self, connection: sa.Connection, home: Path, institution_key: bytes) -> None:
        self._connection = connection
        self._home = home
        self._key = institution_key
        self._bearers = Bearers(institution_key, self._ids)

    # --- who is it ---

    def identify(self, code: Code | Malformed | RefusedKind) -> Identity:
        """Whom a code names."""
        if not isinstance(code, Code):
            return code
        mac = keys.identifier_mac(self._key, code.text)
        person, known = database.person, database.identifier
        query = sa.select(person).join(known, known.c.person == person.c.id).where(known.c.mac == mac)
        row = self._one(query)
        return Unknown(mac) if row is None else Known(_person(row))

    def bearer(self, subject: str, withdrawn: Mapping[str, int]) -> Identity:
        """Whom the subject of a student pass (16 hex digits) names: somebody on the roster, or whoever it was linked
        to. ``withdrawn`` says how many passes of each person were."""
        person = self._bearers.of(subject, withdrawn)
        row = self._one(sa.select(database.person).where(database.person.c.id == person)) if person else None
        return self.identify(Code(_PASS + subject)) if row is None else Known(_person(row))

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
        parsed = codes.parse(named)
        identity = self.identify(parsed) if isinstance(parsed, Code) else None
        return identity.person if isinstance(identity, Known) else None

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

    def search(self, text: str, limit: int = 20) -> list[Person]:
        """People whose name or e-mail contains every part of the text, with or without diacritics; those where the
        parts begin words come first."""
        parts = folded(text).split()
        table = database.person
        query = sa.select(table).order_by(table.c.folded).limit(max(limit, _LOOKED_AT))
        for part in parts:
            query = query.where(table.c.folded.contains(part, autoescape=True))

        def inside(row: sa.Row[Any]) -> int:
            words = row.folded.split()
            return sum(not any(word.startswith(part) for word in words) for part in parts)

        return [_person(row) for row in sorted(self._all(query), key=inside)[:limit]]

    # --- import ---

    def take(self, rows: Sequence[Row], rejected: Sequence[BadRow], *, dry_run: bool = False) -> Imported:
        """Put rows in by upsert, in one transaction: importing twice changes nothing, nobody is removed.

        A number that is somebody else's already is rejected, naming both; the rest of its row goes in.
        """
        held = {row.id: row for row in self._all(sa.select(database.person))}
        owners = {row.mac: row.person for row in self._all(sa.select(database.identifier))}
        lines: dict[str, int] = {}
        bad, people, identifiers = list(rejected), [], []
        added = changed = 0
        known = set(owners)
        for row in rows:
            person = self._person_id(row)
            if person in lines:
                bad.append(BadRow(row.line, "same_person", str(lines[person])))
                continue
            lines[person] = row.line
            fresh: list[str] = []
            email = row.email
            for text in dict.fromkeys(filter(None, (row.student_id, row.email, *row.codes))):
                mac = keys.identifier_mac(self._key, codes.normal(text))
                owner = owners.setdefault(mac, person)
                if owner != person:
                    if text == row.email:
                        # Somebody else's e-mail must not get this person's badges.
                        email = ""
                    bad.append(BadRow(row.line, "number_taken", str(lines.get(owner, "-"))))
                elif mac not in fresh:
                    fresh.append(mac)
                    identifiers.append({"mac": mac, "person": person, "last4": codes.last_four(codes.normal(text))})
            values = _values(person, row, email)
            before = held.get(person)
            if before is None:
                added += 1
            elif before._asdict() != values or not known.issuperset(fresh):
                changed += 1
            people.append(values)
        if not dry_run:
            self._upsert(people, identifiers)
        bad.sort(key=lambda one: one.line)
        return Imported(added, changed, len(people) - added - changed, tuple(bad))

    def _person_id(self, row: Row) -> str:
        return keys.person_id(self._key, codes.normal(row.student_id or row.email or ""))

    def _upsert(self, people: list[dict[str, Any]], identifiers: list[dict[str, Any]]) -> None:
        with database.troubles(self._home), self._connection.begin():
            for table, rows in ((database.person, people), (database.identifier, identifiers)):
                if rows:
                    statement = insert(table)
                    new = {c.name: c for c in statement.excluded if not c.primary_key}
                    self._connection.execute(
                        statement.on_conflict_do_update(index_elements=list(table.primary_key), set_=new), rows
                    )

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

    def _one(self, query: sa.Select[Any]) -> sa.Row[Any] | None:
        with database.troubles(self._home), self._connection.begin():
            return self._connection.execute(query).first()

    def _all(self, query: sa.Select[Any]) -> list[sa.Row[Any]]:
        with database.troubles(self._home), self._connection.begin():
            return list(self._connection.execute(query))


def _values(person: str, row: Row, email: str) -> dict[str, Any]:
    number = row.student_id or (row.codes[0] if row.codes else "")
    return {
        "id": person,
        "name": row.name,
        "email": email or None,
        "last4": codes.last_four(codes.normal(number)) if number else "",
        "folded": folded(f"{row.name} {email}"),
    }


def _person(row: sa.Row[Any]) -> Person:
    return Person(row.id, row.name, row.email, row.last4)
