"""QR codes that no plain pass reads: finders, the mesh over them, blur undone, and the whole on bad pictures."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import segno
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from station.scanner.opencv import cv2
from station.scanner.qr import bits as qrbits
from station.scanner.qr.bending import anchored, bent, tilted
from station.scanner.qr.equalise import plainly
from station.scanner.qr.finders import Finder, finders, triples
from station.scanner.qr.mesh import Mesh, begun, evened, flattened
from station.scanner.qr.reader import read
from station.scanner.qr.sharpen import COUNT, DISCS, WAYS, sharpened

Gray = NDArray[np.uint8]
Plane = NDArray[np.float32]
Field = Callable[[Plane, Plane], tuple[Plane, Plane]]

TEXT = "VISIT/2026-7731"
PX = 6
EDGE = 60


def card(text: str = TEXT, version: int = 3, level: str = "q") -> Gray:
    """A code of ``PX`` pixels a module, its first module at ``EDGE``, on white."""
    code = segno.make_qr(text, version=version, error=level, boost_error=False)
    modules = np.array([list(row) for row in code.matrix_iter(border=0)], np.uint8)
    fine = np.kron((1 - modules) * 190 + 30, np.ones((PX, PX))).astype(np.uint8)
    soft = cv2.GaussianBlur(np.pad(fine, EDGE, constant_values=220), (0, 0), 1.0)
    return np.asarray(soft, np.uint8)


def pulled(gray: Gray, field: Field) -> Gray:
    """The picture with each point taken from where ``field`` says (all in pixels)."""
    places = np.indices(gray.shape).astype(np.float32)
    x, y = field(np.asarray(places[1]), np.asarray(places[0]))
    return np.asarray(cv2.remap(gray, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE), np.uint8)


def rolled(x: Plane, y: Plane) -> tuple[Plane, Plane]:
    """On a cylinder, and the cylinder held askew."""
    middle = EDGE + 29 * PX / 2
    return (
        (middle + 115 * np.arcsin(np.clip((x - middle) / 115, -0.99, 0.99))).astype(np.float32),
        (y + (x - middle) ** 2 / 700).astype(np.float32),
    )


def plain(gray: Gray) -> list[str]:
    found = zxingcpp.read_barcodes(
        gray, formats=zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode]), text_mode=zxingcpp.TextMode.Plain
    )
    return [one.text for one in found]


def noisy(gray: NDArray[Any], sigma: float = 3.0) -> Gray:
    grain = np.random.default_rng(3).normal(0, sigma, gray.shape)
    return np.clip(gray.astype(float) + grain, 0, 255).astype(np.uint8)


def texts(gray: Gray, *, patient: bool = True) -> list[str]:
    return [one.text for one in read(gray, patient=patient)]


# --- finders ---


@pytest.mark.parametrize("inverted", [False, True])
@pytest.mark.parametrize("turns", range(4))
def test_finders_are_where_they_are_drawn_and_in_the_code_s_own_order(inverted: bool, turns: int) -> None:
    gray = np.rot90(255 - card() if inverted else card(), turns)
    best = triples(finders(np.ascontiguousarray(gray), patient=True))[0]
    near, far, side = EDGE + 3.5 * PX - 0.5, EDGE + 25.5 * PX - 0.5, gray.shape[0] - 1
    places = [(near, near), (far, near), (near, far)]
    for _ in range(turns):  # anticlockwise by a quarter
        places = [(y, side - x) for x, y in places]
    for one, place in zip(best.corners, places, strict=True):
        assert one.dark is not inverted
        assert one.module_px == pytest.approx(PX, rel=0.05)
        assert one.middle == pytest.approx(place, abs=0.3)
    assert best.modules == pytest.approx(22, abs=0.3)


def test_a_code_has_a_triple_and_three_strangers_have_none() -> None:
    assert triples(finders(np.ascontiguousarray(card()[:, ::-1]), patient=True))[0].misfit < 0.1  # turned about

    def stranger(x: float, y: float, px: float) -> Finder:
        corners = np.array([(-2.5, -2.5), (2.5, -2.5), (2.5, 2.5), (-2.5, 2.5)]) * px + (x, y)
        return Finder((x, y), px, True, corners)

    assert len(triples([stranger(0, 0, 4), stranger(90, 0, 4), stranger(0, 90, 4)])) == 1
    assert triples([stranger(0, 0, 4), stranger(90, 0, 4), stranger(0, 90, 12)]) == []  # another size
    assert triples([stranger(0, 0, 4), stranger(90, 0, 4), stranger(180, 5, 4)]) == []  # in a row
    assert triples([stranger(0, 0, 4), stranger(20, 0, 4), stranger(0, 20, 4)]) == []  # too near for any version


# --- the mesh ---


def farthest(mesh: Mesh, truth: Callable[[float, float], tuple[float, float]]) -> float:
    """By how many modules the mesh is wrong at the worst of a lattice of points inside the code."""
    steps = np.linspace(0.5, mesh.size - 0.5, 8)
    places = mesh.places(steps, steps)
    true = np.array([[truth(x, y) for x in steps] for y in steps])
    return float(np.hypot(*np.moveaxis(places - true, 2, 0)).max() / PX)


def first_mesh(gray: Gray, size: int) -> Mesh:
    mesh = begun(triples(finders(gray, patient=True))[0], size, flat=False)
    assert mesh is not None
    return mesh


def test_a_code_seen_straight_on_is_met_at_once() -> None:
    def truth(x: float, y: float) -> tuple[float, float]:
        return EDGE + x * PX - 0.5, EDGE + y * PX - 0.5

    assert farthest(first_mesh(card(), 29), truth) < 0.4


def test_a_bent_code_is_followed_where_a_flat_mesh_is_lost() -> None:
    gray = pulled(card(), rolled)
    first = first_mesh(gray, 29)
    start = anchored(lambda mesh: evened(flattened(gray, mesh)), first)
    assert start is not None
    mesh = bent(lambda mesh: evened(flattened(gray, mesh)), start)
    steps = np.arange(1.0, 28.5, 3)
    off = []
    for one in (first, mesh):
        places = one.places(steps, steps).astype(np.float32)
        x, y = rolled(places[:, :, 0], places[:, :, 1])
        wide, high = (x + 0.5 - EDGE) / PX - steps[None, :], (y + 0.5 - EDGE) / PX - steps[:, None]
        off.append(float(np.hypot(wide, high).max()))
    assert off[0] > 0.7
    assert off[1] < 0.3


def test_a_mesh_laid_beside_the_code_is_drawn_back() -> None:
    gray = card()
    mesh = first_mesh(gray, 29)
    aside = np.array([[1.0, 0.0, 0.3], [0.0, 1.0, -0.25], [0.0, 0.0, 1.0]])
    for fitted in (tilted, bent):
        back = fitted(lambda one: evened(flattened(gray, one)), mesh._replace(flat=mesh.flat @ aside))
        assert farthest(back, lambda x, y: (EDGE + x * PX - 0.5, EDGE + y * PX - 0.5)) < 0.15


def test_no_alignment_pattern_is_made_up() -> None:
    gray = card(version=1, text="V1", level="l")
    assert anchored(lambda mesh: evened(flattened(gray, mesh)), first_mesh(gray, 21)) is None
    hidden = card()
    at = EDGE + 16 * PX
    chance = np.random.default_rng(4)
    hidden[at : at + 13 * PX, at : at + 13 * PX] = np.kron(
        chance.integers(0, 2, (13, 13)) * 190 + 30, np.ones((PX, PX))
    )
    assert anchored(lambda mesh: evened(flattened(hidden, mesh)), first_mesh(hidden, 29)) is None


# --- blur ---


def blurred(radius: float, version: int = 3, level: str = "q") -> Gray:
    """Out of focus by a disc of so many modules."""
    steps = np.arange(-9, 10)
    disc = (np.hypot(*np.meshgrid(steps, steps)) <= radius * PX).astype(np.float32)
    return noisy(cv2.filter2D(card(version=version, level=level).astype(np.float32), -1, disc / disc.sum()), 1.0)


def dragged(length: int) -> Gray:
    """Moved along by so many pixels while the shutter was open."""
    return noisy(cv2.blur(card().astype(np.float32), (length, 1)), 1.0)


@pytest.mark.parametrize(("gray", "blur"), [(blurred(1.1), 2), (dragged(13), len(DISCS) + WAYS)], ids=["disc", "line"])
def test_the_right_kind_of_blur_is_undone_best(gray: Gray, blur: int) -> None:
    clear = first_mesh(card(), 29)
    flat = flattened(gray, clear)

    def shown(picture: NDArray[np.float32]) -> float:
        return qrbits.agreement(plainly(evened(picture)), 3)

    scores = [shown(sharpened(flat, kind)) for kind in range(COUNT)]
    assert int(np.argmax(scores)) == blur
    assert scores[blur] > 0.95
    assert shown(flat) < 0.8


# --- the whole ---


def glaring() -> Gray:
    gray = card(level="h", text="GLARE").astype(np.float32)
    down, across = np.indices(gray.shape)
    return noisy(gray + 400 * np.exp(-((across - 170) ** 2 + (down - 190) ** 2) / (2 * 20.0**2)))


def faded() -> Gray:
    """A logo in the middle and lines across: more than a plain pass can put right."""
    gray = card(level="h", text="LOGO")
    cv2.circle(gray, (147, 147), 32, 110, -1)
    cv2.line(gray, (70, 175), (230, 158), 220, 9)
    return noisy(gray)


@pytest.mark.parametrize(
    ("gray", "text"),
    [
        (noisy(pulled(card(), rolled)), TEXT),
        (blurred(1.1), TEXT),
        (dragged(11), TEXT),
        (glaring(), "GLARE"),
        (faded(), "LOGO"),
    ],
    ids=["rolled", "defocused", "moved", "glaring", "faded"],
)
def test_ruined_codes_are_read(gray: Gray, text: str) -> None:
    assert texts(gray) == [text]
    assert texts(np.asarray(255 - gray, np.uint8)) == [text]


def test_blur_beyond_what_the_filter_learns_is_undone_first(monkeypatch: pytest.MonkeyPatch) -> None:
    gray = blurred(1.2, version=5, level="l")
    assert texts(gray) == [TEXT]
    monkeypatch.setattr("station.scanner.qr.reader._blurs", lambda *_: [])
    assert texts(gray) == []


@pytest.mark.parametrize("gray", [noisy(pulled(card(), rolled)), blurred(1.1)], ids=["rolled", "defocused"])
def test_they_are_ruined_for_a_plain_pass(gray: Gray) -> None:
    assert plain(gray) == []


def test_a_frame_s_part_is_read_in_haste() -> None:
    assert texts(dragged(11), patient=False) == [TEXT]


@pytest.mark.parametrize("turns", range(4))
def test_corners_are_the_code_s_own_clockwise_from_its_top_left(turns: int) -> None:
    gray = np.ascontiguousarray(np.rot90(card(), turns))
    (found,) = read(gray, patient=True)
    near, far, side = EDGE - 0.5, EDGE + 29 * PX - 0.5, gray.shape[0] - 1
    corners = [(near, near), (far, near), (far, far), (near, far)]
    for _ in range(turns):
        corners = [(y, side - x) for x, y in corners]
    assert np.abs(np.array(found.corners) - corners).max() <= 3


def test_a_large_picture_s_corners_are_in_its_own_pixels() -> None:
    gray = np.asarray(cv2.resize(card(), None, fx=4, fy=4, interpolation=cv2.INTER_LINEAR), np.uint8)
    (found,) = read(gray, patient=True)
    near, far = 4 * EDGE - 0.5, 4 * (EDGE + 29 * PX) - 0.5
    assert np.abs(np.array(found.corners) - [(near, near), (far, near), (far, far), (near, far)]).max() <= 1


def test_two_codes_are_both_read() -> None:
    gray = np.hstack([card("ONE"), card("TWO")])
    assert sorted(texts(gray)) == ["ONE", "TWO"]


# --- pictures that are no pictures of codes ---


@given(
    st.integers(0, 2**32 - 1),
    st.sampled_from([(0, 9), (1, 1), (1, 400), (20, 30), (23, 21), (300, 2), (120, 160), (240, 200)]),
    st.sampled_from(["noise", "flat", "blocks", "ruined"]),
)
@settings(max_examples=60, deadline=None)
def test_nothing_in_a_picture_makes_it_raise_or_read_what_is_not_there(
    seed: int, shape: tuple[int, int], kind: str
) -> None:
    chance = np.random.default_rng(seed)
    gray = chance.integers(0, 256, shape, dtype=np.uint8)
    if kind == "flat":
        gray[:] = 255
    if kind == "blocks" and gray.size:
        tiles = np.kron(gray[: shape[0] // 5 + 1, : shape[1] // 5 + 1] > 127, np.ones((5, 5))) * 255
        gray = tiles[: shape[0], : shape[1]].astype(np.uint8)
    if kind == "ruined":
        gray = card()
        top, left = chance.integers(0, 200, 2)
        gray[top : top + 160, left : left + 160] = chance.integers(0, 256, 1)
        gray = np.asarray(cv2.GaussianBlur(gray, (0, 0), chance.uniform(0.5, 6)), np.uint8)
    for patient in (False, True):
        assert set(texts(gray, patient=patient)) <= {TEXT}


def test_a_wall_of_finders_is_bounded_in_time() -> None:
    one = np.pad(np.pad(np.pad(np.zeros((9, 9)), 3, constant_values=255), 3), 6, constant_values=255)
    wall = np.tile(one, (30, 30)).astype(np.uint8)
    began = time.process_time()
    assert texts(wall) == []
    # Half a second where the bounds hold; without them every three of 900 squares would be tried.
    assert time.process_time() - began < 10
    assert len(triples(finders(wall, patient=True))) <= 6


def test_codes_whose_data_are_gone_are_not_guessed() -> None:
    chance = np.random.default_rng(9)
    for _ in range(12):
        gray = card(version=2, level="l", text="GONE")
        inner = slice(EDGE + 9 * PX, EDGE + 25 * PX)
        cells = chance.integers(0, 2, (16, 16)) * 190 + 30
        gray[inner, inner] = np.kron(cells, np.ones((PX, PX)))
        assert texts(gray) == []
