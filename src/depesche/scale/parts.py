"""The third step of a batch: the reports of a part are read and written, as often as it takes.

A process may die at any moment, and some other one reads the part again, which writes the same file. If it
was a report that killed it, each next process would die there too. So before each report is read its number
is noted; whoever reads the part again reads that one in a process of its own, and sets it aside if that dies.
If somebody else killed the process, it is read there as any other.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from depesche.errors import BatchError
from depesche.scale.columns import READINGS, REFUSED, reading_row, to_table
from depesche.scale.folders import Done, FileNote, Folder
from depesche.scale.gathering import Gathered, Part, load_part
from depesche.scale.pool import Reader, name_report, read_alone, read_safely
from depesche.sources.records import Fault

# Few, so that one report can be found without unpacking many.
_ROWS = 50


class PartReader:
    """Reads parts; travels to a worker, which loads word lists and language model with its first report."""

    def __init__(
        self,
        folder: Folder,
        gathered: Sequence[str],
        files: Sequence[str],
        read: Reader,
        digest: str | None = None,
    ) -> None:
        """Read parts of what was gathered.

        ``gathered`` are the paths of its files, ``files`` those of the input; ``read`` is as in pool.py. If a
        ``digest`` is given, what reads otherwise (another version on another machine) raises BatchError.
        """
        self._folder = folder
        self._gathered = tuple(gathered)
        self._files = tuple(files)
        self._read = read
        self._digest = digest

    def __call__(self, packed: bytes) -> Done:
        """Read a part (a Part as MessagePack) and write it."""
        part = msgspec.msgpack.decode(packed, type=Part)
        begun = _Begun(self._folder.at("_batch", "begun", part.name.replace("/", "-")))
        rows: list[dict[str, Any]] = []
        refused: list[dict[str, str]] = []
        for number, found in enumerate(load_part(self._folder, self._gathered, self._files, part)):
            begun.note(number)
            read = read_alone if number in begun.suspects else read_safely
            outcome = read(self._read, found.report)
            if isinstance(outcome, Fault):
                refused.append(_refused_row(found, outcome))
            elif isinstance(outcome, tuple):
                self._check_reader(outcome[1][0].reader)
                place = (found.file, found.record + 1)
                rows.append(reading_row(found.report, found.twins, *outcome[1], *place))
        done = self._write(part, rows, refused)
        begun.remove()
        return done

    def _check_reader(self, reader: str) -> None:
        if self._digest not in (None, reader):
            raise BatchError(
                f"A machine reads by {reader} and not by {self._digest}: install the same there."
            )

    def _write(self, part: Part, rows: list[dict[str, Any]], refused: list[dict[str, str]]) -> Done:
        notes: list[FileNote] = []
        if rows:
            notes.append(self._folder.write(f"readings/{part.name}.parquet", to_table(rows, READINGS), _ROWS))
        if refused:
            path = f"refused/part-{part.name.replace('/', '-')}.parquet"
            notes.append(self._folder.write(path, to_table(refused, REFUSED)))
        return Done("read", part.name, tuple(notes), {"read": len(rows), "refused": len(refused)})


def _refused_row(found: Gathered, fault: Fault) -> dict[str, str]:
    record = f"report {found.record + 1} ({name_report(found.report)})"
    return {"file": found.file, "record": record, "reason": fault.reason}


class _Begun:
    """Which report of a part is being read: numbers in a file, each attempt on a line of its own."""

    def __init__(self, path: Path) -> None:
        self._path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        earlier = path.read_text("ascii").split("\n") if path.exists() else []
        self.suspects = {int(attempt.split()[-1]) for attempt in earlier if attempt.strip()}
        if earlier:
            self._append("\n")

    def note(self, number: int) -> None:
        """Note that a report is about to be read."""
        self._append(f"{number} ")

    def remove(self) -> None:
        """Forget all of it: the part is written."""
        self._path.unlink(missing_ok=True)

    def _append(self, text: str) -> None:
        with self._path.open("a", encoding="ascii") as stream:
            stream.write(text)
