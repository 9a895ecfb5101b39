"""The page of questions and the log: what is asked, answered with keys, told in the log, taken back."""

from __future__ import annotations

import csv
import io
import pathlib
import re

import pytest
from fastapi.testclient import TestClient

from depesche.desk.pages.correct import LogFilter, find_last, find_withdrawn, select_decisions, shorten
from depesche.judgement import Judgement, Verdict
from depesche.library import Archive
from desk.conftest import OpenPage
from desk.test_judge import OWN, desk, find_token, path

__all__ = ["desk", "path"]


def made(number: int, verdict: Verdict, by: str = "Vera Kern", withdraws: int | None = None) -> Judgement:
    return Judgement(number=number, made="2025-07-11", by=by, verdict=verdict, withdraws=withdraws)


LOG = (
    made(1, "same_story"),
    made(2, "withdrawn", withdraws=1),
    made(3, "no_event", by="Jan Ott"),
    made(4, "withdrawn", by="Jan Ott", withdraws=2),
    made(5, "same_event"),
    made(6, "withdrawn", withdraws=5),
)


def test_what_was_taken_back_and_what_was_decided_last() -> None:
    # What took back no. 1 was taken back itself.
    assert find_withdrawn(LOG) == {5: 6, 2: 4}
    assert find_last(LOG, "Vera Kern") == 1
    assert find_last(LOG, "Jan Ott") == 3
    assert find_last(LOG, None) is None


@pytest.mark.parametrize(
    ("wanted", "numbers"),
    [
        (LogFilter(), [6, 5, 4, 3, 2, 1]),
        (LogFilter(by="ott"), [4, 3]),
        (LogFilter(verdict="withdrawn", by="vera"), [6, 2]),
        (LogFilter(verdict="nothing"), []),
    ],
)
def test_log_is_filtered(wanted: LogFilter, numbers: list[int]) -> None:
    assert [one.number for one in select_decisions(LOG, wanted)] == numbers


def test_words_are_shortened_at_a_gap() -> None:
    assert shorten("Der Minister\nreiste ab.") == "Der Minister reiste ab."
    assert shorten("x" * 200) == " …"


def fields_of(html: str) -> dict[str, list[str]]:
    """Return the hidden fields of the form with the answers, and the verdicts on its buttons."""
    form = re.search(r'<form class="answers.*?</form>', html, re.S)
    assert form
    hidden = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form[0])
    found: dict[str, list[str]] = {}
    for name, value in hidden:
        found.setdefault(name, []).append(value)
    return found | {"verdict": re.findall(r'name="verdict" value="(\w+)"', form[0])}


@pytest.mark.parametrize("kind", ["story", "event", "speaker"])
def test_question_is_answered_logged_and_asked_again(kind: str, desk: TestClient, path: pathlib.Path) -> None:
    asked = fields_of(desk.get(f"/correct?kind={kind}").text)
    answer = {**asked, "verdict": asked["verdict"][:1], "by": ["Vera <b>Kern</b>"], "why": ["=1+1"]}
    if kind == "speaker":
        answer["named"] = [*asked["named"], "-"]
    questions = desk.get(f"/correct?kind={kind}&format=json").json()
    named = asked["named"][0].partition(":")[0]
    assert questions[0]["kind"] == kind and questions[0]["subject"]["report"].startswith(named)
    sent = desk.post("/correct/judge", data=answer, headers={"origin": OWN})
    assert sent.status_code == 303
    # The answer holds at once, linked or not.
    page = desk.get(sent.headers["location"]).text
    assert f'value="{asked["named"][0]}"' not in page or fields_of(page)["named"] != asked["named"]
    assert "Kept as decision no. 1." in page or "Als Entscheidung Nr. 1" in page
    log = desk.get("/correct/log").text
    assert "Vera &lt;b&gt;Kern&lt;/b&gt;" in log
    assert "<b>Kern</b>" not in log
    left = list(csv.DictReader(io.StringIO(desk.get(f"/correct?kind={kind}&format=csv").text)))
    assert len(left) < len(questions) and {row["kind"] for row in left} <= {kind}
    rows = list(csv.DictReader(io.StringIO(desk.get("/correct/log?format=csv").text)))
    assert [(row["verdict"], row["why"]) for row in rows] == [(asked["verdict"][0], "'=1+1")]
    for form in ("json", "plover"):
        assert desk.get(f"/correct/log?format={form}").status_code == 200
    taken = {"form": find_token(desk), "verdict": "withdrawn", "named": "1"}
    assert desk.post("/correct/judge", data=taken, headers={"origin": OWN}).status_code == 303
    desk.app.state.relinker.wait(60)  # type: ignore[attr-defined]
    with Archive(path) as archive, archive.linked() as links:
        ids = {end.report for doubt in links.list_doubts() for end in (doubt.subject, doubt.object) if end}
        assert asked["named"][0].partition(":")[0] in ids
    assert fields_of(desk.get(f"/correct?kind={kind}").text)["named"] == asked["named"]


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/correct?kind=nothing", 200),
        ("/correct?after=bzo5OTk5OQ", 200),
        ("/correct?after=xx", 400),
        ("/correct/log?by=%00%3Cscript%3E", 200),
        ("/correct/log?after=xx", 400),
    ],
)
def test_any_address_is_answered(address: str, status: int, desk: TestClient) -> None:
    answer = desk.get(address)
    assert answer.status_code == status
    assert "<script>" not in answer.text


def test_keys(open_page: OpenPage) -> None:
    page = open_page("/correct?kind=event")
    first = page.locator("input[name=named]").first.get_attribute("value")
    # Without a name nothing is sent: the page asks for it.
    page.keyboard.press("a")
    assert page.locator("input[name=by]").evaluate("field => field === document.activeElement")
    # In a field, letters are letters.
    page.keyboard.type("ars")
    assert page.locator("input[name=by]").input_value() == "ars"
    page.keyboard.press("Escape")
    page.keyboard.press("s")
    page.wait_for_url("**after=**")
    assert page.locator("input[name=named]").first.get_attribute("value") != first
    page.keyboard.press("?")
    assert "take the last one back" in page.locator("#keys").inner_text()
    page.keyboard.press("Escape")
    page.goto("/correct?kind=speaker")
    page.keyboard.press("r")
    assert page.locator("select[name=named]").evaluate("field => field === document.activeElement")
