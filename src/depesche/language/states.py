"""States and territories: their names, adjectives, inhabitants, and the places that stand for them.

The words are in data/de/states.yaml; the forms they take in a sentence are made here. A country is
its ISO 3166-1 alpha-3 code (XKX, PSE; for states that are no more SUN, DDR, YUG, CSK).
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from typing import Literal

import msgspec

from depesche.language.inflection import inflect_adjective, inflect_inhabitant, inflect_name, plain_name
from depesche.language.lexicon import load_entries
from depesche.language.phrases import PhraseTable
from depesche.language.regions import load_places

StateKind = Literal["name", "adjective", "inhabitant", "capital", "seat", "prefix"]


class State(msgspec.Struct, frozen=True):
    """An entry of states.yaml.

    ``id`` is the country code, except where ``country`` gives the code of the state that the world
    counts the territory to. ``gender`` is that of ``name``; ``n`` stands without an article.
    ``capital`` and ``seats`` stand for the government (Moskau, Kreml), ``prefixes`` are the parts of
    compounds that are no name (``US-``). ``status`` is ``state``, ``territory``, ``disputed`` (recognised
    by few) or ``historical``. Latitude and longitude, in degrees, are a rough centre.
    """

    id: str
    name: str
    yes: str
    no: str
    names: tuple[str, ...] = ()
    gender: Literal["n", "f", "m", "pl"] = "n"
    adjectives: tuple[str, ...] = ()
    inhabitants: tuple[str, ...] = ()
    prefixes: tuple[str, ...] = ()
    capital: str | None = None
    seats: tuple[str, ...] = ()
    country: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    geonames: int | None = None
    status: Literal["state", "territory", "disputed", "historical"] = "state"

    @property
    def code(self) -> str:
        """The country, alpha-3."""
        return self.country or self.id


class StateWord(msgspec.Struct, frozen=True):
    """What a word or phrase says about a state: which one, and in what way.

    ``country`` is alpha-3, ``name`` the usual German name of the state or territory.
    """

    country: str
    kind: StateKind
    name: str


class StateNoun(msgspec.Struct, frozen=True):
    """An entry of state-nouns.yaml: nouns that stand for one of ``states`` if the report names it before.

    If ``named`` is not empty, it is enough that the report names one of these.
    """

    id: str
    words: tuple[str, ...]
    states: tuple[str, ...]
    yes: str
    no: str
    named: tuple[str, ...] = ()


@functools.cache
def state_nouns() -> dict[str, StateNoun]:
    """Return the nouns that with an article stand for a state, by each of their forms in the singular."""
    entries = load_entries("de/state-nouns.yaml", StateNoun)
    return {word + end: e for e in reversed(entries) for word in e.words for end in ("", "s", "es")}


@functools.cache
def load_states() -> tuple[State, ...]:
    """Return all states and territories. Raises LexiconError where the list has a fault."""
    return load_entries("de/states.yaml", State)


@functools.cache
def states_by_code() -> dict[str, State]:
    """Return the states by country code; a territory without a code of its own is not among them."""
    return {state.id: state for state in load_states() if state.country is None}


@functools.cache
def state_names() -> PhraseTable[StateWord]:
    """Return all words for states, in all their forms: names, adjectives, inhabitants, capitals, seats.

    Where one spelling has several meanings (``Polen``), names come first, then adjectives,
    inhabitants, capitals and seats. The inhabitants of regions (``Tschetschenen``) are inhabitants of their
    state, under the region's name. Adjectives are in lower case, but for ``Schweizer`` and
    ``US-amerikanisch``; compounds (``US-Präsident``) are found with ``country_of_compound``.
    """
    return PhraseTable(_state_words())


def _state_words() -> Iterator[tuple[str, StateWord]]:
    kinds: tuple[StateKind, ...] = ("name", "adjective", "inhabitant", "capital", "seat")
    for kind in kinds:
        for state in load_states():
            word = StateWord(state.code, kind, plain_name(state.name))
            for form in state_forms(state, kind):
                yield form, word
    for region in load_places():
        if region.country and region.kind == "region":
            word = StateWord(region.country, "inhabitant", plain_name(region.name))
            for inhabitant in region.inhabitants:
                for form in inflect_inhabitant(inhabitant):
                    yield form, word


def state_forms(state: State, kind: StateKind) -> Iterator[str]:
    """Yield every form of a state's words of one kind."""
    if kind == "name":
        for name in (state.name, *state.names):
            yield from inflect_name(name)
    elif kind == "adjective":
        for adjective in state.adjectives:
            yield from inflect_adjective(adjective)
    elif kind == "inhabitant":
        for inhabitant in state.inhabitants:
            yield from inflect_inhabitant(inhabitant)
    elif kind == "capital" and state.capital:
        yield from inflect_name(state.capital)
    elif kind == "seat":
        for seat in state.seats:
            yield from inflect_name(seat)
    elif kind == "prefix":
        yield from state.prefixes


def state_name(country: str) -> str | None:
    """Return the usual German name of a country by its code.

    >>> state_name("RUS")
    'Russland'
    """
    state = states_by_code().get(country)
    return plain_name(state.name) if state else None


def country_of_name(words: str) -> str | None:
    """Return the country that a name in any case form names.

    >>> country_of_name("Russlands"), country_of_name("Vereinigten Staaten von Amerika")
    ('RUS', 'USA')
    """
    return _country(words, "name")


def has_no_article(words: str) -> bool:
    """Whether a name is that of a state which has no article: ``Polen``, not ``Türkei``."""
    country = country_of_name(words)
    state = states_by_code().get(country) if country else None
    return state is not None and state.gender == "n"


def stands_for_state(words: str) -> bool:
    """Whether words are the name of a state or of its capital, in any case form."""
    return any(f.kind in {"name", "capital"} for f in state_names().meanings(words))


@functools.cache
def _adjectives() -> dict[str, str]:
    """Return the country of every form of every adjective, in lower case but for the ending -er."""
    forms: dict[str, str] = {}
    for state in load_states():
        for form in state_forms(state, "adjective"):
            forms.setdefault(form, state.code)
        if state.capital:
            for adjective in capital_adjectives(state.capital):
                forms.setdefault(adjective, state.code)
    for region in load_places():
        for adjective in region.adjectives if region.country else ():
            for form in inflect_adjective(adjective):
                forms.setdefault(form, region.country or "")
    return forms


def capital_adjectives(city: str) -> tuple[str, ...]:
    """Return the adjective in -er of a city: ``Moskauer``, ``Kairoer``, ``Athener``.

    >>> capital_adjectives("Moskau")
    ('Moskauer',)
    """
    if " " in city:
        return ()
    if city.endswith("e"):
        return (city + "r",)
    return (city + "er",)


def country_of_adjective(word: str) -> str | None:
    """Return the country of an adjective in any form, of a capital's too; None if it is of no country.

    >>> [country_of_adjective(word) for word in ("russischen", "Schweizer", "Moskauer")]
    ['RUS', 'CHE', 'RUS']
    """
    countries = countries_of_adjective(word)
    return countries[0] if len(countries) == 1 else None


@functools.lru_cache(maxsize=16384)
def countries_of_adjective(word: str) -> tuple[str, ...]:
    """Return the countries of an adjective: one, or several of a compound; () if any part is of none.

    >>> countries_of_adjective("russisch-ukrainischen")
    ('RUS', 'UKR')
    """
    table = _adjectives()
    known = table.get(word) or table.get(word[:1].lower() + word[1:])
    if known:
        return (known,)
    parts = word.split("-")
    if not 2 <= len(parts) <= 4:
        return ()
    found = [table.get(part) or table.get(part[:1].lower() + part[1:]) for part in parts]
    return tuple(code for code in found if code) if all(found) else ()


@functools.cache
def _prefixes() -> dict[str, str]:
    """Return the country of what can stand before the hyphen of a compound."""
    prefixes: dict[str, str] = {}
    for kind in ("prefix", "name", "capital", "seat"):
        for state in load_states():
            for form in _base_forms(state, kind):
                if " " not in form:
                    prefixes.setdefault(form, state.code)
    return prefixes


def _base_forms(state: State, kind: str) -> tuple[str, ...]:
    if kind == "name":
        return (state.name, *state.names)
    if kind == "capital":
        return (state.capital,) if state.capital else ()
    return state.seats if kind == "seat" else state.prefixes


def country_of_compound(word: str) -> str | None:
    """Return the country that a hyphenated compound begins with, None if it is another word.

    The longest beginning counts, so that ``Saudi-Arabien-Reise`` is of Saudi Arabia. An adjective
    (``US-amerikanisch``) is no compound, nor is a state's own name (``Guinea-Bissau``).

    >>> country_of_compound("US-Außenminister"), country_of_compound("Kreml-Sprecher")
    ('USA', 'RUS')
    """
    prefixes = _prefixes()
    if word in prefixes:
        return None
    end = word.rfind("-", 0, 60)
    while end > 0:
        if (country := prefixes.get(word[:end])) and not word[end + 1 : end + 2].islower():
            return country
        end = word.rfind("-", 0, end)
    return None


def _country(words: str, kind: StateKind) -> str | None:
    found = state_names().meanings(words)
    return next((f.country for f in found if f.kind == kind), None)
