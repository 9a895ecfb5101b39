"""Loads the desk with a large archive and measures every page; fails where one is too slow or too large.

    python scripts/load_desk.py                            # 10,000 reports, made of the samples
    python scripts/load_desk.py --reports 2000 --keep FILE # in a file that is there the next time
    python scripts/load_desk.py --archive FILE             # an archive of yours
    python scripts/load_desk.py --processor                # for a machine that does other things meanwhile

The large archive holds variations of the samples (variations.py). A block of them is written and linked as
users do it; the others are the block again, each time some days later: written with all findings, while
stories, events, keys and questions are taken over from the block; to make them anew for so many takes hours.

Each page is asked for in process, one request at a time, of things that nobody has looked at since the desk
was started. A time is from the first byte of a request to the last of its answer; with --processor that of
the processor alone. What the desk keeps in memory shows in the column *again*, the median of once more.
"""

from __future__ import annotations

import argparse
import datetime
import random
import re
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import msgspec
from fastapi.testclient import TestClient

from depesche import library
from depesche.archive.store import Archive
from depesche.desk.app import create_app
from depesche.intake import Intake, link_archive
from depesche.link.outlines import story_id
from depesche.linking import Linker
from depesche.reading import Meaning, Reading, Report
from depesche.sources.files import Defaults
from variations import invent_meaning, vary_story

SAMPLES = Path(__file__).parents[1] / "src" / "depesche" / "samples"
# Milliseconds that half of the answers of a page take at most, nineteen of twenty, and half of all searches;
# the bytes of the first page with all that it loads.
MEDIAN, NINETY_FIFTH, SEARCH = 150.0, 400.0, 150.0
FIRST_PAGE = 200_000
# Reports in the block, and days from one block to the next.
BLOCK, DAYS = 100, 3
FIRST_DAY = "2019-01-07"
# The pairs of states that are looked at are among so many that reports tell most of.
_PAIRS = 100

# What linking made of the block, as it is taken over: which columns are numbers of reports.
_LINKED = {
    "linked": ("report",),
    "link_keys": ("report",),
    "story_links": ("first", "second"),
    "stories": ("report", "story"),
    "world_events": ("report", "world_report", "part_report"),
    "doubts": ("report", "other"),
}
Entry = tuple[Report, Reading]


class Measured(msgspec.Struct, frozen=True):
    """A page: its times in milliseconds, those of asking once more, and the bytes of its largest answer."""

    page: str
    times: tuple[float, ...]
    again: tuple[float, ...]
    size: int

    @property
    def median(self) -> float:
        """What half of the answers take at most."""
        return statistics.median(self.times)

    @property
    def slow(self) -> float:
        """What nineteen of twenty take at most."""
        return sorted(self.times)[int(0.95 * (len(self.times) - 1))]

    def find_faults(self) -> list[str]:
        """Return how the page misses what it may take."""
        most = SEARCH if self.page == "search" else MEDIAN
        faults = [f"median over {most:.0f} ms"] if self.median > most else []
        return [*faults, *([f"95 % over {NINETY_FIFTH:.0f} ms"] if self.slow > NINETY_FIFTH else [])]


# --- the archive --------------------------------------------------------------------------------------


def make_archive(path: Path, reports: int) -> None:
    """Write an archive of about so many reports, made of the samples."""
    with tempfile.TemporaryDirectory() as folder, library.Archive(Path(folder) / "samples.sqlite") as samples:
        Intake((str(SAMPLES),), Defaults(), jobs=1).fill(samples)
        link_archive(samples)
        fill(path, list(find_models(samples)), reports, min(BLOCK, reports))


def fill(path: Path, models: Sequence[Sequence[Entry]], reports: int, block: int) -> None:
    """Write an archive of about so many reports: a block of variations, again and again."""
    first = list(make_block(models, block, random.Random(5)))
    meanings = [invent_meaning(report) for report, _ in first]
    with Archive(path) as archive:
        numbers = write(archive, first, meanings)
        for _ in Linker(archive).run():
            pass
        for copy in range(1, max(1, reports // block)):
            later = list(move(first, copy * DAYS))
            take_over(path, dict(zip(numbers, write(archive, later, meanings), strict=True)))
        Linker(archive).renew()


def find_models(samples: Archive) -> Iterator[list[Entry]]:
    """Yield the dated reports of each story of the samples, with their readings."""
    with samples.linked() as links:
        numbers = links.find_numbers(row.id for row in samples.reports() if row.published)
        stories = links.find_stories(numbers.values())
    told: dict[int, list[Entry]] = {}
    for id_, number in numbers.items():
        told.setdefault(stories[number], []).append((samples.report(id_), samples.reading(id_)))
    yield from told.values()


def make_block(models: Sequence[Sequence[Entry]], count: int, dice: random.Random) -> Iterator[Entry]:
    """Yield reports of stories in other words, one story in ten of more reports than its model has."""
    left = count
    while left > 0:
        model = dice.choice(models)
        wanted = dice.randint(8, 16) if dice.randrange(10) == 0 else dice.randint(1, len(model))
        story = vary_story(model, dice.randrange(10**9), min(left, wanted), FIRST_DAY)
        left -= len(story)
        yield from story


def write(archive: Archive, reports: Iterable[Entry], meanings: Iterable[Meaning]) -> list[int]:
    """Write reports with what they mean; return their numbers."""
    ids = []
    for (report, reading), meaning in zip(reports, meanings, strict=True):
        archive.write(report, reading, meaning)
        ids.append(report.id)
    with archive.linked() as links:
        numbers = links.find_numbers(ids)
    return [numbers[id_] for id_ in ids]


def move(reports: Iterable[Entry], days: int) -> Iterator[Entry]:
    """Yield reports as if they had been published some days later, with all days in their readings."""
    for report, reading in reports:
        later = msgspec.structs.replace(
            report, published=_add_days(report.published, days), key=None, url=None
        )
        told = msgspec.convert(_move_days(msgspec.to_builtins(reading), days), Reading)
        yield later, msgspec.structs.replace(told, id=later.id, published=later.published)


def _add_days(value: str | None, days: int) -> str:
    day = datetime.date.fromisoformat((value or FIRST_DAY)[:10]) + datetime.timedelta(days)
    return day.isoformat() + (value or "")[10:]


_DAY = re.compile(r"\d{4}-\d\d-\d\d")


def _move_days(plain: object, days: int) -> object:
    """Return plain data with later days in the fields that hold days."""
    if isinstance(plain, dict):
        return {
            key: _add_days(value, days)
            if key in {"date", "earliest", "latest", "value"}
            and isinstance(value, str)
            and _DAY.fullmatch(value)
            else _move_days(value, days)
            for key, value in plain.items()
        }
    return [_move_days(item, days) for item in plain] if isinstance(plain, list | tuple) else plain


def take_over(path: Path, numbers: dict[int, int]) -> None:
    """Write of copies of reports what linking made of the originals; ``numbers`` says which is whose copy."""
    raw = sqlite3.connect(path)
    raw.create_function("copy_of", 1, lambda number: numbers.get(number, number))
    with raw:
        for table, changed in _LINKED.items():
            names = [row[1] for row in raw.execute(f"PRAGMA table_info({table})")]
            columns = ", ".join(f'copy_of("{name}")' if name in changed else f'"{name}"' for name in names)
            own = f'"{changed[0]}" IN ({", ".join(map(str, numbers))})'
            raw.execute(f"INSERT OR REPLACE INTO {table} SELECT {columns} FROM {table} WHERE {own}")
        # Their stories are told by the linker, which looks for marks only.
        raw.execute(
            "INSERT OR IGNORE INTO unoutlined SELECT DISTINCT story FROM stories"
            " WHERE NOT EXISTS (SELECT 1 FROM outlines WHERE outlines.story = stories.story)"
        )
    raw.close()


# --- the pages ----------------------------------------------------------------------------------------


def find_addresses(archive: Archive, count: int) -> dict[str, list[str]]:
    """Return addresses of each page, chosen by chance but always the same."""
    dice = random.Random(2025)
    rows = archive.reports()
    chosen = dice.sample(rows, min(count, len(rows)))
    told = [event for row in chosen for event in archive.events(report=row.id)[:1]]
    known = [one for one in archive.actors(limit=500) if one.type != "GROUP"]
    # Some of them are offices or words for a people, and have no page.
    actors = dice.sample(known, min(2 * count, len(known)))
    with archive.surveyed() as survey:
        pairs = survey.pairs(_PAIRS)
    pairs = dice.sample(pairs, min(count, len(pairs)))
    with archive.linked() as links:
        stories = links.find_stories(links.find_numbers(row.id for row in chosen).values())
        names = links.find_days(stories.values())
    days = [row.published[:10] for row in chosen if row.published]
    words = [word for row in chosen for word in re.findall(r"[A-ZÄÖÜ]\w{5,}", row.title or "")[:2]]
    return {
        "today": ["/", *(f"/?to={day}" for day in days)],
        "today, one day": [f"/?from={day}&to={day}" for day in days],
        "story": [f"/story/{story_id(names[story][1])}" for story in dict.fromkeys(stories.values())],
        "event": [f"/event/e{event.report[:12]}-{event.event}" for event in told],
        "report": [f"/report/{row.id[:12]}" for row in chosen],
        "actor": [f"/actor/{actor.name}" for actor in actors],
        "relation": [f"/relation/{one}/{other}" for one, other, _ in pairs],
        "network": ["/network", *(f"/network?from={day}&to={day}" for day in days)],
        "map": ["/map", *(f"/map?from={day}&to={day}" for day in days)],
        "search": [f"/search?q={word}" for word in dict.fromkeys(words)],
        "correct": [f"/correct?kind={kind}" for kind in ("", "story", "event", "actor", "speaker", "reading")]
        * 4,
        "decisions": ["/correct/log"] * 10,
        "feed": [f"/search/feed.atom?q={word}" for word in dict.fromkeys(words)],
        "api reports": [f"/api/v1/reports?from={day}&limit=50" for day in days],
        "api events": [f"/api/v1/events?from={day}&limit=50" for day in days],
        "api stories": [f"/api/v1/stories?from={day}&limit=20" for day in days],
    }


def measure(
    client: TestClient, page: str, addresses: Sequence[str], *, most: int, processor: bool
) -> Measured | None:
    """Return what up to so many answers of a page take, None if the desk has no such page."""
    clock = time.process_time if processor else time.perf_counter
    times: list[float] = []
    again: list[float] = []
    size = 0
    for address in addresses:
        if len(times) == most:
            break
        began = clock()
        answer = client.get(address)
        done = clock()
        if answer.status_code == 404:
            continue
        if answer.status_code != 200:
            raise SystemExit(f"{address} is answered with {answer.status_code}")
        client.get(address)
        times.append(1000 * (done - began))
        again.append(1000 * (clock() - done))
        size = max(size, len(answer.content))
    return Measured(page, tuple(times), tuple(again), size) if times else None


def weigh_first_page(client: TestClient) -> int:
    """Return the bytes of the first page with its style sheets and scripts."""
    html = client.get("/").text
    assets = dict.fromkeys(re.findall(r'(?:href|src)="(/static/[^"]+)"', html))
    return len(html.encode()) + sum(len(client.get(asset).content) for asset in assets)


def load(
    path: Path, count: int, *, processor: bool, show: Callable[[Measured], None] | None = None
) -> tuple[list[Measured], int]:
    """Return what each page of the desk over an archive takes, and the bytes of the first page.

    Each page is given to ``show`` as soon as it is measured.
    """
    with library.Archive(path) as archive:
        addresses = find_addresses(archive, count)
    found: list[Measured] = []
    with TestClient(create_app(path), base_url="http://127.0.0.1") as client:
        client.get("/correct/log")  # templates and sentences are loaded once
        for page, some in addresses.items():
            measured = measure(client, page, some, most=count, processor=processor)
            if measured is not None:
                found.append(measured)
                if show is not None:
                    show(measured)
        return found, weigh_first_page(client)


def print_page(one: Measured) -> None:
    """Print a page's row of the table."""
    print(
        f"{one.page:<16}{len(one.times):>6}{one.median:>9.0f}{one.slow:>8.0f}{max(one.times):>8.0f}"
        f"{statistics.median(one.again):>8.0f}{one.size:>13,}  {', '.join(one.find_faults())}",
        flush=True,
    )


def main() -> int:
    """Measure, print a table, and return 1 if a page misses its floor."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--archive", type=Path, help="measure this archive")
    parser.add_argument("--reports", type=int, default=10_000)
    parser.add_argument("--times", type=int, default=40, help="how often each page is asked for")
    parser.add_argument("--keep", type=Path, help="where the large archive is kept, or is already")
    parser.add_argument("--processor", action="store_true", help="measure the processor's time")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        path = chosen.archive or chosen.keep or Path(scratch) / "large.sqlite"
        if not path.exists():
            make_archive(path, chosen.reports)
        heads = f"{'median':>9}{'95 %':>8}{'most':>8}{'again':>8} ms{'largest':>10} bytes"
        print(f"{'page':<16}{'asked':>6}{heads}", flush=True)
        pages, first = load(path, chosen.times, processor=chosen.processor, show=print_page)
    missed = any(one.find_faults() for one in pages)
    heavy = f"over {FIRST_PAGE:,}" if first > FIRST_PAGE else ""
    print(f"the first page with all that it loads: {first:,} bytes {heavy}")
    return 1 if missed or heavy else 0


if __name__ == "__main__":
    sys.exit(main())
