"""Judgements: which hold, what they change in a reading, which pairs they join or part."""

from __future__ import annotations

import dataclasses
from typing import Any

import msgspec
import pytest

from depesche.errors import JudgementError
from depesche.judgement import Anchor, Judgement, check_judgement
from depesche.link.corrections import correct_reading
from depesche.link.judgements import event_pairs, judgements_in_force, story_pairs
from depesche.link.records import EventKey
from depesche.reading import Actor, Event, Mention, Quotation, Reading, Span, Voice

A, B, C = (Anchor(name * 64) for name in "abc")


def judge(
    number: int, verdict: Any, subject: Anchor | None = A, other: Anchor | None = None, **rest: Any
) -> Judgement:
    return Judgement(
        number=number,
        made="2026-01-02T03:04:05Z",
        by="ina",
        verdict=verdict,
        subject=subject,
        object=other,
        **rest,
    )


def withdraw(number: int, withdrawn: int) -> Judgement:
    return judge(number, "withdrawn", None, withdraws=withdrawn)


# "Lawrow nannte das Treffen nützlich. Er habe Rubio gewarnt." with a wrong speaker.
READING = Reading(
    id="a" * 64,
    actors=(
        Actor("a1", "Sergej Lawrow", "PER", "RUS", mentions=(Mention(0, 6, "Lawrow"),)),
        Actor("a2", "Marco Rubio", "PER", "USA", mentions=(Mention(44, 49, "Rubio"),)),
    ),
    quotations=(
        Quotation(
            type="IndirectFreeIndirect",
            spans=(Span(36, 57),),
            text="Er habe Rubio gewarnt",
            speaker=Voice(44, 49, "Rubio", "a2"),
        ),
    ),
    events=(
        Event(id="e1", type="CONSULT", start=18, end=25, text="Treffen", actor=("a1", "a2")),
        Event(id="e2", type="THREATEN", start=50, end=57, text="gewarnt", actor=("a1",), source="a2"),
    ),
)


@dataclasses.dataclass
class Case:
    name: str
    made: list[Judgement]
    hold: list[int]


CASES = [
    Case("one", [judge(1, "same_story", A, B)], [1]),
    Case("withdrawn", [judge(1, "same_story", A, B), withdraw(2, 1)], []),
    Case("the withdrawal withdrawn", [judge(1, "same_story", A, B), withdraw(2, 1), withdraw(3, 2)], [1]),
    Case("the last one holds", [judge(1, "same_story", A, B), judge(2, "other_story", B, A)], [2]),
    Case(
        "the one before holds again",
        [judge(1, "same_story", A, B), judge(2, "other_story", A, B), withdraw(3, 2)],
        [1],
    ),
    Case("different matters", [judge(1, "same_story", A, B), judge(2, "other_story", A, C)], [1, 2]),
    Case(
        "what is no event is a matter of its own",
        [judge(1, "event_date", A), judge(2, "no_event", A)],
        [1, 2],
    ),
    Case("the last day holds", [judge(1, "event_date", A, value="2025"), judge(2, "event_date", A)], [2]),
    Case("withdrawing nothing", [withdraw(1, 7), judge(2, "same_story", A, B)], [2]),
]


@pytest.mark.parametrize("case", CASES, ids=lambda c: c.name)
def test_which_judgements_hold(case: Case) -> None:
    assert [j.number for j in judgements_in_force(reversed(case.made))] == case.hold


@pytest.mark.parametrize(
    ("judgement", "words"),
    [
        (msgspec.structs.replace(judge(1, "same_story", A, B), by=" "), "somebody"),
        (judge(1, "same_story", A), "two things"),
        (judge(1, "same_story", A, A), "twice"),
        (judge(1, "no_event", A), "words of a report"),
        (judge(1, "no_event", None), "something"),
        (judge(1, "withdrawn", None), "number"),
        (judge(1, "wrong_time", A), "words of a report"),
        (judge(1, "event_date", Anchor("a" * 64, 18, 25), value="bald"), "'bald' is no day"),
    ],
)
def test_a_judgement_that_says_too_little_is_refused(judgement: Judgement, words: str) -> None:
    with pytest.raises(JudgementError, match=words):
        check_judgement(judgement)


def test_what_is_no_event_goes_and_the_others_stay() -> None:
    anchor = Anchor("a" * 64, 20, 22)
    corrected = correct_reading(READING, [judge(1, "no_event", anchor)])
    assert [e.id for e in corrected.events] == ["e2"]
    assert correct_reading(READING, [judge(1, "no_event", Anchor("b" * 64, 20, 22))]) is READING


def test_a_wrong_speaker_is_put_right_in_quotation_and_event() -> None:
    judgement = judge(1, "wrong_speaker", Anchor("a" * 64, 36, 57), value="Sergej Lawrow")
    corrected = correct_reading(READING, [judgement])
    assert corrected.quotations[0].speaker == Voice(0, 6, "Lawrow", "a1")
    assert [e.source for e in corrected.events] == [None, "a1"]


def test_nobody_may_be_the_right_speaker() -> None:
    corrected = correct_reading(READING, [judge(1, "wrong_speaker", Anchor("a" * 64, 36, 56))])
    assert corrected.quotations[0].speaker is None
    assert [e.source for e in corrected.events] == [None, None]


def test_pairs_of_stories() -> None:
    made = [judge(1, "same_story", A, B), judge(2, "other_story", A, C)]
    assert story_pairs(made) == (((A.report, B.report),), ((A.report, C.report),))


def test_pairs_of_events_are_found_at_their_words() -> None:
    other = msgspec.structs.replace(READING, id="b" * 64)
    made = [
        judge(1, "same_event", Anchor("a" * 64, 18, 25), Anchor("b" * 64, 17, 24)),
        judge(2, "other_event", Anchor("a" * 64, 50, 57), Anchor("b" * 64, 50, 57)),
        judge(3, "same_event", Anchor("a" * 64, 0, 3), Anchor("b" * 64, 50, 57)),
        judge(4, "same_event", Anchor("a" * 64, 50, 57), Anchor("c" * 64, 50, 57)),
    ]
    together, apart = event_pairs(made, [READING, other])
    assert together == ((EventKey("a" * 64, "e1"), EventKey("b" * 64, "e1")),)
    assert apart == ((EventKey("a" * 64, "e2"), EventKey("b" * 64, "e2")),)
