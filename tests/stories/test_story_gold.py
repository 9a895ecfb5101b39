"""The multi-outlet set holds together: ids resolve, quoted words stand in their reports, the counts hold."""

from __future__ import annotations

import datetime
import re
from collections import Counter
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
import yaml

HERE = Path(__file__).parent
STORIES: list[dict[str, Any]] = [
    yaml.safe_load(path.read_text("utf-8")) for path in sorted(HERE.glob("s[0-9][0-9].yaml"))
]
ACROSS: dict[str, Any] = yaml.safe_load((HERE / "across.yaml").read_text("utf-8"))
REPORTS: dict[str, dict[str, Any]] = {
    report["id"]: report for story in STORIES for report in story["reports"]
}
EVENTS: dict[str, dict[str, Any]] = {event["id"]: event for story in STORIES for event in story["events"]}
TYPES = set(
    "AGREE CONSULT SUPPORT CONCEDE COOPERATE AID RETREAT REQUEST ACCUSE REJECT THREATEN PROTEST SANCTION "
    "MOBILIZE COERCE ASSAULT".split()
)
STAGES = {"proposed", "agreed", "announced", "held", "postponed", "cancelled"}
AGENCIES = {"afp", "apa", "dpa", "reuters", "sda"}
STORY_KEYS = set("story title reports copies versions origins independent events accounts different".split())
REPORT_KEYS = set("id outlet published url title text".split())
EVENT_KEYS = set("id what type parties date place cycle mentions confirmed denied silent".split())

by_story = pytest.mark.parametrize("story", STORIES, ids=[story["story"] for story in STORIES])


def text_of(report: str) -> str:
    return str(REPORTS[report]["text"])


def mentions() -> Iterator[tuple[str, dict[str, Any]]]:
    """Every mention with the id of its event, those across stories too."""
    for event in [*EVENTS.values(), *ACROSS["same_event"]]:
        for mention in event["mentions"]:
            yield event.get("id") or event["event"], mention


def sentence_from(text: str, start: int) -> str:
    """The stretch from `start` to where its sentence seems to end: a capital after a stop, or a line break.

    A stop after a number or a single letter ends none (`am 11. Jänner`, `A. Dschumabekow`).
    """
    rest = text[start:].split("\n", 1)[0]
    end = re.search(r"(?<!\d)(?<!\b\w)[.!?][“»]?\s+(?=[„«»]?[A-ZÄÖÜ])", rest)
    return rest[: end.end()] if end else rest


def shingles(text: str, size: int = 8) -> set[tuple[str, ...]]:
    words = re.findall(r"\w+", text.replace("ß", "ss").lower())
    return {tuple(words[at : at + size]) for at in range(len(words) - size + 1)}


def day(value: str) -> None:
    """Fail unless it is a year, a month or a day."""
    assert re.fullmatch(r"\d{4}(-\d{2}(-\d{2})?)?", value), value
    datetime.date.fromisoformat(value + "-01-01"[len(value) - 4 :])


# --- the counts that issue 5 asks for -------------------------------------------------------------


def test_there_is_enough_of_everything() -> None:
    assert sum(len(story["reports"]) > 1 for story in STORIES) >= 15
    assert len(REPORTS) >= 70
    assert sum(len(story["reports"]) == 1 for story in STORIES) >= 4
    assert sum(any(not report["published"] for report in story["reports"]) for story in STORIES) >= 3
    assert sum(len(story["accounts"]) for story in STORIES) >= 8
    kinds = Counter(copy["kind"] for story in STORIES for copy in story["copies"])
    assert set(kinds) == {"verbatim", "edited", "partial"}
    stages = Counter(step["stage"] for event in EVENTS.values() for step in event["cycle"])
    assert set(stages) == STAGES
    assert sum(len(story["versions"]) for story in STORIES) >= 4
    assert sum(bool(event["denied"]) for event in EVENTS.values()) >= 5
    assert sum(bool(event["silent"]) for event in EVENTS.values()) >= 5


def test_ids_are_unique() -> None:
    ids = [story["story"] for story in STORIES]
    ids += [report["id"] for story in STORIES for report in story["reports"]]
    ids += [event["id"] for story in STORIES for event in story["events"]]
    assert [name for name, count in Counter(ids).items() if count > 1] == []


# --- reports --------------------------------------------------------------------------------------


@by_story
def test_reports_are_whole(story: dict[str, Any]) -> None:
    assert set(story) - {"not_copies"} == STORY_KEYS
    for report in story["reports"]:
        assert set(report) == REPORT_KEYS
        assert report["id"].startswith(story["story"] + "-")
        assert report["outlet"] and report["title"] and report["url"].startswith("https://")
        assert 80 <= len(report["text"].split()) <= 260, report["id"]
        if report["published"] is not None:
            datetime.datetime.fromisoformat(report["published"])


def test_no_two_stories_share_a_passage() -> None:
    found = {story["story"]: set[tuple[str, ...]]() for story in STORIES}
    for name, report in REPORTS.items():
        found[name.split("-")[0]] |= shingles(report["text"])
    shared = {(one, two): found[one] & found[two] for one, two in combinations(found, 2)}
    assert {pair: words for pair, words in shared.items() if words} == {}


# --- copies, versions, origins --------------------------------------------------------------------


def pairs_of_copies(story: dict[str, Any]) -> set[frozenset[str]]:
    return {frozenset((copy["of"], report)) for copy in story["copies"] for report in copy["reports"]}


@by_story
def test_copies_share_their_passages(story: dict[str, Any]) -> None:
    for copy in story["copies"]:
        assert set(copy) == {"of", "reports", "kind", "passages"}
        assert copy["passages"]
        for passage in copy["passages"]:
            for report in (copy["of"], *copy["reports"]):
                assert passage in text_of(report), (report, passage)


@by_story
def test_all_shared_text_is_gold(story: dict[str, Any]) -> None:
    """Reports share eight words in a row only as copies, versions, copies of one text, or one quotation.

    The last stand under `not_copies`.
    """
    copies = pairs_of_copies(story)
    versions = {frozenset(pair) for chain in story["versions"] for pair in combinations(chain["reports"], 2)}
    quotations = {frozenset(entry["reports"]) for entry in story.get("not_copies", [])}
    assert not quotations & (copies | versions)
    sources: dict[str, set[str]] = {}
    for copy in story["copies"]:
        for report in copy["reports"]:
            sources.setdefault(report, set()).add(copy["of"])
    for one, two in combinations([report["id"] for report in story["reports"]], 2):
        shared = shingles(text_of(one)) & shingles(text_of(two))
        pair = frozenset((one, two))
        if pair in copies | versions:
            assert shared, pair
        elif pair not in quotations and not sources.get(one, set()) & sources.get(two, set()):
            assert not shared, (pair, shared)


@by_story
def test_versions_are_one_address_with_other_words(story: dict[str, Any]) -> None:
    for chain in story["versions"]:
        first, last = chain["reports"][0], chain["reports"][-1]
        assert len({(REPORTS[report]["outlet"], REPORTS[report]["url"]) for report in chain["reports"]}) == 1
        assert [REPORTS[report]["published"] for report in chain["reports"]] == sorted(
            REPORTS[report]["published"] for report in chain["reports"]
        )
        assert chain["changed"]
        for change in chain["changed"]:
            assert set(change) == {"fact", "kind", "from", "to"}
            assert change["kind"] in {"number", "date", "added", "removed", "changed"}
            for words, here, not_here in ((change["from"], first, last), (change["to"], last, first)):
                if words is not None:
                    assert words in text_of(here), words
                    assert words not in text_of(not_here), words
    addresses = [report["url"] for report in story["reports"]]
    chained = {report for chain in story["versions"] for report in chain["reports"]}
    again = {report["id"] for report in story["reports"] if addresses.count(report["url"]) > 1}
    assert again == chained


@by_story
def test_independent_sources_are_the_origins_counted_once(story: dict[str, Any]) -> None:
    assert set(story["origins"]) == {report["id"] for report in story["reports"]}
    sources = set()
    for report, origins in story["origins"].items():
        assert origins
        for origin in origins:
            assert origin in AGENCIES or origin == "own" or origin in REPORTS
            if origin in AGENCIES:
                sources.add(origin)
            else:
                sources.add(REPORTS[report if origin == "own" else origin]["outlet"])
    assert story["independent"] == len(sources), sources
    for copy in story["copies"]:
        for report in copy["reports"]:
            for origin in story["origins"][copy["of"]]:
                wanted = copy["of"] if origin == "own" else origin
                assert wanted in story["origins"][report], (report, wanted)


# --- events and accounts --------------------------------------------------------------------------


@by_story
def test_events_are_whole(story: dict[str, Any]) -> None:
    for event in story["events"]:
        assert set(event) == EVENT_KEYS, event["id"]
        assert event["id"].startswith(story["story"] + "-e")
        assert event["type"] in TYPES
        assert event["parties"] and event["mentions"] and event["cycle"]
        if event["date"]:
            day(event["date"])
        told = {mention["report"] for mention in event["mentions"]}
        for step in event["cycle"]:
            assert set(step) == {"stage", "date", "report"}
            assert step["stage"] in STAGES
            assert step["report"] in told, (event["id"], step)
            day(step["date"])
        dates = [step["date"] for step in event["cycle"]]
        assert dates == sorted(dates), event["id"]
        for kind in ("confirmed", "denied", "silent"):
            for entry in event[kind]:
                assert entry["party"]
                if kind != "silent" or "report" in entry:
                    assert entry["words"] in text_of(entry["report"]), (event["id"], entry)
        spoken = {entry["party"] for kind in ("confirmed", "denied") for entry in event[kind]}
        assert not spoken & {entry["party"] for entry in event["silent"]}, event["id"]


def test_mentions_stand_in_their_reports() -> None:
    seen = Counter[tuple[str, str, str, str]]()
    for event, mention in mentions():
        assert event in EVENTS
        assert set(mention) - {"historical"} == {"report", "trigger", "sentence"}
        text = text_of(mention["report"])
        assert text.count(mention["sentence"]) == 1, mention
        start = text.index(mention["sentence"])
        assert start == 0 or (text[start - 1] in "\n " and text[:start].rstrip()[-1] in ".!?“»:"), mention
        sentence = sentence_from(text, start)
        assert re.search(rf"\b{re.escape(mention['trigger'])}\b", sentence), (mention, sentence)
        seen[(event, mention["report"], mention["trigger"], mention["sentence"])] += 1
    assert max(seen.values()) == 1


@by_story
def test_accounts_quote_their_reports(story: dict[str, Any]) -> None:
    own = {event["id"] for event in story["events"]}
    for account in story["accounts"]:
        assert account["event"] in own
        assert account["rows"]
        for row in account["rows"]:
            assert set(row) == {"matter", "mark", "cells"}
            assert set(row["cells"]) <= set(account["parties"])
            assert row["mark"] in {"agreed", "differs", "one side"}
            assert (row["mark"] == "one side") == (len(row["cells"]) == 1), row["matter"]
            for cell in row["cells"].values():
                assert cell["words"] in text_of(cell["report"]), cell
                assert cell["report"].startswith(story["story"] + "-")


def test_pairs_that_differ_are_two_events() -> None:
    for entry in [*ACROSS["different"], *(entry for story in STORIES for entry in story["different"])]:
        one, two = entry["events"]
        assert one != two and {one, two} <= set(EVENTS) and entry["why"]


def test_actors_across_stories_stand_in_their_reports() -> None:
    for actor in ACROSS["same_actor"]:
        for report, words in actor["in"].items():
            assert words in text_of(report), (report, words)
