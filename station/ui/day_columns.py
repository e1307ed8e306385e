"""The columns of the Day page's three tables: visits, hours, awards."""

from __future__ import annotations

from station.facts import AwardState, VisitState
from station.shown import shown
from station.texts import _, clock_time, duration, moment, title_of
from station.ui.table import Column, folded
from station.views import AwardRow, HoursRow, VisitRow
from station.words import award_word, flag_words, role_word, visit_word

_STATES = list(VisitState)
_AWARDS = list(AwardState)


def _name_key(row: VisitRow | HoursRow | AwardRow) -> tuple[str, str]:
    return folded(row.name), row.last4


def _name(row: VisitRow | HoursRow | AwardRow) -> str:
    return shown(row.name)


def _code(row: VisitRow | HoursRow) -> str:
    return f"…{shown(row.last4)}" if row.last4 else ""


def _remarks(row: VisitRow) -> str:
    return flag_words(row.flags)


def _badge(row: AwardRow) -> str:
    """A badge's title with its last part first: that is where the role and the tier stand, and room is short."""
    head, _dot, tail = title_of(row.title).rpartition(". ")
    return f"{tail} · {head}" if head else tail


def _standing(row: AwardRow) -> str:
    """Where an award stands, and why it was refused if it was."""
    return award_word(row.state, row.reason)


VISITS: tuple[Column[VisitRow], ...] = (
    Column(lambda: _("Name"), _name, _name_key),
    Column(lambda: _("Code"), _code, lambda row: row.last4, 80),
    Column(lambda: _("Role"), lambda row: role_word(row.role), lambda row: row.role, 152),
    Column(lambda: _("From"), lambda row: clock_time(row.start), lambda row: row.start, 72, right=True),
    Column(
        lambda: _("To"),
        lambda row: clock_time(row.end) if row.end is not None else "…",
        lambda row: row.end or 1 << 62,
        72,
        right=True,
    ),
    Column(lambda: _("Time"), lambda row: duration(row.seconds), lambda row: row.seconds, 128, right=True),
    Column(
        lambda: _("State"),
        lambda row: visit_word(row.state, confirmed=row.confirmed),
        lambda row: (_STATES.index(row.state), row.confirmed),
        232,
    ),
    Column(lambda: _("Remarks"), _remarks, _remarks, 176),
)

HOURS: tuple[Column[HoursRow], ...] = (
    Column(lambda: _("Name"), _name, _name_key),
    Column(lambda: _("Code"), _code, lambda row: row.last4, 80),
    Column(lambda: _("Role"), lambda row: role_word(row.role), lambda row: row.role, 200),
    Column(
        lambda: _("Confirmed"),
        lambda row: duration(row.confirmed),
        lambda row: row.confirmed,
        160,
        right=True,
    ),
    Column(
        lambda: _("Provisional"),
        lambda row: duration(row.provisional),
        lambda row: row.provisional,
        160,
        right=True,
    ),
)

AWARDS: tuple[Column[AwardRow], ...] = (
    Column(lambda: _("Name"), _name, _name_key, 184),
    Column(lambda: _("Badge"), _badge, lambda row: folded(_badge(row))),
    Column(lambda: _("Earned"), lambda row: moment(row.earned_at), lambda row: row.earned_at, 152),
    Column(lambda: _("Hours"), lambda row: duration(row.seconds), lambda row: row.seconds, 128, right=True),
    Column(lambda: _("State"), _standing, lambda row: (_AWARDS.index(row.state), row.reason), 232),
    Column(lambda: _("Signed by"), lambda row: row.signed_by, lambda row: folded(row.signed_by), 136),
)


def provisional(row: VisitRow) -> bool:
    """Ended, but not confirmed: a person may confirm it."""
    return not row.confirmed and row.state is not VisitState.OPEN


def running(row: VisitRow) -> bool:
    return row.state is VisitState.OPEN
