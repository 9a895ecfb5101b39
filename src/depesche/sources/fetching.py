"""The one place that asks other machines for something over HTTP: feeds, pages, robots.txt, webhooks.

Addresses come from strangers. So nothing is fetched from inside the own network unless a policy allows it:
a host's name is resolved once, each address that it has is checked, and the connection is made to one that
passed, so that a name that resolves differently the next time gains nothing. Every redirect goes the same
way. What comes is bounded in bytes, packed and unpacked, and in time, all told. Only http and https are
spoken, through no proxy, and an address that holds a name or password is refused.

    async with Fetcher(Policy(contact="redaktion@example.org")) as fetcher:
        answer = await fetcher.get("https://elbtagblatt.example/feed.xml")

Whoever has no event loop and wants to post once calls ``post_once``.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import contextlib
import importlib.metadata
import ipaddress
import re
import socket
import ssl
import time
import zlib
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from types import TracebackType
from typing import Self

import httpcore
import httpx
import msgspec

from depesche.errors import FetchError
from depesche.settings import MAX_PAGE

# Resolves the name of a host to its addresses. Raises OSError or UnicodeError if it has none.
Resolver = Callable[[str], Sequence[str]]
# Told each address just before it is asked for, redirects too; it may wait, and raise FetchError.
Gate = Callable[[str], Awaitable[None]]

_SCHEMES = frozenset({"http", "https"})
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PERMANENT = frozenset({301, 308})
_MOST_REDIRECTS = 5
# Of a host's addresses, so many are tried.
_MOST_ADDRESSES = 3
# Of an answer to a webhook no more is read; nobody reads it, but the connection can be used again.
_MOST_POSTED = 64_000
# A gzip file may be several in a row, empty ones too.
_MOST_PIECES = 100
# How many names may be resolved at one time. The system's resolver blocks a thread for each.
_RESOLVERS = 16
# IPv4 in the clothes of IPv6: translated (RFC 6052); mapped addresses are known to ipaddress itself.
_TRANSLATED = ipaddress.IPv6Network("64:ff9b::/96")
_PUBLIC_V6 = ipaddress.IPv6Network("2000::/3")
# 6to4: holds an IPv4 address that nobody checks.
_TUNNELLED = ipaddress.IPv6Network("2002::/16")
# A name as it goes over the line, or an IPv6 address.
_HOST = re.compile(rb"[0-9A-Za-z._-]+|[0-9A-Fa-f:.]+")
_LAST_PORT = 65535
_NO_HEADER = re.compile(r"[^\x20-\x7e]+")


class Policy(msgspec.Struct, frozen=True, kw_only=True):
    """How to ask: who asks, what may be reached, and how much is taken.

    ``contact`` is where somebody who is bothered can write to. ``allowed`` are networks
    (``192.168.10.0/24``) inside the own one that may be reached all the same. ``seconds`` bounds a request
    with all its redirects, ``most`` the bytes of an answer.
    """

    contact: str | None = None
    allowed: tuple[str, ...] = ()
    seconds: float = 30.0
    most: int = MAX_PAGE


class Answer(msgspec.Struct, frozen=True):
    """What a server answered: the address that answered, status, headers (names in lower case), content.

    ``moved`` is where permanent redirects said that the page is from now on, if they did.
    """

    address: str
    status: int
    headers: dict[str, str]
    content: bytes = b""
    moved: str | None = None


class Fetcher:
    """An HTTP client for addresses from strangers; use it as ``async with Fetcher() as fetcher``.

    Cookies are never kept or sent. One fetcher may ask many hosts at the same time.
    """

    def __init__(
        self,
        policy: Policy | None = None,
        *,
        resolve: Resolver | None = None,
        tls: ssl.SSLContext | None = None,
        connections: int = 64,
    ) -> None:
        """Make a client that holds so many connections at most.

        Raises FetchError if a network that the policy allows is none. ``resolve`` stands in for the system's
        resolver, ``tls`` for the usual trust in authorities.
        """
        self.policy = policy or Policy()
        self._guard = _Guard(_parse_networks(self.policy.allowed), resolve or resolve_host)
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=tls or httpx.create_ssl_context(),
            max_connections=connections,
            keepalive_expiry=10.0,
            network_backend=self._guard,
        )
        # Who waits for a connection is not yet waiting for a server.
        self._free = asyncio.Semaphore(connections)
        self._agent = name_agent(self.policy.contact)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close all connections."""
        self._guard.close()
        await self._pool.aclose()

    async def get(
        self,
        address: str,
        *,
        etag: str | None = None,
        modified: str | None = None,
        accept: str = "*/*",
        most: int | None = None,
        gate: Gate | None = None,
    ) -> Answer:
        """Return the answer to a GET request, redirects followed, whatever its status. Raises FetchError.

        With ``etag`` and ``modified``, the headers of an earlier answer, a server may answer 304 without
        content. ``gate`` is awaited before each request; the time it takes is not counted.
        """
        headers = {"Accept": accept}
        if etag:
            headers["If-None-Match"] = etag
        if modified:
            headers["If-Modified-Since"] = modified
        url, moved, permanent = parse_address(address), None, True
        left = self.policy.seconds
        for _ in range(_MOST_REDIRECTS + 1):
            if gate is not None:
                await gate(str(url))
            begun = time.monotonic()
            answer = await self._ask("GET", url, headers, b"", most or self.policy.most, left)
            left = max(0.01, left - (time.monotonic() - begun))
            target = answer.headers.get("location")
            if answer.status not in _REDIRECTS or not target:
                return msgspec.structs.replace(answer, moved=moved)
            url = _follow(url, target)
            permanent = permanent and answer.status in _PERMANENT
            moved = str(url) if permanent else moved
        raise FetchError("redirects", f"{url.host} redirects more than {_MOST_REDIRECTS} times")

    async def post(self, address: str, content: bytes, headers: Mapping[str, str]) -> Answer:
        """Return the answer to a POST request, whatever its status, a redirect too. Raises FetchError."""
        return await self._ask(
            "POST", parse_address(address), headers, content, _MOST_POSTED, self.policy.seconds
        )

    async def _ask(
        self,
        method: str,
        url: httpx.URL,
        headers: Mapping[str, str],
        content: bytes,
        most: int,
        seconds: float,
    ) -> Answer:
        """Ask once, and return the answer."""
        sent = {
            "Host": url.netloc.decode("ascii"),
            "User-Agent": self._agent,
            "Accept-Encoding": "gzip",
            **headers,
        }
        if method == "POST":
            sent["Content-Length"] = str(len(content))
        try:
            async with (
                self._free,
                asyncio.timeout(seconds),
                self._pool.stream(
                    method,
                    httpcore.URL(
                        scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path or b"/"
                    ),
                    headers=[(name.encode("ascii"), value.encode("latin-1")) for name, value in sent.items()],
                    content=content,
                    # Each of its own bounds; the one above bounds them all.
                    extensions={
                        "timeout": dict.fromkeys(("connect", "read", "write"), seconds) | {"pool": None}
                    },
                ) as response,
            ):
                told = {
                    name.decode("latin-1").lower(): value.decode("latin-1")
                    for name, value in response.headers
                }
                body = await _read_body(response, told, most, url.host)
        except (TimeoutError, httpcore.TimeoutException) as fault:
            raise FetchError("time", f"{url.host} did not answer within {seconds:.0f} seconds") from fault
        except httpcore.ConnectError as fault:
            raise _explain_connection(url.host, fault) from fault
        except httpcore.NetworkError as fault:
            raise FetchError("connection", f"the connection to {url.host} broke") from fault
        except (httpcore.ProtocolError, httpcore.UnsupportedProtocol) as fault:
            raise FetchError("answer", f"{url.host} does not speak HTTP as it should") from fault
        except UnicodeError as fault:
            raise FetchError("address", "a header holds characters that none may hold") from fault
        return Answer(str(url), response.status, told, body)


def post_once(
    address: str,
    content: bytes,
    headers: Mapping[str, str],
    policy: Policy | None = None,
    *,
    resolve: Resolver | None = None,
    tls: ssl.SSLContext | None = None,
) -> Answer:
    """Return the answer to one POST request, for those without an event loop. Raises FetchError."""

    async def post() -> Answer:
        async with Fetcher(policy, resolve=resolve, tls=tls, connections=1) as fetcher:
            return await fetcher.post(address, content, headers)

    return asyncio.run(post())


def parse_address(address: str) -> httpx.URL:
    """Return an address that may be asked for. Raises FetchError if it is no such address."""
    try:
        url = httpx.URL(address.strip()).copy_with(fragment=None)
    except (httpx.InvalidURL, UnicodeError, ValueError, TypeError) as fault:
        raise FetchError("address", "this is no address that can be read") from fault
    if url.scheme not in _SCHEMES or not _HOST.fullmatch(url.raw_host) or (url.port or 0) > _LAST_PORT:
        raise FetchError("address", "only addresses that begin with http:// or https:// are asked for")
    if url.userinfo:
        raise FetchError("address", "an address may hold no user name or password")
    return url


def name_agent(contact: str | None = None) -> str:
    """Return how the program tells servers who asks: itself, its home if it has one, whom to write to."""
    known = importlib.metadata.metadata("depesche")
    homes = [told.partition(",")[2].strip() for told in known.get_all("Project-URL") or ()][:1]
    plain = _NO_HEADER.sub(" ", contact or "").strip()
    told = "; ".join(["+" + home for home in homes] + [plain] * bool(plain))
    return f"Depesche/{known['Version']}" + (f" ({told})" if told else "")


def resolve_host(host: str) -> list[str]:
    """Return the addresses of a host, as the system knows them. Raises OSError or UnicodeError."""
    return list(
        dict.fromkeys(str(row[4][0]) for row in socket.getaddrinfo(host, None, type=socket.SOCK_STREAM))
    )


def is_public(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    """Return whether an address is one that anybody on the internet may be reached at."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = _inner_address(address)
        if inner is not None:
            return is_public(inner)
        if address not in _PUBLIC_V6 or address in _TUNNELLED:
            return False
    return address.is_global and not address.is_multicast and not address.is_reserved


def _inner_address(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """Return the IPv4 address that an IPv6 address only dresses up, if it does."""
    if address in _TRANSLATED:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped


_Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def _parse_networks(told: Iterable[str]) -> tuple[_Network, ...]:
    try:
        return tuple(ipaddress.ip_network(network.strip(), strict=False) for network in told)
    except ValueError as fault:
        raise FetchError("address", f"{fault}: a network is told as 192.168.10.0/24") from fault


class _Guard(httpcore.AsyncNetworkBackend):
    """Opens connections to checked addresses only."""

    def __init__(self, allowed: tuple[_Network, ...], resolve: Resolver) -> None:
        self._allowed = allowed
        self._resolve = resolve
        self._opener = httpcore.AnyIOBackend()
        self._threads = concurrent.futures.ThreadPoolExecutor(_RESOLVERS, thread_name_prefix="resolve")

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Connect to an address of the host that may be reached; TLS and HTTP go on naming the host."""
        passed = await self._find_addresses(host)
        patience = None if timeout is None else timeout / len(passed)
        for address in passed[:-1]:
            try:
                return await self._opener.connect_tcp(address, port, patience, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                continue
        return await self._opener.connect_tcp(passed[-1], port, patience, local_address, socket_options)

    async def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Refuse: a socket of this machine is never asked."""
        raise FetchError("forbidden", "sockets of this machine are not asked")

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await asyncio.sleep(seconds)

    async def _find_addresses(self, host: str) -> list[str]:
        """Return the addresses of a host that may be reached. Raises FetchError if it has none."""
        loop = asyncio.get_running_loop()
        try:
            told = await loop.run_in_executor(self._threads, self._resolve, host)
            found = [ipaddress.ip_address(address) for address in told]
        except (OSError, UnicodeError, ValueError) as fault:
            raise FetchError("name", f"there is no host {host}") from fault
        passed = [str(address) for address in found if self._may_reach(address)]
        if not found:
            raise FetchError("name", f"there is no host {host}")
        if not passed:
            raise FetchError("forbidden", f"{host} lies inside the own network, where nothing is asked for")
        return passed[:_MOST_ADDRESSES]

    def _may_reach(self, address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
        inner = _inner_address(address) if isinstance(address, ipaddress.IPv6Address) else None
        return is_public(address) or any((inner or address) in network for network in self._allowed)


def _follow(url: httpx.URL, target: str) -> httpx.URL:
    """Return where a redirect leads. Raises FetchError if nobody may go there."""
    with contextlib.suppress(UnicodeError):
        # Servers write UTF-8 into a header that knows Latin-1 alone.
        target = target.encode("latin-1").decode("utf-8")
    try:
        return parse_address(str(url.join(target)))
    except (httpx.InvalidURL, UnicodeError, ValueError) as fault:
        raise FetchError("address", f"{url.host} redirects to what is no address") from fault


def _explain_connection(host: str, fault: httpcore.ConnectError) -> FetchError:
    cause: BaseException | None = fault
    while cause is not None:
        if isinstance(cause, ssl.SSLError):
            return FetchError("certificate", f"{host} cannot be trusted: its TLS certificate does not hold")
        cause = cause.__cause__ or cause.__context__
    return FetchError("connection", f"{host} cannot be reached")


async def _read_body(response: httpcore.Response, headers: Mapping[str, str], most: int, host: str) -> bytes:
    """Return the content of an answer, unpacked. Raises FetchError if it is too large or broken."""
    told = headers.get("content-length", "")
    if told.isdecimal() and len(told) < 20 and int(told) > most:
        raise FetchError("size", f"{host} sends more than the {most:,} bytes allowed")
    unpack = _find_unpacker(headers.get("content-encoding", ""), host)
    parts: list[bytes] = []
    packed = size = 0
    async for chunk in response.aiter_stream():
        packed += len(chunk)
        parts.append(unpack.take(chunk, most - size + 1) if unpack else chunk)
        size += len(parts[-1])
        if packed > most or size > most:
            raise FetchError("size", f"{host} sends more than the {most:,} bytes allowed")
    if unpack and packed and not unpack.is_whole():
        raise FetchError("answer", f"{host} sends a packed answer that ends too early")
    return b"".join(parts)


class _Unpacker:
    """Unpacks gzip or deflate, never more than is asked for."""

    def __init__(self, host: str) -> None:
        self._host = host
        # Finds out by itself which of both it is.
        self._packed = zlib.decompressobj(wbits=zlib.MAX_WBITS | 32)
        self._more = _MOST_PIECES

    def take(self, chunk: bytes, room: int) -> bytes:
        """Return what the chunk unpacks to, at most ``room`` bytes. Raises FetchError if it is broken.

        What is left over when there is no room is lost: who has no room gives up.
        """
        parts: list[bytes] = []
        try:
            while chunk and room > 0:
                if self._packed.eof:
                    # A gzip file may hold several; what else stands behind it means nothing.
                    if not chunk.startswith(b"\x1f\x8b") or not self._more:
                        break
                    self._more -= 1
                    self._packed = zlib.decompressobj(wbits=zlib.MAX_WBITS | 32)
                parts.append(self._packed.decompress(chunk, room))
                room -= len(parts[-1])
                chunk = self._packed.unused_data if self._packed.eof else self._packed.unconsumed_tail
        except zlib.error as fault:
            raise FetchError("answer", f"{self._host} sends a packed answer that is broken") from fault
        return b"".join(parts)

    def is_whole(self) -> bool:
        """Return whether all came."""
        return self._packed.eof


def _find_unpacker(encoding: str, host: str) -> _Unpacker | None:
    named = encoding.strip().lower()
    if named in ("", "identity"):
        return None
    if named in ("gzip", "x-gzip", "deflate"):
        return _Unpacker(host)
    raise FetchError("answer", f"{host} sends an answer packed in a way that was not asked for")
