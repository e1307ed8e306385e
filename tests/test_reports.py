"""The log of an event as CSV, JSON and PDF: complete, readable, in both languages, and never half written."""

from __future__ import annotations

import csv
import errno
import io
import json
import os
import subprocess
import sys
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from station import texts
from station.facts import (
    SECOND,
    AwardState,
    Event,
    EventKind,
    Flag,
    Ref,
    Role,
    Source,
    Verdict,
    VisitState,
    Way,
)
from station.reports import FORMS, write_log
from station.reports.table import inert
from station.trouble import Trouble
from station.views import AwardRow, DayView, HoursRow, ScanRow, VisitRow

LETTERS = "ąčęėįšųūž ĄČĘĖĮŠŲŪŽ"
WRITER = "ab" * 16


def at(iso: str) -> int:
    return int(datetime.fromisoformat(iso).timestamp()) * SECOND


START = at("2026-10-24T22:00+03:00")


def scan(seq: int, name: str, verdict: Verdict = Verdict.ADMITTED, **other: Any) -> ScanRow:
    row = ScanRow(
        ref=Ref(WRITER, seq),
        at=START + seq * SECOND,
        person=f"{seq:032x}",
        name=name,
        last4="0042",
        verdict=verdict,
        reason="",
        role=Role.TECHNICAL,
        way=Way.IN,
        source=Source.CAMERA,
        desk="Šiaurinės durys",
        undone=False,
    )
    return replace(row, **other)


def visit(seq: int, name: str, seconds: int, state: VisitState = VisitState.CLOSED) -> VisitRow:
    return VisitRow(
        person=f"{seq:032x}",
        name=name,
        last4="0042",
        role=Role.TECHNICAL,
        start=START + seq * SECOND,
        end=None if state is VisitState.OPEN else START + (seq + seconds) * SECOND,
        state=state,
        confirmed=state in (VisitState.CLOSED, VisitState.CONFIRMED),
        seconds=seconds,
        flags=frozenset([Flag.OVERLAP]) if state is VisitState.AUTO_CLOSED else frozenset(),
        opened=Ref(WRITER, seq),
        event="e1",
    )


def day(**other: Any) -> DayView:
    """A night event over the autumn clock change, with every kind of row."""
    view = DayView(
        event=Event(
            id="e1",
            title=f"Vakaras {LETTERS}",
            kind=EventKind.VOLUNTEERING,
            unit="culture_events",
            series="ruduo",
            start=START,
            end=at("2026-10-25T06:00+02:00"),
            earns=(),
        ),
        institution="Kauno technologijos universitetas",
        unit={"lt": "Kultūriniai renginiai", "en": "Culture events"},
        as_of=at("2026-10-25T07:30+02:00"),
        scans=(
            scan(1, "Žemyna Ąžuolė"),
            scan(2, "", Verdict.REFUSED, person=None, last4="", reason="unknown_code", way=Way.EITHER),
            scan(3, "=HYPERLINK(1)", Verdict.RELEASED, undone=True),
        ),
        visits=(
            visit(1, "Žemyna Ąžuolė", 32_399),
            visit(3, "Ądomas & <b>Co", 600, VisitState.AUTO_CLOSED),
            visit(4, "Zita", 0, VisitState.OPEN),
        ),
        hours=(
            HoursRow(f"{1:032x}", "Žemyna Ąžuolė", "0042", Role.TECHNICAL, 32_399, 0),
            HoursRow(f"{1:032x}", "Žemyna Ąžuolė", "0042", Role.COORDINATION, 14_400, 60),
            HoursRow(f"{3:032x}", "Ądomas & <b>Co", "0042", Role.TECHNICAL, 0, 600),
        ),
        awards=(
            AwardRow(
                award="a1",
                credential_id="urn:uuid:a1",
                person=f"{1:032x}",
                name="Žemyna Ąžuolė",
                last4="0042",
                badge="ktu.culture.vol.technical.8h",
                title={"lt": "Techniniai darbai (8 val.)", "en": "Technical work (8 h)"},
                state=AwardState.REFUSED,
                earned_at=START + 28_800 * SECOND,
                seconds=28_800,
                signed_by="Koordinatorė Ė. Š.",
                reason="invalid",
            ),
        ),
        here=1,
        came=3,
    )
    return replace(view, **other)


def pages(path: Path) -> list[str]:
    return [" ".join(page.extract_text().split()) for page in PdfReader(path).pages]


@pytest.mark.parametrize(("language", "separator"), [("lt", ";"), ("en", ",")])
def test_csv_has_every_scan_and_runs_nothing(tmp_path: Path, language: str, separator: str) -> None:
    path = tmp_path / "log.csv"
    write_log(day(), "csv", path, language)
    raw = path.read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig")), delimiter=separator))
    assert [row["seq"] for row in rows] == ["1", "2", "3"]
    assert rows[0] == {
        "at": "2026-10-24T22:00:01.000+03:00",
        "local_time": "2026-10-24 22:00:01",
        "decision": "admitted",
        "reason": "",
        "person": f"{1:032x}",
        "name": "Žemyna Ąžuolė",
        "last4": "0042",
        "role": "technical",
        "way": "in",
        "source": "camera",
        "desk": "Šiaurinės durys",
        "undone": "no",
        "writer": WRITER,
        "seq": "1",
    }
    assert (rows[1]["decision"], rows[1]["reason"], rows[1]["person"]) == ("refused", "unknown_code", "")
    assert (rows[2]["name"], rows[2]["undone"]) == ("'=HYPERLINK(1)", "yes")


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", "\r\n=", " =", "＝"])
def test_no_cell_is_a_formula(start: str) -> None:
    assert inert(start + "1+1") == "'" + start + "1+1"


def test_cells_keep_separators_quotes_and_lines(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    names = ['Jonaitis, "Jonas"; ą', "two\nlines", "'quoted'", ""]
    write_log(day(scans=tuple(scan(n, name) for n, name in enumerate(names, 1))), "csv", path, "lt")
    rows = list(csv.DictReader(io.StringIO(path.read_text("utf-8-sig"), newline=""), delimiter=";"))
    assert [row["name"] for row in rows] == names


def test_json_has_everything_and_both_hour_numbers(tmp_path: Path) -> None:
    written = {}
    for language in texts.LANGUAGES:
        write_log(day(), "json", tmp_path / language, language)
        written[language] = (tmp_path / language).read_bytes()
    assert written["lt"] == written["en"]
    log = json.loads(written["lt"])
    assert log["event"] == {
        "id": "e1",
        "title": f"Vakaras {LETTERS}",
        "kind": "volunteering",
        "unit": "culture_events",
        "series": "ruduo",
        "start": "2026-10-24T22:00:00.000000+03:00",
        "end": "2026-10-25T06:00:00.000000+02:00",
        "earns": [],
    }
    assert (log["as_of"], log["came"], log["here"]) == ("2026-10-25T07:30:00.000000+02:00", 3, 1)
    assert [(row["writer"], row["seq"], row["decision"]) for row in log["scans"]] == [
        (WRITER, 1, "admitted"),
        (WRITER, 2, "refused"),
        (WRITER, 3, "released"),
    ]
    assert [(row["state"], row["seconds"], row["confirmed"], row["flags"]) for row in log["visits"]] == [
        ("closed", 32_399, True, []),
        ("auto_closed", 600, False, ["overlap"]),
        ("open", 0, False, []),
    ]
    assert log["visits"][2]["end"] is None
    assert [(row["role"], row["confirmed_s"], row["provisional_s"]) for row in log["hours"]] == [
        ("technical", 32_399, 0),
        ("coordination", 14_400, 60),
        ("technical", 0, 600),
    ]
    assert (log["awards"][0]["state"], log["awards"][0]["signed_by"]) == ("refused", "Koordinatorė Ė. Š.")


def test_pdf_in_english_says_it_all(tmp_path: Path) -> None:
    path = tmp_path / "log.pdf"
    write_log(day(), "pdf", path, "en")
    text = " ".join(pages(path))
    for part in (
        "Kauno technologijos universitetas",
        f"Vakaras {LETTERS}",
        "24 October 2026, 22:00 – 25 October 2026, 06:00 · Culture events",
        "3 people came",
        "1 is still here",
        "12 h 59 min confirmed hours",
        "11 min provisional hours",
        "3 scans · 1 refused · 1 undone",
        "Technical work 3 3 8 h 59 min 10 min",
        "Ądomas & <b>Co …0042",
        "(+10 min)",
        "Technical work (8 h)",
        "Refused by the registry: the badge's data is wrong",
        "Koordinatorė Ė. Š.",
        "Provisional: no check-out (overlaps another visit)",
        "Data as of 2026-10-25 07:30",
        "event e1",
        "Page 1 of ",
    ):
        assert part in text
    assert text.index("Ądomas") < text.index("Žemyna")


def test_pdf_in_lithuanian_leaves_the_windows_language_alone(tmp_path: Path) -> None:
    before = texts.language()
    path = tmp_path / "log.pdf"
    write_log(day(), "pdf", path, "lt")
    assert texts.language() == before
    text = " ".join(pages(path))
    for part in (
        "2026 m. spalio 24 d., 22:00 – 2026 m. spalio 25 d., 06:00 · Kultūriniai renginiai",
        "Techniniai darbai 3 3 8 val. 59 min. 10 min.",
        "patvirtintos valandos",
        "preliminarios valandos",
        "Apsilankymai",
        "1 puslapis iš ",
        LETTERS,
    ):
        assert part in text
    assert "Refused" not in text


def test_pdf_embeds_its_fonts_and_is_the_same_each_time(tmp_path: Path) -> None:
    first, second = tmp_path / "1.pdf", tmp_path / "2.pdf"
    write_log(day(), "pdf", first, "en")
    write_log(day(), "pdf", second, "en")
    assert first.read_bytes() == second.read_bytes()
    reader = PdfReader(first)
    found: dict[str, bool] = {}
    for page in reader.pages:
        for entry in page["/Resources"]["/Font"].values():  # type: ignore[index]
            font = entry.get_object()
            found[font["/BaseFont"]] = "/FontFile2" in font["/FontDescriptor"]
    assert len(found) >= 2
    assert all(found.values())
    assert all("Inter" in name for name in found)
    assert reader.metadata is not None
    assert reader.metadata.creation_date_raw == "D:20261025053000Z"
    assert reader.pages[0].mediabox[2:] == pytest.approx([595.28, 841.89], abs=0.01)


def test_pdf_of_nothing_and_of_a_thousand_visits(tmp_path: Path) -> None:
    path = tmp_path / "log.pdf"
    write_log(day(scans=(), visits=(), hours=(), awards=(), here=0, came=0), "pdf", path, "en")
    (only,) = pages(path)
    assert "Nobody has been here yet." in only
    write_log(day(visits=tuple(visit(n, f"Vardenis {n:04d}", 3600) for n in range(1000))), "pdf", path, "en")
    many = pages(path)
    text = " ".join(many)
    assert all(f"Vardenis {n:04d}" in text for n in range(1000))
    assert f"Page {len(many)} of {len(many)}" in many[-1]
    assert many[-1].startswith("Name Role From To State Hours")


@pytest.mark.parametrize("name", ["Ilgas" * 2000, "a " * 3000, "\0\x1b[31m\n", "</para><b>", "名前 🙂 عربى", "\ud800"])
@pytest.mark.parametrize("form", FORMS)
def test_any_name_can_be_printed(tmp_path: Path, name: str, form: str) -> None:
    view = day()
    view = replace(
        view,
        event=replace(view.event, title=name),
        scans=(scan(1, name),),
        visits=(visit(1, name, 3600),),
        hours=(HoursRow("p", name, "1234", Role.TECHNICAL, 3600, 0),),
        awards=(replace(view.awards[0], name=name, signed_by=name, reason=name),),
    )
    path = tmp_path / "log"
    write_log(view, form, path, "en")
    assert path.stat().st_size > 300
    if form == "pdf":
        assert 1 <= len(pages(path)) < 10


def test_troubles_name_the_path_and_leave_the_old_document(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "log.json"
    path.write_text("old")

    def code(*arguments: Any) -> str:
        with pytest.raises(Trouble) as caught:
            write_log(*arguments)
        assert "\n" not in texts.sentence(caught.value)
        return caught.value.code

    assert code(day(), "xlsx", path, "en") == "report_form"
    assert code(day(), "json", path, "de") == "language"
    assert code(day(), "json", tmp_path, "en") == "report_is_folder"
    assert code(day(), "json", tmp_path / "no" / "log.json", "en") == "report_no_folder"
    assert code(day(), "json", path / "log.json", "en") == "report_no_folder"
    assert code(day(), "json", tmp_path / ("x" * 300), "en") == "report_unwritable"
    assert code(day(), "json", Path("a\0b"), "en") == "report_unwritable"

    def full(handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("station.reports.whole_file.os.fsync", full)
    assert code(day(), "json", path, "en") == "report_disk_full"
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_full_device_is_a_full_disk() -> None:
    with pytest.raises(Trouble, match="report_disk_full"):
        write_log(day(), "csv", Path("/dev/full"), "en")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes and pipes")
def test_a_new_log_is_private_a_replaced_one_keeps_its_modes_and_links_stay(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    write_log(day(), "csv", path, "en")
    assert path.stat().st_mode & 0o777 == 0o600
    path.chmod(0o644)
    link = tmp_path / "link.csv"
    link.symlink_to(path)
    write_log(day(scans=()), "csv", link, "en")
    assert path.stat().st_mode & 0o777 == 0o644
    assert link.is_symlink()
    assert b"admitted" not in path.read_bytes()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes with names")
def test_a_log_can_go_into_a_pipe(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with subprocess.Popen(["cat", str(pipe)], stdout=subprocess.PIPE) as reader:
        write_log(day(), "json", pipe, "en")
        said = reader.communicate(timeout=30)[0]
    assert json.loads(said)["came"] == 3


def test_loading_the_reports_does_not_load_reportlab() -> None:
    program = "import sys, station.reports; sys.exit('reportlab' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False, timeout=60).returncode == 0
