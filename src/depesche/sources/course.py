"""The course of a run through files: where it is, what it passed over, where it may begin.

Sources tell it where they stand and what they leave out; who keeps the reports asks it how far everything
before the item at hand is done.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable

import msgspec

from depesche.bookmark import Bookmark


class Course:
    """One run.

    ``find_bookmark`` gives how far an earlier run had come in the file at an absolute path; ``on_resume`` is
    told where this one begins instead of at the beginning. ``may_be_wanted`` is asked, with some paragraphs
    of a page, before the work is done of finding its text.
    """

    def __init__(
        self,
        find_bookmark: Callable[[str], Bookmark | None] = lambda path: None,
        on_resume: Callable[[Bookmark], None] = lambda bookmark: None,
        may_be_wanted: Callable[[Iterable[str]], bool] | None = None,
    ) -> None:
        self.may_be_wanted = may_be_wanted
        self.skipped: Counter[str] = Counter()
        self._find_bookmark = find_bookmark
        self._on_resume = on_resume
        self._done: list[Bookmark] = []
        self._current: Bookmark | None = None

    def open(self, path: str, size: int, changed: int) -> Bookmark:
        """Begin a file; return where. A bookmark in a file that has changed since then counts for nothing."""
        found = self._find_bookmark(path)
        if found is None or (found.size, found.changed) != (size, changed) or not 0 <= found.offset <= size:
            found = Bookmark(path=path, size=size, changed=changed, offset=0)
        elif found.offset:
            self._on_resume(found)
        self._current = found
        return found

    def reach(self, offset: int, records: int) -> None:
        """Note that the next item comes from the record at ``offset``, before which stand ``records``.

        Only a place at which the file can be entered may be told.
        """
        if self._current is not None:
            self._current = msgspec.structs.replace(self._current, offset=offset, records=records)

    def count(self, *, reports: int = 0, faults: int = 0) -> None:
        """Count what the file at hand gave."""
        if self._current is not None:
            self._current = msgspec.structs.replace(
                self._current, reports=self._current.reports + reports, faults=self._current.faults + faults
            )

    def skip(self, reason: str, *, reports: int = 0) -> None:
        """Count something that is left out on purpose; ``reports`` of it had been counted as such."""
        self.skipped[reason] += 1
        if self._current is not None:
            self._current = msgspec.structs.replace(
                self._current,
                skipped=self._current.skipped + 1,
                reports=self._current.reports - reports,
            )

    def within(self) -> Course:
        """Return the course of a file that stands in the one at hand: it counts here, but reaches nothing."""
        return _Within(self)

    def close(self) -> None:
        """End the file at hand: all of it was read."""
        if self._current is not None:
            self._done.append(msgspec.structs.replace(self._current, offset=self._current.size))
        self._current = None

    def leave(self) -> None:
        """Leave the file at hand: the rest of it could not be read, so the next run shall begin it anew."""
        self._current = None

    def take_bookmarks(self) -> tuple[Bookmark, ...]:
        """Return how far everything is done, since this was asked last."""
        current = () if self._current is None or not self._current.offset else (self._current,)
        bookmarks = (*self._done, *current)
        self._done.clear()
        return bookmarks


class _Within(Course):
    """Passes on what is skipped."""

    def __init__(self, outer: Course) -> None:
        super().__init__(may_be_wanted=outer.may_be_wanted)
        self._outer = outer

    def skip(self, reason: str, *, reports: int = 0) -> None:
        """Count it in the file on disk."""
        self._outer.skip(reason, reports=reports)
