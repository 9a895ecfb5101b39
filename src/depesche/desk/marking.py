"""The findings of a reading as marks in its report's text, which may lie in and across one another."""

from __future__ import annotations

import bisect
import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal, get_args

import msgspec

from depesche.judgement import TOLD_PLACE
from depesche.reading import Reading

Kind = Literal["actor", "time", "place", "quotation", "event"]
KINDS: tuple[Kind, ...] = get_args(Kind)

_IN_MARGIN: tuple[Kind, ...] = ("event", "quotation", "time", "actor", "place")
_LINE = re.compile(r"[^\n]+")


class Stretch(msgspec.Struct, frozen=True):
    """Characters of a text that belong to a finding; ``id`` names it in its report (``a1``, ``e3``)."""

    start: int
    end: int
    kind: Kind
    id: str


class Piece(msgspec.Struct, frozen=True):
    """Characters that all lie in the same stretches, of which the innermost comes first.

    ``found`` is true of those that somebody points at, ``first`` of the first such piece.
    """

    text: str
    stretches: tuple[Stretch, ...] = ()
    found: bool = False
    first: bool = False

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """Of which kinds the findings are."""
        return tuple(dict.fromkeys(one.kind for one in self.stretches))


class Paragraph(msgspec.Struct, frozen=True):
    """A paragraph in pieces, and the findings that begin in it, each once, events first."""

    start: int
    pieces: tuple[Piece, ...]
    begin: tuple[Stretch, ...]


def list_stretches(reading: Reading) -> tuple[Stretch, ...]:
    """Return where the findings of a reading stand, in the order of the text, the longer first."""
    return tuple(sorted(_stretches(reading), key=lambda one: (one.start, -one.end, one.id)))


def _stretches(reading: Reading) -> Iterator[Stretch]:
    for actor in reading.actors:
        yield from (Stretch(m.start, m.end, "actor", actor.id) for m in actor.mentions)
    for number, time in enumerate(reading.times):
        yield Stretch(time.start, time.end, "time", f"t{number}")
    for number, place in enumerate(reading.places):
        # What people told has no words of its own.
        if place.rule != TOLD_PLACE:
            yield Stretch(place.start, place.end, "place", f"p{number}")
    for number, quotation in enumerate(reading.quotations):
        yield from (Stretch(s.start, s.end, "quotation", f"q{number}") for s in quotation.spans)
    for event in reading.events:
        yield Stretch(event.start, event.end, "event", event.id)


def cut_text(
    text: str, stretches: Iterable[Stretch], found: tuple[int, int] | None = None
) -> tuple[Piece, ...]:
    """Return the whole text in pieces, cut wherever a stretch, or what somebody points at, begins or ends.

    >>> [(p.text, p.kinds) for p in cut_text("Rubio kam", [Stretch(0, 5, "actor", "a1")])]
    [('Rubio', ('actor',)), (' kam', ())]
    """
    good = [one for one in stretches if 0 <= one.start < one.end <= len(text)]
    at = found if found and 0 <= found[0] < found[1] <= len(text) else None
    edges = {0, len(text), *(at or ())}
    begins: dict[int, list[Stretch]] = {}
    ends: dict[int, list[Stretch]] = {}
    for one in good:
        edges |= {one.start, one.end}
        begins.setdefault(one.start, []).append(one)
        ends.setdefault(one.end, []).append(one)
    pieces: list[Piece] = []
    open_: list[Stretch] = []
    ordered = sorted(edges)
    for start, end in itertools.pairwise(ordered):
        for one in ends.get(start, ()):
            open_.remove(one)
        open_ += begins.get(start, ())
        inner = tuple(sorted(open_, key=lambda one: (one.end - one.start, KINDS.index(one.kind), one.id)))
        is_found = at is not None and at[0] <= start < at[1]
        pieces.append(Piece(text[start:end], inner, is_found, at is not None and start == at[0]))
    return tuple(pieces)


def cut_paragraphs(
    text: str, stretches: Sequence[Stretch], found: tuple[int, int] | None = None
) -> tuple[Paragraph, ...]:
    """Return the paragraphs of a text, which are its lines, without those that are empty."""
    pieces = cut_text(text, stretches, found)
    places = list(itertools.accumulate((len(piece.text) for piece in pieces), initial=0))
    lines = [line.span() for line in _LINE.finditer(text) if line[0].strip()]
    starts = [start for start, _ in lines]
    beginning: dict[int, list[Stretch]] = {}
    for one in stretches:
        beginning.setdefault(bisect.bisect_right(starts, one.start) - 1, []).append(one)
    made: list[Paragraph] = []
    noted: set[str] = set()
    for number, (start, end) in enumerate(lines):
        begin: list[Stretch] = []
        for one in beginning.get(number, ()):
            if one.start < end and one.id not in noted:
                noted.add(one.id)
                begin.append(one)
        # What happened and who says what come first, then when, who and where.
        begin.sort(key=lambda one: _IN_MARGIN.index(one.kind))
        made.append(Paragraph(start, tuple(_within(pieces, places, start, end)), tuple(begin)))
    return tuple(made)


def _within(pieces: Sequence[Piece], places: Sequence[int], start: int, end: int) -> Iterator[Piece]:
    """Yield what of the pieces, each of which begins at its place in the text, lies in a range."""
    for number in range(bisect.bisect_right(places, start) - 1, len(pieces)):
        piece, place = pieces[number], places[number]
        if place >= end:
            return
        first, last = max(place, start), min(place + len(piece.text), end)
        if first < last:
            text = piece.text[first - place : last - place]
            yield msgspec.structs.replace(piece, text=text, first=piece.first and first == place)
