"""Today: the stories of a day or of a range of days, the latest news first, and what is new in each."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence

import msgspec
from fastapi import APIRouter
from starlette.responses import Response

from depesche.archive.overview import DayCount
from depesche.archive.rows import EventRow
from depesche.archive.selection import Filters, select_rows
from depesche.desk.addresses import story_address
from depesche.desk.downloads import Download, find_format, send
from depesche.desk.filters import FilterValues, read_filters
from depesche.desk.lines import Chip, EventLine, SourceCount, name_chip
from depesche.desk.pages.story import tell_events
from depesche.desk.paging import Page, take_page
from depesche.desk.shelf import Shelf
from depesche.desk.visit import Visiting
from depesche.dossier_views import story_columns
from depesche.language.ontology import load_types
from depesche.link.outlines import StoryOutline, Thread
from depesche.story_files import StoryFile

ROUTER = APIRouter()
# Stories on a page, days with news beside them, parties named of each story.
_SIZE, _DAYS, _PARTIES = 12, 14, 5
# A file has at most so many stories.
_MOST = 500


class News(msgspec.Struct, frozen=True):
    """What a day brought to a story: how many reports, how many events, and the most told of these."""

    day: str | None
    reports: int
    events: int
    lead: EventLine | None


class StoryBrief(msgspec.Struct, frozen=True, kw_only=True):
    """A story in a list."""

    id: str
    address: str
    title: str
    first: str | None
    last: str | None
    parties: tuple[Chip, ...]
    sources: SourceCount


class Entry(msgspec.Struct, frozen=True):
    """A story with the news of its last day in the range; ``is_new`` if it began on that day."""

    story: StoryBrief
    news: News
    is_new: bool


class Group(msgspec.Struct, frozen=True):
    """The stories whose latest news are of one day."""

    day: str | None
    entries: tuple[Entry, ...]


class TodayView(msgspec.Struct, frozen=True, kw_only=True):
    """All that the page shows."""

    filters: FilterValues
    types: tuple[str, ...]
    days: tuple[DayCount, ...]
    page: Page[Entry]
    groups: tuple[Group, ...]


@ROUTER.get("/")
def show_today(visit: Visiting) -> Response:
    """Show the stories that the filters in the address select; as a file if it asks for one."""
    query, shelf = visit.request.query_params, visit.shelf
    filters = read_filters(query)
    if form := find_format(query.get("format")):
        return send(form, download_stories(shelf, filters), shelf.archive)
    return visit.render("today.html", describe_today(shelf, filters, query.get("after")))


def download_stories(shelf: Shelf, filters: FilterValues) -> Download:
    """Return the stories as a file."""
    wanted: Filters = {**filters.to_filters(), "limit": _MOST}
    stories = shelf.outlines(wanted)

    def list_events() -> Iterable[EventRow]:
        reports = itertools.chain.from_iterable(story.reports for story in stories)
        return itertools.chain.from_iterable(shelf.archive.events(report=report) for report in reports)

    return Download("stories", story_columns(shelf.dossiers), lambda: stories, list_events)


def describe_today(shelf: Shelf, filters: FilterValues, cursor: str | None) -> TodayView:
    """Return what the page shows. Raises DateError, CursorError."""
    wanted = filters.to_filters()
    page = take_page(
        lambda limit, offset: shelf.select_stories({**wanted, "limit": limit, "offset": offset}),
        _SIZE,
        cursor,
    )
    entries = tell_news(shelf, page.items, select_rows(wanted).last)
    return TodayView(
        filters=filters,
        types=tuple(load_types()),
        days=shelf.archive.days(limit=_DAYS),
        page=Page(entries, page.first, page.before, page.after),
        groups=group_by_day(entries),
    )


def tell_news(shelf: Shelf, files: Sequence[StoryFile], last: str | None) -> tuple[Entry, ...]:
    """Return stories with their latest news, or the latest until a day if a range ends there."""
    chosen = [choose_thread(file.outline, last) for file in files]
    leads = [choose_lead(file.outline, thread) for file, thread in zip(files, chosen, strict=True)]
    lines = tell_events(shelf, zip(files, ([lead] if lead else [] for lead in leads), strict=True))
    told = zip(files, chosen, leads, strict=True)
    return tuple(
        Entry(
            brief_story(shelf, file),
            News(thread.day, len(thread.reports), len(thread.events), lines.get(lead or "")),
            thread.day == file.outline.first,
        )
        for file, thread, lead in told
    )


def brief_story(shelf: Shelf, file: StoryFile) -> StoryBrief:
    """Return a story as a list shows it."""
    story = file.outline
    return StoryBrief(
        id=story.id,
        address=story_address(story.id),
        title=story.title,
        first=story.first,
        last=story.last,
        parties=tuple(name_chip(shelf, actor) for actor in story.actors[:_PARTIES]),
        sources=SourceCount(story.sources.independent, story.sources.reports),
    )


def choose_thread(story: StoryOutline, last: str | None) -> Thread:
    """Return the last day of a story, or the last until a day if there is one; else what has no day."""
    dated = [thread for thread in story.threads if thread.day is not None]
    within = [thread for thread in dated if last is None or (thread.day or "") <= last]
    return (within or dated or list(story.threads))[-1]


def choose_lead(story: StoryOutline, thread: Thread) -> str | None:
    """Return the event of a day of which most reports tell; None if nothing happened."""
    rank = {event: number for number, event in enumerate(story.events)}
    return min(thread.events, key=lambda event: rank.get(event, len(rank)), default=None)


def group_by_day(entries: Iterable[Entry]) -> tuple[Group, ...]:
    """Return the stories, which stand in the order of their latest news, under the days of these."""
    days = itertools.groupby(entries, key=lambda entry: entry.news.day)
    return tuple(Group(day, tuple(some)) for day, some in days)
