"""Sounds never hold up the window, and silence is no error."""

from __future__ import annotations

import sys
import time
import wave
from pathlib import Path

import pytest

from station.resources import resource
from station.ui.feedback import Cue
from station.ui.sounds import Sounds


@pytest.mark.parametrize("cue", Cue)
def test_sounds_are_short(cue: Cue) -> None:
    with wave.open(str(resource("sounds", f"{cue}.wav"))) as file:
        assert 0.1 < file.getnframes() / file.getframerate() < 0.5


@pytest.mark.skipif(sys.platform == "win32", reason="Windows plays sounds without a program")
def test_the_player_gets_the_cue(tmp_path: Path) -> None:
    said = tmp_path / "said"
    script = "import sys, pathlib; pathlib.Path(sys.argv[1]).write_text(sys.argv[2])"
    sounds = Sounds(on=True, command=(sys.executable, "-c", script, str(said)))
    sounds.play(Cue.REFUSE)
    deadline = time.monotonic() + 20
    while not (said.exists() and said.read_text()):
        assert time.monotonic() < deadline
        time.sleep(0.01)
    sounds.close()
    assert Path(said.read_text()) == resource("sounds", "refuse.wav")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows plays sounds without a program")
def test_a_player_that_hangs_or_is_missing_does_no_harm() -> None:
    hanging = Sounds(on=True, command=(sys.executable, "-c", "import time; time.sleep(60)"))
    for cue in Cue:
        hanging.play(cue)
    hanging.close()
    missing = Sounds(on=True, command=("/nowhere/player",))
    missing.play(Cue.IN)
    missing.close()


def test_switched_off_there_is_no_thread() -> None:
    sounds = Sounds(on=False)
    sounds.play(Cue.IN)
    assert sounds._thread is None
    sounds.close()
