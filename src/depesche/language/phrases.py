"""A table of phrases: sequences of words, and what each of them stands for.

The table is keyed by the first word, so that a look-up costs one dict access for the words that begin
no phrase. Matching is by the exact spelling: ``Deutsche`` and ``deutsche`` are different phrases.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Generic, Protocol, TypeVar

from depesche.language.tokens import tokenize

T = TypeVar("T")

# No name in the lists is longer; it bounds the work at each token.
MAX_PHRASE_WORDS = 12


class Form(Protocol):
    """Whatever is a word of a text, such as a token."""

    @property
    def text(self) -> str:
        """The word as it is written."""


class PhraseMatch(Generic[T]):
    """Tokens ``first`` to ``last`` (exclusive) and everything the phrase may stand for, likeliest first."""

    __slots__ = ("first", "found", "last")

    def __init__(self, first: int, last: int, found: tuple[T, ...]) -> None:
        self.first = first
        self.last = last
        self.found = found

    def __repr__(self) -> str:
        return f"PhraseMatch({self.first}, {self.last}, {self.found!r})"


class PhraseTable(Generic[T]):
    """Phrases and what they stand for; where several phrases begin at a token the longest wins."""

    def __init__(self, phrases: Iterable[tuple[str, T]]) -> None:
        """Take pairs of a phrase and what it stands for; a phrase given twice stands for both, in order."""
        grouped: dict[tuple[str, ...], list[T]] = {}
        for phrase, meaning in phrases:
            meanings = grouped.setdefault(split_phrase(phrase), [])
            if meaning not in meanings:
                meanings.append(meaning)
        self._single: dict[str, tuple[T, ...]] = {}
        self._longer: dict[str, list[tuple[tuple[str, ...], tuple[T, ...]]]] = {}
        for words, meanings in grouped.items():
            if not words or len(words) > MAX_PHRASE_WORDS:
                raise ValueError(f"a phrase has 1 to {MAX_PHRASE_WORDS} words, not {words!r}")
            if len(words) == 1:
                self._single[words[0]] = tuple(meanings)
            else:
                self._longer.setdefault(words[0], []).append((words, tuple(meanings)))
        for candidates in self._longer.values():
            candidates.sort(key=lambda c: -len(c[0]))

    def __len__(self) -> int:
        return len(self._single) + sum(map(len, self._longer.values()))

    def meanings(self, phrase: str) -> tuple[T, ...]:
        """Return what a whole phrase stands for, likeliest first; () if it is not in the table."""
        words = split_phrase(phrase)
        if len(words) == 1:
            return self._single.get(words[0], ())
        return next((found for w, found in self._longer.get(words[0] if words else "", ()) if w == words), ())

    def match_at(self, tokens: Sequence[Form], first: int, end: int | None = None) -> PhraseMatch[T] | None:
        """Return the longest phrase that begins with the token ``first`` and ends before ``end``."""
        word = tokens[first].text
        # Most words begin no phrase.
        if longer := self._longer.get(word):
            limit = len(tokens) if end is None else end
            for words, found in longer:
                last = first + len(words)
                if last <= limit and all(tokens[first + k].text == words[k] for k in range(1, len(words))):
                    return PhraseMatch(first, last, found)
        single = self._single.get(word)
        return PhraseMatch(first, first + 1, single) if single else None

    def matches(
        self, tokens: Sequence[Form], first: int = 0, last: int | None = None
    ) -> Iterator[PhraseMatch[T]]:
        """Yield the phrases among the tokens ``first`` to ``last`` (exclusive), left to right."""
        end = len(tokens) if last is None else last
        single, longer = self._single, self._longer
        i = first
        while i < end:
            word = tokens[i].text
            if word in single or word in longer:
                match = self.match_at(tokens, i, end)
                if match:
                    yield match
                    i = match.last
                    continue
            i += 1


def split_phrase(phrase: str) -> tuple[str, ...]:
    """Return the words of a phrase as the tokenizer sees them."""
    # Most phrases are one plain word; the tokenizer would cost more than all the rest of the loading.
    return (phrase,) if phrase.isalnum() else tuple(t.text for t in tokenize(phrase))
