"""Finding people: parts in any order, letters without their marks, and whoever is likely meant first."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station.rosterfile import Row
from station.search import Index, folded, words_of
from tests.stories import opened

NAMES = (
    "Jonas Žukauskas",
    "Agnė Pavyzdytė-Žukauskienė",
    "Łukasz Søren Weiß",
    "Đorđe Þór",
    "Ona Ivanauskaitė",
    "Yvona Anoitė",
    "Čiurlys Ąžuolas",
    "Cezaris Zukas",
)


def index(names: tuple[str, ...] = NAMES) -> Index:
    return Index((name, name, words_of(f"{name} {name.split()[0]}.x@ktu.edu 4711")) for name in names)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("Zukauskas", ["Jonas Žukauskas"]),
        ("žukauskas jonas", ["Jonas Žukauskas"]),
        ("zukauskiene", ["Agnė Pavyzdytė-Žukauskienė"]),
        ("ZUKAUSKIENE pavyzd", ["Agnė Pavyzdytė-Žukauskienė"]),
        ("pavyzdyte-zuk", ["Agnė Pavyzdytė-Žukauskienė"]),
        ("lukasz soren weiss", ["Łukasz Søren Weiß"]),
        ("dorde thor", ["Đorđe Þór"]),
        ("vona.x@ktu", ["Yvona Anoitė"]),
        ("z", []),
        ("  ", []),
        (
            "z u",
            ["Jonas Žukauskas", "Cezaris Zukas", "Agnė Pavyzdytė-Žukauskienė", "Čiurlys Ąžuolas", "Łukasz Søren Weiß"],
        ),
        ("xyzzy", []),
    ],
)
def test_parts_in_any_order_without_marks(asked: str, found: list[str]) -> None:
    assert sorted(index().find(asked, 8)) == sorted(found)


def test_word_beginnings_come_before_the_rest_and_each_in_lithuanian_order() -> None:
    names = ("Žana Bė", "Zana Bė", "Šara Za", "Sara Za", "Ąžuzana Cė", "Yzana A", "Izana B", "Ízana C")
    assert Index((name, name, words_of(name)) for name in names).find("za", 8) == [
        "Sara Za", "Šara Za", "Zana Bė", "Žana Bė", "Ąžuzana Cė", "Yzana A", "Izana B", "Ízana C",
    ]  # fmt: skip


def test_whoever_is_here_comes_first_then_whoever_was() -> None:
    found = index().find("zu", 3, here={"Agnė Pavyzdytė-Žukauskienė", "Ona Ivanauskaitė"}, before={"Čiurlys Ąžuolas"})
    assert found == ["Agnė Pavyzdytė-Žukauskienė", "Čiurlys Ąžuolas", "Cezaris Zukas"]
    assert index().find("zu", 1, before={"Čiurlys Ąžuolas", "gone"}) == ["Čiurlys Ąžuolas"]


@given(st.text(max_size=300), st.integers(1, 10))
def test_any_question_has_an_answer(text: str, limit: int) -> None:
    found = index().find(text, limit)
    assert len(found) <= limit
    assert len(set(found)) == len(found)


@given(st.text(max_size=60))
def test_what_is_folded_folds_to_itself(text: str) -> None:
    assert folded(folded(text)) == folded(text)


def test_the_roster_finds_by_name_e_mail_and_any_last_four(home: Path) -> None:
    with opened(home, 30) as station:
        row = Row(2, "20239876", "Žydrė Ąž", "zydre@example.edu", ("LSP-5511", "S370000002468A"))
        station.roster.take([row], [])
        for asked in ("9876", "5511", "468a", "zydre@ex", "az zyd", "ąž"):
            assert "Žydrė Ąž" in [person.name for person in station.roster.search(asked)], asked
        assert station.roster.search("2023987") == [], "only the end of a number is kept"


def test_the_window_is_answered_by_what_was_learned_last(home: Path) -> None:
    with opened(home, 3) as station:
        assert len(station.lookup.search("pavyzdys")) == 3
        station.roster.take([Row(9, "B1", "Nauja Žydrė", "", ())], [])
        assert station.lookup.search("zydre") == []
        station.lookup.learn()
        assert [person.name for person in station.lookup.search("zydre")] == ["Nauja Žydrė"]
        three = [person.id for person in station.lookup.search("pavyzdys")]
        assert station.lookup.search("pavyzdys", here={three[2]})[0].id == three[2]
