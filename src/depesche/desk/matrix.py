"""The accounts of an event side by side: a column for each side, a row for each matter, ready to be drawn."""

from __future__ import annotations

import msgspec

from depesche.desk.lines import Cited, cite
from depesche.desk.shelf import Shelf
from depesche.link.accounts import REPORTERS, Accounts, Mark, Row, Words


class Statement(msgspec.Struct, frozen=True):
    """What one side says of a matter, who says it, where it stands and in how many more reports."""

    words: str
    speaker: str | None
    day: str | None
    cited: Cited
    more: int


class MatrixRow(msgspec.Struct, frozen=True):
    """A matter, whether the sides agree on it, and what each says, in the order of the columns."""

    matter: str
    mark: Mark
    cells: tuple[tuple[Statement, ...], ...]


class Matrix(msgspec.Struct, frozen=True):
    """Accounts as a table. ``sides`` are the columns: the event's parties, third ones, the reporters."""

    sides: tuple[str, ...] = ()
    parties: int = 0
    rows: tuple[MatrixRow, ...] = ()

    @property
    def disputed(self) -> tuple[MatrixRow, ...]:
        """The rows in which the sides contradict each other."""
        return tuple(row for row in self.rows if row.mark == "differs")


def make_matrix(shelf: Shelf, accounts: Accounts) -> Matrix:
    """Return accounts as a table without the columns of those who say nothing, but for the parties."""
    heard = {side for row in accounts.rows for side, cell in row.cells.items() if cell}
    sides = (*accounts.parties, *(side for side in (*accounts.third, REPORTERS) if side in heard))
    rows = tuple(_row(shelf, row, sides) for row in accounts.rows)
    return Matrix(sides, len(accounts.parties), rows)


def _row(shelf: Shelf, row: Row, sides: tuple[str, ...]) -> MatrixRow:
    cells = (tuple(_statement(shelf, words) for words in row.cells.get(side, ())) for side in sides)
    return MatrixRow(row.matter, row.mark, tuple(cells))


def _statement(shelf: Shelf, words: Words) -> Statement:
    start = words.spans[0].start if words.spans else None
    end = words.spans[-1].end if words.spans else None
    cited = cite(shelf, words.report, start, end)
    speaker = None if words.speaker == cited.outlet else words.speaker
    return Statement(words.text, speaker, words.day, cited, max(0, len(words.reports) - 1))
