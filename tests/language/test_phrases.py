"""Phrase tables: the longest phrase wins, several meanings keep their order, nothing overlaps."""

import doctest

import pytest
from hypothesis import given
from hypothesis import strategies as st

from depesche.language import inflection, organisations, phrases, states
from depesche.language.phrases import MAX_PHRASE_WORDS, PhraseTable
from depesche.language.tokens import tokenize

TABLE = PhraseTable([("Rat", "council"), ("Rat der EU", "eu council"), ("EU", "union"), ("Rat", "advice")])


def test_the_longest_phrase_wins() -> None:
    tokens = tokenize("Der Rat der EU gab der EU Rat der")
    matches = [(m.first, m.last, m.found) for m in TABLE.matches(tokens)]
    assert matches == [(1, 4, ("eu council",)), (6, 7, ("union",)), (7, 8, ("council", "advice"))]


def test_matches_keep_within_the_bounds() -> None:
    tokens = tokenize("Der Rat der EU")
    assert [m.last for m in TABLE.matches(tokens, 0, 3)] == [2]


def test_meanings_of_a_whole_phrase() -> None:
    assert TABLE.meanings("Rat der EU") == ("eu council",)
    assert TABLE.meanings("Rat der") == ()
    assert TABLE.meanings("") == ()


def test_a_phrase_of_no_words_or_too_many_is_refused() -> None:
    for phrase in ("", "a " * (MAX_PHRASE_WORDS + 1)):
        with pytest.raises(ValueError, match="words"):
            PhraseTable([(phrase, 1)])


@given(st.lists(st.sampled_from(["Rat", "der", "EU", ".", "x"]), max_size=20))
def test_matches_do_not_overlap(words: list[str]) -> None:
    tokens = tokenize(" ".join(words))
    last = 0
    for match in TABLE.matches(tokens):
        assert last <= match.first < match.last <= len(tokens)
        last = match.last


@pytest.mark.parametrize("module", [inflection, organisations, phrases, states], ids=lambda m: m.__name__)
def test_the_examples_in_the_docstrings(module: object) -> None:
    assert doctest.testmod(module).failed == 0  # type: ignore[arg-type]
