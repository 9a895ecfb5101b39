"""The words of a report, as they are compared with those of another."""

from hypothesis import given
from hypothesis import strategies as st

from depesche.link.words import Spans, words_of
from depesche.reading import Span
from link.reports import make_record

PAIRS = st.lists(st.tuples(st.integers(0, 10**8), st.integers(0, 10**8)).map(sorted))


@given(PAIRS, st.integers(-5, 5), st.integers(-5, 5))
def test_spans_are_what_a_tuple_of_them_is(pairs: list[list[int]], start: int, end: int) -> None:
    told = tuple(Span(*pair) for pair in pairs)
    spans = Spans(told)
    assert (tuple(spans), len(spans), spans[start:end]) == (told, len(told), told[start:end])
    assert [spans[n] for n in range(len(spans))] == list(told)


@given(st.text(max_size=200))
def test_words_stand_where_their_spans_say(text: str) -> None:
    words = words_of(make_record(text))
    assert len(words.spans) == len(words) == len(words.sentences) == len(words.quoted)
    assert all(0 <= span.start < span.end <= len(text) for span in words.spans)
