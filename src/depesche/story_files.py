"""What is kept of each story, so that whoever asks need not put it together from all its reports."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise

import msgspec

from depesche.archive.kept import Face, Outline, Pack, pack
from depesche.archive.links import Links
from depesche.archive.portions import heaps
from depesche.archive.store import Archive
from depesche.judgement import Judgement
from depesche.link.accounts import Accounts, compare_accounts
from depesche.link.actors import Actors, appearances_of, find_actors, keys_of, settle_countries
from depesche.link.judgements import actor_pairs, judgements_in_force
from depesche.link.matters import matters_of
from depesche.link.origins import Copy, Origin, ReportOrigins, Sources
from depesche.link.outlines import StoryOutline, outline_story
from depesche.link.records import EventKey, Record
from depesche.link.relations import pairs_of
from depesche.link.versions import find_articles
from depesche.reading import Reading, Report
from depesche.recall import load_records

# A story of more reports than this may be shown as it was told last while it is told anew, for some seconds.
LARGE = 30
# So many of the most told events are looked at for one with accounts of two sides.
_CANDIDATES = 3
# So many stories are looked for at once, and so many told that have so many reports together.
_STORIES, _REPORTS = 50, 20


class Head(msgspec.Struct, frozen=True):
    """A report of a story: its outlet, headline and time of publication, and all outlets that printed it."""

    id: str
    outlet: str | None
    title: str | None
    published: str | None
    outlets: tuple[str, ...]


class Step(msgspec.Struct, frozen=True):
    """Two reports, by their ids, that are one article, the new the next version after the old."""

    old: str
    new: str


class StoryFile(msgspec.Struct, frozen=True, kw_only=True):
    """A story, put together.

    The sources in ``outline`` lack single sentences and passages. ``names`` are those of its actors,
    ``heads`` its reports in the order of publication. ``mentions`` gives the mentions of each of its events:
    the place of the report in ``outline.reports``, and the event there. ``accounts`` are those of its most
    told events, up to the first of which two sides speak. ``steps`` lead from version to
    version of its articles; what changed there ``find_changes`` tells.
    """

    outline: StoryOutline
    names: dict[str, str]
    heads: tuple[Head, ...]
    mentions: dict[str, tuple[tuple[int, str], ...]]
    accounts: tuple[tuple[str, Accounts], ...]
    steps: tuple[Step, ...] = ()

    @property
    def is_large(self) -> bool:
        """Whether it takes so long to tell that it may be shown out of date."""
        return len(self.outline.reports) > LARGE

    def background_of(self, report: str) -> Background:
        """Return what a report of the story rests on."""
        sources = self.outline.sources
        return Background(
            next((one.origins for one in sources.by_report if one.report == report), ()),
            tuple(copy for copy in sources.copies if report in (copy.of, copy.report)),
            tuple(step for step in self.steps if report in (step.old, step.new)),
        )

    def reports_of(self, event: str) -> tuple[str, ...]:
        """Return the reports of the story that tell an event, by the ids of their mentions."""
        places = dict.fromkeys(place for place, _ in self.mentions.get(event, ()))
        return tuple(self.outline.reports[place] for place in places)


class Background(msgspec.Struct, frozen=True):
    """What a report rests on, what it took or gave, and of which versions it is the next or the last."""

    origins: tuple[Origin, ...]
    copies: tuple[Copy, ...]
    steps: tuple[Step, ...]


class Deeds(msgspec.Struct, frozen=True):
    """The reports of a story, and between which states its events are: report, event and the two states."""

    reports: tuple[str, ...]
    deeds: tuple[tuple[str, str, str, str], ...]


class Story(msgspec.Struct, frozen=True):
    """All that is kept of a story: itself, who is who in it, and between which states its events are."""

    file: StoryFile
    actors: Actors
    deeds: tuple[tuple[str, str, str, str], ...]


def pack_reading(reading: Reading) -> Pack:
    """Return what is kept of a reading beside its findings."""
    record = Record(Report(text=""), reading)
    faces = [
        Face(key, shown.key.actor, shown.told_country, shown.named, shown.mentions)
        for shown in appearances_of(record)
        for key in sorted(keys_of(shown))
    ]
    matters = ((n, matter) for n, told in enumerate(reading.quotations) for matter in matters_of(told.text))
    return Pack(reading, tuple(faces), tuple(matters))


def tell_story(links: Links, story: int) -> Story:
    """Return all that is kept of a story, put together anew. Raises KeyError if a report was not read."""
    judgements = judgements_in_force(links.judgements())
    return describe_story(links, load_records(links, links.list_members([story]), judgements), judgements)


def tell_deeds(links: Links, story: int) -> Deeds:
    """Return of a story what its events are between, found anew: as ``tell_story`` has it, and sooner."""
    judgements = judgements_in_force(links.judgements())
    records = list(load_records(links, links.list_members([story]), judgements).values())
    actors = find_actors(records, *actor_pairs(judgements, (record.reading for record in records)))
    return Deeds(tuple(record.id for record in records), tuple(_find_deeds(records, actors)))


def describe_story(links: Links, members: Mapping[int, Record], judgements: Sequence[Judgement]) -> Story:
    """Return all that is kept of the story that these reports, by number, are."""
    records = list(members.values())
    groups = find_groups(links, members)
    actors = find_actors(records, *actor_pairs(judgements, (record.reading for record in records)))
    outline = outline_story(records, list(groups.values()), actors)
    known = {record.id: record for record in records}
    places = {report: n for n, report in enumerate(outline.reports)}
    names = {profile.id: profile.name for profile in actors.profiles}
    by_event = {f"e{first.report[:12]}-{first.event}": group for first, group in groups.items()}
    return Story(
        StoryFile(
            outline=msgspec.structs.replace(outline, sources=_slim(outline.sources)),
            names={actor: names[actor] for actor in outline.actors},
            heads=tuple(_head(known[report]) for report in outline.reports),
            mentions={
                event: tuple(sorted((places[key.report], key.event) for key in group if key.report in places))
                for event, group in by_event.items()
            },
            accounts=tuple(_find_accounts(known, outline.events, by_event, actors)),
            steps=tuple(Step(*pair) for article in find_articles(records) for pair in pairwise(article)),
        ),
        actors,
        tuple(_find_deeds(records, actors)),
    )


def find_groups(links: Links, members: Mapping[int, Record]) -> dict[EventKey, list[EventKey]]:
    """Return the mentions in these reports of each event in the world, by the one that names it.

    That stands first, also where a report of another story has it.
    """
    rows = links.list_world_events(members)
    days = links.find_days({row.world_report for row in rows} - members.keys())
    ids = {n: id_ for n, (_, id_) in days.items()} | {n: record.id for n, record in members.items()}
    groups: dict[EventKey, list[EventKey]] = {}
    for row in rows:
        first = EventKey(ids[row.world_report], row.world_event)
        groups.setdefault(first, []).append(EventKey(ids[row.report], row.event))
    return {first: [first, *sorted(set(group) - {first})] for first, group in groups.items()}


def _slim(sources: Sources) -> Sources:
    """Return sources without what only single sentences tell."""
    return msgspec.structs.replace(
        sources,
        by_report=tuple(ReportOrigins(one.report, one.origins, ()) for one in sources.by_report),
        copies=tuple(map(_without_passages, sources.copies)),
    )


def _without_passages(copy: Copy) -> Copy:
    return msgspec.structs.replace(copy, passages=())


def _head(record: Record) -> Head:
    report = record.report
    return Head(record.id, report.source, report.title, report.published, record.outlets)


def _find_accounts(
    known: Mapping[str, Record],
    events: Sequence[str],
    by_event: Mapping[str, Sequence[EventKey]],
    actors: Actors,
) -> Iterator[tuple[str, Accounts]]:
    """Yield the accounts of the most told events, up to the first with a matter of which two sides speak."""
    for event in events[:_CANDIDATES]:
        mentions = [key for key in by_event.get(event, ()) if key.report in known]
        try:
            told = known[mentions[0].report].event(mentions[0].event)
        except (IndexError, KeyError):  # a report was read anew since it was linked
            continue
        # Who stands alone in an event has nobody to agree or disagree with.
        if len(told.actor) + len(told.recipient) < 2:
            continue
        accounts = compare_accounts(known.values(), mentions, actors)
        yield event, accounts
        if len(accounts.parties) > 1 and any(row.mark != "one side" for row in accounts.rows):
            return


def _find_deeds(records: Iterable[Record], actors: Actors) -> Iterator[tuple[str, str, str, str]]:
    """Yield between which states the events are, as all reports of the story together tell."""
    countries = settle_countries(actors)
    for record in records:
        for event in record.reading.events:
            for one, other in sorted(pairs_of(record, event, countries)):
                yield record.id, event.id, one, other


def pack_story(story: int, digest: str, told: Story, numbers: Mapping[str, int]) -> Outline:
    """Return what is kept of a story as the archive keeps it; ``numbers`` are those of its reports."""
    deeds = tuple((numbers[report], event, one, other) for report, event, one, other in told.deeds)
    try:
        content, actors = pack(told.file), pack(told.actors)
    except UnicodeEncodeError:
        # Half a character, which reports from the web hold. Whoever asks puts the story together.
        content, actors = b"", b""
    return Outline(story, digest, content, actors, tuple(sorted(numbers.values())), deeds)


def renew_stories(archive: Archive) -> Iterator[int]:
    """Keep what is told of each story of which nothing is kept; yield its number.

    Some are put together at once while others may write, and kept if they are still the same then.
    """
    behind = 0
    while True:
        with archive.linked() as links:
            stories = links.kept.find_unoutlined(_STORIES, behind)
            members = links.find_members(stories)
        if not stories:
            return
        for some in heaps({story: len(members.get(story, ())) for story in stories}, _REPORTS):
            _renew(archive, some)
            yield from some
        behind = stories[-1]


def _renew(archive: Archive, stories: Sequence[int]) -> None:
    with archive.linked() as links:
        members = links.find_members(stories)
        outlines = _outline(links, members)
    gone = set(stories) - members.keys()
    with archive.linking() as links:
        if gone:
            links.kept.drop_outlines(gone - links.find_members(gone).keys())
        now = links.kept.fingerprints(outlines)
        good = {story for story in outlines if now.get(story) == outlines[story].digest}
        links.kept.write_outlines(outlines[story] for story in sorted(good))
        # To a story of hundreds of reports others come faster than it can be told.
        late = (outlines.keys() & now.keys()) - good
        links.kept.write_last_outlines(outlines[story] for story in sorted(late))


def _outline(links: Links, members: Mapping[int, Sequence[int]]) -> dict[int, Outline]:
    """Return what is to be kept of stories, by number, whose reports these are."""
    reports = [report for own in members.values() for report in own]
    digests = links.kept.fingerprints(members)
    judgements = judgements_in_force(links.judgements())
    records = load_records(links, reports, judgements)
    # What was decided there is not carried out yet: whoever does so tells the story.
    waiting = {report for report, (_, linker) in links.find_states(reports).items() if not linker}
    found: dict[int, Outline] = {}
    for story, own in members.items():
        there = {report: records[report] for report in own if report in records}
        if there and waiting.isdisjoint(own):
            told = describe_story(links, there, judgements)
            numbers = {record.id: report for report, record in there.items()}
            found[story] = pack_story(story, digests.get(story, ""), told, numbers)
    return found
