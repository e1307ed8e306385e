"""One reading per presentation of a person's code, however many frames show it. Pure: time is given, in seconds."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from station.facts import Found

SURE = frozenset(("QRCode", "MicroQRCode", "RMQRCode", "Code128", "PDF417", "DataMatrix", "Aztec"))
"""Symbologies checked well enough to be taken at first sight; the others need two equal reads."""


def any_text(text: str) -> bool:  # noqa: ARG001
    """Every text may be the number of a card: where nobody knows better."""
    return True


def itself(text: str) -> str:
    """Every code is a person of its own: where nobody knows better."""
    return text


@dataclass(frozen=True, slots=True)
class Sight:
    """What one frame brought: the code newly presented; the codes of several people held up at once, of whom none is
    picked; and those whose presentation was told, now or before."""

    new: Found | None = None
    crowd: tuple[Found, ...] = ()
    read: tuple[Found, ...] = ()

    @property
    def crowded(self) -> bool:
        """Whether somebody must be asked to show one code at a time."""
        return bool(self.crowd)


class _Party(NamedTuple):
    """Whose code it is: a known person's, or nobody's, and then each text is for itself."""

    known: bool
    name: str


@dataclass(frozen=True, slots=True)
class _Held:
    """Somebody seen together with others: not picked until alone. ``at`` is when they last had company."""

    at: float
    rivals: frozenset[_Party]


class Watch:
    """Turns what frames show into presentations. All times are seconds of one monotonic clock.

    - ``who`` says whose code a text is, or None for nobody's; it is asked once while the text is in view. All codes
      of one person are one presentation.
    - A person whose code stays in view, or is back within ``hold_off_s`` of its last sight, is the same presentation.
    - Several new people in one frame: none is picked, the crowd is told, and each waits until they have been without
      the others for ``settle_s``, so that one unreadable frame does not pick for us. Somebody who turns up within
      ``settle_s`` beside a person just read waits in the same way. What has long been in view, such as a poster, is
      no company.
    - Nobody's codes do not compete with a known person's: those shown beside one within ``hold_off_s`` of the reading
      belong to that presentation. Among themselves they are told apart like people.
    - Symbologies without a strong check need two equal reads within ``confirm_s``, and ``is_id`` must say that the
      text looks like the number of a card; else it is as if the code were not there.
    """

    def __init__(
        self,
        hold_off_s: float = 2.0,
        *,
        confirm_s: float = 1.0,
        settle_s: float = 0.5,
        is_id: Callable[[str], bool] = any_text,
        who: Callable[[str], str | None] = itself,
    ) -> None:
        self._hold_off_s = hold_off_s
        self._confirm_s = confirm_s
        self._settle_s = settle_s
        self._is_id = is_id
        self._who = who
        self._parties: dict[str, tuple[_Party, float]] = {}
        self._taken: dict[_Party, float] = {}
        self._last: dict[_Party, float] = {}
        self._held: dict[_Party, _Held] = {}
        self._once: dict[str, float] = {}

    def see(self, found: Sequence[Found], now_s: float, present: Collection[str] = ()) -> Sight:
        """What a frame at ``now_s`` showed, in; what is newly presented, out. Times never go backwards.

        ``present`` are texts that are known to be in view still although this frame did not give them: what was told
        of them is not told again for it.
        """
        self._forget(now_s)
        for text in present:
            self._stay(text, now_s)
        here: dict[_Party, list[Found]] = {}
        for code in found:
            if code.symbology in SURE or self._is_id(code.text):
                here.setdefault(self._party(code.text, now_s), []).append(code)
        unseen = {party for party in here if party not in self._last}
        for party in here.keys() - unseen:
            self._last[party] = now_s
        new, crowd = self._judge(here, unseen, now_s)
        read = tuple(code for party, codes in here.items() if party in self._last for code in codes)
        return Sight(new, crowd, read)

    def still(self, found: Sequence[Found]) -> list[Found]:
        """What is presented in a still picture: one code of each person, the surest, and each of nobody's.

        Nobody can be asked to show them one at a time, and nothing is remembered.
        """
        best: dict[_Party, Found] = {}
        for code in found:
            if code.symbology in SURE or self._is_id(code.text):
                name = self._who(code.text)
                party = _Party(known=name is not None, name=code.text if name is None else name)
                if party not in best or (code.symbology in SURE and best[party].symbology not in SURE):
                    best[party] = code
        return list(best.values())

    def _judge(
        self, here: dict[_Party, list[Found]], unseen: set[_Party], now_s: float
    ) -> tuple[Found | None, tuple[Found, ...]]:
        """Who of the unseen is newly presented, or else who must be asked about."""
        contend = unseen | {party for party in here if now_s - self._taken.get(party, -1e9) < self._settle_s}
        if any(party.known for party in contend) or self._beside_known(here, now_s):
            contend = {party for party in contend if party.known}
        crowd: set[_Party] = set()
        new = None
        for party, codes in here.items():
            if party not in unseen:
                continue
            rivals = self._rivals(party, here, contend, now_s)
            if party in contend and rivals:
                crowd |= {party, *rivals}
            elif party in contend and self._settled(party, now_s) and self._confirmed(codes, now_s):
                new = self._take(party, here, now_s)
        if self._beside_known(here, now_s):
            for party in here.keys() & unseen:
                if not party.known:
                    self._take(party, here, now_s)
        return new, tuple(code for party, codes in here.items() if party in crowd for code in codes)

    def _beside_known(self, here: dict[_Party, list[Found]], now_s: float) -> bool:
        """Whether a known person is in view who was read so lately that what is beside is of the same showing."""
        return any(
            party.known and party in self._taken and now_s - self._taken[party] <= self._hold_off_s for party in here
        )

    def _rivals(
        self, party: _Party, here: dict[_Party, list[Found]], contend: set[_Party], now_s: float
    ) -> set[_Party]:
        """Whose company keeps ``party`` from being picked; noted, because it does so for a while longer."""
        held = self._held.get(party)
        before = held.rivals if held is not None else frozenset()
        rivals = (contend - {party}) | (before & here.keys())
        if rivals:
            self._held[party] = _Held(now_s, before | rivals)
        return rivals

    def _settled(self, party: _Party, now_s: float) -> bool:
        held = self._held.get(party)
        return held is None or now_s - held.at >= self._settle_s

    def _confirmed(self, codes: list[Found], now_s: float) -> bool:
        """Whether one of a person's codes can be believed; the first sight of a weak one is noted."""
        if any(code.symbology in SURE or code.text in self._once for code in codes):
            return True
        self._once.update((code.text, now_s) for code in codes)
        return False

    def _take(self, party: _Party, here: dict[_Party, list[Found]], now_s: float) -> Found:
        """From now on this is a presentation; gives the code that is told of it, the surest."""
        self._taken[party] = self._last[party] = now_s
        self._held.pop(party, None)
        best = min(here[party], key=lambda code: (code.symbology not in SURE, code.text not in self._once))
        for code in here[party]:
            self._once.pop(code.text, None)
        return best

    def _party(self, text: str, now_s: float) -> _Party:
        known = self._parties.get(text)
        if known is None:
            name = self._who(text)
            party = _Party(known=False, name=text) if name is None else _Party(known=True, name=name)
        else:
            party = known[0]
        self._parties[text] = party, now_s
        return party

    def _stay(self, text: str, now_s: float) -> None:
        """A code that was told and is in view, though unread: its hold-off begins anew."""
        known = self._parties.get(text)
        if known is not None and known[0] in self._last:
            self._parties[text] = known[0], now_s
            self._last[known[0]] = now_s

    def _forget(self, now_s: float) -> None:
        gone = [party for party, at in self._last.items() if now_s - at > self._hold_off_s]
        for party in gone:
            del self._last[party], self._taken[party]
        self._parties = {text: seen for text, seen in self._parties.items() if now_s - seen[1] <= self._hold_off_s}
        self._held = {party: held for party, held in self._held.items() if now_s - held.at <= self._hold_off_s}
        self._once = {text: at for text, at in self._once.items() if now_s - at <= self._confirm_s}
