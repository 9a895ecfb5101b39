"""What the pages have in common, made ready for their templates: who, what was said where, what happened.

Every structure here has a macro of its name in ``templates/macros.html``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from depesche.archive.rows import EventRow, Party, QuotationRow, RelationRow
from depesche.desk.addresses import actor_address, event_address, report_address
from depesche.desk.shelf import Shelf
from depesche.language.states import country_of_name
from depesche.naming import parse_name
from depesche.reading import Actor, Event, Reading
from depesche.story_files import Head


class Chip(msgspec.Struct, frozen=True):
    """Somebody who acts, as a link. ``country`` is a code; ``role`` what the report calls them.

    ``is_state`` is true of a state itself, which is called as the reader's language calls it.
    """

    name: str
    address: str
    type: str | None = None
    country: str | None = None
    role: str | None = None
    is_state: bool = False


class Cited(msgspec.Struct, frozen=True, kw_only=True):
    """A report, or words in it, as a source. ``published`` is a day or a day with a time."""

    report: str
    address: str
    outlet: str | None
    title: str | None
    published: str | None


class SourceCount(msgspec.Struct, frozen=True):
    """How many independent sources there are, beside how many reports."""

    independent: int
    reports: int


class Marked(msgspec.Struct, frozen=True):
    """A stretch of text, marked as a finding (``event``, ``actor``, ``time``, ``quotation``) or not."""

    text: str
    mark: str | None = None


class EventLine(msgspec.Struct, frozen=True, kw_only=True):
    """An event in a line: a dated sentence with its sources.

    ``code`` and ``mode`` are PLOVER's; ``sentence`` is the first report's, with the event's words marked.
    """

    id: str
    address: str
    code: str
    mode: str | None
    status: str
    date: str | None
    earliest: str | None
    latest: str | None
    actor: tuple[Chip, ...]
    recipient: tuple[Chip, ...]
    place: str | None
    sentence: tuple[Marked, ...]
    cited: tuple[Cited, ...]
    sources: SourceCount | None = None


def make_chip(actor: Actor, report: str) -> Chip:
    """Return an actor of a report as a link to what all reports say of them."""
    return Chip(
        actor.name,
        actor_address(f"a{report[:12]}-{actor.id}"),
        actor.type,
        actor.country,
        actor.role,
        actor.country is not None and country_of_name(actor.name) == actor.country,
    )


def address_words(shelf: Shelf, named: str) -> str | None:
    """Return the address of the words in a report that an id of an actor or event stands for, if any do."""
    told = parse_name(named)
    if told is None or told.kind not in {"actor", "event"}:
        return None
    reading = shelf.reading(told.report)
    places = {a.id: (a.mentions[0].start, a.mentions[0].end) for a in reading.actors if a.mentions}
    places |= {event.id: (event.start, event.end) for event in reading.events}
    return report_address(reading.id, *places[told.part]) if told.part in places else None


def name_chip(shelf: Shelf, actor: str) -> Chip:
    """Return an actor over the archive, named by their id."""
    name = shelf.dossiers.name_actor(actor)
    country = country_of_name(name)
    return Chip(name, actor_address(actor), country=country, is_state=country is not None)


def cite(shelf: Shelf, report: str, start: int | None = None, end: int | None = None) -> Cited:
    """Return a report, or words in it, as a source."""
    found = shelf.report(report)
    return Cited(
        report=found.id,
        address=report_address(found.id, start, end),
        outlet=found.source,
        title=found.title,
        published=found.published,
    )


def describe_row(row: EventRow) -> EventLine:
    """Return an event of the archive's lists in a line."""
    marks = [(row.start - row.sentence.start, row.end - row.sentence.start, "event")]
    return EventLine(
        id=f"{row.report[:12]}:{row.event}",
        address=event_address(f"{row.report}:{row.event}"),
        code=row.type,
        mode=row.mode,
        status=row.status,
        date=row.date,
        earliest=row.earliest,
        latest=row.latest,
        actor=tuple(party_chip(party, row.report) for party in row.actor),
        recipient=tuple(party_chip(party, row.report) for party in row.recipient),
        place=row.place,
        sentence=mark_words(row.sentence.text, marks),
        cited=(cite_row(row, row.start, row.end),),
    )


def party_chip(party: Party, report: str) -> Chip:
    """Return an actor in a row of the archive's lists as a link to what all reports say of them."""
    is_state = party.country is not None and country_of_name(party.name) == party.country
    address = actor_address(f"a{report[:12]}-{party.id}")
    return Chip(party.name, address, party.type, party.country, party.role, is_state)


def cite_head(head: Head, start: int | None = None, end: int | None = None) -> Cited:
    """Return a report of a story, or words in it, as a source."""
    return Cited(
        report=head.id,
        address=report_address(head.id, start, end),
        outlet=head.outlet,
        title=head.title,
        published=head.published,
    )


def cite_row(row: EventRow | QuotationRow | RelationRow, start: int, end: int) -> Cited:
    """Return words in the report of a row of the archive's lists as a source."""
    return Cited(
        report=row.report,
        address=report_address(row.report, start, end),
        outlet=row.outlet,
        title=row.title,
        published=row.published,
    )


def make_chips(reading: Reading, actors: Sequence[str]) -> tuple[Chip, ...]:
    """Return the actors of a report who are named by their ids, as links."""
    known = {actor.id: actor for actor in reading.actors}
    return tuple(make_chip(known[id_], reading.id) for id_ in actors if id_ in known)


def mark_event(shelf: Shelf, reading: Reading, event: Event) -> tuple[Marked, ...]:
    """Return the sentence of an event, its words marked."""
    around = shelf.sentence(reading.id, event.start, event.end)
    return mark_words(around.text, [(event.start - around.start, event.end - around.start, "event")])


def mark_words(text: str, marks: Iterable[tuple[int, int, str]]) -> tuple[Marked, ...]:
    """Return a text in stretches; marks are (start, end, kind), and one that begins in another is left out.

    >>> mark_words("Rubio traf Lawrow", [(6, 10, "event")])
    (Marked(text='Rubio ', mark=None), Marked(text='traf', mark='event'), Marked(text=' Lawrow', mark=None))
    """
    found: list[Marked] = []
    done = 0
    for start, end, kind in sorted(marks):
        if start < done or end <= start:
            continue
        found += [Marked(text[done:start]), Marked(text[start:end], kind)]
        done = end
    return tuple(stretch for stretch in (*found, Marked(text[done:])) if stretch.text)
