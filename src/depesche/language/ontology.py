"""The codes of PLOVER: event types with their modes, contexts and sectors (data/ontology)."""

from __future__ import annotations

import functools

import msgspec

from depesche.language.lexicon import load_entries


class EventType(msgspec.Struct, frozen=True):
    """An entry of types.yaml. ``quad``: 1, 2 cooperation, 3, 4 conflict; 1, 3 verbal, 2, 4 material.

    ``cameo`` is its code in CAMEO, ``by_context`` that of an event in some context, ``cameo_future`` that of
    one that is still to come; without it CAMEO has no code for such.
    """

    id: str
    quad: int
    score: float
    recipient: bool
    cameo: str
    yes: str
    no: str
    by_context: dict[str, str] = {}
    cameo_future: str | None = None


class Mode(msgspec.Struct, frozen=True):
    """An entry of modes.yaml; ``id`` is ``TYPE/mode``. ``plover`` is its name there, if it is another.

    ``cameo`` and ``by_context`` are as in EventType.
    """

    id: str
    score: float
    cameo: str
    yes: str
    no: str
    by_context: dict[str, str] = {}
    plover: str | None = None


class Context(msgspec.Struct, frozen=True):
    """An entry of contexts.yaml."""

    id: str
    yes: str
    no: str


class Sector(msgspec.Struct, frozen=True):
    """An entry of sectors.yaml. ``kind`` is ``state``, ``other`` or ``body`` (which has no country).

    ``cameo`` is the code of the role that CAMEO has for it, None if it has none.
    """

    id: str
    kind: str
    yes: str
    no: str
    plover: str | None = None
    cameo: str | None = None


@functools.cache
def load_types() -> dict[str, EventType]:
    """Return the event types by their names (``CONSULT``)."""
    return {e.id: e for e in load_entries("ontology/types.yaml", EventType)}


@functools.cache
def load_modes() -> dict[str, Mode]:
    """Return the modes by type and name (``CONSULT/visit``)."""
    return {e.id: e for e in load_entries("ontology/modes.yaml", Mode)}


@functools.cache
def load_contexts() -> dict[str, Context]:
    """Return the contexts by their names (``diplomatic``)."""
    return {e.id: e for e in load_entries("ontology/contexts.yaml", Context)}


@functools.cache
def load_sectors() -> dict[str, Sector]:
    """Return the sectors by their codes (``GOV``)."""
    return {e.id: e for e in load_entries("ontology/sectors.yaml", Sector)}


def event_score(type_name: str, mode: str | None) -> float | None:
    """Return PLOVER's score of an event, from -10 (conflict) to 10 (cooperation); None for no such type.

    >>> event_score("CONSULT", "phone"), event_score("CONSULT", None)
    (1.5, 2.5)
    """
    known = load_modes().get(f"{type_name}/{mode}") or load_types().get(type_name)
    return known.score if known else None
