"""What one request looks at: the archive, its dossiers, and the reports that were taken out of it."""

from __future__ import annotations

from collections.abc import Iterable

from depesche.archive.context import sentence_around
from depesche.archive.rows import Appearance, Passage
from depesche.archive.store import Archive
from depesche.dossiers import Dossiers
from depesche.link.events import event_id
from depesche.link.records import EventKey
from depesche.naming import parse_name
from depesche.reading import Event, Reading, Report


class Shelf:
    """An archive with what was taken out of it so far; it lasts one request."""

    def __init__(self, archive: Archive) -> None:
        self.archive = archive
        self.dossiers = Dossiers(archive)
        self._reports: dict[str, Report] = {}
        self._readings: dict[str, Reading] = {}

    def report(self, id_: str) -> Report:
        """Return a report. Raises MissingError."""
        if id_ not in self._reports:
            self._reports[id_] = self.archive.report(id_)
        return self._reports[id_]

    def reading(self, id_: str) -> Reading:
        """Return what was read in a report. Raises MissingError."""
        if id_ not in self._readings:
            self._readings[id_] = self.archive.reading(id_)
        return self._readings[id_]

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
