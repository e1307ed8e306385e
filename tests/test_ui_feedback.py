"""What each decision says: words, shape, colour and sound differ; thresholds and times are right."""

from __future__ import annotations

from dataclasses import replace

import pytest

from installer.sample import EVENT, HOUR, SAMPLES, at, outcome, outcomes, tiers
from station import texts
from station.facts import Admit, Refusal, Refuse, Release, Repeat, Role, Switch, Verdict, Way
from station.ui.feedback import Feedback, feedback

REP, TECH = Role.REPRESENTATION, Role.TECHNICAL
PERSON = SAMPLES[0]


@pytest.fixture(autouse=True)
def english() -> None:
    texts.activate("en")


def released(confirmed: int, minutes: int) -> Feedback:
    """Checked out at 14:00 after so many minutes, now at ``confirmed`` seconds."""
    since = at(14) - minutes * 60 * 1_000_000
    return feedback(outcome(Release(REP, since), Verdict.RELEASED, PERSON, at(14), 1, tiers(confirmed)), EVENT)


def test_verdicts_differ_in_words_shape_colour_and_sound() -> None:
    said = [feedback(each, EVENT) for each in outcomes().values()]
    for part in ("title", "shape", "hue", "cue"):
        assert len({getattr(each, part) for each in said}) == 5


def test_check_in_says_when_to_check_out() -> None:
    said = feedback(outcomes()[Verdict.ADMITTED], EVENT)
    assert said.sentence == "Representation, since 14:02. Check out by 18:00."
    assert feedback(outcomes()[Verdict.ADMITTED], None).sentence == "Representation, since 14:02."
    late = replace(EVENT, end=at(2, day=22))
    assert "Check out by 2026-11-22 02:00." in feedback(outcomes()[Verdict.ADMITTED], late).sentence


def test_progress_names_the_next_step_and_both_numbers() -> None:
    said = feedback(outcomes()[Verdict.REPEAT], EVENT)
    assert said.goal == "4 h to 12 h Representation"
    assert said.tally == "6 h 50 min confirmed + 1 h 10 min running now"


def test_a_second_short_of_a_step_is_a_minute_to_go() -> None:
    said = released(4 * HOUR - 1, 60)
    assert said.goal == "1 min to 4 h Representation"
    assert said.crossed == ""


@pytest.mark.parametrize(
    ("confirmed", "minutes", "crossed"),
    [
        (4 * HOUR, 60, "4 h reached: Representation!"),
        (8 * HOUR + 60, 60, "8 h reached: Representation!"),
        (8 * HOUR + 120 * 60, 60, ""),
        (12 * HOUR, 9 * 60, "12 h reached: Representation!"),
    ],
)
def test_the_scan_that_crosses_a_step_says_so(confirmed: int, minutes: int, crossed: str) -> None:
    assert released(confirmed, minutes).crossed == crossed


def test_all_steps_reached() -> None:
    assert released(13 * HOUR, 10).goal == "All hour badges reached: Representation"


def test_switch_counts_the_role_that_ended() -> None:
    steps = (*tiers(4 * HOUR, role=REP), *tiers(0, role=TECH))
    said = feedback(outcome(Switch(REP, TECH, at(13)), Verdict.SWITCHED, PERSON, at(14), 1, steps), EVENT)
    assert said.sentence == "Representation → Technical work, at 14:00."
    assert said.crossed == "4 h reached: Representation!"
    assert {step.role for step in said.tiers} == {TECH}


def test_repeat_tells_the_way() -> None:
    out = feedback(outcome(Repeat(Way.OUT, REP, at(12)), Verdict.REPEAT, PERSON, at(14), 1), EVENT)
    assert (out.title, out.sentence) == ("Already out", "Out since 12:00. Nothing changed.")
    assert feedback(outcomes()[Verdict.REPEAT], EVENT).title == "Already in"


@pytest.mark.parametrize("language", texts.LANGUAGES)
@pytest.mark.parametrize("reason", Refusal)
def test_every_refusal_says_what_is_wrong_and_what_to_do(language: str, reason: Refusal) -> None:
    texts.activate(language)
    said = feedback(outcome(Refuse(reason), Verdict.REFUSED, None, at(14), 1), EVENT)
    assert said.name
    assert len(said.sentence.split()) >= 6
    known = feedback(outcome(Refuse(reason), Verdict.REFUSED, PERSON, at(14), 1), EVENT)
    assert known.name == PERSON.name
    assert known.title == said.name


def test_spoken_has_everything() -> None:
    said = released(8 * HOUR, 60)
    for part in (said.title, said.name, said.goal, said.crossed, said.tally):
        assert part in said.spoken


def test_admit_without_progress() -> None:
    said = feedback(outcome(Admit(TECH), Verdict.ADMITTED, PERSON, at(14), 1), EVENT)
    assert (said.goal, said.tally, said.tiers) == ("", "", ())
