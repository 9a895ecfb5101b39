"""Which report copied which, as a small tree."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from depesche.desk.lines import Cited, cite_head
from depesche.desk.paging import Page, take_page
from depesche.link.copies import Kind
from depesche.link.origins import Copy, Source
from depesche.story_files import StoryFile


class Branch(msgspec.Struct, frozen=True):
    """A report, what it rests on, how much of it is the text of the one above it, and what was taken from it.

    ``origins`` are agencies and outlets; ``kind`` and ``share`` are None at the root. ``also`` are further
    outlets that printed the same text on the same day.
    """

    cited: Cited
    origins: tuple[str, ...]
    also: tuple[str, ...] = ()
    kind: Kind | None = None
    share: float | None = None
    children: tuple[Branch, ...] = ()


def grow_tree(file: StoryFile) -> tuple[Branch, ...]:
    """Return the reports of a story in the order of publication, each under the one it took most from."""
    sources, heads = file.outline.sources, {head.id: head for head in file.heads}
    above = choose_originals(sources.copies)
    below: dict[str | None, list[str]] = {}
    for one in sources.by_report:
        below.setdefault(above[one.report].of if one.report in above else None, []).append(one.report)
    names = name_origins(sources.origins)

    def grow(report: str) -> Branch:
        copy, head = above.get(report), heads[report]
        return Branch(
            cite_head(head),
            tuple(name for name in names.get(report, ()) if name != head.outlet),
            tuple(outlet for outlet in head.outlets if outlet != head.outlet),
            copy.kind if copy else None,
            copy.share if copy else None,
            tuple(grow(child) for child in below.get(report, ())),
        )

    return tuple(grow(report) for report in below.get(None, ()))


def cut_tree(branches: Sequence[Branch], most: int, cursor: str | None) -> Page[Branch]:
    """Return some branches of a tree: so many that about ``most`` reports stand on a page.

    Raises CursorError.
    """
    pages: list[list[Branch]] = []
    left = 0
    for branch in branches:
        if left <= 0:
            pages.append([])
            left = most
        pages[-1].append(branch)
        left -= count_reports(branch)
    page = take_page(lambda limit, offset: pages[offset : offset + limit], 1, cursor)
    return Page(tuple(itertools.chain(*page.items)), page.first, page.before, page.after)


def count_reports(branch: Branch) -> int:
    """Return how many reports a branch has."""
    return 1 + sum(map(count_reports, branch.children))


def choose_originals(copies: Iterable[Copy]) -> dict[str, Copy]:
    """Return for each report that took text from others what it took from the one it has most of."""
    chosen: dict[str, Copy] = {}
    for copy in copies:
        known = chosen.get(copy.report)
        if known is None or (copy.share, known.of) > (known.share, copy.of):
            chosen[copy.report] = copy
    return chosen


def name_origins(sources: Iterable[Source]) -> Mapping[str, tuple[str, ...]]:
    """Return the names of the agencies and outlets that each report rests on."""
    named: dict[str, tuple[str, ...]] = {}
    for source in sources:
        name = source.agency or source.outlet
        for report in source.reports:
            if name:
                named[report] = (*named.get(report, ()), name)
    return named
