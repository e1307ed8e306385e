"""Which badges confirmed hours earn: the right ones, no other, at the instant the threshold was reached."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from station.attendance import Attendance
from station.badges import Issuer, proposals
from station.facts import SECOND, Kind, Proposal, Role, Way
from tests.stories import HOUR, PROGRAMME, START, Book, event

ISSUER = Issuer("inst", "https://badges.example.edu/issuer")
TIERS = {4: "4h", 8: "8h", 12: "12h"}


def earned(book: Book) -> list[Proposal]:
    attendance = Attendance(PROGRAMME.rules)
    attendance.see_all(book.records)
    return proposals(attendance, PROGRAMME, ISSUER)


def worked(*spans: tuple[str, int, int, Role]) -> Book:
    """Spans of (event, first second, last second, role) after the start, at two events of one series and one apart."""
    book = Book()
    book.define(event("e1"))
    book.define(event("e2"))
    book.define(event("alone", series=None))
    book.define(event("other", series="pavasaris"))
    book.define(event("sport", unit="sport_collectives"))
    for where, first, last, role in sorted(spans, key=lambda span: span[1]):
        book.scan(START + first * SECOND, Way.IN, role, event=where)
        book.scan(START + last * SECOND, Way.OUT, role, event=where)
    return book


@pytest.mark.parametrize(
    ("seconds", "badges"),
    [(14399, []), (14400, ["4h"]), (28799, ["4h"]), (28800, ["4h", "8h"]), (43260, ["4h", "8h", "12h"])],
)
@pytest.mark.parametrize("role", list(Role))
def test_thresholds(seconds: int, badges: list[str], role: Role) -> None:
    found = earned(worked(("e1", 0, seconds, role)))
    assert [one.key.badge for one in found] == [f"ktu.culture.vol.{role}.{tier}" for tier in badges]
    assert [one.earned_at for one in found] == [START + int(tier[:-1]) * HOUR for tier in badges]


def test_hours_add_up_in_a_series_only() -> None:
    two = 7200
    assert len(earned(worked(("e1", 0, two, Role.TECHNICAL), ("e2", two, 2 * two, Role.TECHNICAL)))) == 1
    for elsewhere in ("alone", "other", "sport"):
        assert not earned(worked(("e1", 0, two, Role.TECHNICAL), (elsewhere, two, 2 * two, Role.TECHNICAL)))


def test_roles_do_not_add_up() -> None:
    assert not earned(worked(("e1", 0, 14000, Role.TECHNICAL), ("e1", 14000, 28000, Role.COORDINATION)))


def test_provisional_hours_earn_nothing_until_confirmed() -> None:
    book = Book()
    book.define(event())
    opened = book.scan(START, Way.IN)
    assert not earned(book)
    book.add(Kind.CONFIRM, START + 20 * HOUR, "e1", "p1", opened=list(opened.ref), until=START + 14 * HOUR)
    assert [one.key.badge[-3:] for one in earned(book)] == [".4h", ".8h", "12h"]


def test_evidence_ends_where_the_badge_was_reached() -> None:
    found = earned(worked(("e1", 0, 10000, Role.TECHNICAL), ("e2", 20000, 30000, Role.TECHNICAL)))
    (four,) = found
    assert [(one.event, one.seconds) for one in four.evidence] == [("e1", 10000), ("e2", 4400)]
    assert four.earned_at == START + 24400 * SECOND == four.evidence[-1].end


def test_an_award_is_named_by_what_it_is() -> None:
    """No catalogue version, no wording and no desk in the key; everything else makes another award."""
    (one,) = earned(worked(("e1", 0, 14400, Role.TECHNICAL)))
    (same,) = earned(worked(("e2", 500, 15000, Role.TECHNICAL)))
    assert one.key.award == same.key.award
    for changed in ({"person": "p2"}, {"scope": "series:x"}, {"generation": 2}, {"institution": "i"}, {"issuer": "x"}):
        assert one.key._replace(**changed).award != one.key.award
    assert one.key.credential_id == f"urn:uuid:{one.key.award}"


@settings(deadline=None, max_examples=100)
@given(st.lists(st.tuples(st.integers(0, 200), st.integers(1, 200), st.sampled_from(list(Role))), max_size=8))
def test_a_badge_is_there_exactly_when_the_hours_are(spans: list[tuple[int, int, Role]]) -> None:
    """Spans laid end to end, in minutes: every stay is over five minutes apart from the next."""
    book, at, total = Book(), 0, dict.fromkeys(Role, 0)
    book.define(event(hours=100))
    for gap, length, role in spans:
        at += (gap + 1) * 60
        book.scan(START + at * SECOND, Way.IN, role)
        at += (length + 5) * 60
        book.scan(START + at * SECOND, Way.OUT, role)
        total[role] += (length + 5) * 60
    found = {one.key.badge for one in earned(book)}
    expected = {
        f"ktu.culture.vol.{role}.{tier}" for role in Role for h, tier in TIERS.items() if total[role] >= h * 3600
    }
    assert found == expected


def test_a_confirmed_visit_only() -> None:
    """Too long to count, and ended by being seen elsewhere: neither earns before somebody confirms."""
    long, moved = Book(), Book()
    long.define(event(hours=30))
    opened = long.scan(START, Way.IN)
    long.scan(START + 17 * HOUR, Way.OUT)
    assert not earned(long)
    long.add(Kind.CONFIRM, START + 40 * HOUR, "e1", "p1", opened=list(opened.ref), until=START + 17 * HOUR)
    assert len(earned(long)) == 3
    moved.define(event("e1"))
    moved.define(event("e2"))
    moved.scan(START, Way.IN, event="e1")
    moved.scan(START + 5 * HOUR, Way.IN, event="e2")
    moved.scan(START + 6 * HOUR, Way.OUT, event="e2")
    assert not earned(moved)
