"""Moving pictures through OpenCV: camera, video file, network stream; each says when it is gone."""

from __future__ import annotations

import sys
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Final, Self
from urllib.parse import urlsplit

import numpy as np
from numpy.typing import NDArray

from station.scanner.frame import Frame
from station.scanner.opencv import cv2
from station.trouble import Trouble
from station.views import Camera

LIMIT_MS: Final = 2_000
"""How long opening or reading a stream may take; without it a stalled one blocks for ever."""

FAILED_READS: Final = 5
FROZEN_S: Final = 3.0
"""A live sensor never gives the same bits twice; some drivers repeat the last frame after an unplug."""

WANTED: Final = (1920, 1080, 30)
"""Width, height, frames per second asked of a camera: an ID card's bars need the pixels."""

SUFFIXES: Final = (
    *(".mp4", ".m4v", ".mov", ".avi", ".mkv", ".webm", ".mpg", ".mpeg"),
    *(".mjpg", ".mjpeg", ".ogv", ".ts", ".3gp", ".wmv"),
)


def is_video(path: Path) -> bool:
    """Whether a file is to be tried as a video: by its name, else by its first bytes."""
    if path.suffix.lower() in SUFFIXES:
        return True
    with path.open("rb") as file:
        head = file.read(16)
    boxed = head[4:8] == b"ftyp" and head[8:12] not in (b"avif", b"avis", b"heic", b"heix", b"mif1")
    return boxed or (head[:4] == b"RIFF" and head[8:12] == b"AVI ") or head[:4] in (b"\x1aE\xdf\xa3", b"OggS")


class _Capture(ABC):
    """What the three have in common: one ``cv2.VideoCapture``, opened and closed by ``with``."""

    shows = Camera.LIVE
    still = False
    live = True

    def __init__(self, name: str) -> None:
        self.name = name
        self._capture: cv2.VideoCapture | None = None

    @abstractmethod
    def _open(self) -> cv2.VideoCapture: ...

    def __enter__(self) -> Self:
        self._capture = self._open()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._capture is not None:
            self._capture.release()
            self._capture = None

    def _read(self) -> NDArray[np.uint8] | None:
        """The next frame, in an array of its own, or None if there was none."""
        if self._capture is None:
            raise RuntimeError("a source gives frames only inside its with block")
        try:
            good, pixels = self._capture.read()
        except cv2.error:
            return None
        return np.asarray(pixels, np.uint8) if good and pixels is not None and pixels.size else None

    def _live_frames(self, gone: str) -> Iterator[Frame]:
        """Frames as they come. Raises ``Trouble(gone)`` once the source is no longer alive."""
        failed, changed, before = 0, time.monotonic(), b""
        while True:
            asked = time.monotonic()
            pixels = self._read()
            now = time.monotonic()
            if pixels is None:
                failed += 1
                if failed >= FAILED_READS or now - asked >= LIMIT_MS / 1000:
                    raise Trouble(gone, name=self.name)
                time.sleep(0.05)
                continue
            failed = 0
            shot = pixels[::40, ::40].tobytes()
            if shot != before:
                before, changed = shot, now
            elif now - changed > FROZEN_S:
                raise Trouble(gone, name=self.name)
            yield Frame(pixels, now)


class CameraSource(_Capture):
    """A camera by its number, asked for MJPG at 1080p. ``size`` and ``rate`` are what it really gives."""

    def __init__(self, index: int) -> None:
        super().__init__(f"camera:{index}")
        self.size = (0, 0)
        self.rate = 0.0
        self._index = index

    def _open(self) -> cv2.VideoCapture:
        """Raises ``Trouble('camera_missing')``."""
        for backend in _backends():
            capture = cv2.VideoCapture(self._index, backend)
            if capture.isOpened():
                # MJPG first: uncompressed, USB 2 carries 5 to 10 frames a second at this size. DirectShow
                # forgets it when the size is set, so it is said twice.
                mjpg = cv2.VideoWriter.fourcc(*"MJPG")
                width, height, rate = WANTED
                capture.set(cv2.CAP_PROP_FOURCC, mjpg)
                capture.set(cv2.CAP_PROP_FRAME_WIDTH, width)
                capture.set(cv2.CAP_PROP_FRAME_HEIGHT, height)
                capture.set(cv2.CAP_PROP_FPS, rate)
                if int(capture.get(cv2.CAP_PROP_FOURCC)) != mjpg:
                    capture.set(cv2.CAP_PROP_FOURCC, mjpg)
                read_back = capture.get(cv2.CAP_PROP_FRAME_WIDTH), capture.get(cv2.CAP_PROP_FRAME_HEIGHT)
                self.size = int(read_back[0]), int(read_back[1])
                self.rate = capture.get(cv2.CAP_PROP_FPS)
                return capture
            capture.release()
        raise Trouble("camera_missing", name=self.name)

    def frames(self) -> Iterator[Frame]:
        """Frames until the camera is gone: raises ``Trouble('camera_gone')``."""
        return self._live_frames("camera_gone")


class StreamSource(_Capture):
    """An http(s) or rtsp address. The name leaves out what may be a password in it."""

    def __init__(self, url: str) -> None:
        try:
            parts = urlsplit(url)
            name = f"{parts.scheme}://{parts.hostname or ''}{f':{parts.port}' if parts.port else ''}"
        except ValueError:
            raise Trouble("source_unclear", source=url.partition(":")[0]) from None
        if not parts.hostname:
            raise Trouble("source_unclear", source=name)
        super().__init__(name)
        self._url = url

    def _open(self) -> cv2.VideoCapture:
        """Raises ``Trouble('stream_unreachable')``, within two seconds or little more."""
        return _opened(self._url, Trouble("stream_unreachable", name=self.name))

    def frames(self) -> Iterator[Frame]:
        """Frames until the stream ends or stalls: raises ``Trouble('stream_gone')``."""
        return self._live_frames("stream_gone")


class VideoSource(_Capture):
    """A video file, every frame of it, as fast as it is read or (``realtime``) at its own speed."""

    live = False

    def __init__(self, path: Path, *, realtime: bool = False) -> None:
        super().__init__(path.name)
        self._path = path
        self._realtime = realtime

    def _open(self) -> cv2.VideoCapture:
        """Raises ``Trouble('video_unreadable')``."""
        # An absolute path cannot be taken for an address or a pattern of file names.
        return _opened(str(self._path.resolve()), Trouble("video_unreadable", name=str(self._path)))

    def frames(self) -> Iterator[Frame]:
        """All frames. Raises ``Trouble('video_unreadable')`` if there is not one."""
        assert self._capture is not None
        rate = self._capture.get(cv2.CAP_PROP_FPS)
        rate = rate if 1 <= rate <= 1000 else 25.0
        start, count = time.monotonic(), 0
        while (pixels := self._read()) is not None:
            at = start + count / rate
            if self._realtime:
                time.sleep(max(0.0, at - time.monotonic()))
            count += 1
            yield Frame(pixels, at, str(self._path))
        if not count:
            raise Trouble("video_unreadable", name=str(self._path))


def _opened(address: str, trouble: Trouble) -> cv2.VideoCapture:
    limits = [cv2.CAP_PROP_OPEN_TIMEOUT_MSEC, LIMIT_MS, cv2.CAP_PROP_READ_TIMEOUT_MSEC, LIMIT_MS]
    capture = cv2.VideoCapture(address, cv2.CAP_FFMPEG, limits)
    if not capture.isOpened():
        capture.release()
        raise trouble
    return capture


def _backends() -> tuple[int, ...]:
    """OpenCV's ways to a camera here; never CAP_ANY, which may open another camera than the one asked for."""
    if sys.platform == "win32":
        return cv2.CAP_DSHOW, cv2.CAP_MSMF
    return (cv2.CAP_AVFOUNDATION,) if sys.platform == "darwin" else (cv2.CAP_V4L2,)
