"""What a statement is about and what stance it takes, by data/de/matters.yaml and data/de/stances.yaml."""

from __future__ import annotations

import functools
import re
from typing import Literal

import msgspec

from depesche.language.function_words import all_function_words, words_of
from depesche.language.lexicon import load_entries
from depesche.language.offices import noun_of
from depesche.language.states import country_of_adjective, country_of_compound, state_names
from depesche.stems import stem_word

MatterKind = Literal["course", "deed", "count", "claim", "fact"]

_WORD = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*")
_LONGEST = 4000
# Words of so many letters say little.
_SHORT = 3
# A negation reaches so many words to either side: "keine verbindliche Menge für Dürrezeiten zugesagt".
_NEGATION_BEFORE, _NEGATION_BEHIND = 6, 3
# Words that negate without being negations of their own.
_NEGATIVE_PHRASES = ("ohne ", "zu keinem ", "nicht in betracht", "noch nicht ", "statt ")
_NUMBERS = {
    word: number
    for number, word in enumerate("zwei drei vier fünf sechs sieben acht neun zehn elf zwölf".split(), 2)
}
_NUMBERS |= {"zwanzig": 20, "dreißig": 30, "vierzig": 40, "fünfzig": 50, "hundert": 100, "tausend": 1000}
_FIGURE = re.compile(r"(?<![\w.,])\d{1,3}(?:[. ]\d{3})+(?![\w])|(?<![\w.,])\d+(?:,\d+)?(?![\w])")


class Matter(msgspec.Struct, frozen=True):
    """An entry of matters.yaml; ``en`` and ``de`` are what it is called.

    A statement on one of the matters ``unless`` is not on this.
    """

    id: str
    en: str
    de: str
    words: str
    yes: str
    no: str
    kind: MatterKind = "fact"
    unless: tuple[str, ...] = ()


class StanceWords(msgspec.Struct, frozen=True):
    """An entry of stances.yaml."""

    id: str
    words: str
    yes: str
    no: str


class Stance(msgspec.Struct, frozen=True):
    """How a statement stands to what it is about.

    ``judgement`` is 1 good, -1 bad, 0 neither; ``denies`` says that it is not so, or refused; ``hurts`` that
    it tells of a deed one is blamed for; ``negated`` are the matters whose words a negation reaches;
    ``numbers`` are what it counts, each with the stem of what is counted.
    """

    judgement: int
    denies: bool
    hurts: bool
    negated: frozenset[str]
    numbers: frozenset[tuple[str, float]]


@functools.cache
def load_matters() -> dict[str, Matter]:
    """Return the matters by their ids. Raises LexiconError where the list has a fault."""
    return {entry.id: entry for entry in load_entries("de/matters.yaml", Matter)}


@functools.cache
def _stances() -> dict[str, re.Pattern[str]]:
    return {entry.id: compile_words(entry.words) for entry in load_entries("de/stances.yaml", StanceWords)}


@functools.cache
def _matters() -> dict[str, re.Pattern[str]]:
    return {entry.id: compile_words(entry.words) for entry in load_matters().values()}


def compile_words(words: str) -> re.Pattern[str]:
    """Return what finds the words in a plain text: words with one space between them and around all.

    They are group 1: that a match begins with a space is found faster than what stands behind one.
    """
    forms = (re.escape(word).replace(r"\*", "[^ ]*").replace("_", " ") for word in words.split())
    return re.compile(f" ({'|'.join(sorted(forms, key=len, reverse=True))})(?= )")


@functools.lru_cache(maxsize=8192)
def plain(text: str) -> str:
    """Return the words in lower case with one space between them and around all.

    >>> plain("Er sei „enttäuscht“!")
    ' er sei enttäuscht '
    """
    words = _WORD.findall(text[:_LONGEST])
    return f" {' '.join(words).lower()} " if words else " "


@functools.lru_cache(maxsize=8192)
def matters_of(text: str) -> dict[str, int]:
    """Return the matters a text speaks of, each with the number of its words in it.

    >>> list(matters_of("Man wünsche eine Wiederaufnahme der Direktflüge"))
    ['flights']
    """
    words = plain(text)
    found = {name: len(set(regex.findall(words))) for name, regex in _matters().items()}
    told = {name: count for name, count in found.items() if count}
    known = load_matters()
    return {name: count for name, count in told.items() if not set(known[name].unless) & set(told)}


def has_stance(kind: str, text: str) -> bool:
    """Return whether a text has a word of an entry of stances.yaml (``good``, ``deny``)."""
    return _stances()[kind].search(plain(text)) is not None


@functools.lru_cache(maxsize=8192)
def stance_of(text: str, frame: str = "") -> Stance:
    """Return the stance of a statement; ``frame`` is the clause that says who says it and how."""
    words = plain(text)
    spots = _negations(words)
    tokens = words.split()
    score = sum(
        sign * (-1 if _reached(words, match, spots) else 1)
        for kind, sign in (("good", 1), ("bad", -1))
        for match in _stances()[kind].finditer(words)
    )
    negated = {
        name
        for name in matters_of(text)
        if any(_reached(words, match, spots) for match in _matters()[name].finditer(words))
    }
    return Stance(
        judgement=(score > 0) - (score < 0),
        denies=has_stance("deny", text) or has_stance("deny", frame),
        hurts=has_stance("hurt", text),
        negated=frozenset(negated),
        numbers=frozenset(_numbers(text, tokens)),
    )


def _negations(words: str) -> list[int]:
    """Return where negations stand, counted in words."""
    tokens = words.split()
    found = [n for n, word in enumerate(tokens) if word in words_of("neg") and word != "kaum"]
    for phrase in _NEGATIVE_PHRASES:
        at = words.find(f" {phrase}")
        if at >= 0:
            found.append(words.count(" ", 0, at + 1) - 1)
    return found


def _reached(words: str, match: re.Match[str], negations: list[int]) -> bool:
    """Whether a negation reaches what was found; one within it is a part of it (``mehr nicht``)."""
    first = words.count(" ", 0, match.start(1)) - 1
    last = first + match[1].count(" ")
    outside = (n for n in negations if not first <= n <= last)
    return any(n - first >= -_NEGATION_BEFORE and n - last <= _NEGATION_BEHIND for n in outside)


def _numbers(text: str, tokens: list[str]) -> set[tuple[str, float]]:
    """Return the numbers of a text with the stem of the next noun: ``zwei Soldaten`` is (``soldat``, 2)."""
    spoken = _WORD.findall(text[:_LONGEST])
    found = {
        (_counted(spoken, n), float(_NUMBERS[w.lower()]))
        for n, w in enumerate(spoken)
        if w.lower() in _NUMBERS
    }
    for match in _FIGURE.finditer(text[:_LONGEST]):
        rest = _WORD.findall(text[match.end() : match.end() + 80])
        value = match.group().replace(".", "").replace(" ", "").replace(",", ".")
        found.add((_counted(["", *rest], 0), float(value)))
    return found


def _counted(words: list[str], at: int) -> str:
    return next((stem_word(w) for w in words[at + 1 : at + 4] if w[:1].isupper()), "")


@functools.lru_cache(maxsize=8192)
def content_words(text: str) -> frozenset[str]:
    """Return the stems of the words that say what a text is about: no names of states, no offices."""
    words = _WORD.findall(text[:_LONGEST])
    return frozenset(
        stem_word(w)
        for w in words
        if len(w) > _SHORT and w.lower() not in all_function_words() and not _names_actor(w)
    )


@functools.lru_cache(maxsize=8192)
def countries_named(text: str) -> frozenset[str]:
    """Return the countries that a text names, by name, adjective, inhabitants, capital or compound."""
    found: set[str] = set()
    for word in _WORD.findall(text[:_LONGEST]):
        found |= {c for c in (country_of_adjective(word), country_of_compound(word)) if c}
        found |= {meaning.country for meaning in state_names().meanings(word)}
    return frozenset(found)


@functools.lru_cache(maxsize=50_000)
def _names_actor(word: str) -> bool:
    return bool(country_of_adjective(word) or state_names().meanings(word) or noun_of(word))
