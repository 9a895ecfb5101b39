"""Saying at the mark of a person who they are and who not, with keys, and what the archive then tells."""

from __future__ import annotations

import pathlib
import shutil
from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from depesche.desk.app import create_app
from depesche.dossiers import Dossiers
from depesche.errors import NamesakesError, PersonError
from depesche.judging import make_judgement
from depesche.library import Archive
from depesche.reading import Report
from desk.conftest import OpenPage
from desk.serving import serve
from desk.test_judge import OWN, find_token
from desk.test_marks import decide, fill_in, open_mark, reach, words_of
from desk.test_pages import LOOKS, find_obstacles

MET = Report(
    text="Der österreichische Politiker Karl Stern hat am Mittwoch in Wien die deutsche Politikerin "
    "Anna Stern getroffen.",
    published="2025-07-10",
    source="Nordpost",
)
BLAMED = Report(
    text="Karl Stern hat am Donnerstag die Regierung in Bern kritisiert.",
    published="2025-07-11",
    source="Südpost",
)
CAME = Report(
    text="Die Politikerin Stern ist am Freitag angekommen.", published="2025-07-12", source="Westpost"
)
KARL, STERN = f"a{BLAMED.id}-a1", f"a{CAME.id}-a1"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    path = tmp_path_factory.mktemp("persons") / "a.sqlite"
    with Archive(path) as archive:
        for report in (MET, BLAMED, CAME):
            archive.add(report)
        archive.link()
    return path


@pytest.fixture
def path(tmp_path: pathlib.Path, made: pathlib.Path) -> pathlib.Path:
    return pathlib.Path(shutil.copy(made, tmp_path / "mine.sqlite"))


@pytest.fixture
def address(path: pathlib.Path) -> Iterator[str]:
    with serve(path) as address:
        yield address


def reports_of(path: pathlib.Path, named: str) -> set[str]:
    with Archive(path) as archive:
        return {key.report for key in Dossiers(archive).actor(named).profile.appearances}


@pytest.mark.parametrize(
    ("verdict", "other", "told"),
    [
        ("same_actor", "Stern", "Mehrere Personen heißen so"),
        ("same_actor", "Niemand Anders", "Das Archiv kennt niemanden dieses Namens"),
        ("same_actor", "Österreich", "Das Archiv kennt niemanden dieses Namens"),
        ("same_actor", "<b>", "Das Archiv kennt niemanden dieses Namens"),
        ("same_actor", " ", "Das Archiv kennt niemanden dieses Namens"),
        ("other_actor", "a0000-a1", "Das ist nicht im Archiv"),
    ],
)
def test_who_is_nobody_or_several_is_said(verdict: str, other: str, told: str, path: pathlib.Path) -> None:
    with TestClient(create_app(path), base_url=OWN, headers={"accept-language": "de"}) as desk:
        form = {
            "form": find_token(desk),
            "verdict": verdict,
            "named": [f"a{CAME.id}-a1", other],
            "by": "Vera Kern",
        }
        answer = desk.post("/correct/judge", data=form, headers={"origin": OWN})
        no_token = desk.post("/correct/judge", data=form | {"form": "0" * 64}, headers={"origin": OWN})
    assert answer.status_code in (400, 404) and told in answer.text
    assert no_token.status_code == 403
    with Archive(path) as archive:
        assert archive.judgements() == ()


def test_a_person_is_found_by_name_as_by_an_id(path: pathlib.Path) -> None:
    with Archive(path) as archive:
        made = make_judgement(archive, "same_actor", [STERN, "anna stern"], by="ina", why="")
        by_id = make_judgement(archive, "same_actor", [STERN, f"a{MET.id}-a2"], by="ina", why="")
        assert made == by_id
        # Of the words for him those elsewhere.
        there = make_judgement(archive, "other_actor", [KARL, "Karl Stern"], by="ina", why="").object
        assert there is not None and there.report == MET.id
        with pytest.raises(NamesakesError, match="Anna Stern"):
            make_judgement(archive, "same_actor", [KARL, "Stern"], by="ina", why="")
        with pytest.raises(PersonError, match="Abe"):
            make_judgement(archive, "same_actor", [KARL, "Abe"], by="ina", why="")


def test_who_is_meant_is_said_at_the_mark_with_keys(open_page: OpenPage, path: pathlib.Path) -> None:
    page = open_page(f"/report/{CAME.id[:12]}", width=360)
    open_mark(page, "actor")
    assert "It is open who is meant." in words_of(page, "#panel")
    offered = page.locator("#panel datalist option").evaluate_all("all => all.map(one => one.value)")
    assert offered[:2] == ["Anna Stern", "Karl Stern"] or offered[:2] == ["Karl Stern", "Anna Stern"]
    decide(page, "Anna Stern", field="input[list]", why="laut Programm")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    open_mark(page, "actor")
    panel = words_of(page, "#panel")
    assert "Counts as Anna Stern: named in 2 reports" in panel
    assert "Same person: deutsche Politikerin Anna Stern" in panel and "laut Programm" in panel
    assert reports_of(path, "Anna Stern") == {MET.id, CAME.id}
    # The mark on the other side tells it too, and takes it back.
    page.goto(f"/report/{MET.id[:12]}/about/a2")
    assert "Same person: Politikerin Stern" in words_of(page, "#about")
    reach(page, ".decided button")
    page.keyboard.press("Enter")
    page.wait_for_url("**judged=2**")
    assert reports_of(path, "Anna Stern") == {MET.id}


def test_who_is_not_meant_is_said_at_the_mark_with_keys(open_page: OpenPage, path: pathlib.Path) -> None:
    assert reports_of(path, KARL[:13] + "-a1") == {MET.id, BLAMED.id}
    page = open_page(f"/report/{BLAMED.id[:12]}", lang="en")
    open_mark(page, "actor")
    assert "Counts as Karl Stern: named in 2 reports" in words_of(page, "#panel")
    reach(page, "#panel .correct summary")
    page.keyboard.press("Enter")
    fill_in(page, "#panel details[open] input[name=by]", "Vera Kern")
    reach(page, "#panel details[open] .judge > button")
    page.keyboard.press("Enter")
    page.wait_for_url("**judged=1**")
    open_mark(page, "actor")
    panel = words_of(page, "#panel")
    assert "named in 1 report" in panel and "Somebody else: " in panel
    assert reports_of(path, KARL[:13] + "-a1") == {BLAMED.id}
    assert reports_of(path, f"a{MET.id[:12]}-a1") == {MET.id}


@pytest.mark.parametrize(("lang", "theme", "width"), LOOKS[::3])
def test_forms_on_persons_are_for_everybody(
    lang: str, theme: str, width: int, open_page: OpenPage, path: pathlib.Path
) -> None:
    with Archive(path) as archive:
        archive.judge(make_judgement(archive, "same_actor", [STERN, "Anna Stern"], by="x", why="x" * 60))
        archive.link()
    for report in (CAME, BLAMED):
        page = open_page(f"/report/{report.id[:12]}/about/a1", lang=lang, theme=theme, width=width)
        for details in page.locator("details.more").all():
            details.locator("summary").click()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert find_obstacles(page) == []
