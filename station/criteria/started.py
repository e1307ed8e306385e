"""Criteria of competitions: how many starts, and places won. A start that was not made (DNS) never counts."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from station.catalogue_file import CatalogueTable
from station.criteria.case import Case, Counted, Fact, Finding, Met, NotYet, Step
from station.criteria.criterion import MOST, Criterion, criterion
from station.deeds import Level, Start, StartStatus
from station.facts import EventKind, Ground
from station.scopes import local_day, midnight
from station.starts import FIRST_OF_YEAR, Counting, Individually, InTeam, counted, in_order, represents_us, year_of
from station.texts import _, ngettext
from station.words import reach_word

_SEASON = re.compile(r"(0[1-9]|1[0-2])-(0[1-9]|1\d|2[0-8])")


class Window(StrEnum):
    """Within what starts add up."""

    ACADEMIC_YEAR = "academic_year"
    SEASON = "season"
    ALL_TIME = "all_time"


class Mixing(StrEnum):
    """Whether individual and team starts add up, each as its part of its own number."""

    APART = "apart"
    TOGETHER = "together"


class Status(StrEnum):
    """What of a start counts besides one that was finished."""

    STARTED = "started"
    DNF = "dnf"
    DSQ = "dsq"


@criterion("starts", by_person=True, at=EventKind.SPORT)
@dataclass(frozen=True, slots=True)
class Starts(Criterion):
    """``individual`` or ``team`` starts for the badge's unit and the institution; ``season`` is the month and day on
    which a season begins; ``confirmed`` asks for a second person's word on each."""

    individual: int
    team: int
    individual_by: Individually
    team_by: InTeam
    statuses: frozenset[StartStatus]
    window: Window
    season: tuple[int, int]
    mixing: Mixing
    confirmed: bool

    @classmethod
    def read(cls, table: CatalogueTable) -> Criterion:
        return cls(
            table.number("individual", 1, MOST),
            table.number("team", 1, MOST),
            Individually(table.choice("individual_by", Individually)),
            InTeam(table.choice("team_by", InTeam)),
            frozenset(StartStatus(name) for name in table.choices("statuses", Status)),
            Window(table.choice("window", Window)),
            _month_and_day(table, "season"),
            Mixing(table.choice("mixing", Mixing)),
            table.flag("confirmed"),
        )

    def evaluate(self, case: Case) -> Finding:
        starts = own_starts(case, confirmed=self.confirmed)
        windows = {self.counting(start.competition.day) for start in starts}
        found = [met for window in windows if (met := self._reached(counted(starts, window))) is not None]
        if found:
            return min(found, key=lambda met: met.order)
        now = counted(starts, self.counting(local_day(case.as_of)))
        return NotYet(self._steps([start.competition.team for start in now]))

    def counting(self, day: date) -> Counting:
        """What counts as one start, within the year or season that holds a day."""
        if self.window is Window.ALL_TIME:
            return Counting(self.individual_by, self.team_by, self.statuses)
        first = self.season if self.window is Window.SEASON else FIRST_OF_YEAR
        year = year_of(day, first)
        last = date(year + 1, *first) - timedelta(days=1)
        return Counting(self.individual_by, self.team_by, self.statuses, date(year, *first), last)

    def _reached(self, starts: Iterable[Start]) -> Met | None:
        there: list[Start] = []
        for start in starts:
            there.append(start)
            teams = [one.competition.team for one in there]
            if self._enough(teams):
                # Where the two kinds do not add up, only those of one kind have earned it.
                mine = [one for one in there if self._mixed or one.competition.team is start.competition.team]
                return Met(midnight(start.competition.day), tuple(map(fact_of, mine)), self._steps(teams))
        return None

    @property
    def _mixed(self) -> bool:
        return self.mixing is Mixing.TOGETHER

    def _enough(self, teams: list[bool]) -> bool:
        alone, together = teams.count(False), teams.count(True)
        if self._mixed:
            return alone * self.team + together * self.individual >= self.individual * self.team
        return alone >= self.individual or together >= self.team

    def _steps(self, teams: list[bool]) -> tuple[Step, ...]:
        return (
            Step(Counted.STARTS, min(teams.count(False), self.individual), self.individual),
            Step(Counted.TEAM_STARTS, min(teams.count(True), self.team), self.team),
        )

    def said(self) -> str:
        return _("{individual} individual or {team} team starts").format(individual=self.individual, team=self.team)


class Levels(StrEnum):
    """Whether a place at any of the levels is enough, or one at each of them is needed."""

    ANY = "any"
    EACH = "each"


@criterion("placing", by_person=True, at=EventKind.SPORT)
@dataclass(frozen=True, slots=True)
class Placed(Criterion):
    """``count`` times a place from first to ``place`` at competitions of the ``levels`` (none named: of every level),
    for the badge's unit and the institution."""

    place: int
    count: int
    levels: tuple[Level, ...]
    of_levels: Levels
    confirmed: bool

    @classmethod
    def read(cls, table: CatalogueTable) -> Criterion:
        some = "levels" in table.entries
        return cls(
            table.number("place", 1, 1000),
            table.number("count", 1, 1000),
            tuple(Level(name) for name in table.choices("levels", Level)) if some else (),
            Levels(table.choice("of_levels", Levels)) if some else Levels.ANY,
            table.flag("confirmed"),
        )

    def evaluate(self, case: Case) -> Finding:
        won: dict[tuple[str, str], Start] = {}
        for start in in_order(own_starts(case, confirmed=self.confirmed)):
            good = start.status is StartStatus.STARTED and start.place is not None and start.place <= self.place
            if good and (not self.levels or start.competition.level in self.levels):
                won.setdefault((start.competition.id, start.discipline), start)
        places = list(won.values())
        wanted = set(self.levels) if self.of_levels is Levels.EACH else set()
        needed = max(self.count, len(wanted))
        for number in range(1, len(places) + 1):
            there = places[:number]
            if number >= self.count and wanted <= {start.competition.level for start in there}:
                step = Step(Counted.PLACES, needed, needed)
                return Met(midnight(there[-1].competition.day), tuple(map(fact_of, there)), (step,))
        lacking = max(self.count - len(places), len(wanted - {start.competition.level for start in places}))
        return NotYet((Step(Counted.PLACES, needed - lacking, needed),))

    def said(self) -> str:
        said = ngettext(
            "{n} place from 1 to {place} in competitions", "{n} places from 1 to {place} in competitions", self.count
        ).format(n=self.count, place=self.place)
        if not self.levels:
            return said
        levels = (_(" and ") if self.of_levels is Levels.EACH else _(" or ")).join(map(reach_word, self.levels))
        return _("{places} ({levels})").format(places=said, levels=levels)


def own_starts(case: Case, *, confirmed: bool) -> list[Start]:
    """The person's starts for the case's unit and the institution itself, only those confirmed if that is asked for."""
    return [
        start
        for start in case.deeds.starts
        if start.competition.unit == case.unit and represents_us(start) and (start.confirmed or not confirmed)
    ]


def fact_of(start: Start) -> Fact:
    """What a credential says of a start: the competition, its first day, the discipline or match, the place."""
    competition = start.competition
    said = [competition.day.isoformat(), start.discipline, f"{start.place} vieta / place" if start.place else ""]
    at = midnight(competition.day)
    return Fact(start.ref, ground=Ground(competition.title, ", ".join(filter(None, said)), at))


def _month_and_day(table: CatalogueTable, key: str) -> tuple[int, int]:
    found = table.text(key)
    if not _SEASON.fullmatch(found):
        table.fail("catalogue_day", key, found=found)
    return int(found[:2]), int(found[3:])
