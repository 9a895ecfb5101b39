"""Nouns for those who act: offices, bodies and groups, in all their forms and as ends of compounds.

The words are in data/de/offices.yaml, bodies.yaml and groups.yaml, parts of personal names in names.yaml.
``noun_of("Bundesinnenministers")`` gives the entry of ``Innenminister``, its number, and what stands before.
"""

from __future__ import annotations

import functools
import sys
from collections.abc import Iterator
from typing import Literal

import msgspec

from depesche.language.function_words import words_of
from depesche.language.lexicon import load_entries
from depesche.language.phrases import PhraseTable
from depesche.language.word_classes import load_word_classes, word_class

NounKind = Literal["person", "body", "group", "none"]
Number = Literal["sg", "pl", "both"]
NameKind = Literal["first", "family_first", "particle", "title", "suffix", "never", "never_end"]

_FILES = ("de/offices.yaml", "de/bodies.yaml", "de/groups.yaml")
_WEAK = ("ent", "ant", "ist", "at", "arch", "it", "ast", "et", "ot", "aph", "urg", "isch")
_FEMININE = ("ung", "schaft", "tät", "ion", "ei", "heit", "keit", "anz", "enz", "iz", "sion")
# A shorter end of a word is chance: ``Verrat`` is no Rat.
_SHORTEST_HEAD = 4
# What is left before a head must be a word of its own (Vize-, Bundes-, EU-).
_SHORTEST_MODIFIER = 2


class ActorNoun(msgspec.Struct, frozen=True):
    """An entry of offices.yaml, bodies.yaml or groups.yaml.

    ``office`` is its normal form, ``sector`` PLOVER's. ``country`` is that of a noun that belongs to one
    state, ``international`` says that it belongs to none, ``context`` that its state may follow from the
    report. ``government`` marks words for the state itself, ``states`` those for several states,
    ``names`` bodies whose name often follows (``die Partei Neue Rechte``), ``bare`` false those that need an
    article, a number or an attribute, ``counted`` those that need a number, ``weak`` those that need a name
    or a state, ``plural_only`` those whose singular is something else; ``deputy`` is the office of whoever
    deputises for the holder. Kind ``none`` are words that only
    end like one of these.
    """

    id: str
    kind: NounKind
    forms: tuple[str, ...]
    yes: str
    no: str
    office: str | None = None
    sector: str | None = None
    country: str | None = None
    international: bool = False
    context: bool = True
    government: bool = False
    states: bool = False
    names: bool = False
    bare: bool = True
    counted: bool = False
    weak: bool = False
    plural_only: bool = False
    compound: bool = True
    deputy: str | None = None


class NounForm(msgspec.Struct, frozen=True):
    """A word read as the noun of an entry: its number, its gender (f or empty), and what stands before it.

    ``modifier`` keeps its hyphen away: ``US`` in ``US-Außenminister``, ``Bundes`` in ``Bundesminister``.
    ``base`` is the nominative singular of the head, in lower case.
    """

    noun: ActorNoun
    number: Number
    base: str
    modifier: str = ""
    feminine: bool = False


class NamePart(msgspec.Struct, frozen=True):
    """An entry of names.yaml: parts of names of one kind, ``gender`` m or f where all have the same."""

    id: str
    kind: NameKind
    names: tuple[str, ...]
    yes: str
    no: str
    gender: str = ""


@functools.cache
def load_nouns() -> tuple[ActorNoun, ...]:
    """Return all nouns for actors, offices first. Raises LexiconError where a list has a fault."""
    return tuple(entry for name in _FILES for entry in load_entries(name, ActorNoun))


@functools.cache
def load_name_parts() -> tuple[NamePart, ...]:
    """Return the parts of personal names. Raises LexiconError where the list has a fault."""
    return load_entries("de/names.yaml", NamePart)


@functools.cache
def names_of(kind: NameKind) -> frozenset[str]:
    """Return the parts of names of one kind."""
    return frozenset(name for part in load_name_parts() if part.kind == kind for name in part.names)


@functools.cache
def context_words(id_: str) -> frozenset[str]:
    """Return the words of one class of names-context.yaml. Raises KeyError if there is no such class."""
    return frozenset(context_ends(id_))


def context_ends(id_: str) -> tuple[str, ...]:
    """Return the same words as a tuple, for ``str.endswith`` and ``str.startswith``."""
    return load_word_classes("de/names-context.yaml")[id_]


@functools.cache
def first_name_genders() -> dict[str, str]:
    """Return m or f for each first name that is given to one sex alone."""
    genders: dict[str, set[str]] = {}
    for part in load_name_parts():
        if part.kind == "first":
            for name in part.names:
                genders.setdefault(name, set()).add(part.gender)
    return {name: next(iter(found)) for name, found in genders.items() if len(found) == 1 and "" not in found}


@functools.lru_cache(maxsize=50_000)
def noun_of(word: str) -> NounForm | None:
    """Return the noun for an actor that a word is, or ends in; None if it is another word.

    >>> form = noun_of("US-Außenministers")
    >>> form.noun.id, form.number, form.modifier
    ('foreign_minister', 'sg', 'US')
    >>> noun_of("Tisch") is None
    True
    """
    if not word[:1].isupper() or len(word) > 80:
        return None
    forms, heads = _forms()
    found = forms.get(word) or _compound(word, heads)
    return found if found and found.noun.kind != "none" else None


def to_nominative(phrase: str, *, singular: bool = False) -> str:
    """Return a noun phrase in the form that is cited: nominative, adjectives as after an article.

    Only what stands up to the first known noun is changed; white space becomes single blanks.
    ``singular`` says that one is meant: ``Präsidenten`` may be several.

    >>> to_nominative("amerikanischen Botschaft"), to_nominative("zahlreichen Diplomaten")
    ('amerikanische Botschaft', 'zahlreiche Diplomaten')
    >>> to_nominative("zweier russischer Diplomaten")
    'zwei russische Diplomaten'
    >>> to_nominative("russischen Präsidenten der Duma", singular=True)
    'russische Präsident der Duma'
    """
    words = phrase.split()
    at = next((k for k, word in enumerate(words) if noun_of(word)), None)
    if at is None:
        return " ".join(words)
    before = [_weak_adjective(word) for word in words[:at]]
    return " ".join((*before, _cited_noun(words[at], singular=singular), *words[at + 1 :]))


def _weak_adjective(word: str) -> str:
    if word in word_class("genitive-numbers"):
        return word.removesuffix("er")
    closed = word in words_of("prep") or word in words_of("poss")
    declined = word.islower() and len(word) > 5 and not closed
    return word[:-1] if declined and word.endswith(("en", "em", "er", "es")) else word


def _cited_noun(word: str, *, singular: bool) -> str:
    form = noun_of(word)
    if form is None:
        return word
    at = word.lower().rfind(form.base)
    ending = word[at + len(form.base) :] if at >= 0 else ""
    if singular or form.number == "sg":
        return word.removesuffix(ending) if ending in {"s", "es", "n", "en"} else word
    return word[:-1] if word.endswith(("ern", "eln")) else word


def _compound(word: str, heads: dict[str, NounForm]) -> NounForm | None:
    """Return the noun whose form is the longest end of ``word``."""
    lower = word.lower()
    for cut in range(_SHORTEST_MODIFIER, len(word) - _SHORTEST_HEAD + 1):
        found = heads.get(lower[cut:])
        if found is None:
            continue
        modifier = word[:cut]
        if modifier.endswith("-"):
            return msgspec.structs.replace(found, modifier=modifier.rstrip("-"))
        longer = len(modifier) > _SHORTEST_MODIFIER or modifier == "Ex"
        if found.noun.compound and longer and word[cut].islower():
            return msgspec.structs.replace(found, modifier=modifier)
        if modifier[-1:] == "-" or not found.noun.compound:
            return None
    return None


@functools.cache
def noun_phrases() -> PhraseTable[NounForm]:
    """Return the nouns of more than one word (Auswärtiges Amt, Staats- und Regierungschefs)."""
    return PhraseTable((f, form) for f, form in _all_forms() if " " in f)


@functools.cache
def _forms() -> tuple[dict[str, NounForm], dict[str, NounForm]]:
    """Return the one-word nouns by form as written, and by form in lower case for ends of compounds."""
    forms: dict[str, NounForm] = {}
    heads: dict[str, NounForm] = {}
    for word, form in _all_forms():
        if " " in word:
            continue
        before = forms.get(word)
        if before is None:
            forms[sys.intern(word)] = form
            heads[word.lower()] = form
        elif before.number != form.number and before.base == form.base:
            forms[word] = heads[word.lower()] = msgspec.structs.replace(before, number="both")
    return forms, heads


def _all_forms() -> Iterator[tuple[str, NounForm]]:
    for noun in load_nouns():
        for form in noun.forms:
            for word, number, feminine in inflect_noun(form, noun.kind):
                base = form.split("|")[0].rstrip("~").lower()
                yield word, NounForm(noun, number, base, feminine=feminine)


def inflect_noun(form: str, kind: NounKind) -> Iterator[tuple[str, Number, bool]]:
    """Yield the forms of a noun, each with its number and whether it names a woman.

    >>> list(inflect_noun("Rat|Räte", "body"))[:3]
    [('Rat', 'sg', False), ('Rats', 'sg', False), ('Rates', 'sg', False)]
    """
    if "|" in form:
        singular, plural = form.split("|")
        if kind == "person" and plural == singular + "nen":
            yield singular, "sg", True
            yield plural, "pl", True
            return
        if kind == "person" and plural == singular:
            yield singular, "both", False
        yield from _with_genitive(singular)
        if plural != singular:
            yield plural, "pl", False
            if not plural.endswith(("n", "s")):
                yield plural + "n", "pl", False
        if kind == "person" and singular.lower().endswith(
            ("eur", "or", "är", "ar", "ul", "ral", "ral", "anwalt", "mann")
        ):
            yield from _feminine(singular)
    elif form.endswith("~"):
        yield from _adjectival(form[:-1].removesuffix("e"))
    elif kind == "person":
        yield from _personal(form)
    else:
        yield from _of_body(form)


def _with_genitive(singular: str) -> Iterator[tuple[str, Number, bool]]:
    yield singular, "sg", False
    if not singular.endswith(_FEMININE) and not singular.isupper():
        yield singular + "s", "sg", False
        if singular[-1] not in "aeiouy":
            yield singular + "es", "sg", False


def _feminine(masculine: str) -> Iterator[tuple[str, Number, bool]]:
    if masculine.lower().endswith("anwalt"):
        masculine = masculine[:-4] + "wält"
    yield masculine + "in", "sg", True
    yield masculine + "innen", "pl", True


def _adjectival(stem: str) -> Iterator[tuple[str, Number, bool]]:
    """Yield the forms of an adjective used as a noun; only article and context tell its number."""
    yield stem + "e", "both", False
    yield stem + "en", "both", False
    yield stem + "er", "both", False
    yield stem + "em", "sg", False
    if stem.endswith("beamt"):
        yield from _feminine(stem)


def _personal(form: str) -> Iterator[tuple[str, Number, bool]]:
    if form.endswith(("er", "el")):
        yield form, "both", False
        yield form + "s", "sg", False
        yield form + "n", "pl", False
        yield from _feminine(form)
    elif form.endswith("e"):
        yield form, "sg", False
        yield form + "n", "both", False
        yield from _feminine(form[:-1])
    elif form.endswith(_WEAK):
        yield form, "sg", False
        yield form + "en", "both", False
        yield from _feminine(form)
    elif form.endswith(("chef", "Chef")):
        yield form, "sg", False
        yield form + "s", "both", False
        yield from _feminine(form)
    else:
        yield form, "sg", False
        yield form + "s", "both", False
        yield form + "en", "both", False


def _of_body(form: str) -> Iterator[tuple[str, Number, bool]]:
    yield from _with_genitive(form)
    if form.isupper():
        return
    if form.endswith("ium"):
        yield form[:-2] + "en", "pl", False
    elif form.endswith("e") or form.endswith("er"):
        yield form + "n", "pl", False
    else:
        yield form + "en", "pl", False
