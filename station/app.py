"""The window's composition root: settings, Qt, the window and the program behind it, started and joined."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from station import keys, settings, texts
from station.trouble import Trouble

if TYPE_CHECKING:
    from station.ui.acts import Stage
    from station.views import Preview

PREVIEW_MS = 33
"""How often a newer camera picture is looked for."""


def window(home: Path, passphrase: str | None, *, practise: bool = False, seconds: float | None = None) -> int:
    """Open the window and stay until it is closed; the exit code. ``practise`` starts practice mode at once;
    ``seconds`` closes by itself after so long.

    Raises ``Trouble`` for settings or a key file that cannot be read.
    """
    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QApplication

    from station.ui.acts import Opening, Stage
    from station.ui.bulletin import Bulletin
    from station.ui.window import open_window

    chosen = settings.load(home)
    if chosen.language:
        texts.activate(chosen.language)
    stage = Stage.NEW if practise else _stage(home, passphrase)
    _need_screen()
    application = QApplication(sys.argv[:1])
    application.setApplicationName("Station")
    bulletin = Bulletin()
    from station.program import Program

    program = Program(bulletin, home, chosen)
    # Asking for a key store loads its library; only the page that sets a station up needs to know.
    key_store = stage is not Stage.NEW or keys.has_key_store()
    opening = Opening(
        stage,
        chosen.theme,
        chosen.sound,
        chosen.toggle,
        key_store,
        scanner_prefix=chosen.scanner_prefix,
        scanner_silence=chosen.scanner_end == "silence",
    )
    shown = open_window(program, bulletin, opening)

    def begin() -> None:
        if practise:
            program.start_practice()
        elif stage is Stage.READY:
            program.open(passphrase)

    # What is opened loads large libraries: not before the window is painted.
    QTimer.singleShot(PREVIEW_MS, begin)
    told: Preview | None = None

    def look_for_picture() -> None:
        nonlocal told
        newest = program.preview()
        if newest is not None and newest is not told:
            told = newest
            bulletin.frame_ready.emit()

    pull = QTimer(shown)
    pull.timeout.connect(look_for_picture)
    pull.start(PREVIEW_MS)
    if seconds is not None:
        QTimer.singleShot(int(seconds * 1000), application.quit)
    # Python sees Ctrl+C only between Qt's events; the preview's timer makes sure that there are some.
    signal.signal(signal.SIGINT, lambda *_: application.quit())
    signal.signal(signal.SIGTERM, lambda *_: application.quit())
    try:
        return int(application.exec())
    finally:
        pull.stop()
        program.close()


def _stage(home: Path, passphrase: str | None) -> Stage:
    from station.ui.acts import Stage

    try:
        keeper = keys.keeper_of(home)
    except Trouble as trouble:
        if trouble.code != "not_set_up":
            raise
        return Stage.NEW
    return Stage.LOCKED if keeper == "passphrase" and passphrase is None else Stage.READY


def _need_screen() -> None:
    """Qt ends the process without a word of ours where there is no screen. Raises ``Trouble('no_screen')``."""
    named = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    if sys.platform.startswith("linux") and not any(os.environ.get(name) for name in named):
        raise Trouble("no_screen")
