"""Files dragged over the window: a sheet over everything that says what a drop does, and takes it."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from PySide6.QtCore import QMimeData, QRectF, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from station.texts import _
from station.ui.icons import picture
from station.ui.look import Look, font
from station.ui.theme import BODY, TITLE

KINDS: Final = "*.png *.jpg *.jpeg *.webp *.tif *.tiff *.bmp *.gif *.pdf"
"""The files a person is offered; what they hold decides, not their names."""
SHEET: Final = (480, 176)


def files_of(data: QMimeData) -> list[Path]:
    """The files of this computer among what is dragged."""
    return [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile() and url.toLocalFile()]


class DropSheet(QWidget):
    """Covers ``ground`` while files are over it. Signal ``dropped(list[Path])``."""

    dropped = Signal(object)

    def __init__(self, ground: QWidget, look: Look) -> None:
        super().__init__(ground)
        self._look = look
        self.setAcceptDrops(True)
        look.changed.connect(self.update)
        self.hide()

    def retext(self) -> None:
        self.setAccessibleName(self.words())
        self.update()

    @staticmethod
    def words() -> str:
        return _("Drop to read the code")

    def rise(self) -> None:
        """Cover the ground as it is now."""
        ground = self.parentWidget()
        if ground is not None:
            self.setGeometry(ground.rect())
        self.show()
        self.raise_()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if files_of(event.mimeData()):
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()

    def dragLeaveEvent(self, _event: QDragLeaveEvent) -> None:
        self.hide()

    def dropEvent(self, event: QDropEvent) -> None:
        self.hide()
        files = files_of(event.mimeData())
        if files:
            # Never a move: the file stays where it is.
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()
            self.dropped.emit(files)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        veil = self._look.colour("window")
        veil.setAlphaF(0.8)
        painter.fillRect(self.rect(), veil)
        sheet = QRectF(0, 0, *SHEET)
        sheet.moveCenter(QRectF(self.rect()).center())
        painter.setBrush(self._look.colour("surface"))
        painter.setPen(QPen(self._look.colour("accent"), 3, Qt.PenStyle.DashLine, Qt.PenCapStyle.RoundCap))
        painter.drawRoundedRect(sheet, 16, 16)
        painter.drawPixmap(
            round(sheet.center().x()) - 24, round(sheet.top()) + 28, picture("image", self._look.theme.accent, 48)
        )
        painter.setPen(self._look.colour("text"))
        painter.setFont(font(TITLE, strong=True))
        painter.drawText(sheet.adjusted(16, 92, -16, -44), Qt.AlignmentFlag.AlignCenter, self.words())
        painter.setPen(self._look.colour("muted"))
        painter.setFont(font(BODY))
        painter.drawText(
            sheet.adjusted(16, 128, -16, -16),
            Qt.AlignmentFlag.AlignCenter,
            _("pictures or a PDF; nothing is kept of them"),
        )
