"""Who is who over many reports: one person in all spellings, one office with its holders over time.

A report names a person by a full name, by a family name, or by an office alone (``der US-Außenminister``).
Full names are compared by their spellings. A family name belongs to the one person of that name and country
that the reports know. An office without a name belongs to the holder whom reports near in time show in it;
a holder of another year is no answer. What is not decided so stays open, with the candidates.

Countries of persons are often guessed from the report around them, so one that the words themselves tell
(``russischer Außenminister``) outweighs the others, and only told ones may part two people of one name.
Nothing depends on the order of the records.
"""

from __future__ import annotations

import bisect
import datetime
import functools
import itertools
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal, NamedTuple

import msgspec

from depesche.language.leaders import find_leader, load_leaders
from depesche.language.offices import NounForm, noun_of
from depesche.language.spelling import fold_name
from depesche.language.states import country_of_adjective, country_of_compound, country_of_name
from depesche.link.components import Link, find_groups
from depesche.link.order import read_day
from depesche.link.records import Record
from depesche.link.spellings import family_of, fit_names, near, skeleton, split_name
from depesche.reading import INNER_MENTION, Actor, ActorType

Verdict = Literal["same", "different", "open"]

# An office without a name is theirs whom reports show in it within so many days.
NEAR_DAYS = 45
# Within so many days a family name without office means the same person of the same country.
_FAMILY_DAYS = 365
# A country that the words tell weighs as much as so many that were guessed.
_TOLD_WEIGHT = 4
# A first name with a further initial (George W. Bush) is another's if the years are far apart.
_FAR_DAYS = 5 * 366
_MOST_CANDIDATES = 6
_IN_OFFICE = frozenset({None, "acting"})
# Offices that one person of a state holds at a time. Of ministers, spokespersons or envoys there are many, so
# which one a report means it alone knows.
SINGLE_OFFICES = frozenset(
    {
        "head_of_state",
        "head_of_government",
        "monarch",
        "foreign_minister",
        "defence_minister",
        "interior_minister",
        "finance_minister",
        "deputy_head_of_state",
    }
)


class ActorKey(NamedTuple):
    """One actor of one report: the report's id and the actor's id in its reading."""

    report: str
    actor: str


# Two actors of reports, of which people decided whether they are one.
KeyPair = tuple[ActorKey, ActorKey]


class Facts(NamedTuple):
    """What the mentions of an actor tell, for one whose mentions are left out (see ``Appearance``)."""

    told: str | None
    named: bool
    mentions: int


class Appearance(msgspec.Struct, gc=False, frozen=True):
    """An actor as one report has it, with the day of publication; ``facts`` if its mentions are left out."""

    key: ActorKey
    day: str | None
    actor: Actor
    facts: Facts | None = None

    @property
    def named(self) -> bool:
        """Whether it has a name of its own: persons may be words for an office alone."""
        if self.facts is not None:
            return self.facts.named
        return self.actor.type != "PER" or has_name(self.actor)

    @property
    def mentions(self) -> int:
        """How often its report names it, without names inside of names."""
        if self.facts is not None:
            return self.facts.mentions
        return sum(m.rule != INNER_MENTION for m in self.actor.mentions)

    @property
    def told_country(self) -> str | None:
        """The country that the words for a person themselves tell, None if it was guessed around them."""
        if self.facts is not None:
            return self.facts.told
        words = f"{self.actor.role or ''} {' '.join(m.text for m in self.actor.mentions[:20])}".split()
        return next((c for w in words if (c := _country_in(w))), None)


@functools.cache
def _known_people() -> dict[tuple[str, ...], frozenset[str | None]]:
    """Return the states of people known to the news, by their folded names: they are spelt in many ways."""
    found: dict[tuple[str, ...], set[str | None]] = {}
    for entry in load_leaders():
        for name in (*entry.names, *entry.alone):
            found.setdefault(split_name(name), set()).add(entry.code)
    return {name: frozenset(codes) for name, codes in found.items()}


def country_of_actor(actor: Actor) -> str | None:
    """Return the country of an actor, as its report has it or as its name is known, in any spelling.

    >>> country_of_actor(Actor("a1", "Sergei Lavrov", "PER"))
    'RUS'
    """
    if actor.country or actor.type != "PER":
        return actor.country
    codes = _known_people().get(split_name(actor.name), frozenset())
    return next(iter(codes)) if len(codes) == 1 else None


class Holding(msgspec.Struct, frozen=True, kw_only=True):
    """An office that reports show somebody in.

    ``first`` and ``last`` are the days of the first and last report that does; ``former`` that of the first
    that calls them a former holder, ``designated`` that of the first that calls them a future one.
    """

    office: str
    country: str | None
    role: str | None
    first: str | None
    last: str | None
    reports: int
    former: str | None = None
    designated: str | None = None


class Profile(msgspec.Struct, gc=False, frozen=True, kw_only=True):
    """One actor over all reports. ``id`` is named by its first appearance.

    ``names`` are all forms with the number of reports, the commonest first; ``mentions`` is how often all
    reports together name it.
    """

    id: str
    name: str
    type: ActorType
    country: str | None
    sector: str | None
    names: tuple[tuple[str, int], ...]
    countries: tuple[tuple[str, int], ...]
    offices: tuple[Holding, ...]
    first: str | None
    last: str | None
    mentions: int
    appearances: tuple[ActorKey, ...]


class Candidate(msgspec.Struct, frozen=True):
    """Who somebody unnamed may be."""

    id: str
    name: str
    first: str | None
    last: str | None


class Unresolved(msgspec.Struct, frozen=True, kw_only=True):
    """An appearance that stays open: what its report says, and who it may be (nobody, if none is known)."""

    key: ActorKey
    name: str
    office: str | None
    country: str | None
    day: str | None
    candidates: tuple[Candidate, ...]


class Actors(msgspec.Struct, frozen=True):
    """The actors of some reports, in the order of their ids, and what stays open."""

    profiles: tuple[Profile, ...]
    open: tuple[Unresolved, ...]


def appearances_of(record: Record) -> tuple[Appearance, ...]:
    """Return the actors of a record, but no groups: ``die Soldaten`` of two reports are not the same."""
    return tuple(
        Appearance(ActorKey(record.id, actor.id), record.day, actor)
        for actor in record.reading.actors
        if actor.type != "GROUP"
    )


def actor_id(key: ActorKey) -> str:
    """Return the id of the actor over the archive whose first appearance that is."""
    return f"a{key.report[:12]}-{key.actor}"


def has_name(actor: Actor) -> bool:
    """Whether a person has a name, or only words for an office, a people or a calling.

    >>> has_name(Actor("a1", "Marco Rubio", "PER")), has_name(Actor("a1", "US-Außenminister", "PER"))
    (True, False)
    """
    words = actor.name.split(" ")
    if not actor.name[:1].isupper() or not words[-1][:1].isupper():
        return False
    if any(m.rule == "actors/inhabitant" for m in actor.mentions):
        return False
    noun = noun_of(words[-1])
    return noun is None or _role_beside(actor, noun)


def _role_beside(actor: Actor, noun: NounForm) -> bool:
    """Whether a word that is also a noun is a name here, for the role is another: ``Minister Fischer``."""
    nouns = [found for w in (actor.role or "").split(" ") if (found := noun_of(w))]
    return all(found.base != noun.base for found in nouns) and (bool(nouns) or " " in actor.name)


def candidate_keys(record: Record) -> frozenset[str]:
    """Return the keys under which an index finds the records that tell of the same actors."""
    return frozenset(itertools.chain.from_iterable(keys_of(a) for a in appearances_of(record)))


def keys_of(appearance: Appearance) -> frozenset[str]:
    """Return the keys of one appearance: two that may be the same actor share one.

    ``p:`` the consonants of a family name, ``o:`` an office of a country, ``g:`` a state or region, ``b:`` a
    body.
    """
    actor = appearance.actor
    if actor.type == "PER":
        keys = {f"p:{skeleton(family)}" for family in _families(actor.name)} if appearance.named else set()
        office = {f"o:{actor.country}:{actor.office}"} if actor.office and actor.country else set()
        return frozenset(keys | office)
    return frozenset({f"{'g' if actor.type == 'GPE' else 'b'}:{_body_key(actor)}"})


def keys_of_name(name: str) -> frozenset[str]:
    """Return the keys under which whoever bears that name is found, for a name somebody asks for."""
    people = {f"p:{skeleton(family)}" for family in _families(name)}
    country = country_of_name(name)
    places = {f"g:{country}:"} if country else set()
    return frozenset(people | places | {f"b:None:{_plain(name)}", f"g:None:{_plain(name)}"})


def office_keys(profile: Profile) -> frozenset[str]:
    """Return the keys under which reports are found that name somebody by an office alone."""
    held = (h for h in profile.offices if h.office in SINGLE_OFFICES and h.country)
    return frozenset(f"o:{holding.country}:{holding.office}" for holding in held)


def _families(name: str) -> set[str]:
    """Return what may be the family name: of several second parts each, for one may be left out."""
    parts = split_name(name)
    return {family_of(name), *parts[1:]} - {""} if len(parts) > 2 else {family_of(name)} - {""}


def _body_key(actor: Actor) -> str:
    """Return what a state or body is called everywhere: of a state its code alone."""
    return _call_body(actor.name, actor.type, actor.country)


@functools.lru_cache(maxsize=20_000)
def _call_body(name: str, type_: str, country: str | None) -> str:
    if type_ == "GPE" and country and country_of_name(name) == country:
        return f"{country}:"
    words = [w for w in name.split(" ") if not country_of_adjective(w)]
    return f"{country}:{_plain(' '.join(words) or name)}"


def _plain(name: str) -> str:
    return " ".join(fold_name(w) for w in name.split(" ")[:8])


@functools.lru_cache(maxsize=50_000)
def _country_in(word: str) -> str | None:
    return country_of_adjective(word) or country_of_compound(word)


def same_actor(a: Appearance, b: Appearance) -> Verdict:
    """Return whether two appearances are one actor, as far as the two alone can tell.

    A family name and a full one, or an office without a name and a holder near in time, are the same here;
    where the archive knows several who fit, ``find_actors`` leaves them open. Groups, and offices that many
    hold at a time, are always open.
    """
    one, other = a.actor, b.actor
    if one.type == "GROUP" or other.type == "GROUP":
        return "open"
    if (one.type == "PER") != (other.type == "PER"):
        return "different"
    if one.type != "PER":
        return "same" if _body_key(one) == _body_key(other) and one.type == other.type else "different"
    if a.named and b.named:
        return _same_person(a, b)
    return _same_office(a, b)


def _same_person(a: Appearance, b: Appearance) -> Verdict:
    one, other = a.actor, b.actor
    fit = fit_names(one.name, other.name)
    if fit == "different":
        return "different"
    apart = _countries_apart(a, b)
    if fit == "same" and len(split_name(one.name)) > 1 and len(split_name(other.name)) > 1:
        return "open" if apart or _initial_apart(a, b) else "same"
    if apart:
        return "different"
    if one.country and one.country == other.country:
        alike = one.office == other.office or None in (one.office, other.office)
        days = _days_between(a, b)
        if alike or (days is not None and days <= _FAMILY_DAYS) or _well_known(one.name, other.name):
            return "same"
    return "open"


def _well_known(one: str, other: str) -> bool:
    """Whether either is a family name that means one person in the news wherever it stands."""
    found = [find_leader((name,)) for name in (one, other) if " " not in name]
    return any(leader and leader.alone for leader in found)


def _countries_apart(a: Appearance, b: Appearance) -> bool:
    told = a.told_country, b.told_country
    return None not in told and told[0] != told[1]


def _initial_apart(a: Appearance, b: Appearance) -> bool:
    """Whether one has an initial that the other lacks, and years lie between them: father and son."""
    one, other = split_name(a.actor.name), split_name(b.actor.name)
    days = _days_between(a, b)
    initials = {p for p in one if len(p) == 1} ^ {p for p in other if len(p) == 1}
    return len(one) != len(other) and bool(initials) and days is not None and days > _FAR_DAYS


def _same_office(a: Appearance, b: Appearance) -> Verdict:
    one, other = a.actor, b.actor
    if one.office not in SINGLE_OFFICES or other.office not in SINGLE_OFFICES:
        return "open"
    if one.office != other.office or (one.country and other.country and one.country != other.country):
        # Somebody may hold several offices; the office alone does not tell.
        return "different" if not a.named and not b.named else "open"
    days = _days_between(a, b)
    in_office = one.tenure in _IN_OFFICE and other.tenure in _IN_OFFICE
    if in_office and one.country and other.country and days is not None and days <= NEAR_DAYS:
        return "same"
    return "open"


def _days_between(a: Appearance, b: Appearance) -> int | None:
    one, other = read_day(a.day), read_day(b.day)
    return abs((one - other).days) if one and other else None


def find_actors(
    records: Iterable[Record], together: Iterable[KeyPair] = (), apart: Iterable[KeyPair] = ()
) -> Actors:
    """Return the actors of the records, and what stays open.

    People decided that those ``together`` are one, and of those ``apart`` that the first is not the second.
    """
    return group_appearances(itertools.chain.from_iterable(map(appearances_of, records)), together, apart)


def group_appearances(
    appearances: Iterable[Appearance], together: Iterable[KeyPair] = (), apart: Iterable[KeyPair] = ()
) -> Actors:
    """Return the actors whose appearances these are, and what stays open."""
    found = {a.key: a for a in appearances}
    order = sorted(found.values(), key=_order)
    bodies = _group_bodies(order)
    full = [a for a in order if a.actor.type == "PER" and a.named and len(split_name(a.actor.name)) > 1]
    short = [a for a in order if a.actor.type == "PER" and a.named and len(split_name(a.actor.name)) == 1]
    bare = [a for a in order if a.actor.type == "PER" and not a.named]
    people = _group_full(full)
    people, doubtful = _add_short(people, short)
    before, known = people, [_profile(group) for group in people]
    people, unresolved = _add_bare(people, known, bare)
    people, doubts = _decide(people, [*doubtful, *unresolved], bare, tuple(together), tuple(apart))
    # Most people got nothing more: what is known of them stays.
    described = {id(group): profile for group, profile in zip(before, known, strict=True)}
    profiles = [described.get(id(group)) or _profile(group) for group in (*people, *bodies) if group]
    by_key = {key: profile for profile in profiles for key in profile.appearances}
    still_open = [_unresolved(a, [by_key[c] for c in keys if c in by_key]) for a, keys in doubts]
    return Actors(
        tuple(sorted(profiles, key=lambda p: p.id)),
        tuple(sorted(still_open, key=lambda u: (u.day or "~", u.key))),
    )


def settle_countries(actors: Actors) -> dict[ActorKey, str | None]:
    """Return the country of each actor by all reports together: one report alone often guesses it."""
    return {key: p.country for p in actors.profiles for key in p.appearances}


def find_profile(actors: Actors, asked: str) -> Profile | None:
    """Return the actor with an id, that of any of its appearances, or a name; None if there is none.

    Of several who bear a name, the one that most reports name.
    """
    for profile in actors.profiles:
        if asked == profile.id or any(asked == actor_id(key) for key in profile.appearances):
            return profile
    return min(find_bearers(actors, asked), key=lambda p: (-len(p.appearances), p.id), default=None)


def find_bearers(actors: Actors, name: str) -> tuple[Profile, ...]:
    """Return all who may bear a name, in the order of their ids."""
    country = country_of_name(name)
    return tuple(p for p in actors.profiles if _answers(p, name, country))


def _answers(profile: Profile, asked: str, country: str | None) -> bool:
    if profile.type == "PER":
        return any(fit_names(name, asked) != "different" for name, _ in profile.names)
    if profile.type == "GPE" and country:
        return profile.country == country and country_of_name(profile.name) == country
    return any(_plain(name) == _plain(asked) for name, _ in profile.names)


def find_holders(actors: Actors, office: str, country: str | None) -> tuple[tuple[Profile, Holding], ...]:
    """Return who held an office of a state as the reports show it, in the order of their days."""
    found = [(p, h) for p in actors.profiles for h in p.offices if (h.office, h.country) == (office, country)]
    return tuple(sorted(found, key=lambda item: (item[1].first or "~", item[1].last or "~", item[0].id)))


def _order(appearance: Appearance) -> tuple[str, str, int, str]:
    return appearance.day or "~", appearance.key.report, len(appearance.key.actor), appearance.key.actor


Group = list[Appearance]
# An appearance that stays open, with an appearance of each who it may be.
Doubt = tuple[Appearance, list[ActorKey]]


def _decide(
    people: list[Group],
    doubts: list[Doubt],
    bare: Iterable[Appearance],
    together: Sequence[KeyPair],
    apart: Sequence[KeyPair],
) -> tuple[list[Group], list[Doubt]]:
    """Carry out on people, and on what stays open, what somebody decided; ``bare`` are offices alone."""
    if not together and not apart:
        return people, doubts
    people, doubts = _part(people, doubts, apart)
    groups = {str(n): group for n, group in enumerate(people)} | {f"?{a.key}": [a] for a, _ in doubts}
    # Of some offices alone nobody asks who is meant; it can be told all the same.
    held = {a.key for group in groups.values() for a in group}
    groups |= {f"?{a.key}": [a] for a in bare if a.key not in held}
    of = {a.key: name for name, group in groups.items() for a in group}
    joined = find_groups(groups, (), [(of[a], of[b]) for a, b in together if a in of and b in of])
    whole = {name: names for names in joined for name in names}
    strangers = {frozenset((whole[of[a]], whole[of[b]])) for a, b in apart if a in of and b in of}
    still_open: list[Doubt] = []
    for a, keys in doubts:
        mine = whole[of[a.key]]
        if all(name.startswith("?") for name in mine):
            left = [key for key in keys if frozenset((mine, whole[of[key]])) not in strangers]
            still_open.append((a, left))
    found = [tuple(n for n in names if n.isdigit()) for names in joined]
    grown = [
        sorted(itertools.chain.from_iterable(groups[n] for n in names), key=_order)
        for names, own in zip(joined, found, strict=True)
        if own
    ]
    return grown, still_open


def _part(
    people: list[Group], doubts: list[Doubt], apart: Sequence[KeyPair]
) -> tuple[list[Group], list[Doubt]]:
    """Take out of a group whoever is not another in it: a person of their own, or open without a name."""
    of = {a.key: n for n, group in enumerate(people) for a in group}
    gone = {one for one, other in apart if one in of and of[one] == of.get(other)}
    if not gone:
        return people, doubts
    touched = {of[key] for key in gone}
    left = [
        [a for a in group if a.key not in gone] if n in touched else group for n, group in enumerate(people)
    ]
    out = [a for n in sorted(touched) for a in people[n] if a.key in gone]
    # Whoever stood for a group may have left it.
    stand = {before[0].key: after[0].key for before, after in zip(people, left, strict=True) if after}
    renamed = [(a, [stand.get(key, key) for key in keys]) for a, keys in doubts]
    parted = [*(group for group in left if group), *([a] for a in out if a.named)]
    return parted, [*renamed, *((a, []) for a in out if not a.named)]


def _group_bodies(order: Iterable[Appearance]) -> list[Group]:
    groups: dict[tuple[str, str], Group] = {}
    for appearance in order:
        if appearance.actor.type != "PER":
            groups.setdefault((appearance.actor.type, _body_key(appearance.actor)), []).append(appearance)
    return list(groups.values())


def _group_full(full: Sequence[Appearance]) -> list[Group]:
    """Group people by their full names: one of each spelling and told country stands for all of it."""
    alike: dict[tuple[object, ...], Group] = {}
    for a in full:
        decade = (read_day(a.day) or datetime.date.min).year // 5 if _has_initial(a) else None
        alike.setdefault((split_name(a.actor.name), a.told_country, decade), []).append(a)
    firsts = {str(n): group for n, group in enumerate(alike.values())}
    blocks: dict[str, list[str]] = {}
    for name, group in firsts.items():
        for family in _families(group[0].actor.name):
            blocks.setdefault(skeleton(family), []).append(name)
    links = {
        Link(one, other)
        for block in blocks.values()
        for one, other in itertools.combinations(block, 2)
        if _same_person(firsts[one][0], firsts[other][0]) == "same"
    }
    # Who is told to be of two countries is two, whoever stands between them.
    apart = [
        (one, other)
        for block in blocks.values()
        for one, other in itertools.combinations(block, 2)
        if _countries_apart(firsts[one][0], firsts[other][0])
    ]
    groups = find_groups(firsts, sorted(links), apart=apart)
    return [sorted(itertools.chain.from_iterable(firsts[n] for n in group), key=_order) for group in groups]


def _has_initial(appearance: Appearance) -> bool:
    return any(len(part) == 1 for part in split_name(appearance.actor.name))


class _Person(msgspec.Struct, frozen=True):
    """What a family name is compared with: a person's forms, country, and the days of each office, sorted."""

    names: tuple[str, ...]
    country: str | None
    days: dict[str | None, list[int]]


def _describe(group: Group) -> _Person:
    days: dict[str | None, set[int]] = {}
    for a in group:
        if day := read_day(a.day):
            days.setdefault(None, set()).add(day.toordinal())
            days.setdefault(a.actor.office, set()).add(day.toordinal())
    names = tuple(dict.fromkeys(a.actor.name for a in group))
    return _Person(names, _country_of(group), {office: sorted(found) for office, found in days.items()})


def _add_short(people: list[Group], short: Sequence[Appearance]) -> tuple[list[Group], list[Doubt]]:
    """Give each family name to the one person it fits; who has no other name is a person of that name."""
    by_family: dict[str, list[int]] = {}
    for n, group in enumerate(people):
        names = {a.actor.name for a in group}
        for family in {skeleton(f) for name in names for f in _families(name)}:
            by_family.setdefault(family, []).append(n)
    # Most people share their name with nobody who has no other.
    asked = {skeleton(family_of(a.actor.name)) for a in short}
    known = {n: _describe(people[n]) for family in asked for n in by_family.get(family, ())}
    added: dict[int, Group] = {}
    doubts: list[Doubt] = []
    alone: Group = []
    for a in short:
        fits = [n for n in by_family.get(skeleton(family_of(a.actor.name)), []) if _fits(a, known[n])]
        chosen = fits if len(fits) <= 1 else _nearest(a, fits, known)
        if len(chosen) == 1:
            added.setdefault(chosen[0], []).append(a)
        elif fits:
            doubts.append((a, [people[n][0].key for n in fits]))
        else:
            alone.append(a)
    return [*_grow(people, added), *_group_short(alone)], doubts


def _grow(people: Sequence[Group], added: Mapping[int, Group]) -> list[Group]:
    """Return groups with what was added to each, by its number; the others stay the lists that they are."""
    return [
        sorted([*group, *added[n]], key=_order) if n in added else group for n, group in enumerate(people)
    ]


def _fits(a: Appearance, person: _Person) -> bool:
    """Whether a family name may be that of a person: the name fits and the country does not speak against."""
    if not any(fit_names(a.actor.name, name) == "part" for name in person.names):
        return False
    told = a.told_country
    if told and person.country:
        return told == person.country
    own = country_of_actor(a.actor)
    return own is None or person.country is None or own == person.country or _known_family(a)


def _known_family(a: Appearance) -> bool:
    leader = find_leader((a.actor.name,))
    return bool(leader and leader.alone)


def _nearest(a: Appearance, fits: list[int], known: Mapping[int, _Person]) -> list[int]:
    """Return who of several is shown near in time, with the same office if any."""
    near_ones = [n for n in fits if _shown_near(a, known[n].days.get(None, []))]
    office = a.actor.office
    same = [n for n in near_ones if office and office in known[n].days]
    return same or near_ones


def _shown_near(a: Appearance, days: list[int]) -> bool:
    day = read_day(a.day)
    if day is None:
        return False
    at = bisect.bisect_left(days, day.toordinal() - NEAR_DAYS)
    return at < len(days) and days[at] <= day.toordinal() + NEAR_DAYS


def _group_short(alone: Sequence[Appearance]) -> list[Group]:
    """Group people who only have a family name, by the name and the country."""
    groups: dict[tuple[str, str | None], Group] = {}
    for a in alone:
        family = family_of(a.actor.name)
        country = a.told_country or country_of_actor(a.actor)
        known = next((k for k in groups if k[1] == country and near(k[0], family)), (family, country))
        groups.setdefault(known, []).append(a)
    return list(groups.values())


def _add_bare(
    people: list[Group], known: Sequence[Profile], bare: Sequence[Appearance]
) -> tuple[list[Group], list[Doubt]]:
    """Give each office without a name to its holder on the day, if the reports show one."""
    holders: dict[tuple[str, str | None], list[tuple[int, Holding]]] = {}
    for n, profile in enumerate(known):
        for holding in profile.offices:
            holders.setdefault((holding.office, holding.country), []).append((n, holding))
    added: dict[int, Group] = {}
    doubts: list[Doubt] = []
    for a in bare:
        if a.actor.office not in SINGLE_OFFICES:
            continue
        candidates = holders.get((a.actor.office, a.actor.country), []) if a.actor.country else []
        chosen = _on_day(a, candidates)
        if len(chosen) == 1:
            added.setdefault(next(iter(chosen)), []).append(a)
        else:
            ranked = sorted(candidates, key=lambda item: (_distance(a, item[1]), item[0]))
            who = dict.fromkeys(n for n, _ in ranked)
            doubts.append((a, [people[n][0].key for n in list(who)[:_MOST_CANDIDATES]]))
    return _grow(people, added), doubts


def _on_day(a: Appearance, candidates: Iterable[tuple[int, Holding]]) -> set[int]:
    """Return who held an office on the day of an appearance, as far as reports near in time show it.

    Who is shown in it before and after that day goes before who is only shown near it.
    """
    if a.day is None or a.actor.tenure not in _IN_OFFICE:
        return set()
    open_to = [(n, h) for n, h in candidates if not (h.former and h.former <= a.day)]
    within = {n for n, h in open_to if h.first and h.last and h.first <= a.day <= h.last}
    if len(within) == 1:
        return within
    return {n for n, h in open_to if _distance(a, h) <= NEAR_DAYS}


def _distance(a: Appearance, holding: Holding) -> int:
    day, first, last = read_day(a.day), read_day(holding.first), read_day(holding.last)
    if not day or not first or not last:
        return 10**6
    return max((first - day).days, (day - last).days, 0)


def _unresolved(a: Appearance, profiles: Sequence[Profile]) -> Unresolved:
    def candidate(profile: Profile) -> Candidate:
        held = next((h for h in profile.offices if h.office == a.actor.office), None)
        first, last = (held.first, held.last) if held else (profile.first, profile.last)
        return Candidate(profile.id, profile.name, first, last)

    unique = {p.id: p for p in profiles}
    return Unresolved(
        key=a.key,
        name=a.actor.name,
        office=a.actor.office,
        country=a.actor.country,
        day=a.day,
        candidates=tuple(candidate(p) for p in unique.values()),
    )


def _country_of(group: Iterable[Appearance]) -> str | None:
    counts = _countries(group)
    return counts[0][0] if counts else None


def _countries(group: Iterable[Appearance]) -> tuple[tuple[str, int], ...]:
    """Return the countries of an actor, told ones weighing more, with the number of reports of each."""
    weights: Counter[str] = Counter()
    reports: Counter[str] = Counter()
    for a in group:
        told = a.told_country if a.actor.type == "PER" else None
        country = told or country_of_actor(a.actor)
        if country:
            weights[country] += _TOLD_WEIGHT if told else 1
            reports[country] += 1
    ranked = sorted(weights, key=lambda c: (-weights[c], c))
    return tuple((country, reports[country]) for country in ranked)


def _profile(group: Group) -> Profile:
    names = Counter(a.actor.name for a in group if a.named)
    ranked = sorted(names.items(), key=lambda item: (-item[1], item[0]))
    countries = _countries(group)
    country = countries[0][0] if countries else None
    sectors = Counter(a.actor.sector for a in group if a.actor.sector)
    days = sorted(a.day for a in group if a.day)
    return Profile(
        id=actor_id(group[0].key),
        name=_best_name(ranked) or group[0].actor.name,
        type=group[0].actor.type,
        country=country,
        sector=min(sectors, key=lambda s: (-sectors[s], s), default=None),
        names=tuple(ranked),
        countries=countries,
        offices=_holdings(group, country),
        first=days[0] if days else None,
        last=days[-1] if days else None,
        mentions=sum(a.mentions for a in group),
        appearances=tuple(a.key for a in group),
    )


def _best_name(ranked: Sequence[tuple[str, int]]) -> str | None:
    """Return the commonest full name, else the commonest name."""
    full = [name for name, _ in ranked if " " in name and not any(len(p) == 1 for p in split_name(name))]
    return next(iter(full), None) or next((name for name, _ in ranked), None)


def _holdings(group: Iterable[Appearance], country: str | None) -> tuple[Holding, ...]:
    """Return the offices of a person; that their country may be a guess, their own stands for it."""
    offices: dict[tuple[str, str | None], Group] = {}
    for a in group:
        # A body that has no state (a secretary-general's) leaves the office without one.
        if a.actor.type == "PER" and a.actor.office:
            offices.setdefault((a.actor.office, a.told_country or country), []).append(a)
    found = [_holding(office, of, shown) for (office, of), shown in offices.items()]
    return tuple(sorted(found, key=lambda h: (h.first or h.former or "~", h.office, h.country or "")))


def _holding(office: str, country: str | None, shown: Group) -> Holding:
    inside = sorted(a.day for a in shown if a.day and a.actor.tenure in _IN_OFFICE)
    roles = Counter(a.actor.role for a in shown if a.actor.role and a.named)
    return Holding(
        office=office,
        country=country,
        role=min(roles, key=lambda r: (-roles[r], r), default=None),
        first=inside[0] if inside else None,
        last=inside[-1] if inside else None,
        reports=sum(a.actor.tenure in _IN_OFFICE for a in shown),
        former=min((a.day for a in shown if a.day and a.actor.tenure == "former"), default=None),
        designated=min((a.day for a in shown if a.day and a.actor.tenure == "designated"), default=None),
    )
