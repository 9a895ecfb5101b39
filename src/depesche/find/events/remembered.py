"""Nouns for what was over before their clause happens: since when, and whose anniversary, something is.

``Am Freitag war die größte Kundgebung seit dem Rücktritt Mubaraks`` tells no day of the resignation, and
``am Jahrestag des Massakers`` none of the massacre; but an anniversary counts the years, and so does ``jährt
sich zum zehnten Mal``.
"""

from __future__ import annotations

import datetime

from depesche.find.events.scene import Scene
from depesche.find.times.words import load_ordinals
from depesche.language.chunks import Chunk
from depesche.language.clauses import Clause
from depesche.reading import Time

_ANNIVERSARIES = ("jahrestag", "jahrestags", "jahrestages", "jahrestage", "jahrestagen")
_OF = frozenset({"von", "vom"})
# "jährt sich zum dreißigsten Mal"
_RETURNS = "jähren"
_TIMES = frozenset({"zum", "zu"})
# A noun may be the genitive of a genitive: "seit dem Beginn des Baus der Mauer".
_MAX_STEPS = 3


def is_remembered(scene: Scene, clause: Clause, token: int) -> bool:
    """Whether a noun stands behind ``seit`` or an anniversary, so that its clause does not tell its day."""
    chunk = clause.chunk_at(token)
    if chunk is None or chunk.head != token:
        return False
    if _returns(clause, chunk):
        return True
    for _ in range(_MAX_STEPS):
        if chunk.prep == "seit" or _is_anniversary(scene, chunk):
            return True
        before = clause.chunk_before(chunk)
        if before is None or not (chunk.genitive or chunk.prep in _OF):
            return False
        chunk = before
    return False


def _returns(clause: Clause, chunk: Chunk) -> bool:
    """Whether a phrase is the subject of ``jähren`` or its genitive: ``Im April jährt sich der Krieg``."""
    return clause.lemma == _RETURNS and not chunk.prep


def _is_anniversary(scene: Scene, chunk: Chunk) -> bool:
    return scene.document.tokens[chunk.head].lower.endswith(_ANNIVERSARIES)


def remembered_year(scene: Scene, clause: Clause, token: int) -> Time | None:
    """Return the year of what has its so manieth anniversary: ``zum zehnten Jahrestag des Massakers``."""
    chunk, day = clause.chunk_at(token), scene.document.day
    if chunk is None or day is None:
        return None
    if _returns(clause, chunk):
        named = next((c for c in clause.chunks if c.prep in _TIMES), None)
    else:
        before = clause.chunk_before(chunk)
        of = chunk.genitive or chunk.prep in _OF
        named = before if of and before is not None and _is_anniversary(scene, before) else None
    count = _count(scene, named) if named is not None else None
    if named is None or count is None or not 0 < count < day.year:
        return None
    tokens, year = scene.document.tokens, day.year - count
    first, last = datetime.date(year, 1, 1), datetime.date(year, 12, 31)
    start, end = tokens[named.first].start, tokens[named.head].end
    return Time(
        start,
        end,
        scene.document.text[start:end],
        "DATE",
        f"{year:04}",
        first.isoformat(),
        last.isoformat(),
        rule="times/anniversary",
    )


def _count(scene: Scene, chunk: Chunk) -> int | None:
    """Return which anniversary a chunk names: ``zum 20. Jahrestag``, ``am zehnten Jahrestag``."""
    for i in range(chunk.first, chunk.head):
        word = scene.document.tokens[i].lower.rstrip(".")
        if word.isascii() and word.isdigit() and len(word) <= 3:
            return int(word)
        if (count := load_ordinals().get(word)) is not None:
            return count
    return None
