"""The codes of CAMEO, which GDELT speaks: events, known groups (data/ontology).

CAMEO has a root of two digits, a base code of three and some codes of four. They stay strings: the first
digit may be 0.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable

import msgspec

from depesche.language.lexicon import load_entries
from depesche.language.ontology import load_modes, load_types
from depesche.language.organisations import organisation_names

# By the reports, these happened.
_HAPPENED = frozenset({"actual", "historical"})


class Root(msgspec.Struct, frozen=True):
    """An entry of cameo.yaml: a root with its quadrant (1 to 4) and the scores of all its codes."""

    id: str
    code: str
    name: str
    quad: int
    codes: dict[str, float]
    yes: str
    no: str


class KnownGroup(msgspec.Struct, frozen=True):
    """An entry of cameo-groups.yaml: a code, and the organisations (by their ids) that it stands for."""

    id: str
    code: str
    organisations: tuple[str, ...]
    yes: str
    no: str


class CameoEvent(msgspec.Struct, frozen=True):
    """What CAMEO has of an event: its code, the two above it, quadrant and Goldstein's score."""

    code: str
    base: str
    root: str
    quad: int
    score: float


@functools.cache
def load_roots() -> dict[str, Root]:
    """Return CAMEO's roots by their codes (``04``)."""
    return {entry.code: entry for entry in load_entries("ontology/cameo.yaml", Root)}


@functools.cache
def load_groups() -> tuple[KnownGroup, ...]:
    """Return the groups that have a code of their own."""
    return load_entries("ontology/cameo-groups.yaml", KnownGroup)


@functools.cache
def describe_code(code: str) -> CameoEvent:
    """Return what belongs to a code. Raises KeyError if CAMEO has none such.

    >>> describe_code("1031")
    CameoEvent(code='1031', base='103', root='10', quad=3, score=-5.0)
    """
    root = load_roots()[code[:2]]
    return CameoEvent(code, code[:3], root.code, root.quad, float(root.codes[code]))


def code_event(type_name: str, mode: str | None, context: Iterable[str], status: str) -> CameoEvent | None:
    """Return the CAMEO event of an event; None where CAMEO has no way to say it.

    That is what is denied or only possible, what is still to come unless it can be an intent, and types that
    are not PLOVER's.
    """
    known = load_types().get(type_name)
    if known is None:
        return None
    if status == "future":
        return describe_code(known.cameo_future) if known.cameo_future else None
    if status not in _HAPPENED:
        return None
    entry = load_modes().get(f"{type_name}/{mode}") or known
    code = next((entry.by_context[c] for c in context if c in entry.by_context), entry.cameo)
    return describe_code(code)


@functools.cache
def _groups_by_organisation() -> dict[str, str]:
    return {named: group.code for group in load_groups() for named in group.organisations}


def code_group(name: str) -> str | None:
    """Return the code of a body or armed group, by any form of its name; None if it has none.

    >>> code_group("Uno"), code_group("Bundestag")
    ('UNO', None)
    """
    codes = _groups_by_organisation()
    return next((codes[o.id] for o in organisation_names().meanings(name) if o.id in codes), None)
