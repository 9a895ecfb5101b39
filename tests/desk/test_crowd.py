"""What many readers at once find, and readers of what came a moment ago."""

from __future__ import annotations

import concurrent.futures
import gc
import os
import pathlib
import re
import signal
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import msgspec
import pytest
from fastapi.testclient import TestClient

from depesche import library
from depesche.desk.actor_files import ActorFile, gather, open_file
from depesche.desk.app import AT_ONCE, create_app
from depesche.desk.keeping import Keeper
from depesche.desk.relinking import Apart, Relinker
from depesche.desk.renewals import Renewals
from depesche.desk.shelf import Shelf
from depesche.dossiers import ActorTrace, Dossiers
from depesche.errors import MissingError
from depesche.judgement import Anchor, Judgement, Verdict
from depesche.linking import Linker
from depesche.reading import Report
from desk.serving import serve

TEXT = "Marco Rubio hat am Dienstag in Oslo Sergej Lawrow getroffen. Ein Sprecher wies Kritik zurück."


def test_so_many_are_answered_side_by_side_and_the_others_after_them(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    library.Archive(tmp_path / "a.sqlite").close()
    lock, now, most = threading.Lock(), 0, 0

    def take_long(archive: library.Archive) -> tuple[Judgement, ...]:
        nonlocal now, most
        with lock:
            now += 1
            most = max(most, now)
        time.sleep(0.1)
        with lock:
            now -= 1
        return ()

    monkeypatch.setattr(library.Archive, "judgements", take_long)
    with serve(tmp_path / "a.sqlite") as address, concurrent.futures.ThreadPoolExecutor(30) as readers:
        asked = [readers.submit(httpx.get, f"{address}/correct/log", timeout=60) for _ in range(30)]
        assert {task.result().status_code for task in asked} == {200}
    assert 1 < most <= AT_ONCE


def test_what_is_not_linked_yet_is_shown_where_it_stands(tmp_path: pathlib.Path) -> None:
    report = Report(text=TEXT, published="2025-07-11")
    with library.Archive(tmp_path / "a.sqlite", language_model="none") as archive:
        archive.add(report, link=False)
        event = archive.reading(report.id).events[0]
    with TestClient(create_app(tmp_path / "a.sqlite"), base_url="http://127.0.0.1") as client:
        answer = client.get(f"/event/e{report.id[:12]}-{event.id}", follow_redirects=False)
        assert answer.status_code == 303
        assert answer.headers["location"] == f"/report/{report.id[:12]}?at={event.start}-{event.end}#at"
        assert client.get(answer.headers["location"]).status_code == 200
        assert client.get(f"/event/e{report.id[:12]}-e99").status_code == 404
        links = re.findall(
            r'href="(/(?:event|story|actor|report)/[^"#]+)', client.get("/search?q=Rubio").text
        )
        links += re.findall(r'href="(/(?:event|story|actor)/[^"#]+)', client.get(f"/report/{report.id}").text)
        assert links
        assert {link for link in links if client.get(link).status_code != 200} == set()


def test_what_comes_while_a_page_is_made_breaks_nothing(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trace_actor = Dossiers.trace_actor
    with library.Archive(tmp_path / "a.sqlite", language_model="none") as archive:
        archive.add(Report(text=TEXT, published="2025-07-11"))

        def trace_and_read(self: Dossiers, named: str) -> ActorTrace:
            found = trace_actor(self, named)
            archive.add(Report(text=f"{TEXT} Das war gestern. „Nein“, sagte Rubio.", published="2025-07-12"))
            return found

        monkeypatch.setattr(Dossiers, "trace_actor", trace_and_read)
        file = gather(Shelf(archive, Keeper()), "Marco Rubio")
        assert len(file.profile.appearances) == 1
        assert len({deal.report for deal in file.deals}) == 1
        monkeypatch.undo()
        assert len(gather(Shelf(archive, Keeper()), "Marco Rubio").profile.appearances) == 2


class Made(msgspec.Struct):
    number: int


def test_what_two_ask_for_at_once_is_made_once() -> None:
    keeper, made, meeting = Keeper(), list[int](), threading.Barrier(2)

    def make() -> Made:
        time.sleep(0.1)
        made.append(1)
        if len(made) == 1:
            raise MissingError("This time there is nothing.")
        return Made(len(made))

    def ask() -> Made | None:
        meeting.wait()
        try:
            return keeper.get("name", "digest", Made, make)
        except MissingError:
            return None

    with concurrent.futures.ThreadPoolExecutor(2) as readers:
        found = [task.result() for task in [readers.submit(ask), readers.submit(ask)]]
        # Where making it fails, who waited makes it.
        assert sorted(found, key=str) == [Made(2), None]
        assert [task.result() for task in [readers.submit(ask), readers.submit(ask)]] == [Made(2)] * 2
    assert len(made) == 2
    assert keeper.get("name", "other digest", Made, make) == Made(3)


def test_decisions_are_carried_out_by_a_process_of_its_own(
    tmp_path: pathlib.Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "a.sqlite"
    with library.Archive(path, language_model="none") as archive:
        one, other = (Report(text=TEXT, published=f"2025-07-{day}") for day in (11, 12))
        for report in (one, other):
            archive.add(report)
        archive.link()
        work = Apart(path)
        with TestClient(create_app(path, work=work)) as client:
            relinker = client.app.state.relinker  # type: ignore[attr-defined]

            def decide(verdict: Verdict) -> set[str]:
                ends = (Anchor(one.id), Anchor(other.id))
                archive.judge(
                    Judgement(
                        number=0, made="", by="Vera Kern", verdict=verdict, subject=ends[0], object=ends[1]
                    )
                )
                relinker.add([one.id, other.id])
                assert relinker.wait(120)
                return {Dossiers(archive).story(report.id).id for report in (one, other)}

            assert len(decide("other_story")) == 2
            process = work._process
            assert process is not None and process.pid is not None and process.pid != os.getpid()
            assert len(decide("same_story")) == 1
            assert work._process is process
            if (threads := pathlib.Path(f"/proc/{process.pid}/task")).is_dir():
                # Who tells anew leaves the processor to others, who carries out decisions does not.
                own = os.getpriority(os.PRIO_PROCESS, os.getpid())
                nice = {os.getpriority(os.PRIO_PROCESS, int(thread.name)) for thread in threads.iterdir()}
                assert nice == {own, min(own + 15, 19)}
            assert not caplog.records
            os.kill(process.pid, signal.SIGKILL)
            process.join()
            # It is said, nothing is lost, and the next decision has a process again.
            assert len(decide("other_story")) == 1
            assert [record.levelname for record in caplog.records] == ["ERROR"]
            assert len(decide("other_story")) == 2
            last = work._process
        assert last is not None and not last.is_alive()


class Slow:
    """Work that takes as long as it is told to, and counts."""

    def __init__(self) -> None:
        self.told, self.go_on = 0, threading.Event()

    def prepare(self) -> None:
        self.told += 100

    def link(self, reports: set[str]) -> None:
        self.go_on.wait(60)

    def follow_up(self) -> None:
        pass

    def renew(self) -> None:
        self.told += 1
        self.go_on.wait(60)

    def close(self) -> None:
        self.go_on.set()


def test_however_many_ask_for_what_is_new_it_is_told_once_in_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    work, now = Slow(), 1_000.0
    monkeypatch.setattr("depesche.desk.relinking.time.monotonic", lambda: now)
    relinker = Relinker(work)
    for _ in range(9):
        relinker.renew()
        # Nobody waits for it.
        assert not relinker.is_running
    assert work.told == 1
    now += 60
    relinker.renew()
    until = time.perf_counter() + 60
    while work.told < 2 and time.perf_counter() < until:
        time.sleep(0.01)
    assert work.told == 2
    relinker.close(1)


def test_a_large_story_is_shown_as_it_was_told_last(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.sqlite"
    monkeypatch.setattr("depesche.story_files.LARGE", 1)
    with library.Archive(path, language_model="none") as archive:
        reports = [Report(text=f"{TEXT} Das war {n}.", published=f"2025-07-1{n}") for n in range(3)]
        for report in reports[:2]:
            archive.add(report)
        archive.link()
        archive.add(reports[2], link=False)
        list(Linker(archive).link())
        app, words = create_app(path, work=Apart(path)), {"accept-language": "en"}
        with TestClient(app, base_url="http://127.0.0.1", headers=words) as client:
            address, link = f"/story/{reports[2].id[:12]}", f'href="/report/{reports[2].id[:12]}'
            page = client.get(address).text
            assert "have just come in" in page and link not in page
            # It is told by the process beside the desk, because somebody looked.
            until = time.monotonic() + 120
            while "have just come in" in page and time.monotonic() < until:
                time.sleep(0.1)
                page = client.get(address).text
            assert "have just come in" not in page and link in page


@pytest.mark.parametrize(
    "page", ["/", "/event/{id}-e1", "/report/{id}", "/story/{id}", "/actor/Rubio", "/correct"]
)
def test_what_a_page_took_out_of_the_archive_is_gone_when_it_is_answered(
    tmp_path: pathlib.Path, page: str
) -> None:
    """Not only when somebody looks for what refers to itself: that may be hundreds of reports later."""
    path, report = tmp_path / "a.sqlite", Report(text=TEXT, published="2025-07-11")
    with library.Archive(path, language_model="none") as archive:
        archive.add(report)
    with TestClient(create_app(path), base_url="http://127.0.0.1") as client:
        address = page.format(id=f"e{report.id[:12]}" if "event" in page else report.id[:12])
        client.get(address)
        gc.collect()
        gc.disable()
        try:
            assert client.get(address).status_code == 200
            assert not [one for one in gc.get_objects() if isinstance(one, Shelf | Dossiers)]
        finally:
            gc.enable()


def test_a_form_does_not_wait_long_for_what_it_decides(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("depesche.desk.pages.judge._PATIENCE", 0.1)
    path, work = tmp_path / "a.sqlite", Slow()
    reports = [Report(text=f"{TEXT} Das war {n}.", published=f"2025-07-1{n}") for n in range(2)]
    with library.Archive(path, language_model="none") as archive:
        for report in reports:
            archive.add(report)
    words = {"accept-language": "en", "origin": "http://127.0.0.1"}
    with TestClient(create_app(path, work=work), base_url="http://127.0.0.1", headers=words) as desk:
        relinker = desk.app.state.relinker  # type: ignore[attr-defined]
        assert not relinker.is_running
        page = desk.get("/?judged=1").text
        (token,) = set(re.findall(r'name="form" value="(\w+)"', page))
        # Whoever opens a form may send it soon: what carries it out is begun.
        until = time.monotonic() + 60
        while not work.told and time.monotonic() < until:
            time.sleep(0.01)
        assert work.told == 100
        named = [f"{report.id[:12]}" for report in reports]
        form = {"form": token, "verdict": "other_story", "named": named, "by": "Vera", "why": "", "back": "/"}
        page = desk.post("/correct/judge", data=form).text
        assert "It is being carried out" in page
        work.go_on.set()
        assert relinker.wait(60)
        assert "It is being carried out" not in desk.get("/?judged=1").text


LATER = "Kaja Kallas hat am Montag in Rom Antonio Tajani getroffen. „Ja“, sagte Marco Rubio."


class Looker:
    """Looks at actors again and again, by names and by the ids that reports give them."""

    def __init__(self, archive: library.Archive, monkeypatch: pytest.MonkeyPatch) -> None:
        self.archive, self.keeper, self.traced = archive, Keeper(), list[str]()
        trace_actor = Dossiers.trace_actor

        def trace(dossiers: Dossiers, named: str) -> ActorTrace:
            self.traced.append(named)
            return trace_actor(dossiers, named)

        monkeypatch.setattr(Dossiers, "trace_actor", trace)

    def look(self) -> int:
        """Make sure that every file is as if it were made now; return how many were."""
        names = ["Marco Rubio", "Lawrow", *self.ids_of("Marco Rubio"), *self.ids_of("Sergej Lawrow")]
        self.traced.clear()
        files = {name: open_file(Shelf(self.archive, self.keeper), name)[0] for name in names}
        made = len(self.traced)
        assert files == {name: gather(Shelf(self.archive, Keeper()), name) for name in names}
        return made

    def ids_of(self, name: str) -> list[str]:
        rows = [(row.id, self.archive.reading(row.id)) for row in self.archive.reports()]
        return [f"a{id_[:12]}-{a.id}" for id_, reading in rows for a in reading.actors if a.name == name]


@pytest.fixture
def looker(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Looker]:
    with library.Archive(tmp_path / "a.sqlite", language_model="none") as archive:
        for day in (11, 12):
            archive.add(Report(text=TEXT, published=f"2025-07-{day}", source="Blatt"))
        archive.add(Report(text=LATER, published="2025-07-14"))
        archive.link()
        yield Looker(archive, monkeypatch)


def test_an_actor_is_kept_until_something_changes_there(looker: Looker) -> None:
    # Each by the name, and once for the ids that the reports give them.
    assert looker.look() == 4
    assert looker.look() == 0
    looker.archive.add(Report(text=LATER.partition(" „")[0], published="2025-08-01"))
    assert looker.look() == 0
    looker.archive.add(Report(text=LATER, published="2025-07-15"))
    assert looker.look() == 2
    (report, *_) = (row.id for row in looker.archive.reports(start="2025-07-15"))
    gone: dict[str, Any] = {"actors": (), "events": (), "quotations": (), "reader": "another"}
    reading = msgspec.structs.replace(looker.archive.reading(report), **gone)
    looker.archive.write(looker.archive.report(report), reading)
    assert looker.look()


def test_an_actor_is_the_same_whether_looked_for_in_their_own_reports_or_under_their_keys(
    looker: Looker, monkeypatch: pytest.MonkeyPatch
) -> None:
    def look() -> list[ActorFile]:
        return [gather(Shelf(looker.archive, Keeper()), name) for name in ("Marco Rubio", "Lawrow")]

    # Another of the surname, who holds the office: found under the same keys.
    text = (
        "US-Außenminister Karl Rubio warf Ungarn am Freitag vor, das Abkommen zu verletzen. „Nein“, sagte er."
    )
    looker.archive.add(Report(text=text, published="2015-07-15"))
    looker.archive.link()
    own = look()
    monkeypatch.setattr("depesche.desk.actor_files._EACH", 0)
    assert look() == own
    assert len(own[0].profile.appearances) == 3 and own[0].deals and own[0].said


def test_what_people_decide_is_told_of_actors_at_once(looker: Looker) -> None:
    archive = looker.archive
    first, _, later = (row.id for row in archive.reports())
    reading = archive.reading(first)
    rubio, lavrov = (
        next(actor.mentions[0] for actor in reading.actors if actor.name == name)
        for name in ("Marco Rubio", "Sergej Lawrow")
    )
    event, said = reading.events[0], archive.reading(later).quotations[0].spans[0]
    decisions: list[tuple[Verdict, dict[str, Any]]] = [
        ("no_event", {"subject": Anchor(first, event.start, event.end)}),
        (
            "same_actor",
            {
                "subject": Anchor(first, lavrov.start, lavrov.end),
                "object": Anchor(first, rubio.start, rubio.end),
            },
        ),
        ("wrong_speaker", {"subject": Anchor(later, said.start, said.end)}),
        ("withdrawn", {"withdraws": 2}),
    ]
    looker.look()
    for verdict, fields in decisions:
        archive.judge(Judgement(number=0, made="", by="Vera Kern", verdict=verdict, **fields))
        assert looker.look(), verdict
        archive.link()
        assert looker.look(), verdict
        assert not looker.look(), verdict


def test_whom_most_reports_name_is_shown_as_lately_while_made_anew(
    looker: Looker, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive, keeper, asked = looker.archive, Keeper(), dict[str, Callable[[], object]]()

    def look(named: str = "Marco Rubio") -> tuple[ActorFile, bool]:
        return open_file(Shelf(archive, keeper, later=asked.__setitem__), named)

    def add(day: str) -> None:
        archive.add(Report(text=TEXT, published=day))
        archive.link()

    before = look()
    assert not before[1]
    add("2025-07-13")
    # Whom few reports name is made at once.
    small = look()
    assert len(small[0].profile.appearances) == 4 and not small[1] and not asked
    monkeypatch.setattr("depesche.desk.actor_files.LARGE", 3)
    add("2025-07-14")
    assert look() == (small[0], True)
    assert look("Lawrow")[1] is False
    # What makes it anew waits for it.
    for make in asked.values():
        make()
    asked.clear()
    file, is_behind = look()
    assert len(file.profile.appearances) == 5 and not is_behind and not asked
    assert file == gather(Shelf(archive, Keeper()), "Marco Rubio")
    # What was made long ago is not shown.
    add("2025-07-15")
    monkeypatch.setattr("depesche.desk.shelf._LATELY", 0.0)
    assert len(look()[0].profile.appearances) == 6 and not asked


def test_the_page_of_whom_most_reports_name_says_that_it_is_behind(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("depesche.desk.actor_files.LARGE", 1)
    with library.Archive(tmp_path / "a.sqlite", language_model="none") as archive:
        for day in (11, 12):
            archive.add(Report(text=TEXT, published=f"2025-07-{day}"))
        archive.link()
        app = create_app(tmp_path / "a.sqlite")
        with TestClient(app, base_url="http://127.0.0.1", headers={"accept-language": "en"}) as client:
            behind = "concern this actor have just come in"
            assert behind not in client.get("/actor/Marco Rubio").text
            archive.add(Report(text=f"{TEXT} „Danke“, sagte Rubio.", published="2025-07-13"))
            archive.link()
            page = client.get("/actor/Marco Rubio").text
            assert behind in page and "„Danke“" not in page and "Danke" not in page
            # A file cannot say so, and holds all.
            assert "Danke" in client.get("/actor/Marco Rubio?format=csv").text
            until = time.monotonic() + 20
            while behind in page and time.monotonic() < until:
                time.sleep(0.05)
                page = client.get("/actor/Marco Rubio").text
            assert behind not in page and "Danke" in page


def test_what_is_asked_for_again_is_made_anew_once_in_a_while(caplog: pytest.LogCaptureFixture) -> None:
    made, begun, go_on = list[str](), threading.Event(), threading.Event()

    def hold() -> None:
        begun.set()
        assert go_on.wait(20)
        made.append("held")

    def fail() -> None:
        raise RuntimeError(TEXT)

    renewals = Renewals(apart=20)
    renewals.ask("hold", hold)
    assert begun.wait(20)
    renewals.ask("hold", hold)
    renewals.ask("fail", fail)
    renewals.ask("other", lambda: made.append("other"))
    go_on.set()
    renewals.close(20)
    # Closing forgets what has not begun; what has is ended.
    assert made in (["held"], ["held", "other"])
    renewals.ask("late", lambda: made.append("late"))
    assert "late" not in made

    renewals, done = Renewals(apart=0), threading.Event()
    renewals.ask("fail", fail)
    renewals.ask("other", done.set)
    assert done.wait(20)
    renewals.close(20)
    assert "RuntimeError" in caplog.text and TEXT not in caplog.text
