"""Reports from files, folders, globs and standard input, one after the other, whatever their format."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from depesche.reading import Report
from depesche.sources.records import Defaults, Fault

__all__ = ["Defaults", "Fault", "count_bytes", "iter_reports"]


def count_bytes(paths: Sequence[str | Path]) -> int | None:
    """Return how many bytes ``iter_reports`` will read for these paths; None where nobody can tell
    (standard input, pipes).
    """
    raise NotImplementedError


def iter_reports(
    paths: Sequence[str | Path],
    defaults: Defaults = Defaults(),
    on_bytes: Callable[[int], None] | None = None,
) -> Iterator[Report | Fault]:
    """Yield each report under the paths, in a fixed order, and a Fault for each that cannot be read.

    ``-`` is standard input. Before each item, ``on_bytes`` is given how many of ``count_bytes(paths)``
    bytes are done, so that a progress bar needs nothing else. A fault never stops the others.
    Raises DateError, at once, if ``defaults.published`` is no date.
    """
    raise NotImplementedError
