"""What people enter is tidied, and refused with one sentence where it cannot be."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station import entries, texts
from station.entries import ApplicationEntry, CompetitionEntry, EvidenceEntry, MembershipEntry, ShareEntry, StartEntry
from station.trouble import Trouble

COMPETITION = {
    "title": "Kalnų bėgimas", "level": "national", "day": "2026-11-02", "sport": "Bėgimas", "team": "individual",
    "unit": "sport_collectives",
}  # fmt: skip
START = {"person": "S1", "competition": "c"}
MEMBER = {"person": "S1", "unit": "u", "since": "2026-09-01"}
SHARE = {"person": "S1", "badge": "b", "earned": "3", "possible": "4", "day": "2026-11-02", "note": "n"}


@pytest.mark.parametrize(
    ("kind", "given", "code"),
    [
        (CompetitionEntry, COMPETITION | {"title": " "}, "entry_missing"),
        (CompetitionEntry, COMPETITION | {"title": "x" * 201}, "entry_line"),
        (CompetitionEntry, COMPETITION | {"title": "bell\x07"}, "entry_line"),
        (CompetitionEntry, COMPETITION | {"level": "galactic"}, "level_unreadable"),
        (CompetitionEntry, COMPETITION | {"team": "both"}, "team_unreadable"),
        (CompetitionEntry, COMPETITION | {"day": "2026-02-30"}, "day_unreadable"),
        (CompetitionEntry, COMPETITION | {"day": "20261102"}, "day_unreadable"),
        (CompetitionEntry, COMPETITION | {"day": "2026-W47-1"}, "day_unreadable"),
        (CompetitionEntry, COMPETITION | {"day": "1926-11-02"}, "day_range"),
        (CompetitionEntry, COMPETITION | {"organiser": "club 33309240064"}, "entry_personal_code"),
        (StartEntry, START | {"person": ""}, "entry_missing"),
        (StartEntry, START | {"status": "ran"}, "status_unreadable"),
        (StartEntry, START | {"place": "0"}, "place_range"),
        (StartEntry, START | {"place": "-1"}, "number_unreadable"),
        (StartEntry, START | {"place": "1.5"}, "number_unreadable"),
        (StartEntry, START | {"place": "²"}, "number_unreadable"),
        (StartEntry, START | {"place": "9" * 30}, "number_unreadable"),
        (StartEntry, START | {"place": "1", "status": "dns"}, "place_without"),
        (StartEntry, START | {"place": "1", "status": "dnf"}, "place_without"),
        (StartEntry, START | {"place": "1", "status": "dsq"}, "place_without"),
        (StartEntry, START | {"discipline": "(33309240064)"}, "entry_personal_code"),
        (MembershipEntry, MEMBER | {"until": "2026-08-31"}, "day_order"),
        (MembershipEntry, MEMBER | {"since": "soon"}, "day_unreadable"),
        (MembershipEntry, MEMBER | {"position": "x" * 201}, "entry_line"),
        (ShareEntry, SHARE | {"earned": "5"}, "share_numbers"),
        (ShareEntry, SHARE | {"possible": "many"}, "number_unreadable"),
        (ShareEntry, SHARE | {"note": ""}, "entry_missing"),
    ],
)
def test_what_is_refused(kind: type[StartEntry], given: Mapping[str, str], code: str) -> None:
    with pytest.raises(Trouble) as raised:
        entries.read(kind, given).values()
    assert raised.value.code == code
    assert texts.sentence(raised.value)


@pytest.mark.parametrize(
    ("kind", "given", "values"),
    [
        (
            CompetitionEntry, COMPETITION | {"title": "  Kalnų \t bėgimas "},
            COMPETITION | {"team": False, "organiser": "", "protocol": ""},
        ),
        (
            StartEntry, START | {"place": " 2 ", "status": "STARTED", "discipline": " 100  m"},
            {"competition": "c", "discipline": "100 m", "status": "started", "place": 2, "institution": ""},
        ),
        (MembershipEntry, MEMBER | {"until": "2026-09-01"},
         {"unit": "u", "collective": "", "position": "", "since": "2026-09-01", "until": "2026-09-01"}),
        (ShareEntry, SHARE | {"earned": "0", "possible": "0"},
         {"badge": "b", "earned": 0, "possible": 0, "day": "2026-11-02"}),
        (EvidenceEntry, SHARE, {"badge": "b", "day": "2026-11-02"}),
        (ApplicationEntry, SHARE, {"badge": "b", "day": "2026-11-02"}),
    ],
)  # fmt: skip
def test_what_is_taken(kind: type[StartEntry], given: Mapping[str, str], values: dict[str, Any]) -> None:
    assert entries.read(kind, given).values() == values


@given(st.text(max_size=30), st.text(max_size=30), st.text(max_size=12))
def test_any_text_is_a_value_or_a_trouble(discipline: str, institution: str, place: str) -> None:
    said = START | {"discipline": discipline, "institution": institution, "place": place}
    trouble = None
    try:
        values = entries.read(StartEntry, said).values()
    except Trouble as raised:
        trouble = raised
    if trouble is None:
        # What was taken once is taken again and stays as it is.
        assert entries.revised(StartEntry, values, {}) == values
        assert values["discipline"].isprintable()
    else:
        assert texts.sentence(trouble)


def test_a_revision_empties_and_replaces() -> None:
    values = entries.read(StartEntry, START | {"place": "2", "discipline": "100 m"}).values()
    revised = entries.revised(StartEntry, values, {"place": "", "status": "dsq"})
    assert revised == values | {"place": None, "status": "dsq"}
    team = entries.read(CompetitionEntry, COMPETITION | {"team": "team"}).values()
    assert entries.revised(CompetitionEntry, team, {"title": "Kita"}) == team | {"title": "Kita"}
    with pytest.raises(Trouble, match="entry_missing"):
        entries.revised(CompetitionEntry, team, {"title": ""})


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("  two  words \r\n and a line ", "two words\nand a line"),
        ("bell\x07", "bell"),
        ("e\u0307", "ė"),
    ],
)
def test_a_note_keeps_its_lines(text: str, kept: str) -> None:
    assert entries.note(text, needed=True) == kept


@pytest.mark.parametrize(
    ("text", "code"),
    [(" \n ", "note_missing"), ("x" * 2001, "note_long"), ("his code: 33309240064.", "entry_personal_code")],
)
def test_a_note_that_is_refused(text: str, code: str) -> None:
    with pytest.raises(Trouble, match=code):
        entries.note(text, needed=True)
    if code == "note_missing":
        assert entries.note(text, needed=False) == ""
