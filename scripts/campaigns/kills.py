"""Kills every kind of work with SIGKILL at random moments, resumes it, and compares what comes out.

    .venv/bin/python scripts/campaigns/kills.py [--what read,link] [--kills 200] [--seed 1] [--minutes 60]

Each kind of work (see WORKS) runs on a small set of reports that the seed makes, once undisturbed and
measured, then again and again: killed at a moment between its start and its usual end, started anew, killed
anew, until it is done. The export of what it leaves must be that of the undisturbed run, byte for byte: all
rows of all tables that carry meaning, in a fixed order, without times of writing, and reports under their ids
instead of numbers (``export_archive``); for batches, the files. Then ``depesche archive check`` must find no
damage. What work has said to be done must be there: no judgement is lost, no delivery has two contents.

Without --language-model none is used; --language-model depesche runs the real network. Prints a table, or
JSON with --json; the exit status is 1 if anything broke. ``try_work`` is what the tests call for a short
campaign.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import importlib
import json
import lzma
import multiprocessing
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar

import msgspec
import sqlalchemy as sa

ROOT = Path(__file__).parents[2]
for _folder in (ROOT, ROOT / "tests"):
    if str(_folder) not in sys.path:
        sys.path.insert(0, str(_folder))

from depesche import intake, linking  # noqa: E402
from depesche.alerts.orders import Order, add_alert  # noqa: E402
from depesche.alerts.running import ALLOWED_VARIABLE, run_alerts  # noqa: E402
from depesche.archive import copying  # noqa: E402
from depesche.archive.checking import check_archive  # noqa: E402
from depesche.archive.database import open_database  # noqa: E402
from depesche.archive.tables import metadata  # noqa: E402
from depesche.batch import Batch  # noqa: E402
from depesche.dossiers import Dossiers  # noqa: E402
from depesche.judgement import Anchor, Judgement, Verdict  # noqa: E402
from depesche.library import Archive  # noqa: E402
from depesche.reading import Report  # noqa: E402
from depesche.scale.cluster import open_cluster, run_here  # noqa: E402
from depesche.sources.files import Defaults  # noqa: E402
from postgres import Server, find_programs, serve_postgres  # noqa: E402
from scale.batches import SMALL, contents, ignore, to_plain  # noqa: E402
from scale.machines import QUIET, open_machines  # noqa: E402
from watch.papers import Article, QuickArchive, make_text, make_watcher, publish  # noqa: E402
from web import Web, answer, run_web  # noqa: E402

# Nothing here takes so many seconds, also where other processes leave it a thirtieth of a processor.
_PATIENCE = 1_200.0
_ARCHIVE = "archive.sqlite"
_NAME = "scripts.campaigns.kills"
# What the server of processes loads: all of this, and then ``warm``.
_WARM = "scripts.campaigns.warm"


class Outcome(msgspec.Struct):
    """What became of one kind of work; ``seconds`` are those of an undisturbed run."""

    work: str
    kills: int = 0
    runs: int = 0
    seconds: float = 0.0
    rows: int = 0
    broken: list[str] = []


# --- reports ----------------------------------------------------------------------------------------------

_PEOPLE = (
    ("US-Außenminister Marco Rubio", "den russischen Außenminister Sergej Lawrow"),
    ("Der lettische Premier Uldis Jansons", "die ghanaische Handelsministerin Ama Okonjo"),
    ("Frankreichs Präsident Emmanuel Macron", "den polnischen Regierungschef Donald Tusk"),
    ("Die japanische Außenministerin Yoko Kamikawa", "den indischen Außenminister Subrahmanyam Jaishankar"),
)
_PLACES = ("Genf", "Accra", "Kuala Lumpur", "Wien", "Oslo", "Doha")
_MATTERS = (
    "eine Waffenruhe",
    "Fangquoten vor der Küste",
    "neue Zölle auf Stahl",
    "den Bau einer Bahnstrecke",
)
_PAPERS = ("Elbtagblatt", "Nordpost", "Seeblatt", "Alpenblatt")


def make_reports(seed: int, count: int) -> list[Report]:
    """Return reports of some meetings, each told by three papers: one copies, one uses its own words."""
    chance = random.Random(seed)
    found: list[Report] = []
    while len(found) < count:
        one, other = chance.choice(_PEOPLE)
        place, matter = chance.choice(_PLACES), chance.choice(_MATTERS)
        month, day = chance.randrange(1, 13), chance.randrange(1, 28)
        lead = f"{one} hat am {day}. {month}. 2025 in {place} {other} getroffen."
        body = (
            f"Beide Seiten sprachen {chance.randrange(2, 9)} Stunden lang über {matter}. „Wir sind in "
            f"{chance.randrange(3, 40)} Punkten einig“, hieß es danach. Die Gespräche sollen am "
            f"{chance.randrange(1, 28)}. {month % 12 + 1}. weitergehen."
        )
        own = f"Über {matter} wurde in {place} verhandelt: {lead} Ein Sprecher wies Kritik daran zurück."
        texts = (f"{lead} {body}", f"{place} (dpa) - {lead} {body} Das Echo war geteilt.", own)
        for text, paper in zip(texts, chance.sample(_PAPERS, 3), strict=True):
            date = f"2025-{month:02}-{day + chance.randrange(2):02}"
            report = Report(text=text, published=date, source=paper, title=f"Treffen in {place}")
            if report.id not in {known.id for known in found}:
                found.append(report)
    return found[:count]


def write_reports(path: Path, reports: Sequence[Report]) -> None:
    """Write reports as JSON Lines."""
    rows = (json.dumps(to_plain(report), ensure_ascii=False) for report in reports)
    path.write_text("".join(f"{row}\n" for row in rows), "utf-8")


# --- what must be the same ----------------------------------------------------------------------------------

# Tables and columns that say when and how something was done, and not what is known: times, clocks, attempts,
# numbers that only count the order of writing, ids of deliveries (made by chance; see ``Alerting.check``).
# What linking keeps ready (archive/kept.py) may be missing or old; what is told with it is compared instead.
# Seals are of all columns, also of times; ``find_damage`` compares them with the rows.
_LEFT_OUT = {"watches", "deliveries", "outlines", "seals"}
_COLUMNS_LEFT_OUT = {
    "reports": {"number", "added", "fetched"},
    "readings": {"turn"},
    "judgements": {"made"},
    "searches": {"made"},
    "tokens": {"made", "key", "digest"},
    "alerts": {"made", "secret", "target"},
    "alert_matches": {"number", "made"},
    "watched_feeds": {"due", "asked", "answered", "failures", "fault", "detail"},
    "watched_pages": {"number", "due", "seen", "visited", "visits", "failures", "fault", "detail"},
}
# Columns that name a report by its number.
_NAMES_REPORT = {"report", "first", "second", "story", "world_report", "part_report"}


def export_archive(place: Path | str) -> bytes:
    """Return all that an archive knows, a row a line, in an order that depends on nothing but the rows."""
    lines: list[str] = []
    database = open_database(place, wait=60)
    try:
        with database.reading() as connection:
            reports = metadata.tables["reports"]
            ids = {
                row.number: row.id for row in connection.execute(sa.select(reports.c.number, reports.c.id))
            }
            for table in metadata.sorted_tables:
                if table.name in _LEFT_OUT:
                    continue
                columns = [c for c in table.c if c.name not in _COLUMNS_LEFT_OUT.get(table.name, set())]
                lines += sorted(
                    f"{table.name} {_show(row, ids)}" for row in connection.execute(sa.select(*columns))
                )
    finally:
        database.close()
    with Archive(place) as archive:
        lines += sorted(repr(story.to_dict()) for story in Dossiers(archive).stories())
    return "".join(f"{line}\n" for line in lines).encode("utf-8", "surrogatepass")


def _show(row: sa.Row[Any], ids: Mapping[int, str]) -> str:
    named = row._mapping.items()
    return repr([ids.get(v, v) if k in _NAMES_REPORT and isinstance(v, int) else v for k, v in named])


def find_damage(place: Path | str) -> list[str]:
    """Return what ``depesche archive check`` finds."""
    database = open_database(place, wait=60)
    try:
        checked = check_archive(database, lambda done, total: None)
    finally:
        database.close()
    return [f"{damage.kind} {damage.where} {damage.what}".strip() for damage in checked.damages]


def compare(found: bytes, whole: bytes) -> list[str]:
    """Return the first lines in which an export differs from the one of an undisturbed run."""
    if found == whole:
        return []
    there, wanted = found.splitlines(), whole.splitlines()
    missing = [f"missing: {line[:300]!r}" for line in sorted(set(wanted) - set(there))]
    surplus = [f"too much: {line[:300]!r}" for line in sorted(set(there) - set(wanted))]
    return [*missing[:3], *surplus[:3]] or ["a line stands there more or less often"]


# --- kinds of work ------------------------------------------------------------------------------------------


class Work:
    """One kind of work. ``begin`` lays out what it starts from, ``command`` says what the process runs."""

    name: ClassVar[str]
    # So many different beginnings there are; runs take them by turns.
    variants = 1
    # A run is killed so often before it may end.
    most_in_a_row = 8

    def __init__(self, folder: Path, seed: int, model: str, count: int) -> None:
        self.seed, self.model, self.count = seed, model, count
        self.base = folder / "base"
        self.base.mkdir(parents=True)

    def begin(self, place: Path, variant: int) -> None:
        """Make the folder of a run."""
        shutil.copytree(self.base, place)

    def command(self, place: Path, variant: int) -> tuple[Callable[..., None], tuple[Any, ...]]:
        """Return the function that does the work, or goes on with it, and what it is given."""
        raise NotImplementedError

    def export(self, place: Path, variant: int) -> bytes:
        """Return what must be the same."""
        return export_archive(place / _ARCHIVE)

    def check(self, place: Path, variant: int) -> list[str]:
        """Return what else is wrong with what a run left."""
        return find_damage(place / _ARCHIVE)

    def end(self, place: Path, variant: int) -> None:
        """Take the run away."""
        shutil.rmtree(place, ignore_errors=True)

    def close(self) -> None:
        """Stop what was started for all runs."""


def do_read(place: str, model: str) -> None:
    intake._MARK_EVERY = 0.0
    with (
        open(os.devnull, "w") as nowhere,  # noqa: PTH123
        contextlib.redirect_stderr(nowhere),
        Archive(Path(place, _ARCHIVE)) as archive,
    ):
        intake.Intake((str(Path(place, "reports.jsonl")),), Defaults(), 1, model).fill(archive)


def do_link(place: str) -> None:
    linking._BATCH = 2
    with Archive(Path(place, _ARCHIVE)) as archive:
        for _ in linking.Linker(archive).run():
            pass


class Reading(Work):
    """``depesche read --no-link``: a file of reports."""

    name = "read"

    def __init__(self, folder: Path, seed: int, model: str, count: int) -> None:
        super().__init__(folder, seed, model, count)
        write_reports(self.base / "reports.jsonl", make_reports(seed, count))
        Archive(self.base / _ARCHIVE).close()

    def command(self, place: Path, variant: int) -> tuple[Callable[..., None], tuple[Any, ...]]:
        return do_read, (str(place), self.model)

    def check(self, place: Path, variant: int) -> list[str]:
        with Archive(place / _ARCHIVE) as archive:
            count = archive.count()
        wrong = [f"{count} reports instead of {self.count}"] if count != self.count else []
        return wrong + super().check(place, variant)


class Linking(Work):
    """``depesche link``: what was read, and nothing linked."""

    name = "link"

    def __init__(self, folder: Path, seed: int, model: str, count: int) -> None:
        super().__init__(folder, seed, model, count)
        write_reports(self.base / "reports.jsonl", make_reports(seed, count))
        do_read(str(self.base), model)

    def command(self, place: Path, variant: int) -> tuple[Callable[..., None], tuple[Any, ...]]:
        return do_link, (str(place),)


def do_judge(place: str) -> None:
    """Decide what is not decided yet, say what was kept, and link after every fifth."""
    wanted = msgspec.json.decode(Path(place, "judgements.json").read_bytes(), type=list[Judgement])
    with Archive(Path(place, _ARCHIVE)) as archive, Path(place, "said").open("a") as said:
        for n, judgement in enumerate(wanted[len(archive.judgements()) :], len(archive.judgements())):
            said.write(f"{archive.judge(judgement).number} {judgement.why}\n")
            said.flush()
            if n % 5 == 4:
                archive.link()
        archive.link()


class Judging(Linking):
    """``depesche judge`` and ``depesche link`` by turns."""

    name = "judge"

    def __init__(self, folder: Path, seed: int, model: str, count: int) -> None:
        super().__init__(folder, seed, model, count)
        do_link(str(self.base))
        wanted = self._make_judgements(random.Random(seed))
        (self.base / "judgements.json").write_bytes(msgspec.json.encode(wanted))

    def _make_judgements(self, chance: random.Random) -> list[Judgement]:
        with Archive(self.base / _ARCHIVE) as archive:
            reports = sorted(row.id for row in archive.reports())
            events = [Anchor(i, e.start, e.end) for i in reports for e in archive.reading(i).events]
        found: list[Judgement] = []
        for n in range(15):
            subject: Anchor | None
            other: Anchor | None
            verdict: Verdict = chance.choice(
                ["same_story", "other_story", "same_event", "other_event", "no_event", "withdrawn"]
            )
            withdraws = None
            if verdict in ("same_story", "other_story"):
                subject, other = map(Anchor, chance.sample(reports, 2))
            else:
                subject, other = chance.sample(events, 2)
                other = other if verdict != "no_event" else None
            if verdict == "withdrawn":
                taken = {judgement.withdraws for judgement in found}
                open_ = [k for k, j in enumerate(found, 1) if j.verdict != "withdrawn" and k not in taken]
                if not open_:
                    continue
                subject, other, withdraws = None, None, chance.choice(open_)
            found.append(
                Judgement(
                    number=0,
                    made="",
                    by="ina",
                    verdict=verdict,
                    why=f"Grund {n}",
                    subject=subject,
                    object=other,
                    withdraws=withdraws,
                )
            )
        return found

    def command(self, place: Path, variant: int) -> tuple[Callable[..., None], tuple[Any, ...]]:
        return do_judge, (str(place),)

    def check(self, place: Path, variant: int) -> list[str]:
        with Archive(place / _ARCHIVE) as archive:
            kept = {f"{judgement.number} {judgement.why}" for judgement in archive.judgements()}
        lost = set((place / "said").read_text().splitlines()) - kept
        return [f"lost: judgement {line}" for line in sorted(lost)] + super().check(place, variant)


def do_open(place: str) -> None:
    Archive(Path(place, _ARCHIVE)).close()


class Migrating(Work):
    """Opening an archive of each version of the tables that was ever released."""

    name = "migrate"

    def __init__(self, folder: Path, seed: int, model: str, count: int) -> None:
        super().__init__(folder, seed, model, count)
        self._fixtures = sorted((ROOT / "tests" / "archive" / "fixtures").glob("*.xz"))
        # The last one is up to date.
        self.variants = len(self._fixtures) - 1

    def begin(self, place: Path, variant: int) -> None:
        place.mkdir()
        (place / _ARCHIVE).write_bytes(lzma.decompress(self._fixtures[variant].read_bytes()))

    def command(self, place: Path, variant: int) -> tuple[Callable[..., None], tuple[Any, ...]]:
        return do_open, (str(place),)

    def check(self, place: Path, variant: int) -> list[str]:
        # What a migration forgets is told anew by the next linking.
        return [words for words in super().check(place, variant) if not words.startswith("unlisted")]


def do_copy(source: str, target: str) -> None:
    copying._PORTION = copying._SMALL_PORTION = 20
    origin, made = open_database(source, wait=60), open_database(target, wait=60, unfinished=True)
    try:
        copying.copy_archive(origin, made, lambda done, total: None)
    finally:
        origin.close()
        made.close()


class Copying(Linking):
    """``depesche archive copy``: from SQLite to PostgreSQL, and back."""

    name = "copy"
    variants = 2

    def __init__(self, folder: Path, seed: int, model: str, count: int) -> None:
        super().__init__(folder, seed, model, count)
        do_link(str(self.base))
        with Archive(self.base / _ARCHIVE) as archive:
            archive.save_search("Alles", {"q": "Genf"})
            archive.make_token("Redaktion", ["read"])
            add_alert(archive, "Rubio", Order(words="Rubio"))
            report = archive.reports()[0].id
            archive.judge(
                Judgement(number=0, made="", by="ina", verdict="no_event", subject=Anchor(report, 0, 9))
            )
        self._stack = contextlib.ExitStack()
        self._server: Server = self._stack.enter_context(serve_postgres())
        self._source = self._server.make_database()
        do_copy(str(self.base / _ARCHIVE), self._source)
        self._targets: dict[Path, str] = {}

    def begin(self, place: Path, variant: int) -> None:
        place.mkdir()
        if variant == 0:
            self._targets[place] = self._server.make_database()
        else:
            Archive(place / _ARCHIVE).close()

    def command(self, place: Path, variant: int) -> tuple[Callable[..., None], tuple[Any, ...]]:
        source = str(self.base / _ARCHIVE) if variant == 0 else self._source
        return do_copy, (source, self._target(place))

    def _target(self, place: Path) -> str:
        return self._targets.get(place, str(place / _ARCHIVE))

    def export(self, place: Path, variant: int) -> bytes:
        return export_archive(self._target(place))

    def check(self, place: Path, variant: int) -> list[str]:
        same = export_archive(self._target(place)) == export_archive(self.base / _ARCHIVE)
        return [*([] if same else ["not what was copied"]), *find_damage(self._target(place))]

    def end(self, place: Path, variant: int) -> None:
        if place in self._targets:
            self._server.drop(self._targets.pop(place))
        super().end(place, variant)

    def close(self) -> None:
        self._stack.close()


def do_watch(place: str, addresses: list[str]) -> None:
    with QuickArchive(Path(place, _ARCHIVE)) as archive:
        # Patient: other processes may leave it little of the machine.
        make_watcher(archive, *addresses, wall=time.time, seconds=_PATIENCE).run(once=True)


class Watching(Work):
    """``depesche watch --once``: feeds that tell each of their articles once, and their pages."""

    name = "watch"
    # A page at which whoever watches died five times is given up.
    most_in_a_row = 4

    def __init__(self, folder: Path, seed: int, model: str, count: int) -> None:
        super().__init__(folder, seed, model, count)
        Archive(self.base / _ARCHIVE).close()
        self._stack = contextlib.ExitStack()
        web = self._stack.enter_context(run_web("0.0.0.0"))
        self._addresses = []
        for part in range(3):
            names = [f"Ort{n}" for n in range(part, count, 3)]
            articles = [Article(f"/{name}", make_text(name)) for name in names]
            publish(web, articles, feed=f"/feed{part}", etag=f'"{part}"')
            self._addresses.append(web.url(f"/feed{part}", f"127.0.1.{part + 1}"))

    def command(self, place: Path, variant: int) -> tuple[Callable[..., None], tuple[Any, ...]]:
        return do_watch, (str(place), self._addresses)

    def check(self, place: Path, variant: int) -> list[str]:
        with QuickArchive(place / _ARCHIVE) as archive, archive.watched() as watched:
            counts = watched.count_pages()
            reports = archive.count()
        told = (counts.known, counts.read, counts.reports, reports)
        wrong = [f"{told} pages and reports instead of {self.count}"] if set(told) != {self.count} else []
        return wrong + super().check(place, variant)

    def close(self) -> None:
        self._stack.close()


def do_batch(place: str, paths: list[str], model: str) -> None:
    with Batch(paths, Path(place, "out"), Defaults(), model, 3, SMALL) as batch:
        batch.read(run_here, ignore)
        batch.link(run_here, ignore)


class Batching(Work):
    """``depesche batch``: reading and linking into Parquet files, in one process."""

    name = "batch"

    def __init__(self, folder: Path, seed: int, model: str, count: int) -> None:
        super().__init__(folder, seed, model, count)
        reports = make_reports(seed, count)
        for n in range(3):
            write_reports(self.base / f"{n}.jsonl", reports[n::3])

    def begin(self, place: Path, variant: int) -> None:
        place.mkdir()

    def command(self, place: Path, variant: int) -> tuple[Callable[..., None], tuple[Any, ...]]:
        return do_batch, (str(place), sorted(map(str, self.base.iterdir())), self.model)

    def export(self, place: Path, variant: int) -> bytes:
        files = sorted(contents(place / "out").items())
        told = (f"{name} {len(raw)} {hashlib.sha256(raw).hexdigest()}\n" for name, raw in files)
        return "".join(told).encode()

    def check(self, place: Path, variant: int) -> list[str]:
        names = map(str, (place / "out").rglob("*"))
        return [f"left behind: {name}" for name in names if name.endswith(".unfinished")]


def do_ray_batch(place: str, paths: list[str], model: str, address: str) -> None:
    os.environ.update(QUIET)
    with (
        open_cluster(address, 2) as run,
        Batch(paths, Path(place, "out"), Defaults(), model, 3, SMALL) as batch,
    ):
        batch.read(run, ignore)
        batch.link(run, ignore)


class RayBatching(Batching):
    """The same on a Ray cluster of two machines, both of which are this one; it dies with its workers."""

    name = "ray"

    def __init__(self, folder: Path, seed: int, model: str, count: int) -> None:
        super().__init__(folder, seed, model, count)
        self._stack = contextlib.ExitStack()
        made = self._stack.enter_context(open_machines(2))
        self._address: str = made.address

    def command(self, place: Path, variant: int) -> tuple[Callable[..., None], tuple[Any, ...]]:
        paths = sorted(map(str, self.base.iterdir()))
        return do_ray_batch, (str(place), paths, self.model, self._address)

    def close(self) -> None:
        self._stack.close()


def do_alert(place: str, delays: tuple[int, ...]) -> None:
    # Not in the one that starts it: the server that forks may have begun before.
    os.environ[ALLOWED_VARIABLE] = "127.0.0.1/32"
    reports = msgspec.json.decode(Path(place, "reports.json").read_bytes(), type=list[Report])
    with Archive(Path(place, _ARCHIVE), language_model="none") as archive:
        for report in reports:
            archive.add(report, link=False)
            archive.link()
            run_alerts(archive, delays=delays)
        # What the server refused last.
        for _ in range(5):
            run_alerts(archive, delays=delays)


class Alerting(Work):
    """``depesche read`` with alerts after each report, to a webhook that refuses every third delivery."""

    name = "alerts"

    def __init__(self, folder: Path, seed: int, model: str, count: int) -> None:
        super().__init__(folder, seed, model, count)
        (self.base / "reports.json").write_bytes(msgspec.json.encode(make_reports(seed, count)))
        self._stack = contextlib.ExitStack()
        self._web: Web = self._stack.enter_context(run_web())
        self._asked = 0
        self._web.routes["/hook"] = self._take
        self._taken: list[tuple[str, bytes]] = []
        with Archive(self.base / _ARCHIVE) as archive:
            archive.add(Report(text="Am Anfang war nichts.", published="2025-01-01"))
            # One tells of every report, one of events that are new in the world.
            for name, order in (
                ("reports", Order(words="getroffen")),
                ("events", Order(kind="events", type="CONSULT")),
            ):
                add_alert(archive, name, order, channel="webhook", target=self._web.url("/hook"))

    async def _take(self, request: Any, writer: Any) -> None:
        self._asked += 1
        refused = self._asked % 3 == 0
        if not refused:
            self._taken.append((request.headers["depesche-delivery"], request.content))
        await answer(status=503 if refused else 200)(request, writer)

    def begin(self, place: Path, variant: int) -> None:
        super().begin(place, variant)
        self._taken.clear()

    def command(self, place: Path, variant: int) -> tuple[Callable[..., None], tuple[Any, ...]]:
        return do_alert, (str(place), (0,) * 1_000)

    def export(self, place: Path, variant: int) -> bytes:
        """Return the archive, and what arrived, each delivery once."""
        told = sorted(
            f"{json.loads(body)['alert']} {json.dumps(finding, sort_keys=True)}\n"
            for body in dict(self._taken).values()
            for finding in json.loads(body)["findings"]
        )
        return super().export(place, variant) + "".join(told).encode()

    def check(self, place: Path, variant: int) -> list[str]:
        wrong = [
            f"delivery {id_} with another content"
            for id_, _ in set(self._taken) - set(dict(self._taken).items())
        ]
        with Archive(place / _ARCHIVE) as archive, archive.alerts() as alerts:
            for number in (1, 2):
                tally = alerts.count(number)
                if tally.waiting or tally.failed:
                    wrong.append(f"alert {number}: {tally.waiting} wait, {tally.failed} were given up")
                if not tally.found:
                    wrong.append(f"alert {number} found nothing")
        return wrong + super().check(place, variant)

    def close(self) -> None:
        self._stack.close()


# Each with so many reports (or articles) that a run takes some tenths of a second.
WORKS: dict[str, tuple[type[Work], int]] = {
    "read": (Reading, 18),
    "link": (Linking, 12),
    "judge": (Judging, 9),
    "migrate": (Migrating, 0),
    "copy": (Copying, 9),
    "watch": (Watching, 15),
    "batch": (Batching, 9),
    "ray": (RayBatching, 9),
    "alerts": (Alerting, 4),
}


# --- killing ---------------------------------------------------------------------------------------------


def warm() -> None:
    """Read and link something, so that all that the package loads at first use is there.

    Processes are forked from one that did this: so they are killed at their work, and not while they load.
    """
    with tempfile.TemporaryDirectory(prefix="kills-") as place:
        write_reports(Path(place, "reports.jsonl"), make_reports(0, 3))
        do_read(place, "none")
        do_link(place)
        export_archive(Path(place, _ARCHIVE))


def _start(work: Work, place: Path, variant: int) -> Any:
    processes = multiprocessing.get_context("forkserver")
    processes.set_forkserver_preload([_WARM])
    function, arguments = work.command(place, variant)
    process = processes.Process(target=function, args=arguments)
    process.start()
    return process


def _run_whole(work: Work, folder: Path, variant: int) -> tuple[bytes, float, list[str]]:
    """Return the export of an undisturbed run, how many seconds it took, and what was wrong with it."""
    work.begin(folder, variant)
    begun = time.monotonic()
    process = _start(work, folder, variant)
    process.join(_PATIENCE)
    seconds = time.monotonic() - begun
    wrong = [] if process.exitcode == 0 else [f"undisturbed, it ended with {process.exitcode}"]
    export = work.export(folder, variant)
    wrong += [f"undisturbed: {words}" for words in work.check(folder, variant)]
    work.end(folder, variant)
    return export, seconds, wrong


def try_work(
    name: str,
    kills: int,
    seed: int,
    until: float,
    *,
    model: str = "none",
    count: int | None = None,
    tell: Callable[[str, bool], None] = lambda line, at_once: None,
) -> Outcome:
    """Kill one kind of work so often, or until the time ``until`` (monotonic); return what became of it."""
    kind, usual = WORKS[name]
    outcome = Outcome(name, broken=[])
    chance = random.Random(f"{seed} {name}")
    with tempfile.TemporaryDirectory(prefix="kills-") as folder_name:
        folder = Path(folder_name)
        work = kind(folder, seed, model, usual if count is None else count)
        try:
            wholes: dict[int, tuple[bytes, float]] = {}
            while outcome.kills < kills and time.monotonic() < until:
                variant = outcome.runs % work.variants
                if variant not in wholes:
                    # The first of all also loads what the fork server keeps.
                    for turn in range(1 if wholes else 2):
                        export, seconds, wrong = _run_whole(work, folder / f"whole-{variant}-{turn}", variant)
                    outcome.broken += wrong
                    for words in wrong:
                        tell(words, True)
                    wholes[variant] = export, seconds
                    outcome.seconds = max(outcome.seconds, seconds)
                    outcome.rows = max(outcome.rows, export.count(b"\n"))
                whole, seconds = wholes[variant]
                place = folder / f"run-{outcome.runs}"
                work.begin(place, variant)
                wrong = _run_killed(work, place, variant, seconds, chance, kills, outcome)
                wrong = wrong or [*compare(work.export(place, variant), whole), *work.check(place, variant)]
                wrong = [f"run {outcome.runs}, variant {variant}: {words}" for words in wrong]
                outcome.broken += wrong
                for words in wrong:
                    tell(words, True)
                work.end(place, variant)
                outcome.runs += 1
                tell(f"{name}: {outcome.kills} of {kills} kills, {len(outcome.broken)} broken", False)
        finally:
            work.close()
    return outcome


def _run_killed(
    work: Work, place: Path, variant: int, seconds: float, chance: random.Random, kills: int, outcome: Outcome
) -> list[str]:
    """Do the work, killed some times before it may end; return what went wrong on the way."""
    for _ in range(chance.randint(1, work.most_in_a_row)):
        if outcome.kills >= kills:
            break
        process = _start(work, place, variant)
        process.join(chance.uniform(0, seconds))
        process.kill()
        process.join()
        if process.exitcode == -signal.SIGKILL:
            outcome.kills += 1
        elif process.exitcode == 0:
            return []
        else:
            return [f"resumed, it ended with {process.exitcode}"]
    process = _start(work, place, variant)
    process.join(_PATIENCE)
    if process.exitcode is None:
        process.kill()
        process.join()
        return [f"resumed, it did not end within {_PATIENCE:.0f} s"]
    return [] if process.exitcode == 0 else [f"resumed, it ended with {process.exitcode}"]


def _pace(every: float = 10.0) -> Callable[[str, bool], None]:
    """Return what prints a line now and then, or at once."""
    last = [time.monotonic()]

    def tell(line: str, at_once: bool) -> None:
        if at_once or time.monotonic() - last[0] > every:
            last[0] = time.monotonic()
            print(line, file=sys.stderr, flush=True)

    return tell


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--what", default=",".join(WORKS), help="some of these, divided by commas")
    parser.add_argument("--kills", type=int, default=200, help="of each kind of work")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=60, help="all told")
    parser.add_argument("--language-model", default="none", help="depesche is the network")
    parser.add_argument("--json", action="store_true", help="print JSON")
    options = parser.parse_args()
    names = options.what.split(",")
    if unknown := set(names) - set(WORKS):
        parser.error(f"there is no work called {', '.join(sorted(unknown))}")
    if "copy" in names and find_programs() is None:
        parser.error("copy needs PostgreSQL: scripts/install_postgres.sh installs it")
    begun = time.monotonic()
    outcomes = []
    if not options.json:
        print(f"seed {options.seed}, language model {options.language_model}")
        print(
            "| work | kills | runs | rows | seconds a run | broken |\n|---|---|---|---|---|---|", flush=True
        )
    for n, name in enumerate(names):
        # What is left is shared by those that are left.
        now = time.monotonic()
        until = now + (begun + 60 * options.minutes - now) / (len(names) - n)
        tell = _pace()
        o = try_work(name, options.kills, options.seed, until, model=options.language_model, tell=tell)
        outcomes.append(o)
        if not options.json:
            row = f"| {o.work} | {o.kills} | {o.runs} | {o.rows} | {o.seconds:.1f} | {len(o.broken)} |"
            print(row, *(f"{o.work}: {words}" for words in o.broken), sep="\n", flush=True)
    if options.json:
        print(json.dumps({"seed": options.seed, "works": msgspec.to_builtins(outcomes)}, indent=2))
    sys.exit(any(o.broken for o in outcomes))


if __name__ == "__main__":
    # Under its name as a module: so it is loaded once in the server that forks the processes.
    importlib.import_module(_NAME).main()
