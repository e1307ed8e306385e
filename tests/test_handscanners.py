"""Hand scanners behind the window: what is remembered of them, readings put right, the sheet, readiness."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from station import handscanners, readiness, settings
from station.clock import wall
from station.facts import Kind, Reading, Record, Refusal, Role, Source, Verdict, Way
from station.handscanners import HandScanner, PutRight, put_right
from station.inspection import Inspection
from station.layouts import EXPECTED, Found, arrives, judge, undo_of
from station.settings import Settings
from station.trouble import Trouble
from station.ui.acts import Stage
from station.ui.bulletin import Said
from station.ui.scanner_sheet import save_sheet
from station.views import Camera, Check, Readiness, State
from tests.conftest import PASSPHRASE
from tests.stories import HOUR, opened
from tests.test_app import WAIT, Played

RIGHT = HandScanner("", 1_700_000_000_000_000, Found.RIGHT)


def plausible(text: str) -> bool:
    return text.isdigit()


# --- what is remembered ------------------------------------------------------------------------------------------


def test_what_was_learned_is_read_back(tmp_path: Path) -> None:
    known = {
        "": handscanners.of_test("", wall(), judge(arrives(EXPECTED, "lt")), ended=True),
        "Pistoletas": handscanners.of_test("Pistoletas", wall(), judge(EXPECTED.upper()), ended=False),
    }
    handscanners.save(tmp_path, known)
    assert handscanners.load(tmp_path) == known
    assert handscanners.load(tmp_path / "nowhere") == {}


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"undo": {"ąą": "1"}}, "undo"),
        ({"undo": {"ą": 1}}, "undo"),
        ({"undo": None}, "undo"),
        ({"found": "other"}, "found"),
        ({"layout": "xx"}, "layout"),
        ({"at": "today"}, "at"),
        ({"ended": 1}, "ended"),
        ({"device": None}, "device"),
    ],
)
def test_a_damaged_file_is_refused_with_its_place(tmp_path: Path, change: dict[str, object], key: str) -> None:
    handscanners.save(tmp_path, {"": RIGHT})
    (row,) = json.loads((tmp_path / handscanners.FILE).read_text())
    (tmp_path / handscanners.FILE).write_text(json.dumps([row | change]))
    with pytest.raises(Trouble, match="settings") as caught:
        handscanners.load(tmp_path)
    assert caught.value.arguments["key"] == key


@pytest.mark.parametrize("text", ["", "{}", "[", "[1]", "[[]]", "null"])
def test_another_file_in_its_place_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / handscanners.FILE).write_text(text)
    with pytest.raises(Trouble, match="settings"):
        handscanners.load(tmp_path)


def test_a_tested_scanner_s_texts_are_put_right_by_its_own_map() -> None:
    known = {
        "A": HandScanner("A", 0, Found.RESTORED, {"x": "1"}),
        "": HandScanner("", 0, Found.RESTORED, undo_of("lt")),
    }
    assert put_right("x2", "A", known, plausible) == PutRight("12")
    assert put_right("ąč3", "B", known, plausible) == PutRight("123")
    assert put_right("123", "", known, plausible) == PutRight("123")


def test_an_untested_scanner_s_text_is_guessed_and_marked_or_said_to_be_damaged() -> None:
    assert put_right("ąčęė", "", {}, plausible) == PutRight("1234", "lt")
    assert put_right("ąčęėž", "", {}, plausible) == PutRight("ąčęėž", damaged=True)
    assert put_right("Any-Text 7", "", {}, plausible) == PutRight("Any-Text 7")


@pytest.mark.parametrize(
    ("line", "good"),
    [
        *((f"scanner_prefix = {value}", True) for value in ('""', '"F9"', '"F24"', '"~"', '"\\u0002"')),
        *((f"scanner_prefix = {value}", False) for value in ('"F0"', '"F25"', '"a"', '"7"', '"~~"', '"\\t"', '" "')),
        ("scanner_prefix = 1", False),
        ('scanner_end = "silence"', True),
        ('scanner_end = "tab"', False),
        ("scanner_hold_off_s = 1.5", True),
        ("scanner_hold_off_s = 0.5", False),
    ],
)  # fmt: skip
def test_settings_of_hand_scanners(tmp_path: Path, line: str, good: bool) -> None:
    (tmp_path / settings.FILE).write_text(line + "\n")
    if good:
        chosen = settings.load(tmp_path)
        settings.save(tmp_path, chosen)
        assert settings.load(tmp_path) == chosen != Settings() or '""' in line
        return
    with pytest.raises(Trouble, match="settings") as caught:
        settings.load(tmp_path)
    assert caught.value.arguments["key"] == line.split(maxsplit=1)[0]


# --- the sheet ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["png", "pdf"])
def test_the_printed_sheet_is_read_back_by_both_codes(tmp_path: Path, form: str, qapp: object) -> None:
    from station.scanner.decode import Decoder
    from station.scanner.sources.opening import open_source

    path = tmp_path / f"lapas.{form}"
    save_sheet(path)
    with open_source(str(path)) as source:
        (frame,) = source.frames()
        found = {(one.symbology, one.text) for one in Decoder().scan(frame.pixels)}
    assert found == {("QRCode", EXPECTED), ("Code128", EXPECTED)}


def test_a_sheet_that_cannot_be_written_says_so(tmp_path: Path, qapp: object) -> None:
    for name in ("lapas.png", "lapas.pdf"):
        with pytest.raises(Trouble, match="write"):
            save_sheet(tmp_path / "nowhere" / name)


# --- readiness ---------------------------------------------------------------------------------------------------


def scanner_row(home: Path) -> Check:
    return readiness._hand_scanner(lambda: handscanners.load(home))


def test_the_row_of_the_hand_scanner(tmp_path: Path) -> None:
    home = tmp_path
    row = scanner_row(home)
    assert (row.state, row.why) == (State.WARN, "check_scanner_untested")
    handscanners.save(home, {"": RIGHT})
    row = scanner_row(home)
    assert (row.state, row.why, row.do) == (State.OK, "2023-11-15", "")
    handscanners.save(home, {"": RIGHT, "B": HandScanner("B", 5, Found.DAMAGED, {}, " +")})
    row = scanner_row(home)
    assert (row.state, row.why) == (State.FAIL, "check_scanner_damaged")
    assert "␣ +" in row.do
    (home / handscanners.FILE).write_text("[")
    row = scanner_row(home)
    assert (row.state, row.why) == (State.FAIL, "settings")


@pytest.mark.parametrize(
    ("state", "size", "why"),
    [
        (Camera.OFF, (0, 0), "check_no_camera"),
        (Camera.GONE, (1280, 720), "check_camera_gone"),
        (Camera.OPENING, (0, 0), "check_camera_opening"),
        (Camera.LIVE, (640, 480), "check_camera_small"),
        (Camera.LIVE, (1280, 720), None),
        (Camera.DEMO, (640, 480), None),
    ],
)
def test_a_camera_that_is_running_already(state: Camera, size: tuple[int, int], why: str | None) -> None:
    check = readiness.camera_check(state, "Kamera", size, 30.0)
    assert (check.why if check.state is State.WARN else None) == why


def test_an_inspection_tells_each_check_and_runs_again_when_asked_meanwhile() -> None:
    told: list[Readiness] = []
    failed: list[Exception] = []
    runs: list[Inspection] = []

    def checks() -> Iterator[Check]:
        runs.append(inspection)
        yield Check("key", State.OK)
        if len(runs) == 1:
            inspection.ask()
            inspection.ask()
        yield Check("disk", State.OK)

    inspection = Inspection(checks, told.append, failed.append)
    inspection.ask()
    thread = inspection._thread
    assert thread is not None
    thread.join(10)
    assert [len(one.checks) for one in told] == [0, 1, 2, 2, 0, 1, 2, 2]
    assert [one.at is not None for one in told] == 2 * [False, False, False, True]
    inspection.stop()
    inspection.ask()
    assert (len(told), failed) == (8, [])


def test_a_bug_in_a_check_ends_the_run_and_is_told() -> None:
    told: list[Readiness] = []
    failed: list[Exception] = []

    def checks() -> Iterator[Check]:
        yield Check("key", State.OK)
        raise LookupError

    inspection = Inspection(checks, told.append, failed.append)
    inspection.ask()
    thread = inspection._thread
    assert thread is not None
    thread.join(10)
    assert [type(error) for error in failed] == [LookupError]
    assert (len(told[-1].checks), told[-1].at is not None) == (1, True)


# --- the whole program -------------------------------------------------------------------------------------------


@pytest.fixture
def played(qtbot: QtBot, home: Path) -> Iterator[Callable[[], Played]]:
    with opened(home, 4):
        pass
    made: list[Played] = []

    def start() -> Played:
        one = Played(qtbot, home, Stage.LOCKED)
        one.said["readiness"] = []
        one.bulletin.readiness.connect(one.said["readiness"].append)
        made.append(one)
        with qtbot.waitSignal(one.bulletin.opened, timeout=WAIT):
            one.program.unlock(PASSPHRASE)
        return one

    yield start
    for one in made:
        one.program.close()


def at_event(one: Played) -> None:
    one.program.add_event("Diena", "culture_events", None, wall() - HOUR, wall() + HOUR)
    one.until(lambda: one.notices(Said.EVENT_ADDED))
    one.program.set_role(Role.TECHNICAL)


def scan_record(one: Played, place: int) -> Record:
    record = one.outcomes[place].record
    assert record.kind is Kind.SCAN
    return record


def test_damaged_codes_at_a_real_desk(played: Callable[[], Played]) -> None:
    one = played()
    at_event(one)
    one.program.enter(arrives("C0001", "lt"), hand_scanner=True)
    one.until(lambda: len(one.outcomes) == 1 and one.notices(Said.SCAN_RESTORED))
    assert one.outcomes[0].verdict is Verdict.ADMITTED
    assert scan_record(one, 0).body["layout"] == "lt"
    one.program.enter(arrives("C0002", "lt"), hand_scanner=False)
    one.until(lambda: len(one.outcomes) == 2)
    assert one.outcomes[1].verdict is Verdict.REFUSED, "what a person types is taken as it stands"
    assert one.troubles() == []
    one.program.enter("ąčęžŽ“", hand_scanner=True)
    one.until(lambda: len(one.outcomes) == 3 and one.troubles() == ["scanner_layout"])
    one.program.enter(arrives("33309240064", "lt"), hand_scanner=True)
    one.until(lambda: len(one.outcomes) == 4)
    personal = scan_record(one, 3).body
    assert (personal["reason"], "mac" in personal) == (Refusal.PERSONAL_CODE, False), "damaged or not, it is not kept"
    one.program.keep_scanner("", judge(arrives(EXPECTED, "de")), ended=True)
    one.program.enter("C0003", hand_scanner=True)
    one.until(lambda: len(one.outcomes) == 5)
    assert "layout" not in scan_record(one, 4).body, "put right by the test is not a guess"


def test_one_presentation_is_one_reading_until_it_is_undone(played: Callable[[], Played]) -> None:
    one = played()
    at_event(one)
    for _k in range(3):
        one.program.enter("C0001", hand_scanner=True)
    one.program._camera_reading("C0001", "QRCode")
    one.program.enter("C0002", hand_scanner=True)
    one.until(lambda: len(one.outcomes) == 2)
    one.program.undo(one.outcomes[0].record.ref)
    one.until(lambda: one.notices(Said.UNDONE))
    one.program.enter("C0001", hand_scanner=True)
    one.until(lambda: len(one.outcomes) == 3)
    assert one.outcomes[2].verdict is Verdict.ADMITTED
    one.program.set_way(Way.OUT)
    one.program.enter("C0001", hand_scanner=True)
    one.until(lambda: len(one.outcomes) == 4)
    assert one.outcomes[3].verdict is Verdict.RELEASED
    assert {scan_record(one, k).body["source"] for k in range(4)} == {Source.SCANNER}


def test_readiness_of_the_open_station_and_a_test_that_is_remembered(played: Callable[[], Played], home: Path) -> None:
    one = played()
    one.program.check_ready()
    one.until(lambda: one.said["readiness"] and one.said["readiness"][-1].at is not None)
    states = {check.name: (check.state, check.why) for check in one.said["readiness"][-1].checks}
    assert {name for name, (state, _why) in states.items() if state is State.OK} >= {
        "key", "commit", "records", "roster", "disk", "decode",
    }  # fmt: skip
    assert states["camera"] == (State.WARN, "check_no_camera")
    assert states["registry"] == (State.WARN, "registry_none")
    assert states["hand scanner"] == (State.WARN, "check_scanner_untested")
    one.said["readiness"].clear()
    one.program.keep_scanner("", judge(arrives(EXPECTED, "lt")), ended=False)
    one.until(lambda: one.said["readiness"] and one.said["readiness"][-1].at is not None)
    assert one.said["readiness"][-1].checks[-1].state is State.OK
    one.program.close()
    assert handscanners.load(home)[""].layout == "lt"
    assert settings.load(home).scanner_end == "silence"
    again = played()
    at_event(again)
    again.program.enter(arrives("C0001", "lt"), hand_scanner=True)
    again.until(lambda: again.outcomes)
    assert again.outcomes[0].verdict is Verdict.ADMITTED
    assert again.notices(Said.SCAN_RESTORED) == []


def test_a_reading_s_layout_is_in_its_record_only_where_it_was_guessed() -> None:
    assert Reading("1", Source.SCANNER, Way.IN, Role.TECHNICAL).layout is None
