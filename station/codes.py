"""Code text -> Code | Malformed | RefusedKind: pure, and total: any text gives a value, never an exception."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Protocol

from station import personal_code
from station.facts import Code, Fault, Malformed, RefusedKind, Unfit
from station.shown import visible

LONGEST = 1024
"""Characters; the longest pass we know has about 800."""

PASS = "SP1:"
"""What signed passes begin with. The rest is base45, where capitals and spaces mean something."""

UUID = re.compile("[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
"""In its normal form."""

_SPACE = re.compile("[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
"""Spaces of other widths, as spreadsheets and typesetters use them."""
_AROUND = "".join(map(chr, (*range(0x21), *range(0x7F, 0xA0), 0x2028, 0x2029, 0xFEFF)))
_BEFORE = re.compile(rf"(?:[{re.escape(_AROUND)}]|\][A-Za-z][0-9A-Za-z]|\\[0-9]{{6}})+")
"""What readers put before a code: spaces and control characters, symbology identifiers such as ``]Q1`` (ISO/IEC
15424) and character sets such as ``\\000026`` (AIM ITS/04-001)."""
_UNGROUPED = re.compile("[0-9a-f]{12}[1-8][0-9a-f]{3}[89ab][0-9a-f]{15}")
_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*://|https?:|www\.", re.IGNORECASE)
_SIGNED = re.compile(r"SP1:[0-9A-Z $%*+./:-]{100,}")
"""A pass as it is made: no signature of 64 bytes is shorter. Its digits are nobody's number."""


class Kind(Protocol):
    """One kind of code that an institution takes; see ``station.kinds`` for those there are."""

    @property
    def id(self) -> str:
        """Its name in the catalogue."""

    def match(self, text: str) -> Code | Malformed | RefusedKind | None:
        """What a text in its ``normal`` form is; None where it is not of this kind. Never raises, and takes time
        that grows no faster than the text."""


Parsed = Code | Malformed | RefusedKind


def parse(text: str, kinds: Sequence[Kind]) -> Parsed:
    """What a code's text is: the first of ``kinds`` that recognises it says so.

    A text that none recognises is a ``Code`` of kind "": it may stand on the roster as it is. A personal code is
    refused wherever it stands in the text, so that nobody keeps it. A web address that no kind takes is refused.
    """
    if len(text) > 4 * LONGEST:
        return Malformed(Fault.TOO_LONG)
    plain = clean(text)
    if not _SIGNED.fullmatch(plain) and personal_code.holds(plain):
        return RefusedKind(Unfit.PERSONAL_CODE)
    if len(plain) > LONGEST:
        return Malformed(Fault.TOO_LONG)
    if not visible(plain):
        return Malformed(Fault.UNPRINTABLE)
    folded = _folded(plain)
    if not folded:
        return Malformed(Fault.EMPTY)
    if len(folded) > LONGEST:
        return Malformed(Fault.TOO_LONG)
    for kind in kinds:
        found = kind.match(folded)
        if found is not None:
            return found
    if _ADDRESS.match(folded):
        return RefusedKind(Unfit.WEB_ADDRESS)
    return Code(folded)


def clean(text: str) -> str:
    """The text in NFC with one kind of space, without what readers and spreadsheets put around a code."""
    composed = text if text.isascii() else _SPACE.sub(" ", unicodedata.normalize("NFC", text))
    before = _BEFORE.match(composed)
    return composed[before.end() if before else 0 :].rstrip(_AROUND)


def normal(text: str) -> str:
    """The form in which identifiers are compared; comparing it again changes nothing.

    Numbers lose spaces and dashes and are in capitals; e-mails and addresses keep their signs and are in small
    letters; UUIDs are in small letters and have their dashes; signed passes stay as they are.
    """
    return _folded(clean(text))


def _folded(plain: str) -> str:
    # Folding may bring something to the front that is no part of a code, so what comes out is folded until it stays.
    while (folded := _fold(plain)) != plain:
        plain = folded
    return plain


def _fold(plain: str) -> str:
    if plain.startswith(PASS):
        return plain
    if "@" in plain or "/" in plain or ":" in plain:
        return clean(plain.casefold())
    joined = plain.replace(" ", "")
    small = joined.lower()
    if UUID.fullmatch(small):
        return small
    joined = joined.replace("-", "")
    small = joined.lower()
    if _UNGROUPED.fullmatch(small):
        return "-".join((small[:8], small[8:12], small[12:16], small[16:20], small[20:]))
    return clean(joined.upper())


def last_four(text: str) -> str:
    """The end of a number, for the operator's eye; shorter numbers show less, so that never a whole one is kept."""
    return text[-min(4, max(0, len(text) - 2)) :] if len(text) > 2 else ""
