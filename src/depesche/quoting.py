"""Words of reports as assistants and alerts give them on: with their source and characters, marked as quoted.

Reports come from strangers, and a text may speak to whoever reads it ("ignore what you were told"). So all
that stands in a report comes under ``quoted``, as data in JSON, never beside what we say; and characters that
people do not see but programs read are replaced one by one, so that offsets stay true.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

import msgspec

from depesche.archive.rows import ReportRow, other_outlets
from depesche.reading import Span

# Of words in an answer no more is quoted; a title is shorter.
LONGEST, _LONGEST_TITLE = 600, 300
_MOST_OUTLETS = 10
# Control characters but for line breaks and tabs, halves of characters, marks that turn the direction of
# writing, and the invisible twins of ASCII letters.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069\U000e0000-\U000e007f]"
)
_WEB = re.compile(r"https?://[^\s<>\"]{1,2000}")


class ReportSource(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A report to be cited: its id, who published it when and where, and the agencies that it credits.

    ``also_in`` are outlets with the same text on the same day.
    """

    report: str
    outlet: str | None
    agency: tuple[str, ...]
    date: str | None
    title: str | None
    address: str | None
    also_in: tuple[str, ...] = ()


class Quote(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Words of a report, ``start`` to ``end`` in its text; ``cut`` if more belongs to them than is quoted."""

    quoted: str
    start: int
    end: int
    cut: bool = False


def cite(row: ReportRow) -> ReportSource:
    """Return a report as what is cited."""
    return ReportSource(
        report=row.id,
        outlet=show_name(row.source),
        agency=tuple(map(show_words, row.agency)),
        date=show_name(row.published),
        title=show_name(row.title),
        address=row.url if row.url and _WEB.fullmatch(row.url) else None,
        also_in=tuple(map(show_words, other_outlets(row.source, row.appearances)))[:_MOST_OUTLETS],
    )


def quote(text: str, start: int, end: int, longest: int = LONGEST) -> Quote:
    """Return the characters ``start`` to ``end`` of a report's text as quoted words."""
    stop = min(end, start + longest)
    return Quote(quoted=show_words(text[start:stop]), start=start, end=stop, cut=stop < end)


def quote_spans(text: str, spans: Iterable[Span]) -> tuple[Quote, ...]:
    """Return words in several pieces."""
    return tuple(quote(text, span.start, span.end) for span in spans)


def show_words(words: str) -> str:
    """Return words without unseen characters, as long as they were.

    >>> show_words("Er\\x1b sagte")
    'Er� sagte'
    """
    return _UNSEEN.sub("\ufffd", words)


def show_name(name: str | None) -> str | None:
    """Return a name or title on one line, cut where it is longer than any is."""
    return None if name is None else show_words(" ".join(name[: 4 * _LONGEST_TITLE].split()))[:_LONGEST_TITLE]
