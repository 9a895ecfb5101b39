"""Frames behind their content or inside it: ``…, sagte X``, ``…, wie X mitteilte``."""

from __future__ import annotations

from depesche.find.quotations.frames import Frame, can_be_content, content_start, end_of_run, with_relative
from depesche.find.quotations.passages import DIVIDERS, Passage, Range
from depesche.find.quotations.roles import addressee_within, cue_of, speaker_of
from depesche.find.quotations.words import speech_acts
from depesche.language.chunks import Chunk
from depesche.language.clauses import Clause, stands_beside
from depesche.language.function_words import words_of


def stands_behind(passage: Passage, clause: Clause) -> bool:
    """Whether the finite verb opens its stretch behind a comma or closing mark: ``…, sagte X``."""
    i = clause.finite
    if (
        i is None
        or i <= passage.first
        or clause.kind not in {"main", "bare", "sub"}
        or clause.mood == "subj1"
    ):
        return False
    end = _before_verb(passage, i)
    if end is None:
        return False
    if not can_be_content(passage, content_start(passage, end), end) and not _is_inserted(passage, clause):
        return False
    subject = subject_behind(passage, clause)
    if subject is None:
        return clause.voice == "passive" or clause.lemma == "verlauten"
    # "X dankte ihm, beschuldigte jedoch die Armee": who speaks is named before.
    shared = clause.subject is not None and clause.subject.last <= i and stands_beside(passage.tokens, clause)
    return not shared and not _is_second_act(passage, clause, subject)


def _is_second_act(passage: Passage, clause: Clause, subject: Chunk) -> bool:
    """Whether the clause is a further act of who acts before: ``X lobte den Plan, mahnte aber Eile an``."""
    assert clause.finite is not None
    before = [c for c in passage.clauses if c.first < clause.finite and c is not clause and c.kind == "main"]
    if not before or before[-1].mood != "ind" or before[-1].lemma not in speech_acts():
        return False
    word = passage.tokens[subject.first].lower
    return subject.cases != "n" and word not in words_of("det") and bool(speech_acts().get(clause.lemma))


def _is_inserted(passage: Passage, clause: Clause) -> bool:
    """Whether the clause stands inside another one whose verb follows it: ``Der Iran, sagte er, werde …``."""
    assert clause.finite is not None
    last = end_of_run(passage, clause, clause.finite)
    after = last + 1
    if after >= passage.last or passage.tokens[last].text not in DIVIDERS:
        return False
    return any(c.finite == after and c is not clause for c in passage.clauses)


def _before_verb(passage: Passage, i: int) -> int | None:
    """Return where the words before a verb that opens its stretch end: at a comma, dash or mark."""
    tokens = passage.tokens
    so = tokens[i - 1].lower == "so" and i - 1 > passage.first
    i -= so
    if tokens[i - 1].text in {",", "–", "—", "-"} or (so and tokens[i - 1].text == ";"):
        return i - 1
    return i if any(s.last == i and s.first <= passage.first for s in passage.stretches) else None


def subject_behind(passage: Passage, clause: Clause) -> Chunk | None:
    """Return the subject behind the finite verb: the first chunk there that can be one.

    ``es`` gives way to another: ``so schilderte es der Minister``.
    """
    assert clause.finite is not None
    end = end_of_run(passage, clause, clause.finite)
    candidates = [
        chunk
        for chunk in passage.chunks
        if clause.finite < chunk.first < end
        and not (chunk.prep or chunk.genitive or chunk.joined)
        and "n" in chunk.cases
    ]
    named = (chunk for chunk in candidates if passage.tokens[chunk.head].lower != "es")
    return next(named, next(iter(candidates), None))


def frame_behind(passage: Passage, clause: Clause) -> Frame | None:
    """Return the frame of a verb behind its content or inside it."""
    assert clause.finite is not None
    tokens = passage.tokens
    first = clause.finite
    last = end_of_run(passage, clause, clause.finite)
    last = with_relative(passage, last)
    subject = subject_behind(passage, clause)
    frame_first = _before_verb(passage, clause.finite)
    assert frame_first is not None
    content: list[Range] = [(content_start(passage, frame_first), frame_first)]
    after = last + 1 if last < passage.last and tokens[last].text in DIVIDERS else last
    if tokens[min(last, passage.last - 1)].text == ":":
        if not can_be_content(passage, content[0][0], frame_first):
            content = [(last + 1, passage.last)]
            frame_first = first
    elif after < passage.last and tokens[last].text != ";" and _goes_on(passage, clause, after, frame_first):
        content.append((after, passage.last))
        last = after
    speaker = speaker_of(passage, clause, subject)
    return Frame(
        rule="quotations/verb-behind",
        cue=cue_of(passage, clause, subject),
        first=frame_first,
        last=last,
        content=tuple(content),
        speaker=speaker,
        addressee=addressee_within(passage, clause, subject, first, last),
        back=speaker is None,
    )


def _goes_on(passage: Passage, clause: Clause, after: int, before: int) -> bool:
    """Whether the content goes on behind a frame that stands inside it."""
    if any(s.first == after for s in passage.stretches):
        return True
    following = next((c for c in passage.clauses if c.first <= after < c.last and c is not clause), None)
    if following is not None and following.first < before and after in following.tokens:
        return True
    if following is None or following.finite is None or following.finite < after:
        return following is not None and following.kind in {"inf"}
    if following.finite == after or "ind" not in passage.moods(following.finite):
        return True
    return following.kind == "sub" and following.opener in {"dass", "weil", "da", "wenn", "ob"}


def wie_frame(passage: Passage, clause: Clause) -> Frame | None:
    """Return the frame ``wie X mitteilte``; what stands around it is the content."""
    first, last = _extent(passage, clause)
    tokens = passage.tokens
    content = ((content_start(passage, first), first), (last, passage.last))
    subject = clause.subject
    if subject is None and clause.voice != "passive" and clause.lemma not in {"heißen", "verlauten"}:
        return None
    speaker = speaker_of(passage, clause, subject)
    if first > passage.first and tokens[first - 1].text in DIVIDERS:
        first -= 1
    if last < passage.last and tokens[last].text in DIVIDERS:
        last += 1
    return Frame(
        rule="quotations/wie",
        cue=cue_of(passage, clause, subject),
        first=first,
        last=last,
        content=content,
        speaker=speaker,
        addressee=addressee_within(passage, clause, subject, first, last),
        back=speaker is None,
    )


def _extent(passage: Passage, clause: Clause) -> Range:
    """Return the unbroken run of the clause's tokens from its first one, with relative clauses on it.

    Behind a relative clause its verb may follow: ``Wie der Sprecher, der sie leitete, sagte, ...``.
    """
    end = with_relative(passage, end_of_run(passage, clause, clause.first))
    if clause.finite is not None and clause.finite == end + 1 and passage.tokens[end].text == ",":
        end = end_of_run(passage, clause, clause.finite)
    return clause.first, end
