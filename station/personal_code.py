"""Lithuanian personal codes (asmens kodas): told from other numbers, so that they are refused and kept nowhere."""

from __future__ import annotations

import re
import unicodedata
from datetime import date

_CENTURIES = {"1": 1800, "2": 1800, "3": 1900, "4": 1900, "5": 2000, "6": 2000}
"""The first digit says the century of birth and the sex."""

_FIRST = (1, 2, 3, 4, 5, 6, 7, 8, 9, 1)
_SECOND = (3, 4, 5, 6, 7, 8, 9, 1, 2, 3)

_ELEVEN = re.compile(r"(?:\d\D*?){11}")
"""Digits of any script enough for one; most texts have not so many."""

_NUMBERS = re.compile(r"[0-9]+(?:[ \t_\u00ad\u2010-\u2015\u2212-]+[0-9]+)*")
"""Digits, also in groups with spaces or dashes of any kind between them."""

_UUID = re.compile(r"(?<![0-9A-Za-z])[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}(?![0-9A-Za-z])")
"""Its groups are no number, whatever digits they have: a student card must not be refused by chance."""


def is_personal_code(digits: str) -> bool:
    """Whether 11 digits are a personal code: century, a birth date that exists, and the check digit, which is a sum
    modulo 11 with a second round of weights where the first gives 10.

    Source: Lithuania's register of residents; ``33309240064`` is the usual made-up example.
    """
    if len(digits) != 11 or not (digits.isascii() and digits.isdigit()) or digits[0] not in _CENTURIES:
        return False
    try:
        date(_CENTURIES[digits[0]] + int(digits[1:3]), int(digits[3:5]), int(digits[5:7]))
    except ValueError:
        return False
    check = _sum(digits, _FIRST)
    if check == 10:
        check = _sum(digits, _SECOND) % 10
    return check == int(digits[10])


def _sum(digits: str, weights: tuple[int, ...]) -> int:
    return sum(weight * int(digit) for weight, digit in zip(weights, digits, strict=False)) % 11


def holds(text: str) -> bool:
    """Whether a personal code stands anywhere in a text: as exactly 11 digits, of any script and width, in one piece
    or in groups. In time that grows with the text alone."""
    if len(text) < 11:
        return False
    plain = text if text.isascii() else unicodedata.normalize("NFKC", text)
    if _ELEVEN.search(plain) is None:
        return False
    if not plain.isascii():
        plain = "".join(map(_digit, plain))
    return any(_among(found[0]) for found in _NUMBERS.finditer(_UUID.sub("x", plain)))


def _digit(sign: str) -> str:
    return str(unicodedata.decimal(sign)) if sign.isdecimal() else sign


def _among(number: str) -> bool:
    """Whether neighbouring groups of a number are a personal code together."""
    groups = re.findall("[0-9]+", number)
    first, length = 0, 0
    for last, group in enumerate(groups):
        length += len(group)
        while length > 11:
            length -= len(groups[first])
            first += 1
        if length == 11 and is_personal_code("".join(groups[first : last + 1])):
            return True
    return False
