"""What the archive's lists are made of: one frozen row for each finding, with the way to its words.

``report`` is the id of the report; ``start`` and ``end`` are characters of its text, and ``sentence`` is
what stands around them. ``outlet`` is who published the report (``Report.source``), because in an event
``source`` is the actor on whose word it rests.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

from depesche.reading import Place, Reading, Report, Span, Time, Voice


class Passage(msgspec.Struct, frozen=True):
    """A stretch of a report's text with its words."""

    start: int
    end: int
    text: str


class Party(msgspec.Struct, frozen=True):
    """An actor as one report knows it; ``id`` is its id in that report's reading."""

    id: str
    name: str
    type: str
    country: str | None = None
    sector: str | None = None
    role: str | None = None
    office: str | None = None
    tenure: str | None = None


class Appearance(msgspec.Struct, frozen=True):
    """A further place where the text of a report was published on the same day.

    The fields are those of Report: ``source`` is the outlet, ``published`` may hold a time of day.
    """

    source: str | None = None
    url: str | None = None
    title: str | None = None
    published: str | None = None
    author: str | None = None
    key: str | None = None


def other_outlets(source: str | None, appearances: Iterable[Appearance]) -> tuple[str, ...]:
    """Return the outlets that published a report besides its own, ``source``, each once.

    >>> other_outlets("Elbtagblatt", [Appearance("Nordpost"), Appearance("Elbtagblatt", "https://a.example")])
    ('Nordpost',)
    """
    outlets = dict.fromkeys(appearance.source for appearance in appearances)
    return tuple(outlet for outlet in outlets if outlet and outlet != source)


class Entry(msgspec.Struct, frozen=True):
    """All that the archive keeps of one report: as it came first, where else it stood, what it says."""

    report: Report
    appearances: tuple[Appearance, ...]
    reading: Reading


class ReportRow(msgspec.Struct, frozen=True):
    """A report and how much was found in it. ``source`` is the outlet, ``reader`` the reader's digest.

    ``appearances`` are the further places where the text was published, in the order of their coming.
    """

    id: str
    url: str | None
    title: str | None
    published: str | None
    source: str | None
    author: str | None
    key: str | None
    language: str | None
    agency: tuple[str, ...]
    actors: int
    quotations: int
    events: int
    reader: str | None
    appearances: tuple[Appearance, ...] = ()


class ActorRow(msgspec.Struct, frozen=True):
    """All actors of the archive that have the same name, type and country.

    ``mentions`` and ``reports`` are counts, ``first`` and ``last`` the days of publication that enclose
    them. ``report``, ``start``, ``end``, ``text`` and ``sentence`` are the earliest mention.
    """

    name: str
    type: str
    country: str | None
    sector: str | None
    role: str | None
    office: str | None
    tenure: str | None
    mentions: int
    reports: int
    first: str | None
    last: str | None
    report: str
    start: int | None
    end: int | None
    text: str | None
    sentence: Passage | None


class EventRow(msgspec.Struct, frozen=True):
    """An event of one report. ``event`` is its id in that reading, ``location`` its place on the map."""

    report: str
    event: str
    type: str
    mode: str | None
    context: tuple[str, ...]
    status: str
    date: str | None
    earliest: str | None
    latest: str | None
    actor: tuple[Party, ...]
    recipient: tuple[Party, ...]
    place: str | None
    location: Place | None
    source: Party | None
    start: int
    end: int
    text: str
    sentence: Passage
    rule: str
    title: str | None
    published: str | None
    outlet: str | None
    url: str | None
    language: str | None


class RelationRow(msgspec.Struct, frozen=True):
    """A statement about relations. ``relation`` is its id in that reading."""

    report: str
    relation: str
    kind: str
    mode: str | None
    status: str
    parties: tuple[Party, ...]
    mutual: bool
    since: Time | None
    until: Time | None
    source: Party | None
    start: int
    end: int
    text: str
    sentence: Passage
    rule: str
    title: str | None
    published: str | None
    outlet: str | None
    url: str | None


class QuotationRow(msgspec.Struct, frozen=True):
    """A quotation. ``number`` counts those of its report from 0; ``actor`` is the speaker, if known."""

    report: str
    number: int
    type: str
    text: str
    spans: tuple[Span, ...]
    speaker: Voice | None
    actor: Party | None
    addressee: Voice | None
    nested: bool
    sentence: Passage
    rule: str
    title: str | None
    published: str | None
    outlet: str | None
    url: str | None


class SearchHit(msgspec.Struct, frozen=True):
    """A report that answers a search; the higher ``score``, the better.

    ``snippet`` is a stretch of the text, ``marks`` the words in it that were searched for, as characters of
    the report's text; ``title_marks`` are characters of the title. ``likeness`` says how near its nearest
    sentence is in meaning, up to 1, if that was asked for; without the words that sentence is the snippet.
    """

    report: str
    title: str | None
    published: str | None
    source: str | None
    url: str | None
    score: float
    snippet: Passage
    marks: tuple[Span, ...]
    title_marks: tuple[Span, ...]
    likeness: float | None = None


# What places each row in its list, and so names the row behind which a page begins (``Filters.after``).
KEYS: dict[type[msgspec.Struct], Any] = {
    ReportRow: tuple[str | None, str],
    ActorRow: tuple[int, int, str, str, str | None],
    EventRow: tuple[str | None, str | None, str, str],
    RelationRow: tuple[str | None, str, str],
    QuotationRow: tuple[str | None, str, int],
    SearchHit: tuple[str],
}
Key = tuple[str | int | None, ...]


def key_of(row: msgspec.Struct) -> Key:
    """Return the key of a row, of the form that ``KEYS`` has for its type. Raises TypeError for another."""
    match row:
        case ReportRow():
            return _day(row), row.id
        case ActorRow():
            return row.reports, row.mentions, row.name, row.type, row.country
        case EventRow():
            return row.earliest, _day(row), row.report, row.event
        case RelationRow():
            return _day(row), row.report, row.relation
        case QuotationRow():
            return _day(row), row.report, row.number
        case SearchHit():
            return (row.report,)
    raise TypeError(f"{type(row).__name__} is no row of a list")


def _day(row: ReportRow | EventRow | RelationRow | QuotationRow) -> str | None:
    return row.published[:10] if row.published else None
