"""A report as it is compared with others: what its beginning is about, in numbers.

What stands further back counts less (see ``depesche.language.meanings``).
"""

from __future__ import annotations

import functools
import itertools
import math
import re
from collections.abc import Iterable, Iterator, Mapping

import msgspec
import numpy as np

from depesche.language.meanings import fade_at, mean_vector
from depesche.language.namelike import WORD, looks_like_name
from depesche.language.rarity import rarity
from depesche.language.spelling import fold_word
from depesche.language.states import (
    countries_of_adjective,
    country_of_compound,
    country_of_name,
    state_name,
    state_names,
)
from depesche.link.actors import has_name
from depesche.link.order import read_day
from depesche.link.records import Record
from depesche.link.told_days import find_told_days
from depesche.reading import INNER_MENTION, Actor, Span
from depesche.stems import WORD as STEM_WORD
from depesche.stems import find_stems, stem_word

_TOKEN = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
# What stands at the very end still says who is in the report.
_LEAST = 0.1
# How much more a name says about a report than a state does.
_NAME, _STATE = 2.0, 1.0
# A state or capital with a name rarer than this is as telling as a town: Gabon is not the USA.
_RARE = 0.6
# Characters of the first sentences, as far as they say who, where and when.
_LEAD = 300
# Profiles that are remembered: those of a report's candidates are asked for again and again.
_PROFILES = 2048
# Words of which it is remembered which states they name.
_KNOWN_WORDS = 50_000
# The greatest part of a vector is this: it points elsewhere by a cosine of less than 0.0001.
_MOST = 127


class Lead(msgspec.Struct, frozen=True):
    """Who, where and when of a report's first sentences: what tells it from another of the same kind.

    ``names`` are the words that look like names or are known ones, folded, and the states that are seldom in
    the news; ``persons`` those that are persons. ``main`` is the last of the days that are named there, up
    to the day of publication, or that day itself, counted from year 1.
    """

    names: frozenset[str]
    persons: frozenset[str]
    main: int | None


class Profile(msgspec.Struct, frozen=True):
    """A report in numbers.

    ``vector`` is the weighted mean direction of its sentences (``cosine_of_vectors``), empty without a
    network. ``words`` are its stems, ``names`` its names, folded, and its states (``RUS``), with their
    weights in half precision: archives keep profiles of all reports. ``all_names`` are the names of the
    whole text. ``day`` counts days from year 1, None if undated. ``looks_back`` are the days (first and
    last) of older events that its beginning tells, ``told_days`` those that it names (``find_told_days``).
    """

    day: int | None
    vector: bytes
    words: Mapping[str, float]
    names: Mapping[str, float]
    all_names: frozenset[str]
    lead: Lead
    looks_back: tuple[tuple[int, int], ...]
    told_days: Mapping[str, float] = {}


def profile_of(record: Record) -> Profile:
    """Return the profile of a report; it is made once and remembered."""
    return _remember(_Key(record))


def profile_without(record: Record, left_out: Iterable[Span]) -> Profile:
    """Return the profile of a report in which some stretches of its text do not count.

    They count as little for its words, names and days as if they said nothing, and a sentence that has one
    says nothing as a whole: its vector is of all its words. Where the others stand stays the same, and so
    does what the first sentences tell (``lead``).
    """
    gone = bytearray(len(record.report.text))
    for span in left_out:
        gone[span.start : span.end] = b"\1" * (min(span.end, len(gone)) - span.start)
    named = [(name, at) for name, at in _find_names(record) if not gone[at]]
    return msgspec.structs.replace(
        profile_of(record),
        vector=_vector(record, gone),
        words=_halve(_words(record, gone)),
        names=_weigh_names(record, named, gone),
        told_days=_halve(find_told_days(record, gone)),
    )


class _Key:
    """A record as a key: what its profile depends on, without holding the record itself once it is made."""

    __slots__ = ("_parts", "record")

    def __init__(self, record: Record) -> None:
        self.record: Record | None = record
        reading = record.reading
        # The id stands for text and day; people correct events, and another reader finds other things.
        events = tuple((e.id, e.status, e.earliest) for e in reading.events)
        meaning = (len(record.vectors), record.vectors[0][:8] if record.vectors else ())
        self._parts = (record.id, record.report.title, reading.reader, len(reading.actors), events, meaning)

    def __hash__(self) -> int:
        return hash(self._parts)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Key) and self._parts == other._parts


@functools.lru_cache(maxsize=_PROFILES)
def _remember(key: _Key) -> Profile:
    record, key.record = key.record, None
    assert record is not None, "a key is used once"
    return _make_profile(record)


def _make_profile(record: Record) -> Profile:
    named = tuple(_find_names(record))
    whole = bytes(len(record.report.text))
    day = day_number(record.day)
    return Profile(
        day=day,
        vector=_vector(record, whole),
        words=_halve(_words(record, whole)),
        names=_weigh_names(record, named, whole),
        all_names=frozenset(name for name, _ in named),
        lead=_lead(record, named, day),
        looks_back=tuple(_looks_back(record)),
        told_days=_halve(find_told_days(record, whole)),
    )


def day_number(day: str | None) -> int | None:
    """Return a day (YYYY-MM-DD) as a count of days, None where it is none."""
    found = read_day(day)
    return found.toordinal() if found else None


def weight_at(offset: int) -> float:
    """Return how much it counts what stands at a character of the text: 1 at its beginning."""
    return fade_at(offset) + _LEAST


def name_key(word: str) -> str:
    """Return what all spellings and cases of a name share.

    >>> name_key("Lawrows") == name_key("Lavrov")
    True
    """
    return fold_word(stem_word(word))


def family_of(actor: Actor) -> str:
    """Return the key of the last part of a person's name."""
    return name_key(actor.name.split()[-1])


# --- meaning and words ------------------------------------------------------------------------------


def cosine_of_vectors(one: bytes, other: bytes) -> float:
    """Return the cosine of the vectors of two profiles, the same from both sides and on every machine."""
    a, b = (np.frombuffer(packed, np.int8).astype(np.float64) for packed in (one, other))
    # Whole numbers whose sum no order of adding changes: far below 2**53.
    lengths = math.sqrt(float(a @ a) * float(b @ b))
    return float(a @ b) / lengths if lengths else 0.0


# ``gone`` has a byte for each character of the text, not 0 where it does not count.


def _vector(record: Record, gone: bytes | bytearray) -> bytes:
    if not record.vectors or len(record.vectors) != len(record.sentences):
        return b""
    sentences = [(s.start, s.end) for s in record.sentences]
    mean = np.array(mean_vector(sentences, record.vectors, tuple(_density(record, gone))))
    greatest = float(np.abs(mean).max(initial=0.0))
    return bytes(np.rint(mean * (_MOST / greatest)).astype(np.int8).tobytes()) if greatest else b""


def _density(record: Record, gone: bytes | bytearray) -> Iterator[float]:
    """Yield how much each sentence says: the rarity of its words, to a character, 0 if some do not count."""
    for span in record.sentences:
        text = record.report.text[span.start : span.end]
        whole = not any(gone[span.start : span.end])
        yield sum(map(rarity, STEM_WORD.findall(text))) / max(1, len(text)) if whole else 0.0


def _halve(weights: Mapping[str, float]) -> dict[str, float]:
    """Return weights in half precision, which says as much of how alike two reports are."""
    halves: list[float] = np.array(list(weights.values()), np.float16).tolist()
    return dict(zip(weights, halves, strict=True))


def _words(record: Record, gone: bytes | bytearray) -> dict[str, float]:
    """Return the stems that say something, headline and beginning before all, with their weights."""
    often: dict[str, float] = {}
    rare: dict[str, float] = {}
    for text, fades in ((record.report.title or "", False), (record.report.text, True)):
        for start, end, stem in find_stems(text):
            weight = 0.0 if fades and gone[start] else rarity(text[start:end])
            if weight > 0:
                often[stem] = often.get(stem, 0.0) + (fade_at(start) if fades else 1.0)
                rare[stem] = min(rare.get(stem, weight), weight)
    return {stem: rare[stem] * math.sqrt(count) for stem, count in often.items()}


# --- names ------------------------------------------------------------------------------------------


def _find_names(record: Record) -> Iterator[tuple[str, int]]:
    """Yield each name with where it stands: what looks like one, and persons and places of the reading."""
    text = record.report.text
    found = {(name_key(m.group()), m.start()) for m in WORD.finditer(text) if looks_like_name(m.group())}
    for actor in _named_persons(record):
        found.update((family_of(actor), m.start) for m in actor.mentions if m.rule != INNER_MENTION)
    for place in record.reading.places:
        if place.geonames and not stands_for_state(place.name):
            found.add((name_key(place.name.split()[-1]), place.start))
    yield from sorted(found)


def _weigh_names(
    record: Record, named: Iterable[tuple[str, int]], gone: bytes | bytearray
) -> dict[str, float]:
    """Return names and the states that the text names, with their weights."""
    names = _sum((name, _NAME * weight_at(at)) for name, at in named)
    found = ((state, at) for state, at in _find_states(record.report.text) if not gone[at])
    states = _sum((state, _STATE * weight_at(at)) for state, at in found)
    return _halve({name: math.sqrt(weight) for name, weight in {**names, **states}.items()})


def _named_persons(record: Record) -> list[Actor]:
    return [a for a in record.reading.actors if a.type == "PER" and a.name.strip() and has_name(a)]


def stands_for_state(name: str) -> bool:
    """Whether it is a state or its capital, which may stand for its government or the desk that wrote."""
    return any(word.kind in ("name", "capital", "seat") for word in state_names().meanings(name))


def _find_states(text: str) -> Iterator[tuple[str, int]]:
    """Yield each state that a word of the text names, with where it stands."""
    for match in _TOKEN.finditer(text):
        for code in _states_of(match.group()):
            yield code, match.start()


@functools.lru_cache(maxsize=_KNOWN_WORDS)
def _states_of(word: str) -> tuple[str, ...]:
    country = country_of_name(word) or country_of_compound(word)
    return (country,) if country else countries_of_adjective(word)


@functools.cache
def _is_rare(country: str) -> bool:
    name = state_name(country)
    return name is not None and rarity(name) >= _RARE


def _sum(weights: Iterable[tuple[str, float]]) -> dict[str, float]:
    total: dict[str, float] = {}
    for name, weight in weights:
        total[name] = total.get(name, 0.0) + weight
    return total


# --- the first sentences ----------------------------------------------------------------------------


def _lead(record: Record, named: Iterable[tuple[str, int]], day: int | None) -> Lead:
    times = (t for t in record.reading.times if t.start < _LEAD and t.earliest == t.latest)
    days = (number for t in times if (number := day_number(t.earliest)) is not None)
    told = [d for d in days if day is None or d <= day]
    persons = {family_of(a) for a in _named_persons(record) if any(m.start < _LEAD for m in a.mentions)}
    title = record.report.title or ""
    beginning = f"{title}\n{record.report.text[:_LEAD]}"
    states = {state for state, _ in _find_states(beginning) if _is_rare(state)}
    headed = {name_key(m.group()) for m in WORD.finditer(title) if _is_telling(m.group())}
    return Lead(
        names=frozenset(name for name, at in named if at < _LEAD) | states | headed,
        persons=frozenset(persons | _full_names(record.report.text[:_LEAD])),
        main=max(told, default=day),
    )


def _is_telling(word: str) -> bool:
    """Whether a word of a headline is a name, or a capital that is seldom in the news."""
    return looks_like_name(word) or (stands_for_state(word) and rarity(word) >= _RARE)


def _full_names(text: str) -> set[str]:
    """Return the second of two words side by side that both look like names: first name and family name."""
    words = list(WORD.finditer(text))
    return {
        name_key(second.group())
        for first, second in itertools.pairwise(words)
        if text[first.end() : second.start()] == " "
        and looks_like_name(first.group())
        and looks_like_name(second.group())
    }


def _looks_back(record: Record) -> Iterator[tuple[int, int]]:
    """Yield the days of events long before the report that its beginning tells."""
    for event in record.reading.events:
        if event.status == "historical" and event.start < _LEAD:
            first, last = day_number(event.earliest), day_number(event.latest)
            if first is not None and last is not None:
                yield first, last
