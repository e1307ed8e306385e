"""One capture in a thread of its own: opened, read and released there; what hangs is left, never waited for."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from threading import Condition, Event, Thread
from typing import Any, Final, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from station.scanner.opencv import cv2
from station.scanner.sources.frame import Given

FAILED_READS: Final = 5
HANGS_S: Final = 0.5
"""A read that takes longer is not waited for when leaving."""
PAUSE_S: Final = 0.05
"""Between two failed reads: five in a row are a lost source."""


class Capture(Protocol):
    """What is used of ``cv2.VideoCapture``."""

    def isOpened(self) -> bool: ...
    def read(self) -> tuple[bool, Any]: ...
    def get(self, propId: int, /) -> float: ...
    def set(self, propId: int, value: float, /) -> bool: ...
    def getBackendName(self) -> str: ...
    def release(self) -> None: ...


class Taken(NamedTuple):
    """A frame out of a capture: uint8, H x W or H x W x 3 (BGR); when it was read; its number, from 1."""

    pixels: NDArray[np.uint8]
    at: float
    number: int


class Grabber:
    """Opens a capture and reads it without pause, keeping only the newest frame, so that no driver's or network's
    buffer ever fills up and the reader gets no old picture.

    ``opening`` runs in the thread and is given this object, to allow itself time and to see whether it is still
    wanted. Whoever waits, waits a limited time and then calls ``leave``; a thread that hangs in a driver goes
    on hanging, is a daemon, and lets go of its capture if it ever comes back.
    """

    def __init__(self, name: str, opening: Callable[[Grabber], Capture], limit_s: float) -> None:
        self._opening = opening
        self._news = Condition()
        self._stop = Event()
        self._until = time.monotonic() + limit_s
        self._given: Given | None = None
        self._taken: Taken | None = None
        self._over: Exception | None = None
        self._ended = False
        self._asked = 0.0
        self._thread = Thread(target=self._run, name=f"capture {name}", daemon=True)

    def start(self) -> None:
        self._thread.start()

    # --- for the opening, in the thread ---

    @property
    def unwanted(self) -> bool:
        """Whether nobody waits for this capture any more."""
        return self._stop.is_set()

    def allow(self, seconds: float) -> None:
        """From now on, opening may take this long."""
        with self._news:
            self._until = time.monotonic() + seconds
            self._news.notify_all()

    # --- for whoever reads ---

    @property
    def alive(self) -> bool:
        return self._thread.is_alive()

    @property
    def opening(self) -> bool:
        """Whether the capture was not open yet when last heard of."""
        return self._given is None

    @property
    def given(self) -> Given | None:
        return self._given

    @property
    def ended(self) -> bool:
        """Whether no further frame will come."""
        return self._ended

    def wait_open(self) -> bool:
        """Wait until it is open; False if the time was up or it failed. Raises what the opening raised."""
        with self._news:
            while self._given is None and not self._ended:
                left = self._until - time.monotonic()
                if left <= 0:
                    return False
                self._news.wait(left)
        if self._over is not None:
            raise self._over
        return self._given is not None

    def after(self, number: int, timeout_s: float) -> Taken | None:
        """The newest frame, if it is younger than ``number``; else wait for it at most that long."""
        with self._news:
            self._news.wait_for(lambda: self._ended or self._number() > number, timeout_s)
            if self._taken is not None and self._taken.number > number:
                return self._taken
        if self._over is not None:
            raise self._over
        return None

    def leave(self, timeout_s: float) -> None:
        """Have the capture let go; wait for it so long, because a device that is still held cannot be opened, but
        not for a read that hangs already."""
        self._stop.set()
        with self._news:
            self._taken = None
        if time.monotonic() - self._asked < HANGS_S or self._ended:
            self._thread.join(timeout_s)

    # --- the thread ---

    def _number(self) -> int:
        return self._taken.number if self._taken is not None else 0

    def _run(self) -> None:
        over: Exception | None = None
        try:
            capture = self._opening(self)
            try:
                self._read(capture)
            finally:
                capture.release()
        except cv2.error:
            pass  # a driver's fault: no further frame comes
        except Exception as error:  # the top of the thread; raised again where it is waited for
            over = error
        with self._news:
            self._over, self._ended = over, True
            self._news.notify_all()

    def _read(self, capture: Capture) -> None:
        with self._news:
            self._given = given(capture)
            self._news.notify_all()
        failed = 0
        while not self._stop.is_set() and failed < FAILED_READS:
            self._asked = time.monotonic()
            pixels = picture(capture)
            if pixels is None:
                failed += 1
                self._stop.wait(PAUSE_S)
                continue
            failed = 0
            with self._news:
                if self._number() == 0:
                    # Drivers say what they were asked for; the picture does not lie.
                    height, width = pixels.shape[:2]
                    self._given = replace(self._given, width=width, height=height)
                if not self._stop.is_set():
                    self._taken = Taken(pixels, time.monotonic(), self._number() + 1)
                self._news.notify_all()


def given(capture: Capture) -> Given:
    """What an open capture says of itself."""
    width, height, rate, code = (
        _finite(capture.get(one))
        for one in (cv2.CAP_PROP_FRAME_WIDTH, cv2.CAP_PROP_FRAME_HEIGHT, cv2.CAP_PROP_FPS, cv2.CAP_PROP_FOURCC)
    )
    letters = int(code).to_bytes(4, "little") if 0 <= code < 2**32 else b""
    fourcc = letters.decode("ascii", "replace").rstrip("\0 ")
    return Given(
        int(width),
        int(height),
        rate if 0 < rate < 1000 else 0.0,
        fourcc if fourcc.isascii() and fourcc.isprintable() else "",
        capture.getBackendName(),
    )


def _finite(value: float) -> float:
    return value if abs(value) < 2**32 else 0.0  # also nan and infinity


def picture(capture: Capture) -> NDArray[np.uint8] | None:
    """The next frame as uint8, H x W or H x W x 3 (BGR), in an array of its own; None if there was none."""
    try:
        good, pixels = capture.read()
        return plain(pixels) if good and pixels is not None and pixels.size else None
    except cv2.error:
        return None


def plain(pixels: NDArray[np.generic]) -> NDArray[np.uint8] | None:
    """Any picture a driver may give (gray, with a fourth channel, packed YUY2, 16 bits) as H x W or H x W x 3."""
    if pixels.dtype != np.uint8:
        top = float(pixels.max()) or 1.0
        pixels = np.asarray(cv2.convertScaleAbs(np.asarray(pixels, np.float32), alpha=255.0 / top), np.uint8)
    shot = np.asarray(pixels, np.uint8)
    if shot.ndim == 3 and shot.shape[2] == 1:
        return shot[:, :, 0]
    if shot.ndim == 3 and shot.shape[2] == 2:
        return np.asarray(cv2.cvtColor(shot, cv2.COLOR_YUV2BGR_YUY2), np.uint8)
    if shot.ndim == 3 and shot.shape[2] == 4:
        return np.asarray(cv2.cvtColor(shot, cv2.COLOR_BGRA2BGR), np.uint8)
    return shot if shot.ndim == 2 or (shot.ndim == 3 and shot.shape[2] == 3) else None
