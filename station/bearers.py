"""Whose a pass is: subject -> person, derived from the institution's key and the roster, and kept nowhere.

Every laptop with the roster knows everybody's subjects, whichever of roster, passes and withdrawals came first. The
index is made when a pass is first shown, and made longer when a pass is of nobody in it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from station import keys

AHEAD = 2
"""How many passes beyond those known to be withdrawn are tried: so many may be replaced before the word that the
first was lost is here."""


class Bearers:
    """``people`` gives the ids of everybody on the roster."""

    def __init__(self, key: bytes, people: Callable[[], Iterable[str]]) -> None:
        self._subject = keys.pass_subjects(key)
        self._people = people
        self._whose: dict[bytes, str] = {}
        self._lengths: dict[str, int] = {}
        """How many passes of each person are in the index."""
        self._ahead = 0

    def subject(self, person: str, serial: int) -> str:
        """The subject (16 hex digits) of a person's pass number ``serial``, from 0."""
        return self._subject(person, serial).hex()

    def prepare(self, withdrawn: Mapping[str, int]) -> None:
        """Make the index now: it takes a moment on a large roster, which the first pass need not wait for."""
        new = set(self._people()).difference(self._lengths)
        self._extend(new, withdrawn)
        self._extend(self._lengths.keys() & withdrawn.keys(), withdrawn)

    def of(self, subject: str, withdrawn: Mapping[str, int]) -> str | None:
        """The id of the person a subject (16 hex digits) stands for, None for nobody on the roster. ``withdrawn``
        says how many passes of each person were."""
        name = bytes.fromhex(subject)
        if name not in self._whose:
            self.prepare(withdrawn)
        while name not in self._whose and self._ahead < AHEAD:
            self._ahead += 1
            self._extend(list(self._lengths), withdrawn)
        return self._whose.get(name)

    def _extend(self, people: Iterable[str], withdrawn: Mapping[str, int]) -> None:
        for person in people:
            length, wanted = self._lengths.get(person, 0), withdrawn.get(person, 0) + self._ahead + 1
            for serial in range(length, wanted):
                self._whose[self._subject(person, serial)] = person
            self._lengths[person] = max(length, wanted)
