"""The practice registry: a real process, asked over HTTP; what it takes, refuses, keeps and survives."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import requests
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft201909Validator

from station.credentials import addressed, issuer_profile, verification_method_id, wire
from station.facts import SECOND
from station.proofs import prove
from station.sync.practice_issuer import IssuerFile
from station.sync.practice_shape import BadShape, microseconds, parsed, require_credential
from station.sync.practice_store import FILE, CredentialStore
from station.trouble import Trouble
from tests.registries import (
    API,
    EARNED,
    ISSUER,
    KEY,
    Practice,
    credential,
    data_folder,
    frozen,
    id_of,
    practice,
    text_of,
)

JSON = {"Content-Type": "application/vc+ld+json"}


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Practice]:
    with practice(tmp_path_factory.mktemp("registry")) as registry:
        yield registry


def post(registry: Practice, body: str | bytes, headers: dict[str, str] | None = None) -> requests.Response:
    data = body.encode() if isinstance(body, str) else body
    return requests.post(f"{registry.url}{API}/credentials", data=data, headers=headers or JSON, timeout=20)


def refused(answer: requests.Response) -> str:
    """The description of a refusal, whose form is the standard's."""
    assert answer.status_code == 400, answer.text
    found = answer.json()
    assert found["imsx_codeMajor"] == "failure"
    assert found["imsx_severity"] == "error"
    return str(found["imsx_description"])


def test_created_then_replaced_and_the_answer_repeats_the_request(running: Practice) -> None:
    text = text_of(101)
    first = post(running, text)
    assert (first.status_code, first.text) == (201, text)
    assert first.headers["Content-Type"].startswith("application/vc+ld+json")
    assert post(running, text, {"Content-Type": "application/json"}).status_code == 200
    assert running.ids().count(id_of(101)) == 1


def test_a_newer_one_replaces_and_an_older_one_does_not(running: Practice) -> None:
    def listed() -> str:
        params = {"id": id_of(102)}
        page = requests.get(f"{running.url}{API}/credentials", params=params, timeout=10).json()
        (one,) = page["credential"]
        return str(one["validFrom"])

    assert post(running, text_of(102)).status_code == 201
    assert post(running, text_of(102, validFrom="2026-10-01T00:00:00Z")).status_code == 200
    assert listed() == "2026-10-01T00:00:00Z"
    assert post(running, text_of(102, validFrom="2026-09-30T23:59:59Z")).status_code == 200
    assert listed() == "2026-10-01T00:00:00Z"
    assert post(running, text_of(102, validFrom="2026-10-01T03:00:00+02:00")).status_code == 200
    assert listed() == "2026-10-01T03:00:00+02:00"


def test_the_same_id_written_otherwise_is_the_same_credential(running: Practice) -> None:
    assert post(running, text_of(103)).status_code == 201
    assert post(running, text_of(103, id=id_of(103).replace("-", "%2D"))).status_code == 200


def test_many_at_once_make_one(running: Practice) -> None:
    text = text_of(104)
    with ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(lambda _: post(running, text).status_code, range(16)))
    assert sorted(statuses) == [200] * 15 + [201]
    assert running.ids().count(id_of(104)) == 1


def test_a_forged_credential_is_refused_by_its_proof(running: Practice) -> None:
    forged = credential(105)
    forged["credentialSubject"]["result"][0]["value"] = "12.00"
    assert refused(post(running, wire(forged))).startswith("$.proof: ")
    extended = credential(105) | {"note": "unsigned"}
    assert "note" in refused(post(running, wire(extended)))
    assert id_of(105) not in running.ids()


def test_another_issuer_is_refused(running: Practice) -> None:
    other = Ed25519PrivateKey.generate()
    url = "https://elsewhere.example/issuer"
    body = addressed(frozen(106), "a@example.edu", b"k", _key(106))
    body["issuer"] = {"id": url, "type": ["Profile"], "name": "Elsewhere"}
    signed = prove(body, other, verification_method_id(url, other.public_key()), EARNED)
    assert refused(post(running, wire(signed))).startswith("$.issuer.id: ")
    ours = addressed(frozen(106), "a@example.edu", b"k", _key(106))
    stranger = prove(ours, other, verification_method_id(ISSUER.url, other.public_key()), EARNED)
    assert refused(post(running, wire(stranger))).startswith("$.proof.verificationMethod: ")


def _key(number: int) -> Any:
    from tests.registries import proposal

    return proposal(number).key


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"", "$: not JSON"),
        (b"\xff\xfe", "$: not JSON"),
        (b"[" * 100_000, "$: not JSON"),
        (b"[]", "$: a JSON object"),
        (b'{"id": 1, "id": 2}', "$: the member 'id' is there twice"),
        (b'{"id": NaN}', "$: NaN is no JSON number"),
        (b'{"id": "\\ud800"}', "$: not JSON"),
        (b"<html></html>", "$: not JSON"),
    ],
)
def test_garbage_is_refused_in_one_sentence(running: Practice, body: bytes, why: str) -> None:
    assert refused(post(running, body)).startswith(why)


def test_other_media_too_long_bodies_and_unknown_places_are_refused(running: Practice) -> None:
    assert "compact JWS" in refused(post(running, "a.b.c", {"Content-Type": "text/plain"}))
    too_long = post(running, b" " * (300 * 1024))
    assert (too_long.status_code, too_long.json()["imsx_codeMajor"]) == (413, "failure")
    missing = requests.get(f"{running.url}/nowhere", timeout=10)
    assert (missing.status_code, missing.json()["imsx_severity"]) == (404, "error")
    assert requests.put(f"{running.url}{API}/credentials", timeout=10).status_code == 405
    for wrong in ({"limit": "0"}, {"limit": "x"}, {"offset": "-1"}, {"since": "yesterday"}):
        assert requests.get(f"{running.url}{API}/credentials", params=wrong, timeout=10).status_code == 400
    assert requests.get(f"{running.url}/healthz", timeout=10).json()["ok"] is True


def test_pages_count_and_link(tmp_path: Path) -> None:
    with practice(tmp_path) as registry:
        for number in range(5):
            assert post(registry, text_of(number)).status_code == 201
        seen: list[str] = []
        url = f"{registry.url}{API}/credentials?limit=2"
        while url:
            page = requests.get(url, timeout=10)
            assert page.headers["X-Total-Count"] == "5"
            seen += [one["id"] for one in page.json()["credential"]]
            assert page.json()["compactJwsString"] == []
            url = page.links.get("next", {}).get("url", "")
        assert seen == [id_of(number) for number in range(5)]
        later = {"since": "2026-09-21T14:13:20Z"}
        assert requests.get(f"{registry.url}{API}/credentials", params=later, timeout=10).json() == {
            "credential": [],
            "compactJwsString": [],
        }
        assert len(requests.get(page.links["first"]["url"], timeout=10).json()["credential"]) == 2
        assert len(requests.get(page.links["last"]["url"], timeout=10).json()["credential"]) == 1


def test_issuer_profile_and_description_are_given(running: Practice) -> None:
    expected = issuer_profile(ISSUER.url, ISSUER.name, [KEY.public_key()])
    assert requests.get(f"{running.url}/issuer", timeout=10).json() == expected
    assert requests.get(f"{running.url}{API}/profile", timeout=10).json() == expected
    described = requests.get(f"{running.url}{API}/discovery", timeout=10).json()
    assert described["servers"] == [{"url": running.url + API}]


def test_the_open_registry_gives_a_token_to_anybody(running: Practice) -> None:
    form = {"grant_type": "client_credentials", "client_id": "x", "client_secret": "y"}
    given = requests.post(f"{running.url}/oauth/token", data=form, timeout=10).json()
    assert given["token_type"] == "Bearer"
    form["grant_type"] = "password"
    assert requests.post(f"{running.url}/oauth/token", data=form, timeout=10).status_code == 400


def test_with_a_client_only_its_token_opens(tmp_path: Path) -> None:
    with practice(tmp_path, client="station", secret="s3cret") as registry:
        closed = post(registry, text_of())
        assert (closed.status_code, closed.headers["WWW-Authenticate"]) == (401, "Bearer")
        assert requests.get(f"{registry.url}{API}/credentials", timeout=10).status_code == 401
        assert post(registry, text_of(), JSON | {"Authorization": "Bearer wrong"}).status_code == 401
        form = {"grant_type": "client_credentials"}
        for wrong in (("station", "no"), ("other", "s3cret"), ("", "")):
            answer = requests.post(f"{registry.url}/oauth/token", data=form, auth=wrong, timeout=10)
            assert answer.status_code == 401
        given = requests.post(f"{registry.url}/oauth/token", data=form, auth=("station", "s3cret"), timeout=10)
        assert given.headers["Cache-Control"] == "no-store"
        bearer = {"Authorization": f"Bearer {given.json()['access_token']}"}
        assert post(registry, text_of(), JSON | bearer).status_code == 201


def test_what_was_answered_survives_a_kill(tmp_path: Path) -> None:
    answered: list[str] = []
    with practice(tmp_path) as registry:
        texts = {number: text_of(number) for number in range(40)}

        def send(number: int) -> None:
            try:
                if post(registry, texts[number]).status_code == 201:
                    answered.append(id_of(number))
                    if len(answered) == 15:
                        registry.kill()
            except requests.RequestException:
                pass

        with ThreadPoolExecutor(3) as pool:
            list(pool.map(send, texts))
    assert 15 <= len(answered) < 40
    with practice(tmp_path) as registry:
        kept = registry.ids()
        assert set(answered) <= set(kept)
        assert len(kept) == len(set(kept))
        for number, text in texts.items():
            assert post(registry, text).status_code == (200 if id_of(number) in kept else 201)
        assert sorted(registry.ids()) == sorted(id_of(number) for number in texts)


def test_a_key_added_to_the_profile_counts_at_once(tmp_path: Path) -> None:
    second = Ed25519PrivateKey.generate()
    body = addressed(frozen(), "a@example.edu", b"k", _key(1))
    signed = wire(prove(body, second, verification_method_id(ISSUER.url, second.public_key()), EARNED))
    with practice(tmp_path) as registry:
        assert post(registry, signed).status_code == 400
        keys = [KEY.public_key(), second.public_key()]
        (tmp_path / "issuer.json").write_text(json.dumps(issuer_profile(ISSUER.url, ISSUER.name, keys)))
        assert post(registry, signed).status_code == 201
        (tmp_path / "issuer.json").write_text("{broken")
        assert post(registry, signed).status_code == 200


def test_it_listens_on_this_computer_only(running: Practice) -> None:
    assert running.url.startswith("http://127.0.0.1:")
    table = Path("/proc/net/tcp")
    if not table.exists():
        pytest.skip("no /proc/net/tcp here")
    listening = [line.split()[1] for line in table.read_text().splitlines()[1:] if line.split()[3] == "0A"]
    assert [a for a in listening if a.endswith(f":{running.port:04X}")] == [f"0100007F:{running.port:04X}"]


def test_what_is_in_the_way_is_named(tmp_path: Path, running: Practice) -> None:
    from station.sync.practice_server import serve

    with pytest.raises(Trouble, match="issuer_profile"):
        serve(0, tmp_path, tmp_path / "missing.json")
    (tmp_path / "broken.json").write_text('{"id": "https://x", "verificationMethod": []}')
    with pytest.raises(Trouble, match="issuer_profile"):
        IssuerFile(tmp_path / "broken.json")
    profile = running.folder / "issuer.json"
    with pytest.raises(Trouble, match="port_taken"):
        serve(running.port, tmp_path, profile)
    (tmp_path / "file").write_text("")
    with pytest.raises(Trouble, match="practice_data"):
        serve(0, tmp_path / "file", profile)
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / FILE).write_bytes(b"not a database, but long enough to look like one " * 100)
    with pytest.raises(Trouble, match="practice_data"):
        CredentialStore(tmp_path / "other")


# --- the shape, against the official schema ------------------------------------------------------


def _schema() -> Draft201909Validator:
    file = data_folder() / "json-schema" / "ob_v3p0_achievementcredential_schema.json"
    return Draft201909Validator(json.loads(file.read_text("utf-8")))


def _nodes(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    if isinstance(value, dict | list):
        for name, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _nodes(inner, (*path, name))


def _mutants(good: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The credential with one member removed or made something else, in every place."""
    for path in _nodes(good):
        if not path or path[0] == "proof":
            continue
        values: tuple[Any, ...] = (..., None, 7, "", "x", [], {}, True)
        for value in values:
            changed = copy.deepcopy(good)
            owner: Any = changed
            for name in path[:-1]:
                owner = owner[name]
            if value is ...:
                del owner[path[-1]]
            else:
                owner[path[-1]] = value
            yield f"{'.'.join(map(str, path))} = {value!r}", changed


def test_whatever_the_official_schema_refuses_is_refused_here() -> None:
    official = _schema()
    taken = [(name, changed) for name, changed in _mutants(credential()) if not _refusal(changed)]
    assert len(taken) < 300
    assert [name for name, changed in taken if not official.is_valid(changed)] == []


def _refusal(changed: dict[str, Any]) -> str:
    """The path that is named, or nothing for a credential that is taken."""
    try:
        require_credential(changed)
    except BadShape as refusal:
        return refusal.path
    return ""


@pytest.mark.parametrize("name", ["simple.json", "complete.json"])
def test_official_examples_have_the_shape(name: str) -> None:
    body = (data_folder() / "vectors" / "1edtech-validator" / name).read_bytes()
    require_credential(parsed(body))


def test_refusals_have_the_official_form(running: Practice) -> None:
    file = data_folder() / "json-schema" / "ob_v3p0_imsx_statusinfo_schema.json"
    official = Draft201909Validator(json.loads(file.read_text("utf-8")))
    assert not list(official.iter_errors(post(running, b"{}").json()))


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("1970-01-01T00:00:01Z", 1),
        ("1970-01-01T02:00:01+02:00", 1),
        ("2026-02-30T00:00:00Z", None),
        ("2026-02-03", None),
        ("2026-02-03T04:05:06", None),
        ("", None),
    ],
)
def test_instants_have_a_zone(text: str, seconds: int | None) -> None:
    if seconds is None:
        with pytest.raises(ValueError, match=r"."):
            microseconds(text)
    else:
        assert microseconds(text) == seconds * SECOND


@settings(max_examples=150, deadline=None)
@given(body=st.binary(max_size=200) | st.text(alphabet='{}[]",:0x ', max_size=60).map(str.encode))
def test_no_body_is_answered_by_anything_but_a_refusal(body: bytes) -> None:
    with pytest.raises(BadShape):
        require_credential(parsed(body))
