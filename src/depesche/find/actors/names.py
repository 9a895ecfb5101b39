"""Personal names: how long a name is that begins at a word, and which words are its family name."""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence

from depesche.language.function_words import all_function_words
from depesche.language.leaders import find_leader
from depesche.language.offices import first_name_genders, names_of, noun_of
from depesche.language.organisations import organisation_names
from depesche.language.states import country_of_adjective, country_of_compound, state_names
from depesche.language.tokens import Token
from depesche.language.word_classes import word_class

# No name in news has more parts; it bounds the work at each word.
MAX_NAME_WORDS = 7
# A shorter word is rather a name that chances to end like a noun.
_SHORTEST_DERIVED = 7
_ARABIC_ARTICLE = re.compile(r"(?:al|el|as|asch|ar|at|az|an|ad|ed|esch|et|ul|ibn|bin)[-‐‑'’]\w")


@functools.cache
def _noun_ends() -> tuple[str, ...]:
    return tuple(sorted(names_of("never_end")))


def looks_like_name(token: Token) -> bool:
    """Whether a word is capitalised as a name is: ``al-Assad`` is too."""
    return token.is_capital or _ARABIC_ARTICLE.match(token.text) is not None


def is_name_word(token: Token) -> bool:
    """Whether a word may be part of a name: capitalised, and no known noun, state, or small word."""
    word = token.text
    if not looks_like_name(token) or word in names_of("never") or (len(word) > 2 and word.isupper()):
        return False
    if word in names_of("first") or word in names_of("family_first"):
        return True
    if (
        token.lower in all_function_words()
        or token.lower in word_class("bare-objects")
        or token.lower in names_of("never_end")
        or noun_of(word)
    ):
        return False
    if len(word) >= _SHORTEST_DERIVED and word.endswith(_noun_ends()):
        return False
    if state_names().meanings(word) or country_of_adjective(word) or country_of_compound(word):
        return False
    return not organisation_names().meanings(word)


def is_initial(token: Token) -> bool:
    """Whether a token is an initial: ``W.``."""
    return len(token.text) == 2 and token.text[1] == "." and token.is_capital


def name_end(tokens: Sequence[Token], i: int, last: int) -> int:
    """Return the index after the name that begins at ``i``, or ``i`` if none does.

    Nobody vouches that it is a name: an office before it or a first name in it must.
    """
    particles = names_of("particle")
    k = end = i
    while k < last and k - i < MAX_NAME_WORDS:
        token = tokens[k]
        if k == i and not looks_like_name(token):
            break
        if token.text in particles:
            # A particle begins or joins a name; ``der`` and ``de`` alone are none.
            if token.text in {"der", "den", "y", "e", "zu", "la", "le"} and (
                k == i or tokens[k - 1].text not in particles
            ):
                break
            if k + 1 < last and organisation_names().match_at(tokens, k + 1):
                break  # ``Paul Grant von Human Rights Watch``
        elif k > i and token.text in names_of("suffix"):
            return k + 1
        elif k > i and _is_regnal(tokens, k, last):
            return k + 2
        elif is_initial(token) or is_name_word(token):
            end = k + 1
        else:
            break
        k += 1
    return end


def _is_regnal(tokens: Sequence[Token], k: int, last: int) -> bool:
    """Whether a Roman number with its full stop stands at ``k``: ``Abdullah II.``"""
    stop = k + 1 < last and tokens[k + 1].text == "." and tokens[k + 1].start == tokens[k].end
    return stop and tokens[k].text + "." in names_of("suffix")


def begins_with_first_name(tokens: Sequence[Token], i: int, end: int) -> bool:
    """Whether the words ``i`` to ``end`` are a first name and more."""
    word = tokens[i].text
    return end - i >= 2 and (
        word in names_of("first")
        or word in names_of("family_first")
        or word.split("-")[0] in names_of("first")
    )


def bare_word(word: str, words: frozenset[str]) -> str:
    """Return a name without its genitive, if the name stands without it elsewhere among ``words``.

    >>> bare_word("Trumps", frozenset({"Trump"}))
    'Trump'
    """
    stripped = word.rstrip("’'‘")
    if stripped != word:
        return stripped
    if word.endswith("s") and len(word) > 3 and word[:-1] in words:
        return word[:-1]
    return word


def family_name(name: tuple[str, ...]) -> str:
    """Return the family name: the last word, or the first where the family name stands first.

    >>> family_name(("Xi", "Jinping")), family_name(("Marco", "Rubio"))
    ('Xi', 'Rubio')
    """
    words = [w for w in name if w not in names_of("suffix")] or list(name)
    if len(words) in (2, 3) and words[0] in names_of("family_first") and words[-1] not in names_of("first"):
        first_too = words[0] in names_of("first")
        if not first_too or "-" in words[1] or len(words) == 3:
            return words[0]
    return words[-1]


def call_names(name: tuple[str, ...]) -> tuple[str, ...]:
    """Return the single words by which a report may call the bearer later.

    These are the family name, and a first word that is no common first name (Thaksin, Saddam), or by which
    somebody known is called (Abiy).
    """
    parts = _words_of_name(name)
    family = family_name(name)
    first = parts[0] if parts else family
    return (family,) if first == family or _is_first_name(first) else (family, first)


def calling_words(name: tuple[str, ...]) -> tuple[str, ...]:
    """Return all words of a name that may call its bearer: its first names do not, unless he is known so.

    >>> calling_words(("Álvaro", "Uribe", "Vélez"))
    ('Uribe', 'Vélez')
    """
    return tuple(w for w in _words_of_name(name) if not _is_first_name(w))


def _words_of_name(name: tuple[str, ...]) -> list[str]:
    """Return the words of a name without titles, particles and initials."""
    ordinary = names_of("particle") | names_of("suffix") | names_of("title")
    return [w for w in name if w not in ordinary and len(w) > 1 and not w.endswith(".")]


def _is_first_name(word: str) -> bool:
    """Whether a word is a common first name, and nobody is known by it alone."""
    return word in names_of("first") and find_leader((word,)) is None


def gender_of(name: tuple[str, ...]) -> str:
    """Return m or f by the first name, empty if it does not tell."""
    return first_name_genders().get(name[0], "") if len(name) > 1 else ""
