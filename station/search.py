"""Finding people by parts of what is known of them: an index in memory, asked in a few milliseconds. Pure.

The people stand in alphabetical order, each with one text of folded words. Looking through all of these is quicker in
Python than any question to an encrypted database, and most questions end early: whoever is here comes first, then
whoever was here before, then those where the parts begin words, and then the rest, only until enough are found.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import chain

SHORTEST = 2
"""Letters or digits below which everybody would fit."""
LONGEST = 100
"""Letters of a question that are looked at."""
_BLOCK = 2048
"""People looked through at once, before it is seen whether enough are found."""

_STROKES = str.maketrans({
    "ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ħ": "h", "ı": "i", "ŋ": "n", "ŧ": "t",
    "ĸ": "k", "ə": "e", "’": "'",
})  # fmt: skip
"""Letters that are no base letter with a mark, so that decomposing leaves them as they are."""
_PLAIN = str.maketrans("ąčęėįšųūž", "aceeisuuz")
"""The usual letters here, for speed: what is left of a Lithuanian name is ASCII."""
_BETWEEN = str.maketrans(dict.fromkeys("-'.,@_()/\u2010\u2011\u2013", " "))
"""What stands between words; an e-mail is words as well."""
_COLLATED = str.maketrans({
    "č": "c\uffff", "š": "s\uffff", "ž": "z\uffff",
    "ą": "a", "ę": "e", "ė": "e", "į": "i", "y": "i", "ų": "u", "ū": "u",
})  # fmt: skip
"""Lithuanian order: č, š and ž are letters of their own, y stands with i, and the other marks count last."""


def folded(text: str) -> str:
    """Text for searching: lower case, no diacritics (``Žukauskas`` -> ``zukauskas``, ``Łoś`` -> ``los``)."""
    small = text.casefold()
    if not small.isascii():
        small = small.translate(_PLAIN)
    if small.isascii():
        return small
    parts = unicodedata.normalize("NFD", small.translate(_STROKES))
    return "".join([letter for letter in parts if not unicodedata.combining(letter)])


def words_of(text: str) -> str:
    """Folded words, each after one space: what parts are looked for in."""
    return " " + " ".join(folded(text).translate(_BETWEEN).split())


def order(name: str) -> tuple[str, str]:
    """The key of alphabetical order in Lithuanian; names of other languages fall in where their letters do."""
    small = unicodedata.normalize("NFC", name.casefold())
    return folded(small.translate(_COLLATED)).replace("-", " "), small


class Index:
    """Everybody, as the index was made. ``people`` are (id, name, words), the words as ``words_of`` gives them."""

    def __init__(self, people: Iterable[tuple[str, str, str]]) -> None:
        listed = sorted(people, key=lambda one: (order(one[1]), one[0]))
        self._ids = [one[0] for one in listed]
        self._words = [one[2] for one in listed]
        self._places = {name: place for place, name in enumerate(self._ids)}

    def __len__(self) -> int:
        return len(self._ids)

    def find(self, text: str, limit: int, *, here: Collection[str] = (), before: Collection[str] = ()) -> list[str]:
        """Ids of those in whom every part of the text is found, in any order of parts, best first, at most ``limit``.

        ``here`` (at this event now) come first, then ``before`` (at it or its series earlier), then those where all
        parts begin words, then the rest; each in alphabetical order. Nobody for fewer than two letters.
        """
        parts = words_of(text[:LONGEST]).split()
        if sum(map(len, parts)) < SHORTEST:
            return []
        # The rarest part first: the longest is the best guess.
        parts.sort(key=len, reverse=True)
        found: dict[int, None] = {}
        for place in chain(self._among(here, parts), self._among(before, parts), self._all(parts)):
            found[place] = None
            if len(found) >= limit:
                break
        return [self._ids[place] for place in found]

    def _among(self, ids: Collection[str], parts: Sequence[str]) -> Iterator[int]:
        """The few of these in whom all parts are found: where parts begin words first, then in order."""
        first = begun(parts)
        places = (place for place in map(self._places.get, ids) if place is not None)
        fit = [place for place in places if all(part in self._words[place] for part in parts)]
        yield from sorted(fit, key=lambda place: (not all(part in self._words[place] for part in first), place))

    def _all(self, parts: Sequence[str]) -> Iterator[int]:
        """Everybody in whom all parts are found: those where they begin words as they are met, the rest afterwards."""
        first, *others = parts
        starts, rest = begun(parts), []
        for block in range(0, len(self._words), _BLOCK):
            # Within a block the first part is looked for without a step of ours for each of those who lack it.
            some = self._words[block : block + _BLOCK]
            for place, words in [(place, words) for place, words in enumerate(some, block) if first in words]:
                if all(part in words for part in others):
                    if all(part in words for part in starts):
                        yield place
                    else:
                        rest.append(place)
        yield from rest


def begun(parts: Sequence[str]) -> list[str]:
    """The same parts at the beginning of a word."""
    return [f" {part}" for part in parts]
