"""On how many independent sources the reports of an event rest, counted for one event after the other."""

from __future__ import annotations

from collections import OrderedDict

from depesche.archive.store import Archive
from depesche.link.judgements import judgements_in_force
from depesche.link.origins import sources
from depesche.link.records import Record
from depesche.recall import load_record

# So many reports, and so many counts, stay in memory.
_RECORDS, _COUNTS = 400, 10_000


class SourceCounter:
    """Counts as ``depesche sources EVENT`` does (docs/linking.md); keeps what it looked at for a while."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._judgements = judgements_in_force(archive.judgements())
        self._records: OrderedDict[str, Record] = OrderedDict()
        self._counts: OrderedDict[tuple[str, ...], int] = OrderedDict()

    def __call__(self, reports: tuple[str, ...]) -> int:
        """Return the number of independent sources of reports, by their ids."""
        if reports not in self._counts:
            self._counts[reports] = sources(self._find(reports)).independent
            if len(self._counts) > _COUNTS:
                self._counts.popitem(last=False)
        return self._counts[reports]

    def _find(self, reports: tuple[str, ...]) -> list[Record]:
        missing = [report for report in reports if report not in self._records]
        if missing:
            with self._archive.linked() as links:
                for report, number in links.find_numbers(missing).items():
                    self._records[report] = load_record(links, number, self._judgements)
        found = [self._records[report] for report in reports if report in self._records]
        for report in reports:
            if report in self._records:
                self._records.move_to_end(report)
        while len(self._records) > _RECORDS:
            self._records.popitem(last=False)
        return found
