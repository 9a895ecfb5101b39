"""Whether two names may be spellings of one. Rules of transliteration: depesche.language.spelling."""

from __future__ import annotations

import functools
import re
from typing import Literal

from depesche.language.offices import names_of
from depesche.language.spelling import fold_name

Fit = Literal["same", "part", "different"]

_VOWELS = re.compile("[aeiou]")
# Of two folded names that differ by one letter, the shorter must be this long to be one name all the same.
_LONG_ENOUGH = 6
_MOST_WORDS = 8


def skeleton(folded: str) -> str:
    """Return the consonants of a folded word behind its first letter: spellings differ most in vowels.

    >>> skeleton(fold_name("Lawrow"))
    'lvrv'
    """
    return folded[:1] + _VOWELS.sub("", folded[1:])


def near(one: str, other: str) -> bool:
    """Whether two folded words are one name: equal, or long and one letter apart with the same first.

    >>> near(fold_name("Alexander"), fold_name("Aleksandr")), near(fold_name("Müller"), fold_name("Möller"))
    (True, False)
    """
    if one == other:
        return True
    if one[:1] != other[:1] or min(len(one), len(other)) < _LONG_ENOUGH or abs(len(one) - len(other)) > 1:
        return False
    return _one_apart(one, other)


def _one_apart(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    at = next((i for i, letter in enumerate(short) if letter != long[i]), len(short))
    return short[at:] == long[at + 1 :] if len(short) < len(long) else short[at + 1 :] == long[at + 1 :]


@functools.lru_cache(maxsize=50_000)
def split_name(name: str) -> tuple[str, ...]:
    """Return the folded parts of a name; articles of family names (al-, van der) do not count.

    >>> split_name("Sergej Lawrow") == split_name("Sergei Lavrov")
    True
    """
    particles = names_of("particle")
    words = [w for w in re.split(r"[\s.]+", name) if any(map(str.isalnum, w))]
    kept = [w for w in words if w.lower() not in particles] or words
    return tuple(folded for w in kept[:_MOST_WORDS] if (folded := fold_name(w)))


@functools.lru_cache(maxsize=50_000)
def family_of(name: str) -> str:
    """Return the folded family name of a name: its last part, its first where that is a family name first.

    >>> family_of("Xi Jinping") == family_of("Xi"), family_of("Marco Rubio") == family_of("Rubio")
    (True, True)
    """
    parts = split_name(name)
    if not parts:
        return ""
    return parts[0] if name.split(" ", 1)[0] in names_of("family_first") else parts[-1]


def fit_names(one: str, other: str) -> Fit:
    """Return whether two names are the same, one is a part of the other (Lawrow), or they differ.

    First names may be initials or left out in the middle: ``S. Lawrow``, ``Sergej Wiktorowitsch Lawrow``.

    >>> fit_names("Sergej Lawrow", "Sergei Lavrov"), fit_names("Lawrow", "Sergej Lawrow")
    ('same', 'part')
    >>> fit_names("Sergej Lawrow", "Igor Lawrow")
    'different'
    """
    first, second = split_name(one), split_name(other)
    short, long = (first, second) if len(first) <= len(second) else (second, first)
    if not short:
        return "different"
    if "".join(short) == "".join(long):
        return "same"
    if len(short) == 1:
        whole = other if long is second else one
        if len(long) == 1:
            return "same" if near(short[0], long[0]) else "different"
        return "part" if near(short[0], family_of(whole)) else "different"
    if not near(family_of(one), family_of(other)) and not near(short[-1], long[-1]):
        # A second family name may be left out: Salvatierra Quispe.
        return "same" if len(long) > 2 and _contained(short, long) and len(short[0]) > 1 else "different"
    return "same" if _contained(short, long) or _firsts_fit(short, long) else "different"


def _contained(short: tuple[str, ...], long: tuple[str, ...]) -> bool:
    """Whether every part of the one stands in the other, in its order; an initial stands for a part."""
    rest = iter(long)
    return all(any(_part_fits(part, other) for other in rest) for part in short)


def _firsts_fit(short: tuple[str, ...], long: tuple[str, ...]) -> bool:
    return len(short) == len(long) and all(_part_fits(a, b) for a, b in zip(short, long, strict=True))


def _part_fits(one: str, other: str) -> bool:
    if min(len(one), len(other)) == 1:
        return one[0] == other[0]
    # Unstressed vowels of first names go one way or another: Dmitri, Dimitri.
    return near(one, other) or (skeleton(one) == skeleton(other) and abs(len(one) - len(other)) == 1)
