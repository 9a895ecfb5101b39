"""Alerts: what each wants, what it has found, as a page and as a feed; a search becomes one here.

Those that are made here are feeds. Where something is sent, the command line or a program with a token says.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec
from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from depesche.alerts.letters import head_finding
from depesche.alerts.matching import Finding
from depesche.alerts.orders import add_alert, order_of_search, read_order
from depesche.archive.alerts import Alert, Alerts, Match, Tally
from depesche.archive.rows import EventRow, Passage, SearchHit
from depesche.archive.store import Archive
from depesche.desk.addresses import report_address
from depesche.desk.downloads import Download, find_format, send
from depesche.desk.feeds import ATOM, JSON_FEED, Feed, write_atom, write_json_feed
from depesche.desk.filters import clean
from depesche.desk.forms import find_way_back, read_form
from depesche.desk.lines import Cited
from depesche.desk.pages.search import read_search
from depesche.desk.paging import Page, take_page
from depesche.desk.visit import Visit, Visiting
from depesche.errors import MissingError
from depesche.exchange.csv import fields

ROUTER = APIRouter()
PATH = "/alerts"
_SIZE, _FED, _MOST = 20, 50, 10_000
_LONGEST_NAME = 80


class AlertView(msgspec.Struct, frozen=True, kw_only=True):
    """An alert in the list. Where it is delivered to is nobody's business here."""

    number: int
    name: str
    wanted: str
    channel: str
    tally: Tally


class FindingView(msgspec.Struct, frozen=True, kw_only=True):
    """Something that an alert has found: what, the words, and their source."""

    number: int
    made: str
    head: str
    words: str
    cited: Cited


class FindingsView(msgspec.Struct, frozen=True, kw_only=True):
    """An alert with what it has found, the latest first."""

    alert: AlertView
    page: Page[FindingView]
    json_feed: str
    atom: str


class AlertLine(msgspec.Struct, frozen=True, kw_only=True):
    """An alert in a file."""

    number: int
    name: str
    wanted: str
    channel: str
    found: int
    sent: int
    waiting: int
    failed: int


class FindingLine(msgspec.Struct, frozen=True, kw_only=True):
    """Something that an alert has found, in a file."""

    number: int
    made: str
    head: str
    words: str
    report: str
    outlet: str | None
    title: str | None
    published: str | None


_ALERT_COLUMNS = fields(*AlertLine.__struct_fields__)
_FINDING_COLUMNS = fields(*FindingLine.__struct_fields__)


@ROUTER.get(PATH)
def show_alerts(visit: Visiting) -> Response:
    """Show all alerts; as a file if the address asks for one."""
    archive = visit.shelf.archive
    with archive.alerts() as alerts:
        orders = alerts.orders()
        view = tuple(_describe(alerts, one) for one in orders)
    if form := find_format(visit.request.query_params.get("format")):

        def list_events() -> Iterator[EventRow]:
            with archive.alerts() as alerts:
                found = [match for one in orders for match in alerts.list_matches(one.number, _MOST)]
            return _events_of(archive, found)

        download = Download("alerts", _ALERT_COLUMNS, lambda: map(_sum_up, view), list_events)
        return send(form, download, visit.shelf.archive)
    return visit.render("alerts.html", view)


@ROUTER.get(PATH + "/{number}")
def show_alert(visit: Visiting, number: str) -> Response:
    """Show what an alert has found, or send it as a file. Raises MissingError, CursorError."""
    query, archive = visit.request.query_params, visit.shelf.archive
    with archive.alerts() as alerts:
        one = _find(alerts, number)
        found = alerts.list_matches(one.number, _MOST)
        if form := find_format(query.get("format")):
            return send(
                form,
                Download(
                    f"alert-{one.number}",
                    _FINDING_COLUMNS,
                    lambda: (_flatten(_tell(match)) for match in found),
                    lambda: _events_of(archive, found),
                ),
                archive,
            )
        view = FindingsView(
            alert=_describe(alerts, one),
            page=take_page(
                lambda limit, offset: [_tell(match) for match in found[offset : offset + limit]],
                _SIZE,
                query.get("after"),
            ),
            json_feed=f"{PATH}/{one.number}/feed.json",
            atom=f"{PATH}/{one.number}/feed.atom",
        )
    return visit.render("alert.html", view)


@ROUTER.get(PATH + "/{number}/feed.json")
def show_json_feed(visit: Visiting, number: str) -> Response:
    """Show what an alert has found as a JSON Feed. Raises MissingError."""
    return Response(write_json_feed(_make_feed(visit, number, "feed.json")), media_type=JSON_FEED)


@ROUTER.get(PATH + "/{number}/feed.atom")
def show_atom(visit: Visiting, number: str) -> Response:
    """Show what an alert has found as an Atom feed. Raises MissingError."""
    return Response(write_atom(_make_feed(visit, number, "feed.atom")), media_type=ATOM)


@ROUTER.post(PATH + "/add")
async def make_alert(request: Request) -> Response:
    """Make an alert of the search that a form of its page names. Raises AlertError, HTTPException."""
    fields = await read_form(request)
    asked = read_search(QueryParams(fields.get("query", [""])[0]))
    name = clean(fields.get("name", [""])[0])[:_LONGEST_NAME] or asked.words[:_LONGEST_NAME]
    archive: Archive = request.app.state.archive
    made = await run_in_threadpool(add_alert, archive, name, order_of_search(asked.to_query()))
    return RedirectResponse(f"{PATH}/{made.number}", 303)


@ROUTER.post(PATH + "/remove")
async def remove_alert(request: Request) -> Response:
    """Remove an alert. Raises MissingError, HTTPException."""
    fields = await read_form(request)
    await run_in_threadpool(_remove, request.app.state.archive, fields.get("number", [""])[0])
    return RedirectResponse(find_way_back(fields.get("back", [""])[0], PATH), 303)


def _remove(archive: Archive, number: str) -> None:
    with archive.alerting() as alerts:
        alerts.remove(_find(alerts, number).number)


def _find(alerts: Alerts, number: str) -> Alert:
    if not (number.isascii() and number.isdigit() and len(number) < 10):
        raise MissingError("There is no such alert.")
    return alerts.find_number(int(number))


def _describe(alerts: Alerts, one: Alert) -> AlertView:
    return AlertView(
        number=one.number,
        name=one.name,
        wanted=read_order(one).describe(),
        channel=one.channel,
        tally=alerts.count(one.number),
    )


def _tell(match: Match) -> FindingView:
    found = msgspec.json.decode(match.finding, type=Finding)
    span = (found.words.start, found.words.end) if found.words else (None, None)
    return FindingView(
        number=match.number,
        made=match.made,
        head=head_finding(found),
        words=found.words.quoted if found.words else "",
        cited=Cited(
            report=match.report,
            address=report_address(match.report, *span),
            outlet=found.source.outlet,
            title=found.source.title,
            published=found.source.date,
        ),
    )


def _sum_up(one: AlertView) -> AlertLine:
    tally = one.tally
    return AlertLine(
        number=one.number,
        name=one.name,
        wanted=one.wanted,
        channel=one.channel,
        found=tally.found,
        sent=tally.sent,
        waiting=tally.waiting,
        failed=tally.failed,
    )


def _flatten(one: FindingView) -> FindingLine:
    cited = one.cited
    return FindingLine(
        number=one.number,
        made=one.made,
        head=one.head,
        words=one.words,
        report=cited.report,
        outlet=cited.outlet,
        title=cited.title,
        published=cited.published,
    )


def _events_of(archive: Archive, found: Iterable[Match]) -> Iterator[EventRow]:
    for report in dict.fromkeys(match.report for match in found):
        yield from archive.events(report=report)


def _make_feed(visit: Visit, number: str, file: str) -> Feed:
    """Return the latest findings of an alert as a feed, each an entry of its own."""
    with visit.shelf.archive.alerts() as alerts:
        one = _find(alerts, number)
        matches = alerts.list_matches(one.number, _FED)
    host = f"{visit.request.url.scheme}://{visit.request.url.netloc}"
    return Feed(
        title=visit.wording.say("alerts.feed-title", name=one.name),
        page=f"{host}{PATH}/{one.number}",
        address=f"{host}{PATH}/{one.number}/{file}",
        host=host,
        language=visit.preferences.language,
        hits=tuple(map(_to_hit, matches)),
        ids=tuple(f"tag:depesche.example,2025:alert:{one.number}:{match.number}" for match in matches),
    )


def _to_hit(match: Match) -> SearchHit:
    found = msgspec.json.decode(match.finding, type=Finding)
    words = found.words
    return SearchHit(
        report=match.report,
        title=head_finding(found),
        published=match.made,
        source=found.source.outlet,
        url=found.source.address,
        score=0.0,
        snippet=Passage(words.start, words.end, words.quoted) if words else Passage(0, 0, ""),
        marks=(),
        title_marks=(),
    )
