"""What sentences mean is kept packed and in parts, also that of archives of before."""

from __future__ import annotations

import json
import zlib
from pathlib import Path

import numpy as np
import pytest
import sqlalchemy as sa

from archive.test_fixtures import unpack
from depesche.archive.meanings import load_meanings, write_meaning
from depesche.archive.store import Archive
from depesche.reading import Meaning, Reading, Report, Span

LONG = Span(3, 400), Span(401, 402), Span(90_000, 90_017)


def make(sentences: tuple[Span, ...], size: int) -> Meaning:
    dice = np.random.default_rng(size)
    vectors = dice.integers(-20, 21, (len(sentences), size), np.int8)
    return Meaning("a model", sentences, size, vectors.tobytes())


@pytest.mark.parametrize(
    "meaning",
    [
        pytest.param(make((), 384), id="no sentence"),
        pytest.param(make((Span(0, 0),), 0), id="no vector"),
        pytest.param(make((Span(0, 12),), 5), id="one part"),
        pytest.param(make(LONG, 3000), id="many parts"),
        pytest.param(make((Span(7, 9), Span(0, 4)), 2), id="in another order"),
        pytest.param(Meaning("ünusual", LONG[:1], 3, b""), id="no bytes"),
    ],
)
def test_what_was_written_is_read(archive: Archive, meaning: Meaning) -> None:
    report = Report(text="Rubio traf Lawrow.", published="2025-07-11")
    archive.write(report, Reading(id=report.id, reader="r"), meaning)
    assert archive.meaning(report.id) == meaning


def test_many_at_once(archive: Archive) -> None:
    meanings = {}
    for number in range(1, 8):
        report = Report(text=f"Bericht {number}.", published="2025-07-11")
        archive.write(report, Reading(id=report.id, reader="r"), None)
        if number != 4:
            meanings[number] = make(LONG[: number % 3 + 1], 1000)
    with archive._database.writing() as connection:
        for number, meaning in meanings.items():
            write_meaning(connection, number, meaning)
        assert load_meanings(connection, range(9)) == meanings
        connection.execute(sa.text("DELETE FROM meanings WHERE report = 7 AND part = 1"))
        connection.execute(sa.text("DELETE FROM meanings WHERE report = 2 AND part = 0"))
        left = load_meanings(connection, [2, 7, 1])
    # What is damaged has no sentences.
    assert left == {
        1: meanings[1],
        2: Meaning("", (), 0, b""),
        7: Meaning("a model", (), 0, b""),
    }


def test_what_an_archive_of_before_holds(tmp_path: Path) -> None:
    path = unpack("0018", tmp_path)
    meaning = make(LONG, 700)
    engine = sa.create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        rows = [
            {"report": 1, "vectors": zlib.compress(meaning.vectors)},
            {"report": 2, "vectors": b"damaged"},
        ]
        said = {
            "model": meaning.model,
            "size": 700,
            "sentences": json.dumps([(span.start, span.end) for span in LONG]),
        }
        connection.execute(
            sa.text("INSERT INTO meanings VALUES (:report, :model, :size, :sentences, :vectors)"),
            [row | said for row in rows],
        )
    engine.dispose()
    with Archive(path) as archive, archive._database.reading() as connection:
        assert load_meanings(connection, [1, 2]) == {1: meaning, 2: Meaning("a model", (), 0, b"")}
        turns = connection.execute(sa.text("SELECT report, turn FROM readings ORDER BY report")).all()
    assert [tuple(row) for row in turns] == [(1, 1), (2, 2)]
