"""What a reporting frame is, and where its own words and its content end."""

from __future__ import annotations

import msgspec

from depesche.find.quotations.passages import DIVIDERS, STOPS, Passage, Range
from depesche.language.clauses import Clause


class Frame(msgspec.Struct, frozen=True, kw_only=True):
    """A reporting frame. All numbers are token indexes, ends exclusive.

    ``content`` is the stretches in which the content stands; they may hold the frame, which is then cut out.
    ``back`` says that no speaker is named here, so that the last one speaks on. ``inner`` marks
    a frame that is itself said in somebody's words.
    """

    rule: str
    cue: tuple[int, ...]
    first: int
    last: int
    content: tuple[Range, ...]
    speaker: Range | None = None
    addressee: Range | None = None
    back: bool = False
    inner: bool = False


def closes_stretch(passage: Passage, i: int) -> bool:
    """Whether a stretch in quotation marks ends with token ``i``."""
    return any(s.last == i + 1 for s in passage.stretches)


def content_start(passage: Passage, end: int) -> int:
    """Return where the content of a frame behind begins: at the sentence's start or that of a quotation."""
    stretch = passage.stretch_at(passage.first)
    if stretch is not None and stretch.first < passage.first and stretch.last <= end:
        return stretch.first
    colons = [
        i for i in range(passage.first, end) if passage.tokens[i].text in {":", ";"} and not passage.quoted(i)
    ]
    for i in reversed(colons):
        clauses = [c for c in passage.clauses if i < c.first < end and c.finite is not None]
        if clauses or any(s.first == i + 1 for s in passage.stretches):
            return i + 1
    return passage.first


def with_relative(passage: Passage, last: int) -> int:
    """Return the end of a frame after a relative or adverbial clause that hangs on it."""
    tokens = passage.tokens
    if last >= passage.last or tokens[last].text != ",":
        return last
    following = next((c for c in passage.clauses if c.first == last + 1), None)
    if following is None:
        return last
    hangs = following.kind == "rel" or (following.kind == "sub" and following.opener not in CONTENT_OPENERS)
    if not hangs or passage.quoted(following.first):
        return last
    end = following.first
    mine = frozenset(following.tokens)
    while end < passage.last and end in mine:
        end += 1
    while end > last and tokens[end - 1].text in STOPS:
        end -= 1
    return with_relative(passage, end)


def end_of_run(passage: Passage, clause: Clause, start: int) -> int:
    """Return where the clause's own words after ``start`` end: at a quotation or at another clause."""
    tokens, mine = passage.tokens, frozenset(clause.tokens)
    i = start
    while i < passage.last:
        if any(s.first == i for s in passage.stretches) and tokens[i - 1].text in DIVIDERS:
            break
        if i not in mine and tokens[i].text not in DIVIDERS:
            break
        if tokens[i].text == ":":
            break
        i += 1
    while i > start and tokens[i - 1].text in DIVIDERS | STOPS:
        i -= 1
    return i


def can_be_content(passage: Passage, first: int, last: int) -> bool:
    """Whether the words before a frame are more than what leads to its verb (``Nachdem er kam, sagte X``)."""
    if any(s.first <= first and s.last >= last for s in passage.stretches):
        return True
    clauses = [c for c in passage.clauses if first <= c.first < last]
    if any(c.kind in {"main", "bare"} and c.finite is not None and first <= c.finite < last for c in clauses):
        return True
    lead = next((c for c in clauses if c.kind in {"sub", "inf"}), None)
    if lead is not None and lead.first == first:
        return lead.opener in {"dass", "daß", "ob"} or (lead.kind == "inf" and not lead.opener)
    return False


CONTENT_OPENERS = frozenset(
    """dass daß ob wer wen wem was wie wo wann warum weshalb wieso woher wohin wodurch wofür womit woran
    worauf welche welcher welches welchen welchem inwieweit inwiefern""".split()
)
