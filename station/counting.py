"""A catalogue laid out over the events: at which of them visits count towards which badge, in which scope. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from station.badge import Badge
from station.catalogue import Catalogue
from station.facts import Event
from station.scopes import Scope, is_in, scope_of

Pair = tuple[str, str]
"""A badge's id and a scope instance."""


@dataclass(frozen=True, slots=True)
class Laid:
    """``events`` of each badge and scope instance that some event names; ``pairs`` of each event."""

    events: Mapping[Pair, Mapping[str, Event]]
    pairs: Mapping[str, tuple[Pair, ...]]

    def only(self, event: Event, catalogue: Catalogue) -> Laid:
        """The same for what one event names, in its scopes."""
        wanted = {(badge.id, scope_of(event, badge.scope)) for badge in named(event, catalogue)}
        return _laid({pair: events for pair, events in self.events.items() if pair in wanted})


def named(event: Event, catalogue: Catalogue) -> Iterator[Badge]:
    """The badges resting on visits that an event names; names the catalogue does not know earn nothing."""
    for name in event.earns:
        badge = catalogue.badges.get(name)
        if badge is not None and badge.rests_on_visits:
            yield badge


def lay(catalogue: Catalogue, events: Collection[Event]) -> Laid:
    """Lay a catalogue over all events there are: to be done again when one is added."""
    found: dict[Pair, dict[str, Event]] = {}
    for event in events:
        scopes = {kind: scope_of(event, kind) for kind in Scope}
        for badge in named(event, catalogue):
            found.setdefault((badge.id, scopes[badge.scope]), {})[event.id] = event
    # Badges that also count events which do not name them.
    wide = [badge for badge in catalogue.badges.values() if badge.hours and badge.hours.elsewhere()]
    for badge in wide:
        for event in events:
            pair = (badge.id, scope_of(event, badge.scope))
            if pair in found and badge.criterion.counts(event, badge.id):
                found[pair][event.id] = event
    return _laid(found)


def counting_events(badge: Badge, scope: str, events: Collection[Event]) -> Mapping[str, Event]:
    """The events of one scope instance, of whatever kind, at which visits count towards a badge."""
    return {event.id: event for event in events if badge.criterion.counts(event, badge.id) and is_in(event, scope)}


def _laid(events: Mapping[Pair, Mapping[str, Event]]) -> Laid:
    pairs: dict[str, dict[Pair, None]] = {}
    for pair, there in events.items():
        for event in there:
            pairs.setdefault(event, {})[pair] = None
    return Laid(events, {event: tuple(theirs) for event, theirs in pairs.items()})
