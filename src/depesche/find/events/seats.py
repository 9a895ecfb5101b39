"""Whose seat a place is, and not where something happens: ``die Regierung in Kinshasa``."""

from __future__ import annotations

from depesche.find.events.frames import event_phrase, is_word_of
from depesche.find.events.scene import Scene
from depesche.find.events.whereabouts import LOCATIVE

_IN = frozenset({"in", "im", "zu"})


def is_seat(scene: Scene, token: int) -> bool:
    """Whether a token names where somebody has his seat who governs or is sent there.

    It tells them apart from others of their kind. A court or parliament does at its seat what it does; and
    where something happens ``vor dem Ministerium in Bratislava``, it happens there.
    """
    clause = scene.clause_at(token)
    chunk = clause.chunk_at(token) if clause else None
    before = clause.chunk_before(chunk) if clause and chunk and chunk.prep in _IN else None
    if before is None or before.pronoun or before.prep in LOCATIVE:
        return False
    return is_word_of(scene.document.tokens[before.head].text, event_phrase("seated"))
