"""Newspapers for tests: what servers on this machine publish; and an archive that reads fast."""

from __future__ import annotations

import html
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from depesche.library import Archive
from depesche.reading import Reading, Report
from depesche.sources.feed_lists import FeedList, ListedFeed
from depesche.watch.watcher import Options, Tally, Watcher
from web import Web, answer

HERE = ("127.0.0.0/8",)
NOW = 1_760_000_000.0


class QuickArchive(Archive):
    """An archive that finds nothing in what it reads; what it finds is tested elsewhere."""

    def add(self, report: Report, *, link: bool = True) -> bool:
        return self.write(report, Reading(id=report.id))


class Article:
    """An article: its page is at ``path``, and changes with its fields."""

    def __init__(self, path: str, text: str, *, content: bool = False, page: bool = True) -> None:
        self.path = path
        self.text = text
        self.content = content
        self.page = page
        self.updated = "2025-07-11T14:30:00+02:00"

    def item(self) -> str:
        told = f"<content>{html.escape('<p>' + self.text + '</p>')}</content>" if self.content else ""
        return (
            f"<entry><id>{self.path}</id><title>Titel {self.path}</title><link href='{self.path}'/>"
            f"<published>2025-07-11T14:30:00+02:00</published><updated>{self.updated}</updated>{told}</entry>"
        )


def make_text(name: str) -> str:
    return (
        f"Der Minister aus {name} hat am Donnerstag seinen Amtskollegen getroffen. Beide sprachen nach "
        f"Angaben aus {name} lange über den Krieg, den Frieden und den Handel zwischen ihren Ländern."
    )


def make_page(title: str, text: str) -> str:
    return (
        f"<!doctype html><html lang='de'><head><title>{title}</title></head><body><nav>Start Politik</nav>"
        f"<article><h1>{title}</h1><p>{text}</p></article><footer>Impressum</footer></body></html>"
    )


def make_feed(items: Iterable[str], title: str = "Elbtagblatt") -> str:
    return f"<feed xmlns='http://www.w3.org/2005/Atom'><title>{title}</title>{''.join(items)}</feed>"


def publish(web: Web, articles: Iterable[Article], *, etag: str | None = None, feed: str = "/feed") -> None:
    """Put the feed and the pages of the articles on a server."""
    articles = list(articles)
    marks = {"ETag": etag} if etag else {}
    web.routes[feed] = answer(
        make_feed(article.item() for article in articles), headers=marks, kind="application/atom+xml"
    )
    for article in articles:
        if article.page:
            web.routes[article.path] = answer(make_page(f"Titel {article.path}", article.text))


def list_feeds(*addresses: str, every: float = 15.0) -> FeedList:
    return FeedList(
        feeds=tuple(map(ListedFeed, addresses)), contact="test@blatt.example", every=every, allow=HERE
    )


def make_watcher(
    archive: Archive,
    *addresses: str,
    wall: Callable[[], float] = lambda: NOW,
    tell: Callable[[str], None] = lambda line: None,
    pause: float = 0.0,
    seconds: float = 2.0,
) -> Watcher:
    options = Options(pause=pause, seconds=seconds, link=False)
    return Watcher(archive, list_feeds(*addresses), tell, options, wall=wall)


def watch(
    path: Path, *addresses: str, at: float = NOW, lines: list[str] | None = None, pause: float = 0.0
) -> Tally:
    """Watch until nothing is due, at a time (seconds since 1970); return what was done."""
    with QuickArchive(path) as archive:
        tell = lines.append if lines is not None else lambda line: None
        begun = time.monotonic()
        wall = lambda: at + time.monotonic() - begun  # noqa: E731
        return make_watcher(archive, *addresses, wall=wall, tell=tell, pause=pause).run(once=True)


def texts(path: Path) -> list[str]:
    """Return the texts of all reports of an archive, in order."""
    with QuickArchive(path) as archive:
        return sorted(archive.report(row.id).text for row in archive.reports())
