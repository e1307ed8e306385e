"""One reading per presentation of a code, however many frames show it. Pure: time is given, in seconds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from station.facts import Found

SURE = frozenset(("QRCode", "MicroQRCode", "RMQRCode", "Code128", "PDF417", "DataMatrix", "Aztec"))
"""Symbologies checked well enough to be taken at first sight; the others need two equal reads."""


@dataclass(frozen=True, slots=True)
class Sight:
    """What one frame brought: the code newly presented, and whether several new ones were held up at once."""

    new: Found | None = None
    crowded: bool = False


@dataclass(frozen=True, slots=True)
class _Held:
    """A code seen together with others: not picked until it is alone. ``at`` is when it last had company."""

    at: float
    rivals: frozenset[str]


class Watch:
    """Turns what frames show into presentations. All times are seconds of one monotonic clock.

    - A code that stays in view, or is back within ``hold_off_s`` of its last sight, is the same presentation.
    - Several new codes in one frame: none is picked, ``crowded`` is said, and each waits until it has been
      without the others for ``settle_s``, so that one unreadable frame does not pick for us. A code that
      turns up within ``settle_s`` beside a code just taken (a card with two codes) waits in the same way. A
      code that has long been in view, such as a poster, is no company.
    - Symbologies without a strong check need two equal reads within ``confirm_s``.
    """

    def __init__(self, hold_off_s: float = 2.0, *, confirm_s: float = 1.0, settle_s: float = 0.5) -> None:
        self._hold_off_s = hold_off_s
        self._confirm_s = confirm_s
        self._settle_s = settle_s
        self._taken: dict[str, float] = {}
        self._last: dict[str, float] = {}
        self._held: dict[str, _Held] = {}
        self._once: dict[str, float] = {}

    def see(self, found: Sequence[Found], now_s: float) -> Sight:
        """What a frame at ``now_s`` showed, in; what is newly presented, out. Times never go backwards."""
        self._forget(now_s)
        here = {code.text: code for code in reversed(found)}
        unseen = [text for text in here if text not in self._last]
        fresh = {text for text in here if text in self._taken and now_s - self._taken[text] < self._settle_s}
        for text in here:
            if text in self._last:
                self._last[text] = now_s
        ready = [text for text in unseen if self._alone(text, here, fresh.union(unseen), now_s)]
        for text in ready:  # one at most: two that are unseen are each other's company
            if self._confirmed(here[text], now_s):
                self._taken[text] = self._last[text] = now_s
                self._held.pop(text, None)
                self._once.pop(text, None)
                return Sight(here[text])
        return Sight(crowded=len(unseen) > 1)

    def _alone(self, text: str, here: dict[str, Found], new: set[str], now_s: float) -> bool:
        """Whether ``text`` may be picked; notes its company if not."""
        held = self._held.get(text)
        rivals = new - {text}
        if held is not None:
            rivals |= held.rivals & here.keys()
        if rivals:
            before = held.rivals if held is not None else frozenset()
            self._held[text] = _Held(now_s, before | rivals)
            return False
        return held is None or now_s - held.at >= self._settle_s

    def _confirmed(self, code: Found, now_s: float) -> bool:
        if code.symbology in SURE or code.text in self._once:
            return True
        self._once[code.text] = now_s
        return False

    def _forget(self, now_s: float) -> None:
        gone = [text for text, at in self._last.items() if now_s - at > self._hold_off_s]
        for text in gone:
            del self._last[text], self._taken[text]
        self._held = {text: held for text, held in self._held.items() if now_s - held.at <= self._hold_off_s}
        self._once = {text: at for text, at in self._once.items() if now_s - at <= self._confirm_s}
