"""What is held up to the camera: a code on paper or a telephone, drawn into a frame in perspective."""

from __future__ import annotations

import math
from collections.abc import Sequence
from enum import Enum
from functools import lru_cache
from typing import Final, NamedTuple

import numpy as np
import segno
import zxingcpp
from numpy.typing import NDArray

from station.scanner.drawn.light import Field, Pixels
from station.scanner.engines.symbologies import LINEAR
from station.scanner.opencv import cv2

Map = NDArray[np.float64]
"""A homography (3 x 3)."""

QUIET: Final = 4
"""Modules of white around a code: the standard's quiet zone."""
BAR_HEIGHT: Final = 40
"""Modules a 1-D code is high."""
INK: Final = 26
PAPER: Final = 238
LENS: Final = 0.714
"""A laptop's camera sees about 70 degrees: its distance to the picture plane in widths of the frame."""


class Symbol(NamedTuple):
    """A code to be shown. ``module_px`` is the size of its smallest square or bar in the frame."""

    text: str
    symbology: str = "QRCode"
    module_px: float = 4.0


class Medium(Enum):
    """What a code is on: nothing but its own quiet zone, a printed card, a telephone, one in dark mode (the
    code white on black)."""

    BARE = "bare"
    CARD = "card"
    PHONE = "phone"
    DARK = "dark"


class Pose(NamedTuple):
    """Where the code's middle is (shares of the frame's width and height; beyond 0 to 1 it is cut) and how it
    is held: turned clockwise in the picture's plane; tilted, its right side going away from the camera when
    ``axis_deg`` is 90 (about its own vertical), its top when 0."""

    x: float = 0.5
    y: float = 0.5
    turn_deg: float = 0.0
    tilt_deg: float = 0.0
    axis_deg: float = 90.0


class Held(NamedTuple):
    """A code, how it is held, and on what. ``grid`` is how strongly (0 to 1) a screen's own pixels show, of
    which ``dots`` make a module: together with the sensor's they beat (moire)."""

    symbol: Symbol
    pose: Pose = Pose()
    medium: Medium = Medium.CARD
    grid: float = 0.0
    dots: float = 9.0


def drawn(text: str, symbology: str = "QRCode") -> Pixels:
    """The code in gray, one pixel a module (a 1-D code: 40 pixels high), with its quiet zone."""
    if symbology == "QRCode":
        rows = segno.make_qr(text, error="m").matrix_iter(border=QUIET)
        return np.array([[0 if module else 255 for module in row] for row in rows], np.uint8)
    code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat[symbology])
    image = zxingcpp.write_barcode_to_image(code, scale=1, add_hrt=False, add_quiet_zones=False)
    bare = np.array(image, np.uint8)
    if symbology in LINEAR:
        return np.pad(np.repeat(bare[:1], BAR_HEIGHT, axis=0), 10, constant_values=255)
    return np.pad(bare, QUIET, constant_values=255)


def place(held: Held, size: tuple[int, int], *, distance_px: float = 0.0) -> Map:
    """Where it is: the homography from modules of the drawn code (its quiet zone's corner is 0, 0) to the
    pixels of a frame of ``size``. ``distance_px`` is how far the eye is from the picture (0: as a laptop's
    camera)."""
    code = _code(held.symbol.text, held.symbol.symbology)
    return _perspective(held, code.shape, size, distance_px or LENS * size[0])


def lay(frame: Pixels, held: Held, *, distance_px: float = 0.0) -> Map:
    """Draw what is held into the BGR frame, in place. Returns its ``place``."""
    height, width = frame.shape[:2]
    map_ = place(held, (width, height), distance_px=distance_px)
    # Twice the frame's resolution, averaged down: what a pixel sees is an area, not a point.
    fine = max(2, min(16, round(2 * held.symbol.module_px)))
    card, origin = _card(held.symbol.text, held.symbol.symbology, held.medium, fine)
    onto = map_ @ np.array([[1 / fine, 0, -origin[0]], [0, 1 / fine, -origin[1]], [0, 0, 1]])
    box = _box(onto, card.shape, (width, height))
    if box is None:
        return map_
    left, top, right, bottom = box
    size = ((right - left) * 2, (bottom - top) * 2)
    # Middles of pixels: of the card's, and of the doubled part of the frame.
    to_part = np.array([[2, 0, 0.5 - 2 * left], [0, 2, 0.5 - 2 * top], [0, 0, 1]])
    warp = to_part @ _shift(-0.5) @ onto @ _shift(0.5)
    seen = cv2.warpPerspective(card, warp, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    mask = cv2.warpPerspective(np.full(card.shape[:2], 255, np.uint8), warp, size, flags=cv2.INTER_LINEAR)
    half = (right - left, bottom - top)
    above = cv2.resize(seen, half, interpolation=cv2.INTER_AREA).astype(np.uint16)
    share = cv2.resize(mask, half, interpolation=cv2.INTER_AREA).astype(np.uint16)[:, :, None]
    below = frame[top:bottom, left:right]
    below[:] = ((above * share + below * (255 - share) + 127) // 255).astype(np.uint8)
    return map_


def outline(held: Held, size: tuple[int, int]) -> NDArray[np.float64]:
    """The four corners of the code itself, without its quiet zone, in pixels of a frame of ``size`` (4 x 2)."""
    high, wide = _code(held.symbol.text, held.symbol.symbology).shape
    quiet = 10 if held.symbol.symbology in LINEAR else QUIET
    flat = [(quiet, quiet), (wide - quiet, quiet), (wide - quiet, high - quiet), (quiet, high - quiet)]
    return np.asarray(cv2.perspectiveTransform(np.array([flat], np.float64), place(held, size))[0], np.float64)


def shining(maps: Sequence[tuple[Held, Map]], size: tuple[int, int]) -> tuple[Field, Field]:
    """Of telephones laid with ``lay``: where they shine by themselves (0 or 1), and what the beat of their
    raster with the sensor's leaves of their light (0 to 1). Both H x W."""
    width, height = size
    own, beat = np.zeros((height, width), np.float32), np.ones((height, width), np.float32)
    for held, map_ in maps:
        if held.medium not in (Medium.PHONE, Medium.DARK):
            continue
        card, origin = _card(held.symbol.text, held.symbol.symbology, held.medium, 2)
        onto = map_ @ np.array([[0.5, 0, -origin[0]], [0, 0.5, -origin[1]], [0, 0, 1]])
        box = _box(onto, card.shape, size)
        if box is None:
            continue
        left, top, right, bottom = box
        corners = _corners(onto, card.shape)
        cv2.fillConvexPoly(own, corners.astype(np.int32), 1.0)
        if held.grid <= 0:
            continue
        down, across = np.mgrid[top:bottom, left:right].astype(np.float64)
        back = np.linalg.inv(map_)
        under = back[2, 0] * across + back[2, 1] * down + back[2, 2]
        u = (back[0, 0] * across + back[0, 1] * down + back[0, 2]) / under * held.dots
        v = (back[1, 0] * across + back[1, 1] * down + back[1, 2]) / under * held.dots
        # The raster sampled at the sensor's own points: the beat comes by itself.
        wave = (np.cos(2 * np.pi * u) + np.cos(2 * np.pi * v)) / 4 + 0.5
        part = slice(top, bottom), slice(left, right)
        beat[part] = np.where(own[part] > 0, 1 - held.grid * wave, 1).astype(np.float32)
    return own, beat


@lru_cache(maxsize=32)
def _code(text: str, symbology: str) -> Pixels:
    return drawn(text, symbology)


def _shift(by: float) -> Map:
    return np.array([[1, 0, by], [0, 1, by], [0, 0, 1]], np.float64)


def _perspective(held: Held, shape: tuple[int, ...], size: tuple[int, int], distance_px: float) -> Map:
    pose, module_px = held.pose, held.symbol.module_px
    turn, tilt, axis = (math.radians(angle) for angle in (pose.turn_deg, pose.tilt_deg, pose.axis_deg))
    high, wide = shape
    flat, seen = [], []
    for x, y in ((0, 0), (wide, 0), (wide, high), (0, high)):
        right, down = (x - wide / 2) * module_px, (y - high / 2) * module_px
        # Apart from the axis and along it: only the first is foreshortened and comes nearer or goes away.
        apart = right * math.sin(axis) - down * math.cos(axis)
        along = right * math.cos(axis) + down * math.sin(axis)
        nearer = distance_px / max(1.0, distance_px + apart * math.sin(tilt))
        apart, along = apart * math.cos(tilt) * nearer, along * nearer
        right = apart * math.sin(axis) + along * math.cos(axis)
        down = along * math.sin(axis) - apart * math.cos(axis)
        flat.append((x, y))
        seen.append(
            (
                pose.x * size[0] + right * math.cos(turn) - down * math.sin(turn),
                pose.y * size[1] + right * math.sin(turn) + down * math.cos(turn),
            )
        )
    return np.asarray(cv2.getPerspectiveTransform(np.array(flat, np.float32), np.array(seen, np.float32)), np.float64)


def _corners(map_: Map, shape: tuple[int, ...]) -> Map:
    high, wide = shape[:2]
    flat = np.array([[(0, 0), (wide, 0), (wide, high), (0, high)]], np.float64)
    return np.asarray(cv2.perspectiveTransform(flat, map_)[0], np.float64)


def _box(map_: Map, shape: tuple[int, ...], size: tuple[int, int]) -> tuple[int, int, int, int] | None:
    """The part of the frame that the card is in: left, top, right, bottom."""
    corners = _corners(map_, shape)
    left, top = (max(0, math.floor(value)) for value in corners.min(axis=0))
    right, bottom = (min(most, math.ceil(value)) for value, most in zip(corners.max(axis=0), size, strict=True))
    return (left, top, right, bottom) if right - left > 1 and bottom - top > 1 else None


@lru_cache(maxsize=16)
def _card(text: str, symbology: str, medium: Medium, fine: int) -> tuple[Pixels, tuple[float, float]]:
    """The card, BGR, ``fine`` pixels a module, and where the code's drawing starts on it (modules)."""
    code = _code(text, symbology)
    dark = medium is Medium.DARK
    values = np.where(code > 0, PAPER, INK).astype(np.uint8)
    if medium in (Medium.PHONE, Medium.DARK):
        values = np.where((code > 0) ^ dark, 250, 10).astype(np.uint8)
    large = np.repeat(np.repeat(values, fine, axis=0), fine, axis=1)
    picture = np.repeat(large[:, :, None], 3, axis=2)
    if medium is Medium.BARE:
        return picture, (0.0, 0.0)
    high, wide = code.shape
    side = round(max(wide, high) * 0.12)
    head, foot = (round(wide * 0.5), round(wide * 0.45)) if medium is not Medium.CARD else (round(wide * 0.3),) * 2
    sheet = np.empty(((high + head + foot) * fine, (wide + 2 * side) * fine, 3), np.uint8)
    sheet[:] = (16, 14, 12) if dark else (250, 250, 250) if medium is Medium.PHONE else (PAPER - 6, PAPER, PAPER)
    sheet[head * fine : head * fine + picture.shape[0], side * fine : side * fine + picture.shape[1]] = picture
    _words(sheet, (0, head * fine), medium, dark)
    below = head * fine + picture.shape[0]
    _words(sheet, (below, sheet.shape[0]), medium, dark)
    if medium is not Medium.CARD:
        edge = max(2, round(side * fine * 0.35))
        sheet = cv2.copyMakeBorder(sheet, edge, edge, edge, edge, cv2.BORDER_CONSTANT, value=(24, 22, 20))
        return np.asarray(sheet, np.uint8), (side + edge / fine, head + edge / fine)
    return sheet, (float(side), float(head))


def _words(sheet: Pixels, rows: tuple[int, int], medium: Medium, dark: bool) -> None:
    """Two lines of print, and the coloured bar of a card's head or a telephone's menu."""
    high, wide = rows[1] - rows[0], sheet.shape[1]
    colour = (210, 208, 205) if dark else (70, 60, 50)
    if rows[0] == 0 and medium is Medium.CARD:
        sheet[: round(high * 0.45)] = (120, 62, 24)
        colour = (60, 52, 44)
    for line, (text, share) in enumerate((("Sample Student", 0.62), ("Faculty 12345", 0.88))):
        scale = high * 0.16 / 22
        cv2.putText(
            sheet, text, (round(wide * 0.12), rows[0] + round(high * share)), cv2.FONT_HERSHEY_SIMPLEX,
            scale * (1 - 0.2 * line), colour, max(1, round(scale * 2)), cv2.LINE_AA,
        )  # fmt: skip
