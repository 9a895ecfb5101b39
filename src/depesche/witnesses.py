"""On how many sources events rest, and who confirms and denies them: one event after the other."""

from __future__ import annotations

import functools
from collections import OrderedDict
from typing import get_args

import msgspec

from depesche.archive.store import Archive
from depesche.dossiers import Dossiers
from depesche.errors import MissingError
from depesche.exchange.facts import Stand, Testimony
from depesche.link.judgements import judgements_in_force
from depesche.link.origins import sources
from depesche.link.records import Record
from depesche.recall import load_record

# So many reports, and so many answers, stay in memory.
_RECORDS, _COUNTS = 400, 10_000
# After so many events the reports of their stories are let go.
_EVENTS = 100


class SourceCounter:
    """Counts as ``depesche sources EVENT`` does (docs/linking.md); keeps what it looked at for a while."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._judgements = judgements_in_force(archive.judgements())
        self._records: OrderedDict[str, Record] = OrderedDict()
        self._count = functools.lru_cache(_COUNTS)(lambda reports: sources(self._find(reports)).independent)

    def __call__(self, reports: tuple[str, ...]) -> int:
        """Return the number of independent sources of reports, by their ids."""
        return self._count(reports)

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


class Hearing:
    """Finds what the parties of events say of them, as ``depesche event`` does; remembers it for a while."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._dossiers = Dossiers(archive, one_look=True)
        self._asked = 0
        self._find = functools.lru_cache(_COUNTS)(self._hear)

    def __call__(self, world: str) -> tuple[Testimony, ...]:
        """Return the testimony on an event in the world; none if it was read anew and is no more."""
        return self._find(world)

    def _hear(self, world: str) -> tuple[Testimony, ...]:
        self._asked += 1
        if self._asked % _EVENTS == 0:
            self._dossiers = Dossiers(self._archive, one_look=True)
        try:
            told = self._dossiers.confirmations(world)
        except (MissingError, KeyError):
            return ()
        stands: tuple[Stand, ...] = get_args(Stand)
        return tuple(
            Testimony(stand=stand, **msgspec.structs.asdict(one))
            for stand in stands
            for one in getattr(told, stand)
        )
