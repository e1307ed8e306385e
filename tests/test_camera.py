"""Opening, losing and finding a camera again, against drivers that hang, lie, repeat themselves, throw and move."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import islice
from pathlib import Path

import numpy as np
import pytest

from station.scanner.decode import Decoder
from station.scanner.eye import Eye
from station.scanner.opencv import cv2
from station.scanner.sources import camera as module
from station.scanner.sources import live
from station.scanner.sources.camera import CameraSource
from station.scanner.sources.cameras import DSHOW, MSMF, V4L2
from station.scanner.sources.capture import plain
from station.scanner.sources.frame import Given, LiveSource
from station.scanner.sources.identity import Identity
from station.scanner.sources.stream import StreamSource
from station.trouble import Trouble
from station.views import Camera as State
from tests.drivers import CAM, MJPG, Camera, Computer, eventually


@contextmanager
def computer(*cameras: Camera, backends: tuple[int, ...] = (V4L2,), lists: bool = True) -> Iterator[Computer]:
    """A made-up computer whose hanging drivers come back at the end, and hold no capture then."""
    made = Computer(*cameras, backends=backends, lists=lists)
    try:
        yield made
    finally:
        made.end.set()
        eventually(lambda: made.open_now == 0)


def source(of: Computer, wanted: int | Identity = CAM) -> CameraSource:
    return CameraSource(wanted, devices=of.devices, capture=of.capture)


def lost_after(source: CameraSource, fault: threading.Event | None = None) -> tuple[str, float]:
    """The trouble that ends the frames, and how long after ``fault`` (in mid-stream) the source was closed."""
    start = time.monotonic()
    try:
        with source:
            for number, _ in enumerate(source.frames()):
                if number == 5 and fault is not None:
                    start = time.monotonic()
                    fault.set()
                assert time.monotonic() - start < 8
    except Trouble as trouble:
        return trouble.code, time.monotonic() - start
    raise AssertionError("the frames just ended")


# --- opening ---


def test_what_is_asked_for_and_what_is_given() -> None:
    with computer(Camera()) as pc, source(pc) as camera:
        frame = next(camera.frames())
        asked = [what for what, _ in pc.told]
        assert asked == [
            cv2.CAP_PROP_BUFFERSIZE,
            cv2.CAP_PROP_FOURCC,
            cv2.CAP_PROP_FRAME_WIDTH,
            cv2.CAP_PROP_FRAME_HEIGHT,
            cv2.CAP_PROP_FPS,
        ]
        assert dict(pc.told)[cv2.CAP_PROP_FRAME_HEIGHT] == 1080
        # The driver says 1920 x 1080; the picture is smaller, and does not lie.
        assert camera.given == Given(64, 48, 30.0, "MJPG", "MADE-UP")
        assert frame.pixels.shape == (48, 64, 3)
        assert isinstance(camera, LiveSource)
        assert camera.name == "Cam"
    assert camera.given is not None


@pytest.mark.parametrize(
    ("sizes", "height"),
    [([(1280, 720), (640, 480)], 720), ([(640, 480)], 480), ([(1920, 1080), (640, 480)], 1080)],
)
def test_a_camera_that_refuses_1080p_gives_its_next_best(sizes: list[tuple[int, int]], height: int) -> None:
    cam = Camera()
    cam.sizes = sizes
    with computer(cam) as pc, source(pc):
        assert [value for what, value in pc.told if what == cv2.CAP_PROP_FRAME_HEIGHT][-1] == max(height, 720)


def test_a_driver_that_forgets_the_compression_is_told_twice() -> None:
    cam = Camera()
    cam.forgets_mjpg = True
    with computer(cam) as pc, source(pc) as camera:
        assert [what for what, value in pc.told if value == MJPG] == [cv2.CAP_PROP_FOURCC] * 2
        next(camera.frames())
        assert camera.given is not None
        assert camera.given.fourcc == "MJPG"


def test_the_numbers_of_the_list_are_its_places() -> None:
    with computer(Camera("A", index=4), Camera("B", index=2)) as pc:
        with source(pc, 1):
            assert pc.opened == [(2, V4L2)]
        with pytest.raises(Trouble, match="camera_missing"), source(pc, 2):
            pytest.fail("there is no third")


def test_where_there_is_no_list_the_number_is_tried_as_it_is() -> None:
    with computer(Camera(index=3), lists=False) as pc:
        with source(pc, 3) as camera:
            next(camera.frames())
        assert [index for index, _ in pc.opened] == [3]
        assert camera.present()


def test_a_driver_that_hangs_in_opening_is_given_up_and_not_piled_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LIMIT_S", 0.2)
    cam = Camera()
    cam.hang_open.set()
    before = threading.active_count()
    with computer(cam) as pc:
        camera = source(pc)
        for _ in range(5):
            start = time.monotonic()
            with pytest.raises(Trouble, match="camera_stuck"), camera:
                pytest.fail("it hangs")
            assert time.monotonic() - start < 1.0
        assert pc.opened == [(0, V4L2)]
        assert threading.active_count() == before + 1
        cam.hang_open.clear()
        # What arrives too late is let go of, and then the camera can be opened.
        eventually(lambda: threading.active_count() == before)
        assert pc.open_now == 0
        with camera:
            next(camera.frames())


def test_a_camera_that_may_not_be_used_is_said_to_be_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    node = tmp_path / "video0"
    node.touch(mode=0o000)
    with computer(Camera()) as pc:
        denied = [replace(device, node=str(node)) for device in pc.devices() or ()]
        camera = CameraSource(0, devices=lambda: denied, capture=pc.capture)
        monkeypatch.setattr("os.access", lambda path, _: path != str(node))  # root may do anything
        with pytest.raises(Trouble, match="camera_denied"), camera:
            pytest.fail("it was opened")
        assert pc.opened == []


def test_a_driver_that_throws_in_opening_is_a_camera_that_does_not_open() -> None:
    cam = Camera()
    with computer(cam) as pc:
        cam.throwing.set()
        with pytest.raises(Trouble, match="camera_missing"), source(pc):
            pytest.fail("it was opened")
        cam.throwing.clear()
        cam.throws_name = True
        with pytest.raises(Trouble, match="camera_stuck"), source(pc):
            pytest.fail("it was opened")


def test_a_camera_slow_through_directshow_is_taken_through_media_foundation() -> None:
    cam = Camera()
    cam.rates[DSHOW] = 8
    with computer(cam, backends=(DSHOW, MSMF)) as pc:
        camera = source(pc)
        with camera:
            assert pc.opened == [(0, DSHOW), (0, MSMF)]
            assert pc.open_now == 1
        with camera:  # and is not tried the slow way again
            assert pc.opened[2:] == [(0, MSMF)]


def test_a_quick_camera_stays_with_directshow() -> None:
    with computer(Camera(), backends=(DSHOW, MSMF)) as pc, source(pc) as camera:
        next(camera.frames())
        assert pc.opened == [(0, DSHOW)]


# --- loss ---


@pytest.mark.parametrize(
    ("fault", "virtual"),
    [("failing", False), ("throwing", False), ("hang_read", False), ("frozen", False), ("hang_read", True)],
)
def test_a_lost_camera_is_known_within_two_seconds(fault: str, virtual: bool) -> None:
    cam = Camera(virtual=virtual)
    with computer(cam) as pc:
        code, took = lost_after(source(pc), getattr(cam, fault))
        assert code == "camera_gone"
        assert took < 2.0


@pytest.mark.parametrize("fault", ["hang_read", "frozen"])
def test_one_that_has_left_the_list_is_known_sooner(fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "LET_GO_S", 0.0)
    cam = Camera()
    with computer(cam) as pc:
        camera = source(pc)
        with camera:
            frames = camera.frames()
            next(frames)
            getattr(cam, fault).set()
            cam.plugged = False
            start = time.monotonic()
            with pytest.raises(Trouble, match="camera_gone"):
                list(frames)
            assert time.monotonic() - start < 1.4
            assert not camera.present()


def test_a_camera_comes_back_under_another_number(monkeypatch: pytest.MonkeyPatch) -> None:
    cam = Camera(index=0)
    other = Camera("Other", "1-2", index=2)
    with computer(cam, other) as pc:
        camera = source(pc, 0)
        unplugged = threading.Event()
        monkeypatch.setattr(unplugged, "set", lambda: setattr(cam, "plugged", False))
        assert lost_after(camera, unplugged)[0] == "camera_gone"
        # The other one now stands first, and is not taken in its place.
        with pytest.raises(Trouble, match="camera_missing"), camera:
            pytest.fail("another camera was taken")
        cam.plugged, cam.index, cam.port = True, 5, "3-1"
        with camera:
            next(camera.frames())
        assert pc.opened == [(0, V4L2), (5, V4L2)]


def test_threads_that_hang_in_a_read_are_few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "SILENT_S", 0.1)
    monkeypatch.setattr(module, "FIRST_S", 0.1)
    monkeypatch.setattr(live, "LET_GO_S", 0.05)
    cam = Camera()
    before = threading.active_count()
    with computer(cam) as pc:
        camera, codes = source(pc), []
        cam.hang_read.set()
        for _ in range(8):
            with pytest.raises(Trouble) as trouble, camera:
                list(camera.frames())
            codes.append(trouble.value.code)
        assert codes == ["camera_gone"] * live.MOST_LEFT + ["camera_stuck"] * (8 - live.MOST_LEFT)
        assert threading.active_count() <= before + live.MOST_LEFT


def test_a_read_that_hangs_does_not_keep_the_program() -> None:
    program = (
        "from tests.drivers import CAM, Camera, Computer\n"
        "from station.scanner.sources.camera import CameraSource\n"
        "cam = Camera()\n"
        "pc = Computer(cam)\n"
        "with CameraSource(CAM, devices=pc.devices, capture=pc.capture) as camera:\n"
        "    next(camera.frames())\n"
        "    cam.hang_read.set()\n"
    )
    root = Path(__file__).resolve().parent.parent
    said = subprocess.run([sys.executable, "-c", program], cwd=root, capture_output=True, timeout=30, check=False)
    assert (said.returncode, said.stdout, said.stderr) == (0, b"", b"")


def test_a_still_picture_is_doubted_once_and_then_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "FROZEN_S", 0.2)
    cam = Camera()
    cam.frozen.set()
    cam.shot = 9
    with computer(cam) as pc:
        camera = source(pc)
        assert lost_after(camera)[0] == "camera_gone"
        with camera:
            start = time.monotonic()
            for _ in camera.frames():
                if time.monotonic() - start > 0.8:
                    break
            # Another picture that stays is doubted anew.
            cam.shot = 20
            with pytest.raises(Trouble, match="camera_gone"):
                list(islice(camera.frames(), 1000))


def test_a_virtual_camera_may_show_a_still_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "FROZEN_S", 0.2)
    cam = Camera(virtual=True)
    cam.frozen.set()
    with computer(cam) as pc, source(pc) as camera:
        frames = camera.frames()
        start = time.monotonic()
        while time.monotonic() - start < 0.8:
            next(frames)


def test_an_eye_loses_and_finds_a_camera_without_a_restart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("station.scanner.eye.RETRY_S", 0.05)
    cam, troubles = Camera(), list[Exception]()
    with computer(cam) as pc, Eye(source(pc), Decoder(), lambda _: None, on_trouble=troubles.append) as eye:
        eventually(lambda: eye.state is State.LIVE)
        cam.plugged = False
        eventually(lambda: eye.state is State.GONE)
        cam.plugged, cam.index = True, 7
        eventually(lambda: eye.state is State.LIVE)
        assert pc.opened[-1] == (7, V4L2)
    assert "camera_gone(name)" in [str(trouble) for trouble in troubles]


def test_the_newest_frame_is_what_a_slow_reader_gets() -> None:
    with computer(Camera()) as pc, source(pc) as camera:
        ages = []
        for frame in islice(camera.frames(), 8):
            ages.append(time.monotonic() - frame.at)
            time.sleep(0.1)
        assert max(ages) < 0.15  # 0.7, if they queued up


# --- pictures of other kinds ---


@pytest.mark.parametrize(
    ("shape", "dtype", "plainly"),
    [
        ((48, 64), np.uint8, (48, 64)),
        ((48, 64, 1), np.uint8, (48, 64)),
        ((48, 64, 2), np.uint8, (48, 64, 3)),
        ((48, 64, 4), np.uint8, (48, 64, 3)),
        ((48, 64), np.uint16, (48, 64)),
    ],
)
def test_any_picture_becomes_gray_or_bgr(shape: tuple[int, ...], dtype: type, plainly: tuple[int, ...]) -> None:
    cam = Camera()
    cam.shape, cam.dtype = shape, dtype
    with computer(cam) as pc, source(pc) as camera:
        pixels = next(camera.frames()).pixels
        assert pixels.shape == plainly
        assert pixels.dtype == np.uint8


def test_sixteen_bits_keep_their_contrast() -> None:
    pixels = plain(np.array([[0, 512], [1023, 0]], np.uint16))
    assert pixels is not None
    assert pixels.tolist() == [[0, 128], [255, 0]]
    assert plain(np.zeros((2, 2, 5), np.uint8)) is None


def test_a_stream_is_a_live_source_too() -> None:
    stream = StreamSource("http://127.0.0.1:9/v")
    assert isinstance(stream, LiveSource)
    assert stream.given is None
    assert stream.present()
