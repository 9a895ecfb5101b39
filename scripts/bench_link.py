"""What it costs to add one report to archives of growing size.

    python scripts/bench_link.py [tests/stories] [--sizes 1000 10000 100000] [--added 21] [--archive FILE]

The reports of a folder of stories are read once, by grammar alone, and varied: other names, nouns, numbers
and days, vectors made of the words (variations.py). A block of 500 such reports, some stories long and most
short, is written and linked as users do it. To fill the archive the block is copied row by row, as far as
linking looks at it: later days, and other keys but for a third, so that lists grow as the news repeat
themselves. Copies have no text and no findings, which to write for so many takes hours, and nothing is kept
of them for pages; they are not marked for it either, so that no run makes it.

At each size reports are added, each to a story of its own that is partly there: written, and linked by a new
``Linker``, which remembers nothing. The median of the processor time is printed (and what a clock on the wall
says, which other work on the machine lengthens), and its growth from size to size. The same for the last
reports of a story of 150.
"""

from __future__ import annotations

import argparse
import datetime
import hashlib
import itertools
import random
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

import yaml

from depesche.archive.store import Archive
from depesche.link.postings import NEVER
from depesche.linking import Linker
from depesche.read import read_report
from depesche.reading import Reading, Report
from variations import invent_meaning, vary_story

Story = list[tuple[Report, Reading]]

# Reports in the block that is copied, and the days that they are of: a hundred a day.
BLOCK, DAYS = 500, 5
FIRST_DAY = "2015-01-05"
# Of so many stories one is long, and how long that is.
_ONE_LONG_IN, _LONG = 40, 60
# The long story to which reports are added.
_LONGEST = 150
# One key in so many stays as it is in all copies.
_SHARED = 3

# Columns of a copied row that are not as they were.
_CHANGED = {
    "reports": {
        "number": "number + :by",
        "id": "other_id(id, :copy)",
        "published": "other_day(published, :days)",
        "day": "other_day(day, :days)",
        "text": "''",
    },
    "readings": {"report": "report + :by", "published": "other_day(published, :days)"},
    "linked": {"report": "report + :by"},
    "sketches": {"report": "report + :by"},
    "link_keys": {"report": "report + :by"},
    "story_links": {"first": "first + :by", "second": "second + :by"},
    "stories": {"report": "report + :by", "story": "story + :by"},
    "world_events": {
        "report": "report + :by",
        "world_report": "world_report + :by",
        "part_report": "part_report + :by",
    },
    "postings": {
        "key": "other_key(key, :copy)",
        "day": "CASE day WHEN :never THEN day ELSE day + :days END",
        "place": "place + :copy",
        "report": "report + :by",
    },
}
# Which of its columns tells that a row is of the block.
_OF_BLOCK = {"reports": "number", "story_links": "second"}


def load_models(folder: Path) -> list[Story]:
    """Return the reports of each story in the folder, dated ones only, read by grammar alone."""
    models = []
    for path in sorted(folder.glob("s[0-9][0-9].yaml")):
        story: Story = []
        for plain in yaml.safe_load(path.read_text("utf-8"))["reports"]:
            if plain["published"] is not None:
                fields = {name: plain[name] for name in ("text", "title")}
                report = Report(
                    **fields, published=str(plain["published"]), source=plain["outlet"], language="de"
                )
                story.append((report, read_report(report, "none")))
        models.append(story)
    return models


def make_block(models: Sequence[Story], dice: random.Random) -> Iterable[tuple[Report, Reading]]:
    """Return the reports of the block, in no order of their stories."""
    found: Story = []
    while len(found) < BLOCK:
        seed, model = dice.randrange(10**9), dice.choice(models)
        count = _LONG if dice.randrange(_ONE_LONG_IN) == 0 else dice.randint(1, len(model))
        found += vary_story(model, seed, count, _day(dice.randrange(DAYS)))
    dice.shuffle(found)
    return found[:BLOCK]


def _day(number: int) -> str:
    return _other_day(FIRST_DAY, number) or ""


def add(archive: Archive, reports: Iterable[tuple[Report, Reading]]) -> None:
    """Write reports as they come, and link them."""
    for report, reading in reports:
        archive.write(report, reading, invent_meaning(report))
    for _ in Linker(archive).run():
        pass


def copy_block(raw: sqlite3.Connection, copy: int) -> None:
    """Copy the block once more."""
    salt = random.Random(copy).getrandbits(47)
    raw.create_function("other_id", 2, lambda id_, n: hashlib.sha256(f"{id_} {n}".encode()).hexdigest())
    raw.create_function("other_key", 2, lambda key, _: key if key % _SHARED == 0 else key ^ salt)
    raw.create_function("other_day", 2, _other_day)
    (by,) = raw.execute("SELECT max(number) FROM reports").fetchone()
    values = {"by": by, "copy": copy, "days": copy * DAYS, "block": BLOCK, "never": NEVER}
    with raw:
        for table, changed in _CHANGED.items():
            names = [row[1] for row in raw.execute(f"PRAGMA table_info({table})")]
            columns = ", ".join(changed.get(name, f'"{name}"') for name in names)
            of_block = f"{_OF_BLOCK.get(table, 'report')} <= :block"
            raw.execute(f"INSERT INTO {table} SELECT {columns} FROM {table} WHERE {of_block}", values)


def _other_day(value: str | None, days: int) -> str | None:
    if value is None:
        return None
    day = datetime.date.fromisoformat(value[:10]) + datetime.timedelta(days)
    return day.isoformat() + value[10:]


def fill(path: Path, copies: range) -> None:
    """Copy the block into the archive until it holds so many."""
    raw = sqlite3.connect(path)
    raw.execute("PRAGMA synchronous = OFF")
    for copy in copies:
        copy_block(raw, copy)
    raw.execute("ANALYZE")
    raw.close()


def measure(archive: Archive, story: Story, last: int) -> list[tuple[float, float]]:
    """Add a story; return the seconds of processor and wall that each of its ``last`` reports takes."""
    add(archive, story[:-last])
    taken = []
    for report, reading in story[-last:]:
        meaning = invent_meaning(report)
        wall, cpu = time.perf_counter(), time.process_time()
        archive.write(report, reading, meaning)
        for _ in Linker(archive).run():
            pass
        taken.append((time.process_time() - cpu, time.perf_counter() - wall))
    return taken


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "folder", type=Path, nargs="?", default=Path(__file__).parents[1] / "tests" / "stories"
    )
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000, 10_000, 100_000])
    parser.add_argument("--added", type=int, default=21)
    parser.add_argument("--archive", type=Path, help="keep the archive in this file")
    arguments = parser.parse_args()
    models = load_models(arguments.folder)
    with tempfile.TemporaryDirectory() as folder:
        run(models, arguments.archive or Path(folder) / "archive.sqlite", arguments.sizes, arguments.added)


def run(models: Sequence[Story], path: Path, sizes: Sequence[int], added: int) -> None:
    """Fill an archive up to each size, and print what it costs there to add a report."""
    dice = random.Random(5)
    with Archive(path) as archive:
        started = time.process_time()
        block = list(make_block(models, dice))
        add(archive, block)
        print(f"{BLOCK} reports written and linked in {time.process_time() - started:.0f} s", flush=True)
        copies = 1
        medians: dict[str, list[float]] = {}
        for size in sorted(sizes):
            # What is added to measure stands behind all copies.
            fill(path, range(copies, size // BLOCK))
            copies = size // BLOCK
            day = _day(copies * DAYS)
            short = []
            # The same models at each size, in other words.
            for model in itertools.islice(itertools.cycle(models), added):
                short += measure(archive, vary_story(model, dice.randrange(10**9), len(model), day), 1)
            long = measure(archive, vary_story(models[0], dice.randrange(10**9), _LONGEST, day), 5)
            for name, taken in (("a story", short), (f"a story of {_LONGEST}", long)):
                cpu, wall = (statistics.median(t[n] for t in taken) for n in (0, 1))
                before = medians.setdefault(name, [])
                growth = f", {cpu / before[-1]:.2f} times the size before" if before else ""
                before.append(cpu)
                worst = max(t[0] for t in taken)
                print(
                    f"{size:8,} reports, to {name}: {cpu * 1000:.0f} ms (most {worst * 1000:.0f}, "
                    f"wall {wall * 1000:.0f}){growth}",
                    flush=True,
                )


if __name__ == "__main__":
    main()
