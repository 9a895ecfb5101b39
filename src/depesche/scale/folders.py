"""What ``depesche batch`` writes: whole files under names that follow from the input, and which are done.

    readings/day=2025-07-11/part-00000.parquet   reports with what was read in them, by day of publication
    readings/day=__HIVE_DEFAULT_PARTITION__/     those without a day, as Hive and Arrow name what is not known
    refused/                                     what could not be read: file, record, reason
    stories/, events/, copies/                   what the reports tell together
    _batch/                                      what a run needs to go on after a stop

Whatever ends a process leaves whole files behind. A file is written under another name and then given its
own, so that two processes that write the same one do no harm: both write the same.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import uuid
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from depesche.errors import BatchError
from depesche.sources.records import Defaults

# What stands for a day that is not known, in the names of folders.
UNDATED = "__HIVE_DEFAULT_PARTITION__"
# Ends the names of files that are not whole yet; readers of Parquet folders pass over a leading dot.
_UNFINISHED = ".unfinished"


class FileNote(msgspec.Struct, frozen=True):
    """A file that was written: its path in the folder, its rows, its bytes and their SHA-256."""

    path: str
    rows: int
    size: int
    digest: str


class Done(msgspec.Struct, frozen=True):
    """A task that is finished: its files and what it counted."""

    stage: str
    task: str
    files: tuple[FileNote, ...] = ()
    counts: dict[str, int] = {}  # msgspec makes a new one for each


class Run(msgspec.Struct, frozen=True):
    """What the files of a folder follow from: the input and how it is read."""

    files: tuple[tuple[str, int], ...]
    reader: str
    language_model: str
    part: int
    defaults: Defaults
    languages: tuple[str, ...] = ()


class Folder(msgspec.Struct, frozen=True):
    """The folder of a batch. All machines must see it under one path."""

    root: str

    def at(self, *parts: str) -> Path:
        """Return a path in the folder."""
        return Path(self.root, *parts)

    def write(self, path: str, table: pa.Table, group: int | list[int] = 1000) -> FileNote:
        """Write a table as a whole Parquet file, with so many rows in a group; return its note.

        The same table makes the same bytes. Raises BatchError where it cannot be written.
        """

        def fill(name: str) -> None:
            with pq.ParquetWriter(name, table.schema, compression="zstd") as writer:
                sizes = group if isinstance(group, list) else _sizes(table.num_rows, group)
                at = 0
                for size in sizes:
                    writer.write_table(table.slice(at, size), row_group_size=max(1, size))
                    at += size

        return self._write(path, table.num_rows, fill)

    def write_bytes(self, path: str, content: bytes) -> FileNote:
        """Write a whole file; return its note. Raises BatchError where it cannot be written."""

        def fill(name: str) -> None:
            Path(name).write_bytes(content)

        return self._write(path, 0, fill)

    def _write(self, path: str, rows: int, fill: Any) -> FileNote:
        target = self.at(path)
        unfinished = target.with_name(f".{target.name}.{uuid.uuid4().hex}{_UNFINISHED}")
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            fill(str(unfinished))
            with unfinished.open("rb+") as stream:
                digest = hashlib.file_digest(stream, "sha256").hexdigest()
                os.fsync(stream.fileno())
            size = unfinished.stat().st_size
            unfinished.replace(target)
        except OSError as fault:
            raise BatchError.of_file(target, fault) from fault
        finally:
            unfinished.unlink(missing_ok=True)
        return FileNote(path, rows, size, digest)

    def sweep(self) -> None:
        """Remove what processes that died have left unfinished. No other run may be under way."""
        for left in self.at().rglob(f".*{_UNFINISHED}"):
            left.unlink(missing_ok=True)


def _sizes(rows: int, group: int) -> list[int]:
    return [min(group, rows - at) for at in range(0, rows, group)]


class Manifest:
    """Which tasks are finished: a line of JSON for each, written by the one process that hands them out."""

    def __init__(self, folder: Folder) -> None:
        """Read what is finished; what a stopped process wrote half of a line is not."""
        self._folder = folder
        self._path = folder.at("_batch", "manifest.jsonl")
        self._done: dict[tuple[str, str], Done] = {}
        if self._path.exists():
            whole, end, _ = self._path.read_bytes().rpartition(b"\n")
            for line in whole.splitlines():
                done = msgspec.json.decode(line, type=Done)
                self._done[done.stage, done.task] = done
            # What comes next must not stand in the line that was never finished.
            os.truncate(self._path, len(whole) + len(end))

    def __iter__(self) -> Iterator[Done]:
        return iter(self._done.values())

    def of(self, stage: str) -> list[Done]:
        """Return what is finished of a stage, by the names of the tasks."""
        return sorted((d for d in self if d.stage == stage), key=lambda d: d.task)

    def find(self, stage: str, task: str) -> Done | None:
        """Return a task if it is finished and its files are still there."""
        done = self._done.get((stage, task))
        return done if done is not None and all(self._is_there(note) for note in done.files) else None

    def add(self, done: Done) -> None:
        """Note that a task is finished."""
        self._done[done.stage, done.task] = done
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._path.open("ab") as stream:
            stream.write(msgspec.json.encode(done) + b"\n")
            stream.flush()
            os.fsync(stream.fileno())

    def _is_there(self, note: FileNote) -> bool:
        try:
            return self._folder.at(note.path).stat().st_size == note.size
        except OSError:
            return False


def begin_run(folder: Folder, run: Run) -> None:
    """Note what the folder is made of, or make sure that it is the same as before.

    Raises BatchError if the folder holds something else, or was begun with other input or another reader.
    """
    path = folder.at("_batch", "run.json")
    if not path.exists():
        if folder.at().exists() and not _is_bare(folder):
            raise BatchError(f"{folder.root} is not empty and was not made by depesche batch.")
        folder.write_bytes("_batch/run.json", msgspec.json.format(msgspec.json.encode(run)))
        return
    before = load_run(folder)
    for field, what in (
        ("files", "from other files (or these have changed since)"),
        ("reader", "by another version of the reader or another language model"),
        ("part", "in parts of another size"),
        ("defaults", "with other defaults"),
        ("languages", "for other languages"),
    ):
        if getattr(before, field) != getattr(run, field):
            raise BatchError(f"{folder.root} was begun {what}; name another folder, or remove it.")


def _is_bare(folder: Folder) -> bool:
    """Return whether there is nothing but what a run leaves that died before it noted anything."""
    own = folder.at("_batch")
    there = set(folder.at().iterdir())
    return not there or (there == {own} and all(path.name.endswith(_UNFINISHED) for path in own.iterdir()))


def hold(folder: Folder) -> BinaryIO:
    """Return an open file that keeps others from filling the folder, until it is closed or the process ends.

    Raises BatchError if another run is under way.
    """
    stream = folder.at("_batch", "lock").open("wb")
    try:
        fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as fault:
        stream.close()
        raise BatchError(f"Another run is filling {folder.root}.") from fault
    return stream


def load_run(folder: Folder) -> Run:
    """Return what the folder is made of. Raises BatchError if it was not made by a batch."""
    try:
        return msgspec.json.decode(folder.at("_batch", "run.json").read_bytes(), type=Run)
    except (OSError, msgspec.DecodeError) as fault:
        raise BatchError(f"{folder.root} was not made by depesche batch.") from fault


def day_of_path(path: Path) -> str | None:
    """Return the day of a file of readings by the folder that it is in; None if it is not known."""
    day = path.parent.name.removeprefix("day=")
    return None if day == UNDATED else day


def list_files(folder: Folder, table: str) -> list[Path]:
    """Return the files of a table (``readings``, ``stories``) by their names; undated ones come last."""
    return sorted(folder.at(table).rglob("part-*.parquet"))


def iter_rows(paths: Iterable[Path], columns: list[str] | None = None) -> Iterator[dict[str, Any]]:
    """Yield the rows of Parquet files one after the other. Raises BatchError where one is broken."""
    for path in paths:
        try:
            with pq.ParquetFile(path) as file:
                for batch in file.iter_batches(batch_size=64, columns=columns):
                    yield from batch.to_pylist()
        except (OSError, pa.ArrowException) as fault:
            raise BatchError(f"{path} is broken ({fault}).") from fault
