"""What is asked before anything is entered besides scans: who, whose, which competition, and whether it may be."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from station import entries, texts
from station.clock import Clock
from station.criteria import leaves
from station.criteria.vouched import Percentage, Vouched
from station.deedbook import Entry
from station.deeds import Competition
from station.facts import Kind, Person, Ref
from station.institution import Institution
from station.people import People
from station.picture import Picture
from station.search import folded
from station.trouble import Trouble


class Vetting:
    """Finds what is named, and refuses what may not be; writes nothing."""

    def __init__(self, institution: Institution, people: People, picture: Picture, clock: Clock) -> None:
        self._institution = institution
        self._people = people
        self._picture = picture
        self._clock = clock

    # --- finding ---

    def person(self, named: str) -> Person:
        """Somebody by person id, student number, e-mail or any code of theirs. Raises ``Trouble('person_unknown')``."""
        found = self._people.named(named)
        if found is None:
            raise Trouble("person_unknown")
        return found

    def competition(self, name: str) -> Competition:
        """Raises ``Trouble('competition_unknown')``."""
        found = self._picture.deedbook.competition(name)
        if found is None:
            raise Trouble("competition_unknown", competition=name[:40])
        return found

    def definition(self, name: str) -> Ref:
        """The record that defines a competition. Raises ``Trouble('competition_unknown')``."""
        entry = self._picture.deedbook.definition(name)
        if entry is None:
            raise Trouble("competition_unknown", competition=name[:40])
        return entry.ref

    def standing(self, ref: Ref) -> Entry:
        """An entry that was not withdrawn. Raises ``Trouble('deed_unknown')``."""
        entry = self._picture.deedbook.entry(ref)
        if entry is None or entry.withdrawn:
            raise Trouble("deed_unknown")
        return entry

    # --- rules ---

    def known_unit(self, unit: str) -> None:
        """Raises ``Trouble('event_unit')`` for a unit that the programme does not have."""
        units = self._picture.programme.units
        if unit not in units:
            raise Trouble("event_unit", unit=unit, known=", ".join(units))

    def asked_for(self, kind: Kind, name: str) -> None:
        """Raises ``Trouble``: "badge_unknown", "evidence_none" or "share_none" for a badge that does not ask for
        evidence, or for a percentage."""
        badge = self._picture.programme.badges.get(name)
        if badge is None:
            raise Trouble("badge_unknown", badge=name)
        asked = Percentage if kind is Kind.SHARE else Vouched
        if not any(isinstance(leaf, asked) for leaf in leaves(badge.criterion)):
            raise Trouble("share_none" if kind is Kind.SHARE else "evidence_none", badge=name)

    def theirs(self, institution: str) -> str:
        """Who was represented; our own institution by any of its names is ""."""
        ours = {self._institution.name.casefold(), *map(str.casefold, self._picture.programme.institution.values())}
        return "" if institution.casefold() in ours else institution

    def today(self) -> date:
        """The local date by this computer's clock."""
        return texts.local(self._clock.now()).date()

    def not_to_come(self, day: date) -> None:
        """Raises ``Trouble('day_future')`` for a day after today."""
        if day > self.today():
            raise Trouble("day_future", day=day.isoformat())

    def not_own(self, person: Person, by: str) -> None:
        """Nobody enters or confirms their own. Staff and people have ids that cannot be compared, so what they are
        called is: the same words in any order, or a number, code or e-mail of theirs given as a name. Somebody who
        gives another name is not recognised. Raises ``Trouble('own_deed')``."""
        named = self._people.named(by)
        if (named and named.id == person.id) or _words(by) == _words(person.name):
            raise Trouble("own_deed")

    def not_own_id(self, person: str | None, by: str) -> None:
        """The same for a record's person; somebody who is not on the roster has no name to compare."""
        known = self._people.of([person]) if person else {}
        for one in known.values():
            self.not_own(one, by)

    def name(self, by: str) -> str:
        """A name to act under. Raises ``Trouble('who')`` where there is none."""
        if not by.strip() or not by.isprintable() or len(by) > entries.LONGEST:
            raise Trouble("who")
        return by


def _words(name: str) -> frozenset[str]:
    return frozenset(folded(name).replace(",", " ").split())


def said(ref: Ref | None) -> str:
    """As commands name a record; "-" for one that is not written yet."""
    return f"{ref.writer}:{ref.seq}" if ref else "-"


def spoken(entry: Entry, notes: Mapping[str, str]) -> dict[str, Any]:
    """An entry's values with the words of its note in place of the note's id."""
    if "note" not in entry.values:
        return entry.values
    return entry.values | {"note": notes.get(entry.values["note"], "")}


def clash(kind: Kind, one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether two entries of one person cannot both stand."""
    match kind:
        case Kind.START:
            return bool(one["competition"] == other["competition"]) and _same(one, other, "discipline")
        case Kind.MEMBERSHIP:
            apart = (other["until"] or "9") < one["since"] or (one["until"] or "9") < other["since"]
            return _same(one, other, "unit", "collective", "position") and not apart
        case Kind.APPLICATION:
            return bool(one["badge"] == other["badge"])
        case _:
            return False


def _same(one: Mapping[str, Any], other: Mapping[str, Any], *names: str) -> bool:
    return all(str(one[name]).casefold() == str(other[name]).casefold() for name in names)
