"""Words by what they have in common, from the lists whose entries are classes of words."""

from __future__ import annotations

import functools

import msgspec

from depesche.language.lexicon import load_entries


class WordClass(msgspec.Struct, frozen=True):
    """An entry of such a list: one class of words."""

    id: str
    words: tuple[str, ...]
    yes: str
    no: str


@functools.cache
def load_word_classes(name: str) -> dict[str, tuple[str, ...]]:
    """Return the words of each class of the list ``name`` (``de/word-classes.yaml``)."""
    return {entry.id: entry.words for entry in load_entries(name, WordClass)}


@functools.cache
def word_class(id_: str) -> frozenset[str]:
    """Return the words of one class of word-classes.yaml. Raises KeyError if there is no such class."""
    return frozenset(word_ends(id_))


def word_ends(id_: str) -> tuple[str, ...]:
    """Return the same words as a tuple, for ``str.endswith`` and ``str.startswith``."""
    return load_word_classes("de/word-classes.yaml")[id_]
