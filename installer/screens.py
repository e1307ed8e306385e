"""Renders every page of the window in both languages and all themes to build/screens/, with synthetic people.

Usage: ``python installer/screens.py [FOLDER]``. Needs no display and no data folder.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from types import TracebackType

ROOT = Path(__file__).resolve().parent.parent
if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtWidgets import QApplication, QWidget  # noqa: E402

from installer.sample import (  # noqa: E402
    EVENT,
    EVENTS,
    REASONS,
    ROSTER,
    SAMPLES,
    SampleActs,
    day,
    outcomes,
    picture,
    strip,
)
from installer.sample_readiness import all_well, long_reasons, running, some_wrong  # noqa: E402
from station import texts  # noqa: E402
from station.facts import Verdict  # noqa: E402
from station.layouts import EXPECTED, arrives  # noqa: E402
from station.rosterview import Counted, Failed, RosterStep, Working  # noqa: E402
from station.trouble import Trouble  # noqa: E402
from station.ui.acts import Opening, Stage  # noqa: E402
from station.ui.bulletin import Bulletin, Notice, Said  # noqa: E402
from station.ui.look import Look  # noqa: E402
from station.ui.match_dialog import is_walk_in  # noqa: E402
from station.ui.theme import THEMES  # noqa: E402
from station.ui.window import DAY, READY, Window  # noqa: E402
from station.views import Blocked, Camera, Hint, Link, Mark, Readiness  # noqa: E402

SIZE = (1280, 720)
TWICE = Failed(
    Trouble("roster_columns_twice", file="studentai.xlsx", field="email", first="KTU el. paštas", second="El. paštas")
)

Shot = tuple[str, Callable[[Window, Bulletin], object]]


def shots() -> list[Shot]:
    """Name and what to do for each picture; a widget that is returned is pictured instead of the window."""
    made: list[Shot] = [("desk-ready", lambda _w, _b: None)]
    for verdict in Verdict:
        made.append((f"desk-{verdict}", partial(_answer, verdict)))
    made += [
        ("desk-long-name", lambda _w, b: b.outcome.emit(outcomes(long=True)[Verdict.RELEASED])),
        ("desk-no-event", lambda _w, b: b.strip.emit(strip(event=None))),
        ("desk-no-roster", lambda _w, b: b.strip.emit(strip(people=0))),
        ("desk-camera-gone", _camera_gone),
        *((f"desk-hint-{hint}", partial(_hint, hint)) for hint in Hint),
        ("desk-crowd", _crowd),
        ("desk-idle", partial(_view, ())),
        ("desk-drop", lambda w, _b: w.drop.rise()),
        ("desk-picture-read", lambda _w, b: b.notice.emit(Notice(Said.PICTURES_READ, 3, 1, "stalas.png", 3))),
        ("desk-trouble", lambda _w, b: b.trouble.emit(Trouble("language", language="de"))),
        ("desk-notice", lambda _w, b: b.notice.emit(Notice(Said.ROSTER_IMPORTED, 412, 3, "14"))),
        ("desk-names", _names),
        ("desk-whose", _whose),
        ("desk-walk-in", _walk_in),
        ("day-visits", lambda w, _b: w.turn(DAY)),
        ("day-hours", lambda w, _b: _tab(w, 1)),
        ("day-awards", lambda w, _b: _tab(w, 2)),
        ("day-empty", _empty_day),
        ("day-match", _match),
        ("day-unmatch", partial(_match, back=True)),
        ("readiness-running", partial(_readiness, running())),
        ("readiness-well", partial(_readiness, all_well())),
        ("readiness-wrong", partial(_readiness, some_wrong())),
        ("readiness-long", partial(_readiness, long_reasons())),
        ("scanner-test", partial(_scanner_test, "")),
        ("scanner-test-right", partial(_scanner_test, EXPECTED)),
        ("scanner-test-restored", partial(_scanner_test, arrives(EXPECTED, "lt"))),
        ("scanner-test-damaged", partial(_scanner_test, EXPECTED.upper())),
        ("scanner-test-other", partial(_scanner_test, "20231234")),
        ("note-answer", _note),
        ("event-choose", _events),
        ("try-code", partial(_try_code, "")),
        ("try-code-known", partial(_try_code, "HTTPS://ESC.GG/AEC54890-72B1-1039-8E5F-001999893752/")),
        ("try-code-unknown", partial(_try_code, "Biblioteka 1234567")),
        ("try-code-refused", partial(_try_code, "http://esc.gg.example.org/aec54890-72b1-1039-8e5f-001999893752")),
        ("event-new", _new_event),
        ("roster-columns", partial(_roster, ROSTER, Counted(396, 9, 5, 2, REASONS))),
        ("roster-reading", partial(_roster, ROSTER, Working(120, 412, writing=False))),
        ("roster-twice", partial(_roster, ROSTER, TWICE)),
        ("roster-importing", partial(_roster, ROSTER, Counted(396, 9, 5, 2, REASONS), Working(160, 405, writing=True))),
        ("roster-report", partial(_roster, ROSTER, Counted(396, 9, 5, 2, REASONS, written=True))),
        ("roster-unreadable", partial(_roster, Failed(Trouble("roster_old", file="studentai.xls")))),
        ("roster-override", _override),
    ]
    return made


def _answer(verdict: Verdict, _window: Window, bulletin: Bulletin) -> None:
    bulletin.outcome.emit(outcomes()[verdict])


def _view(marks: Sequence[Mark], window: Window, bulletin: Bulletin, hint: Hint | None = None) -> None:
    acts = window.acts
    if isinstance(acts, SampleActs):
        acts.seen = picture(acts.box, marks, hint)
        bulletin.frame_ready.emit()


def _hint(hint: Hint, window: Window, bulletin: Bulletin) -> None:
    _view((), window, bulletin, hint)


def _crowd(window: Window, bulletin: Bulletin) -> None:
    _view((Mark.CROWD, Mark.CROWD), window, bulletin)
    bulletin.crowded.emit()


def _camera_gone(_window: Window, bulletin: Bulletin) -> None:
    bulletin.strip.emit(strip(camera=Camera.GONE, link=Link.OFFLINE, refused=2, offset=-95.0))


def _names(window: Window, _bulletin: Bulletin) -> None:
    window.desk.code.take("pav")
    window.desk.code.look_up()


def _whose(window: Window, bulletin: Bulletin) -> None:
    bulletin.outcome.emit(outcomes()[Verdict.REFUSED])
    window.desk.card.link.click()
    _names(window, bulletin)


def _walk_in(window: Window, bulletin: Bulletin) -> None:
    bulletin.outcome.emit(outcomes()[Verdict.REFUSED])
    window.desk.card.walk_in.click()
    window.desk.code.take("Viešnia Pavyzd")


def _match(window: Window, _bulletin: Bulletin, *, back: bool = False) -> QWidget | None:
    window.turn(DAY)
    day_page = window.day
    rows = day_page.visits.rows.rows
    day_page.visits.selectRow(next(k for k, row in enumerate(rows) if (row.matched if back else is_walk_in(row))))
    day_page.match.click()
    dialog = day_page.match.dialog
    if dialog is not None and not back:
        dialog.search.setText("pav")
        dialog.look_up()
        dialog.signer.setText(SAMPLES[6].name)
    return dialog


def _tab(window: Window, place: int) -> None:
    window.turn(DAY)
    window.day.tabs.buttons[place].click()
    window.day.signer.setText(SAMPLES[0].name)


def _empty_day(window: Window, bulletin: Bulletin) -> None:
    bulletin.day.emit(day(empty=True))
    window.turn(DAY)


def _readiness(shown: Readiness, window: Window, bulletin: Bulletin) -> None:
    window.turn(READY)
    bulletin.readiness.emit(shown)


def _scanner_test(text: str, window: Window, _bulletin: Bulletin) -> QWidget | None:
    window.test_scanner()
    if window.scanner_test is not None and text:
        window.scanner_test.take(text, "", ended=True)
    return window.scanner_test


def _note(window: Window, bulletin: Bulletin) -> QWidget:
    window.turn(DAY)
    bulletin.outcome.emit(outcomes()[Verdict.RELEASED])
    return window.note


def _events(window: Window, _bulletin: Bulletin) -> QWidget | None:
    window.choose_event()
    return window.dialog


def _try_code(text: str, window: Window, _bulletin: Bulletin) -> QWidget | None:
    window.turn(READY)
    window.try_code()
    if window.trying is not None:
        window.trying.field.setText(text)
    return window.trying


def _new_event(window: Window, _bulletin: Bulletin) -> QWidget | None:
    window.choose_event()
    if window.dialog is not None:
        window.dialog.ask_new()
    return window.dialog


def _roster(*steps: RosterStep | Window | Bulletin) -> QWidget | None:
    window = next(one for one in steps if isinstance(one, Window))
    bulletin = next(one for one in steps if isinstance(one, Bulletin))
    dialog = window.import_from(Path("/home") / ROSTER.file)
    for step in steps:
        if isinstance(step, Working) and step.writing:
            dialog.go.click()
        if not isinstance(step, Window | Bulletin):
            bulletin.roster.emit(step)
    return dialog


def _override(window: Window, bulletin: Bulletin) -> QWidget | None:
    bulletin.blocked.emit(Blocked(EVENT, Trouble("roster_stale", days=75, most=60)))
    return window.asking


def _window(look: Look, stage: Stage, *, key_store: bool = True) -> tuple[Window, Bulletin]:
    bulletin = Bulletin()
    opening = Opening(stage=stage, theme=look.theme.name, sound=False, toggle=True, key_store=key_store)
    window = Window(SampleActs(), bulletin, look, opening)
    window.resize(*SIZE)
    window.show()
    if stage is Stage.READY:
        bulletin.events.emit(EVENTS)
        bulletin.strip.emit(strip())
        bulletin.day.emit(day())
        bulletin.frame_ready.emit()
    return window, bulletin


def _save(widget: QWidget, path: Path) -> None:
    QApplication.processEvents()
    QApplication.processEvents()
    widget.grab().save(str(path))


def render(folder: Path, only: str = "") -> list[Path]:
    """Render everything (or those whose names contain ``only``) into ``folder``; gives the files written."""
    application = QApplication.instance() or QApplication([])
    if not isinstance(application, QApplication):
        raise TypeError("a QApplication is needed")
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    look = Look(application, "light")
    for language in texts.LANGUAGES:
        texts.activate(language)
        for theme in THEMES:
            look.choose(theme)
            starts: list[Shot] = [
                ("start-choice", lambda _w, _b: None),
                ("start-questions", lambda w, _b: w.start.turn(1)),
            ]
            plan = [(Stage.NEW, shot) for shot in starts]
            plan += [(Stage.LOCKED, ("locked", lambda _w, _b: None))]
            plan += [(Stage.READY, shot) for shot in shots()]
            for stage, (name, act) in plan:
                path = folder / f"{name}-{language}-{theme}.png"
                if only not in path.name:
                    continue
                window, bulletin = _window(look, stage, key_store=False)
                shown = act(window, bulletin)
                _save(shown if isinstance(shown, QWidget) else window, path)
                written.append(path)
                window.close()
                window.deleteLater()
                QApplication.processEvents()
    return written


def main() -> int:
    """Render; 1 where something failed on the way, which Qt would only print."""
    failed: list[type[BaseException]] = []

    def note(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        failed.append(kind)
        sys.__excepthook__(kind, error, trace)

    sys.excepthook = note
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "build" / "screens"
    only = sys.argv[2] if len(sys.argv) > 2 else ""
    print(f"{len(render(folder, only))} pictures in {folder}")  # noqa: T201 - a command
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
