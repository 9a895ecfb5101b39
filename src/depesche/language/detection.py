"""Which language a text is written in, as far as Depesche must know: German, English, or another.

A text's function words tell, and its verb forms. Short texts are taken for German, the language that Depesche
reads, unless they are English.
"""

from __future__ import annotations

import functools
from collections.abc import Collection, Iterable, Sequence

import msgspec

from depesche.language.function_words import all_function_words
from depesche.language.lexicon import load_entries
from depesche.language.tokens import Token, tokenize
from depesche.language.verbs import analyse_verb

# With fewer words than these only English is told from German, and with fewer still nothing is.
_FEWEST_WORDS = 12
_FEWEST_FOREIGN = 25
# In German news every second word is a function word or a verb form, and in no report fewer than three of
# ten; of Afrikaans, the language most like it in this, two of ten look so.
_GERMAN_SHARE = 0.24
_ENGLISH_SHARE = 0.15
# More words than these add nothing, and no text has them in fewer characters than it needs.
_MOST_WORDS = 2000
_MOST_CHARACTERS = 20_000


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
    german = sum(map(_is_german, words)) / len(words)
    english = sum(w in _english_words() for w in words) / len(words)
    if german >= _GERMAN_SHARE and german > english:
        return "de"
    if english >= _ENGLISH_SHARE:
        return "en"
    return "und" if len(words) >= _FEWEST_FOREIGN else "de"


def tell_language(text: str, stated: str | None) -> str:
    """Return the language that a text is in (``de``, ``de-AT``, ``en``, ``fr`` ..., or ``und``).

    The words tell, because pages often name a language that they are not in; what is ``stated`` counts where
    they do not tell: in a short text, or between languages that are not told apart here.
    """
    tokens = tokenize(text[:_MOST_CHARACTERS])
    found = detect_language(tokens)
    named = (stated or "").strip()
    main = named.lower().replace("_", "-").partition("-")[0]
    if main == found or (named and sum(t.is_word for t in tokens) < _FEWEST_FOREIGN):
        return named
    return named if named and found == "und" and main not in ("de", "en") else found


def may_be_in(paragraphs: Iterable[str], wanted: Collection[str]) -> bool:
    """Return whether a text of these paragraphs may be in one of the ``wanted`` languages (``de``).

    One of them that is, is enough; so is too little to tell by.
    """
    words = 0
    is_told_apart = {"de", "en"}.issuperset(wanted)
    for paragraph in paragraphs:
        tokens = tokenize(paragraph[:_MOST_CHARACTERS])
        count = sum(token.is_word for token in tokens)
        words += count
        if count >= _FEWEST_FOREIGN:
            found = detect_language(tokens)
            if found in wanted or (found == "und" and not is_told_apart):
                return True
    return words < 2 * _FEWEST_FOREIGN


def _is_german(word: str) -> bool:
    return word in all_function_words() or bool(analyse_verb(word))


@functools.cache
def _english_words() -> frozenset[str]:
    return frozenset(w for group in load_entries("en/function-words.yaml", WordGroup) for w in group.words)
