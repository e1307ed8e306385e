"""What is behind a code, or there without one: rooms, print, grids, blinds, keyboards, shirts. Drawn, no code in it."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final

import numpy as np

from station.scanner.drawn.light import Field, Pixels
from station.scanner.opencv import cv2


def clutter(kind: str, seed: int, size: tuple[int, int] = (1280, 720)) -> Pixels:
    """A BGR background of one of the ``KINDS``, in focus and in even light; the same for the same arguments.

    Raises ``KeyError`` for a kind that there is not.
    """
    paint = KINDS[kind]
    rng = np.random.default_rng((seed, 0xC1D7))
    return paint(rng, size)


def _tone(rng: np.random.Generator, low: int, high: int) -> tuple[int, int, int]:
    """A colour of muted saturation: BGR."""
    level = rng.uniform(low, high)
    blue, green, red = (int(np.clip(level * rng.uniform(0.86, 1.14), 0, 255)) for _ in range(3))
    return blue, green, red


def _sheet(size: tuple[int, int], colour: tuple[int, int, int]) -> Pixels:
    return np.full((size[1], size[0], 3), colour, np.uint8)


def _turned(picture: Pixels, degrees: float, scale: float = 1.0) -> Pixels:
    """Turned about its middle; what comes in at the corners is a mirror of what is there."""
    height, width = picture.shape[:2]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, scale)
    return np.asarray(
        cv2.warpAffine(picture, turn, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT), np.uint8
    )


def _smooth(rng: np.random.Generator, size: tuple[int, int], cells: int) -> Field:
    """Slow random waves, -1 to 1."""
    knots = rng.uniform(-1, 1, (max(2, cells * size[1] // size[0]), cells)).astype(np.float32)
    small = cv2.resize(knots, (cells * 8, max(8, size[1] * cells * 8 // size[0])), interpolation=cv2.INTER_CUBIC)
    return np.asarray(cv2.resize(small, size), np.float32)


def _desk(rng: np.random.Generator, size: tuple[int, int]) -> Pixels:
    """A bare wall or table top, a little mottled."""
    small = (size[0] // 8, size[1] // 8)
    sheet = _sheet(small, _tone(rng, 70, 190)) * (1 + 0.08 * _smooth(rng, small, 9)[:, :, None])
    return np.asarray(cv2.resize(np.clip(sheet, 0, 255).astype(np.uint8), size), np.uint8)


def _room(rng: np.random.Generator, size: tuple[int, int]) -> Pixels:
    """A hall out of focus: boxes, lamps, and a person's head and shoulders before it."""
    width, height = size
    room = _sheet(size, _tone(rng, 90, 170))
    for _ in range(14):
        x, y = int(rng.integers(-60, width)), int(rng.integers(-60, height))
        end = (x + int(rng.integers(40, 360)), y + int(rng.integers(40, 400)))
        cv2.rectangle(room, (x, y), end, _tone(rng, 30, 220), -1)
    for _ in range(3):
        cv2.circle(room, (int(rng.integers(0, width)), int(rng.integers(0, height // 3))), 22, (250, 252, 255), -1)
    room = np.asarray(
        cv2.resize(cv2.GaussianBlur(cv2.resize(room, None, fx=0.25, fy=0.25), (0, 0), 2.5), size), np.uint8
    )
    return _person(rng, room)


def _person(rng: np.random.Generator, frame: Pixels) -> Pixels:
    """Head and shoulders, about where somebody before a laptop has them."""
    height, width = frame.shape[:2]
    x, y = int(width * rng.uniform(0.3, 0.7)), int(height * rng.uniform(0.35, 0.5))
    unit = height * rng.uniform(0.13, 0.2)
    fair = rng.uniform(80, 215)
    skin = (int(0.66 * fair), int(0.78 * fair), int(fair))
    shirt, hair = _tone(rng, 30, 200), _tone(rng, 15, 90)

    def spot(dx: float, dy: float) -> tuple[int, int]:
        return round(x + dx * unit), round(y + dy * unit)

    def axes(a: float, b: float) -> tuple[int, int]:
        return round(a * unit), round(b * unit)

    body = frame.copy()
    cv2.ellipse(body, spot(0, 3.4), axes(2.4, 2.2), 0, 0, 360, shirt, -1, cv2.LINE_AA)
    cv2.rectangle(body, spot(-0.4, 0.8), spot(0.4, 1.6), skin, -1)
    cv2.ellipse(body, spot(0, -0.2), axes(0.95, 1.15), 0, 0, 360, hair, -1, cv2.LINE_AA)
    cv2.ellipse(body, spot(0, 0), axes(0.78, 1.05), 0, 0, 360, skin, -1, cv2.LINE_AA)
    for side in (-1, 1):
        cv2.ellipse(body, spot(0.3 * side, -0.12), axes(0.13, 0.07), 0, 0, 360, (235, 238, 240), -1, cv2.LINE_AA)
        cv2.circle(body, spot(0.3 * side, -0.12), max(1, round(0.06 * unit)), (30, 30, 35), -1, cv2.LINE_AA)
        cv2.line(
            body, spot(0.16 * side, -0.32), spot(0.46 * side, -0.34), hair, max(1, round(0.06 * unit)), cv2.LINE_AA
        )
    cv2.ellipse(body, spot(0, 0.5), axes(0.28, 0.08), 0, 0, 360, (90, 80, 160), -1, cv2.LINE_AA)
    return np.asarray(cv2.GaussianBlur(body, (0, 0), 1.2), np.uint8)


def _text(rng: np.random.Generator, size: tuple[int, int]) -> Pixels:
    """A page or a poster full of print."""
    sheet = _sheet(size, _tone(rng, 190, 245))
    letters = np.array(list("abcdefghijklmnoprstuvzABDEKLMST0123456789 .,-"))
    y, height = 10, size[1]
    while y < height:
        scale = float(rng.choice([0.35, 0.45, 0.6, 0.9, 1.6]))
        y += int(34 * scale)
        line = "".join(rng.choice(letters, int(rng.integers(20, 140))))
        cv2.putText(sheet, line, (int(rng.integers(5, 120)), y), cv2.FONT_HERSHEY_SIMPLEX, scale, _tone(rng, 10, 60),
                    max(1, round(scale * 1.6)), cv2.LINE_AA)  # fmt: skip
    return _turned(sheet, float(rng.normal(0, 8)), float(rng.uniform(1.0, 1.4)))


def _checks(rng: np.random.Generator, size: tuple[int, int]) -> Pixels:
    """A checkered shirt or table cloth, folded."""
    pitch = float(rng.uniform(8, 60))
    down, across = np.mgrid[0 : size[1], 0 : size[0]].astype(np.float32)
    fold_x, fold_y = _smooth(rng, size, 6) * pitch * 0.9, _smooth(rng, size, 6) * pitch * 0.9
    first = np.sin((across + fold_x) * (math.pi / pitch)) > rng.uniform(-0.3, 0.3)
    second = np.sin((down + fold_y) * (math.pi / pitch)) > rng.uniform(-0.3, 0.3)
    light, dark = _tone(rng, 170, 240), _tone(rng, 20, 90)
    share = (first.astype(np.float32) + second) / 2 if rng.random() < 0.6 else (first ^ second).astype(np.float32)
    cloth = np.array(light, np.float32) + (np.array(dark, np.float32) - light) * share[:, :, None]
    return _turned(np.clip(cloth, 0, 255).astype(np.uint8), float(rng.uniform(-40, 40)), 1.5)


def _stripes(rng: np.random.Generator, size: tuple[int, int]) -> Pixels:
    """A striped shirt or wall paper: repeating bars of a few widths."""
    repeat = [(int(rng.integers(3, 26)), _tone(rng, 15, 240)) for _ in range(int(rng.integers(2, 5)))]
    sheet, x, place = _sheet(size, (0, 0, 0)), 0, 0
    while x < size[0]:
        wide, colour = repeat[place % len(repeat)]
        sheet[:, x : x + wide] = colour
        x, place = x + wide, place + 1
    down, across = np.mgrid[0 : size[1], 0 : size[0]].astype(np.float32)
    folded = cv2.remap(sheet, across + 7 * _smooth(rng, size, 5), down, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)
    return _turned(np.asarray(folded, np.uint8), float(rng.uniform(-90, 90)), 1.8)


def _blinds(rng: np.random.Generator, size: tuple[int, int]) -> Pixels:
    """A window with slats, bright behind them."""
    pitch, open_ = int(rng.integers(14, 44)), float(rng.uniform(0.25, 0.6))
    down = np.arange(size[1]) % pitch
    slat = np.where(down < pitch * open_, 250, 120 + 60 * down / pitch).astype(np.uint8)
    room = _desk(rng, size)
    left, right = sorted(int(value) for value in rng.integers(0, size[0], 2))
    right = max(right, left + 200)
    room[:, left:right] = slat[:, None, None]
    for x in range(left, right, 180):
        cv2.line(room, (x, 0), (x, size[1]), (90, 90, 90), 2)
    return _turned(room, float(rng.normal(0, 3)), 1.1)


def _keys(rng: np.random.Generator, size: tuple[int, int]) -> Pixels:
    """A keyboard."""
    dark = rng.random() < 0.7
    sheet = _sheet(size, _tone(rng, 40, 60) if dark else _tone(rng, 170, 200))
    key, gap = int(rng.integers(34, 80)), int(rng.integers(4, 12))
    cap, letter = (_tone(rng, 15, 30), (225, 225, 225)) if dark else (_tone(rng, 225, 245), (40, 40, 40))
    for row, y in enumerate(range(-key, size[1] + key, key + gap)):
        for x in range(-key + row * key // 3 % key - key, size[0] + key, key + gap):
            cv2.rectangle(sheet, (x, y), (x + key, y + key), cap, -1)
            sign = chr(int(rng.integers(65, 91)))
            cv2.putText(sheet, sign, (x + key // 5, y + key // 2), cv2.FONT_HERSHEY_SIMPLEX, key / 90, letter, 1,
                        cv2.LINE_AA)  # fmt: skip
    return _turned(sheet, float(rng.uniform(-20, 20)), 1.2)


def _grid(rng: np.random.Generator, size: tuple[int, int]) -> Pixels:
    """Squared paper, tiles or a table of figures."""
    sheet, pitch = _sheet(size, _tone(rng, 180, 245)), int(rng.integers(9, 70))
    ink, thick = _tone(rng, 60, 150), int(rng.integers(1, 4))
    for x in range(0, size[0], pitch):
        cv2.line(sheet, (x, 0), (x, size[1]), ink, thick)
    for y in range(0, size[1], pitch):
        cv2.line(sheet, (0, y), (size[0], y), ink, thick)
        if pitch > 24:
            for x in range(0, size[0], pitch):
                cv2.putText(sheet, str(int(rng.integers(10, 99))), (x + 4, y + pitch - 8), cv2.FONT_HERSHEY_SIMPLEX,
                            pitch / 80, (50, 50, 50), 1, cv2.LINE_AA)  # fmt: skip
    return _turned(sheet, float(rng.uniform(-30, 30)), 1.5)


def _crowd(rng: np.random.Generator, size: tuple[int, int]) -> Pixels:
    """A hall with several people."""
    room = _room(rng, size)
    for _ in range(3):
        room = _person(rng, room)
    return room


def _shelf(rng: np.random.Generator, size: tuple[int, int]) -> Pixels:
    """Backs of books: bars of every width, with print along some."""
    sheet, x = _sheet(size, _tone(rng, 40, 90)), 0
    while x < size[0]:
        wide = int(rng.integers(8, 60))
        top = int(rng.integers(0, 120))
        sheet[top:, x : x + wide] = _tone(rng, 20, 235)
        if wide > 20:
            for y in range(top + 30, size[1], 46):
                cv2.putText(sheet, "AB", (x + 3, y), cv2.FONT_HERSHEY_SIMPLEX, 0.5, _tone(rng, 10, 250), 1, cv2.LINE_AA)
        x += wide + int(rng.integers(0, 3))
    return _turned(sheet, float(rng.normal(0, 4)), 1.15)


KINDS: Final[dict[str, Callable[[np.random.Generator, tuple[int, int]], Pixels]]] = {
    "desk": _desk, "room": _room, "crowd": _crowd, "text": _text, "checks": _checks, "stripes": _stripes,
    "blinds": _blinds, "keys": _keys, "grid": _grid, "shelf": _shelf,
}  # fmt: skip
"""Every kind of background by its name."""
