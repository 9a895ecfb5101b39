"""Places without a name of their own: ``vor dem Parlament``, ``am Grenzzaun``, ``im Distrikt Saptari``."""

from __future__ import annotations

from depesche.find.events.frames import event_phrase, event_words, is_word_of
from depesche.find.events.scene import Scene
from depesche.find.events.whereabouts import LOCATIVE, objects_of
from depesche.language.chunks import Chunk
from depesche.language.clauses import Clause

_OF = frozenset({"von", "vom"})
# What stands between the preposition and a noun that nothing tells more of.
_ARTICLES = frozenset(
    "der die das dem den des ein eine einem einen einer dieser diese diesem diesen dieses jenem jenen".split()
)


def find_site(scene: Scene, clause: Clause, token: int) -> str | None:
    """Return the words of the phrase of a clause nearest to a token that tells a place without a name.

    The words begin with the noun.
    """
    stormed = clause.lemma in event_words("done-to-places") and token in clause.verb
    # "das Lager Moria"; what has no name ("das Gebäude") tells less than the town of the story.
    objects = tuple(c for c in objects_of(clause) if c.last > c.head + 1) if stormed else ()
    for chunk in sorted((*clause.chunks, *objects), key=lambda c: abs(c.head - token)):
        told = (chunk.prep in LOCATIVE and not chunk.genitive) or chunk in objects
        if not told or chunk.pronoun or chunk.head == token:
            continue
        words = words_of_site(scene, clause, chunk, token) or _words_around(scene, clause, chunk)
        if words is not None:
            return words
    return _words_by_bearing(scene, clause, token)


def words_of_site(scene: Scene, clause: Clause, chunk: Chunk, token: int | None = None) -> str | None:
    """Return the words of a place without a name, to the token of an event that stands behind it."""
    tokens = scene.document.tokens
    if not is_site(tokens[chunk.head].text) or chunk.head in scene.actors_at:
        return None
    if _tells_kind_only(scene, clause, chunk):
        return None
    last = token if token is not None and chunk.head < token < chunk.last else chunk.last
    return _words(scene, chunk.head, _end_of_name(scene, chunk.head, last))


def is_site(word: str) -> bool:
    """Whether a noun is one for places: ``Präsidentenpalast``, not ``Videobotschaft``."""
    return is_word_of(word, event_phrase("sites")) and not is_no_site(word)


def is_no_site(word: str) -> bool:
    """Whether a noun ends like one for places and is none: ``Videobotschaft``."""
    return is_word_of(word, event_phrase("no-sites"))


def is_kind(word: str) -> bool:
    """Whether a noun alone tells what kind of place it is, and not which: ``auf der Straße``."""
    return word.lower() in event_words("kinds-of-places")


def _tells_kind_only(scene: Scene, clause: Clause, chunk: Chunk) -> bool:
    """Whether nothing tells which place it is that a phrase speaks of: no name, adjective, or genitive."""
    tokens = scene.document.tokens
    if not is_kind(tokens[chunk.head].text):
        return False
    before = range(chunk.first + bool(chunk.prep), chunk.head)
    if any(tokens[i].lower not in _ARTICLES for i in before) or chunk.last > chunk.head + 1:
        return False
    behind = next((c for c in clause.chunks if c.first == chunk.last), None)
    return behind is None or not (behind.genitive or behind.prep in _OF | LOCATIVE)


def _end_of_name(scene: Scene, head: int, last: int) -> int:
    """Return where the words of a place end: behind a name, and before a noun that is none.

    ``im Lager Moria``, but ``(dass) in der Botschaft | Aufnahme (fand)``. Only the network tells names.
    """
    if scene.document.analysis is None or last == head + 1:
        return last
    named = head + 1 in scene.learned_names or head + 1 in scene.places_at
    return last if named or not scene.document.tokens[head + 1].is_capital else head + 1


def _words_around(scene: Scene, clause: Clause, chunk: Chunk) -> str | None:
    """Return the words of a place told by another without a name: ``in der Nähe des Siegesdenkmals``."""
    if not is_word_of(scene.document.tokens[chunk.head].text, event_phrase("surroundings")):
        return None
    behind = next((c for c in clause.chunks if c.first == chunk.last), None)
    if behind is None or behind.pronoun or not (behind.genitive or behind.prep in _OF):
        return None
    site = is_site(scene.document.tokens[behind.head].text)
    return _words(scene, chunk.head, behind.last) if site else None


def _words_by_bearing(scene: Scene, clause: Clause, token: int) -> str | None:
    """Return the words of the nearest place told by a bearing: ``südlich des Flusses``."""
    tokens = scene.document.tokens
    for chunk in sorted(clause.chunks, key=lambda c: abs(c.head - token)):
        bearing = chunk.first and tokens[chunk.first - 1].lower in event_words("bearings")
        if bearing and (chunk.genitive or "g" in chunk.cases) and is_site(tokens[chunk.head].text):
            return _words(scene, chunk.first - 1, chunk.last)
    return None


def _words(scene: Scene, first: int, last: int) -> str:
    tokens = scene.document.tokens
    return scene.document.text[tokens[first].start : tokens[last - 1].end]
