"""The network of the package: syntax, names, quotations and events of German news in one pass.

It needs ``onnxruntime`` and ``tokenizers``; how it was trained stands in ``training/``, what it can do in
``docs/model.md``.
"""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from depesche.language.analysis import Analysis, Happening, Words
from depesche.language.document import Document
from depesche.language.models import THREADS_VARIABLE
from depesche.language.network.files import FOLDER, TOKENIZER, check_files, files_digest, load_settings
from depesche.language.network.heads import read_given, read_outputs
from depesche.language.network.session import Rows, Session
from depesche.language.network.subwords import load_subwords
from depesche.language.network.windows import (
    Batch,
    Divided,
    Window,
    cut_windows,
    divide,
    divide_words,
    make_batches,
)

# Pieces that are read at once. What the network says does not depend on it.
BATCH = 1024
# Words of the documents that are held at once: what the network puts out for a word takes five kilobytes.
GROUP = 5_000
# More threads than a report has windows would only wait.
MOST_THREADS = 4


class Network:
    """The trained network as a LanguageModel; one serves the whole process."""

    def __init__(self, folder: Path = FOLDER, threads: int = 1, batch: int = BATCH) -> None:
        """Load the network of a folder; raises LanguageModelError if a file is missing or broken."""
        check_files(folder)
        self._settings = load_settings(folder)
        self.subwords = load_subwords(folder / TOKENIZER)
        self._session = Session(folder, threads)
        self._batch = batch
        self.name = f"depesche {self._settings.version} {files_digest(folder)}"

    def analyse(self, documents: Sequence[Document]) -> list[Analysis]:
        """Return the analyses of documents, in their order."""
        return self.analyse_divided([divide(d, self.subwords) for d in documents])

    def divide(self, words: Sequence[str], spaced: Sequence[bool], starts: Sequence[int]) -> Divided:
        """Return words, of which some have a space before them, as the network reads them."""
        return divide_words(self.subwords, words, spaced, starts)

    def analyse_divided(self, documents: Sequence[Divided]) -> list[Analysis]:
        """Return the analyses of documents whose words are already divided."""
        found: list[Analysis] = []
        with self._session.alone():
            for document, rows in zip(documents, self._run(documents), strict=True):
                found.append(read_outputs(self._session, self._settings, document, rows, self.name))
        return found

    def read_events(self, document: Divided, triggers: Sequence[Words]) -> list[Happening]:
        """Return the events that triggers given by somebody else name, with their types, status and roles."""
        with self._session.alone():
            (rows,) = self._run([document])
            return read_given(self._session, self._settings, rows, triggers)

    def _run(self, documents: Sequence[Divided]) -> Iterator[list[Rows]]:
        """Yield what the network puts out for the windows of each document, in their order."""
        groups = list(_grouped(documents))
        for group, found in zip(groups, self._session.run(map(self._batches, groups)), strict=True):
            rows: list[list[Rows]] = [[] for _ in group]
            for row in found:
                rows[row.window.document].append(row)
            yield from (sorted(own, key=lambda row: row.window.core) for own in rows)

    def _batches(self, documents: Sequence[Divided]) -> Iterator[Batch]:
        windows = [w for i, document in enumerate(documents) for w in cut_windows(i, document)]
        return make_batches(documents, windows, self._batch)


def load(argument: str = "") -> Network:
    """Return the network of the package, or of the folder that ``argument`` names.

    It has as many threads as $DEPESCHE_THREADS says. If nothing is said, there is one in a process of a pool,
    since there is a process for each processor.
    """
    return Network(Path(argument) if argument else FOLDER, _count_threads())


def _count_threads() -> int:
    said = os.environ.get(THREADS_VARIABLE, "")
    if said.isdecimal():
        return max(1, int(said))
    return 1 if multiprocessing.parent_process() else min(_count_processors(), MOST_THREADS)


def _count_processors() -> int:
    """Return how many processors this process may use, which can be fewer than there are."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _grouped(documents: Sequence[Divided]) -> Iterator[list[Divided]]:
    group: list[Divided] = []
    words = 0
    for document in documents:
        if group and words + len(document.pieces) > GROUP:
            yield group
            group, words = [], 0
        group.append(document)
        words += len(document.pieces)
    if group:
        yield group


__all__ = ["BATCH", "Network", "Window", "load"]
