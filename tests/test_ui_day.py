"""The Day page: tables, filters, sign-off, confirming, saving; quick with thousands of visits."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from installer.sample import awards, day, visits
from station.facts import AwardState
from station.ui.acts import Form
from station.ui.day_columns import VISITS, provisional, running
from station.ui.table import Rows, folded
from station.ui.window import DAY
from station.views import VisitRow
from tests.ui_window import Scene, scene

pytestmark = pytest.mark.qt_log_ignore("does not support propagateSizeHints")


def at_day(qtbot: QtBot, tab: int = 0) -> Scene:
    on = scene(qtbot)
    on.window.turn(DAY)
    on.window.day.tabs.buttons[tab].click()
    return on


def test_filter_folds_diacritics_and_takes_words_in_any_order(qtbot: QtBot) -> None:
    on = at_day(qtbot)
    page = on.window.day
    page.filter.setText("bandomoji ziedune")
    names = {row.name for row in page.visits.rows.rows}
    assert names == {"Žiedūnė Pavyzdytė-Bandomoji"}
    page.filter.setText("")
    assert len(page.visits.rows.rows) == 40
    assert folded("ĄČĘĖĮŠŲŪŽ") == "aceeisuuz"


def test_states_narrow_to_those_here_and_those_provisional(qtbot: QtBot) -> None:
    on = at_day(qtbot)
    page = on.window.day
    page.states.buttons[1].click()
    assert {*page.visits.rows.rows} == {row for row in visits(40) if running(row)}
    page.states.buttons[2].click()
    assert {*page.visits.rows.rows} == {row for row in visits(40) if provisional(row)}


@pytest.mark.parametrize("column", range(len(VISITS)))
def test_every_column_sorts_both_ways(qtbot: QtBot, column: int) -> None:
    on = at_day(qtbot)
    table = on.window.day.visits
    for order, back in ((Qt.SortOrder.AscendingOrder, False), (Qt.SortOrder.DescendingOrder, True)):
        table.sortByColumn(column, order)
        keys = [VISITS[column].key(row) for row in table.rows.rows]
        assert keys == sorted(keys, reverse=back)


def test_confirming_needs_a_name_and_takes_only_provisional_ones(qtbot: QtBot) -> None:
    on = at_day(qtbot)
    page = on.window.day
    assert not page.act.isEnabled()
    page.signer.setFocus()
    QTest.keyClicks(page.signer, "Sample Coordinator")
    assert page.act.text() == "Confirm 8 visits"
    page.visits.selectAll()
    page.act.click()
    want = {row.opened for row in visits(40) if provisional(row)}
    [(name, refs, by)] = on.asked
    assert (name, set(refs), by) == ("confirm", want, "Sample Coordinator")  # type: ignore[call-overload]


def test_confirming_one(qtbot: QtBot) -> None:
    on = at_day(qtbot)
    page = on.window.day
    page.signer.setText("Sample Coordinator")
    page.states.buttons[2].click()
    page.visits.selectRow(2)
    assert page.act.text() == "Confirm 1 visit"
    page.act.click()
    assert on.asked == [("confirm", (page.visits.rows.rows[2].opened,), "Sample Coordinator")]


def test_sign_off_names_who_and_remembers_it(qtbot: QtBot) -> None:
    on = at_day(qtbot, tab=2)
    page = on.window.day
    page.signer.setText("Sample Coordinator")
    page.act.click()
    due = {row.award for row in awards() if row.state is AwardState.PROPOSED}
    [(name, ids, by)] = on.asked
    assert (name, set(ids), by) == ("sign_off", due, "Sample Coordinator")  # type: ignore[call-overload]
    page.tabs.buttons[0].click()
    assert page.signer.text() == "Sample Coordinator"


def test_refused_awards_say_why(qtbot: QtBot) -> None:
    on = at_day(qtbot, tab=2)
    model = on.window.day.awards.rows
    place = next(k for k, row in enumerate(model.rows) if row.state is AwardState.REFUSED)
    words = [str(model.index(place, column).data()) for column in range(model.columnCount())]
    assert any("the badge's data is wrong" in word for word in words)


def test_empty_tables_say_so(qtbot: QtBot) -> None:
    on = at_day(qtbot)
    page = on.window.day
    page.filter.setText("nobody has this name")
    assert (page.visits.empty, page.act.text()) == ("Nothing fits the filter.", "Nothing to confirm")
    page.filter.setText("")
    on.bulletin.day.emit(day(empty=True))
    assert page.visits.empty == "Nobody has come yet."
    assert not page.act.isEnabled()
    page.tabs.buttons[2].click()
    assert (page.awards.empty, page.act.text()) == ("No badge was earned yet.", "Nothing to sign off")


def test_hours_are_two_numbers(qtbot: QtBot) -> None:
    on = at_day(qtbot, tab=1)
    model = on.window.day.hours.rows
    headings = [model.headerData(k, Qt.Orientation.Horizontal) for k in range(model.columnCount())]
    assert headings[-2:] == ["Confirmed", "Provisional"]
    assert not on.window.day.act.isVisible()


@pytest.mark.parametrize("form", Form)
def test_saving_asks_where(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, form: Form) -> None:
    on = at_day(qtbot)
    asked: list[str] = []

    def answer(_parent: object, _title: str, name: str, _kinds: str) -> tuple[str, str]:
        asked.append(name)
        return f"/x/log.{form}", ""

    monkeypatch.setattr("station.ui.day_page.QFileDialog.getSaveFileName", answer)
    action = next(each for each in on.window.day.save.menu().actions() if form.upper() in each.text())
    action.trigger()
    assert on.asked == [("save_log", Path(f"/x/log.{form}"), form)]
    assert asked[0].endswith(f".{form}")
    assert "/" not in asked[0]


def test_selection_and_place_survive_a_new_day(qtbot: QtBot) -> None:
    on = at_day(qtbot)
    table = on.window.day.visits
    table.selectRow(20)
    chosen = table.chosen()
    table.verticalScrollBar().setValue(15)
    on.bulletin.day.emit(replace(day(), here=18))
    assert table.chosen() == chosen
    assert table.verticalScrollBar().value() == 15
    assert "18 here now" in on.window.day.totals.text()


def test_a_hidden_day_page_does_no_work_until_shown(qtbot: QtBot) -> None:
    on = scene(qtbot)
    assert on.window.day.visits.rows.rows == []
    on.window.turn(DAY)
    assert len(on.window.day.visits.rows.rows) == 40


def test_sync_now(qtbot: QtBot) -> None:
    on = at_day(qtbot)
    on.window.day.sync.click()
    assert on.asked == [("sync_now",)]


def test_five_thousand_visits_cost_little_more_per_row_than_five_hundred(qtbot: QtBot) -> None:
    """Sorting and filtering stay near linear; measured against themselves, on whatever machine."""

    def cost(count: int) -> float:
        model: Rows[VisitRow] = Rows(VISITS, lambda row: row.opened)
        rows = visits(count)
        best = 1e9
        for _k in range(3):
            begun = time.perf_counter()
            model.put(rows)
            model.narrow("pav")
            model.sort(5)
            best = min(best, time.perf_counter() - begun)
        return best

    assert cost(5000) < 40 * cost(500)
