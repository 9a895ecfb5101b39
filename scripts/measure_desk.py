"""Measures how fast the desk answers on a large archive.

    python scripts/measure_desk.py                       # 10,000 reports, made of the samples
    python scripts/measure_desk.py --archive mine.sqlite # an archive of yours
    python scripts/measure_desk.py --reports 2000 --keep FILE

The large archive is the samples' many times, each time some days later, with their stories and events. Each
page is asked for many times, of stories, events and reports that nobody has looked at yet.
Times are the server's own, from the first byte of a request to the last of its answer, one request at a time.
"""

from __future__ import annotations

import argparse
import datetime
import pathlib
import random
import statistics
import tempfile
import time

import msgspec
from fastapi.testclient import TestClient

from depesche import library
from depesche.archive.links import WorldEvent
from depesche.archive.store import Archive
from depesche.desk.app import create_app
from depesche.intake import Intake, link_archive
from depesche.link.outlines import story_id
from depesche.sources.files import Defaults

SAMPLES = pathlib.Path(__file__).parents[1] / "src" / "depesche" / "samples"
MEDIAN, NINETY_FIFTH = 150, 400


def multiply(source: Archive, target: Archive, reports: int) -> None:
    """Write the reports of an archive into another again and again, each time five days later."""
    with source.linked() as links:
        numbers = links.find_numbers(row.id for row in source.reports())
        stories = links.find_stories(numbers.values())
        events = links.list_world_events(numbers.values())
    # Undated reports would be the same each time.
    originals = {
        numbers[row.id]: (source.report(row.id), source.reading(row.id))
        for row in source.reports()
        if row.published
    }
    written, round_ = 0, 0
    while written < reports:
        made: dict[int, str] = {}
        for number, (report, reading) in originals.items():
            day = datetime.date.fromisoformat((report.published or "")[:10]) + datetime.timedelta(5 * round_)
            later = msgspec.structs.replace(report, published=day.isoformat(), key=None, url=None)
            target.write(later, msgspec.structs.replace(reading, id=later.id, published=later.published))
            made[number] = later.id
            written += 1
        with target.linking() as links:
            found = links.find_numbers(made.values())
            new = {number: found[id_] for number, id_ in made.items()}
            links.write_stories({new[n]: new[s] for n, s in stories.items() if n in new and s in new})
            links.replace_world_events(
                new.values(),
                [
                    WorldEvent(new[e.report], e.event, new[e.world_report], e.world_event)
                    for e in events
                    if e.report in new and e.world_report in new
                ],
            )
        round_ += 1


def find_addresses(archive: Archive, count: int) -> dict[str, list[str]]:
    """Return addresses of each kind of page, chosen at random but always the same."""
    chosen = random.Random(2025)
    rows = chosen.sample(archive.reports(), k=count)
    events = chosen.sample(archive.events(limit=20 * count), k=count)
    with archive.linked() as links:
        stories = links.find_stories(links.find_numbers(row.id for row in rows).values())
        names = links.find_days(stories.values())
    days = [row.published[:10] for row in rows if row.published]
    return {
        "today": ["/", *(f"/?to={day}" for day in days)],
        "day": [f"/?from={day}&to={day}" for day in days],
        "actor filter": [f"/?actor={name}&to={day}" for name in ("Rubio", "CHN") for day in days[::2]],
        "story": [f"/story/{story_id(names[s][1])}" for s in dict.fromkeys(stories.values())],
        "event": [f"/event/{row.report[:12]}:{row.event}" for row in events],
        "report": [f"/report/{row.id[:12]}" for row in rows],
        "search": [
            f"/search?q={word}" for word in ("Waffenruhe", "Lawrow", "Botschaften", '"starken Willen"')
        ],
        "api reports": [f"/api/v1/reports?from={day}" for day in days],
        "api stories": [f"/api/v1/stories?to={day}" for day in days],
        "api story": [f"/api/v1/stories/{story_id(names[s][1])}" for s in dict.fromkeys(stories.values())],
    }


def measure(client: TestClient, address: str) -> float | None:
    """Return the milliseconds of one answer, None if there is no such page."""
    began = time.perf_counter()
    answer = client.get(address)
    took = 1000 * (time.perf_counter() - began)
    return took if answer.status_code == 200 else None


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--archive", type=pathlib.Path)
    parser.add_argument("--reports", type=int, default=10_000)
    parser.add_argument("--times", type=int, default=40, help="how often each kind of page is asked for")
    parser.add_argument("--keep", type=pathlib.Path, help="where the large archive is kept, or is already")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        path = chosen.archive or chosen.keep or pathlib.Path(scratch) / "large.sqlite"
        if not path.exists():
            with (
                library.Archive(pathlib.Path(scratch) / "small.sqlite") as small,
                library.Archive(path) as large,
            ):
                Intake((str(SAMPLES),), Defaults(), jobs=1).fill(small)
                link_archive(small)
                multiply(small, large, chosen.reports)
        with library.Archive(path) as archive:
            addresses = find_addresses(archive, chosen.times)
        app = create_app(path)
        with TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False) as client:
            client.get("/")
            print(f"{'page':<14} {'median':>8} {'95 %':>8} {'most':>8}  ms")
            for kind, some in addresses.items():
                times = [
                    took for address in some[: chosen.times] if (took := measure(client, address)) is not None
                ]
                if not times:
                    print(f"{kind:<14}        -")
                    continue
                slow = statistics.quantiles(times, n=20)[-1] if len(times) > 1 else times[0]
                late = " too slow" if statistics.median(times) > MEDIAN or slow > NINETY_FIFTH else ""
                print(f"{kind:<14} {statistics.median(times):8.0f} {slow:8.0f} {max(times):8.0f}{late}")


if __name__ == "__main__":
    main()
