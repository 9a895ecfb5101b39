"""Words without what outlets change in them: ß and ss, umlauts, Jänner and Januar, Lawrow and Lavrov."""

from __future__ import annotations

import functools
import re
from typing import Literal

import msgspec

from depesche.language.lexicon import load_entries
from depesche.stems import plain_letters

# 1.200, 1'200, 1’200
_THOUSANDS = re.compile(r"\d{1,3}(?:[.'’]\d{3})+")
_DOUBLE = re.compile(r"(.)\1+")
_LONGEST = 60


class Spelling(msgspec.Struct, frozen=True):
    """An entry of spellings.yaml: ``forms`` that are one word."""

    id: str
    forms: tuple[str, ...]
    yes: str
    no: str


class Transliteration(msgspec.Struct, frozen=True):
    """An entry of transliterations.yaml: ``forms`` become ``to``, anywhere or ``at`` start or end."""

    id: str
    forms: tuple[str, ...]
    to: str
    yes: str
    no: str
    at: Literal["start", "end"] | None = None


@functools.cache
def load_transliterations() -> tuple[Transliteration, ...]:
    """Return the rules in their order. Raises LexiconError where the list has a fault."""
    return load_entries("de/transliterations.yaml", Transliteration)


@functools.lru_cache(maxsize=50_000)
def fold_name(word: str) -> str:
    """Return a part of a name as all its spellings have it.

    >>> fold_name("Lawrow") == fold_name("Lavrov"), fold_name("Schoigu") == fold_name("Shoigu")
    (True, True)
    """
    # "Đukanović" is Djukanović in papers that have no such letter.
    plain = plain_letters(word[:_LONGEST].lower().replace("đ", "dj")).replace("’", "").replace("'", "")
    for rule, forms in _transliterations():
        if rule.at is None:
            for form in forms:
                plain = plain.replace(form, rule.to)
        else:
            plain = _apply(rule, forms, plain)
    return _DOUBLE.sub(r"\1", plain.replace("-", ""))


@functools.cache
def _transliterations() -> tuple[tuple[Transliteration, tuple[str, ...]], ...]:
    """Return the rules in their order, each with its forms, the longest first."""
    return tuple((r, tuple(sorted(r.forms, key=len, reverse=True))) for r in load_transliterations())


def _apply(rule: Transliteration, forms: tuple[str, ...], word: str) -> str:
    """Return a word whose start or end a rule may change."""
    for form in forms:
        if rule.at == "start" and word.startswith(form):
            return rule.to + word[len(form) :] or word
        if rule.at == "end" and word.endswith(form):
            return word[: -len(form)] + rule.to
    return word


@functools.cache
def load_spellings() -> tuple[Spelling, ...]:
    """Return the entries of spellings.yaml."""
    return load_entries("de/spellings.yaml", Spelling)


@functools.cache
def _words() -> dict[str, str]:
    return {form: e.forms[0] for e in load_spellings() for form in e.forms}


@functools.lru_cache(maxsize=100_000)
def fold_word(word: str) -> str:
    """Return what all ways of writing a word share, names, numbers and months alike; fit to be compared.

    >>> fold_word("Lawrow") == fold_word("Lavrov"), fold_word("Außenminister") == fold_word("Aussenminister")
    (True, True)
    >>> fold_word("1.200") == fold_word("1200"), fold_word("Jänner") == fold_word("Januar")
    (True, True)
    """
    lower = word.lower().rstrip(".")
    lower = _words().get(lower, lower)
    if lower[:1].isdigit():
        return re.sub(r"\D", "", lower) if _THOUSANDS.fullmatch(lower) else lower.replace(":", ".")
    return fold_name(lower) or lower
