"""One person under several ids: one set of hours and one badge of each, whatever two desks do in whatever order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import permutations
from pathlib import Path

import pytest
import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy.pool import StaticPool
from sqlcipher3 import dbapi2  # type: ignore[import-untyped]

from station import catalogue, database, institution
from station.attendance import Attendance
from station.badges import Issuer
from station.day import Day
from station.desk import Desk
from station.facts import (
    Answer,
    AwardKey,
    AwardState,
    Draft,
    Event,
    Kind,
    Reading,
    Receipt,
    Record,
    Ref,
    Refusal,
    Role,
    Source,
    Verdict,
    Way,
)
from station.institution import Institution
from station.logbook import Logbook
from station.matching import Matching
from station.outbox import Outbox
from station.picture import Picture
from station.roster import Roster
from station.trouble import Trouble
from tests.stories import EARNS, HOUR, PROGRAMME, START, entry, event, people

NOWHERE = Path("/nonexistent")
TEC = Role.TECHNICAL
LATER = START + 100 * HOUR
STEP = 50 * 60 * 1_000_000
"""Between two acts: a few of them make a badge."""


class Place:
    """A desk of the story, with a database in memory: a story has hundreds of commits."""

    def __init__(self, who: Institution, station_key: Ed25519PrivateKey) -> None:
        engine = sa.create_engine("sqlite://", module=dbapi2, poolclass=StaticPool)
        self.connection = engine.connect()
        database.tables.create_all(self.connection)
        self.connection.commit()
        self.who = who
        self.book = Logbook(self.connection, NOWHERE, station_key=station_key)
        self.roster = Roster(self.connection, NOWHERE, who.key, PROGRAMME.kinds())
        self.pen = self.book.open("institution")

    def open(self, event: str | None = None) -> None:
        """Read all that is written, as a program does that starts."""
        self.picture = Picture.of(self.book.replay(), Issuer(self.who.id, self.who.issuer))
        self.day = Day(self.who, self.book, self.roster, self.picture, self.pen)
        self.matching = Matching(self.day, self.roster, self.picture, self.pen)
        self.outbox = Outbox(self.connection, NOWHERE, self.who, self.book, self.roster, self.picture, self.pen)
        if event is not None:
            one = self.picture.attendance.events[event]
            self.desk = Desk(self.book, self.book.open("desk", event), self.roster, self.picture, one)

    def take(self, other: Place, event: str) -> None:
        self.book.unite(other.book)
        self.open(event)

    def close(self) -> None:
        database.close(self.connection)

    @property
    def records(self) -> list[Record]:
        return list(self.book.replay())

    @property
    def unknown(self) -> list[Ref]:
        """Scans whose code was nobody's."""
        return [one.ref for one in self.records if one.body.get("reason") == Refusal.UNKNOWN_CODE]


def begun() -> tuple[list[Place], Event]:
    """Two stations of an institution with the same four people and one event."""
    who = institution.found("Testų universitetas", "https://badges.example.edu/issuer", practice=True)
    places = [Place(who, Ed25519PrivateKey.generate()) for _ in range(2)]
    for place in places:
        place.roster.take(people(4), [])
    first, programme = places[0], catalogue.bundled()
    first.pen.append(Draft(Kind.CATALOGUE, body={"version": PROGRAMME.version, "toml": programme}))
    first.open()
    made = event(hours=300)
    one = first.day.add_event(made.title, made.kind, made.unit, made.series, made.start, made.end, EARNS[:9])
    first.open(one.id)
    places[1].take(first, one.id)
    return places, one


def test_a_story_of_two_desks() -> None:
    run_state_machine_as_test(
        Stories,
        settings=settings(
            max_examples=12,
            stateful_step_count=40,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )


desks = st.integers(0, 1)
names = st.integers(0, 3)


class Stories(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.places, self.event = begun()
        self.now = START
        self.sent: list[AwardKey] = []
        self.walk_ins: list[str] = []

    def teardown(self) -> None:
        try:
            self.unite(0)
            self.unite(1)
            self.equal()
            self.hours_of_one_person()
            self.one_badge_each()
        finally:
            for place in self.places:
                place.close()

    def later(self) -> int:
        self.now += STEP
        return self.now

    def ids(self, place: Place) -> list[str]:
        """Everybody that somebody at this desk could name."""
        return sorted(place.roster.people()) + [
            one for one in self.walk_ins if place.picture.links.came_as_walk_in(one)
        ]

    # --- what people do ---

    def work(self, where: int, came: int, left: int, then: int) -> None:
        """Four hours, by whichever two ids: a badge, if they are one person's by then or later."""
        place = self.places[where]
        for which, way, hours in ((came, Way.IN, 0), (left if left > 7 else came, Way.OUT, 4)):
            everybody = list(place.roster.people().values())
            reading = Reading("", Source.KEYBOARD, way, TEC, stated=self.now + hours * HOUR)
            place.desk.scan(reading, everybody[which % len(everybody)])
        self.now += 5 * HOUR
        if then:
            self.sign_off(where)
        if then == 3:
            self.send(Answer.ISSUED, some=True)

    at_work = rule(where=desks, came=st.integers(0, 9), left=st.integers(0, 9), then=st.integers(0, 3))
    # What makes badges happens most often.
    work_once, work_again, work_more = at_work(work), at_work(work), at_work(work)

    @rule(where=desks, which=st.integers(0, 1), way=st.sampled_from([Way.IN, Way.OUT]))
    def show_card(self, where: int, which: int, way: Way) -> None:
        """A card that is nobody's, or was linked meanwhile."""
        self.places[where].desk.scan(entry(f"CARD{which}", self.later(), way, TEC))

    @rule(where=desks, with_code=st.booleans())
    def walk_in(self, where: int, with_code: bool) -> None:
        place = self.places[where]
        refused = place.unknown if with_code else []
        reading = Reading("", Source.KEYBOARD, Way.IN, TEC, stated=self.later())
        with suppress(Trouble):
            outcome = place.desk.walk_in(f"Atėjūnas {self.now}", reading, refused[-1] if refused else None)
            assert outcome.person is not None
            self.walk_ins.append(outcome.person.id)

    @rule(where=desks, which=st.integers(0, 9), back=st.integers(0, 3))
    def link_card(self, where: int, which: int, back: int) -> None:
        place = self.places[where]
        refused, people = place.unknown, list(place.roster.people().values())
        if refused:
            with suppress(Trouble):
                place.desk.link(refused[-1 - back % len(refused)], people[which % len(people)])

    @rule(where=desks, which=st.integers(0, 9), whom=st.integers(0, 9))
    def match(self, where: int, which: int, whom: int) -> None:
        place = self.places[where]
        walk_ins = [one for one in self.walk_ins if place.picture.links.came_as_walk_in(one)]
        if walk_ins:
            ids = self.ids(place)
            with suppress(Trouble):
                place.matching.match(walk_ins[which % len(walk_ins)], ids[whom % len(ids)], "Coordinator")

    @rule(where=desks, one=names, other=names)
    def match_rows(self, where: int, one: int, other: int) -> None:
        """Two rows of the roster are said to be one student, such as one by e-mail and one by number."""
        place = self.places[where]
        rows = sorted(one.id for one in place.roster.people().values() if not one.walk_in)
        with suppress(Trouble):
            place.matching.match(rows[one], rows[other], "Coordinator")

    @rule(where=desks, back=st.integers(0, 5))
    def unlink(self, where: int, back: int) -> None:
        place = self.places[where]
        kinds = (Kind.LINK_CODE, Kind.LINK_PERSON)
        links = [r.ref for r in place.records if r.kind in kinds and place.picture.links.link(r.ref)]
        if links:
            place.matching.unlink(links[-1 - back % len(links)], "Coordinator")

    @rule(where=desks, back=st.integers(0, 3))
    def undo(self, where: int, back: int) -> None:
        place = self.places[where]
        done = [r.ref for r in place.records if r.kind is Kind.SCAN and r.body["verdict"] != Verdict.REFUSED]
        if done:
            with suppress(Trouble):
                place.desk.undo(done[-1 - back % len(done)])

    @rule(where=desks)
    def sign_off(self, where: int) -> None:
        place = self.places[where]
        links, awards = place.picture.links, place.picture.awards
        before = {one.award: one.key for one in awards.all()}
        for record in place.day.sign_off(None, "Coordinator", self.event):
            key = AwardKey(*record.body["key"])
            assert not links.is_walk_in(key.person)
            classmates = {key._replace(person=one).award for one in links.ids(key.person)}
            assert not classmates & before.keys(), "held under another id already"

    @rule(answer=st.sampled_from([Answer.ISSUED, Answer.UNKNOWN, Answer.REFUSED]), some=st.booleans())
    def send(self, answer: Answer, some: bool) -> None:
        """The first station is the issuing one."""
        place = self.places[0]
        links, outbox = place.picture.links, place.outbox
        for waiting in outbox.waiting()[: 1 if some else None]:
            standing = place.picture.awards.standing(waiting.award)
            if standing is None or not place.picture.is_earned(standing.key):
                continue
            letter = outbox.letter(waiting.award)
            outbox.mark_sent("practice", [(waiting.award, "credential")])
            for key in self.sent:
                same = links.of(key.person) == links.of(letter.key.person)
                if same and (key.badge, key.scope) == (letter.key.badge, letter.key.scope):
                    assert key == letter.key, "a second badge for one person"
            if answer is not Answer.REFUSED and letter.key not in self.sent:
                self.sent.append(letter.key)
            if answer is Answer.REFUSED and letter.key in self.sent:
                answer = Answer.ISSUED
            outbox.file([(Receipt(waiting.award, "practice", answer, permanent=answer is Answer.REFUSED), None)])

    @rule(into=desks)
    def unite(self, into: int) -> None:
        self.hours_of_one_person()
        self.places[into].take(self.places[1 - into], self.event.id)

    # --- what must hold ---

    @invariant()
    def one_badge_each(self) -> None:
        for place in self.places:
            links = place.picture.links
            live: dict[tuple[str, str, str], str] = {}
            for one in place.picture.awards.all():
                if one.state is AwardState.REFUSED or one.held_by:
                    continue
                same = (one.key.badge, one.key.scope, links.of(one.key.person))
                assert live.setdefault(same, one.award) == one.award

    def hours_of_one_person(self) -> None:
        for place in self.places:
            links = place.picture.links
            alone = Attendance(place.picture.programme.rules)
            for record in place.records:
                person = links.of(record.person) if record.person else None
                alone.see(Record(**{n: getattr(record, n) for n in record.__slots__} | {"person": person}))
            for person in alone.people:
                ours, theirs = (a.visits(person, LATER) for a in (place.picture.attendance, alone))
                assert [(v.start, v.end, v.credited, v.state) for v in ours] == [
                    (v.start, v.end, v.credited, v.state) for v in theirs
                ]

    def equal(self) -> None:
        one, other = (self.seen(place) for place in self.places)
        assert one == other

    def seen(self, place: Place) -> object:
        picture = place.picture
        return (
            sorted((r.writer, r.seq) for r in place.records if r.kind is not Kind.CATALOGUE),
            [sorted(map(repr, picture.attendance.visits(p, LATER))) for p in sorted(picture.attendance.people)],
            sorted((p.key, p.earned_at, p.evidence) for p in picture.proposals(self.event)),
            [(s.award, s.state, s.held_by, s.sign_off.ref) for s in picture.awards.all()],
            sorted((one, picture.links.of(one)) for one in self.walk_ins),
        )


# --- the stories that matter, one by one -----------------------------------------------------------------------


@pytest.fixture
def two() -> Iterator[tuple[list[Place], Event]]:
    places, one = begun()
    yield places, one
    for place in places:
        place.close()


def rows(place: Place) -> list[str]:
    return sorted(one.id for one in place.roster.people().values() if not one.walk_in)


def work(place: Place, person: str, start: float, hours: float = 4.5) -> None:
    known = place.roster.people([person])[person]
    for way, at in ((Way.IN, start), (Way.OUT, start + hours)):
        place.desk.scan(Reading("", Source.KEYBOARD, way, TEC, stated=START + round(at * HOUR)), known)


def issue(place: Place, award: str, answer: Answer = Answer.ISSUED) -> None:
    place.outbox.mark_sent("practice", [(award, "credential")])
    place.outbox.file([(Receipt(award, "practice", answer, permanent=answer is Answer.REFUSED), None)])


ACTS = ("first signed", "second signed", "first issued", "matched")


@pytest.mark.parametrize("order", [o for o in permutations(ACTS) if o.index("first signed") < o.index("first issued")])
@pytest.mark.parametrize("answer", [Answer.ISSUED, Answer.UNKNOWN])
def test_one_badge_whenever_two_rows_turn_out_to_be_one_student(
    two: tuple[list[Place], Event], order: Sequence[str], answer: Answer
) -> None:
    """The rows' ids are in either order; each earned the badge by itself, at a desk of its own."""
    for flip in (False, True):
        places, one = two
        first, second = (rows(places[0])[2 * flip : 2 * flip + 2])[:: -1 if flip else 1]
        work(places[0], first, 20 * flip)
        work(places[1], second, 20 * flip + 10)
        signed: dict[str, str] = {}
        for act in order:
            match act:
                case "first signed" | "second signed":
                    place = places[act == "second signed"]
                    for record in place.day.sign_off(None, "Coordinator", one):
                        if "4" in record.body["key"][2]:
                            signed.setdefault(str(record.person), str(record.body["award"]))
                case "first issued":
                    standing = places[0].picture.awards.standing(signed.get(first) or signed[second])
                    assert standing is not None
                    issue(places[0], standing.held_by or standing.award, answer)
                case _:
                    places[0].matching.match(first, second, "Coordinator")
            for into in (0, 1):
                places[into].take(places[1 - into], one.id)
        for place in places:
            mine = [s for s in place.picture.awards.all() if s.key.person in (first, second) and "4" in s.key.badge]
            live = [s for s in mine if not s.held_by]
            assert [s.award for s in live] == [s.award for s in mine if s.state.value == answer.value]
            waiting = {one.award for one in place.outbox.waiting()}
            assert not waiting & {s.award for s in mine if s.held_by}
            for held in (s for s in mine if s.held_by):
                with pytest.raises(Trouble, match="award_held"):
                    place.outbox.letter(held.award)
                with pytest.raises(Trouble, match="award_held"):
                    place.outbox.mark_sent("practice", [(held.award, "credential")])
                assert {row.reason for row in place.outbox.rows({}) if row.award == held.award} == {"held"}
            # Both visits together earn the next badge, and that one only.
            more = {str(record.body["key"][2]) for record in place.day.sign_off(None, "Coordinator", one)}
            assert not more & {s.key.badge for s in mine}


def test_a_match_taken_back_lets_the_other_badge_go(two: tuple[list[Place], Event]) -> None:
    (place, _), one = two
    first, second = rows(place)[:2]
    for n, person in enumerate((first, second)):
        work(place, person, 10 * n)
    assert len(place.day.sign_off(None, "Coordinator", one)) == 2
    match = place.matching.match(second, first, "Coordinator")
    assert len(place.outbox.waiting()) == 1
    place.matching.unlink(match.ref, "Coordinator")
    assert len(place.outbox.waiting()) == 2


def test_a_badge_refused_for_good_makes_room_for_the_other(two: tuple[list[Place], Event]) -> None:
    (place, _), one = two
    first, second = rows(place)[:2]
    for n, person in enumerate((first, second)):
        work(place, person, 10 * n)
    place.day.sign_off(None, "Coordinator", one)
    place.matching.match(second, first, "Coordinator")
    (waiting,) = place.outbox.waiting()
    issue(place, waiting.award, Answer.REFUSED)
    (other,) = place.outbox.waiting()
    assert other.award != waiting.award
    place.outbox.again([waiting.award], place.day.actor("Coordinator"))
    assert len(place.outbox.waiting()) == 1
    badges = {s.key.badge for s in place.picture.awards.all()}
    more = {str(record.body["key"][2]) for record in place.day.sign_off(None, "Coordinator", one)}
    assert len(more) == 1
    assert not more & badges


def test_two_badges_that_were_issued_before_anybody_knew_are_shown(two: tuple[list[Place], Event]) -> None:
    (place, _), one = two
    first, second = rows(place)[:2]
    for n, person in enumerate((first, second)):
        work(place, person, 10 * n)
    for record in place.day.sign_off(None, "Coordinator", one):
        issue(place, str(record.body["award"]))
    place.matching.match(second, first, "Coordinator")
    told = [(row.state.value, row.reason, row.person) for row in place.day.awards(one) if row.signed_by]
    assert sorted(told) == [("issued", "", first), ("issued", "held", first)]
    assert place.outbox.waiting() == []


def test_a_walk_ins_badge_waits_for_the_match_and_goes_to_the_matched(two: tuple[list[Place], Event]) -> None:
    (place, _), one = two
    reading = Reading("", Source.KEYBOARD, Way.IN, TEC, stated=START)
    walk_in = place.desk.walk_in("Pavyzdys Atėjęs", reading).person
    assert walk_in is not None
    place.desk.scan(replace(reading, way=Way.OUT, stated=START + 5 * HOUR), walk_in)
    (row,) = place.day.awards(one)
    assert (row.state, row.reason, row.name) == (AwardState.PROPOSED, "walk_in", "Pavyzdys Atėjęs")
    with pytest.raises(Trouble, match="walk_in_unmatched"):
        place.day.sign_off([row.award], "Coordinator", one)
    assert place.day.sign_off(None, "Coordinator", one) == []
    student = rows(place)[0]
    place.matching.match(walk_in.id, student, "Coordinator")
    (signed,) = place.day.sign_off(None, "Coordinator", one)
    assert signed.person == student
    (waiting,) = place.outbox.waiting()
    assert place.outbox.letter(waiting.award).email == place.roster.people([student])[student].email
