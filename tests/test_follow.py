"""What is known from frame to frame: codes still in view though unread, and several frames laid over one another."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from station.scanner.decode import Decoder
from station.scanner.drawn.frames import Light, Symbol, scene
from station.scanner.looks.follow import LOST, Follower
from station.scanner.looks.fusion import ASTRAY, DUE, Fusion
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
    fusion, box, count = Fusion(), (250, 170, 140, 140), DUE[1]
    for number in range(count):
        frame = np.roll(gray("NOISY", noise=40.0, seed=number), step * number, axis=1)
        fusion.add(frame, [(box[0] + step * number, *box[1:])])
    assert fusion.count == count
    assert fusion.due
    view = fusion.view()
    x, y = round(view.back[0][2]), round(view.back[1][2])
    truth = np.roll(gray("NOISY", noise=0.0), step * (count - 1), axis=1)
    there = truth[y : y + view.gray.shape[0], x : x + view.gray.shape[1]].astype(float)
    alone = frame[y : y + view.gray.shape[0], x : x + view.gray.shape[1]].astype(float)
    assert np.abs(view.gray - there).mean() < 0.6 * np.abs(alone - there).mean()


def test_something_else_in_view_begins_anew() -> None:
    """Not at once: a code that glare hides is not proposed in every frame."""
    fusion = Fusion()
    for number in range(6):
        fusion.add(gray("ONE", seed=number), [(250, 170, 140, 140)])
    assert fusion.count == 6
    for _ in range(ASTRAY):
        fusion.add(gray("ONE"), [(20, 20, 60, 60)])
    assert fusion.count == 6 + ASTRAY
    fusion.add(gray("ONE"), [(20, 20, 60, 60)])
    assert fusion.count == 1


def test_the_darkest_of_frames_is_without_the_light_that_wandered_over_them() -> None:
    """And what a reflection had cut in two is followed as one."""
    fusion, box = Fusion(), (250, 170, 140, 140)
    for number in range(DUE[0] + 1):
        frame, hidden = gray("WANDERS", seed=number).copy(), 250 + 24 * number
        frame[150:330, hidden : hidden + 30] = 255
        fusion.add(frame, [(360, 200, 30, 60)] if number == 0 else [box])
    assert fusion.due
    view = fusion.view()
    x, y = round(view.back[0][2]), round(view.back[1][2])
    assert x <= box[0]
    assert y <= box[1]
    clear = cv2.blur(gray("WANDERS", noise=0.0), (3, 3))
    truth = clear[y : y + view.gray.shape[0], x : x + view.gray.shape[1]].astype(float)
    middle = np.s_[box[1] - y : box[1] + box[3] - y, box[0] - x : box[0] + box[2] - x]
    assert np.abs(view.gray[middle] - truth[middle]).mean() < 12


def test_frames_laid_over_one_another_tell_no_symbology_that_was_not_asked_for() -> None:
    decoder = Decoder(["Code128"])
    assert [decoder.scan(gray("UNASKED", seed=seed)) for seed in range(15)] == [[]] * 15


@pytest.mark.parametrize(
    "part",
    [
        "station.scanner.qr.reader.read",
        "station.scanner.bars.reader.read",
        "station.scanner.decode.regions",
        "station.scanner.decode.fences",
        "station.scanner.looks.fusion.Fusion.add",
        "station.scanner.looks.follow.Follower.seen",
    ],
)
def test_a_part_of_our_own_that_fails_finds_nothing_and_is_noted(monkeypatch: pytest.MonkeyPatch, part: str) -> None:
    noted: list[BaseException] = []

    def failing(*_: object, **__: object) -> list[object]:
        raise cv2.error("a picture it cannot take")

    monkeypatch.setattr(part, failing)
    monkeypatch.setattr("station.scanner.decode.diagnostics.bug", noted.append)
    decoder, frames = Decoder(), [gray("FAILS"), *(gray("FAILS", blur=6.0) for _ in range(DUE[0]))]
    assert [found.text for found in decoder.scan(frames[0])] == ["FAILS"]
    assert [decoder.scan(frame) for frame in frames[1:]] == [[]] * DUE[0]
    assert decoder.still(frames[1]) == []
    assert noted
