"""The ZBar turn: a second engine (libzbar through pyzbar) for what zxing-cpp misses, if installed."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from typing import Literal

from station.scanner.engines.zxing import Corners, Gray, Read, named

Choice = Literal["auto", "on", "off"]

NAMES = {"QRCode": "QRCODE", "Code128": "CODE128", "Code39": "CODE39", "EAN13": "EAN13", "EAN8": "EAN8"}
"""What ZBar is asked for. Never ITF: it reads ghosts there, and a wrong person is worse than no person."""
WORDS = {theirs: ours for ours, theirs in NAMES.items()}
TURNS = {"UP": 0, "RIGHT": 1, "DOWN": 2, "LEFT": 3}


def zbar(choice: Choice, formats: Sequence[str]) -> Callable[[Gray], list[Read]] | None:
    """A function that reads a gray picture with ZBar, or None where it is not to be used or not installed.

    ``auto`` leaves it out on Windows, where pyzbar carries a ZBar of 2012 without the fixes of CVE-2023-40889
    and -40890, and this program decodes whatever strangers hold up.
    """
    wanted = [NAMES[name] for name in formats if name in NAMES]
    if choice == "off" or not wanted or (choice == "auto" and sys.platform == "win32"):
        return None
    try:
        from pyzbar import pyzbar  # type: ignore[import-untyped]
    except (ImportError, OSError):
        return None
    symbols = [pyzbar.ZBarSymbol[name] for name in wanted]

    def read(gray: Gray) -> list[Read]:
        found = []
        for one in pyzbar.decode(gray, symbols=symbols):
            # ZBar guesses the charset and gets UTF-8 wrong; only ASCII is certain to be what was printed.
            if one.type in WORDS and one.data.isascii():
                found.append(Read(*named(one.data.decode("ascii"), WORDS[one.type]), _corners(one)))
        return found

    return read


def _corners(one: object) -> Corners:
    """Four corners clockwise from the code's own top left, as well as ZBar knows them."""
    points = [(int(point.x), int(point.y)) for point in getattr(one, "polygon", ())]
    if len(points) != 4:
        left, top, width, height = getattr(one, "rect", (0, 0, 0, 0))
        points = [(left, top), (left + width, top), (left + width, top + height), (left, top + height)]
    middle_x, middle_y = sum(x for x, _ in points) / 4, sum(y for _, y in points) / 4
    # In a picture y points down, so growing cross products go clockwise. Start at the frame's top left.
    first = min(range(4), key=lambda at: points[at][0] + points[at][1])
    ahead, behind = points[(first + 1) % 4], points[first - 1]
    cross = (points[first][0] - middle_x) * (ahead[1] - middle_y) - (points[first][1] - middle_y) * (
        ahead[0] - middle_x
    )
    step = 1 if cross >= 0 or ahead == behind else -1
    turn = TURNS.get(str(getattr(one, "orientation", "UP")), 0)
    a, b, c, d = (points[(first + step * (at + turn)) % 4] for at in range(4))
    return a, b, c, d
