"""Whether a negation denies what a clause tells, or only a part of it: ``aus nicht ganz klaren Gründen``."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from depesche.language.function_words import words_of
from depesche.language.numbers import read_number
from depesche.language.tokens import Token
from depesche.language.verbs import SEPARABLE, analyse_verb

_ATTRIBUTIVE = ("e", "en", "er", "em", "es")
# So many words may stand between a negation and the adjective that it denies, and between it and the article.
_ADVERBS = 3
# With these an adverb begins, and no phrase: ``bis heute``, ``seit gestern``.
_ADVERBIAL = frozenset({"bis", "seit"})
# No contrast and no end of a condition is longer; it bounds the work at each negation.
_CONTRAST = 15
# So many words before its second half ``weder`` may stand, in the same sentence.
_NEITHER = 40
_ENDS = frozenset(".!?")
# Marks of which German words tell what they do; others both open and close (tokens.py).
_OPENING = frozenset("„»")
_CLOSING = frozenset("“”«")
_QUOTES = _OPENING | _CLOSING
# What ``nicht`` makes an adverb that denies nothing: ``nicht nur Kiew, auch Moskau stimmte zu``.
_NOT_ONLY = frozenset({"nur", "bloß", "allein", "lediglich", "zuletzt", "minder"})


def is_negated(tokens: Sequence[Token], clause: Sequence[int]) -> bool:
    """Return whether a word of a clause, given by the indexes of its tokens, denies the whole of it."""
    if _goes_on_denying(tokens, clause):
        return True
    negations = [i for i in clause if tokens[i].lower in words_of("neg")]
    return any(
        not (
            _is_not_only(tokens, i)
            or _is_below_number(tokens, i)
            or _is_in_phrase(tokens, i)
            or _is_in_condition(tokens, i, clause)
            or _is_contrast(tokens, i, clause)
            or _is_quoted(tokens, i, clause)
        )
        for i in negations
    )


def _goes_on_denying(tokens: Sequence[Token], clause: Sequence[int]) -> bool:
    """Whether a clause is the second that ``weder`` denies: ``weder kam er, noch rief er an``."""
    first = clause[0]
    if tokens[first].lower != "noch" or not first or tokens[first - 1].text != ",":
        return False
    before = (tokens[k] for k in range(first - 2, max(-1, first - 2 - _NEITHER), -1))
    heads = itertools.takewhile(lambda token: token.text not in _ENDS, before)
    return any(token.lower == "weder" for token in heads)


def _is_not_only(tokens: Sequence[Token], i: int) -> bool:
    """Whether the negation makes an adverb that adds something: ``nicht nur``, ``nicht zuletzt``."""
    behind = tokens[i + 1].lower if i + 1 < len(tokens) else ""
    return tokens[i].lower == "nicht" and behind in _NOT_ONLY


def _is_below_number(tokens: Sequence[Token], i: int) -> bool:
    """Whether the negation says that a number is not reached: ``keine 24 Stunden später``, ``nicht einmal
    zwei Stunden``."""
    word, *behind = (token.lower for token in tokens[i : i + 3])
    if word == "nicht" and behind[:1] == ["einmal"]:
        del behind[0]
    elif not word.startswith("kein"):
        return False
    return bool(behind) and (behind[0][:1].isdigit() or read_number(behind[0]) is not None)


def _is_quoted(tokens: Sequence[Token], i: int, clause: Sequence[int]) -> bool:
    """Whether the negation stands in quoted words without a verb, which the clause only brings: ``erklärte
    sie zu „keinem Freund“``."""
    before = range(i - 1, max(clause[0], i - _CONTRAST), -1)
    first = next((k for k in before if tokens[k].text in _QUOTES), None)
    if first is None or tokens[first].text in _CLOSING:
        return False
    behind = range(i + 1, min(i + _CONTRAST, len(tokens)))
    last = next((k for k in behind if tokens[k].text in _QUOTES), None)
    words = range(first + 1, last or first)
    return bool(words) and not any(not tokens[k].is_capital and _is_verb(tokens[k]) for k in words)


def _is_in_phrase(tokens: Sequence[Token], i: int) -> bool:
    """Whether the negation denies an adjective before a noun: ``die bis heute nicht gelockerte Sperre``."""
    if tokens[i].lower.startswith(("kein", "weder")):
        return False
    k = i + 1
    while k < len(tokens) and k - i <= _ADVERBS and _is_adverb(tokens, k):
        k += 1
    if not _is_attribute(tokens, k):
        return False
    first = i - 1
    while first > 0 and i - first <= _ADVERBS and not _opens_phrase(tokens, first):
        first -= 1
    return first >= 0 and _opens_phrase(tokens, first)


def _is_adverb(tokens: Sequence[Token], k: int) -> bool:
    """Whether a word may stand between the negation and the adjective: no noun and no mark, which end the
    phrase (``kommt für Kiew nicht in Frage, sagte Selenskyj``), and not the adjective itself."""
    word = tokens[k]
    return word.text[:1].isalpha() and not word.is_capital and not _is_attribute(tokens, k)


def _is_attribute(tokens: Sequence[Token], k: int) -> bool:
    word = tokens[k] if k + 1 < len(tokens) else None
    attributive = word is not None and not word.is_capital and word.lower.endswith(_ATTRIBUTIVE)
    return attributive and tokens[k + 1].is_capital and tokens[k].lower not in words_of("det")


def _opens_phrase(tokens: Sequence[Token], k: int) -> bool:
    """Whether an article or preposition stands there that is no relative pronoun."""
    word = tokens[k].lower
    known = word in words_of("det") or (word in words_of("prep") and word not in _ADVERBIAL)
    return known and (k == 0 or tokens[k - 1].text != ",")


def _is_in_condition(tokens: Sequence[Token], i: int, clause: Sequence[int]) -> bool:
    """Whether the negation stands in a condition that begins with its verb, and another verb opens what
    follows: ``Gibt er die Macht nicht ab, schließen sie die Grenze``."""
    first = tokens[clause[0]]
    if not _is_finite(first) or first.lower in words_of("det"):
        # ``einen`` is an article too.
        return False
    near = range(i + 1, min(i + _CONTRAST, clause[-1]))
    comma = next((k for k in near if tokens[k].text == ","), None)
    return comma is not None and _is_finite(tokens[comma + 1])


def _is_finite(token: Token) -> bool:
    return any(form.kind == "finite" for form in analyse_verb(token.lower))


def _is_contrast(tokens: Sequence[Token], i: int, clause: Sequence[int]) -> bool:
    """Whether the negation denies another part than the verb: ``nicht in Kiew, sondern in Lwiw``, ``, nicht
    aber von Moskau``. Where it denies the verb, this or its particle stands behind it."""
    behind = []
    for k in range(i + 1, min(i + _CONTRAST, len(tokens))):
        if tokens[k].text in {",", ".", ";", "!", "?", ":"}:
            break
        behind.append(k)
    if not behind or tokens[behind[-1]].lower in SEPARABLE or not any(tokens[k].is_capital for k in behind):
        return False
    if any(not tokens[k].is_capital and _is_verb(tokens[k]) for k in behind):
        return False
    stop = behind[-1] + 1
    if stop + 1 < len(tokens) and tokens[stop].text == "," and tokens[stop + 1].lower == "sondern":
        return True
    return i > clause[0] and tokens[i - 1].text == ","


def _is_verb(token: Token) -> bool:
    return any(form.kind in {"finite", "participle", "infinitive"} for form in analyse_verb(token.lower))
