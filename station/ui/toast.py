"""One message over the head of the page: done things leave by themselves, troubles stay until read."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QTimer
from PySide6.QtWidgets import QFrame, QHBoxLayout, QToolButton, QWidget

from station.texts import _
from station.ui.icons import icon, picture
from station.ui.look import Look
from station.ui.parts import label

_DONE_MS = 6000
_WIDEST = 640


class Toast(QFrame):
    """A message that covers only ``over``, the header; the newest replaces the last."""

    def __init__(self, ground: QWidget, over: QWidget, look: Look) -> None:
        super().__init__(ground)
        self._ground = ground
        self._over = over
        self.setObjectName("toast")
        self._look = look
        self._icon = label()
        self.words = label()
        self.words.setWordWrap(True)
        self.close_button = QToolButton()
        self.close_button.setProperty("kind", "toast")
        self.close_button.clicked.connect(self.hide)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 4, 8, 4)
        row.setSpacing(12)
        row.addWidget(self._icon)
        row.addWidget(self.words, 1)
        row.addWidget(self.close_button)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.hide)
        self.hide()

    def done(self, sentence: str) -> None:
        """Something asked for was done; leaves after six seconds."""
        self._say(sentence, trouble=False)
        self._timer.start(_DONE_MS)

    def trouble(self, sentence: str) -> None:
        """Something a person must know; stays until closed or replaced."""
        self._timer.stop()
        self._say(sentence, trouble=True)

    def retext(self) -> None:
        self.close_button.setAccessibleName(_("Close message"))
        self.close_button.setToolTip(_("Close message"))

    def place(self) -> None:
        """Lie over the middle of the header."""
        corner = self._over.mapTo(self._ground, QPoint(0, 0))
        wide = min(_WIDEST, self._over.width() - 32)
        layout = self.layout()
        high = max(48, layout.heightForWidth(wide) if layout is not None else 0)
        left = corner.x() + (self._over.width() - wide) // 2
        self.setGeometry(left, corner.y() + 8, wide, high)

    def _say(self, sentence: str, *, trouble: bool) -> None:
        theme = self._look.theme
        ink = theme.on_red if trouble else theme.window
        self.setProperty("trouble", "true" if trouble else "false")
        self.style().unpolish(self)
        self.style().polish(self)
        for child in (self.words, self.close_button):
            child.style().unpolish(child)
            child.style().polish(child)
        self._icon.setPixmap(picture("triangle-alert" if trouble else "check", ink, 20))
        self.close_button.setIcon(icon("x", ink, 20))
        self.words.setText(sentence)
        self.setAccessibleName(sentence)
        self.place()
        self.show()
        self.raise_()
