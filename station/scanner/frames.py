"""Synthetic camera frames: codes tilted, moved, blurred, noisy, badly lit. For practice and benchmarks."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import segno
import zxingcpp
from numpy.typing import NDArray

from station.scanner.decode import LINEAR
from station.scanner.opencv import cv2

Pixels = NDArray[np.uint8]

QUIET = 4
"""Modules of white around a code: the standard's quiet zone."""


class Symbol(NamedTuple):
    """A code to be shown. ``module_px`` is the size of its smallest square or bar in the frame."""

    text: str
    symbology: str = "QRCode"
    module_px: float = 4.0


class Light(NamedTuple):
    """What a camera does to a picture. Blur and noise are standard deviations (pixels, grey levels);
    ``motion_px`` is the card's way while the shutter is open; ``contrast`` 1 is black on white; ``moire`` is
    how much (0 to 1) of the light a filmed screen's beat pattern takes away, every ``moire_px`` pixels."""

    motion_px: int = 0
    blur_px: float = 0.0
    noise: float = 3.0
    contrast: float = 0.85
    brightness: float = 1.0
    moire: float = 0.0
    moire_px: float = 9.0


def drawn(text: str, symbology: str = "QRCode") -> Pixels:
    """The code in gray, one pixel a module (a 1-D code: 40 pixels high), with its quiet zone."""
    if symbology == "QRCode":
        rows = segno.make_qr(text, error="m").matrix_iter(border=QUIET)
        return np.array([[0 if module else 255 for module in row] for row in rows], np.uint8)
    code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat[symbology])
    image = zxingcpp.write_barcode_to_image(code, scale=1, add_hrt=False, add_quiet_zones=False)
    bare = np.array(image, np.uint8)
    if symbology in LINEAR:
        return np.pad(np.repeat(bare[:1], 40, axis=0), 10, constant_values=255)
    return np.pad(bare, QUIET, constant_values=255)


def scene(
    symbols: Sequence[Symbol],
    *,
    size: tuple[int, int] = (1280, 720),
    angle_deg: float = 0.0,
    tilt_deg: float = 0.0,
    light: Light | None = None,
    seed: int = 0,
) -> Pixels:
    """A BGR frame of ``size`` (width, height): the symbols side by side on white cards before a gray desk.

    ``angle_deg`` turns each card in the picture's plane, clockwise; ``tilt_deg`` turns it about its vertical
    axis, away from the camera. The same arguments give the same frame.
    """
    light = light or Light()
    width, height = size
    frame = np.full((height, width), 120, np.uint8)
    for place, symbol in enumerate(symbols):
        middle = (width * (2 * place + 1) / (2 * len(symbols)), height / 2)
        _paste(frame, symbol, middle, angle_deg, tilt_deg)
    return through(cv2.cvtColor(frame, cv2.COLOR_GRAY2BGR).astype(np.uint8), light, seed)


def _paste(frame: Pixels, symbol: Symbol, middle: tuple[float, float], angle_deg: float, tilt_deg: float) -> None:
    """Draw the symbol into the frame in perspective."""
    code, module_px = drawn(symbol.text, symbol.symbology), symbol.module_px
    fine = 8  # drawn large first, so that the warp averages instead of dropping modules
    card = np.repeat(np.repeat(code, fine, axis=0), fine, axis=1)
    half_w, half_h = code.shape[1] * module_px / 2, code.shape[0] * module_px / 2
    turn, tilt = math.radians(angle_deg), math.radians(tilt_deg)
    distance = 3.0 * max(half_w, half_h)
    corners = []
    for x, y in ((-half_w, -half_h), (half_w, -half_h), (half_w, half_h), (-half_w, half_h)):
        away = distance / (distance + x * math.sin(tilt))
        flat_x, flat_y = x * math.cos(tilt) * away, y * away
        corners.append(
            (
                middle[0] + flat_x * math.cos(turn) - flat_y * math.sin(turn),
                middle[1] + flat_x * math.sin(turn) + flat_y * math.cos(turn),
            )
        )
    high, wide = card.shape
    flat = np.array([(0, 0), (wide, 0), (wide, high), (0, high)], np.float32) - np.float32(0.5)
    warp = cv2.getPerspectiveTransform(flat, np.array(corners, np.float32))
    soft = cv2.GaussianBlur(card, (0, 0), max(0.1, 0.4 * fine / module_px))
    size = (frame.shape[1], frame.shape[0])
    cv2.warpPerspective(soft, warp, size, frame, cv2.INTER_LINEAR, cv2.BORDER_TRANSPARENT)


def through(frame: Pixels, light: Light, seed: int) -> Pixels:
    """The frame as a camera in that light would give it."""
    seen = frame.astype(np.float32)
    if light.motion_px > 1:
        seen = np.asarray(cv2.blur(seen, (light.motion_px, 1)), np.float32)
    if light.blur_px > 0:
        seen = np.asarray(cv2.GaussianBlur(seen, (0, 0), light.blur_px), np.float32)
    seen = (128 + (seen - 128) * light.contrast) * light.brightness
    if light.moire > 0:
        down, across = np.mgrid[0 : seen.shape[0], 0 : seen.shape[1]].astype(np.float32)
        beat = np.sin(2 * np.pi / light.moire_px * (across + down / 1.3))
        seen *= (1 - light.moire / 2 + light.moire / 2 * beat)[:, :, None]
    if light.noise > 0:
        grain = np.random.default_rng(seed).normal(0.0, light.noise, seen.shape)
        seen += grain.astype(np.float32)
    return np.clip(seen, 0, 255).astype(np.uint8)
