"""The stretches of a sentence between its commas, put together to what will be clauses.

German puts a comma between clauses, the finite verb second or last. So each stretch between two commas shows
by its first word and by where its finite verb stands what it is, and what an inserted clause interrupted can
be put together again.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from typing import Literal

import msgspec

from depesche.language.chunks import is_noun_of_telling, is_postposed
from depesche.language.function_words import all_function_words, words_of
from depesche.language.tokens import QUOTES, Sentence, Token
from depesche.language.verbs import SEPARABLE, Mood, VerbForm, analyse_verb, is_nonfinite
from depesche.language.word_classes import word_class

ClauseKind = Literal["main", "sub", "rel", "inf", "bare"]

_DIVIDERS = frozenset({",", ";", ":", "–", "—", "(", ")", "-"})
_RELATIVE = frozenset(
    "der die das dem den deren dessen denen welcher welche welches welchem welchen was wo".split()
)
_ARTICLES = frozenset("der die das dem den ein eine einen einem".split())
_ATTRIBUTED = _ARTICLES | {"des", "eines", "einer"}
_ADJECTIVE_ENDS = ("e", "en", "er", "es", "em")
_REFLEXIVE = frozenset({"sich", "uns", "euch", "mich"})
# What joins two finite verbs of one subject.
_JOINTS = frozenset({"und", "sowie", "oder"})
AUXILIARIES = frozenset({"haben", "sein", "werden"})
_ENDS = frozenset({".", "!", "?"})
# So many verbs, and a full stop, end a clause: "hätte verlangen können".
_MAX_VERBS = 2
# A list of verbs has so many members at most.
MAX_LISTED = 12
# What belongs to a participle before a noun has so many words at most.
_EXTENDED = 12
# A clause goes on behind so many others at most, with so many words of its own.
_BETWEEN = 4
_REST = 4


class Segment(msgspec.Struct):
    """A stretch between two commas, while the sentence is being taken apart.

    One that is ``whole`` holds a list of participles with one auxiliary at its end, commas and all.
    """

    first: int
    last: int
    kind: ClauseKind = "bare"
    opener: str = ""
    pronoun: int | None = None
    finite: int | None = None
    whole: bool = False


def find_segments(tokens: Sequence[Token], sentence: Sentence, told: Mapping[int, bool]) -> list[Segment]:
    """Return the stretches of a sentence in order, each with what it is; coordinated clauses are divided.

    ``told`` says of tokens whether they are finite verbs, where a language model is sure of it.
    """
    segments = _cut_segments(tokens, sentence)
    for segment in segments:
        _classify(tokens, segment, segment.first > sentence.first, told)
    segments = _join_listed(tokens, segments, told)
    _mark_listed(tokens, segments, told)
    return [part for segment in segments for part in _split_coordinated(tokens, segment, told)]


def _cut_segments(tokens: Sequence[Token], sentence: Sentence) -> list[Segment]:
    """Return the stretches between commas, colons, dashes and brackets."""
    segments = []
    first = sentence.first
    for i in range(sentence.first, sentence.last):
        if tokens[i].text in _DIVIDERS:
            if i > first:
                segments.append(Segment(first, i))
            first = i + 1
    if first < sentence.last:
        segments.append(Segment(first, sentence.last))
    return segments


def _classify(tokens: Sequence[Token], segment: Segment, after_comma: bool, told: Mapping[int, bool]) -> None:
    """Set kind, opener, relative pronoun and finite verb of a segment."""
    words = [i for i in range(segment.first, segment.last) if tokens[i].is_word]
    if not words:
        return
    lead = words[0]
    if tokens[lead].lower in words_of("conj") and len(words) > 1:
        lead = words[1]
    finites = _finite_candidates(tokens, segment.first, segment.last, told)
    lead = _behind_focus(tokens, words, lead, finites)
    word = tokens[lead].lower
    zu = any(_is_zu_infinitive(tokens, i) for i in words)
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


def _mark_listed(tokens: Sequence[Token], segments: list[Segment], told: Mapping[int, bool]) -> None:
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


def _join_listed(tokens: Sequence[Token], segments: list[Segment], told: Mapping[int, bool]) -> list[Segment]:
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
    finite = _last_word(tokens, end)
    if finite is None:
        return None
    word = tokens[one.first].lower
    if tokens[finite - 1].lower == "zu":
        if one.kind in {"sub", "rel"}:
            return None
        return Segment(one.first, end.last, "inf", one.opener if one.kind == "inf" else "", whole=True)
    if one.kind in {"sub", "rel"}:
        return Segment(one.first, end.last, one.kind, one.opener, one.pronoun, finite, whole=True)
    if word in _RELATIVE and one.first and tokens[one.first - 1].text == ",":
        return Segment(one.first, end.last, "rel", word, one.first, finite, whole=True)
    return None


def _end_of_list(
    tokens: Sequence[Token], segments: list[Segment], begin: int, told: Mapping[int, bool]
) -> int | None:
    """Return which segment ends the list of participles that one begins, None if it begins none."""
    for number in range(begin, min(len(segments), begin + MAX_LISTED)):
        segment = segments[number]
        last = _last_word(tokens, segment)
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
    last = _last_word(tokens, segment)
    if segment.kind == "inf" or last is None or "participle" not in _nonfinite_kinds(tokens, last):
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
    if "participle" not in _nonfinite_kinds(tokens, before):
        return False
    return _is_last_of_list(tokens, segment, "participle")


def _served(tokens: Sequence[Token], segment: Segment) -> str:
    """Return the kind of verb form that ends a main clause with an auxiliary or modal verb, or nothing."""
    last = _last_word(tokens, segment)
    if segment.kind != "main" or segment.finite is None or last is None or last == segment.finite:
        return ""
    lemmas = {f.lemma for f in analyse_verb(tokens[segment.finite].lower) if f.kind == "finite"}
    kinds = _nonfinite_kinds(tokens, last)
    if "participle" in kinds and lemmas & AUXILIARIES:
        return "participle"
    return "infinitive" if "infinitive" in kinds and lemmas & (words_of("modal").keys() | {"werden"}) else ""


def _nonfinite_kinds(tokens: Sequence[Token], i: int) -> set[str]:
    """Return what a word in lower case may be as a verb form that is not finite."""
    forms = () if tokens[i].is_capital else analyse_verb(tokens[i].lower)
    return {f.kind for f in forms if f.kind != "finite"}


def _may_be_listed(tokens: Sequence[Token], segment: Segment, served: str, told: Mapping[int, bool]) -> bool:
    """Whether a stretch ends with a verb form of the kind that is listed and has no sure finite verb."""
    last = _last_word(tokens, segment)
    if segment.kind in {"sub", "inf"} or last is None or served not in _nonfinite_kinds(tokens, last):
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
    joints = (i for i in inner if tokens[i].lower in _JOINTS)
    return any(served in _nonfinite_kinds(tokens, i - 1) for i in joints)


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
    ends = _is_zu_infinitive(tokens, words[-1])
    return tokens[words[0]].lower in _ARTICLES and attribute and noun and ends


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
    if tokens[at].lower not in _RELATIVE or len(words) < 2:
        return None
    if tokens[at].lower in {"denen", "deren", "dessen"} or not finites:
        # Without its verb yet: the clause is interrupted by another one; an article has its noun behind it.
        following = tokens[at + 1].lower if at + 1 < len(tokens) else ""
        # "gegen den die Justiz ermittelt", which may be a participle
        governed = at > words[0] and following in _ARTICLES
        return at if finites or governed or following in words_of("prep") else None
    if not _ends_finite(tokens, words, finites):
        return None
    final = finites[-1]
    if len(finites) > 1 and _moods(tokens, finites[0]) <= {"subj1", "subj2"} and at == words[0]:
        return None  # ", das Ergebnis sei gut und reiche aus"
    reported = _moods(tokens, final) <= {"subj1"} and final == words[-1] and at == words[0]
    if len(words) >= 3 and reported and _may_be_article(tokens, words):
        return None  # ", der Minister komme": reported speech without a conjunction
    return at


def _may_be_article(tokens: Sequence[Token], words: list[int]) -> bool:
    """Whether a noun, or adjective and noun, stand behind the first word: ``der Minister``."""
    following = tokens[words[1]]
    if following.is_capital:
        return True
    return (
        following.lower not in all_function_words()
        and following.lower.endswith(("e", "en", "er", "es"))
        and tokens[words[2]].is_capital
    )


def _ends_finite(tokens: Sequence[Token], words: list[int], finites: list[int]) -> bool:
    """Whether the segment's last word is a finite verb, as in subordinate clauses."""
    return bool(finites) and (
        finites[-1] == words[-1] or (len(words) > 1 and finites[-1] == words[-2] and len(finites) > 1)
    )


def _finite_candidates(tokens: Sequence[Token], first: int, last: int, told: Mapping[int, bool]) -> list[int]:
    """Return the tokens that can be finite verbs: sure ones, or else the ambiguous ones.

    ``betrachtet`` is finite or a participle: where a language model is sure which (``told``), it is that.
    """
    sure: list[int] = []
    open_: list[int] = []
    for i in range(first, last):
        if tokens[i].is_capital and not at_start(tokens, i, first):
            continue
        if tokens[i].lower in words_of("conj"):
            continue  # "sondern", which is a verb too
        forms = analyse_verb(tokens[i].lower)
        kinds = {f.kind for f in forms}
        if tokens[i].is_capital and i + 1 < last and _is_noun_before(tokens[i], tokens[i + 1]):
            continue  # the noun before the verb: "Anklang fand der Entwurf", "Maskierte haben"
        if tokens[i].is_capital and is_noun_of_telling(tokens, i):
            continue
        if tokens[i].is_capital and (kinds != {"finite"} or all(_is_weak_form(f) for f in forms)):
            continue  # a noun or pronoun that opens a sentence: "Treffen zwischen ...", "Ende Mai"
        if "finite" not in kinds or _is_adjective_here(tokens, i, first, last):
            continue
        if tokens[i].lower in words_of("prep") or _is_determiner(tokens, i, first, last):
            continue  # "anstelle", "einige"
        if kinds != {"finite"} and i + 2 < last and tokens[i + 1].lower == "zu":
            continue  # "verübt zu haben", "steigen zu lassen"
        if i > first and tokens[i - 1].lower == "zu" and "infinitive" in kinds:
            continue
        if kinds != {"finite"} and told.get(i) is False:
            continue
        alone = kinds == {"finite"} or told.get(i, False)
        (sure if alone and not _may_be_adjective(tokens, i, last) else open_).append(i)
    sure = _without_attribute(tokens, sure, open_)
    if not sure:
        return open_
    return [*_begun(tokens, sure[0], open_), *sure, *_coordinated(tokens, sure, open_, last)]


def _is_determiner(tokens: Sequence[Token], i: int, first: int, last: int) -> bool:
    """Whether a word that may be a verb is ``einige``; not in ``einigen sich``, ``dass sie sich einigen``."""
    if tokens[i].lower not in words_of("det"):
        return False
    if i > first and tokens[i - 1].lower in words_of("prep"):
        return True
    behind = i + 1 < last and tokens[i + 1].lower in _REFLEXIVE
    closed = i + 1 == last or not tokens[i + 1].is_word
    ends = closed and any(tokens[k].lower in _REFLEXIVE for k in range(first, i))
    return not (behind or ends)


def _without_attribute(tokens: Sequence[Token], sure: list[int], open_: list[int]) -> list[int]:
    """Return sure finite verbs without the first if that describes a noun before the true one."""
    later = [*sure[1:], *(i for i in open_ if sure and i > sure[0] and _is_auxiliary(tokens[i]))]
    attribute = bool(later) and _is_attribute_before(tokens, sure[0], min(later))
    return sure[1:] if attribute else sure


def _is_noun_before(token: Token, finite: Token) -> bool:
    """Whether a word before a sure finite verb is a noun, be it one made from a participle."""
    auxiliary = _is_auxiliary(finite) and not finite.is_capital
    served = (auxiliary and _is_like_participle(token)) or finite.lower in word_class("plural-auxiliaries")
    return _is_sure_finite(finite) or served


def _is_auxiliary(token: Token) -> bool:
    """Whether a word is a finite form of haben, sein or werden."""
    return any(f.kind == "finite" and f.lemma in AUXILIARIES for f in analyse_verb(token.lower))


def _is_like_participle(token: Token) -> bool:
    """Whether a form of the past looks like the participle before a noun: ``bewaffnete``, not ``sagte``."""
    past = token.lower.endswith("te") and token.lower not in words_of("modal")
    return past and any(f.kind == "participle" for f in analyse_verb(token.lower[:-1]))


def _is_attribute_before(tokens: Sequence[Token], i: int, finite: int) -> bool:
    """Whether what looks like a past tense is a participle before a noun: ``Bewaffnete Männer haben``.

    One clause has one finite verb; of two that nothing joins the first describes the noun behind it if its
    participle looks the same (``bewaffnet``, not ``gesagt``).
    """
    if not _is_like_participle(tokens[i]) or finite <= i + 1:
        return False
    between = [tokens[k] for k in range(i + 1, finite)]
    if any(t.lower in words_of("conj") for t in between):
        return False
    k = next((k for k, t in enumerate(between) if not t.lower.endswith("e") or t.is_capital), len(between))
    if k == len(between) or not between[k].is_capital:
        return False
    told = analyse_verb(tokens[finite].lower)
    common = any(f.lemma in AUXILIARIES or f.lemma in words_of("modal") for f in told)
    return common or _is_sure_finite(tokens[finite])


def _is_sure_finite(token: Token) -> bool:
    """Whether a word is a finite verb in the indicative and can be nothing else."""
    if token.is_capital or token.lower in all_function_words():
        return False
    forms = analyse_verb(token.lower)
    return bool(forms) and all(f.kind == "finite" and not _is_weak_form(f) for f in forms)


def _begun(tokens: Sequence[Token], sure: int, open_: list[int]) -> list[int]:
    """Return the ambiguous form that a sure finite verb goes on from: ``betrachtet X und hat gedroht``."""
    if sure == 0 or tokens[sure - 1].lower not in _JOINTS:
        return []
    return [i for i in open_ if i < sure - 1 and tokens[i].lower.endswith("t")][:1]


def _coordinated(tokens: Sequence[Token], sure: list[int], open_: list[int], last: int) -> list[int]:
    """Return ambiguous forms that go on from a sure finite verb: ``zahlt und verpflichtet sich``.

    Behind a form of haben, sein or werden they are participles.
    """
    lemmas = {f.lemma for f in analyse_verb(tokens[sure[0]].lower)}
    if lemmas & (AUXILIARIES | words_of("modal").keys()):
        return []
    found = []
    for i in open_:
        opens = tokens[i - 1].lower in _JOINTS
        closes = i == last - 1 and any(tokens[k].lower in _JOINTS for k in range(sure[-1] + 1, i))
        if i > sure[-1] and (opens or closes) and tokens[i].lower.endswith(("t", "en")):
            found.append(i)
    return found[:1]


def _may_be_adjective(tokens: Sequence[Token], i: int, last: int) -> bool:
    """Whether a form that is only first person or Konjunktiv stands before a noun: ``weite Teile``."""
    if i + 1 >= last or not tokens[i + 1].is_capital or not tokens[i].lower.endswith("e"):
        return False
    finite = [f for f in analyse_verb(tokens[i].lower) if f.kind == "finite"]
    common = any(f.lemma in AUXILIARIES or f.lemma in words_of("modal") for f in finite)
    return not common and all(f.number == "1sg" or f.mood == "subj1" for f in finite)


def _is_weak_form(form: VerbForm) -> bool:
    """Whether a form is one that opens no sentence of news: ``ende``, ``einige``."""
    return form.number == "1sg" or form.mood == "subj1"


def at_start(tokens: Sequence[Token], i: int, first: int) -> bool:
    """Whether only quotation marks stand between token ``first`` and token ``i``."""
    while i > first and tokens[i - 1].text in QUOTES:
        i -= 1
    return i == first


def _is_adjective_here(tokens: Sequence[Token], i: int, first: int, last: int) -> bool:
    """Whether a word that looks like a verb form is an attribute: ``die geplante Reise``, ``der sagte``."""
    if i == first or not tokens[i].lower.endswith(("e", "en", "er", "es", "em")):
        return False
    if _follows_pointer(tokens, i, first, last):
        return False
    before = tokens[i - 1]
    determined = (
        before.lower in words_of("det")
        or before.lower in words_of("poss")
        or (before.lower in words_of("prep") and not is_postposed(tokens, i - 1))
        or (
            before.text[0].islower()
            and before.lower.endswith(("er", "es", "em"))
            and before.lower not in words_of("pron")
        )
        or _is_extended_attribute(tokens, i, first)
    )
    noun_follows = i + 1 < last and (
        tokens[i + 1].is_capital
        or (
            tokens[i + 1].lower.endswith(("e", "en", "er", "es"))
            and tokens[i + 1].lower not in all_function_words()
            and i + 2 < last
            and tokens[i + 2].is_capital
        )
    )
    return determined and noun_follows


def _is_extended_attribute(tokens: Sequence[Token], i: int, first: int) -> bool:
    """Whether a participle belongs to the noun behind it with all that stands before it.

    ``die von den USA unterstützte Opposition``: behind an article no preposition stands but in an attribute.
    """
    near = range(max(first, i - _EXTENDED), i - 1)
    return attributive_form(tokens[i]) is not None and any(opens_attribute(tokens, k) for k in near)


def opens_attribute(tokens: Sequence[Token], k: int) -> bool:
    """Whether an article at ``k`` has an attribute behind it that begins with a preposition."""
    after = tokens[k + 1]
    return tokens[k].lower in _ATTRIBUTED and after.lower in words_of("prep") and not after.is_capital


def attributive_form(token: Token) -> VerbForm | None:
    """Return the participle that a word is with the ending of an adjective: ``unterstützte``; or None."""
    if token.is_capital or not token.lower.endswith(_ADJECTIVE_ENDS):
        return None
    stems = (token.lower.removesuffix(end) for end in _ADJECTIVE_ENDS if token.lower.endswith(end))
    return next((f for stem in stems for f in analyse_verb(stem) if f.kind == "participle"), None)


def _follows_pointer(tokens: Sequence[Token], i: int, first: int, last: int) -> bool:
    """Whether a verb stands behind ``das`` as the object before it: ``Das teilte Minister Meier mit``.

    No adjective ends in -en there. What ends in -te is none if the verb's participle looks otherwise
    (``das geteilte Land``); where it does not (``das bestätigte Ergebnis``), it is the verb if the stretch
    has no other and is a whole sentence: ``Das bestätigte Minister Meier.``
    """
    if tokens[i - 1].lower not in {"das", "dies"} or not at_start(tokens, i - 1, first):
        return False
    word = tokens[i].lower
    told = [f for f in analyse_verb(word) if f.kind == "finite" and f.mood == "ind" and f.number != "1sg"]
    if not told or not word.endswith(("te", "en")):
        return False
    if word.endswith("en") or any(f.kind == "participle" for f in analyse_verb(f"ge{word[:-1]}")):
        return True
    others = (t for t in tokens[i + 1 : last] if not t.is_capital)
    alone = not any(f.kind == "finite" for t in others for f in analyse_verb(t.lower))
    return alone and tokens[last - 1].text in {".", "!"}


def _moods(tokens: Sequence[Token], i: int) -> set[Mood]:
    return {f.mood for f in analyse_verb(tokens[i].lower) if f.kind == "finite" and f.number != "1sg"}


def _is_zu_infinitive(tokens: Sequence[Token], i: int) -> bool:
    forms = analyse_verb(tokens[i].lower)
    if any(f.kind == "zu" for f in forms):
        return True
    return i > 0 and tokens[i - 1].lower == "zu" and any(f.kind == "infinitive" for f in forms)


def _split_coordinated(tokens: Sequence[Token], segment: Segment, told: Mapping[int, bool]) -> list[Segment]:
    """Return the segment cut where a coordinated clause with a finite verb of its own begins."""
    if segment.whole or segment.kind not in {"main", "sub", "rel"}:
        return [segment]
    finites = _finite_candidates(tokens, segment.first, segment.last, told)
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
            if waiting is not None and (goes_on or not _has_own_subject_first(tokens, segment)):
                waiting.append(segment)
                if waiting is open_sub:
                    open_sub = None
                else:
                    open_main = None
            else:
                clauses.append([segment])
                open_main = None
        else:
            clause = [segment]
            clauses.append(clause)
            if segment.finite is None and segment.kind in {"sub", "rel"}:
                open_sub = clause
    return clauses


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
    if len(words) < 3 or tokens[words[0]].lower not in _ARTICLES or not _is_verb_last(tokens, segment):
        return False
    if not any(f.lemma in word_class("told-to") for f in analyse_verb(tokens[words[-1]].lower)):
        return False
    return _may_be_article(tokens, words) and all(tokens[i].is_capital for i in words[2:-1])


def _mark_rest(tokens: Sequence[Token], clauses: list[list[Segment]], segment: Segment) -> None:
    """Make ``als`` open no clause but the rest of one: ``hat den Bau, der begann, als Sabotage bezeichnet``.

    Its last word is a participle as well as a finite verb, and an auxiliary waits for one.
    """
    last = segment.finite
    if segment.opener != "als" or last is None or last != _last_word(tokens, segment) or len(clauses) < 2:
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


def _waiting(tokens: Sequence[Token], clauses: list[list[Segment]], segment: Segment) -> list[Segment] | None:
    """Return the main clause whose verb a segment completes behind what its object says, or None.

    ``hat den Vorwurf, London mische sich ein, zurückgewiesen``; ``wies die Forderung, abzuziehen, zurück``.
    What stands between is an infinitive, a dependent clause, or one in the Konjunktiv that has its own verb.
    """
    last = _last_word(tokens, segment)
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
        reported = _moods(tokens, lead.finite) <= {"subj1", "subj2"}
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
    last = _last_word(tokens, segment)
    return last is not None and is_nonfinite(tokens[last])


def _last_word(tokens: Sequence[Token], segment: Segment) -> int | None:
    return next((i for i in range(segment.last - 1, segment.first - 1, -1) if tokens[i].is_word), None)


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
    return segment.finite is not None and segment.finite == _last_word(tokens, segment)


def _has_own_subject_first(tokens: Sequence[Token], segment: Segment) -> bool:
    """Whether the finite verb stands second in its own segment, behind a whole constituent."""
    if segment.finite is None or segment.finite == segment.first:
        return False
    word = tokens[segment.first].lower
    known = word in words_of("pron") or word in words_of("det") or word in words_of("poss")
    return known or tokens[segment.first].is_capital
