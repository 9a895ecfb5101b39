"""What an archive knows of one story, event in the world, actor or pair of states, from all their reports."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple, Unpack, cast

import msgspec

from depesche.archive.lines import Told, put_in_order
from depesche.archive.links import Links
from depesche.archive.selection import Filters, first_day, last_day, select_rows
from depesche.archive.store import Archive
from depesche.archive.survey import Form, Printed, Scent, Shown, Survey
from depesche.errors import MissingError
from depesche.explain import event_at
from depesche.language.states import country_of_name
from depesche.link.accounts import Accounts
from depesche.link.actors import (
    ActorKey,
    Actors,
    Appearance,
    Facts,
    KeyPair,
    Profile,
    Unresolved,
    actor_id,
    find_actors,
    find_bearers,
    find_profile,
    group_appearances,
    keys_of,
    keys_of_name,
    office_keys,
)
from depesche.link.confirmations import Confirmations, find_confirmations
from depesche.link.events import event_id
from depesche.link.judgements import actor_pairs, judgements_in_force
from depesche.link.mentions import find_mentions
from depesche.link.origins import Sources
from depesche.link.origins import sources as find_sources
from depesche.link.outlines import StoryOutline, outline_story
from depesche.link.records import EventKey, Record
from depesche.link.relations import (
    Line,
    Pair,
    Period,
    Telling,
    Unit,
    draw_line,
    join_line,
    line_key,
    narrow_line,
    sum_periods,
)
from depesche.link.versions import Versions, find_versions
from depesche.link.world import WorldEvent, describe_event
from depesche.naming import Kind, parse_name
from depesche.reading import Actor, ActorType, Report
from depesche.recall import load_record, load_records
from depesche.story_files import LARGE, Deeds, tell_deeds

Cluster = tuple[EventKey, ...]
# So many stories are described if nobody says how many.
_MOST_STORIES = 50
# To put a report's story together takes so many times as long as to look at it for a line.
_TELLING = 3


class ActorDossier(msgspec.Struct, frozen=True):
    """An actor over the archive, and what may be about the same one but stays open."""

    profile: Profile
    open: tuple[Unresolved, ...]

    def to_dict(self) -> dict[str, object]:
        """Return the actor as plain dicts and lists, as docs/linking.md has them."""
        plain = msgspec.to_builtins(self.profile)
        for field, what in (("names", "name"), ("countries", "country")):
            plain[field] = [{what: value, "reports": count} for value, count in getattr(self.profile, field)]
        plain["appearances"] = [key._asdict() for key in self.profile.appearances]
        plain["open"] = [_doubt_to_dict(doubt) for doubt in self.open]
        return dict(plain)


def _doubt_to_dict(doubt: Unresolved) -> dict[str, object]:
    plain = msgspec.to_builtins(doubt)
    return {**doubt.key._asdict(), **{name: value for name, value in plain.items() if name != "key"}}


class Kin(msgspec.Struct, frozen=True):
    """Who is who of all who are found under the keys of an actor: their ids, by those of their appearances.

    ``asked`` is the one who was asked for. ``beside`` are further keys under which one of them is found.
    """

    asked: str
    actors: dict[str, str]
    beside: dict[str, tuple[str, ...]]


class ActorTrace(msgspec.Struct, frozen=True):
    """An actor over the archive with what finds it there.

    Others are found by it too: only the appearances of the profile are its own. ``printed`` are the reports
    in which it finds somebody, by their numbers; ``kin`` all who are found by the name alone.
    """

    dossier: ActorDossier
    scent: Scent
    printed: dict[int, Printed]
    kin: Kin


class _Sighted(NamedTuple):
    """Who may be somebody: all appearances under some keys, their reports by number, and by which forms."""

    appearances: dict[ActorKey, Appearance]
    printed: dict[int, Printed]
    forms: tuple[Form, ...] | None

    def join(self, later: _Sighted) -> _Sighted:
        """Return these and those who were seen later, by the forms of the later look."""
        return _Sighted(self.appearances | later.appearances, self.printed | later.printed, later.forms)

    def group(self, decided: _Decided) -> Actors:
        """Return who is who of them, by what people decided."""
        return group_appearances(self.appearances.values(), decided.together, decided.apart)


_Look = Callable[[Survey, frozenset[str], frozenset[str]], _Sighted]


class _Decided(msgspec.Struct, frozen=True):
    """What people decided on actors of reports: which are one, and which are not."""

    together: tuple[KeyPair, ...] = ()
    apart: tuple[KeyPair, ...] = ()


class SourceDossier(msgspec.Struct, frozen=True):
    """What some reports rest on and which copied which, and which are versions of one article."""

    sources: Sources
    versions: tuple[Versions, ...]

    def to_dict(self) -> dict[str, object]:
        """Return the sources as plain dicts and lists, as docs/linking.md has them."""
        return {**msgspec.to_builtins(self.sources), "versions": msgspec.to_builtins(self.versions)}


class LineDossier(msgspec.Struct, frozen=True):
    """What happened between two states, what is said of how they stand, and the sums of each period."""

    line: Line
    periods: tuple[Period, ...]

    def to_dict(self) -> dict[str, object]:
        """Return the line as plain dicts and lists, as docs/linking.md has them."""
        plain = msgspec.to_builtins(self.line)
        for deed, found in zip(plain["deeds"], self.line.deeds, strict=True):
            deed["mentions"] = [key._asdict() for key in found.mentions]
        return {**plain, "periods": msgspec.to_builtins(self.periods)}


class _Fresh(NamedTuple):
    """Between which states the events are of stories of which nothing is kept.

    ``reports`` are the numbers of all their reports by id, ``deeds`` are report, event and the two states,
    ``worlds`` the events in the world, by report and event.
    """

    reports: dict[str, int]
    deeds: frozenset[tuple[str, str, str, str]]
    naming: frozenset[tuple[str, str]]
    worlds: dict[tuple[str, str], tuple[int, str]]

    def divide(self, pair: Pair) -> tuple[set[tuple[int, str]], set[tuple[int, str]]]:
        """Return the events in the world that lie between two states, and those not compared yet."""
        keys = {(d[0], d[1]) for d in self.deeds if d[2:] in (pair, pair[::-1])}
        alone = {(self.reports[report], event) for report, event in keys - self.worlds.keys()}
        return {self.worlds[key] for key in keys & self.worlds.keys()}, alone

    def correct(self, told: Told, pair: Pair) -> Told:
        """Return a mention as the stories tell it now, if it is in one of them."""
        if told.report not in self.reports:
            return told
        key = (told.report, told.event.id)
        return told._replace(
            naming=key in self.naming,
            forward=(*key, *pair) in self.deeds,
            backward=(*key, *pair[::-1]) in self.deeds,
        )


def _gather_fresh(links: Links, stories: Iterable[Deeds]) -> _Fresh:
    some = list(stories)
    reports = links.find_numbers({report for story in some for report in story.reports})
    ids = {number: report for report, number in reports.items()}
    worlds = {
        (ids[row.report], row.event): (row.world_report, row.world_event)
        for row in links.list_world_events(ids)
    }
    deeds = frozenset(deed for story in some for deed in story.deeds)
    return _Fresh(reports, deeds, frozenset((d[0], d[1]) for d in deeds), worlds)


class Dossiers:
    """Answers from one archive. Raises MissingError for what is not there.

    With ``one_look`` reports are taken out of the archive once and kept: for several answers at one moment.
    ``tell`` gives the deeds of a story of which the archive keeps nothing that is good.
    """

    def __init__(
        self,
        archive: Archive,
        *,
        one_look: bool = False,
        may_lag: bool = False,
        tell: Callable[[Links, int], Deeds] = tell_deeds,
    ) -> None:
        self._archive = archive
        self._tell = tell
        # Whether large stories may be as they were told last.
        self._may_lag = may_lag
        self._records: dict[int, Record] | None = {} if one_look else None
        self._actors: dict[tuple[str, ...], Actors] | None = {} if one_look else None
        # What the actors of the answers given so far are called.
        self._names: dict[str, str] = {}

    def stories(self, **filters: Unpack[Filters]) -> tuple[StoryOutline, ...]:
        """Return the stories of which the filters select a report, those with the latest news first.

        The filters are those of ``Archive.reports``. Without a limit, 50 stories come.
        """
        selection = select_rows(filters)
        if selection.limit is None:
            selection = msgspec.structs.replace(selection, limit=_MOST_STORIES)
        with self._archive.linked() as links:
            judgements = judgements_in_force(links.judgements())
            told = (
                list(load_records(links, links.list_members([story]), judgements).values())
                for story in links.select_stories(selection)
            )
            return tuple(self._outline(links, records) for records in told)

    def story(self, named: str) -> StoryOutline:
        """Return a story, named by its id or by that of any of its reports, or of an event in one."""
        records = self.story_records(named)
        with self._archive.linked() as links:
            return self._outline(links, records)

    def _outline(self, links: Links, records: list[Record]) -> StoryOutline:
        groups: dict[EventKey, set[EventKey]] = {}
        for key, first in _find_firsts(links, records).items():
            groups.setdefault(first, set()).add(key)
        # The first mention names the event, also where a report of another story has it.
        told = [[first, *sorted(group - {first})] for first, group in groups.items()]
        return outline_story(records, told, self._actors_of(records))

    def event(self, named: str) -> WorldEvent:
        """Return an event in the world, named by its id, or by a mention of it (``id:e3``, ``id:offset``)."""
        records, group = self._find_event(named)
        actors = self._find_kept_actors(records) or self._actors_of(records)
        try:
            return describe_event(records, group, actors)
        except KeyError as fault:
            # Another reader has read the report anew since it was linked, and no longer finds the event.
            raise MissingError(f"{named} was read anew and is no event any more: depesche link.") from fault

    def confirmations(self, named: str) -> Confirmations:
        """Return who confirms and denies an event in the world, and who is silent."""
        records, group = self._find_event(named)
        actors = self._find_kept_actors(records) or self._actors_of(records)
        wanted = set(group)
        mentions = [mention for mention in find_mentions(records, actors) if mention.key in wanted]
        return find_confirmations(records, mentions, actors)

    def event_records(self, named: str) -> list[Record]:
        """Return the reports of the story of an event in the world."""
        return self._find_event(named)[0]

    def accounts(self, named: str) -> Accounts:
        """Return what each side says of an event in the world."""
        return self.event(named).accounts

    def sources(self, named: str) -> SourceDossier:
        """Return what a story rests on, or the reports of an event in the world, or one report's story."""
        if _is(named, "event") or _is(named, "offset"):
            records, group = self._find_event(named)
            told = {key.report for key in group}
            records = [record for record in records if record.id in told]
        else:
            records = self.story_records(named)
        return SourceDossier(find_sources(records), find_versions(records))

    def actor(self, named: str) -> ActorDossier:
        """Return an actor, named by an id or a name; of several of one name, the one most reports name."""
        return self.trace_actor(named).dossier

    def trace_actor(self, named: str) -> ActorTrace:
        """Return an actor, and under which keys and forms what concerns it stands in the archive."""
        keys = self.keys_of(named)
        decided, look = self._decide_actors(), self._choose_look()
        with self._archive.surveyed() as survey:
            sighted = look(survey, keys, keys)
            profile, actors = self._choose(sighted, named, decided)
            kin = self._list_kin(profile, actors, decided)
            # Reports may name the office alone, and people may have told that another name is theirs.
            known, keys = keys, keys | self._keys_told(profile.appearances, decided.together)
            offices = office_keys(profile)
            # Whoever is asked for by the words of one report may have been looked for by the office already.
            if unseen := (keys | offices) - known:
                sighted = sighted.join(look(survey, keys | offices, unseen))
                profile, actors = self._choose(sighted, profile.id, decided)
        self._names.update((one.id, one.name) for one in actors.profiles)
        doubtful = tuple(o for o in actors.open if any(c.id == profile.id for c in o.candidates))
        scent = Scent(keys, offices, sighted.forms)
        return ActorTrace(ActorDossier(profile, doubtful), scent, sighted.printed, kin)

    def _list_kin(self, asked: Profile, actors: Actors, decided: _Decided) -> Kin:
        beside = {
            one.id: office_keys(one) | self._keys_told(one.appearances, decided.together)
            for one in actors.profiles
        }
        return Kin(
            asked.id,
            {actor_id(key): one.id for one in actors.profiles for key in one.appearances},
            {id_: tuple(sorted(keys)) for id_, keys in beside.items() if keys},
        )

    def list_people(self, named: str) -> Actors:
        """Return who may be meant by a name, or an actor of a report by its id, and what stays open."""
        keys, form = self.keys_of(named), parse_name(named)
        decided, look = self._decide_actors(), self._choose_look()
        with self._archive.surveyed() as survey:
            sighted = look(survey, keys, keys)
            actors = sighted.group(decided)
            profile = find_profile(actors, named)
            mine = profile.appearances if profile else ()
            if profile is None and form is not None and form.kind == "actor":
                mine = (ActorKey(self._archive.report(form.report).id, form.part),)
            if told := self._keys_told(mine, decided.together) - keys:
                actors = sighted.join(look(survey, keys | told, told)).group(decided)
        self._names.update((one.id, one.name) for one in actors.profiles)
        return actors

    def find_people(self, name: str) -> tuple[Profile, ...]:
        """Return the persons of a name: those whom reports call exactly so, else all whom it fits."""
        fits = [p for p in find_bearers(self.list_people(name), name) if p.type == "PER"]
        asked = name.strip().casefold()
        exact = [p for p in fits if asked in {p.name.casefold(), *(form.casefold() for form, _ in p.names)}]
        return tuple(exact or fits)

    def order_near(self, keys: Sequence[ActorKey], report: str) -> tuple[ActorKey, ...]:
        """Return appearances of an actor, those first that are in the story of a report.

        What people decide on two of one story holds in that story too.
        """
        with self._archive.linked() as links:
            numbers = links.find_numbers({report, *(key.report for key in keys)})
            stories = links.find_stories(numbers.values())
        own = stories.get(numbers.get(report, 0))
        near = {id_ for id_, number in numbers.items() if own is not None and stories.get(number) == own}
        return tuple(sorted(keys, key=lambda key: key.report not in near))

    def keeps_faces(self) -> bool:
        """Return whether linking keeps who is found under which keys in all reports that were read."""
        with self._archive.linked() as links:
            return not links.kept.find_unpacked(1)

    def _choose_look(self) -> _Look:
        return _look_at_faces if self.keeps_faces() else _look_for

    def _decide_actors(self) -> _Decided:
        """Return which actors of reports people told to be one, and which not."""
        judgements = judgements_in_force(self._archive.judgements())
        about = [j for j in judgements if j.verdict in ("same_actor", "other_actor")]
        named = {anchor.report for j in about for anchor in (j.subject, j.object) if anchor is not None}
        if not named:
            return _Decided()
        with self._archive.surveyed() as survey:
            return _Decided(*actor_pairs(about, survey.named_in(named)))

    def _keys_told(self, appearances: Iterable[ActorKey], together: Iterable[KeyPair]) -> frozenset[str]:
        """Return the keys of those of whom people told that they are the actor with these appearances."""
        mine = set(appearances)
        others = {key for pair in together if not mine.isdisjoint(pair) for key in pair} - mine
        found = (Appearance(key, None, self._actor_in(key.report, key.actor)) for key in others)
        return frozenset().union(*map(keys_of, found))

    def _choose(self, sighted: _Sighted, named: str, decided: _Decided) -> tuple[Profile, Actors]:
        """Return who is named, among all who may be the same, and who these are."""
        actors = sighted.group(decided)
        profile = find_profile(actors, named)
        if profile is None:
            raise MissingError(f"There is no actor {named!r} in the archive {self._archive.name}.")
        return profile, actors

    def keys_of(self, named: str) -> frozenset[str]:
        """Return under which keys the reports on an actor are found, who is named by an id or a name."""
        form = parse_name(named)
        if form is None or form.kind != "actor":
            return keys_of_name(named)
        report, actor = self._archive.report(form.report), self._actor_in(form.report, form.part)
        return keys_of(Appearance(ActorKey(report.id, actor.id), report.day, actor))

    def remember_names(self, names: Mapping[str, str]) -> None:
        """Take note of what actors are called, by their ids, for ``name_actor``."""
        self._names.update(names)

    def name_actor(self, actor: str) -> str:
        """Return what an actor is called whose id stands in an answer; of another, the name in its report."""
        form = parse_name(actor)
        if actor not in self._names and form is not None and form.kind == "actor":
            self._names[actor] = self._actor_in(form.report, form.part).name
        return self._names.get(actor, actor)

    def _actors_of(self, records: list[Record]) -> Actors:
        known = {} if self._actors is None else self._actors
        key = tuple(record.id for record in records)
        if key not in known:
            known[key] = self._find_actors(records)
        return known[key]

    def _find_kept_actors(self, records: Iterable[Record]) -> Actors | None:
        """Return who is who in reports, if they are one story of which that is kept."""
        with self._archive.linked() as links:
            numbers = links.find_numbers(record.id for record in records)
            stories = set(links.find_stories(numbers.values()).values())
            if len(stories) != 1:
                return None
            # The digest of a large story takes a while, and whatever it is, what was told last would do.
            lags = self._may_lag and len(numbers) > LARGE
            kept = links.kept.find_last_actors(stories, Actors) if lags else {}
            kept = kept or links.kept.find_actors(links.kept.fingerprints(stories), Actors)
            actors = next(iter(kept.values()), None)
        if actors is not None:
            self._names.update((profile.id, profile.name) for profile in actors.profiles)
        return actors

    def _find_actors(self, records: Iterable[Record]) -> Actors:
        told = list(records)
        judgements = judgements_in_force(self._archive.judgements())
        actors = find_actors(told, *actor_pairs(judgements, (record.reading for record in told)))
        self._names.update((profile.id, profile.name) for profile in actors.profiles)
        return actors

    def _actor_in(self, report: str, id_: str) -> Actor:
        reading = self._archive.reading(report)
        actor = next((a for a in reading.actors if a.id == id_), None)
        if actor is None:
            raise MissingError(f"There is no actor {id_} in the report {reading.id[:12]}.")
        return actor

    def line(
        self,
        one: str,
        other: str,
        unit: Unit = "month",
        start: str | None = None,
        end: str | None = None,
        known: str | None = None,
    ) -> LineDossier:
        """Return the line of two states, named by code or name, summed by day, week or month.

        ``start`` and ``end`` are days, months or years, as in ``Filters``; ``known``: as was known on that
        day, or at the end of that month or year. Raises DateError for a day that is none.
        """
        first, last = first_day(start) if start else None, last_day(end) if end else None
        known = last_day(known) if known else None
        pair = (self._country(one), self._country(other))
        line = self._find_kept_line(pair, known) or self._draw_line(pair, known)
        line = narrow_line(line, first, last)
        return LineDossier(line, sum_periods(line, unit))

    def _find_kept_line(self, pair: Pair, known: str | None) -> Line | None:
        """Return the line of two states by what linking keeps, and by the stories of which it keeps nothing.

        None if these are so many that it is faster to draw the line anew.
        """
        key = line_key(*pair)
        with self._archive.linked() as links:
            untold = links.kept.find_untold(*pair, key)
            if self._may_lag:
                large = links.kept.find_told_before(story for story in untold if untold[story] > LARGE)
                untold = {story: reports for story, reports in untold.items() if story not in large}
            if _TELLING * sum(untold.values()) > links.kept.count_under(key):
                return None
            fresh = _gather_fresh(links, [self._tell(links, story) for story in sorted(untold)])
            judgements = judgements_in_force(links.judgements())
            judged = links.find_numbers(j.subject.report for j in judgements if j.subject is not None)
            corrected = {r.id: r for r in load_records(links, judged.values(), judgements).values()}
        with self._archive.surveyed() as survey:
            found = survey.told(pair, known)
            worlds, alone = fresh.divide(pair)
            found += survey.mentions(worlds, pair, known)
            found += survey.alone(alone, known)
            stated = survey.stated(key, known)
        told = {(one.report, one.event.id): fresh.correct(one, pair) for one in found}
        names = {world: event_id([EventKey(*world)]) for world in {one.world for one in told.values()}}
        tellings = []
        for one in put_in_order(told.values()):
            right = one.event
            if one.report in corrected:
                own = corrected[one.report].reading.events
                right = next((e for e in own if e.id == right.id), right)
            mention = EventKey(one.report, right.id)
            tellings.append(
                Telling(names[one.world], mention, one.day, right, one.naming, one.forward, one.backward)
            )
        records = (Record(Report(text="", published=day), reading) for day, reading in stated)
        return join_line(records, tellings, pair)

    def _draw_line(self, pair: Pair, known: str | None) -> Line:
        """Return the line of two states drawn anew, of all reports on them."""
        with self._archive.surveyed() as survey:
            brief = survey.brief_readings([line_key(*pair)])
        with self._archive.linked() as links:
            judgements = judgements_in_force(links.judgements())
            judged = {j.subject.report for j in judgements if j.subject is not None}
            # What was decided may change what stands in the parts that are left out here.
            records = [
                load_record(links, number, judgements)
                if reading.id in judged
                else Record(Report(text="", published=day), reading)
                for number, day, reading in brief
            ]
            clusters = _clusters(links, records)
        return draw_line(records, clusters, pair, known=known)

    def story_records(self, named: str) -> list[Record]:
        """Return the reports of a story, named by its id or by that of any of its reports."""
        form = parse_name(named)
        if form is None or form.kind == "actor":
            raise MissingError(f"{named!r} is no id of a story or a report.")
        report = self._archive.report(form.report)
        with self._archive.linked() as links:
            members = links.find_companions(links.find_numbers([report.id]).values())
            if not members:
                raise _not_linked(report.id)
            return self._load(links, members)

    def _country(self, named: str) -> str:
        code = country_of_name(named) or (named.upper() if re.fullmatch("[A-Za-z]{3}", named) else None)
        if code is None:
            raise MissingError(f"{named!r} is no state: give a code (USA) or a German name.")
        return code

    def _find_event(self, named: str) -> tuple[list[Record], Cluster]:
        """Return the reports of an event's story and its mentions."""
        form = parse_name(named)
        if form is None or form.kind not in {"event", "offset"}:
            raise MissingError(f"{named!r} is no id of an event: give e…-e3, or a report's id:e3.")
        report, event = self._archive.report(form.report), form.part
        if form.kind == "offset":
            event = event_at(self._archive.reading(report.id).events, int(form.part))
        with self._archive.linked() as links:
            number = links.find_numbers([report.id]).get(report.id, 0)
            mentions = links.list_mentions(number, event)
            if not mentions and not links.find_stories([number]):
                raise _not_linked(report.id)
            if not mentions:
                raise MissingError(f"There is no event {event} in the report {report.id[:12]}.")
            told = links.find_days(m.report for m in mentions)
            group = tuple(EventKey(told[m.report][1], m.event) for m in mentions)
            return self._load(links, links.find_companions(told)), group

    def _load(self, links: Links, numbers: Iterable[int]) -> list[Record]:
        judgements = judgements_in_force(links.judgements())
        known = {} if self._records is None else self._records
        wanted = sorted(set(numbers))
        known.update(load_records(links, [n for n in wanted if n not in known], judgements))
        return [known[number] for number in wanted]


def _look_at_faces(survey: Survey, keys: frozenset[str], unseen: frozenset[str]) -> _Sighted:
    """Return who is found under keys that were not looked at before, by what linking keeps."""
    return _sight(survey.faces(unseen), None)


def _look_for(survey: Survey, keys: frozenset[str], unseen: frozenset[str]) -> _Sighted:
    """Return who is found under keys, by how reports name them."""
    forms = tuple(form for form in survey.forms(keys) if not keys.isdisjoint(_keys_of_form(form)))
    return _sight(survey.show(keys, forms), forms)


def _sight(told: Sequence[Shown], forms: tuple[Form, ...] | None) -> _Sighted:
    facts = functools.cache(lambda face: Facts(*face) if face else None)
    appearances = {}
    for _, printed, actor, face in told:
        key = ActorKey(printed.report, actor.id)
        appearances[key] = Appearance(key, printed.day, actor, facts(face))
    return _Sighted(appearances, {shown.number: shown.printed for shown in told}, forms)


def _keys_of_form(form: Form) -> frozenset[str]:
    actor = Actor("", form.name, cast(ActorType, form.type), country=form.country, office=form.office)
    return keys_of(Appearance(ActorKey("", ""), None, actor))


def _is(named: str, kind: Kind) -> bool:
    form = parse_name(named)
    return form is not None and form.kind == kind


def _not_linked(report: str) -> MissingError:
    return MissingError(f"The report {report[:12]} has not been linked yet: depesche link does so.")


def _clusters(links: Links, records: Iterable[Record]) -> dict[EventKey, str]:
    """Return the event in the world that each event of the records is."""
    return {key: event_id([first]) for key, first in _find_firsts(links, records).items()}


def _find_firsts(links: Links, records: Iterable[Record]) -> dict[EventKey, EventKey]:
    """Return the first mention of the event in the world that each event of the records is."""
    numbers = links.find_numbers(record.id for record in records)
    rows = links.list_world_events(numbers.values())
    days = links.find_days({number for row in rows for number in (row.report, row.world_report)})
    return {
        EventKey(days[row.report][1], row.event): EventKey(days[row.world_report][1], row.world_event)
        for row in rows
    }
