"""Names and short forms inside longer mentions: ``Marco Rubio`` in ``US-Außenminister Marco Rubio``.

What finds events and speakers wants each place named once; a reading has every form that names somebody. So
these mentions come last, when all else is found.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from depesche.reading import INNER_MENTION, Actor, Mention

# The genitive of a name, which the name of the actor is without.
_GENITIVE = re.compile(r"(?:s|[’'‘])$")
_WORD = re.compile(r"\S+")


def add_inner_mentions(actors: tuple[Actor, ...]) -> tuple[Actor, ...]:
    """Return the actors with the mentions that lie within longer ones of the same actor, sorted.

    These are a person's name behind the office, and each form that names the actor elsewhere in the report by
    itself. Of two mentions that begin together the longer one comes first.
    """
    return tuple(_with_inner(actor) for actor in actors)


def _with_inner(actor: Actor) -> Actor:
    forms = _forms(actor)
    spans = {(m.start, m.end) for m in actor.mentions}
    inner: dict[tuple[int, int], Mention] = {}
    for mention in actor.mentions:
        for start, end in (*_name_within(actor, mention), *_forms_within(forms, mention.text)):
            span = (mention.start + start, mention.start + end)
            if span not in spans:
                inner[span] = Mention(*span, mention.text[start:end], INNER_MENTION)
    if not inner:
        return actor
    together = sorted((*actor.mentions, *inner.values()), key=lambda m: (m.start, -m.end))
    return msgspec.structs.replace(actor, mentions=tuple(together))


def _forms(actor: Actor) -> frozenset[tuple[str, ...]]:
    """Return the words of each form that names the actor."""
    return frozenset(tuple(m.text.split()) for m in actor.mentions)


def _forms_within(forms: frozenset[tuple[str, ...]], text: str) -> Iterator[tuple[int, int]]:
    """Yield where a form stands in the text of a longer mention."""
    words = list(_WORD.finditer(text))
    for first in range(len(words)):
        for last in range(first + 1, len(words) + 1):
            if last - first < len(words) and tuple(w.group() for w in words[first:last]) in forms:
                yield words[first].start(), words[last - 1].end()


def _name_within(actor: Actor, mention: Mention) -> Iterator[tuple[int, int]]:
    """Yield where the name of a person stands that ends a mention, if more stands before it."""
    if actor.type != "PER":
        return
    names = set(actor.name.split())
    words = list(_WORD.finditer(mention.text))
    k = len(words)
    while k and not names.isdisjoint({words[k - 1].group(), _GENITIVE.sub("", words[k - 1].group())}):
        k -= 1
    if 0 < k < len(words):
        yield words[k].start(), len(mention.text)
