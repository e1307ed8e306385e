"""Base45 (RFC 9285): bytes as the 45 characters that a QR code packs most tightly."""

from __future__ import annotations

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
_VALUE = {letter: value for value, letter in enumerate(ALPHABET)}


def encode(raw: bytes) -> str:
    """Two bytes become three characters, a last single byte two. The text never ends in a space."""
    parts = []
    for at in range(0, len(raw), 2):
        pair = raw[at : at + 2]
        rest = int.from_bytes(pair, "big")
        for _ in range(len(pair) + 1):
            rest, value = divmod(rest, 45)
            parts.append(ALPHABET[value])
    return "".join(parts)


def decode(text: str) -> bytes:
    """The bytes of a text, or ``ValueError`` for one that ``encode`` would never make."""
    raw = bytearray()
    for at in range(0, len(text), 3):
        group = text[at : at + 3]
        number = 0
        for letter in reversed(group):
            if letter not in _VALUE:
                raise ValueError("a character outside the alphabet")
            number = number * 45 + _VALUE[letter]
        size = len(group) - 1
        if not size or number >= 1 << (8 * size):
            raise ValueError("no such group")
        raw += number.to_bytes(size, "big")
    return bytes(raw)
