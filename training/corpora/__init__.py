"""The corpora: one reader for each kind, and the shelf that says which may be read for training."""

from __future__ import annotations

from collections.abc import Callable

from training.corpora.named import read_own_names
from training.corpora.names import read_germeval, read_mobie, read_smartdata, read_varied
from training.corpora.reports import read_reports
from training.corpora.shelf import Shelf
from training.corpora.syntax import GERMAN, SISTERS, read_treebank
from training.texts import Text

TASKS = {
    **dict.fromkeys((*GERMAN, *SISTERS), "syntax"),
    **dict.fromkeys(("germeval", "smartdata", "mobie"), "names"),
    **dict.fromkeys(("articles", "written"), "quotations, actors, events"),
}

_READERS: dict[str, Callable[[Shelf], list[Text]]] = {
    "germeval": read_germeval,
    "varied": read_varied,
    "named": read_own_names,
    "reports": read_reports,
}


def read_task(shelf: Shelf, task: str) -> list[Text]:
    """Return all texts of a task that the shelf gives.

    Tasks are ``german``, ``sisters``, ``germeval``, ``varied`` (it with other names), ``dfki``, ``named``
    (our own sentences), ``names`` (GermEval and DFKI), ``reports``.
    """
    if task in {"german", "sisters"}:
        names = GERMAN if task == "german" else SISTERS
        return [t for n in names for path in shelf.paths(n) for t in read_treebank(shelf, n, path)]
    if task == "dfki":
        return [*read_smartdata(shelf), *read_mobie(shelf)]
    if task == "names":
        return [*read_task(shelf, "germeval"), *read_task(shelf, "dfki")]
    if task in _READERS:
        return _READERS[task](shelf)
    raise ValueError(f"no such task: {task}")
