"""The whole program behind a real window: practice mode, a real station, the wrong passphrase, and a clean end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from station import assembly
from station.facts import AwardState, Kind, Role, Source, Verdict, Way
from station.logbook import station_enrolled
from station.program import Program
from station.rosterview import Counted
from station.settings import Settings
from station.trouble import Trouble
from station.ui.acts import Form, Opening, Stage
from station.ui.bulletin import Bulletin, Notice, Said
from station.ui.window import Window, open_window
from station.views import Camera, DayView, Link, Outcome, Strip
from tests.conftest import PASSPHRASE
from tests.stories import opened

WAIT = 30_000


class Played:
    """A program with its window, and everything the Bulletin said."""

    def __init__(self, qtbot: QtBot, home: Path, stage: Stage) -> None:
        self.qtbot = qtbot
        self.bulletin = Bulletin()
        self.said: dict[str, list[Any]] = {}
        for name in ("outcome", "day", "strip", "events", "trouble", "notice", "roster", "blocked"):
            heard = self.said.setdefault(name, [])
            getattr(self.bulletin, name).connect(heard.append)
        self.program = Program(self.bulletin, home, Settings(language="lt", camera=""))
        self.window: Window = open_window(self.program, self.bulletin, Opening(stage=stage))
        qtbot.addWidget(self.window)

    def until(self, check: Callable[[], object]) -> None:
        self.qtbot.waitUntil(lambda: bool(check()), timeout=WAIT)

    @property
    def outcomes(self) -> list[Outcome]:
        return self.said["outcome"]

    @property
    def day(self) -> DayView:
        return self.said["day"][-1]  # type: ignore[no-any-return]

    @property
    def strip(self) -> Strip:
        return self.said["strip"][-1]  # type: ignore[no-any-return]

    def notices(self, said: Said) -> list[Notice]:
        return [notice for notice in self.said["notice"] if notice.said is said]

    def troubles(self) -> list[str]:
        return [trouble.code for trouble in self.said["trouble"]]


@pytest.fixture
def stage(qtbot: QtBot, tmp_path: Path) -> Iterator[Callable[[Path, Stage], Played]]:
    made: list[Played] = []

    def make(home: Path, opening: Stage) -> Played:
        made.append(Played(qtbot, home, opening))
        return made[-1]

    yield make
    for one in made:
        one.program.close()


def test_practice_from_the_camera_to_the_registry(stage: Callable[[Path, Stage], Played], tmp_path: Path) -> None:
    one = stage(tmp_path / "nowhere", Stage.NEW)
    with one.qtbot.waitSignal(one.bulletin.opened, timeout=WAIT):
        one.program.start_practice()
    one.until(lambda: one.outcomes and one.strip.camera is Camera.DEMO)
    first = one.outcomes[0]
    assert (first.verdict, first.record.body["source"]) == (Verdict.ADMITTED, Source.CAMERA)
    assert first.person
    assert first.person.name.startswith("Pavyzd")
    one.until(lambda: one.said["day"] and one.day.awards)
    proposed = [row.award for row in one.day.awards if row.state is AwardState.PROPOSED]
    assert len(proposed) == 7
    one.program.sign_off(proposed, "Praktikos koordinatorius")
    one.until(lambda: all(row.state is AwardState.ISSUED for row in one.day.awards))
    one.until(lambda: one.strip.link is Link.ONLINE and one.strip.waiting == 0)
    one.until(lambda: sum(n.count for n in one.notices(Said.SYNCED)) == 7)
    assert one.strip.practice
    assert not (tmp_path / "nowhere").exists()
    assert one.troubles() == []


def test_a_day_at_a_real_desk(stage: Callable[[Path, Stage], Played], home: Path, tmp_path: Path) -> None:
    with opened(home, 30):
        pass
    one = stage(home, Stage.LOCKED)
    one.program.unlock("not the passphrase")
    one.until(lambda: one.troubles() == ["passphrase_wrong"])
    with one.qtbot.waitSignal(one.bulletin.opened, timeout=WAIT):
        one.program.unlock(PASSPHRASE)
    one.program.enter("C0001", hand_scanner=False)
    one.until(lambda: one.troubles()[1:] == ["no_event"])
    from station.clock import wall
    from tests.stories import HOUR

    one.program.add_event("Atvirų durų diena", "culture_events", "ruduo", wall() - HOUR, wall() + 8 * HOUR)
    one.until(lambda: one.notices(Said.EVENT_ADDED) and one.said["day"])
    one.program.set_role(Role.TECHNICAL)
    one.program.enter("C0001", hand_scanner=True)
    one.program.enter("C0002", hand_scanner=False)
    one.program.enter("C0001", hand_scanner=True)  # the same presentation, read twice
    one.program.enter("C0001", hand_scanner=False)  # typed again: meant
    one.program.enter("nobody", hand_scanner=True)
    one.program.set_way(Way.OUT)
    one.program.enter("C0002", hand_scanner=False)
    one.until(lambda: len(one.outcomes) == 5)
    assert [o.verdict.value for o in one.outcomes] == ["admitted", "admitted", "repeat", "refused", "released"]
    assert [o.record.body["source"] for o in one.outcomes[:2]] == [Source.SCANNER, Source.KEYBOARD]
    one.until(lambda: (one.day.here, one.day.came, len(one.day.scans)) == (1, 2, 5))
    one.program.undo(one.outcomes[-1].record.ref)
    one.until(lambda: one.day.here == 2 and one.notices(Said.UNDONE))
    one.program.undo(one.outcomes[-1].record.ref)
    one.until(lambda: one.troubles()[2:] == ["nothing_to_undo"])
    found = one.program.search("pavyzdys nr 7")
    assert found[0].name == "Pavyzdys Nr. 7"
    one.program.set_way(Way.IN)
    one.program.enter_person(found[0].id)
    one.until(lambda: len(one.outcomes) == 6 and one.outcomes[-1].verdict is Verdict.ADMITTED)
    for form in Form:
        one.program.save_log(tmp_path / f"log.{form}", form)
    one.until(lambda: len(one.notices(Said.LOG_SAVED)) == 3)
    one.program.sync_now()
    one.until(lambda: one.troubles()[3:] == ["registry_none"])
    one.program.set_theme("dark")
    one.program.close()
    with assembly.opened(home, PASSPHRASE) as station:
        kinds = [record.kind for record in station.book.replay()]
        assert (kinds.count(Kind.SCAN), kinds.count(Kind.UNDO)) == (6, 1)
        finding = station.book.verify(station_enrolled(station.institution.key))
        assert (finding.ok, finding.unsigned) == (True, 0)
        assert station.settings.theme == "dark"


def test_pictures_are_readings_of_the_chosen_event(
    stage: Callable[[Path, Stage], Played], home: Path, tmp_path: Path
) -> None:
    from station.clock import wall
    from station.scanner.drawn.frames import Symbol, scene
    from station.scanner.opencv import cv2
    from tests.stories import HOUR

    with opened(home, 3):
        pass
    files = []
    for name, symbols in (
        ("one.png", [Symbol("C0001")]),
        ("none.png", []),
        ("two.png", [Symbol("C0002"), Symbol("C0000", "Code128")]),
    ):
        files.append(tmp_path / name)
        cv2.imwrite(str(files[-1]), scene(symbols, size=(1200, 700)))
    files.append(tmp_path / "gone.png")
    one = stage(home, Stage.LOCKED)
    with one.qtbot.waitSignal(one.bulletin.opened, timeout=WAIT):
        one.program.unlock(PASSPHRASE)
    one.program.add_event("Diena", "culture_events", None, wall() - HOUR, wall() + HOUR)
    one.until(lambda: one.notices(Said.EVENT_ADDED))
    one.program.set_role(Role.COORDINATION)
    one.program.read_pictures(files)
    one.until(lambda: len(one.outcomes) == 3 and one.notices(Said.PICTURES_READ) and one.troubles())
    assert one.outcomes[0].record.body["source"] == Source.FILE
    assert {outcome.verdict for outcome in one.outcomes} == {Verdict.ADMITTED}
    assert {outcome.record.body["role"] for outcome in one.outcomes} == {Role.COORDINATION}
    (notice,) = one.notices(Said.PICTURES_READ)
    assert (notice.count, notice.bad, notice.text, notice.files) == (3, 1, "none.png", 3)
    assert one.troubles() == ["picture_missing"]


def test_two_codes_of_one_person_are_read_and_two_people_are_asked_about(
    stage: Callable[[Path, Stage], Played], home: Path, tmp_path: Path
) -> None:
    from station.clock import wall
    from station.rosterfile import Row
    from station.scanner.drawn.frames import Symbol, scene
    from station.scanner.opencv import cv2
    from tests.stories import HOUR

    with opened(home, 2) as station:
        station.roster.take([Row(9, "TWO1", "Pavyzdė Du", "two@example.edu", ("CARD-77",))], [])
    size = (900, 500)
    parts: tuple[tuple[list[str], int], ...] = (
        (["TWO1", "CARD-77", "https://poster.example"], 25),
        ([], 8),
        (["C0000", "C0001", "TWO1"], 40),
    )
    path = tmp_path / "film.avi"
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), 10, size)
    for codes, count in parts:
        picture = scene([Symbol(text, module_px=3) for text in codes], size=size)
        for _ in range(count):
            writer.write(picture)
    writer.release()
    one = stage(home, Stage.LOCKED)
    crowded: list[int] = []
    one.bulletin.crowded.connect(lambda: crowded.append(len(one.outcomes)))
    with one.qtbot.waitSignal(one.bulletin.opened, timeout=WAIT):
        one.program.unlock(PASSPHRASE)
    one.program.add_event("Diena", "culture_events", None, wall() - HOUR, wall() + HOUR)
    one.until(lambda: one.notices(Said.EVENT_ADDED))
    one.program.choose_camera(str(path))
    one.until(lambda: one.window.desk.preview.words() is not None)
    one.until(lambda: one.strip.camera is Camera.OFF)
    assert [outcome.person.name for outcome in one.outcomes if outcome.person] == ["Pavyzdė Du"]
    assert len(one.outcomes) == 1
    assert crowded
    assert set(crowded) == {1}, "one person's codes are no crowd"
    assert one.troubles() == []


def test_an_event_that_is_not_on_is_said_so(stage: Callable[[Path, Stage], Played], home: Path) -> None:
    from station.clock import wall
    from tests.stories import HOUR

    with opened(home, 1):
        pass
    one = stage(home, Stage.LOCKED)
    with one.qtbot.waitSignal(one.bulletin.opened, timeout=WAIT):
        one.program.unlock(PASSPHRASE)
    one.program.add_event("Vakar", "culture_events", None, wall() - 30 * HOUR, wall() - 20 * HOUR)
    one.until(lambda: one.troubles() == ["event_not_on"])


def test_set_up_from_the_first_page(stage: Callable[[Path, Stage], Played], tmp_path: Path) -> None:
    one = stage(tmp_path / "new", Stage.NEW)
    one.program.set_up("", "https://badges.example.edu/issuer", PASSPHRASE)
    one.until(lambda: one.troubles() == ["institution_name"])
    with one.qtbot.waitSignal(one.bulletin.opened, timeout=WAIT):
        one.program.set_up("Testų universitetas", "https://badges.example.edu/issuer", PASSPHRASE)
    (tmp_path / "roster.csv").write_text("student_id,name,email\nA1,Ąžuolė Šimkutė,a@example.edu\nA2,,b@example.edu\n")
    one.program.open_roster(tmp_path / "roster.csv")
    one.until(lambda: [step for step in one.said["roster"] if isinstance(step, Counted)])
    one.program.import_roster()
    one.until(lambda: [step for step in one.said["roster"] if isinstance(step, Counted) and step.written])
    assert (one.said["roster"][-1].added, one.said["roster"][-1].rejected) == (1, 1)
    one.until(lambda: one.strip.people == 1)
    assert one.program.units()


def test_a_second_window_says_who_is_first(stage: Callable[[Path, Stage], Played], home: Path) -> None:
    with opened(home):
        one = stage(home, Stage.LOCKED)
        one.program.unlock(PASSPHRASE)
        one.until(lambda: one.troubles() == ["busy"])
    assert "test (" in one.said["trouble"][0].arguments["what"]


def test_a_desk_that_cannot_write_stops_visibly(
    stage: Callable[[Path, Stage], Played], home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from station.clock import wall
    from station.logbook import Logbook
    from tests.stories import HOUR

    with opened(home, 3):
        pass
    one = stage(home, Stage.LOCKED)
    with one.qtbot.waitSignal(one.bulletin.opened, timeout=WAIT):
        one.program.unlock(PASSPHRASE)
    one.program.add_event("Diena", "culture_events", None, wall() - HOUR, wall() + HOUR)
    one.until(lambda: one.notices(Said.EVENT_ADDED))

    def full(*_: object, **__: object) -> None:
        raise Trouble("disk_full", home=home)

    monkeypatch.setattr(Logbook, "write", full)
    one.program.enter("C0001", hand_scanner=False)
    one.until(lambda: "disk_full" in one.troubles())
    monkeypatch.undo()
    before = len(one.troubles())
    one.program.enter("C0001", hand_scanner=False)
    one.until(lambda: len(one.troubles()) > before)
    assert set(one.troubles()) == {"disk_full"}
    assert one.outcomes == []


def test_the_window_closes_by_itself(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """``station demo --seconds 3`` in a process of its own ends cleanly and leaves nothing behind."""
    import os
    import subprocess
    import sys

    root = Path(__file__).resolve().parent.parent
    ended = subprocess.run(
        [sys.executable, "-m", "station", "demo", "--seconds", "3", "--home", str(tmp_path / "none")],
        cwd=root,
        env=os.environ | {"TMPDIR": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "", "")
    assert list(tmp_path.iterdir()) == []


def test_a_start_that_fails_half_way_leaves_nothing_behind(
    stage: Callable[[Path, Stage], Played], home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from station.sitting import Sitting

    def fail(*_: object) -> None:
        raise RuntimeError

    one = stage(home, Stage.LOCKED)
    with monkeypatch.context() as broken:
        broken.setattr(Sitting, "_choose_first", fail)
        one.program.unlock(PASSPHRASE)
        one.until(lambda: "bug" in one.troubles())
    with one.qtbot.waitSignal(one.bulletin.opened, timeout=WAIT):
        one.program.unlock(PASSPHRASE)


def test_without_a_decoder_the_desk_still_works(
    stage: Callable[[Path, Stage], Played], home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from station.scanner import acceptance

    def missing(*_: object, **__: object) -> None:
        raise ImportError("libGL.so.1")

    monkeypatch.setattr(acceptance, "Decoder", missing)
    one = stage(home, Stage.LOCKED)
    with one.qtbot.waitSignal(one.bulletin.opened, timeout=WAIT):
        one.program.unlock(PASSPHRASE)
    one.program.choose_camera("camera:9")
    one.until(lambda: "bug" in one.troubles())


def test_the_saved_log_has_what_was_just_answered(
    stage: Callable[[Path, Stage], Played], home: Path, tmp_path: Path
) -> None:
    import json

    from station.clock import wall
    from tests.stories import HOUR

    with opened(home, 5):
        pass
    one = stage(home, Stage.LOCKED)
    with one.qtbot.waitSignal(one.bulletin.opened, timeout=WAIT):
        one.program.unlock(PASSPHRASE)
    one.program.add_event("Diena", "culture_events", None, wall() - HOUR, wall() + HOUR)
    for number in range(5):
        one.program.enter(f"C{number:04}", hand_scanner=True)
    one.until(lambda: len(one.outcomes) == 5)
    one.program.save_log(tmp_path / "log.json", Form.JSON)
    one.until(lambda: one.notices(Said.LOG_SAVED))
    logged = json.loads((tmp_path / "log.json").read_text("utf-8"))
    assert [row["seq"] for row in logged["scans"]] == [outcome.record.seq for outcome in one.outcomes]


def test_an_unknown_code_and_a_walk_in_at_a_real_desk(stage: Callable[[Path, Stage], Played], home: Path) -> None:
    from station.clock import wall
    from tests.stories import HOUR, add_event, event

    with opened(home, 4) as station:
        add_event(station, event(start=wall() - HOUR, hours=9))
        student = station.roster.search("Nr. 2")[0]
    one = stage(home, Stage.LOCKED)
    with one.qtbot.waitSignal(one.bulletin.opened, timeout=WAIT):
        one.program.unlock(PASSPHRASE)
    one.program.enter("STRANGE-1", hand_scanner=True)
    one.program.enter("STRANGE-2", hand_scanner=True)
    one.until(lambda: len(one.outcomes) == 2)
    first, second = (outcome.record.ref for outcome in one.outcomes)
    one.program.link(first, student.id)
    one.program.walk_in("Viešnia Pavyzdė", second)
    one.until(lambda: len(one.outcomes) == 4)
    assert [outcome.verdict for outcome in one.outcomes[2:]] == [Verdict.ADMITTED] * 2
    walk_in = one.outcomes[3].person
    assert walk_in is not None
    one.until(lambda: [person.id for person in one.program.search("viesn")] == [walk_in.id])
    one.until(lambda: one.said["day"] and one.day.here == 2)
    one.program.match(walk_in.id, student.id, "Coordinator")
    one.until(lambda: one.notices(Said.MATCHED) and one.day.here == 1)
    assert [person.id for person in one.program.search("viesn")] == [student.id]
    one.program.unmatch(one.day.visits[0].matched, "Coordinator")
    one.until(lambda: one.notices(Said.UNMATCHED) and one.day.here == 2)
    one.program.undo(one.outcomes[3].record.ref)
    one.until(lambda: one.notices(Said.UNDONE) and one.day.here == 1)
    assert one.notices(Said.UNDONE)[0].count == 1
    assert [row.ref for row in one.day.scans if row.unknown] == [second]
    one.program.link(first, student.id)
    one.until(lambda: one.troubles() == ["code_linked"])
