"""The measures count what they say."""

import pytest

from training.measures import Count, count_arguments, count_overlaps, pearson
from training.published import Said


def test_spans_count_once() -> None:
    count = Count()
    count_overlaps(count, [(0, 2, "A"), (1, 2, "A"), (5, 6, "B")], [(1, 3, "A"), (5, 6, "C")])
    assert (count.right, count.read, count.gold) == (1, 3, 2)
    assert count.f1 == pytest.approx(0.4)


def test_an_argument_is_right_at_any_of_its_mentions() -> None:
    count = Count()
    gold = [("actor", ((0, 1), (7, 8))), ("recipient", ((3, 4),))]
    count_arguments(count, {"actor": [(7, 9), (3, 4)], "recipient": []}, gold)
    assert (count.right, count.read, count.found, count.gold) == (1, 2, 1, 2)


def test_correlation() -> None:
    assert pearson([1, 2, 3], [2, 4, 6]) == pytest.approx(1)
    assert pearson([1, 1], [1, 2]) == 0


def test_published_measure_averages_over_quotations() -> None:
    pytest.importorskip("scipy")
    from training.measures import published_scores  # noqa: PLC0415

    gold = [Said("Direct", frozenset({0, 1}), {"speaker": frozenset({5})})]
    read = [Said("Direct", frozenset({0, 1, 2, 3}), {"speaker": frozenset({5})})]
    scores = published_scores([(read, gold)])
    assert scores["quote"] == pytest.approx(2 / 3)
    assert scores["speaker"] == 1
    assert published_scores([([], gold)])["quote"] == 0
