"""How far a file was read, so that a run that was stopped can go on there."""

from __future__ import annotations

import msgspec


class Bookmark(msgspec.Struct, frozen=True, kw_only=True):
    """A place in a file before which everything was read and kept.

    ``path`` is absolute. ``size`` in bytes and ``changed`` (nanoseconds since 1970) tell whether the file is
    still the same; ``offset`` in bytes is where to go on, at the end the same as ``size``. ``records`` stand
    before it; they gave so many ``reports`` and ``faults``, and so many were ``skipped``.
    """

    path: str
    size: int
    changed: int
    offset: int
    records: int = 0
    reports: int = 0
    faults: int = 0
    skipped: int = 0
