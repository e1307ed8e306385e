"""What people attend, and what is read at a desk."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

SECOND = 1_000_000
"""Microseconds in a second."""


class Role(StrEnum):
    """What a volunteer does at an event (the KTU seed's three kinds of work)."""

    REPRESENTATION = "representation"
    COORDINATION = "coordination"
    TECHNICAL = "technical"


class Way(StrEnum):
    """Which way a scan is meant; ``EITHER`` lets the desk toggle."""

    IN = "in"
    OUT = "out"
    EITHER = "either"


class EventKind(StrEnum):
    VOLUNTEERING = "volunteering"
    SPORT = "sport"
    ATTENDANCE = "attendance"


@dataclass(frozen=True, slots=True)
class Event:
    """What people attend. ``series`` groups events whose hours add up; ``earns`` names catalogue badges."""

    id: str
    title: str
    kind: EventKind
    unit: str
    series: str | None
    start: int
    end: int
    earns: tuple[str, ...]


class Source(StrEnum):
    """Where a reading came from."""

    CAMERA = "camera"
    SCANNER = "scanner"
    KEYBOARD = "keyboard"
    FILE = "file"
    STDIN = "stdin"
    BATCH = "batch"


@dataclass(frozen=True, slots=True)
class Found:
    """A code seen in a picture: its text, symbology, four corners (x, y in pixels, clockwise from the code's own
    top left) and the decoder stage that read it."""

    text: str
    symbology: str
    corners: tuple[tuple[int, int], tuple[int, int], tuple[int, int], tuple[int, int]]
    stage: str


@dataclass(frozen=True, slots=True)
class Reading:
    """A code presented at a desk. ``stated`` is the instant somebody wrote down, for entries made later."""

    text: str
    source: Source
    way: Way
    role: Role
    symbology: str | None = None
    stated: int | None = None
    layout: str | None = None
    """A hand scanner's text was put right by this keyboard layout, as a guess."""
