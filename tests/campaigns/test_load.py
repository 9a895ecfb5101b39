"""A few seconds of the campaign of load (scripts/campaigns/load.py)."""

from __future__ import annotations

import importlib
from pathlib import Path

kills = importlib.import_module("scripts.campaigns.kills")
load = importlib.import_module("scripts.campaigns.load")


def test_readers_correctors_and_a_reading_process_leave_no_error(tmp_path: Path) -> None:
    kills.write_reports(tmp_path / "reports.jsonl", kills.make_reports(1, 12))
    kills.do_read(str(tmp_path), "none")
    kills.do_link(str(tmp_path))
    options = load.Options(readers=6, correctors=5, seconds=5, think=(0.2, 0.6))
    outcome = load.run_load(tmp_path / "archive.sqlite", kills.make_reports(2, 12), options, every=2)
    assert outcome.errors == []
    assert outcome.pages["story"] and outcome.pages["judge by the page"]
    assert outcome.judged
    assert len(outcome.memory) >= 3 and all(one.desk > 50_000_000 for one in outcome.memory)


def test_what_is_slow_what_grows_and_what_fails_is_told() -> None:
    fine = load.Outcome(pages={"story": [0.1] * 20, "map": [5.0] * 3})
    fine.memory = [load.Memory(n, 400_000_000, 0, 0.0, 0.0) for n in range(4)]
    assert fine.find_faults() == []
    fine.pages["story"] += [1.5] * 2
    fine.memory.append(load.Memory(4, 500_000_000, 0, 0.0, 0.0))
    fine.errors.append("GET /: 500")
    assert fine.find_faults() == [
        "GET /: 500",
        "story: one in twenty took 1.50 s",
        "memory grew from 400 to 500 MB in the second half",
    ]


def test_forms_are_found_with_what_they_send() -> None:
    page = (
        '<form action="/a"><input type="hidden" name="form" value="x"><input name="named" value="1">'
        '<select name="named"><option value="-">nobody</option><option value="2">b</option></select>'
        '<button name="verdict" value="no_event">no</button></form><input name="q"><button name="z"></button>'
    )
    (form,) = load.find_forms(page)
    assert form.action == "/a"
    assert form.fields == [("form", "x"), ("named", "1"), ("named", "-")]
    assert form.buttons == [("verdict", "no_event")]
