"""Measures what is told of several reports together, and prints the figures.

Usage: python scripts/measure_stories.py FOLDER [--half odd|even] [--language-model NAME] [--pairs FILE]

FOLDER holds stories as tests/stories/README.md describes them. Stories with odd numbers may be looked at to
find faults, those with even numbers only measure. ``--pairs`` is a file of pairs of articles judged by people
(SemEval-2022 task 8, JSON Lines, gzipped): the correlation of ``similarity`` with their judgement is printed
too.
"""

from __future__ import annotations

import argparse
import gzip
import json
import sys
from collections.abc import Iterator
from pathlib import Path

from scipy.stats import pearsonr

from depesche.language.document import analyse_report
from depesche.language.models import analyse_documents, load_language_model, name_language_model
from depesche.link.records import Record
from depesche.link.similarity import similarity
from depesche.read import read_report
from depesche.reading import Report

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from story_quality import load_stories, measure_all


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--half", choices=("odd", "even"))
    parser.add_argument(
        "--language-model", help="as depesche read takes it; the package's network if not given"
    )
    parser.add_argument("--pairs", type=Path)
    arguments = parser.parse_args()
    model = name_language_model(arguments.language_model) or "none"
    stories = tuple(
        story
        for story in load_stories(arguments.folder, model)
        if arguments.half is None or (story.number % 2 == 1) == (arguments.half == "odd")
    )
    reports = sum(len(story.records) for story in stories)
    print(f"{len(stories)} stories, {reports} reports, read with {model}")
    for name, figures in measure_all(stories):
        print(f"{name:12}" + "  ".join(f"{figure} {value:.3f}" for figure, value in figures.items()))
    for name, value in correlate(arguments.pairs, model) if arguments.pairs else ():
        print(f"similarity  {name} {value:.3f}")


def correlate(path: Path, model: str) -> Iterator[tuple[str, float]]:
    """Yield Pearson's correlation of our number with people's, of all pairs and of those in German alone."""
    lines = gzip.decompress(path.read_bytes()).decode("utf-8").splitlines()
    pairs = [json.loads(line) for line in lines]
    told = [
        (
            p["lang1"] == p["lang2"] == "de",
            similarity(*(read_article(p[f"text{n}"], p[f"lang{n}"], model) for n in (1, 2))),
            # 1 is the same story, 4 another one.
            -float(p["Overall"]),
        )
        for p in pairs
    ]
    for name, some in (("all", told), ("German", [t for t in told if t[0]])):
        yield (
            name,
            float(pearsonr([ours for _, ours, _ in some], [theirs for _, _, theirs in some]).statistic),
        )


def read_article(text: str, language: str, model: str) -> Record:
    """Return the record of an article; one in another language has vectors and no findings."""
    report = Report(text=text, language=language)
    document = analyse_report(report)
    vectors: tuple[tuple[float, ...], ...] = ()
    if model != "none":
        (document,) = analyse_documents(load_language_model(model), [document])
        vectors = tuple(map(tuple, document.analysis.vectors)) if document.analysis else ()
    return Record(report, read_report(report, model), (), document.sentence_spans, vectors)


if __name__ == "__main__":
    main()
