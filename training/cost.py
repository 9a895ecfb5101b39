"""What the network costs: size, start, memory, speed. Start and memory are measured in fresh processes."""

from __future__ import annotations

import gzip
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from depesche.language.document import Document, analyse_report
from depesche.language.network import Network
from depesche.language.network.windows import divide
from depesche.reading import Report
from training.corpora.shelf import Shelf
from training.evaluate import Row

SENTENCE = "US-Außenminister Marco Rubio hat am Freitag in Kuala Lumpur seinen Kollegen Wang Yi getroffen."
# A fresh process: import, load, the first sentence; then its greatest memory as Linux counts it (getrusage
# would give that of the process which started it, if that was larger).
_START = f"""
import sys, time
begin = time.perf_counter()
from pathlib import Path
from depesche.language.document import analyse_report
from depesche.language.network import Network
from depesche.reading import Report
network = Network(Path(sys.argv[1]), threads=2)
assert network.analyse([analyse_report(Report(text={SENTENCE!r}))])[0].words
taken = time.perf_counter() - begin
texts = sys.stdin.read().split("\\0")
network.analyse([analyse_report(Report(text=text)) for text in texts])
status = Path("/proc/self/status").read_text()
print(taken, int(status.split("VmHWM:")[1].split()[0]) / 1024)
"""


def measure_cost(corpora: Path, folder: Path, runs: int = 5, articles: int = 100) -> Iterator[Row]:
    """Yield size, start, memory and speed: medians of ``runs``."""
    size = sum(p.stat().st_size for p in folder.iterdir() if p.is_file()) / 1e6
    yield Row("size on disk, MB", str(folder.name), size, f"{size:.1f}")
    texts = read_throughput(corpora, articles)
    starts, memory = zip(*(_fresh_run(folder, texts) for _ in range(runs)), strict=True)
    yield Row("start (import, load, first sentence), s", "median", _median(starts), f"{_median(starts):.2f}")
    yield Row("memory at most, MB", f"{articles} articles", _median(memory), f"{_median(memory):.0f}")
    speeds, words = zip(*(measure_speed(folder, texts) for _ in range(runs)), strict=True)
    yield Row("subword tokens a second, 2 threads", "throughput", _median(speeds), f"{_median(speeds):.0f}")
    yield Row("words a second, 2 threads", "throughput", _median(words), f"{_median(words):.0f}")


def read_throughput(corpora: Path, articles: int) -> list[str]:
    """Return the first articles of the throughput corpus."""
    shelf = Shelf(corpora, "measure")
    lines = [
        line
        for path in shelf.paths("throughput")
        for line in gzip.decompress(shelf.read("throughput", path)).decode("utf-8").splitlines()
    ]
    return [str(json.loads(line)["text"]) for line in lines[:articles]]


def _fresh_run(folder: Path, texts: Sequence[str]) -> tuple[float, float]:
    command = [sys.executable, "-c", _START, str(folder)]
    run = subprocess.run(command, input="\0".join(texts), capture_output=True, text=True, check=True)
    taken, memory = run.stdout.split()
    return float(taken), float(memory)


def measure_speed(folder: Path, texts: Sequence[str]) -> tuple[float, float]:
    """Return subword tokens and words a second, from characters to annotations."""
    network = Network(folder, threads=2)
    network.analyse([_document(SENTENCE)])
    begin = time.perf_counter()
    documents = [_document(text) for text in texts]
    network.analyse(documents)
    taken = time.perf_counter() - begin
    pieces = sum(len(p) for d in documents for p in divide(d, network.subwords).pieces)
    return pieces / taken, sum(len(d.tokens) for d in documents) / taken


def _document(text: str) -> Document:
    return analyse_report(Report(text=text))


def _median(values: Sequence[float]) -> float:
    return statistics.median(values)
