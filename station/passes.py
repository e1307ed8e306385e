"""Signed student passes: ``SP1:`` + base45(COSE_Sign1) with Ed25519. Issue and verify; pure, total on any text.

A pass says which subject it is for (8 opaque bytes), when it was issued and when it expires; no name, no number. It
has exactly one spelling: what is read is written again and must come out the same. So indefinite lengths, numbers
longer than need be, double or unsorted keys, tags, further headers (critical or not), further claims and trailing
bytes are all refused by one rule, and a later form needs a prefix of its own.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import cbor2
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from station import base45
from station.facts import SECOND, PassWhy

PREFIX = "SP1:"
LONGEST = 1024
"""Bytes of the signed part; one of ours has 104."""
SUBJECT = 8
"""Bytes of a subject."""
LATEST_S = 4_102_444_800
"""The year 2100, in seconds: calendars fail far beyond."""
SLACK = 240 * SECOND
"""How far in the future a pass may have been issued: two clocks, each as wrong as the readiness check lets pass."""

_ED25519 = -8
"""COSE's older number for it: what existing tools read. The key says which algorithm, never the pass."""
_SIGN1 = 18
_ALG, _KID = 1, 4
_SUB, _EXP, _IAT = 2, 4, 6


@dataclass(frozen=True, slots=True)
class PassKey:
    """A key that signs passes. ``public`` is 64 hex digits. It may sign from ``not_before`` until ``expires``, and
    until ``retired`` if it was; a ``compromised`` key's passes are all refused. Instants are µs UTC, whole seconds as
    in the passes."""

    public: str
    not_before: int
    expires: int
    retired: int | None = None
    compromised: bool = False

    @property
    def kid(self) -> str:
        return kid_of(self.public)

    def in_force(self, at: int) -> bool:
        """Whether passes may be signed with it at an instant."""
        return self.retired is None and self.not_before <= at < self.expires


@dataclass(frozen=True, slots=True)
class KeySet:
    """What a verification trusts: the keys, and the subjects (hex) whose passes were withdrawn."""

    keys: tuple[PassKey, ...] = ()
    denied: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Pass:
    """What a pass says. ``subject`` is 16 hex digits, ``kid`` 8; ``issued`` and ``expires`` are µs UTC, whole
    seconds."""

    subject: str
    issued: int
    expires: int
    kid: str


@dataclass(frozen=True, slots=True)
class PassFault:
    """Why a text is no valid pass. ``said`` is what it says where the signature is right, else None."""

    why: PassWhy
    said: Pass | None = None


def kid_of(public: str) -> str:
    """A key's short name: the first 4 bytes of SHA-256 of the public key, as 8 hex digits. Two keys may share it."""
    return hashlib.sha256(bytes.fromhex(public)).hexdigest()[:8]


def issue(private: Ed25519PrivateKey, subject: str, issued: int, expires: int) -> str:
    """The text of a pass for a subject (16 hex digits), from ``issued`` until ``expires`` (µs UTC, floored to
    seconds). The same arguments give the same text.

    Raises ``ValueError`` for what no pass can say.
    """
    name, first, last = bytes.fromhex(subject), issued // SECOND, expires // SECOND
    if len(name) != SUBJECT or not 0 <= first < last < LATEST_S:
        raise ValueError("a pass needs a subject of 8 bytes and an end after its beginning")
    kid = bytes.fromhex(kid_of(private.public_key().public_bytes_raw().hex()))
    protected, payload = _protected(kid), _payload(name, first, last)
    signature = private.sign(_signed(protected, payload))
    return PREFIX + base45.encode(_sign1(protected, payload, signature))


def verify(text: str, trusted: KeySet, at: int) -> Pass | PassFault:
    """What a pass says, or why it is refused, at an instant (µs UTC). Never raises, whatever the text."""
    read = _read(text)
    if read is None:
        return PassFault(PassWhy.DAMAGED)
    said, signed, signature = read
    named = [key for key in trusted.keys if key.kid == said.kid]
    if not named:
        return PassFault(PassWhy.UNKNOWN_KEY)
    # Four bytes do not name one key for sure, so each is tried.
    key = next((key for key in named if _is_signed(key.public, signature, signed)), None)
    if key is None:
        return PassFault(PassWhy.FORGED)
    why = _key_fault(key, said.issued) or _own_fault(said, trusted.denied, at)
    return PassFault(why, said) if why else said


def subject_of(text: str) -> str | None:
    """The subject that a text in the form of a pass names, its signature unlooked at; None for any other text.

    Enough to tell people in view apart; never enough to let one in.
    """
    read = _read(text)
    return read[0].subject if read else None


def _key_fault(key: PassKey, issued: int) -> PassWhy | None:
    """A key is judged at the instant of issue: what was signed while it was in force stays good."""
    if key.compromised:
        return PassWhy.KEY_RETIRED
    if issued < key.not_before:
        return PassWhy.KEY_NOT_YET
    if issued >= key.expires:
        return PassWhy.KEY_EXPIRED
    if key.retired is not None and issued >= key.retired:
        return PassWhy.KEY_RETIRED
    return None


def _own_fault(said: Pass, denied: frozenset[str], at: int) -> PassWhy | None:
    if said.subject in denied:
        return PassWhy.DENIED
    if at >= said.expires:
        return PassWhy.EXPIRED
    if at < said.issued - SLACK:
        return PassWhy.NOT_YET
    return None


# --- the one spelling ---------------------------------------------------------------------------------------------


def _protected(kid: bytes) -> bytes:
    return cbor2.dumps({_ALG: _ED25519, _KID: kid})


def _payload(subject: bytes, issued: int, expires: int) -> bytes:
    return cbor2.dumps({_SUB: subject, _EXP: expires, _IAT: issued})


def _sign1(protected: bytes, payload: bytes, signature: bytes) -> bytes:
    return cbor2.dumps(cbor2.CBORTag(_SIGN1, [protected, {}, payload, signature]))


def _signed(protected: bytes, payload: bytes) -> bytes:
    """What the signature is over (RFC 9052, 4.4)."""
    return cbor2.dumps(["Signature1", protected, b"", payload])


def _read(text: str) -> tuple[Pass, bytes, bytes] | None:
    """What a text in the form of a pass says, what was signed, and the signature; None for any other text."""
    encoded = text.removeprefix(PREFIX)
    if encoded == text or len(encoded) > LONGEST // 2 * 3:
        return None
    try:
        raw = base45.decode(encoded)
    except ValueError:
        return None
    match _loaded(raw):
        case cbor2.CBORTag(tag=18, value=[bytes() as protected, _, bytes() as payload, bytes() as signature]):
            heads, claims = _loaded(protected), _loaded(payload)
        case _:
            return None
    match heads, claims:
        case {4: bytes() as kid}, {2: bytes() as subject, 4: int() as expires, 6: int() as issued}:
            pass
        case _:
            return None
    if len(kid) != 4 or len(subject) != SUBJECT or not 0 <= issued < LATEST_S or not 0 <= expires < LATEST_S:
        return None
    # A truth value is a number to Python, and nothing else here.
    protected, payload = _protected(kid), _payload(subject, int(issued), int(expires))
    if raw != _sign1(protected, payload, signature):
        return None
    said = Pass(subject.hex(), issued * SECOND, expires * SECOND, kid.hex())
    return said, _signed(protected, payload), signature


def _loaded(raw: bytes) -> Any:
    """One CBOR value, or None. Whatever a decoder finds wrong with a stranger's bytes, they are no pass."""
    if len(raw) > LONGEST:
        return None
    try:
        return cbor2.loads(raw, max_depth=4, allow_indefinite=False, allow_duplicate_keys=False)
    except Exception:
        return None


@lru_cache(maxsize=64)
def _public(key: str) -> Ed25519PublicKey:
    return Ed25519PublicKey.from_public_bytes(bytes.fromhex(key))


def _is_signed(public: str, signature: bytes, signed: bytes) -> bool:
    try:
        _public(public).verify(signature, signed)
    except (InvalidSignature, ValueError):
        return False
    return True
