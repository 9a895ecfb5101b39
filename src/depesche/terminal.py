"""How findings look in a terminal: tables, marked text, safe against what strangers wrote.

Control characters in reports (escape sequences, changes of writing direction) are shown as signs, never
sent to the terminal; the text keeps its length, so offsets stay true.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from depesche.archive.rows import (
    ActorRow,
    EventRow,
    Party,
    QuotationRow,
    ReportRow,
    SearchHit,
    other_outlets,
)
from depesche.messages import say
from depesche.reading import Reading, Span

# Digits of an id that are shown: enough to be unique in any archive that one person reads.
ID_DIGITS = 10
STYLES = {
    "quotations": "italic",
    "actors": "bold cyan",
    "places": "yellow",
    "times": "green",
    "events": "bold magenta underline",
}
_WIDE = 200
_SIGNS = {code: chr(0x2400 + code) for code in range(0x20) if chr(code) not in "\n\t"}
_SIGNS |= dict.fromkeys((*range(127, 160), *range(8206, 8208), *range(8232, 8239)), "�")
_SIGNS |= dict.fromkeys((*range(8294, 8298), 1564, 65279, *range(55296, 57344)), "�")


def make_console() -> Console:
    """Return a console for standard output: as wide as the terminal, or wide enough for whole rows."""
    width = None if sys.stdout.isatty() else _WIDE
    return Console(width=width, highlight=False, markup=False, emoji=False, soft_wrap=False)


def tame(text: str) -> str:
    """Return the text with its control characters as signs; its length stays.

    >>> tame("a" + chr(27) + "[2J")
    'a␛[2J'
    """
    return text.translate(_SIGNS)


def mark_text(text: str, reading: Reading, first: int = 0, last: int | None = None) -> Text:
    """Return the characters ``first`` to ``last`` of a report's text with all findings in colour."""
    last = len(text) if last is None else last
    marked = Text(tame(text[first:last]))
    for kind, start, end in _spans(reading):
        if start < last and end > first:
            marked.stylize(STYLES[kind], max(start, first) - first, min(end, last) - first)
    return marked


def make_legend() -> Text:
    """Return the line that explains the colours."""
    legend = Text(say("legend"))
    for kind, style in STYLES.items():
        legend.append("  ").append(say(f"kind-{kind}"), style)
    return legend


def _spans(reading: Reading) -> Iterable[tuple[str, int, int]]:
    for quotation in reading.quotations:
        yield from (("quotations", s.start, s.end) for s in quotation.spans)
    yield from (("places", p.start, p.end) for p in reading.places)
    yield from (("actors", m.start, m.end) for a in reading.actors for m in a.mentions)
    yield from (("times", t.start, t.end) for t in reading.times)
    yield from (("events", e.start, e.end) for e in reading.events)


def make_report_table(rows: Iterable[ReportRow]) -> Table:
    """Return a table of reports."""
    table = _table("col-id", "col-published", "col-outlet", "col-agency", "col-events", "col-title")
    for row in rows:
        _add(
            table,
            row.id[:ID_DIGITS],
            show_time(row.published),
            _count_outlets(row),
            "/".join(row.agency),
            str(row.events),
            row.title,
        )
    return table


def _count_outlets(row: ReportRow) -> str:
    """Return the first outlet, and how many others printed the same text (``Elbtagblatt +2``)."""
    outlets = [*filter(None, [row.source]), *other_outlets(row.source, row.appearances)]
    return f"{outlets[0]} +{len(outlets) - 1}" if len(outlets) > 1 else "".join(outlets)


def make_actor_table(rows: Iterable[ActorRow]) -> Table:
    """Return a table of actors."""
    table = _table(
        "col-name", "col-type", "col-country", "col-role", "col-reports", "col-mentions", "col-passage"
    )
    for row in rows:
        where = _passage(row.report, row.start)
        _add(table, row.name, row.type, row.country, row.role, str(row.reports), str(row.mentions), where)
    return table


def make_event_table(rows: Iterable[EventRow]) -> Table:
    """Return a table of events."""
    table = _table(
        "col-date", "col-type", "col-who", "col-whom", "col-place", "col-status", "col-word-of",
        "col-sentence", "col-passage",
    )  # fmt: skip
    for row in rows:
        _add(
            table,
            row.date or say("undated"),
            row.type + (f"/{row.mode}" if row.mode else ""),
            name_parties(row.actor),
            name_parties(row.recipient),
            row.place,
            row.status,
            row.source.name if row.source else None,
            row.sentence.text,
            _passage(row.report, row.start),
        )
    return table


def make_quotation_table(rows: Iterable[QuotationRow]) -> Table:
    """Return a table of quotations."""
    table = _table("col-published", "col-speaker", "col-words", "col-type", "col-outlet", "col-passage")
    for row in rows:
        _add(
            table,
            show_time(row.published),
            name_speaker(row),
            row.text,
            row.type,
            row.outlet,
            _passage(row.report, row.spans[0].start if row.spans else None),
        )
    return table


def make_search_table(hits: Iterable[SearchHit]) -> Table:
    """Return a table of reports that were found, with the words that were searched for marked."""
    table = _table("col-published", "col-outlet", "col-title", "col-sentence", "col-passage")
    for hit in hits:
        _add(
            table,
            show_time(hit.published),
            hit.source,
            _mark(hit.title or "", 0, hit.title_marks),
            _mark(hit.snippet.text, hit.snippet.start, hit.marks),
            _passage(hit.report, hit.marks[0].start if hit.marks else hit.snippet.start),
        )
    return table


def show_time(published: str | None) -> str:
    """Return day and minute of publication as a reader wants them.

    >>> show_time("2025-07-10T14:52:00+02:00")
    '2025-07-10 14:52'
    """
    return published[:16].replace("T", " ") if published else say("undated")


def name_parties(parties: Sequence[Party]) -> str:
    """Return the names of the parties, each with its country."""
    return ", ".join(p.name + (f" ({p.country})" if p.country and p.type != "GPE" else "") for p in parties)


def name_speaker(row: QuotationRow) -> str:
    """Return who speaks: the actor, else the words that name the speaker."""
    if row.actor:
        return row.actor.name
    return row.speaker.text if row.speaker else say("unknown-speaker")


def _mark(text: str, start: int, marks: Iterable[Span]) -> Text:
    marked = Text(tame(text))
    for span in marks:
        marked.stylize("bold reverse", max(0, span.start - start), max(0, span.end - start))
    return marked


def _passage(report: str, start: int | None) -> str:
    """Return what ``depesche show`` takes to show the passage."""
    return report[:ID_DIGITS] + ("" if start is None else f":{start}")


def _table(*columns: str) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold", collapse_padding=True, padding=(0, 2, 0, 0))
    for name in columns:
        fixed = name in {"col-id", "col-date", "col-published", "col-type", "col-passage", "col-country"}
        table.add_column(say(name), no_wrap=fixed, overflow="fold")
    return table


def _add(table: Table, *cells: str | Text | None) -> None:
    table.add_row(*(c if isinstance(c, Text) else Text(tame(c or "").replace("\n", " ")) for c in cells))
