"""Web archives: every page with status 200 comes out whole, and a broken record costs itself alone."""

from __future__ import annotations

import gzip
import io
import random
import subprocess
import sys
import time
import zipfile
import zlib
from pathlib import Path
from typing import Any

import brotli
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from depesche.bookmark import Bookmark
from depesche.language.detection import may_be_in
from depesche.reading import Report
from depesche.settings import MAX_PAGE
from depesche.sources.course import Course
from depesche.sources.files import iter_reports
from depesche.sources.page import glance_paragraphs
from depesche.sources.records import NO_DEFAULTS, Defaults, Fault
from depesche.sources.responses import join_chunks
from depesche.sources.warc import iter_records, read_warc
from web_archives import make_answer, make_page, make_record, make_records

PACKED_AND_PLAIN = pytest.mark.parametrize("packed", [True, False], ids=["packed", "plain"])


class Unseekable(io.BytesIO):
    """A stream as a pipe is one."""

    def seekable(self) -> bool:
        return False


def read(raw: bytes, defaults: Defaults = NO_DEFAULTS) -> list[Report | Fault]:
    return list(read_warc(io.BytesIO(raw), "a.warc", defaults, Course()))


def read_one(answer: bytes, **fields: Any) -> Report | Fault:
    (item,) = read(make_record(answer, 7, **fields))
    return item


def found(raw: bytes) -> list[int | str]:
    """Return the numbers of the pages, and the reasons of the faults, in their order."""
    return [
        item.reason if isinstance(item, Fault) else int((item.url or "").rpartition("/")[2])
        for item in read(raw)
    ]


# ---- What comes out


@PACKED_AND_PLAIN
def test_a_page_with_its_address_and_when_it_was_fetched(packed: bool) -> None:
    head = '<meta property="article:published_time" content="2025-07-11T09:00:00+02:00">'
    item = read_one(make_answer(make_page(7, head=head)), packed=packed)
    assert isinstance(item, Report)
    assert item.url == "https://www.elbtagblatt.example/7"
    assert item.fetched == "2025-07-11T10:00:00+00:00"
    assert item.published == "2025-07-11T09:00:00+02:00"
    assert item.source == "elbtagblatt.example"
    assert item.title == "Treffen 7"
    assert item.text.startswith("Der Außenminister traf am Freitag")


def test_the_day_of_the_fetch_is_no_day_of_publication() -> None:
    item = read_one(make_answer(make_page()))
    assert isinstance(item, Report)
    assert item.published is None


def test_what_a_page_lacks_is_filled() -> None:
    (item,) = read(make_record(make_answer(make_page())), Defaults("2025-07-11", "Elbtagblatt"))
    assert isinstance(item, Report)
    assert (item.published, item.source) == ("2025-07-11", "Elbtagblatt")


@pytest.mark.parametrize(
    ("block", "kind", "reason"),
    [
        (make_answer(make_page(), status=404), "response", "skipped-status"),
        (make_answer(make_page(), status=301), "response", "skipped-status"),
        (make_answer(b"%PDF-1.7", "Content-Type: application/pdf"), "response", "skipped-no-page"),
        (make_answer("{}", "Content-Type: application/json"), "response", "skipped-no-page"),
        (make_answer("Text", "Server: x"), "response", "skipped-no-page"),
        (b"GET / HTTP/1.1\r\n\r\n", "request", None),
        (b"software: x\r\n", "warcinfo", None),
        (b"", "revisit", None),
    ],
)
@PACKED_AND_PLAIN
def test_only_pages_that_were_there(block: bytes, kind: str, reason: str | None, packed: bool) -> None:
    course = Course()
    raw = make_record(block, kind=kind, packed=packed) + make_record(
        make_answer(make_page()), 1, packed=packed
    )
    items = list(read_warc(io.BytesIO(raw), "a.warc", NO_DEFAULTS, course))
    assert [type(item) for item in items] == [Report]
    assert list(course.skipped) == ([reason] if reason else [])


def chunked(body: bytes, size: int = 100) -> bytes:
    pieces = [body[at : at + size] for at in range(0, len(body), size)]
    return b"".join(b"%x;x=y\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"


PAGE = make_page().encode()
BARE_DEFLATE = zlib.compressobj(wbits=-15)


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        (PAGE, ""),
        (chunked(PAGE), "Transfer-Encoding: chunked"),
        (gzip.compress(PAGE), "Content-Encoding: gzip"),
        (gzip.compress(PAGE), "content-encoding:GZIP"),
        (zlib.compress(PAGE), "Content-Encoding: deflate"),
        (BARE_DEFLATE.compress(PAGE) + BARE_DEFLATE.flush(), "Content-Encoding: deflate"),
        (brotli.compress(PAGE), "Content-Encoding: br"),
        (chunked(brotli.compress(PAGE)), "Content-Encoding: br\r\nTransfer-Encoding: chunked"),
        (brotli.compress(gzip.compress(PAGE)), "Content-Encoding: gzip, br"),
        # What the header says is not so: Common Crawl stores bodies unpacked, with the fields as they were.
        (PAGE, "Transfer-Encoding: chunked"),
        (PAGE, "Content-Encoding: gzip"),
        (PAGE, "Content-Encoding: br"),
        (PAGE, "Content-Encoding: deflate"),
        (PAGE, "Content-Encoding: nonsense"),
        (gzip.compress(PAGE), "Content-Encoding: gzip\r\nContent-Length: 99999999"),
    ],
)
def test_bodies_in_every_packing(body: bytes, fields: str) -> None:
    item = read_one(make_answer(body, f"Content-Type: text/html\r\n{fields}"))
    assert isinstance(item, Report), item
    assert item.text.startswith("Der Außenminister")


@pytest.mark.parametrize(
    ("body", "fields", "reason"),
    [
        (gzip.compress(PAGE)[:-30], "gzip", "has a body that is cut off"),
        (brotli.compress(PAGE)[:-30], "br", "has a body that is cut off"),
        (gzip.compress(PAGE)[:20] + b"x" * 50, "gzip", "has a damaged body"),
        (b"\x00" * 50, "br", "has a "),
        (gzip.compress(bytes(MAX_PAGE + 1)), "gzip", "has a body that unpacks to more than"),
        (brotli.compress(bytes(MAX_PAGE + 1)), "br", "has a body that unpacks to more than"),
        (
            gzip.compress(gzip.compress(bytes(400_000_000), 1)),
            "gzip, gzip",
            "has a body that unpacks to more than",
        ),
        (PAGE, "gzip, gzip, gzip, gzip", "is packed more than 3 times"),
    ],
    ids=["cut", "cut br", "damaged", "damaged br", "bomb", "bomb br", "bomb in bomb", "four times"],
)
def test_bodies_that_cannot_be_unpacked(body: bytes, fields: str, reason: str) -> None:
    item = read_one(make_answer(body, f"Content-Type: text/html\r\nContent-Encoding: {fields}"))
    assert isinstance(item, Fault)
    assert item.reason.startswith(reason)


@pytest.mark.parametrize(
    ("text", "encoding", "fields", "head"),
    [
        ("Größe", "utf-8", "text/html", ""),
        ("Größe", "iso-8859-1", "text/html; charset=ISO-8859-1", ""),
        ("Größe", "cp1252", "text/html", '<meta charset="windows-1252">'),
        ("Größe", "cp1252", "text/html; charset=utf-8", ""),
        ("Größe", "utf-16", "text/html", ""),
        ("Święty Wąchoć", "iso-8859-2", 'text/html; charset="iso-8859-2"', '<meta charset="utf-8">'),
        ("Święty Wąchoć", "cp1250", "text/html", '<meta charset="windows-1250">'),
        ("Größe", "utf-8", "text/html; charset=nonsense", ""),
        ("Größe", "utf-8", "text/html; charset=rot13", '<meta charset="hex">'),
    ],
)
def test_encodings(text: str, encoding: str, fields: str, head: str) -> None:
    told = f"In {text} trafen sich die Minister und redeten lange über die Lage. " * 5
    page = make_page(text=told, head=head).encode(encoding)
    item = read_one(make_answer(page, f"Content-Type: {fields}"))
    assert isinstance(item, Report)
    assert item.text.startswith(f"In {text} trafen")


@given(st.binary(max_size=60), st.integers(1, 20))
def test_chunks_give_what_was_put_into_them(body: bytes, size: int) -> None:
    assert join_chunks(chunked(body, size)) == body


# ---- What is broken


@PACKED_AND_PLAIN
def test_a_record_cut_off_in_the_middle(packed: bool) -> None:
    records = make_records(5, packed=packed)
    for share in (0.1, 0.5, 0.9):
        cut = records[2][: int(len(records[2]) * share)]
        items = found(b"".join((*records[:2], cut, *records[3:])))
        assert [item for item in items if isinstance(item, int)] == [0, 1, 3, 4], share
        assert len(items) == 5


def test_a_damaged_member() -> None:
    records = make_records(6)
    for at in range(0, len(records[2]), 7):
        bad = bytearray(records[2])
        bad[at] ^= 0xFF
        items = found(b"".join((*records[:2], bytes(bad), *records[3:])))
        # In the header of a member are bytes that mean nothing.
        assert [item for item in items if item != 2 and isinstance(item, int)] == [0, 1, 3, 4, 5]


def test_two_damaged_members_in_a_row_and_rubbish_between_members() -> None:
    records = make_records(6)
    bad = [record[:100] + b"\0" * 20 + record[120:] for record in records]
    assert found(b"".join((records[0], bad[1], bad[2], b"rubbish\x1f\x8b\x08", *records[3:]))) == [
        0,
        "is broken: damaged or cut off",
        "is broken: damaged or cut off",
        *(3, 4, 5),
    ]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda length: length + 999_999_999, "is cut off before its"),
        (lambda length: length + 1000, "has not the"),
        (lambda length: length - 5, "has not the"),
        (lambda length: 0, "has not the 0 bytes"),
    ],
)
@pytest.mark.parametrize("stream", [io.BytesIO, Unseekable])
def test_a_length_that_lies(change: Any, reason: str, stream: Any, tmp_path: Path) -> None:
    records = make_records(5, packed=False)
    answer = make_answer(make_page(2))
    lie = make_record(answer, 2, packed=False, length=change(len(answer)))
    raw = b"".join((*records[:2], lie, *records[3:]))
    (tmp_path / "a.warc").write_bytes(raw)
    for items in (
        list(read_warc(stream(raw), "a.warc", NO_DEFAULTS, Course())),
        list(iter_reports([tmp_path])),
    ):
        if reason.startswith("is cut off") and items[0] != items[-1] and len(items) < 5:
            # A pipe cannot be asked what stands so far away.
            assert len([item for item in items if isinstance(item, Report)]) >= 2
            continue
        assert [type(item) for item in items] == [Report, Report, Fault, Report, Report]
        assert isinstance(items[2], Fault) and items[2].reason.startswith(reason)
        assert f"record 3 at byte {len(records[0]) + len(records[1]):,}" in items[2].where


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        (b"WARC/1.0\r\nWARC-Type: response\r\n\r\n\r\n", "names no length"),
        (b"WARC/1.0\r\nWARC-Type: response\r\nContent-Length: -5\r\n\r\n\r\n", "names no length"),
        (b"WARC/1.0\r\nWARC-Type: response\r\nContent-Length: " + b"9" * 99 + b"\r\n\r\n", "names no length"),
        (b"WARC/1.0\r\n" + b"X: y\r\n" * 20_000 + b"\r\n", "is no WARC record"),
        (b"\x00" * 5000, "is no WARC record"),
        (make_record(b"\x00\xff", packed=False), "holds no answer of a web server"),
        (make_record(make_answer(bytes(5000)), packed=False), "is a binary file, not text"),
        (make_record(make_answer("<html><body></body></html>"), packed=False), "is a page without text"),
        (make_record(make_answer(""), packed=False), "is empty"),
        (make_record(make_answer("<div>" * 10_000 + "Tief."), packed=False), ""),
        (make_record(make_answer("<p>" + "x" * (MAX_PAGE + 100_000)), packed=False), "is larger than the"),
    ],
)
@PACKED_AND_PLAIN
def test_broken_records_cost_themselves(record: bytes, reason: str, packed: bool) -> None:
    before, after = make_records(2, packed=packed)
    if packed:
        record = gzip.compress(record, 1)
    started = time.monotonic()
    items = found(before + record + after)
    assert time.monotonic() - started < 10
    assert (items[0], items[-1]) == (0, 1)
    assert all(isinstance(item, str) and item.startswith(reason) for item in items[1:-1]) or not reason


def test_a_member_that_unpacks_to_a_thousand_times_its_size() -> None:
    before, after = make_records(2)
    bomb = make_record(bytes(150_000_000), 9)
    assert len(bomb) < 150_000
    assert found(before + bomb + after) == [0, "is larger than the 10,064,000 bytes allowed", 1]


def test_many_records_that_lie_take_no_longer_than_they_are_long(tmp_path: Path) -> None:
    lie = make_record(b"x", packed=False, length=9_000_000)
    huge = make_record(b"x", packed=False, length=900_000_000)
    started = time.monotonic()
    (tmp_path / "a.warc").write_bytes((lie + huge) * 10_000)
    assert len(list(iter_reports([tmp_path]))) == 20_000
    # A pipe cannot be asked what stands far away.
    assert found((lie + huge) * 10)[0] == "is cut off before its 9,000,000 bytes are full"
    assert time.monotonic() - started < 10


def test_many_beginnings_of_members_take_no_longer_than_they_are_long() -> None:
    raw = b"".join(make_records(1)[0][:200] for _ in range(5_000))
    started = time.monotonic()
    assert not [item for item in found(raw) if isinstance(item, int)]
    assert time.monotonic() - started < 20


@PACKED_AND_PLAIN
def test_cut_off_at_every_byte(packed: bool) -> None:
    records = make_records(3, packed=packed)
    raw = b"".join(records)
    ends = [sum(map(len, records[: n + 1])) for n in range(3)]
    for at in range(0, len(raw), 1 if packed else 5):
        items = [record.number for record in iter_records(io.BytesIO(raw[:at])) if not record.fault]
        # The two empty lines behind a record may be missing.
        assert items == [n + 1 for n in range(3) if at >= ends[n] - (0 if packed else 4)], at


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 2**32), st.booleans(), st.integers(1, 8), st.booleans())
def test_no_damage_makes_it_raise(seed: int, packed: bool, times: int, pipe: bool) -> None:
    chance = random.Random(seed)
    records = make_records(6, packed=packed)
    raw = bytearray(b"".join(records))
    for _ in range(times):
        at = chance.randrange(len(raw))
        match chance.randrange(4):
            case 0:
                raw[at] = chance.randrange(256)
            case 1:
                del raw[at : at + chance.randrange(400)]
            case 2:
                raw[at:at] = chance.randbytes(chance.randrange(100))
            case _:
                raw[at:at] = raw[chance.randrange(len(raw)) :][: chance.randrange(2000)]
    stream = Unseekable(bytes(raw)) if pipe else io.BytesIO(bytes(raw))
    numbers = [record.number for record in iter_records(stream)]
    assert numbers == sorted(numbers)


@given(st.binary(max_size=300))
def test_no_bytes_make_it_raise(raw: bytes) -> None:
    for head in (b"", b"\x1f\x8b\x08", b"WARC/1.0\r\n"):
        list(iter_records(io.BytesIO(head + raw)))


# ---- Where it stands


def test_formats_by_name_by_content_and_in_a_zip_file(tmp_path: Path) -> None:
    packed, plain = (b"".join(make_records(2, packed=kind)) for kind in (True, False))
    (tmp_path / "a.warc.gz").write_bytes(packed)
    (tmp_path / "b.warc").write_bytes(plain)
    (tmp_path / "c.warc.gz").write_bytes(plain)  # named so, and not packed
    (tmp_path / "d.warc").write_bytes(packed)
    (tmp_path / "e.warc.gz").write_bytes(gzip.compress(plain))  # packed as a whole
    with zipfile.ZipFile(tmp_path / "f.zip", "w") as archive:
        archive.writestr("inner/x.warc.gz", packed)
    assert [type(item) for item in iter_reports([tmp_path])] == [Report] * 12
    for name, raw in (("unnamed", packed), ("unnamed2", plain)):
        (tmp_path / name).write_bytes(raw)
        assert [type(item) for item in iter_reports([tmp_path / name])] == [Report] * 2


def test_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    for packed in (True, False):
        raw = io.BufferedReader(Unseekable(b"".join(make_records(3, packed=packed))))
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(raw))
        assert [type(item) for item in iter_reports(["-"])] == [Report] * 3


def test_an_archive_without_pages_is_no_fault(tmp_path: Path) -> None:
    (tmp_path / "a.warc").write_bytes(make_record(make_answer("", status=404), packed=False))
    assert list(iter_reports([tmp_path])) == []


@PACKED_AND_PLAIN
def test_a_run_goes_on_where_another_was_stopped(packed: bool, tmp_path: Path) -> None:
    path = tmp_path / "a.warc.gz"
    path.write_bytes(b"".join(make_records(6, packed=packed)))
    course = Course()
    whole, marks = [], []
    for item in iter_reports([path], course=course):
        marks.append({mark.path: mark for mark in course.take_bookmarks()})
        whole.append(item)
    for n, mark in enumerate(marks[1:], start=1):
        assert mark[str(path)].reports == n
        done: list[int] = []
        rest = list(iter_reports([path], on_bytes=done.append, course=Course(mark.get)))
        assert rest == whole[n:]
        assert done[0] >= mark[str(path)].offset > 0
        assert done[-1] == path.stat().st_size
    end = {mark.path: mark for mark in course.take_bookmarks()}
    assert end[str(path)].offset == path.stat().st_size
    assert list(iter_reports([path], course=Course(end.get))) == []


def test_a_file_that_has_changed_is_read_anew(tmp_path: Path) -> None:
    path = tmp_path / "a.warc"
    path.write_bytes(b"".join(make_records(3, packed=False)))
    status = path.stat()
    mark = Bookmark(path=str(path), size=status.st_size, changed=status.st_mtime_ns, offset=status.st_size)
    assert list(iter_reports([path], course=Course({str(path): mark}.get))) == []
    path.write_bytes(path.read_bytes() + make_records(4, packed=False)[3])
    assert len(list(iter_reports([path], course=Course({str(path): mark}.get)))) == 4


def test_numbers_and_offsets_stay_after_a_stop(tmp_path: Path) -> None:
    records = make_records(4)
    records[3] = records[3][:-40]
    path = tmp_path / "a.warc.gz"
    path.write_bytes(b"".join(records))
    course = Course()
    *_, fault = iter_reports([path], course=course)
    items = iter_reports([path], course=course)
    for _ in range(3):
        next(items)
    mark = course.take_bookmarks()[-1]
    assert list(iter_reports([path], course=Course({str(path): mark}.get)))[-1] == fault
    assert isinstance(fault, Fault)
    assert f"record 4 at byte {sum(map(len, records[:3])):,}" in fault.where


def test_memory_is_bounded_whatever_the_records_hold(tmp_path: Path) -> None:
    path = tmp_path / "a.warc.gz"
    with path.open("wb") as stream:
        filler = random.Random(1).randbytes(1_000_000)
        for n in range(3):
            # Two hundred megabytes that cannot be packed, as one record.
            head = b"WARC/1.0\r\nWARC-Type: response\r\nContent-Length: 200000000\r\n\r\n"
            packer = zlib.compressobj(0, wbits=31)
            stream.write(packer.compress(head))
            for _ in range(200):
                stream.write(packer.compress(filler))
            stream.write(packer.compress(b"\r\n\r\n") + packer.flush())
            stream.write(make_record(make_answer(make_page(n)), n))
    code = (
        "import resource, sys; from depesche.sources.files import iter_reports;"
        "list(iter_reports([sys.argv[2]]));"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss;"
        "kinds = [type(item).__name__ for item in iter_reports([sys.argv[1]])];"
        "print(kinds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)"
    )
    small = tmp_path / "small.warc.gz"
    small.write_bytes(b"".join(make_records(2)))
    told = subprocess.run(
        [sys.executable, "-c", code, path, small], check=True, capture_output=True, text=True, timeout=120
    ).stdout
    kinds, grown = told.rsplit(" ", 1)
    assert kinds == str(["Fault", "Report"] * 3)
    assert int(grown) < 150_000, f"{grown} kilobytes"  # of a file of 600 megabytes


# ---- One language

_FOREIGN = (
    "The ministers met in Geneva on Friday and talked for hours about what was to be done at the border. " * 4
)
_GERMAN = (
    "Die Minister trafen sich am Freitag in Genf und redeten lange darüber, was an der Grenze zu tun sei. "
    * 4
)


@pytest.mark.parametrize(
    ("page", "is_wanted"),
    [
        (f"<p>{_GERMAN}</p>", True),
        (f"<p>{_FOREIGN}</p>", False),
        (f"<p>{_FOREIGN}</p><p>{_FOREIGN}</p><div>{_GERMAN}</div>", True),
        (f"<p>{_FOREIGN}</p><p><a href='x'>Genf</a> {_GERMAN}", True),
        ("<p>Kurz.</p>", True),
        ("", True),
        (f"{_FOREIGN}", True),
        (f"<p>{_GERMAN}</p>".replace("ü", "&uuml;"), True),
    ],
)
def test_pages_surely_in_another_language_are_left_early(page: str, is_wanted: bool) -> None:
    for raw in (page.encode(), page.encode("latin-1"), page.encode("utf-16")):
        assert may_be_in(glance_paragraphs(raw), frozenset({"de"})) is is_wanted


@pytest.mark.parametrize(
    "raw", [b"<p" * 2_000_000, b"<p>" * 1_000_000, (b"<p " + b"a" * 299) * 20_000, b"<p>" + b"x " * 3_000_000]
)
def test_a_glance_takes_no_time(raw: bytes) -> None:
    started = time.process_time()
    may_be_in(glance_paragraphs(raw), frozenset({"de"}))
    assert time.process_time() - started < 2


def test_what_is_left_early_is_counted() -> None:
    course = Course(may_be_wanted=lambda paragraphs: may_be_in(paragraphs, frozenset({"de"})))
    raw = make_record(make_answer(make_page(1, _FOREIGN)), 1) + make_record(make_answer(make_page(2)), 2)
    assert [type(item) for item in read_warc(io.BytesIO(raw), "a", NO_DEFAULTS, course)] == [Report]
    assert course.skipped == {"skipped-language": 1}
