"""Finds the times of a report: what names them, their TIMEX3 value, and the days that enclose it.

The text is read once. Words become atoms (words), rules find the expressions among them (rules), and each
is then resolved in the order of the text (days, clocks, periods, spans, references), since ``am Vortag``
rests on what was told before. A report without a date gets no calendar date from words that count from it.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence

import msgspec

from depesche.find.times import clocks, days, periods, references, spans
from depesche.find.times.calendar import Day
from depesche.find.times.moments import MEANINGS, Meaning, Moment, days_of
from depesche.find.times.rules import NO_SYMBOL, Match, encode, load_grammar, match_rules, rank_match
from depesche.find.times.tenses import Clause, split_clauses, tense_at
from depesche.find.times.words import Atom, read_atoms
from depesche.language.document import Document
from depesche.language.tokens import Sentence
from depesche.language.word_classes import word_class
from depesche.reading import Span, Time

# Each of these enters its meanings into MEANINGS.
_RESOLVERS = (days, clocks, periods, spans, references)

# A text that names so many years, and hardly a day that counts from its own date, tells history.
_HISTORY_YEARS = 8
# A step of more years than these is a look back or ahead.
_STORY_STEP = 15

_ARTICLES = frozenset({"der", "die", "das", "dem", "den", "des"})


class Told(msgspec.Struct, frozen=True):
    """What the text last told: a value and where it stands, the last day, and the year of a history."""

    value: str | None = None
    sentence: int = -1
    paragraph: int = -1
    day: Day | None = None
    year: int | None = None


class Passage(msgspec.Struct, frozen=True, dict=True):
    """A sentence with its atoms, one for each symbol of ``code``."""

    document: Document
    sentence: Sentence
    atoms: list[Atom | None]
    code: str

    @functools.cached_property
    def clauses(self) -> list[Clause]:
        """The clauses of the sentence, with their tense."""
        return split_clauses(self.document.tokens, self.sentence.first, self.sentence.last)


def find_times(document: Document) -> tuple[Time, ...]:
    """Return the times that the report names, by their place in the text; none overlap."""
    passages = [p for p in (_read_passage(document, s) for s in document.sentences) if any(p.atoms)]
    history = _tells_history(passages)
    told = Told()
    times: list[Time] = []
    for passage in passages:
        told = _read_times(passage, history, told, times)
    return tuple(times)


def _read_passage(document: Document, sentence: Sentence) -> Passage:
    grammar = load_grammar()
    atoms = read_atoms(document.tokens, sentence.first, sentence.last, grammar.literals)
    return Passage(document, sentence, atoms, encode(atoms, grammar))


def _tells_history(passages: Sequence[Passage]) -> bool:
    """Whether a text tells by its own dates, as a history does, and not from its day as news does."""
    years = days = 0
    for passage in passages:
        for atom in passage.atoms:
            if atom is not None:
                years += atom.kind in {"YEAR", "BCE"}
                days += atom.kind in {"WEEKDAY", "DEICTIC", "PRIORDAY"}
    return years >= _HISTORY_YEARS and years > 4 * days


def _read_times(passage: Passage, history: bool, told: Told, times: list[Time]) -> Told:
    """Append the times of a sentence to ``times`` and return what it has told."""
    waiting: dict[int, list[Match]] = {}
    free = 0
    for at, symbol in enumerate(passage.code):
        if symbol == NO_SYMBOL or at < free:
            continue
        # A rule may begin with words that are not part of its expression: it waits until that begins.
        for match in match_rules(passage.code, at, passage.atoms):
            waiting.setdefault(match.first, []).append(match)
        for match in sorted(waiting.pop(at, ()), key=rank_match):
            span = _span_of(match, passage)
            moment = _moment(passage, span, told, history)
            if _is_name(match, moment):
                free = match.last
                break
            found = MEANINGS[match.rule.meaning](match, moment)
            if found is not None:
                times.append(_make_time(passage.document.text, span, match, found))
                told = _tell(told, found, match, passage, span)
                free = match.last
                break
    return told


def _is_name(match: Match, moment: Moment) -> bool:
    """Whether a word for a time is a name: ``Herr Mai``, ``die Straße des 17. Juni``."""
    if moment.previous in word_class("before-family-names"):
        return match.has("weekday", "month")
    return match.has("month") and match.has("small") and moment.before in word_class("named-after-days")


def _span_of(match: Match, passage: Passage) -> Span:
    atoms = [a for a in passage.atoms[match.first : match.last] if a is not None]
    return Span(atoms[0].start, atoms[-1].end)


def _moment(passage: Passage, span: Span, told: Told, history: bool) -> Moment:
    document, sentence = passage.document, passage.sentence
    index = document.token_at(span.start)
    after = document.token_at(span.end - 1) + 1
    before = index - 1
    while before > sentence.first and document.tokens[before].lower in _ARTICLES:
        before -= 1
    near = history or told.paragraph == sentence.paragraph or told.sentence == sentence.index - 1
    return Moment(
        day=document.day,
        tense=tense_at(passage.clauses, index, document.tokens),
        clause=next((c.tense for c in passage.clauses if c.first <= index < c.last), "none"),
        before=document.tokens[before].lower if before >= sentence.first else "",
        previous=document.tokens[index - 1].text if index > sentence.first else "",
        after=document.tokens[after].text if after < sentence.last else "",
        last=told.value if near else None,
        told=told.day,
        year=told.year,
        history=history,
    )


def _make_time(text: str, span: Span, match: Match, found: Meaning) -> Time:
    days = days_of(found)
    earliest, latest = (days[0].isoformat(), days[1].isoformat()) if days else (None, None)
    words = text[span.start : span.end]
    return Time(span.start, span.end, words, found.type, found.value, earliest, latest, match.rule.id)


def _tell(told: Told, found: Meaning, match: Match, passage: Passage, span: Span) -> Told:
    if not found.tells or found.value.startswith("X"):
        return told
    sentence, tokens = passage.sentence, passage.document.tokens
    index = passage.document.token_at(span.start)
    if index > sentence.first and tokens[index - 1].text == "(":
        # An aside does not move the story.
        return told
    days = days_of(found)
    day = days[0] if days and len(found.value) >= 10 else told.day
    year = _story_year(told.year, found.value, match, passage, index - sentence.first)
    return Told(found.value, sentence.index, sentence.paragraph, day, year)


def _story_year(told: int | None, value: str, match: Match, passage: Passage, place: int) -> int | None:
    """Return the year that a history is in after a value: a look back or ahead does not move it."""
    if not value[:4].isdecimal():
        return told
    year = int(value[:4])
    sentence = passage.sentence
    last = passage.document.tokens[sentence.last - 1].text
    heading = sentence.last - sentence.first <= 12 and last not in {".", "!", "?"}
    if told is None or heading:
        return year
    named = match.has("year", "fulldate", "shortdate", "monthyear", "following", "yearnoun")
    near = abs(year - told) <= _STORY_STEP
    return year if near and named and (len(value) > 4 or place <= 3) else told
