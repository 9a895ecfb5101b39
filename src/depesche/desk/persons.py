"""Who a person of a report counts as over the archive, and who else they may be."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterable, Iterator

import msgspec

from depesche.desk.addresses import actor_address, report_address
from depesche.desk.lines import Chip
from depesche.desk.shelf import Shelf
from depesche.judgement import Judgement
from depesche.link.actors import ActorKey, Actors, Profile, actor_id, find_profile
from depesche.link.corrections import find_mention
from depesche.reading import Actor, Reading

# So many are offered to be chosen from; any other can be named.
_MOST_OFFERED = 30


class Likely(msgspec.Struct, frozen=True):
    """Somebody a person may be. ``named`` is what a form sends: the name, or an id if several have it."""

    named: str
    name: str
    country: str | None


class Person(msgspec.Struct, frozen=True):
    """A person of a report over the archive.

    ``whom`` they count as, in so many ``reports``, is None where it is open. ``likely`` are offered as who
    they are, ``others`` as who they are not: whom they count as, or may be.
    """

    whom: Chip | None
    reports: int
    likely: tuple[Likely, ...]
    others: tuple[Likely, ...]


def describe_person(shelf: Shelf, reading: Reading, actor: Actor) -> Person:
    """Return who a person of a report counts as; kept while nothing in the archive changes."""
    name = f"person/{reading.id}/{actor.id}"
    return shelf.keep_while_same(name, Person, lambda: _describe(shelf, reading, actor))


def link_others(
    shelf: Shelf, reading: Reading, actor: Actor, judgements: Iterable[Judgement]
) -> dict[int, Chip]:
    """Return the other words that decisions on a person are about, as links, by the decisions' numbers."""
    found = {}
    for one in judgements:
        here = find_mention(one, reading.id, actor)
        for end in {one.subject, one.object} - {here, None}:
            if end is not None and end.start is not None:
                words = shelf.report(end.report).text[end.start : end.end]
                found[one.number] = Chip(words, report_address(end.report, end.start, end.end))
    return found


def _describe(shelf: Shelf, reading: Reading, actor: Actor) -> Person:
    key = ActorKey(reading.id, actor.id)
    actors = shelf.dossiers.list_people(actor_id(key))
    mine = find_profile(actors, actor_id(key))
    may_be = _list_candidates(actors, key)
    if mine is None:
        return Person(None, 0, _offer(_list_likely(actors, may_be, None, reading, key)), tuple(may_be))
    # People decide on words: on those of another mark, in the same story if there are any.
    left = shelf.dossiers.order_near([one for one in mine.appearances if one != key], reading.id)
    return Person(
        Chip(mine.name, actor_address(mine.id)),
        len({one.report for one in mine.appearances}),
        _offer(_list_likely(actors, may_be, mine, reading, key)),
        tuple(Likely(actor_id(one), mine.name, mine.country) for one in left[:1]),
    )


def _list_candidates(actors: Actors, key: ActorKey) -> list[Likely]:
    """Return who somebody may be of whom that is open."""
    countries = {profile.id: profile.country for profile in actors.profiles}
    found = (one.candidates for one in actors.open if one.key == key)
    return [Likely(one.id, one.name, countries.get(one.id)) for one in next(found, ())]


def _list_likely(
    actors: Actors, may_be: Iterable[Likely], mine: Profile | None, reading: Reading, key: ActorKey
) -> Iterator[Likely]:
    """Yield who somebody may be, each once: candidates, then by name or office, then who is named beside."""
    gone = {mine.id} if mine else set()
    of = {one: profile.id for profile in actors.profiles for one in profile.appearances}
    known = (Likely(p.id, p.name, p.country) for p in actors.profiles if p.type == "PER")
    persons = (a for a in reading.actors if a.type == "PER" and a.id != key.actor)
    beside = ((ActorKey(reading.id, a.id), a) for a in persons)
    told = (Likely(of.get(one, actor_id(one)), a.name, a.country) for one, a in beside)
    for likely in itertools.chain(may_be, known, told):
        if likely.named not in gone:
            gone.add(likely.named)
            yield likely


def _offer(likely: Iterable[Likely]) -> tuple[Likely, ...]:
    """Return some of them by their names, those of one name by their ids."""
    some = tuple(itertools.islice(likely, _MOST_OFFERED))
    names = Counter(one.name.casefold() for one in some)
    return tuple(
        msgspec.structs.replace(one, named=one.name) if names[one.name.casefold()] == 1 else one
        for one in some
    )
