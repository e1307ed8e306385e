"""Languages, plurals, times and durations as people read them; and a sentence for every trouble."""

from __future__ import annotations

import ast
import string
import threading
from datetime import datetime
from pathlib import Path

import pytest

from station import texts
from station.facts import SECOND
from station.texts import in_order, ngettext, speaking
from station.trouble import Trouble
from station.troubles import SENTENCES

STATION = Path(texts.__file__).parent


def at(iso: str) -> int:
    return int(datetime.fromisoformat(iso).timestamp()) * SECOND


@pytest.mark.parametrize(
    ("seconds", "en", "lt"),
    [
        (0, "0 min", "0 min."),
        (59, "0 min", "0 min."),
        (60, "1 min", "1 min."),
        (3600, "1 h", "1 val."),
        (14_399, "3 h 59 min", "3 val. 59 min."),
        (14_400, "4 h", "4 val."),
        (360_060, "100 h 1 min", "100 val. 1 min."),
        (-5, "0 min", "0 min."),
    ],
)
def test_durations_floor(seconds: int, en: str, lt: str) -> None:
    with speaking("en"):
        assert texts.duration(seconds) == en
    with speaking("lt"):
        assert texts.duration(seconds) == lt


@pytest.mark.parametrize(
    ("n", "en", "lt"),
    [
        (0, "0 scans", "0 skenavimų"),
        (1, "1 scan", "1 skenavimas"),
        (2, "2 scans", "2 skenavimai"),
        (9, "9 scans", "9 skenavimai"),
        (10, "10 scans", "10 skenavimų"),
        (11, "11 scans", "11 skenavimų"),
        (12, "12 scans", "12 skenavimų"),
        (21, "21 scans", "21 skenavimas"),
        (22, "22 scans", "22 skenavimai"),
        (30, "30 scans", "30 skenavimų"),
        (111, "111 scans", "111 skenavimų"),
        (121, "121 scans", "121 skenavimas"),
    ],
)
def test_plurals_in_both_languages(n: int, en: str, lt: str) -> None:
    with speaking("en"):
        assert ngettext("{n} scan", "{n} scans", n).format(n=n) == en
    with speaking("lt"):
        assert ngettext("{n} scan", "{n} scans", n).format(n=n) == lt


def test_times_are_local_and_the_clock_change_shows() -> None:
    assert texts.moment(at("2026-10-25T00:30+00:00")) == "2026-10-25 03:30"
    assert texts.moment(at("2026-10-25T01:30+00:00")) == "2026-10-25 03:30"
    assert texts.local(at("2026-10-25T00:30+00:00")).fold == 0
    assert texts.local(at("2026-10-25T01:30+00:00")).fold == 1
    assert texts.clock_time(at("2026-07-01T09:05+00:00")) == "12:05"
    assert texts.day_of(at("2026-06-30T22:00+00:00")) == "2026-07-01"


def test_days_in_words() -> None:
    day = at("2026-11-22T10:00+02:00")
    with speaking("en"):
        assert texts.long_day(day) == "22 November 2026"
    with speaking("lt"):
        assert texts.long_day(day) == "2026 m. lapkričio 22 d."


def test_an_unknown_language_is_a_trouble_and_changes_nothing() -> None:
    before = texts.language()
    with pytest.raises(Trouble, match="language") as caught:
        texts.activate("de")
    with pytest.raises(Trouble), speaking("xx"):
        pass
    assert texts.language() == before
    assert "“de”" in texts.sentence(caught.value) or "„de“" in texts.sentence(caught.value)


def test_a_documents_language_is_its_threads_alone() -> None:
    before = texts.language()
    elsewhere: list[str] = []
    with speaking("lt" if before == "en" else "en"):
        thread = threading.Thread(target=lambda: elsewhere.append(texts.language()))
        thread.start()
        thread.join()
        assert texts.language() != before
    assert elsewhere == [before]
    assert texts.language() == before


def test_nothing_translates_to_nothing() -> None:
    with speaking("lt"):
        assert texts._("") == ""


@pytest.mark.parametrize(
    ("named", "language"),
    [
        ("lt_LT.UTF-8", "lt"),
        ("lt", "lt"),
        ("Lithuanian_Lithuania.1257", "lt"),
        ("en_GB.UTF-8", "en"),
        ("C", "en"),
        ("pl_PL", "en"),
    ],
)
def test_the_computers_language(monkeypatch: pytest.MonkeyPatch, named: str, language: str) -> None:
    for variable in ("STATION_LANG", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("LC_ALL", named)
    assert texts.preferred() == language
    monkeypatch.setenv("STATION_LANG", "lt")
    assert texts.preferred() == "lt"


def test_names_in_lithuanian_order() -> None:
    names = "1 Ada Azija Ąžuolas Cilė Čėsna Yla Inga Įvaldas Ivona Jonas Sigita Šarūnė Ūla Urtė Zita Živilė"
    assert sorted(sorted(names.split()), key=in_order) == names.split()
    assert in_order("Jonė") != in_order("Jone")
    assert in_order("E\u0301va")[0] == in_order("Eva")[0]


def test_a_title_falls_back_to_what_there_is() -> None:
    with speaking("lt"):
        assert texts.title_of({"lt": "Menas", "en": "Art"}) == "Menas"
        assert texts.title_of({"en": "Art"}) == "Art"
        assert texts.title_of({"de": "Kunst"}) == "Kunst"
        assert texts.title_of({}) == ""


def _placeholders(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name is not None}


def test_every_trouble_that_is_raised_has_its_sentence_and_what_fills_it() -> None:
    raised = 0
    for source in sorted(STATION.rglob("*.py")):
        for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or getattr(node.func, "id", "") != "Trouble" or not node.args:
                continue
            code = node.args[0]
            if isinstance(code, ast.Constant):
                word = str(code.value)
                where = f"{source.name}:{node.lineno}: {word}"
                if f"row_{word}" in SENTENCES:  # a row's fault gets its file and line where it is told
                    continue
                assert word in SENTENCES, where
                given = {keyword.arg for keyword in node.keywords}
                assert None in given or _placeholders(SENTENCES[word]) <= given, where
                raised += 1
    assert raised > 20
