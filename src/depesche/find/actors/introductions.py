"""Finds the name that a noun introduces: ``Außenminister Rubio``, ``der Präsident der Ukraine, X``."""

from __future__ import annotations

from depesche.find.actors.belonging import country_of_genitive
from depesche.find.actors.candidates import Candidate
from depesche.find.actors.names import bare_word, gender_of, name_end
from depesche.find.actors.phrases import After, Before, is_possessive, read_after
from depesche.find.actors.scan import Scan
from depesche.language.function_words import words_of
from depesche.language.offices import NounForm, names_of, noun_of
from depesche.language.organisations import organisation_names
from depesche.language.states import state_names
from depesche.language.tokens import QUOTES, Sentence
from depesche.language.verbs import analyse_verb
from depesche.language.word_classes import word_class

# Where a name begins and ends (exclusive), and whether it follows its noun at once.
Introduced = tuple[int, int, bool]
NOBODY: Introduced = (-1, -1, False)
# No party or firm has a longer name of its own.
MAX_BODY_NAME = 6
OPENERS = frozenset({"„", '"', "“", "»", "«", "‚"})


def find_introduced_name(
    scan: Scan, form: NounForm, before: Before, after: After, last: int, sentence: Sentence
) -> Introduced:
    """Return where the name begins and ends that the noun introduces, and whether it follows at once."""
    if form.noun.kind == "body":
        return _body_name(scan, form, last, sentence)
    if form.noun.kind == "group" or form.number == "pl" or before.many:
        return NOBODY
    if form.noun.office and (behind := _behind_titles(scan, before, last, sentence)) > last:
        stop = name_end(scan.tokens, behind, sentence.last)
        if stop > behind:
            return behind, stop, True
    stop = name_end(scan.tokens, last, sentence.last)
    if stop == last + 1 and _is_bare_plural(scan, form, before, last):
        return NOBODY
    if stop > last and (
        _is_introduced(scan, before, last, stop) or _opens_sentence(scan, before, stop, sentence)
    ):
        return last, stop, True
    return _name_behind(scan, after, last, sentence)


def _behind_titles(scan: Scan, before: Before, last: int, sentence: Sentence) -> int:
    """Return where the name begins behind what else its holder is, ``last`` if nothing else stands there.

    A rank or title (``Präsident General Omar al-Baschir``), or an office that shares the article of the first
    (``der Ministerpräsident und Parteichef Viktor Orbán``).
    """
    if last + 1 >= sentence.last:
        return last
    if scan.tokens[last].lower in word_class("ranks"):
        return last + 1
    owned = before.determiner or before.countries or country_of_genitive(scan, before)
    if scan.tokens[last].lower != "und" or not owned:
        return last
    other = noun_of(scan.tokens[last + 1].text)
    if other is None or not other.noun.office or other.noun.kind != "person" or other.number == "pl":
        return last
    # "der Präsident und Außenminister Lawrow" may be two.
    return last + 2 if name_end(scan.tokens, last + 2, sentence.last) - last - 2 >= 2 else last


def _is_bare_plural(scan: Scan, form: NounForm, before: Before, last: int) -> bool:
    """Whether a noun without article is several people: ``von Terroristen Geständnisse erpressen``.

    What follows is no name then. Offices have one without an article too: ``von Präsidenten Obama``.
    """
    inflected = scan.tokens[last - 1].lower != form.base
    return form.number == "both" and inflected and not form.noun.office and not before.determiner


def _opens_sentence(scan: Scan, before: Before, stop: int, sentence: Sentence) -> bool:
    """Whether noun and name open the sentence before its verb: ``Der Ankläger Groome verlas``.

    One thing alone stands there, so that the second word is no object.
    """
    opens = bool(before.determiner) and before.open == sentence.first and stop < sentence.last
    return opens and any(f.kind == "finite" for f in analyse_verb(scan.tokens[stop].lower))


def _name_behind(scan: Scan, after: After, last: int, sentence: Sentence) -> Introduced:
    """Return the name behind an attribute or a comma: ``die Sprecherin des Amtes, Maria Sacharowa,``."""
    # The attribute may tell a place: ``die Vorsitzende des Ausschusses im Parlament, Anna Maier,``.
    k = max(after.last, read_after(scan, last - 1, sentence.last, places=True).last)
    if k <= last and not (last < sentence.last and scan.tokens[last].text == ","):
        return NOBODY
    comma = k < sentence.last and scan.tokens[k].text == ","
    if comma:
        k = _behind_apposition(scan, k + 1, sentence)
    stop = name_end(scan.tokens, k, sentence.last)
    closes = stop >= sentence.last or not scan.tokens[stop].is_capital
    return (k, stop, False) if stop - k >= 2 and (closes or not comma) else NOBODY


# Words between the article of an apposition and its noun.
_MAX_ADJECTIVES = 3


def _behind_apposition(scan: Scan, k: int, sentence: Sentence) -> int:
    """Return where the name begins behind what its holder is besides, ``k`` if nothing else stands there.

    ``der Kommandeur der Truppe, General Hans Maier, sagte``; ``der Präsident des Rats, der britische
    Botschafter Hans Maier, sagte``. In lists (``der Chef, der Minister Hans Maier und``) they are several.
    """
    i, tokens = k, scan.tokens
    if i < sentence.last and tokens[i].lower in words_of("det"):
        i += 1
        while i < min(k + 1 + _MAX_ADJECTIVES, sentence.last) and not tokens[i].is_capital:
            i += 1
    if i >= sentence.last - 1 or (i == k and tokens[i].lower not in word_class("ranks")):
        return k
    form = noun_of(tokens[i].text)
    office = form is not None and form.noun.kind == "person" and form.noun.office and form.number != "pl"
    if not office and tokens[i].lower not in word_class("ranks"):
        return k
    stop = name_end(tokens, i + 1, sentence.last)
    if stop - i - 1 < 2 or stop >= sentence.last - 1 or tokens[stop].text != ",":
        return k
    following = tokens[stop + 1]
    lists = following.is_capital or following.lower in words_of("det") or following.lower in words_of("conj")
    return k if lists else i + 1


def _is_introduced(scan: Scan, before: Before, i: int, stop: int) -> bool:
    """Whether capitals after an office are a name: in ``warf dem Präsidenten Wahlbetrug vor`` not."""
    if stop - i >= 2 or not before.determiner or before.countries or before.tenure:
        return True
    return is_possessive(before) or bare_word(scan.tokens[i].text, scan.words) in scan.name_parts


def _body_name(scan: Scan, form: NounForm, last: int, sentence: Sentence) -> Introduced:
    """Return the name after a body: ``die Partei Neue Rechte``, ``die Zeitung „El País“``."""
    if not form.noun.names or last >= sentence.last:
        return NOBODY
    quoted = scan.tokens[last].text in OPENERS
    if form.number == "pl" and not quoted:
        # ``bei den Fluggesellschaften Daten abfragen``
        return NOBODY
    begin = last + 1 if quoted else last
    k = begin
    while k < sentence.last and k - begin < MAX_BODY_NAME and _is_body_name_word(scan, k, quoted=quoted):
        k += 1
    if k == begin or scan.tokens[begin].text in names_of("never"):
        return NOBODY
    if quoted:
        return (begin, k, True) if k < sentence.last and scan.tokens[k].text in QUOTES else NOBODY
    # Of ``Zeitung The Guardian`` the second word is known as a name already.
    return (begin, k, True) if scan.tokens[begin].text != "The" or k - begin > 1 else NOBODY


def _is_body_name_word(scan: Scan, k: int, *, quoted: bool) -> bool:
    token = scan.tokens[k]
    if quoted:
        return token.is_word
    if not token.is_capital or state_names().meanings(token.text) or noun_of(token.text):
        return False
    return not organisation_names().meanings(token.text)


def add_introduced(scan: Scan, i: int) -> int:
    """Add the name at ``i`` that an office before it has introduced; return the index after it."""
    stop, noun = scan.introduced.pop(i)
    scan.keep(
        Candidate(
            first=i,
            last=stop,
            kind="person",
            rule="actors/name-after-office",
            name=noun.name,
            name_at=i,
            country=noun.country,
            nowhere=noun.nowhere,
            sector=noun.sector,
            office=noun.office,
            gender=noun.gender or gender_of(noun.name),
            role=noun.role,
        )
    )
    return stop
