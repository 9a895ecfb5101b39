"""Finds all words of a report that may name an actor, in one walk."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from depesche.find.actors.candidates import Candidate, tokens_of
from depesche.find.actors.introductions import add_introduced
from depesche.find.actors.names import (
    begins_with_first_name,
    call_names,
    is_name_word,
    looks_like_name,
    name_end,
)
from depesche.find.actors.nouns import add_noun
from depesche.find.actors.organisations import add_organisation, try_acronym
from depesche.find.actors.persons import add_leader, add_name, leader_end, try_name
from depesche.find.actors.scan import Scan
from depesche.find.actors.states import add_state, add_state_noun, is_dateline
from depesche.language.document import Document
from depesche.language.function_words import all_function_words
from depesche.language.leaders import leader_names
from depesche.language.offices import NounForm, names_of, noun_of, noun_phrases
from depesche.language.organisations import (
    Organisation,
    organisation_metonyms,
    organisation_name,
    organisation_names,
)
from depesche.language.phrases import PhraseMatch
from depesche.language.states import state_names
from depesche.language.tokens import Sentence
from depesche.reading import Place

# No name that begins a compound is longer.
MAX_PART = 40


def find_candidates(document: Document, places: Sequence[Place] = ()) -> Scan:
    """Walk through a document and return all candidates, in the order of the text; they do not overlap."""
    scan = Scan(document, places)
    for sentence in document.sentences:
        i = sentence.first
        while i < sentence.last:
            i = max(_step(scan, i, sentence), i + 1)
    return scan


def _step(scan: Scan, i: int, sentence: Sentence) -> int:
    """Read what begins at ``i`` and return the index after it, ``i`` if nothing does."""
    if i in scan.introduced:
        return add_introduced(scan, i)
    leader = leader_names().match_at(scan.tokens, i)
    if leader and (stop := leader_end(scan, leader, sentence)):
        return add_leader(scan, i, stop, leader.found[0])
    stop = _listed_name(scan, i, sentence)
    if stop > i:
        return stop
    if scan.tokens[i].is_capital:
        return _noun(scan, i, sentence) or try_acronym(scan, i, sentence) or try_name(scan, i, sentence)
    return try_name(scan, i, sentence) if looks_like_name(scan.tokens[i]) else i


def _listed_name(scan: Scan, i: int, sentence: Sentence) -> int:
    """Read the state or organisation of the lists at ``i``; return the index after it, or ``i``."""
    tokens = scan.tokens
    organisation = organisation_names().match_at(tokens, i)
    state = state_names().match_at(tokens, i)
    if state and state.found[0].kind != "adjective" and not (organisation and organisation.last > state.last):
        stop = name_end(tokens, i, sentence.last) if tokens[i].is_capital else i
        if stop > state.last and begins_with_first_name(tokens, i, stop):
            return add_name(scan, i, stop)
        return add_state(scan, state, sentence)
    if organisation and not _is_noun(scan, organisation, sentence):
        return add_organisation(scan, organisation, sentence)
    metonym = organisation_metonyms().match_at(tokens, i)
    if metonym and not is_dateline(scan, i, metonym.last, sentence):
        return add_organisation(scan, metonym, sentence, metonym=True)
    return i


def _is_noun(scan: Scan, match: PhraseMatch[Organisation], sentence: Sentence) -> bool:
    """Whether a name of the list is read better as a noun: a word for a state (Bundesregierung), or an
    office with its holder (``Bundesrat Ignazio Cassis``)."""
    form = noun_of(scan.tokens[match.first].text) if match.last == match.first + 1 else None
    if form is None or form.noun.government:
        return form is not None
    stop = name_end(scan.tokens, match.last, sentence.last)
    return form.noun.kind == "person" and stop - match.last >= 2


def _noun(scan: Scan, i: int, sentence: Sentence) -> int:
    """Read the noun for an actor that begins at ``i``; return the index after it, 0 if there is none."""
    token = scan.tokens[i]
    if stop := add_state_noun(scan, i, sentence):
        return stop
    if phrase := noun_phrases().match_at(scan.tokens, i):
        return add_noun(scan, i, phrase.last, phrase.found[0], sentence)
    if token.text in names_of("first") and i + 1 < sentence.last and is_name_word(scan.tokens[i + 1]):
        return 0
    form = noun_of(token.text)
    if form is None or (i == sentence.first and token.lower in all_function_words()):
        return 0
    if i == sentence.first and _describes(scan, i, form, sentence):
        return 0
    return add_noun(scan, i, i + 1, form, sentence)


def _describes(scan: Scan, i: int, form: NounForm, sentence: Sentence) -> bool:
    """Whether the word that opens a sentence is the adjective of a noun: ``Radikale Islamisten drohten``.

    Who holds an office (``Abgeordnete Anna Maier``) is not told from it by the words alone.
    """
    if (
        form.noun.office
        or form.base + "~" not in {f.lower() for f in form.noun.forms}
        or i + 1 >= sentence.last
    ):
        return False
    words = scan.document.analysis.words if scan.document.analysis else ()
    if words:
        return words[i].upos == "ADJ"
    following = scan.tokens[i + 1]
    return following.is_capital and following.text not in names_of("first")


def find_parts(document: Document, found: list[Candidate]) -> list[Candidate]:
    """Return the candidates, with the states, organisations and persons in ``Ukraine-Krieg``.

    Such a part names somebody but does not act; it is kept where the report names him otherwise too.
    """
    taken = tokens_of(found)
    persons = {word: c for c in found if c.kind == "person" and c.name for word in call_names(c.name)}
    acronyms = {c.name[0]: c for c in found if c.kind == "acronym" and len(c.name) == 1}
    extra: list[Candidate] = []
    for k, token in enumerate(document.tokens):
        if k in taken or "-" not in token.text or not looks_like_name(token):
            continue
        # ``Al-Kaida-Kämpfer`` begins with a name that has a hyphen of its own.
        ends = [j for j, letter in enumerate(token.text[:MAX_PART]) if letter == "-"][:2]
        for end in reversed(ends):
            part = token.text[:end]
            if acronym := acronyms.get(part):
                extra.append(msgspec.structs.replace(acronym, first=k, last=k + 1, part=end, alias=None))
                break
            if candidate := _part_of(part, k, persons):
                extra.append(candidate)
                break
    return sorted(found + extra, key=lambda c: c.first)


def _part_of(part: str, k: int, persons: dict[str, Candidate]) -> Candidate | None:
    base = Candidate(
        first=k, last=k + 1, kind="state", rule="actors/part", acting=False, part=len(part), surface=part
    )
    if person := persons.get(part):
        return msgspec.structs.replace(base, kind="person", name=(part,), name_at=k, country=person.country)
    if found := state_names().meanings(part):
        if found[0].kind == "name":
            return msgspec.structs.replace(base, country=found[0].country, sector="GOV")
        return None
    if organisations := organisation_names().meanings(part):
        o = organisations[0]
        return msgspec.structs.replace(
            base,
            kind="organisation",
            organisation=o,
            name=(organisation_name(o),),
            country=o.country,
            sector=o.sector,
            nowhere=o.country is None,
        )
    return None
