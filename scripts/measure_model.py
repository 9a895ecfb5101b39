"""Measure the network of the package, or another one, on the corpora that were kept back from its training.

    python scripts/measure.py model CORPORA [--model FOLDER] [--parts PART,PART]

The parts are syntax, names, quotations, reports, stories, cost, and english, which only says something of a
network that did not learn from it (see ``training/corpora/shelf.py``). ``CORPORA`` is the folder that holds
``corpus/`` and ``corpora/``. ``cost`` is size, start, memory and speed; each run of start and memory is a
process of its own. All figures come from the ONNX file as users run it.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

# The corpora's readers stand in training/, beside this folder.
sys.path.insert(0, str(Path(__file__).parents[1]))

from depesche.language.network import Network
from depesche.language.network.files import FOLDER
from training.corpora.shelf import Shelf
from training.cost import measure_cost
from training.evaluate import ON_CARD, PARTS, Row, evaluate, make_table


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("corpora", type=Path)
    parser.add_argument("--model", type=Path, default=FOLDER)
    parser.add_argument("--parts", default=",".join([*ON_CARD, "cost"]))
    chosen = parser.parse_args()
    parts = [part for part in chosen.parts.split(",") if part]
    unknown = [part for part in parts if part not in {*PARTS, "cost"}]
    if unknown:
        parser.error(f"no such part: {', '.join(unknown)}")
    quality = [part for part in parts if part != "cost"]
    rows: list[Row] = []
    if quality:
        network = Network(chosen.model, threads=2)
        rows += evaluate(Shelf(chosen.corpora, "measure"), network, quality)
    if "cost" in parts:
        rows += measure_cost(chosen.corpora, chosen.model)
    print(make_table(rows))


if __name__ == "__main__":
    main()
