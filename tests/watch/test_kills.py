"""Whoever watches is killed at any moment and started again: nothing is there twice, nothing is missing."""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import time
from pathlib import Path

import pytest

from depesche.reading import Report
from depesche.watch import keeper
from watch.papers import Article, QuickArchive, make_text, make_watcher, publish, texts
from web import run_web

_ARTICLES, _KILLS = 60, 15
_DEADLY = "Unheil"


def watch_once(place: str, addresses: list[str]) -> None:
    """Watch until nothing is due: what runs in the process that is killed."""
    # Chance may kill it five times at one page, which would be given up.
    keeper._MOST_DEATHS = 1000
    with QuickArchive(place) as archive:
        make_watcher(archive, *addresses, wall=time.time).run(once=True)


@pytest.mark.parametrize("seed", [1])
def test_whoever_is_killed_leaves_nothing_twice_and_nothing_out(place: Path, seed: int) -> None:
    chance = random.Random(seed)
    processes = multiprocessing.get_context("forkserver")
    processes.set_forkserver_preload(["watch.papers"])
    names = [f"Ort{i}" for i in range(_ARTICLES)]
    kills = 0
    with run_web("0.0.0.0") as web:
        addresses = []
        for part in range(3):
            articles = [Article(f"/{name}", make_text(name)) for name in names[part::3]]
            # Told once: who forgets what the feed named finds nothing in it the next time.
            publish(web, articles, feed=f"/feed{part}", etag=f'"{part}"')
            addresses.append(web.url(f"/feed{part}", f"127.0.1.{part + 1}"))
        asked = 0
        while True:
            process = processes.Process(target=watch_once, args=(str(place), addresses))
            process.start()
            if kills < _KILLS:
                # Not before it has done anything: so many requests further, and then a moment.
                asked = len(web.requests) + chance.randrange(2, 8)
                while process.is_alive() and len(web.requests) < asked:
                    time.sleep(0.002)
                time.sleep(chance.random() * 0.05)
                process.kill()
                kills += 1
            process.join(120)
            if process.exitcode == 0:
                break
    assert kills >= 8
    assert texts(place) == sorted(make_text(name) for name in names)
    with QuickArchive(place) as archive, archive.watched() as watched:
        counts = watched.count_pages()
    assert (counts.known, counts.read, counts.reports) == (_ARTICLES, _ARTICLES, _ARTICLES)


class MortalArchive(QuickArchive):
    """An archive that nobody survives who reads a certain page into it."""

    def add(self, report: Report, *, link: bool = True) -> bool:
        if _DEADLY in report.text:
            os.kill(os.getpid(), signal.SIGKILL)
        return super().add(report, link=link)


def watch_and_die(place: str, address: str) -> None:
    """Watch until nothing is due, or until a page kills the process."""
    with MortalArchive(place) as archive:
        make_watcher(archive, address, wall=time.time).run(once=True)


def test_a_page_that_kills_whoever_reads_it_is_given_up(place: Path) -> None:
    processes = multiprocessing.get_context("forkserver")
    processes.set_forkserver_preload(["watch.papers"])
    names = ["Ort1", _DEADLY, "Ort2", "Ort3"]
    with run_web() as web:
        publish(web, [Article(f"/{name}", make_text(name)) for name in names], etag='"1"')
        ends: list[int | None] = []
        while not ends or ends[-1] != 0:
            process = processes.Process(target=watch_and_die, args=(str(place), web.url("/feed")))
            process.start()
            process.join(120)
            ends.append(process.exitcode)
        # The page was asked for once more before it was given up.
        assert len(web.asked(f"/{_DEADLY}")) == len(ends)
    assert ends == [-signal.SIGKILL] * keeper._MOST_DEATHS + [0]
    assert texts(place) == sorted(make_text(name) for name in names if name != _DEADLY)
    with QuickArchive(place) as archive, archive.watched() as watched:
        counts = watched.count_pages()
    assert (counts.known, counts.read, counts.reports) == (4, 3, 3)
