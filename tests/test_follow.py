"""What is known from frame to frame: codes still in view though unread, and several frames laid over one another."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from station.scanner.decode import Decoder
from station.scanner.drawn.frames import Light, Symbol, scene
from station.scanner.looks.follow import LOST, Follower
from station.scanner.looks.fusion import LEAST, Fusion
from station.scanner.opencv import cv2

Gray = NDArray[np.uint8]


def gray(text: str, *, blur: float = 0.0, noise: float = 2.0, seed: int = 0) -> Gray:
    symbols = [Symbol(text)] if text else []
    frame = scene(symbols, size=(640, 480), light=Light(blur_px=blur, noise=noise), seed=seed)
    return np.asarray(cv2.cvtColor(frame, cv2.COLOR_BGR2GRAY), np.uint8)


def test_a_code_held_blurred_is_still_there_and_one_taken_away_is_not() -> None:
    follower, read = Follower(), Decoder().scan(gray("HELD"))
    assert follower.seen(gray("HELD"), read) == frozenset()  # it is read, not merely there
    for shift in (4, 8, 12):
        assert follower.seen(np.roll(gray("HELD", blur=2.0), shift, axis=1), []) == {"HELD"}
    assert follower.seen(gray(""), []) == frozenset()
    assert follower.seen(gray("HELD", blur=2.0), []) == frozenset()  # once lost, only a read tells


def test_another_code_in_its_place_ends_it() -> None:
    follower, decoder = Follower(), Decoder()
    follower.seen(gray("FIRST"), decoder.scan(gray("FIRST")))
    assert follower.seen(gray("SECOND"), decoder.scan(gray("SECOND"))) == frozenset()


def test_nothing_is_followed_for_ever_nor_into_a_frame_of_another_size() -> None:
    follower, read = Follower(), Decoder().scan(gray("HELD"))
    follower.seen(gray("HELD"), read)
    there = [bool(follower.seen(gray("HELD", blur=2.0), [])) for _ in range(LOST + 2)]
    assert there == [True] * LOST + [False] * 2
    follower.seen(gray("HELD"), read)
    assert follower.seen(np.ascontiguousarray(gray("HELD")[:200, :100]), []) == frozenset()


@pytest.mark.parametrize("step", [0, 3])
def test_frames_laid_over_one_another_have_less_noise_and_stay_where_the_newest_is(step: int) -> None:
    fusion, box, count = Fusion(), (250, 170, 140, 140), 8
    for number in range(count):
        frame = np.roll(gray("NOISY", noise=40.0, seed=number), step * number, axis=1)
        fusion.add(frame, (box[0] + step * number, *box[1:]))
        assert (fusion.mean() is None) == (number + 1 < LEAST)
    view = fusion.mean()
    assert view is not None
    assert fusion.count == count
    x, y = round(view.back[0][2]), round(view.back[1][2])
    truth = np.roll(gray("NOISY", noise=0.0), step * (count - 1), axis=1)
    there = truth[y : y + view.gray.shape[0], x : x + view.gray.shape[1]].astype(float)
    alone = frame[y : y + view.gray.shape[0], x : x + view.gray.shape[1]].astype(float)
    assert np.abs(view.gray - there).mean() < 0.6 * np.abs(alone - there).mean()


def test_something_else_in_view_begins_anew() -> None:
    fusion = Fusion()
    for number in range(6):
        fusion.add(gray("ONE", seed=number), (250, 170, 140, 140))
    assert fusion.count == 6
    fusion.add(gray("ONE"), (20, 20, 60, 60))
    assert fusion.count == 1


def test_frames_laid_over_one_another_tell_no_symbology_that_was_not_asked_for() -> None:
    decoder = Decoder(["Code128"])
    assert [decoder.scan(gray("UNASKED", seed=seed)) for seed in range(15)] == [[]] * 15


def test_a_reader_of_our_own_that_fails_reads_nothing_and_is_noted(monkeypatch: pytest.MonkeyPatch) -> None:
    noted: list[BaseException] = []

    def failing(*_: object, **__: object) -> list[object]:
        raise cv2.error("a picture it cannot take")

    monkeypatch.setattr("station.scanner.qr.reader.read", failing)
    monkeypatch.setattr("station.scanner.bars.reader.read", failing)
    monkeypatch.setattr("station.scanner.decode.diagnostics.bug", noted.append)
    frame = gray("FAILS", blur=6.0)
    assert Decoder().scan(frame) == []
    assert Decoder().still(frame) == []
    assert len(noted) >= 2
