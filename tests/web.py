"""A real HTTP server for tests, in a thread of its own, that answers as well or as badly as a test says."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
import struct
import threading
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping

import msgspec


class Request(msgspec.Struct, frozen=True):
    """What was asked; ``at`` is monotonic time in seconds. Names of headers are in lower case."""

    method: str
    path: str
    headers: dict[str, str]
    content: bytes
    at: float


Handler = Callable[[Request, asyncio.StreamWriter], Awaitable[None]]


class Web:
    """A server; ``routes`` may be changed while it runs, ``requests`` are those that came so far."""

    def __init__(self, address: str, port: int) -> None:
        self.address = address
        self.port = port
        self.routes: dict[str, Handler] = {}
        self.requests: list[Request] = []

    def url(self, path: str, host: str | None = None) -> str:
        return f"http://{host or self.address}:{self.port}{path}"

    def asked(self, path: str) -> list[Request]:
        return [request for request in self.requests if request.path == path]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            request = await _read_request(reader)
            self.requests.append(request)
            await self.routes.get(request.path, NOT_FOUND)(request, writer)
            await writer.drain()
        with contextlib.suppress(ConnectionError):
            writer.close()


async def _read_request(reader: asyncio.StreamReader) -> Request:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    method, path, _ = head[0].split(" ", 2)
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in head[1:] if line)}
    content = await reader.readexactly(int(headers.get("content-length", 0)))
    return Request(method, path, headers, content, time.monotonic())


def answer(
    content: bytes | str = b"",
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    kind: str = "text/html; charset=utf-8",
) -> Handler:
    """Return what answers as it should."""
    body = content.encode() if isinstance(content, str) else content
    told = {"Content-Type": kind, "Content-Length": str(len(body)), "Connection": "close", **(headers or {})}
    lines = "".join(f"{name}: {value}\r\n" for name, value in told.items())
    head = f"HTTP/1.1 {status} Told\r\n{lines}\r\n".encode("latin-1")

    async def handle(request: Request, writer: asyncio.StreamWriter) -> None:
        writer.write(head + body)

    return handle


def redirect(target: str, status: int = 302) -> Handler:
    return answer(status=status, headers={"Location": target})


def endless(head: bytes, piece: bytes, pause: float = 0.0) -> Handler:
    """Return what sends the head, and then the piece again and again, for as long as anybody listens."""

    async def handle(request: Request, writer: asyncio.StreamWriter) -> None:
        writer.write(head)
        while not writer.is_closing():
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(pause)

    return handle


def raw(content: bytes) -> Handler:
    """Return what sends these bytes, whether they are HTTP or not, and hangs up."""

    async def handle(request: Request, writer: asyncio.StreamWriter) -> None:
        writer.write(content)

    return handle


async def reset(request: Request, writer: asyncio.StreamWriter) -> None:
    """Cut the connection in the middle of an answer, without a word."""
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhalf")
    await writer.drain()
    plug = writer.get_extra_info("socket")
    plug.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


NOT_FOUND = answer("nothing here", 404)


@contextlib.contextmanager
def run_web(address: str = "127.0.0.1", tls: ssl.SSLContext | None = None) -> Iterator[Web]:
    """Yield a server that listens on an address of this machine."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()

    async def start() -> Web:
        web = Web(address, 0)
        server = await asyncio.start_server(web.serve, address, 0, ssl=tls)
        web.port = server.sockets[0].getsockname()[1]
        return web

    try:
        yield asyncio.run_coroutine_threadsafe(start(), loop).result(10)
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        for task in asyncio.all_tasks(loop):
            task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            loop.run_until_complete(asyncio.sleep(0))
        loop.close()
