"""Places: states, regions, cities and a few buildings, with country and coordinates.

States and regions are places wherever they are named. Cities are places where German says so: after
a preposition of place (``in Kuala Lumpur``), after a word like Stadt, in a list that began so, and in the
dateline of an agency. ``Moskau teilte mit`` is a government, and no place. Of several cities of one name
it is the one in the country just named, or in a country that the report names, or the best known.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from depesche.language.datelines import ends_town
from depesche.language.document import Document
from depesche.language.gazetteer import (
    NamedPlace,
    city_adjectives,
    load_gazetteer,
    load_place_words,
    place_names,
)
from depesche.language.organisations import organisation_names
from depesche.language.states import country_of_adjective, country_of_name, states_by_code
from depesche.language.tokens import Token
from depesche.language.word_classes import word_class, word_ends
from depesche.reading import Place

_STRONG = frozenset({"in", "nach", "aus", "richtung"})
_WEAK = frozenset(
    "bei von um vor über durch gegen nahe unweit bis nördlich südlich östlich westlich nordöstlich"
    " nordwestlich südöstlich südwestlich zwischen rund ab für".split()
)
_ARTICLES = frozenset(
    {"im", "ins", "der", "die", "das", "dem", "den", "des", "vom", "beim", "zum", "am", "ans"}
)
_AT = frozenset({"im", "ins", "am", "ans", "vom", "beim", "zum"})
_BEFORE_ATTRIBUTE = _ARTICLES | _STRONG | _WEAK
# Before a name that no list knows, these say that it is a place: alone, with an article, or holding one.
_WHERE = _STRONG | frozenset("bei nahe unweit nördlich südlich östlich westlich".split())
_WHERE_WITH_ARTICLE = _WHERE | {"auf", "an", "durch", "über", "vor"}
_WHERE_AND_ARTICLE = frozenset({"im", "ins", "am", "vom"})
# What a language model must take such a name for, and how surely.
_PLACE_KINDS = frozenset({"GPE", "LOC"})
_SURE = 0.8
# A shorter word than this is no adjective of a town before "Platz": "der Platz".
_SHORT = 5
_LINKS = frozenset({",", "und", "oder", "sowie", "/", "bis"})

# A city named by its country's neighbour word, and one in a country that the report names, outweigh others.
_NAMED_BESIDE = 1_000.0
_NAMED_IN_REPORT = 30.0
# What counts as a city after these words must be so well known (NamedPlace.weight).
_KNOWN_AFTER = {"weak": 300_000.0, "list": 800_000.0, "adjective": 500_000.0, "dateline": 100_000.0}
_VERY_KNOWN = 800_000.0


class _Found(msgspec.Struct):
    """A place at the tokens ``first`` to ``last`` (exclusive); for a city all that have its name."""

    first: int
    last: int
    places: tuple[NamedPlace, ...]
    rule: str
    beside: str | None = None


def find_places(document: Document) -> tuple[Place, ...]:
    """Return the places that the text names, in its order, without overlap."""
    tokens = document.tokens
    found: list[_Found] = []
    sentence_starts = {s.first for s in document.sentences}
    i = 0
    while i < len(tokens):
        if not tokens[i].text[0].isupper() and tokens[i].text not in _LOWER_STARTS:
            i += 1
            continue
        item, after = _find_at(tokens, i, found, i in sentence_starts)
        if item:
            found.append(item)
        i = after
    found = _with_learned(document, found)
    countries = _countries_named(tokens, found)
    return tuple(_to_place(document, item, countries) for item in found if _is_told(item, countries))


def _with_learned(document: Document, found: list[_Found]) -> list[_Found]:
    """Return the places with those that no list knows, but the language model takes for ones: ``bei Zhari``.

    They must stand where German names a place; the gazetteer may know them as too small to count alone.
    """
    tokens = document.tokens
    names = document.analysis.names if document.analysis else ()
    taken = {i for item in found for i in range(item.first, item.last)}
    extra = []
    for number, name in enumerate(names):
        first, last = name.words
        if (
            name.kind not in _PLACE_KINDS
            or name.confidence < _SURE
            or not taken.isdisjoint(range(first, last))
        ):
            continue
        # Of "Mahalla al-Kubra" the model may make two names.
        behind = names[number + 1] if number + 1 < len(names) else None
        if behind is not None and behind.words[0] == last and behind.kind in _PLACE_KINDS:
            last = behind.words[1]
        if (
            not tokens[first].is_capital
            or not _is_where(tokens, first)
            or organisation_names().match_at(tokens, first)
        ):
            continue
        words = document.text[tokens[first].start : tokens[last - 1].end]
        known = load_gazetteer().cities_named(words)
        own = NamedPlace(words, "city", None, None, None)
        extra.append(_Found(first, last, known or (own,), "places/learned"))
        taken.update(range(first, last))
    return sorted([*found, *extra], key=lambda item: item.first)


def _is_where(tokens: Sequence[Token], i: int) -> bool:
    """Whether the words before a token say that a place follows, an article between them or not."""
    before = tokens[i - 1].lower if i else ""
    if before.endswith(("en", "er")) and tokens[i - 1].text.islower() and _is_locative_word(tokens, i - 1):
        return True  # "im nahen Pisoderi"
    if before == "von" and i > 1:
        # "in der Nähe von Zhari", "südlich von Zhari"
        return tokens[i - 2].lower in _WHERE or tokens[i - 2].text in word_class("parts-of-cities")
    return _is_locative_word(tokens, i) or before in _WHERE or (i > 0 and is_place_noun(tokens[i - 1]))


def _is_locative_word(tokens: Sequence[Token], i: int) -> bool:
    """Whether an article behind a preposition of place stands before a token: ``im``, ``auf der``."""
    before = tokens[i - 1].lower if i else ""
    if before in {"der", "die", "das", "dem", "den"}:
        return i > 1 and tokens[i - 2].lower in _WHERE_WITH_ARTICLE
    return before in _WHERE_AND_ARTICLE


def is_place_noun(token: Token) -> bool:
    """Whether a word is one like Stadt or Küstenstadt, behind which the name of a place follows."""
    ends = word_ends("place-noun-ends")
    return token.is_capital and (token.text in word_class("place-nouns") or token.lower.endswith(ends))


# Names that begin with a small letter: ``palästinensische Gebiete``, ``koreanische Halbinsel``.
_LOWER_STARTS = frozenset(
    adjective + ending
    for adjective in (
        "palästinensisch",
        "koreanisch",
        "bosnisch-serbisch",
        "bosnisch-kroatisch",
        "östlich",
        "südlich",
    )
    for ending in ("e", "en", "er", "es")
)


def _find_at(
    tokens: Sequence[Token], i: int, found: Sequence[_Found], at_start: bool
) -> tuple[_Found | None, int]:
    """Return the place that begins at a token, if one does, and the token to go on with."""
    organisation = organisation_names().match_at(tokens, i)
    named = place_names().match_at(tokens, i)
    if organisation and (not named or organisation.last > named.last):
        return None, organisation.last
    if named:
        wide = tuple(p for p in named.found if not p.locative)
        if wide:
            rule = "places/state" if wide[0].kind == "state" else "places/region"
            return _Found(i, named.last, wide[:1], rule), named.last
    return _find_city(tokens, i, found, at_start)


def _find_city(
    tokens: Sequence[Token], i: int, found: Sequence[_Found], at_start: bool
) -> tuple[_Found | None, int]:
    """Return the city or building that begins at a token, if the words before it say that it is one."""
    context = _context(tokens, i, found)
    if (street := _street(tokens, i)) is not None:
        return street, street.last
    if tokens[i].text == "Hauptstadt" and (capital := _capital(tokens, i)):
        return capital, capital.last
    if context is None:
        other = _dateline(tokens, i) if at_start else _genitive(tokens, i)
        return other, other.last if other else i + 1
    candidates = _cities_at(tokens, i)
    if candidates is None:
        adjective = _city_of_adjective(tokens, i) if context in ("in", "article") else None
        return adjective, i + 1
    last, name, places = candidates
    beside = _country_beside(tokens, i, last)
    told = context == "adjective" and beside is not None and any(p.country == beside for p in places)
    if not told and not _is_city_here(name, places, context, tokens, i, last):
        return None, i + 1
    return _Found(i, last, places, f"places/city-{context}", beside), last


def _street(tokens: Sequence[Token], i: int) -> _Found | None:
    """Return the street or square with a name that begins at a token: ``auf dem Taksim-Platz``."""
    word = tokens[i].text
    if "-" in word[1:-1]:
        last = i + 1 if word.lower().endswith(word_ends("street-ends")) else None
    else:
        named = i + 1 < len(tokens) and word.endswith("er") and len(word) > _SHORT
        last = i + 2 if named and tokens[i + 1].text in word_class("street-nouns") else None
    if last is None or not i or not (_is_locative_word(tokens, i) or tokens[i - 1].lower in {"zum", "zur"}):
        return None
    words = " ".join(t.text for t in tokens[i:last])
    return _Found(i, last, (NamedPlace(words, "site", None, None, None),), "places/street")


def _cities_at(tokens: Sequence[Token], i: int) -> tuple[int, str, tuple[NamedPlace, ...]] | None:
    """Return the end, the name and the possible places of the city or building that begins at a token."""
    named = place_names().match_at(tokens, i)
    match = load_gazetteer().match_at(tokens, i)
    if named and (not match or named.last >= match[0]):
        own = named.found[0]
        # Cities of the same name in other countries: the report may be about one of those.
        others = load_gazetteer().cities_named(match[1] if match else own.name)
        rest = tuple(c for c in others if c.country != own.country)
        return named.last, own.name, (own, *rest)
    return (*match, load_gazetteer().cities_named(match[1])) if match else None


def _context(tokens: Sequence[Token], i: int, found: Sequence[_Found]) -> str | None:
    """Return what before a token says that a place follows.

    ``in``: a preposition of place; ``noun``: a word like Stadt; ``weak``: a preposition of many uses;
    ``article``: an article with or without an adjective after such a preposition; ``list``: a list.
    """
    before = tokens[i - 1].lower if i else ""
    if before in _STRONG:
        return "in"
    if before in _WEAK:
        return "weak"
    if before in _ARTICLES:
        return "article"
    if before in _LINKS:
        return "list" if found and found[-1].last == i - 1 and _is_locative(tokens, found[-1]) else None
    if i and tokens[i - 1].is_capital:
        return "noun" if is_place_noun(tokens[i - 1]) else None
    attribute = before.endswith(("en", "e", "er")) and tokens[max(0, i - 2)].lower in _BEFORE_ATTRIBUTE
    return "adjective" if attribute else None


def _is_locative(tokens: Sequence[Token], item: _Found) -> bool:
    """Whether a place found before stands where a place is looked for, so that a list of places can go on."""
    if item.rule.startswith("places/city"):
        return True
    return item.first > 0 and tokens[item.first - 1].lower in _STRONG | _WEAK | {"im", "ins"}


def _is_city_here(
    name: str, places: Sequence[NamedPlace], context: str, tokens: Sequence[Token], first: int, last: int
) -> bool:
    """Whether a name that is a city's means the city in this context."""
    if context == "noun" or (places[0].minor and context != "in"):
        return context == "noun"
    if places[0].kind == "site":
        return context != "article" or _is_at(tokens, first)
    if context == "article":
        return False
    words = load_place_words()
    word = words.get(name) or words.get(" ".join(t.text for t in tokens[first:last]))
    if context == "in":
        return word is None or word.after == "in"
    if word is not None:
        return False
    # After a comma the next clause may begin with somebody; "bei Jena", "von Halle" may be people.
    listed = places[0].weight == 0.0
    known = listed or places[0].weight >= _KNOWN_AFTER[context]
    person = context in ("weak", "adjective") and _is_name_part(tokens, last)
    return known and not (person and not _is_of_city(tokens, first))


def _is_at(tokens: Sequence[Token], i: int) -> bool:
    """Whether the article before a token goes with a preposition of place: ``im``, ``auf dem``."""
    if tokens[i - 1].lower in _AT:
        return True
    return i > 1 and tokens[i - 2].lower in _STRONG | _WEAK | {"auf", "an"}


def _is_of_city(tokens: Sequence[Token], i: int) -> bool:
    """Whether ``von`` behind a part of a city stands before a token: ``auf dem Friedhof von Dresden``."""
    return i > 1 and tokens[i - 1].lower == "von" and tokens[i - 2].text in word_class("parts-of-cities")


def _is_name_part(tokens: Sequence[Token], last: int) -> bool:
    """Whether a capitalised word follows at once, as in a person's name."""
    return last < len(tokens) and tokens[last].is_capital and tokens[last].start == tokens[last - 1].end + 1


def _country_beside(tokens: Sequence[Token], first: int, last: int) -> str | None:
    """Return the country that words beside a city give: ``saudi-arabischen Riad``, ``Syriens Stadt Homs``."""
    for k in range(max(0, first - 3), first):
        word = tokens[k].text
        if country := country_of_adjective(word) or country_of_name(word):
            return country
    after = [t.text for t in tokens[last : last + 2]]
    if len(after) == 2 and after[0] in {"(", ",", "/", "in", "im"}:
        return country_of_name(after[1])
    return None


def _city_of_adjective(tokens: Sequence[Token], i: int) -> _Found | None:
    """Return the city whose adjective in -er begins here and has its noun: ``in der Pariser Innenstadt``."""
    word = tokens[i].text
    if not word.endswith("er") or len(word) < 6 or i + 1 >= len(tokens) or not tokens[i + 1].is_capital:
        return None
    if i > 1 and tokens[i - 1].lower in _ARTICLES and tokens[i - 1].lower not in {"im", "ins", "am", "beim"}:
        # "der Berliner Senat" alone is no place; "in der Berliner Innenstadt" is.
        if tokens[i - 2].lower not in _STRONG:
            return None
    elif i > 0 and tokens[i - 1].lower not in _STRONG | {"im", "ins", "am", "beim"}:
        return None
    if irregular := city_adjectives().get(word):
        return _Found(i, i + 1, (irregular,), "places/city-adjective")
    for stem in (word[:-2], word[:-1]):
        if stem in load_place_words():
            continue
        places = load_gazetteer().cities_named(stem)
        if places and places[0].weight >= _VERY_KNOWN:
            return _Found(i, i + 1, places, "places/city-adjective")
    return None


def _dateline(tokens: Sequence[Token], i: int) -> _Found | None:
    """Return the city that begins a report as agencies write it: ``Berlin (dpa) –``, ``WIEN/MOSKAU –``."""
    word = tokens[i].text
    if word.isupper() and len(word) > 3:
        last, name = i + 1, word.capitalize()
        places = load_gazetteer().cities_named(name)
    else:
        match = _cities_at(tokens, i)
        if match is None:
            return None
        last, name, places = match
    if tokens[last - 1].text.endswith("s") and not name.endswith("s"):
        return None
    if not places or last >= len(tokens) or not ends_town(tokens, last, len(tokens)):
        return None
    listed = load_place_words().get(name)
    if (listed and listed.after == "noun") or places[0].kind == "site":
        return None
    if 0.0 < places[0].weight < _KNOWN_AFTER["dateline"]:
        return None
    return _Found(i, last, places, "places/city-dateline")


def _genitive(tokens: Sequence[Token], i: int) -> _Found | None:
    """Return the city in the genitive after a word for a part of it: ``auf den Straßen Bangkoks``."""
    if not i or tokens[i - 1].text not in word_class("parts-of-cities"):
        return None
    match = _cities_at(tokens, i)
    if match is None or not match[2] or match[1] in load_place_words():
        return None
    last, name, places = match
    known = places[0].weight == 0.0 or places[0].weight >= _VERY_KNOWN
    inflected = tokens[last - 1].text.endswith("s") and not name.endswith("s")
    return _Found(i, last, places, "places/city-genitive") if known and inflected else None


def _capital(tokens: Sequence[Token], i: int) -> _Found | None:
    """Return the capital that an adjective tells: ``in der thailändischen Hauptstadt`` without its name."""
    if not i or (i + 1 < len(tokens) and tokens[i + 1].is_capital):
        return None
    country = country_of_adjective(tokens[i - 1].text)
    state = states_by_code().get(country) if country else None
    if state is None or not state.capital:
        return None
    own = place_names().meanings(state.capital)
    places = own or load_gazetteer().cities_named(state.capital)
    here = tuple(p for p in places if p.country == country)
    return _Found(i - 1, i + 1, here[:1], "places/capital") if here else None


def _countries_named(tokens: Sequence[Token], found: Sequence[_Found]) -> frozenset[str]:
    """Return the countries that the report names by name or adjective."""
    named = {f.places[0].country for f in found if not f.places[0].locative}
    named |= {
        country_of_adjective(word) for word in {t.text for t in tokens} if word.endswith(_ADJECTIVE_ENDINGS)
    }
    return frozenset(country for country in named if country)


_ADJECTIVE_ENDINGS = ("sche", "schen", "scher", "sches", "schem")


def _is_told(item: _Found, countries: frozenset[str]) -> bool:
    """Whether a name is not minor, or is of a city in a country that the report names."""
    return not item.places[0].minor or any(p.country in countries for p in item.places)


def _to_place(document: Document, item: _Found, countries: frozenset[str]) -> Place:
    """Return the place with its offsets; of several cities the likeliest."""
    best = item.places[0]
    if len(item.places) > 1:
        best = max(item.places, key=lambda p: _likelihood(p, item.beside, countries))
    start, end = document.tokens[item.first].start, document.tokens[item.last - 1].end
    return Place(
        start,
        end,
        document.text[start:end],
        best.name,
        best.country,
        best.latitude,
        best.longitude,
        best.geonames,
        item.rule,
    )


def _likelihood(place: NamedPlace, beside: str | None, countries: frozenset[str]) -> float:
    """Return how likely a city is meant."""
    # What places.yaml lists was chosen by hand and has no weight of its own: it is what news means.
    weight = place.weight or 20 * _VERY_KNOWN
    if place.country == beside:
        return weight * _NAMED_BESIDE
    return weight * _NAMED_IN_REPORT if place.country in countries else weight
