"""What one sentence gives as somebody's words: drafts of quotations, in token indexes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from depesche.find.quotations.frames import Frame, addressee_of, find_frames, speech_classes
from depesche.find.quotations.marks import Stretch
from depesche.find.quotations.passages import DIVIDERS, STOPS, Passage, Range, noun_phrase
from depesche.find.quotations.words import is_noun_of_saying, speech_acts, verb_classes
from depesche.language.chunks import Chunk
from depesche.language.clauses import Clause
from depesche.language.function_words import words_of
from depesche.language.tokens import QUOTES
from depesche.reading import QuotationType

# A frame behind, around or beside the content is cut out of what others give as content.
_CUT = frozenset({"quotations/verb-behind", "quotations/so", "quotations/wie"})


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """A quotation in token indexes. ``back``: the last speaker speaks on. ``of`` is the draft it is nested in."""

    type: QuotationType
    rule: str
    spans: tuple[Range, ...]
    cue: tuple[int, ...] = ()
    frame: tuple[Range, ...] = ()
    speaker: Range | None = None
    addressee: Range | None = None
    back: bool = False
    nested: bool = False
    inner: bool = False


def draft_sentence(passage: Passage) -> list[Draft]:
    """Return what the sentence itself shows as said: by frames, and as acts of speech."""
    frames = find_frames(passage)
    drafts = [d for frame in frames if (d := _from_frame(passage, frame, frames)) is not None]
    drafts = [_nest(d, drafts) for d in drafts]
    return drafts + list(_reported(passage, drafts))


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


# --- acts of speech -------------------------------------------------------------------------------


def _reported(passage: Passage, drafts: list[Draft]) -> Iterator[Draft]:
    """Yield the clauses that sum up an act of speech in the reporter's words."""
    if is_heading(passage):
        return
    used = {i for d in drafts for i in d.cue}
    done: Range | None = None
    for k, clause in enumerate(passage.clauses):
        complements = speech_acts().get(clause.lemma) if clause.verb else None
        if complements is None or used & set(clause.verb) or passage.quoted(clause.verb[0]):
            continue
        if clause.mood in {"subj1", "subj2"} or clause.modal or clause.kind == "inf" or clause.negated:
            continue
        if _within_any(clause.verb[0], drafts) or not _has_complement(passage, clause, complements):
            continue
        if any(not is_name(passage, s) for s in passage.stretches if _in_clause(s, clause)):
            continue  # its own words say it: a direct quotation in this frame
        speaker = _act_speaker(passage, clause, frozenset(complements))
        if speaker is None:
            continue
        first, last = _act_extent(passage, k, clause)
        span = passage.trim(first, last)
        if span is not None and not (done and done[0] <= span[0] and span[1] <= done[1]):
            done = span
            yield Draft(
                type="Reported", rule=f"quotations/act/{clause.lemma}", spans=(span,), speaker=speaker
            )


def is_heading(passage: Passage) -> bool:
    """Whether the sentence is a paragraph of its own without a full stop: a headline."""
    sentences, index = passage.document.sentences, passage.sentence.index
    if passage.tokens[passage.last - 1].text in STOPS | QUOTES | {":", ")"}:
        return False
    before = index == 0 or sentences[index - 1].paragraph != passage.sentence.paragraph
    after = index + 1 == len(sentences) or sentences[index + 1].paragraph != passage.sentence.paragraph
    return before and after and len(sentences) > 1


def _within_any(i: int, drafts: list[Draft]) -> bool:
    return any(a <= i < b for d in drafts for a, b in d.spans) or any(
        a <= i < b for d in drafts for a, b in d.frame
    )


def _has_complement(passage: Passage, clause: Clause, complements: tuple[str, ...]) -> bool:
    """Whether the content stands in the clause as the verb wants it."""
    if "-" in complements or any(c.prep in complements for c in clause.chunks if c.prep):
        return True
    words = {passage.tokens[i].lower for i in clause.tokens}
    if any(c[0] == "+" and c[1:] in words for c in complements):
        return True
    if ("als" in complements and "als" in words) or ("a" in complements and words & {"das", "dies"}):
        return True
    if clause.voice == "passive":
        return "a" in complements and clause.subject is not None
    case = next((c for c in complements if c in {"a", "d"}), None)
    if case is None:
        return False
    return any(
        not c.prep and c != clause.subject and not c.genitive and not c.joined and case in c.cases
        for c in clause.chunks
        if passage.tokens[c.head].lower not in {"sich", "es"}
    )


def _in_clause(stretch: Stretch, clause: Clause) -> bool:
    return clause.first <= stretch.first and stretch.last <= clause.last


def _act_speaker(passage: Passage, clause: Clause, complements: frozenset[str]) -> Range | None:
    if clause.voice == "passive":
        agent = next((c for c in clause.chunks if c.prep in {"von", "vom", "durch"}), None)
        return noun_phrase(passage, agent) if agent else None
    subject = _act_subject(passage, clause)
    if subject is None or passage.tokens[subject.head].lower in {"es", "man", "das", "dies", "was"}:
        return None
    if clause.kind == "rel" and clause.pronoun == subject.head and clause.antecedent:
        return noun_phrase(passage, clause.antecedent)
    return noun_phrase(passage, subject, but=complements)


def _act_subject(passage: Passage, clause: Clause) -> Chunk | None:
    """Return the subject of an act; a verb that opens its stretch inside a chain shares the one before."""
    subject = clause.subject
    if clause.finite != clause.first or clause.first == passage.first or subject is None:
        return subject
    if subject.cases == "n" or subject.first < clause.first:
        return subject
    before = [c for c in passage.clauses if c.first < clause.first and c.kind == "main" and c.subject]
    return before[-1].subject if before and before[-1].mood == clause.mood else subject


def _act_extent(passage: Passage, k: int, clause: Clause) -> Range:
    """Return the clause with what leads to it and what hangs on it."""
    tokens = passage.tokens
    first = clause.first
    if clause.kind in {"main", "bare"}:
        if all(c.kind in {"sub", "bare", "rel", "inf"} for c in passage.clauses[:k]):
            first = passage.first
        if tokens[first].lower in words_of("conj"):
            first += 1
    for other in passage.clauses[k + 1 :]:
        if other.first > clause.verb[0] and other.kind == "main" and not _goes_with(passage, clause, other):
            return first, max(other.first, first + 1)
    return first, passage.last


def _goes_with(passage: Passage, clause: Clause, other: Clause) -> bool:
    """Whether a later clause shares the subject of an act of speech and is one itself."""
    shared = clause.subject is not None and other.subject == clause.subject
    return shared and (other.lemma in speech_acts() or other.lemma in verb_classes())


# --- the Konjunktiv -------------------------------------------------------------------------------


def reported_start(passage: Passage, drafts: list[Draft], *, after_speech: bool) -> int | None:
    """Return where a main clause in the Konjunktiv of reported speech begins that no frame introduces, or None.

    The first Konjunktiv shows it alone; the second only ``after_speech`` and without a condition.
    """
    for clause in passage.clauses:
        if clause.kind not in {"main", "bare"} or clause.finite is None or passage.quoted(clause.finite):
            continue
        if any(a <= clause.finite < b for d in drafts if not d.inner for a, b in (*d.spans, *d.frame)):
            continue
        if _is_reported(passage, clause, after_speech=after_speech):
            return _clause_start(passage, clause)
    return None


def _clause_start(passage: Passage, clause: Clause) -> int:
    """Return where the clause begins: at the sentence's start if only what leads to it stands before."""
    before = [c for c in passage.clauses if c.first < clause.first]
    own = any(c.kind in {"main", "bare"} and c.finite is not None for c in before)
    return clause.first if own else passage.first


def _is_reported(passage: Passage, clause: Clause, *, after_speech: bool) -> bool:
    """Whether a main clause stands in the Konjunktiv that reports."""
    assert clause.finite is not None
    moods = passage.moods(clause.finite)
    if "ind" in moods or not moods:
        return False
    if clause.finite == clause.first and clause.first == passage.first:
        return False  # "Sollte …", "Seien wir …"
    if moods == {"subj1"}:
        return not _is_fixed(passage, clause.finite)
    return after_speech and not _is_irrealis(passage, clause)


def _is_fixed(passage: Passage, i: int) -> bool:
    """Whether a Konjunktiv belongs to a set phrase: ``es sei denn``, ``Gott sei Dank``."""
    near = (passage.tokens[k].lower for k in range(i + 1, min(i + 3, passage.last)))
    return passage.tokens[i].lower == "sei" and any(word in {"denn", "dank"} for word in near)


def _is_irrealis(passage: Passage, clause: Clause) -> bool:
    """Whether a second Konjunktiv is likely the reporter's own: a condition, a guess, a wish."""
    assert clause.finite is not None
    word = passage.tokens[clause.finite].lower
    plural = word.endswith("en")
    if word in {"dürfte", "dürften", "könnte", "möchte", "möchten"}:
        return not (word == "dürften" and clause.negated)
    conditional = any(c.kind == "sub" and c.opener in {"wenn", "falls", "sofern"} for c in passage.clauses)
    return conditional and not plural


def is_hearsay(passage: Passage) -> bool:
    """Whether the sentence's main verb is ``soll`` or ``sollen``: said by others, not found by the reporter."""
    clause = next((c for c in passage.clauses if c.kind == "main" and c.finite is not None), None)
    if clause is None or clause.finite is None:
        return False
    return passage.tokens[clause.finite].lower in {"soll", "sollen"} and clause.modal == "sollen"


# --- words in quotation marks ---------------------------------------------------------------------


def is_name(passage: Passage, stretch: Stretch) -> bool:
    """Whether a stretch in quotation marks looks like a name or title: ``der „Spiegel“``, ``Film „Die Welle“``."""
    tokens = passage.tokens
    inner = [tokens[i] for i in range(stretch.first + 1, stretch.last) if tokens[i].text not in QUOTES]
    words = [t for t in inner if t.is_word]
    if not words:
        return True
    if any(t.text in STOPS - {"."} for t in inner):
        return False
    before = tokens[stretch.first - 1].lower if stretch.first > passage.first else ""
    so_called = before.startswith(("sogenannt", "genannt"))
    if so_called or is_noun_of_saying(before, "name"):
        return len(words) <= 8
    capitals = words[0].is_capital and all(t.is_capital or t.lower in _JOINTS for t in words)
    return capitals and len(words) <= 5 and (not before or before in _DEFINITE or before in DIVIDERS)


_JOINTS = frozenset("und der des die das von für of the and in im zur".split())
_DEFINITE = frozenset({"der", "die", "das", "dem", "den", "des", "im", "zum", "zur", "vom", "am", "beim"})


def owner_clause(passage: Passage, stretch: Stretch) -> Clause | None:
    """Return the clause in whose words the stretch stands, if it has a verb of saying outside the marks."""
    for clause in passage.clauses:
        if not clause.verb or passage.quoted(clause.verb[0]):
            continue
        near = set(range(max(passage.first, stretch.first - 1), min(stretch.last + 1, passage.last)))
        if near & set(clause.tokens) and (speech_classes(passage, clause) or clause.lemma in speech_acts()):
            return clause
    return None
