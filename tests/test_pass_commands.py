"""station passes: the whole way from a key to a scanned card, as scripts use it, on real data folders."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pypdfium2
import pytest
from PIL import Image

from station import assembly, practice, readiness
from station.facts import SECOND, Found
from station.scanner.decode import Decoder
from station.settings import Settings
from station.views import State
from tests.keystores import memory_store
from tests.stories import opened
from tests.test_commands import ROSTER, Shell, add

DAY = 24 * 3600 * SECOND


@pytest.fixture
def shell(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Shell]:
    """A desk kept by the computer's key store, with people, a key and nothing else."""
    made = Shell(capsys, monkeypatch, tmp_path)
    monkeypatch.delenv("STATION_PASSPHRASE_FILE")
    with memory_store():
        made("init", "--institution", "Testų universitetas", "--issuer", "https://badges.example.edu/issuer")
        (tmp_path / "roster.csv").write_text(ROSTER)
        made("roster", "import", str(tmp_path / "roster.csv"))
        yield made


def scan(shell: Shell, event: str, source: str, stdin: bytes = b"") -> list[tuple[str, str | None]]:
    said = shell.json("scan", "--event", event, "--source", source, stdin=stdin)
    return [(one["decision"], one["reason"]) for one in said]


def issue(shell: Shell, *words: str) -> list[dict[str, Any]]:
    return shell.json("passes", "issue", *words)


def read(picture: Image.Image) -> list[Found]:
    return Decoder(("QRCode",)).still(np.ascontiguousarray(np.asarray(picture.convert("RGB"))[:, :, ::-1]))


def test_cards_are_printed_and_read_and_admit(shell: Shell) -> None:
    shell("passes", "keys", "new")
    assert "first" in shell.err
    sheet, dots = shell.folder / "cards.pdf", 110 / 25.4
    made = issue(shell, "--all", "-o", str(sheet))
    assert len({one["pass"] for one in made}) == len(made) == 3
    page = pypdfium2.PdfDocument(sheet)[0]
    assert [round(side / 72 * 25.4) for side in page.get_size()] == [210, 297]
    # Cut out as the marks say: two across and five down, in the middle of the sheet.
    paper, read_from_cards = page.render(scale=110 / 72).to_pil(), []
    for number in range(3):
        left, top = 19.4 + number % 2 * 85.6, 13.5 + number // 2 * 54
        card = paper.crop(tuple(round(side * dots) for side in (left, top, left + 85.6, top + 54)))
        (found,) = read(card)
        read_from_cards.append(found.text)
        width = max(x for x, _y in found.corners) - min(x for x, _y in found.corners)
        # 45 modules and a quiet zone of 4 on each side make 48 mm (facts of cameras: 47 mm at 30 cm and 720p).
        assert width / dots == pytest.approx(48 * 45 / 53, abs=0.8)
    assert read_from_cards == [one["pass"] for one in made]
    shown = "".join(f"{text}\n" for text in read_from_cards).encode()
    assert scan(shell, add(shell), "-", shown) == [("admitted", None)] * 3


def test_a_picture_for_a_telephone_is_read_and_admits(shell: Shell) -> None:
    shell("passes", "keys", "new")
    phone = shell.folder / "phone"
    (made,) = issue(shell, "--to", "A1001", "-o", str(phone), "--lang", "lt")
    assert Path(made["file"]).name.startswith("azuole-simkute-")
    # As small as a telephone is in a camera's picture at arm's length.
    picture = Image.open(made["file"])
    picture.resize((picture.width // 5, picture.height // 5)).save(made["file"])
    assert scan(shell, add(shell), str(phone)) == [("admitted", None)]


def test_long_names_and_every_form_in_both_languages(shell: Shell) -> None:
    names = ["Konstancija Elžbieta Pavyzdinskaitė-Nebūtienė-Ilgapavardienė I", "Ž" * 60, "Ė Į", "李 <b>&amp;"]
    rows = "".join(f"B{number},{name},b{number}@example.edu\n" for number, name in enumerate(names))
    (shell.folder / "more.csv").write_text("student_id,name,email\n" + rows)
    shell("roster", "import", str(shell.folder / "more.csv"))
    shell("passes", "keys", "new")
    people_ = [word for number in range(len(names)) for word in ("--to", f"b{number}@example.edu")]
    for language in ("lt", "en"):
        shell("passes", "issue", *people_, "-o", str(shell.folder / f"{language}.pdf"), "--lang", language)
        text = pypdfium2.PdfDocument(shell.folder / f"{language}.pdf")[0].get_textpage().get_text_range()
        assert ("Galioja iki" if language == "lt" else "Valid until") in text
        assert "Konstancija Elžbieta" in text
        assert "<b>&amp;" in text
    for one in issue(shell, *people_, "-o", str(shell.folder / "phone"))[:2]:
        picture = Image.open(one["file"])
        (found,) = read(picture.resize((picture.width // 5, picture.height // 5)))
        assert found.text == one["pass"]
    texts = issue(shell, *people_, "--as", "txt", "-o", str(shell.folder / "texts"), "--expires", "2099-12-31")
    assert [Path(one["file"]).read_text() for one in texts] == [f"{one['pass']}\n" for one in texts]
    assert {one["expires"] for one in texts} == {"2100-01-01T00:00:00+02:00"}


def test_passes_from_key_to_withdrawal_and_to_another_desk(
    shell: Shell, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = shell.folder
    shell("passes", "issue", "--to", "A1001", "-o", str(folder / "x"), code=1)
    assert "keys new" in shell.err
    (key,) = shell.json("passes", "keys", "new", "--expires", "2099-01-01")
    assert (key["in_force"], key["here"], key["state"]) == (True, True, "new")
    lost, kept = issue(shell, "--to", "A1001", "--to", "A1002", "--to", "A1001", "--as", "txt", "-o", str(folder / "x"))
    shell("provision", str(folder / "join.json"))
    shell("provision", str(folder / "join.json"), code=1)
    (denial,) = shell.json("passes", "deny", "azuole@example.edu", "--by", "Ona Onaitė", "--reason", "stolen")
    assert (denial["subject"], denial["name"], denial["by"]) == (lost["subject"], "Ąžuolė Šimkutė", "Ona Onaitė")
    assert shell.json("passes", "denied") == [denial]
    (fresh,) = issue(shell, "--to", "A1001", "--as", "txt", "-o", str(folder / "x"))
    states = {(one["name"], one["serial"]): one["state"] for one in shell.json("passes", "list")}
    assert states == {
        ("Ąžuolė Šimkutė", 0): "withdrawn",
        ("Ąžuolė Šimkutė", 1): "valid",
        ("Žukauskas, Jonas", 0): "valid",
    }
    shown = "".join(f"{one['pass']}\n" for one in (lost, kept, fresh)).encode()
    answers = [("refused", "pass_denied"), ("admitted", None), ("admitted", None)]
    assert scan(shell, add(shell), "-", shown) == answers
    shell("passes", "keys", "export", str(folder / "keys.json"))
    shell("passes", "keys", "list")
    assert key["kid"] in shell("passes", "keys", "list")

    # The other desk was given the provisioning file before the pass was withdrawn.
    monkeypatch.setenv("STATION_HOME", str(folder / "other"))
    shell("enroll", str(folder / "join.json"))
    shell("roster", "import", str(folder / "roster.csv"))
    event = add(shell)
    assert scan(shell, event, "-", shown) == [("admitted", None), ("admitted", None), ("repeat", None)]
    (other,) = shell.json("passes", "keys", "list")
    assert other == key | {"here": False}
    changed = (folder / "keys.json").read_text().replace(lost["subject"], kept["subject"])
    (folder / "changed.json").write_text(changed)
    shell("passes", "keys", "import", str(folder / "changed.json"), code=1)
    assert "changed" in shell.err
    (taken,) = shell.json("passes", "keys", "import", str(folder / "keys.json"))
    assert (taken["keys"], taken["retired"], taken["denied"]) == (0, 0, 1)
    assert scan(shell, add(shell), "-", shown) == answers
    shell("passes", "issue", "--to", "A1001", "-o", str(folder / "x"), code=1)
    assert "another computer" in shell.err

    monkeypatch.setenv("STATION_HOME", str(folder / "home"))
    (retired,) = shell.json("passes", "keys", "retire", key["kid"], "--by", "Ona")
    assert (retired["state"], retired["compromised"], retired["in_force"]) == ("retired", False, False)
    assert scan(shell, add(shell), "-", shown) == answers
    shell("passes", "keys", "retire", key["kid"], "--by", "Ona", "--compromised")
    assert {reason for _decision, reason in scan(shell, add(shell), "-", shown)} == {"pass_key_retired"}
    assert {one["state"] for one in shell.json("passes", "list")} == {"withdrawn", "key_retired"}
    (verified,) = shell.json("verify")
    assert verified["ok"]


WRONG: list[tuple[list[str], int]] = [
    (["issue", "-o", "x.pdf"], 2),
    (["issue", "--all", "--to", "A1001", "-o", "x.pdf"], 2),
    (["issue", "--all"], 2),
    (["issue", "--all", "-o", "x", "--as", "doc"], 2),
    (["issue", "--to", "nobody", "-o", "x.pdf"], 1),
    (["issue", "--to", "A1001", "--expires", "2020-01-01", "-o", "x.pdf"], 1),
    (["issue", "--to", "A1001", "--expires", "soon", "-o", "x.pdf"], 1),
    (["issue", "--to", "A1001", "-o", "/nonexistent/x.pdf"], 1),
    (["issue", "--to", "A1001", "-o", "/dev/null/x"], 1),
    (["deny", "A1001"], 2),
    (["deny", "A1001", "--by", " "], 1),
    (["deny", "nobody", "--by", "Ona"], 1),
    (["keys", "retire", "00000000", "--by", "Ona"], 1),
    (["keys", "new", "--not-before", "2030-01-01", "--expires", "2029-01-01"], 1),
    (["keys", "import", "/nonexistent/keys.json"], 1),
    (["keys", "export", "/nonexistent/keys.json"], 1),
]


def test_wrong_usage_and_the_world(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(shell.folder)
    shell("passes", "keys", "new")
    for words, code in WRONG:
        shell("passes", *words, code=code)
        assert not (shell.folder / "x.pdf").exists(), words


def test_a_key_made_long_ahead_needs_no_warning(shell: Shell) -> None:
    shell("passes", "keys", "new", "--not-before", "2090-01-01")
    assert shell.err == ""
    shell("passes", "issue", "--to", "A1001", "-o", str(shell.folder / "x.pdf"), code=1)
    shell("passes", "keys", "list", "--lang", "lt")


# --- is this station ready ---


def test_readiness_tells_keys_and_the_age_of_news(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    def check(name: str, later: int = 0) -> tuple[State, str]:
        with opened(shell.folder / name) as station:
            now = station.clock.now() + later
            monkeypatch.setattr(station.clock, "now", lambda: now)
            (found,) = [one for one in readiness.inside(station) if one.name == "passes"]
        return found.state, found.why

    assert check("home") == (State.OK, "0")
    shell("passes", "keys", "new", "--not-before", "2098-01-01", "--expires", "2099-01-01")
    assert check("home") == (State.WARN, "check_pass_no_key")
    shell("passes", "keys", "new")
    # Where passes are signed their news is made, however old.
    assert check("home", 9 * DAY) == (State.OK, f"2, {9 * 24} h")
    # The key of 2098 follows, so nothing ends in a year.
    assert check("home", 350 * DAY)[0] is State.OK
    shell("provision", str(shell.folder / "join.json"))
    shell("--home", str(shell.folder / "other"), "enroll", str(shell.folder / "join.json"))
    assert check("other") == (State.OK, "2, 0 h")
    assert check("other", DAY - 300 * SECOND)[0] is State.OK
    assert check("other", DAY + 3600 * SECOND) == (State.WARN, "check_pass_news")
    assert check("other", 8 * DAY) == (State.WARN, "check_pass_news_old")


def test_readiness_warns_before_the_last_key_ends(shell: Shell) -> None:
    (key,) = shell.json("passes", "keys", "new", "--expires", "2098-01-01")
    shell("passes", "keys", "retire", key["kid"], "--by", "Ona")
    with opened(shell.folder / "home") as station:
        now = station.clock.now()
        station.passes.new_key(now, now + 29 * DAY, None)
    (said,) = [one for one in shell.json("check") if one["check"] == "passes"]
    assert (said["state"], said["why"]) == ("warn", "check_pass_key_ends")
    assert "28 d" in said["do"]


# --- practice ---


def test_half_of_practices_students_hold_passes() -> None:
    started = practice.begin(Settings())
    try:
        numbers = range(len(practice.STUDENTS))
        holders = [number for number in numbers if practice.holds_pass(number)]
        assert [n for n, text in enumerate(started.shown) if text.startswith("SP1:")] == holders
        with assembly.opened(started.home, None) as station:
            owners = [station.lookup.whose(text) for text in started.shown]
            assert owners == [station.lookup.whose(practice.code_of(number)) for number in numbers]
            assert None not in owners
        (file,) = (started.home / "passkeys").iterdir()
        assert json.loads(file.read_text())["kind"] == "practice"
    finally:
        started.end()
