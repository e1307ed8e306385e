"""What a camera makes of a picture: blur, uneven light, glare, sensor noise, compression. For synthetic frames."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from station.scanner.opencv import cv2

Pixels = NDArray[np.uint8]
Field = NDArray[np.float32]

GRAINS = 3_000_000
"""Random numbers that are drawn once; each frame's noise is a stretch of them from a place of its own."""
COARSE = 8
"""Pixels of the frame to one of a field of light: light changes slowly across a picture."""


class Glare(NamedTuple):
    """A lamp's reflection: soft at its edge, ``strength`` grey levels added in its middle (over 255 it is blind
    white). Pixels of the frame; ``stretch`` makes an ellipse of it, long in the direction ``angle_deg``."""

    x: float
    y: float
    radius_px: float
    strength: float = 350.0
    stretch: float = 1.0
    angle_deg: float = 0.0


class Light(NamedTuple):
    """What a camera does to a picture. Blur and noise are standard deviations (pixels, grey levels).

    ``motion_px`` is the card's way while the shutter is open, in the direction ``motion_deg`` (0: across);
    ``defocus_px`` the radius of the disc that a point becomes. ``contrast`` 1 is black on white;
    ``brightness`` multiplies. Noise has the variance ``noise``² + ``shot`` x grey level. ``gradient`` is the
    share of light lost from one side of the frame to the other in the direction ``gradient_deg``,
    ``vignette`` that lost in the corners, ``shadow`` that lost behind a straight edge through the frame.
    ``moire`` is how much (0 to 1) of the light a filmed screen's beat pattern takes away, every ``moire_px``
    pixels. ``jpeg`` is the quality a webcam's compression leaves; 0: none.
    """

    motion_px: float = 0
    blur_px: float = 0.0
    noise: float = 2.0
    contrast: float = 0.85
    brightness: float = 1.0
    moire: float = 0.0
    moire_px: float = 9.0
    motion_deg: float = 0.0
    defocus_px: float = 0.0
    shot: float = 0.0
    gradient: float = 0.0
    gradient_deg: float = 0.0
    vignette: float = 0.0
    shadow: float = 0.0
    glare: tuple[Glare, ...] = ()
    jpeg: int = 0


def through(frame: Pixels, light: Light, seed: int, own: Field | None = None, beat: Field | None = None) -> Pixels:
    """The BGR frame as a camera in that light would give it. The same arguments give the same frame.

    ``own`` (0 to 1 a pixel) is what shines by itself and knows no shadow; ``beat`` is a factor a pixel that
    the sensor's raster makes of a screen's.
    """
    rng = np.random.default_rng((seed, 0xCA3E))
    luma, *chroma = cv2.split(cv2.cvtColor(frame, cv2.COLOR_BGR2YCrCb))
    seen = _blurred(luma.astype(np.float32), light)
    if beat is not None:
        seen *= beat
    seen -= 128.0
    seen *= light.contrast
    seen += 128.0
    bright = _fallen(seen.shape, light, own, rng)
    seen *= bright
    if light.moire > 0:
        down, across = np.mgrid[0 : seen.shape[0], 0 : seen.shape[1]].astype(np.float32)
        seen *= 1 - light.moire / 2 + light.moire / 2 * np.sin(2 * np.pi / light.moire_px * (across + down / 1.3))
    for glare in light.glare:
        seen += _full(_reflection(seen.shape, glare), seen.shape)
    np.clip(seen, 0.0, 255.0, out=seen)
    if light.noise > 0 or light.shot > 0:
        spread = np.sqrt(light.noise**2 + light.shot * seen) if light.shot > 0 else light.noise
        seen += spread * _grain(seen.shape, rng)
    tints = [_tint(np.asarray(tint, np.uint8), light, bright, rng) for tint in chroma]
    values = cv2.merge([np.clip(seen + 0.5, 0, 255).astype(np.uint8), *tints])
    picture = np.asarray(cv2.cvtColor(values, cv2.COLOR_YCrCb2BGR), np.uint8)
    return compressed(picture, light.jpeg) if light.jpeg else picture


def compressed(picture: Pixels, quality: int) -> Pixels:
    """The picture after JPEG, as a webcam's MJPG stream carries it."""
    packed = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    return np.asarray(cv2.imdecode(packed, cv2.IMREAD_COLOR), np.uint8)


def _blurred(luma: Field, light: Light) -> Field:
    seen = luma
    if light.motion_px > 1 or light.defocus_px > 0.3:
        seen = np.asarray(cv2.filter2D(seen, -1, _spread(light), borderType=cv2.BORDER_REFLECT), np.float32)
    if light.blur_px > 0:
        seen = np.asarray(cv2.GaussianBlur(seen, (0, 0), light.blur_px), np.float32)
    return seen


def _spread(light: Light) -> Field:
    """What motion and defocus make of a point of light; sums to 1."""
    length, radius = max(0.0, light.motion_px - 1), light.defocus_px
    half = math.ceil(length / 2 + radius) + 1
    fine = 4  # a radius of 1.3 pixels is not one of 1
    down, across = (np.mgrid[0 : (2 * half + 1) * fine, 0 : (2 * half + 1) * fine] + 0.5) / fine - half - 0.5
    angle = math.radians(light.motion_deg)
    along = across * math.cos(angle) + down * math.sin(angle)
    beside = down * math.cos(angle) - across * math.sin(angle)
    beyond = np.maximum(0.0, np.abs(along) - length / 2)
    spot = (np.hypot(beyond, beside) <= max(0.5, radius)).astype(np.float32)
    kernel = spot.reshape(2 * half + 1, fine, 2 * half + 1, fine).mean(axis=(1, 3))
    return np.asarray(kernel / kernel.sum(), np.float32)


def _fallen(shape: tuple[int, ...], light: Light, own: Field | None, rng: np.random.Generator) -> Field | float:
    """The factor of light at each pixel."""
    if not (light.gradient or light.vignette or light.shadow or own is not None):
        return light.brightness
    across, down = _grid(shape)
    width, height = shape[1], shape[0]
    x, y = across / width - 0.5, down / height - 0.5
    angle = math.radians(light.gradient_deg)
    field = 1 - light.gradient * np.clip(0.5 + x * math.cos(angle) + y * math.sin(angle), 0, 1)
    field *= 1 - light.vignette * 2 * (x * x + y * y)
    if light.shadow:
        turn = rng.uniform(0, 2 * math.pi)
        edge = x * math.cos(turn) + y * math.sin(turn) - rng.uniform(-0.2, 0.2)
        field *= 1 - light.shadow / (1 + np.exp(-edge * 60))
    whole = _full((field * light.brightness).astype(np.float32), shape)
    if own is not None:
        whole = whole + own * (min(1.0, 0.3 + light.brightness) - whole)
    return whole


def _reflection(shape: tuple[int, ...], glare: Glare) -> Field:
    across, down = _grid(shape)
    angle = math.radians(glare.angle_deg)
    x, y = across - glare.x, down - glare.y
    along = (x * math.cos(angle) + y * math.sin(angle)) / glare.stretch
    beside = y * math.cos(angle) - x * math.sin(angle)
    reach = np.hypot(along, beside) / glare.radius_px
    # A flat blind middle and a skirt that fades over about as much again.
    return (glare.strength * np.exp(-(reach**3))).astype(np.float32)


def _grid(shape: tuple[int, ...]) -> tuple[Field, Field]:
    """Where the middles of a coarse field's cells are in the frame: across, down."""
    high, wide = math.ceil(shape[0] / COARSE), math.ceil(shape[1] / COARSE)
    down, across = np.mgrid[0:high, 0:wide].astype(np.float32)
    return (across + 0.5) * (shape[1] / wide) - 0.5, (down + 0.5) * (shape[0] / high) - 0.5


def _full(field: Field, shape: tuple[int, ...]) -> Field:
    return np.asarray(cv2.resize(field, (shape[1], shape[0]), interpolation=cv2.INTER_LINEAR), np.float32)


def _tint(tint: Pixels, light: Light, bright: Field | float, rng: np.random.Generator) -> Pixels:
    """One colour difference at half size, as cameras send it: less in less light, blotchy with noise."""
    shape = tint.shape
    half = cv2.resize(tint, (-(-shape[1] // 2), -(-shape[0] // 2)), interpolation=cv2.INTER_AREA).astype(np.float32)
    wide = light.motion_px / 4 + light.defocus_px / 2 + light.blur_px / 2
    if wide > 0.3:
        half = np.asarray(cv2.GaussianBlur(half, (0, 0), wide), np.float32)
    fall = float(bright) if isinstance(bright, float) else cv2.resize(bright, (half.shape[1], half.shape[0]))
    half = 128 + (half - 128) * light.contrast * fall
    grain = 0.25 * math.sqrt(light.noise**2 + light.shot * 100)
    if grain > 0:
        half += grain * _grain(half.shape, rng)
    small = np.clip(half + 0.5, 0, 255).astype(np.uint8)
    return np.asarray(cv2.resize(small, (shape[1], shape[0]), interpolation=cv2.INTER_LINEAR), np.uint8)


@lru_cache(maxsize=1)
def _grains() -> Field:
    return np.random.default_rng(0x9A1).standard_normal(GRAINS, np.float32)


def _grain(shape: tuple[int, ...], rng: np.random.Generator) -> Field:
    """Noise of deviation 1; a stretch of one long row of random numbers, so that it costs next to nothing."""
    count = shape[0] * shape[1]
    grains = _grains()
    if count > grains.size // 2:
        return rng.standard_normal(shape, np.float32)
    start = int(rng.integers(0, grains.size - count))
    return grains[start : start + count].reshape(shape)
