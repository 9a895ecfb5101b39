"""The one HTTP client, against real servers on this machine that answer as badly as they can."""

import asyncio
import contextlib
import gzip
import ipaddress
import ssl
import time
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from depesche.errors import FetchError
from depesche.sources.fetching import (
    Answer,
    Fetcher,
    Gate,
    Policy,
    Resolver,
    is_public,
    name_agent,
    parse_address,
    post_once,
)
from web import Web, answer, endless, raw, redirect, reset, run_web

TLS = Path(__file__).parent.parent / "tls"
HERE = ("127.0.0.1/32",)
OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"


@pytest.fixture(scope="module")
def web() -> Iterator[Web]:
    with run_web() as server:
        yield server


def fetch(
    address: str,
    policy: Policy | None = None,
    *,
    resolve: Resolver | None = None,
    gate: Gate | None = None,
    **headers: str,
) -> Answer:
    async def get() -> Answer:
        async with Fetcher(policy or Policy(allowed=HERE, seconds=5), resolve=resolve) as fetcher:
            return await fetcher.get(address, gate=gate, **headers)  # type: ignore[arg-type]

    return asyncio.run(get())


def refusal(address: str, policy: Policy | None = None, *, resolve: Resolver | None = None) -> str:
    with pytest.raises(FetchError) as caught:
        fetch(address, policy, resolve=resolve)
    return caught.value.kind


def test_an_answer_has_all_that_it_came_with(web: Web) -> None:
    web.routes["/page"] = answer("Grüße", headers={"ETag": '"1"'})
    got = fetch(web.url("/page#part"))
    assert (got.status, got.content.decode(), got.headers["etag"]) == (200, "Grüße", '"1"')
    assert (got.address, got.moved) == (web.url("/page"), None)


def test_it_says_who_asks(web: Web) -> None:
    web.routes["/who"] = answer("x")
    fetch(web.url("/who"), Policy(allowed=HERE, contact="desk@elbtagblatt.example"))
    asked = web.asked("/who")[-1].headers
    assert asked["user-agent"].startswith("Depesche/")
    assert "desk@elbtagblatt.example" in asked["user-agent"]
    assert "cookie" not in asked


def test_a_contact_cannot_add_a_header() -> None:
    assert "\n" not in name_agent("x\r\nHost: other")


def test_it_asks_whether_something_changed(web: Web) -> None:
    web.routes["/same"] = answer(status=304)
    assert fetch(web.url("/same"), etag='"7"', modified="Fri, 11 Jul 2025 14:30:00 GMT").status == 304
    asked = web.asked("/same")[-1].headers
    assert asked["if-none-match"] == '"7"'
    assert asked["if-modified-since"] == "Fri, 11 Jul 2025 14:30:00 GMT"


@pytest.mark.parametrize("status", [404, 410, 429, 500, 503])
def test_a_status_is_an_answer(web: Web, status: int) -> None:
    web.routes["/status"] = answer("x", status, {"Retry-After": "30"})
    got = fetch(web.url("/status"))
    assert (got.status, got.headers["retry-after"]) == (status, "30")


# --- Where it does not go -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    """0.0.0.0 0.1.2.3 10.1.2.3 100.64.0.1 127.0.0.1 127.9.9.9 169.254.169.254 172.16.0.1 172.31.255.255
    192.0.0.1 192.168.1.1 192.0.2.1 198.18.0.1 198.51.100.1 203.0.113.1 224.0.0.1 239.255.255.255 240.0.0.1
    255.255.255.255 :: ::1 ::7f00:1 ::ffff:127.0.0.1 ::ffff:10.0.0.1 ::ffff:a9fe:a9fe 64:ff9b::7f00:1
    64:ff9b:1::1 100::1 fc00::1 fd12:3456::1 fe80::1 fec0::1 ff02::1 ff0e::1 2001:db8::1 2001::1
    2002:7f00:1::1 4000::1""".split(),
)
def test_addresses_inside_are_not_public(address: str) -> None:
    assert not is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    "address", "1.1.1.1 93.184.216.34 ::ffff:1.1.1.1 64:ff9b::101:101 2606:4700::1111 2a00:1450::1".split()
)
def test_others_are(address: str) -> None:
    assert is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0x7f000001",
        "0177.0.0.1",
        "localhost",
        "[::1]",
        "[::ffff:127.0.0.1]",
    ],
)
def test_this_machine_is_refused_however_it_is_written(web: Web, host: str) -> None:
    web.routes["/inside"] = answer("secret")
    assert refusal(web.url("/inside", host), Policy()) in {"forbidden", "address"}
    assert not web.asked("/inside")


@pytest.mark.parametrize(
    "address",
    [
        "ftp://elbtagblatt.example/", "file:///etc/passwd", "gopher://elbtagblatt.example/",
        "//elbtagblatt.example/", "elbtagblatt.example", "", "http://", "http:///path", "http://user:word@elbtagblatt.example/",
        "http://user@elbtagblatt.example/", "javascript:alert(1)", "http://elbtagblatt.example:99999/",
        "http://[::1", "http://a\r\nb/", "data:text/html,x",
    ],
)  # fmt: skip
def test_what_is_no_address_of_a_page_is_refused(address: str) -> None:
    assert refusal(address) == "address"


def test_a_redirect_into_the_own_network_is_refused(web: Web) -> None:
    with run_web("127.0.0.2") as inside:
        inside.routes["/"] = answer("secret")
        web.routes["/into"] = redirect(inside.url("/"))
        assert refusal(web.url("/into")) == "forbidden"
        assert not inside.requests


@pytest.mark.parametrize(
    "target", ["file:///etc/passwd", "http://me:word@127.0.0.1/", "http://[", "ftp://x/"]
)
def test_a_redirect_to_what_is_no_page_is_refused(web: Web, target: str) -> None:
    web.routes["/astray"] = redirect(target)
    assert refusal(web.url("/astray")) == "address"


def test_a_name_that_resolves_differently_the_next_time_gains_nothing(web: Web) -> None:
    with run_web("127.0.0.2") as inside:
        inside.routes["/"] = answer("secret")
        told: list[str] = []

        def rebind(host: str) -> Sequence[str]:
            told.append(host)
            return ["127.0.0.1"] if len(told) == 1 else ["127.0.0.2"]

        # The first look finds an address that may be asked, where nobody listens on this port.
        assert refusal(f"http://rebind.example:{inside.port}/", resolve=rebind) == "connection"
        assert told == ["rebind.example"]
        assert refusal(f"http://rebind.example:{inside.port}/", resolve=rebind) == "forbidden"
        assert not inside.requests


def test_of_several_addresses_only_those_outside_are_tried(web: Web) -> None:
    web.routes["/named"] = answer("found")
    got = fetch(web.url("/named", "paper.example"), resolve=lambda host: ["10.0.0.1", "::1", "127.0.0.1"])
    assert got.content == b"found"
    assert web.asked("/named")[-1].headers["host"] == f"paper.example:{web.port}"


def test_the_next_address_is_tried_where_the_first_does_not_answer(web: Web) -> None:
    web.routes["/second"] = answer("found")
    policy = Policy(allowed=("127.0.0.0/8",), seconds=5)
    got = fetch(web.url("/second", "paper.example"), policy, resolve=lambda host: ["127.0.0.3", "127.0.0.1"])
    assert got.content == b"found"


@pytest.mark.parametrize("told", [[], ["no address"], ["fe80::1%eth0"]])
def test_a_name_without_an_address_is_none(told: list[str]) -> None:
    assert refusal("http://paper.example/", resolve=lambda host: told) in {"name", "forbidden"}


def test_a_name_that_does_not_resolve_is_named() -> None:
    def fail(host: str) -> Sequence[str]:
        raise OSError("no such host")

    assert refusal("http://paper.example/", resolve=fail) == "name"


def test_a_network_that_is_none_is_refused() -> None:
    with pytest.raises(FetchError):
        fetch("http://paper.example/", Policy(allowed=("nonsense",)))


# --- Servers that misbehave -----------------------------------------------------------------------


def test_redirects_are_followed(web: Web) -> None:
    web.routes |= {"/a": redirect("/b?x=ü", 301), "/b?x=%C3%BC": redirect("c", 302), "/c": answer("end")}
    got = fetch(web.url("/a"))
    assert (got.content, got.address, got.moved) == (b"end", web.url("/c"), web.url("/b?x=%C3%BC"))


def test_redirects_end(web: Web) -> None:
    web.routes |= {"/loop": redirect("/pool"), "/pool": redirect("/loop")}
    assert refusal(web.url("/loop")) == "redirects"


def test_each_address_is_told_before_it_is_asked(web: Web) -> None:
    web.routes |= {"/from": redirect("/to"), "/to": answer("x")}
    told: list[str] = []

    async def gate(address: str) -> None:
        told.append(address)
        if address.endswith("/to"):
            raise FetchError("robots", "no")

    with pytest.raises(FetchError):
        fetch(web.url("/from"), gate=gate)
    assert told == [web.url("/from"), web.url("/to")]
    assert not web.asked("/to")


@pytest.mark.parametrize(
    ("head", "piece", "pause"),
    [(OK + b"\r\n", b"x", 0.05), (OK, b"X-More: 1\r\n", 0.05), (b"", b"", 0.05)],
)
def test_what_drips_is_given_up(web: Web, head: bytes, piece: bytes, pause: float) -> None:
    web.routes["/drip"] = endless(head, piece, pause)
    begun = time.monotonic()
    assert refusal(web.url("/drip"), Policy(allowed=HERE, seconds=0.5)) == "time"
    assert time.monotonic() - begun < 3


@pytest.mark.parametrize("head", [OK + b"\r\n", OK + b"Content-Length: 99999999\r\n\r\n"])
def test_what_never_ends_is_given_up(web: Web, head: bytes) -> None:
    web.routes["/huge"] = endless(head, b"x" * 65536)
    assert refusal(web.url("/huge"), Policy(allowed=HERE, most=1_000_000)) == "size"


def test_endless_headers_are_given_up(web: Web) -> None:
    web.routes["/headers"] = endless(OK, b"X-More: " + b"x" * 4000 + b"\r\n")
    assert refusal(web.url("/headers")) == "answer"


@pytest.mark.parametrize("pack", [gzip.compress, zlib.compress])
def test_what_is_packed_is_unpacked(web: Web, pack: type) -> None:
    packed = pack(b"Bericht " * 1000)
    kind = "gzip" if packed[:2] == b"\x1f\x8b" else "deflate"
    web.routes["/packed"] = answer(packed, headers={"Content-Encoding": kind})
    assert fetch(web.url("/packed")).content == b"Bericht " * 1000


def test_several_packed_in_a_row_are_unpacked(web: Web) -> None:
    web.routes["/row"] = answer(
        gzip.compress(b"eins ") + gzip.compress(b"zwei") + b"\0\0", headers={"Content-Encoding": "gzip"}
    )
    assert fetch(web.url("/row")).content == b"eins zwei"


def test_a_bomb_does_not_go_off(web: Web) -> None:
    bomb = gzip.compress(b"\0" * 30_000_000, 1)
    web.routes["/bomb"] = answer(bomb, headers={"Content-Encoding": "gzip"})
    assert refusal(web.url("/bomb")) == "size"
    web.routes["/bombs"] = answer(gzip.compress(b"") * 100_000, headers={"Content-Encoding": "gzip"})
    begun = time.monotonic()
    assert fetch(web.url("/bombs")).content == b""
    assert time.monotonic() - begun < 2


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (b"no gzip at all", "gzip"),
        (gzip.compress(b"Bericht " * 1000, mtime=0)[:-12], "gzip"),
        (b"x", "br"),
        (b"x", "gzip, gzip"),
    ],
)
def test_what_is_packed_wrongly_is_refused(web: Web, content: bytes, encoding: str) -> None:
    web.routes["/broken"] = answer(content, headers={"Content-Encoding": encoding})
    assert refusal(web.url("/broken")) == "answer"


@pytest.mark.parametrize(
    "content",
    [b"", b"220 mail.example ESMTP\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf", b"\0" * 1000],
)
def test_what_is_no_http_is_refused(web: Web, content: bytes) -> None:
    web.routes["/nonsense"] = raw(content)
    assert refusal(web.url("/nonsense")) == "answer"


def test_a_connection_that_breaks_is_named(web: Web) -> None:
    web.routes["/reset"] = reset
    assert refusal(web.url("/reset")) == "connection"
    assert refusal("http://127.0.0.1:1/") == "connection"


def test_https_needs_a_certificate_of_the_name_that_was_asked_for() -> None:
    own = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    own.load_cert_chain(TLS / "certificate.pem", TLS / "key.pem")
    trust = ssl.create_default_context(cafile=str(TLS / "certificate.pem"))
    policy = Policy(allowed=HERE, seconds=5)

    async def get(port: int, host: str, tls: ssl.SSLContext | None) -> bytes:
        async with Fetcher(policy, resolve=lambda host: ["127.0.0.1"], tls=tls) as fetcher:
            return (await fetcher.get(f"https://{host}:{port}/")).content

    with run_web(tls=own) as secure:
        secure.routes["/"] = answer("sure")
        assert asyncio.run(get(secure.port, "paper.example", trust)) == b"sure"
        for host, tls in (("other.example", trust), ("paper.example", None)):
            with pytest.raises(FetchError) as caught:
                asyncio.run(get(secure.port, host, tls))
            assert caught.value.kind == "certificate"
        assert len(secure.requests) == 1


def test_a_fault_costs_the_next_request_nothing(web: Web) -> None:
    web.routes |= {"/drip": endless(OK + b"\r\n", b"x", 0.05), "/after": answer("well")}

    async def ask() -> bytes:
        policy = Policy(allowed=HERE, seconds=0.3)
        async with Fetcher(policy, connections=2) as fetcher:
            for _ in range(3):
                with pytest.raises(FetchError):
                    await fetcher.get(web.url("/drip"))
            return (await fetcher.get(web.url("/after"))).content

    assert asyncio.run(ask()) == b"well"


# --- Webhooks -------------------------------------------------------------------------------------


def test_something_is_posted(web: Web) -> None:
    web.routes["/hook"] = answer("thanks", 202)
    got = post_once(web.url("/hook"), b'{"a": 1}', {"X-Signature": "abc"}, Policy(allowed=HERE))
    asked = web.asked("/hook")[-1]
    assert got.status == 202
    assert (asked.method, asked.content, asked.headers["x-signature"]) == ("POST", b'{"a": 1}', "abc")


def test_what_is_posted_follows_no_redirect(web: Web) -> None:
    web.routes |= {"/old": redirect("/new", 307), "/new": answer("x")}
    assert post_once(web.url("/old"), b"x", {}, Policy(allowed=HERE)).status == 307
    assert not web.asked("/new")


def test_nothing_is_posted_into_the_own_network(web: Web) -> None:
    with pytest.raises(FetchError):
        post_once(web.url("/hook2"), b"x", {}, Policy())
    assert not web.asked("/hook2")


@pytest.mark.parametrize("headers", [{"X": "a\r\nHost: b"}, {"X": "ä€"}, {"X Y": "a"}])
def test_a_header_that_is_none_is_refused(web: Web, headers: dict[str, str]) -> None:
    with pytest.raises(FetchError):
        post_once(web.url("/hook3"), b"x", headers, Policy(allowed=HERE))


@settings(deadline=None, max_examples=200)
@given(st.text() | st.text().map(lambda text: f"http://{text}"))
def test_no_text_makes_it_raise_anything_else(address: str) -> None:
    with contextlib.suppress(FetchError):
        assert parse_address(address).scheme in {"http", "https"}
