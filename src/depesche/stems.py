"""Words as search and linking compare them: stems of German, without umlauts and accents.

``Verhandlungen`` and ``Verhandlung``, ``Häuser`` and ``haeuser``, ``Erdoğan`` and ``Erdogan`` are the
same word here. Text and query go through the same function, so that they cannot disagree.
"""

from __future__ import annotations

import functools
import re
import threading
import unicodedata
from collections.abc import Iterator

import Stemmer

# Letters and digits, with the accents that may follow a letter and the soft hyphens inside a word.
WORD = re.compile(r"[^\W_](?:[^\W_]|[\u0300-\u036f\u00ad])*")
_JOINERS = str.maketrans("", "", "\u00ad")
# Letters that Unicode does not take apart into a letter and its accent.
_LETTERS = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ı": "i", "æ": "ae", "œ": "oe", "ð": "d", "þ": "th"})
_ACCENT = re.compile("[\u0300-\u036f]")
# The stemmer leaves the genitive of names alone where no German noun would have it: Trumps, Lawrows, Obamas.
_GENITIVE = re.compile(r"(?:(?<=[^\W\d_]{2}[cjpqvw])|(?<=[^\W\d_]{4}[aiouy]))s\Z")
# No word is longer; what is, is cut, so that it can be found by its beginning.
_LONGEST = 100

_local = threading.local()


@functools.lru_cache(maxsize=100_000)
def stem_word(word: str) -> str:
    """Return the stem of a word, without umlauts and accents.

    >>> stem_word("Verhandlungen"), stem_word("Häuser"), stem_word("Erdoğans")
    ('verhandl', 'haus', 'erdogan')
    """
    plain = unicodedata.normalize("NFC", word[:_LONGEST].translate(_JOINERS).lower())
    return _GENITIVE.sub("", strip_accents(_stemmer().stemWord(plain)))


def strip_accents(word: str) -> str:
    """Return the word without umlauts and accents, in lower case.

    >>> strip_accents("Wałęsa")
    'walesa'
    """
    return plain_letters(word.translate(_JOINERS).lower())


def plain_letters(lower: str) -> str:
    """Return a word in lower case with plain letters for those that have an accent or are no Latin ones.

    >>> plain_letters("nørrebro")
    'norrebro'
    """
    return _ACCENT.sub("", unicodedata.normalize("NFKD", lower.translate(_LETTERS).replace("ß", "ss")))


def stem_text(text: str) -> str:
    """Return the stems of a text in its order, with spaces between them."""
    return " ".join(stem_word(match.group()) for match in WORD.finditer(text))


def find_stems(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield start, end and stem of each word."""
    for match in WORD.finditer(text):
        yield match.start(), match.end(), stem_word(match.group())


def _stemmer() -> Stemmer.Stemmer:
    """Return the stemmer of this thread: one must not be used by two at once."""
    if not hasattr(_local, "stemmer"):
        _local.stemmer = Stemmer.Stemmer("german")
    stemmer: Stemmer.Stemmer = _local.stemmer
    return stemmer
