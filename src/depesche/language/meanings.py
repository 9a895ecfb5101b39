"""Vectors of sentences in the bytes that an archive keeps, and back; those of what somebody asks for."""

from __future__ import annotations

import numpy as np

from depesche.language.analysis import LanguageModel
from depesche.language.document import Document, analyse_report
from depesche.language.models import analyse_documents
from depesche.reading import Meaning, Report

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
