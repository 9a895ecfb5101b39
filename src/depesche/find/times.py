"""Finds the times of a report: what names them, their TIMEX3 value, and the days that enclose it.

The text is read once. Words become atoms (time_words), rules find the expressions among them (time_rules),
and each is then resolved in the order of the text (time_meanings), since ``am Vortag`` rests on what was
told before. A report without a date gets no calendar date from words that count from it.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from depesche.find.calendar import Day
from depesche.find.tenses import Clause, split_clauses, tense_at
from depesche.find.time_meanings import MEANINGS, Meaning, Moment, days_of
from depesche.find.time_rules import NO_SYMBOL, Match, encode, load_grammar, match_rules, rank_match
from depesche.find.time_words import Atom, read_atoms
from depesche.language.document import Document
from depesche.language.tokens import Sentence
from depesche.reading import Time

# A text that names so many years, and hardly a day that counts from its own date, tells history.
_HISTORY_YEARS = 8
# A step of more years than these is a look back or ahead.
_STORY_STEP = 15

_ARTICLES = frozenset({"der", "die", "das", "dem", "den", "des"})


class Told(msgspec.Struct, frozen=True):
    """What the text last told: a value and where it stands, the last day, and the year that a history is in."""

    value: str | None = None
    sentence: int = -1
    paragraph: int = -1
    day: Day | None = None
    year: int | None = None


class Passage(msgspec.Struct, frozen=True):
    """A sentence with its atoms, one for each symbol of ``code``."""

    sentence: Sentence
    atoms: list[Atom | None]
    code: str


def find_times(document: Document) -> tuple[Time, ...]:
    """Return the times that the report names, by their place in the text; none overlap."""
    passages = [p for p in (_read_passage(document, s) for s in document.sentences) if any(p.atoms)]
    history = _tells_history(passages)
    told = Told()
    times: list[Time] = []
    for passage in passages:
        told = _read_times(document, passage, history, told, times)
    return tuple(times)


def _read_passage(document: Document, sentence: Sentence) -> Passage:
    grammar = load_grammar()
    atoms = read_atoms(document.tokens, sentence.first, sentence.last, grammar.literals)
    return Passage(sentence, atoms, encode(atoms, grammar))


def _tells_history(passages: Sequence[Passage]) -> bool:
    """Whether a text tells of the past by its own dates, as a history does, and not from its day as news does."""
    years = days = 0
    for passage in passages:
        for atom in passage.atoms:
            if atom is not None:
                years += atom.kind in {"YEAR", "BCE"}
                days += atom.kind in {"WEEKDAY", "DEICTIC", "PRIORDAY"}
    return years >= _HISTORY_YEARS and years > 4 * days


def _read_times(document: Document, passage: Passage, history: bool, told: Told, times: list[Time]) -> Told:
    """Append the times of a sentence to ``times`` and return what it has told."""
    clauses: list[Clause] | None = None
    waiting: dict[int, list[Match]] = {}
    free = 0
    for at, symbol in enumerate(passage.code):
        if symbol == NO_SYMBOL:
            continue
        # A rule may begin with words that are not part of its expression: it waits until that begins.
        for match in match_rules(passage.code, at, passage.atoms) if at >= free else ():
            waiting.setdefault(match.first, []).append(match)
        if at < free:
            continue
        for match in sorted(waiting.pop(at, ()), key=rank_match):
            if clauses is None:
                clauses = split_clauses(document.tokens, passage.sentence.first, passage.sentence.last)
            start, end = passage.atoms[match.first].start, passage.atoms[match.last - 1].end  # type: ignore[union-attr]
            moment = _moment(document, passage.sentence, start, end, told, history, clauses)
            found = MEANINGS[match.rule.meaning](match, moment)
            if found is not None:
                times.append(_make_time(document.text, start, end, match, found))
                told = _tell(told, found, match, document, passage.sentence, start)
                free = match.last
                break
    return told


def _moment(
    document: Document,
    sentence: Sentence,
    start: int,
    end: int,
    told: Told,
    history: bool,
    clauses: list[Clause],
) -> Moment:
    index = document.token_at(start)
    after = document.token_at(end - 1) + 1
    before = index - 1
    while before > sentence.first and document.tokens[before].lower in _ARTICLES:
        before -= 1
    near = history or told.paragraph == sentence.paragraph or told.sentence == sentence.index - 1
    return Moment(
        day=document.day,
        tense=tense_at(clauses, index, document.tokens),
        clause=next((c.tense for c in clauses if c.first <= index < c.last), "none"),
        before=document.tokens[before].lower if before >= sentence.first else "",
        after=document.tokens[after].text if after < sentence.last else "",
        last=told.value if near else None,
        told=told.day,
        year=told.year,
        history=history,
    )


def _make_time(text: str, start: int, end: int, match: Match, found: Meaning) -> Time:
    days = days_of(found)
    earliest, latest = (days[0].isoformat(), days[1].isoformat()) if days else (None, None)
    return Time(start, end, text[start:end], found.type, found.value, earliest, latest, match.rule.id)


def _tell(
    told: Told, found: Meaning, match: Match, document: Document, sentence: Sentence, start: int
) -> Told:
    if not found.tells or found.value.startswith("X"):
        return told
    index = document.token_at(start)
    if index > sentence.first and document.tokens[index - 1].text == "(":
        # An aside does not move the story.
        return told
    days = days_of(found)
    day = days[0] if days and len(found.value) >= 10 else told.day
    year = _story_year(told.year, found.value, match, document, sentence, index - sentence.first)
    return Told(found.value, sentence.index, sentence.paragraph, day, year)


def _story_year(
    told: int | None, value: str, match: Match, document: Document, sentence: Sentence, place: int
) -> int | None:
    """Return the year that a history is in after a value: looking back or ahead in passing does not move it."""
    if not value[:4].isdecimal():
        return told
    year = int(value[:4])
    words = sentence.last - sentence.first
    heading = words <= 12 and document.tokens[sentence.last - 1].text not in {".", "!", "?"}
    if told is None or heading:
        return year
    named = match.has("year", "fulldate", "shortdate", "monthyear", "following", "yearnoun")
    near = abs(year - told) <= _STORY_STEP
    return year if near and named and (len(value) > 4 or place <= 3) else told
