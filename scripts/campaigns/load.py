"""Lets many people use a desk at once while reports come in, and measures what each page takes them.

    .venv/bin/python scripts/campaigns/load.py [--archive FILE] [--postgres] [--minutes 10] [--seed 1]
        [--readers 50] [--correctors 5] [--think 5 15] [--reports 10000] [--language-model none]

The desk is ``depesche desk`` over a copy of the archive (without one, of an archive of so many reports made
as scripts/load_desk.py does), in a file or on PostgreSQL. Readers open pages, follow links and search as
browsers do, each with cookies and connections of its own. Of the correctors three in five answer the
questions of the page Correct by its forms, the others judge by the API with a token. Meanwhile ``depesche
read`` reads and links reports, a few dozen after each other. Between two pages everybody thinks for as many
seconds as --think says, by chance.

Before the clock starts, one page of each kind is opened: what explains a finding, word lists and perhaps a
network of 170 MB, is loaded when somebody first asks, and is no growth.

Prints what each page took, from the first byte asked for to the last of the answer, redirects included; what
the desk takes of memory and of the processor each minute; and the load of the machine, which measures
everything together. The exit status is 1 if there was any error (an answer that is no page, a line in the
desk's log, a reading that failed, a judgement that was taken and is not there, damage in the archive), if a
page of which at least twenty were asked for takes more than a second for more than one in twenty, or if the
desk's memory goes on growing: at the end it may be a tenth and 32 MB more than at half time.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import random
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import httpx
import msgspec

ROOT = Path(__file__).parents[2]
for _folder in (ROOT, ROOT / "scripts", ROOT / "tests"):
    if str(_folder) not in sys.path:
        sys.path.insert(0, str(_folder))

from depesche import library  # noqa: E402
from depesche.archive.checking import check_archive  # noqa: E402
from depesche.archive.copying import copy_archive  # noqa: E402
from depesche.archive.database import open_database  # noqa: E402
from depesche.dossiers import Dossiers  # noqa: E402
from depesche.errors import MissingError  # noqa: E402
from depesche.intake import Intake, link_archive  # noqa: E402
from depesche.language.models import MODEL_VARIABLE  # noqa: E402
from depesche.reading import Report  # noqa: E402
from depesche.sources.files import Defaults  # noqa: E402
from load_desk import SAMPLES, find_addresses, find_models, make_archive, make_block  # noqa: E402
from postgres import serve_postgres  # noqa: E402

# Seconds that nineteen of twenty answers of a page may take, if so many were asked for.
NINETY_FIFTH, ENOUGH = 1.0, 20
# By so much the desk may be larger at the end than at half time: a share, and bytes.
GROWTH, SLACK = 0.1, 32_000_000
# How often readers want a page, in the words of load_desk.find_addresses.
WANTED = {
    "today": 4,
    "today, one day": 1,
    "story": 5,
    "event": 2,
    "report": 4,
    "actor": 2,
    "relation": 1,
    "network": 0.5,
    "map": 0.5,
    "search": 3,
    "decisions": 0.2,
    "feed": 0.5,
}
# Readers follow a link of the page that they see that often.
_FOLLOWED = 0.5
# Where decisions are sent; how often correctors answer a question and do not look for errors themselves, and
# take it back.
_JUDGED, _ASKED, _UNDONE = "/correct/judge", 0.6, 0.2
_LINK = re.compile(r'href="(/(story|event|report|actor)/[^"/?#]+)"')
_FINDING = re.compile(r'href="(/report/\w+/about/[eq]\d+)"')
_FILE = re.compile(r'(?:href|src)="(/static/[^"]+)"')
# Of so many correctors three use the pages.
_OF_FIVE, _BY_PAGES = 5, 3
# Addresses of each page, reports that are read at once, and seconds that nothing takes.
_ADDRESSES, _PORTION, _PATIENCE = 200, 40, 60.0
_MINUTE = 60.0
# Days on which what is read was published: after all that load_desk makes.
_LATER = "2026-01-0"

Addresses = Mapping[str, Sequence[str]]


class Memory(msgspec.Struct, frozen=True):
    """The desk at a moment: seconds since the beginning, bytes of it and of its children, its processor's
    seconds, and the load of the machine."""

    at: float
    desk: int
    children: int
    processor: float
    load: float


class Outcome(msgspec.Struct):
    """What came of it: the seconds of each answer by page, what went wrong, and the desk's memory."""

    pages: dict[str, list[float]] = {}
    errors: list[str] = []
    memory: list[Memory] = []
    judged: int = 0
    read: int = 0
    reading: float = 0.0

    def find_faults(self, ninety_fifth: float = NINETY_FIFTH) -> list[str]:
        """Return all that must not be."""
        slow = [
            f"{name}: one in twenty took {late:.2f} s"
            for name, times in sorted(self.pages.items())
            if len(times) >= ENOUGH and (late := find_late(times)) > ninety_fifth
        ]
        return [*self.errors, *slow, *self._find_growth()]

    def _find_growth(self) -> list[str]:
        if len(self.memory) < 3:
            return []
        half, end = (one.desk + one.children for one in (self.memory[len(self.memory) // 2], self.memory[-1]))
        grown = end > half * (1 + GROWTH) + SLACK
        return [f"memory grew from {_mega(half)} to {_mega(end)} MB in the second half"] if grown else []


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """How many people for how many seconds; the least and the most that they think."""

    readers: int = 50
    correctors: int = 5
    seconds: float = 600.0
    think: tuple[float, float] = (5.0, 15.0)
    seed: int = 1
    language_model: str = "none"


# --- people -----------------------------------------------------------------------------------------------


class Form(msgspec.Struct):
    """A form of a page: where it is sent, its fields, and the names and values of its buttons."""

    action: str
    fields: list[tuple[str, str]] = []
    buttons: list[tuple[str, str]] = []


class _Forms(HTMLParser):
    """Finds the forms of a page, with what they send if nobody changes anything."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._within = False
        self._select: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(Form(told.get("action", "")))
            self._within = True
        elif self._within and tag == "button" and "name" in told:
            self.forms[-1].buttons.append((told["name"], told.get("value", "")))
        elif self._within and tag == "input" and "name" in told:
            self.forms[-1].fields.append((told["name"], told.get("value", "")))
        elif self._within and tag == "select":
            self._select = told.get("name")
        elif self._select and tag == "option" and "value" in told:
            self.forms[-1].fields.append((self._select, told["value"]))
            self._select = None

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._within = False
        elif tag == "select":
            self._select = None


def find_forms(html: str) -> list[Form]:
    """Return the forms of a page.

    >>> find_forms('<form action="/a"><input name="b" value="1"><button name="c" value="d">e</button></form>')
    [Form(action='/a', fields=[('b', '1')], buttons=[('c', 'd')])]
    """
    parser = _Forms()
    parser.feed(html)
    return parser.forms


class Person:
    """Somebody at a browser or a program: thinks, asks, and notes how long the answer took."""

    def __init__(self, crowd: Crowd, number: int, token: str | None = None) -> None:
        self.crowd, self.number = crowd, number
        self.chance = random.Random(f"{crowd.options.seed} {number}")
        headers = {"authorization": f"Bearer {token}"} if token else {}
        self.client = httpx.AsyncClient(base_url=crowd.address, timeout=_PATIENCE, headers=headers)

    async def live(self) -> None:
        """Do what this person does until time is up."""
        # Nobody begins at the same moment.
        await self.crowd.pause(self.chance.uniform(0, self.crowd.options.think[1]))
        async with self.client:
            while not self.crowd.is_over:
                try:
                    await self.act()
                    await self.think()
                except httpx.HTTPError as fault:
                    self.crowd.note(f"{type(fault).__name__}: {fault}")
                    await self.think()

    async def act(self) -> None:
        """Do one thing."""
        raise NotImplementedError

    async def think(self) -> None:
        await self.crowd.pause(self.chance.uniform(*self.crowd.options.think))

    async def ask(self, page: str, address: str, **sent: Any) -> httpx.Response:
        """Ask for a page, or send something if there is something to send; redirects are followed."""
        method = "POST" if sent else "GET"
        begun = time.perf_counter()
        answer = await self.client.request(method, address, follow_redirects=True, **sent)
        self.crowd.outcome.pages.setdefault(page, []).append(time.perf_counter() - begun)
        if answer.status_code == 404 and page == "event":
            # Right, if somebody judged it to be none: that is looked up in the end.
            self.crowd.gone.append(address)
        elif answer.status_code >= 400:
            self.crowd.note(f"{method} {address}: {answer.status_code} {answer.text[:200]!r}")
        return answer


class Reader(Person):
    """Opens pages, and follows links of what is shown."""

    def __init__(self, crowd: Crowd, number: int) -> None:
        super().__init__(crowd, number)
        self.links: list[tuple[str, str]] = []
        self.is_new = True
        self.wanted = [name for name in WANTED if crowd.addresses.get(name)]

    async def act(self) -> None:
        if self.links and self.chance.random() < _FOLLOWED:
            address, page = self.chance.choice(self.links)
        else:
            (page,) = self.chance.choices(self.wanted, [WANTED[name] for name in self.wanted])
            address = self.chance.choice(self.crowd.addresses[page])
        answer = await self.ask(page, address)
        self.links = [(found[1], found[2]) for found in _LINK.finditer(answer.text)]
        if self.is_new:
            self.is_new = False
            for file in dict.fromkeys(_FILE.findall(answer.text)):
                await self.ask("a file of a page", file)


class Corrector(Person):
    """Answers questions of the page Correct, corrects reports, and sometimes takes it back."""

    async def act(self) -> None:
        form = await self._find_question() if self.chance.random() < _ASKED else None
        form = form or await self._find_error()
        if form:
            await self._decide(form)

    async def _find_question(self) -> Form | None:
        """Look at a question; some are left out."""
        kind = self.chance.choice(["", "story", "event", "actor", "speaker", "reading"])
        answer = await self.ask("correct", f"/correct?kind={kind}")
        await self.think()
        for _ in range(self.chance.randrange(4)):
            if later := re.search(r'rel="next"[^>]* href="([^"]+)"', answer.text):
                answer = await self.ask("correct", later[1].replace("&amp;", "&"))
                await self.think()
        asked = [form for form in find_forms(answer.text) if form.buttons]
        if asked:
            asked[0].fields.append(self.chance.choice(asked[0].buttons))
        return asked[0] if asked else None

    async def _find_error(self) -> Form | None:
        """Look at a report, and at an event or a quotation that was read in it."""
        answer = await self.ask("report", self.chance.choice(self.crowd.addresses["report"]))
        await self.think()
        if not (findings := _FINDING.findall(answer.text)):
            return None
        answer = await self.ask("finding", self.chance.choice(findings))
        await self.think()
        return next((form for form in find_forms(answer.text) if form.action == _JUDGED), None)

    async def _decide(self, form: Form) -> None:
        """Send a form; one in five is taken back."""
        answer = await self._send(form)
        undone = [form for form in find_forms(answer.text) if ("verdict", "withdrawn") in form.fields]
        if undone and self.chance.random() < _UNDONE:
            await self.think()
            await self._send(undone[0])

    async def _send(self, form: Form) -> httpx.Response:
        fields: dict[str, list[str]] = {}
        for name, value in form.fields:
            fields.setdefault(name, []).append(value)
        if "by" in fields:
            fields["by"] = [f"Korrektorin {self.number}"]
        why = self.crowd.name_decision(self.number)
        fields["why"] = [why]
        origin = {"origin": self.crowd.address}
        answer = await self.ask("judge by the page", form.action, data=fields, headers=origin)
        if answer.status_code == 200 and "withdrawn" not in fields["verdict"]:
            self.crowd.decided.append(why)
        return answer


class Program(Person):
    """Judges by the API, and lists what was judged."""

    async def act(self) -> None:
        answer = await self.ask("api stories", "/api/v1/stories?limit=20")
        await self.think()
        if answer.status_code != 200:
            return
        story = self.chance.choice(answer.json()["items"] or [{"reports": []}])
        if len(story["reports"]) > 1:
            one, other = self.chance.sample(story["reports"], 2)
            why = self.crowd.name_decision(self.number)
            verdict = self.chance.choice(["same_story", "same_story", "other_story"])
            sent = {"verdict": verdict, "report": one, "other": other, "why": why}
            answer = await self.ask("judge by the API", "/api/v1/judgements", json=sent)
            if answer.status_code == 201:
                self.crowd.decided.append(why)
            await self.think()
        await self.ask("api judgements", "/api/v1/judgements?limit=50")


class Crowd:
    """All who use the desk, and what they note."""

    def __init__(self, address: str, addresses: Addresses, options: Options, outcome: Outcome) -> None:
        self.address, self.addresses, self.options, self.outcome = address, addresses, options, outcome
        self.gone: list[str] = []
        self.decided: list[str] = []
        self._over = asyncio.Event()
        self._decisions = 0

    @property
    def is_over(self) -> bool:
        """Whether time is up."""
        return self._over.is_set()

    async def pause(self, seconds: float) -> None:
        """Wait, but not until after time is up."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._over.wait(), seconds)

    def note(self, error: str) -> None:
        """Note that something went wrong."""
        self.outcome.errors.append(error)

    def name_decision(self, number: int) -> str:
        """Return a reason that no other decision has."""
        self._decisions += 1
        return f"Grund {self._decisions} von {number}"

    async def live(self, token: str) -> None:
        """Let all live until time is up."""
        people: list[Person] = [Reader(self, n) for n in range(self.options.readers)]
        for n in range(self.options.correctors):
            number = self.options.readers + n
            by_page = n % _OF_FIVE < _BY_PAGES
            people.append(Corrector(self, number) if by_page else Program(self, number, token))
        asyncio.get_running_loop().call_later(self.options.seconds, self._over.set)
        await asyncio.gather(*(person.live() for person in people))


# --- processes --------------------------------------------------------------------------------------------


@contextlib.contextmanager
def run_desk(place: Path | str, folder: Path) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """Run ``depesche desk``; give its address and its process. What it logs is in ``folder / "desk.log"``."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "depesche.cli", "desk", "--archive", str(place), "--port", str(port)]
    with (folder / "desk.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        address = f"http://127.0.0.1:{port}"
        until = time.monotonic() + _PATIENCE * 2
        while True:
            with contextlib.suppress(httpx.HTTPError):
                if httpx.get(f"{address}/correct/log", timeout=_PATIENCE).status_code == 200:
                    break
            if process.poll() is not None or time.monotonic() > until:
                raise RuntimeError((folder / "desk.log").read_text("utf-8"))
            time.sleep(0.1)
        yield address, process
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def look_at(process: int, since: float) -> Memory:
    """Return what a process and its children take."""
    children = [int(id_) for id_ in Path(f"/proc/{process}/task/{process}/children").read_text().split()]
    times = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return Memory(
        time.monotonic() - since,
        _resident(process),
        sum(map(_resident, children)),
        sum(map(int, times[11:13])) / os.sysconf("SC_CLK_TCK"),
        os.getloadavg()[0],
    )


def _resident(process: int) -> int:
    try:
        told = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{process}/status").read_text())
    except OSError:
        return 0
    return 1024 * int(told[1]) if told else 0


async def watch_memory(
    process: int, crowd: Crowd, tell: Callable[[str], None], every: float = _MINUTE
) -> None:
    """Note the desk's memory now, again and again, and in the end."""
    begun = time.monotonic()
    memory = crowd.outcome.memory
    while True:
        memory.append(look_at(process, begun))
        one, asked = memory[-1], sum(map(len, crowd.outcome.pages.values()))
        tell(
            f"{one.at:.0f} s: {_mega(one.desk)} MB, load {one.load:.1f}, {asked} pages, "
            f"{len(crowd.outcome.errors)} errors"
        )
        if crowd.is_over:
            return
        await crowd.pause(every)


async def read_reports(
    place: Path | str, reports: Sequence[Report], folder: Path, model: str, crowd: Crowd
) -> None:
    """Read and link reports with ``depesche read``, some and then some more, until time is up."""
    environment = {**os.environ, "DEPESCHE_LANGUAGE": "en", MODEL_VARIABLE: model}
    for begin in range(0, len(reports), _PORTION):
        path = folder / f"reports-{begin}.jsonl"
        rows = [msgspec.to_builtins(report) for report in reports[begin : begin + _PORTION]]
        told = ({name: row[name] for name in ("text", "title", "published", "source")} for row in rows)
        path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in told), "utf-8")
        command = [sys.executable, "-m", "depesche.cli", "read", str(path), "--archive", str(place)]
        begun = time.monotonic()
        process = await asyncio.create_subprocess_exec(
            *command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
        )
        said = asyncio.create_task(process.communicate())
        over = asyncio.create_task(crowd.pause(10 * crowd.options.seconds))
        await asyncio.wait({said, over}, return_when=asyncio.FIRST_COMPLETED)
        over.cancel()
        crowd.outcome.reading += time.monotonic() - begun
        if not said.done():
            process.send_signal(signal.SIGINT)
            await said
            return
        if process.returncode:
            crowd.note(f"reading ended with {process.returncode}: {said.result()[1].decode()[-500:]}")
        else:
            crowd.outcome.read += len(rows)
        if crowd.is_over:
            return


# --- all together -----------------------------------------------------------------------------------------


def run_load(
    place: Path | str,
    reports: Sequence[Report],
    options: Options,
    tell: Callable[[str], None] = lambda line: None,
    every: float = _MINUTE,
) -> Outcome:
    """Let people use a desk over an archive while these reports are read into it; return what came of it."""
    outcome = Outcome()
    with library.Archive(place) as archive:
        known = len(archive.judgements())
        token = archive.make_token("Programm", ["read", "judge"])[1]
        addresses = choose_addresses(archive)
    with tempfile.TemporaryDirectory(prefix="load-") as name:
        folder = Path(name)
        with run_desk(place, folder) as (address, process):
            open_each(address, addresses)

            async def run() -> Crowd:
                crowd = Crowd(address, addresses, options, outcome)
                await asyncio.gather(
                    crowd.live(token),
                    watch_memory(process.pid, crowd, tell, every),
                    read_reports(place, reports, folder, options.language_model, crowd),
                )
                if process.poll() is not None:
                    crowd.note(f"the desk ended with {process.returncode}")
                return crowd

            crowd = asyncio.run(run())
        logged = (folder / "desk.log").read_text("utf-8").splitlines()
    # The first line says where the desk is.
    outcome.errors += [f"the desk logged: {line[:300]}" for line in logged[1:]]
    outcome.errors += check_end(place, crowd, known)
    return outcome


def open_each(desk: str, addresses: Addresses) -> None:
    """Open one page of each kind, and one that explains a finding."""
    with httpx.Client(base_url=desk, timeout=_PATIENCE, follow_redirects=True) as client:
        for known in addresses.values():
            if known:
                client.get(known[0])
        client.get("/correct")
        for report in addresses.get("report", ())[:20]:
            events = [one for one in _FINDING.findall(client.get(report).text) if "/about/e" in one]
            if events:
                client.get(events[0])
                return


def choose_addresses(archive: library.Archive) -> Addresses:
    """Return the addresses that readers open, by page."""
    found = find_addresses(archive, _ADDRESSES)
    return {**found, "actor": [one for one in found["actor"] if _has_page(archive, one)]}


def _has_page(archive: library.Archive, address: str) -> bool:
    """Return whether there is a page of an actor: of an office or a word for a people there is none."""
    try:
        Dossiers(archive).trace_actor(address.removeprefix("/actor/"))
    except MissingError:
        return False
    return True


def check_end(place: Path | str, crowd: Crowd, known: int) -> list[str]:
    """Return what is wrong with the archive: lost judgements, pages that were gone for no reason, damage."""
    with library.Archive(place) as archive:
        made = archive.judgements()[known:]
        reasons = {judgement.why for judgement in made}
        subjects = [judgement.subject for judgement in made if judgement.verdict == "no_event"]
        judged = {subject.report[:12] for subject in subjects if subject}
    crowd.outcome.judged = len(made)
    lost = [f"lost: {why}" for why in crowd.decided if why not in reasons]
    gone = [f"{address} is gone" for address in crowd.gone if not any(id_ in address for id_ in judged)]
    database = open_database(place, wait=_PATIENCE)
    try:
        damages = check_archive(database, lambda done, total: None).damages
    finally:
        database.close()
    return [*lost, *gone, *(f"damage: {one.kind} {one.where} {one.what}" for one in damages)]


def find_late(times: Sequence[float]) -> float:
    """Return what nineteen of twenty take at most.

    >>> find_late([1.0] * 19 + [5.0]), find_late([1.0] * 18 + [5.0] * 2)
    (1.0, 5.0)
    """
    return sorted(times)[max(0, -(-19 * len(times) // 20) - 1)]


def _mega(size: int) -> int:
    return size // 1_000_000


def make_reports(count: int, seed: int) -> list[Report]:
    """Return reports in other words than the samples, of days after theirs."""
    with tempfile.TemporaryDirectory() as folder, library.Archive(Path(folder) / "samples.sqlite") as samples:
        Intake((str(SAMPLES),), Defaults(), jobs=1, language_model="none").fill(samples)
        link_archive(samples)
        models = list(find_models(samples))
    block = list(make_block(models, count, random.Random(seed + 1_000)))
    return [
        msgspec.structs.replace(report, published=f"{_LATER}{n % 9 + 1}")
        for n, (report, _) in enumerate(block)
    ]


def show(outcome: Outcome, options: Options) -> Iterator[str]:
    """Yield the lines of the result."""
    least, most = options.think
    yield (
        f"{options.readers} readers, {options.correctors} correctors, thinking {least:g} to {most:g} s, "
        f"{options.seconds:.0f} s, seed {options.seed}; {outcome.judged} judgements; {outcome.read} reports "
        f"read by a process that ran {outcome.reading:.0f} s, language model {options.language_model}"
    )
    yield "| page | asked | median ms | 95 % ms | most ms |\n|---|---|---|---|---|"
    everything = [seconds for times in outcome.pages.values() for seconds in times]
    for name, times in [*sorted(outcome.pages.items()), ("all", everything)]:
        if times:
            middle, late, most = statistics.median(times), find_late(times), max(times)
            yield f"| {name} | {len(times)} | {1000 * middle:.0f} | {1000 * late:.0f} | {1000 * most:.0f} |"
    yield "| second | MB of the desk | of its children | its processor s | load |\n|---|---|---|---|---|"
    for one in outcome.memory:
        sizes = f"{_mega(one.desk)} | {_mega(one.children)}"
        yield f"| {one.at:.0f} | {sizes} | {one.processor:.0f} | {one.load:.1f} |"
    for fault, times_ in Counter(outcome.find_faults()).most_common():
        yield f"{times_} times: {fault}"
    yield f"errors: {len(outcome.errors)}"


def main() -> int:
    """Run, print, and return 1 if anything is as it must not be."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--archive", type=Path, help="serve a copy of this archive")
    parser.add_argument("--reports", type=int, default=10_000, help="else make one of so many reports")
    parser.add_argument("--postgres", action="store_true", help="serve it from PostgreSQL")
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--readers", type=int, default=50)
    parser.add_argument("--correctors", type=int, default=5)
    parser.add_argument("--think", type=float, nargs=2, default=(5, 15), metavar=("LEAST", "MOST"))
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--language-model", default="none", help="for the process that reads")
    chosen = parser.parse_args()
    options = Options(
        readers=chosen.readers,
        correctors=chosen.correctors,
        seconds=60 * chosen.minutes,
        think=tuple(chosen.think),
        seed=chosen.seed,
        language_model=chosen.language_model,
    )

    def tell(line: str) -> None:
        print(line, file=sys.stderr, flush=True)

    with contextlib.ExitStack() as stack:
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="load-")))
        path = scratch / "archive.sqlite"
        if chosen.archive:
            shutil.copy(chosen.archive, path)
        else:
            make_archive(path, chosen.reports)
        place: Path | str = path
        if chosen.postgres:
            place = stack.enter_context(serve_postgres()).make_database()
            source, target = open_database(path, wait=_PATIENCE), open_database(place, wait=_PATIENCE)
            copy_archive(source, target, lambda done, total: None)
            source.close()
            target.close()
        # More than can be read in the time.
        reports = make_reports(max(_PORTION, int(options.seconds * 3)), options.seed)
        tell("everything is laid out")
        outcome = run_load(place, reports, options, tell)
    print(*show(outcome, options), sep="\n")
    return 1 if outcome.find_faults() else 0


if __name__ == "__main__":
    sys.exit(main())
