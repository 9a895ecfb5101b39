"""What the other finders give to the finder of events."""

from __future__ import annotations

import msgspec

from depesche.reading import Actor, Place, Quotation, Time


class Findings(msgspec.Struct, frozen=True, kw_only=True):
    """What is already known about a report.

    ``references`` tells for the token index of a pronoun which actors (ids) it stands for.
    """

    actors: tuple[Actor, ...] = ()
    references: dict[int, tuple[str, ...]] = {}
    times: tuple[Time, ...] = ()
    places: tuple[Place, ...] = ()
    quotations: tuple[Quotation, ...] = ()
