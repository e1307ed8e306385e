"""Records on disk: encrypted, immutable, chained, signed, united in any order."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
import sqlalchemy as sa

from station import assembly, database, keys
from station.clock import Clock
from station.facts import Draft, Kind, Reading, Role, Source, Way
from station.logbook import Finding, Logbook, station_enrolled
from station.trouble import Trouble
from tests.conftest import PASSPHRASE
from tests.stories import add_event, event, opened


def verify(home: Path) -> Finding:
    with assembly.opened(home, PASSPHRASE) as station:
        return station.book.verify(station_enrolled(station.institution.key))


def raw(home: Path) -> sa.Connection:
    """A connection that may do what the program never does."""
    return database.connect(home, keys.unlock(home, PASSPHRASE), write=True)


def scanned(home: Path, count: int = 5) -> None:
    with opened(home, count) as station, station.desk(add_event(station, event())) as desk:
        for number in range(count):
            desk.scan(Reading(f"C{number:04}", Source.STDIN, Way.IN, Role.TECHNICAL))


def test_the_file_is_encrypted_and_synchronous(home: Path) -> None:
    scanned(home)
    assert b"SQLite format 3" not in (home / database.FILE).read_bytes()[:100]
    with opened(home) as station:
        pragma = station.connection.exec_driver_sql
        with station.connection.begin():
            assert pragma("PRAGMA journal_mode").scalar() == "wal"
            assert pragma("PRAGMA synchronous").scalar() == 2
            assert pragma("PRAGMA foreign_keys").scalar() == 1
            assert pragma("PRAGMA temp_store").scalar() == 2
            assert pragma("PRAGMA secure_delete").scalar() == 1


def test_the_wrong_key_opens_nothing(home: Path) -> None:
    with pytest.raises(Trouble, match="passphrase_wrong"), assembly.opened(home, "something else"):
        pass
    with pytest.raises(Trouble, match="database_key"):
        database.connect(home, bytes(32), write=False)
    with pytest.raises(Trouble, match="database_key"):
        database.connect(home, keys.PRACTICE, write=False)


def test_records_cannot_be_changed_or_deleted(home: Path) -> None:
    scanned(home)
    connection = raw(home)
    for statement in (
        "UPDATE record SET at = 0",
        "DELETE FROM record",
        "INSERT OR REPLACE INTO record SELECT * FROM record",
    ):
        with pytest.raises(sa.exc.DBAPIError), connection.begin():
            connection.exec_driver_sql(statement)
    database.close(connection)


@pytest.mark.parametrize(
    ("statement", "why"),
    [
        ("UPDATE record SET person = NULL WHERE seq = 3", "digest"),
        ("UPDATE record SET body = replace(body, 'in', 'out') WHERE seq = 2", "digest"),
        ("DELETE FROM record WHERE seq = 3", "missing"),
        ("DELETE FROM record WHERE seq = (SELECT max(seq) FROM record)", "missing"),
        ("UPDATE writer SET desk = 'elsewhere'", "digest"),
        ("UPDATE writer SET signature = replace(signature, '1', '2')", "signature"),
        ("DELETE FROM writer", "writer"),
        ("UPDATE station SET proof = ''", "station"),
    ],
)
def test_verify_names_what_was_done_behind_its_back(home: Path, statement: str, why: str) -> None:
    scanned(home)
    assert verify(home).ok
    connection = raw(home)
    with connection.begin():
        connection.exec_driver_sql("DROP TRIGGER record_is_immutable")
        connection.exec_driver_sql("DROP TRIGGER record_is_kept")
        connection.exec_driver_sql(statement)
    database.close(connection)
    finding = verify(home)
    assert not finding.ok
    assert finding.why == why
    assert finding.writer
    assert finding.seq


def test_a_forged_station_is_not_believed(home: Path) -> None:
    """Somebody with the database but without the institution's key cannot add a writer of their own."""
    scanned(home)
    connection = raw(home)
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    stranger = Logbook(connection, home, station_key=Ed25519PrivateKey.generate())
    pen = stranger.open("desk")
    pen.append(Draft(Kind.CLOCK_OFFSET, body={"offset": 0}))
    pen.sign()
    database.close(connection)
    finding = verify(home)
    assert (finding.ok, finding.why) == (False, "station")


def test_what_is_not_signed_yet_is_counted(home: Path) -> None:
    with opened(home, 3) as station:
        desk = station.open_desk(add_event(station, event()))
        for number in range(3):
            desk.scan(Reading(f"C{number:04}", Source.STDIN, Way.IN, Role.TECHNICAL))
        finding = station.book.verify(station_enrolled(station.institution.key))
        assert (finding.ok, finding.unsigned) == (True, 4)
        desk.close()
        assert station.book.verify(station_enrolled(station.institution.key)).unsigned == 1
    assert verify(home).unsigned == 0


def test_an_opening_without_records_leaves_no_trace(home: Path) -> None:
    before = verify(home).records
    with opened(home) as station:
        writers = len(station.book.desks())
    with opened(home) as station:
        assert len(station.book.desks()) == writers
    assert verify(home).records == before


def test_ticks_rise_though_the_clock_falls(home: Path) -> None:
    times = iter([2_000_000, 1_000_000, 1_000_000, 900_000])
    with opened(home) as station:
        station.book.clock = Clock(wall=lambda: next(times), steady=lambda: 0)
        pen, first = station.book.open("desk"), station.book.tick
        ticks = [pen.append(Draft(Kind.CLOCK_OFFSET, body={"offset": n}))[-1].tick for n in range(3)]
    assert first > 2_000_000
    assert ticks == [first + 1, first + 2, first + 3]


def test_a_clock_jump_is_written_before_what_follows_it(home: Path) -> None:
    with opened(home) as station:
        now = station.clock.now()
        clock = {"wall": now, "steady": 0}
        station.book.clock = Clock(wall=lambda: clock["wall"], steady=lambda: clock["steady"])
        draft = Draft(Kind.CLOCK_OFFSET, body={"offset": 1})
        one, other = station.book.open("desk"), station.book.open("desk")
        one.append(draft)
        other.append(draft)
        clock |= {"wall": now + 1000, "steady": 1000}
        assert len(one.append(draft)) == 1
        clock |= {"wall": now + 3_600_000_000, "steady": 2000}
        # Each writer carries the jump, whoever noticed it first.
        for pen, jump in ((one, 3_599_998_000), (other, 3_599_998_000)):
            records = pen.append(draft)
            assert [record.kind for record in records] == [Kind.CLOCK_JUMP, Kind.CLOCK_OFFSET]
            assert records[0].body == {"by": jump}
        assert len(other.append(draft)) == 1


def test_two_cannot_write_at_once(home: Path) -> None:
    with (
        opened(home),
        pytest.raises(Trouble, match="busy") as caught,
        assembly.opened(home, PASSPHRASE, write="second"),
    ):
        pass
    assert "test (" in caught.value.arguments["what"]
    with opened(home), assembly.opened(home, PASSPHRASE) as reader:
        assert list(reader.book.replay())


def test_a_reader_cannot_write(home: Path) -> None:
    with assembly.opened(home, PASSPHRASE) as station, pytest.raises(sa.exc.DBAPIError), station.connection.begin():
        station.connection.exec_driver_sql("INSERT INTO note VALUES ('a', 'b')")


def test_a_newer_database_is_refused_with_both_versions(home: Path) -> None:
    connection = raw(home)
    with connection.begin():
        connection.exec_driver_sql("PRAGMA user_version = 99")
    database.close(connection)
    with pytest.raises(Trouble, match="database_newer") as caught, assembly.opened(home, PASSPHRASE):
        pass
    assert caught.value.arguments == {"found": 99, "known": database.VERSION}


@pytest.mark.parametrize("broken", [b"", b"garbage" * 1000])
def test_a_broken_database_is_said_so(home: Path, broken: bytes) -> None:
    (home / database.FILE).write_bytes(broken)
    with pytest.raises(Trouble, match="database_"), assembly.opened(home, PASSPHRASE):
        pass
    assert (home / database.FILE).read_bytes() == broken


def test_setting_up_is_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(assembly, "_settle", fail)
    with pytest.raises(Trouble, match="write"):
        assembly.init(tmp_path / "new", "U", "https://badges.example.edu/u", PASSPHRASE)
    monkeypatch.setattr(assembly, "_fill", fail)
    with pytest.raises(Trouble, match="write"):
        assembly.init(tmp_path / "other", "U", "https://badges.example.edu/u", PASSPHRASE)
    assert not (tmp_path / "other" / keys.KEY_FILE).exists()
    monkeypatch.undo()
    assembly.init(tmp_path / "other", "U", "https://badges.example.edu/u", PASSPHRASE)


def test_a_folder_that_only_reads_can_be_read(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a stick with its switch on read-only: SQLite may then make no files beside the database."""
    scanned(home)
    before = sorted(path.name for path in home.iterdir())
    monkeypatch.setattr(os, "access", lambda *_: False)
    assert verify(home).ok
    assert sorted(path.name for path in home.iterdir()) == before


def test_a_write_that_fails_leaves_the_chain_whole(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    draft = Draft(Kind.CLOCK_OFFSET, body={"offset": 1})
    with opened(home) as station:
        pen = station.book.open("desk")
        pen.append(draft)

        def full(*_: object) -> None:
            raise Trouble("disk_full", home=home)

        with monkeypatch.context() as broken:
            broken.setattr(station.book, "write", full)
            with pytest.raises(Trouble, match="disk_full"):
                pen.append(draft)
        assert pen.append(draft)[0].seq == 2
        pen.sign()
    assert verify(home).ok


def test_the_writer_begins_immediately(home: Path) -> None:
    said: list[str] = []
    with opened(home) as station:
        raw_connection = station.connection.connection.driver_connection
        assert raw_connection is not None
        raw_connection.set_trace_callback(said.append)
        station.book.open("desk").append(Draft(Kind.CLOCK_OFFSET, body={"offset": 1}))
        raw_connection.set_trace_callback(None)
    assert [line for line in said if line.startswith("BEGIN")] == ["BEGIN IMMEDIATE"]


def test_a_damaged_page_is_found(home: Path) -> None:
    scanned(home, 40)
    path = home / database.FILE
    whole = bytearray(path.read_bytes())
    for page in range(1, len(whole) // 4096):
        damaged = bytearray(whole)
        damaged[page * 4096 + 900 : page * 4096 + 930] = bytes(30)
        path.write_bytes(damaged)
        with pytest.raises(Trouble, match="database_"):
            verify(home)
    path.write_bytes(whole)
    assert verify(home).ok


def test_practice_data_are_verified_too(tmp_path: Path) -> None:
    assembly.init(tmp_path / "practice", "P", "https://badges.example.edu/p", None, practice=True)
    with assembly.opened(tmp_path / "practice", None) as station:
        assert station.book.verify(station_enrolled(station.institution.key)).ok
    assert (tmp_path / "practice" / database.FILE).read_bytes().startswith(b"SQLite format 3")
    with pytest.raises(Trouble, match="set_up_already"):
        assembly.init(tmp_path / "practice", "P", "https://badges.example.edu/p", PASSPHRASE)
