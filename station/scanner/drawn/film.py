"""Films of a card before a camera: it slides in, is held by a hand that trembles, and leaves. For tests."""

from __future__ import annotations

import math
from collections.abc import Iterator
from enum import Enum
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from station.scanner.drawn.clutter import clutter
from station.scanner.drawn.frames import Glare, Held, Light, Medium, Pose, Symbol, picture
from station.scanner.drawn.held import outline
from station.scanner.engines.symbologies import LINEAR
from station.scanner.sources.frame import Frame

RATE: Final = 30
COMES_S: Final = 0.4
"""How long the card slides in, and out again."""


class Story(Enum):
    """What is hard about a film: nothing; the card is turned 25 to 65 degrees; the light is so low that one
    frame is mostly noise; a lamp's reflection wanders over the code, always hiding some of it."""

    PLAIN = "plain"
    TURNED = "turned"
    DIM = "dim"
    GLARE = "glare"


class Shot(NamedTuple):
    """One moment of a film before it is drawn: what is held and how, in what light, and when (seconds)."""

    held: Held
    light: Light
    at: float


def film(
    text: str,
    symbology: str = "QRCode",
    story: Story = Story.PLAIN,
    *,
    seed: int = 0,
    held_s: float = 1.4,
    size: tuple[int, int] = (1280, 720),
) -> Iterator[Frame]:
    """BGR frames at 30 a second, the first at 0 s: the card comes for ``COMES_S``, is held for ``held_s``,
    leaves. The same arguments give the same film."""
    rng = np.random.default_rng((seed, 0xBAC))
    before = clutter(str(rng.choice(["desk", "room", "crowd"])), seed, size)
    for index, (held, light, at) in enumerate(shots(text, symbology, story, seed=seed, held_s=held_s, size=size)):
        yield Frame(picture([held], before=before, light=light, seed=seed * 1000 + index), at)


def shots(
    text: str,
    symbology: str = "QRCode",
    story: Story = Story.PLAIN,
    *,
    seed: int = 0,
    held_s: float = 1.4,
    size: tuple[int, int] = (1280, 720),
) -> Iterator[Shot]:
    """What ``film`` draws for the same arguments: the truth about each of its frames."""
    rng = np.random.default_rng((seed, 0xF11))
    card, light = _card(text, symbology, story, rng), _light(story, rng)
    phases, way = rng.uniform(0, 2 * math.pi, 8), float(rng.choice([-1, 1]))
    for index in range(round((2 * COMES_S + held_s) * RATE)):
        at = index / RATE
        gone = max(0.0, 1 - at / COMES_S, (at - COMES_S - held_s) / COMES_S)
        pose = _trembled(card.pose, at, phases)._replace(x=card.pose.x + way * 1.1 * gone * gone)
        held = card._replace(pose=pose)
        # It is slowing down or gathering speed: half a frame's way with the shutter open, at most.
        moved = 2 * gone * 1.1 / COMES_S * size[0] / RATE / 2
        seen = light._replace(motion_px=light.motion_px + min(40.0, moved))
        if story is Story.GLARE:
            seen = seen._replace(glare=(_wandering(held, at, size, phases),))
        yield Shot(held, seen, at)


def _card(text: str, symbology: str, story: Story, rng: np.random.Generator) -> Held:
    turn = float(rng.uniform(25, 65) * rng.choice([-1, 1])) if story is Story.TURNED else float(rng.normal(0, 6))
    module_px = float(rng.uniform(2.6, 3.6))
    pose = Pose(float(rng.uniform(0.4, 0.6)), float(rng.uniform(0.45, 0.55)), turn, float(rng.uniform(0, 20)),
                float(rng.uniform(0, 360)))  # fmt: skip
    medium = Medium.CARD if story is not Story.PLAIN or rng.random() < 0.5 else Medium.PHONE
    return Held(Symbol(text, symbology, module_px), pose, medium)


def _light(story: Story, rng: np.random.Generator) -> Light:
    light = Light(
        motion_px=float(rng.uniform(0, 2.5)),
        defocus_px=float(rng.uniform(0.3, 1.0)),
        noise=3,
        shot=0.1,
        brightness=0.85,
        gradient=0.3,
        gradient_deg=float(rng.uniform(0, 360)),
        vignette=0.25,
        jpeg=82,
    )
    # A camera in the dark raises its gain, and the noise with it.
    return light._replace(noise=18.0, brightness=0.45, contrast=0.75, jpeg=90) if story is Story.DIM else light


def _trembled(pose: Pose, at: float, phases: NDArray[np.float64]) -> Pose:
    """A hand's slow sway and its tremor of some 9 Hz: a few pixels, a degree or two."""
    slow, quick = 2 * math.pi * 0.6 * at, 2 * math.pi * 9 * at
    return pose._replace(
        x=pose.x + 0.004 * math.sin(slow + phases[0]) + 0.0006 * math.sin(quick + phases[1]),
        y=pose.y + 0.006 * math.sin(slow * 1.3 + phases[2]) + 0.001 * math.sin(quick + phases[3]),
        turn_deg=pose.turn_deg + 1.5 * math.sin(slow * 0.8 + phases[4]) + 0.15 * math.sin(quick + phases[5]),
        tilt_deg=pose.tilt_deg + 2.0 * math.sin(slow * 0.7 + phases[6]),
    )


def _wandering(held: Held, at: float, size: tuple[int, int], phases: NDArray[np.float64]) -> Glare:
    """A reflection that hides a good part of the code in every frame, another part a moment later."""
    corners = outline(held, size)
    middle, across, down = corners.mean(axis=0), (corners[1] - corners[0]) / 2, (corners[3] - corners[0]) / 2
    turn = 2 * math.pi * 0.75 * at + phases[7]
    if held.symbol.symbology in LINEAR:
        spot = middle + across * (0.8 * math.sin(turn))
        upright = math.degrees(math.atan2(down[1], down[0]))
        return Glare(float(spot[0]), float(spot[1]), 0.22 * float(np.hypot(*across)), 420.0, 8.0, upright)
    spot = middle + 0.55 * (across * math.cos(turn) + down * math.sin(turn))
    return Glare(float(spot[0]), float(spot[1]), 0.52 * float(np.hypot(*across)), 420.0)
