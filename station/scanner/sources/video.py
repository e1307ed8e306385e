"""A video file, every frame of it, as fast as it is read or at its own speed."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from station.scanner.opencv import cv2
from station.scanner.sources.capture import picture
from station.scanner.sources.frame import Frame
from station.scanner.sources.stream import opened
from station.trouble import Trouble
from station.views import Camera

LIMIT_MS: Final = 10_000
"""How long opening a file and reading one frame may take: a slow disk is not a damaged video."""

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


class VideoSource:
    """A video file; ``realtime`` plays it at its own speed."""

    shows = Camera.LIVE
    still = False
    live = False

    def __init__(self, path: Path, *, realtime: bool = False) -> None:
        self.name = path.name
        self._path = path
        self._realtime = realtime
        self._capture: cv2.VideoCapture | None = None

    def __enter__(self) -> Self:
        """Raises ``Trouble('video_unreadable')``."""
        # An absolute path cannot be taken for an address or a pattern of file names.
        self._capture = opened(str(self._path.resolve()), LIMIT_MS)
        if self._capture is None:
            raise Trouble("video_unreadable", name=str(self._path))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._capture is not None:
            self._capture.release()
            self._capture = None

    def frames(self) -> Iterator[Frame]:
        """All frames. Raises ``Trouble('video_unreadable')`` if there is not one."""
        if self._capture is None:
            raise RuntimeError("a source gives frames only inside its with block")
        rate = self._capture.get(cv2.CAP_PROP_FPS)
        rate = rate if 1 <= rate <= 1000 else 25.0
        start, count = time.monotonic(), 0
        while (pixels := picture(self._capture)) is not None:
            at = start + count / rate
            if self._realtime:
                time.sleep(max(0.0, at - time.monotonic()))
            count += 1
            yield Frame(pixels, at, str(self._path))
        if not count:
            raise Trouble("video_unreadable", name=str(self._path))
