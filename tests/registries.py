"""Real registries for tests: the practice registry as a process, and a server that misbehaves on demand."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from station.credentials import Achievement, Issuer, Skill, addressed, issuer_profile, unsigned, wire
from station.credentials import verification_method_id as method_id
from station.facts import SECOND, AwardKey, Evidence, Proposal, Role
from station.proofs import prove

ISSUER = Issuer("https://badges.example.edu/issuer", "Pavyzdžio universitetas")
KEY = Ed25519PrivateKey.from_private_bytes(b"sample issuing key, practice use"[:32])
METHOD = method_id(ISSUER.url, KEY.public_key())
INSTITUTION_KEY = b"sample institution key"
EARNED = 1_790_000_000 * SECOND
API = "/ims/ob/v3p0"


def data_folder() -> Path:
    """The optional folder with official schemas and vectors; skips where it is not given."""
    folder = os.environ.get("STATION_TEST_DATA")
    if not folder:
        pytest.skip("STATION_TEST_DATA is not set")
    return Path(folder) / "open-badges"


def proposal(number: int = 1, visits: int = 2, badge: str = "vol-representation-4h") -> Proposal:
    key = AwardKey("example", ISSUER.url, badge, "series:open-days", f"{number:032x}", 1)
    start = EARNED - 20 * 3600 * SECOND
    evidence = tuple(
        Evidence("event-1", start + n * 9000 * SECOND, start + (n * 9000 + 7200) * SECOND, 7200) for n in range(visits)
    )
    return Proposal(key, Role.REPRESENTATION, EARNED, 7200 * visits, evidence)


def frozen(number: int = 1, visits: int = 2) -> dict[str, Any]:
    one = proposal(number, visits)
    achievement = Achievement(
        one.key.badge,
        {"lt": "Savanorystė: atstovavimas, 4 val.", "en": "Volunteering: representation, 4 h"},
        {"lt": "Bent 4 patvirtintos valandos.", "en": "At least 4 confirmed hours."},
        4 * 3600,
        skills=(
            Skill("teamwork", {"lt": "Komandinis darbas", "en": "Teamwork"}, "http://data.europa.eu/esco/skill/x"),
        ),
    )
    return unsigned(one, ISSUER, achievement, {"event-1": "Atvirų durų diena"})


def credential(number: int = 1, **changes: Any) -> dict[str, Any]:
    """A signed credential; ``changes`` to the top level are made before signing."""
    one = addressed(frozen(number), f"student{number}@example.edu", INSTITUTION_KEY, proposal(number).key) | changes
    return prove(one, KEY, METHOD, EARNED + 60 * SECOND)


def text_of(number: int = 1, **changes: Any) -> str:
    return wire(credential(number, **changes))


def id_of(number: int = 1) -> str:
    return proposal(number).key.credential_id


@dataclass
class Practice:
    """A running practice registry."""

    url: str
    process: subprocess.Popen[str]
    folder: Path

    def ids(self) -> list[str]:
        page = requests.get(f"{self.url}{API}/credentials", params={"limit": "500"}, timeout=10)
        return [one["id"] for one in page.json()["credential"]]

    def kill(self) -> None:
        """As when the plug is pulled."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(10)

    @property
    def port(self) -> int:
        return urlsplit(self.url).port or 0


@contextmanager
def practice(
    folder: Path, *, port: int = 0, client: str | None = None, secret: str | None = None, roster: Path | None = None
) -> Iterator[Practice]:
    """The practice registry in a process of its own, ended at the end."""
    folder.mkdir(exist_ok=True)
    profile = folder / "issuer.json"
    if not profile.exists():
        profile.write_text(json.dumps(issuer_profile(ISSUER.url, ISSUER.name, [KEY.public_key()])), "utf-8")
    command = [sys.executable, "-m", "station", "practice-registry", "--port", str(port)]
    command += ["--data", str(folder / "data"), "--issuer", str(profile)]
    command += ["--roster", str(roster)] if roster else []
    inherited: tuple[int, ...] = ()
    if client:
        reading, writing = os.pipe()
        os.write(writing, f"{secret}\n".encode())
        os.close(writing)
        command += ["--client", client, "--secret-fd", str(reading)]
        inherited = (reading,)
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, pass_fds=inherited
    ) as process:
        for descriptor in inherited:
            os.close(descriptor)
        try:
            assert process.stdout
            line = process.stdout.readline()
            assert line, process.communicate(timeout=10)[1]
            said = json.loads(line)
            assert said["pid"] == process.pid
            yield Practice(said["url"], process, folder)
        finally:
            process.terminate()
            try:
                process.communicate(timeout=10)
            except subprocess.TimeoutExpired:
                process.kill()


Act = Callable[["Handler", bytes], None]


class Handler(BaseHTTPRequestHandler):
    """Answers as the test says: the next act of ``acts``, the last one over and over."""

    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: Any) -> None:
        pass

    @property
    def wild(self) -> Wild:
        assert isinstance(self.server, _Server)
        return self.server.wild

    def answer(
        self, status: int, body: str = "", headers: dict[str, str] | None = None, claim: int | None = None
    ) -> None:
        """``claim`` is the Content-Length to give, whatever the body's is."""
        data = body.encode()
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", **(headers or {})}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(data) if claim is None else claim))
        self.end_headers()
        self.wfile.write(data)

    def do_GET(self) -> None:
        self.wild.seen.append(("GET", self.path, dict(self.headers), b""))
        self._act(self.wild.gets, b"")

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.wild.seen.append(("POST", self.path, dict(self.headers), body))
        self._act(self.wild.tokens if self.path.endswith("/token") else self.wild.posts, body)

    def _act(self, acts: list[Act], body: bytes) -> None:
        self.wild.callers.add(self.client_address)
        (acts.pop(0) if len(acts) > 1 else acts[0])(self, body)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    wild: Wild

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is what these tests are about."""


def echo(status: int = 201) -> Act:
    """A well-behaved registry: store, then repeat what came."""

    def act(handler: Handler, body: bytes) -> None:
        handler.wild.stored.append(json.loads(body)["id"])
        handler.answer(status, body.decode())

    return act


def say(status: int, body: str = "", **headers: str) -> Act:
    """Answer this, whatever was asked; underscores in header names stand for dashes."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda handler, body_in: handler.answer(status, body, named)


def discovery(handler: Handler, body: bytes) -> None:
    description: dict[str, Any] = {"openapi": "3.0.1", "info": {"title": "wild"}}
    flow = {"tokenUrl": f"{handler.wild.url}/token", "scopes": {}}
    description["components"] = {"securitySchemes": {"OAuth2ACG": {"flows": {"clientCredentials": flow}}}}
    handler.answer(200, json.dumps(description))


def stored_then(act: Act) -> Act:
    """Stores the credential, and then does that instead of saying so."""

    def both(handler: Handler, body: bytes) -> None:
        handler.wild.stored.append(json.loads(body)["id"])
        act(handler, body)

    return both


def close_early(handler: Handler, body: bytes) -> None:
    handler.close_connection = True
    handler.connection.close()


def half_an_answer(handler: Handler, body: bytes) -> None:
    text = body.decode()
    handler.answer(201, text[: len(text) // 2], claim=len(body))
    handler.close_connection = True


def hang(handler: Handler, body: bytes) -> None:
    handler.wild.released.wait(20)
    handler.close_connection = True


@dataclass
class Wild:
    """A real HTTP server that does what each list says, and remembers what it saw and stored."""

    url: str = ""
    gets: list[Act] = field(default_factory=lambda: [discovery])
    posts: list[Act] = field(default_factory=lambda: [echo()])
    tokens: list[Act] = field(default_factory=lambda: [say(200, '{"access_token":"t","expires_in":60}')])
    seen: list[tuple[str, str, dict[str, str], bytes]] = field(default_factory=list)
    stored: list[str] = field(default_factory=list)
    callers: set[tuple[str, int]] = field(default_factory=set)
    released: threading.Event = field(default_factory=threading.Event)

    def posted(self, ending: str = "/credentials") -> list[tuple[str, str, dict[str, str], bytes]]:
        return [one for one in self.seen if one[0] == "POST" and one[1].endswith(ending)]


@contextmanager
def wild(
    *, gets: list[Act] | None = None, posts: list[Act] | None = None, tokens: list[Act] | None = None
) -> Iterator[Wild]:
    """A running server; each list not given behaves well."""
    server = _Server(("127.0.0.1", 0), Handler)
    server.wild = Wild(f"http://127.0.0.1:{server.server_port}")
    server.wild.gets = gets or server.wild.gets
    server.wild.posts = posts or server.wild.posts
    server.wild.tokens = tokens or server.wild.tokens
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server.wild
    finally:
        server.wild.released.set()
        server.shutdown()
        server.server_close()
        thread.join()
