"""Synthetic people, events and views for pictures of the window and for its tests; nobody here exists."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from station import catalogue
from station.columns import Columns
from station.facts import (
    SECOND,
    Admit,
    AwardState,
    Decision,
    Event,
    EventKind,
    Flag,
    Kind,
    Override,
    Person,
    Record,
    Ref,
    Refusal,
    Refuse,
    Release,
    Repeat,
    Role,
    Source,
    Switch,
    Verdict,
    VisitState,
    Way,
)
from station.headings import Field
from station.layouts import Tested
from station.rosterview import Opened
from station.texts import ZONE
from station.ui.acts import Form
from station.views import (
    AwardRow,
    Camera,
    DayView,
    EventRow,
    Hint,
    HoursRow,
    Link,
    Mark,
    Outcome,
    Outline,
    Preview,
    Progress,
    ScanRow,
    Strip,
    Tried,
    VisitRow,
)

HOUR = 3600
WRITER = "0" * 32


def at(hour: int, minute: int = 0, day: int = 21) -> int:
    """An instant of the sample day, from the time on a wall clock there."""
    return round(datetime(2026, 11, day, hour, minute, tzinfo=ZONE).timestamp()) * SECOND


NAMES = (
    "Vardenė Pavardenytė",
    "Vardenis Pavardenis",
    "Žiedūnė Pavyzdytė-Bandomoji",
    "Ąžuolas Šablonas",
    "Eglė Pavyzdienė",
    "Tomas Bandomasis",
    "Ugnė Netikrytė",
    "Jonas Sąlyginis",
    "Konstancija Elžbieta Pavyzdinskaitė-Nebūtienė",
    "Lukas Tariamas",
    "Monika Pavardenytė",
    "Įvaras Bandinys",
)

SAMPLES = tuple(Person(f"{k:032x}", name, None, f"{1000 + 137 * k % 9000:04d}") for k, name in enumerate(NAMES, 1))

EVENT = Event(
    "e1",
    "Žinių diena 2026",
    EventKind.VOLUNTEERING,
    "unit",
    "autumn",
    at(9),
    at(18),
    ("rep-4", "rep-8", "rep-12"),
)

EVENTS = (
    EventRow(EVENT),
    EventRow(replace(EVENT, id="e2", title="Atvirų durų diena", start=at(10, day=28), end=at(16, day=28))),
    EventRow(
        replace(
            EVENT,
            id="e3",
            title="Tarptautinė studentų mokslinė konferencija „Ateities technologijos ir visuomenė“",
            start=at(8, day=14),
            end=at(20, day=15),
        )
    ),
)

TITLES = {
    "lt": "Savanoriška veikla KTU kultūriniuose renginiuose. Atstovavimas ({} val.)",
    "en": "Volunteering at KTU culture events. Representation ({} h)",
}


def strip(
    *,
    event: Event | None = EVENT,
    people: int = 412,
    camera: Camera = Camera.LIVE,
    link: Link = Link.ONLINE,
    refused: int = 0,
    offset: float | None = 0.4,
    practice: bool = True,
) -> Strip:
    return Strip(
        event=event,
        desk="Šiaurinės durys",
        practice=practice,
        link=link,
        waiting=3,
        refused=refused,
        last_success=at(13, 55),
        clock_offset=offset,
        camera=camera,
        camera_name="Camera 0",
        camera_rate=29.6,
        people=people,
        camera_size=(1920, 1080),
    )


def tiers(confirmed: int, running: int = 0, role: Role = Role.REPRESENTATION) -> tuple[Progress, ...]:
    """The three steps of a role at so many seconds."""
    return tuple(
        Progress(
            badge=f"{role}-{hours}",
            title={language: title.format(hours) for language, title in TITLES.items()},
            role=role,
            needed=hours * HOUR,
            confirmed=confirmed,
            running=running,
            held=confirmed >= hours * HOUR,
        )
        for hours in (4, 8, 12)
    )


def outcome(
    decision: Decision,
    verdict: Verdict,
    person: Person | None,
    when: int,
    seq: int,
    progress: tuple[Progress, ...] = (),
) -> Outcome:
    """One answered scan."""
    record = Record(
        WRITER,
        seq,
        when,
        when,
        Kind.SCAN,
        EVENT.id,
        person.id if person else None,
        None,
        {"way": str(Way.IN), "role": str(Role.REPRESENTATION), "source": str(Source.CAMERA)},
        "",
    )
    return Outcome(decision, verdict, record, person, progress, 6.2, "" if person else "5501")


def outcomes(*, long: bool = False) -> dict[Verdict, Outcome]:
    """One outcome of each verdict."""
    person = SAMPLES[8] if long else SAMPLES[0]
    rep, tech = Role.REPRESENTATION, Role.TECHNICAL
    return {
        Verdict.ADMITTED: outcome(Admit(rep), Verdict.ADMITTED, person, at(14, 2), 101, tiers(6 * HOUR + 50 * 60)),
        Verdict.RELEASED: outcome(
            Release(rep, at(11, 40)), Verdict.RELEASED, person, at(14, 2), 102, tiers(8 * HOUR + 12 * 60)
        ),
        Verdict.SWITCHED: outcome(
            Switch(rep, tech, at(12)), Verdict.SWITCHED, person, at(14, 2), 103, tiers(2 * HOUR, 0, tech)
        ),
        Verdict.REPEAT: outcome(
            Repeat(Way.IN, rep, at(12, 52)),
            Verdict.REPEAT,
            person,
            at(14, 2),
            104,
            tiers(6 * HOUR + 50 * 60, 70 * 60),
        ),
        Verdict.REFUSED: outcome(Refuse(Refusal.UNKNOWN_CODE), Verdict.REFUSED, None, at(14, 2), 105),
    }


def scans(count: int = 12) -> tuple[ScanRow, ...]:
    """The log of the sample day."""
    kinds = (
        Verdict.ADMITTED,
        Verdict.RELEASED,
        Verdict.ADMITTED,
        Verdict.SWITCHED,
        Verdict.REFUSED,
        Verdict.REPEAT,
    )
    made = []
    for k in range(count):
        verdict = kinds[k % len(kinds)]
        person = SAMPLES[k % len(SAMPLES)]
        refused = verdict is Verdict.REFUSED
        made.append(
            ScanRow(
                ref=Ref(WRITER, k + 1),
                at=at(13, 0) + k * 5 * 60 * SECOND,
                person=None if refused else person.id,
                name="" if refused else person.name,
                last4="" if refused else person.last4,
                verdict=verdict,
                reason=str(Refusal.UNKNOWN_CODE) if refused else "",
                role=tuple(Role)[k % 3],
                way=Way.IN,
                source=Source.CAMERA,
                desk="Šiaurinės durys",
                undone=k == count - 3,
                unknown=refused,
            )
        )
    return tuple(made)


def visits(count: int) -> tuple[VisitRow, ...]:
    """Visits in every state."""
    states = (
        VisitState.OPEN,
        VisitState.CLOSED,
        VisitState.CLOSED,
        VisitState.AUTO_CLOSED,
        VisitState.CONFIRMED,
    )
    made = []
    for k in range(count):
        person = SAMPLES[k % len(SAMPLES)]
        state = states[k % len(states)]
        start = at(9) + (k * 7 % 240) * 60 * SECOND
        seconds = HOUR + k * 613 % (5 * HOUR)
        made.append(
            VisitRow(
                person=person.id,
                name=person.name,
                last4=person.last4,
                role=tuple(Role)[k % 3],
                start=start,
                end=None if state is VisitState.OPEN else start + seconds * SECOND,
                state=state,
                confirmed=state in (VisitState.CLOSED, VisitState.CONFIRMED),
                seconds=seconds,
                flags=frozenset({Flag.CLIPPED}) if k % 7 == 3 else frozenset({Flag.WALK_IN} if k % 12 == 6 else ()),
                matched=(Ref(WRITER, 900),) if k % 12 == 8 else (),
                opened=Ref(WRITER, k + 1),
                event=EVENT.id,
            )
        )
    return tuple(made)


def hours() -> tuple[HoursRow, ...]:
    return tuple(
        HoursRow(person.id, person.name, person.last4, tuple(Role)[k % 3], 1800 + k * 4217, (k % 4 == 3) * 5400)
        for k, person in enumerate(SAMPLES)
    )


def awards() -> tuple[AwardRow, ...]:
    states = (
        AwardState.PROPOSED,
        AwardState.SIGNED_OFF,
        AwardState.ISSUED,
        AwardState.REFUSED,
        AwardState.PROPOSED,
    )
    made = []
    for k, person in enumerate(SAMPLES[:10]):
        state = states[k % len(states)]
        needed = (4, 8, 12)[k % 3]
        made.append(
            AwardRow(
                award=f"award-{k}",
                credential_id=f"urn:uuid:{k}",
                person=person.id,
                name=person.name,
                last4=person.last4,
                badge=f"rep-{needed}",
                title={language: title.format(needed) for language, title in TITLES.items()},
                state=state,
                earned_at=at(13, k),
                seconds=needed * HOUR + 240 * k,
                signed_by="" if state is AwardState.PROPOSED else "Ugnė Netikrytė",
                reason="invalid" if state is AwardState.REFUSED else "",
            )
        )
    return tuple(made)


def day(*, empty: bool = False, count: int = 40) -> DayView:
    """The sample day as the Day page gets it."""
    if empty:
        return DayView(EVENT, "Pavyzdinis universitetas", at(14, 2), (), (), (), (), 0, 0)
    return DayView(
        EVENT,
        "Pavyzdinis universitetas",
        at(14, 2),
        scans(),
        visits(count),
        hours(),
        awards(),
        17,
        len(SAMPLES),
    )


def picture(
    size: tuple[int, int] = (640, 360), marks: Sequence[Mark] = (Mark.READ,), hint: Hint | None = None
) -> Preview:
    """A grey picture with a card for each mark, its code outlined; a hint has a card without outline."""
    width, height = size
    dark, card, ink = (bytes((*colour, 255)) for colour in ((92, 84, 78), (236, 238, 240), (32, 30, 28)))
    cell = max(1, height // 26)
    side, count = 14 * cell, len(marks) or (hint is not None)
    rows = []
    lefts = [round(width * (k + 1) / (count + 1)) - side // 2 for k in range(count)]
    top = (height - side) // 2
    for y in range(height):
        row = bytearray(dark * width)
        for left in lefts:
            if top - 3 * cell <= y < top + side + 3 * cell:
                edge = max(0, left - 4 * cell)
                row[edge * 4 : (left + side + 4 * cell) * 4] = card * (left + side + 4 * cell - edge)
            if top <= y < top + side:
                for x in range(left, left + side):
                    across, down = (x - left) // cell, (y - top) // cell
                    if (across * 7 + down * 5 + across * down) % 3 == 0:
                        row[x * 4 : x * 4 + 4] = ink
        rows.append(bytes(row[: width * 4]))
    found = tuple(
        Outline(((left, top), (left + side, top), (left + side, top + side), (left, top + side)), mark)
        for left, mark in zip(lefts, marks, strict=False)
    )
    return Preview(memoryview(b"".join(rows)), width, height, width * 4, found, hint)


ROSTER = Opened(
    "KTU studentai 2026 m. rudens semestras (galutinis, patikslintas 2026-11-20) kopija.xlsx",
    "Studentai",
    ("Apie", "Studentai"),
    Columns(
        1,
        ("Studento Nr.", "Vardas", "Pavardė", "KTU el. paštas", "LSP numeris", "Galioja iki", "Grupė"),
        (
            Field.STUDENT_ID,
            Field.FIRST,
            Field.LAST,
            Field.EMAIL,
            Field.CODES,
            Field.VALID_UNTIL,
            None,
        ),
    ),
    tuple(
        (
            f"2026{1000 + 37 * k}",
            *name.rsplit(" ", 1),
            f"pavyzdys.{k}@ktu.edu",
            f"LSP{70000 + 11 * k}",
            "2027-09-30",
            "IFF-6/1",
        )
        for k, name in enumerate(NAMES[:4] + NAMES[8:9])
    ),
    412,
)
"""A roster file as it is opened."""

REASONS = (
    "studentai.xlsx, 14 eilutė: nėra vardo; įrašykite. Eilutė praleista.",
    "studentai.xlsx, 203 eilutė: šios eilutės numeris priklauso kitam žmogui (150 eilutė); numeris praleistas.",
)


PROGRAMME = catalogue.parse(catalogue.bundled(), "catalogue")


class SampleActs:
    """Acts that record what was asked and do nothing."""

    def __init__(self) -> None:
        self.asked: list[tuple[object, ...]] = []
        self.seen: Preview | None = picture()
        self.box = (0, 0)

    def set_up(self, institution: str, issuer: str, passphrase: str | None) -> None:
        self.asked.append(("set_up", institution, issuer, passphrase))

    def unlock(self, passphrase: str) -> None:
        self.asked.append(("unlock", passphrase))

    def start_practice(self) -> None:
        self.asked.append(("start_practice",))

    def units(self) -> Sequence[tuple[str, Mapping[str, str]]]:
        return (("unit", {"lt": "Pavyzdinis padalinys", "en": "Sample unit"}),)

    def add_event(self, title: str, unit: str, series: str | None, start: int, end: int) -> None:
        self.asked.append(("add_event", title, unit, series, start, end))

    def choose_event(self, event: str, override: Override | None = None) -> None:
        self.asked.append(("choose_event", event) if override is None else ("choose_event", event, override))

    def set_way(self, way: Way) -> None:
        self.asked.append(("set_way", way))

    def set_role(self, role: Role) -> None:
        self.asked.append(("set_role", role))

    def enter(self, text: str, *, hand_scanner: bool, device: str = "") -> None:
        self.asked.append(("enter", text, hand_scanner, *([device] if device else [])))

    def read_pictures(self, files: Sequence[Path]) -> None:
        self.asked.append(("read_pictures", tuple(files)))

    def enter_person(self, person: str) -> None:
        self.asked.append(("enter_person", person))

    def link(self, ref: Ref, person: str) -> None:
        self.asked.append(("link", ref, person))

    def walk_in(self, name: str, ref: Ref | None) -> None:
        self.asked.append(("walk_in", name, ref))

    def match(self, walk_in: str, person: str, by: str) -> None:
        self.asked.append(("match", walk_in, person, by))

    def unmatch(self, links: Sequence[Ref], by: str) -> None:
        self.asked.append(("unmatch", tuple(links), by))

    def search(self, text: str) -> Sequence[Person]:
        return [person for person in SAMPLES if text.lower() in person.name.lower()][:8]

    def try_code(self, text: str) -> Tried:
        return PROGRAMME.tried(text)

    def undo(self, ref: Ref) -> None:
        self.asked.append(("undo", ref))

    def confirm(self, refs: Sequence[Ref], by: str) -> None:
        self.asked.append(("confirm", tuple(refs), by))

    def sign_off(self, awards: Sequence[str], by: str) -> None:
        self.asked.append(("sign_off", tuple(awards), by))

    def save_log(self, path: Path, form: Form) -> None:
        self.asked.append(("save_log", path, form))

    def open_roster(self, path: Path, sheet: str | None = None) -> None:
        self.asked.append(("open_roster", path, sheet))

    def try_columns(self, fields: Sequence[Field | None]) -> None:
        self.asked.append(("try_columns", tuple(fields)))

    def import_roster(self) -> None:
        self.asked.append(("import_roster",))

    def save_rejected(self, path: Path) -> None:
        self.asked.append(("save_rejected", path))

    def close_roster(self) -> None:
        self.asked.append(("close_roster",))

    def sync_now(self) -> None:
        self.asked.append(("sync_now",))

    def cameras(self) -> Sequence[tuple[str, str]]:
        return (("camera:0", "Camera 0"), ("camera:1", "Camera 1"))

    def choose_camera(self, spec: str) -> None:
        self.asked.append(("choose_camera", spec))

    def check_ready(self) -> None:
        self.asked.append(("check_ready",))

    def keep_scanner(self, device: str, tested: Tested, *, ended: bool) -> None:
        self.asked.append(("keep_scanner", device, tested, ended))

    def show_at(self, width: int, height: int) -> None:
        self.box = (width, height)

    def preview(self) -> Preview | None:
        return self.seen

    def set_language(self, language: str) -> None:
        self.asked.append(("set_language", language))

    def set_theme(self, theme: str) -> None:
        self.asked.append(("set_theme", theme))

    def set_sound(self, on: bool) -> None:
        self.asked.append(("set_sound", on))
