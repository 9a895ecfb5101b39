"""Alerts: standing orders that programs make, look at and remove. All of it needs a token."""

from __future__ import annotations

from typing import Annotated

import msgspec
from fastapi import APIRouter, Depends, Path, Query
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from depesche.alerts.matching import Finding
from depesche.alerts.orders import add_alert, read_order
from depesche.archive.alerts import Alert, Alerts
from depesche.archive.store import Archive
from depesche.archive.tokens import Token
from depesche.desk.api import queries, shapes
from depesche.desk.api.access import require
from depesche.desk.api.answers import answer_json, answer_page
from depesche.desk.api.changes import read_body
from depesche.desk.api.document import describe_body, describe_list, describe_made, describe_one
from depesche.desk.api.problems import Route

alerts = APIRouter(route_class=Route, tags=["alerts"])
Number = Annotated[int, Path(ge=1, le=2**31 - 1, description="The number of an alert.")]
Allowed = Annotated[Token, Depends(require("alert"))]


@alerts.get("/alerts", responses=describe_list(shapes.Alert, "Alerts, the oldest first."))
def list_alerts(request: Request, _: Allowed, query: Annotated[queries.Query, Query()]) -> Response:
    """List alerts, what they have found and what was delivered."""
    archive: Archive = request.app.state.archive
    key = query.find_key("alerts", tuple[int])
    with archive.alerts() as kept:
        orders = [one for one in kept.orders() if key is None or one.number > key[0]]
        rows = [_describe(kept, one) for one in orders[: query.limit + 1]]
    return answer_page(request, "alerts", rows, query.limit, {}, key=lambda row: (row.number,))


@alerts.get("/alerts/{number}", responses=describe_one(shapes.Alert, "The alert."))
def show_alert(request: Request, _: Allowed, number: Number) -> Response:
    """Show an alert."""
    archive: Archive = request.app.state.archive
    with archive.alerts() as kept:
        return answer_json(request, _describe(kept, kept.find_number(number)))


@alerts.get(
    "/alerts/{number}/findings", responses=describe_list(shapes.AlertFinding, "Findings, the latest first.")
)
def list_findings(
    request: Request, _: Allowed, number: Number, query: Annotated[queries.Query, Query()]
) -> Response:
    """List what an alert has found."""
    archive: Archive = request.app.state.archive
    key = query.find_key("findings", tuple[int])
    with archive.alerts() as kept:
        kept.find_number(number)
        found = kept.list_matches(number, query.limit + 1, None if key is None else int(str(key[0])))
    rows = [
        shapes.AlertFinding(match.number, match.made, msgspec.json.decode(match.finding, type=Finding))
        for match in found
    ]
    return answer_page(request, "findings", rows, query.limit, {}, key=lambda row: (row.number,))


@alerts.post(
    "/alerts",
    status_code=201,
    responses=describe_made(shapes.MadeAlert, "The alert was kept. Its secret is told this once."),
    openapi_extra=describe_body("NewAlert"),
)
async def make_alert(request: Request, _: Allowed) -> Response:
    """Make an alert. Only reports that come from now on are new to it."""
    sent = await read_body(request, shapes.NewAlert)
    return await run_in_threadpool(_keep_alert, request, sent)


def _keep_alert(request: Request, sent: shapes.NewAlert) -> Response:
    archive: Archive = request.app.state.archive
    made = add_alert(
        archive, sent.name, sent.order, channel=sent.channel, target=sent.target, language=sent.language
    )
    with archive.alerts() as kept:
        told = _describe(kept, made)
    location = f"{request.scope.get('root_path', '')}/alerts/{made.number}"
    answer = shapes.MadeAlert(**msgspec.structs.asdict(told), secret=made.secret)
    return answer_json(request, answer, status=201, location=location)


@alerts.delete("/alerts/{number}", status_code=204, responses={204: {"description": "It is removed."}})
def remove_alert(request: Request, _: Allowed, number: Number) -> Response:
    """Remove an alert, with all that it has found and not delivered yet."""
    archive: Archive = request.app.state.archive
    with archive.alerting() as kept:
        kept.remove(kept.find_number(number).number)
    return Response(status_code=204)


def _describe(kept: Alerts, alert: Alert) -> shapes.Alert:
    return shapes.Alert(
        number=alert.number,
        name=alert.name,
        order=read_order(alert),
        channel=alert.channel,
        target=alert.target,
        language=alert.language,
        made=alert.made,
        **msgspec.structs.asdict(kept.count(alert.number)),
    )
