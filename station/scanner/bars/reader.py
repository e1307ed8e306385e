"""Reads 1-D codes that are too blurred, small, noisy, tilted or scratched for a scan line by line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

import numpy as np
import zxingcpp

from station.scanner.bars.blurred import told
from station.scanner.bars.profile import Line, blur_of, even, judged, merged, sharpened
from station.scanner.bars.strip import Gray, Strip, upright
from station.scanner.engines import zxing
from station.scanner.engines.zxing import Read
from station.scanner.opencv import cv2

CHECKED: Final = frozenset(("Code128", "Code93"))
"""Symbologies whose checks leave little to chance; the others need equal reads from two places of the bars."""
BANDS: Final = 12


class Sight(NamedTuple):
    """One reading of one line: from sample ``left`` to ``right``; ``bands`` are the rows it came from, as bits."""

    text: str
    symbology: str
    left: int
    right: int
    bands: int


def read(gray: Gray, angle_deg: float, formats: Sequence[str], *, patient: bool = False) -> list[Read]:
    """The 1-D codes among ``formats`` in a picture (H x W) whose bars are crossed by a line at ``angle_deg``.

    0 is a line to the right, positive turns clockwise; 12 degrees off is near enough. Never raises.
    """
    strip = upright(gray, angle_deg)
    if strip is None or not formats:
        return []
    asked = zxing.asked(formats)
    sights: list[Sight] = []
    for bands, line in _lines(strip.rows, patient=patient):
        sights += _sights(line, bands, asked)
        found = agreed(sights)
        if found:
            return [_placed(sight, strip) for sight in found]
    sight = _guessed(strip.rows, formats) if patient else None
    return [] if sight is None else [_placed(sight, strip)]


def _guessed(rows: Gray, formats: Sequence[str]) -> Sight | None:
    """What a line too blurred for its bars to stand apart shows all the same."""
    asked = set(formats)
    # The median leaves out what covers less than half of the bars; where nothing does, the mean has less noise.
    lines = np.stack((rows.mean(axis=0, dtype=np.float32), np.median(rows, axis=0).astype(np.float32)))
    for line in even(lines):
        code = told(line, formats)
        if code is None:
            continue
        clean = 1 - np.pad(np.repeat(code.ink, 3), (45, 45))
        for sight in _sights(clean, 0, zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat[code.symbology]])):
            if sight.symbology in asked:
                return sight._replace(left=round(code.ends[0]), right=round(code.ends[1]))
    return None


def _lines(rows: Gray, *, patient: bool) -> Iterator[tuple[int, Line]]:
    """Lines of ink and light to try, the likeliest first, each with the bands (as bits) that it is made of."""
    count = min(BANDS, len(rows))
    bands = np.asarray(cv2.resize(rows, (rows.shape[1], count), interpolation=cv2.INTER_AREA), np.float32)
    flat, trust = judged(bands)
    # Glare only adds light and a pen only takes it: the darker and the lighter part of what the bands show.
    ranked = np.sort(bands, axis=0)
    whole, odd, third = (1 << count) - 1, sum(1 << at for at in range(0, count, 2)), max(1, count // 3)
    parts = [
        (whole, merged(flat, trust)),
        (odd, merged(flat[::2], trust[::2])),
        (whole - odd, merged(flat[1::2], trust[1::2])),
        (whole, bands.mean(axis=0)),
        *((whole, ranked[at]) for at in (count // 5, count // 2, count - 1 - count // 5)),
        *(
            ((1 << third) - 1 << at, merged(flat[at : at + third], trust[at : at + third]))
            for at in range(0, count - third + 1, third)
        ),
    ]
    made_of = [bits for bits, _ in parts]
    lines = even(np.stack([line for _, line in parts]))
    yield from zip(made_of, lines, strict=True)
    yield from zip(made_of[:3], 1 - lines[:3], strict=True)  # light bars on dark
    if not patient:
        lines = lines[:4]
    blur = blur_of(lines[0])
    for factor in (0.75, 1.0, 0.5) if patient else (0.75,):
        yield from zip(made_of, sharpened(lines, factor * blur), strict=False)


def _sights(line: Line, bands: int, asked: zxingcpp.BarcodeFormats) -> list[Sight]:
    picture = np.tile(np.where(line > 0.5, np.uint8(255), np.uint8(0)), (2, 1))
    codes = zxingcpp.read_barcodes(
        picture,
        formats=asked,
        text_mode=zxingcpp.TextMode.Plain,
        try_rotate=False,
        try_downscale=False,
        try_invert=False,
        binarizer=zxingcpp.Binarizer.FixedThreshold,
    )
    return [Sight(*_said(code), code.position.top_left.x, code.position.bottom_right.x, bands) for code in codes]


def agreed(sights: list[Sight]) -> list[Sight]:
    """What was read often enough to be believed, with no rival."""
    votes = Counter((sight.text, sight.symbology) for sight in sights)
    for (text, symbology), count in votes.most_common(1):
        same = [sight for sight in sights if (sight.text, sight.symbology) == (text, symbology)]
        if count < 2 or 2 * count <= len(sights):
            return []
        if symbology in CHECKED or any(not one.bands & two.bands for one in same for two in same):
            return same[:1]
    return []


def _placed(sight: Sight, strip: Strip) -> Read:
    ends = np.array([(sight.left, 0), (sight.right, 0), (sight.right, 1), (sight.left, 1)], np.float64)
    ends[:, 1] *= len(strip.rows) - 1
    if sight.left > sight.right:
        ends[:, 1] = len(strip.rows) - 1 - ends[:, 1]
    there = np.c_[ends, np.ones(4)] @ strip.back.T
    first, second, third, fourth = ((round(x / w), round(y / w)) for x, y, w in there.tolist())
    return Read(sight.text, sight.symbology, (first, second, third, fourth))


def _said(code: zxingcpp.Barcode) -> tuple[str, str]:
    """The text and the symbology's everyday name, as the decoder gives them."""
    if code.format.name == "EAN13" and code.text.startswith("0"):
        return code.text[1:], "UPCA"
    name = code.format.name
    return code.text, name if name in _NAMES else code.symbology.name


_NAMES: Final = frozenset(("Code128", "Code39", "Code93", "ITF", "Codabar", "EAN13", "EAN8", "UPCA", "UPCE"))
