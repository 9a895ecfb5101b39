"""Millions of reports from files into a folder of Parquet files, by many processes: ``depesche batch``.

Files are taken apart (``scale/gathering.py``), reports are read, each once (``scale/parts.py``), and linked
(``scale/links.py``). A manifest says which tasks of these are done; a run that was stopped goes on with the
rest. What comes out follows from the input alone: not from how many processes there were, in which order they
worked, or which of them died.
"""

from __future__ import annotations

import functools
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec

from depesche.archive.store import Archive
from depesche.errors import ReadingError
from depesche.language.models import NONE, name_language_model
from depesche.linking import WINDOW
from depesche.read import read_with_meaning, reader_digest
from depesche.scale.cluster import Runner, Work
from depesche.scale.columns import REFUSED, read_entry, to_table
from depesche.scale.folders import (
    Done,
    FileNote,
    Folder,
    Manifest,
    Run,
    begin_run,
    hold,
    iter_rows,
    list_files,
    load_run,
)
from depesche.scale.gathering import Source, gather_file, plan_parts, refused_row
from depesche.scale.languages import main_languages
from depesche.scale.links import (
    EventWork,
    MatchWork,
    PairWork,
    Portion,
    Sizes,
    SketchWork,
    World,
    Worlds,
    WorldWork,
    bundle,
    find_worlds,
    group_stories,
    write_events,
    write_stories,
)
from depesche.scale.numbering import number_reports
from depesche.scale.parts import PartReader
from depesche.sources.files import Defaults, Fault
from depesche.sources.files import list_files as list_inputs

# Reports that are read together: some seconds of work, and all that is lost if a process dies.
PART = 200


class BatchCounts(msgspec.Struct):
    """What became of the reports of a batch.

    ``twins`` are the same text of one day in another place, ``skipped`` are in other languages than wanted.
    """

    read: int = 0
    twins: int = 0
    refused: int = 0
    skipped: int = 0
    stories: int = 0
    events: int = 0


_SIZES = Sizes()
# Says that nothing is left to do.
_FINISHED = "_batch/finished.json"
# Told after each task: the step, how many of how many units (files, reports) are done.
OnProgress = Callable[[str, int, int], None]


class Batch:
    """One run of ``depesche batch`` over a folder.

    Raises BatchError if the folder was begun with other input or another reader, or if another run is under
    way there; LanguageModelError if the language model cannot be loaded.
    """

    def __init__(
        self,
        paths: Sequence[str],
        output: str | Path,
        defaults: Defaults,
        language_model: str | None = None,
        part: int = PART,
        sizes: Sizes = _SIZES,
        languages: Sequence[str] = (),
    ) -> None:
        self._folder = Folder(str(Path(output).absolute()))
        items = list(list_inputs(paths))
        self._faults = [item for item in items if isinstance(item, Fault)]
        files = tuple((str(Path(i[0]).absolute()), i[1]) for i in items if not isinstance(i, Fault))
        self._defaults = defaults
        self._model = name_language_model(language_model) or NONE
        wanted = tuple(sorted(main_languages(languages)))
        self._run = Run(files, reader_digest(self._model), self._model, part, defaults, wanted)
        begin_run(self._folder, self._run)
        self._lock = hold(self._folder)
        self._manifest = Manifest(self._folder)
        self._sizes = sizes
        self.counts = BatchCounts()

    def close(self) -> None:
        """Let others fill the folder."""
        self._lock.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def is_finished(self) -> bool:
        """Return whether all was read and linked before; ``counts`` are then those of that time."""
        path = self._folder.at(_FINISHED)
        if path.exists():
            self.counts = msgspec.json.decode(path.read_bytes(), type=BatchCounts)
        return path.exists()

    @property
    def folder(self) -> Folder:
        """The folder that is filled."""
        return self._folder

    def read(self, run: Runner, on_progress: OnProgress) -> None:
        """Do what is left of taking the files apart and reading their reports."""
        self._folder.sweep()
        gathered = self._gather(run, on_progress)
        parts = list(plan_parts(self._folder, gathered, self._run.part))
        reports = sum(not piece.twin for part in parts for piece in part.pieces)
        self.counts.twins = sum(len(part.pieces) for part in parts) - reports
        read = functools.partial(read_with_meaning, language_model=self._model)
        files = [path for path, _ in self._run.files]
        work = PartReader(self._folder, [note.path for note in gathered], files, read, self._run.reader)
        tasks = {part.name: part for part in parts}
        finished = 0
        for done in self._do("read", run, work, tasks, loads=True):
            finished += sum(not piece.twin for piece in tasks[done.task].pieces)
            self.counts.read += done.counts["read"]
            self.counts.refused += done.counts["refused"]
            on_progress("read", finished, reports)

    def _gather(self, run: Runner, on_progress: OnProgress) -> list[FileNote]:
        """Take the files apart; return the files of what was gathered, in the order of the input."""
        self._refuse(self._faults)
        sources = {f"{n:05}": Source(n, path) for n, (path, _) in enumerate(self._run.files)}
        sizes = {f"{n:05}": size for n, (_, size) in enumerate(self._run.files)}
        work = functools.partial(gather_file, self._folder, self._defaults, frozenset(self._run.languages))
        finished = 0
        for done in self._do("gather", run, work, sources):
            finished += sizes[done.task]
            self.counts.refused += done.counts["refused"]
            self.counts.skipped += done.counts["skipped"]
            on_progress("gather", finished, sum(sizes.values()))
        notes = [note for done in self._manifest.of("gather") for note in done.files]
        return [note for note in notes if note.path.startswith("_batch/reports/")]

    def _refuse(self, faults: Sequence[Fault]) -> None:
        """Set paths aside that are no files."""
        self.counts.refused += len(faults)
        if faults:
            rows = [refused_row(fault, fault.where) for fault in faults]
            self._folder.write("refused/part-input.parquet", to_table(rows, REFUSED))

    def _do(
        self, stage: str, run: Runner, work: Work, tasks: Mapping[str, object], *, loads: bool = False
    ) -> Iterator[Done]:
        """Yield what each task has done, first those that were done before; note those that are."""
        known = {name: self._manifest.find(stage, name) for name in tasks}
        yield from (done for done in known.values() if done is not None)
        left = [msgspec.msgpack.encode(task) for name, task in tasks.items() if known[name] is None]
        if left:
            for done in run(work, left, loads=loads):
                self._manifest.add(done)
                yield done

    def link(self, run: Runner, on_progress: OnProgress) -> None:
        """Link what was read: stories, copies, events in the world; then remove what only linking needs."""
        notes = [note for done in self._manifest.of("read") for note in done.files]
        readings = sorted((n for n in notes if n.path.startswith("readings/")), key=lambda note: note.path)
        numbering = number_reports(self._folder, readings)
        count, where = len(numbering), (self._folder, numbering.paths)
        files: dict[str, list[str]] = {}

        def step(stage: str, work: Work, tasks: Sequence[Portion | Worlds]) -> None:
            named = {f"{task.number:05}": task for task in tasks}
            for n, _ in enumerate(self._do(stage, run, work, named), start=1):
                on_progress(stage, n, len(named))
            for note in (note for done in self._manifest.of(stage) for note in done.files):
                files.setdefault(Path(note.path).name.partition("-")[0], []).append(note.path)

        sizes = self._sizes
        buckets, blocks = 1 + count // sizes.bucket, -(-count // sizes.block)
        spread = [Portion(n, (some,)) for n, some in enumerate(_cut_sheaves(readings, sizes.sheaf))]
        step("sketches", SketchWork(*where, buckets), spread)
        step(
            "pairs",
            PairWork(*where, files, window=WINDOW, block=sizes.block),
            [Portion(n) for n in range(buckets)],
        )
        step("match", MatchWork(*where, files), [Portion(n) for n in range(blocks)])
        stories = group_stories(self._folder, count, files.get("links", []))
        write_stories(self._folder, numbering, stories)
        bundles = [Portion(n, some) for n, some in enumerate(bundle(stories, sizes.stories))]
        step("events", EventWork(*where, files), bundles)
        worlds = find_worlds(self._folder, files.get("told", []), files.get("events", []))
        step("worlds", WorldWork(*where, files), list(_bundle_worlds(worlds, sizes.worlds)))
        self.counts.stories = len(stories)
        self.counts.events = write_events(
            self._folder, numbering, files.get("events", []), files.get("worlds", [])
        )
        self._finish()

    def _finish(self) -> None:
        # Workers may have died since reading began.
        self._folder.sweep()
        self._folder.write_bytes(_FINISHED, msgspec.json.encode(self.counts))
        for unneeded in ("links", "reports", "begun"):
            shutil.rmtree(self._folder.at("_batch", unneeded), ignore_errors=True)


def _cut_sheaves(readings: Sequence[FileNote], size: int) -> Iterator[tuple[int, ...]]:
    """Yield files, by their numbers, that are sketched together."""
    some: list[int] = []
    count = 0
    for number, note in enumerate(readings):
        some.append(number)
        count += note.rows
        if count >= size:
            yield tuple(some)
            some, count = [], 0
    if some:
        yield tuple(some)


def _bundle_worlds(worlds: Iterator[World], size: int) -> Iterator[Worlds]:
    some: list[World] = []
    number = 0
    for world in worlds:
        some.append(world)
        if sum(len(w.events) for w in some) >= size:
            yield Worlds(number, tuple(some))
            some, number = [], number + 1
    if some:
        yield Worlds(number, tuple(some))


def load_batch(
    output: str | Path, archive: Archive, on_progress: Callable[[int, int], None]
) -> tuple[BatchCounts, list[Fault]]:
    """Write what a batch has read into an archive, as it was read; return counts, and what it did not take.

    ``on_progress`` is told how many of how many files are done. Raises BatchError if the folder was not made
    by a batch, or is broken.
    """
    folder = Folder(str(Path(output).absolute()))
    load_run(folder)
    counts, faults = BatchCounts(), list[Fault]()
    paths = list_files(folder, "readings")
    for number, path in enumerate(paths, start=1):
        for row in iter_rows([path]):
            try:
                entry = read_entry(row)
                counts.read += archive.write(entry.report, entry.reading, entry.meaning)
            except (ReadingError, msgspec.DecodeError) as fault:
                faults.append(Fault(f"{path}, report {row['id'][:12]}", str(fault)))
                continue
            counts.twins += sum(archive.note(twin) for twin in entry.appearances)
        on_progress(number, len(paths))
    return counts, faults
