"""Code text -> Code | Malformed | RefusedKind: pure, and total: any text gives a value, never an exception."""

from __future__ import annotations

import unicodedata

from station.facts import Code, Fault, Malformed, RefusedKind

LONGEST = 1024
"""Characters; the longest pass we know has about 800."""

PERSONAL_CODE = "personal_code"
_AROUND = " \t\r\n\x00\ufeff"
"""What scanners and spreadsheets leave around a code."""
_INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def parse(text: str) -> Code | Malformed | RefusedKind:
    """What a code's text is. A Lithuanian personal code is refused by kind, so that nobody keeps it.

    Surrounding spaces and line ends are a scanner's habit and go; anything else that cannot be printed makes the
    text malformed.
    """
    if len(text) > 4 * LONGEST:
        return Malformed(Fault.TOO_LONG)
    plain = unicodedata.normalize("NFC", text.strip(_AROUND))
    if not plain:
        return Malformed(Fault.EMPTY)
    if len(plain) > LONGEST:
        return Malformed(Fault.TOO_LONG)
    if any(unicodedata.category(letter) in _INVISIBLE or letter == "\ufffd" for letter in plain):
        return Malformed(Fault.UNPRINTABLE)
    if is_personal_code(plain.replace(" ", "").replace("-", "")):
        return RefusedKind(PERSONAL_CODE)
    return Code(normal(plain))


def normal(text: str) -> str:
    """The form in which identifiers are compared: NFC, upper case; spaces and hyphens go from plain numbers.

    E-mails and addresses keep their signs; signed texts (``SP1:``) are kept as they are: their base45 has spaces.
    """
    plain = unicodedata.normalize("NFC", text.strip(_AROUND))
    if plain.startswith("SP1:"):
        return plain
    if "@" in plain or "/" in plain or ":" in plain:
        return plain.casefold()
    return "".join(letter for letter in plain if letter not in " -").upper()


def is_personal_code(text: str) -> bool:
    """Whether this is a valid Lithuanian personal code: 11 digits, a real birth date, mod 11 in two rounds."""
    if len(text) != 11 or not (text.isascii() and text.isdigit()):
        return False
    digits = [int(letter) for letter in text]
    month, day = int(text[3:5]), int(text[5:7])
    # 00 stands for an unknown month or day in codes of people born long ago.
    if digits[0] == 0 or month > 12 or day > 31:
        return False
    check = sum(weight * digit for weight, digit in zip((1, 2, 3, 4, 5, 6, 7, 8, 9, 1), digits, strict=False)) % 11
    if check == 10:
        second = (3, 4, 5, 6, 7, 8, 9, 1, 2, 3)
        check = sum(weight * digit for weight, digit in zip(second, digits, strict=False)) % 11 % 10
    return check == digits[10]


def last_four(text: str) -> str:
    """The end of a number, for the operator's eye; shorter numbers show less, so that never a whole one is kept."""
    return text[-min(4, max(0, len(text) - 2)) :] if len(text) > 2 else ""
