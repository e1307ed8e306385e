"""The kinds of code that an institution's catalogue can name: each a frozen dataclass with what it needs and ``match``.

A new kind is a class here, with a name in ``KindName`` and its place in ``READERS``; ``codes.Kind`` says what ``match``
promises. All match a text in its ``codes.normal`` form, which is also the form that is compared.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from station import codes
from station.catalogue_file import DOMAIN, PIC, CatalogueTable
from station.checkdigits import CHECKS, Check, mod10
from station.facts import Code, Fault, Malformed, RefusedKind, Unfit

LONGEST_PATTERN = 400
"""Characters of a pattern; a number's shape takes some twenty."""

PATTERN_MEMORY = 1 << 20
"""Bytes that the matcher may use for one pattern; it refuses what needs more."""

_ESCN = re.compile("[0-9a-f]{8}-[0-9a-f]{4}-1[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9]{3}(?P<pic>[0-9]{9})")
_LINK = re.compile("https?://(?P<server>[^/?#]*)(?P<path>[^?#]*)(?P<more>.*)")
_ESI = re.compile(
    r"urn:schac:personaluniquecode:int:esi:(?:[a-z]{2}|[a-z0-9-]+(?:\.[a-z0-9-]+)+):"
    r"(?:[a-z0-9()+,.:=@;$_!*'-]|%[0-9a-f]{2})+"
)
_EMAIL = re.compile(r"(?P<name>[^@\s,;:<>\"()/\\]+)@(?P<domain>[^@\s,;:<>\"()/\\]+)")


@dataclass(frozen=True, slots=True)
class SignedPass:
    """A signed pass, told by its first letters alone; whether it is genuine is for ``passes`` to say."""

    id: str

    def match(self, text: str) -> Code | None:
        return Code(text, self.id) if text.startswith(codes.PASS) else None


@dataclass(frozen=True, slots=True)
class StudentCard:
    """A European Student Card: the address in its QR code, or its number (ESCN) alone.

    An ESCN is a UUID of version 1 whose node is twelve decimal digits, the last nine the institution's PIC
    (github.com/EuropeanStudentCard/escn-java-generator). The time in it is not one that can be checked. The address
    is http or https, one of ``hosts``, and the ESCN; ``sandbox_hosts`` are the test cards'. ``pics``: the
    institutions whose cards are accepted; all where it is empty. ``tests``: test cards are accepted too.
    """

    id: str
    hosts: tuple[str, ...]
    sandbox_hosts: tuple[str, ...]
    pics: frozenset[str] = frozenset()
    tests: bool = False

    def match(self, text: str) -> Code | Malformed | RefusedKind | None:
        link = _LINK.fullmatch(text)
        if link is None:
            return self._card(text)
        segments = link["path"].removesuffix("/").split("/")
        number = segments[-1]
        if link["server"] not in (*self.hosts, *self.sandbox_hosts):
            # Somebody took trouble to look like a card: another host with a card's number, or ours within its name.
            posing = _ESCN.fullmatch(number) or any(host in text for host in self.hosts)
            return RefusedKind(Unfit.LOOK_ALIKE) if posing else None
        if link["path"] in ("", "/"):
            return None
        if len(segments) != 2 or link["more"]:
            return RefusedKind(Unfit.LOOK_ALIKE)
        card = self._card(number)
        if isinstance(card, Code) and link["server"] in self.sandbox_hosts and not self.tests:
            return RefusedKind(Unfit.TEST_CARD)
        return card if card is not None else Malformed(Fault.CARD_NUMBER)

    def _card(self, number: str) -> Code | RefusedKind | None:
        found = _ESCN.fullmatch(number)
        if found is None:
            return None
        if self.pics and found["pic"] not in self.pics:
            return RefusedKind(Unfit.OTHER_INSTITUTION)
        return Code(number, self.id)


@dataclass(frozen=True, slots=True)
class StudentIdentifier:
    """A European Student Identifier: ``urn:schac:personalUniqueCode:int:esi:`` a country or an institution's domain,
    ``:`` and its code (wiki.geant.org/display/SM/European+Student+Identifier). The drafts before had no ``int:esi``."""

    id: str

    def match(self, text: str) -> Code | Malformed | None:
        if not text.startswith("urn:schac:personaluniquecode:"):
            return None
        return Code(text, self.id) if len(text) <= 255 and _ESI.fullmatch(text) else Malformed(Fault.IDENTIFIER)


@dataclass(frozen=True, slots=True)
class Email:
    """An e-mail address, of one of ``domains``: others were not given by the university."""

    id: str
    domains: tuple[str, ...]

    def match(self, text: str) -> Code | Malformed | RefusedKind | None:
        found = _EMAIL.fullmatch(text)
        if found is None:
            return None
        if found["domain"] not in self.domains:
            return RefusedKind(Unfit.OTHER_EMAIL)
        # RFC 5321, 4.5.3.1: what no mail server takes.
        return Code(text, self.id) if len(found["name"]) <= 64 else Malformed(Fault.TOO_LONG)


@dataclass(frozen=True, slots=True)
class Pattern:
    """A number of a shape of the institution's own. ``check`` is computed on the first named group of the pattern,
    else on its first group, else on the whole number."""

    id: str
    pattern: Any
    check: Check | None = None

    def match(self, text: str) -> Code | Malformed | None:
        found = self.pattern.fullmatch(text.encode())  # as bytes: it need not translate the places of groups
        if found is None:
            return None
        if self.check is not None:
            group = min(self.pattern.groupindex.values(), default=min(self.pattern.groups, 1))
            if not CHECKS[self.check]((found.group(group) or b"").decode()):
                return Malformed(Fault.CHECK_DIGIT)
        return Code(text, self.id)


@dataclass(frozen=True, slots=True)
class Ean13:
    """The 13 digits under an EAN-13 barcode."""

    id: str

    def match(self, text: str) -> Code | Malformed | None:
        if len(text) != 13 or not (text.isascii() and text.isdigit()):
            return None
        return Code(text, self.id) if mod10(text) else Malformed(Fault.CHECK_DIGIT)


@dataclass(frozen=True, slots=True)
class Uuid:
    """A UUID of any version."""

    id: str

    def match(self, text: str) -> Code | None:
        return Code(text, self.id) if codes.UUID.fullmatch(text) else None


# --- from the catalogue ------------------------------------------------------------------------------------------


class KindName(StrEnum):
    """What ``kind`` can be in a ``[codes.<id>]`` table."""

    PASS = "pass"
    ESC = "esc"
    ESI = "esi"
    EMAIL = "email"
    PATTERN = "pattern"
    EAN13 = "ean13"
    UUID = "uuid"


def _student_card(entry: str, table: CatalogueTable, _domains: Sequence[str]) -> StudentCard:
    sandbox = table.texts("sandbox_hosts", DOMAIN) if "sandbox_hosts" in table.entries else []
    pics = table.texts("pics", PIC) if "pics" in table.entries else []
    return StudentCard(entry, tuple(table.texts("hosts", DOMAIN)), tuple(sandbox), frozenset(pics))


def _pattern(entry: str, table: CatalogueTable, _domains: Sequence[str]) -> Pattern:
    text = table.text("pattern")
    if len(text) > LONGEST_PATTERN:
        table.fail("catalogue_long", "pattern", most=LONGEST_PATTERN)
    try:
        made = compiled(text)
    except ValueError as error:
        table.fail("catalogue_pattern", "pattern", found=text, reason=error)
    check = Check(table.choice("check", Check)) if "check" in table.entries else None
    return Pattern(entry, made, check)


READERS: Mapping[KindName, Callable[[str, CatalogueTable, Sequence[str]], codes.Kind]] = {
    KindName.PASS: lambda entry, _table, _domains: SignedPass(entry),
    KindName.ESC: _student_card,
    KindName.ESI: lambda entry, _table, _domains: StudentIdentifier(entry),
    KindName.EMAIL: lambda entry, _table, domains: Email(entry, tuple(domains)),
    KindName.PATTERN: _pattern,
    KindName.EAN13: lambda entry, _table, _domains: Ean13(entry),
    KindName.UUID: lambda entry, _table, _domains: Uuid(entry),
}
"""Each is given the entry's id, its table and the institution's e-mail domains."""


def compiled(pattern: str) -> Any:
    """A pattern in RE2's syntax, capital and small letters alike. It runs in time that grows with the text alone,
    whatever somebody wrote. Raises ``ValueError`` saying why it cannot be used."""
    import re2

    options = re2.Options()
    options.max_mem = PATTERN_MEMORY
    options.case_sensitive = False
    options.log_errors = False
    try:
        return re2.compile(pattern, options)
    except re2.error as error:
        said = error.args[0]
        raise ValueError(said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)) from None


def in_practice(kinds: Sequence[codes.Kind]) -> tuple[codes.Kind, ...]:
    """The same kinds where nothing is real: test cards are taken."""
    return tuple(replace(kind, tests=True) if isinstance(kind, StudentCard) else kind for kind in kinds)
