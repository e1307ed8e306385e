"""A name that somebody types for a walk-in: one printable line, and never a personal code. Pure."""

from __future__ import annotations

import unicodedata

from station import personal_code
from station.shown import visible
from station.trouble import Trouble

LONGEST = 200
"""Letters, as for names on the roster."""


def checked(name: str) -> str:
    """The name in NFC with single spaces.

    Raises ``Trouble``: "walk_in_name" for what is no name, "walk_in_personal_code" for one with a personal code in
    it; the trouble does not repeat what was typed.
    """
    plain = unicodedata.normalize("NFC", " ".join(name.split()))
    if personal_code.holds(plain):
        raise Trouble("walk_in_personal_code")
    named = any(letter.isalpha() for letter in plain)
    if not named or len(plain) > LONGEST or not visible(plain):
        raise Trouble("walk_in_name")
    return plain
