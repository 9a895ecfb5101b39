"""The clauses of a sentence, found by commas, verb forms, articles and word order.

German puts a comma between clauses, the finite verb second or last, and the rest of the verb at the end.
That is enough to find each clause's verb with its particle, voice, tense and mood, and its noun chunks with
their cases; no tree is built. A parser's tree can later fill the same types.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence

import msgspec

from depesche.language.antecedents import find_antecedent
from depesche.language.chunks import Chunk, find_chunks
from depesche.language.clauses import SURE, Clause
from depesche.language.document import Document
from depesche.language.finite_verbs import AUXILIARIES, JOINTS, attributive_form, opens_attribute
from depesche.language.function_words import words_of
from depesche.language.interruptions import join_segments
from depesche.language.negation import is_negated
from depesche.language.segments import find_segments
from depesche.language.stretches import Segment
from depesche.language.subjects import with_subject
from depesche.language.tokens import Sentence, Token
from depesche.language.verb_groups import has_perfect_with_sein, nonfinite_verbs, with_verb
from depesche.language.verbs import analyse_verb

# Behind these an article that looks like an infinitive is one; not behind "zu": "sich zu einigen".
_BEFORE_NOUNS = (frozenset(words_of("prep")) | frozenset(words_of("det"))) - {"zu"}
# What stands between an article and its noun has so many words at most.
_ATTRIBUTE = 12


def find_clauses(document: Document, sentence: Sentence) -> tuple[Clause, ...]:
    """Return the clauses of a sentence in the order of their first tokens; every word is in at most one."""
    tokens = document.tokens
    segments = find_segments(tokens, sentence, _told(document, sentence))
    joined = join_segments(tokens, segments)
    pronouns = frozenset(s.pronoun for s in segments if s.pronoun is not None)
    verbs = frozenset(s.finite for s in segments if s.finite is not None)
    verbs |= {i for s in segments if (i := _opener_like_preposition(tokens, s)) is not None}
    verbs |= frozenset(_infinitives_like_articles(tokens, sentence))
    chunks = find_chunks(tokens, sentence.first, sentence.last, pronouns, verbs)
    return _build_clauses(tokens, joined, chunks)


def _infinitives_like_articles(tokens: Sequence[Token], sentence: Sentence) -> Iterator[int]:
    """Yield infinitives that elsewhere are articles, where no noun follows: ``wollen sich einigen``."""
    reflexive = False
    for i in range(sentence.first, sentence.last):
        word = tokens[i].lower
        reflexive = reflexive or word in {"sich", "uns"}
        if not reflexive or word not in words_of("det") or tokens[i - 1].lower in _BEFORE_NOUNS:
            continue
        behind = tokens[i + 1] if i + 1 < sentence.last else None
        ends = behind is None or not behind.is_word or behind.lower in words_of("conj")
        ends = ends or (behind is not None and bool(analyse_verb(behind.lower)))
        if ends and any(f.kind == "infinitive" for f in analyse_verb(word)):
            yield i


def _opener_like_preposition(tokens: Sequence[Token], segment: Segment) -> int | None:
    """Return the word that opens a clause and elsewhere is a preposition: there the noun behind is its own.

    ``um`` and ``ohne`` before an infinitive, ``während`` and ``bis`` before a clause.
    """
    if segment.kind not in {"inf", "sub"} or segment.opener not in words_of("prep"):
        return None
    lead = range(segment.first, min(segment.first + 2, segment.last))
    return next((i for i in lead if tokens[i].lower == segment.opener), None)


def _told(document: Document, sentence: Sentence) -> dict[int, bool]:
    """Return of which verbs of a sentence the language model is sure whether they are finite."""
    words = document.analysis.words if document.analysis else ()
    if not words:
        return {}
    forms = {i: words[i].feature("VerbForm") for i in range(sentence.first, sentence.last)}
    return {i: form == "Fin" for i, form in forms.items() if form and words[i].features_confidence >= SURE}


def clauses_of(document: Document) -> tuple[tuple[Clause, ...], ...]:
    """Return the clauses of each sentence, found once and kept with the document."""
    kept = document.__dict__
    found: tuple[tuple[Clause, ...], ...] | None = kept.get("clauses")
    if found is None:
        found = kept["clauses"] = tuple(find_clauses(document, s) for s in document.sentences)
    return found


def _build_clauses(
    tokens: Sequence[Token], groups: list[list[Segment]], chunks: list[Chunk]
) -> tuple[Clause, ...]:
    owner: dict[int, int] = {}
    for number, group in enumerate(groups):
        for segment in group:
            for i in range(segment.first, segment.last):
                owner[i] = number
    mine: list[list[Chunk]] = [[] for _ in groups]
    for chunk in chunks:
        if chunk.head in owner:
            mine[owner[chunk.head]].append(chunk)
    built: list[Clause] = []
    plain: list[Clause] = []  # those that are no attributes
    for number, group in enumerate(groups):
        again = _joined_again(tokens, group, mine[number]) if len(group) > 1 else mine[number]
        clause = _build_clause(tokens, group, tuple(again))
        attributes: list[Clause] = []
        for index, part in enumerate(_split_verbs(tokens, clause)):
            whole = _attach(tokens, part, built, chunks, plain[-1] if plain else None)
            attached, *more = _apart(tokens, whole, len(built))
            plain.append(with_subject(tokens, attached, plain, divided=index > 0))
            built.append(plain[-1])
            attributes += more
        built += attributes
    return tuple(built)


def _apart(tokens: Sequence[Token], clause: Clause, number: int) -> list[Clause]:
    """Return the clause, and behind it what the extended attributes in it tell, each as a clause of its own.

    ``die von Oslo unterstützte Opposition`` tells that she was supported: a relative clause in other words.
    """
    parts = []
    for k, token in itertools.pairwise(clause.tokens):
        if token != k + 1 or k == clause.pronoun or not opens_attribute(tokens, k):
            continue
        part = _attribute_at(tokens, clause, k, number)
        if part is not None:
            parts.append(part)
    told = {i for part in parts for i in part.tokens}
    if not told or not told.isdisjoint(clause.verb):
        return [clause]
    rest = tuple(i for i in clause.tokens if i not in told)
    ends = {c.last for c in clause.chunks}
    owning = {
        part.subject for part in parts if part.first - 1 in ends and _is_genitive(tokens, part.first - 1)
    }
    chunks = tuple(
        msgspec.structs.replace(c, genitive=True, cases="g") if c in owning else c
        for c in clause.chunks
        if c.head not in told
    )
    return [msgspec.structs.replace(clause, tokens=rest, chunks=chunks), *parts]


def _is_genitive(tokens: Sequence[Token], article: int) -> bool:
    """Whether an article right behind a noun makes what it stands with a genitive."""
    return tokens[article].lower in {"der", "des", "eines", "einer"}


def _attribute_at(tokens: Sequence[Token], clause: Clause, article: int, number: int) -> Clause | None:
    """Return what the attribute behind an article tells of its noun, the ``number``-th clause's; or None."""
    for i in range(article + 2, min(article + _ATTRIBUTE, clause.last - 1)):
        if i not in clause.tokens:
            return None
        form = attributive_form(tokens[i])
        noun = next((c for c in clause.chunks if i + 1 <= c.head <= i + 3), None)
        if form is None or noun is None or tokens[i - 1].lower in words_of("det"):
            continue  # "der im März den gewählten Präsidenten stürzte": he has an article of his own
        span = tuple(range(article + 1, i + 1))
        inside = tuple(c for c in clause.chunks if c.head in span)
        active = has_perfect_with_sein(form.lemma)
        active = active and not any(c.prep in {"von", "vom", "durch"} for c in inside)
        return Clause(
            kind="rel",
            tokens=span,
            lemma=form.lemma,
            verb=(i,),
            voice="active" if active else "passive",
            tense="perf",
            mood="ind",
            negated=is_negated(tokens, span),
            parent=number,
            antecedent=noun,
            chunks=inside,
            subject=noun,
        )
    return None


def _split_verbs(tokens: Sequence[Token], clause: Clause) -> list[Clause]:
    """Return a clause for each of several verbs that share one finite verb.

    ``hat sich für Frieden ausgesprochen und betont``; ``zu helfen und zu liefern``. The later ones begin
    with the conjunction, or behind the comma of a list: ``wurde verhaftet, verhört und verurteilt``.
    """
    rest = [(i, f) for i, f in nonfinite_verbs(tokens, clause) if f.lemma not in AUXILIARIES]
    cuts: list[int] = []
    listed: list[int] = []
    for (one, first), (two, second) in itertools.pairwise(rest):
        if (first.kind == "participle") == (second.kind == "participle"):
            joints = [i for i in range(one + 1, two) if tokens[i].lower in {"und", "oder", "sowie"}]
            if joints:
                cuts += [i for i in joints[:1] if i in clause.tokens]
            elif tokens[one + 1].text == "," and one + 2 in clause.tokens:
                listed.append(one + 2)
    if not cuts:
        return [clause]
    cuts = sorted([*cuts, *(i for i in listed if i < cuts[-1])])
    bounds = [clause.first, *cuts, clause.last]
    # "verhaftet und ausgewiesen worden": the last one's auxiliary is that of all.
    served = [(i, f) for i, f in nonfinite_verbs(tokens, clause) if f.lemma in AUXILIARIES and i > cuts[-1]]
    parts = []
    for start, end in itertools.pairwise(bounds):
        indexes = tuple(i for i in clause.tokens if start <= i < end)
        chunks = tuple(c for c in clause.chunks if start <= c.head < end)
        negated = is_negated(tokens, indexes)
        part = msgspec.structs.replace(clause, tokens=indexes, chunks=chunks, negated=negated)
        parts.append(with_verb(tokens, part, [v for v in served if v[0] >= end]))
    return parts


def _has_pronoun(tokens: Sequence[Token], clause: Clause) -> bool:
    """Whether a relative clause has a pronoun of its own and is no conjunct of the one before."""
    return clause.pronoun in clause.tokens or tokens[clause.first].lower == clause.opener


def _attach(
    tokens: Sequence[Token], clause: Clause, before: list[Clause], chunks: list[Chunk], last: Clause | None
) -> Clause:
    """Return the clause with its parent and, for a relative clause, its pronoun and antecedent.

    ``last`` is the clause before that is no attribute.
    """
    if clause.kind in {"main", "bare"}:
        return clause
    parent = len(before) - 1 if before else None
    while parent is not None and clause.kind != "rel" and before[parent].kind == "rel":
        parent = parent - 1 if parent else None
    antecedent = None
    if last is not None and clause.kind == last.kind == "rel" and not _has_pronoun(tokens, clause):
        # "der X traf und Y besuchte"; what goes on from "dessen Partei" is done by the party.
        carried = last.pronoun is not None and tokens[last.pronoun].lower not in {"dessen", "deren"}
        pronoun = last.pronoun if carried else None
        return msgspec.structs.replace(clause, parent=parent, pronoun=pronoun, antecedent=last.antecedent)
    if clause.kind == "rel":
        earlier = [c for c in chunks if c.last <= clause.first]
        antecedent = find_antecedent(tokens, clause.pronoun, earlier, _number_of_subject(tokens, clause))
    return msgspec.structs.replace(clause, parent=parent, antecedent=antecedent)


def _number_of_subject(tokens: Sequence[Token], clause: Clause) -> str:
    """Return what a relative pronoun stands for by its verb if only it may be the subject; or nothing.

    ``der`` as a subject is masculine, ``die`` feminine before a verb in the singular and else a plural.
    """
    pronoun, finite = clause.pronoun, clause.finite
    if pronoun is None or finite is None:
        return ""
    able = [c for c in clause.chunks if "n" in c.cases and not (c.prep or c.genitive or c.joined)]
    if not able or able[0].head != pronoun:
        return ""
    if tokens[pronoun].lower == "der" and all(c.cases == "na" for c in able[1:]):
        return "m"  # "der die Vorwürfe zurückwies"; not "der Merkel Untätigkeit vorwarf"
    if len(able) > 1:
        return ""
    numbers = {f.number for f in analyse_verb(tokens[finite].lower) if f.kind == "finite"} - {"1sg"}
    return "p" if numbers == {"pl"} else "mfn" if "pl" not in numbers and numbers else ""


def _build_clause(tokens: Sequence[Token], group: list[Segment], chunks: tuple[Chunk, ...]) -> Clause:
    indexes = tuple(i for s in group for i in range(s.first, s.last))
    lead = next((s for s in group if s.kind != "bare"), group[0])
    finite = next((s.finite for s in group if s.finite is not None), None)
    negated = is_negated(tokens, indexes)
    base = Clause(
        kind=lead.kind,
        tokens=indexes,
        finite=finite,
        negated=negated,
        opener=lead.opener,
        pronoun=lead.pronoun,
        chunks=chunks,
    )
    return with_verb(tokens, base)


def _joined_again(tokens: Sequence[Token], group: list[Segment], chunks: Sequence[Chunk]) -> Iterator[Chunk]:
    """Yield the chunks of a clause; what a conjunction joins across an inserted clause is joined.

    ``Kohl, der am Montag kam, und Mitterrand``
    """
    gaps = [two.first for one, two in itertools.pairwise(group) if two.first > one.last + 1]
    joints = {i for i in gaps if tokens[i].lower in JOINTS and tokens[i - 1].text == ","}
    for before, chunk in itertools.pairwise((None, *chunks)):
        assert chunk is not None
        apart = before is not None and chunk.first - 1 in joints and not (before.pronoun or chunk.pronoun)
        cases = "".join(c for c in chunk.cases if before is not None and c in before.cases)
        if before is None or not apart or not cases or (chunk.prep and chunk.prep != before.prep):
            yield chunk
            continue
        yield msgspec.structs.replace(chunk, joined=True, prep=before.prep, cases=cases)
