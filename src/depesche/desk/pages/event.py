"""An event in the world: who, whom, when, where, how it came about, who says so, and every mention of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec
from fastapi import APIRouter
from starlette.responses import RedirectResponse, Response

from depesche.archive.rows import EventRow
from depesche.desk.addresses import story_address
from depesche.desk.downloads import Download, download_rows, find_format, send
from depesche.desk.lines import (
    Chip,
    Cited,
    Marked,
    SourceCount,
    address_words,
    cite,
    mark_words,
    name_chip,
)
from depesche.desk.matrix import Matrix, make_matrix
from depesche.desk.shelf import Shelf
from depesche.desk.visit import Visiting
from depesche.errors import MissingError
from depesche.language.states import country_of_name
from depesche.link.confirmations import Testimony
from depesche.link.corrections import find_time
from depesche.link.happenings import Stage
from depesche.link.origins import sources as find_sources
from depesche.link.records import EventKey
from depesche.link.world import WorldEvent
from depesche.naming import parse_name

ROUTER = APIRouter()


class StepView(msgspec.Struct, frozen=True):
    """A stage of an event, the day on which it came to that, and who tells it first."""

    stage: Stage
    date: str | None
    cited: Cited


class Voice(msgspec.Struct, frozen=True):
    """Words on an event: whose they are, who says them, where. Without words somebody is silent."""

    party: str
    source: str | None
    words: str | None
    date: str | None
    cited: Cited | None


class TimeWords(msgspec.Struct, frozen=True):
    """Words that a report tells the time of an event with, and the days they stand for."""

    words: str
    earliest: str | None
    latest: str | None
    cited: Cited


class MentionView(msgspec.Struct, frozen=True):
    """A mention of an event in its sentence, with the actors that its report gives it, and its status."""

    id: str
    code: str
    mode: str | None
    status: str
    date: str | None
    sentence: tuple[Marked, ...]
    cited: Cited
    rule: str


class EventView(msgspec.Struct, frozen=True, kw_only=True):
    """All that the page of an event shows."""

    id: str
    code: str
    mode: str | None
    actor: tuple[Chip, ...]
    recipient: tuple[Chip, ...]
    date: str | None
    earliest: str | None
    latest: str | None
    place: str | None
    story: str
    story_title: str
    story_address: str
    sources: SourceCount
    lead: tuple[Marked, ...]
    times: tuple[TimeWords, ...]
    cycle: tuple[StepView, ...]
    confirmed: tuple[Voice, ...]
    denied: tuple[Voice, ...]
    reported: tuple[Voice, ...]
    silent: tuple[Voice, ...]
    matrix: Matrix
    mentions: tuple[MentionView, ...]


@ROUTER.get("/event/{named}")
def show_event(visit: Visiting, named: str) -> Response:
    """Show an event in the world, named by its id or by a mention of it; its mentions as a file."""
    shelf = visit.shelf
    if form := find_format(visit.request.query_params.get("format")):
        return send(form, download_mentions(shelf, shelf.dossiers.event(named)), shelf.archive)
    try:
        view = find_event(shelf, named)
    except MissingError:
        # What was read a moment ago is not linked yet, and is shown where it stands.
        told = parse_name(named)
        if told is None or shelf.is_linked(told.report) or (words := address_words(shelf, named)) is None:
            raise
        return RedirectResponse(words, 303)
    return visit.render("event.html", view)


def download_mentions(shelf: Shelf, event: WorldEvent) -> Download:
    """Return the mentions of an event as a file."""

    def list_mentions() -> Sequence[EventRow]:
        wanted = set(event.mentions)
        reports = dict.fromkeys(key.report for key in event.mentions)
        rows = (row for report in reports for row in shelf.archive.events(report=report))
        return tuple(row for row in rows if EventKey(row.report, row.event) in wanted)

    return download_rows(EventRow, f"event-{event.id}", list_mentions, list_mentions)


def find_event(shelf: Shelf, named: str) -> EventView:
    """Return what the page of an event shows, kept or made anew. Raises MissingError."""
    form = parse_name(named)
    if form is None or form.kind not in {"event", "offset"}:
        raise MissingError(f"{named!r} is no id of an event.")
    stories = shelf.stories_of_event(form.report, form.part) if form.kind == "event" else ()
    if not stories:
        return describe_event(shelf, named)
    return shelf.keep(
        f"event/{form.report}-{form.part}", stories, EventView, lambda: describe_event(shelf, named)
    )


def describe_event(shelf: Shelf, named: str) -> EventView:
    """Return what the page of an event shows. Raises MissingError."""
    event = shelf.dossiers.event(named)
    told = {key.report for key in event.mentions}
    sources = find_sources(record for record in shelf.event_records(named) if record.id in told)
    file = shelf.story_file(shelf.story_of(event.mentions[0].report))
    story = file.outline.id
    mentions = tuple(_mention(shelf, key) for key in event.mentions)
    return EventView(
        id=event.id,
        code=event.type,
        mode=event.mode,
        actor=tuple(name_chip(shelf, actor) for actor in event.actor),
        recipient=tuple(name_chip(shelf, actor) for actor in event.recipient),
        date=event.date,
        earliest=event.earliest,
        latest=event.latest,
        place=event.place,
        story=story,
        story_title=file.outline.title,
        story_address=story_address(story),
        sources=SourceCount(sources.independent, sources.reports),
        lead=mentions[0].sentence,
        times=tuple(find_time_words(shelf, event.mentions)),
        cycle=tuple(StepView(step.stage, step.date, cite(shelf, step.report)) for step in event.cycle),
        confirmed=_voices(shelf, event.confirmed),
        denied=_voices(shelf, event.denied),
        reported=_voices(shelf, event.reported),
        silent=_voices(shelf, event.silent),
        matrix=make_matrix(lambda report, start, end: cite(shelf, report, start, end), event.accounts),
        mentions=mentions,
    )


def _mention(shelf: Shelf, key: EventKey) -> MentionView:
    reading = shelf.reading(key.report)
    event = next(e for e in reading.events if e.id == key.event)
    around = shelf.sentence(key.report, event.start, event.end)
    marks = [(event.start - around.start, event.end - around.start, "event")]
    return MentionView(
        f"{key.report[:12]}:{key.event}",
        event.type,
        event.mode,
        event.status,
        event.date,
        mark_words(around.text, marks),
        cite(shelf, key.report, event.start, event.end),
        event.rule,
    )


def _voices(shelf: Shelf, testimonies: Iterable[Testimony]) -> tuple[Voice, ...]:
    return tuple(_voice(shelf, one) for one in testimonies)


def _voice(shelf: Shelf, one: Testimony) -> Voice:
    cited = cite(shelf, one.report, one.start, one.end) if one.report else None
    # A state that speaks for itself need not be named twice.
    own = one.source is None or one.source == one.party or country_of_name(one.source) == one.party
    named = None if own else one.source
    # A report without an outlet stands for itself by its id, which tells a reader nothing.
    party = "" if cited and one.party == cited.report else one.party
    return Voice(party, named, one.words, one.date, cited)


def find_time_words(shelf: Shelf, mentions: Iterable[EventKey]) -> Iterable[TimeWords]:
    """Yield the words by which reports tell when an event was, each wording once."""
    seen: set[tuple[str, str | None]] = set()
    for key in mentions:
        reading = shelf.reading(key.report)
        event = next(e for e in reading.events if e.id == key.event)
        time = find_time(reading.times, event)
        if time is not None and (time.text, time.earliest) not in seen:
            seen.add((time.text, time.earliest))
            yield TimeWords(
                time.text, time.earliest, time.latest, cite(shelf, key.report, time.start, time.end)
            )
