"""Lithuanian personal codes: told from other numbers wherever they stand, and nothing of one is left anywhere."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from station import assembly, codes, database, diagnostics, institution, keys, personal_code
from station.cli import run
from station.facts import Code, Reading, RefusedKind, Role, Source, Unfit, Way
from station.trouble import Trouble
from station.ui.feedback import feedback
from station.ui.last_scans import row_of, spoken
from tests.stories import PROGRAMME, add_event, event

PERSONAL = "33309240064"
REFUSED = RefusedKind(Unfit.PERSONAL_CODE)
WIDE = "".join(chr(ord(digit) + 0xFEE0) for digit in PERSONAL)
ARABIC = "".join(chr(ord(digit) - 0x30 + 0x660) for digit in PERSONAL)
HELD = [
    PERSONAL,
    f" {PERSONAL}\r\n",
    "3330 924 0064",
    "333-0924-0064",
    "333\u20130924\u00a00064",
    f"LT-{PERSONAL}",
    f"LT{PERSONAL}",
    f"{PERSONAL}LT",
    f"a.k. {PERSONAL}, Vilnius",
    f"2026 {PERSONAL} 1",
    "1 2 3330 924 0064",
    f"123456789012-{PERSONAL}-1",
    f"]Q1\\000026{PERSONAL}",
    f"https://uni.example/?id={PERSONAL}&x=1",
    f"http://esc.gg/{PERSONAL}",
    f'{{"ak":"{PERSONAL}","n":1}}',
    f"BEGIN:VCARD\nN:Pavyzdys\nNOTE:{PERSONAL}\nEND:VCARD",
    f"{PERSONAL}@ktu.edu",
    f"jonas.{PERSONAL}@gmail.com",
    f"urn:schac:personalUniqueCode:int:esi:lt:{PERSONAL}",
    f"SP1:{PERSONAL}",
    f"A\u202e{PERSONAL}",
    f"{PERSONAL}\x00",
    WIDE,
    f"x{WIDE}y",
    ARABIC,
]


def code_of(first: int, born: date, number: int) -> str:
    """A personal code as the register makes it, computed here in a way of its own."""
    body = f"{first}{born:%y%m%d}{number:03}"
    for weights in ("1234567891", "3456789123"):
        rest = sum(int(digit) * int(weight) for digit, weight in zip(body, weights, strict=True)) % 11
        if rest != 10:
            return f"{body}{rest}"
    return f"{body}0"


@given(st.dates(date(1800, 1, 1), date(2099, 12, 31)), st.booleans(), st.integers(0, 999))
def test_every_code_of_the_register_is_told(born: date, woman: bool, number: int) -> None:
    code = code_of((born.year // 100 - 18) * 2 + 1 + woman, born, number)
    assert personal_code.is_personal_code(code)
    assert personal_code.holds(f"x{code}y")
    for other in range(10):
        assert personal_code.is_personal_code(code[:10] + str(other)) == (str(other) == code[10])


@pytest.mark.parametrize(
    "text",
    ["33309240164", "3330924006", "333092400641", "00000000000", "93309240064", "73309240064", "", "33309240a64", WIDE],
)
def test_what_is_none(text: str) -> None:
    assert not personal_code.is_personal_code(text)


def test_a_birth_date_must_exist() -> None:
    days = {f"{date(1900, 1, 1) + timedelta(n):%m%d}" for n in range(366)} | {"0229"}
    for month in range(14):
        for day in range(33):
            told = any(personal_code.is_personal_code(f"396{month:02}{day:02}123{check}") for check in range(10))
            assert told == (f"{month:02}{day:02}" in days), (month, day)
    assert not any(personal_code.is_personal_code(f"3010229123{check}") for check in range(10)), "1901 had no such day"


@pytest.mark.parametrize("text", HELD)
def test_it_is_refused_wherever_it_stands(text: str) -> None:
    assert codes.parse(text, PROGRAMME.kinds()) == REFUSED
    assert codes.parse(text, ()) == REFUSED


@pytest.mark.parametrize(
    "text",
    [
        "33309240164",
        f"1{PERSONAL}",
        f"{PERSONAL}9",
        "S370000000001A",
        "4006381333931",
        "+370 612 34567",
        "aec54890-72b1-1039-8e5f-001999893752",
        f"a{PERSONAL[:7]}-{PERSONAL[7:]}-1039-8e5f-001999893752",
        f"aec54890-72b1-1039-8e5f-a{PERSONAL}",
    ],
)
def test_other_numbers_are_codes(text: str) -> None:
    assert isinstance(codes.parse(text, PROGRAMME.kinds()), Code)


def test_digits_in_a_signed_pass_are_nobodys() -> None:
    text = f"SP1:RRQ+D9P60CO0$+AWK {PERSONAL} " + "B7CKFRK889/QM6-QS4VS13DF3:" * 4
    assert codes.parse(text, PROGRAMME.kinds()) == Code(text, "pass")


@given(st.text(st.characters(codec=None), max_size=300), st.text(st.characters(codec=None), max_size=300))
def test_any_text_around_it_hides_nothing_but_by_more_digits(before: str, after: str) -> None:
    assert personal_code.holds(f"{before}x{PERSONAL}x{after}")


# --- nothing of it is left ---


@pytest.fixture
def practice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A data folder without a key, so that every byte of its file can be read; with a diagnostic log."""
    for name in ("TMPDIR", "TEMP", "HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME"):
        (tmp_path / name).mkdir()
        monkeypatch.setenv(name, str(tmp_path / name))
    monkeypatch.setattr("tempfile.tempdir", None)
    home = tmp_path / "home"
    assembly.init(home, "Praktika", "https://badges.example.edu/practice", None, practice=True)
    before = list(diagnostics.log.handlers)
    for handler in before:
        diagnostics.log.removeHandler(handler)
    diagnostics.start(home)
    yield home
    for handler in list(diagnostics.log.handlers):
        handler.close()
        diagnostics.log.removeHandler(handler)
    for handler in before:
        diagnostics.log.addHandler(handler)


def roster(path: Path) -> Path:
    """Somebody good, and the code in every column."""
    rows = [
        "student_id,name,email,codes,asmens kodas",
        f"G1,Gera Pavyzdė,gera@ktu.edu,CARD-1,{PERSONAL}",
        f"{PERSONAL},Pavyzdys Vienas,vienas@ktu.edu,,",
        f"B2,Pavyzdys {PERSONAL},du@ktu.edu,,",
        f"B3,Pavyzdys Trys,{PERSONAL}@ktu.edu,,",
        f"B4,Pavyzdys Keturi,keturi@ktu.edu,CARD-4;LT-{PERSONAL},",
        f"B5,Pavyzdys Penki,{WIDE}@ktu.edu,,",
        f"B6,Pavyzdys Šeši,sesi@ktu.edu,https://x.example/{PERSONAL},",
    ]
    path.write_text("\n".join(rows), "utf-8")
    return path


def test_it_reaches_no_file_no_table_no_log_and_no_screen(
    practice: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []

    def command(*words: str, stdin: str = "") -> int:
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(stdin.encode("utf-8", "surrogatepass"))))
        ended = run((*words, "--home", str(practice)))
        out = capsys.readouterr()
        said.extend((out.out, out.err))
        return ended

    listed = roster(tmp_path / "roster.csv")
    assert command("roster", "import", str(listed), "--dry-run", "--json") == 0
    assert command("roster", "import", str(listed)) == 0
    assert said[-1].count("\n") == 6
    for text in (PERSONAL, "3330 924 0064", WIDE):
        assert command("roster", "search", text) == 0
    with assembly.opened(practice, None, write="test") as station:
        made = add_event(station, event())
        assert station.roster.count() == 1
        assert station.lookup.whose(PERSONAL) is None
        assert station.roster.person(PERSONAL) is None
        with station.desk(made) as desk:
            for text in HELD:
                for source in (Source.CAMERA, Source.SCANNER, Source.KEYBOARD):
                    outcome = desk.scan(Reading(text, source, Way.IN, Role.TECHNICAL, "QRCode"))
                    assert outcome.record.body["reason"] == "personal_code"
                    assert "mac" not in outcome.record.body
                    said += [feedback(outcome, made).spoken, spoken(row_of(outcome)), repr(outcome)]
        with pytest.raises(Trouble, match="personal_code_given"):
            station.roster.staff(f"Ona {PERSONAL}")
        with pytest.raises(Trouble, match="personal_code_given"):
            station.roster.note(["fine", f"because of {PERSONAL}"])
        try:
            raise ValueError(f"a crash with {PERSONAL} in hand")
        except ValueError as error:
            diagnostics.bug(error)
        diagnostics.bug(Trouble("row_bad_way", what=PERSONAL))
    assert command("scan", "--event", made.id, "--source", "-", "--json", stdin="\n".join(HELD[:8])) == 0
    assert {json.loads(line)["reason"] for line in said[-2].splitlines()} == {"personal_code", "malformed_code"}
    batch = tmp_path / "batch.csv"
    times = ["2026-11-02T10:00," + PERSONAL + ",in,technical", f"{PERSONAL},C1,in,technical"]
    times += [f"2026-11-02T10:00,C1,{PERSONAL},technical", f"2026-11-02T10:00,C1,in,{PERSONAL}"]
    batch.write_text("at,code,way,role\n" + "\n".join(times), "utf-8")
    assert command("scan", "--event", made.id, "--source", f"batch:{batch}") == 1
    assert said[-1].count("\n") == 4
    for text in HELD:
        command("codes", "try", text.replace("\x00", ""), "--json")
        command("codes", "try", text.replace("\x00", ""))
    listed.unlink()
    batch.unlink()
    _nothing_is_left(practice, tmp_path, said)


def _nothing_is_left(home: Path, around: Path, said: list[str]) -> None:
    forms = [PERSONAL, WIDE, ARABIC, "3330 924 0064", "333-0924-0064"]
    needles = [form.encode(coding) for form in forms for coding in ("utf-8", "utf-16-le", "utf-16-be")]
    connection = database.connect(home, keys.PRACTICE, write=False)
    try:
        key = institution.load(connection, home).key
        for form in (PERSONAL, f"LT{PERSONAL}", f"SP1:{PERSONAL}", f"{PERSONAL}@ktu.edu"):
            needles += [keys.identifier_mac(key, form).encode(), keys.person_id(key, form).encode()]
        tables = database.tables.tables.values()
        rows = [str(tuple(row)) for table in tables for row in connection.execute(sa.select(table))]
    finally:
        database.close(connection)
    assert len(rows) > 50
    told = "\n".join([*said, *rows]).encode("utf-8", "surrogatepass")
    assert not [needle for needle in needles if needle in told]
    files = [path for path in around.rglob("*") if path.is_file()]
    assert {"station.db", "station.log"} <= {path.name for path in files}
    logging.shutdown()
    for path in files:
        raw = path.read_bytes()
        assert not [needle for needle in needles if needle in raw], path
