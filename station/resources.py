"""Where the files that come with the program are."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent / "resources"


def resource(*parts: str) -> Path:
    """The path of a file under ``resources/``."""
    return ROOT.joinpath(*parts)
