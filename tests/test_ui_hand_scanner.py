"""Bursts into every page and dialog: nothing but the reading happens; and what people type arrives as ever."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from PySide6.QtCore import QEvent, Qt, QTimer
from PySide6.QtGui import QInputMethodEvent, QKeyEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QCheckBox,
    QComboBox,
    QDialog,
    QInputDialog,
    QLineEdit,
    QMessageBox,
    QSpinBox,
    QWidget,
)
from pytestqt.qtbot import QtBot

from station.facts import Role
from station.ui.keyboard import Keyboard
from station.ui.window import DAY
from tests.scanner_places import CODE, PLACES, form, state
from tests.typed_keys import ALT_KEYPAD, CTRL, PLAIN, burst, press
from tests.ui_window import Scene, scene

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


@contextmanager
def clicks() -> Iterator[list[bool]]:
    """Collects the clicks on buttons."""
    pressed: list[bool] = []
    for root in QApplication.topLevelWidgets():
        for button in root.findChildren(QAbstractButton):
            button.clicked.connect(lambda *_how: pressed.append(True))
    yield pressed


@pytest.fixture
def at(qtbot: QtBot) -> Iterator[Callable[[str], Scene]]:
    """Goes to a place, in one window for the whole test."""
    opened: list[Scene] = []
    dialogs: list[QWidget] = []

    def leave() -> None:
        popup = QApplication.activePopupWidget()
        if popup is not None:
            popup.close()
        while dialogs:
            dialog = dialogs.pop()
            dialog.close()
            dialog.deleteLater()
        QApplication.processEvents()

    def go(place: str) -> Scene:
        leave()
        if not opened:
            opened.append(scene(qtbot))
        on = opened[0]
        dialog = PLACES[place](on.window)
        if dialog is not None:
            dialogs.append(dialog)
            qtbot.waitUntil(lambda: dialog.isActiveWindow() or QApplication.activePopupWidget() is not None)
        QApplication.processEvents()
        on.acts.asked.clear()
        return on

    yield go
    leave()
    for on in opened:
        on.window.close()


def settled(on: Scene, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not on.window.keyboard._timer.isActive())


@pytest.mark.parametrize("part", range(4))
def test_a_burst_is_read_and_nothing_else_happens(part: int, at: Callable[[str], Scene], qtbot: QtBot) -> None:
    for place in list(PLACES)[part::4]:
        on = at(place)
        before = state(on.window)
        with clicks() as pressed:
            for end in ("\r", "\t", "\r\n"):
                burst(on, end=end)
                settled(on, qtbot)
                assert on.asked == [("enter", CODE, True)], (place, end)
                assert state(on.window) == before, (place, end)
                on.acts.asked.clear()
            assert pressed == [], place
        _cut_short(on, place, before, qtbot)
        _typed_fast(on, place, qtbot)


FIELDS = ("code field", "filter", "signer", "title", "start", "text", "file", "spin", "editable")


def _cut_short(on: Scene, place: str, before: list[object], qtbot: QtBot) -> None:
    """A scanner that is unplugged in the middle leaves nothing where no text is expected."""
    on.clock += 2000
    for sign in "YN203":
        press(on, Qt.Key(ord(sign)), sign)
    settled(on, qtbot)
    assert on.asked == [], place
    if not any(field in place for field in FIELDS):
        assert state(on.window) == before, place
        assert "stopped in the middle" in on.window.toast.words.text()


def _typed_fast(on: Scene, place: str, qtbot: QtBot) -> None:
    """A fast person is never taken for a scanner."""
    on.clock += 2000
    for sign in "2031x":
        press(on, Qt.Key(ord(sign.upper())), sign, gap=60)
    press(on, Qt.Key.Key_Down, gap=60)
    settled(on, qtbot)
    assert [asked for asked in on.asked if asked[0] == "enter"] == [], place


# --- what people do arrives as ever ------------------------------------------------------------------------------


def test_a_typed_key_presses_the_button_of_its_letter(at: Callable[[str], Scene], qtbot: QtBot) -> None:
    on = at("erase")
    box = QApplication.activeModalWidget()
    assert isinstance(box, QMessageBox)
    with qtbot.waitSignal(box.buttonClicked) as heard:
        press(on, Qt.Key.Key_Y, "y", gap=2000)
    assert heard.args is not None
    assert heard.args[0].text() == "&Yes, erase"


def test_enter_by_itself_accepts_and_space_presses(at: Callable[[str], Scene], qtbot: QtBot) -> None:
    on = at("yes or no")
    box = QApplication.activeModalWidget()
    assert isinstance(box, QMessageBox)
    with qtbot.waitSignal(box.accepted):
        press(on, Qt.Key.Key_Return, "\r", gap=2000)
    on = at("desk, role")
    press(on, Qt.Key.Key_Space, " ", gap=2000)
    assert on.asked == [("set_role", Role.COORDINATION)]


def test_a_letter_and_a_quick_enter_of_a_person_both_arrive_in_order(at: Callable[[str], Scene]) -> None:
    on = at("text asked for")
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, QInputDialog)
    field = dialog.findChild(QLineEdit)
    assert field is not None
    press(on, Qt.Key.Key_End, gap=2000)
    for sign in "ab":
        press(on, Qt.Key(ord(sign.upper())), sign, gap=20)
    press(on, Qt.Key.Key_Return, "\r", gap=20)
    assert dialog.textValue() == "reasonab"
    assert dialog.result() == QDialog.DialogCode.Accepted
    assert on.asked == []


def test_a_letter_and_a_quick_space_tick_a_box(at: Callable[[str], Scene], qtbot: QtBot) -> None:
    """The space bar acts when it is let go: its release must not overtake the press that is held back."""
    on = at("tick")
    box = QApplication.focusWidget()
    assert isinstance(box, QCheckBox)
    press(on, Qt.Key.Key_W, "w", gap=2000)
    press(on, Qt.Key.Key_Space, " ", gap=20)
    qtbot.waitUntil(box.isChecked)


def test_a_dialog_that_a_typed_letter_opens_hears_scans_too(qtbot: QtBot) -> None:
    """The letter was held and sent on; what it opens runs a loop of its own inside that."""
    on = scene(qtbot)
    heard: list[object] = []
    second = QMessageBox(QMessageBox.Icon.Warning, "Sure", "Sure?", QMessageBox.StandardButton.Ok, on.window)

    def inside() -> None:
        burst(on)
        heard.append((list(on.asked), second.isVisible()))
        second.reject()

    class Asking(QDialog):
        def keyPressEvent(self, _event: QKeyEvent) -> None:
            QTimer.singleShot(50, inside)
            second.exec()

    first = Asking(on.window)
    first.open()
    qtbot.waitUntil(first.isActiveWindow)
    press(on, Qt.Key.Key_Y, "y", gap=2000)
    qtbot.waitUntil(lambda: bool(heard))
    assert heard == [([("enter", CODE, True)], True)]
    first.close()


def test_a_combo_box_and_an_open_list_jump_to_what_is_typed(at: Callable[[str], Scene], qtbot: QtBot) -> None:
    on = at("combo box")
    box = QApplication.focusWidget()
    assert isinstance(box, QComboBox)
    press(on, Qt.Key.Key_Y, "y", gap=2000)
    qtbot.waitUntil(lambda: box.currentText() == "Yes")


def test_a_spin_box_takes_digits_and_keeps_them_apart_from_a_burst(at: Callable[[str], Scene], qtbot: QtBot) -> None:
    on = at("spin box")
    box = QApplication.focusWidget()
    assert isinstance(box, QSpinBox)
    box.selectAll()
    for sign in "42":
        press(on, Qt.Key(ord(sign)), sign, gap=90)
        settled(on, qtbot)
    assert box.value() == 42
    burst(on, "2023123")
    assert box.value() == 42
    assert on.asked == [("enter", "2023123", True)]


def test_backspace_right_after_a_letter_finds_the_letter(at: Callable[[str], Scene]) -> None:
    on = at("day, filter")
    press(on, Qt.Key.Key_A, "a", gap=2000)
    press(on, Qt.Key.Key_Backspace, "\b", gap=10)
    assert on.window.day.filter.text() == "pav"


def test_a_key_held_down_fills_a_field_and_reads_nothing(at: Callable[[str], Scene], qtbot: QtBot) -> None:
    on = at("day, filter")
    on.clock += 2000
    for k in range(10):
        event = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_A, PLAIN, "a", autorep=k > 0)
        on.clock += 33 if k > 1 else 400 * k
        event.setTimestamp(on.clock)
        QApplication.sendEvent(on.window.windowHandle(), event)
    press(on, Qt.Key.Key_Left, gap=20)
    assert on.window.day.filter.text() == "pav" + "a" * 10
    assert on.asked == []


def test_text_of_a_program_that_types_fast_stays_in_a_field(at: Callable[[str], Scene], qtbot: QtBot) -> None:
    on = at("desk, code field")
    for sign in "pavyzdys":
        press(on, Qt.Key(ord(sign.upper())), sign, gap=12)
    qtbot.waitUntil(lambda: on.window.desk.code.text() == "pavyzdys")
    assert on.asked == []


# --- special keys ------------------------------------------------------------------------------------------------


def test_a_passphrase_field_neither_shows_nor_sends_a_burst(qtbot: QtBot) -> None:
    on = scene(qtbot)
    dialog = form(on.window, _hidden_field)
    qtbot.waitUntil(dialog.isActiveWindow)
    field = QApplication.focusWidget()
    assert isinstance(field, QLineEdit)
    burst(on)
    assert (on.asked, field.text(), dialog.isVisible()) == ([], "", True)
    assert "passphrase" in on.window.note.words.text()
    assert CODE not in on.window.note.words.text()
    for sign in "slapta frazė":
        press(on, Qt.Key(ord(sign.upper())), sign, gap=70)
    press(on, Qt.Key.Key_Left, gap=70)
    assert field.text() == "slapta frazė"
    dialog.close()


def _hidden_field() -> QLineEdit:
    field = QLineEdit()
    field.setEchoMode(QLineEdit.EchoMode.Password)
    return field


@pytest.mark.parametrize("place", ["desk, undo", "day, filter", "erase"])
def test_alt_codes_of_the_keypad(place: str, at: Callable[[str], Scene], qtbot: QtBot) -> None:
    on = at(place)
    before = state(on.window)
    on.clock += 2000
    for sign in "A7:z-20231":
        press(on, Qt.Key.Key_Alt, held=Qt.KeyboardModifier.AltModifier, kinds=(QEvent.Type.KeyPress,))
        for digit in f"{ord(sign):03}":
            press(on, Qt.Key(ord(digit)), digit, ALT_KEYPAD, gap=3)
        press(on, Qt.Key.Key_Alt, kinds=(QEvent.Type.KeyRelease,), gap=3)
    press(on, Qt.Key.Key_Enter, "\r", Qt.KeyboardModifier.KeypadModifier)
    assert on.asked == [("enter", "A7:z-20231", True)]
    settled(on, qtbot)
    assert state(on.window) == before


def test_altgr_keypad_and_signs_put_together_by_the_system(at: Callable[[str], Scene]) -> None:
    on = at("desk, undo")
    on.clock += 2000
    press(on, Qt.Key.Key_Q, "@", CTRL | Qt.KeyboardModifier.AltModifier, gap=50)
    for digit in "2023":
        press(on, Qt.Key(ord(digit)), digit, Qt.KeyboardModifier.KeypadModifier)
    press(on, 0, "ž")
    press(on, Qt.Key.Key_Return, "\r")
    assert on.asked == [("enter", "@2023ž", True)]


def test_dead_keys_join_the_next_letter(at: Callable[[str], Scene]) -> None:
    on = at("desk, undo")
    on.clock += 2000
    for sign in "2023":
        press(on, Qt.Key(ord(sign)), sign)
    press(on, Qt.Key.Key_Dead_Acute)
    press(on, Qt.Key.Key_E, "e")
    press(on, Qt.Key.Key_Dead_Acute)
    press(on, Qt.Key.Key_1, "1")
    press(on, Qt.Key.Key_Return, "\r")
    assert on.asked == [("enter", "2023é1", True)]


def test_letters_of_an_input_method_belong_to_the_burst(at: Callable[[str], Scene], qtbot: QtBot) -> None:
    on = at("day, filter")
    on.clock += 2000
    for sign in "20231":
        press(on, Qt.Key(ord(sign)), sign)
    joined = QInputMethodEvent("", [])
    joined.setCommitString("é")
    QApplication.sendEvent(on.window.day.filter, joined)
    assert on.window.day.filter.text() == "pav"
    press(on, Qt.Key.Key_7, "7", gap=1)
    press(on, Qt.Key.Key_Return, "\r", gap=1)
    assert on.asked == [("enter", "20231é7", True)]
    lone = QInputMethodEvent("", [])
    lone.setCommitString("ė")
    QApplication.sendEvent(on.window.day.filter, lone)
    qtbot.waitUntil(lambda: on.window.day.filter.text() == "pavė")


def test_control_characters_inside_a_code_are_no_shortcuts(at: Callable[[str], Scene]) -> None:
    on = at("desk, undo")
    on.clock += 2000
    for sign in "2023":
        press(on, Qt.Key(ord(sign)), sign)
    override = QKeyEvent(QEvent.Type.ShortcutOverride, Qt.Key.Key_Z, CTRL, "\x1a")
    override.setTimestamp(on.clock + 3)
    override.ignore()
    QApplication.sendEvent(on.window.windowHandle(), override)
    assert override.isAccepted(), "else Qt would take it for Ctrl+Z: undo"
    press(on, Qt.Key.Key_Z, "\x1a", CTRL, gap=3)
    press(on, Qt.Key.Key_4, "4")
    press(on, Qt.Key.Key_Return, "\r")
    assert on.asked == [("enter", "2023\x1a4", True)]


@pytest.mark.parametrize(
    ("prefix", "key", "text", "held"),
    [
        ("F9", Qt.Key.Key_F9, "", PLAIN),
        ("\x02", Qt.Key.Key_B, "\x02", CTRL),
        ("~", Qt.Key.Key_AsciiTilde, "~", Qt.KeyboardModifier.ShiftModifier),
    ],
)
def test_a_prefix_makes_a_short_code_certain_even_in_a_field(
    prefix: str, key: Qt.Key, text: str, held: Qt.KeyboardModifier, qtbot: QtBot
) -> None:
    on = scene(qtbot)
    window = on.window
    QApplication.instance().removeEventFilter(window.keyboard)  # type: ignore[union-attr]
    keyboard = Keyboard(window, prefix)
    keyboard.active = True
    keyboard.scanned.connect(lambda code, *_more: on.acts.asked.append((code,)))
    QApplication.instance().installEventFilter(keyboard)  # type: ignore[union-attr]
    window.turn(DAY)
    window.day.filter.setFocus()
    press(on, key, text, held, gap=2000)
    for sign in "A7":
        press(on, Qt.Key(ord(sign)), sign, gap=100 if prefix != "~" else 10)
    press(on, Qt.Key.Key_Return, "\r", gap=30)
    assert on.asked == [("A7",)]
    assert window.day.filter.text() == ""
    window.day.filter.setFocus()
    press(on, Qt.Key.Key_A, "A", gap=3000)
    press(on, Qt.Key.Key_Return, "\r", gap=10)
    assert (on.asked[1:], window.day.filter.text()) == ([], "A"), "without the prefix timing decides"
    dialog = form(window, _hidden_field)
    qtbot.waitUntil(dialog.isActiveWindow)
    press(on, key, text, held, gap=2000)
    for sign in "SECRET7":
        press(on, Qt.Key(ord(sign)), sign, gap=10)
    press(on, Qt.Key.Key_Return, "\r", gap=10)
    assert on.asked[1:] == [], "a field that hides its text stays one, with a prefix too"
    dialog.close()
    QApplication.instance().removeEventFilter(keyboard)  # type: ignore[union-attr]


def test_silence_ends_a_long_burst_where_that_is_chosen(at: Callable[[str], Scene], qtbot: QtBot) -> None:
    on = at("day, filter")
    on.window.keyboard.silence_ends = True
    burst(on, "20231234", end="")
    qtbot.waitUntil(lambda: on.asked == [("enter", "20231234", True)])
    assert on.window.day.filter.text() == "pav"
