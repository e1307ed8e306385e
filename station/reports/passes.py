"""Student passes to hand out: cards to print, pictures for telephones, or bare texts."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from station import texts
from station.facts import SECOND
from station.reports.whole_file import write_whole
from station.trouble import Trouble

FORMS = ("pdf", "png", "txt")

Watched = Callable[[Sequence["Card"]], Iterable["Card"]]


@dataclass(frozen=True, slots=True)
class Card:
    """One pass: whose (id and name), its text, and until when it holds (µs UTC)."""

    person: str
    name: str
    text: str
    expires: int

    @property
    def last_day(self) -> str:
        """The last day on which it holds."""
        return texts.day_of(self.expires - SECOND)


def write_passes(cards: Sequence[Card], institution: str, form: str, output: Path, watched: Watched) -> list[Path]:
    """Write the passes in the active language: all into one PDF, or into a folder a picture or text file each; which
    file each went into. Files of the same names are replaced. ``watched`` may tell somebody how far it is.

    Raises ``Trouble('write')`` for a folder that cannot be made, and the troubles of ``write_whole``.
    """
    if form == "pdf":
        from station.reports import pass_sheet  # reportlab is slow to load, and not always needed

        write_whole(output, pass_sheet.sheet(cards, institution, watched))
        return [output] * len(cards)
    try:
        output.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Trouble("write", file=output, reason=error.strerror or error) from None
    files = []
    for card in watched(cards):
        files.append(output / f"{_file_name(card)}.{form}")
        write_whole(files[-1], _content(card, institution, form))
    return files


def _content(card: Card, institution: str, form: str) -> bytes:
    if form == "txt":
        return f"{card.text}\n".encode("ascii")
    from station.reports import pass_picture

    return pass_picture.picture(card, institution)


def _file_name(card: Card) -> str:
    """A name that tells whose it is and that any file system takes; namesakes differ in the end."""
    plain = unicodedata.normalize("NFKD", card.name).encode("ascii", "ignore").decode().casefold()
    return f"{re.sub('[^a-z0-9]+', '-', plain).strip('-')[:60] or 'pass'}-{card.person[:8]}"
