"""How good a reading is, measure by measure. All need only spans and labels, no network."""

# mypy: disable-error-code="import-not-found, import-untyped"

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from training.published import Said, macro_scores
from training.texts import Span


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


def published_scores(documents: Iterable[tuple[Sequence[Said], Sequence[Said]]]) -> dict[str, float]:
    """Return F1 of (read, gold) by the measure of Petersen-Frey and Biemann, for each role and together."""
    return {name: score.f1 for name, score in macro_scores(documents).items()}


def _mean(values: Iterable[float]) -> float:
    kept = list(values)
    return sum(kept) / len(kept) if kept else 0.0


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
