"""Criteria that visits decide alone: hours in a role, and attendance."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from station.catalogue_file import CatalogueTable
from station.criteria.case import Case, Counted, Fact, Finding, Met, NotYet, Step
from station.criteria.criterion import Criterion, criterion
from station.facts import SECOND, Event, EventKind, Evidence, Role, Visit
from station.texts import _, ngettext
from station.words import role_word


class Roles(StrEnum):
    """Whether only hours in the badge's own role count, or those in all roles together."""

    OWN = "own"
    ALL = "all"


class Units(StrEnum):
    """Whether only hours at events that name the badge count, or at volunteering events of every unit."""

    OWN = "own"
    ALL = "all"


@criterion("hours", by_person=False, at=EventKind.VOLUNTEERING)
@dataclass(frozen=True, slots=True)
class Hours(Criterion):
    """``seconds`` of confirmed time in ``role``, summed in microseconds and compared to the second (H2)."""

    role: Role
    seconds: int
    roles: Roles = Roles.OWN
    units: Units = Units.OWN

    @classmethod
    def read(cls, table: CatalogueTable) -> Criterion:
        return cls(
            Role(table.choice("role", Role)),
            table.number("hours", 1, 1000) * 3600,
            Roles(table.choice("roles", Roles)),
            Units(table.choice("units", Units)),
        )

    def suits(self, visit: Visit) -> bool:
        """Whether a visit's role counts."""
        return self.roles is Roles.ALL or visit.role is self.role

    def evaluate(self, case: Case) -> Finding:
        needed, total = self.seconds * SECOND, 0
        mine = _in_order(
            case.visits if self.roles is Roles.ALL else [v for v in case.visits if v.role is self.role], case
        )
        for place, visit in enumerate(mine):
            missing = needed - total
            total += visit.credited
            if total >= needed:
                facts = (*(_part(before, before.credited) for before in mine[:place]), _part(visit, missing))
                return Met(visit.credit_start + missing, facts, (Step(Counted.SECONDS, self.seconds, self.seconds),))
        return NotYet((Step(Counted.SECONDS, total // SECOND, self.seconds),))

    def said(self) -> str:
        hours = self.seconds // 3600
        if self.roles is Roles.ALL:
            return _("{hours} h of confirmed work in all roles together").format(hours=hours)
        return _("{hours} h of confirmed work: {role}").format(hours=hours, role=role_word(self.role))

    def counts(self, event: Event, badge: str) -> bool:
        return badge in event.earns or (self.units is Units.ALL and event.kind is EventKind.VOLUNTEERING)

    def elsewhere(self) -> bool:
        return self.units is Units.ALL


class Mode(StrEnum):
    """How attendance earns: at once, by a number of events, or by a share of the meetings of a cycle."""

    AT_ONCE = "at_once"
    COUNT = "count"
    CYCLE = "cycle"


@criterion("attendance", by_person=False, at=EventKind.ATTENDANCE)
@dataclass(frozen=True, slots=True)
class Attended(Criterion):
    """Confirmed visits of at least ``minutes`` (0: any that credits time): at one event, at ``count`` events, or at
    ``percent`` of a series' events once all of them are over (in integers, never rounded up)."""

    mode: Mode
    count: int
    percent: int
    minutes: int

    @classmethod
    def read(cls, table: CatalogueTable) -> Criterion:
        return cls(
            Mode(table.choice("mode", Mode)),
            table.number("count", 1, 1000),
            table.number("percent", 1, 100),
            table.number("minutes", 0, 24 * 60),
        )

    def evaluate(self, case: Case) -> Finding:
        attended = self._attended(case)
        if self.mode is Mode.CYCLE:
            return self._cycle(case, attended)
        needed = self.count if self.mode is Mode.COUNT else 1
        reached = sorted((at, event) for event, (at, _facts) in attended.items())
        steps = (Step(Counted.EVENTS, min(len(reached), needed), needed),)
        if len(reached) < needed:
            return NotYet(steps)
        counted = [event for _at, event in reached[:needed]]
        return Met(reached[needed - 1][0], _all(attended, counted), steps)

    def _attended(self, case: Case) -> dict[str, tuple[int, tuple[Fact, ...]]]:
        """When each event was attended long enough, and by which visits."""
        sums: dict[str, tuple[int, tuple[Fact, ...]]] = {}
        done: dict[str, tuple[int, tuple[Fact, ...]]] = {}
        for visit in _in_order(case.visits, case):
            total, facts = sums.get(visit.event, (0, ()))
            facts = (*facts, _part(visit, visit.credited))
            sums[visit.event] = total + visit.credited, facts
            missing = max(0, self.minutes * 60 * SECOND - total)
            if visit.event not in done and visit.credited >= missing:
                at = visit.credit_start + missing if missing else visit.credit_end
                done[visit.event] = at, facts
        return done

    def _cycle(self, case: Case, attended: dict[str, tuple[int, tuple[Fact, ...]]]) -> Finding:
        cycles: dict[str, list[Event]] = {}
        for event in case.events.values():
            if event.series:  # an event that stands alone is no cycle
                cycles.setdefault(event.series, []).append(event)
        found: list[Met] = []
        best = (0, 1)
        for events in cycles.values():
            there = sorted(event.id for event in events if event.id in attended)
            # The smallest number of meetings whose share is enough: upwards, never a rounding in one's favour.
            needed = -(-len(events) * self.percent // 100)
            over = max(event.end for event in events)
            if len(there) >= needed and over <= case.as_of:
                at = max(over, *(attended[event][0] for event in there))
                found.append(Met(at, _all(attended, there), (Step(Counted.EVENTS, needed, needed),)))
            best = max(best, (min(len(there), needed), needed), key=lambda pair: (Fraction(*pair), -pair[1]))
        return min(found, key=lambda met: met.order) if found else NotYet((Step(Counted.EVENTS, *best),))

    def said(self) -> str:
        match self.mode:
            case Mode.AT_ONCE:
                return _("attendance of one event")
            case Mode.COUNT:
                return ngettext("attendance of {n} event", "attendance of {n} events", self.count).format(n=self.count)
            case Mode.CYCLE:
                return _("attendance of at least {percent} % of a cycle's meetings").format(percent=self.percent)

    def elsewhere(self) -> bool:
        return True


def _in_order(visits: Iterable[Visit], case: Case) -> list[Visit]:
    events = case.events
    found = [visit for visit in visits if visit.event in events and visit.confirmed and visit.credited]
    if len(found) > 1:
        found.sort(key=lambda visit: (visit.credit_start, visit.credit_end, visit.opened))
    return found


def _part(visit: Visit, counted: int) -> Fact:
    """The part of a visit that counted, in µs."""
    end = visit.credit_start + counted
    return Fact(visit.opened, Evidence(visit.event, visit.credit_start, end, counted // SECOND))


def _all(attended: dict[str, tuple[int, tuple[Fact, ...]]], events: list[str]) -> tuple[Fact, ...]:
    facts = [fact for event in events for fact in attended[event][1]]
    return tuple(sorted(facts, key=lambda fact: (fact.evidence.start if fact.evidence else 0, fact.ref)))
