"""JSON and JSON Lines: each report, each fault with its place, and nothing else lost."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from depesche.reading import Report
from depesche.sources import objects
from depesche.sources.objects import read_json, read_json_lines
from depesche.sources.records import Defaults, Fault

PLAIN = st.text(
    alphabet=st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from("\r\n\t"), max_size=40
)


def read_lines(raw: bytes | str, defaults: Defaults | None = None) -> list[Report | Fault]:
    raw = raw.encode() if isinstance(raw, str) else raw
    return list(read_json_lines(io.BytesIO(raw), "a.jsonl", defaults or Defaults()))


def read_values(raw: bytes | str) -> list[Report | Fault]:
    raw = raw.encode() if isinstance(raw, str) else raw
    return list(read_json(io.BytesIO(raw), "a.json", Defaults()))


def fault_of(record: Any) -> Fault:
    (item,) = read_lines(json.dumps(record))
    assert isinstance(item, Fault)
    return item


def test_all_fields() -> None:
    record = {
        "text": "Ein Satz.\r\n",
        "title": " Titel ",
        "published": "11.07.2025",
        "source": "Nordblick",
        "url": "https://nordblick.example/1",
        "id": 17,
        "language": "de",
        "author": "Eva Muster",
        "something": {"else": 1},
    }
    expected = Report(
        text="Ein Satz.\r\n",
        title="Titel",
        published="2025-07-11",
        source="Nordblick",
        url="https://nordblick.example/1",
        key="17",
        language="de",
        author="Eva Muster",
    )
    assert read_lines(json.dumps(record)) == [expected]
    assert read_values(json.dumps(record, indent=2)) == [expected]
    assert read_values(json.dumps([record, record], indent=2)) == [expected, expected]


def test_defaults_fill_only_what_is_missing() -> None:
    lines = '{"text": "a", "published": "2025-07-01"}\n{"text": "b", "source": "", "published": null}\n'
    first, second = read_lines(lines, Defaults("2025-07-11", "Nordblick"))
    assert first == Report(text="a", published="2025-07-01", source="Nordblick")
    assert second == Report(text="b", published="2025-07-11", source="Nordblick")


def test_broken_line_40000_costs_only_itself() -> None:
    lines = [json.dumps({"text": f"Meldung {number}"}) for number in range(1, 40_003)]
    lines[39_999] = '{"text": "Meldung 40'
    items = read_lines("\n".join(lines))
    faults = [item for item in items if isinstance(item, Fault)]
    assert [fault.where for fault in faults] == ["a.jsonl, line 40000"]
    assert faults[0].reason.startswith("is not valid JSON (Unterminated string")
    texts = [item.text for item in items if isinstance(item, Report)]
    assert len(texts) == 40_001
    assert texts[39_998:] == ["Meldung 39999", "Meldung 40001", "Meldung 40002"]


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        ({"title": "x"}, "has no field text"),
        ({"text": None}, "has no field text"),
        ({"text": 5}, "its field text is a number, not a string"),
        ({"text": ["a"]}, "its field text is a list, not a string"),
        ({"text": ""}, "its text is empty"),
        ({"text": " \n\t"}, "its text is empty"),
        ({"text": "a\0b"}, "its field text holds a NUL character at character 2"),
        ({"text": "a\ud800"}, "its field text holds half a character (a lone surrogate) at character 2"),
        ({"text": "a", "title": "x\0"}, "its field title holds a NUL character at character 2"),
        ({"text": "a", "title": {"de": "x"}}, "its field title is an object, not a string"),
        ({"text": "a", "id": True}, "its field id is true or false, not a string"),
        (
            {"text": "a", "published": "2025-02-30"},
            "the date of publication '2025-02-30' is no date that can be read (2025-07-11 is one)",
        ),
        ({"text": "a", "published": 20250711}, "its field published is a number, not a string"),
        ([{"a": 1}], "has no field text"),
        ("just a string", "is not a JSON object"),
        (None, "is not a JSON object"),
    ],
)
def test_what_is_no_report_is_named(record: Any, reason: str) -> None:
    assert fault_of(record).reason == reason


def test_text_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("depesche.sources.records.MAX_TEXT", 1000)
    assert (
        fault_of({"text": "a" * 1001}).reason == "its text has 1,001 characters, more than the 1,000 allowed"
    )


def test_line_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(objects, "MAX_RECORD", 1000)
    first, second = read_lines('{"text": "' + "a" * 200_000 + '"}\n{"text": "b"}')
    assert first == Fault("a.jsonl, line 1", "is longer than 1,000 characters")
    assert second == Report(text="b")


@pytest.mark.parametrize("nest", ["[" * 100_000, '{"text":' * 100_000, '{"text":"a","b":' + "[" * 100_000])
def test_deep_nesting(nest: str) -> None:
    first, second = read_lines(f'{{"text": "a"}}\n{nest}\n')
    assert first == Report(text="a")
    assert second == Fault("a.jsonl, line 2", "is JSON nested too deep")
    (item,) = read_values(nest)
    assert isinstance(item, Fault)


def test_number_of_many_digits() -> None:
    (item,) = read_lines('{"text": "a", "n": ' + "9" * 5000 + "}")
    assert isinstance(item, Fault)
    (item,) = read_values('{"text": "a",\n "n": ' + "9" * 5000 + "}")
    assert isinstance(item, Fault)


def test_lines_in_other_encodings() -> None:
    lines = '{"text": "Größe"}\n{"text": "Öl"}\n'
    expected = [Report(text="Größe"), Report(text="Öl")]
    for encoding in ("utf-8-sig", "utf-16", "cp1252"):
        assert read_lines(lines.encode(encoding)) == expected
    assert read_lines('{"text": "Größe"}\n'.encode() + '{"text": "Öl"}\n'.encode("latin-1")) == expected


def test_stray_nul_costs_its_line_only() -> None:
    items = read_lines('{"text": "a"}\n{"text": "\0b"}\n{"text": "c"}')
    assert [type(item) for item in items] == [Report, Fault, Report]


def test_json_file_that_holds_lines() -> None:
    items = read_values('{"text": "a"}\n{"text": \n{"text": "c"}\n')
    assert [type(item) for item in items] == [Report, Fault, Report]


def test_lines_file_that_holds_a_list() -> None:
    assert read_lines('[{"text": "a"},\n {"text": "b"}]') == [Report(text="a"), Report(text="b")]


def test_objects_one_after_the_other() -> None:
    assert read_values('{\n"text": "a"\n}\n{\n"text": "b"\n}') == [Report(text="a"), Report(text="b")]


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        ('[{"text": "a"},\n{"text" "b"}]', "item 2: Expecting ':' delimiter, line 2, character 9"),
        ('[{"text": "a"},\n', "item 2: the list has no end, line 2, character 1"),
        ('[{"text": "a"}] x', "item 2: something follows the list, line 1, character 17"),
        ('{"text": "a"}\n', None),
        ("{\n", "item 1: Expecting property name enclosed in double quotes, line 2, character 1"),
    ],
)
def test_broken_lists(raw: str, reason: str | None) -> None:
    faults = [item for item in read_values(raw) if isinstance(item, Fault)]
    assert [fault.reason for fault in faults] == (
        []
        if reason is None
        else [f"is not valid JSON ({reason})" + "; what follows it cannot be read" * ("item 1" not in reason)]
    )


def test_item_of_a_list_is_named() -> None:
    items = read_values(json.dumps([{"text": "a"}, {"text": 1}, 7, {"text": "b"}], indent=1))
    assert [item.where for item in items if isinstance(item, Fault)] == ["a.json, item 2", "a.json, item 3"]
    assert [item.text for item in items if isinstance(item, Report)] == ["a", "b"]


def test_long_list_is_read_in_pieces() -> None:
    records = [{"text": "Ä" * 999 + str(number)} for number in range(500)]
    for indent in (None, 1):
        items = read_values(json.dumps(records, indent=indent, ensure_ascii=False))
        assert [item.text for item in items if isinstance(item, Report)] == [r["text"] for r in records]


def test_item_longer_than_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(objects, "MAX_RECORD", 1000)
    items = read_values('[{"text": "a"},\n{"text": "' + "a" * 500_000 + '"}, {"text": "b"}]')
    assert items[0] == Report(text="a")
    assert isinstance(items[1], Fault)
    assert "longer than 1,000 characters" in items[1].reason


@settings(max_examples=60)
@given(st.lists(PLAIN.filter(str.strip), max_size=6), st.booleans())
def test_texts_come_back_as_written(texts: list[str], escaped: bool) -> None:
    records = [{"text": text, "id": str(number)} for number, text in enumerate(texts)]
    lines = "".join(json.dumps(record, ensure_ascii=escaped) + "\n" for record in records)
    expected = [Report(text=text, key=str(number)) for number, text in enumerate(texts)]
    if texts:
        assert read_lines(lines) == expected
        assert read_values(json.dumps(records, ensure_ascii=escaped)) == expected


@given(st.text(alphabet='{}[]",:textä1\n \\u0', max_size=60))
def test_no_json_makes_it_raise(raw: str) -> None:
    if raw:
        for item in [*read_lines(raw), *read_values(raw)]:
            assert isinstance(item, Report | Fault)


def test_fields_of_other_names() -> None:
    named = Defaults(columns=(("text", "artikel.text"), ("published", "artikel.datum"), ("id", "uri")))
    raw = (
        '{"uri": "u1", "headline": "Kopf", "artikel": {"text": ["Eins.", "Zwei."], "datum": "2025-07-11"}}\n'
    )
    (item,) = read_json_lines(io.BytesIO(raw.encode()), "a.jsonl", named)
    assert item == Report(text="Eins.\n\nZwei.", published="2025-07-11", key="u1")
    raw = '{"artikel": "Text"}\n{"artikel": {"text": {"x": 1}}}\n{"text": "anderes"}\n'
    assert [item.reason for item in read_json_lines(io.BytesIO(raw.encode()), "a", named)] == [  # type: ignore[union-attr]
        "has no field artikel.text",
        "its field text is an object, not a string",
        "has no field artikel.text",
    ]
