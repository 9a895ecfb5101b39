"""How alike two reports are, as one number.

``similarity`` is the weighted mean of what can be compared, each part between 0 and 1:

| part | weight | what |
|---|---|---|
| meaning | 0.6 | cosine of the mean vectors, stretched: 0 for unrelated reports, 1 for two of one matter |
| words | 0.5 | square root of the cosine of the shared words, each weighed by how rare it is |
| names | up to 0.1 | the same of names and states; the fewer the reports have, the less it counts |

What both have word for word does not count (``compare_reports``); profiles alone do not show it.

A part that one of the reports lacks (no network, not read) is left out of the mean; without a network the
mean is stretched in the same way. Reports further apart in time are less alike: the number falls by a quarter
at most, over ``_SLOW`` days. Where a day of publication is missing, it falls as far if the days that
both name at their beginning are other ones.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import msgspec

from depesche.link.copies import find_common
from depesche.link.profiles import Profile, cosine_of_vectors, profile_of, profile_without
from depesche.link.records import Record

_MEANING, _WORDS, _NAMES = 0.6, 0.5, 0.1
# Cosines of reports that have nothing in common but being news, and of two reports of one matter.
_UNRELATED, _ALIKE = 0.05, 0.65
# Without a network: what two reports of one matter in their own words reach by words and names.
_ALIKE_IN_WORDS = 0.84
# So many names on both sides make the comparison of names count in full.
_MANY_NAMES = 8
# With so many words of its own a report says enough to be compared by them alone.
_SENTENCE = 15
# The days over which reports come to be as far apart as time can tell, and how much that takes off.
_SLOW, _TIME = 30.0, 0.25


class Likeness(msgspec.Struct, frozen=True):
    """How alike two reports are and in what, each between 0 and 1; None where it cannot be compared.

    ``timeless`` is the similarity that they would have on one day, ``days`` how many days lie between their
    days of publication.
    """

    similarity: float
    timeless: float
    meaning: float | None
    words: float
    names: float | None
    days: int | None


def similarity(a: Record, b: Record) -> float:
    """Return how alike two reports are, between 0 and 1; it is the same from both sides.

    Reports without a word in common, and which no network read, have 0.
    """
    return compare_reports(a, b).similarity


def compare_reports(a: Record, b: Record) -> Likeness:
    """Return how alike two reports are, and in what, beyond what both have word for word.

    What one of them has left beyond that counts the less the shorter it is: copies have nothing left.
    """
    whole = compare_profiles(profile_of(a), profile_of(b))
    common = find_common(a, b)
    if not common.a or not common.left:
        return whole
    rest = compare_profiles(profile_without(a, common.a), profile_without(b, common.b))
    return _mix(whole, rest, min(1.0, common.left / _SENTENCE))


def _mix(whole: Likeness, rest: Likeness, share: float) -> Likeness:
    """Return the likeness that lies between two; ``share`` is how much the second counts."""

    def mix(one: float, other: float) -> float:
        return one + share * (other - one)

    return Likeness(
        similarity=mix(whole.similarity, rest.similarity),
        timeless=mix(whole.timeless, rest.timeless),
        meaning=None if whole.meaning is None or rest.meaning is None else mix(whole.meaning, rest.meaning),
        words=mix(whole.words, rest.words),
        names=None if whole.names is None or rest.names is None else mix(whole.names, rest.names),
        days=whole.days,
    )


def compare_profiles(a: Profile, b: Profile) -> Likeness:
    """Return how alike two reports are, and in what."""
    meaning = _compare_meaning(a, b)
    words = math.sqrt(cosine(a.words, b.words))
    parts = [(_WORDS, words)]
    if meaning is not None:
        parts.append((_MEANING, meaning))
    known = min(len(a.names), len(b.names))
    names = math.sqrt(cosine(a.names, b.names)) if known else None
    if names is not None:
        parts.append((_NAMES * min(1.0, known / _MANY_NAMES), names))
    total = sum(weight * part for weight, part in parts) / sum(weight for weight, _ in parts)
    if meaning is None:
        total = min(1.0, total / _ALIKE_IN_WORDS)
    days = abs(a.day - b.day) if a.day is not None and b.day is not None else None
    apart = min(1.0, days / _SLOW) if days is not None else _name_other_days(a.told_days, b.told_days)
    return Likeness(total * (1.0 - _TIME * apart), total, meaning, words, names, days)


def cosine(a: Mapping[str, float], b: Mapping[str, float]) -> float:
    """Return the cosine of two sets of weights, between 0 and 1 as none is negative."""
    low, high = (a, b) if len(a) <= len(b) else (b, a)
    # fsum does not depend on the order: the number must be the same from both sides.
    shared = math.fsum(low[key] * high[key] for key in low.keys() & high.keys())
    lengths = math.fsum(w * w for w in a.values()) * math.fsum(w * w for w in b.values())
    return min(1.0, shared / math.sqrt(lengths)) if shared > 0 else 0.0


def _compare_meaning(a: Profile, b: Profile) -> float | None:
    if not a.vector or len(a.vector) != len(b.vector):
        return None
    alike = cosine_of_vectors(a.vector, b.vector)
    return min(1.0, max(0.0, (alike - _UNRELATED) / (_ALIKE - _UNRELATED)))


def _name_other_days(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    """Return how much speaks for two reports being of other days by those that they name, at most 1.

    Days of the year say more than days of the week: they are compared if both reports name some.
    """
    for of_year in (True, False):
        a, b = ({day: w for day, w in told.items() if (len(day) > 1) == of_year} for told in (one, other))
        if a and b:
            return (1.0 - cosine(a, b)) * min(max(a.values()), max(b.values()))
    return 0.0
