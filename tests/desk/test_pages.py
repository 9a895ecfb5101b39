"""Every page in a real browser: languages, themes, narrow and wide, with keys alone, and on paper."""

from __future__ import annotations

import pathlib
from typing import Any

import msgspec
import pytest
from playwright.sync_api import Page

from desk.conftest import OpenPage
from desk.table import PAGES, Samples

AXE = (pathlib.Path(__file__).parent / "vendor" / "axe.min.js").read_text("utf-8")
# Each language with each theme and each width, two by two.
LOOKS = [("de", "light", 360), ("en", "dark", 360), ("de", "dark", 1440), ("en", "light", 1440)]


def fill_in(name: str, samples: Samples) -> str:
    return PAGES[name].format(**msgspec.structs.asdict(samples))


def find_obstacles(page: Page) -> list[str]:
    """Return what axe-core finds to be a serious fault."""
    page.evaluate(AXE)
    found: list[dict[str, Any]] = page.evaluate("axe.run(document, {resultTypes: ['violations']})")[
        "violations"
    ]
    return [
        f"{fault['id']}: {node['html'][:200]} ({node['failureSummary']})"
        for fault in found
        if fault["impact"] in {"serious", "critical"}
        for node in fault["nodes"][:3]
    ]


@pytest.mark.parametrize(("lang", "theme", "width"), LOOKS)
@pytest.mark.parametrize("name", PAGES)
def test_page(name: str, lang: str, theme: str, width: int, samples: Samples, open_page: OpenPage) -> None:
    page = open_page(fill_in(name, samples), lang=lang, theme=theme, width=width)
    assert page.locator("html").get_attribute("lang") == lang
    assert page.locator("h1").count() == 1
    assert page.locator("h1").inner_text().strip()
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= width, f"{name} is {wide} px wide in a window of {width}"
    paper = page.evaluate("getComputedStyle(document.body).backgroundColor.match(/\\d+/g).map(Number)")
    assert (sum(paper[:3]) < 300) == (theme == "dark")
    assert find_obstacles(page) == []


@pytest.mark.parametrize("name", PAGES)
def test_page_can_be_read_without_scripts_and_on_paper(
    name: str, samples: Samples, open_page: OpenPage
) -> None:
    page = open_page(fill_in(name, samples), script=False)
    assert page.locator("main").inner_text().strip()
    page.emulate_media(media="print")
    assert not page.locator(".masthead").is_visible()
    assert page.locator("h1").is_visible()


@pytest.mark.parametrize("name", PAGES)
def test_everything_can_be_reached_with_keys(name: str, samples: Samples, open_page: OpenPage) -> None:
    page = open_page(fill_in(name, samples))
    page.keyboard.press("Tab")
    assert page.locator(".skip").evaluate("link => link === document.activeElement")
    page.keyboard.press("Enter")
    assert page.evaluate("location.hash") == "#main"
    page.keyboard.press("/")
    assert page.locator("#search").evaluate("field => field === document.activeElement")
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    assert page.locator("#keys").is_visible()
    page.keyboard.press("Escape")
    assert not page.locator("#keys").is_visible()
    if page.locator("[data-item]").count():
        page.keyboard.press("j")
        assert page.locator("[data-item].is-chosen").count() == 1


def test_language_and_theme_are_kept(open_page: OpenPage) -> None:
    page = open_page("/", lang="de")
    page.keyboard.press("l")
    page.wait_for_url("**/?lang=en")
    page.goto("/")
    assert page.locator("html").get_attribute("lang") == "en"
    page.keyboard.press("d")
    page.wait_for_url("**/?theme=dark")
    page.goto("/")
    assert page.locator("html").get_attribute("data-theme") == "dark"


def test_an_address_says_only_what_was_filled_in(open_page: OpenPage) -> None:
    page = open_page("/", lang="en")
    # Renewed in place by a script, and loaded anew by a form that is just a form.
    page.get_by_label("Actor or state").fill("Iran")
    page.keyboard.press("Enter")
    page.wait_for_url("**/?actor=Iran")
    page.goto("/network?from=2018-01")
    page.get_by_label("Kind of event").select_option("CONSULT")
    page.get_by_role("button", name="Show").click()
    page.wait_for_url("**&type=CONSULT")
    assert "of=" not in page.url and "who=" not in page.url
