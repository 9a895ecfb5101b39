"""Where every page sends what its reader decided: one address, which keeps it and goes back to the page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast, get_args

import anyio
from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from depesche.archive.store import Archive
from depesche.desk.filters import clean
from depesche.desk.forms import LONGEST_NAME, find_name, find_way_back, keep_name, read_form
from depesche.desk.relinking import Relinker
from depesche.errors import JudgementError
from depesche.judgement import Judgement, Verdict, judged_reports
from depesche.judging import NOBODY, make_judgement

ROUTER = APIRouter()
# Longest reason for a decision, in characters, and longest name of what it is about.
_LONGEST_WHY, _LONGEST_NAMED = 1000, 200
# In so many seconds a form is answered, if what hangs on the decision is linked by then or not. After that it
# goes on alone, and the page says so.
_PATIENCE, _STEP = 0.5, 0.02
_START = "/correct"


@ROUTER.post("/correct/judge")
async def keep_judgement(request: Request) -> Response:
    """Keep what a reader decided, and go back. Raises JudgementError, MissingError, EventError."""
    until = anyio.current_time() + _PATIENCE
    fields = await read_form(request)
    response = await run_in_threadpool(_keep, request, fields)
    relinker: Relinker = request.app.state.relinker
    # Here, and not in one of the threads in which others are answered.
    with anyio.CancelScope(deadline=until):
        while relinker.is_running:
            await anyio.sleep(_STEP)
    return response


def _keep(request: Request, fields: Mapping[str, Sequence[str]]) -> Response:
    archive: Archive = request.app.state.archive
    relinker: Relinker = request.app.state.relinker
    by = find_name(request) or clean(_first(fields, "by"))[:LONGEST_NAME]
    made = archive.judge(read_judgement(archive, fields, by))
    relinker.add(judged_reports(made, archive.judgements()))
    back = find_way_back(_first(fields, "back"), _START, judged=str(made.number))
    response = RedirectResponse(back, 303)
    if find_name(request) is None:
        keep_name(request, response, by)
    return response


def read_judgement(archive: Archive, fields: Mapping[str, Sequence[str]], by: str) -> Judgement:
    """Return what the fields of a form say was decided.

    Raises JudgementError, EventError or MissingError if it says too little or names what is not there.
    """
    verdict = _first(fields, "verdict")
    if verdict not in get_args(Verdict):
        raise JudgementError("A judgement needs a verdict.")
    if not by:
        raise JudgementError("A judgement needs somebody who made it.")
    named = [clean(value)[:_LONGEST_NAMED] for value in fields.get("named", ())]
    if "none" in fields:
        # The other button of a form: not what stands in the field, but nothing.
        named = [*named[:1], NOBODY]
    why = " ".join(_first(fields, "why").split())[:_LONGEST_WHY]
    return make_judgement(archive, cast(Verdict, verdict), named, by=by, why=why)


def _first(fields: Mapping[str, Sequence[str]], name: str) -> str:
    return next(iter(fields.get(name, ())), "")
