"""What EAN and Code 128 look like as rows of modules: where each character stands and what it may be."""

from __future__ import annotations

from functools import cache
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

Bits = NDArray[np.float32]

_DIGITS: Final = ("3211", "2221", "2122", "1411", "1132", "1231", "1114", "1312", "1213", "3112")
"""The widths of space, bar, space, bar of a digit left of the middle; bar and space change places right of it."""
_WORDS: Final = (
    "212222 222122 222221 121223 121322 131222 122213 122312 132212 221213 221312 231212 112232 122132 122231 113222 "
    "123122 123221 223211 221132 221231 213212 223112 312131 311222 321122 321221 312212 322112 322211 212123 212321 "
    "232121 111323 131123 131321 112313 132113 132311 211313 231113 231311 112133 112331 132131 113123 113321 133121 "
    "313121 211331 231131 213113 213311 213131 311123 311321 331121 312113 312311 332111 314111 221411 431111 111224 "
    "111422 121124 121421 141122 141221 112214 112412 122114 122411 142112 142211 241211 221114 413111 241112 134111 "
    "111242 121142 121241 114212 124112 124211 411212 421112 421211 212141 214121 412121 111143 111341 131141 114113 "
    "114311 411113 411311 113141 114131 311141 411131 211412 211214 211232"
)
"""The widths of bar, space, bar, space, bar, space of Code 128's values 0 to 105."""


class Layout(NamedTuple):
    """A code of ``modules`` modules: ``fixed`` ink in its guards, and characters that begin at ``places``.

    ``patterns`` holds the ink (1) of every character, P x width; ``allowed`` says which may stand where,
    places x P.
    """

    symbology: str
    modules: int
    fixed: Bits
    places: tuple[int, ...]
    patterns: Bits
    allowed: NDArray[np.bool_]

    def drawn(self, chosen: NDArray[np.intp]) -> Bits:
        """The ink of a whole code with these characters."""
        ink = self.fixed.copy()
        for place, pattern in zip(self.places, chosen, strict=True):
            ink[place : place + self.patterns.shape[1]] = self.patterns[pattern]
        return ink


@cache
def ean(digits: int) -> Layout:
    """EAN-13 (which is UPC-A too) for 12 drawn digits, EAN-8 for 8."""
    half = digits // 2
    modules = 11 + 7 * digits
    fixed = np.zeros(modules, np.float32)
    fixed[[0, 2, modules - 3, modules - 1]] = 1
    middle = 3 + 7 * half
    fixed[[middle + 1, middle + 3]] = 1
    odd = [_ink(widths, 0) for widths in _DIGITS]
    right = [_ink(widths, 1) for widths in _DIGITS]
    even = [list(reversed(ink)) for ink in right]
    allowed = np.zeros((digits, 30), bool)
    allowed[:half, : 20 if digits == 12 else 10] = True
    allowed[0, 10:20] = False  # the first is always odd
    allowed[half:, 20:] = True
    places = tuple(3 + 7 * at if at < half else middle + 5 + 7 * (at - half) for at in range(digits))
    name = "EAN13" if digits == 12 else "EAN8"
    return Layout(name, modules, fixed, places, np.array(odd + even + right, np.float32), allowed)


@cache
def code128(characters: int) -> Layout:
    """Code 128 with so many characters, start and check among them, the stop not."""
    modules = 11 * characters + 13
    fixed = np.zeros(modules, np.float32)
    fixed[-13:] = _ink("2331112", 1)
    patterns = np.array([_ink(widths, 1) for widths in _WORDS.split()], np.float32)
    allowed = np.zeros((characters, len(patterns)), bool)
    allowed[0, 103:] = True
    allowed[1:, :103] = True
    return Layout("Code128", modules, fixed, tuple(range(0, 11 * characters, 11)), patterns, allowed)


def _ink(widths: str, first: int) -> list[int]:
    return [(first + at) % 2 for at, width in enumerate(widths) for _ in range(int(width))]
