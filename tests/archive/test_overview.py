"""The days with news, and the digest of a story: it changes when the story does, and with nothing else."""

from __future__ import annotations

import pytest

from archive.conftest import Place
from depesche.judgement import Anchor, Judgement
from depesche.library import Archive
from depesche.reading import Report

TEXTS = [
    (
        "2025-07-10",
        "US-Außenminister Marco Rubio traf am Donnerstag in Oslo den Außenminister Sergej Lawrow.",
    ),
    (
        "2025-07-11",
        "US-Außenminister Marco Rubio traf am Donnerstag in Oslo den Außenminister Sergej Lawrow. Später.",
    ),
    ("2024-02-02", "Die Fischer von Reykjavik klagten über das Wetter und die Preise für Kabeljau im Hafen."),
]


@pytest.fixture
def archive(place: Place) -> Archive:
    made = Archive(place)
    for day, text in TEXTS:
        made.add(Report(text=text, published=day, source="Nordpost"))
    made.link()
    return made


def stories_of(archive: Archive) -> dict[str, int]:
    with archive.linked() as links:
        numbers = links.find_numbers(row.id for row in archive.reports())
        stories = links.find_stories(numbers.values())
    return {id_: stories[number] for id_, number in numbers.items()}


def test_days_have_the_latest_first(archive: Archive) -> None:
    assert [(one.day, one.reports) for one in archive.days()] == [
        ("2025-07-11", 1),
        ("2025-07-10", 1),
        ("2024-02-02", 1),
    ]
    assert [one.day for one in archive.days(actor="Rubio", limit=1)] == ["2025-07-11"]


def test_a_digest_changes_with_its_story_alone(archive: Archive) -> None:
    told = stories_of(archive)
    rubio, fish = told[archive.reports(actor="Rubio")[0].id], told[archive.reports(text="Kabeljau")[0].id]
    before = archive.fingerprints([rubio, fish])
    assert before == archive.fingerprints([fish, rubio])
    assert before[rubio] != before[fish]
    report = archive.reports(actor="Rubio")[0]
    archive.judge(
        Judgement(number=0, made="", by="ich", verdict="no_event", why="", subject=Anchor(report.id, 0, 5))
    )
    after = archive.fingerprints([rubio, fish])
    assert after[rubio] != before[rubio]
    assert after[fish] == before[fish]
    archive.judge(Judgement(number=0, made="", by="ich", verdict="withdrawn", why="", withdraws=1))
    assert archive.fingerprints([rubio])[rubio] not in {before[rubio], after[rubio]}


def test_a_digest_changes_when_a_report_comes(archive: Archive) -> None:
    rubio = stories_of(archive)[archive.reports(actor="Rubio")[0].id]
    before = archive.fingerprints([rubio])
    archive.add(Report(text=TEXTS[0][1] + " Es war kalt.", published="2025-07-11", source="Elbtagblatt"))
    archive.link()
    assert archive.fingerprints([rubio]) != before


def test_no_story_has_no_digest(archive: Archive) -> None:
    assert archive.fingerprints([]) == {}
    assert archive.fingerprints([999]) == {}
