"""A report: its text with what was read in it marked, why it was read, and where the text comes from."""

from __future__ import annotations

import re
from collections.abc import Mapping

import msgspec
from fastapi import APIRouter
from starlette.responses import Response

from depesche.archive.rows import Appearance, EventRow
from depesche.desk.addresses import report_address, story_address
from depesche.desk.downloads import download_rows, find_format, send
from depesche.desk.lines import Cited, SourceCount, cite_head
from depesche.desk.marking import KINDS, Kind, Paragraph, cut_paragraphs, list_stretches
from depesche.desk.reasons import Finding, describe_finding
from depesche.desk.rewordings import Rewording, compare_texts
from depesche.desk.shelf import Shelf
from depesche.desk.visit import Visiting
from depesche.errors import MissingError
from depesche.link.copies import Kind as CopyKind
from depesche.link.versions import Change, find_changes
from depesche.reading import Report

ROUTER = APIRouter()
# What the address says of a report's words, ``at=412-430``, and how long it may be.
_AT = re.compile(r"(\d{1,9})(?:-(\d{1,9}))?", re.ASCII)


class CopyView(msgspec.Struct, frozen=True):
    """A report that has text in common with this one: how much of the later text stands in the earlier."""

    cited: Cited
    kind: CopyKind
    share: float
    is_earlier: bool


class VersionStep(msgspec.Struct, frozen=True):
    """What changed from one version of an article to the next; one of the two may be this report."""

    old: Cited
    new: Cited
    changes: tuple[Change, ...]
    rewording: Rewording


class Background(msgspec.Struct, frozen=True, kw_only=True):
    """What other reports tell of a report: its story, where its text comes from, who has it too."""

    story: str
    story_title: str
    sources: SourceCount
    origins: tuple[str, ...]
    copies: tuple[CopyView, ...]
    steps: tuple[VersionStep, ...]


class ReportView(msgspec.Struct, frozen=True, kw_only=True):
    """All that the page of a report shows; ``shown`` says of each kind of mark whether it is seen."""

    id: str
    address: str
    title: str | None
    outlet: str | None
    published: str | None
    author: str | None
    url: str | None
    language: str
    agency: tuple[str, ...]
    reader: str
    appearances: tuple[Appearance, ...]
    paragraphs: tuple[Paragraph, ...]
    findings: Mapping[str, Finding]
    counts: Mapping[Kind, int]
    shown: Mapping[Kind, bool]
    background: Background | None


@ROUTER.get("/report/{named}")
def show_report(visit: Visiting, named: str) -> Response:
    """Show a report, named by its id; what happened in it as a file."""
    query, shelf = visit.request.query_params, visit.shelf
    if form := find_format(query.get("format")):
        events = shelf.archive.events(report=shelf.report(named).id)
        download = download_rows(EventRow, f"report-{named[:12]}", lambda: events, lambda: events)
        return send(form, download, shelf.archive)
    return visit.render("report.html", describe_report(shelf, named, query))


def describe_report(shelf: Shelf, named: str, query: Mapping[str, str]) -> ReportView:
    """Return what the page of a report shows. Raises MissingError."""
    report, reading = shelf.report(named), shelf.reading(named)
    stretches = list_stretches(reading)
    findings = {id_: describe_finding(reading, id_) for id_ in dict.fromkeys(one.id for one in stretches)}
    return ReportView(
        id=report.id,
        address=report_address(report.id),
        title=report.title,
        outlet=report.source,
        published=report.published,
        author=report.author,
        url=find_link(report),
        language=reading.language,
        agency=reading.agency,
        reader=reading.reader,
        appearances=shelf.appearances(report.id),
        paragraphs=cut_paragraphs(report.text, stretches, find_words(query.get("at", ""), report.text)),
        findings={id_: one for id_, one in findings.items() if one},
        counts={kind: len({one.id for one in stretches if one.kind == kind}) for kind in KINDS},
        shown=choose_kinds(query),
        background=find_background(shelf, report.id),
    )


def choose_kinds(query: Mapping[str, str]) -> dict[Kind, bool]:
    """Return which kinds of marks are seen: all, unless the form that chooses them was sent (``marks``)."""
    return {kind: "marks" not in query or kind in query for kind in KINDS}


def find_words(at: str, text: str) -> tuple[int, int] | None:
    """Return the characters that an address points at; without an end, the word there.

    >>> find_words("6-10", "Rubio traf Lawrow"), find_words("7", "Rubio traf Lawrow"), find_words("x", "")
    ((6, 10), (6, 10), None)
    """
    form = _AT.fullmatch(at)
    if form is None:
        return None
    start = int(form[1])
    if form[2] is not None:
        return (start, int(form[2]))
    word = next((w for w in re.finditer(r"\w+", text) if w.start() <= start < w.end()), None)
    return word.span() if word else None


def find_link(report: Report) -> str | None:
    """Return where a report was published on the web; nothing but an address of the web is a link."""
    address = (report.url or "").strip()
    return address if re.fullmatch(r"https?://[^\s<>\"'`\\]+", address) else None


def find_background(shelf: Shelf, report: str) -> Background | None:
    """Return what other reports tell of a report; None if it was not linked yet."""
    try:
        file, kept = shelf.background(report)
    except MissingError:
        return None
    story, heads = file.outline, {head.id: head for head in file.heads}
    names = (one.agency or heads[one.report or report].outlet for one in kept.origins)
    return Background(
        story=story_address(story.id),
        story_title=story.title,
        sources=SourceCount(story.sources.independent, story.sources.reports),
        origins=tuple(dict.fromkeys(name for name in names if name)),
        copies=tuple(
            CopyView(
                cite_head(heads[one.of if one.report == report else one.report]),
                one.kind,
                one.share,
                one.report == report,
            )
            for one in sorted(kept.copies, key=lambda one: -one.share)
            # One that came while the page was made is not told of yet.
            if {one.of, one.report} <= heads.keys()
        ),
        steps=tuple(
            VersionStep(
                cite_head(heads[step.old]),
                cite_head(heads[step.new]),
                find_changes(shelf.record(step.old), shelf.record(step.new)),
                compare_texts(shelf.report(step.old).text, shelf.report(step.new).text),
            )
            for step in kept.steps
        ),
    )
