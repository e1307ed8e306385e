"""What an import would do: rows of a file against what is on the roster -> what to write, and the report. Pure.

Nobody is removed and nothing is taken from anybody: a number that is somebody else's stays theirs and is rejected.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import NamedTuple

from station import codes
from station.facts import UNREADABLE, Code, RefusedKind, Unfit
from station.rosterfile import ALWAYS, BadRow, Row, Span
from station.search import words_of

_EVERY = 256
"""Rows between two words of progress."""
_FIRST, _LAST = -(2**62), 2**62
"""Before and after every instant."""


class PersonRow(NamedTuple):
    """A row of the table ``person``. ``folded`` is what search looks in: name, e-mail, last fours."""

    id: str
    name: str
    email: str | None
    last4: str
    folded: str


IdentifierRow = tuple[str, str, str, int | None, int | None]
"""A row of the table ``identifier``: mac, person, last4, since, until. A plain tuple, for there are very many."""


@dataclass(frozen=True, slots=True)
class Held:
    """What is on the roster before an import."""

    people: Mapping[str, PersonRow]
    identifiers: Sequence[IdentifierRow]


@dataclass(frozen=True, slots=True)
class Chunk:
    """What one transaction writes. A person's row comes after all their new numbers, so nobody is there by halves."""

    forgotten: Sequence[tuple[str, str]] = ()
    identifiers: Sequence[IdentifierRow] = ()
    people: Sequence[PersonRow] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """``identifiers`` and ``people`` are in the order of their keys, in which a database takes them many times faster
    than in any other. ``forgotten`` are numbers (mac, person) left by an import that was ended before their person
    came. ``rejected`` rows are named by line; all others go in."""

    added: int
    changed: int
    unchanged: int
    rejected: tuple[BadRow, ...]
    forgotten: tuple[tuple[str, str], ...]
    identifiers: tuple[IdentifierRow, ...]
    people: tuple[PersonRow, ...]

    @property
    def taken(self) -> int:
        return self.added + self.changed + self.unchanged

    def chunks(self, size: int) -> Iterator[Chunk]:
        """The plan in transactions of at most ``size`` rows each."""
        for start in range(0, len(self.forgotten), size):
            yield Chunk(forgotten=self.forgotten[start : start + size])
        for start in range(0, len(self.identifiers), size):
            yield Chunk(identifiers=self.identifiers[start : start + size])
        for start in range(0, len(self.people), size):
            yield Chunk(people=self.people[start : start + size])


class Planner:
    """``parse`` says what a text is, by the institution's kinds of code; ``mac`` and ``person_id`` are its HMACs of a
    text in the form in which texts are compared."""

    def __init__(
        self,
        held: Held,
        parse: Callable[[str], codes.Parsed],
        mac: Callable[[str], str],
        person_id: Callable[[str], str],
    ) -> None:
        self._people = held.people
        self._parse = parse
        self._mac = mac
        self._person_id = person_id
        self._owners: dict[str, IdentifierRow] = {}
        self._more: dict[str, list[IdentifierRow]] = {}
        """Further holders of a number, at other times."""
        self._fours: dict[str, str] = {}
        self._orphans: set[tuple[str, str]] = set()
        for row in held.identifiers:
            mac_, person, last4, _since, _until = row
            if person not in held.people:
                self._orphans.add((mac_, person))
                continue
            if self._owners.setdefault(mac_, row) is not row:
                self._more.setdefault(mac_, []).append(row)
            self._fours[person] = f"{self._fours.get(person, '')} {last4}"
        self._lines: dict[str, int] = {}
        self._bad: list[BadRow] = []
        self._named: list[PersonRow] = []
        self._numbered: list[IdentifierRow] = []
        self._added = self._changed = self._unchanged = 0

    def plan(
        self, rows: Sequence[Row], rejected: Sequence[BadRow], told: Callable[[int, int], None] = lambda _d, _a: None
    ) -> Plan:
        """The whole import; ``told`` hears how many rows are done, and of how many."""
        self._bad.extend(rejected)
        for done, row in enumerate(rows):
            if done % _EVERY == 0:
                told(done, len(rows))
            self._take(row)
        told(len(rows), len(rows))
        granted = {row[:2] for row in self._numbered} if self._orphans else set()
        return Plan(
            self._added,
            self._changed,
            self._unchanged,
            tuple(sorted(self._bad, key=lambda one: one.line)),
            tuple(sorted(self._orphans - granted)),
            tuple(sorted(self._numbered, key=itemgetter(0))),
            tuple(sorted(self._named, key=itemgetter(0))),
        )

    def _take(self, row: Row) -> None:
        read = self._read(row)
        if isinstance(read, BadRow):
            self._bad.append(read)
            return
        number, email = read.get(row.student_id, ""), read.get(row.email, "")
        person = self._whose(number, email)
        if person in self._lines:
            self._bad.append(BadRow(row.line, "same_person", str(self._lines[person])))
            return
        self._lines[person] = row.line
        asked: dict[str, Span] = {}
        if number:
            asked[number] = row.id_span
        if email:
            asked.setdefault(email, ALWAYS)
        for text in row.codes:
            asked.setdefault(read[text], row.span)
        fresh: list[IdentifierRow] = []
        kept = row.email
        for text, span in asked.items():
            if not self._granted(row.line, person, text, span, fresh) and text == email:
                # Somebody else's e-mail must not get this person's badges.
                kept = ""
        shown = row.student_id or ("" if person in self._people else next(iter(row.codes), ""))
        self._settle(row, person, kept, codes.last_four(read[shown]) if shown else "", fresh)

    def _read(self, row: Row) -> dict[str, str] | BadRow:
        """The form in which each text of a row is compared; or why one of them is no code.

        An e-mail of another domain names nobody at a desk, and yet is where badges go.
        """
        read = {}
        for text in filter(None, (row.student_id, row.email, *row.codes)):
            parsed = self._parse(text)
            if isinstance(parsed, Code):
                read[text] = parsed.text
            elif text == row.email and parsed == RefusedKind(Unfit.OTHER_EMAIL):
                read[text] = codes.normal(text)
            else:
                return BadRow(row.line, "bad_code" if parsed.why in UNREADABLE else parsed.why.value)
        return read

    def _whose(self, number: str, email: str) -> str:
        """Whom a row is about: whoever the student number makes, else whose e-mail it is already."""
        if number:
            return self._person_id(number)
        owner = self._owners.get(self._mac(email))
        return owner[1] if owner else self._person_id(email)

    def _granted(self, line: int, person: str, text: str, span: Span, fresh: list[IdentifierRow]) -> bool:
        """Whether the number is this person's from now on; not where it is somebody else's within that time. What
        must be written goes into ``fresh``."""
        mac = self._mac(text)
        owner = self._owners.get(mac)
        if owner is not None and owner[1] == person and owner[3:] == span and mac not in self._more:
            return True
        row = (mac, person, codes.last_four(text), *span)
        holders = [] if owner is None else [owner, *self._more.get(mac, ())]
        for one in holders:
            if one[1] != person and _overlap(one[3:], span):
                here = self._lines.get(one[1])
                known = BadRow(line, "number_held", self._people[one[1]].name) if here is None else None
                self._bad.append(known or BadRow(line, "number_taken", str(here)))
                return False
        if row in holders:
            return True
        others = [one for one in holders if one[1] != person]
        self._owners[mac] = row
        if others:
            self._more[mac] = others
        else:
            self._more.pop(mac, None)
        fresh.append(row)
        return True

    def _settle(self, row: Row, person: str, email: str, given4: str, fresh: list[IdentifierRow]) -> None:
        before = self._people.get(person)
        # What a row does not say stays as it was: another list has other columns.
        kept = email or (before.email if before else None)
        last4 = given4 or (before.last4 if before else "")
        if before and not fresh and (before.name, before.email, before.last4) == (row.name, kept, last4):
            self._unchanged += 1
            return
        fours = {*self._fours.get(person, "").split(), *(one[2] for one in fresh)}
        after = PersonRow(person, row.name, kept, last4, _searched(row.name, kept, fours))
        if before is None:
            self._added += 1
        else:
            self._changed += 1
        if before != after:
            self._named.append(after)
        self._numbered += fresh


def _searched(name: str, email: str | None, fours: Iterable[str]) -> str:
    return words_of(" ".join((name, email or "", *sorted(fours)))).strip()


def _overlap(one: Span, other: Span) -> bool:
    return _before(one[0]) < _after(other[1]) and _before(other[0]) < _after(one[1])


def _before(since: int | None) -> int:
    return _FIRST if since is None else since


def _after(until: int | None) -> int:
    return _LAST if until is None else until
