"""Documents cut into windows that the network reads at once, and windows put together into batches.

A window is a row of whole sentences with what stands before them as context; a sentence longer than a window
is cut. Windows of like length are read together, in a fixed order.
"""

from __future__ import annotations

import bisect
import itertools
from collections.abc import Iterator, Sequence

import msgspec
import numpy as np

from depesche.language.document import Document
from depesche.language.network.subwords import BEGIN, END, PADDING, Subwords

# Pieces that a window reads for their own sake, and before them for the sake of context: see docs/model.md.
CORE, CONTEXT = 96, 0
# In nats. What is more frequent (articles, prepositions, commas) tells little of what a sentence means.
CONTENT = 11.0
# Windows are padded to a multiple of this: they differ less, so that more of them make one batch.
STEP = 8

Array = np.ndarray[tuple[int, ...], np.dtype[np.generic]]


class Divided(msgspec.Struct, frozen=True):
    """A document's tokens: the pieces of each, the first one of each sentence, which are content words.

    ``words`` are the tokens themselves.
    """

    pieces: tuple[tuple[int, ...], ...]
    starts: tuple[int, ...]
    content: tuple[bool, ...]
    words: tuple[str, ...] = ()


class Window(msgspec.Struct, frozen=True):
    """Tokens of a document: from ``first`` on context, from ``core`` to ``last`` (exclusive) its own."""

    document: int
    first: int
    core: int
    last: int


class Batch(msgspec.Struct, frozen=True):
    """Windows as arrays: see the inputs of the network in training/export.py.

    ``pieces`` (windows, length), ``firsts`` (windows, words), ``content`` (windows, content words) and
    ``shares`` (windows, sentences, content words). The sentences are those of each window's core, numbered in
    ``sentences``.
    """

    windows: tuple[Window, ...]
    sentences: tuple[tuple[int, ...], ...]
    pieces: Array
    firsts: Array
    content: Array
    shares: Array


def divide_words(
    subwords: Subwords, words: Sequence[str], spaced: Sequence[bool], starts: Sequence[int]
) -> Divided:
    """Return the pieces of words, of which some have a space before them; ``starts`` begin the sentences."""
    pieces = tuple(subwords.divide(w, s) for w, s in zip(words, spaced, strict=True))
    content = tuple(subwords.surprise(p) > CONTENT for p in pieces)
    return Divided(pieces, tuple(starts), content, tuple(words))


def divide(document: Document, subwords: Subwords) -> Divided:
    """Return the pieces of a document's tokens."""
    tokens = document.tokens
    ends = [-1, *(t.end for t in tokens)]
    spaced = [t.start != end for t, end in zip(tokens, ends, strict=False)]
    return divide_words(subwords, [t.text for t in tokens], spaced, [s.first for s in document.sentences])


def cut_windows(number: int, divided: Divided, core: int = CORE, context: int = CONTEXT) -> Iterator[Window]:
    """Yield the windows of a document, whose number is ``number``."""
    lengths = [len(p) for p in divided.pieces]
    for first, last in _cores(lengths, divided.starts, core):
        begin, total = first, 0
        while begin > 0 and total + lengths[begin - 1] <= context:
            begin -= 1
            total += lengths[begin]
        yield Window(number, begin, first, last)


def _cores(lengths: Sequence[int], starts: Sequence[int], size: int) -> Iterator[tuple[int, int]]:
    """Yield rows of whole sentences of up to ``size`` pieces; parts of a sentence that is longer."""
    first = total = 0
    for start, end in itertools.pairwise([*starts, len(lengths)]):
        begin, length = start, sum(lengths[start:end])
        if total and total + length > size:
            yield first, begin
            first, total = begin, 0
        while total + length > size:
            cut, fitting = begin + 1, lengths[begin]
            while cut < end and fitting + lengths[cut] <= size:
                fitting += lengths[cut]
                cut += 1
            if cut == end:
                break
            yield first, cut
            first = begin = cut
            length -= fitting
        total += length
    if first < len(lengths):
        yield first, len(lengths)


def make_batches(documents: Sequence[Divided], windows: Sequence[Window], budget: int) -> Iterator[Batch]:
    """Yield windows as batches of up to ``budget`` pieces, padding included; at least one window each."""
    sized = sorted(
        (
            (padded_length(2 + sum(map(len, documents[w.document].pieces[w.first : w.last]))), w)
            for w in windows
        ),
        key=lambda pair: (pair[0], pair[1].document, pair[1].core),
    )
    group: list[Window] = []
    length = 0
    for size, window in sized:
        if group and (size != length or length * (len(group) + 1) > budget):
            yield _make_batch(documents, group, length)
            group = []
        length = size
        group.append(window)
    if group:
        yield _make_batch(documents, group, length)


def padded_length(size: int) -> int:
    """Return the length that a window of ``size`` pieces is padded to."""
    return -(-size // STEP) * STEP


def _make_batch(documents: Sequence[Divided], windows: Sequence[Window], length: int) -> Batch:
    sentences = [_sentences(documents[w.document].starts, w) for w in windows]
    pieces = np.full((len(windows), length), PADDING, dtype=np.int64)
    firsts = np.zeros((len(windows), max(w.last - w.first for w in windows)), dtype=np.int64)
    content: list[list[list[int]]] = []
    for row, window in enumerate(windows):
        document = documents[window.document]
        words = document.pieces[window.first : window.last]
        flat = [BEGIN, *(piece for word in words for piece in word), END]
        pieces[row, : len(flat)] = flat
        places = np.cumsum([1, *map(len, words)])
        firsts[row, : len(words)] = places[:-1]
        chosen = [content_words(document, window, sentence) for sentence in sentences[row]]
        content.append([[int(places[word - window.first]) for word in own] for own in chosen])
    return Batch(tuple(windows), tuple(map(tuple, sentences)), pieces, firsts, *_share(content))


def content_words(document: Divided, window: Window, sentence: int) -> list[int]:
    """Return the content words of a sentence in a window's core; all its words if it has none."""
    words = own_words(document, window, sentence)
    return [word for word in words if document.content[word]] or list(words)


def own_words(document: Divided, window: Window, sentence: int) -> range:
    """Return the words of a sentence that a window's core has."""
    last = window.last
    if sentence + 1 < len(document.starts):
        last = min(document.starts[sentence + 1], last)
    return range(max(document.starts[sentence], window.core), last)


def _share(places: Sequence[Sequence[Sequence[int]]]) -> tuple[Array, Array]:
    """Return the places of content words as ``content`` and ``shares``, by window and sentence."""
    most = max(sum(map(len, window)) for window in places)
    content = np.zeros((len(places), most), dtype=np.int64)
    shares = np.zeros((len(places), max(map(len, places)), most), dtype=np.float32)
    for row, window in enumerate(places):
        at = 0
        for column, own in enumerate(window):
            content[row, at : at + len(own)] = own
            shares[row, column, at : at + len(own)] = 1 / len(own)
            at += len(own)
    return content, shares


def _sentences(starts: Sequence[int], window: Window) -> range:
    """Return the numbers of the sentences that a window's core has words of."""
    return range(bisect.bisect_right(starts, window.core) - 1, bisect.bisect_left(starts, window.last))
