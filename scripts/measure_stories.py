"""Measures what is told of several reports together, and prints the figures.

Usage: python scripts/measure_stories.py FOLDER [--half odd|even] [--language-model NAME]

FOLDER holds stories as tests/stories/README.md describes them. Stories with odd numbers may be looked at to
find faults, those with even numbers only measure.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from depesche.language.models import name_language_model

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


if __name__ == "__main__":
    main()
