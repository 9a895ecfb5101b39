"""The day at which a report goes on telling, which sentences without a time of their own are told at.

News names the day once and goes on in the past: ``Rubio traf Lawrow am Donnerstag. Er kritisierte ...``. The
day of the last main clause that names one is therefore that of what follows, until another time is told.
What lies before that day (Pluperfekt, ``1979 hatte ...``) is told in between; its day holds in its paragraph.
The headline tells what the first sentences date.

Whether an event takes that day or place, or another that the report names, is chosen in setting.py. None of
this is the word of the text on that event: the interval reaches to the day of the report.
"""

from __future__ import annotations

import bisect
import itertools
from collections.abc import Iterator

import msgspec

from depesche.find.events.certainty import is_old
from depesche.find.events.frames import event_words
from depesche.find.events.kinds import DEEDS, SPEECH_ACTS
from depesche.find.events.moments import is_moment, is_scene
from depesche.find.events.scene import Scene, calendar_part
from depesche.find.times.calendar import first_day_of
from depesche.language.clauses import Clause
from depesche.language.document import Document
from depesche.language.tokens import Sentence
from depesche.reading import Event, Place, Time

# A headline's day stands among so many sentences behind it, and a lead's day in the one after it.
LEAD_SENTENCES = 4
# What lies far back is gone on with in so many sentences.
BACKGROUND_SENTENCES = 2
_NARRATIVE = frozenset({"past", "perf", ""})
_HAPPENED = frozenset({"actual", "negated", "historical"})
# Who imposes sanctions need not be where the story is.
_DONE_THERE = DEEDS - {"SANCTION"}


def lead_sentence(document: Document) -> int:
    """Return the number of the first sentence behind the headline."""
    return 1 if document.sentences and document.is_heading(document.sentences[0]) else 0


class Day(msgspec.Struct, frozen=True):
    """The time at which a report goes on telling, the sentence that names it, and how far back it lies.

    ``before`` says that it lies before the story's own time: told in the Pluperfekt, or long ago.
    """

    time: Time
    sentence: int
    paragraph: int
    before: bool


class Chapter(msgspec.Struct, frozen=True):
    """A time of long ago at which a paragraph tells on.

    ``tense`` is that of its clause, ``moment`` says that it dates the clause. ``later`` says that it is not
    the first such time of its paragraph, which tells a history then.
    """

    time: Time
    tense: str
    moment: bool
    later: bool


class Setting(msgspec.Struct, frozen=True):
    """A place at which a sentence tells something."""

    place: Place
    sentence: int
    paragraph: int


class Story:
    """The days at which each sentence of a report goes on telling."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._today = scene.document.day
        self._timed = {scene.document.token_at(time.start) for time in scene.findings.times}
        self.days = list(self._walk()) if self._today else []
        self.chapters = list(self._find_chapters()) if self._today else []
        self.scenes = list(self._find_scenes())
        # So many scenes, from the first on, are at one place.
        names = [setting.place.name for setting in self.scenes]
        self._alike = len(list(itertools.takewhile(lambda name: name == names[0], names)))
        # Where each actor is first named.
        self._entries = {a.id: min(m.start for m in a.mentions) for a in scene.findings.actors if a.mentions}

    def day_of(self, event: Event) -> Day | None:
        """Return the day of the story for an event whose own words give none, or None."""
        document = self._scene.document
        clause = self._scene.clause_at(document.token_at(event.start))
        if clause is None or not self.days or event.status not in _HAPPENED:
            return None
        sentence = document.sentence_at(event.start)
        if clause.mood in {"subj1", "subj2"} or self.is_elsewhen(clause):
            return None
        if sentence < lead_sentence(document):
            return self.ahead(sentence, LEAD_SENTENCES) if clause.tense not in {"fut", "pluperf"} else None
        return self._going_on(event, clause, sentence)

    def dated(self, event: Event, day: Time) -> Event:
        """Return the event at the day of the story; that its own words do not give it, the interval tells."""
        today = self._today.isoformat() if self._today else ""
        latest = max(today, day.latest or today) or None
        return msgspec.structs.replace(event, date=calendar_part(day), earliest=day.earliest, latest=latest)

    def seen(self, event: Event, time: Event | Time | None) -> Event:
        """Return the event as ``historical`` if its time, or that of the background around it, is old.

        What was told several times may have its date from other words than its status.
        """
        return self.as_background(event, time if time and time.latest else self._background_of(event))

    def is_far(self, event: Event, time: Time) -> bool:
        """Whether a day that another sentence names lies too far back for what a verb tells.

        News goes back so far in the Pluperfekt, with a word like "damals", or where it is in the midst of a
        background already.
        """
        clause = self._scene.clause_at(self._scene.document.token_at(event.start))
        if clause is None or clause.tense == "pluperf" or not event.rule.startswith("events/verb"):
            return False
        if self._scene.holds(clause, event_words("back-then")):
            return False
        return self.is_old(time) and self._background_of(event) is None

    def _background_of(self, event: Event) -> Time | None:
        """Return the time of the background in whose midst an event is told: ``danach mehrfach``."""
        sentence = self._scene.document.sentence_at(event.start)
        background = self.days[sentence][1] if self.days else None
        near = background is not None and sentence - background.sentence <= BACKGROUND_SENTENCES
        return background.time if near and background is not None else None

    def in_chapter(self, event: Event) -> Event:
        """Return the event as ``historical`` if it is told in the midst of what was long ago.

        ``2003 stürzte er. Die Armee schoss auf Demonstranten.`` A deed told in the past where the last day
        that the paragraph names is long ago is of that time; what is told in the Pluperfekt too. What is said
        may be an answer of today, unless the paragraph tells from one such day to the next.
        """
        document = self._scene.document
        clause = self._scene.clause_at(document.token_at(event.start))
        if event.status != "actual" or clause is None or not self.chapters:
            return event
        chapter, own = self.chapters[document.sentence_at(event.start)]
        if chapter is None or clause.tense not in {"past", "pluperf"} or clause.mood == "subj1":
            return event
        # Nobody does today what a report tells behind a day of long ago; he may answer it.
        deed = event.type in DEEDS
        if own:
            # Beside a deed of long ago a clause of the same sentence tells on, whatever it tells.
            beside = deed or clause.kind in {"sub", "rel"}
            old = beside and chapter.moment and chapter.tense in {"past", "pluperf"}
        elif clause.tense == "pluperf":
            near = self._scene.holds(clause, event_words("just-before"))
            old = chapter.moment and not near
        else:
            words = {document.tokens[i].lower for i in clause.tokens}
            upon = chapter.moment and not event_words("upon-that").isdisjoint(words)
            old = deed or upon or (chapter.later and chapter.tense == "past")
        return msgspec.structs.replace(event, status="historical") if old else event

    def as_background(self, event: Event, time: Event | Time | None) -> Event:
        """Return the event as ``historical`` if it is told in the past and ended more than a month ago.

        A noun with a date of its own has no tense: ``erinnert an das Massaker von 1995``.
        """
        clause = self._scene.clause_at(self._scene.document.token_at(event.start))
        past = clause is not None and clause.tense in _NARRATIVE | {"pluperf"}
        past = past or (event.date is not None and event.rule.startswith("events/noun"))
        if event.status != "actual" or not past or time is None or not self.is_old(time):
            return event
        return msgspec.structs.replace(event, status="historical")

    def place_of(self, event: Event) -> Place | None:
        """Return the place of the story for an event whose own words give none, or None.

        What the lead tells happened where the sentence that dates it is. Within a paragraph the scene stays
        the same as long as the story's time does, unless somebody speaks who was not there yet. A deed in a
        report that has been at one place only happened there.
        """
        document = self._scene.document
        sentence = document.sentence_at(event.start)
        seen = self.scenes_before(sentence)
        if event.status not in _HAPPENED:
            return None
        if not seen:
            day = self.day_of(event)
            ahead = (s.place for s in self.scenes if day and day.sentence == s.sentence > sentence)
            return next(ahead, None)
        last = seen[-1]
        here = last.paragraph == document.sentences[sentence].paragraph
        if here and (event.type in _DONE_THERE or not self._is_new(event)) and self.day_of(event):
            return last.place
        only = len(seen) <= self._alike and seen[0].sentence < LEAD_SENTENCES
        clause = self._scene.clause_at(document.token_at(event.start))
        told = clause is not None and clause.tense in _NARRATIVE
        return seen[0].place if only and told and event.type in _DONE_THERE else None

    def scenes_before(self, sentence: int) -> list[Setting]:
        """Return the places at which the main clauses before a sentence are."""
        return self.scenes[: bisect.bisect_left(self.scenes, sentence, key=lambda s: s.sentence)]

    def _is_new(self, event: Event) -> bool:
        """Whether all who act in an event are named for the first time in its sentence."""
        sentence = self._scene.document.sentences[self._scene.document.sentence_at(event.start)]
        return all(self._entries.get(actor, sentence.start) >= sentence.start for actor in event.actor)

    def _find_chapters(self) -> Iterator[tuple[Chapter | None, bool]]:
        """Yield for each sentence the time of long ago at which its paragraph is, and whether it names it."""
        scene, document = self._scene, self._scene.document
        named: dict[int, list[tuple[int, Time]]] = {}
        for token, time in zip(*scene.dated, strict=True):
            named.setdefault(document.sentence_at(time.start), []).append((token, time))
        chapter: Chapter | None = None
        paragraph = -1
        for number, sentence in enumerate(document.sentences):
            if sentence.paragraph != paragraph:
                chapter, paragraph = None, sentence.paragraph
            own = named.get(number, [])
            if own:
                old = all(self.is_old(time) for _, time in own)
                chapter = self._chapter(own, later=chapter is not None) if old else None
            elif chapter is not None and self._goes_on(sentence):
                chapter = msgspec.structs.replace(chapter, later=True)
            yield chapter, bool(own)

    def _goes_on(self, sentence: Sentence) -> bool:
        """Whether a sentence tells what came upon what was told: the paragraph tells a history then."""
        tokens = self._scene.document.tokens
        return any(tokens[i].lower in event_words("upon-that") for i in range(sentence.first, sentence.last))

    def _chapter(self, named: list[tuple[int, Time]], *, later: bool) -> Chapter | None:
        """Return the chapter that the times of a sentence open: with the last that a main clause names."""
        scene = self._scene
        told = [
            (time, clause.tense, is_moment(scene, token))
            for token, time in named
            if (clause := scene.clause_at(token)) is not None and clause.kind == "main"
        ]
        moment = any(dates for _, _, dates in told)
        return Chapter(told[-1][0], told[-1][1], moment, later) if told else None

    def _find_scenes(self) -> Iterator[Setting]:
        """Yield the places at which main clauses are, the headline's and whole states left out."""
        scene = self._scene
        first = lead_sentence(scene.document)
        for token, place in zip(*scene.placed, strict=True):
            clause = scene.clause_at(token)
            if clause is None or place.rule == "places/state" or not is_scene(clause, token):
                continue
            number = scene.document.sentence_at(place.start)
            if number >= first:
                yield Setting(place, number, scene.document.sentences[number].paragraph)

    def _going_on(self, event: Event, clause: Clause, sentence: int) -> Day | None:
        """Return the day at which the sentence of an event goes on, if its tense goes on there."""
        story, background = self.days[sentence]
        paragraph = self._scene.document.sentences[sentence].paragraph
        if background is not None:
            near = sentence - background.sentence <= BACKGROUND_SENTENCES
            return background if near and clause.tense in _NARRATIVE | {"pluperf"} else None
        if story is None:
            return self.ahead(sentence, 1) if sentence < LEAD_SENTENCES and clause.tense == "perf" else None
        if clause.tense in _NARRATIVE:
            return story
        # "Er fordert ...": what somebody says is told in the present too, in the paragraph of his words.
        told = clause.tense == "pres" and clause.kind == "main" and event.type in SPEECH_ACTS
        return (
            story if told and story.paragraph == paragraph and event.rule.startswith("events/verb") else None
        )

    def ahead(self, sentence: int, count: int) -> Day | None:
        """Return the first day that the sentences behind one name."""
        for story, _ in self.days[sentence + 2 : sentence + 2 + count]:
            if story is not None:
                return story
        return None

    def is_elsewhen(self, clause: Clause) -> bool:
        """Whether words of a clause tell of another time than the story's, or of no single one."""
        if self._scene.holds(clause, event_words("elsewhen")):
            return True
        return any(i in self._timed for i in clause.tokens)

    def _walk(self) -> Iterator[tuple[Day | None, Day | None]]:
        """Yield for each sentence, and for the end, the story's day before it and that of the background."""
        story: Day | None = None
        background: Day | None = None
        named = self._named()
        for number, sentence in enumerate(self._scene.document.sentences):
            if background is not None and background.paragraph != sentence.paragraph:
                background = None
            yield story, background
            own = [day for day in named.get(number, []) if not day.before]
            if own:
                # "Der Putsch vom Donnerstag wurde am Samstag begrüßt": news is the latest.
                story, background = min(own, key=lambda day: self.age(day.time.latest)), None
            elif number in named:
                background = named[number][-1]
        yield story, background

    def _named(self) -> dict[int, list[Day]]:
        """Return the days that main clauses name, by sentence; nothing that is to come."""
        found: dict[int, list[Day]] = {}
        scene = self._scene
        for token, time in zip(*scene.dated, strict=True):
            clause = scene.clause_at(token)
            if clause is None or clause.kind != "main" or not is_moment(scene, token):
                continue
            age = self.age(time.latest)
            if age < 0 or len(calendar_part(time) or "") < len("2025-07"):
                continue
            number = scene.document.sentence_at(time.start)
            before = clause.tense == "pluperf" or self.is_old(time)
            day = Day(time, number, scene.document.sentences[number].paragraph, before)
            found.setdefault(number, []).append(day)
        return found

    def is_old(self, time: Event | Time) -> bool:
        """Whether a time is background for the report."""
        return is_old(self._today, time)

    def age(self, latest: str | None) -> int:
        """Return how many days before the report a day is; less than 0 if that is not known."""
        day = first_day_of(latest)
        return -1 if self._today is None or day is None else (self._today - day).days
