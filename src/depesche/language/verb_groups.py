"""The verb of a clause with all that serves it: its lemma, voice, tense, mood and modal verb."""

from __future__ import annotations

import functools
from collections.abc import Sequence

import msgspec

from depesche.language.clauses import Clause, VerbTense, Voice
from depesche.language.finite_verbs import AUXILIARIES, at_start
from depesche.language.function_words import words_of
from depesche.language.tokens import Token
from depesche.language.verbs import SEPARABLE, Mood, VerbForm, analyse_verb
from depesche.language.word_classes import word_class

_SENTENCE_MARKS = frozenset({".", "!", "?", ";", ",", "…"})
# Particles that leave a verb of moving one. Those of "überfallen" and "unterlaufen" mostly stand fast.
_MOVING = SEPARABLE - {"über", "unter"}


def with_verb(tokens: Sequence[Token], clause: Clause, served: Sequence[tuple[int, VerbForm]] = ()) -> Clause:
    """Return the clause with main verb, voice, tense, mood and modal filled in.

    It is ``served`` by auxiliaries that stand with another verb of its list.
    """
    rest = [*nonfinite_verbs(tokens, clause), *served]
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
    if has_perfect_with_sein(form.lemma) or index != clause.tokens[-1]:
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
    return finite.lemma == "sein" and alone and not has_perfect_with_sein(form.lemma)


@functools.cache
def has_perfect_with_sein(lemma: str) -> bool:
    """Whether a verb builds its perfect with sein, as ``treten`` and ``abtreten`` do, but not ``vertreten``.

    Only a particle leaves this as it is: ``verurteilen`` only chances to end in ``eilen``.
    """
    if lemma in word_class("perfect-with-haben"):
        return False
    for verb in word_class("perfect-with-sein"):
        if lemma.endswith(verb) and (lemma == verb or lemma[: -len(verb)] in _MOVING):
            return True
    return False


def nonfinite_verbs(tokens: Sequence[Token], clause: Clause) -> list[tuple[int, VerbForm]]:
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
