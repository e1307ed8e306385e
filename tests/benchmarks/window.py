"""How long the window stands still while a camera is scanned: ``python tests/benchmarks/window.py [SECONDS]``.

A 1080p camera of 30 frames a second, a card moving in every frame, scanned and shown by the real window on Qt's
screenless platform; a timer of one millisecond measures the gaps. Beside it the same window without a camera, and
what the two threads behind the camera cost while nothing moves.
"""

from __future__ import annotations

import gc
import json
import os
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication

from installer.sample import EVENTS, SampleActs, day, strip
from station.app import PREVIEW_MS
from station.scanner.decode import Decoder
from station.scanner.drawn.frames import Light, Symbol, scene
from station.scanner.eye import Eye
from station.scanner.sources.frame import Frame
from station.ui.acts import Opening
from station.ui.bulletin import Bulletin
from station.ui.look import Look
from station.ui.window import Window
from station.views import Camera, Preview

LONGEST_MS = 33.0
IDLE_SHARE = 0.25
RATE = 30


class Camera30:
    """Pictures made beforehand, by turns, 30 a second by the clock, each in an array of its own."""

    name = "benchmark"
    shows = Camera.LIVE
    still = False
    live = True

    def __init__(self, pictures: list[NDArray[np.uint8]]) -> None:
        self._pictures = pictures

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        pass

    def frames(self) -> Iterator[Frame]:
        start, count = time.monotonic(), 0
        while True:
            time.sleep(max(0.0, start + count / RATE - time.monotonic()))
            yield Frame(self._pictures[count % len(self._pictures)].copy(), time.monotonic())
            count += 1


class EyeActs(SampleActs):
    """The window's preview comes from an eye, if there is one."""

    def __init__(self, eye: Eye | None) -> None:
        super().__init__()
        self._eye = eye

    def show_at(self, width: int, height: int) -> None:
        if self._eye is not None:
            self._eye.show_at(width, height)

    def preview(self) -> Preview | None:
        return self._eye.latest() if self._eye is not None else None


def moving(size: tuple[int, int]) -> list[NDArray[np.uint8]]:
    """A card pushed about: every second picture too blurred to be read, so that second looks run as well."""
    return [
        scene(
            [Symbol("BENCHMARK-1")],
            size=size,
            angle_deg=5.0 * step,
            light=Light(noise=4, motion_px=25 if step % 2 else 0),
            seed=step,
        )
        for step in range(12)
    ]


def still(size: tuple[int, int]) -> list[NDArray[np.uint8]]:
    """An empty desk: nothing but the sensor's noise."""
    return [scene([], size=size, light=Light(noise=4), seed=step) for step in range(12)]


def stalls(application: QApplication, eye: Eye | None, seconds: float) -> list[float]:
    """Gaps between two turns of the window's event loop, in milliseconds."""
    bulletin = Bulletin()
    acts = EyeActs(eye)
    window = Window(acts, bulletin, Look(application, "light"), Opening(sound=False))
    window.resize(1280, 720)
    window.show()
    bulletin.events.emit(EVENTS)
    bulletin.strip.emit(strip())
    bulletin.day.emit(day())
    told: Preview | None = None
    gaps: list[float] = []
    last = time.perf_counter()

    def look_for_picture() -> None:
        nonlocal told
        newest = acts.preview()
        if newest is not None and newest is not told:
            told = newest
            bulletin.frame_ready.emit()

    def beat() -> None:
        nonlocal last
        now = time.perf_counter()
        gaps.append((now - last) * 1000)
        last = now

    pull, heart = QTimer(window), QTimer(window)
    pull.timeout.connect(look_for_picture)
    heart.timeout.connect(beat)
    heart.setTimerType(Qt.TimerType.PreciseTimer)
    if eye is not None:
        eye.start()
    # What happens once, at the start, is another figure.
    QTimer.singleShot(1000, gaps.clear)
    QTimer.singleShot(round((seconds + 1) * 1000), application.quit)
    pull.start(PREVIEW_MS)
    heart.start(1)
    application.exec()
    pull.stop()
    heart.stop()
    if eye is not None:
        eye.stop()
    window.close()
    window.deleteLater()
    return gaps


def idle_share(size: tuple[int, int], seconds: float) -> float:
    """The part of a core that scanning an empty desk takes, copying its frames included."""
    read = threading.Event()
    eye = Eye(Camera30(still(size)), Decoder(), lambda _: read.set())
    eye.show_at(352, 198)
    with eye:
        time.sleep(1.0)
        began, cpu = time.monotonic(), time.process_time()
        time.sleep(seconds)
        share = (time.process_time() - cpu) / (time.monotonic() - began)
    assert not read.is_set()
    return share


def figures(gaps: list[float]) -> dict[str, float]:
    ordered = sorted(gaps)
    return {
        "longest_ms": round(ordered[-1], 1),
        "p99_ms": round(ordered[len(ordered) * 99 // 100], 1),
        "median_ms": round(ordered[len(ordered) // 2], 2),
    }


def main(seconds: float) -> int:
    """Print the figures as one JSON line; 1 when a budget is missed."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    made = QApplication.instance() or QApplication([])
    assert isinstance(made, QApplication)
    quiet = figures(stalls(made, None, seconds))
    eye = Eye(Camera30(moving((1920, 1080))), Decoder(), lambda _: None)
    scanning = figures(stalls(made, eye, seconds))
    idle = {
        f"{height}p": round(idle_share(size, seconds), 3) for size in ((1280, 720), (1920, 1080)) for height in size[1:]
    }
    sys.stdout.write(json.dumps({"without_camera": quiet, "scanning_1080p30": scanning, "idle_share": idle}) + "\n")
    del eye
    made.processEvents()
    gc.collect()
    return 0 if scanning["longest_ms"] <= LONGEST_MS and idle["720p"] <= IDLE_SHARE else 1


if __name__ == "__main__":
    raise SystemExit(main(float(sys.argv[1]) if len(sys.argv) > 1 else 10.0))
