"""Rules of starts and memberships: what counts as one, calendar months, academic years, two institutions. Pure."""

from __future__ import annotations

import calendar
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple

from station.deeds import INDEPENDENT, Membership, Start, StartStatus
from station.facts import Ref

FIRST_OF_YEAR = (9, 1)
"""Month and day on which an academic year begins."""
COUNTABLE = frozenset(StartStatus) - {StartStatus.DNS}
"""A DNS is no start at all."""


class Individually(StrEnum):
    """What counts as one start of an individual; the programme chooses (domain notes 4.1)."""

    COMPETITION = "competition"
    DISCIPLINE = "discipline"


class InTeam(StrEnum):
    """What counts as one start in a team; the programme chooses (domain notes 4.1)."""

    TOURNAMENT = "tournament"
    MATCH = "match"


@dataclass(frozen=True, slots=True)
class Counting:
    """What counts as one start, by which statuses, and between which days (both included, None: without bound)."""

    individual: Individually = Individually.COMPETITION
    team: InTeam = InTeam.MATCH
    statuses: frozenset[StartStatus] = COUNTABLE
    since: date | None = None
    until: date | None = None

    def takes(self, start: Start) -> bool:
        """Whether a start is one for us that counts."""
        day = start.competition.day
        within = (self.since is None or self.since <= day) and (self.until is None or day <= self.until)
        return within and represents_us(start) and start.status in self.statuses

    def is_whole(self, start: Start) -> bool:
        """Whether all that somebody starts in at its competition is one start."""
        if start.competition.team:
            return self.team is InTeam.TOURNAMENT
        return self.individual is Individually.COMPETITION


class Count(NamedTuple):
    """Two numbers, always: starts that a second person has confirmed, and those that still wait for it."""

    confirmed: int
    unconfirmed: int


def represents_us(start: Start) -> bool:
    """Whether a start is one for our institution; DNS is no start at all."""
    return start.status is not StartStatus.DNS and start.institution == ""


def in_order(starts: Iterable[Start]) -> list[Start]:
    """Starts by day; the order is the same on every desk."""
    return sorted(starts, key=_order)


def _order(start: Start) -> tuple[date, str, str, bool, int, Ref]:
    competition = start.competition
    return competition.day, competition.id, start.discipline, start.place is None, start.place or 0, start.ref


def counted(starts: Iterable[Start], counting: Counting) -> list[Start]:
    """A person's starts that count, in order, the first of those that are one start together."""
    first: dict[tuple[str, str], Start] = {}
    for start in in_order(filter(counting.takes, starts)):
        first.setdefault((start.competition.id, "" if counting.is_whole(start) else start.discipline), start)
    return list(first.values())


def count(starts: Iterable[Start], counting: Counting, *, team: bool) -> Count:
    """A person's starts for our institution, of individuals or in teams.

    Where a competition counts once, it is confirmed as soon as one of its starts is.
    """
    kept = [start for start in starts if start.competition.team is team]
    sure = len(counted((start for start in kept if start.confirmed), counting))
    return Count(sure, len(counted(kept, counting)) - sure)


def year_of(day: date, first: tuple[int, int]) -> int:
    """The calendar year in which a day's year began, where years (or seasons) begin on ``first``: month and day."""
    return day.year if (day.month, day.day) >= first else day.year - 1


def academic_year(day: date) -> int:
    """The calendar year in which a day's academic year began (1 September)."""
    return year_of(day, FIRST_OF_YEAR)


def years_of_two_institutions(starts: Iterable[Start]) -> frozenset[int]:
    """The academic years in which somebody represented more than one institution, which LSSA's rules forbid."""
    represented: dict[int, set[str]] = {}
    for start in starts:
        if start.status is not StartStatus.DNS and start.institution != INDEPENDENT:
            year = academic_year(start.competition.day)
            represented.setdefault(year, set()).add(start.institution.casefold())
    return frozenset(year for year, who in represented.items() if len(who) > 1)


# --- memberships -------------------------------------------------------------------------------------------------


def add_months(day: date, months: int) -> date:
    """The same day some months later, or the month's last where it has no such day: 30 November + 3 = 28 February."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def whole_months(since: date, at: date) -> int:
    """How many whole calendar months lie between two days; 0 where ``at`` comes first."""
    months = max(0, (at.year - since.year) * 12 + at.month - since.month)
    return months if add_months(since, months) <= at else max(0, months - 1)


def months_of(membership: Membership, at: date) -> int:
    """Whole months of a membership by the morning of a day. Its last day belongs to it: 1 January to 31 March are
    three months from 1 April on."""
    return whole_months(membership.since, _end(membership, at))


@dataclass(frozen=True, slots=True)
class Span:
    """Membership without a gap, from ``since`` up to but not including ``end``."""

    since: date
    end: date
    parts: tuple[Membership, ...]


def spans(memberships: Iterable[Membership], at: date) -> list[Span]:
    """Memberships by the morning of a day, joined where one follows or overlaps another."""
    joined: list[Span] = []
    for one in sorted(memberships, key=lambda one: (one.since, one.until or date.max, one.ref)):
        if one.since > at:
            break
        end = max(one.since, _end(one, at))
        if joined and one.since <= joined[-1].end:
            before = joined.pop()
            joined.append(Span(before.since, max(before.end, end), (*before.parts, one)))
        else:
            joined.append(Span(one.since, end, (one,)))
    return joined


def longest_months(memberships: Iterable[Membership], at: date) -> int:
    """The longest time without a gap that some memberships make together, in whole months by the morning of a day."""
    return max((whole_months(span.since, span.end) for span in spans(memberships, at)), default=0)


def is_member(membership: Membership, at: date) -> bool:
    """Whether it holds on a day."""
    return membership.since <= at and (membership.until is None or at <= membership.until)


def _end(membership: Membership, at: date) -> date:
    """The first day that no longer belongs to it, as far as is known on a day."""
    if membership.until is None or membership.until >= at:
        return at
    return membership.until + timedelta(days=1)
