"""The lists of the archive: reports, events, quotations, statements, actors, and the search."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Path, Query
from starlette.requests import Request
from starlette.responses import Response

from depesche import exchange
from depesche.archive.rows import (
    KEYS,
    ActorRow,
    EventRow,
    QuotationRow,
    RelationRow,
    ReportRow,
    SearchHit,
)
from depesche.archive.store import Archive
from depesche.desk.api.answers import answer_json, answer_page, answer_text
from depesche.desk.api.document import describe_list, describe_one
from depesche.desk.api.problems import Route
from depesche.desk.api.queries import (
    ActorQuery,
    EventQuery,
    FilteredQuery,
    QuotationQuery,
    ReportQuery,
    SearchQuery,
    StatementQuery,
)
from depesche.exchange.csv import COLUMNS
from depesche.library import find_sense
from depesche.reading import Reading

lists = APIRouter(route_class=Route, tags=["lists"])
ReportId = Annotated[str, Path(description="The id of a report, or how it begins (four digits or more).")]


def _page(
    request: Request, kind: type[msgspec.Struct], name: str, query: FilteredQuery, fetch: Callable[..., Any]
) -> Response:
    """Answer with a page of rows; ``fetch`` takes the archive's filters."""
    after = query.find_key(name, KEYS[kind])
    rows = fetch(**query.to_filters(after))
    return answer_page(request, name, rows, query.limit, COLUMNS[kind], form=getattr(query, "format", "json"))


@lists.get("/reports", responses=describe_list(ReportRow, "Reports, the oldest first.", "csv"))
def list_reports(request: Request, query: Annotated[ReportQuery, Query()]) -> Response:
    """List reports."""
    archive: Archive = request.app.state.archive
    return _page(request, ReportRow, "reports", query, archive.reports)


@lists.get(
    "/events", responses=describe_list(EventRow, "Events, by their first day.", "csv", *exchange.OF_EVENTS)
)
def list_events(request: Request, query: Annotated[EventQuery, Query()]) -> Response:
    """List the events of reports."""
    archive: Archive = request.app.state.archive
    return _page(request, EventRow, "events", query, archive.events)


@lists.get(
    "/quotations",
    responses=describe_list(QuotationRow, "Quotations, those of the oldest report first.", "csv"),
)
def list_quotations(request: Request, query: Annotated[QuotationQuery, Query()]) -> Response:
    """List quotations."""
    archive: Archive = request.app.state.archive
    return _page(request, QuotationRow, "quotations", query, archive.quotations)


@lists.get(
    "/statements",
    responses=describe_list(RelationRow, "Statements, those of the oldest report first.", "csv"),
)
def list_statements(request: Request, query: Annotated[StatementQuery, Query()]) -> Response:
    """List statements about how states and bodies stand to each other."""
    archive: Archive = request.app.state.archive
    return _page(request, RelationRow, "statements", query, archive.relations)


@lists.get("/actors", responses=describe_list(ActorRow, "Actors, those in most reports first.", "csv"))
def list_actors(request: Request, query: Annotated[ActorQuery, Query()]) -> Response:
    """List actors by name, type and country."""
    archive: Archive = request.app.state.archive
    return _page(request, ActorRow, "actors", query, archive.actors)


@lists.get("/search", responses=describe_list(SearchHit, "Reports with the words, the best first.", "csv"))
def search(request: Request, query: Annotated[SearchQuery, Query()]) -> Response:
    """Search titles and texts of reports, and what their sentences mean."""
    archive: Archive = request.app.state.archive
    sense = find_sense(archive, query.q) if query.meaning else None

    def find(**filters: Any) -> Any:
        return archive.search(query.q, sense=sense, **filters)

    return _page(request, SearchHit, "search", query, find)


@lists.get("/reports/{report}", responses=describe_one(ReportRow, "The report as in the list."))
def show_report(request: Request, report: ReportId) -> Response:
    """Show a report: where it was published, and how much was found in it."""
    return answer_json(request, find_row(request.app.state.archive, report))


def find_row(archive: Archive, report: str) -> ReportRow:
    """Return the row of a report in the list of reports. Raises MissingError."""
    (row,) = archive.reports(report=archive.report(report).id)
    return row


@lists.get("/reports/{report}/reading", responses=describe_one(Reading, "As docs/reading.md has it."))
def show_reading(request: Request, report: ReportId) -> Response:
    """Show what was read in a report."""
    return answer_json(request, request.app.state.archive.reading(report))


@lists.get(
    "/reports/{report}/text",
    responses={
        200: {
            "description": "The text to which all offsets belong.",
            "content": {"text/plain": {"schema": {"type": "string"}}},
        }
    },
)
def show_text(request: Request, report: ReportId) -> Response:
    """Show the text of a report as it was published."""
    return answer_text(request, request.app.state.archive.report(report).text)
