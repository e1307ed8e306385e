"""Pictures in, codes out: one zxing-cpp pass, and on a miss one second look (live) or all of them (files)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np
import zxingcpp
from numpy.typing import NDArray

from station import diagnostics
from station.facts import Found
from station.scanner import stages
from station.scanner.opencv import cv2
from station.scanner.stages import SAME, Affine, Corners, Stage, View, map_back, scaled
from station.scanner.zbar import Choice, zbar

Pixels = NDArray[np.uint8]

DEFAULT_FORMATS: Final = ("QRCode", "Code128", "Code39")
"""What a desk reads unless told otherwise."""

ALL_FORMATS: Final = (
    "QRCode", "MicroQRCode", "RMQRCode", "Code128", "Code39", "Code93", "ITF", "Codabar", "EAN13", "EAN8",
    "UPCA", "UPCE", "PDF417", "DataMatrix", "Aztec",
)  # fmt: skip
"""Every symbology we can name, for looking into files."""

LINEAR: Final = frozenset(("Code128", "Code39", "Code93", "ITF", "Codabar", "EAN13", "EAN8", "UPCA", "UPCE"))

MOST_PIXELS: Final = 12_000_000
"""Larger pictures are made smaller first: it costs no code a camera can take, and bounds time and memory."""
LONGEST: Final = 8_000
"""Pixels of the longest side a picture keeps, for the same reason."""


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
        self._first = _asked(formats)
        # ITF has no check digit, and an enlarged or turned picture is where parts of one pass for a whole.
        again = [name for name in formats if name != "ITF"]
        self._again = _asked(again) if again else None
        self._zbar = zbar(zbar_turn, formats)
        turned = not LINEAR.isdisjoint(formats)  # a matrix code is read at any angle without it
        self._live = tuple(stage for stage in stages.LIVE if turned or stage.name != "rot45")
        self._patient = tuple(stage for stage in stages.PATIENT if turned or stage.name != "rot45")
        self._turn = 0

    @property
    def turns(self) -> int:
        """How many frames without a code it takes until every second look had its turn."""
        return len(self._live) + (self._zbar is not None)

    def scan(self, frame: Pixels) -> list[Found]:
        """The codes of a camera frame: one pass, and on a miss ONE second look, each in its turn."""
        view = fitted(frame)
        if view is None:
            return []
        found = self._zxing(view, "plain")
        if found:
            return found
        turn, self._turn = self._turn, (self._turn + 1) % max(1, self.turns)
        if turn < len(self._live):
            return self._look(view, self._live[turn])
        return self._ask_zbar(view, "zbar")

    def still(self, frame: Pixels) -> list[Found]:
        """The codes of a still picture: all looks in order until one finds something."""
        view = fitted(frame)
        if view is None:
            return []
        found = self._zxing(view, "plain")
        for stage in self._patient:
            found = found or self._look(view, stage)
        found = found or self._ask_zbar(view, "zbar")
        if self._zbar is not None:
            for stage in self._patient:
                found = found or self._look(view, stage, ask_zbar=True)
        return found

    def _look(self, view: View, stage: Stage, *, ask_zbar: bool = False) -> list[Found]:
        """One of the engines on the picture as the stage shows it."""
        try:
            changed = stage.look(view.gray)
        except cv2.error as error:
            diagnostics.bug(error)
            return []
        read = self._ask_zbar if ask_zbar else self._zxing
        name = f"zbar-{stage.name}" if ask_zbar else stage.name
        return [_moved(found, view.back) for found in read(changed, name)]

    def _zxing(self, view: View, stage: str) -> list[Found]:
        """One zxing-cpp pass with all its tries. Plain text: the default mode rewrites control characters."""
        wanted = self._first if stage == "plain" else self._again
        if wanted is None:
            return []
        try:
            codes = zxingcpp.read_barcodes(view.gray, formats=wanted, text_mode=zxingcpp.TextMode.Plain)
            found = [Found(*_said(code), _corners(code.position), stage) for code in codes]
        except (RuntimeError, ValueError, MemoryError) as error:
            diagnostics.bug(error)
            return []
        return [_moved(one, view.back) for one in _distinct(found)]

    def _ask_zbar(self, view: View, stage: str) -> list[Found]:
        if self._zbar is None:
            return []
        try:
            found = [Found(one.text, one.symbology, one.corners, stage) for one in self._zbar(view.gray)]
        except (RuntimeError, ValueError, MemoryError, OSError) as error:
            diagnostics.bug(error)
            return []
        return [_moved(one, view.back) for one in _distinct(found)]


def fitted(frame: Pixels) -> View | None:
    """The frame in gray and within ``MOST_PIXELS`` and ``LONGEST``; None for a frame of nothing."""
    if frame.size == 0:
        return None
    gray = np.asarray(cv2.cvtColor(frame, cv2.COLOR_BGR2GRAY), np.uint8) if frame.ndim == 3 else frame
    scale = min(1.0, math.sqrt(MOST_PIXELS / gray.size), LONGEST / max(gray.shape))
    return View(gray) if scale == 1.0 else scaled(gray, scale, cv2.INTER_AREA)


def _distinct(found: list[Found]) -> list[Found]:
    """Each text once: the same code printed twice on a card is one code."""
    return list({(one.text, one.symbology): one for one in reversed(found)}.values())[::-1]


def _moved(found: Found, back: Affine) -> Found:
    return found if back is SAME else replace(found, corners=map_back(found.corners, back))


def _asked(formats: Sequence[str]) -> zxingcpp.BarcodeFormats:
    return zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat[name] for name in formats])


def _said(code: zxingcpp.Barcode) -> tuple[str, str]:
    """The text and the symbology's everyday name: variants such as extended Code 39 are Code39."""
    if code.format.name == "EAN13" and code.text.startswith("0"):
        return code.text[1:], "UPCA"  # the same bars; twelve digits are what is printed below them
    return code.text, code.format.name if code.format.name in ALL_FORMATS else code.symbology.name


def _corners(position: zxingcpp.Position) -> Corners:
    ends = (position.top_left, position.top_right, position.bottom_right, position.bottom_left)
    first, second, third, fourth = ((point.x, point.y) for point in ends)
    return first, second, third, fourth
