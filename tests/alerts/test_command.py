"""The commands for alerts."""

from __future__ import annotations

import json
import pathlib

import pytest
from click.testing import CliRunner, Result

from depesche.cli import main
from web import answer, run_web

REPORT = {
    "text": "US-Außenminister Marco Rubio sprach in Oslo.",
    "published": "2025-07-11",
    "source": "Nordpost",
}


@pytest.fixture
def folder(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> pathlib.Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DEPESCHE_ARCHIVE", "a.sqlite")
    monkeypatch.setenv("DEPESCHE_LANGUAGE", "en")
    monkeypatch.setenv("DEPESCHE_ALERT_NETWORKS", "127.0.0.1/32")
    (tmp_path / "r.jsonl").write_text(json.dumps(REPORT), "utf-8")
    return tmp_path


def run(*arguments: str, status: int = 0) -> Result:
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == status, result.output
    return result


@pytest.mark.usefixtures("folder")
def test_an_alert_from_its_making_to_its_end() -> None:
    with run_web() as web:
        web.routes["/hook"] = answer(status=500)
        made = run("alert", "add", "Rubio", "Rubio", "--webhook", web.url("/hook"))
        assert len(made.stdout.strip()) == 64
        run("alert", "add", "meet", "--between", "USA", "RUS", "--type", "consult")
        run("alert", "add", "deny", "--kind", "denials", "--email", "a@b.example")
        run("alert", "add", "not", "Oslo", "--", "-Rubio")
        # Reading looks for alerts, and what cannot be delivered does not stop it.
        assert "1 found, 0 delivered, 1 not delivered" in run("read", "r.jsonl").stderr
        listed = json.loads(run("alert", "list", "--json").stdout)
        assert [(one["name"], one["found"], one["waiting"]) for one in listed] == [
            *(("Rubio", 1, 1), ("meet", 0, 0), ("deny", 0, 0), ("not", 0, 0)),
        ]
        assert "secret" not in listed[0] and made.stdout.strip() not in run("alert", "list").stdout
        assert "500" in listed[0]["fault"]
        web.routes["/hook"] = answer()
        assert "delivered to" in run("alert", "test", "Rubio").stderr
        assert json.loads(web.requests[-1].content)["test"] is True
        assert "0 delivered" in run("alert", "run").stderr  # not due yet
        run("alert", "remove", "Rubio")
        assert "Rubio" not in run("alert", "list", "--csv").stdout.splitlines()[1]
        run("alert", "remove", "Rubio", status=2)


# What is typed, and what is said of it.
REFUSED = (
    (("alert", "add", "x"), "tell of everything"),
    (("alert", "add", "x", "--kind", "accounts"), "say which"),
    (("alert", "add", "x", "y", "--status", "future"), "Only events"),
    (("alert", "add", "x", "y", "--webhook", "ftp://a.example"), "cannot be delivered to"),
    (("alert", "add", "x", "y", "--email", "nobody"), "cannot be delivered to"),
    (("alert", "add", "x", "--type", "MEET"), "no type"),
    (("alert", "add", "x", "y", "--from", "gestern"), "no date"),
    (("alert", "add", "x", "--event", "ffff:e1"), "no report"),
    (("alert", "add", " ", "y"), "needs a name"),
    (("alert", "test", "x"), "no alert"),
    (("alert", "add", "x", "y", "--email", "a@b.example", "--webhook", "https://a.example"), "not both"),
)


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(("arguments", "words"), REFUSED)
def test_what_cannot_be_is_said(arguments: tuple[str, ...], words: str) -> None:
    assert words in run(*arguments, status=2).stderr


@pytest.mark.usefixtures("folder")
def test_without_a_mail_server_it_says_what_to_set() -> None:
    run("alert", "add", "x", "y", "--email", "a@b.example")
    assert "DEPESCHE_SMTP_SERVER" in run("alert", "test", "x", status=2).stderr
