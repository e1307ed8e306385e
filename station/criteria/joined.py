"""Criteria made of others, and of badges that are held already: all, any, unlock, chosen, badges."""

from __future__ import annotations

from abc import ABC
from dataclasses import dataclass
from enum import StrEnum

from station.catalogue_file import ID, CatalogueTable
from station.choices import Unset
from station.criteria.case import Case, Counted, Finding, Held, Met, NotYet, Step, Undecided, Why
from station.criteria.criterion import Criterion, criterion, read
from station.texts import _, ngettext


@criterion("all", by_person=False)
@dataclass(frozen=True, slots=True)
class All(Criterion):
    """Every one of them; earned when the last was reached."""

    of: tuple[Criterion, ...]

    def leading(self) -> Criterion:
        return self.of[0].leading()

    def needs_person(self) -> bool:
        return any(one.needs_person() for one in self.of)

    @classmethod
    def read(cls, table: CatalogueTable) -> Criterion:
        return cls(tuple(map(read, table.row("of"))))

    def parts(self) -> tuple[Criterion, ...]:
        return self.of

    def evaluate(self, case: Case) -> Finding:
        found = [one.evaluate(case) for one in self.of]
        steps = tuple(step for one in found for step in one.steps)
        for one in found:
            if isinstance(one, Undecided):
                return Undecided(one.why, one.detail, steps)
        met = [one for one in found if isinstance(one, Met)]
        if len(met) < len(found):
            return NotYet(steps)
        facts = dict.fromkeys(fact for one in met for fact in one.facts)
        return Met(max(one.at for one in met), tuple(facts), steps)

    def said(self) -> str:
        return _(" and ").join(f"({one.said()})" if isinstance(one, Any) else one.said() for one in self.of)


@criterion("any", by_person=False)
@dataclass(frozen=True, slots=True)
class Any(Criterion):
    """One of them; earned when the first was reached."""

    of: tuple[Criterion, ...]

    def leading(self) -> Criterion:
        return self.of[0].leading()

    def needs_person(self) -> bool:
        return all(one.needs_person() for one in self.of)

    @classmethod
    def read(cls, table: CatalogueTable) -> Criterion:
        return cls(tuple(map(read, table.row("of"))))

    def parts(self) -> tuple[Criterion, ...]:
        return self.of

    def evaluate(self, case: Case) -> Finding:
        found = [one.evaluate(case) for one in self.of]
        met = [one for one in found if isinstance(one, Met)]
        if met:
            return min(met, key=lambda one: one.order)
        steps = tuple(step for one in found for step in one.steps)
        undecided = [one for one in found if isinstance(one, Undecided)]
        if len(undecided) == len(found):
            return Undecided(undecided[0].why, undecided[0].detail, steps)
        return NotYet(steps)

    def said(self) -> str:
        return _(" or ").join(f"({one.said()})" if isinstance(one, All) else one.said() for one in self.of)


@criterion("unlock", by_person=False)
@dataclass(frozen=True, slots=True)
class Unlocked(Criterion):
    """A gate: ``then`` counts once ``gate`` is reached. What opened it gives nothing and is no evidence."""

    gate: Criterion
    then: Criterion

    def leading(self) -> Criterion:
        return self.then.leading()

    def needs_person(self) -> bool:
        return self.then.needs_person()

    @classmethod
    def read(cls, table: CatalogueTable) -> Criterion:
        return cls(read(table.table("gate")), read(table.table("then")))

    def parts(self) -> tuple[Criterion, ...]:
        return (self.then, self.gate)

    def evaluate(self, case: Case) -> Finding:
        gate = self.gate.evaluate(case)
        if not isinstance(gate, Met):
            return gate
        then = self.then.evaluate(case)
        return Met(max(gate.at, then.at), then.facts, then.steps) if isinstance(then, Met) else then

    def said(self) -> str:
        return _("{then}; unlocked by {gate}").format(then=self.then.said(), gate=self.gate.said())


@criterion("chosen", by_person=False)
class Chosen(Criterion, ABC):
    """Of several readings of one sentence the one that the institution chose: ``by`` names it, every other key is a
    reading. Read, it is that criterion; every reading is checked."""

    @classmethod
    def read(cls, table: CatalogueTable) -> Criterion:
        readings = {name: read(table.table(name)) for name in table.entries if name not in ("kind", "by")}
        if not readings:
            table.fail("catalogue_missing", "by")
        return readings[table.one_of("by", readings)]


class Distinct(StrEnum):
    """Whether each badge counts once, or each award of it."""

    BADGE = "badge"
    AWARD = "award"


class Area(StrEnum):
    """Whether the badges may be of any units, or have to be of one."""

    ANY = "any_area"
    ONE = "one_area"


@criterion("badges", by_person=False)
@dataclass(frozen=True, slots=True)
class Collected(Criterion):
    """``count`` badges held: of a ``level``, or of those that ``ids`` names."""

    level: str
    ids: frozenset[str]
    count: int | Unset
    distinct: Distinct
    area: Area

    @classmethod
    def read(cls, table: CatalogueTable) -> Criterion:
        listed = "ids" in table.entries
        return cls(
            "" if listed else table.text("level", ID),
            frozenset(table.texts("ids", ID)) if listed else frozenset(),
            table.count("count", 1, 10_000),
            Distinct(table.choice("distinct", Distinct)),
            Area(table.choice("area", Area)),
        )

    def evaluate(self, case: Case) -> Finding:
        if isinstance(self.count, Unset):
            return Undecided(Why.UNSET, self.count.choice)
        areas: dict[str, list[Held]] = {}
        for held in sorted(case.held, key=lambda held: (held.at, held.badge, held.award)):
            mine = held.badge in self.ids if self.ids else held.level == self.level
            of_area = areas.setdefault("" if self.area is Area.ANY else held.unit, [])
            if mine and (self.distinct is Distinct.AWARD or all(held.badge != other.badge for other in of_area)):
                of_area.append(held)
        full = [theirs[self.count - 1].at for theirs in areas.values() if len(theirs) >= self.count]
        done = max((len(theirs) for theirs in areas.values()), default=0)
        steps = (Step(Counted.BADGES, min(done, self.count), self.count),)
        return Met(min(full), (), steps) if full else NotYet(steps)

    def said(self) -> str:
        if isinstance(self.count, Unset):
            return _("a number of badges that the institution has not set (“{choice}”)").format(
                choice=self.count.choice
            )
        of = self.level or ", ".join(sorted(self.ids))
        return ngettext("{n} badge ({of})", "{n} badges ({of})", self.count).format(n=self.count, of=of)
