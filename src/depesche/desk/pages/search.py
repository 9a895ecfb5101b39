"""The search: reports, quotations, events by words and meaning; each search is a feed and can be saved."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal, cast, get_args

import msgspec
from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from depesche.archive.nearness import Sense
from depesche.archive.rows import EventRow, QuotationRow, SearchHit
from depesche.archive.searches import SavedSearch
from depesche.archive.selection import Filters
from depesche.archive.terms import find_marks, parse_query
from depesche.desk.addresses import address, event_address, report_address
from depesche.desk.downloads import Download, download_rows, find_format, send
from depesche.desk.feeds import ATOM, JSON_FEED, Feed, write_atom, write_json_feed, write_time
from depesche.desk.filters import FilterValues, clean, read_filters
from depesche.desk.forms import find_way_back, read_form
from depesche.desk.lines import Chip, Cited, Marked, cite_row, mark_words, party_chip
from depesche.desk.paging import Page, take_page
from depesche.desk.shelf import Shelf
from depesche.desk.visit import Visit, Visiting
from depesche.language.ontology import load_types
from depesche.library import find_sense

ROUTER = APIRouter()
Kind = Literal["reports", "quotations", "events"]
KINDS: tuple[Kind, ...] = get_args(Kind)
PATH = "/search"
# Rows on a page, in a feed, and in a file.
_SIZE, _FED, _MOST = 20, 50, 200
# The longest name of a saved search.
_LONGEST_NAME = 80
# What the field says that asks for the meaning of the words too; without it, words alone.
_ON = "1"


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody searches for: words, whether their meaning counts too, what kind of thing, filters."""

    words: str
    meaning: bool
    kind: Kind
    latest: bool
    filters: FilterValues

    @property
    def is_anything(self) -> bool:
        """Whether there are words or filters."""
        return bool(self.words or self.filters.used)

    def to_query(self) -> dict[str, str]:
        """Return the search as parts of an address."""
        told = {
            "q": self.words,
            "meaning": _ON if self.meaning else "",
            "kind": "" if self.kind == "reports" else self.kind,
            "sort": "latest" if self.latest else "",
        }
        return {**{name: value for name, value in told.items() if value}, **self.filters.to_query()}


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """Something found: the words in context, the words searched for marked, and where they stand.

    ``title`` is a report's; ``who`` speaks, or acts; ``code`` and ``mode`` are an event's. ``likeness`` says
    how near in meaning a report is, up to 1.
    """

    address: str
    title: tuple[Marked, ...]
    words: tuple[Marked, ...]
    cited: Cited
    likeness: float | None = None
    who: tuple[Chip, ...] = ()
    speaker: str | None = None
    code: str | None = None
    mode: str | None = None
    date: str | None = None


class SavedView(msgspec.Struct, frozen=True):
    """A saved search as a link."""

    number: int
    name: str
    address: str


class SearchView(msgspec.Struct, frozen=True, kw_only=True):
    """All that the page shows. ``has_meaning`` is false where no language model tells what words mean."""

    asked: Asked
    types: tuple[str, ...]
    has_meaning: bool
    page: Page[Result]
    kinds: tuple[tuple[Kind, str], ...]
    saved: tuple[SavedView, ...]
    query: dict[str, str]
    json_feed: str
    atom: str


def read_search(query: Mapping[str, str]) -> Asked:
    """Return what an address asks for; what it does not say is as usual.

    >>> read_search({"q": " Genf ", "kind": "x", "outlet": "Nordpost"}).to_query()
    {'q': 'Genf', 'outlet': 'Nordpost'}
    """
    kind: Kind = next((known for known in KINDS if known == query.get("kind")), "reports")
    return Asked(
        words=clean(query.get("q", "")),
        meaning=query.get("meaning") == _ON,
        kind=kind,
        latest=query.get("sort") == "latest",
        filters=read_filters(query),
    )


@ROUTER.get(PATH)
def show_search(visit: Visiting) -> Response:
    """Show what a search finds; as a file if its address asks for one."""
    query = visit.request.query_params
    asked = read_search(query)
    if form := find_format(query.get("format")):
        return send(form, download(visit.shelf, asked), visit.shelf.archive)
    return visit.render("search.html", describe_search(visit, asked, query.get("after")))


@ROUTER.get(PATH + "/feed.json")
def show_json_feed(visit: Visiting) -> Response:
    """Show what a search finds as a JSON Feed."""
    return Response(write_json_feed(make_feed(visit, PATH + "/feed.json")), media_type=JSON_FEED)


@ROUTER.get(PATH + "/feed.atom")
def show_atom(visit: Visiting) -> Response:
    """Show what a search finds as an Atom feed."""
    return Response(write_atom(make_feed(visit, PATH + "/feed.atom")), media_type=ATOM)


@ROUTER.post(PATH + "/save")
async def save_search(request: Request) -> Response:
    """Save the search that a form of the page names, and go back to it. Raises HTTPException."""
    fields = await read_form(request)
    asked = read_search(QueryParams(fields.get("query", [""])[0]))
    name = clean(fields.get("name", [""])[0])[:_LONGEST_NAME] or asked.words[:_LONGEST_NAME]
    query = asked.to_query()
    if name and query:
        await run_in_threadpool(request.app.state.archive.save_search, name, query)
    return RedirectResponse(address(PATH, query), 303)


@ROUTER.post(PATH + "/forget")
async def forget_search(request: Request) -> Response:
    """Remove a saved search. Raises HTTPException, and MissingError if there is none of that number."""
    fields = await read_form(request)
    number = fields.get("number", [""])[0]
    known = number.isascii() and number.isdigit() and len(number) < 10
    await run_in_threadpool(request.app.state.archive.forget_search, int(number) if known else 0)
    return RedirectResponse(find_way_back(fields.get("back", [""])[0], PATH), 303)


def describe_search(visit: Visit, asked: Asked, cursor: str | None) -> SearchView:
    """Return what the page shows. Raises DateError, CursorError."""
    shelf = visit.shelf
    sense = ask_sense(shelf, asked)
    page: Page[Result] = Page(())
    if asked.is_anything:
        page = take_page(
            lambda limit, offset: list_results(shelf, asked, sense, limit, offset), _SIZE, cursor
        )
    query = asked.to_query()
    without = {name: value for name, value in query.items() if name != "kind"}
    return SearchView(
        asked=asked,
        types=tuple(load_types()),
        has_meaning=sense is not None or not asked.meaning or not asked.words,
        page=page,
        kinds=tuple(
            (kind, address(PATH, {**without, "kind": "" if kind == "reports" else kind})) for kind in KINDS
        ),
        saved=tuple(map(describe_saved, shelf.archive.searches())),
        query=query,
        json_feed=address(PATH + "/feed.json", query),
        atom=address(PATH + "/feed.atom", query),
    )


def describe_saved(one: SavedSearch) -> SavedView:
    """Return a saved search as a link."""
    return SavedView(one.number, one.name, address(PATH, one.query))


def ask_sense(shelf: Shelf, asked: Asked) -> Sense | None:
    """Return what the words mean if that shall count; None if no language model tells it."""
    return find_sense(shelf.archive, asked.words) if asked.meaning and asked.words else None


def list_results(
    shelf: Shelf, asked: Asked, sense: Sense | None, limit: int, offset: int = 0
) -> Sequence[Result]:
    """Return what a search finds."""
    rows = _fetch(shelf, asked, sense, limit, offset)
    if asked.kind == "quotations":
        return [_tell_quotation(asked, row) for row in rows]
    if asked.kind == "events":
        return [_tell_event(asked, row) for row in rows]
    return [_tell_hit(row) for row in rows]


def _fetch(shelf: Shelf, asked: Asked, sense: Sense | None, limit: int, offset: int = 0) -> Sequence[Any]:
    archive = shelf.archive
    find = {
        "reports": archive.search,
        "quotations": archive.search_quotations,
        "events": archive.search_events,
    }
    filters = {**asked.filters.to_filters(), "limit": limit, "offset": offset}
    return cast(
        Sequence[Any],
        find[asked.kind](asked.words, sense=sense, latest=asked.latest, **cast(Filters, filters)),
    )


def _tell_hit(hit: SearchHit) -> Result:
    start = hit.snippet.start
    marks = [(mark.start - start, mark.end - start, "found") for mark in hit.marks]
    titled = [(mark.start, mark.end, "found") for mark in hit.title_marks]
    first = hit.marks[0] if hit.marks else hit.snippet
    return Result(
        address=report_address(hit.report, first.start, first.end),
        title=mark_words(hit.title or "", titled),
        words=_with_dots(hit, mark_words(hit.snippet.text, marks)),
        cited=Cited(
            report=hit.report,
            address=report_address(hit.report),
            outlet=hit.source,
            title=hit.title,
            published=hit.published,
        ),
        likeness=hit.likeness,
    )


def _with_dots(hit: SearchHit, words: tuple[Marked, ...]) -> tuple[Marked, ...]:
    """Return the words of a snippet with dots where it begins or ends within the text."""
    before = (Marked("… "),) if hit.snippet.start else ()
    ends = re.search(r"[.!?…][^\w\s]*\s*\Z", hit.snippet.text)
    return (*before, *words, *(() if ends else (Marked(" …"),)))


def _tell_quotation(asked: Asked, row: QuotationRow) -> Result:
    start, end = min(s.start for s in row.spans), max(s.end for s in row.spans)
    return Result(
        address=report_address(row.report, start, end),
        title=(),
        words=mark_words(row.text, _marks(asked, row.text)),
        cited=cite_row(row, start, end),
        who=(party_chip(row.actor, row.report),) if row.actor else (),
        speaker=row.speaker.text if row.speaker else None,
    )


def _tell_event(asked: Asked, row: EventRow) -> Result:
    return Result(
        address=event_address(f"{row.report}:{row.event}"),
        title=(),
        words=mark_words(row.sentence.text, _marks(asked, row.sentence.text)),
        cited=cite_row(row, row.start, row.end),
        who=tuple(party_chip(party, row.report) for party in (*row.actor, *row.recipient)),
        code=row.type,
        mode=row.mode,
        date=row.date,
    )


def _marks(asked: Asked, text: str) -> Iterable[tuple[int, int, str]]:
    return [(mark.start, mark.end, "found") for mark in find_marks(text, _parse(asked.words))]


_parse = functools.lru_cache(maxsize=64)(parse_query)


def download(shelf: Shelf, asked: Asked) -> Download:
    """Return what a search finds as a file."""
    sense = ask_sense(shelf, asked)
    kinds: dict[Kind, type[msgspec.Struct]] = {
        "reports": SearchHit,
        "quotations": QuotationRow,
        "events": EventRow,
    }

    def list_rows() -> Sequence[Any]:
        return _fetch(shelf, asked, sense, _MOST) if asked.is_anything else ()

    def list_events() -> Iterable[EventRow]:
        if asked.kind == "events":
            return cast(Sequence[EventRow], list_rows())
        reports = dict.fromkeys(row.report for row in list_rows())
        return [row for report in reports for row in shelf.archive.events(report=report)]

    return download_rows(kinds[asked.kind], "search", list_rows, list_events)


def make_feed(visit: Visit, path: str) -> Feed:
    """Return the latest reports that a search finds as a feed. Raises DateError."""
    asked = read_search(visit.request.query_params)
    asked = msgspec.structs.replace(asked, kind="reports", latest=True)
    sense = ask_sense(visit.shelf, asked)
    hits = cast(Sequence[SearchHit], _fetch(visit.shelf, asked, sense, _FED) if asked.is_anything else ())
    host = f"{visit.request.url.scheme}://{visit.request.url.netloc}"
    query = {name: value for name, value in asked.to_query().items() if name != "sort"}
    told = ", ".join(value for name, value in query.items() if name != "meaning")
    return Feed(
        title=visit.wording.say("search.feed-title", words=told or visit.wording.say("search.title")),
        page=host + address(PATH, query),
        address=host + address(path, query),
        host=host,
        language=visit.preferences.language,
        # The archive knows days; within one the hour counts too.
        hits=sorted(hits, key=lambda hit: write_time(hit.published), reverse=True),
    )
