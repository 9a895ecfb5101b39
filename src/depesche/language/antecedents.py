"""What a relative pronoun stands for: the noun before it that agrees with it in gender and number.

Of ``der Aufruf zur Waffenruhe, den er an alle richtete`` the noun right before is feminine and ``den`` is
not, so it is the call that was made. Articles tell most of it, endings of nouns the rest; no list of nouns is
used.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from depesche.language.chunks import Chunk
from depesche.language.function_words import words_of
from depesche.language.tokens import Token
from depesche.language.word_classes import word_class

# m, f and n are the genders in the singular, p is the plural.
_ANY = frozenset("mfnp")
_PRONOUNS = {
    "der": "mf",
    "den": "m",
    "dem": "mn",
    "die": "fp",
    "das": "n",
    "denen": "p",
    "dessen": "mn",
    "deren": "fp",
    "welcher": "mf",
    "welchen": "mp",
    "welchem": "mn",
    "welche": "fp",
    "welches": "n",
}
_BY_ENDING = {"er": "mfp", "e": "fp", "es": "mn", "em": "mn", "en": "mp"}
_BY_ARTICLE = {
    "der": "mfp",
    "die": "fp",
    "das": "n",
    "des": "mn",
    "dem": "mn",
    "den": "mp",
    "ein": "mn",
    "eine": "f",
    "einen": "m",
    "einem": "mn",
    "einer": "f",
    "eines": "mn",
    "kein": "mn",
    "sein": "mn",
    "ihr": "mn",
    "unser": "mn",
}
# Before a noun these tell that there are several.
_SEVERAL = frozenset("mehrere viele einige alle beide zahlreiche etliche wenige manche sämtliche".split())
_CONTRACTED = {
    "zur": "f",
    "zum": "mn",
    "im": "mn",
    "am": "mn",
    "beim": "mn",
    "vom": "mn",
    "ins": "n",
    "ans": "n",
}
_FEMININE_ENDS = ("ung", "heit", "keit", "schaft", "tion", "tät")
_PLURAL_ENDS = ("ungen", "heiten", "keiten", "schaften", "tionen", "täten")
# Attributes stand so many deep behind a noun at most.
_DEEP = 4


def find_antecedent(
    tokens: Sequence[Token], pronoun: int | None, chunks: Sequence[Chunk], wanted: str = ""
) -> Chunk | None:
    """Return which of the chunks before a relative clause its pronoun stands for; None if there is none.

    That is the last, unless the pronoun cannot agree with it and can with one that it is an attribute of.
    ``wanted`` narrows what the pronoun may stand for, where the clause tells more (``m`` for a subject
    ``der``).
    """
    if not chunks:
        return None
    last = chunks[-1]
    agreeing = set(_PRONOUNS.get(tokens[pronoun].lower, "mfnp") if pronoun is not None else "mfnp")
    agreeing = agreeing & set(wanted) or agreeing
    if pronoun is not None and _is_unlikely(tokens, last, pronoun, agreeing):
        sure = (c for c in reversed(chunks[-_DEEP:-1]) if genders_of(tokens, c) <= agreeing)
        return next(sure, last)
    if agreeing & genders_of(tokens, last):
        return last
    for attribute, chunk in itertools.islice(itertools.pairwise(reversed(chunks)), _DEEP):
        if chunk.last != attribute.first or attribute.joined:
            return last
        if agreeing & genders_of(tokens, chunk):
            return chunk
    return last


def _is_unlikely(tokens: Sequence[Token], last: Chunk, pronoun: int, agreeing: set[str]) -> bool:
    """Whether a verb parts the last noun from a pronoun that only several can be meant by, and it names one.

    ``hat Offizieren Asyl gewährt, denen ...``: a noun without an article tells nothing of its number.
    """
    parted = any(tokens[i].is_word for i in range(last.last, pronoun))
    return agreeing == {"p"} and parted and genders_of(tokens, last) == _ANY and not last.pronoun


def genders_of(tokens: Sequence[Token], chunk: Chunk) -> frozenset[str]:
    """Return the genders in the singular, or the plural, that a noun may have by its article and ending."""
    by_article = _ANY if chunk.pronoun else _by_article(tokens, chunk)
    head = tokens[chunk.head].lower
    if head.endswith(_PLURAL_ENDS):
        by_ending = frozenset("p")
    elif head.endswith(_FEMININE_ENDS):
        by_ending = frozenset("f")
    else:
        by_ending = _ANY
    return by_article & by_ending or by_article


def _by_article(tokens: Sequence[Token], chunk: Chunk) -> frozenset[str]:
    first = chunk.first + bool(chunk.prep)
    word = tokens[first].lower
    if chunk.prep in _CONTRACTED:
        told = _CONTRACTED[chunk.prep]
    elif first == chunk.head:
        return _ANY
    elif word.isdigit() or word in word_class("number-words"):
        told = "mfn" if word == "1" else "p"
    elif word.removesuffix("n") in _SEVERAL:
        told = "p"
    elif word == "der" and (chunk.prep or chunk.genitive):
        told = "fp" if "g" in chunk.cases else "f"
    elif word in _BY_ARTICLE:
        told = _BY_ARTICLE[word]
    elif word in words_of("det") or word in words_of("poss"):
        told = next((genders for end, genders in _BY_ENDING.items() if word.endswith(end)), "mfnp")
    else:
        return _ANY
    return frozenset(told)
