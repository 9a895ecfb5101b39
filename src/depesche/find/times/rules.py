"""The grammar of time expressions: patterns over classes of words, compiled into regular expressions.

Each class of times-words.yaml, and each small word that a pattern names, becomes one character; a sentence
becomes a string of them, and a rule a regular expression over that string. Rules are tried only where an
expression of theirs can begin.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence

import msgspec

from depesche.find.times.words import FEASTS, WORDS, Atom, Feast, TimeWord, Value, load_vocabulary
from depesche.language.lexicon import load_entries

RULES = "de/times-rules.yaml"

# Sequences that several rules share.
SEQUENCES = {
    "$month": "(MONTH | MONTHSHORT DOT?)",
    "$wd": "(WEEKDAY | WEEKSHORT DOT?) PART? COMMA? (ART | am)?",
    "$shift": (
        "(LAST | NEXT | COMING | THIS | THISADJ | PRESENTADJ | SAME | FOLLOWING | PRECEDING | NEWADJ "
        "| DEICTICADJ | THAT)"
    ),
    "$ofyear": (
        "(YEAR | (ART | im)? YEARUNIT YEAR | ART? (LAST | NEXT | COMING | THIS | THISADJ | SAME | "
        "FOLLOWING | PRECEDING | NEWADJ) YEARUNIT | ART (YEARNOUN | FOLLOWYEAR) | ART YEARUNIT | "
        "YEARNOUN)"
    ),
    "$cal": (
        "(SMALL DOT $month (COMMA? $ofyear)? | SMALL $month YEAR? | ORDINAL MONTH $ofyear? | "
        "FULLDATE | SHORTDATE | DOTTED DOT? YEAR?)"
    ),
    "$sep": (
        "(und | bis | bis (zum | ART) | DASH | SLASH | sowie | oder | auf | COMMA und | COMMA) (am | "
        "ART | zum | vom)?"
    ),
    "$pre": (
        "(um | gegen | ab | bis | knapp | kurz (vor | nach) | etwa | ABOUT | von | zwischen | TOTHE "
        "| vor | nach)"
    ),
    "$clock": (
        "(kurz (vor | nach))? ((CLOCK OCLOCK? | DOTCLOCK OCLOCK | time:DOTTED OCLOCK | hour:SMALL OCLOCK "
        "(minute:SMALL | minute:NUMBER)? | hour:NUMWORD OCLOCK minute:NUMWORD? | hour:ZERO OCLOCK | "
        "HALF (hour:NUMWORD | hour:SMALL) OCLOCK? | (QUARTERWORD | THREEQUARTERS) (vor | nach)? "
        "(hour:NUMWORD | hour:SMALL) OCLOCK? | (minute:SMALL | minute:NUMWORD) UNITS (vor | nach) "
        "(hour:SMALL | hour:NUMWORD) OCLOCK) (PARTLY | EARLY)? ZONE?)"
    ),
    "$dayref": (
        "($wd? $cal | $shift WEEKUNIT am? WEEKDAY | (LAST | NEXT | COMING | THIS | DEICTICADJ)? "
        "WEEKDAY | DEICTIC (COMMA? WEEKDAY)? | (SAME | FOLLOWING | NEXT | COMING | THIS) DAYUNIT | "
        "PRIORDAY | NEXTDAY | DAYUNIT (LATER | BEFORE) | FEAST)"
    ),
    "$edge": (
        "EARLYLATE? (BEGIN | MIDDLE | FINISH | in TOTHE? COURSE | COURSE) (ART | TOTHE)? (ART YEARUNIT)?"
    ),
    "$singular": (
        "(DAYUNIT | WEEKUNIT | MONTHUNIT | YEARUNIT | WEEKEND | QUARTERUNIT | HALFUNIT | HOURUNIT | "
        "DECADEUNIT | CENTURY)"
    ),
    "$quantity": (
        "((NUMWORD | SMALL | NUMBER | DECIMAL | YEAR) HALF? MORE? UNITS | ONE ABOUT? HALF? MORE? "
        "$singular | (NUMWORD | SMALL) (bis | oder | DASH) (NUMWORD | SMALL | NUMBER) UNITS | ABOUT "
        "HALF? $singular | HALF (HOURUNIT | YEARUNIT | DAYUNIT))"
    ),
}

_ITEM = re.compile(r"\$\w+|(?:(?P<role>[a-z]+):)?(?P<name>[A-Za-zÄÖÜäöüß]+)|[()|?*<>]|\s+")


class Rule(msgspec.Struct, frozen=True):
    """An entry of times-rules.yaml. ``gives`` is the value of the example ``yes``, read on 2025-07-11."""

    id: str
    pattern: str
    meaning: str
    yes: str
    gives: str
    no: str


class Compiled(msgspec.Struct, frozen=True):
    """A rule with its regular expression and the characters with which it can begin."""

    id: str
    meaning: str
    regex: re.Pattern[str]
    order: int


class Grammar(msgspec.Struct, frozen=True):
    """The character of each class and literal, and the rules by the character with which they can begin."""

    symbols: dict[str, str]
    literals: frozenset[str]
    rules: dict[str, tuple[Compiled, ...]]


class Match(msgspec.Struct, frozen=True):
    """Where a rule matches: its expression (atoms ``first`` to ``last``, exclusive) and its atoms by role."""

    rule: Compiled
    begin: int
    first: int
    last: int
    end: int
    atoms: dict[str, tuple[Atom, ...]]

    def has(self, *roles: str) -> bool:
        """Whether any of the roles is filled."""
        return any(role in self.atoms for role in roles)

    def value(self, *roles: str) -> Value:
        """Return the value of the first atom with one of the roles, or None."""
        for role in roles:
            if role in self.atoms:
                return self.atoms[role][0].value
        return None

    def number(self, *roles: str) -> int | None:
        """Return the value of the first atom with one of the roles as a whole number, or None."""
        value = self.value(*roles)
        return int(value) if isinstance(value, int | float) else None


NO_SYMBOL = "\u00a0"


@functools.cache
def load_grammar() -> Grammar:
    """Return the compiled rules."""
    rules = load_entries(RULES, Rule)
    kinds = {e.kind for e in load_entries(WORDS, TimeWord)} | (
        {"FEAST"} if load_entries(FEASTS, Feast) else set()
    )
    expanded = [expand_pattern(rule.pattern) for rule in rules]
    names = sorted(kinds | {m["name"] for text in expanded for m in _ITEM.finditer(text) if m["name"]})
    symbols = {name: chr(0xE000 + index) for index, name in enumerate(names)}
    literals = frozenset(n for n in names if not n.isupper())
    # A word that a rule names keeps belonging to its class: both characters stand for the class.
    words = load_vocabulary().words
    classes = {
        name: symbol + "".join(symbols[w] for w in sorted(literals) if w in words and words[w][0] == name)
        for name, symbol in symbols.items()
    }
    compiled = [
        Compiled(rule.id, rule.meaning, re.compile(translate_pattern(text, classes)), order)
        for order, (rule, text) in enumerate(zip(rules, expanded, strict=True))
    ]
    by_symbol = {
        symbol: tuple(
            c for c, text in zip(compiled, expanded, strict=True) if _can_begin(text, symbol, classes)
        )
        for symbol in symbols.values()
    }
    return Grammar(symbols, literals, {symbol: group for symbol, group in by_symbol.items() if group})


def expand_pattern(pattern: str) -> str:
    """Return a pattern with its sequences written out."""
    while "$" in pattern:
        pattern = re.sub(r"\$\w+", lambda m: f"({SEQUENCES[m.group()]})", pattern)
    return pattern


def translate_pattern(pattern: str, classes: dict[str, str]) -> str:
    """Return the regular expression for an expanded pattern; its groups are ``role__number``."""
    out: list[str] = []
    for number, item in enumerate(_ITEM.finditer(pattern)):
        text = item.group()
        if item["name"]:
            role = item["role"] or item["name"].lower()
            symbols = f"[{classes[item['name']]}]"
            out.append(f"(?P<{role}__{number}>{symbols})")
        elif text == "<":
            out.append("(?P<expression>")
        elif text == ">":
            out.append(")")
        elif text == "(":
            out.append("(?:")
        elif not text.isspace():
            out.append(text)
    return "".join(out)


def _can_begin(pattern: str, symbol: str, classes: dict[str, str]) -> bool:
    return any(symbol in classes[name] for name in _first_names(pattern))


@functools.cache
def _first_names(pattern: str) -> frozenset[str]:
    items = [m for m in _ITEM.finditer(pattern) if not m.group().isspace()]
    firsts, _, _ = _first_of_choice(items, 0)
    return frozenset(firsts)


def _first_of_choice(items: Sequence[re.Match[str]], at: int) -> tuple[set[str], bool, int]:
    """Return the names with which a choice can begin, whether it can be empty, and where it ends."""
    firsts: set[str] = set()
    empty = False
    while True:
        more, can_be_empty, at = _first_of_sequence(items, at)
        firsts |= more
        empty = empty or can_be_empty
        if at >= len(items) or items[at].group() != "|":
            return firsts, empty, at
        at += 1


def _first_of_sequence(items: Sequence[re.Match[str]], at: int) -> tuple[set[str], bool, int]:
    firsts: set[str] = set()
    empty = True
    while at < len(items) and items[at].group() not in {"|", ")"}:
        text = items[at].group()
        if text in "<>":
            at += 1
            continue
        if text == "(":
            inner, inner_empty, at = _first_of_choice(items, at + 1)
        else:
            inner, inner_empty = {items[at]["name"]}, False
        at += 1
        if at < len(items) and items[at].group() in "?*":
            inner_empty = True
            at += 1
        if empty:
            firsts |= inner
        empty = empty and inner_empty
    return firsts, empty, at


def encode(atoms: Sequence[Atom | None], grammar: Grammar) -> str:
    """Return one character for each atom: that of its class, or of the small word that a rule names."""
    symbols = grammar.symbols
    return "".join(symbols.get(atom.kind, NO_SYMBOL) if atom else NO_SYMBOL for atom in atoms)


def match_rules(code: str, at: int, atoms: Sequence[Atom | None]) -> list[Match]:
    """Return the matches that begin at ``at``, in the order of the rules."""
    found = []
    for rule in load_grammar().rules.get(code[at], ()):
        match = rule.regex.match(code, at)
        if match and _on_edges(atoms, match.start("expression"), match.end("expression")):
            found.append(_make_match(rule, match, atoms))
    return found


def rank_match(match: Match) -> tuple[int, int, int]:
    """Return what puts the best match first: length of expression, length with context, order of rules."""
    return (-match.last, match.begin - match.end, match.rule.order)


def _on_edges(atoms: Sequence[Atom | None], first: int, last: int) -> bool:
    head, tail = atoms[first], atoms[last - 1]
    return head is not None and tail is not None and head.begins and tail.ends


def _make_match(rule: Compiled, found: re.Match[str], atoms: Sequence[Atom | None]) -> Match:
    roles: dict[str, tuple[Atom, ...]] = {}
    for name in found.re.groupindex:
        place = found.start(name)
        atom = atoms[place] if place >= 0 and name != "expression" else None
        if atom is not None:
            role = name.partition("__")[0]
            roles[role] = (*roles.get(role, ()), atom)
    return Match(rule, found.start(), found.start("expression"), found.end("expression"), found.end(), roles)
