"""Bytes -> text: UTF-8, UTF-16, or the one-byte encoding in which the letters make sense. Pure.

Windows-1257 and ISO 8859-13 hold the same Lithuanian letters and differ in quotation marks; Windows-1252 has other
letters in their places. A file does not say which it is, so each reading is weighed by how likely its letters are in
a list of people in Lithuania.
"""

from __future__ import annotations

import codecs
from collections import Counter

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_ONE_BYTE = ("cp1257", "iso8859_13", "cp1252")
"""The first of those that weigh the same is taken."""
_LOOKED_AT = 4 * 1024 * 1024
"""Bytes that are weighed; the rest is read likewise."""

_WEIGHTS = {
    **dict.fromkeys("ąčęėįšųūžĄČĘĖĮŠŲŪŽ", 1.0),
    **dict.fromkeys("éöüäåóõßÉÖÜÄÅÓÕ", 0.6),
    **dict.fromkeys("àâèêëîïôùûçñáíúìòÀÂÈÊËÎÏÔÙÛÇÑÁÍÚ", 0.5),
    **dict.fromkeys("āēģīķļņōŗńłśźżĀĒĢĪĶĻŅŌŖŃŁŚŹŻ", 0.1),
    **dict.fromkeys("øæðþýÿØÆÐÞÝŸ", 0.1),
    **dict.fromkeys("„“”‘’–—…", 0.3),
    "\ufffd": -4.0,
}
_ODD = -0.5
"""Any other sign beyond ASCII: a currency, a fraction, a control character."""


def text_of(raw: bytes) -> str:
    """The text. Total: any bytes give some; what has no meaning becomes U+FFFD."""
    for mark, encoding in _MARKS:
        if raw.startswith(mark):
            return raw.decode(encoding, "replace")
    wide = _wide(raw)
    if wide:
        return raw.decode(wide, "replace")
    text = raw.decode("utf-8", "replace")
    bad = text.count("\ufffd")
    # UTF-8 also with a few bad bytes in it: chance makes no valid sequences.
    if bad == 0 or 2 * bad <= sum(ord(letter) > 127 for letter in text) - bad:
        return text
    return raw.decode(max(_ONE_BYTE, key=lambda encoding: _weight(raw[:_LOOKED_AT], encoding)), "replace")


def _wide(raw: bytes) -> str:
    """UTF-16 without a mark: every other byte of nearly all signs is zero."""
    start = raw[:4096]
    pairs = len(start) // 2
    if pairs < 4:
        return ""
    even, odd = start[0 : 2 * pairs : 2].count(0), start[1 : 2 * pairs : 2].count(0)
    if odd > 0.6 * pairs and even < 0.1 * pairs:
        return "utf-16-le"
    if even > 0.6 * pairs and odd < 0.1 * pairs:
        return "utf-16-be"
    return ""


def _weight(raw: bytes, encoding: str) -> float:
    counted = Counter(byte for byte in raw if byte > 127)
    return sum(count * _WEIGHTS.get(bytes([byte]).decode(encoding, "replace"), _ODD) for byte, count in counted.items())
