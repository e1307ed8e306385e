"""The source that a few words name: a camera, a picture, a folder of pictures, a PDF, a video, an address."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

from station.scanner.sources import identity, stills
from station.scanner.sources.camera import CameraSource
from station.scanner.sources.frame import Frame, FrameSource
from station.scanner.sources.pages import Pages, is_pdf
from station.scanner.sources.stream import SCHEMES, StreamSource
from station.scanner.sources.video import VideoSource, is_video
from station.trouble import Trouble
from station.views import Camera


class Stills:
    """Picture files, one frame each. A file that cannot be read is kept in ``skipped`` and the rest goes on;
    when none could be read, the last trouble is raised at the end."""

    shows = Camera.LIVE
    still = True
    live = False

    def __init__(self, path: Path) -> None:
        self.name = path.name or str(path)
        self.skipped: list[Trouble] = []
        self._path = path
        self._files: list[Path] = []

    def __enter__(self) -> Self:
        self._files = list(stills.pictures(self._path)) if self._path.is_dir() else [self._path]
        if not self._files:
            raise Trouble("folder_without_pictures", name=str(self._path))
        self.skipped.clear()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._files = []

    def frames(self) -> Iterator[Frame]:
        """The pictures in order. Raises the last ``Trouble`` after the last file if not one could be read."""
        read = 0
        for path in self._files:
            try:
                still = stills.load(path)
            except Trouble as trouble:
                self.skipped.append(trouble)
                continue
            read += 1
            yield Frame(still.pixels, time.monotonic(), str(path), still.scale)
        if not read and self.skipped:
            raise self.skipped[-1]


def open_source(spec: str, *, realtime: bool = False) -> FrameSource:
    """The source named by ``camera:N`` (the N-th of the list, from 0), ``camera:id:…`` (see ``identity``), a
    picture, a folder of pictures, a PDF, a video or an http(s)/rtsp address.

    ``realtime`` plays a video file at its own speed instead of as fast as it is read. Nothing stays open yet.
    Raises ``Trouble``: ``source_unclear``, ``picture_missing``, ``picture_empty``, ``picture_denied``.
    """
    if spec.startswith("camera:"):
        return _camera(spec)
    if spec.lower().startswith(SCHEMES):
        return StreamSource(spec)
    if not spec or "\0" in spec:
        raise Trouble("source_unclear", source=spec.replace("\0", ""))
    path = Path(spec)
    try:
        if not path.is_dir():
            if not path.is_file():
                raise Trouble("picture_missing", name=spec)
            if path.stat().st_size == 0:
                raise Trouble("picture_empty", name=spec)
            if is_pdf(path):
                return Pages(path)
            if is_video(path):
                return VideoSource(path, realtime=realtime)
    except OSError:
        raise Trouble("picture_denied", name=spec) from None
    return Stills(path)


def _camera(spec: str) -> CameraSource:
    number = spec.removeprefix("camera:")
    if number.isascii() and number.isdigit() and len(number) <= 3:
        return CameraSource(int(number))
    known = identity.read(spec)
    if known is None:
        raise Trouble("source_unclear", source=spec)
    return CameraSource(known)
