"""How commands print starts and athletes: as JSON, and as lines of a table."""

from __future__ import annotations

from typing import Any

from station.cli.entering import named
from station.deed_words import oddity_words, status_word
from station.starts import Count
from station.startsheets import AthleteRow, StartRow
from station.texts import _


def described_start(row: StartRow) -> dict[str, Any]:
    return {
        "start": named(row.ref),
        "person": row.person,
        "name": row.name,
        "last4": row.last4,
        "competition": row.competition,
        "discipline": row.discipline,
        "status": row.status.value,
        "place": row.place,
        "institution": row.institution,
        "stands": row.stands,
        "counts": row.counts,
        "confirmed": bool(row.confirmed_by),
        "entered_by": row.entered_by,
        "confirmed_by": row.confirmed_by,
        "flags": sorted(row.oddities),
    }


def described_athlete(row: AthleteRow) -> dict[str, Any]:
    return {
        "person": row.person,
        "name": row.name,
        "last4": row.last4,
        "individual": row.individual._asdict(),
        "team": row.team._asdict(),
        "months": row.months,
        "member": row.member,
        "memberships": [
            {
                "ref": named(one.membership.ref),
                "collective": one.membership.collective,
                "position": one.membership.position,
                "since": one.membership.since.isoformat(),
                "until": one.membership.until.isoformat() if one.membership.until else None,
                "months": one.months,
            }
            for one in row.memberships
        ],
        "flags": sorted(row.oddities),
    }


def start_line(row: StartRow) -> list[str]:
    return [
        named(row.ref), row.name or row.person[:8], row.discipline, status_word(row.status),
        str(row.place or ""), row.confirmed_by or "–", oddity_words(row.oddities),
    ]  # fmt: skip


def athlete_line(row: AthleteRow) -> list[str]:
    said = [oddity_words(row.oddities)] if row.oddities else []
    if not row.member:
        said.append(_("no member on that day"))
    return [
        row.name or row.person[:8], _count(row.individual), _count(row.team), str(row.months), ", ".join(said),
    ]  # fmt: skip


def _count(count: Count) -> str:
    """Confirmed starts, and in brackets those that still wait."""
    return f"{count.confirmed} (+{count.unconfirmed})" if count.unconfirmed else str(count.confirmed)
