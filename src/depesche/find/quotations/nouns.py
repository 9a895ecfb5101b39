"""Frames by a noun of saying whose content follows: ``die Forderung, die Steuern zu senken``."""

from __future__ import annotations

from collections.abc import Iterator

from depesche.find.quotations.before import content_end
from depesche.find.quotations.frames import Frame
from depesche.find.quotations.passages import DIVIDERS, Passage, Range, noun_phrase
from depesche.find.quotations.roles import speaker_of
from depesche.find.quotations.words import is_noun_of_saying
from depesche.language.chunks import Chunk
from depesche.language.clauses import Clause


def noun_frames(passage: Passage, frames: list[Frame]) -> Iterator[Frame]:
    """Yield frames by a noun of saying whose content follows: ``die Forderung, die Steuern zu senken``."""
    taken = {start for f in frames for start, _ in f.content}
    for k, clause in enumerate(passage.clauses):
        start = clause.first
        if start in taken or start <= passage.first or passage.tokens[start - 1].text not in {",", ":"}:
            continue
        dependent = (clause.kind == "sub" and clause.opener in {"dass", "daß", "ob", "wonach"}) or (
            clause.kind == "inf" and not clause.opener
        )
        reported = (
            clause.kind == "main" and clause.finite is not None and "ind" not in passage.moods(clause.finite)
        )
        if not dependent and not reported:
            continue
        noun = _noun_before(passage, start - 1)
        if noun is None or passage.quoted(noun.head) or _is_condition(passage, noun, passage.clauses[:k]):
            continue
        yield _noun_frame(passage, noun, start, passage.clauses[:k])


def _is_condition(passage: Passage, noun: Chunk, before: tuple[Clause, ...]) -> bool:
    """Whether a noun stands in a condition, behind which follows what happens then and not what is said.

    ``Sollte Oslo sein Versprechen brechen, werde man gehen``.
    """
    owner = next((c for c in before if noun.head in c.tokens), None)
    if owner is None:
        return False
    opens = owner.finite == owner.first and owner.kind in {"main", "bare"}
    return opens or owner.opener in {"wenn", "falls", "sofern"}


def _noun_before(passage: Passage, comma: int) -> Chunk | None:
    """Return the chunk of a noun of saying that ends before the comma, attributes between them."""
    for chunk in reversed([c for c in passage.chunks if comma - 9 < c.last <= comma]):
        if any(passage.tokens[i].text in DIVIDERS for i in range(chunk.last, comma)):
            return None
        if is_noun_of_saying(passage.tokens[chunk.head].lower, "noun"):
            return chunk
    return None


def _noun_frame(passage: Passage, noun: Chunk, start: int, before: tuple[Clause, ...]) -> Frame:
    owner = next((c for c in before if noun.head in c.tokens), None)
    attribute = next(
        (c for c in passage.chunks if c.first == noun.last and (c.genitive or c.prep == "von")), None
    )
    speaker: Range | None = None
    if attribute is not None:
        speaker = noun_phrase(passage, attribute)
    elif noun.head + 1 < noun.last and passage.tokens[noun.last - 1].text.endswith(("s", "’", "'")):
        speaker = (noun.head + 1, noun.last)  # "die Behauptung Pjöngjangs"
    elif owner is not None and owner.subject is not None and owner.subject.head != noun.head:
        speaker = speaker_of(passage, owner, owner.subject)
    first = owner.first if owner is not None and owner.first <= noun.first else noun.first
    end = content_end(passage, start, owner) if owner is not None else passage.last
    return Frame(
        rule="quotations/noun",
        cue=(noun.head,),
        first=first,
        last=start,
        content=((start, end),),
        speaker=speaker,
        back=speaker is None and attribute is None,
    )
