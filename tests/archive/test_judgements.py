"""Judgements in an archive: kept as they were made, refused where they point at nothing."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from archive.conftest import Place
from archive.samples import MEETING, SUMMIT, fill
from depesche.archive.store import Archive
from depesche.errors import JudgementError
from depesche.judgement import Anchor, Judgement

FIRST, SECOND = Anchor(MEETING.id), Anchor(SUMMIT.id)


def judgement(
    verdict: Any, subject: Anchor | None = FIRST, other: Anchor | None = None, **rest: Any
) -> Judgement:
    fields: dict[str, Any] = {"number": 0, "made": "", "by": "ina", "why": "weil\0 \ud800 = so"} | rest
    return Judgement(verdict=verdict, subject=subject, object=other, **fields)


@pytest.fixture
def archive(place: Place) -> Any:
    with Archive(place) as opened:
        fill(opened)
        yield opened


def test_judgements_come_back_as_they_were_made(archive: Archive) -> None:
    words = Anchor(MEETING.id, 3, 20)
    made = [
        archive.judge(judgement("same_story", FIRST, SECOND)),
        archive.judge(judgement("wrong_speaker", words, value="Sergej Lawrow", made="2025-07-12T01:02:03Z")),
        archive.judge(judgement("withdrawn", None, withdraws=1)),
    ]
    assert [j.number for j in made] == [1, 2, 3]
    assert made[0].made.endswith("Z") and made[1].made == "2025-07-12T01:02:03Z"
    assert archive.judgements() == tuple(made)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (judgement("same_story", FIRST), "two things"),
        (judgement("same_story", FIRST, Anchor("f" * 64)), "no report ffffffffffff"),
        (judgement("no_event", Anchor(MEETING.id, 5, 5)), "no words at 5 to 5"),
        (judgement("no_event", Anchor(MEETING.id, 5, 10**6)), "no words at 5 to 1000000"),
        (judgement("withdrawn", None, withdraws=9), "no judgement 9"),
    ],
)
def test_what_points_at_nothing_is_refused(archive: Archive, wrong: Judgement, words: str) -> None:
    with pytest.raises(JudgementError, match=words):
        archive.judge(wrong)
    assert archive.judgements() == ()


def test_a_judgement_outlives_the_reading(archive: Archive) -> None:
    kept = archive.judge(judgement("no_event", Anchor(MEETING.id, 3, 20)))
    again = msgspec.structs.replace(archive.reading(MEETING.id), events=(), reader="another")
    assert archive.write(MEETING, again)
    assert archive.judgements() == (kept,)


def test_numbers_are_never_given_twice(archive: Archive) -> None:
    archive.judge(judgement("same_story", FIRST, SECOND))
    with archive._database.writing() as connection:
        connection.exec_driver_sql("DELETE FROM judgements")
    assert archive.judge(judgement("same_story", FIRST, SECOND)).number == 2
