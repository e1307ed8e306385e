"""Code texts: every text gives a value, one code has one form however it is written, and what is no code says why."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from station import codes, kinds
from station.checkdigits import Check
from station.facts import Code, Fault, Malformed, Reading, RefusedKind, Role, Source, Unfit, Way
from tests.stories import PROGRAMME

KINDS = PROGRAMME.kinds()
ESCN = "aec54890-72b1-1039-8e5f-001999893752"
GOLDEN = (
    "SP1:RRQ+D9P60CO0$+AWKB7CKFRK889/QM6-QS4VS13DF3:/IA48CF3C2WAEOP78GHL.29VKP9/GS.4WMORTFKQDA%BB:QWNN23M--65BQ6UQI*2L"
    "$D0J0ACHASU-9KO.2V*0+8JT:U6-5CHUZ2NBIV 2O*MA00"
)
SAMPLES = [sample for entry in PROGRAMME.code_entries for sample in (*entry.valid, *entry.invalid)]
TEXTS = st.one_of(
    st.text(st.characters(codec=None), max_size=200),
    st.text(alphabet="0123456789 -]QC\\SP:@/.aefx\x1d\u202e\ufeff\u00a0\u017f\u0390\uff13", max_size=80),
    st.builds(
        "".join, st.lists(st.sampled_from([*SAMPLES, "]Q1", "\\000026", " ", "-", "\n", "SP1:", "@", "33309240064"]))
    ),
)


def parse(text: str) -> codes.Parsed:
    return codes.parse(text, KINDS)


# --- total, and one form ---


@settings(max_examples=200, deadline=None)
@given(TEXTS)
@example("]-Q1aec54890 72b1 1039 8e5f 001999893752")
@example("- ]Q1ABC")
@example("]\u017f1x:")
@example("\u0390" * 1024)
@example("\ud800")
def test_any_text_gives_a_value_that_stays_what_it_is(text: str) -> None:
    found = parse(text)
    assert isinstance(found, Code | Malformed | RefusedKind)
    if isinstance(found, Code):
        assert parse(found.text) == found
        assert codes.normal(found.text) == found.text
        assert 0 < len(found.text) <= codes.LONGEST
        assert found.text.encode()


@settings(deadline=None)
@given(st.binary(max_size=5000))
def test_any_bytes_give_a_value(raw: bytes) -> None:
    assert isinstance(parse(raw.decode("utf-8", "surrogateescape")), Code | Malformed | RefusedKind)


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(SAMPLES), st.data())
def test_nearly_a_code_is_never_taken_for_the_code(sample: str, data: st.DataObject) -> None:
    """One sign of a sample changed: another number or none, but never the same one again."""
    at = data.draw(st.integers(0, len(sample) - 1))
    sign = data.draw(st.characters(codec="utf-8", categories=("L", "N", "P", "S")))
    changed = sample[:at] + sign + sample[at + 1 :]
    before, after = parse(sample), parse(changed)
    if isinstance(before, Code) and isinstance(after, Code) and before.text == after.text:
        alike = codes.normal(sample[at]) == codes.normal(sign) or {sample[at], sign} <= {"-", " "}
        # The scheme and the slash at its end are all of an address that may differ.
        assert alike or sign == "-" or before.kind == "esc"


@pytest.mark.parametrize("size", [100, 1000, 4000])
@pytest.mark.parametrize(
    "part", ["a", "1 ", "- ", "]Q1", "\\000026", "\u0390", "http://esc.gg/", "a@", "1234567890-", "\t"]
)
def test_long_texts_are_answered(part: str, size: int) -> None:
    assert isinstance(parse((part * size)[: 4 * size]), Code | Malformed | RefusedKind)


# --- what surrounds a code ---


@pytest.mark.parametrize(
    "text",
    [
        "A12345",
        "a 123-45",
        "  A12345\r\n",
        "\ufeffA12345",
        "]C0A12345",
        "]Q1\\000026A12345",
        "\\000003A12345",
        "\x1d]C1A12345\x04",
        "A\u00a0123\u202f45",
        "\x02A12345\x03",
    ],
)
def test_what_readers_put_around_a_number_goes(text: str) -> None:
    assert parse(text) == Code("A12345", "number")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", Fault.EMPTY),
        (" \t\r\n", Fault.EMPTY),
        ("]Q1\\000026", Fault.EMPTY),
        ("- -", Fault.EMPTY),
        ("A\x00B", Fault.UNPRINTABLE),
        ("A\x1b[31mB", Fault.UNPRINTABLE),
        ("A\u202eB", Fault.UNPRINTABLE),
        ("A\u2066B", Fault.UNPRINTABLE),
        ("A\u200bB", Fault.UNPRINTABLE),
        ("A\u00adB", Fault.UNPRINTABLE),
        ("A\u3164B", Fault.UNPRINTABLE),
        ("A\ufe0fB", Fault.UNPRINTABLE),
        ("A\ufffdB", Fault.UNPRINTABLE),
        ("one\ntwo", Fault.UNPRINTABLE),
        ("A" * 1025, Fault.TOO_LONG),
        ("A" * 2_000_000, Fault.TOO_LONG),
        ("\u0390" * 1000, Fault.TOO_LONG),
    ],
)
def test_what_is_no_code(text: str, why: Fault) -> None:
    assert parse(text) == Malformed(why)


def test_a_signed_pass_stays_exactly_as_it_is() -> None:
    assert parse(f" {GOLDEN}\r\n") == Code(GOLDEN, "pass")
    assert codes.parse(GOLDEN, ()) == Code(GOLDEN)
    assert parse("SP1:") == Code("SP1:", "pass")


@pytest.mark.parametrize(
    ("shown", "listed"),
    [
        ("Vardas.Pavarde@KTU.edu", "vardas.pavarde@ktu.edu"),
        (f"HTTP://ESC.gg/{ESCN.upper()}/", ESCN),
        (f"https://esc.gg/{ESCN}", ESCN),
        (ESCN.replace("-", ""), ESCN),
        (ESCN.replace("-", " ").upper(), ESCN),
        (
            "URN:SCHAC:personalUniqueCode:int:esi:unipv.it:999001",
            "urn:schac:personalUniqueCode:int:esi:UNIPV.it:999001",
        ),
        ("E\u0304", "\u0112"),
        ("s 370-000 000001 a", "S370000000001A"),
        ("4 006381 333931", "4006381333931"),
    ],
)
def test_the_same_number_in_two_forms_is_one(shown: str, listed: str) -> None:
    assert isinstance(parse(shown), Code)
    assert parse(shown) == parse(listed)


def test_what_no_kind_knows_is_a_code_still_and_the_first_that_knows_decides() -> None:
    assert parse("Library card 7!") == Code("LIBRARYCARD7!")
    wide = kinds.Pattern("wide", kinds.compiled("[0-9]+"))
    narrow = kinds.Pattern("narrow", kinds.compiled("[0-9]{4}"))
    assert codes.parse("1234", (narrow, wide)) == Code("1234", "narrow")
    assert codes.parse("1234", (wide, narrow)) == Code("1234", "wide")
    checked = kinds.Pattern("checked", kinds.compiled("[0-9]{4}"), Check.LUHN)
    assert codes.parse("1234", (checked, wide)) == Malformed(Fault.CHECK_DIGIT)


@pytest.mark.parametrize(
    "text", ["https://uni.example/1234", "http:\\\\esc.gg", "www.ktu.edu", "ftp://x", "HTTP://KTU.EDU/a?b=c"]
)
def test_a_web_address_is_refused_unless_a_kind_takes_it(text: str) -> None:
    assert parse(text) == RefusedKind(Unfit.WEB_ADDRESS)
    own = kinds.Pattern("link", kinds.compiled(".*"))
    assert isinstance(codes.parse(text, (own,)), Code)


@pytest.mark.parametrize(("number", "shown"), [("123456", "3456"), ("12345", "345"), ("123", "3"), ("12", "")])
def test_never_a_whole_number_is_shown(number: str, shown: str) -> None:
    assert codes.last_four(number) == shown


def test_a_reading_is_what_a_desk_parses() -> None:
    reading = Reading("a 12345", Source.KEYBOARD, Way.IN, Role.TECHNICAL)
    assert parse(reading.text) == Code("A12345", "number")
