"""The keys and withdrawn passes of an institution as a file: for desks that nothing else reaches. Pure.

It holds no secret, but whoever could change it could make passes valid, so it ends with a proof that a holder of the
institution's key wrote it.
"""

from __future__ import annotations

import hmac
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from station import keys
from station.facts import Draft
from station.passbook import Denial, End, Passbook, denied, new_key, retired_key
from station.passes import LATEST_S, PassKey

FORM = 1
"""The version of the file's form."""

LARGEST = 16 * 1024 * 1024
"""Bytes; a hundred thousand withdrawn passes."""


@dataclass(frozen=True, slots=True)
class News:
    """Keys, their ends (by public half) and withdrawals as of ``made`` (µs UTC)."""

    made: int
    keys: tuple[PassKey, ...] = ()
    ended: tuple[tuple[str, End], ...] = ()
    denials: tuple[Denial, ...] = ()


def written(book: Passbook, made: int) -> dict[str, Any]:
    """What the passbook says of keys and withdrawals, as JSON takes it."""
    return {
        "made": made,
        "keys": [{"public": key.public, "not_before": key.not_before, "expires": key.expires} for key in book.keys],
        "retired": [
            {"public": public, "at": end.at, "compromised": end.compromised}
            for public, end in sorted(book.ended.items())
        ],
        "denied": [
            {"subject": one.subject, "reason": one.reason, "person": one.person, "at": one.at}
            for one in sorted(book.denials.values(), key=lambda one: (one.at, one.subject))
        ],
    }


def read(given: Mapping[str, Any]) -> News:
    """The same read back. Raises ``ValueError``, ``KeyError`` or ``TypeError`` for anything else."""
    return News(
        _instant(given["made"]),
        tuple(
            PassKey(_hex(one["public"], 64), _instant(one["not_before"]), _instant(one["expires"]))
            for one in given["keys"]
        ),
        tuple(
            (_hex(one["public"], 64), End(_instant(one["at"]), one["compromised"] is True)) for one in given["retired"]
        ),
        tuple(
            Denial(
                _instant(one["at"]), _hex(one["subject"], 16), _plain(one["reason"]),
                _hex(one["person"], 32) if one["person"] else "",
            )
            for one in given["denied"]
        ),
    )  # fmt: skip


def sealed(institution: str, key: bytes, book: Passbook, made: int) -> str:
    """The text of the file; ``key`` is the institution's."""
    whole = {"station_pass_keys": FORM, "institution": institution} | written(book, made)
    return json.dumps(whole | {"proof": keys.pass_news_proof(key, _canonical(whole))}, indent=1) + "\n"


def unsealed(text: str, institution: str, key: bytes) -> News:
    """What such a file says. Raises ``ValueError``, ``KeyError`` or ``TypeError`` for one that is not whole, of
    another institution, or written by somebody without its key."""
    whole = json.loads(text)
    proof = whole.pop("proof")
    if whole["station_pass_keys"] != FORM or whole["institution"] != institution:
        raise ValueError("another form or institution")
    if not hmac.compare_digest(keys.pass_news_proof(key, _canonical(whole)), str(proof)):
        raise ValueError("not written with the institution's key")
    return read(whole)


def missing(news: News, book: Passbook) -> list[Draft]:
    """The records that a passbook lacks of some news; none where it knows all of it."""
    known, ended = {key.public: key for key in book.keys}, book.ended
    drafts = [new_key(key) for key in news.keys if _is_narrower(key, known.get(key.public))]
    drafts += [retired_key(public, end) for public, end in news.ended if end.says_more(ended.get(public))]
    return drafts + [
        denied(one.subject, one.reason, one.at, one.person or None)
        for one in news.denials
        if one.subject not in book.denials or (one.person and not book.denials[one.subject].person)
    ]


def _is_narrower(key: PassKey, held: PassKey | None) -> bool:
    return held is None or key.not_before > held.not_before or key.expires < held.expires


# --- reading strangers' JSON --------------------------------------------------------------------------------------


def _canonical(whole: Mapping[str, Any]) -> str:
    return json.dumps(whole, sort_keys=True, separators=(",", ":"))


def _hex(given: object, length: int) -> str:
    if not isinstance(given, str) or not re.fullmatch(f"[0-9a-f]{{{length}}}", given):
        raise ValueError("not hex digits")
    return given


def _plain(given: object) -> str:
    if not isinstance(given, str) or not re.fullmatch("[a-z_]{1,20}", given):
        raise ValueError("not a word")
    return given


def _instant(given: object) -> int:
    if type(given) is not int or not 0 <= given < LATEST_S * 1_000_000:
        raise ValueError("not an instant")
    return given
