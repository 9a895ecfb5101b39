"""Judgements from the command line: what a user types, what is kept, what is refused."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from archive.samples import MEETING, SUMMIT, fill
from depesche.cli import FAILED, main
from depesche.library import Archive

FIRST, SECOND = MEETING.id[:12], SUMMIT.id[:12]


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    path = tmp_path / "a.sqlite"
    with Archive(path) as opened:
        fill(opened)
    return path


def judge(archive: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["judge", *arguments, "--by", "ina", "--archive", str(archive)])


def kept(archive: Path) -> list[dict[str, object]]:
    listed = CliRunner().invoke(main, ["judgements", "--json", "--archive", str(archive)])
    found = json.loads(listed.stdout)
    assert isinstance(found, list)
    return found


def test_what_is_typed_is_kept(archive: Path) -> None:
    speaker = MEETING.text.index("er sei")
    typed = [
        ["same-story", FIRST, f"s{SECOND}", "--why", "ein Gipfel"],
        ["other-event", f"e{FIRST}-e1", f"{FIRST}:e2"],
        ["no-event", f"{FIRST}:{MEETING.text.index('getroffen')}"],
        ["wrong-speaker", f"{FIRST}:{speaker}", "Lawrow"],
        ["wrong-speaker", f"{FIRST}:{speaker}", "-"],
        ["withdrawn", "1"],
        ["same-actor", f"{FIRST}:{MEETING.text.index('Lawrow')}", f"a{FIRST}-a1"],
        ["is-event", f"{FIRST}:e1"],
        ["wrong-time", f"{FIRST}:{MEETING.text.index('Donnerstag')}", "2025-07-08/2025-07-09"],
        ["wrong-place", f"{FIRST}:{MEETING.text.index('Kuala')}", "Geneva, Switzerland"],
        ["event-date", f"{FIRST}:e1", " 2025-07 "],
        ["event-place", f"{FIRST}:e1", "SGP"],
        ["event-place", f"{FIRST}:e1", "-"],
    ]
    for arguments in typed:
        assert judge(archive, *arguments).exit_code == 0
    rows = kept(archive)
    assert [row["verdict"] for row in rows] == [a[0].replace("-", "_") for a in typed]
    assert [row["number"] for row in rows] == list(range(1, 14))
    assert rows[0]["why"] == "ein Gipfel" and rows[0]["by"] == "ina"
    assert rows[0]["object"] == {"report": SUMMIT.id, "start": None, "end": None}
    subject = rows[2]["subject"]
    assert isinstance(subject, dict)
    assert MEETING.text[subject["start"] : subject["end"]] == "getroffen"
    assert (rows[3]["value"], rows[4]["value"]) == ("Sergej Lawrow", None)
    assert rows[5]["withdraws"] == 1
    values = ["2025-07-08/2025-07-09", "Geneva, CHE", "2025-07", "Singapur, SGP", None]
    assert [row["value"] for row in rows[8:]] == values
    assert rows[8]["subject"] == {"report": MEETING.id, "start": 36, "end": 46}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["same-story", FIRST], "needs 2 arguments"),
        (["same-story", FIRST, FIRST], "twice"),
        (["same-story", FIRST, "ffffffff"], "no report ffffffff"),
        (["same-story", FIRST, "Gipfel!"], "names nothing"),
        (["no-event", FIRST], "say which of its events"),
        (["no-event", f"{FIRST}:e99"], "no event 'e99'"),
        (["no-event", f"{FIRST}:0"], "no event at the character 0"),
        (["wrong-speaker", f"{FIRST}:0", "Rubio"], "no quotation at the character 0"),
        (["wrong-speaker", f"{FIRST}:{MEETING.text.index('er sei')}", "Nobody"], "its actors are: "),
        (["wrong-time", f"{FIRST}:0", "2025"], "no time at the character 0"),
        (["wrong-time", f"{FIRST}:e1", "2025"], "names no time"),
        (["wrong-time", f"{FIRST}:{MEETING.text.index('Donnerstag')}", "gestern"], "'gestern' is no day"),
        (["wrong-time", f"{FIRST}:{MEETING.text.index('Donnerstag')}"], "needs 2 arguments"),
        (["event-date", f"{FIRST}:e1", "2025-02-30"], "'2025-02-30' is no day"),
        (["event-date", f"{FIRST}:e1", "2025-07-11/2025-07-10"], "is no day"),
        (["wrong-place", f"{FIRST}:0", "Genf"], "no place at the character 0"),
        (["event-place", f"{FIRST}:e1", "Nirgendheim"], "'Nirgendheim' is no place"),
        (["event-place", f"{FIRST}:e1", ""], "'' is no place"),
        (["withdrawn", "x"], "no number"),
        (["withdrawn", "7"], "no judgement 7"),
    ],
)
def test_what_cannot_be_is_refused_in_one_line(archive: Path, arguments: list[str], words: str) -> None:
    result = judge(archive, *arguments)
    assert result.exit_code == FAILED
    assert words in result.stderr and result.stderr.count("\n") == 1
    assert kept(archive) == []


def test_the_list_as_table_and_csv(archive: Path) -> None:
    judge(archive, "same-story", FIRST, SECOND, "--why", "=1+1")
    shown = CliRunner().invoke(main, ["judgements", "--archive", str(archive)], env={"COLUMNS": "200"})
    assert "same-story" in shown.stdout and "ina" in shown.stdout
    written = CliRunner().invoke(main, ["judgements", "--csv", "--archive", str(archive)]).stdout
    (row,) = csv.DictReader(io.StringIO(written))
    assert (row["subject_report"], row["object_report"], row["why"]) == (MEETING.id, SUMMIT.id, "'=1+1")
