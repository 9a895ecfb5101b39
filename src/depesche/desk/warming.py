"""Lists of words are loaded when something first needs them: on the desk before the first reader comes."""

from __future__ import annotations

import functools
import gc

from depesche.garbage import collect_rarely
from depesche.language.ontology import load_types
from depesche.language.states import states_by_code
from depesche.link.actors import country_of_actor, find_actors, keys_of_name
from depesche.link.outlines import outline_story
from depesche.link.records import EventKey, Record
from depesche.link.world import describe_event
from depesche.reading import Actor, Event, Mention, Quotation, Reading, Report, Span, Voice

_TEXT = "Rubio traf Lawrow am Donnerstag in Xanten. „Man rede weiter über die Direktflüge“, sagte Rubio."


@functools.cache
def warm() -> None:
    """Load what the pages need beside the archive, by telling a story of one report."""
    load_types()
    states_by_code()
    keys_of_name("Marco Rubio")
    record = Record(Report(text=_TEXT, published="2025-07-10", source="Nordpost", title="Treffen"), _read())
    country_of_actor(Actor("a1", "Lavrov", "PER"))
    actors = find_actors([record])
    outline_story([record], [[EventKey("x", "e1")]], actors)
    describe_event([record], [EventKey("x", "e1")], actors)
    # They stay as long as the desk runs: to look through them for what can go would hold up large answers. So
    # would looking through an answer that is being made each time it has grown by some hundred parts.
    gc.freeze()
    collect_rarely()


def _read() -> Reading:
    rubio = Actor("a1", "Rubio", "PER", country="USA", mentions=(_mention("Rubio"),))
    lavrov = Actor("a2", "Lawrow", "PER", country="RUS", mentions=(_mention("Lawrow"),))
    event = Event(
        "e1",
        "CONSULT",
        *_find("traf"),
        "traf",
        actor=("a1",),
        recipient=("a2",),
        date="2025-07-10",
        earliest="2025-07-10",
        latest="2025-07-10",
        place="Xanten",
    )
    words = "Man rede weiter über die Direktflüge"
    said = Quotation(
        "Direct",
        (Span(*_find(words)),),
        words,
        speaker=Voice(*_find("Rubio", _TEXT.rindex("Rubio")), "Rubio", "a1"),
    )
    return Reading(id="x", actors=(rubio, lavrov), quotations=(said,), events=(event,))


def _mention(name: str) -> Mention:
    return Mention(*_find(name), name, "")


def _find(words: str, start: int = 0) -> tuple[int, int]:
    at = _TEXT.index(words, start)
    return at, at + len(words)
