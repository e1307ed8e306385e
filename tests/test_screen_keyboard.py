"""A real screen, window manager and keyboard: xdotool types at a scanner's speed into every page and dialog."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from station.layouts import arrives
from station.ui.burst import GAP
from tests.scanner_places import CODE, PLACES

ROOT = Path(__file__).resolve().parent.parent
TOOLS = ("Xvfb", "openbox", "xdotool", "setxkbmap")
SPEED_MS = "4"
DIGIT_KEYS = ("11", "19", "11", "12", "10", "11", "12", "13")
"""The keys of 2023 1234 by their places, as a scanner for the American layout presses them."""


class Screen:
    """The display, and the window on it."""

    def __init__(self, folder: Path) -> None:
        read, write = os.pipe()
        self._processes: list[subprocess.Popen[Any]] = [
            subprocess.Popen(
                ["Xvfb", "-displayfd", str(write), "-screen", "0", "1366x768x24", "-nolisten", "tcp"],
                pass_fds=(write,),
                stderr=subprocess.DEVNULL,
            )
        ]
        os.close(write)
        with os.fdopen(read) as told:
            display = ":" + told.readline().strip()
        self._environment = os.environ | {
            "DISPLAY": display,
            "QT_QPA_PLATFORM": "xcb",
            "HOME": str(folder),
            "XDG_CONFIG_HOME": str(folder),
            "XDG_RUNTIME_DIR": str(folder),
        }
        self.run("setxkbmap", "us")
        self._processes.append(
            subprocess.Popen(["openbox"], env=self._environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        )
        self._window = subprocess.Popen(
            [sys.executable, "-m", "tests.shown_window"],
            cwd=ROOT,
            env=self._environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        self._processes.append(self._window)

    def run(self, *command: str) -> None:
        subprocess.run(command, env=self._environment, check=True, timeout=30)

    def type(self, text: str) -> None:
        """As a scanner does; a line end is its Enter."""
        self.run("xdotool", "type", "--delay", SPEED_MS, text)

    def ask(self, command: str) -> Any:
        assert self._window.stdin is not None
        assert self._window.stdout is not None
        self._window.stdin.write(command + "\n")
        self._window.stdin.flush()
        return json.loads(self._window.stdout.readline())

    def close(self) -> None:
        for process in reversed(self._processes):
            process.terminate()
            process.wait(10)
        for pipe in (self._window.stdin, self._window.stdout):
            if pipe is not None:
                pipe.close()


@pytest.fixture(scope="module")
def screen(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Screen]:
    lacking = [tool for tool in TOOLS if shutil.which(tool) is None]
    if lacking:
        pytest.skip(f"not installed: {', '.join(lacking)}")
    shown = Screen(tmp_path_factory.mktemp("screen"))
    try:
        yield shown
    finally:
        shown.close()


def scanned(screen: Screen, place: str, act: Callable[[], None]) -> tuple[object, object]:
    """What the window asked for and what changed in it, once ``act`` has typed at a scanner's speed.

    On a machine with other work xdotool is held up now and then; a pause over 40 ms is no scanner's, so such a try,
    told by the keys' own time stamps, is made again.
    """
    for _try in range(8):
        screen.ask(f"go {place}")
        act()
        told = screen.ask("tell")
        if told["longest_ms"] <= GAP:
            return told["asked"], told["changed"]
    pytest.skip("this machine is too busy to type at a scanner's speed")


@pytest.mark.parametrize("place", PLACES)
def test_a_scan_by_a_real_keyboard_is_read_and_nothing_else_happens(screen: Screen, place: str) -> None:
    assert scanned(screen, place, lambda: screen.type(CODE + "\n")) == ([["enter", CODE, True]], [])


@pytest.mark.parametrize("end", ["\n", "\t"])
@pytest.mark.parametrize("place", ["day, filter", "erase"])
def test_doubled_signs_and_both_ends(screen: Screen, place: str, end: str) -> None:
    code = "KK2233--//0"
    assert scanned(screen, place, lambda: screen.type(code + end)) == ([["enter", code, True]], [])


def test_a_scan_on_a_lithuanian_layout_arrives_as_that_layout_types_it(screen: Screen) -> None:
    screen.run("setxkbmap", "lt")
    try:
        told = scanned(
            screen, "day, filter", lambda: screen.run("xdotool", "key", "--delay", SPEED_MS, *DIGIT_KEYS, "Return")
        )
    finally:
        screen.run("setxkbmap", "us")
    assert told == ([["enter", arrives("20231234", "lt"), True]], [])


def test_a_person_types_and_holds_a_key(screen: Screen) -> None:
    screen.ask("go day, filter")
    screen.run("xdotool", "type", "--delay", "70", "ys 4")
    screen.run("xdotool", "keydown", "a", "sleep", "0.8", "keyup", "a")
    told = screen.ask("tell")
    assert told["asked"] == []
    assert told["text"].startswith("pavys 4aa")
    assert set(told["text"][7:]) == {"a"}
    screen.ask("go erase")
    screen.run("xdotool", "key", "y")
    told = screen.ask("tell")
    assert told["asked"] == []
    assert told["changed"], "the box closed: its button was pressed by its letter"
