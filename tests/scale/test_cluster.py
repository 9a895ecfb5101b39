"""A batch on a small Ray cluster in which workers are killed and a machine is lost, and one without."""

from __future__ import annotations

import contextlib
import importlib.util
import json
import os
import random
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from depesche.batch import Batch
from depesche.language.models import OWN
from depesche.scale.cluster import open_cluster, run_here
from depesche.sources.files import Defaults
from scale.batches import SMALL, contents, ignore, load_reports, table_of, write_files
from scale.machines import open_machines

# What a test of batches needs must be there where all tests run; a user may do without.
if importlib.util.find_spec("ray") is None and not os.environ.get("CI"):
    pytest.skip("Ray is not installed", allow_module_level=True)


def test_the_command_reads_with_the_network(tmp_path: Path) -> None:
    reports = load_reports(["s06"])[:4]
    paths = write_files(tmp_path / "in", reports, 1)
    (tmp_path / "in" / "broken.jsonl").write_text("{\n")
    output = tmp_path / "out"
    command = [sys.executable, "-m", "depesche.cli", "batch", str(tmp_path / "in"), str(output)]
    options = ["--workers", "1", "--part", "2", "--language-model", OWN]
    environment = {**os.environ, "DEPESCHE_LANGUAGE": "en", "RAY_AUTH_MODE": "disabled"}
    ran = subprocess.run(
        [*command, *options], env=environment, capture_output=True, text=True, timeout=300, check=False
    )
    assert ran.returncode == 1, ran.stderr
    assert "4 reports read, 0 known, 1 refused" in ran.stderr
    assert "stories" in ran.stderr
    assert all(row["meaning_model"].startswith("depesche") for row in table_of(output, "readings"))
    assert [json.loads(row["reading"])["id"] for row in table_of(output, "readings")] == [
        row["id"] for row in table_of(output, "readings")
    ]
    here = Batch([*paths, str(tmp_path / "in" / "broken.jsonl")][::-1], tmp_path / "here", Defaults(), OWN, 2)
    here.read(run_here, ignore)
    here.link(run_here, ignore)
    assert contents(output) == contents(tmp_path / "here")
    # Nothing is left to do: Ray is not even started.
    again = subprocess.run(
        [*command, *options], env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert again.returncode == 1
    assert "4 reports read" in again.stderr


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    with open_machines(1) as made:
        yield made


class Killer(threading.Thread):
    """Kills processes that do tasks, at moments that a seed tells, and once a whole machine."""

    def __init__(self, cluster: Any, seed: int, kills: int, output: Path) -> None:
        super().__init__(daemon=True)
        self.dice = random.Random(seed)
        self.cluster = cluster
        self.kills = kills
        self.output = output
        self.killed: list[str] = []
        self.over = threading.Event()

    def run(self) -> None:
        lost = False
        while not self.over.wait(self.dice.uniform(0.05, 0.4)):
            # Only once something was read: before, there is nothing that could be read twice.
            if not any((self.output / "readings").rglob("*.parquet")):
                continue
            workers = [pid for node in self.cluster.list_all_nodes() for pid in workers_of(node)]
            if len(self.killed) < self.kills and workers:
                victim = self.dice.choice(workers)
                with contextlib.suppress(ProcessLookupError):
                    os.kill(victim, signal.SIGKILL)
                    self.killed.append("worker")
            elif not lost and len(self.killed) >= self.kills:
                lost = True
                self.cluster.remove_node(self.cluster.list_all_nodes()[-1], allow_graceful=False)
                self.killed.append("machine")


def workers_of(node: Any) -> list[int]:
    """Return the processes of a machine that do tasks."""
    raylet = node.all_processes["raylet"][0].process.pid
    try:
        children = Path(f"/proc/{raylet}/task/{raylet}/children").read_text("ascii").split()
    except OSError:
        return []
    return [pid for pid in map(int, children) if _is_worker(pid)]


def _is_worker(pid: int) -> bool:
    try:
        name = Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False
    return name.startswith(b"ray::") and (b"MapWorker" in name or b"MapBatches" in name)


def test_nothing_is_lost_or_doubled_when_workers_and_a_machine_die(cluster: Any, tmp_path: Path) -> None:
    paths = write_files(tmp_path / "in", load_reports(["s05", "s06", "s11"]), 3)
    undisturbed = Batch(paths, tmp_path / "undisturbed", Defaults(), "none", 1, SMALL)
    undisturbed.read(run_here, ignore)
    undisturbed.link(run_here, ignore)
    batch = Batch(paths, tmp_path / "out", Defaults(), "none", 1, SMALL)
    with open_cluster(cluster.address, workers=2) as run:
        killer = Killer(cluster, 5, 3, tmp_path / "out")
        killer.start()
        try:
            batch.read(run, ignore)
            batch.link(run, ignore)
        finally:
            killer.over.set()
            killer.join()
    assert killer.killed.count("worker") >= 2
    assert "machine" in killer.killed
    assert batch.counts == undisturbed.counts
    assert contents(tmp_path / "out") == contents(tmp_path / "undisturbed")
