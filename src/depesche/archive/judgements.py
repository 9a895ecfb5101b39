"""Judgements of people in the archive: added, listed, never changed."""

from __future__ import annotations

from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from depesche.archive import tables
from depesche.archive.write import now
from depesche.errors import JudgementError
from depesche.judgement import Anchor, Judgement, check_judgement


def add_judgement(connection: Connection, judgement: Judgement) -> Judgement:
    """Write a judgement; return it with its number, and with the time of day if it had none.

    Its own number is not asked for: they are counted. Raises JudgementError if it says too little, points
    beyond a report that is there, or withdraws what is not there.
    """
    check_judgement(judgement)
    if judgement.withdraws is not None and not _is_there(connection, judgement.withdraws):
        raise JudgementError(f"There is no judgement {judgement.withdraws} to withdraw.")
    for anchor in (judgement.subject, judgement.object):
        if anchor is not None:
            _check_anchor(connection, anchor)
    made = judgement.made or now()
    row: dict[str, Any] = {
        name: getattr(judgement, name) for name in ("by", "verdict", "why", "value", "withdraws")
    }
    row |= {"made": made, **_ends("subject", judgement.subject), **_ends("object", judgement.object)}
    number = connection.execute(tables.judgements.insert(), row).inserted_primary_key
    assert number is not None
    return msgspec.structs.replace(judgement, number=int(number[0]), made=made)


def list_judgements(connection: Connection) -> tuple[Judgement, ...]:
    """Return all judgements in the order in which they were made."""
    rows = connection.execute(sa.select(tables.judgements).order_by(tables.judgements.c.number))
    return tuple(map(_judgement, rows))


def _is_there(connection: Connection, number: int) -> bool:
    query = sa.select(tables.judgements.c.number).where(tables.judgements.c.number == number)
    return connection.execute(query).one_or_none() is not None


def _check_anchor(connection: Connection, anchor: Anchor) -> None:
    """A report that is not there cannot be judged; nor words behind its end."""
    query = sa.select(tables.reports.c.text).where(tables.reports.c.id == anchor.report)
    text = connection.execute(query).scalar()
    if text is None:
        raise JudgementError(f"There is no report {anchor.report[:12]} to judge.")
    if anchor.start is None and anchor.end is None:
        return
    if anchor.start is None or anchor.end is None or not 0 <= anchor.start < anchor.end <= len(text):
        raise JudgementError(
            f"The report {anchor.report[:12]} has no words at {anchor.start} to {anchor.end}: "
            f"it has {len(text)} characters."
        )


def _ends(side: str, anchor: Anchor | None) -> dict[str, Any]:
    fields = ("report", "start", "end")
    return {f"{side}_{name}": getattr(anchor, name) if anchor else None for name in fields}


def _judgement(row: sa.Row[Any]) -> Judgement:
    def anchor(side: str) -> Anchor | None:
        report, start, end = (row._mapping[f"{side}_{name}"] for name in ("report", "start", "end"))
        return Anchor(report, start, end) if report is not None else None

    return Judgement(
        number=row.number,
        made=row.made,
        by=row.by,
        verdict=row.verdict,
        why=row.why,
        subject=anchor("subject"),
        object=anchor("object"),
        value=row.value,
        withdraws=row.withdraws,
    )
