"""The page of an actor: what is filtered, counted, and drawn."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest
import sqlalchemy as sa
from fastapi.testclient import TestClient

from depesche import library
from depesche.archive.store import Archive
from depesche.archive.survey import Companion, Dealing, Printed
from depesche.desk.actor_files import (
    ActorFile,
    Deal,
    Known,
    Other,
    Utterance,
    fold_dealings,
    gather,
    identify,
)
from depesche.desk.app import create_app
from depesche.desk.keeping import Keeper
from depesche.desk.pages.actor import (
    EventFilter,
    SaidFilter,
    choose_deals,
    choose_said,
    count_others,
    draw_year,
    find_words,
)
from depesche.desk.shelf import Shelf
from depesche.link.actors import ActorKey, Profile
from depesche.reading import Actor, Report
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


PRINTED = {
    1: Printed("r1", "2025-07-01", "Nordpost"),
    2: Printed("r2", "2025-07-02", "Elbtagblatt"),
    3: Printed("r3", None, None),
}


def dealing(number: int, event: str, status: str = "actual", day: str | None = None) -> Dealing:
    return Dealing(number, event, int(event[1:]), "a1", "actor", "CONSULT", status, day, 1, "e1")


@pytest.mark.parametrize(
    ("mentions", "told"),
    [
        # The latest report tells it, ...
        ([dealing(1, "e1"), dealing(2, "e4")], ("r2", "e4", True, "2025-07-02")),
        # ... a report without a day is no late one, ...
        ([dealing(3, "e1"), dealing(1, "e1")], ("r1", "e1", True, "2025-07-01")),
        # ... and of one report what stands first.
        ([dealing(2, "e9"), dealing(2, "e4")], ("r2", "e4", True, "2025-07-02")),
        # One that gives the day goes before a later one.
        ([dealing(1, "e1", day="2025-06-30"), dealing(2, "e4")], ("r1", "e1", True, "2025-06-30")),
        # What is planned has no day of its own, and was held if any report says so.
        ([dealing(2, "e4", "planned")], ("r2", "e4", False, None)),
        ([dealing(2, "e4", "planned"), dealing(1, "e1")], ("r2", "e4", True, None)),
    ],
)
def test_mentions_of_one_event_are_one_deal(
    mentions: list[Dealing], told: tuple[str, str, bool, str | None]
) -> None:
    for some in (mentions, mentions[::-1]):
        (deal,) = fold_dealings(some, {}, PRINTED)
        assert (deal.report, deal.event, deal.held, deal.day) == told


def test_who_else_took_part_is_told_once() -> None:
    rubio, ministry = Actor("a2", "Marco Rubio", "PER", country="USA"), Actor("a3", "Kreml", "ORG")
    told = [
        Companion(1, "e1", "recipient", rubio),
        Companion(1, "e1", "recipient", rubio),
        Companion(2, "e4", "recipient", Actor("a7", "Marco Rubio", "PER", country="USA")),
        Companion(2, "e4", "actor", ministry),
        Companion(2, "e4", "actor", Actor("a4", "Soldaten", "GROUP")),
        # The actor's own, by another name in the same report.
        Companion(2, "e4", "actor", Actor("a1", "Sergej Lawrow", "PER", country="RUS")),
    ]
    others, names = identify(told, PRINTED, {ActorKey("r2", "a1")})
    (deal,) = fold_dealings([dealing(1, "e1"), dealing(2, "e4")], others, PRINTED)
    assert sorted((names[id_].name, side) for id_, side in deal.others) == [
        ("Kreml", "actor"),
        ("Marco Rubio", "recipient"),
    ]


def test_a_file_is_the_same_where_nothing_is_kept(archive_path: Path, tmp_path: Path) -> None:
    """What linking keeps of reports makes it faster, and nothing else."""
    bare = tmp_path / "bare.sqlite"
    shutil.copy(archive_path, bare)
    engine = sa.create_engine(f"sqlite:///{bare}")
    with engine.begin() as connection:
        for table in ("packs", "faces", "quotation_matters"):
            connection.execute(sa.text(f"DELETE FROM {table}"))
        # Of what is not kept there is a mark.
        connection.execute(sa.text("INSERT INTO unpacked (report) SELECT report FROM readings"))
    engine.dispose()
    with Archive(archive_path) as kept, Archive(bare) as plain:
        for named in ("USA", "Marco Rubio", "Sergej Lawrow", "Vereinte Nationen"):
            files = [gather(Shelf(archive, Keeper()), named) for archive in (kept, plain)]
            one, other = ([(d.report, d.event, d.held, d.day, set(d.others)) for d in f.deals] for f in files)
            assert one == other and one
            assert files[0].said == files[1].said and files[0].profile == files[1].profile


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


def test_links_to_who_is_not_named_lead_to_the_words(tmp_path: Path) -> None:
    text = "Marco Rubio hat am Dienstag in Oslo Sergej Lawrow getroffen. Ein Sprecher wies Kritik zurück."
    report = Report(text=text, published="2025-07-11")
    with library.Archive(tmp_path / "a.sqlite", language_model="none") as archive:
        archive.add(report)
        (nameless,) = (actor for actor in archive.reading(report.id).actors if actor.name == "Sprecher")
    with TestClient(create_app(tmp_path / "a.sqlite"), base_url="http://127.0.0.1") as client:
        page = client.get(f"/report/{report.id}").text + client.get(f"/story/s{report.id}").text
        linked = set(re.findall(r'href="(/actor/[^"]+)"', page))
        assert f"/actor/a{report.id[:12]}-{nameless.id}" in linked
        assert {client.get(address).status_code for address in linked} == {200}
        answer = client.get(f"/actor/a{report.id[:12]}-{nameless.id}", follow_redirects=False)
        start = text.index("Sprecher")
        assert answer.headers["location"] == f"/report/{report.id[:12]}?at={start}-{start + 8}#at"
        assert client.get(f"/actor/a{report.id[:12]}-a99").status_code == 404


@pytest.mark.parametrize("query", ["after=x", "month=%00&with=%27&type=%22&part=1", "from=x&to=y&year=z"])
def test_no_query_breaks_the_page(client: TestClient, samples: Samples, query: str) -> None:
    assert client.get(f"/actor/{samples.actor}?{query}").status_code in {200, 400}
