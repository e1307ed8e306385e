"""The plain types every other part speaks in: events, readings, decisions, records, visits, awards.

All instants are microseconds since the Unix epoch, UTC, as ``int``. All durations that are credited are whole
seconds. Nothing here does input or output, and nothing here is changed after it is made.
"""

from __future__ import annotations

from station.facts.awards import Answer, AwardKey, AwardState, Evidence, Ground, Proposal, Receipt
from station.facts.decisions import Admit, Decision, Refusal, Refuse, Release, Repeat, Switch, Verdict
from station.facts.events import SECOND, Event, EventKind, Found, Reading, Role, Source, Way
from station.facts.identities import (
    UNREADABLE,
    Code,
    Fault,
    Identity,
    Known,
    Malformed,
    OutOfDate,
    PassState,
    PassWhy,
    Person,
    RefusedKind,
    RefusedPass,
    Unfit,
    Unknown,
    Withdrawal,
)
from station.facts.records import Draft, Kind, Override, Record, Ref
from station.facts.visits import Flag, Hours, Visit, VisitState

__all__ = [
    "SECOND",
    "UNREADABLE",
    "Admit",
    "Answer",
    "AwardKey",
    "AwardState",
    "Code",
    "Decision",
    "Draft",
    "Event",
    "EventKind",
    "Evidence",
    "Fault",
    "Flag",
    "Found",
    "Ground",
    "Hours",
    "Identity",
    "Kind",
    "Known",
    "Malformed",
    "OutOfDate",
    "Override",
    "PassState",
    "PassWhy",
    "Person",
    "Proposal",
    "Reading",
    "Receipt",
    "Record",
    "Ref",
    "Refusal",
    "Refuse",
    "RefusedKind",
    "RefusedPass",
    "Release",
    "Repeat",
    "Role",
    "Source",
    "Switch",
    "Unfit",
    "Unknown",
    "Verdict",
    "Visit",
    "VisitState",
    "Way",
    "Withdrawal",
]
