"""Which badges the records have earned: proposals with their natural keys, and the way to the next one. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from station.attendance import Attendance
from station.catalogue import Badge, Catalogue, Scope
from station.facts import SECOND, AwardKey, Event, Evidence, Proposal, Visit


@dataclass(frozen=True, slots=True)
class Issuer:
    """Whose badges these are: the institution's id and the issuer's address (the issuer profile's id)."""

    institution: str
    url: str


def scope_of(event: Event, scope: Scope) -> str:
    """The scope instance an event's hours add up in (H13); an event without a series stands alone."""
    match scope:
        case Scope.ALL_TIME:
            return "all"
        case Scope.SERIES if event.series:
            return f"series:{event.series}"
        case _:
            return f"event:{event.id}"


def earnable(event: Event, catalogue: Catalogue) -> Iterator[Badge]:
    """The catalogue's badges that an event names; names the catalogue does not know earn nothing."""
    for name in event.earns:
        if name in catalogue.badges:
            yield catalogue.badges[name]


def counting_events(badge: Badge, scope: str, events: Iterable[Event], kind: Scope) -> frozenset[str]:
    """The events of one scope instance that name a badge: only hours there count towards it."""
    return frozenset(event.id for event in events if badge.id in event.earns and scope_of(event, kind) == scope)


def proposals(
    attendance: Attendance, catalogue: Catalogue, issuer: Issuer, only: Event | None = None
) -> list[Proposal]:
    """Every badge earned by confirmed hours (at ``only``'s scope, if given), by person and badge.

    Provisional hours earn nothing (H8); reaching a higher tier earns the lower ones too, each at its own instant.
    """
    kind = catalogue.rules.scope
    wanted = {
        (scope_of(event, kind), badge.id)
        for event in attendance.events.values()
        for badge in earnable(event, catalogue)
        if only is None or (scope_of(event, kind) == scope_of(only, kind) and badge.id in only.earns)
    }
    counting = {
        (scope, name): counting_events(catalogue.badges[name], scope, attendance.events.values(), kind)
        for scope, name in wanted
    }
    found = []
    for person in attendance.people:
        # Confirmed visits do not depend on the instant they are read at.
        visits = [visit for visit in attendance.visits(person, 0) if visit.confirmed]
        if not visits:
            continue
        for (scope, name), events in counting.items():
            badge = catalogue.badges[name]
            key = AwardKey(issuer.institution, issuer.url, name, scope, person, 1)
            proposal = reached(badge, visits, events, key)
            if proposal is not None:
                found.append(proposal)
    return sorted(found, key=lambda proposal: (proposal.earned_at, proposal.key))


def reached(badge: Badge, visits: Iterable[Visit], events: frozenset[str], key: AwardKey) -> Proposal | None:
    """The proposal for one badge and person, if its threshold was reached; evidence ends at that instant."""
    role, needed = badge.criterion.role, badge.criterion.seconds * SECOND
    total, evidence = 0, []
    for visit in visits:
        if visit.role is not role or visit.event not in events or not visit.credited:
            continue
        missing = needed - total
        total += visit.credited
        counted = min(visit.credited, missing)
        evidence.append(Evidence(visit.event, visit.credit_start, visit.credit_start + counted, counted // SECOND))
        if total >= needed:
            return Proposal(key, role, visit.credit_start + missing, badge.criterion.seconds, tuple(evidence))
    return None
