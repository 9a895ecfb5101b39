"""The word lists of statements about relations: what stands between whom, and what a clause says of it.

A frame is an entry of data/de/statements-*.yaml, whose heads say what its fields mean. Nouns are compared
folded, as those of events are: without endings, and compounds by their last part.
"""

from __future__ import annotations

import functools
from typing import Literal

import msgspec

from depesche.find.events.frames import base_forms, fold, is_word_of
from depesche.language.lexicon import load_entries
from depesche.reading import RelationKind, Standing

_LONGEST_WORD = 60
# No noun of the lists is shorter.
_END = 3
_ADJECTIVE_ENDINGS = ("", "e", "en", "er", "es", "em", "sten", "ste", "ster", "stes", "eren", "ere")


class RoleFrame(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Nouns that say how somebody stands to somebody else: ``Verbündeter``."""

    id: str
    kind: RelationKind
    nouns: str
    yes: str
    no: str
    mode: str = ""
    mutual: bool = False
    beside: str = ""
    whole: bool = False
    first: bool = False
    who: str = "GPE ORG GROUP PER"
    to: str = "GPE ORG GROUP PER"


class BondFrame(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Nouns for what is between parties, or what one can close to another: ``Beziehungen``, ``Grenze``."""

    id: str
    kind: RelationKind
    nouns: str
    yes: str
    no: str
    mode: str = ""
    beside: str = ""
    whole: bool = False
    adjective: str = ""
    modes: bool = False
    bare: bool = False
    says: str = ""
    directed: bool = False
    alone: bool = False


class PredicateFrame(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a clause says of a bond: ``abgebrochen``, ``auf Eis``."""

    id: str
    verbs: str
    yes: str
    no: str
    words: str = ""
    quality: str = ""
    mode: str = ""
    status: Standing = "holds"
    time: Literal["", "since", "until"] = ""
    refused: Standing = "denied"
    wanted: Literal["", "wished"] = "wished"


class StateFrame(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Verbs that say by themselves how somebody stands to somebody: ``sind verfeindet``."""

    id: str
    kind: RelationKind
    verbs: str
    yes: str
    no: str
    to: str
    mode: str = ""
    words: str = ""
    also: str = ""
    mutual: bool = False
    alone: bool = False
    attribute: bool = False
    who: str = "GPE ORG GROUP PER"
    types: str = "GPE ORG GROUP PER"


class Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An entry of statements-qualities.yaml or statements-words.yaml: words that do the same."""

    id: str
    words: str
    yes: str
    no: str


NounFrame = RoleFrame | BondFrame


@functools.cache
def _nouns() -> dict[str, NounFrame]:
    roles: tuple[NounFrame, ...] = load_entries("de/statements-roles.yaml", RoleFrame)
    bonds: tuple[NounFrame, ...] = load_entries("de/statements-bonds.yaml", BondFrame)
    # Of two frames for one noun the later counts; the one before it wants an adjective (build.py).
    return {fold(noun): frame for frame in roles + bonds for noun in frame.nouns.split()}


@functools.cache
def _noun_ends() -> frozenset[str]:
    return frozenset(noun[-_END:] for noun in _nouns())


@functools.lru_cache(maxsize=65536)
def noun_frame(word: str) -> NounFrame | None:
    """Return the frame of a noun as it stands in a text, by its longest last part that is listed, or None.

    >>> noun_frame("Erzrivalen").id, noun_frame("Lebenspartner")
    ('rival', None)
    """
    folded = fold(word)
    if len(folded) > _LONGEST_WORD:
        return None
    # Of most words no noun is the last part.
    if not any(form[-_END:] in _noun_ends() for form in base_forms(folded)):
        return None
    last = folded.rpartition("-")[2]
    for start in range(max(1, len(folded) - 3)):
        for stem in base_forms(folded[start:]):
            frame = _nouns().get(stem)
            if frame is None:
                continue
            whole = start == 0 or start == len(folded) - len(last)
            if not whole and (frame.whole or start < 2):
                continue
            return None if any(folded.startswith(fold(b)) for b in frame.beside.split()) else frame
    return None


@functools.cache
def bond_frame(id_: str) -> BondFrame:
    """Return the bond with this id."""
    frames: tuple[BondFrame, ...] = load_entries("de/statements-bonds.yaml", BondFrame)
    return next(frame for frame in frames if frame.id == id_)


@functools.cache
def predicates() -> dict[str, PredicateFrame]:
    """Return what a clause may say of a bond, by id."""
    return {frame.id: frame for frame in load_entries("de/statements-predicates.yaml", PredicateFrame)}


@functools.cache
def state_frames() -> dict[str, tuple[StateFrame, ...]]:
    """Return the frames of verbs by infinitive."""
    table: dict[str, list[StateFrame]] = {}
    for frame in load_entries("de/statements-states.yaml", StateFrame):
        for lemma in frame.verbs.split():
            table.setdefault(lemma, []).append(frame)
    return {lemma: tuple(frames) for lemma, frames in table.items()}


@functools.cache
def _adjectives() -> dict[str, str]:
    entries = load_entries("de/statements-qualities.yaml", Words)
    return {word: entry.id for entry in entries for word in entry.words.split()}


@functools.lru_cache(maxsize=65536)
def quality_of(word: str) -> str:
    """Return the mode of relations that an adjective tells, or the empty string.

    >>> quality_of("angespannten"), quality_of("bilateralen")
    ('tense', '')
    """
    return next((_adjectives()[f] for f in adjective_forms(word) if f in _adjectives()), "")


@functools.lru_cache(maxsize=16384)
def adjective_forms(word: str) -> tuple[str, ...]:
    """Return what an adjective may be without an ending, the longest first."""
    return tuple(word.removesuffix(e) for e in _ADJECTIVE_ENDINGS if word.endswith(e))


@functools.lru_cache(maxsize=65536)
def participle_frame(word: str) -> StateFrame | None:
    """Return the first frame that a participle before a noun tells, or None.

    >>> participle_frame("verfeindeten").id, participle_frame("bekannten")
    ('hostile', None)
    """
    lower = word.lower()
    plain, folded = _participles()
    found = [plain[form] for form in adjective_forms(lower) if form in plain]
    found += [folded[form] for form in base_forms(fold(lower)) if form in folded]
    return _attributes()[min(found)] if found else None


@functools.cache
def _attributes() -> tuple[StateFrame, ...]:
    """Return the frames that a participle may tell, each once: a frame stands with each of its verbs."""
    frames = (frame for group in state_frames().values() for frame in group if frame.attribute)
    return tuple(dict.fromkeys(frames))


@functools.cache
def _participles() -> tuple[dict[str, int], dict[str, int]]:
    """Return the number of the first frame that has each word, as it is written and folded."""
    words = [(word, n) for n, frame in enumerate(_attributes()) for word in frame.words.split()][::-1]
    return dict(words), {fold(word): n for word, n in words}


@functools.lru_cache(maxsize=65536)
def tells_state(word: str, words: str) -> bool:
    """Whether a word of a text is one of ``words`` (a field of a frame), an adjective or noun, inflected."""
    return not _words_of(words).isdisjoint(adjective_forms(word.lower())) or is_word_of(word, words)


@functools.lru_cache(maxsize=4096)
def _words_of(words: str) -> frozenset[str]:
    return frozenset(words.split())


@functools.cache
def statement_words(key: str) -> frozenset[str]:
    """Return the words of an entry of statements-words.yaml."""
    entries = load_entries("de/statements-words.yaml", Words)
    return next(frozenset(entry.words.split()) for entry in entries if entry.id == key)
