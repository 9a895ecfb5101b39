"""Pages take no longer in a large archive than in a small one: the short version of scripts/load_desk.py."""

from __future__ import annotations

import importlib
import pathlib
import statistics
from typing import Any

import pytest

from depesche.library import Archive

SCRIPTS = pathlib.Path(__file__).parents[2] / "scripts"
# Reports in the small archive, and how many times as many in the large one.
SMALL, TIMES = 30, 12
# A page may take so many times as long there, and so many milliseconds more: other work is done meanwhile.
RATIO, MORE = 3.0, 100.0
PAGES = (
    "today",
    "today, one day",
    "story",
    "event",
    "report",
    "search",
    "correct",
    "decisions",
    "api reports",
)


@pytest.fixture
def script(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(str(SCRIPTS))
    return importlib.import_module("load_desk")


def test_pages_do_not_grow_with_the_archive(
    script: Any, archive_path: pathlib.Path, tmp_path: pathlib.Path
) -> None:
    with Archive(archive_path) as samples:
        models = list(script.find_models(samples))
    found: list[dict[str, Any]] = []
    for name, reports in (("small", SMALL), ("large", SMALL * TIMES)):
        path = tmp_path / f"{name}.sqlite"
        script.fill(path, models, reports, SMALL)
        with Archive(path) as archive:
            assert archive.count() == reports
        pages, first = script.load(path, 6, processor=True)
        assert first <= script.FIRST_PAGE
        found.append({one.page: one for one in pages})
    small, large = found
    assert set(PAGES) - {"report", "search"} <= small.keys() == large.keys()
    # What was not asked for yet takes its own time to make; of that a page of the large archive has more.
    took = {page: [statistics.median(of[page].again) for of in (small, large)] for page in large}
    slower = {page: times for page, times in took.items() if times[1] > RATIO * times[0] + MORE}
    assert slower == {}
