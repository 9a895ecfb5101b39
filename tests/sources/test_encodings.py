"""Whatever encoding German news is stored in, its text comes out, or it is named binary."""

from __future__ import annotations

import contextlib
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from depesche.errors import ReportError
from depesche.sources.encodings import decode_text, iter_text, split_lines

GERMAN = (
    "Außenminister Wang Yi äußerte sich „über“ die Gespräche – größtenteils für 5 € nützlich.\r\nSchluß.\n"
)


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "utf-16-le", "utf-16-be", "cp1252"]
)
def test_german_text_in_every_encoding(encoding: str) -> None:
    raw = GERMAN.encode(encoding)
    assert decode_text(raw) == GERMAN
    assert "".join(iter_text(io.BytesIO(raw))) == GERMAN


def test_latin_1_is_read_as_windows_1252() -> None:
    text = "Für Österreich ist das größer."
    assert decode_text(text.encode("latin-1")) == text


def test_utf8_and_windows_1252_in_one_file() -> None:
    assert decode_text("Größe ".encode() * 20 + "Größe".encode("cp1252")) == "Größe " * 20 + "Größe"


def test_stray_bytes_long_after_the_beginning() -> None:
    raw = b"Nur ASCII. " * 20_000 + "Öl für Genf".encode("cp1252")
    assert "".join(iter_text(io.BytesIO(raw))).endswith("Öl für Genf")


def test_character_on_the_border_of_two_pieces() -> None:
    raw = b"x" * ((1 << 16) - 1) + "ß–😀".encode()
    assert "".join(iter_text(io.BytesIO(raw))).endswith("xß–😀")


def test_other_eight_bit_encodings_are_guessed() -> None:
    text = "Министр иностранных дел России Сергей Лавров заявил о переговорах. " * 10
    assert decode_text(text.encode("cp1251")) == text


def test_declared_encoding_is_taken_where_the_text_is_not_german() -> None:
    text = "Ministerstwo Spraw Zagranicznych ogłosiło dziś, że będzie więcej rozmów i ćwiczeń."
    assert decode_text(text.encode("iso8859-2"), "iso-8859-2") == text


@pytest.mark.parametrize("declared", ["utf-8", "rot13", "nonsense", "base64", "\x00"])
def test_declared_encoding_may_lie(declared: str) -> None:
    assert decode_text("Größe".encode("latin-1"), declared) == "Größe"


@pytest.mark.parametrize(
    "raw",
    [
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
        b"%PDF-1.4\n\x00\x01\x02",
        b"PK\x03\x04" + bytes(30),
        bytes(range(1, 32)) * 40,
        b"Text" + b"\0" * 3 + b"mehr Text",
    ],
)
def test_binary_files_are_refused(raw: bytes) -> None:
    with pytest.raises(ReportError, match="binary"):
        decode_text(raw)
    with pytest.raises(ReportError, match="binary"):
        list(iter_text(io.BytesIO(raw + bytes(30))))


def test_empty_stream() -> None:
    with pytest.raises(ReportError, match="is empty"):
        list(iter_text(io.BytesIO(b"")))


@given(st.binary(max_size=400))
def test_no_bytes_make_it_raise_anything_else(raw: bytes) -> None:
    with contextlib.suppress(ReportError):
        assert "\0" not in decode_text(raw)


@given(st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from("\r\n\t")))
def test_utf8_text_is_never_altered(text: str) -> None:
    if text and not text.startswith("\ufeff"):
        assert decode_text(text.encode()) == text


@given(st.lists(st.text(alphabet="ab\n", max_size=9)), st.integers(1, 6))
def test_lines_are_the_lines_of_the_text(chunks: list[str], limit: int) -> None:
    expected = "".join(chunks).split("\n")
    found = list(split_lines(iter(chunks), limit))
    assert [number for number, _ in found] == list(range(1, len(found) + 1))
    for (_, line), true in zip(found, expected, strict=False):
        assert line is None if len(true) > limit else line is not None and line.rstrip("\n") == true
    assert len(found) == len(expected) - (expected[-1] == "")
