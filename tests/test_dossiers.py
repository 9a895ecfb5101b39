"""What an archive knows of a story, an event, an actor, two states."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from depesche import library
from depesche.archive.kept import load_packs
from depesche.archive.store import Archive
from depesche.archive.survey import Shown, Survey
from depesche.dossiers import Dossiers
from depesche.errors import ArchiveError
from depesche.judgement import Anchor, Judgement
from depesche.link.actors import actor_id
from depesche.read import read_with_meaning
from depesche.reading import Reading, Report
from meeting import AGENCY, OWN, add_linked

REPORTS = [
    Report(text=f"Genf (AFP) – {AGENCY}", published="2026-06-11", source="afp", key="agency"),
    Report(
        text=f"{AGENCY} Das Treffen fand in einem Hotel statt. (afp)",
        published="2026-06-12",
        source="Elbtagblatt",
        key="copy",
    ),
    Report(text=OWN, published="2026-06-12", source="Alpenpost", key="own"),
    Report(
        text="In Lima streiken seit Montag die Lehrer. Die Regierung von Peru lehnt höhere Gehälter ab.",
        published="2026-06-12",
        source="Alpenpost",
        key="other",
    ),
]


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    with Archive(tmp_path_factory.mktemp("dossiers") / "a.sqlite") as opened:
        add_linked(opened, REPORTS)
        yield opened


def report_id(archive: Archive, key: str) -> str:
    return next(row.id for row in archive.reports() if archive.report(row.id).key == key)


def test_a_story_is_named_by_any_of_its_reports(archive: Archive) -> None:
    dossiers = Dossiers(archive)
    first, second = report_id(archive, "agency"), report_id(archive, "copy")
    found = {record.report.key for record in dossiers.story_records(f"s{first[:12]}")}
    assert found == {"agency", "copy", "own"}
    assert {record.report.key for record in dossiers.story_records(second[:12])} == found


def test_an_event_is_named_by_any_of_its_mentions(archive: Archive) -> None:
    dossiers = Dossiers(archive)
    report = report_id(archive, "agency")
    event = next(e for e in archive.reading(report).events if e.type == "CONSULT")
    found = dossiers.event(f"{report[:12]}:{event.id}")
    assert found.type == "CONSULT"
    assert (report, event.id) in found.mentions
    assert dossiers.event(found.id) == found
    last = found.mentions[-1]
    assert dossiers.event(f"{last.report}:{last.event}") == found
    assert found.accounts == dossiers.accounts(found.id)


def test_a_copy_is_no_second_source(archive: Archive) -> None:
    found = Dossiers(archive).sources(report_id(archive, "agency"))
    assert (found.sources.independent, found.sources.reports) == (2, 3)
    afp = next(origin for origin in found.sources.origins if origin.agency == "afp")
    assert {report_id(archive, key) for key in ("agency", "copy")} <= set(afp.reports)


def test_an_actor_in_all_spellings(archive: Archive) -> None:
    dossiers = Dossiers(archive)
    found = dossiers.actor("Lawrow").profile
    assert {name.split()[-1] for name, _ in found.names} == {"Lawrow", "Lavrov"}
    assert found.country == "RUS" and found.offices[0].office == "foreign_minister"
    assert dossiers.actor("Sergej Lavrov").profile == found
    assert dossiers.actor(found.id).profile == found


def test_who_is_found_by_name_and_office_at_once_is_looked_for_once(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = list[frozenset[str]]()
    faces = Survey.faces

    def note(survey: Survey, keys: frozenset[str]) -> list[Shown]:
        asked.append(keys)
        return faces(survey, keys)

    monkeypatch.setattr(Survey, "faces", note)
    by_name = Dossiers(archive).actor("Lawrow")
    assert len(asked) == 2 and asked[1] == {"o:RUS:foreign_minister"}
    # Each report calls them by both.
    for key in by_name.profile.appearances:
        asked.clear()
        assert Dossiers(archive).actor(actor_id(key)) == by_name
        assert len(asked) == 1 and "o:RUS:foreign_minister" in asked[0]


def test_two_states(archive: Archive) -> None:
    found = Dossiers(archive).line("USA", "Russland")
    (meeting,) = (deed for deed in found.line.deeds if deed.type == "CONSULT")
    assert (meeting.date, meeting.held) == ("2026-06-11", True)
    assert len({mention.report for mention in meeting.mentions}) == 3
    assert [period.period for period in found.periods] == sorted(p.period for p in found.periods)
    assert Dossiers(archive).line("USA", "RUS", known="2026-01-01").line.deeds == ()


@pytest.mark.parametrize(
    ("ask", "words"),
    [
        (lambda d: d.event("ffffffff:e1"), "no report ffffffff"),
        (lambda d: d.event("was?"), "no id of an event"),
        (lambda d: d.story_records("was?"), "no id of a story"),
        (lambda d: d.actor("Niemand Niemals"), "no actor 'Niemand Niemals'"),
        (lambda d: d.line("Atlantis", "RUS"), "'Atlantis' is no state"),
    ],
)
def test_what_is_not_there_is_named(archive: Archive, ask: Any, words: str) -> None:
    with pytest.raises(ArchiveError, match=words):
        ask(Dossiers(archive))


def test_people_decide_that_two_names_are_one_actor(tmp_path: Path) -> None:
    texts = (
        "Die Diplomatin Olena Kowal traf Marco Rubio in Wien.",
        "Die Diplomatin Helena Markus reiste nach Genf.",
    )
    with Archive(tmp_path / "a.sqlite") as archive:
        add_linked(archive, [Report(text=text, published="2026-06-12") for text in texts])
        assert len(Dossiers(archive).actor("Olena Kowal").profile.appearances) == 1
        first, second = (
            next(row for row in archive.actors(actor=name)) for name in ("Olena Kowal", "Helena Markus")
        )
        ends = [Anchor(row.report, row.start, row.end) for row in (first, second)]
        archive.judge(
            Judgement(number=0, made="", by="Test", verdict="same_actor", subject=ends[0], object=ends[1])
        )
        found = Dossiers(archive).actor("Olena Kowal").profile
        assert {name for name, _ in found.names} == {"Olena Kowal", "Helena Markus"}


def test_who_is_named_where_is_what_was_read(archive: Archive) -> None:
    ids = [row.id for row in archive.reports()]
    with archive.surveyed() as survey:
        told = survey.named_in([*ids, "0" * 64])
    assert {one.id: one.actors for one in told} == {id_: archive.reading(id_).actors for id_ in ids}
    assert any(actor.type != "PER" and len(actor.mentions) > 1 for one in told for actor in one.actors)


def test_what_waits_to_be_linked_makes_nobody_look_through_all_reports(tmp_path: Path) -> None:
    """All that is kept of a reading is kept as soon as there is one, and stays when it is linked."""
    with library.Archive(tmp_path / "a.sqlite", language_model="none") as opened:
        opened.add(REPORTS[0])
        again = REPORTS[2]
        opened.write(again, Reading(id=again.id, reader="another"))
        opened.write(again, *read_with_meaning(again, language_model="none"))
        opened.add(REPORTS[3], link=False)
        with opened.linked() as links:
            assert links.kept.find_unpacked(9) == []
            packs = load_packs(links._connection, range(1, 4))
        assert {packs[n].id for n in packs} == {row.id for row in opened.reports()}
        assert all(told == opened.reading(told.id) for told in packs.values())
        assert opened.link()
        with opened.linked() as links:
            assert load_packs(links._connection, range(1, 4)) == packs
