"""The world's faults: each has a code, its arguments, and (in ``texts``) a sentence saying what to do."""

from __future__ import annotations

from typing import Any


class Trouble(Exception):
    """Something outside the program is wrong. ``code`` names it; ``arguments`` fill its sentence.

    Every code has a sentence in ``station.texts``; anything raised that is not a Trouble is a bug of ours.
    """

    def __init__(self, code: str, **arguments: Any) -> None:
        super().__init__(code, arguments)
        self.code = code
        self.arguments = arguments

    def __str__(self) -> str:
        """For the diagnostic log and tests: code and argument names, never their values (they may be personal)."""
        return f"{self.code}({', '.join(sorted(self.arguments))})"
