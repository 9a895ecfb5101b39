"""Lists of nouns that commas divide though they are one part of a clause.

``Estland, Lettland und Litauen haben protestiert``; ``Obwohl Oslo, die EU und Kiew verhandelt haben``.
"""

from __future__ import annotations

from collections.abc import Sequence

from depesche.language.chunks import is_nounlike
from depesche.language.finite_verbs import JOINTS
from depesche.language.function_words import words_of
from depesche.language.states import has_no_article
from depesche.language.stretches import RELATIVE, Segment, last_word
from depesche.language.tokens import Token
from depesche.language.verbs import analyse_verb

# A list of nouns has so many members at most, each of so many words.
_MAX_MEMBERS = 12
_MAX_WORDS = 6
# What stands before the first noun of a list has so many words at most with it: ``In den Hauptstädten Wien``.
_MAX_OPENING = 10


def join_nouns(tokens: Sequence[Token], segments: list[Segment]) -> list[Segment]:
    """Return the segments, each dependent clause that begins with a list of nouns as one of them.

    What looks like a relative clause is one if the clause before it still goes on behind:
    ``Obwohl die Partei, die Polen und Ungarn stellen, zögert``.
    """
    joined: list[Segment] = []
    k = 0
    while k < len(segments):
        end = _end_of_list(tokens, segments, k)
        if end is None:
            joined.append(segments[k])
            k += 1
            continue
        one, last = segments[k], segments[end]
        kind, opener, pronoun = one.kind, one.opener, one.pronoun
        if kind == "bare":
            kind, opener, pronoun = "rel", tokens[one.first].lower, one.first
        joined.append(Segment(one.first, last.last, kind, opener, pronoun, last.finite))
        k = end + 1
    return joined


def ends_list_of_nouns(tokens: Sequence[Token], before: Sequence[Segment], segment: Segment) -> bool:
    """Whether nouns between commas are the first of a list that ends before the verb of a main clause.

    ``Estland, Lettland und Litauen haben protestiert``
    """
    if tokens[segment.first - 1].text != "," or segment.finite is None:
        return False
    opens, *further = before
    noun = last_word(tokens, opens)
    if opens.kind != "bare" or opens.last - opens.first > _MAX_OPENING or noun is None:
        return False
    if not is_nounlike(tokens, noun, opens.first - 1):
        return False
    if any(part.kind != "bare" or not _is_member(tokens, part) for part in further):
        return False
    return _is_joint_of_nouns(tokens, segment.first, segment.finite)


def _end_of_list(tokens: Sequence[Token], segments: list[Segment], begin: int) -> int | None:
    """Return which segment ends a clause whose list of nouns one begins, None if it begins none."""
    one = segments[begin]
    if not _opens_clause(tokens, one):
        return None
    for number in range(begin + 1, min(len(segments), begin + _MAX_MEMBERS)):
        segment = segments[number]
        if tokens[segment.first - 1].text != ",":
            return None
        if segment.finite is not None:
            return number if _closes(tokens, segments, begin, number) else None
        if not _is_member(tokens, segment):
            return None
    return None


def _opens_clause(tokens: Sequence[Token], segment: Segment) -> bool:
    """Whether a segment opens a dependent clause and has nothing but the first noun of a list."""
    if segment.finite is not None or segment.last - segment.first > _MAX_WORDS:
        return False
    noun = last_word(tokens, segment)
    if noun is None or noun == segment.first or not is_nounlike(tokens, noun, segment.first):
        return False
    if segment.kind == "sub":
        return True
    pronoun = tokens[segment.first].lower in RELATIVE and segment.first > 0
    alone = all(tokens[i].is_capital for i in range(segment.first + 1, segment.last))
    return segment.kind == "bare" and pronoun and alone and tokens[segment.first - 1].text == ","


def _is_bare_state(tokens: Sequence[Token], segment: Segment) -> bool:
    """Whether a pronoun and a state that has no article open a segment: ``das Russland``."""
    return has_no_article(tokens[segment.last - 1].text)


def _closes(tokens: Sequence[Token], segments: list[Segment], begin: int, number: int) -> bool:
    """Whether a segment has the last nouns of a list and, at its end, the verb of a dependent clause."""
    one, segment = segments[begin], segments[number]
    finite = segment.finite
    if finite is None or finite != last_word(tokens, segment):
        return False
    if segment.kind not in {"main", "rel"} or not _is_joint_of_nouns(tokens, segment.first, finite):
        return False
    if one.kind == "bare":
        return segment.kind == "main" or _is_bare_state(tokens, one)
    if segment.kind == "main" or number + 1 == len(segments):
        return True
    following = segments[number + 1]
    return following.finite == following.first != last_word(tokens, following)


def _is_joint_of_nouns(tokens: Sequence[Token], first: int, last: int) -> bool:
    """Whether the tokens begin with two nouns that a conjunction joins: ``Lettland und Litauen haben``."""
    joint = next((i for i in range(first + 1, last - 1) if tokens[i].lower in JOINTS), None)
    if joint is None or not _is_nominal(tokens, first, joint):
        return False
    behind = next((i for i in range(joint + 1, last) if tokens[i].is_capital), None)
    return behind is not None and _is_nominal(tokens, joint + 1, behind + 1)


def _is_member(tokens: Sequence[Token], segment: Segment) -> bool:
    return segment.last - segment.first <= _MAX_WORDS and _is_nominal(tokens, segment.first, segment.last)


def _is_nominal(tokens: Sequence[Token], first: int, last: int) -> bool:
    """Whether tokens are a noun with article and adjectives at most: no preposition, no verb."""
    if first >= last or not is_nounlike(tokens, last - 1, first - 1):
        return False
    return not any(
        tokens[i].lower in words_of("prep")
        or tokens[i].lower in words_of("sub")
        or any(f.kind == "finite" for f in analyse_verb(tokens[i].lower))
        for i in range(first, last)
        if not tokens[i].is_capital
    )
