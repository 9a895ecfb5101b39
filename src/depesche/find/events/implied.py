"""The parties that an event's own words leave to the reader: ``Kiew lehnte ab`` answers whoever asked.

News names a party once and then leaves it out. Who is meant follows from what stands around: who was named
shortly before, who stands opposite the known party elsewhere in the report, whose place or adjective the
sentence has, who the headline is about. None of these signs is sure; their weights (``weights.py``) were
fitted on annotated reports and decide together, also that nobody is meant.

All actors of one country are one candidate here: a government, its minister and its capital answer for one
another. For a candidate the state itself stands, or else its government, or whoever is named most.
"""

from __future__ import annotations

import collections
import functools
from collections.abc import Iterable, Iterator
from typing import Literal

import msgspec

from depesche.find.actors.regions import is_region
from depesche.find.events.frames import event_words, is_with_each_other
from depesche.find.events.kinds import DEEDS, MUTUAL
from depesche.find.events.scene import Ids, Scene, merge
from depesche.find.events.weights import WEIGHTS
from depesche.language.states import countries_of_adjective, country_of_compound
from depesche.reading import Actor, Event

Kind = Literal["recipient", "actor", "partner"]

# Who was named so many sentences before may be meant, and those that the report names most.
NEAR = 2
MAX_FREQUENT = 6
# Talks that name nobody are those of one of so many events before.
LAST = 8
_PEOPLE = frozenset({"CVL", "OPP", "NGO", "LAB", "REB", "PTY", "MED", "EDU", "REL"})
_FORCES = frozenset({"COP", "JUD", "MIL", "LEG"})
_POWERS = frozenset({"GOV", "MIL", "COP", "JUD", "SPY"})
# Answers to what somebody did just before.
_REACTIONS = frozenset({"REJECT", "SUPPORT", "ACCUSE"})
# Deeds that hit whoever has the place where they are done.
_PLACED = DEEDS - {"PROTEST"}


class Candidate(msgspec.Struct, frozen=True):
    """Who may be meant: the actor's id (None for nobody), and the signs for it with their strength."""

    actor: str | None
    signs: dict[str, float]

    @property
    def weight(self) -> float:
        """How much speaks for it."""
        return sum(WEIGHTS.get(sign, 0.0) * strength for sign, strength in self.signs.items())


def complete_parties(scene: Scene, events: Iterable[Event]) -> list[Event]:
    """Return the events, each with the party that it leaves open if the report tells who is meant."""
    told = list(events)
    surroundings = Surroundings(scene, tuple(told))
    return [_complete(surroundings, number) for number in range(len(told))]


def open_kinds(event: Event) -> tuple[Kind, ...]:
    """Return which parties an event leaves open."""
    if event.type in MUTUAL:
        return ("partner",) if len(event.actor + event.recipient) == 1 else ()
    kinds: tuple[Kind, ...] = ("recipient", "actor")
    return tuple(k for k in kinds if not (event.recipient if k == "recipient" else event.actor))


def _complete(surroundings: Surroundings, number: int) -> Event:
    event = _with_both_sides(surroundings, number)
    if event.type in MUTUAL and not event.actor + event.recipient:
        met = surroundings.met_before(number)
        # Who met is who talked; what is agreed without saying by whom binds their states.
        bound = met if event.type == "CONSULT" else surroundings.scene.as_states(met)
        return msgspec.structs.replace(event, actor=bound)
    if event.type in MUTUAL and any(actor in surroundings.many for actor in event.actor):
        return event
    if is_with_each_other(event):
        return event
    for kind in open_kinds(event):
        meant = max(surroundings.candidates(number, kind), key=lambda c: c.weight).actor
        if meant is None or meant in event.actor + event.recipient:
            continue
        actor = event.actor if kind == "recipient" else (*event.actor, meant)
        recipient = (meant,) if kind == "recipient" else event.recipient
        event = msgspec.structs.replace(event, actor=actor, recipient=recipient)
    return event


def _with_both_sides(surroundings: Surroundings, number: int) -> Event:
    """Return the event with those whom ``beide Seiten`` or ``die Konfliktparteien`` means as its parties."""
    event = surroundings.events[number]
    if surroundings.leaves_open(event.actor):
        sides = surroundings.acting_sides(number)
        if sides:
            event = msgspec.structs.replace(event, actor=sides)
    if event.type in MUTUAL or not surroundings.leaves_open(event.recipient):
        return event
    directed = tuple(i for i in surroundings.both_sides(number) if i not in event.actor)
    return msgspec.structs.replace(event, recipient=directed) if directed else event


class Surroundings(msgspec.Struct, frozen=True, dict=True):
    """The events of a report with what stands around each. Actors are told apart by country (``keys``)."""

    scene: Scene
    events: tuple[Event, ...]

    @functools.cached_property
    def keys(self) -> dict[str, str]:
        """The country of each actor, or its id if it has none."""
        return {id_: country or id_ for id_, country in self.scene.countries.items()}

    @functools.cached_property
    def named(self) -> tuple[Actor, ...]:
        """The actors that may be meant: a city or region only where nobody else is of its state."""
        actors = self.scene.findings.actors
        others = {self.keys[actor.id] for actor in actors if not is_region(actor)}
        return tuple(a for a in actors if not is_region(a) or self.keys[a.id] not in others)

    @functools.cached_property
    def actors(self) -> dict[str, list[Actor]]:
        """The actors of each country, the state first, then its government, then who is named most."""
        found: dict[str, list[Actor]] = {}
        for actor in sorted(self.named, key=_standing):
            found.setdefault(self.keys[actor.id], []).append(actor)
        return found

    @functools.cached_property
    def many(self) -> frozenset[str]:
        """The actors that are several and may meet among themselves: ``die Asean``, ``die Außenminister``."""
        actors = self.scene.findings.actors
        return frozenset(a.id for a in actors if a.type == "GROUP" or a.sector == "IGO")

    @functools.cached_property
    def people(self) -> dict[str, list[Actor]]:
        """The actors of each country without the state itself: groups first, those in power last."""
        return {
            key: sorted(
                (a for a in group if a.type != "GPE"),
                key=lambda a: (a.type != "GROUP", a.sector in _POWERS),
            )
            for key, group in self.actors.items()
        }

    @functools.cached_property
    def governments(self) -> dict[str, list[str]]:
        """The actors in government of each country."""
        return {key: [a.id for a in group if a.sector == "GOV"] for key, group in self.actors.items()}

    @functools.cached_property
    def crowds(self) -> dict[str, list[str]]:
        """The groups of people of each country."""
        return {key: [a.id for a in group if a.type == "GROUP"] for key, group in self.actors.items()}

    @functools.cached_property
    def mentions(self) -> dict[int, list[tuple[int, str]]]:
        """The mentions in each sentence: first token and actor."""
        document = self.scene.document
        found: dict[int, list[tuple[int, str]]] = {}
        for actor in self.named:
            for mention in actor.mentions:
                sentence = document.sentence_at(mention.start)
                found.setdefault(sentence, []).append((document.token_at(mention.start), actor.id))
        return found

    @functools.cached_property
    def first_named(self) -> dict[str, int]:
        """The first sentence that names somebody of each country."""
        found: dict[str, int] = {}
        for sentence in sorted(self.mentions):
            for _, actor in self.mentions[sentence]:
                found.setdefault(self.keys[actor], sentence)
        return found

    @functools.cached_property
    def shares(self) -> dict[str, float]:
        """The share of each country in all mentions, the greatest first."""
        counts = {key: sum(len(a.mentions) for a in group) for key, group in self.actors.items()}
        total = sum(counts.values()) or 1
        return {key: n / total for key, n in sorted(counts.items(), key=lambda c: (-c[1], c[0]))}

    @functools.cached_property
    def sides(self) -> list[tuple[frozenset[str], frozenset[str]]]:
        """The countries of actors and of recipients of each event."""
        return [(self._lands(e.actor), self._lands(e.recipient)) for e in self.events]

    @functools.cached_property
    def parts(self) -> collections.Counter[str]:
        """In how many events each country takes part."""
        return collections.Counter(key for one, other in self.sides for key in one | other)

    @functools.cached_property
    def pairs(self) -> collections.Counter[tuple[str, str]]:
        """In how many events two countries take part together; of a crowd only some are counted."""
        found: collections.Counter[tuple[str, str]] = collections.Counter()
        for one, other in self.sides:
            both = sorted(one | other)[:MAX_FREQUENT]
            found.update((a, b) for a in both for b in both if a != b)
        return found

    def _lands(self, ids: Ids) -> frozenset[str]:
        return frozenset(self.keys[i] for i in ids)

    def leaves_open(self, ids: Ids) -> bool:
        """Whether a party is not named: ``die Konfliktparteien`` does not say who they are."""
        cast = self.scene.cast
        return all(i in cast and _is_belligerents(cast[i]) for i in ids)

    def acting_sides(self, number: int) -> Ids:
        """Return whom ``beide Seiten`` means as the subject of an event: those most told of together."""
        clause = self.scene.clause_at(self.scene.document.token_at(self.events[number].start))
        subject = clause.subject if clause is not None and clause.voice == "active" else None
        if clause is None or subject is None or not self.scene.names_sides(subject):
            return ()
        return self._sides_told(frozenset())

    def both_sides(self, number: int) -> Ids:
        """Return whom ``beide Seiten`` means, at which an event is directed: those most told of together."""
        scene, event = self.scene, self.events[number]
        clause = scene.clause_at(scene.document.token_at(event.start))
        others = (c for c in clause.chunks if c != clause.subject and not c.genitive) if clause else ()
        if not any(scene.names_sides(chunk) for chunk in others):
            return ()
        # A state is on no side of its own demand; people of a state may be between its sides.
        powers = (i for i in event.actor if i in scene.cast and scene.cast[i].sector in _POWERS)
        return self._sides_told(self._lands(tuple(powers)))

    def _sides_told(self, without: frozenset[str]) -> Ids:
        """Return the two states, or the two of one country, that are told most of together."""
        pair, most = self._pair_told(without)
        inner, times = self._opponents(without)
        return inner if times > most else pair

    def met_before(self, number: int) -> Ids:
        """Return who met or agreed in the event told last that names both sides: ``die Gespräche``."""
        for n in range(number - 1, max(-1, number - 1 - LAST), -1):
            event = self.events[n]
            one, other = self.sides[n]
            if event.type in MUTUAL and len(one | other) > 1:
                return merge(event.actor, event.recipient)
        return ()

    def _pair_told(self, without: frozenset[str]) -> tuple[Ids, int]:
        """Return the two of different countries that take part together in most events, and in how many."""
        others = ((n, pair) for pair, n in self.pairs.items() if not without & set(pair))
        most, pair = max(others, key=lambda p: (p[0], p[1]), default=(0, ()))
        return tuple(self.actors[key][0].id for key in pair), most

    def _opponents(self, without: frozenset[str]) -> tuple[Ids, int]:
        """Return the two of one country who are told most as acting against each other, and how often."""
        counts = collections.Counter(
            (a, b)
            for e in self.events
            for a in e.actor
            for b in e.recipient
            if a != b and self.keys[a] == self.keys[b] and self.keys[a] not in without
        )
        lands = collections.Counter(self.keys[a] for a, _ in counts.elements())
        land, times = max(lands.items(), key=lambda c: (c[1], c[0]), default=("", 0))
        told = ((n, pair) for pair, n in counts.items() if self.keys[pair[0]] == land)
        _, pair = max(told, key=lambda p: (p[0], p[1]), default=(0, ()))
        return pair, times

    def candidates(self, number: int, kind: Kind) -> list[Candidate]:
        """Return who may be the party of a kind that an event leaves open, last that nobody is meant."""
        event = self.events[number]
        known = event.actor + event.recipient
        # Who tells what was done without saying by whom did not do it.
        others = (*known, event.source) if kind == "actor" else known
        view = _View(self, event, number, self._lands(known), known)
        found = []
        for key in self._eligible(view):
            actor = next((a for a in self._ranked(view, key) if a.id not in others), None)
            if actor is not None:
                signs = {s: v for s, v in _signs(view, key, kind, actor) if v}
                found.append(Candidate(actor.id, signs))
        nobody = {f"nobody-{kind}{sign}": 1.0 for sign in _signs_of_nobody(view)}
        if not known:
            nobody["nobody-alone"] = 1.0
        if kind == "recipient" and len(view.mine) > 1:
            nobody["nobody-several"] = 1.0
        if any(key not in self.actors for key in view.places[1]):
            nobody["nobody-elsewhere"] = 1.0
        return [*found, Candidate(None, nobody)]

    def _ranked(self, view: _View, key: str) -> list[Actor]:
        """Return who may stand for a country, the likeliest first; powers act on people, not on it."""
        if key not in view.mine or not view.sectors & _POWERS:
            return self.actors[key]
        return self.people[key]

    def _eligible(self, view: _View) -> list[str]:
        near = [
            self.keys[actor]
            for sentence in {0, *range(view.sentence - NEAR, view.sentence + 1)}
            for _, actor in sorted(self.mentions.get(sentence, ()))
        ]
        before = [key for n in view.before for side in self.sides[n] for key in sorted(side)]
        frequent = list(self.shares)[:MAX_FREQUENT]
        return list(merge(tuple(near), tuple(before), tuple(frequent), tuple(sorted(view.mine))))


class _View(msgspec.Struct, frozen=True, dict=True):
    """An event seen from its place: ``mine`` are the countries of the parties that it names (``known``)."""

    around: Surroundings
    event: Event
    number: int
    mine: frozenset[str]
    known: Ids

    @functools.cached_property
    def token(self) -> int:
        return self.around.scene.document.token_at(self.event.start)

    @functools.cached_property
    def sentence(self) -> int:
        return self.around.scene.document.sentence_at(self.event.start)

    @functools.cached_property
    def clause(self) -> frozenset[int]:
        clause = self.around.scene.clause_at(self.token)
        return frozenset(clause.tokens) if clause else frozenset()

    @functools.cached_property
    def sectors(self) -> frozenset[str]:
        """The sectors of the known parties."""
        mine = [a for key in self.mine for a in self.around.actors[key] if a.id in self.known]
        return frozenset(a.sector for a in mine if a.sector)

    @functools.cached_property
    def before(self) -> tuple[int, ...]:
        """The numbers of the two events told last, the nearest first."""
        document, events = self.around.scene.document, self.around.events
        last = range(self.number - 1, max(-1, self.number - 3), -1)
        return tuple(n for n in last if self.sentence - document.sentence_at(events[n].start) <= NEAR + 1)

    @functools.cached_property
    def adjectives(self) -> collections.Counter[str]:
        """The countries that adjectives and compounds of the sentence speak of; those of the clause twice."""
        document = self.around.scene.document
        found: collections.Counter[str] = collections.Counter()
        sentence = document.sentences[self.sentence]
        for i in range(sentence.first, sentence.last):
            word = document.tokens[i].text
            compound = country_of_compound(word)
            for country in (*countries_of_adjective(word), *((compound,) if compound else ())):
                found[country] += 2 if i in self.clause else 1
        return found

    @functools.cached_property
    def places(self) -> tuple[frozenset[str], frozenset[str]]:
        """The countries of the places of the sentence, and of those in the clause."""
        sentence = self.around.scene.document.sentences[self.sentence]
        at, places = self.around.scene.placed
        there = [(i, p) for i, p in zip(at, places, strict=True) if sentence.first <= i < sentence.last]
        in_clause = frozenset(p.country for i, p in there if p.country and i in self.clause)
        return frozenset(p.country for _, p in there if p.country), in_clause

    def named(self, sentence: int, key: str) -> list[int]:
        """Return where a sentence names others of a country than the known parties: tokens."""
        keys = self.around.keys
        mentions = self.around.mentions.get(sentence, ())
        return [i for i, actor in mentions if keys[actor] == key and actor not in self.known]


def _is_belligerents(actor: Actor) -> bool:
    """Whether several are only named as those who fight each other: ``die Konfliktparteien``."""
    return actor.type == "GROUP" and actor.name.rsplit(" ", 1)[-1].lower() in event_words("belligerents")


def _standing(actor: Actor) -> tuple[bool, bool, int]:
    return actor.type != "GPE", actor.sector != "GOV", -len(actor.mentions)


def _signs_of_nobody(view: _View) -> Iterator[str]:
    """Yield the signs that an event leaves out nobody: ``unterzeichneten``, ``wurde gestürzt``."""
    event = view.event
    source, *family = event.rule.split("/")[1:]
    yield ""
    yield f"-{event.type}"
    yield f"-{source}"
    yield f"-{source}-{event.type}"
    yield from (f"-by-{name}" for name in family)
    yield f"-{event.status}"
    if event.mode:
        yield f"-mode-{event.mode}"
    clause = view.around.scene.clause_at(view.token)
    if clause is None:
        return
    yield f"-{clause.voice}"
    yield f"-{clause.kind}"
    if any("a" in c.cases and not c.prep and c != clause.subject for c in clause.chunks):
        yield "-object"


def _signs(view: _View, key: str, kind: Kind, actor: Actor) -> Iterator[tuple[str, float]]:
    """Yield the signs that a country is meant, with their strength; ``actor`` would stand for it.

    Whoever acts or takes part is told by other signs than whom an act is directed at, so each counts once for
    all kinds and once more for theirs.
    """
    for sign, value in _signs_of_all(view, key, kind, actor):
        yield sign, value
        if kind != "recipient":
            yield f"{kind}-of-{sign}", value


def _signs_of_all(view: _View, key: str, kind: Kind, actor: Actor) -> Iterator[tuple[str, float]]:
    own = "own-" if key in view.mine else ""
    yield from ((own + sign, value) for sign, value in _signs_of_text(view, key))
    yield from ((own + sign, value) for sign, value in _signs_of_story(view, key, own=bool(own)))
    yield from ((own + sign, 1.0) for sign in _signs_of_actor(view, actor))
    yield from _signs_of_own(view, key, kind) if own else _signs_of_other(view, key)


def _signs_of_actor(view: _View, actor: Actor) -> Iterator[str]:
    """Yield what somebody is, and what he is beside such an event: a court is not asked for arms."""
    for what in (actor.sector, actor.type):
        yield f"is-{what}"
        yield f"is-{what}-{view.event.type}"


def _signs_of_text(view: _View, key: str) -> Iterator[tuple[str, float]]:
    """Yield what the places of its names say."""
    here = view.named(view.sentence, key)
    yield "before", any(i < view.token for i in here)
    yield "after", any(i >= view.token for i in here)
    yield "clause", any(i in view.clause for i in here)
    near = next((d for d in range(1, NEAR + 1) if view.named(view.sentence - d, key)), 0)
    first = view.around.first_named.get(key, view.sentence)
    yield f"near-{near}" if near else "far" if first < view.sentence else "unnamed", 1
    yield "headline", bool(view.named(0, key))
    yield "adjective", min(2, view.adjectives[key])
    everywhere, in_clause = view.places
    yield "place", key in everywhere
    yield "place-clause", key in in_clause
    yield f"place-{view.event.type}", view.event.type in _PLACED and key in everywhere


def _signs_of_story(view: _View, key: str, *, own: bool) -> Iterator[tuple[str, float]]:
    """Yield what the events told just before say."""
    for order, number in enumerate(view.before):
        actors, recipients = view.around.sides[number]
        other, event = view.around.events[number], view.event
        yield f"actor-{order}", key in actors
        yield f"recipient-{order}", key in recipients
        if order:
            continue
        yield "answered", key in actors and bool(view.mine & recipients)
        yield "same-deed", other.type == event.type and key in recipients
        yield f"reaction-{event.type}", event.type in _REACTIONS and key in actors
        yield "partner", not own and key in actors and bool(view.mine & actors)
    yield "source", view.event.source is not None and view.around.keys.get(view.event.source) == key


def _signs_of_own(view: _View, key: str, kind: Kind) -> Iterator[tuple[str, float]]:
    """Yield what speaks for others of the same country: a people and its government."""
    kinds = view.event.type
    governs = any(i not in view.known for i in view.around.governments[key])
    yield f"own-{kind}", 1
    yield f"own-{kind}-{kinds}", kind != "partner"
    yield from ((f"own-{kind}-by-{name}", 1) for name in view.event.rule.split("/")[2:])
    yield "own-people", governs and bool(view.sectors & _PEOPLE)
    yield "own-government", "GOV" in view.sectors
    yield "own-force", bool(view.sectors & _FORCES)
    yield "own-only", len(view.around.actors) == 1
    yield "own-crowd", any(i not in view.known for i in view.around.crowds[key])
    yield "own-share", view.around.shares[key]


def _signs_of_other(view: _View, key: str) -> Iterator[tuple[str, float]]:
    """Yield what speaks for another country: how much the report is about it, and about the two together."""
    around = view.around
    others = [k for k in list(around.shares)[: MAX_FREQUENT + 2] if k not in view.mine]
    yield "share", around.shares[key]
    yield "first", others[:1] == [key]
    yield "second", others[1:2] == [key]
    together = max((around.pairs[mine, key] for mine in view.mine), default=0)
    yield "opposite", together >= 1
    yield "opposite-often", together >= 3
    yield "part", min(5, around.parts[key]) / 5
    stateless = not around.actors[key][0].country
    yield "stateless", stateless
    yield f"stateless-{view.event.type}", stateless
    yield "crowd", len(around.crowds[key]) == len(around.actors[key])
