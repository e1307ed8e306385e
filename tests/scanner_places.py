"""Places in the window where a scanner's keys may arrive, and all that a stray key could change there."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QCheckBox,
    QComboBox,
    QDateTimeEdit,
    QDialog,
    QFileDialog,
    QFormLayout,
    QInputDialog,
    QLineEdit,
    QMessageBox,
    QPlainTextEdit,
    QPushButton,
    QSpinBox,
    QWidget,
)

from station.ui.window import DAY, DESK, READY, Window

CODE = "YN20 23-1234/no1iox"
"""With the mnemonics of buttons, the keys of commands, what lists jump to and what steps a spin box."""


def state(window: Window) -> list[object]:
    """Everything a stray key could change: texts, choices, ticks, lines, dates, the focus, the page, what is open."""
    said: list[object] = [window.pages.currentIndex(), QApplication.focusWidget(), QApplication.activeModalWidget()]
    said.append(QApplication.activePopupWidget())
    for root in QApplication.topLevelWidgets():
        if root is window.note:
            continue
        said.append((root, root.isVisible()))
        for widget in root.findChildren(QWidget):
            match widget:
                case QLineEdit():
                    said.append((widget, widget.text(), widget.cursorPosition(), widget.selectedText()))
                case QPlainTextEdit():
                    said.append((widget, widget.toPlainText()))
                case QComboBox():
                    said.append((widget, widget.currentIndex(), widget.currentText()))
                case QSpinBox() | QDateTimeEdit():
                    said.append((widget, widget.text()))
                case QAbstractButton():
                    said.append((widget, widget.isChecked(), widget.isDown()))
                case QAbstractItemView():
                    said.append((widget, widget.currentIndex(), len(widget.selectedIndexes())))
                case _:
                    pass
    return said


# --- places ------------------------------------------------------------------------------------------------------

Place = Callable[[Window], QWidget | None]


def desk(window: Window, pick: Callable[[Window], QWidget]) -> None:
    window.turn(DESK)
    pick(window).setFocus()


def day(window: Window, pick: Callable[[Window], QWidget]) -> None:
    window.turn(DAY)
    window.day.filter.setText("pav")
    window.day.signer.setText("Ona Koordinatorė")
    pick(window).setFocus()


def readiness(window: Window) -> None:
    window.turn(READY)
    window.ready_page.again.setEnabled(True)
    window.ready_page.again.setFocus()


def menu(window: Window, pick: Callable[[Window], QPushButton]) -> None:
    window.turn(DAY)
    button = pick(window)
    opened = button.menu()
    opened.popup(button.mapToGlobal(QPoint(0, button.height())))
    opened.setActiveAction(opened.actions()[0])


def events(window: Window) -> QWidget:
    window.choose_event()
    assert window.dialog is not None
    window.dialog.list.setFocus()
    return window.dialog


def new_event(window: Window, pick: Callable[[Window], QWidget]) -> QWidget:
    window.choose_event()
    dialog = window.dialog
    assert dialog is not None
    dialog.ask_new()
    dialog.title.setText("Pavyzdys")
    pick(window).setFocus()
    return dialog


def open_list(window: Window) -> QWidget:
    dialog = new_event(window, lambda window: window.dialog.unit)  # type: ignore[union-attr]
    assert window.dialog is not None
    window.dialog.unit.addItem("York")
    window.dialog.unit.addItem("Nida")
    window.dialog.unit.showPopup()
    return dialog


def erase(window: Window) -> QWidget:
    box = QMessageBox(window)
    box.setText("Erase Ona Pavyzdytė?")
    box.addButton("&Yes, erase", QMessageBox.ButtonRole.DestructiveRole)
    box.setDefaultButton(box.addButton("&No", QMessageBox.ButtonRole.RejectRole))
    box.open()
    return box


def standard_question(window: Window) -> QWidget:
    box = QMessageBox(
        QMessageBox.Icon.Question,
        "Erase",
        "Erase?",
        QMessageBox.StandardButton.Yes | QMessageBox.StandardButton.No,
        window,
    )
    box.setDefaultButton(QMessageBox.StandardButton.Yes)
    box.open()
    return box


def ask_text(window: Window) -> QWidget:
    dialog = QInputDialog(window)
    dialog.setTextValue("reason")
    dialog.open()
    return dialog


def ask_file(window: Window) -> QWidget:
    dialog = QFileDialog(window)
    dialog.setOption(QFileDialog.Option.DontUseNativeDialog)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.open()
    return dialog


def form(window: Window, kind: Callable[[], QWidget]) -> QWidget:
    dialog = QDialog(window)
    rows = QFormLayout(dialog)
    wanted = kind()
    rows.addRow("&Year", wanted)
    if isinstance(wanted, QComboBox):
        wanted.addItems(["None", "Yes", "2"])
    rows.addRow(QPushButton("&Sign off"))
    dialog.open()
    wanted.setFocus()
    return dialog


def editable() -> QWidget:
    box = QComboBox()
    box.setEditable(True)
    return box


def scanned_list(window: Window) -> QWidget:
    return window.desk.scans.view


PLACES: dict[str, Place] = {
    "desk, code field": partial(desk, pick=lambda window: window.desk.code),
    "desk, role": partial(desk, pick=lambda window: window.desk.roles.buttons[1]),
    "desk, undo": partial(desk, pick=lambda window: window.desk.scans.button),
    "desk, last scans": partial(desk, pick=scanned_list),
    "desk, event": partial(desk, pick=lambda window: window.header.event_button),
    "desk, rail": partial(desk, pick=lambda window: window.rail.pages[1]),
    "day, filter": partial(day, pick=lambda window: window.day.filter),
    "day, signer": partial(day, pick=lambda window: window.day.signer),
    "day, confirm": partial(day, pick=lambda window: window.day.act),
    "day, table": partial(day, pick=lambda window: window.day.visits),
    "day, menu": partial(menu, pick=lambda window: window.day.save),
    "camera menu": partial(menu, pick=lambda window: window.header.camera),
    "readiness": readiness,
    "events": events,
    "new event, title": partial(new_event, pick=lambda window: window.dialog.title),  # type: ignore[union-attr]
    "new event, unit": partial(new_event, pick=lambda window: window.dialog.unit),  # type: ignore[union-attr]
    "new event, start": partial(new_event, pick=lambda window: window.dialog.start),  # type: ignore[union-attr]
    "new event, add": partial(new_event, pick=lambda window: window.dialog.choose),  # type: ignore[union-attr]
    "new event, open list": open_list,
    "erase": erase,
    "yes or no": standard_question,
    "text asked for": ask_text,
    "file asked for": ask_file,
    "spin box": partial(form, kind=QSpinBox),
    "combo box": partial(form, kind=QComboBox),
    "editable combo box": partial(form, kind=editable),
    "text": partial(form, kind=QPlainTextEdit),
    "tick": partial(form, kind=lambda: QCheckBox("&Yes")),
}
