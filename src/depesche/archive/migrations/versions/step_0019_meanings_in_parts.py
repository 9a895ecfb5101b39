"""What sentences mean takes less room, and the latest reading has the greatest turn.

Vectors and the ends of their sentences are packed together, in parts of which several find room on a page.
"""

import itertools
import zlib
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec
import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"

# So many rows are held in memory at once.
_PORTION = 500
_PART = 400


def upgrade() -> None:
    """Write what sentences mean anew, and number the readings."""
    op.add_column("readings", sa.Column("turn", sa.Integer(), nullable=False, server_default="0"))
    op.execute("UPDATE readings SET turn = report")
    op.create_index("readings_turn", "readings", ["turn"])
    op.rename_table("meanings", "meanings_before")
    made = op.create_table(
        "meanings",
        sa.Column("report", sa.Integer(), nullable=False),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.Column("model", sa.Text()),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["report"], ["readings.report"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("report", "part"),
        sqlite_with_rowid=False,
    )
    for rows in _walk():
        op.get_bind().execute(made.insert(), list(_parts_of(rows)))
    op.drop_table("meanings_before")


def _walk() -> Iterator[list[sa.Row[Any]]]:
    """Yield the rows of before in portions, by report."""
    before = sa.table(
        "meanings_before",
        sa.column("report", sa.Integer()),
        sa.column("model", sa.Text()),
        sa.column("size", sa.Integer()),
        sa.column("sentences", sa.Text()),
        sa.column("vectors", sa.LargeBinary()),
    )
    last = 0
    while True:
        query = sa.select(before).where(before.c.report > last).order_by(before.c.report).limit(_PORTION)
        rows = list(op.get_bind().execute(query))
        if not rows:
            return
        yield rows
        last = rows[-1].report


def _parts_of(rows: Iterable[sa.Row[Any]]) -> Iterator[dict[str, Any]]:
    for row in rows:
        content = _pack(row.size, msgspec.json.decode(row.sentences, type=list[tuple[int, int]]), row.vectors)
        for part, at in enumerate(range(0, len(content), _PART)):
            model = None if part else row.model
            yield {"report": row.report, "part": part, "model": model, "content": content[at : at + _PART]}


def _pack(size: int, sentences: list[tuple[int, int]], packed: bytes) -> bytes:
    """Return what is kept from now on; what cannot be unpacked has no sentences."""
    try:
        vectors = zlib.decompress(packed)
    except zlib.error:
        size, sentences, vectors = 0, [], b""
    ends = [end for sentence in sentences for end in sentence]
    steps = [end - before for before, end in itertools.pairwise((0, *ends))]
    packer = zlib.compressobj(9, zlib.DEFLATED, zlib.MAX_WBITS, zlib.DEF_MEM_LEVEL, zlib.Z_HUFFMAN_ONLY)
    return packer.compress(msgspec.msgpack.encode([size, steps, vectors])) + packer.flush()
