"""How findings look in a terminal: tables, marked text, safe against what strangers wrote.

Control characters in reports (escape sequences, changes of writing direction) are shown as signs, never
sent to the terminal; the text keeps its length, so offsets stay true.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence

import msgspec
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from depesche.archive.alerts import AlertRow
from depesche.archive.rows import (
    ActorRow,
    EventRow,
    Party,
    QuotationRow,
    RelationRow,
    ReportRow,
    SearchHit,
    other_outlets,
)
from depesche.archive.tokens import Token
from depesche.judgement import TOLD_PLACE, Judgement
from depesche.messages import say
from depesche.reading import Reading, Span

# Digits of an id that are shown: enough to be unique in any archive that one person reads.
ID_DIGITS = 10
STYLES = {
    "quotations": "italic",
    "actors": "bold cyan",
    "places": "yellow",
    "times": "green",
    "relations": "blue underline",
    "events": "bold magenta underline",
}
_WIDE = 200
# A terminal narrower than this gets a block of lines for each row instead of a table.
_TABLE_WIDTH = 120
_FIXED = frozenset(
    {
        "col-id",
        "col-date",
        "col-published",
        "col-type",
        "col-passage",
        "col-country",
        "col-days",
        "col-asked",
        "col-next",
    }
)
# Columns of numbers, which say nothing without their names.
_NUMBERS = frozenset(
    f"col-{name}"
    for name in (
        "reports verbal-cooperation material-cooperation verbal-conflict material-conflict score".split()
    )
)
_LONG = ("col-title", "col-words", "col-sentence", "col-why")
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


def flatten(text: str) -> str:
    """Return a text on one line, with its control characters as signs.

    >>> flatten("zwei" + chr(10) + "Zeilen")
    'zwei Zeilen'
    """
    return tame(text).replace("\n", " ").replace("\t", " ")


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
    # What people told has no words of its own.
    yield from (("places", p.start, p.end) for p in reading.places if p.rule != TOLD_PLACE)
    yield from (("actors", m.start, m.end) for a in reading.actors for m in a.mentions)
    yield from (("times", t.start, t.end) for t in reading.times)
    yield from (("relations", r.start, r.end) for r in reading.relations)
    yield from (("events", e.start, e.end) for e in reading.events)


def _count_outlets(row: ReportRow) -> str:
    """Return the first outlet, and how many others printed the same text (``Elbtagblatt +2``)."""
    outlets = [*filter(None, [row.source]), *other_outlets(row.source, row.appearances)]
    return f"{outlets[0]} +{len(outlets) - 1}" if len(outlets) > 1 else "".join(outlets)


def make_report_sheet(rows: Iterable[ReportRow]) -> Sheet:
    """Return reports as rows."""
    return make_sheet(
        "id published outlet agency events title",
        (
            (
                row.id[:ID_DIGITS],
                show_time(row.published),
                _count_outlets(row),
                "/".join(row.agency),
                str(row.events),
                row.title,
            )
            for row in rows
        ),
    )


def make_actor_sheet(rows: Iterable[ActorRow]) -> Sheet:
    """Return actors as rows."""
    return make_sheet(
        "name type country role reports mentions passage",
        (
            (
                row.name,
                row.type,
                row.country,
                row.role,
                str(row.reports),
                str(row.mentions),
                name_passage(row.report, row.start),
            )
            for row in rows
        ),
    )


def make_event_sheet(rows: Iterable[EventRow]) -> Sheet:
    """Return events as rows."""
    return make_sheet(
        "date type who whom place status word-of sentence passage",
        (
            (
                row.date or say("undated"),
                row.type + (f"/{row.mode}" if row.mode else ""),
                name_parties(row.actor),
                name_parties(row.recipient),
                row.place,
                row.status,
                row.source.name if row.source else None,
                row.sentence.text,
                name_passage(row.report, row.start),
            )
            for row in rows
        ),
    )


def make_relation_sheet(rows: Iterable[RelationRow]) -> Sheet:
    """Return statements about relations as rows."""
    return make_sheet(
        "published type parties status since until word-of sentence passage",
        (
            (
                show_time(row.published),
                row.kind + (f"/{row.mode}" if row.mode else ""),
                join_parties([name_parties([p]) for p in row.parties], mutual=row.mutual),
                row.status,
                row.since.value if row.since else None,
                row.until.value if row.until else None,
                row.source.name if row.source else None,
                row.sentence.text,
                name_passage(row.report, row.start),
            )
            for row in rows
        ),
    )


def make_quotation_sheet(rows: Iterable[QuotationRow]) -> Sheet:
    """Return quotations as rows."""
    return make_sheet(
        "published speaker words type outlet passage",
        (
            (
                show_time(row.published),
                name_speaker(row),
                row.text,
                row.type,
                row.outlet,
                name_passage(row.report, row.spans[0].start if row.spans else None),
            )
            for row in rows
        ),
    )


def make_judgement_sheet(rows: Iterable[Judgement]) -> Sheet:
    """Return what people decided as rows."""
    return make_sheet(
        "number made by verdict what value why",
        (
            (
                str(row.number),
                show_time(row.made),
                row.by,
                row.verdict.replace("_", "-"),
                " · ".join(
                    [name_passage(a.report, a.start) for a in (row.subject, row.object) if a]
                    + ([f"#{row.withdraws}"] if row.withdraws else [])
                ),
                row.value,
                row.why,
            )
            for row in rows
        ),
    )


def make_token_sheet(tokens: Iterable[Token]) -> Sheet:
    """Return the tokens as rows."""
    return make_sheet(
        "number name scopes made expires revoked",
        (
            (
                str(token.number),
                token.name,
                " ".join(token.scopes),
                show_time(token.made),
                token.expires,
                show_time(token.revoked) if token.revoked else None,
            )
            for token in tokens
        ),
    )


def make_alert_sheet(alerts: Iterable[AlertRow]) -> Sheet:
    """Return the alerts as rows."""
    return make_sheet(
        "number name alert-wanted alert-to alert-found alert-sent alert-waiting alert-failed alert-fault",
        (
            (
                str(one.number),
                one.name,
                one.wanted,
                one.target or say(f"alert-channel-{one.channel}"),
                *map(str, (one.found, one.sent, one.waiting, one.failed)),
                one.fault,
            )
            for one in alerts
        ),
    )


def make_search_sheet(hits: Iterable[SearchHit]) -> Sheet:
    """Return reports that were found as rows, with the words that were searched for marked."""
    return make_sheet(
        "published outlet title sentence passage",
        (
            (
                show_time(hit.published),
                hit.source,
                _mark(hit.title or "", 0, hit.title_marks),
                _mark(hit.snippet.text, hit.snippet.start, hit.marks),
                name_passage(hit.report, hit.marks[0].start if hit.marks else hit.snippet.start),
            )
            for hit in hits
        ),
    )


def show_time(published: str | None) -> str:
    """Return day and minute of publication as a reader wants them.

    >>> show_time("2025-07-10T14:52:00+02:00")
    '2025-07-10 14:52'
    """
    return published[:16].replace("T", " ") if published else say("undated")


def name_parties(parties: Sequence[Party]) -> str:
    """Return the names of the parties, each with its country."""
    return ", ".join(p.name + (f" ({p.country})" if p.country and p.type != "GPE" else "") for p in parties)


def join_parties(names: Sequence[str], *, mutual: bool) -> str:
    """Return the names of a relation's parties: side by side, or who stands so to whom.

    >>> join_parties(["Wien", "Rom"], mutual=True), join_parties(["Wien", "Rom", "Bern"], mutual=False)
    ('Wien – Rom', 'Wien → Rom, Bern')
    """
    if mutual:
        return " – ".join(names)
    return " → ".join(filter(None, [names[0] if names else "", ", ".join(names[1:])]))


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


def name_passage(report: str, start: int | None) -> str:
    """Return what ``depesche show`` takes to show the passage."""
    return report[:ID_DIGITS] + ("" if start is None else f":{start}")


class Sheet(msgspec.Struct, frozen=True):
    """Rows under columns, before it is known how wide the terminal is."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Text, ...], ...]

    def lay_out(self, width: int) -> RenderableType:
        """Return a table, or, where it would be squeezed, a block of lines for each row."""
        return _make_table(self) if width >= _TABLE_WIDTH else _make_blocks(self)


def _make_table(sheet: Sheet) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold", collapse_padding=True, padding=(0, 2, 0, 0))
    for name in sheet.columns:
        table.add_column(say(name), no_wrap=name in _FIXED, overflow="fold")
    for row in sheet.rows:
        table.add_row(*row)
    return table


def _make_blocks(sheet: Sheet) -> RenderableType:
    leads = {"col-whom": "→ "} | {name: f"{say(name)}: " for name in _NUMBERS}
    leads |= {name: f"{say(name).lower()} " for name in ("col-word-of", "col-since", "col-until")}
    blocks: list[RenderableType] = []
    for row in sheet.rows:
        cells = {name: cell for name, cell in zip(sheet.columns, row, strict=True) if cell.plain}
        short = [Text(leads.get(name, "")) + cell for name, cell in cells.items() if name not in _LONG]
        blocks.append(Text(" · ", "bold").join(short))
        blocks += [Padding(cells[name], (0, 0, 0, 2)) for name in _LONG if name in cells]
        blocks.append(Text())
    return Group(*blocks[:-1])


def make_sheet(columns: str, rows: Iterable[Sequence[str | Text | None]]) -> Sheet:
    """Return rows under the columns whose names (without ``col-``) stand in ``columns``."""
    names = tuple(f"col-{name}" for name in columns.split())
    return Sheet(names, tuple(tuple(map(_cell, row)) for row in rows))


def _cell(value: str | Text | None) -> Text:
    return value if isinstance(value, Text) else Text(tame(value or "").replace("\n", " "))
