import gc
import os
from typing import Any, cast

import pytest

from depesche.reading import Reading, Report
from depesche.scale.pool import Item, Outcome, Result, Twin, read_reports
from depesche.sources.records import Fault


def read_or_die(report: Report) -> Result:
    if report.text == "die":
        os._exit(9)
    if report.text == "raise":
        raise ValueError("no such thing")
    return Reading(id=report.id), None


def describe(outcome: Outcome) -> str:
    if isinstance(outcome, Twin):
        return f"twin of {outcome.report.text}"
    return outcome[0].text if isinstance(outcome, tuple) else str(outcome)


def items(*texts: str) -> list[Item]:
    return [Fault("x.txt", "is empty") if text == "fault" else Report(text=text) for text in texts]


def tell_thresholds(report: Report) -> Result:
    return Reading(id=report.id, title=str(gc.get_threshold())), None


def test_processes_look_rarely_for_garbage() -> None:
    ((_, (told, _)),) = cast(Any, list(read_reports(items("Text"), tell_thresholds, 2)))
    assert told.title == "(100000, 20, 20)"


@pytest.mark.parametrize("jobs", [1, 2])
def test_order_is_kept_and_faults_pass_through(jobs: int) -> None:
    texts = [f"Text {n}" for n in range(40)]
    given = items(*texts[:20], "fault", "raise", *texts[20:])
    found = [describe(outcome) for outcome in read_reports(given, read_or_die, jobs)]
    assert found == [
        *texts[:20],
        "x.txt: is empty",
        "'raise': cannot be read (ValueError: no such thing)",
        *texts[20:],
    ]


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_twin_follows_the_reports_before_it(jobs: int) -> None:
    given = items(*(f"Text {n}" for n in range(20)))
    given[3:3] = [Twin(Report(text="Text 2")), Twin(Report(text="die"))]
    given.append(Twin(Report(text="Text 19")))
    found = [describe(outcome) for outcome in read_reports(given, read_or_die, jobs)]
    assert found[:6] == ["Text 0", "Text 1", "Text 2", "twin of Text 2", "twin of die", "Text 3"]
    assert found[-2:] == ["Text 19", "twin of Text 19"]
    assert len(found) == 23


def test_a_process_that_dies_costs_only_its_report() -> None:
    given = items("a", "b", "die", *(f"Text {n}" for n in range(30)), "die", "z")
    found = [describe(outcome) for outcome in read_reports(given, read_or_die, jobs=2)]
    death = "'die': cannot be read (the process that read it died)"
    assert found == ["a", "b", death, *(f"Text {n}" for n in range(30)), death, "z"]
