"""Is this station ready? Each check is a real probe: a decode, a commit, a key read, a registry contact."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from pathlib import Path

from station import database, freshness, handscanners, keys
from station.assembly import Station, unlocked
from station.facts import SECOND
from station.handscanners import HandScanner
from station.layouts import Found
from station.logbook import station_enrolled
from station.texts import day_of, sentence
from station.trouble import Trouble
from station.views import Camera, Check, State
from station.words import roster_word

LOW_DISK = 200 * 1024 * 1024
"""Bytes below which a day's records and the system's own needs may not fit."""
SKEW_WARN, SKEW_FAIL = 30.0, 120.0
"""Seconds of clock offset (rule H12)."""
HOUR = 3600 * SECOND
DAY = 24 * HOUR
KEY_ENDS = 30 * DAY
NEWS_STALE, NEWS_OLD = 24 * HOUR, 7 * DAY
"""Ages of what is known of keys and withdrawn passes: look; and no longer a proof."""
LEAST_HEIGHT = 720
"""Pixels; below, a card's bars and a telephone's small codes are not read at arm's length."""


def checks(home: Path, passphrase: str | None, camera: str) -> Iterator[Check]:
    """Every check, in the order in which a person would mend things."""
    key, check = _key(home, passphrase)
    yield check
    if key is not None:
        yield _tried("commit", lambda: _commit(home, key))
        yield from _inside(home, key)
    yield from _around(home)
    yield _camera(camera)
    yield _hand_scanner(lambda: handscanners.load(home))


def checks_inside(
    home: Path,
    key: bytes,
    commit: Callable[[], None],
    camera: Callable[[], Check],
    scanners: Callable[[], Mapping[str, HandScanner]],
) -> Iterator[Check]:
    """The same for a program that has the data open and the camera running: ``commit`` lets its writer write something
    and take it back, ``camera`` tells how that one does."""

    def written() -> Check:
        commit()
        return Check("commit", State.OK)

    yield Check("key", State.OK)
    yield _tried("commit", written)
    yield from _inside(home, key)
    yield from _around(home)
    yield camera()
    yield _hand_scanner(scanners)


def camera_check(state: Camera, name: str, size: tuple[int, int], rate: float) -> Check:
    """How a camera does that is running already."""
    trouble = None
    if state is Camera.OFF:
        trouble = Trouble("check_no_camera")
    elif state is Camera.GONE:
        trouble = Trouble("check_camera_gone")
    elif state is Camera.OPENING or not size[0]:
        trouble = Trouble("check_camera_opening")
    elif state is Camera.LIVE and size[1] < LEAST_HEIGHT:
        trouble = Trouble("check_camera_small", name=name, width=size[0], height=size[1])
    if trouble is not None:
        return _told("camera", State.WARN, trouble)
    return Check("camera", State.OK, f"{size[0]}x{size[1]}", found={"name": name, "size": size, "rate": rate})


def _around(home: Path) -> Iterator[Check]:
    yield _disk(home)
    yield _decode()
    yield _zbar()


def _tried(name: str, probe: Callable[[], Check], state: State = State.FAIL) -> Check:
    """A probe whose trouble becomes what it found."""
    try:
        return probe()
    except Trouble as trouble:
        return _told(name, state, trouble)


def _told(name: str, state: State, trouble: Trouble) -> Check:
    return Check(name, state, trouble.code, sentence(trouble), trouble)


def _key(home: Path, passphrase: str | None) -> tuple[bytes | None, Check]:
    found: list[bytes] = []

    def probe() -> Check:
        found.append(keys.unlock(home, passphrase))
        return Check("key", State.OK)

    check = _tried("key", probe)
    return (found[0] if found else None), check


def _inside(home: Path, key: bytes) -> Iterator[Check]:
    try:
        with unlocked(home, key) as station:
            yield from inside(station)
    except Trouble as trouble:
        code = trouble
        yield _tried("records", lambda: _raise(code))


def inside(station: Station) -> Iterator[Check]:
    """The checks of what lies in an opened data folder."""
    yield _records(station)
    yield _roster(station)
    yield _passes(station)
    yield _registry(station)


def _raise(trouble: Trouble) -> Check:
    raise trouble


def _commit(home: Path, key: bytes) -> Check:
    """Write to the database and take it back, as its writer; while another program writes, it is that one's word."""
    try:
        with database.writing(home, "station check"):
            connection = database.connect(home, key, write=True)
            try:
                database.probe(connection, home)
            finally:
                database.close(connection)
    except Trouble as trouble:
        if trouble.code != "busy":
            raise
        return Check("commit", State.OK, "busy", "")
    return Check("commit", State.OK)


def _records(station: Station) -> Check:
    finding = station.book.verify(station_enrolled(station.institution.key))
    if finding.ok:
        return Check("records", State.OK)
    trouble = Trouble("records_broken", writer=finding.writer, seq=finding.seq)
    return _tried("records", lambda: _raise(trouble))


def _roster(station: Station) -> Check:
    """May a desk open by it?"""
    age, most, now = station.roster.age(), station.picture.programme.stale_days, station.clock.now()
    found, soon = freshness.fault(age, most, now), freshness.warning(age, most, now)
    if found is not None:
        return _tried("roster", lambda: _raise(found))
    if soon is not None:
        return _tried("roster", lambda: _raise(soon), State.WARN)
    days = age.days(now)
    return Check("roster", State.OK, roster_word(age.people, days), found={"n": age.people, "days": days})


def _passes(station: Station) -> Check:
    """Keys that may sign, and the age of the newest word about keys and withdrawn passes (decision 015)."""

    def probe() -> Check:
        office, now = station.passes, station.clock.now()
        keys_known = office.book.keys
        if not keys_known:
            # The institution has no passes.
            return Check("passes", State.OK, "0", found={"keys": 0})
        ready = [key for key in keys_known if key.in_force(now)]
        if not ready:
            raise Trouble("check_pass_no_key")
        left = max(key.expires for key in keys_known if key.retired is None) - now
        if left < KEY_ENDS:
            raise Trouble("check_pass_key_ends", days=left // DAY)
        age = max(0, now - (office.heard() or 0))
        # Where passes are signed, their news is made.
        if not any(office.is_here(key) for key in ready):
            if age > NEWS_OLD:
                raise Trouble("check_pass_news_old", days=age // DAY)
            if age > NEWS_STALE:
                raise Trouble("check_pass_news", hours=age // HOUR)
        said = f"{len(keys_known)}, {age // HOUR} h"
        return Check("passes", State.OK, said, found={"keys": len(keys_known), "hours": age // HOUR})

    return _tried("passes", probe, State.WARN)


def _registry(station: Station) -> Check:
    from station.sending import registry_of

    def probe() -> Check:
        target = station.registries.target()
        with closing(registry_of(target)) as asked:
            contact = asked.check()
        if not contact.ready:
            raise Trouble(f"registry_{contact.reason.value}", name=target.name, detail=contact.detail)
        offset = contact.offset or 0.0
        if abs(offset) > SKEW_WARN:
            trouble = Trouble("check_clock", seconds=round(offset))
            return _tried("clock", lambda: _raise(trouble), State.FAIL if abs(offset) > SKEW_FAIL else State.WARN)
        return Check("registry", State.OK, found={"name": target.name})

    # Offline is normal: awards wait.
    return _tried("registry", probe, State.WARN)


def _disk(home: Path) -> Check:
    def probe() -> Check:
        folder = next((one for one in (home, *home.parents) if one.exists()), Path("/"))
        free = shutil.disk_usage(folder).free
        if free < LOW_DISK:
            raise Trouble("check_disk", megabytes=free // (1024 * 1024), home=home)
        return Check("disk", State.OK, found={"bytes": free})

    return _tried("disk", probe)


def _decode() -> Check:
    """Make a code, read it back."""
    from station.scanner.probe import reads

    return _tried("decode", lambda: Check("decode", State.OK) if reads() else _raise(Trouble("check_decode")))


def _zbar() -> Check:
    from station.scanner.engines.zbar import zbar

    def probe() -> Check:
        if zbar("auto", ["QRCode"]) is None:
            raise Trouble("check_zbar")
        return Check("zbar", State.OK)

    return _tried("zbar", probe, State.WARN)


def _camera(spec: str) -> Check:
    """Open the camera and take one picture."""

    def probe() -> Check:
        if not spec:
            raise Trouble("check_no_camera")
        from station.scanner.sources.frame import LiveSource
        from station.scanner.sources.opening import open_source

        with open_source(spec) as source:
            next(iter(source.frames()), None)
            given = source.given if isinstance(source, LiveSource) else None
        if given is None:
            return Check("camera", State.OK, found={"name": source.name})
        if given.height < LEAST_HEIGHT:
            raise Trouble("check_camera_small", name=source.name, width=given.width, height=given.height)
        why = f"{given.width}x{given.height} {given.rate:.0f}/s {given.fourcc}".strip()
        size = (given.width, given.height)
        return Check("camera", State.OK, why, found={"name": source.name, "size": size, "rate": given.rate})

    # A hand scanner or the keyboard will do.
    return _tried("camera", probe, State.WARN)


def _hand_scanner(known: Callable[[], Mapping[str, HandScanner]]) -> Check:
    """What the last test of this laptop's hand scanners showed; the damaged one first."""

    def probe() -> Check:
        tested = sorted(known().values(), key=lambda one: (one.found is not Found.DAMAGED, -one.at))
        if not tested:
            # Not every desk has one.
            return _told("hand scanner", State.WARN, Trouble("check_scanner_untested"))
        first = tested[0]
        if first.found is Found.DAMAGED:
            raise Trouble("check_scanner_damaged", day=day_of(first.at), lost=" ".join(first.lost.replace(" ", "␣")))
        found = {"at": first.at, "restored": first.found is Found.RESTORED, "device": first.device}
        return Check("hand scanner", State.OK, day_of(first.at), found=found)

    return _tried("hand scanner", probe)
