"""The acts around student passes: keys made and retired, passes issued and withdrawn, the news of both passed on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from station import passbook, passes, passfile, passkeys
from station.facts import SECOND, Draft, Known, PassState, Person, Withdrawal
from station.institution import Institution, PassNews
from station.logbook import Pen, public_hex
from station.passbook import Denial, End, Issued, Passbook
from station.passes import PREFIX, PassFault, PassKey
from station.picture import Picture
from station.roster import Roster
from station.trouble import Trouble

DAY = 24 * 3600 * SECOND
KEY_VALID = 365 * DAY
"""A signing key is replaced yearly."""
PASS_VALID = 150 * DAY
"""A pass lasts a semester."""
AHEAD = 14 * DAY
"""How long before its first use a key should be published, so that every desk has it by then."""

_ONE_RECORD = 500
"""Passes that one record lists."""


@dataclass(frozen=True, slots=True)
class Made:
    """A pass that was made: whose, which of theirs (from 0), its text; instants are µs UTC."""

    person: Person
    serial: int
    subject: str
    text: str
    kid: str
    issued: int
    expires: int


@dataclass(frozen=True, slots=True)
class Taken:
    """What a file of keys and withdrawals brought that was not here."""

    keys: int
    retired: int
    denied: int


class PassOffice:
    """``pen`` is a writer of the institution's own acts, None where the folder was opened for reading; ``actor`` gives
    the id under which a named person acts (``Day.actor``)."""

    def __init__(
        self,
        home: Path,
        who: Institution,
        roster: Roster,
        picture: Picture,
        pen: Pen | None,
        news: PassNews,
        actor: Callable[[str], str],
    ) -> None:
        self._home = home
        self._who = who
        self._roster = roster
        self._picture = picture
        self._pen = pen
        self._news = news
        self._actor = actor

    @property
    def book(self) -> Passbook:
        return self._picture.passbook

    # --- keys ---

    def new_key(self, not_before: int, expires: int, passphrase: str | None) -> PassKey:
        """Make a key that signs passes from ``not_before`` until ``expires`` (µs UTC). Its private half stays on this
        computer, outside the database.

        Raises ``Trouble('pass_key_times')`` for an end that is not after the beginning, and what ``passkeys.keep``
        raises.
        """
        if not 0 <= not_before < expires < passes.LATEST_S * SECOND:
            raise Trouble("pass_key_times")
        private = Ed25519PrivateKey.generate()
        made = PassKey(public_hex(private), _floor(not_before), _floor(expires))
        # A private key that no record names harms nobody; a record of a key that is lost would promise passes.
        passkeys.keep(self._home, private, passphrase)
        self._write(passbook.new_key(made))
        return made

    def key(self, named: str) -> PassKey:
        """A key by its kid or the beginning of its public half. Raises ``Trouble('pass_key_unknown')``."""
        wanted = named.strip().lower()
        found = [key for key in self.book.keys if wanted and (key.kid == wanted or key.public.startswith(wanted))]
        if len(found) != 1:
            raise Trouble("pass_key_unknown", kid=named[:64])
        return found[0]

    def is_here(self, key: PassKey) -> bool:
        """Whether this computer can sign with it."""
        return passkeys.has(self._home, key.public)

    def retire(self, key: PassKey, by: str, now: int, *, compromised: bool) -> None:
        """Take a key out of use. Passes it has signed stay valid, unless somebody else may have it (``compromised``).

        Raises ``Trouble('who')`` without a name.
        """
        actor = self._actor(by)
        end = End(-_floor(-now), compromised)
        if key.retired is None or (compromised and not key.compromised):
            self._write(passbook.retired_key(key.public, end, actor))

    def signing(self, now: int) -> PassKey:
        """The key that passes are signed with now: of those in force, the one that came last.

        Raises ``Trouble('pass_no_key')`` where none is in force, ``Trouble('pass_key_elsewhere')`` where another
        computer has it.
        """
        ready = [key for key in self.book.keys if key.in_force(now)]
        if not ready:
            raise Trouble("pass_no_key")
        here = [key for key in ready if self.is_here(key)]
        if not here:
            raise Trouble("pass_key_elsewhere")
        return here[-1]

    # --- passes ---

    def issue(
        self,
        people: Sequence[Person],
        expires: int,
        now: int,
        passphrase: str | None,
        watched: Callable[[Sequence[Person]], Iterable[Person]] = iter,
    ) -> list[Made]:
        """Make everybody's pass, valid from now until ``expires`` (µs UTC), and record that. The same person gets the
        same subject until a pass of theirs is withdrawn. ``watched`` may tell somebody how far it is.

        Raises ``Trouble('pass_times')`` for an end that is past, and what ``signing`` and ``passkeys.private`` raise.
        """
        if not now + SECOND <= expires < passes.LATEST_S * SECOND:
            raise Trouble("pass_times")
        key = self.signing(now)
        private = passkeys.private(self._home, key.public, passphrase)
        made = []
        for person in watched(people):
            serial, subject = self._current(person)
            text = passes.issue(private, subject, now, expires)
            made.append(Made(person, serial, subject, text, key.kid, _floor(now), _floor(expires)))
        parts = [made[at : at + _ONE_RECORD] for at in range(0, len(made), _ONE_RECORD)]
        drafts = [
            passbook.issued(key.kid, _floor(now), _floor(expires), [(one.person.id, one.serial) for one in part])
            for part in parts
        ]
        if drafts:
            self._write(*drafts)
        return made

    def deny(self, named: str, reason: Withdrawal, by: str, now: int) -> Denial:
        """Withdraw a pass, named by its text or by its holder (person id, student id, e-mail). One that was withdrawn
        already stays as it is.

        Raises ``Trouble``: "person_unknown"; "pass_not_ours" for a text that no key of ours signed;
        "pass_denied_already" where no newer pass of a person is known; "who" without a name.
        """
        actor = self._actor(by)
        subject, person = self._by_text(named.strip(), now) if named.lstrip().startswith(PREFIX) else self._of(named)
        if subject not in self.book.denials:
            self._write(passbook.denied(subject, reason.value, now, person, actor))
        return self.book.denials[subject]

    def _by_text(self, text: str, now: int) -> tuple[str, str | None]:
        said = passes.verify(text, self.book.trusted, now)
        if isinstance(said, PassFault):
            if said.said is None:
                raise Trouble("pass_not_ours")
            said = said.said
        identity = self._roster.bearer(said.subject, self.book.withdrawn)
        return said.subject, identity.person.id if isinstance(identity, Known) else None

    def _of(self, named: str) -> tuple[str, str]:
        person = self._roster.person(named)
        if person is None:
            raise Trouble("person_unknown")
        serial, subject = self._current(person)
        if serial and not self.book.is_issued(person.id, serial):
            raise Trouble("pass_denied_already")
        return subject, person.id

    def _current(self, person: Person) -> tuple[int, str]:
        """Which of somebody's passes holds now, and its subject: the first that was not withdrawn."""
        serial = 0
        while (subject := self._roster.pass_subject(person.id, serial)) in self.book.denials:
            serial += 1
        return serial, subject

    def made(self, now: int) -> list[tuple[Issued, PassState]]:
        """The passes that are on record here, the oldest first, and what became of each."""
        bad = {key.kid for key in self.book.keys if key.compromised}
        return [(one, self._standing(one, bad, now)) for one in self.book.issued]

    def _standing(self, one: Issued, bad: set[str], now: int) -> PassState:
        if self._roster.pass_subject(one.person, one.serial) in self.book.denials:
            return PassState.WITHDRAWN
        if one.kid in bad:
            return PassState.KEY_RETIRED
        return PassState.EXPIRED if now >= one.expires else PassState.VALID

    # --- news for other desks ---

    def export(self, now: int) -> str:
        """The keys and withdrawals known here, as the text of a file for other desks of the institution."""
        return passfile.sealed(self._who.id, self._who.key, self.book, now)

    def take(self, file: Path, now: int) -> Taken:
        """Take over what such a file says; twice changes nothing, and nothing known here is lost.

        Raises ``Trouble('read')``, or ``Trouble('pass_file')`` for a file that is damaged, was changed, or is not of
        this institution.
        """
        try:
            if file.stat().st_size > passfile.LARGEST:
                raise Trouble("pass_file", file=file)
            news = passfile.unsealed(file.read_text("utf-8"), self._who.id, self._who.key)
        except OSError as error:
            raise Trouble("read", file=file, reason=error.strerror or error) from None
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            raise Trouble("pass_file", file=file) from None
        drafts = passfile.missing(news, self.book)
        if drafts:
            self._write(*drafts)
        self._news.heard(min(news.made, now))
        states = [str(draft.body.get("state", "")) for draft in drafts]
        return Taken(states.count("new"), states.count("retired"), states.count(""))

    def heard(self) -> int | None:
        """When (µs UTC) the newest word about keys and withdrawals was from; None for never any."""
        return max(filter(None, (self._news.last(), self.book.news)), default=None)

    def _write(self, *drafts: Draft) -> None:
        if self._pen is None:
            raise RuntimeError("these passes were opened for reading")
        for record in self._pen.append(*drafts):
            self._picture.see(record)


def _floor(at: int) -> int:
    """Whole seconds: a pass knows no smaller time."""
    return at // SECOND * SECOND
