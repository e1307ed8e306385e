"""A coach's acts on a real data folder: what is refused, four eyes, corrections kept, and several desks together."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from station import assembly, catalogue, institution, texts
from station.assembly import Station
from station.coach import Entered
from station.deedbook import Oddity
from station.deeds import Answered, Competition, Level
from station.entries import (
    ApplicationEntry,
    CompetitionEntry,
    EvidenceEntry,
    MembershipEntry,
    ShareEntry,
    StartEntry,
    Why,
    read_day,
)
from station.facts import Ref
from station.logbook import station_enrolled
from station.starts import Counting
from station.trouble import Trouble
from tests.conftest import PASSPHRASE
from tests.stories import MEDAL, WITH_MEDAL, adopted, opened

DAY = read_day("2026-11-02")
ANNA, BORIS, VERA = "Trenerė Ona", "Teisėjas Petras", "Vera Trečioji"
TALK, SHARED = "ktu.general.talk", "ktu.so.accredited_member"
"""Badges that ask for evidence, and for a percentage."""


@pytest.fixture
def home(home: Path) -> Path:
    adopted(home, WITH_MEDAL)
    return home


@pytest.fixture
def station(home: Path) -> Iterator[Station]:
    with opened(home, 20) as one:
        yield one


def competition(station: Station, title: str = "Kalnų bėgimas", day: str = "2026-11-02") -> Competition:
    entry = CompetitionEntry(title, Level.NATIONAL, read_day(day), "Bėgimas", False, "sport_collectives")
    return station.coach.add_competition(entry, ANNA)


def start(station: Station, named: str = "S0001", **other: object) -> Ref:
    one = station.picture.deedbook.competitions() or [competition(station)]
    entry = StartEntry(named, one[0].id, **other)  # type: ignore[arg-type]
    (record,) = station.coach.enter([entry], ANNA).records
    return record.ref


def apply(station: Station, day: date = DAY, note: str = "") -> Entered:
    """S0001 asks for a badge that members are given on application."""
    station.coach.enter([MembershipEntry("S0001", "sport_collectives", DAY)], ANNA)
    return station.coach.enter([ApplicationEntry("S0001", MEDAL, day, note)], ANNA)


def refuses(code: str) -> pytest.RaisesExc[Trouble]:
    return pytest.raises(Trouble, check=lambda raised: raised.code == code and bool(texts.sentence(raised)))


def test_a_list_goes_in_together_or_not_at_all(station: Station) -> None:
    one = competition(station)
    before = station.book.heads()
    entries = [StartEntry(named, one.id) for named in ("S0001", "s0002@example.edu", "C0003", "nobody")]
    with refuses("person_unknown"):
        station.coach.enter(entries, ANNA)
    assert station.book.heads() == before
    done = station.coach.enter(entries, ANNA, whole=False)
    assert (done.added, [place for place, _ in done.refused]) == (3, [3])
    assert len({record.tick for record in done.records}) == 3
    again = station.coach.enter(entries[:3], BORIS)
    assert (again.added, again.unchanged, again.records) == (0, 3, ())


def test_a_dry_run_writes_nothing(station: Station) -> None:
    one = competition(station)
    before = station.book.heads(), station.roster.notes(), station.roster.staff_names()
    done = station.coach.enter([StartEntry("S0001", one.id)], "Somebody new", dry_run=True)
    station.coach.enter([EvidenceEntry("S0001", TALK, DAY, "words")], "Somebody new", dry_run=True)
    assert (done.added, done.records) == (1, ())
    assert (station.book.heads(), station.roster.notes(), station.roster.staff_names()) == before


def test_one_start_a_person_and_discipline(station: Station) -> None:
    first = start(station, discipline="100 m")
    one = station.picture.deedbook.competitions()[0]
    with refuses("entry_there") as raised:
        station.coach.enter([StartEntry("S0001", one.id, "100 M", place=1)], ANNA)
    assert raised.value.arguments["ref"] == f"{first.writer}:{first.seq}"
    with refuses("entry_there"):
        station.coach.enter([StartEntry("S0002", one.id, place=place) for place in (1, 2)], ANNA)
    second = start(station, discipline="200 m")
    with refuses("entry_there"):
        station.coach.correct(second, {"discipline": "100 m"}, Why.MISTYPED, "", ANNA)
    station.coach.withdraw(first, Why.NOT_SO, "", ANNA)
    station.coach.correct(second, {"discipline": "100 m"}, Why.MISTYPED, "", ANNA)
    person = station.coach.vet.person("S0001")
    assert [one.discipline for one in station.picture.deeds(person.id).starts] == ["100 m"]


def test_our_own_institution_has_no_name(station: Station) -> None:
    ours = [station.institution.name, "kauno technologijos universitetas", "", "VU"]
    for number, name in enumerate(ours):
        start(station, discipline=str(number), institution=name)
    person = station.coach.vet.person("S0001").id
    starts = station.picture.deeds(person).starts
    assert {one.discipline: one.institution for one in starts} == {"0": "", "1": "", "2": "", "3": "VU"}


def test_a_competition_still_to_come_has_no_starts(station: Station) -> None:
    one = competition(station, day="2099-01-01")
    with refuses("start_future"):
        station.coach.enter([StartEntry("S0001", one.id)], ANNA)
    with refuses("competition_unknown"):
        station.coach.enter([StartEntry("S0001", "nothere")], ANNA)


def test_four_eyes(station: Station) -> None:
    ref = start(station)
    with refuses("second_person"):
        station.coach.confirm([ref], ANNA)
    station.coach.correct(ref, {"place": "2"}, Why.RESULTS, "per protokolą", BORIS)
    for name in (ANNA, BORIS, BORIS.upper()):
        with refuses("second_person"):
            station.coach.confirm([ref], name)
    assert station.coach.confirm([ref, ref], VERA) == (1, [])
    assert station.coach.confirm([ref], "Ketvirtas Žmogus") == (0, [])
    with refuses("deed_unknown"):
        station.coach.confirm([ref, Ref(ref.writer, 999)], VERA)
    done, left = station.coach.confirm([start(station, "S0002"), start(station, "S0003")], ANNA, whole=False)
    assert (done, [trouble.code for _, trouble in left]) == (0, ["second_person"] * 2)


@pytest.mark.parametrize("name", ["Pavyzdys Nr. 1", "nr. 1  PAVYZDYS", "S0001", "s0001@example.edu", "C0001"])
def test_nobody_enters_confirms_or_answers_their_own(station: Station, name: str) -> None:
    one = competition(station)
    with refuses("own_deed"):
        station.coach.enter([StartEntry("S0001", one.id)], name)
    ref = start(station)
    for act in (
        lambda: station.coach.confirm([ref], name),
        lambda: station.coach.correct(ref, {"place": "1"}, Why.RESULTS, "", name),
        lambda: station.coach.withdraw(ref, Why.NOT_SO, "", name),
    ):
        with refuses("own_deed"):
            act()
    (asked,) = apply(station).records
    with refuses("own_deed"):
        station.coach.answer(asked.ref, Answered.GRANTED, "", name)
    station.coach.enter([StartEntry("S0002", one.id)], name)


def test_a_status_without_a_place_loses_it(station: Station) -> None:
    ref = start(station, place=3)
    record = station.coach.correct(ref, {"status": "dsq"}, Why.RESULTS, "", BORIS)
    assert record.body["old"] == {"status": "started", "place": 3}
    assert record.body["new"] == {"status": "dsq", "place": None}
    with refuses("place_without"):
        station.coach.correct(ref, {"place": "2"}, Why.RESULTS, "", BORIS)
    with refuses("no_change"):
        station.coach.correct(ref, {"status": "dsq"}, Why.RESULTS, "", BORIS)


def test_what_can_be_corrected_and_withdrawn(station: Station) -> None:
    one = competition(station)
    defined = station.coach.vet.definition(one.id)
    station.coach.correct(defined, {"team": "team", "title": "Kitas"}, Why.MISTYPED, "", ANNA)
    assert station.coach.vet.competition(one.id).team
    with refuses("event_unit"):
        station.coach.correct(defined, {"unit": "juggling"}, Why.MISTYPED, "", ANNA)
    ref = start(station)
    with refuses("competition_has_starts"):
        station.coach.withdraw(defined, Why.OTHER, "", ANNA)
    station.coach.withdraw(ref, Why.DUPLICATE, "", ANNA)
    with refuses("deed_unknown"):
        station.coach.withdraw(ref, Why.DUPLICATE, "", ANNA)
    station.coach.withdraw(defined, Why.OTHER, "", ANNA)
    with refuses("competition_unknown"):
        station.coach.vet.competition(one.id)
    (seen,) = station.coach.enter([EvidenceEntry("S0001", TALK, DAY, "words")], ANNA).records
    with refuses("deed_uncorrectable"):
        station.coach.correct(seen.ref, {"day": "2026-11-01"}, Why.MISTYPED, "", ANNA)
    (asked,) = apply(station).records
    with refuses("deed_unconfirmable"):
        station.coach.confirm([asked.ref], BORIS)


def test_memberships(station: Station) -> None:
    def enter(since: str, until: str | None = None, collective: str = "Rinktinė") -> Ref:
        end = read_day(until) if until else None
        entry = MembershipEntry("S0001", "sport_collectives", read_day(since), end, collective)
        (record,) = station.coach.enter([entry], ANNA).records
        return record.ref

    ref = enter("2026-09-01")
    with refuses("entry_there"):
        enter("2026-10-01", collective="RINKTINĖ")
    enter("2026-10-01", collective="Kita")
    station.coach.correct(ref, {"until": "2026-09-30"}, Why.ENDED, "", BORIS)
    second = enter("2026-10-01")
    with refuses("entry_there"):
        station.coach.correct(second, {"since": "2026-09-30"}, Why.MISTYPED, "", BORIS)
    with refuses("day_order"):
        station.coach.correct(second, {"until": "2026-09-30"}, Why.ENDED, "", BORIS)
    with refuses("event_unit"):
        station.coach.enter([MembershipEntry("S0001", "juggling", DAY)], ANNA)
    row = station.sheets.team("sport_collectives", read_day("2026-12-01"), Counting())[0]
    assert (row.months, row.member, len(row.memberships)) == (3, True, 3)


def test_words_lie_only_where_they_can_be_erased(station: Station) -> None:
    words = "Sunkiai susirgo: Vardenė Pavardenė"
    ref = start(station)
    station.coach.enter([EvidenceEntry("S0001", TALK, DAY, words), ShareEntry("S0002", SHARED, 3, 4, DAY, words)], ANNA)
    (asked,) = apply(station, note=words).records
    station.coach.answer(asked.ref, Answered.DECLINED, words, BORIS)
    station.coach.correct(ref, {"place": "1"}, Why.OTHER, words, BORIS)
    station.coach.withdraw(ref, Why.OTHER, words, BORIS)
    for record in station.book.replay():
        assert "Vardenė" not in str(record.body)
        assert ANNA not in str(record)
    assert list(station.roster.notes().values()) == [words] * 6
    attested = station.picture.deeds(station.coach.vet.person("S0001").id).attested[0]
    assert station.roster.notes()[attested.note] == words


def test_evidence_is_entered_once(station: Station) -> None:
    entry = EvidenceEntry("S0001", TALK, DAY, "the same words")
    assert station.coach.enter([entry], ANNA).added == 1
    assert station.coach.enter([entry], BORIS).unchanged == 1
    assert station.coach.enter([EvidenceEntry("S0001", TALK, DAY, "other words")], ANNA).added == 1
    with refuses("badge_unknown"):
        station.coach.enter([EvidenceEntry("S0001", "no.such", DAY, "words")], ANNA)
    with refuses("day_future"):
        station.coach.enter([EvidenceEntry("S0001", TALK, read_day("2099-01-01"), "words")], ANNA)


def test_applications(station: Station) -> None:
    (asked,) = apply(station).records
    with refuses("application_there"):
        apply(station, read_day("2026-11-03"))
    answer = station.coach.answer(asked.ref, Answered.DECLINED, "", BORIS)
    with refuses("application_answered"):
        station.coach.answer(asked.ref, Answered.GRANTED, "", BORIS)
    # Who was declined may ask again, also on the same day; who was granted may not.
    (second,) = apply(station).records
    station.coach.answer(second.ref, Answered.GRANTED, "", BORIS)
    with refuses("application_there"):
        apply(station, read_day("2026-11-04"))
    station.coach.withdraw(answer.ref, Why.MISTYPED, "", BORIS)
    station.coach.answer(asked.ref, Answered.GRANTED, "", BORIS)


def test_what_was_done_is_there_when_it_is_opened_again(home: Path) -> None:
    with opened(home, 20) as station:
        ref = start(station, place=2)
        station.coach.correct(ref, {"place": "1"}, Why.RESULTS, "", BORIS)
        station.coach.confirm([ref], VERA)
        person = station.coach.vet.person("S0001").id
        before = station.picture.deeds(person)
    with assembly.opened(home, PASSPHRASE) as station:
        assert station.picture.deeds(person) == before
        assert before.starts[0].confirmed
        assert station.book.verify(station_enrolled(station.institution.key)).ok


def test_two_desks_agree_in_either_order(tmp_path: Path, home: Path) -> None:
    with opened(home, 20) as station:
        institution.provision(station.institution, catalogue.bundled(), tmp_path / "provisioning.json")
        one = competition(station)
        station.coach.enter([StartEntry(f"S{n:04}", one.id) for n in range(5)], ANNA)
    other = tmp_path / "other"
    assembly.enroll(other, tmp_path / "provisioning.json", PASSPHRASE)
    unite(other, home)
    with opened(other, 20) as station:
        listed = station.picture.deedbook.starts_in(one.id)
        assert len(listed) == 5
        station.coach.correct(listed[0].entry.ref, {"place": "1"}, Why.RESULTS, "", BORIS)
        station.coach.enter([StartEntry("S0007", one.id, place=3)], BORIS)
    with opened(home) as station:
        station.coach.correct(listed[0].entry.ref, {"place": "2"}, Why.RESULTS, "", VERA)
        station.coach.enter([StartEntry("S0007", one.id, place=4)], VERA)
    unite(other, home)
    unite(home, other)
    seen = []
    for folder in (home, other):
        with assembly.opened(folder, PASSPHRASE) as station:
            book = station.picture.deedbook
            seen.append((book.starts_in(one.id), [book.deeds(person) for person in sorted(book.people)]))
    assert seen[0] == seen[1]
    starts = seen[0][0]
    assert len(starts) == 7
    assert sum(Oddity.TWICE in one.oddities for one in starts) == 2
    assert sum(Oddity.DISPUTED in one.oddities for one in starts) == 1
    # The last to speak on either was the home desk.
    assert {one.start.place for one in starts if one.counts and one.start} == {None, 2, 4}


def unite(into: Path, source: Path) -> None:
    with opened(into) as station, assembly.opened(source, PASSPHRASE) as there:
        station.book.unite(there.book)


@pytest.mark.parametrize("name", ["", "  ", "x" * 201, "bell\x07"])
def test_nothing_is_done_without_a_name(station: Station, name: str) -> None:
    ref = start(station)
    one = station.picture.deedbook.competitions()[0]
    before = station.book.heads()
    for act in (
        lambda: station.coach.add_competition(CompetitionEntry("T", Level.CITY, DAY, "s", False, one.unit), name),
        lambda: station.coach.enter([StartEntry("S0002", one.id)], name),
        lambda: station.coach.confirm([ref], name),
        lambda: station.coach.correct(ref, {"place": "1"}, Why.RESULTS, "", name),
        lambda: station.coach.withdraw(ref, Why.OTHER, "", name),
    ):
        with refuses("who"):
            act()
    assert station.book.heads() == before


def test_competitions_are_entered_once(station: Station) -> None:
    one = competition(station)
    assert competition(station) == one
    assert competition(station, "Kitas").id != one.id
    assert [found.title for found in station.picture.deedbook.competitions()].count("Kalnų bėgimas") == 1
    with refuses("event_unit"):
        station.coach.add_competition(CompetitionEntry("T", Level.CITY, DAY, "s", False, "juggling"), ANNA)
