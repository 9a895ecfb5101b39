"""Where the time of reading goes: whole reports into an archive, step by step, and beside the bare network.

    python scripts/bench_reading.py FOLDER [--reports 400] [--words 300] [--jobs 2] [--rounds 3] [--memory 0]

FOLDER holds ``*.jsonl`` or ``*.jsonl.gz`` with one report a line (field ``text``); reports are the beginnings
of its texts, of about so many words. Printed are

- ``read``: `depesche read --jobs N` into a new archive, linking included, reports a second by the clock,
  start of the processes included; and the same with --no-link;
- ``steps``: seconds of the processor for each step of one process on the same reports, and their shares;
- ``network``: the share of the bare network (the ONNX session alone on the same windows) in all that;
- ``memory``: with --memory N the memory of a process that reads N reports, after each tenth.

Rounds go in turn and medians are taken: the speed of a shared machine drifts.
"""

from __future__ import annotations

import argparse
import importlib
import json
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any

from bench import load_texts
from depesche.language.models import load_language_model, name_language_model
from depesche.language.network import Network
from depesche.library import Archive
from depesche.reading import Report

# The package gives its function the same name.
reading = importlib.import_module("depesche.read")

DAY = "2016-01-15"
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


def time_steps(reports: Sequence[Report]) -> dict[str, float]:
    """Return the seconds of the processor that each step takes in one process, writing and linking too."""
    taken: dict[str, float] = defaultdict(float)

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
        with tempfile.TemporaryDirectory() as folder, Archive(pathlib.Path(folder) / "a.sqlite") as archive:
            write = timed("write", archive.write)
            for report in reports:
                write(report, *reading.read_with_meaning(report))
            timed("link", archive.link)()
    finally:
        for name, step in steps.items():
            setattr(reading, name, step)
    taken["rest"] = time.process_time() - began - sum(taken.values())
    return dict(taken)


def time_network(reports: Sequence[Report]) -> float:
    """Return the seconds of the processor of the ONNX session alone on the reports, read one by one."""
    network = load_language_model(name_language_model(None) or "")
    assert isinstance(network, Network)
    session, taken = network._session._session, 0.0

    class Timed:
        def run(self, *arguments: Any) -> Any:
            nonlocal taken
            # Of this thread alone: the network's threads each run a session of one thread.
            began = time.thread_time()
            try:
                return session.run(*arguments)
            finally:
                taken += time.thread_time() - began

    network._session._session = Timed()
    try:
        for report in reports:
            reading.prepare_report(report)
    finally:
        network._session._session = session
    return taken


def watch_memory(reports: Sequence[Report], number: int) -> list[tuple[int, float]]:
    """Return the memory of this process in MB after each tenth of so many reports, kept in an archive."""
    seen = []
    with tempfile.TemporaryDirectory() as folder, Archive(pathlib.Path(folder) / "a.sqlite") as archive:
        for count in range(number):
            report = reports[count % len(reports)]
            again = Report(text=f"{report.text} {count}.", published=DAY, source="Bench", key=str(count))
            archive.add(again, link=False)
            if (count + 1) % max(1, number // 10) == 0:
                status = pathlib.Path("/proc/self/status").read_text("utf-8")
                seen.append((count + 1, int(status.split("VmRSS:")[1].split()[0]) / 1024))
    return seen


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=pathlib.Path)
    for name, value in (("reports", 400), ("words", 300), ("jobs", 2), ("rounds", 3), ("memory", 0)):
        parser.add_argument(f"--{name}", type=int, default=value)
    chosen = parser.parse_args()
    reports = make_reports(chosen.folder, chosen.reports, chosen.words)
    words = sum(len(r.text.split()) for r in reports)
    print(f"{len(reports)} reports, {words / len(reports):.0f} words each, {chosen.rounds} rounds")
    speeds: dict[str, list[float]] = defaultdict(list)
    steps: dict[str, list[float]] = defaultdict(list)
    for _ in range(chosen.rounds):
        speeds["read"].append(time_command(reports, chosen.jobs))
        speeds["read --no-link"].append(time_command(reports, chosen.jobs, "--no-link"))
        for name, seconds in time_steps(reports).items():
            steps[name].append(seconds)
        steps["(the bare network)"].append(time_network(reports))
    for name, measured in speeds.items():
        print(f"depesche {name:16} {statistics.median(measured):8.1f} reports/s with {chosen.jobs} processes")
    bare = statistics.median(steps.pop("(the bare network)"))
    medians = {name: statistics.median(measured) for name, measured in steps.items()}
    total = sum(medians.values())
    for name, seconds in sorted(medians.items(), key=lambda item: -item[1]):
        print(f"  {name:20} {1000 * seconds / len(reports):8.2f} ms a report {100 * seconds / total:5.1f} %")
    each = 1000 * bare / len(reports)
    print(f"the bare network takes {100 * bare / total:.0f} % of all, {each:.1f} ms a report")
    for count, size in watch_memory(reports, chosen.memory) if chosen.memory else ():
        print(f"  after {count:7} reports {size:7.0f} MB")


if __name__ == "__main__":
    main()
