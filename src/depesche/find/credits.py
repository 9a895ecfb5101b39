"""Which agencies and desks a report names as its origin."""

from __future__ import annotations

from depesche.language.agencies import locate_credits
from depesche.language.document import Document


def find_credits(document: Document) -> tuple[str, ...]:
    """Return the agencies and desks that a report credits, as lower-case codes in the order of the text."""
    return tuple(dict.fromkeys(credit.code for credit in locate_credits(document)))
