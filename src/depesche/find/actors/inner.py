"""Names and short forms inside longer mentions: ``Marco Rubio`` in ``US-Außenminister Marco Rubio``.

What finds events and speakers wants each place named once; a reading has every form that names somebody. So
these mentions come last, when all else is found.
"""

from __future__ import annotations

import collections
import re
from collections.abc import Iterator

import msgspec

from depesche.language.offices import context_words, noun_of
from depesche.reading import INNER_MENTION, Actor, Mention

# The genitive of a name, which the name of the actor is without.
_GENITIVE = re.compile(r"(?:s|[’'‘])$")
_WORD = re.compile(r"\S+")
# No form that stands within another has more words; it bounds the work at each mention.
_MOST_WORDS = 8
_Found = dict[tuple[int, int], Mention]


def add_inner_mentions(actors: tuple[Actor, ...]) -> tuple[Actor, ...]:
    """Return the actors with the mentions that lie within longer ones, sorted.

    These are the name behind an office or a word for a body, each form that names the actor elsewhere in the
    report by itself, but for a person's office, and the name of another actor that begins a compound (``EU``
    in ``EU-Kommission``). Of two mentions that begin together the longer one comes first.
    """
    inner: dict[str, _Found] = collections.defaultdict(dict)
    words = _single_words(actors)
    for actor in actors:
        forms = frozenset(
            tuple(m.text.split())
            for m in actor.mentions
            if m.rule != INNER_MENTION and not _is_office(actor, m.text)
        )
        for mention in actor.mentions:
            # ``zehn Soldaten`` are some, and ``Soldaten`` elsewhere all of them.
            within = () if _is_counted(mention.text) else _forms_within(forms, mention.text)
            for start, end in (*_name_within(actor, mention), *within):
                _add(inner[actor.id], mention, start, end)
            for owner, start, end in _first_parts(words, mention.text):
                if owner != actor.id:
                    _add(inner[owner], mention, start, end)
    return tuple(_with_inner(actor, inner[actor.id]) for actor in actors)


def _add(found: _Found, mention: Mention, start: int, end: int) -> None:
    span = (mention.start + start, mention.start + end)
    found[span] = Mention(*span, mention.text[start:end], INNER_MENTION)


def _with_inner(actor: Actor, inner: _Found) -> Actor:
    spans = {(m.start, m.end) for m in actor.mentions}
    extra = [mention for span, mention in inner.items() if span not in spans]
    if not extra:
        return actor
    together = sorted((*actor.mentions, *extra), key=lambda m: (m.start, -m.end))
    return msgspec.structs.replace(actor, mentions=tuple(together))


def _single_words(actors: tuple[Actor, ...]) -> dict[str, str]:
    """Return the single words that name a state, a body or a person, each with the id of its first actor."""
    found: dict[str, str] = {}
    for actor in actors:
        for mention in actor.mentions:
            if actor.type != "GROUP" and mention.text.isalnum():
                found.setdefault(mention.text, actor.id)
    return found


def _first_parts(words: dict[str, str], text: str) -> Iterator[tuple[str, int, int]]:
    """Yield the actors whose names begin a compound in the text, and where."""
    for word in _WORD.finditer(text):
        part = word.group().partition("-")
        if part[1] and (owner := words.get(part[0])):
            yield owner, word.start(), word.start() + len(part[0])


def _is_counted(form: str) -> bool:
    return form[0].isdigit() or form.split(maxsplit=1)[0].lower() in context_words("many")


def _is_office(actor: Actor, form: str) -> bool:
    """Whether a form calls a person by the office alone."""
    form_of_noun = noun_of(form.rsplit(maxsplit=1)[-1]) if actor.type == "PER" else None
    return form_of_noun is not None and form != actor.name


def _forms_within(forms: frozenset[tuple[str, ...]], text: str) -> Iterator[tuple[int, int]]:
    """Yield where a form stands in the text of a longer mention."""
    words = list(_WORD.finditer(text))
    for first in range(len(words)):
        for last in range(first + 1, min(first + _MOST_WORDS, len(words)) + 1):
            if last - first < len(words) and tuple(w.group() for w in words[first:last]) in forms:
                yield words[first].start(), words[last - 1].end()
        head = words[first].group().rpartition("-")[2]
        if head != words[first].group() and (head,) in forms:
            yield words[first].end() - len(head), words[first].end()


def _name_within(actor: Actor, mention: Mention) -> Iterator[tuple[int, int]]:
    """Yield where the name of a person, or the whole name of a body, ends a mention that begins before it."""
    if actor.type not in ("PER", "ORG"):
        return
    names = set(actor.name.split())
    words = list(_WORD.finditer(mention.text))
    if actor.type == "PER" and words[-1].group() in (actor.role or "").split():
        # ``russische Außenminister`` has no name.
        return
    k = len(words)
    while k and not names.isdisjoint({words[k - 1].group(), _GENITIVE.sub("", words[k - 1].group())}):
        k -= 1
    whole = len(words) - k == len(actor.name.split()) and words[k - 1].group()[:1].isupper()
    if 0 < k < len(words) and (actor.type == "PER" or whole):
        yield words[k].start(), len(mention.text)
