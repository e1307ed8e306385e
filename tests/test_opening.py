"""A roster that is empty or too old keeps a desk closed, unless somebody says why; and cards have their time."""

from __future__ import annotations

from pathlib import Path

import pytest

from station import catalogue, freshness
from station.facts import Kind, Override, Reading, Refusal, Role, Source, Verdict, Way
from station.freshness import DAY, Age
from station.logbook import station_enrolled
from station.readiness import _roster
from station.rosterfile import Row
from station.texts import activate
from station.trouble import Trouble
from station.ui.feedback import feedback
from station.views import State
from tests.stories import HOUR, add_event, event, local, opened

WHY = Override("  The list comes\u00a0later ", " Ona  Pavyzdė ")


def aged(station: object, days: int) -> None:
    """The last import was so many days ago."""
    connection = station.connection  # type: ignore[attr-defined]
    with connection.begin():
        connection.exec_driver_sql("UPDATE roster_import SET at = at - ?", (days * DAY,))


def test_an_empty_roster_keeps_the_desk_closed_and_the_reason_to_open_it_is_recorded(home: Path) -> None:
    with opened(home) as station:
        one = add_event(station, event())
        with pytest.raises(Trouble, match="roster_none"):
            station.open_desk(one)
        assert not [record for record in station.book.replay() if record.event == one.id and record.kind is Kind.SCAN]
        with station.desk(one, WHY) as desk:
            said = desk.scan(Reading("C1", Source.STDIN, Way.IN, Role.TECHNICAL))
            assert said.verdict is Verdict.REFUSED
        (noted,) = [record for record in station.book.replay() if record.kind is Kind.OVERRIDE]
        assert (noted.event, noted.body["over"]) == (one.id, "roster_none")
        assert station.roster.notes()[str(noted.body["note"])] == "The list comes later"
        assert station.roster.staff_names()[str(noted.actor)] == "Ona Pavyzdė"
        assert "Ona" not in str(noted)
        assert station.book.verify(station_enrolled(station.institution.key)).ok


def test_a_stale_roster_does_too_and_a_new_import_opens_it(home: Path) -> None:
    with opened(home, 3) as station:
        one = add_event(station, event())
        station.open_desk(one).close()
        aged(station, 60)
        station.open_desk(one).close()
        aged(station, 1)
        with pytest.raises(Trouble, match="roster_stale") as caught:
            station.open_desk(one)
        assert caught.value.arguments == {"days": 61, "most": 60}
        station.open_desk(one, WHY).close()
        station.roster.take([Row(2, "S0000", "Pavyzdys Nr. 0", "s0000@example.edu", ("C0000",))], [])
        station.open_desk(one).close()
        assert sum(record.kind is Kind.OVERRIDE for record in station.book.replay()) == 1


@pytest.mark.parametrize(
    ("why", "code"),
    [
        (Override("x", " "), "who"),
        (Override("", "Ona"), "override_reason"),
        (Override("x" * 501, "O"), "override_reason"),
    ],
)
def test_a_name_and_a_reason_are_needed(home: Path, why: Override, code: str) -> None:
    with opened(home) as station:
        one = add_event(station, event())
        with pytest.raises(Trouble, match=code):
            station.open_desk(one, why)
        assert not station.roster.notes()


def test_a_fresh_roster_needs_no_reason_and_records_none(home: Path) -> None:
    with opened(home, 1) as station:
        station.open_desk(add_event(station, event()), WHY).close()
        assert all(record.kind is not Kind.OVERRIDE for record in station.book.replay())


def test_readiness_counts_the_days(home: Path) -> None:
    with opened(home) as station:
        assert _roster(station).state is State.FAIL
        station.roster.take([Row(2, "S1", "Pavyzdys", "", ())], [])
        assert (_roster(station).state, _roster(station).why) == (State.OK, "1 person, imported today")
        aged(station, 3)
        assert _roster(station).why == "1 person, imported 3 days ago"
        aged(station, 43)
        assert (_roster(station).state, _roster(station).why) == (State.WARN, "roster_soon_stale")
        aged(station, 15)
        assert (_roster(station).state, _roster(station).why) == (State.FAIL, "roster_stale")
        assert "61 days" in _roster(station).do


def test_a_file_without_a_good_row_makes_no_roster_young(home: Path) -> None:
    with opened(home, 1) as station:
        before = station.roster.age()
        station.roster.take([], [])
        assert station.roster.age() == before


def test_people_who_were_never_imported_are_no_roster() -> None:
    fault = freshness.fault(Age(1, None), 60, 0)
    assert fault is not None
    assert fault.code == "roster_none"


@pytest.mark.parametrize(("line", "days"), [("", 60), ("[roster]\nstale_days = 7\n", 7)])
def test_the_programme_says_how_old(line: str, days: int) -> None:
    text = catalogue.bundled().replace(line_of_roster(), line)
    assert catalogue.parse(text, "c").stale_days == days


def line_of_roster() -> str:
    text = catalogue.bundled()
    start = text.index("[roster]")
    return text[start : text.index("\n", text.index("stale_days", start)) + 1]


@pytest.mark.parametrize("line", ["[roster]\nstale_days = 0\n", "[roster]\n", "[roster]\nstale_days = 9\nmore = 1\n"])
def test_a_wrong_age_is_refused(line: str) -> None:
    with pytest.raises(Trouble, match="catalogue_"):
        catalogue.parse(catalogue.bundled().replace(line_of_roster(), line), "c")


# --- cards and their time ---


@pytest.mark.parametrize("language", ["en", "lt"])
def test_a_card_that_is_over_says_until_when(home: Path, language: str) -> None:
    activate(language)
    until, start = local("2026-10-01T00:00"), local("2026-09-30T08:00")
    with opened(home) as station:
        card = Row(2, "A1", "Pavyzdė", "", ("CARD-7",), (local("2026-09-01T00:00"), until))
        station.roster.take([card], [])
        one = add_event(station, event(start=start, hours=30))
        with station.desk(one) as desk:
            early, within, late = (
                desk.scan(Reading("card 7", Source.BATCH, Way.IN, Role.TECHNICAL, stated=at))
                for at in (local("2026-08-31T23:59"), until - HOUR, until)
            )
        assert [one.verdict for one in (early, within, late)] == [Verdict.REFUSED, Verdict.ADMITTED, Verdict.REFUSED]
        assert (late.record.body["reason"], late.record.body["when"]) == (Refusal.EXPIRED, until)
        assert early.record.body["reason"] == Refusal.NOT_YET_VALID
        assert late.record.person is None
        assert "2026-09-30" in feedback(late, one).sentence
        assert "2026-09-01" in feedback(early, one).sentence
