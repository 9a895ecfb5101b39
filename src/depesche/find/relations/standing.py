"""Whether a relation holds: it does, did, is wished for, or is said not to."""

from __future__ import annotations

from depesche.find.events.scene import Scene
from depesche.find.relations.frames import statement_words
from depesche.language.chunks import Chunk
from depesche.language.clauses import Clause
from depesche.reading import Standing

_WANTED = frozenset({"wollen", "sollen", "können", "mögen", "dürfen", "müssen"})
_NO_MORE = frozenset({"mehr", "länger"})


def is_wished(scene: Scene, number: int, clause: Clause) -> bool:
    """Whether a clause tells what somebody wants, expects or holds possible."""
    if clause.modal in _WANTED or clause.tense == "fut":
        return True
    if clause.opener in statement_words("conditional"):
        return True
    if clause.mood == "subj2" and clause.tense == "pres" and scene.quotation_at(clause.first) is None:
        return True
    if clause.parent is None or clause.parent >= number:
        return False
    parent = scene.sentence_clauses(clause.first)[clause.parent]
    if clause.kind == "inf":
        return parent.lemma not in statement_words("refusing")
    return clause.opener == "dass" and parent.lemma in statement_words("hoping")


def is_refused(scene: Scene, number: int, clause: Clause, chunk: Chunk | None = None) -> bool:
    """Whether a clause is negated, its noun has ``kein``, or it hangs on a verb that refuses it."""
    if clause.negated:
        return True
    tokens = scene.document.tokens
    if chunk and any(tokens[i].lower.startswith("kein") for i in range(chunk.first, chunk.head)):
        return True
    if clause.kind == "inf" and clause.parent is not None and clause.parent < number:
        parent = scene.sentence_clauses(clause.first)[clause.parent]
        return parent.lemma in statement_words("refusing")
    return False


def is_no_more(scene: Scene, clause: Clause) -> bool:
    """Whether a clause says ``nicht mehr`` or ``keine Verbündeten mehr``."""
    words = [scene.document.tokens[i].lower for i in clause.tokens]
    negation = next((k for k, word in enumerate(words) if word == "nicht" or word.startswith("kein")), None)
    return negation is not None and any(word in _NO_MORE for word in words[negation + 1 :])


def is_past(scene: Scene, clause: Clause) -> bool:
    """Whether a clause tells a state as past: ``waren lange verbündet``."""
    if clause.mood != "ind":
        return False
    if clause.tense in {"past", "pluperf"}:
        return True
    once = statement_words("once")
    return clause.tense == "perf" and any(scene.document.tokens[i].lower in once for i in clause.tokens)


def find_standing(scene: Scene, number: int, clause: Clause, chunk: Chunk | None = None) -> Standing:
    """Return how a state stands that a clause in the sentence's ``number``-th place tells of by itself."""
    if is_no_more(scene, clause):
        return "ended"
    if is_refused(scene, number, clause, chunk):
        return "denied"
    if is_wished(scene, number, clause):
        return "wished"
    return "ended" if is_past(scene, clause) else "holds"


def standing_of_noun(scene: Scene, chunk: Chunk, token: int) -> Standing:
    """Return how a noun stands by the words before it: ``der frühere Verbündete``, ``Ex-Partner``."""
    tokens = scene.document.tokens
    words = {tokens[i].lower for i in range(chunk.first, token)} | {tokens[token].lower.partition("-")[0]}
    if words & statement_words("former"):
        return "ended"
    if any(word.startswith("kein") for word in words):
        return "denied"
    return "wished" if words & statement_words("possible") else "holds"
