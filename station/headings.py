"""What the columns of rosters are called, in Lithuanian and English, and for which of our fields they stand."""

from __future__ import annotations

import re
from enum import StrEnum

from station.search import folded


class Field(StrEnum):
    """What a column of a roster may hold. ``CODES`` may stand for several columns, every other field for one."""

    STUDENT_ID = "student_id"
    NAME = "name"
    FIRST = "first"
    LAST = "last"
    EMAIL = "email"
    CODES = "codes"
    VALID_FROM = "valid_from"
    VALID_UNTIL = "valid_until"


REASON_HEADING = "Priežastis / Reason"
"""The heading, in any language, of the column that says why a row was rejected; never taken in."""

_CALLED = {
    Field.STUDENT_ID: "student_id|studentid|student id|student number|student no|student nr|matriculation number|"
    "studento numeris|studento nr|studento kodas|studento id|vidko|id|nr|numeris|number|pazymejimo numeris",
    Field.NAME: "name|full name|student name|vardas pavarde|vardas ir pavarde|vardas, pavarde|pavarde vardas|"
    "pavarde, vardas|pavarde ir vardas|studentas|student|studento vardas pavarde|v. pavarde",
    Field.FIRST: "first|first name|firstname|given name|forename|vardas|vardai|studento vardas",
    Field.LAST: "last|last name|lastname|surname|family name|pavarde|pavardes|studento pavarde",
    Field.EMAIL: "email|e-mail|mail|email address|e-mail address|student email|university email|el pastas|el. pastas|"
    "e. pastas|e-pastas|epastas|elektroninis pastas|elektroninio pasto adresas|el. pasto adresas|ktu el pastas|"
    "ktu el. pastas|studento el. pastas",
    Field.CODES: "codes|code|card|card number|card no|cards|barcode|kodas|kodai|korteles numeris|korteles nr|kortele|"
    "korteles|lsp|lsp numeris|lsp nr|isic|isic numeris|isic nr|isic number|esi|esc|bruksninis kodas",
    Field.VALID_FROM: "valid_from|valid from|from|start date|galioja nuo|nuo|pradzia",
    Field.VALID_UNTIL: "valid_until|valid until|valid to|valid thru|until|to|expires|expiry|expiry date|galioja iki|"
    "iki|galiojimo pabaiga|pabaiga|galiojimas",
}
_NEVER = "eil. nr|eil nr|eiles nr|row|asmens kodas|a. k.|a.k.|ak|personal code|personal id code|national id"
"""Columns that are recognised so as never to be taken in: the number of the row, and what must not be kept."""
_MEANING = {called: field for field, listed in _CALLED.items() for called in listed.split("|")}
_NUMBERED = re.compile(r"[ _]?\(?[0-9]{1,2}\)?$")


def plain(heading: str) -> str:
    """A heading as it is compared: folded, without the signs around it."""
    return folded(" ".join(heading.split())).strip(" .:*")


_LEFT_OUT = frozenset((*_NEVER.split("|"), plain(REASON_HEADING)))


def meaning(heading: str) -> Field | None:
    """The field that a heading names, None for one that we do not know or never take in. ``Card 2`` is a card."""
    called = plain(heading)
    for form in (called, called.replace("_", " "), _NUMBERED.sub("", called)):
        if form in _MEANING:
            return _MEANING[form]
    return None


def is_left_out(heading: str) -> bool:
    """Whether a column of this heading must not be guessed from its values either."""
    return plain(heading) in _LEFT_OUT
