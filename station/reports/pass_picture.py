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
    below = _words(draw, institution, _BOLD, (40, 36, 32, 28), 2, 60, _ACCENT)
    _words(draw, card.name, _BOLD, (84, 76, 68, 60, 52, 44), 3, below + 24, _INK)
    rows = qr.modules(card.text)
    module = WIDTH // len(rows)
    left, top = (WIDTH - module * len(rows)) // 2, HEIGHT - 180 - module * len(rows)
    for row, column, count in qr.runs(rows):
        x, y = left + column * module, top + row * module
        draw.rectangle((x, y, x + count * module - 1, y + module - 1), fill="black")
    said = _("Student pass, valid until {date}").format(date=card.last_day)
    _words(draw, said, _REGULAR, (40, 36, 32), 2, HEIGHT - 150, _QUIET)
    out = io.BytesIO()
    image.quantize(64).save(out, "PNG", optimize=True)
    return out.getvalue()


def _words(
    draw: ImageDraw.ImageDraw, text: str, font: str, sizes: Sequence[float], most: int, top: int, colour: str
) -> int:
    """Write below ``top``, in the middle; gives where the next may begin."""
    plain = "".join(letter if letter.isprintable() else " " for letter in text)
    size, lines = fitted(plain, lambda line, size: _font(font, size).getlength(line), sizes, WIDTH - 2 * _PAD, most)
    for line in lines:
        draw.text((WIDTH / 2, top), line, font=_font(font, size), fill=colour, anchor="ma")
        top += round(size * 1.25)
    return top
