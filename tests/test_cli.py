"""The command line as a user meets it: its commands, its exit status, one sentence for each fault."""

import csv
import io
import json
import os
import pathlib
import re
import signal
import sqlite3
import subprocess
import sys
import time
import zipfile
from typing import Any

import pytest
from click.testing import CliRunner, Result
from rich.console import Console

from depesche.cli import FAILED, SOME_FAULTS, main
from depesche.library import Archive
from depesche.terminal import make_event_sheet, make_quotation_sheet, make_search_sheet, tame

TEXT = (
    "Der norwegische Außenminister Espen Barth Eide traf am Freitag in Oslo seine schwedische Kollegin "
    "Maria Malmer Stenergard. Das Treffen sei „sehr nützlich“ gewesen, sagte Eide. (dpa)"
)


@pytest.fixture(autouse=True)
def plain_english(monkeypatch: pytest.MonkeyPatch, tmp_path: pathlib.Path) -> None:
    monkeypatch.setenv("DEPESCHE_LANGUAGE", "en")
    monkeypatch.setenv("DEPESCHE_ARCHIVE", str(tmp_path / "archive.sqlite"))


def run(*arguments: object, stdin: str | bytes | None = None) -> Result:
    result = CliRunner().invoke(main, [str(a) for a in arguments], input=stdin)
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


@pytest.fixture
def filled(tmp_path: pathlib.Path) -> pathlib.Path:
    """An archive with one dated report and one undated one, read from files."""
    lines = [
        {"id": "oslo-1", "text": TEXT, "published": "2025-07-11", "source": "Fjordbote", "title": "Treffen"}
    ]
    (tmp_path / "one.jsonl").write_text("\n".join(map(json.dumps, lines)), "utf-8")
    (tmp_path / "two.txt").write_text("Norwegen verurteilte am Montag den Angriff Russlands.", "utf-8")
    assert run("read", tmp_path / "one.jsonl", tmp_path / "two.txt").exit_code == 0
    return tmp_path / "archive.sqlite"


def rows(*arguments: object) -> list[dict[str, Any]]:
    found = json.loads(run(*arguments, "--json").stdout)
    assert isinstance(found, list)
    return found


# --- read -----------------------------------------------------------------------------------------


def test_read_counts_and_reads_nothing_twice(tmp_path: pathlib.Path) -> None:
    (tmp_path / "a.txt").write_text(TEXT, "utf-8")
    first = run("read", "--published", "2025-07-11", tmp_path / "a.txt")
    assert (first.exit_code, "1 read, 0 already there, 0 could not" in first.stderr) == (0, True)
    again = run("read", "--published", "11.07.2025", tmp_path / "a.txt")
    assert (again.exit_code, "0 read, 1 already there, 0 could not" in again.stderr) == (0, True)


def test_what_is_read_is_linked_unless_that_is_not_wanted(tmp_path: pathlib.Path) -> None:
    for name, options in (("one", ["--no-link"]), ("two", [])):
        (tmp_path / f"{name}.txt").write_text(f"{TEXT} Folge {name}.", "utf-8")
        assert run("read", *options, "--published", "2025-07-11", tmp_path / f"{name}.txt").exit_code == 0
        left = "1 reports are not linked yet" in run("stories").stderr
        assert left == bool(options)
    (story,) = json.loads(run("stories", "--json").stdout)
    assert len(story["reports"]) == 2


def test_read_json_prints_readings_and_keeps_nothing(tmp_path: pathlib.Path) -> None:
    result = run("read", "--json", "--published", "2025-07-11", "--source", "Fjordbote", "-", stdin=TEXT)
    (line,) = result.stdout.splitlines()
    reading = json.loads(line)
    assert (reading["version"], reading["published"], reading["source"]) == (1, "2025-07-11", "Fjordbote")
    assert [t["value"] for t in reading["times"]] == ["2025-07-11"]
    assert not (tmp_path / "archive.sqlite").exists()


def test_several_processes_read_the_same(tmp_path: pathlib.Path) -> None:
    for number in range(6):
        (tmp_path / f"{number}.txt").write_text(f"{TEXT}\n\nFolge {number}.", "utf-8")
    one = run("read", "--json", "--published", "2025-07-11", tmp_path / "*.txt")
    two = run("read", "--json", "--published", "2025-07-11", "--jobs", 2, tmp_path / "*.txt")
    assert one.stdout == two.stdout
    assert len(one.stdout.splitlines()) == 6


def write_copies(folder: pathlib.Path) -> None:
    """Write six texts that three outlets print, next to each other and in another order in a second file."""
    copies = [
        {"id": f"{outlet}-{n}", "text": f"{TEXT} Folge {n}.", "published": "2025-07-11", "source": outlet}
        for n in range(6)
        for outlet in ("Fjordbote", "Elbtagblatt")
    ]
    again = [{**copy, "id": None, "source": "Alpenblatt"} for copy in copies[::-2]]
    for name, records in (("a.jsonl", copies), ("b.jsonl", [*again, copies[0]])):
        (folder / name).write_text("\n".join(map(json.dumps, records)), "utf-8")


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_text_in_several_papers_is_one_report_that_names_them(tmp_path: pathlib.Path, jobs: int) -> None:
    write_copies(tmp_path)
    first = run("read", "--jobs", jobs, tmp_path / "*.jsonl")
    assert "6 read, 13 already there, 0 could not" in first.stderr
    found = rows("reports")
    assert {r["source"] for r in found} == {"Fjordbote"}
    for report in found:
        places = [(a["source"], a["key"]) for a in report["appearances"]]
        number = str(report["key"])[-1]
        assert places == [("Elbtagblatt", f"Elbtagblatt-{number}"), ("Alpenblatt", None)]
    assert run("reports").stdout.count("Fjordbote +2") == 6
    assert "also in Elbtagblatt, Alpenblatt" in run("show", found[0]["id"]).stdout
    assert len(rows("events", "--outlet", "alpenblatt")) == len(rows("events")) > 0
    exported = json.loads(run("export", "--format", "json", "--outlet", "Elbtagblatt").stdout)
    assert [list(entry) for entry in exported] == [["report", "appearances", "reading"]] * 6
    # A process that is killed may leave reports without their further places: the next run brings them.
    with sqlite3.connect(tmp_path / "archive.sqlite") as database:
        database.execute("delete from appearances")
    for _ in range(2):
        again = run("read", "--jobs", jobs, tmp_path / "*.jsonl")
        assert "0 read, 19 already there, 0 could not" in again.stderr
        assert rows("reports") == found


def bad_inputs(folder: pathlib.Path) -> dict[str, str]:
    """Write one bad input of each kind; return for each file the words that its message must hold."""
    (folder / "empty.txt").write_bytes(b"")
    (folder / "binary.txt").write_bytes(bytes(range(256)) * 20)
    (folder / "page.html").write_text(
        "<html><head><title>Leer</title></head><body><script>x()</script></body></html>", "utf-8"
    )
    lines = [
        "not json" if n == 40_000 else json.dumps({"text": f"Bericht {n}."}) for n in range(39_999, 40_002)
    ]
    (folder / "lines.jsonl").write_text("\n" * 39_998 + "\n".join(lines), "utf-8")
    (folder / "fields.json").write_text('{"text": 7}', "utf-8")
    (folder / "date.json").write_text('{"text": "Ein Text.", "published": "neulich"}', "utf-8")
    with zipfile.ZipFile(folder / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr("a.txt", b"a" * 400_000_000)
    return {
        "empty.txt": "is empty",
        "binary.txt": "",
        "page.html": "without text",
        "lines.jsonl, line 40000": "",
        "fields.json": "text",
        "date.json": "neulich",
        "bomb.zip": "",
        "absent.txt": "",
    }


def test_each_bad_input_is_named_and_costs_the_others_nothing(tmp_path: pathlib.Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    expected = bad_inputs(folder)
    (folder / "zz.txt").write_text(TEXT, "utf-8")
    result = run("read", folder, folder / "absent.txt")
    assert result.exit_code == SOME_FAULTS
    faults = [line for line in result.stderr.splitlines() if line.startswith("depesche: ")]
    for where, words in expected.items():
        named = [f for f in faults if where in f]
        assert len(named) == 1, (where, faults)
        assert words in named[0]
    assert len(faults) == len(expected)
    assert f"3 read, 0 already there, {len(expected)} could not be read" in result.stderr
    assert len(rows("reports")) == 3


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("utf-16", TEXT),
        ("utf-8-sig", TEXT),
        ("cp1252", TEXT * 5),
        ("latin-1", TEXT.replace("„", '"').replace("“", '"') * 5),
    ],
)
def test_other_encodings_are_read(tmp_path: pathlib.Path, encoding: str, text: str) -> None:
    (tmp_path / "a.txt").write_bytes(text.encode(encoding))
    assert run("read", tmp_path / "a.txt").exit_code == 0
    (found,) = rows("search", "Außenminister")
    assert "Außenminister" in str(found["snippet"])


def test_a_very_long_text_is_refused_in_one_sentence(tmp_path: pathlib.Path) -> None:
    (tmp_path / "long.txt").write_text("Der Rat tagt. " * 3_600_000, "utf-8")
    result = run("read", tmp_path / "long.txt")
    assert result.exit_code == SOME_FAULTS
    assert re.search(r"depesche: .*long\.txt: .*more than", result.stderr)


def test_control_characters_in_names_never_reach_the_terminal(tmp_path: pathlib.Path) -> None:
    (tmp_path / "a\x1b[2Jb.txt").write_bytes(b"")
    result = run("read", tmp_path)
    assert "\x1b" not in result.stderr
    assert tame("a\x1b\u202e") == "a\u241b\ufffd"


# --- archives that are none -----------------------------------------------------------------------


def make_text_file(path: pathlib.Path) -> None:
    path.write_text("This is no archive. " * 100)


def make_other_database(path: pathlib.Path) -> None:
    with sqlite3.connect(path) as database:
        database.execute("create table notes (text)")


def make_newer_archive(path: pathlib.Path) -> None:
    assert run("reports", "--archive", path).exit_code == 0
    with sqlite3.connect(path) as database:
        database.execute("update alembic_version set version_num = '9999'")


def make_folder(path: pathlib.Path) -> None:
    path.mkdir()


@pytest.mark.parametrize("make", [make_text_file, make_other_database, make_newer_archive, make_folder])
def test_what_is_no_archive_is_refused_in_one_sentence(tmp_path: pathlib.Path, make: object) -> None:
    path = tmp_path / "odd.sqlite"
    make(path)  # type: ignore[operator]
    before = path.read_bytes() if path.is_file() else b""
    result = run("events", "--archive", path)
    assert result.exit_code == FAILED
    lines = result.stderr.strip().splitlines()
    assert "odd.sqlite" in lines[-1]
    assert len(lines) <= 3
    assert (path.read_bytes() if path.is_file() else b"") == before


# --- lists ----------------------------------------------------------------------------------------


def test_lists_in_all_forms(filled: pathlib.Path) -> None:
    for name in ("reports", "actors", "events", "quotations"):
        found = rows(name)
        assert found
        table = list(csv.DictReader(io.StringIO(run(name, "--csv").stdout)))
        assert len(table) == len(found)
        assert run(name).stdout.strip()


def test_reports_json_has_the_promised_fields(filled: pathlib.Path) -> None:
    dated, undated = rows("reports")
    assert dated["published"] == "2025-07-11"
    assert dated["source"] == "Fjordbote"
    assert {"id", "url", "title", "published", "source"} <= set(dated)
    assert undated["published"] is None


def test_filters(filled: pathlib.Path) -> None:
    assert len(rows("events", "--between", "NOR", "SWE", "--type", "CONSULT")) == 1
    assert rows("events", "--between", "NOR", "CHN") == []
    assert rows("events", "--from", "2025-07-12") == []
    assert len(rows("events", "--from", "2025-07", "--to", "2025-07")) == 1
    assert {q["actor"]["name"] for q in rows("quotations", "--speaker", "Eide")} == {"Espen Barth Eide"}
    assert [r["title"] for r in rows("reports", "--text", "nützlich")] == ["Treffen"]
    assert {a["country"] for a in rows("actors", "--actor", "SWE")} == {"SWE"}


@pytest.mark.parametrize(
    ("command", "typed", "known"),
    [
        (("events",), "meet", "CONSULT"),
        (("events",), "PER", "CONSULT"),
        (("reports",), "Direct", "CONSULT"),
        (("stories",), "x", "CONSULT"),
        (("search", "Treffen"), "x", "CONSULT"),
        (("quotations",), "CONSULT", "FreeIndirect"),
        (("actors",), "person", "PER"),
        (("relations",), "friendship", "alliance"),
        (("export", "--format", "csv"), "meet", "CONSULT"),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, tuple) else value,
)
def test_a_type_that_is_none_is_refused_with_those_that_are(
    command: tuple[str, ...], typed: str, known: str, filled: pathlib.Path
) -> None:
    result = run(*command, "--type", typed)
    assert (result.exit_code, repr(typed) in result.stderr, known in result.stderr) == (2, True, True)
    assert not result.stdout


def test_types_are_known_in_upper_and_lower_case(filled: pathlib.Path) -> None:
    assert rows("events", "--type", "consult") == rows("events", "--type", "CONSULT") != []
    assert rows("actors", "--type", "per") == rows("actors", "--type", "PER") != []
    assert rows("quotations", "--type", "indirect") == rows("quotations", "--type", "Indirect")


def test_each_row_leads_to_its_sentence(filled: pathlib.Path) -> None:
    (event,) = rows("events", "--type", "CONSULT")
    passage = f"{str(event['report'])[:12]}:{event['start']}"
    shown = run("show", passage).stdout
    assert "traf am Freitag in Oslo" in shown
    assert "nützlich" not in shown
    assert passage[:10] in run("events", "--type", "CONSULT").stdout


def test_search_marks_words_by_their_stem(filled: pathlib.Path) -> None:
    (hit,) = rows("search", "Angriffe")
    snippet, (mark, *_) = hit["snippet"], hit["marks"]
    assert snippet["text"][mark["start"] - snippet["start"] : mark["end"] - snippet["start"]] == "Angriff"
    assert rows("search", "Angriff", "-Norwegen") == rows("search", "Zitronenfalter") == []
    assert run("search", "Zitronenfalter").stdout.strip() == "Nothing found."


def test_show_json_is_the_reading(filled: pathlib.Path) -> None:
    report = str(rows("reports")[0]["id"])
    reading = json.loads(run("show", report[:8], "--json").stdout)
    assert reading["id"] == report


@pytest.mark.parametrize("form", ["plover", "csv", "json"])
def test_export_writes_the_same_to_a_file(filled: pathlib.Path, tmp_path: pathlib.Path, form: str) -> None:
    printed = run("export", "--format", form).stdout_bytes
    target = tmp_path / "out"
    assert run("export", "--format", form, "--output", target).exit_code == 0
    assert target.read_bytes() == printed
    assert printed.strip()


def test_export_to_nowhere_is_one_sentence(filled: pathlib.Path, tmp_path: pathlib.Path) -> None:
    result = run("export", "--format", "csv", "--output", tmp_path / "absent" / "out.csv")
    assert result.exit_code == FAILED
    assert "out.csv cannot be written" in result.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ["show", "ffffffff"],
        ["show", "x"],
        ["events", "--from", "neulich"],
        ["read", "--published", "nie", "-"],
    ],
)
def test_what_cannot_be_is_one_sentence(filled: pathlib.Path, arguments: list[str]) -> None:
    result = run(*arguments, stdin="Ein Text.")
    assert result.exit_code == FAILED
    assert result.stderr.strip()
    assert "Traceback" not in result.stderr


def test_german_speaks_german(filled: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEPESCHE_LANGUAGE", "de")
    assert "Erschienen" in run("reports").stdout
    assert "Nichts gefunden." in run("events", "--actor", "Zitronenfalter").stdout


@pytest.mark.parametrize("width", [30, 78, 119, 120, 200])
def test_lists_fit_any_terminal(filled: pathlib.Path, width: int) -> None:
    with Archive(filled) as archive:
        sheets = [
            make_event_sheet(archive.events()),
            make_quotation_sheet(archive.quotations()),
            make_search_sheet(archive.search("Außenminister")),
        ]
    for sheet in sheets:
        out = io.StringIO()
        Console(file=out, width=width).print(sheet.lay_out(width))
        assert max(map(len, out.getvalue().splitlines())) <= width
        words = set(out.getvalue().replace("\n", " ").split())
        assert {"Oslo", "Eide,", "Eide", "Außenminister"} & words


# --- as a process ---------------------------------------------------------------------------------


def start(*arguments: object, **environment: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "depesche.cli", *map(str, arguments)]
    return subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ, **environment}
    )


def test_demo_shows_the_samples_and_reads_nothing_twice(tmp_path: pathlib.Path) -> None:
    archive = tmp_path / "demo.sqlite"
    first, again = (run("demo", "--archive", archive) for _ in range(2))
    assert "20 read, 0 already there, 0 could not" in first.stderr
    assert "0 read, 20 already there, 0 could not" in again.stderr
    assert first.stdout == again.stdout
    for words in ("Reports (20)", "Sergej Lawrow", "Events by day", "2025-07-10", "Who said what"):
        assert words in first.stdout


def test_help_is_there_for_every_command() -> None:
    for name in main.commands:
        assert run(name, "--help").exit_code == 0


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_what_was_read_survives_and_the_rest_follows(tmp_path: pathlib.Path, how: signal.Signals) -> None:
    count = 400
    lines = (json.dumps({"text": f"{TEXT} Folge {n}.", "published": "2025-07-11"}) for n in range(count))
    (tmp_path / "many.jsonl").write_text("\n".join(lines), "utf-8")
    archive = tmp_path / "archive.sqlite"
    process = start("read", "--no-link", tmp_path / "many.jsonl")
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and not _count_reports(archive):
        time.sleep(0.02)
    process.send_signal(how)
    _, errors = process.communicate(timeout=60)
    kept = _count_reports(archive)
    assert 0 < kept <= count
    if how is signal.SIGINT and kept < count:
        assert "Stopped." in errors
        assert process.returncode == 130
    result = run("read", "--no-link", tmp_path / "many.jsonl")
    assert f"{count - kept} read, {kept} already there" in result.stderr
    assert _count_reports(archive) == count


def _count_reports(archive: pathlib.Path) -> int:
    if not archive.exists():
        return 0
    with sqlite3.connect(archive) as database:
        try:
            return int(database.execute("select count(*) from reports").fetchone()[0])
        except sqlite3.OperationalError:
            return 0


def test_a_closed_pipe_is_no_fault(filled: pathlib.Path) -> None:
    process = start("export", "--format", "json")
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    assert process.wait(timeout=60) in {0, 1}
    assert "Traceback" not in process.stderr.read()
