"""Names that a language model takes for somebody who acts, where grammar and word lists read nothing."""

from __future__ import annotations

from collections.abc import Sequence

from depesche.find.actors.belonging import country_of_modifier
from depesche.find.actors.candidates import Candidate, tokens_of
from depesche.find.actors.names import gender_of, is_name_word
from depesche.find.actors.phrases import read_after, read_before
from depesche.find.actors.scan import Scan
from depesche.language.analysis import ActorMention
from depesche.language.function_words import words_of
from depesche.language.states import countries_of_adjective
from depesche.language.tokens import Token

# How sure the model must be of a kind. Chosen on texts that it has not learnt from; states are known by name,
# and groups by their nouns.
SURE = {"PER": 0.8, "ORG": 0.7}
# No name in news has more words.
MAX_WORDS = 8


def add_learned(scan: Scan, found: list[Candidate]) -> list[Candidate]:
    """Return the candidates, with the names of persons and bodies that the model is sure of beside them.

    Nothing changes where there is no model, and nothing that grammar has read.
    """
    analysis = scan.document.analysis
    if analysis is None:
        return found
    taken = tokens_of(found)
    extra: list[Candidate] = []
    for mention in analysis.actors:
        candidate = _candidate(scan, mention)
        if candidate and taken.isdisjoint(range(candidate.first, candidate.last)):
            taken.update(range(candidate.first, candidate.last))
            extra.append(candidate)
    return sorted(found + extra, key=lambda c: c.first)


def _candidate(scan: Scan, mention: ActorMention) -> Candidate | None:
    if mention.confidence < SURE.get(mention.kind, 2.0):
        return None
    first, last = _without_article(scan.tokens, *mention.words)
    words = scan.tokens[first:last]
    if not words or len(words) > MAX_WORDS or not words[0].is_capital:
        return None
    if mention.kind == "PER" and not all(is_name_word(word) for word in words):
        return None
    name = scan.name_words(first, last)
    country, nowhere = _country(scan, first, last) if mention.kind == "ORG" else (None, False)
    return Candidate(
        first=first,
        last=last,
        kind="person" if mention.kind == "PER" else "acronym",
        rule="actors/learned",
        name=name,
        name_at=first,
        country=country,
        nowhere=nowhere,
        gender=gender_of(name) if mention.kind == "PER" else "",
        surface=" ".join(word.text for word in words),
    )


def _country(scan: Scan, first: int, last: int) -> tuple[str | None, bool]:
    """Return the state that the words of a body tell, and whether they say that it has none."""
    # ``der Norwegische Flüchtlingsrat``; ``die deutsche EU-Ratspräsidentschaft`` is not the EU's.
    before = read_before(scan.tokens, first, scan.document.sentence_of(first).first)
    countries = before.countries or countries_of_adjective(scan.tokens[first].text)
    if countries or before.abroad:
        return (countries[0], False) if len(countries) == 1 else (None, True)
    country, nowhere = country_of_modifier(scan.tokens[first].text.rpartition("-")[0])
    if country or nowhere:
        return country, nowhere
    after = read_after(scan, last - 1, len(scan.tokens), places=True)
    return after.country, after.organisation is not None and after.country is None


def _without_article(tokens: Sequence[Token], first: int, last: int) -> tuple[int, int]:
    while first < last and (tokens[first].lower in words_of("det") or not tokens[first].is_word):
        first += 1
    while last > first and not tokens[last - 1].is_word:
        last -= 1
    return first, last
