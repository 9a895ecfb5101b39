"""How much faster a batch reads with two Ray workers than one process reads the same reports.

    python scripts/bench_batch.py FOLDER [--reports 400] [--workers 2] [--rounds 3] [--language-model NAME]

FOLDER holds ``*.jsonl`` or ``*.jsonl.gz`` with one report a line (field ``text``). In each round one process
reads the reports into a folder of Parquet files, then Ray's workers do; all have one thread, and what is
loaded at first use (Ray, word lists, the network) is loaded before the clock starts. Only reading is timed,
from the first part to the last: taking files apart takes a hundredth of it. What counts is the ratio of the
medians; other work on the machine spoils it, so its load is printed as well.
"""

from __future__ import annotations

import argparse
import functools
import json
import os
import pathlib
import statistics
import tempfile
import time
from collections.abc import Sequence

import msgspec

from bench import load_texts
from depesche.language.models import NONE, THREADS_VARIABLE, name_language_model
from depesche.read import read_with_meaning
from depesche.scale.cluster import Runner, open_cluster, run_here
from depesche.scale.folders import Folder
from depesche.scale.gathering import Source, gather_file, plan_parts
from depesche.scale.parts import PartReader
from depesche.sources.files import Defaults

# Small enough that both workers have something to do until the end.
_PART = 10


def prepare(folder: pathlib.Path, texts: Sequence[str], model: str) -> tuple[PartReader, list[bytes]]:
    """Take a file of the texts apart; return what reads it and the parts."""
    source = folder / "in.jsonl"
    with source.open("w", encoding="utf-8") as stream:
        for text in texts:
            stream.write(json.dumps({"text": text, "published": "2016-01-15"}) + "\n")
    into = Folder(str(folder / "out"))
    done = gather_file(into, Defaults(), frozenset(), msgspec.msgpack.encode(Source(0, str(source))))
    parts = [msgspec.msgpack.encode(part) for part in plan_parts(into, done.files, _PART)]
    read = functools.partial(read_with_meaning, language_model=model)
    return PartReader(into, [note.path for note in done.files], [str(source)], read), parts


def time_run(run: Runner, work: PartReader, parts: Sequence[bytes], warm: int) -> float:
    """Return the seconds that reading takes after the first ``warm`` parts are done."""
    started = 0.0
    for number, _ in enumerate(run(work, parts, loads=True), start=1):
        if number == warm:
            started = time.perf_counter()
    return time.perf_counter() - started


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--reports", type=int, default=400)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--language-model")
    arguments = parser.parse_args()
    os.environ[THREADS_VARIABLE] = "1"
    model = name_language_model(arguments.language_model) or NONE
    texts = load_texts(arguments.folder, arguments.reports)
    # Until both workers have loaded what they need, nobody counts.
    warm = 2 * arguments.workers
    taken: dict[str, list[float]] = {"one process": [], f"{arguments.workers} workers": []}
    with tempfile.TemporaryDirectory() as name, open_cluster(workers=arguments.workers) as on_ray:
        work, parts = prepare(pathlib.Path(name), texts, model)
        for _ in range(arguments.rounds):
            for who, run in zip(taken, (run_here, on_ray), strict=True):
                taken[who].append(time_run(run, work, parts, warm))
    counted = len(texts) - warm * _PART
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    print(f"{counted} reports, {arguments.rounds} rounds in turn, {os.cpu_count()} processors, load {load}")
    for who, seconds in taken.items():
        rates = [counted / value for value in seconds]
        median, low, high = statistics.median(rates), min(rates), max(rates)
        print(f"{who:14} {median:6.1f} reports/s   (min {low:.1f}, max {high:.1f})")
    one, many = (statistics.median(seconds) for seconds in taken.values())
    print(f"ratio {one / many:.2f}")


if __name__ == "__main__":
    main()
