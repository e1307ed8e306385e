"""A frame, and the interfaces of everything frames come from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from types import TracebackType
from typing import NamedTuple, Protocol, Self, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from station.views import Camera


class Frame(NamedTuple):
    """One picture: uint8, BGR or gray, in an array of its own.

    ``at`` is seconds of a monotonic clock (of the film, for a video not played in real time); ``name`` is the
    file it came from, or empty; ``scale`` is how many of the file's pixels one pixel here stands for.
    """

    pixels: NDArray[np.uint8]
    at: float
    name: str = ""
    scale: float = 1.0


@dataclass(frozen=True, slots=True)
class Given:
    """What a camera or stream really gives, whatever it was asked for.

    ``width`` and ``height`` in pixels, ``rate`` in frames per second (0 where the driver does not tell), the four
    letters of its compression ("" likewise), and OpenCV's name for the way it came.
    """

    width: int
    height: int
    rate: float
    fourcc: str
    backend: str


class FrameSource(Protocol):
    """Opened by ``with`` (again and again, one after the other), then it gives its frames.

    ``name`` is for people; ``shows`` is what a window calls it while frames come; ``still`` says that each
    frame is a presentation of its own, not a moment of a moving picture; ``live`` that frames pass by whether
    they are read or not, so that only the newest matters and a lost source is tried again.
    Opening and reading raise ``Trouble`` for whatever is wrong with the camera, the file or the line.
    """

    name: str
    shows: Camera
    still: bool
    live: bool

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    def frames(self) -> Iterator[Frame]: ...


@runtime_checkable
class LiveSource(FrameSource, Protocol):
    """A camera or a stream: it also tells what it gives and whether it is still there.

    ``given`` is None until it was opened, and stays what it was last. ``present`` may be asked from any thread,
    about once a second; it is True where nothing can be known.
    """

    @property
    def given(self) -> Given | None: ...

    def present(self) -> bool: ...
