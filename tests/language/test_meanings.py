"""Vectors of sentences as bytes: their directions stay."""

from __future__ import annotations

import math

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from depesche.language.analysis import Analysis
from depesche.language.document import analyse_report
from depesche.language.meanings import describe_meaning, unpack_vectors
from depesche.reading import Meaning, Report, Span

TEXT = "Rubio traf Lawrow. Moskau schwieg."


def meaning_of(*vectors: tuple[float, ...]) -> Meaning:
    document = analyse_report(Report(text=TEXT))
    analysed = msgspec.structs.replace(document, analysis=Analysis("m 1", vectors=vectors))
    found = describe_meaning(analysed)
    assert found is not None
    return found


def test_spans_and_model_are_noted() -> None:
    meaning = meaning_of((1.0, 0.0), (0.0, -2.0))
    assert (meaning.model, meaning.size) == ("m 1", 2)
    assert meaning.sentences == (Span(0, 18), Span(19, 34))
    assert unpack_vectors(meaning) == ((1.0, 0.0), (0.0, -1.0))


def test_without_a_model_there_is_none() -> None:
    document = analyse_report(Report(text=TEXT))
    assert describe_meaning(document) is None
    assert describe_meaning(msgspec.structs.replace(document, analysis=Analysis("m 1"))) is None


def test_no_sentences_no_vectors() -> None:
    assert unpack_vectors(Meaning("m 1", (), 384, b"")) == ()


@given(st.lists(st.floats(-1, 1, width=32), min_size=4, max_size=4))
def test_directions_stay(numbers: list[float]) -> None:
    first, _ = unpack_vectors(meaning_of(tuple(numbers), (1.0, 0.0, 0.0, 0.0)))
    length = math.hypot(*numbers)
    if length < 1e-30:  # smaller ones are none in single precision
        return
    cosine = sum(a * b / length for a, b in zip(first, numbers, strict=True))
    assert cosine == pytest.approx(1.0, abs=1e-3)
