"""What holds for every criterion whatever the facts are: their order does not matter, and more of them never unearn."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, timedelta
from typing import TypeVar

from hypothesis import given, settings
from hypothesis import strategies as st

from station.criteria import Case, Criterion, Met, evaluate
from station.criteria.belonged import Belonged, Breaks, Months, after_months, months_between
from station.criteria.joined import All, Any, Area, Collected, Distinct, Unlocked
from station.criteria.started import Levels, Mixing, Placed, Starts, Window
from station.criteria.visited import Attended, Hours, Mode, Roles
from station.criteria.vouched import Applied, Percentage, Vouched
from station.deeds import Deeds, Level, Start, StartStatus
from station.facts import SECOND, Role, Visit
from station.scopes import local_day
from station.starts import Individually, InTeam
from tests.deeds import applied, case, held, lecture, member, share, start, visit, vouched
from tests.stories import START

DAYS = st.dates(date(2026, 8, 1), date(2027, 10, 31))
EVENTS = tuple(lecture(f"e{n}", series="cycle" if n < 4 else None, days=n) for n in range(6))


@st.composite
def visits(draw: st.DrawFn) -> tuple[Visit, ...]:
    """A few stays one after the other, as one person's are."""
    at, made = 0, []
    for number in range(draw(st.integers(0, 6))):
        at += draw(st.integers(0, 4000))
        length = draw(st.integers(0, 9000))
        role = draw(st.sampled_from((Role.TECHNICAL, Role.COORDINATION)))
        made.append(visit(number, at, at + length, role, draw(st.sampled_from(EVENTS)).id, draw(st.booleans())))
        at += length
    return tuple(made)


@st.composite
def some_starts(draw: st.DrawFn) -> tuple[Start, ...]:
    made = []
    for number in range(draw(st.integers(0, 8))):
        competition = draw(st.integers(0, 5))
        made.append(
            start(
                100 + number,
                date(2026, 8, 20) + timedelta(days=7 * competition),
                at=f"c{competition}",
                team=competition % 2 == 1,
                discipline=draw(st.sampled_from(("", "a", "b"))),
                place=draw(st.sampled_from((None, 1, 3, 4))),
                status=draw(st.sampled_from(list(StartStatus))),
                level=draw(st.sampled_from((Level.CITY, Level.NATIONAL))),
                confirmed=draw(st.booleans()),
            )
        )
    return tuple(made)


@st.composite
def memberships(draw: st.DrawFn) -> Deeds:
    made = []
    for number in range(draw(st.integers(0, 4))):
        since = draw(DAYS)
        lasted = draw(st.none() | st.integers(0, 200))
        until = None if lasted is None else since + timedelta(lasted)
        made.append(member(200 + number, since, until))
    return Deeds(memberships=tuple(made))


@st.composite
def cases(draw: st.DrawFn) -> Case:
    deeds = Deeds(
        starts=draw(some_starts()),
        memberships=draw(memberships()).memberships,
        attested=tuple(
            vouched(300 + n, day, confirmed=n % 3 > 0) for n, day in enumerate(draw(st.lists(DAYS, max_size=4)))
        ),
        shares=tuple(
            share(400 + n, earned, possible, day)
            for n, (earned, possible, day) in enumerate(
                draw(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9), DAYS), max_size=3))
            )
        ),
        applications=tuple(applied(500 + n, day) for n, day in enumerate(draw(st.lists(DAYS, max_size=2)))),
    )
    badges = draw(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 9)), max_size=4))
    theirs = tuple(held(badge, at=at, award=str(n), unit="xy"[at % 2]) for n, (badge, at) in enumerate(badges))
    return case(deeds=deeds, visits=draw(visits()), events=EVENTS, held=theirs, today=draw(DAYS))


COUNTING = frozenset({StartStatus.STARTED, StartStatus.DNF, StartStatus.DSQ})
BADGES = Collected("first", frozenset(), 2, Distinct.BADGE, Area.ANY)
GROWING: st.SearchStrategy[Criterion] = st.one_of(
    st.builds(Hours, st.just(Role.TECHNICAL), st.integers(1, 20_000), st.sampled_from(list(Roles))),
    st.builds(
        Attended, st.sampled_from((Mode.AT_ONCE, Mode.COUNT)), st.integers(1, 4), st.just(75), st.sampled_from((0, 40))
    ),
    st.builds(
        Starts, st.integers(1, 5), st.integers(1, 5), st.sampled_from(list(Individually)),
        st.sampled_from(list(InTeam)), st.just(COUNTING), st.sampled_from(list(Window)), st.just((7, 1)),
        st.sampled_from(list(Mixing)), st.booleans(),
    ),
    st.builds(Belonged, st.integers(0, 5), st.sampled_from(list(Months)), st.just(Breaks.RESTART)),
    st.builds(Vouched, st.integers(1, 3), st.booleans()),
    st.builds(Collected, st.just("first"), st.just(frozenset()), st.integers(1, 3), st.sampled_from(list(Distinct)),
              st.sampled_from(list(Area))),
    st.just(Applied(BADGES)),
)  # fmt: skip
"""Kinds that more facts can only bring nearer."""
OTHER: st.SearchStrategy[Criterion] = st.one_of(
    st.builds(Percentage, st.integers(1, 100)),
    st.builds(
        Placed, st.integers(1, 4), st.integers(1, 3), st.sampled_from([(), (Level.NATIONAL, Level.CITY)]),
        st.sampled_from(list(Levels)), st.booleans(),
    ),
    st.builds(Attended, st.just(Mode.CYCLE), st.just(1), st.integers(1, 100), st.just(0)),
    st.builds(Belonged, st.integers(0, 5), st.sampled_from(list(Months)), st.just(Breaks.ADD)),
)  # fmt: skip


def joined(leaves: st.SearchStrategy[Criterion]) -> st.SearchStrategy[Criterion]:
    several = st.lists(leaves, min_size=1, max_size=3).map(tuple)
    return st.one_of(leaves, st.builds(All, several), st.builds(Any, several), st.builds(Unlocked, leaves, leaves))


Given = TypeVar("Given")


def shuffled(one: Case, seed: int) -> Case:
    mixed = random.Random(seed)

    def turned(given: tuple[Given, ...]) -> tuple[Given, ...]:
        return tuple(mixed.sample(given, len(given)))

    deeds = Deeds(
        turned(one.deeds.starts),
        turned(one.deeds.memberships),
        turned(one.deeds.attested),
        turned(one.deeds.shares),
        turned(one.deeds.applications),
    )
    events = dict(turned(tuple(one.events.items())))
    return replace(one, deeds=deeds, visits=turned(one.visits), held=turned(one.held), events=events)


def part(one: Case, seed: int) -> Case:
    """The same case when fewer facts were known."""
    chance = random.Random(seed)

    def some(given: tuple[Given, ...]) -> tuple[Given, ...]:
        return tuple(fact for fact in given if chance.random() < 0.6)

    deeds = Deeds(
        some(one.deeds.starts),
        some(one.deeds.memberships),
        some(one.deeds.attested),
        some(one.deeds.shares),
        some(one.deeds.applications),
    )
    return replace(one, deeds=deeds, visits=some(one.visits), held=some(one.held))


@settings(max_examples=120, deadline=None)
@given(joined(GROWING | OTHER), cases(), st.integers())
def test_the_order_of_facts_does_not_matter(criterion: Criterion, one: Case, seed: int) -> None:
    found, other = evaluate(criterion, one), evaluate(criterion, shuffled(one, seed))
    assert found == other


@settings(max_examples=120, deadline=None)
@given(joined(GROWING), cases(), st.integers())
def test_more_facts_never_unearn_nor_earn_later(criterion: Criterion, one: Case, seed: int) -> None:
    before, after = evaluate(criterion, part(one, seed)), evaluate(criterion, one)
    if isinstance(before, Met):
        assert isinstance(after, Met)
        assert after.at <= before.at


@settings(max_examples=70, deadline=None)
@given(joined(GROWING | OTHER), cases())
def test_what_is_told_is_told_soundly(criterion: Criterion, one: Case) -> None:
    """Progress lies between nothing and what is needed, which it reaches when it is reached; facts are the case's."""
    found = evaluate(criterion, one)
    given = (one.deeds.starts, one.deeds.memberships, one.deeds.attested, one.deeds.shares, one.deeds.applications)
    known = {v.opened for v in one.visits} | {fact.ref for facts in given for fact in facts}
    if isinstance(found, Met):
        refs = [fact.ref for fact in found.facts]
        assert len(refs) == len(set(refs))
        assert set(refs) <= known
    for step in found.steps:
        assert step.done >= 0
        assert step.needed > 0
    if not isinstance(criterion, All | Any | Unlocked | Applied | Starts) and found.steps:
        (step,) = found.steps
        assert (step.done >= step.needed) is isinstance(found, Met) or isinstance(criterion, Attended | Placed)


@settings(max_examples=70, deadline=None)
@given(visits(), st.integers(1, 20_000))
def test_hours_are_reached_exactly_when_they_are_full(theirs: tuple[Visit, ...], needed: int) -> None:
    """Against a sum by hand, and at the microsecond at which it was full."""
    criterion, one = Hours(Role.TECHNICAL, needed), case(visits=theirs, events=EVENTS)
    mine = [v for v in theirs if v.confirmed and v.role is Role.TECHNICAL]
    found = evaluate(criterion, one)
    assert isinstance(found, Met) is (sum(v.credited for v in mine) >= needed * SECOND)
    if isinstance(found, Met):
        by_then = sum(max(0, min(v.credit_end, found.at) - v.credit_start) for v in mine)
        assert by_then == needed * SECOND
        assert sum(fact.evidence.end - fact.evidence.start for fact in found.facts if fact.evidence) == needed * SECOND


@settings(max_examples=100, deadline=None)
@given(DAYS, st.integers(0, 60), st.integers(-40, 40))
def test_months_have_passed_from_their_day_on_and_not_before(since: date, months: int, days: int) -> None:
    end = after_months(since, months) + timedelta(days)
    passed = months_between(since, end)
    assert (passed >= months) is (days >= 0) or months == 0
    assert after_months(since, passed) <= max(end, since)


def test_days_begin_at_local_midnight() -> None:
    assert local_day(START) == date(2026, 11, 2)
