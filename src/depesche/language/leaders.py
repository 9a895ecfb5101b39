"""People whom world news names without saying of which state they are, from data/de/names-leaders.yaml."""

from __future__ import annotations

import functools
from collections.abc import Iterator

import msgspec

from depesche.language.lexicon import load_entries
from depesche.language.offices import names_of
from depesche.language.phrases import PhraseTable


class LeaderEntry(msgspec.Struct, frozen=True):
    """An entry of names-leaders.yaml: people of a state, whose code is ``id`` if ``country`` is not given.

    ``names`` are full names, ``alone`` family names that need no first name. ``terms`` are people of another
    entry who were these people's from one year to another, both included: Donald Tusk headed his state's
    government, and from 2014 to 2019 the European Council.
    """

    id: str
    names: tuple[str, ...]
    yes: str
    no: str
    alone: tuple[str, ...] = ()
    terms: dict[str, tuple[int, int]] = {}
    country: str | None = ""

    @property
    def code(self) -> str | None:
        """The country, alpha-3, None for the heads of international bodies."""
        return self.id if self.country == "" else self.country


class Leader(msgspec.Struct, frozen=True):
    """Somebody known by name: of which state, and whether the words are a family name alone."""

    name: tuple[str, ...]
    country: str | None
    alone: bool = False


@functools.cache
def load_leaders() -> tuple[LeaderEntry, ...]:
    """Return all entries. Raises LexiconError where the list has a fault."""
    return load_entries("de/names-leaders.yaml", LeaderEntry)


@functools.cache
def leader_names() -> PhraseTable[Leader]:
    """Return the known people by full name, and by family name where that is enough; genitives too."""
    return PhraseTable(_all_names())


def _all_names() -> Iterator[tuple[str, Leader]]:
    for entry in load_leaders():
        for name in entry.names:
            yield from _with_genitive(name, Leader(tuple(name.split(" ")), entry.code))
        for name in entry.alone:
            yield from _with_genitive(name, Leader(tuple(name.split(" ")), entry.code, alone=True))


def _with_genitive(name: str, leader: Leader) -> Iterator[tuple[str, Leader]]:
    yield name, leader
    if name[-1].isalpha() and not name.endswith(("s", "ß", "x", "z")):
        yield name + "s", leader


@functools.cache
def _countries() -> dict[tuple[str, ...], str | None]:
    return {leader.name: leader.country for _, leader in _all_names()}


@functools.cache
def _terms() -> dict[tuple[str, ...], tuple[int, int, str | None]]:
    return {
        tuple(name.split(" ")): (first, last, entry.code)
        for entry in load_leaders()
        for name, (first, last) in entry.terms.items()
    }


def find_leader(name: tuple[str, ...], year: int | None = None) -> Leader | None:
    """Return who is known by that name in its base form, None if nobody is.

    ``year`` tells for whom they stood then; without it, for whom they stood later.

    >>> find_leader(("Wladimir", "Putin")).country
    'RUS'
    >>> find_leader(("Donald", "Tusk"), 2012).country, find_leader(("Donald", "Tusk"), 2016).country
    ('POL', None)
    """
    if name not in _countries():
        return None
    country = _countries()[name]
    if term := _terms().get(name):
        first, last, later = term
        country = later if year is None or first <= year <= last else country
    return Leader(name, country)


@functools.cache
def _family_countries() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for entry in load_leaders():
        if entry.code:
            for name in entry.names:
                parts = name.split(" ")
                called = parts[-1:] if parts[0] in names_of("first") else (parts[0], parts[-1])
                for word in called:
                    found.setdefault(word, set()).add(entry.code)
    return {family: frozenset(codes) for family, codes in found.items()}


def countries_of_family(family: str) -> frozenset[str]:
    """Return the states that known people of that family name are of: a guess for ``Kanzler Kern``.

    Where a first name is none of the common ones, its bearer is called by it (Najib Razak: ``Najib``).
    """
    return _family_countries().get(family, frozenset())
