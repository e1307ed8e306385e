"""Which second looks a missed frame gets: the likeliest place its own kind's at once, the rarer ones by turns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, Generic, TypeVar

from station.scanner.regions import Region

Look = TypeVar("Look")

PATIENCE: Final = 24
"""Missed frames (0.8 s) after which the same place in the picture is no longer news: a poster, a striped shirt."""
RESTED: Final = 4
"""Of so many frames one looks at such a place again: a badly lit card may still be one."""


class Turns(Generic[Look]):
    """``always`` are the looks for edges that run one way (True) or all ways (False); ``sometimes`` the rest."""

    def __init__(self, always: Mapping[bool, Sequence[Look]], sometimes: Sequence[Look]) -> None:
        self._always = always
        self._sometimes = sometimes
        self._turn = 0
        self._same = 0
        self._before: Region | None = None

    def read(self) -> None:
        """A frame was read at once."""
        self._same, self._before = 0, None

    def missed(self, spots: Sequence[Region]) -> Iterator[tuple[Look, Region]]:
        """What to try on a frame whose likely places are ``spots``, the likeliest first."""
        if not spots:
            return self.read()
        self._same = self._same + 1 if self._before is not None and _near(spots[0], self._before) else 0
        self._before = spots[0]
        if self._same > PATIENCE and self._same % RESTED:
            return None
        self._turn += 1
        yield from ((look, spots[0]) for look in self._always[spots[0].linear])
        turn, place = divmod(self._turn, len(spots))
        if place:  # another place: what its kind is read by
            looks = self._always[spots[place].linear]
            yield from ((look, spots[place]) for look in looks[turn % max(1, len(looks)) :][:1])
        elif self._sometimes:
            yield self._sometimes[turn % len(self._sometimes)], spots[0]
        return None


def _near(one: Region, other: Region) -> bool:
    reach = (one.box[2] + one.box[3]) / 8
    return all(abs(a - b) <= reach for a, b in zip(one.box, other.box, strict=True))
