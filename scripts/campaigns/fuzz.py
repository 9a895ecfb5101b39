"""Looks for what breaks Depesche, led by which lines of it are reached (atheris, on libFuzzer).

    .venv/bin/python -m pip install atheris
    .venv/bin/python scripts/campaigns/fuzz.py reports [--minutes 30] [--seed 1] [--keep FOLDER]

Targets: see fuzz_targets.py; ``all`` takes one after the other, each for so long. A case must end in what
Depesche gives or raises on purpose, within ten seconds of the processor and two gigabytes of memory; what it
gives must be true of the case (offsets, days). What is not is kept in a folder, made shorter, and told. It
prints a table; the exit status is 1 if anything broke. --keep also holds the cases that reached something
new, and goes on with those of the last time. Atheris is used for this campaign only, and no dependency:
without it, ``examine`` of fuzz_targets.py still says what is wrong with a case, as the tests do with some.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib
import importlib.util
import os
import pkgutil
import random
import re
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import msgspec

MEGABYTES = 2000
# The packages and modules whose lines lead to new cases: those that see the bytes first.
_SOURCES = ["depesche.sources"]
LED_BY: dict[str, list[str]] = {
    "reports": ["depesche.find", "depesche.language"],
    "pages": [*_SOURCES, "trafilatura"],
    "jsonl": _SOURCES,
    "json": _SOURCES,
    "warc": _SOURCES,
    "newsml": _SOURCES,
    "feeds": _SOURCES,
    "lists": _SOURCES,
    # Not those that put questions to the database: atheris keeps what they compare, and with that in the end
    # all of each question (0.4 MB a case).
    "search": ["depesche.archive.terms", "depesche.archive.selection", "depesche.stems"],
    "dates": ["depesche.find.times", "depesche.sources"],
}
# What hangs for so many seconds is stopped, by the clock: others may be using the machine.
HANGS = 120
# What libFuzzer says of its progress, of what it read first and at its end.
_PULSE = re.compile(r"#(\d+)\s+(\w+)\s+cov: (\d+) ft: (\d+) corp: (\d+)/.*?rss: (\d+)Mb")
_DONE = re.compile(r"Done (\d+) runs")


class Outcome(msgspec.Struct):
    """What became of a target."""

    minutes: float = 0
    # Of the processor, in minutes: others may be using the machine.
    busy: float = 0
    runs: int = 0
    # Edges reached by what it began with, and in the end.
    first: int = 0
    reached: int = 0
    cases: int = 0
    megabytes: int = 0
    findings: dict[str, Path] = {}


def fuzz(name: str, minutes: float, seed: int, keep: Path) -> Outcome:
    """Fuzz one target; libFuzzer ends with what hangs or takes too much memory, and is begun again."""
    outcome = Outcome(findings={})
    corpus, found = keep / name / "cases", keep / name / "findings"
    for folder in (corpus, found):
        folder.mkdir(parents=True, exist_ok=True)
    begun = time.monotonic()
    busy = _processor_seconds()
    while (left := 60 * minutes - (time.monotonic() - begun)) > 1:
        before = outcome.runs
        command = [
            sys.executable,
            __file__,
            name,
            "--seed",
            str(seed),
            "--keep",
            str(keep),
            "--inside",
            str(left),
        ]
        _watch(command, keep / name / "log", outcome)
        seed += 1
        if outcome.runs == before:
            raise SystemExit(f"{name} does not run: see {keep / name / 'log'}")
    outcome.minutes = (time.monotonic() - begun) / 60
    outcome.busy = (_processor_seconds() - busy) / 60
    for path in sorted(found.iterdir()):
        if path.suffix == ".key":
            outcome.findings[path.read_text("utf-8")] = path.with_suffix("")
        elif path.name.startswith(("timeout-", "oom-", "crash-", "leak-")):
            outcome.findings[path.name] = path
    return outcome


def _processor_seconds() -> float:
    """Return how long the processes that were started here and have ended had a processor."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _watch(command: list[str], log: Path, outcome: Outcome) -> None:
    """Run libFuzzer, and keep what it says of its progress."""
    runs = 0
    with (
        log.open("a") as kept,
        subprocess.Popen(
            command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True, errors="replace"
        ) as process,
    ):
        assert process.stderr is not None
        for line in process.stderr:
            kept.write(line)
            if pulse := _PULSE.search(line):
                runs = int(pulse[1])
                if pulse[2] == "INITED":
                    outcome.first = outcome.first or int(pulse[3])
                outcome.reached = max(outcome.reached, int(pulse[3]))
                outcome.cases, outcome.megabytes = int(pulse[5]), max(outcome.megabytes, int(pulse[6]))
            elif done := _DONE.search(line):
                runs = int(done[1])
    outcome.runs += runs


def run_inside(name: str, seconds: float, seed: int, keep: Path) -> None:
    """Fuzz in this process; it ends with libFuzzer."""
    import atheris  # type: ignore[import-untyped,import-not-found,unused-ignore]  # noqa: PLC0415

    with atheris.instrument_imports(include=LED_BY[name]):
        for part in LED_BY[name]:
            package = importlib.import_module(part)
            for module in pkgutil.walk_packages(getattr(package, "__path__", ()), f"{part}."):
                # Needs an extra.
                if "spacy" not in module.name and "migrations" not in module.name:
                    importlib.import_module(module.name)
        import fuzz_targets  # noqa: PLC0415
    target = fuzz_targets.TARGETS[name]
    corpus, found = keep / name / "cases", keep / name / "findings"
    for number, raw in enumerate(fuzz_targets.make_seeds(target, seed)):
        (corpus / f"seed-{number}").write_bytes(raw)

    def try_case(raw: bytes) -> None:
        finding = fuzz_targets.examine(target, raw)
        if finding is not None:
            path = found / hashlib.sha256(finding.key.encode()).hexdigest()[:12]
            if not path.with_suffix(".key").exists():
                path.write_bytes(raw)
                path.with_suffix(".trace").write_text(finding.trace, "utf-8", "replace")
                path.with_suffix(".key").write_text(finding.key, "utf-8", "replace")

    def change(raw: bytes, longest: int, seed: int) -> Any:
        chance = random.Random(seed)
        if chance.random() < 0.5:
            return atheris.Mutate(raw, longest)
        return fuzz_targets.mix(target, raw, longest, chance)

    options = [
        f"-seed={seed}",
        f"-max_total_time={int(seconds)}",
        f"-max_len={target.longest}",
        f"-timeout={HANGS}",
        f"-rss_limit_mb={MEGABYTES}",
        f"-artifact_prefix={found}/",
        "-print_final_stats=1",
    ]
    atheris.Setup([sys.argv[0], *options, str(corpus)], try_case, custom_mutator=change)
    atheris.Fuzz()


def main() -> None:
    sys.path.insert(0, str(Path(__file__).parent))
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("target")
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, help="a folder for cases and findings")
    parser.add_argument("--inside", type=float, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if importlib.util.find_spec("atheris") is None:
        parser.error("this campaign needs atheris: pip install atheris (Linux and macOS)")
    # What stands in sets must come in the same order, that the same seed does the same.
    os.environ["PYTHONHASHSEED"] = str(options.seed % 2**32)
    keep = options.keep or Path(tempfile.mkdtemp(prefix="depesche-fuzz-"))
    if options.inside:
        run_inside(options.target, options.inside, options.seed, keep)
        return
    import fuzz_targets  # noqa: PLC0415

    names = list(fuzz_targets.TARGETS) if options.target == "all" else [options.target]
    unknown = set(names) - fuzz_targets.TARGETS.keys()
    if unknown:
        parser.error(f"no such target; there are all, {', '.join(fuzz_targets.TARGETS)}")
    broken = False
    print(f"seed {options.seed}")
    print("| target | minutes | of the processor | cases | edges at first | edges | memory | broken |")
    print("|---|---|---|---|---|---|---|---|")
    for name in names:
        outcome = fuzz(name, options.minutes, options.seed, keep)
        row = (
            name,
            f"{outcome.minutes:.0f}",
            f"{outcome.busy:.1f}",
            outcome.runs,
            outcome.first,
            outcome.reached,
        )
        print(
            "|",
            " | ".join(map(str, row)),
            f"| {outcome.megabytes} MB | {len(outcome.findings)} |",
            flush=True,
        )
        for key, path in outcome.findings.items():
            broken = True
            if path.with_suffix(".key").exists():
                target = fuzz_targets.TARGETS[name]
                path.write_bytes(fuzz_targets.minimise(target, path.read_bytes(), key))
            print(f"  {key}: {path}", flush=True)
    sys.exit(broken)


if __name__ == "__main__":
    main()
