"""Tells which office a noun means, and whether its holder is a former, designated or acting one."""

from __future__ import annotations

from collections.abc import Sequence

from depesche.find.actors.phrases import TENURES, After, Before
from depesche.language.offices import NounForm, context_ends, context_words, noun_of
from depesche.language.organisations import organisation_names
from depesche.language.states import country_of_adjective, country_of_compound, state_names
from depesche.language.tokens import Token
from depesche.reading import Tenure

# Who heads a body of the sector: the president of a parliament is its speaker, a party's chief its leader.
_HEADS = {
    "LEG": "speaker_of_parliament",
    "PTY": "party_leader",
    "OPP": "opposition_leader",
    "REB": "rebel_leader",
    "SPY": "intelligence_chief",
    "COP": "police_chief",
    "LAB": "union_leader",
    "BUS": "business_leader",
}
_HEAD = "head_of_body"


def end_of_title(tokens: Sequence[Token], k: int, last: int) -> int:
    """Return the index after ``a. D.`` or ``im Ruhestand`` behind an office at ``k``, ``k`` without it."""
    words = tuple(t.lower for t in tokens[k : min(k + 2, last)])
    if words[:1] in {("a.d.",), ("a.d",)}:
        return k + 1
    return k + 2 if words in {("a.", "d."), ("im", "ruhestand")} else k


def tenure_of_compound(form: NounForm) -> Tenure | None:
    """Return what the first part of a compound says: ``Ex-Präsident``, ``Interimspremier``."""
    parts = [part.lower() for part in form.modifier.split("-")]
    for tenure in TENURES:
        if not context_words(f"{tenure}_firsts").isdisjoint(parts):
            return tenure
    if form.base in context_words("predecessors"):
        return "former"
    return "acting" if (form.modifier + form.base).lower().startswith(context_ends("acting_firsts")) else None


def without_tenure(modifier: str) -> str:
    """Return the first part of a compound without what it says of the holder alone.

    >>> without_tenure("Ex-US"), without_tenure("Vize")
    ('US', '')
    """
    said = frozenset[str]().union(*(context_words(f"{tenure}_firsts") for tenure in TENURES), {"vize"})
    return "-".join(part for part in modifier.split("-") if part.lower() not in said)


def office_of_noun(
    tokens: Sequence[Token], form: NounForm, before: Before, after: After, last: int
) -> str | None:
    """Return the normal form of the office that a noun with its words around it means.

    ``last`` is the index after the noun. A deputy holds another office; and who presides over a body that is
    no state is its head: ``Präsident`` alone is a head of state, ``der Präsident des Verbandes`` is none.
    """
    noun = form.noun
    if noun.deputy and (before.deputy or _is_deputy(form)):
        return noun.deputy
    if form.base in context_words("presiding"):
        return _office_of_head(tokens, form, after, last) or noun.office
    return noun.office


def _is_deputy(form: NounForm) -> bool:
    return any(part.lower().startswith(context_ends("deputy")) for part in form.modifier.split("-"))


def _office_of_head(tokens: Sequence[Token], form: NounForm, after: After, last: int) -> str | None:
    """Return the office of the head of the body that a compound or an attribute names, if one does."""
    if form.modifier:
        return _office_by_modifier(form)
    sector = after.organisation.sector if after.organisation else None
    if sector is None and last + 1 < len(tokens) and tokens[last].lower in {"des", "der", "vom", "von"}:
        # Only the nearest noun counts: ``der Präsident des neuen Parlaments``.
        nouns = (t for t in tokens[last + 1 : min(last + 4, after.last)] if t.is_capital)
        head = next(nouns, None)
        owner = noun_of(head.text) if head else None
        if owner is None or owner.noun.kind != "body" or owner.noun.government:
            return None
        sector = owner.noun.sector
    return _HEADS.get(sector, _HEAD) if sector else None


def _office_by_modifier(form: NounForm) -> str | None:
    """Return the same of a compound: ``SPD-Chefin``, ``Verbandspräsident``; None where a state is named."""
    part = without_tenure(form.modifier).rpartition("-")[2]
    if (
        not part
        or part.lower().startswith(context_ends("of_state_firsts"))
        or country_of_compound(part + "-X")
    ):
        return None
    if state_names().meanings(part) or country_of_adjective(part.lower()):
        return None
    known = organisation_names().meanings(part)
    noun = noun_of(part) or noun_of(part.removesuffix("s"))
    sector = known[0].sector if known else noun.noun.sector if noun and noun.noun.kind == "body" else None
    return _HEADS.get(sector or "", _HEAD)
