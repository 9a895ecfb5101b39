"""What changes the archive: reports that are added, and what people decide. Both need a token."""

from __future__ import annotations

import threading
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Depends, Path, Query
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from depesche.archive.rows import ReportRow
from depesche.archive.store import Archive
from depesche.archive.tokens import Token
from depesche.desk.api import shapes
from depesche.desk.api.access import require
from depesche.desk.api.answers import answer_json, answer_page
from depesche.desk.api.document import describe_body, describe_list, describe_made, describe_one
from depesche.desk.api.lists import find_row
from depesche.desk.api.problems import Fault, ProblemError, Route
from depesche.desk.api.queries import JudgementQuery
from depesche.desk.relinking import Relinker
from depesche.errors import MissingError
from depesche.exchange.csv import COLUMNS
from depesche.judgement import Judgement, judged_reports
from depesche.judging import make_judgement
from depesche.reading import Report
from depesche.settings import MAX_RECORD
from depesche.sources.records import NO_DEFAULTS, complete_report

changes = APIRouter(route_class=Route, tags=["changes"])
# Reading a report takes both processors; two at once take longer than one after the other.
_ONE_AT_A_TIME = threading.Lock()


async def read_body(request: Request, form: Any) -> Any:
    """Return the body of a request as the type ``form``. Raises ProblemError, 413, 415 or 422."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise ProblemError(415, "The body must be JSON: Content-Type: application/json.")
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > MAX_RECORD:
            raise ProblemError(413, f"The body is larger than the {MAX_RECORD:,} bytes allowed.")
    try:
        return msgspec.convert(_with_whole_numbers(msgspec.json.decode(body)), form)
    except (msgspec.MsgspecError, RecursionError, UnicodeError) as fault:
        raise ProblemError(422, "The body is not what is taken here.", Fault("body", str(fault))) from fault


def _with_whole_numbers(sent: Any) -> Any:
    """Return what was sent with 7 for 7.0, which JSON does not tell apart."""
    if not isinstance(sent, dict):
        return sent
    return {k: int(v) if isinstance(v, float) and v.is_integer() else v for k, v in sent.items()}


@changes.post(
    "/reports",
    status_code=201,
    responses=describe_made(ReportRow, "The report was read and kept.", "The report was there already."),
    openapi_extra=describe_body("NewReport"),
)
async def add_report(request: Request, _: Annotated[Token, Depends(require("add"))]) -> Response:
    """Read a report, keep it, and put it into its story."""
    sent = await read_body(request, shapes.NewReport)
    report = complete_report(Report(**msgspec.structs.asdict(sent)), NO_DEFAULTS)
    return await run_in_threadpool(_keep_report, request, report)


def _keep_report(request: Request, report: Report) -> Response:
    archive: Archive = request.app.state.archive
    with _ONE_AT_A_TIME:
        known = archive.has(report.id)
        archive.add(report)
    location = f"{request.scope.get('root_path', '')}/reports/{report.id}"
    return answer_json(request, find_row(archive, report.id), status=200 if known else 201, location=location)


@changes.get("/judgements", responses=describe_list(Judgement, "Judgements, the oldest first.", "csv"))
def list_judgements(request: Request, query: Annotated[JudgementQuery, Query()]) -> Response:
    """List what people decided, withdrawn or not."""
    key = query.find_key("judgements", tuple[int])
    made = request.app.state.archive.judgements()
    rows = [judgement for judgement in made if key is None or judgement.number > key[0]]
    return answer_page(
        request,
        "judgements",
        rows[: query.limit + 1],
        query.limit,
        COLUMNS[Judgement],
        form=query.format,
        key=lambda judgement: (judgement.number,),
    )


@changes.get("/judgements/{number}", responses=describe_one(Judgement, "The judgement."))
def show_judgement(request: Request, number: Annotated[int, Path(ge=1, le=2**31 - 1)]) -> Response:
    """Show a judgement."""
    return answer_json(request, _find_judgement(request.app.state.archive, number))


def _find_judgement(archive: Archive, number: int) -> Judgement:
    found = next((judgement for judgement in archive.judgements() if judgement.number == number), None)
    if found is None:
        raise MissingError(f"There is no judgement {number}.")
    return found


@changes.post(
    "/judgements",
    status_code=201,
    responses=describe_made(Judgement, "The judgement was kept."),
    openapi_extra=describe_body("Decision"),
)
async def judge(request: Request, token: Annotated[Token, Depends(require("judge"))]) -> Response:
    """Decide something. It is carried out right after the answer; ``by`` is the token's name."""
    sent = await read_body(request, shapes.AnyDecision)
    return await run_in_threadpool(_keep_judgement, request, sent, token.name)


def _keep_judgement(request: Request, sent: shapes.Decision, by: str) -> Response:
    archive: Archive = request.app.state.archive
    if isinstance(sent, shapes.Withdrawn):
        _find_judgement(archive, sent.withdraws)
    made = archive.judge(make_judgement(archive, sent.verdict, sent.named, by=by, why=sent.why))
    relinker: Relinker = request.app.state.relinker
    relinker.add(judged_reports(made, archive.judgements()))
    location = f"{request.scope.get('root_path', '')}/judgements/{made.number}"
    return answer_json(request, made, status=201, location=location)
