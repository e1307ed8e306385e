"""A document is written whole or not at all: into a file beside it, which then takes its place."""

from __future__ import annotations

import errno
import os
import stat
import tempfile
from contextlib import suppress
from pathlib import Path

from station.trouble import Trouble

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


def write_whole(path: Path, content: bytes) -> None:
    """Put ``content`` at ``path``; what was there stays untouched until the new file is complete and on disk.

    Raises ``Trouble('report_disk_full' | 'report_no_folder' | 'report_is_folder' | 'report_unwritable')``.
    """
    try:
        if path.exists() and not stat.S_ISREG(path.stat().st_mode):
            path.write_bytes(content)  # a pipe cannot be replaced, only written to; a folder says so itself
        else:
            _replace(path.resolve(), content)  # the file that a link names, not the link
    except IsADirectoryError:
        raise Trouble("report_is_folder", path=str(path)) from None
    except (FileNotFoundError, NotADirectoryError):
        raise Trouble("report_no_folder", path=str(path), folder=str(path.parent)) from None
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        code = "report_disk_full" if getattr(error, "errno", None) in _FULL else "report_unwritable"
        raise Trouble(code, path=str(path), reason=getattr(error, "strerror", None) or str(error)) from None


def _replace(path: Path, content: bytes) -> None:
    """A new document is for its maker's eyes alone, since it holds names; an old one keeps its modes."""
    handle, name = tempfile.mkstemp(prefix=f".{path.name[:40]}.", suffix=".part", dir=path.parent)
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if path.exists():
            with suppress(OSError):  # a folder without modes, such as a memory stick's
                part.chmod(stat.S_IMODE(path.stat().st_mode))
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
