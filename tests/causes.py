"""Frames with a code in them that is unreadable for one known reason, and frames without a code."""

from __future__ import annotations

import math
import random
from typing import Final

import numpy as np
from numpy.typing import NDArray

from station.scanner.drawn.clutter import clutter
from station.scanner.drawn.frames import Glare, Held, Light, Medium, Pose, Symbol, picture, through
from station.scanner.drawn.held import outline
from station.scanner.opencv import cv2
from station.views import Hint

Gray = NDArray[np.uint8]
SIZE: Final = (1280, 720)

_letters = random.Random(5)
CODES: Final = {
    "v2": ("VT-12345678-ABCDEFGHI", "QRCode", 5.0),
    "v4": ("VT-12345678-" + "".join(_letters.choices("ABCDEFGHabcdefgh23456789", k=43)), "QRCode", 4.0),
    "v10": ("VT-12345678-" + "".join(_letters.choices("ABCDEFGHabcdefgh23456789", k=185)), "QRCode", 3.2),
    "bars": ("VT123456", "Code128", 3.0),
}
"""Text, symbology, and the module's pixels at which it is easily read."""
MODULES: Final = {"v2": 25, "v4": 33, "v10": 57, "bars": 123}


def gray_of(frame: NDArray[np.uint8]) -> Gray:
    return np.asarray(cv2.cvtColor(frame, cv2.COLOR_BGR2GRAY), np.uint8)


def spoilt(cause: Hint | None, code: str, seed: int, size: tuple[int, int] = SIZE) -> tuple[Gray, Held]:
    """A gray frame of the code, unreadable for that cause alone (None: as it should be), and what is held."""
    rng = np.random.default_rng((seed, sum(map(ord, f"{cause}{code}"))))
    text, symbology, module_px = CODES[code]
    linear = symbology == "Code128"
    pose = Pose(
        rng.uniform(0.4, 0.6), rng.uniform(0.42, 0.58), rng.normal(0, 9), rng.uniform(0, 25), rng.uniform(0, 360)
    )
    medium = Medium.PHONE if rng.random() < 0.35 and cause is not Hint.DARK else Medium.CARD
    held = Held(Symbol(text, symbology, module_px * rng.uniform(0.9, 1.25)), pose, medium)
    light = ordinary(rng)
    match cause:
        case Hint.TOO_FAR:
            low, high = (0.6, 1.2) if linear else (0.7, 1.35)
            held = held._replace(symbol=Symbol(text, symbology, rng.uniform(low, high)))
        case Hint.TOO_CLOSE:
            larger = (size[0] if linear else size[1]) * rng.uniform(1.1, 1.8) / MODULES[code]
            held = held._replace(
                symbol=Symbol(text, symbology, larger), pose=pose._replace(tilt_deg=rng.uniform(0, 10))
            )
            light = light._replace(defocus_px=rng.uniform(1, 5))
        case Hint.BLURRED:
            light = blurred(light, held.symbol.module_px, rng, linear=linear)
        case Hint.DARK:
            light = light._replace(brightness=rng.uniform(0.05, 0.2), noise=rng.uniform(5, 10))
        case Hint.EDGE:
            held = cut(held, rng, size, linear=linear)
        case Hint.GLARE:
            light = light._replace(glare=(glare_on(held, rng, size, linear=linear),))
    before = clutter(str(rng.choice(["desk", "room", "crowd"])), seed, size)
    return gray_of(picture([held], before=before, light=light, seed=seed)), held


def ordinary(rng: np.random.Generator) -> Light:
    """A light in which every one of the ``CODES`` is read."""
    return Light(
        motion_px=rng.uniform(0, 1.5),
        defocus_px=rng.uniform(0.3, 0.9),
        noise=rng.uniform(1.5, 4),
        shot=0.05,
        contrast=rng.uniform(0.75, 0.95),
        brightness=rng.uniform(0.75, 1.05),
        gradient=rng.uniform(0, 0.4),
        gradient_deg=rng.uniform(0, 360),
        vignette=rng.uniform(0.1, 0.3),
        jpeg=int(rng.integers(75, 92)),
    )


def blurred(light: Light, module_px: float, rng: np.random.Generator, *, linear: bool) -> Light:
    """Out of focus by a module and more, or moved by several (bars: not along themselves)."""
    if rng.random() < 0.5:
        return light._replace(defocus_px=module_px * rng.uniform(1.1, 1.9))
    way = rng.uniform(-30, 30) if linear else rng.uniform(0, 180)
    return light._replace(motion_px=module_px * rng.uniform(2.5, 4.5), motion_deg=way)


def cut(held: Held, rng: np.random.Generator, size: tuple[int, int], *, linear: bool) -> Held:
    """Moved so far aside that a fifth to four fifths of the code are outside."""
    corners = outline(held, size)
    wide, high = (float(np.ptp(corners[:, axis])) / size[axis] for axis in (0, 1))
    beyond = rng.uniform(-0.3, 0.3)
    sides = [{"x": beyond * wide}, {"x": 1 - beyond * wide}, {"y": beyond * high}, {"y": 1 - beyond * high}]
    # A bar code cut along its bars is still read.
    return held._replace(pose=held.pose._replace(**sides[int(rng.integers(0, 2 if linear else 4))]))


def glare_on(held: Held, rng: np.random.Generator, size: tuple[int, int], *, linear: bool) -> Glare:
    corners = outline(held, size)
    across, down = (corners[1] - corners[0]) / 2, (corners[3] - corners[0]) / 2
    spot = corners.mean(axis=0) + across * rng.uniform(-0.7, 0.7) + down * rng.uniform(-0.7, 0.7)
    reach = float(np.hypot(*across))
    if linear:
        upright = math.degrees(math.atan2(down[1], down[0]))
        return Glare(spot[0], spot[1], reach * rng.uniform(0.18, 0.3), 420, 8, upright)
    return Glare(spot[0], spot[1], reach * rng.uniform(0.4, 0.8), 420, rng.uniform(1, 1.8), rng.uniform(0, 180))


def empty(kind: str, seed: int, size: tuple[int, int] = SIZE) -> Gray:
    """A gray frame of a background without a code, in every fourth way out of focus, dark or with a lamp in it."""
    rng = np.random.default_rng((seed, 99))
    light = ordinary(rng)
    if seed % 4 == 1:
        light = light._replace(defocus_px=rng.uniform(1, 4))
    if seed % 4 == 2:
        light = light._replace(brightness=rng.uniform(0.1, 0.4), noise=6)
    if seed % 4 == 3:
        lamp = Glare(rng.uniform(0, size[0]), rng.uniform(0, size[1]), rng.uniform(30, 150))
        light = light._replace(glare=(lamp,))
    return gray_of(through(clutter(kind, seed, size), light, seed))
