"""A pass as a picture for a telephone: name, last day, and the QR code as wide as the screen."""

from __future__ import annotations

import io
from collections.abc import Sequence
from functools import cache

from PIL import Image, ImageDraw, ImageFont

from station.reports import qr
from station.reports.fitting import fitted
from station.reports.passes import Card
from station.resources import resource
from station.texts import _

WIDTH, HEIGHT = 1080, 1840
"""Pixels: as wide as a telephone's screen, and short enough that nothing need be scrolled."""
_PAD = 70
_INK, _QUIET, _ACCENT = "#151a22", "#5a6472", "#1f5fc4"
_REGULAR, _BOLD = "Inter-Regular", "Inter-SemiBold"


@cache
def _font(name: str, size: float) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(resource("fonts", f"{name}.ttf")), size)


def picture(card: Card, institution: str) -> bytes:
    """The PNG in the active language, light whatever the telephone's theme: the code needs its white."""
    image = Image.new("RGB", (WIDTH, HEIGHT), "white")
    draw = ImageDraw.Draw(image)
    rows = qr.modules(card.text)
    module = WIDTH // len(rows)
    left, top = (WIDTH - module * len(rows)) // 2, HEIGHT - 180 - module * len(rows)
    for row, column, count in qr.runs(rows):
        x, y = left + column * module, top + row * module
        draw.rectangle((x, y, x + count * module - 1, y + module - 1), fill="black")
    issuer = _Words(institution, _BOLD, (40, 36, 32, 28), 2)
    name = _Words(card.name, _BOLD, (84, 76, 68, 60, 52, 44), 3)
    above = (top - issuer.height - 24 - name.height) // 2
    issuer.draw(draw, above, _ACCENT)
    name.draw(draw, above + issuer.height + 24, _INK)
    said = _("Student pass, valid until {date}").format(date=card.last_day)
    _Words(said, _REGULAR, (40, 36, 32), 2).draw(draw, HEIGHT - 150, _QUIET)
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


class _Words:
    """A text fitted to the picture's width, in the middle."""

    def __init__(self, text: str, font: str, sizes: Sequence[float], most: int) -> None:
        plain = "".join(letter if letter.isprintable() else " " for letter in text)
        size, self._lines = fitted(
            plain, lambda line, size: _font(font, size).getlength(line), sizes, WIDTH - 2 * _PAD, most
        )
        self._font, self._step = _font(font, size), round(size * 1.25)

    @property
    def height(self) -> int:
        return len(self._lines) * self._step

    def draw(self, on: ImageDraw.ImageDraw, top: int, colour: str) -> None:
        for number, line in enumerate(self._lines):
            on.text((WIDTH / 2, top + number * self._step), line, font=self._font, fill=colour, anchor="ma")
