"""The words that introduce what somebody says, from data/de/quotations-*.yaml."""

from __future__ import annotations

import functools
from typing import Literal

import msgspec

from depesche.language.lexicon import load_entries

VerbClass = Literal["say", "ask", "accuse", "think", "call"]
PhraseKind = Literal["laut", "zufolge", "nach", "sicht", "demnach", "noun", "name", "text"]


class VerbEntry(msgspec.Struct, frozen=True):
    """An entry of quotations-verbs.yaml: infinitives of one class, separated by spaces."""

    id: str
    class_: VerbClass = msgspec.field(name="class")
    verbs: str
    yes: str
    no: str
    after: str = ""


class ActEntry(msgspec.Struct, frozen=True):
    """An entry of quotations-acts.yaml: each act is a verb and how its content stands in the clause."""

    id: str
    acts: tuple[str, ...]
    yes: str
    no: str


class PhraseEntry(msgspec.Struct, frozen=True):
    """An entry of quotations-phrases.yaml: words of one kind, separated by spaces."""

    id: str
    kind: PhraseKind
    words: str
    yes: str
    no: str


@functools.cache
def verb_classes() -> dict[str, frozenset[VerbClass]]:
    """Return the classes of each verb of saying, by its infinitive."""
    table: dict[str, set[VerbClass]] = {}
    for entry in load_entries("de/quotations-verbs.yaml", VerbEntry):
        for verb in entry.verbs.split():
            table.setdefault(verb, set()).add(entry.class_)
    return {verb: frozenset(classes) for verb, classes in table.items()}


@functools.cache
def needed_words() -> dict[str, frozenset[str]]:
    """Return the words of which one must stand beside a verb of saying (``davon ausgehen``)."""
    table: dict[str, set[str]] = {}
    for entry in load_entries("de/quotations-verbs.yaml", VerbEntry):
        for verb in entry.verbs.split() if entry.after else ():
            table.setdefault(verb, set()).update(entry.after.split())
    return {verb: frozenset(words) for verb, words in table.items()}


@functools.cache
def speech_acts() -> dict[str, tuple[str, ...]]:
    """Return, by infinitive, how the content of a reported speech act stands in its clause."""
    table: dict[str, tuple[str, ...]] = {}
    for entry in load_entries("de/quotations-acts.yaml", ActEntry):
        for act in entry.acts:
            verb, *complements = act.split()
            table[verb] = (*table.get(verb, ()), *complements)
    return table


@functools.cache
def phrase_words(kind: PhraseKind) -> frozenset[str]:
    """Return the words of a kind, in lower case."""
    entries = load_entries("de/quotations-phrases.yaml", PhraseEntry)
    return frozenset(word for entry in entries if entry.kind == kind for word in entry.words.split())


@functools.cache
def _endings(kind: PhraseKind) -> tuple[str, ...]:
    return tuple(sorted(word for word in phrase_words(kind) if len(word) > 4))


def is_noun_of_saying(word: str, kind: PhraseKind) -> bool:
    """Whether a lower-case word is a noun of the kind or a compound with one (``polizeiangaben``)."""
    return word in phrase_words(kind) or (len(word) > 8 and word.endswith(_endings(kind)))
