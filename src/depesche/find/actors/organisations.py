"""Reads organisations: by name, by the places that stand for them, and by abbreviations of their own."""

from __future__ import annotations

import msgspec

from depesche.find.actors.belonging import country_of_genitive
from depesche.find.actors.candidates import Candidate
from depesche.find.actors.phrases import Before, read_after, read_before
from depesche.find.actors.scan import Scan
from depesche.find.actors.states import acts_at
from depesche.find.actors.tellers import says_at
from depesche.find.actors.unions import meant_by
from depesche.language.function_words import words_of
from depesche.language.offices import NounForm, context_words
from depesche.language.organisations import Organisation, organisation_name, organisation_names
from depesche.language.phrases import PhraseMatch
from depesche.language.states import state_names
from depesche.language.tokens import QUOTES, Sentence

# No body has a longer name before its abbreviation.
MAX_BODY_WORDS = 9


def is_acronym(word: str) -> bool:
    """Whether a word may abbreviate a body's name: capitals alone, and neither a Roman number nor a unit."""
    if (
        not 2 <= len(word) <= 6
        or not word.isalpha()
        or not word.isupper()
        or word in context_words("no_acronyms")
    ):
        return False
    # ``MOSKAU`` is a city in a dateline, ``XIV`` a number.
    return not set(word) <= set("IVXLC") and not state_names().meanings(word.capitalize())


def add_organisation(
    scan: Scan, match: PhraseMatch[Organisation], sentence: Sentence, *, metonym: bool = False
) -> int:
    """Add the organisation that is named, ``metonym`` by its place (Brüssel); return the index after it."""
    i, last = match.first, match.last
    organisation = meant_by(match, scan)
    if organisation.sector == "MED" and _is_source(scan, i, last, sentence):
        return last
    candidate = _organisation(scan, i, last, organisation)
    if organisation.local:
        stated = _stated_country(scan, i, last, sentence)
        organisation = next((o for o in match.found if o.country == stated), organisation)
        rivals = () if stated else tuple(o for o in match.found if o.local)
        candidate = msgspec.structs.replace(
            _organisation(scan, i, last, organisation), country=stated, local=rivals
        )
    elif organisation.country is None:
        # ``zwölf tansanische Blauhelme`` are Tanzania's.
        countries = read_before(scan.tokens, i, sentence.first).countries
        if len(countries) == 1:
            candidate = msgspec.structs.replace(candidate, country=countries[0], nowhere=False)
    if metonym:
        candidate = msgspec.structs.replace(candidate, acting=acts_at(scan, i, sentence), capital=True)
    scan.keep(candidate)
    return last


def _organisation(
    scan: Scan, i: int, last: int, organisation: Organisation, rule: str = "actors/organisation"
) -> Candidate:
    return Candidate(
        first=i,
        last=last,
        kind="organisation",
        rule=rule,
        country=organisation.country,
        nowhere=organisation.country is None,
        organisation=organisation,
        name=(organisation_name(organisation),),
        sector=organisation.sector,
        surface=scan.tokens[i].text,
    )


def _stated_country(scan: Scan, i: int, last: int, sentence: Sentence) -> str | None:
    """Return the state that the words around say: ``der italienische Senat``, ``der Senat in Rom``."""
    before = read_before(scan.tokens, i, sentence.first)
    if len(before.countries) == 1:
        return before.countries[0]
    after = read_after(scan, last - 1, sentence.last, places=True)
    return country_of_genitive(scan, before) or after.country


def _is_source(scan: Scan, i: int, last: int, sentence: Sentence) -> bool:
    """Whether a news agency or paper is only named as where the report comes from."""
    before = scan.tokens[i - 1].text if i > sentence.first else ""
    following = scan.tokens[last].text if last < sentence.last else ""
    agency = scan.tokens[i].text in context_words("agencies")
    if agency and says_at(scan.tokens, i, last):
        return False
    return (
        agency or before in {"(", "/"} or following in {")", "/"} or before.startswith("Nachrichtenagentur")
    )


def find_members(scan: Scan, form: NounForm, before: Before, *, plural: bool) -> Organisation | None:
    """Return the organisation whose members all together are meant: ``die ASEAN-Staaten``."""
    if not form.noun.states or not plural or before.many or before.described:
        return None
    found = organisation_names().meanings(form.modifier)
    return found[0] if found else None


def add_members(scan: Scan, i: int, organisation: Organisation) -> int:
    """Add the organisation whose members are named at ``i``; return the index after it."""
    scan.keep(_organisation(scan, i, i + 1, organisation, "actors/members"))
    return i + 1


def try_acronym(scan: Scan, i: int, sentence: Sentence) -> int:
    """Read an abbreviation as a body's name (``die UDD``): return the index after it, 0 if it is none."""
    token = scan.tokens[i]
    if not is_acronym(token.text) or _is_capital_line(scan, i, sentence):
        return 0
    bracketed = i > sentence.first and scan.tokens[i - 1].text == "("
    long = _long_form(scan, i, sentence) if bracketed else None
    if bracketed and long is None:
        return 0
    scan.keep(
        Candidate(
            first=i,
            last=i + 1,
            kind="acronym",
            rule="actors/acronym",
            name=(token.text,),
            country=long.country if long else None,
            nowhere=bool(long and long.nowhere),
            sector=long.sector if long else None,
            alias=long,
            surface=token.text,
        )
    )
    return i + 1


def _is_capital_line(scan: Scan, i: int, sentence: Sentence) -> bool:
    """Whether the word is in capitals because its line is: ``QUITO (dpa)``, ``BOA VISTA``."""
    near = [scan.tokens[k].text for k in (i - 1, i + 1) if sentence.first <= k < sentence.last]
    if any(len(w) > 1 and w.isalpha() and w.isupper() for w in near):
        return True
    return i == sentence.first and near[:1] in (["("], ["-"], ["–"], ["/"], [","], [":"], ["."])


def _long_form(scan: Scan, i: int, sentence: Sentence) -> Candidate | None:
    """Return what the abbreviation in brackets at ``i`` stands for: the body named before the bracket."""
    last = scan.found[-1] if scan.found else None
    if last and last.last == i - 1 and last.kind in ("body", "organisation", "group"):
        return last
    quoted = _quoted_form(scan, i, sentence)
    if quoted is not None:
        within = _take_back(scan, quoted[0])
        return _keep_long_form(scan, *quoted, within) if within is not None else None
    first = i - 1
    while first > sentence.first and i - first < MAX_BODY_WORDS and _may_name_body(scan, first - 1):
        first -= 1
    while first < i - 1 and (
        not scan.tokens[first].is_capital or scan.tokens[first].lower in words_of("det")
    ):
        first += 1
    if i - 1 - first < 2:
        return None
    within = _take_back(scan, first)
    return _keep_long_form(scan, first, i - 1, within) if within is not None else None


def _quoted_form(scan: Scan, i: int, sentence: Sentence) -> tuple[int, int] | None:
    """Return first and last (exclusive) of the quoted name before the bracket: ``die „Neue Front“ (NF)``."""
    last = i - 2
    if last <= sentence.first or scan.tokens[last].text not in QUOTES:
        return None
    first = last
    while first > sentence.first and last - first <= MAX_BODY_WORDS:
        if scan.tokens[first - 1].text in QUOTES:
            named = any(t.is_capital for t in scan.tokens[first:last])
            return (first, last) if named else None
        first -= 1
    return None


def _take_back(scan: Scan, first: int) -> list[Candidate] | None:
    """Remove and return what was found from token ``first`` on; None, removing nothing, if it must stay."""
    k = len(scan.found)
    while k and scan.found[k - 1].last > first:
        k -= 1
    within = scan.found[k:]
    if any(c.first < first or c.kind in ("organisation", "acronym") for c in within):
        return None
    del scan.found[k:]
    return within


def _keep_long_form(scan: Scan, first: int, last: int, within: list[Candidate]) -> Candidate:
    """Add the body whose name stands from ``first`` to ``last``, of the state of the noun in it."""
    head = next((c for c in within if c.noun and c.kind == "body"), None)
    words = tuple(t.text for t in scan.tokens[first:last])
    long = Candidate(
        first=first,
        last=last,
        kind="acronym",
        rule="actors/long-form",
        name=words,
        country=head.country if head else None,
        nowhere=head.nowhere if head else False,
        sector=head.sector if head else None,
        surface=" ".join(words),
    )
    scan.keep(long)
    return long


def _may_name_body(scan: Scan, k: int) -> bool:
    token = scan.tokens[k]
    return token.is_capital or token.lower in context_words("body_joints")
