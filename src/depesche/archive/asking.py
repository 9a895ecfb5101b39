"""Rows by the values of one column: asked for, removed and written with questions that are made once.

To build a question takes longer than to have it answered, and what links a report asks fifty.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from depesche.archive.portions import portions

# What is asked for: columns, or all of a table.
Asked = sa.Column[Any] | sa.Table
Columns = tuple[sa.Column[Any], ...]

# Under which name values are given.
SOME = "some"


def is_one_of(column: sa.Column[Any]) -> sa.ColumnElement[bool]:
    """Return the condition that a column has one of some values: those given as ``some``."""
    return column.in_(sa.bindparam(SOME, expanding=True))


def find_rows(
    connection: Connection,
    asked: tuple[Asked, ...],
    column: sa.Column[Any],
    values: Iterable[Any],
    order: Columns = (),
) -> Iterator[Any]:
    """Yield the rows in which the column has one of the values; in this order, those of each portion."""
    return ask(connection, _question(asked, column, order), values)


def ask(connection: Connection, question: sa.Select[Any], values: Iterable[Any]) -> Iterator[Any]:
    """Yield the rows that a question with ``is_one_of`` has, portion by portion."""
    for some in portions(values):
        yield from connection.execute(question, {SOME: some}).all()


def delete_rows(connection: Connection, column: sa.Column[Any], values: Iterable[Any]) -> None:
    """Remove the rows in which the column has one of the values."""
    for some in portions(values):
        connection.execute(_removal(column), {SOME: some})


def insert_rows(connection: Connection, table: sa.Table, rows: Iterable[dict[str, Any]]) -> None:
    """Write rows, if there are any."""
    if some := list(rows):
        connection.execute(_insertion(table), some)


@functools.cache
def _question(asked: tuple[Asked, ...], column: sa.Column[Any], order: Columns) -> sa.Select[Any]:
    return sa.select(*asked).where(is_one_of(column)).order_by(*order)


@functools.cache
def _removal(column: sa.Column[Any]) -> sa.Delete:
    return sa.delete(column.table).where(is_one_of(column))


@functools.cache
def _insertion(table: sa.Table) -> sa.Insert:
    return table.insert()
