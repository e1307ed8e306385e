"""Reed-Solomon as QR codes use it: a block's codewords put right, some of them known to be doubtful."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

Words = NDArray[np.uint8]

_consts: Any = import_module("segno.consts")
# Powers of the field's generator (x^8 + x^4 + x^3 + x^2 + 1), twice over so that sums of logarithms need no modulo.
_EXP: Final = np.array([*_consts.GALIOS_EXP[:255]] * 3, np.uint8)
_LOG: Final = np.array(_consts.GALIOS_LOG, np.int64)
_POWER: Final = _EXP.tolist()
_LOGARITHM: Final = _LOG.tolist()


def syndromes(words: Words, parity: int) -> Words:
    """The word's value at the first ``parity`` powers of the generator: all zero if it is a codeword."""
    at = np.flatnonzero(words)
    powers = (len(words) - 1 - at)[None, :] * np.arange(parity)[:, None]
    terms = _EXP[(_LOG[words[at]][None, :] + powers) % 255]
    return np.asarray(np.bitwise_xor.reduce(terms, axis=1), np.uint8)


def correct(words: Words, parity: int, erased: Sequence[int] = (), spare: int = 0) -> Words | None:
    """The codeword nearest to ``words``, or None.

    ``erased`` are places whose value is not to be trusted. With s of them and e errors elsewhere, only
    2e + s <= parity - spare is put right: the larger ``spare``, the less can a wrong word pass for a right one.
    """
    limit = parity - spare - len(erased)
    if limit < 0 or not len(words) > parity > 0:
        return None
    syndrome = syndromes(words, parity)
    if not syndrome.any():
        return words.copy()
    last = len(words) - 1
    located = [1]
    for place in erased:
        located = _times(located, [1, _POWER[last - place]])
    locator = _locator(syndrome.tolist(), located, len(erased))
    errors = len(locator) - 1 - len(erased)
    if errors < 0 or 2 * errors > limit:
        return None
    places = _roots(locator, len(words))
    if len(places) != len(locator) - 1:
        return None
    fixed = words.copy()
    evaluator = _times(syndrome.tolist(), locator)[:parity]
    odd = [value if power % 2 else 0 for power, value in enumerate(locator)]
    for place in places:
        back = (255 - (last - place)) % 255  # logarithm of the locator's root
        below = _at(odd, back)
        if below == 0:
            return None
        above = _at(evaluator, back)
        if above:
            # The formal derivative is the odd part divided by x; with roots from power 0 on, that x cancels
            # against the locator's own, and the magnitude is evaluator over odd part.
            fixed[place] ^= _POWER[_LOGARITHM[above] - _LOGARITHM[below] + 255]
    return None if syndromes(fixed, parity).any() else fixed


def _locator(syndrome: list[int], start: list[int], erased: int) -> list[int]:
    """Berlekamp and Massey's shortest register for the syndromes, begun from the erasures."""
    current, previous = list(start), list(start)
    length = erased
    for step in range(erased, len(syndrome)):
        gap = 0
        for power, value in enumerate(current):
            if value and power <= step and syndrome[step - power]:
                gap ^= _POWER[_LOGARITHM[value] + _LOGARITHM[syndrome[step - power]]]
        previous = [0, *previous]
        if gap == 0:
            continue
        grown = _plus(current, [_POWER[_LOGARITHM[v] + _LOGARITHM[gap]] if v else 0 for v in previous])
        if 2 * length <= step + erased:
            length = step + erased + 1 - length
            inverse = 255 - _LOGARITHM[gap]
            previous = [_POWER[_LOGARITHM[v] + inverse] if v else 0 for v in current]
        current = grown
    while len(current) > 1 and current[-1] == 0:
        current.pop()
    return current


def _roots(locator: list[int], count: int) -> list[int]:
    """The places, of ``count``, that the locator names."""
    powers = (255 - np.arange(count)) % 255
    total = np.zeros(count, np.uint8)
    for power, value in enumerate(locator):
        if value:
            total ^= _EXP[(_LOGARITHM[value] + powers * power) % 255]
    return [count - 1 - int(root) for root in np.flatnonzero(total == 0)]


def _times(left: list[int], right: list[int]) -> list[int]:
    product = [0] * (len(left) + len(right) - 1)
    for i, one in enumerate(left):
        if one:
            for j, other in enumerate(right):
                if other:
                    product[i + j] ^= _POWER[_LOGARITHM[one] + _LOGARITHM[other]]
    return product


def _plus(left: list[int], right: list[int]) -> list[int]:
    size = max(len(left), len(right))
    return [(left[at] if at < len(left) else 0) ^ (right[at] if at < len(right) else 0) for at in range(size)]


def _at(polynomial: list[int], logarithm: int) -> int:
    """The polynomial's value at the generator's power ``logarithm``."""
    total = 0
    for power, value in enumerate(polynomial):
        if value:
            total ^= _POWER[(_LOGARITHM[value] + power * logarithm) % 255]
    return total
