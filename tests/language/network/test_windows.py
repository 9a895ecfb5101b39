"""Windows: every word is read once for its own sake, in whole sentences where they fit."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from depesche.language.network.subwords import BEGIN, END, PADDING
from depesche.language.network.windows import (
    CONTEXT,
    CORE,
    Divided,
    Window,
    cut_windows,
    make_batches,
    padded_length,
)

Sentences = list[list[int]]  # how many pieces each word of each sentence has

documents = st.lists(st.lists(st.integers(1, 24), min_size=1, max_size=60), max_size=12)


def divided(sentences: Sentences) -> Divided:
    sizes = [size for sentence in sentences for size in sentence]
    starts = [sum(map(len, sentences[:i])) for i in range(len(sentences))]
    pieces = tuple(tuple(range(100 * i, 100 * i + size)) for i, size in enumerate(sizes))
    return Divided(pieces, tuple(starts), tuple(size % 3 == 0 for size in sizes))


@given(documents)
@settings(deadline=None)
def test_every_word_is_in_one_core(sentences: Sentences) -> None:
    document = divided(sentences)
    windows = list(cut_windows(3, document))
    assert [i for w in windows for i in range(w.core, w.last)] == list(range(len(document.pieces)))
    for window in windows:
        assert window.document == 3
        own = sum(len(p) for p in document.pieces[window.core : window.last])
        before = sum(len(p) for p in document.pieces[window.first : window.core])
        assert own <= CORE
        assert before <= CONTEXT


@given(documents)
@settings(deadline=None)
def test_sentences_are_cut_only_where_they_are_too_long(sentences: Sentences) -> None:
    document = divided(sentences)
    for window in cut_windows(0, document):
        if window.core not in document.starts:
            sentence = max(s for s in document.starts if s < window.core)
            end = min([s for s in document.starts if s > window.core] or [len(document.pieces)])
            assert sum(len(p) for p in document.pieces[sentence:end]) > CORE


@given(st.lists(documents, min_size=1, max_size=4), st.sampled_from([1, 700, 5000]))
@settings(deadline=None)
def test_batches_hold_every_window_as_it_is(many: list[Sentences], budget: int) -> None:
    texts = [divided(sentences) for sentences in many]
    windows = [w for i, text in enumerate(texts) for w in cut_windows(i, text)]
    seen: list[Window] = []
    for batch in make_batches(texts, windows, budget):
        seen += batch.windows
        assert len(batch.windows) == 1 or batch.pieces.size <= budget
        for row, window in enumerate(batch.windows):
            words = texts[window.document].pieces[window.first : window.last]
            flat = [BEGIN, *(piece for word in words for piece in word), END]
            assert batch.pieces[row, : len(flat)].tolist() == flat
            assert set(batch.pieces[row, len(flat) :].tolist()) <= {PADDING}
            firsts = batch.firsts[row, : len(words)]
            assert batch.pieces[row, firsts].tolist() == [word[0] for word in words]
            shares = np.asarray(batch.shares[row, : len(batch.sentences[row])], dtype=np.float64)
            assert np.allclose(shares.sum(1), 1, atol=1e-5)
            # Only the core's words count: those of the context belong to other sentences.
            begin = 1 + sum(len(p) for p in texts[window.document].pieces[window.first : window.core])
            content = batch.content[row][shares.any(0)]
            assert set(content.tolist()) <= set(firsts.tolist())
            assert (content >= begin).all()
            assert not shares[:, batch.content[row] == 0].any()
    assert sorted(seen, key=lambda w: (w.document, w.core)) == windows


def test_a_length_that_no_window_has_is_padded_all_the_same() -> None:
    assert [padded_length(n) for n in (1, 8, 9, 320, 321)] == [8, 8, 16, 320, 328]
