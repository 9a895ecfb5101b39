"""On which of the days that a report names an event may be told to be."""

from __future__ import annotations

import functools
from collections.abc import Iterator

import msgspec

from depesche.find.events.choices import Option, View, eligible_names, find_nearest
from depesche.find.events.frames import event_words
from depesche.find.events.moments import is_attribute, is_nowadays, noun_of
from depesche.find.events.remembered import is_remembered
from depesche.find.events.scene import Scene, calendar_part
from depesche.find.events.story import BACKGROUND_SENTENCES, LEAD_SENTENCES, Day, Story, lead_sentence
from depesche.language.clauses import PAST_TENSES
from depesche.language.function_words import words_of
from depesche.reading import Event, Time

# So many words behind a noun still belong to it: "das Treffen am Freitag".
BEHIND = 4
# What ended longer ago than this is no longer told day by day.
_RECENT_DAYS = 40
# What "damals" points back to stands at most so many sentences before, and is so long ago.
BACK_SENTENCES = 3
_LONG_AGO = frozenset({"month", "year", "old"})
_ARTICLES = frozenset({"dem", "der", "den"})
_TOLD = PAST_TENSES | {""}
# By the length of a date; a season, quarter or half counts as a month.
_SIZES = {4: "year", 7: "month", 8: "week", 10: "day"}


class Dating(msgspec.Struct, frozen=True):
    """Where a report names a day, month, week or year: token, sentence, paragraph, preposition.

    ``tense`` and ``kind`` are those of its clause, ``age`` says how long ago it is. ``attribute`` marks what
    belongs to a noun: ``die 1825 erzwungenen Zahlungen``. ``among`` marks what stands among the attributes of
    one, and is not when the rest of its sentence happens: ``hob die am Montag verfügte Sperre auf``.
    """

    time: Time
    token: int
    sentence: int
    paragraph: int
    prep: str
    tense: str
    kind: str
    age: str
    attribute: bool
    among: bool


class Days(msgspec.Struct, frozen=True, dict=True):
    """The dates of a report, and when its story is."""

    scene: Scene
    story: Story

    @functools.cached_property
    def named(self) -> dict[str, list[Dating]]:
        """Where each date is named, in the order in which they come up."""
        found: dict[str, list[Dating]] = {}
        for token, time in zip(*self.scene.dated, strict=True):
            found.setdefault(calendar_part(time) or "", []).append(self._dating(token, time))
        return found

    @functools.cached_property
    def lead(self) -> int:
        """The first sentence behind the headline."""
        return lead_sentence(self.scene.document)

    @functools.cached_property
    def most(self) -> str | None:
        """The date that stands most often, of several the first."""
        return max(self.named, key=lambda date: len(self.named[date]), default=None)

    @functools.cached_property
    def _tellings(self) -> list[tuple[int, str, str]]:
        """All datings in the order of the text: token, date, tense."""
        return sorted((d.token, date, d.tense) for date, datings in self.named.items() for d in datings)

    def _dating(self, token: int, time: Time) -> Dating:
        document = self.scene.document
        sentence = document.sentence_at(time.start)
        clause = self.scene.clause_at(token)
        return Dating(
            time=time,
            token=token,
            sentence=sentence,
            paragraph=document.sentences[sentence].paragraph,
            prep=self._preposition(token),
            tense=clause.tense if clause else "",
            kind=clause.kind if clause else "",
            age=self._age(time),
            attribute=is_nowadays(self.scene, token)
            or (clause is not None and is_attribute(self.scene, clause, time)),
            among=noun_of(self.scene, time) is not None,
        )

    def _preposition(self, token: int) -> str:
        """Return the preposition that a time begins with or that stands before it."""
        tokens = self.scene.document.tokens
        before = token - 2 if token > 1 and tokens[token - 1].lower in _ARTICLES else token - 1
        for i in (token, before):
            if i >= 0 and tokens[i].lower in words_of("prep"):
                return tokens[i].lower
        return ""

    def _age(self, time: Time) -> str:
        """Return in words how long ago a time is for the report."""
        day = self.scene.document.day
        ended, began = self.story.age(time.latest), self.story.age(time.earliest)
        if day is None or not time.latest or not time.earliest:
            return "unknown"
        if began < 0:
            return "to-come"
        if ended <= 0:
            return "today" if began == ended else "now"
        bounds = ((1, "yesterday"), (7, "week"), (_RECENT_DAYS, "month"), (400, "year"))
        return next((word for days, word in bounds if ended <= days), "old")

    def options(self, view: View) -> list[Option[Time]]:
        """Return the times at which an event may be, each as it is named nearest, last that none is.

        ``view.event.date`` is what its own words say.
        """
        told = view.event.date
        if told is not None and told not in self.named:
            # No words name it: it was counted from another day.
            return [Option(_time_of(view.event, told), ())]
        if told is None and view.clause is not None and is_remembered(self.scene, view.clause, view.token):
            return [Option(None, ())]
        then = self._back_then(view) if told is None else None
        if then is not None:
            return [Option(then.time, ())]
        day = None if told else self.story.day_of(view.event)
        story = calendar_part(day.time) if day else None
        if day is not None and day.before:
            # In the midst of a background everything is told at its time.
            return [Option(day.time, ())]
        threads = self._threads(view)
        apart, background = self._is_apart(view), self._background(view)
        found = []
        for date in eligible_names(view, self.named):
            nearest = find_nearest(view, self.named[date])
            if date != told and (nearest.attribute or (nearest.among and nearest.sentence == view.sentence)):
                continue
            if nearest.sentence != view.sentence and (date != background if background else apart):
                continue
            signs = list(self._signs(view, date, nearest))
            for label, thread in threads:
                if calendar_part(thread.time) == date:
                    signs += _signs_of_thread(view, label, thread, told=bool(told))
            if told is not None:
                signs += (f"told-{view.group}", f"told-{view.word}") if told == date else ("not-told",)
            if story == date:
                signs += (f"story-{view.group}", f"story-{view.word}")
            found.append(Option(nearest.time, tuple(signs)))
        never = list(view.signs_of_open(lead=self.lead))
        if told is None and story is None:
            never.append("none-untold")
        return [*found, Option(None, tuple(never))]

    def _back_then(self, view: View) -> Dating | None:
        """Return the time that ``damals`` points back to: the last named before that is not of these days."""
        tokens = self.scene.document.tokens
        if not any(tokens[i].lower in event_words("back-then") for i in view.within):
            return None
        before = (
            dating
            for datings in self.named.values()
            for dating in datings
            if dating.token < view.token
            and view.sentence - dating.sentence <= BACK_SENTENCES
            and dating.age in _LONG_AGO
        )
        return max(before, key=lambda dating: dating.token, default=None)

    def _is_apart(self, view: View) -> bool:
        """Whether the words of an event set it at another time than the story: before it, or often."""
        clause = view.clause
        if clause is None or clause.kind == "bare":
            return False
        before = clause.tense == "pluperf" or (clause.tense == "perf" and clause.mood == "subj1")
        return before or self.scene.holds(clause, event_words("elsewhen"))

    def _background(self, view: View) -> str | None:
        """Return the date of the background in whose midst an event is told, if it can be at that time."""
        background = self.story.days[view.sentence][1] if self.story.days else None
        if background is None or view.sentence - background.sentence > BACKGROUND_SENTENCES:
            return None
        return calendar_part(background.time) if view.tense in _TOLD else None

    def _threads(self, view: View) -> list[tuple[str, Day]]:
        """Return the days at which the report goes on there: the story's, and that of a background."""
        if not self.story.days:
            return []
        story, background = self.story.days[view.sentence]
        ahead = self.story.ahead(view.sentence, LEAD_SENTENCES) if story is None else None
        named = (("thread", story), ("background", background), ("ahead-of", ahead))
        return [(label, day) for label, day in named if day is not None]

    def _signs(self, view: View, date: str, nearest: Dating) -> Iterator[str]:
        """Yield what the places of a date in the text say."""
        size, datings = _SIZES.get(len(date), "long"), self.named[date]
        yield size
        yield f"{size}-{view.group}"
        yield nearest.age
        yield f"{nearest.age}-{view.group}"
        yield f"{nearest.age}-{view.event.status}"
        yield f"{nearest.age}-{view.tense}"
        side = view.side_of(nearest.token, nearest.sentence)
        if side:
            yield from _signs_near(view, side, size, nearest)
        else:
            yield from self._signs_far(view, date, size, nearest)
        if any(dating.sentence < self.lead for dating in datings):
            yield "headline"
        if any(dating.sentence == self.lead for dating in datings):
            yield "lead"
            yield f"lead-{size}"
        if date == self.most:
            yield "most"
        if len(datings) > 1:
            yield "often"
        if len(self.named) == 1:
            yield "only"
        if date == next(iter(self.named)):
            yield "first"
        if any(other != date and other.startswith(date) for other in self.named):
            yield "coarse"
        yield from self._signs_of_before(view, date)

    def _signs_far(self, view: View, date: str, size: str, nearest: Dating) -> Iterator[str]:
        """Yield what a date in other sentences says: the last before the event, or else the next."""
        last = next((d for d in reversed(self.named[date]) if d.sentence < view.sentence), None)
        if last is None:
            gap = view.distance(nearest.sentence)
            yield from (gap, f"{gap}-{size}", f"{gap}-prep-{nearest.prep}", f"{gap}-{nearest.kind}")
            if view.sentence < self.lead:
                yield f"headline-{gap}"
            return
        gap = view.distance(last.sentence)
        yield from (gap, f"{gap}-{size}", f"{gap}-{view.tense}")
        yield f"far-prep-{last.prep}"
        yield f"far-{size}-{view.group}"
        yield f"far-{last.kind}"
        yield f"far-{last.age}"
        yield f"far-{last.tense}-{view.tense}"
        if last.paragraph == view.paragraph:
            yield "paragraph"
        later = [t for t in self._tellings if last.token < t[0] < view.token and t[1] != date]
        if not later:
            yield "last"
        elif all(tense != last.tense for _, _, tense in later):
            yield "last-of-tense"

    def _signs_of_before(self, view: View, date: str) -> Iterator[str]:
        """Yield what the date of the event told just before says."""
        before = view.before
        if before is None or before.date is None:
            return
        if before.date != date:
            yield "before-other"
            return
        yield "before"
        if before.type == view.event.type:
            yield "before-same"
        if before.status == view.event.status:
            yield "before-status"
        if self.scene.document.sentence_at(before.start) == view.sentence:
            yield "before-sentence"


def _time_of(event: Event, date: str) -> Time:
    return Time(event.start, event.end, event.text, "DATE", date, event.earliest, event.latest)


def _signs_near(view: View, side: str, size: str, dating: Dating) -> Iterator[str]:
    """Yield what the words around a time in the sentence of an event say."""
    yield side
    yield f"{side}-{size}"
    yield f"{side}-{view.group}"
    yield f"{side}-{view.word}"
    yield f"{side}-prep-{dating.prep}"
    if 0 < dating.token - view.token <= BEHIND:
        yield "behind"
        yield f"behind-{view.word}"
    if _is_nearer_to_other(view, dating.token):
        yield "between"
    if side.startswith("sentence"):
        yield f"{side}-{dating.kind}"
        if dating.tense == view.tense:
            yield "alike"


def _is_nearer_to_other(view: View, token: int) -> bool:
    """Whether another event of the sentence is told nearer to a time."""
    document, gap = view.scene.document, abs(token - view.token)
    for number in (view.number - 1, view.number + 1):
        if 0 <= number < len(view.events):
            start = view.events[number].start
            if document.sentence_at(start) == view.sentence and abs(token - document.token_at(start)) < gap:
                return True
    return False


def _signs_of_thread(view: View, label: str, day: Day, *, told: bool) -> Iterator[str]:
    """Yield the signs for a day at which the report goes on, by how the event is told."""
    yield label
    clause = view.clause
    kind, modal = (clause.kind, clause.modal) if clause else ("", "")
    yield from (f"{label}-{view.tense}", f"{label}-{view.mood}", f"{label}-{view.group}", f"{label}-{kind}")
    yield from (f"{label}-{view.event.status}", f"{label}-{view.group}-{view.tense}", f"{label}-{view.word}")
    yield f"{label}-modal-{modal}"
    yield f"{label}-quoted" if view.event.source else f"{label}-own"
    place = "paragraph" if day.paragraph == view.paragraph else "earlier"
    yield f"{label}-{place}"
    yield f"{label}-{place}-{view.tense}"
    if not told:
        yield f"{label}-untold"
