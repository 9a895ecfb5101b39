"""Batches in one process and in processes that die: every report once, and linked as an archive links it."""

from __future__ import annotations

import contextlib
import json
import multiprocessing
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from depesche.archive.store import Archive
from depesche.batch import Batch, load_batch
from depesche.errors import BatchError
from depesche.link.postings import NEVER, in_reach
from depesche.read import read_with_meaning
from depesche.reading import Reading, Report
from depesche.scale.cluster import Work, open_cluster, run_here
from depesche.scale.columns import GATHERED, gathered_row, read_entry, to_table
from depesche.scale.folders import Done, Folder, Manifest
from depesche.scale.gathering import Part, Piece
from depesche.scale.links import find_pairs
from depesche.scale.parts import PartReader
from depesche.scale.pool import Result
from depesche.sources.files import Defaults
from meeting import BUSES, MEETING
from scale.batches import (
    SMALL,
    contents,
    ignore,
    links_of_archive,
    links_of_batch,
    load_reports,
    table_of,
    write_files,
)
from web_archives import make_records

# Two matters that tell of one meeting, a text that two papers print, one that nobody dates.
OTHERS = (
    Report(text=MEETING, published="2026-03-05", source="Elbtagblatt"),
    Report(text=MEETING, published="2026-03-05", source="Nordpost", url="https://nord.example/1"),
    Report(text=BUSES, published="2026-04-21", source="Seeblatt"),
    Report(text="Der Minister reiste nach Oslo.", source="Elbtagblatt"),
)


@pytest.fixture(scope="module")
def reports() -> list[Report]:
    return [*load_reports(["s05", "s06", "s11"]), *OTHERS]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, reports: list[Report]) -> Path:
    """A batch of the reports that nothing disturbed."""
    folder = tmp_path_factory.mktemp("made")
    make(write_files(folder / "in", reports, 3), folder / "out")
    return folder


def make(paths: Sequence[str], output: Path) -> Batch:
    with Batch(paths, output, Defaults(), "none", 3, SMALL) as batch:
        batch.read(run_here, ignore)
        batch.link(run_here, ignore)
        return batch


# --- what comes out -----------------------------------------------------------------------------------


def test_every_report_stands_once_under_its_day(made: Path, reports: list[Report]) -> None:
    rows = table_of(made / "out", "readings")
    assert sorted(row["id"] for row in rows) == sorted({report.id for report in reports})
    for path in (made / "out" / "readings").rglob("*.parquet"):
        day = path.parent.name.removeprefix("day=")
        for row in pq.ParquetFile(path).read().to_pylist():
            assert (row["published"] or "__HIVE_DEFAULT_PARTITION__").startswith(day)
    # As anybody reads such a folder: the day is a column, and empty where nobody knows it.
    table = pq.read_table(made / "out" / "readings")
    assert sum(day is None for day in table["day"].to_pylist()) == 1


def test_a_reading_is_whole(made: Path, reports: list[Report]) -> None:
    by_id = {report.id: report for report in reports}
    for row in table_of(made / "out", "readings"):
        report, reading = by_id[row["id"]], msgspec.json.decode(row["reading"], type=Reading)
        assert reading == read_with_meaning(report, "none")[0] or report.text == MEETING
        assert row["events"] == len(reading.events)
        assert set(row["countries"]) == {a.country for a in reading.actors if a.country}
        assert json.loads(row["reading"]) == reading.to_dict()


def test_a_text_that_two_print_is_one_report(made: Path) -> None:
    (row,) = [row for row in table_of(made / "out", "readings") if row["text"] == MEETING]
    assert {row["source"], *(place["source"] for place in row["appearances"])} == {"Elbtagblatt", "Nordpost"}


def test_links_are_those_of_an_archive(made: Path, reports: list[Report], tmp_path: Path) -> None:
    backwards = sorted(reports, key=lambda report: report.text)
    expected = links_of_archive(tmp_path / "archive.sqlite", backwards, "none")
    found = links_of_batch(made / "out")
    for table, rows in expected.items():
        assert found[table] == rows, table
    assert len({story for story, _ in found["stories"]}) < len(found["stories"])
    assert found["copies"]
    stories = {report: story for story, report in found["stories"]}
    worlds: dict[str, set[str]] = {}
    for world, report, _ in found["events"]:
        worlds.setdefault(world, set()).add(stories[report])
    assert max(map(len, worlds.values())) > 1, "no event is told by two stories"


@pytest.mark.parametrize("seed", [2, 3])
def test_no_order_matters(made: Path, reports: list[Report], tmp_path: Path, seed: int) -> None:
    make(write_files(tmp_path / "in", reports, 1 + seed, seed), tmp_path / "out")
    assert links_of_batch(tmp_path / "out") == links_of_batch(made / "out")


_POSTINGS = st.tuples(st.integers(0, 2), st.integers(0, 120) | st.just(NEVER), st.integers(0, 12))


@given(st.sets(_POSTINGS, max_size=40), st.integers(1, 4))
def test_pairs_are_those_near_in_a_list(postings: set[tuple[int, int, int]], window: int) -> None:
    places = {number: (number * 7919) % 101 for _, _, number in postings}
    expected = set()
    for key in range(3):
        row = sorted((day, places[n], n) for k, day, n in postings if k == key)
        for i, (day, _, one) in enumerate(row):
            for other_day, _, other in row[i + 1 : i + 1 + window]:
                if one != other and in_reach(day, other_day):
                    expected.add((min(one, other), max(one, other)))
    keys, days, numbers = np.array(sorted(postings), np.int64).reshape(-1, 3).T
    found = find_pairs(keys, days, numbers, np.array([places[n] for n in numbers.tolist()], np.int64), window)
    assert {(int(p) >> 32, int(p) & 0xFFFFFFFF) for p in found} == expected


def test_an_archive_takes_what_was_read(made: Path, reports: list[Report], tmp_path: Path) -> None:
    with Archive(tmp_path / "loaded.sqlite") as archive:
        counts, faults = load_batch(made / "out", archive, lambda done, total: None)
        assert (counts.read, counts.twins, faults) == (len(reports) - 1, 1, [])
        assert load_batch(made / "out", archive, lambda done, total: None)[0].read == 0
        for row in table_of(made / "out", "readings"):
            entry = read_entry(row)
            assert archive.report(row["id"]) == entry.report
            assert archive.reading(row["id"]) == entry.reading
            places = [place.source for place in archive.appearances(row["id"])]
            assert places == [twin.source for twin in entry.appearances]


# --- what is set aside --------------------------------------------------------------------------------


def test_what_is_broken_is_set_aside_with_its_reason(tmp_path: Path) -> None:
    good = json.dumps({"text": "Der Minister reiste nach Oslo.", "published": "2026-01-02"})
    lines = tmp_path / "some.jsonl"
    lines.write_text(
        f'{good}\n{{"text": \n{{"text": " "}}\n{{"text": "x", "published": "gestern"}}\n', "utf-8"
    )
    (tmp_path / "broken.parquet").write_bytes(b"PAR1 and nothing else")
    whole = pa.table({"text": ["Die Ministerin blieb in Bern."], "published": ["2026-01-02"]})
    pq.write_table(whole, tmp_path / "whole.parquet")
    names = ("some.jsonl", "broken.parquet", "whole.parquet", "absent.warc")
    batch = make([str(tmp_path / name) for name in names], tmp_path / "out")
    assert (batch.counts.read, batch.counts.refused) == (2, 5)
    refused = {
        (Path(row["file"]).name, row["record"]): row["reason"]
        for row in table_of(tmp_path / "out", "refused")
    }
    assert set(refused) == {
        ("some.jsonl", "line 2"),
        ("some.jsonl", "line 3"),
        ("some.jsonl", "line 4"),
        ("broken.parquet", ""),
        ("absent.warc", ""),
    }
    assert "not valid JSON" in refused["some.jsonl", "line 2"]
    assert "empty" in refused["some.jsonl", "line 3"]
    assert "gestern" in refused["some.jsonl", "line 4"]
    assert "broken" in refused["broken.parquet", ""]
    assert "does not exist" in refused["absent.warc", ""]


def test_a_web_archive_is_read_but_for_its_broken_records(tmp_path: Path) -> None:
    path = tmp_path / "crawl.warc.gz"
    pages = make_records(4)
    # Fetched twice, a page is one report; of a record that was damaged on its way, nothing is left.
    path.write_bytes(b"".join((*pages, pages[1], b"\x1f\x8b" + bytes(40), pages[2])))
    batch = make([str(path)], tmp_path / "out")
    rows = table_of(tmp_path / "out", "readings")
    assert sorted(row["url"] for row in rows) == [f"https://www.elbtagblatt.example/{n}" for n in range(4)]
    assert all(row["fetched"] == "2025-07-11T10:00:00+00:00" and not row["appearances"] for row in rows)
    assert batch.counts.refused == len(table_of(tmp_path / "out", "refused")) > 0


def test_other_languages_are_left_out(tmp_path: Path) -> None:
    english = "The minister said on Friday that he would not go to Oslo because of the weather there."
    path = tmp_path / "two.jsonl"
    path.write_text(json.dumps({"text": english}) + '\n{"text": "Der Minister reiste nach Oslo."}\n', "utf-8")
    batch = Batch([str(path)], tmp_path / "out", Defaults(), "none", languages=["de-AT"])
    batch.read(run_here, ignore)
    assert (batch.counts.read, batch.counts.skipped) == (1, 1)
    (row,) = table_of(tmp_path / "out", "readings")
    assert (row["text"], row["record"]) == ("Der Minister reiste nach Oslo.", 2)


def test_nothing_to_read_is_no_fault(tmp_path: Path) -> None:
    (tmp_path / "empty.jsonl").write_text("")
    batch = make([str(tmp_path / "empty.jsonl")], tmp_path / "out")
    assert batch.counts.read == 0
    assert batch.is_finished()


def read_or_die(report: Report) -> Result:
    """Read a report, but one: that kills the process."""
    if "tödlich" in report.text:
        os.kill(os.getpid(), signal.SIGKILL)
    if "Ausfall" in report.text:
        raise ValueError("an accident")
    return read_with_meaning(report, "none")


def read_slowly(report: Report) -> Result:
    """Read a report so that there is time to kill whoever does it."""
    time.sleep(0.3)
    return read_with_meaning(report, "none")


def _part_of(folder: Folder, texts: Sequence[str]) -> bytes:
    rows = [gathered_row(Report(text=text, published="2026-01-02"), n) for n, text in enumerate(texts)]
    folder.write("_batch/reports/file-00000-00000.parquet", to_table(rows, GATHERED))
    pieces = tuple(Piece(0, n, False) for n in range(len(texts)))
    return msgspec.msgpack.encode(Part("2026-01-02", 0, pieces))


def _die_reading(work: PartReader, task: bytes, seconds: float | None = None) -> None:
    """Read a part in another process, which dies of it, or is killed after some time."""
    process = multiprocessing.get_context("spawn").Process(target=work, args=(task,))
    process.start()
    if seconds is not None:
        begun = Path(work._folder.root, "_batch", "begun")
        while not begun.exists() or not any(path.stat().st_size for path in begun.iterdir()):
            time.sleep(0.02)
        time.sleep(seconds)
        process.kill()
    process.join()
    assert process.exitcode == -signal.SIGKILL


def test_a_report_that_kills_is_set_aside(tmp_path: Path) -> None:
    folder = Folder(str(tmp_path))
    task = _part_of(
        folder, ["Das war tödlich.", "Der Minister reiste.", "Ein Ausfall.", "Sie blieb in Bern."]
    )
    work = PartReader(folder, ["_batch/reports/file-00000-00000.parquet"], ["in.jsonl"], read_or_die)
    _die_reading(work, task)
    done = work(task)
    assert done.counts == {"read": 2, "refused": 2}
    assert [row["record"].split(" (")[0] for row in table_of(tmp_path, "refused")] == ["report 1", "report 3"]
    assert "died" in table_of(tmp_path, "refused")[0]["reason"]
    assert "an accident" in table_of(tmp_path, "refused")[1]["reason"]
    assert not list((tmp_path / "_batch" / "begun").iterdir())


def test_a_report_at_which_somebody_killed_is_read(tmp_path: Path) -> None:
    folder = Folder(str(tmp_path))
    task = _part_of(folder, ["Der Minister reiste.", "Sie blieb in Bern."])
    work = PartReader(folder, ["_batch/reports/file-00000-00000.parquet"], ["in.jsonl"], read_slowly)
    _die_reading(work, task, 0.1)
    assert work(task).counts == {"read": 2, "refused": 0}


# --- after a stop -------------------------------------------------------------------------------------


class Stopper:
    """Does tasks, until it is stopped after so many; counts them."""

    def __init__(self, most: int) -> None:
        self.left = most
        self.done: list[str] = []

    def __call__(self, work: Work, tasks: Sequence[bytes], *, loads: bool = False) -> Iterator[Done]:
        for task in tasks:
            if not self.left:
                raise KeyboardInterrupt
            self.left -= 1
            done = work(task)
            self.done.append(f"{done.stage} {done.task}")
            yield done


def test_a_batch_that_was_stopped_goes_on(made: Path, tmp_path: Path) -> None:
    paths = sorted(str(path) for path in (made / "in").iterdir())
    finished: list[str] = []
    for most in (2, 4, 5, 3, 4, 1000):
        stopper = Stopper(most)
        with (
            Batch(paths, tmp_path / "out", Defaults(), "none", 3, SMALL) as batch,
            contextlib.suppress(KeyboardInterrupt),
        ):
            batch.read(stopper, ignore)
            batch.link(stopper, ignore)
        finished += stopper.done
    assert batch.is_finished()
    assert contents(tmp_path / "out") == contents(made / "out")
    assert len(finished) - len(set(finished)) <= 5, "what was done was done again"


_CHILD = """
import sys
from depesche.batch import Batch
from depesche.scale.cluster import run_here
from depesche.sources.files import Defaults
from scale.batches import SMALL, ignore
batch = Batch(sys.argv[2:], sys.argv[1], Defaults(), "none", 3, SMALL)
batch.read(run_here, ignore)
batch.link(run_here, ignore)
"""


def test_a_batch_that_was_killed_goes_on(made: Path, tmp_path: Path) -> None:
    paths = sorted(str(path) for path in (made / "in").iterdir())
    dice = random.Random(7)
    manifest = tmp_path / "out" / "_batch" / "manifest.jsonl"
    command = [sys.executable, "-c", _CHILD, str(tmp_path / "out"), *paths]
    for lines in (2, 9, 14):
        with subprocess.Popen(command, cwd=Path(__file__).parents[1]) as process:
            while process.poll() is None:
                if manifest.exists() and manifest.read_bytes().count(b"\n") >= lines:
                    time.sleep(dice.uniform(0, 0.05))
                    process.kill()
                time.sleep(0.005)
        assert process.returncode == -signal.SIGKILL
    # A line that was being written, and a file.
    with manifest.open("ab") as stream:
        stream.write(b'{"stage":"read","ta')
    leftover = tmp_path / "out" / "readings" / "day=2026-05-11" / ".part-00000.parquet.0.unfinished"
    leftover.parent.mkdir(parents=True, exist_ok=True)
    leftover.write_bytes(b"PAR1")
    make(paths, tmp_path / "out")
    assert contents(tmp_path / "out") == contents(made / "out")


def test_what_is_gone_is_made_again(made: Path, tmp_path: Path) -> None:
    paths = sorted(str(path) for path in (made / "in").iterdir())
    Batch(paths, tmp_path / "out", Defaults(), "none", 3, SMALL).read(run_here, ignore)
    before = contents(tmp_path / "out")
    gone = sorted((tmp_path / "out" / "readings").rglob("*.parquet"))[2]
    gone.unlink()
    stopper = Stopper(1000)
    Batch(paths, tmp_path / "out", Defaults(), "none", 3, SMALL).read(stopper, ignore)
    assert len(stopper.done) == 1
    assert contents(tmp_path / "out") == before


def test_a_folder_belongs_to_one_input_and_one_reader(tmp_path: Path) -> None:
    one, other = tmp_path / "one.jsonl", tmp_path / "other.jsonl"
    for path in (one, other):
        path.write_text('{"text": "Der Minister reiste nach Oslo."}\n')
    out = tmp_path / "out"
    Batch([str(one)], out, Defaults(), "none").read(run_here, ignore)
    with Batch([str(one)], out, Defaults(), "none"), pytest.raises(BatchError, match="Another run"):
        Batch([str(one)], out, Defaults(), "none")
    with pytest.raises(BatchError, match="other files"):
        Batch([str(one), str(other)], out, Defaults(), "none")
    with pytest.raises(BatchError, match="parts of another size"):
        Batch([str(one)], out, Defaults(), "none", 7)
    with pytest.raises(BatchError, match="other defaults"):
        Batch([str(one)], out, Defaults("2026-01-02"), "none")
    with pytest.raises(BatchError, match="other languages"):
        Batch([str(one)], out, Defaults(), "none", languages=["de"])
    one.write_text('{"text": "Die Ministerin reiste nach Oslo."}\n')
    with pytest.raises(BatchError, match="have changed"):
        Batch([str(one)], out, Defaults(), "none")
    with pytest.raises(BatchError, match="not made by depesche batch"):
        Batch([str(one)], tmp_path, Defaults(), "none")
    with (
        pytest.raises(BatchError, match="not made by depesche batch"),
        Archive(tmp_path / "a.sqlite") as archive,
    ):
        load_batch(tmp_path, archive, lambda done, total: None)


def test_a_batch_that_was_killed_before_its_first_note_begins(tmp_path: Path) -> None:
    paths = write_files(tmp_path / "in", [Report(text=MEETING, published="2025-07-11")], 1)
    left = tmp_path / "out" / "_batch" / ".run.json.0a.unfinished"
    left.parent.mkdir(parents=True)
    left.write_bytes(b"{")
    with Batch(paths, tmp_path / "out", Defaults(), "none", 1, SMALL) as batch:
        batch.read(run_here, ignore)
        assert batch.counts.read == 1
    assert not left.exists()
    other = tmp_path / "other" / "_batch" / "notes.txt"
    other.parent.mkdir(parents=True)
    other.write_text("mine")
    with pytest.raises(BatchError, match="not made by depesche batch"):
        Batch(paths, tmp_path / "other", Defaults(), "none", 1, SMALL)


def test_what_a_worker_left_that_died_in_the_midst_of_a_batch_is_gone_at_its_end(tmp_path: Path) -> None:
    paths = write_files(tmp_path / "in", [Report(text=MEETING, published="2025-07-11")], 1)
    with Batch(paths, tmp_path / "out", Defaults(), "none", 1, SMALL) as batch:
        batch.read(run_here, ignore)
        left = next((tmp_path / "out" / "readings").iterdir()) / ".part-00000.parquet.0a.unfinished"
        left.write_bytes(b"PAR1")
        batch.link(run_here, ignore)
    assert not left.exists()


def test_a_manifest_without_its_last_line_end_is_read(tmp_path: Path) -> None:
    folder = Folder(str(tmp_path))
    manifest = Manifest(folder)
    manifest.add(Done("read", "one"))
    with (tmp_path / "_batch" / "manifest.jsonl").open("ab") as stream:
        stream.write(b'{"stage": "re')
    again = Manifest(folder)
    again.add(Done("read", "two"))
    assert [done.task for done in Manifest(folder).of("read")] == ["one", "two"]


def test_without_ray_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(BatchError, match=r"pip install 'depesche\[batch\]'"), open_cluster():
        pass
