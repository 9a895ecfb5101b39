"""NewsML-G2 and NITF: every text item comes out with its fields, and no XML leads anywhere."""

from __future__ import annotations

import contextlib
import io
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from depesche.errors import ReportError
from depesche.reading import Report
from depesche.settings import MAX_RECORD
from depesche.sources.course import Course
from depesche.sources.files import iter_reports
from depesche.sources.newsml import read_xml
from depesche.sources.records import NO_DEFAULTS, Fault

CASES: list[dict[str, Any]] = yaml.safe_load(
    (Path(__file__).parents[1] / "cases" / "newsml.yaml").read_text("utf-8")
)
ITEMS = [case["item"] for case in CASES if case["item"].startswith(("<newsItem xmlns", "<packageItem"))]
MESSAGE = "<newsMessage xmlns='http://iptc.org/std/nar/2006-10-01/'><header><sent>2025</sent></header><itemSet>{}</itemSet></newsMessage>"


def read(raw: bytes) -> list[Report | Fault]:
    return list(read_xml(io.BytesIO(raw), "a.xml", NO_DEFAULTS, Course()))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["why"])
def test_items(case: dict[str, Any], tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_text(case["item"], "utf-8")
    items = list(iter_reports([tmp_path]))
    if case.get("skipped"):
        assert items == []
        return
    (item,) = items
    if "fault" in case:
        assert isinstance(item, Fault)
        assert item.reason.startswith(case["fault"])
    else:
        assert isinstance(item, Report), item
        assert {name: getattr(item, name) for name in case["report"]} == case["report"]


def test_a_message_with_several_items(tmp_path: Path) -> None:
    course = Course()
    raw = MESSAGE.format("".join(ITEMS)).encode()
    items = list(read_xml(io.BytesIO(raw), "a.xml", NO_DEFAULTS, course))
    assert [type(item) for item in items] == [Report, Report, Report, Fault]
    assert str(items[-1]).startswith("a.xml, item 6 at line ")
    assert course.skipped == {"skipped-no-text": 2}


def test_what_stands_before_a_fault_is_kept() -> None:
    raw = MESSAGE.format(ITEMS[0] + ITEMS[1] + "<newsItem><broken>").encode()
    items = read_xml(io.BytesIO(raw), "a.xml", NO_DEFAULTS, Course())
    assert [type(next(items)) for _ in range(2)] == [Report, Report]
    with pytest.raises(ReportError, match=r"is not well-formed XML .*; what follows it cannot be read"):
        next(items)


def test_by_name_and_by_content(tmp_path: Path) -> None:
    for name in ("a.xml", "unnamed"):
        (tmp_path / name).write_text('<?xml version="1.0"?>\n' + ITEMS[0], "utf-8")
        assert [type(item) for item in iter_reports([tmp_path / name])] == [Report]
    for encoding in ("iso-8859-1", "utf-16"):
        (tmp_path / "a.xml").write_bytes(
            f'<?xml version="1.0" encoding="{encoding}"?>{ITEMS[1]}'.encode(encoding)
        )
        assert [type(item) for item in iter_reports([tmp_path / "a.xml"])] == [Report]
    (tmp_path / "a.xml").write_text(f'<?xml version="1.0" encoding="utf-8"?>{ITEMS[2]}', "latin-1")
    assert [type(item) for item in iter_reports([tmp_path / "a.xml"])] == [Fault]


@pytest.mark.parametrize(
    "declared",
    [
        '<!ENTITY e "x">',
        '<!ENTITY e SYSTEM "file:///etc/passwd">',
        '<!ENTITY e SYSTEM "http://127.0.0.1:9/x">',
        '<!ENTITY % e SYSTEM "http://127.0.0.1:9/x"> %e;',
        "".join(f'<!ENTITY e{n + 1} "{f"&e{n};" * 10}">' for n in range(12))
        + '<!ENTITY e0 "x"><!ENTITY e "&e12;">',
    ],
    ids=["own", "file", "address", "parameter", "bomb"],
)
def test_entities_are_refused(declared: str) -> None:
    raw = f"<!DOCTYPE newsItem [{declared}]>{ITEMS[1].replace('Der Kanzler', '&e;')}".encode()
    started = time.monotonic()
    with pytest.raises(ReportError):
        read(raw)
    assert time.monotonic() - started < 2


def test_a_declaration_of_the_type_is_not_fetched() -> None:
    raw = f'<!DOCTYPE newsItem SYSTEM "file:///etc/passwd">{ITEMS[1]}'.encode()
    assert [type(item) for item in read(raw)] == [Report]


@pytest.mark.parametrize(
    "raw",
    [
        b"<newsItem>" + b"<a>" * 100_000,
        b"<newsItem " + b" ".join(b'a%d="x"' % n for n in range(100_000)) + b"/>",
        b"<newsItem><contentSet><inlineData>" + b"x" * (MAX_RECORD + 100_000),
        b"<newsMessage>" + b"<a/>" * (MAX_RECORD // 4),
    ],
    ids=["deep", "many attributes", "long", "many elements"],
)
def test_too_much_of_anything_is_refused(raw: bytes) -> None:
    started = time.monotonic()
    with contextlib.suppress(ReportError):
        assert all(isinstance(item, Fault) for item in read(raw))
    assert time.monotonic() - started < 20


def test_a_message_of_any_length_is_read_item_by_item() -> None:
    item = ITEMS[1] + f"<!-- {'x' * 30_000} -->"

    class Endless(io.RawIOBase):
        """Gives a message of sixty megabytes."""

        def __init__(self) -> None:
            self.pieces = self.iter_pieces()

        def iter_pieces(self) -> Iterator[bytes]:
            before, after = MESSAGE.split("{}")
            yield before.encode()
            yield from (item.encode() for _ in range(2000))
            yield after.encode()

        def readable(self) -> bool:
            return True

        def readinto(self, buffer: Any, /) -> int:
            piece = next(self.pieces, b"")
            assert len(piece) <= len(buffer)
            buffer[: len(piece)] = piece
            return len(piece)

    read(item.encode())
    before = held_bytes()
    stream: Any = io.BufferedReader(Endless(), 1 << 16)
    assert sum(isinstance(item, Report) for item in read_xml(stream, "a.xml", NO_DEFAULTS, Course())) == 2000
    assert held_bytes() - before < 20_000_000


def held_bytes() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096


@settings(deadline=None)
@given(st.integers(0, len(ITEMS) - 1), st.data())
def test_no_damage_makes_it_raise_anything_else(which: int, data: st.DataObject) -> None:
    raw = bytearray(MESSAGE.format(ITEMS[which]).encode())
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(raw) - 1))
        raw[at : at + data.draw(st.integers(0, 40))] = data.draw(st.binary(max_size=20))
    with contextlib.suppress(ReportError):
        read(bytes(raw))


@given(st.integers(0, len(MESSAGE.format(ITEMS[0]).encode())))
def test_cut_off_anywhere(at: int) -> None:
    raw = MESSAGE.format(ITEMS[0]).encode()
    with contextlib.suppress(ReportError):
        assert len(read(raw[:at])) <= 1
        assert at == len(raw)


@pytest.mark.parametrize("name", [":", "a:b:c", "x:1", ":a", "a-b.c", "Ä"])
def test_names_that_are_none(name: str) -> None:
    # Found by scripts/campaigns/fuzz.py.
    with contextlib.suppress(ReportError):
        assert read(f"<?l ?><newsMessage s=''><{name}".encode()) == []
    body = f"<body><{name}><p>Wort und Satz.</p></{name}></body>"
    item = (
        "<newsItem guid='urn:x:1'><itemMeta><itemClass qcode='ninat:text'/></itemMeta>"
        f"<contentSet><inlineXML><html xmlns='http://www.w3.org/1999/xhtml'>{body}</html></inlineXML></contentSet></newsItem>"
    )
    with contextlib.suppress(ReportError):
        (report,) = read(MESSAGE.format(item).encode())
        assert isinstance(report, Report)
        assert report.text == "Wort und Satz."
