"""Visits and hours (H1-H15): tables for each rule, and any order of records giving the same answers."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from station.attendance import Attendance, Away, Here, hours
from station.facts import SECOND, Event, Flag, Hours, Kind, Record, Role, Visit, VisitState, Way
from tests.stories import HOUR, MINUTE, PROGRAMME, START, Book, event, local

RULES = PROGRAMME.rules
LATER = START + 100 * HOUR
IN, OUT, EITHER = Way.IN, Way.OUT, Way.EITHER
REP, COO, TEC = Role.REPRESENTATION, Role.COORDINATION, Role.TECHNICAL

Scan = tuple[float, Way, Role]
"""Minutes after the event's start, way, role."""


def read(scans: Sequence[Scan], one: Event | None = None) -> Attendance:
    one = one or event()
    book, attendance = Book(), Attendance(RULES)
    book.define(one)
    for minutes, way, role in scans:
        book.scan(one.start + round(minutes * MINUTE), way, role, event=one.id)
    attendance.see_all(book.records)
    return attendance


def seconds(attendance: Attendance, role: Role, as_of: int = LATER) -> Hours:
    return hours(attendance.visits("p1", as_of), {"e1"}, role)


@pytest.mark.parametrize(
    ("scans", "role", "expected"),
    [
        pytest.param([(0, IN, TEC), (239 + 59 / 60, OUT, TEC)], TEC, (14399, 0), id="one second short of 4 h"),
        pytest.param([(0, IN, TEC), (240, OUT, TEC)], TEC, (14400, 0), id="4 h"),
        pytest.param([(0, IN, TEC), (4.9, OUT, TEC)], TEC, (0, 0), id="H3 a touch credits nothing"),
        pytest.param([(0, IN, TEC), (5, OUT, TEC)], TEC, (300, 0), id="H3 five minutes count"),
        pytest.param([(0, IN, TEC), (3, IN, COO), (6, OUT, COO)], TEC, (180, 0), id="H3 a switch joins the stay"),
        pytest.param([(0, IN, TEC), (60, IN, COO), (120, OUT, COO)], TEC, (3600, 0), id="H5 switch ends a role"),
        pytest.param([(0, IN, TEC), (60, IN, COO), (120, OUT, COO)], COO, (3600, 0), id="H5 switch begins a role"),
        pytest.param([(0, IN, TEC), (30, IN, TEC), (60, OUT, TEC)], TEC, (3600, 0), id="H4 a repeat changes nothing"),
        pytest.param([(0, OUT, TEC), (60, OUT, TEC)], TEC, (0, 0), id="an out alone is nothing"),
        pytest.param([(0, IN, TEC), (60, OUT, COO)], TEC, (3600, 0), id="out needs no role"),
        pytest.param([(0, EITHER, TEC), (0.5, EITHER, TEC), (60, EITHER, TEC)], TEC, (3600, 0), id="toggle"),
        pytest.param([(0, IN, TEC)], TEC, (0, 14 * 3600), id="H8 forgotten: provisional to the event's end"),
        pytest.param([(-120, IN, TEC), (60, OUT, TEC)], TEC, (7200, 0), id="H10 an hour before the start at most"),
        pytest.param([(780, IN, TEC), (1000, OUT, TEC)], TEC, (2 * 3600, 0), id="H10 an hour after the end at most"),
        pytest.param([(0, IN, TEC), (721, OUT, TEC)], TEC, (43260, 0), id="H9 over 12 h counts"),
        pytest.param([(-60, IN, TEC), (901, OUT, TEC)], TEC, (0, 57600), id="H9 over 16 h waits for confirmation"),
    ],
)
def test_hours(scans: list[Scan], role: Role, expected: tuple[int, int]) -> None:
    assert seconds(read(scans), role) == expected


def test_seconds_are_floored_once_on_the_total() -> None:
    """H2: two visits of 300.6 s are 601 s, not 600."""
    book, attendance = Book(), Attendance(RULES)
    book.define(event())
    for start in (0, HOUR):
        book.scan(START + start, IN)
        book.scan(START + start + 300 * SECOND + 600_000, OUT)
    attendance.see_all(book.records)
    assert seconds(attendance, TEC) == (601, 0)


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [("2026-10-24T22:00", "2026-10-25T06:00", 9), ("2027-03-27T22:00", "2027-03-28T06:00", 7)],
)
def test_nights_when_the_clocks_change(start: str, end: str, expected: int) -> None:
    """The vectors of domain.md 3.2."""
    begins, ends = local(start), local(end)
    one = event(start=begins, hours=(ends - begins) / HOUR)
    scans = [(0.0, IN, TEC), ((ends - begins) / MINUTE, OUT, TEC)]
    assert seconds(read(scans, one), TEC, ends + HOUR) == (expected * 3600, 0)


def test_a_running_visit_is_provisional_and_grows() -> None:
    attendance = read([(0, IN, TEC)])
    assert seconds(attendance, TEC, START + HOUR) == (0, 3600)
    (visit,) = attendance.visits("p1", START + HOUR)
    assert (visit.state, visit.end) == (VisitState.OPEN, None)


def test_flags_say_what_to_look_at() -> None:
    def flags(scans: list[Scan]) -> set[Flag]:
        (visit,) = read(scans).visits("p1", LATER)
        return set(visit.flags)

    assert flags([(0, IN, TEC), (1, OUT, TEC)]) == {Flag.TOUCH}
    assert flags([(0, IN, TEC), (721, OUT, TEC)]) == {Flag.LONG}
    assert flags([(-60, IN, TEC), (901, OUT, TEC)]) == {Flag.LONG, Flag.UNCREDITED_LONG, Flag.CLIPPED}
    assert flags([(-120, IN, TEC), (60, OUT, TEC)]) == {Flag.CLIPPED}


def test_an_undone_scan_counts_for_nothing() -> None:
    book, attendance = Book(), Attendance(RULES)
    book.define(event())
    book.scan(START, IN)
    out = book.scan(START + HOUR, OUT)
    book.scan(START + 2 * HOUR, OUT)
    book.add(Kind.UNDO, START + 3 * HOUR, "e1", "p1", scan=list(out.ref))
    attendance.see_all(book.records)
    assert seconds(attendance, TEC) == (7200, 0)
    assert attendance.is_undone(out.ref)


def test_confirming_makes_a_forgotten_visit_count() -> None:
    book, attendance = Book(), Attendance(RULES)
    book.define(event())
    opened = book.scan(START, IN)
    book.add(Kind.CONFIRM, LATER, "e1", "p1", opened=list(opened.ref), until=START + 5 * HOUR)
    attendance.see_all(book.records)
    assert seconds(attendance, TEC) == (5 * 3600, 0)


def test_one_open_visit_over_all_events() -> None:
    """H5: seen at another event, the first visit is over, provisionally; no second is credited twice (H6)."""
    book, attendance = Book(), Attendance(RULES)
    book.define(event())
    book.define(event("e2"))
    book.scan(START, IN)
    book.scan(START + HOUR, IN, event="e2")
    book.scan(START + 3 * HOUR, OUT, event="e2")
    attendance.see_all(book.records)
    first, second = attendance.visits("p1", LATER)
    assert (first.end, first.confirmed) == (START + HOUR, False)
    assert Flag.OVERLAP in first.flags
    assert (second.credited, second.confirmed) == (2 * HOUR, True)


def test_a_clock_that_jumps_changes_no_hours() -> None:
    """H12: the jump is a record, and the writer's live order and lengths hold."""
    for jump in (-2 * HOUR, 5 * HOUR):
        book, attendance = Book(), Attendance(RULES)
        book.define(event(start=START - 3 * HOUR, hours=20))
        book.scan(START, IN)
        book.add(Kind.CLOCK_JUMP, START + HOUR + jump, "e1", by=jump)
        book.scan(START + HOUR + jump, OUT)
        attendance.see_all(book.records)
        assert seconds(attendance, TEC) == (3600, 0)


def test_a_clock_that_was_set_right_is_believed() -> None:
    """Opened 30 h wrong, set right, then five hours by the right clock: five hours, at the right time."""
    book, attendance = Book(), Attendance(RULES)
    book.define(event())
    book.scan(START - 30 * HOUR, person="early")
    book.add(Kind.CLOCK_JUMP, START, "e1", by=30 * HOUR)
    book.scan(START, IN)
    book.scan(START + 5 * HOUR, OUT)
    attendance.see_all(book.records)
    assert seconds(attendance, TEC) == (5 * 3600, 0)
    (moved,) = attendance.visits("early", LATER)
    assert moved.start == START


def test_a_jump_noted_by_a_later_opening_moves_the_closed_one() -> None:
    for late_first in (False, True):
        first, second, attendance = Book("w1"), Book("w2"), Attendance(RULES)
        first.define(event())
        first.scan(START + 3 * HOUR, IN)
        second.add(Kind.CLOCK_JUMP, START + 2 * HOUR, "e1", by=-2 * HOUR, writers=["w1"])
        second.scan(START + 2 * HOUR, OUT)
        both = [first.records, second.records]
        for records in reversed(both) if late_first else both:
            attendance.see_all(records)
        assert seconds(attendance, TEC) == (3600, 0)


def test_what_the_desk_had_said_otherwise_is_marked() -> None:
    """Two desks cut off from each other both admitted: the second visit is a repeat now, and somebody should look."""
    north, south, attendance = Book("north"), Book("south"), Attendance(RULES)
    north.define(event())
    north.records.append(replace(north.scan(START, IN), body={"way": "in", "role": "technical", "verdict": "admitted"}))
    north.records.pop(-2)
    told = south.scan(START + HOUR, IN)
    south.records[-1] = replace(told, body={**told.body, "verdict": "admitted"})
    north.scan(START + 2 * HOUR, OUT)
    attendance.see_all([*north.records, *south.records])
    (visit,) = attendance.visits("p1", LATER)
    assert Flag.DISPUTED in visit.flags


def test_a_confirmed_end_is_not_moved_by_a_later_check_out() -> None:
    book, attendance = Book(), Attendance(RULES)
    book.define(event())
    opened = book.scan(START, IN)
    book.add(Kind.CONFIRM, LATER, "e1", "p1", opened=list(opened.ref), until=START + 6 * HOUR)
    book.scan(START + 13 * HOUR, OUT)
    attendance.see_all(book.records)
    assert seconds(attendance, TEC) == (6 * 3600, 0)


def test_two_confirmations_give_one_answer_in_either_order() -> None:
    for order in (1, -1):
        book, attendance = Book(), Attendance(RULES)
        book.define(event())
        opened = book.scan(START, IN)
        for hours_ in (5, 7)[::order]:
            book.add(Kind.CONFIRM, LATER, "e1", "p1", opened=list(opened.ref), until=START + hours_ * HOUR)
        attendance.see_all(book.records)
        assert seconds(attendance, TEC) == (5 * 3600, 0)


def test_a_switch_does_not_hide_a_stay_that_is_too_long() -> None:
    """H9 speaks of the stay: 30 h with a switch in the middle wait for confirmation."""
    attendance = read([(0, IN, TEC), (900, IN, COO), (1800, OUT, COO)], event(hours=40))
    assert (seconds(attendance, TEC), seconds(attendance, COO)) == ((0, 54000), (0, 54000))


def test_standing_before_an_entry_made_later() -> None:
    attendance = read([(0, IN, TEC), (60, OUT, TEC)])
    assert isinstance(attendance.standing("p1", START + 30 * MINUTE), Here)
    assert isinstance(attendance.standing("p1"), Away)
    assert attendance.standing("nobody") == Away()


@st.composite
def books(draw: st.DrawFn) -> list[list[Record]]:
    """Up to three writers scanning two people at two events, with undos and jumps."""
    written = []
    for writer in ("w1", "w2", "w3")[: draw(st.integers(1, 3))]:
        book = Book(writer)
        book.define(event())
        book.define(event("e2"))
        at = START
        scans: list[Record] = []
        for _step in range(draw(st.integers(0, 8))):
            at += draw(st.integers(1, 240)) * MINUTE
            match draw(st.sampled_from(["scan", "scan", "scan", "undo", "jump"])):
                case "undo" if scans:
                    book.add(Kind.UNDO, at, "e1", "p1", scan=list(draw(st.sampled_from(scans)).ref))
                case "jump":
                    by = draw(st.sampled_from([-HOUR, HOUR]))
                    at += by
                    book.add(Kind.CLOCK_JUMP, at, "e1", by=by)
                case _:
                    way, role = draw(st.sampled_from(list(Way))), draw(st.sampled_from(list(Role)))
                    person, where = draw(st.sampled_from(["p1", "p2"])), draw(st.sampled_from(["e1", "e2"]))
                    scans.append(book.scan(at, way, role, person, where))
        written.append(book.records)
    return written


def interleaved(written: list[list[Record]], seed: int) -> list[Record]:
    """The writers' records mixed, each writer's own order kept."""
    mixer = random.Random(seed)
    left = [list(records) for records in written]
    mixed = []
    while any(left):
        mixed.append(mixer.choice([records for records in left if records]).pop(0))
    return mixed


@settings(deadline=None, max_examples=150)
@given(books(), st.integers(), st.integers())
def test_any_order_of_writers_reads_the_same(written: list[list[Record]], one: int, other: int) -> None:
    def visits(seed: int, ask: bool) -> list[tuple[Visit, ...]]:
        attendance = Attendance(RULES)
        for record in interleaved(written, seed):
            attendance.see(record)
            if ask:  # asking in between must change nothing
                attendance.visits("p1", record.at)
        return [attendance.visits(person, LATER) for person in ("p1", "p2")]

    assert visits(one, False) == visits(other, True)


@settings(deadline=None, max_examples=150)
@given(books())
def test_no_second_is_credited_twice(written: list[list[Record]]) -> None:
    attendance = Attendance(RULES)
    for records in written:
        attendance.see_all(records)
    for person in ("p1", "p2"):
        spans = sorted((v.credit_start, v.credit_end) for v in attendance.visits(person, LATER) if v.credited)
        assert all(before[1] <= after[0] for before, after in pairwise(spans))
