"""The picture for the screen: filled, cut in the middle, and every point where it is said to be."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from station.facts import Found
from station.scanner.screen import Screen, shown
from station.views import Hint, Mark

sides = st.integers(1, 700)


@given(sides, sides, sides, sides, st.booleans())
@settings(max_examples=60, deadline=None)
def test_any_frame_fills_any_box(width: int, height: int, wide: int, high: int, gray: bool) -> None:
    frame = np.full((height, width) if gray else (height, width, 3), 77, np.uint8)
    picture = shown(frame, (wide, high))
    assert picture.pixels.shape == (high, wide, 4)
    assert picture.pixels.flags.c_contiguous
    assert (picture.pixels[..., :3] == 77).all()
    assert (picture.pixels[..., 3] == 255).all()


@pytest.mark.parametrize("size", [(1920, 1080), (1280, 720), (640, 480), (480, 640), (320, 180)])
@pytest.mark.parametrize("box", [(352, 198), (704, 396), (200, 200)])
def test_a_place_in_the_frame_is_where_it_is_said_to_be(size: tuple[int, int], box: tuple[int, int]) -> None:
    width, height = size
    x0, y0, side = width * 2 // 5, height * 2 // 5, min(size) // 5
    frame = np.zeros((height, width, 3), np.uint8)
    frame[y0 : y0 + side, x0 : x0 + side] = (0, 0, 255)
    picture = shown(frame, box)
    (left, top), _, (right, bottom), _ = picture.place(
        ((x0, y0), (x0 + side, y0), (x0 + side, y0 + side), (x0, y0 + side))
    )
    rows, columns = np.nonzero(picture.pixels[..., 2] > 127)
    assert abs(columns.min() - left) <= 1
    assert abs(columns.max() + 1 - right) <= 1
    assert abs(rows.min() - top) <= 1
    assert abs(rows.max() + 1 - bottom) <= 1
    assert not picture.pixels[..., 0].any(), "red stays red"


def test_an_outline_goes_with_its_card_and_a_hint_when_it_is_taken_back(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = Screen()
    screen.put(np.zeros((90, 160, 3), np.uint8))
    assert screen.latest() is None, "nobody looks"
    screen.show_at(80, 45)
    screen.put(np.zeros((0, 0, 3), np.uint8))
    assert screen.latest() is None
    screen.put(np.zeros((90, 160, 3), np.uint8))
    screen.saw([(Found("A", "QRCode", ((0, 0), (160, 0), (160, 90), (0, 90)), "plain"), Mark.SEEN)])
    screen.advise(Hint.DARK)
    seen = screen.latest()
    assert seen is not None
    assert seen is screen.latest()
    assert (seen.outlines[0].corners, seen.hint) == (((0, 0), (80, 0), (80, 45), (0, 45)), Hint.DARK)
    monkeypatch.setattr("station.scanner.screen.OUTLINE_S", -1)
    screen.advise(None)
    later = screen.latest()
    assert later is not None
    assert (later.outlines, later.hint) == ((), None)
    screen.show_at(-5, 10)
    assert screen.latest() is None
