"""A run that is killed in the middle of a web archive goes on there: nothing twice, nothing lost."""

from __future__ import annotations

import os
import random
import re
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from depesche import intake
from depesche.archive.store import Archive
from depesche.cli import main
from depesche.intake import Intake
from depesche.sources import files
from depesche.sources.files import Defaults, Fault, iter_reports
from web_archives import make_answer, make_page, make_record, make_records

# Marks a place at every record, where the program marks one every two seconds.
_RUN = (
    "import sys; from depesche import intake, cli; intake._MARK_EVERY = 0.0;"
    "cli.main(sys.argv[1:], prog_name='depesche')"
)
_COUNT = 60
_ENGLISH = "The ministers met in Geneva on Friday and talked for hours about what was to be done there. " * 4


def make_archive(path: Path) -> None:
    """Write German pages, and among them what is skipped and what is broken."""
    records = make_records(_COUNT)
    odd = [
        make_record(make_answer(make_page(900, _ENGLISH)), 900),
        make_record(make_answer("", status=404), 901),
        make_records(1)[0][:300],
    ]
    chance = random.Random(7)
    for n in range(30):
        records.insert(chance.randrange(len(records)), odd[n % 3])
    path.write_bytes(b"".join(records))


def start(archive: Path, *paths: Path, jobs: int = 1) -> subprocess.Popen[str]:
    options = ["--no-link", "--language-model", "none", "--language", "de", "--jobs", str(jobs)]
    command = [sys.executable, "-c", _RUN, "read", *options, "--archive", archive, *paths]
    environment = {**os.environ, "DEPESCHE_LANGUAGE": "en"}
    return subprocess.Popen(
        list(map(str, command)), stderr=subprocess.PIPE, text=True, env=environment, start_new_session=True
    )


def count(archive: Path) -> int:
    if not archive.exists():
        return 0
    with sqlite3.connect(archive) as database:
        try:
            return int(database.execute("select count(*) from readings").fetchone()[0])
        except sqlite3.OperationalError:
            return 0


@pytest.mark.parametrize(("jobs", "aims"), [(1, (15, 40)), (2, (30,))])
def test_killed_again_and_again(tmp_path: Path, jobs: int, aims: tuple[int, ...]) -> None:
    web, other = tmp_path / "a.warc.gz", tmp_path / "b.warc.gz"
    make_archive(web)
    other.write_bytes(make_record(make_answer(make_page(5000)), 5000))
    archive = tmp_path / "archive.sqlite"
    entered: list[int] = []
    for aim in aims:
        process = start(archive, web, other, jobs=jobs)
        deadline = time.monotonic() + 90
        while count(archive) < aim and time.monotonic() < deadline and process.poll() is None:
            time.sleep(0.01)
        os.killpg(process.pid, signal.SIGKILL)
        _, told = process.communicate(timeout=60)
        entered += [int(n.replace(",", "")) for n in re.findall(r"goes on at byte ([\d,]+)", told)]
    process = start(archive, web, other, jobs=jobs)
    _, told = process.communicate(timeout=120)
    entered += [int(n.replace(",", "")) for n in re.findall(r"goes on at byte ([\d,]+)", told)]
    assert entered
    assert entered == sorted(entered)
    assert entered[-1] > 0
    found = re.search(r"(\d+) read, (\d+) already there, (\d+) could not", told)
    assert found
    read, known, faults = map(int, found.groups())
    assert (read + known, faults) == (_COUNT + 1, 10)
    assert count(archive) == _COUNT + 1

    whole = tmp_path / "whole.sqlite"
    Intake((str(web), str(other)), Defaults(), language_model="none", languages=("de",)).fill(Archive(whole))
    with Archive(archive) as one, Archive(whole) as two:
        assert [row.id for row in one.reports()] == [row.id for row in two.reports()]
        assert one.events() == two.events()
        assert one.quotations() == two.quotations()
        for row in one.reports():
            assert one.report(row.id) == two.report(row.id)
            assert one.appearances(row.id) == two.appearances(row.id) == ()
        # Nothing is left of the run.
        with one._reading() as connection:
            assert connection.exec_driver_sql("select count(*) from bookmarks").scalar() == 0


def test_files_that_are_done_are_not_opened_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake, "_MARK_EVERY", 0.0)
    for name in "abc":
        (tmp_path / f"{name}.txt").write_text(f"Der Minister reiste nach {name.upper()}stadt.")
    archive = tmp_path / "archive.sqlite"
    opened: list[str] = []

    def stop_at_last(*rest: object, **options: object) -> object:
        for item in iter_reports(*rest, **options):  # type: ignore[arg-type]
            if isinstance(item, Fault) or "Cstadt" in item.text:
                raise KeyboardInterrupt
            yield item

    monkeypatch.setattr(intake, "iter_reports", stop_at_last)
    with Archive(archive) as store, pytest.raises(KeyboardInterrupt):
        Intake((str(tmp_path / "*.txt"),), Defaults(), language_model="none").fill(store)
    monkeypatch.setattr(intake, "iter_reports", iter_reports)
    (tmp_path / "b.txt").write_text("Der Minister reiste nach Dorf, und das ist neu.")

    def open_counted(found: Any, *rest: Any) -> object:
        opened.append(Path(found.path).name)
        return open_file(found, *rest)

    open_file = files._open_found
    monkeypatch.setattr(files, "_open_found", open_counted)
    with Archive(archive) as store:
        counts = Intake((str(tmp_path / "*.txt"),), Defaults(), language_model="none").fill(store)
        assert store.count() == 4
    # What has changed since is read anew.
    assert opened == ["b.txt", "c.txt"]
    assert (counts.read, counts.known) == (2, 1)


def test_another_way_of_reading_begins_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake, "_MARK_EVERY", 0.0)
    web = tmp_path / "a.warc.gz"
    web.write_bytes(b"".join([*make_records(3), make_record(make_answer(make_page(9, _ENGLISH)), 9)]))
    with Archive(tmp_path / "a.sqlite") as store:
        run = Intake((str(web),), Defaults(), language_model="none", languages=("de",))
        monkeypatch.setattr(store, "drop_bookmarks", lambda run: None)  # as if it had been stopped
        assert run.fill(store).read == 3
        assert run.skipped() == {"skipped-language": 1}
        again = Intake((str(web),), Defaults(), language_model="none")
        assert again.fill(store).read == 1


@pytest.mark.parametrize("language", ["de", "DE", "de-AT"])
def test_language_of_the_words_counts_and_not_what_a_page_says(tmp_path: Path, language: str) -> None:
    english = make_page(1, _ENGLISH)  # names German
    german = make_page(2).replace('lang="de"', 'lang="en"')
    web = tmp_path / "a.warc"
    web.write_bytes(b"".join(make_record(make_answer(page), n) for n, page in enumerate((english, german))))
    place = ["--archive", str(tmp_path / "a.sqlite")]
    result = CliRunner().invoke(
        main,
        ["read", "--language-model", "none", "--no-link", "--language", language, *place, str(web)],
        env={"DEPESCHE_LANGUAGE": "en"},
    )
    assert "1 read" in result.output and "1 in another language" in result.output
    with Archive(tmp_path / "a.sqlite") as store:
        (row,) = store.reports()
        assert store.reading(row.id).language == "de"
        assert store.reading(row.id).actors


def test_standard_input_is_read_anew(tmp_path: Path) -> None:
    raw = b"".join(make_records(3))
    options = ["--no-link", "--language-model", "none", "--archive", str(tmp_path / "a.sqlite"), "-"]
    for told in ("3 read, 0 already", "0 read, 3 already"):
        result = CliRunner().invoke(main, ["read", *options], input=raw, env={"DEPESCHE_LANGUAGE": "en"})
        assert told in result.output
