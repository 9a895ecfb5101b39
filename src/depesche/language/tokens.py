"""Words and sentences with their offsets.

A token is a word, a number or one punctuation mark; a hyphenated compound (``US-Außenminister``) is
one token, an abbreviation keeps its full stop. Tokens never overlap, stand in the order of the text
and cover every character that is not white space. Everything here takes time linear in the text.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator

import msgspec

from depesche.language.lexicon import load_entries

# A sentence longer than this is cut: no sentence of news is, and what comes after may rely on it.
MAX_SENTENCE_TOKENS = 250

OPENING_QUOTES = frozenset("„«‹‚“»›\"'")
CLOSING_QUOTES = frozenset("“”»›‘’«‹\"'")
QUOTES = OPENING_QUOTES | CLOSING_QUOTES
TERMINAL = frozenset({".", "!", "?", "…", "..."})
_CLOSERS = CLOSING_QUOTES | {")", "]"}

_TOKEN = re.compile(
    r"""
      (?:[^\W\d_]\.){2,}                          # z.B.  d.h.  U.S.
    | \d+(?:[.,:]\d+)+(?![^\W\d_])                # 1.000  3,5  10:30  10.7.2025
    | [^\W_]+(?:[-‐‑–'’][^\W_]+)*(?:[-‐‑](?!\w))?  # Wort  US-Außenminister  20-Jährige  Außen-
    | \.\.\.+
    | [^\s]                                       # one mark
    """,
    re.VERBOSE,
)
_BREAK = re.compile(r"\n")


class Token(msgspec.Struct, frozen=True, gc=False):
    """A word, number or mark. ``lower`` is its text in lower case.

    ``is_word`` says whether it begins with a letter, ``is_capital`` whether with a capital one: they are
    asked for so often that they are written down.
    """

    start: int
    end: int
    text: str
    lower: str
    is_word: bool
    is_capital: bool


class Sentence(msgspec.Struct, frozen=True):
    """Tokens ``first`` to ``last`` (exclusive), characters ``start`` to ``end``, and its paragraph."""

    index: int
    first: int
    last: int
    start: int
    end: int
    paragraph: int


class Abbreviation(msgspec.Struct, frozen=True):
    """An entry of abbreviations.yaml. ``ends`` says that a sentence may end with it (``usw.``)."""

    id: str
    form: str
    yes: str
    no: str
    ends: bool = False


@functools.cache
def load_abbreviations() -> dict[str, Abbreviation]:
    """Return the German abbreviations by their form without the last full stop."""
    return {e.form.removesuffix("."): e for e in load_entries("de/abbreviations.yaml", Abbreviation)}


@functools.cache
def load_sentence_starters() -> frozenset[str]:
    """Return words that, capitalised after ``10.``, show that a new sentence begins."""
    return frozenset(e.form for e in load_entries("de/sentence-starters.yaml", Abbreviation))


def tokenize(text: str) -> list[Token]:
    """Return the tokens of a text."""
    abbreviations = load_abbreviations()
    tokens: list[Token] = []
    for match in _TOKEN.finditer(text):
        word = match.group()
        start, end = match.span()
        if word == "." and tokens and tokens[-1].end == start:
            last = tokens[-1]
            if last.text in abbreviations or (
                len(last.text) == 1 and last.text.isalpha() and last.is_capital
            ):
                joined = last.text + "."
                tokens[-1] = _make_token(last.start, end, joined)
                continue
        tokens.append(_make_token(start, end, word))
    return tokens


def _make_token(start: int, end: int, text: str) -> Token:
    return Token(start, end, text, text.lower(), text[0].isalpha(), text[0].isupper())


def split_sentences(text: str, tokens: list[Token]) -> list[Sentence]:
    """Return the sentences: after ``. ! ?`` where a new one can begin, at headings and between paragraphs."""
    sentences: list[Sentence] = []
    hard = _paragraph_starts(text, tokens)
    first = paragraph = 0
    for last in _sentence_ends(tokens, hard):
        if first in hard:
            paragraph += 1
        sentences.append(
            Sentence(
                len(sentences), first, last, tokens[first].start, tokens[last - 1].end, max(0, paragraph)
            )
        )
        first = last
    return sentences


def _sentence_ends(tokens: list[Token], hard: frozenset[int]) -> Iterator[int]:
    """Yield the index after the last token of each sentence."""
    first = 0
    i = 0
    n = len(tokens)
    while i < n:
        after = i + 1
        end = False
        token = tokens[i]
        if token.text in TERMINAL or token.text[-1] == ".":
            # Closing quotation marks and brackets that stick to the stop belong to its sentence.
            while (
                after < n and tokens[after].text in _CLOSERS and tokens[after].start == tokens[after - 1].end
            ):
                after += 1
            end = after < n and _can_end(tokens, i, after)
        if after >= n or end or after in hard or after - first >= MAX_SENTENCE_TOKENS:
            yield min(after, n)
            first = after
        elif any(k in hard for k in range(i + 1, after)):
            after = next(k for k in range(i + 1, after) if k in hard)
            yield after
            first = after
        i = after


def _can_end(tokens: list[Token], stop: int, following: int) -> bool:
    """Whether a sentence can end with the stop at ``stop``, the next words beginning at ``following``."""
    after = tokens[following]
    if after.start == tokens[following - 1].end and after.text[0] not in OPENING_QUOTES:
        return False
    begin = following
    while begin < len(tokens) - 1 and tokens[begin].text in OPENING_QUOTES | {"(", "[", "–", "-"}:
        begin += 1
    head = tokens[begin]
    bracketed = after.text == "("  # what stands in brackets behind a full stop is a credit or an aside
    if not (head.is_capital or head.text[0].isdigit() or bracketed):
        return False
    token = tokens[stop]
    if token.text in {"!", "?"}:
        return True
    if len(token.text) > 1 and token.text[-1] == "." and token.text[0].isalpha():
        known = load_abbreviations().get(token.text.removesuffix("."))
        return known is not None and known.ends and head.text in load_sentence_starters()
    before = tokens[stop - 1] if stop else None
    if before and before.end == token.start and _is_ordinal(before.text):
        return head.text in load_sentence_starters() or (begin > following and not bracketed)
    return True


def _is_ordinal(word: str) -> bool:
    """Whether ``word.`` may be an ordinal: ``10.``, ``XVI.`` (a year is not one)."""
    if word.isdigit():
        return len(word) <= 3
    return len(word) > 1 and set(word) <= set("IVX")


def _paragraph_starts(text: str, tokens: list[Token]) -> frozenset[int]:
    """Return the indexes of tokens that begin a paragraph.

    A blank line always divides. A single line break divides unless the text is wrapped to a width:
    then only a line that stops short of it, or that ends a sentence, does.
    """
    lines = text.split("\n")
    width = max(map(len, lines))
    wrapped = width <= 120
    starts: set[int] = {0} if tokens else set()
    for i in range(1, len(tokens)):
        before, token = tokens[i - 1], tokens[i]
        if token.start == before.end:
            continue
        gap = text[before.end : token.start]
        breaks = gap.count("\n")
        if not breaks:
            continue
        if breaks > 1:
            starts.add(i)
        elif not token.text[0].islower():
            line_start = text.rfind("\n", 0, before.end) + 1
            short = before.end - line_start < 0.6 * width
            if not wrapped or short or before.text in TERMINAL or before.text in _CLOSERS:
                starts.add(i)
    return frozenset(starts)
