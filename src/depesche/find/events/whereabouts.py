"""Where something is that no phrase of place in its own words tells.

It is the town that is taken (``nahmen Goma ein``, ``die Einnahme Gomas``), the one to which a word points
back (``dort``, ``wo``), or a phrase of another kind gives it: ``in der Nähe von Sucre``, ``südlich von
Nablus``, ``aus Aleppo meldeten sie``.
"""

from __future__ import annotations

import bisect
from collections.abc import Iterator

from depesche.find.actors.regions import is_region
from depesche.find.events.frames import event_phrase, event_words, is_word_of
from depesche.find.events.kinds import DEEDS
from depesche.find.events.scene import Scene
from depesche.language.chunks import Chunk
from depesche.language.clauses import Clause

# What a word like "dort" points back to stands at most so many sentences before, and among so many names.
SENTENCES_BACK = 2
NAMES_BACK = 8
# Of these types are deeds that are done to places; in a speech a place is mostly what is spoken of.
_DONE_TO_PLACES = DEEDS - {"AID", "SANCTION"}
# Only a place that has its word beside it is the object of these: "die Stadt Goma unter Kontrolle bringen".
_LIGHT = frozenset({"bringen", "nehmen", "setzen", "stecken", "legen", "halten"})
_FORCE = frozenset({"ASSAULT", "COERCE", "PROTEST"})
_OF = frozenset({"von", "vom"})
_WHERE = frozenset({"wo", "woher", "wohin"})
# What brings where something is.
LOCATIVE = frozenset({"in", "im", "bei", "auf", "an", "am", "nach", "vor", "nahe", "durch"})
# A place just named may also be where somebody comes from or goes to.
_NAMING = LOCATIVE | {"aus", "bis"}


def taken_place(scene: Scene, clause: Clause, token: int, kind: str) -> str | None:
    """Return the town or region that the deed of a token is done to, if its words name one."""
    if token in clause.verb:
        named = clause.lemma in event_words("done-to-places")
        if not (named and (kind in _DONE_TO_PLACES or kind == "CONSULT")) and not (
            clause.lemma in _LIGHT and kind in _FORCE
        ):
            return None
        return next(
            (name for chunk in objects_of(clause) if (name := _name_in(scene, chunk.first, chunk.last))), None
        )
    if kind not in _DONE_TO_PLACES:
        return None
    return _place_of_noun(scene, clause, token)


def objects_of(clause: Clause) -> Iterator[Chunk]:
    """Yield what a verb may be done to; for a relative pronoun the noun before."""
    if clause.voice == "passive":
        chunks = [clause.subject] if clause.subject is not None else []
    else:
        chunks = [c for c in clause.chunks if c != clause.subject and not c.prep and "a" in c.cases]
    for chunk in chunks:
        if chunk.pronoun:
            if chunk.head == clause.pronoun and clause.antecedent is not None:
                yield clause.antecedent
        elif not chunk.genitive:
            yield chunk


def _place_of_noun(scene: Scene, clause: Clause, token: int) -> str | None:
    """Return the place that a noun for what is done to places names behind it: ``die Einnahme Gomas``."""
    chunk = clause.chunk_at(token)
    if chunk is None or not is_word_of(scene.document.tokens[token].text, event_phrase("takings")):
        return None
    name = _name_in(scene, token + 1, chunk.last)
    if name is not None:
        return name
    behind = next((c for c in clause.chunks if c.first == chunk.last and (c.genitive or c.prep in _OF)), None)
    return _name_in(scene, behind.first, behind.last) if behind is not None else None


def _name_in(scene: Scene, first: int, last: int) -> str | None:
    """Return the words of the town or region among some tokens, the last that is named."""
    for i in range(last - 1, first - 1, -1):
        place = scene.places_at.get(i)
        if place is not None and place.rule != "places/state":
            return place.text
        actor = scene.cast.get(scene.actors_at.get(i, ""))
        if actor is not None and is_region(actor):
            return scene.document.tokens[i].text
    return None


def pointed_place(scene: Scene, clause: Clause) -> str | None:
    """Return the place that a clause points back to: ``Dort tagten sie``, ``nach Jena, wo sie tagen``."""
    tokens = scene.document.tokens
    if clause.opener in _WHERE:
        return _place_before(scene, clause.first, 0)
    there = next((i for i in clause.tokens if tokens[i].lower in event_words("there")), None)
    return _place_before(scene, there, SENTENCES_BACK) if there is not None else None


def _place_before(scene: Scene, token: int, back: int) -> str | None:
    """Return the words of the place named last before a token, at most ``back`` sentences before.

    Of the names in the nearest sentence one that tells where something is goes before the others.
    """
    document = scene.document
    at, places = scene.placed
    here = document.sentence_of(token)
    other: tuple[int, str] | None = None
    for k in range(
        bisect.bisect_left(at, token) - 1, max(-1, bisect.bisect_left(at, token) - 1 - NAMES_BACK), -1
    ):
        sentence = document.sentence_of(at[k])
        if here.index - sentence.index > back or sentence.paragraph != here.paragraph:
            break
        if other is not None and sentence.index < other[0]:
            break
        if places[k].rule == "places/city-dateline":
            continue
        clause = scene.clause_at(at[k])
        chunk = clause.chunk_at(at[k]) if clause else None
        if chunk is not None and chunk.prep in _NAMING:
            return places[k].text
        if chunk is None or chunk.prep not in _OF:
            other = other or (sentence.index, places[k].text)
    return other[1] if other else None


def phrase_of_place(scene: Scene, clause: Clause, token: int, *, speech: bool) -> Chunk | None:
    """Return the phrase at a token that tells a place by a word beside it: ``südlich von Nablus``.

    ``speech`` says that the event is a speech, in which somebody leaving a place is what is spoken of.
    """
    tokens = scene.document.tokens
    chunk = clause.chunk_at(token)
    if chunk is None:
        return None
    before = clause.chunk_before(chunk)
    if chunk.prep == "aus":
        told = clause.lemma in event_words("sending-word") or (not speech and _is_left(scene, clause, before))
        return chunk if told else None
    if not chunk.genitive and chunk.prep not in _OF:
        return None
    bearing = chunk.first > 0 and tokens[chunk.first - 1].lower in event_words("bearings")
    behind = tokens[chunk.last].lower if chunk.last < len(tokens) else ""
    from_there = chunk.prep == "von" and behind == "aus" and chunk.last not in clause.verb
    if bearing or from_there:
        return chunk
    around = before is not None and before.prep in _NAMING and _tells_environs(scene, before)
    return chunk if around else None


def _tells_environs(scene: Scene, chunk: Chunk) -> bool:
    """Whether a phrase tells a place by another that follows: ``in der Nähe``, ``auf dem Gipfel``."""
    return is_word_of(scene.document.tokens[chunk.head].text, event_phrase("environs"))


def _is_left(scene: Scene, clause: Clause, before: Chunk | None) -> bool:
    """Whether somebody leaves what stands behind "aus", by verb or noun: ``zog aus Kiew ab``."""
    if clause.lemma in event_words("leaving"):
        return True
    return before is not None and is_word_of(
        scene.document.tokens[before.head].text, event_phrase("leavings")
    )
