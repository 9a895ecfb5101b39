"""Versions of an article: which reports are, and what changed from one to the next."""

import itertools
import pathlib
import random
from typing import Any

import msgspec
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from depesche.link import versions
from depesche.link.components import Link, find_groups
from depesche.link.records import Record
from depesche.link.versions import (
    Fact,
    address_of,
    find_articles,
    find_changes,
    find_versions,
    is_version,
)
from link.reports import make_record

CASES = yaml.safe_load(
    (pathlib.Path(__file__).parents[1] / "cases" / "link-versions.yaml").read_text("utf-8")
)
TEXT = (
    "Der Hafen von Poti bleibt nach dem Sturm bis Sonntag geschlossen. Rund vierzig Lastwagen mit Nüssen "
    "warten vor den Toren. Die Behörden hoffen auf ruhigere See am Wochenende."
)
OTHER = "Die Ernte fiel in diesem Jahr schlecht aus, sagen die Bauern im Tal von Alasani dem Sender."
SENTENCES = (*(f"{s}." for s in TEXT.split(". ")), "Sieben Menschen starben.", "„Nein“, sagte Rubio.", "\n\n")
TEXTS = st.lists(st.sampled_from(SENTENCES), max_size=7).map(" ".join) | st.text(max_size=40)
REPORTS = st.tuples(
    TEXTS,
    st.sampled_from([None, "2026-02-03", "2026-02-03T10:00:00+01:00", "2026-02-05"]),
    st.sampled_from([None, "Elbtagblatt", "Neckarpost"]),
    st.none(),
    st.sampled_from(
        [None, "https://elbtagblatt.example/1", "http://[", "https://elbtagblatt.example/2?ref=x"]
    ),
)


def shown(fact: Fact | None, text: str) -> str | None:
    if fact is None:
        return None
    assert fact.kind in {"quotation", "statement"} or text[fact.span.start : fact.span.end] == fact.text
    return fact.text


@pytest.mark.parametrize("case", CASES, ids=lambda c: c["why"])
def test_cases(case: dict[str, Any]) -> None:
    old, new = make_record(case["old"], "2026-03-03"), make_record(case["new"], "2026-03-03")
    found = [
        (c.kind, c.change, shown(c.old, case["old"]), shown(c.new, case["new"]))
        for c in find_changes(old, new)
    ]
    assert len(found) == len(case["changes"]), found
    for kind, change, before, after in case["changes"]:
        fitting = [f for f in found if f[:2] == (kind, change)]
        assert any(
            (f[2] or "").startswith(before or "") and (f[3] or "").startswith(after or "") for f in fitting
        ), found


def at(
    url: str | None, published: str | None = "2026-03-03", outlet: str | None = None, text: str = TEXT
) -> Record:
    return make_record(text, published, outlet, None, url)


@pytest.mark.parametrize(
    ("one", "other", "is_one"),
    [
        (at("https://a.example/x?utm_source=mail#top"), at("http://www.a.example/x/", text=OTHER), True),
        (at("https://a.example/x?id=1"), at("https://a.example/x?id=2", text=OTHER), False),
        (at("https://a.example/"), at("https://a.example/", text=OTHER), False),
        (at("https://a.example/wetter"), at("https://a.example/wetter", "2026-06-03", text=OTHER), False),
        (
            at(None, "2026-03-03", "Elbtagblatt"),
            at(None, "2026-03-05", "Elbtagblatt", f"{TEXT} {OTHER}"),
            True,
        ),
        (
            at(None, "2026-03-03", "Elbtagblatt"),
            at(None, "2026-03-05", "Neckarpost", f"{TEXT} {OTHER}"),
            False,
        ),
        (
            at(None, "2026-03-03", "Elbtagblatt"),
            at(None, "2026-03-25", "Elbtagblatt", f"{TEXT} {OTHER}"),
            False,
        ),
        (at(None, "2026-03-03", "Elbtagblatt"), at(None, "2026-03-04", "Elbtagblatt", OTHER), False),
    ],
)
def test_which_are_versions(one: Record, other: Record, is_one: bool) -> None:
    assert is_version(one, other) is is_version(other, one) is is_one


def test_an_address_that_is_none() -> None:
    assert [address_of(at(url)) for url in (None, "", "http://[", "nur Text", "https://a.example")] == [
        None
    ] * 5


def test_a_chain_in_the_order_of_publication() -> None:
    texts = [f"{TEXT} {more} Tote wurden geborgen." for more in ("Zwei", "Drei", "Neun")]
    records = [at("https://a.example/x", f"2026-03-0{day}", text=t) for day, t in enumerate(texts, 1)]
    (chain,) = find_versions(reversed(records))
    assert chain.reports == tuple(r.id for r in records)
    steps = [[(c.old.text, c.new.text) for c in d.changes if c.old and c.new] for d in chain.differences]
    assert steps == [[("Zwei", "Drei")], [("Drei", "Neun")]]


@settings(max_examples=60, deadline=None)
@given(st.lists(REPORTS, max_size=5), st.randoms(use_true_random=False))
def test_any_reports_in_any_order(
    reports: list[tuple[str, str | None, str | None, None, str | None]], chance: random.Random
) -> None:
    records = [make_record(*report) for report in reports]
    found = find_versions(records)
    shuffled = list(records)
    chance.shuffle(shuffled)
    assert find_versions(shuffled) == found
    texts = {r.id: r.report.text for r in records}
    for difference in (d for chain in found for d in chain.differences):
        for change in difference.changes:
            assert (change.old is None) == (change.change == "added")
            assert (change.new is None) == (change.change == "gone")
            shown(change.old, texts[difference.old])
            shown(change.new, texts[difference.new])


@settings(max_examples=60, deadline=None)
@given(st.lists(REPORTS, max_size=7))
def test_articles_are_what_hangs_together_by_all_pairs(
    reports: list[tuple[str, str | None, str | None, None, str | None]],
) -> None:
    """What is not compared changes nothing: it is one article already, or has too few words in common."""
    records = {record.id: record for record in (make_record(*report) for report in reports)}
    pairs = [
        Link(one, other)
        for one, other in itertools.combinations(sorted(records), 2)
        if (one, other) in set(versions._candidates(records.values()))
        and is_version(records[one], records[other])
    ]
    groups = {frozenset(group) for group in find_groups(records, pairs) if len(group) > 1}
    found = find_articles(records.values())
    assert {frozenset(article) for article in found} == groups
    assert [one.reports for one in find_versions(records.values())] == list(found)


@settings(max_examples=40, deadline=None)
@given(TEXTS)
def test_a_report_does_not_differ_from_itself(text: str) -> None:
    assert find_changes(make_record(text), make_record(text)) == ()


def test_versions_that_name_the_same_time_come_in_the_order_in_which_they_were_fetched() -> None:
    texts = [TEXT, f"{TEXT} Sieben Menschen starben.", f"{TEXT} Acht Menschen starben.", f"{TEXT} {OTHER}"]
    records = []
    for hour, text in enumerate(texts):
        record = make_record(text, "2026-02-03T10:00:00+01:00", url="https://elbtagblatt.example/1")
        report = msgspec.structs.replace(record.report, fetched=f"2026-02-03T1{hour}:00:00Z")
        records.append(msgspec.structs.replace(record, report=report))
    (found,) = find_versions(random.Random(1).sample(records, len(records)))
    assert found.reports == tuple(record.id for record in records)
