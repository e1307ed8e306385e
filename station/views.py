"""What a screen, a document or a command is told: plain frozen values made from records and the roster.

These carry names, so they live in memory only and are never logged. Instants are microseconds UTC.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from station.facts import (
    AwardState,
    Code,
    Decision,
    Event,
    Flag,
    Malformed,
    Person,
    Record,
    Ref,
    RefusedKind,
    Role,
    Source,
    Verdict,
    VisitState,
    Way,
)
from station.trouble import Trouble


@dataclass(frozen=True, slots=True)
class Progress:
    """The way to one tier of a role's badge. ``confirmed`` and ``running`` are whole seconds; ``running`` is the
    visit still going on. ``title`` maps a language code (lt, en) to the badge's title."""

    badge: str
    title: Mapping[str, str]
    role: Role
    needed: int
    confirmed: int
    running: int
    held: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """The desk's answer to one reading; it exists only after its record is on disk. ``ms`` is the time it took.

    ``last4`` is the end of an unknown code, for whoever will say whose it is."""

    decision: Decision
    verdict: Verdict
    record: Record
    person: Person | None
    progress: tuple[Progress, ...]
    ms: float
    last4: str = ""


@dataclass(frozen=True, slots=True)
class ScanRow:
    """One scan of the log. ``undone`` scans stay in the list. ``reason`` is a ``Refusal`` word or empty. ``unknown``:
    its code is still nobody's, and may be linked. ``linked``: it came with a link of its code, undone with it."""

    ref: Ref
    at: int
    person: str | None
    name: str
    last4: str
    verdict: Verdict
    reason: str
    role: Role
    way: Way
    source: Source
    desk: str
    undone: bool
    unknown: bool = False
    linked: bool = False


@dataclass(frozen=True, slots=True)
class VisitRow:
    """One visit. ``matched`` names the records that join the person's ids."""

    person: str
    name: str
    last4: str
    role: Role
    start: int
    end: int | None
    state: VisitState
    confirmed: bool
    seconds: int
    flags: frozenset[Flag]
    opened: Ref
    event: str
    matched: tuple[Ref, ...] = ()


@dataclass(frozen=True, slots=True)
class HoursRow:
    """Hours of one person in one role; whole seconds."""

    person: str
    name: str
    last4: str
    role: Role
    confirmed: int
    provisional: int


@dataclass(frozen=True, slots=True)
class PersonView:
    """Somebody under all their ``ids``, the one that stands for them first. ``last_fours`` are those of the roster's
    identifiers; ``codes`` are linked codes, each with its record and last four; ``matches`` are the records that join
    two ids. ``contested``: desks or the roster say different things."""

    person: Person
    ids: tuple[str, ...]
    last_fours: tuple[str, ...]
    codes: tuple[tuple[Ref, str], ...]
    matches: tuple[tuple[Ref, str, str], ...]
    walk_in: bool
    contested: bool


@dataclass(frozen=True, slots=True)
class AwardRow:
    """One award; ``award`` is its id. ``title`` by language."""

    award: str
    credential_id: str
    person: str
    name: str
    last4: str
    badge: str
    title: Mapping[str, str]
    state: AwardState
    earned_at: int
    seconds: int
    signed_by: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One signed-off award on its way. ``next`` is when it will be tried again, None for at the next contact."""

    award: str
    registry: str
    state: AwardState
    attempts: int
    next: int | None
    reason: str
    detail: str
    name: str = ""
    title: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DayView:
    """Everything of one event at one instant: the Day page and the log documents show exactly this.

    ``unit`` is the title of the event's unit by language.
    """

    event: Event
    institution: str
    as_of: int
    scans: tuple[ScanRow, ...]
    visits: tuple[VisitRow, ...]
    hours: tuple[HoursRow, ...]
    awards: tuple[AwardRow, ...]
    here: int
    came: int
    unit: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Tried:
    """What a code's text is, for whoever tries one out; ``title`` is its kind's by language, empty for none."""

    found: Code | Malformed | RefusedKind
    title: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class EventRow:
    """One event of the list to choose from."""

    event: Event


@dataclass(frozen=True, slots=True)
class Blocked:
    """An event that no desk may open because of what was found, unless somebody says why to open it all the same."""

    event: Event
    found: Trouble


class Camera(StrEnum):
    """What the camera is doing; ``DEMO`` is practice mode's moving picture of codes."""

    OFF = "off"
    OPENING = "opening"
    LIVE = "live"
    DEMO = "demo"
    GONE = "gone"


class Link(StrEnum):
    """How the last contact with the registry went. No contact needed yet is ``IDLE``."""

    NONE = "none"
    IDLE = "idle"
    ONLINE = "online"
    OFFLINE = "offline"


@dataclass(frozen=True, slots=True)
class Strip:
    """The status strip: everything that must be in sight at any time. ``camera_size`` is the width and height of its
    frames in pixels, (0, 0) while none came; ``camera_rate`` is frames per second."""

    event: Event | None
    desk: str
    practice: bool
    link: Link
    waiting: int
    refused: int
    last_success: int | None
    clock_offset: float | None
    camera: Camera
    camera_name: str
    camera_rate: float
    people: int
    camera_size: tuple[int, int] = (0, 0)


class State(StrEnum):
    """How a check of readiness went."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Check:
    """One check of readiness. ``why`` says what was found, ``do`` what to do about it: empty when all is well.

    ``trouble`` is what ``do`` says, for saying it again in another language; ``found`` are the figures of a check that
    went well.
    """

    name: str
    state: State
    why: str = ""
    do: str = ""
    trouble: Trouble | None = None
    found: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Readiness:
    """The checks made so far, in the order in which a person would mend things. ``at`` is when the last one ended, µs
    UTC; None while they are running."""

    checks: tuple[Check, ...] = ()
    at: int | None = None


class Hint(StrEnum):
    """Why a code that is in view cannot be read, as measured on the frame; what helps is said by the window."""

    TOO_FAR = "too_far"
    TOO_CLOSE = "too_close"
    GLARE = "glare"
    DARK = "dark"
    BLURRED = "blurred"
    EDGE = "edge"


Corners = tuple[tuple[int, int], tuple[int, int], tuple[int, int], tuple[int, int]]


class Mark(StrEnum):
    """What became of a code in view: its presentation was told; it waits until it is shown alone; it was only seen,
    such as one that must be read twice or is nobody's beside a person's."""

    READ = "read"
    CROWD = "crowd"
    SEEN = "seen"


@dataclass(frozen=True, slots=True)
class Outline:
    """A code in view: four corners in the preview's pixels, some perhaps outside it."""

    corners: Corners
    mark: Mark


@dataclass(frozen=True, slots=True)
class Preview:
    """The newest camera frame as the window asked for it: ``width`` x ``height`` of the screen's own pixels, cut to
    that shape, 4 bytes each (blue, green, red, 255), ``stride`` bytes a row: what Qt calls RGB32, drawn without
    converting. ``pixels`` stays untouched after it was handed over. ``hint`` is there while a code is in view and
    cannot be read."""

    pixels: memoryview
    width: int
    height: int
    stride: int
    outlines: tuple[Outline, ...]
    hint: Hint | None = None
