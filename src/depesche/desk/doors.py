"""Who is let in where other machines can reach the desk: whoever shows a token, and nobody too often.

A browser shows it as the password that it asks its reader for (whatever the name), a program as
``Authorization: Bearer``; the programs' addresses look at theirs themselves (``depesche.desk.api.access``).
"""

from __future__ import annotations

import base64
import binascii
import ipaddress
import math
import time
from collections import OrderedDict
from collections.abc import Callable

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from depesche.archive.store import Archive
from depesche.archive.tokens import Scope as TokenScope
from depesche.desk.api.problems import answer_problem
from depesche.errors import ArchiveError

# So many requests a second, and so many at once, one machine may make.
RATE, BURST = 10.0, 150
# A token that is none counts as so many.
_WRONG = 15
# So many machines are remembered.
_REMEMBERED = 10_000
_FOR_PROGRAMS = "/api/"
# What makes and removes alerts lies under this address.
_ALERTS = "/alerts/"
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_ASK = {"www-authenticate": 'Basic realm="Depesche", charset="UTF-8"'}


class Allowance:
    """How much each machine may still ask for: ``burst`` at once, filled up again by ``rate`` a second."""

    def __init__(
        self, rate: float = RATE, burst: int = BURST, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._rate, self._burst, self._clock = rate, burst, clock
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, machine: str, cost: int = 1) -> int:
        """Take what a request costs; return 0, or how many seconds to wait before there is enough."""
        now = self._clock()
        left, last = self._left.pop(machine, (float(self._burst), now))
        left = min(float(self._burst), left + (now - last) * self._rate)
        granted = left >= 1
        # What is refused costs nothing, else somebody who goes on asking would never be let in.
        self._left[machine] = (left - cost if granted else left, now)
        while len(self._left) > _REMEMBERED:
            self._left.popitem(last=False)
        return 0 if granted else max(1, math.ceil((1 - left) / self._rate))


class Doors:
    """Asks for a token with the scope that a request needs, and counts requests."""

    def __init__(self, app: ASGIApp, archive: Archive, allowance: Allowance | None = None) -> None:
        self._app = app
        self._archive = archive
        self._allowance = allowance or Allowance()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        refusal = await self._refuse(scope) if scope["type"] == "http" else None
        await (refusal or self._app)(scope, receive, send)

    async def _refuse(self, scope: Scope) -> Response | None:
        machine = name_machine(scope)
        if wait := self._allowance.take(machine):
            return refuse(scope, 429, "Too many requests: wait a little.", {"retry-after": str(wait)})
        if is_for_programs(scope):
            return None
        secret = read_secret(Headers(scope=scope).get("authorization", ""))
        try:
            token = await run_in_threadpool(self._archive.find_token, secret) if secret else None
        except ArchiveError:
            return refuse(scope, 503, "The archive cannot be used at the moment.")
        if token is None:
            if secret:
                self._allowance.take(machine, _WRONG)
            return refuse(scope, 401, "This needs a token: give it as the password.", _ASK)
        scope.setdefault("state", {})["token"] = token
        return (
            None
            if find_need(scope) in token.scopes
            else refuse(scope, 403, "The token is not good for this.")
        )


def refuse(scope: Scope, status: int, detail: str, headers: dict[str, str] | None = None) -> Response:
    """Return a refusal: to a program a problem, to a browser one sentence."""
    if is_for_programs(scope):
        return answer_problem(status, detail, headers=headers)
    return PlainTextResponse(detail, status, headers=headers)


def is_for_programs(scope: Scope) -> bool:
    """Return whether an address is one for programs."""
    return str(scope["path"]).startswith(_FOR_PROGRAMS)


def find_need(scope: Scope) -> TokenScope:
    """Return what a token must be good for to ask for a page, or to send a form.

    >>> find_need({"method": "GET", "path": "/"}), find_need({"method": "POST", "path": "/alerts/add"})
    ('read', 'alert')
    """
    if scope["method"] in _SAFE:
        return "read"
    return "alert" if str(scope["path"]).startswith(_ALERTS) else "judge"


def name_machine(scope: Scope) -> str:
    """Return what tells the machines that ask apart: their address, of IPv6 the network that one owner has.

    >>> name_machine({"client": ("2001:db8:0:1::5", 1)}), name_machine({"client": None})
    ('2001:db8:0:1::/64', '')
    """
    host = str(scope["client"][0]) if scope.get("client") else ""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    return host if address.version == 4 else str(ipaddress.ip_network((address, 64), strict=False))


def read_secret(authorization: str) -> str | None:
    """Return the token in a header, None if there is none.

    >>> read_secret("Bearer abc"), read_secret("Basic OmFiYw=="), read_secret("Basic !"), read_secret("")
    ('abc', 'abc', None, None)
    """
    scheme, _, stated = authorization.strip().partition(" ")
    if scheme.lower() == "bearer":
        return stated.strip() or None
    if scheme.lower() != "basic":
        return None
    try:
        plain = base64.b64decode(stated.strip(), validate=True).decode()
    except (binascii.Error, ValueError):
        return None
    return plain.partition(":")[2] or None
