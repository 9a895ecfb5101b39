"""What may be a mention of an actor, before the mentions of a report are tied together."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

import msgspec

from depesche.language.leaders import Leader, find_leader
from depesche.language.offices import NounForm
from depesche.language.organisations import Organisation
from depesche.language.states import StateNoun
from depesche.reading import Tenure

CandidateKind = Literal["state", "organisation", "person", "body", "group", "acronym", "region"]


# Each state has one of these.
NATIONAL_OFFICES = frozenset(
    {
        "head_of_state",
        "head_of_government",
        "foreign_minister",
        "defence_minister",
        "interior_minister",
        "finance_minister",
    }
)


# Each state has one of these bodies: several are of several states.
NATIONAL_BODIES = frozenset({"government", "regime", "parliament", "cabinet", "army", "central_bank"})


class Candidate(msgspec.Struct, frozen=True, kw_only=True):
    """Words that may name an actor: tokens ``first`` to ``last`` (exclusive) of the document.

    ``noun`` is the head noun read, ``name`` the words of a proper name in their base form. ``country``
    is the state that the words themselves give, ``nowhere`` says that they give none on purpose (an
    international body, or several states). ``local`` are the bodies of several states that the name may mean.
    ``capital`` marks a city or seat that may stand for a state. ``acting`` says
    that the words stand where somebody acts or is acted on, not where a place is told.
    ``part`` is the length of a compound's first part (``Ukraine`` in ``Ukraine-Krieg``), 0 for whole words.
    ``tenure`` says that the office is a former, designated or acting holder's.
    ``again`` are the sectors of a body named before that a noun may stand for, ``only_again`` says that it
    names nobody else. ``described`` are the states that a noun may stand for. ``owner`` is a name or word
    that the actor belongs to (Trump in ``Trump-Regierung``).
    """

    first: int
    last: int
    kind: CandidateKind
    rule: str
    noun: NounForm | None = None
    name: tuple[str, ...] = ()
    name_at: int = -1
    country: str | None = None
    nowhere: bool = False
    organisation: Organisation | None = None
    local: tuple[Organisation, ...] = ()
    sector: str | None = None
    office: str | None = None
    role: str | None = None
    gender: str = ""
    plural: bool = False
    definite: bool = False
    possessive: bool = False
    tenure: Tenure | None = None
    acting: bool = True
    capital: bool = False
    again: tuple[str, ...] = ()
    described: StateNoun | None = None
    only_again: bool = False
    owner: str | None = None
    alias: Candidate | None = None
    surface: str = ""
    part: int = 0


def leader_of(candidate: Candidate, year: int | None) -> Leader | None:
    """Return who is known by the name of a candidate, None if it has none or nobody is."""
    return find_leader(candidate.name, year) if candidate.name else None


def tokens_of(found: Iterable[Candidate]) -> set[int]:
    """Return the tokens that candidates cover."""
    return {k for c in found for k in range(c.first, c.last)}
