"""Which badges the records have earned: proposals with their natural keys, and the way to the next one. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from station.attendance import Attendance
from station.badge import Badge, Tiers
from station.catalogue import Catalogue
from station.counting import Laid, Pair, lay
from station.criteria import Case, Finding, Held, Met, Undecided, Why
from station.criteria.case import NO_DEEDS
from station.criteria.vouched import Applied
from station.deeds import Deeds
from station.facts import AwardKey, Event, Proposal, Ref, Visit
from station.scopes import holds, kind_of, local_day, midnight, scopes_of, span
from station.starts import FIRST_OF_YEAR, academic_year
from station.trouble import Trouble


@dataclass(frozen=True, slots=True)
class Issuer:
    """Whose badges these are: the institution's id and the issuer's address (the issuer profile's id)."""

    institution: str
    url: str


@dataclass(frozen=True, slots=True)
class Holding:
    """A badge that a person holds: an award that was signed off, of ``key`` and resting on ``facts``."""

    key: AwardKey
    earned_at: int
    facts: frozenset[Ref]


@dataclass(frozen=True, slots=True)
class Person:
    """All that is known of one person: confirmed visits, everything else they did, the badges they hold (``held`` with
    what the catalogue says of them)."""

    id: str
    visits: tuple[Visit, ...] = ()
    deeds: Deeds = NO_DEEDS
    holdings: tuple[Holding, ...] = ()
    held: tuple[Held, ...] = ()


def nobody(_person: str) -> Deeds:
    """The deeds of everybody where no deeds are recorded."""
    return NO_DEEDS


def none_held(_person: str) -> tuple[Holding, ...]:
    """The holdings of everybody where nothing was signed off."""
    return ()


def proposals(
    attendance: Attendance,
    catalogue: Catalogue,
    issuer: Issuer,
    only: Event | None = None,
    *,
    deeds: Callable[[str], Deeds] = nobody,
    doers: Iterable[str] = (),
    holdings: Callable[[str], tuple[Holding, ...]] = none_held,
    as_of: int = 0,
    laid: Laid | None = None,
) -> list[Proposal]:
    """Every badge earned (at ``only``'s scopes, if given), by when it was earned.

    Provisional hours earn nothing (H8); reaching a higher tier earns the lower ones too, each at its own instant,
    unless the catalogue says otherwise. ``doers`` are people who have ``deeds`` and may never have been scanned;
    ``as_of`` (µs UTC) says how many months have passed. What a person holds under another kind of scope, resting on
    one of the same facts, is not proposed again. ``laid`` is the catalogue laid over the events, where it is at hand.
    """
    laid = laid or lay(catalogue, attendance.events.values())
    if only is not None:
        laid = laid.only(only, catalogue)
    others = [
        badge
        for badge in catalogue.badges.values()
        if not badge.rests_on_visits and (only is None or badge.id in only.earns)
    ]
    found: list[Proposal] = []
    for person in dict.fromkeys((*attendance.people, *doers)):
        who = person_of(person, attendance, deeds(person), holdings(person), catalogue)
        earned = _earned(who, laid, others, catalogue, issuer, as_of)
        found.extend(_highest(list(earned), catalogue))
    return sorted(found, key=lambda proposal: (proposal.earned_at, proposal.key))


def person_of(
    person: str, attendance: Attendance, deeds: Deeds, holdings: tuple[Holding, ...], catalogue: Catalogue
) -> Person:
    # Confirmed visits do not depend on the instant they are read at.
    visits = tuple(visit for visit in attendance.visits(person, 0) if visit.confirmed)
    return Person(person, visits, deeds, holdings, _held(holdings, catalogue))


def _earned(
    who: Person, laid: Laid, others: Iterable[Badge], catalogue: Catalogue, issuer: Issuer, as_of: int
) -> Iterator[Proposal]:
    """What one person has earned: badges that rest on visits, and the ``others``."""
    wanted: dict[Pair, Mapping[str, Event]] = {
        pair: laid.events[pair] for visit in who.visits for pair in laid.pairs.get(visit.event, ())
    }
    if who.holdings or who.deeds != NO_DEEDS:
        days = _days(who.deeds, local_day(as_of))
        wanted.update({(badge.id, scope): {} for badge in others for scope in scopes_of(days, badge.scope)})
    for (name, scope), events in wanted.items():
        badge = catalogue.badges[name]
        found = finding(badge, scope, who, events, as_of)
        if isinstance(found, Met):
            key = AwardKey(issuer.institution, issuer.url, name, scope, who.id, 1)
            proposal = _proposal(badge, key, found)
            if not _is_held_otherwise(proposal, who.holdings):
                yield proposal


def finding(badge: Badge, scope: str, who: Person, events: Mapping[str, Event], as_of: int) -> Finding:
    """How one person stands with one badge in one scope instance; ``events`` are those that count there."""
    bounds = span(scope)
    deeds = who.deeds if bounds is None else _within(who.deeds, scope)
    found = badge.criterion.evaluate(Case(badge.id, badge.unit, as_of, who.visits, events, deeds, who.held))
    if bounds is None or not isinstance(found, Met):
        return found
    if found.at >= midnight(bounds[1]):
        return Undecided(Why.LATER, steps=found.steps)
    # A membership may have begun long before the year that it counts in.
    return Met(max(found.at, midnight(bounds[0])), found.facts, found.steps)


def require_application(badge: Badge, who: Person, as_of: int) -> None:
    """Return where a person may apply for a badge.

    Raises ``Trouble``: "application_none" for a badge that is not given on application, "application_unset" while the
    institution has not set what has to come before, "application_early" for somebody who has not reached it.
    """
    applied = badge.criterion.leading()
    if not isinstance(applied, Applied):
        raise Trouble("application_none", badge=badge.id)
    before = applied.after.evaluate(Case(badge.id, badge.unit, as_of, who.visits, {}, who.deeds, who.held))
    if isinstance(before, Undecided) and before.why is Why.UNSET:
        raise Trouble("application_unset", badge=badge.id, choice=before.detail)
    if not isinstance(before, Met):
        done, needed = (sum(getattr(step, name) for step in before.steps) for name in ("done", "needed"))
        raise Trouble("application_early", badge=badge.id, done=done, needed=needed)


def _proposal(badge: Badge, key: AwardKey, met: Met) -> Proposal:
    hours = badge.hours
    return Proposal(
        key,
        hours.role if hours else None,
        met.at,
        hours.seconds if hours else 0,
        tuple(fact.evidence for fact in met.facts if fact.evidence),
        tuple(fact.ground for fact in met.facts if fact.ground),
        tuple(fact.ref for fact in met.facts),
    )


def _highest(found: list[Proposal], catalogue: Catalogue) -> Iterator[Proposal]:
    """Without the lower tiers of families that propose the highest one only."""
    tops: dict[Pair, int] = {}
    for one in found:
        badge = catalogue.badges[one.key.badge]
        pair = (badge.family, one.key.scope)
        tops[pair] = max(badge.tier, tops.get(pair, 0))
    for one in found:
        badge = catalogue.badges[one.key.badge]
        if badge.tiers is Tiers.EACH or badge.tier == tops[badge.family, one.key.scope]:
            yield one


def _is_held_otherwise(proposal: Proposal, holdings: Iterable[Holding]) -> bool:
    """Whether the same achievement is held already: the setting of its scope was changed since."""
    return any(
        held.key.badge == proposal.key.badge
        and kind_of(held.key.scope) is not kind_of(proposal.key.scope)
        and not held.facts.isdisjoint(proposal.facts)
        for held in holdings
    )


def _held(holdings: Iterable[Holding], catalogue: Catalogue) -> tuple[Held, ...]:
    found = []
    for one in holdings:
        badge = catalogue.badges.get(one.key.badge)
        level, unit = (badge.level, badge.unit) if badge else ("", "")
        found.append(Held(one.key.badge, level, unit, one.earned_at, one.key.award))
    return tuple(found)


def _days(deeds: Deeds, today: date) -> set[date]:
    """The days on which something was done; of a membership one in every academic year that it has reached."""
    days = {one.day for one in deeds.attested} | {one.day for one in deeds.shares}
    days |= {one.day for one in deeds.applications} | {one.competition.day for one in deeds.starts}
    for one in deeds.memberships:
        last = min(one.until or today, today)
        days.add(one.since)
        days.update(date(year, *FIRST_OF_YEAR) for year in range(academic_year(one.since) + 1, academic_year(last) + 1))
    return days


def _within(deeds: Deeds, scope: str) -> Deeds:
    """The deeds of one academic year; memberships that were there in it, whole."""
    bounds = span(scope)
    return Deeds(
        starts=tuple(one for one in deeds.starts if holds(scope, one.competition.day)),
        memberships=tuple(
            one
            for one in deeds.memberships
            if bounds is None or (one.since < bounds[1] and (one.until is None or one.until >= bounds[0]))
        ),
        attested=tuple(one for one in deeds.attested if holds(scope, one.day)),
        shares=tuple(one for one in deeds.shares if holds(scope, one.day)),
        applications=tuple(one for one in deeds.applications if holds(scope, one.day)),
    )
