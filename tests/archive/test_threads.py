"""Several threads may use an archive, and decode what nothing has decoded before."""

from __future__ import annotations

import concurrent.futures
import statistics
import subprocess
import sys
import threading
import time
from pathlib import Path

from archive.conftest import Place
from depesche.archive.sqlite import _LONG
from depesche.archive.store import Archive

# Names the structs that the desk may decode: the others hold what msgspec cannot.
LIST = """
import sys
import msgspec
import depesche.desk.app

def list_kinds(kind):
    for below in kind.__subclasses__():
        yield below
        yield from list_kinds(below)

for kind in list_kinds(msgspec.Struct):
    if kind.__module__.startswith("depesche.") and hasattr(sys.modules[kind.__module__], kind.__name__):
        try:
            msgspec.msgpack.Decoder(kind)
        except (NameError, TypeError):
            continue
        print(f"{kind.__module__}:{kind.__name__}")
"""
# Each struct is first decoded by four threads at once, which take turns as often as can be.
DECODE = """
import sys, threading
import msgspec
from depesche.desk.app import create_app
from fastapi.testclient import TestClient

def decode(kind, barrier):
    barrier.wait()
    for value in ({}, {name: None for name in kind.__struct_fields__}):
        try:
            msgspec.convert(value, kind)
        except msgspec.ValidationError:
            pass

sys.setswitchinterval(1e-6)
with TestClient(create_app(sys.argv[1])):
    for name in sys.argv[2:]:
        module, _, named = name.partition(":")
        kind = getattr(sys.modules[module], named)
        barrier = threading.Barrier(4)
        threads = [threading.Thread(target=decode, args=(kind, barrier)) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
"""


def test_many_threads_may_read_at_once(place: Place) -> None:
    """Also while each holds a connection already and none has let go of it."""
    with Archive(place) as archive:
        barrier = threading.Barrier(24)

        def look() -> int:
            with archive.linked():
                barrier.wait(20)
                return archive.count()

        with concurrent.futures.ThreadPoolExecutor(24) as threads:
            assert [task.result() for task in [threads.submit(look) for _ in range(24)]] == [0] * 24


def test_who_writes_for_long_lets_others_write_too(tmp_path: Path) -> None:
    """Linking takes the lock again as soon as it has let go of it; a decision must not wait for all of it."""
    path = tmp_path / "a.sqlite"
    with Archive(path) as linking, Archive(path, wait=10) as deciding:
        over = threading.Event()

        def link() -> None:
            while not over.is_set():
                with linking.linking():
                    time.sleep(_LONG * 2)

        with concurrent.futures.ThreadPoolExecutor(1) as threads:
            task = threads.submit(link)
            taken = []
            try:
                for number in range(5):
                    begun = time.monotonic()
                    deciding.save_search(f"Suche {number}", {"q": "Wien"})
                    taken.append(time.monotonic() - begun)
            finally:
                over.set()
            task.result()
        assert statistics.median(taken) < _LONG * 10, taken


def test_threads_may_decode_what_nothing_has_decoded_before(tmp_path: Path) -> None:
    kinds = run(LIST).split()
    assert len(kinds) > 200
    run(DECODE, str(tmp_path / "a.sqlite"), *kinds)


def run(program: str, *arguments: str) -> str:
    command = [sys.executable, "-c", program, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout
