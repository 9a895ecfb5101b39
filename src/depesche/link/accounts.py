"""What each side says of an event, side by side: a column for each party, a row for each matter.

Columns are the parties of the event (their people, ministries and state media), third parties, and the
reporters. A row is a matter of data/de/matters.yaml that is spoken of, or what statements outside the list
share. A row differs if words of two parties contradict each other: one judges good what the other judges bad,
one says what the other denies, they count differently, or each blames the other. Nothing depends on the order
of the records.
"""

from __future__ import annotations

import itertools
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

import msgspec
import numpy as np
from numpy.typing import NDArray

from depesche.language.rarity import rarity
from depesche.language.states import states_by_code
from depesche.link.actors import ActorKey, Actors, find_actors
from depesche.link.components import Link, find_groups
from depesche.link.matters import (
    Stance,
    content_words,
    countries_named,
    load_matters,
    matters_of,
    plain,
    stance_of,
)
from depesche.link.order import by_day
from depesche.link.records import EventKey, Record
from depesche.link.utterances import (
    Known,
    Utterance,
    find_reported,
    find_utterances,
    names_sides,
    set_scene,
    side_of,
)
from depesche.reading import Actor, Event, Span

Matrix = NDArray[np.float64]
Mark = Literal["agreed", "differs", "one side"]

REPORTERS = "reporters"
# A party must be named by so large a share of the mentions; a misread one is not. Bodies often only give the
# occasion.
_SHARE, _SHARE_OF_BODIES = 1 / 3, 1 / 2
# A statement on many matters stands in the rows of those it says most of.
_MOST_MATTERS = 3
# Two texts with this share of words in common are copies of one.
_COPY = 0.8
# So many words are not the same by chance.
_LONG = 10
# Statements on no known matter are on one if they share so much of what they say.
_ALIKE = 0.3
_ALIKE_MEANING = 0.5
_MOST_REPORTED = 3


class Words(msgspec.Struct, frozen=True, kw_only=True):
    """What is said, and where: the first report that prints it; ``reports`` are all that do."""

    report: str
    spans: tuple[Span, ...]
    text: str
    speaker: str | None
    day: str | None = None
    reports: tuple[str, ...] = ()


class Row(msgspec.Struct, frozen=True):
    """A matter: the id of one in matters.yaml, or the words that its statements share."""

    matter: str
    mark: Mark
    cells: dict[str, tuple[Words, ...]]


class Accounts(msgspec.Struct, frozen=True):
    """The accounts of an event. ``third`` are who else is heard, beside parties and reporters."""

    parties: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()
    third: tuple[str, ...] = ()


class _Said(msgspec.Struct, frozen=True):
    """An utterance with its stance, its matters and the reports that copy it."""

    utterance: Utterance
    stance: Stance
    matters: tuple[str, ...]
    reports: tuple[str, ...]


def compare_accounts(
    records: Iterable[Record], mentions: Iterable[EventKey], actors: Actors | None = None
) -> Accounts:
    """Return the accounts of one event in the world, whose mentions these are.

    ``records`` are the reports of its story, in any order, also those that do not name the event: a ministry
    may answer without doing so. ``actors`` are those of the reports, if they are known already.
    """
    keys = frozenset(mentions)
    ordered = by_day(records)
    events = {r.id: [e for e in r.reading.events if EventKey(r.id, e.id) in keys] for r in ordered}
    events = _without_odd(events)
    told = list(itertools.chain.from_iterable(events.values()))
    if not told:
        return Accounts()
    known = settle_actors(actors or find_actors(ordered))
    parties = find_parties(ordered, events, known)
    scenes = [set_scene(r, (e.id for e in events[r.id]), told, parties, known) for r in ordered]
    scenes = [scene for scene in scenes if scene.own or names_sides(scene)]
    heard = [u for scene in scenes for u in find_utterances(scene)]
    parties = _add_heard(parties, heard)
    said = _join_copies(heard)
    rows = _make_rows(said, parties, ordered)
    reported: dict[str, list[Utterance]] = {}
    for utterance in (u for scene in scenes for u in find_reported(scene)):
        for matter in _matters(utterance):
            reported.setdefault(matter, []).append(utterance)
    rows = [_with_reporters(row, reported.get(row.matter, ())) for row in rows]
    third = sorted({side for row in rows for side in row.cells} - {*parties, REPORTERS})
    return Accounts(parties, tuple(rows), tuple(third))


def _without_odd(events: Mapping[str, list[Event]]) -> dict[str, list[Event]]:
    """Return the mentions without calls among meetings, or meetings among calls: the fewer are others."""
    modes = Counter(e.mode == "phone" for found in events.values() for e in found if _is_met(e))
    if modes[True] == modes[False]:
        return dict(events)
    odd = modes[True] < modes[False]
    return {
        report: [e for e in found if not _is_met(e) or (e.mode == "phone") != odd]
        for report, found in events.items()
    }


def _is_met(event: Event) -> bool:
    """Whether the report says how they met; talks may be held in a room or on the telephone."""
    return event.type == "CONSULT" and event.mode is not None


def settle_actors(actors: Actors) -> Mapping[ActorKey, Known]:
    """Return the country and sector of each actor by all reports: one alone often guesses the country."""
    return {key: (p.country, p.sector) for p in actors.profiles for key in p.appearances}


def find_parties(
    records: Sequence[Record], events: Mapping[str, list[Event]], known: Mapping[ActorKey, Known]
) -> tuple[str, ...]:
    """Return the sides of the event: the states, and the bodies without one, that act or suffer in it."""
    counts: Counter[str] = Counter()
    telling = 0
    for record in records:
        actors = {a.id: a for a in record.reading.actors}
        for event in events[record.id]:
            sides = {
                side
                for i in (*event.actor, *event.recipient)
                if i in actors and (side := _party(record, actors[i], known))
            }
            counts.update(sides)
            telling += bool(sides)
    return tuple(sorted(s for s, count in counts.items() if count >= telling * _share(s)))


def _share(side: str) -> float:
    return _SHARE if side in states_by_code() else _SHARE_OF_BODIES


def _add_heard(parties: tuple[str, ...], heard: Sequence[Utterance]) -> tuple[str, ...]:
    """Return the parties; where the reports name only one, with the other state that says most of it."""
    if len(parties) != 1:
        return parties
    states = Counter(s for u in heard for s in u.sides if s not in parties and s in states_by_code())
    if not states:
        return parties
    return tuple(sorted({*parties, min(states, key=lambda s: (-states[s], s))}))


def _party(record: Record, actor: Actor, known: Mapping[ActorKey, Known]) -> str | None:
    country, _ = known.get(ActorKey(record.id, actor.id), (actor.country, None))
    # A group without a state (``Außenminister``) is nobody who could speak.
    return None if country is None and actor.type == "GROUP" else side_of(actor, country, own=True)


def _join_copies(heard: Sequence[Utterance]) -> list[_Said]:
    """Return each statement once, with all reports that print it, the first of which is shown.

    Where copies are read as different sides' words, it is the side's that most reports give it to.
    """
    groups: list[list[Utterance]] = []
    words: list[frozenset[str]] = []
    index: dict[str, list[int]] = {}
    for utterance in sorted(heard, key=_order):
        said = frozenset(plain(utterance.text).split())
        near = sorted({n for word in _telling(said) for n in index.get(word, ())})
        alike = (n for n in near if _copied(words[n], said))
        at = next((n for n in alike if _same_words(groups[n], utterance, len(said))), None)
        if at is None:
            for word in _telling(said):
                index.setdefault(word, []).append(len(groups))
            groups.append([utterance])
            words.append(said)
        else:
            groups[at].append(utterance)
    return [_said(group) for group in groups]


def _telling(words: frozenset[str]) -> list[str]:
    """Return so many words that two copies share one of them at least; the longest, which are the rarest."""
    ranked = sorted(words, key=lambda w: (-len(w), w))
    return ranked[: len(ranked) - math.ceil(_COPY * len(ranked)) + 1]


def _same_words(group: Sequence[Utterance], utterance: Utterance, length: int) -> bool:
    """Whether words that are alike are those of one speaker: of other sides, only if they are many.

    Both sides may say, in one report or two, that five were killed.
    """
    if any(u.sides == utterance.sides for u in group):
        return True
    return length >= _LONG and all(u.report != utterance.report for u in group)


def _said(copies: Sequence[Utterance]) -> _Said:
    sides = Counter(u.sides for u in copies)
    shown = next(u for u in copies if sides[u.sides] == max(sides.values()))
    reports = tuple(dict.fromkeys(u.report for u in copies))
    return _Said(shown, stance_of(shown.context, shown.frame), _matters(shown), reports)


def _order(utterance: Utterance) -> tuple[object, ...]:
    return utterance.day, utterance.report, utterance.start, utterance.spans, utterance.sides


def _copied(one: frozenset[str], other: frozenset[str]) -> bool:
    fewer, more = sorted((len(one), len(other)))
    if not fewer or fewer < _COPY * more:
        return False
    shared = len(one & other)
    return shared >= _COPY * (fewer + more - shared)


def _matters(utterance: Utterance) -> tuple[str, ...]:
    """Return the matters a statement speaks of, those with most words first."""
    found = matters_of(utterance.context)
    order = list(load_matters())
    ranked = sorted(found, key=lambda m: (-found[m], order.index(m)))
    return tuple(ranked[:_MOST_MATTERS]) or (("event",) if utterance.tells else ())


def _make_rows(said: Sequence[_Said], parties: tuple[str, ...], records: Sequence[Record]) -> list[Row]:
    """Return the rows: the known matters in which a party speaks, then what statements share beside them."""
    groups: dict[str, list[_Said]] = {}
    settled = _join_matters(said, records)
    for one in settled:
        for matter in one.matters:
            groups.setdefault(matter, []).append(one)
    loose = [one for one in settled if not one.matters]
    named = [(matter, groups[matter]) for matter in load_matters() if matter in groups]
    named += [(_title(group), group) for group in _cluster(loose, records)]
    rows = [_make_row(matter, group, parties) for matter, group in named]
    ranks = {"differs": 0, "agreed": 1, "one side": 2}
    heard = [row for row in rows if set(row.cells) & set(parties)]
    rest = [row for row in rows if not set(row.cells) & set(parties)]
    return [*sorted(heard, key=lambda row: ranks[row.mark]), *rest]


def _make_row(matter: str, group: Sequence[_Said], parties: tuple[str, ...]) -> Row:
    sides = sorted({side for one in group for side in one.utterance.sides})
    cells = {
        side: tuple(_words(one) for one in group if side in one.utterance.sides)
        for side in (*(p for p in parties if p in sides), *(s for s in sides if s not in parties))
    }
    return Row(matter, _mark(matter, group, parties), cells)


def _words(one: _Said) -> Words:
    said = one.utterance
    return Words(
        report=said.report,
        spans=said.spans,
        text=said.text,
        speaker=said.speaker,
        day=None if said.day == "~" else said.day,
        reports=one.reports,
    )


def _mark(matter: str, group: Sequence[_Said], parties: tuple[str, ...]) -> Mark:
    """Return whether parties contradict each other on a matter. Where only one speaks, it is one side's."""
    speaking = {side for one in group for side in one.utterance.sides if side in parties}
    if len(speaking) < 2:
        return "one side"
    pairs = [
        (one, other, a, b)
        for a, b in itertools.combinations(sorted(speaking), 2)
        for one, other in itertools.product(_of(group, a), _of(group, b))
    ]
    if any(one is not other and _contradict(matter, one, other, a, b) for one, other, a, b in pairs):
        return "differs"
    return (
        "agreed"
        if any(one is other or _agree(matter, one, other) for one, other, _, _ in pairs)
        else "differs"
    )


def _of(group: Iterable[_Said], side: str) -> list[_Said]:
    return [one for one in group if side in one.utterance.sides]


def _contradict(matter: str, one: _Said, other: _Said, a: str, b: str) -> bool:
    """Whether two statements of different sides on a matter cannot both be so."""
    x, y = one.stance, other.stance
    if x.judgement * y.judgement < 0:
        return True
    if _blames(one, b) and _blames(other, a):
        return True
    if (x.denies and b in countries_named(one.utterance.text)) or (
        y.denies and a in countries_named(other.utterance.text)
    ):
        return True
    # A promise that is claimed and denied is what differs, whatever it is about.
    claims = [m for m in one.matters if m in other.matters and _kind(m) in ("claim", "deed", "count")]
    if any(_denied(claim, x) != _denied(claim, y) for claim in claims):
        return True
    if _shared(one, other) and _denied(matter, x) != _denied(matter, y):
        return True
    return _kind(matter) == "count" and _count_apart(x, y)


def _kind(matter: str) -> str:
    known = load_matters().get(matter)
    return known.kind if known else "fact"


def _agree(matter: str, one: _Said, other: _Said) -> bool:
    """Whether something in two statements that do not contradict each other says the same."""
    x, y = one.stance, other.stance
    if x.judgement and x.judgement == y.judgement:
        return True
    if matter in x.negated and matter in y.negated:
        return True
    return bool(_shared(one, other) or {n for _, n in x.numbers} & {n for _, n in y.numbers})


def _shared(one: _Said, other: _Said) -> frozenset[str]:
    return content_words(one.utterance.text) & content_words(other.utterance.text)


def _denied(matter: str, stance: Stance) -> bool:
    return stance.denies or matter in stance.negated


def _blames(one: _Said, side: str) -> bool:
    """Whether a statement tells of a bad deed and names the other side."""
    hurts = one.stance.hurts or one.stance.judgement < 0
    return hurts and side in countries_named(one.utterance.text)


def _count_apart(x: Stance, y: Stance) -> bool:
    """Whether two statements count the same and come to other numbers."""
    first, second = ({n for _, n in stance.numbers} for stance in (x, y))
    return bool(first) and bool(second) and not first & second


def _join_matters(said: Sequence[_Said], records: Sequence[Record]) -> list[_Said]:
    """Return the statements; one on no known matter is on that of the nearest in meaning of another side."""
    vectors = _vectors(said, records)
    if not vectors.size:
        return list(said)
    near = vectors @ vectors.T
    return [one if one.matters else _join_matter(one, said, near[n].tolist()) for n, one in enumerate(said)]


def _join_matter(one: _Said, said: Sequence[_Said], near: Sequence[float]) -> _Said:
    others = [
        (-near[n], n) for n, o in enumerate(said) if o.matters and o.utterance.sides != one.utterance.sides
    ]
    if not others or -min(others)[0] < _ALIKE_MEANING:
        return one
    return msgspec.structs.replace(one, matters=said[min(others)[1]].matters[:1])


def _cluster(loose: Sequence[_Said], records: Sequence[Record]) -> list[list[_Said]]:
    """Group statements on no known matter by what they share."""
    vectors = _vectors(loose, records)
    names = {str(n): one for n, one in enumerate(loose)}
    links = [
        Link(str(i), str(j), strength)
        for i, j in sorted(_near_pairs(loose, vectors))
        if (strength := _likeness(loose[i], loose[j], float(vectors[i] @ vectors[j]))) > 0
    ]
    return [[names[n] for n in sorted(group, key=int)] for group in find_groups(names, links)]


def _vectors(loose: Sequence[_Said], records: Sequence[Record]) -> Matrix:
    """Return the directions of the sentences the statements stand in, zeros where there is none."""
    known = {r.id: r.vectors for r in records}
    rows = [_vector(one, known) for one in loose]
    size = max(map(len, rows), default=0)
    return np.array([row if len(row) == size else [0.0] * size for row in rows], dtype=np.float64)


def _vector(one: _Said, vectors: Mapping[str, Sequence[Sequence[float]]]) -> Sequence[float]:
    rows = vectors.get(one.utterance.report, ())
    return rows[one.utterance.sentence] if one.utterance.sentence < len(rows) else ()


def _near_pairs(loose: Sequence[_Said], vectors: Matrix) -> set[tuple[int, int]]:
    """Return the pairs that share a word or a meaning; all others are on two matters."""
    index: dict[str, list[int]] = {}
    for n, one in enumerate(loose):
        for word in content_words(one.utterance.context):
            index.setdefault(word, []).append(n)
    pairs = {pair for members in index.values() for pair in itertools.combinations(members, 2)}
    if vectors.size:
        first, second = np.nonzero(np.triu(vectors @ vectors.T >= _ALIKE_MEANING, 1))
        pairs |= set(zip(first.tolist(), second.tolist(), strict=True))
    return pairs


def _likeness(one: _Said, other: _Said, meaning: float) -> float:
    """Return how much two statements are on one matter, 0 if they are not."""
    a, b = content_words(one.utterance.context), content_words(other.utterance.context)
    weights = {w: rarity(w) for w in a | b}
    whole = min(sum(weights[w] for w in a), sum(weights[w] for w in b))
    words = sum(weights[w] for w in a & b) / whole if whole else 0.0
    return max(words, meaning) if words >= _ALIKE or meaning >= _ALIKE_MEANING else 0.0


def _title(group: Sequence[_Said]) -> str:
    """Return what a row of no known matter is called: the words that say most of it, as they are written."""
    counts: Counter[str] = Counter()
    forms: dict[str, str] = {}
    for one in group:
        for word in plain(one.utterance.context).split():
            for stem in content_words(word):
                counts[stem] += 1
                forms.setdefault(stem, word)
    ranked = sorted(counts, key=lambda s: (-counts[s], -rarity(forms[s]), s))
    return ", ".join(forms[s] for s in ranked[:3]) or "?"


def _with_reporters(row: Row, reported: Sequence[Utterance]) -> Row:
    """Return the row with what reporters say of its matter in their own voice."""
    joined = _join_copies(reported)[:_MOST_REPORTED]
    if not joined:
        return row
    return Row(row.matter, row.mark, {**row.cells, REPORTERS: tuple(_words(one) for one in joined)})
