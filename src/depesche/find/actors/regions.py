"""Cities and regions that act or are acted on: ``Die Stadt Hamburg kassiert``, ``Truppen besetzten Abyei``.

Most cities of a report are only where something happens. So a language model must take one for an actor, in
one place at least; then each mention of it is one, as with a state.
"""

from __future__ import annotations

from collections.abc import Sequence

from depesche.find.actors.candidates import Candidate, tokens_of
from depesche.find.actors.scan import Scan
from depesche.find.actors.states import is_dateline
from depesche.find.places import is_place_noun
from depesche.language.analysis import Analysis
from depesche.language.document import Document
from depesche.language.states import state_names
from depesche.reading import Actor, Place

# So sure the model must be in one place, as of nouns that may name nobody.
SURE = 0.6


_RULE = "actors/region"


def is_region(actor: Actor) -> bool:
    """Whether an actor is a city or region, and no state."""
    return actor.type == "GPE" and any(mention.rule == _RULE for mention in actor.mentions)


def add_regions(scan: Scan, found: list[Candidate], places: Sequence[Place]) -> list[Candidate]:
    """Return the candidates, with the cities and regions among ``places`` that act or are acted on.

    Nothing changes where there is no model, and nothing that has been read before.
    """
    document = scan.document
    if document.analysis is None:
        return found
    told = _told(document.analysis)
    taken = tokens_of(found)
    spans = _named(document, [place for place in places if _may_act(place)])
    acting = {place.name for words, place in spans.items() if not told.isdisjoint(range(*words))}
    extra = [
        _candidate(place, _begin(scan, taken, first), last)
        for (first, last), place in spans.items()
        if place.name in acting
        and taken.isdisjoint(range(first, last))
        and not is_dateline(scan, first, last, document.sentence_of(first))
    ]
    return sorted(found + extra, key=lambda c: c.first)


def _told(analysis: Analysis) -> frozenset[int]:
    """Return the words that the model takes for a state, city or region that acts."""
    sure = [m.words for m in analysis.actors if m.kind == "GPE" and m.confidence >= SURE]
    return frozenset(k for first, last in sure for k in range(first, last))


def _may_act(place: Place) -> bool:
    """Whether a place is within a state, and no capital: those stand for their states."""
    return (
        place.country is not None and place.rule != "places/state" and not state_names().meanings(place.name)
    )


def _named(document: Document, places: Sequence[Place]) -> dict[tuple[int, int], Place]:
    """Return where places are named, from first token to the one after the last.

    A name stands elsewhere too, and need not tell where: ``Neapels Müll``.
    """
    spans = [(document.token_at(p.start), document.token_at(p.end - 1) + 1) for p in places]
    found = dict(zip(spans, places, strict=True))
    # ``Halbinsel Krim`` is the place, and ``Krim`` in it is not told twice.
    covered = {k for first, last in spans for k in range(first, last)}
    forms = {form: place for place in places for form in (place.name, place.name + "s")}
    for k, token in enumerate(document.tokens):
        if token.text in forms and k not in covered:
            found[k, k + 1] = forms[token.text]
    return found


def _begin(scan: Scan, taken: set[int], first: int) -> int:
    """Return where a mention begins: with the word for what the place is, if that stands before its name."""
    k = first - 1
    return k if first and k not in taken and is_place_noun(scan.tokens[k]) else first


def _candidate(place: Place, first: int, last: int) -> Candidate:
    return Candidate(
        first=first,
        last=last,
        kind="region",
        rule=_RULE,
        name=(place.name,),
        country=place.country,
        sector="GOV",
        surface=place.name,
    )
