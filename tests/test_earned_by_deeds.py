"""Badges earned by what people entered: once a second person confirmed it, and once for whoever has several ids."""

from __future__ import annotations

import random
from datetime import date
from itertools import chain
from pathlib import Path

import pytest

from station import assembly, texts
from station.assembly import Station
from station.badges import Issuer
from station.catalogue import bundled, parse
from station.clock import wall
from station.deeds import Answered, Level
from station.entries import ApplicationEntry, CompetitionEntry, EvidenceEntry, MembershipEntry, StartEntry, read_day
from station.facts import Kind, Proposal, Reading, Record, Role, Source, Way
from station.holdings import Holdings
from station.links import Links
from station.picture import Picture
from station.resources import resource
from station.scopes import midnight
from station.trouble import Trouble
from tests.stories import HOUR, MEDAL, PROGRAMME, WITH_MEDAL, add_event, adopted, event, opened
from tests.test_deedbook import Desk
from tests.test_proposals import sign_off, worked

ISSUER = Issuer("i", "u")
NOW = midnight(date(2027, 2, 1))
TALK = "ktu.general.talk"
PLATINUM = "ktu.sport.platinum"


def picture_of(*desks: Desk, more: tuple[Record, ...] = ()) -> Picture:
    return taken([*chain.from_iterable(desk.records for desk in desks), *more])


def taken(records: list[Record]) -> Picture:
    picture = Picture(PROGRAMME, ISSUER, now=lambda: NOW)
    for record in records:
        picture.see(record)
    return picture


def earned(picture: Picture) -> set[str]:
    return {one.key.badge for one in picture.proposals()}


def joined(desk: Desk, person: str = "p1", since: str = "2026-09-01", tick: int = 1) -> Record:
    return desk.add(
        Kind.MEMBERSHIP, tick, "anna", person, unit="sport_collectives", collective="", position="", since=since,
        until=None,
    )  # fmt: skip


def competed(desk: Desk, count: int, person: str = "p1") -> list[Record]:
    made = []
    for n in range(count):
        desk.competition(10 + 2 * n, f"c{n}", day=f"2026-10-{10 + n}")
        made.append(desk.start(11 + 2 * n, person=person, competition=f"c{n}"))
    return made


def test_starts_count_once_a_second_person_confirmed_them() -> None:
    desk = Desk("a")
    joined(desk)
    starts = competed(desk, 4)
    assert not earned(picture_of(desk))
    said = [desk.confirm(50 + n, one) for n, one in enumerate(starts[:3])]
    desk.confirm(60, starts[3], "anna")
    assert not earned(picture_of(desk)), "nobody confirms what they entered themselves"
    last = desk.confirm(61, starts[3])
    assert earned(picture_of(desk)) == {PLATINUM}
    desk.withdraw(62, last)
    assert not earned(picture_of(desk))
    desk.confirm(63, starts[3])
    desk.correct(64, starts[0], {"place": None}, {"place": 9})
    assert not earned(picture_of(desk)), "what was confirmed is not what stands"
    desk.confirm(65, starts[0], place=9)
    assert earned(picture_of(desk)) == {PLATINUM}
    desk.withdraw(66, said[1])
    assert not earned(picture_of(desk))


def test_evidence_counts_once_a_second_person_confirmed_it() -> None:
    desk = Desk("a")
    one = desk.add(Kind.EVIDENCE, 1, "anna", "p1", badge=TALK, day="2026-10-01", note="")
    assert not earned(picture_of(desk))
    desk.confirm(2, one)
    picture = picture_of(desk)
    (found,) = picture.proposals()
    assert (found.key.badge, found.key.person, found.facts) == (TALK, "p1", (one.ref,))
    assert picture.is_earned(found.key)
    desk.withdraw(3, one)
    assert not picture_of(desk).is_earned(found.key)


def test_how_a_person_stands() -> None:
    desk = Desk("a")
    joined(desk)
    for one in competed(desk, 5):
        desk.confirm(50, one)
    found = picture_of(desk, more=tuple(worked(5).records)).findings("p1")
    told = {badge: [tuple(step) for step in one.steps] for (badge, _scope), one in found.items()}
    assert told["ktu.culture.vol.technical.8h"] == [("seconds", 5 * 3600, 8 * 3600)]
    assert told["ktu.sport.bronze"] == [("starts", 5, 6), ("team_starts", 0, 8), ("months", 3, 3)]
    assert found[PLATINUM, "all"].steps[-1] == ("months", 3, 3)
    assert found["ktu.so.accredited_member", "year:2026"].steps == (("percent", 0, 75),)


# --- one person under several ids ---------------------------------------------------------------------------------


def two_ids() -> tuple[Desk, Desk, Desk]:
    """A membership under one id, starts under another, and the link between them at a third desk."""
    north, south, office = Desk("n"), Desk("s"), Desk("o")
    joined(north, "a")
    for n, one in enumerate(competed(south, 4, "b")):
        south.confirm(50 + n, one)
    office.add(Kind.LINK_PERSON, 80, "vera", "b", to="a")
    return north, south, office


def test_deeds_of_all_ids_make_one_badge() -> None:
    north, south, office = two_ids()
    assert not earned(picture_of(north, south))
    picture = picture_of(north, south, office)
    (found,) = picture.proposals()
    assert (found.key.badge, found.key.person) == (PLATINUM, "a")
    assert picture.findings("a") == picture.findings("b")
    assert picture.is_earned(found.key._replace(person="b"))


def test_a_badge_held_under_another_id_is_held() -> None:
    north, south, office = two_ids()
    joined(north, "b", tick=2)
    (alone,) = picture_of(north, south).proposals()
    assert alone.key.person == "b"
    signed = signed_off(alone)
    (found,) = picture_of(north, south, office, more=(signed,)).proposals()
    assert found.key == alone.key
    assert found.key.award == signed.body["award"]


def signed_off(one: Proposal) -> Record:
    body = {
        "award": one.key.award, "key": list(one.key), "earned_at": one.earned_at, "facts": [list(x) for x in one.facts]
    }  # fmt: skip
    return Record("z", 1, 90, 90, Kind.SIGN_OFF, None, one.key.person, None, body, "")


def test_badges_held_under_two_ids_are_counted_once_each() -> None:
    first, second = sign_off(1, "x"), sign_off(2, "y")
    key = [*second.body["key"][:4], "p2", 1]
    other = Record("w2", 1, 1, 1, Kind.SIGN_OFF, None, "p2", None, dict(second.body) | {"key": key, "earned_at": 7}, "")
    link = Record("w3", 1, 1, 1, Kind.LINK_PERSON, None, "p2", "vera", {"to": "p1"}, "")
    links = Links()
    holdings = Holdings(links.ids)
    for record in (other, first, second):
        holdings.see(record)
    assert [len(holdings.of(one)) for one in ("p1", "p2")] == [2, 1]
    links.see(link)
    assert holdings.of("p1") == holdings.of("p2")
    assert sorted((one.key.badge, one.earned_at) for one in holdings.of("p1")) == [
        ("x", first.body["earned_at"]), ("y", 7),
    ]  # fmt: skip


def test_proposals_do_not_depend_on_the_order_in_which_records_arrive() -> None:
    north, south, office = two_ids()
    whole = picture_of(north, south, office, more=tuple(worked(5).records))
    records = [*north.records, *south.records, *office.records, *worked(5).records]
    draw = random.Random(7)
    for _ in range(20):
        draw.shuffle(records)
        assert taken(records).proposals() == whole.proposals()
    assert len(whole.proposals()) == 2


# --- on a real data folder ----------------------------------------------------------------------------------------

ANNA, BORIS = "Trenerė Ona", "Teisėjas Petras"
DAY = read_day("2026-10-02")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Without a key: stretching a passphrase for each test takes longer than the test."""
    folder = tmp_path / "home"
    assembly.init(folder, "Testų universitetas", "https://badges.example.edu/issuer", None, practice=True)
    return folder


def refuses(code: str) -> pytest.RaisesExc[Trouble]:
    return pytest.raises(Trouble, check=lambda raised: raised.code == code and bool(texts.sentence(raised)))


def ran(station: Station, named: str, count: int = 4) -> list[Record]:
    made: list[Record] = []
    for n in range(count):
        entry = CompetitionEntry(f"Varžybos {n}", Level.NATIONAL, DAY, "Bėgimas", False, "sport_collectives")
        one = station.coach.add_competition(entry, ANNA)
        made += station.coach.enter([StartEntry(named, one.id)], ANNA).records
    station.coach.enter([MembershipEntry(named, "sport_collectives", read_day("2026-03-01"))], ANNA)
    return made


def test_an_athletes_badge_is_signed_off_once(home: Path) -> None:
    with opened(home, 3) as station:
        starts = ran(station, "S0001")
        assert station.day.sign_off(None, BORIS, None) == []
        station.coach.confirm([one.ref for one in starts], BORIS)
        (record,) = station.day.sign_off(None, BORIS, None)
        assert record.body["key"][2] == PLATINUM
        assert {tuple(ref) for ref in record.body["facts"]} > {tuple(one.ref) for one in starts}
        evidence = record.body["credential"]["evidence"]
        assert sum("Varžybos" in one["name"] for one in evidence) == 4
        assert station.day.sign_off(None, BORIS, None) == []
    with opened(home) as station:
        assert [row.state for row in station.day.awards(None)] == ["signed_off"]
        assert station.day.sign_off(None, BORIS, None) == []


def test_a_walk_ins_deeds_are_signed_off_once_it_is_known_whose_they_are(home: Path) -> None:
    with opened(home, 3) as station:
        one = add_event(station, event(start=wall() - HOUR, hours=9))
        with station.desk(one) as desk:
            outcome = desk.walk_in("Pavyzdys Atėjęs", Reading("", Source.KEYBOARD, Way.IN, Role.TECHNICAL))
        assert outcome.person is not None
        starts = ran(station, outcome.person.id)
        station.coach.confirm([start.ref for start in starts], BORIS)
        (row,) = station.day.awards(None)
        assert (row.badge, row.reason) == (PLATINUM, "walk_in")
        assert station.day.sign_off(None, BORIS, None) == []
        with refuses("walk_in_unmatched"):
            station.day.sign_off([row.award], BORIS, None)
        (person,) = station.roster.search("Nr. 2")
        station.matching.match(outcome.person.id, person.id, BORIS)
        (record,) = station.day.sign_off(None, BORIS, None)
        assert record.person == person.id


def test_evidence_and_percentages_are_for_badges_that_ask_for_them(home: Path) -> None:
    with opened(home, 3) as station:
        for badge in ("ktu.culture.vol.technical.4h", "ktu.so.accredited_member", "ktu.sport.gold"):
            with refuses("evidence_none"):
                station.coach.enter([EvidenceEntry("S0001", badge, DAY, "words")], ANNA)
        assert station.coach.enter([EvidenceEntry("S0001", TALK, DAY, "words")], ANNA).added == 1


def applied(badge: str) -> ApplicationEntry:
    return ApplicationEntry("S0001", badge, DAY)


def test_nobody_applies_while_the_number_is_not_chosen(home: Path) -> None:
    adopted(home, resource("catalogue", "vilniustech.toml").read_text("utf-8"))
    with opened(home, 3) as station:
        for badge in ("vilniustech.meta", "vilniustech.uber"):
            with refuses("application_unset"):
                station.coach.enter([applied(badge)], ANNA)


def test_who_applies_has_reached_what_comes_before(home: Path) -> None:
    adopted(home, WITH_MEDAL)
    with opened(home, 3) as station:
        with refuses("application_none"):
            station.coach.enter([applied(PLATINUM)], ANNA)
        with refuses("application_early"):
            station.coach.enter([applied(MEDAL)], ANNA)
        station.coach.enter([MembershipEntry("S0001", "sport_collectives", DAY)], ANNA)
        (asked,) = station.coach.enter([applied(MEDAL)], ANNA).records
        assert MEDAL not in earned(station.picture)
        station.coach.answer(asked.ref, Answered.GRANTED, "", BORIS)
        assert MEDAL in earned(station.picture)


AFTER = 'after = { kind = "membership", months = 0, method = "calendar", breaks = "restart" }'
UNSET = (
    'after = { kind = "badges", ids = ["ktu.sport.gold"], count = "$medals", distinct = "badge", area = "any_area" }'
)
CHOICE = """
[choices.medals]
value = "unset"
default = "unset"
lt = "Kiek."
en = "How many."
source = "?"
"""


def test_nothing_is_granted_while_the_number_is_not_chosen(home: Path) -> None:
    """The programme was changed after somebody applied."""
    adopted(home, WITH_MEDAL)
    with opened(home, 3) as station:
        station.coach.enter([MembershipEntry("S0001", "sport_collectives", DAY)], ANNA)
        (asked,) = station.coach.enter([applied(MEDAL)], ANNA).records
    assert WITH_MEDAL.count(AFTER) == 1
    adopted(home, WITH_MEDAL.replace(AFTER, UNSET).replace('"medal"', '"later"') + CHOICE)
    with opened(home) as station:
        with refuses("application_unset"):
            station.coach.answer(asked.ref, Answered.GRANTED, "", BORIS)
        station.coach.answer(asked.ref, Answered.DECLINED, "", BORIS)


def test_what_a_coach_counts_is_what_the_programme_chose(home: Path) -> None:
    def counted(text: str, day: str) -> object:
        programme = parse(text, "t")
        with opened(home) as station:
            station.picture.programme = programme
            one = station.sheets.counting("sport_collectives", read_day(day))
            other = station.sheets.counting("schools", read_day(day))
        assert (other.since, other.until) == (None, None)
        return one.individual, one.team, len(one.statuses), str(one.since), str(one.until)

    text = bundled()
    assert counted(text, "2026-08-31") == ("competition", "match", 3, "2025-09-01", "2026-08-31")
    assert counted(text, "2026-09-01") == ("competition", "match", 3, "2026-09-01", "2027-08-31")
    for name, old, new in (
        ("start_individual", '"competition"', '"discipline"'), ("start_team", '"match"', '"tournament"'),
        ("start_statuses", '["started", "dnf", "dsq"]', '["started"]'), ("start_window", '"academic_year"', '"season"'),
    ):  # fmt: skip
        assert f"[choices.{name}]\nvalue = {old}\n" in text
        text = text.replace(f"[choices.{name}]\nvalue = {old}\n", f"[choices.{name}]\nvalue = {new}\n")
    assert counted(text, "2026-08-31") == ("discipline", "tournament", 1, "2026-07-01", "2027-06-30")
    text = text.replace('[choices.start_window]\nvalue = "season"', '[choices.start_window]\nvalue = "all_time"')
    assert counted(text, "2026-08-31") == ("discipline", "tournament", 1, "None", "None")
