"""What one request looks at: the archive, its dossiers, and the reports that were taken out of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

import msgspec

from depesche.archive.context import sentence_around
from depesche.archive.rows import Appearance, Passage
from depesche.archive.selection import Filters, select_rows
from depesche.archive.store import Archive
from depesche.desk.keeping import Keeper
from depesche.dossiers import Dossiers
from depesche.errors import MissingError
from depesche.link.events import event_id
from depesche.link.outlines import StoryOutline
from depesche.link.records import EventKey, Record
from depesche.naming import parse_name
from depesche.reading import Event, Reading, Report

T = TypeVar("T", bound=msgspec.Struct)
# So many digits of an id name one report.
_DIGITS = 12


class Shelf:
    """An archive with what was taken out of it so far; it lasts one request."""

    def __init__(self, archive: Archive, keeper: Keeper) -> None:
        self.archive = archive
        self._keeper = keeper
        self.dossiers = Dossiers(archive, one_look=True)
        self._reports: dict[str, Report] = {}
        self._readings: dict[str, Reading] = {}

    def keep(self, name: str, stories: Iterable[int], kind: type[T], make: Callable[[], T]) -> T:
        """Return an answer that rests on some stories, by their numbers: the kept one, unless they changed.

        ``name`` says what it is (``event/e8b2f0c1a9e12-e3``); ``make`` makes it, of ``kind``, if it has to.
        """
        digests = self.archive.fingerprints(sorted(set(stories)))
        return self.keep_known(name, " ".join(digests.values()), kind, make)

    def keep_known(self, name: str, digest: str, kind: type[T], make: Callable[[], T]) -> T:
        """Return an answer by the digest of what it rests on: the kept one, else what ``make`` makes."""
        return self._keeper.get(name, digest, kind, make)

    def keep_while_same(self, name: str, kind: type[T], make: Callable[[], T]) -> T:
        """Return an answer that rests on the whole archive: the kept one, unless anything there changed."""
        with self.archive.surveyed() as survey:
            stamp = survey.stamp()
        return self.keep_known(name, stamp, kind, make)

    def outlines(self, filters: Filters) -> tuple[StoryOutline, ...]:
        """Return the stories of which the filters select a report, those with the latest news first."""
        return self.keep_stories("outline", filters, StoryOutline, self.dossiers.story)

    def keep_stories(
        self, name: str, filters: Filters, kind: type[T], make: Callable[[str], T]
    ) -> tuple[T, ...]:
        """Return an answer for each story of which the filters select a report, the latest news first.

        ``make`` makes that of a story, named by its first report; it is kept until the story changes.
        """
        with self.archive.linked() as links:
            numbers = links.select_stories(select_rows(filters))
            reports = links.find_days(numbers)
        digests = self.archive.fingerprints(numbers)

        def keep(number: int) -> T:
            report = reports[number][1]
            return self.keep_known(f"{name}/{number}", digests.get(number, ""), kind, lambda: make(report))

        return tuple(map(keep, numbers))

    def story_of(self, report: str) -> int:
        """Return the number of the story to which a report belongs. Raises MissingError if it has none."""
        found = self.report(report)
        with self.archive.linked() as links:
            numbers = links.find_stories(links.find_numbers([found.id]).values())
        if not numbers:
            raise MissingError(f"The report {found.id[:12]} has not been linked yet.")
        return next(iter(numbers.values()))

    def stories_of_event(self, report: str, event: str) -> tuple[int, ...]:
        """Return the numbers of the stories whose reports tell an event in the world, by a mention of it."""
        found = self.report(report)
        with self.archive.linked() as links:
            number = links.find_numbers([found.id]).get(found.id, 0)
            mentions = links.list_mentions(number, event)
            return tuple(sorted(set(links.find_stories(m.report for m in mentions).values())))

    def report(self, id_: str) -> Report:
        """Return a report. Raises MissingError."""
        key = id_[:_DIGITS]
        if key not in self._reports:
            self._reports[key] = self.archive.report(id_)
        return self._reports[key]

    def reading(self, id_: str) -> Reading:
        """Return what was read in a report. Raises MissingError."""
        key = id_[:_DIGITS]
        if key not in self._readings:
            self._readings[key] = self.archive.reading(id_)
        return self._readings[key]

    def story_records(self, named: str) -> list[Record]:
        """Return the reports of a story, by its id or that of one of them; they are at hand from then on."""
        records = self.dossiers.story_records(named)
        for record in records:
            self._reports[record.id[:_DIGITS]] = record.report
            self._readings[record.id[:_DIGITS]] = record.reading
        return records

    def appearances(self, id_: str) -> tuple[Appearance, ...]:
        """Return where else a report was published."""
        return self.archive.appearances(id_)

    def mention(self, named: str) -> tuple[Reading, Event] | None:
        """Return an event of a report with its reading, by the id of an event in the world or a mention."""
        form = parse_name(named)
        if form is None or form.kind != "event":
            return None
        reading = self.reading(form.report)
        event = next((e for e in reading.events if e.id == form.part), None)
        return (reading, event) if event else None

    def sentence(self, report: str, start: int, end: int) -> Passage:
        """Return the sentence of a report around some of its characters."""
        return sentence_around(self.report(report).text, start, end)

    def mentions(self, reports: Iterable[str]) -> dict[str, tuple[EventKey, ...]]:
        """Return the mentions of each event in the world that these reports tell, by its id."""
        with self.archive.linked() as links:
            rows = links.list_world_events(links.find_numbers(reports).values())
            days = links.find_days({number for row in rows for number in (row.report, row.world_report)})
        found: dict[str, list[EventKey]] = {}
        for row in rows:
            named = event_id([EventKey(days[row.world_report][1], row.world_event)])
            found.setdefault(named, []).append(EventKey(days[row.report][1], row.event))
        return {named: tuple(keys) for named, keys in found.items()}
