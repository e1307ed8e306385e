"""A catalogue's TOML tables read strictly: each fault named by file, line and key, nothing ignored."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, NoReturn

from station.choices import CHOICE, UNSET, Choice, Unset, Value
from station.trouble import Trouble

LANGUAGES = ("lt", "en")
"""Every title of a catalogue is given in these."""

ID = re.compile(r"[a-z0-9]+([._-][a-z0-9]+)*")
DOMAIN = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+")
PIC = re.compile("[0-9]{9}")
"""A Participant Identification Code of the European Commission."""
_SHAPES = {ID: "catalogue_id", DOMAIN: "catalogue_domain", PIC: "catalogue_pic"}
"""The trouble of a text that has not the shape asked for."""
_HEADER = re.compile(r"\s*\[\s*([^\[\]]+?)\s*\]")
_KEY = re.compile(r"\s*([A-Za-z0-9_.\-\"' ]+?)\s*=")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_PART = re.compile(r"""\s*"[^"]*"\s*|\s*'[^']*'\s*|[^."']+""")
_BARE = re.compile(r"[A-Za-z0-9_-]+")


@dataclass(frozen=True, slots=True)
class CatalogueSource:
    """The file's name and text, to say where something is wrong; ``choices`` are what its other entries may refer to
    as “$name”, ``referred`` those that one did, ``faults`` what was found wrong so far."""

    name: str
    text: str
    choices: dict[str, Choice] = field(default_factory=dict)
    referred: set[str] = field(default_factory=set)
    faults: list[Trouble] = field(default_factory=list)

    @contextmanager
    def going_on(self) -> Iterator[None]:
        """Note what is wrong within, and go on after it."""
        try:
            yield
        except Trouble as trouble:
            self.faults.append(trouble)

    def place(self, path: tuple[str, ...]) -> str:
        """``file:line`` of the entry at ``path``, of the nearest table above it, or of the file alone."""
        lines = self._lines()
        for length in range(len(path), 0, -1):
            if path[:length] in lines:
                return f"{self.name}:{lines[path[:length]]}"
        return self.name

    def _lines(self) -> dict[tuple[str, ...], int]:
        """Where each table and key begins. Only for messages, so it may miss unusual ways of writing."""
        lines: dict[tuple[str, ...], int] = {}
        table: tuple[str, ...] = ()
        for number, line in enumerate(self.text.splitlines(), 1):
            if header := _HEADER.match(line):
                table = _parts(header[1])
                for length in range(1, len(table) + 1):
                    lines.setdefault(table[:length], number)
            elif key := _KEY.match(line):
                path = table + _parts(key[1])
                for length in range(len(table) + 1, len(path) + 1):
                    lines.setdefault(path[:length], number)
        return lines


def _parts(dotted: str) -> tuple[str, ...]:
    return tuple(part.strip().strip("\"'") for part in _PART.findall(dotted))


class CatalogueTable:
    """A TOML table read key by key; ``finish`` refuses what nobody asked for, such as a misspelt key."""

    def __init__(self, entries: Mapping[str, Any], path: tuple[str, ...], source: CatalogueSource) -> None:
        self.entries = entries
        self._path = path
        self.source = source
        self._read: set[str] = set()
        self._chosen: dict[str, str] = {}

    def fail(self, code: str, key: str | tuple[str, ...], **arguments: Any) -> NoReturn:
        """Say what is wrong at ``key`` (of this table, or dotted, or a path), or at the choice whose value stands
        there."""
        dotted = isinstance(key, str) and key not in self.entries
        path = self._path + (key if isinstance(key, tuple) else tuple(key.split(".")) if dotted else (key,))
        if key in self._chosen:
            path = ("choices", self._chosen[key], "value")
        raise Trouble(code, place=self.source.place(path), key=_shown(path), **arguments)

    def _take(self, key: str) -> Any:
        self._read.add(key)
        if key not in self.entries:
            self.fail("catalogue_missing", key)
        found = self.entries[key]
        if isinstance(found, str) and (named := CHOICE.fullmatch(found)):
            if named[1] not in self.source.choices:
                self.fail("catalogue_no_choice", key, found=named[1])
            self._chosen[key] = named[1]
            self.source.referred.add(named[1])
            found = self.source.choices[named[1]].value
        return found

    def _set(self, key: str) -> Any:
        """The value of a key that has to have one."""
        found = self._take(key)
        if found == UNSET:
            self.fail("catalogue_unset", key)
        return found

    def finish(self) -> None:
        for key in self.entries:
            if key not in self._read:
                self.fail("catalogue_unknown", key)

    def table(self, key: str) -> CatalogueTable:
        found = self._take(key)
        if not isinstance(found, dict):
            self.fail("catalogue_not_table", key)
        return CatalogueTable(found, (*self._path, key), self.source)

    def row(self, key: str) -> list[CatalogueTable]:
        """The tables of a list, numbered from 1 where one is wrong."""
        found = self._list(key)
        for number, one in enumerate(found, 1):
            if not isinstance(one, dict):
                self.fail("catalogue_not_table", f"{key}.{number}")
        return [
            CatalogueTable(one, (*self._path, key, str(number)), self.source) for number, one in enumerate(found, 1)
        ]

    def tables(self) -> Iterator[tuple[str, CatalogueTable]]:
        """Every entry as a table of its own, under an id."""
        for key in self.entries:
            if not ID.fullmatch(key):
                self.fail("catalogue_id", key, found=key)
            yield key, self.table(key)

    def titles(self, key: str | None = None) -> Mapping[str, str]:
        """The texts in every language: of the table at ``key``, all read, or of this one."""
        table = self if key is None else self.table(key)
        texts = {language: table.text(language) for language in LANGUAGES}
        if key is not None:
            table.finish()
        return texts

    def text(self, key: str, shape: re.Pattern[str] | None = None) -> str:
        return self._text(key, self._set(key), shape)

    def _text(self, key: str, found: Any, shape: re.Pattern[str] | None) -> str:
        if not isinstance(found, str) or not found.strip() or _CONTROL.search(found):
            self.fail("catalogue_not_text", key)
        if shape and not shape.fullmatch(found):
            self.fail(_SHAPES[shape], key, found=found)
        return found

    def texts(self, key: str, shape: re.Pattern[str] | None = None) -> list[str]:
        return [self._text(key, found, shape) for found in self._list(key)]

    def number(self, key: str, least: int, most: int) -> int:
        return self._number(key, self._set(key), least, most)

    def value(self, key: str) -> Value:
        """A choice's value: a number, a text, true or false, or a list of texts."""
        if isinstance(self.entries.get(key), list):
            return self.texts(key)
        taken = self._take(key)
        return taken if isinstance(taken, bool | int) else self._text(key, taken, None)

    def count(self, key: str, least: int, most: int) -> int | Unset:
        """A number that the institution may not have set yet."""
        found = self._take(key)
        return Unset(self._chosen[key]) if found == UNSET and key in self._chosen else self.number(key, least, most)

    def flag(self, key: str) -> bool:
        found = self._set(key)
        if not isinstance(found, bool):
            self.fail("catalogue_not_flag", key)
        return found

    def _number(self, key: str, found: Any, least: int, most: int) -> int:
        if type(found) is not int or not least <= found <= most:  # a bool is an int, and not meant
            self.fail("catalogue_not_number", key, least=least, most=most)
        return found

    def numbers(self, key: str, least: int, most: int) -> list[int]:
        return [self._number(key, found, least, most) for found in self._list(key)]

    def choice(self, key: str, choices: type[StrEnum]) -> str:
        return self._choice(key, self.text(key), choices)

    def _choice(self, key: str, found: str, choices: type[StrEnum]) -> str:
        known = [str(choice) for choice in choices]
        if found not in known:
            self.fail("catalogue_choice", key, found=found, choices=", ".join(known))
        return found

    def one_of(self, key: str, known: Collection[str]) -> str:
        """One of the ids that stand elsewhere in the catalogue."""
        found = self.text(key)
        if found not in known:
            self.fail("catalogue_choice", key, found=found, choices=", ".join(known))
        return found

    def choices(self, key: str, choices: type[StrEnum]) -> list[str]:
        return [self._choice(key, found, choices) for found in self.texts(key)]

    def _list(self, key: str) -> list[Any]:
        found = self._set(key)
        if not isinstance(found, list) or not found:
            self.fail("catalogue_not_list", key)
        return found


def _shown(path: tuple[str, ...]) -> str:
    return ".".join(part if _BARE.fullmatch(part) else repr(part) for part in path)
