"""Criteria of belonging: membership, something that lasted, a position held. Months are calendar months."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from station.catalogue_file import ID, CatalogueTable
from station.criteria.case import Case, Counted, Fact, Finding, Met, NotYet, Step
from station.criteria.criterion import Criterion, criterion
from station.deeds import Membership
from station.facts import Ground
from station.scopes import local_day, midnight
from station.starts import add_months, spans, whole_months
from station.texts import _, ngettext

_MOST_MONTHS = 600


class Months(StrEnum):
    """What a month is: from a day to the same day of the next month, or thirty days."""

    CALENDAR = "calendar"
    THIRTY_DAYS = "thirty_days"


class Breaks(StrEnum):
    """What a break does to the months before it: they are lost, or they add up (whole months of each part)."""

    RESTART = "restart"
    ADD = "add"


def after_months(since: date, months: int, method: Months = Months.CALENDAR) -> date:
    """The day on which ``months`` have passed: the same day of a later month, or its last one where it has no such day
    (2026-11-30 and 3 months: 2027-02-28)."""
    if method is Months.THIRTY_DAYS:
        return since + timedelta(days=30 * months)
    return add_months(since, months)


def months_between(since: date, end: date, method: Months = Months.CALENDAR) -> int:
    """Whole months passed on the day ``end``; none before ``since``."""
    return max(0, (end - since).days // 30) if method is Months.THIRTY_DAYS else whole_months(since, end)


@dataclass(frozen=True, slots=True)
class Lasting(Criterion):
    """``months`` (0: from the first day) of what ``chosen`` picks, of the badge's unit."""

    months: int
    method: Months
    breaks: Breaks

    def chosen(self, membership: Membership) -> bool:
        """Whether a membership is of the kind that counts."""
        return not membership.position

    def evaluate(self, case: Case) -> Finding:
        theirs = [one for one in case.deeds.memberships if one.unit == case.unit and self.chosen(one)]
        before, best = 0, 0
        parts: tuple[Membership, ...] = ()
        for span in spans(theirs, local_day(case.as_of)):
            parts = (*parts, *span.parts) if self.breaks is Breaks.ADD else span.parts
            missing = self.months - before
            passed = months_between(span.since, span.end, self.method)
            if passed >= missing:
                at = midnight(after_months(span.since, missing, self.method))
                # Joined later than the months were full: what did not count is no evidence.
                counted = tuple(fact_of(one) for one in parts if midnight(one.since) <= at)
                return Met(at, counted, self._steps(self.months, met=True))
            best = max(best, before + passed)
            before += passed if self.breaks is Breaks.ADD else 0
        return NotYet(self._steps(best))

    def _steps(self, done: int, *, met: bool = False) -> tuple[Step, ...]:
        if not self.months:
            return (Step(Counted.RECORD, int(met), 1),)
        return (Step(Counted.MONTHS, min(done, self.months), self.months),)

    def _for_months(self) -> str:
        if not self.months:
            return ""
        return ngettext(" for {n} month", " for {n} months", self.months).format(n=self.months)


def _lasting(table: CatalogueTable, least: int) -> tuple[int, Months, Breaks]:
    return (
        table.number("months", least, _MOST_MONTHS),
        Months(table.choice("method", Months)),
        Breaks(table.choice("breaks", Breaks)),
    )


@criterion("membership", by_person=True)
@dataclass(frozen=True, slots=True)
class Belonged(Lasting):
    """Plain membership: of somebody entered without a position."""

    @classmethod
    def read(cls, table: CatalogueTable) -> Criterion:
        return cls(*_lasting(table, 0))

    def said(self) -> str:
        return _("membership{months}").format(months=self._for_months())


@dataclass(frozen=True, slots=True)
class _Named(Lasting):
    position: str

    def chosen(self, membership: Membership) -> bool:
        return membership.position == self.position


@criterion("duration", by_person=True)
@dataclass(frozen=True, slots=True)
class Lasted(_Named):
    """Something with a beginning and an end, such as an internship, entered as a membership with this position."""

    @classmethod
    def read(cls, table: CatalogueTable) -> Criterion:
        return cls(*_lasting(table, 1), table.text("position", ID))

    def said(self) -> str:
        return _("lasting{months} (entered as “{position}”)").format(months=self._for_months(), position=self.position)


@criterion("position", by_person=True)
@dataclass(frozen=True, slots=True)
class Positioned(_Named):
    """Holding a position."""

    @classmethod
    def read(cls, table: CatalogueTable) -> Criterion:
        return cls(*_lasting(table, 0), table.text("position", ID))

    def said(self) -> str:
        return _("holding the position “{position}”{months}").format(months=self._for_months(), position=self.position)


def fact_of(one: Membership) -> Fact:
    """What a credential says of a membership: of what, and from when. Not until when: it may go on."""
    since = midnight(one.since)
    return Fact(one.ref, ground=Ground(one.collective or "Narystė / Membership", one.since.isoformat(), since))
