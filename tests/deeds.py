"""Short ways to say in a test what somebody did: starts, memberships, evidence, visits; and a case made of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from station.criteria import Case, Held
from station.deeds import (
    Answered,
    Application,
    Attested,
    Competition,
    Deeds,
    Level,
    Membership,
    Share,
    Start,
    StartStatus,
)
from station.facts import SECOND, Event, EventKind, Ref, Role, Visit, VisitState
from station.scopes import midnight
from tests.stories import HOUR, START

UNIT = "sport_collectives"
BADGE = "b"


def ref(number: int, writer: str = "w") -> Ref:
    return Ref(writer, number)


def start(
    number: int, day: date, *, team: bool = False, at: str = "", discipline: str = "", place: int | None = None,
    status: StartStatus = StartStatus.STARTED, level: Level = Level.NATIONAL, unit: str = UNIT,
    institution: str = "", confirmed: bool = True,
) -> Start:  # fmt: skip
    """A start in a competition of its own, unless ``at`` names one."""
    name = at or f"c{number}"
    competition = Competition(name, name, "org", level, day, "sport", team, unit, "")
    return Start("p", competition, discipline, status, place, institution, confirmed, ref(number))


def member(number: int, since: date, until: date | None = None, position: str = "", unit: str = UNIT) -> Membership:
    return Membership("p", unit, "collective", position, since, until, ref(number))


def vouched(number: int, day: date, badge: str = BADGE, confirmed: bool = True) -> Attested:
    return Attested("p", badge, day, "", ref(number), confirmed)


def share(number: int, earned: int, possible: int, day: date = date(2026, 10, 1), badge: str = BADGE) -> Share:
    return Share("p", badge, earned, possible, "", day, ref(number))


def applied(number: int, day: date, answer: Answered = Answered.GRANTED, badge: str = BADGE) -> Application:
    return Application("p", badge, day, answer, ref(number))


def visit(
    number: int, first: int, last: int, role: Role = Role.TECHNICAL, at: str = "e1", confirmed: bool = True
) -> Visit:
    """From a second to another after the start."""
    begin, end = START + first * SECOND, START + last * SECOND
    return Visit("p", at, role, begin, end, begin, end, VisitState.CLOSED, confirmed, ref(number))


def lecture(name: str, series: str | None = "cycle", days: int = 0, earns: tuple[str, ...] = (BADGE,)) -> Event:
    begin = START + days * 24 * HOUR
    return Event(name, name, EventKind.ATTENDANCE, "university_general", series, begin, begin + 2 * HOUR, earns)


def held(badge: str, level: str = "first", unit: str = UNIT, at: int = 0, award: str = "") -> Held:
    return Held(badge, level, unit, at, award or badge)


def case(
    *, deeds: Deeds | None = None, visits: tuple[Visit, ...] = (), events: tuple[Event, ...] = (),
    held: tuple[Held, ...] = (), today: date = date(2030, 1, 1), unit: str = UNIT,
) -> Case:  # fmt: skip
    return Case(BADGE, unit, midnight(today), visits, {one.id: one for one in events}, deeds or Deeds(), held)


def reversed_deeds(deeds: Deeds) -> Deeds:
    return replace(
        deeds,
        starts=deeds.starts[::-1],
        memberships=deeds.memberships[::-1],
        attested=deeds.attested[::-1],
        shares=deeds.shares[::-1],
        applications=deeds.applications[::-1],
    )
