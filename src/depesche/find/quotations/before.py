"""Frames before their content (``X sagte, …``), and those that point back to it (``Das teilte X mit.``)."""

from __future__ import annotations

from depesche.find.quotations.behind import subject_behind
from depesche.find.quotations.frames import CONTENT_OPENERS, Frame
from depesche.find.quotations.passages import Passage, Range, noun_phrase
from depesche.find.quotations.roles import SPEECH, addressee_within, cue_of, is_anonymous, speaker_of
from depesche.find.quotations.words import VerbClass, verb_classes
from depesche.language.chunks import Chunk
from depesche.language.clauses import Clause
from depesche.language.function_words import words_of
from depesche.language.word_classes import word_class, word_ends


def frame_before(passage: Passage, k: int, clause: Clause, classes: frozenset[VerbClass]) -> Frame | None:
    """Return the frame of a clause whose content follows, or None."""
    start = _dependent_start(passage, k, clause, classes)
    if start is None or (clause.opener == "als" and passage.tokens[start].lower not in {"dass", "ob"}):
        return None
    end = content_end(passage, start, clause)
    first = _frame_start(passage, k, clause)
    speaker = speaker_of(passage, clause, clause.subject)
    return Frame(
        rule="quotations/verb-before",
        cue=cue_of(passage, clause, clause.subject),
        first=first,
        last=start,
        content=((start, end),),
        speaker=speaker,
        addressee=addressee_within(passage, clause, clause.subject, first, start),
        back=speaker is None and not is_anonymous(passage, clause),
        inner=clause.mood in {"subj1", "subj2"},
    )


_POINTERS = frozenset({"das", "dies", "dieses"})


def frame_after(passage: Passage, clause: Clause, classes: frozenset[VerbClass]) -> Frame | None:
    """Return the frame of a sentence that points back to the one before it: ``Das teilte X mit.``"""
    index = passage.sentence.index
    if index == 0 or clause.kind != "main" or not classes & SPEECH or clause.negated or clause.mood != "ind":
        return None
    lead = _pointer(passage, clause)
    if lead is None or clause.lemma in word_class("judging"):
        return None
    speaker, named = _speaker_behind(passage, clause, lead)
    if not named:
        return None
    before = passage.document.sentences[index - 1]
    last = passage.trim(passage.first, passage.last)
    return Frame(
        rule="quotations/verb-after",
        cue=cue_of(passage, clause, None),
        first=passage.first,
        last=last[1] if last else passage.last,
        content=((before.first, before.last),),
        speaker=speaker,
        back=speaker is None,
    )


def _pointer(passage: Passage, clause: Clause) -> int | None:
    """Return ``das`` or ``dies`` beside the finite verb: before it as the sentence opens, or behind it.

    An adverb may stand between (``Das jedenfalls behauptet X``); ``so`` needs its ``es``: ``So sagt es X``.
    """
    if clause.finite is None:
        return None
    before = clause.finite - 1
    if passage.tokens[before].lower in word_class("pointer-adverbs"):
        before -= 1
    if before == passage.first and passage.tokens[before].lower == "so":
        return clause.finite + 1 if passage.tokens[clause.finite + 1].lower == "es" else None
    for i in (before, clause.finite + 1):
        if not passage.first <= i < passage.last or passage.tokens[i].lower not in _POINTERS:
            continue
        if (i < clause.finite and i > passage.first + 2) or _is_article(passage, i):
            continue
        return i
    return None


def _is_article(passage: Passage, i: int) -> bool:
    """Whether a noun goes with the word, so that it points to nothing: ``bestätigte das Treffen``."""
    return any(chunk.first == i < chunk.head for chunk in passage.chunks)


def _speaker_behind(passage: Passage, clause: Clause, pointer: int) -> tuple[Range | None, bool]:
    """Return the speaker in a sentence that points back, and whether it is such a sentence at all."""
    if clause.lemma == "hervorgehen":
        source = next((c for c in clause.chunks if c.prep == "aus"), None)
        return (noun_phrase(passage, source) if source else None), source is not None
    if clause.voice == "passive":
        return speaker_of(passage, clause, None), True
    subject = clause.subject
    if subject is None or subject.head == pointer:
        subject = subject_behind(passage, clause)
    if subject is None or subject.head == pointer:
        return None, False
    return speaker_of(passage, clause, subject), True


def _dependent_start(passage: Passage, k: int, clause: Clause, classes: frozenset[VerbClass]) -> int | None:
    """Return where the content begins that depends on the verb of saying of clause ``k``, or None."""
    tokens = passage.tokens
    verb_end = max(*clause.verb, clause.finite or 0)
    colon = next(
        (i for i in range(verb_end + 1, passage.last) if tokens[i].text == ":" and not passage.quoted(i)),
        None,
    )
    later = [c for c in passage.clauses[k + 1 :] if c.first > verb_end]
    for other in later if classes != {"call"} or colon is not None else ():
        if colon is not None and other.first > colon:
            return _colon_content(passage, clause, colon)
        stretch = passage.stretch_at(other.first)
        if stretch is not None and tokens[stretch.first - 1].text in {",", ":"} and stretch.first > verb_end:
            return stretch.first
        asked = other.kind == "sub" and other.opener in CONTENT_OPENERS
        asked = asked or (other.kind == "rel" and other.opener == "was" and other.mood in {"subj1", "subj2"})
        if asked or (other.kind == "inf" and not other.opener):
            return other.first
        if other.kind == "main":
            return _main_content(passage, other, clause, verb_end)
    return _colon_content(passage, clause, colon)


def _colon_content(passage: Passage, frame: Clause, colon: int | None) -> int | None:
    """Return the start of what follows a colon: quoted, in the Konjunktiv, or announced by the frame."""
    if colon is None or colon + 1 >= passage.last:
        return None
    clause = next((c for c in passage.clauses if c.first > colon and c.finite is not None), None)
    reported = clause is not None and clause.finite is not None and "ind" not in passage.moods(clause.finite)
    reported = reported or (clause is not None and _announces(passage, frame, colon))
    return colon + 1 if reported or any(s.first == colon + 1 for s in passage.stretches) else None


def _announces(passage: Passage, frame: Clause, colon: int) -> bool:
    """Whether a clause only says that something is said, behind its colon: ``teilte am Montag mit:``.

    With an object it may have told what was said already: ``begrüßte den Plan: Er ist gut``.
    """
    if "say" not in verb_classes().get(frame.lemma, ()) or frame.lemma in word_class("judging"):
        return False
    objects = (c for c in frame.chunks if not c.prep and not c.genitive and not c.joined)
    return frame.last == colon and all(c == frame.subject or _is_time(passage, c) for c in objects)


def _is_time(passage: Passage, chunk: Chunk) -> bool:
    return passage.tokens[chunk.head].lower.endswith(word_ends("time-ends"))


def _main_content(passage: Passage, other: Clause, clause: Clause, verb_end: int) -> int | None:
    """Return the start of a main clause that is reported without ``dass``, or None if it goes its own way."""
    if other.finite is None or passage.tokens[other.first].lower in words_of("conj"):
        return None
    if passage.quoted(other.finite) and passage.tokens[other.first - 1].text == ",":
        return other.first  # 'teilte mit, London „steht bereit“, zu helfen'
    if other.finite == other.first and "ind" not in passage.moods(other.finite):
        # The clause was interrupted: "…, dem Minister, Franz Maier, sei …" begins behind the frame's comma.
        commas = (i for i in range(verb_end + 1, other.first) if passage.tokens[i].text == ",")
        return next(commas, other.first - 1) + 1
    if passage.tokens[other.first - 1].text not in {",", "–"} and not passage.quoted(other.first - 1):
        return None
    moods = passage.moods(other.finite)
    if "ind" not in moods:
        return other.first
    plural_past = "subj2" in moods
    present = clause.tense == "pres" and other.finite != other.first
    return other.first if (plural_past or present) and other.finite != other.first else None


def content_end(passage: Passage, start: int, frame: Clause) -> int:
    """Return where the content from ``start`` on ends: with the sentence, or where the reporter goes on."""
    tokens = passage.tokens
    for stretch in passage.stretches:
        if stretch.first > start + 1 and tokens[stretch.first - 1].text == ":":
            return stretch.first - 1
    opening = next((c for c in passage.clauses if c.first <= start < c.last or c.first >= start), None)
    dependent = opening is not None and opening.kind in {"sub", "inf"}
    for clause in passage.clauses:
        if (
            clause.first <= start
            or clause.kind != "main"
            or clause.finite is None
            or passage.quoted(clause.finite)
        ):
            continue
        if _reporter_goes_on(passage, clause, frame, dependent=dependent):
            return clause.first
    return passage.last


def _reporter_goes_on(passage: Passage, clause: Clause, frame: Clause, *, dependent: bool) -> bool:
    """Whether a main clause behind reported words is the reporter's again.

    ``dependent``: the reported words are a clause with ``dass`` or an infinitive; no main clause is theirs.
    """
    assert clause.finite is not None
    before, moods = passage.tokens[clause.first - 1].text, passage.moods(clause.finite)
    joins = passage.tokens[clause.first].lower in {"und", "aber", "doch", "oder"}
    if before == ";":
        return dependent or moods == {"ind"}
    if "ind" not in moods:
        return False
    second = clause.finite <= clause.first + 1
    told = joins and (clause.lemma in verb_classes() or (dependent and before == "," and second))
    resumes = frame.kind in {"sub", "rel", "inf"} and before == ","
    return told or (moods == {"ind"} and (joins or resumes or clause.finite == clause.first))


def _frame_start(passage: Passage, k: int, clause: Clause) -> int:
    """Return where the frame begins: at its clause, or at the sentence if that only leads to it."""
    if clause.kind != "main":
        return clause.first
    if all(c.kind in {"sub", "bare", "rel"} for c in passage.clauses[:k]) and not _any_speech(passage, k):
        return passage.first
    return clause.first


def _any_speech(passage: Passage, k: int) -> bool:
    return any(c.lemma in verb_classes() for c in passage.clauses[:k])
