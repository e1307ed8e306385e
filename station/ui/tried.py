"""What a code that somebody tries out is, in words: for the dialog and the command alike; pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import assert_never

from station.facts import Code, Fault, Malformed, RefusedKind
from station.rules import refusal
from station.shown import shown
from station.texts import _, title_of
from station.ui.feedback import remedy
from station.views import Tried
from station.words import refusal_word


@dataclass(frozen=True, slots=True)
class TriedWords:
    """``verdict`` in a few words, ``sentence`` what that means; ``text`` is the form that is compared, if there is."""

    verdict: str
    sentence: str
    text: str = ""

    @property
    def spoken(self) -> str:
        """All of it in one line, for screen readers and terminals."""
        return f"{self.verdict}: {self.text}. {self.sentence}" if self.text else f"{self.verdict}. {self.sentence}"


def tried_words(tried: Tried) -> TriedWords:
    match tried.found:
        case Code(text=text, kind=""):
            sentence = _("No kind of this programme knows it. It counts only if the roster lists it just so.")
            return TriedWords(_("Unknown kind"), sentence, shown(text))
        case Code(text=text):
            return TriedWords(title_of(tried.title), _("It is accepted if it is on the roster."), shown(text))
        case Malformed(why=Fault.EMPTY | Fault.TOO_LONG | Fault.UNPRINTABLE as why):
            return TriedWords(refusal_word(refusal(tried.found)), _fault(why))
        case Malformed() | RefusedKind():
            reason = refusal(tried.found)
            return TriedWords(refusal_word(reason), remedy(reason))
        case _ as never:
            assert_never(never)


def _fault(why: Fault) -> str:
    match why:
        case Fault.EMPTY:
            return _("There is nothing in it.")
        case Fault.TOO_LONG:
            return _("It is longer than any code.")
        case _:
            return _("It holds signs that are not seen, or that turn the line around.")
