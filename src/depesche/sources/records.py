"""What every source yields: a Report, or a Fault that says where one should have been and why it is not."""

from __future__ import annotations

import msgspec


class Fault(msgspec.Struct, frozen=True):
    """One report or file that cannot be read.

    ``where`` is fit to be shown: ``folder/file.jsonl, line 40000``. ``reason`` completes it to a
    sentence: ``is empty``. Neither holds control characters.
    """

    where: str
    reason: str

    def __str__(self) -> str:
        return f"{self.where}: {self.reason}"


class Defaults(msgspec.Struct, frozen=True):
    """What to put where a report lacks it: the date of publication (ISO 8601) and the outlet."""

    published: str | None = None
    source: str | None = None
