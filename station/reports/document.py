"""The log to print: the event, its totals, hours by role and by person, awards, and every visit."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import Any

from reportlab.lib.units import mm  # type: ignore[import-untyped]
from reportlab.platypus import (  # type: ignore[import-untyped]
    BaseDocTemplate,
    Frame,
    PageTemplate,
    Paragraph,
    Spacer,
    Table,
)

from station import texts
from station.facts import Hours, Role
from station.reports import page
from station.reports.grid import Row, head, section, table
from station.reports.page import WIDTH, styles
from station.reports.totals import PersonTotal, Totals, totals
from station.texts import _, clock_time, day_of, duration, ngettext
from station.views import DayView, VisitRow
from station.words import award_word, flag_words, role_word, visit_word


def log(view: DayView) -> bytes:
    """The PDF in the active language. The same view gives the same bytes."""
    page.fonts()
    out = io.BytesIO()
    made = datetime.fromtimestamp(view.as_of / 1_000_000, UTC)
    document = BaseDocTemplate(
        out,
        pagesize=page.PAPER,
        leftMargin=page.MARGIN,
        rightMargin=page.MARGIN,
        topMargin=16 * mm,
        bottomMargin=22 * mm,
        title=page.clean(f"{_('Event log')}: {view.event.title}"),
        author=page.clean(view.institution),
        subject=view.event.id,
        creator="Station",
        lang=texts.language(),
        displayDocTitle=True,
        initialFontName=page.REGULAR,
        invariant=True,
    )
    frame = Frame(document.leftMargin, document.bottomMargin, document.width, document.height, 0, 0, 0, 0, id="all")
    document.addPageTemplates(PageTemplate(frames=[frame]))
    footer = page.Footer(
        left=view.event.title,
        below=" · ".join((_as_of(view), _("event {id}").format(id=view.event.id))),
        page_of=lambda number, count: _("Page {number} of {count}").format(number=number, count=count),
    )
    canvas = page.numbered(footer, made.strftime("D:%Y%m%d%H%M%SZ"))
    document.build(_story(view), canvasmaker=canvas)
    return out.getvalue()


def _as_of(view: DayView) -> str:
    return _("Data as of {moment}, Lithuanian time").format(moment=texts.moment(view.as_of))


def _story(view: DayView) -> list[Any]:
    sums = totals(view)
    story = [*_heading(view), _figures(view, sums), Spacer(0, 5 * mm), _by_role(sums), _scans(sums)]
    story += [*section(_("Hours of each person")), *_people(sums), *_note(sums)]
    story += [*section(_("Badges")), *_awards(view)]
    story += [*section(_("Visits")), *_visits(view)]
    return story


def _heading(view: DayView) -> list[Any]:
    event = view.event
    start, end = texts.long_day(event.start), texts.long_day(event.end)
    if start == end:
        when = f"{start}, {clock_time(event.start)}–{clock_time(event.end)}"
    else:
        when = f"{start}, {clock_time(event.start)} – {end}, {clock_time(event.end)}"
    about = [when, texts.title_of(view.unit) or event.unit]
    if event.series:
        about.append(_("series “{series}”").format(series=event.series))
    return [
        page.words(view.institution, styles().above),
        page.words(_("Event log"), styles().quiet),
        Spacer(0, 4 * mm),
        page.words(event.title, styles().title),
        page.words(" · ".join(about), styles().body),
        Spacer(0, 6 * mm),
    ]


def _figures(view: DayView, sums: Totals) -> Any:
    """The four numbers that are asked for first, large."""
    figures = [
        (str(view.came), ngettext("person came", "people came", view.came)),
        (str(view.here), ngettext("is still here", "are still here", view.here)),
        (duration(sums.hours.confirmed), _("confirmed hours")),
        (duration(sums.hours.provisional), _("provisional hours")),
    ]
    cells = [[page.words(figure, styles().figure), page.words(label, styles().label)] for figure, label in figures]
    return Table(
        [cells],
        colWidths=[WIDTH * share for share in (0.19, 0.19, 0.31, 0.31)],
        style=[
            ("FONT", (0, 0), (-1, -1), page.REGULAR, 8),
            ("BACKGROUND", (0, 0), (-1, -1), page.PALE),
            ("LINEAFTER", (0, 0), (-2, -1), 3, "white"),
            ("LEFTPADDING", (0, 0), (-1, -1), 10),
            ("TOPPADDING", (0, 0), (-1, -1), 7),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 8),
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ],
    )


def _by_role(sums: Totals) -> Any:
    titles = head([_("Role")], [_("People"), _("Visits"), _("Confirmed"), _("Provisional")])
    rows: list[Row] = [
        (
            page.words(role_word(total.role), styles().cell),
            str(total.people),
            str(total.visits),
            duration(total.hours.confirmed),
            duration(total.hours.provisional),
        )
        for total in sums.roles
    ]
    return table(titles, rows, [0.36, 0.14, 0.14, 0.18, 0.18], numbers=1)


def _scans(sums: Totals) -> Any:
    said = [
        ngettext("{n} scan", "{n} scans", sums.scans).format(n=sums.scans),
        ngettext("{n} refused", "{n} refused", sums.refused).format(n=sums.refused),
        ngettext("{n} undone", "{n} undone", sums.undone).format(n=sums.undone),
    ]
    return page.words(" · ".join(said), styles().quiet)


def _people(sums: Totals) -> list[Any]:
    if not sums.people:
        return [page.words(_("No hours yet."), styles().body)]
    titles = head([_("Name")], [*(role_word(role) for role in Role), _("Total")])
    rows: list[Row] = [
        (
            _name(person.name, person.last4),
            *(_hours(person.by_role[role]) for role in Role),
            _together(person),
        )
        for person in sums.people
    ]
    return [table(titles, rows, [0.32, 0.17, 0.17, 0.17, 0.17], numbers=1)]


def _together(person: PersonTotal) -> Any:
    return _hours(person.together, bold=True)


def _hours(hours: Hours, *, bold: bool = False) -> Any:
    """Confirmed hours, and below them in brackets the provisional ones where there are any."""
    if hours == (0, 0):
        return page.words("–", styles().number)
    confirmed = duration(hours.confirmed) if hours.confirmed else "–"
    lines = [f'<font name="{page.BOLD}">{confirmed}</font>' if bold else confirmed]
    if hours.provisional:
        lines.append(f'<font color="{page.colour(page.AMBER)}">(+{duration(hours.provisional)})</font>')
    return Paragraph("<br/>".join(lines), styles().number)


def _note(sums: Totals) -> list[Any]:
    if not sums.hours.provisional:
        return []
    said = _(
        "Hours in brackets are provisional: from visits without a check-out, or too long to be sure of. "
        "They count towards a badge only after a coordinator has confirmed them."
    )
    return [Spacer(0, 2 * mm), page.words(said, styles().quiet)]


def _awards(view: DayView) -> list[Any]:
    if not view.awards:
        return [page.words(_("No badges earned yet."), styles().body)]
    titles = head([_("Name"), _("Badge"), _("Earned"), _("State"), _("Signed off by")], [])
    rows: list[Row] = [
        (
            _name(row.name, row.last4),
            page.words(texts.title_of(row.title), styles().cell),
            page.words(texts.moment(row.earned_at), styles().cell),
            page.words(award_word(row.state, row.reason), styles().cell),
            page.words(row.signed_by or "–", styles().cell),
        )
        for row in sorted(view.awards, key=lambda row: (texts.in_order(row.name), row.last4, row.earned_at))
    ]
    return [table(titles, rows, [0.2, 0.35, 0.115, 0.175, 0.16])]


def _visits(view: DayView) -> list[Any]:
    if not view.visits:
        return [page.words(_("Nobody has been here yet."), styles().body)]
    instants = [
        view.event.start,
        *(at for row in view.visits for at in (row.start, row.end) if at is not None),
    ]
    several_days = len({day_of(at) for at in instants}) > 1
    titles = head([_("Name"), _("Role"), _("From"), _("To"), _("State")], [_("Hours")])
    rows: list[Row] = [
        (
            _name(row.name, row.last4),
            page.words(role_word(row.role), styles().cell),
            _time(row.start, several_days),
            "–" if row.end is None else _time(row.end, several_days),
            page.words(_ending(row), styles().cell),
            duration(row.seconds),
        )
        for row in view.visits
    ]
    wide = 0.13 if several_days else 0.075
    return [table(titles, rows, [0.28, 0.17, wide, wide, 0.425 - 2 * wide, 0.125], numbers=5)]


def _ending(row: VisitRow) -> str:
    said = flag_words(row.flags)
    return (
        f"{visit_word(row.state, confirmed=row.confirmed)} ({said})"
        if said
        else visit_word(row.state, confirmed=row.confirmed)
    )


def _time(at: int, with_day: bool) -> str:
    return texts.moment(at) if with_day else clock_time(at)


def _name(name: str, last4: str) -> Any:
    """A name with the end of the person's number, which tells namesakes apart."""
    said = page.marked(name or _("not on the roster"))
    if last4:
        said += f' <font color="{page.colour(page.QUIET)}">…{page.marked(last4)}</font>'
    return Paragraph(said, styles().cell)
