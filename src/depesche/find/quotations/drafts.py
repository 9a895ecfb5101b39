"""What one sentence gives as somebody's words: drafts of quotations, in token indexes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from depesche.find.quotations.acts import find_acts
from depesche.find.quotations.drafting import Draft
from depesche.find.quotations.frames import Frame
from depesche.find.quotations.marks import Stretch
from depesche.find.quotations.passages import DIVIDERS, STOPS, Passage, Range
from depesche.find.quotations.reported import find_frames

# A frame behind, around or beside the content is cut out of what others give as content.
_CUT = frozenset({"quotations/verb-behind", "quotations/so", "quotations/wie"})


def draft_sentence(passage: Passage) -> list[Draft]:
    """Return what the sentence itself shows as said: by frames, and as acts of speech."""
    frames = find_frames(passage)
    drafts = [d for frame in frames if (d := _from_frame(passage, frame, frames)) is not None]
    drafts = [_nest(d, drafts) for d in drafts]
    return drafts + list(find_acts(passage, drafts))


# --- frames ---------------------------------------------------------------------------------------


def _from_frame(passage: Passage, frame: Frame, frames: list[Frame]) -> Draft | None:
    if frame.rule == "quotations/verb-after":
        span = passage.trim(*frame.content[0], stop=True)
        return _whole(frame, span) if span else None
    cuts = [(frame.first, frame.last)]
    cuts += [(f.first, f.last) for f in frames if f is not frame and f.rule in _CUT and _inside(f, frame)]
    pieces = [p for region in frame.content for p in _pieces(passage, region, cuts)]
    if not pieces:
        return None
    stretches = _covering(passage, pieces)
    spans = tuple((s.first, s.last) for s in stretches) if stretches else tuple(pieces)
    return Draft(
        type="Direct" if stretches else "Indirect",
        rule=frame.rule,
        spans=spans,
        cue=frame.cue,
        frame=_frame_ranges(frame, spans),
        speaker=frame.speaker,
        addressee=frame.addressee,
        back=frame.back,
        inner=frame.inner,
    )


def _whole(frame: Frame, span: Range) -> Draft:
    """Return the draft of a frame whose content is the whole sentence before it."""
    return Draft(
        type="Indirect",
        rule=frame.rule,
        spans=(span,),
        cue=frame.cue,
        frame=((frame.first, frame.last),),
        speaker=frame.speaker,
        back=frame.back,
    )


def _inside(inner: Frame, outer: Frame) -> bool:
    return any(a <= inner.first and inner.last <= b for a, b in outer.content)


def _pieces(passage: Passage, region: Range, cuts: Iterable[Range]) -> Iterator[Range]:
    """Yield what the cuts leave of the region, without commas and stops at the ends."""
    start, end = region
    for first, last in sorted(cuts):
        if last <= start or first >= end:
            continue
        if first > start and (piece := passage.trim(start, first)):
            yield piece
        start = max(start, last)
    if start < end and (piece := passage.trim(start, end)):
        yield piece


def _covering(passage: Passage, pieces: list[Range]) -> list[Stretch]:
    """Return the stretches in quotation marks that make up the content whole, or none."""
    tokens = passage.tokens
    found: list[Stretch] = []
    for first, last in pieces:
        begins = next((s for s in passage.stretches if s.first == first or s.first < first < s.last), None)
        if begins is None:
            return []
        found.append(begins)
        for i in range(first, last):
            stretch = passage.stretch_at(i)
            if stretch is None:
                if tokens[i].text not in DIVIDERS | STOPS and tokens[i].lower not in {"und", "sowie"}:
                    after_colon = tokens[first - 1].text == ":" if first else False
                    return found if after_colon else []
            elif stretch not in found:
                found.append(stretch)
    return found


def _frame_ranges(frame: Frame, spans: tuple[Range, ...]) -> tuple[Range, ...]:
    """Return the frame as far as it is outside the quotation."""
    parts = [(frame.first, frame.last)]
    for a, b in spans:
        cut: list[Range] = []
        for first, last in parts:
            cut += (
                [(first, min(last, a)), (max(first, b), last)] if a < last and b > first else [(first, last)]
            )
        parts = [(x, y) for x, y in cut if x < y]
    return tuple(parts)


def _nest(draft: Draft, drafts: list[Draft]) -> Draft:
    """Return the draft marked as nested if another one holds it."""
    first, last = draft.spans[0][0], draft.spans[-1][1]
    for other in drafts:
        if other is draft:
            continue
        holds = any(a <= first and last <= b for a, b in other.spans)
        if holds and (other.spans[0], other.spans[-1]) != (draft.spans[0], draft.spans[-1]):
            return msgspec.structs.replace(draft, nested=True)
    return draft
