"""The one report that somebody names: a file, or one of the reports in a file of many."""

from __future__ import annotations

from pathlib import Path

from depesche.errors import ReportError
from depesche.reading import Report
from depesche.sources.files import iter_reports
from depesche.sources.records import NO_DEFAULTS, Defaults, Fault

# The shortest beginning of an id that is accepted for it, as in the archive.
_MIN_PREFIX = 4
_STANDARD_INPUT = "-"


def find_report(named: str, defaults: Defaults = NO_DEFAULTS) -> Report | None:
    """Return the report that ``named`` names, or None if it names no file.

    A file with one report is named by its path (``-`` is standard input), one of several by ``PATH#KEY``: the
    identifier that its supplier gave it, else its number, counted from 1 without those that cannot be read,
    else the beginning of its id (four digits or more). Raises ReportError if there is no such report, if
    several would fit, or if it cannot be read; DateError if ``defaults.published`` is no date.
    """
    if _is_there(named):
        return _only_report(named, defaults)
    path, sign, key = named.rpartition("#")
    if sign and key and _is_there(path):
        return _selected_report(path, key, defaults)
    return None


def _is_there(path: str) -> bool:
    try:
        return path == _STANDARD_INPUT or Path(path).exists()
    except (OSError, ValueError):  # too long for a path, or with a NUL
        return False


def _only_report(path: str, defaults: Defaults) -> Report:
    """Return the only report under a path."""
    found: Report | None = None
    fault: Fault | None = None
    for item in iter_reports([path], defaults):
        if isinstance(item, Fault):
            fault = fault or item
        elif found is None:
            found = item
        elif found.id != item.id:
            raise ReportError(f"{path!r} holds several reports: name one as '{path}#1' or '{path}#KEY'.")
    if found is None:
        raise ReportError(f"{fault or repr(path) + ' holds no report'}.")
    return found


def _selected_report(path: str, key: str, defaults: Defaults) -> Report:
    """Return the report of a file that has the key, or else the number, or else an id that begins so."""
    numbered: Report | None = None
    alike: dict[str, Report] = {}
    count = 0
    for item in iter_reports([path], defaults):
        if isinstance(item, Fault):
            continue
        count += 1
        if item.key == key:
            return item
        if str(count) == key:
            numbered = item
        if len(key) >= _MIN_PREFIX and len(alike) < 2 and item.id.startswith(key.lower()):
            alike[item.id] = item
    if numbered is not None:
        return numbered
    if len(alike) > 1:
        raise ReportError(f"More than one report in {path!r} has an id that begins with {key!r}.")
    if not alike:
        raise ReportError(f"There is no report {key!r} in {path!r}, which holds {count} that can be read.")
    return next(iter(alike.values()))
