"""The practice registry as a process: waitress on this computer only, until it is told to stop."""

from __future__ import annotations

import json
import os
import signal
import socket
import sys
import threading
from pathlib import Path
from types import FrameType
from typing import TextIO

from station.sync.practice import MAX_BODY, create_app
from station.sync.practice_issuer import IssuerFile
from station.sync.practice_roster import RosterFile
from station.sync.practice_store import CredentialStore
from station.trouble import Trouble

HOST = "127.0.0.1"
THREADS = 4


def serve(
    port: int,
    data_dir: Path,
    profile_path: Path,
    *,
    client: str | None = None,
    secret: str | None = None,
    roster: RosterFile | None = None,
    announce: TextIO | None = None,
    attached: bool = False,
) -> None:
    """Serve until SIGTERM or Ctrl+C, on 127.0.0.1. ``port`` 0 takes a free one. ``attached`` also ends it when
    standard input ends, so that it never outlives a station that was killed.

    Once it listens, prints one JSON line {"url", "pid"}. Raises ``Trouble``: "issuer_profile",
    "practice_data" or "port_taken". Call it on the main thread: it takes the signal.
    """
    from waitress import create_server  # type: ignore[import-untyped]

    issuer = IssuerFile(profile_path)
    store = CredentialStore(data_dir)
    try:
        listening = _bound(port)
        server = create_server(
            create_app(store, issuer, client, secret, roster),
            sockets=[listening],
            threads=THREADS,
            max_request_body_size=4 * MAX_BODY,
            ident="practice-registry",
        )
        signal.signal(signal.SIGTERM, _leave)
        if attached:
            threading.Thread(target=_follow, name="follow", daemon=True).start()
        url = f"http://{HOST}:{listening.getsockname()[1]}"
        print(json.dumps({"url": url, "pid": os.getpid()}), file=announce or sys.stdout, flush=True)
        server.run()
        server.close()
    finally:
        store.close()


def _bound(port: int) -> socket.socket:
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        if os.name == "posix":  # elsewhere this option would let two programs share a port
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((HOST, port))
    except (OSError, OverflowError) as error:
        listening.close()
        raise Trouble("port_taken", port=port) from error
    return listening


def _follow() -> None:
    """Waits for the end of standard input, then ends this process as SIGTERM would."""
    while sys.stdin.buffer.read(1024):
        pass
    signal.raise_signal(signal.SIGTERM)


def _leave(_number: int, _frame: FrameType | None) -> None:
    raise SystemExit(0)
