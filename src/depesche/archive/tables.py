"""The tables of an archive, in types that every database of SQLAlchemy has.

One row of ``reports`` is a report as it was published; those in ``appearances`` say where else the same text
stood on the same day. Its row in ``readings`` and everything that hangs on that is what one reader found in
it. To read a report anew, the row in ``readings`` is removed, its
findings go with it, and the report itself is not touched. Each finding is a row with its characters in
the report's text and the rule that found it. Rows of a report stand in the order of the reading by
``position``, counted from 0.

The full-text index is no part of this: it differs between databases (search.py).
"""

from __future__ import annotations

import re
import zlib
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.schema import SchemaItem
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator

# Characters that one database or another cannot hold in a text, and the character that marks them.
_MARK = "\U0010ffff"
_UNSTORABLE = re.compile("[\0\ud800-\udfff\U0010ffff]")
_STORED = re.compile(_MARK + "([0-9a-f]{4})")


class AnyText(TypeDecorator[str]):
    """Text that may hold every character, also those that databases refuse.

    PostgreSQL stores no NUL, no database that speaks UTF-8 a lone surrogate, and reports from the web
    hold both. Each is stored as U+10FFFF, which no text may use, and four hexadecimal digits.
    """

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Return the text as it is stored."""
        return escape_text(value) if value is not None else None

    def process_result_value(self, value: Any | None, dialect: Dialect) -> str | None:
        """Return the text as it was given."""
        return unescape_text(value) if value is not None else None


def escape_text(text: str) -> str:
    """Return ``text`` in characters that every database stores."""
    if not _UNSTORABLE.search(text):
        return text
    return _UNSTORABLE.sub(lambda m: f"{_MARK}{min(ord(m[0]), 0xFFFF):04x}", text)


def unescape_text(stored: str) -> str:
    """Return the text of which ``escape_text`` made ``stored``."""
    if _MARK not in stored:
        return stored
    return _STORED.sub(lambda m: _MARK if m[1] == "ffff" else chr(int(m[1], 16)), stored)


class UnderText(AnyText):
    """Text that mostly begins with the same characters, stored without them; with a slash, if it does not."""

    cache_ok = True

    def __init__(self, begin: str) -> None:
        """Most texts begin with ``begin``."""
        super().__init__()
        self.begin = begin

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Return the text as it is stored."""
        if value is not None:
            rest = value.removeprefix(self.begin)
            value = rest if rest != value and not rest.startswith("/") else f"/{value}"
        return super().process_bind_param(value, dialect)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> str | None:
        """Return the text as it was given."""
        told = super().process_result_value(value, dialect)
        if told is None:
            return None
        return told[1:] if told.startswith("/") else self.begin + told


class PackedText(TypeDecorator[str]):
    """Long text that may hold every character: SQLite is given it packed, others pack it themselves.

    Damaged text comes as none.
    """

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> Any:
        """Return the text as it is stored."""
        if value is None or dialect.name != "sqlite":
            return escape_text(value) if value is not None else None
        return zlib.compress(escape_text(value).encode(), 9)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> str | None:
        """Return the text as it was given."""
        return unescape_text(unpack_text(value)) if value is not None else None


def unpack_text(stored: str | bytes) -> str:
    """Return a text that SQLite was given packed; what is no packed text has no characters."""
    if isinstance(stored, str):
        return stored
    try:
        return zlib.decompress(stored).decode()
    except (zlib.error, UnicodeDecodeError):
        return ""


class small_letters(FunctionElement[str]):  # noqa: N801 - it is written like a function
    """The text of a column in small letters, of every language, as Python's ``str.lower`` gives them."""

    type = sa.Text()
    inherit_cache = True


@compiles(small_letters)
def _write_small(element: Any, compiler: SQLCompiler, **options: Any) -> str:
    # In SQLite, ``lower`` is a function of ours (sqlite.py).
    return f"lower({compiler.process(element.clauses, **options)})"


@compiles(small_letters, "postgresql")
def _write_small_on_postgres(element: Any, compiler: SQLCompiler, **options: Any) -> str:
    return f"lower({compiler.process(element.clauses, **options)} COLLATE depesche_letters)"


metadata = sa.MetaData()


# By which columns a finding hangs on its parent.
_PARENTS = {
    "reports": (["report"], ["reports.number"]),
    "readings": (["report"], ["readings.report"]),
    "actors": (["report", "actor"], ["actors.report", "actors.id"]),
    "quotations": (["report", "quotation"], ["quotations.report", "quotations.position"]),
    "events": (["report", "event"], ["events.report", "events.id"]),
    "relations": (["report", "relation"], ["relations.report", "relations.id"]),
}


def _finding(
    name: str, *items: SchemaItem, key: tuple[str, ...], parent: str = "readings", large: bool = False
) -> sa.Table:
    """Return a table of findings: rows of one report side by side, gone when their parent goes.

    ``large``: rows of some kilobytes, which SQLite puts into less room under a number of their own.
    """
    columns, targets = _PARENTS[parent]
    return sa.Table(
        name,
        metadata,
        sa.Column("report", sa.Integer, nullable=False),
        *items,
        sa.PrimaryKeyConstraint(*key),
        sa.ForeignKeyConstraint(columns, targets, ondelete="CASCADE"),
        sqlite_with_rowid=large,
    )


def _in_parts(name: str, *items: SchemaItem) -> sa.Table:
    """Return a table of bytes of a reading, in parts (parts.py)."""
    return _finding(
        name,
        _number("part"),
        *items,
        sa.Column("content", sa.LargeBinary, nullable=False),
        key=("report", "part"),
    )


def _text(name: str, required: bool = False) -> sa.Column[str]:
    return sa.Column(name, AnyText, nullable=not required)


def _rule(of: str) -> sa.Column[str]:
    """Return the column of the rule that found something: most are called by what they find."""
    return sa.Column("rule", UnderText(f"{of}/"), nullable=False)


def _number(name: str, required: bool = True) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, nullable=not required)


def _actor(name: str) -> sa.ForeignKeyConstraint:
    """Say that the column ``name`` holds the id of an actor of the same report."""
    return sa.ForeignKeyConstraint(
        ["report", name], ["actors.report", "actors.id"], deferrable=True, initially="DEFERRED"
    )


reports = sa.Table(
    "reports",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True),
    _text("id", required=True),
    _text("title"),
    _text("published"),
    _text("day"),
    _text("source"),
    _text("url"),
    _text("key"),
    _text("language"),
    _text("author"),
    _text("added", required=True),
    # Last, because SQLite walks through a long text to reach what stands behind it.
    sa.Column("text", PackedText, nullable=False),
    # Behind the text only because it came later.
    _text("fetched"),
    sa.UniqueConstraint("id"),
    sa.Index("reports_day", "day"),
)

# No finding, but laid out like one. ``position`` counts them in the order of their coming.
appearances = _finding(
    "appearances",
    _number("position"),
    _text("source"),
    _text("url"),
    _text("title"),
    _text("published"),
    _text("author"),
    _text("key"),
    key=("report", "position"),
    parent="reports",
)

readings = sa.Table(
    "readings",
    metadata,
    sa.Column("report", sa.Integer, sa.ForeignKey("reports.number", ondelete="CASCADE"), primary_key=True),
    _number("version"),
    _text("reader", required=True),
    _text("title"),
    _text("published"),
    _text("source"),
    _text("language", required=True),
    # Which of all readings it is, in the order in which they were written: the greatest tells what is new.
    sa.Column("turn", sa.Integer, nullable=False, server_default="0"),
    sa.Index("readings_turn", "turn"),
)

agencies = _finding("agencies", _number("position"), _text("name", required=True), key=("report", "position"))

actors = _finding(
    "actors",
    _text("id", required=True),
    _number("position"),
    _text("name", required=True),
    _text("type", required=True),
    _text("country"),
    _text("sector"),
    _text("role"),
    _text("office"),
    _text("tenure"),
    # How many mentions it has.
    sa.Column("named", sa.Integer, nullable=False, server_default="0"),
    # Groups and counts the actors of the whole archive without sorting them, or looking at their rows.
    sa.Index("actors_name", "name", "type", "country", "named"),
    sa.Index("actors_country", "country"),
    key=("report", "id"),
)

mentions = _finding(
    "mentions",
    _text("actor", required=True),
    _number("position"),
    _number("start"),
    _number("end"),
    _text("text", required=True),
    _rule("actors"),
    key=("report", "actor", "position"),
    parent="actors",
)

places = _finding(
    "places",
    _number("position"),
    _number("start"),
    _number("end"),
    _text("text", required=True),
    _text("name", required=True),
    _text("country"),
    sa.Column("latitude", sa.Float),
    sa.Column("longitude", sa.Float),
    _number("geonames", required=False),
    _rule("places"),
    key=("report", "position"),
)

times = _finding(
    "times",
    _number("position"),
    _number("start"),
    _number("end"),
    _text("text", required=True),
    _text("type", required=True),
    _text("value", required=True),
    _text("earliest"),
    _text("latest"),
    _rule("times"),
    key=("report", "position"),
)

quotations = _finding(
    "quotations",
    _number("position"),
    _text("type", required=True),
    _text("text", required=True),
    sa.Column("nested", sa.Boolean, nullable=False),
    _rule("quotations"),
    key=("report", "position"),
)

# What the quotation is made of: part is "content", "cue" or "frame".
quotation_spans = _finding(
    "quotation_spans",
    _number("quotation"),
    _text("part", required=True),
    _number("position"),
    _number("start"),
    _number("end"),
    key=("report", "quotation", "part", "position"),
    parent="quotations",
)

# Who speaks and who is spoken to: side is "speaker" or "addressee".
voices = _finding(
    "voices",
    _number("quotation"),
    _text("side", required=True),
    _number("start"),
    _number("end"),
    _text("text", required=True),
    _text("actor"),
    _actor("actor"),
    key=("report", "quotation", "side"),
    parent="quotations",
)

events = _finding(
    "events",
    _text("id", required=True),
    _number("position"),
    _text("type", required=True),
    _text("mode"),
    _number("start"),
    _number("end"),
    _text("text", required=True),
    _text("date"),
    _text("earliest"),
    _text("latest"),
    _text("place"),
    _text("status", required=True),
    _text("source"),
    _rule("events"),
    _actor("source"),
    sa.Index("events_earliest", "earliest"),
    key=("report", "id"),
)

event_contexts = _finding(
    "event_contexts",
    _text("event", required=True),
    _number("position"),
    _text("context", required=True),
    key=("report", "event", "position"),
    parent="events",
)

# Who took part: side is "actor" or "recipient".
event_actors = _finding(
    "event_actors",
    _text("event", required=True),
    _text("side", required=True),
    _number("position"),
    _text("actor", required=True),
    _actor("actor"),
    key=("report", "event", "side", "position"),
    parent="events",
)

relations = _finding(
    "relations",
    _text("id", required=True),
    _number("position"),
    _text("kind", required=True),
    _text("mode"),
    _number("start"),
    _number("end"),
    _text("text", required=True),
    sa.Column("mutual", sa.Boolean, nullable=False),
    _text("status", required=True),
    _text("source"),
    _rule("relations"),
    _actor("source"),
    sa.Index("relations_kind", "kind"),
    key=("report", "id"),
)

# In their order: of statements that are not mutual, the first is who stands so to the others.
relation_parties = _finding(
    "relation_parties",
    _text("relation", required=True),
    _number("position"),
    _text("actor", required=True),
    _actor("actor"),
    key=("report", "relation", "position"),
    parent="relations",
)

# Since when and until when: side is "since" or "until".
relation_times = _finding(
    "relation_times",
    _text("relation", required=True),
    _text("side", required=True),
    _number("start"),
    _number("end"),
    _text("text", required=True),
    _text("type", required=True),
    _text("value", required=True),
    _text("earliest"),
    _text("latest"),
    _rule("times"),
    key=("report", "relation", "side"),
    parent="relations",
)

# Digests of what is kept of a report, by which damage is found (seals.py): part is "report" or "reading".
seals = _finding(
    "seals",
    _text("part", required=True),
    _text("digest", required=True),
    key=("report", "part"),
    parent="reports",
)

# What the sentences mean, as bytes (meanings.py); the first part names the model of their vectors.
meanings = _in_parts("meanings", _text("model"))

# --- what several reports tell ----------------------------------------------------------------------
# All of it can be made anew from the readings and the judgements, but for the judgements themselves.

# Which linker (its digest) linked each reading to the others; none if it is empty.
linked = _finding("linked", _text("linker", required=True), key=("report",))
sa.Index("linked_linker", linked.c.linker)

# What a linker compares of a report, as bytes; its first part names the linker.
sketches = _in_parts("sketches", _text("linker"))

# Lists of reports that may tell the same, each of a key and in the order of a day. Within a day ``place``,
# made of the report's id, tells the order. These rows outlive a reading: they are taken out when it is linked
# anew.
postings = _finding(
    "postings",
    sa.Column("key", sa.BigInteger, nullable=False),
    _number("day"),
    sa.Column("place", sa.BigInteger, nullable=False),
    key=("key", "day", "place", "report"),
    parent="reports",
)

# In which of these lists a report stands (postings.py): an index would take as much room as the lists.
posted = _finding(
    "posted",
    sa.Column("place", sa.BigInteger, nullable=False),
    sa.Column("lists", sa.LargeBinary, nullable=False),
    key=("report",),
    parent="reports",
    large=True,
)

# Under what a report is found by who asks for an actor or a pair of states.
link_keys = _finding("link_keys", _text("key", required=True), key=("key", "report"))
sa.Index("link_keys_report", link_keys.c.report)

# Pairs of reports on one matter (``strength`` is above 0), or that tell the same events; the first has the
# smaller number. ``events`` is JSON. ``support`` counts where they stand near each other.
story_links = sa.Table(
    "story_links",
    metadata,
    sa.Column("first", sa.Integer, sa.ForeignKey("readings.report", ondelete="CASCADE"), primary_key=True),
    sa.Column("second", sa.Integer, sa.ForeignKey("readings.report", ondelete="CASCADE"), primary_key=True),
    sa.Column("strength", sa.Float, nullable=False),
    sa.Column("support", sa.Integer, nullable=False, server_default="1"),
    sa.Column("events", AnyText, nullable=False, server_default="[]"),
    sa.Index("story_links_second", "second"),
    sqlite_with_rowid=False,
)

# Which story a report belongs to: ``story`` is the number of one of its reports. These rows outlive a
# reading, so that the story of a report that is read anew is still known. ``part`` stands for the reports of
# the story of which events were last compared with its own; none if that is to be done.
stories = sa.Table(
    "stories",
    metadata,
    sa.Column("report", sa.Integer, sa.ForeignKey("reports.number", ondelete="CASCADE"), primary_key=True),
    sa.Column("story", sa.Integer, sa.ForeignKey("reports.number"), nullable=False),
    _text("part"),
    sa.Index("stories_story", "story"),
    sa.Index("stories_part", "part"),
)

# Which event in the world an event of a report is, and which among the reports of its part of the story: that
# of the report and the event that name it.
world_events = _finding(
    "world_events",
    _text("event", required=True),
    _number("world_report"),
    _text("world_event", required=True),
    sa.Column("part_report", sa.Integer, nullable=False, server_default="0"),
    sa.Column("part_event", AnyText, nullable=False, server_default=""),
    sa.Index("world_events_world", "world_report", "world_event"),
    sa.Index("world_events_part", "part_report", "part_event"),
    key=("report", "event"),
)

# What people are asked first (link/doubts.py), by the numbers of reports and the characters of words in them;
# of whole reports both ends are -1, and without a second thing ``other`` is 0. ``rank`` orders the questions.
doubts = _finding(
    "doubts",
    _text("kind", required=True),
    _number("start"),
    _number("end"),
    _number("other"),
    _number("other_start"),
    _number("other_end"),
    sa.Column("joined", sa.Boolean, nullable=False),
    sa.Column("doubt", sa.Float, nullable=False),
    _number("weight"),
    sa.Column("rank", sa.Float, nullable=False),
    sa.Index("doubts_kind", "kind", "rank"),
    sa.Index("doubts_rank", "rank"),
    key=("report", "kind", "start", "other", "other_start"),
)

# --- what linking keeps for those who ask ------------------------------------------------------------
# Nothing here is new: it is what the tables above hold, made ready. It may be missing or stale (see kept.py).

# A reading in one piece, in the words of its report (kept.py). Whoever has rows here has its faces and the
# matters of its quotations too.
packs = _in_parts("packs")

# What is told of a story, and who is who in it; ``digest`` is that of what it was made of.
outlines = sa.Table(
    "outlines",
    metadata,
    sa.Column("story", sa.Integer, sa.ForeignKey("reports.number", ondelete="CASCADE"), primary_key=True),
    _text("digest", required=True),
    sa.Column("content", sa.LargeBinary, nullable=False),
    sa.Column("actors", sa.LargeBinary, nullable=False),
)

# Of which readings and stories nothing is kept (marks.py).
unpacked = sa.Table(
    "unpacked",
    metadata,
    sa.Column("report", sa.Integer, sa.ForeignKey("readings.report", ondelete="CASCADE"), primary_key=True),
)
unoutlined = sa.Table(
    "unoutlined",
    metadata,
    sa.Column("story", sa.Integer, sa.ForeignKey("reports.number", ondelete="CASCADE"), primary_key=True),
)

# What was read in a report that people corrected, and the seal of the reading as they did: the tables of
# findings hold that one (originals.py).
originals = sa.Table(
    "originals",
    metadata,
    sa.Column("report", sa.Integer, sa.ForeignKey("readings.report", ondelete="CASCADE"), primary_key=True),
    sa.Column("content", sa.LargeBinary, nullable=False),
    _text("seal", required=True),
)

# Under which keys (``link_keys``) an actor of a report is found; the country that the words for it tell,
# whether it has a name, and how often it is named, as linking sees it.
faces = _finding(
    "faces",
    _text("key", required=True),
    _text("actor", required=True),
    _text("told"),
    sa.Column("named", sa.Boolean, nullable=False),
    _number("mentions"),
    key=("key", "report", "actor"),
    parent="actors",
)
sa.Index("faces_report", faces.c.report, faces.c.actor)

# On which matters (link/matters.py) a quotation is.
quotation_matters = _finding(
    "quotation_matters",
    _number("quotation"),
    _text("matter", required=True),
    key=("report", "quotation", "matter"),
    parent="quotations",
)

# Between which two states an event of a report is: what the first did to the other.
deeds = _finding(
    "deeds",
    _text("event", required=True),
    _text("one", required=True),
    _text("other", required=True),
    key=("one", "other", "report", "event"),
    parent="events",
)
sa.Index("deeds_report", deeds.c.report, deeds.c.event)

# What people decided. Rows are only added. Reports are named by their ids, because a judgement stays when
# its report is not there (yet).
judgements = sa.Table(
    "judgements",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True),
    _text("made", required=True),
    _text("by", required=True),
    _text("verdict", required=True),
    _text("why", required=True),
    _text("subject_report"),
    _number("subject_start", required=False),
    _number("subject_end", required=False),
    _text("object_report"),
    _number("object_start", required=False),
    _number("object_end", required=False),
    _text("value"),
    _number("withdraws", required=False),
    sa.Index("judgements_subject", "subject_report"),
    sqlite_autoincrement=True,
)

# Which programs may use the desk. Of a token only its digest is kept; by ``key``, a part of it, its row is
# found. ``scopes`` are divided by spaces, ``expires`` is the last day.
tokens = sa.Table(
    "tokens",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True),
    _text("name", required=True),
    _text("key", required=True),
    _text("digest", required=True),
    _text("scopes", required=True),
    _text("made", required=True),
    _text("expires"),
    _text("revoked"),
    sa.UniqueConstraint("key"),
    sqlite_autoincrement=True,
)

# Searches that somebody saved: a name, and the parts of the search's address as JSON.
searches = sa.Table(
    "searches",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True),
    _text("name", required=True),
    _text("query", required=True),
    _text("made", required=True),
    sqlite_autoincrement=True,
)

# How far a file was read (``Bookmark``), by ``run``, in one way of reading (``settings``).
bookmarks = sa.Table(
    "bookmarks",
    metadata,
    _text("settings", required=True),
    _text("path", required=True),
    _text("run", required=True),
    *(
        sa.Column(name, sa.BigInteger, nullable=False)
        for name in ("size", "changed", "offset", "records", "reports", "faults", "skipped")
    ),
    sa.PrimaryKeyConstraint("settings", "path"),
    sa.Index("bookmarks_run", "run"),
)

# --- alerts -----------------------------------------------------------------------------------------

# Reports that came and that no alert has looked at yet.
arrivals = sa.Table(
    "arrivals",
    metadata,
    sa.Column(
        "report",
        sa.Integer,
        sa.ForeignKey("reports.number", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
)


def _alert() -> sa.Column[int]:
    return sa.Column("alert", sa.Integer, sa.ForeignKey("alerts.number", ondelete="CASCADE"), nullable=False)


# Standing orders: ``query`` is what is wanted, as JSON; ``target`` and ``secret`` belong to the channel.
# Only reports with numbers above ``since`` are new to it.
alerts = sa.Table(
    "alerts",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True),
    _text("name", required=True),
    _text("kind", required=True),
    _text("query", required=True),
    _text("channel", required=True),
    _text("target"),
    _text("secret"),
    _text("language", required=True),
    _number("since"),
    _text("made", required=True),
    sa.UniqueConstraint("name"),
    sqlite_autoincrement=True,
)

# Words that an alert has found, so that it finds them once. ``matter`` tells apart what may be found in the
# same words. Those that were told to somebody have a ``finding``, as JSON; others only say the same.
alert_matches = sa.Table(
    "alert_matches",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True),
    _alert(),
    sa.Column("report", sa.Integer, sa.ForeignKey("reports.number", ondelete="CASCADE"), nullable=False),
    _number("start"),
    _number("end"),
    _text("matter", required=True),
    _text("made", required=True),
    _text("finding"),
    sa.Index("alert_matches_report", "report", "alert"),
    sa.Index("alert_matches_alert", "alert", "number"),
    sqlite_autoincrement=True,
)

# What is to be sent, or was. ``id`` is the same in every attempt. ``due`` is when the next attempt is to be
# made; none if it was ``sent``, or given up.
deliveries = sa.Table(
    "deliveries",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True),
    _text("id", required=True),
    _alert(),
    _text("body", required=True),
    _text("made", required=True),
    _text("due"),
    _number("attempts"),
    _text("sent"),
    _text("fault"),
    sa.UniqueConstraint("id"),
    sa.Index("deliveries_due", "due"),
    sa.Index("deliveries_alert", "alert", "number"),
    sqlite_autoincrement=True,
)

# --- watching ---------------------------------------------------------------------------------------

# The one who watches, in one row: the clock of watching (``clock`` in seconds, at ``wall`` seconds since
# 1970), which only goes forward, whatever the machine's does; and who it is.
watches = sa.Table(
    "watches",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("clock", sa.Float, nullable=False),
    sa.Column("wall", sa.Float, nullable=False),
    sa.Column("running", sa.Boolean, nullable=False),
    _text("machine", required=True),
    _text("started", required=True),
    sa.Column("process", sa.Integer, nullable=False, server_default="0"),
)


def _count(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, nullable=False, server_default="0")


# A feed that is or was watched. ``due`` is when to ask for it, by the clock of watching; none for one that is
# gone or no longer listed. ``etag``, ``modified`` and ``digest`` are of what it answered last.
watched_feeds = sa.Table(
    "watched_feeds",
    metadata,
    sa.Column("address", AnyText, primary_key=True),
    _text("host", required=True),
    sa.Column("listed", sa.Boolean, nullable=False),
    sa.Column("every", sa.Float, nullable=False),
    sa.Column("due", sa.Float),
    *(_text(name) for name in ("outlet", "title", "etag", "modified", "digest", "moved")),
    *(_text(name) for name in ("asked", "answered", "fault", "detail")),
    _count("failures"),
    _count("articles"),
    sa.Index("watched_feeds_due", "due"),
)

# A page that a feed names. ``entry`` is what the feed says of it, as JSON, ``content`` the text that the feed
# gives, until the page was read; ``report`` is the id of the last of the ``reports`` that it gave.
watched_pages = sa.Table(
    "watched_pages",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True),
    *(_text(name, required=True) for name in ("address", "host", "feed", "digest", "entry")),
    sa.Column("due", sa.Float),
    sa.Column("seen", sa.Float, nullable=False),
    sa.Column("visited", sa.Float),
    *(_text(name) for name in ("content", "etag", "modified", "report", "origin", "fault", "detail")),
    _count("visits"),
    _count("failures"),
    _count("reports"),
    sa.UniqueConstraint("address"),
    sa.Index("watched_pages_due", "host", "due"),
    sa.Index("watched_pages_feed", "feed"),
    sqlite_autoincrement=True,
)
