"""Start sheets and teams as a coach sees them: starts with names, and each athlete's numbers. Made from the picture and
the roster; they carry names, so they live in memory only and are never logged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from station import texts
from station.criteria import leaves
from station.criteria.started import Starts
from station.deedbook import Listed, Oddity
from station.deeds import Competition, Membership, StartStatus
from station.facts import Person, Ref
from station.people import People
from station.picture import Picture
from station.roster import Roster
from station.starts import Count, Counting, count, is_member, longest_months, months_of


@dataclass(frozen=True, slots=True)
class StartRow:
    """One start of a list. ``stands`` is False for what another entry of the same start stands before, ``counts`` for
    a DNS too; ``confirmed_by`` is "" while nobody confirmed it."""

    ref: Ref
    person: str
    name: str
    last4: str
    competition: str
    discipline: str
    status: StartStatus
    place: int | None
    institution: str
    stands: bool
    counts: bool
    entered_by: str
    confirmed_by: str
    oddities: frozenset[Oddity]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A competition with its starts, by discipline, place and name. ``as_of`` is µs UTC, ``unit`` its title."""

    competition: Competition
    institution: str
    unit: Mapping[str, str]
    rows: tuple[StartRow, ...]
    as_of: int


@dataclass(frozen=True, slots=True)
class MembershipRow:
    """One membership and its whole calendar months at the day that was asked for."""

    membership: Membership
    months: int


@dataclass(frozen=True, slots=True)
class AthleteRow:
    """An athlete's way: starts as individual and in teams, memberships in the unit, and the longest of them without a
    gap in whole months. ``member`` says whether they are one on the day asked for."""

    person: str
    name: str
    last4: str
    individual: Count
    team: Count
    memberships: tuple[MembershipRow, ...]
    months: int
    member: bool
    oddities: frozenset[Oddity]


class StartSheets:
    """Answers a coach's questions; reads only."""

    def __init__(self, institution: str, picture: Picture, roster: Roster, people: People) -> None:
        self._institution = institution
        self._picture = picture
        self._roster = roster
        self._people = people

    def competition(self, competition: Competition, as_of: int) -> Sheet:
        """The sheet of one competition, also with what does not count."""
        unit = self._picture.programme.units.get(competition.unit)
        rows = self._rows(self._picture.deedbook.starts_in(competition.id))
        rows.sort(key=_place_in_sheet)
        return Sheet(competition, self._institution, unit.title if unit else {}, tuple(rows), as_of)

    def person(self, person: Person) -> list[StartRow]:
        """All starts of one person, by day."""
        return self._rows(self._picture.deedbook.starts_of(person.id))

    def _rows(self, listed: Sequence[Listed]) -> list[StartRow]:
        ids = {one.entry.record.person or "" for one in listed} | {one.start.person for one in listed if one.start}
        people, staff = self._people.of(ids), self._roster.staff_names()
        return [_row(one, people, staff) for one in listed]

    def counting(self, unit: str, at: date) -> Counting:
        """What counts as one start, and when, for the badges that a unit gives: as the first of them that asks for
        starts has it; the usual where none does."""
        badges = self._picture.programme.badges_of(unit)
        asked = (leaf for badge in badges for leaf in leaves(badge.criterion) if isinstance(leaf, Starts))
        return next((one.counting(at) for one in asked), Counting())

    def team(self, unit: str, at: date, counting: Counting) -> list[AthleteRow]:
        """Everybody who has a membership in a unit or a start in its competitions, by name.

        Starts are those in the unit's competitions; nobody is left out because they are no member (any more).
        """
        found = []
        for person in self._picture.deedbook.people:
            deeds = self._picture.deeds(person)
            starts = [start for start in deeds.starts if start.competition.unit == unit]
            memberships = [one for one in deeds.memberships if one.unit == unit and one.since <= at]
            if starts or memberships:
                listed = self._picture.deedbook.starts_of(person)
                oddities = {
                    odd for one in listed if one.competition and one.competition.unit == unit for odd in one.oddities
                }
                found.append(
                    AthleteRow(
                        person, "", "",
                        count(starts, counting, team=False),
                        count(starts, counting, team=True),
                        tuple(MembershipRow(one, months_of(one, at)) for one in memberships),
                        longest_months(memberships, at),
                        any(is_member(one, at) for one in memberships),
                        frozenset(oddities),
                    )
                )  # fmt: skip
        people = self._people.of(row.person for row in found)
        rows = [_named(row, people) for row in found]
        return sorted(rows, key=lambda row: (texts.in_order(row.name), row.last4, row.person))


def _place_in_sheet(row: StartRow) -> tuple[object, ...]:
    return (
        texts.in_order(row.discipline), row.place is None, row.place or 0, list(StartStatus).index(row.status),
        texts.in_order(row.name), row.last4, row.ref,
    )  # fmt: skip


def _row(one: Listed, people: Mapping[str, Person], staff: Mapping[str, str]) -> StartRow:
    values = one.entry.values
    who = one.start.person if one.start else one.entry.record.person or ""
    known = people.get(who)
    return StartRow(
        ref=one.entry.ref,
        person=who,
        name=known.name if known else "",
        last4=known.last4 if known else "",
        competition=str(values["competition"]),
        discipline=str(values["discipline"]),
        status=StartStatus(values["status"]),
        place=values["place"],
        institution=str(values["institution"]),
        stands=one.stands,
        counts=one.counts,
        entered_by=staff.get(one.entry.record.actor or "", ""),
        confirmed_by=staff.get(one.entry.confirmed_by or "", ""),
        oddities=one.oddities,
    )


def _named(row: AthleteRow, people: Mapping[str, Person]) -> AthleteRow:
    known = people.get(row.person)
    return AthleteRow(
        row.person, known.name if known else "", known.last4 if known else "", row.individual, row.team,
        row.memberships, row.months, row.member, row.oddities,
    )  # fmt: skip
