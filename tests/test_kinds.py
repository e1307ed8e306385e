"""Each kind of code by tables: what is of it, what is of it and wrong, and what is refused, with the reason."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from station import codes, kinds
from station.checkdigits import CHECKS, Check
from station.facts import Code, Fault, Malformed, RefusedKind, Unfit
from station.kinds import Ean13, Email, Pattern, SignedPass, StudentCard, StudentIdentifier, Uuid, compiled
from tests.stories import PROGRAMME

ESCN = "aec54890-72b1-1039-8e5f-001999893752"
TEST = "fc3a1f80-93fb-103a-9b31-000999893752"
CARD = StudentCard("esc", ("esc.gg",), ("pp.esc.gg",))
CYRILLIC = "\u0435sc.gg"
LOOK_ALIKE = RefusedKind(Unfit.LOOK_ALIKE)
BAD_NUMBER = Malformed(Fault.CARD_NUMBER)


def read(kind: codes.Kind, text: str) -> codes.Parsed:
    return codes.parse(text, (kind,))


# --- the European Student Card ---


@pytest.mark.parametrize("number", [ESCN, TEST, "7a4c3f30-6a9d-1038-a7c1-066999859608"])
@pytest.mark.parametrize("form", ["{}", "http://esc.gg/{}", "https://esc.gg/{}/", "HTTPS://ESC.GG/{}"])
def test_a_student_card_is_its_number_however_it_is_written(number: str, form: str) -> None:
    assert read(CARD, form.format(number)) == Code(number, "esc")
    assert read(CARD, form.format(number.upper())) == Code(number, "esc")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (f"http://pp.esc.gg/{TEST}", RefusedKind(Unfit.TEST_CARD)),
        ("http://pp.esc.gg/nothing", BAD_NUMBER),
        ("http://esc.gg/0c615bc5-605a-11ef-83b5-60a44c40ce5c", BAD_NUMBER),
        ("http://esc.gg/9e342e78-5b6c-4902-966e-50e28a21e601", BAD_NUMBER),
        ("http://esc.gg/0c615bc5-605a-11ef-83b5-errorUUID", BAD_NUMBER),
        ("http://esc.gg/aec54890-72b1-1039-ce5f-001999893752", BAD_NUMBER),
        ("http://esc.gg/aec54890-72b1-2039-8e5f-001999893752", BAD_NUMBER),
        (f"http://esc.gg/{ESCN}0", BAD_NUMBER),
        (f"http://esc.gg.evil.lt/{ESCN}", LOOK_ALIKE),
        (f"http://esc.gg@evil.lt/{ESCN}", LOOK_ALIKE),
        (f"http://evil.lt@esc.gg/{ESCN}", LOOK_ALIKE),
        (f"http://{CYRILLIC}/{ESCN}", LOOK_ALIKE),
        (f"http://xn--sc-7ed.gg/{ESCN}", LOOK_ALIKE),
        (f"http://esc.gg:8080/{ESCN}", LOOK_ALIKE),
        (f"http://esc.gg:80/{ESCN}", LOOK_ALIKE),
        (f"http://esc.gg./{ESCN}", LOOK_ALIKE),
        (f"http://esc.gg/x/{ESCN}", LOOK_ALIKE),
        (f"http://esc.gg//{ESCN}", LOOK_ALIKE),
        (f"http://esc.gg/{ESCN}?to=evil.lt", LOOK_ALIKE),
        (f"http://esc.gg/{ESCN}#x", LOOK_ALIKE),
        (f"http://evil.lt/esc.gg/{ESCN}", LOOK_ALIKE),
        (f"http://evil.lt/{ESCN}", LOOK_ALIKE),
        (f"http://notesc.gg/{ESCN}", LOOK_ALIKE),
        ("http://evil.lt/?to=esc.gg", LOOK_ALIKE),
        ("http://esc.gg/", RefusedKind(Unfit.WEB_ADDRESS)),
        (f"ftp://esc.gg/{ESCN}", RefusedKind(Unfit.WEB_ADDRESS)),
        (f"http:\\\\esc.gg\\{ESCN}", RefusedKind(Unfit.WEB_ADDRESS)),
    ],
)
def test_what_is_no_student_card(text: str, found: codes.Parsed) -> None:
    assert read(CARD, text) == found


def test_a_number_that_is_no_escn_is_left_to_other_kinds() -> None:
    mac_as_node = "0c615bc5-605a-11ef-83b5-60a44c40ce5c"
    assert CARD.match(mac_as_node) is None
    assert codes.parse(mac_as_node, (CARD, Uuid("uuid"))) == Code(mac_as_node, "uuid")


def test_test_cards_count_in_practice_only_and_only_listed_institutions_where_some_are() -> None:
    (practised,) = kinds.in_practice((CARD,))
    assert read(practised, f"http://pp.esc.gg/{TEST}") == Code(TEST, "esc")
    assert kinds.in_practice((Uuid("uuid"),)) == (Uuid("uuid"),)
    ours = StudentCard("esc", ("esc.gg",), (), frozenset({"999859608"}))
    assert read(ours, "7a4c3f30-6a9d-1038-a7c1-066999859608") == Code("7a4c3f30-6a9d-1038-a7c1-066999859608", "esc")
    for text in (ESCN, f"https://esc.gg/{ESCN}"):
        assert read(ours, text) == RefusedKind(Unfit.OTHER_INSTITUTION)


# --- the others ---


@pytest.mark.parametrize("start", ["urn:schac:personalUniqueCode:int:esi:", "URN:Schac:PERSONALUNIQUECODE:int:ESI:"])
@pytest.mark.parametrize(
    "rest", ["unipv.it:999001", "ladok.se:externtstudentuid-abc-123-def", "lt:A:1", "lt:%c5%a1'()+"]
)
def test_european_student_identifiers(start: str, rest: str) -> None:
    kind = StudentIdentifier("esi")
    assert read(kind, start + rest) == Code((start + rest).lower(), "esi")


@pytest.mark.parametrize(
    "text",
    [
        "urn:schac:personalUniqueCode:es:ESI:uma.es:123",
        "urn:schac:personalUniqueCode:int:esi:unipv.it",
        "urn:schac:personalUniqueCode:int:esi:unipv.it:",
        "urn:schac:personalUniqueCode:int:esi:unipv:1",
        "urn:schac:personalUniqueCode:int:esi:unipv.it:a/b",
        "urn:schac:personalUniqueCode:int:esi:unipv.it:50%",
        "urn:schac:personalUniqueCode:int:esi:unipv.it:š",
        "urn:schac:personalUniqueCode:",
        "urn:schac:personalUniqueCode:int:esi:unipv.it:" + "1" * 220,
    ],
)
def test_what_is_no_european_student_identifier(text: str) -> None:
    assert read(StudentIdentifier("esi"), text) == Malformed(Fault.IDENTIFIER)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Jonas.Jonaitis@KTU.edu", Code("jonas.jonaitis@ktu.edu", "email")),
        ("jonas+1@ktu.edu", Code("jonas+1@ktu.edu", "email")),
        ("jonas@gmail.com", RefusedKind(Unfit.OTHER_EMAIL)),
        ("jonas@ktu.edu.evil.lt", RefusedKind(Unfit.OTHER_EMAIL)),
        ("jonas@x.ktu.edu", RefusedKind(Unfit.OTHER_EMAIL)),
        ("jonas@ktu.edu.", RefusedKind(Unfit.OTHER_EMAIL)),
        ("jonas@ktu.\u0435du", RefusedKind(Unfit.OTHER_EMAIL)),
        ("jonas@localhost", RefusedKind(Unfit.OTHER_EMAIL)),
        ("a" * 65 + "@ktu.edu", Malformed(Fault.TOO_LONG)),
        ("jonas@@ktu.edu", Code("jonas@@ktu.edu")),
        ("@ktu.edu", Code("@ktu.edu")),
        ("jonas jonaitis@ktu.edu", Code("jonas jonaitis@ktu.edu")),
    ],
)
def test_e_mails(text: str, found: codes.Parsed) -> None:
    assert read(Email("email", ("ktu.edu",)), text) == found


@pytest.mark.parametrize(
    ("kind", "text", "found"),
    [
        (Ean13("ean"), "4006381333931", Code("4006381333931", "ean")),
        (Ean13("ean"), "4006381333932", Malformed(Fault.CHECK_DIGIT)),
        (Ean13("ean"), "400638133393", Code("400638133393")),
        (Ean13("ean"), "٤٠٠٦٣٨١٣٣٣٩٣١", Code("٤٠٠٦٣٨١٣٣٣٩٣١")),
        (Uuid("u"), "9E342E78-5B6C-4902-966E-50E28A21E601", Code("9e342e78-5b6c-4902-966e-50e28a21e601", "u")),
        (Uuid("u"), "9e342e785b6c4902966e50e28a21e601", Code("9e342e78-5b6c-4902-966e-50e28a21e601", "u")),
        (Uuid("u"), "9e342e785b6c0902966e50e28a21e601", Code("9E342E785B6C0902966E50E28A21E601")),
        (SignedPass("p"), "SP1:X", Code("SP1:X", "p")),
        (SignedPass("p"), "sp1:X", Code("sp1:x")),
    ],
)
def test_plain_kinds(kind: codes.Kind, text: str, found: codes.Parsed) -> None:
    assert read(kind, text) == found


@pytest.mark.parametrize(
    ("pattern", "check", "text", "good"),
    [
        ("[A-Z]{3}[0-9]+[A-Z0-9]", Check.MOD43, "CODE39W", None),
        ("[A-Z]+[0-9]+[A-Z0-9]", Check.MOD43, "code39w", True),
        ("[A-Z]+[0-9]+[A-Z0-9]", Check.MOD43, "CODE39X", False),
        ("LSP([0-9]{14})", Check.LUHN, "LSP 2123-4567-8901-24", True),
        ("LSP([0-9]{14})", Check.LUHN, "LSP21234567890125", False),
        ("([A-Z]+)(?P<n>[0-9]{14})", Check.MOD10, "ITF00012345600012", True),
        ("([A-Z]+)(?P<n>[0-9]{14})", Check.MOD10, "ITF00012345600013", False),
        ("K([0-9]{2})?", Check.MOD10, "K", False),
        ("[A-Z]+", Check.MOD11, "ABC", False),
        ("lsp/[0-9]{3}", None, "LSP/123", True),
        ("a|b", None, "B", True),
        ("a", None, "ab", None),
    ],
)
def test_patterns_and_their_checks(pattern: str, check: Check | None, text: str, good: bool | None) -> None:
    kind = Pattern("own", compiled(pattern), check)
    found = read(kind, text)
    if good is None:
        assert found == Code(codes.normal(text))
    else:
        assert found == (Code(codes.normal(text), "own") if good else Malformed(Fault.CHECK_DIGIT))


@pytest.mark.parametrize(
    "pattern",
    ["(a", "[z-a]", r"\1", "(?=a)b", "a**+", "a{1001}", "((a{1,99}){1,99}){1,99}", r"[\x{0}-\x{10ffff}]{1,999}" * 9],
)  # fmt: skip
def test_patterns_that_are_none_or_too_large_say_why(pattern: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        compiled(pattern)


@pytest.mark.parametrize("pattern", ["(a+)+$", "(a|aa)+$", "(a|a?)+$", "(.*a){20}", "((a*)*)*b"])
def test_no_pattern_runs_without_end(pattern: str) -> None:
    """A backtracking matcher would still be at it; how fast this one is says tests/benchmarks/codes.py."""
    assert Pattern("own", compiled(pattern)).match("A" * codes.LONGEST + "!") is None


# --- check characters ---


@pytest.mark.parametrize(
    ("check", "number"),
    [
        (Check.LUHN, "79927398713"),
        (Check.LUHN, "21234567890124"),
        (Check.MOD10, "4006381333931"),
        (Check.MOD10, "00012345600012"),
        (Check.MOD11, "0306406152"),
        (Check.MOD11, "080442957X"),
        (Check.MOD11, "080442957x"),
        (Check.MOD43, "20231234H"),
        (Check.MOD43, "CODE39W"),
        (Check.MOD43, "code39w"),
    ],
)
def test_check_characters_and_every_single_wrong_digit(check: Check, number: str) -> None:
    holds = CHECKS[check]
    assert holds(number)
    for at, digit in enumerate(number):
        for other in "0123456789":
            if digit.isdigit() and other != digit:
                assert not holds(number[:at] + other + number[at + 1 :])


def test_long_numbers_have_no_digit_that_mod11_overlooks() -> None:
    body = "1234567890123456789012345"
    for check in "0123456789X":
        if CHECKS[Check.MOD11](body + check):
            for at in range(len(body)):
                other = str((int(body[at]) + 1) % 10)
                assert not CHECKS[Check.MOD11](body[:at] + other + body[at + 1 :] + check)


@given(st.sampled_from(list(Check)), st.text(max_size=30))
def test_a_check_of_any_text_has_an_answer(check: Check, text: str) -> None:
    assert CHECKS[check](text) in (True, False)
    assert not CHECKS[check]("")


# --- all kinds together ---


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=300))
def test_kinds_answer_any_text(text: str) -> None:
    for entry in PROGRAMME.code_entries:
        assert isinstance(entry.kind.match(codes.normal(text)), Code | Malformed | RefusedKind | None)


def test_neighbouring_student_cards_are_never_one() -> None:
    chosen = random.Random(1)
    seen = {}
    for _ in range(2000):
        number = f"{chosen.getrandbits(32):08x}-{chosen.getrandbits(16):04x}-1039-8e5f-001999893752"
        found = read(CARD, f"https://esc.gg/{number}")
        assert isinstance(found, Code)
        seen[number] = found.text
    assert len(set(seen.values())) == len(seen)
