"""The two programmes that come with the program, against what their pages say: written down here once more by hand."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from station import criteria
from station.catalogue import Catalogue, bundled, parse
from station.choices import Unset
from station.criteria import Criterion
from station.criteria.belonged import Belonged, Lasted
from station.criteria.joined import All, Any, Collected, Unlocked
from station.criteria.started import Placed, Starts
from station.criteria.visited import Hours
from station.criteria.vouched import Applied, Percentage, Vouched
from station.deeds import Level
from station.facts import Role
from station.resources import resource

DATA = os.environ.get("STATION_TEST_DATA")
UNITS = {
    "culture_events": 9,
    "university_general": 10,
    "gifted": 5,
    "guided": 14,
    "student_organisations": 18,
    "art_collectives": 4,
    "sport_collectives": 13,
    "schools": 14,
    "eciu": 2,
}
KINDS = {
    "hours": 36,
    "evidence": 26,
    "attendance": 7,
    "position": 7,
    "membership": 4,
    "duration": 3,
    "starts": 3,
    "placing": 2,
    "percentage": 1,
}
VOLUNTEERING = {
    "ktu.culture.vol": ("culture_events", "Savanoriška veikla KTU kultūriniuose renginiuose"),
    "ktu.so.vol": ("student_organisations", "Savanoriška veikla KTU Studentų organizacijų renginiuose bei veiklose"),
    "ktu.sport.vol": ("sport_collectives", "Savanoriška veikla KTU sporto kolektyvų renginiuose bei veiklose"),
    "ktu.school.vol": ("schools", "Savanoriška veikla KTU bei mokyklų organizuojamuose renginiuose bei veiklose"),
}
ROLES = {
    "representation": "Atstovavimas",
    "coordination": "Koordinavimas",
    "technical": "Techniniai darbai",
}
PORTFOLIO = [
    "savanorystė",
    "papildoma bei savanoriška praktika",
    "narystė KTU organizacijose",
    "papildomas ugdymas(is) KTU",
    "mokslinė veikla",
    "žinių ir patirties sklaida",
    "pasiekimai olimpiadose, konkursuose, varžybose",
]
# id, kind, who decides, Lithuanian title: in the order of the page
OTHERS = [
    # university_general
    ("ktu.general.voluntary_internship", "duration", "assist", "Savanoriška praktika"),
    ("ktu.general.additional_internship", "duration", "assist", "Papildoma praktika"),
    (
        "ktu.general.participant",
        "attendance",
        "yes",
        "Konferencijos, paskaitos, projekto, renginio, seminaro, diskusijos dalyvis",
    ),
    ("ktu.general.workshop_participant", "attendance", "yes", "Kūrybinių dirbtuvių dalyvis"),
    ("ktu.general.conference_speaker", "evidence", "assist", "Konferencijos pranešėjas"),
    ("ktu.general.article_author", "evidence", "no", "Straipsnio autorius"),
    ("ktu.general.article_coauthor", "evidence", "no", "Straipsnio bendraautorius"),
    ("ktu.general.leading_workshops", "evidence", "assist", "Kūrybinių dirbtuvių, paskaitų, seminarų vedimas"),
    ("ktu.general.student_consulting", "evidence", "assist", "Studentų konsultavimas"),
    ("ktu.general.talk", "evidence", "assist", "Pranešimo skaitymas"),
    # gifted
    (
        "ktu.gifted.participant",
        "attendance",
        "yes",
        "Konferencijos, kūrybinių dirbtuvių, paskaitos, projekto, renginio, seminaro dalyvis",
    ),
    ("ktu.gifted.career_planning", "evidence", "assist", "Karjeros planavimas"),
    ("ktu.gifted.international_experience", "evidence", "no", "Tarptautinė patirtis"),
    ("ktu.gifted.leading_workshops", "evidence", "assist", "Kūrybinių dirbtuvių, paskaitų, seminarų vedimas"),
    ("ktu.gifted.talk", "evidence", "assist", "Pranešimo skaitymas"),
    # guided
    ("ktu.guided.mentee.career", "evidence", "assist", "Mentorystės programos dalyvis: karjeros mentorystė"),
    ("ktu.guided.mentee.academic", "evidence", "assist", "Mentorystės programos dalyvis: akademinė mentorystė"),
    ("ktu.guided.mentee.research", "evidence", "assist", "Mentorystės programos dalyvis: tyrimų mentorystė"),
    ("ktu.guided.mentee.tutoring", "evidence", "assist", "Mentorystės programos dalyvis: tutorystė"),
    (
        "ktu.guided.mentee.guided_junior",
        "evidence",
        "assist",
        "Mentorystės programos dalyvis: ,,GUIDed” Junior mentorystė",
    ),
    ("ktu.guided.mentor.first_year", "evidence", "assist", "Buvimas mentoriumi: pradžios mentorius"),
    ("ktu.guided.mentor.career", "evidence", "assist", "Buvimas mentoriumi: karjeros mentorius"),
    ("ktu.guided.mentor.academic", "evidence", "assist", "Buvimas mentoriumi: akademinis mentorius"),
    ("ktu.guided.mentor.research", "evidence", "assist", "Buvimas mentoriumi: tyrimų mentorius"),
    ("ktu.guided.mentor.tutor", "evidence", "assist", "Buvimas mentoriumi: tutorius"),
    ("ktu.guided.mentor.guided_junior", "evidence", "assist", "Buvimas mentoriumi: ,,GUIDed” Junior mentorius"),
    ("ktu.guided.discussion", "attendance", "yes", "Diskusijos dalyvis"),
    ("ktu.guided.talk", "evidence", "assist", "Pranešimo skaitytojas"),
    ("ktu.guided.seminar", "evidence", "assist", "Seminaro vedimas"),
    # student_organisations
    ("ktu.so.accredited_member", "percentage", "assist", "Akredituotas KTU SA narys"),
    ("ktu.so.member", "membership", "assist", "Studentų organizacijos narys/ FSA narys"),
    ("ktu.so.central_coordinator", "position", "no", "Centrinės studentų atstovybės koordinatorius"),
    ("ktu.so.faculty_coordinator", "position", "no", "Fakulteto studentų atstovybės koordinatorius"),
    ("ktu.so.faculty_chair", "position", "no", "Fakulteto studentų atstovybės pirmininkas"),
    ("ktu.so.head", "position", "no", "Studentų organizacijos vadovas"),
    ("ktu.so.main_event_coordinator", "position", "assist", "Pagrindinis renginio koordinatorius"),
    ("ktu.so.president", "position", "no", "Studentų atstovybės prezidentas"),
    ("ktu.so.alumnus", "position", "no", "Studentų organizacijos alumnas"),
    # art_collectives
    ("ktu.art.member_gold", "membership", "assist", "Meno kolektyvo narys. Auksinis ženkliukas"),
    ("ktu.art.member_silver", "membership", "assist", "Meno kolektyvo narys. Sidabrinis ženkliukas"),
    ("ktu.art.alumnus", "membership", "no", "Meno kolektyvo alumni narys"),
    ("ktu.art.contest_winner", "placing", "assist", "Konkurso nugalėtojas"),
    # sport_collectives
    ("ktu.sport.prize_place", "placing", "assist", "Prizinių vietų laimėjimas varžybose"),
    ("ktu.sport.gold", "starts", "assist", "Auksinis sportininkas"),
    ("ktu.sport.bronze", "starts", "assist", "Bronzinis sportininkas"),
    ("ktu.sport.platinum", "starts", "assist", "Platininis sportininkas"),
    # schools
    (
        "ktu.school.participant",
        "attendance",
        "yes",
        "Konferencijos, paskaitos, projekto, renginio, seminaro, diskusijos dalyvis",
    ),
    ("ktu.school.leading_workshops", "evidence", "assist", "Kūrybinių dirbtuvių, paskaitų, seminarų vedimas"),
    ("ktu.school.workshop_participant", "attendance", "yes", "Kūrybinių dirbtuvių dalyvis"),
    ("ktu.school.talk", "evidence", "assist", "Pranešimo skaitymas"),
    ("ktu.school.discussion", "attendance", "yes", "Diskusijos dalyvis"),
    # eciu
    ("ktu.eciu.challenge", "duration", "assist", "ECIU universiteto iššūkio dalyvis"),
    ("ktu.eciu.micromodule", "evidence", "no", "ECIU universiteto mikromodulio dalyvis"),
]
"""Every badge of the page that is not for hours."""


@cache
def ktu() -> Catalogue:
    return parse(bundled(), "ktu.toml")


@cache
def vilnius() -> Catalogue:
    return parse(resource("catalogue", "vilniustech.toml").read_text("utf-8"), "vilniustech.toml")


def expected() -> Iterator[tuple[str, str, str, str]]:
    for base, (_unit, heading) in VOLUNTEERING.items():
        for role, name in ROLES.items():
            for hours in (4, 8, 12):
                yield f"{base}.{role}.{hours}h", "hours", "yes", f"{heading}. {name} ({hours} val.)"
    yield from OTHERS


def test_every_badge_of_the_page_and_no_other() -> None:
    found = {(badge.id, badge.kind, badge.auto.value, badge.title["lt"]) for badge in ktu().badges.values()}
    assert found == set(expected())
    assert len(found) == 89


def test_how_many_of_each_unit_and_kind() -> None:
    badges = ktu().badges.values()
    assert Counter(badge.unit for badge in badges) == UNITS
    assert list(ktu().units) == list(UNITS)
    assert Counter(badge.kind for badge in badges) == KINDS
    assert Counter(badge.auto.value for badge in badges) == {"yes": 43, "assist": 35, "no": 11}
    assert Counter(badge.title_basis.value for badge in badges) == {"composed": 48, "verbatim": 41}


def test_hours_badges_ask_for_what_their_titles_say() -> None:
    for base, (unit, _heading) in VOLUNTEERING.items():
        for role in Role:
            for hours in (4, 8, 12):
                badge = ktu().badges[f"{base}.{role}.{hours}h"]
                assert (badge.unit, badge.criterion) == (unit, Hours(role, hours * 3600))


def leaves(badge: str) -> list[Criterion]:
    return list(criteria.leaves(ktu().badges[badge].criterion))


@pytest.mark.parametrize(("metal", "individual", "team"), [("gold", 8, 12), ("bronze", 6, 8), ("platinum", 4, 6)])
def test_athletes(metal: str, individual: int, team: int) -> None:
    starts, membership, *rest = leaves(f"ktu.sport.{metal}")
    assert isinstance(starts, Starts)
    assert (starts.individual, starts.team) == (individual, team)
    assert isinstance(membership, Belonged)
    assert membership.months == 3
    assert [type(one) for one in rest] == ([Placed] if metal == "gold" else [])
    badge = ktu().badges[f"ktu.sport.{metal}"]
    assert isinstance(badge.criterion, Any if metal == "gold" else All)
    for one in rest:
        assert isinstance(one, Placed)
        assert (one.levels, one.place) == ((Level.NATIONAL, Level.REGIONAL), 3)


def test_the_athletes_tiers_are_ordered_by_what_they_ask_for_not_by_their_metal() -> None:
    family = [badge for badge in ktu().badges.values() if badge.family == "ktu.sport.athlete"]
    assert [badge.id for badge in sorted(family, key=lambda one: one.tier)] == [
        f"ktu.sport.{metal}" for metal in ("platinum", "bronze", "gold")
    ]


def test_the_numbers_the_page_gives_elsewhere() -> None:
    assert leaves("ktu.so.accredited_member") == [Percentage(75)]
    for name in ("voluntary_internship", "additional_internship"):
        (internship,) = leaves(f"ktu.general.{name}")
        assert isinstance(internship, Lasted)
        assert (internship.months, internship.position) == (1, name)


def test_every_badge_is_told_whole() -> None:
    for badge in (*ktu().badges.values(), *vilnius().badges.values()):
        assert badge.competencies
        for texts in (badge.title, badge.criteria):
            assert all(texts[language].strip() for language in ("lt", "en"))
        assert set(badge.note) in (set(), {"lt", "en"})


def test_the_seven_portfolio_types_each_inferred() -> None:
    assert [part.title["lt"] for part in ktu().portfolio.values()] == PORTFOLIO
    for badge in ktu().badges.values():
        assert badge.portfolio
        assert badge.portfolio.basis == "inferred"


def test_whatever_the_page_leaves_open_is_a_choice_at_its_default() -> None:
    for programme in (ktu(), vilnius()):
        for choice in programme.choices.values():
            assert choice.value == choice.default
            assert choice.source
            assert all(choice.says[language] for language in ("lt", "en"))
    assert {
        "hours_scope", "hours_roles", "hours_units", "hours_tiers", "start_individual", "start_team", "start_window",
        "start_statuses", "start_mixing", "month", "sport_tiers", "prize_place", "attendance_mode", "attendance_count",
        "attendance_percent", "gold_alternative", "gold_levels", "gold_places",
    } <= ktu().choices.keys()  # fmt: skip


@pytest.mark.skipif(not DATA, reason="STATION_TEST_DATA names no folder with the programmes' pages")
def test_titles_and_criteria_are_the_pages_own_words() -> None:
    assert DATA is not None
    pages = " ".join(path.read_text("utf-8") for path in sorted((Path(DATA) / "seeds").glob("*.txt")))
    lines = {line.strip() for line in pages.splitlines()}
    page = " ".join(pages.split())
    for badge in ktu().badges.values():
        if badge.title_basis == "verbatim":
            assert badge.title["lt"] in lines
        # One badge has two paragraphs, the second of which lacks its full stop.
        for part in badge.criteria["lt"].removesuffix(".").split(". Ženkliukas išduodamas"):
            assert part in page, badge.id
    for choice in vilnius().choices.values():
        if "“" in choice.source:
            assert choice.source.split("“")[1].split("”")[0] in page


def test_the_levels_of_vilnius_tech() -> None:
    programme = vilnius()
    assert [level.title["en"] for level in programme.levels.values()] == [
        "Participation badge", "Activity badge", "META badge", "UBER badge",
    ]  # fmt: skip
    assert programme.levels["participation"].unlock is None
    unlock = programme.levels["activity"].unlock
    assert isinstance(unlock, Collected)
    assert (unlock.level, unlock.count, unlock.distinct) == ("participation", 2, "badge")
    assert isinstance(programme.levels["activity"].earned, Vouched)
    for name, choice in (("meta", "activity_to_meta_count"), ("uber", "uber_count")):
        criterion = programme.badges[f"vilniustech.{name}"].criterion
        assert isinstance(criterion, Applied)
        assert isinstance(criterion.after, Collected)
        assert (criterion.after.level, criterion.after.count) == ("activity", Unset(choice))
    assert len(programme.badges) == 2
    assert [unit for unit in programme.units if unit != "system"] == [
        "sports", "art", "science", "internationalization", "other",
    ]  # fmt: skip


def test_the_example_shows_every_kind() -> None:
    text = resource("catalogue", "example.toml").read_text("utf-8")
    example = parse(text, "example.toml")
    told = {leaf.kind for badge in example.badges.values() for leaf in _within(badge.criterion)}
    assert told | {"chosen"} == criteria.KINDS.keys()
    assert 'kind = "chosen"' in text


def _within(criterion: Criterion) -> Iterator[Criterion]:
    yield criterion
    for part in criterion.parts():
        yield from _within(part)


def test_a_choice_changes_what_refers_to_it_and_nothing_else() -> None:
    text = bundled().replace(
        '[choices.gold_alternative]\nvalue = "whole_rule"', '[choices.gold_alternative]\nvalue = "starts_only"'
    )
    changed = parse(text, "ktu.toml")
    differing = {name for name, badge in changed.badges.items() if badge != ktu().badges[name]}
    assert differing == {"ktu.sport.gold"}
    gold = changed.badges["ktu.sport.gold"].criterion
    assert isinstance(gold, All)
    assert [type(one) for one in gold.of] == [Any, Belonged]
    assert not isinstance(gold, Unlocked)
