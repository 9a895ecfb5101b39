"""Varies reports and what was read in them: other names, nouns, numbers and days, with every span kept true.

So an archive of any size can be filled for measuring, without reading as many reports. What a variation says
makes little sense; it has as many sentences, actors and events as its model, in other words.
"""

from __future__ import annotations

import datetime
import hashlib
import itertools
import random
import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import msgspec
import numpy as np

from depesche.language.document import analyse_report
from depesche.language.namelike import looks_like_name
from depesche.language.states import country_of_name
from depesche.reading import Meaning, Reading, Report, Span

_TOKEN = re.compile(r"[^\W_]+")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_SYLLABLES = [a + b for a in "b d f g k l m n p r s t v z".split() for b in "a e i o u".split()]
# So many invented names there are: names come back in other stories, as they do in the news.
_NAMES = 4_000
# The share of nouns that a story says in other words, and that one report of it says so.
_OF_STORY, _OF_REPORT = 0.4, 0.06
# Words of a report's own are drawn fewer times than this, each time more of them, but names never.
_DRAWS = 7
# As many as the package's network has.
_DIMENSIONS = 384

Replace = Callable[[str], str]


def vary_story(
    models: Sequence[tuple[Report, Reading]], seed: int, count: int, first: str
) -> list[tuple[Report, Reading]]:
    """Return ``count`` reports of one story in the words of ``seed``, the first of the day ``first``.

    They follow their models in turn; of a story that is longer than its models each is in words of its own.
    """
    nouns = sorted({w for report, _ in models for w in _TOKEN.findall(report.text) if w[0].isupper()})
    of_story = replacing(seed, nouns, _OF_STORY)
    start = min(report.day or first for report, _ in models)
    shift = (datetime.date.fromisoformat(first) - datetime.date.fromisoformat(start)).days
    found: dict[str, tuple[Report, Reading]] = {}
    for n, (report, reading) in zip(range(count), itertools.cycle(models), strict=False):
        # Of a short report, a small share of nouns may be none: then it is drawn again, a larger one.
        for tried in range(1, _DRAWS):
            of_report = replacing(
                seed * 1_000 + n + 1, nouns, _OF_REPORT * tried if n >= len(models) else 0.0
            )
            varied = _vary(report, reading, _both(of_story, of_report), shift, f"Blatt {n}")
            if varied[0].id not in found:
                break
        found[varied[0].id] = varied
    return list(found.values())


def _both(first: Replace, second: Replace) -> Replace:
    return lambda word: second(first(word))


def replacing(seed: int, nouns: Sequence[str], share: float) -> Replace:
    """Return what replaces words: names by others, numbers by others, and a share of nouns."""
    chosen: dict[str, str] = {}
    named = share >= _OF_STORY

    def replace(word: str) -> str:
        if word not in chosen:
            dice = random.Random(f"{seed} {word}")
            chosen[word] = word
            if word.isdecimal():
                chosen[word] = "".join(dice.choice("123456789") for _ in word) if named else word
            elif word[0].isupper() and len(word) > 3 and not country_of_name(word):
                if looks_like_name(word):
                    chosen[word] = invent_name(dice.randrange(_NAMES)) if named else word
                elif dice.random() < share:
                    chosen[word] = dice.choice(nouns)
        return chosen[word]

    return replace


def invent_name(number: int) -> str:
    """Return a name that nobody has."""
    dice = random.Random(f"name {number}")
    return "".join(dice.choice(_SYLLABLES) for _ in range(dice.choice((2, 3)))).capitalize() + dice.choice(
        "wrnkx"
    )


def _vary(
    report: Report, reading: Reading, replace: Replace, shift: int, outlet: str
) -> tuple[Report, Reading]:
    text, moved = _rewrite(report.text, replace)
    published = shift_days(report.published, shift) if report.published else None
    varied = msgspec.structs.replace(
        report,
        text=text,
        title=_rewrite(report.title or "", replace)[0],
        published=published,
        source=outlet,
        url=None,
        key=None,
    )

    def rebuild(value: Any, field: str = "") -> Any:
        if isinstance(value, Span):
            return Span(moved(value.start), moved(value.end))
        if isinstance(value, tuple):
            return tuple(rebuild(item) for item in value)
        if isinstance(value, msgspec.Struct):
            fields = {f: rebuild(getattr(value, f), f) for f in value.__struct_fields__}
            if "start" in fields:
                fields["start"], fields["end"] = moved(fields["start"]), moved(fields["end"])
                if "text" in fields:
                    fields["text"] = text[fields["start"] : fields["end"]]
            if "spans" in fields:
                fields["text"] = " ".join(text[s.start : s.end] for s in fields["spans"])
            return type(value)(**fields)
        if isinstance(value, str) and field in ("name", "role", "place"):
            return _rewrite(value, replace)[0]
        return shift_days(value, shift) if isinstance(value, str) else value

    read = msgspec.structs.replace(
        rebuild(reading), id=varied.id, title=varied.title, published=varied.day, source=outlet
    )
    return varied, read


def _rewrite(text: str, replace: Replace) -> tuple[str, Callable[[int], int]]:
    """Return a text with its words replaced, and what tells where a character of the old one is in it."""
    parts: list[str] = []
    old: list[int] = [0]
    new: list[int] = [0]
    length = last = 0
    for token in _TOKEN.finditer(text):
        word = replace(token.group())
        parts += (text[last : token.start()], word)
        length += token.start() - last
        old += (token.start(), token.end())
        new += (length, length + len(word))
        length += len(word)
        last = token.end()
    parts.append(text[last:])

    def moved(offset: int) -> int:
        at = int(np.searchsorted(old, offset, side="right")) - 1
        after = new[at] + offset - old[at]
        return min(after, new[at + 1]) if at + 1 < len(new) else after

    return "".join(parts), moved


def shift_days(value: str, days: int) -> str:
    def shift(match: re.Match[str]) -> str:
        try:
            return (datetime.date.fromisoformat(match.group()) + datetime.timedelta(days)).isoformat()
        except ValueError:
            return match.group()

    return _DAY.sub(shift, value)


def invent_meaning(report: Report) -> Meaning:
    """Return vectors of a report's sentences that are alike where these have words in common."""
    spans = analyse_report(report).sentence_spans
    rows = np.array([_vector_of(report.text[s.start : s.end]) for s in spans]).reshape(-1, _DIMENSIONS)
    greatest = np.maximum(np.abs(rows).max(1, keepdims=True, initial=0.0), 1e-9)
    packed = np.rint(rows * 127 / greatest).astype(np.int8)
    return Meaning("variations", spans, _DIMENSIONS, packed.tobytes())


def _vector_of(sentence: str) -> np.ndarray[Any, Any]:
    words: Iterable[str] = (w for w in _TOKEN.findall(sentence) if len(w) > 4)
    total: np.ndarray[Any, Any] = np.sum(
        [_vector_of_word(w) for w in words] or [np.ones(_DIMENSIONS)], axis=0
    )
    return total


_VECTORS: dict[str, np.ndarray[Any, Any]] = {}


def _vector_of_word(word: str) -> np.ndarray[Any, Any]:
    if word not in _VECTORS:
        seed = int.from_bytes(hashlib.blake2b(word.encode(), digest_size=8).digest())
        _VECTORS[word] = np.random.default_rng(seed).standard_normal(_DIMENSIONS)
    return _VECTORS[word]
