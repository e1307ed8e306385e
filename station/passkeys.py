"""The private keys that sign passes: one file each beside the database, never in it.

A file is locked by the data folder's passphrase, or says where in the system's key store the key is; in a practice
folder, whose keys sign nothing real, it is plain.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from station import keys
from station.trouble import Trouble

FOLDER = "passkeys"
SERVICE = "station-pass-key"


def _file(home: Path, public: str) -> Path:
    return home / FOLDER / f"{public}.json"


def keep(home: Path, private: Ed25519PrivateKey, passphrase: str | None) -> None:
    """Keep a new private key as the data folder keeps its own; on disk when this returns.

    Raises ``Trouble``: "passphrase_needed", "no_key_store", "write", or whatever is wrong with the folder's own key.
    """
    keeper, raw = keys.keeper_of(home), private.private_bytes_raw()
    # A wrong passphrase would lock the key away for ever.
    keys.unlock(home, passphrase)
    match keeper:
        case "practice":
            described = {"kind": "practice", "private": raw.hex()}
        case "passphrase":
            described = keys.wrapped(passphrase or "", raw, SERVICE)
        case _:
            described = keys.stored(raw, SERVICE)
    path = _file(home, private.public_key().public_bytes_raw().hex())
    try:
        path.parent.mkdir(mode=0o700, exist_ok=True)
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            json.dump(described, file)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise Trouble("write", file=path, reason=error.strerror or error) from None


def has(home: Path, public: str) -> bool:
    """Whether this data folder keeps the private key of a public one (hex)."""
    return _file(home, public).exists()


def private(home: Path, public: str, passphrase: str | None) -> Ed25519PrivateKey:
    """The private key of a public one (hex).

    Raises ``Trouble``: "pass_key_elsewhere" where it is not kept here, "key_file" for a damaged file,
    "passphrase_needed", "passphrase_wrong" or "key_store".
    """
    path, keeper = _file(home, public), keys.keeper_of(home)
    try:
        described: dict[str, Any] = json.loads(path.read_text("utf-8"))
        if described["kind"] != keeper:
            raise KeyError("kind")
        match keeper:
            case "practice":
                raw = bytes.fromhex(described["private"])
            case "passphrase":
                if passphrase is None:
                    raise Trouble("passphrase_needed")
                raw = keys.unwrapped(passphrase, described, SERVICE, path)
            case _:
                raw = keys.fetched(described, SERVICE)
        made = Ed25519PrivateKey.from_private_bytes(raw)
    except FileNotFoundError:
        raise Trouble("pass_key_elsewhere") from None
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        raise Trouble("key_file", file=path) from None
    if made.public_key().public_bytes_raw().hex() != public:
        raise Trouble("key_file", file=path)
    return made
