"""What alerts find in reports that came.

A finding is a group of words that say one thing: all mentions of an event in the world, all that a party says
of it. It is told if words of it stand in a report that came and none of them was known before, so that the
second report of a meeting, a late one, or another run of the linking tells nobody anything again.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence

import msgspec

from depesche.alerts.orders import Order, read_order
from depesche.archive.alerts import Alert, Spot
from depesche.archive.rows import EventRow, QuotationRow
from depesche.archive.store import Archive
from depesche.dossiers import Dossiers
from depesche.errors import ArchiveError, MissingError
from depesche.library import find_sense
from depesche.link.accounts import REPORTERS
from depesche.link.confirmations import Testimony
from depesche.link.events import event_id
from depesche.link.records import EventKey
from depesche.quoting import Quote, ReportSource, cite, quote, show_name

# So many reports are searched at once: searches look into the first hundred that they find.
MOST_REPORTS = 100

_WorldKey = tuple[int, str]


class Finding(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What was found, as it is told: the words with their source.

    ``type`` to ``on_the_word_of`` are an event's; ``event`` is its id in the world. ``party`` and ``speaker``
    are whose words they are.
    """

    kind: str
    source: ReportSource
    words: Quote | None = None
    event: str | None = None
    type: str | None = None
    mode: str | None = None
    status: str | None = None
    date: str | None = None
    place: str | None = None
    actor: tuple[str, ...] = ()
    recipient: tuple[str, ...] = ()
    on_the_word_of: str | None = None
    party: str | None = None
    speaker: str | None = None


class Group(msgspec.Struct, frozen=True):
    """Words that say one thing, those in reports that came first, and what is told of them.

    ``matter`` tells apart what may be found in the same words.
    """

    spots: tuple[Spot, ...]
    finding: Finding
    matter: str = ""


class Matcher:
    """Looks for what alerts want in some reports, by their numbers: at most ``MOST_REPORTS``."""

    def __init__(self, archive: Archive, numbers: Sequence[int]) -> None:
        self._archive = archive
        self._numbers = tuple(sorted(numbers))
        self._dossiers = Dossiers(archive, one_look=True)
        self._sources: dict[str, ReportSource] = {}
        self._known: dict[str, int] = {}
        with archive.linked() as links:
            days = links.find_days(self._numbers)
            self._known.update((id_, number) for number, (_, id_) in days.items())
            rows = links.list_world_events(self._numbers)
        self._worlds = tuple(dict.fromkeys((row.world_report, row.world_event) for row in rows))

    def find(self, alert: Alert) -> Iterator[Group]:
        """Yield what an alert finds, new or not. Raises DateError."""
        order = read_order(alert)
        find = {
            "reports": self._find_reports,
            "quotations": self._find_quotations,
            "events": self._find_events,
            "denials": self._find_denials,
            "accounts": self._find_accounts,
        }[order.kind]
        return find(order)

    # --- searches -------------------------------------------------------------------------------------

    def _find_reports(self, order: Order) -> Iterator[Group]:
        filters = {**order.to_filters(), "numbers": self._numbers}
        sense = find_sense(self._archive, order.words) if order.meaning else None
        listed = None
        if order.text:
            listed = {row.id for row in self._archive.reports(**filters)}  # type: ignore[arg-type]
        for hit in self._archive.search(
            order.words,
            sense=sense,
            **{**filters, "limit": MOST_REPORTS},  # type: ignore[arg-type]
        ):
            if listed is None or hit.report in listed:
                words = self._quote(hit.report, hit.snippet.start, hit.snippet.end)
                yield Group(
                    (Spot(self._number(hit.report)),),
                    Finding(kind=order.kind, source=self._cite(hit.report), words=words),
                )

    def _find_quotations(self, order: Order) -> Iterator[Group]:
        filters = {**order.to_filters(), "numbers": self._numbers}
        rows: Iterable[QuotationRow] = self._archive.quotations(**filters)  # type: ignore[arg-type]
        if order.words:
            sense = find_sense(self._archive, order.words) if order.meaning else None
            found = self._archive.search_quotations(order.words, sense=sense, numbers=self._numbers)
            wanted = {(row.report, row.number) for row in found}
            rows = [row for row in rows if (row.report, row.number) in wanted]
        for row in rows:
            start, end = min(s.start for s in row.spans), max(s.end for s in row.spans)
            speaker = row.actor.name if row.actor else row.speaker.text if row.speaker else None
            yield Group(
                (Spot(self._number(row.report), start, end),),
                Finding(
                    kind=order.kind,
                    source=self._cite(row.report),
                    words=self._quote(row.report, start, end),
                    type=row.type,
                    speaker=show_name(speaker),
                ),
            )

    # --- events ---------------------------------------------------------------------------------------

    def _find_events(self, order: Order) -> Iterator[Group]:
        """Yield the events in the world of which a report that came has a mention that is wanted."""
        for status in order.statuses:
            for world, rows in self._list_worlds(order, status).items():
                first = next((r for r in rows if self._number(r.report) in self._numbers), None)
                if first is not None:
                    others = [row for row in rows if row is not first]
                    spots = tuple(
                        Spot(self._number(row.report), row.start, row.end) for row in (first, *others)
                    )
                    yield Group(self._ordered(spots), self._tell_event(order, first, world), status)

    def _list_worlds(self, order: Order, status: str) -> dict[_WorldKey, list[EventRow]]:
        """Return the mentions that are wanted of each event in the world that reports that came tell."""
        here = [row for row in self._list_events(order, self._numbers) if row.status == status]
        if not here:
            return {}
        numbers = {self._number(row.report) for row in here}
        with self._archive.linked() as links:
            named = {(row.report, row.event): row for row in links.list_world_events(numbers)}
            wanted = {
                (named[key].world_report, named[key].world_event)
                for row in here
                if (key := (self._number(row.report), row.event)) in named
            }
            mentions = links.list_named(wanted, "world")
            days = links.find_days({mention.report for mention in mentions})
        self._known.update((id_, number) for number, (_, id_) in days.items())
        worlds = {(m.report, m.event): (m.world_report, m.world_event) for m in mentions}
        told: dict[_WorldKey, list[EventRow]] = {}
        every = sorted({mention.report for mention in mentions})
        for first in range(0, len(every), MOST_REPORTS):
            for row in self._list_events(order, every[first : first + MOST_REPORTS]):
                world = worlds.get((self._number(row.report), row.event))
                if world is not None and row.status == status:
                    told.setdefault(world, []).append(row)
        return told

    def _list_events(self, order: Order, numbers: Sequence[int]) -> list[EventRow]:
        filters = {**order.to_filters(), "numbers": tuple(numbers)}
        rows = list(self._archive.events(**filters))  # type: ignore[arg-type]
        if order.words and rows:
            sense = find_sense(self._archive, order.words) if order.meaning else None
            found = self._archive.search_events(order.words, sense=sense, numbers=tuple(numbers))
            wanted = {(row.report, row.event) for row in found}
            rows = [row for row in rows if (row.report, row.event) in wanted]
        return rows

    def _tell_event(self, order: Order, row: EventRow, world: _WorldKey) -> Finding:
        return Finding(
            kind=order.kind,
            source=self._cite(row.report),
            words=self._quote(row.report, row.sentence.start, row.sentence.end),
            event=self._name_world(world),
            type=row.type,
            mode=row.mode,
            status=row.status,
            date=row.date,
            place=show_name(row.place),
            actor=tuple(show_name(party.name) or "" for party in row.actor),
            recipient=tuple(show_name(party.name) or "" for party in row.recipient),
            on_the_word_of=show_name(row.source.name) if row.source else None,
        )

    def _name_world(self, world: _WorldKey) -> str:
        with self._archive.linked() as links:
            _, report = links.find_days([world[0]])[world[0]]
        return event_id([EventKey(report, world[1])])

    # --- what parties say of an event -----------------------------------------------------------------

    def _find_denials(self, order: Order) -> Iterator[Group]:
        """Yield who denies an event in the world that reports that came tell."""
        for named in self._name_events(order):
            try:
                told = self._dossiers.confirmations(named)
            except MissingError:
                continue
            by_party: dict[str, list[Testimony]] = {}
            for one in told.denied:
                if not order.speaker or self._is_speaker(order, one.party, one.source):
                    by_party.setdefault(one.party, []).append(one)
            for party, testimonies in by_party.items():
                words = [
                    (one.report, one.start, one.end, one.source)
                    for one in testimonies
                    if one.report is not None and one.start is not None and one.end is not None
                ]
                yield from self._tell_party(order, named, party, words)

    def _name_events(self, order: Order) -> list[str]:
        """Return the events in the world, by mentions, of which denials are wanted."""
        if order.event:
            return [order.event] if self._concerns(order.event) else []
        with self._archive.linked() as links:
            mentions = links.list_named(self._worlds, "world")
            days = links.find_days({number for m in mentions for number in (m.report, m.world_report)})
        worlds = dict.fromkeys((m.world_report, m.world_event) for m in mentions)
        filters = order.to_filters()
        filters.pop("speaker", None)
        if filters:
            wanted = set()
            every = sorted({mention.report for mention in mentions})
            for first in range(0, len(every), MOST_REPORTS):
                some = {**filters, "numbers": tuple(every[first : first + MOST_REPORTS])}
                wanted |= {(row.report, row.event) for row in self._archive.events(**some)}  # type: ignore[arg-type]
            worlds = dict.fromkeys(
                (m.world_report, m.world_event) for m in mentions if (days[m.report][1], m.event) in wanted
            )
        return [f"{days[report][1]}:{event}" for report, event in worlds]

    def _find_accounts(self, order: Order) -> Iterator[Group]:
        """Yield the parties that say something of an event in the world."""
        if not self._concerns(order.event):
            return
        try:
            accounts = self._dossiers.accounts(order.event)
        except MissingError:
            return
        by_party: dict[str, list[tuple[str, int, int, str | None]]] = {}
        for party, cell in (item for row in accounts.rows for item in row.cells.items()):
            for words in cell if party != REPORTERS else ():
                if not order.speaker or self._is_speaker(order, party, words.speaker):
                    start, end = min(s.start for s in words.spans), max(s.end for s in words.spans)
                    by_party.setdefault(party, []).append((words.report, start, end, words.speaker))
        for party, told in by_party.items():
            yield from self._tell_party(order, order.event, party, told)

    def _concerns(self, event: str) -> bool:
        """Return whether a report that came is in the story of an event."""
        try:
            records = self._dossiers.event_records(event)
        except ArchiveError:
            return False
        with self._archive.linked() as links:
            story = set(links.find_numbers(record.id for record in records).values())
        return not story.isdisjoint(self._numbers)

    def _tell_party(
        self, order: Order, event: str, party: str, told: Sequence[tuple[str, int, int, str | None]]
    ) -> Iterator[Group]:
        """Yield what a party says of an event, if words of it stand in a report that came."""
        places = {Spot(self._number(report), start, end): (report, who) for report, start, end, who in told}
        spots = self._ordered(tuple(places))
        if spots and spots[0].report in self._numbers:
            report, speaker = places[spots[0]]
            finding = Finding(
                kind=order.kind,
                source=self._cite(report),
                words=self._quote(report, spots[0].start, spots[0].end),
                event=self._name_event(event),
                party=show_name(party),
                speaker=show_name(speaker),
            )
            yield Group(spots, finding, party)

    def _name_event(self, mention: str) -> str | None:
        """Return the id in the world of an event that a mention names."""
        with self._archive.linked() as links:
            report, _, event = mention.partition(":")
            number = links.find_numbers([report]).get(report, 0)
            if event.isdecimal():
                reading = self._archive.reading(report)
                event = next((e.id for e in reading.events if e.start <= int(event) < e.end), "")
            mentions = links.list_mentions(number, event)
        return self._name_world((mentions[0].world_report, mentions[0].world_event)) if mentions else None

    @staticmethod
    def _is_speaker(order: Order, party: str, speaker: str | None) -> bool:
        wanted = order.speaker.casefold()
        return wanted == party.casefold() or wanted in (speaker or "").casefold()

    # --- reports --------------------------------------------------------------------------------------

    def _number(self, report: str) -> int:
        if report not in self._known:
            with self._archive.linked() as links:
                self._known.update(links.find_numbers([report]))
        return self._known[report]

    def _ordered(self, spots: tuple[Spot, ...]) -> tuple[Spot, ...]:
        """Return words in the order of their reports, those in reports that came first."""
        return tuple(sorted(spots, key=lambda spot: (spot.report not in self._numbers, spot)))

    def _cite(self, report: str) -> ReportSource:
        if report not in self._sources:
            (row,) = self._archive.reports(report=report)
            self._sources[report] = cite(row)
        return self._sources[report]

    def _quote(self, report: str, start: int, end: int) -> Quote:
        return quote(self._archive.report(report).text, start, end)


def split_body(findings: Sequence[Finding], most: int) -> Iterator[Sequence[Finding]]:
    """Yield findings in portions of at most ``most``."""
    iterator = iter(findings)
    while some := tuple(itertools.islice(iterator, most)):
        yield some
