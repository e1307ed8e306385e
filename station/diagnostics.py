"""The diagnostic log: rotating, without personal data; and where unexpected errors go."""

from __future__ import annotations

import logging
import sys
import threading
import traceback
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType

from station import __version__

log = logging.getLogger("station")
log.addHandler(logging.NullHandler())
LOG_FOLDER = "log"


def start(home: Path) -> Path | None:
    """Log to ``home/log/station.log`` (1 MB, five old ones kept). None where the folder cannot be written."""
    path = home / LOG_FOLDER / "station.log"
    log.setLevel(logging.INFO)
    log.propagate = False
    if any(isinstance(handler, RotatingFileHandler) for handler in log.handlers):
        return path
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handler = RotatingFileHandler(path, maxBytes=1_000_000, backupCount=5, encoding="utf-8")
    except OSError:
        return None
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(threadName)s %(message)s"))
    log.addHandler(handler)
    log.info("station %s, python %s", __version__, sys.version.split()[0])
    return path


def bug(error: BaseException) -> None:
    """Log where an unexpected error happened: files, lines and the error's kind, never its text or any value."""
    where = traceback.extract_tb(error.__traceback__)
    steps = " < ".join(f"{Path(step.filename).name}:{step.lineno} {step.name}" for step in reversed(where))
    log.error("bug %s at %s", type(error).__name__, steps)


def catch_everything() -> None:
    """Send what nobody caught, in any thread, to the diagnostic log."""

    # A log that cannot be written (a full disk) is no reason to write on the person's terminal.
    logging.raiseExceptions = False

    def unhandled(_kind: type[BaseException], error: BaseException, _where: TracebackType | None) -> None:
        bug(error)

    def in_thread(arguments: threading.ExceptHookArgs) -> None:
        if arguments.exc_value is not None:
            bug(arguments.exc_value)

    sys.excepthook = unhandled
    threading.excepthook = in_thread
