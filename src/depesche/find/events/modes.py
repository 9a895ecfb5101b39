"""How an event was done: PLOVER's mode from the words around it, where its own word does not say.

``forderte`` says that something is asked for; ``Abzug``, ``Hilfe``, ``Gespräche`` say what. ``griffen an``
says that force was used, ``mit Drohnen`` how. The words of the event's own clause go before those of the
clauses that depend on it: ``forderte Russland auf, seine Truppen abzuziehen``; of a threat or refusal those
of the whole sentence come last.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator

import msgspec

from depesche.find.events.frames import is_word_of
from depesche.find.events.scene import Scene
from depesche.language.lexicon import load_entries
from depesche.reading import Event

# What an act of a type is if nothing says more: words against somebody, something else than before, a march.
_USUAL = {"ACCUSE": "disapprove", "REQUEST": "change", "PROTEST": "demo"}
# What is refused or threatened may stand anywhere in the sentence: ``man werde ihn ausweisen, drohte er``.
_SPREAD = frozenset({"REJECT", "THREATEN"})


class ModeWords(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An entry of event-modes.yaml: words that tell a mode, and the modes that they overrule."""

    id: str
    words: str
    yes: str
    no: str
    when: str = ""


@functools.cache
def mode_words() -> dict[str, tuple[ModeWords, ...]]:
    """Return the entries by event type, the surest first."""
    table: dict[str, list[ModeWords]] = {}
    for entry in load_entries("de/event-modes.yaml", ModeWords):
        table.setdefault(entry.id.partition("/")[0], []).append(entry)
    return {kind: tuple(entries) for kind, entries in table.items()}


def with_mode(scene: Scene, event: Event) -> Event:
    """Return the event with the mode that the words around it tell, if its own word does not."""
    entries = [
        entry
        for entry in mode_words().get(event.type, ())
        if event.mode is None or event.mode in entry.when.split()
    ]
    for tokens in _around(scene, event):
        words = [scene.document.tokens[i].text for i in tokens]
        found = next((e for e in entries if any(is_word_of(word, e.words) for word in words)), None)
        if found is not None:
            return msgspec.structs.replace(event, mode=found.id.partition("/")[2])
    return msgspec.structs.replace(event, mode=event.mode or _USUAL.get(event.type))


def _around(scene: Scene, event: Event) -> Iterator[list[int]]:
    """Yield the tokens of an event's own word, of its clause, and of the clauses that depend on it.

    Of what may stand anywhere in a sentence, yield last those of all of it.
    """
    token = scene.document.token_at(event.start)
    yield list(range(token, scene.document.token_at(event.end - 1) + 1))
    number, clause = scene.owners.get(token, (0, None))
    if clause is None:
        return
    yield list(clause.tokens)
    below = {number}
    for other, dependent in enumerate(scene.sentence_clauses(token)):
        if dependent.parent in below and other not in below and dependent.kind in {"inf", "sub"}:
            below.add(other)
            yield list(dependent.tokens)
    if event.type in _SPREAD:
        yield [i for other in scene.sentence_clauses(token) for i in other.tokens]
