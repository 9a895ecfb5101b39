"""Origins: what reports rest on, sentence by sentence, and how many sources that makes."""

import pathlib
import random
from typing import Any

import msgspec
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from depesche.link.origins import OWN, Origin, sources
from depesche.link.records import Record
from link.reports import make_record, records_of

CASES = yaml.safe_load((pathlib.Path(__file__).parents[1] / "cases" / "link-origins.yaml").read_text("utf-8"))
SENTENCES = (
    "Der Hafen von Poti bleibt nach dem Sturm bis Sonntag geschlossen.",
    "Rund vierzig Lastwagen mit Haselnüssen warten vor den Toren auf ihre Abfertigung.",
    "Das sagte ein Sprecher der Nachrichtenagentur Reuters.",
    "„Wir warten“, sagte er.",
    "Ein Ende ist nach Angaben der Behörden in Tiflis nicht in Sicht.",
    "(dpa)",
    "(afp/red)",
    "\n\n",
)
REPORTS = st.tuples(
    st.lists(st.sampled_from(SENTENCES), max_size=8).map(" ".join) | st.text(max_size=40),
    st.sampled_from([None, "2026-02-03", "2026-02-03T10:00:00+01:00", "2026-03-30"]),
    st.sampled_from([None, "dpa", "Elbtagblatt", "Neckarpost"]),
)


def names(records: dict[str, Record]) -> dict[str, str]:
    return {record.id: name for name, record in records.items()}


@pytest.mark.parametrize("case", CASES, ids=lambda c: c["why"])
def test_cases(case: dict[str, Any]) -> None:
    records = records_of(case)
    called = names(records)
    found = sources(records.values())
    told = {
        called[r.report]: {"own" if o == OWN else o.agency or called[o.report or ""] for o in r.origins}
        for r in found.by_report
    }
    assert told == {name: set(origins) for name, origins in case["origins"].items()}
    assert found.independent == case["independent"]


def test_sentences_name_the_report_that_had_them_first() -> None:
    records = records_of(CASES[4])
    called = names(records)
    merged = next(r for r in sources(records.values()).by_report if called[r.report] == "c")
    assert [(called[s.report], s.agencies, s.basis) for s in merged.sentences[:2]] == [
        ("a", ("dpa",), "reuse"),
        ("b", ("afp",), "reuse"),
    ]


def test_the_sentence_after_one_told_to_an_agency_goes_on_with_it() -> None:
    text = (
        "Es war still. „Wir haben alle untergebracht“, sagte Gouverneur Ulan Matrajimow der Agentur AFP. "
        "Er habe bis zum Mittag Schüsse gehört. Am Abend regnete es."
    )
    (found,) = sources([make_record(text, "2026-02-03", "Elbtagblatt")]).by_report
    assert [s.agencies for s in found.sentences] == [(), ("afp",), ("afp",), ()]


def test_copies_are_told_with_the_text_they_were_taken_from() -> None:
    records = records_of(CASES[0])
    called = names(records)
    found = sources(records.values())
    assert {(called[c.of], called[c.report], c.kind) for c in found.copies} >= {("a", "b", "verbatim")}
    assert {called[c.report] for c in found.copies} == {"b", "c", "d", "e"}


def test_five_reports_with_one_source_are_listed_under_it() -> None:
    found = sources(records_of(CASES[0]).values())
    assert [(s.agency, s.outlet, len(s.reports)) for s in found.origins] == [("afp", None, 5)]


@settings(max_examples=50, deadline=None)
@given(st.lists(REPORTS, max_size=6), st.randoms(use_true_random=False))
def test_any_reports_in_any_order(
    reports: list[tuple[str, str | None, str | None]], chance: random.Random
) -> None:
    records = [make_record(*report) for report in reports]
    found = sources(records)
    shuffled = list(records)
    chance.shuffle(shuffled)
    assert sources(shuffled) == found
    by_id = {r.id: r for r in records}
    assert {r.report for r in found.by_report} == set(by_id)
    assert all(r.origins for r in found.by_report)
    for report in found.by_report:
        size = len(by_id[report.report].report.text)
        assert all(0 <= s.span.start < s.span.end <= size for s in report.sentences)
        assert all(s.report in by_id for s in report.sentences)


def test_an_agency_that_only_the_supplier_names_is_an_origin() -> None:
    record = make_record(
        "Der Hafen von Poti bleibt geschlossen. Die Händler warten.", "2026-02-03", "Elbtagblatt"
    )
    named = Record(record.report, msgspec.structs.replace(record.reading, agency=("dpa", "red")))
    (found,) = sources([named]).by_report
    assert found.origins == (Origin(agency="dpa"),)


def test_a_text_that_an_agency_and_papers_print_on_one_day_is_the_agencys() -> None:
    record = make_record(
        "Der Hafen von Poti bleibt geschlossen. Die Händler warten.", "2026-02-03", "Elbtagblatt"
    )
    (found,) = sources([Record(record.report, record.reading, ("Elbtagblatt", "Reuters"))]).by_report
    assert found.origins == (Origin(agency="reuters"),)


def test_sources_as_plain_data() -> None:
    plain = msgspec.to_builtins(sources(records_of(CASES[0]).values()))
    assert plain["reports"] == 5 and plain["independent"] == 1
    assert [(o["agency"], len(o["reports"])) for o in plain["origins"]] == [("afp", 5)]
