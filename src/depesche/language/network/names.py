"""What the network scores as names, settled by what lists and the rest of the report know of the same words.

The network sees a few sentences at a time and learnt from few of the bodies that news names with plain words
(*der Senat*, *die Vereinten Nationen*). Lists know such bodies, and states and places; but a word in a list
may be another word (*RT*, *Essen*), so a list only makes its kind of name likelier. And what a word is in one
sentence of a report it mostly is in another: each occurrence gets half of what all others say on average.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec
import numpy as np

from depesche.language.gazetteer import place_names
from depesche.language.network.decoding import best_labels, spans_of_labels
from depesche.language.network.layout import NAME_TYPES
from depesche.language.organisations import organisation_names
from depesche.language.phrases import PhraseTable

Array = Any  # numpy array of floats; its shape is said where it is used

# How much likelier a list makes a name, in nats: some seven times.
_KNOWN = 2.0
# How much of what the other occurrences of a word say counts for each.
_SHARED = 0.5


class _Word(msgspec.Struct, frozen=True, gc=False):
    text: str


def settle_names(scores: Array, words: Sequence[str]) -> Array:
    """Return scores of names (words, labels) that also heed lists and the other occurrences of a word.

    Labels are BIO, those of one type for all places (``heads.join_places``).
    """
    settled: Array = _heed_others(_heed_lists(scores, words), words).astype(scores.dtype)
    return settled


def _heed_lists(scores: Array, words: Sequence[str]) -> Array:
    """Return scores in which the names that lists know are likelier."""
    heeded = np.array(scores, dtype=np.float64)
    forms = [_Word(word) for word in words]
    for table, kind in _tables():
        begins = 1 + 2 * kind
        for match in table.matches(forms):
            heeded[match.first, begins] += _KNOWN
            heeded[match.first + 1 : match.last, begins + 1] += _KNOWN
    return heeded


def _heed_others(scores: Array, words: Sequence[str]) -> Array:
    """Return scores in which each occurrence of a capital word is like the others of the report.

    Within names of several words a word stays what it is there: *Bank* is no name for being part of one.
    """
    names = spans_of_labels(best_labels(scores))
    within = {at for first, last, _ in names if last - first > 1 for at in range(first, last)}
    # How much likelier than no name each type is for a word, at its beginning or further on.
    said = np.logaddexp(scores[:, 1::2], scores[:, 2::2]) - scores[:, :1]
    heeded = scores.copy()
    for places in _occurrences(words):
        alone = [at for at in places if at not in within]
        others = (said[places].sum(0) - said[alone]) / (len(places) - 1)
        heeded[alone, 1:] += np.repeat(_SHARED * others, 2, axis=1)
    return heeded


def _occurrences(words: Sequence[str]) -> Iterator[list[int]]:
    """Yield where each capital word stands that occurs more than once."""
    found: dict[str, list[int]] = {}
    for at, word in enumerate(words):
        if len(word) > 1 and word[0].isupper():
            found.setdefault(word, []).append(at)
    yield from (places for places in found.values() if len(places) > 1)


@functools.cache
def _tables() -> tuple[tuple[PhraseTable[Any], int], ...]:
    """Return tables of names, each with the number of its type."""
    return (
        (organisation_names(), NAME_TYPES.index("ORG")),
        (place_names(), NAME_TYPES.index("GPE")),
    )
