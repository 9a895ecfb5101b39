"""For which state an outlet speaks: its ministries, its government, and the media that it runs."""

from __future__ import annotations

import functools
import re

import msgspec

from depesche.language.lexicon import load_entries
from depesche.language.states import country_of_adjective, country_of_compound, state_names
from depesche.language.word_classes import word_class

_WORD = re.compile(r"[^\W_]+(?:[-'’.][^\W_]+)*")


class StateOutlet(msgspec.Struct, frozen=True):
    """An entry of outlets.yaml: ``id`` is the country, ``names`` what its outlets are called."""

    id: str
    names: tuple[str, ...]
    yes: str
    no: str


@functools.cache
def load_outlets() -> tuple[StateOutlet, ...]:
    """Return the outlets of states. Raises LexiconError where the list has a fault."""
    return load_entries("de/outlets.yaml", StateOutlet)


@functools.lru_cache(maxsize=4096)
def country_of_outlet(outlet: str) -> str | None:
    """Return the state for which an outlet speaks, None if it is nobody's.

    A ministry, an embassy, a government or what it calls a state's own must name the state.

    >>> country_of_outlet("Außenministerium der Republik Kasachstan"), country_of_outlet("Tass")
    ('KAZ', 'RUS')
    >>> country_of_outlet("Zürcher Rundschau") is None
    True
    """
    words = _WORD.findall(outlet[:200])
    plain = f" {' '.join(words).lower()} "
    for entry in load_outlets():
        if any(f" {name} " in plain for name in entry.names):
            return entry.id
    ends = tuple(word_class("official-outlets"))
    official = any(w.lower().endswith(ends) or w.lower().startswith("staats") for w in words)
    return next((c for w in words if (c := _country(w))), None) if official else None


def _country(word: str) -> str | None:
    names = (m.country for m in state_names().meanings(word))
    return country_of_adjective(word) or country_of_compound(word) or next(names, None)
