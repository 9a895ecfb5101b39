"""The measure published with "Dataset of Quotation Attribution in German News Articles".

Petersen-Frey and Biemann 2024. Used by scripts/measure_quotations.py for the package and by the training for
the network, so that both are counted alike.
"""

# mypy: disable-error-code="import-not-found, import-untyped"

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import msgspec

ROLES = ("addressee", "cue", "frame", "speaker")

Positions = frozenset[int]


class Said(msgspec.Struct, frozen=True):
    """A quotation as sets of positions: characters of our layer, tokens of the published one."""

    type: str
    quote: Positions
    roles: dict[str, Positions]
    speaker: str | None = None
    nested: bool = False


class Score(msgspec.Struct):
    """Precision and recall as the published measure averages them."""

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


def said_from_json(plain: Mapping[str, Any]) -> Said:
    """Return a quotation of the published corpus, as the ids of its tokens."""
    roles = {role: frozenset((plain.get(role) or {}).get("tokenIds", [])) for role in ROLES}
    return Said(str(plain["type"]), frozenset(plain["quote"]["tokenIds"]), roles)


def macro_scores(documents: Iterable[tuple[Sequence[Said], Sequence[Said]]]) -> dict[str, Score]:
    """Return the published scores of (read, gold) pairs: ``quote``, ``roles`` and ``joint``.

    In each document what was read is assigned to gold so that the overlap is greatest. Each quotation then
    counts once: the share of right positions in what was read of it, and the share of the gold found.
    """
    precisions: dict[str, list[float]] = {part: [] for part in ("quote", *ROLES)}
    recalls: dict[str, list[float]] = {part: [] for part in ("quote", *ROLES)}
    for read, gold in documents:
        for one, other in assign_quotations(read, gold):
            for part, shares in precisions.items():
                have, want = _part(one, part), _part(other, part)
                if have:
                    shares.append(len(have & want) / len(have))
                if want:
                    recalls[part].append(len(have & want) / len(want))
    groups = {"quote": ("quote",), "roles": ROLES, "joint": ("quote", *ROLES)}
    groups |= {role: (role,) for role in ROLES}
    return {
        name: Score(
            _mean([v for p in parts for v in precisions[p]]), _mean([v for p in parts for v in recalls[p]])
        )
        for name, parts in groups.items()
    }


def _mean(values: list[float]) -> float:
    return sum(values) / len(values) if values else 0.0


def _part(said: Said | None, part: str) -> Positions:
    if said is None:
        return frozenset()
    return said.quote if part == "quote" else said.roles.get(part, frozenset())


def assign_quotations(
    read: Sequence[Said], gold: Sequence[Said]
) -> Iterator[tuple[Said | None, Said | None]]:
    """Yield what was read with its gold so that they overlap most; None where one has no other."""
    from scipy.optimize import linear_sum_assignment  # noqa: PLC0415

    rows: list[int] = []
    columns: list[int] = []
    if read and gold:
        weights = [[_overlap(g, r) for r in read] for g in gold]
        rows, columns = (list(map(int, side)) for side in linear_sum_assignment(weights, maximize=True))
    yield from ((read[c], gold[r]) for r, c in zip(rows, columns, strict=True))
    yield from ((r, None) for i, r in enumerate(read) if i not in columns)
    yield from ((None, g) for i, g in enumerate(gold) if i not in rows)


def _overlap(gold: Said, read: Said) -> float:
    common = len(gold.quote & read.quote)
    f1 = 2 * common / (len(gold.quote) + len(read.quote))
    return f1 + 0.01 * (common > 0 and gold.type == read.type)
