"""Where the time of reading goes: whole reports into an archive, step by step, and beside the bare network.

    python scripts/bench_reading.py FOLDER [--reports 400] [--words 300] [--jobs 2] [--rounds 3]
    python scripts/bench_reading.py FOLDER --memory 100000 [--every 5000]

FOLDER holds ``*.jsonl`` or ``*.jsonl.gz`` with one report a line (field ``text``); reports are the beginnings
of its texts, of about so many words. Printed are

- ``read``: `depesche read --jobs N` into a new archive, linking included, reports a second by the clock,
  start of the processes included; and the same with --no-link;
- ``steps``: seconds of the processor for each step of one process on the same reports, and their shares, and
  beside them what such a process takes once, before (network, word lists): it read some other reports first;
- ``network``: the share of the bare network (the ONNX session alone) in all those steps, in the same run;
- ``memory``: with --memory N the memory of one process of ``depesche read`` that reads N short reports (one
  or two sentences of the texts each, with other names, numbers and nouns, and a number of its own), and the
  seconds that went by, each --every reports; nothing else is measured then.

Rounds go in turn and medians are taken: the speed of a shared machine drifts.
"""

from __future__ import annotations

import argparse
import importlib
import json
import pathlib
import re
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from bench import load_texts
from depesche.garbage import collect_rarely
from depesche.language.models import load_language_model, name_language_model
from depesche.language.network import Network
from depesche.library import Archive
from depesche.reading import Report
from variations import replacing

# The package gives its function the same name.
reading = importlib.import_module("depesche.read")

DAY = "2016-01-15"
# So many reports are read before a process is measured.
_BEFORE = 20
STEPS = (
    "analyse_report",
    "detect_language",
    "analyse_documents",
    "find_places",
    "find_actors",
    "find_references",
    "find_times",
    "find_quotations",
    "widen_mentions",
    "add_inner_mentions",
    "find_events",
    "find_relations",
    "find_credits",
)


def make_reports(folder: pathlib.Path, number: int, words: int) -> list[Report]:
    """Return the beginnings of different texts of at least so many words, cut at the end of a sentence."""
    reports: list[Report] = []
    for count, text in enumerate(load_texts(folder, sys.maxsize)):
        if len(text.split()) < words or len(reports) == number:
            continue
        length = len(" ".join(text.split()[:words]))
        end = text.find(". ", max(0, length - 40))
        body = text[: end + 1] if 0 <= end < length + 400 else text[:length]
        reports.append(Report(text=body, published=DAY, title=None, source="Bench", key=str(count)))
    return reports


def time_command(reports: Sequence[Report], jobs: int, *options: str) -> float:
    """Return reports a second of ``depesche read`` into a new archive."""
    with tempfile.TemporaryDirectory() as folder:
        source = pathlib.Path(folder) / "reports.jsonl"
        rows = [{"text": r.text, "published": r.published, "id": r.key} for r in reports]
        source.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
        command = [sys.executable, "-m", "depesche.cli", "read", str(source), *options]
        command += ["--archive", str(pathlib.Path(folder) / "archive.sqlite"), "--jobs", str(jobs)]
        began = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True)
        return len(reports) / (time.perf_counter() - began)


def time_steps(reports: Sequence[Report], before: Sequence[Report]) -> tuple[dict[str, float], float, float]:
    """Return the seconds of the processor that each step takes in one process, writing and linking too.

    Behind them stand those of the bare network among them, and those of what is loaded once: all that is by
    the time that the reports ``before`` have been read and linked.
    """
    taken: dict[str, float] = defaultdict(float)
    # As each command does.
    collect_rarely()
    began = time.process_time()
    _read_all(before, Archive.write, Archive.link)
    started = time.process_time() - began

    def timed(name: str, step: Callable[..., Any]) -> Callable[..., Any]:
        def run(*arguments: Any, **named: Any) -> Any:
            began = time.process_time()
            try:
                return step(*arguments, **named)
            finally:
                taken[name] += time.process_time() - began

        return run

    steps = {name: getattr(reading, name) for name in STEPS}
    for name, step in steps.items():
        setattr(reading, name, timed(name, step))
    began = time.process_time()
    try:
        with time_network() as bare:
            _read_all(reports, timed("write", Archive.write), timed("link", Archive.link))
    finally:
        for name, step in steps.items():
            setattr(reading, name, step)
    taken["rest"] = time.process_time() - began - sum(taken.values())
    return dict(taken), sum(bare), started


def _read_all(reports: Sequence[Report], write: Callable[..., Any], link: Callable[..., Any]) -> None:
    """Read reports one by one into a new archive, and link them."""
    with tempfile.TemporaryDirectory() as folder, Archive(pathlib.Path(folder) / "a.sqlite") as archive:
        for report in reports:
            write(archive, report, *reading.read_with_meaning(report))
        link(archive)


@contextmanager
def time_network() -> Iterator[list[float]]:
    """Give a list that takes the seconds of the processor of each run of the ONNX session, meanwhile."""
    network = load_language_model(name_language_model(None) or "")
    assert isinstance(network, Network)
    session = network._session._session
    taken: list[float] = []

    class Timed:
        def run(self, *arguments: Any) -> Any:
            # Of this thread alone: the network's threads each run a session of one thread.
            began = time.thread_time()
            try:
                return session.run(*arguments)
            finally:
                taken.append(time.thread_time() - began)

    network._session._session = Timed()
    try:
        yield taken
    finally:
        network._session._session = session


def write_short(folder: pathlib.Path, number: int, target: pathlib.Path) -> None:
    """Write so many reports of two or three sentences, all different."""
    texts = load_texts(folder, sys.maxsize)
    sentences = [part.strip() for text in texts for part in text.split(". ") if 60 < len(part) < 300]
    nouns = sorted({word for text in texts for word in text.split() if word.isalpha() and word[0].isupper()})
    with target.open("w", encoding="utf-8") as file:
        for count in range(number):
            replace = replacing(count, nouns, 0.4)
            own = [sentences[(count + n * 7) % len(sentences)] for n in range(1 + count % 2)]
            words = re.split(r"([^\W_]+)", ". ".join(own))
            words[1::2] = map(replace, words[1::2])
            row = {"text": f"{''.join(words)}. Das ist Meldung {count}.", "published": DAY, "id": str(count)}
            file.write(json.dumps(row) + "\n")


def watch_memory(folder: pathlib.Path, number: int, every: int) -> Iterator[tuple[int, float, float]]:
    """Yield how many reports ``depesche read`` has read, the seconds it took, and its memory in MB."""
    with tempfile.TemporaryDirectory() as name:
        source, place = pathlib.Path(name) / "short.jsonl", pathlib.Path(name) / "a.sqlite"
        write_short(folder, number, source)
        command = [sys.executable, "-m", "depesche.cli", "read", str(source), "--archive", str(place)]
        process = subprocess.Popen([*command, "--jobs", "1", "--no-link"], stderr=subprocess.DEVNULL)
        began, seen = time.monotonic(), -1
        while process.poll() is None:
            time.sleep(2)
            count = _count_reports(place)
            # The last reports too: the process ends soon after them.
            step = count // every + (count == number)
            if step > seen and (size := _memory_of(process.pid)):
                seen = step
                yield count, time.monotonic() - began, size


def _count_reports(place: pathlib.Path) -> int:
    try:
        raw = sqlite3.connect(f"file:{place}?mode=ro", uri=True)
        return int(raw.execute("SELECT coalesce(max(number), 0) FROM reports").fetchone()[0])
    except sqlite3.Error:  # it is not there yet
        return 0


def _memory_of(process: int) -> float:
    try:
        status = pathlib.Path(f"/proc/{process}/status").read_text("utf-8")
        return int(status.split("VmRSS:")[1].split()[0]) / 1024
    except (OSError, IndexError):
        return 0.0


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=pathlib.Path)
    defaults = {"reports": 400, "words": 300, "jobs": 2, "rounds": 3, "memory": 0, "every": 5000}
    for name, value in defaults.items():
        parser.add_argument(f"--{name}", type=int, default=value)
    chosen = parser.parse_args()
    if chosen.memory:
        for count, seconds, size in watch_memory(chosen.folder, chosen.memory, chosen.every):
            print(f"after {count:7} reports {seconds:7.0f} s {size:7.0f} MB", flush=True)
        return
    # Some more, which are read before a process is measured.
    found = make_reports(chosen.folder, chosen.reports + _BEFORE, chosen.words)
    reports, before = found[:-_BEFORE], found[-_BEFORE:]
    words = sum(len(r.text.split()) for r in reports)
    print(f"{len(reports)} reports, {words / len(reports):.0f} words each, {chosen.rounds} rounds")
    speeds: dict[str, list[float]] = defaultdict(list)
    steps: dict[str, list[float]] = defaultdict(list)
    shares: list[float] = []
    networks: list[float] = []
    starts: list[float] = []
    for _ in range(chosen.rounds):
        speeds["read"].append(time_command(reports, chosen.jobs))
        speeds["read --no-link"].append(time_command(reports, chosen.jobs, "--no-link"))
        taken, bare, started = time_steps(reports, before)
        for name, seconds in taken.items():
            steps[name].append(seconds)
        shares.append(bare / sum(taken.values()))
        networks.append(bare)
        starts.append(started)
    for name, measured in speeds.items():
        print(f"depesche {name:16} {statistics.median(measured):8.1f} reports/s with {chosen.jobs} processes")
    medians = {name: statistics.median(measured) for name, measured in steps.items()}
    total = sum(medians.values())
    for name, seconds in sorted(medians.items(), key=lambda item: -item[1]):
        print(f"  {name:20} {1000 * seconds / len(reports):8.2f} ms a report {100 * seconds / total:5.1f} %")
    each = 1000 * statistics.median(networks) / len(reports)
    print(f"the bare network takes {100 * statistics.median(shares):.0f} % of all, {each:.1f} ms a report")
    # Only the first round loads what it needs.
    print(f"before that, to load all and read {len(before)} reports took {max(starts):.1f} s")


if __name__ == "__main__":
    main()
