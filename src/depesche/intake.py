"""From paths to an archive: reads what stands under them, shows how far it is, keeps each report at once."""

from __future__ import annotations

import contextlib
import functools
import hashlib
import json
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from typing import TextIO

import click
import msgspec
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from depesche.archive.store import Archive
from depesche.bookmark import Bookmark
from depesche.errors import LanguageModelError, ReadingError
from depesche.exchange.analyses import write_analysis
from depesche.exchange.conllu import write_conllu
from depesche.language.analysis import LanguageModel
from depesche.language.detection import may_be_in
from depesche.language.document import Document, analyse_report
from depesche.language.lemmas import fill_lemmas
from depesche.language.models import analyse_documents
from depesche.linking import Linker
from depesche.messages import say
from depesche.read import read_with_meaning, reader_digest
from depesche.reading import Report
from depesche.scale.languages import keep_language, main_languages
from depesche.scale.pool import Done, Item, Result, Twin, name_report, read_reports
from depesche.sources.course import Course
from depesche.sources.files import Defaults, Fault, count_bytes, iter_reports
from depesche.sources.warc import OTHER_LANGUAGE
from depesche.terminal import tame

# Without a terminal a line is printed this often, in seconds.
_LINE_EVERY = 10.0
# Of what an earlier run left out; the name of a message.
_BEFORE = "skipped-before"
# How far the files are done is kept this often, in seconds: so much is read in vain after a stop.
_MARK_EVERY = 2.0
# So many characters are given to a language model at once: enough to fill its batches.
_BATCH = 100_000


class Counts(msgspec.Struct):
    """What became of the reports so far."""

    read: int = 0
    known: int = 0
    faults: int = 0


class Intake:
    """One run of ``depesche read`` or ``depesche analyse``.

    Of reports in other languages than ``languages`` (``de``), if some are named, nothing is read. Raises
    LanguageModelError if the language model cannot be loaded.
    """

    def __init__(
        self,
        paths: tuple[str, ...],
        defaults: Defaults,
        jobs: int = 1,
        language_model: str | None = None,
        languages: tuple[str, ...] = (),
    ) -> None:
        self._paths = paths
        self._languages = main_languages(languages)
        self._course = self._make_course()
        self._defaults = defaults
        self._jobs = jobs
        self._language_model = language_model
        # Here, so that a model that is not there is said once, and before anything is read or made.
        self._digest = reader_digest(language_model)
        self._counts = Counts()

    def fill(self, archive: Archive) -> Counts:
        """Read every report that the archive does not have yet, and write it there; return the counts.

        Of a report that is there, the archive notes where it was published. A run that was stopped is gone
        on with: files, and the records of a web archive, that it was done with are not opened again.
        """
        settings, run = self._name_settings(), uuid.uuid4().hex
        self._course = self._make_course(functools.partial(archive.bookmark, settings))
        for outcome in self._outcomes(archive):
            if isinstance(outcome, Twin):
                archive.note(outcome.report)
            elif isinstance(outcome, Done):
                archive.keep_bookmarks(settings, run, outcome.bookmarks)
            else:
                self._keep(archive, *outcome)
        archive.drop_bookmarks(run)
        return self._counts

    def _make_course(self, find_bookmark: Callable[[str], Bookmark | None] = lambda path: None) -> Course:
        is_wanted = functools.partial(may_be_in, wanted=self._languages) if self._languages else None
        return Course(find_bookmark, self._resume, is_wanted)

    def skipped(self) -> dict[str, int]:
        """Return how many reports and records were left out on purpose, by the messages that say why."""
        return {reason: count for reason, count in self._course.skipped.most_common() if count}

    def _name_settings(self) -> str:
        """Return what tells this way of reading files from others."""
        settings = (self._digest, self._defaults, sorted(self._languages))
        return hashlib.sha256(ascii(settings).encode()).hexdigest()

    def _resume(self, bookmark: Bookmark) -> None:
        """Count what an earlier run did in a file, and say where this one goes on."""
        self._counts.known += bookmark.reports
        self._counts.faults += bookmark.faults
        self._course.skipped[_BEFORE] += bookmark.skipped
        if bookmark.offset < bookmark.size:
            place = {"offset": f"{bookmark.offset:,}", "size": f"{bookmark.size:,}"}
            click.echo(tame(say("goes-on", path=bookmark.path, **place)), err=True)

    def _keep(self, archive: Archive, report: Report, result: Result) -> None:
        try:
            archive.write(report, *result)
        except ReadingError as fault:  # a fault of ours in one report must not end the run
            self._name_fault(Fault(name_report(report), str(fault)))
        else:
            self._counts.read += 1

    def _name_fault(self, fault: Fault) -> None:
        self._counts.faults += 1
        click.echo(f"depesche: {tame(str(fault))}", err=True)

    def print_readings(self, stream: TextIO) -> Counts:
        """Read every report and print its reading on a line of its own, as JSON; return the counts."""
        for outcome in self._outcomes():
            if isinstance(outcome, tuple):
                reading, _ = outcome[1]
                stream.write(json.dumps(reading.to_dict(), ensure_ascii=False) + "\n")
                self._counts.read += 1
        return self._counts

    def print_analyses(self, model: LanguageModel, format_: str, stream: TextIO) -> Counts:
        """Print what a language model says of each report, as ``conllu`` or ``json``; return the counts."""
        write = {"conllu": write_conllu, "json": write_analysis}[format_]
        for document in self._analyses(model):
            write(fill_lemmas(document), stream)
            self._counts.read += 1
        return self._counts

    def _analyses(self, model: LanguageModel) -> Iterator[Document]:
        """Yield each report with its analysis, in batches; name each fault and count it."""
        batch: list[Document] = []
        size = 0
        with self._show_progress() as advance:
            for item in self._new_ones(self._iter_items(advance), None):
                if isinstance(item, Fault):
                    self._name_fault(item)
                elif isinstance(item, Report):
                    batch.append(analyse_report(item))
                    size += len(item.text)
                if size >= _BATCH:
                    yield from self._analyse(model, batch)
                    batch, size = [], 0
            yield from self._analyse(model, batch)

    def _analyse(self, model: LanguageModel, batch: list[Document]) -> list[Document]:
        """Return the documents that the model can analyse; name the others."""
        try:
            return analyse_documents(model, batch) if batch else []
        except LanguageModelError as fault:
            if len(batch) > 1:
                return [done for document in batch for done in self._analyse(model, [document])]
            self._name_fault(Fault(name_report(batch[0].report), str(fault)))
            return []

    def _outcomes(self, archive: Archive | None = None) -> Iterator[tuple[Report, Result] | Twin | Done]:
        """Yield what was read, and twins after their firsts; name each fault and count it."""
        with self._show_progress() as advance:
            items = self._new_ones(self._iter_items(advance), archive)
            read = functools.partial(read_with_meaning, language_model=self._language_model)
            for outcome in read_reports(items, read, self._jobs):
                if isinstance(outcome, Fault):
                    self._name_fault(outcome)
                else:
                    yield outcome

    def _show_progress(self) -> contextlib.AbstractContextManager[Callable[[int], None]]:
        return show_progress(say("reading"), count_bytes(self._paths), self._describe)

    def _describe(self, seconds: float) -> str:
        counts = self._counts
        state = say("progress", read=counts.read, known=counts.known, faults=counts.faults)
        rate = counts.read / seconds if seconds > 0.5 else 0.0
        return state + (", " + say("rate", rate=f"{rate:.0f}") if rate else "")

    def _new_ones(self, items: Iterator[Report | Fault], archive: Archive | None) -> Iterator[Item]:
        """Yield the faults, each report that has not been read before, and the twins of this run's reports.

        What the archive holds already is noted there, and not yielded. A twin cannot be noted yet, because
        the first of its kind may not have been written; so it follows that one through the processes.
        """
        kept = archive.known_ids(self._digest) if archive else frozenset()
        seen: set[str] = set()
        marked = time.monotonic()
        for found in items:
            if archive and time.monotonic() - marked >= _MARK_EVERY:
                # Before the item: that one is not done yet.
                yield Done(self._course.take_bookmarks())
                marked = time.monotonic()
            item = self._check_language(found)
            if item is None:
                continue
            if isinstance(item, Fault):
                yield item
            elif (report_id := item.id) in seen:
                self._counts.known += 1
                yield Twin(item)
            elif archive and report_id in kept:
                self._counts.known += 1
                archive.note(item)
            else:
                seen.add(report_id)
                yield item

    def _iter_items(self, advance: Callable[[int], None]) -> Iterator[Report | Fault]:
        return iter_reports(self._paths, self._defaults, advance, self._course)

    def _check_language(self, item: Report | Fault) -> Report | Fault | None:
        """Return a report in one of the languages that are wanted, and a fault; None for any other report."""
        if isinstance(item, Fault):
            return item
        kept = keep_language(item, self._languages)
        if kept is None:
            self._course.skip(OTHER_LANGUAGE, reports=1)
        return kept


def link_archive(archive: Archive) -> int:
    """Link every report of the archive that is not linked yet, and show how far it is; return how many.

    Also makes ready what the desk and others ask for, in the whole archive.
    """
    linker = Linker(archive)
    steps = linker.link()
    left = next(steps, None)
    total = 0 if left is None else left + 1
    if left is not None:
        with show_progress(say("linking"), total, lambda _: say("still-to-link", left=left)) as advance:
            advance(1)
            for left in steps:
                advance(total - left)
    _renew(linker)
    return total


def _renew(linker: Linker) -> None:
    steps = linker.renewing()
    missing = left = next(steps)
    with show_progress(say("making-ready"), missing, lambda _: say("still-to-make", left=left)) as advance:
        for left in steps:
            advance(missing - left)


@contextlib.contextmanager
def show_progress(
    what: str, total: int | None, describe: Callable[[float], str]
) -> Iterator[Callable[[int], None]]:
    """Yield what to call with how much is done: it moves a bar, or prints lines without a terminal.

    ``describe`` says how far it is, after so many seconds.
    """
    if not sys.stderr.isatty():
        yield _LinePrinter(total, describe)
        return
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %" if total else ""),
        TimeRemainingColumn(),
        TextColumn("{task.fields[state]}"),
        console=Console(stderr=True),
    )
    started = time.monotonic()
    with bar:
        task = bar.add_task(what, total=total, state="")

        def advance(done: int) -> None:
            bar.update(task, completed=done, state=describe(time.monotonic() - started))

        yield advance
        advance(total or 0)


class _LinePrinter:
    """Prints how far it is, every few seconds."""

    def __init__(self, total: int | None, describe: Callable[[float], str]) -> None:
        self._total = total
        self._describe = describe
        self._started = self._last = time.monotonic()

    def __call__(self, done: int) -> None:
        now = time.monotonic()
        if now - self._last < _LINE_EVERY:
            return
        self._last = now
        share = f"{100 * done // self._total} %, " if self._total else ""
        click.echo(share + self._describe(now - self._started), err=True)
