"""A quotation while it is being found, in token indexes."""

from __future__ import annotations

import msgspec

from depesche.find.quotations.passages import Range
from depesche.reading import QuotationType


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """A quotation in token indexes. ``back``: the last speaker speaks on. ``inner``: its frame is said."""

    type: QuotationType
    rule: str
    spans: tuple[Range, ...]
    cue: tuple[int, ...] = ()
    frame: tuple[Range, ...] = ()
    speaker: Range | None = None
    addressee: Range | None = None
    back: bool = False
    nested: bool = False
    inner: bool = False
