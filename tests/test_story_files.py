"""What linking keeps for those who ask: the same as what they would put together themselves, and no more."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
import sqlalchemy as sa
import yaml

from depesche import dossiers, story_files
from depesche.archive import tables
from depesche.archive.links import Links
from depesche.archive.store import Archive
from depesche.desk.keeping import Keeper
from depesche.desk.shelf import Shelf
from depesche.dossiers import Dossiers
from depesche.errors import MissingError
from depesche.judgement import Anchor, Judgement
from depesche.linking import Linker
from depesche.read import read_with_meaning
from depesche.reading import Reading, Report
from depesche.story_files import Deeds, Story, StoryFile, renew_stories, tell_story

STORIES = Path(__file__).parent / "stories"
KEPT = (
    tables.packs,
    tables.faces,
    tables.quotation_matters,
    tables.outlines,
    tables.deeds,
)


@pytest.fixture(scope="module")
def read() -> list[tuple[Report, Reading]]:
    """Some reports of two stories, read by grammar alone."""
    found = []
    for name in ("s05", "s06"):
        plain: dict[str, Any] = yaml.safe_load((STORIES / f"{name}.yaml").read_text("utf-8"))
        for report in plain["reports"][:5]:
            published = str(report["published"]) if report["published"] else None
            made = Report(
                text=report["text"], title=report["title"], published=published, source=report["outlet"]
            )
            found.append((made, read_with_meaning(made)[0]))
    return found


@pytest.fixture
def archive(tmp_path: Path, read: list[tuple[Report, Reading]]) -> Iterator[Archive]:
    """An archive with these reports, linked."""
    with Archive(tmp_path / "a.sqlite") as made:
        for report, reading in read:
            made.write(report, reading)
        list(Linker(made).run())
        yield made


def forget(archive: Archive) -> None:
    """Leave the archive as it is after a migration: nothing is kept, and all of it marked."""
    with archive.linking() as links:
        connection = connection_of(links)
        for table in KEPT:
            connection.execute(sa.delete(table))
        told = sa.select(tables.stories.c.story).distinct()
        connection.execute(tables.unoutlined.insert().from_select(["story"], told))
        connection.execute(
            tables.unpacked.insert().from_select(["report"], sa.select(tables.readings.c.report))
        )


def assert_marked(archive: Archive) -> None:
    """Make sure that just what is not kept is marked so; stories that are not settled yet need no mark."""
    with archive.linked() as links:
        connection = connection_of(links)

        def numbers(column: sa.ColumnElement[int], *where: sa.ColumnElement[bool]) -> set[int]:
            return set(connection.execute(sa.select(column).where(*where)).scalars())

        told = tables.stories.c
        assert numbers(tables.unpacked.c.report) == numbers(tables.readings.c.report) - numbers(
            tables.packs.c.report
        )
        marked = numbers(tables.unoutlined.c.story)
        settled = numbers(told.story) - numbers(told.story, told.part.is_(None))
        # What people decided and nobody carried out yet is no part of what a story is told from.
        done = {
            n
            for n in settled
            if all(linker for _, linker in links.find_states(links.list_members([n])).values())
        }
        good = links.kept.find_outlines(links.kept.fingerprints(done), StoryFile)
        assert done - marked <= good.keys()
        assert links.kept.count_missing() == len(numbers(tables.unpacked.c.report)) + len(marked)


def connection_of(links: Links) -> sa.Connection:
    return links._connection


def stories_of(links: Links) -> list[int]:
    numbers = connection_of(links).execute(sa.select(tables.readings.c.report)).scalars()
    return sorted(set(links.find_stories(numbers).values()))


def count(archive: Archive, table: sa.Table, *where: sa.ColumnElement[bool]) -> int:
    with archive.linked() as links:
        query = sa.select(sa.func.count()).select_from(table).where(*where)
        return int(connection_of(links).execute(query).scalar_one())


def test_a_reading_in_one_piece_is_the_one_that_was_written(
    archive: Archive, read: list[tuple[Report, Reading]]
) -> None:
    assert count(archive, tables.packs, tables.packs.c.part == 0) == len(read)
    assert all(archive.reading(report.id) == reading for report, reading in read)
    forget(archive)
    assert all(archive.reading(report.id) == reading for report, reading in read)


def test_a_story_is_kept_as_it_would_be_told(archive: Archive) -> None:
    with archive.linked() as links:
        stories = stories_of(links)
        kept = links.kept.find_outlines(links.kept.fingerprints(stories), StoryFile)
        told = {story: tell_story(links, story).file for story in stories}
    assert kept == told
    dossiers = Dossiers(archive)
    for file in kept.values():
        assert dossiers.story(file.outline.id).to_dict() == file.outline.to_dict()


def test_what_nobody_kept_is_put_together(archive: Archive) -> None:
    shelf = Shelf(archive, Keeper())
    before = shelf.select_stories({})
    grounds = {r.id: shelf.background(r.id) for r in archive.reports()}
    forget(archive)
    shelf = Shelf(archive, Keeper())
    assert shelf.select_stories({}) == before
    assert {r.id: shelf.background(r.id) for r in archive.reports()} == grounds


def test_linking_fills_an_archive_of_before(archive: Archive) -> None:
    full = {table.name: count(archive, table) for table in KEPT}
    forget(archive)
    assert list(Linker(archive).run()) == []
    assert {table.name: count(archive, table) for table in KEPT} == full
    assert full["packs"] and full["faces"] and full["outlines"] and full["deeds"]


def test_what_is_not_kept_is_marked(tmp_path: Path, read: list[tuple[Report, Reading]]) -> None:
    """Whatever ends the process between two steps: what it leaves is marked, and made by the next linking."""
    with Archive(tmp_path / "a.sqlite") as archive:
        first, second = read[0], read[-1]
        archive.write(*first)
        assert_marked(archive)
        linker = Linker(archive)
        list(linker.link())
        assert_marked(archive)
        linker.renew()
        assert_marked(archive)
        assert not list(linker.renewing())[1:]
        # Another place, another reader, and reports that are linked but not settled yet.
        archive.note(msgspec.structs.replace(first[0], source="Nordpost"))
        assert_marked(archive)
        archive.write(first[0], msgspec.structs.replace(first[1], reader="another"))
        for report, reading in (second, *read[1:-1]):
            archive.write(report, reading)
        assert_marked(archive)
        with archive.linked() as links:
            numbers = links.find_numbers(report.id for report, _ in read)
        linker._link_some(sorted(numbers.values()))
        assert_marked(archive)
        assert_marked_to_the_end(archive)


def test_a_story_that_is_gone_is_told_no_more(archive: Archive) -> None:
    with archive.linking() as links:
        one, other = stories_of(links)[:2]
        links.kept.forget_outlines([one, other])
        links.rename_stories([other], one)
        members = links.list_members([one])
        links.write_stories(dict.fromkeys(members, one))
    assert_marked_to_the_end(archive)


def test_what_was_decided_is_told_when_it_is_carried_out(archive: Archive) -> None:
    """A story may be told anew between a decision and its linking: events are as they were, or not told."""
    with archive.linked() as links:
        rows = connection_of(links).execute(sa.select(tables.deeds.c.report, tables.deeds.c.event)).all()
        (number, id_), before = rows[0], count(archive, tables.deeds)
        report = links.find_days([number])[number][1]
    event = next(event for event in archive.reading(report).events if event.id == id_)
    end = Anchor(report, event.start, event.end)
    gone = archive.judge(
        Judgement(number=0, made="", by="ich", verdict="no_event", why="So kam es nicht.", subject=end)
    )
    list(Linker(archive).run())
    assert count(archive, tables.deeds) < before
    back = Judgement(number=0, made="", by="ich", verdict="withdrawn", why="Doch.", withdraws=gone.number)
    archive.judge(back)
    with archive.linking() as links:
        links.kept.forget_outlines(stories_of(links))
    list(renew_stories(archive))
    assert_marked_to_the_end(archive)
    assert count(archive, tables.deeds) == before


def test_a_story_may_come_into_another_while_it_is_told(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    forget(archive)
    with archive.linked() as links:
        stories = stories_of(links)

    def tell(links: Links, story: int) -> Story:
        with archive.linking() as others:
            others.rename_stories(stories, stories[0])
        return tell_story(links, story)

    monkeypatch.setattr("depesche.desk.shelf.tell_story", tell)
    assert len(Shelf(archive, Keeper()).story_files(stories)) == len(stories) > 1


def assert_marked_to_the_end(archive: Archive) -> None:
    list(Linker(archive).run())
    assert_marked(archive)
    with archive.linked() as links:
        assert links.kept.count_missing() == 0
        assert set(stories_of(links)) <= set(
            connection_of(links).execute(sa.select(tables.outlines.c.story)).scalars()
        )


def test_only_what_changed_is_told_anew(archive: Archive, read: list[tuple[Report, Reading]]) -> None:
    assert list(renew_stories(archive)) == []
    report, reading = read[0]
    with archive.linked() as links:
        mine = links.find_stories(links.find_numbers([report.id]).values())
    told = reading.quotations[0]
    start, end = told.spans[0].start, told.spans[0].end
    changes: list[Callable[[], object]] = [
        lambda: archive.note(msgspec.structs.replace(report, source="Nordpost")),
        lambda: archive.judge(
            Judgement(
                number=0,
                made="",
                by="ich",
                verdict="wrong_speaker",
                why="Sagt ein anderer.",
                subject=Anchor(report.id, start, end),
            )
        ),
    ]
    for change in changes:
        change()
        Linker(archive).relink([report.id])
        with archive.linked() as links:
            stories = stories_of(links)
            digests = links.kept.fingerprints(stories)
            kept = links.kept.find_outlines(digests, StoryFile)
        assert set(kept) == set(stories) - set(mine.values())
        assert list(renew_stories(archive)) == sorted(set(mine.values()))
        with archive.linked() as links:
            assert links.kept.find_outlines(links.kept.fingerprints(stories), StoryFile).keys() == set(
                stories
            )


def test_what_was_told_last_stays_until_it_is_told_anew(
    archive: Archive, read: list[tuple[Report, Reading]], monkeypatch: pytest.MonkeyPatch
) -> None:
    (report, _), asked = read[0], list[int]()
    with archive.linked() as links:
        (story,) = links.find_stories(links.find_numbers([report.id]).values()).values()
        (before,) = links.kept.find_last_outlines([story], StoryFile).values()

    def look(*, may_lag: bool = True) -> tuple[StoryFile, bool]:
        shelf = Shelf(archive, Keeper(), (lambda: asked.append(1)) if may_lag else None)
        file = shelf.story_file(story)
        return file, shelf.is_behind(file)

    assert look() == (before, False)
    archive.note(msgspec.structs.replace(report, source="Nordpost"))
    Linker(archive).relink([report.id])
    # A small story is told at once.
    changed, is_behind = look()
    assert changed != before and not is_behind and not asked
    monkeypatch.setattr("depesche.story_files.LARGE", 1)
    assert look() == (before, True)
    assert look(may_lag=False) == (changed, False)
    assert asked == [1]
    assert_marked_to_the_end(archive)
    assert look() == (changed, False)


def test_a_story_of_another_name_is_shown_as_it_was_told_last(
    archive: Archive, read: list[tuple[Report, Reading]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A story is named by its first report: an earlier one that comes later gives it another number."""
    monkeypatch.setattr("depesche.story_files.LARGE", 1)
    report, reading = min(read, key=lambda entry: (entry[0].published or "9999", entry[0].id))
    with archive.linked() as links:
        (story,) = links.find_stories(links.find_numbers([report.id]).values()).values()
        (before,) = links.kept.find_last_outlines([story], StoryFile).values()
    earlier = msgspec.structs.replace(report, published="2019-01-01")
    first, meaning = read_with_meaning(earlier)
    assert first.id != reading.id
    archive.write(earlier, first, meaning)
    archive.judge(
        Judgement(
            number=0,
            made="",
            by="ich",
            verdict="same_story",
            subject=Anchor(report.id),
            object=Anchor(first.id),
        )
    )
    linker = Linker(archive)
    list(linker.link())
    with archive.linked() as links:
        (now,) = links.find_stories(links.find_numbers([report.id]).values()).values()
    assert now != story
    shelf = Shelf(archive, Keeper(), lambda: None)
    assert shelf.story_file(now) == before and shelf.is_behind(before)
    assert_marked_to_the_end(archive)
    with archive.linked() as links:
        assert links.kept.find_told_before([story, now]) == {now}


def test_a_line_lacks_what_a_large_story_was_not_told_with(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    with archive.surveyed() as survey:
        ((one, other, _), *_) = survey.pairs(1)
    before = Dossiers(archive).line(one, other)
    with archive.linking() as links:
        links.kept.forget_outlines(stories_of(links))
    monkeypatch.setattr(dossiers, "LARGE", 1)
    # Nothing is drawn, and no story is told.
    monkeypatch.delattr(Dossiers, "_draw_line")

    def tell(links: Links, story: int) -> Deeds:
        raise AssertionError

    assert Dossiers(archive, may_lag=True, tell=tell).line(one, other) == before


def test_what_changes_while_it_is_told_is_kept_and_told_again(
    archive: Archive, read: list[tuple[Report, Reading]], monkeypatch: pytest.MonkeyPatch
) -> None:
    report = read[0][0]
    with archive.linked() as links:
        (story,) = links.find_stories(links.find_numbers([report.id]).values()).values()
    with archive.linking() as links:
        links.kept.drop_outlines([story])
        links.kept.forget_outlines([story])
    describe, outlets = story_files.describe_story, iter(["Nordpost", "Südpost"])

    def tell(*given: Any) -> Story:
        told = describe(*given)
        for outlet in outlets:
            archive.note(msgspec.structs.replace(report, source=outlet))
            break
        return told

    monkeypatch.setattr(story_files, "describe_story", tell)
    for _ in range(2):
        assert list(renew_stories(archive)) == [story]
        with archive.linked() as links:
            assert links.kept.find_unoutlined(9) == [story]
            assert links.kept.find_last_outlines([story], StoryFile).keys() == {story}
            assert links.kept.find_outlines(links.kept.fingerprints([story]), StoryFile) == {}
    assert list(renew_stories(archive)) == [story]
    assert_marked_to_the_end(archive)
    assert list(renew_stories(archive)) == []


def test_an_actor_is_the_same_by_what_is_kept(archive: Archive) -> None:
    names = [actor.name for actor in archive.actors(limit=40) if actor.type != "GROUP"]
    kept = {name: Dossiers(archive).actor(name) for name in names if knows(archive, name)}
    assert len(kept) > 10
    forget(archive)
    assert {name: Dossiers(archive).actor(name) for name in kept} == kept


def knows(archive: Archive, name: str) -> bool:
    try:
        Dossiers(archive).actor(name)
    except MissingError:
        return False
    return True


def test_a_line_has_the_same_deeds_by_what_is_kept(archive: Archive) -> None:
    """Of each deed it knows also the mentions in reports that name only one of the two."""
    with archive.surveyed() as survey:
        pairs = [(one, other) for one, other, _ in survey.pairs(10)]
    for known in (None, archive.reports()[3].published):
        kept = {pair: Dossiers(archive).line(*pair, known=known) for pair in pairs}
        assert known or any(line.line.deeds for line in kept.values())
        for pair, line in kept.items():
            drawn = Dossiers(archive)._draw_line(pair, known and known[:10])
            mine, theirs = ({d.event: set(d.mentions) for d in one.deeds} for one in (line.line, drawn))
            assert mine.keys() == theirs.keys()
            assert all(mentions <= mine[event] for event, mentions in theirs.items())
            assert line.line.said == drawn.said


@pytest.mark.parametrize("last", [None, -2])
def test_a_line_is_the_same_while_stories_are_told_anew(
    archive: Archive, last: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = archive.reports()[last].published if last is not None else None
    with archive.surveyed() as survey:
        pairs = [(one, other) for one, other, _ in survey.pairs(50)]
    kept = {pair: Dossiers(archive).line(*pair, known=known) for pair in pairs}
    assert any(line.line.deeds for line in kept.values())
    # However few reports there are here: the stories are told, and nothing is drawn.
    monkeypatch.setattr(dossiers, "_TELLING", 0)
    monkeypatch.delattr(Dossiers, "_draw_line")
    with archive.linked() as links:
        stories = stories_of(links)
    for story in stories:
        with archive.linking() as links:
            links.kept.forget_outlines([story])
            # What was kept before misleads nobody.
            members, table = links.list_members([story]), tables.deeds
            connection_of(links).execute(sa.delete(table).where(table.c.report.in_(members)))
            wrong = dict(zip(("one", "other"), pairs[0], strict=True))
            rows = [
                {"report": row.report, "event": row.event, **wrong}
                for row in links.list_world_events(members)
            ]
            connection_of(links).execute(table.insert(), rows)
        shelf = Shelf(archive, Keeper())
        for pair, line in kept.items():
            assert Dossiers(archive).line(*pair, known=known) == line
            assert shelf.dossiers.line(*pair, known=known) == line
    list(renew_stories(archive))
    assert {pair: Dossiers(archive).line(*pair, known=known) for pair in pairs} == kept


def test_what_was_not_compared_yet_is_in_a_line_by_itself(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    with archive.surveyed() as survey:
        pair = survey.pairs(1)[0][:2]
    with archive.linking() as links:
        numbers = links.list_members(stories_of(links)[:1])[:2]
        worlds, told = tables.world_events.c, tables.stories.c
        connection = connection_of(links)
        connection.execute(sa.delete(tables.world_events).where(worlds.report.in_(numbers)))
        connection.execute(sa.update(tables.stories).where(told.report.in_(numbers)).values(part=None))
        ids = {report for _, report in links.find_days(numbers).values()}
    drawn = Dossiers(archive)._draw_line(pair, None)
    monkeypatch.setattr(dossiers, "_TELLING", 0)
    monkeypatch.delattr(Dossiers, "_draw_line")
    line = Dossiers(archive).line(*pair).line
    alone = [deed for deed in line.deeds if {key.report for key in deed.mentions} & ids]
    assert alone and all(len(deed.mentions) == 1 for deed in alone)
    assert {deed.event: deed for deed in alone}.items() <= {deed.event: deed for deed in drawn.deeds}.items()


def test_half_a_character_is_no_reason_to_stop(tmp_path: Path) -> None:
    text = "Außenminister Uldis Jansons traf am Montag in Accra Ama Okonjo \ud83d."
    report = Report(text=text, title="Treffen \ud83d", published="2026-03-04", source="Nordpost")
    with Archive(tmp_path / "a.sqlite") as archive:
        archive.write(report, read_with_meaning(report)[0])
        assert list(Linker(archive).run()) == [0]
        assert archive.reading(report.id).title == "Treffen \ud83d"
        (file,) = Shelf(archive, Keeper()).select_stories({})
        assert file.outline.title == "Treffen \ud83d"
        assert list(renew_stories(archive)) == []
