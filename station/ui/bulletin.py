"""The one object through which other threads tell the window anything."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import QObject, Signal


class Said(StrEnum):
    """What a notice says; its sentence is in ``station.ui.notices``."""

    UNDONE = "undone"
    MATCHED = "matched"
    UNMATCHED = "unmatched"
    EVENT_ADDED = "event_added"
    ROSTER_IMPORTED = "roster_imported"
    LOG_SAVED = "log_saved"
    CONFIRMED = "confirmed"
    SIGNED_OFF = "signed_off"
    SYNCED = "synced"
    PICTURES_READ = "pictures_read"
    SCAN_RESTORED = "scan_restored"


@dataclass(frozen=True, slots=True)
class Notice:
    """Something was done. ``count`` things; ``bad`` rows or files were left out; ``text`` a path, title or reason;
    ``files`` were read."""

    said: Said
    count: int = 0
    bad: int = 0
    text: str = ""
    files: int = 0


class Bulletin(QObject):
    """All signals, on the UI thread; other threads emit, Qt queues. Payloads are frozen dataclasses.

    outcome(Outcome)            a reading was answered; its record is on disk
    day(DayView)                the chosen event as it stands now
    strip(Strip)                the state of everything in the status strip
    events(tuple[EventRow])     the events one can choose from
    trouble(Trouble)            something of the world's fault that a person must know
    notice(Notice)              something asked for was done
    opened()                    the station is set up and unlocked: pages may be shown
    frame_ready()               a newer preview can be pulled; emitted again only after it was pulled
    readiness(Readiness)        the checks of readiness made so far
    crowded()                   two different codes are in the picture: nothing was read
    roster(RosterStep)          how the import of a roster goes (``station.rosterview``)
    blocked(Blocked)            an event that the roster keeps from being opened
    people()                    who can be searched for was learned anew
    """

    outcome = Signal(object)
    day = Signal(object)
    strip = Signal(object)
    events = Signal(object)
    trouble = Signal(object)
    notice = Signal(object)
    readiness = Signal(object)
    opened = Signal()
    frame_ready = Signal()
    crowded = Signal()
    roster = Signal(object)
    blocked = Signal(object)
    people = Signal()
