"""Measures watching: so many feeds, each on a host of its own, for one cycle, on one core, besides reading.

    .venv/bin/python scripts/bench_watch.py [--feeds 500] [--cycles 3]

Servers run in a process of their own, on addresses of this machine (Linux: 127.0.0.0/8). Each feed has 20
entries and a page of some 40 kB for each. What is measured: a cycle in which no feed changed (304), one in
which each feed names one new article, whose page is fetched, extracted and written to the archive without
being read, and, with --cycles, more of these, to see whether memory grows. The time of the processor is that
of the watching process, all its threads; where others use the machine too, it says more than the clock.
"""

from __future__ import annotations

import argparse
import asyncio
import multiprocessing
import os
import platform
import resource
import tempfile
import time
from multiprocessing.connection import Connection
from pathlib import Path

from depesche.archive.watching import PageState
from depesche.library import Archive
from depesche.reading import Reading, Report
from depesche.sources.feed_lists import FeedList, ListedFeed
from depesche.sources.feeds import parse_feed
from depesche.watch.watcher import Options, Watcher

ENTRIES = 20
_SENTENCE = "Die Außenminister haben am {day}. Juli in Genf über Punkt {number} der Vereinbarung gesprochen. "


class QuickArchive(Archive):
    """Keeps reports without reading them."""

    def add(self, report: Report, *, link: bool = True) -> bool:
        return self.write(report, Reading(id=report.id))


def make_feed(host: str, newest: int) -> bytes:
    items = "".join(
        f"<item><title>Meldung {n} von {host}</title><link>http://{host}/{n}</link><guid>{host}/{n}</guid>"
        f"<pubDate>Fri, 11 Jul 2025 14:30:00 +0200</pubDate><description><![CDATA["
        f"<p>{_SENTENCE.format(day=n % 28, number=n)}</p><img src='http://{host}/{n}.jpg'>]]></description><category>Politik</category></item>"
        for n in range(newest, newest - ENTRIES, -1)
    )
    return (
        f"<?xml version='1.0' encoding='UTF-8'?><rss version='2.0'><channel><title>Blatt {host}</title>"
        f"<link>http://{host}/</link>{items}</channel></rss>"
    ).encode()


def make_page(host: str, path: str) -> bytes:
    sentences = [_SENTENCE.format(day=i % 28 + 1, number=f"{path} {i} bei {host}") for i in range(32)]
    paragraphs = "".join(f"<p>{''.join(sentences[i : i + 4])}</p>" for i in range(0, 32, 4))
    links = "".join(
        f"<li class='teaser'><a href='/{i}'><span>Thema {i}</span> und mehr dazu</a></li>" for i in range(250)
    )
    scripts = "<script>var a = {}; function f() { return a; }</script>" * 80
    return (
        f"<!doctype html><html lang='de'><head><title>Meldung {path}</title>{scripts}</head><body>"
        f"<nav><ul>{links}</ul></nav><main><article><h1>Meldung {path}</h1>{paragraphs}</article></main>"
        f"<footer>{links[:8000]}</footer></body></html>"
    ).encode()


def serve(pipe: Connection) -> None:
    """Serve all hosts at all addresses; the newest entry of each feed is what the pipe said last."""
    newest = 0

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
                path = head[0].split(" ")[1]
                told = dict(line.lower().split(": ", 1) for line in head[1:] if line)
                status, body, mark = "200 OK", b"", ""
                if path == "/feed":
                    mark = f'ETag: "{newest}"\r\n'
                    if told.get("if-none-match") == f'"{newest}"':
                        status = "304 Not Modified"
                    else:
                        body = make_feed(told["host"], newest)
                elif path == "/robots.txt":
                    body = b"User-agent: *\nDisallow: /intern/\n"
                else:
                    body = make_page(told["host"], path)
                length = "" if status.startswith("304") else f"Content-Length: {len(body)}\r\n"
                writer.write(f"HTTP/1.1 {status}\r\n{mark}{length}\r\n".encode() + body)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    async def run() -> None:
        nonlocal newest
        server = await asyncio.start_server(handle, "0.0.0.0", 0, backlog=1024)
        pipe.send(server.sockets[0].getsockname()[1])
        while True:
            newest = await asyncio.to_thread(pipe.recv)
            pipe.send(newest)

    asyncio.run(run())


def know(archive: Archive, addresses: list[str], newest: int) -> None:
    """Let the archive know all articles that the feeds name."""
    with archive.watching() as watching:
        for address in addresses:
            host = address.split("/")[2]
            watching.keep_pages(
                PageState(
                    address=entry.address or "",
                    host=host,
                    feed=address,
                    digest=entry.digest,
                    entry="{}",
                    seen=0.0,
                )
                for entry in parse_feed(make_feed(host, newest), address).entries
            )


def measure(archive: Archive, addresses: list[str], name: str) -> None:
    feeds = FeedList(feeds=tuple(map(ListedFeed, addresses)), contact="bench", allow=("127.0.0.0/8",))
    watcher = Watcher(archive, feeds, lambda line: None, Options(pause=1.0, link=False))
    begun, processor = time.monotonic(), time.process_time()
    tally = watcher.run(once=True)
    took, worked = time.monotonic() - begun, time.process_time() - processor
    faults = tally.feed_faults + tally.page_faults
    told = Path("/proc/self/status").read_text("ascii").partition("VmRSS:")[2]
    memory = f"{int(told.split()[0]) / 1000:.0f}"
    figures = (tally.feeds, tally.reports, faults, f"{took:.1f}", f"{worked:.1f}", memory)
    print(" | ".join(("| " + name, *map(str, figures))) + " |", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--feeds", type=int, default=500)
    parser.add_argument("--cycles", type=int, default=3)
    options = parser.parse_args()
    ours, theirs = multiprocessing.Pipe()
    # A class that is spawned, not forked: it must not have our threads.
    server = multiprocessing.get_context("spawn").Process(target=serve, args=(theirs,), daemon=True)
    server.start()
    port = ours.recv()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    addresses = [f"http://127.1.{i // 250}.{i % 250 + 1}:{port}/feed" for i in range(options.feeds)]
    newest = ENTRIES
    ours.send(newest)
    ours.recv()
    print(f"{platform.machine()}, Python {platform.python_version()}, one of {os.cpu_count()} cores")
    print("| cycle | feeds | new articles | faults | seconds | of the processor | memory (MB) |")
    print("|---|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder, QuickArchive(Path(folder) / "archive.sqlite") as archive:
        know(archive, addresses, newest)
        measure(archive, addresses, "first, nothing new")
        measure(archive, addresses, "nothing changed")
        for cycle in range(1, options.cycles + 1):
            newest += 1
            ours.send(newest)
            ours.recv()
            measure(archive, addresses, f"one new article each, {cycle}")
        size = sum(path.stat().st_size for path in Path(folder).iterdir())
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
    print(f"archive {size / 1e6:.1f} MB, most memory {most:.0f} MB")
    server.terminate()


if __name__ == "__main__":
    main()
