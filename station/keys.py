"""Institution, station, issuing and database keys: made, kept in the key store or under a passphrase, and used.

The database key lies outside the encrypted database, and so do the keys that sign passes (``passkeys``). The others
lie inside it.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from station.trouble import Trouble

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_FILE = "key.json"
SERVICE = "station-database-key"
PRACTICE = b""
"""The database key of practice mode: none. A practice folder is never opened as a real one, nor the reverse."""


def _cipher(passphrase: str, salt: bytes) -> AESGCM:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM
    from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

    stretch = Argon2id(salt=salt, length=32, iterations=3, lanes=4, memory_cost=64 * 1024)
    return AESGCM(stretch.derive(passphrase.encode("utf-8")))


def keeper_of(home: Path) -> str:
    """Who keeps the database key of a data folder: "keystore", "passphrase" or "practice".

    Raises ``Trouble('not_set_up')`` for a folder without a station, ``Trouble('key_file')`` for a broken key file.
    """
    return str(_read(home)["kind"])


def _read(home: Path) -> dict[str, Any]:
    try:
        described = json.loads((home / KEY_FILE).read_text("utf-8"))
        if described["kind"] not in ("keystore", "passphrase", "practice"):
            raise KeyError("kind")
    except FileNotFoundError:
        raise Trouble("not_set_up", home=home) from None
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        raise Trouble("key_file", file=home / KEY_FILE) from None
    return dict(described)


def _write(home: Path, described: dict[str, Any]) -> None:
    path = home / KEY_FILE
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        json.dump(described, file)
        file.flush()
        os.fsync(file.fileno())


def create(home: Path, passphrase: str | None) -> bytes:
    """Make a new database key and keep it: under the passphrase if there is one, else in the system's key store.

    Raises ``Trouble('no_key_store')`` when there is neither.
    """
    key = secrets.token_bytes(32)
    if passphrase is not None:
        if not passphrase:
            raise Trouble("empty_passphrase")
        _write(home, wrapped(passphrase, key, SERVICE))
        return key
    _write(home, stored(key, SERVICE))
    return key


def create_practice(home: Path) -> None:
    _write(home, {"kind": "practice"})


def wrapped(passphrase: str, secret: bytes, purpose: str) -> dict[str, str]:
    """A secret locked by a passphrase, as a key file describes it; it opens for the same purpose only."""
    salt, nonce = secrets.token_bytes(16), secrets.token_bytes(12)
    locked = _cipher(passphrase, salt).encrypt(nonce, secret, purpose.encode())
    parts = {"salt": salt, "nonce": nonce, "wrapped": locked}
    return {"kind": "passphrase"} | {name: base64.b64encode(part).decode() for name, part in parts.items()}


def unwrapped(passphrase: str, described: dict[str, Any], purpose: str, file: Path) -> bytes:
    """The secret that ``wrapped`` locked. Raises ``Trouble('passphrase_wrong')`` or ``Trouble('key_file')``."""
    from cryptography.exceptions import InvalidTag

    try:
        salt, nonce, locked = (base64.b64decode(described[name]) for name in ("salt", "nonce", "wrapped"))
        return _cipher(passphrase, salt).decrypt(nonce, locked, purpose.encode())
    except InvalidTag:
        raise Trouble("passphrase_wrong") from None
    except (KeyError, ValueError, TypeError):
        raise Trouble("key_file", file=file) from None


def stored(secret: bytes, service: str) -> dict[str, str]:
    """Put a secret into the system's key store; the answer says where. Raises ``Trouble('no_key_store')``."""
    account = secrets.token_hex(8)
    if not _key_store_keeps(service, account, secret.hex()):
        raise Trouble("no_key_store")
    return {"kind": "keystore", "account": account}


def fetched(described: dict[str, Any], service: str) -> bytes:
    """The secret that ``stored`` put into the key store. Raises ``Trouble('key_store')``."""
    import keyring
    import keyring.errors

    try:
        value = keyring.get_password(service, str(described.get("account")))
    except keyring.errors.KeyringError:
        value = None
    if value is None:
        raise Trouble("key_store")
    return bytes.fromhex(value)


def has_key_store() -> bool:
    """Whether this computer has a key store that can be used without asking anybody."""
    import keyring
    from keyring.backends import fail

    return not isinstance(keyring.get_keyring(), fail.Keyring)


def _key_store_keeps(service: str, account: str, value: str) -> bool:
    import keyring
    import keyring.errors

    try:
        keyring.set_password(service, account, value)
        return keyring.get_password(service, account) == value
    except keyring.errors.KeyringError:
        return False


def unlock(home: Path, passphrase: str | None) -> bytes:
    """The database key of a data folder; ``PRACTICE`` for a practice folder.

    Raises ``Trouble``: "not_set_up", "key_file", "passphrase_needed", "passphrase_wrong" or "key_store".
    """
    described = _read(home)
    match described["kind"]:
        case "practice":
            return PRACTICE
        case "passphrase":
            if passphrase is None:
                raise Trouble("passphrase_needed")
            return unwrapped(passphrase, described, SERVICE, home / KEY_FILE)
        case _:
            return fetched(described, SERVICE)


# --- what the institution's key makes of a text: meaningless without it, the same on every laptop -----------------


def _mac(key: bytes, purpose: str, text: str) -> str:
    return hmac.digest(key, f"{purpose}\x00{text}".encode(), "sha256").hex()


def person_id(key: bytes, normal_text: str) -> str:
    """128 bits of HMAC-SHA256 over a normalised student id or e-mail, as 32 hex digits (design 6)."""
    return _mac(key, "person", normal_text)[:32]


def identifier_mac(key: bytes, normal_text: str) -> str:
    """HMAC-SHA256 of a normalised identifier, as 64 hex digits."""
    return _mac(key, "identifier", normal_text)


def staff_id(key: bytes, name: str) -> str:
    """The id under which a member of staff acts; the name itself lies in an erasable table."""
    return _mac(key, "staff", " ".join(name.split()).casefold())[:32]


def station_proof(key: bytes, public: bytes) -> str:
    """Shows that a station's public key was enrolled: only a holder of the institution's key can make it."""
    return _mac(key, "station", public.hex())


def pass_subjects(key: bytes) -> Callable[[str, int], bytes]:
    """Gives the 8 bytes by which a person's pass number ``serial`` (from 0) names its holder: the beginning of
    HMAC-SHA256 over "pass", the person's id and the number, parted by NULs. Without the institution's key they say
    nothing, and two passes of one person have nothing in common."""
    # The key is taken in once: a roster has fifty thousand people.
    begun = hmac.new(key, b"pass\x00", hashlib.sha256)

    def subject(person: str, serial: int) -> bytes:
        one = begun.copy()
        one.update(f"{person}\x00{serial}".encode())
        return one.digest()[:8]

    return subject


def pass_news_proof(key: bytes, text: str) -> str:
    """Shows that a holder of the institution's key wrote a list of pass keys and withdrawn passes."""
    return _mac(key, "pass news", text)
