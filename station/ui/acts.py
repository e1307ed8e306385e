"""What the window asks of the program. Acts return at once; results come by the Bulletin."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from station.facts import Override, Person, Ref, Role, Way
from station.headings import Field
from station.layouts import Tested
from station.views import Preview, Tried


class Form(StrEnum):
    """The forms a log can be saved in."""

    CSV = "csv"
    JSON = "json"
    PDF = "pdf"


class Stage(StrEnum):
    """How far the station is when its window opens."""

    NEW = "new"
    LOCKED = "locked"
    READY = "ready"


@dataclass(frozen=True, slots=True)
class Opening:
    """What the window must know before anything was told: how far the station is and this laptop's choices.

    ``key_store``: this computer keeps keys by itself, so that no passphrase is needed. ``toggle``: the choice
    "in or out" is offered beside In and Out. ``scanner_prefix`` and ``scanner_silence``: what a hand scanner sends
    before a code, and whether silence ends one.
    """

    stage: Stage = Stage.READY
    theme: str = "light"
    sound: bool = True
    toggle: bool = False
    key_store: bool = True
    way: Way = Way.IN
    role: Role = Role.REPRESENTATION
    scanner_prefix: str = ""
    scanner_silence: bool = False


class Acts(Protocol):
    """Asked on the UI thread; nothing here may wait for a disk, a camera or the network.

    Failures come as ``Bulletin.trouble``, successes as ``Bulletin.notice`` or new views.
    Those that answer (``units``, ``cameras``, ``search``, ``try_code``) do so from memory or an own connection that
    only reads.
    """

    def set_up(self, institution: str, issuer: str, passphrase: str | None) -> None:
        """Make this a real station. ``passphrase`` is None where there is a key store. -> ``opened``"""

    def unlock(self, passphrase: str) -> None:
        """Open an existing data folder. -> ``opened``, or trouble"""

    def start_practice(self) -> None:
        """Open practice mode. -> ``opened``"""

    def units(self) -> Sequence[tuple[str, Mapping[str, str]]]:
        """The units an event can belong to: id and title by language."""

    def add_event(self, title: str, unit: str, series: str | None, start: int, end: int) -> None:
        """Add a volunteering event and choose it. Instants in µs UTC. -> ``events``, ``day``, ``strip``"""

    def choose_event(self, event: str, override: Override | None = None) -> None:
        """Work for this event from now on. -> ``day``, ``strip``; ``blocked`` where the roster forbids it and no
        ``override`` says why all the same"""

    def set_way(self, way: Way) -> None:
        """For readings from now on."""

    def set_role(self, role: Role) -> None:
        """For readings from now on."""

    def enter(self, text: str, *, hand_scanner: bool, device: str = "") -> None:
        """A code that was typed, or came as a burst of keys from a hand scanner (``device`` where the system tells
        which). -> ``outcome``; nothing where a hand scanner only read the same presentation again"""

    def read_pictures(self, files: Sequence[Path]) -> None:
        """Read the codes in picture files, one file after the other. -> ``outcome`` each, then ``notice``"""

    def enter_person(self, person: str) -> None:
        """A person of the roster (``Person.id``) chosen by name, as if by their code. -> ``outcome``"""

    def link(self, ref: Ref, person: str) -> None:
        """Say whose the unknown code of a refused scan is: a person's id, number or e-mail; they are scanned in at
        once. -> ``outcome``"""

    def walk_in(self, name: str, ref: Ref | None) -> None:
        """Add somebody who is not on the roster and scan them in; ``ref`` is the refused scan of their code, if they
        have one. -> ``outcome``"""

    def match(self, walk_in: str, person: str, by: str) -> None:
        """Say that a walk-in is somebody on the roster, both by their ids. -> ``notice``, ``day``"""

    def unmatch(self, links: Sequence[Ref], by: str) -> None:
        """Take matches back. -> ``notice``, ``day``"""

    def search(self, text: str) -> Sequence[Person]:
        """The few people whose names fit ``text``, with or without diacritics; best first, at most eight."""

    def try_code(self, text: str) -> Tried:
        """What a text is by the institution's kinds of code; nothing is recorded and nobody is looked up."""

    def undo(self, ref: Ref) -> None:
        """Undo one scan. -> ``notice``, ``day``"""

    def confirm(self, refs: Sequence[Ref], by: str) -> None:
        """Confirm provisional visits, named by the record that opened each. -> ``notice``, ``day``"""

    def sign_off(self, awards: Sequence[str], by: str) -> None:
        """Sign off awards by their ids. -> ``notice``, ``day``, ``strip``"""

    def save_log(self, path: Path, form: Form) -> None:
        """Save the chosen event's log. -> ``notice``"""

    def open_roster(self, path: Path, sheet: str | None = None) -> None:
        """Open a roster file, at one of its sheets, and try what importing it would do. -> ``roster``"""

    def try_columns(self, fields: Sequence[Field | None]) -> None:
        """Read the opened file's columns so instead, and try again. -> ``roster``"""

    def import_roster(self) -> None:
        """Import what was tried last. -> ``roster``, ``strip``"""

    def save_rejected(self, path: Path) -> None:
        """Save the rejected rows of the opened file, to mend. -> ``roster``"""

    def close_roster(self) -> None:
        """Let go of the opened file; an import that has begun goes on to its end."""

    def sync_now(self) -> None:
        """Try the registry now rather than later. -> ``strip``, ``day``"""

    def cameras(self) -> Sequence[tuple[str, str]]:
        """What can be chosen as camera: a source such as ``camera:0`` and a name for people."""

    def choose_camera(self, spec: str) -> None:
        """Read from this source from now on; remembered. -> ``strip``"""

    def check_ready(self) -> None:
        """Check everything a desk needs, beside all that is going on. -> ``readiness``, as the checks go on"""

    def keep_scanner(self, device: str, tested: Tested, *, ended: bool) -> None:
        """Remember a hand scanner's test; ``ended``: it sends Enter or Tab after a code. -> ``readiness``"""

    def show_at(self, width: int, height: int) -> None:
        """Make previews of so many of the screen's pixels; (0, 0): none, nobody can see them."""

    def preview(self) -> Preview | None:
        """The newest picture; the same object until there is a newer one."""

    def set_language(self, language: str) -> None:
        """Remember the language; the window has already changed its own."""

    def set_theme(self, theme: str) -> None:
        """Remember the theme; the window has already changed its own."""

    def set_sound(self, on: bool) -> None:
        """Remember whether to make sounds."""
