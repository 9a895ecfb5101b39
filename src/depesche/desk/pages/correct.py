"""Correct: what is doubtful, a question at a time with the texts side by side; and the log of decisions."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec
from fastapi import APIRouter
from starlette.responses import Response

from depesche.archive.context import sentence_around
from depesche.archive.rows import EventRow
from depesche.desk.addresses import report_address
from depesche.desk.downloads import Download, download_rows, find_format, send
from depesche.desk.filters import clean
from depesche.desk.lines import Chip, Cited, Marked, cite, make_chip, make_chips, mark_words
from depesche.desk.paging import Page, make_cursor, parse_cursor, take_page
from depesche.desk.relinking import Relinker
from depesche.desk.shelf import Shelf
from depesche.desk.visit import Visiting
from depesche.errors import MissingError
from depesche.judgement import ANSWERS, DOUBT_KINDS, Anchor, Doubt, DoubtKind, Judgement
from depesche.language.spelling import fold_name
from depesche.link.corrections import is_read
from depesche.link.judgements import is_decided, judgements_in_force
from depesche.reading import Actor, Event, Quotation, Reading

ROUTER = APIRouter()
# Questions that are named beside the one that is asked, and decisions on a page of the log.
_BESIDE, _LOGGED = 7, 25
# A file has at most so many rows.
_MOST = 5000
# So much of a report is shown, and so much around words in it, in characters.
_OPENING, _AROUND = 1400, 220
# The longest words of a title or a finding in a list.
_SHORT = 90

_Marks = list[tuple[int, int, str]]


class EventFacts(msgspec.Struct, frozen=True):
    """What was read of an event, to be compared with another."""

    code: str
    mode: str | None
    status: str
    actor: tuple[Chip, ...]
    recipient: tuple[Chip, ...]
    date: str | None
    earliest: str | None
    latest: str | None
    place: str | None


class ActorFacts(msgspec.Struct, frozen=True):
    """What a report says of somebody."""

    chip: Chip
    role: str | None


class Side(msgspec.Struct, frozen=True, kw_only=True):
    """One of the things that are asked about: words of a report, with what matters marked."""

    title: str | None
    cited: Cited
    text: tuple[Marked, ...]
    is_cut: bool
    event: EventFacts | None = None
    actor: ActorFacts | None = None


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """A question with all that it takes to answer it.

    ``named`` is what it is about, as ``depesche judge`` takes it; ``yes`` and ``no`` are the verdicts. Of a
    speaker ``speakers`` are those whom the report names, ``speaker`` the one who was read, None for nobody.
    """

    kind: DoubtKind
    joined: bool
    weight: int
    sides: tuple[Side, ...]
    named: tuple[str, ...]
    yes: str
    no: str | None
    speaker: str | None = None
    speakers: tuple[str, ...] = ()


class Waiting(msgspec.Struct, frozen=True):
    """A question that comes later: its kind, in short, and the cursor that leads to it."""

    kind: DoubtKind
    words: str
    cursor: str


class CorrectView(msgspec.Struct, frozen=True, kw_only=True):
    """All that the page shows. ``counts`` are the questions of each kind, ``number`` is this one's place.

    ``last`` is what the reader decided last and did not take back.
    """

    kind: DoubtKind | None
    kinds: tuple[DoubtKind, ...]
    counts: dict[str, int]
    question: Question | None
    number: int
    before: str | None
    after: str | None
    waiting: tuple[Waiting, ...]
    decided: int
    last: int | None
    is_linking: bool


@ROUTER.get("/correct")
def show_correct(visit: Visiting) -> Response:
    """Show the question at the place in the queue that the address names; or all questions as a file."""
    query = visit.request.query_params
    kind = next((known for known in DOUBT_KINDS if known == query.get("kind")), None)
    if form := find_format(query.get("format")):
        return send(form, _download(visit.shelf, kind), visit.shelf.archive)
    offset = parse_cursor(query["after"]) if query.get("after") else 0
    relinker: Relinker = visit.request.app.state.relinker
    view = describe_queue(visit.shelf, kind, offset, visit.judge, is_linking=relinker.is_running)
    return visit.render("correct.html", view)


def describe_queue(
    shelf: Shelf, kind: DoubtKind | None, offset: int, reader: str | None, *, is_linking: bool
) -> CorrectView:
    """Return what the page shows to a reader of the queue, from an offset on."""
    judgements = shelf.archive.judgements()
    with shelf.archive.linked() as links:
        counts = links.count_doubts()
    doubts = list_open(shelf, kind, offset, 1 + _BESIDE)
    more = enumerate(doubts[1:], offset + 1)
    return CorrectView(
        kind=kind,
        kinds=DOUBT_KINDS,
        counts={name: counts.get(name, 0) for name in DOUBT_KINDS},
        question=ask(shelf, doubts[0]) if doubts else None,
        number=offset + 1,
        before=make_cursor(max(0, offset - 1)) if offset else None,
        after=make_cursor(offset + 1) if len(doubts) > 1 else None,
        waiting=tuple(Waiting(one.kind, _in_short(shelf, one.subject), make_cursor(n)) for n, one in more),
        decided=len(judgements),
        last=find_last(judgements, reader),
        is_linking=is_linking,
    )


def list_open(shelf: Shelf, kind: DoubtKind | None, offset: int, limit: int) -> tuple[Doubt, ...]:
    """Return what nobody has answered.

    What was answered a moment ago is linked anew, and still in the archive's list until that is done.
    """
    in_force = judgements_in_force(shelf.archive.judgements())
    with shelf.archive.linked() as links:
        left = (doubt for doubt in links.list_doubts(kind) if not is_decided(doubt, in_force))
        return tuple(itertools.islice(left, offset, offset + limit))


def _download(shelf: Shelf, kind: DoubtKind | None) -> Download:
    asked = list_open(shelf, kind, 0, _MOST)
    return download_rows(Doubt, "questions", lambda: asked, lambda: _events_of(shelf, asked))


def find_last(made: Sequence[Judgement], reader: str | None) -> int | None:
    """Return the number of what somebody decided last and nobody took back, None if there is nothing."""
    gone = find_withdrawn(made)
    mine = (j.number for j in made if j.by == reader and j.verdict != "withdrawn" and j.number not in gone)
    return max(mine, default=None)


def _in_short(shelf: Shelf, anchor: Anchor) -> str:
    """Return the sentence of a finding, or the headline of a report."""
    report = shelf.report(anchor.report)
    if anchor.start is None or anchor.end is None:
        return shorten(report.title or report.text)
    return shorten(sentence_around(report.text, anchor.start, anchor.end).text)


def shorten(text: str, most: int = _SHORT) -> str:
    """Return the beginning of a text in one line, cut after a word.

    >>> shorten("Rubio traf Lawrow", 12)
    'Rubio traf …'
    """
    line = " ".join(text.split())
    return line if len(line) <= most else f"{line[:most].rpartition(' ')[0]} …"


# --- a question ---------------------------------------------------------------------------------------


def ask(shelf: Shelf, doubt: Doubt) -> Question:
    """Return a doubt as a question with its texts."""
    ends = [end for end in (doubt.subject, doubt.object) if end is not None]
    if doubt.kind == "speaker":
        return _ask_speaker(shelf, doubt)
    readings = [shelf.reading(end.report) for end in ends]
    shared = _shared_names(readings) if len(readings) > 1 else frozenset[str]()
    show = {"story": _show_story, "event": _show_event, "actor": _show_actor, "reading": _show_event}
    sides = tuple(
        show[doubt.kind](shelf, reading, end, shared) for reading, end in zip(readings, ends, strict=True)
    )
    yes, no = (
        ("is_event", "no_event") if doubt.kind == "reading" else (f"same_{doubt.kind}", f"other_{doubt.kind}")
    )
    return Question(
        kind=doubt.kind,
        joined=doubt.joined,
        weight=doubt.weight,
        sides=sides,
        named=tuple(map(name_anchor, ends)),
        yes=yes,
        no=no,
    )


def name_anchor(anchor: Anchor) -> str:
    """Return a place as ``depesche judge`` takes it.

    >>> name_anchor(Anchor("8b2f", 412, 430)), name_anchor(Anchor("8b2f"))
    ('8b2f:412', '8b2f')
    """
    return anchor.report if anchor.start is None else f"{anchor.report}:{anchor.start}"


def _shared_names(readings: Iterable[Reading]) -> frozenset[str]:
    """Return who is named in all of some reports, by their folded names."""
    named = [frozenset(fold_name(actor.name) for actor in reading.actors) for reading in readings]
    return frozenset.intersection(*named)


def _show_story(shelf: Shelf, reading: Reading, anchor: Anchor, shared: frozenset[str]) -> Side:
    """Show the beginning of a report; who is in both reports is marked."""
    text = shelf.report(reading.id).text
    cut = text if len(text) <= _OPENING else text[: text.rfind(" ", 0, _OPENING)]
    marks = [
        *_mark_actors(reading, shared),
        *((time.start, time.end, "time") for time in reading.times),
    ]
    return _side(shelf, reading, 0, cut, marks, is_cut=len(cut) < len(text))


def _show_event(shelf: Shelf, reading: Reading, anchor: Anchor, shared: frozenset[str]) -> Side:
    """Show the words of an event; who takes part, when and where, is marked."""
    event = next((e for e in reading.events if e.start == anchor.start and e.end == anchor.end), None)
    start, end = anchor.start or 0, anchor.end or 0
    marks: _Marks = [(start, end, "event")]
    if event is not None:
        ids = {*event.actor, *event.recipient}
        marks += [(m.start, m.end, "actor") for a in reading.actors if a.id in ids for m in a.mentions]
        marks += [(p.start, p.end, "place") for p in reading.places if p.is_called(event.place)]
    marks += [(time.start, time.end, "time") for time in reading.times]
    return _show_around(shelf, reading, start, end, marks, event=event)


def _show_actor(shelf: Shelf, reading: Reading, anchor: Anchor, shared: frozenset[str]) -> Side:
    """Show where somebody is named."""
    start, end = anchor.start or 0, anchor.end or 0
    actor = next(
        (a for a in reading.actors if any(m.start == start and m.end == end for m in a.mentions)), None
    )
    marks = [(m.start, m.end, "actor") for m in actor.mentions] if actor else [(start, end, "actor")]
    return _show_around(shelf, reading, start, end, marks, actor=actor)


def _ask_speaker(shelf: Shelf, doubt: Doubt) -> Question:
    """Return the question whose words some words are."""
    anchor, reading = doubt.subject, shelf.reading(doubt.subject.report)
    start, end = anchor.start or 0, anchor.end or 0
    quotation = _quotation_at(reading, start, end)
    voice = quotation.speaker if quotation else None
    marks: _Marks = [(start, end, "quotation")]
    if voice is not None:
        marks.append((voice.start, voice.end, "found"))
    marks += [(m.start, m.end, "actor") for a in reading.actors if a.type == "PER" for m in a.mentions]
    names = {actor.id: actor.name for actor in reading.actors if actor.type != "GROUP"}
    return Question(
        kind="speaker",
        joined=doubt.joined,
        weight=doubt.weight,
        sides=(_show_around(shelf, reading, min(start, voice.start) if voice else start, end, marks),),
        named=(name_anchor(anchor),),
        yes="wrong_speaker",
        no=None,
        speaker=names.get(voice.actor or "") if voice else None,
        speakers=tuple(dict.fromkeys(names.values())),
    )


def _quotation_at(reading: Reading, start: int, end: int) -> Quotation | None:
    spans = ((q, span) for q in reading.quotations for span in q.spans)
    return next((q for q, span in spans if (span.start, span.end) == (start, end)), None)


def _show_around(
    shelf: Shelf,
    reading: Reading,
    start: int,
    end: int,
    marks: _Marks,
    *,
    event: Event | None = None,
    actor: Actor | None = None,
) -> Side:
    text = shelf.report(reading.id).text
    around = sentence_around(text, max(0, start - _AROUND), min(len(text), end + _AROUND))
    is_cut = around.start > 0 or around.end < len(text)
    side = _side(shelf, reading, around.start, around.text, marks, is_cut=is_cut, at=(start, end))
    return msgspec.structs.replace(
        side,
        event=_facts_of(reading, event) if event else None,
        actor=ActorFacts(make_chip(actor, reading.id), actor.role) if actor else None,
    )


def _side(
    shelf: Shelf,
    reading: Reading,
    start: int,
    text: str,
    marks: _Marks,
    *,
    is_cut: bool,
    at: tuple[int | None, int | None] = (None, None),
) -> Side:
    return Side(
        title=reading.title,
        cited=cite(shelf, reading.id, *at),
        text=mark_words(text, list(_move_marks(marks, start, len(text)))),
        is_cut=is_cut,
    )


def _move_marks(marks: _Marks, start: int, length: int) -> Iterator[tuple[int, int, str]]:
    """Yield those marks that lie in a part of the text, as they stand in it; the first kinds go before."""
    taken: _Marks = []
    for first, last, kind in marks:
        inside = start <= first and last <= start + length
        if inside and all(last <= a or first >= b for a, b, _ in taken):
            taken.append((first, last, kind))
            yield first - start, last - start, kind


def _mark_actors(reading: Reading, names: frozenset[str]) -> _Marks:
    return [
        (mention.start, mention.end, "actor")
        for actor in reading.actors
        if fold_name(actor.name) in names
        for mention in actor.mentions
    ]


def _facts_of(reading: Reading, event: Event) -> EventFacts:
    return EventFacts(
        event.type,
        event.mode,
        event.status,
        make_chips(reading, event.actor),
        make_chips(reading, event.recipient),
        event.date,
        event.earliest,
        event.latest,
        event.place,
    )


# --- the log ------------------------------------------------------------------------------------------


class About(msgspec.Struct, frozen=True):
    """What a decision is about: words in their sentence, or a headline, with the address in the report."""

    text: tuple[Marked, ...]
    address: str | None


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """A decision in the log. ``withdrawn`` is the number of the one that took it back, None if it stands.

    ``is_read`` is False if nothing is read any more at the words that it is about: it waits for a reader.
    """

    made: Judgement
    about: tuple[About, ...]
    withdrawn: int | None
    is_read: bool = True


class LogFilter(msgspec.Struct, frozen=True):
    """Which decisions are shown; "" is all."""

    by: str = ""
    verdict: str = ""


class LogView(msgspec.Struct, frozen=True, kw_only=True):
    """All that the log shows."""

    filter: LogFilter
    verdicts: tuple[str, ...]
    people: tuple[str, ...]
    page: Page[Decision]
    is_linking: bool


@ROUTER.get("/correct/log")
def show_log(visit: Visiting) -> Response:
    """Show all decisions, the latest first; as a file if the address asks for one."""
    query, shelf = visit.request.query_params, visit.shelf
    wanted = LogFilter(clean(query.get("by", "")), clean(query.get("verdict", "")))
    made = shelf.archive.judgements()
    chosen = select_decisions(made, wanted)
    if form := find_format(query.get("format")):
        download = download_rows(Judgement, "decisions", lambda: chosen, lambda: _events_of(shelf, chosen))
        return send(form, download, shelf.archive)
    taken_back = find_withdrawn(made)

    def list_decisions(limit: int, offset: int) -> Sequence[Decision]:
        return [describe_decision(shelf, one, taken_back) for one in chosen[offset : offset + limit]]

    relinker: Relinker = visit.request.app.state.relinker
    view = LogView(
        filter=wanted,
        verdicts=(*ANSWERS, "withdrawn"),
        people=tuple(sorted({one.by for one in made})),
        page=take_page(list_decisions, _LOGGED, query.get("after")),
        is_linking=relinker.is_running,
    )
    return visit.render("correct_log.html", view)


def select_decisions(made: Iterable[Judgement], wanted: LogFilter) -> list[Judgement]:
    """Return the decisions that a filter selects, the latest first."""
    chosen = [
        one
        for one in made
        if wanted.by.casefold() in one.by.casefold() and wanted.verdict in ("", one.verdict)
    ]
    return chosen[::-1]


def find_withdrawn(made: Iterable[Judgement]) -> dict[int, int]:
    """Return the decisions that were taken back, and by which; what takes back can be taken back too."""
    gone: dict[int, int] = {}
    for one in sorted(made, key=lambda j: -j.number):
        if one.withdraws is not None and one.number not in gone:
            gone.setdefault(one.withdraws, one.number)
    return gone


def describe_decision(shelf: Shelf, made: Judgement, withdrawn: Mapping[int, int]) -> Decision:
    """Return a decision with the words that it is about."""
    ends = [end for end in (made.subject, made.object) if end is not None]
    about = tuple(_tell(shelf, end) for end in ends)
    return Decision(
        made=made, about=about, withdrawn=withdrawn.get(made.number), is_read=_is_read(shelf, made)
    )


def _is_read(shelf: Shelf, made: Judgement) -> bool:
    if made.subject is None or made.subject.start is None:
        return True
    try:
        return is_read(made, shelf.original(made.subject.report))
    except MissingError:
        return True


def _tell(shelf: Shelf, anchor: Anchor) -> About:
    try:
        report = shelf.report(anchor.report)
    except MissingError:  # a decision stays when its report is not there
        return About((Marked(anchor.report[:12]),), None)
    address = report_address(report.id, anchor.start, anchor.end)
    if anchor.start is None or anchor.end is None:
        return About((Marked(shorten(report.title or report.text)),), address)
    around = sentence_around(report.text, anchor.start, anchor.end)
    marks = [(anchor.start - around.start, anchor.end - around.start, "found")]
    return About(mark_words(around.text, marks), address)


def _events_of(shelf: Shelf, made: Iterable[Judgement | Doubt]) -> Iterator[EventRow]:
    named = (end.report for one in made for end in (one.subject, one.object) if end is not None)
    for report in dict.fromkeys(named):
        yield from shelf.archive.events(report=report)
