"""The archive that reads: what ``depesche.Archive`` is."""

from __future__ import annotations

import functools
import os
from pathlib import Path

import platformdirs

from depesche.archive.nearness import Sense
from depesche.archive.store import Archive as Store
from depesche.errors import LanguageModelError
from depesche.language.meanings import find_vector
from depesche.language.models import load_language_model, name_language_model
from depesche.linking import Linker
from depesche.read import read_with_meaning, reader_digest
from depesche.reading import Report
from depesche.story_files import pack_reading

# Where the archive is, if neither the caller nor the platform shall decide.
ARCHIVE_VARIABLE = "DEPESCHE_ARCHIVE"
# What has a meaning in a search and none in a sentence.
_MARKS = str.maketrans(dict.fromkeys('*"“”„»«'))


class Archive(Store):
    """Reports and their readings, in an SQLite file that is made if need be, or on a server.

    >>> import tempfile, depesche
    >>> with tempfile.TemporaryDirectory() as folder, depesche.Archive(f"{folder}/a.sqlite") as archive:
    ...     archive.add(depesche.Report(text="Rubio traf Lawrow in Riad.", published="2025-02-18"))
    True
    """

    def __init__(
        self, place: str | Path | None = None, *, language_model: str | None = None, read_only: bool = False
    ) -> None:
        """Open the archive at ``place``, or the user's own (see ``default_place``). Raises ArchiveError.

        A place is a path, or the address of a database: ``postgresql://USER@HOST/DATABASE``.

        ``language_model`` is what ``add`` reads with: see ``depesche.read``.
        """
        read = functools.partial(read_with_meaning, language_model=language_model)
        # Asked for only when a report is added: to look into an archive needs no language model.
        digest = functools.partial(reader_digest, language_model)
        self._language_model = language_model
        super().__init__(
            place or default_place(), reader=read, digest=digest, pack=pack_reading, read_only=read_only
        )

    def add(self, report: Report, *, link: bool = True) -> bool:
        """Read a report, write it and link it to the others; return whether the archive changed.

        A report that is there already is not even read, only noted (see ``note``). To add many, say
        ``link=False`` and call ``link`` after the last one: that is faster.
        """
        changed = super().add(report)
        if changed and link:
            Linker(self).relink([report.id])
        return changed

    def sense(self, words: str) -> Sense | None:
        """Return what words mean, to search by (``search(words, sense=...)``); None without a language model.

        Marks that only a search has (``-``, ``*``, quotation marks) and words that must not be there do not
        count. Raises LanguageModelError if the model cannot be loaded.
        """
        name = name_language_model(self._language_model)
        plain = " ".join(part for part in words.split() if not part.startswith("-"))
        plain = plain.translate(_MARKS).strip()
        if name is None or not plain:
            return None
        model = load_language_model(name)
        vector = find_vector(model, plain)
        return Sense(model.name, vector) if vector else None

    def link(self) -> int:
        """Link every report that is not linked yet (stories, events in the world); return how many."""
        return sum(1 for _ in Linker(self).run())


def find_sense(archive: Store, words: str) -> Sense | None:
    """Return what words mean, to search an archive by; None if there is no language model to tell it."""
    try:
        return archive.sense(words) if isinstance(archive, Archive) else None
    except LanguageModelError:
        return None


def default_place() -> str | Path:
    """Return where the user's archive is: $DEPESCHE_ARCHIVE, or a file in the platform's data folder."""
    named = os.environ.get(ARCHIVE_VARIABLE)
    if named:
        return named
    return platformdirs.user_data_path("depesche", appauthor=False) / "archive.sqlite"
