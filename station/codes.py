"""Code text -> Code | Malformed | RefusedKind: pure, and total: any text gives a value, never an exception."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from station.facts import Code, Fault, Malformed, RefusedKind

LONGEST = 1024
"""Characters; the longest pass we know has about 800."""

LONGEST_ID = 64
"""Characters that a pattern is tried on; no printed number is longer."""

PATTERNS = ("[A-Z]{0,3}[0-9]{4,12}", "[A-Z][0-9]{12}[A-Z]")
"""What numbers on cards look like unless an institution says otherwise: student numbers; ISIC, ITIC and IYTC."""

MOST_VARYING = 3
"""Repeats of open length in one pattern. Trying out every split of a text takes steps by the power of this, so it
also bounds the time: a millisecond or so for ``LONGEST_ID``, whatever the pattern and the text."""

PERSONAL_CODE = "personal_code"
_AROUND = " \t\r\n\x00\ufeff"
"""What scanners and spreadsheets leave around a code."""
_INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}

_PART = re.compile(
    r"(?:[A-Za-z0-9_/:@#=-]|\\d|\\\.|\.|\[(?:[A-Za-z0-9]-[A-Za-z0-9]|[A-Za-z0-9_/:.@#=])+-?\])"
    r"(?:(?P<varies>[?*+]|\{[0-9]{1,2},[0-9]{1,2}\})|\{[0-9]{1,2}\})?"
)
"""One sign, ``.``, ``\\d`` or a class of signs, and how often: the part of regular expressions that patterns have."""


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
    seen = plain.isascii() and plain.isprintable()
    if not seen and any(unicodedata.category(letter) in _INVISIBLE or letter == "\ufffd" for letter in plain):
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
    return plain.replace(" ", "").replace("-", "").upper()


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


def id_pattern(text: str) -> re.Pattern[str]:
    """A pattern for the numbers on cards: the part of regular expressions that cannot run without end.

    Signs, ``.``, ``\\d`` and classes such as ``[A-Z0-9]``, each with ``?``, ``*``, ``+``, ``{n}`` or ``{n,m}``; no
    groups and no alternatives, for there can be several patterns. Raises ``ValueError`` saying why not.
    """
    at = varying = 0
    while at < len(text):
        part = _PART.match(text, at)
        if part is None:
            raise ValueError(f"“{text[at:]}”")
        varying += part["varies"] is not None
        at = part.end()
    if not text or len(text) > LONGEST_ID:
        raise ValueError(f"1-{LONGEST_ID}")
    if varying > MOST_VARYING:
        raise ValueError(f"?, *, +, {{n,m}}: {varying} > {MOST_VARYING}")
    try:
        return re.compile(text, re.ASCII | re.DOTALL)
    except re.error as error:
        raise ValueError(f"“{text}”: {error.msg}") from None


def looks_like_id(text: str, patterns: Sequence[re.Pattern[str]]) -> bool:
    """Whether a code's text, in the form in which it is compared, is a number as one of the patterns says."""
    plain = normal(text) if len(text) <= 2 * LONGEST_ID else ""
    return 0 < len(plain) <= LONGEST_ID and any(pattern.fullmatch(plain) for pattern in patterns)
