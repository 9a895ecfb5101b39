"""What the documents show can be done: every command and every piece of Python in the README runs."""

from __future__ import annotations

import contextlib
import doctest
import importlib
import pathlib
import pkgutil
import re
import shlex

import pytest
from click.testing import CliRunner

import depesche
from depesche.batch import Batch
from depesche.cli import main
from depesche.scale.cluster import run_here
from depesche.sources.files import Defaults

ROOT = pathlib.Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")
# The report that the README's passages are written for.
SHOWN = re.compile(r"\b8b2f0c1a9e\b")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)


def commands() -> list[str]:
    lines = [line for block in blocks("sh") for line in block.splitlines()]
    shown = [line.partition(" #")[0].strip() for line in lines]
    return [line for line in shown if re.match(r"(cat \S+ \| )?depesche ", line)]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    """A folder with what the README's commands name: the demo's archive and some reports."""
    folder = tmp_path_factory.mktemp("readme")
    (folder / "reports").mkdir()
    (folder / "more").mkdir()
    text = "Der Minister traf am Freitag in Oslo ein und sprach mit der Presse über die Lage im Norden."
    (folder / "reports" / "a.txt").write_text(text, "utf-8")
    (folder / "feeds.yaml").write_text("feeds: [https://zeitung.example/feed.xml]\n", "utf-8")
    (folder / "report.txt").write_text(text + " Später reiste er ab.", "utf-8")
    page = f"<html><head><title>Ankunft</title></head><body><h1>Ankunft</h1><p>{text * 4}</p></body></html>"
    (folder / "more" / "b.html").write_text(page, "utf-8")
    result = CliRunner().invoke(main, ["demo", "--archive", str(folder / "demo.sqlite")])
    assert result.exit_code == 0
    Batch([str(folder / "reports")], folder / "news", Defaults()).read(run_here, lambda *_: None)
    return folder


def test_the_readme_shows_commands() -> None:
    names = {shlex.split(c.rpartition("|")[2])[1] for c in commands()}
    # The demo has a section of its own.
    assert names >= set(main.commands) - {"demo"}


@pytest.mark.parametrize("command", commands())
def test_command_of_the_readme_runs(
    command: str, folder: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    monkeypatch.setenv("DEPESCHE_ARCHIVE", "demo.sqlite")
    monkeypatch.setenv("DEPESCHE_LANGUAGE", "en")
    # The desk is served until it is stopped; tests/desk does so.
    monkeypatch.setattr("depesche.desk.app.serve", lambda *_: None)
    # Feeds are watched until somebody stops it; tests/watch does so.
    monkeypatch.setattr("depesche.watch.watcher.Watcher.run", lambda *_, **__: None)
    # Assistants are answered until they hang up; tests/assistants does so.
    monkeypatch.setattr("depesche.assistants.server.serve", lambda archive: None)
    # Ray does what this process can do as well; tests/scale starts it.
    monkeypatch.setattr("depesche.scale.cluster.open_cluster", lambda *_: contextlib.nullcontext(run_here))
    with depesche.Archive("demo.sqlite") as archive:
        real = archive.reports()[0].id[:10]
    before, _, last = command.rpartition("|")
    stdin = (folder / before.split()[1]).read_bytes() if before else None
    arguments = shlex.split(SHOWN.sub(real, last))[1:]
    result = CliRunner().invoke(main, arguments, input=stdin)
    assert result.exit_code == 0, result.output
    # Nobody has decided anything yet, and only the network knows what words mean.
    empty = command == "depesche judgements" or "--meaning" in command
    assert empty or "Nothing found." not in result.output


@pytest.mark.parametrize("code", blocks("python"))
def test_python_of_the_readme_runs(
    code: str, folder: pathlib.Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(folder)
    exec(compile(code, "README.md", "exec"), {})
    assert "CONSULT" in capsys.readouterr().out


@pytest.mark.parametrize("target", re.findall(r"\]\((?!https?:)([^)#]+)", README))
def test_links_of_the_readme_lead_somewhere(target: str) -> None:
    assert (ROOT / target).exists()


def modules() -> list[str]:
    found = pkgutil.walk_packages(depesche.__path__, "depesche.")
    return ["depesche", *(m.name for m in found if ".migrations." not in m.name)]


@pytest.mark.parametrize("name", modules())
def test_examples_in_docstrings(name: str) -> None:
    assert doctest.testmod(importlib.import_module(name)).failed == 0
