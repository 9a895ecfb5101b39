"""The town and date that a report begins with: ``Wien/Paris (apa) – ``, ``Kiew, 3.11.2025 - ``."""

from __future__ import annotations

from collections.abc import Sequence

from depesche.language.document import Document
from depesche.language.tokens import QUOTES, Sentence, Token

# What follows the town: an agency in brackets, another town, or what is reported.
_MARKS = frozenset({"(", "/", "–", "-", "—"})
_DASHES = frozenset({"–", "-", "—"})
# A dateline is short.
_MOST = 14


def ends_town(tokens: Sequence[Token], i: int, last: int) -> bool:
    """Whether what stands at ``i`` follows the town of a dateline; ``last`` is the end of the words."""
    dated = tokens[i].text == "," and i + 1 < last and tokens[i + 1].text[0].isdigit()
    return dated or tokens[i].text in _MARKS


def behind_dateline(document: Document, sentence: Sentence) -> int:
    """Return the token at which a sentence begins behind its dateline; its first one if it has none."""
    if not document.opens_paragraph(sentence):
        return sentence.first
    tokens = document.tokens
    head = tokens[sentence.first : min(sentence.first + _MOST, sentence.last - 1)]
    dash = next((k for k, token in enumerate(head) if token.text in _DASHES), 0)
    town = dash and head[0].is_capital and all(_is_of_dateline(head, k) for k in range(dash))
    behind = sentence.first + dash + 1
    if not town or not (tokens[behind].is_capital or tokens[behind].text in QUOTES):
        return sentence.first
    return behind


def _is_of_dateline(head: Sequence[Token], k: int) -> bool:
    """Whether a token may stand in a dateline: a town, a date, the letters of an agency in brackets."""
    token = head[k]
    bracketed = k > 0 and head[k - 1].text in {"(", "/"}
    return token.is_capital or not token.is_word or bracketed or token.text[0].isdigit()
