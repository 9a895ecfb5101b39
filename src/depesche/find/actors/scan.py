"""The walk through a report: what has been found on the way, and what the readers of words share."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from depesche.find.actors.addressed import find_addressed
from depesche.find.actors.candidates import Candidate
from depesche.find.actors.doers import find_doers
from depesche.find.actors.names import bare_word, call_names
from depesche.language.document import Document
from depesche.language.function_words import words_of
from depesche.language.offices import names_of
from depesche.language.tokens import Token
from depesche.reading import Place

# So sure a language model must be of somebody who acts, that a noun which may name nobody names them.
# Chosen on texts that it has not learnt from.
SURE = 0.6


class Scan:
    """A document and the candidates found in it so far, in the order of the text.

    ``introduced`` tells where a name stands that an office before it has introduced, where it ends, and by
    which office. ``told`` are the tokens that a language model takes for somebody who acts, and those that
    stand where only somebody can. ``datelines`` are
    the states of the places from where the report is told. ``cities`` are the states of cities and regions,
    by their tokens.
    """

    def __init__(self, document: Document, places: Sequence[Place] = ()) -> None:
        self.document = document
        self.tokens: Sequence[Token] = document.tokens
        self.words = frozenset(t.text for t in document.tokens)
        self.alone = _words_alone(document.tokens)
        self.cities = _cities(document, places)
        self.told = _told(document) | find_addressed(document)
        self.doers = find_doers(document)
        self.found: list[Candidate] = []
        self.introduced: dict[int, tuple[int, Candidate]] = {}
        self.datelines: list[tuple[int, str]] = []
        self.name_parts: set[str] = set()
        self.call_names: set[str] = set()

    def keep(self, candidate: Candidate) -> None:
        """Add a candidate, without words before its noun that are another one's already."""
        taken = self.found[-1].last if self.found else 0
        if candidate.last <= taken:
            # The sentence was cut within the other, for its length.
            return
        if candidate.first < taken:
            candidate = msgspec.structs.replace(candidate, first=taken)
        self.found.append(candidate)
        self.name_parts.update(candidate.name)
        if candidate.kind == "person" and candidate.name:
            self.call_names.update(call_names(candidate.name))

    def name_words(self, first: int, last: int) -> tuple[str, ...]:
        """Return the words of the name ``first`` to ``last`` (exclusive), without title and genitive."""
        words = [t.text for t in self.tokens[first:last] if t.text not in names_of("title")]
        if not words:
            words = [t.text for t in self.tokens[first:last]]
        if words[-1] == "." and len(words) > 1:
            words[-2:] = [words[-2] + "."]
        words[-1] = bare_word(words[-1], self.words)
        return tuple(words)

    def text(self, first: int, last: int) -> str:
        """Return the text of the tokens ``first`` to ``last`` (exclusive) on one line."""
        return " ".join(self.document.text[self.tokens[first].start : self.tokens[last - 1].end].split())


def _told(document: Document) -> frozenset[int]:
    analysis = document.analysis
    sure = [m.words for m in analysis.actors if m.confidence >= SURE] if analysis else []
    return frozenset(k for first, last in sure for k in range(first, last))


def _cities(document: Document, places: Sequence[Place]) -> dict[int, str]:
    found: dict[int, str] = {}
    for place in places:
        if place.country and place.rule != "places/state":
            k = document.token_at(place.start)
            while k < len(document.tokens) and document.tokens[k].end <= place.end:
                found[k] = place.country
                k += 1
    return found


def _words_alone(tokens: Sequence[Token]) -> frozenset[str]:
    """Return the capitalised words that stand between small words, no article before them, as surnames do."""
    determiners = words_of("det")
    return frozenset(
        token.text
        for before, token, after in zip(tokens, tokens[1:], tokens[2:], strict=False)
        if token.is_capital
        and not before.is_capital
        and not after.is_capital
        and before.lower not in determiners
    )
