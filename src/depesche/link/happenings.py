"""What an event is of and how far it has come, by its type, its status and the words around it.

A meeting is one event in the world from its proposal to its holding, though PLOVER gives each step another
type: REQUEST when it is proposed, AGREE when it is agreed or announced, CONSULT when it is held, REJECT when
it is cancelled. So events are compared by their ``kind``, which all steps share, and put in order by their
``stage``.
"""

from __future__ import annotations

import functools
import re
from typing import Literal, get_args

import msgspec

from depesche.language.lexicon import load_entries
from depesche.link.matters import compile_words, plain
from depesche.reading import Event

Stage = Literal["proposed", "agreed", "announced", "held", "postponed", "cancelled"]
STAGES: tuple[Stage, ...] = get_args(Stage)

# Types of what is done about another event: what that is, the words beside them say.
_STEPS = frozenset({"AGREE", "REQUEST", "REJECT", "CONCEDE", "SUPPORT"})
# A step is of what stands at most so many characters from it.
_NEAR = 120
# Behind these words it only says when or where: "am Rande des Gipfels", "nach dem Treffen".
_IS_SETTING = re.compile(
    r" (?:des|beim|während|seit|nach|vor|(?:bei|nach|vor|seit|während|auf) "
    r"(?:de[mnrs]|eine[mrs]|ihre[mrn]|seine[mrn])) (?:\S+ )?\Z"
)
_OPEN = frozenset({"future", "hypothetical"})


class Happening(msgspec.Struct, frozen=True):
    """An entry of happenings.yaml: what an event may be of, by types, modes and words."""

    id: str
    types: tuple[str, ...]
    modes: tuple[str, ...]
    words: str
    yes: str
    no: str
    triggers: str = ""
    steps: bool = False


class StageWords(msgspec.Struct, frozen=True):
    """An entry of stages.yaml; ``id`` is the stage."""

    id: Stage
    words: str
    yes: str
    no: str


@functools.cache
def load_happenings() -> tuple[Happening, ...]:
    """Return the entries of happenings.yaml. Raises LexiconError where the list has a fault."""
    return load_entries("de/happenings.yaml", Happening)


@functools.cache
def load_stages() -> tuple[StageWords, ...]:
    """Return the entries of stages.yaml. Raises LexiconError where the list has a fault."""
    return load_entries("de/stages.yaml", StageWords)


@functools.cache
def _happening_words() -> dict[str, re.Pattern[str]]:
    return {entry.id: compile_words(entry.words) for entry in load_happenings()}


@functools.cache
def _trigger_words() -> dict[str, re.Pattern[str]]:
    return {e.id: compile_words(f"{e.words} {e.triggers}") for e in load_happenings()}


@functools.cache
def _stage_words() -> tuple[tuple[Stage, re.Pattern[str]], ...]:
    return tuple((entry.id, compile_words(entry.words)) for entry in load_stages())


class _Lexeme(msgspec.Struct, frozen=True):
    """What is asked of an entry of events-verbs.yaml or events-nouns.yaml."""

    id: str
    type: str


@functools.cache
def _types_of_rules() -> dict[str, str]:
    """Return the type that the words of a rule have in themselves: a future CONSULT is read as AGREE."""
    lists = (("verb", "de/events-verbs.yaml"), ("noun", "de/events-nouns.yaml"))
    return {f"events/{part}/{e.id}": e.type for part, name in lists for e in load_entries(name, _Lexeme)}


def happenings_in(text: str) -> dict[str, tuple[int, ...]]:
    """Return what words of a text tell of, with where they begin in its plain form.

    What only says when or where (``am Rande des Gipfels``, ``nach dem Treffen``) is left out.
    """
    words = plain(text)
    places = {
        id_: tuple(
            m.start(1) for m in pattern.finditer(words) if not _IS_SETTING.search(words, 0, m.start(1))
        )
        for id_, pattern in _happening_words().items()
    }
    return {id_: found for id_, found in places.items() if found}


# The same events are compared, put into their story and told: each time their words are asked.
@functools.lru_cache(maxsize=8192)
def stage_told_by(text: str) -> Stage | None:
    """Return the stage that the words of a sentence tell, None if they tell none."""
    words = plain(text)
    return next((stage for stage, pattern in _stage_words() if pattern.search(words)), None)


def kind_of(event: Event, before: str, after: str) -> str:
    """Return what an event is of: the id of a happening, or its type where the words say no more.

    ``before`` and ``after`` are its sentence up to the event's words, and from them on.
    """
    own = _told_by_trigger(event.text)
    if own is not None and (event.type in _STEPS or event.type in _entry(own).types):
        return own
    if event.mode and (moded := _by_mode(event.mode)):
        return moded
    if event.type in _STEPS and _types_of_rules().get(event.rule) == "CONSULT":
        return "meeting"
    accepted = event.type == "SUPPORT" and stage_told_by(event.text) == "agreed"
    if event.type in _STEPS and (event.type != "SUPPORT" or accepted):
        near = _nearest(before, after)
        if near is not None or accepted:
            return near or "deal"
    return own or next((h.id for h in load_happenings() if event.type in h.types), event.type)


@functools.lru_cache(maxsize=8192)
def _told_by_trigger(text: str) -> str | None:
    """Return the first happening of which an event's own words are."""
    words = plain(text)
    return next((id_ for id_, pattern in _trigger_words().items() if pattern.search(words)), None)


@functools.cache
def _entry(id_: str) -> Happening:
    return next(h for h in load_happenings() if h.id == id_)


def _by_mode(mode: str) -> str | None:
    return next((h.id for h in load_happenings() if mode in h.modes), None)


def _nearest(before: str, after: str) -> str | None:
    """Return the happening with steps whose word stands nearest to a place between two texts."""
    reach = len(plain(before))
    behind = ((reach - max(places), id_) for id_, places in happenings_in(before).items())
    ahead = ((min(places), id_) for id_, places in happenings_in(after).items())
    near = ((d, _rank(i), i) for d, i in (*behind, *ahead) if d <= _NEAR and _entry(i).steps)
    return min(near, default=(0, 0, None))[2]


def _rank(id_: str) -> int:
    return [h.id for h in load_happenings()].index(id_)


def stage_of(event: Event, sentence: str, kind: str) -> Stage | None:
    """Return how far an event has come where a report tells it; None where it is merely denied.

    ``kind`` is what it is of. What was agreed is held by being agreed: a deal has no other holding.
    """
    told = stage_told_by(sentence)
    if told in ("cancelled", "postponed"):
        return told
    if event.status == "negated" or event.type == "REJECT":
        return "cancelled" if event.type == "REJECT" and kind == "meeting" else None
    if event.type == "REQUEST":
        return "proposed"
    if kind == "deal" and event.status not in _OPEN:
        return "agreed"
    if event.type == "AGREE" or event.status in _OPEN:
        # A meeting that somebody has announced or promised is AGREE.
        return told or "announced"
    return "proposed" if event.type == "CONSULT" and told == "proposed" else "held"
