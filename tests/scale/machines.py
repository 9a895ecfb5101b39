"""Two machines of a Ray cluster, both of which are this one, and heard by nobody else."""

from __future__ import annotations

import contextlib
import importlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest import mock

# Of a cluster that only this machine hears.
QUIET = {
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0",
    "RAY_AUTH_MODE": "disabled",
    "RAY_BACKEND_LOG_LEVEL": "fatal",
    "RAY_worker_niceness": "0",
}
_MEMORY = 80_000_000


@contextlib.contextmanager
def open_machines(processors: int) -> Iterator[Any]:
    """Yield a cluster of two machines that work, each with so many processors, of which one leads."""
    # Ray reads the environment when it is imported.
    with mock.patch.dict(os.environ, QUIET), tempfile.TemporaryDirectory(prefix="ray-") as folder:
        # Wherever its cluster is, Ray writes its address here, and does not make the folder.
        default = Path(os.environ.get("RAY_TMPDIR") or os.environ.get("TMPDIR") or "/tmp")
        (default / "ray").mkdir(parents=True, exist_ok=True)
        cluster_of = importlib.import_module("ray.cluster_utils").Cluster
        options = {"num_cpus": processors, "object_store_memory": _MEMORY, "include_dashboard": False}
        made = cluster_of(initialize_head=True, head_node_args={**options, "temp_dir": folder})
        try:
            made.add_node(**options)
            yield made
        finally:
            made.shutdown()
