"""What each side says in a report of an event: quotations, what its own outlets write, what it does in words.

An utterance is one sentence of it at most, so that each stands where it belongs. It belongs to the event if
the last scene told before it is that event: a report may go on to another meeting of the same people, and
what they say after that is about the other.
"""

from __future__ import annotations

import bisect
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from depesche.language.leaders import find_leader
from depesche.link.actors import ActorKey
from depesche.link.matters import countries_named, matters_of
from depesche.link.mentions import sentences_of
from depesche.link.outlets import country_of_outlet
from depesche.link.records import Record
from depesche.reading import Actor, Event, Quotation, Span

# The country and the sector of an actor.
Known = tuple[str | None, str | None]

# Organs of a state and who it has speak for it. Others of its people (firms, opposition, citizens) are heard
# as third parties.
_OFFICIAL = frozenset({"GOV", "MIL", "SPY", "COP", "JUD", "LEG", "PRM"})
# Deeds that are done by speaking: they say what a side thinks, where the report quotes nothing.
_SPOKEN = frozenset({"ACCUSE", "REJECT", "SUPPORT", "CONCEDE", "AGREE", "REQUEST", "THREATEN"})
# An event that is told within the first sentences is what the report is about.
_LEAD_SENTENCES = 3
# What is said this many sentences behind an event that is mere background is still about it.
_BACKGROUND_SENTENCES = 2
# Shorter pieces of a quotation are read with the sentence they stand in.
_WHOLE_WORDS = 7
_SHORTEST_WORDS = 2
_TWO = 2
# Words for all parties at once: "beide Seiten erklärten".
_ALL = ("beide", "die beiden", "alle ", "mehrere seiten")


class Utterance(msgspec.Struct, frozen=True, kw_only=True):
    """What one side says: at most a sentence of it.

    ``sides`` are the columns it belongs to (a country, a body's name, ``RUS-OPP``; none for the reporter's
    own words). ``context`` is the words by which its matter is told: its own, or the sentence around a few
    quoted ones; ``frame`` the clause that says who says it. ``tells`` says that it names the event itself.
    """

    report: str
    day: str
    sides: tuple[str, ...]
    speaker: str | None
    spans: tuple[Span, ...]
    text: str
    context: str
    frame: str
    sentence: int
    tells: bool = False

    @property
    def start(self) -> int:
        """Where it begins in the text."""
        return self.spans[0].start


class Scene(msgspec.Struct, frozen=True):
    """A report with what is needed to tell who says what of the event in it.

    ``known`` is country and sector of its actors, corrected by the other reports; ``own`` the ids of its
    mentions of the event (none, if it tells of the same matter without it), ``mentions`` those of all
    reports, ``parties`` the sides of the event.
    """

    record: Record
    own: frozenset[str]
    mentions: tuple[Event, ...]
    parties: tuple[str, ...]
    known: Mapping[str, Known]
    sentences: tuple[Span, ...]

    def sentence_of(self, offset: int) -> int:
        """Return the index of the sentence that holds or last precedes a character."""
        return max(0, bisect.bisect_right(self.sentences, offset, key=lambda s: s.start) - 1)


def set_scene(
    record: Record,
    own: Iterable[str],
    mentions: Iterable[Event],
    parties: Sequence[str],
    known: Mapping[ActorKey, Known],
) -> Scene:
    """Return the scene of a report; its sentences are found anew if the record has none."""
    actors = record.reading.actors
    here = {a.id: known.get(ActorKey(record.id, a.id), (a.country, a.sector)) for a in actors}
    here |= {a.id: (country, a.sector) for a in actors if (country := _country_of_short(a, actors, here))}
    return Scene(record, frozenset(own), tuple(mentions), tuple(parties), here, sentences_of(record))


def _country_of_short(actor: Actor, actors: Iterable[Actor], known: Mapping[str, Known]) -> str | None:
    """Return the state of ``das Ministerium``: that of the one ministry (Außenministerium) there is."""
    short = actor.name.lower()
    if actor.type != "ORG" or " " in short:
        return None
    heads = {a.id: a.name.lower().rsplit(" ", 1)[-1] for a in actors if a.type == "ORG"}
    longer = {known[id_][0] for id_, head in heads.items() if head.endswith(short) and head != short}
    return longer.pop() if len(longer) == 1 else None


def find_utterances(scene: Scene) -> tuple[Utterance, ...]:
    """Return what is said of the event in a report, by whom, in the order of the text."""
    quoted = list(_quoted(scene))
    taken = sorted((s.start, s.end) for q in scene.record.reading.quotations for s in q.spans)
    found = [*quoted, *_outlet_words(scene, taken), *_deeds(scene, quoted, taken)]
    # A report that does not name the event is heard for what the parties themselves say in it.
    heard = [u for u in found if scene.own or set(u.sides) & set(scene.parties)]
    kept = [_telling(scene, u) for u in heard if _belongs(scene, u)]
    return tuple(sorted(kept, key=lambda u: (u.start, u.spans, u.sides)))


def find_reported(scene: Scene) -> tuple[Utterance, ...]:
    """Return the sentences that the reporter says of the event in their own voice."""
    if not scene.own or _outlet_side(scene) is not None:
        return ()
    reading = scene.record.reading
    taken = sorted((s.start, s.end) for q in reading.quotations for s in (*q.spans, *q.frame))
    free = [n for n, s in enumerate(scene.sentences) if not _overlaps(taken, s.start, s.end)]
    others = {
        scene.sentence_of(e.start) for e in reading.events if not _countries(scene, e) <= set(scene.parties)
    }
    found = (_sentence(scene, n, (), None) for n in free if n not in others)
    return tuple(u for u in found if u and _belongs(scene, u))


def _telling(scene: Scene, utterance: Utterance) -> Utterance:
    spans = [(s.start, s.end) for s in utterance.spans]
    events = (e for e in scene.record.reading.events if e.id in scene.own)
    tells = any(_overlaps(spans, e.start, e.end) for e in events)
    return msgspec.structs.replace(utterance, tells=tells)


def names_sides(scene: Scene) -> bool:
    """Whether a report names enough of the parties to be about them: two, or the one that is known."""
    named = {side for a in scene.record.reading.actors if (side := _side(scene, a))} | {*_outlet_sides(scene)}
    return len(named & set(scene.parties)) >= min(2, len(scene.parties))


def side_of(actor: Actor, country: str | None, sector: str | None = None, own: bool = False) -> str | None:
    """Return the column of an actor: its country if it speaks for it, or itself.

    ``sector`` is what other reports know of it; ``own`` says that it is a party of the event, whatever it is.
    """
    sector = actor.sector or sector
    if country is None:
        return actor.name if actor.type == "ORG" or own else None
    if own or sector in _OFFICIAL or _state_medium(actor) or find_leader(tuple(actor.name.split(" "))):
        return country
    # Of a person without an office nothing says that it speaks for its state.
    return country if sector is None and actor.type != "PER" else f"{country}-{sector or 'CVL'}"


def _state_medium(actor: Actor) -> bool:
    words = " ".join((actor.name, actor.role or ""))
    return actor.sector == "MED" and (country_of_outlet(words) is not None or "staatl" in words.lower())


def _quoted(scene: Scene) -> Iterable[Utterance]:
    quotations = scene.record.reading.quotations
    for quotation in quotations:
        sides, speaker = _speaker(scene, quotation)
        if sides and not any(_within(quotation, other) for other in quotations):
            yield from _pieces(scene, quotation, sides, speaker)


def _within(inner: Quotation, outer: Quotation) -> bool:
    """Whether a quotation is a part of another of the same speaker, which says it all."""
    if inner is outer or not inner.spans or not outer.spans or not _same_voice(inner, outer):
        return False
    inside = all(any(o.start <= s.start and s.end <= o.end for o in outer.spans) for s in inner.spans)
    return inside and _length(inner) < _length(outer)


def _length(quotation: Quotation) -> int:
    return sum(s.end - s.start for s in quotation.spans)


def _same_voice(one: Quotation, other: Quotation) -> bool:
    if one.speaker is None or other.speaker is None:
        return one.speaker is other.speaker
    same_actor = one.speaker.actor is not None and one.speaker.actor == other.speaker.actor
    return same_actor or one.speaker.text == other.speaker.text


def _speaker(scene: Scene, quotation: Quotation) -> tuple[tuple[str, ...], str | None]:
    """Return the columns of who speaks, and the name."""
    voice = quotation.speaker
    if voice is None:
        return _outlet_sides(scene), scene.record.reading.source
    if voice.text.lower().startswith(_ALL):
        return scene.parties, voice.text
    actor = _actor(scene, voice.actor)
    if actor is None:
        # "hieß es in Bogotá", "Kreise in Teheran": a place that stands for those who speak there.
        named = countries_named(voice.text)
        return (tuple(named) if len(named) == 1 else ()), voice.text
    side = _side(scene, actor)
    return ((side,) if side else ()), actor.name


def _actor(scene: Scene, actor_id: str | None) -> Actor | None:
    return next((a for a in scene.record.reading.actors if a.id == actor_id), None)


def _side(scene: Scene, actor: Actor) -> str | None:
    events = (e for e in scene.record.reading.events if e.id in scene.own)
    own = any(actor.id in (*e.actor, *e.recipient) for e in events)
    country, sector = scene.known.get(actor.id, (actor.country, actor.sector))
    return side_of(actor, country, sector, own)


def _outlet_side(scene: Scene) -> str | None:
    outlets = dict.fromkeys((scene.record.report.source or "", *scene.record.outlets))
    return next((c for outlet in outlets if outlet and (c := country_of_outlet(outlet))), None)


def _outlet_sides(scene: Scene) -> tuple[str, ...]:
    side = _outlet_side(scene)
    return (side,) if side else ()


def _pieces(
    scene: Scene, quotation: Quotation, sides: tuple[str, ...], speaker: str | None
) -> Iterable[Utterance]:
    """Yield a quotation sentence by sentence."""
    text = scene.record.report.text
    groups: dict[int, list[Span]] = {}
    for span in quotation.spans:
        for n in range(scene.sentence_of(span.start), scene.sentence_of(max(span.start, span.end - 1)) + 1):
            piece = _clip(span, scene.sentences[n]) if n < len(scene.sentences) else span
            if piece and text[piece.start : piece.end].strip():
                groups.setdefault(n, []).append(piece)
    frame = " ".join(text[s.start : s.end] for s in (*quotation.cue, *quotation.frame))
    for n, spans in groups.items():
        words = " ".join(text[s.start : s.end] for s in spans)
        whole = len(words.split()) >= _WHOLE_WORDS or n >= len(scene.sentences)
        context = words if whole else text[scene.sentences[n].start : scene.sentences[n].end]
        yield Utterance(
            report=scene.record.id,
            day=scene.record.day or "~",
            sides=sides,
            speaker=speaker,
            spans=tuple(spans),
            text=words,
            context=context,
            frame=frame,
            sentence=n,
        )


def _clip(span: Span, sentence: Span) -> Span | None:
    start, end = max(span.start, sentence.start), min(span.end, sentence.end)
    return Span(start, end) if start < end else None


def _outlet_words(scene: Scene, taken: list[tuple[int, int]]) -> Iterable[Utterance]:
    """Yield the sentences that an outlet of a side writes in its own voice."""
    sides = _outlet_sides(scene)
    if sides:
        for n, span in enumerate(scene.sentences):
            if not _overlaps(taken, span.start, span.end):
                found = _sentence(scene, n, sides, scene.record.reading.source)
                if found:
                    yield found


def _deeds(scene: Scene, quoted: Sequence[Utterance], taken: list[tuple[int, int]]) -> Iterable[Utterance]:
    """Yield what a side says by a deed of words, where nothing in the sentence is quoted from it."""
    if _outlet_side(scene) is not None:
        return
    heard = {(u.sentence, side) for u in quoted for side in u.sides}
    for event in scene.record.reading.events:
        if event.type not in _SPOKEN or event.source or event.status not in ("actual", "historical"):
            continue
        actors = [a for i in event.actor if (a := _actor(scene, i))]
        sides = {side for a in actors if (side := _side(scene, a))}
        n = scene.sentence_of(event.start)
        to = {c for i in event.recipient if (c := scene.known.get(i, (None, None))[0])}
        if (
            len(sides) != 1
            or _overlaps(taken, event.start, event.end)
            or (event.recipient and not to & set(scene.parties))
        ):
            continue
        side = sides.pop()
        found = _sentence(scene, n, (side,), actors[0].name)
        if found and (n, side) not in heard:
            heard.add((n, side))
            yield found


def _sentence(scene: Scene, n: int, sides: tuple[str, ...], speaker: str | None) -> Utterance | None:
    span = scene.sentences[n]
    words = scene.record.report.text[span.start : span.end]
    if len(words.split()) < _SHORTEST_WORDS:
        return None
    return Utterance(
        report=scene.record.id,
        day=scene.record.day or "~",
        sides=sides,
        speaker=speaker,
        spans=(span,),
        text=words,
        context=words,
        frame="",
        sentence=n,
    )


def _overlaps(spans: Sequence[tuple[int, int]], start: int, end: int) -> bool:
    """Whether any of the sorted spans shares a character with a stretch."""
    return any(s < end and start < e for s, e in spans)


def _belongs(scene: Scene, utterance: Utterance) -> bool:
    """Whether an utterance is about the event of the scene: the event is the last scene told before it."""
    events = [e for e in scene.record.reading.events if e.id in scene.own]
    if any(_overlaps([(s.start, s.end) for s in utterance.spans], e.start, e.end) for e in events):
        return True
    if all(e.type != "CONSULT" for e in scene.mentions) and "event" in matters_of(utterance.text):
        return True
    first = min((scene.sentence_of(e.start) for e in events), default=0)
    background = bool(events) and all(e.status == "historical" for e in events)
    main = first < _LEAD_SENTENCES and not background
    last = _last_scene(scene, utterance)
    if last is None:
        return main or utterance.sentence + 1 >= first
    before = [scene.sentence_of(e.start) for e in events if e.start <= utterance.start]
    return last and (main or utterance.sentence - max(before, default=first) <= _BACKGROUND_SENTENCES)


def _last_scene(scene: Scene, utterance: Utterance) -> bool | None:
    """Return whether the last scene told before an utterance, or in its sentence, is that of the event.

    None if there is no scene.
    """
    found: bool | None = None
    for event in scene.record.reading.events:
        if scene.sentence_of(event.start) > utterance.sentence:
            break
        kind = _scene_of(scene, event, utterance)
        found = kind if kind is not None else found
    return found


def _scene_of(scene: Scene, event: Event, utterance: Utterance) -> bool | None:
    """Return whether an event is the one of the scene (True), another one to speak of (False), or neither.

    Another scene is another meeting of who speaks, or what happened to them on another day; of a deed of
    words, on a day before, for what is said afterwards may be about the event.
    """
    if event.id in scene.own:
        return True
    if _is_quoted(scene, event) or (utterance.sides and not _countries(scene, event) & set(utterance.sides)):
        return None
    if event.type == "CONSULT":
        return _meeting_of(scene, event)
    held = event.status in ("actual", "historical") and _days_apart(event, scene.mentions)
    return False if held and (event.type not in _SPOKEN or _before(event, scene.mentions)) else None


def _meeting_of(scene: Scene, event: Event) -> bool | None:
    """Return whether a meeting is that of the scene, another one, or nothing that would be spoken of."""
    if len(event.actor) + len(event.recipient) < _TWO:
        return None
    if any(e.type == "CONSULT" for e in scene.mentions):
        return _same_meeting(scene, event)
    return False if _days_apart(event, scene.mentions) else None


def _is_quoted(scene: Scene, event: Event) -> bool:
    """Whether an event is part of what somebody says; ``nach eigenen Angaben`` frames the report's words."""
    quotations = (q for q in scene.record.reading.quotations if q.speaker and q.speaker.actor)
    return any(_overlaps([(s.start, s.end) for s in q.spans], event.start, event.end) for q in quotations)


def _same_meeting(scene: Scene, other: Event) -> bool:
    """Whether another mention of a meeting may be the same: of the same sides, not on another day."""
    countries = _countries(scene, other)
    parties = set(scene.parties)
    modes = {e.mode for e in scene.mentions if e.type == "CONSULT"}
    # A call is no meeting; a talk may be either.
    other_way = (other.mode == "phone" and "phone" not in modes) or (
        other.mode not in ("phone", None) and modes == {"phone"}
    )
    alike = countries <= parties or parties <= countries
    return alike and not other_way and not _days_apart(other, scene.mentions)


def _before(event: Event, events: Sequence[Event]) -> bool:
    return all((event.latest or "") < e.earliest for e in events if e.earliest)


def _countries(scene: Scene, event: Event) -> set[str]:
    return {c for i in (*event.actor, *event.recipient) if (c := scene.known.get(i, (None, None))[0])}


def _days_apart(event: Event, events: Sequence[Event]) -> bool:
    """Whether an event is on other days than any of these."""
    dated = [e for e in events if e.earliest and e.latest]
    if not (event.earliest and event.latest and dated):
        return False
    return all(event.latest < (e.earliest or "") or (e.latest or "") < event.earliest for e in dated)
