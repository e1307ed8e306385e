"""What cameras and streams have in common: opened with a limit, watched while they give, known when they are gone."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Iterator
from types import TracebackType
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from station.scanner.opencv import cv2
from station.scanner.sources.capture import Capture, Grabber
from station.scanner.sources.frame import Frame, Given
from station.trouble import Trouble
from station.views import Camera

SILENT_S: Final = 1.6
"""Without a frame for so long a source is gone: with what it takes to notice, within two seconds."""
FROZEN_S: Final = 1.6
"""A live sensor never gives the same bits twice; some drivers repeat the last frame after an unplug."""
SUSPECT_S: Final = 0.4
ASK_S: Final = 0.4
"""After so long without a new picture the system is asked whether the device is there, and again every so often."""
LET_GO_S: Final = 1.0
MOST_LEFT: Final = 2
"""Threads hanging in a read that may be left behind before the source is no longer tried."""
SAME: Final = 2.0
"""Mean difference of gray levels up to which two pictures are the same one, compressed anew."""


class Live(ABC):
    """One capture at a time, opened and closed by ``with``.

    A picture that stays the same to the bit for ``FROZEN_S`` is taken for a lost source, once: if the source can be
    opened again and shows that picture still, then that is what there is to see (a closed shutter, a shared screen).
    """

    shows = Camera.LIVE
    still = False
    live = True

    def __init__(self, name: str, *, gone: str, stuck: str, limit_s: float, first_s: float) -> None:
        """``gone`` and ``stuck`` are the troubles of a source that gives no more and that does not open; opening
        may take ``limit_s``, the first frame after it ``first_s``."""
        self.name = name
        self._gone, self._stuck = gone, stuck
        self._limit_s, self._first_s = limit_s, first_s
        self._grabber: Grabber | None = None
        self._left: list[Grabber] = []
        self._given: Given | None = None
        self._held: NDArray[np.uint8] | None = None  # the picture for which the source was taken for lost

    @abstractmethod
    def _open(self, worker: Grabber) -> Capture:
        """In the capture's own thread: an open capture. Raises the ``Trouble`` that kept it from being one."""

    @property
    def given(self) -> Given | None:
        """What it really gives; None before it was ever opened."""
        return (self._grabber.given if self._grabber is not None else None) or self._given

    def present(self) -> bool:
        """Whether the device is still there, as far as can be known."""
        return True

    def motionless(self) -> bool:
        """Whether a picture that never changes is nothing strange."""
        return False

    def __enter__(self) -> Self:
        self._left = [one for one in self._left if one.alive]
        if len(self._left) >= MOST_LEFT or any(one.opening for one in self._left):
            raise Trouble(self._stuck, name=self.name)
        grabber = Grabber(self.name, self._open, self._limit_s)
        grabber.start()
        try:
            if not grabber.wait_open():
                raise Trouble(self._stuck, name=self.name)
        except BaseException:
            self._leave(grabber, 0.0)
            raise
        self._grabber = grabber
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        grabber, self._grabber = self._grabber, None
        if grabber is not None:
            self._given = grabber.given
            self._leave(grabber, LET_GO_S)

    def _leave(self, grabber: Grabber, timeout_s: float) -> None:
        grabber.leave(timeout_s)
        if grabber.alive:
            self._left.append(grabber)

    def frames(self) -> Iterator[Frame]:
        """The newest frame, again and again; old ones are passed over. Raises ``Trouble`` once it is gone."""
        grabber = self._grabber
        if grabber is None:
            raise RuntimeError("a source gives frames only inside its with block")
        came = changed = asked = time.monotonic()
        number, last = 0, None
        while True:
            taken = grabber.after(number, min(SUSPECT_S, SILENT_S, FROZEN_S) / 4)
            now = time.monotonic()
            if taken is not None:
                came, number = now, taken.number
                if last is None or not alike(last, taken.pixels):
                    changed, last = now, taken.pixels
            silent = now - came > (SILENT_S if number else self._first_s)
            frozen = last is not None and now - changed > FROZEN_S and self._frozen(last)
            if silent or frozen or (taken is None and grabber.ended):
                raise Trouble(self._gone, name=self.name)
            if now - changed > SUSPECT_S and now - asked > ASK_S:
                asked = now
                if not self.present():
                    raise Trouble(self._gone, name=self.name)
            if taken is not None:
                yield Frame(taken.pixels, taken.at)

    def _frozen(self, pixels: NDArray[np.uint8]) -> bool:
        """Whether this unchanging picture is news; remembers it."""
        if self.motionless() or (self._held is not None and same(self._held, pixels)):
            return False
        self._held = pixels
        return True


def alike(one: NDArray[np.uint8], other: NDArray[np.uint8]) -> bool:
    """Whether two pictures are equal to the last bit; a few samples nearly always tell that they are not."""
    if one.shape != other.shape:
        return False
    return np.array_equal(one[::40, ::40], other[::40, ::40]) and np.array_equal(one, other)


def same(one: NDArray[np.uint8], other: NDArray[np.uint8]) -> bool:
    """Whether two pictures show the same, to the eye."""
    return one.shape == other.shape and float(cv2.absdiff(one, other).mean()) <= SAME
