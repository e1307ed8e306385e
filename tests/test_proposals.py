"""Proposals of every kind of badge: scopes, tiers, levels, what is held already, and that nothing depends on order."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from functools import cache

import pytest

from station.attendance import Attendance
from station.badges import Holding, Issuer, proposals
from station.catalogue import Catalogue, bundled, parse
from station.deeds import (
    Answered,
    Deeds,
    Membership,
)
from station.facts import AwardKey, Kind, Proposal, Record, Ref, Role, Way
from station.holdings import Holdings
from station.picture import Picture
from station.resources import resource
from station.scopes import Scope, is_in, midnight, scope_of
from station.trouble import Trouble
from tests.deeds import applied, lecture, member, ref, share, start, vouched
from tests.stories import HOUR, PROGRAMME, START, Book, event

ISSUER = Issuer("inst", "https://badges.example.edu/issuer")
NOW = midnight(date(2027, 2, 1))
SPORT = ("ktu.sport.platinum", "ktu.sport.bronze", "ktu.sport.gold")


@cache
def chosen(**values: str) -> Catalogue:
    """KTU's programme with other choices; values as TOML."""
    text = bundled()
    for name, value in values.items():
        head, _, rest = text.partition(f"[choices.{name}]\nvalue = ")
        assert rest, name
        text = f"{head}[choices.{name}]\nvalue = {value}\n{rest.partition(chr(10))[2]}"
    return parse(text, "chosen.toml")


def by_deeds(deeds: Deeds, programme: Catalogue = PROGRAMME, as_of: int = NOW) -> list[Proposal]:
    return proposals(Attendance(programme.rules), programme, ISSUER, deeds=lambda _p: deeds, doers=["p"], as_of=as_of)


def badges(found: list[Proposal]) -> list[str]:
    return [one.key.badge for one in found]


def athlete(count: int, *, team: bool = False, joined: date = date(2026, 9, 1)) -> Deeds:
    made = tuple(start(n, date(2026, 9, 20) + timedelta(n), team=team) for n in range(count))
    return Deeds(starts=made, memberships=(member(90, joined),))


@pytest.mark.parametrize(
    ("individual", "team", "earned"),
    [(3, 5, 0), (4, 6, 1), (5, 7, 1), (6, 8, 2), (7, 11, 2), (8, 12, 3)],
)
def test_an_athlete(individual: int, team: int, earned: int) -> None:
    for deeds in (athlete(individual), athlete(team, team=True)):
        found = by_deeds(deeds)
        assert set(badges(found)) == set(SPORT[:earned])
        # Three months passed on 1 December, after the last start.
        assert all(one.earned_at == midnight(date(2026, 12, 1)) for one in found)
        assert not badges(by_deeds(deeds, as_of=midnight(date(2026, 12, 1)) - 1))


def test_gold_by_prize_places_in_either_reading() -> None:
    won = Deeds(starts=(start(1, date(2026, 10, 1), place=2),))
    assert set(badges(by_deeds(won))) == {"ktu.sport.gold", "ktu.sport.prize_place"}
    strict = chosen(gold_alternative='"starts_only"')
    assert badges(by_deeds(won, strict)) == ["ktu.sport.prize_place"]
    both = replace(won, memberships=(member(90, date(2026, 9, 1)),))
    assert set(badges(by_deeds(both, strict))) == {"ktu.sport.gold", "ktu.sport.prize_place"}
    assert badges(by_deeds(won, chosen(gold_levels='"each"'))) == ["ktu.sport.prize_place"]


def test_the_highest_tier_only_where_that_is_chosen() -> None:
    assert badges(by_deeds(athlete(8), chosen(sport_tiers='"highest"'))) == ["ktu.sport.gold"]
    book = worked(8)
    whole = earned(book, chosen(hours_tiers='"highest"'))
    assert badges(whole) == ["ktu.culture.vol.technical.8h"]


def test_what_a_proposal_rests_on() -> None:
    (platinum,) = by_deeds(athlete(4))
    assert platinum.role is None
    assert (platinum.seconds, platinum.evidence) == (0, ())
    assert set(platinum.facts) == {ref(n) for n in (0, 1, 2, 3, 90)}
    assert len(platinum.grounds) == 5
    assert platinum.key.scope == "all"


def test_accreditation_is_of_an_academic_year() -> None:
    name = "ktu.so.accredited_member"
    shares = (
        share(1, 75, 100, date(2026, 8, 31), name),
        share(2, 80, 100, date(2026, 9, 1), name),
        share(3, 74, 100, date(2027, 9, 1), name),
    )
    found = by_deeds(Deeds(shares=shares), as_of=midnight(date(2028, 1, 1)))
    assert [one.key.scope for one in found] == ["year:2025", "year:2026"]
    assert len({one.key.award for one in found}) == 2


def test_a_membership_counts_in_each_academic_year_it_reaches() -> None:
    yearly = chosen(once='"academic_year"')
    deeds = Deeds(memberships=(member(1, date(2026, 5, 1), unit="student_organisations"),))
    found = by_deeds(deeds, yearly, midnight(date(2027, 10, 1)))
    assert {(one.key.badge, one.key.scope): one.earned_at for one in found} == {
        ("ktu.so.member", "year:2025"): midnight(date(2026, 5, 1)),
        ("ktu.so.member", "year:2026"): midnight(date(2026, 9, 1)),
        ("ktu.so.member", "year:2027"): midnight(date(2027, 9, 1)),
    }
    late = chosen(once='"academic_year"', so_member_months="6")
    assert [one.key.scope for one in by_deeds(deeds, late, midnight(date(2027, 10, 1)))] == ["year:2026", "year:2027"]


def test_assisted_badges_need_a_persons_word() -> None:
    """Scans alone propose nothing of these, and every one of them is proposed once somebody vouches."""
    joined = tuple(
        Membership("p", unit, "x", position, date(2025, 1, 1), None, ref(n))
        for n, (unit, position) in enumerate((unit, position) for unit in PROGRAMME.units for position in POSITIONS)
    )
    words = tuple(vouched(1000 + n, date(2026, 10, 1), badge) for n, badge in enumerate(PROGRAMME.badges))
    sport = athlete(8).starts
    art = (start(500, date(2026, 10, 1), place=1, unit="art_collectives"), start(501, date(2026, 10, 2), place=1))
    shares = (share(1, 3, 4, badge="ktu.so.accredited_member"),)
    found = by_deeds(Deeds(sport + art, joined, words, shares))
    assert set(badges(found)) == {badge.id for badge in PROGRAMME.badges.values() if badge.auto != "yes"}
    assert not by_deeds(Deeds(attested=tuple(replace(one, confirmed=False) for one in words)))


POSITIONS = (
    "", "voluntary_internship", "additional_internship", "central_coordinator", "faculty_coordinator", "faculty_chair",
    "head", "main_event_coordinator", "president", "alumnus", "challenge",
)  # fmt: skip


# --- visits and scopes ----------------------------------------------------------------------------------------------


def worked(hours: int, *, series: str | None = "ruduo") -> Book:
    book = Book()
    book.define(event("e1", series=series))
    book.scan(START, Way.IN)
    book.scan(START + hours * HOUR, Way.OUT)
    return book


def earned(
    book: Book, programme: Catalogue = PROGRAMME, held: tuple[Holding, ...] = (), deeds: Deeds | None = None
) -> list[Proposal]:
    attendance = Attendance(programme.rules)
    attendance.see_all(book.records)
    return proposals(
        attendance, programme, ISSUER, holdings=lambda _p: held, deeds=lambda _p: deeds or Deeds(), as_of=NOW
    )


def holding(one: Proposal) -> Holding:
    return Holding(one.key, one.earned_at, frozenset(one.facts))


@pytest.mark.parametrize("before", list(Scope))
@pytest.mark.parametrize("after", list(Scope))
def test_a_changed_scope_proposes_nothing_to_those_who_hold_the_badge(before: Scope, after: Scope) -> None:
    book = worked(4)
    (first,) = earned(book, chosen(hours_scope=f'"{before}"'))
    changed = chosen(hours_scope=f'"{after}"')
    again = earned(book, changed, (holding(first),))
    assert {one.key.award for one in again} <= {first.key.award}
    (fresh,) = earned(book, changed)
    assert (fresh.key.award == first.key.award) is (before is after)
    # Another series is another achievement, where that is the scope.
    if before is after is Scope.SERIES:
        book.define(event("e2", series="pavasaris", start=START + 200 * HOUR))
        book.scan(START + 200 * HOUR, Way.IN, event="e2")
        book.scan(START + 204 * HOUR, Way.OUT, event="e2")
        assert len(earned(book, changed, (holding(first),))) == 2


def test_a_mended_title_is_no_new_award() -> None:
    mended = parse(
        bundled().replace("Platininis sportininkas", "Platinos sportininkas").replace('"2026.1"', '"2"'), "m"
    )
    old, new = by_deeds(athlete(4)), by_deeds(athlete(4), mended)
    assert [one.key.award for one in old] == [one.key.award for one in new]


def test_what_was_signed_off_stays_earned_under_its_own_scope() -> None:
    book = worked(4)
    (first,) = earned(book)
    picture = Picture(chosen(hours_scope='"all_time"'), ISSUER, now=lambda: NOW)
    for record in book.records:
        picture.see(record)
    assert picture.is_earned(first.key)
    assert not picture.is_earned(first.key._replace(scope="series:other"))
    assert not picture.is_earned(first.key._replace(badge="ktu.culture.vol.technical.8h"))
    assert picture.is_earned(first.key._replace(badge="no.longer.there"))


def test_the_academic_year_of_an_event_begins_on_the_first_of_september_here() -> None:
    """23:30 on 31 August in Vilnius is 20:30 UTC; half an hour later it is another year."""
    eve = event("e1", start=midnight(date(2026, 9, 1)) - HOUR // 2)
    assert scope_of(eve, Scope.ACADEMIC_YEAR) == "year:2025"
    first = event("e2", start=midnight(date(2026, 9, 1)))
    assert scope_of(first, Scope.ACADEMIC_YEAR) == "year:2026"
    assert is_in(first, "year:2026")
    assert not is_in(eve, "year:2026")


def test_hours_across_units_and_roles_where_that_is_chosen() -> None:
    book = Book()
    book.define(event("e1"))
    book.define(event("sport", unit="sport_collectives", start=START + 24 * HOUR))
    for where, begin, role in (("e1", START, Role.TECHNICAL), ("sport", START + 24 * HOUR, Role.COORDINATION)):
        book.scan(begin, Way.IN, role, event=where)
        book.scan(begin + 2 * HOUR, Way.OUT, role, event=where)
    assert not earned(book)
    assert not earned(book, chosen(hours_units='"all"'))
    wide = earned(book, chosen(hours_units='"all"', hours_roles='"all"'))
    assert len(wide) == 6  # the 4 h badge of both units, in each of three roles
    assert {one.earned_at for one in wide} == {START + 26 * HOUR}


def test_attendance_earns_at_the_events_that_name_it() -> None:
    name = "ktu.general.participant"
    book = Book()
    for day in range(3):
        one = lecture(f"l{day}", series="paskaitos", days=day, earns=(name,))
        book.define(one)
        book.scan(one.start, Way.IN, event=one.id)
        book.scan(one.end, Way.OUT, event=one.id)
    (once,) = earned(book)
    assert (once.key.badge, once.key.scope, len(once.evidence)) == (name, "series:paskaitos", 1)
    (three,) = earned(book, chosen(attendance_mode='"count"'))
    assert len(three.evidence) == 3
    assert not earned(book, chosen(attendance_mode='"count"', attendance_count="4"))
    assert len(earned(book, chosen(attendance_scope='"event"'))) == 3


# --- levels and applications ----------------------------------------------------------------------------------------

VILNIUS = resource("catalogue", "vilniustech.toml").read_text("utf-8") + "".join(
    f'\n[badges."{level}.{number}"]\nunit = "{unit}"\nlevel = "{level}"\ntitle.lt = "T"\ntitle.en = "T"\n'
    'title_basis = "verbatim"\ncriteria.lt = "U"\ncriteria.en = "U"\n'
    for level in ("participation", "activity")
    for number, unit in enumerate(("sports", "art", "art"))
)


def vilnius(**values: str) -> Catalogue:
    text = VILNIUS
    for name, value in values.items():
        text = text.replace(f'[choices.{name}]\nvalue = "unset"', f"[choices.{name}]\nvalue = {value}").replace(
            f'[choices.{name}]\nvalue = "any_area"', f"[choices.{name}]\nvalue = {value}"
        )
    return parse(text, "vilnius.toml")


def signed(*names: str) -> tuple[Holding, ...]:
    """Badges held, each earned a day after the one before."""
    return tuple(
        Holding(AwardKey("i", "u", name, "all", "p", 1), midnight(date(2026, 9, 1 + n)), frozenset({ref(n, "s")}))
        for n, name in enumerate(names)
    )


def at_vilnius(deeds: Deeds, held: tuple[Holding, ...], programme: Catalogue) -> list[Proposal]:
    return proposals(
        Attendance(programme.rules), programme, ISSUER, deeds=lambda _p: deeds, doers=["p"],
        holdings=lambda _p: held, as_of=NOW,
    )  # fmt: skip


def test_two_participation_badges_unlock_activities_and_give_nothing() -> None:
    done = Deeds(attested=(vouched(1, date(2026, 8, 1), "activity.0"), vouched(2, date(2026, 8, 1), "participation.2")))
    programme = vilnius()
    assert badges(at_vilnius(done, (), programme)) == ["participation.2"]
    assert badges(at_vilnius(done, signed("participation.0"), programme)) == ["participation.2"]
    found = at_vilnius(done, signed("participation.0", "participation.1"), programme)
    assert badges(found) == ["participation.2", "activity.0"]
    assert found[1].earned_at == midnight(date(2026, 9, 2))
    assert found[1].facts == (ref(1),)
    one_area = vilnius(participation_area='"one_area"')
    assert "activity.0" not in badges(at_vilnius(done, signed("participation.0", "participation.1"), one_area))
    assert "activity.0" in badges(at_vilnius(done, signed("participation.1", "participation.2"), one_area))


def test_meta_is_given_on_application_once_its_number_is_set() -> None:
    asked = Deeds(applications=(applied(1, date(2026, 12, 1), badge="vilniustech.meta"),))
    three = signed("activity.0", "activity.1", "activity.2")
    assert not at_vilnius(asked, three, vilnius())
    (meta,) = at_vilnius(asked, three, vilnius(activity_to_meta_count="3"))
    assert (meta.key.badge, meta.earned_at) == ("vilniustech.meta", midnight(date(2026, 12, 1)))
    assert not at_vilnius(asked, three[:2], vilnius(activity_to_meta_count="3"))
    waiting = Deeds(applications=(applied(1, date(2026, 12, 1), Answered.OPEN, "vilniustech.meta"),))
    assert not at_vilnius(waiting, three, vilnius(activity_to_meta_count="3"))


def sign_off(number: int, badge: str, writer: str = "w1", at: int = START, facts: tuple[Ref, ...] = ()) -> Record:
    key = AwardKey("i", "u", badge, "all", "p1", 1)
    body = {"award": key.award, "key": list(key), "earned_at": at, "facts": [list(one) for one in facts]}
    return Record(writer, number, number, number, Kind.SIGN_OFF, None, "p1", None, body, "")


@pytest.mark.parametrize(
    ("programme", "badge", "code"),
    [
        (vilnius(), "vilniustech.meta", "application_unset"),
        (vilnius(), "vilniustech.uber", "application_unset"),
        (vilnius(activity_to_meta_count="3"), "vilniustech.meta", "application_early"),
        (vilnius(activity_to_meta_count="2"), "vilniustech.meta", None),
        (vilnius(), "participation.0", "application_none"),
        (vilnius(), "no.such", "badge_unknown"),
    ],
)
def test_who_may_apply(programme: Catalogue, badge: str, code: str | None) -> None:
    picture = Picture(programme, ISSUER, now=lambda: NOW)
    for number, name in enumerate(("activity.0", "activity.1"), 1):
        picture.see(sign_off(number, name))
    if code is None:
        picture.require_application("p1", badge)
    else:
        with pytest.raises(Trouble) as caught:
            picture.require_application("p1", badge)
        assert caught.value.code == code


def test_holdings_do_not_depend_on_the_order_of_records() -> None:
    records = [
        sign_off(1, "a", at=5, facts=(ref(1),)),
        sign_off(1, "a", writer="w2", at=3, facts=(ref(2),)),
        sign_off(2, "b"),
    ]
    one, other = Holdings(), Holdings()
    for record in records:
        one.see(record)
    for record in reversed(records):
        other.see(record)
    assert one.of("p1") == other.of("p1")
    (a,) = (held for held in one.of("p1") if held.key.badge == "a")
    assert (a.earned_at, a.facts) == (3, frozenset({ref(1), ref(2)}))
    assert one.of("nobody") == ()
