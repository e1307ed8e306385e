"""Checks of readiness as the page gets them: all well, some not, long reasons, still running."""

from __future__ import annotations

from installer.sample import at
from station.trouble import Trouble
from station.views import Check, Readiness, State

_AT = at(14, 10)


def _well(day: int) -> tuple[Check, ...]:
    return (
        Check("key", State.OK),
        Check("commit", State.OK),
        Check("records", State.OK),
        Check("roster", State.OK, found={"n": 12_480, "days": 3}),
        Check("passes", State.OK, found={"keys": 2, "hours": 50}),
        Check("registry", State.OK, found={"name": "badges.example.edu"}),
        Check("disk", State.OK, found={"bytes": 118_000_000_000}),
        Check("decode", State.OK),
        Check("zbar", State.OK),
        Check("camera", State.OK, found={"name": "Pavyzdinė kamera", "size": (1280, 720), "rate": 30.0}),
        Check("hand scanner", State.OK, found={"at": day, "restored": True, "device": ""}),
    )


def _with(*wrong: tuple[str, State, Trouble]) -> tuple[Check, ...]:
    by_name = {name: Check(name, state, trouble.code, trouble=trouble) for name, state, trouble in wrong}
    return tuple(by_name.get(check.name, check) for check in _well(_AT))


def all_well() -> Readiness:
    return Readiness(_well(_AT), _AT)


def running() -> Readiness:
    return Readiness(_well(_AT)[:4])


def some_wrong() -> Readiness:
    return Readiness(
        _with(
            ("roster", State.FAIL, Trouble("roster_none")),
            ("camera", State.WARN, Trouble("check_camera_gone")),
            ("hand scanner", State.WARN, Trouble("check_scanner_untested")),
        ),
        _AT,
    )


def long_reasons() -> Readiness:
    return Readiness(
        _with(
            ("records", State.FAIL, Trouble("records_broken", writer="3f" * 16, seq=40_312)),
            ("registry", State.WARN, Trouble("registry_garbled", name="badges.example.edu")),
            ("disk", State.FAIL, Trouble("check_disk", megabytes=41, home="/home/stotis/.local/share/station")),
            ("zbar", State.WARN, Trouble("check_zbar")),
            ("camera", State.WARN, Trouble("check_camera_small", name="Pavyzdinė kamera", width=640, height=480)),
            (
                "hand scanner",
                State.FAIL,
                Trouble("check_scanner_damaged", day="2026-11-22", lost="0 1 2 = 3 + 4 5 6 7 8 9 ␣ y z q w a m"),
            ),
        ),
        _AT,
    )
