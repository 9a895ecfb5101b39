"""Takes the words of a sentence apart into the atoms of which time expressions are made.

An atom has a kind (``WEEKDAY``, ``UNIT``, ``SMALL``: a number from 1 to 31), a value, and its place. Most
words are atoms as the lists name them; numbers and compounds (``Freitagabend``, ``dreitägig``,
``1939–1945``, ``90er-Jahre``) are read here. A word that has nothing to do with time gives no atom.
"""

from __future__ import annotations

import functools
import re

import msgspec

from depesche.find.times.calendar import make_day
from depesche.language.lexicon import load_entries
from depesche.language.numbers import load_numbers, read_number
from depesche.language.tokens import Token, tokenize

Value = str | int | float | None

WORDS = "de/times-words.yaml"
FEASTS = "de/times-feasts.yaml"


class TimeWord(msgspec.Struct, frozen=True):
    """An entry of times-words.yaml: the class of its forms and what they stand for."""

    id: str
    kind: str
    forms: tuple[str, ...]
    yes: str
    no: str
    value: Value = None


class Feast(msgspec.Struct, frozen=True):
    """An entry of times-feasts.yaml; ``rule`` is read by ``calendar.feast_day``."""

    id: str
    rule: str
    forms: tuple[str, ...]
    yes: str
    no: str


class Part(msgspec.Struct, frozen=True):
    """An atom within a word: ``start`` and ``end`` count from the beginning of the word."""

    kind: str
    value: Value
    start: int
    end: int


class Atom(msgspec.Struct, frozen=True):
    """A part of a time expression at its place in the text; ``begins`` and ``ends``: at a word's edge."""

    kind: str
    value: Value
    start: int
    end: int
    begins: bool
    ends: bool


class Phrase(msgspec.Struct, frozen=True):
    """Several words that are one atom (``zur Zeit``, ``1. Advent``)."""

    words: tuple[str, ...]
    kind: str
    value: Value


class Vocabulary(msgspec.Struct, frozen=True):
    """Words and phrases by their form; phrases by their first word, the longest first."""

    words: dict[str, tuple[str, Value]]
    phrases: dict[str, tuple[Phrase, ...]]


_ORDINALS = {1: "erst", 3: "dritt", 7: "siebt", 8: "acht"}
_ENDINGS = ("e", "en", "er", "es", "em")

_ADJECTIVE = re.compile(
    r"(?P<count>\d{1,4}|mehr|viel|wenig|ganz|halb|vor|[a-zäöüß]{3,20}?)?-?"
    r"(?P<unit>sekündig|minütig|stündig|tägig|wöchig|monatig|jährig)(?:e[nrsm]?)?"
)
_ADJECTIVE_UNITS = {
    "sekündig": "TS", "minütig": "TM", "stündig": "TH", "tägig": "D", "wöchig": "W", "monatig": "M",
    "jährig": "Y",
}  # fmt: skip
_LASTING = re.compile(
    r"(sekunden|minuten|stunden|tage|nächte|wochen|monate|jahre|jahrzehnte|jahrhunderte)lang(?:e[nrsm]?)?"
)
_LASTING_UNITS = {
    "sekunden": "PTXS", "minuten": "PTXM", "stunden": "PTXH", "tage": "PXD", "nächte": "PXD", "wochen": "PXW",
    "monate": "PXM", "jahre": "PXY", "jahrzehnte": "PXDE", "jahrhunderte": "PXCE",
}  # fmt: skip
_DECADE = re.compile(r"(?P<digits>\d{2}|\d{4})er(?P<years>-?Jahren?|n)?")
_FULL_DATE = re.compile(
    r"(?P<d>\d{1,2})\.(?P<m>\d{1,2})\.(?P<y>\d{4}|\d\d)"
    r"|(?P<y2>\d{4})[-.](?P<m2>\d{1,2})[-.](?P<d2>\d{1,2})|(?P<d3>\d{1,2})-(?P<m3>\d{1,2})-(?P<y3>\d{4}|\d\d)"
)
_MONTH_YEAR = re.compile(
    r"(?P<m>0[1-9]|1[0-2])[-.](?P<y>(?:1[5-9]|20)\d\d)|(?P<y2>(?:1[5-9]|20)\d\d)[-.](?P<m2>0[1-9]|1[0-2])"
)
_CLOCK = re.compile(r"([01]?\d|2[0-4])[:](\d\d)(?::(\d\d))?|([01]?\d|2[0-4])h(\d\d)")
_DOTTED = re.compile(r"(\d{1,2})\.(\d{1,2})")
_DASHED = re.compile(r"(\d{1,4})([-–‑‐])(\d{1,4})")


@functools.cache
def load_vocabulary() -> Vocabulary:
    """Return the words and phrases of both lists."""
    entries = [(e.kind, e.value, e.forms) for e in load_entries(WORDS, TimeWord)]
    entries += [("FEAST", e.rule, e.forms) for e in load_entries(FEASTS, Feast)]
    words: dict[str, tuple[str, Value]] = {}
    raised: dict[str, tuple[str, Value]] = {}
    phrases: dict[str, list[Phrase]] = {}
    for kind, value, forms in entries:
        for form in forms:
            parts = tuple(t.text for t in tokenize(form))
            if len(parts) > 1:
                phrases.setdefault(parts[0].lower(), []).append(Phrase(parts, kind, value))
            else:
                words.setdefault(form, (kind, value))
                if form[0].islower():
                    raised.setdefault(form[0].upper() + form[1:], (kind, value))
    words = raised | words
    by_length = {first: tuple(sorted(group, key=lambda p: -len(p.words))) for first, group in phrases.items()}
    return Vocabulary(words, by_length)


@functools.cache
def load_ordinals() -> dict[str, int]:
    """Return the ordinal words from the first to the ninety-ninth, in all their endings."""
    ordinals: dict[str, int] = {}
    for word, number in load_numbers().items():
        if number < 100 and word not in {"zwo", "eins", "dreissig"}:
            tail = number if number < 20 else 0
            stem = _ORDINALS.get(tail) or word + ("t" if number < 20 else "st")
            ordinals |= {stem + ending: number for ending in _ENDINGS}
    return ordinals | {"siebente": 7, "siebenten": 7, "siebenter": 7}


@functools.cache
def _compound_pattern() -> re.Pattern[str]:
    words = load_vocabulary().words
    heads = [w for w, (kind, _) in words.items() if kind in {"WEEKDAY", "MONTH", "FEAST"}]
    tails = [w for w, (kind, _) in words.items() if kind in {"PART", "PARTLY", "EARLY", "HALFNOUN"}]
    tails = sorted({t.lower() for t in tails}, key=len, reverse=True)
    heads = sorted(set(heads), key=len, reverse=True)
    heads += [h.lower() for h in heads if words[h][0] == "WEEKDAY"]
    return re.compile(f"({'|'.join(heads)})({'|'.join(tails)})")


# No word of time is longer; what is would only fill the cache.
_LONGEST = 40


@functools.lru_cache(maxsize=1 << 16)
def read_word(text: str) -> tuple[Part, ...]:
    """Return the parts of a word that belong to a time expression; empty for most words."""
    known = load_vocabulary().words.get(text)
    if known:
        return (Part(known[0], known[1], 0, len(text)),)
    if text[0].isdigit():
        return _read_digits(text)
    lower = text.lower()
    number = read_number(lower)
    if number is not None:
        return (Part("NUMWORD", number, 0, len(text)),)
    ordinal = load_ordinals().get(lower)
    if ordinal is not None:
        return (Part("ORDINAL", ordinal, 0, len(text)),)
    return _read_compound(text, lower)


def _read_compound(text: str, lower: str) -> tuple[Part, ...]:
    match = _compound_pattern().fullmatch(text)
    if match:
        words = load_vocabulary().words
        head = words.get(match[1]) or words[match[1].title()]
        tail = words.get(match[2].title()) or words[match[2]]
        cut = match.end(1)
        return (Part(head[0], head[1], 0, cut), Part(tail[0], tail[1], cut, len(text)))
    adjective = _read_adjective(lower)
    if adjective:
        return (Part("LASTING", adjective, 0, len(text)),)
    return _read_decade(text, lower)


def _read_adjective(lower: str) -> str | None:
    """Return the duration of ``dreitägig``, ``37-jährige``, ``jahrelang``."""
    match = _LASTING.fullmatch(lower)
    if match:
        return _LASTING_UNITS[match[1]]
    match = _ADJECTIVE.fullmatch(lower)
    if not match or not match["count"]:
        return None
    unit = _ADJECTIVE_UNITS[match["unit"]]
    if match["count"] in {"mehr", "viel", "wenig"}:
        return f"PTX{unit[1]}" if unit[0] == "T" else f"PX{unit}"
    number = {"ganz": 1.0, "halb": 0.5}.get(match["count"]) or read_number(match["count"])
    return write_duration(number, unit) if number is not None else None


def _read_decade(text: str, lower: str) -> tuple[Part, ...]:
    for ending in ("erjahren", "erjahre", "er-jahren", "er-jahre", "ern", "er"):
        if lower.endswith(ending):
            number = read_number(lower.removesuffix(ending))
            if number is not None and number % 10 == 0 and 20 <= number <= 90:
                kind = "DECADEYEARS" if "jahr" in ending else "DECADE"
                return (Part(kind, str(int(number) // 10), 0, len(text)),)
    return ()


def write_duration(number: float, unit: str) -> str:
    """Return a TIMEX3 duration: 2.5 years are ``P2Y6M``, 1.5 hours ``PT1H30M``.

    ``unit`` is a TIMEX3 letter, with a T before it for units below the day (``TH``).
    """
    halves = {
        "Y": (12, "M"),
        "TH": (60, "M"),
        "TM": (60, "S"),
        "D": (24, "TH"),
        "DE": (10, "Y"),
        "CE": (10, "DE"),
    }
    if unit == "Q":
        number, unit = number * 3, "M"
    elif unit == "H":
        number, unit = number * 6, "M"
    elif unit == "NI":
        unit = "D"
    if unit == "DE" and number % 1:
        number, unit = number * 10, "Y"
    whole = int(number)
    rest = number - whole
    sign = "PT" if unit[0] == "T" else "P"
    letter = unit.removeprefix("T")
    if not rest:
        return f"{sign}{whole}{letter}"
    if unit not in halves or (rest * halves[unit][0]) % 1:
        return f"{sign}{number:g}{letter}"
    factor, smaller = halves[unit]
    small = int(rest * factor)
    if smaller.startswith("T"):
        return f"P{whole}DT{small}H" if whole else f"PT{small}H"
    return f"{sign}{whole}{letter}{small}{smaller}" if whole else f"{sign}{small}{smaller}"


def expand_year(digits: str) -> int:
    """Return the year that two digits stand for: up to 49 this century, from 50 the last."""
    number = int(digits)
    return number if len(digits) > 2 else number + (2000 if number < 50 else 1900)


def _read_digits(text: str) -> tuple[Part, ...]:
    whole = len(text)
    if text.isdecimal():
        return (_read_integer(text, 0),)
    date = _FULL_DATE.fullmatch(text)
    if date:
        return _read_full_date(text, date)
    month = _MONTH_YEAR.fullmatch(text)
    if month:
        return (Part("MONTHYEAR", f"{month['y'] or month['y2']}-{month['m'] or month['m2']}", 0, whole),)
    clock = _CLOCK.fullmatch(text)
    if clock:
        return _read_clock(text, clock)
    return _read_shape(text, whole)


def _read_full_date(text: str, date: re.Match[str]) -> tuple[Part, ...]:
    year, month, day = (date[n] or date[f"{n}2"] or date[f"{n}3"] for n in ("y", "m", "d"))
    found = make_day(expand_year(year), int(month), int(day))
    # The century of a short year is for the report's date to say.
    kind = "FULLDATE" if len(year) == 4 else "SHORTDATE"
    return (Part(kind, found.isoformat(), 0, len(text)),) if found else ()


def _read_clock(text: str, clock: re.Match[str]) -> tuple[Part, ...]:
    hour, minute, second = clock[1] or clock[4], clock[2] or clock[5], clock[3]
    if int(minute) > 59 or (second and int(second) > 59):
        return ()
    value = f"{int(hour):02d}:{minute}" + (f":{second}" if second else "")
    return (Part("CLOCK", value, 0, len(text)),)


def _read_shape(text: str, whole: int) -> tuple[Part, ...]:
    dotted = _DOTTED.fullmatch(text)
    if dotted:
        return _read_dotted(text, dotted)
    dashed = _DASHED.fullmatch(text)
    if dashed:
        first, last = _read_integer(dashed[1], 0), _read_integer(dashed[3], dashed.start(3))
        return (first, Part("DASH", None, dashed.start(2), dashed.end(2)), last)
    if re.fullmatch(r"\d{1,3}(?:\.\d{3})+", text):
        return (Part("NUMBER", int(text.replace(".", "")), 0, whole),)
    if re.fullmatch(r"\d+,\d+", text):
        return (Part("DECIMAL", float(text.replace(",", ".")), 0, whole),)
    return _read_numbered_word(text, whole)


def _read_numbered_word(text: str, whole: int) -> tuple[Part, ...]:
    decade = _DECADE.fullmatch(text)
    if decade:
        kind = "DECADEYEARS" if decade["years"] else "DECADE"
        return (Part(kind, decade["digits"][:-1], 0, whole),) if decade["digits"][-1] == "0" else ()
    adjective = _read_adjective(text.lower())
    return (Part("LASTING", adjective, 0, whole),) if adjective else ()


def _read_dotted(text: str, dotted: re.Match[str]) -> tuple[Part, ...]:
    first, second = int(dotted[1]), int(dotted[2])
    if make_day(2000, second, first):
        return (Part("DOTTED", text, 0, len(text)),)
    if first <= 24 and second <= 59 and len(dotted[2]) == 2:
        return (Part("DOTCLOCK", f"{first:02d}:{second:02d}", 0, len(text)),)
    return (Part("DECIMAL", float(text), 0, len(text)),)


def _read_integer(text: str, start: int) -> Part:
    end = start + len(text)
    number = int(text) if len(text) < 10 else 10**9
    if len(text) == 4 and 1000 <= number < 2200:
        return Part("YEAR", number, start, end)
    if 1 <= number <= 31 and len(text) <= 2:
        return Part("SMALL", number, start, end)
    return Part("ZERO" if number == 0 else "NUMBER", number, start, end)


_MARKS = {
    ".": "DOT",
    ",": "COMMA",
    "/": "SLASH",
    "-": "DASH",
    "–": "DASH",
    ":": "COLON",
    "(": "OPEN",
    ")": "CLOSE",
}


def read_atoms(tokens: list[Token], first: int, last: int, literals: frozenset[str]) -> list[Atom | None]:
    """Return one atom or None for each word of a sentence, more than one for a compound.

    A word among ``literals`` is its own kind: rules name it.
    """
    vocabulary = load_vocabulary()
    atoms: list[Atom | None] = []
    index = first
    while index < last:
        token = tokens[index]
        if token.lower in vocabulary.phrases:
            phrase = _match_phrase(vocabulary.phrases[token.lower], tokens, index, last)
            if phrase:
                end = tokens[index + len(phrase.words) - 1].end
                atoms.append(Atom(phrase.kind, phrase.value, token.start, end, True, True))
                index += len(phrase.words)
                continue
        mark = _MARKS.get(token.text)
        if mark is None and token.lower in literals:
            mark = token.lower
        if mark:
            atoms.append(Atom(mark, _value_of(token.lower), token.start, token.end, True, True))
        else:
            # The first word of a sentence is capitalised whatever it is: Morgen may be the adverb.
            lowered = index == first and token.lower in vocabulary.words
            word = token.lower if lowered else token.text
            _append_parts(atoms, token, read_word(word) if len(word) <= _LONGEST else ())
        index += 1
    return atoms


def _value_of(word: str) -> Value:
    known = load_vocabulary().words.get(word)
    return known[1] if known else None


def _append_parts(atoms: list[Atom | None], token: Token, parts: tuple[Part, ...]) -> None:
    if not parts:
        atoms.append(None)
    for part in parts:
        begins, ends = part.start == 0, part.end == token.end - token.start
        if part.kind == "DASH" or (part.kind in {"YEAR", "SMALL", "NUMBER", "ZERO"} and len(parts) == 3):
            begins = ends = True
        atoms.append(
            Atom(part.kind, part.value, token.start + part.start, token.start + part.end, begins, ends)
        )


def _match_phrase(phrases: tuple[Phrase, ...], tokens: list[Token], index: int, last: int) -> Phrase | None:
    for phrase in phrases:
        if index + len(phrase.words) <= last and all(
            word in (tokens[index + k].text, tokens[index + k].lower) for k, word in enumerate(phrase.words)
        ):
            return phrase
    return None
