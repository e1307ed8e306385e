"""What the institution's key makes of a text: nothing without the key, and the same everywhere with it."""

from __future__ import annotations

import hashlib

import pytest

from station import keys

KEY, OTHER = bytes(range(32)), bytes(range(1, 33))


@pytest.mark.parametrize("make", [keys.person_id, keys.identifier_mac, keys.staff_id])
def test_the_key_is_in_it(make) -> None:  # type: ignore[no-untyped-def]
    made = make(KEY, "A1001")
    assert made == make(KEY, "A1001")
    assert made != make(OTHER, "A1001")
    assert made != make(KEY, "A1002")
    for text in (b"A1001", b"person\x00A1001", b"identifier\x00A1001", b"staff\x00a1001"):
        assert not hashlib.sha256(text).hexdigest().startswith(made)


def test_the_golden_values() -> None:
    """HMAC-SHA256 with the purpose before the text; changing them would forget every person."""
    assert keys.person_id(KEY, "A1001") == GOLDEN_PERSON
    assert keys.identifier_mac(KEY, "A1001") == GOLDEN_IDENTIFIER
    assert len(GOLDEN_PERSON) == 32


GOLDEN_PERSON = "44dca6800cf034c4e769752e018d1cfb"
GOLDEN_IDENTIFIER = "1c02d657c4ad47e3c988ee49f85b20e2689e9aac1c2e53ccd688cad3bdbd6f54"
