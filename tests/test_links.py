"""Who is who, read from walk-ins, links and their undoing: tables, and any order of records giving the same answers."""

from __future__ import annotations

import random
from collections.abc import Sequence
from itertools import combinations, permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from station.attendance import Attendance, hours
from station.facts import Flag, Kind, Record, Role, VisitState, Way
from station.links import Links
from tests.stories import HOUR, MINUTE, PROGRAMME, START, Book, event

MAC = "aa" * 32
ROSTER, WALK_INS = ("a", "b", "c"), ("v", "w", "0w")
"""The last sorts before everybody: a roster's id wins by what it is, not by its letters."""
LATER = START + 100 * HOUR


class Desk(Book):
    """A writer whose ticks the test sets, for records of several desks to come before and after one another."""

    def note(self, kind: Kind, tick: int, person: str | None = None, /, **body: object) -> Record:
        record = Record(self.writer, len(self.records) + 1, tick, tick, kind, None, person, None, body, "")
        self.records.append(record)
        return record

    def walk_in(self, person: str, tick: int = 1) -> Record:
        return self.note(Kind.WALK_IN, tick, person)

    def match(self, person: str, to: str, tick: int) -> Record:
        return self.note(Kind.LINK_PERSON, tick, person, to=to)

    def code(self, person: str, tick: int, mac: str = MAC) -> Record:
        return self.note(Kind.LINK_CODE, tick, person, mac=mac)

    def unlink(self, link: Record, tick: int) -> Record:
        return self.note(Kind.UNLINK, tick, link.person, link=list(link.ref))


def read(records: Sequence[Record]) -> Links:
    links = Links()
    for record in records:
        links.see(record)
    return links


def test_a_walk_in_becomes_the_roster_person_and_only_that_one() -> None:
    desk = Desk()
    desk.walk_in("0w")
    assert (read(desk.records).of("0w"), read(desk.records).is_walk_in("0w")) == ("0w", True)
    desk.match("0w", "b", 2)
    links = read(desk.records)
    assert [links.of(one) for one in ("0w", "b", "a")] == ["b", "b", "a"]
    assert links.ids("0w") == links.ids("b") == ("b", "0w")
    assert not links.is_walk_in("0w")
    assert links.came_as_walk_in("0w")


def test_walk_ins_and_rows_of_the_roster_join_in_chains_and_rings() -> None:
    desk = Desk()
    for one in WALK_INS:
        desk.walk_in(one)
    for tick, (person, to) in enumerate([("v", "w"), ("w", "0w"), ("0w", "v"), ("w", "b"), ("b", "c"), ("c", "b")], 2):
        desk.match(person, to, tick)
    assert read(desk.records).ids("0w") == ("b", "c", "0w", "v", "w")


def test_two_desks_that_match_one_walk_in_to_two_people_join_nobody() -> None:
    """Else the hours of two students would be one's, and give badges that nobody earned."""
    north, south = Desk("north"), Desk("south")
    records = [north.walk_in("w"), south.match("w", "a", 7), north.match("w", "b", 5)]
    for order in permutations(records):
        links = read(order)
        assert [links.of(one) for one in ("w", "a", "b")] == ["b", "a", "b"], "the first holds"
        assert [links.is_contested(one) for one in ("w", "a", "b", "c")] == [True, True, True, False]
    settled = [*records, north.unlink(records[2], 9)]
    for order in permutations(settled):
        links = read(order)
        assert [links.of(one) for one in ("w", "a", "b")] == ["a", "a", "b"]
        assert not links.is_contested("a")


def test_two_rows_said_to_be_one_student_end_the_contradiction() -> None:
    north, south = Desk("north"), Desk("south")
    records = [north.walk_in("w"), north.match("w", "b", 5), south.match("w", "a", 7), south.match("a", "b", 9)]
    for order in permutations(records):
        links = read(order)
        assert links.ids("w") == ("a", "b", "w")
        assert not links.is_contested("w")


def test_what_would_contradict_is_known_beforehand() -> None:
    desk = Desk()
    desk.walk_in("w")
    desk.walk_in("v")
    desk.match("w", "a", 2)
    links = read(desk.records)
    assert links.contradicts("w", "b")
    assert links.contradicts("b", "w")
    assert not links.contradicts("w", "a")
    assert not links.contradicts("v", "b")
    assert not links.contradicts("v", "w")
    assert not links.contradicts("a", "b"), "two rows may be said to be one student"


def test_a_code_is_the_first_desks_and_contested_when_two_say_so() -> None:
    north, south = Desk("north"), Desk("south")
    first, second = north.code("a", 5), south.code("b", 7)
    undone = south.unlink(first, 9)
    for order in permutations([first, second]):
        links = read(order)
        assert (links.whose(MAC), links.is_contested("a"), links.is_contested("b")) == ("a", True, True)
    for order in permutations([first, second, undone]):
        links = read(order)
        assert (links.whose(MAC), links.is_contested("a"), links.is_contested("b")) == ("b", False, False)
        assert [link.person for link in links.codes("b")] == ["b"]
        assert links.codes("a") == ()
    for order in permutations([first, second, south.match("a", "b", 8)]):
        assert not read(order).is_contested("b"), "both are one person by now"


def test_the_code_of_a_walk_in_is_the_matched_persons() -> None:
    desk = Desk()
    records = [desk.walk_in("w"), desk.code("w", 2), desk.match("w", "a", 3)]
    for order in permutations(records):
        assert read(order).whose(MAC) == "a"


def test_an_undone_scan_takes_its_link_along() -> None:
    desk = Desk()
    link = desk.code("a", 2)
    desk.note(Kind.UNDO, 3, "a", scan=["w1", 2], link=list(link.ref))
    assert read(desk.records).whose(MAC) is None
    assert read(desk.records).link(link.ref) is None


# --- any records, in any order ---------------------------------------------------------------------------------

ids = st.sampled_from(ROSTER + WALK_INS)
acts = st.lists(
    st.one_of(
        st.tuples(st.just("match"), ids, ids),
        st.tuples(st.just("code"), ids, st.sampled_from([MAC, "bb" * 32])),
        st.tuples(st.just("unlink"), st.integers(0, 30), st.just("")),
    ),
    max_size=14,
)


def story(told: Sequence[tuple[str, str | int, str]], dice: random.Random) -> list[list[Record]]:
    """Acts at three desks, with ticks that tie and cross."""
    desks = [Desk(name) for name in ("north", "south", "west")]
    links: list[Record] = []
    for one in WALK_INS:
        dice.choice(desks).walk_in(one, dice.randrange(20))
    for act, first, second in told:
        desk, tick = dice.choice(desks), dice.randrange(20)
        if act == "match":
            links.append(desk.match(str(first), second, tick))
        elif act == "code":
            links.append(desk.code(str(first), tick, second))
        elif links:
            desk.unlink(links[int(first) % len(links)], tick)
    return [desk.records for desk in desks]


def mixed(writers: Sequence[Sequence[Record]], dice: random.Random) -> list[Record]:
    """All records, each writer's in its own order."""
    waiting = [list(records) for records in writers if records]
    order = []
    while waiting:
        records = dice.choice(waiting)
        order.append(records.pop(0))
        waiting = [left for left in waiting if left]
    return order


def answers(links: Links) -> object:
    people = ROSTER + WALK_INS
    return (
        [(links.of(one), links.ids(one), links.is_walk_in(one), links.is_contested(one)) for one in people],
        [(links.matches(one), links.codes(one)) for one in people],
        [links.whose(mac) for mac in (MAC, "bb" * 32)],
    )


@settings(max_examples=50, deadline=None)
@given(acts, st.randoms(use_true_random=False))
def test_any_order_gives_the_same_answers_and_an_undone_link_leaves_nothing(
    told: list[tuple[str, str | int, str]], dice: random.Random
) -> None:
    writers = story(told, dice)
    records = mixed(writers, dice)
    links = read(records)
    assert answers(links) == answers(read(mixed(writers, dice)))
    undone = {(record.body["link"][0], record.body["link"][1]) for record in records if record.kind is Kind.UNLINK}
    kept = [record for record in records if record.kind is not Kind.UNLINK and record.ref not in undone]
    assert answers(links) == answers(read(kept))


@settings(max_examples=50, deadline=None)
@given(acts, st.randoms(use_true_random=False))
def test_nobody_becomes_somebody_else_whom_nobody_said_to_be_the_same(
    told: list[tuple[str, str | int, str]], dice: random.Random
) -> None:
    records = mixed(story(told, dice), dice)
    links = read(records)
    undone = {(record.body["link"][0], record.body["link"][1]) for record in records if record.kind is Kind.UNLINK}
    said = [
        {str(record.person), str(record.body["to"])}
        for record in records
        if record.kind is Kind.LINK_PERSON and record.ref not in undone
    ]
    together = {one: {one} for one in ROSTER}
    for _ in ROSTER:
        for pair in said:
            if pair <= set(ROSTER):
                for one in pair:
                    together[one] |= {other for each in pair for other in together[each]}
    for one, other in combinations(ROSTER, 2):
        assert (links.of(one) == links.of(other)) == (other in together[one])
    for one in ROSTER + WALK_INS:
        assert links.of(links.of(one)) == links.of(one)
        assert links.of(one) == min(links.ids(one), key=lambda each: (each in WALK_INS, each))


# --- hours -----------------------------------------------------------------------------------------------------

scans = st.lists(
    st.tuples(ids, st.integers(0, 800), st.sampled_from(Way), st.sampled_from([Role.TECHNICAL, Role.COORDINATION])),
    max_size=12,
)


def visits_of(attendance: Attendance) -> Sequence[object]:
    marks = {Flag.WALK_IN, Flag.TWO_PEOPLE}
    return sorted(
        (visit.person, visit.start, visit.end or 0, visit.role, visit.credited, sorted(visit.flags - marks))
        for person in attendance.people
        for visit in attendance.visits(person, LATER)
    )


@settings(max_examples=50, deadline=None)
@given(acts, scans, st.randoms(use_true_random=False))
def test_hours_are_those_of_one_person_with_all_the_scans(
    told: list[tuple[str, str | int, str]], scanned: list[tuple[str, int, Way, Role]], dice: random.Random
) -> None:
    """Whichever way scans and links come in, and whatever was asked in between."""
    writers = story(told, dice)
    book = Desk("east")
    book.define(event())
    for person, minute, way, role in scanned:
        book.scan(START + minute * MINUTE, way, role, person)
    links = Links()
    attendance = Attendance(PROGRAMME.rules, links)
    for record in mixed([*writers, book.records], dice):
        attendance.rejoin(links.see(record))
        attendance.see(record)
        if dice.random() < 0.3:
            attendance.visits(dice.choice(ROSTER + WALK_INS), LATER)
            attendance.standing(dice.choice(ROSTER + WALK_INS), START + dice.randrange(800) * MINUTE)
    alone = Attendance(PROGRAMME.rules)
    for record in book.records:
        root = links.of(record.person) if record.person else None
        alone.see(Record(**{name: getattr(record, name) for name in record.__slots__} | {"person": root}))
    assert visits_of(attendance) == visits_of(alone)
    for one in ROSTER + WALK_INS:
        for minute in (0, 333, 900):
            at = START + minute * MINUTE
            assert attendance.standing(one, at) == alone.standing(links.of(one), at)
        theirs = attendance.visits(one, LATER)
        for before, after in combinations(sorted(theirs, key=lambda visit: visit.start), 2):
            assert (before.end or LATER) <= after.start, "no second is credited twice"


def test_the_hours_of_a_walk_in_add_to_the_persons_and_come_apart_again() -> None:
    desk, links = Desk(), Links()
    attendance = Attendance(PROGRAMME.rules, links)
    desk.define(event())
    desk.walk_in("w", START)
    for person, start in (("w", 0), ("a", 3)):
        desk.scan(START + start * HOUR, Way.IN, person=person)
        desk.scan(START + (start + 2) * HOUR, Way.OUT, person=person)
    match = desk.match("w", "a", START + 6 * HOUR)
    undone = desk.unlink(match, START + 7 * HOUR)

    def seconds(person: str) -> int:
        return hours(attendance.visits(person, LATER), {"e1"}, Role.TECHNICAL).confirmed

    for record in desk.records:
        if record is undone:
            assert (seconds("w"), seconds("a")) == (4 * 3600, 4 * 3600)
            assert list(attendance.people) == ["a"]
        attendance.rejoin(links.see(record))
        attendance.see(record)
        if record.kind is Kind.SCAN:
            assert all(Flag.WALK_IN in visit.flags for visit in attendance.visits("w", LATER))
    assert (seconds("w"), seconds("a")) == (2 * 3600, 2 * 3600)
    assert {visit.state for visit in attendance.visits("w", LATER)} == {VisitState.CLOSED}


@pytest.mark.parametrize("matched_first", [True, False])
def test_scanned_under_both_ids_at_once_is_credited_once(matched_first: bool) -> None:
    desk = Desk()
    match = [desk.walk_in("w", 1), desk.match("w", "a", 2)]
    scans = [
        desk.define(event()),
        desk.scan(START, Way.IN, person="w"),
        desk.scan(START + HOUR, Way.IN, person="a"),
        desk.scan(START + 4 * HOUR, Way.OUT, person="a"),
        desk.scan(START + 5 * HOUR, Way.OUT, person="w"),
    ]
    links = Links()
    attendance = Attendance(PROGRAMME.rules, links)
    for record in (*match, *scans) if matched_first else (*scans, *match):
        attendance.rejoin(links.see(record))
        attendance.see(record)
    (visit,) = attendance.visits("w", LATER)
    assert (visit.person, visit.credited) == ("a", 4 * HOUR)


def test_of_many_contradictions_each_goes_to_the_first() -> None:
    north, south = Desk("north"), Desk("south")
    firsts = {}
    for n in range(24):
        early, late = ("a", "b") if n % 3 else ("b", "a")
        walk_in = f"walk-in {n}"
        firsts[walk_in] = early
        north.walk_in(walk_in)
        south.match(walk_in, late, 50 + n)
        north.match(walk_in, early, 10 + n)
        south.code(late, 50 + n, walk_in)
        north.code(early, 10 + n, walk_in)
    for records in (north.records + south.records, south.records + north.records):
        links = read(records)
        assert {one: links.of(one) for one in firsts} == firsts
        assert {one: links.whose(one) for one in firsts} == firsts
