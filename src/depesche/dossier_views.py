"""How a story, an event in the world, an actor, a line of two states and sources look in a terminal."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from depesche.archive.context import sentence_around
from depesche.archive.store import Archive
from depesche.dossiers import ActorDossier, Dossiers, LineDossier, SourceDossier
from depesche.exchange.csv import DIVIDER, Column, fields
from depesche.link.accounts import REPORTERS, Accounts, Row, Words
from depesche.link.actors import Holding, Unresolved
from depesche.link.confirmations import Testimony
from depesche.link.matters import load_matters
from depesche.link.origins import Copy, Source, Sources
from depesche.link.outlines import StoryOutline, Thread
from depesche.link.records import EventKey
from depesche.link.relations import MUTUAL, Deed, Pair, Period, Said, Sum
from depesche.link.versions import Change, Difference, Fact
from depesche.link.world import WorldEvent
from depesche.messages import interface_language, say
from depesche.naming import parse_name
from depesche.reading import Event, Reading, Report
from depesche.terminal import STYLES, Sheet, flatten, make_console, make_sheet, name_passage, show_time

# A column of accounts that is narrower than this cannot be read.
_CELL_WIDTH = 28
# So many actors stand in a row of a list, so many events of a day and appearances of an actor are shown.
_ACTORS, _EVENTS, _APPEARANCES = 4, 8, 12
_FINE_STYLE = "dim"
_MARK_STYLES = {"agreed": "green", "differs": "bold red", "one side": "yellow"}


class DossierPrinter:
    """Prints answers of ``Dossiers``, in the user's language, to a console as wide as it is."""

    def __init__(self, archive: Archive, dossiers: Dossiers, console: Console | None = None) -> None:
        self._archive = archive
        self._dossiers = dossiers
        self._console = console or make_console()
        self._reports: dict[str, Report] = {}
        self._readings: dict[str, Reading] = {}

    # --- stories --------------------------------------------------------------------------------------

    def print_stories(self, stories: Sequence[StoryOutline]) -> None:
        """Print stories as a list."""
        if not stories:
            self._put(say("nothing"))
            return
        rows = (
            (s.id, show_days(s.first, s.last), count_sources(s.sources), self._name(s.actors), s.title)
            for s in stories
        )
        self._put_sheet(make_sheet("id days sources who title", rows))

    def print_story(self, story: StoryOutline) -> None:
        """Print a story day by day: its reports and what happened."""
        self._put(flatten(story.title), "bold")
        self._put(_join(story.id, show_days(story.first, story.last), count_sources(story.sources)), "dim")
        self._put_labelled("head-actors", [self._dossiers.name_actor(i) for i in story.actors], "cyan")
        self._put_labelled("places", story.places, "yellow")
        self._put_labelled("rests-on", [_name_source(origin) for origin in story.sources.origins])
        rank = {event: number for number, event in enumerate(story.events)}
        for thread in story.threads:
            self._print_thread(thread, rank)

    def _print_thread(self, thread: Thread, rank: dict[str, int]) -> None:
        heading = Text(f"\n{thread.day or say('undated')}  ", "bold green")
        self._console.print(heading.append(flatten(thread.title), "bold"))
        for report in thread.reports:
            title = flatten(self._report(report).title or "")
            self._put(_join(self._cite(report), title), _FINE_STYLE, indent=2)
        events = sorted(thread.events, key=lambda event: rank.get(event, len(rank)))
        for event in events[:_EVENTS]:
            self._console.print(Padding(self._event_line(event), (0, 0, 0, 2), expand=False))
        if len(events) > _EVENTS:
            self._put(say("more-events", count=len(events) - _EVENTS), _FINE_STYLE, indent=2)

    def _event_line(self, named: str) -> Text:
        """Return an event in the world on one line, as its first report has it."""
        found = self._find_event(named)
        if found is None:
            return Text(named)
        reading, event = found
        names = {actor.id: actor.name for actor in reading.actors}
        who, whom = (", ".join(names.get(i, i) for i in side) for side in (event.actor, event.recipient))
        line = Text(f"{event.type:<10} ", _style("events"))
        line.append(flatten(who + (f" → {whom}" if whom else "")), "cyan")
        rest = [event.place or "", event.date or "", "" if event.status == "actual" else event.status]
        return line.append(flatten("".join(f" · {part}" for part in rest if part))).append(
            f" · {named}", "dim"
        )

    def _find_event(self, named: str) -> tuple[Reading, Event] | None:
        form = parse_name(named)
        if form is None:
            return None
        reading = self._reading(form.report)
        event = next((e for e in reading.events if e.id == form.part), None)
        return (reading, event) if event else None

    # --- one event --------------------------------------------------------------------------------------

    def print_event(self, event: WorldEvent) -> None:
        """Print an event in the world: its cycle, who confirms and denies it, accounts, mentions."""
        self._print_event_head(event)
        if event.cycle:
            self._put_head("head-cycle")
        for step in event.cycle:
            line = _join(step.date or say("undated"), say(f"stage-{step.stage}"), self._cite(step.report))
            self._put(line, indent=2)
        for name in ("confirmed", "denied", "reported", "silent"):
            self._print_testimonies(f"head-{name}", getattr(event, name))
        if event.accounts.rows:
            self._put_head("head-accounts")
            self._print_accounts(event.accounts)
        self._put_head("head-mentions", count=len(event.mentions))
        for key in event.mentions:
            self._console.print(Padding(self._mention_line(key), (0, 0, 0, 2), expand=False))

    def _mention_line(self, key: EventKey) -> Text:
        told = next((e for e in self._reading(key.report).events if e.id == key.event), None)
        cited = self._cite(key.report, told.start if told else None)
        line = Text(f"{show_time(self._report(key.report).published)} · {cited} · ")
        return line.append(flatten(told.text) if told else key.event, "italic")

    def _print_event_head(self, event: WorldEvent) -> None:
        who, whom = self._name(event.actor, most=None), self._name(event.recipient, most=None)
        line = Text(event.type + (f"/{event.mode}" if event.mode else "") + "  ", _style("events"))
        self._console.print(line.append(flatten(who + (f" → {whom}" if whom else "")), "bold cyan"))
        day = event.date or show_days(event.earliest, event.latest)
        self._put(_join(day, event.place, event.id), "dim")

    def _print_testimonies(self, head: str, testimonies: Sequence[Testimony]) -> None:
        if not testimonies:
            return
        self._put_head(head)
        for one in testimonies:
            named = one.party + (f": {one.source}" if one.source and one.source != one.party else "")
            line = Text(flatten(_join(one.date, named)))
            if one.words:
                line.append(" – ").append(flatten(one.words), "italic")
            if one.report:
                line.append(f" · {self._cite(one.report, one.start, known=one.source)}", "dim")
            self._console.print(Padding(line, (0, 0, 0, 2), expand=False))

    def print_accounts_of(self, event: WorldEvent) -> None:
        """Print what each side says of an event, side by side where there is room."""
        self._print_event_head(event)
        self._console.print()
        if event.accounts.rows:
            self._print_accounts(event.accounts)
        else:
            self._put(say("no-accounts"))

    def _print_accounts(self, accounts: Accounts) -> None:
        heard = {side for row in accounts.rows for side, cell in row.cells.items() if cell}
        sides = [*accounts.parties, *(s for s in (*accounts.third, REPORTERS) if s in heard)]
        if self._console.width >= _CELL_WIDTH * (len(sides) + 1):
            self._console.print(self._account_table(accounts.rows, sides))
            return
        for row in accounts.rows:
            mark = Text(f" ({say_mark(row.mark)})", _MARK_STYLES[row.mark])
            self._console.print(Text(flatten(name_matter(row.matter)), "bold").append(mark))
            for side in sides:
                for words in row.cells.get(side, ()):
                    line = Text(f"{_name_side(side)}: ", "cyan").append(self._words(words))
                    self._console.print(Padding(line, (0, 0, 0, 2), expand=False))

    def _account_table(self, rows: Sequence[Row], sides: Sequence[str]) -> Table:
        table = Table(box=None, pad_edge=False, header_style="bold cyan", padding=(0, 2, 1, 0))
        table.add_column(Text(say("col-matter"), "bold"), overflow="fold", ratio=2)
        for side in sides:
            table.add_column(Text(_name_side(side)), overflow="fold", ratio=3)
        for row in rows:
            matter = Text(flatten(name_matter(row.matter)), "bold")
            matter.append("\n").append(say_mark(row.mark), _MARK_STYLES[row.mark])
            cells = (Text("\n").join(map(self._words, row.cells.get(side, ()))) for side in sides)
            table.add_row(matter, *cells)
        return table

    def _words(self, words: Words) -> Text:
        start = words.spans[0].start if words.spans else None
        line = Text(flatten(words.text), "italic")
        more = f" +{len(words.reports) - 1}" if len(words.reports) > 1 else ""
        cited = _join(words.speaker, self._cite(words.report, start, known=words.speaker) + more)
        return line.append(flatten(f" – {cited}"), "not italic dim")

    # --- actors -----------------------------------------------------------------------------------------

    def print_actor(self, dossier: ActorDossier) -> None:
        """Print an actor: offices over time, spellings, what stays open."""
        actor = dossier.profile
        about = _join(actor.name, actor.type, actor.country, actor.sector)
        self._put(about, "bold")
        reports = len({key.report for key in actor.appearances})
        count = say("mentions-in", mentions=actor.mentions, reports=reports)
        self._put(_join(actor.id, show_days(actor.first, actor.last), count), "dim")
        if actor.offices:
            self._put_head("head-offices")
        for holding in actor.offices:
            self._put(_describe_holding(holding), indent=2)
        self._put_head("head-spellings")
        self._put(", ".join(f"{name} ({count})" for name, count in actor.names), indent=2)
        if len(actor.countries) > 1:
            self._put_head("head-countries")
            self._put(", ".join(f"{code} ({count})" for code, count in actor.countries), indent=2)
        if dossier.open:
            self._put_head("head-open")
        for doubt in dossier.open:
            self._put(self._describe_doubt(doubt), indent=2)
        self._put_head("head-appearances", count=reports)
        shown = list(dict.fromkeys(key.report for key in actor.appearances))
        for report in shown[:_APPEARANCES]:
            found = self._report(report)
            self._put(_join(show_time(found.published), self._cite(report), found.title), indent=2)
        if reports > _APPEARANCES:
            self._put(say("more-reports", count=reports - _APPEARANCES), _FINE_STYLE, indent=2)

    def _describe_doubt(self, doubt: Unresolved) -> str:
        candidates = ", ".join(
            f"{c.name} ({show_days(c.first, c.last)}, {c.id})" for c in doubt.candidates
        ) or say("nobody-known")
        named = f"{doubt.name} ({doubt.country})" if doubt.country else doubt.name
        said = _join(doubt.day or say("undated"), named, self._cite(doubt.key.report))
        return f"{said}: {say('may-be')} {candidates}"

    # --- two states -------------------------------------------------------------------------------------

    def print_line(self, dossier: LineDossier) -> None:
        """Print the line of two states: sums by period, what happened, what is said of how they stand."""
        line = dossier.line
        self._put(" – ".join(line.pair), "bold")
        if not line.deeds and not line.said:
            self._put(say("nothing"))
            return
        if dossier.periods:
            self._put_head("head-periods")
            rows = (_period_row(period) for period in dossier.periods)
            columns = "period verbal-cooperation material-cooperation verbal-conflict material-conflict score"
            self._put_sheet(make_sheet(columns, rows))
        if line.deeds:
            self._put_head("head-deeds")
            deeds = (self._deed_row(deed, line.pair) for deed in line.deeds)
            self._put_sheet(make_sheet("date type who place status score reports sentence event", deeds))
        if line.said:
            self._put_head("head-said")
            said = (self._said_row(one) for one in line.said)
            self._put_sheet(make_sheet("published type status since until word-of sentence passage", said))

    def _deed_row(self, deed: Deed, pair: Pair) -> list[str | None]:
        status = deed.status + (f" ({say('claimed')})" if deed.claimed else "")
        reports = str(len({key.report for key in deed.mentions}))
        found = self._find_event(deed.event)
        words = self._sentence(*found) if found else None
        type_ = deed.type + (f"/{deed.mode}" if deed.mode else "")
        who = direct(deed, pair)
        day = deed.date or show_days(deed.earliest, deed.latest)
        return [day, type_, who, deed.place, status, show_score(deed.score), reports, words, deed.event]

    def _said_row(self, said: Said) -> list[str | None]:
        since, until = (time.value if time else None for time in (said.since, said.until))
        passage = name_passage(said.reports[0], said.start)
        type_ = said.kind + (f"/{said.mode}" if said.mode else "")
        return [said.known, type_, said.status, since, until, said.speaker, said.text, passage]

    def deed_columns(self, pair: Pair) -> dict[str, Column]:
        """Return the columns of what happened between two states as CSV."""
        return {
            **fields("date", "earliest", "latest", "known", "type", "mode"),
            "who": lambda deed: pair[1] if deed.reversed else pair[0],
            "whom": lambda deed: pair[0] if deed.reversed else pair[1],
            **fields("quad", "score", "status", "held", "claimed", "place"),
            "reports": lambda deed: DIVIDER.join(dict.fromkeys(key.report for key in deed.mentions)),
            **fields("event"),
        }

    # --- sources ----------------------------------------------------------------------------------------

    def print_sources(self, dossier: SourceDossier) -> None:
        """Print what reports rest on, who copied whom, and what changed from version to version."""
        self._put(count_sources(dossier.sources), "bold")
        for origin in dossier.sources.origins:
            self._console.print(Text(flatten(_name_source(origin)), "cyan"))
            for report in origin.reports:
                self._put(self._about(report), indent=2)
        if dossier.sources.copies:
            self._put_head("head-copies")
        for copy in dossier.sources.copies:
            self._put(self._describe_copy(copy), indent=2)
        if dossier.versions:
            self._put_head("head-versions")
        for step in itertools.chain.from_iterable(v.differences for v in dossier.versions):
            self._print_step(step)

    def _describe_copy(self, copy: Copy) -> str:
        share = say("copy-share", percent=round(100 * copy.share))
        return f"{self._cite(copy.report)} ← {self._cite(copy.of)} · {say(f'copy-{copy.kind}')} · {share}"

    def _print_step(self, step: Difference) -> None:
        self._put(f"{self._about(step.old)} → {self._about(step.new)}", indent=2)
        for change in step.changes:
            self._console.print(Padding(_change_line(change, step), (0, 0, 0, 4), expand=False))
        if not step.changes:
            self._put(say("no-change"), _FINE_STYLE, indent=4)

    # --- what all need ----------------------------------------------------------------------------------

    def _put(self, text: str, style: str = "", *, indent: int = 0) -> None:
        self._console.print(Padding(Text(flatten(text), style), (0, 0, 0, indent), expand=False))

    def _put_head(self, message: str, **names: object) -> None:
        self._console.print(Text(f"\n{say(message, **names)}", "bold"))

    def _put_labelled(self, label: str, values: Iterable[str], style: str = "") -> None:
        if joined := ", ".join(values):
            self._console.print(Text(f"{say(label)}: ").append(flatten(joined), style))

    def _put_sheet(self, sheet: Sheet) -> None:
        self._console.print(sheet.lay_out(self._console.width))

    def _name(self, actors: Sequence[str], most: int | None = _ACTORS) -> str:
        return ", ".join(map(self._dossiers.name_actor, actors[:most]))

    def _cite(self, report: str, start: int | None = None, *, known: str | None = None) -> str:
        """Return the outlet of a report, and what ``depesche show`` takes to show it or a passage of it.

        The outlet is left out if it is who is ``known`` to speak.
        """
        outlet = self._report(report).source or ""
        return flatten(f"{'' if outlet == known else outlet} {name_passage(report, start)}".strip())

    def _sentence(self, reading: Reading, event: Event) -> str:
        return sentence_around(self._report(reading.id).text, event.start, event.end).text

    def _about(self, report: str) -> str:
        return f"{show_time(self._report(report).published)} {self._cite(report)}"

    def _report(self, id_: str) -> Report:
        if id_ not in self._reports:
            self._reports[id_] = self._archive.report(id_)
        return self._reports[id_]

    def _reading(self, id_: str) -> Reading:
        if id_ not in self._readings:
            self._readings[id_] = self._archive.reading(id_)
        return self._readings[id_]


def story_columns(dossiers: Dossiers) -> dict[str, Column]:
    """Return the columns of stories as CSV; ``dossiers`` gave the stories and names their actors."""
    return {
        **fields("id", "title", "first", "last"),
        "reports": lambda story: story.sources.reports,
        "independent": lambda story: story.sources.independent,
        "origins": lambda story: DIVIDER.join(map(_name_source, story.sources.origins)),
        "actors": lambda story: DIVIDER.join(map(dossiers.name_actor, story.actors)),
        "places": lambda story: DIVIDER.join(story.places),
        "events": lambda story: len(story.events),
        "report_ids": lambda story: DIVIDER.join(story.reports),
    }


def show_days(first: str | None, last: str | None) -> str:
    """Return the days from the first to the last as a reader wants them.

    >>> show_days("2025-07-10", "2025-07-11"), show_days("2025-07-10", "2025-07-10")
    ('2025-07-10 – 2025-07-11', '2025-07-10')
    """
    days = list(dict.fromkeys(day for day in (first, last) if day))
    return " – ".join(days) or say("undated")


def count_sources(sources: Sources) -> str:
    """Return how many reports there are, and how many independent sources they rest on."""
    return _join(_count("reports", sources.reports), _count("sources", sources.independent))


def name_matter(matter: str) -> str:
    """Return what a row of accounts is called: a matter of the list, or the words that it stands for."""
    known = load_matters().get(matter)
    if known is None:
        return matter
    return known.de if interface_language() == "de" else known.en


def say_mark(mark: str) -> str:
    """Return whether the sides agree on a matter, in the user's language."""
    return say(f"mark-{mark.replace(' ', '-')}")


def show_score(score: float) -> str:
    """Return a score with its sign, as the user's language writes it."""
    text = f"{score:+.1f}" if score else "0"
    return text.replace(".", ",") if interface_language() == "de" else text


def direct(deed: Deed, pair: Pair) -> str:
    """Return which of two states did something to which, or both of them together."""
    one, other = reversed(pair) if deed.reversed else pair
    return f"{one} – {other}" if deed.type in MUTUAL else f"{one} → {other}"


def _count(what: str, count: int) -> str:
    return say(f"one-{what}" if count == 1 else f"many-{what}", count=count)


def _join(*parts: str | None) -> str:
    return " · ".join(part for part in parts if part)


def _style(kind: str) -> str:
    return STYLES[kind].replace(" underline", "")


def _name_source(source: Source) -> str:
    return source.agency or source.outlet or say("unknown-outlet")


def _name_side(side: str) -> str:
    return say("reporters") if side == REPORTERS else flatten(side)


def _describe_holding(holding: Holding) -> str:
    office = holding.role or holding.office
    named = office if holding.role is None else f"{office} ({holding.office})"
    return _join(
        show_days(holding.first, holding.last),
        named,
        holding.country,
        _count("reports", holding.reports),
        say("former-since", day=holding.former) if holding.former else None,
        say("designated-since", day=holding.designated) if holding.designated else None,
    )


def _period_row(period: Period) -> list[str | None]:
    sums = (
        period.verbal_cooperation,
        period.material_cooperation,
        period.verbal_conflict,
        period.material_conflict,
    )
    return [period.period, *map(_show_sum, sums), show_score(period.score)]


def _show_sum(sum_: Sum) -> str | None:
    return f"{show_score(sum_.score)} ({sum_.events})" if sum_.events else None


def _change_line(change: Change, step: Difference) -> Text:
    line = Text(f"{say(f'fact-{change.kind}')} {say(f'change-{change.change}')}: ", "bold")
    told = [(fact, id_) for fact, id_ in ((change.old, step.old), (change.new, step.new)) if fact]
    for number, (fact, id_) in enumerate(told):
        line.append(" → " if number else "").append(_show_fact(fact), "italic")
        line.append(f" · {name_passage(id_, fact.span.start)}", "dim")
    return line


def _show_fact(fact: Fact) -> str:
    return flatten(fact.value if fact.kind == "event" else fact.text)
