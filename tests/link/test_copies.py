"""Copies: what one report took from another, and what they only share."""

import pathlib
from typing import Any

import msgspec
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from depesche.link import copies
from depesche.link.copies import compare, find_common, fingerprints, match_words, share_of_words
from depesche.link.words import words_of
from link.reports import make_record

CASES = yaml.safe_load((pathlib.Path(__file__).parents[1] / "cases" / "link-copies.yaml").read_text("utf-8"))
WORDS = (
    "der die Minister traf sagte „ “ . , Rubio nicht am Freitag ß (dpa) \n\n in Oslo werde er kommen".split(
        " "
    )
)
TOLD = "Der Minister traf am Freitag in Oslo seine Kollegin aus Wien und sprach mit ihr über den Hafen."
TEXTS = st.text(max_size=200) | st.lists(st.sampled_from(WORDS), max_size=120).map(" ".join)


@pytest.mark.parametrize("case", CASES, ids=lambda c: c["why"])
def test_cases(case: dict[str, Any]) -> None:
    a, b = make_record(case["a"], "2026-03-02"), make_record(case["b"], "2026-03-03")
    found = compare(a, b)
    assert found.kind == case["kind"]
    shown = [case["b"][p.b.start : p.b.end] for p in found.passages]
    assert len(shown) == len(case["passages"]), shown
    for text, (begins, ends) in zip(shown, case["passages"], strict=True):
        assert text.startswith(begins) and text.endswith(ends), text


@pytest.mark.parametrize("case", [c for c in CASES if c["kind"] != "none"], ids=lambda c: c["why"])
def test_copies_share_a_fingerprint(case: dict[str, Any]) -> None:
    assert set(fingerprints(make_record(case["a"]))) & set(fingerprints(make_record(case["b"])))


def test_fingerprints_are_the_same_everywhere() -> None:
    assert fingerprints(make_record("Der Minister traf am Freitag in Oslo ein.")) == (25523975725091566,)


def test_a_report_is_its_own_copy() -> None:
    text = CASES[0]["a"]
    found = compare(make_record(text), make_record(text))
    assert (found.kind, found.share_a, found.share_b) == ("verbatim", 1.0, 1.0)


@pytest.mark.parametrize(
    ("a", "b", "common", "left"),
    [
        ("Er kam am Montag nach Oslo zurück.", "Sie kam am Montag nach Oslo zurück.", 6, 1),
        ("Er kam am Montag nach Oslo.", "„Er kam am Montag nach Oslo.“", 6, 0),
        ("Er kam am Montag. Dann ging er.", "Am Dienstag kam er. Dann ging er.", 0, 7),
        ("", "Er kam am Montag nach Oslo.", 0, 0),
    ],
)
def test_runs_of_words_that_two_have(a: str, b: str, common: int, left: int) -> None:
    found = find_common(make_record(a), make_record(b))
    assert (len(found.a), len(found.b), found.left) == (common, common, left)


@settings(max_examples=60, deadline=None)
@given(TEXTS, TEXTS, TEXTS)
def test_any_texts(head: str, shared: str, tail: str) -> None:
    a, b = make_record(f"{head} {shared}"), make_record(f"{shared}\n\n{tail}")
    found = compare(a, b)
    assert 0 <= found.share_a <= 1 and 0 <= found.share_b <= 1
    for passage in found.passages:
        assert 0 <= passage.a.start < passage.a.end <= len(a.report.text)
        assert 0 <= passage.b.start < passage.b.end <= len(b.report.text)
        assert 0 < passage.similarity <= 1
    assert max(found.share_a, found.share_b) <= share_of_words(a, b) + 0.001
    mirrored = compare(b, a)
    assert (found.kind == "none") == (mirrored.kind == "none")


def test_long_texts_of_one_word_take_no_time() -> None:
    text = "der Minister sagte " * 4000
    assert compare(make_record(text), make_record(text)).kind in {"verbatim", "none"}


@settings(max_examples=40, deadline=None)
@given(TEXTS, TEXTS)
def test_what_is_kept_of_two_texts_is_what_they_have_alike(one: str, other: str) -> None:
    a, b = words_of(make_record(f"{one} {TOLD}")), words_of(make_record(f"{TOLD} {other}"))
    matches = copies._find_alike(a, b)
    assert all(a.forms[i] == b.forms[j] for match in matches for i, j in match.shared)
    words = (
        [i for match in matches for i, _ in match.shared],
        [j for match in matches for _, j in match.shared],
    )
    assert all(len(set(some)) == len(some) == sum(match.size for match in matches) for some in words)
    assert copies._align(a, b) == copies._align(a, b) == matches
    assert tuple(match.turn().turn() for match in matches) == matches


def test_no_more_than_so_many_pairs_are_kept() -> None:
    aligned = copies._Aligned(2)
    words = [words_of(make_record(f"{TOLD} Das war am {day}. Juli.")) for day in range(4)]
    for other in words[1:]:
        aligned.keep(words[0], other, match_words(words[0], other))
    assert aligned.find(words[0], words[1]) is None
    assert all(aligned.find(words[0], other) == match_words(words[0], other) for other in words[2:])


def test_the_same_text_with_other_quotations_is_compared_anew() -> None:
    quoted = make_record(f"„{TOLD}“, sagte er.")
    plain = msgspec.structs.replace(quoted, reading=msgspec.structs.replace(quoted.reading, quotations=()))
    assert any(words_of(quoted).quoted) and not any(words_of(plain).quoted)
    assert words_of(quoted).key != words_of(plain).key
