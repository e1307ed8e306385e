"""The commands as scripts use them: their output's form, their exit codes, and one sentence for bad input."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from station.cli import run
from tests.conftest import PASSPHRASE


class Shell:
    """Runs commands in this process and keeps what they print."""

    def __init__(self, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
        self._capsys = capsys
        self._monkeypatch = monkeypatch
        self.folder = folder
        self.err = ""
        (folder / "passphrase").write_text(PASSPHRASE + "\n")
        monkeypatch.setenv("STATION_PASSPHRASE_FILE", str(folder / "passphrase"))
        monkeypatch.setenv("STATION_HOME", str(folder / "home"))

    def __call__(self, *words: str, code: int = 0, stdin: bytes = b"") -> str:
        self._monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        self._capsys.readouterr()
        found = run(list(words))
        out, self.err = self._capsys.readouterr()
        assert found == code, (found, out, self.err)
        assert "Traceback" not in out + self.err
        if code == 1:
            assert self.err.strip()
        return out

    def json(self, *words: str, code: int = 0, stdin: bytes = b"") -> list[dict[str, Any]]:
        out = self(*words, "--json", code=code, stdin=stdin)
        return [json.loads(line) for line in out.splitlines()]


@pytest.fixture
def shell(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Shell:
    return Shell(capsys, monkeypatch, tmp_path)


ROSTER = """student_id,name,email,codes
A1001,Ąžuolė Šimkutė,azuole@example.edu,CARD-1;CARD-1b
A1002,"Žukauskas, Jonas",jonas@example.edu,CARD-2
A1003,,nobody@example.edu,CARD-3
A1004,Ėglė Įlanka,egle@example.edu,33309240064
A1005,Ūdra Čiurlytė,udra@example.edu,CARD-2
"""


@pytest.fixture
def ready(shell: Shell) -> str:
    """An institution with an event in the past and a roster; the event's id."""
    shell("init", "--institution", "Testų universitetas", "--issuer", "https://badges.example.edu/issuer")
    (shell.folder / "roster.csv").write_text(ROSTER)
    shell("roster", "import", str(shell.folder / "roster.csv"))
    return add(shell)


def add(shell: Shell, start: str = "2026-11-02T08:00", end: str = "2026-11-02T22:00") -> str:
    (made,) = shell.json(
        "event", "add", "--title", "Šventė", "--kind", "volunteering", "--unit", "culture_events",
        "--series", "ruduo", "--start", start, "--end", end,
    )  # fmt: skip
    return str(made["event"])


def batch(shell: Shell, text: str, event: str, code: int = 0) -> list[dict[str, Any]]:
    (shell.folder / "batch.csv").write_text("at,code,way,role\n" + text)
    return shell.json("scan", "--event", event, "--source", f"batch:{shell.folder / 'batch.csv'}", code=code)


def test_a_roster_is_imported_once_and_bad_rows_are_named(shell: Shell, ready: str) -> None:
    (again,) = shell.json("roster", "import", str(shell.folder / "roster.csv"))
    assert (again["added"], again["changed"], again["unchanged"]) == (0, 0, 3)
    assert [(row["line"], row["reason"], row["what"]) for row in again["rejected"]] == [
        (4, "no_name", ""),
        (5, "personal_code", ""),
        (6, "number_taken", "3"),
    ]
    assert "33309240064" not in shell.err
    assert {row["name"] for row in shell.json("roster", "show")} == {
        "Ąžuolė Šimkutė",
        "Žukauskas, Jonas",
        "Ūdra Čiurlytė",
    }
    assert [row["name"] for row in shell.json("roster", "search", "zukausk")] == ["Žukauskas, Jonas"]
    assert [row["name"] for row in shell.json("roster", "search", "simk azu")] == ["Ąžuolė Šimkutė"]


def test_a_dry_run_changes_nothing(shell: Shell, ready: str) -> None:
    (shell.folder / "more.csv").write_text("student_id,name\nB1,New Person\n")
    (said,) = shell.json("roster", "import", str(shell.folder / "more.csv"), "--dry-run")
    assert said["added"] == 1
    assert len(shell.json("roster", "show")) == 3


@pytest.mark.parametrize(
    "raw",
    [
        "Studento Nr.;Vardas, pavardė;El. paštas;Kortelė\nB1;Žydrė Ąž;z@example.edu;X1\n".encode("cp1257"),
        "\ufeffstudent_id\tname\temail\nB1\tŽydrė Ąž\tz@example.edu\n".encode(),
        "Vardas,Pavardė,E-mail\nŽydrė,Ąž,z@example.edu\n".encode("utf-16"),
    ],
)
def test_rosters_as_they_come(shell: Shell, ready: str, raw: bytes) -> None:
    (shell.folder / "more.csv").write_bytes(raw)
    shell("roster", "import", str(shell.folder / "more.csv"))
    assert [row["name"] for row in shell.json("roster", "search", "zydre")] == ["Žydrė Ąž"]


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\n\n",
        b"\x89PNG\r\n\x1a\n\x00\x00",
        b"a,b,c\n1,2,3\n",
        b"name\nOnly Name\n",
        bytes(range(256)) * 100,
        b"student_id,name\n,\n",
    ],
)
def test_a_roster_that_is_none(shell: Shell, ready: str, raw: bytes) -> None:
    (shell.folder / "bad.csv").write_bytes(raw)
    shell("roster", "import", str(shell.folder / "bad.csv"), code=1)
    assert len(shell.json("roster", "show")) == 3


def test_every_line_is_one_outcome_and_one_record(shell: Shell, ready: str) -> None:
    stdin = (
        b"CARD-1\ncard1\n\nnobody\n\x00\x01\n"
        + b"x" * 2_000_000
        + b"\n33309240064\n'; DROP TABLE record; --\n\xff\xfe\nA1001"
    )
    said = shell.json("scan", "--event", ready, "--source", "-", "--role", "technical", stdin=stdin)
    assert [(one["decision"], one["reason"]) for one in said] == [
        ("admitted", None),
        ("repeat", None),
        ("refused", "malformed_code"),
        ("refused", "unknown_code"),
        ("refused", "malformed_code"),
        ("refused", "malformed_code"),
        ("refused", "personal_code"),
        ("refused", "unknown_code"),
        ("refused", "malformed_code"),
        ("repeat", None),
    ]
    assert len({(one["writer"], one["seq"]) for one in said}) == len(said)
    assert [one["seq"] for one in said] == list(range(1, 11))
    assert set(said[0]) == {"at", "person", "decision", "reason", "role", "way", "writer", "seq", "ms"}
    (verified,) = shell.json("verify")
    assert verified["ok"]
    assert verified["unsigned"] == 0


def test_in_switch_out_and_refusal(shell: Shell, ready: str) -> None:
    def scan(way: str, role: str) -> tuple[str, str]:
        (one,) = shell.json("scan", "--event", ready, "--source", "-", "--way", way, "--role", role, stdin=b"CARD-1\n")
        return one["decision"], one["role"]

    assert scan("out", "technical") == ("refused", "technical")
    assert scan("in", "technical") == ("admitted", "technical")
    assert scan("in", "technical") == ("repeat", "technical")
    assert scan("in", "coordination") == ("switched", "coordination")
    assert scan("either", "coordination") == ("repeat", "coordination")
    assert scan("out", "representation") == ("released", "coordination")
    assert scan("out", "representation") == ("repeat", "coordination")


def test_hours_awards_sign_off_and_queue(shell: Shell, ready: str) -> None:
    batch(
        shell,
        "2026-11-02T08:00,CARD-1,in,technical\n2026-11-02T11:59:59,CARD-1,out,technical\n"
        "2026-11-02T08:00,CARD-2,in,coordination\n2026-11-02T20:01,CARD-2,out,coordination\n"
        "2026-11-02T08:00,A1005,in,representation\n",
        ready,
    )
    by_name = {row["name"]: row["person"] for row in shell.json("roster", "show")}
    assert {
        (h["person"], h["role"], h["confirmed_s"], h["provisional_s"]) for h in shell.json("hours", "--event", ready)
    } == {
        (by_name["Ąžuolė Šimkutė"], "technical", 14399, 0),
        (by_name["Žukauskas, Jonas"], "coordination", 43260, 0),
        (by_name["Ūdra Čiurlytė"], "representation", 0, 14 * 3600),
    }
    (own,) = shell.json("hours", "--person", "jonas@example.edu")
    assert own["confirmed_s"] == 43260
    proposed = shell.json("awards", "--event", ready)
    assert [(one["badge"], one["state"]) for one in proposed] == [
        (f"ktu.culture.vol.coordination.{tier}", "proposed") for tier in ("4h", "8h", "12h")
    ]
    shell("awards", "--event", ready, "--sign-off", code=2)
    signed = shell.json("awards", "--event", ready, "--sign-off", "--by", "Coordinator")
    assert [one["state"] for one in signed] == ["signed_off"] * 3
    assert signed == shell.json("awards", "--event", ready, "--sign-off", "--by", "Somebody else")
    queued = shell.json("queue")
    assert [(one["award"], one["state"], one["attempts"]) for one in queued] == [
        (one["award"], "signed_off", 0) for one in signed
    ]
    shell("day", "confirm", "--event", ready, "--by", "Coordinator")
    assert len(shell.json("awards", "--event", ready)) == 6


def test_a_batch_names_its_bad_rows_and_enters_once(shell: Shell, ready: str) -> None:
    text = (
        "2026-11-02T10:00,CARD-1,out,technical\nyesterday,CARD-1,in,technical\n2999-01-01T00:00,CARD-1,in,technical\n"
        "2026-11-02T09:00,CARD-1,sideways,technical\n2026-11-02T09:00,CARD-1,in,juggling\n"
        "2026-10-25T03:30,CARD-1,in,technical\n2026-03-29T03:30,CARD-1,in,technical\n2026-11-02T08:00,CARD-1,in,technical\n"
    )
    said = batch(shell, text, ready, code=1)
    assert [one["decision"] for one in said] == ["admitted", "released"]
    *rows, last = shell.err.splitlines()
    assert [line.split(":")[0][-6:] for line in rows] == [f"line {n}" for n in range(3, 9)]
    assert "left out: 6" in last
    again = batch(shell, text, ready, code=1)
    assert [one["decision"] for one in again] == ["repeat", "repeat"]
    (hours,) = shell.json("hours", "--event", ready)
    assert hours["confirmed_s"] == 7200


def test_a_check_out_on_paper_needs_no_role(shell: Shell, ready: str) -> None:
    said = batch(shell, "2026-11-02T10:00,CARD-1,in,technical\n2026-11-02T12:00,CARD-1,out,\n", ready)
    assert [(one["decision"], one["role"]) for one in said] == [("admitted", "technical"), ("released", "technical")]
    shell("log", "--event", ready, "--as", "json", "-o", str(shell.folder / "log.json"))
    logged = json.loads((shell.folder / "log.json").read_text("utf-8"))
    assert [row["role"] for row in logged["scans"]] == ["technical", "technical"]


def test_one_bad_row_spoils_no_other(shell: Shell, ready: str) -> None:
    rows = [
        "student_id,name,email",
        "B1,Bell\x07 Ringer,b1@example.edu",
        'B2,"Open Quote,b2@example.edu',
        "B3,Good Person,b3@example.edu",
        "B4," + "x" * 200_000 + ",b4@example.edu",
        "B5,Ąžuolas \xff,b5@example.edu",
        "B6,Šarūnas Ėglis,b6@example.edu",
    ]
    raw = "\n".join(rows).encode().replace("\xff".encode(), b"\xff")
    (shell.folder / "odd.csv").write_bytes(raw)
    (said,) = shell.json("roster", "import", str(shell.folder / "odd.csv"))
    assert [(row["line"], row["reason"]) for row in said["rejected"]] == [
        (2, "bad_name"), (3, "open_quote"), (5, "bad_name"), (6, "bad_name"),
    ]  # fmt: skip
    assert [row["name"] for row in shell.json("roster", "search", "egl sar")] == ["Šarūnas Ėglis"]
    assert said["added"] == 2


def test_somebody_elses_email_is_not_kept(shell: Shell, ready: str) -> None:
    (shell.folder / "twins.csv").write_text("student_id,name,email\nB1,One,same@example.edu\nB2,Two,same@example.edu\n")
    shell("roster", "import", str(shell.folder / "twins.csv"))
    emails = {row["name"]: row["email"] for row in shell.json("roster", "show")}
    assert (emails["One"], emails["Two"]) == ("same@example.edu", None)


def test_a_new_card_is_a_change(shell: Shell, ready: str) -> None:
    (shell.folder / "card.csv").write_text(
        "student_id,name,email,codes\nA1001,Ąžuolė Šimkutė,azuole@example.edu,NEW-7\n"
    )
    (said,) = shell.json("roster", "import", str(shell.folder / "card.csv"))
    assert (said["changed"], said["unchanged"]) == (1, 0)
    (one,) = shell.json("scan", "--event", ready, "--source", "-", stdin=b"new7\n")
    assert one["decision"] == "admitted"


def test_the_passphrase_leaves_the_codes_behind_it(shell: Shell, ready: str) -> None:
    import os
    import subprocess

    ended = subprocess.run(
        [sys.executable, "-m", "station", "--passphrase-fd", "0", "scan", "--event", ready, "--source", "-", "--json"],
        input=f"{PASSPHRASE}\nCARD-1\nCARD-2\n", capture_output=True, text=True, check=True, timeout=60,
        cwd=Path(__file__).resolve().parent.parent, env=dict(os.environ),
    )  # fmt: skip
    assert len(ended.stdout.splitlines()) == 2


@pytest.mark.parametrize("end", ["9999-12-31T23:59Z", "0001-01-01T00:00", "2999-01-01T00:00"])
def test_times_outside_any_calendar(shell: Shell, ready: str, end: str) -> None:
    start = "2026-11-02T08:00" if end > "2026" else end
    words = ["event", "add", "--title", "T", "--kind", "volunteering", "--unit", "culture_events"]
    shell(*words, "--start", start, "--end", end, code=1)
    assert "no time" in shell.err
    assert len(shell.json("event", "list")) == 1


def test_provisioning_that_cannot_be_written_sets_nothing_up(shell: Shell) -> None:
    words = ["init", "--institution", "U", "--issuer", "https://badges.example.edu/u", "--provisioning-out"]
    shell(*words, "/nonexistent/join.json", code=1)
    shell(*words, str(shell.folder / "join.json"))
    assert (shell.folder / "join.json").stat().st_mode & 0o777 == 0o600


def test_the_log_has_every_scan(shell: Shell, ready: str) -> None:
    said = shell.json("scan", "--event", ready, "--source", "-", stdin=b"CARD-1\nnobody\nCARD-2\n")
    for form in ("csv", "json", "pdf"):
        shell("log", "--event", ready, "--as", form, "-o", str(shell.folder / f"log.{form}"))
    logged = json.loads((shell.folder / "log.json").read_text("utf-8"))
    assert [(row["writer"], row["seq"]) for row in logged["scans"]] == [(one["writer"], one["seq"]) for one in said]
    assert "Ąžuolė Šimkutė" in (shell.folder / "log.csv").read_text("utf-8-sig")
    assert (shell.folder / "log.pdf").read_bytes().startswith(b"%PDF")


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["nonsense"], 2),
        (["scan"], 2),
        (["hours"], 2),
        (["event", "add", "--title", "x"], 2),
        (["scan", "--event", "nothere", "--source", "-"], 1),
        (["log", "--event", "nothere", "--as", "csv", "-o", "x.csv"], 1),
        (["hours", "--person", "nobody@example.edu"], 1),
        (["roster", "import", "/nonexistent/roster.csv"], 1),
        (["sync", "--once"], 1),
        (["registry", "check"], 1),
        (["enroll", "/nonexistent/file"], 1),
        (["init", "--institution", "Again", "--issuer", "https://x.example"], 1),
    ],
)
def test_wrong_usage_and_the_world(shell: Shell, ready: str, words: list[str], code: int) -> None:
    shell(*words, code=code)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"--end": "2026-11-02T07:00"}, "ends before"),
        ({"--unit": "juggling"}, "no unit"),
        ({"--start": "tomorrow"}, "no time"),
        ({"--earns": "ktu.sport.vol.technical.4h"}, "no badge"),
        ({"--title": "  "}, "title"),
        ({"--title": "Renginys 33309240064"}, "personal code"),
        ({"--series": "33309240064"}, "personal code"),
    ],
)
def test_an_event_that_cannot_be(shell: Shell, ready: str, change: dict[str, str], said: str) -> None:
    options = {
        "--title": "T", "--kind": "volunteering", "--unit": "culture_events",
        "--start": "2026-11-02T08:00", "--end": "2026-11-02T09:00",
    } | change  # fmt: skip
    shell("event", "add", *(word for pair in options.items() for word in pair), code=1)
    assert said in shell.err
    assert len(shell.json("event", "list")) == 1


def test_without_a_station_every_command_says_so(shell: Shell) -> None:
    for words in (["event", "list"], ["queue"], ["verify"], ["check"], ["roster", "show"], ["sync", "--once"]):
        shell(*words, code=1)
        assert "station init" in shell.err


def test_without_a_command_and_without_a_screen(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    shell(code=1)
    assert "no screen" in shell.err


def test_the_wrong_passphrase(shell: Shell, ready: str) -> None:
    (shell.folder / "passphrase").write_text("wrong")
    shell("event", "list", code=1)
    assert "wrong" in shell.err


def test_lithuanian(shell: Shell, ready: str) -> None:
    shell("scan", "--event", "nothere", "--source", "-", "--lang", "lt", code=1)
    assert "Renginio nothere nėra" in shell.err


def test_help_and_usage_errors_in_both_languages(shell: Shell) -> None:
    for language, usage, missing in (("lt", "Naudojimas:", "Trūksta parinkties"), ("en", "Usage:", "Missing option")):
        assert usage in shell("--lang", language, "--help")
        shell("--lang", language, "scan", code=2)
        assert missing in shell.err


def test_check_probes_everything(shell: Shell, ready: str) -> None:
    states = {one["check"]: one["state"] for one in shell.json("check")}
    assert states["key"] == states["commit"] == states["records"] == states["roster"] == states["decode"] == "ok"
    assert states["registry"] == states["camera"] == states["hand scanner"] == "warn"


def test_a_picture_of_a_code_is_scanned(shell: Shell, ready: str) -> None:
    import segno

    (shell.folder / "pictures").mkdir()
    segno.make("CARD-1", micro=False).save(str(shell.folder / "pictures" / "a.png"), scale=6)
    (shell.folder / "pictures" / "b.png").write_bytes(b"no picture")
    (one,) = shell.json("scan", "--event", ready, "--source", str(shell.folder / "pictures"))
    assert one["decision"] == "admitted"
    assert "b.png" in shell.err
    (found,) = shell.json("decode", str(shell.folder / "pictures" / "a.png"))
    assert [code["text"] for code in found["codes"]] == ["CARD-1"]


def test_columns_are_shown_chosen_and_remembered(shell: Shell, ready: str) -> None:
    path = shell.folder / "odd.csv"
    path.write_text("Sąrašas\nKas;Kodas;Adresas\nNaujas Žmogus;B77;n@example.edu\n;B78;x@example.edu\n", "utf-8")
    (shown,) = shell.json("roster", "import", str(path), "--show-columns", "--column", "name=Kas")
    assert [(one["heading"], one["field"]) for one in shown["columns"]] == [
        ("Kas", "name"), ("Kodas", "codes"), ("Adresas", "email"),
    ]  # fmt: skip
    assert shown["problem"] is None
    assert "←" not in shell("roster", "import", str(path), "--show-columns")
    chosen = ["--column", "name=kas", "--column", "email=3"]
    rejected = shell.folder / "rejected.csv"
    (said,) = shell.json("roster", "import", str(path), *chosen, "--rejected", str(rejected))
    assert (said["added"], [row["line"] for row in said["rejected"]]) == (1, [4])
    assert "B78" in rejected.read_text("utf-8-sig")
    rejected.write_text(rejected.read_text("utf-8-sig").replace(";B78", "Kitas Žmogus;B78"), "utf-8")
    shell("roster", "import", str(rejected), *chosen)
    (again,) = shell.json("roster", "import", str(path))
    assert (again["unchanged"], len(again["rejected"])) == (1, 1), "the choice was remembered"
    assert {row["name"] for row in shell.json("roster", "search", "zmogus")} == {"Naujas Žmogus", "Kitas Žmogus"}
    shell("roster", "import", str(path), "--column", "size=Kas", code=2)
    shell("roster", "import", str(path), "--column", "name=Nėra", code=1)
    assert "choose one of" in shell.err


def test_a_workbook_is_imported_by_its_sheet(shell: Shell, ready: str) -> None:
    from tests.rosters import HEADINGS, PEOPLE, xlsx

    path = xlsx(shell.folder, {"Apie": [["x"]], "Pirmas": [HEADINGS, PEOPLE[0]], "Kiti": [HEADINGS, *PEOPLE[1:]]})
    (said,) = shell.json("roster", "import", str(path), "--dry-run")
    assert said["added"] == 1
    (said,) = shell.json("roster", "import", str(path), "--sheet", "kiti")
    assert said["added"] == 2
    shell("roster", "import", str(path), "--sheet", "trečias", code=1)
    assert "Pirmas" in shell.err


def test_a_desk_without_a_roster_opens_only_for_a_reason(shell: Shell, tmp_path: Path) -> None:
    shell("init", "--institution", "U", "--issuer", "https://badges.example.edu/u")
    (made,) = shell.json(
        "event", "add", "--title", "T", "--kind", "volunteering", "--unit", "culture_events",
        "--start", "2026-11-02T08:00", "--end", "2026-11-02T22:00",
    )  # fmt: skip
    words = ["scan", "--event", made["event"], "--source", "-"]
    shell(*words, code=1, stdin=b"A1\n")
    assert "roster is empty" in shell.err
    shell(*words, "--override", "x", code=2, stdin=b"")
    shell(*words, "--override", "no list yet", "--by", " ", code=1, stdin=b"")
    (said,) = shell.json(*words, "--override", "no list yet", "--by", "Ona", stdin=b"A1\n")
    assert (said["decision"], said["seq"]) == ("refused", 2)
