"""Words fitted into a box on a pass: never wider, never more lines, nothing lost while there is room."""

from __future__ import annotations

import io
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station.cli.watched import watched
from station.reports.fitting import fitted

SIZES = (4, 3, 2, 1)


def wide(text: str, size: float) -> float:
    return len(text) * size


@given(st.text(st.sampled_from("aąŽ -\u00a0\t"), max_size=60), st.integers(2, 30), st.integers(1, 4))
def test_lines_fit_and_keep_the_text(text: str, room: int, lines: int) -> None:
    size, said = fitted(text, wide, SIZES, room, lines)
    assert len(said) <= lines
    assert all(0 < wide(line, size) <= room for line in said)
    kept, given_ = "".join("".join(said).split()), "".join(text.split())
    if said and said[-1].endswith("…"):
        assert given_.startswith(kept[:-1])
        assert wide(text.strip(), 1) > room
    else:
        assert kept == given_


@pytest.mark.parametrize(
    ("text", "room", "lines", "expected"),
    [
        ("Jonas Jonaitis", 60, 1, (4, ["Jonas Jonaitis"])),
        ("Jonas Jonaitis", 36, 2, (4, ["Jonas", "Jonaitis"])),
        ("Ona Jonaitė-Petraitienė", 13, 3, (1, ["Ona Jonaitė-", "Petraitienė"])),
        ("abcdefghij", 4, 3, (1, ["abcd", "efgh", "ij"])),
        ("abcdefghij", 4, 2, (1, ["abcd", "efg…"])),
        ("- x", 40, 1, (4, ["- x"])),
        ("", 40, 1, (4, [])),
    ],
)
def test_as_large_as_it_goes(text: str, room: int, lines: int, expected: tuple[float, list[str]]) -> None:
    assert fitted(text, wide, SIZES, room, lines) == expected


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_long_command_tells_how_far_it_is_and_only_to_somebody_who_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    things = list(range(150))
    for stream, seen in ((io.StringIO(), False), (Terminal(), True)):
        monkeypatch.setattr(sys, "stderr", stream)
        assert list(watched("Signing")(things)) == things
        assert ("Signing" in stream.getvalue()) is seen
    quiet = Terminal()
    monkeypatch.setattr(sys, "stderr", quiet)
    assert list(watched("Signing")(things[:9])) == things[:9]
    assert quiet.getvalue() == ""
