"""Several threads may decode what nothing has decoded before."""

from __future__ import annotations

import contextlib
import importlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec

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


def find_kinds() -> list[str]:
    """Return the structs that the desk may decode: the others hold what msgspec cannot."""
    importlib.import_module("depesche.desk.app")
    found = []
    for kind in list_kinds(msgspec.Struct):
        if hasattr(sys.modules[kind.__module__], kind.__name__) and kind.__module__.startswith("depesche."):
            with contextlib.suppress(NameError, TypeError):
                msgspec.msgpack.Decoder(kind)
                found.append(f"{kind.__module__}:{kind.__name__}")
    return found


def list_kinds(kind: type[msgspec.Struct]) -> Iterator[type[msgspec.Struct]]:
    for below in kind.__subclasses__():
        yield below
        yield from list_kinds(below)


def test_threads_may_decode_what_nothing_has_decoded_before(tmp_path: Path) -> None:
    kinds = find_kinds()
    assert len(kinds) > 200
    command = [sys.executable, "-c", DECODE, str(tmp_path / "a.sqlite"), *kinds]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
