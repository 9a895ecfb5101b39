"""Clauses that others interrupt, put together again.

``Der Antrag sei, wie er versicherte, lange vorher eingereicht worden``.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from depesche.language.finite_verbs import ARTICLES, AUXILIARIES, moods_of
from depesche.language.function_words import words_of
from depesche.language.noun_lists import ends_list_of_nouns
from depesche.language.stretches import Segment, last_word, may_be_article
from depesche.language.tokens import Token
from depesche.language.verbs import SEPARABLE, analyse_verb, is_nonfinite
from depesche.language.word_classes import word_class

# So many verbs, and a full stop, end a clause: "hätte verlangen können".
_MAX_VERBS = 2
# A clause goes on behind so many others at most, with so many words of its own.
_BETWEEN = 4
_REST = 4


def join_segments(tokens: Sequence[Token], segments: list[Segment]) -> list[list[Segment]]:
    """Return the segments grouped into clauses: what an inserted clause interrupted is put together again."""
    clauses: list[list[Segment]] = []
    open_main: list[Segment] | None = None
    open_sub: list[Segment] | None = None
    _mark_dependent(tokens, segments)
    _mark_frame_ends(tokens, segments)
    for segment in segments:
        _mark_rest(tokens, clauses, segment)
        if segment.kind == "bare":
            # What stands behind a colon is of its own: "X trifft Y: Kein Ersatz für Gespräche".
            apart = segment.first > 0 and tokens[segment.first - 1].text == ":"
            last = clauses[-1] if clauses else None
            before = None if apart else open_main or _interrupted(tokens, clauses, segment) or last
            if before is not None:
                before.append(segment)
            else:
                clauses.append([segment])
                open_main = open_main if apart else clauses[-1]
        elif _may_go_on(segment) and (before := _interrupted(tokens, clauses, segment)) is not None:
            # Without a language model "verlangen können" may be finite.
            segment.kind, segment.finite, segment.pronoun = "bare", None, None
            before.append(segment)
        elif segment.kind == "main":
            waiting = open_sub or open_main
            goes_on = open_sub is not None and _is_verb_last(tokens, segment)
            goes_on = goes_on or (open_main is not None and ends_list_of_nouns(tokens, open_main, segment))
            if waiting is not None and (goes_on or not _has_own_subject_first(tokens, segment)):
                waiting.append(segment)
                if waiting is open_sub:
                    open_sub = None
                else:
                    open_main = None
            else:
                clauses.append([*_take_list(tokens, clauses, segment), segment])
                open_main = None
        else:
            clause = [segment]
            clauses.append(clause)
            if segment.finite is None and segment.kind in {"sub", "rel"}:
                open_sub = clause
    return clauses


def _take_list(tokens: Sequence[Token], clauses: list[list[Segment]], segment: Segment) -> list[Segment]:
    """Take the first nouns of a list away from the clause before it, and return them.

    ``Er sagte, Polen, die Slowakei und Ungarn hätten das abgelehnt``
    """
    if not clauses or clauses[-1][-1].kind != "bare" or clauses[-1][-1].last != segment.first - 1:
        return []
    last = clauses[-1]
    begin = next((k for k in range(len(last) - 1, -1, -1) if last[k].kind != "bare"), None)
    if begin is None or not ends_list_of_nouns(tokens, last[begin + 1 :], segment):
        return []
    taken = last[begin + 1 :]
    del last[begin + 1 :]
    return taken


def _may_go_on(segment: Segment) -> bool:
    """Whether a segment that looks like a clause may be the end of an interrupted one.

    ``Der Rat hat, so sagen Diplomaten, die Sitzung verschoben``: what looks like a relative clause ends with
    what may be its verb or a participle.
    """
    return segment.kind == "main" or (segment.kind == "rel" and segment.pronoun == segment.first)


def _mark_frame_ends(tokens: Sequence[Token], segments: list[Segment]) -> None:
    """Give a segment like a relative clause its kind that ends a frame with ``wie`` behind an apposition.

    ``Wie der Sprecher, Franz Maier, der Presse mitteilte, seien ...``: ``der Presse`` is who is spoken to.
    """
    frame: Segment | None = None
    for segment, following in itertools.zip_longest(segments, segments[1:]):
        if segment.kind == "sub":
            frame = segment if segment.opener == "wie" and segment.finite is None else None
        elif frame is not None and _names_the_told(tokens, segment):
            # In "Wie der Sprecher, der der Presse zürnte, sagte" the frame still waits for its verb.
            if following is None or following.finite == following.first < following.last - 1:
                segment.kind, segment.pronoun = "main", None
            frame = None


def _names_the_told(tokens: Sequence[Token], segment: Segment) -> bool:
    """Whether a segment is only an article, nouns and a verb of telling: ``der Presse mitteilte``."""
    if segment.kind != "rel" or segment.pronoun != segment.first:
        return False
    words = [i for i in range(segment.first, segment.last) if tokens[i].is_word]
    if len(words) < 3 or tokens[words[0]].lower not in ARTICLES or not _is_verb_last(tokens, segment):
        return False
    if not any(f.lemma in word_class("told-to") for f in analyse_verb(tokens[words[-1]].lower)):
        return False
    return may_be_article(tokens, words) and all(tokens[i].is_capital for i in words[2:-1])


def _mark_rest(tokens: Sequence[Token], clauses: list[list[Segment]], segment: Segment) -> None:
    """Make ``als`` open no clause but the rest of one: ``hat den Bau, der begann, als Sabotage bezeichnet``.

    Its last word is a participle as well as a finite verb, and an auxiliary waits for one.
    """
    last = segment.finite
    if segment.opener != "als" or last is None or last != last_word(tokens, segment) or len(clauses) < 2:
        return
    waiting = _waiting(tokens, clauses, Segment(segment.first, segment.last))
    if is_nonfinite(tokens[last]) and waiting is not None and _is_serving(tokens, waiting[0].finite or 0):
        segment.kind, segment.opener, segment.finite = "bare", "", None


def _interrupted(
    tokens: Sequence[Token], clauses: list[list[Segment]], segment: Segment
) -> list[Segment] | None:
    """Return the clause that goes on in a segment behind another one that was inserted into it, or None.

    ``Der Antrag sei, wie er versicherte, lange vorher eingereicht worden``: an auxiliary or modal verb waits
    for the verb that it goes with. ``Denkbar sei, so hieß es in Paris, ein Appell``: a verb for its subject.
    A relative clause ends with its verb, so ``stellt dem Land, das darum bat, Geld bereit`` goes on.
    """
    if len(clauses) < 2 or tokens[segment.first - 1].text not in {",", "–", "—"}:
        return None
    return _waiting(tokens, clauses, segment) or _left_open(tokens, clauses, segment)


def _left_open(
    tokens: Sequence[Token], clauses: list[list[Segment]], segment: Segment
) -> list[Segment] | None:
    before, inserted = clauses[-2], clauses[-1][-1]
    if len(clauses) > 2 and before[-1].kind in {"sub", "rel"} and _begins_with_conjunction(tokens, inserted):
        before = clauses[-3]
    finite = before[-1].finite
    if before[-1].last == segment.first - 1 and _goes_on_list(tokens, before):
        return before  # "dem Land, das hilft, sowie Katar, Oman und Südkorea"
    if before[-1].kind != "main" or finite is None or not _is_inserted(tokens, inserted):
        return None
    if segment.finite is None and inserted.kind == "rel" and _is_verb_last(tokens, inserted):
        return before
    own = [i for part in before for i in range(part.first, part.last) if i != finite]
    served = {f.lemma for f in analyse_verb(tokens[finite].lower) if f.kind == "finite"}
    if any(is_nonfinite(tokens[i]) for i in own) or not served & (AUXILIARIES | words_of("modal").keys()):
        return None
    if _ends_nonfinite(tokens, segment):
        return before
    named = any(tokens[i].is_capital and i != before[0].first for i in own)
    named = named or finite == before[0].first or any(tokens[i].lower in words_of("pron") for i in own)
    return before if segment.finite is None and served & AUXILIARIES and not named else None


def _goes_on_list(tokens: Sequence[Token], before: list[Segment]) -> bool:
    """Whether a clause goes on behind an inserted one with a conjunction and a noun."""
    return before[-1].kind == "bare" and len(before) > 1 and _begins_with_conjunction(tokens, before[-1])


def _waiting(tokens: Sequence[Token], clauses: list[list[Segment]], segment: Segment) -> list[Segment] | None:
    """Return the main clause whose verb a segment completes behind what its object says, or None.

    ``hat den Vorwurf, London mische sich ein, zurückgewiesen``; ``wies die Forderung, abzuziehen, zurück``.
    What stands between is an infinitive, a dependent clause, or one in the Konjunktiv that has its own verb.
    """
    last = last_word(tokens, segment)
    if segment.finite is not None or last is None or not _ends_a_verb(tokens, segment, last):
        return None
    for clause in itertools.islice(reversed(clauses), _BETWEEN):
        lead = clause[0]
        if lead.kind == "bare":
            return None
        if lead.kind != "main" or lead.finite is None:
            continue
        rest = _lacks(tokens, clause)
        if clause is not clauses[-1] and _completes(tokens, clause, last):
            return clause if rest else None
        reported = moods_of(tokens, lead.finite) <= {"subj1", "subj2"}
        if not reported or (rest and _is_serving(tokens, lead.finite)):
            return None
    return None


def _ends_a_verb(tokens: Sequence[Token], segment: Segment, last: int) -> bool:
    """Whether a segment may be the rest of a clause: participle or particle, little or ``als`` before it."""
    opened = tokens[segment.first].lower == "als"
    short = last - segment.first < _REST
    return (opened or short) and (is_nonfinite(tokens[last]) or tokens[last].lower in SEPARABLE)


def _lacks(tokens: Sequence[Token], clause: list[Segment]) -> bool:
    """Whether a main clause has neither participle nor infinitive nor particle beside its finite verb yet."""
    finite = clause[0].finite
    own = [i for part in clause for i in range(part.first, part.last) if i != finite]
    if finite is None or any(is_nonfinite(tokens[i]) and not tokens[i].is_capital for i in own):
        return False
    rest = {tokens[i].lower for i in own}
    return not any(f.particle and f.particle in rest for f in analyse_verb(tokens[finite].lower))


def _completes(tokens: Sequence[Token], clause: list[Segment], last: int) -> bool:
    """Whether a participle or particle goes with the finite verb of a main clause."""
    finite = clause[0].finite or 0
    if any(f.particle == tokens[last].lower for f in analyse_verb(tokens[finite].lower) if f.particle):
        return True
    return is_nonfinite(tokens[last]) and _is_serving(tokens, finite)


def _is_serving(tokens: Sequence[Token], finite: int) -> bool:
    """Whether a finite verb is an auxiliary or modal one."""
    serving = AUXILIARIES | words_of("modal").keys()
    return any(f.lemma in serving for f in analyse_verb(tokens[finite].lower) if f.kind == "finite")


def _ends_nonfinite(tokens: Sequence[Token], segment: Segment) -> bool:
    """Whether a segment ends with a participle or infinitive, and has no finite verb before its last ones."""
    if segment.finite is not None and segment.finite < segment.last - _MAX_VERBS - 1:
        return False
    last = last_word(tokens, segment)
    return last is not None and is_nonfinite(tokens[last])


def _begins_with_conjunction(tokens: Sequence[Token], segment: Segment) -> bool:
    return tokens[segment.first].lower in words_of("conj")


def _mark_dependent(tokens: Sequence[Token], segments: list[Segment]) -> None:
    """Give segments that are coordinated with a dependent clause before them its kind."""
    for one, two in itertools.pairwise(segments):
        if _goes_on_dependent(tokens, one, two):
            two.kind = one.kind


def _goes_on_dependent(tokens: Sequence[Token], one: Segment, two: Segment) -> bool:
    """Whether a segment is coordinated with the dependent clause before it, so that its verb is last too.

    ``der in Bonn lebt, aber aus Polen stammt, …``: two clauses stand inserted where one may.
    """
    if two.kind != "main" or one.kind not in {"sub", "rel"} or not _begins_with_conjunction(tokens, two):
        return False
    return _is_verb_last(tokens, one) and _is_verb_last(tokens, two) and two.finite != two.first + 1


def _is_inserted(tokens: Sequence[Token], segment: Segment) -> bool:
    """Whether a segment is a whole clause that may stand inside another: its verb is first or last."""
    if segment.finite is None:
        return False
    if segment.kind == "main":
        lead = tokens[segment.first].lower == "so"
        return segment.finite == segment.first + lead
    return segment.kind in {"sub", "rel"}


def _is_verb_last(tokens: Sequence[Token], segment: Segment) -> bool:
    """Whether a segment ends with its finite verb, as what follows an apposition in a dependent clause.

    ``Wie Franz Maier, ein Sprecher der Partei, mitteilte``, often without the second comma.
    """
    return segment.finite is not None and segment.finite == last_word(tokens, segment)


def _has_own_subject_first(tokens: Sequence[Token], segment: Segment) -> bool:
    """Whether the finite verb stands second in its own segment, behind a whole constituent."""
    if segment.finite is None or segment.finite == segment.first:
        return False
    word = tokens[segment.first].lower
    known = word in words_of("pron") or word in words_of("det") or word in words_of("poss")
    return known or tokens[segment.first].is_capital
