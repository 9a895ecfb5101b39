"""Versions of one article, and what changed from one to the next: facts, not words.

A fact is what a reading has (an event, a time, a place, an actor, a quotation) or a number. The two texts are
aligned sentence by sentence; facts whose words were kept stayed the same, those that stand in place of one
another changed, the others came or went. A sentence without a fact that came or went is told as a statement.
"""

from __future__ import annotations

import bisect
import re
import urllib.parse
from collections import deque
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Literal, NamedTuple

import msgspec

from depesche.language.numbers import read_amount
from depesche.language.spelling import fold_word
from depesche.link.components import Groups
from depesche.link.copies import align_sentences, compare, fingerprints, share_of_words
from depesche.link.order import days_apart, publication_key
from depesche.link.records import Record
from depesche.link.words import Words, lie_within, words_of
from depesche.reading import Actor, Event, Span

FactKind = Literal["event", "number", "time", "place", "actor", "quotation", "statement"]
ChangeKind = Literal["added", "gone", "changed"]

# Reports of one outlet with different addresses are versions if they came within so many days of one another
# and so much of the shorter stands in the longer.
VERSION_DAYS = 7
_SAME_TEXT = 0.6
# What stands at one address for longer is a page for changing contents, unless the text is the same.
_SAME_ADDRESS_DAYS = 30
# Parts of an address that only say how the reader came there.
_TRACKING = re.compile(r"(?:utm_.*|ref|referrer|source|fbclid|gclid|xtor|wt_.*|mc_.*|cmp|share)")
# A sentence with fewer words is a headline or a caption.
_MIN_STATEMENT = 3
# Where more pairs of facts could stand in place of one another, only what is gone and what was added is told.
_MOST_PAIRS = 40_000
_REFERENCES = frozenset({"PRESENT_REF", "PAST_REF", "FUTURE_REF"})


class Fact(msgspec.Struct, frozen=True):
    """A fact of a report, with its characters and words; ``value`` is what it says.

    That is a number and what is counted, a TIMEX3 value, a name, the words of a quotation or statement, or
    what an event is: ``CONSULT actual 2025-07-10 Kuala Lumpur Lawrow, Rubio``.
    """

    kind: FactKind
    span: Span
    text: str
    value: str


class Change(msgspec.Struct, frozen=True):
    """A fact that was added (``new`` alone), is gone (``old`` alone) or changed from ``old`` to ``new``."""

    kind: FactKind
    change: ChangeKind
    old: Fact | None = None
    new: Fact | None = None


class Difference(msgspec.Struct, frozen=True):
    """What changed from one version to the next: the ids of both, the changes in the order of the text."""

    old: str
    new: str
    changes: tuple[Change, ...]


class Versions(msgspec.Struct, frozen=True):
    """The versions of one article: report ids in the order of publication, and what changed at each step."""

    reports: tuple[str, ...]
    differences: tuple[Difference, ...]


def find_versions(records: Iterable[Record]) -> tuple[Versions, ...]:
    """Return the articles of a set of reports that have more than one version, the same for any order."""
    unique = {record.id: record for record in sorted(records, key=_rank)}
    chains = []
    for article in find_articles(unique.values()):
        steps = ((one, other, find_changes(unique[one], unique[other])) for one, other in pairwise(article))
        chains.append(Versions(article, tuple(Difference(*step) for step in steps)))
    return tuple(chains)


def find_articles(records: Iterable[Record]) -> tuple[tuple[str, ...], ...]:
    """Return the versions of each article that has more than one: ids of reports, as they were published.

    The same for any order of the reports, and much sooner told than what changed (``find_versions``).
    """
    unique = {record.id: record for record in sorted(records, key=_rank)}
    groups = Groups()
    for one, other in _candidates(unique.values()):
        # What is one article by others need not be compared: hundreds of near copies would take minutes.
        if groups.find(one) != groups.find(other) and is_version(unique[one], unique[other]):
            groups.join(one, other)
    found: dict[str, list[Record]] = {}
    for record in sorted(unique.values(), key=_version_key):
        found.setdefault(groups.find(record.id), []).append(record)
    articles = [versions for versions in found.values() if len(versions) > 1]
    articles.sort(key=lambda versions: publication_key(versions[0]))
    return tuple(tuple(record.id for record in versions) for versions in articles)


def is_version(a: Record, b: Record) -> bool:
    """Whether two reports are versions of one article: one address, or one outlet and mostly one text."""
    apart = days_apart(a, b)
    address = address_of(a)
    if address and address == address_of(b):
        return apart is None or apart <= _SAME_ADDRESS_DAYS or _is_same_text(a, b)
    outlet = (a.report.source or "").lower()
    if not outlet or outlet != (b.report.source or "").lower() or apart is None or apart > VERSION_DAYS:
        return False
    return _is_same_text(a, b)


def address_of(record: Record) -> str | None:
    """Return the address of a report without what does not tell one article from another.

    None if it has no address, or only that of its outlet's front page.
    """
    try:
        parts = urllib.parse.urlsplit((record.report.url or "").strip())
        host = (parts.hostname or "").removeprefix("www.")
        pairs = urllib.parse.parse_qsl(parts.query)
    except ValueError:
        return None
    kept = sorted((k, v) for k, v in pairs if not _TRACKING.fullmatch(k.lower()))
    path = parts.path.rstrip("/").removesuffix("/amp")
    if not host or not (path or kept):
        return None
    return host + path + (f"?{urllib.parse.urlencode(kept)}" if kept else "")


def _is_same_text(a: Record, b: Record) -> bool:
    if share_of_words(a, b) < _SAME_TEXT:
        return False
    found = compare(a, b)
    return max(found.share_a, found.share_b) >= _SAME_TEXT


def _version_key(record: Record) -> tuple[str, str, str]:
    """Return what sorts versions: their publication; of those that say the same, which was fetched first.

    An article that is changed mostly goes on naming the time of its first version.
    """
    published, id_ = publication_key(record)
    return published, record.report.fetched or "", id_


def _rank(record: Record) -> tuple[str, str, str]:
    return record.report.url or "", record.report.source or "", record.report.published or ""


def _candidates(records: Iterable[Record]) -> Iterator[tuple[str, str]]:
    """Yield the pairs of reports with the same address, or the same outlet and a fingerprint in common."""
    places: dict[tuple[str, object], list[str]] = {}
    for record in records:
        address, outlet = address_of(record), (record.report.source or "").lower()
        keys: list[tuple[str, object]] = [(address, "address")] if address else []
        if outlet:
            keys += [(outlet, print_) for print_ in fingerprints(record)]
        for key in keys:
            places.setdefault(key, []).append(record.id)
    yield from sorted(
        {
            (min(one, other), max(one, other))
            for ids in places.values()
            for n, one in enumerate(ids)
            for other in ids[n + 1 :]
        }
    )


# --- what changed ------------------------------------------------------------------------------------


def find_changes(old: Record, new: Record) -> tuple[Change, ...]:
    """Return which facts changed from one version of an article to another, in the order of the new text."""
    alignment = _Alignment(old, new)
    changes: list[Change] = []
    for kind, olds, news in _facts(old, new):
        changes += _compare_facts(alignment, kind, olds, news)
    finer = [c for c in changes if c.kind not in {"quotation", "event"} and c.old and c.new]
    changes = [c for c in changes if not _is_explained(c, finer, alignment)]
    changes += _statements(alignment, changes)
    return tuple(sorted(changes, key=lambda c: (alignment.place(c), c.kind, c.change)))


class _Alignment:
    """Two versions with the words that were kept, and the sentences that stand in place of one another."""

    def __init__(self, old: Record, new: Record) -> None:
        self.records = (old, new)
        self.old, self.new = words_of(old), words_of(new)
        matches = align_sentences(old, new)
        self.kept = {i: j for m in matches for i, j in m.shared}
        self.pairs = {(m.a, m.b) for m in matches}
        self._add_equals()
        self.back = {j: i for i, j in self.kept.items()}
        self._kept_old, self._kept_new = sorted(self.kept), sorted(self.back)
        self.matched_old = {a for a, _ in self.pairs}
        self.matched_new = {b for _, b in self.pairs}

    def _add_equals(self) -> None:
        """Match sentences that are the same word for word but too short to tell a copy."""
        matched_old, matched_new = {a for a, _ in self.pairs}, {b for _, b in self.pairs}
        places: dict[tuple[str, ...], list[int]] = {}
        for b in range(len(self.new.bounds) - 1, -1, -1):
            if b not in matched_new:
                places.setdefault(self.new.sentence(b), []).append(b)
        for a in range(len(self.old.bounds)):
            found = places.get(self.old.sentence(a)) if a not in matched_old else None
            if found:
                b = found.pop()
                self.pairs.add((a, b))
                first, second = self.old.firsts[a], self.new.firsts[b]
                self.kept |= {first + n: second + n for n in range(len(self.old.sentence(a)))}

    def words_in(self, span: Span, *, new: bool = False) -> range:
        """Return the indexes of the words within some characters of a version."""
        words = self.new if new else self.old
        first = bisect.bisect_left(words.spans, span.start, key=lambda s: s.end - 1)
        last = bisect.bisect_left(words.spans, span.end, key=lambda s: s.start)
        return range(first, max(first, last))

    def carried(self, span: Span) -> list[int]:
        """Return the words of the new version that words of the old were kept as, in its order."""
        return sorted(self.kept[i] for i in self.words_in(span) if i in self.kept)

    def kept_as(self, span: Span) -> range | None:
        """Return the words of the new version that those of the old within some characters were kept as.

        None unless all were, and side by side.
        """
        places = self.words_in(span)
        if not places:
            return range(0)
        first = self.kept.get(places[0], -1)
        kept = first >= 0 and all(self.kept.get(i) == first + n for n, i in enumerate(places))
        return range(first, first + len(places)) if kept else None

    def replaces(self, old: Fact, new: Fact) -> bool:
        """Whether the words of one fact were put in for those of the other, between the same words."""
        before, after = self.words_in(old.span), self.words_in(new.span, new=True)
        if not before or not after:
            return False
        if (self.old.sentences[before[0]], self.new.sentences[after[0]]) not in self.pairs:
            return False
        gap = _kept_beside(before, self.old, self._kept_old)
        gap_in_new = tuple(None if i is None else self.kept[i] for i in gap)
        return gap_in_new == _kept_beside(after, self.new, self._kept_new)

    def place(self, change: Change) -> tuple[int, int]:
        """Return where a change stands in the new text; what is gone stands behind what was before it."""
        if change.new:
            return change.new.span.start, 1
        assert change.old is not None
        places = self.words_in(change.old.span)
        before = bisect.bisect_left(self._kept_old, places.start) - 1
        return (self.new.spans[self.kept[self._kept_old[before]]].end if before >= 0 else 0), 0


def _kept_beside(places: range, words: Words, kept: list[int]) -> tuple[int | None, int | None]:
    """Return the words before and behind some words that are the next to be kept, within the sentence."""
    sentence = words.sentences[places[0]]
    first, last = words.firsts[sentence], words.firsts[sentence + 1]
    before = bisect.bisect_left(kept, places[0]) - 1
    after = bisect.bisect_right(kept, places[-1])
    return (
        kept[before] if before >= 0 and kept[before] >= first else None,
        kept[after] if after < len(kept) and kept[after] < last else None,
    )


class _Facts(NamedTuple):
    kind: FactKind
    old: list[Fact]
    new: list[Fact]


def _facts(old: Record, new: Record) -> Iterator[_Facts]:
    yield _Facts("number", list(_numbers(old)), list(_numbers(new)))
    yield _Facts("time", list(_times(old)), list(_times(new)))
    yield _Facts("place", list(_places(old)), list(_places(new)))
    yield _Facts("actor", list(_actors(old)), list(_actors(new)))
    yield _Facts("quotation", list(_quotations(old)), list(_quotations(new)))
    yield _Facts("event", list(_events(old)), list(_events(new)))


def _numbers(record: Record) -> Iterator[Fact]:
    """Yield the numbers that are not part of a time or a name, each with what is counted."""
    words = words_of(record)
    text = record.report.text
    reading = record.reading
    told = [Span(t.start, t.end) for t in reading.times]
    told += [Span(m.start, m.end) for a in reading.actors if a.type != "GROUP" for m in a.mentions]
    for i, (span, is_told) in enumerate(zip(words.spans, lie_within(words.spans, told), strict=True)):
        word = text[span.start : span.end]
        amount = read_amount(word)
        if amount is None or is_told:
            continue
        following = words.spans[i + 1] if i + 1 < len(words) else Span(0, 0)
        yield Fact("number", span, word, f"{amount:g} {text[following.start : following.end]}".strip())


def _times(record: Record) -> Iterator[Fact]:
    for time in record.reading.times:
        if time.value not in _REFERENCES:
            yield Fact("time", Span(time.start, time.end), time.text, time.value)


def _places(record: Record) -> Iterator[Fact]:
    for place in record.reading.places:
        yield Fact("place", Span(place.start, place.end), place.text, place.name)


def _actors(record: Record) -> Iterator[Fact]:
    """Yield each actor at its first mention."""
    for actor in record.reading.actors:
        if actor.mentions:
            first = min(actor.mentions, key=lambda m: m.start)
            yield Fact("actor", Span(first.start, first.end), first.text, _short_name(actor))


def _short_name(actor: Actor) -> str:
    """Return the last word of a name: what a shorter version still says of somebody."""
    return (actor.name.split() or [""])[-1]


def _quotations(record: Record) -> Iterator[Fact]:
    for quotation in record.reading.quotations:
        if quotation.spans and not quotation.nested:
            span = Span(quotation.spans[0].start, quotation.spans[-1].end)
            yield Fact("quotation", span, quotation.text, quotation.text)


def _events(record: Record) -> Iterator[Fact]:
    actors = {actor.id: _short_name(actor) for actor in record.reading.actors}
    for event in record.reading.events:
        yield Fact("event", Span(event.start, event.end), event.text, _event_value(event, actors))


def _event_value(event: Event, actors: dict[str, str]) -> str:
    """Return what an event is, in words: type, mode, status, date, place, who and to whom."""
    who = ", ".join(sorted(actors.get(a, a) for a in event.actor))
    whom = ", ".join(sorted(actors.get(a, a) for a in event.recipient))
    parts = (event.type, event.mode, event.status, event.date, event.place, who, f"> {whom}" if whom else "")
    return " ".join(part for part in parts if part)


def _compare_facts(
    alignment: _Alignment, kind: FactKind, olds: list[Fact], news: list[Fact]
) -> Iterator[Change]:
    """Yield the changes among the facts of one kind."""
    gone, added = _without_kept(alignment, olds, news)
    known_old, known_new = {_key(f) for f in olds}, {_key(f) for f in news}
    gone = [f for f in gone if _key(f) not in known_new]
    added = [f for f in added if _key(f) not in known_old]
    changed: list[tuple[Fact, Fact]] = []
    for old in list(gone) if len(gone) * len(added) <= _MOST_PAIRS else ():
        carried = alignment.carried(old.span)
        new = next((n for n in added if _is_put_in_place(alignment, old, carried, n)), None)
        if new is not None:
            gone.remove(old)
            added.remove(new)
            changed.append((old, new))
    for old, new in changed:
        yield Change(kind, "changed", old, new)
    for old in gone:
        yield Change(kind, "gone", old=old)
    for new in added:
        yield Change(kind, "added", new=new)


def _without_kept(alignment: _Alignment, olds: list[Fact], news: list[Fact]) -> tuple[list[Fact], list[Fact]]:
    """Return the facts of both versions without those whose words were kept in their places.

    Kept words are the same fact, however it is read; the same value elsewhere has only moved.
    """
    waiting: dict[range | None, deque[int]] = {}
    for number, new in enumerate(news):
        waiting.setdefault(alignment.words_in(new.span, new=True), deque()).append(number)
    gone: list[Fact] = []
    taken: set[int] = set()
    for old in olds:
        if same := waiting.get(alignment.kept_as(old.span)):
            taken.add(same.popleft())
        else:
            gone.append(old)
    return gone, [new for number, new in enumerate(news) if number not in taken]


def _key(fact: Fact) -> str:
    """Return by what a fact is the same in two versions: what it says, however it is spelt."""
    return " ".join(fold_word(word) for word in re.findall(r"\w+", fact.value))


def _is_put_in_place(alignment: _Alignment, old: Fact, carried: list[int], new: Fact) -> bool:
    """Whether a fact stands where another stood: in place of its words, or on words that were ``carried``."""
    if alignment.replaces(old, new):
        return True
    words = alignment.words_in(new.span, new=True)
    return bisect.bisect_left(carried, words.start) < bisect.bisect_left(carried, words.stop)


def _is_explained(change: Change, finer: list[Change], alignment: _Alignment) -> bool:
    """Whether a change of an event or quotation says no more than a ``finer`` one within it does.

    A quotation in which a number was changed is the changed number. An event of which words and kind stayed
    is read otherwise because of what changed in its sentence, or by chance.
    """
    if change.change != "changed" or change.kind not in {"event", "quotation"}:
        return False
    assert change.old is not None and change.new is not None
    if change.kind == "quotation":
        return any(_within(c.old, change.old) and _within(c.new, change.new) for c in finer)
    before, after = change.old.value.split(" ", 1)[0], change.new.value.split(" ", 1)[0]
    places = alignment.words_in(change.new.span, new=True)
    return before == after and alignment.kept_as(change.old.span) == places


def _within(inner: Fact | None, outer: Fact) -> bool:
    return inner is not None and outer.span.start <= inner.span.start and inner.span.end <= outer.span.end


def _statements(alignment: _Alignment, changes: list[Change]) -> Iterator[Change]:
    """Yield sentences put in the place of others, and those that came or went without a fact."""
    old, new = alignment.records
    opposite = _opposite(alignment)
    replaced = set(opposite.values())
    starts_old = sorted(c.old.span.start for c in changes if c.old)
    starts_new = sorted(c.new.span.start for c in changes if c.new)
    for before, after in opposite.items():
        first, second = alignment.old.bounds[before], alignment.new.bounds[after]
        yield Change("statement", "changed", _statement(old, first), _statement(new, second))
    for index in _unmatched(alignment.old, alignment.matched_old):
        bound = alignment.old.bounds[index]
        if index not in opposite and not _holds(bound, starts_old):
            yield Change("statement", "gone", old=_statement(old, bound))
    for index in _unmatched(alignment.new, alignment.matched_new):
        bound = alignment.new.bounds[index]
        if index not in replaced and not _holds(bound, starts_new):
            yield Change("statement", "added", new=_statement(new, bound))


def _holds(bound: Span, starts: list[int]) -> bool:
    """Whether one of the facts that begin there begins within some characters."""
    return bisect.bisect_left(starts, bound.start) < bisect.bisect_left(starts, bound.end)


def _opposite(alignment: _Alignment) -> dict[int, int]:
    """Return the sentences that stand in place of one another: as many between the same kept ones."""
    partner = dict(sorted(alignment.pairs))
    news = _unmatched(alignment.new, alignment.matched_new)
    found: dict[int, int] = {}
    for run in _consecutive(_unmatched(alignment.old, alignment.matched_old)):
        before = partner.get(run[0] - 1, -1 if run[0] == 0 else None)
        after = partner.get(
            run[-1] + 1, len(alignment.new.bounds) if run[-1] + 1 == len(alignment.old.bounds) else None
        )
        if before is None or after is None:
            continue
        between = news[bisect.bisect_right(news, before) : bisect.bisect_left(news, after)]
        if len(between) == len(run) == after - before - 1:
            found |= zip(run, between, strict=True)
    return found


def _consecutive(numbers: list[int]) -> Iterator[list[int]]:
    run: list[int] = []
    for number in numbers:
        if run and number != run[-1] + 1:
            yield run
            run = []
        run.append(number)
    if run:
        yield run


def _unmatched(words: Words, matched: set[int]) -> list[int]:
    return [
        i for i in range(len(words.bounds)) if i not in matched and len(words.sentence(i)) >= _MIN_STATEMENT
    ]


def _statement(record: Record, bound: Span) -> Fact:
    text = record.report.text[bound.start : bound.end]
    return Fact("statement", bound, text, text)
