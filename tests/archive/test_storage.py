"""Commands on a disk that is full or read-only, and on a damaged archive: what is said, and what is left.

A real small disk is mounted where that is allowed (as root on Linux); elsewhere these tests are left out.
"""

from __future__ import annotations

import json
import os
import pickle
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import depesche.archive.store
from depesche.archive import postgres, sqlite
from depesche.archive.checking import check_archive
from depesche.archive.database import open_database
from depesche.cli import main
from depesche.errors import ArchiveError, BatchError
from depesche.messages import LANGUAGE_VARIABLE, say_in, tell
from depesche.scale.folders import Folder

Run = Callable[..., Result]
FULL = {"de": "Der Datenträger ist voll", "en": "the disk is full"}
REPORTS = 60


class Disk:
    """A small disk that can be made larger, and read-only."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def remount(self, options: str) -> None:
        subprocess.run(["mount", "-o", f"remount,{options}", self.path], check=True, capture_output=True)

    def fill(self) -> Path:
        """Fill what is left."""
        filler = self.path / "filler"
        with filler.open("wb", buffering=0) as file:
            try:
                while True:
                    file.write(b"x" * 4096)
            except OSError:
                return filler


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    path = tmp_path / "disk"
    path.mkdir()
    mount = shutil.which("mount")
    made = mount and subprocess.run(
        [mount, "-t", "tmpfs", "-o", "size=640k", "tmpfs", path], capture_output=True, check=False
    )
    if not made or made.returncode:
        pytest.skip("mounting a small disk is not allowed here")
    try:
        yield Disk(path)
    finally:
        subprocess.run(["umount", "--lazy", path], check=True)


@pytest.fixture(params=["de", "en"])
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def run(language: str) -> Run:
    def invoke(*words: object) -> Result:
        return CliRunner().invoke(main, [str(word) for word in words], env={LANGUAGE_VARIABLE: language})

    return invoke


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("reports") / "a.jsonl"
    text = (
        "US-Außenminister Marco Rubio hat am Freitag in Genf Sergej Lawrow getroffen. Es war das {}. Treffen."
    )
    reports = [
        {"text": text.format(n), "published": "2025-07-11", "source": f"Blatt {n}"} for n in range(REPORTS)
    ]
    path.write_text("".join(json.dumps(report) + "\n" for report in reports))
    return path


@pytest.fixture(scope="module")
def filled(file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("filled") / "a.sqlite"
    done = CliRunner().invoke(main, ["read", str(file), "--archive", str(path), "--no-link"])
    assert done.exit_code == 0, done.output
    return path


def count(path: Path) -> int:
    with depesche.archive.store.Archive(path) as archive:
        return archive.count()


def is_whole(path: Path) -> bool:
    opened = open_database(path, wait=1)
    try:
        return not check_archive(opened, lambda done, total: None).damages
    finally:
        opened.close()


def test_reading_goes_on_when_there_is_room_again(disk: Disk, file: Path, run: Run, language: str) -> None:
    archive = disk.path / "a.sqlite"
    stopped = run("read", file, "--archive", archive, "--no-link")
    assert (stopped.exit_code, stopped.exception.__class__) == (2, SystemExit)
    assert FULL[language] in stopped.output and str(archive) in stopped.output
    disk.remount("size=40m")
    assert is_whole(archive)
    before = count(archive)
    assert before < REPORTS
    assert run("read", file, "--archive", archive, "--no-link").exit_code == 0
    assert count(archive) == REPORTS
    assert is_whole(archive)


def test_linking_goes_on_when_there_is_room_again(disk: Disk, filled: Path, run: Run, language: str) -> None:
    disk.remount("size=40m")
    archive = disk.path / "a.sqlite"
    shutil.copy(filled, archive)
    filler = disk.fill()
    stopped = run("link", "--archive", archive)
    assert stopped.exit_code == 2
    assert FULL[language] in stopped.output
    filler.unlink()
    assert is_whole(archive)
    done = run("link", "--archive", archive)
    assert done.exit_code == 0, done.output
    assert json.loads(run("stories", "--archive", archive, "--json").output)


def test_a_backup_is_whole_or_not_there(disk: Disk, filled: Path, run: Run, language: str) -> None:
    backup = disk.path / "b.sqlite"
    backup.write_bytes(b"what was there")
    filler = disk.fill()
    stopped = run("archive", "backup", backup, "--archive", filled)
    assert stopped.exit_code == 2
    assert FULL[language] in stopped.output and str(backup) in stopped.output
    assert {path.name for path in disk.path.iterdir()} == {"b.sqlite", "filler"}
    assert backup.read_bytes() == b"what was there"
    filler.unlink()
    disk.remount("size=40m")
    assert run("archive", "backup", backup, "--archive", filled).exit_code == 0
    assert count(backup) == REPORTS


def test_restoring_changes_all_or_nothing(disk: Disk, filled: Path, run: Run, language: str) -> None:
    archive = disk.path / "a.sqlite"
    disk.remount("size=40m")
    assert run("archive", "copy", filled, archive).exit_code == 0
    filler = disk.fill()
    stopped = run("archive", "restore", filled, "--yes", "--archive", archive)
    assert stopped.exit_code == 2
    assert FULL[language] in stopped.output
    filler.unlink()
    assert count(archive) == REPORTS
    assert is_whole(archive)


def test_a_copy_goes_on_when_there_is_room_again(disk: Disk, filled: Path, run: Run, language: str) -> None:
    target = disk.path / "c.sqlite"
    stopped = run("archive", "copy", filled, target)
    assert stopped.exit_code == 2
    assert FULL[language] in stopped.output
    disk.remount("size=40m")
    assert run("archive", "copy", filled, target).exit_code == 0
    assert count(target) == REPORTS
    assert is_whole(target)


def test_an_export_is_whole_or_not_there(disk: Disk, filled: Path, run: Run, language: str) -> None:
    disk.fill().rename(disk.path / "x")
    stopped = run("export", "--format", "jsonld", "--output", disk.path / "e.json", "--archive", filled)
    assert stopped.exit_code == 2
    assert FULL[language] in stopped.output
    assert [path.name for path in disk.path.iterdir()] == ["x"]


def test_a_part_of_a_batch_is_whole_or_not_there(
    disk: Disk, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(LANGUAGE_VARIABLE, language)
    disk.fill().rename(disk.path / "x")
    with pytest.raises(BatchError) as caught:
        Folder(str(disk.path)).write_bytes("part", b"y" * 9000)
    assert FULL[language] in tell(caught.value)
    assert [path.name for path in disk.path.iterdir()] == ["x"]


def test_what_is_printed_onto_a_full_disk(file: Path, language: str) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("there is no /dev/full here")
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [Path(sys.executable).with_name("depesche"), "read", file, "--json"],
            stdout=full, stderr=subprocess.PIPE, text=True, check=False,
            env={**os.environ, LANGUAGE_VARIABLE: language},
        )  # fmt: skip
    assert done.returncode == 2
    assert FULL[language] in done.stderr
    assert "Traceback" not in done.stderr


def test_a_disk_that_is_read_only(disk: Disk, filled: Path, file: Path, run: Run, language: str) -> None:
    archive = disk.path / "a.sqlite"
    disk.remount("size=40m")
    shutil.copy(filled, archive)
    disk.remount("ro")
    for command in (("read", file), ("link",)):
        stopped = run(*command, "--archive", archive)
        assert stopped.exit_code == 2
        assert {"de": "Das Archiv", "en": "The archive"}[language] in stopped.output
        assert str(archive) in stopped.output
    stopped = run("archive", "backup", disk.path / "b.sqlite", "--archive", filled)
    assert stopped.exit_code == 2
    assert {"de": "Die Rechte fehlen", "en": "no permission"}[language] in stopped.output
    disk.remount("rw")
    assert count(archive) == REPORTS


@pytest.mark.parametrize("harm", ["truncated", "flipped"])
def test_a_damaged_archive(harm: str, filled: Path, tmp_path: Path, run: Run, language: str) -> None:
    archive = tmp_path / "a.sqlite"
    shutil.copy(filled, archive)
    if harm == "truncated":
        os.truncate(archive, archive.stat().st_size // 3)
    else:
        size = archive.stat().st_size
        with archive.open("r+b") as opened:
            for at in range(5000, size, 4096):
                opened.seek(at)
                opened.write(b"\xff" * 64)
    for command in (("reports",), ("export", "--format", "jsonld", "--output", tmp_path / "e"), ("link",)):
        done = run(*command, "--archive", archive)
        assert done.exit_code == 2, (command, done.output)
        assert {"de": "ist beschädigt", "en": "is damaged"}[language] in done.output
    assert not (tmp_path / "e").exists()


def test_each_fault_is_told_in_both_languages() -> None:
    for kind, words in (*sqlite._FAULTS.values(), *postgres._FAULTS.values()):
        fault = ArchiveError(f"The archive a {words} (x).", kind=kind, place="a", detail="x")
        german, english = (
            say_in(language, f"storage-{kind}", place="a", detail="x") for language in ("de", "en")
        )
        assert german != english
        assert tell(fault) in (german, english)
        assert pickle.loads(pickle.dumps(fault)).kind == kind
