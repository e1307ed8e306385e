"""What a desk accepts from a camera: which symbologies, whose codes, and what counts as one presentation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from station.scanner.decode import DEFAULT_FORMATS, Decoder
from station.scanner.watch import Watch, any_text, itself


@dataclass(frozen=True, slots=True)
class Acceptance:
    """``formats`` are symbologies of ``decode.ALL_FORMATS``; ``hold_off_s``, ``is_id`` and ``who`` as for ``Watch``.
    ``who`` is called on the thread that reads."""

    formats: tuple[str, ...] = DEFAULT_FORMATS
    hold_off_s: float = 2.0
    is_id: Callable[[str], bool] = any_text
    who: Callable[[str], str | None] = itself

    def decoder(self) -> Decoder:
        """A decoder of the ticked symbologies, for one thread."""
        return Decoder(self.formats)

    def watch(self) -> Watch:
        """A watch that has seen nothing yet."""
        return Watch(self.hold_off_s, is_id=self.is_id, who=self.who)
