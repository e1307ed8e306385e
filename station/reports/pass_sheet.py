"""Passes to print: A4 sheets of ten cards (ID-1, 85.6 x 54 mm) with cutting marks, each with its QR code.

The code takes 48 mm with its quiet zone, 0.9 mm a module: a laptop's 720p camera reads that at 30 cm.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from reportlab.lib.units import mm  # type: ignore[import-untyped]
from reportlab.pdfbase import pdfmetrics  # type: ignore[import-untyped]
from reportlab.pdfgen.canvas import Canvas  # type: ignore[import-untyped]

from station import texts
from station.reports import page, qr
from station.reports.fitting import fitted
from station.reports.passes import Card, Watched
from station.texts import _

CARD = (85.6 * mm, 54 * mm)
ACROSS, DOWN = 2, 5
CODE = 48 * mm
_LEFT = (page.PAPER[0] - ACROSS * CARD[0]) / 2
_TOP = page.PAPER[1] - (page.PAPER[1] - DOWN * CARD[1]) / 2
_PAD = 4.5 * mm
_RIGHT = 2.6 * mm
_ROOM = CARD[0] - CODE - _RIGHT - _PAD
"""What is left for words beside the code; its own quiet zone keeps them apart."""


def sheet(cards: Sequence[Card], institution: str, watched: Watched = iter) -> bytes:
    """The PDF in the active language. The same cards give the same bytes."""
    page.fonts()
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=page.PAPER, invariant=True, initialFontName=page.REGULAR, lang=texts.language())
    canvas.setTitle(_("Student passes"))
    canvas.setAuthor(page.clean(institution))
    canvas.setCreator("Station")
    each = ACROSS * DOWN
    for number, card in enumerate(watched(cards)):
        place = number % each
        if number and not place:
            canvas.showPage()
        if not place:
            _marks(canvas)
        row, column = divmod(place, ACROSS)
        canvas.saveState()
        canvas.translate(_LEFT + column * CARD[0], _TOP - (row + 1) * CARD[1])
        _draw(canvas, card, institution)
        canvas.restoreState()
    canvas.save()
    return out.getvalue()


def _marks(canvas: Any) -> None:
    """Where to cut, outside the cards; and the one setting that printers get wrong."""
    canvas.setStrokeColor(page.QUIET)
    canvas.setLineWidth(0.4)
    right, bottom = _LEFT + ACROSS * CARD[0], _TOP - DOWN * CARD[1]
    near, far = 1.5 * mm, 6 * mm
    for column in range(ACROSS + 1):
        x = _LEFT + column * CARD[0]
        canvas.line(x, _TOP + near, x, _TOP + far)
        canvas.line(x, bottom - near, x, bottom - far)
    for row in range(DOWN + 1):
        y = _TOP - row * CARD[1]
        canvas.line(_LEFT - far, y, _LEFT - near, y)
        canvas.line(right + near, y, right + far, y)
    canvas.setFont(page.REGULAR, 7)
    canvas.setFillColor(page.QUIET)
    canvas.drawCentredString(page.PAPER[0] / 4, bottom - far, _("Print at actual size (100 %)."))


def _draw(canvas: Any, card: Card, institution: str) -> None:
    """One card; the canvas' origin is its lower left corner."""
    top = CARD[1] - _PAD
    top = _words(canvas, institution, page.BOLD, (7.5, 7, 6.5, 6), 3, top, page.ACCENT)
    _words(canvas, _("Student pass"), page.REGULAR, (7,), 1, top - 0.6 * mm, page.QUIET)
    size, lines = fitted(page.clean(card.name), _measure(page.BOLD), (13, 12, 11, 10, 9, 8, 7), _ROOM, 4)
    middle = CARD[1] / 2 + (len(lines) - 1) / 2 * size * 1.2 - 1.5 * mm
    _lines(canvas, lines, page.BOLD, size, middle, page.INK)
    _lines(canvas, [_("Valid until")], page.REGULAR, 7, _PAD + 4 * mm, page.QUIET)
    _lines(canvas, [card.last_day], page.BOLD, 9, _PAD, page.INK)
    _code(canvas, card.text)


def _words(canvas: Any, text: str, font: str, sizes: Sequence[float], most: int, top: float, colour: Any) -> float:
    """Write below ``top``; gives where the next may begin."""
    size, lines = fitted(page.clean(text), _measure(font), sizes, _ROOM, most)
    _lines(canvas, lines, font, size, top - size * 0.8, colour)
    return top - len(lines) * size * 1.2


def _lines(canvas: Any, lines: Sequence[str], font: str, size: float, first: float, colour: Any) -> None:
    canvas.setFont(font, size)
    canvas.setFillColor(colour)
    for number, line in enumerate(lines):
        canvas.drawString(_PAD, first - number * size * 1.2, line)


def _measure(font: str) -> Any:
    return lambda text, size: pdfmetrics.stringWidth(text, font, size)


def _code(canvas: Any, text: str) -> None:
    rows = qr.modules(text)
    module = CODE / len(rows)
    left, top = CARD[0] - _RIGHT - CODE, (CARD[1] + CODE) / 2
    path = canvas.beginPath()
    for row, column, count in qr.runs(rows):
        # A hair taller than a module: rows that only touch show white lines between them on some screens.
        path.rect(left + column * module, top - (row + 1.02) * module, count * module, 1.02 * module)
    canvas.setFillGray(0)
    canvas.drawPath(path, stroke=0, fill=1)
