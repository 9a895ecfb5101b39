"""Which agencies and desks a report names as its origin: credit lines, datelines and frames in the text.

Three signs count: brackets with nothing else at a paragraph's head or end (``Berlin (dpa) -``,
``(afp/red)``); a short line or sentence of codes (``dpa/AFP``, ``Quelle: APA``, ``mit Material von dpa``);
and in the text an agency that is called one, is spoken to or tells (``sagte er der Agentur Reuters``).
"""

from __future__ import annotations

import functools
from collections.abc import Iterator

import msgspec

from depesche.language.document import Document
from depesche.language.lexicon import load_entries
from depesche.language.tokens import Sentence, Token
from depesche.language.verbs import analyse_verb
from depesche.language.word_classes import word_class, word_ends

_JOINTS = frozenset({"/", ",", ";", "und", "&", "+", "|", "-", "–"})
# A dateline is short: a town or two, a date, the agency.
_DATELINE_TOKENS = 10
_CREDIT_TOKENS = 14
_LONGEST_FORM = 3


class Agency(msgspec.Struct, frozen=True):
    """An entry of agencies.yaml; its ``id`` is the code."""

    id: str
    forms: tuple[str, ...]
    yes: str
    no: str
    kind: str = "agency"


class _Name(msgspec.Struct, frozen=True):
    """An agency's name at the tokens ``first`` to ``last`` (exclusive)."""

    agency: Agency
    first: int
    last: int
    exact: bool


def find_credits(document: Document) -> tuple[str, ...]:
    """Return the agencies and desks that a report credits, as lower-case codes in the order of the text."""
    codes: dict[str, None] = {}
    for sentence in document.sentences:
        names = list(_names(document.tokens, sentence))
        if names:
            codes |= dict.fromkeys(_credited(document, sentence, names))
    return tuple(codes)


def _credited(document: Document, sentence: Sentence, names: list[_Name]) -> Iterator[str]:
    """Yield the codes of those names in a sentence that stand as a credit."""
    line = _is_credit_line(document.tokens, sentence, names)
    for name in names:
        desk = name.agency.kind == "desk"
        credited = line or _in_credit_brackets(document, sentence, name, names)
        if credited or (name.exact and not desk and _is_told(document.tokens, sentence, name)):
            yield name.agency.id


@functools.cache
def _forms() -> dict[tuple[str, ...], tuple[Agency, frozenset[str]]]:
    """Return the agencies by the lower-case words of their forms, with the forms as written."""
    table: dict[tuple[str, ...], tuple[Agency, frozenset[str]]] = {}
    for agency in load_entries("de/agencies.yaml", Agency):
        for form in agency.forms:
            key = tuple(form.lower().split())
            written = table[key][1] if key in table else frozenset()
            table[key] = (agency, written | {form})
    return table


@functools.cache
def _first_words() -> frozenset[str]:
    return frozenset(key[0] for key in _forms())


def _names(tokens: list[Token], sentence: Sentence) -> Iterator[_Name]:
    """Yield the agencies' names in a sentence; a compound counts by its first part (``dpa-Meldung``)."""
    i = sentence.first
    while i < sentence.last:
        found = _name_at(tokens, i, sentence.last)
        if found is not None:
            yield found
            i = found.last
        else:
            i += 1


def _name_at(tokens: list[Token], i: int, last: int) -> _Name | None:
    lower = tokens[i].lower
    if lower in _first_words():
        for length in range(min(_LONGEST_FORM, last - i), 0, -1):
            known = _forms().get(tuple(t.lower for t in tokens[i : i + length]))
            if known is not None:
                written = " ".join(t.text for t in tokens[i : i + length])
                return _Name(known[0], i, i + length, written in known[1])
    head, hyphen, _ = tokens[i].text.partition("-")
    known = _forms().get((head.lower(),)) if hyphen else None
    if known is not None and head in known[1] and head != head.capitalize():
        return _Name(known[0], i, i + 1, True)
    return None


def _is_credit_line(tokens: list[Token], sentence: Sentence, names: list[_Name]) -> bool:
    """Whether a sentence says nothing but where the report comes from."""
    if sentence.last - sentence.first > _CREDIT_TOKENS or all(n.agency.kind == "desk" for n in names):
        return False
    named = {i for n in names for i in range(n.first, n.last)}
    rest = [tokens[i] for i in range(sentence.first, sentence.last) if i not in named]
    return all(t.lower in word_class("credit-words") or t.lower in _JOINTS or t.text in "().[]" for t in rest)


def _in_credit_brackets(document: Document, sentence: Sentence, name: _Name, names: list[_Name]) -> bool:
    """Whether a name stands in brackets that hold only credits, at the head or the end of a paragraph."""
    tokens = document.tokens
    opening = _bracket(
        tokens, range(name.first - 1, max(sentence.first - 1, name.first - _CREDIT_TOKENS), -1), "(["
    )
    closing = _bracket(tokens, range(name.last, min(sentence.last, name.last + _CREDIT_TOKENS)), ")]")
    if opening is None or closing is None:
        return False
    inside = [n for n in names if opening < n.first < closing]
    named = {i for n in inside for i in range(n.first, n.last)}
    rest = [tokens[i] for i in range(opening + 1, closing) if i not in named]
    if not all(t.lower in _JOINTS or t.lower in word_class("credit-words") or _is_initials(t) for t in rest):
        return False
    if _ends_paragraph(document, sentence, closing):
        return True
    desks = all(n.agency.kind == "desk" for n in inside)
    return not desks and _is_dateline(document, sentence, opening, closing)


def _bracket(tokens: list[Token], places: range, marks: str) -> int | None:
    return next((i for i in places if tokens[i].text in marks), None)


def _is_initials(token: Token) -> bool:
    """Whether a token can be the initials of an author or desk in a credit: ``(dpa/cka)``."""
    return token.text.islower() and 2 <= len(token.text) <= 4


def _is_dateline(document: Document, sentence: Sentence, opening: int, closing: int) -> bool:
    """Whether only town and date stand before the bracket in its paragraph, and a new sentence behind it."""
    if opening - sentence.first > _DATELINE_TOKENS:
        return False
    following = document.tokens[closing + 1 : closing + 2]
    if following and following[0].text[0].islower():
        return False
    before = document.tokens[sentence.first : opening]
    if any(analyse_verb(t.lower) for t in before if t.text[0].islower()):
        return False
    # "Kiew, 23. Mai (Reuters) -": the date's full stop may have ended a sentence.
    index = sentence.index
    while index and document.sentences[index - 1].paragraph == sentence.paragraph:
        index -= 1
        if opening - document.sentences[index].first > _DATELINE_TOKENS:
            return False
    return True


def _ends_paragraph(document: Document, sentence: Sentence, closing: int) -> bool:
    rest = document.tokens[closing + 1 : sentence.last]
    if any(t.is_word or t.text[0].isdigit() for t in rest):
        return False
    following = sentence.index + 1
    return (
        following >= len(document.sentences) or document.sentences[following].paragraph != sentence.paragraph
    )


def _is_told(tokens: list[Token], sentence: Sentence, name: _Name) -> bool:
    """Whether an agency in the text tells or is told: it is called one or stands by a verb of telling."""
    before = [tokens[i].lower for i in range(max(sentence.first, name.first - 3), name.first)]
    if any(word.endswith(word_ends("agency-nouns")) for word in before):
        return True
    determined = bool(before) and before[-1] in {"der", "die", "gegenüber", "laut"}
    after = tokens[name.last].lower if name.last < sentence.last else ""
    beside = [before[-1] if before else "", after]
    telling = any(_tells(word) for word in beside)
    return telling or (
        determined and any(_tells(tokens[i].lower) for i in range(sentence.first, sentence.last))
    )


def _tells(word: str) -> bool:
    return any(f.lemma in word_class("telling-an-agency") for f in analyse_verb(word))
