"""The sentence around a finding."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.samples import ANY_CHARACTER
from depesche.archive.context import REACH, sentence_around


@pytest.mark.parametrize(
    ("text", "words", "sentence"),
    [
        ("Eins kam. Zwei ging. Drei blieb.", "ging", "Zwei ging."),
        ("Eins kam. Zwei ging. Drei blieb.", "ging. Drei", "Zwei ging. Drei blieb."),
        ("Am 10. Juli traf Dr. Merz den 3. Mann. Ende.", "traf", "Am 10. Juli traf Dr. Merz den 3. Mann."),
        ("Es kostet 3 Mrd. Euro. Ende.", "kostet", "Es kostet 3 Mrd. Euro."),
        ("Er sagte: „Nein.“ Dann ging er.", "Nein", "Er sagte: „Nein.“"),
        ("Er sagte: „Nein.“ Dann ging er.", "ging", "Dann ging er."),
        ("Überschrift ohne Punkt\nDer Text beginnt. Und endet.", "Text", "Der Text beginnt."),
        ("Zeile eins bricht\nhier um. Ende.", "eins", "Zeile eins bricht\nhier um."),
        ("Kam er? Nein! Gut …  So.", "Nein", "Nein!"),
        ("  Ein Wort  ", "Wort", "Ein Wort"),
        ("Kam.", "Kam.", "Kam."),
    ],
)
def test_the_sentence_around(text: str, words: str, sentence: str) -> None:
    start = text.index(words)
    passage = sentence_around(text, start, start + len(words))
    assert passage.text == sentence == text[passage.start : passage.end]


@given(text=st.text(ANY_CHARACTER | st.sampled_from(". \n!aA1"), max_size=300), data=st.data())
def test_the_passage_holds_the_finding(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    passage = sentence_around(text, start, end)
    assert 0 <= passage.start <= start <= end <= passage.end <= len(text)
    assert passage.text == text[passage.start : passage.end]


@pytest.mark.parametrize(
    "text", ["wort " * 200_000, "." * 1_000_000, "\n" * 1_000_000, "1. " * 300_000, "a" * 1_000_000]
)
def test_a_text_without_sentences_is_cut_at_words(text: str) -> None:
    begun = time.process_time()
    middle = len(text) // 2
    passage = sentence_around(text, middle, middle + 4)
    assert len(passage.text) <= 2 * REACH + 4
    assert time.process_time() - begun < 1
