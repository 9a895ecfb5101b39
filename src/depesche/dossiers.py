"""What an archive knows of one story, event in the world, actor or pair of states, from all their reports."""

from __future__ import annotations

import re
from collections.abc import Iterable

import msgspec

from depesche.archive.links import Links
from depesche.archive.store import Archive
from depesche.errors import ArchiveError
from depesche.judgement import Judgement
from depesche.language.states import country_of_name
from depesche.link.accounts import Accounts
from depesche.link.actors import (
    ActorKey,
    Appearance,
    Profile,
    Unresolved,
    find_actors,
    find_profile,
    keys_of,
    keys_of_name,
)
from depesche.link.events import event_id
from depesche.link.judgements import judgements_in_force
from depesche.link.origins import Sources
from depesche.link.origins import sources as find_sources
from depesche.link.records import EventKey, Record
from depesche.link.relations import Line, Period, Unit, draw_line, line_key, sum_periods
from depesche.link.versions import Versions, find_versions
from depesche.link.world import WorldEvent, describe_event
from depesche.linking import load_record
from depesche.naming import Kind, parse_name

Cluster = tuple[EventKey, ...]


class ActorDossier(msgspec.Struct, frozen=True):
    """An actor over the archive, and what may be about the same one but stays open."""

    profile: Profile
    open: tuple[Unresolved, ...]


class SourceDossier(msgspec.Struct, frozen=True):
    """What some reports rest on and which copied which, and which are versions of one article."""

    sources: Sources
    versions: tuple[Versions, ...]


class LineDossier(msgspec.Struct, frozen=True):
    """What happened between two states, what is said of how they stand, and the sums of each period."""

    line: Line
    periods: tuple[Period, ...]


class Dossiers:
    """Answers from one archive. Raises ArchiveError for what is not there."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive

    def event(self, named: str) -> WorldEvent:
        """Return an event in the world, named by its id or by that of any of its mentions (``id:e3``)."""
        records, group = self._find_event(named)
        return describe_event(records, group)

    def accounts(self, named: str) -> Accounts:
        """Return what each side says of an event in the world."""
        return self.event(named).accounts

    def sources(self, named: str) -> SourceDossier:
        """Return what a story rests on, or the reports of an event in the world, or one report's story."""
        if _is(named, "event"):
            records, group = self._find_event(named)
            told = {key.report for key in group}
            records = [record for record in records if record.id in told]
        else:
            records = self.story_records(named)
        return SourceDossier(find_sources(records), find_versions(records))

    def actor(self, named: str) -> ActorDossier:
        """Return an actor, named by an id or a name; of several of one name, the one most reports name."""
        keys = self._keys_of(named)
        with self._archive.linked() as links:
            actors = find_actors(self._load(links, links.find_under(keys)))
        profile = find_profile(actors, named)
        if profile is None:
            raise ArchiveError(f"There is no actor {named!r} in the archive {self._archive.path}.")
        doubtful = tuple(o for o in actors.open if any(c.id == profile.id for c in o.candidates))
        return ActorDossier(profile, doubtful)

    def _keys_of(self, named: str) -> frozenset[str]:
        """Return under which keys the reports on an actor are found, who is named by an id or a name."""
        form = parse_name(named)
        if form is None or form.kind != "actor":
            return keys_of_name(named)
        reading = self._archive.reading(form.report)
        actor = next((a for a in reading.actors if a.id == form.part), None)
        if actor is None:
            raise ArchiveError(f"There is no actor {form.part} in the report {reading.id[:12]}.")
        return keys_of(Appearance(ActorKey(reading.id, actor.id), reading.published, actor))

    def line(
        self,
        one: str,
        other: str,
        unit: Unit = "month",
        first: str | None = None,
        last: str | None = None,
        known: str | None = None,
    ) -> LineDossier:
        """Return the line of two states, named by code or name; ``known``: as was known on that day."""
        pair = (self._country(one), self._country(other))
        with self._archive.linked() as links:
            records = self._load(links, links.find_under([line_key(*pair)]))
            clusters = _clusters(links, records)
        line = draw_line(records, clusters, pair, first=first, last=last, known=known)
        return LineDossier(line, sum_periods(line, unit))

    def story_records(self, named: str) -> list[Record]:
        """Return the reports of a story, named by its id or by that of any of its reports."""
        form = parse_name(named)
        if form is None or form.kind not in {"story", "report"}:
            raise ArchiveError(f"{named!r} is no id of a story or a report.")
        report = self._archive.report(form.report)
        with self._archive.linked() as links:
            numbers = links.find_numbers([report.id])
            members = links.list_stories(numbers.values())
            if not members:
                raise ArchiveError(
                    f"The report {report.id[:12]} has not been linked yet: depesche link does so."
                )
            return self._load(links, [n for group in members.values() for n in group])

    def _country(self, named: str) -> str:
        code = country_of_name(named) or (named.upper() if re.fullmatch("[A-Za-z]{3}", named) else None)
        if code is None:
            raise ArchiveError(f"{named!r} is no state: give a code (USA) or a German name.")
        return code

    def _find_event(self, named: str) -> tuple[list[Record], Cluster]:
        """Return the reports of an event's story and its mentions."""
        form = parse_name(named)
        if form is None or form.kind != "event":
            raise ArchiveError(f"{named!r} is no id of an event: give e…-e3, or a report's id:e3.")
        report, event = self._archive.report(form.report), form.part
        with self._archive.linked() as links:
            number = links.find_numbers([report.id]).get(report.id, 0)
            mentions = links.list_mentions(number, event)
            if not mentions:
                raise ArchiveError(f"There is no event {event} in the report {report.id[:12]}.")
            told = links.find_days(m.report for m in mentions)
            group = tuple(EventKey(told[m.report][1], m.event) for m in mentions)
            stories = links.list_stories(told)
            return self._load(links, [n for some in stories.values() for n in some]), group

    @staticmethod
    def _load(links: Links, numbers: Iterable[int]) -> list[Record]:
        judgements: tuple[Judgement, ...] = judgements_in_force(links.judgements())
        return [load_record(links, number, judgements) for number in sorted(set(numbers))]


def _is(named: str, kind: Kind) -> bool:
    form = parse_name(named)
    return form is not None and form.kind == kind


def _clusters(links: Links, records: Iterable[Record]) -> dict[EventKey, str]:
    """Return the event in the world that each event of the records is."""
    numbers = links.find_numbers(record.id for record in records)
    rows = links.list_world_events(numbers.values())
    days = links.find_days({number for row in rows for number in (row.report, row.world_report)})
    return {
        EventKey(days[row.report][1], row.event): event_id(
            [EventKey(days[row.world_report][1], row.world_event)]
        )
        for row in rows
    }
