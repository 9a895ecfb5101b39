"""Vectors of sentences in the bytes that an archive keeps, and back; those of a question and of a whole text.

German news says first what matters (the inverted pyramid), so everything counts the less for the whole the
further back it stands: half as much after some 400 characters, a tenth after some 1,400.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from depesche.language.analysis import LanguageModel
from depesche.language.document import Document, analyse_report
from depesche.language.models import analyse_documents
from depesche.reading import Meaning, Report

# Each of 41 steps is a byte; such vectors point elsewhere by a cosine of 0.998, and of the ten sentences
# that are nearest to one, 9.65 are those of vectors of floats. Whole bytes would find 9.95 of them, and be
# half as large again when an archive packs them.
_MOST = 20
# Characters after which a word counts 1/e.
_FADING = 600
# A sentence of more characters is no better witness than one of these.
_LONG_SENTENCE = 200


def describe_meaning(document: Document) -> Meaning | None:
    """Return what the sentences of an analysed document mean; None if no language model says it."""
    analysis = document.analysis
    if analysis is None or not analysis.vectors:
        return None
    rows = np.array(analysis.vectors, dtype=np.float32)
    greatest = np.abs(rows).max(1, keepdims=True, initial=0.0)
    scaled = np.divide(rows * _MOST, greatest, out=np.zeros_like(rows), where=greatest > 0)
    packed = np.rint(scaled).astype(np.int8).tobytes()
    return Meaning(analysis.model, document.sentence_spans, rows.shape[1], packed)


def find_vector(model: LanguageModel, words: str) -> tuple[float, ...] | None:
    """Return the vector of what somebody types; None if the model gives none, or nothing was typed.

    Raises LanguageModelError if the model fails.
    """
    (document,) = analyse_documents(model, [analyse_report(Report(text=words, language="de"))])
    vectors = document.analysis.vectors if document.analysis else ()
    if not vectors:
        return None
    middle = np.array(vectors, dtype=np.float64).mean(0)
    return tuple(middle.tolist()) if middle.any() else None


def unpack_vectors(meaning: Meaning) -> tuple[tuple[float, ...], ...]:
    """Return the unit vectors of the sentences; one without direction is all zeros."""
    if not meaning.sentences:
        return ()
    rows = np.frombuffer(meaning.vectors, np.int8).reshape(len(meaning.sentences), meaning.size)
    floats = rows.astype(np.float64)
    lengths = np.linalg.norm(floats, axis=1, keepdims=True)
    unit = np.divide(floats, lengths, out=np.zeros_like(floats), where=lengths > 0)
    return tuple(map(tuple, unit.tolist()))


def fade_at(offset: int) -> float:
    """Return how much it counts what stands at a character of a text: 1 at its beginning."""
    return math.exp(-offset / _FADING)


def mean_vector(
    sentences: Sequence[tuple[int, int]],
    vectors: Sequence[Sequence[float]],
    telling: Sequence[float] | None = None,
) -> tuple[float, ...]:
    """Return the unit vector of a text of sentences (first character, last exclusive), each with its vector.

    ``telling`` is how much the characters of each sentence say; all the same if it is not given. Empty if
    there are no vectors, or not one for each sentence, or if they point nowhere.
    """
    if not vectors or len(vectors) != len(sentences):
        return ()
    weights = np.array([min(end - start, _LONG_SENTENCE) * fade_at(start) for start, end in sentences])
    total = (weights if telling is None else weights * np.array(telling)) @ np.array(vectors)
    length = float(np.linalg.norm(total))
    return tuple((total / length).tolist()) if length > 0 else ()
