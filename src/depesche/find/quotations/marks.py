"""Stretches in quotation marks: where each begins and ends, also where marks are wrong or missing."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from depesche.language.document import Document
from depesche.language.tokens import Token

# What closes a stretch that the key opened. Typing is loose: a low mark is often closed by a straight one.
_CLOSES = {
    "„": '“”"',
    "“": '”"',
    "”": '”"',
    '"': '"“”',
    "»": "«",
    "«": "»",
    "‚": "‘’",
    "‘": "’",
    "›": "‹",
    "‹": "›",
}
_DOUBLE = frozenset('„“”"»«')
# Nobody speaks longer than this in one paragraph; a stretch without an end is cut.
MAX_STRETCH_TOKENS = 400


class Stretch(msgspec.Struct, frozen=True):
    """Tokens ``first`` to ``last`` (exclusive) in quotation marks, the marks among them."""

    first: int
    last: int


def find_stretches(document: Document) -> tuple[Stretch, ...]:
    """Return the outermost stretches in quotation marks, in the order of the text.

    None leaves its paragraph. An opening mark that nothing closes counts to the end of its sentence,
    if the next paragraph goes on with an opening mark to the end of the paragraph.
    """
    if not any(mark in document.text for mark in _CLOSES):
        return ()
    bounds = list(_paragraphs(document))
    found: list[Stretch] = []
    for number, (first, last) in enumerate(bounds):
        following = bounds[number + 1][0] if number + 1 < len(bounds) else None
        continues = following is not None and document.tokens[following].text in {"„", "»", "“"}
        found += _in_paragraph(document, first, last, continues=continues)
    return tuple(found)


def _paragraphs(document: Document) -> Iterator[tuple[int, int]]:
    first = last = paragraph = 0
    for sentence in document.sentences:
        if sentence.paragraph != paragraph and last > first:
            yield first, last
            first = sentence.first
        paragraph, last = sentence.paragraph, sentence.last
    if last > first:
        yield first, last


def _in_paragraph(document: Document, first: int, last: int, *, continues: bool) -> Iterator[Stretch]:
    tokens = document.tokens
    start: int | None = None
    i = first
    while i < last:
        mark = tokens[i].text
        if mark not in _CLOSES:
            i += 1
            continue
        if start is None:
            if _opens(tokens, i, first):
                start = i
        elif _closes(tokens, start, i, last):
            yield Stretch(start, i + 1)
            start = None
        elif mark in _DOUBLE and mark == tokens[start].text and mark != '"' and _opens(tokens, i, first):
            # A second opening mark of the same kind: the first was never closed.
            yield from _cut(document, start, i)
            start = i
        i += 1
    if start is not None:
        if continues and tokens[start].text in _DOUBLE:
            yield Stretch(start, last)
        else:
            yield from _cut(document, start, last)


def _opens(tokens: list[Token], i: int, first: int) -> bool:
    """Whether the mark at ``i`` stands where a stretch can begin."""
    token = tokens[i]
    if token.text in {"„", "‚"}:
        return True
    if i + 1 >= len(tokens):
        return False
    before_free = i == first or tokens[i - 1].end < token.start or tokens[i - 1].text in "([–—-/:"
    after_joined = tokens[i + 1].start == token.end
    return before_free and after_joined


def _closes(tokens: list[Token], start: int, i: int, last: int) -> bool:
    """Whether the mark at ``i`` closes the stretch that the one at ``start`` opens."""
    if tokens[i].text not in _CLOSES[tokens[start].text]:
        return False
    joined_before = tokens[i - 1].end == tokens[i].start
    free_after = i + 1 >= last or tokens[i + 1].start > tokens[i].end or not tokens[i + 1].is_word
    # A straight or high mark before a word is the next opening one.
    return joined_before or free_after or tokens[start].text in {"„", "»"}


def _cut(document: Document, start: int, last: int) -> Iterator[Stretch]:
    """Yield an unclosed stretch up to the end of its sentence."""
    sentence = document.sentence_of(start)
    end = min(last, sentence.last, start + MAX_STRETCH_TOKENS)
    if end > start + 1:
        yield Stretch(start, end)
