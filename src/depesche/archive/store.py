"""The archive: reports, what was read in them, and the way back from each finding to its words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar, Unpack

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from depesche.archive import tables
from depesche.archive.alerts import Alerts
from depesche.archive.bookmarks import drop_bookmarks, find_bookmark, keep_bookmarks
from depesche.archive.database import open_database
from depesche.archive.finding import LOOKED_INTO, Finder, Found, find_events, find_quotations
from depesche.archive.judgements import add_judgement, list_judgements
from depesche.archive.kept import Kept, Pack
from depesche.archive.links import Links
from depesche.archive.load import load_appearances, load_meaning, load_original, load_reading, load_report
from depesche.archive.nearness import Sense
from depesche.archive.overview import DayCount, fingerprint_stories, list_days
from depesche.archive.query import list_actors, list_events, list_quotations, list_relations, list_reports
from depesche.archive.rows import (
    ActorRow,
    Appearance,
    Entry,
    EventRow,
    QuotationRow,
    RelationRow,
    ReportRow,
    SearchHit,
)
from depesche.archive.search import DEFAULT_LIMIT, describe_hits
from depesche.archive.searches import SavedSearch, forget_search, list_searches, save_search
from depesche.archive.selection import Filters, Selection, select_rows
from depesche.archive.structs import learn_structs
from depesche.archive.survey import Survey
from depesche.archive.terms import Query, parse_query
from depesche.archive.tokens import Scope, Token, add_token, find_token, list_tokens, revoke_token
from depesche.archive.watching import Watching
from depesche.archive.write import check_reading, find_unnoted, note_report, write_report
from depesche.bookmark import Bookmark
from depesche.errors import ArchiveError, MissingError
from depesche.judgement import Judgement, judged_reports
from depesche.reading import Meaning, Reading, Report

T = TypeVar("T")

# The shortest beginning of an id that is accepted for it.
MIN_PREFIX = 4


class Archive:
    """Reports and their readings, in one SQLite file or in a database on a PostgreSQL server.

    Opening makes the file and its folder, or the tables; an older archive is brought up to date. Everything
    is written in one transaction for each report, so whatever ends the process leaves whole reports. Several
    processes may read and write one archive at once. Every method raises ArchiveError, with one sentence that
    says what is wrong and where.

    ``reader`` turns a report into a reading and its meaning, for ``add``; ``digest`` gives the digest of that
    reader, if reports that another one has read shall be read again.
    """

    def __init__(
        self,
        place: str | Path,
        *,
        reader: Callable[[Report], tuple[Reading, Meaning | None]] | None = None,
        digest: Callable[[], str] | None = None,
        pack: Callable[[Reading], Pack] | None = None,
        wait: float = 60.0,
        read_only: bool = False,
    ) -> None:
        """Open the archive at ``place``, a path or ``postgresql://USER@HOST/DATABASE``.

        ``pack`` says what is kept of each reading beside its findings (see kept.py); without it, linking
        does so. ``wait`` is how many seconds to wait for another process's writing. With ``read_only``
        nothing is made, brought up to date or written.
        """
        learn_structs()
        self._reader = reader
        self._digest = digest
        self._pack = pack
        self._database = open_database(place, wait=wait, read_only=read_only)
        self._search = self._database.search
        self._finder = Finder(self._search, self._database.nearness)

    @property
    def name(self) -> str:
        """Return how messages name the archive: its path, or its address without a password."""
        return self._database.name

    def close(self) -> None:
        """Close the archive; it must not be used any more."""
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def write(self, report: Report, reading: Reading, meaning: Meaning | None = None) -> bool:
        """Write a report with its reading and what it means; return whether the archive changed.

        A report that is there already is not written again; if it comes from another place, that is noted
        (see ``note``). If its reading comes from another reader than the one given (``reading.reader``
        differs), the findings are replaced. Raises ReadingError, an ArchiveError, if the reading
        contradicts the report or itself; nothing is written.
        """
        check_reading(report, reading)
        return self._database.carry_out(lambda connection: self._write(connection, report, reading, meaning))

    def _write(
        self, connection: Connection, report: Report, reading: Reading, meaning: Meaning | None
    ) -> bool:
        pack = self._pack
        if pack is None:
            return write_report(connection, self._database, report, reading, meaning)

        def keep(number: int, told: Reading) -> None:
            # At once, so that nobody who looks for actors has to do without it until the report is linked.
            Kept(connection).write_first_pack(number, pack(told), report.text)

        return write_report(connection, self._database, report, reading, meaning, keep)

    def add(self, report: Report) -> bool:
        """Read a report with the archive's reader and write it; return whether the archive changed.

        A report that is there already is not even read, only noted (see ``note``).
        """
        if self._reader is None:
            raise ArchiveError(
                f"The archive {self.name} was opened without a reader and cannot read reports."
            )
        if self.has(report.id, self._digest() if self._digest else None):
            return self.note(report)
        return self.write(report, *self._reader(report))

    def note(self, report: Report) -> bool:
        """Keep where a report that is there was published too; return whether the archive changed.

        A report is its text and its day. The first one that came is kept as it was; another outlet,
        address, title, author, key or time of day of the same text on the same day becomes an appearance
        of it. What says nothing new changes nothing, nor does a report that is not there.
        """
        # Most of what is noted is known. To find that out must not wait for others to write.
        with self._reading() as connection:
            if find_unnoted(connection, report) is None:
                return False
        return self._database.carry_out(lambda connection: note_report(connection, report))

    def has(self, report_id: str, digest: str | None = None) -> bool:
        """Return whether the report is there, and was read by the reader ``digest`` if one is given."""
        query = sa.select(tables.readings.c.reader).join(tables.reports)
        with self._reading() as connection:
            reader = connection.execute(query.where(tables.reports.c.id == report_id)).scalar()
        return reader is not None and digest in (None, reader)

    def count(self) -> int:
        """Return how many reports were read."""
        with self._reading() as connection:
            query = sa.select(sa.func.count()).select_from(tables.readings)
            return int(connection.execute(query).scalar_one())

    def known_ids(self, digest: str | None = None) -> frozenset[str]:
        """Return the ids of all reports; of those that the reader ``digest`` read, if one is given."""
        query = sa.select(tables.reports.c.id).join(tables.readings)
        if digest is not None:
            query = query.where(tables.readings.c.reader == digest)
        with self._reading() as connection:
            return frozenset(connection.execute(query).scalars())

    def report(self, id_or_prefix: str) -> Report:
        """Return the report with this id, or the only one whose id begins so (four digits or more)."""
        with self._reading() as connection:
            return load_report(connection, self._find_number(connection, id_or_prefix))

    def reading(self, id_or_prefix: str) -> Reading:
        """Return what was read in the report with this id, or the only one whose id begins so.

        What people decided of it has been carried out once it is linked.
        """
        return self._load(load_reading, id_or_prefix)

    def original(self, id_or_prefix: str) -> Reading:
        """Return what was read in a report before anybody corrected it."""
        return self._load(load_original, id_or_prefix)

    def _load(self, load: Callable[[Connection, int], Reading | None], id_or_prefix: str) -> Reading:
        with self._reading() as connection:
            reading = load(connection, self._find_number(connection, id_or_prefix))
        if reading is None:
            raise MissingError(f"The report {id_or_prefix} in {self.name} has not been read yet.")
        return reading

    def meaning(self, id_or_prefix: str) -> Meaning | None:
        """Return what the sentences of a report mean; None if no language model read it."""
        with self._reading() as connection:
            return load_meaning(connection, self._find_number(connection, id_or_prefix))

    def judge(self, judgement: Judgement) -> Judgement:
        """Keep what somebody decided; return it with its number and the time at which it was made.

        Raises JudgementError if it says too little or is about what is not there.
        """
        with self._database.writing() as connection:
            kept = add_judgement(connection, judgement)
            # What was decided must be carried out: the next linking begins with these reports.
            links = Links(connection)
            links.mark_unlinked(links.find_numbers(judged_reports(kept, links.judgements())).values())
            return kept

    def judgements(self) -> tuple[Judgement, ...]:
        """Return all that was decided, withdrawn or not, in the order in which it was made."""
        with self._reading() as connection:
            return list_judgements(connection)

    def save_search(self, name: str, query: Mapping[str, str]) -> SavedSearch:
        """Keep the parts of a search's address under a name; return what is kept."""
        with self._database.writing() as connection:
            return save_search(connection, name, query)

    def searches(self) -> tuple[SavedSearch, ...]:
        """Return the saved searches by their names."""
        with self._reading() as connection:
            return list_searches(connection)

    def forget_search(self, number: int) -> None:
        """Remove a saved search. Raises MissingError if there is none with this number."""
        with self._database.writing() as connection:
            forget_search(connection, number)

    def bookmark(self, settings: str, path: str) -> Bookmark | None:
        """Return how far a run that was stopped had read the file at ``path`` in this way, or None."""
        with self._reading() as connection:
            return find_bookmark(connection, settings, path)

    def keep_bookmarks(self, settings: str, run: str, bookmarks: Iterable[Bookmark]) -> None:
        """Keep how far ``run`` has read; whatever stands before must be in the archive already."""
        with self._database.writing() as connection:
            keep_bookmarks(connection, settings, run, bookmarks)

    def drop_bookmarks(self, run: str) -> None:
        """Forget the bookmarks of a run that has come to its end."""
        with self._database.writing() as connection:
            drop_bookmarks(connection, run)

    def make_token(self, name: str, scopes: Iterable[Scope], expires: str | None = None) -> tuple[Token, str]:
        """Make a token for the desk; return what is kept of it, and the token, which is told this once.

        Raises TokenError, or DateError for an ``expires`` that is no day, month or year.
        """
        with self._database.writing() as connection:
            return add_token(connection, name, scopes, expires)

    def tokens(self) -> tuple[Token, ...]:
        """Return all tokens, revoked or not, in the order in which they were made."""
        with self._reading() as connection:
            return list_tokens(connection)

    def revoke_token(self, named: str) -> Token:
        """Revoke the token with this name or number, for good. Raises TokenError if none in force has it."""
        with self._database.writing() as connection:
            return revoke_token(connection, named)

    def find_token(self, secret: str) -> Token | None:
        """Return the token that somebody shows, None if it is none, was revoked or has expired."""
        with self._reading() as connection:
            return find_token(connection, secret)

    def appearances(self, id_or_prefix: str) -> tuple[Appearance, ...]:
        """Return where else the report with this id was published, in the order of arrival."""
        with self._reading() as connection:
            return load_appearances(connection, self._find_number(connection, id_or_prefix))

    def _find_number(self, connection: Connection, id_or_prefix: str) -> int:
        prefix = id_or_prefix.strip().lower()
        if len(prefix) < MIN_PREFIX:
            raise MissingError(f"{id_or_prefix!r} is too short for a report's id: give {MIN_PREFIX} digits.")
        # Ids are hexadecimal, so "g" stands behind all that begin with the prefix; LIKE would use no index.
        column = tables.reports.c.id
        query = sa.select(tables.reports.c.number).where(column >= prefix, column < prefix + "g")
        numbers = connection.execute(query.limit(2)).scalars().all()
        if not numbers:
            raise MissingError(f"There is no report {id_or_prefix} in the archive {self.name}.")
        if len(numbers) > 1:
            raise MissingError(f"More than one report in {self.name} has an id that begins with {prefix}.")
        return int(numbers[0])

    def reports(self, **filters: Unpack[Filters]) -> tuple[ReportRow, ...]:
        """Return the reports that the filters select (see Filters), oldest first."""
        return self._list(list_reports, filters)

    def actors(self, **filters: Unpack[Filters]) -> tuple[ActorRow, ...]:
        """Return the actors by name, type and country, those in most reports first."""
        return self._list(list_actors, filters)

    def events(self, **filters: Unpack[Filters]) -> tuple[EventRow, ...]:
        """Return the events by their first day."""
        return self._list(list_events, filters)

    def relations(self, **filters: Unpack[Filters]) -> tuple[RelationRow, ...]:
        """Return the statements about relations, those of the oldest report first."""
        return self._list(list_relations, filters)

    def quotations(self, **filters: Unpack[Filters]) -> tuple[QuotationRow, ...]:
        """Return the quotations, those of the oldest report first."""
        return self._list(list_quotations, filters)

    def search(
        self, words: str, *, sense: Sense | None = None, latest: bool = False, **filters: Unpack[Filters]
    ) -> tuple[SearchHit, ...]:
        """Return the reports that hold the words (search.py says what can be typed), best first.

        With ``sense`` (see ``depesche.Archive.sense``) also those with a sentence that means nearly the same;
        ``latest`` gives the latest first. The filters are those of ``reports``, but for ``text``. Without a
        limit, 50 hits come.
        """
        query, selection = parse_query(words), select_rows(filters)
        if selection.limit is None:
            selection = msgspec.structs.replace(selection, limit=DEFAULT_LIMIT)
        if words.strip() and not query.wanted and sense is None:
            return ()
        with self._reading() as connection:
            found = self._finder.find(connection, query, sense, selection, latest=latest)
            return tuple(describe_hits(connection, query, found.ranked, found.near))

    def search_quotations(
        self, words: str, *, sense: Sense | None = None, latest: bool = False, **filters: Unpack[Filters]
    ) -> tuple[QuotationRow, ...]:
        """Return quotations with the words, or nearly that meaning, in the first 100 reports found."""
        return self._look_into(find_quotations, words, sense, latest, filters)

    def search_events(
        self, words: str, *, sense: Sense | None = None, latest: bool = False, **filters: Unpack[Filters]
    ) -> tuple[EventRow, ...]:
        """Return events whose sentence has the words or that meaning, in the first 100 reports found."""
        return self._look_into(find_events, words, sense, latest, filters)

    def _look_into(
        self,
        look: Callable[[Connection, Query, Found, Selection], list[T]],
        words: str,
        sense: Sense | None,
        latest: bool,
        filters: Filters,
    ) -> tuple[T, ...]:
        query, selection = parse_query(words), select_rows(filters)
        if words.strip() and not query.wanted and sense is None:
            return ()
        every = msgspec.structs.replace(selection, limit=LOOKED_INTO, offset=0, after=None)
        with self._reading() as connection:
            found = self._finder.find(connection, query, sense, every, latest=latest)
            return tuple(look(connection, query, found, selection))

    def days(self, **filters: Unpack[Filters]) -> tuple[DayCount, ...]:
        """Return the days on which reports that the filters select were published, the latest first."""
        return self._list(list_days, filters)

    def fingerprints(self, stories: Iterable[int]) -> dict[int, str]:
        """Return a digest of what each story, by its number, is made of; it changes when the story does."""
        with self._reading() as connection:
            made = list_judgements(connection)
            judged: dict[str, list[int]] = {}
            for one in made:
                for report in judged_reports(one, made):
                    judged.setdefault(report, []).append(one.number)
            return fingerprint_stories(connection, stories, judged)

    def readings(self, **filters: Unpack[Filters]) -> Iterator[Entry]:
        """Yield the reports that the filters select, with their readings, in the order of ``reports``."""
        for row in self.reports(**filters):
            if row.reader is not None:
                yield Entry(self.report(row.id), row.appearances, self.reading(row.id))

    def _list(self, query: Callable[[Connection, Selection], Iterator[T]], filters: Filters) -> tuple[T, ...]:
        selection = select_rows(filters)
        with self._reading() as connection:
            return tuple(query(connection, selection))

    @contextmanager
    def linked(self) -> Iterator[Links]:
        """Give what links the reports, to look at: in one transaction, so that nothing changes meanwhile."""
        with self._reading() as connection:
            yield Links(connection)

    @contextmanager
    def alerts(self) -> Iterator[Alerts]:
        """Give what is known of alerts, to look at: in one transaction."""
        with self._reading() as connection:
            yield Alerts(connection)

    @contextmanager
    def alerting(self) -> Iterator[Alerts]:
        """Give what is known of alerts, in one transaction that holds the write lock."""
        with self._database.writing() as connection:
            yield Alerts(connection)

    @contextmanager
    def surveyed(self) -> Iterator[Survey]:
        """Give what many reports tell together, to look at: in one transaction."""
        with self._reading() as connection:
            yield Survey(connection)

    @contextmanager
    def watched(self) -> Iterator[Watching]:
        """Give what is known of the feeds that are watched, to look at: in one transaction."""
        with self._reading() as connection:
            yield Watching(connection)

    @contextmanager
    def watching(self) -> Iterator[Watching]:
        """Give what is known of the feeds that are watched, in one transaction that holds the write lock."""
        with self._database.writing() as connection:
            yield Watching(connection)

    @contextmanager
    def linking(self) -> Iterator[Links]:
        """Give what links the reports, in one transaction that holds the write lock."""
        with self._database.writing() as connection:
            yield Links(connection)

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with self._database.reading() as connection:
            yield connection
