"""Spellings that outlets change are one, others stay two."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from depesche.language.spelling import Spelling, fold_word, load_spellings


@pytest.mark.parametrize("entry", load_spellings(), ids=lambda e: e.id)
def test_entries_match_their_examples(entry: Spelling) -> None:
    one, other = entry.yes.split()
    assert fold_word(one) == fold_word(other)
    one, other = entry.no.split()
    assert fold_word(one) != fold_word(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Lawrow", "Lawrov"),
        ("Lavrow", "Lavrov"),
        ("Außenminister", "Aussenminister"),
        ("hieß", "hiess"),
        ("Selenskyj", "Zelenskiy"),
        ("Selenski", "Zelensky"),
        ("Alijew", "Aliyev"),
        ("Medwedtschuk", "Medvedchuk"),
        ("Chamenei", "Khamenei"),
        ("Hruška", "Hruska"),
        ("1'200", "1.200"),
        ("10:30", "10.30"),
        ("2", "zwei"),
        ("Mrd.", "Milliarden"),
    ],
)
def test_one_word(one: str, other: str) -> None:
    assert fold_word(one) == fold_word(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("Rubio", "Rubin"), ("Lawrow", "Larow"), ("1.200", "1.20"), ("17", "70"), ("3,5", "35")],
)
def test_two_words(one: str, other: str) -> None:
    assert fold_word(one) != fold_word(other)


@given(st.text(max_size=30))
def test_case_makes_no_other_word(word: str) -> None:
    assert fold_word(word.lower()) == fold_word(word)
