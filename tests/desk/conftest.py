"""One archive of the sample reports, one desk that serves it, one browser: each started once."""

from __future__ import annotations

import contextlib
import os
import pathlib
import shutil
from collections.abc import Iterator
from typing import Protocol
from urllib.parse import urlsplit

import pytest
from fastapi.testclient import TestClient
from playwright.sync_api import Browser, Page, sync_playwright

from depesche.desk.app import create_app
from depesche.intake import Intake, link_archive
from depesche.library import Archive
from depesche.sources.files import Defaults
from desk.serving import serve
from desk.table import Samples, find_samples

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
# Longer than any page takes on a busy machine, in milliseconds.
PATIENCE = 20_000


class OpenPage(Protocol):
    """Opens a page, which is closed when the test ends; it must have no fault and ask no other host."""

    def __call__(
        self, path: str, *, lang: str = "en", theme: str = "light", width: int = 1440, script: bool = True
    ) -> Page: ...


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forms wait for what they decide however busy the machine is: that they do not is a test of its own."""
    monkeypatch.setattr("depesche.desk.pages.judge._PATIENCE", PATIENCE / 1000)


@pytest.fixture(scope="session")
def archive_path(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    path = tmp_path_factory.mktemp("desk") / "samples.sqlite"
    folder = pathlib.Path(__file__).parents[2] / "src" / "depesche" / "samples"
    with Archive(path) as archive:
        Intake((str(folder),), Defaults(), jobs=1).fill(archive)
        link_archive(archive)
    return path


@pytest.fixture(scope="session")
def samples(archive_path: pathlib.Path) -> Samples:
    with Archive(archive_path) as archive:
        return find_samples(archive)


@pytest.fixture(scope="session")
def client(archive_path: pathlib.Path) -> Iterator[TestClient]:
    """Asks the desk without a browser; a fault in it is an answer, as it is for a reader."""
    app = create_app(archive_path)
    with TestClient(app, base_url="http://127.0.0.1:8460", raise_server_exceptions=False) as client:
        yield client


@pytest.fixture(scope="session")
def address(archive_path: pathlib.Path) -> Iterator[str]:
    """Where the desk is served, without a slash at the end."""
    with serve(archive_path) as address:
        yield address


# Closed with the package: while it is open, no test that comes later could run an event loop of its own.
@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if found is None:
        if os.environ.get("CI"):
            pytest.fail("CI has no Chromium: scripts/install_browser.sh installs it.")
        pytest.skip("there is no Chromium: scripts/install_browser.sh installs it")
    with sync_playwright() as playwright:
        # Chromium's own sandbox does not run as root, nor in most containers; it sees our own pages alone.
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


@pytest.fixture
def open_page(browser: Browser, address: str) -> Iterator[OpenPage]:
    faults: list[str] = []
    with contextlib.ExitStack() as opened:

        def open_one(
            path: str, *, lang: str = "en", theme: str = "light", width: int = 1440, script: bool = True
        ) -> Page:
            context = browser.new_context(
                base_url=address,
                locale={"de": "de-AT", "en": "en-GB"}[lang],
                color_scheme=theme,  # type: ignore[arg-type]
                viewport={"width": width, "height": 900},
                reduced_motion="reduce",
                java_script_enabled=script,
            )
            opened.callback(context.close)
            context.set_default_timeout(PATIENCE)
            page = context.new_page()
            page.on("pageerror", lambda fault: faults.append(f"{path}: {fault}"))
            page.on(
                "console",
                lambda told: faults.append(f"{path}: {told.text}") if told.type == "error" else None,
            )
            page.on("request", lambda asked: _check_host(asked.url, address, faults))
            page.goto(path)
            return page

        yield open_one
    # An answer of 404 is told on the console; pages that are not there are opened on purpose.
    assert [fault for fault in faults if "status of 404" not in fault] == []


def _check_host(url: str, address: str, faults: list[str]) -> None:
    if urlsplit(url).scheme != "data" and not url.startswith(address + "/"):
        faults.append(f"asked another host: {url}")
