"""Practice mode's camera: cards with QR codes slide into view, are held, and leave, without end."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Sequence
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import Final, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from station.scanner.drawn.held import QUIET, drawn
from station.scanner.opencv import cv2
from station.scanner.sources.frame import Frame
from station.views import Camera

Pixels = NDArray[np.uint8]

SIZE: Final = (1280, 720)
RATE: Final = 30
MOVE_S: Final = 0.7
"""How long a card slides in, and out again."""
PAUSE_S: Final = 0.6
"""The empty desk between two cards."""

CARD: Final = (440, 560)
SHADOW: Final = 40
CODE_PX: Final = 320
NOISE: Final = 3.0
GRAINS: Final = 8
"""How many frames of sensor noise are made; they are used by turns."""
LIFT: Final = 12
"""What noise is raised by so that it can be kept in unsigned bytes; papers are drawn darker by as much."""

TABLE: Final = ((196, 203, 206), (168, 178, 184))
"""The desk's colour in the light and in the shade, BGR."""
INK: Final = (38, 50, 56)
FADED: Final = (96, 110, 118)
WORDS: Final = "PRAKTIKA · PRACTICE"


class Card(NamedTuple):
    """What is held up: the code's text, two lines for people, and for how long."""

    text: str
    caption: str
    detail: str = ""
    seconds: float = 2.5


class DemoSource:
    """A moving picture of cards, endless, the same for the same cards and seed.

    ``font`` is a TrueType file with the letters of the captions; without it Pillow's own is used.
    ``realtime`` is off where nobody watches: then frames come as fast as they are asked for, their times
    still 1/30 s apart.
    Raises ``ValueError`` when made without a card.
    """

    shows = Camera.DEMO
    still = False
    live = True

    def __init__(
        self,
        cards: Sequence[Card],
        *,
        font: Path | None = None,
        words: str = WORDS,
        realtime: bool = True,
        seed: int = 0,
    ) -> None:
        if not cards:
            raise ValueError("a demonstration needs at least one card")
        self.name = "demo"
        self._cards = tuple(cards)
        self._font = font
        self._words = words
        self._realtime = realtime
        self._seed = seed
        self._steps = [round((2 * MOVE_S + card.seconds + PAUSE_S) * RATE) for card in self._cards]
        self._pictures: dict[int, tuple[Pixels, Pixels, Pixels]] = {}
        self._tables: list[Pixels] = []
        self._grains: list[Pixels] = []

    def __enter__(self) -> Self:
        if not self._tables:
            rng = np.random.default_rng(self._seed)
            table = _table(self._words, self._font).astype(np.float32)
            for _ in range(GRAINS):
                grain = rng.normal(0, NOISE, table.shape).astype(np.float32)
                self._tables.append(np.clip(table + grain, 0, 255).astype(np.uint8))
                self._grains.append(np.clip(grain + LIFT, 0, 255).astype(np.uint8))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        pass

    def frames(self) -> Iterator[Frame]:
        """Frames at 30 a second, without end."""
        start = time.monotonic()
        for index in count():
            at = start + index / RATE
            if self._realtime:
                late = time.monotonic() - at
                if late > 1.0:  # the laptop slept: go on from here instead of racing through the night
                    start, at = start + late, at + late
                time.sleep(max(0.0, -late))
            yield Frame(self.picture(index), at)

    def picture(self, index: int) -> Pixels:
        """Frame number ``index`` of the film, in an array of its own. Only inside the ``with`` block."""
        step = index % sum(self._steps)
        which = 0
        while step >= self._steps[which]:
            step -= self._steps[which]
            which += 1
        frame = self._tables[index % GRAINS].copy()
        second, held = step / RATE, self._cards[which].seconds
        leaving = second - MOVE_S - held
        if leaving > MOVE_S:
            return frame
        coming = _eased(min(1.0, second / MOVE_S))
        going = _eased(max(0.0, leaving / MOVE_S))
        travel = SIZE[0] / 2 + CARD[0]
        # A hand is never quite still.
        sway = math.sin(index / 9.0), math.sin(index / 13.0 + 1.0)
        x = SIZE[0] / 2 + (1 - coming) * travel - going * travel + 3 * sway[0]
        y = SIZE[1] / 2 - 8 + 2 * sway[1]
        self._lay(frame, which, x, y, index % GRAINS)
        return frame

    def _lay(self, frame: Pixels, which: int, x: float, y: float, grain: int) -> None:
        """Put a card onto the frame with its middle at x, y."""
        if which not in self._pictures:
            self._pictures = {which: _card(self._cards[which], self._font)}
        paper, through, solid = self._pictures[which]
        high, wide = paper.shape[:2]
        left, top = round(x - wide / 2), round(y - high / 2)
        # The part of the card that is within the frame, in the frame's and in the card's own pixels.
        x0, x1 = max(0, left), min(SIZE[0], left + wide)
        y0, y1 = max(0, top), min(SIZE[1], top + high)
        if x0 >= x1:
            return
        below = frame[y0:y1, x0:x1]
        inside = slice(y0 - top, y1 - top), slice(x0 - left, x1 - left)
        mixed = cv2.add(cv2.multiply(below, through[inside], scale=1 / 255), paper[inside])
        cv2.add(mixed, self._grains[grain][inside], mixed, solid[inside])
        frame[y0:y1, x0:x1] = mixed


def _eased(part: float) -> float:
    """0 to 1 without a jerk at either end."""
    return part * part * (3 - 2 * part)


def _letters(font: Path | None, size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.truetype(str(font), size) if font is not None else ImageFont.load_default(size)


def _table(words: str, font: Path | None) -> Pixels:
    """The empty desk: light from above, a place for the card, and the word that says this is practice."""
    width, height = SIZE
    down, across = np.mgrid[0:height, 0:width].astype(np.float32)
    shade = np.clip(np.hypot((across - width * 0.5) / width, (down - height * 0.35) / height) * 1.25, 0, 1)
    light, dark = (np.array(colour, np.float32) for colour in TABLE)
    table = (light + (dark - light) * shade[:, :, None]).astype(np.uint8)
    picture = Image.fromarray(np.ascontiguousarray(table[:, :, ::-1]))
    pen = ImageDraw.Draw(picture)
    pen.text((width // 2, height - 28), words, font=_letters(font, 26), fill=FADED, anchor="mm")
    return np.ascontiguousarray(np.asarray(picture, np.uint8)[:, :, ::-1])


def _card(card: Card, font: Path | None) -> tuple[Pixels, Pixels, Pixels]:
    """A card with its shadow: BGR times opacity; how much of what is below shines through (255: all);
    and where the card itself is."""
    wide, high = CARD[0] + 2 * SHADOW, CARD[1] + 2 * SHADOW
    box = (SHADOW, SHADOW, SHADOW + CARD[0], SHADOW + CARD[1])
    shadow = Image.new("L", (wide, high), 0)
    ImageDraw.Draw(shadow).rounded_rectangle((box[0], box[1] + 10, box[2], box[3] + 10), 24, fill=90)
    picture = Image.new("RGBA", (wide, high), (40, 48, 54, 255))
    picture.putalpha(shadow.filter(ImageFilter.GaussianBlur(14)))
    paper = Image.new("RGBA", (wide, high), (0, 0, 0, 0))
    pen = ImageDraw.Draw(paper)
    pen.rounded_rectangle(box, 24, fill="white")
    code = drawn(card.text)[QUIET:-QUIET, QUIET:-QUIET]  # the card is white all around
    scale = max(1, CODE_PX // code.shape[0])
    large = Image.fromarray(np.repeat(np.repeat(code, scale, axis=0), scale, axis=1))
    paper.paste(large.convert("RGBA"), ((wide - large.width) // 2, SHADOW + 48 + (CODE_PX - large.height) // 2))
    below = SHADOW + CODE_PX + 108
    size = 34
    while size > 16 and pen.textlength(card.caption, font=_letters(font, size)) > CARD[0] - 48:
        size -= 2
    pen.text((wide // 2, below), card.caption, font=_letters(font, size), fill=INK, anchor="mm")
    pen.text((wide // 2, below + 44), card.detail, font=_letters(font, 22), fill=FADED, anchor="mm")
    picture.alpha_composite(paper)
    # A card lies a little askew, and a lens leaves no hard edge.
    picture = picture.rotate(1.5, Image.Resampling.BICUBIC).filter(ImageFilter.GaussianBlur(0.7))
    values = np.asarray(picture, np.float32)
    opaque = values[:, :, 3:] / 255.0
    solid = opaque > 0.99
    bgr = np.clip(values[:, :, 2::-1] * opaque - LIFT * solid, 0, 255).astype(np.uint8)
    through = np.repeat(np.round(255 * (1 - opaque)), 3, axis=2).astype(np.uint8)
    return bgr, through, solid[:, :, 0].astype(np.uint8)
