"""Pictures in, codes out: one zxing-cpp pass; on a miss second looks at what may be a code (live) or at everything."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from station import diagnostics
from station.facts import Found
from station.scanner.bars import reader as bars
from station.scanner.engines import zxing
from station.scanner.engines.agreed import Agreed
from station.scanner.engines.symbologies import ALL_FORMATS, DEFAULT_FORMATS, LINEAR
from station.scanner.engines.zbar import Choice, zbar
from station.scanner.engines.zxing import Read
from station.scanner.looks import stages
from station.scanner.looks.fences import fences
from station.scanner.looks.follow import Follower
from station.scanner.looks.fusion import Fusion
from station.scanner.looks.regions import Region, padded, regions
from station.scanner.looks.stages import Stage, View, map_back, part, scaled, seen_through
from station.scanner.looks.turns import Turns
from station.scanner.opencv import cv2
from station.scanner.qr import reader as ruined

__all__ = ["ALL_FORMATS", "DEFAULT_FORMATS", "Decoder", "fitted"]

Pixels = NDArray[np.uint8]
Look = Callable[[View, Region], list[Found]]
Answer = TypeVar("Answer")

MOST_PIXELS: Final = 12_000_000
"""Larger pictures are made smaller first: it costs no code a camera can take, and bounds time and memory."""
LONGEST: Final = 8_000
"""Pixels of the longest side a picture keeps, for the same reason."""
STUDIED: Final = 2_500_000
"""Pixels of the picture that a still's second looks get; its regions are looked at in their full size."""
STILL_REGIONS: Final = 6
RUINED_REGIONS: Final = 3
LIVE_REGIONS: Final = 3
LIVE_PART: Final = 500_000
"""Pixels of the largest part of a live frame that is looked at again; a larger one is made smaller."""


class Decoder:
    """Reads the codes of a frame: uint8, either gray (H x W) or BGR (H x W x 3).

    Nothing in a picture can make it raise: an engine that fails on one picture is noted in the diagnostic log
    and counts as "found nothing". One decoder belongs to one thread: whose turn is next is its state.

    Raises ``ValueError`` when made with a symbology that is not in ``ALL_FORMATS``.
    """

    def __init__(self, formats: Sequence[str] = DEFAULT_FORMATS, zbar_turn: Choice = "auto") -> None:
        strange = [name for name in formats if name not in ALL_FORMATS]
        if strange or not formats:
            raise ValueError(f"symbologies {strange or 'none'} not among {ALL_FORMATS}")
        self.formats = tuple(formats)
        self._first = zxing.asked(formats)
        # ITF has no check digit, and an enlarged or turned picture is where parts of one pass for a whole.
        again = [name for name in formats if name != "ITF"]
        self._again = zxing.asked(again) if again else None
        self._linear = [name for name in formats if name in LINEAR]
        self._qr = "QRCode" in formats
        self._zbar = zbar(zbar_turn, formats)
        self._fusion = Fusion()
        self._follower = Follower()
        self._always = self._likeliest()
        self._turns = Turns(self._always, self._sometimes(), LIVE_REGIONS)
        self.present: frozenset[str] = frozenset()
        """Texts that were read before and are still in view, though the last frame scanned does not show them well
        enough to be read again."""

    @property
    def turns(self) -> int:
        """How many frames without a code it takes until every second look had its turn."""
        return self._turns.round

    # --- video frames ---

    def scan(self, frame: Pixels) -> list[Found]:
        """The codes of a video frame: one pass; on a miss the parts that look like a code get a second look, and
        one of the rarer looks has its turn."""
        view = fitted(frame)
        if view is None:
            return []
        found = _found([one for one in zxing.read(view.gray, self._first) if not zxing.thin(one)], "plain", view)
        if found:
            self._turns.read()
            self._fusion.clear()
        else:
            found = _tried(lambda: self._again_at(view))
        read = found
        self.present = frozenset(_tried(lambda: list(self._follower.seen(view.gray, read))))
        return found

    def _again_at(self, view: View) -> list[Found]:
        """Second looks at what in a missed frame may be a code."""
        spots = regions(view.gray, LIVE_REGIONS)
        if spots:
            self._fusion.add(view.gray, [spot.box for spot in spots])
        for look, spot in self._turns.missed(spots, self._fused if self._fusion.due else None):
            found = look(_bounded(part(view, padded(spot.box, view.gray.shape)), LIVE_PART), spot)
            if found:
                self._fusion.clear()
                return found
        return []

    def _likeliest(self) -> dict[bool, list[Look]]:
        """What the likeliest part of a missed frame gets at once, for edges that run one way (True) and all ways."""
        sharp = self._through(stages.BRISK_SHARP)
        matrix: list[Look] = [sharp, self._ruined] if self._qr else [sharp]
        return {True: [self._barred, sharp] if self._linear else matrix, False: matrix}

    def _sometimes(self) -> list[Look]:
        """What has its turn now and then."""
        rare = [self._through(stages.EVENED), self._through(stages.BRISK_SMOOTH)]
        if self._qr:
            rare.append(self._ruined)
        if self._linear:
            rare.append(self._barred)
        if self._zbar is not None:
            rare.append(self._zbar_through(stages.BRISK_SHARP))
        return rare

    def _through(self, stage: Stage) -> Look:
        return lambda view, _spot: self._look(view, stage)

    def _zbar_through(self, stage: Stage) -> Look:
        return lambda view, _spot: self._look(view, stage, ask_zbar=True)

    def _bars(self, view: View, angle_deg: float, *, patient: bool = False) -> list[Found]:
        return _found(_tried(lambda: bars.read(view.gray, angle_deg, self._linear, patient=patient)), "bars", view)

    def _barred(self, view: View, spot: Region) -> list[Found]:
        return self._bars(view, spot.angle_deg)

    def _ruined(self, view: View, _spot: Region) -> list[Found]:
        return self._mended(seen_through(stages.BRISK_GROWN, view), patient=False)

    def _mended(self, view: View, *, patient: bool) -> list[Found]:
        if not self._qr:
            return []
        return _found(_tried(lambda: ruined.read(view.gray, patient=patient)), "ruined", view)

    def _fused(self, _view: View, spot: Region) -> list[Found]:
        """Several frames as one, through what reads the likeliest of single ones."""
        view = self._fusion.view()
        for look in self._always[spot.linear]:
            if found := look(view, spot):
                return [replace(one, stage=f"fused-{one.stage}") for one in found]
        return []

    # --- still pictures ---

    def still(self, frame: Pixels) -> list[Found]:
        """The codes of a still picture: every look, and what they agree on."""
        view = fitted(frame)
        if view is None:
            return []
        agreed = Agreed()
        for found in self._every(view):
            agreed.add(found)
        return agreed.told()

    def _every(self, view: View) -> Iterator[list[Found]]:
        first = zxing.read(view.gray, self._first)
        yield _found([one for one in first if not zxing.thin(one)], "plain", view)
        yield _found([one for one in first if zxing.thin(one)], "line", view)
        yield self._ask_zbar(view, "zbar")
        study = _bounded(view, STUDIED)
        for stage in stages.PATIENT:
            yield self._look(study, stage)
        for stage in stages.FOR_ZBAR:
            yield self._look(study, stage, ask_zbar=True)
        yield self._mended(study, patient=True)
        for place, spot in enumerate(_tried(lambda: regions(view.gray, STILL_REGIONS))):
            crop = _bounded(part(view, padded(spot.box, view.gray.shape)), STUDIED)
            for stage in stages.CLOSE:
                yield self._look(crop, stage)
            if place < RUINED_REGIONS and not spot.linear:
                yield self._mended(seen_through(stages.BRISK_GROWN, crop), patient=True)
        if self._linear:
            yield from self._fenced(study)

    def _fenced(self, study: View) -> Iterator[list[Found]]:
        """What bars there are in a still picture, and at last the picture as a whole: bars that fill it."""
        found = _tried(lambda: fences(study.gray))
        for fence in found:
            crop = part(study, padded(fence.box, study.gray.shape, share=0.1, least=8))
            yield self._bars(crop, fence.angle_deg, patient=True)
            yield from self._upright(crop, fence.angle_deg)
        yield self._bars(study, found[0].angle_deg if found else 0.0, patient=True)

    def _upright(self, view: View, angle_deg: float) -> Iterator[list[Found]]:
        """Bars set upright, as they are and sharpened: for symbologies that no look may tell alone."""
        upright = seen_through(Stage("upright", lambda gray: stages.turned(gray, angle_deg)), view)
        yield _found(zxing.read(upright.gray, self._first), "upright", upright)
        yield self._look(upright, Stage("upright-sharp", stages.sharp))

    # --- the engines ---

    def _look(self, view: View, stage: Stage, *, ask_zbar: bool = False) -> list[Found]:
        """One of the engines on the view as the stage shows it."""
        if self._again is None or (ask_zbar and self._zbar is None):
            return []
        try:
            changed = seen_through(stage, view)
        except cv2.error as error:
            diagnostics.bug(error)
            return []
        if ask_zbar:
            return self._ask_zbar(changed, f"zbar-{stage.name}")
        return _found(zxing.read(changed.gray, self._again), stage.name, changed)

    def _ask_zbar(self, view: View, stage: str) -> list[Found]:
        if self._zbar is None:
            return []
        try:
            return _found(self._zbar(np.ascontiguousarray(view.gray)), stage, view)
        except (RuntimeError, ValueError, MemoryError, OSError) as error:
            diagnostics.bug(error)
            return []


def fitted(frame: Pixels) -> View | None:
    """The frame in gray and within ``MOST_PIXELS`` and ``LONGEST``; None for a frame of nothing."""
    if frame.size == 0:
        return None
    gray = np.asarray(cv2.cvtColor(frame, cv2.COLOR_BGR2GRAY), np.uint8) if frame.ndim == 3 else frame
    scale = min(1.0, math.sqrt(MOST_PIXELS / gray.size), LONGEST / max(gray.shape))
    return View(gray) if scale == 1.0 else scaled(gray, scale, cv2.INTER_AREA)


def _tried(act: Callable[[], list[Answer]]) -> list[Answer]:
    """What a part of our own finds in a picture; one that fails on it is noted and finds nothing there."""
    try:
        return act()
    except (cv2.error, RuntimeError, ValueError, ArithmeticError, LookupError, MemoryError) as error:
        diagnostics.bug(error)
        return []


def _bounded(view: View, most: int) -> View:
    """The view within so many pixels."""
    if view.gray.size <= most:
        return view
    scale = math.sqrt(most / view.gray.size)
    return seen_through(Stage("", lambda gray: scaled(gray, scale, cv2.INTER_AREA)), view)


def _found(read: Sequence[Read], stage: str, view: View) -> list[Found]:
    """What an engine read in a view, in the picture's own pixels, each text once: the same code printed twice on a
    card is one code."""
    distinct = {(one.text, one.symbology): one for one in reversed(read)}
    return [Found(one.text, one.symbology, map_back(one.corners, view.back), stage) for one in distinct.values()][::-1]
