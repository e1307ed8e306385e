"""Camera drivers that behave badly on purpose: they hang, lie, repeat the last frame, throw, move to other numbers."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from station.scanner.opencv import cv2
from station.scanner.sources.cameras import DSHOW, V4L2, Device, Way
from station.scanner.sources.identity import made

MJPG = cv2.VideoWriter.fourcc(*"MJPG")
CAM = made("Cam", "1111:2222", "", "1-1")


class Camera:
    """One camera of a made-up computer; the test holds its plug and its manners."""

    def __init__(self, name: str = "Cam", port: str = "1-1", *, index: int = 0, virtual: bool = False) -> None:
        self.name, self.index, self.port, self.virtual = name, index, port, virtual
        self.plugged = True
        self.rates = {DSHOW: 200.0, V4L2: 200.0}
        self.sizes = [(1920, 1080), (1280, 720), (640, 480)]
        self.shape: tuple[int, ...] = (48, 64, 3)
        self.dtype: Any = np.uint8
        self.frozen = threading.Event()
        self.failing = threading.Event()
        self.throwing = threading.Event()
        self.hang_open = threading.Event()
        self.hang_read = threading.Event()
        self.throws_name = False
        self.forgets_mjpg = False
        self.shot = 0

    def picture(self) -> np.ndarray[Any, Any]:
        if not self.frozen.is_set():
            self.shot += 1
        return np.full(self.shape, self.shot * 7 % 251 + 1, self.dtype)


class Computer:
    """``devices`` and ``capture`` are given to a ``CameraSource`` in place of the system's."""

    def __init__(self, *cameras: Camera, backends: tuple[int, ...] = (V4L2,), lists: bool = True) -> None:
        self.cameras = list(cameras)
        self.backends = backends
        self.lists = lists
        self.opened: list[tuple[int, int]] = []
        self.open_now = 0
        self.told: list[tuple[int, float]] = []
        self.end = threading.Event()

    def devices(self) -> list[Device] | None:
        if not self.lists:
            return None
        return [
            Device(
                one.name,
                made(one.name, "1111:2222", "", one.port),
                tuple(Way(one.index, backend) for backend in self.backends),
                virtual=one.virtual,
            )
            for one in self.cameras
            if one.plugged
        ]

    def capture(self, index: int, backend: int) -> Capture:
        self.opened.append((index, backend))
        here = [one for one in self.cameras if one.plugged and one.index == index]
        if here:
            self._hang(here[0].hang_open)
        return Capture(self, here[0] if here else None, backend)

    def _hang(self, event: threading.Event) -> None:
        while event.is_set() and not self.end.is_set():
            time.sleep(0.005)


class Capture:
    def __init__(self, computer: Computer, camera: Camera | None, backend: int) -> None:
        self._computer, self._camera, self._backend = computer, camera, backend
        self._said: dict[int, float] = {cv2.CAP_PROP_FPS: 30.0}
        computer.open_now += camera is not None

    def isOpened(self) -> bool:
        return self._camera is not None

    def getBackendName(self) -> str:
        if self._camera is not None and self._camera.throws_name:
            raise cv2.error("a driver's fault")
        return "MADE-UP"

    def get(self, what: int, /) -> float:
        return self._said.get(what, 0.0)

    def set(self, what: int, value: float, /) -> bool:
        assert self._camera is not None
        if self._camera.throwing.is_set():
            raise cv2.error("a driver's fault")
        self._computer.told.append((what, value))
        if what == cv2.CAP_PROP_FRAME_HEIGHT and self._camera.forgets_mjpg:
            self._said.pop(cv2.CAP_PROP_FOURCC, None)
        if what == cv2.CAP_PROP_FRAME_HEIGHT:
            asked = int(self._said.get(cv2.CAP_PROP_FRAME_WIDTH, 0)), int(value)
            width, height = asked if asked in self._camera.sizes else self._camera.sizes[-1]
            self._said |= {cv2.CAP_PROP_FRAME_WIDTH: width, cv2.CAP_PROP_FRAME_HEIGHT: height}
            return True
        self._said[what] = value
        return True

    def read(self) -> tuple[bool, Any]:
        camera = self._camera
        assert camera is not None
        time.sleep(1 / camera.rates.get(self._backend, 200.0))
        self._computer._hang(camera.hang_read)
        if camera.throwing.is_set():
            raise cv2.error("a driver's fault")
        if camera.failing.is_set() or not (camera.plugged or camera.frozen.is_set()):
            return False, None
        return True, camera.picture()

    def release(self) -> None:
        if self._camera is not None:
            self._camera = None
            self._computer.open_now -= 1


def eventually(condition: Callable[[], bool], timeout_s: float = 10.0) -> None:
    until = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < until, "it never came to be"
        time.sleep(0.01)
