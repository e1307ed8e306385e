"""An import beside an open desk: scans go on, a killed one is brought to its end, and what waited for it goes on."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from station import assembly
from station.clock import wall
from station.facts import EventKind, Kind, Override, Verdict
from station.headings import Field
from station.rosterview import Counted, Failed, Opened, Saved, Working
from station.ui.acts import Stage
from station.ui.bulletin import Said
from tests.conftest import PASSPHRASE
from tests.rosters import HEADINGS, PEOPLE, csv, xlsx
from tests.stories import HOUR, opened
from tests.test_app import WAIT, Played, stage

__all__ = ["stage"]
pytestmark = pytest.mark.qt_log_ignore("does not support propagateSizeHints")
MANY = [(f"2023{n:05}", "Vardenis", f"Pavardenis{n}", f"v{n}@example.edu", f"LSP{n:05}") for n in range(900)]


def desk(stage: Callable[[Path, Stage], Played], home: Path) -> Played:
    one = stage(home, Stage.LOCKED)
    with one.qtbot.waitSignal(one.bulletin.opened, timeout=WAIT):
        one.program.unlock(PASSPHRASE)
    return one


def steps(one: Played, kind: type) -> list[object]:
    return [step for step in one.said["roster"] if isinstance(step, kind)]


def tried(one: Played, path: Path) -> Counted:
    before = len(steps(one, Counted))
    one.program.open_roster(path)
    one.until(lambda: len(steps(one, Counted)) > before)
    return steps(one, Counted)[-1]  # type: ignore[return-value]


def imported(one: Played) -> Counted:
    one.program.import_roster()
    one.until(lambda: [step for step in steps(one, Counted) if step.written])  # type: ignore[attr-defined]
    return steps(one, Counted)[-1]  # type: ignore[return-value]


def test_an_event_waits_for_its_roster_and_then_opens(
    stage: Callable[[Path, Stage], Played], home: Path, tmp_path: Path
) -> None:
    one = desk(stage, home)
    one.program.add_event("Diena", "culture_events", None, wall() - HOUR, wall() + HOUR)
    one.until(lambda: one.said["blocked"])
    assert one.said["blocked"][0].found.code == "roster_none"
    one.program.enter("LSP0001", hand_scanner=True)
    one.until(lambda: one.troubles() == ["no_event"])
    assert tried(one, csv(tmp_path, [HEADINGS, *PEOPLE])).added == 3
    assert imported(one).added == 3
    one.until(lambda: one.strip.event is not None and one.strip.people == 3)
    one.until(lambda: [person.name for person in one.program.search("zuk")] == ["Žygimantas Žukauskas"])
    one.program.enter("LSP0001", hand_scanner=True)
    one.until(lambda: [outcome.verdict for outcome in one.outcomes] == [Verdict.ADMITTED])
    assert [notice.count for notice in one.notices(Said.ROSTER_IMPORTED)] == [3]


def test_a_desk_is_opened_without_a_roster_for_a_reason(stage: Callable[[Path, Stage], Played], home: Path) -> None:
    one = desk(stage, home)
    one.program.add_event("Diena", "culture_events", None, wall() - HOUR, wall() + HOUR)
    one.until(lambda: one.said["blocked"])
    one.program.choose_event(one.said["blocked"][0].event.id, Override("list comes at noon", "Ona Pavyzdė"))
    one.until(lambda: one.said["strip"] and one.strip.event is not None)
    one.program.close()
    with assembly.opened(home, PASSPHRASE) as station:
        assert [record.kind for record in station.book.replay()].count(Kind.OVERRIDE) == 1
        assert "list comes at noon" in station.roster.notes().values()


def test_an_event_that_is_on_when_the_window_opens_is_held_back_too(
    stage: Callable[[Path, Stage], Played], home: Path
) -> None:
    with opened(home, 2) as station:
        station.day.add_event(
            "Diena", EventKind.VOLUNTEERING, "culture_events", None, wall() - HOUR, wall() + HOUR, None
        )
        with station.connection.begin():
            station.connection.exec_driver_sql("UPDATE roster_import SET at = 0")
    one = desk(stage, home)
    one.until(lambda: one.said["blocked"])
    assert one.said["blocked"][0].found.code == "roster_stale"
    one.until(lambda: one.window.asking is not None)


def test_columns_are_tried_again_and_rejected_rows_saved(
    stage: Callable[[Path, Stage], Played], home: Path, tmp_path: Path
) -> None:
    one = desk(stage, home)
    odd = [("Kas", "Koks", "Kuris"), ("Ąžuolė Pavyzdė", "zz", "20230001"), ("", "yy", "20230002")]
    path = xlsx(tmp_path, {"Pirmas": odd, "Antras": [HEADINGS, *PEOPLE]})
    one.program.open_roster(path, "pirmas")
    one.until(lambda: steps(one, Opened))
    shown = steps(one, Opened)[0]
    assert isinstance(shown, Opened)
    assert (shown.sheets, shown.sheet, shown.rows) == (("Pirmas", "Antras"), "Pirmas", 2)
    one.until(lambda: steps(one, Failed) or steps(one, Counted))
    one.program.try_columns([Field.NAME, None, None])
    one.until(lambda: steps(one, Failed))
    before = len(steps(one, Counted))
    one.program.try_columns([Field.NAME, None, Field.STUDENT_ID])
    one.until(lambda: len(steps(one, Counted)) > before)
    done = imported(one)
    assert (done.added, done.rejected) == (1, 1)
    assert "line 3" in done.reasons[0]
    one.program.save_rejected(tmp_path / "rejected.csv")
    one.until(lambda: steps(one, Saved))
    assert "20230002" in (tmp_path / "rejected.csv").read_text("utf-8-sig")
    one.program.open_roster(tmp_path / "nowhere.csv")
    one.until(lambda: steps(one, Failed)[-1].trouble.code == "read")  # type: ignore[attr-defined]


def test_a_window_closed_amid_an_import_leaves_people_whole_and_the_next_one_ends_it(
    stage: Callable[[Path, Stage], Played], home: Path, tmp_path: Path
) -> None:
    path = csv(tmp_path, [HEADINGS, *MANY])
    one = desk(stage, home)
    assert tried(one, path).added == len(MANY)
    one.program.import_roster()
    one.until(lambda: [step for step in steps(one, Working) if step.writing and step.done])  # type: ignore[attr-defined]
    one.program.close()
    with assembly.opened(home, PASSPHRASE) as station:
        assert station.roster.age().imported is None
        there = station.roster.people()
        assert len(there) < len(MANY)
        for row in MANY[::30]:
            names = {person.id for code in (row[0], row[3], row[4]) if (person := station.roster.person(code))}
            assert len(names) <= 1
            assert not names or all(station.roster.person(code) for code in (row[0], row[3], row[4]))
    two = desk(stage, home)
    again = tried(two, path)
    assert (again.added + again.unchanged, again.added) == (len(MANY), len(MANY) - len(there))
    imported(two)
    two.program.close()
    with assembly.opened(home, PASSPHRASE) as station:
        assert station.roster.count() == len(MANY)


def test_scans_are_answered_while_people_are_imported(
    stage: Callable[[Path, Stage], Played], home: Path, tmp_path: Path
) -> None:
    with opened(home, 5):
        pass
    one = desk(stage, home)
    one.program.add_event("Diena", "culture_events", None, wall() - HOUR, wall() + HOUR)
    one.until(lambda: one.notices(Said.EVENT_ADDED))
    tried(one, csv(tmp_path, [HEADINGS, *MANY]))
    answered_at: list[int] = []
    one.bulletin.outcome.connect(lambda _outcome: answered_at.append(len(steps(one, Working))))
    one.program.import_roster()
    for number in range(5):
        one.program.enter(f"C{number:04}", hand_scanner=True)
    one.until(lambda: len(one.outcomes) == 5)
    one.until(lambda: [step for step in steps(one, Counted) if step.written])  # type: ignore[attr-defined]
    assert answered_at[-1] < len(steps(one, Working)), "before the import had ended"
    assert {outcome.verdict for outcome in one.outcomes} == {Verdict.ADMITTED}
