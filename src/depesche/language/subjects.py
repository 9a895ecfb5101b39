"""The subject of a clause: its own, or that of the clause with which it is coordinated."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from depesche.language.chunks import Chunk, is_postposed
from depesche.language.clauses import Clause, stands_beside
from depesche.language.function_words import words_of
from depesche.language.tokens import QUOTES, Token
from depesche.language.verbs import analyse_verb
from depesche.language.word_classes import word_class

# So many words may stand between a comma and an apposition: ", unter ihnen auch Y,".
_INSERTED = 4
# A dateline has so many tokens at most.
_DATELINE = 12
_PLURAL_ENDINGS = ("ungen", "heiten", "keiten", "schaften", "tionen", "täten")


def own_subject(tokens: Sequence[Token], clause: Clause) -> Chunk | None:
    """Return the chunk that is most likely the subject: nominative, near the finite verb; or None."""
    if clause.kind == "inf" or not clause.lemma:
        return None
    plain = [c for c in clause.chunks if not c.prep and not c.genitive and not c.joined and "n" in c.cases]
    # "Minister Jung (CDU) sprach": what stands in brackets does nothing.
    plain = [c for c in plain if not (c.first > clause.first and tokens[c.first - 1].text == "(")]
    candidates = [c for c in plain if not (_is_adjunct(tokens, clause, c) or _is_ahead(tokens, clause, c))]
    candidates = [c for c in candidates if not _is_beside_noun(tokens, clause, c)] or candidates
    candidates = [c for c in candidates if not _is_one_for(tokens, c, clause)] or candidates
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


def _is_one_for(tokens: Sequence[Token], chunk: Chunk, clause: Clause) -> bool:
    """Whether a relative pronoun is singular and the verb plural: ``die Feier, der viele fernblieben``."""
    if clause.pronoun != chunk.head or tokens[chunk.head].lower not in {"der", "das"} or not clause.finite:
        return False
    forms = [f for f in analyse_verb(tokens[clause.finite].lower) if f.kind == "finite"]
    return bool(forms) and all(f.number == "pl" for f in forms)


def _is_plural_for(tokens: Sequence[Token], chunk: Chunk, clause: Clause) -> bool:
    """Whether a chunk is plural by its ending while the finite verb is singular."""
    if clause.finite is None or not tokens[chunk.head].lower.endswith(_PLURAL_ENDINGS):
        return False
    forms = [f for f in analyse_verb(tokens[clause.finite].lower) if f.kind == "finite"]
    return bool(forms) and all(f.number != "pl" for f in forms)


def _strongest(candidates: list[Chunk]) -> list[Chunk]:
    """Return the candidates with those that can only be nominative first."""
    return [c for c in candidates if c.cases == "n"] or candidates


def with_subject(tokens: Sequence[Token], clause: Clause, before: list[Clause], *, divided: bool) -> Clause:
    """Return the clause with its subject, or that of the clause it is coordinated with.

    What was ``divided`` from the clause before is coordinated with it.
    """
    subject = own_subject(tokens, clause)
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


def _coordinated_with(clause: Clause, before: list[Clause]) -> Clause:
    """Return the earlier clause that shares its subject: of a main clause a main one in the same mood."""
    if clause.kind == "main" and (before[-1].kind != "main" or before[-1].mood != clause.mood):
        alike = (c for c in reversed(before) if c.kind == "main" and c.mood == clause.mood)
        return next(alike, before[-1])
    return before[-1]
