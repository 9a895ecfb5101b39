"""What each stretch of a sentence between its commas is: main, dependent or relative clause, infinitive.

German puts a comma between clauses, the finite verb second or last. So each stretch between two commas shows
by its first word and by where its finite verb stands what it is.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence

from depesche.language.finite_verbs import ARTICLES, finite_candidates, is_zu_infinitive, moods_of
from depesche.language.function_words import words_of
from depesche.language.noun_lists import join_nouns
from depesche.language.stretches import RELATIVE, Segment, cut_segments, may_be_article
from depesche.language.tokens import Sentence, Token
from depesche.language.verb_lists import join_listed, mark_listed
from depesche.language.verbs import SEPARABLE, is_nonfinite

_ENDS = frozenset({".", "!", "?"})


def find_segments(tokens: Sequence[Token], sentence: Sentence, told: Mapping[int, bool]) -> list[Segment]:
    """Return the stretches of a sentence in order, each with what it is; coordinated clauses are divided.

    ``told`` says of tokens whether they are finite verbs, where a language model is sure of it.
    """
    segments = cut_segments(tokens, sentence)
    for segment in segments:
        _classify(tokens, segment, segment.first > sentence.first, told)
    segments = join_listed(tokens, join_nouns(tokens, segments), told)
    mark_listed(tokens, segments, told)
    return [part for segment in segments for part in _split_coordinated(tokens, segment, told)]


def _classify(tokens: Sequence[Token], segment: Segment, after_comma: bool, told: Mapping[int, bool]) -> None:
    """Set kind, opener, relative pronoun and finite verb of a segment."""
    words = [i for i in range(segment.first, segment.last) if tokens[i].is_word]
    if not words:
        return
    lead = words[0]
    if tokens[lead].lower in words_of("conj") and len(words) > 1:
        lead = words[1]
    finites = finite_candidates(tokens, segment.first, segment.last, told)
    lead = _behind_focus(tokens, words, lead, finites)
    word = tokens[lead].lower
    zu = any(is_zu_infinitive(tokens, i) for i in words)
    if word in words_of("infsub") and zu and not finites:
        segment.kind, segment.opener = "inf", word
    elif word == "damit" and zu and not finites:
        segment.kind = "inf"
    elif (
        _opens_comparison(tokens, words)
        and not after_comma
        and finites
        and not _ends_finite(tokens, words, finites)
    ):
        # "Als Grund gab die Schule an, …", "Wie schon gestern lehnt sie ab" open no clause of their own.
        segment.kind, segment.finite = "main", finites[0]
    elif (
        word in {"als", "wie"}
        and not finites
        and (tokens[segment.last - 1].text in _ENDS or (after_comma and _ends_with_verb(tokens, words)))
    ):
        pass  # "schlug X, den Obmann der Partei, als Nachfolger vor.": nothing more of a clause can follow
    elif word in words_of("sub") and (word not in words_of("prep") or _ends_finite(tokens, words, finites)):
        segment.kind, segment.opener = "sub", word
        segment.finite = finites[-1] if finites else None
    elif zu and not finites and _is_article_of_infinitive(tokens, words):
        segment.kind = "inf"
    elif after_comma and (pronoun := _relative_pronoun(tokens, words, finites)) is not None:
        segment.kind, segment.opener, segment.pronoun = "rel", tokens[pronoun].lower, pronoun
        segment.finite = finites[-1] if finites else None
    elif finites:
        segment.kind, segment.finite = "main", finites[0]
    elif zu:
        segment.kind = "inf"


def _behind_focus(tokens: Sequence[Token], words: list[int], lead: int, finites: list[int]) -> int:
    """Return the conjunction behind a word like those in ``nur wenn``, ``kurz nachdem``; else ``lead``."""
    if tokens[lead].lower not in words_of("focus") or lead == words[-1]:
        return lead
    behind = words[words.index(lead) + 1]
    opens = tokens[behind].lower in words_of("sub") and _ends_finite(tokens, words, finites)
    return behind if opens else lead


def _opens_comparison(tokens: Sequence[Token], words: list[int]) -> bool:
    if tokens[words[0]].lower == "als":
        return True
    following = tokens[words[1]].lower if len(words) > 1 else ""
    return tokens[words[0]].lower == "wie" and following in {"schon", "bereits", "auch"}


def _is_article_of_infinitive(tokens: Sequence[Token], words: list[int]) -> bool:
    """Whether an article opens an infinitive and no relative clause: ``die in Oslo lebenden zu holen``."""
    noun = any(tokens[i].is_capital for i in words[2:-1])
    attribute = len(words) > 3 and tokens[words[1]].lower in words_of("prep")
    ends = is_zu_infinitive(tokens, words[-1])
    return tokens[words[0]].lower in ARTICLES and attribute and noun and ends


def _ends_with_verb(tokens: Sequence[Token], words: list[int]) -> bool:
    """Whether a segment is the end of a clause: ``als Nachfolger vor``, ``als Sabotage bezeichnet``.

    It has no verb and ends with the particle of one, or with a participle whose auxiliary stands before.
    """
    if tokens[words[-1]].lower in SEPARABLE:
        return not any(is_nonfinite(tokens[i]) for i in words)
    if tokens[words[0]].lower != "als" or len(words) < 3 or tokens[words[1]].lower in words_of("prep"):
        return False  # "wie von Russland gefordert"
    return is_nonfinite(tokens[words[-1]])


def _relative_pronoun(tokens: Sequence[Token], words: list[int], finites: list[int]) -> int | None:
    """Return the relative pronoun that opens the segment: ``der ... kam``, ``mit denen ... sprach``."""
    at = words[0]
    if tokens[at].lower in words_of("prep") and len(words) > 1:
        at = words[1]
    if tokens[at].lower not in RELATIVE or len(words) < 2:
        return None
    if tokens[at].lower in {"denen", "deren", "dessen"} or not finites:
        # Without its verb yet: the clause is interrupted by another one; an article has its noun behind it.
        following = tokens[at + 1].lower if at + 1 < len(tokens) else ""
        # "gegen den die Justiz ermittelt", which may be a participle
        governed = at > words[0] and following in ARTICLES
        return at if finites or governed or following in words_of("prep") else None
    if not _ends_finite(tokens, words, finites):
        return None
    final = finites[-1]
    if len(finites) > 1 and moods_of(tokens, finites[0]) <= {"subj1", "subj2"} and at == words[0]:
        return None  # ", das Ergebnis sei gut und reiche aus"
    reported = moods_of(tokens, final) <= {"subj1"} and final == words[-1] and at == words[0]
    if len(words) >= 3 and reported and may_be_article(tokens, words):
        return None  # ", der Minister komme": reported speech without a conjunction
    return at


def _ends_finite(tokens: Sequence[Token], words: list[int], finites: list[int]) -> bool:
    """Whether the segment's last word is a finite verb, as in subordinate clauses."""
    return bool(finites) and (
        finites[-1] == words[-1] or (len(words) > 1 and finites[-1] == words[-2] and len(finites) > 1)
    )


def _split_coordinated(tokens: Sequence[Token], segment: Segment, told: Mapping[int, bool]) -> list[Segment]:
    """Return the segment cut where a coordinated clause with a finite verb of its own begins."""
    if segment.whole or segment.kind not in {"main", "sub", "rel"}:
        return [segment]
    finites = finite_candidates(tokens, segment.first, segment.last, told)
    parts: list[Segment] = []
    current = segment
    for one, two in itertools.pairwise(finites):
        joints = [i for i in range(one + 1, two) if tokens[i].lower in words_of("conj")]
        if not joints:
            continue
        cut = joints[0] if segment.kind != "main" else joints[-1]
        head = Segment(current.first, cut, current.kind, current.opener, current.pronoun, one)
        parts.append(head)
        current = Segment(cut, current.last, segment.kind, segment.opener, None, two)
    parts.append(current)
    return parts
