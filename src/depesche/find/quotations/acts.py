"""Acts of speech that the reporter sums up in his own words: ``Die Fraktion forderte einen Stopp``."""

from __future__ import annotations

from collections.abc import Iterator

from depesche.find.quotations.drafting import Draft
from depesche.find.quotations.marks import Stretch
from depesche.find.quotations.names import is_name
from depesche.find.quotations.passages import STOPS, Passage, Range, noun_phrase
from depesche.find.quotations.roles import addressee_of
from depesche.find.quotations.words import speech_acts, verb_classes
from depesche.language.chunks import Chunk
from depesche.language.clauses import Clause
from depesche.language.function_words import words_of
from depesche.language.tokens import QUOTES


def find_acts(passage: Passage, drafts: list[Draft]) -> Iterator[Draft]:
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
                type="Reported",
                rule=f"quotations/act/{clause.lemma}",
                spans=(span,),
                speaker=speaker,
                addressee=addressee_of(passage, clause),
            )


def is_heading(passage: Passage) -> bool:
    """Whether the sentence is a paragraph of its own without a full stop: a headline."""
    document, sentence = passage.document, passage.sentence
    if passage.tokens[passage.last - 1].text in STOPS | QUOTES | {":", ")"}:
        return False
    alone = document.opens_paragraph(sentence) and document.ends_paragraph(sentence)
    return alone and len(document.sentences) > 1


def _within_any(i: int, drafts: list[Draft]) -> bool:
    return any(a <= i < b for d in drafts for a, b in (*d.spans, *d.frame))


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
