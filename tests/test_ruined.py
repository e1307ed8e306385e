"""QR codes that a plain pass does not read: out of focus, bent, in glare, scratched; and never what is not there."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from station.scanner.drawn.clutter import KINDS, clutter
from station.scanner.drawn.frames import drawn
from station.scanner.engines.zxing import asked, read
from station.scanner.opencv import cv2
from station.scanner.qr import bits as qrbits
from station.scanner.qr import reader as ruined
from station.scanner.qr.layout import Signs, layout

Gray = NDArray[np.uint8]
Field = NDArray[np.float32]

MODULE = 6
"""Pixels of a module before anything happens to it."""
PAPER = 235.0
QR = asked(["QRCode"])


def text_of(seed: int) -> str:
    return f"PVZ-{seed:04d}-STUDENT-{seed * 7919:06d}"


def sheet(seed: int) -> Field:
    """A printed code with eight modules of paper around it."""
    code = np.kron(drawn(text_of(seed)), np.ones((MODULE, MODULE), np.uint8))
    return np.asarray(np.pad(code, 4 * MODULE, constant_values=int(PAPER)), np.float32)


def seen(page: Field, seed: int) -> Gray:
    """What a camera makes of it: less contrast, and noise."""
    noise = np.random.default_rng(seed).normal(0, 3, page.shape)
    return np.clip(40 + 0.75 * page + noise, 0, 255).astype(np.uint8)


def blurred(page: Field, _seed: int) -> Field:
    """Out of focus: each point a disc with a radius of 0.9 modules."""
    radius, fine = 0.9 * MODULE, 8
    side = 2 * math.ceil(radius) + 1
    down, across = np.mgrid[: side * fine, : side * fine] - (side * fine - 1) / 2
    disc = cv2.resize(
        (np.hypot(down, across) <= radius * fine).astype(np.float32), (side, side), None, 0, 0, cv2.INTER_AREA
    )
    return np.asarray(cv2.filter2D(page, -1, disc / disc.sum(), borderType=cv2.BORDER_REPLICATE), np.float32)


def bent(page: Field, _seed: int) -> Field:
    """Round an upright bottle, seen a little from above."""
    high, wide = page.shape
    radius = wide / 2 / 1.05
    across = np.arange(int(2 * radius * math.sin(1.05)), dtype=np.float32)
    turn = np.arcsin((across - across.mean()) / radius)
    sag = 0.35 * radius * (1 - np.cos(turn))
    rows = np.arange(high + int(sag.max()) + 2 * MODULE, dtype=np.float32)[:, None] - MODULE + sag - sag.max()
    columns = np.broadcast_to(radius * turn + (wide - 1) / 2, rows.shape)
    shown = cv2.remap(page, columns.astype(np.float32), rows.astype(np.float32), cv2.INTER_LINEAR,
                      borderMode=cv2.BORDER_CONSTANT, borderValue=PAPER)  # fmt: skip
    return np.asarray(shown, np.float32)


def glaring(page: Field, seed: int) -> Field:
    """A lamp's reflection on it, off its finders."""
    x, y = np.random.default_rng(seed).uniform(0.45, 0.7, 2) * page.shape[0]
    down, across = np.mgrid[: page.shape[0], : page.shape[1]]
    spot = 400 * np.exp(-((across - x) ** 2 + (down - y) ** 2) / (0.18 * page.shape[0]) ** 2)
    return np.asarray(page + spot, np.float32)


def scratched(page: Field, seed: int) -> Field:
    """Strokes of pen and knife right across it."""
    random = np.random.default_rng(seed)
    marked = page.copy()
    for _ in range(8):
        (x, y), (to_x, to_y) = (random.uniform(0.1, 0.9, (2, 2)) * page.shape[0]).astype(int).tolist()
        ink = float(random.choice([20, PAPER]))
        cv2.line(marked, (x, y), (to_x, to_y), (ink,), max(2, int(page.shape[0] * 0.012)))
    return marked


RUINS: dict[str, tuple[Callable[[Field, int], Field], tuple[int, ...]]] = {
    "blurred": (blurred, tuple(range(6))),
    "bent": (bent, tuple(range(6))),
    "glaring": (glaring, tuple(range(6))),
    "scratched": (scratched, (1, 4, 5)),
}
"""Each with the seeds that were seen to be read: of scratches, half leave too little."""
CASES = [(kind, seed) for kind, (_, seeds) in RUINS.items() for seed in seeds]


@pytest.mark.parametrize(("kind", "seed"), CASES)
def test_a_ruined_code_is_read_that_a_plain_pass_does_not_read(kind: str, seed: int) -> None:
    gray = seen(RUINS[kind][0](sheet(seed), seed), seed)
    assert read(gray, QR) == []
    (one,) = ruined.read(gray, patient=True)
    assert one[:2] == (text_of(seed), "QRCode")


@pytest.mark.parametrize(("kind", "seeds"), [("blurred", range(6)), ("glaring", (0, 1, 4, 5))])
def test_a_frames_part_has_less_patience_and_reads_the_common_ruins(kind: str, seeds: Sequence[int]) -> None:
    for seed in seeds:
        gray = seen(RUINS[kind][0](sheet(seed), seed), seed)
        assert [one.text for one in ruined.read(gray, patient=False)] == [text_of(seed)]


def test_light_on_dark_is_read_as_well() -> None:
    gray = np.asarray(255 - seen(blurred(sheet(3), 3), 3), np.uint8)
    assert [one.text for one in ruined.read(gray, patient=True)] == [text_of(3)]


def test_two_ruined_codes_are_both_read() -> None:
    pair = np.hstack([seen(blurred(sheet(1), 1), 1), seen(blurred(sheet(2), 2), 2)])
    assert {one.text for one in ruined.read(pair, patient=True)} == {text_of(1), text_of(2)}


@pytest.mark.parametrize("turns", range(4))
def test_corners_start_at_the_codes_own_top_left_and_go_clockwise(turns: int) -> None:
    page = sheet(5)
    low, high = 8 * MODULE - 0.5, page.shape[0] - 8 * MODULE - 0.5
    square = [(low, low), (high, low), (high, high), (low, high)]
    gray = np.ascontiguousarray(np.rot90(seen(blurred(page, 5), 5), -turns))
    (one,) = ruined.read(gray, patient=True)
    expected = [square[(at + turns) % 4] for at in range(4)]
    assert np.abs(np.array(one.corners) - expected).max() <= MODULE / 2


def test_corners_of_a_large_code_are_the_pictures_own() -> None:
    """A code finer than it need be is looked at smaller, and in a part of the picture."""
    large = cv2.resize(seen(blurred(sheet(2), 2), 2), None, fx=3, fy=3, interpolation=cv2.INTER_LINEAR)
    gray = np.asarray(cv2.copyMakeBorder(large, 200, 50, 300, 90, cv2.BORDER_REPLICATE), np.uint8)
    (one,) = ruined.read(gray, patient=True)
    low, high = 24 * MODULE, large.shape[0] - 24 * MODULE
    expected = np.array([(low, low), (high, low), (high, high), (low, high)]) + np.array([300, 200])
    assert np.abs(np.array(one.corners) - expected).max() <= 1.5 * MODULE


# --- what is not there ---


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_read_in_clutter(kind: str) -> None:
    for seed in range(2):
        gray = np.asarray(cv2.cvtColor(clutter(kind, seed, (960, 540)), cv2.COLOR_BGR2GRAY), np.uint8)
        assert ruined.read(gray, patient=True) == []
        assert ruined.read(gray[100:400, 200:600], patient=False) == []


def test_nothing_is_read_in_noise() -> None:
    random = np.random.default_rng(8)
    for side in (60, 200, 400):
        for grain in (1, 3, 7):
            noise = np.kron(random.integers(0, 2, (side // grain, side // grain)), np.ones((grain, grain))) * 255
            assert ruined.read(noise.astype(np.uint8), patient=True) == []
            assert ruined.read(random.integers(0, 256, (side, side), np.uint8), patient=False) == []


def finder(size: int) -> Gray:
    square = np.full((9, 9), 255, np.uint8)
    square[1:8, 1:8] = 0
    square[2:7, 2:7] = 255
    square[3:6, 3:6] = 0
    return np.asarray(np.kron(square, np.ones((size, size), np.uint8)), np.uint8)


def hollow(version: int, seed: int) -> Gray:
    """All that a code of this version is known by, and behind it nothing but chance."""
    plan = layout(version)
    chance = np.random.default_rng(seed).integers(0, 2, plan.fixed.shape) * 2 - 1
    light = np.where(plan.fixed != 0, plan.fixed, chance) < 0
    return np.asarray(np.kron(np.pad(light, 4, constant_values=True), np.ones((5, 5))) * 255, np.uint8)


@pytest.mark.parametrize("version", [1, 2, 5])
def test_a_codes_patterns_with_chance_modules_make_no_text(version: int) -> None:
    assert ruined.read(hollow(version, version), patient=True) == []


# --- bounds ---

CROWD = np.tile(finder(3), (30, 40))
"""1,200 finders: 287 million threes, if all were tried."""


def spent(work: Callable[[Gray], object], gray: Gray) -> float:
    began = time.process_time()
    work(gray)
    return time.process_time() - began


def test_a_crowd_of_finders_is_bounded_in_time() -> None:
    usual = seen(bent(sheet(0), 0), 0)
    ruined.read(usual, patient=True)  # tables are made once
    limit = 12 * max(spent(lambda gray: ruined.read(gray, patient=True), usual) for _ in range(2))
    assert spent(lambda gray: ruined.read(gray, patient=True), CROWD) < limit
    assert spent(lambda gray: ruined.read(gray, patient=False), CROWD) < limit / 4


@pytest.mark.parametrize("patient", [False, True])
def test_error_correction_is_tried_a_bounded_number_of_times(monkeypatch: pytest.MonkeyPatch, patient: bool) -> None:
    """On a sheet where every three of finders looks like a code and none is one."""
    tried = list[int]()

    def counted(soft: Signs, version: int, *, patient: bool) -> str | None:
        tried.append(version)
        return qrbits.text_of(soft, version, patient=patient)

    monkeypatch.setattr(ruined, "qrbits", SimpleNamespace(text_of=counted, agreement=qrbits.agreement))
    page = np.vstack([np.hstack([hollow(2, 3 * row + column) for column in range(3)]) for row in range(2)])
    assert ruined.read(page, patient=patient) == []
    # An effort of 260 (45 on a frame) pays for so many meshes, each with four answers, and no more.
    assert 0 < len(tried) <= (200 if patient else 36)


def test_large_noise_is_bounded_in_time_against_a_plain_pass() -> None:
    noise = np.random.default_rng(3).integers(0, 256, (1500, 1700), np.uint8)
    assert spent(lambda gray: ruined.read(gray, patient=True), noise) < 80 * spent(lambda gray: read(gray, QR), noise)


def test_a_picture_beyond_all_measure_is_not_looked_at() -> None:
    huge = np.broadcast_to(np.uint8(0), (8_000, 8_000))
    assert ruined.read(huge, patient=True) == []


@pytest.mark.parametrize("shape", [(0, 0), (0, 9), (1, 1), (1, 100_000), (100_000, 1), (20, 3_000), (21, 21), (22, 5)])
@pytest.mark.parametrize("patient", [False, True])
def test_pictures_of_odd_sizes_raise_nothing(shape: tuple[int, int], patient: bool) -> None:
    for gray in (np.random.default_rng(2).integers(0, 256, shape, np.uint8), np.zeros(shape, np.uint8)):
        assert ruined.read(gray, patient=patient) == []


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(arrays(np.uint8, (12, 12), elements=st.sampled_from([0, 255])), st.integers(2, 5))
def test_finders_cut_short_or_overlaid_raise_nothing(cells: Gray, size: int) -> None:
    ground = np.tile(finder(size), (3, 3))
    mask = np.kron(cells, np.ones((10, 10), np.uint8))[: ground.shape[0], : ground.shape[1]]
    part = ground[: mask.shape[0], : mask.shape[1]]
    assert ruined.read(np.asarray(np.maximum(part, mask), np.uint8), patient=True) == []
