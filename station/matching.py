"""The acts on who is the same person: match a walk-in, link a code, take either back, and show what is known."""

from __future__ import annotations

from station import codes
from station.clock import wall
from station.day import Day
from station.facts import Code, Draft, Kind, Known, Malformed, Person, Record, Ref, RefusedKind, Unfit, Unknown
from station.logbook import Pen
from station.people import People
from station.picture import Picture
from station.roster import Roster
from station.trouble import Trouble
from station.views import PersonView
from station.whose import whose


class Matching:
    """What a named person says of people; ``pen`` is a writer of the institution's own acts."""

    def __init__(self, day: Day, roster: Roster, picture: Picture, pen: Pen | None) -> None:
        self._day = day
        self._roster = roster
        self._people = People(roster, picture.links)
        self._picture = picture
        self._pen = pen

    def match(self, person: str, to: str, by: str) -> Record:
        """Say that two ids are one person: mostly a walk-in and somebody on the roster.

        Raises ``Trouble``: "match_same" where they are one already, "match_taken" for a walk-in who is matched to
        somebody else, "person_unknown" for an id that is nobody's, "who" without a name.
        """
        links = self._picture.links
        rows = self._roster.people([person, to])
        # Of another desk's walk-in there may be nothing here but records.
        if not all(one in rows or links.came_as_walk_in(one) for one in (person, to)):
            raise Trouble("person_unknown")
        if links.of(person) == links.of(to):
            raise Trouble("match_same")
        if links.contradicts(person, to):
            raise Trouble("match_taken")
        return self._write(Draft(Kind.LINK_PERSON, None, person, self._day.actor(by), {"to": to}))

    def link_code(self, text: str, person: Person, by: str) -> Ref:
        """Say whose a code is; only its HMAC is kept. Returns the link, also where it was there already.

        Raises ``Trouble``: "code_unreadable", "code_personal", "code_known" for one on the roster, "code_linked" for
        one that is linked to somebody else, "who" without a name.
        """
        actor = self._day.actor(by)
        match codes.parse(text, self._roster.kinds):
            case RefusedKind(Unfit.PERSONAL_CODE):
                raise Trouble("code_personal")
            case Malformed() | RefusedKind():
                raise Trouble("code_unreadable")
            case Code() as code:
                identity = whose(self._roster, code, wall())
        if isinstance(identity, Known):
            raise Trouble("code_known")
        if not isinstance(identity, Unknown):
            raise Trouble("code_unreadable")
        there = self._picture.links.code_link(identity.mac)
        if there is not None:
            if self._picture.links.of(there.person) != self._picture.links.of(person.id):
                raise Trouble("code_linked")
            return there.ref
        return self._write(code_link(self._roster, identity.mac, codes.last_four(code.text), person, None, actor)).ref

    def unlink(self, ref: Ref, by: str) -> Record:
        """Take a link back, of a code or of two people: all reads again as if it had never been made.

        Raises ``Trouble('link_unknown')`` where there is none, ``Trouble('who')`` without a name.
        """
        link = self._picture.links.link(ref)
        if link is None:
            raise Trouble("link_unknown")
        return self._write(Draft(Kind.UNLINK, None, link.person, self._day.actor(by), {"link": list(ref)}))

    def show(self, person: Person) -> PersonView:
        """What is kept of somebody under all their ids, without any number itself."""
        links, notes = self._picture.links, self._roster.notes()
        ids = links.ids(person.id)
        linked = tuple((link.ref, notes.get(link.note, "")) for link in links.codes(person.id))
        matches = tuple((match.ref, match.person, match.to) for match in links.matches(person.id))
        contested = links.is_contested(person.id) or bool(self._day.taken([person.id]))
        last_fours = tuple(self._roster.last_fours(ids))
        return PersonView(
            self._people.one(person), ids, last_fours, linked, matches, links.is_walk_in(person.id), contested
        )

    def _write(self, draft: Draft) -> Record:
        if self._pen is None:
            raise RuntimeError("this was opened for reading")
        records = self._pen.append(draft)
        for record in records:
            self._picture.see(record)
        return records[-1]


def code_link(roster: Roster, mac: str, last4: str, person: Person, event: str | None, actor: str | None) -> Draft:
    """The record that a code is somebody's. Its last four characters, if they are known, lie where they can be
    erased; the record holds what names them there."""
    body: dict[str, object] = {"mac": mac}
    if last4:
        body["note"] = roster.note([last4])[0]
    return Draft(Kind.LINK_CODE, event, person.id, actor, body)
