"""Tables that hold the same in less room: an archive of 100,000 reports is about a quarter smaller.

SQLite keeps texts packed. A reading in one piece is packed with the words of its report, and kept in parts of
which several find room on a page. So are profiles of reports, which have another form, so that reports are
linked anew when that is next done. What a report rests on is told by its story, and stories are told anew.
Keys of lists, and places in them, are numbers of six bytes; rules lack what those of a table mostly begin
with. What nobody asks by has no index.
"""

import zlib
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import msgspec
import sqlalchemy as sa
from alembic import op
from sqlalchemy.schema import SchemaItem

revision = "0018"
down_revision = "0017"

# So many rows are held in memory at once.
_PORTION = 500
_PART = 940
_WINDOW = 2**zlib.MAX_WBITS - 262
# How the rules of each table mostly begin.
_RULES = {
    "mentions": "actors",
    "places": "places",
    "times": "times",
    "quotations": "quotations",
    "events": "events",
    "relations": "relations",
    "relation_times": "times",
}
# What stands for characters that no database holds (tables.py).
_MARK = "\U0010ffff"


def upgrade() -> None:
    """Write the tables anew."""
    _pack_readings()
    _make_parts("sketches", sa.Column("linker", sa.Text()))
    op.drop_table("sketches_before")
    op.execute("UPDATE linked SET linker = ''")
    if op.get_bind().dialect.name == "sqlite":
        _pack_texts()
    _shorten_postings()
    for table, begin in _RULES.items():
        op.execute(
            f"UPDATE {table} SET rule = CASE WHEN rule LIKE '{begin}/%' AND rule NOT LIKE '{begin}//%'"
            f" THEN substr(rule, {len(begin) + 2}) ELSE '/' || rule END"
        )
    op.execute("UPDATE seals SET digest = substr(digest, 1, 32)")
    op.execute("UPDATE originals SET seal = substr(seal, 1, 32)")
    # Nobody asks by it: what people write is compared in small letters.
    op.drop_index("events_type", "events")
    op.drop_table("backgrounds")
    op.execute("DELETE FROM outlines")
    op.execute(
        "INSERT INTO unoutlined (story) SELECT DISTINCT story FROM stories"
        " WHERE NOT EXISTS (SELECT 1 FROM unoutlined AS known WHERE known.story = stories.story)"
    )


# --- readings and profiles ------------------------------------------------------------------------------


def _pack_readings() -> None:
    made = _make_parts("packs")
    texts = sa.table("reports", sa.column("number", sa.Integer()), sa.column("text", sa.Text()))
    for rows in _walk("packs_before", "content"):
        query = sa.select(texts).where(texts.c.number.in_([row["report"] for row in rows]))
        words = {number: _unescape(text) for number, text in op.get_bind().execute(query)}
        for row in rows:
            row["content"] = _pack(row["content"], words[row["report"]])
        _insert(made, _parts_of(rows))
    op.drop_table("packs_before")


def _pack(content: bytes, text: str) -> bytes:
    """Return a reading in one piece as it is kept from now on; what cannot be unpacked stays as it is."""
    words = text.encode("utf-8", "surrogatepass")[-_WINDOW:]
    try:
        plain = zlib.decompress(content)
    except zlib.error:
        return content
    packer = zlib.compressobj(9, zdict=words) if words else zlib.compressobj(9)
    return packer.compress(plain) + packer.flush()


def _unescape(stored: str) -> str:
    first, *others = stored.split(_MARK)
    shown = (_MARK if one[:4] == "ffff" else chr(int(one[:4], 16)) for one in others)
    return first + "".join(mark + one[4:] for mark, one in zip(shown, others, strict=True))


def _make_parts(name: str, *beside: SchemaItem) -> sa.Table:
    op.rename_table(name, f"{name}_before")
    return op.create_table(
        name,
        sa.Column("report", sa.Integer(), nullable=False),
        sa.Column("part", sa.Integer(), nullable=False),
        *beside,
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["report"], ["readings.report"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("report", "part"),
        sqlite_with_rowid=False,
    )


def _parts_of(rows: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for row in rows:
        content = row["content"]
        for part, at in enumerate(range(0, max(len(content), 1), _PART)):
            yield {**row, "part": part, "content": content[at : at + _PART]}


# --- texts ----------------------------------------------------------------------------------------------


def _pack_texts() -> None:
    change = sa.text("UPDATE reports SET text = :packed WHERE number = :number")
    for rows in _walk("reports", "text", key="number"):
        packed = ({"number": r["number"], "packed": zlib.compress(r["text"].encode(), 9)} for r in rows)
        op.get_bind().execute(change, list(packed))


# --- lists ----------------------------------------------------------------------------------------------


def _shorten_postings() -> None:
    numbers = ("key", "day", "place", "report")
    op.rename_table("postings", "postings_before")
    op.create_table(
        "postings",
        sa.Column("report", sa.Integer(), nullable=False),
        sa.Column("key", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("place", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["report"], ["reports.number"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint(*numbers),
        sqlite_with_rowid=False,
    )
    op.execute(
        "INSERT INTO postings (report, key, day, place)"
        " SELECT report, key >> 9, day, place >> 13 FROM postings_before ORDER BY 2, 3, 4, 1"
    )
    op.drop_table("postings_before")
    change = sa.text("UPDATE posted SET place = :place, lists = :lists WHERE report = :report")
    for rows in _walk("posted", "place", "lists"):
        shorter = [
            {"report": r["report"], "place": r["place"] >> 13, "lists": _shorten(r["lists"])} for r in rows
        ]
        op.get_bind().execute(change, shorter)


def _shorten(lists: bytes) -> bytes:
    days = msgspec.msgpack.decode(lists, type=list[tuple[int, list[int]]])
    short = [(day, b"".join((key >> 9).to_bytes(6) for key in keys)) for day, keys in days]
    return msgspec.msgpack.encode(short)


# --- rows -----------------------------------------------------------------------------------------------

_TYPES: dict[str, Callable[[], Any]] = {
    "content": sa.LargeBinary,
    "lists": sa.LargeBinary,
    "place": sa.BigInteger,
    "text": sa.Text,
}


def _walk(name: str, *columns: str, key: str = "report") -> Iterator[list[dict[str, Any]]]:
    """Yield the rows of a table in portions, by number."""
    number = sa.column(key, sa.Integer())
    table = sa.table(name, number, *(sa.column(column, _TYPES[column]()) for column in columns))
    last = 0
    while True:
        query = sa.select(table).where(number > last).order_by(number).limit(_PORTION)
        rows = [dict(row._mapping) for row in op.get_bind().execute(query)]
        if not rows:
            return
        yield rows
        last = rows[-1][key]


def _insert(table: sa.Table, rows: Iterable[dict[str, Any]]) -> None:
    if some := list(rows):
        op.get_bind().execute(table.insert(), some)
