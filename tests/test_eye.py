"""The two threads behind a camera: told once, newest wins, unplugging, blocking, stopping, leaving alone."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from types import TracebackType
from typing import Self

import numpy as np
import pytest

from station.facts import Found
from station.scanner.decode import Decoder
from station.scanner.demo import Card, DemoSource
from station.scanner.eye import Eye
from station.scanner.frame import Frame
from station.scanner.frames import Symbol, scene
from station.scanner.idle import AGAIN_S, Idle
from station.scanner.reading import readings
from station.scanner.watch import Watch
from station.trouble import Trouble
from station.views import Camera

SIZE = (640, 480)


def shown(text: str, seed: int = 0) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    return scene([Symbol(text)] if text else [], size=SIZE, seed=seed)


def eventually(condition: Callable[[], bool], timeout_s: float = 20.0) -> None:
    until = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < until, "it never came to be"
        time.sleep(0.01)


# --- the two threads ---


class Plugged:
    """A source whose plug the test holds: it plays what it is told, can be lost, blocked, and come back."""

    name = "plugged"
    shows = Camera.LIVE
    still = False
    live = True

    def __init__(self, texts: str = "") -> None:
        self.pictures = [shown(text) for text in texts.split(",")]
        self.lost = threading.Event()
        self.blocked = threading.Event()
        self.broken = threading.Event()
        self.opened = 0

    def __enter__(self) -> Self:
        if self.lost.is_set():
            raise Trouble("camera_missing", name=self.name)
        self.opened += 1
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        pass

    def frames(self) -> Iterator[Frame]:
        number = 0
        while True:
            time.sleep(0.01)
            while self.blocked.is_set():
                time.sleep(0.01)
            if self.lost.is_set():
                raise Trouble("camera_gone", name=self.name)
            if self.broken.is_set():
                raise RuntimeError("a bug of ours")
            picture = self.pictures[number % len(self.pictures)]
            yield Frame(np.roll(picture, number % 3, axis=1), time.monotonic())
            number += 1


def test_an_eye_tells_each_presentation_once_and_shows_where_it_is() -> None:
    told: list[str] = []
    cards = (Card("EYE-1", "One", seconds=0.6), Card("EYE-2", "Two", seconds=0.6))
    eye = Eye(DemoSource(cards), Decoder(), lambda found: told.append(found.text))
    with eye:
        eventually(lambda: bool((preview := eye.latest()) and preview.outlines))
        preview = eye.latest()
        assert preview is not None
        assert (preview.width, preview.height, preview.stride) == (1280, 720, 3840)
        assert preview.pixels.nbytes == 1280 * 720 * 3
        eventually(lambda: len(told) == 2)
        assert eye.state == Camera.DEMO
        assert eye.rate > 0
        assert told == ["EYE-1", "EYE-2"]
    eventually(lambda: eye.state is Camera.OFF)


def test_a_preview_is_the_same_object_until_there_is_something_new() -> None:
    source = Plugged()
    eye = Eye(source, Decoder(), lambda _: None)
    with eye:
        eventually(lambda: eye.latest() is not None)
        source.blocked.set()
        eventually(lambda: eye.latest() is eye.latest())
        source.blocked.clear()
        before = eye.latest()
        eventually(lambda: eye.latest() is not before)


def test_two_codes_at_once_are_told_as_a_crowd() -> None:
    source, told, crowd = Plugged(), list[Found](), threading.Event()
    source.pictures = [scene([Symbol("L"), Symbol("R")], size=SIZE)]
    with Eye(source, Decoder(), told.append, on_crowded=crowd.set):
        assert crowd.wait(20)
    assert told == []


def test_an_unplugged_camera_is_told_once_and_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("station.scanner.eye.RETRY_S", 0.05)
    source, troubles = Plugged("A"), list[Exception]()
    eye = Eye(source, Decoder(), lambda _: None, on_trouble=troubles.append)
    with eye:
        eventually(lambda: eye.state is Camera.LIVE)
        source.lost.set()
        eventually(lambda: len(troubles) == 2)
        time.sleep(0.3)
        assert eye.state in (Camera.GONE, Camera.OPENING)
        source.lost.clear()
        eventually(lambda: eye.state is Camera.LIVE)
    assert [str(trouble) for trouble in troubles] == ["camera_gone(name)", "camera_missing(name)"]
    assert source.opened == 2


def test_a_read_that_blocks_is_noticed_and_does_not_keep_stop_waiting(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("station.scanner.eye.STALLED_S", 0.3)
    source, troubles = Plugged(), list[Exception]()
    eye = Eye(source, Decoder(), lambda _: None, on_trouble=troubles.append)
    eye.start()
    eventually(lambda: eye.state is Camera.LIVE)
    source.blocked.set()
    eventually(lambda: eye.state is Camera.GONE)
    assert eye.rate == 0
    assert [str(trouble) for trouble in troubles] == ["camera_gone(name)"]
    assert eye.stop(timeout_s=0.2) is False
    source.blocked.clear()
    eventually(eye.stop)
    assert eye.state is Camera.OFF


def test_bugs_are_told_and_a_failing_listener_does_not_blind_the_eye() -> None:
    source, troubles, told = Plugged("A"), list[Exception](), list[str]()

    def listener(found: Found) -> None:
        told.append(found.text)
        raise KeyError(found.text)

    with Eye(source, Decoder(), listener, on_trouble=troubles.append, watch=Watch(hold_off_s=0)):
        eventually(lambda: len(told) >= 2)
        source.broken.set()
        eventually(lambda: any(isinstance(trouble, RuntimeError) for trouble in troubles))
    assert all(isinstance(trouble, KeyError | RuntimeError) for trouble in troubles)


def test_no_reading_after_stop() -> None:
    source, told = Plugged("A,,,,,"), list[Found]()
    eye = Eye(source, Decoder(), told.append, watch=Watch(hold_off_s=0))
    with eye:
        eventually(lambda: len(told) > 1)
    after = len(told)
    time.sleep(0.2)
    assert len(told) == after


def test_readings_of_a_live_source_end_when_the_generator_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("station.scanner.reading.open_source", lambda _: Plugged("A"))
    before = threading.active_count()
    with closing(readings("camera:0")) as found:
        assert next(iter(found)).text == "A"
    eventually(lambda: threading.active_count() == before)


def test_the_newest_frame_wins() -> None:
    """A decoder slower than the camera must not lag behind it: what it takes is what was just put."""
    source, lags = Plugged(), list[float]()

    class Slow(Decoder):
        def scan(self, frame: np.ndarray[tuple[int, ...], np.dtype[np.uint8]]) -> list[Found]:
            time.sleep(0.1)
            return [Found(str(len(lags)), "QRCode", ((0, 0),) * 4, "plain")]

    class Noting(Watch):
        def see(self, found, now_s):  # type: ignore[no-untyped-def]
            lags.append(time.monotonic() - now_s)
            return super().see(found, now_s)

    with Eye(source, Slow(), lambda _: None, watch=Noting()):
        eventually(lambda: len(lags) == 10)
    # Ten slow frames let some ninety pass; a queue would be most of a second behind by now.
    assert sorted(lags)[5] < 0.5


# --- leaving a scene alone that does not move ---


def test_a_still_scene_is_left_alone_only_after_every_look_and_not_for_long() -> None:
    idle, skipped = Idle(looks=3), []
    for frame in range(30):
        picture = scene([], size=SIZE, seed=frame)
        if idle.skip(picture, frame / 30):
            skipped.append(frame)
        else:
            idle.told(found=False)
    assert skipped[0] == 3
    assert len(skipped) >= 20
    assert max(np.diff([0, *(n for n in range(30) if n not in skipped)])) <= AGAIN_S * 30 + 1


def test_a_small_code_coming_into_a_still_scene_is_not_missed() -> None:
    idle = Idle(looks=1)
    for frame in range(5):
        if not idle.skip(scene([], seed=frame), frame / 30):
            idle.told(found=False)
    assert not idle.skip(scene([Symbol("SMALL", module_px=2)], seed=9), 5 / 30)


def test_a_scene_with_a_code_in_it_is_never_left_alone() -> None:
    idle, picture = Idle(looks=1), shown("A")
    for frame in range(20):
        assert not idle.skip(picture, frame / 30)
        idle.told(found=True)
