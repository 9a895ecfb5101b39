"""Gives mutated files and feeds of every kind to the sources, and mutated reports to the reader.

    .venv/bin/python scripts/campaigns/mutate.py [--cases 10000] [--minutes 60] [--seed 1] [--kind warc]

Each case is a file of our own that is damaged: bytes turned, left out, put in, doubled, cut off, words turned
to others. It must end in reports and faults: with no other exception, within ten seconds of the processor,
and in bounded memory. Same seed, same cases. Prints a table; the exit status is 1 if anything broke, and what
broke is kept under --keep for a test. ``run`` is what the tests call for a short campaign.
"""

from __future__ import annotations

import argparse
import contextlib
import gzip
import io
import json
import random
import resource
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import brotli
import msgspec
import pyarrow as pa
import pyarrow.parquet

import depesche
from depesche.errors import FetchError, ReportError
from depesche.reading import Report
from depesche.sources.encodings import decode_text
from depesche.sources.feeds import parse_feed
from depesche.sources.files import iter_reports
from depesche.sources.records import Defaults, Fault

SECONDS = 10.0
# What a run may grow by over all its cases, in megabytes.
MEGABYTES = 400
# How many characters of a report are read, and how many by the network, which takes milliseconds for a word.
LONGEST_READ = 200_000
FOR_THE_NETWORK = 1_000

_TEXT = (
    "US-Außenminister Marco Rubio hat am Donnerstag in Kuala Lumpur den russischen Außenminister Sergej "
    "Lawrow getroffen. Er sei „enttäuscht“, sagte Rubio. Beide Seiten wollen weiter verhandeln – auch über "
    "eine Waffenruhe."
)
_HEADS = {
    "gzip": gzip.compress,
    "br": brotli.compress,
    "": lambda body: body,
}
_VALUES = (
    b"0",
    b"-1",
    b"99999999999999999999",
    b"",
    b"\x00",
    b"\xff\xfe",
    b"NaN",
    b"1e999",
    b"&e;",
    b'"',
    b"<",
    b"]]>",
)


Items = Iterator[Report | Fault]


class Kind(msgspec.Struct, frozen=True):
    """How its files are called, what makes them, and what reads them."""

    suffix: str
    make: Callable[[random.Random], bytes]
    read: Callable[[Path], Items]


class Outcome(msgspec.Struct):
    """What became of the cases of one kind."""

    cases: int = 0
    reports: int = 0
    faults: int = 0
    slowest: float = 0.0
    broken: list[str] = []


def make_page(chance: random.Random) -> bytes:
    encoding = chance.choice(["utf-8", "cp1252", "utf-16"])
    body = f"<article><h1>Treffen</h1><p>{_TEXT}</p><p>{_TEXT * chance.randrange(4)}</p></article>"
    page = f'<!DOCTYPE html><html lang="de"><head><meta charset="{encoding}"><title>Treffen</title>'
    page += '<script type="application/ld+json">{"datePublished": "2025-07-11"}</script></head>'
    return (page + f"<body><nav><a href='/'>Start</a></nav>{body}</body></html>").encode(encoding)


def make_warc(chance: random.Random) -> bytes:
    records = []
    for number in range(chance.randrange(1, 4)):
        packing = chance.choice(list(_HEADS))
        body = _HEADS[packing](make_page(chance))
        block = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
        block += f"Content-Encoding: {packing}\r\n".encode() if packing else b""
        if chance.random() < 0.3:
            block += b"Transfer-Encoding: chunked\r\n"
            body = b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)
        block += b"\r\n" + body
        head = f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: https://a.example/{number}\r\n"
        head += f"WARC-Date: 2025-07-11T10:00:00Z\r\nContent-Length: {len(block)}\r\n\r\n"
        records.append(head.encode() + block + b"\r\n\r\n")
    if chance.random() < 0.5:
        records = [gzip.compress(record, mtime=0) for record in records]
    return b"".join(records)


def make_newsml(chance: random.Random) -> bytes:
    inner = chance.choice(
        [
            f'<html xmlns="http://www.w3.org/1999/xhtml"><body><p>{_TEXT}</p></body></html>',
            "<nitf><body><body.head><dateline>Genf</dateline></body.head>"
            f"<body.content><p>{_TEXT}</p></body.content></body></nitf>",
        ]
    )
    item = (
        '<newsItem guid="urn:x:1" xml:lang="de"><itemMeta><itemClass qcode="ninat:text"/>'
        "<versionCreated>2025-07-11</versionCreated></itemMeta>"
        "<contentMeta><headline>Treffen</headline></contentMeta>"
        f"<contentSet><inlineXML>{inner}</inlineXML></contentSet></newsItem>"
    )
    message = '<newsMessage xmlns="http://iptc.org/std/nar/2006-10-01/">'
    items = item * chance.randrange(1, 4)
    return f'<?xml version="1.0"?>{message}<itemSet>{items}</itemSet></newsMessage>'.encode()


def make_json(chance: random.Random) -> bytes:
    items = [
        {"text": _TEXT, "published": "2025-07-11", "title": "Treffen", "id": 7},
        {
            "uri": "urn:x:1",
            "versionCreated": "2025-07-11",
            "bodies": [{"contentType": "text/html", "value": f"<p>{_TEXT}</p>"}],
        },
        {"uri": "urn:x:2", "headline": "Kopf", "body_text": _TEXT},
    ]
    told = json.dumps(items, ensure_ascii=chance.random() < 0.5)
    return told.encode()


def make_json_lines(chance: random.Random) -> bytes:
    return b"".join(json.dumps(item).encode() + b"\n" for item in json.loads(make_json(chance)))


def make_csv(chance: random.Random) -> bytes:
    sign = chance.choice(",;\t")
    rows = [["text", "published", "title"], *[['"' + _TEXT + '"', "11.07.2025", "Treffen"]] * 3]
    return "\n".join(sign.join(row) for row in rows).encode(chance.choice(["utf-8", "cp1252"]))


def make_parquet(chance: random.Random) -> bytes:
    buffer = io.BytesIO()
    table = pa.table({"text": [_TEXT, _TEXT + "x", None], "published": ["2025-07-11", None, "x"]})
    packing = chance.choice(["none", "snappy", "gzip", "zstd"])
    pa.parquet.write_table(table, buffer, compression=packing, use_dictionary=chance.random() < 0.5)
    return buffer.getvalue()


def make_zip(chance: random.Random) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo("a.txt"), _TEXT)
        archive.writestr(zipfile.ZipInfo("b.json"), make_json(chance))
        archive.writestr(zipfile.ZipInfo("c.warc.gz"), make_warc(chance))
    return buffer.getvalue()


def make_text(chance: random.Random) -> bytes:
    return (_TEXT * chance.randrange(1, 5)).encode(chance.choice(["utf-8", "utf-8-sig", "cp1252", "utf-16"]))


def make_feed(chance: random.Random) -> bytes:
    return chance.choice([make_rss, make_atom, make_json_feed])(chance)


def make_rss(chance: random.Random) -> bytes:
    version = chance.choice(["0.91", "2.0"])
    encoding = chance.choice(["utf-8", "cp1252"])
    items = "".join(
        f"<item><title>Treffen &amp; Gespräch {number}</title><link>https://a.example/{number}</link>"
        f"<guid isPermaLink='false'>{number}</guid><pubDate>Fri, 11 Jul 2025 14:30:00 +0200</pubDate>"
        f"<dc:creator>A. Wort</dc:creator><description>{_TEXT[:90]}</description>"
        f"<content:encoded><![CDATA[<p>{_TEXT}</p>&nbsp;<p>Ende</p>]]></content:encoded></item>"
        for number in range(chance.randrange(1, 4))
    )
    feed = f"<?xml version='1.0' encoding='{encoding}'?><!DOCTYPE rss [<!ENTITY e 'wort'>]>"
    feed += f"<rss version='{version}' xmlns:content='http://purl.org/rss/1.0/modules/content/' "
    feed += f"xmlns:dc='http://purl.org/dc/elements/1.1/'><channel><title>Blatt &e;</title>{items}"
    return (feed + "</channel></rss>").encode(encoding)


def make_atom(chance: random.Random) -> bytes:
    kind = chance.choice(["text", "html", "xhtml"])
    markup = f"<div xmlns='http://www.w3.org/1999/xhtml'><p>{_TEXT}</p></div>"
    content = markup if kind == "xhtml" else _TEXT if kind == "text" else f"&lt;p&gt;{_TEXT}&lt;/p&gt;"
    entry = (
        f"<entry><id>urn:x:1</id><title type='html'>Treffen</title><link rel='alternate' href='/1'/>"
        f"<updated>2025-07-11T10:00:00Z</updated><author><name>A. Wort</name></author>"
        f"<content type='{kind}'>{content}</content></entry>"
    )
    feed = "<feed xmlns='http://www.w3.org/2005/Atom'><title>Blatt</title>"
    return (feed + entry * chance.randrange(1, 4) + "</feed>").encode(chance.choice(["utf-8", "utf-16"]))


def make_json_feed(chance: random.Random) -> bytes:
    item = {
        "id": chance.choice([1, "urn:x:1"]),
        "url": "https://a.example/1",
        "title": "Treffen",
        "content_html": f"<p>{_TEXT}</p>",
        "content_text": _TEXT,
        "date_published": "2025-07-11T10:00:00Z",
        "authors": [{"name": "A. Wort"}],
    }
    feed = {"version": "https://jsonfeed.org/version/1.1", "title": "Blatt", "items": [item] * 2}
    return json.dumps(feed, ensure_ascii=chance.random() < 0.5).encode()


def read_file(path: Path) -> Items:
    return iter_reports([path], Defaults("2025-07-11"))


def read_report(path: Path) -> Items:
    """Yield the report in a text file if its reading is true."""
    try:
        text = decode_text(path.read_bytes())[:LONGEST_READ]
    except ReportError as fault:
        yield Fault(str(path), str(fault))
        return
    for language_model, length in (("none", len(text)), (None, FOR_THE_NETWORK)):
        read = text[:length]
        reading = depesche.read(read, published="2025-07-11", language="de", language_model=language_model)
        check_offsets(read, reading.to_dict())
    yield Report(text=text, published=reading.published)


def check_offsets(text: str, told: Any) -> None:
    """Raise AssertionError if anything in a reading does not stand where it says."""
    if isinstance(told, list):
        for one in told:
            check_offsets(text, one)
    elif isinstance(told, dict):
        if {"start", "end"} <= told.keys():
            start, end = told["start"], told["end"]
            assert 0 <= start < end <= len(text), f"{start}-{end} of {len(text)}"
            assert told.get("text", text[start:end]) == text[start:end], f"{start}-{end}: {told['text']!r}"
        check_offsets(text, list(told.values()))


def read_feed(path: Path) -> Items:
    try:
        feed = parse_feed(path.read_bytes(), "https://a.example/feed")
    except FetchError as fault:
        yield Fault(str(path), str(fault))
        return
    for entry in feed.entries:
        text = entry.text()
        if text:
            yield Report(text=text, published=entry.published, title=entry.title, url=entry.address)


KINDS: dict[str, Kind] = {
    "text": Kind(".txt", make_text, read_file),
    "report": Kind(".txt", make_text, read_report),
    "page": Kind(".html", make_page, read_file),
    "json": Kind(".json", make_json, read_file),
    "json lines": Kind(".jsonl", make_json_lines, read_file),
    "csv": Kind(".csv", make_csv, read_file),
    "parquet": Kind(".parquet", make_parquet, read_file),
    "newsml": Kind(".xml", make_newsml, read_file),
    "warc": Kind(".warc.gz", make_warc, read_file),
    "zip": Kind(".zip", make_zip, read_file),
    "feed": Kind(".feed", make_feed, read_feed),
    "any": Kind(
        "",
        lambda chance: KINDS[chance.choice(FILES)].make(chance),
        read_file,
    ),
}


FILES: list[str] = [kind for kind in KINDS if KINDS[kind].read is read_file and KINDS[kind].suffix]


def mutate(raw: bytes, chance: random.Random) -> bytes:
    """Return the file damaged in one to eight places."""
    bytes_ = bytearray(raw)
    for _ in range(chance.choice([1, 1, 1, 2, 3, 8])):
        at = chance.randrange(len(bytes_) + 1)
        length = chance.choice([1, 2, 4, 30, 500])
        match chance.randrange(9):
            case 0 if at < len(bytes_):
                bytes_[at] ^= 1 << chance.randrange(8)
            case 1:
                bytes_[at : at + length] = chance.randbytes(length)
            case 2:
                del bytes_[at : at + length]
            case 3:
                bytes_[at:at] = chance.randbytes(length)
            case 4:
                bytes_[at:at] = bytes_[chance.randrange(len(bytes_) + 1) :][:length] * chance.choice(
                    [1, 2, 50, 2000]
                )
            case 5:
                del bytes_[at:]
            case 6:
                bytes_[at:at] = chance.choice(
                    [b"<", b"(", b"[", b"{", b'"', b"\x00", b"<div>", b"&"]
                ) * chance.choice([10, 10_000])
            case _:
                # A number or word becomes another.
                end = at
                while end < len(bytes_) and chr(bytes_[end]).isalnum() and end - at < 20:
                    end += 1
                bytes_[at:end] = chance.choice(_VALUES)
    return bytes(bytes_)


def iter_cases(kind: str, seed: int, count: int) -> Iterator[tuple[int, bytes]]:
    make = KINDS[kind].make
    for number in range(count):
        chance = random.Random(f"{seed} {kind} {number}")
        yield number, mutate(make(chance), chance)


def run(
    kinds: list[str], seed: int, cases: int, until: float, keep: Path | None = None
) -> dict[str, Outcome]:
    """Return what became of so many cases of each kind, or fewer at the time ``until`` (monotonic)."""
    outcomes = {kind: Outcome(broken=[]) for kind in kinds}
    with tempfile.TemporaryDirectory() as name:
        for kind, outcome in outcomes.items():
            path = Path(name) / f"case{KINDS[kind].suffix}"
            for number, raw in iter_cases(kind, seed, cases):
                if time.monotonic() > until:
                    break
                path.write_bytes(raw)
                fault = try_case(KINDS[kind], path, outcome)
                if fault is not None:
                    outcome.broken.append(f"{kind} {number}: {fault}")
                    if keep is not None:
                        keep.mkdir(parents=True, exist_ok=True)
                        (keep / f"{kind}-{seed}-{number}{KINDS[kind].suffix}".replace(" ", "-")).write_bytes(
                            raw
                        )
    return outcomes


def try_case(kind: Kind, path: Path, outcome: Outcome) -> str | None:
    """Read a file; return what broke, if anything did."""
    outcome.cases += 1
    started = time.process_time()
    try:
        for item in kind.read(path):
            if isinstance(item, Fault):
                outcome.faults += 1
                # An exception that nobody foresaw is told in these words.
                if item.reason.startswith("cannot be read ("):
                    return str(item)
            elif isinstance(item, Report):
                outcome.reports += 1
                item.text.encode()
    except Exception as fault:  # that is what is looked for
        return f"{type(fault).__name__}: {fault}"
    seconds = time.process_time() - started
    outcome.slowest = max(outcome.slowest, seconds)
    return f"took {seconds:.1f} s" if seconds > SECONDS else None


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=10_000, help="all told")
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kind", action="append", choices=list(KINDS), help="only these")
    parser.add_argument("--keep", type=Path, help="a folder for what broke")
    options = parser.parse_args()
    kinds = options.kind or list(KINDS)
    until = time.monotonic() + 60 * options.minutes
    # Once for what is loaded and cached.
    with contextlib.suppress(KeyError):
        run(kinds, options.seed + 1, 2, until)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    outcomes = run(kinds, options.seed, options.cases // len(kinds), until, options.keep)
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1000
    print(f"seed {options.seed}")
    print("| kind | cases | reports | faults | slowest | broken |\n|---|---|---|---|---|---|")
    for kind, found in outcomes.items():
        row = (kind, found.cases, found.reports, found.faults, f"{found.slowest:.2f} s", len(found.broken))
        print("|", " | ".join(map(str, row)), "|")
    print(f"memory grew by {grown:.0f} MB")
    broken = [what for found in outcomes.values() for what in found.broken]
    print(*broken, sep="\n")
    sys.exit(bool(broken) or grown > MEGABYTES)


if __name__ == "__main__":
    main()
