"""Criteria that a person's word decides: evidence, a percentage, an application."""

from __future__ import annotations

from dataclasses import dataclass

from station.catalogue_file import CatalogueTable
from station.criteria.case import Case, Counted, Fact, Finding, Met, NotYet, Step, Undecided, Why
from station.criteria.criterion import Criterion, criterion, read
from station.deeds import Answered, Application, Attested, Share
from station.facts import Ground
from station.scopes import midnight
from station.texts import _, ngettext


@criterion("evidence", by_person=True)
@dataclass(frozen=True, slots=True)
class Vouched(Criterion):
    """Somebody vouched ``count`` times for what the badge asks; ``confirmed`` asks for a second person's word."""

    count: int
    confirmed: bool

    @classmethod
    def read(cls, table: CatalogueTable) -> Criterion:
        return cls(table.number("count", 1, 1000), table.flag("confirmed"))

    def evaluate(self, case: Case) -> Finding:
        theirs = [
            one for one in case.deeds.attested if one.badge == case.badge and (one.confirmed or not self.confirmed)
        ]
        theirs.sort(key=lambda one: (one.day, one.ref))
        steps = (Step(Counted.EVIDENCE, min(len(theirs), self.count), self.count),)
        if len(theirs) < self.count:
            return NotYet(steps)
        counted = theirs[: self.count]
        return Met(midnight(counted[-1].day), tuple(map(_attested, counted)), steps)

    def said(self) -> str:
        return ngettext("evidence, given {n} time", "evidence, given {n} times", self.count).format(n=self.count)


@criterion("percentage", by_person=True)
@dataclass(frozen=True, slots=True)
class Percentage(Criterion):
    """At least ``percent`` of what was possible, compared in integers: 74.99 % is not 75 %."""

    percent: int

    @classmethod
    def read(cls, table: CatalogueTable) -> Criterion:
        return cls(table.number("percent", 1, 100))

    def evaluate(self, case: Case) -> Finding:
        theirs = sorted(
            (one for one in case.deeds.shares if one.badge == case.badge), key=lambda one: (one.day, one.ref)
        )
        possible = [one for one in theirs if one.possible > 0]
        for one in possible:
            if one.earned * 100 >= self.percent * one.possible:
                step = Step(Counted.PERCENT, one.earned * 100 // one.possible, self.percent)
                return Met(midnight(one.day), (_share(one),), (step,))
        if theirs and not possible:
            return Undecided(Why.NOTHING_POSSIBLE)
        best = max((one.earned * 100 // one.possible for one in possible), default=0)
        return NotYet((Step(Counted.PERCENT, best, self.percent),))

    def said(self) -> str:
        return _("at least {percent} % of what is measured").format(percent=self.percent)


@criterion("application", by_person=True)
@dataclass(frozen=True, slots=True)
class Applied(Criterion):
    """A person applied and another granted it; ``after`` is what has to be reached before anybody may apply."""

    after: Criterion

    @classmethod
    def read(cls, table: CatalogueTable) -> Criterion:
        return cls(read(table.table("after")))

    def parts(self) -> tuple[Criterion, ...]:
        return (self.after,)

    def evaluate(self, case: Case) -> Finding:
        before = self.after.evaluate(case)
        if not isinstance(before, Met):
            return before
        granted = [one for one in case.deeds.applications if one.badge == case.badge and one.answer is Answered.GRANTED]
        step = Step(Counted.APPLICATION, int(bool(granted)), 1)
        if not granted:
            return NotYet((*before.steps, step))
        first = min(granted, key=lambda one: (one.day, one.ref))
        return Met(max(before.at, midnight(first.day)), (_application(first),), (*before.steps, step))

    def said(self) -> str:
        return _("an application that is granted; before it: {after}").format(after=self.after.said())


def _attested(one: Attested) -> Fact:
    at = midnight(one.day)
    return Fact(one.ref, ground=Ground("Patvirtinta / Vouched for", one.day.isoformat(), at))


def _share(one: Share) -> Fact:
    at = midnight(one.day)
    return Fact(one.ref, ground=Ground("Dalis / Share", f"{one.day.isoformat()}, {one.earned} / {one.possible}", at))


def _application(one: Application) -> Fact:
    at = midnight(one.day)
    return Fact(one.ref, ground=Ground("Paraiška / Application", one.day.isoformat(), at))
