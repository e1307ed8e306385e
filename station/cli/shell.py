"""What all commands share: the data folder, the passphrase, languages, and how they print."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from station import diagnostics, keys, settings, texts
from station.shown import shown, visible
from station.texts import _
from station.trouble import Trouble

if TYPE_CHECKING:
    from station.assembly import Station


LONGEST_LINE = 4096
"""Bytes of a passphrase or secret."""

_KEPT = "\n\u00a0\u202f"
"""Line ends and the spaces that our own sentences have."""


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a command: its data folder, and the passphrase where one was given."""

    home: Path
    passphrase_fd: int | None

    def given_passphrase(self) -> str | None:
        """The passphrase of --passphrase-fd or STATION_PASSPHRASE_FILE, None where there is neither."""
        if self.passphrase_fd is not None:
            return _line(self.passphrase_fd, "passphrase_unreadable")
        named = os.environ.get("STATION_PASSPHRASE_FILE")
        if named:
            try:
                return Path(named).read_text("utf-8").partition("\n")[0].rstrip("\r")
            except (OSError, UnicodeDecodeError):
                raise Trouble("passphrase_unreadable", where=named) from None
        return None

    def passphrase(self) -> str | None:
        """The passphrase, asked for on a terminal if this data folder needs one."""
        given = self.given_passphrase()
        if given is None and keys.keeper_of(self.home) == "passphrase" and sys.stdin.isatty():
            given = str(click.prompt(_("Passphrase"), hide_input=True, err=True))
        return given

    def new_passphrase(self) -> str | None:
        """The passphrase for a new data folder; None where the system's key store will keep the key."""
        given = self.given_passphrase()
        if given is None and not keys.has_key_store() and sys.stdin.isatty():
            given = str(click.prompt(_("New passphrase"), hide_input=True, confirmation_prompt=True, err=True))
        return given

    @contextmanager
    def opened(self, *, write: str | None = None) -> Iterator[Station]:
        from station import assembly

        with assembly.opened(self.home, self.passphrase(), write=write) as station:
            if write:
                diagnostics.start(self.home)
            yield station


def _line(descriptor: int, trouble: str) -> str:
    """The first line of an open file. Raises ``Trouble`` of that code where there is none."""
    raw = b""
    try:
        # Byte by byte: what follows may be somebody else's, such as codes on standard input.
        while len(raw) < LONGEST_LINE and (more := os.read(descriptor, 1)) not in (b"", b"\n"):
            raw += more
        line = raw.decode("utf-8").rstrip("\r")
    except (OSError, UnicodeDecodeError):
        line = ""
    if not line:
        raise Trouble(trouble, where=descriptor)
    return line


def client_secret(client: str | None, descriptor: int | None) -> str | None:
    """The secret that belongs to a client: both are given, or neither.

    Raises ``click.UsageError`` for one without the other, ``Trouble('secret_unreadable')``.
    """
    if (client is None) != (descriptor is None):
        raise click.UsageError(_("Give --client and --secret-fd together."))
    return None if descriptor is None else _line(descriptor, "secret_unreadable")


def common(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options of every command, before or after its name; the command gets them as ``call``."""

    @click.option("--home", type=click.Path(path_type=Path), help=_("Data folder (or STATION_HOME)."))
    @click.option("--passphrase-fd", type=int, help=_("Read the passphrase from this file descriptor."))
    @click.option("--lang", type=click.Choice(texts.LANGUAGES), help=_("Language of messages."))
    @click.pass_context
    @wraps(command)
    def with_call(
        ctx: click.Context, /, *args: Any, home: Path | None, passphrase_fd: int | None, lang: str | None, **kw: Any
    ) -> Any:
        outer = ctx.parent.find_object(Call) if ctx.parent else None
        folder = settings.home_folder(str(home) if home else None) if home or outer is None else outer.home
        descriptor = passphrase_fd if passphrase_fd is not None or outer is None else outer.passphrase_fd
        if lang:
            texts.activate(lang)
        ctx.obj = Call(folder, descriptor)
        return command(*args, call=ctx.obj, **kw)

    return with_call


json_option = click.option("--json", "as_json", is_flag=True, help=_("Print JSON lines."))


def emit(value: dict[str, Any]) -> None:
    """One JSON line, out at once: whoever reads it may rely on what it says."""
    line = json.dumps(value, ensure_ascii=False)
    if not visible(line):
        # A terminal may be reading: what is not seen is written as \uXXXX, which is the same JSON.
        line = json.dumps(value)
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def say(text: str) -> None:
    click.echo(shown(text, keep=_KEPT))


def warn(text: str) -> None:
    click.echo(shown(text, keep=_KEPT), err=True)


def iso(at: int) -> str:
    """An instant (µs UTC) as ISO 8601 in local time with its offset, to the microsecond."""
    return texts.local(at).isoformat()
