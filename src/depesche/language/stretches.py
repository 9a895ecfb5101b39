"""The stretches of a sentence between its commas, while it is being taken apart."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import msgspec

from depesche.language.function_words import all_function_words
from depesche.language.tokens import Sentence, Token

ClauseKind = Literal["main", "sub", "rel", "inf", "bare"]
_DIVIDERS = frozenset({",", ";", ":", "–", "—", "(", ")", "-"})
RELATIVE = frozenset(
    "der die das dem den deren dessen denen welcher welche welches welchem welchen was wo".split()
)


class Segment(msgspec.Struct):
    """A stretch between two commas, while the sentence is being taken apart.

    One that is ``whole`` holds a list of participles with one auxiliary at its end, commas and all.
    """

    first: int
    last: int
    kind: ClauseKind = "bare"
    opener: str = ""
    pronoun: int | None = None
    finite: int | None = None
    whole: bool = False


def cut_segments(tokens: Sequence[Token], sentence: Sentence) -> list[Segment]:
    """Return the stretches between commas, colons, dashes and brackets."""
    segments = []
    first = sentence.first
    for i in range(sentence.first, sentence.last):
        if tokens[i].text in _DIVIDERS:
            if i > first:
                segments.append(Segment(first, i))
            first = i + 1
    if first < sentence.last:
        segments.append(Segment(first, sentence.last))
    return segments


def may_be_article(tokens: Sequence[Token], words: list[int]) -> bool:
    """Whether a noun, or adjective and noun, stand behind the first word: ``der Minister``."""
    following = tokens[words[1]]
    if following.is_capital:
        return True
    return (
        following.lower not in all_function_words()
        and following.lower.endswith(("e", "en", "er", "es"))
        and tokens[words[2]].is_capital
    )


def last_word(tokens: Sequence[Token], segment: Segment) -> int | None:
    """Return the last word of a segment, None if it has none."""
    return next((i for i in range(segment.last - 1, segment.first - 1, -1) if tokens[i].is_word), None)
