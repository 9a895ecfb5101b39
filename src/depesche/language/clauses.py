"""Clauses: who does what in a sentence, as far as commas, verb forms, articles and word order tell.

German puts a comma between clauses, the finite verb second or last, and the rest of the verb at the end.
That is enough to find each clause's verb with its particle, voice, tense and mood, and its noun chunks with
their cases; no tree is built. A parser's tree can later fill the same types.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterator, Sequence
from typing import Literal

import msgspec

from depesche.language.antecedents import find_antecedent
from depesche.language.chunks import Chunk, find_chunks, is_postposed
from depesche.language.document import Document
from depesche.language.function_words import words_of
from depesche.language.negation import is_negated
from depesche.language.segments import (
    AUXILIARIES,
    ClauseKind,
    Segment,
    at_start,
    attributive_form,
    find_segments,
    join_segments,
    opens_attribute,
)
from depesche.language.tokens import QUOTES, Sentence, Token
from depesche.language.verbs import SEPARABLE, Mood, VerbForm, analyse_verb
from depesche.language.word_classes import word_class

VerbTense = Literal["", "pres", "past", "perf", "pluperf", "fut"]
PAST_TENSES = frozenset({"past", "perf", "pluperf"})
Voice = Literal["active", "passive"]

# How sure the language model must be of the form of a verb that may have several.
SURE = 0.55


class Clause(msgspec.Struct, frozen=True, kw_only=True):
    """A clause of one sentence. All indexes count the document's tokens.

    ``lemma`` is the infinitive of the main verb with its particle; ``verb`` the tokens of the main verb
    (its particle included), ``finite`` the finite verb. ``modal`` is the infinitive of a modal verb that
    governs it. ``opener`` is the subordinating word or the relative pronoun. ``parent`` is the index in the
    sentence's list of the clause that this one depends on. ``subject`` is its subject, which stands in an
    earlier clause where coordinated verbs share it.
    """

    kind: ClauseKind
    tokens: tuple[int, ...]
    lemma: str = ""
    verb: tuple[int, ...] = ()
    finite: int | None = None
    voice: Voice = "active"
    tense: VerbTense = ""
    mood: Mood = ""
    modal: str = ""
    negated: bool = False
    opener: str = ""
    pronoun: int | None = None
    antecedent: Chunk | None = None
    parent: int | None = None
    chunks: tuple[Chunk, ...] = ()
    subject: Chunk | None = None

    @property
    def first(self) -> int:
        """The index of the first token."""
        return self.tokens[0]

    @property
    def last(self) -> int:
        """The index after the last token."""
        return self.tokens[-1] + 1

    def chunk_at(self, token: int) -> Chunk | None:
        """Return the chunk that holds a token, None if it stands in none."""
        return next((c for c in self.chunks if c.first <= token < c.last), None)

    def chunk_before(self, chunk: Chunk) -> Chunk | None:
        """Return the chunk that ends where another begins, None if there is none."""
        return next((c for c in self.chunks if c.last == chunk.first), None)


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


# Behind these an article that looks like an infinitive is one; not behind "zu": "sich zu einigen".
_BEFORE_NOUNS = (frozenset(words_of("prep")) | frozenset(words_of("det"))) - {"zu"}


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


def _own_subject(tokens: Sequence[Token], clause: Clause) -> Chunk | None:
    """Return the chunk that is most likely the subject: nominative, near the finite verb; or None."""
    if clause.kind == "inf" or not clause.lemma:
        return None
    plain = [c for c in clause.chunks if not c.prep and not c.genitive and not c.joined and "n" in c.cases]
    # "Minister Jung (CDU) sprach": what stands in brackets does nothing.
    plain = [c for c in plain if not (c.first > clause.first and tokens[c.first - 1].text == "(")]
    candidates = [c for c in plain if not (_is_adjunct(tokens, clause, c) or _is_ahead(tokens, clause, c))]
    candidates = [c for c in candidates if not _is_beside_noun(tokens, clause, c)] or candidates
    if clause.kind in {"sub", "rel"} or clause.finite is None:
        return next(iter(_strongest(candidates)), None)
    before = [c for c in candidates if c.last <= clause.finite]
    after = [c for c in candidates if c.first > clause.finite]
    sure_after = [c for c in after if c.cases == "n"]
    if before and not (before[-1].cases != "n" and sure_after):
        timely = tokens[before[-1].head].lower in word_class("time-nouns") or _is_plural_for(
            tokens, before[-1], clause
        )
        if not (timely and after):
            return before[-2] if _is_apposition(tokens, clause.finite, before) else before[-1]
    return next(iter(sure_after[:1] or after[:1]), None)


def _is_apposition(tokens: Sequence[Token], finite: int, before: list[Chunk]) -> bool:
    """Whether the last chunk before the verb is in commas behind another: ``X, Chef der Y, sagte``.

    An adverb may stand before it: ``X, derzeit Chef der Y, sagte``; ``X, unter ihnen auch Y, sagten``.
    """
    if len(before) < 2 or tokens[finite - 1].text != ",":
        return False
    gap = range(max(before[-2].last, before[-1].first - _INSERTED), before[-1].first)
    return any(tokens[i].text == "," for i in gap)


# So many words may stand between a comma and an apposition: ", unter ihnen auch Y,".
_INSERTED = 4
_SENTENCE_MARKS = frozenset({".", "!", "?", ";", ",", "…"})
# Particles that leave a verb of moving one. Those of "überfallen" and "unterlaufen" mostly stand fast.
_MOVING = SEPARABLE - {"über", "unter"}
# A dateline has so many tokens at most.
_DATELINE = 12
# What stands between an article and its noun has so many words at most.
_ATTRIBUTE = 12
_PLURAL_ENDINGS = ("ungen", "heiten", "keiten", "schaften", "tionen", "täten")


def _is_adjunct(tokens: Sequence[Token], clause: Clause, chunk: Chunk) -> bool:
    """Whether a chunk names a role or whose word it is, not who acts.

    ``als`` or ``wie`` stands before it there and opens no clause, or ``zufolge`` behind it.
    """
    behind = chunk.last + (chunk.last < len(tokens) and tokens[chunk.last].text == ",")
    if behind < len(tokens) and (tokens[behind].lower == "zufolge" or is_postposed(tokens, chunk.last)):
        return True  # "Diplomaten zufolge", "dem Minister, Hans Maier, zufolge"
    if clause.opener in {"als", "wie"} and chunk.first <= clause.first + 1:
        return False
    if chunk.pronoun or not chunk.first:
        return False
    before = chunk.first - 1
    if before > 0 and tokens[before].text in QUOTES:
        before -= 1
    if tokens[before].lower in {"als", "wie"}:
        return True
    # "Wie schon ihr Vorgänger sträubt sich die Regierung"
    ahead = [t.lower for t in tokens[max(clause.first, chunk.first - 2) : chunk.first]]
    return len(ahead) == 2 and ahead[0] == "wie" and ahead[1] in {"schon", "bereits", "auch", "zuvor"}


def _is_ahead(tokens: Sequence[Token], clause: Clause, chunk: Chunk) -> bool:
    """Whether a chunk stands in the dateline of a clause: ``Oslo (Norwegen), 4.12.2008 – Im Rathaus``."""
    if clause.finite is None or chunk.last > min(clause.finite, clause.first + _DATELINE):
        return False
    end = min(clause.finite, chunk.last + _DATELINE)
    dashes = (i for i in range(chunk.last, end) if tokens[i].text in {"–", "—"})
    return any(tokens[i - 1].text[0].isdigit() and tokens[i - 1].text[-1] not in "%" for i in dashes)


def _is_beside_noun(tokens: Sequence[Token], clause: Clause, chunk: Chunk) -> bool:
    """Whether a chunk behind the verb stands in commas to a noun: ``wurde Jung, ein Gegner, entlassen``."""
    if clause.finite is None or chunk.first < clause.finite + 2 or tokens[chunk.first - 1].text != ",":
        return False
    noun = any(c.last == chunk.first - 1 for c in clause.chunks)
    return noun and not chunk.joined and any(tokens[i].text == "," for i in range(chunk.last, clause.last))


def _is_plural_for(tokens: Sequence[Token], chunk: Chunk, clause: Clause) -> bool:
    """Whether a chunk is plural by its ending while the finite verb is singular."""
    if clause.finite is None or not tokens[chunk.head].lower.endswith(_PLURAL_ENDINGS):
        return False
    forms = [f for f in analyse_verb(tokens[clause.finite].lower) if f.kind == "finite"]
    return bool(forms) and all(f.number != "pl" for f in forms)


def _strongest(candidates: list[Chunk]) -> list[Chunk]:
    """Return the candidates with those that can only be nominative first."""
    return [c for c in candidates if c.cases == "n"] or candidates


def joined_to(clause: Clause, chunk: Chunk) -> tuple[Chunk, ...]:
    """Return the chunk with all that are coordinated with it."""
    chunks = clause.chunks
    start = chunks.index(chunk)
    group = [chunk]
    for other in chunks[start + 1 :]:
        if other.joined:
            group.append(other)
        elif not other.genitive:
            break
    return tuple(group)


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
        clause = _build_clause(tokens, group, tuple(mine[number]))
        attributes: list[Clause] = []
        for index, part in enumerate(_split_verbs(tokens, clause)):
            whole = _attach(tokens, part, built, chunks, plain[-1] if plain else None)
            attached, *more = _apart(tokens, whole, len(built))
            plain.append(_with_subject(tokens, attached, plain, divided=index > 0))
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
        active = _has_perfect_with_sein(form.lemma)
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


def _with_subject(tokens: Sequence[Token], clause: Clause, before: list[Clause], *, divided: bool) -> Clause:
    """Return the clause with its subject, or that of the clause it is coordinated with.

    What was ``divided`` from the clause before is coordinated with it.
    """
    subject = _own_subject(tokens, clause)
    if before and (divided or tokens[clause.first].lower in words_of("conj")):
        if _goes_on(clause, before[-1]):
            return msgspec.structs.replace(clause, subject=before[-1].subject)
        shares = clause.finite is not None and clause.finite == clause.first + 1
        partner = _coordinated_with(clause, before)
        if (shares or clause.finite not in clause.tokens or subject is None) and partner.subject:
            subject = partner.subject
    if subject is None and clause.kind == "main" and clause.finite == clause.first:
        # "X begrüßte den Plan, warnte aber vor Eile"
        partners = (c for c in reversed(before) if c.kind == "main" and c.mood == clause.mood)
        subject = next((c.subject for c in partners), None)
    elif stands_beside(tokens, clause):
        # "X traf Y, warnte jedoch die Regierung": behind the verb stands whom he warned.
        alike = next((c for c in reversed(before) if c.kind == "main" and c.mood == clause.mood), None)
        subject = alike.subject if alike is not None and alike.subject else subject
    return msgspec.structs.replace(clause, subject=subject)


def _goes_on(clause: Clause, last: Clause) -> bool:
    """Whether a clause behind a conjunction goes on with the verb at its end and has no subject of its own.

    ``dass Kiew verhandelt und Soldaten ausgetauscht habe`` shares the finite verb, ``das verhandelt und
    Soldaten austauscht`` the relative pronoun. Not so ``dass Kiew siegt und Soldaten abziehen``, and
    ``dass Kiew verhandelt und Moskau den Krieg beendet habe``, which has a subject and an object.
    """
    if clause.kind not in {"sub", "rel"} or clause.kind != last.kind or clause.opener != last.opener:
        return False
    if last.subject is None:
        return False
    pronoun = last.subject.pronoun and last.subject.first == last.first
    carried = last.subject not in last.chunks
    if clause.kind == "rel" and (pronoun or carried):
        return True
    plain = [c for c in clause.chunks if not (c.prep or c.genitive or c.joined)]
    whole = bool(plain) and "n" in plain[0].cases and any("n" not in c.cases for c in plain[1:])
    return clause.finite == last.finite and not whole


def stands_beside(tokens: Sequence[Token], clause: Clause) -> bool:
    """Whether a main clause begins with its verb and a word that sets it beside the last: ``rief aber``."""
    if clause.kind != "main" or clause.mood != "ind" or clause.finite != clause.first or not clause.first:
        return False
    behind = tokens[clause.first + 1].lower if clause.first + 1 < len(tokens) else ""
    return behind in word_class("beside-words") and tokens[clause.first - 1].text == ","


def _coordinated_with(clause: Clause, before: list[Clause]) -> Clause:
    """Return the earlier clause that shares its subject: of a main clause a main one in the same mood."""
    if clause.kind == "main" and (before[-1].kind != "main" or before[-1].mood != clause.mood):
        alike = (c for c in reversed(before) if c.kind == "main" and c.mood == clause.mood)
        return next(alike, before[-1])
    return before[-1]


def _split_verbs(tokens: Sequence[Token], clause: Clause) -> list[Clause]:
    """Return a clause for each of several verbs that share one finite verb.

    ``hat sich für Frieden ausgesprochen und betont``; ``zu helfen und zu liefern``. The later ones begin
    with the conjunction, or behind the comma of a list: ``wurde verhaftet, verhört und verurteilt``.
    """
    rest = [(i, f) for i, f in _nonfinite_verbs(tokens, clause) if f.lemma not in AUXILIARIES]
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
    served = [(i, f) for i, f in _nonfinite_verbs(tokens, clause) if f.lemma in AUXILIARIES and i > cuts[-1]]
    parts = []
    for start, end in itertools.pairwise(bounds):
        indexes = tuple(i for i in clause.tokens if start <= i < end)
        chunks = tuple(c for c in clause.chunks if start <= c.head < end)
        negated = is_negated(tokens, indexes)
        part = msgspec.structs.replace(clause, tokens=indexes, chunks=chunks, negated=negated)
        parts.append(_with_verb(tokens, part, [v for v in served if v[0] >= end]))
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
    return _with_verb(tokens, base)


def _with_verb(
    tokens: Sequence[Token], clause: Clause, served: Sequence[tuple[int, VerbForm]] = ()
) -> Clause:
    """Return the clause with main verb, voice, tense, mood and modal filled in.

    It is ``served`` by auxiliaries that stand with another verb of its list.
    """
    rest = [*_nonfinite_verbs(tokens, clause), *served]
    closing = _closing_participle(tokens, clause)
    if clause.finite is not None and not any(
        f.kind == "finite" for f in analyse_verb(tokens[clause.finite].lower)
    ):
        clause = msgspec.structs.replace(clause, finite=None)  # "... deportiert und ermordet worden"
    if clause.finite is None or closing is not None:
        return _without_finite(tokens, clause, rest, closing)
    finite = _finite_form(tokens, clause, rest)
    mood = _mood(tokens, clause.finite, finite.lemma)
    if finite.lemma in words_of("modal") and rest:
        return _under_modal(clause, finite, mood, rest)
    if finite.lemma == "bleiben" and rest and rest[-1][1].kind == "participle":
        return _with_state(clause, finite, mood, rest[-1])
    if finite.lemma in AUXILIARIES and rest:
        return _under_auxiliary(clause, finite, mood, rest)
    verb: tuple[int, ...] = (clause.finite,)
    if finite.particle:
        verb += (_particle_index(tokens, clause, finite.particle),)
    tense: VerbTense = "past" if finite.tense == "past" and mood != "subj2" else "pres"
    return msgspec.structs.replace(clause, lemma=finite.lemma, verb=verb, tense=tense, mood=mood)


def _without_finite(
    tokens: Sequence[Token], clause: Clause, rest: list[tuple[int, VerbForm]], closing: VerbForm | None
) -> Clause:
    """Return a clause without a finite verb, as headlines have; ``closing`` may look finite and is none."""
    if closing is not None and clause.finite is not None:
        verb = (clause.finite,)
        return msgspec.structs.replace(clause, lemma=closing.lemma, verb=verb, voice="passive")
    if not rest:
        return clause
    index, form = _main_verb(rest)
    served = any(f.lemma == "werden" for _, f in rest) or _is_headline(tokens, clause, index, form)
    voice: Voice = "passive" if form.kind == "participle" and served else "active"
    return msgspec.structs.replace(clause, lemma=form.lemma, verb=(index,), voice=voice)


def _is_headline(tokens: Sequence[Token], clause: Clause, index: int, form: VerbForm) -> bool:
    """Whether a participle closes a line without a finite verb, whose subject it is done to.

    ``Zwei Soldaten bei Kundus getötet``; not ``Merkel in Moskau eingetroffen``. What a sentence leaves out
    may be ``hat``: ``Sie haben Dörfer angegriffen, Brunnen vergiftet.``
    """
    if _has_perfect_with_sein(form.lemma) or index != clause.tokens[-1]:
        return False
    after = clause.last
    if after < len(tokens) and tokens[after].text in _SENTENCE_MARKS:
        return False
    if clause.first and tokens[clause.first - 1].text == ",":
        return False
    # "Libanon: Sechs Soldaten getötet"
    begin = next((i for i in reversed(clause.tokens) if tokens[i].text in {":", "–", "—"}), clause.first)
    plain = [c for c in clause.chunks if c.first >= begin and not (c.prep or c.genitive or c.joined)]
    return len(plain) == 1 and "n" in plain[0].cases and not plain[0].pronoun


def _closing_participle(tokens: Sequence[Token], clause: Clause) -> VerbForm | None:
    """Return the participle that closes a headline though it looks finite: ``Zwei Helfer im Jemen entführt``.

    A finite verb stands second: behind one phrase, unless that is its plural subject.
    """
    index = clause.finite
    if index is None or clause.kind != "main" or not tokens[index].lower.endswith("t"):
        return None
    forms = analyse_verb(tokens[index].lower)
    form = next((f for f in forms if f.kind == "participle" and f.lemma in word_class("taking-people")), None)
    if form is None or not _is_headline(tokens, clause, index, form):
        return None
    several = tokens[clause.first].lower in word_class("number-words") or tokens[clause.first].text.isdigit()
    return form if several or len(clause.chunks) > 1 else None


def _main_verb(rest: list[tuple[int, VerbForm]]) -> tuple[int, VerbForm]:
    """Return the verb that auxiliaries, modal verbs and ``lassen`` only serve: ``gestimmt zu haben``."""
    serving = AUXILIARIES | words_of("modal").keys() | {"lassen"}
    return next(((i, f) for i, f in reversed(rest) if f.lemma not in serving), rest[-1])


def _with_state(clause: Clause, finite: VerbForm, mood: Mood, main: tuple[int, VerbForm]) -> Clause:
    """Return a clause with ``bleiben``: ``die Grenze bleibt geschlossen`` tells of the closing."""
    index, form = main
    tense: VerbTense = "past" if finite.tense == "past" and mood == "ind" else "pres"
    return msgspec.structs.replace(
        clause, lemma=form.lemma, verb=(index,), voice="passive", tense=tense, mood=mood
    )


def _under_modal(clause: Clause, finite: VerbForm, mood: Mood, rest: list[tuple[int, VerbForm]]) -> Clause:
    index, form = _main_verb(rest)
    passive = form.kind == "participle" and any(f.lemma == "werden" for _, f in rest)
    voice: Voice = "passive" if passive else "active"
    return msgspec.structs.replace(
        clause,
        lemma=form.lemma,
        verb=(index,),
        voice=voice,
        mood=mood,
        modal=finite.lemma,
        tense="past" if finite.tense == "past" and mood == "ind" else "pres",
    )


def _under_auxiliary(
    clause: Clause, finite: VerbForm, mood: Mood, rest: list[tuple[int, VerbForm]]
) -> Clause:
    index, form = _main_verb(rest)
    passive = any(f.lemma == "werden" for _, f in rest if (_, f) != (index, form))
    simple: VerbTense = "past" if finite.tense == "past" and mood == "ind" else "pres"
    tense: VerbTense = simple
    if finite.lemma == "werden":
        infinitive = form.kind == "infinitive" and not passive
        passive = passive or form.kind == "participle"
        # "wurden gefangen genommen" has two participles and no future.
        governs = any(f.kind == "infinitive" or f.lemma in AUXILIARIES for _, f in rest)
        tense = "fut" if infinitive or (len(rest) > 1 and governs) else simple
    elif form.kind == "participle" and _is_state(finite, form, rest):
        passive = True
    elif form.kind == "participle":
        tense = "pluperf" if simple == "past" else "perf"
    return msgspec.structs.replace(
        clause,
        lemma=form.lemma,
        verb=(index,),
        mood=mood,
        tense=tense,
        voice="passive" if passive else "active",
    )


def _is_state(finite: VerbForm, form: VerbForm, rest: list[tuple[int, VerbForm]]) -> bool:
    """Whether sein and a participle tell what is: ``ist besetzt``; not ``ist abgereist``."""
    alone = not any(f.lemma in AUXILIARIES for _, f in rest)
    return finite.lemma == "sein" and alone and not _has_perfect_with_sein(form.lemma)


@functools.cache
def _has_perfect_with_sein(lemma: str) -> bool:
    """Whether a verb builds its perfect with sein, as ``treten`` and ``abtreten`` do, but not ``vertreten``.

    Only a particle leaves this as it is: ``verurteilen`` only chances to end in ``eilen``.
    """
    if lemma in word_class("perfect-with-haben"):
        return False
    for verb in word_class("perfect-with-sein"):
        if lemma.endswith(verb) and (lemma == verb or lemma[: -len(verb)] in _MOVING):
            return True
    return False


def _nonfinite_verbs(tokens: Sequence[Token], clause: Clause) -> list[tuple[int, VerbForm]]:
    """Return participles and infinitives of the clause that belong to its verb, in order."""
    found: list[tuple[int, VerbForm]] = []
    inside = {i for c in clause.chunks for i in range(c.first, c.last) if i != c.head or c.pronoun}
    for i in clause.tokens:
        if (
            i == clause.finite
            or i in inside
            or (tokens[i].is_capital and not at_start(tokens, i, clause.first))
        ):
            continue
        forms = _verb_forms(tokens, i)
        form = next((f for f in forms if f.kind == "participle"), None) or next(
            (f for f in forms if f.kind in {"zu", "infinitive"}), None
        )
        if form is not None and tokens[i].is_capital and form.kind != "participle":
            continue  # a noun that opens a headline
        if form is not None:
            if form.kind == "participle" and _wants_infinitive(tokens, clause, i):
                form = next((f for f in forms if f.kind == "infinitive"), form)
            found.append((i, form))
    return found


def _verb_forms(tokens: Sequence[Token], i: int) -> tuple[VerbForm, ...]:
    """Return what a word can be as a verb form, with an adjective before it as one verb with it.

    ``Bekannt gegeben`` is a form of ``bekanntgeben``.
    """
    before = tokens[i - 1].lower if i else ""
    together = analyse_verb(before + tokens[i].lower) if before in word_class("parts-of-verbs") else ()
    return together or analyse_verb(tokens[i].lower)


def _wants_infinitive(tokens: Sequence[Token], clause: Clause, i: int) -> bool:
    """Whether the context of token ``i`` asks for an infinitive: after ``zu`` or under a modal verb."""
    if i and tokens[i - 1].lower == "zu":
        return True
    if clause.finite is None:
        return False
    return any(f.lemma in words_of("modal") for f in analyse_verb(tokens[clause.finite].lower))


def _finite_form(tokens: Sequence[Token], clause: Clause, rest: list[tuple[int, VerbForm]]) -> VerbForm:
    """Return the analysis of the finite verb that fits: with a particle only if it stands there."""
    assert clause.finite is not None
    forms = [f for f in analyse_verb(tokens[clause.finite].lower) if f.kind == "finite"]
    for form in forms:
        if (
            form.particle
            and clause.kind in {"main", "bare"}
            and _particle_index(tokens, clause, form.particle) >= 0
        ):
            return form
    return next((f for f in forms if not f.particle), forms[0])


def _particle_index(tokens: Sequence[Token], clause: Clause, particle: str) -> int:
    """Return where a separated particle stands, or -1: behind the finite verb and in no chunk."""
    assert clause.finite is not None
    inside = {i for c in clause.chunks for i in range(c.first, c.last)}
    for i in reversed(clause.tokens):
        if i <= clause.finite:
            return -1
        if tokens[i].lower == particle and i not in inside and particle in SEPARABLE:
            return i if particle not in words_of("prep") or _closes(tokens, clause, i) else -1
    return -1


def _closes(tokens: Sequence[Token], clause: Clause, i: int) -> bool:
    """Whether a particle that may be a preposition closes its clause: it governs nothing behind it."""
    if i + 1 not in clause.tokens:
        return True
    after = tokens[i + 1]
    if not after.is_word:
        return not after.text[0].isdigit()
    return (
        after.lower in words_of("conj") or after.lower in words_of("sub") or after.lower in words_of("prep")
    )


def _mood(tokens: Sequence[Token], finite: int, lemma: str) -> Mood:
    """Return the mood of the finite verb; a form that is also indicative counts as such.

    ``habe`` after ``ich`` is indicative; ``hätten`` and ``seien`` are what they look like.
    """
    forms = [f for f in analyse_verb(tokens[finite].lower) if f.kind == "finite" and f.lemma == lemma]
    first_person = any(
        0 <= i < len(tokens) and tokens[i].lower == "ich" for i in range(finite - 2, finite + 3)
    )
    moods = {f.mood for f in forms if first_person or f.number != "1sg"}
    order: tuple[Mood, ...] = ("ind", "subj1", "subj2")
    return next((mood for mood in order if mood in moods), "ind")
