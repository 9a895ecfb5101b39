"""News items in ninjs, by the shapes that its versions give them."""

from __future__ import annotations

from typing import Any

import pytest

from depesche.errors import DepescheError, ReportError
from depesche.reading import Report
from depesche.sources.ninjs import from_ninjs, is_ninjs
from depesche.sources.records import Defaults

VERSION_2: dict[str, Any] = {
    "uri": "urn:newsml:foerde.example:20250711:250711-99-1",
    "standard": {"name": "ninjs", "version": "2.1"},
    "type": "text",
    "language": "de",
    "firstcreated": "2025-07-11T12:00:00+02:00",
    "versioncreated": "2025-07-11T14:30:00+02:00",
    "by": "Von Eva Muster",
    "infosources": [{"role": "isrol:originfo", "name": "Nachrichtenbüro Förde"}],
    "headlines": [{"role": "sub", "value": "Zweite Zeile"}, {"role": "main", "value": "Treffen in Genf"}],
    "bodies": [
        {"role": "teaser", "contenttype": "text/plain", "value": "Kurz gesagt."},
        {
            "role": "main",
            "contenttype": "text/html",
            "value": "<div><p>Die Minister <b>trafen</b>\nsich.</p><p>Sie redeten &amp; gingen.</p></div>",
        },
    ],
}


def test_version_2() -> None:
    assert is_ninjs(VERSION_2)
    assert from_ninjs(VERSION_2, Defaults(source="Anderswo")) == Report(
        text="Die Minister trafen sich.\n\nSie redeten & gingen.",
        published="2025-07-11T14:30:00+02:00",
        title="Treffen in Genf",
        source="Nachrichtenbüro Förde",
        key="urn:newsml:foerde.example:20250711:250711-99-1",
        language="de",
        author="Von Eva Muster",
    )


def test_version_1() -> None:
    record = {
        "uri": "https://foerde.example/items/1",
        "versioncreated": "2013-07-09T10:37:00Z",
        "headline": "Treffen in Genf",
        "byline": "Eva Muster",
        "copyrightholder": "Förde",
        "body_text": "Die Minister trafen sich.\nSie redeten.",
    }
    report = from_ninjs(record, Defaults())
    assert report.text == record["body_text"]
    assert (report.title, report.author, report.source) == ("Treffen in Genf", "Eva Muster", "Förde")
    assert report.url == report.key == "https://foerde.example/items/1"


def test_drafts_of_version_2() -> None:
    record = {
        "uri": "x:1",
        "versioncreated": "2013-07-09T10:37:00Z",
        "headline": [{"name": "main", "text": "Treffen in Genf"}],
        "body": [{"name": "xhtml", "value": "<p>Die Minister trafen sich.</p>"}],
    }
    report = from_ninjs(record, Defaults())
    assert (report.text, report.title) == ("Die Minister trafen sich.", "Treffen in Genf")


def test_our_own_fields_are_no_ninjs() -> None:
    assert not is_ninjs({"text": "a", "uri": "x:1", "versioncreated": "2025-07-11"})
    assert not is_ninjs({"uri": "x:1"})


def test_picture() -> None:
    with pytest.raises(ReportError, match="is a ninjs item of type picture without a text"):
        from_ninjs({"uri": "x:1", "type": "picture", "versioncreated": "2025-07-11T00:00:00Z"}, Defaults())


@pytest.mark.parametrize("wrong", [None, 5, "text", [], [5], [{"value": 5}], {}, [{"role": 7, "value": "<"}]])
def test_fields_of_a_wrong_kind(wrong: Any) -> None:
    for name in ("bodies", "headlines", "infosources", "by", "language", "versioncreated", "type"):
        record = VERSION_2 | {name: wrong}
        try:
            assert from_ninjs(record, Defaults()).text
        except DepescheError as fault:
            assert str(fault)


def test_version_3() -> None:
    record = {
        "uri": "urn:newsml:foerde.example:20250711:250711-99-2",
        "standard": {"name": "ninjs", "version": "3.0"},
        "language": "de",
        "firstCreated": "2025-07-11T12:00:00+02:00",
        "versionCreated": "2025-07-11T14:30:00+02:00",
        "pubStatus": "usable",
        "copyrightHolder": "Förde",
        "infoSources": [{"name": "Nachrichtenbüro Förde"}],
        "by": "Von Eva Muster",
        "headlines": [{"role": "main", "contentType": "text/plain", "value": "Treffen in Genf"}],
        "bodies": [{"role": "main", "contentType": "text/html", "value": "Sie <b>trafen</b> sich."}],
    }
    assert is_ninjs(record)
    assert from_ninjs(record, Defaults()) == Report(
        text="Sie trafen sich.",
        published="2025-07-11T14:30:00+02:00",
        title="Treffen in Genf",
        source="Nachrichtenbüro Förde",
        key="urn:newsml:foerde.example:20250711:250711-99-2",
        language="de",
        author="Von Eva Muster",
    )
    assert is_ninjs({"uri": "urn:x", "pubStatus": "usable"})
