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

from station import codes, database, keys, personal_code
from station.bearers import Bearers
from station.facts import Code, Fault, Identity, Known, Malformed, Person, RefusedKind, Unfit, Unknown
from station.rosterfile import BadRow, Row
from station.trouble import Trouble

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

    @property
    def taken(self) -> int:
        """How many rows are good."""
        return self.added + self.changed + self.unchanged


def folded(text: str) -> str:
    """Text for searching: lower case, no diacritics (``Žukauskas`` -> ``zukauskas``)."""
    plain = unicodedata.normalize("NFD", text.casefold())
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


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
        return [row.id for row in self._all(sa.select(database.person.c.id))]

    def person(self, named: str) -> Person | None:
        """Somebody by person id, student id, e-mail or any code of theirs."""
        row = self._one(sa.select(database.person).where(database.person.c.id == named))
        if row is not None:
            return _person(row)
        parsed = codes.parse(named, self.kinds)
        if parsed == RefusedKind(Unfit.OTHER_EMAIL):
            # Nobody checks in by it, but whoever looks somebody up may know only this.
            parsed = Code(codes.normal(named))
        identity = self.identify(parsed)
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

    def identity(self, text: str) -> Identity:
        """Whom a code's text names."""
        return self.identify(codes.parse(text, self.kinds))

    def count(self) -> int:
        """How many people are on the roster; walk-ins are not."""
        table = database.person
        row = self._one(sa.select(sa.func.count()).select_from(table).where(table.c.walk_in.is_(False)))
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
            listed = self._read(row)
            if isinstance(listed, BadRow):
                bad.append(listed)
                continue
            # Whoever has no number is known by their e-mail.
            person = keys.person_id(self._key, listed[0][1])
            if person in lines:
                bad.append(BadRow(row.line, "same_person", str(lines[person])))
                continue
            lines[person] = row.line
            fresh: list[str] = []
            email = row.email
            for text, compared in listed:
                mac = keys.identifier_mac(self._key, compared)
                owner = owners.setdefault(mac, person)
                if owner != person:
                    if text == row.email:
                        # Somebody else's e-mail must not get this person's badges.
                        email = ""
                    bad.append(BadRow(row.line, "number_taken", str(lines.get(owner, "-"))))
                elif mac not in fresh:
                    fresh.append(mac)
                    identifiers.append({"mac": mac, "person": person, "last4": codes.last_four(compared)})
            number = next((compared for text, compared in listed if text != row.email), "")
            values = _values(person, row, email, codes.last_four(number))
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

    def _read(self, row: Row) -> list[tuple[str, str]] | BadRow:
        """What a row lists of a person, as it stands there and as it is compared; or why a text of it is no code."""
        listed = []
        for text in dict.fromkeys(filter(None, (row.student_id, row.email, *row.codes))):
            parsed = codes.parse(text, self.kinds)
            if isinstance(parsed, Code):
                listed.append((text, parsed.text))
            elif text == row.email and parsed == RefusedKind(Unfit.OTHER_EMAIL):
                listed.append((text, codes.normal(text)))
            else:
                unreadable = parsed.why in (Fault.EMPTY, Fault.TOO_LONG, Fault.UNPRINTABLE)
                return BadRow(row.line, "bad_code" if unreadable else parsed.why.value)
        return listed

    def _upsert(self, people: list[dict[str, Any]], identifiers: list[dict[str, Any]]) -> None:
        with database.troubles(self._home), self._connection.begin():
            for table, rows in ((database.person, people), (database.identifier, identifiers)):
                if rows:
                    statement = insert(table)
                    new = {c.name: c for c in statement.excluded if not c.primary_key}
                    self._connection.execute(
                        statement.on_conflict_do_update(index_elements=list(table.primary_key), set_=new), rows
                    )

    # --- walk-ins and links ---

    def add_walk_in(self, person: Person) -> None:
        """Keep a walk-in's name, which no record holds; an import never comes upon its random id."""
        row = {"id": person.id, "name": person.name, "email": None, "last4": person.last4, "walk_in": True}
        with database.troubles(self._home), self._connection.begin():
            self._connection.execute(sa.insert(database.person), [row | {"folded": folded(person.name)}])

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

    def _one(self, query: sa.Select[Any]) -> sa.Row[Any] | None:
        with database.troubles(self._home), self._connection.begin():
            return self._connection.execute(query).first()

    def _all(self, query: sa.Select[Any]) -> list[sa.Row[Any]]:
        with database.troubles(self._home), self._connection.begin():
            return list(self._connection.execute(query))


def _refuse_personal_code(text: str) -> None:
    if personal_code.holds(text):
        raise Trouble("personal_code_given")


def _values(person: str, row: Row, email: str, last4: str) -> dict[str, Any]:
    return {
        "id": person,
        "name": row.name,
        "email": email or None,
        "last4": last4,
        "folded": folded(f"{row.name} {email}"),
        "walk_in": False,
    }


def _person(row: sa.Row[Any]) -> Person:
    return Person(row.id, row.name, row.email, row.last4, row.walk_in)
