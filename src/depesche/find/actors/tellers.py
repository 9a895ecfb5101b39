"""Who says something, as the words around a name tell: ``laut X``, ``X zufolge``, ``nach Angaben von X``."""

from __future__ import annotations

from collections.abc import Sequence

from depesche.find.quotations.words import is_noun_of_saying, phrase_words
from depesche.language.tokens import QUOTES, Token

_OWNING = frozenset({"von", "vom", "der", "des"})
# So many adjectives may stand before a noun.
_MAX_ADJECTIVES = 3


def says_at(tokens: Sequence[Token], first: int, last: int) -> bool:
    """Whether something rests on the word of whom the tokens from ``first`` to ``last`` (exclusive) name.

    The name may stand in quotation marks: ``laut „Reuters“``.
    """
    if first > 0 and last < len(tokens) and tokens[first - 1].text in QUOTES and tokens[last].text in QUOTES:
        first, last = first - 1, last + 1
    if last < len(tokens) and tokens[last].lower in phrase_words("zufolge"):
        return True
    before = words_before(tokens, first)
    if before and before[0] in phrase_words("laut"):
        return True
    if before and before[0] in _OWNING:
        before = before[1:]
    return len(before) > 1 and before[1] == "nach" and is_noun_of_saying(before[0], "nach")


def words_before(tokens: Sequence[Token], first: int) -> list[str]:
    """Return the words before a token in lower case, the nearest first, adjectives left out."""
    begin = first
    while begin and begin > first - _MAX_ADJECTIVES and _is_adjective(tokens[begin - 1]):
        begin -= 1
    return [tokens[i].lower for i in range(begin - 1, max(-1, begin - 4), -1)]


def _is_adjective(token: Token) -> bool:
    return not token.is_capital and len(token.text) > 4 and token.lower.endswith(("er", "en", "e"))
