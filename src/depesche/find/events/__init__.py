"""Political events: who did what to whom, in the sixteen types of PLOVER.

A verb or noun that the word lists know is a trigger; its clause tells the parties by case, preposition
and word order; the other findings tell date, place and on whose word it is. Nothing is an event without
such a word, and most words ask for a party that is known.
"""

from __future__ import annotations

from depesche.find.events.build import find_events
from depesche.find.events.findings import Findings

__all__ = ["Findings", "find_events"]
