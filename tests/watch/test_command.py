"""The command: what it says, and how it ends."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner

from depesche.cli import main
from watch.papers import Article, make_text, publish
from web import Web, answer


@pytest.fixture
def feeds(web: Web, tmp_path: Path) -> Path:
    publish(web, [Article("/genf", make_text("Genf"))])
    web.routes["/bad"] = answer("trouble", 500)
    path = tmp_path / "feeds.yaml"
    path.write_text(
        f"contact: test@blatt.example\nallow: [127.0.0.1]\nfeeds:\n- {web.url('/feed')}\n"
        f"- {{address: '{web.url('/bad')}', outlet: Amt}}\n"
    )
    return path


def run(*arguments: str | Path, language: str = "en") -> tuple[int, str]:
    result = CliRunner().invoke(
        main, ["watch", *map(str, arguments)], env={"DEPESCHE_LANGUAGE": language, "DEPESCHE_CONTACT": ""}
    )
    return result.exit_code, result.output


def test_it_reads_once_and_says_what_it_did(feeds: Path, place: Path, web: Web) -> None:
    code, said = run(feeds, "--archive", place, "--once", "--pause", "0")
    assert code == 0
    assert "1 reports" in said and "answers 500" in said
    assert "test@blatt.example" in web.requests[0].headers["user-agent"]
    code, said = run("--status", "--archive", place, language="de")
    assert code == 0
    assert "Zurzeit beobachtet niemand" in said and "antwortet 500" in said and "Amt" in said
    code, said = run("--status", "--json", "--archive", place)
    told = json.loads(said)
    assert told["pages"] == {"known": 1, "waiting": 0, "read": 1, "lost": 0, "reports": 1, "from_feeds": 0}
    assert [feed["fault"] for feed in told["feeds"]] == ["status", None]


def test_nobody_watches_yet(place: Path) -> None:
    assert run("--status", "--archive", place)[0] == 0


def test_a_list_is_wanted(place: Path, tmp_path: Path) -> None:
    assert run("--archive", place)[0] == 2
    nothing = tmp_path / "nothing.yaml"
    nothing.write_text("feeds: []")
    code, said = run(nothing, "--archive", place)
    assert (code, str(nothing) in said) == (2, True)


def test_without_leave_nothing_is_fetched_from_the_own_network(web: Web, place: Path, tmp_path: Path) -> None:
    publish(web, [Article("/genf", make_text("Genf"))])
    feeds = tmp_path / "feeds.yaml"
    feeds.write_text(f"feeds: [{web.url('/feed')}]")
    code, said = run(feeds, "--archive", place, "--once")
    assert code == 0
    assert "lies inside the own network" in said and "DEPESCHE_CONTACT" in said
    assert not web.requests
    # As soon as there is leave, it is; a second refusal is said no more, and nothing asked.
    assert "lies inside" not in run(feeds, "--archive", place, "--once")[1]
    assert not web.requests
    code, said = run(feeds, "--archive", place, "--once", "--allow", "127.0.0.0/8", "--pause", "0")
    assert code == 0
    assert "1 reports" in said
    assert [request.path for request in web.requests] == ["/robots.txt", "/feed", "/genf"]


def test_a_log_stays_small_and_a_signal_ends_it_in_good_order(
    feeds: Path, place: Path, tmp_path: Path, web: Web
) -> None:
    log = tmp_path / "watch.log"
    command = [sys.executable, "-m", "depesche.cli", "watch", str(feeds), "--archive", str(place)]
    process = subprocess.Popen(
        [*command, "--log", str(log), "--pause", "0"],
        env={**os.environ, "DEPESCHE_LANGUAGE": "en"}, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        patience = time.monotonic() + 90
        while not web.asked("/genf") and time.monotonic() < patience:
            time.sleep(0.05)
        assert json.loads(run("--status", "--json", "--archive", place)[1])["running"]
        # Another must not watch beside it.
        assert run(feeds, "--archive", place, "--once")[0] == 2
        process.send_signal(signal.SIGTERM)
        _, said = process.communicate(timeout=60)
    finally:
        process.kill()
    assert process.returncode == 0
    assert "Watching has ended" in said
    assert "Minister" not in log.read_text("utf-8")
    assert not json.loads(run("--status", "--json", "--archive", place)[1])["running"]
