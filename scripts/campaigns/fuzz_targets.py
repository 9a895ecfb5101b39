"""What scripts/campaigns/fuzz.py gives to Depesche: a target is what takes bytes of strangers.

``run`` of a target must return, or raise what Depesche raises on purpose; anything else is a finding.
"""

from __future__ import annotations

import functools
import random
import re
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from pathlib import Path

import msgspec

sys.path.insert(0, str(Path(__file__).parent))
import mutate

import depesche
from depesche.archive.selection import first_day, last_day
from depesche.archive.store import Archive
from depesche.archive.terms import parse_query
from depesche.errors import DateError, DepescheError, WatchError
from depesche.find.times import find_times
from depesche.language.document import analyse_report
from depesche.language.lexicon import data_root, list_names
from depesche.reading import Report, reading_from_dict
from depesche.sources.dates import parse_published
from depesche.sources.feed_lists import load_feed_list
from depesche.sources.records import Fault

SECONDS = mutate.SECONDS
_DAY = "2025-07-11"
_SEEDS = 40


class Target(msgspec.Struct, frozen=True):
    """What is fuzzed: what runs it, what to begin with, the words of its language, how long a case may be."""

    run: Callable[[bytes], None]
    seeds: Callable[[random.Random], bytes]
    words: Callable[[], list[str]]
    longest: int


class Broken(Exception):  # noqa: N818 - it is a finding, no error of ours
    """What must not be, where nothing was raised."""


class Finding(msgspec.Struct, frozen=True):
    """What went wrong: the same ``key`` is the same fault."""

    key: str
    trace: str


def examine(target: Target, raw: bytes) -> Finding | None:
    """Run a target on one case; return what went wrong, if anything did."""
    begun = time.process_time()
    try:
        target.run(raw)
    except DepescheError:
        pass
    except Exception as fault:  # that is what is looked for
        frames = traceback.extract_tb(fault.__traceback__)
        ours = [frame for frame in frames if "depesche" in frame.filename] or list(frames)
        where = f"{Path(ours[-1].filename).name}:{ours[-1].lineno}"
        told = str(fault) if isinstance(fault, Broken) else type(fault).__name__
        return Finding(f"{told} at {where}", "".join(traceback.format_exception(fault)))
    seconds = time.process_time() - begun
    return Finding(f"over {SECONDS:.0f} s", f"took {seconds:.1f} s") if seconds > SECONDS else None


def minimise(target: Target, raw: bytes, key: str, seconds: float = 60) -> bytes:
    """Return a shorter case with the same finding: what can be left out, by halves, is left out."""
    until = time.monotonic() + seconds
    size = len(raw) // 2
    while size and time.monotonic() < until:
        at = 0
        while at < len(raw) and time.monotonic() < until:
            shorter = raw[:at] + raw[at + size :]
            found = examine(target, shorter)
            if found is not None and found.key == key:
                raw = shorter
            else:
                at += size
        size //= 2
    return raw


# --- The targets ----------------------------------------------------------------------------------


@functools.cache
def _folder() -> Path:
    # Memory, where there is such a folder: each case is a file.
    memory = Path("/dev/shm")
    place = tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None, prefix="depesche-fuzz-")
    _KEPT.append(place)
    return Path(place.name)


_KEPT: list[tempfile.TemporaryDirectory[str]] = []


def _run_report(raw: bytes) -> None:
    text = raw.decode("utf-8", "replace")
    reading = depesche.read(text, published=_DAY, language="de", language_model="none")
    told = reading.to_dict()
    mutate.check_offsets(text, told)
    if reading_from_dict(told) != reading:
        raise Broken("a reading does not come back from its JSON")


def _run_kind(kind: str, raw: bytes) -> None:
    path = _folder() / f"case{mutate.KINDS[kind].suffix}"
    path.write_bytes(raw)
    for item in mutate.KINDS[kind].read(path):
        if isinstance(item, Fault):
            # An exception that nobody foresaw is told in these words.
            if item.reason.startswith("cannot be read ("):
                raise Broken(re.sub(r"[:].*", ")", item.reason))
        else:
            item.text.encode()
            if item.published is not None and parse_published(item.published) != item.published:
                raise Broken("a day that is none")


def _run_list(raw: bytes) -> None:
    path = _folder() / "list"
    path.write_bytes(raw)
    try:
        load_feed_list(path)
    except WatchError as fault:
        str(fault).encode()


@functools.cache
def _archive() -> Archive:
    archive = Archive(_folder() / "archive.db")
    for number, text in enumerate((_TEXT, _TEXT[::-1], "Verhandlungen in Genf: „Wir reden weiter“.")):
        report = Report(text=text, published=f"2025-07-1{number}", title="Treffen", source="Elbtagblatt")
        archive.write(report, depesche.read(text, published=report.published, language_model="none"))
    return archive


def _run_search(raw: bytes) -> None:
    # Half characters, as they come from the web.
    words = raw.decode("utf-8", "surrogateescape" if raw[:1] == b"~" else "replace")
    query = parse_query(words)
    archive = _archive()
    for hit in archive.search(words):
        if not (query.wanted or not words.strip()):
            raise Broken("found what was not asked for")
        for mark in (*hit.marks, *hit.title_marks):
            if mark.start >= mark.end:
                raise Broken("a mark without words")
    archive.search_quotations(words, limit=3)
    archive.search_events(words, limit=3)
    archive.events(actor=words, text=words, place=words, limit=3)
    archive.actors(between=(words, words), source=words, speaker=words, limit=3)
    archive.reports(report=words, type=words, limit=3)


def _run_date(raw: bytes) -> None:
    words = raw.decode("utf-8", "replace")
    for parse in (parse_published, first_day, last_day):
        try:
            day = parse(words)
        except DateError:
            continue
        if parse(day) != day:
            raise Broken(f"{parse.__name__} does not read what it wrote")
    for published in (_DAY, None):
        document = analyse_report(Report(text=words, published=published))
        for told in find_times(document):
            if words[told.start : told.end] != told.text:
                raise Broken("a time stands elsewhere")
            if told.earliest and told.latest and told.earliest > told.latest:
                raise Broken("a time ends before it begins")


# --- What they begin with -------------------------------------------------------------------------

_TEXT = (
    "US-Außenminister Marco Rubio hat am Donnerstag in Kuala Lumpur den russischen Außenminister Lawrow "
    "getroffen. „Wir reden weiter“, sagte Rubio. Nach Angaben des Kremls war man sich am Vortag einig."
)
_WORD = re.compile(r"\w+|[^\w\s]+")


@functools.cache
def _examples() -> list[str]:
    """Return the examples of all word lists: each was written to be matched, or nearly."""
    lines: list[str] = []
    for name in list_names():
        lines += re.findall(r"""(?m)\b(?:yes|no): *["']?(.+?)["']?,?\}?$""", (data_root() / name).read_text())
    return lines


@functools.cache
def _report_words() -> list[str]:
    words = {word for line in _examples() for word in _WORD.findall(line)}
    odd = [
        "„",
        "“",
        '"',
        "(",
        ")",
        "\u202e",
        "\u200b",
        "\n\n",
        " – ",
        "😀",
        "\x00",
        "\u0308",
        "ſ",
        "İ",
        "1.1.1",
    ]
    return sorted(words) + _examples() + odd


@functools.cache
def _date_words() -> list[str]:
    names = [name for name in list_names() if "times" in name]
    text = "\n".join((data_root() / name).read_text("utf-8") for name in names)
    return [*sorted(set(re.findall(r"[\w.:]+", text))), " ", ". ", "–", "T", "Z", "+02:00", "0000", "31."]


def _markup_words() -> list[str]:
    words = "<p> </p> <div> <article> <a href='x'> <!-- --> <![CDATA[ ]]> <script> </script> <table> <time "
    words += (
        "datetime= <meta charset= name=author property=article:published_time content= <title> <base href= "
    )
    words += (
        "&amp; &#0; &#x110000; &nbsp; <?xml encoding= ?> <!DOCTYPE <!ENTITY xmlns= <svg> <template> <br/>"
    )
    return words.split()


def _feed_words() -> list[str]:
    words = "<rss> <rdf> <feed> <channel> <item> <entry> </item> </entry> <link> <guid> <pubDate> <title> "
    words += (
        '<content:encoded> <dc:date> <updated> <id> type="xhtml" type="text" src= href= rel="self" xml:base= '
    )
    words += (
        '{"version":"https://jsonfeed.org/version/1.1","items":[ {"id":1} "content_html": "date_published": '
    )
    words += (
        "<opml> <outline xmlUrl= feeds: every: allow: contact: - &a *a !!python/object: <<: .nan .inf 1e400"
    )
    return [*words.split(), *_markup_words()]


def _warc_words() -> list[str]:
    words = "WARC/1.0 WARC/1.1 WARC-Type: response revisit resource metadata WARC-Target-URI: WARC-Date: "
    words += (
        "Content-Length: Content-Type: Content-Encoding: gzip br deflate Transfer-Encoding: chunked HTTP/1.1 "
    )
    words += "text/html;charset= application/http;msgtype=response WARC-Segment-Number: WARC-Refers-To:"
    return [*words.split(), "\r\n", "\r\n\r\n", "0\r\n\r\n"]


def _news_words() -> list[str]:
    words = (
        "<newsItem <newsMessage> <packageItem> <itemSet> <itemMeta> <contentMeta> <contentSet> <inlineXML> "
    )
    words += "<inlineData> <headline> <itemClass qcode= <versionCreated> <pubStatus <nitf> 'stat:canceled' "
    words += (
        '<body.head> <body.content> <hl1> <dateline> "bodies": "headline": "uri": "versionCreated": "type": '
    )
    words += '"body_text": "body_xhtml": "pubstatus": "canceled" null true [[[[ {"a":'
    return [*words.split(), *_markup_words()]


def _json_words() -> list[str]:
    words = (
        '"text": "published": "title": "source": "id": "url": "language": "author": \\u0000 \\ud800 \\" null '
    )
    return [*(words + "true false 1e999 -0 {} [] [[[[ {{{{ , : NaN").split(), "\n", "\r\n", '{"text": "a"}\n']


def _seed_of(kind: str) -> Callable[[random.Random], bytes]:
    return mutate.KINDS[kind].make


def _seed_list(chance: random.Random) -> bytes:
    lists = [
        b"contact: a@b.example\nevery: 5\nallow: [10.0.0.0/8]\nfeeds:\n  - https://a.example/f\n"
        b"  - {address: 'https://b.example/', outlet: Blatt, every: 60}\n",
        b"<opml version='2.0'><body><outline text='A'><outline xmlUrl='https://a.example/f' text='B'/>"
        b"</outline></body></opml>",
    ]
    return chance.choice(lists)


def _seed_search(chance: random.Random) -> bytes:
    searches = [
        'Verhandlungen "in Genf" -Lawrow',
        "Verhand*",
        "„wir reden“",
        "US-Außenminister",
        "-",
        "a" * 99,
    ]
    return chance.choice([*searches, *_examples()]).encode()


def _seed_date(chance: random.Random) -> bytes:
    days = [
        "2025-07-11T14:30:00+02:00",
        "Fri, 11 Jul 2025 14:30:00 +0200",
        "Fr., 11.7.2025 - 14.30 Uhr",
        "2025-02",
    ]
    rules = (data_root() / "de/times-rules.yaml").read_text("utf-8")
    lines: list[str] = re.findall(r"(?m)\byes: *(.+)$", rules)
    return chance.choice([*days, *lines]).encode()


TARGETS: dict[str, Target] = {
    "reports": Target(_run_report, lambda chance: chance.choice(_examples()).encode(), _report_words, 600),
    "pages": Target(functools.partial(_run_kind, "page"), _seed_of("page"), _markup_words, 4000),
    "jsonl": Target(functools.partial(_run_kind, "json lines"), _seed_of("json lines"), _json_words, 2000),
    "json": Target(functools.partial(_run_kind, "json"), _seed_of("json"), _json_words, 2000),
    "warc": Target(functools.partial(_run_kind, "warc"), _seed_of("warc"), _warc_words, 4000),
    "newsml": Target(functools.partial(_run_kind, "newsml"), _seed_of("newsml"), _news_words, 3000),
    "feeds": Target(functools.partial(_run_kind, "feed"), _seed_of("feed"), _feed_words, 3000),
    "lists": Target(_run_list, _seed_list, _feed_words, 1000),
    "search": Target(_run_search, _seed_search, _report_words, 300),
    "dates": Target(_run_date, _seed_date, _date_words, 200),
}


def make_seeds(target: Target, seed: int) -> list[bytes]:
    """Return what a campaign begins with."""
    return [target.seeds(random.Random(f"{seed} {number}")) for number in range(_SEEDS)]


def mix(target: Target, raw: bytes, longest: int, chance: random.Random) -> bytes:
    """Return the case with words of the target's language put in, or left out."""
    words = target.words()
    for _ in range(chance.choice([1, 1, 2, 4])):
        word = chance.choice(words).encode("utf-8", "surrogatepass")
        at = chance.randrange(len(raw) + 1)
        # Words stand where words end.
        gap = raw.find(b" ", at, at + 30)
        at = gap if gap >= 0 else at
        match chance.randrange(4):
            case 0:
                raw = raw[:at] + b" " + word + b" " + raw[at:]
            case 1:
                raw = raw[:at] + word + raw[at:]
            case 2:
                end = raw.find(b" ", at + 1)
                raw = raw[:at] + b" " + word + (raw[end:] if end >= 0 else b"")
            case _:
                end = at + chance.randrange(40)
                raw = raw[:at] + raw[end:]
    return raw[:longest]
