"""The application that answers programs, and how the desk takes it in."""

from __future__ import annotations

import functools
from importlib.metadata import version

from fastapi import APIRouter, Depends, FastAPI
from starlette.requests import Request
from starlette.responses import Response

from depesche.archive.store import Archive
from depesche.desk.api import shapes
from depesche.desk.api.access import may_read
from depesche.desk.api.alerts import alerts
from depesche.desk.api.answers import answer_json
from depesche.desk.api.changes import changes
from depesche.desk.api.document import describe_one, make_document
from depesche.desk.api.happened import happened
from depesche.desk.api.lists import lists
from depesche.desk.api.problems import Route, add_problems
from depesche.desk.api.queries import refuse_twice
from depesche.desk.api.stories import stories
from depesche.desk.keeping import Keeper
from depesche.desk.relinking import Here, Relinker
from depesche.read import words_digest

PATH = "/api/v1"

general = APIRouter(route_class=Route, tags=["general"])


@general.get("/status", responses=describe_one(shapes.Status, "The state of the archive."))
def show_status(request: Request) -> Response:
    """Show how much the archive holds, and whether all of it is linked."""
    archive: Archive = request.app.state.archive
    with archive.linked() as links:
        unlinked = links.count_unlinked(words_digest())
    return answer_json(request, shapes.Status(version("depesche"), archive.count(), unlinked))


def make_api(
    archive: Archive, *, is_local: bool = True, relinker: Relinker | None = None, keeper: Keeper | None = None
) -> FastAPI:
    """Return the application for an archive. If it is not local, reading needs a token too.

    ``relinker`` carries out what is decided, ``keeper`` keeps what is costly to make.
    """
    api = FastAPI(openapi_url=None, docs_url=None, redoc_url=None, redirect_slashes=False)
    api.state.archive, api.state.is_local = archive, is_local
    api.state.relinker, api.state.keeper = relinker or Relinker(Here(archive)), keeper or Keeper()
    add_problems(api)
    routers = (general, lists, stories, happened, changes, alerts)
    api.state.routes = [route for router in routers for route in router.routes]
    for router in routers:
        api.include_router(router, dependencies=[Depends(may_read), Depends(refuse_twice)])
    document = functools.cache(lambda: make_document(api, PATH))

    @api.get("/openapi.json", include_in_schema=False)
    def show_document(request: Request) -> Response:
        return answer_json(request, document())

    return api


def add_api(
    app: FastAPI,
    archive: Archive,
    *,
    is_local: bool = True,
    relinker: Relinker | None = None,
    keeper: Keeper | None = None,
) -> None:
    """Let an application answer programs under ``PATH``."""
    app.mount(PATH, make_api(archive, is_local=is_local, relinker=relinker, keeper=keeper), name="api")
