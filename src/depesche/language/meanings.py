"""Vectors of sentences in the bytes that an archive keeps, and back."""

from __future__ import annotations

import numpy as np

from depesche.language.document import Document
from depesche.reading import Meaning

_MOST = 127


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


def unpack_vectors(meaning: Meaning) -> tuple[tuple[float, ...], ...]:
    """Return the unit vectors of the sentences; one without direction is all zeros."""
    if not meaning.sentences:
        return ()
    rows = np.frombuffer(meaning.vectors, np.int8).reshape(len(meaning.sentences), meaning.size)
    floats = rows.astype(np.float64)
    lengths = np.linalg.norm(floats, axis=1, keepdims=True)
    unit = np.divide(floats, lengths, out=np.zeros_like(floats), where=lengths > 0)
    return tuple(map(tuple, unit.tolist()))
