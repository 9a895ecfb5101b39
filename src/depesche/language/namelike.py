"""Words that look like names, for texts of which no network has told the names."""

from __future__ import annotations

import functools
import re

from depesche.language.function_words import all_function_words
from depesche.language.offices import noun_of
from depesche.language.states import country_of_adjective, country_of_name

WORD = re.compile(r"[^\W\d_]{3,40}")
# A shorter end of a word is an accident, not the head of a compound.
_SHORTEST_HEAD = 4
# Longer words in capitals are shouted, not abbreviated.
_LONGEST_INITIALISM = 6


@functools.lru_cache(maxsize=100_000)
def looks_like_name(word: str) -> bool:
    """Whether a word is probably a name: capitalised, no German word, no compound of one, no state.

    Names that are German words too (Merkel, Fischer) are not told by the word alone.

    >>> [w for w in ("Lawrow", "Konotop", "Minister", "Drohnenangriff", "Kirgisistan") if looks_like_name(w)]
    ['Lawrow', 'Konotop']
    """
    if not word[:1].isupper() or not WORD.fullmatch(word) or word.lower() in all_function_words():
        return False
    if word.isupper() and len(word) > _LONGEST_INITIALISM:
        return False
    if _is_german(word) or noun_of(word) or country_of_name(word) or country_of_adjective(word):
        return False
    return not any(_is_german(word[i:].capitalize()) for i in range(3, len(word) - _SHORTEST_HEAD + 1))


def _is_german(word: str) -> bool:
    import simplemma  # noqa: PLC0415  # its lists take long to load, and not everybody links

    return simplemma.is_known(word, lang="de") or simplemma.is_known(word.lower(), lang="de")
