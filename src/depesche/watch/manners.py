"""How to behave towards hosts: one request after another with a pause between, and what robots.txt allows.

A robots.txt is kept for a day. One that is not there allows everything, one that cannot be had because its
server is in trouble allows nothing until it can be (RFC 9309).
"""

from __future__ import annotations

import asyncio
import time
import urllib.parse
from collections import OrderedDict
from collections.abc import Callable

import msgspec
from protego import Protego

from depesche.errors import FetchError
from depesche.sources.encodings import decode_text
from depesche.sources.fetching import Fetcher
from depesche.watch.waits import DAY, MINUTE

# What robots.txt calls us.
ROBOT = "depesche"
# RFC 9309 asks to read this much at least.
_MOST_ROBOTS = 512_000
# So many hosts are kept in mind; who comes back after that is asked for its robots.txt again.
_MOST_HOSTS = 2_000
# Longer pauses are not kept: a host that wants one could as well say no.
_LONGEST_PAUSE = 5 * MINUTE


class _Rules(msgspec.Struct, frozen=True):
    """What a host allows; None allows everything. ``fault`` is why nobody knows, ``until`` when to ask."""

    robots: Protego | None
    pause: float
    until: float
    fault: FetchError | None = None


class Manners:
    """Knows when whom may be asked for what; one for all that is asked."""

    def __init__(
        self, fetcher: Fetcher, *, pause: float = 1.0, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        """Wait ``pause`` seconds between two requests to a host, or as long as it asks for."""
        self._fetcher = fetcher
        self._pause = pause
        self._monotonic = monotonic
        self._rules: OrderedDict[str, _Rules] = OrderedDict()
        # When each host may be asked next.
        self._free: OrderedDict[str, float] = OrderedDict()

    async def gate(self, address: str) -> None:
        """Wait until an address may be asked for. Raises FetchError if it may not."""
        parts = urllib.parse.urlsplit(address)
        rules = await self._find_rules(f"{parts.scheme}://{parts.netloc}")
        if rules.fault:
            raise FetchError(rules.fault.kind, str(rules.fault))
        if rules.robots and not rules.robots.can_fetch(address, ROBOT):
            raise FetchError("robots", f"the robots.txt of {parts.hostname} does not allow it")
        await self._take_turn(parts.netloc, rules.pause)

    async def _find_rules(self, origin: str) -> _Rules:
        kept = self._rules.get(origin)
        if kept is None or kept.until <= self._monotonic():
            kept = await self._ask_rules(origin)
            self._rules[origin] = kept
            self._rules.move_to_end(origin)
            if len(self._rules) > _MOST_HOSTS:
                self._rules.popitem(last=False)
        return kept

    async def _ask_rules(self, origin: str) -> _Rules:
        netloc = urllib.parse.urlsplit(origin).netloc

        async def turn(address: str) -> None:
            await self._take_turn(urllib.parse.urlsplit(address).netloc, self._pause)

        def unknown(fault: FetchError) -> _Rules:
            return _Rules(None, self._pause, self._monotonic() + MINUTE, fault)

        try:
            answer = await self._fetcher.get(f"{origin}/robots.txt", most=_MOST_ROBOTS, gate=turn)
        except FetchError as fault:
            if fault.kind in ("size", "redirects", "answer"):
                # It is there, but says nothing that anybody could keep to.
                return _Rules(None, self._pause, self._monotonic() + DAY)
            return unknown(fault)
        if answer.status == 429 or answer.status >= 500:
            return unknown(FetchError("rules", f"{netloc} answers {answer.status} for its robots.txt"))
        if answer.status != 200:
            return _Rules(None, self._pause, self._monotonic() + DAY)
        robots = _parse_robots(answer.content)
        wanted = robots.crawl_delay(ROBOT) if robots else None
        pause = min(max(self._pause, wanted or 0.0), _LONGEST_PAUSE)
        return _Rules(robots, pause, self._monotonic() + DAY)

    async def _take_turn(self, netloc: str, pause: float) -> None:
        now = self._monotonic()
        turn = max(now, self._free.pop(netloc, now))
        self._free[netloc] = turn + pause
        while len(self._free) > _MOST_HOSTS and next(iter(self._free.values())) < now:
            self._free.popitem(last=False)
        if turn > now:
            await asyncio.sleep(turn - now)


def _parse_robots(content: bytes) -> Protego | None:
    """Return what a robots.txt says; None if it says nothing that can be read."""
    try:
        return Protego.parse(decode_text(content))
    except Exception:
        # Written by strangers, read by a library: whatever goes wrong, it says nothing.
        return None
