"""What all formats have in common: nothing makes them fail, pages change nothing, files are whole."""

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings

from archive.samples import fill, pairs
from depesche.archive.store import Archive
from depesche.cli import main
from depesche.exchange import FORMATS, export
from depesche.exchange import facts as facts_module
from depesche.exchange.gdelt import COLUMNS as GDELT
from depesche.exchange.polecat import COLUMNS as POLECAT
from depesche.reading import Reading, Report
from exchange.facts import export_bytes, export_text, link_samples

TABLES = [(form, kind) for form, known in FORMATS.items() for kind in known.kinds]


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    """An archive for all that is drawn: to make a new one for each takes longer than the test."""
    with Archive(tmp_path_factory.mktemp("shelf") / "a.sqlite") as archive:
        yield archive


@given(pairs())
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_no_reading_makes_a_format_fail(shelf: Archive, pair: tuple[Report, Reading]) -> None:
    shelf.write(*pair)
    reading = shelf.reading(pair[0].id)
    number = len(reading.events)
    for form, kind in TABLES:
        content = export_bytes(shelf, form, kind=kind, report=pair[0].id)
        if form == "polecat":
            lines = list(csv.reader(io.StringIO(content.decode()), delimiter="\t"))
            assert len(lines) == number + 1
            assert {len(line) for line in lines} == {len(POLECAT)}
        if form == "gdelt":
            assert {line.count("\t") for line in content.decode().splitlines()} <= {len(GDELT) - 1}
        if form in {"plover", "ftm"}:
            assert all(json.loads(line) for line in content.decode().split("\n")[:-1])
        if form == "ftm":
            check_entities(content.decode())
        if form == "jsonld":
            assert len(json.loads(content)["@graph"]) == number + len(reading.quotations)
        if form == "parquet" and kind == "events":
            assert pq.read_table(io.BytesIO(content)).num_rows == number


def check_entities(text: str) -> None:
    """See that FollowTheMoney's own library takes every entity, if it is there."""
    try:
        import followthemoney  # noqa: PLC0415, F401
    except ImportError:
        return
    from exchange.test_ftm import check, read_back  # noqa: PLC0415

    for entity in read_back(text):
        check(entity)


@pytest.fixture(scope="module")
def linked(path: Path) -> Iterator[Archive]:
    with Archive(path.parent / "linked.sqlite") as archive:
        fill(archive)
        link_samples(archive)
        yield archive


@pytest.mark.parametrize(("form", "kind"), TABLES)
def test_pages_change_nothing(linked: Archive, monkeypatch: pytest.MonkeyPatch, form: str, kind: str) -> None:
    whole = export_bytes(linked, form, kind=kind)
    for size in (1, 3):
        monkeypatch.setattr(facts_module.page_through, "__defaults__", (size,))
        assert export_bytes(linked, form, kind=kind) == whole


def test_no_page_is_larger_than_it_should_be(filled: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int | None] = []
    events = filled.events

    def watch(**filters: object) -> object:
        asked.append(filters["limit"])  # type: ignore[arg-type]
        return events(**filters)  # type: ignore[arg-type]

    monkeypatch.setattr(filled, "events", watch)
    export_text(filled, "gdelt")
    assert asked and all(limit is not None and limit <= facts_module.PAGE for limit in asked)


def test_filters_limit_and_offset(filled: Archive) -> None:
    def ids(**filters: object) -> list[str]:
        text = export_text(filled, "polecat", **filters)
        return [line.split("\t")[0] for line in text.splitlines()[1:]]

    every = ids()
    assert ids(limit=2) == every[:2] and ids(limit=0) == [] and ids(limit=2, offset=1) == every[1:3]
    assert len(ids(type="THREATEN")) == 1
    assert len(ids(between=("USA", "RUS"), start="2025-07", end="2025-07")) == 1


def test_each_row_is_told(filled: Archive) -> None:
    told: list[int] = []
    export(filled, "plover", io.StringIO(), notice=told.append)
    assert told == [1, 2, 3, 4, 5]


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("export") / "a.sqlite"
    with Archive(path) as archive:
        fill(archive)
    return path


def run(path: Path, *arguments: str) -> tuple[int, bytes, str]:
    result = CliRunner().invoke(main, ["export", "--archive", str(path), *arguments])
    return result.exit_code, result.stdout_bytes, result.stderr


@pytest.mark.parametrize(("form", "kind"), TABLES)
def test_the_command_writes_a_file_or_to_standard_output(path: Path, form: str, kind: str) -> None:
    out = path.parent / "out"
    assert run(path, "--format", form, "--what", kind, "-o", str(out))[:2] == (0, b"")
    assert run(path, "--format", form, "--what", kind) == (0, out.read_bytes(), "")


def test_a_format_without_such_a_table(path: Path) -> None:
    status, _, said = run(path, "--format", "gdelt", "--what", "actors")
    assert status == 2 and "gdelt" in said


def test_an_older_file_stays_if_the_export_fails(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = path.parent / "out.txt"
    out.write_text("older", "utf-8")

    def fail(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("depesche.exchange.tsv.to_tsv", fail)
    status, _, _ = run(path, "--format", "polecat", "-o", str(out))
    assert status == 130
    assert out.read_text("utf-8") == "older"
    assert sorted(p.name for p in path.parent.iterdir() if p.name.startswith(".")) == []
