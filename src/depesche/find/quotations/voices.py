"""Who a speaker is: from the words that name him to the actor, also by pronouns and across sentences."""

from __future__ import annotations

import bisect
from collections.abc import Mapping

import msgspec

from depesche.find.quotations.passages import Range
from depesche.find.quotations.words import is_noun_of_saying
from depesche.language.document import Document
from depesche.language.function_words import words_of
from depesche.reading import Actor, Voice

_CONTRACTED = frozenset({"im", "am", "zum", "zur", "vom", "beim"})
_GENITIVES = ("s", "’", "'", "‘")


class Cast(msgspec.Struct, frozen=True):
    """All mentions of all actors in the order of the text, and the pronouns that stand for actors."""

    starts: tuple[int, ...]
    mentions: tuple[tuple[int, int, str], ...]
    references: Mapping[int, tuple[str, ...]]


def gather_cast(actors: tuple[Actor, ...], references: Mapping[int, tuple[str, ...]]) -> Cast:
    """Return the cast of a report."""
    mentions = sorted((m.start, m.end, a.id) for a in actors for m in a.mentions)
    return Cast(tuple(m[0] for m in mentions), tuple(mentions), references)


def name_voice(document: Document, cast: Cast, words: Range, last: Voice | None) -> Voice:
    """Return the voice that the tokens ``words`` name; ``last`` is who spoke before."""
    tokens = document.tokens
    start, end = tokens[words[0]].start, tokens[words[1] - 1].end
    actor = _mentioned(document, cast, start, end) or _referred(cast, words)
    if actor is None and last is not None and _points_back(document, words):
        actor = last.actor
    return Voice(start, end, document.text[start:end], actor)


def is_actor(document: Document, cast: Cast, words: Range) -> bool:
    """Whether the words name an actor."""
    tokens = document.tokens
    return _mentioned(document, cast, tokens[words[0]].start, tokens[words[1] - 1].end) is not None


def is_pronoun(document: Document, words: Range) -> bool:
    """Whether the words are only a pronoun: they name nobody by themselves."""
    token = document.tokens[words[0]]
    return words[1] == words[0] + 1 and (token.lower in words_of("pron") or token.lower in words_of("det"))


def _mentioned(document: Document, cast: Cast, start: int, end: int) -> str | None:
    """Return the actor whose mention in the words begins first; of those that begin together the longest.

    Whose genitive stands before a mention does not speak: ``Kenias Präsident``, ``Putins Sprecher``.
    """
    k = bisect.bisect_left(cast.starts, start)
    best: tuple[int, int, str] | None = None
    for mention in cast.mentions[max(0, k - 3) :]:
        if mention[0] >= end:
            break
        if mention[1] <= start:
            continue
        if best is None or mention[0] == best[0] or _is_genitive_before(document, best, mention):
            best = mention
    return best[2] if best else None


def _is_genitive_before(
    document: Document, owner: tuple[int, int, str], mention: tuple[int, int, str]
) -> bool:
    between = document.text[owner[1] : mention[0]]
    return between == " " and document.text[owner[0] : owner[1]].endswith(_GENITIVES)


def _referred(cast: Cast, words: Range) -> str | None:
    for i in range(*words):
        ids = cast.references.get(i, ())
        if len(ids) == 1:
            return ids[0]
    return None


def _points_back(document: Document, words: Range) -> bool:
    """Whether the words point back to what was named before: ``der Mitteilung``, ``dem Bericht``."""
    first, last = words
    tokens = document.tokens
    if is_pronoun(document, words):
        return False
    head = tokens[last - 1].lower
    determined = tokens[first].lower in {
        "der",
        "dem",
        "den",
        "die",
        "das",
        "dieser",
        "diesem",
        "ihrer",
        "seiner",
    }
    # "im Bericht" has its article in the preposition; "nach Regierungsangaben" points to nothing.
    contracted = last - first == 1 and first > 0 and tokens[first - 1].lower in _CONTRACTED
    return last - first <= 2 and is_noun_of_saying(head, "nach") and (determined or contracted)
