"""The look of every printed document: A4, the program's own font embedded, its styles, and numbered pages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib.colors import HexColor  # type: ignore[import-untyped]
from reportlab.lib.enums import TA_RIGHT  # type: ignore[import-untyped]
from reportlab.lib.pagesizes import A4  # type: ignore[import-untyped]
from reportlab.lib.styles import ParagraphStyle  # type: ignore[import-untyped]
from reportlab.lib.units import mm  # type: ignore[import-untyped]
from reportlab.pdfbase import pdfmetrics  # type: ignore[import-untyped]
from reportlab.pdfbase.ttfonts import TTFont  # type: ignore[import-untyped]
from reportlab.pdfgen.canvas import Canvas  # type: ignore[import-untyped]
from reportlab.platypus import Paragraph  # type: ignore[import-untyped]

from station.resources import resource

REGULAR, BOLD = "Inter-Regular", "Inter-SemiBold"
INK, QUIET, ACCENT, AMBER = (HexColor(c) for c in ("#151a22", "#5a6472", "#1f5fc4", "#855000"))
HAIRLINE, PALE = HexColor("#d5dae1"), HexColor("#f3f5f8")
PAPER = A4
MARGIN = 18 * mm
WIDTH = PAPER[0] - 2 * MARGIN
"""Width between the margins, in points."""


_LONGEST = 400
"""Characters of one text; a table row cannot go on to another page."""


@cache
def fonts() -> None:
    """Make the program's font known to reportlab: the standard PDF fonts lack ą č ę ė į š ų ū ž."""
    for name in (REGULAR, BOLD):
        pdfmetrics.registerFont(TTFont(name, str(resource("fonts", f"{name}.ttf"))))
    pdfmetrics.registerFontFamily(REGULAR, normal=REGULAR, bold=BOLD, italic=REGULAR, boldItalic=BOLD)


@dataclass(frozen=True, slots=True)
class Styles:
    """The paragraph styles of a document."""

    title: Any
    heading: Any
    above: Any
    body: Any
    quiet: Any
    cell: Any
    number: Any
    head: Any
    head_number: Any
    figure: Any
    label: Any


@cache
def styles() -> Styles:
    fonts()

    def style(name: str, font: str, size: float, leading: float, **more: Any) -> Any:
        return ParagraphStyle(name, fontName=font, fontSize=size, leading=leading, **{"textColor": INK} | more)

    return Styles(
        title=style("title", BOLD, 20, 25, spaceAfter=3 * mm),
        heading=style("heading", BOLD, 12.5, 16, spaceBefore=8 * mm, spaceAfter=2 * mm),
        above=style("above", BOLD, 9, 13, textColor=ACCENT),
        body=style("body", REGULAR, 9.5, 14),
        quiet=style("quiet", REGULAR, 8.5, 12, textColor=QUIET),
        cell=style("cell", REGULAR, 8.5, 11.5),
        number=style("number", REGULAR, 8.5, 11.5, alignment=TA_RIGHT),
        head=style("head", BOLD, 8, 10.5, textColor=QUIET),
        head_number=style("head_number", BOLD, 8, 10.5, textColor=QUIET, alignment=TA_RIGHT),
        figure=style("figure", BOLD, 15, 19),
        label=style("label", REGULAR, 8, 10.5, textColor=QUIET),
    )


def colour(of: Any) -> str:
    """As paragraphs' markup writes it."""
    return f"#{of.hexval()[2:]}"


def words(text: str, style: Any) -> Any:
    """A paragraph of plain text, whatever characters it has; long words break, long lines wrap."""
    return Paragraph(marked(text), style)


def marked(text: str) -> str:
    """Plain text for use within a paragraph's markup."""
    return escape(clean(text))


def clean(text: str) -> str:
    """Without control characters, which no font can show, and never so long that it overflows a page."""
    if len(text) > _LONGEST:
        text = text[:_LONGEST] + "…"
    return "".join(c if c.isprintable() or c == "\N{NO-BREAK SPACE}" else " " for c in text)


def shortened(text: str, font: str, size: float, room: float) -> str:
    """As much of ``text`` as fits into ``room`` points on one line."""
    text = clean(text)
    if pdfmetrics.stringWidth(text, font, size) <= room:
        return text
    while text and pdfmetrics.stringWidth(text + "…", font, size) > room:
        text = text[:-1]
    return text.rstrip() + "…"


@dataclass(frozen=True, slots=True)
class Footer:
    """What stands at the foot of every page; ``page_of`` says “page 2 of 5”."""

    left: str
    below: str
    page_of: Callable[[int, int], str]


def numbered(footer: Footer, made_at: str) -> type:
    """A canvas that knows how many pages there are, and dates the file by ``made_at`` (a PDF date).

    Not by the clock, so that the same view gives the same bytes.
    """

    class NumberedCanvas(Canvas):  # type: ignore[misc]
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            self.setDateFormatter(lambda *_: made_at)
            self._kept: list[dict[str, Any]] = []

        def showPage(self) -> None:  # reportlab's name
            self._kept.append(dict(self.__dict__))
            self._startPage()

        def save(self) -> None:
            for number, state in enumerate(self._kept, 1):
                self.__dict__.update(state)
                _draw(self, footer, footer.page_of(number, len(self._kept)))
                super().showPage()
            super().save()

    return NumberedCanvas


def _draw(canvas: Any, footer: Footer, page: str) -> None:
    size, right = 7.5, PAPER[0] - MARGIN
    canvas.saveState()
    canvas.setStrokeColor(HAIRLINE)
    canvas.setLineWidth(0.6)
    canvas.line(MARGIN, 16 * mm, right, 16 * mm)
    canvas.setFont(REGULAR, size)
    canvas.setFillColor(QUIET)
    canvas.drawRightString(right, 12 * mm, page)
    room = WIDTH - pdfmetrics.stringWidth(page, REGULAR, size) - 6 * mm
    canvas.drawString(MARGIN, 12 * mm, shortened(footer.left, REGULAR, size, room))
    canvas.drawString(MARGIN, 8.5 * mm, shortened(footer.below, REGULAR, size, WIDTH))
    canvas.restoreState()
