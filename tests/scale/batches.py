"""What the tests of batches share: reports, files of them, and what an archive says of the same."""

from __future__ import annotations

import functools
import json
import random
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import yaml

from depesche.archive.store import Archive
from depesche.dossiers import Dossiers
from depesche.link.events import event_id
from depesche.link.records import EventKey
from depesche.linking import Linker
from depesche.read import read_with_meaning
from depesche.reading import Report
from depesche.scale.links import Sizes

STORIES = Path(__file__).parents[1] / "stories"
# So small that a few reports are spread over many tasks.
SMALL = Sizes(sheaf=7, block=5, bucket=9, stories=6, worlds=2)
Links = dict[str, set[tuple[Any, ...]]]


def load_reports(names: Iterable[str]) -> list[Report]:
    """Return the reports of some stories of tests/stories."""
    found = []
    for name in names:
        plain = yaml.safe_load((STORIES / f"{name}.yaml").read_text("utf-8"))
        for report in plain["reports"]:
            published = str(report["published"]) if report["published"] else None
            fields = {field: report.get(field) for field in ("text", "title", "url")}
            found.append(Report(**fields, published=published, source=report["outlet"], key=report["id"]))
    return found


def write_files(folder: Path, reports: Iterable[Report], count: int, seed: int = 1) -> list[str]:
    """Write reports into so many JSON Lines files, in an order that the seed tells; return their paths."""
    shuffled = list(reports)
    random.Random(seed).shuffle(shuffled)
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for number in range(count):
        path = folder / f"in-{number}.jsonl"
        rows = [to_plain(report) for report in shuffled[number::count]]
        path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
        paths.append(str(path))
    return paths


def to_plain(report: Report) -> dict[str, str]:
    """Return a report as a line of JSON Lines has it."""
    fields = {name: getattr(report, name) for name in report.__struct_fields__ if name != "key"}
    return {name: value for name, value in {**fields, "id": report.key}.items() if value is not None}


def ignore(step: str, done: int, total: int) -> None:
    """Show no progress."""


def table_of(folder: Path, name: str) -> list[dict[str, Any]]:
    """Return the rows of a table of a batch."""
    paths = sorted((folder / name).rglob("part-*.parquet"))
    return [row for path in paths for row in pq.ParquetFile(path).read().to_pylist()]


def links_of_batch(folder: Path) -> Links:
    """Return what a batch says of stories, events in the world and copies."""
    return {
        "stories": {(row["story"], row["report"]) for row in table_of(folder, "stories")},
        "events": {(row["world"], row["report"], row["event"]) for row in table_of(folder, "events")},
        "copies": {
            (row["story"], row["of"], row["report"], row["kind"]) for row in table_of(folder, "copies")
        },
    }


def links_of_archive(path: Path, reports: Iterable[Report], language_model: str) -> Links:
    """Read and link reports in an archive, one after the other, and return what it says of them."""
    read = functools.partial(read_with_meaning, language_model=language_model)
    with Archive(path, reader=read) as archive:
        for report in reports:
            archive.add(report)
        for _ in Linker(archive).run():
            pass
        return links_in(archive)


def links_in(archive: Archive) -> Links:
    """Return what an archive says of stories, events in the world and copies."""
    with archive.linked() as links:
        numbers = links.find_numbers(row.id for row in archive.reports())
        ids = {number: id_ for id_, number in numbers.items()}
        stories = {ids[n]: f"s{ids[s][:12]}" for n, s in links.find_stories(ids).items()}
        events = {
            (event_id([EventKey(ids[e.world_report], e.world_event)]), ids[e.report], e.event)
            for e in links.list_world_events(ids)
        }
    dossiers = Dossiers(archive)
    copies = {
        (story, copy.of, copy.report, copy.kind)
        for story in set(stories.values())
        for copy in dossiers.sources(story).sources.copies
    }
    return {"stories": {(s, r) for r, s in stories.items()}, "events": events, "copies": copies}


def contents(folder: Path) -> dict[str, bytes]:
    """Return the files that a batch gives out."""
    tables = ("readings", "refused", "stories", "events", "copies")
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for table in tables
        for path in (folder / table).rglob("*")
        if path.is_file()
    }
