"""Where a code may be: found at any place, angle, size and light; nothing where nothing stands out."""

from __future__ import annotations

import math
import time

import numpy as np
import pytest
from numpy.typing import NDArray

from station.scanner.drawn.frames import Glare, Held, Light, Medium, Pose, Symbol, drawn, picture, scene
from station.scanner.engines.zxing import asked, read
from station.scanner.looks.regions import Region, padded, regions
from station.scanner.opencv import cv2

Gray = NDArray[np.uint8]
Corners = NDArray[np.float64]

SIZE = (1280, 720)
CODES = {"QRCode": "PVZ-20245178", "Code128": "VT20245178"}
LIGHTS = {
    "even": Light(),
    "dark": Light(brightness=0.2, noise=2.0),
    "faint": Light(contrast=0.25),
    "noisy": Light(noise=14.0),
    "one side dark": Light(gradient=0.75, gradient_deg=20),
    "lamp": Light(glare=(Glare(1100, 120, 90),)),
}


def gray_of(frame: NDArray[np.uint8]) -> Gray:
    return np.asarray(cv2.cvtColor(frame, cv2.COLOR_BGR2GRAY), np.uint8)


def shown(
    symbology: str, x: float, y: float, angle: float, module_px: float, light: Light | None = None, seed: int = 0
) -> tuple[Gray, Corners]:
    """A code with its middle at (x, y) in shares of the frame, and the corners of its ink from the top left."""
    text = CODES[symbology]
    held = [Held(Symbol(text, symbology, module_px), Pose(x, y, angle), Medium.BARE)]
    desk = np.full((SIZE[1], SIZE[0], 3), 120, np.uint8)
    down, across = np.nonzero(drawn(text, symbology) < 128)
    half = module_px * np.array([np.ptp(across) + 1, np.ptp(down) + 1]) / 2
    cosine, sine = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    turn = np.array([[cosine, -sine], [sine, cosine]])
    corners = [turn @ (half * way) + (x * SIZE[0], y * SIZE[1]) for way in ((-1, -1), (1, -1), (1, 1), (-1, 1))]
    return gray_of(picture(held, before=desk, light=light or Light(), seed=seed)), np.array(corners)


def holds(region: Region, corners: Corners) -> bool:
    left, top, wide, high = padded(region.box, (SIZE[1], SIZE[0]))
    return all(left <= x < left + wide and top <= y < top + high for x, y in corners)


def off(angle: float, true: float) -> float:
    """Degrees between two directions of a line."""
    return abs((angle - true + 90) % 180 - 90)


@pytest.mark.parametrize("light", LIGHTS)
@pytest.mark.parametrize("symbology", CODES)
def test_a_code_is_the_likeliest_region_in_any_light(symbology: str, light: str) -> None:
    gray, corners = shown(symbology, 0.45, 0.55, 10, 4 if symbology == "QRCode" else 2.5, LIGHTS[light])
    (first, *_) = regions(gray)
    assert holds(first, corners)
    assert first.linear == (symbology == "Code128")


@pytest.mark.parametrize("module_px", [2.0, 3.0, 5.0, 8.0])
@pytest.mark.parametrize(("x", "y"), [(0.2, 0.25), (0.5, 0.5), (0.8, 0.7)])
def test_qr_codes_of_every_size_are_held_whole(module_px: float, x: float, y: float) -> None:
    for angle in (0, 20, 45):
        gray, corners = shown("QRCode", x, y, angle, module_px)
        first = regions(gray)[0]
        assert holds(first, corners)
        assert not first.linear
        # A region of half of the picture would hold everything.
        longest = float(np.ptp(corners, axis=0).max())
        assert max(first.box[2:]) <= 1.25 * longest + 32


@pytest.mark.parametrize("angle", range(0, 180, 15))
def test_bars_are_known_as_such_with_their_direction(angle: int) -> None:
    for x, y, module_px in ((0.5, 0.5, 1.5), (0.4, 0.55, 2.0), (0.6, 0.45, 3.0), (0.5, 0.5, 5.0)):
        gray, corners = shown("Code128", x, y, angle, module_px)
        first = regions(gray)[0]
        assert first.linear
        assert holds(first, corners)
        assert off(first.angle_deg, angle) <= 8


def test_upright_bars_lie_at_nought_and_positive_turns_clockwise() -> None:
    """Clockwise as one looks at it: a line that sinks to the right, for y points down."""
    across = np.arange(400)[None, :]
    down = np.arange(300)[:, None]
    for angle in (0.0, 30.0):
        way = across * math.cos(math.radians(angle)) + down * math.sin(math.radians(angle))
        bars = np.where((np.abs(across - 200) < 90) & (np.abs(down - 150) < 60) & (way % 6 < 3), 20, 220)
        assert regions(bars.astype(np.uint8))[0].angle_deg == pytest.approx(angle, abs=8)


@pytest.mark.parametrize("symbology", CODES)
def test_light_codes_on_dark_are_found_like_others(symbology: str) -> None:
    gray, corners = shown(symbology, 0.6, 0.4, 25, 2.5)
    first = regions(np.asarray(255 - gray, np.uint8))[0]
    assert holds(first, corners)
    assert first.linear == (symbology == "Code128")
    assert not first.linear or off(first.angle_deg, 25) <= 8


def test_every_one_of_several_codes_has_its_region() -> None:
    frame = scene([Symbol("FIRST-1"), Symbol("SECOND-2", "Code128", 2), Symbol("THIRD-3", module_px=3)])
    boxes = [padded(region.box, (720, 1280)) for region in regions(gray_of(frame))]
    for code in read(gray_of(frame), asked(["QRCode", "Code128"])):
        x, y = np.mean(code.corners, axis=0)
        assert any(left <= x < left + wide and top <= y < top + high for left, top, wide, high in boxes)
    assert len(regions(gray_of(frame), 1)) == 1
    assert [region.energy for region in regions(gray_of(frame))] == sorted(
        (region.energy for region in regions(gray_of(frame))), reverse=True
    )


ACROSS = np.linspace(0, 255, SIZE[0])
EMPTY = {
    "black": np.zeros((720, 1280)),
    "gray": np.full((720, 1280), 128.0),
    "white": np.full((720, 1280), 255.0),
    "gradient": np.tile(ACROSS, (720, 1)),
    "steep gradient": np.tile(np.linspace(0, 255, 120), (90, 1)),
    "lamp": 100 + 120 * np.exp(-(((ACROSS[None, :] - 90) / 60) ** 2)) * np.ones((720, 1)),
    "flicker": np.tile(128 + 40 * np.sin(np.arange(720) / 60)[:, None], (1, 1280)),
}


@pytest.mark.parametrize("name", EMPTY)
def test_nothing_stands_out_of_an_even_picture(name: str) -> None:
    assert regions(EMPTY[name].astype(np.uint8)) == []


@pytest.mark.parametrize(("level", "spread"), [(20, 2), (60, 3), (128, 3), (128, 10), (230, 16)])
def test_nothing_stands_out_of_noise(level: int, spread: int) -> None:
    noise = np.random.default_rng(spread).normal(level, spread, (720, 1280))
    assert regions(np.clip(noise, 0, 255).astype(np.uint8)) == []


HOSTILE = [(0, 0), (0, 50), (50, 0), (1, 1), (1, 4000), (4000, 1), (2, 2), (3, 3000), (7, 9), (40, 40), (9, 60_000)]


@pytest.mark.parametrize("shape", HOSTILE)
def test_pictures_of_odd_sizes_raise_nothing(shape: tuple[int, int]) -> None:
    random = np.random.default_rng(4)
    for gray in (random.integers(0, 256, shape, np.uint8), np.zeros(shape, np.uint8)):
        for one in regions(gray):
            x, y, wide, high = padded(one.box, shape)
            assert 0 <= x < x + wide <= shape[1]
            assert 0 <= y < y + high <= shape[0]


def test_a_wall_of_tiles_is_bounded_in_number_and_time() -> None:
    tiles = np.kron(np.indices((90, 160)).sum(axis=0) % 2, np.ones((8, 8))).astype(np.uint8) * 255
    specks = np.full((720, 1280), 200, np.uint8)
    for x in range(20, 1260, 60):
        for y in range(20, 700, 60):
            specks[y : y + 30, x : x + 30] = np.random.default_rng(x + y).integers(0, 2, (30, 30)) * 255
    code, _ = shown("QRCode", 0.5, 0.5, 0, 4)
    usual = spent(code)
    for gray in (tiles, specks):
        assert len(regions(gray, 3)) <= 3
        assert spent(gray) < 4 * usual


def spent(gray: Gray) -> float:
    """Processor seconds, the least of several."""
    times = []
    for _ in range(5):
        began = time.process_time()
        regions(gray)
        times.append(time.process_time() - began)
    return min(times)


def test_a_padded_box_stays_in_the_picture_and_grows_by_its_longer_side() -> None:
    assert padded((100, 200, 50, 20), (720, 1280), share=0.2, least=6) == (84, 184, 82, 52)
    assert padded((0, 700, 50, 20), (720, 1280)) == (0, 669, 81, 51)
