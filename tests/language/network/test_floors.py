"""Floors of what the network says of the written reports that it was not trained with.

Measured as in training/evaluate.py. When a floor is well below what is measured, raise it; never lower one
without saying why in CHANGELOG.md.
"""

import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[3]
if str(ROOT) not in sys.path:
    sys.path.append(str(ROOT))  # training is no part of the installed package

from depesche.language.network import Network  # noqa: E402
from training.corpora.reports import annotate, locate_gold, make_page  # noqa: E402
from training.evaluate import Row, event_rows, quotation_rows, read_texts  # noqa: E402
from training.texts import Text  # noqa: E402

CORPUS = ROOT / "tests" / "corpus"
FLOORS = {
    "event triggers with type, F1": 49.0,
    "arguments given the trigger, F1": 66.0,
    "status given the trigger, share right": 84.0,
    "actor mentions with type, F1 overlap": 81.0,
    "quotations, joint": 77.0,
}


def annotated(path: Path) -> Text:
    page = make_page(path.read_text("utf-8"))
    gold = yaml.safe_load((CORPUS / "gold" / f"{path.stem}.yaml").read_bytes())
    said = yaml.safe_load((CORPUS / "quotations" / f"{path.stem}.yaml").read_bytes())
    return annotate("written", page, said, locate_gold(page, gold))


@pytest.fixture(scope="module")
def figures() -> dict[str, Row]:
    network = Network(threads=2)
    reads = read_texts(network, [annotated(path) for path in sorted((CORPUS / "texts").glob("*.txt"))])
    assert len(reads) == 36
    rows = [*event_rows(network, reads, "we"), *quotation_rows(reads, "we")]
    return {row.what: row for row in rows}


@pytest.mark.parametrize("what", FLOORS)
def test_floor(figures: dict[str, Row], what: str) -> None:
    print(what, figures[what].shown)
    assert figures[what].value >= FLOORS[what]
