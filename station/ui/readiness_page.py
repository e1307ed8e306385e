"""The Readiness page: every check with its state in shape, colour and word, what was found, and what to do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from station.texts import _, clock_time
from station.ui.acts import Acts
from station.ui.bulletin import Bulletin
from station.ui.icons import icon, picture
from station.ui.look import Look
from station.ui.parts import label, surface
from station.ui.readiness_words import HUES, ICONS, check_title, check_words, state_word, summary
from station.views import Check, Readiness


@dataclass(frozen=True, slots=True)
class RowAct:
    """What a row offers: the button's words, in the active language, and what it does."""

    words: Callable[[], str]
    do: Callable[[], None]


class CheckRow(QWidget):
    """One check. The button is there only where something is offered."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self.check: Check | None = None
        self._act: RowAct | None = None
        self._icon = QLabel()
        self._icon.setFixedWidth(24)
        self.title = label("strong")
        self.title.setFixedWidth(160)
        self.word = label()
        self.word.setFixedWidth(112)
        self.said = label()
        self.said.setWordWrap(True)
        self.button = QPushButton()
        self.button.setProperty("kind", "row")
        self.button.clicked.connect(self._do)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 4, 8, 4)
        row.setSpacing(16)
        row.addWidget(self._icon)
        row.addWidget(self.title)
        row.addWidget(self.word)
        row.addWidget(self.said, 1)
        row.addWidget(self.button)
        self.setMinimumHeight(36)

    def put(self, check: Check, act: RowAct | None) -> None:
        self.check, self._act = check, act
        colour = getattr(self._look.theme, HUES[check.state])
        self._icon.setPixmap(picture(ICONS[check.state], colour, 20))
        self.title.setText(check_title(check.name))
        self.word.setText(state_word(check.state))
        self.word.setProperty("state", check.state.value)
        self.word.style().unpolish(self.word)
        self.word.style().polish(self.word)
        self.said.setText(check_words(check))
        self.button.setVisible(act is not None)
        if act is not None:
            self.button.setText(act.words())
            self.button.setAccessibleName(act.words())
        self.setAccessibleName(f"{self.title.text()}: {self.word.text()}. {self.said.text()}")

    def _do(self) -> None:
        if self._act is not None:
            self._act.do()


class ReadinessPage(QWidget):
    """Shows the newest Readiness; asks for one when it is shown for the first time."""

    def __init__(self, acts: Acts, bulletin: Bulletin, look: Look) -> None:
        super().__init__()
        self.setObjectName("page")
        self._acts = acts
        self._look = look
        self._offers: dict[str, RowAct] = {}
        self.readiness: Readiness | None = None
        self._icon = QLabel()
        self.summary = label("title")
        self.when = label("lead")
        self.again = QPushButton()
        self.rows: list[CheckRow] = []
        self._column = QVBoxLayout()
        self.area = QScrollArea()
        self._arrange()
        self.again.clicked.connect(acts.check_ready)
        # Only what can be scrolled takes the focus.
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.area.verticalScrollBar().rangeChanged.connect(
            lambda _least, most: self.area.setFocusPolicy(Qt.FocusPolicy.TabFocus if most else Qt.FocusPolicy.NoFocus)
        )
        bulletin.readiness.connect(self._take)
        look.changed.connect(self.retext)

    def offer(self, check: str, words: Callable[[], str], do: Callable[[], None]) -> None:
        """Put a button into the row of ``check``: ``words`` in the active language, ``do`` when it is pressed."""
        self._offers[check] = RowAct(words, do)
        self._show()

    def _arrange(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(12)
        top.addWidget(self._icon)
        top.addWidget(self.summary, 1)
        top.addWidget(self.when)
        top.addWidget(self.again)
        inside = QWidget()
        inside.setObjectName("plain")
        whole = QVBoxLayout(inside)
        whole.setContentsMargins(0, 8, 0, 8)
        whole.setSpacing(0)
        self._column.setSpacing(0)
        whole.addLayout(self._column)
        whole.addStretch(1)
        self.area.setObjectName("plain")
        self.area.setWidget(inside)
        self.area.setWidgetResizable(True)
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        frame = surface()
        inner = QVBoxLayout(frame)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.addWidget(self.area)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 16, 24, 16)
        column.setSpacing(16)
        column.addLayout(top)
        column.addWidget(frame, 1)

    def retext(self) -> None:
        """Say everything again in the active language."""
        self.setAccessibleName(_("Readiness"))
        self.area.setAccessibleName(_("Checks"))
        self.again.setText(" " + _("Check again"))
        self.again.setAccessibleName(_("Check again"))
        self.again.setIcon(icon("refresh-cw", self._look.theme.text, 20))
        self._show()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self.readiness is None:
            self._acts.check_ready()

    def _take(self, readiness: Readiness) -> None:
        self.readiness = readiness
        self._show()

    def _show(self) -> None:
        theme = self._look.theme
        now = self.readiness or Readiness()
        if now.at is None:
            self._icon.setPixmap(picture("circle-dashed", theme.muted, 28))
            self.summary.setText(_("Checking…"))
            self.when.setText("")
        else:
            state, words = summary(now.checks)
            self._icon.setPixmap(picture(ICONS[state], getattr(theme, HUES[state]), 28))
            self.summary.setText(words)
            self.when.setText(_("Checked at {time}").format(time=clock_time(now.at)))
        self.again.setEnabled(now.at is not None)
        while len(self.rows) < len(now.checks):
            self.rows.append(CheckRow(self._look))
            self._column.addWidget(self.rows[-1])
        for place, row in enumerate(self.rows):
            row.setVisible(place < len(now.checks))
            if place < len(now.checks):
                check = now.checks[place]
                row.put(check, self._offers.get(check.name))
