"""Signed passes: the agreed vectors, one spelling only, every fault told apart, and nothing that makes it fall over."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from station import base45, passes
from station.facts import SECOND, PassWhy
from station.passes import KeySet, Pass, PassFault, PassKey

PRIVATE = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = "03a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b8"
ISSUED, EXPIRES = 1_795_000_000 * SECOND, 1_805_000_000 * SECOND
SUBJECT = "a1b2c3d4e5f60718"
GOLDEN = (
    "SP1:RRQ+D9P60CO0$+AWKB7CKFRK889/QM6-QS4VS13DF3:/IA48CF3C2WAEOP78GHL.29VKP9/GS.4WMORTFKQDA%BB:QWNN23M--65BQ6UQI"
    "*2L$D0J0ACHASU-9KO.2V*0+8JT:U6-5CHUZ2NBIV 2O*MA00"
)
COSE = bytes.fromhex(
    "d28449a20127044456475aa7a057a30248a1b2c3d4e5f60718041a6b961d40061a6afd86c058409ca92a47b5c96486282722c1d67bdb6b7b5d"
    "bbd571ba1aae8f36d4cf9ed2f616bf6d6b0357889ff2449ff2174c06fa97dbf5272ec8f057b66cf86cbe56531f00"
)
PROTECTED, PAYLOAD = COSE[3:12], COSE[14:37]
KEY = PassKey(PUBLIC, ISSUED - SECOND, ISSUED + SECOND)
TRUSTED = KeySet((KEY,))
SAID = Pass(SUBJECT, ISSUED, EXPIRES, "56475aa7")

OTHERS = [
    # Made with pycose 1.1.0 and, byte for byte the same, with cwt 3.3.0; private keys 20…3f and 40…5f.
    (
        "29acbae141bccaf0b22e1a94d34d0bc7361e526d0bfe12c89794bc9322966dd7",
        ("0011223344556677", 1_790_000_000, 1_800_000_000),
        "d28449a20127044424f6ed6aa057a302480011223344556677041a6b49d200061a6ab13b80584009e6bf1904a26b036c8045cdb2dcb26074d2"
        "44dedbd11270ed4be5e3b0ec6e566ea1faff2fcece9d97a0f2c1c6dece88204733eb62cb684c49c621e532dcdd0e",
    ),
    (
        "2543b92ff1095511476adc8369db6ddc933665a11978dda1404ee1066ca9559d",
        ("ffeeddccbbaa9988", 1_795_000_000, 1_795_086_400),
        "d28449a20127044403396219a057a30248ffeeddccbbaa9988041a6afed840061a6afd86c058408fe74b20160b1d60206b39c9f8af1d0e2910"
        "050070127c0a98fdb228c9a7d27716ae27e0db21c82f9f988bce11cf47eef6de315896d21bf24db8392655338405",
    ),
]


def text_of(cose: bytes) -> str:
    return passes.PREFIX + base45.encode(cose)


def why(text: str, trusted: KeySet = TRUSTED, at: int = ISSUED) -> PassWhy | None:
    said = passes.verify(text, trusted, at)
    return said.why if isinstance(said, PassFault) else None


# --- the agreed vectors ---


def test_the_golden_vector() -> None:
    assert passes.issue(PRIVATE, SUBJECT, ISSUED, EXPIRES) == GOLDEN == text_of(COSE)
    assert passes.verify(GOLDEN, TRUSTED, ISSUED) == SAID
    assert passes.kid_of(PUBLIC) == "56475aa7"
    assert passes.subject_of(GOLDEN) == SUBJECT


@pytest.mark.parametrize(("public", "claims", "cose"), OTHERS)
def test_passes_made_by_other_libraries(public: str, claims: tuple[str, int, int], cose: str) -> None:
    subject, issued, expires = claims
    said = passes.verify(text_of(bytes.fromhex(cose)), KeySet((PassKey(public, 0, EXPIRES),)), issued * SECOND)
    assert said == Pass(subject, issued * SECOND, expires * SECOND, passes.kid_of(public))


@pytest.mark.parametrize(
    ("raw", "text"),
    # The samples of RFC 9285.
    [(b"AB", "BB8"), (b"Hello!!", "%69 VD92EX0"), (b"base-45", "UJCLQE7W581"), (b"ietf!", "QED8WEX0"), (b"", "")],
)
def test_base45(raw: bytes, text: str) -> None:
    assert base45.encode(raw) == text
    assert base45.decode(text) == raw


@pytest.mark.parametrize("text", ["A", "BB8A", "GGW", ":::", "::", "bb8", "Ą00", "BB\n", "AZ", "0\u00a00"])
def test_what_is_no_base45(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        base45.decode(text)


@given(st.binary(max_size=200))
def test_base45_there_and_back(raw: bytes) -> None:
    text = base45.encode(raw)
    assert base45.decode(text) == raw
    # What a scanner or an editor strips at the end is never part of it.
    assert text == text.rstrip()


# --- nothing may be changed ---


def test_no_bit_can_be_flipped() -> None:
    for bit in range(8 * len(COSE)):
        changed = bytearray(COSE)
        changed[bit // 8] ^= 1 << bit % 8
        assert why(text_of(bytes(changed))) in {PassWhy.DAMAGED, PassWhy.FORGED, PassWhy.UNKNOWN_KEY}, bit
    for bit in range(8 * len(GOLDEN)):
        letters = bytearray(GOLDEN.encode())
        letters[bit // 8] ^= 1 << bit % 8
        assert why(letters.decode("latin-1")) is not None, bit


def test_no_part_can_be_left_out_or_added() -> None:
    for end in range(len(COSE)):
        assert why(text_of(COSE[:end])) is PassWhy.DAMAGED
        assert why(text_of(COSE[end + 1 :])) is PassWhy.DAMAGED
    for end in range(len(GOLDEN)):
        assert why(GOLDEN[:end]) is PassWhy.DAMAGED
    for more in (b"\x00", b"\xf6", COSE):
        assert why(text_of(COSE + more)) is PassWhy.DAMAGED


def test_a_signature_of_another_key_or_for_another_subject_is_forged() -> None:
    other = Ed25519PrivateKey.from_private_bytes(bytes(32))
    assert why(text_of(COSE[:-64] + other.sign(COSE[:-64]))) is PassWhy.FORGED
    borrowed = base45.decode(passes.issue(PRIVATE, "00" * 8, ISSUED, EXPIRES).removeprefix(passes.PREFIX))[-64:]
    assert why(text_of(COSE[:-64] + borrowed)) is PassWhy.FORGED


def spelled(
    payload: bytes = PAYLOAD,
    protected: bytes = PROTECTED,
    unprotected: bytes = b"\xa0",
    head: bytes = b"\xd2\x84",
    key: Ed25519PrivateKey = PRIVATE,
) -> str:
    """A pass in any spelling, its signature right."""

    def string(raw: bytes) -> bytes:
        size = len(raw)
        if size < 24:
            return bytes([0x40 + size]) + raw
        return (bytes([0x58, size]) if size < 256 else b"\x59" + size.to_bytes(2, "big")) + raw

    signed = b"\x84\x6aSignature1" + string(protected) + b"\x40" + string(payload)
    return text_of(head + string(protected) + unprotected + string(payload) + string(key.sign(signed)))


_SUB, _EXP, _IAT = b"\x02\x48" + bytes.fromhex(SUBJECT), b"\x04\x1a\x6b\x96\x1d\x40", b"\x06\x1a\x6a\xfd\x86\xc0"


def test_the_usual_spelling_is_the_golden_one() -> None:
    assert spelled() == GOLDEN
    assert spelled(b"\xa3" + _SUB + _EXP + _IAT) == GOLDEN


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(spelled(b"\xbf" + _SUB + _EXP + _IAT + b"\xff"), id="indefinite map"),
        pytest.param(text_of(b"\xd2\x9f" + COSE[2:] + b"\xff"), id="indefinite array"),
        pytest.param(spelled(b"\xb8\x03" + _SUB + _EXP + _IAT), id="map longer than need be"),
        pytest.param(spelled(b"\xa3" + _SUB + b"\x04\x1b\0\0\0\0\x6b\x96\x1d\x40" + _IAT), id="number too long"),
        pytest.param(spelled(b"\xa3" + _EXP + _SUB + _IAT), id="unsorted keys"),
        pytest.param(spelled(b"\xa4" + _SUB + _EXP + _EXP + _IAT), id="double key"),
        pytest.param(spelled(b"\xa4" + _SUB + _EXP + _IAT + b"\x07\x41\x00"), id="further claim"),
        pytest.param(spelled(b"\xa2" + _SUB + _EXP), id="no beginning"),
        pytest.param(spelled(b"\xa3\x02\x47" + bytes(7) + _EXP + _IAT), id="short subject"),
        pytest.param(spelled(b"\xa3\x02\x49" + bytes(9) + _EXP + _IAT), id="long subject"),
        pytest.param(spelled(b"\xa3\x02\x68a1b2c3d4" + _EXP + _IAT), id="subject in letters"),
        pytest.param(spelled(b"\xa3" + _SUB + b"\x04\xc1\x1a\x6b\x96\x1d\x40" + _IAT), id="tag for a date"),
        pytest.param(spelled(b"\xa3" + _SUB + b"\x04\xc2\x44\x6b\x96\x1d\x40" + _IAT), id="tag for a large number"),
        pytest.param(spelled(b"\xa3" + _SUB + b"\x04\xfb\x41\xda\xe5\x87\x50\0\0\0" + _IAT), id="not a whole number"),
        pytest.param(spelled(b"\xa3" + _SUB + b"\x04\xf5\x06\x00"), id="truth for a number"),
        pytest.param(spelled(b"\xa3" + _SUB + b"\x04\x20" + _IAT), id="before 1970"),
        pytest.param(spelled(b"\xa3" + _SUB + b"\x04\x1b\xff\xff\xff\xff\xff\xff\xff\xff" + _IAT), id="after all time"),
        pytest.param(spelled(PAYLOAD + b"\x00"), id="bytes after the claims"),
        pytest.param(spelled(b"\x80"), id="no map"),
        pytest.param(spelled(protected=PROTECTED + b"\x00"), id="bytes after the header"),
        pytest.param(spelled(protected=b"\xa2\x01\x26" + PROTECTED[3:]), id="another algorithm"),
        pytest.param(spelled(protected=b"\xa2\x01\x32" + PROTECTED[3:]), id="its newer number"),
        pytest.param(spelled(protected=b"\xa1" + PROTECTED[3:]), id="no algorithm"),
        pytest.param(spelled(protected=b"\xa3\x01\x27\x02\x81\x18\x63" + PROTECTED[3:]), id="critical header"),
        pytest.param(spelled(protected=b"\xa3\x01\x27" + PROTECTED[3:] + b"\x18\x63\x00"), id="further header"),
        pytest.param(spelled(protected=b"\xa2\x01\x27\x04\x48" + bytes(8)), id="longer kid"),
        pytest.param(spelled(protected=b"\xa1\x01\x27", unprotected=b"\xa1" + PROTECTED[3:]), id="kid not signed"),
        pytest.param(spelled(unprotected=b"\xa1\x05\x41\x00"), id="unsigned header"),
        pytest.param(spelled(unprotected=b"\xf6"), id="no unsigned header"),
        pytest.param(spelled(head=b"\x84"), id="no tag"),
        pytest.param(spelled(head=b"\xd1\x84"), id="tag of a MAC"),
        pytest.param(spelled(head=b"\xd8\x3d\xd2\x84"), id="tag of a CWT around it"),
        pytest.param(spelled(head=b"\xd9\xd9\xf7\xd2\x84"), id="tag of CBOR around it"),
        pytest.param(spelled(head=b"\xd8\x12\x84"), id="tag longer than need be"),
        pytest.param(spelled(b"\xa3\x02\x59\x04\x00" + bytes(1024) + _EXP + _IAT), id="larger than a pass may be"),
        pytest.param(passes.PREFIX + "0" * 10_000, id="much larger"),
        pytest.param(passes.PREFIX.lower() + GOLDEN[4:], id="small prefix"),
        pytest.param("SP2:" + GOLDEN[4:], id="another form"),
        pytest.param(GOLDEN.replace(" ", ""), id="space lost"),
        pytest.param(GOLDEN.replace(" ", "\u00a0"), id="another space"),
        pytest.param(" " + GOLDEN, id="space before"),
        pytest.param("", id="nothing"),
    ],
)
def test_a_pass_has_one_spelling(text: str) -> None:
    """Each is rightly signed where it is signed at all, so nothing but its spelling is wrong."""
    assert why(text) is PassWhy.DAMAGED


# --- keys and clocks ---


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        (PassKey(PUBLIC, ISSUED, ISSUED + SECOND), None),
        (PassKey(PUBLIC, ISSUED + SECOND, EXPIRES), PassWhy.KEY_NOT_YET),
        (PassKey(PUBLIC, 0, ISSUED), PassWhy.KEY_EXPIRED),
        (PassKey(PUBLIC, 0, EXPIRES, retired=ISSUED), PassWhy.KEY_RETIRED),
        (PassKey(PUBLIC, 0, EXPIRES, retired=ISSUED + SECOND), None),
        (PassKey(PUBLIC, 0, EXPIRES, retired=EXPIRES, compromised=True), PassWhy.KEY_RETIRED),
    ],
)
def test_a_key_is_judged_at_the_instant_of_issue(key: PassKey, expected: PassWhy | None) -> None:
    assert why(GOLDEN, KeySet((key,)), EXPIRES - 1) is expected


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (ISSUED, None),
        (ISSUED - passes.SLACK, None),
        (ISSUED - passes.SLACK - 1, PassWhy.NOT_YET),
        (EXPIRES - 1, None),
        (EXPIRES, PassWhy.EXPIRED),
        (0, PassWhy.NOT_YET),
        (2**70, PassWhy.EXPIRED),
    ],
)
def test_the_edges_of_its_time(at: int, expected: PassWhy | None) -> None:
    said = passes.verify(GOLDEN, TRUSTED, at)
    assert said == (SAID if expected is None else PassFault(expected, SAID))


def test_a_key_that_is_not_known_and_a_pass_that_was_withdrawn() -> None:
    assert passes.verify(GOLDEN, KeySet(), ISSUED) == PassFault(PassWhy.UNKNOWN_KEY)
    withdrawn = KeySet((KEY,), frozenset({SUBJECT}))
    assert passes.verify(GOLDEN, withdrawn, ISSUED) == PassFault(PassWhy.DENIED, SAID)
    # That it was withdrawn is said first, also when it is over.
    assert why(GOLDEN, withdrawn, EXPIRES) is PassWhy.DENIED


def test_every_key_of_a_kid_is_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    other = Ed25519PrivateKey.from_private_bytes(bytes(32)).public_key().public_bytes_raw().hex()
    monkeypatch.setattr(passes, "kid_of", lambda public: "56475aa7")
    assert why(GOLDEN, KeySet((PassKey(other, 0, EXPIRES), KEY))) is None
    assert why(GOLDEN, KeySet((PassKey(other, 0, EXPIRES), PassKey("ff" * 32, 0, EXPIRES)))) is PassWhy.FORGED


@pytest.mark.parametrize(
    ("subject", "issued", "expires"),
    [
        (SUBJECT[2:], ISSUED, EXPIRES),
        (SUBJECT, EXPIRES, ISSUED),
        (SUBJECT, ISSUED, ISSUED + SECOND - 1),
        (SUBJECT, -1, EXPIRES),
        (SUBJECT, ISSUED, passes.LATEST_S * SECOND),
    ],
)
def test_what_no_pass_can_say(subject: str, issued: int, expires: int) -> None:
    with pytest.raises(ValueError, match=r"."):
        passes.issue(PRIVATE, subject, issued, expires)


@given(
    st.binary(min_size=8, max_size=8),
    st.integers(0, passes.LATEST_S - 2),
    st.integers(1, passes.LATEST_S),
    st.binary(min_size=32, max_size=32),
)
def test_what_is_issued_is_verified(subject: bytes, issued: int, length: int, seed: bytes) -> None:
    expires = min(issued + length, passes.LATEST_S - 1)
    private = Ed25519PrivateKey.from_private_bytes(seed)
    public = private.public_key().public_bytes_raw().hex()
    text = passes.issue(private, subject.hex(), issued * SECOND, expires * SECOND)
    said = passes.verify(text, KeySet((PassKey(public, 0, passes.LATEST_S * SECOND),)), issued * SECOND)
    assert said == Pass(subject.hex(), issued * SECOND, expires * SECOND, passes.kid_of(public))


# --- whatever the text ---


@given(st.text())
def test_any_text_gives_an_answer(text: str) -> None:
    assert why(text) is PassWhy.DAMAGED
    assert why(passes.PREFIX + text) is PassWhy.DAMAGED


@given(st.binary(max_size=passes.LONGEST))
def test_any_bytes_give_an_answer(raw: bytes) -> None:
    assert why(text_of(raw)) is PassWhy.DAMAGED
    assert why(text_of(b"\xd2" + raw)) is PassWhy.DAMAGED


@given(st.data())
def test_pieces_of_cbor_put_into_a_pass(data: st.DataObject) -> None:
    """Heads with lengths that lie, tags that mean dates, expressions and cycles, deep nests: at any place of a pass."""
    piece = data.draw(
        st.one_of(
            st.binary(max_size=12),
            st.builds(lambda head, rest: bytes([head]) + rest, st.integers(0x40, 0xFF), st.binary(max_size=9)),
            st.sampled_from(
                [bytes.fromhex(one) for one in ("d81c81d81d00", "d8236428612b29", "c5821b7fffffffffffffff01")]
            ),
            st.integers(1, 1000).map(lambda depth: b"\x81" * depth),
        )
    )
    start = data.draw(st.integers(0, len(COSE)))
    end = data.draw(st.integers(start, len(COSE)))
    changed = COSE[:start] + piece + COSE[end:]
    assert (why(text_of(changed)) is None) == (changed == COSE)
    payload = PAYLOAD[: min(start, 23)] + piece + PAYLOAD[min(end, 23) :]
    if len(payload) < 256 and payload != PAYLOAD:
        said = passes.verify(spelled(payload), TRUSTED, ISSUED)
        # A pass of another content may come out, but then it is spelled as it should be.
        if isinstance(said, Pass):
            assert passes.issue(PRIVATE, said.subject, said.issued, said.expires) == spelled(payload)
