"""Picture files, safely: bounded before a pixel is unpacked, never a traceback or a library's chatter."""

from __future__ import annotations

import mmap
import os
import stat
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from station.trouble import Trouble

READ: Final = ("PNG", "JPEG", "WEBP", "BMP", "GIF", "TIFF", "PPM")
"""What Pillow may open. Its other readers (PostScript starts a program) have no business here."""

SUFFIXES: Final = (
    *(".png", ".jpg", ".jpeg", ".jpe", ".jfif", ".webp", ".bmp"),
    *(".gif", ".tif", ".tiff", ".ppm", ".pgm", ".pbm", ".pnm"),
)

MOST_UNPACKED: Final = 50_000_000
"""Pixels that may be unpacked. A telephone's JPEG of 200 megapixels is unpacked at half or quarter size."""
MOST_PACKED: Final = 300_000_000
"""Pixels a JPEG may have."""
MOST_SCANNED: Final = 1_500_000_000
"""Pixels of a JPEG times the scans it comes in: each scan goes over all of them again."""


class Still(NamedTuple):
    """A picture in gray, and how many of the file's pixels one of its pixels stands for."""

    pixels: NDArray[np.uint8]
    scale: float


def load(path: Path) -> Still:
    """Read a picture file, upright as its camera meant it, transparency on white.

    Raises ``Trouble``: ``picture_missing``, ``picture_denied``, ``picture_empty``, ``picture_too_large``,
    ``picture_unreadable``.
    """
    name, size = str(path), 0
    try:
        state = path.stat()
        if not stat.S_ISREG(state.st_mode):
            # A pipe or a device with a picture's name would be read for ever.
            raise Trouble("picture_unreadable", name=name)
        size = state.st_size
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # odd metadata is no news for the person at the desk
            with Image.open(path, formats=READ) as image:
                return _unpacked(image, name)
    except Trouble:
        raise
    except FileNotFoundError:
        raise Trouble("picture_missing", name=name) from None
    except PermissionError:
        raise Trouble("picture_denied", name=name) from None
    except Image.DecompressionBombError:
        raise Trouble("picture_too_large", name=name) from None
    except Exception as why:
        # A damaged file makes Pillow raise nearly anything: OSError, SyntaxError, struct.error, ValueError …
        raise Trouble("picture_unreadable" if size else "picture_empty", name=name) from why


def _unpacked(image: Image.Image, name: str) -> Still:
    width, height = image.size
    if image.format == "JPEG":
        if _too_many_scans(image, name):
            raise Trouble("picture_too_large", name=name)
        # A progressive one is unpacked whole, whatever is asked for.
        if MOST_UNPACKED < width * height <= MOST_PACKED and "progressive" not in image.info:
            image.draft("L", (width // 4, height // 4))
    if image.width * image.height > MOST_UNPACKED:
        raise Trouble("picture_too_large", name=name)
    scale = width / image.width
    image.load()
    image = ImageOps.exif_transpose(image)
    if image.mode.startswith("I;16") or image.mode in ("I", "F"):
        # Sensors of 10 or 12 bits use a small part of 16: the range that is there, not the one that could be.
        return Still(_stretched(np.asarray(image, np.float32)), scale)
    if image.mode == "LAB":
        return Still(np.asarray(image.getchannel("L"), np.uint8), scale)
    if image.mode in ("RGBA", "LA", "PA", "La", "RGBa") or "transparency" in image.info:
        image = image.convert("RGBA")
        gray, clear = image.convert("L"), image.getchannel("A")
        return Still(np.asarray(Image.composite(gray, Image.new("L", image.size, 255), clear), np.uint8), scale)
    return Still(np.asarray(image.convert("L"), np.uint8), scale)


def _too_many_scans(image: Image.Image, name: str) -> bool:
    """Whether a JPEG comes in so many scans that a small file would keep the machine busy for minutes."""
    most = MOST_SCANNED // (image.width * image.height)
    with open(name, "rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        at = -1
        for _ in range(most + 1):
            at = data.find(b"\xff\xda", at + 1)
            if at < 0:
                return False
    return True


def _stretched(values: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Numbers of any range as 0 to 255."""
    values = np.nan_to_num(values)
    low, high = float(values.min()), float(values.max())
    return ((values - low) * (255.0 / ((high - low) or 1.0))).astype(np.uint8)


def pictures(folder: Path) -> Iterator[Path]:
    """The picture files of a folder by name, in the order people count (2 before 10), hidden ones left out.

    Raises ``Trouble('picture_denied')`` for a folder that may not be listed.
    """
    try:
        with os.scandir(folder) as entries:
            names = [entry.name for entry in entries if not entry.name.startswith(".")]
    except OSError:
        raise Trouble("picture_denied", name=str(folder)) from None
    for name in sorted((name for name in names if name.lower().endswith(SUFFIXES)), key=_counted):
        yield folder / name


def _counted(name: str) -> list[tuple[int, int, str]]:
    """A sort key with runs of digits as numbers."""
    parts: list[tuple[int, int, str]] = []
    run = ""
    for letter in name.casefold() + "\0":
        if letter.isascii() and letter.isdigit():
            run += letter
            continue
        if run:
            parts.append((0, int(run), ""))
            run = ""
        parts.append((1, 0, letter))
    return parts
