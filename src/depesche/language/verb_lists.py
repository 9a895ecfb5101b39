"""Lists of verbs under one auxiliary, which commas divide though they are one clause.

``wurde aufgebracht, durchsucht und beschlagnahmt``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from depesche.language.finite_verbs import AUXILIARIES, JOINTS, nonfinite_kinds
from depesche.language.function_words import words_of
from depesche.language.stretches import RELATIVE, Segment, last_word
from depesche.language.tokens import Token
from depesche.language.verbs import analyse_verb

# A list of verbs has so many members at most.
MAX_LISTED = 12


def mark_listed(tokens: Sequence[Token], segments: list[Segment], told: Mapping[int, bool]) -> None:
    """Mark the members of a list of verbs under one auxiliary or modal verb as no clauses of their own.

    ``wurde aufgebracht, durchsucht und beschlagnahmt``: the later ones could be finite verbs by their form.
    Only a list that ends with a conjunction is one.
    """
    for number, one in enumerate(segments):
        served = _served(tokens, one)
        members: list[Segment] = []
        for two in segments[number + 1 : number + MAX_LISTED] if served else ():
            if tokens[two.first - 1].text != "," or not _may_be_listed(tokens, two, served, told):
                break
            members.append(two)
            if _is_last_of_list(tokens, two, served):
                for member in members:
                    member.kind, member.opener, member.pronoun, member.finite = "bare", "", None, None
                break


def join_listed(tokens: Sequence[Token], segments: list[Segment], told: Mapping[int, bool]) -> list[Segment]:
    """Return the segments, each list of participles whose auxiliary stands at its end as one of them.

    ``dass sie Höfe geplündert, Häuser zerstört und Vieh geraubt habe``; ``Höfe geplündert und Vieh geraubt zu
    haben``.
    """
    joined: list[Segment] = []
    k = 0
    while k < len(segments):
        end = _end_of_list(tokens, segments, k, told)
        whole = _whole_list(tokens, segments[k], segments[end]) if end is not None else None
        joined.append(whole or segments[k])
        k = end + 1 if end is not None and whole else k + 1
    return joined


def _whole_list(tokens: Sequence[Token], one: Segment, end: Segment) -> Segment | None:
    """Return a list, from its first stretch to its last, as the clause or infinitive that it is."""
    finite = last_word(tokens, end)
    if finite is None:
        return None
    word = tokens[one.first].lower
    if tokens[finite - 1].lower == "zu":
        if one.kind in {"sub", "rel"}:
            return None
        return Segment(one.first, end.last, "inf", one.opener if one.kind == "inf" else "", whole=True)
    if one.kind in {"sub", "rel"}:
        return Segment(one.first, end.last, one.kind, one.opener, one.pronoun, finite, whole=True)
    if word in RELATIVE and one.first and tokens[one.first - 1].text == ",":
        return Segment(one.first, end.last, "rel", word, one.first, finite, whole=True)
    return None


def _end_of_list(
    tokens: Sequence[Token], segments: list[Segment], begin: int, told: Mapping[int, bool]
) -> int | None:
    """Return which segment ends the list of participles that one begins, None if it begins none."""
    for number in range(begin, min(len(segments), begin + MAX_LISTED)):
        segment = segments[number]
        last = last_word(tokens, segment)
        if last is None or (number > begin and tokens[segment.first - 1].text != ","):
            return None
        if _closes_list(tokens, segment, last):
            return number
        begins = number == begin and _may_begin_list(tokens, segment)
        if not begins and (number == begin or not _may_be_listed(tokens, segment, "participle", told)):
            return None
    return None


def _may_begin_list(tokens: Sequence[Token], segment: Segment) -> bool:
    """Whether a stretch ends with a participle and has no other verb."""
    last = last_word(tokens, segment)
    if segment.kind == "inf" or last is None or "participle" not in nonfinite_kinds(tokens, last):
        return False
    return segment.finite is None or segment.finite == last


def _closes_list(tokens: Sequence[Token], segment: Segment, last: int) -> bool:
    """Whether a stretch ends a list of participles with a conjunction and the auxiliary of all of them."""
    infinite = tokens[last - 1].lower == "zu"
    before = last - 1 - infinite
    wanted = "infinitive" if infinite else "finite"
    forms = () if tokens[last].is_capital else analyse_verb(tokens[last].lower)
    if before <= segment.first or not any(f.lemma in AUXILIARIES and f.kind == wanted for f in forms):
        return False
    if "participle" not in nonfinite_kinds(tokens, before):
        return False
    return _is_last_of_list(tokens, segment, "participle")


def _served(tokens: Sequence[Token], segment: Segment) -> str:
    """Return the kind of verb form that ends a main clause with an auxiliary or modal verb, or nothing."""
    last = last_word(tokens, segment)
    if segment.kind != "main" or segment.finite is None or last is None or last == segment.finite:
        return ""
    lemmas = {f.lemma for f in analyse_verb(tokens[segment.finite].lower) if f.kind == "finite"}
    kinds = nonfinite_kinds(tokens, last)
    if "participle" in kinds and lemmas & AUXILIARIES:
        return "participle"
    return "infinitive" if "infinitive" in kinds and lemmas & (words_of("modal").keys() | {"werden"}) else ""


def _may_be_listed(tokens: Sequence[Token], segment: Segment, served: str, told: Mapping[int, bool]) -> bool:
    """Whether a stretch ends with a verb form of the kind that is listed and has no sure finite verb."""
    last = last_word(tokens, segment)
    if segment.kind in {"sub", "inf"} or last is None or served not in nonfinite_kinds(tokens, last):
        return False
    words = [i for i in range(segment.first, segment.last) if tokens[i].is_word]
    if any(
        {f.kind for f in analyse_verb(tokens[i].lower)} == {"finite"}
        for i in words
        if not tokens[i].is_capital
    ):
        return False
    # Without a noun there is nobody who could do it: "verhaftet und verurteilt".
    bare = not any(tokens[i].is_capital for i in words)
    return bare or told.get(last) is not True


def _is_last_of_list(tokens: Sequence[Token], segment: Segment, served: str) -> bool:
    """Whether a conjunction stands behind a verb of the list: ``Höfe geplündert und Dörfer zerstört``."""
    inner = range(segment.first + 1, segment.last - 1)
    joints = (i for i in inner if tokens[i].lower in JOINTS)
    return any(served in nonfinite_kinds(tokens, i - 1) for i in joints)
