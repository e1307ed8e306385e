"""Two data folders of one institution: their records unite in either order to equal hours and the same awards."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from station import assembly, catalogue, institution
from station.assembly import Station
from station.facts import AwardKey, Event, Ref, Role, Way
from station.logbook import station_enrolled
from station.outbox import Letter, seal
from station.picture import Picture
from station.trouble import Trouble
from tests.conftest import PASSPHRASE
from tests.stories import HOUR, START, add_event, entry, event, opened


@pytest.fixture
def other(tmp_path: Path, home: Path) -> Path:
    """A second data folder, enrolled in the first one's institution."""
    with assembly.opened(home, PASSPHRASE) as station:
        institution.provision(station.institution, catalogue.bundled(), tmp_path / "provisioning.json")
    assembly.enroll(tmp_path / "other", tmp_path / "provisioning.json", PASSPHRASE)
    return tmp_path / "other"


def work(home: Path, one: Event | None, entries: Sequence[tuple[str, float, Way, Role]]) -> Event:
    """Entries of (code, hours after the start, way, role) at one desk; makes the event where there is none yet."""
    with opened(home, 10) as station:
        chosen = one or add_event(station, event())
        with station.desk(chosen) as desk:
            for code, hours, way, role in entries:
                desk.scan(entry(code, START + round(hours * HOUR), way, role))
        return chosen


def take(into: Path, source: Path) -> int:
    with opened(into) as station, assembly.opened(source, PASSPHRASE) as there:
        return station.book.unite(there.book)


def seen(station: Station, one: Event) -> tuple[list[str], list[object], list[tuple[str, Ref]]]:
    picture = Picture.of(station.book.replay(), station.picture.issuer)
    as_of = START + 100 * HOUR
    visits = sorted(v for p in picture.attendance.people for v in map(repr, picture.attendance.visits(p, as_of)))
    awards: list[object] = [(p.key.credential_id, p.earned_at, p.evidence) for p in picture.proposals(one)]
    signed = [(s.award, s.sign_off.ref) for s in picture.awards.all()]
    return visits, awards, signed


def test_either_order_gives_equal_hours_and_credentials(tmp_path: Path, home: Path, other: Path) -> None:
    tec, coo = Role.TECHNICAL, Role.COORDINATION
    one = work(home, None, [("C0001", 0, Way.IN, tec), ("C0002", 0, Way.IN, tec), ("C0003", 0, Way.IN, coo)])
    take(other, home)
    work(other, one, [("C0001", 4, Way.OUT, tec), ("C0002", 5, Way.IN, coo), ("C0003", 8.5, Way.OUT, coo)])
    work(home, one, [("C0002", 9, Way.OUT, coo)])
    # Both sign off before they meet.
    for folder in (home, other):
        with opened(folder) as station:
            station.day.sign_off(None, "Coordinator of this desk", station.event(one.id))
    copies = []
    for name, first, second in (("a", home, other), ("b", other, home)):
        assembly.enroll(tmp_path / name, tmp_path / "provisioning.json", PASSPHRASE)
        assert take(tmp_path / name, first) > 0
        assert take(tmp_path / name, second) > 0
        assert take(tmp_path / name, first) == 0
        with assembly.opened(tmp_path / name, PASSPHRASE) as station:
            copies.append(seen(station, one))
            assert station.book.verify(station_enrolled(station.institution.key)).ok
    assert copies[0] == copies[1]
    visits, awards, signed = copies[0]
    assert visits
    assert len(awards) == 5
    assert len({award for award, _ in signed}) == len(signed)


def test_people_are_the_same_on_both_and_numbers_nowhere(home: Path, other: Path) -> None:
    with opened(home, 3) as one, opened(other, 3) as two:
        assert one.roster.people() == two.roster.people()


def test_an_enrolled_station_does_not_issue(other: Path) -> None:
    with assembly.opened(other, PASSPHRASE) as station:
        assert station.institution.issuing_key is None
        letter = Letter(None, {}, key(), "a@example.edu", 0)
        with pytest.raises(Trouble, match="not_issuing"):
            seal(letter, station.institution)


def key() -> AwardKey:
    return AwardKey("i", "https://badges.example.edu/issuer", "b", "s", "p", 1)


def test_broken_records_are_not_taken(home: Path, other: Path) -> None:
    one = work(home, None, [("C0001", 0, Way.IN, Role.TECHNICAL)])
    assert one
    with opened(home) as station, station.connection.begin():
        station.connection.exec_driver_sql("DROP TRIGGER record_is_immutable")
        station.connection.exec_driver_sql("UPDATE record SET at = at + 1 WHERE kind = 'scan'")
    with pytest.raises(Trouble, match="records_broken"):
        take(other, home)


@pytest.mark.parametrize("text", ["", "{}", "[1]", "null", "{" * 5000, json.dumps({"station_provisioning": 2})])
def test_a_file_that_is_no_provisioning(tmp_path: Path, text: str) -> None:
    (tmp_path / "p.json").write_text(text)
    with pytest.raises(Trouble, match="provisioning"):
        assembly.enroll(tmp_path / "new", tmp_path / "p.json", PASSPHRASE)
    assert not (tmp_path / "new").exists()


def test_a_writers_later_records_come_too(home: Path, other: Path) -> None:
    with opened(home, 5) as station, station.desk(add_event(station, event())) as desk:
        desk.scan(entry("C0001", START, Way.IN, Role.TECHNICAL))
        with opened(other) as there, assembly.unlocked(home, station_key(home)) as reader:
            first = there.book.unite(reader.book)
        desk.scan(entry("C0001", START + HOUR, Way.OUT, Role.TECHNICAL))
        with opened(other) as there, assembly.unlocked(home, station_key(home)) as reader:
            assert (first > 1, there.book.unite(reader.book)) == (True, 1)


def station_key(home: Path) -> bytes:
    from station import keys

    return keys.unlock(home, PASSPHRASE)
