"""What a catalogue says of one badge, and of levels, portfolio types and competencies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from station import criteria
from station.criteria import Criterion
from station.criteria.visited import Attended, Hours
from station.facts import EventKind
from station.scopes import Scope


class Auto(StrEnum):
    """How much the station decides: from scans alone; from what persons entered and confirmed; or it only keeps what a
    person decided elsewhere."""

    YES = "yes"
    ASSIST = "assist"
    NO = "no"


class Tiers(StrEnum):
    """Which of a family's badges are proposed to somebody who has reached several: each, or the highest only."""

    EACH = "each"
    HIGHEST = "highest"


class TitleBasis(StrEnum):
    """Where a badge's own title comes from: the programme's page word for word, composed of its words, or ours."""

    VERBATIM = "verbatim"
    COMPOSED = "composed"
    OURS = "ours"


class Basis(StrEnum):
    """Whether the programme says something itself, or it was inferred, or the programme is silent."""

    EXPLICIT = "explicit"
    INFERRED = "inferred"
    SILENT = "silent"


class AchievementType(StrEnum):
    """The words of Open Badges that a portfolio type can stand for."""

    ACHIEVEMENT = "Achievement"
    AWARD = "Award"
    BADGE = "Badge"
    CO_CURRICULAR = "CoCurricular"
    COMMUNITY_SERVICE = "CommunityService"
    COMPETENCY = "Competency"
    COURSE = "Course"
    FIELDWORK = "Fieldwork"
    MEMBERSHIP = "Membership"


@dataclass(frozen=True, slots=True)
class Portfolio:
    """The portfolio type of a badge, how we know it, and the types it could be as well."""

    type: str
    basis: Basis
    rivals: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PortfolioType:
    """A part of the competency portfolio; ``achievement`` is what its badges are called in a credential."""

    id: str
    title: Mapping[str, str]
    achievement: AchievementType


@dataclass(frozen=True, slots=True)
class Competency:
    """``esco`` is its address in the European classification, "" where none is known; ``source`` who named it."""

    id: str
    title: Mapping[str, str]
    esco: str
    source: str


@dataclass(frozen=True, slots=True)
class Level:
    """A level of badges; ``unlock`` has to be reached before a badge of it counts. ``earned``, ``auto`` and ``scope``
    hold for its badges that do not say otherwise."""

    id: str
    title: Mapping[str, str]
    unlock: Criterion | None
    earned: Criterion | None
    auto: Auto | None
    scope: Scope | None


@dataclass(frozen=True, slots=True)
class Badge:
    """One badge. ``title`` and ``criteria`` by language; the Lithuanian ones are the institution's words.

    ``scope`` is within what its facts add up, and once per which it is given. Badges of one ``family`` are ordered by
    ``tier``, from the one that is reached first. ``note`` says where the programme can be read in two ways.
    """

    id: str
    title: Mapping[str, str]
    criteria: Mapping[str, str]
    unit: str
    criterion: Criterion
    scope: Scope
    auto: Auto
    title_basis: TitleBasis = TitleBasis.OURS
    portfolio: Portfolio | None = None
    level: str = ""
    family: str = ""
    tier: int = 0
    tiers: Tiers = Tiers.EACH
    audience: str = ""
    note: Mapping[str, str] = field(default_factory=dict)
    evidence: str = ""
    competencies: tuple[str, ...] = ()

    @property
    def hours(self) -> Hours | None:
        """Its criterion, if the badge is for hours."""
        return self.criterion if isinstance(self.criterion, Hours) else None

    @property
    def kind(self) -> str:
        """The kind of criterion that leads it."""
        return self.criterion.leading().kind

    @property
    def event_kinds(self) -> frozenset[EventKind]:
        """The kinds of event that can earn it."""
        return frozenset(leaf.at for leaf in criteria.leaves(self.criterion) if leaf.at is not None)

    @property
    def rests_on_visits(self) -> bool:
        """Whether visits have a part in it, so that its scope is that of an event."""
        return any(isinstance(leaf, Hours | Attended) for leaf in criteria.leaves(self.criterion))

    def can_be_earned_at(self, kind: EventKind, unit: str) -> bool:
        """Whether an event of this kind and unit can earn it."""
        return any(
            leaf.at is kind and (unit == self.unit or leaf.elsewhere()) for leaf in criteria.leaves(self.criterion)
        )
