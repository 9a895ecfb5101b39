"""Linking an archive: any order of arrival, people's judgements, reports read anew, a stop in the middle."""

from __future__ import annotations

import contextlib
import functools
import itertools
import random
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import msgspec
import pytest
import sqlalchemy as sa
import yaml

import depesche
from depesche import linking, settling
from depesche.archive import tables
from depesche.archive.store import Archive
from depesche.dossiers import Dossiers
from depesche.judgement import Anchor, Judgement
from depesche.link.events import weigh_events
from depesche.link.judgements import judgements_in_force
from depesche.link.parts import MOST, split_story
from depesche.link.sketches import make_sketch
from depesche.linking import WINDOW, Linker
from depesche.read import read_with_meaning
from depesche.reading import Meaning, Reading, Report
from meeting import BUSES, MEETING

STORIES = Path(__file__).parent / "stories"
Groups = set[frozenset[str]]
ReadReport = tuple[Report, tuple[Reading, Meaning | None]]


@pytest.fixture(scope="module")
def read() -> list[ReadReport]:
    """Some reports of three stories, read by grammar alone."""
    found = []
    for name in ("s05", "s06", "s11"):
        plain: dict[str, Any] = yaml.safe_load((STORIES / f"{name}.yaml").read_text("utf-8"))
        for report in plain["reports"][:4]:
            fields = {k: report.get(k) for k in ("text", "title", "url")}
            published = str(report["published"]) if report["published"] else None
            made = Report(**fields, published=published, source=report["outlet"], key=report["id"])
            found.append((made, read_with_meaning(made)))
    return found


def fill(path: Path, reports: list[ReadReport]) -> Archive:
    archive = Archive(path)
    for report, result in reports:
        archive.write(report, *result)
    return archive


def groups_of(archive: Archive) -> Groups:
    with archive.linking() as links:
        numbers = links.find_numbers(row.id for row in archive.reports())
        stories = links.find_stories(numbers.values())
    found: dict[int, set[str]] = {}
    for id_, number in numbers.items():
        found.setdefault(stories[number], set()).add(id_)
    return {frozenset(group) for group in found.values()}


def worlds_of(archive: Archive) -> set[frozenset[tuple[str, str]]]:
    """Return which events, by report and id, are one in the world."""
    with archive.linking() as links:
        numbers = links.find_numbers(row.id for row in archive.reports())
        ids = {number: id_ for id_, number in numbers.items()}
        rows = links.list_world_events(ids)
    found: dict[tuple[int, str], set[tuple[str, str]]] = {}
    for row in rows:
        found.setdefault((row.world_report, row.world_event), set()).add((ids[row.report], row.event))
    return {frozenset(world) for world in found.values()}


def run(archive: Archive) -> list[int]:
    return list(Linker(archive).run())


@pytest.mark.parametrize(("window", "most"), [(WINDOW, MOST), (2, 4), (1, 3)])
def test_stories_and_events_come_out_the_same_in_any_order(
    tmp_path: Path, read: list[ReadReport], monkeypatch: pytest.MonkeyPatch, window: int, most: int
) -> None:
    """Also where lists are longer than what is looked at, stories longer than a part, and some come again."""
    monkeypatch.setattr(linking, "WINDOW", window)
    monkeypatch.setattr(settling, "split_story", functools.partial(split_story, most=most))
    seen: list[Groups] = []
    worlds: list[set[frozenset[tuple[str, str]]]] = []
    for turn in range(3):
        dice = random.Random(turn)
        reports = dice.sample(read, len(read))
        with fill(tmp_path / f"{turn}.sqlite", reports[:6]) as archive:
            assert run(archive) == [5, 4, 3, 2, 1, 0]
            for report, result in reports[6:]:
                archive.write(report, *result)
                run(archive)
                again, (reading, meaning) = dice.choice(reports[:6])
                archive.write(again, msgspec.structs.replace(reading, reader=report.id), meaning)
            run(archive)
            seen.append(groups_of(archive))
            worlds.append(worlds_of(archive))
            with archive.linked() as links:
                assert links.find_unsettled(1) == []
    assert all(groups == seen[0] for groups in seen)
    assert all(world == worlds[0] for world in worlds)
    # Every event of every report is one in the world, and some are told by several reports.
    assert {i for world in worlds[0] for i in world} == {
        (report.id, event.id) for report, (reading, _) in read for event in reading.events
    }
    assert any(len({report for report, _ in world}) > 2 for world in worlds[0])
    keys = {report.id: (report.key or "")[:3] for report, _ in read}
    # No story has reports of two, and most reports have found each other.
    assert all(len({keys[i] for i in group}) == 1 for group in seen[0])
    assert len(seen[0]) <= 6


def test_what_is_linked_is_not_linked_again(tmp_path: Path, read: list[ReadReport]) -> None:
    with fill(tmp_path / "a.sqlite", read) as archive:
        assert run(archive)[-1] == 0
        assert run(archive) == []
        report, (reading, meaning) = read[0]
        archive.write(report, msgspec.structs.replace(reading, reader="another"), meaning)
        before = groups_of(archive)
        assert run(archive) == [0]
        assert groups_of(archive) == before


# What people decided, and what is yet to be done: these may be looked through.
SHORT = {"judgements", "unpacked", "unoutlined"}
LARGER = 10_000


def test_to_add_a_report_goes_through_no_table(tmp_path: Path, read: list[ReadReport]) -> None:
    """Not even in an archive that is ten thousand times as large, as SQLite plans its queries there."""
    path = tmp_path / "a.sqlite"
    with fill(path, read[1:]) as archive:
        run(archive)
    with contextlib.closing(sqlite3.connect(path)) as raw, raw:
        raw.execute("ANALYZE")
        for row, stat in raw.execute("SELECT rowid, stat FROM sqlite_stat1").fetchall():
            rows, *alike = map(int, stat.split())
            # Where all rows are alike in a column, so they are in a larger archive.
            larger = [rows, *(n if n < rows or rows == 1 else n * LARGER for n in alike)]
            larger[0] *= LARGER
            changed = " ".join(map(str, larger))
            raw.execute("UPDATE sqlite_stat1 SET stat = ? WHERE rowid = ?", (changed, row))
    asked: dict[str, Any] = {}
    with Archive(path) as archive:
        sa.event.listen(
            archive._database.engine,
            "before_cursor_execute",
            lambda c, cursor, statement, values, context, many: asked.setdefault(
                statement, values[0] if many else values
            ),
        )
        report, (reading, meaning) = read[0]
        archive.write(report, reading, meaning)
        run(archive)
    with contextlib.closing(sqlite3.connect(path)) as raw:
        plans = {
            f"{step}: {statement}"
            for statement, values in asked.items()
            if statement.startswith(("SELECT", "UPDATE", "DELETE")) and "search_index" not in statement
            for *_, step in raw.execute(f"EXPLAIN QUERY PLAN {statement}", values)
        }
    assert len(asked) > 50
    growing = tables.metadata.tables.keys() - SHORT
    assert {
        plan for plan in plans if plan.startswith("SCAN") and plan.split(": ")[0].split()[1] in growing
    } == set()


def test_linking_goes_on_where_it_stopped(tmp_path: Path, read: list[ReadReport]) -> None:
    with fill(tmp_path / "whole.sqlite", read) as archive:
        run(archive)
        whole = groups_of(archive)
    with fill(tmp_path / "stopped.sqlite", read) as archive:
        assert list(itertools.islice(Linker(archive).run(), 3)) == [len(read) - n for n in (1, 2, 3)]
    with Archive(tmp_path / "stopped.sqlite") as archive:
        run(archive)
        assert groups_of(archive) == whole


def test_linking_goes_on_where_it_was_killed(tmp_path: Path, read: list[ReadReport]) -> None:
    with fill(tmp_path / "whole.sqlite", read) as archive:
        run(archive)
        whole = groups_of(archive), worlds_of(archive)
    path = tmp_path / "killed.sqlite"
    fill(path, read).close()
    code = (
        "import sys; from depesche import linking; from depesche.archive.store import Archive; "
        "linking._HELD = 0; archive = Archive(sys.argv[1]); "
        "[print(left, flush=True) for left in linking.Linker(archive).run()]"
    )
    with subprocess.Popen([sys.executable, "-c", code, path], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert int(process.stdout.readline()) == len(read) - 1
        process.kill()
    with Archive(path) as archive:
        assert len(run(archive)) < len(read)
        assert (groups_of(archive), worlds_of(archive)) == whole


def test_what_is_added_is_linked(tmp_path: Path) -> None:
    with depesche.Archive(tmp_path / "a.sqlite", language_model="none") as archive:
        assert archive.add(Report(text=MEETING, published="2026-03-05"))
        assert len(groups_of(archive)) == 1
        assert archive.add(Report(text=BUSES, published="2026-04-21"), link=False)
        assert (archive.link(), archive.link()) == (1, 0)
        assert len(groups_of(archive)) == 2


def test_events_of_two_stories_are_one(tmp_path: Path) -> None:
    reports = [
        Report(text=text, published=day, source="Blatt", title=title)
        for day, title, text in (
            ("2026-03-05", "Jansons trifft Okonjo in Accra", MEETING),
            ("2026-04-21", "Riga kauft Busse", BUSES),
        )
    ]
    with fill(tmp_path / "a.sqlite", [(r, read_with_meaning(r)) for r in reports]) as archive:
        run(archive)
        assert len(groups_of(archive)) == 2
        assert any(len({report for report, _ in world}) == 2 for world in worlds_of(archive))
        dossiers = Dossiers(archive)
        told = [dossiers.story(report.id) for report in reports]
        (shared,) = set(told[0].events) & set(told[1].events)
        assert {mention.report for mention in dossiers.event(shared).mentions} == {r.id for r in reports}
        # What one of them said is read away: the other goes on without it.
        report = reports[0]
        reading, meaning = read_with_meaning(report)
        archive.write(report, msgspec.structs.replace(reading, events=(), reader="another"), meaning)
        run(archive)
        assert all(len({report for report, _ in world}) == 1 for world in worlds_of(archive))


def test_what_is_linked_while_a_report_is_read_anew(tmp_path: Path) -> None:
    """Others still name their events by its, which are gone until its turn comes."""
    reports = [
        Report(text=MEETING, published="2026-03-05", source="Blatt", title="Jansons trifft Okonjo in Accra"),
        Report(
            text=f"{MEETING} Das teilte eine Sprecherin mit.",
            published="2026-03-06",
            source="Bote",
            title="Jansons trifft Okonjo in Accra",
        ),
        Report(text=BUSES, published="2026-04-21", source="Blatt", title="Riga kauft Busse"),
    ]
    with fill(tmp_path / "a.sqlite", [(r, read_with_meaning(r)) for r in reports]) as archive:
        run(archive)
        before = worlds_of(archive)
        assert any(len({report for report, _ in world}) == 3 for world in before)
        reading, meaning = read_with_meaning(reports[0])
        archive.write(reports[0], msgspec.structs.replace(reading, events=(), reader="another"), meaning)
        # Another process links, because of something that was decided.
        Linker(archive).relink([reports[2].id])
        run(archive)
        assert any(len({report for report, _ in world}) == 2 for world in worlds_of(archive))
        archive.write(reports[0], reading, meaning)
        Linker(archive).relink([reports[1].id])
        run(archive)
        assert worlds_of(archive) == before


def test_what_others_decide_and_link_is_seen(tmp_path: Path) -> None:
    """A process that has compared a report compares it as it is now, not as it remembers it."""
    report = Report(text=MEETING, published="2026-03-05", source="Blatt")
    other = Report(text=BUSES, published="2026-04-21", source="Blatt")
    with fill(tmp_path / "a.sqlite", [(r, read_with_meaning(r)) for r in (report, other)]) as archive:
        linker = Linker(archive)
        list(linker.run())
        told = [told_of(linker, archive, report)]
        (event, *_) = archive.reading(report.id).events
        gone = archive.judge(
            Judgement(
                number=0,
                made="",
                by="ich",
                verdict="no_event",
                why="So kam es nicht.",
                subject=Anchor(report.id, event.start, event.end),
            )
        )
        told.append(told_of(linker, archive, report))
        run(archive)
        told.append(told_of(linker, archive, report))
        # Another decision is the last one before and after.
        same = Judgement(
            number=0,
            made="",
            by="ich",
            verdict="other_story",
            why="Etwas anderes.",
            subject=Anchor(report.id),
            object=Anchor(other.id),
        )
        archive.judge(same)
        told.append(told_of(linker, archive, report))
        archive.judge(
            Judgement(number=0, made="", by="ich", verdict="withdrawn", why="Doch.", withdraws=gone.number)
        )
        run(archive)
        told.append(told_of(linker, archive, report))
    assert event.id in told[0]
    assert event.id not in told[2] | told[3]
    assert told[4] == told[0]


@pytest.mark.parametrize("what", ["read anew", "decided", "linked by another", "linked by who was killed"])
def test_what_changes_after_events_were_compared(
    what: str, tmp_path: Path, read: list[ReadReport], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Events are compared while others may write: what they write meanwhile counts."""
    prepare, changed = settling.Settler.prepare, list[int]()
    report, (reading, meaning) = read[0]
    event = next(one for one in reading.events if one.actor)

    def prepare_and_change(self: settling.Settler, stories: list[int], until: float) -> list[int]:
        ready = prepare(self, stories, until)
        if not changed and ready:
            changed.extend(ready)
            change()
        return ready

    def change() -> None:
        if what in {"read anew", "linked by who was killed"}:
            archive.write(report, msgspec.structs.replace(reading, events=(), reader="another"), meaning)
            if what == "linked by who was killed":
                with archive.linked() as links:
                    numbers = list(links.find_numbers([report.id]).values())
                Linker(archive)._link_some(numbers)
        elif what == "decided":
            anchor = Anchor(report.id, event.start, event.end)
            archive.judge(Judgement(number=0, made="", by="ich", verdict="no_event", subject=anchor))
        else:
            run(archive)

    with fill(tmp_path / "a.sqlite", read) as archive:
        monkeypatch.setattr(settling.Settler, "prepare", prepare_and_change)
        run(archive)
        assert changed
        run(archive)
        told = groups_of(archive), worlds_of(archive)
        with archive.linked() as links:
            assert links.find_unsettled(1) == []
    with fill(tmp_path / "b.sqlite", read) as archive:
        if what != "linked by another":
            change()
        run(archive)
        assert (groups_of(archive), worlds_of(archive)) == told


def test_what_was_compared_before_the_lock_is_not_compared_behind_it(
    tmp_path: Path, read: list[ReadReport], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also in stories of more reports than stay in memory."""
    held, weighed = list[bool](), list[bool]()
    settle = settling.Settler.settle

    def hold(self: settling.Settler, stories: list[int]) -> None:
        held.append(True)
        settle(self, stories)
        held.pop()

    def note(*told: Any) -> Any:
        weighed.append(bool(held))
        return weigh_events(*told)

    monkeypatch.setattr("depesche.recall._RECORDS", 1)
    monkeypatch.setattr(settling.Settler, "settle", hold)
    monkeypatch.setattr("depesche.settling.weigh_events", note)
    with fill(tmp_path / "a.sqlite", read) as archive:
        linker = Linker(archive)
        for _ in linker.run():
            pass
        assert max(map(len, groups_of(archive)), default=0) > 1
        assert weighed and not any(weighed)
        # What is not needed any more is forgotten.
        assert len(linker._recall._records) == 1


def test_others_do_not_wait_for_what_linking_loads_nor_for_several_reports(
    tmp_path: Path, read: list[ReadReport], monkeypatch: pytest.MonkeyPatch
) -> None:
    happened = list[str]()

    def note(what: str, made: Any) -> Any:
        happened.append(what)
        return made

    lock = Archive.linking
    # As in a new process.
    monkeypatch.setattr(Linker, "_is_warm", False)
    monkeypatch.setattr("depesche.linking.make_sketch", lambda record: note("sketch", make_sketch(record)))
    monkeypatch.setattr(Archive, "linking", lambda archive: note("lock", lock(archive)))
    with fill(tmp_path / "a.sqlite", read[:3]) as archive:
        linker = Linker(archive)
        with archive.linked() as links:
            first, *others = links.find_unlinked(linker._linker, 3)
        assert linker._link_some([first]) == 1
        assert happened == ["sketch", "lock", "sketch"]
        happened.clear()
        # Where a report takes long, the next waits for its turn.
        monkeypatch.setattr(linking, "_HELD", 0.0)
        assert Linker(archive)._link_some(others) == 1
        assert happened == ["lock", "sketch"]


def told_of(linker: Linker, archive: Archive, report: Report) -> set[str]:
    """Return the events by which a linker compares a report, from its sketch and its record."""
    with archive.linked() as links:
        judgements = judgements_in_force(links.judgements())
        (number,) = links.find_numbers([report.id]).values()
        sketch = linker._recall.sketches(links, [number], judgements)[number]
        record = linker._recall.record(links, number, judgements)
    told = {mention.key.event for mention in sketch.told}
    return told & {event.id for event in record.reading.events}


def test_people_decide(tmp_path: Path, read: list[ReadReport]) -> None:
    def decide(archive: Archive, verdict: Any, *reports: str, withdraws: int | None = None) -> int:
        anchors = [Anchor(r) for r in reports] + [None, None]
        judgement = Judgement(
            number=0,
            made="",
            by="ina",
            verdict=verdict,
            subject=anchors[0],
            object=anchors[1],
            withdraws=withdraws,
        )
        return archive.judge(judgement).number

    with fill(tmp_path / "a.sqlite", read) as archive:
        run(archive)
        before = groups_of(archive)
        first, second = (next(g for g in before if read[n][0].id in g) for n in (0, -1))
        assert first != second
        merged = decide(archive, "same_story", min(first), min(second))
        run(archive)
        assert groups_of(archive) == before - {first, second} | {first | second}
        # A better reader changes nothing about it.
        for report, (reading, meaning) in read:
            archive.write(report, msgspec.structs.replace(reading, reader="another"), meaning)
        run(archive)
        assert first | second in groups_of(archive)
        decide(archive, "withdrawn", withdraws=merged)
        run(archive)
        assert groups_of(archive) == before
        large = max(before, key=len)
        one, other = sorted(large)[:2]
        decide(archive, "other_story", one, other)
        run(archive)
        parted = groups_of(archive)
        assert not any({one, other} <= g for g in parted)
        assert {i for g in parted for i in g} == {i for g in before for i in g}


def test_people_decide_which_events_are_one(tmp_path: Path, read: list[ReadReport]) -> None:
    def decide(archive: Archive, verdict: Any, one: tuple[str, str], other: tuple[str, str]) -> None:
        ends = []
        for report, event in (one, other):
            found = next(e for e in archive.reading(report).events if e.id == event)
            ends.append(Anchor(report, found.start, found.end))
        archive.judge(
            Judgement(number=0, made="", by="ina", verdict=verdict, subject=ends[0], object=ends[1])
        )
        run(archive)

    with fill(tmp_path / "a.sqlite", read) as archive:
        run(archive)
        world = max(worlds_of(archive), key=lambda w: (len(w), sorted(w)))
        one, other = sorted(world)[:2]
        decide(archive, "other_event", one, other)
        assert not any({one, other} <= w for w in worlds_of(archive))
        decide(archive, "same_event", one, other)
        assert any({one, other} <= w for w in worlds_of(archive))
