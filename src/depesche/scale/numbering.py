"""Numbers for the reports of a batch, in the order of their days, and the way back to them."""

from __future__ import annotations

import io
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pyarrow.parquet as pq

from depesche.language.document import find_sentences
from depesche.language.meanings import unpack_vectors
from depesche.link.records import Record
from depesche.scale.columns import Entry, read_entry
from depesche.scale.folders import FileNote, Folder, day_of_path
from depesche.scale.gathering import load_rows

# Sorts behind every day.
_NEVER = "9999"
# Digits of an id that tell the order of the reports of one day in a list, as in an archive.
_DIGITS = 15
# So many records stay in memory.
_RECORDS = 400
_ARRAYS = ("ids", "places", "files", "rows", "numbers", "starts")


class Numbering:
    """The reports of a batch by number, in the order of their days and ids; undated ones come last.

    ``ids`` has 32 bytes for each, ``places`` what sorts those of one day in a list, ``files`` and ``rows``
    where it stands; ``numbers`` are the numbers file by file and row by row, a file's from its ``starts`` on.
    """

    def __init__(self, folder: Folder, paths: Sequence[str]) -> None:
        """Open the numbers that ``number_reports`` wrote for these files of readings."""
        self._folder = folder
        self.paths = tuple(paths)
        load = {name: np.load(folder.at(_path(name)), mmap_mode="r") for name in _ARRAYS}
        self.ids, self.places, self.files, self.rows, self.numbers, self.starts = load.values()
        self._records: OrderedDict[int, Record] = OrderedDict()

    def __len__(self) -> int:
        return len(self.files)

    def id_of(self, number: int) -> str:
        """Return the id of a report."""
        return bytes(self.ids[number]).hex()

    def day_of(self, number: int) -> str | None:
        """Return the day of publication of a report."""
        return day_of_path(self._folder.at(self.paths[self.files[number]]))

    def of_file(self, file: int) -> list[int]:
        """Return the numbers of the reports of a file, row by row."""
        numbers: list[int] = self.numbers[self.starts[file] : self.starts[file + 1]].tolist()
        return numbers

    def records(self, numbers: Iterable[int]) -> dict[int, Record]:
        """Return records. Raises BatchError if a file is broken."""
        found: dict[int, Record] = {}
        rows: dict[int, dict[int, int]] = {}
        for number in numbers:
            if number in self._records:
                found[number] = self._records[number]
                self._records.move_to_end(number)
            else:
                rows.setdefault(int(self.files[number]), {})[int(self.rows[number])] = number
        for file, wanted in rows.items():
            for row, plain in load_rows(self._folder.at(self.paths[file]), list(wanted)).items():
                found[wanted[row]] = self._records[wanted[row]] = to_record(read_entry(plain))
        while len(self._records) > _RECORDS:
            self._records.popitem(last=False)
        return found


def number_reports(folder: Folder, files: Sequence[FileNote]) -> Numbering:
    """Number the reports of these files of readings, and write the numbers for all processes."""
    columns = [pq.read_table(folder.at(note.path), columns=["id"])["id"].to_pylist() for note in files]
    days = [day_of_path(folder.at(note.path)) or _NEVER for note in files]
    keys = [(day, id_) for day, ids in zip(days, columns, strict=True) for id_ in ids]
    # Where each report stands, file by file and row by row; then in the order of the days.
    file_at = np.repeat(np.arange(len(files), dtype=np.int32), [len(ids) for ids in columns])
    row_at = np.concatenate([np.arange(len(ids), dtype=np.int32) for ids in columns] or [file_at])
    order = np.array(sorted(range(len(keys)), key=keys.__getitem__), dtype=np.int64)
    numbers = np.empty(len(keys), np.int32)
    numbers[order] = np.arange(len(keys), dtype=np.int32)
    ids = [keys[at][1] for at in order]
    arrays = {
        "ids": np.frombuffer(bytes.fromhex("".join(ids)), np.uint8).reshape(len(ids), 32),
        "places": np.array([int(id_[:_DIGITS], 16) for id_ in ids], np.int64),
        "files": file_at[order],
        "rows": row_at[order],
        "numbers": numbers,
        "starts": np.cumsum([0, *(len(some) for some in columns)]),
    }
    for name, array in arrays.items():
        folder.write_bytes(_path(name), _pack(array))
    return Numbering(folder, [note.path for note in files])


def _path(name: str) -> str:
    return f"_batch/links/{name}.npy"


def _pack(array: Any) -> bytes:
    stream = io.BytesIO()
    np.save(stream, array)
    return stream.getvalue()


def to_record(entry: Entry) -> Record:
    """Return a report of a batch as linking takes it."""
    outlets = (entry.report.source, *(twin.source for twin in entry.appearances))
    meaning = entry.meaning
    return Record(
        report=entry.report,
        reading=entry.reading,
        outlets=tuple(dict.fromkeys(outlet for outlet in outlets if outlet)),
        sentences=meaning.sentences if meaning else find_sentences(entry.report.text),
        vectors=unpack_vectors(meaning) if meaning else (),
    )
