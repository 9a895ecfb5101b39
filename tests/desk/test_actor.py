"""The page of an actor: what is filtered, counted, and drawn."""

from __future__ import annotations

import json

import pytest
from fastapi.testclient import TestClient

from depesche.desk.actor_files import ActorFile, Deal, Known, Other, Utterance
from depesche.desk.pages.actor import (
    EventFilter,
    SaidFilter,
    choose_deals,
    choose_said,
    count_others,
    draw_year,
    find_words,
)
from depesche.link.actors import Profile
from desk.table import Samples

NOBODY = Profile(
    id="a1", name="Ada Berg", type="PER", country="AUT", sector=None, names=(), countries=(), offices=(),
    first=None, last=None, mentions=0, appearances=(),
)  # fmt: skip
FILE = ActorFile(
    profile=NOBODY,
    open=(),
    said=(
        Utterance("r2", 0, "2025-07-11", "Nordpost", "Die Flüge sollen beginnen", ("flights",)),
        Utterance("r1", 0, "2025-06-30", "Elbtagblatt", "Man rede weiter", ()),
        Utterance("r0", 0, None, None, "Nein", ()),
    ),
    deals=(
        Deal("r2", "e1", "actor", "CONSULT", True, "2025-07-10", (Other("a2", "actor"),)),
        Deal(
            "r2",
            "e2",
            "actor",
            "ACCUSE",
            True,
            "2025-07-10",
            (Other("a3", "recipient"), Other("a2", "actor")),
        ),
        Deal("r1", "e1", "recipient", "ACCUSE", True, "2025-06-01", (Other("a2", "actor"),)),
        Deal("r1", "e2", "actor", "CONSULT", False, None, (Other("a3", "actor"),)),
    ),
    others={"a2": Known("Bo Dahl", "PER", "DNK"), "a3": Known("Dänemark", "GPE", "DNK")},
)


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        (SaidFilter("", "", "", "", ""), ["r2", "r1", "r0"]),
        (SaidFilter("flüge", "", "", "", ""), ["r2"]),
        (SaidFilter("", "flights", "", "", ""), ["r2"]),
        (SaidFilter("", "", "2025-06", "2025-06", ""), ["r1"]),
        (SaidFilter("", "", "2025-07-01", "", ""), ["r2"]),
        (SaidFilter("", "", "", "", "tagblatt"), ["r1"]),
    ],
)
def test_statements_are_filtered(filters: SaidFilter, found: list[str]) -> None:
    assert [one.report for one in choose_said(FILE, filters)] == found


@pytest.mark.parametrize(
    ("filters", "number"),
    [
        (EventFilter("", "", "", ""), 4),
        (EventFilter("", "CONSULT", "", ""), 2),
        (EventFilter("", "", "2025-07", ""), 2),
        (EventFilter("a2", "", "", "accused-by"), 1),
        # Who accused beside the actor was not accused.
        (EventFilter("a2", "", "", "accused"), 0),
        (EventFilter("", "", "", "no such list"), 4),
    ],
)
def test_events_are_filtered(filters: EventFilter, number: int) -> None:
    assert len(choose_deals(FILE, filters)) == number


def test_who_was_met_and_accused() -> None:
    assert [one.who.name for one in count_others(FILE, "met")] == ["Bo Dahl"]
    assert [one.who.name for one in count_others(FILE, "accused")] == ["Dänemark"]
    assert [one.who.name for one in count_others(FILE, "accused-by")] == ["Bo Dahl"]


def test_the_year_counts_what_happened_and_was_said() -> None:
    year = draw_year(FILE, "1999")
    assert year is not None and year.year == "2025" and year.before is None
    rows = {row.kind: row for row in year.rows}
    assert list(rows) == ["said", "CONSULT", "ACCUSE"]
    assert (rows["ACCUSE"].total, rows["CONSULT"].total) == (2, 1)
    assert rows["ACCUSE"].cells[5].step == 4 and rows["ACCUSE"].cells[0].step == 0


def test_words_are_marked_in_texts_of_any_kind() -> None:
    assert find_words("İ ja", "ja") == []
    assert find_words("ja", "") == []


def test_statements_and_events_come_as_files(client: TestClient, samples: Samples) -> None:
    page = client.get(f"/actor/{samples.actor}")
    assert page.status_code == 200
    said = client.get(f"/actor/{samples.actor}?format=json").json()
    events = client.get(f"/actor/{samples.actor}?list=events&format=json").json()
    assert all("spans" in row for row in said) and all("type" in row for row in events)
    told = client.get(f"/actor/{samples.actor}?list=events&format=plover").text.splitlines()
    assert len(told) == len(events) and json.loads(told[0])["event"] == [events[0]["type"]]


@pytest.mark.parametrize("named", ["Niemand Nirgends", "a000000000000-a1", "%00", "..%2f..", "<script>"])
def test_who_is_not_there_is_a_page(client: TestClient, named: str) -> None:
    assert client.get(f"/actor/{named}").status_code == 404


@pytest.mark.parametrize("query", ["after=x", "month=%00&with=%27&type=%22&part=1", "from=x&to=y&year=z"])
def test_no_query_breaks_the_page(client: TestClient, samples: Samples, query: str) -> None:
    assert client.get(f"/actor/{samples.actor}?{query}").status_code in {200, 400}
