"""A key store that forgets: what a desktop's key store is to the program, without its time and its questions."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import keyring
from keyring.backend import KeyringBackend


class MemoryStore(KeyringBackend):
    """Keeps secrets as long as it lives."""

    priority = 1

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.kept[service, username]


@contextmanager
def memory_store() -> Iterator[MemoryStore]:
    """Within this block it is the computer's key store."""
    before, store = keyring.get_keyring(), MemoryStore()
    keyring.set_keyring(store)
    try:
        yield store
    finally:
        keyring.set_keyring(before)
