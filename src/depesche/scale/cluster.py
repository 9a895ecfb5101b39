"""Tasks on many processes and machines, by Ray Data; the only module that knows Ray.

A task says what to do in a few bytes and leaves its outcome in files, under names that follow from the task.
So little travels through Ray, and a task that is done twice, because the process or machine that did it died,
has the outcome of one.
"""

from __future__ import annotations

import contextlib
import functools
import importlib
import logging
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Protocol

import msgspec

from depesche.errors import BatchError
from depesche.garbage import collect_rarely
from depesche.language.models import THREADS_VARIABLE
from depesche.scale.folders import Done

# What a worker does with a task.
Work = Callable[[bytes], Done]
# The least that Ray takes, in bytes: blocks of a few tasks are all that lies there.
_OBJECT_STORE = 80_000_000
# Tasks that wait at a worker: so many are lost time if it dies.
_AHEAD = 2
# What a worker that lives on takes of a processor, as Ray counts: half, so that those of a lost machine find
# room on the others, and none waits for the end of all.
_SHARE = 0.5
# Without any progress tasks are handed out so many times.
_ATTEMPTS = 3
# Before Ray is imported: no statistics to its makers and no noise of its own; of a cluster on this machine
# nothing that others can reach, and workers that are not put behind all other processes.
_QUIET = {
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_BACKEND_LOG_LEVEL": "fatal",
    "RAY_DATA_DISABLE_PROGRESS_BARS": "1",
}
_OWN = {"RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0", "RAY_worker_niceness": "0"}


class Runner(Protocol):
    """Does tasks, in whatever order, and yields what each has done."""

    def __call__(self, work: Work, tasks: Sequence[bytes], *, loads: bool = False) -> Iterator[Done]:
        """Yield what each task has done; ``loads`` says that the work loads much before it can begin."""
        ...


def run_here(work: Work, tasks: Sequence[bytes], *, loads: bool = False) -> Iterator[Done]:
    """Do tasks in this process, one after the other."""
    return map(work, tasks)


@contextlib.contextmanager
def open_cluster(
    address: str | None = None, workers: int | None = None, threads: int = 1
) -> Iterator[Runner]:
    """Yield what does tasks on a cluster: that at ``address``, else one on this machine for the time.

    ``workers`` is how many processes do them, as many as there are processors if nothing is said, ``threads``
    how many threads a language model has in each. Raises BatchError if Ray is not there, or does not start.
    """
    ray = _import_ray(address)
    folder = tempfile.mkdtemp(prefix="ray-") if address is None else None
    try:
        _start(ray, address, workers, folder)
        count = workers or max(1, int(ray.cluster_resources().get("CPU", 1)))

        def run(work: Work, tasks: Sequence[bytes], *, loads: bool = False) -> Iterator[Done]:
            return _run(
                ray, tasks, functools.partial(_hand_out, ray, work, count, threads if loads else None)
            )

        yield run
    finally:
        ray.shutdown()
        if folder is not None:
            shutil.rmtree(folder, ignore_errors=True)


def _import_ray(address: str | None) -> Any:
    for name, value in {**_QUIET, **({} if address else _OWN)}.items():
        os.environ.setdefault(name, value)
    try:
        ray = importlib.import_module("ray")
        importlib.import_module("ray.data")
    except ImportError as fault:
        raise BatchError(
            "Reading with many machines needs Ray: install the extra batch (pip install 'depesche[batch]')."
        ) from fault
    return ray


def _start(ray: Any, address: str | None, workers: int | None, folder: str | None) -> None:
    own = {} if address else {
        "num_cpus": workers,
        "object_store_memory": _OBJECT_STORE,
        "include_dashboard": False,
        "_temp_dir": folder,
    }  # fmt: skip
    try:
        ray.init(address=address or "local", log_to_driver=False, logging_level=logging.ERROR, **own)
    except Exception as fault:  # whatever Ray raises: it did not start
        raise BatchError(f"Ray cannot be started ({_first_line(fault)}).") from fault
    context = ray.data.DataContext.get_current()
    context.enable_progress_bars = False
    context.print_on_execution_start = False
    logging.getLogger("ray.data").setLevel(logging.ERROR)


def _run(
    ray: Any, tasks: Sequence[bytes], hand_out: Callable[[dict[int, bytes]], Iterator[tuple[int, Done]]]
) -> Iterator[Done]:
    """Yield what tasks have done.

    Ray starts a worker that died again and repeats its tasks. Where it gives up all the same, because a
    machine took along what Ray needs, the tasks that are left are handed out anew.
    """
    left = dict(enumerate(tasks))
    attempts = 0
    while left:
        before = len(left)
        try:
            for number, done in hand_out(left):
                del left[number]
                yield done
        except ray.exceptions.RayError as fault:
            attempts = attempts + 1 if len(left) == before else 0
            if attempts == _ATTEMPTS:
                raise BatchError(f"Ray cannot go on ({_first_line(fault)}).") from fault


def _hand_out(
    ray: Any, work: Work, workers: int, threads: int | None, tasks: dict[int, bytes]
) -> Iterator[tuple[int, Done]]:
    """Yield what tasks have done; with ``threads``, by processes that live on from task to task."""
    rows = [{"number": number, "task": task} for number, task in tasks.items()]
    workers = min(workers, len(rows))
    options: dict[str, Any] = {"batch_size": 1, "batch_format": "numpy"}
    dataset = ray.data.from_items(rows, override_num_blocks=len(rows))
    if threads is None:
        dataset = dataset.map_batches(_do, fn_args=(work,), concurrency=workers, num_cpus=1, **options)
    else:
        pool = ray.data.ActorPoolStrategy(size=workers, max_tasks_in_flight_per_actor=_AHEAD)
        made = {"fn_constructor_args": (work, threads), "num_cpus": _SHARE}
        dataset = dataset.map_batches(_Worker, compute=pool, **made, **options)
    for row in dataset.iter_rows():
        if row["fault"]:
            raise BatchError(row["fault"])
        yield int(row["number"]), msgspec.json.decode(row["done"], type=Done)


class _Worker:
    """A process that does tasks; what they load is loaded once in each."""

    def __init__(self, work: Work, threads: int) -> None:
        os.environ[THREADS_VARIABLE] = str(threads)
        collect_rarely()
        self._work = work

    def __call__(self, batch: dict[str, Any]) -> dict[str, list[Any]]:
        return _do(batch, self._work)


def _do(batch: dict[str, Any], work: Work) -> dict[str, list[Any]]:
    """Do a task; what is wrong with it is told as its outcome, since to repeat it would not help."""
    (number,), (task,) = batch["number"], batch["task"]
    done, fault = b"", ""
    try:
        done = msgspec.json.encode(work(bytes(task)))
    except BatchError as known:
        fault = str(known)
    except Exception as unknown:  # a fault of ours, which must not be taken for one of Ray's
        fault = f"A task failed ({type(unknown).__name__}: {_first_line(unknown)})."
    return {"number": [number], "done": [done], "fault": [fault]}


def _first_line(fault: BaseException) -> str:
    return (str(fault).strip().splitlines() or [type(fault).__name__])[0].rstrip(".")
