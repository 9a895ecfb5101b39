"""What one request looks at: the archive, its dossiers, and the reports that were taken out of it."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

import msgspec
from starlette.requests import Request

from depesche.archive.context import sentence_around
from depesche.archive.links import Links
from depesche.archive.rows import Appearance, Passage
from depesche.archive.selection import Filters, select_rows
from depesche.archive.store import Archive
from depesche.desk.keeping import Keeper
from depesche.dossiers import Dossiers
from depesche.errors import MissingError
from depesche.link.outlines import StoryOutline
from depesche.link.records import Record
from depesche.reading import Reading, Report
from depesche.story_files import Background, Deeds, Story, StoryFile, tell_deeds, tell_story

T = TypeVar("T", bound=msgspec.Struct)
Later = Callable[[str, Callable[[], object]], None]
# So many digits of an id name one report.
_DIGITS = 12
# For so many seconds what is large may be shown as it was made.
_LATELY = 300.0


def open_shelf(request: Request, later: Later | None = None) -> Shelf:
    """Return the shelf of a request to the desk or to its API."""
    state = request.app.state
    return Shelf(state.archive, state.keeper, renew=state.relinker.renew, later=later)


class Shelf:
    """An archive with what was taken out of it so far; it lasts one request.

    Large stories may be shown as they were told last (``is_behind``). ``renew`` has somebody tell anew what
    changed, without waiting for it; without it there are no such stories. So may other large answers, as they
    were made lately (``keep_lately``): ``later`` has something made under a name without waiting for it.
    """

    def __init__(
        self,
        archive: Archive,
        keeper: Keeper,
        renew: Callable[[], None] | None = None,
        later: Later | None = None,
    ) -> None:
        self.archive = archive
        self._keeper = keeper
        self._renew, self._later = renew, later
        self._behind: set[str] = set()
        self.dossiers = Dossiers(
            archive, one_look=True, tell=functools.partial(_tell_deeds, keeper), may_lag=renew is not None
        )
        self._reports: dict[str, Report] = {}
        self._readings: dict[str, Reading] = {}
        self._originals: dict[str, Reading] = {}

    def keep(self, name: str, stories: Iterable[int], kind: type[T], make: Callable[[], T]) -> T:
        """Return an answer that rests on some stories, by their numbers: the kept one, unless they changed.

        ``name`` says what it is (``event/e8b2f0c1a9e12-e3``); ``make`` makes it, of ``kind``, if it has to.
        """
        digests = self.archive.fingerprints(sorted(set(stories)))
        return self.keep_known(name, " ".join(digests.values()), kind, make)

    def keep_known(self, name: str, digest: str, kind: type[T], make: Callable[[], T]) -> T:
        """Return an answer by the digest of what it rests on: the kept one, else what ``make`` makes."""
        return self._keeper.get(name, digest, kind, make)

    def keep_lately(
        self, name: str, digest: str, kind: type[T], make: Callable[[], T], is_large: Callable[[T], bool]
    ) -> tuple[T, bool]:
        """Return an answer as ``keep_known`` does, and whether it may be behind.

        A large one may, if it was made lately and ``renew_later`` can have it made anew.
        """
        if self._later is not None:
            last = self._keeper.find_last(name, digest, kind, _LATELY)
            if last is not None and is_large(last):
                return last, True
        return self.keep_known(name, digest, kind, make), False

    def afresh(self) -> Shelf:
        """Return another shelf of the archive, on which nothing is behind."""
        return Shelf(self.archive, self._keeper)

    def renew_later(self, name: str, make: Callable[[Shelf], object]) -> None:
        """Have an answer made anew on another shelf, where nothing may be behind, without waiting for it."""
        if self._later is not None:
            self._later(name, functools.partial(make, self.afresh()))

    def keep_while_same(self, name: str, kind: type[T], make: Callable[[], T]) -> T:
        """Return an answer that rests on the whole archive: the kept one, unless anything there changed."""
        with self.archive.surveyed() as survey:
            stamp = survey.stamp()
        return self.keep_known(name, stamp, kind, make)

    def stamp_of(self, keys: Iterable[str]) -> str:
        """Return a digest of all that is known of the reports in which somebody is found under keys."""
        with self.archive.surveyed() as survey:
            return survey.stamp_of(keys)

    def outlines(self, filters: Filters) -> tuple[StoryOutline, ...]:
        """Return the stories of which the filters select a report, those with the latest news first.

        Their sources lack single sentences and passages.
        """
        return tuple(file.outline for file in self.select_stories(filters))

    def select_stories(self, filters: Filters) -> tuple[StoryFile, ...]:
        """Return what is told of the stories of which the filters select a report, the latest news first."""
        with self.archive.linked() as links:
            numbers = links.select_stories(select_rows(filters))
        files = self.story_files(numbers)
        return tuple(files[number] for number in numbers if number in files)

    def story_file(self, number: int) -> StoryFile:
        """Return what is told of a story, by its number. Raises MissingError if there is none."""
        files = self.story_files([number])
        if number not in files:
            raise MissingError("There is no such story.")
        return files[number]

    def story_files(self, numbers: Sequence[int]) -> dict[int, StoryFile]:
        """Return what is told of stories, by their numbers: as it is kept, else put together anew."""
        with self.archive.linked() as links:
            digests = links.kept.fingerprints(numbers)
            found = links.kept.find_outlines(digests, StoryFile)
            changed = digests.keys() - found.keys()
            found |= self._find_behind(links, changed)
            # As it was at the same moment: another process may make two stories one.
            for number in changed - found.keys():
                found[number] = self._tell(links, number, digests[number]).file
        for file in found.values():
            self.dossiers.remember_names(file.names)
        return found

    def _find_behind(self, links: Links, stories: Iterable[int]) -> dict[int, StoryFile]:
        """Return what was told last of those of these stories that are large, and have them told anew."""
        if self._renew is None:
            return {}
        last = links.kept.find_last_outlines(stories, StoryFile)
        found = {number: file for number, file in last.items() if file.is_large}
        self._behind.update(file.outline.id for file in found.values())
        if found:
            self._renew()
        return found

    def is_behind(self, file: StoryFile) -> bool:
        """Whether a story changed since that was told of it."""
        return file.outline.id in self._behind

    def background(self, report: str) -> tuple[StoryFile, Background]:
        """Return the story of a report, and what the report rests on. Raises MissingError if it has none."""
        file = self.story_file(self.story_of(report))
        return file, file.background_of(self.report(report).id)

    def _tell(self, links: Links, number: int, digest: str) -> Story:
        return self.keep_known(f"story/{number}", digest, Story, lambda: tell_story(links, number))

    def story_of(self, report: str) -> int:
        """Return the number of the story to which a report belongs. Raises MissingError if it has none."""
        found = self.report(report)
        with self.archive.linked() as links:
            numbers = links.find_stories(links.find_numbers([found.id]).values())
        if not numbers:
            raise MissingError(f"The report {found.id[:12]} has not been linked yet.")
        return next(iter(numbers.values()))

    def is_linked(self, report: str) -> bool:
        """Return whether a report has a story. Raises MissingError if it is not there."""
        found = self.report(report)
        with self.archive.linked() as links:
            return bool(links.find_stories(links.find_numbers([found.id]).values()))

    def stories_of_event(self, report: str, event: str) -> tuple[int, ...]:
        """Return the numbers of the stories whose reports tell an event in the world, by a mention of it."""
        found = self.report(report)
        with self.archive.linked() as links:
            number = links.find_numbers([found.id]).get(found.id, 0)
            mentions = links.list_mentions(number, event)
            return tuple(sorted(set(links.find_stories(m.report for m in mentions).values())))

    def report(self, id_: str) -> Report:
        """Return a report. Raises MissingError."""
        key = id_[:_DIGITS]
        if key not in self._reports:
            self._reports[key] = self.archive.report(id_)
        return self._reports[key]

    def reading(self, id_: str) -> Reading:
        """Return what was read in a report. Raises MissingError."""
        key = id_[:_DIGITS]
        if key not in self._readings:
            self._readings[key] = self.archive.reading(id_)
        return self._readings[key]

    def record(self, id_: str) -> Record:
        """Return a report with what was read in it, and nothing else. Raises MissingError."""
        return Record(self.report(id_), self.reading(id_))

    def original(self, id_: str) -> Reading:
        """Return what was read in a report before anybody corrected it. Raises MissingError."""
        key = id_[:_DIGITS]
        if key not in self._originals:
            self._originals[key] = self.archive.original(id_)
        return self._originals[key]

    def event_records(self, named: str) -> list[Record]:
        """Return the reports of an event's story; they are at hand from then on."""
        records = self.dossiers.event_records(named)
        for record in records:
            self._reports[record.id[:_DIGITS]] = record.report
            self._readings[record.id[:_DIGITS]] = record.reading
        return records

    def appearances(self, id_: str) -> tuple[Appearance, ...]:
        """Return where else a report was published."""
        return self.archive.appearances(id_)

    def sentence(self, report: str, start: int, end: int) -> Passage:
        """Return the sentence of a report around some of its characters."""
        return sentence_around(self.report(report).text, start, end)


# No method: a shelf that its own dossiers know, with all its reports, would outlive the answer.
def _tell_deeds(keeper: Keeper, links: Links, number: int) -> Deeds:
    digest = links.kept.fingerprints([number]).get(number, "")
    return keeper.get(f"deeds/{number}", digest, Deeds, lambda: tell_deeds(links, number))
