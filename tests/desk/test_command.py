"""`depesche desk`, and how `depesche demo` ends with it."""

from __future__ import annotations

import datetime
import json
import pathlib
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request

import pytest
from click.testing import CliRunner

from depesche.cli import main
from depesche.cli_desk import find_port, may_wait
from depesche.errors import DeskError


def test_the_desk_is_served_until_it_is_stopped(archive_path: pathlib.Path) -> None:
    command = [sys.executable, "-m", "depesche.cli", "desk", "--archive", str(archive_path)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        (address,) = re.findall(r"http://127\.0\.0\.1:\d+/", process.stderr.readline())
        for _ in range(200):
            try:
                with urllib.request.urlopen(address, timeout=20) as answer:
                    html = answer.read().decode()
                break
            except OSError:
                time.sleep(0.1)
        process.send_signal(signal.SIGINT)
        assert process.wait(30) in {0, 130}
    assert "<h1>" in html


def test_a_desk_that_is_not_opened_is_not_announced(tmp_path: pathlib.Path) -> None:
    result = CliRunner().invoke(main, ["desk", "--archive", str(tmp_path / "a.sqlite"), "--host", "0.0.0.0"])
    assert result.exit_code == 2
    assert "nobody has a token" in result.output
    assert "http://" not in result.output


def test_a_token_that_has_ended_is_not_made(tmp_path: pathlib.Path) -> None:
    command = ["token", "create", "Vorbei", "--archive", str(tmp_path / "a.sqlite"), "--expires"]
    assert "2020-12-31" in CliRunner().invoke(main, [*command, "2020"]).output
    today = f"{datetime.datetime.now(datetime.UTC):%Y-%m-%d}"
    assert CliRunner().invoke(main, [*command, today]).exit_code == 0
    listed = CliRunner().invoke(main, ["token", "list", "--json", "--archive", str(tmp_path / "a.sqlite")])
    assert [made["expires"] for made in json.loads(listed.stdout) if made["name"] == "Vorbei"] == [today]


def test_a_port_that_is_taken_is_said() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(DeskError, match=str(port)):
            find_port("127.0.0.1", port)
        result = CliRunner().invoke(main, ["desk", "--archive", "none.sqlite", "--port", str(port)])
    assert result.exit_code == 2
    assert not pathlib.Path("none.sqlite").exists()


def test_without_a_port_any_free_one_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        monkeypatch.setattr("depesche.cli_desk.PORT", taken.getsockname()[1])
        assert find_port("127.0.0.1", None) != taken.getsockname()[1]


def test_nobody_waits_where_nobody_sits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    monkeypatch.setenv("CI", "true")
    assert not may_wait()
    monkeypatch.delenv("CI")
    assert may_wait()
    monkeypatch.setattr("sys.stdin.isatty", lambda: False, raising=False)
    assert not may_wait()


def test_the_demo_says_how_to_open_the_desk(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("depesche.cli._samples", lambda: _Nothing(tmp_path))
    monkeypatch.setattr("depesche.cli.print_overview", lambda *_: None)
    path = tmp_path / "demo.sqlite"
    said = CliRunner().invoke(main, ["demo", "--archive", str(path)]).output
    assert f"depesche desk --archive {path}" in said
    assert (
        "depesche desk" not in CliRunner().invoke(main, ["demo", "--no-desk", "--archive", str(path)]).output
    )


class _Nothing:
    """A folder of samples without any."""

    def __init__(self, folder: pathlib.Path) -> None:
        self._folder = folder / "samples"

    def __enter__(self) -> pathlib.Path:
        self._folder.mkdir(exist_ok=True)
        return self._folder

    def __exit__(self, *_: object) -> None:
        pass
