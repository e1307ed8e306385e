"""The issuer the practice registry knows: a profile in a file, read again when the file changes."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from station.credentials import keys_of
from station.trouble import Trouble


class IssuerFile:
    """An issuer's profile and its keys. A key added later, by enrolling a station, counts at once."""

    def __init__(self, path: Path) -> None:
        """Raises ``Trouble('issuer_profile')`` when the file cannot be read as a profile with keys."""
        self._path = path
        self._lock = threading.Lock()
        self._stamp: tuple[int, int] | None = None
        self._profile: dict[str, Any] = {}
        self._keys: dict[str, Ed25519PublicKey] = {}
        self._read()

    def current(self) -> tuple[Mapping[str, Any], Mapping[str, Ed25519PublicKey]]:
        """The profile and its keys by verification method. A file broken meanwhile leaves the last good
        one."""
        with self._lock:
            try:
                if self._seen() != self._stamp:
                    self._read()
            except (Trouble, OSError):
                pass
            return self._profile, self._keys

    def _seen(self) -> tuple[int, int]:
        stat = self._path.stat()
        return (stat.st_mtime_ns, stat.st_size)

    def _read(self) -> None:
        try:
            stamp = self._seen()
            profile = dict(json.loads(self._path.read_text("utf-8")))
            keys = keys_of(profile)
        except (OSError, ValueError, TypeError, RecursionError) as error:
            raise Trouble("issuer_profile", file=self._path) from error
        self._stamp, self._profile, self._keys = stamp, profile, keys
