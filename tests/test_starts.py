"""Calendar months, academic years, what counts as one start: the rules that badges of athletes rest on."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from station.deeds import INDEPENDENT, Competition, Level, Membership, Start, StartStatus
from station.facts import Ref
from station.starts import (
    Count,
    Counting,
    Individually,
    InTeam,
    academic_year,
    add_months,
    count,
    is_member,
    longest_months,
    months_of,
    whole_months,
    years_of_two_institutions,
)

DAY = date.fromisoformat
DAYS = st.dates(date(2000, 1, 1), date(2099, 12, 31))


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        ("2026-11-30", 3, "2027-02-28"),
        ("2027-11-30", 3, "2028-02-29"),
        ("2026-08-31", 1, "2026-09-30"),
        ("2026-12-01", 1, "2027-01-01"),
        ("2026-12-31", 12, "2027-12-31"),
        ("2026-05-15", 0, "2026-05-15"),
        ("2028-02-29", 12, "2029-02-28"),
    ],
)
def test_months_are_calendar_months(day: str, months: int, expected: str) -> None:
    assert add_months(DAY(day), months) == DAY(expected)


@pytest.mark.parametrize(
    ("since", "at", "expected"),
    [
        ("2026-11-30", "2027-02-27", 2),
        ("2026-11-30", "2027-02-28", 3),
        ("2026-09-01", "2026-11-30", 2),
        ("2026-09-01", "2026-12-01", 3),
        ("2026-09-01", "2026-09-01", 0),
        ("2026-09-01", "2026-08-01", 0),
        ("2026-01-31", "2026-02-28", 1),
        ("2025-01-31", "2026-01-30", 11),
    ],
)
def test_whole_months(since: str, at: str, expected: int) -> None:
    assert whole_months(DAY(since), DAY(at)) == expected


@given(DAYS, st.integers(0, 60))
def test_months_are_reached_on_their_day_and_not_before(since: date, months: int) -> None:
    reached = add_months(since, months)
    assert whole_months(since, reached) == months
    assert months == 0 or whole_months(since, reached - timedelta(days=1)) == months - 1


def member(since: str, until: str | None = None) -> Membership:
    return Membership("p1", "sport_collectives", "", "", DAY(since), DAY(until) if until else None, Ref("w", 1))


@pytest.mark.parametrize(
    ("periods", "at", "expected"),
    [
        ([("2026-01-01", "2026-03-31")], "2026-03-31", 2),
        ([("2026-01-01", "2026-03-31")], "2026-04-01", 3),
        ([("2026-01-01", "2026-03-31")], "2026-12-01", 3),
        ([("2026-01-01", "2026-03-30")], "2026-12-01", 2),
        # Two periods that touch are one, a gap of a day parts them; one within another adds nothing.
        ([("2026-01-01", "2026-02-15"), ("2026-02-16", "2026-03-31")], "2026-12-01", 3),
        ([("2026-01-01", "2026-02-15"), ("2026-02-17", "2026-03-31")], "2026-12-01", 1),
        ([("2026-01-01", None), ("2026-02-01", "2026-02-10")], "2026-05-01", 4),
        ([("2026-06-01", None)], "2026-05-01", 0),
        ([("2026-01-01", "2026-01-31"), ("2026-03-01", None)], "2026-08-01", 5),
        ([], "2026-08-01", 0),
    ],
)
def test_the_longest_time_without_a_gap(periods: list[tuple[str, str | None]], at: str, expected: int) -> None:
    members = [member(*period) for period in periods]
    assert longest_months(members, DAY(at)) == expected
    assert longest_months(members[::-1], DAY(at)) == expected


def test_the_last_day_belongs_to_a_membership() -> None:
    one = member("2026-01-01", "2026-03-31")
    days = ["2025-12-31", "2026-01-01", "2026-03-31", "2026-04-01"]
    assert [is_member(one, DAY(day)) for day in days] == [False, True, True, False]
    assert months_of(one, DAY("2025-12-31")) == 0


def start(
    competition: str = "c1",
    discipline: str = "",
    status: StartStatus = StartStatus.STARTED,
    institution: str = "",
    *,
    team: bool = False,
    day: str = "2026-10-10",
    confirmed: bool = True,
) -> Start:
    held = Competition(competition, "T", "", Level.NATIONAL, DAY(day), "s", team, "sport_collectives", "")
    return Start("p1", held, discipline, status, None, institution, confirmed, Ref("w", 1))


def test_what_counts_as_one_start_is_a_choice() -> None:
    starts = [
        start("c1", "100 m"), start("c1", "200 m"), start("c2", "100 m", confirmed=False),
        start("t1", "match 1", team=True), start("t1", "match 2", team=True, confirmed=False),
    ]  # fmt: skip
    by_competition = Counting(Individually.COMPETITION, InTeam.TOURNAMENT)
    by_discipline = Counting(Individually.DISCIPLINE, InTeam.MATCH)
    assert count(starts, by_competition, team=False) == Count(1, 1)
    assert count(starts, by_discipline, team=False) == Count(2, 1)
    assert count(starts, by_competition, team=True) == Count(1, 0)
    assert count(starts, by_discipline, team=True) == Count(1, 1)
    # The first start of a competition may be the one that still waits.
    late = [start("c1", "100 m", confirmed=False), start("c1", "200 m")]
    assert count(late, by_competition, team=False) == Count(1, 0)


@pytest.mark.parametrize(
    ("one", "counts"),
    [
        (start(status=StartStatus.DNF), True),
        (start(status=StartStatus.DSQ), True),
        (start(status=StartStatus.DNS), False),
        (start(institution="VU"), False),
        (start(institution=INDEPENDENT), False),
        (start(day="2026-09-01"), True),
        (start(day="2026-08-31"), False),
        (start(day="2027-08-31"), True),
        (start(day="2027-09-01"), False),
    ],
)
def test_which_starts_count(one: Start, counts: bool) -> None:
    year = Counting(since=DAY("2026-09-01"), until=DAY("2027-08-31"))
    assert count([one], year, team=False) == Count(int(counts), 0)


def test_an_academic_year_begins_in_september() -> None:
    assert [academic_year(DAY(day)) for day in ("2026-08-31", "2026-09-01", "2027-08-31")] == [2025, 2026, 2026]


@settings(max_examples=50)
@given(st.lists(st.tuples(st.sampled_from(["", "VU", "vu", INDEPENDENT]), st.integers(0, 3)), max_size=6))
def test_two_institutions_in_one_year(entries: list[tuple[str, int]]) -> None:
    starts = [start(institution=who, day=f"{2024 + year}-10-01") for who, year in entries]
    expected = {
        2024 + year
        for year in range(4)
        if len({who.casefold() for who, when in entries if when == year and who != INDEPENDENT}) > 1
    }
    assert years_of_two_institutions(starts) == expected


def test_a_dns_represents_nobody() -> None:
    assert years_of_two_institutions([start(), start(institution="VU", status=StartStatus.DNS)]) == frozenset()
