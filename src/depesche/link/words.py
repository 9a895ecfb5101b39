"""The words of a report as they are compared with those of another."""

from __future__ import annotations

import functools
import hashlib
from array import array
from collections.abc import Iterable, Iterator, Sequence
from typing import overload

import msgspec

from depesche.language.agencies import Credit, locate_credits
from depesche.language.document import analyse_report
from depesche.language.spelling import fold_word
from depesche.language.tokens import Token
from depesche.link.records import Record
from depesche.reading import Report, Span

_HYPHENS = "-‐‑–"
# Of so many texts the words are kept at hand. A story has hundreds of reports, each compared with many of the
# others: were fewer kept than it has, each would be taken apart again and again.
KEPT_TEXTS = 2048


class Spans(Sequence[Span]):
    """Characters of words, the first before the second: what a tuple of spans has, in a fifth of the room."""

    __slots__ = ("_ends", "_starts")

    def __init__(self, spans: Iterable[Span]) -> None:
        self._starts, self._ends = array("I"), array("I")
        for span in spans:
            self._starts.append(span.start)
            self._ends.append(span.end)

    @overload
    def __getitem__(self, index: int) -> Span: ...

    @overload
    def __getitem__(self, index: slice) -> tuple[Span, ...]: ...

    def __getitem__(self, index: int | slice) -> Span | tuple[Span, ...]:
        if isinstance(index, slice):
            return tuple(map(Span, self._starts[index], self._ends[index]))
        return Span(self._starts[index], self._ends[index])

    def __iter__(self) -> Iterator[Span]:
        return map(Span, self._starts, self._ends)

    def __len__(self) -> int:
        return len(self._starts)


class Words(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """The words of a text without punctuation and credits.

    ``forms[i]`` is the folded form of the i-th word, ``spans[i]`` its characters, ``sentences[i]`` the index
    of its sentence, ``quoted[i]`` whether it stands in a direct quotation. ``bounds`` are the characters of
    the sentences, ``paragraphs`` their paragraphs, ``firsts[s]`` is the first word of sentence s (one more
    than there are sentences). ``credits`` are where the text names agencies. ``key`` is the same for the same
    text with the same quotations, and for no other.
    """

    key: bytes
    forms: tuple[str, ...]
    spans: Spans
    sentences: tuple[int, ...]
    quoted: tuple[bool, ...]
    bounds: tuple[Span, ...]
    firsts: tuple[int, ...]
    paragraphs: tuple[int, ...]
    credits: tuple[Credit, ...]

    def sentence(self, index: int) -> tuple[str, ...]:
        """Return the folded words of a sentence."""
        return self.forms[self.firsts[index] : self.firsts[index + 1]]

    def __len__(self) -> int:
        return len(self.forms)


def words_of(record: Record) -> Words:
    """Return the words of a report's text."""
    quoted = tuple(s for q in record.reading.quotations if q.type == "Direct" for s in q.spans)
    return _split(record.report.text, quoted)


# A report is compared with many others in a row, and its text takes longest.
@functools.lru_cache(maxsize=KEPT_TEXTS)
def _split(text: str, quoted: tuple[Span, ...]) -> Words:
    document = analyse_report(Report(text=text))
    located = locate_credits(document)
    left_out = tuple(Span(c.start, c.end) for c in located if c.kind != "told")
    is_credit = lie_within([Span(t.start, t.end) for t in document.tokens], left_out)
    forms: list[str] = []
    spans: list[Span] = []
    sentences: list[int] = []
    firsts: list[int] = []
    for sentence in document.sentences:
        firsts.append(len(forms))
        for number in range(sentence.first, sentence.last):
            token = document.tokens[number]
            if is_credit[number]:
                continue
            for span in _parts(token):
                form = fold_word(text[span.start : span.end])
                if form:
                    forms.append(form)
                    spans.append(span)
                    sentences.append(sentence.index)
    firsts.append(len(forms))
    marks = lie_within(spans, quoted)
    return Words(
        key=_key(text, quoted),
        forms=tuple(forms),
        spans=Spans(spans),
        sentences=tuple(sentences),
        quoted=marks,
        bounds=document.sentence_spans,
        firsts=tuple(firsts),
        paragraphs=tuple(s.paragraph for s in document.sentences),
        credits=located,
    )


def _key(text: str, quoted: Iterable[Span]) -> bytes:
    digest = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16)
    digest.update(",".join(f"{span.start}-{span.end}" for span in quoted).encode())
    return digest.digest()


def _parts(token: Token) -> list[Span]:
    """Return the characters of the words in a token: ``US-Außenminister`` is two, a comma none."""
    if not token.text[0].isalnum():
        return []
    found: list[Span] = []
    start = token.start
    for offset, letter in enumerate(token.text):
        if letter in _HYPHENS:
            if token.start + offset > start:
                found.append(Span(start, token.start + offset))
            start = token.start + offset + 1
    if token.end > start:
        found.append(Span(start, token.end))
    return found


def lie_within(spans: Sequence[Span], within: Iterable[Span]) -> tuple[bool, ...]:
    """Return for each span, in the order of the text, whether it begins in one of the others."""
    marks: list[bool] = []
    ordered = sorted(within)
    at, reach = 0, 0
    for span in spans:
        while at < len(ordered) and ordered[at].start <= span.start:
            reach = max(reach, ordered[at].end)
            at += 1
        marks.append(span.start < reach)
    return tuple(marks)
