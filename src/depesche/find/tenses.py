"""Tells whether a clause speaks of what has been or of what is to come.

A closed list of auxiliaries, modals and strong forms decides, and the endings of the weak past; that is
enough to place ``am Freitag``. It knows no grammar beyond the clause.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Literal

import msgspec

from depesche.language.lexicon import load_entries
from depesche.language.tokens import QUOTES, Token

Tense = Literal["past", "future", "present", "none"]

TENSES = "de/times-tenses.yaml"

_BREAKS = QUOTES | {",", ";", ":", "–", "(", ")"}
_DETERMINERS = frozenset(
    "der die das dem den des ein eine einen einem einer eines kein keine seine seiner seinen ihre ihrer ihren "
    "mit von für durch ohne gegen über unter im am zum zur beim vom alle viele einige mehrere diese dieser".split()
)


class TenseWord(msgspec.Struct, frozen=True):
    """An entry of times-tenses.yaml: word forms that show the tense of their clause."""

    id: str
    tense: Literal["past", "future", "link", "none"]
    forms: tuple[str, ...]
    yes: str
    no: str


class Clause(msgspec.Struct, frozen=True):
    """Tokens ``first`` to ``last`` (exclusive) between two marks, and their tense."""

    first: int
    last: int
    tense: Tense


@functools.cache
def load_tenses() -> dict[str, str]:
    """Return the tense that each listed form shows (``link``: together with a participle, the past)."""
    return {form: entry.tense for entry in load_entries(TENSES, TenseWord) for form in entry.forms}


def split_clauses(tokens: Sequence[Token], first: int, last: int) -> list[Clause]:
    """Return the clauses of a sentence, told by its punctuation."""
    clauses: list[Clause] = []
    begin = first
    for index in range(first, last + 1):
        if index == last or tokens[index].text in _BREAKS:
            if index > begin:
                clauses.append(Clause(begin, index, _tense_of(tokens, begin, index)))
            begin = index + 1
    return clauses


def tense_at(clauses: Sequence[Clause], index: int) -> Tense:
    """Return the tense of the clause that holds the token ``index``, or else that of the sentence."""
    own = next((c.tense for c in clauses if c.first <= index < c.last), "none")
    if own != "none":
        return own
    tenses = [c.tense for c in clauses]
    return next((t for t in ("past", "future", "present") if t in tenses), "none")


def _tense_of(tokens: Sequence[Token], first: int, last: int) -> Tense:
    known = load_tenses()
    past = future = link = participle = present = purpose = False
    for index in range(first, last):
        word = tokens[index].lower
        tense = known.get(word)
        if tense == "past" or (tense is None and _is_weak_past(tokens, index, first, last)):
            past = True
        elif tense == "future":
            future = True
        elif tense == "link":
            link = True
        elif tense is None and tokens[index].text.islower():
            participle = participle or _is_participle(word)
            present = present or (word.endswith("t") and not word.startswith("ge") and len(word) > 3)
            purpose = purpose or (word.endswith("en") and index > first and tokens[index - 1].lower == "zu")
    if future:
        return "past" if past and _has_finite_past(tokens, first, last) else "future"
    if past or (link and participle):
        return "past"
    if purpose:
        return "future"
    return "present" if link or present else "none"


def _has_finite_past(tokens: Sequence[Token], first: int, last: int) -> bool:
    """Whether the clause has been (``wurde erwartet``, ``hätte sollen``) though a word looks ahead."""
    words = {t.lower for t in tokens[first:last]}
    return bool(words & {"wurde", "wurden", "war", "waren", "hatte", "hatten"})


def _is_weak_past(tokens: Sequence[Token], index: int, first: int, last: int) -> bool:
    """Whether a word is a weak past form (``sagte``), not an adjective (``die geplante Reise``)."""
    word = tokens[index].text
    if not word.endswith(("te", "ten")) or len(word) < 5 or not word.islower():
        return False
    before = tokens[index - 1] if index > first else None
    after = tokens[index + 1] if index + 1 < last else None
    attributive = after is not None and after.is_capital and before is not None
    return not (
        attributive and before is not None and (before.lower in _DETERMINERS or _is_adjective(before))
    )


def _is_adjective(token: Token) -> bool:
    return token.text.islower() and token.text.endswith(("en", "er", "es", "em")) and len(token.text) > 4


def _is_participle(word: str) -> bool:
    if len(word) < 5:
        return False
    inner = "ge" in word[:8] and word.endswith(("t", "en"))
    return (
        inner
        or word.endswith(("iert", "worden"))
        or (
            word.startswith(("be", "er", "ver", "zer", "ent", "über", "unter")) and word.endswith(("t", "en"))
        )
    )
