"""Pauses between requests, and what robots.txt allows."""

from __future__ import annotations

import asyncio
import itertools

import pytest

from depesche.errors import FetchError
from depesche.sources.fetching import Fetcher, Policy
from depesche.watch.manners import Manners
from watch.papers import HERE
from web import Handler, Web, answer, endless, raw, redirect, reset


def pass_gate(*addresses: str, pause: float = 0.0) -> list[str]:
    """Send addresses through the gate, one after the other; return what was said of each."""

    async def ask() -> list[str]:
        said = []
        async with Fetcher(Policy(allowed=HERE, seconds=1)) as fetcher:
            manners = Manners(fetcher, pause=pause)
            for address in addresses:
                try:
                    await manners.gate(address)
                    await fetcher.get(address)
                    said.append("")
                except FetchError as fault:
                    said.append(fault.kind)
        return said

    return asyncio.run(ask())


ROBOTS = """
User-agent: *
Disallow: /

User-agent: Depesche
Disallow: /intern
Disallow: /*.pdf$
Allow: /intern/offen
"""


def test_what_it_says_of_us_counts(web: Web) -> None:
    web.routes["/robots.txt"] = answer(ROBOTS, kind="text/plain")
    paths = ("/", "/intern/x", "/intern/offen/x", "/a.pdf", "/a.pdf?x")
    assert pass_gate(*map(web.url, paths)) == ["", "robots", "", "robots", ""]
    assert len(web.asked("/robots.txt")) == 1
    assert not web.asked("/intern/x")


@pytest.mark.parametrize(
    ("robots", "said"),
    [
        (answer("gone", 404), ""),
        (answer("gone", 410), ""),
        (answer("no", 403), ""),
        (answer(b"\x00\x01" * 500), ""),
        (answer("<html><body>Startseite</body></html>"), ""),
        (answer(""), ""),
        (answer("User-agent: *\nDisallow: /"), "robots"),
        (answer("\ufeffUser-agent: *\r\nDisallow: /\r\n"), "robots"),
        (answer("trouble", 500), "rules"),
        (answer("trouble", 503), "rules"),
        (answer("slow down", 429), "rules"),
        (reset, "connection"),
        (endless(b"HTTP/1.1 200 OK\r\n\r\n", b"x", 0.05), "time"),
        (endless(b"HTTP/1.1 200 OK\r\n\r\n", b"Disallow: /\n" * 5000), ""),
        (redirect("/robots.txt"), ""),
        (redirect("http://10.0.0.1/robots.txt"), "forbidden"),
        (raw(b"nonsense"), ""),
        (answer("User-agent: *\nDisallow: /" + "*a" * 20_000 + "$\n"), ""),
    ],
)
def test_robots_txt_that_is_none(web: Web, robots: Handler, said: str) -> None:
    web.routes["/robots.txt"] = robots
    assert pass_gate(web.url("/" + "a" * 1500)) == [said]


def gaps(web: Web) -> list[float]:
    return [later.at - earlier.at for earlier, later in itertools.pairwise(web.requests)]


def test_there_is_a_pause_between_two_requests_to_a_host(web: Web) -> None:
    pass_gate(*[web.url(f"/{i}") for i in range(3)], pause=0.2)
    assert len(web.requests) == 4
    assert sum(gaps(web)) > 0.55


def test_a_longer_pause_that_a_host_asks_for_is_kept(web: Web) -> None:
    web.routes["/robots.txt"] = answer("User-agent: *\nCrawl-delay: 0.4\nDisallow: /x")
    pass_gate(*[web.url(f"/{i}") for i in range(3)], pause=0.1)
    assert sum(gaps(web)[1:]) > 0.7
