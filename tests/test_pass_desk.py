"""Passes at a desk: who is admitted, what each fault says, what records keep; and other laptops, in any order."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from station import assembly, database, keys, passes, passkeys
from station.assembly import Station
from station.bearers import AHEAD, Bearers
from station.clock import Clock
from station.facts import (
    SECOND,
    Event,
    Override,
    PassWhy,
    Person,
    Reading,
    Refusal,
    Role,
    Source,
    Verdict,
    Way,
    Withdrawal,
)
from station.logbook import public_hex
from station.passoffice import DAY, Made
from station.rosterfile import Row
from station.trouble import Trouble
from station.views import Outcome
from tests.conftest import PASSPHRASE
from tests.keystores import MemoryStore, memory_store
from tests.stories import HOUR, START, add_event, event, opened, people

NOW = START + HOUR
END = NOW + 30 * DAY


@pytest.fixture(autouse=True)
def store() -> Iterator[MemoryStore]:
    with memory_store() as made:
        yield made


@pytest.fixture
def home(tmp_path: Path, store: MemoryStore) -> Path:
    """A data folder whose key the computer's key store keeps."""
    assembly.init(tmp_path / "home", "Testų universitetas", "https://badges.example.edu/issuer", None)
    return tmp_path / "home"


@pytest.fixture
def locked(tmp_path: Path) -> Path:
    """One that is kept under a passphrase."""
    assembly.init(tmp_path / "locked", "Testų universitetas", "https://badges.example.edu/issuer", PASSPHRASE)
    return tmp_path / "locked"


def at(station: Station, instant: int) -> None:
    """Set the clock that the station's records, desk and acts are made by."""
    station.book.clock = station.clock = Clock(lambda: instant, lambda: instant)


def issue(station: Station, code: str = "C0001", now: int = NOW, end: int = END) -> Made:
    (made,) = station.passes.issue([person(station, code)], end, now, PASSPHRASE)
    return made


def person(station: Station, code: str = "C0001") -> Person:
    found = station.roster.person(code)
    assert found is not None
    return found


def show(station: Station, one: Event, text: str, instant: int = NOW) -> Outcome:
    reading = Reading(text, Source.BATCH, Way.IN, Role.TECHNICAL, stated=instant)
    early = None if station.roster.count() else Override("the roster comes later", "Ona")
    with station.desk(one, early) as desk:
        return desk.scan(reading)


@contextmanager
def desk_of(home: Path, count: int = 3) -> Iterator[tuple[Station, Event]]:
    """A station with a signing key in force and an event that is on."""
    with opened(home, count) as station:
        at(station, NOW)
        station.passes.new_key(NOW - DAY, NOW + 300 * DAY, PASSPHRASE)
        yield station, add_event(station, event())


def test_a_pass_admits_its_holder_and_the_record_keeps_nothing_of_it(home: Path) -> None:
    with desk_of(home) as (station, one):
        made = issue(station)
        said = show(station, one, made.text + "\r\n")
        assert (said.verdict, said.person) == (Verdict.ADMITTED, person(station))
        assert said.record.person == made.person.id
        # Their card is the same person: nothing is counted twice.
        assert show(station, one, "C0001", NOW + HOUR).verdict is Verdict.REPEAT
        written = json.dumps([(dict(record.body), record.person) for record in station.book.replay()])
        assert made.text not in written
        assert made.text[8:40] not in written


def faulty(station: Station, why: PassWhy, made: Made) -> tuple[str, int]:
    """A pass that has this fault, and when it is shown."""
    office, key = station.passes, station.passes.book.keys[0]
    private = passkeys.private(station.home, key.public, None)
    last = "000" if made.text[-3:] != "000" else "100"
    match why:
        case PassWhy.DAMAGED:
            return made.text[:-1], NOW
        case PassWhy.FORGED:
            return made.text[:-3] + last, NOW
        case PassWhy.UNKNOWN_KEY:
            return passes.issue(Ed25519PrivateKey.generate(), made.subject, NOW, END), NOW
        case PassWhy.KEY_NOT_YET:
            return passes.issue(private, made.subject, key.not_before - SECOND, END), NOW
        case PassWhy.KEY_EXPIRED:
            return passes.issue(private, made.subject, key.expires, END + 400 * DAY), key.expires
        case PassWhy.KEY_RETIRED:
            office.retire(key, "Ona", NOW, compromised=True)
        case PassWhy.EXPIRED:
            return made.text, END
        case PassWhy.NOT_YET:
            return made.text, NOW - passes.SLACK - SECOND
        case PassWhy.DENIED:
            office.deny(made.person.id, Withdrawal.LOST, "Ona", NOW)
    return made.text, NOW


def test_each_fault_is_a_refusal_of_its_own(home: Path) -> None:
    with desk_of(home, len(PassWhy)) as (station, one):
        # The one that ends all passes comes last.
        faults = sorted(PassWhy, key=lambda why: why is PassWhy.KEY_RETIRED)
        for number, why in enumerate(faults):
            made = issue(station, f"C{number:04}")
            text, instant = faulty(station, why, made)
            said = show(station, one, text, instant)
            assert said.verdict is Verdict.REFUSED, why
            assert said.record.body["reason"] == f"pass_{why}" == Refusal(f"pass_{why}")
            # A refused pass counts for nobody, not even for whoever it names.
            assert (said.record.person, said.person) == (None, None)
            assert show(station, one, f"C{number:04}").verdict is Verdict.ADMITTED
            unsigned = why in {PassWhy.DAMAGED, PassWhy.FORGED, PassWhy.UNKNOWN_KEY}
            assert said.record.body.get("mac") == (None if unsigned else station.roster.pass_mac(made.subject))
            assert getattr(said.decision, "instant", 0) == {PassWhy.EXPIRED: END, PassWhy.NOT_YET: NOW}.get(why)


def test_a_valid_pass_of_nobody_here_is_unknown_and_can_be_found_again(home: Path) -> None:
    with desk_of(home) as (station, one):
        private = passkeys.private(home, station.passes.book.keys[0].public, PASSPHRASE)
        text = passes.issue(private, "12" * 8, NOW, END)
        said = show(station, one, text)
        assert said.record.body["reason"] == Refusal.UNKNOWN_CODE
        mac = said.record.body["mac"]
        assert mac == station.roster.pass_mac("12" * 8)
        # Linked to somebody, it is theirs; the bare subject, unsigned, never is.
        station.matching.link_code(text, person(station), "Ona")
        assert show(station, one, text).person == person(station)
        for bare in ("12" * 8, "pass:" + "12" * 8, "pass\x00" + "12" * 8, "pass" + "12" * 8):
            assert show(station, one, bare).verdict is Verdict.REFUSED


def test_a_lost_pass_is_replaced_and_stays_refused(home: Path) -> None:
    with desk_of(home) as (station, one):
        office, lost = station.passes, issue(station)
        assert issue(station, now=NOW + SECOND).subject == lost.subject
        office.deny("C0001", Withdrawal.LOST, "Ona Onaitė", NOW)
        fresh = issue(station)
        assert (fresh.serial, fresh.subject != lost.subject) == (1, True)
        assert show(station, one, lost.text).record.body["reason"] == Refusal.PASS_DENIED
        assert show(station, one, fresh.text).person == person(station)
        # By its text, also after it expired; and again changes nothing.
        first = office.deny(f" {fresh.text}\n", Withdrawal.STOLEN, "Ona Onaitė", END + DAY)
        assert (first.subject, first.person) == (fresh.subject, fresh.person.id)
        heads = station.book.heads()
        assert office.deny(fresh.text, Withdrawal.LEFT, "Ona Onaitė", END + DAY) == first
        assert station.book.heads() == heads
        # Asked once more by name, no pass is withdrawn that nobody has.
        with pytest.raises(Trouble, match="pass_denied_already"):
            office.deny("C0001", Withdrawal.LOST, "Ona Onaitė", NOW)
        assert issue(station).serial == 2
        assert show(station, one, issue(station).text).person == person(station)


def test_what_cannot_be_withdrawn(home: Path) -> None:
    with desk_of(home) as (station, _one):
        for named in ["nobody@example.edu", "", "SP1:", "SP1:ABC", passes.PREFIX + "0" * 200]:
            with pytest.raises(Trouble, match=r"person_unknown|pass_not_ours"):
                station.passes.deny(named, Withdrawal.LOST, "Ona", NOW)


def test_a_stranger_cannot_withdraw_by_a_pass_of_their_own(home: Path) -> None:
    with desk_of(home) as (station, _one):
        forged = passes.issue(Ed25519PrivateKey.generate(), issue(station).subject, NOW, END)
        with pytest.raises(Trouble, match="pass_not_ours"):
            station.passes.deny(forged, Withdrawal.LOST, "Ona", NOW)


def test_retired_keys_leave_their_passes_valid_and_new_ones_take_over(home: Path) -> None:
    with desk_of(home) as (station, one):
        office, made = station.passes, issue(station)
        (old,) = office.book.keys
        new = office.new_key(NOW + 14 * DAY, NOW + 400 * DAY, PASSPHRASE)
        assert office.signing(NOW).public == old.public
        assert office.signing(NOW + 14 * DAY).public == new.public
        office.retire(office.key(old.kid.upper()), "Ona", NOW + SECOND // 2, compromised=False)
        assert show(station, one, made.text).verdict is Verdict.ADMITTED
        with pytest.raises(Trouble, match="pass_no_key"):
            issue(station, now=NOW + SECOND)
        heads = station.book.heads()
        office.retire(office.key(old.public[:20]), "Ona", NOW + DAY, compromised=False)
        assert station.book.heads() == heads
        office.retire(office.key(old.kid), "Ona", NOW + DAY, compromised=True)
        assert show(station, one, made.text).record.body["reason"] == Refusal.PASS_KEY_RETIRED


def test_a_key_that_is_none(home: Path) -> None:
    with desk_of(home) as (station, _one):
        for named in ["", "zz", "00000000", "0" * 64]:
            with pytest.raises(Trouble, match="pass_key_unknown"):
                station.passes.key(named)


# --- other laptops ---


@contextmanager
def enrolled(home: Path, tmp_path: Path, name: str = "other") -> Iterator[Station]:
    """Another laptop of the institution, enrolled with what is known at this one."""
    with assembly.opened(home, PASSPHRASE) as station:
        at(station, NOW)
        station.provision(tmp_path / f"{name}.json")
    assembly.enroll(tmp_path / name, tmp_path / f"{name}.json", None)
    with opened(tmp_path / name) as other:
        at(other, NOW)
        yield other


def test_a_new_laptop_starts_with_the_keys_and_knows_whose_passes_they_are(home: Path, tmp_path: Path) -> None:
    with desk_of(home) as (station, _one):
        made, lost = issue(station, "C0001"), issue(station, "C0002")
        station.passes.deny("C0002", Withdrawal.LOST, "Ona", NOW)
        second = issue(station, "C0002")
    with enrolled(home, tmp_path) as other:
        one = add_event(other, event())
        assert other.passes.book.trusted.denied == {lost.subject}
        assert other.passes.heard() is not None
        # The roster comes later: until then it is a pass of nobody.
        assert show(other, one, made.text).record.body["reason"] == Refusal.UNKNOWN_CODE
        other.roster.take(people(3), [])
        assert show(other, one, made.text).record.person == made.person.id
        assert show(other, one, second.text).record.person == second.person.id
        assert show(other, one, lost.text).record.body["reason"] == Refusal.PASS_DENIED
        # It cannot make passes: the private half stays where it was made.
        with pytest.raises(Trouble, match="pass_key_elsewhere"):
            issue(other)
        # Somebody who comes onto the roster while the desk is open.
        late = [Row(9, "LATE1", "Pavyzdė Vėlesnė", "late@example.edu", ())]
        with opened(home) as station:
            station.roster.take(late, [])
            theirs = issue(station, "LATE1")
        assert show(other, one, theirs.text).record.body["reason"] == Refusal.UNKNOWN_CODE
        other.roster.take(late, [])
        assert show(other, one, theirs.text).record.person == theirs.person.id


@pytest.mark.parametrize("order", ["file, roster", "roster, file", "roster, scan, file"])
def test_a_withdrawal_reaches_another_laptop_whatever_comes_first(home: Path, tmp_path: Path, order: str) -> None:
    with desk_of(home) as (station, _one):
        lost = issue(station)
    with enrolled(home, tmp_path) as other:
        with opened(home) as station:
            station.passes.deny("C0001", Withdrawal.LOST, "Ona", NOW)
            fresh = issue(station)
            (tmp_path / "keys.json").write_text(station.passes.export(NOW))
        one = add_event(other, event())
        for step in order.split(", "):
            match step:
                case "file":
                    assert other.passes.take(tmp_path / "keys.json", NOW).denied == 1
                case "roster":
                    other.roster.take(people(3), [])
                case _:
                    # Before the word is here the replacement is known already, and the lost one still good.
                    assert show(other, one, fresh.text).record.person == fresh.person.id
                    assert show(other, one, lost.text, NOW + 1).verdict is Verdict.REPEAT
        assert show(other, one, fresh.text, NOW + 2).record.person == fresh.person.id
        assert show(other, one, lost.text).record.body["reason"] == Refusal.PASS_DENIED
        assert other.passes.take(tmp_path / "keys.json", NOW).denied == 0
        assert [one.person for one in other.passes.book.denials.values()] == [fresh.person.id]


def test_two_logbooks_united_trust_the_same(home: Path, tmp_path: Path) -> None:
    with desk_of(home) as (station, _one):
        issue(station)
    with enrolled(home, tmp_path) as other:
        other.roster.take(people(3), [])
        other.passes.new_key(NOW, NOW + DAY, PASSPHRASE)
        other.passes.deny("C0002", Withdrawal.LOST, "Jonas", NOW)
        (key,) = (key for key in other.passes.book.keys if not other.passes.is_here(key))
        other.passes.retire(key, "Jonas", NOW, compromised=True)
    with opened(home) as station, opened(tmp_path / "other") as far:
        station.passes.deny("C0001", Withdrawal.LOST, "Ona", NOW)
        station.book.unite(far.book)
        far.book.unite(station.book)
    with assembly.opened(home, PASSPHRASE) as station, assembly.opened(tmp_path / "other", PASSPHRASE) as far:
        assert station.passes.book.trusted == far.passes.book.trusted
        assert station.passes.book.withdrawn == far.passes.book.withdrawn
        assert [key.compromised for key in station.passes.book.keys] == [True, False]


def test_a_file_that_is_none(home: Path, tmp_path: Path) -> None:
    file = tmp_path / "keys.json"
    with desk_of(home) as (station, _one):
        heads = station.book.heads()
        for raw in (b"", b"{}", b"[1]", b'"x"', b"null", b"{" * 5000, '{"proof": "ą"}'.encode(), b"\x00", b"\xff\xfe"):
            file.write_bytes(raw)
            with pytest.raises(Trouble, match="pass_file"):
                station.passes.take(file, NOW)
        with pytest.raises(Trouble, match="read"):
            station.passes.take(tmp_path / "nothing.json", NOW)
        assert station.book.heads() == heads


# --- whose code is in view ---


def test_the_camera_knows_whose_pass_it_is_without_judging_it(home: Path) -> None:
    with desk_of(home) as (station, _one):
        made = issue(station)
        private = passkeys.private(home, station.passes.book.keys[0].public, None)
        expired = passes.issue(private, made.subject, NOW - 20 * DAY, NOW - 10 * DAY)
        whose = station.lookup.whose
        assert whose(made.text) == whose("C0001") == made.person.id
        assert whose(expired) == made.person.id
        assert whose(made.text[:-3]) is None
        assert whose(passes.issue(Ed25519PrivateKey.generate(), "77" * 8, NOW, END)) is None


def test_the_index_is_made_once_and_grows_with_the_roster() -> None:
    asked: list[int] = []
    ids = ["a" * 32, "b" * 32]

    def roster() -> list[str]:
        asked.append(len(ids))
        return ids

    bearers = Bearers(bytes(32), roster)
    assert bearers.of(bearers.subject("a" * 32, 0), {}) == "a" * 32
    assert bearers.of(bearers.subject("b" * 32, 0), {}) == "b" * 32
    assert asked == [2]
    ids.append("c" * 32)
    assert bearers.of(bearers.subject("c" * 32, 0), {}) == "c" * 32
    for serial in range(1, AHEAD + 1):
        assert bearers.of(bearers.subject("c" * 32, serial), {}) == "c" * 32
    far = bearers.subject("c" * 32, AHEAD + 5)
    assert bearers.of(far, {}) is None
    assert bearers.of(far, {"c" * 32: 5}) == "c" * 32
    assert Bearers(bytes(31) + b"\x01", roster).of(bearers.subject("a" * 32, 0), {}) is None


def test_the_golden_subject() -> None:
    """HMAC-SHA256 of "pass", person and number parted by NULs; changing it would forget every pass."""
    assert Bearers(bytes(range(32)), list).subject("44dca6800cf034c4e769752e018d1cfb", 1) == GOLDEN


GOLDEN = "f0653b65d3df68fd"


# --- private keys ---


def test_private_keys_lie_beside_the_database_locked_and_nowhere_in_it(locked: Path) -> None:
    with desk_of(locked) as (station, _one):
        (key,) = station.passes.book.keys
        raw = passkeys.private(locked, key.public, PASSPHRASE).private_bytes_raw()
        with station.connection.begin():
            tables = database.tables.sorted_tables
            dump = repr([list(station.connection.execute(sa.select(table))) for table in tables])
        assert raw.hex() not in dump.lower()
        assert key.public in dump
        assert station.institution.station_key.private_bytes_raw().hex() in dump
    (file,) = (locked / passkeys.FOLDER).iterdir()
    assert file.stat().st_mode & 0o777 == 0o600
    everything = b"".join(path.read_bytes() for path in locked.rglob("*") if path.is_file())
    assert raw not in everything
    assert raw.hex().encode() not in everything
    with pytest.raises(Trouble, match="passphrase_wrong"):
        passkeys.private(locked, key.public, "wrong")
    with pytest.raises(Trouble, match="passphrase_needed"):
        passkeys.private(locked, key.public, None)
    with pytest.raises(Trouble, match="pass_key_elsewhere"):
        passkeys.private(locked, "00" * 32, PASSPHRASE)


def test_a_key_is_never_kept_under_a_passphrase_that_is_not_the_folders(locked: Path) -> None:
    with pytest.raises(Trouble, match="passphrase_wrong"):
        passkeys.keep(locked, Ed25519PrivateKey.generate(), "mistyped")
    assert not (locked / passkeys.FOLDER).exists()


def test_a_damaged_or_foreign_key_file(home: Path) -> None:
    private = Ed25519PrivateKey.generate()
    passkeys.keep(home, private, None)
    (file,) = (home / passkeys.FOLDER).iterdir()
    plain = json.dumps({"kind": "practice", "private": private.private_bytes_raw().hex()})
    for text in ("", "{}", "[]", "null", plain):
        file.write_text(text)
        with pytest.raises(Trouble, match="key_file"):
            passkeys.private(home, public_hex(private), None)


def test_a_key_file_under_anothers_name(home: Path) -> None:
    one, two = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
    passkeys.keep(home, one, PASSPHRASE)
    (file,) = (home / passkeys.FOLDER).iterdir()
    file.rename(file.with_name(f"{public_hex(two)}.json"))
    with pytest.raises(Trouble, match="key_file"):
        passkeys.private(home, public_hex(two), PASSPHRASE)


def test_the_key_store_keeps_it_where_it_keeps_the_folders_own(home: Path, store: MemoryStore) -> None:
    private = Ed25519PrivateKey.generate()
    public, raw = public_hex(private), private.private_bytes_raw()
    passkeys.keep(home, private, None)
    assert passkeys.private(home, public, None).private_bytes_raw() == raw
    assert sorted(service for service, _account in store.kept) == [keys.SERVICE, passkeys.SERVICE]
    (file,) = (home / passkeys.FOLDER).iterdir()
    assert raw.hex() not in file.read_text()
    store.kept.clear()
    with pytest.raises(Trouble, match="key_store"):
        passkeys.private(home, public, None)
