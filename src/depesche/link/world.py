"""An event in the world as many reports tell it: one object with its cycle, mentions and accounts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

import msgspec

from depesche.link.accounts import Accounts, compare_accounts
from depesche.link.actors import ActorKey, Actors, find_actors
from depesche.link.confirmations import Testimony, find_confirmations
from depesche.link.events import event_id
from depesche.link.happenings import load_happenings
from depesche.link.lifecycle import Step, day_of, held_on, set_for, trace_cycle
from depesche.link.mentions import Mention, find_mentions
from depesche.link.records import EventKey, Record
from depesche.link.relations import commonest


class WorldEvent(msgspec.Struct, frozen=True, kw_only=True):
    """An event in the world.

    ``actor`` and ``recipient`` are ids of actors over the reports of its story. ``date`` is the day that most
    reports give, or for which it was last set; ``earliest`` and ``latest`` enclose what they give.
    ``mentions`` are in the order of publication.
    """

    id: str
    type: str
    mode: str | None
    actor: tuple[str, ...]
    recipient: tuple[str, ...]
    date: str | None
    earliest: str | None
    latest: str | None
    place: str | None
    cycle: tuple[Step, ...]
    mentions: tuple[EventKey, ...]
    confirmed: tuple[Testimony, ...]
    denied: tuple[Testimony, ...]
    reported: tuple[Testimony, ...]
    silent: tuple[Testimony, ...]
    accounts: Accounts

    def to_dict(self) -> dict[str, object]:
        """Return the event as plain dicts and lists, the mentions as ``{"report", "event"}``."""
        plain = msgspec.to_builtins(self)
        plain["mentions"] = [key._asdict() for key in self.mentions]
        return dict(plain)


def describe_event(
    records: Iterable[Record], group: Sequence[EventKey], actors: Actors | None = None
) -> WorldEvent:
    """Return one event in the world; ``group`` are its mentions, ``records`` the reports of its story.

    ``actors`` are those of the records, if they are known already. Raises KeyError if a mention is in none of
    the records.
    """
    known = {r.id: r for r in records}
    keys = set(group)
    found = actors or find_actors(known.values())
    told = {key.report for key in keys}
    mentions = find_mentions((known[i] for i in told if i in known), found, keys)
    if not mentions:
        raise KeyError(group)
    type_, mode = _type_of(mentions)
    day = held_on(mentions) or set_for(mentions)
    held = [m for m in mentions if m.held] or mentions
    bounds = [(m.first, m.last) for m in held if m.first is not None and m.last is not None]
    confirmations = find_confirmations(known.values(), mentions, found)
    ordered = tuple(m.key for m in mentions)
    return WorldEvent(
        id=event_id(ordered),
        type=type_,
        mode=mode,
        actor=_actors(known, ordered, found, "actor"),
        recipient=_actors(known, ordered, found, "recipient"),
        date=day_of(day) or _widest_date(known, mentions),
        earliest=day_of(day or min((first for first, _ in bounds), default=None)),
        latest=day_of(day or max((last for _, last in bounds), default=None)),
        place=_place_of(known, held),
        cycle=trace_cycle(mentions),
        mentions=ordered,
        confirmed=confirmations.confirmed,
        denied=confirmations.denied,
        reported=confirmations.reported,
        silent=confirmations.silent,
        accounts=compare_accounts(known.values(), ordered, found),
    )


def _type_of(mentions: Sequence[Mention]) -> tuple[str, str | None]:
    """Return the type of an event: that of its holding (CONSULT), rather than of a step (AGREE) to it."""
    own = {t for h in load_happenings() if h.id == mentions[0].kind for t in h.types}
    proper = [m for m in mentions if m.type in own] or [m for m in mentions if m.held] or list(mentions)
    type_ = commonest(m.type for m in proper) or mentions[0].type
    return type_, commonest(m.mode for m in mentions if m.type == type_ and m.mode)


def _actors(known: dict[str, Record], keys: Sequence[EventKey], actors: Actors, role: str) -> tuple[str, ...]:
    """Return who has a role in at least a third of the mentions that name anybody in it, most named first."""
    ids = {key: profile.id for profile in actors.profiles for key in profile.appearances}
    counts: Counter[str] = Counter()
    naming = 0
    for key in keys:
        named = getattr(known[key.report].event(key.event), role)
        here = {ids[k] for i in named if (k := ActorKey(key.report, i)) in ids}
        counts.update(here)
        naming += bool(here)
    kept = [i for i, count in counts.items() if 3 * count >= naming]
    return tuple(sorted(kept, key=lambda i: (-counts[i], i)))


def _place_of(known: dict[str, Record], mentions: Sequence[Mention]) -> str | None:
    """Return the place that most mentions give, rather a town than a state or something without a name."""
    named = [m for m in mentions if m.place is not None] or mentions
    return commonest(known[m.key.report].event(m.key.event).place for m in named)


def _widest_date(known: dict[str, Record], mentions: Sequence[Mention]) -> str | None:
    """Return the date that most mentions give, as precisely as the first of them says it."""
    return commonest(d for m in mentions if (d := known[m.key.report].event(m.key.event).date))
