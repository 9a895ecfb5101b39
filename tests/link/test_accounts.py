"""Accounts: the lists of words, the cases, and what holds for every set of reports."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from depesche.language.lexicon import load_entries
from depesche.link.accounts import REPORTERS, Accounts, Row, compare_accounts
from depesche.link.matters import (
    Matter,
    StanceWords,
    content_words,
    countries_named,
    has_stance,
    load_matters,
    matters_of,
    stance_of,
)
from depesche.link.outlets import StateOutlet, country_of_outlet, load_outlets
from depesche.link.records import EventKey, Record
from depesche.reading import Event, Reading, Report
from link.reports import make_record, records_of

CASES = yaml.safe_load((Path(__file__).parents[1] / "cases" / "link-accounts.yaml").read_text("utf-8"))


@pytest.mark.parametrize("matter", load_matters().values(), ids=lambda m: m.id)
def test_matters(matter: Matter) -> None:
    assert matter.id in matters_of(matter.yes)
    assert matter.id not in matters_of(matter.no)
    assert set(matter.unless) <= set(load_matters())


@pytest.mark.parametrize("entry", load_entries("de/stances.yaml", StanceWords), ids=lambda e: e.id)
def test_stances(entry: StanceWords) -> None:
    assert has_stance(entry.id, entry.yes)
    assert not has_stance(entry.id, entry.no)


@pytest.mark.parametrize("entry", load_outlets(), ids=lambda e: e.id)
def test_outlets_of_states(entry: StateOutlet) -> None:
    assert country_of_outlet(entry.yes) == entry.id
    assert country_of_outlet(entry.no) is None


@pytest.mark.parametrize(
    ("outlet", "country"),
    [
        ("Außenministerium der Republik Kasachstan", "KAZ"),
        ("Kirgisisches Staatsradio, deutsches Programm", "KGZ"),
        ("Regierung der Ukraine, Pressedienst", "UKR"),
        ("Der Kreml-Bote", None),
        ("Zürcher Rundschau", None),
        ("Ministerium für Digitales", None),
    ],
)
def test_outlets_that_speak_for_a_state(outlet: str, country: str | None) -> None:
    assert country_of_outlet(outlet) == country


@pytest.mark.parametrize(
    ("words", "judgement"),
    [
        ("Das Gespräch sei sehr konstruktiv gewesen", 1),
        ("Das Gespräch sei nicht konstruktiv gewesen", -1),
        ("Er sei enttäuscht", -1),
        ("Man habe Positionen ausgetauscht, mehr nicht", -1),
        ("Der Zug fährt morgen", 0),
    ],
)
def test_judgements_and_negations(words: str, judgement: int) -> None:
    assert stance_of(words).judgement == judgement


def test_a_negation_reaches_a_matter() -> None:
    assert stance_of("Es gebe keine Vereinbarung").negated == {"agreement"}
    assert stance_of("Es gebe eine Vereinbarung").negated == frozenset()
    assert stance_of("Zwei Soldaten und 1.200 Helfer").numbers == {("soldat", 2.0), ("helf", 1200.0)}
    assert countries_named("Moskaus Vorwürfe gegen polnische Diplomaten") == {"RUS", "POL"}


@given(st.text(max_size=200), st.text(max_size=40))
def test_no_words_make_it_raise(words: str, frame: str) -> None:
    assert set(stance_of(words, frame).negated) <= set(matters_of(words))
    assert content_words(words) is not None
    assert country_of_outlet(words) in {None, *countries_named(words), *(e.id for e in load_outlets())}


def mention_of(record: Record, words: str) -> EventKey:
    """Return the event whose words end where the given ones do."""
    end = record.report.text.index(words) + len(words)
    (found,) = [e for e in record.reading.events if e.start < end <= e.end]
    return EventKey(record.id, found.id)


def accounts_of(case: dict[str, Any]) -> tuple[Accounts, dict[str, Record]]:
    records = records_of(case)
    keys = [mention_of(records[name], words) for name, words in case["event"].items()]
    return compare_accounts(records.values(), keys), records


@pytest.mark.parametrize("case", CASES, ids=lambda c: c["id"])
def test_cases(case: dict[str, Any]) -> None:
    found, _ = accounts_of(case)
    rows = {row.matter: row for row in found.rows}
    assert found.parties == tuple(case.get("parties", found.parties))
    assert found.third == tuple(case.get("third", found.third))
    for wanted in case["rows"]:
        row = rows[wanted["matter"]]
        assert row.mark == wanted["mark"], row
        said = {side: " | ".join(words.text for words in cell) for side, cell in row.cells.items()}
        for side, words in wanted["cells"].items():
            assert words in said[side]
        if row.mark == "one side":
            assert len(set(said) & set(found.parties)) == 1
        if "reports" in wanted:
            assert all(len(w.reports) == wanted["reports"] for cell in row.cells.values() for w in cell)
    texts = [words.text for row in found.rows for cell in row.cells.values() for words in cell]
    for absent in case.get("absent", []):
        assert not [text for text in texts if absent in text]


def check(found: Accounts, records: list[Record]) -> None:
    """Check what holds for all accounts: words stand where they are said to, marks follow the columns."""
    by_id = {r.id: r for r in records}
    assert len({row.matter for row in found.rows if row.matter in load_matters()}) == len(
        [row for row in found.rows if row.matter in load_matters()]
    )
    for row in found.rows:
        check_row(row, found, by_id)


def check_row(row: Row, found: Accounts, records: dict[str, Record]) -> None:
    assert set(row.cells) <= {*found.parties, *found.third, REPORTERS}
    assert all(row.cells.values())
    if len(set(row.cells) & set(found.parties)) < 2:
        assert row.mark == "one side"
    else:
        assert row.mark in ("agreed", "differs")
    for words in (w for cell in row.cells.values() for w in cell):
        text = records[words.report].report.text
        assert " ".join(text[s.start : s.end] for s in words.spans) == words.text
        assert words.reports[0] in records
        assert words.report in words.reports


@pytest.mark.parametrize(("direction", "rows"), [((1.0, 0.0), 1), ((0.0, 1.0), 2)])
def test_near_meaning_makes_one_matter(direction: tuple[float, float], rows: int) -> None:
    text = (
        "Der serbische Außenminister Marko Ilić hat am Dienstag in Wien seinen kroatischen Kollegen Ante "
        "Horvat getroffen. Die Pferde seien müde, sagte Ilić. Der Esel schlafe noch, erklärte Horvat."
    )
    record = make_record(text, "2026-02-04")
    key = mention_of(record, "getroffen")
    meaning = msgspec.structs.replace(record, vectors=((0.6, -0.8), (1.0, 0.0), direction))
    assert len(compare_accounts([meaning], [key]).rows) == rows
    assert len(compare_accounts([record], [key]).rows) == 2


REPORTS = [record for case in CASES for record in records_of(case).values()]
KEYS = [EventKey(r.id, e.id) for r in REPORTS for e in r.reading.events]


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.sampled_from(REPORTS), max_size=6),
    st.lists(st.sampled_from(KEYS), max_size=5),
    st.randoms(use_true_random=False),
)
def test_any_order_gives_the_same_accounts(records: list[Record], keys: list[EventKey], random: Any) -> None:
    found = compare_accounts(records, keys)
    check(found, records)
    mixed = [*records, *records[:2]]
    random.shuffle(mixed)
    assert compare_accounts(mixed, reversed(keys)) == found


PIECES = st.sampled_from(
    [
        "Der serbische Außenminister traf den kroatischen Außenminister. ",
        "Er sei enttäuscht, sagte der Minister. ",
        "„Beide Seiten“, erklärte Belgrad, „sind zufrieden.“ ",
        "Beide Regierungen bestätigten, das Treffen sei abgesagt. ",
        "Kroatien warf Serbien vor, das Feuer eröffnet zu haben.\n\n",
        "laut: „",
        "” sagte ",
        "\x00 … ",
    ]
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(PIECES | st.text(max_size=12), max_size=6).map("".join), max_size=3))
def test_no_reports_make_it_raise(texts: list[str]) -> None:
    records = [make_record(text, "2026-02-04", "Außenministerium der Republik Kroatien") for text in texts]
    for record in records:
        for event in record.reading.events:
            check(compare_accounts(records, [EventKey(record.id, event.id)]), records)


def test_readings_without_what_they_refer_to() -> None:
    event = Event("e1", "CONSULT", 0, 4, "Text", actor=("a7",), recipient=("a8",))
    record = Record(Report(text="Text"), Reading(id="0" * 64, events=(event,)))
    assert compare_accounts([record], [EventKey(record.id, "e1")]) == Accounts()
    assert compare_accounts([record], [EventKey("1" * 64, "e1")]) == Accounts()
    assert compare_accounts([], []) == Accounts()
