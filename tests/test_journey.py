"""From the scan to the registry, over real HTTP: one credential each, whatever happens on the way."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests

from station import assembly, credentials
from station.facts import Kind, Role, Way
from station.registries import Target
from station.sending import DirectOutbox, registry_of
from station.sync.courier import Courier, Pass, Sent
from tests.conftest import PASSPHRASE
from tests.stories import HOUR, START, add_event, entry, event, opened

ROOT = Path(__file__).resolve().parent.parent
DATA = os.environ.get("STATION_TEST_DATA")


@dataclass
class RegistryProcess:
    """The practice registry in a process of its own, that can be killed and started again on the same port."""

    folder: Path
    port: int = 0
    process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        command = [sys.executable, "-m", "station", "practice-registry", "--port", str(self.port)]
        self.process = subprocess.Popen(
            [*command, "--data", str(self.folder / "registry"), "--issuer", str(self.folder / "issuer.json")],
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )
        assert self.process.stdout
        self.port = int(json.loads(self.process.stdout.readline())["url"].rsplit(":", 1)[1])

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def kill(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            assert self.process.stdout
            self.process.stdout.close()
            self.process = None

    def credentials(self) -> list[dict[str, Any]]:
        answer = requests.get(f"{self.url}/ims/ob/v3p0/credentials", params={"limit": 1000}, timeout=10)
        assert answer.status_code == 200
        listed: list[dict[str, Any]] = answer.json()["credential"]
        return listed


@pytest.fixture
def registry(tmp_path: Path, home: Path) -> Iterator[RegistryProcess]:
    with assembly.opened(home, PASSPHRASE) as station:
        (tmp_path / "issuer.json").write_text(json.dumps(station.profile()))
    running = RegistryProcess(tmp_path)
    running.start()
    yield running
    running.kill()


def earn(home: Path, url: str, people: int = 4) -> str:
    """Everybody works 12 h 1 min as a technician: three badges each, signed off."""
    with opened(home, people) as station:
        one = add_event(station, event())
        with station.desk(one) as desk:
            for number in range(people):
                desk.scan(entry(f"C{number:04}", START, Way.IN, Role.TECHNICAL))
                desk.scan(entry(f"C{number:04}", START + 12 * HOUR + 60_000_000, Way.OUT, Role.TECHNICAL))
        assert len(station.day.sign_off(None, "Coordinator", one)) == 3 * people
        station.registries.add(Target("practice", "ob3", url, None, None))
        return one.id


def sync(home: Path) -> Pass:
    with opened(home) as station:
        target = station.registries.target()
        outbox = DirectOutbox(station.outbox, station.institution, target.name)
        done = Courier(outbox, registry_of(target), station.clock.now).run(eager=True)
        station.note_offset(done.contact.offset if done.contact else None)
        return done


def test_synced_twice_is_issued_once(home: Path, registry: RegistryProcess) -> None:
    earn(home, registry.url)
    first, second = sync(home), sync(home)
    assert (first.issued, second.issued, second.already_issued) == (12, 0, 0)
    stored = registry.credentials()
    assert len(stored) == len({one["id"] for one in stored}) == 12
    with assembly.opened(home, PASSPHRASE) as station:
        assert {row.state.value for row in station.outbox.rows({})} == {"issued"}


class Stumbling(DirectOutbox):
    """Runs something once a batch was marked as sent, or once the answers came but before they are filed."""

    def __init__(self, *args: Any, stumble: Any, at: str) -> None:
        super().__init__(*args)
        self._stumble = stumble
        self._at = at

    def mark_sent(self, batch: Any) -> None:
        super().mark_sent(batch)
        if self._at == "marked":
            self._stumble()

    def file(self, answers: Any) -> None:
        if self._at == "answered":
            self._stumble()
        super().file(answers)


class Crash(Exception):
    """The station's process ends here."""


@pytest.mark.parametrize("at", ["marked", "answered"])
@pytest.mark.parametrize("who", ["registry", "station"])
def test_killed_half_way_is_issued_once(home: Path, registry: RegistryProcess, at: str, who: str) -> None:
    earn(home, registry.url)

    def stumble() -> None:
        if who == "station":
            raise Crash
        registry.kill()

    with opened(home) as station:
        target = station.registries.target()
        outbox = Stumbling(station.outbox, station.institution, target.name, stumble=stumble, at=at)
        courier = Courier(outbox, registry_of(target), station.clock.now)
        if who == "station":
            with pytest.raises(Crash):
                courier.run(eager=True)
        else:
            courier.run(eager=True)
    if registry.process is None:
        assert sync(home).contact is not None  # offline is said, not raised
        registry.start()
    for _again in range(3):
        sync(home)
    stored = registry.credentials()
    assert len(stored) == len({one["id"] for one in stored}) == 12
    with assembly.opened(home, PASSPHRASE) as station:
        rows = station.outbox.rows({})
        assert {row.state.value for row in rows} == {"issued"}
        assert {f"urn:uuid:{row.award}" for row in rows} == {one["id"] for one in stored}
    store = sqlite3.connect(registry.folder / "registry" / "practice-registry.sqlite")
    assert store.execute("SELECT count(*) FROM credential").fetchone() == (12,)
    store.close()


def test_a_resend_is_the_same_letter(home: Path, registry: RegistryProcess) -> None:
    """After an unknown answer exactly the same bytes go out again, even if the roster changed in between."""
    earn(home, registry.url, people=1)
    with opened(home) as station:
        outbox = DirectOutbox(station.outbox, station.institution, "practice")
        one = outbox.due(0)[0]
        text = outbox.seal(one)
        outbox.mark_sent([Sent(one.award, one.credential_id, text)])
    with opened(home) as station:
        from station.rosterfile import Row

        station.roster.take([Row(2, "S0000", "New Name", "new@example.edu", ("C0000",))], [])
        again = DirectOutbox(station.outbox, station.institution, "practice")
        assert again.seal(next(p for p in again.due(0) if p.award == one.award)) == text


def test_third_parties_verify_what_was_issued(home: Path, registry: RegistryProcess) -> None:
    from cryptography.hazmat.primitives import serialization
    from openbadgeslib.ob3 import verify_data_integrity_proof

    earn(home, registry.url, people=2)
    sync(home)
    with assembly.opened(home, PASSPHRASE) as station:
        (public,) = credentials.keys_of(station.profile()).values()
    pem = public.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    stored = registry.credentials()
    assert len(stored) == 6
    for credential in stored:
        verify_data_integrity_proof(credential, pem)
        changed = {**credential, "validFrom": "2020-01-01T00:00:00Z"}
        with pytest.raises(Exception, match=r"(?i)signature|proof|verif"):
            verify_data_integrity_proof(changed, pem)


@pytest.mark.skipif(DATA is None, reason="STATION_TEST_DATA names no folder with the official schemas")
def test_the_official_schema_accepts_what_was_issued(home: Path, registry: RegistryProcess) -> None:
    from jsonschema import Draft201909Validator

    schema = Path(str(DATA)) / "open-badges/json-schema/ob_v3p0_achievementcredential_schema.json"
    validator = Draft201909Validator(json.loads(schema.read_text("utf-8")))
    earn(home, registry.url, people=1)
    sync(home)
    for credential in registry.credentials():
        assert not list(validator.iter_errors(credential))


def test_no_name_outside_the_database_and_what_was_asked_for(
    home: Path, registry: RegistryProcess, tmp_path: Path
) -> None:
    from station import diagnostics

    diagnostics.start(home)
    earn(home, registry.url, people=2)
    sync(home)
    secrets = [b"Pavyzdys", b"S0001", b"s0001@example.edu", b"C0001", b"Coordinator", PASSPHRASE.encode()]
    for path in [*home.rglob("*"), *(tmp_path / "registry").rglob("*")]:
        if path.is_file():
            raw = path.read_bytes()
            assert not [secret for secret in secrets if secret in raw], path
    with assembly.opened(home, PASSPHRASE) as station:
        # The programme names coordinators: it is no record of a person.
        own = [record for record in station.book.replay() if record.kind is not Kind.CATALOGUE]
        records = repr(own).encode()
    assert not [secret for secret in secrets if secret in records]


def test_refused_for_good_can_be_sent_again_once_the_cause_is_mended(home: Path, registry: RegistryProcess) -> None:
    """The registry has somebody else's profile at first: all is refused; then a person says "again"."""
    from station.trouble import Trouble

    earn(home, registry.url, people=2)
    right = (registry.folder / "issuer.json").read_text()
    key = json.loads(right)["verificationMethod"][0]["publicKeyMultibase"]
    registry.kill()
    stranger = "z6MkehRgf7yJbgaGfYsdoAsKdBPE3dj2CYhowQdcjqSJgvVd"
    (registry.folder / "issuer.json").write_text(right.replace(key, stranger))
    registry.start()
    assert sync(home).refused == 6
    registry.kill()
    (registry.folder / "issuer.json").write_text(right)
    registry.start()
    assert sync(home).contact is None
    with opened(home) as station:
        with pytest.raises(Trouble, match="award_not_refused"):
            station.outbox.again(["nothing"], station.day.actor("Coordinator"))
        assert station.outbox.again(None, station.day.actor("Coordinator")) == 6
    assert sync(home).issued == 6
    assert len(registry.credentials()) == 6


def test_hours_taken_back_before_sending_keep_the_badge_here(home: Path, registry: RegistryProcess) -> None:
    from station.facts import Kind

    chosen = earn(home, registry.url, people=1)
    with opened(home) as station, station.desk(station.event(chosen)) as desk:
        out = [record for record in station.book.replay([chosen]) if record.kind is Kind.SCAN][-1]
        desk.undo(out.ref)
    done = sync(home)
    assert (done.issued, {trouble.code for _award, trouble in done.held}) == (0, {"not_earned"})
    with assembly.opened(home, PASSPHRASE) as station:
        assert {row.reason for row in station.outbox.rows({})} == {"not_earned"}
