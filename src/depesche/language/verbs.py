"""The forms of German verbs: which verb a word is a form of, in which tense, mood and number.

``analyse_verb("hätten")`` gives ``haben``, second subjunctive, plural. Separable verbs are known joined
(``mitteilte``, ``mitgeteilt``, ``mitzuteilen``) and apart (``teilte``, with its particle ``mit`` found in the
clause). The forms are built once from data/de/verbs.yaml by the rules of German conjugation.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from typing import Literal

import msgspec

from depesche.language.lexicon import load_entries
from depesche.language.tokens import Token

Kind = Literal["finite", "infinitive", "zu", "participle", "present_participle"]
Mood = Literal["", "ind", "subj1", "subj2"]
Tense = Literal["", "pres", "past"]
Number = Literal["", "1sg", "sg", "pl"]

SEPARABLE = frozenset(
    """ab an auf aus bei bereit bekannt bevor bloß da dar davon dagegen durch ein entgegen fehl
    fern fest fort frei gefangen geheim geltend gegenüber gleich gut heim her heran heraus
    herbei hervor herunter hin hinaus hinzu hoch inne kenn klar kund lahm los mit nach
    nahe näher nieder not offen preis rück rückgängig raus schuldig sicher stand statt
    still teil überein um unter vor voran voraus wach wahr weg weiter wieder willkommen zu
    quer hinweg wiederauf wiederein wiederher zurück zusammen zustande auseinander aufrecht abhanden herab
    herein wissen fallen über brach dazwischen empor heilig herum hinauf hinein hinterher kaputt tot umher
    vorbei vorweg wett zugrunde zugute zunichte zurecht""".split()
)
# These stand apart in some verbs and fast in others; in the verbs of news they mostly stand fast.
_MOSTLY_FAST = frozenset({"über", "unter", "wider", "hinter"})
# Of these only the joined forms are known (untergetaucht, vorherzusagen): apart they mostly are other words.
_ONLY_JOINED = frozenset({"über", "unter", "vorher", "zuvor"})
_UMLAUT = {"a": "ä", "o": "ö", "u": "ü"}
_LAST_VOWEL = re.compile(r"^(.*?)(au|[aou])([^aeiouäöü]*)$")
_IEREN = re.compile(r"([^\W\d_]{2,24}ier)(?:t|te|ten|en|e)$")
_NEEDS_E = re.compile(r"(?:[td]|[^aeiouäöülrhmn][mn]|ch[mn])$")


class VerbForm(msgspec.Struct, frozen=True):
    """What a word can be as a verb form.

    ``lemma`` is the whole infinitive with prefix. ``particle`` is the part that this form still needs
    from elsewhere in its clause (``teilte`` of ``mitteilen``: ``mit``), else empty.
    """

    lemma: str
    kind: Kind
    mood: Mood = ""
    tense: Tense = ""
    number: Number = ""
    particle: str = ""


class VerbEntry(msgspec.Struct, frozen=True):
    """An entry of verbs.yaml: one strong verb, or a list of weak ones."""

    id: str
    yes: str
    no: str
    present: str = ""
    past: str = ""
    participle: str = ""
    subjunctive: str = ""
    prefixes: str = ""
    extra: tuple[str, ...] = ()
    weak: tuple[str, ...] = ()


class _Parts(msgspec.Struct, frozen=True):
    """Principal parts of a simple verb. ``present`` is the third person singular."""

    infinitive: str
    present: str
    past: str
    participle: str
    subjunctive: str


_NONFINITE = frozenset({"participle", "infinitive", "zu"})


@functools.lru_cache(maxsize=50_000)
def analyse_verb(word: str) -> tuple[VerbForm, ...]:
    """Return what the word, in lower case, can be as a verb form; empty if it is none that is known.

    Verbs in -ieren are all regular, so they need not be listed.
    """
    known = _forms().get(word)
    if known is not None:
        return known
    match = _IEREN.match(word)
    if match:
        return _ieren_forms(match[1]).get(word, ())
    # Swiss spelling has no ß: "hiess".
    return _forms().get(word.replace("ss", "ß"), ()) if "ss" in word else ()


def is_nonfinite(token: Token) -> bool:
    """Whether a word may end a clause behind its finite verb: a participle or infinitive, and no noun."""
    return not token.is_capital and any(f.kind in _NONFINITE for f in analyse_verb(token.lower))


def build_forms(entry: VerbEntry) -> Iterator[tuple[str, VerbForm]]:
    """Yield each form that an entry of verbs.yaml gives, with what it is."""
    if entry.weak:
        for line in entry.weak:
            verb, *prefixes = line.split()
            yield from _conjugate(_weak_parts(verb), prefixes)
        return
    parts = _Parts(
        entry.id, entry.present, entry.past, entry.participle, entry.subjunctive or _umlaut(entry.past)
    )
    yield from _conjugate(parts, entry.prefixes.split())
    for line in entry.extra:
        form, *features = line.split()
        if features == ["part"]:
            yield form, VerbForm(entry.id, "participle")
        else:
            mood, tense, number = features
            yield form, VerbForm(entry.id, "finite", mood, tense, number)  # type: ignore[arg-type]


@functools.cache
def _forms() -> dict[str, tuple[VerbForm, ...]]:
    table: dict[str, dict[VerbForm, None]] = {}
    for entry in load_entries("de/verbs.yaml", VerbEntry):
        for form, analysis in build_forms(entry):
            table.setdefault(form, {})[analysis] = None
    return {form: tuple(analyses) for form, analyses in table.items()}


@functools.lru_cache(maxsize=4096)
def _ieren_forms(stem: str) -> dict[str, tuple[VerbForm, ...]]:
    table: dict[str, tuple[VerbForm, ...]] = {}
    for form, analysis in _conjugate(_weak_parts(stem + "en"), []):
        table[form] = (*table.get(form, ()), analysis)
    return table


def _weak_parts(infinitive: str) -> _Parts:
    stem = _stem(infinitive)
    link = "e" if _NEEDS_E.search(stem) else ""
    fast = stem.endswith("ier") or _has_fast_prefix(infinitive)
    participle = ("" if fast else "ge") + stem + link + "t"
    return _Parts(infinitive, stem + link + "t", stem + link + "te", participle, stem + link + "te")


def _has_fast_prefix(infinitive: str) -> bool:
    """Whether a weak verb listed whole has a prefix that takes no ``ge`` (beantragen)."""
    match = re.match(
        r"(?:be|emp|ent|er|ge|ver|zer|miss|über|unter|wider|voll)(?=.*[aeiouäöü].*en$|.*eln$|.*ern$)",
        infinitive,
    )
    rest = infinitive[match.end() :] if match else ""
    return match is not None and bool(re.match(r"[^aeiouäöü]*[aeiouäöü]", _stem(rest)))


def _stem(infinitive: str) -> str:
    return infinitive[:-2] if infinitive.endswith("en") else infinitive[:-1]


def _umlaut(past: str) -> str:
    """Return the second subjunctive of a past: kam, käme; ging, ginge; wurde, würde stands in the list."""
    if past.endswith("e"):
        return past
    match = _LAST_VOWEL.match(past)
    if match and match[2] != "au":
        return match[1] + _UMLAUT[match[2]] + match[3] + "e"
    return past + "e"


def _conjugate(parts: _Parts, prefixes: list[str]) -> Iterator[tuple[str, VerbForm]]:
    yield from _with_prefix(parts, "", "")
    for prefix in prefixes:
        outer, plus, inner = prefix.partition("+")
        if plus:
            yield from _with_prefix(parts, outer, inner)
        elif outer in SEPARABLE and outer not in _MOSTLY_FAST:
            yield from _with_prefix(parts, outer, "")
            if outer in {"um", "durch"}:  # umstellen and umstellen: both stresses are in use
                yield from _with_prefix(parts, "", outer)
        elif outer not in _ONLY_JOINED or outer in _MOSTLY_FAST:
            yield from _with_prefix(parts, "", outer)
        if outer in _ONLY_JOINED:
            yield from _with_prefix(parts, outer, "", apart=False)


def _with_prefix(
    parts: _Parts, particle: str, fast: str, *, apart: bool = True
) -> Iterator[tuple[str, VerbForm]]:
    """Yield the forms with a separable ``particle`` and a ``fast`` prefix; either may be empty.

    Without ``apart`` they leave out those whose particle stands elsewhere in the clause.
    """
    lemma = particle + fast + parts.infinitive
    for form, mood, tense, number in _finite(parts):
        yield particle + fast + form, VerbForm(lemma, "finite", mood, tense, number)
        if particle and apart:
            yield fast + form, VerbForm(lemma, "finite", mood, tense, number, particle)
    participle = parts.participle
    # The ge of gewonnen is a prefix and stays, that of gegangen goes: begangen.
    ge = "geg" if parts.infinitive.startswith("ge") else "ge"
    if fast and participle.startswith(ge):
        participle = participle[2:]
    yield particle + fast + participle, VerbForm(lemma, "participle")
    yield lemma, VerbForm(lemma, "infinitive")
    yield lemma + "d", VerbForm(lemma, "present_participle")
    if particle:
        yield particle + "zu" + fast + parts.infinitive, VerbForm(lemma, "zu")


def _finite(parts: _Parts) -> Iterator[tuple[str, Mood, Tense, Number]]:
    stem = _stem(parts.infinitive)
    modal = not parts.present.endswith(("t", "st"))
    yield parts.present, "ind", "pres", "sg"
    if parts.infinitive != "sein":
        yield parts.infinitive, "ind", "pres", "pl"
        yield (parts.present if modal else stem + "e"), "ind", "pres", "1sg"
        yield stem + "e", "subj1", "pres", "sg"
        if stem.endswith("el"):  # es handle sich
            yield stem[:-2] + "le", "subj1", "pres", "sg"
    yield parts.past, "ind", "past", "sg"
    yield parts.past + ("n" if parts.past.endswith("e") else "en"), "ind", "past", "pl"
    yield parts.subjunctive, "subj2", "past", "sg"
    yield parts.subjunctive + "n", "subj2", "past", "pl"
