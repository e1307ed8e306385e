"""The one command on a fresh machine: ``python3 installer/bootstrap.py run`` (or ``test``).

This file keeps to what Python 3.8 understands, so that an older Python says what is needed instead of
failing on syntax. Everything else is imported once the version is known to be right.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

OLDEST = (3, 11)
NEWER = ("python3.14", "python3.13", "python3.12", "python3.11")


def too_old(version: tuple[int, ...], here: str | None) -> str | None:
    """The sentence for a Python that is too old, or None; ``here`` is a newer one found on this computer."""
    if version[:2] >= OLDEST:
        return None
    found, needed = ".".join(map(str, version[:2])), ".".join(map(str, OLDEST))
    wrong = f"Station needs Python {needed} or newer and this is Python {found}"
    if here:
        return f"{wrong}: type the same command with {here} in place of the first word."
    return (
        f"{wrong}: install a newer one (Debian and Ubuntu: the package python{needed}; Windows and macOS: "
        f"python.org) and type the same command with it."
    )


def start() -> int:
    """Check the Python, then hand over to the commands. Returns the exit code."""
    refusal = too_old(sys.version_info[:3], next(filter(shutil.which, NEWER), None))
    if refusal:
        print(refusal, file=sys.stderr)  # noqa: T201
        return 1
    sys.path[0] = str(Path(__file__).resolve().parent.parent)
    from installer.commands import main

    return main(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(start())
