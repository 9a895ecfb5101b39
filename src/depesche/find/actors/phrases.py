"""What stands around a noun for an actor: its article and adjectives before, its attributes after it."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from depesche.find.actors.scan import Scan
from depesche.find.actors.unions import meant_by
from depesche.language.function_words import all_function_words, words_of
from depesche.language.offices import context_ends, context_words
from depesche.language.organisations import Organisation, organisation_names
from depesche.language.states import countries_of_adjective, state_names
from depesche.language.tokens import Token
from depesche.language.verbs import analyse_verb
from depesche.reading import Tenure

_ADJECTIVE_ENDS = ("e", "en", "er", "em", "es")
_OPENERS = frozenset({"von", "aus", "der", "des", "vom", "in", "im", "beim", "für", "bei"})
# What says of somebody that the report has named him already, or that all know him.
DEFINITE = frozenset({"der", "die", "das", "den", "dem", "des", "vom", "zum", "zur"})
MAX_ADJECTIVES = 6
TENURES: tuple[Tenure, ...] = ("former", "designated", "acting")
MAX_ATTRIBUTE_WORDS = 9


class Before(msgspec.Struct, frozen=True):
    """What stands before a noun.

    ``first`` is where its own words begin (adjectives of states and of time, numbers), ``widest`` where its
    first adjective stands, ``open`` the word before all of it, -1 if there is none. ``countries`` are those
    of its adjectives, ``both`` says ``beide``, ``deputy`` ``stellvertretende``. ``joined`` are the countries
    of all its adjectives, ``abroad`` says that one of them tells of no state (``ausländische``). ``nearest``
    is the adjective right before the noun, in lower case.
    """

    first: int
    open: int
    determiner: str = ""
    countries: tuple[str, ...] = ()
    described: bool = False
    tenure: Tenure | None = None
    many: bool = False
    both: bool = False
    widest: int = 0
    deputy: bool = False
    joined: tuple[str, ...] = ()
    abroad: bool = False
    nearest: str = ""


class After(msgspec.Struct, frozen=True):
    """What stands after a noun: attributes up to ``last`` (exclusive), and whom they name.

    ``opener`` is the article or preposition before the state or organisation that is named.
    """

    last: int
    country: str | None = None
    organisation: Organisation | None = None
    opener: str = ""


def read_before(tokens: Sequence[Token], head: int, first: int) -> Before:
    """Return what stands before the noun at ``head`` in a sentence that begins at ``first``."""
    begin = head
    countries: tuple[str, ...] = ()
    described = many = both = False
    tenure: Tenure | None = None
    deputy = abroad = False
    joined: tuple[str, ...] = ()
    k = head - 1
    while k >= first and head - k <= MAX_ADJECTIVES:
        token = tokens[k]
        if found := countries_of_adjective(token.text):
            countries = countries or found
            joined = tuple(dict.fromkeys((*joined, *found)))
            begin = k
            described = True
        elif token.lower in {"und", "oder", "sowie"} and _joins_adjectives(tokens, k, first):
            pass
        elif many and token.lower in context_words("about"):
            begin = k
        elif is_year(token.text) and k > first and tokens[k - 1].lower in context_words("before_year"):
            break
        elif token.lower in context_words("many") or token.text[0].isdigit():
            many = token.text != "1"
            both = both or token.lower.startswith("beide")
            begin = k
        elif _is_adjective(tokens, k, opening=k == first):
            described = True
            if token.lower.startswith(context_ends("of_no_state")):
                abroad, begin = True, k
            deputy = deputy or token.lower.startswith(context_ends("deputy"))
            if said := tenure_of_word(token.lower):
                tenure = tenure or said
                begin = k
            elif token.lower.startswith(context_ends("of_term")) and begin == k + 1:
                begin = k
        else:
            break
        k -= 1
    determiner = tokens[k].lower if k >= first and _determines(tokens[k].lower) else ""
    nearest = tokens[head - 1].lower if k < head - 1 else ""
    return Before(
        begin,
        k,
        determiner,
        countries,
        described,
        tenure,
        many=many,
        both=both,
        widest=k + 1,
        deputy=deputy,
        joined=joined,
        abroad=abroad,
        nearest=nearest,
    )


def _joins_adjectives(tokens: Sequence[Token], k: int, first: int) -> bool:
    """Whether the word at ``k`` stands between two adjectives that tell whence somebody is."""
    return k > first and all(
        countries_of_adjective(tokens[j].text) or tokens[j].lower.startswith(context_ends("of_no_state"))
        for j in (k - 1, k + 1)
    )


def tenure_of_word(adjective: str) -> Tenure | None:
    """Return what an adjective says of the holder of an office.

    >>> tenure_of_word("ehemaliger"), tenure_of_word("designierte"), tenure_of_word("neue")
    ('former', 'designated', None)
    """
    for tenure in TENURES:
        if adjective.startswith(context_ends(tenure)):
            return tenure
    return None


def is_year(word: str) -> bool:
    """Whether a number may be a year of the last two centuries or this one."""
    return len(word) == 4 and word.isdigit() and word[:2] in {"18", "19", "20"}


def _determines(word: str) -> bool:
    return word in words_of("det") or word in words_of("poss") or word in context_words("contracted")


def _is_adjective(tokens: Sequence[Token], k: int, *, opening: bool = False) -> bool:
    """Whether a word is an adjective by its shape; ``opening`` a sentence, it may have a capital."""
    token = tokens[k]
    lower = token.lower
    if (
        (token.text != lower and not opening)
        or not lower.endswith(_ADJECTIVE_ENDS)
        or len(lower) < 4
        or lower in all_function_words()
    ):
        return False
    if any(form.kind == "finite" for form in analyse_verb(lower)):
        # ``bewaffnete`` is the past of a verb too; after an article it is none.
        return k > 0 and _determines(tokens[k - 1].lower)
    return True


def is_definite(before: Before) -> bool:
    """Whether the article says that the reader knows who is meant."""
    return before.determiner in context_words("definite") or before.determiner in context_words("contracted")


def is_possessive(before: Before) -> bool:
    """Whether a possessive stands before the noun (``sein Kollege``)."""
    return before.determiner in words_of("poss")


def is_plural(number: str, word: str, before: Before) -> bool:
    """Whether a noun that can be both stands for several, by its form and the words before it."""
    if number != "both" or before.many:
        return number == "pl" or before.many
    determiner = before.determiner
    if determiner in context_words("singular") or (is_possessive(before) and not determiner.endswith("e")):
        return False
    weak = word.endswith("en")
    if not determiner and before.countries and before.nearest.endswith("e"):
        # ``russische Soldaten`` without an article are several, ``russische Soldatin`` is one.
        return not word.endswith(("e", "in"))
    if not determiner:
        return (weak or not word.endswith(("ent", "e"))) and not before.countries
    if determiner in {"der", "dieser"}:
        return weak or word.endswith("s")
    # ``den Botschaftern`` has an n, ``den Präsidenten`` is one more often than several.
    return word.endswith("s") if determiner in {"den", "diesen"} else determiner.endswith("e")


def read_after(scan: Scan, head: int, last: int, *, places: bool) -> After:
    """Return the attributes of the noun at ``head``: genitives, and von, aus or (``places``) in."""
    tokens = scan.tokens
    end = head + 1
    country: str | None = None
    organisation: Organisation | None = None
    said_by = ""
    while end < last and end - head < MAX_ATTRIBUTE_WORDS:
        opener = tokens[end].lower
        begin = end + 1
        if opener in {"in", "im", "bei", "beim", "für"}:
            if opener in {"in", "im"} and not places:
                break
        elif opener in {"der", "des", "von", "vom", "aus"}:
            pass
        elif tokens[end].is_capital:
            begin = end
        else:
            break
        step = _attribute(scan, begin, last)
        if step is None:
            break
        if opener not in {"für", "bei", "beim"} and country is None and organisation is None:
            country, organisation = step.country, step.organisation
            said_by = opener
        end = step.last
    return After(end, country, organisation, said_by)


def _attribute(scan: Scan, k: int, last: int) -> After | None:
    """Return the noun phrase of an attribute that begins at ``k``: a state, an organisation, or a noun."""
    tokens = scan.tokens
    countries: tuple[str, ...] = ()
    opener = tokens[k - 1].lower
    first = k
    while k < last and not tokens[k].is_capital:
        countries = countries or countries_of_adjective(tokens[k].text)
        known = tokens[k].lower in words_of("det") or countries_of_adjective(tokens[k].text)
        if not known and not _is_adjective(tokens, k):
            return None
        k += 1
    if k >= last:
        return None
    if named := _named_attribute(scan, k, bare=k == first and opener not in _OPENERS):
        return named
    if k == first and opener not in _OPENERS:
        return None
    return After(_skip_brackets(tokens, k + 1, last), countries[0] if len(countries) == 1 else None)


def _named_attribute(scan: Scan, k: int, *, bare: bool) -> After | None:
    """Return the organisation or state at ``k``; a ``bare`` state must stand in the genitive."""
    tokens = scan.tokens
    organisation = organisation_names().match_at(tokens, k)
    state = state_names().match_at(tokens, k)
    if organisation and (not state or organisation.last >= state.last):
        found = meant_by(organisation, scan)
        last = _skip_brackets(tokens, organisation.last, len(tokens))
        return After(last, organisation=found, country=None if found.local else found.country)
    if not state or state.found[0].kind not in ("name", "capital", "seat"):
        return None
    if bare and not tokens[k].lower.endswith(("s", "’")):
        return None
    return After(state.last, country=state.found[0].country)


def _skip_brackets(tokens: Sequence[Token], k: int, last: int) -> int:
    """Return the index after a short form in brackets that follows at ``k``: ``(EU)``."""
    if k + 2 < last and tokens[k].text == "(" and tokens[k + 2].text == ")":
        return k + 3
    return k
