"""The same on both: SQLite and PostgreSQL read and link the same reports, and all is asked twice."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

import depesche
from depesche.archive import tables
from depesche.archive.alerts import Spot
from depesche.archive.happened import Period
from depesche.archive.lines import put_in_order
from depesche.archive.watching import Beat, FeedState, PageState, Watching
from depesche.dossiers import Dossiers
from depesche.intake import Intake
from depesche.judgement import Anchor, Judgement
from depesche.library import Archive
from depesche.sources.files import Defaults
from postgres import Server

SAMPLES = Path(depesche.__file__).parent / "samples" / "asean-rubio-lawrow"
PERIOD = Period("2018-01-01", "2025-12-31")
PAIR = ("USA", "RUS")


@pytest.fixture(scope="module")
def both(postgres: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Archive, Archive]]:
    with (
        Archive(tmp_path_factory.mktemp("both") / "a.sqlite") as one,
        Archive(postgres.make_database()) as other,
    ):
        for archive in (one, other):
            Intake((str(SAMPLES),), Defaults(), jobs=1).fill(archive)
            archive.link()
            first, second, *_ = archive.reports()
            archive.judge(
                Judgement(
                    number=0,
                    made="2026-01-01T00:00:00Z",
                    by="a",
                    verdict="other_story",
                    subject=Anchor(first.id),
                    object=Anchor(second.id),
                )
            )
            archive.link()
            # As it would be after days of use: without these, PostgreSQL plans for empty tables.
            archive._database.settle()
        yield one, other


def linked(ask: Callable[[Any], object]) -> Callable[[Archive], object]:
    def asked(archive: Archive) -> object:
        with archive.linked() as links:
            return ask(links)

    return asked


def surveyed(ask: Callable[[Any], object]) -> Callable[[Archive], object]:
    def asked(archive: Archive) -> object:
        with archive.surveyed() as survey:
            return ask(survey)

    return asked


def numbers(archive: Archive) -> list[int]:
    with archive.linked() as links:
        return sorted(links.find_numbers(row.id for row in archive.reports()).values())


def story(archive: Archive) -> str:
    return Dossiers(archive).stories()[0].id


QUESTIONS: dict[str, Callable[[Archive], object]] = {
    "readings": lambda a: list(a.readings()),
    "stories": lambda a: Dossiers(a).stories(),
    "stories of": lambda a: Dossiers(a).stories(actor="USA", text="Lawrow", limit=2),
    "story": lambda a: Dossiers(a).story(story(a)),
    "sources": lambda a: Dossiers(a).sources(story(a)),
    "records": lambda a: Dossiers(a).story_records(story(a)),
    "actor": lambda a: Dossiers(a).actor("Lawrow"),
    "line": lambda a: Dossiers(a).line(*PAIR, "month"),
    "days": lambda a: a.days(actor="USA"),
    "events": lambda a: a.events(between=PAIR, limit=5, offset=1),
    "events with words": lambda a: a.events(text="treffen", limit=3),
    "events in order": lambda a: a.events(),
    "actors": lambda a: a.actors(),
    "actors with words": lambda a: a.actors(text="außen", start="2025"),
    "quotations": lambda a: a.quotations(speaker="lawrow"),
    "relations": lambda a: a.relations(),
    "places": lambda a: a.reports(place="kuala"),
    "found": lambda a: sorted(hit.report for hit in a.search("Treffen Lawrow")),
    "found latest": lambda a: [hit.report for hit in a.search("Rubio", latest=True, limit=3)],
    "marks": lambda a: sorted(
        (h.report, h.snippet, h.marks, h.title_marks) for h in a.search('"Kuala Lumpur"')
    ),
    "found quotations": lambda a: sorted(q.text for q in a.search_quotations("Ukraine")),
    "found events": lambda a: sorted((e.report, e.event) for e in a.search_events("Lawrow")),
    "without words": lambda a: a.search("", limit=3, actor="USA"),
    "doubts": linked(lambda links: list(links.list_doubts())),
    "counted doubts": linked(lambda links: links.count_doubts()),
    "ties": surveyed(lambda survey: survey.ties(PERIOD)),
    "spots": surveyed(lambda survey: survey.spots(PERIOD)),
    "happened": surveyed(lambda survey: survey.happened(PERIOD, 20)),
    "happened at": surveyed(lambda survey: survey.happened(PERIOD, 20, place="")),
    "happened between": surveyed(lambda survey: survey.happened(PERIOD, 5, 1, pair=PAIR)),
    "pairs": surveyed(lambda survey: survey.pairs(20, of="USA")),
    "told": surveyed(lambda survey: survey.told(PAIR, None)),
    "mentions": surveyed(lambda survey: put_in_order(survey.mentions([(1, "e1"), (3, "e2")], PAIR, None))),
    "alone": surveyed(lambda survey: put_in_order(survey.alone([(1, "e1"), (2, "e1")], "2025-07-12"))),
    "under": linked(lambda links: links.kept.count_under("d:RUS-USA")),
    "told until": surveyed(lambda survey: survey.told(PAIR, "2025-07-12")),
    "stated": surveyed(lambda survey: survey.stated("d:RUS-USA", None)),
    "sayings": surveyed(lambda survey: survey.sayings_of(["d:RUS-USA"], "RUS", "2025-01-01", None, 9)),
    "last day": surveyed(lambda survey: survey.last_day()),
    "stamp": surveyed(lambda survey: survey.stamp()),
    "stamp of": surveyed(lambda survey: survey.stamp_of(["g:USA:", "o:USA:president"])),
    "fingerprints": lambda a: a.fingerprints(numbers(a)),
    "judgements": lambda a: a.judgements(),
}


@pytest.mark.parametrize("ask", QUESTIONS.values(), ids=QUESTIONS)
def test_both_answer_alike(both: tuple[Archive, Archive], ask: Callable[[Archive], object]) -> None:
    one, other = both
    told = ask(one)
    assert told == ask(other)


def test_both_find_what_is_to_be_told(both: tuple[Archive, Archive]) -> None:
    answers = []
    for archive in both:
        with pytest.raises(ZeroDivisionError), archive.linking() as links:
            stories = set(links.find_stories(links.find_numbers(archive.known_ids()).values()).values())
            assert links.kept.find_untold(*PAIR, "d:RUS-USA") == {}
            assert links.find_unsettled_of(stories) == []
            links.kept.forget_outlines(stories)
            links._connection.execute(sa.update(tables.stories).values(part=None))
            answers.append((links.kept.find_untold(*PAIR, "d:RUS-USA"), links.find_unsettled_of(stories)))
            # Others find the archive as it was.
            raise ZeroDivisionError
    assert answers[0] == answers[1]
    assert all(answers[0])


def test_both_hold_something(both: tuple[Archive, Archive]) -> None:
    empty = [name for name, ask in QUESTIONS.items() if not ask(both[0])]
    assert set(empty) <= {"relations", "stated"}


def watch(watching: Watching) -> list[object]:
    """Use every part of the tables of watching; return what they answer."""
    feed = FeedState(address="https://a.example/feed", host="a.example", every=60.0, due=5.0)
    pages = [
        PageState(
            address=f"https://a.example/{i}",
            host="a.example",
            feed=feed.address,
            digest="d",
            entry="{}",
            seen=1.0,
            due=2.0 + i,
        )
        for i in range(3)
    ]
    watching.keep_beat(
        Beat(clock=1.5, wall=2.5, running=True, machine="m", process=1, started="2026-01-01T00:00:00Z")
    )
    watching.list_feeds([feed])
    watching.keep_feed(feed)
    watching.keep_pages(pages)
    told: list[object] = [watching.beat(), watching.feeds(), watching.next_due(), watching.count_pages()]
    told += [
        watching.due_hosts(9.0),
        watching.due_feed("a.example", 9.0),
        watching.due_page("a.example", 9.0),
    ]
    told += [watching.find_feed(feed.address), watching.find_pages([pages[0].address, "https://b.example"])]
    watching.delay_host("a.example", 20.0)
    watching.hurry_feeds(10.0)
    told += [watching.count_waiting(feed.address), watching.due_hosts(9.0), watching.next_due()]
    watching.see_pages([1, 2], 30.0)
    return [*told, watching.drop_pages(25.0), watching.count_pages()]


def test_both_watch_alike(both: tuple[Archive, Archive]) -> None:
    answers = []
    for archive in both:
        with archive.watching() as watching:
            answers.append(watch(watching))
    assert answers[0] == answers[1]


def test_both_keep_alerts_alike(both: tuple[Archive, Archive]) -> None:
    answers = []
    for archive in both:
        with archive.alerting() as alerts:
            made = alerts.add(
                "Treffen",
                kind="reports",
                query="{}",
                channel="webhook",
                target="https://a.example",
                secret="s",
            )
            alerts.note(made, "m", [Spot(1, 0, 5), Spot(2, 0, 5)], "{}")
            alerts.note(made, "m", [Spot(1, 7, 9)])
            alerts.add_delivery(made.number, "d1", "{}")
            told: list[object] = [alerts.find_known(made, "m", [Spot(1, 0, 5), Spot(1, 1, 5)])]
            told += [len(alerts.list_matches(made.number, 9)), alerts.count(made.number)]
            due = alerts.list_due("2100-01-01T00:00:00Z", 5)
            told += [
                len(due),
                alerts.claim(due[0], "2100-01-02T00:00:00Z"),
                alerts.claim(due[0], "2100-01-03T00:00:00Z"),
            ]
            alerts.mark_failed(due[0].number, "nobody there", given_up=True)
            told += [alerts.retry(), alerts.count(made.number), len(alerts.list_arrivals("l", 9))]
            alerts.skip_arrivals("l")
            alerts.remove(made.number)
            answers.append([*told, alerts.orders()])
    assert answers[0] == answers[1]
