"""Credentials: frozen, addressed, signed; checked by the official schema and by software that is not ours."""

from __future__ import annotations

import copy
import hashlib
import json
import socket
from collections.abc import Iterator
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft201909Validator, FormatChecker

from station.credentials import (
    CONTEXTS,
    Achievement,
    Skill,
    addressed,
    hours_text,
    issuer_profile,
    keys_of,
    unsigned,
    wire,
)
from station.facts import SECOND, Ground, Proposal
from station.proofs import BadProof, canonical, multikey, prove, public_of, verify
from tests.registries import (
    EARNED,
    INSTITUTION_KEY,
    ISSUER,
    KEY,
    METHOD,
    credential,
    data_folder,
    frozen,
    proposal,
    text_of,
)

KEYS = {METHOD: KEY.public_key()}
PEM = KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def schema(name: str) -> Draft201909Validator:
    file = data_folder() / "json-schema" / f"ob_v3p0_{name}_schema.json"
    return Draft201909Validator(json.loads(file.read_text("utf-8")), format_checker=FormatChecker())


def by_third_party(document: dict[str, Any]) -> None:
    from openbadgeslib.ob3.ldp import OB3LdpVerifier

    OB3LdpVerifier(PEM).verify(document, check_status=False)


def vector(name: str) -> dict[str, Any]:
    found = json.loads((data_folder() / "vectors" / "1edtech-validator" / name).read_text("utf-8"))
    assert isinstance(found, dict)
    return found


# --- what is frozen and what is signed ---------------------------------------------------------


def test_signed_credential_is_taken_by_openbadgeslib() -> None:
    by_third_party(credential())


def test_signed_credential_has_the_official_shape() -> None:
    assert not list(schema("achievementcredential").iter_errors(credential()))
    without_evidence = prove(addressed(frozen(visits=0), "a@example.edu", b"k", proposal().key), KEY, METHOD, EARNED)
    assert not list(schema("achievementcredential").iter_errors(without_evidence))
    by_third_party(without_evidence)


def test_issuer_profile_has_the_official_shape_and_gives_its_keys_back() -> None:
    other = Ed25519PrivateKey.generate().public_key()
    profile = issuer_profile(ISSUER.url, ISSUER.name, [KEY.public_key(), other])
    assert not list(schema("profile").iter_errors(profile))
    found = keys_of(json.loads(json.dumps(profile)))
    assert found[METHOD] == KEY.public_key()
    assert list(found.values()) == [KEY.public_key(), other]


@pytest.mark.parametrize(
    "profile",
    [
        {},
        {"id": "https://x"},
        {"id": "https://x", "verificationMethod": []},
        {"id": "https://x", "verificationMethod": [{"id": "a"}]},
        {"id": "https://x", "verificationMethod": [{"id": "a", "publicKeyMultibase": "z0OIl"}]},
        {"id": "https://x", "verificationMethod": ["text"]},
    ],
)
def test_a_profile_without_usable_keys_is_refused(profile: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"verificationMethod|id:"):
        keys_of(profile)


def test_what_is_frozen_says_both_languages_and_nothing_of_a_person() -> None:
    text = wire(frozen())
    for part in ("Savanorystė", "Volunteering", "patvirtintos valandos", "confirmed hours", "Atvirų durų"):
        assert part in text
    assert "identifier" not in text
    assert proposal().key.person not in text
    assert "@" not in text.replace("@context", "")


def test_the_same_award_gives_the_same_bytes_whatever_the_language(monkeypatch: pytest.MonkeyPatch) -> None:
    from station import texts

    first = text_of()
    monkeypatch.setattr(texts, "_active", ["lt"])
    assert text_of() == first
    assert text_of(2) != first
    reordered = json.loads(wire(frozen()))
    again = prove(
        addressed(reordered, "student1@example.edu", INSTITUTION_KEY, proposal().key),
        KEY,
        METHOD,
        EARNED + 60 * SECOND,
    )
    assert wire(again) == first


def test_dates_hours_and_evidence_are_those_of_the_proposal() -> None:
    one = credential()
    assert one["id"] == proposal().key.credential_id
    assert one["validFrom"] == "2026-09-21T14:13:20Z"
    assert one["proof"]["created"] == "2026-09-21T14:14:20Z"
    subject = one["credentialSubject"]
    assert subject["result"][0]["value"] == "4.00"
    assert subject["activityStartDate"] == "2026-09-20T18:13:20Z"
    assert subject["activityEndDate"] == "2026-09-20T22:43:20Z"
    assert [visit["narrative"][-9:] for visit in one["evidence"]] == ["2 h 0 min"] * 2
    assert len({visit["id"] for visit in one["evidence"]}) == 2


@pytest.mark.parametrize(
    ("seconds", "text"), [(14_399, "3.99"), (14_400, "4.00"), (43_260, "12.01"), (0, "0.00"), (35, "0.00")]
)
def test_hours_are_floored_never_rounded_up(seconds: int, text: str) -> None:
    assert hours_text(seconds) == text


def test_recipient_is_a_salted_hash_that_the_owner_of_the_email_can_check() -> None:
    key = proposal().key
    upper = addressed(frozen(), "  Student1@Example.EDU ", INSTITUTION_KEY, key)
    assert upper == addressed(frozen(), "student1@example.edu", INSTITUTION_KEY, key)
    identity = upper["credentialSubject"]["identifier"][0]
    plain = f"student1@example.edu{identity['salt']}".encode()
    assert identity["identityHash"] == "sha256$" + hashlib.sha256(plain).hexdigest()
    assert "student1" not in wire(upper)
    decomposed = addressed(frozen(), "ona.s\u030caltyte\u0307@example.edu", INSTITUTION_KEY, key)
    assert decomposed == addressed(frozen(), "ona.šaltytė@example.edu", INSTITUTION_KEY, key)
    salts = {
        identity["salt"],
        addressed(frozen(), "student1@example.edu", b"another", key)["credentialSubject"]["identifier"][0]["salt"],
        addressed(frozen(2), "student1@example.edu", INSTITUTION_KEY, proposal(2).key)["credentialSubject"][
            "identifier"
        ][0]["salt"],
    }
    assert len(salts) == 3
    assert "identifier" not in frozen()["credentialSubject"]


# --- proofs ------------------------------------------------------------------------------------


def leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if isinstance(value, dict | list):
        for name, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from leaves(inner, (*path, name))
    else:
        yield path


ALL_LEAVES = [path for path in leaves(credential()) if path[0] != "@context"]


@pytest.mark.parametrize("path", ALL_LEAVES, ids=lambda path: ".".join(map(str, path)))
def test_changing_any_field_breaks_the_proof(path: tuple[Any, ...]) -> None:
    changed = credential()
    verify(changed, KEYS)
    owner: Any = changed
    for name in path[:-1]:
        owner = owner[name]
    old = owner[path[-1]]
    owner[path[-1]] = not old if isinstance(old, bool) else old[:-1] + ("x" if old[-1] != "x" else "y")
    with pytest.raises(BadProof):
        verify(changed, KEYS)


@pytest.mark.parametrize(
    ("where", "name", "value"),
    [
        ((), "note", "not in any context"),
        (("credentialSubject",), "grade", "10"),
        (("proof",), "note", "x"),
        ((), "https://schema.org/name", "Another name"),
        ((), "@included", [{"id": "urn:x:1", "name": "more"}]),
        (("credentialSubject", "achievement"), "tag", []),
        (("credentialSubject", "achievement"), "image", None),
        (("credentialSubject",), "id", "relative"),
        (("issuer",), "image", {"id": "picture.png", "type": "Image"}),
        (("credentialSubject",), "creditsEarned", 1.5),
        ((), "@context", [*CONTEXTS, {"grade": "https://example.com/grade"}]),
    ],
)
def test_nothing_can_be_added_outside_the_proof(where: tuple[str, ...], name: str, value: Any) -> None:
    changed = credential()
    owner: Any = changed
    for step in where:
        owner = owner[step]
    owner[name] = value
    with pytest.raises(BadProof):
        verify(changed, KEYS)
    if where != ("proof",):
        del changed["proof"]
        if name != "creditsEarned":
            with pytest.raises(BadProof):
                prove(changed, KEY, METHOD, EARNED)


def test_removing_a_part_or_the_proof_is_noticed() -> None:
    for name in ("evidence", "validFrom", "name", "proof", "issuer"):
        changed = credential()
        del changed[name]
        with pytest.raises(BadProof):
            verify(changed, KEYS)


def test_only_the_issuers_listed_keys_count() -> None:
    stranger = Ed25519PrivateKey.generate()
    with pytest.raises(BadProof, match="lists no such key"):
        verify(credential(), {})
    with pytest.raises(BadProof, match="mismatch"):
        verify(credential(), {METHOD: stranger.public_key()})
    foreign = "https://elsewhere.example/issuer#" + multikey(stranger.public_key())
    signed = prove({k: v for k, v in credential().items() if k != "proof"}, stranger, foreign, EARNED)
    with pytest.raises(BadProof, match="does not belong"):
        verify(signed, {foreign: stranger.public_key()})
    with pytest.raises(BadProof, match="already"):
        prove(credential(), KEY, METHOD, EARNED)


def test_contexts_are_never_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_network(*args: Any, **kwargs: Any) -> None:
        raise AssertionError("the network was asked")

    monkeypatch.setattr(socket, "create_connection", no_network)
    monkeypatch.setattr(socket, "getaddrinfo", no_network)
    document = frozen()
    document["@context"] = [*document["@context"], "https://example.com/context.json"]
    with pytest.raises(BadProof, match="never fetched"):
        prove(document, KEY, METHOD, EARNED)
    signed = credential()
    signed["@context"] = [*signed["@context"], "https://example.com/context.json"]
    with pytest.raises(BadProof, match="never fetched"):
        verify(signed, KEYS)


def test_a_document_made_to_be_slow_is_refused_in_bounded_time() -> None:
    """Identical nameless nodes make canonicalisation factorial: eleven of them would take weeks."""
    poison = credential()
    poison["evidence"] = [{"type": ["Evidence"], "name": "same"} for _ in range(60)]
    with pytest.raises(BadProof):
        verify(poison, KEYS)
    deep: Any = "x"
    for _ in range(500):
        deep = {"narrative": deep}
    with pytest.raises(BadProof, match="nested"):
        verify(credential() | {"evidence": [deep]}, KEYS)


@pytest.mark.parametrize("name", ["simple.json", "complete.json"])
def test_official_vectors_with_a_good_proof_are_taken(name: str) -> None:
    found = vector(name)
    proof = found["proof"][0] if isinstance(found["proof"], list) else found["proof"]
    method = proof["verificationMethod"]
    if method.startswith("did:"):
        pytest.skip(f"{name} is signed by a DID; issuers here are addresses")
    verify(found, {method: public_of(method.partition("#")[2])})


@pytest.mark.parametrize("name", ["simple-err-proof-value.json", "simple-noproof.json", "simple-eddsa-2022.json"])
def test_official_vectors_with_a_bad_proof_are_refused(name: str) -> None:
    found = vector(name)
    proofs = found.get("proof", [])
    methods = [proof["verificationMethod"] for proof in proofs]
    with pytest.raises(BadProof):
        verify(found, {method: public_of(method.partition("#")[2]) for method in methods})


def test_canonical_form_is_that_of_the_official_vector() -> None:
    """The vector is of the simple example with another issuer."""
    document = {name: value for name, value in vector("simple.json").items() if name != "proof"}
    document["issuer"] = {
        "id": "https://example.edu/issuers/565049",
        "type": ["Profile"],
        "name": "Example Corp",
        "url": "https://www.imsglobal.org",
    }
    expected = (data_folder() / "vectors" / "obv3p0_document-canon.txt").read_text("utf-8")
    assert canonical(document).strip() == expected.strip()


@settings(max_examples=60, deadline=None)
@given(raw=st.binary(min_size=32, max_size=32))
def test_keys_survive_their_text_form(raw: bytes) -> None:
    key = Ed25519PrivateKey.from_private_bytes(raw).public_key()
    assert public_of(multikey(key)) == key


@settings(max_examples=200, deadline=None)
@given(text=st.text(max_size=70))
def test_garbage_is_no_key(text: str) -> None:
    with pytest.raises(ValueError, match=r"Multikey|substring"):
        public_of(text)


@settings(max_examples=40, deadline=None)
@given(name=st.text(min_size=1, max_size=40).filter(lambda text: text.strip() and text.isprintable()))
def test_any_event_title_is_signed_and_verified(name: str) -> None:
    document = frozen()
    document["evidence"][0]["name"] = name
    signed = prove(addressed(document, "a@example.edu", b"k", proposal().key), KEY, METHOD, EARNED)
    verify(json.loads(wire(signed)), KEYS)
    changed = copy.deepcopy(signed)
    changed["evidence"][0]["name"] = name + "."
    with pytest.raises(BadProof):
        verify(changed, KEYS)


# --- competencies, and badges that are not for hours ------------------------------------------------------------------


def of_deeds() -> dict[str, Any]:
    """A badge for starts, with one competency that Europe names and one that it does not."""
    one = proposal(badge="sport")
    starts = tuple(Ground(f"Cup {n}", f"2026-10-0{n}, 100 m, 1 vieta / place", EARNED - n) for n in (1, 2))
    earned = Proposal(one.key, None, EARNED, 0, (), starts)
    skills = (
        Skill("teamwork", {"lt": "Komandinis darbas", "en": "Teamwork"}, "http://data.europa.eu/esco/skill/x"),
        Skill("self discipline", {"lt": "Savidrausmė", "en": "Self-discipline"}),
    )
    achievement = Achievement("sport", {"lt": "S", "en": "S"}, {"lt": "K", "en": "C"}, 0, "Membership", skills)
    return unsigned(earned, ISSUER, achievement, {})


def test_competencies_are_alignments_that_the_proof_covers() -> None:
    frozen_one = of_deeds()
    achievement = frozen_one["credentialSubject"]["achievement"]
    assert [one["targetUrl"] for one in achievement["alignment"]] == [
        "http://data.europa.eu/esco/skill/x",
        "https://badges.example.edu/issuer/competencies/self%20discipline",
    ]
    assert [one.get("targetFramework") for one in achievement["alignment"]] == ["ESCO", None]
    signed = prove(addressed(frozen_one, "a@example.edu", b"k", proposal().key), KEY, METHOD, EARNED)
    verify(signed, KEYS)
    by_third_party(signed)
    changed = copy.deepcopy(signed)
    changed["credentialSubject"]["achievement"]["alignment"][1]["targetName"] = "Other"
    with pytest.raises(BadProof):
        verify(changed, KEYS)


def test_a_badge_for_starts_names_them_and_counts_no_hours() -> None:
    frozen_one = of_deeds()
    assert [one["name"] for one in frozen_one["evidence"]] == ["Cup 1", "Cup 2"]
    subject = frozen_one["credentialSubject"]
    assert {"role", "result", "activityStartDate"}.isdisjoint(subject)
    assert "resultDescription" not in subject["achievement"]
    signed = prove(addressed(frozen_one, "a@example.edu", b"k", proposal().key), KEY, METHOD, EARNED)
    assert not list(schema("achievementcredential").iter_errors(signed))
