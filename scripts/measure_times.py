"""Measure the times that Depesche finds against corpora that others annotated.

Usage: python scripts/measure_times.py CORPORA_FOLDER [--errors FILE]

CORPORA_FOLDER holds krauts-dolomiten-100, wikiwars-de, recognizers-de and ctparse below ``times``. None of
them is part of this repository, and none is used to learn from; see docs for where they come from.
"""

from __future__ import annotations

import argparse
import datetime
import html
import json
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple, TextIO

from depesche.find import calendar
from depesche.find.times import find_times
from depesche.language.document import analyse_report
from depesche.reading import Report, Time


class Gold(NamedTuple):
    """An annotated expression: characters, type and value."""

    start: int
    end: int
    text: str
    type: str
    value: str


class Score:
    """Counts of expressions found, and of those found with the right value."""

    def __init__(self) -> None:
        self.gold = self.read = self.strict = self.relaxed = self.value = self.type = 0

    def add(self, gold: list[Gold], read: list[Time], log: TextIO | None, name: str) -> None:
        """Pair the expressions of one text, in order, each with the first that overlaps it."""
        self.gold += len(gold)
        self.read += len(read)
        free = list(read)
        for g in gold:
            hit = next((t for t in free if t.start < g.end and g.start < t.end), None)
            if hit is None:
                _log(log, name, "missed", g, None)
                continue
            free.remove(hit)
            self.relaxed += 1
            self.strict += (hit.start, hit.end) == (g.start, g.end)
            right = same_value(g.value, hit.value)
            self.value += right
            if not right:
                _log(log, name, "value ", g, hit)
        for t in free:
            _log(log, name, "extra ", None, t)

    def f1(self, hits: int) -> float:
        """Return the F1, times 100, of that many hits."""
        return 200 * hits / max(1, self.gold + self.read)

    def row(self, name: str) -> str:
        """Return one line of the table."""
        precision, recall = 100 * self.relaxed / max(1, self.read), 100 * self.relaxed / max(1, self.gold)
        return (
            f"{name:24} gold {self.gold:5} read {self.read:5}  P {precision:5.1f} R {recall:5.1f}  F1 strict "
            f"{self.f1(self.strict):5.1f}  relaxed {self.f1(self.relaxed):5.1f}  with value {self.f1(self.value):5.1f}"
        )


def _log(log: TextIO | None, name: str, what: str, gold: Gold | None, read: Time | None) -> None:
    if log:
        left = f"{gold.text!r} {gold.value}" if gold else "-"
        right = f"{read.text!r} {read.value} {read.rule}" if read else "-"
        print(f"{name}\t{what}\t{left}\t{right}", file=log)


def same_value(gold: str, read: str) -> bool:
    """Whether two values are the same, notation apart (``2014_07``, ``XXXX-WXX-01``)."""
    return _normal(gold) == _normal(read)


def _normal(value: str) -> str:
    value = value.strip().replace("_", "-") if value[:4].isdecimal() else value.strip()
    return re.sub(r"-WXX-0(\d)", r"-WXX-\1", value)


def read_times(text: str, day: str | None) -> list[Time]:
    """Return the times of a text published on ``day``."""
    return list(find_times(analyse_report(Report(text=text, published=day))))


def unmark(source: str, tag: str) -> tuple[str, list[Gold]]:
    """Return a text without its TIMEX tags, and what they marked; of nested ones only the outer."""
    parts: list[str] = []
    gold: list[Gold] = []
    length = 0
    stack: list[tuple[int, dict[str, str]]] = []
    for piece in re.split(rf"(</?{tag}[^>]*>)", source):
        if piece.startswith(f"<{tag}"):
            stack.append((length, dict(re.findall(r'(\w+)="([^"]*)"', piece))))
        elif piece.startswith(f"</{tag}"):
            start, found = stack.pop()
            value = found.get("value") or found.get("val") or ""
            if not stack:
                gold.append(Gold(start, length, "".join(parts)[start:length], found.get("type", ""), value))
        else:
            plain = html.unescape(re.sub(r"<[^>]+>", "", piece))
            parts.append(plain)
            length += len(plain)
    return "".join(parts), gold


def _krauts_texts(folder: Path) -> Iterator[tuple[str, str, list[Gold], str]]:
    for path in sorted(folder.glob("*.tml")):
        source = path.read_text("utf-8")
        day = re.search(r"<DCT>.*?value=\"([^\"]*)\"", source, re.S)
        body = re.search(r"<TEXT>(.*?)</TEXT>", source, re.S)
        text, gold = unmark(body[1] if body else "", "TIMEX3")
        yield path.name, text, gold, day[1] if day else ""


def measure_krauts(folder: Path, log: TextIO | None = None) -> Score:
    """Print the figures on KRAUTS Dolomiten-100 (TIMEX3) and HeidelTime's by the same count."""
    ours, heideltime = Score(), Score()
    others = {
        name: gold for name, _, gold, _ in _krauts_texts(folder / "times/krauts-dolomiten-100-heideltime")
    }
    for name, text, gold, day in _krauts_texts(folder / "times/krauts-dolomiten-100"):
        gold = [g for g in gold if g.text]
        ours.add(gold, read_times(text, day), log, name)
        theirs = [Time(g.start, g.end, g.text, "DATE", g.value) for g in others.get(name, [])]
        heideltime.add(gold, theirs, None, name)
    print(ours.row("KRAUTS Dolomiten-100"))
    print(heideltime.row("  HeidelTime, its files"))
    return ours


def measure_wikiwars(folder: Path, log: TextIO | None = None) -> Score:
    """Print the figures on WikiWarsDE (TIMEX2)."""
    score = Score()
    for path in sorted((folder / "times/wikiwars-de").glob("*.key.xml")):
        source = path.read_text("utf-8")
        day = re.search(r"<DATETIME>.*?val=\"([^\"T]*)", source, re.S)
        body = re.search(r"<TEXT>(.*?)</TEXT>", source, re.S)
        text, gold = unmark(body[1] if body else "", "TIMEX2")
        score.add(gold, read_times(text, day[1] if day else None), log, path.name)
    print(score.row("WikiWarsDE"))
    return score


def main() -> int:
    """Measure all corpora that the folder holds."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--errors", type=Path, help="write what was missed, wrong or too much here")
    arguments = parser.parse_args()
    log = arguments.errors.open("w", encoding="utf-8") if arguments.errors else None
    measure_krauts(arguments.folder, log)
    measure_wikiwars(arguments.folder, log)
    return 0


if __name__ == "__main__":
    sys.exit(main())
