"""When and where an event happened, as far as its clause tells."""

from __future__ import annotations

import bisect
import datetime
import re
from collections.abc import Iterator

import msgspec

from depesche.find.events.frames import NounFrame, event_words
from depesche.find.events.kinds import SPEECH_ACTS
from depesche.find.events.remembered import is_remembered, remembered_year
from depesche.find.events.scene import Scene
from depesche.find.events.seats import is_seat
from depesche.find.events.sites import find_site, words_of_site
from depesche.find.events.triggers import Trigger
from depesche.find.events.whereabouts import LOCATIVE, phrase_of_place, pointed_place, taken_place
from depesche.find.times.calendar import enclose, first_day_of
from depesche.find.times.spans import shift_by
from depesche.language.chunks import Chunk
from depesche.language.clauses import Clause
from depesche.language.function_words import words_of
from depesche.reading import Time

# A noun's own day stands at most so many words behind it: ``seit dem Überfall vom 24. Februar``.
NEAR_TOKENS = 3
_LENGTH = re.compile(r"P(\d+(?:\.\d+)?)([DWMY])")
# A clause may depend on one that depends on one that tells the time.
MAX_STEPS = 3
# Words before a time that make it the end of something or what is to come, not the moment of what happens.
_BOUNDS = frozenset({"bis", "ab"})
# Behind these a time mostly belongs to the noun before: "das Abkommen von 2005", "für Juni geplant".
_OF_NOUN = frozenset({"von", "vom"})
_NOT_MOMENTS = frozenset({"bis", "ab", "seit", "für", "von", "vom", "zum", "zur", "gegen", "nach", "vor"})
# Prepositions of times, which may stand behind an article: "die am Montag verfügte Sperre".
_INSIDE_ATTRIBUTES = frozenset({"am", "im", "in", "seit", "vor", "für", "zum", "zur", "bis", "ab", "um"})
# No noun stands further behind a time among its attributes.
_LONGEST_ATTRIBUTE = 10
_ENDINGS = ("e", "en", "er", "es", "em")
_MARKS = frozenset(",.;:!?()–")
# What a city gives its name to where it was held.
_HELD = frozenset({"CONSULT", "AGREE"})
# Behind a capital these bring who meets it: "das Treffen von Moskau und Minsk".
_WITH_OTHERS = frozenset({"und", "sowie", "mit", ","})
_TOPIC = frozenset({"über", "gegen", "um"})
_INSIDE = frozenset({"in", "im"})
# What happens "bei dem Angriff" happens when it does.
_AT_WHICH = frozenset({"bei", "während", "auf", "in"})
# "im heutigen Tansania" is no time of what happened there.
_NOWADAYS = ("heutig", "jetzig")


def find_time(scene: Scene, trigger: Trigger) -> Time | None:
    """Return the time that the clause of a trigger tells, or else a clause that it hangs on."""
    counted = _counted_back(scene, trigger)
    if counted is not None:
        return counted
    if isinstance(trigger.frame, NounFrame) and not _has_own_day(scene, trigger):
        if (told := _told_of_noun(scene, trigger)) is not None:
            return told
        if is_remembered(scene, trigger.clause, trigger.token):
            return remembered_year(scene, trigger.clause, trigger.token) or _time_behind(scene, trigger)
    return next(
        (time for clause in _upwards(scene, trigger) if (time := _nearest(scene, clause, trigger))), None
    )


def _counted_back(scene: Scene, trigger: Trigger) -> Time | None:
    """Return the day that is counted back from: ``zwei Tage nach der Wahl``, ``eine Woche nachdem``.

    It is counted from the day on which the rest of the sentence happens, or else from that of the report.
    """
    span = _span_before(scene, trigger)
    length = _LENGTH.fullmatch(span.value) if span else None
    base = _day_of_sentence(scene, trigger) or scene.document.day
    if span is None or length is None or base is None or _has_own_day(scene, trigger):
        return None
    value = shift_by(base, float(length[1]), length[2], -1)
    days = enclose(value) if value else None
    if value is None or days is None:
        return None
    first, last = (day.isoformat() for day in days)
    return msgspec.structs.replace(span, type="DATE", value=value, earliest=first, latest=last)


def _span_before(scene: Scene, trigger: Trigger) -> Time | None:
    """Return the length of time that stands before ``nach`` with a noun, or ``nachdem``."""
    tokens, clause, chunk = scene.document.tokens, trigger.clause, trigger.chunk
    if clause.opener == "nachdem" and trigger.token in clause.verb:
        start = tokens[clause.first].start
    elif isinstance(trigger.frame, NounFrame) and chunk is not None and chunk.prep == "nach":
        start = tokens[chunk.first].start
    else:
        return None
    before = (t for t in scene.findings.times if t.type == "DURATION" and t.end <= start)
    span = max(before, key=lambda t: t.end, default=None)
    between = scene.document.text[span.end : start] if span else ""
    return span if between.strip() in {"", ","} else None


def _day_of_sentence(scene: Scene, trigger: Trigger) -> datetime.date | None:
    """Return the one day on which a clause of the sentence happens that does not tell the trigger."""
    for clause in scene.sentence_clauses(trigger.token):
        if clause.kind != "main":
            continue
        for time in times_in(scene, clause):
            if time.earliest == time.latest and is_moment(scene, scene.document.token_at(time.start)):
                return first_day_of(time.earliest)
    return None


def _told_of_noun(scene: Scene, trigger: Trigger) -> Time | None:
    """Return the time of a relative clause that tells when a noun happened: ``der Angriff, bei dem am ...``.

    What happens ``bei`` or ``in`` it does so at its time; else the verb must say that it took place.
    """
    sentence = scene.sentence_clauses(trigger.token)
    for clause in _clauses_about(sentence, trigger.clause, trigger.token):
        if clause.pronoun is None or clause.modal:
            continue
        chunk = clause.chunk_at(clause.pronoun)
        within = chunk is not None and chunk.prep in _AT_WHICH
        held = (chunk is None or not chunk.prep) and clause.lemma in event_words("taking-place")
        if (within or held) and (time := _nearest(scene, clause, trigger)) is not None:
            return time
    return None


def _time_behind(scene: Scene, trigger: Trigger) -> Time | None:
    """Return the time that a noun has behind it: ``seit dem Sturz des Königs vor fünfzehn Jahren``."""
    at, times = scene.dated
    k = bisect.bisect_right(at, trigger.token)
    if k == len(at) or at[k] - trigger.token > _LONGEST_ATTRIBUTE:
        return None
    between = range(trigger.token + 1, at[k])
    verbs = {trigger.clause.finite, *trigger.clause.verb}
    return times[k] if verbs.isdisjoint(between) and at[k] in trigger.clause.tokens else None


def _has_own_day(scene: Scene, trigger: Trigger) -> bool:
    """Whether a noun has a day of its own: ``nach dem Überfall vom 24. Februar``."""
    at, _ = scene.dated
    k = bisect.bisect_right(at, trigger.token)
    near = k < len(at) and at[k] - trigger.token <= NEAR_TOKENS
    return near and scene.document.tokens[at[k] - 1].lower in _OF_NOUN | {"am", "im", "dem"}


def _upwards(scene: Scene, trigger: Trigger) -> Iterator[Clause]:
    """Yield the clause of a trigger and those whose time and place hold for it too, the nearest first."""
    yield from clauses_above(scene, scene.sentence_clauses(trigger.token), trigger.number)


def clauses_above(scene: Scene, clauses: tuple[Clause, ...], number: int) -> Iterator[Clause]:
    """Yield the ``number``-th clause and those whose time and place hold for it too, the nearest first."""
    above: int | None = number
    for _ in range(MAX_STEPS):
        if above is None:
            return
        yield clauses[above]
        above = _above(scene, clauses, above)


def _above(scene: Scene, clauses: tuple[Clause, ...], number: int) -> int | None:
    """Return the clause whose time holds for this one too: that it depends on, or that it goes on from."""
    clause = clauses[number]
    if clause.kind in {"sub", "inf"} and clause.parent is not None:
        return clause.parent
    goes_on = scene.document.tokens[clause.first].lower in words_of("conj")
    if clause.kind == "main" and goes_on and number and clauses[number - 1].kind == "main":
        return number - 1
    return None


def times_in(scene: Scene, clause: Clause) -> list[Time]:
    """Return the times of a clause that give a date."""
    at, times = scene.dated
    return [times[k] for k in _within(at, clause)]


def _within(at: list[int], clause: Clause) -> list[int]:
    """Return the positions in ``at``, a sorted list of tokens, of those that belong to a clause."""
    low, high = bisect.bisect_left(at, clause.first), bisect.bisect_left(at, clause.last)
    inside = set(clause.tokens) if low < high else set()
    return [k for k in range(low, high) if at[k] in inside]


def _nearest(scene: Scene, clause: Clause, trigger: Trigger) -> Time | None:
    """Return the dated time of a clause that stands nearest to a trigger."""
    at, times = scene.dated
    found = [
        (abs(at[k] - trigger.token), k)
        for k in _within(at, clause)
        if _is_moment(scene, at[k], times[k], trigger)
    ]
    return times[min(found)[1]] if found else None


def _is_moment(scene: Scene, token: int, time: Time, trigger: Trigger) -> bool:
    """Whether a time that begins at a token tells when something happens."""
    words = {scene.document.tokens[i].lower for i in range(max(0, token - 1), token + 1)}
    if words & _BOUNDS or is_nowadays(scene, token) or _is_end(scene, token):
        return False
    noun = noun_of(scene, time)
    if noun is not None:
        return token <= trigger.token <= noun
    return isinstance(trigger.frame, NounFrame) or not (
        words & _OF_NOUN or is_attribute(scene, trigger.clause, time)
    )


def is_nowadays(scene: Scene, token: int) -> bool:
    """Whether a token only says what a place is called today: ``im heutigen Tansania``."""
    tokens = scene.document.tokens
    return tokens[token].lower.startswith(_NOWADAYS) and token + 1 in scene.places_at


def _is_end(scene: Scene, token: int) -> bool:
    """Whether a time at a token is the end of a span: ``zwischen Montag und Mittwoch``."""
    at, times = scene.dated
    k = bisect.bisect_left(at, token) - 1
    tokens, document = scene.document.tokens, scene.document
    if k < 0 or tokens[token - 1].lower != "und" or document.token_at(times[k].end - 1) != token - 2:
        return False
    return at[k] > 0 and tokens[at[k] - 1].lower == "zwischen"


def is_attribute(scene: Scene, clause: Clause, time: Time) -> bool:
    """Whether a year stands among the attributes of a noun: ``die 1825 erzwungenen Zahlungen``."""
    token = scene.document.token_at(time.start)
    return time.text.isdigit() and any(chunk.first < token < chunk.head for chunk in clause.chunks)


def noun_of(scene: Scene, time: Time) -> int | None:
    """Return the noun among whose attributes a time stands: ``die am Montag verfügte Sperre``; None if none.

    An article before the time opens them, a participle or adjective before the noun ends them. Behind a comma
    the article may be a relative pronoun.
    """
    tokens, document = scene.document.tokens, scene.document
    first = document.token_at(time.start)
    article = first - 2
    if article < 0 or tokens[first - 1].lower not in _INSIDE_ATTRIBUTES:
        return None
    if tokens[article].lower not in words_of("det"):
        return None
    if article and tokens[article - 1].text == ",":
        return None
    last = document.token_at(time.end - 1) + 1
    inner = False
    for k in range(last, min(last + _LONGEST_ATTRIBUTE, len(tokens) - 1)):
        word = tokens[k]
        if word.text in _MARKS:
            return None
        if word.lower in words_of("det") or word.lower in words_of("poss"):
            inner = True  # "die am Montag auf Befehl des neuen Königs verfügte Sperre"
        elif word.is_capital:
            inner = False
        elif not inner and word.lower.endswith(_ENDINGS) and tokens[k + 1].is_capital:
            if word.lower in words_of("prep"):
                continue
            return k + 1
    return None


def is_moment(scene: Scene, token: int) -> bool:
    """Whether a time that begins at a token is when a clause happens: no end, aim, or noun's own time."""
    before = scene.document.tokens[token - 1].lower if token else ""
    if before == "dem" and token > 1:
        before = scene.document.tokens[token - 2].lower
    if is_nowadays(scene, token):
        return False
    return before not in _NOT_MOMENTS and scene.document.tokens[token].lower not in _BOUNDS


def find_place(scene: Scene, token: int, kind: str) -> str | None:
    """Return the words of the place at which the clause of a token that tells an event happens, or None.

    ``kind`` is the type of the event. A place that has a name goes before one that has none (``vor dem
    Parlament``), wherever it stands.
    """
    own = scene.owners.get(token)
    if own is None:
        return None
    number, clause = own
    if kind in _HELD and (named := _namesake(scene, clause, token)) is not None:
        return named
    if (taken := taken_place(scene, clause, token, kind)) is not None:
        return taken
    sentence = scene.sentence_clauses(token)
    clauses = [*_clauses_about(sentence, clause, token), *clauses_above(scene, sentence, number)]
    for clause in clauses:
        named = _named_place(scene, clause, token, visit=kind == "CONSULT", speech=kind in SPEECH_ACTS)
        named = named or pointed_place(scene, clause)
        if named:
            return named
    return next((site for clause in clauses if (site := find_site(scene, clause, token))), None)


def _clauses_about(sentence: tuple[Clause, ...], clause: Clause, token: int) -> Iterator[Clause]:
    """Yield the relative clauses that tell of a noun: ``der Gipfel der Ecowas, der in Dakar beginnt``."""
    if token in clause.verb:
        return
    for other in sentence:
        noun = other.antecedent if other.kind == "rel" else None
        if noun is not None and (noun.head == token or _is_of(clause, noun, token)):
            yield other


def _is_of(clause: Clause, chunk: Chunk, token: int) -> bool:
    """Whether a phrase is the genitive of the noun at a token."""
    return chunk.genitive and any(c.head == token and c.last == chunk.first for c in clause.chunks)


def _namesake(scene: Scene, clause: Clause, token: int) -> str | None:
    """Return the city that what is held or signed there is called by: ``der Gipfel von Bukarest``."""
    at, places = scene.placed
    behind = next((c for c in clause.chunks if c.first == token + 1 and c.prep == "von"), None)
    tokens = scene.document.tokens
    if behind is None or (behind.last < len(tokens) and tokens[behind.last].lower in _WITH_OTHERS):
        return None
    k = bisect.bisect_left(at, behind.first)
    named = k < len(at) and at[k] == behind.head and places[k].rule != "places/state"
    return places[k].text if named else None


def _named_place(scene: Scene, clause: Clause, token: int, *, visit: bool, speech: bool) -> str | None:
    """Return the place with a name in a clause that stands nearest to a token."""
    at, places = scene.placed
    for k in sorted(_within(at, clause), key=lambda k: abs(at[k] - token)):
        own = _locative(clause, at[k])
        chunk = own or phrase_of_place(scene, clause, at[k], speech=speech)
        if chunk is None or (speech and _is_attribute(clause, chunk)) or is_seat(scene, at[k]):
            continue
        # "in Malaysias Hauptstadt Kuala Lumpur": the last name is the nearest.
        place = places[bisect.bisect_left(at, chunk.last) - 1]
        # "Kritik an Schweden", "liefert nach Syrien", "auf Antrag Chinas": only in a state something happens.
        inside = own is None or chunk.prep in _INSIDE or (visit and chunk.prep == "nach")
        if place.rule != "places/state":
            return _closest(scene, clause, chunk) or place.text
        if inside:
            return place.text
    return None


def _closest(scene: Scene, clause: Clause, chunk: Chunk) -> str | None:
    """Return the place that a phrase tells where it is, if it does: ``in Kusra südlich von Nablus``."""
    at, places = scene.placed
    gap = int(scene.document.tokens[chunk.first - 1].lower in event_words("bearings"))
    before = next((c for c in clause.chunks if c.last == chunk.first - gap), None)
    if before is None or before.prep not in LOCATIVE or chunk.joined:
        return None
    k = bisect.bisect_left(at, before.last) - 1
    if k >= 0 and at[k] >= before.first:
        return places[k].text if places[k].rule != "places/state" else None
    # "im Lager Moria nördlich von Mytilini"
    return words_of_site(scene, clause, before) if gap else None


def _is_attribute(clause: Clause, chunk: Chunk) -> bool:
    """Whether a phrase belongs to what is spoken of: ``über die Lage in Syrien``."""
    before = clause.chunk_before(chunk)
    return before is not None and before.prep in _TOPIC


def is_scene(clause: Clause, token: int) -> bool:
    """Whether a place that begins at a token is where a main clause happens: ``in Oslo``, ``bei Aleppo``."""
    chunk = _locative(clause, token)
    return clause.kind == "main" and chunk is not None and chunk.prep in _INSIDE | {"bei", "nahe"}


def _locative(clause: Clause, token: int) -> Chunk | None:
    """Return the phrase with a preposition of place that holds a token."""
    return next((c for c in clause.chunks if c.first <= token < c.last and c.prep in LOCATIVE), None)
