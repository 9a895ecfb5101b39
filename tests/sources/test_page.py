"""Web pages: text, headline, outlet, author and date as the page states them, and no other date."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from depesche.errors import ReportError
from depesche.reading import Report
from depesche.sources.page import page_report
from depesche.sources.records import Defaults

PARAGRAPHS = (
    "<p>Die Außenminister trafen sich am Freitag in Genf. Sie sprachen drei Stunden lang über den Krieg.</p>"
    "<p>Am 3. Mai 2024 hatten sie einander zuletzt gesehen, sagte <a href='/x'>eine Sprecherin</a> "
    "am 04.05.2024.</p>"
)
TEXT = (
    "Die Außenminister trafen sich am Freitag in Genf. Sie sprachen drei Stunden lang über den Krieg.\n\n"
    "Am 3. Mai 2024 hatten sie einander zuletzt gesehen, sagte eine Sprecherin am 04.05.2024."
)


def make_page(head: str = "", before: str = "", after: str = "") -> bytes:
    return f"""<!doctype html><html lang="de-DE"><head><title>Treffen in Genf</title>{head}</head><body>
    <nav><ul><li><a href="/">Start</a></li><li><a href="/p">Politik vom 1. Februar 2019</a></li></ul></nav>
    <article><h1>Treffen in Genf</h1>{before}{PARAGRAPHS}</article>{after}
    <aside><a href="/y">Mehr zum Thema: Treffen in Wien, 12.12.2020</a></aside>
    <footer>© 2023 Nordblick. Alle Rechte vorbehalten. Impressum</footer></body></html>""".encode()


def read_page(raw: bytes) -> Report:
    return page_report(raw, Defaults())


def test_all_fields() -> None:
    head = """<meta charset="utf-8"><link rel="canonical" href="https://nordblick.example/treffen">
    <meta property="og:site_name" content="Nordblick"><meta name="author" content="Eva Muster">
    <meta property="article:published_time" content="2025-07-11T14:30:00+02:00">
    <meta property="article:modified_time" content="2025-07-15T08:00:00+02:00">"""
    assert read_page(make_page(head)) == Report(
        text=TEXT,
        published="2025-07-11T14:30:00+02:00",
        title="Treffen in Genf",
        source="Nordblick",
        url="https://nordblick.example/treffen",
        language="de-DE",
        author="Eva Muster",
    )


LINKED = json.dumps({"@graph": [{"@type": "NewsArticle", "datePublished": "2025-07-11T14:30:00+02:00"}]})


@pytest.mark.parametrize(
    ("head", "before", "published"),
    [
        (f'<script type="application/ld+json">{LINKED}</script>', "", "2025-07-11T14:30:00+02:00"),
        ('<script type="application/ld+json">{broken</script>', "", None),
        ('<meta name="date" content="2025-07-11">', "", "2025-07-11"),
        ("", '<time pubdate datetime="2025-07-11T14:30">', "2025-07-11T14:30:00"),
        ("", '<span itemprop="datePublished" content="2025-07-11">11.7.</span>', "2025-07-11"),
        ("", '<time datetime="2025-07-11">gestern</time>', "2025-07-11"),
        ("", '<span class="date">Freitag, 11. Juli 2025, 14:30 Uhr</span>', "2025-07-11"),
        ('<meta property="article:published_time" content="unbekannt">', "", None),
        ('<link rel="canonical" href="https://nordblick.example/2025/07/11/treffen">', "", "2025-07-11"),
        ("", "", None),
    ],
)
def test_date_is_the_one_that_the_page_states(head: str, before: str, published: str | None) -> None:
    assert read_page(make_page(head, before)).published == published


def test_dates_of_other_reports_are_not_taken() -> None:
    others = (
        '<div><time datetime="2020-01-01"></time> Wien</div><div><time datetime="2020-01-02"></time></div>'
    )
    assert read_page(make_page(after=others)).published is None
    own = '<p>Genf, <time datetime="2025-07-11">11.7.</time></p>'
    assert read_page(make_page(before=own, after=others)).published == "2025-07-11"


def test_page_without_date_takes_the_default() -> None:
    assert page_report(make_page(), Defaults("2025-07-12", "Nordblick")).published == "2025-07-12"


def test_paragraphs_lists_and_breaks() -> None:
    after = "<ul><li>Ein Punkt der Liste</li><li>Noch ein Punkt</li></ul><p>Zeile<br>und   Zeile</p>"
    text = read_page(make_page().replace(b"</article>", after.encode() + b"</article>")).text
    assert text == TEXT + "\n\nEin Punkt der Liste\n\nNoch ein Punkt\n\nZeile\nund Zeile"


@pytest.mark.parametrize(
    ("charset", "encoding"),
    [
        ("utf-8", "utf-8"),
        ("iso-8859-1", "cp1252"),
        ("utf-8", "cp1252"),
        ("iso-8859-1", "utf-8"),
        ("", "utf-16"),
    ],
)
def test_encodings_stated_or_not_or_wrongly(charset: str, encoding: str) -> None:
    page = make_page(f'<meta charset="{charset}">' if charset else "").decode().encode(encoding)
    assert read_page(page).text == TEXT


@pytest.mark.parametrize(
    "raw",
    [
        b"<html><head><title>x</title></head><body></body></html>",
        b"<html><body><script>var a = 1;</script><img src='x.png'></body></html>",
        b"<html>",
        b"<!-- nothing -->",
        b"<",
        b"   ",
    ],
)
def test_page_without_text(raw: bytes) -> None:
    with pytest.raises(ReportError, match=r"is a page without text|is not a page|is empty"):
        read_page(raw)


def test_entity_bomb_and_outside_entities_stay_unexpanded() -> None:
    bomb = '<!ENTITY a0 "lol">' + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
    outside = '<!ENTITY file SYSTEM "file:///etc/hosts">'
    doctype = f'<?xml version="1.0" encoding="utf-8"?><!DOCTYPE html [{bomb}{outside}]>'
    text = read_page(f"{doctype}<html><body><p>&a11; &file;</p>{PARAGRAPHS}</body></html>".encode()).text
    assert len(text) < 500
    assert "localhost" not in text


@pytest.mark.parametrize("tag", ["div", "span", "blockquote", "table><tr><td", "ul><li", "b", "font"])
def test_deep_nesting_ends(tag: str) -> None:
    page = "<html><body>" + f"<{tag}>" * 10_000 + PARAGRAPHS
    try:
        assert read_page(page.encode()).text
    except ReportError as fault:
        assert "page" in str(fault)


def test_references_to_characters_that_are_none_cost_nothing_else() -> None:
    page = f"<html><body><nav></nav>&#1<time/>&#xD800;&#x110000;&#65534;&#228;{PARAGRAPHS}</body></html>"
    report = read_page(page.encode())
    assert "Rubio" in report.text or report.text
    assert not set(report.text) & set("\x01\ud800\ufffe")


def test_a_tree_that_no_browser_makes_is_refused_in_words() -> None:
    with pytest.raises(ReportError, match="is not a page that can be taken apart"):
        read_page(b"<!><svg><meta><p>")


def test_too_many_tags_or_attributes_are_refused() -> None:
    with pytest.raises(ReportError, match="30,000 tags"):
        read_page(b"<html><body>" + b"<b>" * 30_001)
    attributes = " ".join(f'a{number}="<>"' for number in range(3_001))
    with pytest.raises(ReportError, match="3,000 attributes"):
        read_page(f"<html><body {attributes}>{PARAGRAPHS}".encode())


def test_long_attribute_is_no_reason() -> None:
    image = f'<img src="data:image/png;base64,{"a b=" * 20_000}">'
    assert read_page(make_page(before=image)).text == TEXT


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                "<p>",
                "</p>",
                "<div class='x'>",
                "</div>",
                "<b",
                ">",
                "&#0;",
                "&#xd800;",
                "<!--",
                "-->",
                "\x0b",
                "Wort ",
            ]
        )
        | st.text(max_size=5),
        max_size=30,
    )
)
def test_no_page_makes_it_raise(pieces: list[str]) -> None:
    try:
        report = read_page(("<html><body>" + "".join(pieces)).encode("utf-8", "replace"))
    except ReportError:
        return
    assert report.text.strip()
