"""The word lists of events: which verbs and nouns tell an event of which type, and where its parties stand.

A frame is an entry of data/de/events-verbs.yaml or data/de/events-nouns.yaml. Words are compared folded:
in lower case, umlauts as plain vowels, endings of nouns taken off, and compounds by their last part.
"""

from __future__ import annotations

import functools
from typing import Literal

import msgspec

from depesche.language.lexicon import load_entries
from depesche.reading import Event

EventType = Literal[
    "AGREE",
    "CONSULT",
    "SUPPORT",
    "CONCEDE",
    "COOPERATE",
    "AID",
    "RETREAT",
    "REQUEST",
    "ACCUSE",
    "REJECT",
    "THREATEN",
    "PROTEST",
    "SANCTION",
    "MOBILIZE",
    "COERCE",
    "ASSAULT",
]
Needs = Literal["none", "one", "actor", "recipient", "both"]

_FOLD = str.maketrans({"ä": "a", "ö": "o", "ü": "u", "ß": "ss"})
_ENDINGS = ("", "s", "es", "e", "en", "n", "nen", "se", "ses", "sen")
_SHORTEST_FIRST_PART = 2
# Letters that the last part of a compound has at least.
_END = 4
_LONGEST_WORD = 60


class VerbFrame(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A family of verbs that tell one event type.

    ``verbs`` are infinitives. ``with_`` and ``also`` each hold words of which one must stand in the clause,
    ``without`` words that must not. ``by`` and ``to`` say where actor and recipient stand, the best place
    first: ``subject``, a case (``a``, ``d``, ``g``), a preposition, ``owner`` (whoever the object belongs
    to), ``asked`` (the owner of the word of ``with``), ``clause`` (the subject of the clause that depends on
    the verb) or ``speaker`` (whose words it is).
    ``mutual`` makes all parties actors. ``needs`` says which parties must be known for the words to be an
    event at all. ``voice`` narrows to active or passive, ``negated`` to clauses with or without a negation,
    ``who`` to actors of a type (GROUP); ``content`` says that the nouns around are no events of their own.
    ``told`` is the word that tells the event: the verb, or the one that ``with`` asks for, beside which the
    verb says little (``in Haft sitzen``). ``below`` asks that what is said is
    to come (``versicherte, er werde kommen``), ``named`` that its actor stands there (``ein Krieg droht``).
    """

    id: str
    type: EventType
    verbs: str
    yes: str
    no: str
    mode: str = ""
    context: str = ""
    with_: str = msgspec.field(default="", name="with")
    also: str = ""
    without: str = ""
    by: str = "subject"
    to: str = "a"
    mutual: bool = False
    needs: Needs = "one"
    voice: Literal["", "active", "passive"] = ""
    negated: Literal["", "yes", "no"] = ""
    who: str = ""
    content: bool = True
    told: Literal["verb", "with"] = "verb"
    below: Literal["", "to-come"] = ""
    named: bool = False


class NounFrame(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A family of nouns that tell one event type; parties as in a verb frame.

    ``by`` and ``to`` hold ``g`` (genitive, also a name before the noun), ``adjective``, ``first`` (the first
    part of the compound), prepositions, and ``subject`` (the subject of the clause, where the noun is
    what somebody does: ``übte Kritik``). ``beside`` holds compounds that are something else by how they
    begin, or by how they end (``-kreis`` for ``Wahlkreise``), ``behind``
    prepositions of which one must stand before the noun (``auf Druck``).
    """

    id: str
    type: EventType
    nouns: str
    yes: str
    no: str
    mode: str = ""
    context: str = ""
    beside: str = ""
    behind: str = ""
    with_: str = msgspec.field(default="", name="with")
    without: str = ""
    by: str = "g adjective first von durch"
    to: str = "gegen"
    mutual: bool = False
    needs: Needs = "one"


class EventWords(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An entry of events-words.yaml: words that do the same for the reading of an event."""

    id: str
    words: str
    yes: str
    no: str


Frame = VerbFrame | NounFrame


@functools.cache
def event_words(key: str) -> frozenset[str]:
    """Return the words that do what ``key`` says, as they stand in events-words.yaml."""
    return next(
        frozenset(e.words.split()) for e in load_entries("de/events-words.yaml", EventWords) if e.id == key
    )


@functools.cache
def event_phrase(key: str) -> str:
    """Return the words that do what ``key`` says as one string, for ``is_word_of``."""
    return " ".join(sorted(event_words(key)))


@functools.cache
def verb_frames() -> dict[str, tuple[VerbFrame, ...]]:
    """Return the frames by infinitive, those that ask for more words around them first."""
    table: dict[str, list[VerbFrame]] = {}
    for frame in load_entries("de/events-verbs.yaml", VerbFrame):
        for lemma in frame.verbs.split():
            table.setdefault(lemma, []).append(frame)
    return {lemma: tuple(sorted(frames, key=_openness)) for lemma, frames in table.items()}


def _openness(frame: VerbFrame) -> tuple[bool, bool, bool, bool]:
    return (not frame.who, not frame.also, not frame.with_, not (frame.negated or frame.voice))


@functools.cache
def _noun_table() -> dict[str, tuple[NounFrame, ...]]:
    table: dict[str, list[NounFrame]] = {}
    for frame in load_entries("de/events-nouns.yaml", NounFrame):
        for noun in frame.nouns.split():
            table.setdefault(fold(noun), []).append(frame)
    return {
        noun: tuple(sorted(frames, key=lambda f: (not f.behind, not f.with_)))
        for noun, frames in table.items()
    }


def is_with_each_other(event: Event) -> bool:
    """Whether several do something to each other, and to nobody else: ``sie söhnten sich aus``."""
    return len(event.actor) > 1 and not event.recipient and event.rule in _mutual_rules()


@functools.cache
def _mutual_rules() -> frozenset[str]:
    """Return the rules of the entries that tell what several do together: ``events/verb/aussöhnen``."""
    verbs = {f"events/verb/{f.id}" for frames in verb_frames().values() for f in frames if f.mutual}
    nouns = {
        f"events/noun/{f.id}"
        for frames in _noun_table().values()
        for f in frames
        if f.mutual or (f.type == "ASSAULT" and "zwischen" in f.by.split())
    }
    return frozenset(verbs | nouns)


@functools.lru_cache(maxsize=65536)
def noun_frames(word: str) -> tuple[NounFrame, ...]:
    """Return the frames of a noun as it stands in a text, by its longest last part that is listed.

    >>> [f.type for f in noun_frames("Außenministertreffens")]
    ['CONSULT']
    """
    folded = fold(word)
    frames = _longest_part(folded)
    return tuple(f for f in frames if not _is_beside(folded, f))


def is_singular(word: str, frame: NounFrame) -> bool:
    """Whether a noun as it stands in a text is one of a frame in the singular; a plural with ``s`` may be.

    >>> frame = NounFrame("x", "PROTEST", "demonstration streik", "", "")
    >>> [is_singular(w, frame) for w in ("Großdemonstration", "Streiks", "Demonstrationen")]
    [True, True, False]
    """
    folded = fold(word)
    forms = {folded, folded.removesuffix("s"), folded.removesuffix("es")}
    return any(form.endswith(fold(noun)) for form in forms for noun in frame.nouns.split())


def _is_beside(folded: str, frame: NounFrame) -> bool:
    """Whether a compound begins, or behind a hyphen ends, like one of those that are something else."""
    return any(_is_like(folded, fold(w)) for w in frame.beside.split())


def _is_like(folded: str, word: str) -> bool:
    if word.startswith("-"):
        return any(form.endswith(word[1:]) for form in base_forms(folded))
    return folded.startswith(word)


def _longest_part(folded: str) -> tuple[NounFrame, ...]:
    if len(folded) > _LONGEST_WORD:
        return ()
    table = _noun_table()
    stems = base_forms(folded)
    for stem in stems:
        if stem in table:
            return table[stem]
    # "Unfriede" is no kind of peace.
    shortest = _SHORTEST_FIRST_PART + folded.startswith("un")
    for start in range(shortest, len(folded) - 3):
        for stem in stems:
            if stem[start:] in table:
                return table[stem[start:]]
    return ()


def fold(word: str) -> str:
    """Return the word in lower case with umlauts as plain vowels and ß as ss: Massnahme is Maßnahme.

    A stem that is another word without its umlaut keeps it: Förderung is no Forderung.
    """
    lower = word.lower()
    folded = lower.translate(_FOLD)
    for stem in event_words("umlaut-stems") if folded != lower else ():
        folded = folded.replace(stem.translate(_FOLD), stem) if stem in lower else folded
    return folded


@functools.lru_cache(maxsize=16384)
def base_forms(folded: str) -> tuple[str, ...]:
    """Return what the word may be without an ending of declension, the word itself first."""
    return tuple(folded.removesuffix(e) for e in _ENDINGS if not e or folded.endswith(e))


@functools.lru_cache(maxsize=4096)
def word_set(words: str) -> frozenset[str]:
    """Return the words of a field of a frame, folded."""
    return frozenset(fold(w) for w in words.split())


@functools.lru_cache(maxsize=65536)
def is_word_of(word: str, words: str) -> bool:
    """Whether a word of a text is one of ``words`` (a field of a frame), inflected or as a last part."""
    listed = word_set(words)
    if word.lower() in event_words("look-alike"):
        return fold(word) in listed
    forms = base_forms(fold(word))
    if not listed.isdisjoint(forms):
        return True
    if not word[0].isupper():
        return False
    ends = _word_ends(words)
    return any(form[-_END:] in ends and _ends_with(form, listed) for form in forms)


@functools.lru_cache(maxsize=4096)
def _word_ends(words: str) -> frozenset[str]:
    """Return how those of the words end that may be the last part of another."""
    return frozenset(word[-_END:] for word in word_set(words) if len(word) >= _END)


def _ends_with(form: str, listed: frozenset[str]) -> bool:
    """Whether a word is a compound whose last part is listed.

    ``Unsicherheit`` is none of ``Sicherheit``, and ``Gespräche`` none of ``Rache``.
    """
    return any(
        len(last) >= _END
        and len(form) > len(last) + 1
        and form.endswith(last)
        and form.removesuffix(last) != "un"
        and not _is_inside(form, last)
        for last in listed
    )


def _is_inside(form: str, last: str) -> bool:
    """Whether what a word ends with only stands inside its true last part: ``Haft`` in ``Botschaft``."""
    return any(len(end) > len(last) and form.endswith(end) for end in _own_ends() if end.endswith(last))


@functools.cache
def _own_ends() -> frozenset[str]:
    return frozenset(fold(w) for w in event_words("own-ends"))
