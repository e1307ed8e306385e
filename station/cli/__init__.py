"""The commands: one small file per noun, loaded when called; ``run`` is their top, where troubles become sentences."""

from __future__ import annotations

import importlib
import os
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress
from itertools import pairwise
from typing import Any

import click

from station import __version__, diagnostics, texts
from station.cli import click_texts
from station.cli.shell import Call, common
from station.texts import _
from station.trouble import Trouble

COMMANDS = {
    "apply": "station.cli.apply",
    "awards": "station.cli.awards",
    "catalogue": "station.cli.catalogue",
    "check": "station.cli.check",
    "codes": "station.cli.codes",
    "day": "station.cli.day",
    "decode": "station.cli.decode",
    "demo": "station.cli.demo",
    "enroll": "station.cli.setup",
    "evidence": "station.cli.evidence",
    "event": "station.cli.event",
    "hours": "station.cli.hours",
    "init": "station.cli.setup",
    "issuer": "station.cli.setup",
    "log": "station.cli.log",
    "member": "station.cli.member",
    "passes": "station.cli.passes",
    "person": "station.cli.person",
    "practice-registry": "station.cli.practice_registry",
    "progress": "station.cli.standing",
    "provision": "station.cli.setup",
    "queue": "station.cli.queue",
    "registry": "station.cli.registry",
    "roster": "station.cli.roster",
    "scan": "station.cli.scan",
    "share": "station.cli.share",
    "starts": "station.cli.starts",
    "sync": "station.cli.sync",
    "verify": "station.cli.verify",
}


class Commands(click.Group):
    """Finds a command's file by its name, so that one command does not load the libraries of all."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 click's signature
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(COMMANDS[cmd_name])
        command: click.Command = getattr(module, cmd_name.replace("-", "_"))
        return command


def _root() -> click.Group:
    @click.group(
        cls=Commands,
        invoke_without_command=True,
        help=_("The check-in station. Without a command it opens the window."),
    )
    @click.version_option(__version__, prog_name="station", message="%(prog)s %(version)s")
    @common
    @click.pass_context
    def root(ctx: click.Context, call: Call) -> None:
        if ctx.invoked_subcommand is None:
            from station.app import window

            ctx.exit(window(call.home, call.given_passphrase()))

    return root


def run(arguments: Sequence[str]) -> int:
    """Run one command; the exit code: 0 done, 1 the world's fault (one sentence on stderr), 2 wrong usage."""
    texts.activate(_language(arguments))
    click_texts.speak()
    diagnostics.catch_everything()
    with suppress(ValueError):  # only the main thread may; elsewhere nobody sends it
        signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        code: Any = _root().main(list(arguments), prog_name="station", standalone_mode=False)
        sys.stdout.flush()
        return code if isinstance(code, int) else 0
    except click.exceptions.Abort:
        return 130
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except Trouble as trouble:
        click.echo(texts.sentence(trouble), err=True)
        return 1
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # Whoever read our output has gone; nothing is lost by stopping quietly.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:
        diagnostics.bug(error)
        click.echo(texts.sentence(Trouble("bug", kind=type(error).__name__)), err=True)
        return 1


def _language(arguments: Sequence[str]) -> str:
    """The language asked for by --lang, needed before the options are made; else the computer's."""
    for argument, following in pairwise([*arguments, ""]):
        asked = argument.removeprefix("--lang=") if argument.startswith("--lang=") else following
        if argument.startswith("--lang") and asked in texts.LANGUAGES:
            return asked
    return texts.preferred()
