"""A registry's roster over HTTP, an extension to Open Badges 3.0: its pages read strictly and within bounds.

What is asked and answered is told in docs/practice-registry.md. A roster that is half there, or partly nonsense, is
none: whoever is not on it would be turned away at the door.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from station.headings import Field
from station.sheets.table import MOST_LINES
from station.sync.line import HttpAnswer
from station.sync.registry import Reason, Reply, RosterPage
from station.trouble import Trouble

PATH = "/roster"
PAGE = 500
"""People asked for at a time; a registry may give fewer."""
MOST_PAGES = 4_000
MOST_BYTES = 64 * 1024 * 1024
"""Of all answers together; one alone is bounded by the line."""
MOST_SECONDS = 600.0
_LONGEST_TEXT = 1_000
_MOST_CODES = 64
_TEXTS = (Field.STUDENT_ID, Field.NAME, Field.EMAIL, Field.VALID_FROM, Field.VALID_UNTIL)
_TROUBLES = {
    Reason.UNAUTHORIZED: "registry_unauthorized",
    Reason.NOT_FOUND: "registry_not_found",
    Reason.GARBLED: "registry_garbled",
    Reason.REDIRECTED: "registry_redirected",
    Reason.FORBIDDEN: "registry_roster_forbidden",
    Reason.BUSY: "registry_roster_busy",
    Reason.UNREACHABLE: "registry_roster_unreachable",
}


def announced(description: Mapping[str, Any]) -> bool:
    """Whether a service description says that there is a roster to read."""
    paths = description.get("paths")
    roster = paths.get(PATH) if isinstance(paths, dict) else None
    return isinstance(roster, dict) and isinstance(roster.get("get"), dict)


def trouble_of(name: str, reply: Reply) -> Trouble:
    """Why there is no roster, to whoever asked for it. Nothing waits here to be sent again, as awards do."""
    return Trouble(_TROUBLES.get(reply.reason, "registry_roster_failed"), name=name)


def pages(
    name: str, ask: Callable[[int], HttpAnswer], now: Callable[[], float] = time.monotonic
) -> Iterator[RosterPage]:
    """All pages from the first to the last. ``ask`` gets the page that begins after so many people; ``now`` tells
    seconds.

    Raises ``Trouble``: "registry_roster_garbled", "registry_roster_unfinished" or "registry_roster_too_large".
    """
    until, got, size, total, before = now() + MOST_SECONDS, 0, 0, None, b""
    for number in range(MOST_PAGES):
        answer = ask(got)
        page = page_of(name, answer, got)
        if page.people and answer.body == before:
            # It pays no heed to the offset, so there is no getting at the rest.
            raise Trouble("registry_roster_garbled", name=name, where=f"offset={got}")
        if number == 0:
            total = page.total
        got, size, before = got + len(page.people), size + len(answer.body), answer.body
        if max(got, total or 0) > MOST_LINES or size > MOST_BYTES:
            break
        ended = not page.people or got == total
        short = total is not None and (got > total or (ended and got != total))
        if page.total != total or short or now() > until:
            raise Trouble("registry_roster_unfinished", name=name)
        yield page
        if ended:
            return
    megabytes = MOST_BYTES // 1024**2
    raise Trouble("registry_roster_too_large", name=name, rows=MOST_LINES, pages=MOST_PAGES, megabytes=megabytes)


def page_of(name: str, answer: HttpAnswer, offset: int = 0) -> RosterPage:
    """One page. Members that we do not know are left alone; ``offset`` is for telling which person is wrong.

    Raises ``Trouble('registry_roster_garbled')`` with where it is wrong, never with what stands there.
    """
    try:
        found = answer.json()
        people = found.get("person") if isinstance(found, dict) else None
        if not isinstance(people, list):
            raise _Wrong("person")
        total = answer.headers.get("X-Total-Count", "").strip()
        if total and not (total.isascii() and total.isdigit() and len(total) <= 9):
            raise _Wrong("X-Total-Count")
        read = tuple(_cells(one, f"person[{place}]") for place, one in enumerate(people, offset))
    except _Wrong as wrong:
        raise Trouble("registry_roster_garbled", name=name, where=str(wrong)) from None
    return RosterPage(read, int(total) if total else None)


class _Wrong(Exception):
    """Where an answer is wrong."""


def _cells(one: Any, where: str) -> dict[Field, str]:
    if not isinstance(one, dict):
        raise _Wrong(where)
    cells = {field: _text(one.get(field.value), f"{where}.{field}") for field in _TEXTS}
    codes = one.get(Field.CODES.value)
    if codes is None:
        codes = []
    if not isinstance(codes, list) or len(codes) > _MOST_CODES:
        raise _Wrong(f"{where}.codes")
    listed = [_text(code, f"{where}.codes[{place}]") for place, code in enumerate(codes)]
    return {**cells, Field.CODES: ";".join(filter(None, listed))}


def _text(value: Any, where: str) -> str:
    # A number is no text: it would have lost the noughts it began with.
    if value is None:
        return ""
    if not isinstance(value, str) or len(value) > _LONGEST_TEXT or not _encodable(value):
        raise _Wrong(where)
    return value


def _encodable(text: str) -> bool:
    """Whether a text has no half of a character, which JSON can write and nothing else can keep."""
    return text.isascii() or not any("\ud800" <= sign <= "\udfff" for sign in text)
