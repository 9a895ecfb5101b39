"""On whose word an event rests, where it stands in nobody's quotation: as what somebody reports or denies.

``dementierte die Festnahme``, ``warf Kiew vor, geschossen zu haben`` and ``sprach von einer Blockade`` tell
an event that the report does not make its own: it is the word of the subject.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator

import msgspec

from depesche.find.events.arguments import subject_actors
from depesche.find.events.frames import event_words
from depesche.find.events.scene import Ids, Scene
from depesche.find.events.triggers import word_in
from depesche.language.chunks import Chunk
from depesche.language.clauses import Clause
from depesche.language.lexicon import load_entries
from depesche.language.word_classes import word_class

# What somebody says may stand in clauses so deep below that of who says it.
MAX_DEPTH = 3
# Prepositions that bring the event in which somebody was killed or hurt.
_IN_WHICH = frozenset({"bei", "beim", "durch", "infolge", "nach"})
# Relative pronouns that stand for an object.
_DIRECT = frozenset({"den", "die", "das", "welchen", "welche", "welches"})


class ReportingVerb(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An entry of event-reports.yaml: a verb, and the prepositions that bring what it reports.

    ``-`` stands for none: then the object is what it reports. ``with_`` is a word that must stand beside it.
    """

    id: str
    preps: str
    yes: str
    no: str
    with_: str = msgspec.field(default="", name="with")


@functools.cache
def reporting_verbs() -> dict[str, ReportingVerb]:
    """Return the verbs behind which a preposition brings what is reported, by infinitive."""
    return {entry.id: entry for entry in load_entries("de/event-reports.yaml", ReportingVerb)}


def find_source(scene: Scene, token: int) -> str | None:
    """Return the actor on whose word an event rests that a token tells, None if it is the report's own."""
    speaker = scene.speaker_at(token)
    if speaker is not None or token not in scene.owners:
        return speaker
    return next((ids[0] for ids in _claimants(scene, token) if ids), None)


def is_hearsay(scene: Scene, token: int) -> bool:
    """Whether what a token tells is said to have been, by somebody not named.

    ``Er soll drei Männer getötet haben``, ``Ihm wird zur Last gelegt, drei Männer getötet zu haben``.
    """
    clause = scene.clause_at(token)
    if clause is not None and (clause.kind == "inf" or clause.opener == "dass"):
        clauses = scene.sentence_clauses(token)
        above = _governing(clauses, scene.owners[token][0], clause) if token in scene.owners else None
        charge = clauses[above] if above is not None else None
        return charge is not None and charge.voice == "passive" and charge.lemma in event_words("accusing")
    if clause is None or clause.modal != "sollen" or clause.mood == "subj2":
        return False
    return scene.holds(clause, {"haben", "sein"})


def _claimants(scene: Scene, token: int) -> Iterator[Ids]:
    """Yield who claims or denies what a token tells."""
    document = scene.document
    number, clause = scene.owners[token]
    sentence = document.sentence_at(document.tokens[token].start)
    clauses = scene.sentence_clauses(token)
    if _is_claimed(scene, clause, token) or _is_own_claim(scene, clause, token):
        yield subject_actors(scene, sentence, number, clause)
    agent = _claiming_agent(clause, token)
    if agent is not None:
        yield scene.actors_of(agent)
    for n, other in enumerate(clauses):
        if _is_ascribed(other, clause, token):
            yield subject_actors(scene, sentence, n, other)
    accuser = _accuser_above(clauses, clause)
    if accuser is not None:
        yield subject_actors(scene, sentence, accuser, clauses[accuser])
    if clause.kind == "inf" or (clause.kind == "sub" and clause.opener == "dass"):
        above = _governing(clauses, number, clause)
        # "wird verdächtigt, geschossen zu haben" is not the word of the suspect.
        claims = above is not None and clauses[above].lemma in event_words("claiming")
        if above is not None and claims and clauses[above].voice == "active":
            yield subject_actors(scene, sentence, above, clauses[above])
    if clause.kind in {"rel", "sub"} and (clause.mood == "subj1" or clause.opener == "wonach"):
        told = _main_clause(clauses, clause)
        if told is not None:
            yield subject_actors(scene, sentence, told, clauses[told])


def _accuser_above(clauses: tuple[Clause, ...], clause: Clause) -> int | None:
    """Return the clause whose subject accuses somebody of what a relative clause tells more of.

    ``Sie wirft ihm vor, Unruhen angestiftet zu haben, bei denen viele getötet wurden``.
    """
    if clause.kind != "rel" or clause.parent is None or clauses[clause.parent].kind != "inf":
        return None
    above = _governing(clauses, clause.parent, clauses[clause.parent])
    accuses = above is not None and clauses[above].lemma in event_words("accusing")
    return above if above is not None and accuses and clauses[above].voice == "active" else None


def _is_own_claim(scene: Scene, clause: Clause, token: int) -> bool:
    """Whether a verb tells what its subject says to have done: ``will hundert Soldaten getötet haben``."""
    if clause.modal != "wollen" or clause.mood == "subj2" or token not in clause.verb:
        return False
    tokens, done = scene.document.tokens, clause.verb[-1]
    behind = tokens[done + 1].text if done + 1 < len(tokens) else ""
    # "will nichts damit zu tun haben"
    return behind in {"haben", "sein"} and tokens[done - 1].lower != "zu"


def _is_ascribed(clause: Clause, above: Clause, token: int) -> bool:
    """Whether a relative clause says whose deed something is for somebody: ``den Kiew ihnen zuschreibt``."""
    ascribes = clause.opener in _DIRECT and clause.lemma in event_words("ascribing")
    noun = clause.antecedent if clause.kind == "rel" and ascribes else None
    return noun is not None and noun.first <= token < noun.last and token not in above.verb


def _main_clause(clauses: tuple[Clause, ...], clause: Clause) -> int | None:
    """Return the main clause that tells, in the indicative, what another clause hangs on.

    Who is its subject says what stands below it in the Konjunktiv: ``rechtfertigte dies mit der Sicherheit
    seiner Leute, von denen Kampala Hunderte einsperre``.
    """
    above = clause.parent
    for _ in range(MAX_DEPTH):
        if above is None:
            return None
        if clauses[above].kind == "main":
            told = clauses[above].mood == "ind" and clauses[above].voice == "active"
            return above if told else None
        above = clauses[above].parent
    return None


def _governing(clauses: tuple[Clause, ...], number: int, clause: Clause) -> int | None:
    """Return the clause on which another depends; it may stand behind: ``dass er nachgebe, bestritt er``."""
    if clause.parent is not None and clause.parent < number:
        return clause.parent
    return number + 1 if number + 1 < len(clauses) else None


def _is_claimed(scene: Scene, clause: Clause, token: int) -> bool:
    """Whether a noun is what the verb of its clause claims: ``räumte die Entführung ein``."""
    if token in clause.verb or clause.voice == "passive":
        return False
    chunk = clause.chunk_at(token)
    if chunk is not None and chunk.prep in _IN_WHICH:
        chunk = _casualties(scene, clause, chunk) or chunk
    if chunk is None or chunk == clause.subject:
        return False
    report = reporting_verbs().get(clause.lemma)
    if report is not None and (not report.with_ or word_in(scene, clause, report.with_) is not None):
        return (_preposition(scene, clause, chunk) or "-") in report.preps.split() and not chunk.genitive
    return clause.lemma in event_words("claiming") and not chunk.prep and not _is_owner(clause, chunk)


def _claiming_agent(clause: Clause, token: int) -> Chunk | None:
    """Return who claims the subject of a passive: ``Die Festnahme wurde von der Polizei bestätigt``."""
    if clause.voice != "passive" or clause.lemma not in event_words("claiming") or clause.subject is None:
        return None
    if not clause.subject.first <= token < clause.subject.last:
        return None
    agents = [c for c in clause.chunks if c.prep in {"von", "vom"} and c.first > clause.subject.last]
    return agents[-1] if agents else None


def _casualties(scene: Scene, clause: Clause, chunk: Chunk) -> Chunk | None:
    """Return the dead or hurt of an event that stands right behind them: ``von drei Toten bei Angriffen``."""
    before = clause.chunk_before(chunk)
    if before is None or before.last != chunk.first:
        return None
    return before if scene.document.tokens[before.head].lower in word_class("casualties") else None


def _preposition(scene: Scene, clause: Clause, chunk: Chunk) -> str:
    """Return the preposition of a phrase, or of the first of several: ``von Bränden, der Vertreibung``."""
    if chunk.prep or "n" in chunk.cases:
        return chunk.prep
    before = [c for c in clause.chunks if c.last < chunk.first and not c.genitive]
    linked = scene.document.tokens[chunk.first - 1].text == "," or chunk.joined
    return before[-1].prep if before and linked else ""


def _is_owner(clause: Clause, chunk: Chunk) -> bool:
    """Whether a genitive belongs to a noun before it, and is not what somebody is accused of."""
    before = clause.chunk_before(chunk)
    return chunk.genitive and before is not None and bool(before.prep)
