"""Fits how much each sign speaks for words naming an actor: find/actors/weights.py.

Usage: python -m training.likely_actors FOLDER [FOLDER ...]

Each FOLDER holds ``texts/ID.txt`` and ``gold/ID.yaml`` (actors with their mentions) as the corpus of reports
has them; ``train.txt`` in it names the ids to learn from, else those are read whose names begin with wa, wb,
wc or wd. A logit over the forms of all actors of a report, each weighing as much as it has mentions, with a
penalty on large weights. Signs that are seen fewer than LEAST times are left out.
"""

from __future__ import annotations

import argparse
import collections
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
import yaml
from scipy.optimize import minimize

from depesche.find.actors import find_named
from depesche.find.actors.likely import find_signs, form_of, gather_told, span_of
from depesche.read import prepare_report
from depesche.reading import Report

TARGET = Path(__file__).parents[1] / "src" / "depesche" / "find" / "actors" / "weights.py"
PENALTY = 10.0
LEAST = 8
_DATE_LINE = re.compile(r"\A([^\n]*\n)(DATE: *(\d{4}-\d\d-\d\d)[^\n]*)")
_MEASURED = "we-"

# The signs of a form, how many of its mentions name an actor of the annotation, and how many it has.
Row = tuple[tuple[str, ...], int, int]


def main() -> None:
    """Read the folders that are named, fit, and write the module."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("folders", type=Path, nargs="+")
    rows = [row for folder in parser.parse_args().folders for row in read_rows(folder)]
    write_weights(TARGET, fit_weights(rows))


def read_rows(folder: Path) -> Iterator[Row]:
    """Yield what the reports of a folder teach. Raises FileNotFoundError for a folder of another make."""
    for key in _ids(folder):
        text = (folder / "texts" / f"{key}.txt").read_text("utf-8")
        gold = yaml.safe_load((folder / "gold" / f"{key}.yaml").read_text("utf-8"))
        found = _DATE_LINE.match(text)
        day = found[3] if found else None
        # The line with the date is no part of the report.
        plain = text[: found.start(2)] + " " * len(found[2]) + text[found.end(2) :] if found else text
        document, _ = prepare_report(Report(text=plain, published=day))
        if document.analysis is None:
            continue
        told = gather_told(document.analysis)
        spans = [
            span
            for actor in gold.get("actors") or []
            for form in actor["mentions"]
            for span in _places(plain, str(form))
        ]
        for entry in find_named(document).entries:
            where = collections.defaultdict(list)
            for candidate in entry.mentions:
                where[form_of(document, candidate)].append(span_of(document, candidate))
            for form, signs in find_signs(document, told, entry.mentions):
                hits = sum(any(a < end and start < b for a, b in spans) for start, end in where[form])
                yield signs, hits, len(where[form])


def _ids(folder: Path) -> list[str]:
    listed = folder / "train.txt"
    if listed.exists():
        return listed.read_text().split()
    return sorted(p.stem for p in (folder / "gold").glob("*.yaml") if not p.stem.startswith(_MEASURED))


def _places(text: str, form: str) -> Iterator[tuple[int, int]]:
    pattern = r"(?<!\w)" + r"\s+".join(map(re.escape, form.split())) + r"(?!\w)"
    return (m.span() for m in re.finditer(pattern, text))


def fit_weights(rows: Iterable[Row]) -> dict[str, float]:
    """Return the weight of each sign that is seen often enough."""
    seen = list(rows)
    counts = collections.Counter(sign for signs, _, _ in seen for sign in signs)
    names = sorted(sign for sign, times in counts.items() if times >= LEAST)
    index = {name: k for k, name in enumerate(names)}
    table = np.zeros((len(seen), len(names)))
    for row, (signs, _, _) in zip(table, seen, strict=True):
        row[[index[sign] for sign in signs if sign in index]] = 1.0
    hits = np.array([hit for _, hit, _ in seen], float)
    total = np.array([number for _, _, number in seen], float)

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        z = table @ weights
        right = hits * np.logaddexp(0, -z) + (total - hits) * np.logaddexp(0, z)
        slope = table.T @ (total / (1 + np.exp(-z)) - hits) + PENALTY * weights
        return float(right.sum() + PENALTY * (weights**2).sum() / 2), slope

    fitted = minimize(loss, np.zeros(len(names)), jac=True, method="L-BFGS-B").x
    return dict(zip(names, (round(float(w), 2) for w in fitted), strict=True))


def write_weights(path: Path, weights: dict[str, float]) -> None:
    """Write the weights as the module that the package reads."""
    lines = [f'    "{name}": {weight},' for name, weight in sorted(weights.items()) if weight]
    path.write_text(
        '"""How much each sign of ``likely.py`` speaks for words naming an actor.\n\n'
        "A logit, fitted on annotated reports by training/likely_actors.py with a penalty on large weights;\n"
        'signs seen too seldom are left out.\n"""\n\nfrom __future__ import annotations\n\n'
        "WEIGHTS: dict[str, float] = {\n" + "\n".join(lines) + "\n}\n"
    )


if __name__ == "__main__":
    main()
