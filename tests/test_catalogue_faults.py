"""What can be wrong with choices, levels and badges: each fault by line, key and sentence; several at once; imports."""

from __future__ import annotations

from pathlib import Path

import pytest

from station import activities, texts
from station.catalogue import Catalogue, faults, parse
from station.rosterfile import BadRow
from station.trouble import Trouble
from tests.test_catalogue import SMALL

MORE = """\
[choices.many]
value = 2
default = 2
lt = "Kiek."
en = "How many."
source = "?"
[competencies.teamwork]
lt = "Komanda"
en = "Team"
source = "?"
[portfolio.achievements]
lt = "pasiekimai"
en = "achievements"
achievement = "Award"
[levels.first]
lt = "Pirmas"
en = "First"
earned = { kind = "evidence", count = 1, confirmed = true }
auto = "assist"
scope = "all_time"
[levels.second]
lt = "Antras"
en = "Second"
unlock = { kind = "badges", level = "first", count = "$many", distinct = "badge", area = "any_area" }
[badges."uni.talk"]
unit = "art"
title = { lt = "Kalba", en = "Talk" }
title_basis = "verbatim"
criteria = { lt = "Kalbėk.", en = "Talk." }
auto = "assist"
scope = "all_time"
portfolio = { type = "achievements", basis = "inferred" }
competencies = ["teamwork"]
earned = { kind = "any", of = [
    { kind = "placing", place = 3, count = 1, levels = ["national"], of_levels = "any", confirmed = true },
    { kind = "starts", individual = 1, team = 1, individual_by = "competition", team_by = "match", \
statuses = ["started"], window = "season", season = "07-01", mixing = "apart", confirmed = true },
] }
"""
WHOLE = SMALL + MORE
FIRST = SMALL.count("\n")


def test_the_whole_is_good() -> None:
    found = parse(WHOLE, "f.toml")
    assert found.badges["uni.talk"].kind == "placing"
    assert faults(WHOLE, "f.toml") == []


EARNED = 'earned = { kind = "any"'


@pytest.mark.parametrize(
    ("old", "new", "code", "at", "key"),
    [
        ("value = 2\n", 'value = "two"\n', "default", "default = 2", "choices.many.default"),
        ("value = 2\n", 'value = "unset"\n', None, "", ""),
        ("value = 2\n", "value = 0\n", "not_number", "value = 2", "choices.many.value"),
        ("value = 2\n", "", "missing", "[choices.many]", "choices.many.value"),
        ('en = "How many."\n', "", "missing", "[choices.many]", "choices.many.en"),
        ('"$many"', "2", "idle_choice", "[choices.many]", "choices.many"),
        ('"$many"', '"$few"', "no_choice", "unlock", "levels.second.unlock.count"),
        ('level = "first"', 'level = "third"', "no_badge", "unlock", "levels.second.unlock"),
        ('area = "any_area"', 'area = "here"', "choice", "unlock", "levels.second.unlock.area"),
        ('"Award"', '"Medal"', "choice", "achievement", "portfolio.achievements.achievement"),
        ('unit = "art"\n', 'unit = "arts"\n', "choice", "unit =", "…unit"),
        ('[badges."uni.talk"]', '[badges."Uni talk"]', "id", '[badges."uni', "badges.'Uni talk'"),
        ('"uni.talk"', '"uni.art.technical.4h"', "twice", '[badges."uni', "badges.'uni.art.technical.4h'"),
        ('"assist"\nscope = "all_time"\nport', '"yes"\nscope = "all_time"\nport', "auto", None, "…auto"),
        ('scope = "all_time"\nport', 'scope = "series"\nport', "scope", None, "…scope"),
        ('scope = "all_time"\nport', 'scope = "once"\nport', "choice", None, "…scope"),
        ('["teamwork"]', '["team"]', "choice", "competencies", "…competencies"),
        ('type = "achievements"', 'type = "other"', "choice", "portfolio", "…portfolio.type"),
        ("title_basis", 'tier = 1\ntiers = "highest"\ntitle_basis', "missing", '[badges."uni', "…family"),
        ('title_basis = "verbatim"', 'title_basis = "verbatim"\nsilver = 1', "unknown", None, "…silver"),
        ('kind = "any"', 'kind = "some"', "choice", EARNED, "…earned.kind"),
        ("place = 3", 'place = "third"', "not_number", EARNED, "…‥1.place"),
        ("place = 3, ", "", "missing", EARNED, "…‥1.place"),
        ("place = 3", "place = 3, metal = 1", "unknown", EARNED, "…‥1.metal"),
        ('levels = ["national"]', 'levels = ["world"]', "choice", EARNED, "…‥1.levels"),
        ('"07-01"', '"30-02"', "day", EARNED, "…‥2.season"),
        ('["started"]', '["dns"]', "choice", EARNED, "…‥2.statuses"),
        ('"apart", confirmed = true', '"apart", confirmed = 1', "not_flag", EARNED, "…‥2.confirmed"),
    ],
)  # fmt: skip
def test_each_fault_is_named(old: str, new: str, code: str | None, at: str | None, key: str) -> None:
    assert WHOLE.count(old) == 1
    text = WHOLE.replace(old, new)
    if code is None:
        assert not faults(text, "f.toml")
        return
    fault, *_follow = faults(text, "f.toml")
    key = key.replace("…", "badges.'uni.talk'.").replace("‥", "earned.of.")
    place = next((n for n, one in enumerate(WHOLE.splitlines(), 1) if at and one.startswith(at)), None)
    if at is None:
        place = next(
            n for n, one in enumerate(text.splitlines(), 1) if n > FIRST + 26 and one.startswith(key.rpartition(".")[2])
        )
    assert (fault.code, fault.arguments["place"], fault.arguments["key"]) == (
        f"catalogue_{code}",
        f"f.toml:{place}",
        key,
    )
    with pytest.raises(Trouble) as caught:
        parse(text, "f.toml")
    assert caught.value.code == fault.code
    for language in texts.LANGUAGES:
        texts.activate(language)
        said = texts.sentence(fault)
        assert said.startswith(f"f.toml:{place}: ")
        assert "\n" not in said


def test_several_faults_are_all_named() -> None:
    text = (
        WHOLE.replace('unit = "art"\n', 'unit = "arts"\n')
        .replace('"Award"', '"Medal"')
        .replace("hours = [4]", "hours = 4")
    )
    assert {fault.code for fault in faults(text, "f.toml")} == {"catalogue_choice", "catalogue_not_list"}
    assert len(faults(text, "f.toml")) == 3
    spoilt = WHOLE.replace('unit = "art"\n', 'unit = "arts"\n').replace('valid = ["A12345"]', 'valid = ["A1"]')
    assert [fault.code for fault in faults(spoilt, "f.toml")] == ["catalogue_choice", "catalogue_sample_valid"]


# --- activities from a table ----------------------------------------------------------------------------------------

HEADING = "id,area,level,title_lt,title_en,task,evidence,competencies\n"
GOOD = 'a.run,Menas,first,Bėgimas,Run,"Nubėk „maratoną“, ne mažiau",nuotrauka,teamwork;Ištvermė\n'


def programme() -> Catalogue:
    return parse(WHOLE, "f.toml")


def rows(folder: Path, text: str) -> tuple[list[activities.Activity], list[BadRow]]:
    file = folder / "activities.csv"
    file.write_text(HEADING + text, "utf-8")
    return activities.read(file, programme())


def test_activities_are_written_into_a_catalogue(tmp_path: Path) -> None:
    good, bad = rows(tmp_path, GOOD + "a.b,art,First,B,B,Task,,\n")
    assert not bad
    text = activities.written(WHOLE, "f.toml", good, programme())
    assert text.startswith(WHOLE)
    made = parse(text, "f.toml")
    run = made.badges["a.run"]
    assert (run.unit, run.level, run.kind, run.auto.value) == ("art", "first", "evidence", "assist")
    assert run.title == {"lt": "Bėgimas", "en": "Run"}
    assert run.criteria["lt"] == "Nubėk „maratoną“, ne mažiau"
    assert (run.evidence, run.competencies) == ("nuotrauka", ("teamwork", "istverme"))
    assert made.competencies["istverme"].title["lt"] == "Ištvermė"
    assert made.badges.keys() - programme().badges.keys() == {"a.run", "a.b"}


@pytest.mark.parametrize(
    ("row", "why", "what"),
    [
        ("A B,art,first,T,T,Task,,\n", "activity_id", "A B"),
        ("uni.talk,art,first,T,T,Task,,\n", "activity_twice", "uni.talk"),
        ("a.run,art,first,T,T,Task,,\n", "activity_twice", "a.run"),
        ("x,music,first,T,T,Task,,\n", "activity_area", "music"),
        ("x,art,third,T,T,Task,,\n", "activity_level", "third"),
        ("x,art,second,T,T,Task,,\n", "activity_applied", "second"),
        ("x,art,first,,T,Task,,\n", "activity_empty", "title_lt"),
        ("x,art,first,T,T,,,\n", "activity_empty", "task"),
        ("x,art\n", "activity_level", ""),
        ("x,art,first,T,T,Task,,teamwork;+++\n", "activity_competency", "+++"),
        ("x,art,first,$many,T,Task,,\n", "activity_text", "title_lt"),
        ("x,art,first,T\x07,T,Task,,\n", "activity_text", "title_lt"),
        ('x,art,first,"T,T,Task,,\n', "open_quote", ""),
    ],
)
def test_a_bad_row_is_named_and_the_others_are_taken(tmp_path: Path, row: str, why: str, what: str) -> None:
    good, bad = rows(tmp_path, GOOD + row)
    assert [one.id for one in good] == ["a.run"]
    assert bad == [BadRow(3, why, what)]
    for language in texts.LANGUAGES:
        texts.activate(language)
        assert "3" in texts.sentence(Trouble(f"row_{why}", file="f.csv", line=3, what=what))


def test_a_table_without_its_heading_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text("id;area\nx;art\n")
    with pytest.raises(Trouble, match="activities_heading"):
        activities.read(file, programme())
