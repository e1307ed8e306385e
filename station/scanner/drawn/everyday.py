"""One frame as a desk's camera gives it on an ordinary day: a card or telephone, tilted, moving, in poor light."""

from __future__ import annotations

from typing import Final

import numpy as np

from station.scanner.drawn.clutter import clutter
from station.scanner.drawn.frames import Held, Light, Medium, Pose, Symbol, picture
from station.scanner.drawn.light import Pixels
from station.scanner.engines.symbologies import LINEAR

BEHIND: Final = ("desk", "room", "crowd")


def everyday(
    text: str,
    symbology: str = "QRCode",
    *,
    seed: int,
    size: tuple[int, int] = (1280, 720),
) -> Pixels:
    """A BGR frame: the code moderately tilted and turned, not too far, a little moved or out of focus, with
    noise, on average in low light. The same arguments give the same frame."""
    rng = np.random.default_rng((seed, 0xDA1))
    held, light = holding(text, symbology, rng), lighting(rng)
    return picture([held], before=clutter(str(rng.choice(BEHIND)), seed, size), light=light, seed=seed)


def holding(text: str, symbology: str, rng: np.random.Generator) -> Held:
    """How somebody holds it up: any moderate angle, any distance at which it is about large enough."""
    linear = symbology in LINEAR
    module_px = float(rng.uniform(1.6, 3.6) if linear else rng.uniform(1.45, 3.2))
    pose = Pose(
        float(rng.uniform(0.38, 0.62)),
        float(rng.uniform(0.42, 0.58)),
        float(rng.normal(0, 9) if linear else rng.normal(0, 15)),
        float(rng.uniform(0, 45)),
        float(rng.uniform(0, 360)),
    )
    medium = Medium.PHONE if rng.random() < 0.4 else Medium.CARD
    return Held(Symbol(text, symbology, module_px), pose, medium)


def lighting(rng: np.random.Generator) -> Light:
    """A laptop's camera in a hall: often too dark, hence noisy, and slow enough to blur what moves."""
    dim = float(rng.beta(1.3, 1.6))  # 0: bright
    return Light(
        motion_px=float(rng.uniform(0, 3.2) * (0.6 + dim)),
        motion_deg=float(rng.uniform(0, 180)),
        defocus_px=float(rng.uniform(0, 1.2)),
        noise=2 + 4.5 * dim,
        shot=0.05 + 0.2 * dim,
        contrast=float(rng.uniform(0.6, 0.95)),
        brightness=1.05 - 0.75 * dim,
        gradient=float(rng.uniform(0, 0.5)),
        gradient_deg=float(rng.uniform(0, 360)),
        vignette=float(rng.uniform(0.1, 0.4)),
        jpeg=int(rng.integers(70, 92)),
    )
