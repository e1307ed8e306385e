"""Synthetic frames and practice mode's camera: the same each time, readable, a card at a time."""

from __future__ import annotations

from itertools import islice

import numpy as np
import pytest

from station.scanner.decode import Decoder
from station.scanner.drawn.demo import RATE, SIZE, Card, DemoSource
from station.scanner.drawn.frames import Light, Symbol, drawn, scene
from station.scanner.reading import watched
from station.scanner.watch import Watch
from station.views import Camera

CARDS = (Card("PRACTICE-1", "Sample One", "student", 0.3), Card("PRACTICE-2", "Žąsė Ėglė", seconds=0.3))


def test_a_scene_is_the_same_for_the_same_arguments_and_differs_by_seed() -> None:
    symbols = [Symbol("SAME")]
    assert np.array_equal(scene(symbols, seed=1), scene(symbols, seed=1))
    assert not np.array_equal(scene(symbols, seed=1), scene(symbols, seed=2))


@pytest.mark.parametrize("angle", range(0, 360, 30))
def test_a_turned_and_tilted_code_is_still_that_code(angle: int) -> None:
    frame = scene([Symbol("TURNED")], angle_deg=angle, tilt_deg=30, light=Light(motion_px=2, blur_px=0.8))
    assert [found.text for found in Decoder(["QRCode"]).still(frame)] == ["TURNED"]


def test_light_does_what_it_says() -> None:
    flat = scene([], light=Light(noise=0, contrast=1))
    assert flat.std() == 0
    assert scene([], light=Light(noise=0, contrast=1, brightness=0.5)).mean() == flat.mean() / 2
    assert 9 < scene([], light=Light(noise=10, contrast=1)).std() < 11
    sharp = scene([Symbol("EDGE")], light=Light(noise=0))
    for worse in (Light(noise=0, blur_px=3), Light(noise=0, motion_px=9), Light(noise=0, contrast=0.3)):
        assert scene([Symbol("EDGE")], light=worse).std() < sharp.std()


def test_a_drawn_code_has_its_quiet_zone() -> None:
    for symbology in ("QRCode", "Code128", "DataMatrix"):
        code = drawn("QUIET1", symbology)
        edge = np.concatenate((code[:4].ravel(), code[-4:].ravel(), code[:, :4].ravel(), code[:, -4:].ravel()))
        assert edge.min() == 255


def test_the_demo_shows_each_card_once_a_round() -> None:
    with DemoSource(CARDS, realtime=False) as source:
        frames = list(islice(source.frames(), 0, 9 * RATE, 2))
    assert {frame.pixels.shape for frame in frames} == {(SIZE[1], SIZE[0], 3)}
    assert frames[RATE // 2].at - frames[0].at == pytest.approx(1.0)

    class Played(DemoSource):
        def frames(self):  # type: ignore[no-untyped-def]
            return iter(frames)

    told = [found.text for found in watched(Played(CARDS, realtime=False), Decoder(), Watch())]
    assert told == ["PRACTICE-1", "PRACTICE-2", "PRACTICE-1", "PRACTICE-2"]


def test_the_demo_is_the_same_film_for_the_same_seed() -> None:
    films = []
    for seed in (1, 1, 2):
        with DemoSource(CARDS, realtime=False, seed=seed) as source:
            films.append(np.stack([source.picture(index) for index in (0, 12, 25, 70)]))
    assert np.array_equal(films[0], films[1])
    assert not np.array_equal(films[0], films[2])


def test_the_demos_frames_are_never_handed_out_twice() -> None:
    with DemoSource(CARDS, realtime=False) as source:
        first = source.picture(0)
        kept = first.copy()
        source.picture(8)[:] = 0
        assert np.array_equal(first, kept)
        assert not np.array_equal(source.picture(0), source.picture(1))


def test_the_demo_says_that_it_is_one_and_refuses_to_show_nothing() -> None:
    assert DemoSource(CARDS).shows is Camera.DEMO
    with pytest.raises(ValueError, match="card"):
        DemoSource(())
