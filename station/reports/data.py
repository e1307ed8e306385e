"""The log as data: one JSON object of event, scans, visits, hours and awards, the same in any language."""

from __future__ import annotations

import json
from typing import Any

from station import texts
from station.facts import Event
from station.views import AwardRow, DayView, HoursRow, ScanRow, VisitRow


def log(view: DayView) -> bytes:
    """Instants are ISO 8601 with the local offset; durations are whole seconds, in two numbers."""
    whole = {
        "event": _event(view.event),
        "institution": view.institution,
        "as_of": _instant(view.as_of),
        "came": view.came,
        "here": view.here,
        "scans": [_scan(row) for row in view.scans],
        "visits": [_visit(row) for row in view.visits],
        "hours": [_hours(row) for row in view.hours],
        "awards": [_award(row) for row in view.awards],
    }
    return (json.dumps(whole, ensure_ascii=False, indent=1) + "\n").encode("utf-8", errors="replace")


def _instant(at: int) -> str:
    return texts.local(at).isoformat(timespec="microseconds")


def _event(event: Event) -> dict[str, Any]:
    return {
        "id": event.id,
        "title": event.title,
        "kind": event.kind,
        "unit": event.unit,
        "series": event.series,
        "start": _instant(event.start),
        "end": _instant(event.end),
        "earns": list(event.earns),
    }


def _scan(row: ScanRow) -> dict[str, Any]:
    return {
        "at": _instant(row.at),
        "decision": row.verdict,
        "reason": row.reason,
        "person": row.person,
        "name": row.name,
        "last4": row.last4,
        "role": row.role,
        "way": row.way,
        "source": row.source,
        "desk": row.desk,
        "undone": row.undone,
        "writer": row.ref.writer,
        "seq": row.ref.seq,
    }


def _visit(row: VisitRow) -> dict[str, Any]:
    return {
        "person": row.person,
        "name": row.name,
        "last4": row.last4,
        "role": row.role,
        "start": _instant(row.start),
        "end": None if row.end is None else _instant(row.end),
        "state": row.state,
        "confirmed": row.confirmed,
        "seconds": row.seconds,
        "flags": sorted(row.flags),
        "event": row.event,
        "writer": row.opened.writer,
        "seq": row.opened.seq,
    }


def _hours(row: HoursRow) -> dict[str, Any]:
    return {
        "person": row.person,
        "name": row.name,
        "last4": row.last4,
        "role": row.role,
        "confirmed_s": row.confirmed,
        "provisional_s": row.provisional,
    }


def _award(row: AwardRow) -> dict[str, Any]:
    return {
        "award": row.award,
        "credential_id": row.credential_id,
        "person": row.person,
        "name": row.name,
        "last4": row.last4,
        "badge": row.badge,
        "title": dict(row.title),
        "state": row.state,
        "earned_at": _instant(row.earned_at),
        "seconds": row.seconds,
        "signed_by": row.signed_by,
        "reason": row.reason,
    }
