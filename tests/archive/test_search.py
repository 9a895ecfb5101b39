"""The full-text search: what is found, in which order, and with which words marked."""

import itertools
import time
import typing
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archive.conftest import MakePlace
from archive.samples import ANY_TEXT, MEETING
from depesche.archive.store import Archive
from depesche.archive.terms import MAX_MARKS, SNIPPET, cut_snippet, find_marks, parse_query
from depesche.reading import Reading, Report, Span
from depesche.stems import find_stems, stem_text, stem_word

CASES = yaml.safe_load((Path(__file__).parents[1] / "cases" / "archive-search.yaml").read_text("utf-8"))


@pytest.fixture(scope="module")
def library(make_place: MakePlace) -> typing.Iterator[tuple[Archive, dict[str, str]]]:
    letters: dict[str, str] = {}
    with Archive(make_place()) as opened:
        for letter, words in CASES[0]["reports"].items():
            title, text = words.split(" | ")
            report = Report(text=text, title=title)
            letters[report.id] = letter
            opened.write(report, Reading(id=report.id))
        yield opened, letters


@pytest.mark.parametrize("case", CASES[1:], ids=lambda case: case["id"])
def test_search(library: tuple[Archive, dict[str, str]], case: dict[str, typing.Any]) -> None:
    archive, letters = library
    assert [letters[hit.report] for hit in archive.search(case["words"])] == case["found"], case["why"]


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=ANY_TEXT | st.text('"*-: ()^{}+„“abGenf\0', max_size=40))
def test_no_query_is_malformed(library: tuple[Archive, dict[str, str]], words: str) -> None:
    for hit in library[0].search(words):
        assert hit.marks or hit.title_marks or hit.snippet.text


def test_filters_hold_for_hits_too(filled: Archive) -> None:
    assert [hit.title for hit in filled.search("Lawrow", source="nord", start="2025-07")] == [
        "Rubio trifft Lawrow"
    ]
    assert not filled.search("Lawrow", source="alpen")
    assert not filled.search("Lawrow", end="2025-07-10")
    assert len(filled.search("in", limit=1)) == 1
    assert [h.report for h in filled.search("in", actor="RUS")] == [MEETING.id]
    assert filled.search("in", limit=1, offset=1) == filled.search("in")[1:2]


def test_a_hit_shows_the_words_it_was_found_by(filled: Archive) -> None:
    (hit,) = filled.search('Sanktion "Nach Angabe"')
    text = MEETING.text
    assert text[hit.snippet.start : hit.snippet.end] == hit.snippet.text
    assert [text[m.start : m.end] for m in hit.marks] == ["Nach Angaben", "Sanktionen"]
    assert all(hit.snippet.start <= m.start and m.end <= hit.snippet.end for m in hit.marks)
    (hit,) = filled.search("trifft")
    assert hit.title and [hit.title[m.start : m.end] for m in hit.title_marks] == ["trifft"]
    assert (hit.marks, hit.snippet.start) == ((), 0)
    assert hit.score > 0


@given(text=ANY_TEXT, words=ANY_TEXT)
def test_marks_and_snippets_stand_in_the_text(text: str, words: str) -> None:
    marks = find_marks(text, parse_query(words))
    assert all(0 <= m.start < m.end <= len(text) for m in marks)
    assert all(one.end <= other.start for one, other in itertools.pairwise(marks))
    snippet = cut_snippet(text, marks)
    assert text[snippet.start : snippet.end] == snippet.text


def test_a_word_is_found_in_what_it_was_taken_from() -> None:
    text = "Die Gespräche mit Erdog\u0306an über Außen\u00admi\u00adnister"
    found = {stem: text[start:end] for start, end, stem in find_stems(text)}
    assert found[stem_word("Erdogan")] == "Erdog\u0306an"
    assert found[stem_word("Außenminister")] == "Außen\u00admi\u00adnister"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Selenskyj", "Selenskyjs"),
        ("Netanjahu", "Netanjahus"),
        ("Lawrow", "Lawrows"),
        ("grün", "gruene"),
        ("Bundestag", "BUNDESTAGES"),
        ("Zürich", "Zuerich"),
    ],
)
def test_words_that_are_one_word(one: str, other: str) -> None:
    assert stem_word(one) == stem_word(other)


@pytest.mark.parametrize(
    ("one", "other"), [("US", "U"), ("Hamas", "Hama"), ("Haus", "Hau"), ("Iran", "Irak")]
)
def test_words_that_are_two_words(one: str, other: str) -> None:
    assert stem_word(one) != stem_word(other)


def test_many_hits_come_in_blocks(archive: Archive) -> None:
    reports = [Report(text=f"Genf {i}", published=f"2025-07-{i % 28 + 1:02}") for i in range(250)]
    for report in reports:
        archive.write(report, Reading(id=report.id))
    hits = archive.search("Genf", limit=1000)
    assert len({hit.report for hit in hits}) == 250
    assert hits[190:215] == archive.search("Genf", limit=25, offset=190)
    assert len(archive.search("Genf")) == 50


def test_the_snippet_is_where_most_words_stand() -> None:
    text = "Genf. " + "x " * 300 + "Genf und Genf " + "y " * 300
    marks = find_marks(text, parse_query("Genf"))
    snippet = cut_snippet(text, marks)
    assert snippet.text.count("Genf") == 2
    assert len(snippet.text) <= SNIPPET


def test_hostile_texts_and_queries_take_no_time(archive: Archive) -> None:
    begun = time.process_time()
    texts = ["a" * 1_000_000, "Genf " * 200_000, "“" * 10_000 + " Genf", "ä\u0308" * 100_000]
    for text in texts:
        report = Report(text=text)
        archive.write(report, Reading(id=report.id))
    assert len(find_marks(texts[1], parse_query("Genf"))) == MAX_MARKS
    assert len(archive.search("Genf")) == 2
    assert archive.search("Genf " * 10_000) and archive.search('"' + "Genf " * 200)
    assert not archive.search("-" * 100_000 + "a*" * 10_000)
    assert find_marks("Genf Genf Genf", parse_query('"Genf Genf"')) == (Span(0, 9),)
    assert stem_text("a" * 1_000_000) == "a" * 100
    assert time.process_time() - begun < 20
