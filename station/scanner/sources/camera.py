"""A camera, found again by what it is each time it is opened, and asked for MJPG at 1080p."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from typing import Final

from station.scanner.opencv import cv2
from station.scanner.sources import identity
from station.scanner.sources.cameras import DSHOW, MSMF, V4L2, Device, Way, devices, raw
from station.scanner.sources.capture import Capture, Grabber, picture
from station.scanner.sources.live import Live
from station.trouble import Trouble

WANTED: Final = ((1920, 1080), (1280, 720))
"""Width and height asked of a camera, the best first: an ID card's bars need the pixels."""
RATE: Final = 30
LIMIT_S: Final = 5.0
LIMITS_S: Final = {MSMF: 8.0}
"""How long opening may take: Media Foundation is known for its slowness."""
FIRST_S: Final = 5.0
"""How long the first frame may take: sensors wake up, exposure settles."""

SLOW: Final = 15
"""Frames a second below which a camera is tried through Media Foundation instead of DirectShow."""
BUFFERS: Final = 2
"""Of V4L2: one to fill while the other is unpacked. With a single one the driver loses every second frame."""


class CameraSource(Live):
    """A camera by its place in the list (``camera:0`` is the first) or by its identity (``camera:id:…``).

    The one that was opened first stays the one: after an unplug it is looked for by its identity, whatever number
    it has come back under, and no other is taken in its place. ``devices`` and ``capture`` are the system's.
    """

    def __init__(
        self,
        wanted: int | identity.Identity,
        *,
        devices: Callable[[], list[Device] | None] = devices,
        capture: Callable[[int, int], Capture] = cv2.VideoCapture,
    ) -> None:
        name = f"camera:{wanted}" if isinstance(wanted, int) else wanted.name.replace("-", " ")
        super().__init__(name, gone="camera_gone", stuck="camera_stuck", limit_s=LIMIT_S, first_s=FIRST_S)
        self._wanted = wanted
        self._devices = devices
        self._capture = capture
        self._device: Device | None = None
        self._slow = False

    def present(self) -> bool:
        """Whether the camera is in the system's list."""
        here = self._devices()
        return here is None or self._device is None or _among(self._device.identity, here) is not None

    def motionless(self) -> bool:
        """A program that plays a camera may well show a still picture."""
        return self._device is not None and self._device.virtual

    def _find(self) -> tuple[Way, ...]:
        """The ways to the camera now. Raises ``Trouble``: ``camera_missing``, ``camera_denied``."""
        here = self._devices()
        if here is None:
            if isinstance(self._wanted, int):
                return raw(self._wanted)
            raise Trouble("camera_missing", name=self.name)
        if self._device is not None:
            device = _among(self._device.identity, here)
        elif isinstance(self._wanted, int):
            device = here[self._wanted] if self._wanted < len(here) else None
        else:
            device = _among(self._wanted, here)
        if device is None:
            raise Trouble("camera_missing", name=self.name)
        if device.node and os.path.exists(device.node) and not os.access(device.node, os.R_OK | os.W_OK):  # noqa: PTH110
            raise Trouble("camera_denied", name=device.name)
        self._device, self.name = device, device.name
        return device.ways

    def _open(self, worker: Grabber) -> Capture:
        """Raises ``Trouble``: ``camera_missing``, ``camera_denied``."""
        ways = self._find()
        if self._slow:
            ways = ways[::-1]
        for number, way in enumerate(ways):
            if worker.unwanted:
                break
            capture = self._opened(way, worker)
            if capture is None:
                continue
            others = ways[number + 1 :]
            worker.allow(LIMIT_S)
            if way.backend == DSHOW and others and not self._slow and measured(capture) < SLOW:
                # Some cameras send large pictures slowly through DirectShow and well through the other.
                self._slow = True
                capture.release()
                other = self._opened(others[0], worker)
                if other is not None:
                    return other
                capture = self._opened(way, worker)
                if capture is None:
                    break
            return capture
        raise Trouble("camera_missing", name=self.name)

    def _opened(self, way: Way, worker: Grabber) -> Capture | None:
        worker.allow(LIMITS_S.get(way.backend, LIMIT_S))
        try:
            capture = self._capture(way.index, way.backend)
        except cv2.error:
            return None
        try:
            if capture.isOpened():
                ask(capture, way.backend)
                return capture
        except cv2.error:
            pass
        capture.release()
        return None


def _among(wanted: identity.Identity, here: list[Device]) -> Device | None:
    place = identity.found(wanted, [device.identity for device in here])
    return None if place is None else here[place]


def ask(capture: Capture, backend: int) -> None:
    """Ask an open camera for MJPG, 1080p and 30 frames a second, or the next best size it has."""
    mjpg = cv2.VideoWriter.fourcc(*"MJPG")
    if backend == V4L2:
        capture.set(cv2.CAP_PROP_BUFFERSIZE, BUFFERS)
    # The compression first: without it USB 2 carries 5 to 10 frames a second at these sizes.
    capture.set(cv2.CAP_PROP_FOURCC, mjpg)
    for width, height in WANTED:
        capture.set(cv2.CAP_PROP_FRAME_WIDTH, width)
        capture.set(cv2.CAP_PROP_FRAME_HEIGHT, height)
        if capture.get(cv2.CAP_PROP_FRAME_HEIGHT) >= WANTED[-1][1]:
            break
    capture.set(cv2.CAP_PROP_FPS, RATE)
    if int(capture.get(cv2.CAP_PROP_FOURCC)) != mjpg:
        # DirectShow forgets it when the size is set.
        capture.set(cv2.CAP_PROP_FOURCC, mjpg)


def measured(capture: Capture, clock: Callable[[], float] = time.monotonic) -> float:
    """Frames a second over the first second after the first frame; sooner if they are surely enough."""
    picture(capture)
    start, frames = clock(), 0
    while clock() - start < 1.0 and frames < SLOW:
        if picture(capture) is None:
            time.sleep(0.01)
        else:
            frames += 1
    return frames / max(clock() - start, 1e-6)
