"""What becomes of a code when a hand scanner and the computer disagree about the keyboard's layout, and back again.

A hand scanner presses the keys that give a code on its own layout, nearly always the American one; the computer reads
them by the layout it is set to. On a Lithuanian keyboard 1 to 8 arrive as ąčęėįšųū. Pure; texts in, texts out.

The tables are those of the keyboards' standards as X11 and Windows have them: Lithuanian (letters on the digit row),
LST 1582 (ĄŽERTY), German DIN 2137 T1, French AZERTY.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

EXPECTED = "01=2+3456789 yzqwam-YZQWAM_:/?.@*$%"
"""The text of the scanner test: every sign of a code that some layout moves. A dead key stands before a digit, with
which no accent joins."""

_DEAD = "\0"
"""In the tables: a dead key, which types nothing or an accent, depending on what follows."""
_ACCENTS = "´`^¨'\"~"

_LONGEST = 1024
_WHOLE = re.compile(
    r"SP1:[0-9A-Z $%*+\-./:]{8,}|(?i:https?://[a-z0-9.\-]+/\S+|urn:[a-z0-9\-]+:\S+|[a-z0-9._+\-]+@[a-z0-9.\-]+)"
)

_AMERICAN = "`1234567890-=qwertyuiop[]\\asdfghjkl;'zxcvbnm,./" + '~!@#$%^&*()_+QWERTYUIOP{}|ASDFGHJKL:"ZXCVBNM<>?'


def _table(plain: str, shifted: str) -> Mapping[str, str]:
    return {sign: becomes for sign, becomes in zip(_AMERICAN, plain + shifted, strict=True) if sign != becomes}


LAYOUTS: Mapping[str, Mapping[str, str]] = {
    "lt": _table(
        "`ąčęėįšųū„“-žqwertyuiop[]\\asdfghjkl;'zxcvbnm,./",
        '~ĄČĘĖĮŠŲŪ()_ŽQWERTYUIOP{}|ASDFGHJKL:"ZXCVBNM<>?',
    ),
    "lt-std": _table(
        "`!-/;:,.=()?xąžertyuiopįwqasdšghjklųėzūcvbnmčfę",
        "~1234567890+XĄŽERTYUIOPĮWQASDŠGHJKLŲĖZŪCVBNMČFĘ",
    ),
    "de": _table(
        f"{_DEAD}1234567890ß{_DEAD}qwertzuiopü+#asdfghjklöäyxcvbnm,.-",
        f"°!\"§$%&/()=?{_DEAD}QWERTZUIOPÜ*'ASDFGHJKLÖÄYXCVBNM;:_",
    ),
    "fr": _table(
        f"²&é\"'(-è_çà)=azertyuiop{_DEAD}$*qsdfghjklmùwxcvbn,;:!",
        f"~1234567890°+AZERTYUIOP{_DEAD}£µQSDFGHJKLM%WXCVBN?./§",
    ),
}
"""What each sign that an American scanner means arrives as, by the computer's layout; signs that stay are left out."""


def arrives(text: str, layout: str) -> str:
    """``text`` as it is read by a computer set to ``layout``; dead keys type nothing."""
    table = LAYOUTS[layout]
    return "".join(table.get(sign, sign) for sign in text).replace(_DEAD, "")


def undo_of(layout: str) -> dict[str, str]:
    """What arrives -> what the scanner meant, for a layout of ``LAYOUTS``."""
    return {becomes: sign for sign, becomes in LAYOUTS[layout].items() if becomes != _DEAD}


def restore(text: str, undo: Mapping[str, str]) -> str:
    """The code as the scanner meant it."""
    return "".join(undo.get(sign, sign) for sign in text)


def impossible(text: str) -> bool:
    """Is this no text of a code? Codes are plain ASCII and hold a letter or a digit."""
    return bool(text.strip()) and not (text.isascii() and any(sign.isalnum() for sign in text))


def looks_whole(text: str) -> bool:
    """Is this a code by its form alone: a signed pass, an address, a URN, an e-mail?"""
    return len(text) <= _LONGEST and _WHOLE.fullmatch(text) is not None


@dataclass(frozen=True, slots=True)
class Guess:
    """A damaged text put right: as ``text``, by the map of ``layout``."""

    layout: str
    text: str


def guess(text: str, plausible: Callable[[str], bool]) -> Guess | None:
    """What an impossible text was, where exactly one known layout makes a plausible code of it; else None."""
    if not impossible(text):
        return None
    found: dict[str, str] = {}
    for layout in LAYOUTS:
        again = restore(text, undo_of(layout))
        if not impossible(again) and plausible(again):
            found.setdefault(again, layout)
    if len(found) != 1:
        return None
    ((again, layout),) = found.items()
    return Guess(layout, again)


# --- the scanner test --------------------------------------------------------------------------------------------


class Found(StrEnum):
    """What the scanner test found."""

    RIGHT = "right"
    RESTORED = "restored"
    DAMAGED = "damaged"
    CAPS = "caps"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Tested:
    """``undo`` puts right what can be; ``lost`` are the signs that cannot; ``layout`` is a known one, or empty.

    ``CAPS`` means that Caps Lock is on, ``OTHER`` that this was not the code of the test.
    """

    found: Found
    undo: Mapping[str, str] = field(default_factory=dict)
    lost: str = ""
    layout: str = ""


def judge(text: str) -> Tested:
    """What the arrived text of the test's code says about the scanner."""
    text = text.strip("\r\n\t")
    if text == EXPECTED:
        return Tested(Found.RIGHT)
    if text == EXPECTED.swapcase():
        return Tested(Found.CAPS)
    tables: dict[str, Mapping[str, str]] = {"": {}, **LAYOUTS}
    aligned = {layout: _align(text, table) for layout, table in tables.items()}
    layout = min(aligned, key=lambda name: aligned[name][0])
    cost, pairs = aligned[layout]
    if cost == 0 and layout and _DEAD not in tables[layout].values():
        return Tested(Found.RESTORED, undo_of(layout), layout=layout)
    if not 2 * len(EXPECTED) >= 2 * len(text) - len(EXPECTED) or cost > len(EXPECTED) * 2 // 3:
        return Tested(Found.OTHER)
    return _learned(pairs, layout if cost == 0 else "")


def _learned(pairs: list[tuple[str, str]], layout: str) -> Tested:
    """The map that the signs themselves show; a sign is lost where nothing came, or what also came for another."""
    came: dict[str, set[str]] = {}
    for sign, becomes in pairs:
        came.setdefault(becomes, set()).add(sign)
    kept = {becomes: min(signs) for becomes, signs in came.items() if becomes and len(signs) == 1}
    lost = "".join(sign for sign in dict.fromkeys(EXPECTED) if sign not in kept.values())
    undo = {**(undo_of(layout) if layout else {}), **{sent: sign for sent, sign in kept.items() if sent != sign}}
    return Tested(Found.DAMAGED if lost else Found.RESTORED, undo, lost, layout)


def _align(text: str, table: Mapping[str, str]) -> tuple[int, list[tuple[str, str]]]:
    """How badly ``text`` fits the expected text read by ``table``, and which of its signs stands for which.

    Edit distance by dynamic programming; a dead key that types nothing, or an accent, costs nothing.
    """
    columns = len(text) + 1
    cost = [[0] * columns for _row in range(len(EXPECTED) + 1)]
    for row in range(len(EXPECTED) + 1):
        for column in range(columns):
            if row == 0 or column == 0:
                cost[row][column] = column + sum(_missing(sign, table) for sign in EXPECTED[:row])
                continue
            sign, came = EXPECTED[row - 1], text[column - 1]
            cost[row][column] = min(
                cost[row - 1][column - 1] + _other(sign, came, table),
                cost[row - 1][column] + _missing(sign, table),
                cost[row][column - 1] + 1,
            )
    pairs: list[tuple[str, str]] = []
    row, column = len(EXPECTED), len(text)
    while row:
        sign = EXPECTED[row - 1]
        if column and cost[row][column] == cost[row - 1][column - 1] + _other(sign, text[column - 1], table):
            row, column = row - 1, column - 1
            pairs.append((sign, text[column]))
        elif cost[row][column] == cost[row - 1][column] + _missing(sign, table):
            row -= 1
            pairs.append((sign, ""))
        else:
            column -= 1
    return cost[-1][-1], pairs[::-1]


def _other(sign: str, came: str, table: Mapping[str, str]) -> int:
    becomes = table.get(sign, sign)
    return int(came not in _ACCENTS) if becomes == _DEAD else int(came != becomes)


def _missing(sign: str, table: Mapping[str, str]) -> int:
    return int(table.get(sign, sign) != _DEAD)
