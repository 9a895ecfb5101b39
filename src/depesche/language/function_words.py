"""The closed word classes of German, from data/de/function-words.yaml."""

from __future__ import annotations

import functools
from typing import Literal

import msgspec

from depesche.language.lexicon import load_entries

WordClass = Literal[
    "det", "poss", "prep", "pron", "sub", "infsub", "conj", "neg", "modal", "aux", "adv", "focus"
]


class FunctionWord(msgspec.Struct, frozen=True):
    """An entry of function-words.yaml. ``cases`` holds letters out of n, a, d and g."""

    id: str
    form: str
    class_: WordClass = msgspec.field(name="class")
    yes: str = ""
    no: str = ""
    cases: str = ""


@functools.cache
def words_of(class_: WordClass) -> dict[str, str]:
    """Return the forms of a word class, in lower case, each with its cases."""
    entries = load_entries("de/function-words.yaml", FunctionWord)
    return {e.form: e.cases for e in entries if e.class_ == class_}


@functools.cache
def all_function_words() -> frozenset[str]:
    """Return every form of a closed class: a capital at the sentence's start does not make it a noun.

    Some that stand before a conjunction are names too: ``Kurz``, ``Lange``.
    """
    entries = load_entries("de/function-words.yaml", FunctionWord)
    return frozenset(e.form for e in entries if e.class_ != "focus")
