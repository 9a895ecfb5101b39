"""Prints a report with its findings in colour, a single passage, or an overview of an archive."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from rich.console import Console
from rich.text import Text

from depesche.archive.context import sentence_around
from depesche.archive.rows import Appearance, EventRow, QuotationRow, other_outlets
from depesche.archive.store import Archive
from depesche.messages import say
from depesche.reading import Reading, Report, Statement
from depesche.terminal import (
    ID_DIGITS,
    STYLES,
    join_parties,
    make_actor_sheet,
    make_console,
    make_legend,
    make_report_sheet,
    mark_text,
    name_parties,
    name_speaker,
    show_time,
    tame,
)


def print_report(
    report: Report,
    reading: Reading,
    console: Console | None = None,
    appearances: Sequence[Appearance] = (),
) -> None:
    """Print the whole report, marked, and below it a line for each event, relation and quotation."""
    console = console or make_console()
    _print_head(console, report, reading, appearances)
    console.print(mark_text(report.text, reading))
    console.print()
    console.print(make_legend())
    names = {a.id: a.name for a in reading.actors}
    for event in reading.events:
        parties = ", ".join(names.get(i, i) for i in event.actor)
        whom = ", ".join(names.get(i, i) for i in event.recipient)
        line = Text(f"{event.start:>6}  ").append(event.type, STYLES["events"])
        rest = [
            parties,
            f"→ {whom}" if whom else "",
            event.date or say("undated"),
            event.place or "",
            event.status,
        ]
        console.print(line.append("  " + tame("  ".join(filter(None, rest)))))
    for relation in reading.relations:
        console.print(_relation_line(relation, names))
    for quotation in reading.quotations:
        speaker = quotation.speaker
        known = names.get(speaker.actor or "", speaker.text) if speaker else say("unknown-speaker")
        start = quotation.spans[0].start
        console.print(
            Text(f"{start:>6}  {tame(known)}: ").append(tame(quotation.text).replace("\n", " "), "italic")
        )


def _relation_line(relation: Statement, names: dict[str, str]) -> Text:
    """Return a line of a report's list: the kind, who and whom, how it stands, since and until when."""
    rest = [
        join_parties([names.get(i, i) for i in relation.parties], mutual=relation.mutual),
        relation.mode or "",
        relation.status,
        f"{say('col-since').lower()} {relation.since.value}" if relation.since else "",
        f"{say('col-until').lower()} {relation.until.value}" if relation.until else "",
    ]
    line = Text(f"{relation.start:>6}  ").append(relation.kind, STYLES["relations"])
    return line.append("  " + tame("  ".join(filter(None, rest))))


def print_passage(
    report: Report, reading: Reading, offset: int, appearances: Sequence[Appearance] = ()
) -> None:
    """Print the sentence that holds the character ``offset``, marked."""
    console = make_console()
    _print_head(console, report, reading, appearances)
    sentence = sentence_around(report.text, offset, offset + 1)
    console.print(mark_text(report.text, reading, sentence.start, sentence.end))


def _print_head(
    console: Console, report: Report, reading: Reading, appearances: Sequence[Appearance]
) -> None:
    if report.title:
        console.print(Text(tame(report.title), "bold"))
    about = [show_time(report.published), report.source, "/".join(reading.agency), report.url]
    console.print(Text(tame(" · ".join(filter(None, about))), "dim"))
    if others := other_outlets(report.source, appearances):
        console.print(Text(tame(f"{say('also-in')} {', '.join(others)}"), "dim"))
    console.print(Text(reading.id[:ID_DIGITS] + "\n", "dim"))


def print_overview(archive: Archive, most: int) -> None:
    """Print what an archive holds: reports, actors, events by day, who said what; ``most`` rows of each."""
    console = make_console()
    reports, actors = archive.reports(), archive.actors()
    _print_part(console, archive, "reports", len(reports), len(reports))
    console.print(make_report_sheet(reports).lay_out(console.width))
    _print_part(console, archive, "actors", len(actors), most)
    console.print(make_actor_sheet(actors[:most]).lay_out(console.width))
    events = [e for e in archive.events() if e.date]
    _print_part(console, archive, "events", len(events), len(events))
    for day, of_day in itertools.groupby(events, key=lambda e: e.date):
        console.print(Text(str(day), "bold green"))
        for event in of_day:
            console.print(_event_line(event))
    quotations = [q for q in archive.quotations() if q.actor]
    _print_part(console, archive, "quotations", len(quotations), most)
    for quotation in quotations[:most]:
        console.print(_quotation_line(quotation))


def _print_part(console: Console, archive: Archive, command: str, count: int, most: int) -> None:
    console.print(Text(f"\n{say(f'head-{command}')} ({count})", "bold"))
    if count > most:
        rest = say("more", count=count - most, command=command, path=archive.name)
        console.print(Text(rest, "dim"))


def _event_line(event: EventRow) -> Text:
    line = Text(f"  {event.type:<10}", STYLES["events"].replace(" underline", ""))
    whom = name_parties(event.recipient)
    line.append(tame(name_parties(event.actor) + (f" → {whom}" if whom else "")), "cyan")
    if event.place:
        line.append(tame(f" · {event.place}"), "yellow")
    if event.source:
        line.append(tame(f" · {say('col-word-of')} {event.source.name}"))
    return line.append(tame(f" · {event.outlet or ''} {event.report[:ID_DIGITS]}:{event.start}"), "dim")


def _quotation_line(quotation: QuotationRow) -> Text:
    line = Text("  ").append(tame(name_speaker(quotation)), "bold cyan")
    line.append(": ").append(tame(quotation.text).replace("\n", " "), "italic")
    start = quotation.spans[0].start if quotation.spans else 0
    return line.append(f" · {tame(quotation.outlet or '')} {quotation.report[:ID_DIGITS]}:{start}", "dim")
