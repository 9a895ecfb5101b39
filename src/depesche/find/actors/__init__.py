"""Who acts, suffers or speaks in a report: states, bodies, groups and persons, each with all its mentions."""

from __future__ import annotations

from collections.abc import Sequence

from depesche.find.actors.learned import add_learned
from depesche.find.actors.mentions import find_candidates, find_parts
from depesche.find.actors.merge import Register, build_actors, tie_mentions
from depesche.find.actors.persons import attach_appositions, find_family_names
from depesche.find.actors.regions import add_regions
from depesche.find.actors.weights import WEIGHTS
from depesche.find.places import find_places
from depesche.language.document import Document
from depesche.reading import Actor, Place


def find_actors(document: Document, places: Sequence[Place] | None = None) -> tuple[Actor, ...]:
    """Return the actors of a report, with ids a1, a2 ... by first mention.

    ``places`` are those that ``find_places`` finds; they are looked for if they are not given.
    Mentions are sorted and no two overlap. Countries are alpha-3, None for international bodies and where
    it is unknown.
    """
    return build_actors(document, find_named(document, places), WEIGHTS)


def find_named(document: Document, places: Sequence[Place] | None = None) -> Register:
    """Return all whom a report names, be it in passing, each with its mentions."""
    told = find_places(document) if places is None else places
    scan = find_candidates(document, told)
    named = add_regions(scan, add_learned(scan, scan.found), told)
    found = find_parts(document, find_family_names(document, named))
    return tie_mentions(document, attach_appositions(document, found), scan.datelines, told)


def index_actors(document: Document, actors: tuple[Actor, ...]) -> dict[int, str]:
    """Return for each token inside a mention the id of the actor that is mentioned."""
    index: dict[int, str] = {}
    for actor in actors:
        for mention in actor.mentions:
            k = document.token_at(mention.start)
            # The first part of a compound (Ukraine-Krieg) names somebody, but the word is another thing.
            while k < len(document.tokens) and document.tokens[k].end <= mention.end:
                index[k] = actor.id
                k += 1
    return index
