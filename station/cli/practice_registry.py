"""``station practice-registry``: the practice registry, in the foreground, on this computer only."""

from __future__ import annotations

import os
from pathlib import Path

import click

from station.trouble import Trouble


@click.command("practice-registry")
@click.option("--port", type=click.IntRange(0, 65535), default=0, show_default=True, help="0 takes a free
one.") @click.option("--data", "data", type=click.Path(path_type=Path), required=True, help="Folder it
keeps.") @click.option("--issuer", type=click.Path(path_type=Path), required=True, help="The issuer's
profile (JSON).") @click.option("--client", help="Only this client gets a token; without it, everybody may
send.") @click.option("--secret-fd", type=int, help="File descriptor the client's secret is read from.") def
practice_registry(port: int, data: Path, issuer: Path, client: str | None, secret_fd: int | None) -> None:
"""Run a practice badge registry. Prints {"url", "pid"} once it listens; ends with Ctrl+C."""
    if (client is None) != (secret_fd is None):
        raise click.UsageError("--client and --secret-fd go together")
    from station.sync.practice_server import serve

    serve(port, data, issuer, client, _secret(secret_fd))


def _secret(descriptor: int | None) -> str | None:
    if descriptor is None:
        return None
    try:
        with os.fdopen(descriptor, encoding="utf-8") as file:
            secret = file.read(4096).strip()
    except (OSError, ValueError):
        secret = ""
    if not secret:
        raise Trouble("no_secret", descriptor=descriptor)
    return secret
