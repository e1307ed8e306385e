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
from station.scanner import eye as eye_module
from station.scanner.decode import Decoder
from station.scanner.drawn.demo import Card, DemoSource
from station.scanner.drawn.frames import Symbol, scene
from station.scanner.eye import Eye
from station.scanner.idle import AGAIN_S, Idle, Need
from station.scanner.reading import readings
from station.scanner.sources.frame import Frame
from station.scanner.watch import Watch
from station.trouble import Trouble
from station.views import Camera, Hint, Mark

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
    assert (eye.size, eye.latest()) == ((0, 0), None)
    eye.show_at(320, 180)
    with eye:
        eventually(lambda: bool((preview := eye.latest()) and preview.outlines))
        preview = eye.latest()
        assert preview is not None
        assert (preview.width, preview.height, preview.stride) == (320, 180, 1280)
        assert preview.pixels.nbytes == 320 * 180 * 4
        assert [outline.mark for outline in preview.outlines] == [Mark.READ]
        xs, ys = zip(*preview.outlines[0].corners, strict=True)
        assert 60 < xs[1] - xs[0] < 90, "320 of 1280 pixels, less what the card hides"
        assert 60 < sum(ys) / 4 < 120
        assert eye.size == (1280, 720)
        eventually(lambda: len(told) == 2)
        assert eye.state == Camera.DEMO
        assert eye.rate > 0
        assert told == ["EYE-1", "EYE-2"]
    eventually(lambda: eye.state is Camera.OFF)


def test_a_preview_is_the_same_object_until_there_is_something_new() -> None:
    source = Plugged()
    eye = Eye(source, Decoder(), lambda _: None)
    eye.show_at(100, 80)
    with eye:
        eventually(lambda: eye.latest() is not None)
        source.blocked.set()
        eventually(lambda: eye.latest() is eye.latest())
        source.blocked.clear()
        before = eye.latest()
        eventually(lambda: eye.latest() is not before)
        eye.show_at(0, 0)
        assert eye.latest() is None
        eye.show_at(50, 40)
        eventually(lambda: (seen := eye.latest()) is not None and seen.width == 50)


def test_two_codes_at_once_are_told_as_a_crowd() -> None:
    source, told, crowd = Plugged(), list[Found](), threading.Event()
    source.pictures = [scene([Symbol("L"), Symbol("R")], size=SIZE)]
    with Eye(source, Decoder(), told.append, on_crowded=crowd.set) as eye:
        eye.show_at(*SIZE)
        assert crowd.wait(20)
        eventually(lambda: bool((preview := eye.latest()) and preview.outlines))
        preview = eye.latest()
        assert preview is not None
        assert [outline.mark for outline in preview.outlines] == [Mark.CROWD, Mark.CROWD]
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
        def see(self, found, now_s, present=()):  # type: ignore[no-untyped-def]
            lags.append(time.monotonic() - now_s)
            return super().see(found, now_s, present)

    with Eye(source, Slow(), lambda _: None, watch=Noting()):
        eventually(lambda: len(lags) >= 10)
    # Ten slow frames let some ninety pass; a queue would be most of a second behind by now.
    assert sorted(lags)[5] < 0.5


class Paced(Plugged):
    """A camera of 50 frames a second by the clock, its frames numbered in their first pixels."""

    interval_s = 0.02

    def __init__(self) -> None:
        super().__init__()
        self.given = 0

    def frames(self) -> Iterator[Frame]:
        start = time.monotonic()
        while True:
            due = start + self.given * self.interval_s
            time.sleep(max(0.0, due - time.monotonic()))
            picture = np.zeros((48, 64), np.uint8)
            picture[0, :2] = divmod(self.given, 256)
            self.given += 1
            yield Frame(picture, time.monotonic())


def test_what_is_decoded_is_the_newest_frame_and_no_older_than_an_interval() -> None:
    source, behind, ages = Paced(), list[int](), list[float]()
    eye: Eye

    class Slow(Decoder):
        def scan(self, frame: np.ndarray[tuple[int, ...], np.dtype[np.uint8]]) -> list[Found]:
            behind.append(source.given - 1 - (int(frame[0, 0]) * 256 + int(frame[0, 1])))
            taken = eye._frame
            assert taken is not None
            ages.append(time.monotonic() - taken.at)
            time.sleep(0.07)
            return []

    eye = Eye(source, Slow(), lambda _: None)
    with eye:
        eventually(lambda: len(behind) >= 15)
    assert max(behind) <= 1, "one may be on its way"
    assert sorted(ages)[len(ages) * 3 // 4] <= source.interval_s + 0.005


def test_a_decoder_that_fails_at_every_frame_is_told_once_and_read_again_when_it_has_recovered() -> None:
    source, troubles, told = Plugged("A"), list[Exception](), list[Found]()
    failing, tries = threading.Event(), list[int]()
    failing.set()

    class Failing(Decoder):
        def scan(self, frame: np.ndarray[tuple[int, ...], np.dtype[np.uint8]]) -> list[Found]:
            tries.append(1)
            if failing.is_set():
                raise RuntimeError(f"frame {len(tries)}")
            return super().scan(frame)

    with Eye(source, Failing(), told.append, on_trouble=troubles.append):
        eventually(lambda: len(tries) >= 10)
        assert [str(trouble) for trouble in troubles] == ["frame 1"]
        failing.clear()
        eventually(lambda: bool(told))


def test_a_source_that_fails_by_a_bug_of_ours_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("station.scanner.eye.RETRY_S", 0.02)
    source, troubles = Plugged(), list[Exception]()
    source.broken.set()
    with Eye(source, Decoder(), lambda _: None, on_trouble=troubles.append) as eye:
        eventually(lambda: source.opened > 3)
        assert [type(trouble) for trouble in troubles] == [RuntimeError]
        source.broken.clear()
        eventually(lambda: eye.state is Camera.LIVE)


class Enumerated(Plugged):
    """One whose device can be taken off the system's list, and brought back, while reading it just blocks."""

    listed = True
    asked = 0

    def present(self) -> bool:
        self.asked += 1
        return self.listed


def test_a_device_off_the_list_is_lost_before_it_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("station.scanner.eye.STALLED_S", 60)
    source, troubles = Enumerated(), list[Exception]()
    with Eye(source, Decoder(), lambda _: None, on_trouble=troubles.append) as eye:
        eventually(lambda: eye.state is Camera.LIVE)
        assert source.asked == 0, "who gives frames is there"
        source.blocked.set()
        eventually(lambda: source.asked >= 2)
        assert eye.state is Camera.LIVE
        source.listed = False
        eventually(lambda: eye.state is Camera.GONE)
        time.sleep(0.5)
        assert [str(trouble) for trouble in troubles] == ["camera_gone(name)"]
        source.blocked.clear()
        eventually(lambda: eye.state is Camera.LIVE)


def test_a_silent_unplug_is_seen_within_two_seconds() -> None:
    assert eye_module.STALLED_S + 2 * 0.2 <= 2.0


class Still(Plugged):
    """A camera that repeats its picture to the last bit."""

    def frames(self) -> Iterator[Frame]:
        for frame in super().frames():
            yield Frame(self.pictures[0], frame.at)


@pytest.mark.parametrize("text", ["A", ""])
def test_identical_frames_are_decoded_once_for_each_look_and_still_watched(text: str) -> None:
    source, decoded, seen = Still(text), list[int](), list[list[Found]]()

    class Counting(Decoder):
        def scan(self, frame: np.ndarray[tuple[int, ...], np.dtype[np.uint8]]) -> list[Found]:
            decoded.append(1)
            return super().scan(frame)

    class Noting(Watch):
        def see(self, found, now_s, present=()):  # type: ignore[no-untyped-def]
            seen.append(list(found))
            return super().see(found, now_s, present)

    decoder = Counting()
    with Eye(source, decoder, lambda _: None, watch=Noting()) as eye:
        eventually(lambda: eye._count > 60)
        time.sleep(2 * AGAIN_S)
    assert len(decoded) == (1 if text else decoder.turns)
    assert [code.text for codes in seen for code in codes] == [text] * (len(seen) if text else 0)
    assert len(seen) > 30 if text else len(seen) == len(decoded)


# --- what helps ---


class Advising:
    """A guide that says what the test wants, and notes when it was asked and what it was told."""

    def __init__(self, *, fails: bool = False) -> None:
        self.asked: list[tuple[float, bool, tuple[int, ...]]] = []
        self.fails = fails

    def see(self, gray: np.ndarray[tuple[int, ...], np.dtype[np.uint8]], found: bool, at_s: float) -> Hint | None:
        self.asked.append((at_s, found, gray.shape))
        if self.fails:
            raise RuntimeError
        return None if found else Hint.TOO_FAR


def test_a_guide_is_asked_eight_times_a_second_and_its_hint_shown_until_a_code_is_read() -> None:
    source, guide = Plugged(""), Advising()
    source.pictures = [scene([], size=SIZE, seed=seed) for seed in range(3)]
    source.pictures = [np.roll(picture, 9, axis=0) if n else picture // 2 for n, picture in enumerate(source.pictures)]
    with Eye(source, Decoder(), lambda _: None, guide=guide) as eye:
        eye.show_at(64, 48)
        eventually(lambda: len(guide.asked) >= 5)
        eventually(lambda: (seen := eye.latest()) is not None and seen.hint is Hint.TOO_FAR)
        times = [at for at, _, _ in guide.asked]
        assert min(np.diff(times)) >= eye_module.GUIDE_S
        assert {shape for _, _, shape in guide.asked} == {(SIZE[1], SIZE[0])}
        source.pictures = [shown("A")]
        eventually(lambda: (seen := eye.latest()) is not None and seen.hint is None and bool(seen.outlines))
        assert guide.asked[-1][1]


def test_a_failing_guide_keeps_nobody_from_being_read() -> None:
    source, troubles, told = Plugged("A,B"), list[Exception](), list[Found]()
    with Eye(source, Decoder(), told.append, on_trouble=troubles.append, guide=Advising(fails=True)):
        eventually(lambda: bool(told) and bool(troubles))
        time.sleep(0.3)
    assert [type(trouble) for trouble in troubles] == [RuntimeError]


# --- leaving a scene alone that does not move ---


def test_a_still_scene_is_left_alone_only_after_every_look_and_not_for_long() -> None:
    idle, skipped = Idle(looks=3), []
    for frame in range(30):
        picture = scene([], size=SIZE, seed=frame)
        if idle.need(picture, frame / 30) is Need.REST:
            skipped.append(frame)
        else:
            idle.told(found=False)
    assert skipped[0] == 3
    assert len(skipped) >= 20
    assert max(np.diff([0, *(n for n in range(30) if n not in skipped)])) <= AGAIN_S * 30 + 1


@pytest.mark.parametrize("size", [(640, 480), (1280, 720), (1920, 1080)])
def test_a_small_code_coming_into_a_still_scene_is_not_missed(size: tuple[int, int]) -> None:
    idle = Idle(looks=1)
    for frame in range(5):
        if idle.need(scene([], size=size, seed=frame), frame / 30) is not Need.REST:
            idle.told(found=False)
    assert idle.need(scene([], size=size, seed=8), 5 / 30) is Need.REST
    assert idle.need(scene([Symbol("SMALL", module_px=2)], size=size, seed=9), 5 / 30) is Need.DECODE


def test_a_scene_with_a_code_in_it_is_never_left_alone() -> None:
    idle, picture = Idle(looks=1), shown("A")
    for frame in range(20):
        assert idle.need(np.roll(picture, frame % 2, axis=1), frame / 30) is Need.DECODE
        idle.told(found=True)


def test_one_bit_makes_another_frame() -> None:
    idle, picture = Idle(looks=1), shown("A")
    assert idle.need(picture, 0) is Need.DECODE
    idle.told(found=True)
    assert idle.need(picture.copy(), 0.1) is Need.REPEAT
    other = picture.copy()
    other[-1, -1] ^= 1
    assert idle.need(other, 0.2) is Need.DECODE
