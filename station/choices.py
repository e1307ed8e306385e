"""The institution's choices: what its programme leaves open, each a named value that entries refer to."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

CHOICE = re.compile(r"\$([a-z0-9]+(?:_[a-z0-9]+)*)")
"""How an entry of a catalogue refers to a choice: “$hours_scope”."""
UNSET = "unset"
"""The value of a choice that the institution has not made."""

Value = bool | int | str | list[str]


@dataclass(frozen=True, slots=True)
class Choice:
    """``says`` is what it decides, by language; ``source`` why it is open, or who decided it."""

    name: str
    value: Value
    default: Value
    says: Mapping[str, str]
    source: str


@dataclass(frozen=True, slots=True)
class Unset:
    """A number that waits for the institution's choice of this name."""

    choice: str
