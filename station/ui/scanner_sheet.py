"""The code of the scanner test, as QR code and Code 128: for the screen, and as a sheet to print (PDF or PNG)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMarginsF, QRectF, QSize, Qt
from PySide6.QtGui import QImage, QImageWriter, QPageLayout, QPageSize, QPainter, QPaintEvent, QPdfWriter
from PySide6.QtWidgets import QWidget

from station.layouts import EXPECTED
from station.texts import _
from station.trouble import Trouble
from station.ui.look import font

BAR_MM = 0.33
"""The narrowest bar on paper: 13 mil, which every scanner reads."""
QR_MM = 45
SHEET_DPI = 300
_SIZE = QPageSize(QPageSize.PageSizeId.A5)
_BAR_QUIET, _QR_QUIET = 10, 4

_START_B, _STOP = 104, "2331112"
_WIDTHS = (
    "212222222122222221121223121322131222122213122312132212221213221312231212112232122132122231113222123122123221"
    "223211221132221231213212223112312131311222321122321221312212322112322211212123212321232121111323131123131321"
    "112313132113132311211313231113231311112133112331132131113123113321133121313121211331231131213113213311213131"
    "311123311321331121312113312311332111314111221411431111111224111422121124121421141122141221112214112412122114"
    "122411142112142211241211221114413111241112134111111242121142121241114212124112124211411212421112421211212141"
    "214121412121111143111341131141114113114311411113411311113141114131311141411131211412211214211232"
)
"""ISO/IEC 15417: six widths, bar and space in turn, for each of the values 0 to 105."""


def bars(text: str) -> list[int]:
    """Code 128 (set B) of printable ASCII: widths of bars and spaces in turn, in narrowest bars, without quiet zone."""
    values = [ord(sign) - 32 for sign in text]
    check = (_START_B + sum(place * value for place, value in enumerate(values, 1))) % 103
    drawn = "".join(_WIDTHS[6 * value : 6 * value + 6] for value in (_START_B, *values, check)) + _STOP
    return [int(width) for width in drawn]


def squares(text: str) -> Sequence[Sequence[int]]:
    """A QR code: rows of modules, 1 for a dark one, without quiet zone."""
    import segno

    return [list(row) for row in segno.make_qr(text, error="m").matrix]


def draw_bars(painter: QPainter, text: str, x: float, y: float, narrow: float, height: float) -> None:
    """Draw Code 128 from ``x`` on, quiet zone included, with bars as thin as ``narrow``."""
    x += _BAR_QUIET * narrow
    for place, width in enumerate(bars(text)):
        if place % 2 == 0:
            painter.fillRect(QRectF(x, y, width * narrow, height), Qt.GlobalColor.black)
        x += width * narrow


def draw_squares(painter: QPainter, text: str, x: float, y: float, module: float) -> None:
    """Draw a QR code with its quiet zone."""
    for down, row in enumerate(squares(text), _QR_QUIET):
        for across, dark in enumerate(row, _QR_QUIET):
            if dark:
                painter.fillRect(QRectF(x + across * module, y + down * module, module, module), Qt.GlobalColor.black)


class CodePair(QWidget):
    """Both codes on white, whatever the theme: a scanner needs dark on light."""

    QR, BAR, HIGH = 6, 2, 72

    def __init__(self) -> None:
        super().__init__()
        self._side = (len(squares(EXPECTED)) + 2 * _QR_QUIET) * self.QR
        self._wide = (sum(bars(EXPECTED)) + 2 * _BAR_QUIET) * self.BAR
        self.setFixedSize(self.sizeHint())

    def sizeHint(self) -> QSize:
        return QSize(self._wide, self._side + self.HIGH + 24)

    def retext(self) -> None:
        self.setAccessibleName(_("The test code, as a QR code and as bars"))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), Qt.GlobalColor.white)
        draw_squares(painter, EXPECTED, (self._wide - self._side) // 2, 0, self.QR)
        draw_bars(painter, EXPECTED, 0, self._side, self.BAR, self.HIGH)


def save_sheet(path: Path) -> None:
    """The sheet to print, A5 across: a PDF, or a PNG where the name ends so. Raises ``Trouble('write')``."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    if path.suffix.lower() == ".png":
        _png(buffer)
    else:
        _pdf(buffer)
    try:
        path.write_bytes(bytes(buffer.data().data()))
    except OSError as error:
        raise Trouble("write", file=path, reason=error.strerror or error) from None


def _png(buffer: QBuffer) -> None:
    image = QImage(_SIZE.sizePixels(SHEET_DPI).transposed(), QImage.Format.Format_Grayscale8)
    image.setDotsPerMeterX(round(SHEET_DPI / 0.0254))
    image.setDotsPerMeterY(round(SHEET_DPI / 0.0254))
    image.fill(Qt.GlobalColor.white)
    painter = QPainter(image)
    _sheet(painter, SHEET_DPI / 25.4)
    painter.end()
    QImageWriter(buffer, QByteArray(b"png")).write(image)


def _pdf(buffer: QBuffer) -> None:
    writer = QPdfWriter(buffer)
    writer.setTitle(_("Hand scanner test"))
    writer.setResolution(SHEET_DPI)
    writer.setPageLayout(QPageLayout(_SIZE, QPageLayout.Orientation.Landscape, QMarginsF(0, 0, 0, 0)))
    painter = QPainter(writer)
    _sheet(painter, SHEET_DPI / 25.4)
    painter.end()


def _sheet(painter: QPainter, mm: float) -> None:
    """Draw the sheet, 210 x 148 mm; ``mm`` are the pixels of a millimetre."""
    words = font(round(4 * mm))
    head = font(round(7 * mm), strong=True)
    painter.setPen(Qt.GlobalColor.black)
    painter.setFont(head)
    painter.drawText(QRectF(15 * mm, 12 * mm, 180 * mm, 12 * mm), Qt.AlignmentFlag.AlignLeft, _("Hand scanner test"))
    painter.setFont(words)
    flags = Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextWordWrap
    said = _("Open the test on the Readiness page, then scan one of these codes. Print at full size.")
    painter.drawText(QRectF(15 * mm, 24 * mm, 180 * mm, 16 * mm), flags, said)
    modules = len(squares(EXPECTED)) + 2 * _QR_QUIET
    draw_squares(painter, EXPECTED, (210 - QR_MM) / 2 * mm, 42 * mm, QR_MM * mm / modules)
    wide = (sum(bars(EXPECTED)) + 2 * _BAR_QUIET) * BAR_MM
    draw_bars(painter, EXPECTED, (210 - wide) / 2 * mm, 98 * mm, BAR_MM * mm, 25 * mm)
