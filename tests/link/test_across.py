"""Two reports of one meeting: one tells of it beside another meeting, the other what one side says of it.

What must come out is what only both together tell: which meeting is the same and which is another, who is
who, how many sources there are, what each side says, and what is on the line of a pair of states.
"""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from depesche.link.accounts import Accounts, compare_accounts
from depesche.link.actors import find_actors, find_profile
from depesche.link.events import cluster_events
from depesche.link.origins import sources
from depesche.link.records import EventKey
from depesche.link.relations import Deed, draw_line
from link.reports import event_at, make_record

CASES = yaml.safe_load((Path(__file__).parents[1] / "cases" / "link-across.yaml").read_text("utf-8"))
TWO_MEETINGS, ONE_SIDE = (make_record(c["text"], c["published"], c["source"], c["title"]) for c in CASES)
RECORDS = [TWO_MEETINGS, ONE_SIDE]
LAWROW = {
    EventKey(TWO_MEETINGS.id, event_at(TWO_MEETINGS, "getroffen").id): "lawrow",
    EventKey(ONE_SIDE.id, event_at(ONE_SIDE, "zusammengetroffen").id): "lawrow",
}


@pytest.mark.parametrize(
    ("name", "forms"),
    [
        ("Marco Rubio", {"Marco Rubio"}),
        ("Lavrov", {"Sergej Lawrow", "Sergei Lawrov"}),
        ("Donald Trump", {"Donald Trump"}),
        ("Wladimir Putin", {"Wladimir Putin"}),
        ("USA", {"USA"}),
        ("Russland", {"Russland"}),
        ("Ukraine", {"Ukraine"}),
        ("Asean", {"ASEAN"}),
    ],
)
def test_same_actors(name: str, forms: set[str]) -> None:
    profile = find_profile(find_actors(RECORDS), name)
    assert profile is not None
    assert {form for form, _ in profile.names} == forms
    assert {key.report for key in profile.appearances} == {r.id for r in RECORDS}


def test_the_meeting_is_one_and_the_other_meeting_another() -> None:
    groups = cluster_events(RECORDS)
    (group,) = [group for group in groups if set(LAWROW) & set(group)]
    assert set(LAWROW) <= set(group)
    other = EventKey(TWO_MEETINGS.id, event_at(TWO_MEETINGS, "gesprochen", "CONSULT").id)
    assert other not in group


def test_two_sources() -> None:
    assert sources(RECORDS).independent == 2


def told_by(found: Accounts, side: str, matter: str) -> str:
    (row,) = [row for row in found.rows if row.matter == matter]
    return " | ".join(words.text for words in row.cells.get(side, ()))


def test_accounts_of_the_meeting() -> None:
    found = compare_accounts(RECORDS, LAWROW)
    marks = {row.matter: row.mark for row in found.rows}
    assert found.parties == ("RUS", "USA")
    # Side by side: disappointment and frustration, and the readiness of both sides.
    assert "Enttäuschung und von Frustration" in told_by(found, "USA", "course")
    assert "Beide Seiten bekräftigten ihre Bereitschaft" in told_by(found, "RUS", "course")
    assert marks["course"] == "differs"
    assert "Position von Präsident Wladimir Putin" in told_by(found, "RUS", "position")
    assert "direkte Flüge" in told_by(found, "RUS", "flights")
    assert "Botschaften" in told_by(found, "RUS", "embassies")
    assert "normalisieren" in told_by(found, "RUS", "relations")
    for matter in ("relations", "flights", "embassies", "position"):
        assert marks[matter] == "one side"
        assert not told_by(found, "USA", matter)
    # Only one side speaks of disappointment.
    words = {side: w.text for row in found.rows for side, cell in row.cells.items() for w in cell}
    assert [side for side, text in words.items() if "Frustration" in text] == ["USA"]


def test_what_is_said_of_the_other_meeting_is_not_in_the_account() -> None:
    found = compare_accounts(RECORDS, LAWROW)
    texts = [w.text for row in found.rows for cell in row.cells.values() for w in cell]
    assert not [text for text in texts if "konstruktiv" in text or "Dialog" in text or "nur zu reden" in text]
    first = event_at(TWO_MEETINGS, "gesprochen", "CONSULT")
    other = compare_accounts(RECORDS, [EventKey(TWO_MEETINGS.id, first.id)])
    assert other.parties == ("CHN", "USA")
    texts = [w.text for row in other.rows for cell in row.cells.values() for w in cell]
    assert [text for text in texts if "konstruktiv" in text]
    assert not [text for text in texts if "Frustration" in text or "Flüge" in text]


def deeds(one: str, other: str) -> tuple[Deed, ...]:
    return draw_line(RECORDS, LAWROW, (one, other)).deeds


def test_the_line_of_the_usa_and_russia() -> None:
    line = deeds("USA", "RUS")
    meetings = [(d.date, d.place, len(d.mentions)) for d in line if d.mode == "multilateral"]
    assert meetings == [("2025-02", "Riad", 1), ("2025-07-10", "Kuala Lumpur", 2)]
    assert [d.mode for d in line].count("phone") == 1
    assert all(d.date != "2025-07-11" for d in line if d.type == "CONSULT")


def test_the_line_of_the_usa_and_china() -> None:
    line = [d for d in deeds("USA", "CHN") if d.type == "CONSULT"]
    assert [(d.date, d.known) for d in line] == [("2025-07-11", "2025-07-11")]
