"""Which reports are read at all, by the language that they are in."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from depesche.language.detection import tell_language
from depesche.reading import Report


def main_languages(languages: Iterable[str]) -> frozenset[str]:
    """Return languages without their countries, in lower case: ``de`` for ``de-AT``."""
    return frozenset(language.strip().lower().replace("_", "-").partition("-")[0] for language in languages)


def keep_language(report: Report, wanted: frozenset[str]) -> Report | None:
    """Return a report in one of the languages that are wanted, None for any other; of none wanted, all are.

    A report that names a language that it is not in is given its own, so that it is read.
    """
    if not wanted:
        return report
    language = tell_language(report.text, report.language)
    if main_languages([language]).isdisjoint(wanted):
        return None
    if main_languages([report.language or language]) == main_languages([language]):
        return report
    return msgspec.structs.replace(report, language=language)
