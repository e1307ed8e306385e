"""What this laptop knows of its hand scanners: when each was tested, and how its texts are put right.

Kept beside the settings, in ``hand_scanners.json``: it holds nothing about people.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from station.layouts import LAYOUTS, Found, Tested, guess, impossible, restore
from station.trouble import Trouble

FILE = "hand_scanners.json"


@dataclass(frozen=True, slots=True)
class HandScanner:
    """One scanner's last test. ``device`` is its name where the system tells devices apart, else empty: then it
    stands for all of them. ``ended``: it sends Enter or Tab after each code. ``at`` in µs UTC."""

    device: str
    at: int
    found: Found
    undo: Mapping[str, str] = field(default_factory=dict)
    lost: str = ""
    layout: str = ""
    ended: bool = True


def of_test(device: str, at: int, tested: Tested, *, ended: bool) -> HandScanner:
    """What is kept of a test."""
    return HandScanner(device, at, tested.found, tested.undo, tested.lost, tested.layout, ended)


@dataclass(frozen=True, slots=True)
class PutRight:
    """A scanned text as the scanner meant it. ``layout`` names the layout it was put right by as a guess, without a
    test; ``damaged``: it is no code, and how to mend it is not known."""

    text: str
    layout: str | None = None
    damaged: bool = False


def put_right(text: str, device: str, known: Mapping[str, HandScanner], plausible: Callable[[str], bool]) -> PutRight:
    """By what the scanner's test showed; without a test, by the one known layout that makes a ``plausible`` code."""
    scanner = known.get(device) or known.get("")
    if scanner is not None:
        text = restore(text, scanner.undo)
    if not impossible(text):
        return PutRight(text)
    guessed = guess(text, plausible)
    return PutRight(guessed.text, guessed.layout) if guessed else PutRight(text, damaged=True)


def load(home: Path) -> dict[str, HandScanner]:
    """By device. Raises ``Trouble('settings')`` naming file and place where the file is damaged."""
    path = home / FILE
    try:
        rows = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, RecursionError) as error:
        raise Trouble("settings", file=path, key="-", reason=error) from None
    if not isinstance(rows, list):
        raise Trouble("settings", file=path, key="-", reason="list expected")
    return {scanner.device: scanner for scanner in (_read(row, path) for row in rows)}


def save(home: Path, known: Mapping[str, HandScanner]) -> None:
    """Write the file whole or not at all. Raises ``Trouble('write')``."""
    path = home / FILE
    try:
        fresh = path.with_suffix(".new")
        fresh.write_text(json.dumps([asdict(one) for one in known.values()], ensure_ascii=False, indent=1), "utf-8")
        fresh.replace(path)
    except OSError as error:
        raise Trouble("write", file=path, reason=error.strerror or error) from None


def _read(row: Any, path: Path) -> HandScanner:
    def want(key: str, kind: type) -> Any:
        value = row.get(key) if isinstance(row, dict) else None
        if type(value) is not kind:
            raise Trouble("settings", file=path, key=key, reason=f"{kind.__name__} expected")
        return value

    undo = want("undo", dict)
    if any(not (isinstance(sent, str) and isinstance(sign, str) and len(sent) == len(sign) == 1)
           for sent, sign in undo.items()):  # fmt: skip
        raise Trouble("settings", file=path, key="undo", reason="single signs expected")
    kept = (Found.RIGHT, Found.RESTORED, Found.DAMAGED)
    if want("found", str) not in kept:
        raise Trouble("settings", file=path, key="found", reason=" | ".join(kept))
    if want("layout", str) not in ("", *LAYOUTS):
        raise Trouble("settings", file=path, key="layout", reason=" | ".join(LAYOUTS))
    return HandScanner(
        want("device", str), want("at", int), Found(row["found"]), undo, want("lost", str), row["layout"],
        want("ended", bool),
    )  # fmt: skip
