"""Who is the same person, and whose an unknown code is: the reading of walk-ins, links and their undoing. Pure.

Records may come in any order of writers: equal sets of records give equal answers, and a link that is undone leaves
nothing behind.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple, TypeVar

from station.facts import Kind, Record, Ref

Key = TypeVar("Key")
Item = TypeVar("Item")

Order = tuple[int, str, int]
"""Tick, writer, number: which of two records came first, on every desk alike."""


class Match(NamedTuple):
    """One person's id said to be another's too."""

    order: Order
    ref: Ref
    person: str
    to: str


class CodeLink(NamedTuple):
    """A code, by its HMAC, said to be a person's. ``note`` names its last four characters; empty where unknown."""

    order: Order
    ref: Ref
    mac: str
    person: str
    note: str


class Links:
    """What the records say about who is who.

    ``of`` and ``whose`` each look into one dictionary that holds the answer, so another thread may ask them while
    this one takes records in.
    """

    def __init__(self) -> None:
        self._walk_ins: set[str] = set()
        self._undone: set[Ref] = set()
        self._known: dict[Ref, Match | CodeLink] = {}
        self._matches: dict[str, set[Match]] = {}
        self._codes: dict[str, set[CodeLink]] = {}
        self._macs: dict[str, set[str]] = {}
        self._first: dict[str, str] = {}
        self._roots: dict[str, str] = {}
        self._classes: dict[str, tuple[str, ...]] = {}
        self._aside: set[Match] = set()

    # --- taking records in ---

    def see(self, record: Record) -> frozenset[str]:
        """Take one record in; returns the ids of those who may be somebody else by it."""
        match record.kind:
            case Kind.WALK_IN if record.person is not None:
                self._walk_ins.add(record.person)
                return self._settle({record.person})
            case Kind.LINK_PERSON if record.person is not None:
                return self._put(Match(_order(record), record.ref, record.person, str(record.body["to"])))
            case Kind.LINK_CODE if record.person is not None:
                mac, note = str(record.body["mac"]), str(record.body.get("note", ""))
                return self._put(CodeLink(_order(record), record.ref, mac, record.person, note))
            case Kind.UNLINK | Kind.UNDO if "link" in record.body:
                return self._undo(Ref(*record.body["link"]))
            case _:
                return frozenset()

    def _put(self, link: Match | CodeLink) -> frozenset[str]:
        self._known[link.ref] = link
        return frozenset() if link.ref in self._undone else self._change(link, here=True)

    def _undo(self, ref: Ref) -> frozenset[str]:
        """The link itself may still be on its way."""
        if ref in self._undone:
            return frozenset()
        self._undone.add(ref)
        link = self._known.get(ref)
        return frozenset() if link is None else self._change(link, here=False)

    def _change(self, link: Match | CodeLink, *, here: bool) -> frozenset[str]:
        match link:
            case Match(person=person, to=to):
                for one in (person, to):
                    _keep(self._matches, one, link, here)
                return self._settle({person, to})
            case CodeLink(mac=mac, person=person):
                _keep(self._codes, mac, link, here)
                links = sorted(self._codes.get(mac, ()))
                if links:
                    self._first[mac] = links[0].person
                else:
                    self._first.pop(mac, None)
                _keep(self._macs, person, mac, any(one.person == person for one in links))
                return frozenset()

    def _settle(self, people: set[str]) -> frozenset[str]:
        """Join anew everybody whom these have to do with."""
        reached, links = self._around(people)
        self._aside -= {one for one in self._aside if one.person in reached}
        classes = {person: {person} for person in reached}
        # What was said of two people of the roster is meant so; it comes before what a walk-in could make of them.
        for link in sorted(links, key=lambda one: (not self._is_said(one), one)):
            ours, theirs = classes[link.person], classes[link.to]
            if ours is theirs:
                continue
            if self._is_anchored(ours) and self._is_anchored(theirs) and not self._is_said(link):
                # Two desks matched one walk-in to two people: the first holds, and nobody becomes somebody else.
                self._aside.add(link)
                continue
            ours |= theirs
            classes |= dict.fromkeys(theirs, ours)
        for person in reached:
            ordered = tuple(sorted(classes[person], key=lambda one: (one in self._walk_ins, one)))
            # One step each, for whoever asks meanwhile.
            self._classes[person], self._roots[person] = ordered, ordered[0]
        return frozenset(reached)

    def _around(self, people: set[str]) -> tuple[set[str], set[Match]]:
        """Everybody who is linked to these by however many links, and those links."""
        reached, links, waiting = set(people), set[Match](), list(people)
        while waiting:
            for link in self._matches.get(waiting.pop(), ()):
                links.add(link)
                for one in (link.person, link.to):
                    if one not in reached:
                        reached.add(one)
                        waiting.append(one)
        return reached, links

    def _is_said(self, link: Match) -> bool:
        return link.person not in self._walk_ins and link.to not in self._walk_ins

    def _is_anchored(self, people: Iterable[str]) -> bool:
        return any(person not in self._walk_ins for person in people)

    # --- asking ---

    def of(self, person: str) -> str:
        """The one id that stands for somebody: a roster's before a walk-in's, then the smallest."""
        return self._roots.get(person, person)

    def ids(self, person: str) -> tuple[str, ...]:
        """All ids of somebody, the one that stands for them first."""
        return self._classes.get(person, (person,))

    def whose(self, mac: str) -> str | None:
        """Whom a code was linked to. Of two desks that linked it to two people, the first holds."""
        person = self._first.get(mac)
        return None if person is None else self.of(person)

    def is_walk_in(self, person: str) -> bool:
        """Whether somebody is a walk-in whom nobody matched to the roster yet."""
        return self.of(person) in self._walk_ins

    def came_as_walk_in(self, person: str) -> bool:
        """Whether this very id is a walk-in's, matched or not."""
        return person in self._walk_ins

    def contradicts(self, person: str, to: str) -> bool:
        """Whether a link between these two would make one person of two whom nobody said to be one."""
        both = self.is_walk_in(person) or self.is_walk_in(to)
        said = person not in self._walk_ins and to not in self._walk_ins
        return self.of(person) != self.of(to) and not both and not said

    def matches(self, person: str) -> tuple[Match, ...]:
        """The links between people that name any of somebody's ids, the first first."""
        return tuple(sorted({link for one in self.ids(person) for link in self._matches.get(one, ())}))

    def codes(self, person: str) -> tuple[CodeLink, ...]:
        """The links that name somebody as a code's owner."""
        macs = {mac for one in self.ids(person) for mac in self._macs.get(one, ())}
        return tuple(sorted(one for mac in macs for one in self._codes[mac] if self.of(one.person) == self.of(person)))

    def link(self, ref: Ref) -> Match | CodeLink | None:
        """A link that is not undone, by its record."""
        return None if ref in self._undone else self._known.get(ref)

    def code_link(self, mac: str) -> CodeLink | None:
        """The link by which ``whose`` answers."""
        return min(self._codes.get(mac, ()), default=None)

    def is_contested(self, person: str) -> bool:
        """Whether desks said different things of somebody: a walk-in or a code of theirs is also another's."""
        root = self.of(person)
        torn = {self.of(one) for link in self._aside for one in (link.person, link.to)}
        if root in torn:
            return True
        macs = {mac for one in self.ids(person) for mac in self._macs.get(one, ())}
        return any(self.of(link.person) != root for mac in macs for link in self._codes[mac])


def _order(record: Record) -> Order:
    return record.tick, record.writer, record.seq


def _keep(table: dict[Key, set[Item]], key: Key, item: Item, here: bool) -> None:
    """Put an item into a table of sets, or take it out."""
    if here:
        table.setdefault(key, set()).add(item)
    elif key in table:
        table[key].discard(item)
        if not table[key]:
            del table[key]
