"""Data Integrity proofs (eddsa-rdfc-2022) on JSON-LD credentials: made and checked without any network.

A proof signs the RDF statements that the JSON expands to, not the JSON. Therefore both ways refuse a
document with a member that would not become a statement: nothing a reader sees may lie outside the
signature. Contexts come from ``openbadgeslib``, which carries them; any other address is refused, never
fetched. Instants are µs UTC.
"""

from __future__ import annotations

import hashlib
import json
import re
import threading
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from functools import cache, lru_cache
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

SUITE = "eddsa-rdfc-2022"
MAX_DEPTH = 40
_ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_ED25519 = b"\xed\x01"
"""The multicodec prefix of an Ed25519 public key."""
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`\x00-\x20]*")
_PYLD = threading.Lock()
"""pyld keeps its contexts in one cache for the whole process that is not safe for threads."""


class BadProof(Exception):
    """A credential that its proof does not vouch for. ``path`` is the JSON path, ``why`` a short English
    reason."""

    def __init__(self, path: str, why: str) -> None:
        super().__init__(f"{path}: {why}")
        self.path = path
        self.why = why


# --- keys as text -----------------------------------------------------------------------------------------


def _base58(data: bytes) -> str:
    number, text = int.from_bytes(data, "big"), ""
    while number:
        number, digit = divmod(number, 58)
        text = _ALPHABET[digit] + text
    return "1" * (len(data) - len(data.lstrip(b"\0"))) + text


def _unbase58(text: str) -> bytes:
    """Raises ``ValueError`` for anything that is not base58."""
    number = 0
    for letter in text:
        number = number * 58 + _ALPHABET.index(letter)
    zeros = len(text) - len(text.lstrip("1"))
    return b"\0" * zeros + number.to_bytes((number.bit_length() + 7) // 8, "big")


def multikey(public: Ed25519PublicKey) -> str:
    """A public key as ``publicKeyMultibase``: z6Mk…"""
    return "z" + _base58(_ED25519 + public.public_bytes(Encoding.Raw, PublicFormat.Raw))


def public_of(text: str) -> Ed25519PublicKey:
    """The key of a ``publicKeyMultibase``. Raises ``ValueError`` when it is no Ed25519 key."""
    raw = _unbase58(text[1:]) if text.startswith("z") and len(text) <= 64 else b""
    if len(raw) != 34 or not raw.startswith(_ED25519):
        raise ValueError("not an Ed25519 Multikey")
    return Ed25519PublicKey.from_public_bytes(raw[2:])


# --- what is signed ---------------------------------------------------------------------------------------


@cache
def _loader() -> Any:
    from openbadgeslib.ob3.contexts import document_loader

    return document_loader()


def canonical(document: Mapping[str, Any]) -> str:
    """The document's RDF statements in canonical order (RDFC-1.0, N-Quads).

    Raises ``BadProof`` for a member that no context defines, for a context that does not come with the
    program and for whatever else is not JSON-LD. Only for documents of our own making: a hostile one can be
    made to take hours.
    """
    return str(_processed("normalize", document, {"algorithm": "URDNA2015", "format": "application/n-quads"}))


def _processed(step: str, document: Mapping[str, Any], options: dict[str, Any]) -> Any:
    from pyld.jsonld import JsonLdError, JsonLdProcessor  # type: ignore[import-untyped]

    dropped: list[str] = []
    options = {**options, "documentLoader": _loader()}
    try:
        with _PYLD:
            processor = JsonLdProcessor(on_property_dropped=lambda name: dropped.append(str(name)))
            result = getattr(processor, step)(dict(document), options)
    except JsonLdError as error:
        raise BadProof("$", _reason(error)) from error
    if dropped:
        raise BadProof("$", f"no context defines the member {dropped[0]!r}")
    return result


def _reason(error: BaseException) -> str:
    """The innermost reason of pyld's nested errors, short."""
    while error.__cause__ is not None:
        error = error.__cause__
    return str(error).split("\n", 1)[0][:200]


def _uncovered(value: Any, path: str = "$", depth: int = 0) -> Iterator[tuple[str, str]]:
    """Members that could say something to a reader of the JSON which the signed statements do not say."""
    if depth > MAX_DEPTH:
        yield path, f"nested deeper than {MAX_DEPTH} levels"
    elif isinstance(value, dict):
        for name, inner in value.items():
            here = f"{path}.{name}"
            if name == "@context" and _are_addresses(inner):
                continue
            if name.startswith("@") or ":" in name:
                yield here, "spell this member by its plain name"
            elif inner is None or inner == []:
                yield here, "an empty member is not covered by a proof; leave it out"
            elif name == "id" and not (isinstance(inner, str) and _ABSOLUTE.fullmatch(inner)):
                yield here, "an id must be an absolute URI"
            yield from _uncovered(inner, here, depth + 1)
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            if inner is None or isinstance(inner, list):
                yield f"{path}[{index}]", "an array may hold neither null nor another array"
            yield from _uncovered(inner, f"{path}[{index}]", depth + 1)


def _are_addresses(contexts: Any) -> bool:
    """Whether these are contexts by address, which come with the program; ours are never defined inside."""
    several = contexts if isinstance(contexts, list) else [contexts]
    return bool(several) and all(isinstance(one, str) for one in several)


def _refuse_uncovered(document: Mapping[str, Any]) -> None:
    for path, why in _uncovered(document):
        raise BadProof(path, why)


def instant(at: int) -> str:
    """An instant as a credential writes it: whole seconds, UTC, floored."""
    return datetime.fromtimestamp(at // 1_000_000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@lru_cache(maxsize=256)
def _options_hash(contexts: str, created: str, method: str) -> bytes:
    """One sign-off covers many awards, so the proof options repeat."""
    options = _options(created, method) | {"@context": json.loads(contexts)}
    return hashlib.sha256(canonical(options).encode()).digest()


def _options(created: str, method: str) -> dict[str, Any]:
    return {
        "type": "DataIntegrityProof",
        "cryptosuite": SUITE,
        "created": created,
        "verificationMethod": method,
        "proofPurpose": "assertionMethod",
    }


def prove(
    credential: Mapping[str, Any], issuing_key: Ed25519PrivateKey, verification_method: str, created: int
) -> dict[str, Any]:
    """The credential with its proof; the same input gives the same bytes. ``created`` is µs UTC.

    Raises ``BadProof`` for a document that the proof would not cover whole, and for one that has a proof
    already.
    """
    if "proof" in credential:
        raise BadProof("$.proof", "there is a proof already")
    _refuse_uncovered(credential)
    when = instant(created)
    options = _options_hash(json.dumps(credential.get("@context")), when, verification_method)
    signed = issuing_key.sign(options + hashlib.sha256(canonical(credential).encode()).digest())
    return {
        **credential,
        "proof": _options(when, verification_method) | {"proofValue": "z" + _base58(signed)},
    }


def verify(credential: Mapping[str, Any], keys: Mapping[str, Ed25519PublicKey]) -> None:
    """Return when exactly one proof by one of ``keys`` (by verification method) covers the whole
    credential.

    The method must belong to the credential's issuer. The work a hostile document can cause is bounded (it
    is ``openbadgeslib`` that canonicalises here). The validity window is not looked at. Raises
    ``BadProof``.
    """
    from openbadgeslib.ob3 import OB3VerificationError
    from openbadgeslib.ob3.ldp import verify_data_integrity_proof

    _refuse_uncovered(credential)
    proof = _only(credential.get("proof"))
    if proof.get("type") != "DataIntegrityProof" or proof.get("cryptosuite") != SUITE:
        raise BadProof("$.proof.cryptosuite", f"only {SUITE} is accepted")
    method = proof.get("verificationMethod")
    issuer = credential.get("issuer")
    issuer_id = issuer.get("id") if isinstance(issuer, dict) else issuer
    if not isinstance(method, str) or method.partition("#")[0] != issuer_id:
        raise BadProof("$.proof.verificationMethod", "this key does not belong to the credential's issuer")
    key = keys.get(method)
    if key is None:
        raise BadProof("$.proof.verificationMethod", "the issuer's profile lists no such key")
    try:
        verify_data_integrity_proof(dict(credential), key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    except OB3VerificationError as error:
        raise BadProof("$.proof", str(error)[:300]) from error
    # Expanding once more finds members that no context defines: unsigned, yet there to be read.
    body = {name: value for name, value in credential.items() if name != "proof"}
    _processed("expand", body, {})
    _processed("expand", {**_bare(proof), "@context": credential.get("@context")}, {})


def _only(proofs: Any) -> Mapping[str, Any]:
    found = proofs if isinstance(proofs, list) else [proofs]
    if len(found) != 1 or not isinstance(found[0], dict):
        raise BadProof("$.proof", "there must be exactly one proof")
    return found[0]


def _bare(proof: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in proof.items() if name != "proofValue"}
