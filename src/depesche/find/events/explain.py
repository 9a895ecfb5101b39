"""Why an event was read: the words that tell it, and for each of its fields where its value stands.

Nothing of this is kept while a report is read. The finder is run once more, with a scene that notes what is
looked up; so it says what the finder did and not what somebody thinks that it does.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Literal

import msgspec

from depesche.find.events.build import Stage, draft_stages, settle_events
from depesche.find.events.certainty import find_status, settled_by
from depesche.find.events.fates import find_fate
from depesche.find.events.findings import Findings
from depesche.find.events.frames import Frame, VerbFrame, event_words, is_word_of
from depesche.find.events.merge import Draft, Merger
from depesche.find.events.moments import find_place, find_time
from depesche.find.events.parties import find_parties, look_at
from depesche.find.events.scene import Ids, Scene, calendar_part
from depesche.find.events.story import Story
from depesche.find.events.triggers import Trigger, find_triggers
from depesche.language.analysis import Happening
from depesche.language.chunks import Chunk
from depesche.language.clauses import Clause
from depesche.language.document import Document
from depesche.language.function_words import words_of
from depesche.language.sentences import Place, place_of, places_of
from depesche.reading import Event, Mention, Time
from depesche.reading import Place as NamedPlace

Field = Literal["type", "actor", "recipient", "date", "place", "status", "source"]
_AGENTS = frozenset({"von", "vom", "durch", "seitens"})
_PARTIES = frozenset({"actor", "recipient"})


class Ground(msgspec.Struct, frozen=True, kw_only=True):
    """Why a field of an event has a value.

    ``value`` is an actor's id, a date, a status ... ``stands`` says where it stands: as ``by`` and ``to`` of
    a frame name it (``subject``, ``d``, ``mit``), or ``frame`` (the entry says so), ``agent``, ``speaker``,
    ``within`` (a clause), ``sign`` or ``day`` (of a status), ``refused`` or ``promised`` (of a type),
    ``earlier`` (an event told before says it), ``story`` (the report goes on telling at that day),
    ``implied`` (what stands around says it), ``role`` (a language model does); empty if it is not known.
    ``words`` are the words, ``clause`` the number of their clause in the sentence of the ``telling``-th
    telling. ``rule`` is that of the time, place, quotation or mention, ``confidence`` the language model's.
    """

    field: Field
    value: str
    stands: str = ""
    words: tuple[Place, ...] = ()
    clause: int | None = None
    rule: str = ""
    stage: Stage = "grammar"
    confidence: float | None = None
    telling: int = 0


class Telling(msgspec.Struct, frozen=True, kw_only=True):
    """Words that tell an event: ``event`` is what they alone tell, without an id.

    ``frame`` is the entry of the word lists that knows them, ``asked`` the word that it asks for beside a
    verb; ``happening`` what a language model reads in the words. ``clause`` is the number of their clause.
    """

    event: Event
    sentence: int
    words: Place
    clause: int | None = None
    frame: Frame | None = None
    asked: Place | None = None
    happening: Happening | None = None
    heading: bool = False
    echo: bool = False
    follows: bool = False


class Account(msgspec.Struct, frozen=True):
    """An event, who tells it (the words that its place is, first) and the ground of each of its fields."""

    event: Event
    tellings: tuple[Telling, ...]
    grounds: tuple[Ground, ...]


class _Lookup(msgspec.Struct, frozen=True):
    """Actors that were looked up, in the tokens ``first`` to ``last`` or, as speaker, of a quotation."""

    ids: Ids
    first: int
    last: int
    chunk: Chunk | None = None
    speaker: bool = False


class _WatchedScene(Scene, frozen=True, dict=True):
    """A scene that notes which words it was asked for and whom they name."""

    @functools.cached_property
    def lookups(self) -> list[_Lookup]:
        return []

    def actors_of(self, chunk: Chunk) -> Ids:
        found = Scene.actors_of(self, chunk)
        self.lookups.append(_Lookup(found, chunk.head, chunk.last, chunk))
        return found

    def named_before(self, chunk: Chunk, token: int) -> Ids:
        found = Scene.named_before(self, chunk, token)
        self.lookups.append(_Lookup(found, chunk.first, token))
        return found

    def named_in(self, first: int, last: int) -> Ids:
        found = Scene.named_in(self, first, last)
        self.lookups.append(_Lookup(found, first, last))
        return found

    def by_adjective(self, chunk: Chunk) -> Ids:
        found = Scene.by_adjective(self, chunk)
        for i in range(chunk.first, chunk.head):
            word = Chunk(i, i + 1, i + 1)
            self.lookups.append(_Lookup(Scene.by_adjective(self, word), i, i + 1))
        return found

    def by_first_part(self, token: int) -> Ids:
        found = Scene.by_first_part(self, token)
        self.lookups.append(_Lookup(found, token, token + 1))
        return found

    def speaker_at(self, token: int) -> str | None:
        found = Scene.speaker_at(self, token)
        self.lookups.append(_Lookup((found,) if found else (), token, token + 1, speaker=True))
        return found


class _WatchedMerger(Merger):
    """A merger that notes which drafts it puts together."""

    def __init__(self, countries: Mapping[str, str | None]) -> None:
        super().__init__(countries)
        self.told: list[list[Draft]] = []

    def _find(self, draft: Draft) -> int | None:
        same = super()._find(draft)
        if same is not None:
            self.told[same].append(draft)
        elif not draft.echo:
            self.told.append([draft])
        return same


class Trace:
    """The way to all events of a document: run once, asked for each event."""

    def __init__(self, document: Document, findings: Findings) -> None:
        """Read the events of a document once more. No text makes it raise."""
        self._scene = _WatchedScene(document, findings)
        self._stages = list(draft_stages(self._scene))
        self._by_stage = [(stage, _by_key(drafts)) for stage, drafts in self._stages]
        merger = _WatchedMerger(self._scene.countries)
        kept = merger.merge(self._stages[-1][1])
        unwatched = Scene(document, findings)
        settled = settle_events(unwatched, kept)
        self.events = tuple(event for _, event in settled)
        self._story = Story(unwatched)
        tellings = {id(draft): merger.told[k] for k, draft in enumerate(merger.kept)}
        self._told = [tellings[id(draft)] for draft, _ in settled]

    def explain(self, event: Event) -> Account:
        """Return why one of ``events`` was read."""
        told = self._told[self.events.index(event)]
        drafts = sorted(told, key=lambda d: (d.event.start != event.start, d.event.rule != event.rule))
        triggers = [self._trigger(draft) for draft in drafts]
        tellings = tuple(map(self._telling, drafts, triggers))
        grounds = [self._grounds(*told) for told in zip(drafts, triggers, tellings, strict=True)]
        chosen = (self._by_story(event, ground) for ground in _choose(event, grounds))
        return Account(event, tellings, tuple(chosen))

    def _trigger(self, draft: Draft) -> Trigger | None:
        """Return the trigger of a draft; None if only a language model sees it."""
        tokens = self._scene.document.tokens
        return next(
            (
                t
                for t in _triggers(self._scene)
                if tokens[t.telling].start == draft.event.start
                and t.frame.id == draft.family
                and draft.event.rule.startswith(f"events/{_kind(t.frame)}/")
            ),
            None,
        )

    def _telling(self, draft: Draft, trigger: Trigger | None) -> Telling:
        document, event = self._scene.document, draft.event
        own = self._scene.owners.get(document.token_at(event.start))
        asked = trigger.asked if trigger else None
        return Telling(
            event=event,
            sentence=draft.sentence,
            words=Place(event.start, event.end, event.text),
            clause=own[0] if own else None,
            frame=trigger.frame if trigger else None,
            asked=None if asked is None else place_of(document, asked, asked + 1),
            happening=self._happening(event),
            heading=draft.heading,
            echo=draft.echo,
            follows=draft.follows,
        )

    def _happening(self, event: Event) -> Happening | None:
        """Return what a language model reads in the words of an event, or in its clause."""
        document = self._scene.document
        analysis = document.analysis
        if analysis is None:
            return None
        first, last = document.token_at(event.start), document.token_at(event.end - 1) + 1
        owners = self._scene.owners
        there = [h for h in analysis.events if h.words[0] < last and first < h.words[1]]
        there.sort(key=lambda h: (h.kind != event.type, h.words != (first, last)))
        clause = owners.get(first)
        near = [h for h in analysis.events if h.kind == event.type and owners.get(h.words[0]) == clause]
        return next(iter(there or (near if clause else [])), None)

    # --- the fields of one telling

    def _grounds(self, draft: Draft, trigger: Trigger | None, telling: Telling) -> list[Ground]:
        """Return why a telling says what it says: each value where the first stage has it that does."""
        found: list[Ground] = []
        for field, value in _values(draft.event):
            stage = self._stage_of(draft, field, value)
            if stage == "grammar" and trigger:
                ground = self._by_grammar(trigger, field, value, draft.event)
            elif stage == "model":
                ground = self._by_model(telling, field, value)
            else:
                ground = self._by_thread(draft, field, value)
            found.append(msgspec.structs.replace(ground, stage=stage))
        return found

    def _stage_of(self, draft: Draft, field: Field, value: str) -> Stage:
        for stage, events in self._by_stage:
            if any((field, value) in _values(event) for event in events.get(_key(draft), ())):
                return stage
        return self._by_stage[-1][0]

    def _by_grammar(self, trigger: Trigger, field: Field, value: str, event: Event) -> Ground:
        match field:
            case "type":
                return _of_type(self._scene, trigger, event)
            case "actor" | "recipient":
                return self._of_party(trigger, field, value)
            case "date":
                return self._of_date(trigger, value)
            case "place":
                return self._of_place(trigger.token, trigger.frame.type, value)
            case "status":
                return _of_status(self._scene, trigger, value)
            case "source":
                return self._of_source(trigger.token, value)

    def _of_party(self, trigger: Trigger, field: Literal["actor", "recipient"], actor: str) -> Ground:
        for stands in _places(trigger, field):
            self._scene.lookups.clear()
            if actor in look_at(self._scene, trigger, stands):
                return self._named(trigger, field, actor, stands)
        self._scene.lookups.clear()
        find_parties(self._scene, trigger)
        return self._named(trigger, field, actor, "")

    def _named(self, trigger: Trigger, field: Field, actor: str, stands: str) -> Ground:
        """Return the ground of a party by the words that were looked up last and name it."""
        lookup = next((one for one in self._scene.lookups if actor in one.ids), None)
        if lookup is None:
            return Ground(field=field, value=actor, stands=stands)
        if lookup.speaker:
            return msgspec.structs.replace(self._of_source(lookup.first, actor), field=field)
        at = self._scene.actors_at
        tokens = [i for i in range(lookup.first, lookup.last) if at.get(i) == actor]
        tokens = tokens or list(range(lookup.first, lookup.last))
        own = self._scene.owners.get(tokens[0]) if tokens else None
        mention = self._mention(tokens, actor)
        named = (Place(mention.start, mention.end, mention.text),) if mention else None
        return Ground(
            field=field,
            value=actor,
            stands=stands or _stands(trigger.clause, lookup.chunk),
            words=named or places_of(self._scene.document, tokens),
            clause=own[0] if own else None,
            rule=mention.rule if mention else "",
        )

    def _mention(self, tokens: Sequence[int], actor: str) -> Mention | None:
        """Return the longest mention of an actor that holds one of the tokens."""
        starts = [self._scene.document.tokens[i].start for i in tokens]
        mentions = (m for a in self._scene.findings.actors if a.id == actor for m in a.mentions)
        there = [m for m in mentions if any(m.start <= s < m.end for s in starts)]
        return max(there, key=lambda m: m.end - m.start, default=None)

    def _of_date(self, trigger: Trigger, date: str) -> Ground:
        time = find_time(self._scene, trigger)
        if time is None:
            return Ground(field="date", value=date)
        own = self._scene.owners.get(self._scene.document.token_at(time.start))
        words = (Place(time.start, time.end, time.text),)
        number = own[0] if own else None
        return Ground(field="date", value=date, stands="within", words=words, clause=number, rule=time.rule)

    def _of_place(self, token: int, kind: str, name: str) -> Ground:
        if find_place(self._scene, token, kind) != name:
            return Ground(field="place", value=name)
        at, places = self._scene.placed
        same = [(abs(i - token), i, p) for i, p in zip(at, places, strict=True) if p.text == name]
        if not same:
            return self._of_site(token, name)
        _, token, place = min(same, key=lambda found: found[:2])
        number, clause = self._scene.owners.get(token, (None, None))
        chunk = clause.chunk_at(token) if clause else None
        return Ground(
            field="place",
            value=name,
            stands=chunk.prep if chunk else "",
            words=(Place(place.start, place.end, place.text),),
            clause=number,
            rule=place.rule,
        )

    def _of_site(self, token: int, name: str) -> Ground:
        """Return the ground of a place without a name by its nearest words in the sentence."""
        document = self._scene.document
        for number, clause in enumerate(self._scene.sentence_clauses(token)):
            for chunk in clause.chunks:
                words = place_of(document, chunk.head, chunk.last)
                if words.text == name:
                    return Ground(field="place", value=name, stands=chunk.prep, words=(words,), clause=number)
        return Ground(field="place", value=name)

    def _of_source(self, token: int, actor: str) -> Ground:
        quotation = self._scene.quotation_at(token)
        if quotation is None or quotation.speaker is None:
            return self._of_claim(token, actor)
        speaker, text = quotation.speaker, self._scene.document.text
        cue = tuple(Place(s.start, s.end, text[s.start : s.end]) for s in quotation.cue)
        words = (Place(speaker.start, speaker.end, speaker.text), *cue)
        return Ground(field="source", value=actor, stands="speaker", words=words, rule=quotation.rule)

    def _of_claim(self, token: int, actor: str) -> Ground:
        """Return the ground of a source that only claims or denies: where it is named nearest."""
        at = self._scene.actors_at
        mention = self._mention(
            sorted((i for i in at if at[i] == actor), key=lambda i: abs(i - token))[:1], actor
        )
        words = (Place(mention.start, mention.end, mention.text),) if mention else ()
        return Ground(field="source", value=actor, stands="speaker" if words else "", words=words)

    def _by_model(self, telling: Telling, field: Field, value: str) -> Ground:
        """Return the ground of what a language model says."""
        happening = telling.happening
        if happening is None:
            return Ground(field=field, value=value)
        document = self._scene.document
        if field == "source":
            return self._of_source(document.token_at(telling.words.start), value)
        if field in {"type", "status"}:
            sure = happening.confidence if field == "type" else happening.status_confidence
            words = (place_of(document, *happening.words),)
            return Ground(field=field, value=value, stands="role", words=words, confidence=sure)
        wanted = "time" if field == "date" else field
        roles = [r for r in happening.roles if r.role == wanted]
        role = next((r for r in roles if self._means(r.words, field, value)), None)
        if role is None and field == "place":
            return self._of_place(happening.words[0], happening.kind, value)
        if role is None:
            return Ground(field=field, value=value, stands="role")
        words = (place_of(document, *role.words),)
        return Ground(field=field, value=value, stands="role", words=words, confidence=role.confidence)

    def _means(self, words: tuple[int, int], field: Field, value: str) -> bool:
        """Whether the words of a role give a value."""
        scene = self._scene
        if field in {"actor", "recipient"}:
            references = scene.findings.references
            return any(
                scene.actors_at.get(i) == value or value in references.get(i, ()) for i in range(*words)
            )
        if field == "place":
            return value in place_of(scene.document, *words).text
        return any(words[0] <= i < words[1] for i in scene.dated[0])

    def _by_thread(self, draft: Draft, field: Field, value: str) -> Ground:
        """Return the ground of what the events told before say: the words of the last that has the value."""
        before = [
            d.event
            for d in self._stages[-1][1]
            if d.event.start < draft.event.start
            and any(v == value for f, v in _values(d.event) if _alike(f, field))
        ]
        if not before:
            return Ground(field=field, value=value)
        words = (Place(before[-1].start, before[-1].end, before[-1].text),)
        return Ground(field=field, value=value, stands="earlier", words=words)

    def _by_story(self, event: Event, ground: Ground) -> Ground:
        """Return the ground of a date or place that no telling says: where the report goes on telling.

        If that is not where the story's last day or scene is, it is where the report names it nearest.
        """
        if ground.stands or ground.field not in {"date", "place"}:
            return ground
        found = self._day_in_story(event) if ground.field == "date" else self._place_in_story(event)
        if found is None:
            return ground
        words = (Place(found.start, found.end, found.text),)
        return msgspec.structs.replace(ground, stands="story", words=words, rule=found.rule)

    def _day_in_story(self, event: Event) -> Time | None:
        day = self._story.day_of(event)
        if day is not None and calendar_part(day.time) == event.date:
            return day.time
        named = (time for time in self._scene.dated[1] if calendar_part(time) == event.date)
        return min(named, key=lambda time: abs(time.start - event.start), default=None)

    def _place_in_story(self, event: Event) -> NamedPlace | None:
        place = self._story.place_of(event)
        if place is not None and place.text == event.place:
            return place
        named = (place for place in self._scene.placed[1] if place.text == event.place)
        return min(named, key=lambda place: abs(place.start - event.start), default=None)


def _key(draft: Draft) -> tuple[int, int, str]:
    """Return what stays the same of a draft from stage to stage."""
    return draft.event.start, draft.event.end, draft.family


def _by_key(drafts: Iterable[Draft]) -> dict[tuple[int, int, str], list[Event]]:
    found: dict[tuple[int, int, str], list[Event]] = {}
    for draft in drafts:
        found.setdefault(_key(draft), []).append(draft.event)
    return found


def _kind(frame: Frame) -> str:
    return "verb" if isinstance(frame, VerbFrame) else "noun"


def _triggers(scene: _WatchedScene) -> tuple[Trigger, ...]:
    """Return the triggers of a document, found once."""
    kept = scene.__dict__
    if "triggers" not in kept:
        kept["triggers"] = tuple(find_triggers(scene))
    found: tuple[Trigger, ...] = kept["triggers"]
    return found


def _alike(one: Field, two: Field) -> bool:
    return one == two or {one, two} <= _PARTIES


def _values(event: Event) -> list[tuple[Field, str]]:
    """Return the fields that an event has, each party on its own."""
    fields: list[tuple[Field, str | None]] = [
        ("type", event.type),
        *(("actor", i) for i in event.actor),
        *(("recipient", i) for i in event.recipient),
        ("date", event.date),
        ("place", event.place),
        ("status", event.status),
        ("source", event.source),
    ]
    return [(field, value) for field, value in fields if value is not None]


def _choose(event: Event, grounds: Sequence[Sequence[Ground]]) -> Iterator[Ground]:
    """Yield for each field of an event the ground of the first telling that has its value."""
    for field, value in _values(event):
        fits = (
            msgspec.structs.replace(ground, telling=n)
            for n, of_one in enumerate(grounds)
            for ground in of_one
            if (ground.field, ground.value) == (field, value)
        )
        # What no telling says was completed from what stands around.
        unsaid = Ground(field=field, value=value, stands="implied" if field in _PARTIES else "")
        yield next(fits, unsaid)


def _places(trigger: Trigger, field: Field) -> list[str]:
    """Return where a frame looks for a party, the likeliest first."""
    frame = trigger.frame
    by, to = frame.by.split(), frame.to.split()
    if not isinstance(frame, VerbFrame):
        by = ["zwischen", *by]
    elif trigger.clause.voice == "passive" and frame.by == "subject":
        by = []  # in the passive the subject suffers
    both = [*by, *to] if field == "actor" else [*to, *by]
    mixed = frame.mutual or not isinstance(frame, VerbFrame)
    return list(dict.fromkeys(both if mixed else by if field == "actor" else to))


def _stands(clause: Clause, chunk: Chunk | None) -> str:
    """Return where a chunk stands in a clause, in the words of a frame; empty if that is not clear."""
    if chunk is None:
        return ""
    if chunk.prep:
        return "agent" if clause.voice == "passive" and chunk.prep in _AGENTS else chunk.prep
    if chunk == clause.subject:
        return "subject"
    if chunk.genitive:
        return "g"
    return chunk.cases if len(chunk.cases) == 1 else ""


def _of_type(scene: Scene, trigger: Trigger, event: Event) -> Ground:
    stands = "frame"
    if event.type != trigger.frame.type:
        stands = "refused" if event.type == "REJECT" else "promised"
    words = (place_of(scene.document, trigger.token, trigger.token + 1),)
    return Ground(field="type", value=event.type, stands=stands, words=words, clause=trigger.number)


# --- signs of a status ----------------------------------------------------------------------------


def _of_status(scene: Scene, trigger: Trigger, status: str) -> Ground:
    """Return the words that speak for a status: negations, modal verbs, the mood, a date."""
    document, clause = scene.document, trigger.clause
    time = find_time(scene, trigger)
    settled = settled_by(scene, trigger.token, trigger.frame.type) or find_fate(scene, trigger)
    if settled and settled[0] == status:
        words = places_of(document, settled[1])
        return Ground(field="status", value=status, stands="sign", words=words, clause=trigger.number)
    if find_status(scene, trigger, time) != status:
        # A refused act is actual as refusal, though it will not be done.
        return Ground(field="status", value=status, stands="frame", clause=trigger.number)
    tokens = sorted(set(_SIGNS[status](scene, trigger))) if status in _SIGNS else []
    if not tokens and time is not None and status in {"future", "historical"}:
        words = (Place(time.start, time.end, time.text),)
        return Ground(field="status", value=status, stands="day", words=words, clause=trigger.number)
    if not tokens and status == "actual":
        tokens = list(clause.verb if clause.finite is None else (*clause.verb, clause.finite))
    return Ground(
        field="status",
        value=status,
        stands="sign" if tokens else "",
        words=places_of(document, tokens),
        clause=trigger.number,
    )


def _negations(scene: Scene, trigger: Trigger) -> Iterator[int]:
    clauses = scene.sentence_clauses(trigger.token)
    above = trigger.clause.parent
    holders = [trigger.clause, *([clauses[above]] if above is not None and above < len(clauses) else [])]
    for clause in holders:
        lower = {i: scene.document.tokens[i].lower for i in clause.tokens}
        found = [i for i, word in lower.items() if word in words_of("neg") or word.startswith("kein")]
        if found:
            yield from found
            return


def _possibilities(scene: Scene, trigger: Trigger) -> Iterator[int]:
    clause = trigger.clause
    if clause.opener in event_words("conditional"):
        yield from (i for i in clause.tokens if scene.document.tokens[i].lower == clause.opener)
    if clause.finite is not None and (clause.mood == "subj2" or clause.modal):
        yield clause.finite
    yield from _beside(scene, trigger, "possible")


def _outlooks(scene: Scene, trigger: Trigger) -> Iterator[int]:
    clause = trigger.clause
    if clause.finite is not None and (clause.tense == "fut" or clause.modal):
        yield clause.finite
    if clause.lemma in event_words("planning") and trigger.chunk is not None:
        yield from clause.verb
    yield from _beside(scene, trigger, "planned")


def _beside(scene: Scene, trigger: Trigger, key: str) -> Iterator[int]:
    """Yield the words of a list that stand in the chunk of a noun."""
    words = " ".join(event_words(key))
    for i in range(trigger.chunk.first, trigger.token) if trigger.chunk else ():
        if is_word_of(scene.document.tokens[i].text, words):
            yield i


_SIGNS = {"negated": _negations, "hypothetical": _possibilities, "future": _outlooks}
