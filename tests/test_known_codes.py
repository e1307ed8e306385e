"""A code on the roster is known at the desk however it is written; what is refused says why, there and on import."""

from __future__ import annotations

from pathlib import Path

import pytest

from station import assembly, intake, texts
from station.facts import Reading, Role, Source, Way
from station.rosterfile import BadRow, Row
from station.ui.feedback import feedback
from tests.stories import add_event, event, opened

ESCN = "aec54890-72b1-1039-8e5f-001999893752"
ESI = "urn:schac:personalUniqueCode:int:esi:ktu.edu:20231234"
UUID = "9e342e78-5b6c-4902-966e-50e28a21e601"
LISTED = (
    ESCN,
    ESI,
    "S370000000001A",
    "4006381333931",
    UUID,
    "Library Card/7",
)
SHOWN = [
    "a-1001",
    f"HTTPS://ESC.GG/{ESCN.upper()}/",
    f"]Q1\\000026http://esc.gg/{ESCN}",
    ESCN.replace("-", ""),
    ESI.lower(),
    "s 370 000 000 001 a",
    "4-006381-333931\r\n",
    UUID.upper(),
    "library card/7",
    "VARDAS@ktu.edu",
]


def row(**given: str) -> Row:
    codes = tuple(filter(None, given.get("codes", "").split(";")))
    return Row(2, given.get("number", "A1001"), "Vardė Pavardė", given.get("email", "vardas@ktu.edu"), codes)


def test_however_it_is_shown(home: Path) -> None:
    with opened(home) as station:
        done = station.roster.take([Row(2, "A1001", "Vardė Pavardė", "vardas@ktu.edu", LISTED)], [])
        assert (done.taken, done.rejected) == (1, ())
        with station.desk(add_event(station, event())) as desk:
            for text in SHOWN:
                outcome = desk.scan(Reading(text, Source.KEYBOARD, Way.EITHER, Role.TECHNICAL))
                assert outcome.person is not None, text
                assert outcome.person.name == "Vardė Pavardė"
                assert station.lookup.whose(text) == outcome.person.id
                assert station.roster.person(text) == outcome.person
        listed_otherwise = [Row(2, "a 1001", "Vardė Pavardė", "vardas@ktu.edu", tuple(SHOWN[1:9]))]
        again = station.roster.take(listed_otherwise, [])
        assert (again.added, again.changed, again.unchanged) == (0, 0, 1)


REASONS = {
    "http://esc.gg/not-a-card": "card_number",
    "urn:schac:personalUniqueCode:int:esi:ktu.edu": "identifier",
    "4006381333932": "check_digit",
    "http://pp.esc.gg/fc3a1f80-93fb-103a-9b31-000999893752": "test_card",
    f"http://esc.gg@evil.example/{ESCN}": "look_alike",
    "jonas@gmail.com": "other_email",
    "https://ktu.edu/": "web_address",
    "33309240064": "personal_code",
    "A\u202eB": "malformed_code",
    "Nobody's 1": "unknown_code",
}


def test_the_desk_says_why_and_keeps_nothing_of_it(home: Path) -> None:
    with opened(home, 1) as station, station.desk(add_event(station, event())) as desk:
        for text, reason in REASONS.items():
            outcome = desk.scan(Reading(text, Source.CAMERA, Way.IN, Role.TECHNICAL, "QRCode"))
            assert outcome.record.body["reason"] == reason
            assert ("mac" in outcome.record.body) == (reason == "unknown_code")
            for language in texts.LANGUAGES:
                texts.activate(language)
                said = feedback(outcome, desk.event)
                assert said.name
                assert said.sentence.endswith((".", "!"))


def test_an_e_mail_of_elsewhere_is_no_code_but_finds_its_owner(home: Path) -> None:
    with opened(home) as station:
        assert station.roster.take([row(email="vardas@example.edu")], []).added == 1
        person = station.roster.person("Vardas@Example.edu")
        assert person is not None
        assert person.email == "vardas@example.edu"
        assert station.lookup.whose("vardas@example.edu") is None
        # Whose only name is their e-mail is one person, too, and two people never share one.
        assert station.roster.take([row(number="", email="tik@example.edu")], []).added == 1
        taken = station.roster.take([row(number="B2", email="tik@example.edu")], [])
        assert [bad.why for bad in taken.rejected] == ["number_held"]


def test_test_cards_are_for_practice(tmp_path: Path) -> None:
    home, text = tmp_path / "p", "http://pp.esc.gg/fc3a1f80-93fb-103a-9b31-000999893752"
    assembly.init(home, "Praktika", "https://badges.example.edu/practice", None, practice=True)
    with assembly.opened(home, None, write="test") as station:
        assert station.roster.take([row(codes=text)], []).added == 1
        assert station.lookup.whose("fc3a1f80-93fb-103a-9b31-000999893752") is not None


BAD_ROWS: list[tuple[dict[str, str], str]] = [
    ({"codes": "http://esc.gg/x"}, "card_number"),
    ({"codes": "CARD-1;urn:schac:personalUniqueCode:es:ESI:uma.es:1"}, "identifier"),
    ({"codes": "4006381333932"}, "check_digit"),
    ({"codes": "http://pp.esc.gg/fc3a1f80-93fb-103a-9b31-000999893752"}, "test_card"),
    ({"codes": f"http://evil.example/{ESCN}"}, "look_alike"),
    ({"codes": "x@gmail.com"}, "other_email"),
    ({"number": "https://ktu.edu"}, "web_address"),
    ({"number": "A\u200b1"}, "bad_code"),
    ({"codes": "A\u202eB"}, "bad_code"),
    ({"codes": "-"}, "bad_code"),
    ({"number": "33309240064"}, "personal_code"),
    ({"codes": "LT 3330 924 0064"}, "personal_code"),
]


def test_a_row_with_a_code_that_is_none_is_left_out_and_says_why(home: Path) -> None:
    with opened(home) as station:
        for given, why in BAD_ROWS:
            done = station.roster.take([row(**given)], [])
            assert (done.taken, [bad.why for bad in done.rejected]) == (0, [why])
            for language in texts.LANGUAGES:
                texts.activate(language)
                said = intake.reason("f.csv", done.rejected[0])
                assert said.startswith("f.csv, ")
                assert "33309240064" not in said
        assert station.roster.count() == 0


@pytest.mark.parametrize("sign", ["\u202e", "\u2066", "\u200b", "\u00ad", "\u3164", "\ufe0f", "\u034f", "\ufffd"])
def test_a_name_that_is_not_all_visible_is_refused(tmp_path: Path, sign: str) -> None:
    path = tmp_path / "roster.csv"
    path.write_text(f"student_id,name\nA1,Pavyzdys{sign} Vienas\nA2,Pavyzdė Ąžuolė\n", "utf-8")
    good, bad = intake.opened(path, None, {}).people()
    assert bad == [BadRow(2, "bad_name")]
    assert len(good) == 1
