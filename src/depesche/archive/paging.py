"""Going on behind a row: the order of a list as it is sorted, and as the condition that a row stands later.

A page begins behind the last row of the page before, and not after a number of rows: what was added in
between neither repeats a row nor hides one.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.sql import ColumnElement


class Step(NamedTuple):
    """A column that a list is ordered by. Rows without a value stand last, or first if so wanted."""

    column: ColumnElement[Any]
    descending: bool = False
    nulls_first: bool = False


def in_order(steps: Sequence[Step]) -> list[ColumnElement[Any]]:
    """Return what a query is ordered by."""
    return [_ordered(step) for step in steps]


def _ordered(step: Step) -> ColumnElement[Any]:
    column = step.column.desc() if step.descending else step.column.asc()
    return column.nulls_first() if step.nulls_first else column.nulls_last()


def behind(steps: Sequence[Step], key: Sequence[Any] | None) -> list[ColumnElement[bool]]:
    """Return the condition that a row stands behind one with these values in the columns of the steps."""
    if key is None:
        return []
    condition: ColumnElement[bool] = sa.false()
    for step, value in reversed(list(zip(steps, key, strict=True))):
        same = step.column.is_(None) if value is None else step.column == value
        condition = sa.or_(_is_later(step, value), sa.and_(same, condition))
    return [condition]


def _is_later(step: Step, value: Any) -> ColumnElement[bool]:
    if value is None:
        return step.column.is_not(None) if step.nulls_first else sa.false()
    later = step.column < value if step.descending else step.column > value
    return later if step.nulls_first else sa.or_(later, step.column.is_(None))


def parts(step: Step, key: Sequence[Any] | None) -> list[list[ColumnElement[bool]]]:
    """Return the conditions of a list's parts: the rows with a value in its first column, and the others.

    One after the other they are the list from ``key`` on, and each is a walk along an index: for a condition
    with "or" databases gather and sort all rows instead.
    """
    value = key[0] if key else None
    with_value: list[ColumnElement[bool]] = [
        step.column.is_not(None) if value is None else step.column >= value
    ]
    without: list[ColumnElement[bool]] = [step.column.is_(None)]
    return [without] if key and value is None else [with_value, without]
