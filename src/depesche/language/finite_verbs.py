"""Which words of a stretch can be its finite verb, and which only look like one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from depesche.language.chunks import is_noun_of_telling, is_postposed
from depesche.language.function_words import all_function_words, words_of
from depesche.language.tokens import QUOTES, Token
from depesche.language.verbs import Mood, VerbForm, analyse_verb
from depesche.language.word_classes import word_class

ARTICLES = frozenset("der die das dem den ein eine einen einem".split())
_ATTRIBUTED = ARTICLES | {"des", "eines", "einer"}
_ADJECTIVE_ENDS = ("e", "en", "er", "es", "em")
_REFLEXIVE = frozenset({"sich", "uns", "euch", "mich"})
# What joins two finite verbs of one subject.
JOINTS = frozenset({"und", "sowie", "oder"})
AUXILIARIES = frozenset({"haben", "sein", "werden"})
# What belongs to a participle before a noun has so many words at most.
_EXTENDED = 12


def nonfinite_kinds(tokens: Sequence[Token], i: int) -> set[str]:
    """Return what a word in lower case may be as a verb form that is not finite."""
    forms = () if tokens[i].is_capital else analyse_verb(tokens[i].lower)
    return {f.kind for f in forms if f.kind != "finite"}


def finite_candidates(tokens: Sequence[Token], first: int, last: int, told: Mapping[int, bool]) -> list[int]:
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
    if sure == 0 or tokens[sure - 1].lower not in JOINTS:
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
        opens = tokens[i - 1].lower in JOINTS
        closes = i == last - 1 and any(tokens[k].lower in JOINTS for k in range(sure[-1] + 1, i))
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


def moods_of(tokens: Sequence[Token], i: int) -> set[Mood]:
    """Return the moods that a word may have as a finite verb whose subject is not ``ich``."""
    return {f.mood for f in analyse_verb(tokens[i].lower) if f.kind == "finite" and f.number != "1sg"}


def is_zu_infinitive(tokens: Sequence[Token], i: int) -> bool:
    """Whether a word is an infinitive with ``zu`` inside or before it: ``aufzugeben``, ``zu geben``."""
    forms = analyse_verb(tokens[i].lower)
    if any(f.kind == "zu" for f in forms):
        return True
    return i > 0 and tokens[i - 1].lower == "zu" and any(f.kind == "infinitive" for f in forms)
