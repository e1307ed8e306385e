"""Looking people up beside the writer: from any thread, while it writes, and in doubt nobody."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from station import assembly, settings
from station.lookup import Lookup, acceptance
from station.rosterfile import Row
from station.scanner.decode import ALL_FORMATS, DEFAULT_FORMATS, Decoder
from station.scanner.drawn.frames import Symbol, scene
from station.scanner.opencv import cv2
from station.scanner.reading import readings
from station.settings import Settings
from station.trouble import Trouble
from tests.conftest import PASSPHRASE
from tests.stories import opened


def test_all_codes_of_a_person_are_theirs_and_unknown_ones_nobodys(home: Path) -> None:
    with opened(home, 3) as station:
        station.roster.take([Row(2, "TWO1", "Pavyzdė Du", "two@ktu.edu", ("CARD-77",))], [])
        whose = station.lookup.whose
        person = whose("TWO1")
        assert person is not None
        assert [whose(text) for text in ("card 77", " two1\r\n", "TWO@ktu.edu")] == [person] * 3
        assert whose("C0001") not in (None, person)
        assert [whose(text) for text in ("", "nobody", "33309240064", "A\x00", "x" * 9999)] == [None] * 5


def test_another_thread_may_ask_while_the_writer_writes_and_close_is_the_end(home: Path) -> None:
    with opened(home, 3) as station, station.connection.begin():
        station.connection.exec_driver_sql("UPDATE person SET name = 'x'")
        said: list[str | None] = []
        asking = threading.Thread(target=lambda: said.append(station.lookup.whose("C0001")))
        asking.start()
        asking.join(5)
        assert said == [station.lookup.whose("C0001")]
        assert said[0] is not None
        station.lookup.close()
        assert station.lookup.whose("C0001") is None
        assert station.lookup.search("pavyzdys") == ()


def test_a_database_that_cannot_be_read_makes_nobody_known_and_search_says_so(tmp_path: Path) -> None:
    lookup = Lookup(tmp_path, b"\0" * 32, ())
    assert lookup.whose("C0001") is None
    with pytest.raises(Trouble, match="not_set_up"):
        lookup.search("pav")


def test_what_is_accepted_comes_from_settings_programme_and_roster(home: Path) -> None:
    settings.save(home, Settings(hold_off_s=5, formats=("Code39", "ITF")))
    with opened(home, 1):
        pass
    with assembly.opened(home, PASSPHRASE) as station:
        made = acceptance(station.settings, station.picture.programme, station.lookup)
        assert made.decoder().formats == ("Code39", "ITF")
        assert (made.hold_off_s, made.is_id("A12345"), made.is_id("A")) == (5.0, True, False)
        assert made.who("C0000") is not None


def test_a_command_reads_as_the_window_does(home: Path, tmp_path: Path) -> None:
    """Two codes of one person, then a barcode that is no number, in a film; and the ticked symbologies only."""
    with opened(home, 0) as station:
        station.roster.take([Row(2, "TWO1", "Pavyzdė Du", "two@ktu.edu", ("CARD-77",))], [])
        path, size = tmp_path / "film.avi", (900, 500)
        writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), 10, size)
        for symbols in (
            [Symbol("TWO1"), Symbol("CARD-77")],
            [Symbol("NO NUMBER", "Code39", module_px=2)],
            [Symbol("A12345", "Code39", module_px=3)],
            [Symbol("UNTICKED", "DataMatrix")],
        ):
            picture = scene(symbols, size=size)
            for _ in range(5):
                writer.write(picture)
        writer.release()
        chosen = acceptance(station.settings, station.picture.programme, station.lookup)
        crowd: list[int] = []
        told = [found.text for found in readings(str(path), chosen, crowded=lambda: crowd.append(1))]
    assert told[1:] == ["A12345"]
    assert told[0] in {"TWO1", "CARD-77"}
    assert crowd == []


def test_what_can_be_ticked_is_what_can_be_read() -> None:
    assert settings.SYMBOLOGIES == ALL_FORMATS
    assert Settings().formats == DEFAULT_FORMATS
    assert Decoder(settings.SYMBOLOGIES).formats == ALL_FORMATS


@pytest.mark.parametrize(("given", "kept"), [("1", 1.0), ("30", 30.0), ("2.5", 2.5)])
def test_the_hold_off_is_seconds(tmp_path: Path, given: str, kept: float) -> None:
    (tmp_path / settings.FILE).write_text(f"hold_off_s = {given}\n")
    chosen = settings.load(tmp_path)
    assert chosen.hold_off_s == kept
    settings.save(tmp_path, chosen)
    assert settings.load(tmp_path) == chosen


def test_formats_are_a_set_in_our_order(tmp_path: Path) -> None:
    (tmp_path / settings.FILE).write_text('formats = ["ITF", "QRCode", "ITF"]\n')
    chosen = settings.load(tmp_path)
    assert chosen.formats == ("QRCode", "ITF")
    settings.save(tmp_path, chosen)
    assert settings.load(tmp_path) == chosen


@pytest.mark.parametrize(
    "line",
    [
        *(f"hold_off_s = {value}" for value in ("0.9", "31", "true", '"2"', "nan", "inf", "[2]", "-3")),
        *(f"formats = {value}" for value in ("[]", '"QRCode"', '["qr"]', "[1]", "[[]]", "{}", "true")),
    ],
)
def test_wrong_choices_are_named(tmp_path: Path, line: str) -> None:
    (tmp_path / settings.FILE).write_text(line + "\n")
    with pytest.raises(Trouble, match="settings") as caught:
        settings.load(tmp_path)
    assert caught.value.arguments["key"] == line.split(maxsplit=1)[0]
