"""How the import of a roster goes, as the window is told. These carry names: in memory only, never logged."""

from __future__ import annotations

from dataclasses import dataclass

from station.columns import Columns
from station.trouble import Trouble


@dataclass(frozen=True, slots=True)
class Opened:
    """A file was opened. ``rows`` stand below its headings; ``sample`` are the first of them."""

    file: str
    sheet: str
    sheets: tuple[str, ...]
    columns: Columns
    sample: tuple[tuple[str, ...], ...]
    rows: int


@dataclass(frozen=True, slots=True)
class Working:
    """``done`` of ``total`` rows; ``writing`` says that the import itself has begun."""

    done: int
    total: int
    writing: bool


@dataclass(frozen=True, slots=True)
class Counted:
    """What an import would do, or with ``written`` has done. ``reasons`` are sentences for the first rejected rows."""

    added: int
    changed: int
    unchanged: int
    rejected: int
    reasons: tuple[str, ...]
    written: bool = False


@dataclass(frozen=True, slots=True)
class Saved:
    """The rejected rows lie in ``file``."""

    file: str


@dataclass(frozen=True, slots=True)
class Failed:
    """It goes no further: the file, its columns, or the world."""

    trouble: Trouble


RosterStep = Opened | Working | Counted | Saved | Failed
