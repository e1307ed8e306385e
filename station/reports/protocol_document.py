"""The protocol of a competition on paper: what it was, who started and how it ended, and lines to sign on."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import Any

from reportlab.lib.units import mm  # type: ignore[import-untyped]
from reportlab.platypus import (  # type: ignore[import-untyped]
    BaseDocTemplate,
    Frame,
    KeepTogether,
    PageTemplate,
    Paragraph,
    Spacer,
    Table,
)

from station import texts
from station.deed_words import institution_word, level_word, oddity_words, status_word, team_word
from station.deeds import StartStatus
from station.reports import page
from station.reports.grid import Row, head, section, table
from station.reports.page import WIDTH, styles
from station.startsheets import Sheet, StartRow
from station.texts import _, ngettext


def protocol(sheet: Sheet) -> bytes:
    """The PDF in the active language. The same sheet gives the same bytes."""
    page.fonts()
    out = io.BytesIO()
    made = datetime.fromtimestamp(sheet.as_of / 1_000_000, UTC)
    competition = sheet.competition
    document = BaseDocTemplate(
        out,
        pagesize=page.PAPER,
        leftMargin=page.MARGIN,
        rightMargin=page.MARGIN,
        topMargin=16 * mm,
        bottomMargin=22 * mm,
        title=page.clean(f"{_('Competition protocol')}: {competition.title}"),
        author=page.clean(sheet.institution),
        subject=competition.id,
        creator="Station",
        lang=texts.language(),
        displayDocTitle=True,
        initialFontName=page.REGULAR,
        invariant=True,
    )
    frame = Frame(document.leftMargin, document.bottomMargin, document.width, document.height, 0, 0, 0, 0, id="all")
    document.addPageTemplates(PageTemplate(frames=[frame]))
    as_of = _("Data as of {moment}, Lithuanian time").format(moment=texts.moment(sheet.as_of))
    footer = page.Footer(
        left=competition.title,
        below=" · ".join((as_of, _("competition {id}").format(id=competition.id))),
        page_of=lambda number, count: _("Page {number} of {count}").format(number=number, count=count),
    )
    rows = [row for row in sheet.rows if row.stands]
    story = [*_heading(sheet), *_starts(sheet, rows), *_note(rows), *_to_check(rows), _signatures()]
    document.build(story, canvasmaker=page.numbered(footer, made.strftime("D:%Y%m%d%H%M%SZ")))
    return out.getvalue()


def _heading(sheet: Sheet) -> list[Any]:
    competition = sheet.competition
    about = [
        texts.date_in_words(competition.day),
        competition.sport,
        team_word(competition.team),
        level_word(competition.level),
    ]
    more = [texts.title_of(sheet.unit) or competition.unit]
    if competition.organiser:
        more.append(_("organiser: {name}").format(name=competition.organiser))
    if competition.protocol:
        more.append(_("results: {document}").format(document=competition.protocol))
    return [
        page.words(sheet.institution, styles().above),
        page.words(_("Competition protocol"), styles().quiet),
        Spacer(0, 4 * mm),
        page.words(competition.title, styles().title),
        page.words(" · ".join(about), styles().body),
        page.words(" · ".join(more), styles().quiet),
        Spacer(0, 6 * mm),
    ]


def _starts(sheet: Sheet, rows: list[StartRow]) -> list[Any]:
    if not rows:
        return [page.words(_("Nobody has started yet."), styles().body)]
    titles = head(
        [_("Place"), _("Name"), _("Discipline or match"), _("Status"), _("Represents"), _("Confirmed by")], []
    )
    cells: list[Row] = [
        (
            "–" if row.place is None else str(row.place),
            _name(row),
            page.words(row.discipline or "–", styles().cell),
            page.words(status_word(row.status), styles().cell),
            page.words(institution_word(row.institution, sheet.institution), styles().cell),
            page.words(row.confirmed_by or "–", styles().cell),
        )
        for row in rows
    ]
    return [table(titles, cells, [0.07, 0.27, 0.18, 0.14, 0.19, 0.15])]


def _name(row: StartRow) -> Any:
    """A name with the end of the person's number, which tells namesakes apart."""
    said = page.marked(row.name or _("not on the roster"))
    if row.last4:
        said += f' <font color="{page.colour(page.QUIET)}">…{page.marked(row.last4)}</font>'
    return Paragraph(said, styles().cell)


def _note(rows: list[StartRow]) -> list[Any]:
    started = sum(row.status is not StartStatus.DNS for row in rows)
    absent = len(rows) - started
    waiting = sum(not row.confirmed_by for row in rows)
    said = [
        ngettext("{n} start", "{n} starts", started).format(n=started),
        ngettext("{n} did not start", "{n} did not start", absent).format(n=absent),
        ngettext("{n} not confirmed yet", "{n} not confirmed yet", waiting).format(n=waiting),
    ]
    return [page.words(" · ".join(said), styles().quiet)] if rows else []


def _to_check(rows: list[StartRow]) -> list[Any]:
    """What a person should look at before signing, one line each."""
    odd = [row for row in rows if row.oddities]
    if not odd:
        return []
    lines = [
        page.words(f"{_plain_name(row)}, {row.discipline or '–'}: {oddity_words(row.oddities)}", styles().body)
        for row in odd
    ]
    return [*section(_("To check before signing")), *lines]


def _plain_name(row: StartRow) -> str:
    return f"{row.name or _('not on the roster')} …{row.last4}"


def _signatures() -> Any:
    """Two lines to sign on, never alone on a page without their words."""
    said = [_("Coach (name, signature, date)"), _("Chief judge (name, signature, date)")]
    lines = Table(
        [["", "", ""], [page.words(said[0], styles().label), "", page.words(said[1], styles().label)]],
        colWidths=[WIDTH * 0.46, WIDTH * 0.08, WIDTH * 0.46],
        rowHeights=[14 * mm, None],
        style=[
            ("FONT", (0, 0), (-1, -1), page.REGULAR, 8),
            ("LINEBELOW", (0, 0), (0, 0), 0.6, page.INK),
            ("LINEBELOW", (2, 0), (2, 0), 0.6, page.INK),
            ("LEFTPADDING", (0, 0), (-1, -1), 0),
            ("RIGHTPADDING", (0, 0), (-1, -1), 0),
        ],
    )
    return KeepTogether([Spacer(0, 8 * mm), lines])
