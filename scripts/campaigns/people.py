"""Puts hostile words wherever strangers and readers put words, and looks at what comes out of the desk.

    .venv/bin/python scripts/campaigns/people.py [--seed 1] [--minutes 10] [--rounds 0] [--words 12]

A round takes words of tests/cases/hostile.yaml, some of them changed, as headline, text, outlet, author and
address of reports, as what is searched for, as names of searches, alerts and those who judge, and as reasons.
Then a real browser opens every page: there must be no dialog, no fault on the console, no request to anything
but the desk's files, no element or attribute that the desk's templates have not, no address but of a page.
Every list is taken as a file: CSV without formulas, JSON and feeds that can be read, with the same words.
Same seed, same rounds. Prints a table; the exit status is 1 if anything got through.
"""

from __future__ import annotations

import argparse
import contextlib
import csv
import html
import importlib.resources
import io
import json
import os
import random
import re
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode, urlsplit
from xml.etree import ElementTree

import httpx
import msgspec
import yaml
from playwright.sync_api import Browser, Dialog, Page, Request, sync_playwright

sys.path.insert(0, str(Path(__file__).parents[2] / "tests"))

from depesche.alerts import run_alerts
from depesche.dossiers import Dossiers
from depesche.intake import link_archive
from depesche.library import Archive
from depesche.reading import Report
from depesche.sources.records import NO_DEFAULTS, complete_report
from desk.serving import serve

CASES = Path(__file__).parents[2] / "tests" / "cases" / "hostile.yaml"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
# So many reports a round; each gets words of its own, and all tell the same.
REPORTS = 4
_FORMULA = re.compile("[=+\\-@\t\r\n＝＋－＠]")
_GAPS = re.compile("[\\s\0\ufffd\ud800-\udfff]+")
# The text of a page in the browser's own reading: elements and attributes, addresses, and the words shown.
_LOOK = """(text) => {
  const page = new DOMParser().parseFromString(text, "text/html");
  const shapes = new Set(), addresses = [];
  for (const element of page.querySelectorAll("*")) {
    const tag = element.tagName.toLowerCase();
    shapes.add(tag);
    for (const { name, value } of element.attributes) {
      shapes.add(`${tag} ${name.toLowerCase()}`);
      if (/^(href|src|action|formaction|xlink:href|data|hx-(get|post)|poster|srcset)$/.test(name))
        addresses.push([tag, name, value]);
    }
  }
  return [[...shapes], addresses, page.documentElement.textContent];
}"""
# What a page's own scripts ask for.
_LOADED = re.compile(r"/static/|/report/\w+/about/")
# What no page has once its scripts have run.
_STRANGE = (
    "iframe, object, embed, base, portal, frame, meta[http-equiv], script:not([src]), [srcdoc], [onerror], "
    "[onload], [onclick], [onfocus], [onmouseover], [href^='javascript' i], [src^='javascript' i]"
)


class Outcome(msgspec.Struct):
    """What was looked at, and what got through."""

    rounds: int = 0
    words: int = 0
    pages: int = 0
    read: int = 0
    files: int = 0
    through: list[str] = []


class Words(msgspec.Struct, frozen=True):
    """Words of the collection, or made of some."""

    id: str
    words: str


def load_words() -> list[Words]:
    return [Words(case["id"], case["words"]) for case in yaml.safe_load(CASES.read_text("utf-8"))]


def change(words: Words, chance: random.Random, all_: Sequence[Words]) -> Words:
    """Return words as they are, or in another disguise."""
    told, other = words.words, chance.choice(all_)
    at = chance.randrange(len(told) + 1)
    disguises = {
        "swapped": told.swapcase(),
        f"after {other.id}": other.words + told,
        "escaped": html.escape(told),
        "quoted": quote(told, safe=""),
        "split": told[:at] + chance.choice("\0\t\n\u200b\"'`<>&") + told[at:],
        "doubled": told * 3,
    }
    name = chance.choice([*disguises, *[""] * 4])
    return Words(f"{words.id} {name}", disguises[name]) if name else words


# --- the archive ------------------------------------------------------------------------------------------


def fill(path: Path, words: Sequence[Words]) -> list[Report]:
    """Make an archive of reports that hold these words everywhere; return them."""
    pick = [words[number % len(words)].words for number in range(REPORTS * 5)]
    reports = []
    for number in range(REPORTS):
        title, text, outlet, author, address = pick[number * 5 : number * 5 + 5]
        report = Report(
            text=f"US-Außenminister Marco Rubio hat am Donnerstag in Oslo {text} den russischen "
            f"Außenminister Sergej Lawrow getroffen. „{title} Wir sind {text} enttäuscht“, sagte Rubio. "
            f"Das Außenministerium in Moskau wies die Darstellung zurück, sagte Sprecher {outlet}. {author} "
            f"Russland und die USA wollen in Genf weiter verhandeln. Das meldet Nummer {number}.",
            published=f"2025-07-1{number}",
            title=title,
            source=outlet,
            author=author,
            url=address if number % 2 else f"https://a.example/{address}",
        )
        with contextlib.suppress(Exception):
            reports.append(complete_report(report, NO_DEFAULTS))
    with Archive(path) as archive:
        for report in reports:
            archive.add(report)
        link_archive(archive)
    return reports


def send_forms(client: httpx.Client, words: Sequence[Words], reports: Sequence[Report]) -> None:
    """Let a reader save searches, make alerts and judge, with these words."""
    one, two, three = (words[number % len(words)].words for number in range(3))
    page = client.get("/search", params={"q": "enttäuscht"}).text
    (token,) = set(re.findall(r'name="form" value="(\w+)"', page))
    origin = {"origin": str(client.base_url).rstrip("/")}

    def send(path: str, **fields: Any) -> None:
        answer = client.post(path, data={"form": token, **fields}, headers=origin)
        assert answer.status_code in {303, 400, 404}, f"{path}: {answer.status_code}"
        assert "form=1" not in answer.headers.get("set-cookie", "")

    send("/search/save", query=urlencode({"q": one, "outlet": two}), name=two)
    send("/alerts/add", query=urlencode({"kind": "quotations", "q": "enttäuscht"}), name=three)
    send("/alerts/add", query=urlencode({"q": two, "actor": three}), name=one)
    named = [reports[0].id, reports[-1].id]
    send("/correct/judge", verdict="same_story", named=named, by=one, why=two, back=three)
    event = f"{reports[0].id[:12]}:e1"
    send("/correct/judge", verdict="no_event", named=[event], by=two, why=three, back=f"/{one}")


def find_names(path: Path) -> dict[str, str]:
    """Return as parts of addresses the largest story, one of its actors, and an event if there is one."""
    with Archive(path) as archive:
        story = max(Dossiers(archive).stories(), key=lambda found: len(found.reports))
        actor = next(iter(story.actors), "USA")
        # Of one report an event was judged to be none; that has no page any more.
        judged = {made.subject.report for made in archive.judgements() if made.subject}
        events = [row for row in archive.events() if row.report not in judged]
        event = f"{events[-1].report[:12]}:{events[-1].event}" if events else ""
    return {"story": story.id, "actor": quote(actor, safe=""), "event": quote(event, safe="")}


def list_pages(path: Path, words: Sequence[Words], reports: Sequence[Report]) -> list[str]:
    """Return the address of every page, with these words where an address takes some."""
    names = find_names(path)
    first, second, third = (quote(words[number % len(words)].words, safe="") for number in range(3))
    report = reports[0].id[:12]
    return [
        "/",
        f"/?actor={first}&outlet={second}&place={third}",
        "/story/{story}".format(**names),
        "/event/{event}".format(**names),
        "/actor/{actor}?judged=1".format(**names),
        f"/report/{report}?at=10-30",
        f"/report/{report}/about/e1?back={first}",
        f"/report/{reports[-1].id[:12]}",
        "/search?q=Treffen&kind=events",
        f"/search?q={first}&outlet={second}&from={third}",
        f"/search?q=entt%C3%A4uscht&kind=quotations&speaker={third}",
        "/correct",
        "/correct/log",
        "/relations",
        f"/relation/USA/RUS?from={first}",
        "/network?from=2025-01&to=2025-12",
        "/map?from=2025-01&to=2025-12",
        "/alerts",
        "/alerts/1",
        "/alerts/2",
        f"/story/{first}",
        f"/actor/{second}?lang={first}&theme={third}",
        f"/{third}",
    ]


# --- the pages --------------------------------------------------------------------------------------------


def squeeze(words: str) -> str:
    """Return words as they can be compared with what a page shows: gaps and what is no character alike."""
    return _GAPS.sub(" ", words).strip()


def read_page(page: Page, text: str, known: set[str], host: str) -> tuple[list[str], str]:
    """Return what is strange in a page, and the words that it shows."""
    shapes, addresses, shown = page.evaluate(_LOOK, text)
    faults = [f"new: {shape}" for shape in shapes if shape not in known]
    for tag, name, value in addresses:
        parts = urlsplit("".join(value.split()))
        inside = value.startswith(("/", "#", "?")) and not value.startswith(("//", "/\\"))
        outside = tag == "a" and name == "href" and parts.scheme in {"http", "https"} and parts.hostname
        if not (inside or outside or value.startswith(host)):
            faults.append(f"{tag} {name}={value!r}")
    return faults, squeeze(shown)


def open_pages(
    browser: Browser, address: str, paths: Sequence[str], outcome: Outcome, known: set[str]
) -> None:
    """Open pages as a reader does, and note what must not happen."""
    context = browser.new_context(base_url=address)
    page, empty = context.new_page(), context.new_page()
    now = ""

    def note(what: str) -> None:
        outcome.through.append(f"{now}: {what}")

    def check_request(asked: Request) -> None:
        own = asked.url.startswith((address + "/", "data:image/svg+xml"))
        is_page = asked.is_navigation_request() and asked.frame == page.main_frame
        if not own or not (is_page or _LOADED.match(urlsplit(asked.url).path)):
            note(f"asks for {asked.url}")

    def dismiss(dialog: Dialog) -> None:
        note("a dialog")
        dialog.dismiss()

    page.on("dialog", dismiss)
    page.on("pageerror", lambda fault: note(f"fault {fault}"))
    page.on("console", lambda told: note(told.text) if _is_fault(told.type, told.text) else None)
    page.on("popup", lambda _: note("another window"))
    page.on("request", check_request)
    for path in paths:
        now = path
        answer = page.goto(path)
        assert answer is not None
        if answer.status not in {200, 400, 404}:
            note(f"status {answer.status}")
        outcome.pages += 1
        faults, _ = read_page(empty, answer.text(), known, address)
        outcome.through += [f"{path}: {fault}" for fault in faults]
        if found := page.locator(_STRANGE).count():
            note(f"{found} strange elements")
        if path.startswith("/report/") and "about" not in path:
            for choice in page.locator("[data-finding]").all()[:2]:
                choice.click()
                page.wait_for_load_state("networkidle")
    context.close()


def _is_fault(kind: str, told: str) -> bool:
    return kind == "error" and not re.search(r"status of (400|404)", told)


# --- the files --------------------------------------------------------------------------------------------

_FILES = ("/", "/story/{story}", "/event/{event}", "/report/{report}", "/search?q=enttäuscht", "/correct/log")
_PLAIN = ("/network?from=2025-01", "/map?from=2025-01", "/relations", "/relation/USA/RUS", "/actor/{actor}")
_LISTS = ("reports", "events", "quotations", "statements", "actors", "judgements", "search?q=enttäuscht")


def check_files(client: httpx.Client, path: Path, reports: Sequence[Report]) -> Iterator[str]:
    """Take every list as a file; give a line for each that was taken, with a fault if there is one."""
    with Archive(path) as archive:
        rows = archive.reports()
    names = find_names(path) | {"report": reports[0].id[:12]}
    for address in (*_FILES, *_PLAIN):
        filled = address.format(**names)
        if filled == "/event/":
            continue
        for form in ("csv", "json", "plover"):
            sign = "&" if "?" in filled else "?"
            yield from check_file(client, f"{filled}{sign}format={form}", form)
    for name in _LISTS:
        yield from check_file(client, f"/api/v1/{name}", "json")
        yield from check_file(client, f"/api/v1/{name}{'&' if '?' in name else '?'}format=csv", "csv")
    told = {one["id"]: one for one in client.get("/api/v1/reports").json()["items"]}
    listed = list(csv.DictReader(io.StringIO(client.get("/api/v1/reports?format=csv").text, newline="")))
    for row, cells in zip(rows, listed, strict=True):
        for field in ("title", "source", "author", "url"):
            kept = getattr(row, field) or ""
            if (told[row.id].get(field) or "") != kept:
                yield f"JSON {field}: {told[row.id].get(field)!r} is not {kept!r}"
            if squeeze(cells[field].removeprefix("'")) != squeeze(kept.removeprefix("'")):
                yield f"CSV {field}: {cells[field]!r} is not {kept!r}"
    for feed in ("/search/feed{}?q=enttäuscht", "/alerts/1/feed{}", "/alerts/2/feed{}"):
        yield from check_file(client, feed.format(".json"), "json")
        yield from check_file(client, feed.format(".atom"), "atom")
    entries = client.get("/search/feed.json?q=enttäuscht").json()["items"]
    root = ElementTree.fromstring(client.get("/search/feed.atom?q=enttäuscht").content)
    titles = [squeeze(one.text or "") for one in root.iter("{http://www.w3.org/2005/Atom}title")][1:]
    wanted = sorted(squeeze(row.title or row.source or row.id[:12]) for row in rows)
    if sorted(titles) != wanted or sorted(squeeze(one["title"]) for one in entries) != wanted:
        yield f"feeds: {sorted(titles)} and {[one['title'] for one in entries]}, not {wanted}"


def check_file(client: httpx.Client, address: str, form: str) -> Iterator[str]:
    """Give an empty line for a file that was taken, and a line for each fault in it."""
    answer = client.get(address)
    yield ""
    if answer.status_code != 200:
        yield f"{address}: status {answer.status_code}"
        return
    kind = answer.headers["content-type"]
    if "html" in kind or answer.headers["x-content-type-options"] != "nosniff":
        yield f"{address}: {kind}"
    try:
        if form == "csv":
            table = list(csv.reader(io.StringIO(answer.content.decode(), newline=""), strict=True))
            yield from (f"{address}: {len(row)} cells" for row in table if len(row) != len(table[0]))
            cells = [cell for row in table for cell in row if _FORMULA.match(cell) and not _is_number(cell)]
            yield from (f"{address}: a formula {cell!r}" for cell in cells)
        elif form == "atom":
            ElementTree.fromstring(answer.content)
        elif form == "plover":
            for line in answer.content.decode().split("\n"):
                json.loads(line or "null")
        else:
            json.loads(answer.content)
    except (ValueError, csv.Error, ElementTree.ParseError) as fault:
        yield f"{address}: {fault}"


def _is_number(cell: str) -> bool:
    return re.fullmatch(r"-?\d+(\.\d+)?(e-?\d+)?", cell) is not None


# --- a round ----------------------------------------------------------------------------------------------


def run_round(browser: Browser, words: Sequence[Words], known: set[str], outcome: Outcome, most: int) -> None:
    """Fill an archive, open up to ``most`` pages, read all others, take all files."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.sqlite"
        reports = fill(path, words)
        # Kept for less long than the server keeps them, which closes what was not used for five seconds.
        limits = httpx.Limits(keepalive_expiry=1.0)
        with (
            serve(path, "critical") as address,
            httpx.Client(base_url=address, timeout=60, limits=limits) as client,
        ):
            send_forms(client, words, reports)
            with Archive(path) as archive:
                run_alerts(archive)
            paths = list_pages(path, words, reports)
            open_pages(browser, address, paths[:most], outcome, known)
            reader = browser.new_page()
            for one in [*paths[most:], *(f"/search?q={quote(w.words, safe='')}" for w in words)]:
                faults, _ = read_page(reader, client.get(one).text, known, address)
                outcome.through += [f"{one}: {fault}" for fault in faults]
                outcome.read += 1
            for report in reports:
                _, shown = read_page(reader, client.get(f"/report/{report.id[:12]}").text, known, address)
                if squeeze(report.title or "") not in shown:
                    outcome.through.append(f"the title {report.title!r} is not shown")
            reader.close()
            for line in check_files(client, path, reports):
                outcome.files += not line
                outcome.through += [line] if line else []
    outcome.rounds += 1
    outcome.words += len(words)


class _Shapes(HTMLParser):
    """Collects of which elements and attributes a template is made."""

    def __init__(self) -> None:
        super().__init__()
        self.found = {"html", "head", "body", "tbody"}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found |= {tag, *(f"{tag} {name}" for name, _ in attrs)}


def learn() -> set[str]:
    """Return of what the templates of the desk are made, whatever words they are filled with."""
    shapes = _Shapes()
    for file in (importlib.resources.files("depesche.desk") / "templates").iterdir():
        shapes.feed(re.sub(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", "", file.read_text("utf-8"), flags=re.DOTALL))
    return shapes.found


def run(seed: int, rounds: int, until: float, many: int, most: int = 100) -> Outcome:
    """Return what became of so many rounds (0: any number), or fewer at the time ``until`` (monotonic)."""
    outcome = Outcome(through=[])
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    all_ = load_words()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox", "--disable-gpu"])
        known = learn()
        while time.monotonic() < until and (not rounds or outcome.rounds < rounds):
            chance = random.Random(f"{seed} {outcome.rounds}")
            words = [change(one, chance, all_) for one in chance.sample(all_, min(many, len(all_)))]
            before = len(outcome.through)
            run_round(browser, words, known, outcome, most)
            ids = ", ".join(one.id for one in words)
            outcome.through[before:] = [
                f"round {outcome.rounds} ({ids}): {what}" for what in outcome.through[before:]
            ]
        browser.close()
    return outcome


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--rounds", type=int, default=0, help="no more than these")
    parser.add_argument("--words", type=int, default=12, help="of the collection, a round")
    parser.add_argument("--pages", type=int, default=100, help="opened a round; the others are only read")
    options = parser.parse_args()
    os.environ.setdefault("DEPESCHE_LANGUAGE_MODEL", "none")
    until = time.monotonic() + 60 * options.minutes
    outcome = run(options.seed, options.rounds, until, options.words, options.pages)
    print(f"seed {options.seed}")
    print("| rounds | words | pages opened | pages read | files | got through |\n|---|---|---|---|---|---|")
    told = (outcome.rounds, outcome.words, outcome.pages, outcome.read, outcome.files, len(outcome.through))
    print("|", " | ".join(map(str, told)), "|")
    print(*outcome.through, sep="\n")
    sys.exit(bool(outcome.through) or not outcome.rounds)


if __name__ == "__main__":
    main()
