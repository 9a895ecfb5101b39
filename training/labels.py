"""Labels as training needs them: unknown ones, sets of possible ones, spans as BIO.

What labels there are stands in the package: depesche/language/network/layout.py.
"""

from __future__ import annotations

from collections.abc import Sequence

from depesche.language.network.layout import SPAN_LAYERS

UNKNOWN = -1

# Labels of these are sets of possible labels, one bit for each: corpora that know no GPE say ``GPE or LOC``.
SET_LAYERS = frozenset({"names"})


def begin(layer: str, kind: str) -> int:
    """Return the label that begins a span of a type."""
    return 1 + 2 * SPAN_LAYERS[layer].index(kind)


def label_spans(length: int, spans: Sequence[tuple[int, int, str]], layer: str) -> tuple[int, ...]:
    """Return the BIO labels of ``length`` words for spans (first, last exclusive, type); the first wins."""
    labels = [0] * length
    for first, last, kind in spans:
        if not any(labels[first:last]):
            inside = begin(layer, kind) + 1
            labels[first:last] = [inside - 1] + [inside] * (last - first - 1)
    return tuple(labels)
