"""Every sentence a person sees: gettext in Lithuanian and English, plurals, dates, numbers, durations.

English is the message id; Lithuanian comes from ``resources/locale``. ``_`` marks and translates, ``N_`` only
marks (for tables filled before a language is chosen). One domain serves window, documents and commands.
"""

from __future__ import annotations

import gettext
import locale
import os
import unicodedata
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from station.resources import resource
from station.shown import shown
from station.trouble import Trouble
from station.troubles import SENTENCES

LANGUAGES = ("lt", "en")
DOMAIN = "station"
ZONE = ZoneInfo("Europe/Vilnius")
"""The time zone people read and write times in; stored instants are UTC."""

_active: list[str] = ["en"]
_document: ContextVar[str | None] = ContextVar("language of the document being written", default=None)


@cache
def _catalogue(language: str) -> gettext.NullTranslations:
    if language == "en":
        return gettext.NullTranslations()
    return gettext.translation(DOMAIN, resource("locale"), [language])


def preferred() -> str:
    """The language of this computer's settings: lt or en."""
    named = os.environ.get("STATION_LANG") or os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES")
    named = named or os.environ.get("LANG") or (locale.getlocale()[0] or "")
    # Windows says Lithuanian_Lithuania
    return "lt" if named.lower().startswith(("lt", "lithuanian")) else "en"


def activate(language: str) -> None:
    """Choose the language of everything said from now on, in every thread.

    Raises ``Trouble('language')`` for one we do not have.
    """
    _active[0] = _ours(language)


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Within this block, and in this thread only, say everything in ``language``.

    For a document whose language is not the window's. Raises ``Trouble('language')`` for one we do not have.
    """
    before = _document.set(_ours(language))
    try:
        yield
    finally:
        _document.reset(before)


def _ours(language: str) -> str:
    if language not in LANGUAGES:
        raise Trouble("language", language=language)
    return language


def language() -> str:
    """The language spoken now: lt or en."""
    return _document.get() or _active[0]


def _(message: str) -> str:
    return _catalogue(language()).gettext(message) if message else ""  # gettext answers "" with its header


def N_(message: str) -> str:
    return message


def ngettext(one: str, many: str, n: int) -> str:
    """The plural for ``n``; fill ``{n}`` yourself. Lithuanian has three forms."""
    return _catalogue(language()).ngettext(one, many, n)


def title_of(titles: Mapping[str, str]) -> str:
    """A catalogue title in the active language, else in whatever there is."""
    return titles.get(language()) or titles.get("en") or next(iter(titles.values()), "")


def sentence(trouble: Trouble) -> str:
    """What is wrong and what to do, in the active language; what came from outside is quoted harmlessly."""
    arguments = {
        name: shown(str(value)) if isinstance(value, str | Path) else value for name, value in trouble.arguments.items()
    }
    return _(SENTENCES[trouble.code]).format(**arguments)


def local(at: int) -> datetime:
    """An instant (µs UTC) as local time."""
    return datetime.fromtimestamp(at / 1_000_000, ZONE)


def clock_time(at: int) -> str:
    """Hours and minutes, as 14:02."""
    return local(at).strftime("%H:%M")


def day_of(at: int) -> str:
    """The local date, as 2026-11-22 (the usual form in Lithuania, unmistakable in English)."""
    return local(at).strftime("%Y-%m-%d")


def long_day(at: int) -> str:
    """The local date in words, as 2026 m. lapkričio 22 d. or 22 November 2026: for documents."""
    return date_in_words(local(at))


def date_in_words(day: date) -> str:
    """A date as ``long_day`` says it."""
    from babel.dates import format_date  # only documents need it, and the window should open at once

    return format_date(day, "long", {"lt": "lt_LT", "en": "en_GB"}[language()])


def moment(at: int) -> str:
    """Local date and time, as 2026-11-22 14:02."""
    return local(at).strftime("%Y-%m-%d %H:%M")


def duration(seconds: int) -> str:
    """Whole hours and minutes for people: floors, never rounds up: 3 h 59 min for 14,399 s."""
    hours, minutes = divmod(max(0, seconds) // 60, 60)
    if not hours:
        return _("{minutes} min").format(minutes=minutes)
    if not minutes:
        return _("{hours} h").format(hours=hours)
    return _("{hours} h {minutes} min").format(hours=hours, minutes=minutes)


_LETTERS = {letter: chr(0x80 + place) for place, letter in enumerate("aąbcčdeęėfghiįyjklmnopqrsštuųūvwxzž")}
_SAME = str.maketrans("ąęėįyųū", "aeeiiuu")


def in_order(text: str) -> tuple[str, str]:
    """A key for sorting as Lithuanian does: y stands with i, ą with a; č, š and ž follow c, s and z."""
    folded = unicodedata.normalize("NFC", text).casefold()
    plain = (c if c in _LETTERS else unicodedata.normalize("NFD", c)[0] for c in folded.translate(_SAME))
    return "".join(_LETTERS.get(c, c) for c in plain), "".join(_LETTERS.get(c, c) for c in folded)
