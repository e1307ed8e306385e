"""What a log sums up: people, scans, and hours by role and by person. Whole seconds, two numbers, always."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from station import texts
from station.facts import Hours, Role, Verdict
from station.views import DayView, HoursRow


@dataclass(frozen=True, slots=True)
class RoleTotal:
    """A role's share of the event. ``people`` have hours or a visit in it."""

    role: Role
    people: int
    visits: int
    hours: Hours


@dataclass(frozen=True, slots=True)
class PersonTotal:
    """One person's hours by role and together."""

    name: str
    last4: str
    by_role: Mapping[Role, Hours]
    together: Hours


@dataclass(frozen=True, slots=True)
class Totals:
    roles: tuple[RoleTotal, ...]
    people: tuple[PersonTotal, ...]
    hours: Hours
    scans: int
    refused: int
    undone: int


def totals(view: DayView) -> Totals:
    """People come in the order of their names, namesakes by their number."""
    by_person: dict[str, list[HoursRow]] = defaultdict(list)
    for row in view.hours:
        by_person[row.person].append(row)
    people = [
        PersonTotal(
            rows[0].name,
            rows[0].last4,
            {role: _sum(row for row in rows if row.role is role) for role in Role},
            _sum(rows),
        )
        for rows in by_person.values()
    ]
    return Totals(
        roles=tuple(_role(view, role) for role in Role),
        people=tuple(sorted(people, key=lambda person: (texts.in_order(person.name), person.last4))),
        hours=_sum(view.hours),
        scans=len(view.scans),
        refused=sum(scan.verdict is Verdict.REFUSED for scan in view.scans),
        undone=sum(scan.undone for scan in view.scans),
    )


def _role(view: DayView, role: Role) -> RoleTotal:
    visits = [visit for visit in view.visits if visit.role is role]
    rows = [row for row in view.hours if row.role is role]
    people = {visit.person for visit in visits} | {row.person for row in rows}
    return RoleTotal(role, len(people), len(visits), _sum(rows))


def _sum(rows: Iterable[HoursRow]) -> Hours:
    kept = list(rows)
    return Hours(sum(row.confirmed for row in kept), sum(row.provisional for row in kept))
