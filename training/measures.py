"""How good a reading is, measure by measure. All need only spans and labels, no network."""

# mypy: disable-error-code="import-not-found, import-untyped"

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import msgspec

from training.texts import Span

Positions = frozenset[int]


class Count(msgspec.Struct):
    """What was found right, what was read, what is in the gold annotation."""

    right: int = 0
    read: int = 0
    gold: int = 0
    # Gold that was found; the same as ``right`` where pairs are one to one.
    found: int = 0

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall."""
        precision = self.right / max(1, self.read)
        recall = self.found / max(1, self.gold)
        return 2 * precision * recall / (precision + recall) if precision + recall else 0.0

    def add(self, right: int, read: int, gold: int, found: int | None = None) -> None:
        """Count one text more."""
        self.right += right
        self.read += read
        self.gold += gold
        self.found += right if found is None else found

    def __str__(self) -> str:
        precision, recall = self.right / max(1, self.read), self.found / max(1, self.gold)
        return f"{100 * self.f1:5.1f}  (P {100 * precision:.1f}, R {100 * recall:.1f}, {self.gold} gold)"


class Said(msgspec.Struct, frozen=True):
    """A quotation as sets of positions."""

    type: str
    quote: Positions
    roles: dict[str, Positions]


SAID_ROLES = ("addressee", "cue", "frame", "speaker")


def published_scores(documents: Iterable[tuple[Sequence[Said], Sequence[Said]]]) -> dict[str, float]:
    """Return F1 of (read, gold) by the measure of Petersen-Frey and Biemann, for each role and together.

    In each document what was read is assigned to gold so that the overlap is greatest. Each quotation then
    counts once: the share of right positions in what was read of it, and the share of the gold found.
    """
    parts = ("quote", *SAID_ROLES)
    precisions: dict[str, list[float]] = {part: [] for part in parts}
    recalls: dict[str, list[float]] = {part: [] for part in parts}
    for read, gold in documents:
        for one, other in _assign(read, gold):
            for part in parts:
                have, want = _part(one, part), _part(other, part)
                if have:
                    precisions[part].append(len(have & want) / len(have))
                if want:
                    recalls[part].append(len(have & want) / len(want))
    groups = {"quote": ("quote",), "roles": SAID_ROLES, "joint": parts} | {r: (r,) for r in SAID_ROLES}
    return {
        name: _harmonic(
            _mean(v for p in group for v in precisions[p]), _mean(v for p in group for v in recalls[p])
        )
        for name, group in groups.items()
    }


def _harmonic(precision: float, recall: float) -> float:
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def _mean(values: Iterable[float]) -> float:
    kept = list(values)
    return sum(kept) / len(kept) if kept else 0.0


def _part(said: Said | None, part: str) -> Positions:
    if said is None:
        return frozenset()
    return said.quote if part == "quote" else said.roles.get(part, frozenset())


def _assign(read: Sequence[Said], gold: Sequence[Said]) -> Iterator[tuple[Said | None, Said | None]]:
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
    return 2 * common / (len(gold.quote) + len(read.quote)) + 0.01 * (common > 0 and gold.type == read.type)


def count_overlaps(
    count: Count, read: Sequence[tuple[int, int, str]], gold: Sequence[tuple[int, int, str]]
) -> None:
    """Count spans that overlap a gold one of the same type, one to one."""
    free = list(gold)
    right = 0
    for span in read:
        match = next((g for g in free if overlaps(span[:2], g[:2]) and g[2] == span[2]), None)
        if match is not None:
            free.remove(match)
            right += 1
    count.add(right, len(read), len(gold))


def overlaps(one: Span, other: Span) -> bool:
    """Whether two spans share a word."""
    return one[0] < other[1] and other[0] < one[1]


def count_arguments(
    count: Count, read: dict[str, list[Span]], gold: Sequence[tuple[str, tuple[Span, ...]]]
) -> None:
    """Count arguments: right is a span that overlaps any mention of an argument with its role."""
    spans = [(role, span) for role, found in read.items() for span in found]

    def met(role: str, span: Span) -> bool:
        return any(role == r and any(overlaps(span, m) for m in mentions) for r, mentions in gold)

    right = sum(met(role, span) for role, span in spans)
    found = sum(
        any(role == r and any(overlaps(s, m) for m in mentions) for r, s in spans) for role, mentions in gold
    )
    count.add(right, len(spans), len(gold), found)


def pearson(xs: Sequence[float], ys: Sequence[float]) -> float:
    """Return Pearson's correlation of two rows of numbers."""
    mean_x, mean_y = _mean(xs), _mean(ys)
    covariance = sum((x - mean_x) * (y - mean_y) for x, y in zip(xs, ys, strict=True))
    spread_x = sum((x - mean_x) ** 2 for x in xs) ** 0.5
    spread_y = sum((y - mean_y) ** 2 for y in ys) ** 0.5
    return covariance / (spread_x * spread_y) if spread_x and spread_y else 0.0
