"""Trying a code out, in the window and by the command: the kind, the form that is compared, or why it is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from PySide6.QtCore import QMimeData, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from station import assembly, catalogue, texts
from station.cli import run
from station.cli.codes import codes
from station.facts import Fault, Malformed, RefusedKind, Unfit
from station.rules import refusal
from station.ui.code_field import CodeField
from station.ui.look import Look
from station.ui.tried import tried_words
from station.ui.try_code import TryCode
from station.views import Tried
from tests.conftest import PASSPHRASE
from tests.stories import PROGRAMME

pytestmark = pytest.mark.qt_log_ignore("does not support propagateSizeHints")

ESCN = "aec54890-72b1-1039-8e5f-001999893752"
PERSONAL = "33309240064"


def dialog(qtbot: QtBot, language: str = "en") -> TryCode:
    texts.activate(language)
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    made = TryCode(None, Look(application, "light"), PROGRAMME.tried)
    qtbot.addWidget(made)
    made.show()
    return made


@pytest.mark.parametrize(
    ("language", "text", "verdict", "compared"),
    [
        ("en", f"HTTPS://ESC.gg/{ESCN}/", "European Student Card", ESCN),
        ("lt", f"HTTPS://ESC.gg/{ESCN}/", "Europos studento pažymėjimas", ESCN),
        ("en", "Library 7", "Unknown kind", "LIBRARY7"),
        ("en", "4006381333932", "Wrong check digit", ""),
        ("en", "A\u202eB", "Not a code", ""),
        ("en", "jonas@gmail.com", "Not the university's e-mail", ""),
    ],
)
def test_the_verdict_follows_what_is_typed(qtbot: QtBot, language: str, text: str, verdict: str, compared: str) -> None:
    made = dialog(qtbot, language)
    before = made.sentence.text()
    made.field.setText(text)
    assert (made.verdict.text(), made.text.text()) == (verdict, compared)
    assert made.text.isVisible() == bool(compared)
    assert made.sentence.text() not in ("", before)
    made.field.clear()
    assert (made.sentence.text(), made.text.isVisible()) == (before, False)


def test_a_personal_code_is_named_and_does_not_stay(qtbot: QtBot) -> None:
    made = dialog(qtbot)
    QTest.keyClicks(made.field, PERSONAL)
    assert made.verdict.text() == "Personal code"
    assert made.field.text() == ""
    made.field.undo()
    assert PERSONAL not in made.field.text()
    made.retext()
    assert made.verdict.text() != "Personal code"


def test_a_code_that_was_entered_cannot_be_brought_back(qtbot: QtBot) -> None:
    ground = QWidget()
    qtbot.addWidget(ground)
    field = CodeField(ground, lambda _text: ())
    qtbot.addWidget(field)
    QTest.keyClicks(field, PERSONAL)
    QTest.keyClick(field, Qt.Key.Key_Return)
    field.undo()
    assert field.text() == ""


def test_what_is_pasted_is_shown_without_turning_the_line_around(qtbot: QtBot) -> None:
    made = dialog(qtbot)
    pasted = QMimeData()
    pasted.setText("Library\u3164 7")
    QApplication.clipboard().setMimeData(pasted)
    made.field.paste()
    assert made.verdict.text() == "Not a code"
    assert "\u3164" not in made.verdict.text() + made.text.text() + made.sentence.text()


def test_it_is_all_by_keyboard_and_all_is_named(qtbot: QtBot) -> None:
    made = dialog(qtbot)
    for widget in (made.field, made.close_button):
        assert widget.accessibleName()
    QTest.keyClick(made.field, Qt.Key.Key_Return)
    assert made.isVisible()
    QTest.keyClick(made.field, Qt.Key.Key_Escape)
    assert not made.isVisible()


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_every_reason_has_words_of_its_own(language: str) -> None:
    texts.activate(language)
    whys = [Malformed(why) for why in Fault] + [RefusedKind(why) for why in Unfit]
    said = [tried_words(Tried(why, {})) for why in whys]
    assert all(words.verdict and words.sentence.endswith((".", "!")) for words in said)
    assert len({words.sentence for words in said}) == len(whys)
    assert len({refusal(why) for why in whys}) == len(whys) - 2  # empty, too long and unprintable are one at the desk


# --- the command ---


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "my.toml"
    path.write_text(catalogue.bundled(), "utf-8")
    return path


def tried(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    code = run(("codes", *words))
    said = capsys.readouterr()
    return code, said.out, said.err


@pytest.mark.parametrize(
    ("text", "code", "row"),
    [
        ("a 12345", 0, {"kind": "number", "text": "A12345", "outcome": "code", "reason": None}),
        ("Library 7", 0, {"kind": "", "text": "LIBRARY7", "outcome": "code", "reason": None}),
        ("http://esc.gg/x", 1, {"kind": None, "text": None, "outcome": "malformed", "reason": "card_number"}),
        (f"LT-{PERSONAL}", 1, {"kind": None, "text": None, "outcome": "refused", "reason": "personal_code"}),
        ("A\u202eB", 1, {"kind": None, "text": None, "outcome": "malformed", "reason": "unprintable"}),
    ],
)
def test_try_says_what_a_text_is(
    capsys: pytest.CaptureFixture[str], file: Path, text: str, code: int, row: dict[str, object]
) -> None:
    ended, out, _err = tried(capsys, "try", text, "--catalogue", str(file), "--json")
    assert (ended, json.loads(out)) == (code, row)
    ended, out, _err = tried(capsys, "try", text, "--catalogue", str(file))
    assert ended == code
    assert PERSONAL not in out
    assert out.isprintable() or out.count("\n") == 1


def test_try_reads_lines_and_one_bad_one_is_enough(file: Path) -> None:
    runner = CliRunner()
    given = f"A12345\n\n{PERSONAL}\nB\udcffC\n".encode("utf-8", "surrogateescape")
    done = runner.invoke(codes, ["try", "-", "--catalogue", str(file), "--json"], input=given)
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert [row["reason"] for row in rows] == [None, "empty", "personal_code", "unprintable"]
    assert done.exit_code == 1
    done = runner.invoke(codes, ["try", "-", "--catalogue", str(file)], input=b"A12345\n" * 3)
    assert (done.exit_code, done.stdout.count("Student or card number: A12345")) == (0, 3)


def test_list_shows_kinds_in_order_with_their_samples(capsys: pytest.CaptureFixture[str], file: Path) -> None:
    code, out, _err = tried(capsys, "list", "--catalogue", str(file), "--json")
    rows = [json.loads(line) for line in out.splitlines()]
    assert (code, [row["id"] for row in rows]) == (0, [entry.kind.id for entry in PROGRAMME.code_entries])
    assert rows[4] == {
        "id": "isic",
        "kind": "pattern",
        "title": {"lt": "ISIC, ITIC arba IYTC pažymėjimas", "en": "ISIC, ITIC or IYTC card"},
        "valid": ["S370000000001A", "s 370 000 000 001 a"],
        "invalid": ["370000000001A", "S37000000001A"],
    }
    code, out, _err = tried(capsys, "list", "--catalogue", str(file))
    assert "isic: ISIC, ITIC or IYTC card (pattern)\n  + S370000000001A\n" in out


def test_wrong_files_are_one_sentence(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    bad = tmp_path / "bad.toml"
    for raw in (b"format = 1", b"\xff\xfe\x00", b"#" * (1024 * 1024 + 1)):
        bad.write_bytes(raw)
        code, out, err = tried(capsys, "try", "x", "--catalogue", str(bad))
        assert (code, out, err.count("\n")) == (1, "", 1)
        assert str(bad) in err
    code, _out, err = tried(capsys, "list", "--catalogue", str(tmp_path / "none.toml"))
    assert (code, err.count("\n")) == (1, 1)
    code, _out, err = tried(capsys, "list", "--home", str(tmp_path / "nothing"))
    assert (code, err.count("\n")) == (1, 1)


def test_a_data_folder_has_its_own_programme_and_a_practice_folder_takes_test_cards(
    capsys: pytest.CaptureFixture[str], home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "pass").write_text(PASSPHRASE)
    monkeypatch.setenv("STATION_PASSPHRASE_FILE", str(tmp_path / "pass"))
    card = "http://pp.esc.gg/fc3a1f80-93fb-103a-9b31-000999893752"
    code, out, _err = tried(capsys, "try", card, "--home", str(home), "--json")
    assert (code, json.loads(out)["reason"]) == (1, "test_card")
    assembly.init(tmp_path / "p", "Praktika", "https://badges.example.edu/practice", None, practice=True)
    code, out, _err = tried(capsys, "try", card, "--home", str(tmp_path / "p"), "--json")
    assert (code, json.loads(out)["kind"]) == (0, "esc")
