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
from depesche.language.tokens import Token
from depesche.language.word_classes import word_class

Tense = Literal["past", "future", "present", "none"]

TENSES = "de/times-tenses.yaml"

# A time that "seit" looks back to stands at most so many words behind it.
SINCE_TOKENS = 6
_BREAKS = frozenset({",", ";", ":", "–", "(", ")", "?", "!", "…"})
_DETERMINERS = frozenset(
    "der die das dem den des ein eine einen einem einer eines kein keine seine seiner seinen ihre ihrer "
    "ihren mit von für durch ohne gegen über unter im am zum zur beim vom alle viele einige mehrere diese "
    "dieser".split()
)
# Words after which the verb stands at the end of the clause.
_SUBORDINATE = frozenset(
    "dass wenn ob die der das den dem deren dessen weil was wie wo wann wer falls sobald bis als nachdem "
    "bevor während obwohl damit sodass denen welche welcher".split()
)
_PREFIXES = (
    "zurück", "zusammen", "nieder", "wieder", "wider", "durch", "statt", "unter", "über", "miss", "fest",
    "teil", "nach", "fort", "voll", "auf", "aus", "bei", "ein", "ent", "her", "hin", "los", "mit", "ver",
    "vor", "weg", "zer", "ab", "an", "be", "da", "er", "ge", "um", "zu",
)  # fmt: skip


class TenseWord(msgspec.Struct, frozen=True):
    """An entry of times-tenses.yaml: word forms that show the tense of their clause."""

    id: str
    tense: Literal["past", "future", "link", "none"]
    forms: tuple[str, ...]
    yes: str
    no: str


class Clause(msgspec.Struct, frozen=True):
    """Tokens ``first`` to ``last`` (exclusive) between two marks, and their tense.

    ``linked``: it has ``ist`` and waits for its participle, which an apposition may have cut off.
    """

    first: int
    last: int
    tense: Tense
    linked: bool = False


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
                tense, linked = _tense_of(tokens, begin, index)
                clauses.append(Clause(begin, index, tense, linked))
            begin = index + 1
    return clauses


def tense_at(clauses: Sequence[Clause], index: int, tokens: Sequence[Token]) -> Tense:
    """Return the tense at the token ``index``: of its attribute, its clause, or else of the sentence."""
    at = next((n for n, c in enumerate(clauses) if c.first <= index < c.last), None)
    if at is None:
        return "none"
    attribute = _attribute_tense(tokens, clauses[at], index)
    if attribute:
        return attribute
    if clauses[at].linked and _is_closed(tokens, clauses[at + 1 :]):
        return "past"
    if clauses[at].tense != "none":
        return clauses[at].tense
    tenses = [c.tense for c in clauses]
    return next((t for t in ("past", "future", "present") if t in tenses), "none")


def _is_closed(tokens: Sequence[Token], clauses: Sequence[Clause]) -> bool:
    """Whether the next clauses bring the participle: ``ist ein Hubschrauber, ..., abgestürzt``."""
    return any(
        c.last - c.first <= 3 and _is_participle(tokens[_last_places(tokens, c.first, c.last)[0]].lower)
        for c in clauses[:3]
    )


def _attribute_tense(tokens: Sequence[Token], clause: Clause, index: int) -> Tense | None:
    """Return the tense of ``der am Dienstag ergangene Spruch`` or ``nach dem Tod am Mittwoch``, if any."""
    start = index - 1
    while start > clause.first and tokens[start].lower in {
        "am",
        "im",
        "vom",
        "seit",
        "für",
        "ab",
        "bis",
        "frühen",
    }:
        start -= 1
    if start >= clause.first and start < index - 1 and tokens[start].lower in _DETERMINERS:
        for token in tokens[index + 1 : min(index + 6, clause.last)]:
            if token.is_capital:
                break
            if _is_attributive_participle(token.lower):
                return "future" if load_tenses().get(token.lower) == "future" else "past"
    if _hangs_on_since(tokens, clause.first, start, index):
        return "past"
    opening = {t.lower for t in tokens[clause.first : clause.first + 2]}
    if "nach" in opening and index - clause.first <= 16 and clause.tense in {"present", "future"}:
        words = tokens[clause.first : index]
        if not any(t.lower in load_tenses() or (t.text.islower() and t.text.endswith("t")) for t in words):
            return "past"
    return None


def _hangs_on_since(tokens: Sequence[Token], first: int, start: int, index: int) -> bool:
    """Whether a time is that of what ``seit`` names: ``schweigt seit dem Angriff am Donnerstag``.

    ``start`` is the word before its preposition.
    """
    if start >= index - 1:
        return False
    for k in range(start, max(first, start - SINCE_TOKENS) - 1, -1):
        word = tokens[k]
        if word.lower == "seit":
            return k < start
        if not (word.is_capital or word.lower in _DETERMINERS or _is_adjective(word)):
            return False
    return False


def _is_attributive_participle(word: str) -> bool:
    stem = word[:-2] if word.endswith(("en", "er", "es", "em")) else word[:-1] if word.endswith("e") else ""
    return bool(stem) and (_is_participle(stem) or (stem.endswith("en") and _is_participle(stem)))


class _Signs(msgspec.Struct):
    """What the words of a clause show, gathered one by one."""

    past: bool = False
    future: bool = False
    planned: bool = False
    link: bool = False
    participle: bool = False
    present: bool = False
    purpose: bool = False


def _tense_of(tokens: Sequence[Token], first: int, last: int) -> tuple[Tense, bool]:
    known = load_tenses()
    final = {first, *_last_places(tokens, first, last)}
    signs = _Signs()
    for index in range(first, last):
        word = tokens[index].lower
        tense = known.get(word)
        if tense == "past" or (tense is None and _is_past(tokens, index, first, last)):
            signs.past = True
        elif tense == "future" and _is_planned_noun(tokens, index, last):
            signs.planned = True
        elif tense == "future":
            signs.future = True
        elif tense == "link":
            signs.link = True
        elif tense in {None, "none"} and tokens[index].text.islower():
            if (
                tense is None
                and _is_participle(word)
                and (index in final or word.startswith("ge") or not word.endswith("t"))
            ):
                signs.participle = True
            elif _is_present(tokens, index, last):
                signs.present = True
            signs.purpose = signs.purpose or _is_purpose(tokens, index, first)
    return _weigh(signs, tokens, first, last), signs.link and not signs.participle


def _is_planned_noun(tokens: Sequence[Token], index: int, last: int) -> bool:
    """Whether a participle says of a noun that it was to come: ``fand eine geplante Diskussion statt``."""
    known, word = load_tenses(), tokens[index].lower
    stems = (word.removesuffix(ending) for ending in ("e", "en", "er", "es", "em"))
    participle = any(s != word and s.endswith(("t", "n")) and known.get(s) == "future" for s in stems)
    return participle and index + 1 < last and tokens[index + 1].is_capital


def _is_present(tokens: Sequence[Token], index: int, last: int) -> bool:
    """Whether a word may be a present form: ``beginnt``, or ``beraten`` where no noun follows it."""
    word = tokens[index].lower
    if word in word_class("no-verbs") or len(word) < 4:
        return False
    if word.endswith("t"):
        return True
    following = tokens[index + 1] if index + 1 < last else None
    return word.endswith("en") and following is not None and not following.is_capital


def _weigh(signs: _Signs, tokens: Sequence[Token], first: int, last: int) -> Tense:
    if signs.future:
        done = signs.past and _has_finite_past(tokens, first, last)
        return "past" if done or _ends_perfect(tokens, first, last) else "future"
    if signs.past or (signs.link and signs.participle):
        return "past"
    if signs.planned or signs.purpose:
        return "future"
    if signs.participle and not signs.present and tokens[first].lower not in _SUBORDINATE:
        return "past"
    return "present" if signs.link or signs.present or signs.participle else "none"


def _last_places(tokens: Sequence[Token], first: int, last: int) -> list[int]:
    """Return where a participle ends a clause or a part of it: at the end and before ``und``."""
    end = last - 1
    while end > first and not tokens[end].is_word:
        end -= 1
    return [end] + [k - 1 for k in range(first + 1, end) if tokens[k].lower in {"und", "oder", "worden"}]


def _ends_perfect(tokens: Sequence[Token], first: int, last: int) -> bool:
    """Whether a clause ends with ``ereignet haben``, ``gestorben sein``: what may have been.

    Not with ``bis``: ``bis Herbst soll es abgeschlossen sein`` lies ahead.
    """
    if any(t.lower == "bis" for t in tokens[first:last]):
        return False
    end = _last_places(tokens, first, last)[0]
    return end > first and tokens[end].lower in {"haben", "sein"} and _is_participle(tokens[end - 1].lower)


def _is_purpose(tokens: Sequence[Token], index: int, first: int) -> bool:
    """Whether a word is an infinitive with zu (``zu verhandeln``, ``vorzulegen``)."""
    word = tokens[index].lower
    if not word.endswith("n") or len(word) < 4:
        return False
    if index > first and tokens[index - 1].lower == "zu":
        return True
    return len(word) > 7 and any(word.startswith(p + "zu") for p in _PREFIXES)


def _has_finite_past(tokens: Sequence[Token], first: int, last: int) -> bool:
    """Whether the clause has been (``wurde erwartet``, ``hätte sollen``) though a word looks ahead."""
    return any(t.lower in {"wurde", "wurden", "war", "waren", "hatte", "hatten"} for t in tokens[first:last])


def _is_past(tokens: Sequence[Token], index: int, first: int, last: int) -> bool:
    """Whether a word is a past form: weak (``sagte``, not ``die geplante Reise``) or strong with a prefix."""
    word = tokens[index].text
    if len(word) < 5 or not word.islower():
        return False
    if not word.endswith(("te", "ten")):
        return _is_prefixed_past(word)
    before = tokens[index - 1] if index > first else None
    after = tokens[index + 1] if index + 1 < last else None
    if before is None or after is None or not after.is_capital:
        return True
    return not (before.lower in _DETERMINERS or _is_adjective(before))


def _is_prefixed_past(word: str) -> bool:
    known = load_tenses()
    return any(
        word.startswith(prefix) and known.get(word[len(prefix) :]) == "past" and len(word) - len(prefix) > 2
        for prefix in _PREFIXES
    )


def _is_adjective(token: Token) -> bool:
    return token.text.islower() and token.text.endswith(("en", "er", "es", "em")) and len(token.text) > 4


def _is_participle(word: str) -> bool:
    if len(word) < 5:
        return False
    if "ge" in word[:8] and word.endswith(("t", "en")) and not word.startswith("gegen"):
        return True
    return word.endswith("iert") or (
        word.startswith(("be", "er", "ver", "zer", "ent", "über", "unter")) and word.endswith("t")
    )
