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
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple, TextIO

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

    def add(
        self, gold: list[Gold], read: list[Time], log: TextIO | None = None, name: str = "", text: str = ""
    ) -> None:
        """Pair the expressions of one text, in order, each with the first that overlaps it."""
        self.gold += len(gold)
        self.read += len(read)
        free = list(read)
        for g in gold:
            hit = next((t for t in free if t.start < g.end and g.start < t.end), None)
            if hit is None:
                _log(log, name, "missed", g, None, text)
                continue
            free.remove(hit)
            self.relaxed += 1
            self.strict += (hit.start, hit.end) == (g.start, g.end)
            right = same_value(g.value, hit.value)
            self.value += right
            if not right:
                _log(log, name, "value ", g, hit, text)
        for t in free:
            _log(log, name, "extra ", None, t, text)

    def f1(self, hits: int) -> float:
        """Return the F1, times 100, of that many hits."""
        return 200 * hits / max(1, self.gold + self.read)

    def row(self, name: str) -> str:
        """Return one line of the table."""
        precision, recall = 100 * self.relaxed / max(1, self.read), 100 * self.relaxed / max(1, self.gold)
        return (
            f"{name:24} gold {self.gold:5} read {self.read:5}  P {precision:5.1f} R {recall:5.1f}  "
            f"F1 strict {self.f1(self.strict):5.1f}  relaxed {self.f1(self.relaxed):5.1f}  "
            f"with value {self.f1(self.value):5.1f}"
        )


def _log(
    log: TextIO | None, name: str, what: str, gold: Gold | None, read: Time | None, text: str = ""
) -> None:
    if log:
        left = f"{gold.text!r} {gold.value}" if gold else "-"
        right = f"{read.text!r} {read.value} {read.rule}" if read else "-"
        place = (gold or read or Gold(0, 0, "", "", "")).start
        around = " ".join(text[max(0, place - 90) : place + 70].split())
        print(f"{name}\t{what}\t{left}\t{right}\t{around}", file=log)


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
        worded = [g for g in gold if g.text]
        ours.add(worded, read_times(text, day), log, name, text)
        theirs = [Time(g.start, g.end, g.text, "DATE", g.value) for g in others.get(name, [])]
        heideltime.add(worded, theirs)
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
        score.add(gold, read_times(text, day[1] if day else None), log, path.name, text)
    print(score.row("WikiWarsDE"))
    return score


class Answer(NamedTuple):
    """One reading that a spec accepts, in its own notation: what kind, its TIMEX, and its ends."""

    kind: str
    timex: str
    start: str | None
    end: str | None


def measure_recognizers(folder: Path, log: TextIO | None = None) -> tuple[int, int]:
    """Print the share of the German Recognizers-Text specs that are passed, for each file and in all.

    A case is passed if each expected expression is overlapped by one of ours, none of ours lies outside
    them, and (where the spec gives values) ours means the same as the Past or the Future resolution or has
    the same TIMEX, notation apart. Of a range, which we read as two times, the first must be its start and
    the last its end. ``enclosed`` also counts the cases where the expected day lies within a coarser value
    of ours (``in zwei Wochen`` is a week for TIMEX3 as we write it). The time of day of the reference is
    not used. Cases that expect nothing must give nothing.
    """
    total = [0, 0, 0]
    for path in sorted((folder / "times/recognizers-de").glob("*.json")):
        cases = json.loads(path.read_text("utf-8-sig"))
        marks = [_pass_case(case, path.name, log) for case in cases]
        counts = [len(marks), sum(m == 2 for m in marks), sum(m > 0 for m in marks)]
        total = [a + b for a, b in zip(total, counts, strict=True)]
        print(f"  {path.stem:28} {counts[1]:4} of {counts[0]:4} passed, {counts[2]:4} with enclosed days")
    share, enclosed = 100 * total[1] / max(1, total[0]), 100 * total[2] / max(1, total[0])
    print(
        f"Recognizers-Text German   {total[1]} of {total[0]} passed ({share:.1f} %), enclosed {enclosed:.1f}"
    )
    return total[1], total[0]


def _pass_case(case: dict[str, Any], name: str, log: TextIO | None) -> int:
    """Return 2 for a case passed, 1 where a coarser value encloses the expected day, 0 for one failed."""
    text = case["Input"]
    day = case.get("Context", {}).get("ReferenceDateTime", "2016-11-07")[:10]
    times = read_times(text, day)
    spans = [(r["Start"], r.get("End", r["Start"] + r.get("Length", 1) - 1) + 1) for r in case["Results"]]
    mark = 2
    if any(not any(t.start < end and start < t.end for start, end in spans) for t in times):
        mark = 0
    for result, (start, end) in zip(case["Results"], spans, strict=True):
        ours = [t for t in times if t.start < end and start < t.end]
        mark = min(mark, _agrees(_answers(result), ours) if ours else 0)
    if mark < 2 and log:
        expected = [(r["Text"], [a[1:] for a in _answers(r)][:2]) for r in case["Results"]]
        print(f"{name}\t{mark}\t{text}\t{expected}\t{[(t.text, t.value) for t in times]}", file=log)
    return mark


def _answers(result: dict[str, Any]) -> list[Answer]:
    """Return the readings that a result accepts; none for an extractor's."""
    value = result.get("Value") or result.get("Resolution") or {}
    if not isinstance(value, dict):
        return []
    answers = [
        Answer(
            v.get("type", ""),
            v.get("timex", ""),
            v.get("start", v.get("value")),
            v.get("end", v.get("value")),
        )
        for v in value.get("values") or []
    ]
    for side in ("FutureResolution", "PastResolution"):
        found = value.get(side)
        if found:
            keys = sorted(found)
            first = next((found[k] for k in keys if k.startswith("start")), None)
            last = next((found[k] for k in keys if k.startswith("end")), None)
            single = next((found[k] for k in keys if not k.startswith(("start", "end"))), None)
            answers.append(Answer(keys[0], value.get("Timex", ""), first or single, last or single))
    return answers


def _agrees(answers: list[Answer], ours: list[Time]) -> int:
    if not answers:
        return 2
    return max(_agrees_with(answer, ours) for answer in answers)


def _agrees_with(answer: Answer, ours: list[Time]) -> int:
    if len(ours) == 1 and _same_timex(answer.timex, ours[0].value):
        return 2
    start, end = answer.start or "", answer.end or ""
    if start[-3:-2] == ":":
        # Of a day and its hours only the hours have to agree, which carry the day.
        ours = [t for t in ours if re.search(r"T\d\d:", t.value)] or ours
    part = re.search(r"T(?:MO|MI|AF|EV|NI)$", answer.timex)
    if part:
        return 2 if ours[0].value.endswith(part.group()) and start[:10] in (ours[0].value[:10], start) else 0
    if ours[0].type in {"DURATION", "SET"}:
        seconds = _seconds(ours[0].value)
        # Half a year is 182 days there and six months of 30 days here.
        same = any(
            n and seconds and abs(n - seconds) < 0.015 * n for n in (_number(start), _seconds(answer.timex))
        )
        return 2 if same else 0
    if len(ours) > 1:
        return 2 if _begins(ours[0], start) and _ends(ours[-1], end) else 0
    if _begins(ours[0], start) and _ends(ours[0], end):
        return 2
    earliest, latest = ours[0].earliest, ours[0].latest
    return 1 if earliest and latest and start and earliest <= start[:10] <= latest else 0


def _same_timex(expected: str, read: str) -> bool:
    """Whether two TIMEX are the same, notation apart: ``T08`` is ``2016-11-07T08:00``."""
    if not expected:
        return False
    short, full = (re.sub(r"(T\d\d):00$", r"\1", v) for v in (expected, read))
    return short == full or (short.startswith("T") and full.endswith(short))


def _begins(time: Time, start: str) -> bool:
    """Whether a time begins at ``2016-11-07``, ``2016-11-07 08:00:00`` or ``08:00:00``."""
    clock = re.search(r"T(\d\d:\d\d(?::\d\d)?)$", time.value)
    hour = re.search(r"(\d\d:\d\d):(\d\d)$", start)
    day = start[:10] if start[4:5] == "-" else None
    same_day = day is None or time.earliest == day
    if clock is None or hour is None:
        return bool(start) and same_day and (clock is None) == (hour is None)
    full = (clock[1] if len(clock[1]) > 5 else clock[1] + ":00").replace("24:00", "00:00")
    return same_day and full == f"{hour[1]}:{hour[2]}"


def _ends(time: Time, end: str) -> bool:
    """Whether a time ends at a day, given as its last or as the first one after it, or at a clock time."""
    if not end or time.latest is None:
        return not end
    if re.search(r"T\d\d:\d\d", time.value):
        return _begins(time, end)
    try:
        day = datetime.date.fromisoformat(end[:10])
    except ValueError:
        return False
    return time.latest in {day.isoformat(), (day - datetime.timedelta(days=1)).isoformat()}


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


_SECONDS = {
    "PY": 31536000, "PM": 2592000, "PW": 604800, "PD": 86400, "TH": 3600, "TM": 60, "TS": 1, "PWE": 172800,
}  # fmt: skip


def _seconds(duration: str) -> float | None:
    """Return the length of ``P2Y6M`` as Recognizers-Text counts it: years of 365, months of 30 days."""
    match = re.fullmatch(r"P((?:[\d.]+(?:Y|M|WE|W|D))*)(?:T((?:[\d.]+[HMS])+))?", duration)
    if not match:
        return None
    total = 0.0
    for sign, group in (("P", match[1]), ("T", match[2])):
        for number, unit in re.findall(r"([\d.]+)(WE|[A-Z])", group or ""):
            total += float(number) * _SECONDS[sign + unit]
    return total


def measure_ctparse(folder: Path, log: TextIO | None = None) -> tuple[int, int]:
    """Print the share of ctparse's German expressions that are read with the right day and clock time.

    Its corpus is made of short strings as people type them (``Fr, 23.6. möglichst spät``), resolved ahead
    of the reference. An expression is right if ours give its day and, where it has one, its hour and
    minute; of an interval, the first of ours its start and the last its end. Durations are left out.
    """
    right = total = 0
    for case in json.loads((folder / "times/ctparse/timeparse_corpus.json").read_text("utf-8")):
        if case["language"] != "de" or case["gold_parse"].startswith("Duration"):
            continue
        total += 1
        times = read_times(case["text"], case["ref_time"][:10])
        hit = bool(times) and _matches_ctparse(case["gold_parse"], times)
        right += hit
        if not hit and log:
            print(f"{case['text']}\t{case['gold_parse']}\t{[(t.text, t.value) for t in times]}", file=log)
    print(f"ctparse German            {right} of {total} right ({100 * right / max(1, total):.1f} %)")
    return right, total


def _matches_ctparse(gold: str, times: list[Time]) -> bool:
    inner = gold[gold.index("{") + 1 : -1]
    sides = inner.split(" - ")
    ends = [(sides[0], times[0])] + ([(sides[1], times[-1])] if len(sides) > 1 else [])
    return all(_matches_side(side, time, times) for side, time in ends)


def _matches_side(side: str, time: Time, times: list[Time]) -> bool:
    if side == "None":
        return True
    day, clock = side.split(maxsplit=1)[0], side.split()[1]
    days = {time.earliest, time.latest, *(t.earliest for t in times)} if "X" not in day else {None, day}
    if day not in days and "X" not in day:
        return False
    if "X" in clock:
        return True
    return any(t.value.endswith("T" + clock) for t in times)


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
    measure_recognizers(arguments.folder, log)
    measure_ctparse(arguments.folder, log)
    return 0


if __name__ == "__main__":
    sys.exit(main())
