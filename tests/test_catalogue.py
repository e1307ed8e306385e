"""The catalogue: KTU's programme as its page has it, and every wrong file named by line, key and reason."""

from __future__ import annotations

import os
import re
import tomllib
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from station import texts
from station.catalogue import Badge, Catalogue, HoursRules, Scope, bundled, parse
from station.facts import Code, RefusedKind, Role, Unfit
from station.trouble import Trouble

DATA = os.environ.get("STATION_TEST_DATA")
needs_data = pytest.mark.skipif(not DATA, reason="STATION_TEST_DATA names no folder with the programme's page")

HEADINGS = {
    "culture_events": "Savanoriška veikla KTU kultūriniuose renginiuose",
    "student_organisations": "Savanoriška veikla KTU Studentų organizacijų renginiuose bei veiklose",
    "sport_collectives": "Savanoriška veikla KTU sporto kolektyvų renginiuose bei veiklose",
    "schools": "Savanoriška veikla KTU bei mokyklų organizuojamuose renginiuose bei veiklose",
}
SMALL = """\
format = 1
version = "1"
email_domains = ["uni.lt"]
institution = { lt = "Universitetas", en = "University" }
[hours]
scope = "event"
touch_minutes = 0
repeat_seconds = 0
margin_minutes = 0
long_hours = 12
uncredited_hours = 12
[roles]
representation = { lt = "Atstovavimas", en = "Representation" }
coordination = { lt = "Koordinavimas", en = "Coordination" }
technical = { lt = "Techniniai darbai", en = "Technical work" }
[units.art]
lt = "Menas"
en = "Art"
[units.art.volunteering]
id = "uni.art"
title = { lt = "Menas. {role} ({hours} val.)", en = "Art. {role} ({hours} h)" }
criteria = { lt = "Padėk.", en = "Help." }
roles = ["technical"]
hours = [4]
"""
NUMBERS = """\
[codes.number]
kind = "pattern"
pattern = "[A-Z]?[0-9]{5}"
title = { lt = "Numeris", en = "Number" }
valid = ["A12345"]
invalid = ["1234"]
"""
SMALL += NUMBERS


@cache
def ktu() -> Catalogue:
    return parse(bundled(), "ktu.toml")


def hours_badges(unit: str) -> list[Badge]:
    return [badge for badge in ktu().badges_of(unit) if badge.hours]


def test_the_thirty_six_hours_badges_of_ktu() -> None:
    catalogue = ktu()
    assert sum(badge.hours is not None for badge in catalogue.badges.values()) == 36
    assert all(badge.id == key for key, badge in catalogue.badges.items())
    for unit, heading in HEADINGS.items():
        badges = hours_badges(unit)
        assert {(badge.hours.role, badge.hours.seconds) for badge in badges if badge.hours} == {
            (role, hours) for role in Role for hours in (14_400, 28_800, 43_200)
        }
        assert {badge.title["lt"] for badge in badges} == {
            f"{heading}. {role} ({hours} val.)"
            for role in ("Atstovavimas", "Koordinavimas", "Techniniai darbai")
            for hours in (4, 8, 12)
        }
    assert catalogue.badges["ktu.culture.vol.representation.4h"].title == {
        "lt": "Savanoriška veikla KTU kultūriniuose renginiuose. Atstovavimas (4 val.)",
        "en": "Volunteering at KTU culture events. Representation (4 h)",
    }


def test_the_rest_of_the_programme() -> None:
    catalogue = ktu()
    assert catalogue.rules == HoursRules()
    assert catalogue.rules.scope is Scope.SERIES
    assert catalogue.institution == {
        "lt": "Kauno technologijos universitetas",
        "en": "Kaunas University of Technology",
    }
    assert set(HEADINGS) < set(catalogue.units)
    assert catalogue.email_domains == ("ktu.edu", "ktu.lt")
    assert catalogue.badges_of("no such unit") == ()


@needs_data
def test_ids_and_texts_are_those_of_the_worked_out_catalogue() -> None:
    assert DATA is not None
    whole = tomllib.loads((Path(DATA) / "catalogue" / "catalogue_ktu.toml").read_text(encoding="utf-8"))
    expected = {
        badge["id"]: (
            badge["lt"],
            badge["en"],
            badge["lt_criteria_quote"],
            badge["unit"],
            badge["rule"]["role"],
            badge["rule"]["min_hours"] * 3600,
        )
        for badge in whole["badge"]
        if badge["rule"]["kind"] == "hours_threshold"
    }
    found = {
        badge.id: (
            badge.title["lt"],
            badge.title["en"],
            badge.criteria["lt"],
            badge.unit,
            badge.hours.role,
            badge.hours.seconds,
        )
        for badge in ktu().badges.values()
        if badge.hours
    }
    assert found == expected
    units = {unit["id"]: (unit["lt"], unit["en"]) for unit in whole["unit"]}
    assert {unit.id: (unit.title["lt"], unit.title["en"]) for unit in ktu().units.values()} == units
    assert list(units) == list(ktu().units)
    others = {badge["id"]: badge for badge in whole["badge"]}
    assert ktu().badges.keys() == others.keys()
    for badge in ktu().badges.values():
        other = others[badge.id]
        told = (badge.title["lt"], badge.title["en"], badge.unit, badge.auto, badge.title_basis)
        assert told == tuple(other[key] for key in ("lt", "en", "unit", "auto", "lt_title_basis"))
        assert badge.portfolio
        assert (badge.portfolio.type, badge.portfolio.basis) == (other["portfolio_type"], "inferred")
        assert list(badge.portfolio.rivals) == other["portfolio_alt"]


@needs_data
def test_every_lithuanian_line_stands_on_the_page() -> None:
    assert DATA is not None
    page = "\n".join(path.read_text(encoding="utf-8") for path in sorted((Path(DATA) / "seeds").glob("*.txt")))
    lines = [line.strip() for line in page.splitlines()]
    for unit, heading in HEADINGS.items():
        at = lines.index(heading)
        block = [line for line in lines[at + 1 : at + 12] if line]
        (criteria,) = {badge.criteria["lt"] for badge in hours_badges(unit)}
        assert block[0] == criteria
        tiers = dict(re.findall(r"• (.+?)\s\((.+)\)$", "\n".join(block[2:5]), re.MULTILINE))
        assert len(tiers) == 3
        for role, hours in tiers.items():
            for number in re.findall(r"(\d+) val\.", hours):
                title = f"{heading}. {role} ({number} val.)"
                assert title in {badge.title["lt"] for badge in ktu().badges_of(unit)}


def test_a_small_catalogue_and_a_unit_without_badges() -> None:
    catalogue = parse(SMALL + '[units.club]\nlt = "Klubas"\nen = "Club"\n', "small.toml")
    assert list(catalogue.badges) == ["uni.art.technical.4h"]
    assert catalogue.badges_of("club") == ()
    assert catalogue.rules == HoursRules(0, 0, 0, 43_200, 43_200, Scope.EVENT)


@pytest.mark.parametrize(
    ("old", "new", "code", "line", "key"),
    [
        ("format = 1", "format = 2", "format", 1, "format"),
        ("format = 1\n", "", "missing", None, "format"),
        ("format = 1", "format = true", "not_number", 1, "format"),
        ('version = "1"', 'version = ""', "not_text", 2, "version"),
        ('version = "1"', 'version = "a\\tb"', "not_text", 2, "version"),
        ('["uni.lt"]', '["@uni.lt"]', "domain", 3, "email_domains"),
        ('["uni.lt"]', "[]", "not_list", 3, "email_domains"),
        ('["uni.lt"]', '"uni.lt"', "not_list", 3, "email_domains"),
        (', en = "University"', "", "missing", 4, "institution.en"),
        ('en = "University"', 'en = "U", de = "U"', "unknown", 4, "institution.de"),
        ('scope = "event"', 'scope = "term"', "choice", 6, "hours.scope"),
        ("touch_minutes = 0", "touch_minutes = -1", "not_number", 7, "hours.touch_minutes"),
        ("margin_minutes = 0", "margin_minutes = 0.5", "not_number", 9, "hours.margin_minutes"),
        ("uncredited_hours = 12", "uncredited_hours = 11", "order", 11, "hours.uncredited_hours"),
        ("touch_minutes", "touch_minuts", "missing", 5, "hours.touch_minutes"),
        ("[roles]", "pause_hours = 5\n[roles]", "unknown", 12, "hours.pause_hours"),
        ("technical = {", "driver = {", "missing", 12, "roles.technical"),
        ("[units.art]", '[units."Art, etc"]', "id", 16, "units.'Art, etc'"),
        ('lt = "Menas"\n', "", "missing", 16, "units.art.lt"),
        ('"uni.art"', '"Uni Art"', "id", 20, "…id"),
        (" ({hours} val.)", "", "title", 21, "…title.lt"),
        ('roles = ["technical"]', 'roles = ["technic"]', "choice", 23, "…roles"),
        ('roles = ["technical"]', "roles = [1]", "not_text", 23, "…roles"),
        ("hours = [4]", "hours = [4, 0]", "not_number", 24, "…hours"),
        ("hours = [4]", "hours = [4, 4]", "twice", 20, "…id"),
        ("hours = [4]", "hours = [4]\nstarts = 8", "unknown", 25, "…starts"),
        ("[units.art.volunteering]\n", "volunteering = 1\n[x]\n", "not_table", 19, "units.art.volunteering"),
        ("format = 1", "starts = 1\nformat = 1", "unknown", 1, "starts"),
    ],
)  # fmt: skip
def test_wrong_files_are_named_by_place_and_key(old: str, new: str, code: str, line: int | None, key: str) -> None:
    assert SMALL.count(old) >= 1
    with pytest.raises(Trouble) as caught:
        parse(SMALL.replace(old, new), "f.toml")
    place = f"f.toml:{line}" if line else "f.toml"
    arguments = caught.value.arguments
    assert caught.value.code == f"catalogue_{code}"
    assert (arguments["place"], arguments["key"]) == (place, key.replace("…", "units.art.volunteering."))
    said = texts.sentence(caught.value)
    assert said.startswith(f"{place}: ")
    assert "\n" not in said


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("a = ", "f.toml"),
        ("format = 1\nversion = \n", "f.toml:2"),
        ("\0", "f.toml:1"),
        ("a = " + "[" * 20_000, "f.toml"),
        ("a = " + "9" * 10_000, "f.toml"),
        ("<html>", "f.toml:1"),
        ("format = 1\nformat = 1", "f.toml:2"),
    ],
)
def test_what_is_no_toml_is_said_in_one_sentence(text: str, place: str) -> None:
    with pytest.raises(Trouble, match="catalogue_syntax") as caught:
        parse(text, "f.toml")
    assert str(caught.value.arguments["place"]).startswith(place)
    said = texts.sentence(caught.value)
    assert "\n" not in said
    assert len(said) < 200


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_a_damaged_catalogue_is_read_or_refused_and_never_anything_else(data: st.DataObject) -> None:
    lines = SMALL.splitlines()
    at = data.draw(st.integers(0, len(lines) - 1))
    lines[at] = data.draw(
        st.one_of(
            st.just(""),
            st.text(max_size=20),
            st.sampled_from(["units = 1", "[units]", "[[units]]", "hours = {}", "x = 1979-01-01"]),
        )
    )
    try:
        catalogue = parse("\n".join(lines), "f.toml")
    except Trouble as trouble:
        assert texts.sentence(trouble).startswith("f.toml")  # noqa: PT017 - both outcomes are right
    else:
        assert catalogue.units


def with_codes(tables: str) -> Catalogue:
    return parse(SMALL.replace(NUMBERS, tables), "my.toml")


def number(more: str = "", pattern: str = "[0-9]{5}", valid: str = '"12345"', invalid: str = '"1234"') -> str:
    lines = (
        "[codes.n]",
        'kind = "pattern"',
        f"pattern = '{pattern}'",
        'title = { lt = "N", en = "N" }',
        f"valid = [{valid}]",
        f"invalid = [{invalid}]",
        more,
    )
    return "".join(f"{line}\n" for line in lines)


def test_the_kinds_of_ktu_in_their_order() -> None:
    assert [entry.kind.id for entry in ktu().code_entries] == [
        "pass", "esc", "esi", "email", "isic", "number", "ean13", "uuid",
    ]  # fmt: skip
    assert all(set(entry.title) == {"lt", "en"} for entry in ktu().code_entries)


def test_what_numbers_look_like_is_the_institutions_own() -> None:
    assert parse(SMALL, "my.toml").is_id("a 12345")
    assert ktu().is_id("S 370 000 000 001 A")
    own = with_codes(number(pattern="LSP[0-9]{6}", valid='"LSP123456"'))
    assert own.is_id("lsp 123-456")
    assert not own.is_id("A12345")


def test_weak_barcodes_are_believed_if_a_kind_knows_them_or_somebody_must_be_told() -> None:
    known = ktu()
    assert all(map(known.is_id, ("20231234", "ktu 2023-1234", "4006381333931", "33309240064")))
    unknown = ("", "123", "4006381333932", "https://uni.example/1", "jonas@gmail.com", "NO NUMBER", "٤٥٦٧٨", "A" * 9999)
    assert not any(map(known.is_id, unknown))


def test_test_cards_are_taken_in_practice_only() -> None:
    text = "http://pp.esc.gg/fc3a1f80-93fb-103a-9b31-000999893752"
    assert ktu().tried(text).found == RefusedKind(Unfit.TEST_CARD)
    practised = ktu().tried(text, practice=True)
    assert practised.found == Code("fc3a1f80-93fb-103a-9b31-000999893752", "esc")
    assert practised.title["en"] == "European Student Card"
    assert ktu().tried("no kind").title == {}


@pytest.mark.parametrize(
    ("tables", "code", "line", "key"),
    [
        ("", "missing", None, "codes"),
        ("codes = 1", "unknown", 25, "…codes"),
        ("[codes.'A b']", "id", 25, "codes.'A b'"),
        ("[codes]\nn = 1", "not_table", 26, "codes.n"),
        ('[codes.n]\nkind = "rfid"', "choice", 26, "codes.n.kind"),
        ('[codes.n]\nkind = "uuid"', "missing", 25, "codes.n.title"),
        (number(more="colour = 1"), "unknown", 31, "codes.n.colour"),
        (number(more='check = "mod7"'), "choice", 31, "codes.n.check"),
        (number(pattern="(a+"), "pattern", 27, "codes.n.pattern"),
        (number(pattern="((a{1,100}){1,100}){1,100}"), "pattern", 27, "codes.n.pattern"),
        (number(pattern="a" * 401), "long", 27, "codes.n.pattern"),
        (number(valid=""), "not_list", 29, "codes.n.valid"),
        (number(valid="1"), "not_text", 29, "codes.n.valid"),
        (number(valid='"12345", "123"'), "sample_valid", 29, "codes.n.valid"),
        (number(more='check = "luhn"'), "sample_valid", 29, "codes.n.valid"),
        (number(invalid='"12345"'), "sample_invalid", 30, "codes.n.invalid"),
        (number(invalid='"33309240064"'), "sample_personal", 30, "codes.n.invalid"),
        (number(valid='"' + "1" * 1025 + '"'), "long", 29, "codes.n.valid"),
        (number(invalid=", ".join(['"1"'] * 41)), "many", 30, "codes.n.invalid"),
        (number() + NUMBERS.replace("[A-Z]?", "").replace("A12345", "12345"), "sample_valid", 36, "codes.number.valid"),
        (number() + "".join(f"[codes.n{n}]\n" for n in range(40)), "many", 25, "codes"),
        ('[codes.c]\nkind = "esc"\nhosts = ["https://esc.gg"]', "domain", 27, "codes.c.hosts"),
        ('[codes.c]\nkind = "esc"\nhosts = ["esc.gg"]\npics = ["12"]', "pic", 28, "codes.c.pics"),
        ('[codes.c]\nkind = "esc"\nhosts = ["esc.gg"]\nsandbox_hosts = []', "not_list", 28, "codes.c.sandbox_hosts"),
        ('[codes.c]\nkind = "esc"', "missing", 25, "codes.c.hosts"),
    ],
)  # fmt: skip
def test_wrong_kinds_are_named_by_place_and_key(tables: str, code: str, line: int | None, key: str) -> None:
    with pytest.raises(Trouble) as caught:
        with_codes(tables)
    key = key.replace("…", "units.art.volunteering.")
    place = f"my.toml:{line}" if line else "my.toml"
    assert caught.value.code == f"catalogue_{code}"
    assert (caught.value.arguments["place"], caught.value.arguments["key"]) == (place, key)
    for language in texts.LANGUAGES:
        texts.activate(language)
        said = texts.sentence(caught.value)
        assert said.startswith(f"{place}: ")
        assert "\n" not in said
        assert "33309240064" not in said


def test_a_sample_that_fails_is_quoted_with_what_it_was_read_as() -> None:
    with pytest.raises(Trouble) as caught:
        with_codes(number(more='check = "luhn"'))
    assert (caught.value.arguments["found"], caught.value.arguments["reason"]) == ("12345", "check_digit")


def test_a_pattern_that_would_never_end_elsewhere_is_taken_and_ends() -> None:
    own = with_codes(number(pattern="(a+)+b", valid='"ab"', invalid='"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaac"'))
    assert not own.is_id("A" * 1000)
    assert own.is_id("A" * 1000 + "B")
