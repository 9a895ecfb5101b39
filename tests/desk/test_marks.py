"""Correcting a time, a place and an event at their marks, with keys, and what the archive then tells."""

from __future__ import annotations

import pathlib
import shutil
from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient
from playwright.sync_api import Page

from depesche.desk.app import create_app
from depesche.judging import make_judgement
from depesche.library import Archive
from depesche.reading import Report
from desk.conftest import OpenPage
from desk.serving import serve
from desk.test_judge import OWN, find_token
from desk.test_pages import LOOKS, find_obstacles

REPORT = Report(
    text="US-Außenminister Marco Rubio hat am Donnerstag in Oslo den russischen Außenminister Sergej Lawrow "
    "getroffen. Rubio sagte, er sei enttäuscht.",
    published="2025-07-11",
    title="Rubio trifft Lawrow",
    source="Nordpost",
)
ABOUT = f"/report/{REPORT.id[:12]}"


@pytest.fixture
def path(tmp_path: pathlib.Path, made: pathlib.Path) -> pathlib.Path:
    return pathlib.Path(shutil.copy(made, tmp_path / "mine.sqlite"))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    path = tmp_path_factory.mktemp("marks") / "a.sqlite"
    with Archive(path) as archive:
        archive.add(REPORT)
        archive.link()
    return path


@pytest.fixture
def address(path: pathlib.Path) -> Iterator[str]:
    with serve(path) as address:
        yield address


@pytest.mark.parametrize(
    ("verdict", "kind", "typed", "told"),
    [
        ("wrong_place", "place", "Nirgendheim", "So ein Ort ist nicht bekannt"),
        ("event_place", "event", "", "So ein Ort ist nicht bekannt"),
        ("wrong_time", "time", "gestern", "Das sind keine Tage"),
        ("event_date", "event", "2025-02-30", "Das sind keine Tage"),
    ],
)
def test_what_is_no_place_or_day_is_said(
    verdict: str, kind: str, typed: str, told: str, path: pathlib.Path
) -> None:
    with Archive(path) as archive:
        reading = archive.reading(REPORT.id)
    starts = {"place": reading.places[0].start, "event": reading.events[0].start}
    start = starts.get(kind, reading.times[0].start)
    with TestClient(create_app(path), base_url=OWN, headers={"accept-language": "de"}) as desk:
        named = [f"{REPORT.id}:{start}", typed]
        form = {"form": find_token(desk), "verdict": verdict, "named": named, "by": "Vera Kern"}
        answer = desk.post("/correct/judge", data=form, headers={"origin": OWN})
    assert answer.status_code == 400 and told in answer.text
    with Archive(path) as archive:
        assert archive.judgements() == ()


def open_mark(page: Page, kind: str) -> None:
    """Go to the first note of a kind, and on to the form behind it, with keys alone."""
    page.locator(f".note--{kind}").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_selector(f"#panel .about .label:text-is('{kind.capitalize()}')", state="attached")


def reach(page: Page, selector: str) -> None:
    """Press the tab key until something has the focus."""
    for _ in range(80):
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"no key leads to {selector}")


def words_of(page: Page, selector: str) -> str:
    return " ".join(page.locator(selector).inner_text().split())


def fill_in(page: Page, field: str, words: str) -> None:
    reach(page, field)
    page.keyboard.press("Control+a")
    page.keyboard.type(words)


def decide(
    page: Page,
    words: str,
    *,
    field: str = "input[name=named]:not([type=hidden])",
    why: str = "",
    form: str = "",
) -> None:
    """Fill in the form of a mark with keys alone, and send it as the first decision."""
    fill_in(page, f"#panel {form} input[name=by]", "Vera Kern")
    fill_in(page, f"#panel {form} {field}", words)
    if why:
        fill_in(page, f"#panel {form} input[name=why]", why)
    page.keyboard.press("Enter")
    page.wait_for_url("**judged=1**")


def test_a_time_is_corrected_at_its_mark_with_keys(open_page: OpenPage, path: pathlib.Path) -> None:
    page = open_page(ABOUT, width=360)
    open_mark(page, "time")
    decide(page, "2025-07-08", why="laut Protokoll")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    open_mark(page, "time")
    panel = words_of(page, "#panel")
    assert "8 July 2025" in panel and "10 July 2025" in panel and "laut Protokoll" in panel
    open_mark(page, "event")
    assert "8 July 2025" in words_of(page, "#panel")
    with Archive(path) as archive:
        (row,) = archive.events(report=REPORT.id)
        (judged,) = archive.judgements()
    assert (row.date, judged.value, judged.by) == ("2025-07-08", "2025-07-08", "Vera Kern")
    # And back, at the mark.
    reach(page, "#panel .decided button, #panel summary")
    open_mark(page, "time")
    reach(page, "#panel .decided button")
    page.keyboard.press("Enter")
    page.wait_for_url("**judged=2**")
    with Archive(path) as archive:
        assert archive.reading(REPORT.id) == archive.original(REPORT.id)


def test_a_place_is_corrected_at_its_mark_with_keys(open_page: OpenPage, path: pathlib.Path) -> None:
    page = open_page(ABOUT, lang="en")
    open_mark(page, "place")
    decide(page, "Genf")
    assert page.locator(".note--place").first.inner_text().strip().endswith("Genf")
    page.goto("/map?from=2025-07-01&to=2025-07-31&view=world")
    told = words_of(page, "main")
    assert "Genf" in told and "Oslo" not in told


def test_an_event_is_moved_and_a_time_is_none(open_page: OpenPage, path: pathlib.Path) -> None:
    page = open_page(ABOUT, lang="en")
    open_mark(page, "event")
    reach(page, "#panel details:nth-of-type(2) summary")
    page.keyboard.press("Enter")
    decide(page, "CHE", form="details[open]")
    open_mark(page, "time")
    reach(page, "#panel button[name=none]")
    page.keyboard.press("Enter")
    page.wait_for_url("**judged=2**")
    assert page.locator(".note--time").count() == 0
    with Archive(path) as archive:
        (row,) = archive.events(report=REPORT.id)
        assert (row.place, row.location.country if row.location else None) == ("Schweiz", "CHE")
        assert (row.date, archive.reading(REPORT.id).times) == (None, ())
    page.goto("/correct/log")
    told = words_of(page, "main")
    assert "It happened at: Schweiz, CHE" in told and "The time is: these words are no time" in told


@pytest.mark.parametrize(("lang", "theme", "width"), LOOKS[::3])
def test_what_was_corrected_is_shown_to_everybody(
    lang: str, theme: str, width: int, open_page: OpenPage, path: pathlib.Path
) -> None:
    with Archive(path) as archive:
        reading = archive.reading(REPORT.id)
        decided = [
            ("wrong_time", f"{REPORT.id}:{reading.times[0].start}", "2025-07-08/2025-07-10"),
            ("event_place", f"{REPORT.id}:e1", "Frankfurt (Oder)"),
        ]
        for verdict, *named in decided:
            archive.judge(make_judgement(archive, verdict, named, by="Vera Kern", why="x" * 60))  # type: ignore[arg-type]
        archive.link()
    for finding in ("t0", "e1"):
        page = open_page(f"{ABOUT}/about/{finding}", lang=lang, theme=theme, width=width)
        for details in page.locator("details.more").all():
            details.locator("summary").click()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert find_obstacles(page) == []
    page = open_page("/correct/log", lang=lang, theme=theme, width=width)
    assert find_obstacles(page) == []
