"""Camera thread and scanner thread: the newest frame wins, a presentation is told once, nothing queues."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from threading import Condition, Event, Thread
from types import TracebackType
from typing import Final, Self

import numpy as np

from station.facts import Found
from station.scanner.decode import Decoder
from station.scanner.frame import Frame, FrameSource
from station.scanner.idle import Idle
from station.scanner.opencv import cv2
from station.scanner.watch import Watch
from station.trouble import Trouble
from station.views import Camera, Preview

RETRY_S: Final = 1.5
STALLED_S: Final = 2.0
OUTLINE_S: Final = 0.4
"""How long an outline stays after the code was last read: steady to look at, gone with the card."""


class Eye:
    """Watches a live source (camera, stream, demo) until stopped.

    ``on_reading`` gets one ``Found`` per presentation, ``on_crowded`` is called for each frame in which
    several new codes are held up at once: both in the scanner thread, so they must only hand over.
    ``on_trouble`` gets a ``Trouble`` once each time the source is lost, and any other exception of the two
    loops, which is a bug of ours; it is called in either thread. ``latest``, ``rate``, ``state`` and
    ``name`` may be asked from any thread at any time.
    """

    def __init__(
        self,
        source: FrameSource,
        decoder: Decoder,
        on_reading: Callable[[Found], None],
        *,
        on_crowded: Callable[[], None] = lambda: None,
        on_trouble: Callable[[Exception], None] = lambda _: None,
        watch: Watch | None = None,
    ) -> None:
        self.name = source.name
        self._source = source
        self._decoder = decoder
        self._watch = watch or Watch()
        self._on_reading = on_reading
        self._on_crowded = on_crowded
        self._on_trouble = on_trouble
        self._stop = Event()
        self._slot = Condition()
        self._state = Camera.OFF
        self._frame: Frame | None = None
        self._count = 0
        self._arrived: deque[float] = deque(maxlen=31)
        self._seen: tuple[Found, ...] = ()
        self._seen_s = 0.0
        self._preview: tuple[int, tuple[Found, ...], Preview] | None = None
        self._told = ""  # the trouble the source is in, once it was said
        # Daemons: an unplugged camera may keep a read waiting for ever, and must not keep the program.
        self._threads = (
            Thread(target=self._take, name="camera", daemon=True),
            Thread(target=self._scan, name="scanner", daemon=True),
        )

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Start both threads; an Eye is started once."""
        self._set(Camera.OPENING)
        for thread in self._threads:
            thread.start()

    def stop(self, timeout_s: float = 2.0) -> bool:
        """End both threads. False if the source still kept its thread in a read after ``timeout_s``."""
        self._stop.set()
        with self._slot:
            self._slot.notify_all()
        until = time.monotonic() + timeout_s
        for thread in self._threads:
            if thread.ident is not None:
                thread.join(max(0.0, until - time.monotonic()))
        self._set(Camera.OFF)
        return not any(thread.is_alive() for thread in self._threads)

    @property
    def state(self) -> Camera:
        return self._state

    @property
    def has_seen(self) -> bool:
        """Whether the source ever gave a frame."""
        return self._frame is not None

    @property
    def rate(self) -> float:
        """Frames per second of the last second or so; 0 when none come."""
        with self._slot:
            times = list(self._arrived)
        if len(times) < 2 or time.monotonic() - times[-1] > STALLED_S:
            return 0.0
        return (len(times) - 1) / max(1e-6, times[-1] - times[0])

    def latest(self) -> Preview | None:
        """The newest frame with the codes in it outlined; the same object until there is something new."""
        with self._slot:
            frame, count, ready = self._frame, self._count, self._preview
            seen = self._seen if time.monotonic() - self._seen_s <= OUTLINE_S else ()
        if frame is None:
            return None
        if ready is not None and ready[0] == count and ready[1] == seen:
            return ready[2]
        pixels = frame.pixels
        if pixels.ndim == 2:
            pixels = np.asarray(cv2.cvtColor(pixels, cv2.COLOR_GRAY2BGR), np.uint8)
        pixels = np.ascontiguousarray(pixels)
        height, width = pixels.shape[:2]
        outlines = tuple(code.corners for code in seen)
        preview = Preview(pixels.data.cast("B"), width, height, pixels.strides[0], outlines)
        with self._slot:
            self._preview = (count, seen, preview)
        return preview

    # --- the camera thread ---

    def _take(self) -> None:
        """Read without pause; open again when the source is lost; end when it has ended."""
        while not self._stop.is_set():
            try:
                with self._source as source:
                    for frame in source.frames():
                        if self._stop.is_set():
                            return
                        self._put(frame)
                return self._set(Camera.OFF)
            except Trouble as trouble:
                self._set(Camera.GONE)
                self._tell(trouble)
                if not self._source.live:
                    return None
            except Exception as bug:  # the top of the thread
                self._set(Camera.GONE)
                return self._on_trouble(bug)
            self._stop.wait(RETRY_S)
        return None

    def _put(self, frame: Frame) -> None:
        with self._slot:
            self._frame = frame
            self._count += 1
            self._told = ""
            self._arrived.append(time.monotonic())
            if not self._stop.is_set():
                self._state = self._source.shows
            self._slot.notify_all()

    def _set(self, state: Camera) -> None:
        with self._slot:
            if state is Camera.OFF or not self._stop.is_set():
                self._state = state

    # --- the scanner thread ---

    def _scan(self) -> None:
        """Take the newest frame, again and again; say so when none comes any more."""
        idle = Idle(self._decoder.turns)
        taken = 0
        while not self._stop.is_set():
            with self._slot:
                if self._count == taken and not self._stop.is_set():
                    self._slot.wait(timeout=0.5)
                frame, count = self._frame, self._count
            try:
                if frame is None or count == taken:
                    self._mind_the_gap()
                elif not self._stop.is_set():
                    taken = count
                    self._look(frame, idle)
            except Exception as bug:  # the top of the thread
                self._on_trouble(bug)

    def _look(self, frame: Frame, idle: Idle) -> None:
        if idle.skip(frame.pixels, frame.at):
            return
        found = self._decoder.scan(frame.pixels)
        idle.told(found=bool(found))
        if found:
            with self._slot:
                self._seen, self._seen_s = tuple(found), time.monotonic()
        sight = self._watch.see(found, frame.at)
        if self._stop.is_set():
            return
        if sight.new is not None:
            self._on_reading(sight.new)
        if sight.crowded:
            self._on_crowded()

    def _mind_the_gap(self) -> None:
        """A read may block for ever after an unplug: the missing frames are the only sign of it."""
        with self._slot:
            alive = self._state in (Camera.LIVE, Camera.DEMO)
            stalled = alive and time.monotonic() - self._arrived[-1] > STALLED_S
            if stalled:
                self._state = Camera.GONE
        if stalled:
            self._tell(Trouble("camera_gone", name=self.name))

    def _tell(self, trouble: Trouble) -> None:
        """Say it once, until frames come again or it is another one."""
        with self._slot:
            told, self._told = self._told, trouble.code
        if told != trouble.code:
            self._on_trouble(trouble)
