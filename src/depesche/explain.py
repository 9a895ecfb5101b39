"""Why an event was read: its words, its rule, the grammar and the tree of its sentences, how sure it is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from depesche.errors import EventError
from depesche.find.events.explain import Account, Ground, Telling, Trace
from depesche.find.events.findings import Findings
from depesche.find.events.frames import Frame, NounFrame, VerbFrame
from depesche.language.analysis import Happening
from depesche.language.document import Document
from depesche.language.lexicon import find_line, load_entries
from depesche.language.sentences import Place, SentenceView, describe_sentence, place_of
from depesche.read import find_all, is_german, prepare_report, reader_digest
from depesche.reading import Actor, Event, Reading, Report

_LISTS: dict[str, tuple[str, type[VerbFrame] | type[NounFrame]]] = {
    "verb": ("de/events-verbs.yaml", VerbFrame),
    "noun": ("de/events-nouns.yaml", NounFrame),
}


class Entry(msgspec.Struct, frozen=True):
    """The entry of a word list that knows the words: ``file`` under data/, and what else it says."""

    file: str
    line: int
    id: str
    yes: str
    no: str
    fields: dict[str, Any]


class RoleView(msgspec.Struct, frozen=True):
    """Words that a language model gives a role in an event."""

    role: str
    words: Place
    confidence: float


class HeadView(msgspec.Struct, frozen=True, kw_only=True):
    """What a language model reads in the words of an event: each of its heads, and how sure it is."""

    type: str
    words: Place
    confidence: float
    status: str
    status_confidence: float
    roles: tuple[RoleView, ...]


class TellingView(msgspec.Struct, frozen=True, kw_only=True):
    """Words that tell the event, by one rule; ``alone`` is what they tell without the other tellings."""

    words: Place
    sentence: int
    clause: int | None
    rule: str
    entry: Entry | None
    asked: Place | None
    network: HeadView | None
    heading: bool
    echo: bool
    follows: bool
    alone: Event


class Explanation(msgspec.Struct, frozen=True, kw_only=True):
    """Why an event was read. Its first telling is at the words that the event names.

    ``actors`` are those that take part or vouch for it. ``sentences`` are those of the tellings. ``kept`` is
    the event as an archive holds it, if another reader read it; ``language_model`` the model that was asked.
    """

    report: str
    reader: str
    language_model: str | None
    event: Event
    actors: tuple[Actor, ...]
    tellings: tuple[TellingView, ...]
    grounds: tuple[Ground, ...]
    sentences: tuple[SentenceView, ...]
    kept: Event | None = None


class Explainer:
    """One report, read once more with all that its events rest on.

    ``events`` are those of ``read_report``. Raises LanguageModelError if the language model of that name
    cannot be loaded. No text makes it raise.
    """

    def __init__(self, report: Report, language_model: str | None = None) -> None:
        self._report = report
        self._reader = reader_digest(language_model)
        document, language = prepare_report(report, language_model)
        self._document = document
        # What is not German is not read, so that there is nothing to explain.
        self._findings = find_all(document) if is_german(language) else Findings()
        self._trace = Trace(document, self._findings) if is_german(language) else None
        self.events: tuple[Event, ...] = self._trace.events if self._trace else ()

    def explain(self, wanted: str) -> Explanation:
        """Return why the event with this id (``e3``) was read. Raises EventError if there is none."""
        return self._explain(pick_event(self.events, wanted))

    def explain_kept(self, reading: Reading, wanted: str) -> Explanation:
        """Return why an event of a reading that was kept was read.

        Another reader may have read it; what is explained is then this reader's event at the same words, and
        the kept one stands in ``kept``. Raises EventError if the reading has no such event, or this reader
        reads none there.
        """
        kept = pick_event(reading.events, wanted)
        if kept in self.events:
            return self._explain(kept)
        there = [e for e in self.events if e.start < kept.end and kept.start < e.end]
        alike = [e for e in there if e.type == kept.type] or there
        if not alike:
            raise EventError(
                f"The event {kept.id} ({kept.type} at character {kept.start}, rule {kept.rule}) was read by "
                f"{reading.reader}; {self._reader} reads none there. Read the report again to bring the "
                f"archive up to date, or name the language model that read it."
            )
        return msgspec.structs.replace(self._explain(alike[0]), kept=kept)

    def _explain(self, event: Event) -> Explanation:
        assert self._trace is not None
        account = self._trace.explain(event)
        analysis = self._document.analysis
        return Explanation(
            report=self._report.id,
            reader=self._reader,
            language_model=analysis.model if analysis else None,
            event=event,
            actors=tuple(self._actors(account)),
            tellings=tuple(_view_telling(self._document, t) for t in account.tellings),
            grounds=account.grounds,
            sentences=tuple(
                describe_sentence(self._document, n)
                for n in dict.fromkeys(t.sentence for t in account.tellings)
            ),
        )

    def _actors(self, account: Account) -> Iterator[Actor]:
        events = [account.event, *(t.event for t in account.tellings)]
        ids = {i for e in events for i in (*e.actor, *e.recipient, *filter(None, [e.source]))}
        yield from (a for a in self._findings.actors if a.id in ids)


def pick_event(events: tuple[Event, ...], wanted: str) -> Event:
    """Return the event with this id (``e3``, or ``3``). Raises EventError if there is none."""
    id_ = wanted.strip().lower()
    found = next((e for e in events if e.id in {id_, f"e{id_}"}), None)
    if found is None:
        there = f"its events are e1 to e{len(events)}" if len(events) > 1 else "its only event is e1"
        raise EventError(f"There is no event {wanted!r} in the report: {there if events else 'it has none'}.")
    return found


def event_at(events: tuple[Event, ...], offset: int) -> str:
    """Return the id of the event at the character ``offset``. Raises EventError if there is none."""
    found = next((e.id for e in events if e.start <= offset < e.end), None)
    if found is None:
        raise EventError(f"There is no event at the character {offset} of the report.")
    return found


def _view_telling(document: Document, telling: Telling) -> TellingView:
    return TellingView(
        words=telling.words,
        sentence=telling.sentence,
        clause=telling.clause,
        rule=telling.event.rule,
        entry=_find_entry(telling.frame),
        asked=telling.asked,
        network=_view_head(document, telling.happening),
        heading=telling.heading,
        echo=telling.echo,
        follows=telling.follows,
        alone=telling.event,
    )


def _find_entry(frame: Frame | None) -> Entry | None:
    """Return the entry of a frame, its fields as the list gives them."""
    if frame is None:
        return None
    name, kind = _LISTS["verb" if isinstance(frame, VerbFrame) else "noun"]
    own = next(f for f in load_entries(name, kind) if f.id == frame.id)
    fields = msgspec.to_builtins(own)
    rest = {key: value for key, value in fields.items() if key not in {"id", "yes", "no"}}
    return Entry(name, find_line(name, frame.id), frame.id, frame.yes, frame.no, rest)


def _view_head(document: Document, happening: Happening | None) -> HeadView | None:
    if happening is None:
        return None
    return HeadView(
        type=happening.kind,
        words=place_of(document, *happening.words),
        confidence=happening.confidence,
        status=happening.status,
        status_confidence=happening.status_confidence,
        roles=tuple(RoleView(r.role, place_of(document, *r.words), r.confidence) for r in happening.roles),
    )
