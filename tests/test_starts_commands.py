"""A coach's day by commands: competitions from a file, the sheet, the team's numbers, the protocol; killed inside."""

from __future__ import annotations

import csv
import io
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from station import assembly
from station.facts import Kind
from station.logbook import station_enrolled
from tests.conftest import PASSPHRASE
from tests.stories import EARNS, MEDAL, WITH_MEDAL, adopted
from tests.test_commands import Shell
from tests.test_crash import environment

ROSTER = """student_id,name,email,codes
A1001,Ąžuolė Šimkutė,azuole@example.edu,CARD-1
A1002,Žygimantas Čėsna,zygis@example.edu,CARD-2
A1003,Ūla Įlankaitė,ula@example.edu,CARD-3
A1004,Eglė Žėruolytė,egle@example.edu,CARD-4
"""
BY = ("--by", "Trenerė Ona")
SECOND = ("--by", "Teisėjas Petras")


@pytest.fixture
def shell(home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Shell:
    made = Shell(capsys, monkeypatch, tmp_path)
    (tmp_path / "roster.csv").write_text(ROSTER)
    made("roster", "import", str(tmp_path / "roster.csv"))
    return made


def file(shell: Shell, text: str, name: str = "rows.csv") -> str:
    (shell.folder / name).write_text(text)
    return str(shell.folder / name)


def competition(shell: Shell, title: str = "LSSA čempionatas", *more: str) -> str:
    (made,) = shell.json(
        "starts", "competition", "add", "--title", title, "--level", "national", "--day", "2026-10-10",
        "--sport", "Lengvoji atletika", "--unit", "sport_collectives", *(more or ("--individual",)), *BY,
    )  # fmt: skip
    return str(made["competition"])


def enter(shell: Shell, competition_id: str, *words: str, code: int = 0) -> dict[str, Any]:
    said = shell.json("starts", "enter", "--competition", competition_id, *words, *BY, code=code)
    return said[0] if said else {}


def test_people_go_in_together_or_not_at_all(shell: Shell) -> None:
    one = competition(shell)
    assert enter(shell, one, "A1001", "nobody", "zygis@example.edu", "CARD-9", code=1) == {}
    assert [line.partition(":")[0] for line in shell.err.splitlines()[:-1]] == ["nobody", "CARD-9"]
    assert shell.json("starts", "list", "--competition", one) == []
    done = enter(shell, one, "A1001", "zygis@example.edu", "CARD-3", "--discipline", "100 m")
    assert (done["added"], len(done["entries"])) == (3, 3)
    said = shell.json("starts", "enter", "--competition", one, "-", *BY, stdin=b"CARD-4\n\nA1001\n")
    assert said[0]["added"] == 2
    rows = shell.json("starts", "list", "--competition", one)
    assert set(rows[0]) == {
        "start", "person", "name", "last4", "competition", "discipline", "status", "place", "institution", "stands",
        "counts", "confirmed", "entered_by", "confirmed_by", "flags",
    }  # fmt: skip
    assert {(row["name"], row["discipline"]) for row in rows} == {
        ("Ąžuolė Šimkutė", "100 m"), ("Žygimantas Čėsna", "100 m"), ("Ūla Įlankaitė", "100 m"),
        ("Eglė Žėruolytė", ""), ("Ąžuolė Šimkutė", ""),
    }  # fmt: skip


def test_a_sheet_is_in_the_order_of_its_results(shell: Shell) -> None:
    one = competition(shell)
    rows = "A1004,dns,,60 m\nA1001,dnf,,60 m\nA1002,,2,60 m\nA1003,,1,60 m\nA1004,,1,Šuolis\nA1001,,,Šuolis\n"
    enter(shell, one, "--file", file(shell, "person,status,place,discipline\n" + rows + "A1002,,,Šuolis\n"))
    listed = shell.json("starts", "list", "--competition", one)
    assert [(row["name"].split()[0], row["discipline"], row["place"]) for row in listed] == [
        ("Ūla", "60 m", 1), ("Žygimantas", "60 m", 2), ("Ąžuolė", "60 m", None), ("Eglė", "60 m", None),
        ("Eglė", "Šuolis", 1), ("Ąžuolė", "Šuolis", None), ("Žygimantas", "Šuolis", None),
    ]  # fmt: skip


def test_a_file_names_its_bad_rows_and_may_come_twice(shell: Shell) -> None:
    one = competition(shell)
    path = file(
        shell,
        "place;status;person;discipline;remark\n1;started;A1001;100 m;x\n;dns;A1002;100 m;\n2;dnf;A1003;100 m;\n"
        ";ran;A1003;100 m;\n2;;CARD-4;100 m;\n;;nobody;;\n3;;A1001;100 m;\n",
    )
    dry = enter(shell, one, "--file", path, "--dry-run")
    assert (dry["added"], dry["dry_run"], dry["entries"]) == (3, True, [])
    assert shell.json("starts", "list", "--competition", one) == []
    done = enter(shell, one, "--file", path)
    wrong = [(4, "place_without"), (5, "status_unreadable"), (7, "person_unknown"), (8, "entry_there")]
    assert done["added"] == 3
    assert [(row["line"], row["reason"]) for row in done["rejected"]] == wrong
    assert [line.partition(": ")[0][-6:] for line in shell.err.splitlines()] == [f"line {n}" for n, _ in wrong]
    again = enter(shell, one, "--file", path)
    assert (again["added"], again["unchanged"], len(again["rejected"])) == (0, 3, 4)
    enter(shell, one, "--file", file(shell, "person\nnobody\n"), code=1)
    enter(shell, one, "--file", file(shell, "name\nA1001\n"), code=1)
    assert "person" in shell.err
    assert len(shell.json("starts", "list", "--competition", one)) == 3


def test_the_sheet_is_confirmed_by_another(shell: Shell) -> None:
    one = competition(shell)
    enter(shell, one, "A1001", "A1002", "A1003")
    shell("starts", "confirm", "--competition", one, *BY, code=1)
    ula = next(r["start"] for r in shell.json("starts", "list", "--competition", one) if r["name"] == "Ūla Įlankaitė")
    shell("starts", "correct", ula, "--place", "3", "--why", "results", "--note", "foto finišas", *SECOND)
    (said,) = shell.json("starts", "confirm", "--competition", one, *SECOND)
    assert said == {"confirmed": 2, "left": [{"ref": ula, "reason": "second_person"}]}
    assert ula in shell.err
    shell("starts", "confirm", ula, "--by", "Trečias Žmogus")
    rows = {row["name"]: row for row in shell.json("starts", "list", "--competition", one)}
    assert {(row["confirmed_by"], row["place"]) for row in rows.values()} == {
        ("Teisėjas Petras", None),
        ("Trečias Žmogus", 3),
    }
    (shown,) = shell.json("starts", "show", ula)
    assert [(act["act"], act["by"]) for act in shown["history"]] == [
        ("correct", "Teisėjas Petras"),
        ("confirm", "Trečias Žmogus"),
    ]
    correction = shown["history"][0]
    assert (correction["old"], correction["new"], correction["why"], correction["note"]) == (
        {"place": None}, {"place": 3}, "results", "foto finišas",
    )  # fmt: skip
    shell("starts", "withdraw", ula, "--why", "not_so", *BY)
    assert len(shell.json("starts", "list", "--competition", one)) == 2
    assert shell.json("starts", "show", ula)[0]["withdrawn"]
    shell("starts", "withdraw", ula, "--why", "not_so", *BY, code=1)


def test_a_teams_numbers(shell: Shell) -> None:
    first, second = competition(shell), competition(shell, "Kitos", "--individual")
    league = competition(shell, "Lyga", "--team")
    for discipline in ("100 m", "200 m"):
        enter(shell, first, "A1001", "--discipline", discipline)
    enter(shell, second, "A1001")
    enter(shell, second, "A1002", "--status", "dns")
    for match in ("VU", "VDU", "LSU"):
        enter(shell, league, "A1001", "A1003", "--discipline", match)
    enter(shell, first, "A1003", "--institution", "Vilniaus universitetas")
    shell("starts", "confirm", "--competition", first, *SECOND)
    path = file(shell, "person,since,collective,until\nA1001,2026-06-30,Rinktinė,\nA1002,2026-01-01,,2026-03-31\n")
    (done,) = shell.json("member", "add", "--file", path, "--unit", "sport_collectives", *BY)
    assert done["added"] == 2

    def team(*words: str) -> dict[str, dict[str, Any]]:
        found = shell.json("starts", "list", "--team", "sport_collectives", *words)
        return {row["name"]: row for row in found}

    rows = team("--at", "2026-10-29")
    azuole = rows["Ąžuolė Šimkutė"]
    assert azuole["individual"] == {"confirmed": 1, "unconfirmed": 1}
    assert azuole["team"] == {"confirmed": 0, "unconfirmed": 3}
    assert (azuole["months"], azuole["member"]) == (3, True)
    assert (rows["Žygimantas Čėsna"]["months"], rows["Žygimantas Čėsna"]["member"]) == (3, False)
    assert rows["Žygimantas Čėsna"]["individual"] == {"confirmed": 0, "unconfirmed": 0}
    # A start for somebody else is none of ours, and two institutions in one academic year are told.
    assert rows["Ūla Įlankaitė"]["individual"] == {"confirmed": 0, "unconfirmed": 0}
    assert rows["Ūla Įlankaitė"]["flags"] == ["two_institutions"]
    other = team("--at", "2026-10-30", "--count-individual", "discipline", "--count-team", "tournament")
    assert other["Ąžuolė Šimkutė"]["individual"] == {"confirmed": 2, "unconfirmed": 1}
    assert other["Ąžuolė Šimkutė"]["team"] == {"confirmed": 0, "unconfirmed": 1}
    assert other["Ąžuolė Šimkutė"]["months"] == 4
    assert team("--since", "2026-10-11")["Ąžuolė Šimkutė"]["individual"] == {"confirmed": 0, "unconfirmed": 0}
    printed = shell("starts", "list", "--team", "sport_collectives", "--at", "2026-10-30")
    assert "Ąžuolė Šimkutė" in printed
    assert "1 (+1)" in printed
    assert "two institutions" in printed


def test_a_season_of_competitions_from_a_file(shell: Shell) -> None:
    path = file(
        shell,
        "title,level,day,sport,team,unit\nPirmos,city,2026-09-05,Plaukimas,individual,sport_collectives\n"
        "Antros,galaxy,2026-09-06,Plaukimas,individual,\nTrečios,national,2026-09-07,Krepšinis,team,\n"
        "Ketvirtos,national,2026-09-08,Krepšinis,team,juggling\n",
    )
    words = ("starts", "competition", "add", "--file", path, "--unit", "sport_collectives", *BY)
    assert shell.json(*words, "--dry-run")[0]["added"] == 2
    (done,) = shell.json(*words)
    assert [(row["line"], row["reason"]) for row in done["rejected"]] == [(3, "level_unreadable"), (5, "event_unit")]
    assert [one["competition"] for one in done["entries"]] == [
        one["competition"] for one in reversed(shell.json("starts", "competition", "list"))
    ]
    assert shell.json(*words)[0]["unchanged"] == 2
    last = shell.json("starts", "competition", "list")[0]
    assert (last["title"], last["team"], last["level"]) == ("Trečios", True, "national")
    shell("starts", "competition", "correct", last["competition"], "--title", "Trečiosios", "--why", "mistyped", *BY)
    assert shell.json("starts", "competition", "show", last["competition"])[0]["title"] == "Trečiosios"
    shell("starts", "competition", "withdraw", last["competition"], "--why", "not_so", *BY)
    shell("starts", "competition", "show", last["competition"], code=1)


def test_memberships_end(shell: Shell) -> None:
    words = ("--unit", "sport_collectives", "--collective", "Rinktinė", "--position", "captain")
    (done,) = shell.json("member", "add", "A1001", *words, "--since", "2026-01-31", *BY)
    ref = done["entries"][0]["ref"]
    (row,) = shell.json("member", "list", "--at", "2026-02-28")
    assert (row["months"], row["member"], row["until"], row["position"]) == (1, True, None, "captain")
    assert set(row) == {
        "ref", "person", "name", "unit", "collective", "position", "since", "until", "entered_by", "months", "member",
    }  # fmt: skip
    shell("member", "end", ref, "--until", "2026-01-30", *BY, code=1)
    shell("member", "end", ref, "--until", "2026-04-30", *BY)
    (row,) = shell.json("member", "list", "--person", "A1001", "--at", "2026-12-01")
    assert (row["months"], row["member"], row["until"]) == (3, False, "2026-04-30")
    shell("member", "correct", ref, "--position", "", "--why", "mistyped", *BY)
    assert shell.json("member", "list", "--unit", "sport_collectives")[0]["position"] == ""
    assert shell.json("member", "list", "--unit", "schools") == []
    shell("member", "withdraw", ref, "--why", "mistyped", *BY)
    assert shell.json("member", "list") == []


def test_evidence_shares_and_applications(shell: Shell) -> None:
    adopted(shell.folder / "home", WITH_MEDAL)
    badge = "ktu.general.talk"
    path = file(
        shell,
        f"person,badge,note\nA1001,{badge},Skaitė pranešimą\nA1002,{badge},\nA1003,no.such,Žodžiai\n"
        f"A1003,{EARNS[0]},Žodžiai\n",
    )
    (done,) = shell.json("evidence", "add", "--file", path, "--day", "2026-11-02", *BY)
    assert [(row["line"], row["reason"]) for row in done["rejected"]] == [
        (3, "entry_missing"), (4, "badge_unknown"), (5, "evidence_none"),
    ]  # fmt: skip
    ref = done["entries"][0]["ref"]
    shell("evidence", "confirm", ref, *BY, code=1)
    shell("evidence", "confirm", ref, *SECOND)
    (row,) = shell.json("evidence", "list", "--person", "A1001")
    assert (row["note"], row["day"], row["confirmed_by"]) == ("Skaitė pranešimą", "2026-11-02", "Teisėjas Petras")
    shell("evidence", "withdraw", ref, "--why", "not_so", "--note", "ne tas žmogus", *BY)
    assert shell.json("evidence", "list") == []

    shell("share", "add", "A1001", "--badge", badge, "--of", "x", "--earned", "6", "--possible", "8", *BY, code=1)
    badge = "ktu.so.accredited_member"
    shares = ("share", "add", "A1001", "--badge", badge, "--of", "Susirinkimai")
    shell(*shares, "--earned", "9", "--possible", "8", *BY, code=1)
    shell(*shares, "--earned", "6", "--possible", "8", *BY)
    (row,) = shell.json("share", "list", "--badge", badge)
    assert (row["earned"], row["possible"], row["note"]) == (6, 8, "Susirinkimai")

    shell("apply", "add", "A1002", "--badge", badge, *BY, code=1)
    badge = MEDAL
    shell("apply", "add", "A1002", "--badge", badge, *BY, code=1)
    assert "too early" in shell.err
    shell("member", "add", "A1002", "--unit", "sport_collectives", "--since", "2026-11-01", *BY)
    (done,) = shell.json("apply", "add", "A1002", "--badge", badge, *BY)
    asked = done["entries"][0]["ref"]
    shell("apply", "add", "A1002", "--badge", badge, "--day", "2026-11-01", *BY, code=1)
    assert [row["answer"] for row in shell.json("apply", "list")] == ["open"]
    (answer,) = shell.json("apply", "grant", asked, *SECOND)
    shell("apply", "decline", asked, *SECOND, code=1)
    assert [row["answer"] for row in shell.json("apply", "list")] == ["granted"]
    shell("apply", "withdraw", answer["ref"], "--why", "mistyped", *SECOND)
    shell("apply", "decline", asked, "--note", "per mažai veiklų", *SECOND)
    assert "Declined" in shell("apply", "list")
    with assembly.opened(shell.folder / "home", PASSPHRASE) as station:
        assert station.book.verify(station_enrolled(station.institution.key)).ok


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["enter", "--competition", "nothere", "A1001", *BY], 1),
        (["enter", "--competition", "nothere", *BY], 2),
        (["enter", "--competition", "nothere", "A1001", "--file", "x.csv", *BY], 2),
        (["enter", "--competition", "nothere", "A1001"], 2),
        (["confirm", "nonsense", *BY], 1),
        (["confirm", *BY], 2),
        (["correct", "ab:1", "--place", "1", "--why", "other", *BY], 1),
        (["correct", "ab:1", "--place", "1", "--why", "whatever", *BY], 2),
        (["withdraw", "ab:99999999999999999999", "--why", "other", *BY], 1),
        (["list"], 2),
        (["list", "--person", "nobody"], 1),
        (["list", "--team", "juggling"], 1),
        (["list", "--team", "sport_collectives", "--at", "today"], 1),
        (["protocol", "--competition", "nothere", "-o", "x.pdf"], 1),
    ],
)
def test_wrong_usage_and_the_world(shell: Shell, words: list[str], code: int) -> None:
    shell("starts", *words, code=code)


# --- the protocol ------------------------------------------------------------------------------------------------


def protocol(shell: Shell, competition_id: str, language: str) -> list[str]:
    path = shell.folder / f"{language}.pdf"
    shell("--lang", language, "starts", "protocol", "--competition", competition_id, "-o", str(path))
    return [" ".join(page.extract_text().split()) for page in PdfReader(path).pages]


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            "en",
            ["Competition protocol", "10 October 2026", "Did not finish", "Chief judge", "Page 1 of 1",
             "3 starts · 1 did not start · 3 not confirmed yet", "To check before signing",
             "Ūla Įlankaitė …003, 200 m: two institutions"],
        ),
        (
            "lt",
            ["Varžybų protokolas", "2026 m. spalio 10 d.", "Nebaigė", "Vyriausiasis teisėjas", "1 puslapis iš 1",
             "3 startai · 1 nestartavo · 3 dar nepatvirtinti", "Patikrinti prieš pasirašant",
             "dvi institucijos per vienus mokslo metus"],
        ),
    ],
)  # fmt: skip
def test_the_protocol_says_everything(shell: Shell, language: str, words: list[str]) -> None:
    one = competition(shell)
    enter(shell, one, "A1001", "--place", "1", "--discipline", "100 m")
    (row,) = shell.json("starts", "list", "--competition", one)
    shell("starts", "confirm", row["start"], *SECOND)
    enter(shell, one, "A1003", "--discipline", "100 m", "--status", "dnf")
    enter(shell, one, "A1003", "--discipline", "200 m", "--institution", "Vilniaus universitetas")
    enter(shell, one, "A1002", "--discipline", "100 m", "--status", "dns")
    (text,) = protocol(shell, one, language)
    for expected in [*words, "LSSA čempionatas", "Ąžuolė Šimkutė …001", "Žygimantas Čėsna …002", "Teisėjas Petras",
                     "Vilniaus universitetas", "Testų universitetas"]:  # fmt: skip
        assert expected in text, (expected, text)
    assert "azuole@example.edu" not in text


def test_a_long_protocol_goes_on_and_is_signed_on_its_last_page(shell: Shell) -> None:
    rows = "".join(f"B{n:03},Bandytojas Nr. {n}\n" for n in range(60))
    shell("roster", "import", file(shell, "student_id,name\n" + rows))
    one = competition(shell)
    enter(shell, one, "--file", file(shell, "person\n" + "".join(f"B{n:03}\n" for n in range(60))))
    pages = protocol(shell, one, "en")
    assert len(pages) > 1
    assert ["Chief judge" in page for page in pages] == [False] * (len(pages) - 1) + [True]
    for number, page in enumerate(pages, 1):
        assert f"Page {number} of {len(pages)}" in page
        # Rows carry the heads of their columns on to each page.
        assert "Discipline or match" in page or "Bandytojas" not in page
    assert sum(page.count("Bandytojas Nr.") for page in pages) == 60


@pytest.mark.parametrize(("language", "separator"), [("lt", ";"), ("en", ",")])
def test_the_protocol_as_a_spreadsheet(shell: Shell, language: str, separator: str) -> None:
    one = competition(shell, "=HYPERLINK(1)")
    enter(shell, one, "A1001", "--place", "1", "--discipline", "100 m")
    path = shell.folder / "p.csv"
    shell("--lang", language, "starts", "protocol", "--competition", one, "-o", str(path))
    text = path.read_bytes().decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(text), delimiter=separator)
    assert (row["name"], row["place"], row["status"], row["last4"]) == ("Ąžuolė Šimkutė", "1", "started", "001")
    assert row["title"] == "'=HYPERLINK(1)"
    shell("starts", "protocol", "--competition", one, "-o", str(shell.folder / "p.docx"), code=1)
    assert not (shell.folder / "p.docx").exists()


# --- killed in the middle ----------------------------------------------------------------------------------------

CHILD = """
import os, signal, sys
import sqlalchemy as sa
from station.cli import run

point = sys.argv[1]
inserted = False

def die():
    os.kill(os.getpid(), signal.SIGKILL)

@sa.event.listens_for(sa.engine.Engine, "after_cursor_execute")
def executed(connection, cursor, statement, parameters, context, executemany):
    global inserted
    if statement.startswith("INSERT INTO record"):
        inserted = True

@sa.event.listens_for(sa.engine.Engine, "commit")
def committing(connection):
    if inserted and point == "commit":
        die()

from station import logbook
write = logbook.Logbook.write
def written(*given, **named):
    write(*given, **named)
    if point == "after":
        die()
logbook.Logbook.write = written
sys.exit(run(sys.argv[2:]))
"""


@pytest.mark.parametrize(("point", "kept"), [("commit", 0), ("after", 4)])
def test_killed_in_a_bulk_entry_all_or_nothing(shell: Shell, point: str, kept: int) -> None:
    one = competition(shell)
    command = [sys.executable, "-c", CHILD, point, "starts", "enter", "--competition", one]
    command += ["A1001", "A1002", "A1003", "A1004", *BY, "--json"]
    home = shell.folder / "home"
    ended = subprocess.run(
        command,
        env=environment(home),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (ended.returncode, ended.stdout) == (-signal.SIGKILL, ""), ended.stderr
    with assembly.opened(home, PASSPHRASE) as station:
        assert sum(record.kind is Kind.START for record in station.book.replay()) == kept
        assert station.book.verify(station_enrolled(station.institution.key)).ok
    done = enter(shell, one, "A1001", "A1002", "A1003", "A1004")
    assert (done["added"], done["unchanged"]) == (4 - kept, kept)
