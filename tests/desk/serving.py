"""The desk as it is served: a real server on a port of its own."""

from __future__ import annotations

import contextlib
import pathlib
import socket
import threading
import time
from collections.abc import Iterator

import uvicorn
from fastapi.testclient import TestClient

from depesche.desk.app import create_app
from depesche.desk.settings import Settings


@contextlib.contextmanager
def ask_remotely(archive: pathlib.Path) -> Iterator[TestClient]:
    """Give a client of a desk that other machines can reach."""
    app = create_app(archive, Settings(archive=archive, host="0.0.0.0", hosts=("desk.example",)))
    with TestClient(app, base_url="http://desk.example", raise_server_exceptions=False) as client:
        yield client


@contextlib.contextmanager
def serve(archive: pathlib.Path, log_level: str = "warning") -> Iterator[str]:
    """Serve an archive; give the address, without a slash at the end."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    app = create_app(archive, Settings(archive=archive, port=port))
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_level=log_level))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    until = time.monotonic() + 20
    while not server.started and time.monotonic() < until:
        time.sleep(0.02)
    assert server.started
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(10)
