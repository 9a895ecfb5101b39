"""Words without what outlets change in them: ß and ss, umlauts, Jänner and Januar, Lawrow and Lavrov."""

from __future__ import annotations

import functools
import re
import unicodedata
from typing import Literal

import msgspec

from depesche.language.lexicon import load_entries

# 1.200, 1'200, 1’200
_THOUSANDS = re.compile(r"\d{1,3}(?:[.'’]\d{3})+")
_PLAIN = str.maketrans(
    {"ß": "ss", "ø": "o", "ł": "l", "đ": "d", "ı": "i", "æ": "ae", "œ": "oe", "'": "", "’": ""}
)


class Spelling(msgspec.Struct, frozen=True):
    """An entry of spellings.yaml: ``forms`` that are one word or one group of letters."""

    id: str
    kind: Literal["letters", "word"]
    forms: tuple[str, ...]
    yes: str
    no: str


@functools.lru_cache(maxsize=100_000)
def fold_word(word: str) -> str:
    """Return what all ways of writing a word share; fit to be compared, not to be shown.

    >>> fold_word("Lawrow") == fold_word("Lavrov"), fold_word("Außenminister") == fold_word("Aussenminister")
    (True, True)
    >>> fold_word("1.200") == fold_word("1200"), fold_word("Jänner") == fold_word("Januar")
    (True, True)
    """
    lower = word.lower().rstrip(".")
    lower = _words().get(lower, lower)
    if lower[:1].isdigit():
        return re.sub(r"\D", "", lower) if _THOUSANDS.fullmatch(lower) else lower.replace(":", ".")
    plain = lower.translate(_PLAIN)
    if not plain.isascii():
        plain = "".join(c for c in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(c))
    pattern, letters = _letters()
    folded = pattern.sub(lambda found: letters[found.group()], plain)
    return re.sub(r"(.)\1+", r"\1", folded) or lower


@functools.cache
def load_spellings() -> tuple[Spelling, ...]:
    """Return the entries of spellings.yaml."""
    return load_entries("de/spellings.yaml", Spelling)


@functools.cache
def _words() -> dict[str, str]:
    return {form: e.forms[0] for e in load_spellings() if e.kind == "word" for form in e.forms}


@functools.cache
def _letters() -> tuple[re.Pattern[str], dict[str, str]]:
    """Return a pattern of all groups of letters, longest first, and a sign that no word has for each."""
    entries = [e for e in load_spellings() if e.kind == "letters"]
    letters = {form: chr(ord("A") + n) for n, e in enumerate(entries) for form in e.forms}
    return re.compile("|".join(sorted(map(re.escape, letters), key=len, reverse=True))), letters
