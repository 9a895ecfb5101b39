"""Finds the name that a noun introduces: ``Außenminister Rubio``, ``der Präsident der Ukraine, X``."""

from __future__ import annotations

from depesche.find.actors.candidates import Candidate
from depesche.find.actors.names import bare_word, begins_with_first_name, gender_of, name_end
from depesche.find.actors.phrases import After, Before, is_possessive
from depesche.find.actors.scan import Scan
from depesche.language.offices import NounForm, names_of, noun_of
from depesche.language.organisations import organisation_names
from depesche.language.states import state_names
from depesche.language.tokens import QUOTES, Sentence

OPENERS = frozenset({"„", '"', "“", "»", "«", "‚"})


def find_introduced_name(
    scan: Scan, form: NounForm, before: Before, after: After, last: int, sentence: Sentence
) -> tuple[int, int, bool]:
    """Return where the name begins and ends that the noun introduces, and whether it follows at once."""
    if form.noun.kind == "group" or form.number == "pl":
        return -1, -1, False
    if form.noun.kind == "body":
        return _body_name(scan, form, last, sentence)
    if before.many:
        return -1, -1, False
    stop = name_end(scan.tokens, last, sentence.last)
    if stop > last and _is_introduced(scan, before, last, stop):
        return last, stop, True
    if after.last <= last and not (last < sentence.last and scan.tokens[last].text in {",", "und"}):
        return -1, -1, False
    k = after.last
    comma = k < sentence.last and scan.tokens[k].text == ","
    if comma:
        k += 1
    stop = name_end(scan.tokens, k, sentence.last)
    if stop - k >= 2 and (not comma or _closes(scan, stop, sentence)):
        return k, stop, False
    if comma and stop - k == 1 and _closes(scan, stop, sentence) and scan.tokens[stop].text == ",":
        return (
            (k, stop, False)
            if scan.tokens[k].text in scan.words
            and not noun_of(scan.tokens[k].text)
            and begins_with_first_name(scan.tokens, k, stop)
            else (-1, -1, False)
        )
    return -1, -1, False


def _closes(scan: Scan, stop: int, sentence: Sentence) -> bool:
    return stop >= sentence.last or not scan.tokens[stop].is_capital


def _is_introduced(scan: Scan, before: Before, i: int, stop: int) -> bool:
    """Whether capitals that follow an office are a name. ``warf dem Präsidenten Wahlbetrug vor`` has none."""
    if stop - i >= 2 or not before.determiner or before.countries or before.former:
        return True
    return is_possessive(before) or bare_word(scan.tokens[i].text, scan.words) in scan.name_parts


def _body_name(scan: Scan, form: NounForm, last: int, sentence: Sentence) -> tuple[int, int, bool]:
    """Return the name after a party, firm or organisation: ``die Partei Neue Rechte``, ``die Zeitung „El País“``."""
    if not form.noun.names or last >= sentence.last:
        return -1, -1, False
    quoted = scan.tokens[last].text in OPENERS
    begin = last + 1 if quoted else last
    k = begin
    while k < sentence.last and k - begin < 6 and _is_body_name_word(scan, k, quoted=quoted):
        k += 1
    if quoted:
        if k == begin or k >= sentence.last or scan.tokens[k].text not in QUOTES:
            return -1, -1, False
        return begin, k, True
    return (begin, k, True) if k > begin else (-1, -1, False)


def _is_body_name_word(scan: Scan, k: int, *, quoted: bool) -> bool:
    token = scan.tokens[k]
    if quoted:
        return token.is_word
    if not token.is_capital or state_names().meanings(token.text) or noun_of(token.text):
        return False
    return token.text not in names_of("never") and not organisation_names().meanings(token.text)


def add_introduced(scan: Scan, i: int) -> int:
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
