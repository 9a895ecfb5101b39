"""Lemmas, as a dictionary has them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from depesche.language.analysis import Analysis, Word
from depesche.language.document import analyse_report
from depesche.language.lemmas import find_lemma, with_lemmas
from depesche.reading import Report

CASES = [
    ("Gesprächen", "NOUN", "", "Gespräch"),
    ("Häuser", "NOUN", "", "Haus"),
    ("Moskaus", "PROPN", "", "Moskau"),
    ("russischen", "ADJ", "", "russisch"),
    ("Dem", "DET", "", "der"),
    ("habe", "AUX", "", "haben"),
    ("würden", "AUX", "", "werden"),
    ("getroffen", "VERB", "", "treffen"),
    ("vorgeworfen", "VERB", "", "vorwerfen"),
    ("warf", "VERB", "vor", "vorwerfen"),
    ("lehnte", "VERB", "ab", "ablehnen"),
    ("2.000", "NUM", "", "2.000"),
    ("„", "PUNCT", "", "„"),
]


@pytest.mark.parametrize(("form", "upos", "particle", "lemma"), CASES)
def test_lemma(form: str, upos: str, particle: str, lemma: str) -> None:
    assert find_lemma(form, upos, particle) == lemma


def test_a_particle_goes_to_its_verb() -> None:
    document = analyse_report(Report(text="Moskau lehnte das ab."))
    words = (
        Word("PROPN", "", (), 1, "nsubj"),
        Word("VERB", "", (), 1, "root"),
        Word("PRON", "dieses", (), 1, "obj"),
        Word("ADP", "", (), 1, "compound:prt"),
        Word("PUNCT", "", (), 1, "punct"),
    )
    filled = with_lemmas(document, Analysis("test", words))
    # What a model says itself stays.
    assert [word.lemma for word in filled.words] == ["Moskau", "ablehnen", "dieses", "ab", "."]


@given(st.text(), st.sampled_from(["NOUN", "VERB", "ADJ", "PUNCT", ""]), st.sampled_from(["", "vor"]))
def test_every_form_has_a_lemma(form: str, upos: str, particle: str) -> None:
    assert isinstance(find_lemma(form, upos, particle), str)
