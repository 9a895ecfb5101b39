"""Sentences whose mood shows that they are somebody's words: the Konjunktiv without a frame, and ``soll``."""

from __future__ import annotations

from depesche.find.quotations.drafting import Draft
from depesche.find.quotations.passages import Passage
from depesche.language.clauses import Clause
from depesche.language.verbs import analyse_verb
from depesche.language.word_classes import word_class

_CONDITIONS = frozenset({"wenn", "falls", "sofern", "ob", "hätte", "wäre"})


def reported_start(
    passage: Passage, drafts: list[Draft], *, after_speech: bool, told_of: bool = False
) -> int | None:
    """Return where a main clause begins that its Konjunktiv reports and no frame introduces, or None.

    The first Konjunktiv shows it alone; the second only ``after_speech`` and without a condition, or where
    the sentence before tells of somebody (``told_of``) and it stands for the first: ``sie hätten es getan``.
    """
    for clause in passage.clauses:
        if clause.kind not in {"main", "bare"} or clause.finite is None or passage.quoted(clause.finite):
            continue
        if any(a <= clause.finite < b for d in drafts if not d.inner for a, b in (*d.spans, *d.frame)):
            continue
        behind = passage.tokens[clause.first - 1].text == ";" and any(d.speaker is not None for d in drafts)
        if _is_reported(passage, clause, after_speech=after_speech or behind):
            return _clause_start(passage, clause)
        if told_of and _stands_for_first(passage, clause):
            return _clause_start(passage, clause)
    return None


def _stands_for_first(passage: Passage, clause: Clause) -> bool:
    """Whether ``hätten`` with a participle stands for ``haben``, which would not show that it is reported.

    In a condition, with a modal verb or with words like ``fast`` it tells what did not happen.
    """
    assert clause.finite is not None
    tokens = passage.tokens
    if tokens[clause.finite].lower != "hätten" or clause.modal or clause.tense != "perf":
        return False
    if clause.finite == clause.first and clause.first == passage.first:
        return False
    if any(c.kind == "sub" and c.opener in _CONDITIONS for c in passage.clauses):
        return False
    return not any(tokens[i].lower in word_class("irreal-adverbs") for i in clause.tokens)


def _clause_start(passage: Passage, clause: Clause) -> int:
    """Return where the clause begins: at the sentence's start if only what leads to it stands before."""
    before = [c for c in passage.clauses if c.first < clause.first]
    # "Sollte er bleiben, müsse man gehen": the condition is said too.
    own = any(
        c.kind in {"main", "bare"} and c.finite is not None and c.finite != passage.first for c in before
    )
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


def is_hearsay(passage: Passage, *, after_speech: bool) -> bool:
    """Whether the sentence's main verb is ``soll`` or ``sollen``: said by others, not the reporter.

    With the perfect (``soll getötet haben``) it says so by itself, else only ``after_speech``.
    """
    clause = next((c for c in passage.clauses if c.kind == "main" and c.finite is not None), None)
    if clause is None or clause.finite is None or clause.modal != "sollen":
        return False
    if passage.tokens[clause.finite].lower not in {"soll", "sollen"}:
        return False
    return after_speech or any(_is_perfect(passage, i) for i in clause.tokens)


def _is_perfect(passage: Passage, i: int) -> bool:
    """Whether token ``i`` is ``haben`` or ``sein`` behind a participle."""
    tokens = passage.tokens
    if tokens[i].lower not in {"haben", "sein"} or i == 0:
        return False
    return any(f.kind == "participle" for f in analyse_verb(tokens[i - 1].lower))
