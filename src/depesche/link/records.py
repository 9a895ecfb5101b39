"""A report with what was read in it, as everything in this folder takes it."""

from __future__ import annotations

from typing import NamedTuple

import msgspec

from depesche.reading import Actor, Event, Reading, Report, Span

Vector = tuple[float, ...]


class EventKey(NamedTuple):
    """One event of one report: the report's id and the event's id in its reading."""

    report: str
    event: str


class Record(msgspec.Struct, frozen=True):
    """A report, its reading, and what linking needs beside them.

    ``outlets`` are all outlets that printed the text on its day, the report's own first. ``sentences`` are
    the characters of its sentences; ``vectors`` has one unit vector for each of them, or is empty if no
    network read the report.
    """

    report: Report
    reading: Reading
    outlets: tuple[str, ...] = ()
    sentences: tuple[Span, ...] = ()
    vectors: tuple[Vector, ...] = ()

    @property
    def id(self) -> str:
        """The report's id."""
        return self.reading.id

    @property
    def day(self) -> str | None:
        """The day of publication, YYYY-MM-DD, or None."""
        return self.report.day

    def event(self, event_id: str) -> Event:
        """Return an event of the reading; raises KeyError if it has none of this id."""
        found = next((e for e in self.reading.events if e.id == event_id), None)
        if found is None:
            raise KeyError(event_id)
        return found

    def actor(self, actor_id: str) -> Actor:
        """Return an actor of the reading; raises KeyError if it has none of this id."""
        found = next((a for a in self.reading.actors if a.id == actor_id), None)
        if found is None:
            raise KeyError(actor_id)
        return found
