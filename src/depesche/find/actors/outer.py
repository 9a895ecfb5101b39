"""The longest noun phrase that names somebody: ``koptische Bauern``, ``Partei Neue Rechte``.

What finds events and speakers needs the noun or the name alone; a reading has all the words that say who it
is, but the article. So this comes when all else is found, before the mentions within longer ones.
"""

from __future__ import annotations

import bisect
from collections.abc import Sequence

import msgspec

from depesche.find.actors.introductions import OPENERS
from depesche.find.actors.phrases import read_before
from depesche.language.document import Document
from depesche.language.offices import noun_of
from depesche.language.tokens import QUOTES
from depesche.reading import INNER_MENTION, Actor, Mention

# What stands before a state's name describes the state, and does not say which it is.
_WIDENED = frozenset({"PER", "ORG", "GROUP"})
_Spans = Sequence[tuple[int, int]]


def widen_mentions(document: Document, actors: tuple[Actor, ...]) -> tuple[Actor, ...]:
    """Return the actors, each mention with the adjectives before it and a body's name with the word for it.

    That name stays as a mention within the longer one. No mention grows into another one.
    """
    taken = sorted((m.start, m.end) for actor in actors for m in actor.mentions)
    return tuple(
        msgspec.structs.replace(actor, mentions=_widen_all(document, taken, actor))
        if actor.type in _WIDENED
        else actor
        for actor in actors
    )


def _widen_all(document: Document, taken: _Spans, actor: Actor) -> tuple[Mention, ...]:
    found: list[Mention] = []
    for mention in actor.mentions:
        wide, named = _widen(document, actor, mention)
        if wide == mention or not _is_free(taken, wide.start, mention.start):
            found.append(mention)
            continue
        found.append(wide)
        if named:
            found.append(msgspec.structs.replace(mention, rule=INNER_MENTION))
    return tuple(found)


def _widen(document: Document, actor: Actor, mention: Mention) -> tuple[Mention, bool]:
    """Return the longer mention, and whether it begins with a word for a body before the body's name."""
    text, tokens = document.text, document.tokens
    if text[mention.end : mention.end + 1] == "-":
        # The first part of a compound: what stands before belongs to the whole.
        return mention, False
    first = document.token_at(mention.start)
    sentence = document.sentence_of(first)
    if actor.type == "PER" and noun_of(tokens[first].text) is None:
        # ``der junge Huber`` is Huber, ``der junge Abgeordnete`` one of many.
        return mention, False
    behind = document.token_at(mention.end - 1) + 1
    closed = behind < len(tokens) and tokens[behind].text in QUOTES
    opened = any(letter in OPENERS for letter in mention.text)
    named = False
    if actor.type == "ORG":
        quoted = first > sentence.first and tokens[first - 1].text in OPENERS
        noun = first - 2 if quoted else first - 1
        if noun >= sentence.first and closed >= quoted and _names_behind(document, noun, first):
            first, named, opened = noun, True, quoted
    start = min(mention.start, tokens[read_before(tokens, first, sentence.first).widest].start)
    end = tokens[behind].end if opened and closed else mention.end
    return Mention(start, end, text[start:end], mention.rule), named


def _names_behind(document: Document, noun: int, name: int) -> bool:
    """Whether a word says what the body is whose name stands behind it."""
    form = noun_of(document.tokens[noun].text)
    if form is not None:
        return form.noun.kind == "body" and form.number != "pl"
    words = document.analysis.words if document.analysis else ()
    joined = bool(words) and words[noun].upos == "NOUN" and words[name].head == noun
    return joined and words[name].relation.partition(":")[0] in {"appos", "flat"}


def _is_free(taken: _Spans, start: int, end: int) -> bool:
    """Whether no mention lies in the characters ``start`` to ``end`` (exclusive)."""
    k = bisect.bisect_left(taken, (start, start))
    return (k == 0 or taken[k - 1][1] <= start) and (k >= len(taken) or taken[k][0] >= end)
