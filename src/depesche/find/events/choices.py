"""What stands around an event, seen from its own words, for choosing among what the report offers.

A report names a place or a day once and goes on telling. Which of those that it names an event takes, no
single rule can say: clause, sentence, distance, preposition, tense and what was told just before each speak
for one or another, and also for none. The sum of their weights decides (setting_weights.py), which were
fitted on annotated reports (training/choosers.py).
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Generic, Literal, Protocol, TypeVar

import msgspec

from depesche.find.events.kinds import DEEDS, MUTUAL
from depesche.find.events.moments import clauses_above
from depesche.find.events.scene import Scene
from depesche.language.clauses import Clause
from depesche.reading import Event

T = TypeVar("T")
Group = Literal["deed", "talk", "speech"]
# Where words of its sentence stand, seen from an event: in its clause, in one that this hangs on, elsewhere.
Side = Literal["here", "above", "sentence-before", "sentence-after", ""]

# What was told so many sentences before still holds.
NEAR_SENTENCES = 2
# Further off, sentences are not told apart.
FAR_SENTENCES = 3
# Of a report that names many places or days these are looked at: the first, and so many near ones.
MAX_OPTIONS = 8


class Option(msgspec.Struct, Generic[T], frozen=True):
    """One of the values that a field may take (None: it stays open), and the signs for it."""

    value: T | None
    signs: tuple[str, ...]


def best_of(options: Iterable[Option[T]], weights: Mapping[str, float]) -> T | None:
    """Return the value for which most speaks; of equal ones the first."""
    return max(options, key=lambda option: sum(weights.get(sign, 0.0) for sign in option.signs)).value


class View(msgspec.Struct, frozen=True, dict=True):
    """An event seen from its place in the report: it is the ``number``-th of ``events``, which are all."""

    scene: Scene
    events: Sequence[Event]
    number: int

    @functools.cached_property
    def event(self) -> Event:
        """The event itself."""
        return self.events[self.number]

    @functools.cached_property
    def token(self) -> int:
        """The first token of the words that tell it."""
        return self.scene.document.token_at(self.event.start)

    @functools.cached_property
    def sentence(self) -> int:
        """The number of its sentence."""
        return self.scene.document.sentence_at(self.event.start)

    @functools.cached_property
    def paragraph(self) -> int:
        """The number of its paragraph."""
        return self.scene.document.sentences[self.sentence].paragraph

    @functools.cached_property
    def clause(self) -> Clause | None:
        """Its clause."""
        return self.scene.clause_at(self.token)

    @functools.cached_property
    def tense(self) -> str:
        """The tense of its clause, empty if that has none."""
        return self.clause.tense if self.clause else ""

    @functools.cached_property
    def mood(self) -> str:
        """The mood of its clause, empty if that has none."""
        return self.clause.mood if self.clause else ""

    @functools.cached_property
    def group(self) -> Group:
        """Whether it is done, done together, or said."""
        if self.event.type in MUTUAL:
            return "talk"
        return "deed" if self.event.type in DEEDS else "speech"

    @functools.cached_property
    def word(self) -> str:
        """What tells it: ``verb``, ``noun``, or ``network`` where only the language model sees it."""
        return self.event.rule.split("/")[1]

    @functools.cached_property
    def within(self) -> dict[int, Side]:
        """The tokens of its clause and of those that this hangs on."""
        own = self.scene.owners.get(self.token)
        if own is None:
            return {}
        clauses = clauses_above(self.scene, self.scene.sentence_clauses(self.token), own[0])
        found: dict[int, Side] = {}
        for step, clause in enumerate(clauses):
            found.update(dict.fromkeys(clause.tokens, "above" if step else "here"))
        return found

    @functools.cached_property
    def before(self) -> Event | None:
        """The event told last, if that was near."""
        if not self.number:
            return None
        event = self.events[self.number - 1]
        near = self.sentence - self.scene.document.sentence_at(event.start) <= NEAR_SENTENCES
        return event if near else None

    def side_of(self, token: int, sentence: int) -> Side:
        """Return where a token of a sentence stands; empty if that is another sentence."""
        if sentence != self.sentence:
            return ""
        return self.within.get(token) or ("sentence-before" if token < self.token else "sentence-after")

    def distance(self, sentence: int) -> str:
        """Return how far off another sentence is: ``back-2``, ``ahead``."""
        gap = self.sentence - sentence
        if gap < 0:
            return "ahead-1" if gap == -1 else "ahead"
        return f"back-{gap}" if gap <= FAR_SENTENCES else "back"

    def signs_of_open(self, *, lead: int) -> Iterator[str]:
        """Yield what speaks for saying nothing; ``lead`` is the first sentence behind the headline."""
        event = self.event
        yield from ("none", f"none-{event.type}", f"none-{self.word}", f"none-{event.status}")
        yield f"none-tense-{self.tense}"
        if event.source:
            yield "none-source"
        if self.mood in {"subj1", "subj2"}:
            yield "none-konjunktiv"
        if self.clause is not None and self.clause.modal:
            yield "none-modal"
        if self.sentence < lead:
            yield "none-headline"


class Placed(Protocol):
    """Where a report names something that may be chosen."""

    @property
    def token(self) -> int:
        """The token that names it."""


P = TypeVar("P", bound=Placed)


def find_nearest(view: View, placed: Iterable[P]) -> P:
    """Return the one that stands nearest to the event."""
    return min(placed, key=lambda one: abs(one.token - view.token))


def eligible_names(view: View, named: Mapping[str, Sequence[Placed]]) -> list[str]:
    """Return what may be chosen: of too much the first and what is named nearest to the event."""
    names = list(named)
    if len(names) <= MAX_OPTIONS:
        return names
    near = sorted(names[1:], key=lambda name: abs(find_nearest(view, named[name]).token - view.token))
    return [names[0], *near[: MAX_OPTIONS - 1]]
