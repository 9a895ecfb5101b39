"""A story: what happened day by day with its sources, the accounts side by side, and who copied whom."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence

import msgspec
from fastapi import APIRouter
from starlette.responses import Response

from depesche.archive.rows import EventRow
from depesche.desk.downloads import Download, download_rows, find_format, send
from depesche.desk.lines import Chip, EventLine, SourceCount, describe_mention, name_chip
from depesche.desk.matrix import Matrix, make_matrix
from depesche.desk.shelf import Shelf
from depesche.desk.trees import Branch, grow_tree
from depesche.desk.visit import Visiting
from depesche.errors import MissingError
from depesche.link.origins import Source, Sources
from depesche.link.outlines import StoryOutline, Thread
from depesche.link.records import EventKey
from depesche.naming import parse_name

ROUTER = APIRouter()
# So many events of a day are shown at once; the others are behind a word.
_EVENTS = 6
# So many of the most told events are looked at for one with accounts of two sides.
_CANDIDATES = 3


class Day(msgspec.Struct, frozen=True):
    """A day of a story: its headline, and what happened on it; ``more`` is what fewer reports tell."""

    day: str | None
    title: str
    reports: int
    events: tuple[EventLine, ...]
    more: tuple[EventLine, ...]


class AccountsOf(msgspec.Struct, frozen=True):
    """The accounts of one of the story's events."""

    event: EventLine
    matrix: Matrix


class StoryView(msgspec.Struct, frozen=True, kw_only=True):
    """All that the page of a story shows."""

    id: str
    title: str
    first: str | None
    last: str | None
    parties: tuple[Chip, ...]
    places: tuple[str, ...]
    sources: SourceCount
    origins: tuple[tuple[str, int], ...]
    days: tuple[Day, ...]
    accounts: AccountsOf | None
    tree: tuple[Branch, ...]


@ROUTER.get("/story/{named}")
def show_story(visit: Visiting, named: str) -> Response:
    """Show a story, named by its id or that of any of its reports; its events as a file."""
    shelf = visit.shelf
    if form := find_format(visit.request.query_params.get("format")):
        return send(form, download_events(shelf, shelf.dossiers.story(named)))
    return visit.render("story.html", find_story(shelf, named))


def download_events(shelf: Shelf, story: StoryOutline) -> Download:
    """Return the events of a story's reports as a file."""

    def list_events() -> Sequence[EventRow]:
        rows = (shelf.archive.events(report=report) for report in story.reports)
        return tuple(itertools.chain.from_iterable(rows))

    return download_rows(EventRow, f"story-{story.id}", list_events, list_events)


def find_story(shelf: Shelf, named: str) -> StoryView:
    """Return what the page of a story shows, kept or made anew. Raises MissingError."""
    form = parse_name(named)
    if form is None or form.kind == "actor":
        raise MissingError(f"{named!r} is no id of a story or a report.")
    number = shelf.story_of(form.report)
    return shelf.keep(f"story/{number}", [number], StoryView, lambda: describe_story(shelf, form.report))


def describe_story(shelf: Shelf, named: str) -> StoryView:
    """Return what the page of a story shows. Raises MissingError."""
    records = shelf.story_records(named)
    story = shelf.dossiers.story(named)
    mentions = shelf.mentions(story.reports)
    outlets = {record.id: record.outlets for record in records}
    days = tuple(_describe_day(shelf, story, thread, mentions) for thread in story.threads)
    return StoryView(
        id=story.id,
        title=story.title,
        first=story.first,
        last=story.last,
        parties=tuple(name_chip(shelf, actor) for actor in story.actors),
        places=story.places,
        sources=SourceCount(story.sources.independent, story.sources.reports),
        origins=tuple(
            (name, len(one.reports)) for one in story.sources.origins if (name := name_source(one))
        ),
        days=days,
        accounts=_find_accounts(shelf, story, mentions),
        tree=grow_tree(shelf, story.sources, outlets),
    )


def _describe_day(
    shelf: Shelf, story: StoryOutline, thread: Thread, mentions: Mapping[str, Sequence[EventKey]]
) -> Day:
    rank = {event: number for number, event in enumerate(story.events)}
    ordered = sorted(thread.events, key=lambda event: rank.get(event, len(rank)))
    lines = [
        line
        for event in ordered
        if (line := tell_event(shelf, event, mentions.get(event, ()), story.sources))
    ]
    return Day(thread.day, thread.title, len(thread.reports), tuple(lines[:_EVENTS]), tuple(lines[_EVENTS:]))


def tell_event(shelf: Shelf, event: str, mentions: Sequence[EventKey], sources: Sources) -> EventLine | None:
    """Return an event in the world in a line, with the reports that tell it and the number of sources."""
    reports = tuple(dict.fromkeys(key.report for key in mentions))
    return describe_mention(shelf, event, reports, count_sources(sources, reports))


def count_sources(sources: Sources, reports: Sequence[str]) -> SourceCount:
    """Return how many of a story's independent sources some of its reports rest on."""
    told = set(reports)
    return SourceCount(sum(1 for one in sources.origins if told.intersection(one.reports)) or 1, len(told))


def name_source(source: Source) -> str | None:
    """Return the name of an agency or outlet."""
    return source.agency or source.outlet


def _find_accounts(
    shelf: Shelf, story: StoryOutline, mentions: Mapping[str, Sequence[EventKey]]
) -> AccountsOf | None:
    """Return the accounts of the most told event of which two sides speak, rather of one matter."""
    found: list[AccountsOf] = []
    for event in story.events[:_CANDIDATES]:
        line = tell_event(shelf, event, mentions.get(event, ()), story.sources)
        # Who stands alone in an event has nobody to agree or disagree with.
        if line is None or len(line.actor) + len(line.recipient) < 2:
            continue
        try:
            matrix = make_matrix(shelf, shelf.dossiers.accounts(event))
        except MissingError:  # its report was read anew since it was linked
            continue
        if len(matrix.parties) > 1 and (matrix.rows or matrix.single):
            found.append(AccountsOf(line, matrix))
        if matrix.rows:
            break
    return next((one for one in found if one.matrix.rows), found[0] if found else None)
