"""A story as one object: its headline, days, actors, places, reports, events and sources."""

from __future__ import annotations

import datetime
import itertools
import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence

import msgspec

from depesche.language.rarity import rarity
from depesche.link.actors import Actors, find_actors
from depesche.link.events import cluster_events, event_id
from depesche.link.mentions import Mention, find_mentions
from depesche.link.order import publication_key
from depesche.link.origins import Sources, sources
from depesche.link.outlets import country_of_outlet
from depesche.link.profiles import profile_of
from depesche.link.records import EventKey, Record
from depesche.reading import Place
from depesche.stems import find_stems

# A headline of its own may have so many characters; shorter ones say too little.
_SHORT, _LONG = 25, 95
# What a question, a quotation or a label in front ("Hintergrund:") takes off a headline's worth.
_UNSURE = 0.5
_LABEL = re.compile(r"\A[^\s:]+:\s")
# Actors and places that so small a share of the reports name are not the story's.
_SHARE = 0.3
_MOST = 12


class Thread(msgspec.Struct, frozen=True):
    """A day of a story: its reports, and the events in the world that lie on it or were first told on it."""

    day: str | None
    title: str
    reports: tuple[str, ...]
    events: tuple[str, ...]


class StoryOutline(msgspec.Struct, frozen=True, kw_only=True):
    """A story: reports on one matter.

    ``id`` is named by its first report. ``first`` and ``last`` are days of publication. ``events`` are those
    in the world that it tells, the most told first; ``actors`` and ``places`` those that at least a third of
    its reports name. ``threads`` are its days in order, undated reports last.
    """

    id: str
    title: str
    first: str | None
    last: str | None
    reports: tuple[str, ...]
    events: tuple[str, ...]
    actors: tuple[str, ...]
    places: tuple[str, ...]
    sources: Sources
    threads: tuple[Thread, ...]

    def to_dict(self) -> dict[str, object]:
        """Return the story as plain dicts and lists; of the sources, how many, and which agencies."""
        plain = msgspec.to_builtins(self)
        plain["sources"] = {
            "reports": self.sources.reports,
            "independent": self.sources.independent,
            "origins": msgspec.to_builtins(self.sources.origins),
        }
        return dict(plain)


def story_id(report: str) -> str:
    """Return the id of the story whose first report that is."""
    return f"s{report[:12]}"


def outline_story(
    records: Iterable[Record],
    groups: Sequence[Sequence[EventKey]] | None = None,
    actors: Actors | None = None,
) -> StoryOutline:
    """Return the story that these reports are; it does not depend on their order.

    ``groups`` are its events in the world and ``actors`` those of the reports, if they are known already.
    Raises ValueError if there is no report.
    """
    ordered = sorted({r.id: r for r in records}.values(), key=publication_key)
    if not ordered:
        raise ValueError("A story has at least one report.")
    told = cluster_events(ordered) if groups is None else groups
    found = actors or find_actors(ordered)
    mentions = {m.key: m for m in find_mentions(ordered, found)}
    days = [r.day for r in ordered if r.day is not None]
    return StoryOutline(
        id=story_id(ordered[0].id),
        title=make_title(ordered),
        first=min(days, default=None),
        last=max(days, default=None),
        reports=tuple(r.id for r in ordered),
        events=tuple(event_id(g) for g in sorted(told, key=lambda g: (-len({k.report for k in g}), g))),
        actors=_actors(ordered, found),
        places=_places(ordered),
        sources=sources(ordered),
        threads=_threads(ordered, told, mentions),
    )


def make_title(records: Sequence[Record]) -> str:
    """Return the headline of a story: the one of its reports that says most of what all of them say.

    Without any headline it is the first sentence of the report that does.
    """
    titles = [(r.report.title.strip(), r) for r in records if r.report.title and r.report.title.strip()]
    offered = titles or [(_first_sentence(r), r) for r in records]
    shared = _shared_words(records)
    best = max(offered, key=lambda o: (_worth(o[0], shared) * _neutrality(o[1]), o[0]))
    return best[0]


def _neutrality(record: Record) -> float:
    """Return how much the headline of a report's outlet is worth: that of a party's own tells its side."""
    return _UNSURE if country_of_outlet(record.report.source or "") else 1.0


def _shared_words(records: Sequence[Record]) -> dict[str, float]:
    """Return the stems of the reports, each weighed by rarity and by how many reports have it."""
    words: Counter[str] = Counter()
    for record in records:
        words.update(profile_of(record).words)
    return {stem: weight / len(records) for stem, weight in words.items()}


def _worth(title: str, shared: dict[str, float]) -> float:
    stems = {stem for _, _, stem in find_stems(title)}
    worth = math.fsum(sorted(shared.get(stem, 0.0) for stem in stems)) / math.sqrt(max(3, len(stems)))
    if title.endswith("?") or title[:1] in '„»«"' or _LABEL.match(title):
        worth *= _UNSURE
    return worth if _SHORT <= len(title) <= _LONG else worth * _UNSURE


def _first_sentence(record: Record) -> str:
    text = record.report.text
    span = record.sentences[0] if record.sentences else None
    return " ".join((text[span.start : span.end] if span else text[:_LONG]).split())


def _actors(records: Sequence[Record], actors: Actors) -> tuple[str, ...]:
    here = {r.id for r in records}
    counts = {p.id: len({k.report for k in p.appearances if k.report in here}) for p in actors.profiles}
    least = max(1, math.ceil(_SHARE * len(records)))
    kept = sorted((i for i, count in counts.items() if count >= least), key=lambda i: (-counts[i], i))
    return tuple(kept[:_MOST])


def _places(records: Sequence[Record]) -> tuple[str, ...]:
    counts = Counter(name for r in records for name in {p.name for p in r.reading.places if _is_telling(p)})
    least = max(1, math.ceil(_SHARE * len(records)))
    kept = sorted((name for name, count in counts.items() if count >= least), key=lambda n: (-counts[n], n))
    return tuple(kept[:_MOST])


def _is_telling(place: Place) -> bool:
    return place.geonames is not None or rarity(place.name) > 0


def _threads(
    records: Sequence[Record], groups: Sequence[Sequence[EventKey]], mentions: dict[EventKey, Mention]
) -> tuple[Thread, ...]:
    by_day = {
        day: list(some)
        for day, some in itertools.groupby(
            sorted(records, key=lambda r: (r.day is None, r.day or "")), key=lambda r: r.day
        )
    }
    events: dict[str | None, list[str]] = {}
    for group in groups:
        events.setdefault(_day_of(group, mentions, by_day.keys()), []).append(event_id(group))
    return tuple(
        Thread(day, make_title(some), tuple(r.id for r in some), tuple(sorted(events.get(day, ()))))
        for day, some in by_day.items()
    )


def _day_of(
    group: Sequence[EventKey], mentions: dict[EventKey, Mention], days: Iterable[str | None]
) -> str | None:
    """Return the day of a story to which an event belongs: its own, or that of the first news of it."""
    known = set(days)
    told = [mentions[key] for key in group if key in mentions]
    own = sorted(_iso(m.first) for m in told if m.exact and m.first is not None)
    here = [day for day in own if day in known]
    if here:
        return here[0]
    news = sorted(_iso(m.known) for m in told if m.known is not None)
    return news[0] if news else None


def _iso(number: int | None) -> str:
    return datetime.date.fromordinal(number or 1).isoformat()
