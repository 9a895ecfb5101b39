"""All that an archive has on one actor, gathered once and kept: what they said, did, and with whom."""

from __future__ import annotations

import itertools
from collections.abc import Container, Iterable, Mapping

import msgspec

from depesche.archive.survey import Dealing, Saying, Shown
from depesche.desk.shelf import Shelf
from depesche.errors import MissingError
from depesche.language.states import country_of_name
from depesche.link.actors import ActorKey, Appearance, Profile, Unresolved, group_appearances
from depesche.link.judgements import correct_reading, judgements_in_force
from depesche.link.matters import matters_of
from depesche.link.records import EventKey

_HELD = frozenset({"actual", "historical"})


class Utterance(msgspec.Struct, frozen=True):
    """What the actor said: the report, the quotation's place in it, its words, and the matters it is on."""

    report: str
    position: int
    day: str | None
    outlet: str | None
    text: str
    matters: tuple[str, ...]


class Other(msgspec.Struct, frozen=True):
    """Somebody who takes part in an event of the actor; ``side`` is theirs (actor, recipient)."""

    id: str
    side: str


class Deal(msgspec.Struct, frozen=True):
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


def open_file(shelf: Shelf, named: str) -> ActorFile:
    """Return what the archive has on an actor, named by an id or a name. Raises MissingError."""
    return shelf.keep_while_same(f"actor/{named}", ActorFile, lambda: gather(shelf, named))


def gather(shelf: Shelf, named: str) -> ActorFile:
    """Return what the archive has on an actor. Raises MissingError."""
    trace = shelf.dossiers.trace_actor(named)
    with shelf.archive.surveyed() as survey:
        sayings = survey.sayings(trace.keys, trace.forms)
        dealings = survey.dealings(trace.keys, trace.forms)
        companions = survey.companions(trace.keys, trace.forms)
    profile = trace.dossier.profile
    own = {(key.report, key.actor) for key in profile.appearances}
    dropped = find_dropped(shelf)
    mine = [d for d in dealings if (d.report, d.actor) in own and EventKey(d.report, d.event) not in dropped]
    others, names = identify(itertools.chain.from_iterable(companions.values()), own)
    return ActorFile(
        profile=profile,
        open=trace.dossier.open,
        said=tuple(_utterance(one) for one in sayings if (one.report, one.actor) in own),
        deals=fold_dealings(mine, companions, others),
        others=names,
    )


def find_dropped(shelf: Shelf) -> frozenset[EventKey]:
    """Return the events that are none, by what people decided."""
    made = judgements_in_force(shelf.archive.judgements())
    reports = {j.subject.report for j in made if j.verdict == "no_event" and j.subject is not None}
    found: set[EventKey] = set()
    for report in reports:
        try:
            reading = shelf.reading(report)
        except MissingError:
            continue
        kept = {event.id for event in correct_reading(reading, made).events}
        found |= {EventKey(reading.id, event.id) for event in reading.events if event.id not in kept}
    return frozenset(found)


def _utterance(one: Saying) -> Utterance:
    return Utterance(one.report, one.position, one.day, one.outlet, one.text, tuple(matters_of(one.text)))


def identify(
    companions: Iterable[tuple[str, Shown]], own: Container[tuple[str, str]]
) -> tuple[dict[ActorKey, str], dict[str, Known]]:
    """Return who the companions are that are not the actor's own: their ids, and their names by these.

    Groups, and offices of which it is open who holds them, are nobody.
    """
    shown = {ActorKey(one.report, one.actor.id): one for _, one in companions}
    actors = group_appearances(
        Appearance(key, one.day, one.actor)
        for key, one in shown.items()
        if key not in own and one.actor.type != "GROUP"
    )
    ids = {key: profile.id for profile in actors.profiles for key in profile.appearances}
    return ids, {p.id: Known(p.name, p.type, p.country) for p in actors.profiles}


def fold_dealings(
    dealings: Iterable[Dealing],
    companions: Mapping[tuple[str, str], Iterable[tuple[str, Shown]]],
    others: Mapping[ActorKey, str],
) -> tuple[Deal, ...]:
    """Return the events in the world that dealings are parts of, each once, the latest first.

    ``others`` are the ids of those who take part, by their appearances.
    """
    worlds: dict[tuple[int, str], list[Dealing]] = {}
    for one in dealings:
        worlds.setdefault(one.world, []).append(one)
    found = [_fold(mentions, companions, others) for mentions in worlds.values()]
    return tuple(sorted(found, key=lambda deal: deal.day or "", reverse=True))


def _fold(
    mentions: list[Dealing],
    companions: Mapping[tuple[str, str], Iterable[tuple[str, Shown]]],
    others: Mapping[ActorKey, str],
) -> Deal:
    # The mentions stand with the latest report first; one with a day goes before one without.
    told = next((m for m in mentions if m.earliest), mentions[0])
    with_it = (
        Other(others[key], side)
        for mention in mentions
        for side, one in companions.get((mention.report, mention.event), ())
        if (key := ActorKey(one.report, one.actor.id)) in others
    )
    return Deal(
        report=told.report,
        event=told.event,
        side=told.side,
        type=told.type,
        held=any(mention.status in _HELD for mention in mentions),
        day=told.earliest or (told.day if told.status == "actual" else None),
        others=tuple(dict.fromkeys(with_it)),
    )
