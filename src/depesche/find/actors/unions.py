"""Which union ``die Union`` is: Germany's Christian democrats, the European or the African Union."""

from __future__ import annotations

import functools

from depesche.find.actors.scan import Scan
from depesche.language.organisations import (
    Organisation,
    load_organisations,
    organisation_forms,
    organisation_name,
    organisation_names,
    organisations_by_id,
)
from depesche.language.phrases import PhraseMatch
from depesche.language.states import country_of_adjective, state_names

_BARE = "Union"
_PARTIES = "union"
_EUROPEAN = "eu"
_GERMANY = "DEU"
_FEDERAL = "Bundes"


def meant_by(match: PhraseMatch[Organisation], scan: Scan) -> Organisation:
    """Return the organisation that a name in a report most likely means."""
    bare = match.last == match.first + 1 and scan.tokens[match.first].text == _BARE
    return (_union_meant(scan.words) if bare else None) or match.found[0]


@functools.lru_cache(maxsize=4)
def _union_meant(words: frozenset[str]) -> Organisation | None:
    """Return the union of states that the bare word means in a report of these words, None for the parties.

    It is the only one that the report names. Where it names none nor anything German, news in German means
    the European Union. Beside a German party the parties are meant.
    """
    firsts = frozenset(word.partition("-")[0] for word in words)
    if any(_is_german_party(word) for word in firsts):
        return None
    named = [union for union, marks in _unions() if not marks.isdisjoint(firsts)]
    if named:
        return named[0] if len(named) == 1 else None
    return None if any(_is_german(word) for word in firsts) else organisations_by_id()[_EUROPEAN]


@functools.cache
def _unions() -> tuple[tuple[Organisation, frozenset[str]], ...]:
    """Return the unions of states, each with the first words of its names: ``EU``, ``Europäischen``."""
    return tuple(
        (o, frozenset(form.split()[0] for form in organisation_forms(o)))
        for o in load_organisations()
        if o.country is None and organisation_name(o).split()[1:] == [_BARE]
    )


def _is_german_party(word: str) -> bool:
    found = organisation_names().meanings(word)
    return any(o.country == _GERMANY and o.sector == "PTY" and o.id != _PARTIES for o in found)


def _is_german(word: str) -> bool:
    """Whether a word, or the first part of a compound, names Germany or something of it."""
    if word.startswith(_FEDERAL) or country_of_adjective(word) == _GERMANY:
        return True
    return any(state.country == _GERMANY for state in state_names().meanings(word))
