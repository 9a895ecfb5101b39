"""``depesche analyse`` as a user meets it."""

from __future__ import annotations

import json
import pathlib

import pytest
from click.testing import CliRunner, Result

from depesche.cli import SOME_FAULTS, main
from language import fake_model

TEXTS = ["Rubio traf Lawrow in Riad.", "Die Bombe fiel auf Oslo.", "Der Rat tagt heute.\n\nEr berät."]


@pytest.fixture(autouse=True)
def installed(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake_model.install(tmp_path, monkeypatch)
    monkeypatch.setenv("DEPESCHE_LANGUAGE", "en")
    monkeypatch.setenv("DEPESCHE_ARCHIVE", str(tmp_path / "archive.sqlite"))


def analyse(*arguments: object, stdin: str | None = None) -> Result:
    command = ["analyse", "--language-model", "fake", *map(str, arguments)]
    return CliRunner().invoke(main, command, input=stdin)


def write_reports(folder: pathlib.Path, texts: list[str]) -> pathlib.Path:
    path = folder / "reports.jsonl"
    path.write_text(
        "".join(json.dumps({"id": f"r{n}", "text": t}) + "\n" for n, t in enumerate(texts)), "utf-8"
    )
    return path


def test_conllu_is_the_default() -> None:
    result = analyse("-", stdin=TEXTS[0])
    assert (result.exit_code, result.stderr) == (0, "1 read, 0 could not be read.\n")
    rows = [line.split("\t") for line in result.stdout.splitlines() if line[:1].isdigit()]
    assert [row[1] for row in rows] == ["Rubio", "traf", "Lawrow", "in", "Riad", "."]
    assert [row[6] for row in rows] == ["0", "1", "2", "3", "4", "5"]
    assert "Event=CONSULT,AID" in rows[1][9]


def test_json_has_a_line_for_each_report(tmp_path: pathlib.Path) -> None:
    result = analyse("--format", "json", write_reports(tmp_path, [TEXTS[0], TEXTS[2]]))
    plain = [json.loads(line) for line in result.stdout.splitlines()]
    assert [(p["key"], p["text"], p["model"]) for p in plain] == [
        ("r0", TEXTS[0], "fake 1.2"),
        ("r1", TEXTS[2], "fake 1.2"),
    ]
    assert plain[0]["names"][0]["text"] == "Rubio traf"
    assert not (tmp_path / "archive.sqlite").exists()


def test_a_report_at_which_the_model_fails_is_named_and_costs_the_others_nothing(
    tmp_path: pathlib.Path,
) -> None:
    (tmp_path / "empty.txt").write_text("", "utf-8")
    result = analyse("--format", "json", tmp_path / "empty.txt", write_reports(tmp_path, TEXTS))
    assert result.exit_code == SOME_FAULTS
    assert [json.loads(line)["key"] for line in result.stdout.splitlines()] == ["r0", "r2"]
    assert "empty.txt: is empty" in result.stderr
    assert "depesche: r1: The language model fake 1.2 failed: RuntimeError: Bombe!" in result.stderr
    assert "2 read, 2 could not be read." in result.stderr


def test_a_report_that_comes_twice_is_analysed_once(tmp_path: pathlib.Path) -> None:
    result = analyse(write_reports(tmp_path, [TEXTS[0], TEXTS[2], TEXTS[0]]))
    ids = [line for line in result.stdout.splitlines() if line.startswith("# sent_id")]
    assert len(ids) == len(set(ids)) == 3


def test_many_reports_come_in_their_order(tmp_path: pathlib.Path) -> None:
    texts = [f"Rubio traf Lawrow zum {n}. Mal. {'Sie redeten lange miteinander. ' * 200}" for n in range(40)]
    result = analyse("--format", "json", write_reports(tmp_path, texts))
    assert [json.loads(line)["key"] for line in result.stdout.splitlines()] == [f"r{n}" for n in range(40)]


def test_the_help_says_what_models_there_may_be() -> None:
    for command in ("analyse", "read"):
        shown = CliRunner().invoke(main, [command, "--help"]).stdout
        assert "spacy:de_core_news_lg" in shown
