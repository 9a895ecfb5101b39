"""At which of the places that a report names an event may be told to be."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence

import msgspec

from depesche.find.actors.regions import is_region
from depesche.find.events.choices import Option, View, eligible_names, find_nearest
from depesche.find.events.learned import read_place
from depesche.find.events.scene import Scene
from depesche.find.events.seats import is_seat
from depesche.find.events.story import Setting, Story, lead_sentence
from depesche.reading import Event, Place

# So many words behind a noun still belong to it: "das Treffen in Kuala Lumpur".
BEHIND = 3


class Naming(msgspec.Struct, frozen=True):
    """Where a report names a place: token, sentence and paragraph, and behind which preposition.

    ``acts`` says that the name is that of somebody who acts, ``main`` that it stands in a main clause.
    """

    place: Place
    token: int
    sentence: int
    paragraph: int
    prep: str
    acts: bool
    main: bool


class Happened(msgspec.Struct, frozen=True):
    """What events a report tells at a place in so many words: how many, of whom, of which types and days."""

    number: int
    actors: frozenset[str]
    types: frozenset[str]
    dates: frozenset[str]


class Places(msgspec.Struct, frozen=True, dict=True):
    """The places of a report, where its story is, and its events as their own words tell them."""

    scene: Scene
    story: Story
    events: Sequence[Event]

    @functools.cached_property
    def named(self) -> dict[str, list[Naming]]:
        """Where each place is named, by its basic name, in the order in which they come up."""
        found: dict[str, list[Naming]] = {}
        for token, place in zip(*self.scene.placed, strict=True):
            if not is_seat(self.scene, token):
                found.setdefault(place.name, []).append(self._naming(token, place))
        return found

    @functools.cached_property
    def lead(self) -> int:
        """The first sentence behind the headline."""
        return lead_sentence(self.scene.document)

    @functools.cached_property
    def most(self) -> str | None:
        """The name that stands most often, of several the first."""
        return max(self.named, key=lambda name: len(self.named[name]), default=None)

    @functools.cached_property
    def _regions(self) -> frozenset[int]:
        """The words that name a city or region, which things happen in also where it acts."""
        scene = self.scene
        regions = {actor.id for actor in scene.findings.actors if is_region(actor)}
        return frozenset(i for i, actor in scene.actors_at.items() if actor in regions)

    def _naming(self, token: int, place: Place) -> Naming:
        document = self.scene.document
        sentence = document.sentence_at(place.start)
        clause = self.scene.clause_at(token)
        chunk = clause.chunk_at(token) if clause else None
        return Naming(
            place=place,
            token=token,
            sentence=sentence,
            paragraph=document.sentences[sentence].paragraph,
            prep=chunk.prep or ("genitive" if chunk.genitive else "") if chunk else "",
            acts=token in self.scene.actors_at and token not in self._regions,
            main=clause is not None and clause.kind == "main",
        )

    def options(self, view: View) -> list[Option[str]]:
        """Return the places at which an event may be, in the words that name them nearest, last that none is.

        ``view.event.place`` is what its own words say.
        """
        told = view.event.place
        model = told if told and told == read_place(self.scene, view.event) else None
        story = None if told else self.story.place_of(view.event)
        found = []
        for name in eligible_names(view, self.named):
            namings = self.named[name]
            is_told = told is not None and any(naming.place.text == told for naming in namings)
            nearest = find_nearest(view, namings)
            signs = [*self._signs(view, name, nearest), *self._signs_of_scene(view, name)]
            if told is None:
                signs += self._signs_of_happened(view, name)
            if is_told:
                signs += ("told", f"told-{view.group}")
                signs += ("told-model",) if model else ()
            if story is not None and story.name == name:
                signs += ("story", f"story-{view.group}")
            found.append(Option(told if is_told else nearest.place.text, tuple(signs)))
        if told is not None and all(option.value != told for option in found):
            # A place without a name: "vor dem Parlament".
            other = ("told-site", f"told-site-{view.group}", f"told-site-{view.word}")
            found.append(Option(told, (*other, "told-model") if model else other))
        nowhere = list(view.signs_of_open(lead=self.lead))
        if told is None and story is None:
            nowhere.append("none-untold")
        return [*found, Option(None, tuple(nowhere))]

    @functools.cached_property
    def _happened(self) -> dict[str, Happened]:
        """What is told at each place, by the events whose own words name it."""
        names = {n.place.text: name for name, namings in self.named.items() for n in namings}
        found: dict[str, list[Event]] = {}
        for event in self.events:
            if event.place in names:
                found.setdefault(names[event.place], []).append(event)
        return {
            name: Happened(
                number=len(events),
                actors=frozenset(i for e in events for i in (*e.actor, *e.recipient)),
                types=frozenset(e.type for e in events),
                dates=frozenset(e.date for e in events if e.date),
            )
            for name, events in found.items()
        }

    def _signs_of_happened(self, view: View, name: str) -> Iterator[str]:
        """Yield what the events say that are told at a place: whoever was there may go on there."""
        if name not in self._happened:
            if self._happened:
                yield "happened-elsewhere"
            return
        here = self._happened[name]
        yield f"happened-{view.group}"
        if here.number > 1:
            yield "happened-several"
        every = sum(happened.number for happened in self._happened.values())
        if here.number == every:
            yield "happened-all"
        elif 2 * here.number >= every:
            yield "happened-most"
        yield f"present-{view.group}" if here.actors.intersection(view.event.actor) else "absent"
        if here.actors.intersection(view.event.recipient):
            yield "met"
        if view.event.type in here.types:
            yield "happened-type"
        if view.event.date and here.dates:
            yield "happened-day" if view.event.date in here.dates else "happened-other-day"

    def _signs(self, view: View, name: str, nearest: Naming) -> Iterator[str]:
        """Yield what the places of its names say."""
        kind, namings = _kind(nearest.place), self.named[name]
        yield kind
        yield f"{kind}-{view.group}"
        side = view.side_of(nearest.token, nearest.sentence)
        yield from (
            _signs_near(view, side, kind, nearest) if side else _signs_far(view, kind, namings, nearest)
        )
        yield from self._signs_of_country(view, kind, nearest.place.country)
        if any(naming.sentence < self.lead for naming in namings):
            yield "headline"
            yield f"headline-{kind}"
        if any(naming.sentence == self.lead for naming in namings):
            yield "lead"
            yield f"lead-{kind}"
        if name == self.most:
            yield "most"
            yield f"most-{kind}"
        if len(namings) > 1:
            yield "often"
        if len(self.named) == 1:
            yield "only"
        if name == next(iter(self.named)):
            yield "first"

    def _signs_of_country(self, view: View, kind: str, country: str | None) -> Iterator[str]:
        """Yield whose country it is, and whether the sentence names a place in it more closely."""
        event, countries = view.event, self.scene.countries
        if country in {countries.get(i) for i in event.actor}:
            whose = "of-actor"
        elif country in {countries.get(i) for i in event.recipient}:
            whose = "of-recipient"
        else:
            whose = "of-nobody"
        yield whose
        yield f"{kind}-{whose}"
        if kind == "state" and country in self._inner_countries.get(view.sentence, ()):
            yield "wide"

    @functools.cached_property
    def _inner_countries(self) -> dict[int, set[str | None]]:
        """The countries of cities and regions by the sentence that names them."""
        found: dict[int, set[str | None]] = {}
        for naming in (naming for namings in self.named.values() for naming in namings):
            if _kind(naming.place) != "state":
                found.setdefault(naming.sentence, set()).add(naming.place.country)
        return found

    def _signs_of_scene(self, view: View, name: str) -> Iterator[str]:
        """Yield what the places of the main clauses before, and that of the event before, say."""
        scenes = self.story.scenes_before(view.sentence)
        if scenes and scenes[-1].place.name == name:
            yield from _signs_of_last(view, scenes[-1])
        if scenes and scenes[0].place.name == name:
            yield "scene-first"
        before = view.before
        if before is None or before.place is None:
            return
        if all(naming.place.text != before.place for naming in self.named[name]):
            yield "before-other"
            return
        yield "before"
        if before.type == view.event.type:
            yield "before-same"
        if self.scene.document.sentence_at(before.start) == view.sentence:
            yield "before-sentence"


def _signs_of_last(view: View, last: Setting) -> Iterator[str]:
    """Yield the signs for the place of the last main clause that has one."""
    yield "scene"
    yield from (f"scene-{view.group}", f"scene-{view.tense}", f"scene-{view.event.status}")
    yield f"scene-{view.word}"
    yield "scene-paragraph" if last.paragraph == view.paragraph else "scene-earlier"
    if view.event.place is None:
        yield "scene-untold"


def _signs_near(view: View, side: str, kind: str, naming: Naming) -> Iterator[str]:
    """Yield what the words around a name in the sentence of an event say."""
    yield side
    yield f"{side}-{kind}"
    yield f"{side}-{view.group}"
    yield f"prep-{naming.prep}"
    yield f"{side}-prep-{naming.prep}"
    yield f"{kind}-prep-{naming.prep}"
    if 0 < naming.token - view.token <= BEHIND:
        yield "behind"
    if naming.acts:
        yield "acts"


def _signs_far(view: View, kind: str, namings: list[Naming], nearest: Naming) -> Iterator[str]:
    """Yield what the names in other sentences say: the last before the event, or else the next."""
    last = next((naming for naming in reversed(namings) if naming.sentence < view.sentence), None)
    if last is None:
        gap = view.distance(nearest.sentence)
        yield gap
        yield f"{gap}-{kind}"
        yield f"{gap}-prep-{nearest.prep}"
        return
    gap = view.distance(last.sentence)
    yield gap
    yield f"{gap}-{kind}"
    yield f"far-prep-{last.prep}"
    yield "far-acts" if last.acts else "far-place"
    yield f"far-{kind}-{view.group}"
    if last.paragraph == view.paragraph:
        yield "paragraph"
    if last.main:
        yield "far-main"


def _kind(place: Place) -> str:
    """Return what a place is: ``state``, ``region``, ``city``, or the ``dateline`` of an agency."""
    rule = place.rule.removeprefix("places/")
    if rule in {"state", "region"}:
        return rule
    return "dateline" if rule == "city-dateline" else "city"
