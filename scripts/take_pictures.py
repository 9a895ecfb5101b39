"""Takes pictures of the desk's pages with Chromium, on an archive of the sample reports.

    python scripts/take_pictures.py                                        # those of the documents
    python scripts/take_pictures.py --page story --all --to FOLDER         # one page in every look

Those of the documents stand in docs/pictures: each page light and wide, the first dark and narrow too.
"""

from __future__ import annotations

import argparse
import os
import pathlib
import shutil
import socket
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from playwright.sync_api import Browser, sync_playwright

from depesche.desk.app import create_app
from depesche.desk.settings import Settings
from depesche.dossiers import Dossiers
from depesche.intake import Intake, link_archive
from depesche.library import Archive
from depesche.sources.files import Defaults

ROOT = pathlib.Path(__file__).parents[1]
PICTURES = ROOT / "docs" / "pictures"
# The pages, by name; what is in braces is filled in from the samples.
PAGES = {
    "today": "/",
    "story": "/story/{story}",
    "event": "/event/{event}",
    "report": "/report/{report}",
    "actor": "/actor/Trump",
    "relation": "/relation/USA/RUS",
    "network": "/network?from=2018-01",
    "map": "/map?from=2018-01",
    "search": "/search?q=Treffen",
    "correct": "/correct?kind=event",
}
LANGUAGES = {"de": "de-AT", "en": "en-GB"}
WIDE, NARROW = 1440, 360
# A look: language, theme, width.
Look = tuple[str, str, int]
EVERY: tuple[Look, ...] = tuple(
    (language, theme, width)
    for language in LANGUAGES
    for theme in ("light", "dark")
    for width in (WIDE, NARROW)
)


def fill(path: pathlib.Path) -> None:
    folder = ROOT / "src" / "depesche" / "samples"
    with Archive(path) as archive:
        Intake((str(folder),), Defaults(), jobs=1).fill(archive)
        link_archive(archive)


def find_names(path: pathlib.Path) -> dict[str, str]:
    """Return what stands in the braces of addresses: of the story with the most reports."""
    with Archive(path) as archive:
        dossiers = Dossiers(archive)
        story = max(dossiers.stories(), key=lambda s: len(s.reports))
        event = dossiers.event(story.events[0])
        return {
            "story": story.id,
            "event": event.id,
            "report": event.mentions[0].report[:12],
            "actor": story.actors[0],
        }


@contextmanager
def served(path: pathlib.Path) -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    app = create_app(path, Settings(archive=path, port=port))
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_level="warning"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join()


def take(browser: Browser, address: str, file: pathlib.Path, look: Look, whole: bool) -> None:
    language, theme, width = look
    context = browser.new_context(
        locale=LANGUAGES[language],
        color_scheme=theme,  # type: ignore[arg-type]
        viewport={"width": width, "height": 1000 if width == WIDE else 780},
        reduced_motion="reduce",
    )
    page = context.new_page()
    answer = page.goto(address)
    if answer is None or answer.status != 200:
        raise SystemExit(f"{address} is answered with {answer.status if answer else 'nothing'}")
    page.wait_for_load_state("networkidle")
    page.screenshot(path=file, full_page=whole)
    context.close()
    print(file)


def looks_of(name: str) -> tuple[Look, ...]:
    first = name == next(iter(PAGES))
    return (("de", "light", WIDE), *((("de", "dark", WIDE), ("de", "light", NARROW)) if first else ()))


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--page", choices=PAGES, action="append")
    parser.add_argument(
        "--all", action="store_true", help="every language, theme and width, the page's whole length"
    )
    parser.add_argument("--archive", type=pathlib.Path, help="an archive in place of the samples")
    parser.add_argument("--to", type=pathlib.Path, default=PICTURES)
    chosen = parser.parse_args()
    chosen.to.mkdir(parents=True, exist_ok=True)
    chromium = next(
        found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))
    )
    with tempfile.TemporaryDirectory() as scratch:
        path: pathlib.Path = chosen.archive or pathlib.Path(scratch) / "samples.sqlite"
        if not chosen.archive:
            fill(path)
        names = find_names(path)
        with served(path) as address, sync_playwright() as playwright:
            # Root may not use Chromium's own sandbox.
            options = ["--no-sandbox"] if os.geteuid() == 0 else []
            browser = playwright.chromium.launch(executable_path=chromium, args=options)
            for page in chosen.page or PAGES:
                for look in EVERY if chosen.all else looks_of(page):
                    file = chosen.to / f"{'-'.join((page, *map(str, look)))}.png"
                    take(browser, address + PAGES[page].format(**names), file, look, chosen.all)
            browser.close()


if __name__ == "__main__":
    main()
