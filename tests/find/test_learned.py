"""What the language model adds to the events of the grammar, and how sure it must be of it."""

from __future__ import annotations

import msgspec
import pytest

from depesche.find.events import find_events
from depesche.find.events.learned import ALONE, KNOWN
from depesche.language.analysis import ActorMention, Analysis, Happening, Name, Role, Word
from depesche.language.document import analyse_report
from depesche.read import find_all
from depesche.reading import Event, Report, Status


def read_with(text: str, word: str, kind: str, confidence: float, status: Status = "actual") -> list[Event]:
    """Return the events of a text in which the language model sees one in a word."""
    document = analyse_report(Report(text=text, published="2025-07-11"))
    token = document.token_at(text.index(word))
    analysis = Analysis(
        "test",
        words=tuple(Word(head=k) for k in range(len(document.tokens))),
        actors=tuple(
            ActorMention((k, k + 1), "PER")
            for k, t in enumerate(document.tokens)
            if t.text in {"Merkel", "Putin"}
        ),
        events=(Happening(kind, status, (token, token + 1), (), confidence),),
    )
    document = msgspec.structs.replace(document, analysis=analysis)
    return [e for e in find_events(document, find_all(document)) if e.text == word]


@pytest.mark.parametrize(
    ("text", "word", "kind", "confidence", "found"),
    [
        # a noun that the lists know, beside a verb that tells another event
        ("Merkel lobte Putin in einem Telefonat.", "Telefonat", "CONSULT", KNOWN, True),
        ("Merkel lobte Putin in einem Telefonat.", "Telefonat", "CONSULT", KNOWN - 0.01, False),
        # they know it as telling another type
        ("Merkel lobte Putin in einem Telefonat.", "Telefonat", "AID", KNOWN, False),
        ("Merkel lobte Putin in einem Telefonat.", "Telefonat", "AID", ALONE, True),
        # a word that they do not know
        ("Merkel lobte Putin in einem Konzert.", "Konzert", "CONSULT", KNOWN, False),
        ("Merkel lobte Putin in einem Konzert.", "Konzert", "CONSULT", ALONE, True),
    ],
)
def test_words_that_the_lists_know(text: str, word: str, kind: str, confidence: float, found: bool) -> None:
    events = read_with(text, word, kind, confidence)
    assert [e.type for e in events] == ([kind] if found else [])


def test_the_frame_tells_the_mode() -> None:
    [event] = read_with("Merkel lobte Putin in einem Telefonat.", "Telefonat", "CONSULT", KNOWN)
    assert (event.mode, event.rule) == ("phone", "events/network")


@pytest.mark.parametrize(
    ("text", "word", "status"),
    [
        # the past tense of the indicative tells what was done
        ("Merkel lobte Putin.", "lobte", "actual"),
        ("Merkel hat Putin gelobt.", "gelobt", "actual"),
        # the present may tell what is to come
        ("Merkel lobt Putin.", "lobt", "future"),
    ],
)
def test_what_is_told_as_done_is_not_doubted(text: str, word: str, status: str) -> None:
    [event] = read_with(text, word, "SUPPORT", 0.9, "future")
    assert event.status == status


@pytest.mark.parametrize(
    ("text", "words", "name", "place"),
    [
        # a name is taken as a whole, and so is a phrase
        ("Merkel traf Putin in Klein Bünzow.", "Bünzow", "Klein Bünzow", "Klein Bünzow"),
        ("Merkel traf Putin im Norden der Insel.", "Norden der", None, "Norden der Insel"),
        # "Den" is no article in the midst of a sentence
        ("Merkel traf Putin bei Den Burgen.", "Den Burgen", "Den Burgen", "Den Burgen"),
        # nobody is a place, nor is a noun that only tells the kind of place
        ("Merkel traf Putin bei Putin.", "bei Putin", None, None),
        ("Merkel traf Putin auf der Straße.", "auf der Straße", None, None),
        ("Merkel traf Putin in einer Videobotschaft.", "einer Videobotschaft", None, None),
        # whose seat it is
        ("Merkel traf Putin und die Regierung in Oslo.", "in Oslo", "Oslo", None),
    ],
)
def test_the_words_of_a_place(text: str, words: str, name: str | None, place: str | None) -> None:
    document = analyse_report(Report(text=text, published="2025-07-11"))

    def span(part: str) -> tuple[int, int]:
        start = text.rindex(part)
        return document.token_at(start), document.token_at(start + len(part) - 1) + 1

    happening = Happening("CONSULT", "actual", span("traf"), (Role("place", span(words), 1.0),), 1.0)
    analysis = Analysis(
        "test",
        words=tuple(Word(head=k) for k in range(len(document.tokens))),
        actors=(ActorMention(span("Merkel"), "PER"), ActorMention(span("Putin"), "PER")),
        names=(Name(span(name), "GPE"),) if name else (),
        events=(happening,),
    )
    document = msgspec.structs.replace(document, analysis=analysis)
    [event] = [e for e in find_events(document, find_all(document)) if e.text == "traf"]
    assert event.place == place
