"""How many a noun and a verb name: whether the one may be the subject of the other."""

from __future__ import annotations

from typing import Literal

from depesche.find.events.scene import Scene
from depesche.language.chunks import Chunk
from depesche.language.clauses import SURE, Clause
from depesche.language.function_words import words_of
from depesche.language.tokens import Token
from depesche.language.verbs import analyse_verb
from depesche.language.word_classes import word_class

# Before a nominative these are singular.
_ONE = frozenset({"der", "das", "ein", "eine", "dieser", "dieses", "jeder", "jede", "jedes"})
# What the language model says of a noun's number, and how sure it must be.
_NUMBERS: dict[str, tuple[Literal["sg", "pl"], float]] = {"Plur": ("pl", SURE), "Sing": ("sg", 0.9)}
_SURELY_SEVERAL = 0.75


def is_bare(scene: Scene, chunk: Chunk) -> bool:
    """Whether an adjective without an article opens a chunk: ``russische Diplomaten`` are several."""
    first = scene.document.tokens[chunk.first]
    determined = first.lower in words_of("det") or first.lower in words_of("poss")
    return not first.is_capital and not determined


def agrees(scene: Scene, clause: Clause, chunk: Chunk) -> bool:
    """Whether a chunk may be the subject by its number: ``wies zwei Diplomaten aus`` has another."""
    number, numbers = _number_of(scene, chunk), finite_numbers(scene, clause)
    if not number or not numbers:
        return True
    if number == "pl":
        return "pl" in numbers
    # Several singulars make a plural: "Minister und Präsident wiesen aus".
    alone = len(scene.groups.get(chunk.first, ())) < 2
    return not (alone and numbers == {"pl"})


def finite_numbers(scene: Scene, clause: Clause) -> set[str]:
    """Return the numbers that the finite verb of a clause may have, none if it has no such verb."""
    if clause.finite is None:
        return set()
    forms = analyse_verb(scene.document.tokens[clause.finite].lower)
    return {f.number for f in forms if f.kind == "finite"}


def is_several(scene: Scene, chunk: Chunk) -> bool:
    """Whether a chunk in any case names several: ``jene 24 Seeleute``, or if the language model is sure."""
    words = [scene.document.tokens[i] for i in range(chunk.first, chunk.head)]
    if any(map(_counts_several, words)):
        return True
    if len(words) > 1 and words[0].lower == "die" and words[-1].lower.endswith("e"):
        return False  # "die einzige Gruppe"
    told = scene.document.analysis.words if scene.document.analysis else ()
    word = told[chunk.head] if told else None
    sure = word is not None and word.upos == "NOUN" and word.features_confidence >= _SURELY_SEVERAL
    return sure and word is not None and word.feature("Number") == "Plur"


def _counts_several(token: Token) -> bool:
    """Whether a word is a number above one: ``zwei``, ``24``."""
    return token.lower in word_class("number-words") or (token.text.isdigit() and token.text != "1")


def _number_of(scene: Scene, chunk: Chunk) -> Literal["", "sg", "pl"]:
    """Return the number of a nominative by its first words, or where the language model is sure of it."""
    tokens = scene.document.tokens
    first = tokens[chunk.first]
    # "Zwei" that opens a sentence is a chunk of its own.
    counts = tokens[max(0, chunk.first - 1) : chunk.first + 1]
    if any(map(_counts_several, counts)):
        return "pl"
    if first.lower == "die" and chunk.head > chunk.first + 1 and tokens[chunk.first + 1].lower.endswith("en"):
        return "pl"
    if first.lower in _ONE:
        return "sg"
    words = scene.document.analysis.words if scene.document.analysis else ()
    if not words or words[chunk.head].upos != "NOUN":
        return ""
    told = _NUMBERS.get(words[chunk.head].feature("Number"))
    if told is None or words[chunk.head].features_confidence < told[1]:
        return ""
    # "die Entführer", "Verdächtige" look like one and like several.
    either = told[0] == "sg" and tokens[chunk.head].lower.endswith(("e", "en", "er"))
    return "" if either else told[0]
