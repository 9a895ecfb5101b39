"""Annotated texts, whatever corpus they come from: words, sentences, layers of labels, links."""

from __future__ import annotations

import bisect
import random
from collections.abc import Iterator, Sequence

import msgspec

Span = tuple[int, int]


class Query(msgspec.Struct, frozen=True):
    """A quotation or the trigger of an event, whose roles are to be found among the words.

    Spans are words, the last one exclusive. ``unsure`` words of a role are neither right nor wrong there
    (a second mention of the same actor). ``arguments`` has every place where an argument is named, to measure
    whole texts by; it is lost where they are cut. ``label`` is the type of the quotation or event.
    """

    kind: str
    parts: tuple[Span, ...]
    roles: dict[str, tuple[Span, ...]]
    unsure: dict[str, tuple[Span, ...]] = {}
    arguments: tuple[tuple[str, tuple[Span, ...]], ...] = ()
    label: str = ""


class Text(msgspec.Struct, frozen=True):
    """Words with what is known of them; a layer that is not known is missing.

    ``spaced`` says whether white space precedes the word, ``starts`` are the first words of the sentences.
    ``layers`` holds a label for each word (see ``labels``), ``heads`` the index of each word's head (its own
    for a root, -1 unknown) or nothing. ``queries`` are known for the kinds in ``asked``.
    """

    source: str
    words: tuple[str, ...]
    spaced: tuple[bool, ...]
    starts: tuple[int, ...]
    layers: dict[str, tuple[int, ...]] = {}
    heads: tuple[int, ...] = ()
    relations: tuple[int, ...] = ()
    queries: tuple[Query, ...] = ()

    def sentence_end(self, sentence: int) -> int:
        """Return the word after the last one of a sentence."""
        return self.starts[sentence + 1] if sentence + 1 < len(self.starts) else len(self.words)

    def sentence_of(self, word: int) -> int:
        """Return the index of the sentence that holds a word."""
        return bisect.bisect_right(self.starts, word) - 1


def cut_text(text: Text, first: int, last: int) -> Text:
    """Return the words ``first`` to ``last`` (exclusive) with all that is known of them."""
    size = last - first
    heads = tuple(h - first if first <= h < last else -1 for h in text.heads[first:last])
    starts = tuple(s - first for s in text.starts if first < s < last)
    queries = (_cut_query(q, first, size) for q in text.queries)
    return Text(
        source=text.source,
        words=text.words[first:last],
        spaced=text.spaced[first:last],
        starts=(0, *starts) if size else (),
        layers={name: labels[first:last] for name, labels in text.layers.items()},
        heads=heads,
        relations=text.relations[first:last],
        queries=tuple(q for q in queries if q.parts),
    )


def _cut_query(query: Query, first: int, size: int) -> Query:
    return Query(
        query.kind,
        _cut_spans(query.parts, first, size),
        {role: _cut_spans(spans, first, size) for role, spans in query.roles.items()},
        {role: _cut_spans(spans, first, size) for role, spans in query.unsure.items()},
        label=query.label,
    )


def _cut_spans(spans: Sequence[Span], first: int, size: int) -> tuple[Span, ...]:
    moved = ((max(0, a - first), min(size, b - first)) for a, b in spans)
    return tuple((a, b) for a, b in moved if a < b)


def join_texts(source: str, texts: Sequence[Text]) -> Text:
    """Return texts with the same layers as one, sentence after sentence."""
    offsets = [0]
    for text in texts:
        offsets.append(offsets[-1] + len(text.words))
    pairs = list(zip(texts, offsets, strict=False))
    names = texts[0].layers.keys() if texts else ()
    return Text(
        source=source,
        words=tuple(w for t in texts for w in t.words),
        spaced=tuple(s for t in texts for s in t.spaced),
        starts=tuple(s + at for t, at in pairs for s in t.starts),
        layers={name: tuple(x for t in texts for x in t.layers[name]) for name in names},
        heads=tuple(h + at if h >= 0 else -1 for t, at in pairs for h in t.heads),
        relations=tuple(r for t in texts for r in t.relations),
    )


def draw_windows(
    text: Text, lengths: Sequence[int], sizes: tuple[int, int], chance: random.Random
) -> Iterator[Text]:
    """Yield the text as windows of whole sentences, each up to a drawn number of subwords.

    ``lengths`` are the subwords of each word, ``sizes`` the least and the greatest size of a window. A
    sentence longer than the greatest is cut.
    """
    yield from (cut_text(text, a, b) for a, b in window_spans(text, lengths, sizes, chance))


def window_spans(
    text: Text, lengths: Sequence[int], sizes: tuple[int, int], chance: random.Random
) -> Iterator[Span]:
    """Yield the words of each window: see ``draw_windows``."""
    first = total = 0
    size = chance.randint(*sizes)
    for sentence, begin in enumerate(text.starts):
        start, end = begin, text.sentence_end(sentence)
        length = sum(lengths[start:end])
        if total and total + length > size:
            yield first, start
            first, total, size = start, 0, chance.randint(*sizes)
        while total + length > sizes[1]:
            cut = _fitting(lengths, start, sizes[1])
            yield first, cut
            first = start = cut
            total, length = 0, sum(lengths[start:end])
        total += length
    if first < len(text.words):
        yield first, len(text.words)


def _fitting(lengths: Sequence[int], first: int, size: int) -> int:
    """Return the last word (exclusive) from ``first`` on that fits into ``size`` subwords; at least one."""
    total, at = lengths[first], first + 1
    while at < len(lengths) and total + lengths[at] <= size:
        total += lengths[at]
        at += 1
    return at
