"""All that an archive has on one actor, gathered once and kept: what they said, did, and with whom."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from typing import Any, NamedTuple, TypeVar

import msgspec

from depesche.archive.survey import Companion, Dealing, Printed, Saying
from depesche.desk.shelf import Shelf
from depesche.dossiers import ActorTrace, Kin
from depesche.language.states import country_of_name
from depesche.link.actors import ActorKey, Appearance, Facts, Profile, Unresolved, actor_id, group_appearances
from depesche.link.matters import matters_of
from depesche.naming import parse_name
from depesche.reading import Actor, ActorType

T = TypeVar("T")
_HELD = frozenset({"actual", "historical"})
# Whom more reports name than these, readers need not wait for.
LARGE = 1000
# An actor of so many reports is looked for in each of them, of more under its keys: others share these, as
# whoever held the same office does.
_EACH = 4000


class Utterance(msgspec.Struct, gc=False, frozen=True):
    """What the actor said: the report, the quotation's place in it, its words, and the matters it is on."""

    report: str
    position: int
    day: str | None
    outlet: str | None
    text: str
    matters: tuple[str, ...]


class Other(NamedTuple):
    """Somebody who takes part in an event of the actor; ``side`` is theirs (actor, recipient)."""

    id: str
    side: str


class Deal(msgspec.Struct, gc=False, frozen=True):
    """An event in the world that the actor takes part in, as the report tells it that was published last.

    ``side`` is the actor's. ``day`` is the first day of the event; of one that happens and has no day, the
    day of the report. ``held`` says that a report gives it as happened.
    """

    report: str
    event: str
    side: str
    type: str
    held: bool
    day: str | None
    others: tuple[Other, ...]


class Known(msgspec.Struct, frozen=True):
    """Another actor by name."""

    name: str
    type: str
    country: str | None

    @property
    def is_state(self) -> bool:
        """Whether it is a state itself."""
        return self.country is not None and country_of_name(self.name) == self.country


class ActorFile(msgspec.Struct, frozen=True):
    """One actor: who they are, all they said and did, the latest first, and who the others are."""

    profile: Profile
    open: tuple[Unresolved, ...]
    said: tuple[Utterance, ...]
    deals: tuple[Deal, ...]
    others: dict[str, Known]


def open_file(shelf: Shelf, named: str, types: frozenset[str] | None = None) -> tuple[ActorFile, bool]:
    """Return what the archive has on an actor, named by an id or a name, and whether it may be behind.

    ``types``: who else takes part is told of events of these types only. It is kept until something changes
    in the reports that it rests on; an actor has an id in each story, and all of them name one file. Whom
    more than a thousand reports name may be shown as they were lately. Raises MissingError.
    """
    chosen = " ".join(sorted(types or ()))
    if not shelf.dossiers.keeps_faces():
        name = f"actor/{chosen}/{named}"
        return shelf.keep_while_same(name, ActorFile, lambda: gather(shelf, named, types)), False
    keys = shelf.dossiers.keys_of(named)
    trace = functools.cache(lambda: shelf.dossiers.trace_actor(named))
    id_, group = _find_id(shelf, named), " ".join(sorted(keys))
    stamp = shelf.stamp_of(keys)
    name = f"kin/{group if id_ else named}"
    kin, is_behind = shelf.keep_lately(name, stamp, Kin, lambda: trace().kin, _has_many)
    mine = kin.actors.get(id_, "") if id_ else kin.asked
    beside = kin.beside.get(mine, ())
    if not keys.issuperset(beside):
        stamp = shelf.stamp_of(keys.union(beside))
    # Who is found under no key of theirs, is nobody's: that is said by whoever looks for them.
    name = f"actor/{chosen}/{mine or named}/{group}"
    file, file_is_behind = shelf.keep_lately(
        name, stamp, ActorFile, lambda: _gather(shelf, trace(), types), _is_large
    )
    if is_behind or file_is_behind:
        shelf.renew_later(f"actor/{chosen}/{named}", lambda fresh: open_file(fresh, named, types))
    return file, file_is_behind


def _has_many(kin: Kin) -> bool:
    return len(kin.actors) > LARGE


def _is_large(file: ActorFile) -> bool:
    return len(file.profile.appearances) > LARGE


def _find_id(shelf: Shelf, named: str) -> str | None:
    """Return the id of an appearance as it is written out, None for a name."""
    form = parse_name(named)
    if form is None or form.kind != "actor":
        return None
    return actor_id(ActorKey(shelf.report(form.report).id, form.part))


def gather(shelf: Shelf, named: str, types: frozenset[str] | None = None) -> ActorFile:
    """Return what the archive has on an actor; see ``open_file``. Raises MissingError."""
    return _gather(shelf, shelf.dossiers.trace_actor(named), types)


def _gather(shelf: Shelf, trace: ActorTrace, types: frozenset[str] | None) -> ActorFile:
    profile, printed = trace.dossier.profile, trace.printed
    scent = trace.scent._replace(within=_own_reports(profile, printed))
    with shelf.archive.surveyed() as survey:
        sayings = survey.sayings(scent)
        matters = survey.matters(scent) if scent.forms is None else None
        dealings = survey.dealings(scent)
        companions = survey.companions(scent, types)
    own = frozenset(profile.appearances)

    def is_own(one: Saying | Dealing) -> bool:
        # What came between the two looks is told the next time.
        return one.number in printed and (printed[one.number].report, one.actor) in own

    mine = list(filter(is_own, dealings))
    part = {(one.number, one.event) for one in mine}
    others, names = identify((one for one in companions if (one.number, one.event) in part), printed, own)
    said = (_utterance(one, printed[one.number], matters) for one in filter(is_own, sayings))
    return ActorFile(
        profile=profile,
        open=trace.dossier.open,
        said=tuple(_latest_first(said, lambda one: one.day, lambda one: (one.report, one.position))),
        deals=fold_dealings(mine, others, printed),
        others=names,
    )


def _own_reports(profile: Profile, printed: Mapping[int, Printed]) -> frozenset[int] | None:
    """Return the reports of an actor by number, None if they are too many to be asked for one by one."""
    ids = {key.report for key in profile.appearances}
    return frozenset(n for n, one in printed.items() if one.report in ids) if len(ids) <= _EACH else None


def _utterance(
    one: Saying, printed: Printed, matters: Mapping[tuple[int, int], tuple[str, ...]] | None
) -> Utterance:
    found = _matters(one.text) if matters is None else matters.get((one.number, one.position), ())
    return Utterance(printed.report, one.position, printed.day, printed.outlet, one.text, found)


def _matters(text: str) -> tuple[str, ...]:
    """Return the matters of a text in the order in which linking keeps them."""
    return tuple(sorted(matters_of(text)))


def _latest_first(some: Iterable[T], day: Callable[[T], str | None], within: Callable[[T], Any]) -> list[T]:
    """Return things by their days, the latest first, those without a day last; within a day in an order."""
    # To sort twice, by a text each time, takes less than to make what tells both.
    return sorted(sorted(some, key=within), key=lambda one: day(one) or "", reverse=True)


def identify(
    companions: Iterable[Companion], printed: Mapping[int, Printed], own: Container[ActorKey]
) -> tuple[dict[tuple[int, str], list[Other]], dict[str, Known]]:
    """Return who the companions are that are not the actor's own: by event, and their names by their ids.

    Groups, and offices of which it is open who holds them, are nobody. ``printed`` are the reports by number.
    """
    told = [(ActorKey(printed[one.number].report, one.actor.id), one) for one in companions]
    actors = group_appearances(
        Appearance(key, printed[one.number].day, one.actor, _facts_of(one.actor))
        for key, one in dict(told).items()
        if key not in own and one.actor.type != "GROUP"
    )
    ids = {key: profile.id for profile in actors.profiles for key in profile.appearances}
    others: dict[tuple[int, str], list[Other]] = {}
    for key, one in told:
        if key in ids:
            others.setdefault((one.number, one.event), []).append(Other(ids[key], one.side))
    return others, {p.id: Known(p.name, p.type, p.country) for p in actors.profiles}


def _facts_of(actor: Actor) -> Facts:
    """Return what an actor's words tell who comes without mentions: the same for all of one name and role."""
    return _read_facts(actor.type, actor.name, actor.role)


@functools.lru_cache(maxsize=10_000)
def _read_facts(type_: ActorType, name: str, role: str | None) -> Facts:
    alone = Appearance(ActorKey("", ""), None, Actor("", name, type_, role=role))
    return Facts(alone.told_country, alone.named, 0)


def fold_dealings(
    dealings: Iterable[Dealing],
    others: Mapping[tuple[int, str], Iterable[Other]],
    printed: Mapping[int, Printed],
) -> tuple[Deal, ...]:
    """Return the events in the world that dealings are parts of, each once, the latest first.

    ``others`` are those who take part, by the report's number and the event; ``printed`` are the reports.
    """
    some = list(dealings)
    numbers = {one.number for one in some}
    latest = _latest_first(numbers, lambda n: printed[n].day, lambda n: printed[n].report)
    rank = {number: n for n, number in enumerate(latest)}
    worlds: dict[tuple[int, str], list[Dealing]] = {}
    for one in sorted(some, key=lambda one: (rank[one.number], one.position, one.side)):
        worlds.setdefault((one.world_report, one.world_event), []).append(one)
    found = [_fold(mentions, others, printed) for mentions in worlds.values()]
    return tuple(sorted(found, key=lambda deal: deal.day or "", reverse=True))


def _fold(
    mentions: Sequence[Dealing],
    others: Mapping[tuple[int, str], Iterable[Other]],
    printed: Mapping[int, Printed],
) -> Deal:
    # The mentions stand with the latest report first; one with a day goes before one without.
    told = next((m for m in mentions if m.earliest), mentions[0])
    report, day, _ = printed[told.number]
    with_it = itertools.chain.from_iterable(others.get((m.number, m.event), ()) for m in mentions)
    return Deal(
        report=report,
        event=told.event,
        side=told.side,
        type=told.type,
        held=any(mention.status in _HELD for mention in mentions),
        day=told.earliest or (day if told.status == "actual" else None),
        others=tuple(dict.fromkeys(with_it)),
    )
