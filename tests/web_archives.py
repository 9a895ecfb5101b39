"""Web archives made for tests: pages of our own in WARC records."""

from __future__ import annotations

import gzip

_SENTENCE = (
    "Der Außenminister traf am Freitag in Genf seine Amtskollegin und sprach mit ihr über Sache {number}."
)


def make_page(number: int = 0, text: str | None = None, head: str = "") -> str:
    """Return a page with a headline and, if no text is given, German sentences that no other number has."""
    told = text or " ".join([_SENTENCE.format(number=number)] * 4)
    return (
        f'<!DOCTYPE html><html lang="de"><head><title>Treffen {number}</title>{head}</head>'
        f"<body><article><h1>Treffen {number}</h1><p>{told}</p></article></body></html>"
    )


def make_answer(
    page: str | bytes, fields: str = "Content-Type: text/html; charset=utf-8", status: int = 200
) -> bytes:
    """Return what a server answers, as it goes over the line."""
    body = page.encode() if isinstance(page, str) else page
    return f"HTTP/1.1 {status} Words\r\n{fields}\r\n\r\n".encode() + body


def make_record(
    block: bytes,
    number: int = 0,
    kind: str = "response",
    *,
    packed: bool = True,
    length: int | None = None,
    fields: str = "",
) -> bytes:
    """Return a record; packed, it is a gzip member of its own. ``length`` is the one that it names."""
    head = (
        f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Record-ID: <urn:uuid:{number:032x}>\r\n"
        f"WARC-Date: 2025-07-11T10:00:00Z\r\nWARC-Target-URI: https://www.elbtagblatt.example/{number}\r\n"
        f"Content-Type: application/http; msgtype=response\r\n{fields}"
        f"Content-Length: {len(block) if length is None else length}\r\n\r\n"
    )
    raw = head.encode() + block + b"\r\n\r\n"
    return gzip.compress(raw, 6, mtime=0) if packed else raw


def make_records(count: int, *, packed: bool = True) -> list[bytes]:
    """Return as many records, each with a page of its own."""
    return [make_record(make_answer(make_page(n)), n, packed=packed) for n in range(count)]
