"""How large an archive of many reports is, and how long searches and pages of stories take in it.

    python scripts/bench_archive.py FILE [FOLDER] [--sizes 10000 100000] [--block 2000] [--times 40]

FILE is made, or gone on with where a run was stopped. FOLDER holds ``*.jsonl`` or ``*.jsonl.gz`` with
one report a line (field ``text``), of which beginnings of about ``--words`` words are the models; without
it the samples are. The models are read with the network once, and varied (variations.py): other names, nouns,
numbers and days, vectors whose directions are exchanged from story to story.

A block of such reports is written and linked as users do it, 100 at a time. The others are the block again,
row by row in all tables, as reports of later days with other ids, and two thirds of their lists with other
keys: to link so many takes hours. What is kept of readings, stories and lists is changed in the same way, so
that the desk finds it good. Words stay: a word of a report is in at least one report of each copy, so that
searches find more than in the news. Profiles of copies (``sketches``) and seals stay as they are, so that
such an archive is for reading and measuring only.

At each size the bytes of the file are printed, then what searches and pages take through the desk, each
asked for once and again (load_desk.py), and the memory of the process that answers.
"""

from __future__ import annotations

import argparse
import functools
import random
import re
import sqlite3
import tempfile
import time
import zlib
from collections.abc import Iterator
from pathlib import Path

import msgspec
import numpy as np
import sqlalchemy as sa
from fastapi.testclient import TestClient

from bench_reading import make_reports
from depesche import library
from depesche.archive import tables
from depesche.archive.parts import cut, join
from depesche.archive.store import Archive
from depesche.archive.tables import unpack_text
from depesche.desk.app import create_app
from depesche.intake import Intake
from depesche.link.outlines import story_id
from depesche.link.postings import NEVER
from depesche.linking import Linker
from depesche.read import read_with_meaning
from depesche.reading import Meaning, Reading, Report, report_id
from depesche.sources.files import Defaults
from depesche.stems import stem_text
from load_desk import SAMPLES, find_models, measure, print_page
from variations import shift_days, vary_story

FIRST_DAY = "2019-01-07"
# So many reports are written and linked together; of so many models stories are made.
_PORTION, _MODELS = 100, 60
# Days from one block to the next. One key in so many stays as it is in all copies (as in bench_link.py).
_DAYS, _SHARED = 14, 3

Model = list[tuple[Report, Reading, Meaning | None]]

# Tables that are not of reports, or empty in such an archive.
_OTHERS = {"arrivals", "alert_matches"}
# Columns that hold numbers of reports, and days; the others stay as they are.
_NUMBERS = {"number", "report", "turn", "first", "second", "story", "world_report", "part_report"}
_DAY_COLUMNS = {"published", "day", "date", "earliest", "latest", "value"}
_SPECIAL = {
    ("reports", "id"): "other_id(id)",
    ("postings", "key"): "other_key(key)",
    ("postings", "day"): f"CASE day WHEN {NEVER} THEN day ELSE day + :days END",
    ("postings", "place"): "other_place((SELECT id FROM main.reports WHERE number = report))",
    ("posted", "place"): "other_place((SELECT id FROM main.reports WHERE number = report))",
    ("posted", "lists"): "other_lists(lists)",
    ("outlines", "content"): "other_pack(content)",
    ("outlines", "actors"): "other_pack(actors)",
    ("doubts", "other"): "CASE other WHEN 0 THEN 0 ELSE other + :by END",
}
# By which column rows are of a report or of a story of the block.
_OWN = {"reports": "number", "outlines": "story", "story_links": "first"}
# Days, ids of reports, and ids that begin with these: of stories and events.
_MOVED = re.compile(rb"([0-9a-f]{12,64}|(?<!\d)\d{4}-\d\d-\d\d(?!\d))")
_PREFIX = 12


# --- the block --------------------------------------------------------------------------------------


def load_models(folder: Path | None, words: int) -> list[Model]:
    """Return stories with their readings and what their sentences mean, as the network reads them."""
    if folder is not None:
        return [[(r, *read_with_meaning(r))] for r in make_reports(folder, _MODELS, words)]
    with tempfile.TemporaryDirectory() as name, library.Archive(Path(name) / "samples.sqlite") as samples:
        Intake((str(SAMPLES),), Defaults(), jobs=1).fill(samples)
        for _ in Linker(samples).link():
            pass
        return [[(r, *read_with_meaning(r)) for r, _ in story] for story in find_models(samples)]


def make_block(path: Path, folder: Path | None, words: int, size: int) -> None:
    """Write and link varied reports until there are so many; goes on with a block that was begun."""
    with Archive(path) as archive:
        known = len(archive.reports())
        models = load_models(folder, words) if known < size else []
        while known < size:
            began = time.process_time()
            dice = random.Random(known)
            left = min(_PORTION, size - known)
            while left > 0:
                count = dice.randint(8, 16) if dice.randrange(20) == 0 else dice.randint(1, 5)
                for entry in invent_story(dice.choice(models), dice, min(left, count)):
                    archive.write(*entry)
                    left -= 1
            for _ in Linker(archive).run():
                pass
            known = len(archive.reports())
            taken = 1000 * (time.process_time() - began) / _PORTION
            print(f"{known:8,} reports linked, {taken:.0f} ms each, {tell_memory()}", flush=True)


def tell_memory() -> str:
    """Return the memory of this process, in words."""
    status = Path("/proc/self/status").read_text("utf-8")
    return f"{int(status.split('VmRSS:')[1].split()[0]) // 1024} MB"


def invent_story(
    model: Model, dice: random.Random, count: int
) -> Iterator[tuple[Report, Reading, Meaning | None]]:
    """Yield reports of one story in other words."""
    seed = dice.randrange(10**9)
    day = shift_days(FIRST_DAY, dice.randrange(_DAYS))
    varied = vary_story([(report, reading) for report, reading, _ in model], seed, count, day)
    for n, (report, reading) in enumerate(varied):
        meaning = model[n % len(model)][2]
        yield report, reading, meaning and _turn(meaning, seed)


def _turn(meaning: Meaning, seed: int) -> Meaning:
    """Return vectors with their parts in another order: near to each other as before, to others no more."""
    order = np.random.default_rng(seed).permutation(meaning.size)
    rows = np.frombuffer(meaning.vectors, np.int8).reshape(-1, meaning.size)
    return msgspec.structs.replace(meaning, vectors=rows[:, order].tobytes())


# --- copies -----------------------------------------------------------------------------------------


class Copier:
    """Writes a block of ``block`` reports once more, as its copy number ``copy``."""

    def __init__(self, raw: sqlite3.Connection, copy: int, block: int) -> None:
        self._raw, self._by, self._days = raw, copy * block, copy * _DAYS
        self._block = block
        self._salt = random.Random(copy).getrandbits(47)
        self._ids = {
            str(id_): report_id(unpack_text(text), day and shift_days(day, self._days))
            for id_, text, day in raw.execute("SELECT id, text, day FROM block_reports")
        }
        self._short = {one[:_PREFIX]: other[:_PREFIX] for one, other in self._ids.items()}
        self._moved = functools.cache(self._move)
        for name, function in (
            ("other_id", self._ids.__getitem__),
            ("other_day", functools.cache(lambda day: day and shift_days(day, self._days))),
            ("other_key", self._move_key),
            ("other_place", lambda id_: int(self._ids[id_][:12], 16) >> 1),
            ("other_lists", self._move_lists),
            ("other_pack", self._repack),
        ):
            raw.create_function(name, 1, function, deterministic=True)

    def copy(self) -> None:
        """Write all rows in one transaction."""
        with self._raw:
            for table in tables_of_reports():
                if table is not tables.packs:
                    self._copy_table(table)
            self._copy_packs()
            query = "SELECT number, title, text FROM reports WHERE number > ? AND number <= ?"
            rows = self._raw.execute(query, (self._by, self._by + self._block)).fetchall()
            self._raw.executemany(
                "INSERT INTO search_index (rowid, title, text) VALUES (?, ?, ?)",
                (
                    (number, stem_text(title or ""), stem_text(unpack_text(text)))
                    for number, title, text in rows
                ),
            )

    def _copy_packs(self) -> None:
        """Write readings in one piece, each packed with the words of its report."""
        query = "SELECT report, content FROM block_packs ORDER BY report, part"
        texts = dict(self._raw.execute("SELECT number, text FROM block_reports"))
        for number, content in join(self._raw.execute(query)):
            words = unpack_text(texts[number]).encode()
            packer = zlib.compressobj(9, zdict=words)
            packed = packer.compress(self._change_pack(content, words)) + packer.flush()
            rows = ((number + self._by, part, some) for part, some in enumerate(cut(packed)))
            self._raw.executemany("INSERT INTO packs (report, part, content) VALUES (?, ?, ?)", rows)

    def _copy_table(self, table: sa.Table) -> None:
        columns = ", ".join(f'"{column.name}"' for column in table.c)
        chosen = ", ".join(_change(table.name, column.name) for column in table.c)
        self._raw.execute(
            f'INSERT INTO "{table.name}" ({columns}) SELECT {chosen} FROM block_{table.name}',
            {"by": self._by, "days": self._days},
        )

    def _move_key(self, key: int) -> int:
        return key if key % _SHARED == 0 else key ^ self._salt

    def _move_lists(self, lists: bytes) -> bytes:
        told = msgspec.msgpack.decode(lists, type=list[tuple[int, bytes]])
        moved = ((d if d == NEVER else d + self._days, self._move_keys(keys)) for d, keys in told)
        return msgspec.msgpack.encode(sorted(moved))

    def _move_keys(self, keys: bytes) -> bytes:
        known = (int.from_bytes(keys[at : at + 6]) for at in range(0, len(keys), 6))
        return b"".join(self._move_key(key).to_bytes(6) for key in known)

    def _repack(self, content: bytes) -> bytes:
        """Return a struct as it is kept, with other ids and days of the same length."""
        return zlib.compress(self._change_pack(content, b""), 9)

    def _change_pack(self, content: bytes, words: bytes) -> bytes:
        parts = list(_take_apart(content, words))
        parts[1::2] = map(self._moved, parts[1::2])
        return b"".join(parts)

    def _move(self, part: bytes) -> bytes:
        known = part.decode()
        if "-" in known:
            return shift_days(known, self._days).encode()
        if len(known) > _PREFIX + 1:
            return self._ids.get(known, known).encode()
        return (known[:-_PREFIX] + self._short.get(known[-_PREFIX:], known[-_PREFIX:])).encode()


@functools.cache
def _take_apart(content: bytes, words: bytes) -> list[bytes]:
    """Return what is kept as its parts; every second one is an id or a day."""
    return _MOVED.split(zlib.decompressobj(zdict=words).decompress(content))


def tables_of_reports() -> list[sa.Table]:
    """Return the tables of which rows belong to reports."""
    return [
        table
        for table in tables.metadata.sorted_tables
        if {"report", "first", _OWN.get(table.name)} & set(table.c.keys()) and table.name not in _OTHERS
    ]


def _change(table: str, column: str) -> str:
    """Return what a column is in a copy, as an expression of SQL."""
    if (table, column) in _SPECIAL:
        return _SPECIAL[table, column]
    if column in _NUMBERS:
        return f'"{column}" + :by'
    if column in _DAY_COLUMNS:
        return f'other_day("{column}")'
    return f'"{column}"'


def fill(path: Path, block: int, size: int) -> None:
    """Copy the block until there are so many reports."""
    raw = sqlite3.connect(path)
    raw.execute("PRAGMA synchronous = OFF")
    raw.execute("PRAGMA cache_size = -200000")
    (known,) = raw.execute("SELECT count(*) FROM reports").fetchone()
    if known < size:
        # Tables have no index by which all of them find the rows of a report.
        for table in tables_of_reports():
            own = _OWN.get(table.name, "report")
            rows = f'SELECT * FROM main."{table.name}" WHERE "{own}" <= ?'
            raw.execute(f"CREATE TEMP TABLE block_{table.name} AS {rows}", (block,))
    for copy in range(known // block, size // block):
        began = time.process_time()
        Copier(raw, copy, block).copy()
        _mark_good(path, raw, copy * block, block)
        taken = 1000 * (time.process_time() - began) / block
        print(f"{(copy + 1) * block:8,} reports, {taken:.1f} ms each", flush=True)
    raw.execute("ANALYZE")
    raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    raw.close()


def _mark_good(path: Path, raw: sqlite3.Connection, by: int, block: int) -> None:
    """Write that what is kept of the stories of a copy is what they are made of."""
    span = (by, by + block)
    stories = [
        row[0] for row in raw.execute("SELECT story FROM outlines WHERE story > ? AND story <= ?", span)
    ]
    with Archive(path) as archive, archive.linked() as links:
        digests = links.kept.fingerprints(stories)
    with raw:
        for story, digest in digests.items():
            raw.execute("UPDATE outlines SET digest = ? WHERE story = ?", (digest, story))


# --- what is measured -------------------------------------------------------------------------------


def find_addresses(path: Path, count: int) -> dict[str, list[str]]:
    """Return addresses of pages, chosen by chance but always the same."""
    raw = sqlite3.connect(path)
    (last,) = raw.execute("SELECT max(number) FROM reports").fetchone()
    numbers = random.Random(2025).sample(range(1, last + 1), min(2 * count, last))
    rows = [
        raw.execute(
            "SELECT reports.id, reports.title, reports.text, first.id FROM reports"
            " JOIN stories ON stories.report = reports.number"
            " JOIN reports AS first ON first.number = stories.story WHERE reports.number = ?",
            (number,),
        ).fetchone()
        for number in numbers
    ]
    raw.close()
    rows = [(id_, title, unpack_text(text), first) for id_, title, text, first in rows]
    words = [re.findall(r"[A-ZÄÖÜ]\w{5,}", f"{title or ''} {text[:300]}") for _, title, text, _ in rows]
    return {
        "search": [f"/search?q={found[0]}" for found in words if found],
        "search, two words": [f"/search?q={found[0]}+{found[1]}" for found in words if len(found) > 1],
        "search, frequent": [
            f"/search?q={word}" for word in ("Regierung", "Außenminister", "Russland", "sagte")
        ],
        "search, phrase": [f'/search?q="{" ".join(text.split()[2:4])}"' for _, _, text, _ in rows],
        "search, meaning": [f"/search?q={found[0]}&meaning=1" for found in words if found],
        "story": [f"/story/{story_id(first)}" for _, _, _, first in rows],
        "report": [f"/report/{id_[:12]}" for id_, _, _, _ in rows],
    }


def weigh(path: Path) -> None:
    """Print how large the archive is, and its largest tables."""
    raw = sqlite3.connect(path)
    (reports,) = raw.execute("SELECT count(*) FROM reports").fetchone()
    texts = [unpack_text(row[0]) for row in raw.execute("SELECT text FROM reports LIMIT 1000")]
    letters = sum(map(len, texts)) / len(texts)
    size = path.stat().st_size
    print(
        f"{reports:,} reports of {letters:.0f} characters: {size / 1e6:,.0f} MB, {size / reports:,.0f} each"
    )
    try:
        query = "SELECT name, sum(pgsize) FROM dbstat GROUP BY name ORDER BY 2 DESC LIMIT 16"
        print(", ".join(f"{name} {total / reports:,.0f}" for name, total in raw.execute(query)))
    except sqlite3.OperationalError:  # this SQLite was built without it
        pass
    raw.close()


def measure_all(path: Path, count: int, *, processor: bool) -> None:
    """Print what searches and pages take."""
    weigh(path)
    heads = f"{'median':>9}{'95 %':>8}{'most':>8}{'again':>8} ms{'largest':>10} bytes"
    print(f"{'page':<16}{'asked':>6}{heads}", flush=True)
    with TestClient(create_app(path), base_url="http://127.0.0.1") as client:
        client.get("/correct/log")  # templates and sentences are loaded once
        client.get("/search?q=Vorlauf&meaning=1")  # and so are the vectors of the archive
        for page, addresses in find_addresses(path, count).items():
            if measured := measure(client, page, addresses, most=count, processor=processor):
                print_page(measured)
    print(f"memory of the process that answers: {tell_memory()}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("file", type=Path)
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 20_000, 50_000, 100_000])
    parser.add_argument("--block", type=int, default=2_000)
    parser.add_argument("--words", type=int, default=300)
    parser.add_argument("--times", type=int, default=40, help="how often each page is asked for")
    parser.add_argument("--processor", action="store_true", help="measure the processor's time")
    chosen = parser.parse_args()
    make_block(chosen.file, chosen.folder, chosen.words, min(chosen.block, *chosen.sizes))
    for size in sorted(chosen.sizes):
        fill(chosen.file, chosen.block, size)
        measure_all(chosen.file, chosen.times, processor=chosen.processor)


if __name__ == "__main__":
    main()
