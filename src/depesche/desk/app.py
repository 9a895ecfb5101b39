"""The desk as an application: ``create_app`` puts its parts together, ``serve`` runs it."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import uvicorn
from anyio.to_thread import current_default_thread_limiter
from fastapi import FastAPI
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from depesche.archive.structs import learn_structs
from depesche.archive.tokens import is_in_force
from depesche.desk.api import add_api
from depesche.desk.doors import Doors
from depesche.desk.faults import Unforeseen, add_faults
from depesche.desk.keeping import Keeper
from depesche.desk.memory import leave_no_gaps
from depesche.desk.pages import NAVIGATION, ROUTERS
from depesche.desk.relinking import Apart, Here, Relinker, Work
from depesche.desk.renewals import Renewals
from depesche.desk.security import SameOrigin, SecurityHeaders
from depesche.desk.settings import Settings, bracket
from depesche.desk.visit import static_folder
from depesche.desk.warming import warm
from depesche.errors import DeskError
from depesche.library import Archive

# So long a desk that is stopped goes on linking, in seconds; ``depesche link`` does the rest.
_PATIENCE = 10.0
# So many requests are answered side by side; others wait for their turn. More would share the same
# processors, all of them later, and each holds in memory what it has taken out of the archive so far.
AT_ONCE = 4
# So long, in seconds, one of them goes on before the next who waits has a turn. Pages ask the archive many
# short questions, and wait for a turn after each: at Python's 5 ms behind two that compute, a third longer.
_TURN = 0.001


def create_app(archive: str | Path, settings: Settings | None = None, *, work: Work | None = None) -> FastAPI:
    """Return the desk over an archive, in a file or on a server. Raises ArchiveError if it cannot be opened.

    ``work`` says where what is decided is carried out: without it, in this process.

    Where other machines can reach it, everybody must show a token; it raises DeskError if there is none.

    Requests share the archive: each takes a connection of its own out of the archive's pool for each
    transaction, so that they may run side by side in threads.
    """
    chosen = settings or Settings(archive=archive)
    opened = Archive(archive)
    if not chosen.is_local and not any(map(is_in_force, opened.tokens())):
        opened.close()
        raise DeskError(
            f"Other machines can reach {chosen.host}, and nobody has a token: depesche token create."
        )

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        warm()
        # More have been loaded since the archive was opened, and requests come in threads.
        learn_structs()
        current_default_thread_limiter().total_tokens = AT_ONCE
        sys.setswitchinterval(_TURN)
        yield
        # What somebody decided a moment ago is still being carried out.
        app.state.relinker.close(_PATIENCE)
        app.state.renewals.close(_PATIENCE)
        opened.close()

    app = FastAPI(
        title="Depesche",
        lifespan=lifespan,
        # The pages are no interface for programs; the one that is describes itself under /api/v1.
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        middleware=[
            Middleware(SecurityHeaders),
            Middleware(Unforeseen),
            Middleware(TrustedHostMiddleware, allowed_hosts=list(chosen.trusted_hosts), www_redirect=False),
            Middleware(SameOrigin),
            *([] if chosen.is_local else [Middleware(Doors, archive=opened)]),
        ],
    )
    app.state.archive, app.state.settings, app.state.navigation = opened, chosen, NAVIGATION
    app.state.keeper, app.state.renewals = Keeper(), Renewals()
    app.state.relinker = Relinker(work or Here(opened))
    add_api(app, opened, is_local=chosen.is_local, relinker=app.state.relinker, keeper=app.state.keeper)
    app.mount("/static", _Assets(directory=static_folder()), name="static")
    for router in ROUTERS:
        app.include_router(router)
    add_faults(app)
    return app


class _Assets(StaticFiles):
    """The desk's own files. Their addresses change with them, so a browser need not ask for one twice."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Return a file."""
        response = await super().get_response(path, scope)
        if response.status_code == 200 and scope.get("query_string", b"").startswith(b"v="):
            response.headers["cache-control"] = "public, max-age=31536000, immutable"
        return response


def serve(settings: Settings, announce: Callable[[], None]) -> None:
    """Serve the desk until it is stopped; ``announce`` is called when nothing stands against it any more.

    Raises ArchiveError if the archive cannot be opened, and what ``create_app`` raises.
    """
    leave_no_gaps()
    app = create_app(settings.archive, settings, work=Apart(settings.archive))
    announce()
    uvicorn.run(
        app,
        host=settings.host,
        port=settings.port,
        log_level="warning",
        access_log=False,
        server_header=False,
    )


def name_address(settings: Settings) -> str:
    """Return where the desk is to be found.

    >>> name_address(Settings(archive="a.sqlite", host="::1", port=80))
    'http://[::1]:80/'
    """
    return f"http://{bracket(settings.host)}:{settings.port}/"
