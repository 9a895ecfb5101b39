"""The forms that a German name takes, so that the word lists hold each name once.

Forms that nobody writes (``Türkeis``) are made too: they cost a dict entry and match nothing. In the
lists a tilde stands before an ending that declines (``Vereinigt~e Staaten``, ``Deutsch~e``) and a plus
after a noun inside a name that takes the genitive (``Sicherheitsrat+ der Vereinten Nationen``).
"""

from __future__ import annotations

ADJECTIVE_ENDINGS = ("e", "en", "er", "es", "em")
_SIBILANTS = ("s", "ß", "z", "x")
_VOWELS = "aeiouyäöüéêèáíóúh"


def plain_name(name: str) -> str:
    """Return a name of the lists without its signs.

    >>> plain_name("Vereinigt~e Staaten")
    'Vereinigte Staaten'
    """
    return name.replace("~", "").replace("+", "")


def inflect_adjective(stem: str) -> tuple[str, ...]:
    """Return the forms of an adjective: ``russisch`` and its endings; ``Schweizer`` does not change.

    >>> inflect_adjective("russisch")
    ('russisch', 'russische', 'russischen', 'russischer', 'russisches', 'russischem')
    """
    if stem[0].isupper() and stem.endswith("er"):
        return (stem,)
    return (stem, *(stem + ending for ending in ADJECTIVE_ENDINGS))


def inflect_name(name: str) -> tuple[str, ...]:
    """Return the case forms of a name; the words with a tilde take the endings of an adjective together.

    >>> inflect_name("Weiß~es Haus")[:3]
    ('Weißes Haus', 'Weiße Haus', 'Weißen Haus')
    >>> "Weißen Hauses" in inflect_name("Weiß~es Haus")
    True
    """
    *others, last = name.split(" ")
    beginnings = _decline_words(others)
    endings = _decline_noun(last) if "~" not in last else _adjective_forms(last)
    return tuple(dict.fromkeys(" ".join((*b, e)) for e in endings for b in beginnings))


def inflect_inhabitant(name: str) -> tuple[str, ...]:
    """Return the forms of a name for the people of a country, men and women, all cases.

    >>> inflect_inhabitant("Russe")
    ('Russe', 'Russen', 'Russin', 'Russinnen')
    >>> inflect_inhabitant("Israeli")
    ('Israeli', 'Israelis')
    >>> inflect_inhabitant("Französin")
    ('Französin', 'Französinnen')
    """
    if "~" in name:
        return _adjective_forms(name)
    if name.endswith("in"):
        return (name, name + "nen")
    if name.endswith("e"):
        return (name, name + "n", name[:-1] + "in", name[:-1] + "innen")
    if name.endswith("er"):
        return (name, name + "s", name + "n", name + "in", name + "innen")
    if name.endswith("s"):
        return (name,)
    return (name, name + "s")


def _decline_words(words: list[str]) -> list[tuple[str, ...]]:
    """Return the ways the words before the last can stand."""
    forms = [tuple(plain_name(word) for word in words)]
    for ending in ADJECTIVE_ENDINGS if any("~" in word for word in words) else ():
        forms.append(tuple(word.split("~")[0] + ending if "~" in word else word for word in words))
    for position, word in enumerate(words):
        if word.endswith("+"):
            forms = [
                (*form[:position], noun, *form[position + 1 :])
                for form in forms
                for noun in _decline_noun(word[:-1])
            ]
    return list(dict.fromkeys(forms))


def _adjective_forms(name: str) -> tuple[str, ...]:
    stem, ending = name.split("~")
    return tuple(dict.fromkeys((stem + ending, *(stem + e for e in ADJECTIVE_ENDINGS))))


def _decline_noun(noun: str) -> tuple[str, ...]:
    """Return the noun with its genitives and, after -e and -er, the dative plural; not of an abbreviation."""
    if noun.isupper() or not noun[-1].isalpha():
        return (noun,)
    if noun.endswith(_SIBILANTS):
        return (noun, noun + "es")
    if noun.endswith("e"):
        return (noun, noun + "s", noun + "n")
    if noun.endswith("er"):
        return (noun, noun + "s", noun + "n")
    if noun[-1] in _VOWELS:
        return (noun, noun + "s")
    return (noun, noun + "s", noun + "es")
