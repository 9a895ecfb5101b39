"""Reports on one matter: which two belong together and why, and what a story of many is.

Whether two reports belong together depends on these two alone, so that stories come out the same in whatever
order their reports arrive. A story is what hangs together by such links.

Two reports are linked if one is a copy of the other, or if they are alike enough (``similarity``) and no
*rivals*. Rivals are alike because they tell of two things of one kind: the minister meets one colleague on
Thursday and another on Friday; drones strike one town and then another. Their first sentences show it: each
names somebody whom the other does not, or they have no name in common at all. Reports more than a month apart
are linked only if one looks back at the days of the other.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Mapping
from typing import Literal

import msgspec

from depesche.language.states import states_by_code
from depesche.link.copies import Comparison, compare, fingerprints, share_of_prints
from depesche.link.postings import NEVER, REACH, Posting, key_of
from depesche.link.profiles import Lead, Profile, profile_of
from depesche.link.records import Record
from depesche.link.similarity import Likeness, compare_profiles, compare_reports, cosine

# From here on two reports that are no rivals are on one matter.
ALIKE = 0.5
# Reports that are this much alike are on one matter even if their first sentences name nothing in common.
_VERY_ALIKE = 0.65
# Other names in the same words: one form, filled in twice.
_SAME_WORDING = 0.75
# Copies are looked for among reports that are at least this much alike.
_MAYBE_COPY = 0.4
# What happens on another day and names another place must be more alike.
_ANOTHER_DAY = 0.55
# So much of the fingerprints in common is told as a copy, and of so much more nothing else is asked.
_COPIED, _SURELY_COPIED = 0.5, 0.75
# Days between reports of one matter that has not rested, and between an event and the first reports of it.
_RUNNING, _AROUND = 30, 7
# Of a longer stretch of days that a report looks back at, so many are looked at.
_LONGEST_AGO = 400

# Of a report's most telling names and words, so many make its keys.
_NAMES, _FIRST_NAMES, _WORDS = 6, 5, 12
_FIRST_STATES, _WORDS_OF_STATES = 3, 8

ReasonKind = Literal["copy", "meaning", "words", "names", "looks back"]


class Reason(msgspec.Struct, frozen=True):
    """Why two reports belong together: in what they are alike, how much (0 to 1), and by which names."""

    kind: ReasonKind
    value: float
    shared: tuple[str, ...] = ()


class StoryLink(msgspec.Struct, frozen=True):
    """That two reports are on one matter: how alike they are, and why."""

    strength: float
    reasons: tuple[Reason, ...]


def find_postings(record: Record) -> frozenset[Posting]:
    """Return where an index keeps a report, so that those that may be on the same matter stand near it.

    Two reports at most a month apart share a key if they have two telling names in common, or a name and a
    telling word, or two states and a telling word. Three names lead to undated reports too, and to those of
    the days that a report looks back at.
    """
    profile = profile_of(record)
    names, words = _most_telling(profile.names, _NAMES), _most_telling(profile.words, _WORDS)
    sets = {*itertools.combinations(names, 2), *itertools.product(names[:_FIRST_NAMES], words)}
    told: set[tuple[str, ...]] = {s for s in sets if not _is_common(s)}
    states = {s for s in itertools.combinations(names[:_FIRST_STATES], 2) if _is_common(s)}
    told |= {(*pair, word) for pair in states for word in words[:_WORDS_OF_STATES]}
    threes = {t for t in itertools.combinations(names, 3) if not _is_common(t)}
    back = {day for first, last in profile.looks_back for day in _days_to_find(first, last)}
    days = {profile.day if profile.day is not None else NEVER, *back}
    found = {(key_of("names", *sorted(three)), day) for three in threes for day in days}
    if profile.day is not None:
        found |= {(key_of("story", *sorted(parts)), profile.day) for parts in told}
    return frozenset(found)


def _days_to_find(first: int, last: int) -> range:
    """Return days of which one is near any day that a look back at a stretch of days may mean."""
    return range(first, min(last, first + _LONGEST_AGO) + 1, REACH - _AROUND)


def _most_telling(weights: Mapping[str, float], most: int) -> list[str]:
    return sorted(weights, key=lambda name: (-weights[name], name))[:most]


def _is_common(names: Iterable[str]) -> bool:
    """Whether the names are those of states alone: there is news of Russia and Ukraine every day."""
    return all(name in states_by_code() for name in names)


def same_story(a: Record, b: Record) -> StoryLink | None:
    """Return the link between two reports on one matter, else None; it is the same from both sides."""
    one, other = profile_of(a), profile_of(b)
    shared = share_of_prints(fingerprints(a), fingerprints(b))
    return match_likeness(one, other, compare_profiles(one, other), shared, lambda: (a, b))


def match_likeness(
    one: Profile,
    other: Profile,
    likeness: Likeness,
    shared: float,
    load: Callable[[], tuple[Record, Record]],
) -> StoryLink | None:
    """Return what ``same_story`` does, by the profiles of two reports and how alike these are.

    ``shared`` is how many of their fingerprints are the same (0 to 1). The reports are asked for only if both
    have words in common and their profiles do not tell: to compare texts takes long.
    """
    if likeness.timeless < _MAYBE_COPY:
        return None
    if likeness.timeless >= ALIKE and 0 < shared < _SURELY_COPIED:
        # Two releases of one office are alike in what stands under both.
        likeness = compare_reports(*load())
    rivals = are_rivals(one, other, likeness)
    if likeness.days is not None and likeness.days > _RUNNING:
        if likeness.timeless < ALIKE or rivals or not _looks_back(one, other):
            return None
        back = Reason("looks back", round(likeness.timeless, 3))
        return StoryLink(likeness.similarity, (back, *_reasons(one, other, likeness)))
    alike = likeness.similarity >= ALIKE and not rivals
    # Agencies tell every attack in the same words: what is copied names the same towns.
    if not alike and (not shared or _are_of_one_form(one, other) or not _is_copy(compare(*load()))):
        return None
    reasons = _reasons(one, other, likeness)
    if alike and shared < _COPIED:
        return StoryLink(likeness.similarity, reasons)
    return StoryLink(1.0, (Reason("copy", round(shared, 3)), *reasons))


def _is_copy(comparison: Comparison) -> bool:
    """Whether most of the later text is the earlier one's; passages alone join no stories."""
    return comparison.kind in ("verbatim", "edited")


def are_rivals(a: Profile, b: Profile, likeness: Likeness) -> bool:
    """Whether two reports, alike as they are, tell of two things of one kind."""
    one, other = a.lead, b.lead
    if _others_meet(a, b):
        return True
    if not one.names or not other.names:
        return False
    if _name_others(one, other) and (likeness.timeless < _VERY_ALIKE or _are_of_one_form(a, b)):
        return True
    strange = one.names - b.all_names or other.names - a.all_names
    elsewhere = bool(strange) and one.persons.isdisjoint(other.persons)
    return elsewhere and _on_other_days(one, other) and likeness.timeless < _ANOTHER_DAY


def _name_others(one: Lead, other: Lead) -> bool:
    """Whether both first sentences have names, but not one in common."""
    return bool(one.names) and bool(other.names) and one.names.isdisjoint(other.names)


def _are_of_one_form(a: Profile, b: Profile) -> bool:
    """Whether two reports, alike in wording, each name at the beginning only what the other does not know."""
    one, other = a.lead.names, b.lead.names
    strange = bool(one) and bool(other) and one.isdisjoint(b.all_names) and other.isdisjoint(a.all_names)
    return strange and cosine(a.words, b.words) > _SAME_WORDING**2


def _others_meet(a: Profile, b: Profile) -> bool:
    """Whether one person is in both first sentences, each time with somebody else."""
    both = a.lead.persons & b.lead.persons
    first, second = a.lead.persons - both, b.lead.persons - both
    return (
        len(both) == 1 and bool(first) and bool(second) and bool(first - b.all_names or second - a.all_names)
    )


def _on_other_days(one: Lead, other: Lead) -> bool:
    return one.main is not None and other.main is not None and one.main != other.main


def _looks_back(a: Profile, b: Profile) -> bool:
    """Whether one tells at its beginning what happened around the day of the other."""
    return any(
        day is not None and first - _AROUND <= day <= last + _AROUND
        for spans, day in ((a.looks_back, b.day), (b.looks_back, a.day))
        for first, last in spans
    )


def _reasons(a: Profile, b: Profile, likeness: Likeness) -> tuple[Reason, ...]:
    shared = tuple(sorted(a.names.keys() & b.names.keys(), key=lambda n: (-a.names[n] * b.names[n], n))[:8])
    parts: list[tuple[ReasonKind, float | None, tuple[str, ...]]] = [
        ("meaning", likeness.meaning, ()),
        ("words", likeness.words, ()),
        ("names", likeness.names, shared),
    ]
    return tuple(Reason(kind, round(value, 3), names) for kind, value, names in parts if value)
