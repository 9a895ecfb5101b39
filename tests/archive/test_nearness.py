"""Near sentences: found by their vectors, after each change of the archive, and quickly among many."""

from __future__ import annotations

import statistics
import time
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from depesche.archive.nearness import MOST_REPORTS, Near, Nearness, Sense, compare
from depesche.archive.store import Archive
from depesche.reading import Meaning, Reading, Report, Span

TEXT = "Rubio traf Lawrow in Riad. Es regnete in Wien."
SPANS = (Span(0, 26), Span(27, 46))
EAST, NORTH, WEST = (127, 0, 0, 0), (0, 127, 0, 0), (-127, 0, 0, 0)


def put(archive: Archive, day: str, *vectors: tuple[int, ...], model: str = "m", reader: str = "r1") -> str:
    report = Report(text=TEXT, published=day)
    packed = np.array(vectors, np.int8)
    meaning = Meaning(model, SPANS[: len(vectors)], packed.shape[1], packed.tobytes())
    archive.write(report, Reading(id=report.id, published=day, reader=reader), meaning)
    return report.id


def ask(archive: Archive, nearness: Nearness, *vector: float, allowed: set[int] | None = None) -> list[Near]:
    with archive.linked() as links:
        return nearness.find(links._connection, Sense("m", vector), allowed)


@pytest.fixture
def nearness() -> Nearness:
    return Nearness()


def test_the_nearest_sentence_of_each_report(archive: Archive, nearness: Nearness) -> None:
    put(archive, "2025-07-11", NORTH, EAST)
    put(archive, "2025-07-12", (100, 75, 0, 0), WEST)
    put(archive, "2025-07-13", WEST)
    found = ask(archive, nearness, 1, 0, 0, 0)
    assert [(one.number, one.sentences) for one in found] == [(1, (SPANS[1],)), (2, (SPANS[0],))]
    assert [one.likeness for one in found] == pytest.approx([1.0, 0.8])
    assert [one.number for one in ask(archive, nearness, 1, 0, 0, 0, allowed={2, 3})] == [2]
    assert ask(archive, nearness, 1, 0, 0, 0, allowed=set()) == []


def test_what_was_added_or_read_anew_is_found(archive: Archive, nearness: Nearness) -> None:
    put(archive, "2025-07-11", NORTH)
    assert ask(archive, nearness, 1, 0, 0, 0) == []
    put(archive, "2025-07-12", EAST)
    assert [one.number for one in ask(archive, nearness, 1, 0, 0, 0)] == [2]
    put(archive, "2025-07-11", EAST, reader="r2")
    put(archive, "2025-07-12", NORTH, reader="r2")
    assert [one.number for one in ask(archive, nearness, 1, 0, 0, 0)] == [1]


def test_the_latest_that_is_read_anew_has_another_turn(archive: Archive, nearness: Nearness) -> None:
    put(archive, "2025-07-11", NORTH)
    put(archive, "2025-07-12", NORTH)
    assert ask(archive, nearness, 1, 0, 0, 0) == []
    put(archive, "2025-07-12", EAST, reader="r2")
    assert [one.number for one in ask(archive, nearness, 1, 0, 0, 0)] == [2]
    # Read by somebody without a model: nobody knows any more what it means.
    report = Report(text=TEXT, published="2025-07-12")
    archive.write(report, Reading(id=report.id, published="2025-07-12", reader="r3"), None)
    assert ask(archive, nearness, 1, 0, 0, 0) == []


def test_vectors_of_another_model_are_not_compared(archive: Archive, nearness: Nearness) -> None:
    put(archive, "2025-07-11", EAST, model="other")
    put(archive, "2025-07-12", (127, 0), model="m")
    assert ask(archive, nearness, 1, 0, 0, 0) == []


@pytest.mark.parametrize("wanted", [(0.0, 0.0, 0.0, 0.0), (1.0,), ()])
def test_what_has_no_direction_is_near_nothing(
    archive: Archive, nearness: Nearness, wanted: tuple[float, ...]
) -> None:
    put(archive, "2025-07-11", EAST, (0, 0, 0, 0))
    assert ask(archive, nearness, *wanted) == []


def test_an_empty_archive(archive: Archive, nearness: Nearness) -> None:
    assert ask(archive, nearness, 1, 0, 0, 0) == []


def test_two_hundred_thousand_sentences(tmp_path: Path) -> None:
    """The comparison alone: reading the vectors is done once, and a search pays for it once."""
    chance = np.random.default_rng(7)
    vectors: npt.NDArray[np.int8] = chance.integers(-127, 128, (200_000, 384), np.int8)
    norms = np.linalg.norm(vectors[:512].astype(np.float32), axis=1).astype(np.float32)
    norms = np.resize(norms, len(vectors))
    wanted = vectors[100].astype(np.float32)
    spent = []
    for _ in range(5):
        begin = time.process_time()
        scores = compare(vectors, norms, wanted)
        spent.append(time.process_time() - begin)
    assert int(np.argmax(scores)) == 100
    # Processor time, so that a busy machine is no fault; it takes about 20 ms.
    assert statistics.median(spent) < 0.12
    assert MOST_REPORTS


def test_of_very_many_the_nearest_are_found_by_their_signs(
    archive: Archive, nearness: Nearness, monkeypatch: pytest.MonkeyPatch
) -> None:
    dice = np.random.default_rng(3)
    wanted = dice.standard_normal(100)
    for n in range(60):
        noise = dice.standard_normal(100) + (1.5 * wanted if n % 10 == 0 else 0)
        packed = np.rint(noise * 31 / np.abs(noise).max()).astype(np.int8)
        day = f"2025-07-{n % 28 + 1:02}T{n // 28:02}:00"
        report = Report(text=f"{TEXT} {n}", published=day)
        meaning = Meaning("m", SPANS[:1], 100, packed.tobytes())
        archive.write(report, Reading(id=report.id, published=report.day, reader="r1"), meaning)
    exact = ask(archive, nearness, *wanted)

    def nearest(**allowed: set[int]) -> list[int]:
        return [one.number for one in ask(archive, nearness, *wanted, **allowed)]

    numbers = [one.number for one in exact]
    assert {one.number % 10 for one in exact[:6]} == {1}
    monkeypatch.setattr("depesche.archive.nearness._MANY", 20)
    monkeypatch.setattr("depesche.archive.nearness._AGREEING", 15)
    assert nearest()[:6] == numbers[:6]
    some = set(numbers[:6:2]) | {n for n in range(1, 61) if n % 10 > 2}
    assert nearest(allowed=some)[:3] == numbers[:6:2]


def test_each_segment_is_looked_at(
    archive: Archive, nearness: Nearness, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("depesche.archive.nearness._FULL", 3)
    monkeypatch.setattr("depesche.archive.nearness._AT_ONCE", 2)
    dice = np.random.default_rng(5)

    def write(day: int, reader: str) -> None:
        rows = [tuple(row) for row in dice.integers(-20, 21, (2, 4)).tolist()]
        put(archive, f"2025-07-{day:02}", *rows, reader=reader)

    def assert_as_read_anew() -> None:
        for wanted in dice.standard_normal((5, 4)).tolist():
            asked, fresh = ask(archive, nearness, *wanted), ask(archive, Nearness(), *wanted)
            assert sorted(asked, key=repr) == sorted(fresh, key=repr)
            assert [one.likeness for one in asked] == [one.likeness for one in fresh]

    for day in range(1, 10):
        write(day, "r1")
    assert_as_read_anew()
    assert len(nearness._tables["m"].segments) > 2
    # All of a segment is read anew, and some of another.
    for day in (1, 2, 3, 4, 6, 9, 10):
        write(day, "r2")
        assert_as_read_anew()
    put(archive, "2025-07-05", EAST, model="other", reader="r3")
    assert_as_read_anew()
    assert all(len(segment.reports) for segment in nearness._tables["m"].segments)


def test_an_archive_that_is_put_in_the_place_of_another(archive: Archive, nearness: Nearness) -> None:
    for day in range(1, 6):
        put(archive, f"2025-07-{day:02}", NORTH)
    assert len(ask(archive, nearness, 0, 1, 0, 0)) == 5
    with archive._database.writing() as connection:
        connection.exec_driver_sql("DELETE FROM readings WHERE report > 3")
    assert [one.number for one in ask(archive, nearness, 0, 1, 0, 0)] == [1, 2, 3]
    with archive._database.writing() as connection:
        connection.exec_driver_sql("DELETE FROM readings WHERE report = 2")
    put(archive, "2025-07-01", NORTH, reader="r2")
    assert [one.number for one in ask(archive, nearness, 0, 1, 0, 0)] == [1, 3]
    with archive._database.writing() as connection:
        connection.exec_driver_sql("DELETE FROM readings")
    assert ask(archive, nearness, 0, 1, 0, 0) == []
