"""Reporting frames: the clauses and phrases that say who says it, and where what is said stands."""

from __future__ import annotations

from collections.abc import Iterator

from depesche.find.quotations.before import frame_after, frame_before
from depesche.find.quotations.behind import frame_behind, stands_behind, wie_frame
from depesche.find.quotations.frames import Frame
from depesche.find.quotations.nouns import noun_frames
from depesche.find.quotations.passages import Passage
from depesche.find.quotations.phrases import phrase_frames, so_frames
from depesche.find.quotations.roles import speech_classes


def find_frames(passage: Passage) -> list[Frame]:
    """Return the frames of a sentence, in order of their first tokens."""
    frames = list(_verb_frames(passage))
    frames += noun_frames(passage, frames)
    frames += so_frames(passage)
    frames += [f for f in phrase_frames(passage) if not any(_behind(o) and _within(f, o) for o in frames)]
    return sorted(frames, key=lambda f: (f.first, f.last))


def _behind(frame: Frame) -> bool:
    return frame.rule in {"quotations/verb-behind", "quotations/so"}


def _within(inner: Frame, outer: Frame) -> bool:
    return outer.first <= inner.first and inner.last <= outer.last


def _verb_frames(passage: Passage) -> Iterator[Frame]:
    for k, clause in enumerate(passage.clauses):
        classes = speech_classes(passage, clause)
        if not classes:
            continue
        frame = None
        if clause.kind == "sub" and clause.opener == "wie":
            if classes & {"say", "ask"}:
                frame = wie_frame(passage, clause)
        elif stands_behind(passage, clause):
            frame = frame_behind(passage, clause)
        if frame is None:
            frame = frame_before(passage, k, clause, classes) or frame_after(passage, clause, classes)
        if frame is not None:
            yield frame
