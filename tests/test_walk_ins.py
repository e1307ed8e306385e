"""Unknown codes and walk-ins at a real desk: linked, admitted, undone; matched later; nothing personal in a record."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from station import assembly
from station.assembly import Station
from station.clock import wall
from station.desk import Desk
from station.facts import (
    Admit,
    Event,
    Flag,
    Kind,
    Reading,
    Ref,
    Refusal,
    Refuse,
    Repeat,
    Role,
    Source,
    Verdict,
    Way,
)
from station.names import checked
from station.rosterfile import Row
from station.trouble import Trouble
from station.ui.last_scans import row_of
from tests.conftest import PASSPHRASE
from tests.stories import HOUR, add_event, event, opened, people
from tests.test_commands import Shell

CARD = "KORTELE-775501"
NAME = "Pavyzdys Atėjęs"
CAMERA_IN = Reading(CARD, Source.CAMERA, Way.IN, Role.TECHNICAL, "QRCode")
IN = Reading("", Source.KEYBOARD, Way.IN, Role.COORDINATION)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Without a key: stretching a passphrase for each test takes longer than the test."""
    folder = tmp_path / "home"
    assembly.init(folder, "Testų universitetas", "https://badges.example.edu/issuer", None, practice=True)
    return folder


@pytest.fixture
def open_desk(home: Path) -> Iterator[tuple[Station, Desk, Event]]:
    with opened(home, 5) as station:
        one = add_event(station, event(start=wall() - HOUR, hours=9))
        with station.desk(one) as desk:
            yield station, desk, one


def everything(station: Station) -> str:
    """All that the records hold."""
    return "\n".join(json.dumps([r.kind, r.person, dict(r.body)], ensure_ascii=False) for r in station.book.replay())


def rows_offered(station: Station, one: Event) -> list[Ref]:
    return [row.ref for row in station.day.look(one, station.clock.now()).scans if row.unknown]


def test_an_unknown_code_is_linked_and_the_person_is_in_at_once(open_desk: tuple[Station, Desk, Event]) -> None:
    station, desk, one = open_desk
    refused = desk.scan(CAMERA_IN)
    assert refused.decision == Refuse(Refusal.UNKNOWN_CODE)
    assert refused.last4 == row_of(refused).last4 == "5501"
    assert row_of(refused).unknown
    assert rows_offered(station, one) == [refused.record.ref]
    person = station.roster.search("Nr. 3")[0]
    said = desk.link(refused.record.ref, person)
    assert (said.decision, said.person) == (Admit(Role.TECHNICAL), person)
    assert (said.record.body["source"], said.record.body["symbology"]) == ("camera", "QRCode")
    assert row_of(said).linked
    assert rows_offered(station, one) == []
    again = desk.scan(CAMERA_IN)
    assert (again.verdict, again.person) == (Verdict.REPEAT, person)
    assert "5501" not in everything(station)
    assert CARD not in everything(station)
    view = station.matching.show(person)
    assert [last4 for _ref, last4 in view.codes] == ["5501"]


def test_undo_takes_the_scan_and_its_link_back_as_the_one_act_they_were(open_desk: tuple[Station, Desk, Event]) -> None:
    station, desk, one = open_desk
    refused = desk.scan(CAMERA_IN).record.ref
    wrong, right = station.roster.search("Nr. 3")[0], station.roster.search("Nr. 4")[0]
    said = desk.link(refused, wrong)
    desk.undo(said.record.ref)
    with pytest.raises(Trouble, match="nothing_to_undo"):
        desk.undo(said.record.ref)
    assert rows_offered(station, one) == [refused]
    assert station.picture.attendance.visits(wrong.id, station.clock.now()) == ()
    assert desk.scan(CAMERA_IN).decision == Refuse(Refusal.UNKNOWN_CODE)
    assert desk.link(refused, right).person == right
    # Somebody else's scan undone leaves the link alone.
    other = desk.scan(Reading("C0001", Source.CAMERA, Way.IN, Role.TECHNICAL))
    desk.undo(other.record.ref)
    assert desk.scan(CAMERA_IN).person == right


def test_a_link_that_changed_nothing_but_whose_the_code_is_can_be_undone(
    open_desk: tuple[Station, Desk, Event],
) -> None:
    station, desk, _one = open_desk
    person = station.roster.search("Nr. 3")[0]
    desk.scan(CAMERA_IN, person)
    said = desk.link(desk.scan(CAMERA_IN).record.ref, person)
    assert isinstance(said.decision, Repeat)
    desk.undo(said.record.ref)
    assert desk.scan(CAMERA_IN).verdict is Verdict.REFUSED
    assert len(station.picture.attendance.visits(person.id, station.clock.now())) == 1


def test_what_cannot_be_linked_says_so(open_desk: tuple[Station, Desk, Event]) -> None:
    station, desk, _one = open_desk
    first, second = station.roster.search("Pavyzdys")[:2]
    refused = desk.scan(CAMERA_IN).record.ref
    known = desk.scan(Reading("C0001", Source.CAMERA, Way.IN, Role.TECHNICAL)).record.ref
    malformed = desk.scan(Reading("a\x00b", Source.CAMERA, Way.IN, Role.TECHNICAL)).record.ref
    personal = desk.scan(Reading("33309240064", Source.CAMERA, Way.IN, Role.TECHNICAL))
    assert (personal.last4, row_of(personal).unknown) == ("", False)
    for ref in (known, malformed, personal.record.ref, Ref("0" * 32, 1)):
        with pytest.raises(Trouble, match="nothing_to_link"):
            desk.link(ref, first)
    with station.desk(add_event(station, event("other", start=wall() - HOUR))) as elsewhere:
        with pytest.raises(Trouble, match="nothing_to_link"):
            elsewhere.link(refused, first)
        later = elsewhere.scan(CAMERA_IN).record.ref
    desk.link(refused, first)
    with pytest.raises(Trouble, match="code_linked"):
        desk.link(refused, second)
    assert station.matching.link_code(CARD, first, "Coordinator") == station.matching.show(first).codes[0][0]
    with pytest.raises(Trouble, match="code_linked"):
        station.matching.link_code(CARD, second, "Coordinator")
    station.matching.unlink(station.matching.show(first).codes[0][0], "Coordinator")
    station.roster.take([Row(2, "S0002", "Pavyzdys Nr. 2", "s0002@example.edu", (CARD,))], [])
    assert later
    with pytest.raises(Trouble, match="code_known"):
        desk.link(refused, second)


def test_a_walk_in_is_in_found_by_name_and_kept_from_imports(open_desk: tuple[Station, Desk, Event]) -> None:
    station, desk, _one = open_desk
    refused = desk.scan(CAMERA_IN).record.ref
    said = desk.walk_in(f"  {NAME} ", IN, refused)
    assert said.person is not None
    assert (said.person.name, said.decision) == (NAME, Admit(Role.TECHNICAL))
    bare = desk.walk_in("Kita Viešnia", IN)
    assert (bare.decision, bare.record.body.get("linked")) == (Admit(Role.COORDINATION), None)
    assert desk.scan(CAMERA_IN).person == said.person
    assert not [word for word in (*NAME.split(), "Viešnia", "5501") if word in everything(station)]
    assert station.roster.search("atejes") == [said.person]
    assert said.person.walk_in
    before = station.roster.count()
    assert before == 5
    for _again in range(2):
        station.roster.take([*people(8), Row(99, "NEW", NAME, "new@example.edu", ())], [])
    assert said.person in station.roster.search("atejes")
    assert desk.scan(CAMERA_IN).person == said.person
    assert station.roster.count() == 9
    assert station.roster.take([*people(8), Row(99, "NEW", NAME, "new@example.edu", ())], []).changed == 0


def test_a_walk_in_goes_only_in(open_desk: tuple[Station, Desk, Event]) -> None:
    station, desk, _one = open_desk
    before = len(list(station.book.replay()))
    with pytest.raises(Trouble, match="walk_in_out"):
        desk.walk_in(NAME, Reading("", Source.KEYBOARD, Way.OUT, Role.TECHNICAL))
    assert (len(list(station.book.replay())), station.roster.search("atejes")) == (before, [])


def test_a_walk_in_whose_name_could_not_be_kept_is_nobody(
    open_desk: tuple[Station, Desk, Event], monkeypatch: pytest.MonkeyPatch
) -> None:
    station, desk, one = open_desk

    def full(_person: object) -> None:
        raise Trouble("disk_full", home="x")

    monkeypatch.setattr(station.roster, "add_walk_in", full)
    with pytest.raises(Trouble, match="disk_full"):
        desk.walk_in(NAME, IN)
    day = station.day.look(one, station.clock.now())
    assert (day.visits, day.scans) == ((), ())


@pytest.mark.parametrize("name", ["", "  ", "12 34", "a\nb\x00", "A\u202eb", "x" * 201, "\ufffdona", "\u200b"])
def test_what_is_no_name(name: str) -> None:
    with pytest.raises(Trouble, match="walk_in_name"):
        checked(name)


@pytest.mark.parametrize(
    "name",
    ["33309240064", "Jonas 33309240064", "Jonas,3330924-0064", "Jonas 333 0924 0064 x", "Jonas ３３３０９２４００６４"],
)
def test_a_personal_code_in_a_name_is_refused_and_not_repeated(name: str) -> None:
    with pytest.raises(Trouble, match="walk_in_personal_code") as caught:
        checked(name)
    assert caught.value.arguments == {}


def test_names_as_people_have_them() -> None:
    assert checked(" Zˇ  O'Neil-Ąžuolė ") == "Zˇ O'Neil-Ąžuolė"
    assert checked("Z\u030carna 2") == "Žarna 2"
    assert checked("Jonas 33309240065") == "Jonas 33309240065", "no valid personal code"


def test_the_roster_comes_before_a_link_and_both_are_shown(open_desk: tuple[Station, Desk, Event]) -> None:
    """A code linked to one, and given to another by a later roster: nobody is credited for the other's card."""
    station, desk, one = open_desk
    linked, owner = station.roster.search("Nr. 3")[0], station.roster.search("Nr. 4")[0]
    desk.link(desk.scan(CAMERA_IN).record.ref, linked)
    station.roster.take([Row(2, "S0004", owner.name, owner.email or "", (CARD,))], [])
    said = desk.scan(CAMERA_IN)
    assert said.person is not None
    assert said.person.id == owner.id
    now = station.clock.now()
    assert [visit.person for visit in station.picture.attendance.visits(linked.id, now)] == [linked.id]
    day = station.day.look(one, now)
    assert {row.person for row in day.visits if Flag.TWO_PEOPLE in row.flags} == {linked.id, owner.id}
    assert station.matching.show(linked).contested
    station.matching.unlink(station.matching.show(linked).codes[0][0], "Coordinator")
    assert not [row for row in station.day.look(one, now).visits if Flag.TWO_PEOPLE in row.flags]


def test_somebody_matched_is_one_person_everywhere(open_desk: tuple[Station, Desk, Event]) -> None:
    station, desk, one = open_desk
    walk_in = desk.walk_in(NAME, IN, desk.scan(CAMERA_IN).record.ref).person
    student = station.roster.search("Nr. 2")[0]
    assert walk_in is not None
    assert Flag.WALK_IN in station.day.look(one, station.clock.now()).visits[0].flags
    station.matching.match(walk_in.id, student.id, "Coordinator")
    day = station.day.look(one, station.clock.now())
    assert {(row.person, row.name) for row in day.visits} == {(student.id, student.name)}
    assert {(row.person, row.name) for row in day.hours} == {(student.id, student.name)}
    assert [row.name for row in day.scans if row.person] == [student.name]
    assert day.visits[0].matched == tuple(ref for ref, _p, _t in station.matching.show(student).matches)
    for reading in (CAMERA_IN, Reading("C0002", Source.CAMERA, Way.IN, Role.TECHNICAL)):
        said = desk.scan(reading)
        assert (said.verdict, said.record.person) == (Verdict.REPEAT, student.id)
        assert said.person is not None
        assert said.person.email == student.email
    assert desk.scan(IN, walk_in).record.person == student.id
    assert [one.id for one in station.lookup.search("atejes")] == [student.id]
    assert station.people.named(walk_in.id) == station.people.named(CARD) == station.people.named("S0002")
    with pytest.raises(Trouble, match="match_same"):
        station.matching.match(walk_in.id, student.id, "Coordinator")
    with pytest.raises(Trouble, match="match_taken"):
        station.matching.match(walk_in.id, station.roster.search("Nr. 3")[0].id, "Coordinator")
    with pytest.raises(Trouble, match="person_unknown"):
        station.matching.match("f" * 32, student.id, "Coordinator")


def test_a_linked_code_of_somebody_erased_is_unknown(open_desk: tuple[Station, Desk, Event]) -> None:
    station, desk, _one = open_desk
    person = station.roster.search("Nr. 3")[0]
    desk.link(desk.scan(CAMERA_IN).record.ref, person)
    with station.connection.begin():
        station.connection.exec_driver_sql("DELETE FROM person WHERE id = ?", (person.id,))
    assert desk.scan(CAMERA_IN).decision == Refuse(Refusal.UNKNOWN_CODE)


def test_the_scanner_knows_linked_codes_and_one_person_without_waiting(open_desk: tuple[Station, Desk, Event]) -> None:
    station, desk, _one = open_desk
    walk_in = desk.walk_in(NAME, IN, desk.scan(CAMERA_IN).record.ref).person
    assert walk_in is not None
    assert station.lookup.whose(CARD) == walk_in.id
    student = station.roster.search("Nr. 2")[0]
    station.matching.match(walk_in.id, student.id, "Coordinator")
    with station.connection.begin():
        station.connection.exec_driver_sql("UPDATE note SET text = text")
        said: list[str | None] = []
        asking = threading.Thread(
            target=lambda: said.extend(station.lookup.whose(text) for text in (CARD, "C0002", "C0003"))
        )
        asking.start()
        asking.join(5)
    assert said[:2] == [student.id, student.id]
    assert said[2] not in (None, student.id)


# --- the commands ----------------------------------------------------------------------------------------------


@pytest.fixture
def shell(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> tuple[Shell, str]:
    with opened(home, 4) as station:
        one = add_event(station, event(start=wall() - 8 * HOUR, hours=16))
    return Shell(capsys, monkeypatch, tmp_path), one.id


def test_walk_ins_and_links_by_command(shell: tuple[Shell, str], home: Path) -> None:
    run, one = shell
    (came,) = run.json("person", "walk-in", NAME, "--event", one, "--role", "technical")
    assert (came["decision"], came["role"]) == ("admitted", "technical")
    walk_in = came["person"]
    (shown,) = run.json("person", "show", walk_in)
    assert (shown["walk_in"], shown["name"], shown["identifiers"]) == (True, NAME, [])
    (linked,) = run.json("person", "link-code", CARD, walk_in, "--by", "Coordinator")
    assert linked["person"] == walk_in
    (scanned,) = run.json("scan", "--event", one, "--source", "-", stdin=f"{CARD}\n".encode())
    assert (scanned["person"], scanned["decision"]) == (walk_in, "switched")
    (matched,) = run.json("person", "link", walk_in, "S0001", "--by", "Coordinator")
    student = matched["person"]
    assert student != walk_in
    (shown,) = run.json("person", "show", CARD)
    assert (shown["person"], shown["ids"]) == (student, [student, walk_in])
    assert (shown["walk_in"], shown["contested"]) == (False, False)
    assert [code["last4"] for code in shown["codes"]] == ["5501"]
    assert sorted(shown["identifiers"]) == [".edu", "001", "001"]
    assert {row["person"] for row in run.json("hours", "--event", one)} == {student}
    assert {row["person"] for row in run.json("hours", "--person", walk_in)} == {student}
    run("person", "link", walk_in, "S0002", "--by", "Coordinator", code=1)
    assert "take that match back" in run.err
    (match,) = shown["matches"]
    run("person", "unlink", match["link"], "--by", "Coordinator")
    run("person", "unlink", match["link"], "--by", "Coordinator", code=1)
    (shown,) = run.json("person", "show", walk_in)
    assert (shown["person"], shown["walk_in"]) == (walk_in, True)
    assert [row["person"] for row in run.json("roster", "search", "atejes")] == [walk_in]
    assert walk_in not in {row["person"] for row in run.json("roster", "show")}
    run("person", "show", walk_in)
    with assembly.opened(home, PASSPHRASE) as station:
        assert not [r for r in station.book.replay() if r.kind in (Kind.LINK_CODE, Kind.LINK_PERSON) and not r.actor]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("link-code", "33309240064", "S0001", "--by", "C"), "personal code"),
        (("link-code", "C0002", "S0001", "--by", "C"), "on the roster"),
        (("link-code", "a\x00b", "S0001", "--by", "C"), "not a code"),
        (("link-code", CARD, "nobody", "--by", "C"), "Nobody on the roster"),
        (("link-code", CARD, "S0001", "--by", " "), "give a name"),
        (("link", "nobody", "S0001", "--by", "C"), "Nobody on the roster"),
        (("link", "S0001", "S0001", "--by", "C"), "one person already"),
        (("unlink", "x:7", "--by", "C"), "no such link"),
        (("show", "nobody"), "Nobody on the roster"),
    ],
)
def test_what_the_commands_refuse(shell: tuple[Shell, str], words: tuple[str, ...], said: str) -> None:
    run, _one = shell
    run("person", *words, code=1)
    assert said in run.err
    assert "33309240064" not in run.err


def test_a_walk_ins_badge_is_told_to_wait(shell: tuple[Shell, str], home: Path) -> None:
    run, one = shell
    with opened(home) as station, station.desk(station.event(one)) as desk:
        walk_in = desk.walk_in(NAME, Reading("", Source.BATCH, Way.IN, Role.TECHNICAL, stated=wall() - 5 * HOUR)).person
        desk.scan(Reading("", Source.BATCH, Way.OUT, Role.TECHNICAL, stated=wall() - HOUR // 2), walk_in)
    (row,) = run.json("awards", "--event", one, "--sign-off", "--by", "Coordinator")
    assert row["state"] == "proposed"
    assert "match them first" in run.err
    assert "not matched" in run("awards", "--event", one)
