"""The accounts of an event side by side: a column for each party and a row for each matter, to be drawn."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import msgspec

from depesche.desk.lines import Cited
from depesche.link.accounts import REPORTERS, Accounts, Mark, Row, Words
from depesche.link.matters import load_matters

# What cites words in a report: by its id, and the characters of the words, if these are known.
Citing = Callable[[str, int | None, int | None], Cited]


class Statement(msgspec.Struct, frozen=True, kw_only=True):
    """What one side says of a matter, who says it, where it stands and in how many more reports.

    ``side`` is given where sides share a column.
    """

    side: str | None
    words: str
    speaker: str | None
    day: str | None
    cited: Cited
    more: int


class MatrixRow(msgspec.Struct, frozen=True):
    """A matter, whether the sides agree on it, and what each says, in the order of the columns.

    A matter that is ``listed`` has a name; another is the words that its statements share.
    """

    matter: str
    listed: bool
    mark: Mark
    cells: tuple[tuple[Statement, ...], ...]


class Matrix(msgspec.Struct, frozen=True):
    """Accounts as a table: a column for each party of the event and, if others are heard, one for them all.

    ``rows`` are what more than one side speaks of, the disputed matters first; ``single`` are the others.
    """

    parties: tuple[str, ...] = ()
    others: bool = False
    rows: tuple[MatrixRow, ...] = ()
    single: tuple[MatrixRow, ...] = ()

    @property
    def disputed(self) -> tuple[MatrixRow, ...]:
        """The rows in which the sides contradict each other."""
        return tuple(row for row in self.rows if row.mark == "differs")


def make_matrix(citing: Citing, accounts: Accounts) -> Matrix:
    """Return accounts as a table."""
    others = tuple(
        side for side in (*accounts.third, REPORTERS) if any(row.cells.get(side) for row in accounts.rows)
    )
    rows = [_row(citing, row, accounts.parties, others) for row in accounts.rows]
    # Rows keep their order within each mark.
    shared = sorted((row for row in rows if row.mark != "one side"), key=lambda row: row.mark != "differs")
    single = sorted((row for row in rows if row.mark == "one side"), key=lambda row: not row.listed)
    return Matrix(accounts.parties, bool(others), tuple(shared), tuple(single))


def _row(citing: Citing, row: Row, parties: tuple[str, ...], others: tuple[str, ...]) -> MatrixRow:
    cells = [tuple(_statements(citing, row, [party])) for party in parties]
    if others:
        cells.append(tuple(_statements(citing, row, others, named=True)))
    return MatrixRow(row.matter, row.matter in load_matters(), row.mark, tuple(cells))


def _statements(
    citing: Citing, row: Row, sides: Iterable[str], *, named: bool = False
) -> Iterable[Statement]:
    for side in sides:
        for words in row.cells.get(side, ()):
            yield _statement(citing, words, side if named else None)


def _statement(citing: Citing, words: Words, side: str | None) -> Statement:
    start = words.spans[0].start if words.spans else None
    end = words.spans[-1].end if words.spans else None
    cited = citing(words.report, start, end)
    return Statement(
        side=side,
        words=words.text,
        speaker=None if words.speaker == cited.outlet else words.speaker,
        day=words.day,
        cited=cited,
        more=max(0, len(words.reports) - 1),
    )
