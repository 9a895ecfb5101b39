"""A handful of reports with readings made by hand, and strategies for arbitrary ones."""

from __future__ import annotations

import typing
from pathlib import Path

import pytest
from hypothesis import strategies as st

from depesche.archive.store import Archive
from depesche.reading import (
    Actor,
    ActorType,
    Event,
    Mention,
    Place,
    Quotation,
    QuotationType,
    Reading,
    RelationKind,
    Report,
    Span,
    Standing,
    Statement,
    Status,
    Time,
    TimeType,
    Voice,
)

MEETING = Report(
    text=(
        "US-Außenminister Marco Rubio hat am Donnerstag in Kuala Lumpur seinen Kollegen Sergej Lawrow "
        "getroffen. Rubio sagte, er sei enttäuscht. Drei Mrd. Dollar sind es nicht. Nach Angaben Lawrows "
        "drohten die USA mit Sanktionen."
    ),
    published="2025-07-11",
    title="Rubio trifft Lawrow",
    source="Nordpost",
    url="https://nordpost.example/1",
    key="n1",
)
SUMMIT = Report(
    text=(
        "Österreichs Kanzler empfängt im August die EU-Staaten in Wien. „Wir wollen Frieden“, sagte der "
        "Kanzler. In Jerusalem wurde demonstriert."
    ),
    published="2025-07-20T08:15:00+02:00",
    title="Gipfel in Wien",
    source="Alpenblatt",
)
UNDATED = Report(text="Moskau wies die Verhandlungen zurück.", title=None, source="Nordpost")


def span(report: Report, words: str, nth: int = 0) -> tuple[int, int]:
    start = -1
    for _ in range(nth + 1):
        start = report.text.index(words, start + 1)
    return start, start + len(words)


def mention(report: Report, words: str, nth: int = 0) -> Mention:
    return Mention(*span(report, words, nth), words, "actors/test")


def voice(report: Report, words: str, actor: str | None, nth: int = 0) -> Voice:
    return Voice(*span(report, words, nth), words, actor)


def event(report: Report, name: str, type_: str, words: str, **fields: typing.Any) -> Event:
    return Event(name, type_, *span(report, words), words, rule="events/test", **fields)


def quotation(report: Report, type_: QuotationType, words: str, **fields: typing.Any) -> Quotation:
    return Quotation(type_, (Span(*span(report, words)),), words, rule="quotations/test", **fields)


def meeting() -> Reading:
    rubio = Actor(
        "a1",
        "Marco Rubio",
        "PER",
        "USA",
        "GOV",
        "US-Außenminister",
        "foreign_minister",
        (mention(MEETING, "US-Außenminister Marco Rubio"), mention(MEETING, "Rubio", 1)),
    )
    lawrow = Actor("a2", "Sergej Lawrow", "PER", "RUS", "GOV", mentions=(mention(MEETING, "Sergej Lawrow"),))
    state = Actor("a3", "USA", "GPE", "USA", "GOV", mentions=(mention(MEETING, "USA"),))
    return Reading(
        id=MEETING.id,
        title=MEETING.title,
        published=MEETING.day,
        source=MEETING.source,
        agency=("afp", "red"),
        actors=(rubio, lawrow, state),
        places=(
            Place(
                *span(MEETING, "Kuala Lumpur"), "Kuala Lumpur", "Kuala Lumpur", "MYS", 3.14, 101.69, 1735161
            ),
        ),
        times=(
            Time(
                *span(MEETING, "Donnerstag"), "Donnerstag", "DATE", "2025-07-10", "2025-07-10", "2025-07-10"
            ),
        ),
        quotations=(
            quotation(
                MEETING,
                "Indirect",
                "er sei enttäuscht",
                speaker=voice(MEETING, "Rubio", "a1", 1),
                cue=(Span(*span(MEETING, "sagte")),),
                frame=(Span(*span(MEETING, "Rubio sagte")),),
                addressee=voice(MEETING, "Sergej Lawrow", "a2"),
            ),
        ),
        events=(
            event(
                MEETING,
                "e1",
                "CONSULT",
                "getroffen",
                mode="multilateral",
                context=("diplomatic", "executive"),
                actor=("a1", "a2"),
                date="2025-07-10",
                earliest="2025-07-10",
                latest="2025-07-10",
                place="Kuala Lumpur",
            ),
            event(
                MEETING,
                "e2",
                "THREATEN",
                "drohten",
                mode="restrict",
                actor=("a3",),
                recipient=("a2",),
                source="a2",
                status="hypothetical",
            ),
        ),
        relations=(
            Statement(
                id="r1",
                kind="restriction",
                start=span(MEETING, "Sanktionen")[0],
                end=span(MEETING, "Sanktionen")[1],
                text="Sanktionen",
                mode="trade",
                parties=("a3", "a2"),
                status="wished",
                since=Time(*span(MEETING, "Donnerstag"), "Donnerstag", "DATE", "2025-07-10", "2025-07-10"),
                source="a2",
                rule="relations/test",
            ),
        ),
        reader="r1",
    )


def summit() -> Reading:
    chancellor = Actor(
        "a1", "Österreichs Kanzler", "PER", "AUT", "GOV", mentions=(mention(SUMMIT, "Kanzler"),)
    )
    union = Actor("a2", "EU", "ORG", None, "IGO", mentions=(mention(SUMMIT, "EU"),))
    city = Actor("a3", "Jerusalem", "GPE", "ISR", None, mentions=(mention(SUMMIT, "Jerusalem"),))
    return Reading(
        id=SUMMIT.id,
        title=SUMMIT.title,
        published=SUMMIT.day,
        source=SUMMIT.source,
        actors=(chancellor, union, city),
        quotations=(
            quotation(SUMMIT, "Direct", "Wir wollen Frieden", speaker=voice(SUMMIT, "der Kanzler", "a1")),
        ),
        events=(
            event(
                SUMMIT,
                "e1",
                "CONSULT",
                "empfängt",
                mode="visit",
                actor=("a2",),
                recipient=("a1",),
                date="2025-08",
                earliest="2025-08-01",
                latest="2025-08-31",
                place="Wien",
                status="future",
            ),
            event(SUMMIT, "e2", "PROTEST", "demonstriert", mode="demo", recipient=("a3",)),
        ),
        reader="r1",
    )


def undated() -> Reading:
    moscow = Actor("a1", "Russland", "GPE", "RUS", "GOV", mentions=(mention(UNDATED, "Moskau"),))
    rejected = event(UNDATED, "e1", "REJECT", "wies", actor=("a1",))
    return Reading(id=UNDATED.id, source=UNDATED.source, actors=(moscow,), events=(rejected,), reader="r1")


def fill(archive: Archive) -> None:
    for report, reading in ((UNDATED, undated()), (SUMMIT, summit()), (MEETING, meeting())):
        assert archive.write(report, reading)


@pytest.fixture
def archive(tmp_path: Path) -> typing.Iterator[Archive]:
    with Archive(tmp_path / "archive.sqlite") as opened:
        yield opened


@pytest.fixture
def filled(archive: Archive) -> Archive:
    fill(archive)
    return archive


# Arbitrary reports and readings: every character, also those that no database stores, and true offsets.

ANY_CHARACTER = st.characters(exclude_categories=())
ANY_TEXT = st.text(ANY_CHARACTER, max_size=30)
MAYBE = st.none() | ANY_TEXT
NUMBER = st.none() | st.integers(0, 2**31 - 1)
DEGREES = st.none() | st.floats(-180, 180)
DAY = st.none() | st.dates().map(str)


@st.composite
def reports(draw: st.DrawFn) -> Report:
    fields = {name: draw(MAYBE) for name in ("title", "source", "url", "key", "language", "author")}
    return Report(text=draw(st.text(ANY_CHARACTER, max_size=200)), published=draw(DAY), **fields)


@st.composite
def spans(draw: st.DrawFn, text: str) -> tuple[int, int, str]:
    start = draw(st.integers(0, len(text)))
    end = draw(st.integers(start, len(text)))
    return start, end, text[start:end]


def _kinds(literal: object) -> st.SearchStrategy[typing.Any]:
    return st.sampled_from(typing.get_args(literal))


@st.composite
def pairs(draw: st.DrawFn) -> tuple[Report, Reading]:
    """Draw a report and a reading whose findings stand where they say."""
    report = draw(reports())
    text = report.text

    def some(make: typing.Callable[[int], typing.Any]) -> tuple[typing.Any, ...]:
        return tuple(make(i) for i in range(draw(st.integers(0, 3))))

    def ids(names: list[str]) -> st.SearchStrategy[tuple[str, ...]]:
        return st.lists(st.sampled_from(names), max_size=3).map(tuple) if names else st.just(())

    def one(names: list[str]) -> st.SearchStrategy[str | None]:
        return st.none() | st.sampled_from(names) if names else st.none()

    def draw_span(_: int) -> Span:
        start, end, _words = draw(spans(text))
        return Span(start, end)

    def draw_voice() -> Voice | None:
        return Voice(*draw(spans(text)), draw(one(names))) if draw(st.booleans()) else None

    def draw_time(_: int = 0) -> Time:
        return Time(
            *draw(spans(text)),
            draw(_kinds(TimeType)),
            draw(ANY_TEXT),
            draw(DAY),
            draw(DAY),
            draw(ANY_TEXT),
        )

    def draw_relation(i: int) -> Statement:
        start, end, words = draw(spans(text))
        return Statement(
            id=f"r{i}",
            kind=draw(_kinds(RelationKind)),
            start=start,
            end=end,
            text=words,
            mode=draw(MAYBE),
            parties=draw(ids(names)),
            mutual=draw(st.booleans()),
            status=draw(_kinds(Standing)),
            since=draw_time() if draw(st.booleans()) else None,
            until=draw_time() if draw(st.booleans()) else None,
            source=draw(one(names)),
            rule=draw(ANY_TEXT),
        )

    def draw_quotation(_: int) -> Quotation:
        parts = some(draw_span)
        return Quotation(
            draw(_kinds(QuotationType)),
            parts,
            " ".join(text[s.start : s.end] for s in parts),
            draw_voice(),
            some(draw_span),
            some(draw_span),
            draw_voice(),
            draw(st.booleans()),
            draw(ANY_TEXT),
        )

    actors = some(
        lambda i: Actor(
            f"{draw(ANY_TEXT)}{i}",
            draw(ANY_TEXT),
            draw(_kinds(ActorType)),
            draw(MAYBE),
            draw(MAYBE),
            draw(MAYBE),
            draw(MAYBE),
            some(lambda _: Mention(*draw(spans(text)), draw(ANY_TEXT))),
        )
    )
    names = [actor.id for actor in actors]
    return report, Reading(
        version=draw(st.integers(1, 9)),
        id=report.id,
        title=draw(MAYBE),
        published=draw(DAY),
        source=draw(MAYBE),
        language=draw(ANY_TEXT),
        agency=some(lambda _: draw(ANY_TEXT)),
        actors=actors,
        places=some(
            lambda _: Place(
                *draw(spans(text)),
                draw(ANY_TEXT),
                draw(MAYBE),
                draw(DEGREES),
                draw(DEGREES),
                draw(NUMBER),
                draw(ANY_TEXT),
            )
        ),
        times=some(draw_time),
        quotations=some(draw_quotation),
        events=some(
            lambda i: Event(
                f"e{i}",
                draw(ANY_TEXT),
                *draw(spans(text)),
                draw(MAYBE),
                some(lambda _: draw(ANY_TEXT)),
                draw(ids(names)),
                draw(ids(names)),
                draw(DAY),
                draw(DAY),
                draw(DAY),
                draw(MAYBE),
                draw(_kinds(Status)),
                draw(one(names)),
                draw(ANY_TEXT),
            )
        ),
        relations=some(draw_relation),
        reader=draw(ANY_TEXT),
    )
