"""A report with what is known about its words: what every finder is given."""

from __future__ import annotations

import bisect
import datetime
import functools
from typing import TYPE_CHECKING

import msgspec

from depesche.language.tokens import Sentence, Token, split_sentences, tokenize
from depesche.reading import Report, Span

if TYPE_CHECKING:  # what a model says of documents knows what a document is
    from depesche.language.analysis import Analysis

# Of so many texts the sentences are remembered, some 10 MB: those of a growing story are asked for again and
# again, and where no network reads, nothing else keeps them.
_KEPT_SENTENCES = 2048


class Document(msgspec.Struct, frozen=True, dict=True):
    """The text of a report, its tokens and sentences, and the day it was published (None: undated).

    ``analysis`` is what a language model says of it, if one was asked.
    """

    report: Report
    text: str
    day: datetime.date | None
    tokens: list[Token]
    sentences: list[Sentence]
    analysis: Analysis | None = None

    @functools.cached_property
    def _starts(self) -> list[int]:
        return [t.start for t in self.tokens]

    @functools.cached_property
    def _sentence_starts(self) -> list[int]:
        return [s.start for s in self.sentences]

    @property
    def sentence_spans(self) -> tuple[Span, ...]:
        """The characters of each sentence."""
        return tuple(Span(s.start, s.end) for s in self.sentences)

    def token_at(self, offset: int) -> int:
        """Return the index of the token that holds or last precedes the character ``offset``."""
        return max(0, bisect.bisect_right(self._starts, offset) - 1)

    def sentence_at(self, offset: int) -> int:
        """Return the index of the sentence that holds or last precedes the character ``offset``."""
        return max(0, bisect.bisect_right(self._sentence_starts, offset) - 1)

    def sentence_of(self, token: int) -> Sentence:
        """Return the sentence that holds a token."""
        return self.sentences[self.sentence_at(self.tokens[token].start)]

    def opens_paragraph(self, sentence: Sentence) -> bool:
        """Whether a sentence is the first of its paragraph."""
        index = sentence.index
        return index == 0 or self.sentences[index - 1].paragraph != sentence.paragraph

    def ends_paragraph(self, sentence: Sentence) -> bool:
        """Whether a sentence is the last of its paragraph."""
        behind = sentence.index + 1
        return behind == len(self.sentences) or self.sentences[behind].paragraph != sentence.paragraph

    def is_heading(self, sentence: Sentence) -> bool:
        """Whether a sentence is a headline or crosshead: a paragraph of its own without a full stop."""
        if not (self.opens_paragraph(sentence) and self.ends_paragraph(sentence)):
            return False
        last = sentence.index + 1 == len(self.sentences)
        return not last and self.tokens[sentence.last - 1].text not in {".", "!", ":"}

    def words(self, sentence: Sentence) -> list[Token]:
        """Return the tokens of a sentence."""
        return self.tokens[sentence.first : sentence.last]


def analyse_report(report: Report) -> Document:
    """Return the document of a report: one pass over its text."""
    day = datetime.date.fromisoformat(report.day) if report.day else None
    tokens = tokenize(report.text)
    return Document(report, report.text, day, tokens, split_sentences(report.text, tokens))


@functools.lru_cache(maxsize=_KEPT_SENTENCES)
def find_sentences(text: str) -> tuple[Span, ...]:
    """Return the characters of the sentences of a text; those that were asked for last are remembered."""
    return analyse_report(Report(text=text)).sentence_spans
