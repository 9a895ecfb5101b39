"""Numbers in words and digits."""

from __future__ import annotations

import functools
import re

_AMOUNT = re.compile(r"\d{1,3}(?:[.'’]\d{3})+(?:,\d+)?|\d+(?:,\d+)?")

_UNITS = ("ein", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun")
_TEENS = (
    "zehn",
    "elf",
    "zwölf",
    "dreizehn",
    "vierzehn",
    "fünfzehn",
    "sechzehn",
    "siebzehn",
    "achtzehn",
    "neunzehn",
)
_TENS = ("zwanzig", "dreißig", "vierzig", "fünfzig", "sechzig", "siebzig", "achtzig", "neunzig")


@functools.cache
def load_numbers() -> dict[str, int]:
    """Return the number words up to 999 and the round ones above; not ``ein``, which is an article too."""
    below = dict(zip(_UNITS, range(1, 10), strict=True)) | dict(zip(_TEENS, range(10, 20), strict=True))
    for index, ten in enumerate(_TENS, 2):
        below[ten] = index * 10
        below |= {f"{unit}und{ten}": index * 10 + n for n, unit in enumerate(_UNITS, 1)}
    numbers = dict(below) | {"hundert": 100, "tausend": 1000, "eins": 1, "zwo": 2, "dreissig": 30}
    for n, unit in enumerate(_UNITS, 1):
        numbers |= {f"{unit}hundert": n * 100, f"{unit}tausend": n * 1000}
        numbers |= {f"{unit}hundert{rest}": n * 100 + m for rest, m in below.items()}
    numbers |= {f"hundert{rest}": 100 + m for rest, m in below.items()}
    return numbers


def read_number(word: str) -> float | None:
    """Return the number that ``zwei``, ``zweieinhalb``, ``anderthalb`` or ``12`` stands for."""
    if word.isdecimal():
        return int(word)
    if word in {"anderthalb", "eineinhalb"}:
        return 1.5
    if word.endswith("einhalb") and word[:-7] in load_numbers():
        return load_numbers()[word[:-7]] + 0.5
    return load_numbers().get(word)


def read_amount(word: str) -> float | None:
    """Return the number that a word or figure of German text stands for, None if it is none.

    ``ein`` is none: mostly it is the article.

    >>> read_amount("1.200"), read_amount("3,5"), read_amount("Zwölf"), read_amount("12:30")
    (1200.0, 3.5, 12.0, None)
    """
    if _AMOUNT.fullmatch(word):
        return float(re.sub("[.'’]", "", word).replace(",", "."))
    number = None if word.lower() == "ein" else read_number(word.lower())
    return None if number is None else float(number)
