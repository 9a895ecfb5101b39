"""A newspaper's server for each test."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from watch.papers import QuickArchive
from web import Web, run_web


@pytest.fixture
def web() -> Iterator[Web]:
    with run_web() as server:
        yield server


@pytest.fixture(scope="session")
def blank(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("blank") / "archive.sqlite"
    with QuickArchive(path):
        return path


@pytest.fixture
def place(tmp_path: Path, blank: Path) -> Path:
    """Return an archive in which nothing stands. To make the tables takes longer than most tests."""
    return Path(shutil.copy(blank, tmp_path / "archive.sqlite"))
