"""Bars that no plain pass reads: turned, small, noisy, tilted, scratched, blurred; and never what is not there."""

from __future__ import annotations

import math

import numpy as np
import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numpy.typing import NDArray

from station.scanner.bars import reader as bars
from station.scanner.bars.fitting import fitted, started
from station.scanner.bars.patterns import code128, ean
from station.scanner.bars.profile import judged, merged
from station.scanner.bars.strip import upright
from station.scanner.drawn.frames import Light, Symbol, drawn, scene
from station.scanner.looks.fences import fences
from station.scanner.opencv import cv2

Gray = NDArray[np.uint8]

SAMPLES = {
    "Code128": "Tartu-2024",
    "Code39": "VT20245",
    "Code93": "VT20245",
    "ITF": "20245178",
    "Codabar": "A20245178B",
    "EAN13": "4006381333931",
    "EAN8": "96385074",
    "UPCA": "036000291452",
}
LINEAR = tuple(SAMPLES)
HARD = Light(noise=17, blur_px=0.7, contrast=0.5)


def shown(
    symbology: str, light: Light | None = None, *, text: str = "", size: tuple[int, int] = (440, 300), **how: float
) -> Gray:
    """A gray picture of one code; ``how``: module_px, angle_deg, tilt_deg, seed."""
    symbol = Symbol(text or SAMPLES[symbology], symbology, how.get("module_px", 2.0))
    frame = scene(
        [symbol],
        size=size,
        angle_deg=how.get("angle_deg", 0.0),
        tilt_deg=how.get("tilt_deg", 0.0),
        light=light or Light(),
        seed=int(how.get("seed", 0)),
    )
    return np.asarray(cv2.cvtColor(frame, cv2.COLOR_BGR2GRAY), np.uint8)


def texts(gray: Gray, angle_deg: float = 0.0, formats: tuple[str, ...] = LINEAR, *, patient: bool = False) -> list[str]:
    return [one.text for one in bars.read(gray, angle_deg, formats, patient=patient)]


def plain(gray: Gray) -> list[str]:
    wanted = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat[name] for name in LINEAR])
    return [code.text for code in zxingcpp.read_barcodes(gray, formats=wanted)]


@pytest.mark.parametrize("symbology", LINEAR)
def test_every_symbology_is_read_by_its_name_in_light_where_a_plain_pass_fails(symbology: str) -> None:
    gray = shown(symbology, HARD, angle_deg=33)
    assert plain(gray) == []
    (one,) = bars.read(gray, 29, LINEAR)
    assert one[:2] == (SAMPLES[symbology], symbology)


@pytest.mark.parametrize("angle", range(-90, 270, 15))
def test_a_code_is_read_at_every_angle_though_the_estimate_is_off(angle: int) -> None:
    gray = shown("Code128", HARD, size=(360, 360), angle_deg=angle)
    for off in (-6, 0, 6):
        assert texts(gray, angle + off) == [SAMPLES["Code128"]]


@pytest.mark.parametrize("symbology", ["Code128", "EAN13", "Code39", "ITF"])
def test_bars_of_little_more_than_a_pixel_are_read(symbology: str) -> None:
    assert texts(shown(symbology, module_px=1.2, angle_deg=4)) == [SAMPLES[symbology]]


@pytest.mark.parametrize("symbology", ["Code128", "EAN13", "Codabar"])
def test_bars_under_heavy_noise_are_read(symbology: str) -> None:
    gray = shown(symbology, Light(noise=60, contrast=0.8))
    assert plain(gray) == []
    assert texts(gray) == [SAMPLES[symbology]]


@pytest.mark.parametrize("angle", [0, 40, 80])
def test_a_code_tilted_far_away_is_read(angle: int) -> None:
    gray = shown("EAN13", Light(noise=8), size=(400, 400), module_px=3, angle_deg=angle, tilt_deg=50)
    assert texts(gray, angle) == [SAMPLES["EAN13"]]


@pytest.mark.parametrize("slant", [-0.5, 0.0, 0.4])
@pytest.mark.parametrize("climb", [-0.25, 0.3])
def test_bars_that_lean_and_converge_and_climb_are_set_upright(slant: float, climb: float) -> None:
    card = cv2.resize(drawn("4006381333931", "EAN13"), None, fx=3, fy=2, interpolation=cv2.INTER_NEAREST)
    high, wide = card.shape
    flat = np.array([(0, 0), (wide, 0), (wide, high), (0, high)], np.float32)
    there = flat + np.array((120, 140), np.float32)
    there[:, 0] -= slant * flat[:, 1] + np.where(flat[:, 0] > 0, -0.15, 0.15) * flat[:, 1]
    there[:, 1] += climb * flat[:, 0]
    plane = cv2.getPerspectiveTransform(flat, there.astype(np.float32))
    gray = np.asarray(cv2.warpPerspective(card, plane, (600, 420), borderValue=255), np.uint8)
    strip = upright(gray, 0)
    assert strip is not None
    rows = strip.rows[len(strip.rows) // 4 : -len(strip.rows) // 4].astype(np.float64)
    # A sample is ink or light in every row: the rows differ from their mean by far less than ink from light.
    assert (rows - rows.mean(axis=0)).std() < 0.25 * rows.mean(axis=0).std()
    assert texts(gray) == ["4006381333931"]


def test_glare_over_some_rows_leaves_the_bars_to_the_others() -> None:
    bars_alone = np.repeat(np.arange(60) % 2, 8).astype(np.float32) * 150 + 50
    rows = np.tile(bars_alone, (4, 1))
    for at in range(3):
        rows[at, 100 + 90 * at : 200 + 90 * at] = 255
    flat, trust = judged(rows)
    truth = (bars_alone > 125).astype(np.float64)
    off, off_of_mean = (
        np.abs(line / 100 - truth)[60:420].mean() for line in (merged(flat, trust), merged(flat, np.ones_like(flat)))
    )
    assert off < 0.08
    assert off < 0.6 * off_of_mean


def test_reads_must_agree_and_weak_ones_from_different_places() -> None:
    def sight(text: str, symbology: str, bands: int) -> bars.Sight:
        return bars.Sight(text, symbology, 0, 9, bands)

    weak, same, apart = sight("123456", "ITF", 0b01), sight("123456", "ITF", 0b11), sight("123456", "ITF", 0b10)
    assert bars.agreed([weak]) == []
    assert bars.agreed([weak, same, same]) == []
    assert bars.agreed([weak, same, apart]) == [weak]
    rival = sight("654321", "ITF", 0b01)
    assert bars.agreed([weak, rival, apart, rival]) == []
    strong = sight("AB", "Code128", 0b11)
    assert bars.agreed([strong]) == []
    assert bars.agreed([strong, strong]) == [strong]


def test_pen_strokes_and_glare_hide_no_code_that_shows_elsewhere() -> None:
    inked = shown("ITF", module_px=2.5)
    for x in (130, 190, 260):
        cv2.line(inked, (x, 120), (x + 40, 185), 20, 5)
    assert texts(inked) == [SAMPLES["ITF"]]
    glaring = shown("ITF", module_px=2.5).astype(np.float32)
    down, across = np.mgrid[: glaring.shape[0], : glaring.shape[1]]
    glaring += 400 * np.exp(-((((across - 220) * 0.3 + down - 150) / 18.0) ** 2))
    assert texts(np.clip(glaring, 0, 255).astype(np.uint8)) == [SAMPLES["ITF"]]


@pytest.mark.parametrize("symbology", ["Code128", "EAN13", "ITF"])
def test_light_bars_on_dark_are_read(symbology: str) -> None:
    assert texts(np.asarray(255 - shown(symbology, angle_deg=20), np.uint8), 20) == [SAMPLES[symbology]]


@pytest.mark.parametrize("symbology", ["EAN13", "UPCA", "EAN8", "Code128"])
@pytest.mark.parametrize("angle", [0, 180])
def test_a_still_picture_out_of_focus_is_read_as_a_whole(symbology: str, angle: int) -> None:
    gray = shown(symbology, Light(blur_px=2.1, noise=2), module_px=2.5, angle_deg=angle + 3)
    assert plain(gray) == []
    assert texts(gray, 0, patient=True) == [SAMPLES[symbology]]


def test_a_still_picture_moved_across_its_bars_is_read_as_a_whole() -> None:
    gray = shown("EAN13", Light(motion_px=6, noise=2), module_px=2.6)
    assert plain(gray) == []
    assert texts(gray, patient=True) == [SAMPLES["EAN13"]]


def test_only_what_was_asked_for_is_read() -> None:
    for symbology in LINEAR:
        others = tuple(name for name in LINEAR if name != symbology and {name, symbology} != {"EAN13", "UPCA"})
        assert texts(shown(symbology), formats=others, patient=True) == []
    assert texts(shown("EAN13"), formats=("UPCA",), patient=True) == []
    blurred = shown("EAN13", Light(blur_px=2.1, noise=2), module_px=2.5)
    assert texts(blurred, formats=("UPCA",), patient=True) == []
    assert texts(blurred, formats=()) == []


@pytest.mark.parametrize("angle", [0, 40, 90, 150, 200, 320])
def test_corners_go_clockwise_from_the_codes_own_top_left(angle: int) -> None:
    gray = shown("EAN13", size=(400, 400), angle_deg=angle)
    (one,) = bars.read(gray, angle - 180 if angle > 180 else angle, ["EAN13"])
    turn = math.radians(angle)
    for (x, y), (right, down) in zip(one.corners, ((-1, -1), (1, -1), (1, 1), (-1, 1)), strict=True):
        across, along = x - 199.5, y - 199.5
        assert across * math.cos(turn) + along * math.sin(turn) == pytest.approx(right * 95, abs=6)
        assert along * math.cos(turn) - across * math.sin(turn) == pytest.approx(down * 40, abs=12)


def test_two_different_codes_in_one_picture_are_not_mixed() -> None:
    above, below = shown("ITF", text="11112222"), shown("ITF", text="33334444")
    both = np.vstack((above[110:150], below[150:190]))
    assert set(texts(np.asarray(both, np.uint8), patient=True)) <= {"11112222", "33334444"}
    both = np.where(np.arange(len(above))[:, None] % 8 < 4, above, below)
    assert texts(np.asarray(both, np.uint8), patient=True) == []


def background(kind: int, seed: int) -> Gray:
    """Something with edges, but no code: bars of any width, blinds, a hatching, characters, a matrix code, noise."""
    random = np.random.default_rng(seed)
    across = np.arange(360)
    line: NDArray[np.float64]
    if kind == 0:
        line = np.repeat(random.permutation(np.arange(400) % 2), random.integers(2, 10, 400))[:360] * 220.0
    elif kind == 1:
        line = 128 + 100 * np.sign(np.sin(across / random.uniform(0.5, 3)))
    elif kind == 2:
        rough = cv2.GaussianBlur(random.normal(0, 1, (1, 360)), (0, 0), random.uniform(1, 5))[0]
        line = 128 + 90 * np.tanh(2 * rough / rough.std())
    else:
        line = np.full(360, 230.0)
    picture = np.tile(line, (140, 1)).astype(np.uint8)
    if kind == 3:
        for row in range(9):
            words = "".join(random.choice(list("Il1HMNWdb|/ "), 50))
            cv2.putText(picture, words, (5, 15 * row + 14), cv2.FONT_HERSHEY_SIMPLEX, 0.4, 20)
    if kind == 4:
        matrix = drawn(f"https://example.org/{seed}", ("QRCode", "DataMatrix", "PDF417")[seed % 3])
        picture[:, :140] = cv2.resize(matrix, (140, 140), interpolation=cv2.INTER_NEAREST)
    soft = cv2.GaussianBlur(picture, (0, 0), float(random.choice([0.3, 1.0, 2.5])))
    return np.clip(soft + random.normal(0, random.choice([2, 15]), picture.shape), 0, 255).astype(np.uint8)


@pytest.mark.parametrize("kind", range(6))
def test_nothing_is_read_where_no_code_is(kind: int) -> None:
    for seed in range(12):
        gray = background(kind, seed)
        assert texts(gray, patient=True) == [], (kind, seed)
        assert texts(gray, 90) == [], (kind, seed)


@pytest.mark.parametrize("symbology", LINEAR)
def test_a_code_cut_off_is_not_read_as_a_shorter_one(symbology: str) -> None:
    whole = shown(symbology, Light(noise=5))
    inside = np.flatnonzero(whole[140:160].mean(axis=0) < 60)
    first, last = int(inside[0]), int(inside[-1])
    for share in (0.2, 0.5, 0.7):
        cut = round(first + share * (last - first))
        for half in (whole[:, :cut], whole[:, cut:]):
            assert texts(np.ascontiguousarray(half), patient=True) == []
            spaced = np.pad(half, ((0, 0), (30, 30)), constant_values=200)
            assert texts(spaced, patient=True) == []


@settings(max_examples=60, deadline=None)
@given(
    arrays.arrays(np.uint8, st.tuples(st.integers(0, 40), st.integers(0, 90))),
    st.floats(-720, 720),
    st.booleans(),
)
def test_no_picture_makes_it_raise(gray: Gray, angle: float, patient: bool) -> None:
    assert bars.read(gray, angle, LINEAR, patient=patient) == []
    assert len(fences(gray)) <= 4


@pytest.mark.parametrize("shape", [(0, 0), (0, 9), (1, 500), (500, 1), (8, 8), (20, 40000), (9000, 30), (2000, 3000)])
def test_no_size_makes_it_raise_or_find_something(shape: tuple[int, int]) -> None:
    noise = np.random.default_rng(3).integers(0, 256, shape).astype(np.uint8)
    for gray in (noise, np.zeros_like(noise), np.full_like(noise, 255)):
        assert bars.read(gray, 10, LINEAR) == []
        fences(gray)


def test_what_has_no_bars_has_no_strip() -> None:
    assert upright(np.full((100, 200), 90, np.uint8), 0) is None
    assert fences(np.full((100, 200), 90, np.uint8)) == []


@pytest.mark.parametrize("angle", [0, 30, 75, 90, 120, 165])
def test_a_fence_holds_the_code_and_knows_its_direction(angle: int) -> None:
    gray = shown("Code128", size=(640, 480), angle_deg=angle, module_px=2.5)
    fence = fences(gray)[0]
    x, y, wide, high = fence.box
    assert x <= 319 <= x + wide
    assert y <= 239 <= y + high
    off = (fence.angle_deg - angle + 90) % 180 - 90
    assert abs(off) < 4
    part = np.ascontiguousarray(gray[y : y + high, x : x + wide])
    assert texts(part, fence.angle_deg) == [SAMPLES["Code128"]]


def ink(text: str, symbology: str) -> NDArray[np.float32]:
    """The modules of a code as zxing-cpp draws it."""
    row = drawn(text, symbology)[20]
    dark = np.flatnonzero(row < 128)
    return np.asarray(row[dark[0] : dark[-1] + 1] < 128, np.float32)


def test_the_tables_of_patterns_are_those_of_the_standards() -> None:
    for at in range(10):
        digits = f"{at}" * 12
        check = -sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(digits)) % 10
        assert drawn_by(ean(12), ink(f"{digits}{check}", "EAN13"))
        check = -sum(int(digit) * (1 if place % 2 else 3) for place, digit in enumerate(digits[:7])) % 10
        assert drawn_by(ean(8), ink(f"{digits[:7]}{check}", "EAN8"))
    assert not (ean(12).allowed[0] & ean(12).allowed[-1]).any()
    assert [ean(12).allowed.sum(axis=1).tolist(), ean(8).allowed.sum(axis=1).tolist()] == [
        [10, *[20] * 5, *[10] * 6],
        [10] * 8,
    ]
    seen = set()
    for first in range(0, 95, 19):
        whole = ink("".join(chr(32 + at) for at in range(first, first + 19)) + "0000", "Code128")
        seen |= set(chosen_from(code128((len(whole) - 13) // 11), whole))
    for pair in range(100):
        whole = ink(f"{pair:02}" * 3, "Code128")
        seen |= set(chosen_from(code128((len(whole) - 13) // 11), whole))
    assert seen >= set(range(100)) | {104, 105}


def drawn_by(layout: object, whole: NDArray[np.float32]) -> bool:
    return len(chosen_from(layout, whole)) > 0


def chosen_from(layout: object, whole: NDArray[np.float32]) -> list[int]:
    """The characters of a code; fails unless each place has exactly one that is allowed there."""
    assert isinstance(layout, type(ean(8)))
    wide = layout.patterns.shape[1]
    chosen = []
    for place, allowed in zip(layout.places, layout.allowed, strict=True):
        same = (layout.patterns == whole[place : place + wide]).all(axis=1) & allowed
        assert same.sum() == 1
        chosen.append(int(np.flatnonzero(same)[0]))
    assert np.array_equal(layout.drawn(np.array(chosen)), whole)
    return chosen


def test_a_fit_finds_the_ink_and_a_random_line_has_no_clear_one() -> None:
    truth = ink("4006381333931", "EAN13")
    line = np.pad(1 - np.repeat(truth, 8), (80, 80), constant_values=1)
    soft = np.asarray(cv2.GaussianBlur(line[None, :], (0, 0), 7.5), np.float32)[0]
    fit = fitted(started(soft, (85.0, 836.0), ean(12), 0.8, backwards=False), 4)
    assert fit is not None
    assert np.array_equal(fit.ink, truth)
    assert fit.miss < 0.02
    assert fit.margin > 1
    assert fit.ends == pytest.approx((80, 840), abs=2)
    random = np.random.default_rng(5)
    for _ in range(5):
        other = np.pad(np.repeat(random.integers(0, 2, 95), 8).astype(np.float32), (80, 80), constant_values=1)
        soft = np.asarray(cv2.GaussianBlur(other[None, :], (0, 0), 7.5), np.float32)[0]
        fit = fitted(started(soft, (80.0, 840.0), ean(12), 0.9, backwards=False), 4)
        assert fit is None or fit.margin < 0.1
