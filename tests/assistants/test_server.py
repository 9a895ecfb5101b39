"""The MCP server as an assistant meets it: a real process, asked by the SDK's own client."""

from __future__ import annotations

import hashlib
import json
import pathlib
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from mcp import Client, MCPError

from assistants.conftest import Ask
from depesche.archive.store import Archive
from depesche.assistants.answers import NOTICE

TOOLS = ("search", "events", "accounts", "actor", "relation", "report")


def test_tools_only_read_and_refuse_what_they_do_not_know(client: tuple[Any, Client]) -> None:
    portal, asked = client
    listed = portal.call(asked.list_tools).tools
    assert [tool.name for tool in listed] == list(TOOLS)
    for tool in listed:
        assert tool.annotations.read_only_hint and not tool.annotations.destructive_hint
        assert tool.annotations.open_world_hint is False
        assert tool.input_schema["type"] == "object"
        assert tool.input_schema["additionalProperties"] is False
        assert tool.title and tool.description
    assert asked.instructions and NOTICE in asked.instructions


# What is asked, and words that must stand in the answer.
QUESTIONS: tuple[tuple[str, dict[str, Any], str], ...] = (
    ("search", {"words": "Rubio Lawrow"}, "Elbtagblatt"),
    ("search", {"words": "Rubio", "kind": "quotations"}, "speaker"),
    ("search", {"words": "Treffen", "kind": "events", "latest": True}, "mention"),
    ("search", {"words": "Rubio", "actor": "RUS", "from": "2025-07", "to": "2025-07-11"}, "quoted"),
    ("events", {"between": ["USA", "RUS"], "type": "CONSULT"}, "Helsinki"),
    ("events", {"words": "Gipfeltreffen"}, "Donald Trump (USA)"),
    ("actor", {"name": "Lawrow"}, "foreign_minister"),
    ("relation", {"one": "USA", "other": "Russland", "by": "day"}, "verbal_conflict"),
)


@pytest.mark.parametrize(("tool", "question", "words"), QUESTIONS)
def test_every_answer_has_its_sources_and_true_words(
    ask: Ask, archive_path: pathlib.Path, tool: str, question: dict[str, Any], words: str
) -> None:
    failed, text, answer = ask(tool, **question)
    assert not failed and words in text
    assert json.loads(text) == answer and answer["notice"] == NOTICE
    assert 1 <= len(answer["items"]) <= 10
    for item in answer["items"]:
        assert item["source"]["report"] and item["words"]
    check_sources(archive_path, answer)


def test_accounts_and_report_have_their_sources(ask: Ask, archive_path: pathlib.Path) -> None:
    _, _, found = ask("events", between=["USA", "RUS"], type="CONSULT", **{"from": "2025-07"})
    failed, _, accounts = ask("accounts", event=found["items"][0]["event"])
    assert not failed and {"RUS", "USA"} <= set(accounts["parties"])
    assert accounts["items"][0]["mark"] in ("agreed", "differs", "one side")
    check_sources(archive_path, accounts)
    failed, _, report = ask("report", report=found["items"][0]["source"]["report"])
    assert not failed and report["found"] and report["actors"]
    check_sources(archive_path, report)


def check_sources(archive_path: pathlib.Path, answer: Any) -> None:
    """Make sure that what is quoted stands in the text of the source beside it."""
    with Archive(archive_path) as archive:
        checked = 0
        for part in walk(answer):
            if "source" not in part:
                continue
            assert {"report", "outlet", "agency", "date", "address"} <= set(part["source"])
            text = archive.report(part["source"]["report"]).text
            words = part.get("words", part.get("text", ()))
            for one in words if isinstance(words, list) else [words]:
                assert text[one["start"] : one["end"]] == one["quoted"]
                checked += 1
        assert checked


def walk(answer: Any) -> Iterator[dict[str, Any]]:
    if isinstance(answer, dict):
        yield answer
        for value in answer.values():
            yield from walk(value)
    elif isinstance(answer, list):
        for value in answer:
            yield from walk(value)


# Lists that go on, and what tells their items apart.
LISTS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("search", {"words": "Rubio"}),
    ("search", {"words": "die", "kind": "quotations"}),
    ("events", {"between": ["USA", "RUS"]}),
    ("actor", {"name": "Lawrow"}),
    ("relation", {"one": "USA", "other": "RUS"}),
)


@pytest.mark.parametrize(("tool", "question"), LISTS)
def test_pages_follow_each_other(ask: Ask, tool: str, question: dict[str, Any]) -> None:
    _, _, whole = ask(tool, limit=50, **question)
    items: list[Any] = []
    cursor: dict[str, str] = {}
    for _ in range(30):
        _, _, page = ask(tool, limit=3, **question, **cursor)
        assert len(page["items"]) <= 3
        items += page["items"]
        if "next" not in page:
            break
        cursor = {"cursor": page["next"]}
    assert len(whole["items"]) > 3
    assert items[:50] == whole["items"]


def test_a_report_comes_a_stretch_at_a_time(ask: Ask, archive_path: pathlib.Path) -> None:
    _, _, found = ask("search", words="Rubio Lawrow", limit=1)
    report = found["items"][0]["source"]["report"]
    text, start = "", 0
    while start is not None:
        _, _, part = ask("report", report=report, start=start, length=500)
        assert len(part["text"]["quoted"]) <= 500
        text += part["text"]["quoted"]
        start = part.get("next_start")
    with Archive(archive_path) as archive:
        assert text == archive.report(report).text


# What is asked, and what the answer says is wrong with it.
REFUSED: tuple[tuple[str, dict[str, Any], str], ...] = (
    ("search", {}, "required field `words`"),
    ("search", {"words": ""}, "length >= 1"),
    ("search", {"words": "x", "acter": "Rubio"}, "unknown field `acter`"),
    ("search", {"words": "x", "type": "MEET"}, "none of AGREE"),
    ("search", {"words": "x", "limit": 1000}, "<= 50"),
    ("search", {"words": "x", "cursor": "abc"}, "no cursor of this list"),
    ("events", {"between": ["USA"]}, "length 2"),
    ("events", {"from": "gestern"}, "no date"),
    ("accounts", {"event": "Helsinki"}, "no id of an event"),
    ("accounts", {"event": "effffffffffff-e1"}, "no report"),
    ("actor", {"name": "Niemand Unbekannt"}, "no actor"),
    ("relation", {"one": "USA", "other": "Atlantis"}, "no state"),
    ("report", {"report": "ffff"}, "no report"),
    ("report", {"report": "../../etc/passwd"}, "no report"),
    ("report", {"report": "8ea2", "start": -1}, ">= 0"),
)


@pytest.mark.parametrize(("tool", "question", "words"), REFUSED)
def test_what_is_wrong_is_said(ask: Ask, tool: str, question: dict[str, Any], words: str) -> None:
    failed, text, answer = ask(tool, **question)
    assert failed and answer is None
    assert words in text and "Traceback" not in text


def test_there_are_no_other_tools(ask: Ask) -> None:
    with pytest.raises(MCPError, match="no tool of this name"):
        ask("delete", report="8ea2")


def test_nothing_changes(ask: Ask, archive_path: pathlib.Path) -> None:
    before = hashlib.sha256(archive_path.read_bytes()).digest()
    for tool, question, _ in QUESTIONS:
        ask(tool, **question)
    assert hashlib.sha256(archive_path.read_bytes()).digest() == before


def test_an_archive_that_is_not_there_is_not_made(tmp_path: pathlib.Path) -> None:
    place = tmp_path / "none.sqlite"
    run = subprocess.run(
        [sys.executable, "-m", "depesche.cli", "mcp", "--archive", str(place)],
        capture_output=True, text=True, timeout=60, check=False, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    assert run.returncode == 2 and str(place) in run.stderr and run.stdout == ""
    assert not place.exists()


def test_without_the_extra_it_says_what_to_install(tmp_path: pathlib.Path) -> None:
    # A module of this name that cannot be found stands before the installed one.
    hide = "import sys; sys.modules['mcp'] = None; sys.modules['mcp_types'] = None; "
    run = subprocess.run(
        [sys.executable, "-c", hide + "from depesche.cli import main; main(['mcp', '--archive', 'x'])"],
        capture_output=True, text=True, timeout=60, check=False, cwd=tmp_path,
    )  # fmt: skip
    assert run.returncode == 2
    assert "pip install 'depesche[mcp]'" in run.stderr and "Traceback" not in run.stderr
