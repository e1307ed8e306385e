"""A frame, and the one interface of everything frames come from."""

from __future__ import annotations

from collections.abc import Iterator
from types import TracebackType
from typing import NamedTuple, Protocol, Self

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
