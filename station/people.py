"""The roster as the records join it: linked codes are known, and somebody with several ids is one person."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from station.facts import Identity, Known, Person, Unknown
from station.links import Links
from station.roster import Roster


class People:
    """``links`` is read as it stands when asked."""

    def __init__(self, roster: Roster, links: Links) -> None:
        self._roster = roster
        self._links = links

    def resolve(self, identity: Identity) -> Identity:
        """Whom a code names once links are followed.

        The roster's own word about a code comes before a link. A code linked to somebody of whom nothing is kept
        here, such as an erased person, stays unknown.
        """
        match identity:
            case Known(person=person):
                return Known(self.one(person))
            case Unknown(mac=mac):
                linked = self._links.whose(mac)
                known = self.of([linked]).get(linked) if linked is not None else None
                return identity if known is None else Known(known)
            case _:
                return identity

    def one(self, person: Person) -> Person:
        """Somebody under the id that stands for them."""
        if len(self._links.ids(person.id)) == 1:
            return person
        return self.of([person.id]).get(person.id, person)

    def named(self, text: str) -> Person | None:
        """Somebody by person id, student id, e-mail or any code of theirs, also a linked one."""
        found = self._roster.person(text)
        if found is not None:
            return self.one(found)
        match self.resolve(self._roster.identity(text)):
            case Known(person=person):
                return person
            case _:
                return None

    def of(self, ids: Iterable[str]) -> dict[str, Person]:
        """People by the ids asked for and by those that stand for them.

        What the row of the one id lacks, such as an e-mail, comes from the next of the same person.
        """
        asked = {person: self._links.ids(person) for person in ids}
        rows = self._roster.people({one for together in asked.values() for one in together})
        found = {}
        for person, together in asked.items():
            theirs = [rows[one] for one in together if one in rows]
            if theirs:
                first = theirs[0]
                email = next((row.email for row in theirs if row.email), None)
                last4 = next((row.last4 for row in theirs if row.last4), "")
                walk_in = first.walk_in and first.id == together[0]
                found[person] = found[together[0]] = replace(
                    first, id=together[0], email=email, last4=last4, walk_in=walk_in
                )
        return found

    def merged(self, found: Iterable[Person]) -> list[Person]:
        """These people, each once and under the id that stands for them, in the order given."""
        listed = list(found)
        several = self.of({one.id for one in listed if len(self._links.ids(one.id)) > 1})
        return list({(one := several.get(each.id, each)).id: one for each in listed}.values())
