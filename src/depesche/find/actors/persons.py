"""Reads personal names that no office introduces, and finds who is called by family name later."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import msgspec

from depesche.find.actors.belonging import country_of_modifier
from depesche.find.actors.candidates import Candidate, tokens_of
from depesche.find.actors.introductions import OPENERS
from depesche.find.actors.names import (
    bare_word,
    begins_with_first_name,
    call_names,
    gender_of,
    is_name_word,
    looks_like_name,
    name_end,
)
from depesche.find.actors.phrases import read_after, read_before
from depesche.find.actors.scan import Scan
from depesche.language.document import Document
from depesche.language.function_words import all_function_words, words_of
from depesche.language.leaders import Leader
from depesche.language.offices import context_words, names_of, noun_of
from depesche.language.organisations import organisation_names
from depesche.language.phrases import PhraseMatch
from depesche.language.states import state_names
from depesche.language.tokens import Sentence
from depesche.language.verbs import analyse_verb

# An apposition has no more words before its noun.
MAX_GAP = 6


def leader_end(scan: Scan, match: PhraseMatch[Leader], sentence: Sentence) -> int:
    """Return the index after the name of somebody known, 0 if the name goes on and is another one's."""
    # ``nannte Trumps Angriff``: behind a genitive stands what is his.
    genitive = scan.tokens[match.last - 1].text == match.found[0].name[-1] + "s"
    goes_on = match.last < sentence.last and is_name_word(scan.tokens[match.last]) and not genitive
    if match.last > sentence.last or (match.found[0].alone and goes_on):
        return 0
    return match.last


def add_leader(scan: Scan, i: int, stop: int, leader: Leader) -> int:
    """Add somebody known by name; return the index after the name."""
    role = find_unlisted_role(scan, i, stop)
    scan.keep(
        Candidate(
            first=role.first,
            last=stop,
            kind="person",
            rule="actors/known-name",
            name=leader.name,
            name_at=i,
            role=role.words,
            country=role.country,
            gender=gender_of(leader.name),
        )
    )
    return stop


def try_name(scan: Scan, i: int, sentence: Sentence) -> int:
    """Read the name that begins at ``i``; return the index after it, ``i`` if it is none."""
    stop = name_end(scan.tokens, i, sentence.last)
    if stop - i < 2 or (stop - i > 2 and _is_noun_before_name(scan, i)):
        return i
    unknown = i > sentence.first and _is_unknown_name(scan, i, stop, sentence)
    return add_name(scan, i, stop) if begins_with_first_name(scan.tokens, i, stop) or unknown else i


def _is_noun_before_name(scan: Scan, i: int) -> bool:
    """Whether the word at ``i`` is a noun that a name stands beside: ``Malerin Paula Kern``."""
    words = scan.document.analysis.words if scan.document.analysis else ()
    return bool(words) and words[i].upos == "NOUN" and words[i + 1].upos == "PROPN"


def _is_unknown_name(scan: Scan, i: int, stop: int, sentence: Sentence) -> bool:
    """Whether two words that no list knows are somebody's name.

    German sets no two nouns side by side, but for places (after ``in``) and names of things (after an
    article); and somebody who matters is told by office, speaks, or is called by family name later.
    """
    before = scan.tokens[i - 1]
    if _has_apposition(scan, stop, sentence):
        return True
    if stop - i > 3 or before.is_capital or before.text in OPENERS or before.lower in words_of("det"):
        return False
    if before.lower in context_words("place_prepositions"):
        return False
    if any(t.text in names_of("particle") for t in scan.tokens[i:stop]):
        return False
    noun_follows = stop < sentence.last and scan.tokens[stop].is_capital
    return not noun_follows and (_is_called_later(scan, stop) or _speaks(scan, i, stop, sentence))


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
    """Whether an office follows after a comma: ``Erdoğan, der türkische Präsident``."""
    if stop + 1 >= sentence.last or scan.tokens[stop].text != ",":
        return False
    for token in scan.tokens[stop + 1 : min(stop + 6, sentence.last)]:
        if token.is_capital:
            form = noun_of(token.text)
            return bool(form and form.noun.kind == "person" and form.number != "pl" and not form.noun.counted)
        if not _may_stand_before_office(token.lower):
            return False
    return False


def _may_stand_before_office(word: str) -> bool:
    """Whether a word is an article or adjective."""
    return word in words_of("det") or word.endswith(("e", "er", "en", "em"))


def add_name(scan: Scan, i: int, stop: int) -> int:
    """Add the name that stands from ``i`` to ``stop``; return ``stop``.

    ``Joe Stork von Human Rights Watch`` is of that body: of its state, or of none.
    """
    after = read_after(scan, stop - 1, len(scan.tokens), places=False)
    body = after.organisation if after.opener in {"von", "vom"} else None
    role = find_unlisted_role(scan, i, stop)
    country = _country_in_brackets(scan, stop)
    scan.keep(
        Candidate(
            first=role.first,
            last=stop,
            kind="person",
            rule="actors/name",
            name=(name := scan.name_words(i, stop)),
            name_at=i,
            gender=gender_of(name),
            country=role.country or (body.country if body else country),
            nowhere=not role.country and (body is not None and body.country is None),
            role=role.words,
            sector=body.sector if body else None,
        )
    )
    return stop


class UnlistedRole(msgspec.Struct, frozen=True):
    """What is said before a name by a noun of no list: where it begins, its words, and the state it tells."""

    first: int
    words: str | None = None
    country: str | None = None


def find_unlisted_role(scan: Scan, i: int, stop: int) -> UnlistedRole:
    """Return what the noun right before a name says of its bearer: ``der deutsche Maler Karl Huber``.

    That the noun is in apposition must be told by the language model; ``im Mai Karl Huber`` is not.
    """
    k = i - 1
    words = scan.document.analysis.words if scan.document.analysis else ()
    if k < 0 or not words or words[k].upos not in {"NOUN", "PROPN"} or not scan.tokens[k].is_word:
        return UnlistedRole(i)
    joined = words[i].relation.partition(":")[0] == "appos" and words[i].head == k
    before = read_before(scan.tokens, k, scan.document.sentence_of(i).first)
    genitive = bare_word(scan.tokens[stop - 1].text, scan.words) != scan.tokens[stop - 1].text
    if not joined or genitive or not before.determiner or before.many:
        return UnlistedRole(i)
    of = before.countries
    country = of[0] if len(of) == 1 else country_of_modifier(scan.tokens[k].text.rpartition("-")[0])[0]
    taken = scan.found[-1].last if scan.found else 0
    first = max(before.first, taken) if k >= taken else i
    return UnlistedRole(first, scan.text(first, i) if first < i else None, country)


def _country_in_brackets(scan: Scan, k: int) -> str | None:
    """Return the state of the party or the state in brackets behind a name: ``Karl Huber (CDU)``."""
    if k + 1 >= len(scan.tokens) or scan.tokens[k].text != "(":
        return None
    organisation = organisation_names().match_at(scan.tokens, k + 1)
    state = state_names().match_at(scan.tokens, k + 1)
    last = organisation.last if organisation else state.last if state else k
    if last <= k or last >= len(scan.tokens) or scan.tokens[last].text != ")":
        return None
    if organisation:
        return organisation.found[0].country
    return state.found[0].country if state and state.found[0].kind == "name" else None


def attach_appositions(document: Document, found: list[Candidate]) -> list[Candidate]:
    """Return the candidates, offices that stand in apposition to a name with that name.

    A noun that only says what the body named right behind it is (``das Staatenbündnis Asean``) is left out.
    """
    found = [c for k, c in enumerate(found) if not _is_named_behind(c, found[k + 1 : k + 2])]
    result = list(found)
    for k, (name, office) in enumerate(itertools.pairwise(found)):
        if name.kind == "person" and name.name and _may_be_apposition(office):
            gap = [t.lower for t in document.tokens[name.last : office.first]]
            if gap[:1] == [","] and len(gap) <= MAX_GAP and _is_phrase_start(gap[1:]):
                result[k + 1] = msgspec.structs.replace(office, name=name.name, rule="actors/apposition")
    return result


def _is_named_behind(body: Candidate, following: Sequence[Candidate]) -> bool:
    return body.kind == "body" and any(
        name.kind in {"organisation", "acronym"} and name.first == body.last for name in following
    )


def _may_be_apposition(office: Candidate) -> bool:
    known = office.noun is not None and not office.noun.noun.counted
    return office.kind == "person" and known and not office.name and not office.plural


def _is_phrase_start(words: list[str]) -> bool:
    """Whether an article at most, and then adjectives, stand before the noun."""
    articles = [w for w in words[1:] if w in words_of("det")]
    return not articles and all(_may_stand_before_office(w) for w in words)


def find_family_names(document: Document, found: list[Candidate]) -> list[Candidate]:
    """Return the candidates, with the single names that call somebody whose full name the report gives."""
    words = frozenset(w for c in found if c.kind == "person" and c.name for w in call_names(c.name))
    if not words:
        return found
    taken = tokens_of(found)
    extra: list[Candidate] = []
    for k, token in enumerate(document.tokens):
        word = _small_article(bare_word(token.text, words), words)
        if word not in words or k in taken or not looks_like_name(token):
            continue
        if token.lower not in all_function_words() or not _opens(document, k):
            extra.append(
                Candidate(
                    first=k, last=k + 1, kind="person", rule="actors/family-name", name=(word,), name_at=k
                )
            )
    return sorted(found + extra, key=lambda c: c.first)


def _small_article(word: str, words: frozenset[str]) -> str:
    """Return ``al-Hassani`` for ``Al-Hassani`` where it opens a sentence and is written so elsewhere.

    >>> _small_article("Al-Hassani", frozenset({"al-Hassani"}))
    'al-Hassani'
    """
    small = word[:1].lower() + word[1:]
    return small if word not in words and "-" in word and small in words else word


def _opens(document: Document, k: int) -> bool:
    return document.sentence_of(k).first == k
