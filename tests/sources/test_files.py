"""From paths to reports: every format by name and by content, every bad input a fault, nothing else lost."""

from __future__ import annotations

import errno
import gzip
import importlib.resources
import io
import json
import os
import sys
import zipfile
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet
import pytest

from depesche.errors import DateError
from depesche.reading import Report
from depesche.sources import packed
from depesche.sources.files import Defaults, Fault, count_bytes, iter_reports


def read(*paths: str | Path, **defaults: Any) -> list[Report | Fault]:
    return list(iter_reports(paths, Defaults(**defaults)))


def texts(*paths: str | Path) -> list[str]:
    return [item.text for item in read(*paths) if isinstance(item, Report)]


def reasons(*paths: str | Path) -> list[str]:
    return [item.reason for item in read(*paths) if isinstance(item, Fault)]


def make_zip(members: dict[str, bytes | str], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name), content, method)  # no clock in it: it may name a test
    return buffer.getvalue()


def lines(*names: str) -> str:
    return "".join(json.dumps({"text": name}) + "\n" for name in names)


# ---- Plain text


def test_plain_text_stays_as_it_is(tmp_path: Path) -> None:
    text = "Treffen in Genf\r\n\r\nDie Minister trafen sich.  \r\nSie redeten.\t\n\n"
    (tmp_path / "a.txt").write_bytes(text.encode())
    assert read(tmp_path / "a.txt", published="11.07.2025", source="Nordblick") == [
        Report(text=text, title="Treffen in Genf", published="2025-07-11", source="Nordblick")
    ]


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("\n\nKopf\n\nText.", "Kopf"),
        ("Wer trifft wen?\n\nText.", "Wer trifft wen?"),
        ("Ein ganzer Satz.\n\nText.", None),
        ("Kopf\nText ohne Lücke.", None),
        ("Kopf\n\n", None),
        ("Kopf " * 40 + "\n\nText.", None),
        ("Nur eine Zeile", None),
    ],
)
def test_headline_of_a_text(tmp_path: Path, text: str, title: str | None) -> None:
    (tmp_path / "a.txt").write_text(text)
    (report,) = read(tmp_path / "a.txt")
    assert isinstance(report, Report)
    assert (report.text, report.title) == (text, title)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "latin-1", "cp1252"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "a.txt").write_bytes("Größe für Österreich".encode(encoding))
    assert texts(tmp_path) == ["Größe für Österreich"]


# ---- Bad input


@pytest.mark.parametrize(
    ("name", "raw", "reason"),
    [
        ("a.txt", b"", "is empty"),
        ("a.txt", b" \n\n\t", "is empty"),
        ("a.txt", b"\xef\xbb\xbf", "is empty"),
        ("a.html", b"", "is empty"),
        ("a.json", b"", "is empty"),
        ("a.jsonl", b"", "is empty"),
        ("a.jsonl", b"\n\n", "holds no report"),
        ("a.json", b"[]", "holds no report"),
        ("a.csv", b"", "is empty"),
        ("a.csv", b"text,id\n", "holds no report"),
        ("a.parquet", b"", "is a broken Parquet file"),
        ("a.zip", b"", "is a broken ZIP file"),
        ("a.zip", b"PK\x03\x04 and then nothing", "is a broken ZIP file"),
        ("a.zip", make_zip({}), "holds no report"),
        ("a.zip", make_zip({"picture.png": b"\x89PNG"}), "holds no report"),
        ("a.txt.gz", b"\x1f\x8b\x08 cut", "is broken: damaged or cut off"),
        ("a.txt.gz", gzip.compress(b"text " * 1000, mtime=0)[:-20], "is broken: damaged or cut off"),
        ("a.txt", b"%PDF-1.7\n\x00\x00", "is a binary file, not text"),
        ("a.json", b"\x00\x01\x02" * 9, "is a binary file, not text"),
        ("a.html", b"<html><body></body></html>", "is a page without text"),
        ("a.docx", make_zip({"word/document.xml": "<x/>"}), "holds no report"),
    ],
)
def test_each_bad_file_is_named_with_its_reason(tmp_path: Path, name: str, raw: bytes, reason: str) -> None:
    bad, good = tmp_path / name, tmp_path / "z.txt"
    bad.write_bytes(raw)
    good.write_text("gut")
    fault, report = read(bad, good)
    assert isinstance(fault, Fault)
    assert fault.where == str(bad)
    assert fault.reason.startswith(reason)
    assert report == Report(text="gut")


def test_fifty_megabytes_of_text(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"Wort und " * 5_600_000)
    assert reasons(tmp_path) == ["its text has 50,400,000 characters, more than the 5,000,000 allowed"]
    os.truncate(tmp_path / "a.txt", 80_000_001)
    assert reasons(tmp_path) == ["is larger than the 80,000,000 bytes allowed for a file of its kind"]


def test_broken_line_is_named_with_its_number(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text(lines("eins") + "{broken\n" + lines("drei"))
    first, fault, third = read(tmp_path)
    assert (first, third) == (Report(text="eins"), Report(text="drei"))
    assert isinstance(fault, Fault)
    assert str(fault).startswith(f"{tmp_path}/a.jsonl, line 2: is not valid JSON")


def test_paths_that_lead_nowhere(tmp_path: Path) -> None:
    (tmp_path / "dead.txt").symlink_to(tmp_path / "gone")
    (tmp_path / "empty").mkdir()
    assert read(tmp_path / "no.txt", tmp_path / "no*.txt", tmp_path / "dead.txt", tmp_path / "empty") == [
        Fault(f"{tmp_path}/no.txt", "does not exist"),
        Fault(f"{tmp_path}/no*.txt", "matches no file"),
        Fault(f"{tmp_path}/dead.txt", "does not exist"),
        Fault(f"{tmp_path}/empty", "holds no file of a known format"),
    ]
    assert reasons("a\0b", "x" * 5000, "a\0*") == [
        "cannot be read (ValueError: embedded null byte)",
        "cannot be read: File name too long",
        "matches no file",
    ]


def test_folder_and_file_without_rights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Whoever runs the tests may be allowed everything, so the system's refusal is played.
    (tmp_path / "closed").mkdir()
    (tmp_path / "open.txt").write_text("offen")
    (tmp_path / "secret.txt").write_text("geheim")
    list_folder, open_file = Path.iterdir, io.FileIO.__init__

    def refuse_folder(path: Path) -> Any:
        if path.name == "closed":
            raise PermissionError(errno.EACCES, "Permission denied")
        return list_folder(path)

    def refuse_file(file: io.FileIO, path: str, *rest: Any) -> None:
        if str(path).endswith("secret.txt"):
            raise PermissionError(errno.EACCES, "Permission denied")
        open_file(file, path, *rest)

    monkeypatch.setattr(Path, "iterdir", refuse_folder)
    monkeypatch.setattr("depesche.sources.files._CountedFile.__init__", refuse_counted(refuse_file))
    assert read(tmp_path) == [
        Fault(f"{tmp_path}/closed", "may not be read: permission denied"),
        Report(text="offen"),
        Fault(f"{tmp_path}/secret.txt", "may not be read: permission denied"),
    ]


def refuse_counted(open_file: Any) -> Any:
    def open_counted(file: Any, path: str, counter: Any) -> None:
        open_file(file, path)
        file.counter = counter

    return open_counted


def test_disk_that_fails_in_the_middle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.jsonl").write_text(lines(*(f"Meldung {number}" for number in range(10_000))))
    (tmp_path / "b.txt").write_text("danach")
    read_bytes = io.FileIO.readinto

    def fail(file: Any, buffer: Any) -> int:
        if file.tell() > 100_000:
            raise OSError(errno.EIO, "Input/output error")
        return read_bytes(file, buffer)

    monkeypatch.setattr("depesche.sources.files._CountedFile.readinto", fail)
    items = read(tmp_path)
    assert len(items) > 1000
    assert items[-2:] == [
        Fault(f"{tmp_path}/a.jsonl", "cannot be read: Input/output error"),
        Report(text="danach"),
    ]


def test_names_cannot_garble_the_terminal(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(make_zip({"b\x1b[2J\u202egnp.txt": ""}))
    (tmp_path / os.fsdecode(b"\xff.txt")).write_text("")
    for item in read(tmp_path):
        assert isinstance(item, Fault)
        item.where.encode()
        assert "\x1b" not in item.where and "\u202e" not in item.where


# ---- Folders, globs, standard input


def test_folders_in_order_hidden_and_unknown_left_out(tmp_path: Path) -> None:
    for name in (
        "b/2.txt",
        "b/1.txt",
        "a.txt",
        "c.TXT",
        ".hidden/x.txt",
        ".x.txt",
        "picture.png",
        "b/notes.md",
    ):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(name)
    assert texts(tmp_path) == ["a.txt", "b/1.txt", "b/2.txt", "c.TXT"]
    assert texts(f"{tmp_path}/**/*.txt") == ["a.txt", "b/1.txt", "b/2.txt"]
    # As if the shell had expanded it: what is named is read, whatever its ending.
    assert texts(f"{tmp_path}/b/*") == ["b/1.txt", "b/2.txt", "b/notes.md"]


def test_file_with_the_signs_of_a_glob_in_its_name(tmp_path: Path) -> None:
    (tmp_path / "a[1].txt").write_text("da")
    assert texts(tmp_path / "a[1].txt") == ["da"]


def test_files_named_twice_and_links_in_circles(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "x.txt").write_text("einmal")
    (tmp_path / "a" / "again").symlink_to(tmp_path)
    (tmp_path / "self.txt").symlink_to("self.txt")
    items = read(tmp_path, tmp_path / "a", tmp_path / "a" / "x.txt")
    assert [item.text for item in items if isinstance(item, Report)] == ["einmal"]
    assert [item.where for item in items if isinstance(item, Fault)] == [f"{tmp_path}/self.txt"]


def test_deep_folders(tmp_path: Path) -> None:
    folder = tmp_path
    for _ in range(300):
        folder = folder / "d"
        folder.mkdir()
    (folder / "x.txt").write_text("tief")
    assert texts(tmp_path) == ["tief"]


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (b"Ein Text.", ["Ein Text."]),
        (b"Text\n\nDie Meldung.", ["Text\n\nDie Meldung."]),
        (b"[Berlin] Ein Text.", ["[Berlin] Ein Text."]),
        (b'{"text": "a"}', ["a"]),
        (b'\n [{"text": "a"}, {"text": "b"}]', ["a", "b"]),
        (lines("a", "b").encode(), ["a", "b"]),
        (b"id;text\n1;a\n2;b\n", ["a", "b"]),
        (
            b"<!DOCTYPE html><html><body><p>Ein Absatz der Meldung.</p></body></html>",
            ["Ein Absatz der Meldung."],
        ),
        (make_zip({"a.txt": "a", "b.jsonl": lines("b")}), ["a", "b"]),
        (gzip.compress(lines("a", "b").encode(), mtime=0), ["a", "b"]),
        ("Größe".encode("utf-16"), ["Größe"]),
    ],
)
def test_format_is_told_by_the_content(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, raw: bytes, expected: list[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(raw)))
    assert texts("-") == expected
    (tmp_path / "report").write_bytes(raw)
    assert texts(tmp_path / "report") == expected


def test_standard_input_empty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"")))
    assert read("-") == [Fault("standard input", "is empty")]


def test_named_pipe(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    if os.fork() == 0:
        (tmp_path / "pipe").write_text(lines("a", "b"))
        os._exit(0)
    assert texts(tmp_path / "pipe") == ["a", "b"]
    os.wait()


# ---- Packed files


def test_zip_of_all_formats(tmp_path: Path) -> None:
    members: dict[str, bytes | str] = {
        "b/z.jsonl": lines("1") + "broken\n" + lines("3"),
        "a.txt": "4",
        "c.csv": "text\n5\n",
        "d.txt.gz": gzip.compress(b"6", mtime=0),
        "inner.zip": make_zip({"e.txt": "7", "f.txt": b"\0\0"}),
        "__MACOSX/a.txt": "x",
        ".hidden.txt": "x",
        "photo.jpg": "x",
    }
    (tmp_path / "a.zip").write_bytes(make_zip(members))
    assert texts(tmp_path) == ["1", "3", "4", "5", "6", "7"]
    assert [item.where for item in read(tmp_path) if isinstance(item, Fault)] == [
        f"{tmp_path}/a.zip, b/z.jsonl, line 2",
        f"{tmp_path}/a.zip, inner.zip, f.txt",
    ]


def test_names_in_a_zip_lead_nowhere(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(make_zip({"../../escape.txt": "a", "/etc/escape.txt": "b"}))
    assert texts(tmp_path) == ["a", "b"]
    assert [path.name for path in tmp_path.rglob("*")] == ["a.zip"]
    assert not (tmp_path.parent.parent / "escape.txt").exists()


def test_zip_bomb(tmp_path: Path) -> None:
    bomb = make_zip({"first.txt": "gelesen", "bomb.txt": b"a" * 70_000_000, "after.txt": "x"})
    (tmp_path / "a.zip").write_bytes(bomb)
    (tmp_path / "b.txt").write_text("danach")
    assert read(tmp_path) == [
        Report(text="gelesen"),
        Fault(f"{tmp_path}/a.zip", "unpacks to more than 200 times its size, as a ZIP bomb does"),
        Report(text="danach"),
    ]


def test_bombs_of_many_members_and_in_layers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packed, "FREE_UNPACKED", 1_000_000)
    many = make_zip({f"{number}.jsonl": "\n" * 300_000 for number in range(20)})
    layers = make_zip({f"{number}.zip": make_zip({"x.jsonl": "\n" * 300_000}) for number in range(20)})
    packed_lines = gzip.compress(b"\n" * 3_000_000, mtime=0)
    for name, raw in (("a.zip", many), ("b.zip", layers), ("c.jsonl.gz", packed_lines)):
        (tmp_path / name).write_bytes(raw)
        assert reasons(tmp_path / name)[-1] == "unpacks to more than 200 times its size, as a ZIP bomb does"


def test_parquet_that_repeats_one_long_text(tmp_path: Path) -> None:
    texts = pa.DictionaryArray.from_arrays(pa.array([0] * 1000, pa.int32()), pa.array(["Wort " * 100_000]))
    pa.parquet.write_table(pa.table({"text": texts}), tmp_path / "a.parquet")
    items = read(tmp_path)
    assert 100 < len(items) < 200
    assert items[-1] == Fault(
        f"{tmp_path}/a.parquet", "unpacks to more than 200 times its size, as a ZIP bomb does"
    )


def test_text_that_packs_well_is_no_bomb(tmp_path: Path) -> None:
    raw = lines(*(f"Die Minister trafen sich am Freitag, Meldung {number}." for number in range(20_000)))
    (tmp_path / "a.zip").write_bytes(make_zip({"a.jsonl": raw}))
    assert len(texts(tmp_path)) == 20_000


def test_zip_in_zip_in_zip(tmp_path: Path) -> None:
    deep = make_zip({"a.txt": "a"})
    for _ in range(3):
        deep = make_zip({"a.zip": deep, "b.txt": "b"})
    (tmp_path / "a.zip").write_bytes(deep)
    assert texts(tmp_path) == ["b", "b"]
    assert reasons(tmp_path) == ["is packed more than 2 files deep"]


def test_encrypted_and_oddly_packed_members(tmp_path: Path) -> None:
    raw = bytearray(make_zip({"a.txt": "geheim", "b.txt": "offen"}, zipfile.ZIP_STORED))
    raw[raw.index(b"PK\x01\x02") + 8] |= 1
    (tmp_path / "a.zip").write_bytes(raw)
    (tmp_path / "b.zip").write_bytes(make_zip({"c.txt": "x"}, zipfile.ZIP_BZIP2))
    assert read(tmp_path) == [
        Fault(f"{tmp_path}/a.zip, a.txt", "is encrypted"),
        Report(text="offen"),
        Fault(f"{tmp_path}/b.zip, c.txt", "is packed by a method other than deflate"),
    ]


def test_damaged_member(tmp_path: Path) -> None:
    raw = bytearray(make_zip({"a.txt": "erste Meldung", "b.txt": "zweite Meldung"}, zipfile.ZIP_STORED))
    raw[raw.index(b"erste")] ^= 1
    (tmp_path / "a.zip").write_bytes(raw)
    assert read(tmp_path) == [
        Fault(f"{tmp_path}/a.zip, a.txt", "is broken: damaged or cut off"),
        Report(text="zweite Meldung"),
    ]


# ---- Progress, defaults


def test_progress_counts_the_bytes_on_disk(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text(lines(*(f"Meldung {number}" for number in range(20_000))))
    (tmp_path / "b.zip").write_bytes(make_zip({"a.txt": "a" * 1000, "b.txt": "b"}))
    (tmp_path / "c.txt").write_text("c")
    total = count_bytes([tmp_path])
    assert total == sum(path.stat().st_size for path in tmp_path.iterdir())
    done: list[int] = []
    for _ in iter_reports([tmp_path], on_bytes=done.append):
        pass
    assert done == sorted(done)
    assert 0 < done[0] < done[-1] == total
    assert count_bytes(["-"]) is None
    assert count_bytes([tmp_path / "gone"]) == 0


def test_default_that_is_no_date_raises_at_once() -> None:
    with pytest.raises(DateError, match="'gestern' is no date"):
        iter_reports([], Defaults(published="gestern"))


def test_long_file_is_never_held_whole(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    with path.open("w") as file:
        for number in range(3000):
            file.write(lines("Wort " * 2000 + str(number)))
    import tracemalloc  # noqa: PLC0415

    tracemalloc.start()
    count = sum(1 for _ in iter_reports([path]))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert count == 3000
    assert path.stat().st_size > 29_000_000
    assert peak < 3_000_000


def test_the_samples_that_come_with_the_project() -> None:
    items = read(Path(str(importlib.resources.files("depesche") / "samples")))
    reports = [item for item in items if isinstance(item, Report)]
    assert len(reports) == len(items) >= 16
    assert sum(report.published is None for report in reports) == 1
    assert all(report.title and report.source for report in reports if report.published)
