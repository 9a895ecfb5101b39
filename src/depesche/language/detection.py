"""Which language a text is written in, as far as Depesche must know: German, English, or another.

A text's function words tell. Short texts are taken for German, the language that Depesche reads.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence

import msgspec

from depesche.language.function_words import all_function_words
from depesche.language.lexicon import load_entries
from depesche.language.tokens import Token

# With fewer words than these nothing can be told.
_FEWEST_WORDS = 12
# In German news every second word is a function word; names and lists may halve that, never quarter it.
_GERMAN_SHARE = 0.2
_ENGLISH_SHARE = 0.15
# More words than these add nothing.
_MOST_WORDS = 2000


class WordGroup(msgspec.Struct, frozen=True):
    """An entry of en/function-words.yaml."""

    id: str
    words: tuple[str, ...]
    yes: str
    no: str


def detect_language(tokens: Sequence[Token]) -> str:
    """Return ``de``, ``en`` or ``und`` (ISO 639-2: undetermined) for the text with these tokens."""
    words = [t.lower for t in tokens[:_MOST_WORDS] if t.is_word]
    if len(words) < _FEWEST_WORDS:
        return "de"
    german = sum(w in all_function_words() for w in words) / len(words)
    english = sum(w in _english_words() for w in words) / len(words)
    if german >= _GERMAN_SHARE and german > english:
        return "de"
    return "en" if english >= _ENGLISH_SHARE else "und"


@functools.cache
def _english_words() -> frozenset[str]:
    return frozenset(w for group in load_entries("en/function-words.yaml", WordGroup) for w in group.words)
