"""What all the records say at this moment: attendance, awards, passes and the programme in force, kept together."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from station import catalogue
from station.attendance import Attendance
from station.awards import Awards
from station.badges import Issuer, Person, finding, person_of, proposals, require_application
from station.catalogue import Catalogue
from station.clock import Clock
from station.counting import Laid, Pair, counting_events, lay
from station.criteria import Finding, Met
from station.deedbook import Deedbook
from station.deeds import Deeds
from station.facts import SECOND, AwardKey, Event, Kind, Proposal, Record, Role
from station.holdings import Holdings
from station.links import Links
from station.passbook import Passbook
from station.scopes import Scope, local_day, scope_of
from station.starts import academic_year
from station.trouble import Trouble
from station.views import Progress


class Picture:
    """Takes records in by ``see``; everything else is asked of its parts. Nothing here is stored."""

    def __init__(self, programme: Catalogue, issuer: Issuer, *, now: Callable[[], int] | None = None) -> None:
        """``now`` (µs UTC) says how many months of a membership have passed."""
        self.programme = programme
        self.issuer = issuer
        self.now = now or Clock().now
        self.links = Links()
        self.attendance = Attendance(programme.rules, self.links)
        self.awards = Awards(self.links)
        self.holdings = Holdings(self.links.ids)
        self.passbook = Passbook()
        self.deedbook = Deedbook(self.links.ids)
        self._laid: Laid | None = None
        self.heads: dict[str, int] = {}
        """The highest number taken in of each writer."""
        self.told: Callable[[Record], None] | None = None
        """Called with each record after it was taken in; for whoever keeps a picture of their own."""

    @classmethod
    def of(cls, records: Iterable[Record], issuer: Issuer, *, now: Callable[[], int] | None = None) -> Picture:
        """Read all given records; they must hold the adoption of a programme (``Kind.CATALOGUE``)."""
        taken = list(records)
        picture = cls(programme_of(taken), issuer, now=now)
        for record in taken:
            picture.see(record)
        return picture

    def see(self, record: Record) -> None:
        self.heads[record.writer] = record.seq
        self.attendance.rejoin(self.links.see(record))
        self.attendance.see(record)
        self.awards.see(record)
        self.holdings.see(record)
        self.passbook.see(record)
        self.deedbook.see(record)
        if record.kind is Kind.EVENT:
            self._laid = None
        if self.told is not None:
            self.told(record)

    @property
    def laid(self) -> Laid:
        """The programme laid over the events there are."""
        if self._laid is None:
            self._laid = lay(self.programme, self.attendance.events.values())
        return self._laid

    def proposals(self, only: Event | None = None) -> list[Proposal]:
        """Every badge earned; one that was signed off under another id of the person has that award's key."""
        found = proposals(
            self.attendance, self.programme, self.issuer, only, deeds=self.deeds, doers=self.deedbook.people,
            holdings=self.holdings.of, as_of=self.now(), laid=self.laid,
        )  # fmt: skip
        return [one if len(self.links.ids(one.key.person)) == 1 else self._held(one) for one in found]

    def _held(self, proposal: Proposal) -> Proposal:
        held = self.awards.held(proposal.key)
        return replace(proposal, key=held.key) if held else proposal

    def deeds(self, person: str) -> Deeds:
        """What a person did besides visits: starts, memberships, and what was entered about them."""
        return self.deedbook.deeds(person)

    def person(self, person: str) -> Person:
        """All that is known of one person, by any of their ids, as criteria are asked about."""
        who = self.links.of(person)
        return person_of(who, self.attendance, self.deeds(who), self.holdings.of(who), self.programme)

    def is_earned(self, key: AwardKey) -> bool:
        """Whether the facts still reach an award's badge; a badge the programme no longer has stays."""
        badge = self.programme.badges.get(key.badge)
        if badge is None:
            return True
        # Of the key's own scope, whatever the programme says of scopes by now.
        events = counting_events(badge, key.scope, self.attendance.events.values())
        return isinstance(finding(badge, key.scope, self.person(key.person), events, self.now()), Met)

    def findings(self, person: str) -> dict[Pair, Finding]:
        """How a person stands with every badge, by its id and scope instance: those of the events they were at, and
        all that need no event."""
        who, now = self.person(person), self.now()
        found: dict[Pair, Finding] = {}
        for pair in dict.fromkeys(pair for visit in who.visits for pair in self.laid.pairs.get(visit.event, ())):
            found[pair] = finding(self.programme.badges[pair[0]], pair[1], who, self.laid.events[pair], now)
        today = f"year:{academic_year(local_day(now))}"
        for badge in self.programme.badges.values():
            if not badge.rests_on_visits:
                scope = today if badge.scope is Scope.ACADEMIC_YEAR else "all"
                found[badge.id, scope] = finding(badge, scope, who, {}, now)
        return found

    def require_application(self, person: str, badge: str) -> None:
        """Return where a person may apply for a badge. Raises ``Trouble``: "badge_unknown", and as
        ``badges.require_application`` does."""
        if badge not in self.programme.badges:
            raise Trouble("badge_unknown", badge=badge)
        require_application(self.programme.badges[badge], self.person(person), self.now())

    def progress(self, person: str, event: Event, role: Role, as_of: int) -> tuple[Progress, ...]:
        """The way to each tier that the event's badges have in a role: confirmed hours plus the running visit."""
        visits = self.attendance.visits(person, as_of)
        steps = []
        for name in event.earns:
            badge = self.programme.badges.get(name)
            hours = badge.hours if badge else None
            if badge is None or hours is None or hours.role is not role:
                continue
            events = self.laid.events.get((name, scope_of(event, badge.scope)), {})
            mine = [visit for visit in visits if visit.event in events and hours.suits(visit)]
            confirmed = sum(visit.credited for visit in mine if visit.confirmed)
            running = sum(visit.credited for visit in mine if visit.end is None)
            steps.append(
                Progress(
                    badge.id, badge.title, role, hours.seconds, confirmed // SECOND,
                    running // SECOND, confirmed >= hours.seconds * SECOND,
                )
            )  # fmt: skip
        return tuple(sorted(steps, key=lambda step: step.needed))


def programme_of(records: Iterable[Record]) -> Catalogue:
    """The programme adopted last. Raises ``RuntimeError`` where none was: ``init`` and ``enroll`` adopt one."""
    adopted = [record for record in records if record.kind is Kind.CATALOGUE]
    if not adopted:
        raise RuntimeError("no programme was adopted")
    last = max(adopted, key=lambda record: (record.tick, record.writer, record.seq))
    return catalogue.parse(str(last.body["toml"]), "catalogue")
