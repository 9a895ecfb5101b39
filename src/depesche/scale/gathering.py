"""The first two steps of a batch: reports out of files, and which of them are read together.

Each file is taken apart by itself. A report is its text and its day, so that the same text of one day,
wherever it stands in the input, is one report: the first in the order of the files is read, the others are
noted with it.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from depesche.errors import BatchError
from depesche.reading import Report
from depesche.scale.columns import GATHERED, REFUSED, gathered_report, gathered_row, to_table
from depesche.scale.folders import UNDATED, Done, FileNote, Folder
from depesche.scale.languages import keep_language
from depesche.sources.files import Defaults, Fault, iter_reports

# Reports, and characters, in one file of what was gathered: enough to read from in one go.
_REPORTS, _CHARACTERS = 2_000, 20_000_000
# Reports of one day stand together in it; few are unpacked in vain to have one.
_ROWS = 50


class Source(msgspec.Struct, frozen=True):
    """An input file and its number."""

    number: int
    path: str


class Piece(NamedTuple):
    """Where a report stands in what was gathered: the file there, and the row. ``twin``: it is noted only."""

    file: int
    row: int
    twin: bool


class Part(msgspec.Struct, frozen=True):
    """Reports of one day that are read together; each is followed by its twins."""

    day: str | None
    number: int
    pieces: tuple[Piece, ...]

    @property
    def name(self) -> str:
        """What the part is called, and its files: the day and a number."""
        return f"day={self.day or UNDATED}/part-{self.number:05}"


def gather_file(folder: Folder, defaults: Defaults, languages: frozenset[str], packed: bytes) -> Done:
    """Take a file (a Source as MessagePack) apart; what is no report is set aside with its reason.

    If ``languages`` are named, reports in others are left out.

    If an earlier process died at this file, it is taken apart in a process of its own. If that dies as well
    the file is set aside.
    """
    source = msgspec.msgpack.decode(packed, type=Source)
    begun = folder.at("_batch", "begun", f"file-{source.number:05}")
    was_begun = begun.exists()
    begun.parent.mkdir(parents=True, exist_ok=True)
    begun.touch()
    done = (_gather_alone if was_begun else _gather)(folder, defaults, languages, source)
    begun.unlink(missing_ok=True)
    return done


def _gather_alone(folder: Folder, defaults: Defaults, languages: frozenset[str], source: Source) -> Done:
    context = multiprocessing.get_context("spawn")
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(
        target=_gather_and_send, args=(sender, folder, defaults, languages, source), daemon=True
    )
    process.start()
    sender.close()
    try:
        answer: Done | str = receiver.recv()
    except EOFError:
        fault = {
            "file": source.path,
            "record": "",
            "reason": "cannot be read (the process that read it died)",
        }
        return Done("gather", _name(source), (_write_refused(folder, source, [fault]),), {"refused": 1})
    finally:
        process.join()
        receiver.close()
    if isinstance(answer, str):
        raise BatchError(answer)
    return answer


def _gather_and_send(
    sender: Any, folder: Folder, defaults: Defaults, languages: frozenset[str], source: Source
) -> None:
    try:
        sender.send(_gather(folder, defaults, languages, source))
    except BatchError as fault:
        sender.send(str(fault))


def _gather(folder: Folder, defaults: Defaults, languages: frozenset[str], source: Source) -> Done:
    notes: list[FileNote] = []
    rows: list[dict[str, Any]] = []
    refused: list[dict[str, str]] = []
    count = skipped = size = 0
    for item in iter_reports([source.path], defaults):
        if isinstance(item, Fault):
            refused.append(refused_row(item, source.path))
            continue
        count += 1
        report = keep_language(item, languages)
        if report is None:
            skipped += 1
            continue
        rows.append(gathered_row(report, count - 1))
        size += len(item.text)
        if len(rows) >= _REPORTS or size >= _CHARACTERS:
            notes.append(_write_gathered(folder, source, len(notes), rows))
            rows, size = [], 0
    if rows:
        notes.append(_write_gathered(folder, source, len(notes), rows))
    if refused:
        notes.append(_write_refused(folder, source, refused))
    return Done("gather", _name(source), tuple(notes), {"skipped": skipped, "refused": len(refused)})


def _name(source: Source) -> str:
    return f"{source.number:05}"


def refused_row(fault: Fault, path: str) -> dict[str, str]:
    """Return the row of REFUSED for a fault in the file ``path``."""
    record = fault.where.removeprefix(path).lstrip(", ")
    return {"file": path, "record": record, "reason": fault.reason}


def _write_gathered(folder: Folder, source: Source, number: int, rows: list[dict[str, Any]]) -> FileNote:
    rows.sort(key=lambda row: (row["day"] or "", row["record"]))
    path = f"_batch/reports/file-{source.number:05}-{number:05}.parquet"
    return folder.write(path, to_table(rows, GATHERED), _ROWS)


def _write_refused(folder: Folder, source: Source, rows: list[dict[str, str]]) -> FileNote:
    return folder.write(f"refused/part-file-{source.number:05}.parquet", to_table(rows, REFUSED))


# --- which are read together --------------------------------------------------------------------------


def plan_parts(folder: Folder, gathered: Sequence[FileNote], size: int) -> Iterator[Part]:
    """Yield what is read together, ``size`` reports of one day, in the order of the days; undated last.

    ``gathered`` are the files of what was gathered, in the order of the input.
    """
    tables = []
    for number, note in enumerate(gathered):
        table = pq.read_table(folder.at(note.path), columns=["id", "day", "record"])
        where = {"file": pa.repeat(pa.scalar(number, pa.int32()), len(table)), "row": np.arange(len(table))}
        for name, values in where.items():
            table = table.append_column(name, pa.array(values, pa.int32()))
        tables.append(table)
    if not tables:
        return
    every = pa.concat_tables(tables)
    # The files of one input file hold its records in their order, but for the days.
    source = np.array([_source_of(note) for note in gathered], np.int64)
    every = every.append_column("source", pa.array(source[every["file"].to_numpy()]))
    order = every.drop_columns(["file", "row"]).append_column("at", pa.array(np.arange(len(every))))
    order = order.sort_by([("id", "ascending"), ("source", "ascending"), ("record", "ascending")])
    at = order["at"].to_numpy()
    ids = np.array(order["id"].to_pylist(), dtype=object)
    first = np.ones(len(at), dtype=bool)
    first[1:] = ids[1:] != ids[:-1]
    # Each report goes where the first of its kind stands in the input.
    leader = at[np.maximum.accumulate(np.where(first, np.arange(len(at)), 0))]
    leads = np.empty(len(at), np.int64)
    leads[at] = leader
    is_twin = leads != np.arange(len(at))
    table = pa.table(
        {
            "day": every["day"],
            "source": every["source"].take(pa.array(leads)),
            "record": every["record"].take(pa.array(leads)),
            "twin": is_twin,
            "own_source": every["source"],
            "own_record": every["record"],
            "file": every["file"],
            "row": every["row"],
        }
    )
    keys = ("day", "source", "record", "twin", "own_source", "own_record")
    yield from _cut(table.sort_by([(key, "ascending") for key in keys]), size)


def _source_of(note: FileNote) -> int:
    return int(Path(note.path).stem.split("-")[1])


def _cut(table: pa.Table, size: int) -> Iterator[Part]:
    """Yield parts of a table of reports in the order in which they are read."""
    pieces: list[Piece] = []
    day: str | None = None
    number = firsts = 0
    for batch in table.select(["day", "file", "row", "twin"]).to_batches(max_chunksize=10_000):
        for its_day, file, row, twin in zip(*(column.to_pylist() for column in batch.columns), strict=True):
            if pieces and not twin and (its_day != day or firsts == size):
                yield Part(day, number, tuple(pieces))
                number = number + 1 if its_day == day else 0
                pieces, firsts = [], 0
            day = its_day
            firsts += not twin
            pieces.append(Piece(file, row, twin))
    if pieces:
        yield Part(day, number, tuple(pieces))


class Gathered(NamedTuple):
    """A report that was gathered, the input file and record that it comes from, and its twins."""

    report: Report
    file: str
    record: int
    twins: tuple[Report, ...]


def load_part(folder: Folder, gathered: Sequence[str], files: Sequence[str], part: Part) -> list[Gathered]:
    """Return the reports of a part.

    ``gathered`` are the paths of the files of what was gathered, ``files`` those of the input.
    """
    wanted: dict[int, list[int]] = {}
    for piece in part.pieces:
        wanted.setdefault(piece.file, []).append(piece.row)
    found: dict[tuple[int, int], dict[str, Any]] = {}
    for number, rows in wanted.items():
        found.update({(number, n): row for n, row in load_rows(folder.at(gathered[number]), rows).items()})
    reports: list[Gathered] = []
    for piece in part.pieces:
        row = found[piece.file, piece.row]
        report = gathered_report(row)
        if piece.twin:
            reports[-1] = reports[-1]._replace(twins=(*reports[-1].twins, report))
        else:
            file = files[int(Path(gathered[piece.file]).stem.split("-")[1])]
            reports.append(Gathered(report, file, row["record"], ()))
    return reports


def load_rows(path: Path, rows: Sequence[int], columns: list[str] | None = None) -> dict[int, dict[str, Any]]:
    """Return these rows of a Parquet file, by their numbers; only the groups that hold them are unpacked.

    Raises BatchError if the file is broken.
    """
    found: dict[int, dict[str, Any]] = {}
    left = sorted(set(rows))
    try:
        with pq.ParquetFile(path) as file:
            start = at = 0
            for group in range(file.num_row_groups):
                end = start + file.metadata.row_group(group).num_rows
                mine = []
                while at < len(left) and left[at] < end:
                    mine.append(left[at] - start)
                    at += 1
                if mine:
                    table = file.read_row_group(group, columns=columns).take(pa.array(mine))
                    found.update(zip((n + start for n in mine), table.to_pylist(), strict=True))
                start = end
    except (OSError, pa.ArrowException) as fault:
        raise BatchError(f"{path} is broken ({fault}).") from fault
    if at < len(left):
        raise BatchError(f"{path} has fewer rows than it should.")
    return found
