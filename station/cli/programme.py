"""How a programme is shown: as JSON lines, or as text for people."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from station import texts
from station.badge import Badge, Basis, Level
from station.catalogue import Catalogue, Unit
from station.choices import Choice
from station.cli.shell import emit, say
from station.criteria import described
from station.texts import N_, _

_BASES = {
    Basis.EXPLICIT: N_("as the programme says"),
    Basis.INFERRED: N_("inferred"),
    Basis.SILENT: N_("the programme is silent"),
}


def emit_programme(programme: Catalogue, units: Sequence[Unit]) -> None:
    """Print the programme, its choices, levels and portfolio types, and the badges of some units."""
    emit(
        {
            "catalogue": programme.institution["lt"],
            "version": programme.version,
            "institution": dict(programme.institution),
            "badges": len(programme.badges),
        }
    )
    for choice in programme.choices.values():
        emit(choice_described(choice))
    for level in programme.levels.values():
        emit(level_described(level))
    for part in programme.portfolio.values():
        emit({"portfolio": part.id, **part.title, "achievement": part.achievement.value})
    for one in units:
        for badge in programme.badges_of(one.id):
            emit(badge_described(badge, programme))


def say_programme(programme: Catalogue, units: Sequence[Unit]) -> None:
    """The same for people."""
    say(f"{texts.title_of(programme.institution)}, {programme.version}")
    for level in programme.levels.values():
        say(f"  {level.id}  {texts.title_of(level.title)}")
        if level.unlock:
            say("    " + _("unlocked by {what}").format(what=level.unlock.said()))
    for one in units:
        say(f"\n{texts.title_of(one.title)} ({one.id})")
        for badge in programme.badges_of(one.id):
            _say_badge(badge, programme)
    say("\n" + _("What the institution chose:"))
    for choice in programme.choices.values():
        _say_choice(choice)


def choice_described(choice: Choice) -> dict[str, Any]:
    return {
        "choice": choice.name,
        "value": choice.value,
        "default": choice.default,
        "lt": choice.says["lt"],
        "en": choice.says["en"],
        "source": choice.source,
    }


def level_described(level: Level) -> dict[str, Any]:
    return {
        "level": level.id,
        **level.title,
        "unlock": described(level.unlock) if level.unlock else None,
        "earned": described(level.earned) if level.earned else None,
    }


def badge_described(badge: Badge, programme: Catalogue) -> dict[str, Any]:
    """A badge as plain values, the same whatever the language."""
    said = {}
    for language in texts.LANGUAGES:
        with texts.speaking(language):
            said[language] = badge.criterion.said()
    portfolio = badge.portfolio
    return {
        "badge": badge.id,
        "unit": badge.unit,
        "kind": badge.kind,
        "lt": badge.title["lt"],
        "en": badge.title["en"],
        "title_basis": badge.title_basis.value,
        "criteria": dict(badge.criteria),
        "auto": badge.auto.value,
        "earned": described(badge.criterion),
        "said": said,
        "scope": badge.scope.value,
        "portfolio": (
            {"type": portfolio.type, "basis": portfolio.basis.value, "rivals": list(portfolio.rivals)}
            if portfolio
            else None
        ),
        "level": badge.level,
        "family": badge.family,
        "tier": badge.tier,
        "audience": badge.audience,
        "note": dict(badge.note),
        "evidence": badge.evidence,
        "competencies": [
            {"id": name, **programme.competencies[name].title, "esco": programme.competencies[name].esco}
            for name in badge.competencies
        ],
    }


def _say_badge(badge: Badge, programme: Catalogue) -> None:
    say(f"  {badge.id}  {texts.title_of(badge.title)}")
    say("    " + _("earned by: {what}").format(what=badge.criterion.said()))
    if badge.portfolio:
        title = texts.title_of(programme.portfolio[badge.portfolio.type].title)
        say("    " + _("portfolio: {type} ({basis})").format(type=title, basis=_(_BASES[badge.portfolio.basis])))
    if badge.competencies:
        names = (texts.title_of(programme.competencies[name].title) for name in badge.competencies)
        say("    " + _("competencies: {names}").format(names=", ".join(names)))
    if badge.note:
        say("    " + _("unclear: {note}").format(note=texts.title_of(badge.note)))


def _say_choice(choice: Choice) -> None:
    value, default = (", ".join(x) if isinstance(x, list) else str(x).lower() for x in (choice.value, choice.default))
    shown = f"{choice.name} = {value}"
    if choice.value != choice.default:
        shown += " " + _("(unless chosen: {default})").format(default=default)
    say(f"  {shown}\n    {texts.title_of(choice.says)}\n    {choice.source}")
