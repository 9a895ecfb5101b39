"""Which reports are on one matter, and how alike reports are."""

from __future__ import annotations

import pathlib
from typing import Any

import msgspec
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from depesche.language.namelike import looks_like_name
from depesche.language.rarity import rarity
from depesche.link.postings import share_posting
from depesche.link.profiles import cosine_of_vectors, profile_of, profile_without
from depesche.link.records import Record
from depesche.link.similarity import similarity
from depesche.link.stories import find_postings, same_story
from depesche.reading import Span
from link.reports import make_record

CASES = yaml.safe_load((pathlib.Path(__file__).parents[1] / "cases" / "link-stories.yaml").read_text("utf-8"))


def pair_of(case: dict[str, Any]) -> tuple[Record, Record]:
    a, b = (make_record(r["text"], r.get("published"), "Blatt", r["title"]) for r in (case["a"], case["b"]))
    return a, b


@pytest.mark.parametrize("case", CASES, ids=lambda c: c["id"])
def test_same_story(case: dict[str, Any]) -> None:
    a, b = pair_of(case)
    link = same_story(a, b)
    assert (link is not None) == case["same"], link


@pytest.mark.parametrize("case", CASES, ids=lambda c: c["id"])
def test_both_sides_say_the_same(case: dict[str, Any]) -> None:
    a, b = pair_of(case)
    assert similarity(a, b) == similarity(b, a)
    assert same_story(a, b) == same_story(b, a)


@pytest.mark.parametrize("case", [c for c in CASES if c["same"]], ids=lambda c: c["id"])
def test_linked_reports_stand_near_each_other(case: dict[str, Any]) -> None:
    a, b = pair_of(case)
    assert share_posting(find_postings(a), find_postings(b))


@pytest.mark.parametrize("case", [c for c in CASES if c["same"]], ids=lambda c: c["id"])
def test_a_link_says_why(case: dict[str, Any]) -> None:
    link = same_story(*pair_of(case))
    assert link is not None
    assert link.reasons
    assert 0.0 < link.strength <= 1.0


@given(st.text(max_size=300), st.text(max_size=300), st.dates().map(str) | st.none())
def test_no_text_makes_it_raise(one: str, other: str, day: str | None) -> None:
    a, b = make_record(one, day), make_record(other, day)
    assert 0.0 <= similarity(a, b) <= 1.0
    assert similarity(a, b) == similarity(b, a)
    assert same_story(a, b) == same_story(b, a)
    assert find_postings(a) == find_postings(make_record(one, day))


def test_a_report_is_most_like_itself() -> None:
    a, b = pair_of(CASES[0])
    assert similarity(a, a) == pytest.approx(1.0)
    assert similarity(a, b) < 1.0


IMPRINT = (
    "Rückfragen beantwortet die Pressestelle des Hafenamts werktags zwischen acht und sechzehn Uhr unter der "
    "bekannten Nummer, Bilder in druckfähiger Auflösung stehen im Netz bereit."
)


def test_an_imprint_makes_nothing_alike() -> None:
    plain = [
        "Im Hafen von Bergen ist am Montag ein Kran umgestürzt. Er fiel auf zwei Lagerhallen, verletzt wurde "
        "niemand. Fachleute prüfen nun die übrigen Kräne.",
        "Das Hafenamt stellt im Herbst vierzig Lehrlinge ein. Bewerben können sich Schulabgänger, die gern "
        "im Freien arbeiten und schwimmen können.",
    ]
    apart = similarity(*(make_record(text, "2025-03-04") for text in plain))
    signed = similarity(*(make_record(f"{text}\n\n{IMPRINT}", "2025-03-04") for text in plain))
    assert signed == pytest.approx(apart, abs=0.02)
    copied = similarity(*(make_record(f"{plain[0]}\n\n{end}", "2025-03-04") for end in ("", IMPRINT)))
    assert copied > 0.8


@pytest.mark.parametrize(
    ("left_out", "like_first"),
    [
        ("", 0.7),
        ("Ein Kran fiel um.", 0.0),
        ("Kran", 0.0),
        ("Verletzt", 1.0),
        ("Ein Kran fiel um. Verletzt", None),
    ],
)
def test_a_sentence_that_does_not_count_in_part_means_nothing(
    left_out: str, like_first: float | None
) -> None:
    text = "Ein Kran fiel um. Verletzt wurde niemand."
    record = msgspec.structs.replace(make_record(text), vectors=((1.0, 0.0), (0.0, 1.0)))
    first = profile_of(msgspec.structs.replace(record, vectors=((1.0, 0.0), (1.0, 0.0)))).vector
    start = text.find(left_out)
    vector = profile_without(record, [Span(start, start + len(left_out))]).vector
    assert bool(vector) == (like_first is not None)
    if like_first is not None:
        assert cosine_of_vectors(vector, first) == pytest.approx(like_first, abs=0.25)


@pytest.mark.parametrize(
    ("word", "name"), [("Lawrow", True), ("Uschhorod", True), ("Treffen", False), ("Verkehrsgipfel", False)]
)
def test_words_that_look_like_names(word: str, name: bool) -> None:
    assert looks_like_name(word) == name


def test_rare_words_weigh_more() -> None:
    assert rarity("und") == 0.0
    assert rarity("Minister") < rarity("Waffenruhe") <= 1.0
