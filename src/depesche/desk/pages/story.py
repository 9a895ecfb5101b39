"""A story: what happened day by day with its sources, the accounts side by side, and who copied whom."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec
from fastapi import APIRouter
from starlette.responses import Response

from depesche.archive.rows import EventRow
from depesche.desk.addresses import event_address
from depesche.desk.downloads import Download, download_rows, find_format, send
from depesche.desk.lines import Chip, EventLine, SourceCount, cite_head, describe_row, name_chip
from depesche.desk.matrix import Citing, Matrix, make_matrix
from depesche.desk.paging import Page, take_page
from depesche.desk.shelf import Shelf
from depesche.desk.trees import Branch, cut_tree, grow_tree
from depesche.desk.visit import Visiting
from depesche.errors import MissingError
from depesche.link.origins import Source, Sources
from depesche.link.outlines import StoryOutline
from depesche.naming import parse_name
from depesche.story_files import StoryFile

ROUTER = APIRouter()
# So many events of a day are shown at once; the others are behind a word.
_EVENTS = 6
# So many events, and so many reports, are on a page.
_PAGE, _REPORTS = 40, 60


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
    """All that the page of a story shows; ``page`` is of its events, ``tree`` of its reports.

    If it ``is_behind``, the story has changed since that was told of it.
    """

    id: str
    title: str
    first: str | None
    last: str | None
    parties: tuple[Chip, ...]
    places: tuple[str, ...]
    sources: SourceCount
    origins: tuple[tuple[str, int], ...]
    page: Page[tuple[int, str | None]]
    days: tuple[Day, ...]
    accounts: AccountsOf | None
    tree: Page[Branch]
    is_behind: bool


@ROUTER.get("/story/{named}")
def show_story(visit: Visiting, named: str) -> Response:
    """Show a story, named by its id or that of any of its reports; its events as a file."""
    query, shelf = visit.request.query_params, visit.shelf
    file = find_story(shelf, named)
    if form := find_format(query.get("format")):
        return send(form, download_events(shelf, file.outline), shelf.archive)
    return visit.render("story.html", describe_story(shelf, file, query.get("after"), query.get("reports")))


def download_events(shelf: Shelf, story: StoryOutline) -> Download:
    """Return the events of a story's reports as a file."""

    def list_events() -> Sequence[EventRow]:
        rows = (shelf.archive.events(report=report) for report in story.reports)
        return tuple(itertools.chain.from_iterable(rows))

    return download_rows(EventRow, f"story-{story.id}", list_events, list_events)


def find_story(shelf: Shelf, named: str) -> StoryFile:
    """Return a story, named by its id or that of any of its reports. Raises MissingError."""
    form = parse_name(named)
    if form is None or form.kind == "actor":
        raise MissingError(f"{named!r} is no id of a story or a report.")
    return shelf.story_file(shelf.story_of(form.report))


def describe_story(
    shelf: Shelf, file: StoryFile, cursor: str | None = None, reports: str | None = None
) -> StoryView:
    """Return what the page of a story shows, from cursors of its events and reports. Raises CursorError."""
    story = file.outline
    told = list(list_events(story))
    page = take_page(lambda limit, offset: told[offset : offset + limit], _PAGE, cursor)
    shown = [event for _, event in page.items if event]
    heard = [event for event, _ in file.accounts]
    lines = tell_events(shelf, [(file, [*shown, *heard])])
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
        page=page,
        days=tuple(_describe_days(story, page.items, lines)),
        accounts=_find_accounts(file, lines) if page.first == 1 else None,
        tree=cut_tree(grow_tree(file), _REPORTS, reports),
        is_behind=shelf.is_behind(file),
    )


def list_events(story: StoryOutline) -> Iterator[tuple[int, str | None]]:
    """Yield the events of a story day by day, each with the number of its day, the most told first.

    A day on which nothing happened stands there with None.
    """
    rank = {event: number for number, event in enumerate(story.events)}
    for number, thread in enumerate(story.threads):
        events = sorted(thread.events, key=lambda event: rank.get(event, len(rank)))
        yield from ((number, event) for event in events or (None,))


def _describe_days(
    story: StoryOutline, events: Sequence[tuple[int, str | None]], lines: Mapping[str, EventLine]
) -> Iterator[Day]:
    for number, some in itertools.groupby(events, key=lambda item: item[0]):
        thread = story.threads[number]
        told = [lines[event] for _, event in some if event is not None and event in lines]
        yield Day(thread.day, thread.title, len(thread.reports), tuple(told[:_EVENTS]), tuple(told[_EVENTS:]))


def tell_events(shelf: Shelf, wanted: Iterable[tuple[StoryFile, Sequence[str]]]) -> dict[str, EventLine]:
    """Return events of stories in lines, by their ids; of those that were read anew and are none, none."""
    told = {event: (file, choose_mention(file, event)) for file, events in wanted for event in events}
    keys = {event: key for event, (_, key) in told.items() if key is not None}
    with shelf.archive.surveyed() as survey:
        rows = survey.event_rows(list(dict.fromkeys(keys.values())))
    known = {(row.report, row.event): row for row in rows}
    return {
        event: _tell_event(told[event][0], event, known[key]) for event, key in keys.items() if key in known
    }


def choose_mention(file: StoryFile, event: str) -> tuple[str, str] | None:
    """Return the mention of an event that names it, or the first in the story: a report's id and an event."""
    mentions = [(file.outline.reports[place], own) for place, own in file.mentions.get(event, ())]
    named = (key for key in mentions if event == f"e{key[0][:12]}-{key[1]}")
    return next(named, mentions[0] if mentions else None)


def _tell_event(file: StoryFile, event: str, row: EventRow) -> EventLine:
    reports, line = file.reports_of(event), describe_row(row)
    heads = {head.id: head for head in file.heads}
    others = (cite_head(heads[report]) for report in reports if report != row.report)
    return msgspec.structs.replace(
        line,
        id=event,
        address=event_address(event),
        cited=(*line.cited, *others),
        sources=count_sources(file.outline.sources, reports),
    )


def count_sources(sources: Sources, reports: Sequence[str]) -> SourceCount:
    """Return how many of a story's independent sources some of its reports rest on."""
    told = set(reports)
    return SourceCount(sum(1 for one in sources.origins if told.intersection(one.reports)) or 1, len(told))


def name_source(source: Source) -> str | None:
    """Return the name of an agency or outlet."""
    return source.agency or source.outlet


def _find_accounts(file: StoryFile, lines: Mapping[str, EventLine]) -> AccountsOf | None:
    """Return the accounts of the most told event of which two sides speak, rather of one matter."""
    found = [
        AccountsOf(lines[event], matrix)
        for event, accounts in file.accounts
        if event in lines and (matrix := make_matrix(find_citing(file), accounts)).parties[1:]
    ]
    heard = [one for one in found if one.matrix.rows or one.matrix.single]
    return next((one for one in heard if one.matrix.rows), heard[0] if heard else None)


def find_citing(file: StoryFile) -> Citing:
    """Return what cites words in a report of a story."""
    heads = {head.id: head for head in file.heads}
    return lambda report, start, end: cite_head(heads[report], start, end)
