"""Rules of starts and memberships: what counts as one, calendar months, academic years, two institutions. Pure."""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple

from station.deeds import INDEPENDENT, Membership, Start, StartStatus

_YEAR_BEGINS = 9
"""September: the month in which an academic year begins."""


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
    """What counts as one start, and between which days (both included, None: without bound)."""

    individual: Individually = Individually.COMPETITION
    team: InTeam = InTeam.MATCH
    since: date | None = None
    until: date | None = None

    def includes(self, day: date) -> bool:
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)


class Count(NamedTuple):
    """Two numbers, always: starts that a second person has confirmed, and those that still wait for it."""

    confirmed: int
    unconfirmed: int


def represents_us(start: Start) -> bool:
    """Whether a start is one for our institution; DNS is no start at all."""
    return start.status is not StartStatus.DNS and start.institution == ""


def count(starts: Iterable[Start], counting: Counting, *, team: bool) -> Count:
    """A person's starts for our institution, of individuals or in teams.

    Where a competition counts once, it is confirmed as soon as one of its starts is.
    """
    kept = [
        start
        for start in starts
        if start.competition.team is team and represents_us(start) and counting.includes(start.competition.day)
    ]
    whole = counting.team is InTeam.TOURNAMENT if team else counting.individual is Individually.COMPETITION
    if not whole:
        confirmed = sum(start.confirmed for start in kept)
        return Count(confirmed, len(kept) - confirmed)
    sure = {start.competition.id for start in kept if start.confirmed}
    return Count(len(sure), len({start.competition.id for start in kept} - sure))


def academic_year(day: date) -> int:
    """The calendar year in which a day's academic year began (1 September)."""
    return day.year if day.month >= _YEAR_BEGINS else day.year - 1


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


def longest_months(memberships: Sequence[Membership], at: date) -> int:
    """The longest time without a gap that some memberships make together, in whole months by the morning of a day."""
    longest, since, end = 0, date.min, date.min
    for one in sorted(memberships, key=lambda one: one.since):
        if one.since > at:
            break
        if one.since > end:
            since = one.since
        end = max(end, _end(one, at))
        longest = max(longest, whole_months(since, end))
    return longest


def is_member(membership: Membership, at: date) -> bool:
    """Whether it holds on a day."""
    return membership.since <= at and (membership.until is None or at <= membership.until)


def _end(membership: Membership, at: date) -> date:
    """The first day that no longer belongs to it, as far as is known on a day."""
    if membership.until is None or membership.until >= at:
        return at
    return membership.until + timedelta(days=1)
