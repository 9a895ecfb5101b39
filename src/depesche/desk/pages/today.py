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
from depesche.desk.pages.story import name_source, tell_event
from depesche.desk.paging import Page, take_page
from depesche.desk.shelf import Shelf
from depesche.desk.visit import Visiting
from depesche.dossier_views import story_columns
from depesche.language.ontology import load_types
from depesche.link.outlines import StoryOutline

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
    """A story in a list. ``days`` are its days with news, the latest first, undated reports last."""

    id: str
    address: str
    title: str
    first: str | None
    last: str | None
    parties: tuple[Chip, ...]
    sources: SourceCount
    origins: tuple[str, ...]
    days: tuple[News, ...]


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
        return send(form, download_stories(shelf, filters))
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
    page = take_page(lambda limit, offset: list_briefs(shelf, filters, limit, offset), _SIZE, cursor)
    selection = select_rows(filters.to_filters())
    entries = tuple(choose_news(brief, selection.last) for brief in page.items)
    return TodayView(
        filters=filters,
        types=tuple(load_types()),
        days=shelf.archive.days(limit=_DAYS),
        page=Page(entries, page.first, page.before, page.after),
        groups=group_by_day(entries),
    )


def list_briefs(shelf: Shelf, filters: FilterValues, limit: int, offset: int) -> Sequence[StoryBrief]:
    """Return the stories that the filters select, those with the latest news first."""
    wanted: Filters = {**filters.to_filters(), "limit": limit, "offset": offset}
    return shelf.keep_stories("brief", wanted, StoryBrief, lambda report: brief_story(shelf, report))


def brief_story(shelf: Shelf, report: str) -> StoryBrief:
    """Return the story of a report as a list shows it."""
    shelf.story_records(report)
    story = shelf.dossiers.story(report)
    return StoryBrief(
        id=story.id,
        address=story_address(story.id),
        title=story.title,
        first=story.first,
        last=story.last,
        parties=tuple(name_chip(shelf, actor) for actor in story.actors[:_PARTIES]),
        sources=SourceCount(story.sources.independent, story.sources.reports),
        origins=tuple(name for one in story.sources.origins if (name := name_source(one))),
        days=tuple(_find_news(shelf, story)),
    )


def _find_news(shelf: Shelf, story: StoryOutline) -> Iterable[News]:
    """Yield what each day of a story brought, the latest first, undated reports last."""
    rank = {event: number for number, event in enumerate(story.events)}
    mentions = shelf.mentions(story.reports)
    for thread in sorted(story.threads, key=lambda t: (t.day is not None, t.day or ""), reverse=True):
        first = min(thread.events, key=lambda event: rank.get(event, len(rank)), default=None)
        lead = tell_event(shelf, first, mentions.get(first, ()), story.sources) if first else None
        yield News(thread.day, len(thread.reports), len(thread.events), lead)


def choose_news(brief: StoryBrief, last: str | None) -> Entry:
    """Return a story with its latest news, or the latest until a day if a range ends there."""
    dated = [news for news in brief.days if news.day is not None]
    within = [news for news in dated if last is None or (news.day or "") <= last]
    chosen = (within or dated or list(brief.days))[0]
    return Entry(brief, chosen, not dated or chosen is dated[-1])


def group_by_day(entries: Iterable[Entry]) -> tuple[Group, ...]:
    """Return the stories, which stand in the order of their latest news, under the days of these."""
    days = itertools.groupby(entries, key=lambda entry: entry.news.day)
    return tuple(Group(day, tuple(some)) for day, some in days)
