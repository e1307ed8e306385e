"""Each kind of criterion at its thresholds, on both sides: what earns, when, by which facts, and how far it is."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from station.choices import Unset
from station.criteria import Case, Criterion, Met, NotYet, Step, Undecided, Why, evaluate
from station.criteria.belonged import Belonged, Breaks, Lasted, Months, Positioned, after_months, months_between
from station.criteria.case import Counted
from station.criteria.joined import All, Any, Area, Collected, Distinct, Unlocked
from station.criteria.started import Levels, Mixing, Placed, Starts, Window
from station.criteria.visited import Attended, Hours, Mode, Roles
from station.criteria.vouched import Applied, Percentage, Vouched
from station.deeds import Answered, Deeds, Level, StartStatus
from station.facts import SECOND, Role
from station.scopes import midnight
from station.starts import Individually, InTeam
from tests.deeds import applied, case, held, lecture, member, ref, share, start, visit, vouched
from tests.stories import HOUR, START

DAY = date(2026, 10, 1)
ATHLETE = Starts(
    6, 8, Individually.COMPETITION, InTeam.MATCH, frozenset({StartStatus.STARTED, StartStatus.DNF, StartStatus.DSQ}),
    Window.ACADEMIC_YEAR, (7, 1), Mixing.APART, True,
)  # fmt: skip
MONTHS = Belonged(3, Months.CALENDAR, Breaks.RESTART)


def met(criterion: Criterion, of: Case) -> Met:
    found = evaluate(criterion, of)
    assert isinstance(found, Met), found
    return found


def steps(criterion: Criterion, of: Case) -> tuple[Step, ...]:
    found = evaluate(criterion, of)
    assert isinstance(found, NotYet), found
    return found.steps


# --- hours and attendance -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("hours", [4, 8, 12])
def test_hours_to_the_second(hours: int) -> None:
    needed, event = hours * 3600, (lecture("e1"),)
    criterion = Hours(Role.TECHNICAL, needed)
    assert steps(criterion, case(visits=(visit(1, 0, needed - 1),), events=event)) == (
        (Counted.SECONDS, needed - 1, needed),
    )
    found = met(criterion, case(visits=(visit(1, 0, needed),), events=event))
    assert found.at == START + needed * SECOND
    later = met(criterion, case(visits=(visit(1, 0, needed + 5000),), events=event))
    assert (later.at, later.facts) == (found.at, found.facts)


def test_hours_of_other_roles_and_events_and_provisional_ones_do_not_count() -> None:
    criterion, event = Hours(Role.TECHNICAL, 7200), (lecture("e1"),)
    half = visit(1, 0, 3600)
    for other in (
        visit(2, 4000, 9000, Role.COORDINATION),
        visit(2, 4000, 9000, at="elsewhere"),
        visit(2, 4000, 9000, confirmed=False),
    ):
        assert steps(criterion, case(visits=(half, other), events=event)) == ((Counted.SECONDS, 3600, 7200),)
    together = replace(criterion, roles=Roles.ALL)
    assert met(together, case(visits=(half, visit(2, 4000, 9000, Role.COORDINATION)), events=event)).facts[
        1
    ].ref == ref(2)


def attended(mode: Mode, count: int = 3, percent: int = 75, minutes: int = 0) -> Attended:
    return Attended(mode, count, percent, minutes)


def test_attendance_at_once_and_by_count() -> None:
    events = tuple(lecture(f"e{n}") for n in range(1, 5))
    visits = tuple(visit(n, n * 10_000, n * 10_000 + 3600, at=f"e{n}") for n in range(1, 4))
    once = met(attended(Mode.AT_ONCE), case(visits=visits, events=events))
    assert [fact.ref for fact in once.facts] == [ref(1)]
    assert once.at == visits[0].credit_end
    assert steps(attended(Mode.COUNT), case(visits=visits[:2], events=events)) == ((Counted.EVENTS, 2, 3),)
    assert met(attended(Mode.COUNT), case(visits=visits, events=events)).at == visits[2].credit_end
    twice = (*visits[:2], visit(9, 50_000, 53_600, at="e2"))
    assert steps(attended(Mode.COUNT), case(visits=twice, events=events)) == ((Counted.EVENTS, 2, 3),)


def test_attendance_needs_its_minutes_to_the_second() -> None:
    criterion = attended(Mode.AT_ONCE, minutes=30)
    for seconds, enough in ((1799, False), (1800, True)):
        found = evaluate(criterion, case(visits=(visit(1, 0, seconds),), events=(lecture("e1"),)))
        assert isinstance(found, Met) is enough
    parts = case(visits=(visit(1, 0, 1000), visit(2, 2000, 3000)), events=(lecture("e1"),))
    assert met(criterion, parts).at == START + 2800 * SECOND
    assert not isinstance(evaluate(criterion, replace(parts, visits=parts.visits[:1])), Met)


@pytest.mark.parametrize(("meetings", "there", "earns"), [(4, 3, True), (4, 2, False), (5, 4, True), (5, 3, False)])
def test_a_cycle_is_judged_once_it_is_over_and_never_rounded_up(meetings: int, there: int, earns: bool) -> None:
    events = tuple(lecture(f"e{n}", days=n) for n in range(meetings))
    visits = tuple(visit(n + 1, n * 86_400, n * 86_400 + 3600, at=f"e{n}") for n in range(there))
    over = case(visits=visits, events=events)
    found = evaluate(attended(Mode.CYCLE), over)
    assert isinstance(found, Met) is earns
    if isinstance(found, Met):
        assert found.at == events[-1].end
    running = replace(over, as_of=events[-1].end - 1)
    assert not isinstance(evaluate(attended(Mode.CYCLE), running), Met)
    alone = tuple(replace(event, series=None) for event in events)
    assert not isinstance(evaluate(attended(Mode.CYCLE), case(visits=visits, events=alone)), Met)


# --- starts and places ----------------------------------------------------------------------------------------------


def starts(count: int, *, team: bool = False, day: date = DAY, first: int = 1) -> tuple[Deeds, date]:
    made = tuple(start(first + n, day + timedelta(n), team=team) for n in range(count))
    return Deeds(starts=made), day + timedelta(count - 1)


@pytest.mark.parametrize(("individual", "team"), [(8, 12), (6, 8), (4, 6)])
def test_starts_at_their_numbers(individual: int, team: int) -> None:
    criterion = replace(ATHLETE, individual=individual, team=team)
    for count, of_team in ((individual, False), (team, True)):
        enough, last = starts(count, team=of_team)
        assert met(criterion, case(deeds=enough)).at == midnight(last)
        fewer, _ = starts(count - 1, team=of_team)
        now = case(deeds=fewer, today=date(2026, 12, 1))
        done = (0, count - 1) if of_team else (count - 1, 0)
        assert steps(criterion, now) == (
            (Counted.STARTS, done[0], individual), (Counted.TEAM_STARTS, done[1], team),
        )  # fmt: skip


@pytest.mark.parametrize(
    "spoilt",
    [
        {"status": StartStatus.DNS},
        {"confirmed": False},
        {"institution": "VU"},
        {"institution": "-"},
        {"unit": "art_collectives"},
        {"at": "c1"},
        {"day": date(2027, 9, 1)},
        {"day": date(2026, 8, 31)},
        {"team": True},
    ],
    ids=str,
)
def test_a_start_that_does_not_count(spoilt: dict[str, object]) -> None:
    five, _ = starts(5)
    more = {"day": DAY + timedelta(20), **spoilt}
    whole = Deeds(starts=(*five.starts, start(6, **more)))  # type: ignore[arg-type]
    assert steps(ATHLETE, case(deeds=whole, today=date(2026, 12, 1)))[0] == (Counted.STARTS, 5, 6)
    good = Deeds(starts=(*five.starts, start(6, DAY + timedelta(20))))
    assert met(ATHLETE, case(deeds=good)).at == midnight(DAY + timedelta(20))


@pytest.mark.parametrize("status", [StartStatus.DNF, StartStatus.DSQ])
def test_which_statuses_count_is_a_choice(status: StartStatus) -> None:
    five, _ = starts(5)
    whole = case(deeds=Deeds(starts=(*five.starts, start(6, DAY + timedelta(9), status=status))))
    assert isinstance(evaluate(ATHLETE, whole), Met)
    strict = replace(ATHLETE, statuses=frozenset({StartStatus.STARTED}))
    assert not isinstance(evaluate(strict, whole), Met)


def test_what_one_start_is_is_a_choice() -> None:
    races = Deeds(starts=tuple(start(n, DAY, at="meet", discipline=f"{n}00 m") for n in range(1, 7)))
    assert not isinstance(evaluate(ATHLETE, case(deeds=races)), Met)
    assert isinstance(evaluate(replace(ATHLETE, individual_by=Individually.DISCIPLINE), case(deeds=races)), Met)
    matches = Deeds(starts=tuple(start(n, DAY, at="cup", discipline=f"m{n}", team=True) for n in range(1, 9)))
    assert isinstance(evaluate(ATHLETE, case(deeds=matches)), Met)
    assert not isinstance(evaluate(replace(ATHLETE, team_by=InTeam.TOURNAMENT), case(deeds=matches)), Met)


def test_windows() -> None:
    """Three starts in July and three in September: two academic years, one season, one life."""
    june, _ = starts(3, day=date(2027, 7, 10))
    september, _ = starts(3, day=date(2027, 9, 10), first=10)
    both = case(deeds=Deeds(starts=june.starts + september.starts))
    for window, earns in ((Window.ACADEMIC_YEAR, False), (Window.SEASON, True), (Window.ALL_TIME, True)):
        assert isinstance(evaluate(replace(ATHLETE, window=window), both), Met) is earns
    assert not isinstance(evaluate(replace(ATHLETE, window=Window.SEASON, season=(8, 1)), both), Met)


def test_individual_and_team_starts_add_up_only_where_that_is_chosen() -> None:
    three, four = starts(3)[0], starts(4, team=True, first=20)[0]
    mixed = case(deeds=Deeds(starts=three.starts + four.starts))
    assert not isinstance(evaluate(ATHLETE, mixed), Met)
    together = replace(ATHLETE, mixing=Mixing.TOGETHER)
    assert len(met(together, mixed).facts) == 7
    fewer = case(deeds=Deeds(starts=three.starts + four.starts[:3]))
    assert not isinstance(evaluate(together, fewer), Met)


def placed(**changed: object) -> Placed:
    return replace(Placed(3, 1, (), Levels.ANY, True), **changed)  # type: ignore[arg-type]


@pytest.mark.parametrize(("place", "earns"), [(1, True), (3, True), (4, False), (None, False)])
def test_places(place: int | None, earns: bool) -> None:
    one = case(deeds=Deeds(starts=(start(1, DAY, place=place),)))
    assert isinstance(evaluate(placed(), one), Met) is earns


def test_places_of_levels() -> None:
    levels = (Level.NATIONAL, Level.REGIONAL)
    national, regional = start(1, DAY, place=1), start(2, DAY + timedelta(3), place=2, level=Level.REGIONAL)
    city = start(3, DAY, place=1, level=Level.CITY)
    assert not isinstance(evaluate(placed(levels=levels), case(deeds=Deeds(starts=(city,)))), Met)
    assert isinstance(evaluate(placed(levels=levels), case(deeds=Deeds(starts=(national, city)))), Met)
    each = placed(levels=levels, of_levels=Levels.EACH)
    assert steps(each, case(deeds=Deeds(starts=(national, city)))) == ((Counted.PLACES, 1, 2),)
    assert met(each, case(deeds=Deeds(starts=(regional, national)))).at == midnight(DAY + timedelta(3))
    assert steps(placed(count=2), case(deeds=Deeds(starts=(national,)))) == ((Counted.PLACES, 1, 2),)


# --- months ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("since", "months", "until"),
    [
        ("2026-11-30", 3, "2027-02-28"),
        ("2027-11-30", 3, "2028-02-29"),
        ("2026-08-31", 1, "2026-09-30"),
        ("2026-01-31", 1, "2026-02-28"),
        ("2026-09-15", 3, "2026-12-15"),
        ("2026-12-31", 12, "2027-12-31"),
    ],
)
def test_calendar_months(since: str, months: int, until: str) -> None:
    begun, end = date.fromisoformat(since), date.fromisoformat(until)
    assert after_months(begun, months) == end
    assert months_between(begun, end) == months
    assert months_between(begun, end - timedelta(1)) == months - 1
    still = Deeds(memberships=(member(1, begun),))
    criterion = replace(MONTHS, months=months)
    assert met(criterion, case(deeds=still, today=end)).at == midnight(end)
    early = case(deeds=still, today=end - timedelta(1))
    assert steps(criterion, early) == ((Counted.MONTHS, months - 1, months),)


def test_a_membership_that_ended_counts_to_its_last_day() -> None:
    """From 1 September to 30 November, both included, is three months."""
    for last, enough in ((date(2026, 11, 30), True), (date(2026, 11, 29), False)):
        ended = case(deeds=Deeds(memberships=(member(1, date(2026, 9, 1), last),)))
        assert isinstance(evaluate(MONTHS, ended), Met) is enough


def test_what_a_break_does_is_a_choice() -> None:
    two = (member(1, date(2026, 1, 1), date(2026, 2, 28)), member(2, date(2026, 4, 1), date(2026, 5, 15)))
    broken = case(deeds=Deeds(memberships=two))
    assert steps(MONTHS, broken) == ((Counted.MONTHS, 2, 3),)
    assert met(replace(MONTHS, breaks=Breaks.ADD), broken).at == midnight(date(2026, 5, 1))
    joined = (two[0], member(2, date(2026, 3, 1), date(2026, 3, 31)))
    assert met(MONTHS, case(deeds=Deeds(memberships=joined))).at == midnight(date(2026, 4, 1))
    thirty = replace(MONTHS, method=Months.THIRTY_DAYS)
    assert met(thirty, case(deeds=Deeds(memberships=joined))).at == midnight(date(2026, 4, 1))
    assert not isinstance(
        evaluate(thirty, case(deeds=Deeds(memberships=(member(1, DAY),)), today=DAY + timedelta(89))), Met
    )


def test_positions_and_durations_are_not_memberships_and_the_other_way_round() -> None:
    plain, head = member(1, DAY), member(2, DAY, position="head")
    position = Positioned(0, Months.CALENDAR, Breaks.RESTART, "head")
    lasted = Lasted(1, Months.CALENDAR, Breaks.RESTART, "head")
    member_now = replace(MONTHS, months=0)
    assert met(position, case(deeds=Deeds(memberships=(head,)))).at == midnight(DAY)
    assert met(lasted, case(deeds=Deeds(memberships=(head,)))).at == midnight(date(2026, 11, 1))
    assert steps(position, case(deeds=Deeds(memberships=(plain,)))) == ((Counted.RECORD, 0, 1),)
    assert steps(member_now, case(deeds=Deeds(memberships=(head,)))) == ((Counted.RECORD, 0, 1),)
    assert met(member_now, case(deeds=Deeds(memberships=(plain,)), today=DAY)).steps == ((Counted.RECORD, 1, 1),)
    assert not isinstance(evaluate(member_now, case(deeds=Deeds(memberships=(plain,)), today=DAY - timedelta(1))), Met)
    assert not isinstance(evaluate(member_now, case(deeds=Deeds(memberships=(member(1, DAY, unit="x"),)))), Met)


# --- a person's word ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("earned", "possible", "earns"),
    [(75, 100, True), (3, 4, True), (7499, 10_000, False), (74, 99, False), (0, 1, False)],
)
def test_a_percentage_is_never_rounded_up(earned: int, possible: int, earns: bool) -> None:
    found = evaluate(Percentage(75), case(deeds=Deeds(shares=(share(1, earned, possible),))))
    assert isinstance(found, Met) is earns
    assert found.steps[0].done == earned * 100 // possible


def test_of_nothing_possible_nobody_can_say() -> None:
    assert evaluate(Percentage(75), case(deeds=Deeds(shares=(share(1, 0, 0),)))) == Undecided(Why.NOTHING_POSSIBLE)
    assert isinstance(evaluate(Percentage(75), case(deeds=Deeds(shares=(share(1, 0, 0), share(2, 9, 10))))), Met)
    assert steps(Percentage(75), case(deeds=Deeds(shares=(share(1, 1, 1, badge="other"),)))) == (
        (Counted.PERCENT, 0, 75),
    )


def test_evidence() -> None:
    one = Vouched(1, confirmed=True)
    good, unsure, other = vouched(1, DAY), vouched(2, DAY, confirmed=False), vouched(3, DAY, badge="other")
    assert met(one, case(deeds=Deeds(attested=(good,)))).at == midnight(DAY)
    assert steps(one, case(deeds=Deeds(attested=(unsure, other)))) == ((Counted.EVIDENCE, 0, 1),)
    assert isinstance(evaluate(Vouched(1, confirmed=False), case(deeds=Deeds(attested=(unsure,)))), Met)
    assert steps(Vouched(2, confirmed=True), case(deeds=Deeds(attested=(good,)))) == ((Counted.EVIDENCE, 1, 2),)


def collected(count: int | Unset = 2, **changed: object) -> Collected:
    return replace(Collected("first", frozenset(), count, Distinct.BADGE, Area.ANY), **changed)  # type: ignore[arg-type]


def test_badges_held() -> None:
    a, again, b = held("a", at=1), held("a", at=2, award="a2"), held("b", at=3, unit="art")
    assert met(collected(), case(held=(b, a))).at == 3
    assert steps(collected(), case(held=(a, again))) == ((Counted.BADGES, 1, 2),)
    assert met(collected(distinct=Distinct.AWARD), case(held=(a, again))).at == 2
    assert steps(collected(area=Area.ONE), case(held=(a, b))) == ((Counted.BADGES, 1, 2),)
    assert steps(collected(), case(held=(a, held("c", level="second")))) == ((Counted.BADGES, 1, 2),)
    assert met(collected(level="", ids=frozenset({"a", "c"})), case(held=(a, held("c", level="x", at=9)))).at == 9


def test_an_application_waits_for_what_comes_before_it() -> None:
    granted, first = applied(1, DAY), held("a", at=midnight(DAY) + HOUR)
    meta = Applied(collected(1))
    assert met(meta, case(deeds=Deeds(applications=(granted,)), held=(first,))).at == first.at
    assert steps(meta, case(deeds=Deeds(applications=(granted,)))) == ((Counted.BADGES, 0, 1),)
    for answer in (Answered.OPEN, Answered.DECLINED):
        waiting = case(deeds=Deeds(applications=(applied(1, DAY, answer),)), held=(first,))
        assert steps(meta, waiting)[-1] == (Counted.APPLICATION, 0, 1)
    unset = Applied(collected(Unset("how_many")))
    assert evaluate(unset, case(deeds=Deeds(applications=(granted,)), held=(first,))) == Undecided(
        Why.UNSET, "how_many"
    )


# --- of others ------------------------------------------------------------------------------------------------------


def test_all_and_any() -> None:
    six, last = starts(6)
    joined = date(2026, 9, 20)
    whole = case(deeds=Deeds(starts=six.starts, memberships=(member(50, joined),)))
    both = met(All((ATHLETE, MONTHS)), whole)
    assert both.at == max(midnight(last), midnight(after_months(joined, 3)))
    assert len(both.facts) == 7
    early = replace(whole, as_of=midnight(date(2026, 12, 1)))
    assert steps(All((ATHLETE, MONTHS)), early)[-1] == (Counted.MONTHS, 2, 3)
    assert met(Any((MONTHS, ATHLETE)), early).facts == met(ATHLETE, early).facts
    assert met(Any((MONTHS, ATHLETE)), whole).at == midnight(last)
    assert isinstance(evaluate(Any((Percentage(75), MONTHS)), case()), NotYet)
    nothing = case(deeds=Deeds(shares=(share(1, 0, 0),), memberships=(member(50, joined),)))
    assert isinstance(evaluate(All((MONTHS, Percentage(75))), nothing), Undecided)
    assert isinstance(evaluate(Any((Percentage(75), MONTHS)), nothing), Met)
    assert isinstance(evaluate(Any((Percentage(75),)), nothing), Undecided)


def test_a_gate_opens_and_gives_nothing() -> None:
    locked = Unlocked(collected(), Vouched(1, confirmed=True))
    done = Deeds(attested=(vouched(1, DAY),))
    assert steps(locked, case(deeds=done, held=(held("a"),))) == ((Counted.BADGES, 1, 2),)
    late = held("b", at=midnight(DAY) + HOUR)
    opened = met(locked, case(deeds=done, held=(held("a"), late)))
    assert (opened.at, [fact.ref for fact in opened.facts]) == (late.at, [ref(1)])
    assert steps(locked, case(held=(held("a"), held("b")))) == ((Counted.EVIDENCE, 0, 1),)
