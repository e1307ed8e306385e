"""station catalogue and progress, on a real data folder."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from station.catalogue import bundled, parse
from station.resources import resource
from tests.test_commands import Shell, add, batch, ready, shell

__all__ = ["ready", "shell"]

SCOPE = '[choices.hours_scope]\nvalue = "series"'


def file(shell: Shell, text: str, name: str = "my.toml") -> Path:
    path = shell.folder / name
    path.write_text(text, "utf-8")
    return path


def test_show_tells_every_badge_and_every_choice(shell: Shell, ready: str) -> None:
    lines = shell.json("catalogue", "show")
    assert lines[0]["version"] == "2026.1"
    badges = [line for line in lines if "badge" in line]
    assert len(badges) == lines[0]["badges"] == 89
    choices = {line["choice"]: line for line in lines if "choice" in line}
    assert choices.keys() == parse(bundled(), "k").choices.keys()
    assert choices["attendance_count"]["value"] == 3
    assert all(line["lt"] and line["en"] and line["source"] and "default" in line for line in choices.values())
    assert len([line for line in lines if "portfolio" in line and "achievement" in line]) == 7
    gold = next(line for line in badges if line["badge"] == "ktu.sport.gold")
    assert (gold["kind"], gold["auto"], gold["tier"]) == ("starts", "assist", 3)
    assert "8 individual or 12 team starts" in gold["said"]["en"]
    assert "narystė 3 mėnesius" in gold["said"]["lt"]
    assert gold["earned"]["kind"] == "any"
    assert gold["portfolio"]["basis"] == "inferred"
    of_unit = [line for line in shell.json("catalogue", "show", "--unit", "eciu") if "badge" in line]
    assert [line["unit"] for line in of_unit] == ["eciu", "eciu"]
    shell("catalogue", "show", "--unit", "no", code=1)
    told = shell("--lang", "lt", "catalogue", "show")
    assert "Platininis sportininkas" in told
    assert "hours_scope = series" in told
    assert "savanorystė (spėjama)" in told


@pytest.mark.parametrize("name", ["ktu.toml", "vilniustech.toml", "example.toml"])
def test_check_finds_nothing_wrong_with_what_comes_along(shell: Shell, name: str) -> None:
    (said,) = shell.json("catalogue", "check", str(resource("catalogue", name)))
    assert said["ok"]


def test_check_names_each_fault(shell: Shell) -> None:
    text = bundled().replace('auto = "no"', 'auto = "never"', 1).replace('value = "series"', 'value = "term"', 1)
    path = file(shell, text)
    first = shell.json("catalogue", "check", str(path), code=1)
    assert not shell("catalogue", "check", str(path), code=1)
    assert shell.err.count(str(path)) == len(first)
    for fault in first:
        assert fault["file"] == str(path)
        assert text.splitlines()[fault["line"] - 1].startswith(str(fault["key"]).rpartition(".")[2])
    assert first[0]["key"] == "choices.hours_scope.value"
    for bad in (b"\xff\xfe\x00", b"a = "):
        path.write_bytes(bad)
        shell("catalogue", "check", str(path), code=1)
    shell("catalogue", "check", str(shell.folder / "nowhere.toml"), code=1)


def test_import_writes_activities_and_names_bad_rows(shell: Shell) -> None:
    into = file(shell, resource("catalogue", "vilniustech.toml").read_text("utf-8"))
    rows = [f"vt.{n},Sportas,participation,Žygis {n},Hike {n},Nueik,,teamwork" for n in range(210)]
    rows += ["vt.m,sports,meta,M,M,Task,,", "vt.0,art,activity,A,A,Task,,"]
    table = file(shell, "id,area,level,title_lt,title_en,task,evidence,competencies\n" + "\n".join(rows), "a.csv")
    before = into.read_bytes()
    (dry,) = shell.json("catalogue", "import", str(table), "--into", str(into), "--dry-run")
    assert (dry["added"], into.read_bytes()) == (210, before)
    (done,) = shell.json("catalogue", "import", str(table), "--into", str(into), "-o", str(shell.folder / "out.toml"))
    assert into.read_bytes() == before
    assert [(row["line"], row["reason"]) for row in done["rejected"]] == [
        (212, "activity_applied"),
        (213, "activity_twice"),
    ]
    assert "a.csv, line 212" in shell.err
    out = parse((shell.folder / "out.toml").read_text("utf-8"), "out.toml")
    assert len(out.badges) == 212
    assert out.badges["vt.209"].title["lt"] == "Žygis 209"
    shell("catalogue", "import", str(table), "--into", str(into))
    again = shell.json("catalogue", "import", str(table), "--into", str(into), code=1)
    assert again[0]["added"] == 0


def test_a_changed_programme_is_adopted(shell: Shell, ready: str) -> None:
    shell("catalogue", "adopt", str(file(shell, bundled())), "--by", "Dėstytoja", code=1)
    changed = bundled().replace("Platininis sportininkas", "Platinos sportininkas")
    shell("catalogue", "adopt", str(file(shell, changed)), "--by", "Dėstytoja", code=1)
    assert "2026.1" in shell.err
    path = file(
        shell,
        changed.replace('"2026.1"', '"2026.2"').replace(
            '[choices.hours_scope]\nvalue = "series"', '[choices.hours_scope]\nvalue = "event"'
        ),
    )
    shell("catalogue", "adopt", str(path), "--by", " ", code=1)
    (done,) = shell.json("catalogue", "adopt", str(path), "--by", "Dėstytoja")
    assert (done["version"], done["added"], done["removed"]) == ("2026.2", [], [])
    assert "ktu.sport.platinum" in done["changed"]
    assert len(done["changed"]) == 37
    lines = shell.json("catalogue", "show")
    assert lines[0]["version"] == "2026.2"
    assert next(line for line in lines if line.get("choice") == "hours_scope")["default"] == "series"
    assert "(unless chosen: series)" in shell("catalogue", "show")
    assert shell.json("verify")[-1]["ok"]


def test_a_signed_badge_stays_when_the_scope_changes(shell: Shell, ready: str) -> None:
    batch(shell, "2026-11-02T08:00,CARD-1,in,technical\n2026-11-02T12:30,CARD-1,out,\n", ready)
    (signed,) = shell.json("awards", "--event", ready, "--sign-off", "--by", "Dėstytoja")
    text = (
        bundled()
        .replace('"2026.1"', '"2"')
        .replace('[choices.hours_scope]\nvalue = "series"', '[choices.hours_scope]\nvalue = "all_time"')
    )
    shell("catalogue", "adopt", str(file(shell, text)), "--by", "Dėstytoja")
    for words in (("awards", "--event", ready), ("awards",)):
        (still,) = shell.json(*words)
        assert (still["award"], still["state"]) == (signed["award"], "signed_off")
    assert shell.json("queue")[0]["reason"] != "not_earned"


def test_an_event_names_what_its_kind_can_earn(shell: Shell, ready: str) -> None:
    def event(kind: str, unit: str, *earns: str, code: int = 0) -> list[dict[str, object]]:
        words = ["event", "add", "--title", "X", "--kind", kind, "--unit", unit, "--start", "2026-11-02T08:00",
                 "--end", "2026-11-02T10:00"]  # fmt: skip
        for badge in earns:
            words += ["--earns", badge]
        return shell.json(*words, code=code)

    (lecture,) = event("attendance", "culture_events", "ktu.general.participant", "ktu.guided.discussion")
    assert lecture["earns"] == ["ktu.general.participant", "ktu.guided.discussion"]
    assert event("attendance", "university_general")[0]["earns"] == []
    (match,) = event("sport", "sport_collectives", "ktu.sport.gold", "ktu.sport.prize_place")
    assert match["earns"] == ["ktu.sport.gold", "ktu.sport.prize_place"]
    event("attendance", "culture_events", "ktu.culture.vol.technical.4h", code=1)
    event("volunteering", "culture_events", "ktu.general.participant", code=1)
    event("sport", "culture_events", "ktu.sport.gold", code=1)
    batch(shell, "2026-11-02T08:00,CARD-1,in,technical\n2026-11-02T09:00,CARD-1,out,\n", str(lecture["event"]))
    rows = shell.json("awards", "--event", str(lecture["event"]), "--sign-off", "--by", "Dėstytoja")
    assert {row["badge"] for row in rows} == {"ktu.general.participant", "ktu.guided.discussion"}
    assert {row["state"] for row in rows} == {"signed_off"}


def test_progress_in_numbers(shell: Shell, ready: str) -> None:
    batch(shell, "2026-11-02T08:00,CARD-1,in,technical\n2026-11-02T12:30,CARD-1,out,\n", ready)
    found = {line["badge"]: line for line in shell.json("progress", "--person", "A1001")}
    four, eight = (found[f"ktu.culture.vol.technical.{hours}h"] for hours in (4, 8))
    assert (four["state"], four["earned_at"]) == ("met", "2026-11-02T12:00:00+02:00")
    assert (eight["state"], eight["steps"]) == ("not_yet", [{"counted": "seconds", "done": 16200, "needed": 28800}])
    assert "4 h 30 min of 8 h" in shell("progress", "--person", "A1001")
    assert len(shell.json("progress", "--person", "A1001", "--all")) > 40
    assert "Nothing" in shell("progress", "--person", "A1002")
    shell("progress", "--person", "nobody", code=1)


def test_competencies_are_frozen_at_sign_off(shell: Shell, ready: str) -> None:
    from station import assembly
    from station.facts import Kind
    from tests.conftest import PASSPHRASE

    batch(shell, "2026-11-02T08:00,CARD-1,in,technical\n2026-11-02T12:30,CARD-1,out,\n", add(shell))
    shell("awards", "--sign-off", "--by", "Dėstytoja")
    text = bundled().replace('"2026.1"', '"2"').replace('lt = "Komandinis darbas"', 'lt = "Kita"')
    shell("catalogue", "adopt", str(file(shell, text)), "--by", "Dėstytoja")
    with assembly.opened(shell.folder / "home", PASSPHRASE) as station:
        (record,) = (one for one in station.book.replay() if one.kind is Kind.SIGN_OFF)
        letter = station.outbox.letter(str(record.body["award"]))
    achievement = letter.credential["credentialSubject"]["achievement"]
    assert [one["targetName"] for one in achievement["alignment"]] == [
        "Komandinis darbas / Teamwork", "Techniniai įgūdžiai / Technical skills",
    ]  # fmt: skip
    assert achievement["achievementType"] == "CommunityService"
    assert record.body["facts"]
    assert json.dumps(letter.credential)
