"""The check characters that printed numbers end with: Luhn, modulo 10, 11 and 43. Pure; any text has an answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum

_CODE39 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-. $/+%"
"""The characters of Code 39 in the order of their values (ISO/IEC 16388, table 1)."""


class Check(StrEnum):
    """What a number's last character is computed by."""

    LUHN = "luhn"
    MOD10 = "mod10"
    MOD11 = "mod11"
    MOD43 = "mod43"


def luhn(number: str) -> bool:
    """ISO/IEC 7812-1, annex B: from the right every second digit is doubled; the digits of all sum to a ten.
    Codabar cards of libraries use it."""
    if not _digits(number):
        return False
    doubled = (int(digit) * (2 if place % 2 else 1) for place, digit in enumerate(reversed(number)))
    return sum(value // 10 + value % 10 for value in doubled) % 10 == 0


def mod10(number: str) -> bool:
    """GS1 General Specifications, 7.9: from the right the weights 1, 3, 1, 3 …, the check digit's own being 1; the sum
    is a multiple of ten. EAN-13, ITF-14 and ITF of other lengths."""
    if not _digits(number):
        return False
    return sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(reversed(number))) % 10 == 0


def mod11(number: str) -> bool:
    """ISO 2108 (ISBN-10): from the right the weights 1, 2, 3 … 10, then 2 … 10 again for longer numbers; the sum is a
    multiple of eleven. The check character 10 is written X."""
    body, check = number[:-1], number[-1:].upper()
    if not _digits(body) or not (_digits(check) or check == "X"):
        return False
    values = [10 if check == "X" else int(check), *(int(digit) for digit in reversed(body))]
    return sum(value * (1 if not place else (place - 1) % 9 + 2) for place, value in enumerate(values)) % 11 == 0


def mod43(number: str) -> bool:
    """ISO/IEC 16388 (Code 39), annex A: the values of all characters but the last, summed modulo 43, are its value.
    In practice spaces and dashes were taken out of the number before."""
    values = [_CODE39.find(sign) for sign in number.upper()]
    return len(values) > 1 and min(values) >= 0 and sum(values[:-1]) % 43 == values[-1]


def _digits(text: str) -> bool:
    return text.isascii() and text.isdigit()


CHECKS: Mapping[Check, Callable[[str], bool]] = {
    Check.LUHN: luhn,
    Check.MOD10: mod10,
    Check.MOD11: mod11,
    Check.MOD43: mod43,
}
"""Each takes a number with its check character last; False also for what is no number of that kind, such as ``""``."""
