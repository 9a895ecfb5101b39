"""Reads personal names that no office introduces, and finds who is called by family name later."""

from __future__ import annotations

import msgspec

from depesche.find.actors.candidates import Candidate
from depesche.find.actors.introductions import OPENERS
from depesche.find.actors.names import (
    bare_word,
    begins_with_first_name,
    call_names,
    gender_of,
    is_name_word,
    name_end,
)
from depesche.find.actors.scan import Scan
from depesche.language.document import Document
from depesche.language.function_words import all_function_words, words_of
from depesche.language.leaders import Leader
from depesche.language.offices import context_words, names_of, noun_of
from depesche.language.phrases import PhraseMatch
from depesche.language.tokens import Sentence
from depesche.language.verbs import analyse_verb


def leader_end(scan: Scan, i: int, match: PhraseMatch[Leader], sentence: Sentence) -> int:
    """Return the index after the name of somebody known, 0 if the name goes on and is another one's."""
    if match.last > sentence.last:
        return 0
    if match.found[0].alone and match.last < sentence.last and is_name_word(scan.tokens[match.last]):
        return 0
    return match.last


def add_leader(scan: Scan, i: int, stop: int, leader: Leader) -> int:
    scan.keep(
        Candidate(
            first=i,
            last=stop,
            kind="person",
            rule="actors/known-name",
            name=leader.name,
            name_at=i,
            gender=gender_of(leader.name),
        )
    )
    return stop


def try_name(scan: Scan, i: int, sentence: Sentence) -> int:
    stop = name_end(scan.tokens, i, sentence.last)
    if stop - i < 2 or not begins_with_first_name(scan.tokens, i, stop):
        if stop - i >= 2 and i > sentence.first and _is_unknown_name(scan, i, stop, sentence):
            return add_name(scan, i, stop, sentence)
        return i
    return add_name(scan, i, stop, sentence)


def _is_unknown_name(scan: Scan, i: int, stop: int, sentence: Sentence) -> bool:
    """Whether two words that no list knows are somebody's name: German sets no two nouns side by side,
    but for places (after ``in``), and names of things (after an article)."""
    if _has_apposition(scan, stop, sentence):
        return True
    before = scan.tokens[i - 1]
    words = scan.tokens[i:stop]
    if (
        stop - i > 3
        or before.is_capital
        or before.text in OPENERS
        or before.lower in context_words("place_prepositions")
    ):
        return False
    if before.lower in words_of("det") or any(t.text in names_of("particle") for t in words):
        return False
    if stop < sentence.last and scan.tokens[stop].is_capital:
        return False
    return _is_called_later(scan, stop) or _speaks(scan, i, stop, sentence)


def _is_called_later(scan: Scan, stop: int) -> bool:
    """Whether the last word of the name stands alone somewhere: reports call people by it."""
    word = scan.tokens[stop - 1].text
    return len(word) > 2 and (word in scan.alone or word + "s" in scan.alone)


def _speaks(scan: Scan, i: int, stop: int, sentence: Sentence) -> bool:
    """Whether a verb of saying stands next to the name."""
    near = [k for k in (i - 1, stop) if sentence.first <= k < sentence.last]
    return any(
        f.kind == "finite" and f.lemma in context_words("speech_verbs")
        for k in near
        for f in analyse_verb(scan.tokens[k].lower)
    )


def _has_apposition(scan: Scan, stop: int, sentence: Sentence) -> bool:
    return _apposition(scan, stop, sentence) >= 0


def _apposition(scan: Scan, stop: int, sentence: Sentence) -> int:
    """Return the index of the office that follows a name after a comma: ``Erdoğan, der türkische Präsident``."""
    if stop + 1 >= sentence.last or scan.tokens[stop].text != ",":
        return -1
    for k in range(stop + 1, min(stop + 6, sentence.last)):
        token = scan.tokens[k]
        if token.is_capital:
            form = noun_of(token.text)
            good = form and form.noun.kind == "person" and form.number != "pl" and not form.noun.counted
            return k if good else -1
        if token.lower not in {
            "der",
            "die",
            "ein",
            "eine",
            "dem",
            "den",
            "des",
            "einem",
            "einen",
        } and not token.lower.endswith(("e", "er", "en")):
            return -1
    return -1


def add_name(scan: Scan, i: int, stop: int, sentence: Sentence) -> int:
    name = scan.name_words(i, stop)
    scan.keep(
        Candidate(
            first=i,
            last=stop,
            kind="person",
            rule="actors/name",
            name=name,
            name_at=i,
            gender=gender_of(name),
        )
    )
    return stop


def attach_appositions(document: Document, found: list[Candidate]) -> list[Candidate]:
    """Return the candidates, offices that stand in apposition to a name with that name."""
    result = list(found)
    for k in range(len(found) - 1):
        name, office = found[k], found[k + 1]
        if name.kind != "person" or not name.name or office.kind != "person" or office.name or office.plural:
            continue
        if office.noun is None or office.noun.noun.counted or office.first - name.last > 6:
            continue
        gap = [t.lower for t in document.tokens[name.last : office.first]]
        if (
            gap
            and gap[0] == ","
            and not any(g in {",", "und", "der", "die"} for g in gap[2:])
            and all(
                g.endswith(("e", "er", "en", "em"))
                or g in {",", "der", "die", "ein", "eine", "dem", "den", "des"}
                for g in gap
            )
        ):
            result[k + 1] = msgspec.structs.replace(office, name=name.name, rule="actors/apposition")
    return result


def find_family_names(document: Document, found: list[Candidate]) -> list[Candidate]:
    """Return the candidates, with the single names that call somebody whose full name the report gives."""
    callable_: set[str] = set()
    for candidate in found:
        if candidate.kind == "person" and candidate.name:
            callable_.update(call_names(candidate.name))
    if not callable_:
        return found
    words = frozenset(callable_)
    taken = {k for c in found for k in range(c.first, c.last)}
    extra: list[Candidate] = []
    for k, token in enumerate(document.tokens):
        if k in taken or not token.is_capital:
            continue
        word = bare_word(token.text, words)
        if word in words and (token.lower not in all_function_words() or not _opens(document, k)):
            extra.append(
                Candidate(
                    first=k, last=k + 1, kind="person", rule="actors/family-name", name=(word,), name_at=k
                )
            )
    return sorted(found + extra, key=lambda c: c.first)


def _opens(document: Document, k: int) -> bool:
    return document.sentences[document.sentence_at(document.tokens[k].start)].first == k
