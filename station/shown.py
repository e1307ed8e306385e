"""Texts from outside made harmless for a screen: what is not seen, or turns a line around, is written out."""

from __future__ import annotations

import re

_UNSEEN = re.compile(
    r"[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180d\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\ufffd\U000e0100-\U000e01ef]"
)
"""Signs that count as printable and yet are not seen: fillers, joiners and variation selectors (Unicode's
Default_Ignorable_Code_Point beyond the category Cf), the blank Braille pattern; and the sign for a damaged one."""


def visible(text: str) -> bool:
    """Whether everything in a text can be seen where it stands: no control, bidirectional or invisible sign."""
    return text.isprintable() and (text.isascii() or _UNSEEN.search(text) is None)


def shown(text: str, keep: str = "") -> str:
    """The text for a screen or a terminal: each sign that ``visible`` forbids is written out, as ``\\u202e``.

    Those in ``keep`` stay; so does what is visible, so that showing twice changes nothing.
    """
    if visible(text):
        return text
    keep += "\ufffd"
    return "".join(
        sign if visible(sign) or sign in keep else sign.encode("unicode_escape").decode("ascii") for sign in text
    )
