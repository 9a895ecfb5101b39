"""Counts how well reports of several outlets are linked, against the gold of tests/stories.

Each measure takes the stories and returns its figures by name; add it to ``MEASURES`` and it is printed by
scripts/measure_stories.py and can have floors in tests/test_story_quality.py.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterator
from itertools import combinations
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from depesche.language.document import analyse_report
from depesche.language.meanings import unpack_vectors
from depesche.link.copies import compare
from depesche.link.origins import OWN, sources
from depesche.link.records import Record
from depesche.link.versions import Change, Fact, find_changes, find_versions
from depesche.read import read_with_meaning
from depesche.reading import Meaning, Reading, Report, Span
from story_links import measure_events, measure_stories, measure_world

Gold = dict[str, Any]
Figures = dict[str, float]


class Story(NamedTuple):
    """A story: its gold as README.md of tests/stories describes it, and its reports by their gold ids."""

    gold: Gold
    records: dict[str, Record]

    @property
    def number(self) -> int:
        return int(self.gold["story"][1:])


def load_stories(folder: Path, language_model: str = "none") -> tuple[Story, ...]:
    """Return the stories of a folder, read with a language model or with grammar alone."""
    return tuple(load_story(path, language_model) for path in sorted(folder.glob("s[0-9][0-9].yaml")))


def load_story(path: Path, language_model: str = "none") -> Story:
    gold = yaml.safe_load(path.read_text("utf-8"))
    return Story(gold, {r["id"]: record_of(r, language_model) for r in gold["reports"]})


def record_of(plain: Gold, language_model: str = "none") -> Record:
    report = Report(
        text=plain["text"],
        published=plain["published"],
        title=plain["title"],
        source=plain["outlet"],
        url=plain["url"],
        language="de",
    )
    sentences = analyse_report(report).sentence_spans
    reading, meaning = _read(report, language_model)
    vectors = unpack_vectors(meaning) if meaning else ()
    return Record(report, reading, (plain["outlet"],), sentences, vectors)


@functools.lru_cache(maxsize=1024)
def _read(report: Report, language_model: str) -> tuple[Reading, Meaning | None]:
    return read_with_meaning(report, language_model)


def share(hits: float, of: float) -> float:
    """Return a share between 0 and 1; of nothing, everything was right."""
    return hits / of if of else 1.0


# --- copies ------------------------------------------------------------------------------------------


def measure_copies(stories: tuple[Story, ...]) -> Figures:
    """Pairs of reports found to be copies, over all stories, and the passages of those in the gold.

    Two copies of one text are not in the gold and do not count, nor do versions of one article.
    """
    records = {name: record for story in stories for name, record in story.records.items()}
    gold = {
        frozenset({c["of"], report}): c for s in stories for c in s.gold["copies"] for report in c["reports"]
    }
    left_out = _related(gold) | {
        frozenset(pair) for s in stories for v in s.gold["versions"] for pair in combinations(v["reports"], 2)
    }
    hits = found = kinds = passages = covered = 0
    for one, other in combinations(records, 2):
        pair = frozenset({one, other})
        if pair not in gold and pair in left_out:
            continue
        comparison = compare(records[one], records[other])
        found += comparison.kind != "none"
        if pair in gold:
            hits += comparison.kind != "none"
            kinds += comparison.kind == gold[pair]["kind"]
            for words in gold[pair]["passages"]:
                passages += 1
                covered += any(
                    _covers(p.a, records[one].report.text, words)
                    or _covers(p.b, records[other].report.text, words)
                    for p in comparison.passages
                )
    return {
        "precision": share(hits, found),
        "recall": share(hits, len(gold)),
        "kind": share(kinds, len(gold)),
        "passages": share(covered, passages),
    }


def _related(pairs: Any) -> set[frozenset[str]]:
    """Return all pairs that hang together by pairs, over however many."""
    groups: list[set[str]] = []
    for pair in pairs:
        touching = [g for g in groups if g & pair]
        groups = [g for g in groups if not g & pair] + [set(pair).union(*touching)]
    return {frozenset(p) for group in groups for p in combinations(group, 2)}


def _covers(span: Span, text: str, words: str) -> bool:
    return any(span.start <= m.start() < span.end for m in re.finditer(re.escape(words), text))


# --- origins -----------------------------------------------------------------------------------------


def measure_origins(stories: tuple[Story, ...]) -> Figures:
    """Reports with all the right origins and no other, stories with the right number of sources."""
    reports = right = counted = 0
    for story in stories:
        names = {record.id: name for name, record in story.records.items()}
        found = sources(story.records.values())
        counted += found.independent == story.gold["independent"]
        for report in found.by_report:
            told = {"own" if o == OWN else o.agency or names[o.report or ""] for o in report.origins}
            reports += 1
            right += told == set(story.gold["origins"][names[report.report]])
    return {"reports": share(right, reports), "independent": share(counted, len(stories))}


# --- versions ----------------------------------------------------------------------------------------


def measure_versions(stories: tuple[Story, ...]) -> Figures:
    """Chains of versions, facts of the gold that were told as changes, changes that the gold has."""
    names = {record.id: name for s in stories for name, record in s.records.items()}
    records = {name: record for s in stories for name, record in s.records.items()}
    gold = {tuple(v["reports"]): v["changed"] for s in stories for v in s.gold["versions"]}
    found = {tuple(names[id_] for id_ in v.reports) for v in find_versions(records.values())}
    facts = told = changes = right = 0
    for chain, changed in gold.items():
        old, new = records[chain[0]], records[chain[-1]]
        expected = [(_place(old, f["from"]), _place(new, f["to"])) for f in changed]
        seen = find_changes(old, new)
        facts += len(expected)
        told += sum(any(_tells(c, *places) for c in seen) for places in expected)
        changes += len(seen)
        right += sum(any(_touches(c, *places) for places in expected) for c in seen)
    return {
        "precision": share(len(found & set(gold)), len(found)),
        "recall": share(len(found & set(gold)), len(gold)),
        "facts": share(told, facts),
        "changes": share(right, changes),
    }


def _place(record: Record, words: str | None) -> Span | None:
    if words is None:
        return None
    start = record.report.text.index(words)
    return Span(start, start + len(words))


def _tells(change: Change, old: Span | None, new: Span | None) -> bool:
    """Whether a change tells a fact of the gold: one that has both sides must be told as changed."""
    return _touches(change, old, new) and (old is None or new is None or change.change == "changed")


def _touches(change: Change, old: Span | None, new: Span | None) -> bool:
    return _overlaps(change.old, old) or _overlaps(change.new, new)


def _overlaps(fact: Fact | None, span: Span | None) -> bool:
    return fact is not None and span is not None and fact.span.start < span.end and span.start < fact.span.end


MEASURES: dict[str, Callable[[tuple[Story, ...]], Figures]] = {
    "copies": measure_copies,
    "origins": measure_origins,
    "versions": measure_versions,
    "stories": measure_stories,
    "events": measure_events,
    "world": measure_world,
}


def measure_all(stories: tuple[Story, ...]) -> Iterator[tuple[str, Figures]]:
    """Yield the name and the figures of each measure."""
    for name, measure in MEASURES.items():
        yield name, measure(stories)
