"""The reading of what people entered besides scans: competitions, starts, memberships, evidence, applications. Pure.

Records come in by ``see`` in any order, also twice: equal sets of records give equal answers. What was stated last
holds, by the order of acts: tick, writer, number. A tick is above every tick its writer had seen, so a correction
comes after what it corrects, whatever the clocks said.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any

from station.deeds import (
    Answered,
    Application,
    Attested,
    Competition,
    Deeds,
    Level,
    Membership,
    Share,
    Start,
    StartStatus,
)
from station.facts import Kind, Record, Ref
from station.starts import academic_year, years_of_two_institutions

ENTERED = frozenset({Kind.COMPETITION, Kind.START, Kind.MEMBERSHIP, Kind.EVIDENCE, Kind.SHARE, Kind.APPLICATION})
"""What stands by itself; the other kinds say something about one of these."""
CONFIRMED = frozenset({Kind.START, Kind.EVIDENCE})
"""What a second person confirms."""

Order = tuple[int, str, int]


class Oddity(StrEnum):
    """What a person should look at in an entry. Each name is part of the commands' output."""

    TWICE = "twice"
    """The same start was entered elsewhere too; the one stated last counts."""
    DISPUTED = "disputed"
    """Two people corrected the same value without knowing of one another; the later correction holds."""
    TWO_INSTITUTIONS = "two_institutions"
    """The person represented more than one institution in this academic year (LSSA)."""
    NO_COMPETITION = "no_competition"
    """Its competition was withdrawn, or is not known here yet; the start counts for nothing."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry as it stands. ``values`` are those in force, ``last`` says when they were stated last, ``actors`` who
    entered or corrected it, ``disputed`` which values were corrected twice unseen, ``confirmed_by`` who confirmed
    these very values."""

    record: Record
    values: dict[str, Any]
    last: Order
    actors: frozenset[str]
    disputed: frozenset[str]
    confirmed_by: str | None
    withdrawn: bool

    @property
    def ref(self) -> Ref:
        return self.record.ref


@dataclass(frozen=True, slots=True)
class Listed:
    """A start as a list shows it, also a DNS. ``stands`` is False where another entry of the same start stands before
    it; ``counts`` also for a DNS, and where ``competition`` is None: not known."""

    entry: Entry
    competition: Competition | None
    start: Start | None
    stands: bool
    counts: bool
    oddities: frozenset[Oddity]


def one_id(person: str) -> Sequence[str]:
    return (person,)


class Deedbook:
    """Everything the records say about what people did besides visits.

    ``ids`` gives every id of a person, the one that stands for them first.
    """

    def __init__(self, ids: Callable[[str], Sequence[str]] = one_id) -> None:
        self._ids = ids
        self._entered: dict[Ref, Record] = {}
        self._of_person: dict[str, dict[Kind, set[Ref]]] = {}
        self._of_competition: dict[str, set[Ref]] = {}
        self._defined: dict[str, set[Ref]] = {}
        self._said: dict[Ref, dict[Ref, Record]] = {}
        self._about_which: dict[Ref, Ref] = {}
        self._withdrawn: set[Ref] = set()
        self._stood: dict[Ref, Entry] = {}
        self._competitions: dict[str, Competition | None] = {}
        """Both hold answers until a record changes them."""

    # --- taking records in ---

    def see(self, record: Record) -> None:
        match record.kind:
            case Kind.COMPETITION:
                self._defined.setdefault(str(record.body["competition"]), set()).add(record.ref)
                self._entered[record.ref] = record
            case kind if kind in ENTERED and record.person is not None:
                self._of_person.setdefault(record.person, {}).setdefault(kind, set()).add(record.ref)
                if kind is Kind.START:
                    self._of_competition.setdefault(str(record.body["competition"]), set()).add(record.ref)
                self._entered[record.ref] = record
            case Kind.CORRECT_DEED | Kind.CONFIRM_DEED | Kind.ANSWER | Kind.WITHDRAW_DEED:
                of = Ref(*record.body["of"])
                self._said.setdefault(of, {})[record.ref] = record
                self._about_which[record.ref] = of
                if record.kind is Kind.WITHDRAW_DEED:
                    self._withdrawn.add(of)
                self._forget(of)
                if of in self._about_which:
                    # What is withdrawn is itself something that was said.
                    self._forget(self._about_which[of])
            case _:
                return
        self._forget(record.ref)

    def _forget(self, ref: Ref) -> None:
        """Read anew what stands of an entry."""
        self._stood.pop(ref, None)
        record = self._entered.get(ref)
        if record is not None and record.kind is Kind.COMPETITION:
            self._competitions.pop(str(record.body["competition"]), None)

    # --- single entries ---

    def entry(self, ref: Ref) -> Entry | None:
        """An entry by its record, also a withdrawn one; None for any other record."""
        record = self._entered.get(ref)
        return None if record is None else self._stand(record)

    def answers(self, ref: Ref) -> list[Record]:
        """The answers to an application that were not withdrawn, the last one last."""
        return self._about(ref, Kind.ANSWER)

    def history(self, ref: Ref) -> list[Record]:
        """Everything that was said about an entry, withdrawn or not, in the order of acts."""
        return sorted(self._said.get(ref, {}).values(), key=order)

    def saying(self, ref: Ref) -> Record | None:
        """A correction, confirmation or answer by its own record, None for a withdrawn or any other one."""
        of = self._about_which.get(ref)
        record = self._said[of][ref] if of is not None and ref not in self._withdrawn else None
        return None if record is None or record.kind is Kind.WITHDRAW_DEED else record

    def _about(self, ref: Ref, kind: Kind) -> list[Record]:
        said = self._said.get(ref, {}).values()
        return sorted((one for one in said if one.kind is kind and one.ref not in self._withdrawn), key=order)

    def _stand(self, record: Record) -> Entry:
        entry = self._stood.get(record.ref)
        if entry is None:
            entry = self._stood[record.ref] = self._read(record)
        return entry

    def _read(self, record: Record) -> Entry:
        values, actors, last = dict(record.body), {record.actor or ""}, order(record)
        disputed: set[str] = set()
        for correction in self._about(record.ref, Kind.CORRECT_DEED):
            actors.add(correction.actor or "")
            last = max(last, order(correction))
            for name, value in correction.body["new"].items():
                # Who corrects what is in force has seen it, and so settles it; two who say the same agree.
                seen = values.get(name) in (correction.body["old"].get(name), value)
                disputed = disputed - {name} if seen else disputed | {name}
                values[name] = value
        by = None
        for confirmation in self._about(record.ref, Kind.CONFIRM_DEED):
            if confirmation.body["values"] == values and confirmation.actor not in actors:
                by = by or confirmation.actor
        return Entry(
            record, values, last, frozenset(actors), frozenset() if by else frozenset(disputed), by,
            record.ref in self._withdrawn,
        )  # fmt: skip

    def _standing(self, refs: Iterable[Ref]) -> list[Entry]:
        """Those that were not withdrawn, in the order in which they were entered."""
        kept = [self._entered[ref] for ref in refs if ref not in self._withdrawn]
        return [self._stand(record) for record in sorted(kept, key=order)]

    # --- competitions and starts ---

    def competitions(self) -> list[Competition]:
        """By day, then in the order of their ids."""
        found = [one for name in self._defined if (one := self.competition(name))]
        return sorted(found, key=lambda one: (one.day, one.id))

    def competition(self, name: str) -> Competition | None:
        """None for one that nobody defined, or that was withdrawn."""
        if name not in self._competitions:
            entry = self.definition(name)
            self._competitions[name] = None if entry is None else _competition(entry)
        return self._competitions[name]

    def definition(self, name: str) -> Entry | None:
        """The entry that defines a competition; the first, should there be several."""
        return next(iter(self._standing(self._defined.get(name, ()))), None)

    def starts_in(self, competition: str) -> list[Listed]:
        """All starts of one competition, person by person."""
        people = {self._entered[ref].person or "" for ref in self._of_competition.get(competition, ())}
        return [
            one
            for person in sorted({self._ids(person)[0] for person in people})
            for one in self.starts_of(person)
            if one.entry.values["competition"] == competition
        ]

    def starts_of(self, person: str) -> list[Listed]:
        """All starts of one person, by day; two entries of one start follow one another, the one that counts first."""
        groups: dict[tuple[str, str], list[Entry]] = {}
        for entry in self.entries(person, Kind.START):
            key = (str(entry.values["competition"]), str(entry.values["discipline"]).casefold())
            groups.setdefault(key, []).append(entry)
        listed = []
        for (name, _discipline), entries in groups.items():
            competition = self.competition(name)
            for place, entry in enumerate(sorted(entries, key=lambda one: one.last, reverse=True)):
                start = _start(self._ids(person)[0], competition, entry) if competition else None
                oddities = {Oddity.TWICE} if len(entries) > 1 else set()
                if entry.disputed:
                    oddities.add(Oddity.DISPUTED)
                if competition is None:
                    oddities.add(Oddity.NO_COMPETITION)
                counts = not place and start is not None and start.status is not StartStatus.DNS
                listed.append(Listed(entry, competition, start, not place, counts, frozenset(oddities)))
        years = years_of_two_institutions(one.start for one in listed if one.counts and one.start)
        marked = [_marked(one, years) for one in listed]
        return sorted(marked, key=lambda one: one.competition.day if one.competition else date.max)

    # --- people ---

    @property
    def people(self) -> set[str]:
        """Everybody of whom something was entered, each by the one id that stands for them."""
        return {self._ids(person)[0] for person in self._of_person}

    def entries(self, person: str, kind: Kind) -> list[Entry]:
        """What stands of one person, in the order in which it was entered."""
        return self._standing(ref for one in self._ids(person) for ref in self._of_person.get(one, {}).get(kind, ()))

    def deeds(self, person: str) -> Deeds:
        """Everything of one person that was entered and stands. A DNS is no start, and of two entries of one start
        only the one that counts is there."""
        ids = self._ids(person)
        if not any(one in self._of_person for one in ids):
            return Deeds()
        who = ids[0]
        return Deeds(
            starts=tuple(one.start for one in self.starts_of(person) if one.counts and one.start),
            memberships=tuple(
                sorted(
                    (membership(who, entry) for entry in self.entries(person, Kind.MEMBERSHIP)),
                    key=lambda one: one.since,
                )
            ),
            attested=tuple(_attested(who, entry) for entry in self.entries(person, Kind.EVIDENCE)),
            shares=tuple(
                sorted((_share(who, entry) for entry in self.entries(person, Kind.SHARE)), key=lambda one: one.day)
            ),
            applications=tuple(self.application(who, entry) for entry in self.entries(person, Kind.APPLICATION)),
        )

    def application(self, person: str, entry: Entry) -> Application:
        answers = self.answers(entry.ref)
        answered = Answered(answers[-1].body["answer"]) if answers else Answered.OPEN
        return Application(person, str(entry.values["badge"]), _day(entry.values["day"]), answered, entry.ref)


def order(record: Record) -> Order:
    """Which of two acts came later, on every desk alike."""
    return (record.tick, record.writer, record.seq)


def _marked(one: Listed, years: frozenset[int]) -> Listed:
    if not one.counts or one.competition is None or academic_year(one.competition.day) not in years:
        return one
    return replace(one, oddities=one.oddities | {Oddity.TWO_INSTITUTIONS})


def _day(text: Any) -> date:
    return date.fromisoformat(str(text))


def _competition(entry: Entry) -> Competition:
    values = entry.values
    return Competition(
        str(values["competition"]), str(values["title"]), str(values["organiser"]), Level(values["level"]),
        _day(values["day"]), str(values["sport"]), bool(values["team"]), str(values["unit"]), str(values["protocol"]),
    )  # fmt: skip


def _start(person: str, competition: Competition, entry: Entry) -> Start:
    values = entry.values
    return Start(
        person, competition, str(values["discipline"]), StartStatus(values["status"]), values["place"],
        str(values["institution"]), entry.confirmed_by is not None, entry.ref,
    )  # fmt: skip


def membership(person: str, entry: Entry) -> Membership:
    """A membership as its entry stands."""
    values = entry.values
    until = _day(values["until"]) if values["until"] else None
    return Membership(
        person, str(values["unit"]), str(values["collective"]), str(values["position"]), _day(values["since"]),
        until, entry.ref,
    )  # fmt: skip


def _attested(person: str, entry: Entry) -> Attested:
    values = entry.values
    return Attested(
        person, str(values["badge"]), _day(values["day"]), str(values["note"]), entry.ref,
        entry.confirmed_by is not None,
    )  # fmt: skip


def _share(person: str, entry: Entry) -> Share:
    values = entry.values
    return Share(
        person, str(values["badge"]), int(values["earned"]), int(values["possible"]), str(values["note"]),
        _day(values["day"]), entry.ref,
    )  # fmt: skip
