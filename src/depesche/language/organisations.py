"""Organisations that news names without introducing them, from data/de/organisations.yaml.

Generic bodies (``das russische Parlament``, ``die Polizei``) are not in the list: grammar finds them.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator

import msgspec

from depesche.language.inflection import inflect_name, plain_name
from depesche.language.lexicon import load_entries
from depesche.language.phrases import PhraseTable
from depesche.reading import ActorType


class Organisation(msgspec.Struct, frozen=True):
    """An entry of organisations.yaml.

    ``country`` is alpha-3, None for international bodies; ``sector`` is PLOVER's. ``metonyms`` are places
    that stand for it (Brüssel for the European Union). ``local`` says that its bare name means a body
    of another state where the report is about that state (Senat, Kongress, Demokraten); such an entry has a
    country, which it means where the report is about no other.
    """

    id: str
    name: str
    yes: str
    no: str
    forms: tuple[str, ...] = ()
    type: ActorType = "ORG"
    country: str | None = None
    sector: str | None = None
    metonyms: tuple[str, ...] = ()
    local: bool = False


@functools.cache
def load_organisations() -> tuple[Organisation, ...]:
    """Return all organisations. Raises LexiconError where the list has a fault."""
    return load_entries("de/organisations.yaml", Organisation)


@functools.cache
def organisation_names() -> PhraseTable[Organisation]:
    """Return the organisations by every form of their names; one form may stand for several (Bundesrat)."""
    return PhraseTable((form, o) for o in load_organisations() for form in organisation_forms(o))


@functools.cache
def organisation_metonyms() -> PhraseTable[Organisation]:
    """Return the organisations by the places that stand for them (Brüssel)."""
    return PhraseTable(
        (form, o) for o in load_organisations() for m in o.metonyms for form in inflect_name(m)
    )


@functools.cache
def organisations_by_id() -> dict[str, Organisation]:
    """Return the organisations by their id."""
    return {o.id: o for o in load_organisations()}


def organisation_forms(organisation: Organisation) -> Iterator[str]:
    """Yield every form of an organisation's names."""
    for name in (organisation.name, *organisation.forms):
        # No organisation in -e takes -s; but "Grünes Licht" is no party.
        yield from (form for form in inflect_name(name) if not (name.endswith("e") and form == name + "s"))


def organisation_name(organisation: Organisation) -> str:
    """Return the name as it is shown."""
    return plain_name(organisation.name)
