"""Where a report names agencies and desks as its origin: credit lines, datelines and frames in the text.

Four signs count: brackets with nothing else at a paragraph's head or end (``Berlin (dpa) -``,
``(afp/red)``); a short line or sentence of codes (``dpa/AFP``, ``Quelle: APA``, ``mit Material von dpa``);
codes alone behind the last full stop of a paragraph; and in the text an agency that is called one, is
spoken to or tells (``sagte er der Agentur Reuters``).
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from typing import Literal

import msgspec

from depesche.language.document import Document
from depesche.language.lexicon import load_entries
from depesche.language.tokens import CLOSING_QUOTES, TERMINAL, Sentence, Token
from depesche.language.verbs import analyse_verb
from depesche.language.word_classes import word_class, word_ends

CreditKind = Literal["credit", "dateline", "told"]

_JOINTS = frozenset({"/", ",", ";", "und", "&", "+", "|", "-", "–"})
# A dateline is short: a town or two, a date, the agency.
_DATELINE_TOKENS = 10
_CREDIT_TOKENS = 14
_LONGEST_FORM = 3
# Codes that are common words or names as well.
_COMMON = frozenset({"ag", "idea", "map", "mehr", "petra", "red"})


class Agency(msgspec.Struct, frozen=True):
    """An entry of agencies.yaml; its ``id`` is the code."""

    id: str
    forms: tuple[str, ...]
    yes: str
    no: str
    kind: str = "agency"


class Credit(msgspec.Struct, frozen=True):
    """A place where a report names an agency or desk as its origin.

    ``kind`` says how: a ``credit`` (line, brackets or bare code at an end), a ``dateline``, or ``told``, a
    frame in the text. ``bearer`` is the entry's kind: ``agency``, ``desk`` or ``own``. ``start`` and ``end``
    are the characters of the whole credit (brackets and all in them, a dateline from the town on), in a
    frame those of the name. ``sentence`` is the index of the sentence.
    """

    code: str
    kind: CreditKind
    bearer: str
    start: int
    end: int
    sentence: int


class _Name(msgspec.Struct, frozen=True):
    """An agency's name at the tokens ``first`` to ``last`` (exclusive)."""

    agency: Agency
    first: int
    last: int
    exact: bool


def locate_credits(document: Document) -> tuple[Credit, ...]:
    """Return where a report credits agencies and desks, in the order of the text."""
    return tuple(
        credit
        for sentence in document.sentences
        if (names := list(_names(document.tokens, sentence)))
        for credit in _credited(document, sentence, names)
    )


def agency_named(name: str) -> str | None:
    """Return the code of the agency that is called so as an outlet (``AFP``, ``Keystone-SDA``), or None."""
    known = _forms().get(tuple(name.lower().split()))
    # Some codes are words too: an outlet may be called "Mehr" and be no agency.
    return known[0].id if known and known[0].kind == "agency" and known[0].id not in _COMMON else None


def _credited(document: Document, sentence: Sentence, names: list[_Name]) -> Iterator[Credit]:
    """Yield those names in a sentence that stand as a credit."""
    tokens = document.tokens
    line = _is_credit_line(tokens, sentence, names)
    trail = _trail(document, sentence, names)
    for name in names:
        agency = name.agency
        if line:
            yield _credit(document, sentence, agency, "credit", sentence.first, sentence.last)
        elif trail is not None and name.first >= trail:
            yield _credit(document, sentence, agency, "credit", trail, sentence.last)
        elif (brackets := _credit_brackets(document, sentence, name, names)) is not None:
            kind, opening, closing = brackets
            yield _credit(document, sentence, agency, kind, opening, closing + 1)
        elif name.exact and agency.kind == "agency" and _is_told(tokens, sentence, name):
            yield _credit(document, sentence, agency, "told", name.first, name.last)


def _credit(
    document: Document, sentence: Sentence, agency: Agency, kind: CreditKind, first: int, last: int
) -> Credit:
    """Return the credit of an agency at the tokens ``first`` to ``last`` (exclusive)."""
    tokens = document.tokens
    return Credit(agency.id, kind, agency.kind, tokens[first].start, tokens[last - 1].end, sentence.index)


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
    if sentence.last - sentence.first > _CREDIT_TOKENS or all(n.agency.kind != "agency" for n in names):
        return False
    named = {i for n in names for i in range(n.first, n.last)}
    rest = [tokens[i] for i in range(sentence.first, sentence.last) if i not in named]
    return all(t.lower in word_class("credit-words") or t.lower in _JOINTS or t.text in "().[]" for t in rest)


def _trail(document: Document, sentence: Sentence, names: list[_Name]) -> int | None:
    """Return the first token of codes alone behind the last full stop of a paragraph, or None.

    ``Er schwieg. dpa/eig``: without a capital letter no new sentence has begun.
    """
    tokens = document.tokens
    if not _ends_paragraph(document, sentence, sentence.last - 1):
        return None
    named = {i for n in names for i in range(n.first, n.last)}
    first = sentence.last
    while first > sentence.first and (
        first - 1 in named or tokens[first - 1].lower in _JOINTS or _is_initials(tokens[first - 1])
    ):
        first -= 1
    behind = [n for n in names if n.first >= first]
    if first == sentence.first or not any(n.exact and n.agency.kind == "agency" for n in behind):
        return None
    before = tokens[first - 1]
    return first if before.text in TERMINAL or before.text in CLOSING_QUOTES else None


def _credit_brackets(
    document: Document, sentence: Sentence, name: _Name, names: list[_Name]
) -> tuple[CreditKind, int, int] | None:
    """Return what brackets that hold only credits are, and their tokens; None if the name stands in none.

    They stand at the end of a paragraph, or behind town and date at its head; those of a dateline are told
    from the first word of the sentence on.
    """
    tokens = document.tokens
    opening = _bracket(
        tokens, range(name.first - 1, max(sentence.first - 1, name.first - _CREDIT_TOKENS), -1), "(["
    )
    closing = _bracket(tokens, range(name.last, min(sentence.last, name.last + _CREDIT_TOKENS)), ")]")
    if opening is None or closing is None:
        return None
    inside = [n for n in names if opening < n.first < closing]
    named = {i for n in inside for i in range(n.first, n.last)}
    rest = [tokens[i] for i in range(opening + 1, closing) if i not in named]
    if not all(t.lower in _JOINTS or t.lower in word_class("credit-words") or _is_initials(t) for t in rest):
        return None
    if _ends_paragraph(document, sentence, closing):
        return "credit", opening, closing
    desks = all(n.agency.kind != "agency" for n in inside)
    if not desks and _is_dateline(document, sentence, opening, closing):
        return "dateline", sentence.first, closing
    return None


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
    return document.ends_paragraph(sentence)


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
