"""The first engine: zxing-cpp, asked for the wanted symbologies only, its answers in our words."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
import zxingcpp
from numpy.typing import NDArray

from station import diagnostics
from station.scanner.engines.symbologies import ALL_FORMATS

Gray = NDArray[np.uint8]
Corners = tuple[tuple[int, int], tuple[int, int], tuple[int, int], tuple[int, int]]


THIN: Final = 0.06
"""Height by width of the largest part of an ITF that was seen to pass for a whole one is half of this."""


class Read(NamedTuple):
    """What an engine read: text, symbology, and corners clockwise from the code's own top left, in the pixels of
    the picture that it was given."""

    text: str
    symbology: str
    corners: Corners


def asked(formats: Sequence[str]) -> zxingcpp.BarcodeFormats:
    return zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat[name] for name in formats])


def read(gray: Gray, wanted: zxingcpp.BarcodeFormats) -> list[Read]:
    """One pass with all of the engine's tries. A picture that makes it fail is noted and holds nothing.

    Plain text: the engine's default mode rewrites control characters.
    """
    try:
        codes = zxingcpp.read_barcodes(gray, formats=wanted, text_mode=zxingcpp.TextMode.Plain)
        return [Read(*_said(code), _corners(code.position)) for code in codes]
    except (RuntimeError, ValueError, MemoryError) as error:
        diagnostics.bug(error)
        return []


def thin(one: Read) -> bool:
    """Whether it is an ITF of which no more than a line or two was read. A slanted line through an ITF meets a part
    of its bars, and without a check digit that part passes for a whole code."""
    (a, b), (c, d), (_, _), (e, f) = one.corners
    return one.symbology == "ITF" and math.hypot(e - a, f - b) < THIN * math.hypot(c - a, d - b)


def named(text: str, symbology: str) -> tuple[str, str]:
    """A UPC-A has the bars of an EAN-13 that begins with 0; its twelve digits are what is printed below them."""
    return (text[1:], "UPCA") if symbology == "EAN13" and text.startswith("0") else (text, symbology)


def _said(code: zxingcpp.Barcode) -> tuple[str, str]:
    """The text and the symbology's everyday name: variants such as extended Code 39 are Code39."""
    return named(code.text, code.format.name if code.format.name in ALL_FORMATS else code.symbology.name)


def _corners(position: zxingcpp.Position) -> Corners:
    ends = (position.top_left, position.top_right, position.bottom_right, position.bottom_left)
    first, second, third, fourth = ((point.x, point.y) for point in ends)
    return first, second, third, fourth
