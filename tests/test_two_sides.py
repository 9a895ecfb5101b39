"""Two reports on one meeting, one from each side: what only both together tell.

The texts retell what two agency reports of July 2025 told of other people in another town.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from depesche.archive.store import Archive
from depesche.dossiers import Dossiers
from depesche.link.accounts import Accounts
from depesche.link.world import WorldEvent
from depesche.reading import Report
from meeting import add_linked

AGENCY = Report(
    text=(
        "Nairobi (AFP) – Die norwegische Außenministerin Kari Lunde hat am Freitag in Nairobi ihren "
        "chinesischen Kollegen Chen Wei getroffen. Sie habe das Gespräch als „offen und nützlich“ empfunden, "
        "sagte Lunde.\n\n"
        "Am Vortag hatte Lunde in Nairobi bereits den türkischen Außenminister Orhan Demir getroffen. Dabei "
        "habe sie „Ärger und Enttäuschung über den Stillstand“ im Streit um Zypern zum Ausdruck gebracht, "
        "sagte Lunde. Präsident Recep Tayyip Erdogan müsse sich bewegen. Norwegen kritisiert die Türkei seit "
        "Monaten, auch in der Nato."
    ),
    published="2026-09-18",
    source="afp",
    title="Lunde trifft Chen Wei in Nairobi",
    key="agency",
)
ANKARA = Report(
    text=(
        "Die Türkei und Norwegen wollen nach Angaben aus Ankara die Normalisierung ihrer Beziehungen "
        "fortsetzen. Der türkische Außenminister Orhan Demir und seine norwegische Amtskollegin Kari Lunde "
        "sprachen demnach am Donnerstag bei einem Treffen in Nairobi eine Stunde miteinander, wie das "
        "türkische Außenministerium mitteilte.\n\n"
        "„Beide Seiten bekräftigten ihre Bereitschaft, nach Lösungen zu suchen“, erklärte das türkische "
        "Außenministerium. Die Türkei bekräftigte zudem ihren Wunsch nach einer Wiederaufnahme der "
        "Direktflüge nach Norwegen. Demir habe bei dem Treffen mit Lunde die Position von Präsident Recep "
        "Tayyip Erdoğan dargelegt. Man wolle an der Normalisierung des Betriebs der Botschaften arbeiten, "
        "teilte das türkische Außenministerium weiter mit.\n\n"
        "Demir und Lunde hatten sich im Februar 2026 in Genf getroffen. Am 5. März telefonierten die beiden. "
        "Auch die NATO verlangte danach eine Einigung."
    ),
    published="2026-09-18",
    source="Elbtagblatt",
    title="Ankara: Türkei und Norwegen wollen weiter reden",
    key="ankara",
)


@pytest.fixture(scope="module")
def dossiers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dossiers]:
    with Archive(tmp_path_factory.mktemp("sides") / "a.sqlite") as archive:
        add_linked(archive, [AGENCY, ANKARA])
        yield Dossiers(archive)


def meetings(dossiers: Dossiers, one: str, other: str) -> list[WorldEvent]:
    deeds = dossiers.line(one, other).line.deeds
    return [dossiers.event(deed.event) for deed in deeds if deed.type == "CONSULT"]


@pytest.fixture(scope="module")
def meeting(dossiers: Dossiers) -> WorldEvent:
    (found,) = (event for event in meetings(dossiers, "NOR", "TUR") if event.date == "2026-09-17")
    return found


def test_the_meeting_is_one_event_of_both_reports(meeting: WorldEvent) -> None:
    assert {mention.report for mention in meeting.mentions} == {AGENCY.id, ANKARA.id}
    assert meeting.place == "Nairobi"


def test_another_meeting_on_the_next_day_is_another_event(dossiers: Dossiers, meeting: WorldEvent) -> None:
    (other,) = (event for event in meetings(dossiers, "NOR", "CHN") if event.date == "2026-09-18")
    assert other.id != meeting.id
    assert set(other.mentions).isdisjoint(meeting.mentions)
    assert {mention.report for mention in other.mentions} == {AGENCY.id}


@pytest.mark.parametrize(
    "name", ["Kari Lunde", "Orhan Demir", "Recep Tayyip Erdogan", "Norwegen", "Türkei", "Nato"]
)
def test_who_is_in_both_reports_is_one_actor(dossiers: Dossiers, name: str) -> None:
    found = dossiers.actor(name).profile
    assert {appearance.report for appearance in found.appearances} == {AGENCY.id, ANKARA.id}


def words_of(accounts: Accounts, party: str) -> str:
    return " | ".join(said.text for row in accounts.rows for said in row.cells.get(party, ()))


def only_by(accounts: Accounts, party: str) -> set[str]:
    rows = (row for row in accounts.rows if row.mark == "one side")
    return {row.matter for row in rows if row.cells.get(party)}


def test_each_side_is_heard_in_its_own_column(dossiers: Dossiers, meeting: WorldEvent) -> None:
    accounts = dossiers.accounts(meeting.id)
    assert accounts.parties == ("NOR", "TUR")
    assert "Ärger und Enttäuschung über den Stillstand" in words_of(accounts, "NOR")
    for words in ("Beide Seiten bekräftigten ihre Bereitschaft", "die Position von Präsident", "Direktflüge"):
        assert words in words_of(accounts, "TUR")
        assert words not in words_of(accounts, "NOR")
    assert {"relations", "flights", "embassies"} <= only_by(accounts, "TUR")
    (course,) = (row for row in accounts.rows if row.matter == "course")
    assert course.mark == "differs" and {"NOR", "TUR"} <= {p for p, cell in course.cells.items() if cell}


def test_an_agency_and_a_text_without_a_credit_are_two_sources(
    dossiers: Dossiers, meeting: WorldEvent
) -> None:
    sources = dossiers.sources(meeting.id).sources
    assert (sources.reports, sources.independent) == (2, 2)


def test_the_line_of_two_states_has_what_came_before(dossiers: Dossiers) -> None:
    told = {event.date: event.place for event in meetings(dossiers, "NOR", "TUR")}
    assert told.keys() == {"2026-02", "2026-03-05", "2026-09-17"}
    assert told["2026-02"] == "Genf"
    assert [event.date for event in meetings(dossiers, "NOR", "CHN")] == ["2026-09-18"]
