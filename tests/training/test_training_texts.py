"""Texts stay true when they are cut into windows."""

import random

from hypothesis import given
from hypothesis import strategies as st

from training.texts import Query, Text, cut_text, draw_windows, join_texts, window_spans


def make_text(sentences: list[int]) -> Text:
    starts = [sum(sentences[:i]) for i in range(len(sentences))]
    size = sum(sentences)
    return Text(
        source="made",
        words=tuple(f"w{i}" for i in range(size)),
        spaced=(True,) * size,
        starts=tuple(starts),
        layers={"upos": tuple(range(size))},
        heads=tuple(start for start, n in zip(starts, sentences, strict=True) for _ in range(n)),
        relations=tuple(range(size)),
    )


@given(st.lists(st.integers(1, 12), max_size=12), st.integers(2, 20), st.integers(0, 9))
def test_windows_hold_every_word_once(sentences: list[int], size: int, seed: int) -> None:
    text = make_text(sentences)
    windows = list(draw_windows(text, [1] * len(text.words), (1, size), random.Random(seed)))
    assert [w for window in windows for w in window.words] == list(text.words)
    assert all(len(w.words) <= size for w in windows)


@given(st.lists(st.integers(1, 12), max_size=12), st.integers(2, 20))
def test_what_is_known_goes_with_the_words(sentences: list[int], size: int) -> None:
    text = make_text(sentences)
    for first, last in window_spans(text, [1] * len(text.words), (size, size), random.Random(1)):
        window = cut_text(text, first, last)
        assert window.layers["upos"] == text.layers["upos"][first:last]
        for at, head in enumerate(window.heads):
            assert head == -1 or window.words[head] == text.words[text.heads[first + at]]


def test_a_query_is_cut_with_its_roles() -> None:
    query = Query("quotation", ((2, 5),), {"speaker": ((0, 1),), "cue": ((5, 6),)})
    text = Text("made", tuple("abcdef"), (True,) * 6, (0, 3), queries=(query,))
    (cut,) = cut_text(text, 3, 6).queries
    assert (cut.parts, cut.roles) == (((0, 2),), {"speaker": (), "cue": ((2, 3),)})
    assert cut_text(text, 5, 6).queries == ()


def test_texts_are_joined_with_their_trees() -> None:
    joined = join_texts("all", [make_text([2]), make_text([3])])
    assert (joined.starts, joined.heads) == ((0, 2), (0, 0, 2, 2, 2))
