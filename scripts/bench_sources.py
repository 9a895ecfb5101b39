"""How fast files are turned into reports, besides the reading of the text: records a second of each format.

    .venv/bin/python scripts/bench_sources.py [--records 300] [--page-size 60000]

Builds the files itself, from sentences of its own, and reads each once. Seconds are those of the processor,
so that what else runs on the machine counts little; the network plays no part. For WARC it also measures the
framing alone (records and their blocks, without the extraction of the text), and the way to the middle of a
file, as a run that goes on takes it.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import pyarrow as pa
import pyarrow.parquet

from depesche.bookmark import Bookmark
from depesche.language.detection import tell_language
from depesche.reading import Report
from depesche.sources.course import Course
from depesche.sources.files import iter_reports
from depesche.sources.warc import iter_records

T = TypeVar("T")

_WORDS = (
    "der die das Minister traf sich mit seiner Kollegin in Genf und sprach über die Lage an der Grenze am "
    "Freitag sagte er man werde weiter verhandeln bis eine Waffenruhe erreicht sei"
).split()


def make_text(chance: random.Random, words: int = 300) -> str:
    sentences = (" ".join(chance.choices(_WORDS, k=15)).capitalize() + "." for _ in range(words // 15))
    return " ".join(sentences)


def make_page(chance: random.Random, text: str, size: int) -> str:
    """Return a page of so many bytes: the text among links, as news pages have them."""
    links: list[str] = []
    length = len(text) + 500
    while length < size:
        words = " ".join(chance.choices(_WORDS, k=6))
        links.append(f'<li class="teaser"><a href="/x/{chance.random()}">{words}</a></li>')
        length += len(links[-1])
    half = len(links) // 2
    before, after = "".join(links[:half]), "".join(links[half:])
    return (
        f'<!DOCTYPE html><html lang="de"><title>Treffen</title><body><nav><ul>{before}</ul></nav>'
        f"<article><h1>Treffen</h1><p>{text}</p></article><footer><ul>{after}</ul></footer></body></html>"
    )


def make_record(number: int, page: str, packed: bool) -> bytes:
    block = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + page.encode()
    head = (
        "WARC/1.0\r\nWARC-Type: response\r\nWARC-Date: 2025-07-11T10:00:00Z\r\n"
        f"WARC-Target-URI: https://elbtagblatt.example/{number}\r\nContent-Length: {len(block)}\r\n\r\n"
    )
    raw = head.encode() + block + b"\r\n\r\n"
    return gzip.compress(raw, 6) if packed else raw


def make_item(number: int, text: str) -> str:
    return (
        f'<newsItem guid="urn:x:{number}" xml:lang="de"><itemMeta><itemClass qcode="ninat:text"/></itemMeta>'
        "<contentMeta><headline>Treffen</headline></contentMeta><contentSet><inlineXML>"
        f'<html xmlns="http://www.w3.org/1999/xhtml"><body><p>{text}</p></body></html>'
        "</inlineXML></contentSet></newsItem>"
    )


def make_files(folder: Path, records: int, size: int) -> Iterator[Path]:
    chance = random.Random(1)
    texts = [make_text(chance) for _ in range(records)]
    pages = [make_page(chance, text, size) for text in texts]
    for packed, name in ((True, "pages.warc.gz"), (False, "pages.warc")):
        path = folder / name
        with path.open("wb") as stream:
            for number, page in enumerate(pages):
                stream.write(make_record(number, page, packed))
        yield path
    path = folder / "items.xml"
    items = "".join(make_item(number, text) for number, text in enumerate(texts))
    path.write_text(
        f'<newsMessage xmlns="http://iptc.org/std/nar/2006-10-01/"><itemSet>{items}</itemSet></newsMessage>'
    )
    yield path
    path = folder / "ninjs.jsonl"
    ninjs = (
        {"uri": f"urn:x:{n}", "bodies": [{"contentType": "text/plain", "value": t}]}
        for n, t in enumerate(texts)
    )
    path.write_text("".join(json.dumps(item, ensure_ascii=False) + "\n" for item in ninjs))
    yield path
    path = folder / "table.parquet"
    pa.parquet.write_table(pa.table({"text": texts}), path, row_group_size=500)
    yield path


def clock(work: Callable[[T], int], given: T) -> tuple[int, float]:
    started = time.process_time()
    return work(given), time.process_time() - started


def say(what: str, count: int, seconds: float, size: int) -> None:
    print(f"| {what} | {count} | {count / seconds:,.0f} | {size / seconds / 1e6:,.1f} |", flush=True)


def count_reports(path: Path) -> int:
    return sum(isinstance(item, Report) for item in iter_reports([path]))


def count_german(texts: list[str]) -> int:
    return sum(tell_language(text, None) == "de" for text in texts)


def count_records(path: Path) -> int:
    with path.open("rb") as stream:
        return sum(1 for _ in iter_records(stream))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=300)
    parser.add_argument("--page-size", type=int, default=60_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        print("| what | records | records/s | MB/s |\n|---|---|---|---|")
        for path in make_files(Path(name), options.records, options.page_size):
            size = path.stat().st_size
            if ".warc" in path.name:
                say(f"{path.name}, framing alone", *clock(count_records, path), size)
            say(path.name, *clock(count_reports, path), size)
            if path.name == "pages.warc.gz":
                measure_entry(path)
        chance = random.Random(2)
        texts = [make_text(chance) for _ in range(200)]
        told = clock(count_german, texts)
        say("telling the language", *told, sum(map(len, texts)))


def measure_entry(path: Path) -> None:
    """Print how long it takes to come to the middle of a file, from its beginning and entered there."""
    course = Course()
    items = iter_reports([path], course=course)
    half = count_records(path) // 2
    started = time.process_time()
    for _ in range(half):
        next(items)
    whole = time.process_time() - started
    mark: Bookmark = course.take_bookmarks()[-1]
    started = time.process_time()
    next(iter_reports([path], course=Course({str(path): mark}.get)))
    entered = time.process_time() - started
    ways = f"{whole:.1f} s from the beginning, {entered:.3f} s entered there"
    print(f"| to byte {mark.offset:,}: {ways} | | | |")


if __name__ == "__main__":
    main()
