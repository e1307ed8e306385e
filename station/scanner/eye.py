"""Camera thread and scanner thread: the newest frame wins, a presentation is told once, nothing queues."""

from __future__ import annotations

import time
import traceback
from collections import deque
from collections.abc import Callable
from threading import Condition, Event, Thread
from types import TracebackType
from typing import Final, Protocol, Self, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from station.facts import Found
from station.scanner.decode import Decoder
from station.scanner.idle import Idle, Need
from station.scanner.opencv import cv2
from station.scanner.screen import Screen
from station.scanner.sources.frame import Frame, FrameSource
from station.scanner.watch import Sight, Watch
from station.trouble import Trouble
from station.views import Camera, Hint, Mark, Preview

RETRY_S: Final = 1.5
STALLED_S: Final = 1.6
"""Without a frame for so long the source is gone: with what it takes to notice, within two seconds."""
SUSPECT_S: Final = 0.4
"""After so long the system is asked whether the device is there, and again every so often."""
GUIDE_S: Final = 0.12
"""Between two looks of the guide at least."""


class Guide(Protocol):
    """Says why a code that is in view cannot be read: ``gray`` is the frame, H x W, and ``found`` whether the decoder
    read something in it; ``at_s`` is seconds of a monotonic clock. Asked on the scanner thread."""

    def see(self, gray: NDArray[np.uint8], found: bool, at_s: float) -> Hint | None: ...


@runtime_checkable
class Listed(Protocol):
    """A source that can say, from any thread, whether its device is still there."""

    def present(self) -> bool: ...


class Eye:
    """Watches a live source (camera, stream, demo) until stopped.

    ``on_reading`` gets one ``Found`` per presentation, ``on_crowded`` is called for each frame in which the codes of
    several people are held up at once: both in the scanner thread, so they must only hand over. ``on_trouble`` gets a
    ``Trouble`` once each time the source is lost, and any other exception of the two loops, which is a bug of ours,
    once for each place it comes from; it is called in either thread. ``latest``, ``show_at``, ``size``, ``rate``,
    ``state`` and ``name`` may be used from any thread at any time.
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
        guide: Guide | None = None,
    ) -> None:
        self.name = source.name
        self._source = source
        self._decoder = decoder
        self._watch = watch or Watch()
        self._guide = guide
        self._on_reading = on_reading
        self._on_crowded = on_crowded
        self._on_trouble = on_trouble
        self._stop = Event()
        self._slot = Condition()
        self._state = Camera.OFF
        self._frame: Frame | None = None
        self._count = 0
        self._arrived: deque[float] = deque(maxlen=31)
        self._screen = Screen()
        self._guided: tuple[float, bool] = (-1e9, False)
        self._found: list[Found] = []
        self._asked_s = 0.0
        self._told = ""  # the trouble the source is in, once it was said
        self._bugs: set[tuple[str, int]] = set()
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
    def size(self) -> tuple[int, int]:
        """Width and height of the source's frames as they really come; (0, 0) before the first."""
        frame = self._frame
        return (0, 0) if frame is None else (frame.pixels.shape[1], frame.pixels.shape[0])

    @property
    def rate(self) -> float:
        """Frames per second of the last second or so; 0 when none come."""
        with self._slot:
            times = list(self._arrived)
        if len(times) < 2 or time.monotonic() - times[-1] > STALLED_S:
            return 0.0
        return (len(times) - 1) / max(1e-6, times[-1] - times[0])

    def show_at(self, width: int, height: int) -> None:
        """Make previews for a box of so many of the screen's pixels; none for (0, 0), as at first."""
        self._screen.show_at(width, height)

    def latest(self) -> Preview | None:
        """The newest frame as it was asked for, with the codes in it; the same object until there is something new."""
        return self._screen.latest()

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
            except Exception as bug:  # the top of the thread
                self._set(Camera.GONE)
                self._report(bug)
            if not self._source.live:
                return None
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
        # Here and not on the window's thread, which would stand still for it; and after the scanner has its frame.
        self._screen.put(frame.pixels)

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
                    self._slot.wait(timeout=0.2)
                frame, count = self._frame, self._count
            try:
                if frame is None or count == taken:
                    self._mind_the_gap()
                elif not self._stop.is_set():
                    taken = count
                    self._look(frame, idle)
            except Exception as bug:  # the top of the thread
                self._report(bug)

    def _look(self, frame: Frame, idle: Idle) -> None:
        if not frame.pixels.size:
            return
        need = idle.need(frame.pixels, frame.at)
        if need is Need.REST:
            return
        if need is Need.DECODE:
            self._found = []
            try:
                self._found = self._decoder.scan(frame.pixels)
            finally:
                idle.told(found=bool(self._found))
        found = self._found
        sight = self._watch.see(found, frame.at, self._decoder.present)
        if self._stop.is_set():
            return
        if found:
            self._screen.saw([(code, _mark(code, sight)) for code in found])
        if sight.new is not None:
            self._on_reading(sight.new)
        if sight.crowded:
            self._on_crowded()
        self._ask_guide(frame, found=bool(found))

    def _ask_guide(self, frame: Frame, *, found: bool) -> None:
        """Now and then, and at once when a code is read that was not: its hint must go."""
        last, before = self._guided
        if self._guide is None or (frame.at - last < GUIDE_S and (before or not found)):
            return
        self._guided = frame.at, found
        pixels = frame.pixels
        gray = np.asarray(cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY), np.uint8) if pixels.ndim == 3 else pixels
        self._screen.advise(self._guide.see(gray, found, frame.at))

    def _mind_the_gap(self) -> None:
        """A read may block for ever after an unplug: the missing frames are the only sign of it."""
        with self._slot:
            alive = self._state in (Camera.LIVE, Camera.DEMO)
            silent_s = time.monotonic() - self._arrived[-1] if alive else 0.0
        gone = silent_s > STALLED_S or (silent_s > SUSPECT_S and self._missing())
        if gone:
            with self._slot:
                if time.monotonic() - self._arrived[-1] < silent_s:
                    return  # it has just come back
                self._state = Camera.GONE
            self._screen.advise(None)
            self._tell(Trouble("camera_gone", name=self.name))

    def _missing(self) -> bool:
        """Whether the system says that the device is not there; asked every so often, for it may take a while."""
        now = time.monotonic()
        if not isinstance(self._source, Listed) or now - self._asked_s < SUSPECT_S:
            return False
        self._asked_s = now
        return not self._source.present()

    def _tell(self, trouble: Trouble) -> None:
        """Say it once, until frames come again or it is another one."""
        with self._slot:
            told, self._told = self._told, trouble.code
        if told != trouble.code:
            self._on_trouble(trouble)

    def _report(self, bug: Exception) -> None:
        """A bug that comes with every frame is news once."""
        last = traceback.extract_tb(bug.__traceback__)[-1:]
        place = (f"{type(bug).__name__} {last[0].filename}", last[0].lineno or 0) if last else (type(bug).__name__, 0)
        if place not in self._bugs:
            self._bugs.add(place)
            self._on_trouble(bug)


def _mark(code: Found, sight: Sight) -> Mark:
    if code in sight.crowd:
        return Mark.CROWD
    return Mark.READ if code in sight.read else Mark.SEEN
